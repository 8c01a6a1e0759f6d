"""Holds: after the clock stood still or jumped, what happens by itself in law waits until a person has looked.

Deadlines go on expiring, because expiry decides nothing. What the regulation automates, and notices deemed received, do
not happen while a hold is open; they stay proposals in the worklist, and a coordinator or an administrator releases it.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from cprac.domain.roles import Office
from cprac.domain.words import N_, Labelled
from cprac.persistence.database import db, transaction
from cprac.persistence.models import Account, ClockHold, Sweep
from cprac.persistence.viewers import offices_of
from cprac.services import heartbeats, submissions
from cprac.services.chamber import Chamber
from cprac.services.errors import NotFoundError

LONGEST_GAP = timedelta(hours=36)
"""A clock that was away longer than this has missed a working day: somebody looks before rights are touched."""

TOLERANCE = timedelta(minutes=5)
"""How far clocks may disagree: two machines with each other, or a machine's wall clock with the time that passed."""

RELEASED_BY = frozenset({Office.COORDINATOR, Office.ADMINISTRATOR})


class Reason(Labelled):
    """Why a hold opened, with the words that a person reads."""

    GAP = "gap", N_("O relógio ficou parado por mais de 36 horas.")
    BACK = "back", N_("O relógio do servidor voltou no tempo.")
    JUMP = "jump", N_("O relógio do servidor saltou: ele não combina com o tempo que passou.")


@dataclass(frozen=True, slots=True)
class Hold:
    """A hold that is open, or (``confirmed_at``) was. ``last_at``: when the clock had been seen last before it."""

    id: int
    since: datetime
    reason: Reason
    last_at: datetime | None
    confirmed_at: datetime | None = None
    confirmed_by: str = ""


class Pace:
    """Whether the wall clock goes as fast as time: what one process sees between two looks.

    It counts the time a sleeping machine slept (CLOCK_BOOTTIME, where there is one), so that only a clock that somebody
    moved, or a machine that was frozen whole, differs.
    """

    def __init__(self) -> None:
        self._seen: tuple[datetime, float] | None = None

    def jumped(self, now: datetime, passed: float | None = None) -> bool:
        """Whether the wall clock, at *now*, is off by more than ``TOLERANCE`` against the last look.

        *passed*: a reading in seconds of a clock that never jumps; this machine's by default.
        """
        steady = _steady() if passed is None else passed
        before, self._seen = self._seen, (now, steady)
        if before is None:
            return False
        return abs((now - before[0]) - timedelta(seconds=steady - before[1])) > TOLERANCE


def _steady() -> float:
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


def watch(now: datetime) -> bool:
    """Note that the clock was seen at *now*; open a hold where it was away too long or went back.

    Answers whether automatic effects wait. Two schedulers that come back together open one hold.
    """
    with transaction() as session:
        last = _last_seen(session)
        if last is not None and now - last > LONGEST_GAP:
            _open(session, Reason.GAP, now, last)
        elif last is not None and last - now > TOLERANCE:
            _open(session, Reason.BACK, now, last)
        heartbeats.beat(session, heartbeats.CLOCK, now, {})
        return held(session)


def hold(now: datetime, reason: Reason) -> None:
    """Open a hold, unless one is open."""
    with transaction() as session:
        _open(session, reason, now, _last_seen(session))


def _last_seen(session: Session) -> datetime | None:
    """When any scheduler last looked; its row stays locked, so that who comes second sees what the first wrote."""
    return session.scalar(select(Sweep.last_at).where(Sweep.name == heartbeats.CLOCK).with_for_update())


def _open(session: Session, reason: Reason, now: datetime, last: datetime | None) -> None:
    if not held(session):
        session.add(ClockHold(since=now, reason=reason.value, last_sweep_at=last))
        session.flush()


def held(session: Session) -> bool:
    """Whether automatic effects wait: asked again inside the transaction of each of them."""
    return session.scalar(select(ClockHold.id).where(ClockHold.confirmed_at.is_(None)).limit(1)) is not None


def current(session: Session | None = None) -> Hold | None:
    """The hold that is open, or None."""
    found = (session or db.session()).scalar(
        select(ClockHold).where(ClockHold.confirmed_at.is_(None)).order_by(ClockHold.id).limit(1)
    )
    return _as_hold(found) if found else None


def recent(limit: int = 5) -> tuple[Hold, ...]:
    """The holds that were released, newest first."""
    rows = db.session.execute(
        select(ClockHold, Account.name)
        .join(Account, Account.id == ClockHold.confirmed_by)
        .where(ClockHold.confirmed_at.is_not(None))
        .order_by(ClockHold.id.desc())
        .limit(limit)
    )
    return tuple(_as_hold(row, name) for row, name in rows)


def _as_hold(row: ClockHold, name: str = "") -> Hold:
    return Hold(row.id, row.since, Reason(row.reason), row.last_sweep_at, row.confirmed_at, name)


def release(chamber: Chamber, account: int, hold_id: int, now: datetime, key: str) -> None:
    """Say that the clock is right: what waits happens with the next sweeps. Ten equal submissions are one.

    Raises NotFoundError where that hold is not open, or *account* is neither coordinator nor administrator.
    """
    with transaction() as session:
        if submissions.claim(session, key, account, submissions.fingerprint("release", hold_id), now) is not None:
            return
        row = session.scalar(
            select(ClockHold).where(ClockHold.id == hold_id, ClockHold.confirmed_at.is_(None)).with_for_update()
        )
        if row is None or not offices_of(session, account, chamber.day(now)) & RELEASED_BY:
            raise NotFoundError(str(hold_id))
        row.confirmed_at, row.confirmed_by = now, account
        submissions.answer(session, key, {"hold": hold_id})
