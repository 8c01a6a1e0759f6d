"""What the columns of an old spreadsheet hold, learned from its regular rows, and the repair of ragged rows by it.

A ragged row has more cells than the header because someone did not quote a separator inside a text. It is repaired only
where exactly one way of joining its cells leaves every date, code, number and flag in its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from cprac.domain.legacy_values import decimal_evidence, is_null, match_date
from cprac.domain.words import N_


class Content(StrEnum):
    """What nearly all filled cells of a column are."""

    EMPTY = "empty"
    DATE = "date"
    FLAG = "flag"  # one of a few values that come back again and again
    DIGITS = "digits"
    NUMBER = "number"  # digits with points, commas, slashes, hyphens
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """One column, as its regular rows show it. Counts are of the rows looked at (at most :data:`ROWS_LOOKED_AT`).

    ``first_over_12`` and ``second_over_12`` prove the order of day and month in dates like 03/04/2019; they come from
    all rows. ``known`` are the values seen, as far as they were kept; ``decimal_marks`` the marks that surely part
    centavos.
    """

    name: str
    content: Content
    rows: int
    filled: int
    known: frozenset[str]
    complete: bool
    first_over_12: bool
    second_over_12: bool
    slashed_dates: bool
    leading_blanks: bool
    decimal_marks: frozenset[str]

    @property
    def repeats(self) -> bool:
        """Tell whether two filled rows share a value (a number of cases should not)."""
        return len(self.known) < self.filled if self.complete else True

    def admits(self, cell: str) -> bool:
        """Tell whether *cell* could stand in this column. Blanks always can, and in a text column everything."""
        match self.content:
            case _ if is_null(cell):
                return True
            case Content.TEXT:
                return True
            case Content.DATE:
                return match_date(cell) is not None
            case Content.FLAG:
                return cell in self.known
            case Content.DIGITS:
                return cell.isascii() and cell.isdigit()
            case Content.NUMBER:
                return _NUMBER.fullmatch(cell) is not None
        return False


_NUMBER: Final = re.compile(r"[0-9][0-9.,/ -]*")

ROWS_LOOKED_AT: Final = 20_000
_VALUES_KEPT: Final = 200_000  # over all columns of a file
_LONGEST_KEPT: Final = 100
_FLAGS: Final = 20
_MOSTLY: Final = 0.98


class _Column:
    """The running counts behind one profile."""

    __slots__ = (
        "complete",
        "dates",
        "decimals",
        "digits",
        "filled",
        "first",
        "known",
        "leading",
        "numbers",
        "room",
        "second",
        "slashed",
    )

    def __init__(self, room: int) -> None:
        self.room = room
        self.known: set[str] = set()
        self.complete = True
        self.decimals: set[str] = set()
        self.filled = self.dates = self.digits = self.numbers = self.slashed = 0
        self.first = self.second = 0
        self.leading = False

    def add(self, cell: str) -> None:
        if is_null(cell):
            return
        self.filled += 1
        self.leading = self.leading or cell[0] == " "
        if cell not in self.known:
            if len(cell) > _LONGEST_KEPT or len(self.known) >= self.room:
                self.complete = False
            else:
                self.known.add(cell)
        self._classify(cell)

    def _classify(self, cell: str) -> None:
        if "0" <= cell.strip()[:1] <= "9":
            if cell.isascii() and cell.isdigit():
                self.digits += 1
                return
            self.numbers += _NUMBER.fullmatch(cell) is not None
            self.add_date(cell)
        if mark := decimal_evidence(cell):
            self.decimals.add(mark)

    def add_date(self, cell: str) -> None:
        numbers = match_date(cell)
        if numbers is None:
            return
        self.dates += 1
        self.slashed += numbers != (0, 0)
        self.first, self.second = max(self.first, numbers[0]), max(self.second, numbers[1])

    def content(self, rows: int) -> Content:
        if not self.filled:
            return Content.EMPTY
        if self.dates >= self.filled * _MOSTLY:
            return Content.DATE
        if self.complete and len(self.known) <= _FLAGS and rows >= _FLAGS and len(self.known) * 5 <= rows:
            return Content.FLAG
        if self.digits >= self.filled * _MOSTLY:
            return Content.DIGITS
        return Content.NUMBER if self.digits + self.numbers >= self.filled * _MOSTLY else Content.TEXT


class Profiler:
    """Learns the columns from regular rows, given one by one; memory is bounded whatever the file."""

    def __init__(self, header: Sequence[str]) -> None:
        """Start with the names of the columns; every row must have as many cells."""
        self._header = tuple(header)
        self._columns = [_Column(max(100, _VALUES_KEPT // max(1, len(self._header)))) for _ in self._header]
        self._rows = 0
        self._dated: list[tuple[int, _Column]] = []

    def add(self, cells: Sequence[str]) -> None:
        """Look at one regular row: at all of it within the first rows, later at its dates (their order needs all)."""
        self._rows += 1
        if self._rows <= ROWS_LOOKED_AT:
            for column, cell in zip(self._columns, cells, strict=True):
                column.add(cell)
        else:
            if self._rows == ROWS_LOOKED_AT + 1:
                self._dated = [(place, column) for place, column in enumerate(self._columns) if column.slashed]
            for place, column in self._dated:
                column.add_date(cells[place])

    def profiles(self) -> tuple[ColumnProfile, ...]:
        """What was learned, in the order of the header."""
        rows = min(self._rows, ROWS_LOOKED_AT)
        return tuple(
            ColumnProfile(
                name=name,
                content=column.content(rows),
                rows=rows,
                filled=column.filled,
                known=frozenset(column.known),
                complete=column.complete,
                first_over_12=column.first > 12,
                second_over_12=column.second > 12,
                slashed_dates=column.slashed > 0,
                leading_blanks=column.leading,
                decimal_marks=frozenset(column.decimals),
            )
            for name, column in zip(self._header, self._columns, strict=True)
        )


# --- Ragged rows ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Repair:
    """The row as it was surely meant, and what was done to it, in Portuguese."""

    cells: tuple[str, ...]
    what: str


JOINED: Final = N_("na coluna “{column}” havia “{separator}” sem aspas; o texto foi lido como “{text}”")
TRAILING: Final = N_("havia separadores a mais no fim da linha, sem conteúdo")
_MOST_EXTRA: Final = 20


def fits(cells: Sequence[str], profiles: Sequence[ColumnProfile]) -> bool:
    """Tell whether each cell could stand in its column."""
    return len(cells) == len(profiles) and all(p.admits(cell) for p, cell in zip(profiles, cells, strict=True))


def propose_repair(cells: Sequence[str], profiles: Sequence[ColumnProfile], separator: str) -> Repair | None:
    """Find the one way in which a row of too many cells makes sense; None where there is none, or more than one.

    What decides, in this order: every typed column must be right; then, a separator written inside a text is followed
    by a blank ("CLARO; NET") and a real one is not; then, the other cells are values that the column has elsewhere.
    """
    extra = len(cells) - len(profiles)
    if not 0 < extra <= _MOST_EXTRA:
        return None
    candidates = {candidate.cells: candidate for candidate in _candidates(cells, profiles, separator, extra)}
    if len(candidates) != 1:
        spaced = [Repair(*found)] if (found := _by_blanks(cells, profiles, separator, extra)) else []
        candidates = {
            repair.cells: repair for repair in spaced or _by_known_values(list(candidates.values()), profiles)
        }
    return next(iter(candidates.values())) if len(candidates) == 1 else None


def _candidates(
    cells: Sequence[str], profiles: Sequence[ColumnProfile], separator: str, extra: int
) -> Iterator[Repair]:
    if not any(cells[-extra:]) and fits(cells[:-extra], profiles):
        yield Repair(tuple(cells[:-extra]), TRAILING)
    for place, profile in enumerate(profiles):
        if profile.content is Content.TEXT:
            joined = separator.join(cells[place : place + extra + 1])
            whole = (*cells[:place], joined, *cells[place + extra + 1 :])
            if fits(whole, profiles):
                yield Repair(whole, _joined(profile.name, separator, joined))


def _joined(column: str, separator: str, text: str) -> str:
    return JOINED.format(column=column, separator=separator, text=" ".join(text[:80].split()))


def _by_blanks(
    cells: Sequence[str], profiles: Sequence[ColumnProfile], separator: str, extra: int
) -> tuple[tuple[str, ...], str] | None:
    """Join exactly where a blank follows the separator, if that is as often as there are cells too many."""
    whole: list[str] = [cells[0]]
    joined: list[int] = []
    for cell in cells[1:]:
        if (
            cell[:1] == " "
            and cell.strip()
            and not (len(whole) < len(profiles) and profiles[len(whole)].leading_blanks)
        ):
            whole[-1] += separator + cell
            joined.append(len(whole) - 1)
        else:
            whole.append(cell)
    if len(joined) != extra or not fits(whole, profiles):
        return None
    if any(profiles[place].content is not Content.TEXT for place in joined):
        return None
    return tuple(whole), _joined(profiles[joined[0]].name, separator, whole[joined[0]])


def _by_known_values(candidates: list[Repair], profiles: Sequence[ColumnProfile]) -> list[Repair]:
    """Keep the candidates that leave only known values beside the joined one, where the candidates differ."""
    differing = [
        place for place in range(len(profiles)) if len({candidate.cells[place] for candidate in candidates}) > 1
    ]
    return [
        candidate
        for candidate in candidates
        if sum(candidate.cells[place] not in profiles[place].known for place in differing) <= 1
    ]
