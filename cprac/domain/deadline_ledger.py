"""The ledger of a deadline: each day from its start to its end, whether it counted, and why; and one sentence of it.

It walks day by day and asks the calendar about each, on purpose by another road than the table arithmetic of
`deadlines.due_date`: the two are compared whenever a ledger is built.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from cprac.domain.business_days import CLOSED_KINDS, DAY, WEEKDAYS, Calendar, DayKind
from cprac.domain.deadline_rules import DeadlineError, DeadlineRule, FirstDay, NoticeInPause, Pause, Unit, date_to_date
from cprac.domain.words import N_

_KINDS = {kind.value: kind for kind in DayKind}


@dataclass(frozen=True, slots=True)
class LedgerDay:
    """One day of a deadline: `counted` is its number in the count (from 1), None where the day does not count."""

    date: dt.date
    kind: DayKind
    counted: int | None
    why: str

    def as_json(self) -> dict[str, Any]:
        """Return the day as plain JSON values, in the shape of the stable command."""
        return {"date": self.date.isoformat(), "kind": str(self.kind), "counted": self.counted, "why": self.why}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "LedgerDay":
        """Read back what `as_json` gave. Raises KeyError or ValueError for anything else."""
        return cls(dt.date.fromisoformat(value["date"]), _KINDS[value["kind"]], value["counted"], value["why"])


def long_date(day: dt.date) -> str:
    """Return a day as "segunda-feira, 30/03/2026"."""
    return f"{WEEKDAYS[day.weekday()]}, {day:%d/%m/%Y}"


@dataclass(slots=True)
class _Walk:
    """A walk from the trigger to the due date; `length` is in the rule's unit."""

    rule: DeadlineRule
    length: int
    calendar: Calendar
    pauses: Sequence[Pause]
    days: list[LedgerDay] = field(default_factory=list)

    @property
    def step(self) -> dt.timedelta:
        return -DAY if self.rule.backward else DAY

    def note(self, day: dt.date, kind: DayKind, why: str, counted: int | None = None) -> None:
        self.days.append(LedgerDay(day, kind, counted, why))

    def blocked(self, day: dt.date) -> tuple[DayKind, str] | None:
        """Return the recess or pause that stops the count on *day*."""
        if self.rule.recess and self.calendar.is_recess(day):
            return DayKind.RECESS, self.calendar.recess.legal_act or self.calendar.recess.policy.label
        if self.rule.pausable:
            for pause in self.pauses:
                if pause.covers(day):
                    return DayKind.PAUSED, pause.reason
        return None

    def name(self, day: dt.date) -> str:
        """Return why *day* is no ordinary one: its name and act, or the day of the weekend."""
        entry = self.calendar.day(day)
        if entry is None:
            return WEEKDAYS[day.weekday()]
        return f"{entry.name}, {entry.legal_act}" if entry.legal_act else entry.name

    def in_pause(self, day: dt.date) -> bool:
        """Tell whether *day*, or a closed day of the same stretch before it, or the day before that, is blocked."""
        while not self.blocked(day):
            if day == self.calendar.first_day or self.calendar.is_business_day(day):
                return False
            day -= DAY
        return True

    def start(self, trigger: dt.date) -> dt.date:
        """Note the trigger, which is never counted, and return the day from which the count looks on."""
        self.note(trigger, DayKind.TRIGGER, N_("dia do começo: não conta"))
        deems = self.rule.notice_in_pause is NoticeInPause.DEEMED_AFTER and not self.rule.backward
        if not deems or not self.in_pause(trigger):
            return trigger
        day = trigger + DAY
        while self.blocked(day) or not self.calendar.is_business_day(day):
            self.skip(day)
            day += DAY
        self.note(day, DayKind.TRIGGER, N_("primeiro dia útil depois da pausa: o aviso vale deste dia, que não conta"))
        return day

    def skip(self, day: dt.date) -> None:
        """Note a day that does not count, under the strongest reason."""
        kind, why = self.blocked(day) or (self.calendar.kind(day) or DayKind.CLOSURE, self.name(day))
        self.note(day, kind, why)

    def days_to_count(self, start: dt.date) -> int:
        """Return how many days to count: for months and years those from date to date, once the count may begin."""
        extra = 1 if self.rule.clear_days else 0
        if not self.rule.unit.is_date_to_date:
            return self.length + extra
        anchor = start
        while self.blocked(anchor + self.step):
            anchor += self.step
        sign = -1 if self.rule.backward else 1
        end = date_to_date(anchor, sign * self.length, self.rule.unit, self.rule.month_end)
        return abs((end - anchor).days) + extra

    def counts(self, day: dt.date, counted: int) -> bool:
        """Tell whether *day* counts, *counted* days having counted before it."""
        if self.blocked(day):
            return False
        if self.rule.unit.is_date_to_date:
            return True
        waits_for = self.rule.first_day if counted == 0 else FirstDay.ANY_DAY
        if waits_for is FirstDay.NORMAL_OPENING:
            return self.calendar.is_normal_day(day)
        business = self.rule.unit is Unit.BUSINESS_DAYS or waits_for is FirstDay.BUSINESS_DAY
        return not business or self.calendar.is_business_day(day)

    def run(self, trigger: dt.date) -> list[LedgerDay]:
        """Walk to the due date and return the days in the order of the calendar."""
        day = self.start(trigger)
        target, counted = self.days_to_count(day), 0
        unit = self.rule.unit if self.rule.unit is Unit.BUSINESS_DAYS else Unit.CALENDAR_DAYS
        while counted < target:
            day += self.step
            if not self.counts(day, counted):
                self.skip(day)
                continue
            counted += 1
            words = N_("%(number)dº %(unit)s") % {"number": counted, "unit": unit.singular}
            if self.calendar.kind(day):
                words += f" ({self.name(day)})"
            self.note(day, DayKind.COUNTED, words, counted)
        if self.rule.roll_forward:
            self.roll(day)
        if self.rule.backward:
            self.days.reverse()
        return self.days

    def roll(self, day: dt.date) -> None:
        """Move on from a last day without normal opening (Lei 9.784 art. 66 §1; CPC art. 224 §1)."""
        if self.calendar.is_normal_day(day):
            return
        last = self.days[-1]
        moved = N_("sem expediente normal, o fim passa para o dia útil seguinte")
        if self.rule.backward:
            moved = N_("sem expediente normal, o fim passa para o dia útil anterior")
        self.days[-1] = LedgerDay(last.date, last.kind, last.counted, f"{last.why}: {moved}")
        day += self.step
        while self.blocked(day) or not self.calendar.is_normal_day(day):
            self.skip(day)
            day += self.step
        self.note(day, DayKind.EXTENSION, N_("dia com expediente normal: o prazo termina aqui"))


def walk_days(
    rule: DeadlineRule, length: int, trigger: dt.date, calendar: Calendar, pauses: Sequence[Pause] = ()
) -> tuple[LedgerDay, ...]:
    """Return each day from the trigger to the due date, both included, in the order of the calendar.

    *length* is in the rule's unit, after any multiplier and extension. The due date is the last day (the first, when
    the rule counts backward).
    """
    return tuple(_Walk(rule, length, calendar, pauses).run(trigger))


def recount(days: Sequence[LedgerDay], *, backward: bool = False) -> dt.date:
    """Return the due date that a stored ledger gives, by counting it again from its trigger: no calendar is asked.

    Raises DeadlineError, with the day, where the ledger contradicts itself: a day missing or twice, a number that
    does not follow, a count that goes on after its end.
    """
    ordered = days[::-1] if backward else days
    counted, last = 0, None
    for place, day in enumerate(ordered):
        follows = place == 0 or day.date - ordered[place - 1].date == (-DAY if backward else DAY)
        expected = counted + 1 if day.kind is DayKind.COUNTED else None
        starts = place != 0 or day.kind is DayKind.TRIGGER
        over = last is not None and last.kind is DayKind.EXTENSION
        if not follows or day.counted != expected or not starts or over:
            raise DeadlineError(N_("a contagem guardada se contradiz em %s") % day.date.isoformat())
        if day.kind in (DayKind.COUNTED, DayKind.EXTENSION):
            counted, last = counted + (day.counted is not None), day
    if last is None or last is not ordered[-1]:
        raise DeadlineError(N_("a contagem guardada não chega ao fim"))
    return last.date


def explain(rule: DeadlineRule, length: int, days: Sequence[LedgerDay]) -> str:
    """Return short Portuguese sentences that explain the due date of a ledger.

    "5 dias úteis a partir de sexta-feira, 20/03/2026, sem contar esse dia. O 1º dia que conta é segunda-feira,
    23/03/2026. O prazo termina em segunda-feira, 30/03/2026. Não contam 27/03 (Jubileu…) e 4 dias de fim de
    semana."
    """
    ordered = days[::-1] if rule.backward else days
    counted = [day for day in ordered if day.counted is not None]
    facts = {
        "length": rule.unit.words(length),
        "trigger": long_date(ordered[0].date),
        "first": long_date(counted[0].date),
        "raw": long_date(counted[-1].date),
        "due": long_date(ordered[-1].date),
    }
    if rule.backward:
        start = N_("%(length)s antes de %(trigger)s, sem contar esse dia")
        if rule.clear_days:
            start = N_("%(length)s antes de %(trigger)s, sem contar esse dia nem o do aviso")
        end, moved = N_("O último dia é %(due)s"), N_("O último dia seria %(raw)s, sem expediente normal, e é %(due)s")
    else:
        start = N_("%(length)s a partir de %(trigger)s, sem contar esse dia. O 1º dia que conta é %(first)s")
        if rule.unit.is_date_to_date:
            start = N_("%(length)s, de data a data, a partir de %(trigger)s")
        end = N_("O prazo termina em %(due)s")
        moved = N_("O prazo terminaria em %(raw)s, sem expediente normal, e por isso termina em %(due)s")
    parts = [start, moved if ordered[-1].kind is DayKind.EXTENSION else end]
    place = ordered.index(counted[-1])
    if skipped := _skipped(day for day in ordered[1:place] if day.counted is None):
        parts.append(N_("Não contam %(skipped)s"))
        facts["skipped"] = skipped
    return ". ".join(parts) % facts + "."


def _skipped(days: Iterable[LedgerDay]) -> str:
    """Return the days left out in words: holidays one by one, stretches of pause or recess, weekends as a number."""
    words: list[str] = []
    weekends = 0
    for (kind, why), run in groupby(sorted(days, key=lambda day: day.date), key=lambda day: (day.kind, day.why)):
        dates = [day.date for day in run]
        if kind is DayKind.WEEKEND:
            weekends += len(dates)
        elif kind in CLOSED_KINDS or len(dates) == 1:
            words += [f"{date:%d/%m} ({why})" for date in dates]
        else:
            words.append(f"{dates[0]:%d/%m} a {dates[-1]:%d/%m/%Y} ({why})")
    if weekends:
        words.append(N_("1 dia de fim de semana") if weekends == 1 else N_("%d dias de fim de semana") % weekends)
    return N_(" e ").join(filter(None, [", ".join(words[:-1]), words[-1]])) if words else ""
