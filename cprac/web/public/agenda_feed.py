"""A person's agenda for calendar programs: who holds the secret address reads it, with what that person may see now."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

from flask import Response, current_app
from flask_babel import gettext

from cprac.persistence import queries_accounts, queries_agenda, queries_case
from cprac.persistence.queries import Reader
from cprac.persistence.queries_accounts import SignedIn
from cprac.services import agenda_files, agendas, calendar_feeds
from cprac.services.errors import NotFoundError
from cprac.web import guards, security, sessions
from cprac.web.agenda_lines import line_of
from cprac.web.case_room import Room
from cprac.web.deadline_views import Sight
from cprac.web.public.room import blueprint

BACK, AHEAD = timedelta(days=30), timedelta(days=400)
"""How far the agenda looks: what ran out lately and still waits, and what comes in the next thirteen months."""

ROOMS = ("attorney", "office", "party")
"""Where a case is read, the first of them that its reader may open."""


@blueprint.get("/agenda/<token>.ics")
@guards.public
def agenda_feed(token: str) -> Response:
    """The agenda as iCalendar: the holder's own dates, by number and name; 404 for a wrong or ended address."""
    chamber, today = guards.chamber(), guards.today()
    who = queries_accounts.signed_in(calendar_feeds.holder(token, security.source(), now=sessions.clock()), today)
    if who is None:
        raise NotFoundError("agenda")
    reader = Reader(who.account, who.offices, guards.now(), today)
    regulation = chamber.regulation
    found = queries_agenda.feed(reader, agendas.theirs(regulation, who.offices), today - BACK, today + AHEAD)
    calendar = chamber.calendar(queries_case.decreed_days())
    room = _room(who)
    lines = []
    for item in found:
        look = Sight(chamber.rules_of(item.procedure), calendar, today, room)
        lines.append(line_of(item, look, chamber.base_url + room.url("case", item.number))[0])
    made = agenda_files.icalendar_feed(
        gettext("Agenda da %(chamber)s", chamber=regulation.chamber.short_name),
        urlsplit(chamber.base_url).hostname or "cprac",
        lines,
        meeting=timedelta(minutes=regulation.sessions.default_minutes),
        now=guards.now(),
    )
    headers = {
        "Cache-Control": "private, max-age=900",
        "Content-Disposition": 'inline; filename="agenda.ics"',
        "Referrer-Policy": "no-referrer",
        "X-Robots-Tag": "noindex",
    }
    return Response(made, mimetype="text/calendar", headers=headers)


def _room(who: SignedIn) -> Room:
    """The room in which *who* reads cases."""
    views = current_app.view_functions
    name = next(name for name in ROOMS if views[f"{name}.case"].policy.lets(who))  # type: ignore[attr-defined]
    return Room(name, prefix="", policy=guards.public, layout="", audience="staff", home=("", ""))
