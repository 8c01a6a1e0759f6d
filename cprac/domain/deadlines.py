"""A rule, a trigger, a calendar and pauses give a due date, and on demand the ledger that explains it day by day.

The start is excluded and the end included (Lei 9.784/1999 art. 66; CPC art. 224; Código Civil art. 132). Each rule
carries its own unit: there is no global switch "dias úteis" (procedure c.2). Every reading that the law leaves open
is a field of the rule, with the other reading in its docstring. A pause conserves what was left (CPC art. 221);
expiry alone does nothing here: it is the services that propose.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from cprac.domain.business_days import DAY, WEEKDAYS, Calendar
from cprac.domain.deadline_ledger import LedgerDay, explain, walk_days
from cprac.domain.deadline_rules import (
    Basis,
    DeadlineError,
    DeadlineRule,
    FirstDay,
    MonthEnd,
    NoticeInPause,
    Pause,
    RuleKind,
    Unit,
    add_months,
    counting_rule,
    date_to_date,
)
from cprac.domain.words import N_

__all__ = [
    "Basis",
    "Computation",
    "DeadlineError",
    "DeadlineRule",
    "FirstDay",
    "LedgerDay",
    "Look",
    "MonthEnd",
    "NoticeInPause",
    "Pause",
    "RuleKind",
    "StillPausedError",
    "Unit",
    "add_months",
    "binding_due",
    "counting_rule",
    "date_to_date",
    "deadline_words",
    "due_date",
    "due_on",
    "remaining",
    "remaining_when_paused",
]


_FOREVER = dt.date.max
_BUSINESS = Unit.BUSINESS_DAYS
_NORMAL = FirstDay.NORMAL_OPENING
_Spans = Sequence[tuple[dt.date, dt.date]]


class StillPausedError(DeadlineError):
    """The deadline has no due date while a pause without end holds it; ask `remaining_when_paused` what is left."""


def _still_paused(since: dt.date) -> StillPausedError:
    return StillPausedError(f"o prazo está parado desde {since.isoformat()} e ainda não tem data para acabar")


@dataclass(slots=True)  # not frozen: freezing takes longer than the count itself (make bench)
class Computation:
    """The answer for one deadline, with what it was computed from. Not to be changed.

    `first_day` is the first day that counts (backward: the counted day nearest the trigger); for months and years the
    first day after the start. `raw_due` is the last counted day, before any move to a day of normal opening. `length`
    is the amount counted, in the rule's unit, after multiplier and extension.
    """

    due: dt.date
    first_day: dt.date
    raw_due: dt.date
    rule: DeadlineRule
    length: int
    trigger: dt.date
    calendar: Calendar
    pauses: tuple[Pause, ...] = ()

    def ledger(self) -> tuple[LedgerDay, ...]:
        """Walk the days from the trigger to the due date, both included, in the order of the calendar.

        Built on demand, and by counting day by day; raises RuntimeError should it ever end elsewhere than `due`.
        """
        days = walk_days(self.rule, self.length, self.trigger, self.calendar, self.pauses)
        end = days[0 if self.rule.backward else -1].date
        if end != self.due:
            raise RuntimeError(f"the day by day count ends on {end}, the table on {self.due}")
        return days

    @property
    def sentence(self) -> str:
        """Short Portuguese sentences that explain the due date."""
        return explain(self.rule, self.length, self.ledger())


def due_on(
    rule: DeadlineRule,
    trigger_date: dt.date,
    calendar: Calendar,
    pauses: Sequence[Pause] = (),
    *,
    multiplier: int = 1,
    extension: int = 0,
) -> dt.date:
    """Return the day on which *rule* falls due, and only that: `due_date` for when many are asked and none explained.

    Takes and raises what `due_date` does.
    """
    # Most deadlines are these. Two look-ups answer them.
    if rule.plain and not (pauses or extension) and multiplier == 1:
        eve, ranks, _, ends = calendar.counting
        place = trigger_date.toordinal() - eve
        if place > 0:
            try:
                return ends[ranks[place] + rule.amount]
            except IndexError:
                pass  # outside the calendar: the long way says where
    return due_date(rule, trigger_date, calendar, pauses, multiplier=multiplier, extension=extension).due


def due_date(
    rule: DeadlineRule,
    trigger_date: dt.date,
    calendar: Calendar,
    pauses: Sequence[Pause] = (),
    *,
    multiplier: int = 1,
    extension: int = 0,
) -> Computation:
    """Return when *rule*, set off on *trigger_date* (a local date, never counted itself), falls due.

    *pauses* may overlap and come in any order; a rule that is not `pausable` ignores them. *multiplier* is 2 for the
    double term of the treasury (CPC art. 183: judicial, so only where the chamber's rule says so). *extension* is
    added in the rule's unit, as one continuous count, up to its `extendable_amount`.

    Raises CalendarError outside the calendar's years, DeadlineError for an extension or multiplier out of range and
    StillPausedError when a pause without end comes before the end of the count.
    """
    if multiplier < 1 or not 0 <= extension <= rule.extendable_amount:
        raise DeadlineError(f"{rule.id}: a regra não admite multiplicar por {multiplier} e prorrogar por {extension}")
    length = rule.amount * multiplier + extension
    if rule.unit is _BUSINESS and not (pauses or rule.backward or rule.recess or rule.first_day is _NORMAL):
        eve, ranks, days, ends = calendar.counting
        place = trigger_date.toordinal() - eve
        if place > 0:
            try:
                rank = ranks[place]
                raw_due = days[rank + length]
                due = ends[rank + length] if rule.roll_forward else raw_due
                return Computation(due, days[rank + 1], raw_due, rule, length, trigger_date, calendar)
            except IndexError:
                pass  # outside the calendar: the long way says where
    count = _Count(rule, calendar, _blocked(calendar, pauses if rule.pausable else (), recess=rule.recess))
    first, raw_due = count.run(trigger_date, length)
    due = count.settle(raw_due) if rule.roll_forward else raw_due
    return Computation(due, first, raw_due, rule, length, trigger_date, calendar, tuple(pauses))


@dataclass(slots=True)
class _Count:
    """The arithmetic of one rule over spans of blocked days, which are in order and apart from each other."""

    rule: DeadlineRule
    calendar: Calendar
    spans: _Spans

    def nth(self, start: dt.date, amount: int, *, business: bool) -> dt.date:
        """Return the *amount*-th day that counts after (before) *start*, leaving out the spans."""
        reached = self._advance(start, amount, business=business)
        if self.rule.backward:
            for low, high in reversed(self.spans):
                if low >= start:
                    continue
                near = min(high, start - DAY)
                if reached > near:
                    break
                amount += _days_in(self.calendar, low, near, business=business)
                reached = self._advance(start, amount, business=business)
            return reached
        for low, high in self.spans:
            if high <= start:
                continue
            near = max(low, start + DAY)
            if reached < near:
                break
            if high == _FOREVER:
                raise _still_paused(low)
            amount += _days_in(self.calendar, near, high, business=business)
            reached = self._advance(start, amount, business=business)
        return reached

    def _advance(self, start: dt.date, amount: int, *, business: bool) -> dt.date:
        signed = -amount if self.rule.backward else amount
        if business:
            return self.calendar.add_business_days(start, signed)
        reached = start.toordinal() + signed
        # A day outside the calendar may be a recess or a holiday that nobody has told us of.
        if not self.calendar.first_day.toordinal() <= reached <= self.calendar.last_day.toordinal():
            raise self.calendar.too_short()
        return dt.date.fromordinal(reached)

    def open_day(self, day: dt.date, *, normal: bool) -> dt.date:
        """Return *day*, or the next (last) one after (before) it, that is a business (normal) day outside the spans."""
        find = self.calendar.normal_day_from if normal else self.calendar.business_day_from
        while True:
            day = find(day, backward=self.rule.backward)
            span = self.span_of(day)
            if span is None:
                return day
            if span[1] == _FOREVER and not self.rule.backward:
                raise _still_paused(span[0])
            day = span[0] - DAY if self.rule.backward else span[1] + DAY

    def settle(self, day: dt.date) -> dt.date:
        """Return the day on which a count that reached *day* falls due (Lei 9.784 art. 66 §1; CPC art. 224 §1)."""
        return self.open_day(day, normal=True)

    def span_of(self, day: dt.date) -> tuple[dt.date, dt.date] | None:
        """Return the span that holds *day*."""
        return next((span for span in self.spans if span[0] <= day <= span[1]), None)

    def in_pause(self, trigger: dt.date) -> bool:
        """Tell whether *trigger* lies in a span, or on the closed days right after one.

        A notice of the Saturday after a pause may not run before one of the Friday inside it.
        """
        opened = self.calendar.business_days_between(self.calendar.first_day - DAY, trigger)
        since = self.calendar.business_day_from(trigger, backward=True) if opened else self.calendar.first_day
        return any(low <= trigger and since <= high for low, high in self.spans)

    def run(self, trigger: dt.date, length: int) -> tuple[dt.date, dt.date]:
        """Return the first and the last counted day."""
        rule, step = self.rule, -DAY if self.rule.backward else DAY
        start = trigger
        self.calendar.day(trigger)  # one outside the calendar is refused
        if not rule.backward and rule.notice_in_pause is NoticeInPause.DEEMED_AFTER and self.in_pause(trigger):
            start = self.open_day(trigger, normal=False)
        if rule.unit.is_date_to_date:
            return self.date_to_date(start, length)
        business = rule.unit is Unit.BUSINESS_DAYS
        if rule.first_day is _NORMAL or (rule.first_day is FirstDay.BUSINESS_DAY and not business):
            first = self.open_day(start + step, normal=rule.first_day is _NORMAL)
            start = first - step
        else:
            first = self.nth(start, 1, business=business)
        return first, self.nth(start, length + (1 if rule.clear_days else 0), business=business)

    def date_to_date(self, start: dt.date, length: int) -> tuple[dt.date, dt.date]:
        """Return the first and the last day of months or years.

        A pause at the very start moves the start to its last day; a later one adds its days at the end, so that what
        was left is conserved in days (CPC art. 221).
        """
        rule, sign = self.rule, -1 if self.rule.backward else 1
        first = self.nth(start, 1, business=False)
        anchor = first - sign * DAY
        end = date_to_date(anchor, sign * length, rule.unit, rule.month_end)
        return first, self.nth(anchor, abs((end - anchor).days) + (1 if rule.clear_days else 0), business=False)


def _blocked(calendar: Calendar, pauses: Sequence[Pause], *, recess: bool) -> _Spans:
    """Return the blocked days as spans in order, each apart from the next by at least one day."""
    held = calendar.recess_spans if recess else ()
    if not pauses:
        return held
    merged: list[tuple[dt.date, dt.date]] = []
    for low, high in sorted([*held, *((pause.start, pause.end or _FOREVER) for pause in pauses)]):
        if merged and (merged[-1][1] == _FOREVER or low <= merged[-1][1] + DAY):
            merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
        else:
            merged.append((low, high))
    return merged


def _days_in(calendar: Calendar, low: dt.date, high: dt.date, *, business: bool) -> int:
    """Count the days from *low* to *high*, both included."""
    return calendar.business_days_between(low - DAY, high) if business else (high - low).days + 1


def _free_days(calendar: Calendar, after: dt.date, until: dt.date, spans: _Spans, *, business: bool) -> int:
    """Count the days after *after* up to *until* that lie outside the spans; 0 when *until* is not later."""
    if until <= after:
        return 0
    total = _days_in(calendar, after + DAY, until, business=business)
    for first, last in spans:
        low, high = max(first, after + DAY), min(last, until)
        if low <= high:
            total -= _days_in(calendar, low, high, business=business)
    return total


def remaining(
    unit: Unit, due: dt.date, today: dt.date, calendar: Calendar, pauses: Sequence[Pause] = (), *, recess: bool = False
) -> int:
    """Return how many counted days lie after *today* up to *due*, in the deadline's own unit; negative once it is past.

    Months and years are answered in calendar days. Days of *pauses*, and with *recess* those of the recess, do not
    count.
    """
    business, spans = unit is Unit.BUSINESS_DAYS, _blocked(calendar, pauses, recess=recess)
    return _free_days(calendar, today, due, spans, business=business) - _free_days(
        calendar, due, today, spans, business=business
    )


def remaining_when_paused(
    rule: DeadlineRule,
    trigger: dt.date,
    calendar: Calendar,
    pauses: Sequence[Pause],
    on: dt.date,
    *,
    length: int | None = None,
) -> int:
    """Return what is left to count of a forward deadline on *on*, the first day of a pause, in its own unit.

    *pauses* are those before (a pause that is open on *on* may be among them); *length* is the amount after
    multiplier and extension, the rule's own when None. Months and years are answered in calendar days. Resumed, that
    many days run from the first day that counts again.
    """
    before = [pause for pause in pauses if pause.start < on]
    spans = _blocked(calendar, before if rule.pausable else (), recess=rule.recess)
    count = _Count(rule, calendar, spans)
    first, raw_due = count.run(trigger, rule.amount if length is None else length)
    business = rule.unit is Unit.BUSINESS_DAYS
    return _free_days(calendar, max(on, first) - DAY, raw_due, spans, business=business)


def binding_due(communicated: dt.date | None, recomputed: dt.date) -> dt.date:
    """Return the date that binds: a date once communicated is never shortened (procedure c.6)."""
    return recomputed if communicated is None else max(communicated, recomputed)


class Look(StrEnum):
    """How a deadline is shown; the page chooses icon and colour from it."""

    OVERDUE = "overdue"
    TODAY = "today"
    SOON = "soon"
    PLAIN = "plain"
    PAUSED = "paused"
    MET = "met"


def deadline_words(
    due: dt.date,
    today: dt.date,
    unit: Unit,
    calendar: Calendar,
    paused_remaining: int | None = None,
    met_on: dt.date | None = None,
    *,
    left: int | None = None,
) -> tuple[str, Look]:
    """Return the words for a deadline, counted in its own unit, and their look: ("Faltam 12 dias úteis", PLAIN).

    *left* is the answer of `remaining` for a deadline with pauses or recess ahead; without it those are taken to be
    none.
    """
    if met_on is not None:
        return N_("Cumprido em %s") % met_on.strftime("%d/%m/%Y"), Look.MET
    counted_in = Unit.CALENDAR_DAYS if unit.is_date_to_date else unit
    if paused_remaining is not None:
        word = N_("Parado: resta %s") if paused_remaining == 1 else N_("Parado: restam %s")
        return word % counted_in.words(paused_remaining), Look.PAUSED
    if due == today:
        return N_("Vence hoje"), Look.TODAY
    days_left = remaining(unit, due, today, calendar) if left is None else left
    away = (due - today).days
    if away < 0:
        if days_left < 0:
            return N_("Venceu há %s") % counted_in.words(-days_left), Look.OVERDUE
        # Past by a weekend only: no business day to count yet.
        return (N_("Venceu ontem") if away == -1 else N_("Venceu %s") % _short_weekday(due)), Look.OVERDUE
    if away == 1:
        return N_("Vence amanhã"), Look.SOON
    if days_left <= 1:
        # A weekday names a day only within the week; after a long closure the number is clearer.
        return (N_("Vence %s") % _short_weekday(due) if away < 7 else N_("Falta %s") % counted_in.words(1)), Look.SOON
    return N_("Faltam %s") % counted_in.words(days_left), Look.SOON if days_left <= 3 else Look.PLAIN


def _short_weekday(day: dt.date) -> str:
    return WEEKDAYS[day.weekday()].removesuffix("-feira")
