"""Deadlines as rows: opened, paused, resumed, extended, met, cancelled. Each change is also a line of the act's event.

A deadline binds at ``max(communicated, recomputed)``: a date already told to somebody never becomes earlier.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cprac.domain.acts import Act
from cprac.domain.business_days import Calendar, CalendarDay, DayKind
from cprac.domain.deadlines import Pause, binding_due, due_date, remaining_when_paused
from cprac.domain.facts import DeadlineFact
from cprac.domain.lifecycle import Decision
from cprac.domain.regulation import Regulation
from cprac.domain.transitions_table import EVERY_DEADLINE
from cprac.persistence.models import CalendarDayRow, Case, DeadlineRow

GIVEN = frozenset({"D-SESSION", "D-OBL", "D-RESUME"})
"""Deadlines whose date stands in the act itself: nothing is counted."""

OPEN_ENDED = ("open", "paused", "expired")


def decreed_days(session: Session) -> tuple[CalendarDay, ...]:
    """The days decreed during the year that stand today, in order."""
    rows = session.scalars(
        select(CalendarDayRow)
        .where(CalendarDayRow.withdrawn_at.is_(None))
        .order_by(CalendarDayRow.day, CalendarDayRow.id)
    )
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
        return tuple(
            DeadlineFact(row.ordinal, row.rule, row.status, row.due, row.party_ordinal)
            for row in self.rows
            if row.status in OPEN_ENDED and row.ended_on is None
        )

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
        )
        self.session.add(row)
        self.rows.append(row)
        self._note(row, trigger=trigger.isoformat(), party=party, urgent=urgent)
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
        if self.regulation.rule(row.rule).on_expiry == "none":
            self._end(row)
        else:
            self._note(row)

    def pause(self, rules: tuple[str, ...]) -> None:
        """Stop the clock of the open, pausable deadlines of *rules*; days from today on do not count."""
        for row in self._running(rules):
            rule = self.regulation.rule(row.rule)
            if row.status != "open" or not rule.pausable or row.rule in GIVEN:
                continue
            row.pauses = [*row.pauses, [self.on.isoformat(), None]]
            row.status = "paused"
            row.remaining = remaining_when_paused(
                rule, row.trigger_on, self.calendar, pauses_of(row), self.on, length=rule.amount + row.extended
            )
            self._note(row, remaining=row.remaining)

    def resume(self, rules: tuple[str, ...]) -> None:
        """Let the remaining days run again from today; the new date is never earlier than the one communicated."""
        for row in self._running(rules):
            if row.status != "paused":
                continue
            start = date.fromisoformat(row.pauses[-1][0])
            end = self.on - timedelta(days=1)
            row.pauses = row.pauses[:-1] + ([] if end < start else [[start.isoformat(), end.isoformat()]])
            before = row.due
            row.status, row.remaining = "open", None
            row.due = binding_due(row.communicated, self.recomputed(row))
            row.communicated = row.due
            self._note(row, was=before.isoformat())

    def extend(self, rule_id: str) -> None:
        """Lengthen the running deadline of *rule_id* by what its rule allows."""
        for row in self._running((rule_id,)):
            before = row.due
            row.extended = self.regulation.rule(rule_id).extendable_amount
            row.due = binding_due(row.communicated, self.recomputed(row))
            row.communicated = row.due
            row.status = "open"
            self._note(row, was=before.isoformat(), extended=row.extended)

    def recomputed(self, row: DeadlineRow) -> date:
        """The date the rule gives for *row* with today's calendar and its pauses."""
        if row.rule in GIVEN:
            return row.due
        return due_date(
            self.regulation.rule(row.rule), row.trigger_on, self.calendar, pauses_of(row), extension=row.extended
        ).due

    def restore(self, before: dict[int, tuple[str, str]]) -> None:
        """Put every deadline back as it was before the act that is set aside."""
        for row in self.rows:
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
            if status in OPEN_ENDED:
                row.ended_on = row.closed_version = None
            self._note(row, restored=True)

    def next_due(self) -> DeadlineRow | None:
        """The deadline the worklist shows: the earliest that runs and asks for something; long frames come last."""
        running = [row for row in self.rows if row.ended_on is None and row.status in ("open", "expired")]
        frames = ("D-DURATION", "D-FIRST-MEETING")
        return min(running, key=lambda row: (row.rule in frames, row.due, row.ordinal), default=None)


def pauses_of(row: DeadlineRow) -> tuple[Pause, ...]:
    """The pauses of a row as dated intervals; the last one may be open."""
    return tuple(
        Pause(date.fromisoformat(start), date.fromisoformat(end) if end else None) for start, end in row.pauses
    )


def apply(ledger: Ledger, decision: Decision, values: dict[str, Any]) -> None:
    """Close, pause, resume and open the deadlines that *decision*'s row names, in that order."""
    row, act = decision.row, decision.act
    if act is Act.EXTEND_COMPLETION:
        ledger.extend("D-COMPLETE")
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
