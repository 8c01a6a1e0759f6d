"""Calendars of a chamber: which days count, which do not, and the act behind each.

A calendar is plain data for whole years, built from dated rules. Asking it about a day outside those years is an error,
never a guess. Counting is a table look-up: a list of business days, and for each day its rank among them.

Law: Lei 9.784/1999 art. 66 §1 (a day without office hours, or closed early, moves the end), CPC art. 220 (recess).
"""

import datetime as dt
import hashlib
import json
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property, lru_cache
from itertools import accumulate, compress
from typing import Self

from cprac.domain.holiday_rules import (
    CLOSED_KINDS,
    DAY,
    MINAS_HOLIDAYS,
    NATIONAL_HOLIDAYS,
    PRECEDENCE,
    SHORT_KINDS,
    WEEKDAYS,
    CalendarDay,
    CalendarError,
    DayKind,
    FixedHoliday,
    MovableHoliday,
    easter,
)
from cprac.domain.words import N_

__all__ = [
    "CLOSED_KINDS",
    "DAY",
    "MINAS_HOLIDAYS",
    "NATIONAL_HOLIDAYS",
    "SHORT_KINDS",
    "WEEKDAYS",
    "Calendar",
    "CalendarDay",
    "CalendarError",
    "DayKind",
    "FixedHoliday",
    "MovableHoliday",
    "Recess",
    "RecessPolicy",
    "calendar_from_rules",
    "easter",
]


class RecessPolicy(StrEnum):
    """Which year-end recess stops the deadlines that obey one (procedure c.5; the law of the chamber decides)."""

    label: str

    NONE = "none", N_("sem recesso")
    CPC220 = "cpc220", N_("recesso de 20 de dezembro a 20 de janeiro, CPC art. 220")
    MUNICIPAL_DECREE = "municipal_decree", N_("recesso fixado por decreto municipal")

    def __new__(cls, value: str, label: str) -> Self:
        """Take the label beside the value, so that no list of labels runs apart from the members."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member


@dataclass(frozen=True, slots=True)
class Recess:
    """A recess policy; `spans` (first and last day, both inside) belong to a municipal decree only."""

    policy: RecessPolicy = RecessPolicy.NONE
    spans: tuple[tuple[dt.date, dt.date], ...] = ()
    legal_act: str = ""

    def __post_init__(self) -> None:
        """Refuse dates that do not fit the policy."""
        if self.spans and self.policy is not RecessPolicy.MUNICIPAL_DECREE:
            raise CalendarError("só o recesso por decreto municipal tem datas próprias")
        for start, end in self.spans:
            if end < start:
                raise CalendarError(f"recesso termina ({end}) antes de começar ({start})")


@lru_cache(maxsize=16)
def _week(first_year: int, last_year: int) -> tuple[tuple[dt.date, ...], bytes]:
    """Return every day of the years, and a byte for each: 1 from Monday to Friday."""
    first = dt.date(first_year, 1, 1)
    days = tuple(first + number * DAY for number in range((dt.date(last_year, 12, 31) - first).days + 1))
    return days, bytes(day.weekday() < 5 for day in days)


class _Table:
    """The days of some kind, as a list, and for each day of the years how many of them lie up to and including it."""

    __slots__ = ("days", "ranks")

    def __init__(self, first_year: int, last_year: int, excluded: Iterable[dt.date]) -> None:
        every_day, week = _week(first_year, last_year)
        base = every_day[0].toordinal()
        kept = bytearray(week)
        for day in excluded:
            kept[day.toordinal() - base] = 0
        self.days = list(compress(every_day, kept))
        self.ranks = list(accumulate(kept, initial=0))


@dataclass(frozen=True, eq=False)
class Calendar:
    """The days of a chamber from 1 January of `first_year` to 31 December of `last_year`.

    `optional_days_count` is the other reading of an optional day off (ponto facultativo is not feriado, procedure
    c.6): by default it is a day without office hours and is not counted; with True it counts in the middle of a
    deadline in business days and only moves an end that falls on it. Two calendars are equal when their `version` is.
    """

    name: str
    days: Mapping[dt.date, CalendarDay] = field(repr=False)  # a century of them has no place in a message
    first_year: int
    last_year: int
    recess: Recess = field(default_factory=Recess)
    optional_days_count: bool = False

    def __post_init__(self) -> None:
        """Refuse days outside the years and keep the days in order."""
        if not dt.MINYEAR < self.first_year <= self.last_year < dt.MAXYEAR:
            raise CalendarError(f"calendário {self.name}: {self.first_year} a {self.last_year} não é um período")
        for key, day in self.days.items():
            if key != day.date:
                raise CalendarError(f"calendário {self.name}: {key} traz o dia {day.date}")
            self._place(key)
        object.__setattr__(self, "days", dict(sorted(self.days.items())))

    def __eq__(self, other: object) -> bool:
        return self.version == other.version if isinstance(other, Calendar) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.version)

    @cached_property
    def version(self) -> str:
        """SHA-256 (hexadecimal) of the whole content in canonical JSON: what a deadline row records as its calendar."""
        content = {
            "name": self.name,
            "years": [self.first_year, self.last_year],
            "recess": [self.recess.policy, [[str(a), str(b)] for a, b in self.recess.spans], self.recess.legal_act],
            "optional_days_count": self.optional_days_count,
            "days": [
                [str(d.date), d.kind, d.name, d.legal_act, str(d.known_from) if d.known_from else None]
                for d in self.days.values()
            ],
        }
        text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    @cached_property
    def first_day(self) -> dt.date:
        """The first covered day."""
        return dt.date(self.first_year, 1, 1)

    @cached_property
    def last_day(self) -> dt.date:
        """The last covered day."""
        return dt.date(self.last_year, 12, 31)

    @cached_property
    def _business(self) -> _Table:
        closed = (day for day, entry in self.days.items() if self._closed(entry))
        return _Table(self.first_year, self.last_year, closed)

    @cached_property
    def _normal(self) -> _Table:
        return _Table(self.first_year, self.last_year, self.days)

    @cached_property
    def counting(self) -> tuple[int, list[int], list[dt.date], list[dt.date]]:
        """What most deadlines need and nothing more: the ordinal of the eve of the first day, ranks, days, ends.

        ``ranks[day.toordinal() - eve]`` is the number of business days up to *day*; ``days[n]`` is the n-th of them,
        and ``ends[n]`` the day on which a count that reaches it falls due, itself or the next day of normal opening.
        Both lists end where the calendar has no such day, and hold the eve at 0.
        """
        ranks, normal, days = self._normal.ranks, self._normal.days, self._business.days
        eve = [self.first_day - DAY]
        places = (ranks[day.toordinal() - self._base - 1] for day in days)
        ends = [normal[at] for at in places if at < len(normal)]
        return self._base, self._business.ranks, eve + days, eve + ends

    def _closed(self, entry: CalendarDay) -> bool:
        if entry.kind is DayKind.OPTIONAL_FULL and self.optional_days_count:
            return False
        return entry.kind in CLOSED_KINDS

    @cached_property
    def recess_spans(self) -> tuple[tuple[dt.date, dt.date], ...]:
        """Return the recess as first and last days, in order, without overlap, cut at the edges of the calendar."""
        if self.recess.policy is RecessPolicy.CPC220:
            years = range(self.first_year - 1, self.last_year + 1)
            spans = [(dt.date(year, 12, 20), dt.date(year + 1, 1, 20)) for year in years]
        else:
            spans = sorted(self.recess.spans)
        merged: list[tuple[dt.date, dt.date]] = []
        for first, last in spans:
            start, end = max(first, self.first_day), min(last, self.last_day)
            if end < start:
                continue
            if merged and start <= merged[-1][1] + DAY:
                merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
            else:
                merged.append((start, end))
        return tuple(merged)

    def _place(self, day: dt.date) -> int:
        """Return the place of *day* in the rank lists, or refuse a day outside the covered years."""
        if not self.first_year <= day.year <= self.last_year:
            raise CalendarError(f"{self._covers()} e não diz nada de {day.isoformat()}")
        return day.toordinal() - self._base

    @cached_property
    def _base(self) -> int:
        return self.first_day.toordinal() - 1

    def day(self, day: dt.date) -> CalendarDay | None:
        """Return what the calendar says of *day*, None for an ordinary one. Raises CalendarError outside its years."""
        self._place(day)
        return self.days.get(day)

    def kind(self, day: dt.date) -> DayKind | None:
        """Return why *day* is not a day of normal opening (its kind, or WEEKEND), or None when it is one."""
        entry = self.day(day)
        if entry is not None and (self._closed(entry) or day.weekday() < 5):
            return entry.kind
        return DayKind.WEEKEND if day.weekday() >= 5 else None

    def is_business_day(self, day: dt.date) -> bool:
        """Tell whether the office opens on *day*, even for a part of it."""
        ranks, place = self._business.ranks, self._place(day)
        return ranks[place] != ranks[place - 1]

    def is_normal_day(self, day: dt.date) -> bool:
        """Tell whether the office opens on *day* for its normal hours: a deadline may end on it."""
        ranks, place = self._normal.ranks, self._place(day)
        return ranks[place] != ranks[place - 1]

    def is_recess(self, day: dt.date) -> bool:
        """Tell whether *day* lies in the recess of this calendar."""
        self._place(day)
        index = bisect_right(self.recess_spans, (day, dt.date.max)) - 1
        return index >= 0 and day <= self.recess_spans[index][1]

    def add_business_days(self, day: dt.date, amount: int) -> dt.date:
        """Return the *amount*-th business day after *day* (before it when negative); *day* itself is never counted.

        With zero: *day* if it is a business day, otherwise the next one. Raises CalendarError outside the covered
        years.
        """
        table, place = self._business, self._place(day)
        index = table.ranks[place] + amount - 1 if amount > 0 else table.ranks[place - 1] + amount
        if not 0 <= index < len(table.days):
            raise self.too_short()
        return table.days[index]

    def too_short(self) -> CalendarError:
        """Return the error of a count that runs past the covered years, for the caller to raise."""
        return CalendarError(f"{self._covers()} e não chega ao fim da contagem")

    def _covers(self) -> str:
        return f"o calendário {self.name} vai de {self.first_year} a {self.last_year}"

    def next_business_day(self, day: dt.date) -> dt.date:
        """Return the first business day after *day*."""
        return self.add_business_days(day, 1)

    def previous_business_day(self, day: dt.date) -> dt.date:
        """Return the last business day before *day*."""
        return self.add_business_days(day, -1)

    def business_day_from(self, day: dt.date, *, backward: bool = False) -> dt.date:
        """Return *day* if it is a business day, otherwise the next one (with `backward`, the last one before)."""
        if not backward:
            return self.add_business_days(day, 0)
        return day if self.is_business_day(day) else self.add_business_days(day, -1)

    def normal_day_from(self, day: dt.date, *, backward: bool = False) -> dt.date:
        """Return *day* if the office opens on it for its normal hours, otherwise the next (last) such day."""
        table, place = self._normal, self._place(day)
        index = table.ranks[place] - 1 if backward else table.ranks[place - 1]
        if not 0 <= index < len(table.days):
            raise self.too_short()
        return table.days[index]

    def business_days_between(self, after: dt.date, until: dt.date, *, recess: bool = False) -> int:
        """Count the business days after *after* up to and including *until*; negative when *until* is the earlier one.

        With `recess`, days of the recess are left out. *after* may be the eve of the first covered day.
        """
        if until < after:
            return -self.business_days_between(until, after, recess=recess)
        total = self._rank(until) - self._rank(after)
        if recess:
            for start, end in self.recess_spans:
                first, last = max(start - DAY, after), min(end, until)
                if first < last:
                    total -= self._rank(last) - self._rank(first)
        return total

    def _rank(self, day: dt.date) -> int:
        return 0 if day == self.first_day - DAY else self._business.ranks[self._place(day)]

    def with_days(self, days: Iterable[CalendarDay]) -> "Calendar":
        """Return this calendar with more days; where two acts name one day, the more closed one gives its name."""
        return Calendar(
            self.name,
            _strongest([*self.days.values(), *days]),
            self.first_year,
            self.last_year,
            self.recess,
            self.optional_days_count,
        )


def _strongest(days: Iterable[CalendarDay]) -> dict[dt.date, CalendarDay]:
    """Keep for each date the entry that closes the day most; among equals the first given."""
    kept: dict[dt.date, CalendarDay] = {}
    for day in days:
        known = kept.get(day.date)
        if known is None or PRECEDENCE[day.kind] < PRECEDENCE[known.kind]:
            kept[day.date] = day
    return kept


def calendar_from_rules(
    name: str,
    years: tuple[int, int],
    fixed: Iterable[FixedHoliday] = (),
    movable: Iterable[MovableHoliday] = (),
    decreed: Iterable[CalendarDay] = (),
    recess: Recess | None = None,
    *,
    known_on: dt.date | None = None,
    optional_days_count: bool = False,
) -> Calendar:
    """Build the calendar of the *years* (first and last, both included) from dated rules and decreed days.

    With `known_on`, days whose act was not known by then are left out: what the chamber believed on that date.
    Raises CalendarError for a decreed day outside the years.
    """
    first, last = years
    days: list[CalendarDay] = []
    rules: tuple[FixedHoliday | MovableHoliday, ...] = (*fixed, *movable)
    for rule in rules:
        for year in range(first, last + 1):
            date = rule.in_year(year)
            if date is not None and date.year == year:
                days.append(CalendarDay(date, rule.name, rule.kind, rule.legal_act))
    days += [day for day in decreed if known_on is None or day.known_from is None or day.known_from <= known_on]
    return Calendar(name, _strongest(days), first, last, recess or Recess(), optional_days_count)
