"""Keeping the sums of the flow in the database, so that a process that starts need not count every event again."""

from __future__ import annotations

from datetime import datetime
from functools import cache

from sqlalchemy import insert
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from cprac.domain.process_map import Switches
from cprac.persistence import queries_process
from cprac.persistence.database import transaction
from cprac.persistence.models import FlowSums
from cprac.persistence.queries_process import Flow
from cprac.services.chamber import Chamber
from cprac.services.report_sources import everything

EVENTS = 1_000
"""So many new events may be added by who reads, before the kept sums are written again on the same day."""


def keep(chamber: Chamber, now: datetime) -> int:
    """Write the sums of all cases where they are of another day, far behind, or of no use. Return the events in them.

    Zero: nothing was to be done. Two at once write the same, or one a little older: who reads goes on from either.
    """
    today, kept = chamber.day(now), queries_process.stored_when()
    if kept is None:
        return write(chamber, now) if queries_process.last_event() else 0
    found = queries_process.gone_on(everything(today), _switches(chamber))
    if found is not None:
        upto, on = kept
        if found.upto == upto or (on == today and found.upto - upto < EVENTS):
            return 0
    return write(chamber, now, found)


def write(chamber: Chamber, now: datetime, found: Flow | None = None) -> int:
    """Write the sums of all cases, *found* or counted from the beginning. Return the events in them."""
    today, switches = chamber.day(now), _switches(chamber)
    found = found or queries_process.counted(everything(today), switches)
    new = {"format": queries_process.FORMAT, "upto": found.upto, "on": today}
    new["body"] = queries_process.packed(found, switches)
    with transaction() as session:
        build = {"sqlite": sqlite_insert, "postgresql": postgresql_insert}.get(session.get_bind().dialect.name, insert)
        session.execute(build(FlowSums).values(id=1, **new).on_conflict_do_update(index_elements=["id"], set_=new))
    return found.map.events


def _switches(chamber: Chamber) -> Switches:
    return cache(lambda procedure: chamber.rules_of(procedure).switches)
