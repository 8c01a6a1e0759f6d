"""What waits for the reader, and every case the reader may see."""

from __future__ import annotations

from datetime import timedelta

from flask import render_template
from flask_babel import gettext

from cprac.domain.business_days import WEEKDAYS
from cprac.persistence import queries_desk, queries_lists
from cprac.persistence.queries_lists import CAP
from cprac.web import case_lists, filters, guards
from cprac.web.attorney.room import blueprint, room, workers
from cprac.web.case_room import reader
from cprac.web.deadline_views import Sight

DAYS_AHEAD = 7


@blueprint.get("/procuradoria/")
@workers
def worklist() -> str:
    """What waits for the reader, in order of due date; with a choice of somebody else's turn, what waits for them."""
    asked, who = case_lists.filter_of_request(), reader()
    look = case_lists.sights(room)
    here = look("")
    soon = case_lists.soon_until(here)
    counted = queries_lists.counters(who, soon)
    mine = asked.turn is None
    page = queries_lists.worklist(who, asked, soon) if mine else queries_lists.cases(who, asked)
    total = _total(counted.total, asked.when, counted) if mine and not (asked.text or asked.state) else page.total
    if total is None:
        total = len(page.rows) + (CAP if page.more else 0)
    return render_template(
        "attorney/worklist.html",
        lead=day_words(here),
        tiles=case_lists.tiles("attorney.worklist", counted, asked.when),
        rows=[case_lists.row_view(room, look, row) for row in page.rows],
        line=case_lists.page_line("attorney.worklist", asked, page, total),
        aside=_aside(total, mine=mine),
        asked=asked,
        choices=case_lists.choices(asked, mine=True),
        active=case_lists.active_words(asked),
        waiting=queries_desk.receipts_missing(who),
        may_file=guards.may_open("attorney.new_filing"),
    )


def _total(everything: int, when: str, counted: queries_lists.Counters) -> int:
    return getattr(counted, when) if when else everything


def _aside(total: int, *, mine: bool) -> str:
    if total > CAP:
        return gettext("mais de 1.000 casos")
    if mine:
        return gettext("1 tarefa") if total == 1 else gettext("%(n)s tarefas", n=filters.integer(total))
    return gettext("1 caso") if total == 1 else gettext("%(n)s casos", n=filters.integer(total))


def day_words(look: Sight) -> str:
    """Today in words, and the next weekday without office hours in the week ahead, with its reason."""
    words = filters.date_long(look.today)
    words = f"{words[:1].upper()}{words[1:]}."
    for ahead in range(DAYS_AHEAD):
        day = look.today + timedelta(days=ahead)
        entry = look.calendar.day(day)
        if entry is None or day.weekday() >= 5 or look.calendar.is_business_day(day):
            continue
        named = gettext("Hoje") if not ahead else WEEKDAYS[day.weekday()].removesuffix("-feira").capitalize()
        when = named if not ahead else f"{named}, {day:%d/%m},"
        return gettext("%(today)s %(when)s não conta: %(name)s.", today=words, when=when, name=entry.name)
    return words


@blueprint.get("/procuradoria/casos")
@workers
def cases() -> str:
    """Every case the reader may see."""
    asked, who = case_lists.filter_of_request(), reader()
    page = queries_lists.cases(who, asked)
    look = case_lists.sights(room)
    return render_template(
        "attorney/cases.html",
        rows=[case_lists.row_view(room, look, row) for row in page.rows],
        line=case_lists.page_line("attorney.cases", asked, page, page.total or 0),
        aside=_aside(page.total or 0, mine=False),
        asked=asked,
        ordered=asked.state is not None or asked.turn is not None,
        choices=case_lists.choices(asked, mine=False),
        active=case_lists.active_words(asked),
        may_file=guards.may_open("attorney.new_filing"),
    )
