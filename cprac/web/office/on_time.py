"""How deadlines ended, rule by rule, in days one chooses: what binds and internal targets apart, rates with base."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from flask import render_template, request
from flask_babel import gettext, lazy_gettext
from wtforms import Form
from wtforms.validators import ValidationError

from cprac.domain.deadline_rules import is_awaited
from cprac.domain.deadlines import DeadlineRule, RuleKind
from cprac.persistence import queries_on_time
from cprac.persistence.queries_on_time import Outcomes
from cprac.web import filters, guards
from cprac.web.case_room import reader
from cprac.web.deadline_views import WHO
from cprac.web.form_fields import DayDateField
from cprac.web.office.room import blueprint, deciders


class PeriodForm(Form):
    """The days looked at. The names are those of the address."""

    de = DayDateField(lazy_gettext("Vencidos de"))
    ate = DayDateField(lazy_gettext("até"))

    def validate_ate(self, field: DayDateField) -> None:
        """The last day is not before the first."""
        if field.data is not None and self.de.data is not None and field.data < self.de.data:
            raise ValidationError(gettext("O último dia vem antes do primeiro: troque um deles."))


@blueprint.get("/gabinete/numeros/prazos")
@deciders
def on_time() -> str | tuple[str, int]:
    """The rates of the days asked for; of the last twelve months where none is."""
    regulation, yesterday = guards.chamber().regulation, guards.today() - timedelta(days=1)
    given = {"de": yesterday - timedelta(days=364), "ate": yesterday}
    asked = any(request.args.get(name) for name in given)
    form = PeriodForm(request.args if asked else None, data=given)
    good = not asked or form.validate()
    first: date = form.de.data or given["de"]
    last: date = form.ate.data or given["ate"]
    counted = queries_on_time.on_time(reader(), first, last) if good else {}
    rules = [rule for rule in regulation.deadlines_in_use if is_awaited(rule)]
    page = render_template(
        "office/on_time.html",
        form=form,
        good=good,
        first=first,
        last=min(last, yesterday),
        tables=[
            {
                "id": "obrigam",
                "title": gettext("Prazos que obrigam"),
                "note": gettext(
                    "Para quem é parte, não usar um prazo pode ser escolha: a taxa diz quantos agiram no prazo."
                ),
                **_rows([rule for rule in rules if rule.kind is not RuleKind.INTERNAL], counted),
            },
            {
                "id": "metas",
                "title": gettext("Metas internas da Câmara"),
                "note": gettext("Metas são escolha desta Câmara: nenhum direito depende delas."),
                **_rows([rule for rule in rules if rule.kind is RuleKind.INTERNAL], counted),
            },
        ],
    )
    return page if good else (page, 400)


def _rows(rules: Sequence[DeadlineRule], counted: Mapping[str, Outcomes]) -> dict[str, Any]:
    """The rules of which some deadline ended, and the names of the others."""
    with_data = [rule for rule in rules if rule.id in counted]
    return {
        "rows": [_row(rule, counted[rule.id]) for rule in with_data],
        "without": [gettext(rule.name) for rule in rules if rule.id not in counted],
    }


def _row(rule: DeadlineRule, found: Outcomes) -> dict[str, Any]:
    return {
        "name": gettext(rule.name),
        "who": gettext(WHO.get(rule.responsible, "")),
        "length": rule.unit.words(rule.amount),
        "found": found,
        "rate": rate_words(found),
    }


def rate_words(found: Outcomes) -> str:
    """The rate in whole percent, rounded down, with its base: "87% (20 de 23)"; "sem dados" where none ended."""
    if not found.ended:
        return gettext("sem dados")
    return gettext(
        "%(rate)s%% (%(n)s de %(all)s)",
        rate=100 * found.on_time // found.ended,
        n=filters.integer(found.on_time),
        all=filters.integer(found.ended),
    )
