"""How an import went, row by row: what ``cprac cases import`` prints. Nothing here knows a database."""

from __future__ import annotations

from collections import Counter as Tally
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from cprac.domain.legacy_cases import Duplicate, Flag, LegacyCase, LegacyStep, Refused
from cprac.domain.legacy_mapping import Mapping
from cprac.domain.words import N_

SHOWN = 1000
"""How many duplicates, and findings of one kind, are listed by line; counts are of all. Refused rows are all listed."""

IMPORTED, DUPLICATE, REFUSED = "imported", "duplicate", "refused"

SAME_FILE = N_("mesmo número da linha {line}")
OTHER_CONTENT = N_("{reason}; o conteúdo é outro")
NO_CASE = N_("não há caso {number} neste arquivo")
NOT_COMPARED = "not compared with the register"


@dataclass(frozen=True, slots=True)
class Ending:
    """How one row ended. ``same_content``: of a duplicate, whether all but its number is equal to what is known."""

    line: int
    status: str
    reason: str = ""
    number: str = ""
    repair: str = ""
    same_content: bool = True
    resumed: bool = False

    @classmethod
    def of(cls, row: LegacyCase | LegacyStep | Duplicate | Refused) -> Ending:
        """How *row* ends where the register has nothing to say about it."""
        if isinstance(row, Refused):
            return cls(row.line, REFUSED, row.reason, repair=row.repair or "")
        if isinstance(row, Duplicate):
            reason = SAME_FILE.format(line=row.first_line)
            return duplicate_of(row.line, row.legacy_number, reason, same_content=row.same_content)
        return cls(row.line, IMPORTED, number=row.legacy_number)


def duplicate_of(line: int, number: str, reason: str, *, same_content: bool) -> Ending:
    """A row that is already known; its reason says so where it tells something else."""
    told = reason if same_content else OTHER_CONTENT.format(reason=reason)
    return Ending(line, DUPLICATE, told, number, same_content=same_content)


@dataclass
class Rows:
    """The endings of the rows of one file. Refused rows are all kept, as (line, reason, repair)."""

    read: int = 0
    imported: int = 0
    duplicates: int = 0
    differing: int = 0
    resumed: int = 0
    duplicate_rows: list[dict[str, Any]] = field(default_factory=list)
    refused: list[tuple[int, str, str]] = field(default_factory=list)
    flags: Tally[str] = field(default_factory=Tally)
    findings: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def take(self, ending: Ending, row: LegacyCase | LegacyStep | Duplicate | Refused) -> None:
        """Count one row, and what a person should look at where it came in."""
        self.read += 1
        self.resumed += ending.resumed
        if ending.status == REFUSED:
            self.refused.append((ending.line, ending.reason, ending.repair))
        elif ending.status == DUPLICATE:
            self.duplicates += 1
            self.differing += not ending.same_content
            if len(self.duplicate_rows) < SHOWN:
                shown = {"line": ending.line, "number": ending.number, "reason": ending.reason}
                self.duplicate_rows.append({**shown, "same_content": ending.same_content})
        else:
            self.imported += 1
            self._note(row)

    def _note(self, row: LegacyCase | LegacyStep | Duplicate | Refused) -> None:
        if not isinstance(row, (LegacyCase, LegacyStep)):
            return
        for finding in row.findings:
            kind = finding.flag.value
            self.flags[kind] += 1
            listed = self.findings.setdefault(kind, [])
            if len(listed) < SHOWN:
                shown = {"line": row.line, "number": row.legacy_number, "column": finding.column, "text": finding.text}
                listed.append(shown)

    def as_plain(self) -> dict[str, Any]:
        """As JSON-ready data."""
        short, repaired = Flag.SHORT_TAX_ID.value, Flag.REPAIRED.value
        refused = sorted(self.refused)
        return {
            "rows_read": self.read,
            "imported": self.imported,
            "duplicates": self.duplicates,
            "duplicates_with_other_content": self.differing,
            "duplicate_rows": self.duplicate_rows,
            "refused": [
                {"line": line, "reason": reason, **({"repair": repair} if repair else {})}
                for line, reason, repair in refused
            ],
            "repaired": [{"line": row["line"], "what": row["text"]} for row in self.findings.get(repaired, ())],
            "flags": dict(sorted(self.flags.items())),
            "short_tax_ids": {"count": self.flags[short], "rows": self.findings.get(short, [])},
            "findings": {kind: rows for kind, rows in sorted(self.findings.items()) if kind not in (short, repaired)},
        }


@dataclass
class Report:
    """How an import went: the rows of the cases, those of the steps where there is such a file, the cases that came in.

    ``open``, ``overdue`` (past the old deadline) and ``without_dates`` count cases as of ``as_of``.
    """

    as_of: date
    mapping: Mapping
    steps_mapping: Mapping | None = None
    dry_run: bool = False
    batch: int | None = None
    cases: Rows = field(default_factory=Rows)
    steps: Rows = field(default_factory=Rows)
    open: int = 0
    overdue: int = 0
    without_dates: int = 0

    def take(self, ending: Ending, row: LegacyCase | Duplicate | Refused) -> None:
        """Count one row of the file of cases."""
        self.cases.take(ending, row)
        if ending.status == IMPORTED and isinstance(row, LegacyCase):
            self.open += row.is_open(self.as_of)
            self.overdue += row.is_overdue(self.as_of)
            self.without_dates += row.opened_on is None

    def counts(self) -> dict[str, int]:
        """The counts that stay with the batch."""
        return {
            "rows_read": self.cases.read,
            "imported": self.cases.imported,
            "duplicates": self.cases.duplicates,
            "refused": len(self.cases.refused),
            "open": self.open,
            "overdue": self.overdue,
            "without_dates": self.without_dates,
            "steps": self.steps.imported,
        }

    def as_plain(self) -> dict[str, Any]:
        """As JSON-ready data: the keys of architecture.md §6 first."""
        answer = {
            **self.cases.as_plain(),
            "open": self.open,
            "overdue": self.overdue,
            "without_dates": self.without_dates,
            "as_of": self.as_of.isoformat(),
            "batch": self.batch,
            "dry_run": self.dry_run,
            "resumed": {"rows": self.cases.resumed, "steps": self.steps.resumed},
            "columns": _columns(self.mapping),
            "notes": list(self.mapping.notes),
        }
        if self.steps_mapping is not None:
            told = {"columns": _columns(self.steps_mapping), "notes": list(self.steps_mapping.notes)}
            answer["steps"] = {**self.steps.as_plain(), **told}
        if self.dry_run:
            answer["note"] = NOT_COMPARED
        return answer


def _columns(mapping: Mapping) -> dict[str, str]:
    return {column.name: column.target.value for column in mapping.columns}
