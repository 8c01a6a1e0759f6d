"""What pages with a list of cases share: reading the filter from the address, rows, tiles, the line of pages.

Audience-neutral: a room gives its own addresses and asks its own query.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import request, url_for
from flask_babel import gettext, ngettext

from cprac.domain.regulation import Regulation
from cprac.domain.states import CaseState, Turn
from cprac.domain.words import N_
from cprac.persistence import queries_case
from cprac.persistence.queries_lists import CAP, LAST_PAGE, PAGE, CaseRow, Counters, Filter, Page
from cprac.services.intake import fold_name
from cprac.web import guards
from cprac.web.case_room import Room
from cprac.web.deadline_views import Sight, due_words
from cprac.web.next_steps import Asked, task_for

SOON = 3
"""Business days that "up to three business days" means."""

WHEN = ("overdue", "today", "soon", "later")
TURNS: Mapping[Turn, str] = {
    Turn.CHAMBER: N_("Da Câmara"),
    Turn.CITY: N_("Da Prefeitura"),
    Turn.CITIZEN: N_("De quem é parte"),
    Turn.COURT: N_("Da Justiça"),
}


def filter_of_request() -> Filter:
    """What the address asks for (``busca situacao vez prazo pagina``); what is no choice is ignored."""
    text = " ".join(request.args.get("busca", "").replace("\x00", " ").split())[:120]
    states, turns = {state.value: state for state in CaseState}, {turn.value: turn for turn in Turn}
    when = request.args.get("prazo", "")
    page = request.args.get("pagina", "1")
    return Filter(
        text=text,
        folded=fold_name(text),
        state=states.get(request.args.get("situacao", "")),
        turn=turns.get(request.args.get("vez", "")),
        when=when if when in WHEN else "",
        page=max(1, min(LAST_PAGE, int(page))) if page.isascii() and page.isdecimal() and len(page) < 4 else 1,
    )


def sights(room: Room) -> Callable[[str], Sight]:
    """How *room* looks at the cases of a list: one look for each procedure they were filed under."""
    chamber = guards.chamber()
    calendar = chamber.calendar(queries_case.decreed_days())
    known: dict[str, Sight] = {}

    def look(procedure: str) -> Sight:
        if procedure not in known:
            rules: Regulation = chamber.rules_of(procedure)
            known[procedure] = Sight(rules, calendar, guards.today(), room, room.audience)
        return known[procedure]

    return look


def soon_until(look: Sight) -> Any:
    """The last day of "up to three business days"."""
    return look.calendar.add_business_days(look.today, SOON)


def row_view(room: Room, look: Callable[[str], Sight], row: CaseRow) -> dict[str, Any]:
    """A case as a row of a list: its chip, what is to be done, who, state, value."""
    here = look(row.procedure)
    task = task_for(Asked(row.state, row.facts, row.responsible, row.next_due, row.next_rule, here.today))
    chip = due_words(here, row.next_rule, row.next_due) if row.next_due else None
    if row.state is CaseState.SUSPENDED and row.next_due and row.next_due >= here.today:
        note = gettext("volta em %(day)s", day=f"{row.next_due:%d/%m/%Y}")
        chip = {"words": gettext("Parado"), "look": "paused", "due": None, "note": note}
    if row.state is CaseState.LEGACY_OPEN and row.next_due:
        day = f"{row.next_due:%d/%m/%Y}"
        chip = {"words": day, "look": "plain", "due": None, "note": gettext("na planilha antiga")}
    group = next((each for each in here.regulation.priority_groups if each.id == row.facts.priority), None)
    return {
        "number": row.number,
        "url": room.url("case", row.number),
        "chip": chip,
        "task": task.words,
        "note": task.more,
        "title": row.title or row.legacy_number or gettext("Sem partes registradas"),
        "priority": gettext(group.label) if group else "",
        "state": row.state,
        "value": row.value or None,
        "filed_on": row.filed_on,
        "closed_on": row.closed_on,
    }


def figure(n: int) -> int | str:
    """A count that stops at a thousand, as people read it."""
    return gettext("mais de 1.000") if n > CAP else n


def tiles(endpoint: str, counted: Counters, when: str) -> list[dict[str, Any]]:
    """The five counters over a worklist; each is a link to what it counts."""
    named = (
        ("", counted.total, gettext("Tudo que espera por você"), ""),
        ("overdue", counted.overdue, ngettext("Vencido", "Vencidos", counted.overdue), "exclamation-octagon-fill"),
        ("today", counted.today, ngettext("Vence hoje", "Vencem hoje", counted.today), "alarm-fill"),
        ("soon", counted.soon, gettext("Até 3 dias úteis"), "clock-fill"),
        ("later", counted.later, gettext("Mais adiante"), "calendar3"),
    )
    return [
        {
            "n": figure(n),
            "label": label,
            "icon": icon,
            "url": url_for(endpoint, prazo=name or None),
            "current": name == when,
        }
        for name, n, label, icon in named
    ]


def page_line(endpoint: str, asked: Filter, page: Page, total: int) -> dict[str, Any]:
    """What the line under a list says: how many of how many, and the ways to the other pages."""
    more = page.more and asked.page < LAST_PAGE
    return {
        "shown": (asked.page - 1) * PAGE + len(page.rows),
        "total": min(total, CAP),
        "capped": total > CAP,
        "next_url": address_of_page(endpoint, asked.page + 1) if more else "",
        "previous_url": address_of_page(endpoint, asked.page - 1) if asked.page > 1 else "",
    }


def address_of_page(endpoint: str, page: int) -> str:
    """The same list at another page."""
    kept = {
        name: value for name, value in request.args.items() if name in ("busca", "situacao", "vez", "prazo") and value
    }
    return url_for(endpoint, **kept, pagina=page if page > 1 else None)


def choices(asked: Filter, *, mine: bool) -> list[dict[str, Any]]:
    """The two lists of the filter bar. ``mine``: the first choice of "whose turn" is the reader's own work."""
    states = [(state.value, gettext(state.label)) for state in CaseState if state is not CaseState.DRAFT]
    turns = [(turn.value, gettext(label)) for turn, label in TURNS.items()]
    first = gettext("Minha") if mine else gettext("De qualquer um")
    return [
        {
            "name": "situacao",
            "label": gettext("Situação"),
            "options": [("", gettext("Todas")), *states],
            "value": asked.state.value if asked.state else "",
        },
        {
            "name": "vez",
            "label": gettext("Vez de quem"),
            "options": [("", first), *turns],
            "value": asked.turn.value if asked.turn else "",
        },
    ]


def active_words(asked: Filter) -> list[str]:
    """What is being shown, in words."""
    said = [f"“{asked.text}”"] if asked.text else []
    if asked.state:
        said.append(gettext(asked.state.label))
    if asked.turn in TURNS:
        said.append(gettext("vez %(whose)s", whose=gettext(TURNS[asked.turn]).lower()))
    return said
