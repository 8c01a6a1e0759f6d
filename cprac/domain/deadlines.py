"""A rule, a trigger, a calendar and pauses give a due date, and on demand the ledger that explains it day by day.

The start is excluded and the end included (Lei 9.784/1999 art. 66; CPC art. 224; Código Civil art. 132). Each rule carries
its own unit: there is no global switch "dias úteis" (procedure c.2). Every reading that the law leaves open is a field of
the rule, with the other reading in its docstring.
"""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from cprac.domain.business_days import Calendar
from cprac.domain.words import N_


class DeadlineError(ValueError):
    """A rule or a request that cannot be counted. The message is one line of Portuguese."""


class Unit(StrEnum):
    """What a deadline is counted in, with the Portuguese words for one and for several."""

    singular: str
    plural: str

    BUSINESS_DAYS = "business_days", N_("dia útil"), N_("dias úteis")
    CALENDAR_DAYS = "calendar_days", N_("dia"), N_("dias")
    MONTHS = "months", N_("mês"), N_("meses")
    YEARS = "years", N_("ano"), N_("anos")

    def __new__(cls, value: str, singular: str, plural: str) -> "Unit":
        member = str.__new__(cls, value)
        member._value_ = value
        member.singular = singular
        member.plural = plural
        return member


class FirstDay(StrEnum):
    """What day 1 must be. Business days need no choice between the first two; months and years ignore all three.

    ANY_DAY: the day after the trigger (Lei 9.784 art. 66). BUSINESS_DAY: the count waits for a business day (CTN art. 210;
    CPC by analogy; always so after a gazette publication). NORMAL_OPENING: it also waits while the office opens late or
    closes early (CPC art. 224 §1).
    """

    ANY_DAY = "any_day"
    BUSINESS_DAY = "business_day"
    NORMAL_OPENING = "normal_opening"


class MonthEnd(StrEnum):
    """Where a month or year ends when the day is missing (31 January + 1 month).

    LAST_DAY: the last day of the month (Lei 9.784 art. 66 §3). NEXT_DAY: the following day (Código Civil art. 132 §3,
    used for limitation).
    """

    LAST_DAY = "last_day"
    NEXT_DAY = "next_day"


class NoticeInPause(StrEnum):
    """What a trigger inside a pause or recess does.

    DAY_ONE_AFTER: day 1 is the first day that counts after the pause. DEEMED_AFTER: the notice is deemed made on the first
    business day after the pause, and day 1 is the next one.
    """

    DAY_ONE_AFTER = "day_one_after"
    DEEMED_AFTER = "deemed_after"


class RuleKind(StrEnum):
    """PARTY and LEGAL deadlines bind; INTERNAL ones are targets that only feed statistics (procedure c.11)."""

    PARTY = "party"
    INTERNAL = "internal"
    LEGAL = "legal"


class Basis(StrEnum):
    """Where a length comes from: the law, our default (to be confirmed by the chamber), or the chamber's regulation."""

    LAW = "law"
    DEFAULT = "default"
    REGULATION = "regulation"


@dataclass(frozen=True, slots=True)
class DeadlineRule:
    """One row of a chamber's deadline table: what must be done, by whom, in how long, and what its lapse leads to."""

    id: str
    name: str
    amount: int
    unit: Unit
    trigger: str
    responsible: str
    kind: RuleKind
    on_expiry: str
    legal_basis: str
    basis: Basis
    first_day: FirstDay = FirstDay.ANY_DAY
    month_end: MonthEnd = MonthEnd.LAST_DAY
    roll_forward: bool = True
    backward: bool = False
    recess: bool = False
    pausable: bool = True
    extendable_amount: int = 0
    notice_in_pause: NoticeInPause = NoticeInPause.DAY_ONE_AFTER
    clear_days: bool = False


@dataclass(frozen=True, slots=True)
class Pause:
    """Days (both ends inside) that are not counted and on which nothing falls due; `end` None while it lasts."""

    start: dt.date
    end: dt.date | None
    reason: str = N_("prazo pausado")


def due_date(rule: DeadlineRule, trigger_date: dt.date, calendar: Calendar, pauses: tuple[Pause, ...] = ()) -> "Computation":
    """Return when *rule*, set off on *trigger_date*, falls due."""
    raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Computation:
    """The due date of one deadline."""

    due: dt.date
    first_day: dt.date
    raw_due: dt.date
