"""The parts of a chamber's file, one class a table; the keys of the file are the names of the fields.

A text without a default must not be empty. ``basis`` says where a part comes from: the law, the chamber's own rules, or
our default, which the rules page shows as such.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from cprac.domain.business_days import DayKind, FixedHoliday, MovableHoliday, RecessPolicy
from cprac.domain.deadlines import Basis, Unit
from cprac.domain.regulation_words import (
    ANY,
    Address,
    Direction,
    Evidence,
    Identifier,
    Like,
    MonthDay,
    Natural,
    Positive,
    ValueUnit,
)
from cprac.domain.words import N_


@dataclass(frozen=True, slots=True)
class Contact:
    """How people reach the chamber; an empty text is not shown."""

    phone: str = ""
    email: str = ""
    address: str = ""
    hours: str = ""


@dataclass(frozen=True, slots=True)
class Chamber:
    """Names, place and the sentence about its legal base that pages may print.

    ``procedural_law_profile``: which law of administrative procedure fills the gaps (``lei_9784`` or a local one).
    """

    id: Identifier
    name: str
    short_name: str
    acronym: str
    city: str
    state: Annotated[str, Like(r"[A-Z]{2}", "MG")]
    office_name: str
    process_name: str
    law_text: str
    procedural_law_profile: Identifier
    contact: Contact
    time_zone: Annotated[str, Like(r"America/\w+(/\w+)?", "America/Sao_Paulo")] = "America/Sao_Paulo"
    process_number_name: str = N_("Processo administrativo")


@dataclass(frozen=True, slots=True)
class LegalAct:
    """An act that governs the chamber."""

    title: str
    evidence: Evidence
    url: Address = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class SwitchChoice:
    """One switch as the file sets it."""

    on: bool
    basis: Basis
    legal_basis: str = ""


@dataclass(frozen=True, slots=True)
class ReferenceValue:
    """What one unit of the ladder was worth, in centavos, from a day on (to ``valid_to``, included, where given)."""

    unit: ValueUnit
    value: Positive
    valid_from: date
    basis: Basis
    legal_basis: str
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class LadderRow:
    """Who must authorise a settlement, one after the other, in a band of value.

    The band takes values above ``above`` and up to ``up_to``, this one included (``None``: no limit); the lowest band
    of a matter begins at 0 and takes 0 too. Limits are in ``unit``, BRL in centavos. ``condition`` is a sentence that
    the person who authorises reads.
    """

    direction: Direction
    unit: ValueUnit
    approvers: tuple[str, ...]
    valid_from: date
    basis: Basis
    legal_basis: str
    above: Natural = 0
    up_to: Positive | None = None
    matter: Identifier = ANY
    condition: str = ""
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class Matter:
    """A subject that cases are about. ``needs_statute``: no settlement without a law of its own (CTN art. 171)."""

    id: Identifier
    label: str
    plain: str
    basis: Basis
    sensitive: bool = False
    needs_statute: bool = False
    default_agency: str = ""


@dataclass(frozen=True, slots=True)
class Reason:
    """A coded reason: ``label`` for those who decide, ``plain`` for whom the decision touches."""

    id: Identifier
    label: str
    plain: str
    basis: Basis
    legal_basis: str = ""


@dataclass(frozen=True, slots=True)
class Channel:
    """How a case came to the chamber."""

    id: Identifier
    label: str
    basis: Basis
    legal_basis: str = ""


@dataclass(frozen=True, slots=True)
class ChecklistItem:
    """Something the formal screening looks for."""

    id: Identifier
    label: str
    plain: str
    basis: Basis
    required: bool = True


@dataclass(frozen=True, slots=True)
class PriorityGroup:
    """People whose cases come first; ``rank`` 1 before 2."""

    id: Identifier
    label: str
    rank: Positive
    basis: Basis
    legal_basis: str


@dataclass(frozen=True, slots=True)
class RecessSpan:
    """First and last day, both inside, of a recess set by decree."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class RecessRules:
    """The year-end recess for the deadlines that obey one, and whether sessions are held in it."""

    policy: RecessPolicy
    sessions_held: bool
    basis: Basis
    legal_basis: str = ""
    spans: tuple[RecessSpan, ...] = ()


@dataclass(frozen=True, slots=True)
class Holiday:
    """A day off named by law: ``month_day`` ("12-08") or days from Easter Sunday (-2 is Good Friday)."""

    name: str
    kind: DayKind
    legal_act: str
    basis: Basis = Basis.LAW
    month_day: MonthDay = ""
    easter_offset: int | None = None
    first_year: Positive | None = None
    last_year: Positive | None = None

    def rule(self) -> FixedHoliday | MovableHoliday:
        """The same as a rule of ``business_days``."""
        years = (self.first_year, self.last_year)
        if self.easter_offset is not None:
            return MovableHoliday(self.easter_offset, self.name, self.kind, self.legal_act, *years)
        month, day = map(int, self.month_day.split("-"))
        return FixedHoliday(month, day, self.name, self.kind, self.legal_act, *years)


@dataclass(frozen=True, slots=True)
class DecreedDay:
    """A day off, or of shorter hours, that a decree names."""

    date: date
    name: str
    kind: DayKind = DayKind.OPTIONAL_FULL


@dataclass(frozen=True, slots=True)
class Decree:
    """The optional days off of one year (procedure c.6: they are no holidays, each year's decree names them)."""

    year: Positive
    legal_act: str
    known_from: date
    days: tuple[DecreedDay, ...]


@dataclass(frozen=True, slots=True)
class ServiceRules:
    """When a notice on the portal counts as received, and when an outage of the system moves a deadline.

    ``deemed_after_days``: calendar days after sending. The outage counts from ``outage_minutes`` on between the two
    hours (local), and always in the last hour of the day. Lei 11.419/2006 arts. 5 and 10 by analogy (procedure c.7-8).
    """

    deemed_after_days: Positive
    needs_signed_adhesion: bool
    outage_minutes: Positive
    outage_from_hour: Natural
    outage_to_hour: Natural
    basis: Basis
    legal_basis: str


@dataclass(frozen=True, slots=True)
class QuarantineRules:
    """Whether D-QUARANTINE also keeps a mediator from the city's side; a signed opinion says so (procedure 00.7)."""

    covers_city: bool
    basis: Basis
    opinion: str = ""


@dataclass(frozen=True, slots=True)
class Retention:
    """How long something is kept, from ``counted_from`` on, and what then happens to it."""

    id: Identifier
    label: str
    counted_from: str
    then: str
    basis: Basis
    amount: Natural = 0
    unit: Unit = Unit.YEARS
    permanent: bool = False
    legal_basis: str = ""


@dataclass(frozen=True, slots=True)
class ReportRules:
    """How many months the chamber's report covers; D-REPORT says how long after them it is due."""

    every_months: Positive
    basis: Basis
    legal_basis: str


@dataclass(frozen=True, slots=True)
class UploadRules:
    """What may be attached: file name endings, and limits in bytes for one file and for one party in one case."""

    types: tuple[str, ...]
    max_file_bytes: Positive
    max_case_bytes: Positive
    max_files: Positive
    basis: Basis


@dataclass(frozen=True, slots=True)
class SessionRules:
    """Lengths offered for a meeting, in minutes, and how it may be held.

    ``informed_choice``: a citizen may choose to go on without counsel although the city has its attorney, once told of
    the right (Lei 13.140/2015 art. 10, sole paragraph; procedure 00.8).
    """

    lengths_minutes: tuple[int, ...]
    default_minutes: Positive
    remote_allowed: bool
    informed_choice: bool
    basis: Basis
    legal_basis: str = ""


@dataclass(frozen=True, slots=True)
class MediatorRules:
    """Who may be chosen to mediate, and how many days before a leave nothing urgent is assigned."""

    eligible: tuple[str, ...]
    certificate_required: bool
    no_urgent_days_before_leave: Natural
    basis: Basis
    legal_basis: str = ""


@dataclass(frozen=True, slots=True)
class ReminderRules:
    """The one reminder a person gets on a business day, and how many business days before a due date it comes.

    ``from_hour``: the local hour from which the day's reminders leave. ``staff_business_days``: what the chamber's own
    people are told of, beside what is due today and overdue. A reminder is a courtesy: no deadline hangs on it.
    """

    from_hour: Natural = 7
    staff_business_days: Positive = 3
    party_business_days: Positive = 3
    instalment_business_days: Positive = 5
    basis: Basis = Basis.DEFAULT
    legal_basis: str = ""


@dataclass(frozen=True, slots=True)
class StatisticsRules:
    """When closed periods are published, and how few cases a published figure may stand for.

    ``release_months``: length of a period (3, 4, 6 or 12 months, counted from January); it is published
    ``delay_days`` after its end. ``min_cell`` and ``min_cell_sensitive``: least count that is named, the second for
    sensitive matters and for groups with priority. ``dominance_percent``: a sum of money is not told where one case
    makes up more than this share of it.
    """

    release_months: Positive = 3
    delay_days: Natural = 30
    min_cell: Positive = 5
    min_cell_sensitive: Positive = 10
    min_cases_for_quartiles: Positive = 10
    dominance_percent: Positive = 80
    basis: Basis = Basis.DEFAULT
    legal_basis: str = ""
