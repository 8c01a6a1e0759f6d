"""The typed shape of a deadline rule, with the readings that the law leaves open as fields of it."""

import datetime as dt
import re
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Any, Self

from cprac.domain.words import N_

GIVEN_RULES = frozenset({"D-SESSION", "D-OBL", "D-RESUME"})
"""Deadlines whose date stands in the act that opens them: nothing is counted, and there is no count to explain."""

FRAME_RULES = frozenset({"D-DURATION", "D-FIRST-MEETING"})
"""Long deadlines that frame others: lists show them only where nothing else runs."""


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

    def __new__(cls, value: str, singular: str, plural: str) -> Self:
        """Take the words beside the value, so that no list of labels runs apart from the members."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.singular = singular
        member.plural = plural
        return member

    def words(self, amount: int) -> str:
        """Return an amount in Portuguese: "1 dia útil", "5 dias úteis", "1.203 dias"."""
        return f"{amount:,} {self.singular if abs(amount) == 1 else self.plural}".replace(",", ".")

    @property
    def is_date_to_date(self) -> bool:
        """Tell whether the unit runs from a date to the same date of another month or year."""
        return self in (Unit.MONTHS, Unit.YEARS)


class FirstDay(StrEnum):
    """What day 1 must be. In business days the first two are the same; months and years ignore all three.

    ANY_DAY: the day after the trigger (Lei 9.784 art. 66). BUSINESS_DAY: the count waits for a business day (CTN art.
    210; CPC by analogy; always so after a gazette publication). NORMAL_OPENING: it also waits while the office opens
    late or closes early (CPC art. 224 §1).
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
    """What a trigger inside a pause or a recess does.

    DAY_ONE_AFTER: day 1 is the first day that counts after the pause. DEEMED_AFTER: the notice is deemed made on the
    first business day after the pause, and day 1 is the next one; so is one on the closed days right after a pause,
    which would otherwise run before an earlier one.
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


_EXPIRY = re.compile(r"(propose|automatic):[a-z][a-z0-9_]*|alert|none")


class _Plain:
    """A place beside the fields of a rule for what follows from them, so that it is worked out once and not per count.

    `plain` tells that only business days forward to a day of normal opening are counted: a look-up in a table.
    """

    __slots__ = ("plain",)
    plain: bool


@dataclass(frozen=True, slots=True)
class DeadlineRule(_Plain):
    """One row of a chamber's deadline table: what must be done, by whom, in how long, and what its lapse leads to.

    `trigger` says in Portuguese what sets it off. `responsible` is a role (applicant, invitee, parties, registry,
    coordinator, mediator, municipal_attorney, opinion_author, approver, attorney_general, agency, court). `on_expiry`
    is "propose:<act>", "automatic:<act>", "alert" or "none". `extendable_amount` is how much may be added once, in
    `unit`.

    Counting: `roll_forward` moves an end without normal opening to the next day that has it (a backward count moves
    to the day before). `backward` counts from the trigger into the past (the latest notice of a session);
    `clear_days` is its other reading, in which neither the session nor the notice day counts ("dias livres").
    `recess` obeys the calendar's recess; `pausable` obeys the pauses of the case.
    """

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

    def __post_init__(self) -> None:
        """Refuse what cannot be counted, with the rule's id in the message."""
        if self.amount < 1 or self.extendable_amount < 0:
            raise DeadlineError(f"{self.id}: o prazo deve ser de 1 ou mais, e a prorrogação de 0 ou mais")
        if not _EXPIRY.fullmatch(self.on_expiry):
            raise DeadlineError(f"{self.id}: consequência do fim do prazo desconhecida: {self.on_expiry!r}")
        if self.clear_days and not self.backward:
            raise DeadlineError(f"{self.id}: dias livres só existem em prazo contado para trás")
        odd = self.backward or self.recess or self.first_day is FirstDay.NORMAL_OPENING or not self.roll_forward
        object.__setattr__(self, "plain", self.unit is Unit.BUSINESS_DAYS and not odd)

    def __reduce__(self) -> tuple[Any, ...]:
        """Copies and pickles are made anew from the fields."""
        return DeadlineRule, tuple(getattr(self, item.name) for item in fields(self))


NOTHING_DUE = frozenset({"D-SESSION", "D-RESUME"})
"""Days on which nobody has anything to finish: a meeting's, a pause's end."""


def is_awaited(rule: DeadlineRule) -> bool:
    """Whether somebody has to do something until its last day: a mere right has none of that."""
    return rule.on_expiry != "none" and not rule.backward and rule.id not in NOTHING_DUE


_ARITHMETIC_ONLY = DeadlineRule("", "", 1, Unit.BUSINESS_DAYS, "", "", RuleKind.PARTY, "none", "", Basis.LAW)


def counting_rule(amount: int, unit: Unit, **readings: Any) -> DeadlineRule:
    """Return a rule that is only arithmetic, for calculators and vectors that belong to no chamber's table.

    *readings* are the fields of `DeadlineRule` from `first_day` on.
    """
    return replace(_ARITHMETIC_ONLY, amount=amount, unit=unit, **readings)


@dataclass(frozen=True, slots=True)
class Pause:
    """Days (both ends inside) that are not counted and on which nothing falls due; `end` is None while it lasts."""

    start: dt.date
    end: dt.date | None
    reason: str = N_("prazo pausado")

    def __post_init__(self) -> None:
        """Refuse a pause that ends before it starts."""
        if self.end is not None and self.end < self.start:
            raise DeadlineError(f"a pausa termina ({self.end.isoformat()}) antes de começar ({self.start.isoformat()})")

    def covers(self, day: dt.date) -> bool:
        """Tell whether *day* lies in the pause."""
        return self.start <= day and (self.end is None or day <= self.end)


def add_months(start: dt.date, months: int, month_end: MonthEnd) -> dt.date:
    """Return the same day *months* later (earlier when negative), or what *month_end* says where that day is missing.

    Lei 9.784 art. 66 §3 and Código Civil art. 132 §3 differ only there.
    """
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    try:
        return dt.date(year, month + 1, start.day)
    except ValueError:
        if not dt.MINYEAR <= year < dt.MAXYEAR:
            raise DeadlineError(f"{start.isoformat()} e {months} meses dão uma data impossível") from None
    # The day is missing only in a month that is not December, so the next month is in the same year.
    next_month = dt.date(year, month + 2, 1)
    return next_month if month_end is MonthEnd.NEXT_DAY else next_month - dt.timedelta(days=1)


def date_to_date(start: dt.date, amount: int, unit: Unit, month_end: MonthEnd) -> dt.date:
    """Return *start* plus *amount* months or years, date to date."""
    return add_months(start, amount * (12 if unit is Unit.YEARS else 1), month_end)
