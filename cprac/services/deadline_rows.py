"""Deadlines as rows: opened, paused, resumed, extended, met, cancelled. Each change is also a line of the act's event.

A deadline binds at ``max(communicated, recomputed)``: a date already told to somebody never becomes earlier. A date set
by a person is a row of its own, without calendar version: it replaces (supersedes) the counted one.
A little over 400 lines: every way in which a row may change, in one place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import Row, func, or_, select, text
from sqlalchemy.orm import Session

from cprac.domain.acts import Act
from cprac.domain.business_days import Calendar, CalendarDay, CalendarError, DayKind
from cprac.domain.deadline_rules import FRAME_RULES, GIVEN_RULES
from cprac.domain.deadlines import (
    DeadlineError,
    DeadlineRule,
    Pause,
    Unit,
    binding_due,
    due_date,
    remaining,
    remaining_when_paused,
)
from cprac.domain.facts import CaseFacts, DeadlineFact, from_plain
from cprac.domain.lifecycle import Decision
from cprac.domain.regulation import Regulation
from cprac.domain.transitions_table import EVERY_DEADLINE
from cprac.persistence.models import CalendarDayRow, Case, DeadlineRow

OPEN_ENDED = ("open", "paused", "expired")

CALENDAR_LOCK = 4_207_001
"""Key of PostgreSQL's advisory lock on the calendar: acts share it until they end, a decree holds it alone."""


def decreed_days(session: Session, known_at: datetime | None = None) -> tuple[CalendarDay, ...]:
    """The days decreed during the year that stand now, in order; or those known and not withdrawn at *known_at*.

    Inside a transaction that writes, no decree comes in between until it ends: what is counted with this calendar is
    there when a recount looks (SQLite has one writer; PostgreSQL takes a shared advisory lock).
    """
    if session.info.get("cprac_writing") and session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock_shared(:key)"), {"key": CALENDAR_LOCK})
    query = select(CalendarDayRow).order_by(CalendarDayRow.day, CalendarDayRow.id)
    if known_at is None:
        query = query.where(CalendarDayRow.withdrawn_at.is_(None))
    else:
        still = or_(CalendarDayRow.withdrawn_at.is_(None), CalendarDayRow.withdrawn_at > known_at)
        query = query.where(CalendarDayRow.known_from <= known_at, still)
    rows = session.scalars(query)
    return tuple(
        CalendarDay(row.day, row.name, DayKind(row.kind), row.legal_act, row.known_from.date()) for row in rows
    )


@dataclass
class Ledger:
    """The deadlines of one case during one act, and the lines its event records."""

    session: Session
    case: Case
    regulation: Regulation
    calendar: Calendar
    on: date
    version: int
    lines: list[dict[str, Any]] = field(default_factory=list)
    _rows: list[DeadlineRow] | None = None

    @property
    def rows(self) -> list[DeadlineRow]:
        """Every deadline of the case, oldest first."""
        if self._rows is None:
            self._rows = list(
                self.session.scalars(
                    select(DeadlineRow).where(DeadlineRow.case_id == self.case.id).order_by(DeadlineRow.ordinal)
                )
            )
        return self._rows

    def facts(self) -> tuple[DeadlineFact, ...]:
        """The deadlines that still bind, as rules see them."""
        return tuple(self._fact(row) for row in self.rows if row.status in OPEN_ENDED and row.ended_on is None)

    def _fact(self, row: DeadlineRow) -> DeadlineFact:
        return fact_of(
            row,
            self._rule(row),
            self.calendar,
            pauses_of(row),
            party=row.party_ordinal,
            by_hand=not row.calendar_version,
        )

    def _rule(self, row: DeadlineRow) -> DeadlineRule:
        return self.regulation.rule(row.rule, urgent=row.urgent)

    def _running(self, rules: tuple[str, ...]) -> list[DeadlineRow]:
        everything = EVERY_DEADLINE in rules
        return [
            row
            for row in self.rows
            if row.ended_on is None and row.status in OPEN_ENDED and (everything or row.rule in rules)
        ]

    def _note(self, row: DeadlineRow, **more: Any) -> None:
        line = {"ordinal": row.ordinal, "rule": row.rule, "status": row.status, "due": row.due.isoformat(), **more}
        self.lines = [item for item in self.lines if item["ordinal"] != row.ordinal] + [line]

    def open(
        self,
        rule_id: str,
        trigger: date,
        *,
        party: int | None = None,
        subject: int | None = None,
        due: date | None = None,
        urgent: bool = False,
    ) -> DeadlineRow:
        """Open a deadline of *rule_id* counted from *trigger*, or with the given *due* date."""
        rule = self.regulation.rule(rule_id, urgent=urgent)
        if due is None:
            due = due_date(rule, trigger, self.calendar).due
        kind, _, act = rule.on_expiry.partition(":")
        row = DeadlineRow(
            case_id=self.case.id,
            ordinal=len(self.rows) + 1,
            rule=rule_id,
            party_ordinal=party,
            subject=subject,
            trigger_on=trigger,
            due=due,
            communicated=due,
            status="open",
            pauses=[],
            extended=0,
            calendar_version=self.calendar.version,
            known_from=self.on,
            proposes=act if kind in ("propose", "automatic") else "",
            opened_version=self.version,
            urgent=urgent,
        )
        self.session.add(row)
        self.rows.append(row)
        self._note(
            row, trigger=trigger.isoformat(), party=party, urgent=urgent, calendar=row.calendar_version,
        )  # fmt: skip
        return row

    def close(self, rules: tuple[str, ...], act: Act, *, party: int | None = None, subject: int | None = None) -> None:
        """End the running deadlines of *rules* by *act*: met, or expired where the act is the one expiry proposes."""
        for row in self._running(rules):
            if (party is not None and row.party_ordinal not in (None, party)) or (
                subject is not None and row.subject != subject
            ):
                continue
            row.status = "expired" if row.proposes == act.value and row.due < self.on else "met"
            self._end(row)

    def cancel(self, rules: tuple[str, ...]) -> None:
        """End the running deadlines of *rules* because what they were for is gone."""
        for row in self._running(rules):
            row.status = "cancelled"
            self._end(row)

    def _end(self, row: DeadlineRow) -> None:
        row.ended_on = self.on
        row.closed_version = self.version
        self._note(row, ended=self.on.isoformat())

    def expire(self, row: DeadlineRow) -> None:
        """The day of *row* is over. It stays in the worklist with what it proposes, unless nothing follows from it."""
        row.status = "expired"
        if self._rule(row).on_expiry == "none":
            self._end(row)
        else:
            self._note(row)

    def pause(self, rules: tuple[str, ...]) -> None:
        """Stop the clock of the open, pausable deadlines of *rules*; days from today on do not count."""
        for row in self._running(rules):
            rule = self._rule(row)
            if row.status != "open" or not rule.pausable or row.rule in GIVEN_RULES:
                continue
            row.pauses = [*row.pauses, [self.on.isoformat(), None]]
            row.status, row.remaining = "paused", self._left(row)
            self._note(row, remaining=row.remaining)

    def _left(self, row: DeadlineRow) -> int:
        """What is left of a paused deadline, in its own unit, from the first day of its pause on."""
        rule, since = self._rule(row), date.fromisoformat(row.pauses[-1][0])
        if not row.calendar_version:  # a date set by hand
            return max(0, remaining(rule.unit, row.due, since - timedelta(days=1), self.calendar, recess=rule.recess))
        length = rule.amount + row.extended
        return remaining_when_paused(rule, row.trigger_on, self.calendar, pauses_of(row), since, length=length)

    def resume(self, rules: tuple[str, ...]) -> None:
        """Let the remaining days run again from today; the new date is never earlier than the one communicated."""
        for row in self._running(rules):
            if row.status != "paused":
                continue
            start = date.fromisoformat(row.pauses[-1][0])
            end = self.on - timedelta(days=1)
            row.pauses = row.pauses[:-1] + ([] if end < start else [[start.isoformat(), end.isoformat()]])
            before, left = row.due, row.remaining or 0
            row.status, row.remaining = "open", None
            self._bind(row, self.recomputed(row) if row.calendar_version else self._after(row, left))
            self._note(row, was=before.isoformat(), **self._count_of(row))

    def _after(self, row: DeadlineRow, left: int) -> date:
        """The day on which *left* days of a date set by hand are over, counted from today on."""
        rule, eve = self._rule(row), self.on - timedelta(days=1)
        if rule.unit is Unit.BUSINESS_DAYS:
            return self.calendar.normal_day_from(self.calendar.add_business_days(eve, left))
        return self.calendar.normal_day_from(eve + timedelta(days=left))

    def _bind(self, row: DeadlineRow, counted: date) -> None:
        """Give *row* the later of the date communicated and the one *counted*; the latter is kept where it differs."""
        row.due = binding_due(row.communicated, counted)
        row.communicated = row.due
        row.computed = None if counted == row.due or is_given(row) else counted
        if not is_given(row):
            row.calendar_version = self.calendar.version

    @staticmethod
    def _count_of(row: DeadlineRow) -> dict[str, Any]:
        """What a line says of the count behind a date: the calendar's version, and the counted day where it differs."""
        return {"calendar": row.calendar_version, "computed": row.computed.isoformat() if row.computed else None}

    def extend(self, rule_id: str, *, ordinal: int | None = None, amount: int | None = None) -> None:
        """Lengthen the running deadline of *rule_id* (or the row *ordinal*) once, by *amount* or all its rule allows.

        Raises DeadlineError for more than the rule allows.
        """
        for row in self._running((rule_id,)):
            if ordinal is not None and row.ordinal != ordinal:
                continue
            before = row.due
            row.extended = self._rule(row).extendable_amount if amount is None else amount
            if row.status != "paused":
                self._bind(row, self.recomputed(row))
                row.status = "open"
            else:
                row.remaining = self._left(row)
            self._note(row, was=before.isoformat(), extended=row.extended, **self._count_of(row))

    def correct(self, ordinal: int, due: date) -> DeadlineRow:
        """Replace the running deadline *ordinal* by one of the same rule that ends on *due*: a person set the date.

        The old row is superseded. The new one has no calendar version: its date stands in the act; a day without office
        hours becomes the next one with them (Lei 9.784/1999 art. 66 §1).
        """
        old = next(row for row in self.rows if row.ordinal == ordinal)
        if self._rule(old).roll_forward:
            due = self.calendar.normal_day_from(due)
        old.status = "superseded"
        self._end(old)
        new = self.open(
            old.rule, old.trigger_on, party=old.party_ordinal, subject=old.subject, due=due, urgent=old.urgent
        )
        new.calendar_version = ""
        self._note(
            new, trigger=new.trigger_on.isoformat(), party=new.party_ordinal, urgent=new.urgent,
            was=old.due.isoformat(), replaces=old.ordinal, calendar="",
        )  # fmt: skip
        return new

    def recomputed(self, row: DeadlineRow) -> date:
        """The date the rule gives for *row* with this ledger's calendar and its pauses."""
        return counted_due(row, self._rule(row), self.calendar)

    def restore(self, before: dict[int, tuple[str, str]], undone: Sequence[Mapping[str, Any]] = ()) -> None:
        """Put every deadline back as it was before the act that is set aside; *undone*: the lines of that act.

        A date that the act changed is looked at again with the calendar of today: days decreed since then count.
        """
        touched = {line["ordinal"]: line for line in undone}
        for row in self.rows:
            if "extended" in touched.get(row.ordinal, {}):
                row.extended = 0
            if row.ordinal not in before:
                if row.ended_on is None:
                    row.status = "cancelled"
                    self._end(row)
                continue
            status, due = before[row.ordinal]
            if (row.status, row.due.isoformat()) == (status, due):
                continue
            if status == "open" and row.pauses and row.pauses[-1][1] is None:
                row.pauses = row.pauses[:-1]
            if status == "paused" and row.pauses:
                row.pauses = [*row.pauses[:-1], [row.pauses[-1][0], None]]
            row.status, row.due = status, date.fromisoformat(due)
            row.communicated = row.due
            if status in OPEN_ENDED:
                row.ended_on = row.closed_version = None
            row.remaining = self._left(row) if status == "paused" else None
            if status == "open":
                self._bind(row, self.recomputed(row))
            self._note(row, restored=True, **self._count_of(row))

    def recall_pauses(self, before: Mapping[int, tuple[str, str]], on: date) -> None:
        """Write down again the pauses that an act of the day *on* ended on the day they began, for it is set aside.

        Such a pause left no trace, for it stopped no day; where it stands again, it began on that day.
        """
        eve = (on - timedelta(days=1)).isoformat()
        for row in self.rows:
            was_paused = before.get(row.ordinal, ("", ""))[0] == "paused" and row.status != "paused"
            if was_paused and not (row.pauses and row.pauses[-1][1] == eve):
                row.pauses = [*row.pauses, [on.isoformat(), None]]

    def next_due(self) -> DeadlineRow | None:
        """The deadline the worklist shows: the earliest that runs and asks for something; long frames come last."""
        running = [row for row in self.rows if row.ended_on is None and row.status in ("open", "expired")]
        return min(running, key=lambda row: (row.rule in FRAME_RULES, row.due, row.ordinal), default=None)


def pauses_of(row: DeadlineRow | Row[Any]) -> tuple[Pause, ...]:
    """The pauses of a row as dated intervals; the last one may be open."""
    return tuple(
        Pause(date.fromisoformat(start), date.fromisoformat(end) if end else None) for start, end in row.pauses
    )


class Dated(Protocol):
    """A deadline as stored, or as a page read it."""

    ordinal: int
    rule: str
    status: str
    due: date
    trigger_on: date
    extended: int


def fact_of(
    row: Dated, rule: DeadlineRule, calendar: Calendar, pauses: Sequence[Pause], *, party: int | None, by_hand: bool
) -> DeadlineFact:
    """A deadline as the rules see it: whose time it is, what its rule still lets add, the latest day it allows."""
    theirs = party is not None or rule.responsible in ("applicant", "invitee", "parties")
    given = by_hand or row.rule in GIVEN_RULES
    more = 0 if row.extended or given else rule.extendable_amount
    latest: date | None = None if row.rule in GIVEN_RULES else row.due
    if not given:
        try:
            full = due_date(rule, row.trigger_on, calendar, pauses, extension=max(row.extended, more)).due
            latest = max(row.due, full)
        except (DeadlineError, CalendarError):
            latest = None
    return DeadlineFact(row.ordinal, row.rule, row.status, row.due, party, theirs, more, latest)


def is_given(row: DeadlineRow) -> bool:
    """Whether the date of *row* stands in an act: nothing is counted (its rule says so, or a person set it)."""
    return row.rule in GIVEN_RULES or not row.calendar_version


def counted_due(row: DeadlineRow | Row[Any], rule: DeadlineRule, calendar: Calendar) -> date:
    """The date that *rule* gives for *row* with *calendar*: the one function of acts, recounts and previews.

    A date set by hand only moves off a day without normal opening hours (Lei 9.784/1999 art. 66 §1). Raises
    StillPausedError for a row that is paused.
    """
    if row.rule in GIVEN_RULES:
        return row.due
    if not row.calendar_version:
        return calendar.normal_day_from(row.due) if rule.roll_forward else row.due
    return due_date(rule, row.trigger_on, calendar, pauses_of(row), extension=row.extended).due


def apply(ledger: Ledger, decision: Decision, values: dict[str, Any]) -> None:
    """Close, pause, resume and open the deadlines that *decision*'s row names, in that order."""
    row, act = decision.row, decision.act
    if act is Act.EXTEND_COMPLETION:
        ledger.extend("D-COMPLETE")
    _changed_by_hand(ledger, decision, values)
    if act is Act.RECORD_SERVICE and values.get("starts") == "D-INVITE":
        ledger.close(("D-RECEIPT",), act)
    ledger.close(row.closes, act)
    _obligations(ledger, decision)
    if row.pauses:
        ledger.pause(row.pauses)
    if row.resumes:
        ledger.resume(row.resumes)
    if row.dest.terminal:
        ledger.cancel((EVERY_DEADLINE,))
    for rule_id in row.opens:
        _open(ledger, decision, rule_id, values)


def _changed_by_hand(ledger: Ledger, decision: Decision, values: dict[str, Any]) -> None:
    """What a person decides about a date: more time by the rule, a corrected date, or a proposal confirmed."""
    act = decision.act
    if act is Act.EXTEND_DEADLINE:
        row = next(row for row in ledger.rows if row.ordinal == values["deadline"])
        ledger.extend(row.rule, ordinal=row.ordinal)
    elif act is Act.CHANGE_DEADLINE and decision.facts.deadline_change is None:
        ledger.correct(values["deadline"], values["new_due"])
    elif act is Act.CONFIRM_DEADLINE_CHANGE:
        change = from_plain(CaseFacts, ledger.case.facts).deadline_change
        if change is not None:
            ledger.correct(change.deadline, change.due)


def _open(ledger: Ledger, decision: Decision, rule_id: str, values: dict[str, Any]) -> None:
    if rule_id == "D-SESSION":
        ledger.open(rule_id, ledger.on, due=values["session_on"])
    elif rule_id == "D-RESUME":
        ledger.open(rule_id, ledger.on, due=values["until"])
    elif rule_id == "D-OBL":
        for item in decision.facts.pending_obligations:
            ledger.open(rule_id, ledger.on, subject=item.number, due=item.due, party=item.debtor)
    elif rule_id == "D-DURATION":
        if not any(row.rule == "D-DURATION" and row.ended_on is None for row in ledger.rows):
            ledger.open(rule_id, ledger.on)
    else:
        ledger.open(rule_id, ledger.on, urgent=bool(values.get("urgent")))


def _obligations(ledger: Ledger, decision: Decision) -> None:
    """An obligation fulfilled ends its deadline; a settlement undone takes all of them away."""
    done = {item.number for item in decision.facts.obligations if item.status == "fulfilled"}
    known = {item.number for item in decision.facts.obligations}
    for row in [item for item in ledger.rows if item.rule == "D-OBL" and item.ended_on is None]:
        if row.subject in done:
            ledger.close(("D-OBL",), decision.act, subject=row.subject)
        elif row.subject not in known:
            ledger.cancel(("D-OBL",))


def count_of(session: Session, case_id: int) -> int:
    """How many deadlines a case ever had."""
    return session.scalar(select(func.count()).select_from(DeadlineRow).where(DeadlineRow.case_id == case_id)) or 0
