"""Old spreadsheets: from numbered lines of CSV text to rows of cells, each regular or with its problem.

Two steps, so that nothing is guessed from the first lines alone: :func:`survey` reads the file through and says how it
is written, :func:`read_rows` yields its rows. What reads XLSX or ODS one day needs only to give the same two things, a
header with column profiles and an iterator of :class:`RawRow`.

Memory is bounded by the limits, whatever the file: one line, or one quoted text over several lines, is kept at a time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from cprac.domain.legacy_columns import ColumnProfile, Content, Profiler, Repair, fits, propose_repair
from cprac.domain.legacy_lines import (
    Encoding,
    LegacyFileError,
    Limits,
    Source,
    TextFormat,
    detect_format,
    read_lines,
)
from cprac.domain.legacy_records import Record, read_records
from cprac.domain.legacy_values import fold, is_null, match_date
from cprac.domain.words import N_


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row of the sheet: ``line`` is where it begins (the header counts), ``cells`` are as many as the header.

    With a ``problem`` the row is refused and ``cells`` may be anything; ``repair`` is what would make it whole, applied
    only when the reader was told to accept repairs, and then ``repaired`` says what was done.
    """

    line: int
    cells: tuple[str, ...]
    problem: str | None = None
    repair: Repair | None = None
    repaired: str | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    """How one CSV file is written, and what its columns hold.

    ``rows`` counts all rows that :func:`read_rows` will yield, ``irregular`` those of them with a problem.
    The names stand from ``header_line`` to ``header_end``; ``unnamed`` counts the columns at the right end that have
    neither name nor content. ``head`` are all cells of the header, for reports that repeat it on each page.
    """

    form: TextFormat
    limits: Limits
    separator: str
    header: tuple[str, ...]
    header_line: int
    header_end: int
    unnamed: int
    head: tuple[str, ...]
    columns: tuple[ColumnProfile, ...]
    rows: int
    irregular: int


SEPARATORS: Final = (";", ",", "\t", "|")

FEWER_CELLS: Final = N_("a linha tem {cells} colunas e o cabeçalho tem {header}")
MORE_CELLS: Final = N_("a linha tem {cells} colunas e o cabeçalho tem {header}; talvez falte pôr um texto entre aspas")
LITERAL_QUOTES: Final = N_("as aspas foram lidas como parte do texto")
READ_AS_OTHER_ENCODING: Final = N_("a linha foi lida na outra codificação")

NAMELESS: Final = N_("há conteúdo em uma coluna sem nome, à direita")
HEADER_AGAIN: Final = N_("é o cabeçalho repetido, e não um caso")
BLANK_COLUMN: Final = N_("coluna {place}, sem nome")
WHOLE_LINES_IN_QUOTES: Final = N_("cada linha está inteira entre aspas; salve o arquivo sem elas")

NO_ROWS: Final = N_("não há nenhuma linha com conteúdo")
NO_HEADER: Final = N_("a primeira linha parece ser um caso e não o nome das colunas; ponha uma linha de cabeçalho")
BAD_HEADER: Final = N_("o cabeçalho não pode ser lido: {problem}")
SAME_NAMES: Final = N_("há colunas com o mesmo nome: {columns}; dê um nome diferente a cada uma")
NO_NAMES: Final = N_("há colunas com conteúdo e sem nome: {columns}; dê um nome a cada uma")
TOO_MANY_COLUMNS: Final = N_("o arquivo tem {columns} colunas; o limite é {limit}")
BAD_SEPARATOR: Final = N_("“{separator}” não pode separar colunas; use ; , | ou tabulação")


def survey(
    source: Source, *, limits: Limits | None = None, encoding: Encoding | None = None, separator: str | None = None
) -> Layout:
    """Read *source* through and say how it is written. *encoding* and *separator* overrule the guess.

    Raises LegacyFileError where there are no rows to be had: empty, no text, no header, columns without a name or with
    the same name, too many of anything.
    """
    limits = limits or Limits()
    if separator is not None and separator not in SEPARATORS:
        raise LegacyFileError(BAD_SEPARATOR.format(separator=separator[:10]))
    form = detect_format(source, limits, encoding)
    start, directed = _directive(source, form, limits)
    separator = separator or directed or _guess_separator(source, form, limits, start)
    head = _find_header(read_records(source, form, limits, separator, start), limits)
    _refuse_whole_lines(read_records(source, form, limits, separator, head.last_line), head)
    names = _names(head)
    more = _separators_at_the_end(read_records(source, form, limits, separator, head.last_line), len(head.cells))
    head.cells.extend([""] * more)
    cells = [_as_name(cell) for cell in head.cells]
    header = _with_places(names)
    profiler = Profiler([*header, *head.cells[len(header) :]])
    rows = irregular = 0
    for record in read_records(source, form, limits, separator, head.last_line):
        rows += 1
        if record.problem or len(record.cells) != len(head.cells) or _repeats(record.cells, cells):
            irregular += 1
        else:
            profiler.add(record.cells)
    columns = profiler.profiles()
    _refuse_unnamed(head, columns)
    _refuse_headless(head, columns)
    return Layout(
        form=form,
        limits=limits,
        separator=separator,
        header=header,
        header_line=head.first_line,
        header_end=head.last_line,
        unnamed=len(head.cells) - len(names),
        head=tuple(cells),
        columns=columns[: len(names)],
        rows=rows,
        irregular=irregular,
    )


def read_rows(source: Source, layout: Layout, *, accept_repairs: bool = False) -> Iterator[RawRow]:
    """Yield the rows of *source* in order, lines without content left out. Never raises for what is in the file."""
    width = len(layout.header) + layout.unnamed
    for record in read_records(source, layout.form, layout.limits, layout.separator, layout.header_end):
        regular = record.problem is None and len(record.cells) == width
        if regular and _repeats(record.cells, layout.head):
            yield RawRow(record.first_line, tuple(record.cells[:width]), HEADER_AGAIN)
            continue
        if regular and any(cell.strip() for cell in record.cells[len(layout.header) :]):
            # The survey looks at the first rows only; further down there may be something.
            yield RawRow(record.first_line, tuple(record.cells[:width]), NAMELESS)
            continue
        if regular:
            yield RawRow(record.first_line, tuple(record.cells[: len(layout.header)]))
            continue
        problem = record.problem or _ragged(record.cells, width)
        repair = _repair(record, layout, width)
        if repair and accept_repairs:
            yield RawRow(record.first_line, repair.cells, repaired=repair.what)
        else:
            yield RawRow(record.first_line, tuple(record.cells[:width]), problem, repair)


def _ragged(cells: Sequence[str], width: int) -> str:
    return (FEWER_CELLS if len(cells) < width else MORE_CELLS).format(cells=len(cells), header=width)


def _repair(record: Record, layout: Layout, width: int) -> Repair | None:
    named = len(layout.header)
    if record.literal is not None:
        cells = record.literal[:named]
        whole = len(record.literal) == width and fits(cells, layout.columns)
        return Repair(tuple(cells), LITERAL_QUOTES) if whole else None
    if record.problem is not None:
        whole = record.repairable and len(record.cells) == width
        return Repair(tuple(record.cells[:named]), READ_AS_OTHER_ENCODING) if whole else None
    tail = record.cells[len(record.cells) - layout.unnamed :]
    if any(tail):
        return None
    return propose_repair(record.cells[: len(record.cells) - layout.unnamed], layout.columns, layout.separator)


# --- The header -------------------------------------------------------------------------------------------------------

_SAMPLE: Final = 50
_ROWS_ABOVE: Final = 20
_SAMPLE_CHARACTERS: Final = 1024 * 1024


def _sample(records: Iterator[Record], most: int) -> list[Record]:
    """The first records, *most* of them or until there is enough text to judge by."""
    sample: list[Record] = []
    size = 0
    for record in records:
        sample.append(record)
        size += record.size
        if len(sample) >= most or size > _SAMPLE_CHARACTERS:
            break
    return sample


def _directive(source: Source, form: TextFormat, limits: Limits) -> tuple[int, str | None]:
    """A first line "sep=;" names the separator and is no row: how many lines to leave out, and what it names."""
    first = next(read_lines(source, form, limits), None)
    if first and first.text[:4].lower() == "sep=" and first.text[4:].rstrip("\r") in SEPARATORS:
        return 1, first.text[4:].rstrip("\r")
    return 0, None


def _guess_separator(source: Source, form: TextFormat, limits: Limits, after_line: int) -> str:
    """The separator that cuts the first rows into equally many cells, as many as it cuts the header into.

    The header is taken to be the first line that any separator cuts at all: what stands above it is a title.
    """
    counts: dict[str, dict[int, int]] = {}
    for separator in SEPARATORS:
        records = read_records(source, form, limits, separator, after_line)
        counts[separator] = {record.first_line: len(record.cells) for record in _sample(records, _SAMPLE)}
    cut = [line for found in counts.values() for line, cells in found.items() if cells > 1]
    head = min(cut, default=0)
    best, best_score = SEPARATORS[0], (False, 0.0)
    for separator, found in counts.items():
        cells = list(found.values())
        usual = max(set(cells), key=lambda n: (cells.count(n), n), default=1)
        score = (found.get(head) == usual, usual * cells.count(usual) / len(cells)) if usual > 1 else (False, 0.0)
        if score > best_score:
            best, best_score = separator, score
    return best


def _separators_at_the_end(records: Iterator[Record], width: int) -> int:
    """How many separators more than the header has all rows end with, and nothing after them."""
    sample = [record.cells for record in _sample(records, _SAMPLE) if not record.problem]
    more = min((len(cells) for cells in sample), default=width) - width
    return more if more > 0 and not any(cell.strip() for cells in sample for cell in cells[width:]) else 0


def _repeats(cells: Sequence[str], head: Sequence[str]) -> bool:
    """Tell whether a row is the header once more, as printed reports have it on every page."""
    return _as_name(cells[0]) == head[0] and [_as_name(cell) for cell in cells] == list(head)


def _find_header(records: Iterator[Record], limits: Limits) -> Record:
    """The first row that names at least half as many columns as most of the next rows fill: titles are skipped."""
    sample = _sample(records, _ROWS_ABOVE)
    if not sample:
        raise LegacyFileError(NO_ROWS)
    fills = sorted(record.filled for record in sample if not record.problem) or [0]
    usual = fills[len(fills) // 2]
    for record in sample:
        if record.problem:
            raise LegacyFileError(BAD_HEADER.format(problem=record.problem), record.first_line)
        if len(record.cells) > limits.columns:
            reason = TOO_MANY_COLUMNS.format(columns=len(record.cells), limit=limits.columns)
            raise LegacyFileError(reason, record.first_line)
        if 2 * record.filled >= usual and (record.filled > 1 or usual <= 1):
            return record
    raise LegacyFileError(NO_ROWS)


def _as_name(cell: str) -> str:
    return " ".join(cell.split())


def _with_places(names: Sequence[str]) -> tuple[str, ...]:
    """The names, with one for each blank column that stands between others: its place."""
    taken = {fold(name) for name in names}
    given = []
    for place, name in enumerate(names, 1):
        own = name or BLANK_COLUMN.format(place=place)
        while not name and fold(own) in taken:
            own += "_"
        given.append(own)
    return tuple(given)


def _names(head: Record) -> tuple[str, ...]:
    """The names of the columns, without the empty ones at the right end."""
    names = [_as_name(cell) for cell in head.cells]
    while not names[-1]:
        names.pop()
    places: dict[str, list[int]] = {}
    for place, name in enumerate(names, 1):
        if name:
            places.setdefault(fold(name), []).append(place)
    same = [
        f"“{names[found[0] - 1][:60]}” ({' e '.join(f'{place}ª' for place in found[:4])})"
        for found in places.values()
        if len(found) > 1
    ]
    if same:
        raise LegacyFileError(SAME_NAMES.format(columns=", ".join(same[:5])), head.first_line)
    return tuple(names)


def _refuse_whole_lines(records: Iterator[Record], head: Record) -> None:
    """Refuse a file in which somebody put each line between quotes: its one column holds the separators."""
    sample = [record.cells[0] for record in _sample(records, _SAMPLE) if len(record.cells) == 1]
    for separator in SEPARATORS if len(head.cells) == 1 and sample else ():
        if head.cells[0].count(separator) and all(separator in cell for cell in sample):
            raise LegacyFileError(WHOLE_LINES_IN_QUOTES, head.first_line)


def _refuse_unnamed(head: Record, columns: Sequence[ColumnProfile]) -> None:
    unnamed = [
        f"{place}ª"
        for place, column in enumerate(columns, 1)
        if not head.cells[place - 1].strip() and column.content is not Content.EMPTY
    ]
    if unnamed:
        raise LegacyFileError(NO_NAMES.format(columns=", ".join(unnamed[:10])), head.first_line)


def _refuse_headless(head: Record, columns: Sequence[ColumnProfile]) -> None:
    """Refuse a first row that is a case: it has a date, or no letter at all, or values that its columns repeat."""
    filled = [name.strip() for name in head.cells if not is_null(name)]
    repeated = sum(
        name in column.known and column.content is not Content.TEXT
        for name, column in zip(head.cells, columns, strict=True)
        if name.strip()
    )
    no_letters = not any(character.isalpha() for name in filled for character in name[:100])
    if no_letters or repeated >= 2 or any(match_date(name) for name in filled):
        raise LegacyFileError(NO_HEADER, head.first_line)
