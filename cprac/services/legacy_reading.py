"""Reading an old register: a file surveyed, its rows as cases and steps. Writes nothing and needs no database."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from cprac.domain.legacy_cases import Duplicate, LegacyCase, LegacyStep, Refused
from cprac.domain.legacy_guess import guess_mapping
from cprac.domain.legacy_interpret import interpret_all, interpret_step
from cprac.domain.legacy_lines import LegacyFileError, Limits, Source
from cprac.domain.legacy_mapping import Mapping, MappingError, SheetKind
from cprac.domain.legacy_rows import Layout, read_rows, survey
from cprac.domain.words import N_
from cprac.services.legacy_report import NO_CASE, REFUSED, Ending, Report
from cprac.services.legacy_workbooks import is_workbook, lines_of

READ_BYTES = 1 << 20
TOLD_EACH = 200
"""How many rows are read between two words of progress."""

NOT_READABLE = N_("o arquivo não pode ser lido ({why})")
WRONG_KIND = N_("kind: este mapeamento é de uma planilha do tipo “{given}”, e o arquivo é do tipo “{kind}”")

Progress = Callable[[int, int], None]
"""Called with rows done and rows in all."""


def silent(_done: int, _all: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file surveyed: its name, how it is written and what its columns mean."""

    name: str
    source: Source
    layout: Layout
    mapping: Mapping

    def with_mapping(self, mapping: Mapping) -> Sheet:
        """The same sheet read with a corrected mapping. MappingError where it does not fit."""
        return replace(self, mapping=_fitted(mapping, self.mapping.kind, self.layout))


def open_sheet(
    path: Path, kind: SheetKind, mapping: Mapping | None = None, limits: Limits | None = None, name: str = ""
) -> Sheet:
    """Survey a file and fit its mapping, guessed where none is given; *name* (the file's) stands in the register.

    Raises LegacyFileError where the file, or the mapping for it, cannot be used.
    """

    def source() -> Iterator[bytes]:
        try:
            if is_workbook(path):
                yield from lines_of(path)
                return
            with path.open("rb") as file:
                while chunk := file.read(READ_BYTES):
                    yield chunk
        except OSError as error:
            raise LegacyFileError(NOT_READABLE.format(why=error.strerror)) from None

    if mapping is not None:
        _check_kind(mapping, kind)
    layout = survey(
        source,
        limits=limits,
        encoding=mapping.encoding if mapping else None,
        separator=mapping.separator if mapping else None,
    )
    fitted = guess_mapping(layout.columns, kind) if mapping is None else _fitted(mapping, kind, layout)
    return Sheet((name or path.name).encode("utf-8", "replace").decode(), source, layout, fitted)


def _fitted(mapping: Mapping, kind: SheetKind, layout: Layout) -> Mapping:
    _check_kind(mapping, kind)
    return mapping.fit(layout.header)


def _check_kind(mapping: Mapping, kind: SheetKind) -> None:
    if mapping.kind is not kind:
        raise MappingError(WRONG_KIND.format(given=mapping.kind, kind=kind))


def sha256_of(sheet: Sheet) -> str:
    """The hash of a file, read in chunks."""
    total = hashlib.sha256()
    for chunk in sheet.source():
        total.update(chunk)
    return total.hexdigest()


def read_cases(sheet: Sheet, as_of: date, *, accept_repairs: bool) -> Iterator[LegacyCase | Duplicate | Refused]:
    """The rows of a sheet as cases, duplicates within it and refusals."""
    rows = read_rows(sheet.source, sheet.layout, accept_repairs=accept_repairs)
    return interpret_all(rows, sheet.mapping, as_of)


def read_steps(sheet: Sheet, as_of: date, *, accept_repairs: bool) -> Iterator[LegacyStep | Refused]:
    """The rows of a file of steps, as steps or refusals."""
    for row in read_rows(sheet.source, sheet.layout, accept_repairs=accept_repairs):
        yield interpret_step(row, sheet.mapping, as_of)


def dry_run(
    sheet: Sheet, steps: Sheet | None, as_of: date, *, accept_repairs: bool = False, progress: Progress = silent
) -> Report:
    """Read everything and write nothing. Needs no database, so it cannot know what the register already holds."""
    report = Report(as_of, sheet.mapping, steps.mapping if steps else None, dry_run=True)
    numbers: set[str] = set()
    for row in read_cases(sheet, as_of, accept_repairs=accept_repairs):
        report.take(Ending.of(row), row)
        if isinstance(row, LegacyCase):
            numbers.add(row.key)
        _tell(progress, report.cases.read, sheet)
    if steps is not None:
        for step in read_steps(steps, as_of, accept_repairs=accept_repairs):
            ending = Ending.of(step)
            if isinstance(step, LegacyStep) and step.key not in numbers:
                ending = Ending(step.line, REFUSED, NO_CASE.format(number=step.legacy_number))
            report.steps.take(ending, step)
            _tell(progress, report.steps.read, steps)
    return report


def _tell(progress: Progress, done: int, sheet: Sheet) -> None:
    if done % TOLD_EACH == 0:
        progress(done, sheet.layout.rows)
