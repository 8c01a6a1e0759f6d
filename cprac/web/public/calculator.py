"""Anyone's calculator: "if I am told on this day, when does it end, and why", by the rules and the calendar in force.

A GET with the questions in its address: nothing is kept, nothing is personal, and a result can be sent on as a link.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask import render_template, request
from flask_babel import gettext, lazy_gettext
from wtforms import Form, IntegerField
from wtforms.validators import NumberRange, Optional, ValidationError

from cprac.domain.business_days import Calendar, CalendarError
from cprac.domain.deadline_rules import GIVEN_RULES, counting_rule
from cprac.domain.deadlines import Basis, DeadlineError, DeadlineRule, RuleKind, Unit, due_date
from cprac.domain.notices import gazette_notice, portal_notice
from cprac.domain.regulation import Regulation
from cprac.domain.words import N_
from cprac.persistence import queries_case
from cprac.web import guards, ledgers
from cprac.web.form_fields import DayDateField, ListField
from cprac.web.public.room import blueprint

OTHER = "outro"
LONGEST = 3650

CHANNELS = (
    ("recebido", N_("recebi o aviso, ou aconteceu, neste dia")),
    ("portal", N_("abri o aviso neste sistema neste dia")),
    ("diario", N_("saiu no diário oficial eletrônico neste dia")),
)
UNITS = ((Unit.BUSINESS_DAYS.value, N_("dias úteis")), (Unit.CALENDAR_DAYS.value, N_("dias corridos")),
         (Unit.MONTHS.value, N_("meses")), (Unit.YEARS.value, N_("anos")))  # fmt: skip


class CalculatorForm(Form):
    """What is asked. The names are those of the address, which people read and send on."""

    prazo = ListField(lazy_gettext("Qual prazo?"))
    quantidade = IntegerField(
        lazy_gettext("Quanto tempo?"),
        [Optional(), NumberRange(1, LONGEST, lazy_gettext("Escreva um número de 1 a 3650."))],
        description=lazy_gettext("Só para “outro prazo”."),
    )
    unidade = ListField(lazy_gettext("Contado em"), default=Unit.BUSINESS_DAYS.value)
    dia = DayDateField(lazy_gettext("Que dia?"), description=lazy_gettext("Por exemplo, 20/03/2026"))
    como = ListField(lazy_gettext("O que houve nesse dia?"), default="recebido")

    def validate_dia(self, field: DayDateField) -> None:
        """A day is needed."""
        if field.data is None and not field.errors:
            raise ValidationError(gettext("Escreva o dia, como 20/03/2026."))

    def validate(self, extra_validators: Any = None) -> bool:
        """Every field, and the length where the person gives it."""
        good = super().validate(extra_validators)
        if self.prazo.data == OTHER and self.quantidade.data is None and not self.quantidade.errors:
            self.quantidade.errors = [gettext("Escreva quantos dias, meses ou anos.")]
            return False
        return good


@dataclass(frozen=True, slots=True)
class Answer:
    """When it ends, the day from which it was counted and why that day, the count, what the number of days rests on."""

    due: date
    started_on: date
    started_why: str
    ledger: dict[str, Any]
    rule: DeadlineRule | None
    ours: bool


def countable(regulation: Regulation) -> list[DeadlineRule]:
    """The rules that count forward from a day, those that bind first."""
    rules = [rule for rule in regulation.deadlines.values() if not rule.backward and rule.id not in GIVEN_RULES]
    return sorted(rules, key=lambda rule: (rule.kind is RuleKind.INTERNAL, gettext(rule.name)))


@blueprint.get("/calculadora")
@guards.public
def calculator() -> str | tuple[str, int]:
    """Ask for a deadline and a day; answer with the last day and the count behind it."""
    chamber = guards.chamber()
    regulation = chamber.regulation
    form = CalculatorForm(request.args)
    form.prazo.choices = [
        *((rule.id, f"{gettext(rule.name)} ({rule.unit.words(rule.amount)})") for rule in countable(regulation)),
        (OTHER, gettext("Outro prazo: digo quanto")),
    ]
    form.unidade.choices = [(value, gettext(words)) for value, words in UNITS]
    form.como.choices = [(value, gettext(words)) for value, words in CHANNELS]
    asked = "dia" in request.args
    found = None
    if asked and form.validate():
        try:
            found = _count(form, regulation, chamber.calendar(queries_case.decreed_days()), guards.today())
        except (CalendarError, DeadlineError) as error:
            form.dia.errors = [str(error)[:1].upper() + str(error)[1:] + "."]
    page = render_template("public/calculator.html", form=form, answer=found, regulation=regulation)
    return page if found or not asked else (page, 400)


def _count(form: CalculatorForm, regulation: Regulation, calendar: Calendar, today: date) -> Answer:
    rule = regulation.deadlines.get(form.prazo.data or "")
    counted = rule or counting_rule(form.quantidade.data or 1, Unit(form.unidade.data))
    day: date = form.dia.data
    start, why = day, gettext("o dia do começo não conta")
    if form.como.data == "portal":
        served = portal_notice(day, day, calendar)
        assert served is not None  # noqa: S101  (it was opened)
        start, why = served.deemed_on, gettext(served.why)
    elif form.como.data == "diario":
        served = gazette_notice(day, calendar)
        start, why = served.deemed_on, gettext(served.why)
        if served.first_day is not None:
            counted = replace(counted, first_day=served.first_day)
    found = due_date(counted, start, calendar)
    ours = rule is not None and rule.basis is Basis.DEFAULT
    return Answer(found.due, start, why, ledgers.ledger_view(found, today), rule, ours)
