"""What an old spreadsheet gives: legacy cases and steps, refusals, duplicates, and flags for a person to look at.

The duration of a case is the difference of its two local days. That convention gives the published figures of the
Procon cases of 2019 (median 76, mean 180.86, p90 483 days); whole periods of 24 hours would give half a day less.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from cprac.domain.legacy_mapping import Outcome, PersonKind
from cprac.domain.legacy_values import TaxId, fold
from cprac.domain.words import N_


class Flag(StrEnum):
    """What a person should look at in a case that came in."""

    SHORT_TAX_ID = "short_tax_id"
    WRONG_TAX_ID = "wrong_tax_id"
    NO_OPENING = "no_opening"
    FUTURE_DATE = "future_date"
    CLOSED_BEFORE_OPENED = "closed_before_opened"
    FORMULA = "formula"
    AMBIGUOUS_VALUE = "ambiguous_value"
    UNREADABLE_VALUE = "unreadable_value"
    UNKNOWN_OUTCOME = "unknown_outcome"
    UNKNOWN_PERSON_KIND = "unknown_person_kind"
    WRONG_LAWSUIT_NUMBER = "wrong_lawsuit_number"
    DAMAGED_TEXT = "damaged_text"
    REPAIRED = "repaired"

    @property
    def label(self) -> str:
        """The name that people see."""
        return _FLAG_LABELS[self]


_FLAG_LABELS: Final = {
    Flag.SHORT_TAX_ID: N_("CPF ou CNPJ sem os zeros do começo"),
    Flag.WRONG_TAX_ID: N_("CPF ou CNPJ errado"),
    Flag.NO_OPENING: N_("sem data de abertura: fora dos cálculos de duração"),
    Flag.FUTURE_DATE: N_("data no futuro"),
    Flag.CLOSED_BEFORE_OPENED: N_("encerrado antes de aberto: fora dos cálculos de duração"),
    Flag.FORMULA: N_("parece uma fórmula; foi guardado como texto"),
    Flag.AMBIGUOUS_VALUE: N_("valor que pode ser lido de dois modos"),
    Flag.UNREADABLE_VALUE: N_("valor que não pôde ser lido; foi guardado como texto"),
    Flag.UNKNOWN_OUTCOME: N_("resultado sem sentido definido no mapeamento"),
    Flag.UNKNOWN_PERSON_KIND: N_("tipo de pessoa sem sentido definido no mapeamento"),
    Flag.WRONG_LAWSUIT_NUMBER: N_("número de processo judicial errado ou antigo; foi guardado como texto"),
    Flag.DAMAGED_TEXT: N_("o texto já veio com letras perdidas"),
    Flag.REPAIRED: N_("linha reparada"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One flag, the column it is about ("" for the row), and what was found, in Portuguese."""

    flag: Flag
    column: str
    text: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that does not come in: where, why, and the repair that would let it in, where there is a certain one."""

    line: int
    reason: str
    repair: str | None = None


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A row whose number stood in an earlier line; ``same_content`` tells whether all the rest is equal too."""

    line: int
    legacy_number: str
    first_line: int
    same_content: bool


class Side(StrEnum):
    """On which side of the old case a party stood."""

    APPLICANT = "applicant"
    RESPONDENT = "respondent"


@dataclass(frozen=True, slots=True)
class LegacyParty:
    """A party as the old sheet names it. ``tax_id.number`` is None where the number is short or wrong."""

    side: Side
    name: str | None
    trade_name: str | None
    person_kind: PersonKind | None
    tax_id: TaxId | None


@dataclass(frozen=True, slots=True)
class LegacyCase:
    """One case of the old sheet. Days are local, instants UTC, ``value`` is in centavos.

    ``outcome_text`` is the outcome as written. ``extra`` are the columns without a meaning (and what could not be read
    in those with one) by name, in the order of the file. ``digest`` is SHA-256 over all of it but line and findings.
    """

    line: int
    legacy_number: str
    opened_on: date | None
    opened_at: datetime | None
    closed_on: date | None
    closed_at: datetime | None
    due_on: date | None
    outcome: Outcome | None
    outcome_text: str | None
    parties: tuple[LegacyParty, ...]
    matter: str | None
    problem: str | None
    channel: str | None
    department: str | None
    responsible: str | None
    group: str | None
    last_step: str | None
    step_count: int | None
    state_region: str | None
    value: int | None
    external_number: str | None
    lawsuit_number: str | None
    extra: tuple[tuple[str, str], ...]
    findings: tuple[Finding, ...]
    digest: str

    @property
    def key(self) -> str:
        """The number as it is compared, within the file and with the register; a step's key is its case's."""
        return fold(self.legacy_number)

    def is_open(self, on: date) -> bool:
        """Tell whether the case was open at the end of day *on*: no closing, or one after that day.

        A case without any date that has an outcome has ended, on a day that nobody wrote down.
        """
        if self.closed_on is None:
            return self.opened_on is not None or self.outcome is None
        return self.closed_on > on

    def is_overdue(self, on: date) -> bool:
        """Tell whether the case was open on day *on* and its old deadline lay before that day."""
        return self.is_open(on) and self.due_on is not None and self.due_on < on

    @property
    def in_duration_figures(self) -> bool:
        """Tell whether the case may count in figures of duration: it has an opening, and no closing before it."""
        return self.opened_on is not None and (self.closed_on is None or self.closed_on >= self.opened_on)

    @property
    def duration_days(self) -> int | None:
        """Calendar days from the local day of opening to that of closing; None where it is open or outside figures."""
        if self.opened_on is None or self.closed_on is None or not self.in_duration_figures:
            return None
        return (self.closed_on - self.opened_on).days


@dataclass(frozen=True, slots=True)
class LegacyStep:
    """One step of an old case: ``at`` is the instant (UTC) where the sheet has a time, ``on`` the local day."""

    line: int
    legacy_number: str
    on: date
    at: datetime | None
    step: str
    group: str | None
    responsible: str | None
    extra: tuple[tuple[str, str], ...]
    findings: tuple[Finding, ...]
    digest: str

    @property
    def key(self) -> str:
        """The key of the case that the step belongs to, see :attr:`LegacyCase.key`."""
        return fold(self.legacy_number)
