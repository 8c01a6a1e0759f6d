"""Old spreadsheets: from numbered lines of CSV text to records, cut at separators and joined where quotes say so.

Python's csv module is not used: it keeps one global limit for all, joins lines without end after a stray quote, and
does not say in which column. Here quotes that make no sense cost one row, and the lines after it are read again.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from cprac.domain.legacy_lines import Limits, Line, Source, TextFormat, read_lines
from cprac.domain.words import N_

FIELD_TOO_LONG: Final = N_("o texto da coluna {column} passa do limite de {limit} caracteres")
TEXT_AFTER_QUOTES: Final = N_("há texto depois das aspas que fecham a coluna {column}")
TOO_MANY_CELLS: Final = N_("a linha tem mais de {limit} colunas")
QUOTES_NOT_CLOSED: Final = N_("as aspas abertas na coluna {column} não são fechadas")


@dataclass(slots=True)
class Record:
    """Cells of one row before anything is known of columns.

    ``size`` counts the characters that were read for it. ``literal`` are the cells of its first line with quotes taken
    as plain text, where the quotes made no sense and that line alone may be what was meant.
    """

    first_line: int
    last_line: int
    cells: list[str]
    problem: str | None = None
    size: int = 0
    repairable: bool = False
    literal: list[str] | None = None

    @property
    def filled(self) -> int:
        """How many cells have content."""
        return sum(bool(cell.strip()) for cell in self.cells)


# All that a quoted cell holds up to the quote that closes it. Possessive, so that nothing is kept for backtracking.
_INSIDE: Final = re.compile(r'[^"]*+(?:""[^"]*+)*+')


class _Cutter:
    """Cuts the lines of one row into cells; a quoted cell may go on in the next line (``open``)."""

    __slots__ = ("_limits", "_parts", "_separator", "_size", "cells", "misquoted", "open", "problem")

    def __init__(self, separator: str, limits: Limits) -> None:
        self.cells: list[str] = []
        self.open = False
        self.misquoted = False
        self.problem: str | None = None
        self._parts: list[str] = []
        self._separator = separator
        self._size = 0
        self._limits = limits

    def feed(self, text: str) -> None:
        """Cut one more line. Sets ``problem`` and stops where the quotes make no sense or a limit is passed."""
        place = 0
        if self.open:
            self._keep("\n")
            place = self._quoted(text, 0)
        while not self.open and self.problem is None and place <= len(text):
            if text.startswith('"', place):
                place = self._quoted(text, place + 1)
            else:
                end = text.find(self._separator, place)
                end = len(text) if end < 0 else end
                self.cells.append(text[place:end])
                place = end + 1
            if len(self.cells) > 2 * self._limits.columns:
                self.problem = TOO_MANY_CELLS.format(limit=2 * self._limits.columns)
        if self.problem is None:
            self._check_sizes()

    def _quoted(self, text: str, place: int) -> int:
        """Take a quoted cell from *place* on; answer where the next cell begins."""
        inside = _INSIDE.match(text, place)
        end = inside.end() if inside else place
        self._keep(text[place:end].replace('""', '"'))
        self.open = end == len(text)
        if self.open:
            return end + 1
        self.cells.append("".join(self._parts))
        self._parts, self._size = [], 0
        end += 1
        while text.startswith(" ", end):
            end += 1
        if end < len(text) and text[end] != self._separator:
            self.misquoted = True
            self.problem = TEXT_AFTER_QUOTES.format(column=len(self.cells))
        return end + 1

    def _keep(self, part: str) -> None:
        self._parts.append(part)
        self._size += len(part)

    def _check_sizes(self) -> None:
        limit = self._limits.field_characters
        if self._size > limit:
            self.problem = _too_long(len(self.cells) + 1, limit)
            return
        for column, cell in enumerate(self.cells, 1):
            if len(cell) > limit:
                self.problem = _too_long(column, limit)
                return


def _too_long(column: int, limit: int) -> str:
    return FIELD_TOO_LONG.format(column=column, limit=f"{limit:,}".replace(",", "."))


def read_records(source: Source, form: TextFormat, limits: Limits, separator: str, after_line: int) -> Iterator[Record]:
    """Yield the records that begin after line *after_line*; lines without content are none."""
    lines = read_lines(source, form, limits)
    waiting: deque[Line] = deque()
    read_again = limits.lines_read_again
    while (line := waiting.popleft() if waiting else next(lines, None)) is not None:
        if line.number <= after_line or not line.text.replace(separator, "").strip():
            if line.problem and line.number > after_line:
                yield Record(line.number, line.number, [], line.problem)
            continue
        text = line.text
        if '"' not in text and len(text) <= limits.field_characters and not line.cut:
            cells = _cut_plain(text, separator, limits)
            yield Record(line.number, line.number, cells, line.problem, len(text), line.repairable)
            continue
        record, taken = _quoted_record(line, waiting, lines, separator, limits, may_span=read_again > 0)
        read_again -= len(taken)
        waiting.extendleft(reversed(taken))
        if record.problem or record.filled:
            yield record


def _cut_plain(text: str, separator: str, limits: Limits) -> list[str]:
    """Cut at separators, but never into many more cells than any header may have."""
    return text.split(separator, 2 * limits.columns)


def _quoted_record(
    first: Line, waiting: deque[Line], lines: Iterator[Line], separator: str, limits: Limits, *, may_span: bool
) -> tuple[Record, list[Line]]:
    """Read one record with quotes. Where they make no sense, also return the lines to be read again as rows."""
    cutter = _Cutter(separator, limits)
    record = Record(
        first.number, first.number, cutter.cells, first.problem, len(first.text), repairable=first.repairable
    )
    cutter.feed(first.text)
    wrong_at_once = cutter.misquoted
    taken: list[Line] = []
    most = limits.lines_in_quotes if may_span and not first.cut else 0
    while cutter.open and cutter.problem is None and len(taken) < most and record.size <= limits.line_bytes:
        line = waiting.popleft() if waiting else next(lines, None)
        if line is None:
            break
        taken.append(line)
        record.size += len(line.text)
        if line.problem and not record.problem:
            record.problem, record.repairable = line.problem, line.repairable
        cutter.feed(line.text)
    if cutter.open and cutter.problem is None and not first.cut:
        cutter.problem = QUOTES_NOT_CLOSED.format(column=len(cutter.cells) + 1)
    if cutter.problem is None:
        record.last_line = taken[-1].number if taken else first.number
        return record, []
    if first.problem is None and (wrong_at_once or taken):
        literal = _cut_plain(first.text, separator, limits)
        # A text over several lines, never closed, looks the same; then the next line is no row of its own.
        if wrong_at_once or len(_cut_plain(taken[0].text, separator, limits)) == len(literal):
            record.literal = literal
    record.problem, record.cells = cutter.problem, record.literal or []
    return record, taken
