"""Deadlines by brute force: random worlds, and a walk from day to day over them that shares no code with the engine.

Days are ordinals. The walk takes the engine's rules and pauses as plain records of choices, and knows special days only
as what the generator drew: it never asks a `Calendar`. No Hypothesis here, so that a million samples take minutes.
"""

import datetime as dt
from dataclasses import dataclass, field
from random import Random

from cprac.domain.business_days import Calendar, CalendarDay, DayKind, Recess, RecessPolicy
from cprac.domain.deadlines import DeadlineRule, FirstDay, MonthEnd, NoticeInPause, Pause, Unit, counting_rule

EDGE = dt.date(1975, 1, 1).toordinal()
# What the walk reads off the wall, for each day from EDGE on: the number of its month since year 0, its day of month.
_EVERY = [dt.date.fromordinal(EDGE + number) for number in range(366 * 142)]
MONTH = [day.year * 12 + day.month for day in _EVERY]
OF_MONTH = [day.day for day in _EVERY]

YEARS_END = {*((0, day) for day in range(20, 32)), *((1, day) for day in range(1, 21))}  # December is 0 modulo 12
CLOSING = ("national", "state", "municipal", "optional_full", "closure")
SHORT = ("optional_partial", "system_outage")


@dataclass(frozen=True, slots=True)
class Days:
    """Special days as drawn: the kinds of each (several acts may name one), the recess, whether optional days count."""

    first_year: int
    last_year: int
    special: dict[int, tuple[str, ...]]
    recess: str = "none"
    spans: tuple[tuple[int, int], ...] = ()
    optional_count: bool = False
    shut: frozenset[int] = field(init=False, repr=False)
    resting: frozenset[int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        closing = set(CLOSING) - ({"optional_full"} if self.optional_count else set())
        object.__setattr__(self, "shut", frozenset(day for day, kinds in self.special.items() if closing & {*kinds}))
        resting = {day for low, high in self.spans for day in range(low, high + 1)}
        if self.recess == "cpc220":
            window = range(dt.date(self.first_year, 1, 1).toordinal(), dt.date(self.last_year, 12, 31).toordinal() + 1)
            resting = {day for day in window if (MONTH[day - EDGE] % 12, OF_MONTH[day - EDGE]) in YEARS_END}
        object.__setattr__(self, "resting", frozenset(resting))

    def calendar(self) -> Calendar:
        """The engine's calendar of the same days."""
        entries = [
            CalendarDay(dt.date.fromordinal(day), f"dia {kind}", DayKind(kind))
            for day, kinds in self.special.items()
            for kind in kinds
        ]
        spans = tuple((dt.date.fromordinal(low), dt.date.fromordinal(high)) for low, high in self.spans)
        recess = Recess(RecessPolicy(self.recess), spans)
        return Calendar("ao acaso", {}, self.first_year, self.last_year, recess, self.optional_count).with_days(entries)

    def open(self, day: int) -> bool:
        """Whether the office opens at all (ordinal 1 is a Monday)."""
        return day % 7 not in (6, 0) and day not in self.shut

    def normal(self, day: int) -> bool:
        return day % 7 not in (6, 0) and day not in self.special

    def with_day(self, day: int, kind: str) -> "Days":
        special = {**self.special, day: (*self.special.get(day, ()), kind)}
        return Days(self.first_year, self.last_year, special, self.recess, self.spans, self.optional_count)


def holder(rule, days, pauses):
    """The test day -> whether a pause or the recess holds it."""
    held = set(days.resting) if rule.recess else set()
    for pause in pauses if rule.pausable else ():
        held.update(range(pause.start.toordinal(), pause.end.toordinal() + 1))
    return held.__contains__


def walk(rule, length, trigger, days, pauses=()):
    """Return (first counted day, last counted day, due date) as dates, one step at a time."""
    is_held = holder(rule, days, pauses)
    step = -1 if rule.backward else 1
    day = trigger.toordinal()
    if rule.notice_in_pause == "deemed_after" and not rule.backward:
        day = deemed(day, days, is_held)
    if rule.unit in ("months", "years"):
        while is_held(day + step):
            day += step
        target = steps_to_date(day, step * length * (12 if rule.unit == "years" else 1), rule.month_end)
        target += rule.clear_days
        counts = lambda day, counted: True  # noqa: E731  (three short alternatives, side by side)
    else:
        target = length + rule.clear_days
        opens = {"any_day": lambda day: True, "business_day": days.open, "normal_opening": days.normal}[rule.first_day]
        if rule.unit == "business_days":
            counts = lambda day, counted: days.open(day) and (counted or opens(day))  # noqa: E731
        else:
            counts = lambda day, counted: counted or opens(day)  # noqa: E731
    counted, first = 0, day
    while counted < target:
        day += step
        if not is_held(day) and counts(day, counted):
            counted += 1
            if counted == 1:
                first = day
    last = day
    while rule.roll_forward and (is_held(day) or not days.normal(day)):
        day += step
    return tuple(map(dt.date.fromordinal, (first, last, day)))


def deemed(day, days, is_held):
    """The day on which a notice inside a pause, or on the closed days right after one, is deemed made."""
    back = day
    while not is_held(back) and not days.open(back):
        back -= 1
    if not is_held(back):
        return day
    while is_held(day) or not days.open(day):
        day += 1
    return day


def steps_to_date(start, months, month_end):
    """The number of days from *start* to its namesake in a later or earlier month, by walking there."""
    goal, day = MONTH[start - EDGE] + months, start - EDGE
    while MONTH[day] != goal:
        day += 1 if months > 0 else -1
    while OF_MONTH[day] > 1:
        day -= 1
    while OF_MONTH[day] != OF_MONTH[start - EDGE] and MONTH[day + 1] == goal:
        day += 1
    if OF_MONTH[day] != OF_MONTH[start - EDGE] and month_end == "next_day":
        day += 1
    return abs(day + EDGE - start)


def left(rule, due, today, days, pauses=()):
    """How many days that count lie after *today* up to *due*, by walking; negative when it is past."""
    low, high, sign = (today, due, 1) if due >= today else (due, today, -1)
    is_held, found, day = holder(rule, days, pauses), 0, low.toordinal()
    while day < high.toordinal():
        day += 1
        if not is_held(day) and (rule.unit != "business_days" or days.open(day)):
            found += 1
    return sign * found


# --- Random worlds ----------------------------------------------------------------------------------------------------

LONGEST = {Unit.BUSINESS_DAYS: 45, Unit.CALENDAR_DAYS: 75, Unit.MONTHS: 14, Unit.YEARS: 5}
UNITS = (Unit.BUSINESS_DAYS,) * 10 + (Unit.CALENDAR_DAYS,) * 8 + (Unit.MONTHS,) * 3 + (Unit.YEARS,)


def random_days(random: Random) -> Days:
    """A calendar around a year of 1990 to 2100, sparse or crowded, with strikes and outages that last for days."""
    year = random.randint(1990, 2100)
    first, last = dt.date(year - 8, 1, 1).toordinal(), dt.date(year + 9, 12, 31).toordinal()
    special: dict[int, tuple[str, ...]] = {}
    for _ in range(random.choice((0, 20, 150, 400))):
        kinds = (random.choice(CLOSING + SHORT),)
        if random.random() < 0.1:
            kinds += (random.choice(CLOSING + SHORT),)
        day = random.randint(first, last)
        for number in range(random.choice((1, 1, 1, 1, 2, 4, 9))):
            if day + number <= last:
                special[day + number] = kinds
    recess = random.choice(("none", "cpc220", "municipal_decree"))
    spans = []
    if recess == "municipal_decree":
        for _ in range(random.randint(1, 30)):
            low = random.randint(first, last)
            spans.append((low, min(last, low + random.randint(0, 25))))
    return Days(year - 8, year + 9, special, recess, tuple(spans), random.random() < 0.3)


def random_rule(random: Random) -> DeadlineRule:
    unit = random.choice(UNITS)
    backward = random.random() < 0.25
    return counting_rule(
        random.randint(1, LONGEST[unit]),
        unit,
        first_day=random.choice(tuple(FirstDay)),
        month_end=random.choice(tuple(MonthEnd)),
        roll_forward=random.random() < 0.75,
        backward=backward,
        recess=random.random() < 0.4,
        pausable=random.random() < 0.85,
        notice_in_pause=random.choice(tuple(NoticeInPause)),
        clear_days=backward and random.random() < 0.5,
    )


def random_trigger(random: Random, days: Days) -> dt.date:
    """A day of the middle year, often at the end of a month, where months go wrong."""
    trigger = dt.date(days.first_year + 8, 1, 1) + dt.timedelta(days=random.randint(0, 365))
    return trigger.replace(day=1) - dt.timedelta(days=random.randint(0, 3)) if random.random() < 0.2 else trigger


def random_pauses(random: Random, trigger: dt.date) -> list[Pause]:
    """None to three pauses around the trigger, which may overlap, touch or repeat each other."""
    found = []
    for _ in range(random.choice((0, 0, 0, 1, 1, 2, 3))):
        start = trigger + dt.timedelta(days=random.randint(-40, 60))
        found.append(Pause(start, start + dt.timedelta(days=random.choice((0, 1, 3, 10, 30, 45))), "pausa"))
    return found
