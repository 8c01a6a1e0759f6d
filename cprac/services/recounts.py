"""The recount: after a change of the calendar, what every open deadline becomes; case by case, in short transactions.

``look`` is the one function of preview and recount. A recount goes through the cases in the order of their ids and
remembers its place in the transaction that moves the dates, so that after a crash it goes on, and two processes share
it. It is idempotent by nature: a deadline that already has its date is left alone. A date already communicated never
becomes earlier; what was met or expired is only put on the list of reviews. Over 400 lines: asking, sharing and
writing are one promise (each date once) and are read together.
"""

from __future__ import annotations

import logging
import time
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, func, or_, select
from sqlalchemy.orm import Session

from cprac.domain.acts import Compartment
from cprac.domain.business_days import Calendar
from cprac.domain.deadline_rules import FRAME_RULES, GIVEN_RULES
from cprac.domain.deadlines import DeadlineRule, binding_due
from cprac.domain.history import SCHEMA, Event, digest
from cprac.domain.regulation import Regulation
from cprac.domain.roles import Role
from cprac.domain.system_events import SystemEvent
from cprac.domain.words import N_
from cprac.persistence.database import db, transaction
from cprac.persistence.models import (
    Case,
    Chain,
    DeadlineReview,
    DeadlineRow,
    EventRow,
    Finding,
    Notice,
    NoticeEvent,
    OutboxMail,
    Recount,
)
from cprac.services import deadline_rows, notice_history, notices
from cprac.services.chamber import Chamber
from cprac.services.many_rows import change_rows, write_rows
from cprac.services.notice_history import Happened
from cprac.services.recount_notices import Addresses, concerns, is_theirs

CHUNK = 150
"""Cases that share a transaction: well under a second, for who acts in one of them waits for it."""

BREATH = 0.005
"""Seconds between two transactions: whoever waits for SQLite's only writer gets in."""

RUNNING = ("open", "paused")
ENDED = ("met", "expired")
DOCKET = Compartment.DOCKET.value
EVENT = SystemEvent.DEADLINE_RECOUNTED.value
IN_TIME = N_("Cumprido dentro do prazo que já valia: nada muda.")
MOVED, KEPT, REVIEW, SETTLED = "moved", "kept", "review", "settled"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Look:
    """What a calendar makes of one deadline.

    ``outcome``: moved (the date becomes later), kept (the count gives an earlier day, the date communicated stays),
    review (it has ended and would have ended later: a person looks), settled (the same, but it was met in time).
    ``counted``: the day the rule gives. ``due``: the day that binds.
    """

    deadline: int
    case: int
    ordinal: int
    rule: str
    party: int | None
    was: date
    due: date
    counted: date
    outcome: str

    @property
    def computed(self) -> date | None:
        """What the row keeps beside its date: the counted day, where it is another."""
        return None if self.counted == self.due else self.counted


def look(
    row: DeadlineRow | Row[Any], rule: DeadlineRule, calendar: Calendar, *, reviewed: date | None = None
) -> Look | None:
    """What *calendar* makes of *row*; None where nothing changes.

    A paused row is counted when it resumes, with the calendar of that day. ``reviewed``: the latest day already put on
    the list of reviews for it. Cancelled and superseded rows have no date to keep.
    """
    if row.rule in GIVEN_RULES or row.status not in ("open", *ENDED):
        return None
    counted = deadline_rows.counted_due(row, rule, calendar)
    given = not row.calendar_version
    due, outcome = row.due, ""
    if row.status == "open":
        due = binding_due(row.communicated, counted)
        if due != row.due:
            outcome = MOVED
        elif not given and (None if counted == due else counted) != row.computed:
            outcome = KEPT
    elif counted > max(row.due, reviewed or row.due):
        due = counted
        outcome = SETTLED if row.status == "met" and row.ended_on is not None and row.ended_on <= row.due else REVIEW
    if not outcome:
        return None
    return Look(row.id, row.case_id, row.ordinal, row.rule, row.party_ordinal, row.due, due, counted, outcome)


# --- Which ones -------------------------------------------------------------------------------------------------------


def candidates(first_day: date) -> Any:
    """The deadlines that days from *first_day* on may move: open ones, and ended ones for the list of reviews."""
    return (
        DeadlineRow.status.in_(("open", *ENDED)),
        DeadlineRow.due >= first_day,
        DeadlineRow.rule.not_in(GIVEN_RULES),
    )


@dataclass(frozen=True, slots=True)
class Preview:
    """What a calendar would make of the deadlines there are. ``numbers``: case id to number, of those in ``looks``."""

    looks: tuple[Look, ...]
    numbers: Mapping[int, str]

    def of(self, outcome: str) -> tuple[Look, ...]:
        """The deadlines with one outcome, in the order of their dates."""
        found = (each for each in self.looks if each.outcome == outcome)
        return tuple(sorted(found, key=lambda each: (each.was, each.case, each.ordinal)))

    def counts(self) -> dict[str, int]:
        """How many deadlines by outcome, and how many ``cases`` get a line in their history."""
        found = {MOVED: 0, KEPT: 0, REVIEW: 0, SETTLED: 0}
        for each in self.looks:
            found[each.outcome] += 1
        return {**found, "cases": len({each.case for each in self.looks if each.outcome in (MOVED, KEPT)})}


def preview(chamber: Chamber, calendar: Calendar, first_day: date) -> Preview:
    """What *calendar* would make of every deadline that a change from *first_day* on may move. Writes nothing."""
    rules = rules_by_procedure(chamber)
    reviewed = dict(
        db.session.execute(
            select(DeadlineReview.deadline_id, func.max(DeadlineReview.would_be)).group_by(DeadlineReview.deadline_id)
        ).all()
    )
    columns = DeadlineRow.__table__.c
    rows = db.session.execute(
        select(*columns, Case.number, Case.procedure)
        .join(Case, Case.id == DeadlineRow.case_id)
        .where(*candidates(first_day))
        .order_by(DeadlineRow.case_id, DeadlineRow.ordinal)
        .execution_options(yield_per=5000)
    )
    looks, numbers = [], {}
    for row in rows:
        rule = rules(row.procedure).rule(row.rule, urgent=row.urgent)
        found = look(row, rule, calendar, reviewed=reviewed.get(row.id))
        if found is not None:
            looks.append(found)
            numbers[row.case_id] = row.number
    return Preview(tuple(looks), numbers)


def rules_by_procedure(chamber: Chamber) -> Callable[[str], Regulation]:
    """``chamber.rules_of``, each procedure read once."""
    known: dict[str, Regulation] = {}

    def rules(procedure: str) -> Regulation:
        if procedure not in known:
            known[procedure] = chamber.rules_of(procedure)
        return known[procedure]

    return rules


# --- Running ----------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Ran:
    """What a run did. ``left``: recounts that are not finished yet. ``busy``: another process has one in hand."""

    looked_at: int = 0
    moved: int = 0
    kept: int = 0
    reviews: int = 0
    finished: int = 0
    left: int = 0
    busy: int = 0
    failures: list[str] = field(default_factory=list)


def ask(session: Session, reason: str, first_day: date, account: int | None, now: datetime) -> Recount:
    """Ask for a recount, in the transaction that changes the calendar."""
    recount = Recount(
        reason=reason[:300], first_day=first_day, asked_by=account, asked_at=now,
        place=0, looked_at=0, moved=0, kept=0, reviews=0,
    )  # fmt: skip
    session.add(recount)
    session.flush()
    return recount


def run_due(chamber: Chamber, now: datetime, *, seconds: float = 45.0) -> Ran:
    """Go on with every recount that is not finished, the oldest first, for about *seconds*; the clock calls it."""
    done, until = Ran(), time.monotonic() + seconds
    waiting = list(db.session.scalars(select(Recount.id).where(Recount.finished_at.is_(None)).order_by(Recount.id)))
    db.session.rollback()
    for recount_id in waiting:
        if time.monotonic() >= until or not _run(chamber, recount_id, now, until, done):
            done.left += 1
    return done


def _run(chamber: Chamber, recount_id: int, now: datetime, until: float, done: Ran) -> bool:
    """Whether the recount is finished, by us or by somebody else."""
    found = db.session.execute(select(Recount.first_day, Recount.place).where(Recount.id == recount_id)).one()
    # Every act that counted with the calendar of before has ended (``CALENDAR_LOCK``), so nothing is missing here.
    cases = list(
        db.session.scalars(
            select(DeadlineRow.case_id)
            .where(*candidates(found.first_day), DeadlineRow.case_id > found.place)
            .distinct()
            .order_by(DeadlineRow.case_id)
        )
    )
    db.session.rollback()
    rules = rules_by_procedure(chamber)
    while time.monotonic() < until:
        place = _step(chamber, rules, recount_id, cases, now, done)
        if place is None:
            return done.busy == 0
        cases = cases[bisect_right(cases, place) :]
        time.sleep(BREATH)
    return False


def _step(
    chamber: Chamber,
    rules: Callable[[str], Regulation],
    recount_id: int,
    cases: Sequence[int],
    now: datetime,
    done: Ran,
) -> int | None:
    """One portion in one transaction: the place it reached; None where the recount is finished or in other hands."""
    try:
        return _portion(chamber, rules, recount_id, CHUNK, cases, now, done)
    except Exception:  # one broken case must not stop the recount of all the others
        log.exception("a portion of recount %s failed; its cases go one by one", recount_id)
    try:
        return _portion(chamber, rules, recount_id, 1, cases, now, done)
    except Exception as error:
        log.exception("a case of recount %s failed", recount_id)
        return _skip(recount_id, cases, now, done, type(error).__name__)


def _mine(session: Session, recount_id: int, done: Ran) -> Recount | None:
    """The recount under our lock, None where it is finished or somebody else works on it now."""
    recount = session.scalar(select(Recount).where(Recount.id == recount_id).with_for_update(skip_locked=True))
    if recount is None:
        done.busy += 1
    return recount if recount is not None and recount.finished_at is None else None


def _portion(
    chamber: Chamber,
    rules: Callable[[str], Regulation],
    recount_id: int,
    size: int,
    cases: Sequence[int],
    now: datetime,
    done: Ran,
) -> int | None:
    with transaction() as session:
        recount = _mine(session, recount_id, done)
        if recount is None:
            return None
        start = bisect_right(cases, recount.place)
        wanted = list(cases[start : start + size])
        if not wanted:
            recount.finished_at = now
            done.finished += 1
            return None
        counts = _Portion(session, chamber, rules, recount, now).move(wanted)
        recount.place = wanted[-1]
        recount.looked_at += counts.looked_at
        recount.moved += counts.moved
        recount.kept += counts.kept
        recount.reviews += counts.reviews
        place = recount.place
    for name in ("looked_at", "moved", "kept", "reviews"):
        setattr(done, name, getattr(done, name) + getattr(counts, name))
    return place


def _skip(recount_id: int, cases: Sequence[int], now: datetime, done: Ran, what: str) -> int | None:
    """Leave a case that fails as it is, as an open finding, and go on behind it."""
    with transaction() as session:
        recount = _mine(session, recount_id, done)
        if recount is None:
            return None
        place = next((case for case in cases if case > recount.place), None)
        if place is None:
            return recount.place
        key = f"recount:{recount_id}:{place}"
        if session.scalar(select(Finding.id).where(Finding.key == key)) is None:
            session.add(
                Finding(kind="recount", key=key, case_id=place, detail=what[:300], first_at=now, last_at=now)
            )  # fmt: skip
        recount.place = place
    done.failures.append(f"case {place}: {what}")
    return place


# --- One portion ------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Counts:
    looked_at: int = 0
    moved: int = 0
    kept: int = 0
    reviews: int = 0


class _Portion:
    """Some cases under their locks: what moves is written with a statement a table."""

    def __init__(
        self,
        session: Session,
        chamber: Chamber,
        rules: Callable[[str], Regulation],
        recount: Recount,
        now: datetime,
    ) -> None:
        self.session, self.chamber, self.rules, self.recount, self.now = session, chamber, rules, recount, now
        self.on = chamber.day(now)
        self.counts = _Counts()

    def move(self, wanted: Sequence[int]) -> _Counts:
        """Look at the deadlines of the cases *wanted* and write what follows."""
        columns = (
            Case.id, Case.number, Case.state, Case.version, Case.waiting_on, Case.procedure,
        )  # fmt: skip
        cases = {
            row.id: row
            for row in self.session.execute(
                select(*columns).where(Case.id.in_(wanted)).order_by(Case.id).with_for_update()
            )
        }
        self.calendar = self.chamber.calendar(deadline_rows.decreed_days(self.session))
        rows = self._deadlines(wanted)
        reviewed = self._reviewed(wanted)
        found: dict[int, list[Look]] = defaultdict(list)
        for row in rows:
            if row.due < self.recount.first_day:
                continue
            self.counts.looked_at += 1
            rule = self.rules(cases[row.case_id].procedure).rule(row.rule, urgent=row.urgent)
            each = look(row, rule, self.calendar, reviewed=reviewed.get(row.id))
            if each is not None:
                found[row.case_id].append(each)
        changed = {case: [each for each in looks if each.outcome in (MOVED, KEPT)] for case, looks in found.items()}
        changed = {case: looks for case, looks in changed.items() if looks}
        by_row = {row.id: row for row in rows}
        self._review([each for looks in found.values() for each in looks if each.outcome in (REVIEW, SETTLED)])
        if changed:
            self._dates(changed, by_row)
            self._cases(changed, rows, cases)
            self._tell(changed, cases)
        return self.counts

    def _deadlines(self, wanted: Sequence[int]) -> list[Row[Any]]:
        """What runs in the cases, and what has ended and may be reviewed, in order."""
        query = (
            select(*DeadlineRow.__table__.c)
            .where(DeadlineRow.case_id.in_(wanted))
            .where(or_(DeadlineRow.ended_on.is_(None), DeadlineRow.due >= self.recount.first_day))
            .order_by(DeadlineRow.case_id, DeadlineRow.ordinal)
        )
        return list(self.session.execute(query))

    def _reviewed(self, wanted: Sequence[int]) -> dict[int, date]:
        query = (
            select(DeadlineReview.deadline_id, func.max(DeadlineReview.would_be))
            .where(DeadlineReview.case_id.in_(wanted))
            .group_by(DeadlineReview.deadline_id)
        )
        return dict(self.session.execute(query).all())

    def _review(self, looks: Sequence[Look]) -> None:
        """Put what has ended on the list of reviews; what was met in time anyway is noted there and settled."""
        if not looks:
            return
        write_rows(self.session, DeadlineReview.__table__, [
                {
                    "recount_id": self.recount.id, "deadline_id": each.deadline, "case_id": each.case,
                    "was": each.was, "would_be": each.due, "created_at": self.now,
                    "decided_at": self.now if each.outcome == SETTLED else None, "decided_by": None,
                    "note": IN_TIME if each.outcome == SETTLED else "",
                }
                for each in looks
            ],
        )  # fmt: skip
        self.counts.reviews += sum(each.outcome == REVIEW for each in looks)

    def _dates(self, changed: Mapping[int, Sequence[Look]], by_row: Mapping[int, Row[Any]]) -> None:
        version = self.calendar.version
        rows = []
        for each in (each for looks in changed.values() for each in looks):
            counted = bool(by_row[each.deadline].calendar_version)
            rows.append(
                {
                    "id": each.deadline, "due": each.due, "communicated": each.due,
                    "computed": each.computed if counted else None, "calendar_version": version if counted else "",
                }
            )  # fmt: skip
        change_rows(self.session, DeadlineRow.__table__, ("id",), rows)
        for looks in changed.values():
            self.counts.moved += sum(each.outcome == MOVED for each in looks)
            self.counts.kept += sum(each.outcome == KEPT for each in looks)
        self.by_hand = {each for each, row in by_row.items() if not row.calendar_version}

    def _cases(
        self, changed: Mapping[int, Sequence[Look]], rows: Sequence[Row[Any]], cases: Mapping[int, Row[Any]]
    ) -> None:
        """A docket event a case, its chain's head, and the columns that lists sort by."""
        heads = {
            row.case_id: row
            for row in self.session.execute(
                select(Chain.case_id, Chain.version, Chain.head).where(
                    Chain.case_id.in_(list(changed)), Chain.compartment == DOCKET
                )
            )
        }
        events, chains, caches = [], [], []
        of_case: dict[int, list[Row[Any]]] = defaultdict(list)
        for row in rows:
            of_case[row.case_id].append(row)
        for case_id, looks in changed.items():
            case, head = cases[case_id], heads[case_id]
            payload = self._payload(case, looks)
            event = Event(
                case.number, DOCKET, head.version + 1, EVENT, None, Role.SYSTEM.value, self.now, self.on, payload, "",
                head.head, "", SCHEMA,
            )  # fmt: skip
            event_hash = digest(event)
            events.append(
                {
                    "case_id": case_id, "compartment": DOCKET, "version": event.version, "act": EVENT,
                    "actor_id": None, "role": event.role, "at": self.now, "on_date": self.on, "payload": payload,
                    "private_digest": "", "previous": head.head, "hash": event_hash, "schema": SCHEMA,
                }
            )  # fmt: skip
            chains.append({"case_id": case_id, "compartment": DOCKET, "version": event.version, "head": event_hash})
            due, rule = self._next(of_case[case_id], looks)
            caches.append(
                {
                    "id": case_id, "version": event.version, "next_due": due, "next_rule": rule,
                    "updated_at": self.now,
                }
            )  # fmt: skip
        write_rows(self.session, EventRow.__table__, events)
        change_rows(self.session, Chain.__table__, ("case_id", "compartment"), chains)
        change_rows(self.session, Case.__table__, ("id",), caches)

    def _payload(self, case: Row[Any], looks: Sequence[Look]) -> dict[str, Any]:
        lines = []
        for each in looks:
            given = each.deadline in self.by_hand
            computed = None if given else each.computed
            lines.append(
                {
                    "ordinal": each.ordinal, "rule": each.rule, "status": "open", "due": each.due.isoformat(),
                    "was": each.was.isoformat(), "computed": computed.isoformat() if computed else None,
                    "calendar": "" if given else self.calendar.version,
                }
            )  # fmt: skip
        return {
            "from": case.state.value, "to": case.state.value, "changes": {}, "deadlines": lines,
            "values": {"recount": self.recount.id, "cause": self.recount.reason},
            "waiting_on": case.waiting_on.value,
        }  # fmt: skip

    @staticmethod
    def _next(rows: Sequence[Row[Any]], looks: Sequence[Look]) -> tuple[date, str]:
        """What the lists show of the case now: at least one of its deadlines runs."""
        now_due = {each.deadline: each.due for each in looks}
        running = [
            (row.rule in FRAME_RULES, now_due.get(row.id, row.due), row.ordinal, row.rule)
            for row in rows
            if row.ended_on is None and row.status in ("open", "expired")
        ]
        _frame, due, _ordinal, rule = min(running)
        return due, rule

    # --- who is told --------------------------------------------------------------------------------------------------

    def _tell(self, changed: Mapping[int, Sequence[Look]], cases: Mapping[int, Row[Any]]) -> None:
        """One notice, and one mail, to each party whose own date moved. The mail says the number and where to look."""
        wanted: dict[int, list[Look]] = {}
        for case_id, looks in changed.items():
            rules = self.rules(cases[case_id].procedure)
            theirs = [each for each in looks if each.outcome == MOVED and is_theirs(each, rules)]
            if theirs:
                wanted[case_id] = theirs
        if not wanted:
            return
        people = Addresses(self.session, list(wanted), self.now)
        last = dict(
            self.session.execute(
                select(Notice.case_id, func.max(Notice.ordinal))
                .where(Notice.case_id.in_(list(wanted)))
                .group_by(Notice.case_id)
            ).all()
        )
        given, letters = [], []
        for case_id, looks in wanted.items():
            case = cases[case_id]
            rules = self.rules(case.procedure)
            ordinal = last.get(case_id, 0)
            for party in people.parties(case_id):
                if not any(concerns(each, party, rules) for each in looks):
                    continue
                ordinal += 1
                name, email, account = people.of(case_id, party)
                given.append(
                    {
                        "case_id": case_id, "ordinal": ordinal, "act": EVENT, "version": case.version + 1,
                        "audience": "parties", "party_ordinal": party.ordinal, "account_id": account, "channel": "",
                        "starts": "", "created_at": self.now, "proof": "",
                    }
                )  # fmt: skip
                letters.append((f"recount:{self.recount.id}:{case_id}:{party.ordinal}", case, name, email))
        if not given:
            return
        write_rows(self.session, Notice.__table__, given)
        found = self.session.execute(
            select(Notice.case_id, Notice.party_ordinal, Notice.id)
            .where(Notice.case_id.in_(list(wanted)), Notice.act == EVENT, Notice.created_at == self.now)
            .order_by(Notice.id)
        )
        ids = {(row.case_id, row.party_ordinal): row.id for row in found}
        write_rows(
            self.session,
            OutboxMail.__table__,
            [
                self._letter(*letter, ids[notice["case_id"], notice["party_ordinal"]])
                for letter, notice in zip(letters, given, strict=True)
            ],
        )
        history = []
        for (_key, _case, _name, email), notice in zip(letters, given, strict=True):
            this = ids[notice["case_id"], notice["party_ordinal"]]
            status = "queued" if email and self.chamber.smtp_url else "by_hand"
            history.append(notice_history.row(this, Happened.CREATED, self.now))
            history.append(notice_history.row(this, notice_history.first_of(status), self.now))
        write_rows(self.session, NoticeEvent.__table__, history)

    def _letter(self, key: str, case: Row[Any], name: str, email: str, notice: int) -> dict[str, Any]:
        chamber = self.chamber
        short = chamber.regulation.chamber.short_name
        return {
            "dedupe_key": key, "case_id": case.id, "notice_id": notice, "to_name": name, "to_email": email,
            "subject": notices.SUBJECT.format(chamber=short, number=case.number),
            "body": notices.BODY.format(number=case.number, link=f"{chamber.base_url}/entrar", chamber=short),
            "status": "queued" if email and chamber.smtp_url else "by_hand", "attempts": 0, "last_error": "",
            "created_at": self.now, "next_try_at": self.now,
        }  # fmt: skip
