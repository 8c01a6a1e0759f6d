"""What a special day is, and the dated rules of law that name the days of a year.

Law: Lei 662/1949 with Lei 10.607/2002, Lei 6.802/1980, Lei 14.759/2023; municipal days (Lei 9.093/1995 art. 2) belong
to the chamber's regulation, not here.
"""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from cprac.domain.words import N_

DAY = dt.timedelta(days=1)

WEEKDAYS = (
    N_("segunda-feira"),
    N_("terça-feira"),
    N_("quarta-feira"),
    N_("quinta-feira"),
    N_("sexta-feira"),
    N_("sábado"),
    N_("domingo"),
)


class CalendarError(ValueError):
    """A calendar that contradicts itself, or a day that it does not cover. The message is one line of Portuguese."""


class DayKind(StrEnum):
    """What a day is for a deadline; the first seven can stand in a calendar, the others only in a ledger."""

    label: str

    NATIONAL = "national", N_("feriado nacional")
    STATE = "state", N_("feriado estadual")
    MUNICIPAL = "municipal", N_("feriado municipal")
    OPTIONAL_FULL = "optional_full", N_("ponto facultativo")
    CLOSURE = "closure", N_("sem expediente")
    OPTIONAL_PARTIAL = "optional_partial", N_("expediente reduzido")
    SYSTEM_OUTAGE = "system_outage", N_("sistema fora do ar")
    WEEKEND = "weekend", N_("fim de semana")
    RECESS = "recess", N_("recesso")
    PAUSED = "paused", N_("pausado")
    TRIGGER = "trigger", N_("dia do começo")
    COUNTED = "counted", N_("dia contado")
    EXTENSION = "extension", N_("fim adiado")

    def __new__(cls, value: str, label: str) -> Self:
        """Take the label beside the value, so that no list of labels runs apart from the members."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member


# The order is also the precedence when two acts name the same day: the first of them gives the day its name.
# A closure goes before an optional day off, which under the other reading counts (`Calendar.optional_days_count`).
CLOSED_KINDS = (DayKind.NATIONAL, DayKind.STATE, DayKind.MUNICIPAL, DayKind.CLOSURE, DayKind.OPTIONAL_FULL)
# Open, but not as usual: the day counts in the middle of a deadline and moves an end that falls on it
# (Lei 9.784 art. 66 §1; CPC art. 224 §1; Lei 11.419 art. 10 §2 for an outage).
SHORT_KINDS = (DayKind.OPTIONAL_PARTIAL, DayKind.SYSTEM_OUTAGE)
PRECEDENCE = {kind: place for place, kind in enumerate(CLOSED_KINDS + SHORT_KINDS)}


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """One day that is not an ordinary one, the act that made it so, and since when the act was known (None: always)."""

    date: dt.date
    name: str
    kind: DayKind
    legal_act: str = ""
    known_from: dt.date | None = None

    def __post_init__(self) -> None:
        """Refuse a kind that only a ledger knows."""
        if self.kind not in PRECEDENCE:
            raise CalendarError(f"{self.date}: '{self.kind}' não é um tipo de dia de calendário")


@dataclass(frozen=True, slots=True)
class FixedHoliday:
    """A day of the year named by an act, in the years (both included) in which the act holds."""

    month: int
    day: int
    name: str
    kind: DayKind
    legal_act: str
    first_year: int | None = None
    last_year: int | None = None

    def in_year(self, year: int) -> dt.date | None:
        """Return its date in *year*, or None where the act does not hold (or 29 February does not exist)."""
        if not _holds(self, year):
            return None
        try:
            return dt.date(year, self.month, self.day)
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class MovableHoliday:
    """A day at `offset` days from Easter Sunday (-2 is Good Friday), in the years in which the act holds."""

    offset: int
    name: str
    kind: DayKind
    legal_act: str
    first_year: int | None = None
    last_year: int | None = None

    def in_year(self, year: int) -> dt.date | None:
        """Return its date in *year*, or None where the act does not hold."""
        return easter(year) + dt.timedelta(days=self.offset) if _holds(self, year) else None


def _holds(rule: FixedHoliday | MovableHoliday, year: int) -> bool:
    return (rule.first_year is None or rule.first_year <= year) and (rule.last_year is None or year <= rule.last_year)


_LEI_662 = "Lei 662/1949"
_LEI_10607 = "Lei 662/1949, na redação da Lei 10.607/2002"
_BEFORE_10607 = "ato anterior à Lei 10.607/2002, a conferir"
# Years are those in which the act named names the day. 21 April and 2 November were kept before 2003 by older acts,
# which are not cited here because nobody has checked them.
NATIONAL_HOLIDAYS = (
    FixedHoliday(1, 1, N_("Confraternização Universal"), DayKind.NATIONAL, _LEI_662, 1950),
    FixedHoliday(4, 21, N_("Tiradentes"), DayKind.NATIONAL, _LEI_10607, 2003),
    FixedHoliday(4, 21, N_("Tiradentes"), DayKind.NATIONAL, _BEFORE_10607, 1980, 2002),
    FixedHoliday(5, 1, N_("Dia do Trabalho"), DayKind.NATIONAL, _LEI_662, 1949),
    FixedHoliday(9, 7, N_("Independência do Brasil"), DayKind.NATIONAL, _LEI_662, 1949),
    FixedHoliday(10, 12, N_("Nossa Senhora Aparecida"), DayKind.NATIONAL, "Lei 6.802/1980", 1980),
    FixedHoliday(11, 2, N_("Finados"), DayKind.NATIONAL, _LEI_10607, 2003),
    FixedHoliday(11, 2, N_("Finados"), DayKind.NATIONAL, _BEFORE_10607, 1980, 2002),
    FixedHoliday(11, 15, N_("Proclamação da República"), DayKind.NATIONAL, _LEI_662, 1949),
    FixedHoliday(11, 20, N_("Dia da Consciência Negra"), DayKind.NATIONAL, "Lei 14.759/2023", 2024),
    FixedHoliday(12, 25, N_("Natal"), DayKind.NATIONAL, _LEI_662, 1949),
)
# The state's own day is the national Tiradentes, so it never adds a day; the state act has still to be checked.
MINAS_HOLIDAYS = (FixedHoliday(4, 21, N_("Data Magna de Minas Gerais"), DayKind.STATE, "", 2003),)


def easter(year: int) -> dt.date:
    """Return Easter Sunday of a Gregorian *year* (the anonymous algorithm of Meeus, Jones and Butcher)."""
    golden = year % 19
    century, of_century = divmod(year, 100)
    leap_centuries, rest_centuries = divmod(century, 4)
    moon_drift = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leap_centuries - moon_drift + 15) % 30
    leaps, rest = divmod(of_century, 4)
    to_sunday = (32 + 2 * rest_centuries + 2 * leaps - epact - rest) % 7
    late = (golden + 11 * epact + 22 * to_sunday) // 451
    month, day = divmod(epact + to_sunday - 7 * late + 114, 31)
    return dt.date(year, month, day + 1)
