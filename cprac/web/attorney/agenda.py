"""The agenda of the room: a week or a month of deadlines and meetings, what is overdue first, and the same as files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import Response, redirect, render_template, request, url_for
from flask_babel import format_date, gettext, ngettext
from werkzeug.wrappers import Response as AnyResponse

from cprac.domain.business_days import Calendar, DayKind
from cprac.domain.deadline_rules import GIVEN_RULES
from cprac.domain.regulation import CALENDAR_YEARS
from cprac.domain.words import N_
from cprac.persistence import queries_agenda, queries_desk
from cprac.persistence.queries_agenda import Asked, Counts, Found, Item
from cprac.services import agenda_files, agendas, throttle
from cprac.services.agenda_files import Group, Line
from cprac.web import case_lists, filters, guards, sessions
from cprac.web.agenda_lines import line_of
from cprac.web.attorney.room import blueprint, room, workers
from cprac.web.case_room import reader
from cprac.web.deadline_views import Sight

MINE, OFFICE = "meus", "funcao"
WHOSE = (("", N_("Todos os que vejo")), (MINE, N_("Meus casos")), (OFFICE, N_("Minha função")))
FILE_ROWS = 2000


@dataclass(frozen=True, slots=True)
class Period:
    """The days that an agenda shows, both included, and its neighbours as the address names them."""

    first: date
    last: date
    monthly: bool

    def holds(self, day: date) -> bool:
        """Whether *day* lies in it."""
        return self.first <= day <= self.last

    @property
    def asked(self) -> dict[str, str]:
        """The period as the address names it."""
        return {"mes": f"{self.first:%Y-%m}"} if self.monthly else {"semana": self.first.isoformat()}

    def moved(self, steps: int) -> Period:
        """The period before (-1) or after (1)."""
        if self.monthly:
            return month_of(self.first - timedelta(days=1) if steps < 0 else self.last + timedelta(days=1))
        return week_of(self.first + timedelta(days=7 * steps))


def week_of(day: date) -> Period:
    """The week of *day*, from Monday to Sunday."""
    monday = day - timedelta(days=day.weekday())
    return Period(monday, monday + timedelta(days=6), monthly=False)


def month_of(day: date) -> Period:
    """The month of *day*."""
    first = day.replace(day=1)
    return Period(first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1), monthly=True)


def period_of(today: date) -> Period:
    """What the address asks for (``mes`` or ``semana``); the week of *today* where that is no day of our calendar."""
    month, week = request.args.get("mes", ""), request.args.get("semana", "")
    try:
        day = date.fromisoformat(f"{month}-01" if month else week or today.isoformat())
    except ValueError:
        return week_of(today)
    if not CALENDAR_YEARS[0] < day.year < CALENDAR_YEARS[1]:
        return week_of(today)
    return month_of(day) if month else week_of(day)


@dataclass(frozen=True, slots=True)
class Chosen:
    """The filters as the address names them; what is no choice is empty."""

    whose: str
    kind: str
    agency: int | None
    matter: str

    @property
    def asked(self) -> dict[str, str]:
        """The filters as the address names them."""
        named = {"de": self.whose, "tipo": self.kind, "orgao": str(self.agency or ""), "materia": self.matter}
        return {name: value for name, value in named.items() if value}


def chosen_of_request(agencies: dict[int, str]) -> Chosen:
    """The filters that the address asks for."""
    whose, kind = request.args.get("de", ""), request.args.get("tipo", "")
    agency, matter = request.args.get("orgao", ""), request.args.get("materia", "")
    wanted = int(agency) if agency.isascii() and agency.isdecimal() and len(agency) < 10 else None
    return Chosen(
        whose=whose if whose in (MINE, OFFICE) else "",
        kind=kind if kind in agendas.KINDS else "",
        agency=wanted if wanted in agencies else None,
        matter=matter if matter in {each.id for each in guards.chamber().regulation.matters} else "",
    )


def asked_of(chosen: Chosen) -> Asked:
    """The same as the query takes it."""
    regulation = guards.chamber().regulation
    rules = agendas.rules_of_kind(regulation, chosen.kind) if chosen.kind else None
    if chosen.whose == OFFICE:
        office = agendas.rules_of_offices(regulation, guards.member().offices)
        rules = office if rules is None else rules & office
    return Asked(rules=rules, mine=chosen.whose == MINE, agency=chosen.agency, matter=chosen.matter)


# --- The page ---------------------------------------------------------------------------------------------------------


@blueprint.get("/procuradoria/agenda")
@workers
def agenda() -> str:
    """A week or a month: overdue first, then day by day; days without office hours with their reason."""
    who, look = reader(), case_lists.sights(room)
    here = look("")
    agencies = _agency_names()
    period, chosen = period_of(here.today), chosen_of_request(agencies)
    asked = asked_of(chosen)
    late, found = _read(who, asked, period, here.today)
    soon = case_lists.soon_until(here)
    return render_template(
        "attorney/agenda.html",
        heading=_title(period, here.today),
        now=guards.now(),
        lead=_span(period),
        period=period,
        now_here=period.holds(here.today),
        tiles=_tiles(queries_agenda.counts(who, asked, soon), chosen, soon),
        late=[_row(item, look) for item in late.items],
        late_more=late.more,
        days=_days(found, period, look),
        more=found.more,
        chosen=chosen,
        boxes=_boxes(chosen, agencies),
        active=_active(chosen, agencies),
        address=lambda other=None, **changed: _address(other or period, chosen, **changed),
        week=week_of(here.today if period.holds(here.today) else period.first),
        month=month_of(here.today if period.holds(here.today) else period.first),
        files=[(name, _address(period, chosen, f"attorney.agenda_{kind}")) for name, kind in FILES],
        has_feed=guards.may_open("auth.calendar_feed"),
    )


FILES = (("PDF", "pdf"), ("XLSX", "xlsx"))


def _read(who: Any, asked: Asked, period: Period, today: date, limit: int | None = None) -> tuple[Found, Found]:
    """What is overdue, where *period* holds today (else nothing apart), and what the period's days hold."""
    bound = {"limit": limit} if limit else {}
    here = period.holds(today)
    first = today if here else period.first
    late = queries_agenda.overdue(who, asked, **bound) if here else Found((), more=False)
    found = queries_agenda.between(who, asked, first, period.last, **bound)
    if asked.rules is None or request.args.get("tipo") == agendas.COURT:
        court = queries_agenda.lawsuit_dates(who, asked, first, period.last, **bound)
        found = Found(tuple(sorted((*found.items, *court), key=lambda item: item.due)), found.more)
    return late, found


@blueprint.get("/procuradoria/reunioes")
@workers
def meetings() -> AnyResponse:
    """The meetings of a week: the agenda, of meetings only."""
    return redirect(url_for("attorney.agenda", tipo=agendas.MEETINGS, semana=request.args.get("semana") or None), 301)


def _address(period: Period, chosen: Chosen, endpoint: str = "attorney.agenda", **changed: str) -> str:
    return url_for(endpoint, **{**period.asked, **chosen.asked, **changed})


def _title(period: Period, today: date) -> str:
    if period.monthly:
        return gettext("Agenda de %(month)s", month=format_date(period.first, "LLLL 'de' yyyy"))
    if period.holds(today):
        return gettext("Agenda desta semana")
    return gettext("Agenda da semana de %(day)s", day=filters.date_short(period.first))


def _span(period: Period) -> str:
    return gettext(
        "De %(first)s a %(last)s.",
        first=filters.date_weekday_day(period.first),
        last=filters.date_weekday(period.last),
    )


def _tiles(counted: Counts, chosen: Chosen, soon: date) -> list[dict[str, Any]]:
    """Overdue, today, soon: links to where they stand in the agenda of this week, or of this month."""
    here = url_for("attorney.agenda", **chosen.asked)
    this_week = week_of(guards.today()).holds(soon)
    ahead = here if this_week else url_for("attorney.agenda", mes=f"{soon:%Y-%m}", **chosen.asked)
    late = ngettext("Vencido", "Vencidos", counted.overdue)
    named = (
        (counted.overdue, late, "exclamation-octagon-fill", f"{here}#vencidos"),
        (counted.today, ngettext("Vence hoje", "Vencem hoje", counted.today), "alarm-fill", here),
        (counted.soon, gettext("Até 3 dias úteis"), "clock-fill", ahead),
    )
    return [
        {"n": case_lists.figure(n), "label": label, "icon": icon, "url": url, "current": False}
        for n, label, icon, url in named
    ]


def _boxes(chosen: Chosen, agencies: dict[int, str]) -> list[dict[str, Any]]:
    matters = [(each.id, gettext(each.label)) for each in guards.chamber().regulation.matters]
    kinds = [(name, gettext(label)) for name, label in agendas.KINDS.items()]
    return [
        {
            "name": "de",
            "label": gettext("De quem"),
            "options": [(value, gettext(label)) for value, label in WHOSE],
            "value": chosen.whose,
        },
        {
            "name": "tipo",
            "label": gettext("Tipo"),
            "options": [("", gettext("Prazos e reuniões")), *kinds],
            "value": chosen.kind,
        },
        {
            "name": "orgao",
            "label": gettext("Órgão"),
            "options": [("", gettext("Todos")), *sorted(agencies.items(), key=lambda row: row[1])],
            "value": chosen.agency or "",
        },
        {
            "name": "materia",
            "label": gettext("Matéria"),
            "options": [("", gettext("Todas")), *matters],
            "value": chosen.matter,
        },
    ]


def _active(chosen: Chosen, agencies: dict[int, str]) -> list[str]:
    said = [gettext(dict(WHOSE)[chosen.whose])] if chosen.whose else []
    if chosen.kind:
        said.append(gettext(agendas.KINDS[chosen.kind]))
    if chosen.agency:
        said.append(agencies[chosen.agency])
    said += [gettext(each.label) for each in guards.chamber().regulation.matters if each.id == chosen.matter]
    return said


# --- Days -------------------------------------------------------------------------------------------------------------


def _days(found: Found, period: Period, look: Any) -> list[dict[str, Any]]:
    """The days to show: those with something, those closed on a weekday; in a week every weekday."""
    here: Sight = look("")
    by_day: dict[date, list[Item]] = {}
    for item in found.items:
        by_day.setdefault(item.due, []).append(item)
    days = []
    for ahead in range((period.last - period.first).days + 1):
        day = period.first + timedelta(days=ahead)
        reason = closed_words(here.calendar, day)
        past = day < here.today and period.holds(here.today)
        shown = day.weekday() < 5 and not past and (reason or not period.monthly)
        if day in by_day or shown:
            days.append(
                {
                    "date": day,
                    "reason": reason,
                    "today": day == here.today,
                    "rows": [_row(item, look) for item in by_day.get(day, ())],
                }
            )
    return days


def closed_words(calendar: Calendar, day: date) -> str:
    """Why there are no normal office hours on *day*; empty where there are."""
    if calendar.is_normal_day(day):
        return ""
    entry = calendar.day(day)
    if entry is not None and calendar.kind(day) is not DayKind.WEEKEND:
        if calendar.is_business_day(day):
            return gettext("Expediente reduzido: %(name)s", name=entry.name)
        return gettext("Não há expediente: %(name)s", name=entry.name)
    return gettext("Não há expediente: fim de semana")


def _row(item: Item, look: Any) -> dict[str, Any]:
    line, chip = line_of(item, look(item.procedure))
    return {
        "chip": chip,
        "name": line.name,
        "kind": line.kind,
        "who": line.who,
        "why": "" if item.rule in GIVEN_RULES or item.by_hand else room.deadline(item.number, item.ordinal),
        "number": item.number,
        "url": room.url("case", item.number),
        "title": item.title,
        "starts_at": item.starts_at,
        "remote": item.remote,
        "place": item.place,
    }


# --- Files ------------------------------------------------------------------------------------------------------------


@blueprint.get("/procuradoria/agenda.xlsx")
@workers
def agenda_xlsx() -> Response:
    """The agenda of the page as a spreadsheet."""
    period, late, found, look = _for_file()
    lines = [line_of(item, look(item.procedure))[0] for item in (*late.items, *found.items)]
    made = agenda_files.workbook(_title(period, look("").today), lines)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return _download(made, kind, period, "xlsx")


@blueprint.get("/procuradoria/agenda.pdf")
@workers
def agenda_pdf() -> Response:
    """The agenda of the page on paper."""
    period, late, found, look = _for_file()
    here, chamber, who = look(""), guards.chamber(), guards.member()
    groups = [Group(gettext("Vencidos"), "", _lines(late.items, look))] if late.items else []
    by_day: dict[date, list[Item]] = {}
    for item in found.items:
        by_day.setdefault(item.due, []).append(item)
    groups += [
        Group(filters.date_long(day), closed_words(here.calendar, day), _lines(items, look))
        for day, items in by_day.items()
    ]
    cut = gettext(" Cortada: há mais do que cabe; use os filtros.") if late.more or found.more else ""
    agencies = _agency_names()
    said = _active(chosen_of_request(agencies), agencies)
    filters_said = gettext(" Filtros: %(what)s.", what=", ".join(said)) if said else ""
    printed = agenda_files.Printed(
        chamber=chamber.regulation.chamber.name,
        title=_title(period, here.today),
        lead=f"{_span(period)}{filters_said}{cut}",
        footer=gettext(
            "Impressa por %(who)s em %(day)s. Contém dados pessoais: não divulgue.",
            who=who.name,
            day=filters.date_short(here.today),
        ),
        empty=gettext("Nenhum prazo e nenhuma reunião neste período."),
        made_on=here.today,
        groups=tuple(groups),
    )
    return _download(agenda_files.pdf(printed), "application/pdf", period, "pdf")


def _agency_names() -> dict[int, str]:
    return {row.id: row.name for row in queries_desk.agencies()}


def _lines(items: Any, look: Any) -> tuple[Line, ...]:
    return tuple(line_of(item, look(item.procedure))[0] for item in items)


def _for_file() -> tuple[Period, Found, Found, Any]:
    """The same dates as the page, to a larger bound. TooManyTriesError after too many files."""
    throttle.spend("export_account", str(guards.member().account), sessions.clock())
    who, look = reader(), case_lists.sights(room)
    today = look("").today
    period, chosen = period_of(today), chosen_of_request(_agency_names())
    late, found = _read(who, asked_of(chosen), period, today, FILE_ROWS)
    return period, late, found, look


def _download(made: bytes, kind: str, period: Period, ending: str) -> Response:
    name = f"agenda-{period.first:%Y-%m}" if period.monthly else f"agenda-{period.first.isoformat()}"
    headers = {"Content-Disposition": f'attachment; filename="{name}.{ending}"'}
    return Response(made, mimetype=kind, headers=headers)
