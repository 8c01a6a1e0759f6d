"""From a row of an old spreadsheet to a legacy case or step, or to a refusal with its reason.

Nothing is invented: what the row does not say stays None, what it says wrongly is kept as it was written and flagged,
and a date that cannot be read refuses the row, because a lost date would be a wrong duration. Columns without a meaning
come along as extras.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache
from typing import Any, Final

from cprac.domain.identifiers import IdentifierKind, check
from cprac.domain.legacy_cases import (
    Duplicate,
    Finding,
    Flag,
    LegacyCase,
    LegacyParty,
    LegacyStep,
    Refused,
    Side,
)
from cprac.domain.legacy_guess import words_of
from cprac.domain.legacy_mapping import DATE_TARGETS, TAX_TARGETS, Column, Mapping, Outcome, PersonKind, Target
from cprac.domain.legacy_rows import RawRow
from cprac.domain.legacy_values import (
    Moment,
    TaxId,
    Unreadable,
    as_typed,
    fold,
    is_null,
    is_scientific,
    looks_like_formula,
    lost_letters,
    one_line,
    read_amount,
    read_moment,
    read_tax_id,
)
from cprac.domain.words import N_

NO_NUMBER: Final = N_("falta o número do caso (coluna “{column}”)")
NUMBER_LOST_DIGITS: Final = N_("a planilha trocou o número do caso por “{text}” e perdeu algarismos")
TEXT_TOO_LONG: Final = N_("o texto da coluna “{column}” tem {length} caracteres; o limite é {limit}")
NOTE_ROW: Final = N_("parece ser uma nota, e não um caso: não há número nem outro dado")
TOTAL_ROW: Final = N_("parece ser a linha de totais, e não um caso")
BAD_DATE: Final = N_("coluna “{column}”: {reason}")
NO_STEP_DATE: Final = N_("falta a data do andamento (coluna “{column}”)")
NO_STEP: Final = N_("falta o andamento (coluna “{column}”)")
FUTURE: Final = N_("{day} é depois de {as_of}")
CLOSED_FIRST: Final = N_("encerrado em {closed} e aberto em {opened}")
NO_DATE_OF_OPENING: Final = N_("a linha não diz quando o caso foi aberto")

_LONGEST_NUMBER: Final = 100
_LONGEST_TEXT: Final = 1000
_SHOWN: Final = 80
_NUMBERS: Final = {Target.LEGACY_NUMBER, Target.EXTERNAL_NUMBER, Target.LAWSUIT_NUMBER, Target.STEP_COUNT}
_TYPED: Final = DATE_TARGETS | TAX_TARGETS | _NUMBERS | {Target.VALUE}
# What says "nothing here" among dates only: NA may be initials elsewhere.
_NO_DAY: Final = frozenset({"na", "nat", "nd", "s/d", "sem data"})
_STILL_OPEN: Final = frozenset(
    {
        *("em aberto", "aberto", "aberta", "em andamento", "em curso", "em tramitacao", "pendente", "ativo", "ativa"),
        *("nao encerrado", "nao encerrada", "open"),
    }
)
_TOTALS: Final = ("total", "totais", "soma", "subtotal")


class _RefusalError(Exception):
    """Leaves the reading of a row; never leaves this module."""


class _Reading:
    """One row under one mapping: hands out cells by meaning and gathers extras and findings."""

    __slots__ = ("_cells", "_mapping", "extra", "findings")

    def __init__(self, row: RawRow, mapping: Mapping) -> None:
        self.extra: list[tuple[str, str]] = []
        self.findings: list[Finding] = []
        self._cells: dict[Target, tuple[Column, str]] = {}
        self._mapping = mapping
        if row.repaired:
            self.flag(Flag.REPAIRED, "", row.repaired)
        for column, cell in zip(mapping.columns, row.cells, strict=True):
            if column.target is Target.IGNORE or is_null(cell, mapping.nulls):
                continue
            text = cell.strip()
            if text[0] in "='" and column.target in _TYPED:
                text = as_typed(text)
                if is_null(text, mapping.nulls):
                    continue
            if text[0] in "=+-@" and looks_like_formula(text):
                self.flag(Flag.FORMULA, column.name, text)
            if lost_letters(text):
                self.flag(Flag.DAMAGED_TEXT, column.name, text)
            if column.target is Target.EXTRA:
                self.keep(column, text)
            else:
                self._cells[column.target] = (column, text)

    def flag(self, flag: Flag, column: str, text: str) -> None:
        self.findings.append(Finding(flag, column, one_line(text[: 2 * _SHOWN])[:_SHOWN]))

    def keep(self, column: Column, text: str) -> None:
        self.extra.append((column.name, text))

    def cell(self, target: Target) -> tuple[Column, str] | None:
        return self._cells.get(target)

    def text(self, target: Target, limit: int = _LONGEST_TEXT) -> str | None:
        """A text on one line; refuses the row where it is longer than *limit*."""
        found = self._cells.get(target)
        if found is None:
            return None
        text = one_line(found[1])
        if len(text) > limit:
            raise _RefusalError(TEXT_TOO_LONG.format(column=found[0].name, length=len(text), limit=limit))
        return text or None

    def long_text(self, target: Target) -> str | None:
        found = self._cells.get(target)
        return found[1] if found else None

    def moment(self, target: Target) -> Moment | None:
        """A date, None where there is none; refuses the row where the cell has something else."""
        found = self._cells.get(target)
        if found is None or fold(found[1]) in _NO_DAY:
            return None
        column, text = found
        moment = read_moment(
            text, column.date_order, years_from=self._mapping.years_from, serials=self._mapping.serial_dates
        )
        if isinstance(moment, Unreadable):
            raise _RefusalError(BAD_DATE.format(column=column.name, reason=moment.reason))
        return moment

    def end(self, as_of: date) -> Moment | None:
        """The day of closing; None where its cell says in words that the case still runs (they are kept)."""
        found = self._cells.get(Target.CLOSED_AT)
        if found is not None and fold(found[1]) in _STILL_OPEN:
            self.keep(*found)
            return None
        return self.past(Target.CLOSED_AT, as_of)

    def past(self, target: Target, as_of: date) -> Moment | None:
        """A date of something that happened: flagged where it lies after *as_of*."""
        moment = self.moment(target)
        if moment and moment.on > as_of:
            name = self._cells[target][0].name
            self.flag(Flag.FUTURE_DATE, name, FUTURE.format(day=_day(moment.on), as_of=_day(as_of)))
        return moment

    def value(self) -> int | None:
        found = self._cells.get(Target.VALUE)
        if found is None:
            return None
        column, text = found
        amount = read_amount(text, column.decimal)
        if isinstance(amount, Unreadable):
            self.keep(column, text)
            self.flag(Flag.UNREADABLE_VALUE, column.name, amount.reason)
            return None
        if amount.ambiguous:
            self.keep(column, text)
            self.flag(Flag.AMBIGUOUS_VALUE, column.name, text)
        return amount.centavos

    def count(self) -> int | None:
        found = self._cells.get(Target.STEP_COUNT)
        if found is None:
            return None
        column, text = found
        if text.isascii() and text.isdigit() and len(text) <= 9:
            return int(text)
        self.keep(column, text)
        self.flag(Flag.UNREADABLE_VALUE, column.name, text)
        return None

    def lawsuit(self) -> str | None:
        found = self._cells.get(Target.LAWSUIT_NUMBER)
        if found is None:
            return None
        column, text = found
        checked = check(IdentifierKind.CNJ, text)
        if checked.normalized is None:
            self.keep(column, text)
            self.flag(Flag.WRONG_LAWSUIT_NUMBER, column.name, text)
        return checked.normalized

    def tax_id(self, target: Target, person_kind: PersonKind | None) -> TaxId | None:
        found = self._cells.get(target)
        if found is None:
            return None
        column, text = found
        kind = _tax_kind(column.name)
        if kind is IdentifierKind.CNPJ and (person_kind is PersonKind.PERSON or _is_cpf_as_written(text)):
            kind = IdentifierKind.CPF
        tax_id = read_tax_id(text, kind)
        if tax_id.number is None:
            self.flag(
                Flag.SHORT_TAX_ID if tax_id.repair else Flag.WRONG_TAX_ID, column.name, f"{tax_id.raw}: {tax_id.reason}"
            )
        return tax_id

    def person_kind(self, mapping: Mapping) -> PersonKind | None:
        found = self._cells.get(Target.PERSON_KIND)
        if found is None:
            return None
        column, text = found
        kind = dict(mapping.person_kinds).get(fold(text))
        if kind is None:
            self.keep(column, text)
            self.flag(Flag.UNKNOWN_PERSON_KIND, column.name, text)
        return kind

    def outcome(self, mapping: Mapping) -> tuple[Outcome | None, str | None]:
        text = self.text(Target.OUTCOME)
        if text is None:
            return None, None
        outcome = dict(mapping.outcomes).get(fold(text))
        if outcome is None:
            self.flag(Flag.UNKNOWN_OUTCOME, self._cells[Target.OUTCOME][0].name, text)
        return outcome, text

    def number(self, mapping: Mapping) -> str:
        number = self.text(Target.LEGACY_NUMBER, _LONGEST_NUMBER)
        if number is None:
            raise _RefusalError(NO_NUMBER.format(column=_name(mapping, Target.LEGACY_NUMBER)))
        if is_scientific(number):
            raise _RefusalError(NUMBER_LOST_DIGITS.format(text=number))
        if fold(number).replace(":", " ").split()[:1] in ([word] for word in _TOTALS):
            raise _RefusalError(TOTAL_ROW)
        if len(self._cells) == 1 and not self.extra and not any(character.isdigit() for character in number):
            raise _RefusalError(NOTE_ROW)
        year = self.text(Target.LEGACY_YEAR, _LONGEST_NUMBER)
        return number if year is None else f"{number}/{year}"


@lru_cache(maxsize=256)
def _tax_kind(name: str) -> IdentifierKind | None:
    """What a column's name says of its tax numbers; None where it says both or neither."""
    kinds = [kind for kind in (IdentifierKind.CPF, IdentifierKind.CNPJ) if kind.value in words_of(name)]
    return kinds[0] if len(kinds) == 1 else None


def _is_cpf_as_written(text: str) -> bool:
    return "." in text and "/" not in text and bool(check(IdentifierKind.CPF, text).valid)


def _name(mapping: Mapping, target: Target) -> str:
    place = mapping.place(target)
    return "" if place is None else mapping.columns[place].name


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def interpret(row: RawRow, mapping: Mapping, as_of: date) -> LegacyCase | Refused:
    """Read one row as a case. *mapping* must be fitted to the file (:meth:`Mapping.fit`); *as_of* is "today".

    A row that came with a problem is refused with it. Dates after *as_of* are flagged, not refused.
    """
    if row.problem is not None:
        return Refused(row.line, row.problem, row.repair.what if row.repair else None)
    reading = _Reading(row, mapping)
    try:
        return _case(row.line, reading, mapping, as_of)
    except _RefusalError as refusal:
        return Refused(row.line, str(refusal))


def _case(line: int, reading: _Reading, mapping: Mapping, as_of: date) -> LegacyCase:
    number = reading.number(mapping)
    opened = reading.past(Target.OPENED_AT, as_of)
    closed = reading.end(as_of)
    due = reading.moment(Target.DUE_ON)
    if opened is None:
        reading.flag(Flag.NO_OPENING, _name(mapping, Target.OPENED_AT), NO_DATE_OF_OPENING)
    elif closed and closed.on < opened.on:
        text = CLOSED_FIRST.format(closed=_day(closed.on), opened=_day(opened.on))
        reading.flag(Flag.CLOSED_BEFORE_OPENED, _name(mapping, Target.CLOSED_AT), text)
    outcome, outcome_text = reading.outcome(mapping)
    content: dict[str, Any] = {
        "legacy_number": number,
        "opened_on": opened.on if opened else None,
        "opened_at": opened.at if opened else None,
        "closed_on": closed.on if closed else None,
        "closed_at": closed.at if closed else None,
        "due_on": due.on if due else None,
        "outcome": outcome,
        "outcome_text": outcome_text,
        "parties": _parties(reading, mapping),
        "matter": reading.text(Target.MATTER),
        "problem": reading.long_text(Target.PROBLEM),
        "channel": reading.text(Target.CHANNEL),
        "department": reading.text(Target.DEPARTMENT),
        "responsible": reading.text(Target.RESPONSIBLE),
        "group": reading.text(Target.GROUP),
        "last_step": reading.text(Target.LAST_STEP),
        "step_count": reading.count(),
        "state_region": reading.text(Target.STATE_REGION),
        "value": reading.value(),
        "external_number": reading.text(Target.EXTERNAL_NUMBER, _LONGEST_NUMBER),
        "lawsuit_number": reading.lawsuit(),
    }
    content["extra"] = tuple(reading.extra)
    return LegacyCase(line=line, findings=tuple(reading.findings), digest=_digest(content), **content)


def _parties(reading: _Reading, mapping: Mapping) -> tuple[LegacyParty, ...]:
    """The parties named in the row. The kind of person is the respondent's, or the applicant's where he is alone."""
    kind = reading.person_kind(mapping)
    respondent = any(
        reading.cell(target)
        for target in (Target.RESPONDENT_NAME, Target.RESPONDENT_TRADE_NAME, Target.RESPONDENT_TAX_ID)
    )
    parties = []
    if reading.cell(Target.APPLICANT_NAME) or reading.cell(Target.APPLICANT_TAX_ID):
        own = None if respondent else kind
        tax_id = reading.tax_id(Target.APPLICANT_TAX_ID, own)
        parties.append(LegacyParty(Side.APPLICANT, reading.text(Target.APPLICANT_NAME), None, own, tax_id))
    if respondent:
        name, trade_name = reading.text(Target.RESPONDENT_NAME), reading.text(Target.RESPONDENT_TRADE_NAME)
        tax_id = reading.tax_id(Target.RESPONDENT_TAX_ID, kind)
        parties.append(LegacyParty(Side.RESPONDENT, name, trade_name, kind, tax_id))
    return tuple(parties)


def interpret_step(row: RawRow, mapping: Mapping, as_of: date) -> LegacyStep | Refused:
    """Read one row as a step of an old case; see :func:`interpret`."""
    if row.problem is not None:
        return Refused(row.line, row.problem, row.repair.what if row.repair else None)
    reading = _Reading(row, mapping)
    try:
        number = reading.number(mapping)
        moment = reading.past(Target.AT, as_of)
        step = reading.text(Target.STEP)
        if moment is None:
            raise _RefusalError(NO_STEP_DATE.format(column=_name(mapping, Target.AT)))  # noqa: TRY301  (one way out)
        if step is None:
            raise _RefusalError(NO_STEP.format(column=_name(mapping, Target.STEP)))  # noqa: TRY301  (as above)
        content: dict[str, Any] = {
            "legacy_number": number,
            "on": moment.on,
            "at": moment.at,
            "step": step,
            "group": reading.text(Target.GROUP),
            "responsible": reading.text(Target.RESPONSIBLE),
            "extra": tuple(reading.extra),
        }
    except _RefusalError as refusal:
        return Refused(row.line, str(refusal))
    return LegacyStep(line=row.line, findings=tuple(reading.findings), digest=_digest(content), **content)


def interpret_all(rows: Iterable[RawRow], mapping: Mapping, as_of: date) -> Iterator[LegacyCase | Duplicate | Refused]:
    """Read all rows as cases, each exactly one answer, telling numbers that came before in the same file.

    Numbers are compared without accents, capitals and double blanks. Rows that are equal but for their number are
    different cases.
    """
    seen: dict[str, int] = {}  # the line, then 64 bits of the digest, in one number: a long file has many
    for row in rows:
        answer = interpret(row, mapping, as_of)
        if isinstance(answer, LegacyCase):
            own = answer.line << 64 | int(answer.digest[:16], 16)
            first = seen.setdefault(answer.key, own)
            if first != own:
                same = first % 2**64 == own % 2**64
                yield Duplicate(answer.line, answer.legacy_number, first >> 64, same_content=same)
                continue
        yield answer


def _digest(content: dict[str, Any]) -> str:
    """SHA-256 over the content in one canonical form: sorted keys, no blanks, dates as ISO text."""
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_plain)
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, date):  # a datetime is one too
        return value.isoformat()
    if isinstance(value, LegacyParty):
        number = value.tax_id.number or value.tax_id.raw if value.tax_id else None
        return [value.side, value.name, value.trade_name, value.person_kind, number]
    raise TypeError(f"no canonical form for {type(value).__name__}")
