"""What the pages of figures are asked: which days, which cut, which series. Read from the address, told in words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import request, url_for
from flask_babel import gettext, lazy_gettext
from wtforms import Form, SelectField
from wtforms.fields import SelectChoice
from wtforms.validators import ValidationError

from cprac.domain.tallies import Dimension
from cprac.domain.words import N_
from cprac.persistence import queries_figures
from cprac.services import dashboard, legacy_series, reporting
from cprac.services.dashboard import Question
from cprac.services.sums import Asked
from cprac.web import filters, guards
from cprac.web.form_fields import FIRST_YEAR, LAST_YEAR, TypedField, read_day, refuse

_MONTH = re.compile(r"(?:([0-9]{1,2})\s*[/.-]\s*([0-9]{4})|([0-9]{4})-([0-9]{2}))")
OLD_SERIES = "planilha"

PARTS = ("de", "ate", "em", "periodo", "recorte", "serie", "lote")
"""What an address may hold."""

DIMENSIONS: dict[str, tuple[Dimension, str, str]] = {
    "assunto": (Dimension.MATTER, N_("Assunto"), N_("Comparar os assuntos")),
    "orgao": (Dimension.AGENCY, N_("Órgão"), N_("Comparar os órgãos")),
    "canal": (Dimension.CHANNEL, N_("Canal"), N_("Comparar os canais")),
    "prioridade": (Dimension.PRIORITY, N_("Prioridade"), N_("Comparar as prioridades")),
}
"""By what one may cut, as addresses name it."""

PRESETS: dict[str, str] = {
    "12meses": N_("Últimos 12 meses"),
    "ano": N_("Este ano"),
    "tudo": N_("Desde o começo"),
}


class EdgeField(TypedField):
    """One end of a period: a day (dd/mm/aaaa) or a month (mm/aaaa), of which the first or the last day is meant."""

    def __init__(self, *args: Any, end: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.end = end

    def read(self, text: str) -> date:
        """The day of *text*."""
        found = _MONTH.fullmatch(text)
        if not found:
            return read_edge(text)
        year, month = int(found[2] or found[3]), int(found[1] or found[4])
        if not (1 <= month <= 12 and FIRST_YEAR <= year <= LAST_YEAR):
            raise ValueError(gettext("esse mês não existe; escreva como 03/2026"))
        first = date(year, month, 1)
        return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1) if self.end else first

    def write(self, value: date) -> str:
        """The day as it is typed."""
        return value.strftime("%d/%m/%Y")


def read_edge(text: str) -> date:
    """A day, in its usual shape or in that of ISO 8601."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        pass
    if not re.search(r"[0-9]\s*[/.-]\s*[0-9]", text):
        raise ValueError(gettext("escreva o dia ou o mês, como 30/03/2026 ou 03/2026"))
    return read_day(text)


class FigureForm(Form):
    """What may be asked. The names are those of the address."""

    de = EdgeField(lazy_gettext("De"))
    ate = EdgeField(lazy_gettext("Até"), end=True)
    em = EdgeField(lazy_gettext("Vistos em"), end=True)
    lote = SelectField(lazy_gettext("Planilha"), validate_choice=False)
    recorte = SelectField(lazy_gettext("Recorte"), validate_choice=False)

    def validate_ate(self, field: EdgeField) -> None:
        """The last day is not before the first, the first is not after today."""
        first, today = self.de.data, guards.today()
        if field.data is not None and first is not None and field.data < first:
            raise ValidationError(gettext("O último dia vem antes do primeiro: troque um deles."))
        if first is not None and first > today:
            raise ValidationError(gettext("O período ainda não começou: escolha um dia até hoje."))

    def validate_recorte(self, field: SelectField) -> None:
        """The cut is one of the list."""
        known = {str(choice.value) for choices in field.choices.values() for choice in choices}
        if field.data and field.data not in known:
            raise refuse(field, gettext("escolha uma opção da lista"))


@dataclass(frozen=True, slots=True)
class Filters:
    """The form as typed, what it asks for (the default where it cannot be read), and that in words."""

    form: FigureForm
    good: bool
    question: Question
    preset: str
    has_old: bool
    cut: str

    @property
    def old(self) -> bool:
        """Whether the old registers are looked at."""
        return self.question.asked.legacy

    @property
    def changed(self) -> bool:
        """Whether the address asks for anything but the default."""
        return any(request.args.get(name) for name in PARTS if name != "serie")

    def address(self, endpoint: str = "office.figures", **more: Any) -> str:
        """The same question at another page, or with another answer to one of its parts."""
        asked: dict[str, Any] = {name: request.args.get(name, "") for name in PARTS} | more
        return url_for(endpoint, **{name: value for name, value in asked.items() if value})


def read() -> Filters:
    """What the address asks for. A bad date leaves the default standing beside the error.

    Old registers are seen on the day of their sheet, or on an earlier one that is asked for.
    """
    today, chamber = guards.today(), guards.chamber()
    has_old = dashboard.has_old_registers()
    old = request.args.get("serie") == OLD_SERIES
    form = FigureForm(request.args)
    names = reporting.labels(chamber)
    form.recorte.choices = cuts(names, old=old)
    good = form.validate()
    sheets = queries_figures.sheets_shown() if old else {}
    form.lote.choices = [("", lazy_gettext("Todas juntas")), *((str(batch), name) for batch, name in sheets.items())]
    batch = int(form.lote.data) if form.lote.data in map(str, sheets) else None
    day = legacy_series.known_on(min(form.em.data or today, today) if good else today, batch) if old else today
    default = "tudo" if old else "12meses"
    preset = request.args.get("periodo", default)
    preset = preset if good and preset in PRESETS else default
    first, last = _span(preset, day)
    if good and (form.de.data or form.ate.data):  # days typed go before a period chosen earlier
        preset, first, last = "", form.de.data, form.ate.data
    dimension, value, compare = _cut(form.recorte.data if good else "")
    asked = Asked(day, first, min(last, day) if last else None, old, dimension, value, batch)
    return Filters(form, good, Question(asked, compare), preset, has_old, form.recorte.data or "")


def _span(preset: str, today: date) -> tuple[date | None, date | None]:
    """Whole months until *today*: day cells answer for them at once."""
    if preset == "ano":
        return today.replace(month=1, day=1), None
    if preset == "12meses":
        month = today.month % 12 + 1
        return date(today.year - 1 if month > 1 else today.year, month, 1), None
    return None, None


def _cut(cut: str) -> tuple[Dimension, str, Dimension]:
    """Dimension and value of ``assunto:obras``; of ``assunto`` alone what is to be compared."""
    name, _colon, value = (cut or "").partition(":")
    if name not in DIMENSIONS:
        return Dimension.ALL, "", Dimension.ALL
    dimension = DIMENSIONS[name][0]
    return (dimension, value, Dimension.ALL) if value else (Dimension.ALL, "", dimension)


def cuts(names: Any, *, old: bool) -> dict[str, list[SelectChoice]]:
    """What one may cut by: for each dimension the comparison, then its values that have cases."""
    with_cases = dashboard.values(old=old)
    groups = {"": [SelectChoice("", gettext("Todos os casos"))]}
    for name, (dimension, title, compare) in DIMENSIONS.items():
        known = names.get(dimension.value, {})
        labelled = sorted((gettext(known.get(value, value)), value) for value in with_cases[dimension])
        if labelled:
            pairs = [SelectChoice(f"{name}:{value}", label) for label, value in labelled]
            groups[gettext(title)] = [SelectChoice(name, gettext(compare)), *pairs]
    return groups


def words(found: Filters) -> list[str]:
    """What is being shown, in words."""
    asked = found.question.asked
    if found.preset:
        said = [gettext(PRESETS[found.preset])]
    elif asked.first and asked.last:
        said = [
            gettext(
                "de %(first)s a %(last)s", first=filters.date_short(asked.first), last=filters.date_short(asked.last)
            )
        ]
    elif asked.first:
        said = [gettext("desde %(first)s", first=filters.date_short(asked.first))]
    else:
        said = [gettext("até %(last)s", last=filters.date_short(asked.last))]
    cut = cut_words(found)
    if cut:
        said.append(cut)
    if asked.legacy:
        said.append(gettext("casos da planilha antiga"))
    return said


def cut_words(found: Filters) -> str:
    """The cut in words; empty without one."""
    name = found.cut.partition(":")[0]
    if not found.good or name not in DIMENSIONS:
        return ""
    for group in found.form.recorte.choices.values():
        for choice in group:
            if choice.value == found.cut:
                title = gettext(DIMENSIONS[name][1]).lower()
                return f"{title}: {choice.label}" if ":" in found.cut else str(choice.label).lower()
    return ""
