"""The watch over deadlines: what is past due becomes expired, once, with an event of the docket.

Any number of processes may sweep at the same time: each deadline is looked at again under the lock of its case, so it
expires once. Some tens of cases share a transaction; where one of them fails, each goes alone, so that it stops nobody.
Expiry decides nothing: an expired row stays in the worklist as the proposal of an act that somebody signs (procedure.md
c). What the regulation itself automates ("automatic:<act>") the timer does in a step of its own, row by row, unless a
hold is open (``clock_holds``).
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select, tuple_
from sqlalchemy.orm import Session

from cprac.domain.acts import Act, Compartment
from cprac.domain.regulation import Regulation
from cprac.domain.roles import Role
from cprac.domain.system_events import SystemEvent
from cprac.persistence.database import db, transaction
from cprac.persistence.models import Case, Chain, DeadlineRow, RegulationVersion
from cprac.persistence.outages import OUTAGES
from cprac.services import acts, caches, chains, clock_holds, deadline_rows, heartbeats
from cprac.services.chamber import Chamber
from cprac.services.errors import RefusedError
from cprac.services.heartbeats import Beat, heartbeat

__all__ = ["Beat", "Swept", "Waiting", "heartbeat", "sweep", "waiting"]

PAGE = 1000
"""Deadlines read at a time."""

CHUNK = 50
"""Deadlines that share a transaction: on SQLite nobody else writes meanwhile, so it must stay well under 200 ms."""

LIMIT = 20_000
"""Deadlines a sweep lets expire before it says that it lives; the next one goes on a minute later."""

OUTAGES_IN_A_ROW = 3
"""One case whose rows cannot be read is a failure of that case; a database that is gone is not one of each case."""

BREATH = 0.02
"""Seconds between two transactions: whoever waits for SQLite's only writer gets in."""

log = logging.getLogger(__name__)

Due = tuple[int, int]
"""A deadline and its case, by id."""


@dataclass(slots=True)
class Swept:
    """What a sweep did. ``busy``: left for the next one, because somebody was acting in the case at that moment.

    ``held``: automatic effects wait for a person (``clock_holds``). ``outages``: how often in a row the database did
    not answer; at ``OUTAGES_IN_A_ROW`` the sweep gives up, writes no heartbeat and leaves the rest to the next one.
    """

    expired: int = 0
    automatic: int = 0
    busy: int = 0
    failed: int = 0
    held: bool = False
    outages: int = 0
    failures: list[str] = field(default_factory=list)

    def note(self, deadline: int, case: int, error: Exception) -> None:
        """Remember a failure, the first of them by name; raise it where it is the database that fails each time."""
        self.outage(error)
        self.failed += 1
        if len(self.failures) < 20:
            self.failures.append(f"deadline {deadline}, case {case}: {type(error).__name__}")

    def outage(self, error: Exception) -> None:
        """Count an error of the database itself (locked, gone, full), and raise it where it is one of several."""
        if isinstance(error, OUTAGES):
            self.outages += 1
            if self.outages >= OUTAGES_IN_A_ROW:
                raise error


def sweep(chamber: Chamber, now: datetime, limit: int = LIMIT, *, watched: bool = True) -> Swept:
    """Let expire what is past due on the local day of *now*, at most *limit* deadlines, oldest first.

    A case in which this fails is left as it was, named in the log and in the heartbeat, and does not stop the others.
    *watched*: whether a clock that stood still or went back opens a hold; not so for the frozen day of a demonstration.
    """
    done = Swept(held=clock_holds.watch(now) if watched else False)
    for number, chunk in enumerate(_chunks(chamber.day(now), limit, done)):
        if number:
            time.sleep(BREATH)
        _expire(chamber, chunk, now, done)
    if not done.held:
        for waits in waiting(chamber):
            _do(chamber, waits, now, done)
    heartbeats.record(heartbeats.DEADLINES, now, asdict(done))
    return done


# --- What is past due -------------------------------------------------------------------------------------------------


def _chunks(today: date, limit: int, done: Swept) -> Iterator[list[Due]]:
    """What is past due in portions, until *limit* of it has expired."""
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
        start = 0
        while start < len(rows) and done.expired < limit:
            portion = rows[start : start + min(CHUNK, limit - done.expired)]
            start += len(portion)
            yield [(row.id, row.case_id) for row in portion]
        if len(rows) < PAGE or done.expired >= limit:
            return
        place = (rows[-1].due, rows[-1].id)


def _expire(chamber: Chamber, chunk: Sequence[Due], now: datetime, done: Swept) -> None:
    """A portion in one transaction; where that fails, each deadline in its own, so that the broken case is found."""
    try:
        expired, busy = _expire_together(chamber, chunk, now)
    except Exception as error:  # one broken case must not stop the clock of all the others
        if len(chunk) > 1:
            done.outage(error)
            for each in chunk:
                _expire(chamber, [each], now, done)
            return
        deadline, case = chunk[0]
        log.exception("deadline %s of case %s could not expire", deadline, case)
        done.note(deadline, case, error)
        return
    done.expired += expired
    done.busy += busy
    done.outages = 0


def _expire_together(chamber: Chamber, chunk: Sequence[Due], now: datetime) -> tuple[int, int]:
    """How many expired, and how many were left because somebody acts in their case. Who was faster leaves nothing."""
    on, expired, busy = chamber.day(now), 0, 0
    with transaction() as session:
        wanted = sorted({case for _deadline, case in chunk})
        query = select(Case).where(Case.id.in_(wanted)).order_by(Case.id).with_for_update(skip_locked=True)
        cases = {case.id: case for case in session.scalars(query)}
        rows = _deadlines_of(session, cases)
        heads = _heads_of(session, cases)
        calendar = chamber.calendar(deadline_rows.decreed_days(session))
        for deadline_id, case_id in chunk:
            if case_id not in cases:
                busy += 1
                continue
            case = cases[case_id]
            row = next(row for row in rows[case_id] if row.id == deadline_id)
            if row.status != "open" or row.due >= on:
                continue
            ledger = deadline_rows.Ledger(
                session, case, chamber.rules_of(case.procedure), calendar, on, case.version + 1, _rows=rows[case_id]
            )
            ledger.expire(row)
            row.automatic_at = None  # it may have lapsed before, and been given more time
            _write(session, chamber, case, ledger, now)
            expired += 1
        session.flush()
        del heads
    return expired, busy


def _deadlines_of(session: Session, cases: Iterable[int]) -> dict[int, list[DeadlineRow]]:
    query = select(DeadlineRow).where(DeadlineRow.case_id.in_(list(cases)))
    found = session.scalars(query.order_by(DeadlineRow.case_id, DeadlineRow.ordinal))
    return {case: list(group) for case, group in groupby(found, key=lambda row: row.case_id)}


def _heads_of(session: Session, cases: Iterable[int]) -> list[Chain]:
    """The heads of the dockets, read at once: while they are held, the session answers from memory."""
    docket = Chain.compartment == Compartment.DOCKET.value
    return list(session.scalars(select(Chain).where(Chain.case_id.in_(list(cases)), docket)))


def _write(session: Session, chamber: Chamber, case: Case, ledger: deadline_rows.Ledger, now: datetime) -> None:
    """The docket event and the columns that lists read: the state and the facts stay as they are."""
    caches.update_dates(case, ledger, ledger.version, now)
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
        flush=False,
    )


# --- What the regulation automates ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Waiting:
    """An expired deadline whose consequence the regulation automates, and that was not tried yet."""

    deadline: int
    case: int
    number: str
    rule: str
    due: date
    act: Act


def waiting(chamber: Chamber, limit: int = PAGE) -> list[Waiting]:
    """What the timer is to do, oldest first. Costs nothing where no version of the procedure automates anything."""
    automated = _automated(chamber)
    if not automated:
        return []
    rows = db.session.execute(_lapsed(automated).limit(limit)).all()
    db.session.rollback()
    return [
        Waiting(row.id, row.case_id, row.number, row.rule, row.due, automated[row.procedure][row.rule]) for row in rows
    ]


def _lapsed(automated: dict[str, dict[str, Act]]) -> Select[Any]:
    either: list[ColumnElement[bool]] = [
        and_(Case.procedure == procedure, DeadlineRow.rule.in_(list(rules))) for procedure, rules in automated.items()
    ]
    return (
        select(DeadlineRow.id, DeadlineRow.case_id, DeadlineRow.rule, DeadlineRow.due, Case.number, Case.procedure)
        .join(Case, Case.id == DeadlineRow.case_id)
        .where(
            DeadlineRow.status == "expired",
            DeadlineRow.ended_on.is_(None),
            DeadlineRow.automatic_at.is_(None),
            or_(*either),
        )
        .order_by(DeadlineRow.due, DeadlineRow.id)
    )


def _automated(chamber: Chamber) -> dict[str, dict[str, Act]]:
    """Procedure -> rule -> the act that follows by itself, for the procedures that cases were filed under."""
    known = {"", chamber.regulation.version, *db.session.scalars(select(RegulationVersion.procedure))}
    db.session.rollback()
    found = {procedure: _acts_of(chamber, procedure) for procedure in sorted(known)}
    return {procedure: rules for procedure, rules in found.items() if rules}


def _acts_of(chamber: Chamber, procedure: str) -> dict[str, Act]:
    try:
        regulation = chamber.rules_of(procedure)
    except (ValueError, OSError):  # its file is gone: nothing happens by itself under rules that nobody can read
        log.exception("the procedure %s cannot be read", procedure)
        return {}
    return {rule.id: act for rule in regulation.deadlines.values() if (act := automatic_act(regulation, rule.id))}


def automatic_act(regulation: Regulation, rule_id: str) -> Act | None:
    """The act that the end of *rule_id* brings by itself, None where it only proposes."""
    kind, _, act = regulation.rule(rule_id).on_expiry.partition(":")
    return Act(act) if kind == "automatic" else None


def _do(chamber: Chamber, waits: Waiting, now: datetime, done: Swept) -> None:
    try:
        with transaction() as session:
            answer = _do_in(session, chamber, waits, now)
    except Exception as error:  # as above: the others go on
        log.exception("the consequence of deadline %s of case %s failed", waits.deadline, waits.case)
        done.note(waits.deadline, waits.case, error)
        return
    done.outages = 0
    if answer is None:
        done.busy += 1
    else:
        done.automatic += answer


def _do_in(session: Session, chamber: Chamber, waits: Waiting, now: datetime) -> bool | None:
    """Do the act; where its guards refuse, it stays a proposal for a person. None: somebody is acting in the case."""
    case = session.scalar(select(Case).where(Case.id == waits.case).with_for_update(skip_locked=True))
    if case is None:
        return None
    row = session.scalars(select(DeadlineRow).where(DeadlineRow.id == waits.deadline)).one()
    if row.status != "expired" or row.ended_on is not None or row.automatic_at is not None:
        return False
    if clock_holds.held(session):
        return False
    row.automatic_at = now
    try:
        acts.act_in(session, chamber, case, None, waits.act, {}, version=None, now=now, role=Role.SYSTEM)
    except RefusedError:
        return False
    return True
