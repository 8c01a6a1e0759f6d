"""Keeping the sums of the flow in the database, so that a process that starts need not count every event again."""

from __future__ import annotations

from datetime import datetime
from functools import cache

from cprac.persistence import queries_process
from cprac.persistence.database import db, transaction
from cprac.persistence.models import FlowSums
from cprac.services.chamber import Chamber
from cprac.services.report_sources import everything

EVENTS = 5_000
"""So many new events may be added by who reads, before the kept sums are written again on the same day."""


def keep(chamber: Chamber, now: datetime) -> int:
    """Write the sums of all cases where they are not kept, are of another day, or far behind. Return their events.

    Zero: nothing was to be done. Two at once write the same, or one a little older: who reads goes on from either.
    """
    today, last = chamber.day(now), queries_process.last_event()
    kept = queries_process.stored_when()
    if kept is None and not last:
        return 0
    if kept is not None:
        upto, on = kept
        if upto == last or (on == today and last - upto < EVENTS):
            return 0

    @cache
    def switches(procedure: str) -> frozenset[str]:
        return chamber.rules_of(procedure).switches

    found = queries_process.flow(everything(today), switches)
    body = queries_process.packed(found, switches)
    db.session.rollback()
    with transaction() as session:
        session.merge(FlowSums(id=1, format=queries_process.FORMAT, upto=found.upto, on=today, body=body))
    return found.map.events
