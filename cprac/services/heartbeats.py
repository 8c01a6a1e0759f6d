"""The heartbeat of the clock: when each of its tasks last ran, and what it did. A dead clock must be seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from cprac.persistence.database import db, transaction
from cprac.persistence.models import Sweep

DEADLINES, OUTBOX, HOUSEKEEPING = "deadlines", "outbox", "housekeeping"
REMINDERS, DEEMED, RECONCILIATION = "reminders", "deemed", "reconciliation"
RELEASES = "releases"
CLOCK = "clock"
"""When any scheduler last looked at its clock: what ``clock_holds`` compares with. No task of its own."""

STALE_AFTER = {
    DEADLINES: timedelta(minutes=10),
    DEEMED: timedelta(minutes=10),
    OUTBOX: timedelta(minutes=10),
    HOUSEKEEPING: timedelta(hours=26),
    REMINDERS: timedelta(hours=26),
    RECONCILIATION: timedelta(hours=26),
    RELEASES: timedelta(hours=26),
}
"""How old a heartbeat may be before somebody must look (reliability.md I6)."""


@dataclass(frozen=True, slots=True)
class Beat:
    """When a task of the clock last ran (None: never) and what it counted then."""

    name: str
    last_at: datetime | None
    age: timedelta | None
    counts: Mapping[str, Any]

    @property
    def stale(self) -> bool:
        """Whether the task has not run for longer than it may."""
        return self.age is None or self.age > STALE_AFTER[self.name]


def beat(session: Session, name: str, now: datetime, counts: Mapping[str, Any]) -> None:
    """Write the heartbeat of the task *name* inside the caller's transaction."""
    build = {"sqlite": sqlite_insert, "postgresql": postgresql_insert}.get(session.get_bind().dialect.name, insert)
    new = {"last_at": now, "counts": dict(counts)}
    session.execute(build(Sweep).values(name=name, **new).on_conflict_do_update(index_elements=["name"], set_=new))


def record(name: str, now: datetime, counts: Mapping[str, Any]) -> None:
    """Write the heartbeat of the task *name* in a transaction of its own."""
    with transaction() as session:
        beat(session, name, now, counts)


def done_on(counts: Mapping[str, Any], on: date) -> bool:
    """Whether a daily task that wrote *counts* has done the local day *on*.

    A day that lies further ahead than tomorrow was never today: a clock that jumped wrote it, and today is still to do.
    """
    return counts.get("on", "") in (on.isoformat(), (on + timedelta(days=1)).isoformat())


def heartbeat(now: datetime, session: Session | None = None) -> dict[str, Beat]:
    """Every task of the clock by name, with the age of its last run at the instant *now*."""
    found = (session or db.session()).execute(select(Sweep.name, Sweep.last_at, Sweep.counts))
    rows = {row.name: row for row in found}
    return {
        name: Beat(name, rows[name].last_at, max(now - rows[name].last_at, timedelta()), rows[name].counts)
        if name in rows
        else Beat(name, None, None, {})
        for name in STALE_AFTER
    }
