"""Reading an old register: a file surveyed, its rows as cases and steps, the report. Writes nothing."""

from __future__ import annotations

import hashlib
from collections import Counter as Tally
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from cprac.domain.legacy_cases import Duplicate, Flag, LegacyCase, LegacyStep, Refused
from cprac.domain.legacy_guess import guess_mapping
from cprac.domain.legacy_interpret import interpret_all, interpret_step
from cprac.domain.legacy_lines import Limits, Source
from cprac.domain.legacy_mapping import Mapping, SheetKind, to_toml
from cprac.domain.legacy_rows import Layout, read_rows, survey

READ_BYTES = 1 << 20


SHOWN = 1000
"""How many short tax ids, repairs and flags of one kind a report lists line by line; the counts are of all."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file surveyed: how it is written and what its columns mean."""

    source: Source
    layout: Layout
    mapping: Mapping


@dataclass
class Report:
    """How an import went, as ``cprac cases import`` prints it."""

    rows_read: int = 0
    imported: int = 0
    duplicates: list[dict[str, Any]] = field(default_factory=list)
    refused: list[dict[str, Any]] = field(default_factory=list)
    repaired: list[dict[str, Any]] = field(default_factory=list)
    flags: Tally[str] = field(default_factory=Tally)
    listed: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    open: int = 0
    overdue: int = 0
    without_dates: int = 0
    batch: int | None = None
    as_of: date | None = None
    dry_run: bool = False
    mapping: str = ""
    steps: dict[str, Any] | None = None

    def as_plain(self) -> dict[str, Any]:
        """As JSON-ready data."""
        short = self.listed.get(Flag.SHORT_TAX_ID.value, [])
        answer = {
            "rows_read": self.rows_read,
            "imported": self.imported,
            "duplicates": len(self.duplicates),
            "duplicate_rows": self.duplicates[:SHOWN],
            "refused": self.refused,
            "repaired": self.repaired,
            "open": self.open,
            "overdue": self.overdue,
            "without_dates": self.without_dates,
            "flags": dict(sorted(self.flags.items())),
            "short_tax_ids": {"count": self.flags[Flag.SHORT_TAX_ID.value], "rows": short},
            "as_of": self.as_of.isoformat() if self.as_of else None,
            "batch": self.batch,
            "dry_run": self.dry_run,
        }
        if self.steps is not None:
            answer["steps"] = self.steps
        if self.dry_run:
            answer["note"] = "not compared with the register"
        return answer


def open_sheet(path: Path, kind: SheetKind, mapping: Mapping | None = None, limits: Limits | None = None) -> Sheet:
    """Survey a file and fit its mapping, guessed where none is given. LegacyFileError where it cannot be read."""

    def source() -> Iterator[bytes]:
        with path.open("rb") as file:
            while chunk := file.read(READ_BYTES):
                yield chunk

    layout = survey(
        source,
        limits=limits,
        encoding=mapping.encoding if mapping else None,
        separator=mapping.separator if mapping else None,
    )
    fitted = mapping.fit(layout.header) if mapping else guess_mapping(layout.columns, kind)
    return Sheet(source, layout, fitted)


def sha256_of(path: Path) -> str:
    """The hash of a file, read in chunks."""
    total = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(READ_BYTES):
            total.update(chunk)
    return total.hexdigest()


def read_cases(
    sheet: Sheet, as_of: date, report: Report, *, accept_repairs: bool
) -> Iterator[LegacyCase | Duplicate | Refused]:
    """The rows of a sheet as cases, duplicates within it and refusals, counted in *report*."""
    for answer in interpret_all(
        read_rows(sheet.source, sheet.layout, accept_repairs=accept_repairs), sheet.mapping, as_of
    ):
        report.rows_read += 1
        if isinstance(answer, Refused):
            report.refused.append(
                {"line": answer.line, "reason": answer.reason, **({"repair": answer.repair} if answer.repair else {})}
            )
        elif isinstance(answer, Duplicate):
            report.duplicates.append(
                {"line": answer.line, "first_line": answer.first_line, "number": answer.legacy_number}
            )
        else:
            _note(answer, report)
        yield answer


def _note(case: LegacyCase, report: Report) -> None:
    for finding in case.findings:
        report.flags[finding.flag.value] += 1
        listed = report.listed.setdefault(finding.flag.value, [])
        if len(listed) < SHOWN:
            listed.append(
                {"line": case.line, "number": case.legacy_number, "column": finding.column, "text": finding.text}
            )
        if finding.flag is Flag.REPAIRED:
            report.repaired.append({"line": case.line, "what": finding.text})


def count_in(case: LegacyCase, as_of: date, report: Report) -> None:
    """Count a case that came in: open, past its old date, without dates."""
    report.imported += 1
    report.open += case.is_open(as_of)
    report.overdue += case.is_overdue(as_of)
    report.without_dates += case.opened_on is None


def dry_run(sheet: Sheet, steps: Sheet | None, as_of: date, *, accept_repairs: bool = False) -> Report:
    """Read everything and write nothing. Needs no database, so it cannot know what the register already holds."""
    report = Report(as_of=as_of, dry_run=True, mapping=to_toml(sheet.mapping))
    numbers: set[str] = set()
    for answer in read_cases(sheet, as_of, report, accept_repairs=accept_repairs):
        if isinstance(answer, LegacyCase):
            count_in(answer, as_of, report)
            numbers.add(answer.key)
    if steps is not None:
        read, refused = 0, list[dict[str, Any]]()
        for step in read_steps(steps, as_of, accept_repairs=accept_repairs):
            read += 1
            if isinstance(step, Refused):
                refused.append({"line": step.line, "reason": step.reason})
            elif step.key not in numbers:
                refused.append({"line": step.line, "reason": NO_CASE.format(number=step.legacy_number)})
        report.steps = {"rows_read": read, "imported": read - len(refused), "refused": refused}
    return report


NO_CASE = "não há caso {number} neste arquivo"


def read_steps(sheet: Sheet, as_of: date, *, accept_repairs: bool) -> Iterator[LegacyStep | Refused]:
    """The rows of a file of steps, as steps or refusals."""
    for row in read_rows(sheet.source, sheet.layout, accept_repairs=accept_repairs):
        yield interpret_step(row, sheet.mapping, as_of)


def replace_mapping(sheet: Sheet, mapping: Mapping) -> Sheet:
    """The same sheet read with a corrected mapping."""
    return replace(sheet, mapping=mapping.fit(sheet.layout.header))
