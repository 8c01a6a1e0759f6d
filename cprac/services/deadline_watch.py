"""The watch over deadlines: what is past due becomes expired, once, with an event of the docket.

Any number of processes may sweep at the same time: each deadline is looked at again under the lock of its case, so it
expires once. Expiry decides nothing: an expired row stays in the worklist as the proposal of an act that somebody signs
(procedure.md c). Only what the regulation itself automates ("automatic:<act>") the timer does, in the same transaction.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from cprac.domain.acts import Act, Compartment
from cprac.domain.facts import CaseFacts, from_plain
from cprac.domain.roles import Role
from cprac.domain.system_events import SystemEvent
from cprac.persistence.database import db, transaction
from cprac.persistence.models import Case, DeadlineRow
from cprac.services import acts, caches, chains, deadline_rows, heartbeats
from cprac.services.chamber import Chamber
from cprac.services.errors import RefusedError
from cprac.services.heartbeats import Beat, heartbeat

__all__ = ["Beat", "Swept", "heartbeat", "sweep"]

PAGE = 200
"""Deadlines read at a time; each is then handled in its own transaction."""

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Swept:
    """What a sweep did. ``busy``: left for the next one, because somebody was acting in the case at that moment."""

    expired: int = 0
    automatic: int = 0
    busy: int = 0
    failed: int = 0
    failures: list[str] = field(default_factory=list)


def sweep(chamber: Chamber, now: datetime, limit: int = 5000) -> Swept:
    """Let expire what is past due on the local day of *now*, at most *limit* deadlines, oldest first.

    A case in which this fails is left as it was, named in the log and in the heartbeat, and does not stop the others.
    """
    done = Swept()
    for deadline, case in _past_due(chamber.day(now)):
        try:
            _expire(chamber, case, deadline, now, done)
        except Exception as error:  # one broken case must not stop the clock of all the others
            log.exception("deadline %s of case %s could not expire", deadline, case)
            done.failed += 1
            if len(done.failures) < 20:
                done.failures.append(f"deadline {deadline}, case {case}: {type(error).__name__}")
        if done.expired >= limit:
            break
    heartbeats.record(heartbeats.DEADLINES, now, asdict(done))
    return done


def _past_due(today: date) -> Iterator[tuple[int, int]]:
    """The open deadlines whose day is over, as (deadline, case), oldest first, a page at a time."""
    place = (date.min, 0)
    while True:
        rows = db.session.execute(
            select(DeadlineRow.id, DeadlineRow.case_id, DeadlineRow.due)
            .where(
                DeadlineRow.status == "open",
                DeadlineRow.due < today,
                tuple_(DeadlineRow.due, DeadlineRow.id) > place,
            )
            .order_by(DeadlineRow.due, DeadlineRow.id)
            .limit(PAGE)
        ).all()
        db.session.rollback()
        yield from ((row.id, row.case_id) for row in rows)
        if len(rows) < PAGE:
            return
        place = (rows[-1].due, rows[-1].id)


def _expire(chamber: Chamber, case_id: int, deadline_id: int, now: datetime, done: Swept) -> None:
    """One deadline, one transaction; nothing where another sweep or an act was faster."""
    with transaction() as session:
        case = session.scalar(select(Case).where(Case.id == case_id).with_for_update(skip_locked=True))
        if case is None:
            done.busy += 1
            return
        on = chamber.day(now)
        regulation = chamber.rules_of(case.procedure)
        calendar = chamber.calendar(deadline_rows.decreed_days(session))
        ledger = deadline_rows.Ledger(session, case, regulation, calendar, on, case.version + 1)
        row = next(row for row in ledger.rows if row.id == deadline_id)
        if row.status != "open" or row.due >= on:
            return
        ledger.expire(row)
        _write(session, chamber, case, ledger, now)
        automatic = _perform(session, chamber, case, regulation.rule(row.rule).on_expiry, now)
    done.expired += 1
    done.automatic += automatic


def _write(session: Session, chamber: Chamber, case: Case, ledger: deadline_rows.Ledger, now: datetime) -> None:
    """The docket event and the columns that lists read: the state and the facts stay as they are."""
    caches.update_case(session, case, case.state, from_plain(CaseFacts, case.facts), ledger, ledger.version, now)
    payload: dict[str, Any] = {
        "from": case.state.value,
        "to": case.state.value,
        "changes": {},
        "deadlines": ledger.lines,
        "values": {},
        "waiting_on": case.waiting_on.value,
    }
    chains.append(
        session,
        chamber,
        case,
        Compartment.DOCKET.value,
        act=SystemEvent.DEADLINE_EXPIRED.value,
        actor=None,
        role=Role.SYSTEM.value,
        now=now,
        on=ledger.on,
        payload=payload,
    )


def _perform(session: Session, chamber: Chamber, case: Case, on_expiry: str, now: datetime) -> bool:
    """Do the act that the regulation automates; where its guards refuse, it stays a proposal for a person."""
    kind, _, act = on_expiry.partition(":")
    if kind != "automatic":
        return False
    try:
        acts.act_in(session, chamber, case, None, Act(act), {}, version=None, now=now, role=Role.SYSTEM)
    except RefusedError:
        return False
    return True
