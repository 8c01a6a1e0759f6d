"""What a release publishes, as plain tables: the one shape that pages, files and the public interface are written from.

A release is canonical JSON: equal contents are equal bytes, on any machine. Every number in it is a whole number
(counts, days, whole percent, centavos); a day is an ISO text; what may not be told is None with ``NOT_SHOWN`` beside
it, or the word itself in a text column.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from cprac.domain.words import N_

Cell = str | int | None
"""A cell: a text, a whole number, or nothing (not shown, or nothing to count)."""

NOT_SHOWN = N_("não mostrado")
"""Stands in a text column where a value would point at few cases."""

OTHERS = N_("Outros (reunidos)")
"""The pooled row of a table: every category that is not named, together."""

POOLED = "others"
"""The id of the pooled row of a table of counts."""

TYPES = ("string", "integer", "date")
"""What a column may hold; the names are those of the Table Schema standard."""


class OpenTableError(ValueError):
    """A release that does not have the shape of one."""


@dataclass(frozen=True, slots=True)
class OpenColumn:
    """One column. ``unit``: empty, ``cases``, ``days``, ``percent``, ``centavos`` or ``deadlines``."""

    name: str
    type: str
    title: str
    description: str
    unit: str = ""


def column(name: str, title: str, description: str, kind: str = "integer", unit: str = "") -> OpenColumn:
    """A column, of whole numbers unless told otherwise."""
    return OpenColumn(name, kind, title, description, unit)


@dataclass(frozen=True, slots=True)
class OpenTable:
    """A table whose rows have one cell a column, in the order of ``columns``. ``key``: the columns that name a row."""

    id: str
    title: str
    description: str
    columns: tuple[OpenColumn, ...]
    rows: tuple[tuple[Cell, ...], ...]
    key: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        width = len(self.columns)
        if any(len(row) != width for row in self.rows):
            raise OpenTableError(f"{self.id}: uma linha não tem {width} células")

    def records(self) -> list[dict[str, Cell]]:
        """The rows as mappings of column name to cell."""
        names = [column.name for column in self.columns]
        return [dict(zip(names, row, strict=True)) for row in self.rows]


@dataclass(frozen=True, slots=True)
class Release:
    """The figures of one closed period, protected, as they were on ``as_of``.

    ``period``: ``2026-T1``, or ``2025-T4_a_2026-T1`` where periods were joined. ``first``, ``last``: its days, both
    inside. ``revision``: 0, or how often this period was corrected; ``reason`` and ``changes`` tell of the last time.
    ``anonymisation_report``: which attacks were tried on it, and their result.
    """

    chamber: str
    period: str
    first: date
    last: date
    as_of: date
    tables: tuple[OpenTable, ...]
    method: str
    anonymisation_report: Mapping[str, Any]
    revision: int = 0
    reason: str = ""
    changes: tuple[Mapping[str, Any], ...] = ()
    notes: tuple[str, ...] = field(default=())

    def table(self, name: str) -> OpenTable:
        """The table of this id; KeyError where the release has none."""
        for table in self.tables:
            if table.id == name:
                return table
        raise KeyError(name)

    def notes_of(self, name: str) -> tuple[str, ...]:
        """What was noted of a table: that it is not shown, or stays as it was. A table without rows has one."""
        found = (note.partition(": ") for note in self.notes)
        return tuple(words for table, _colon, words in found if table == name)


def to_plain(release: Release) -> dict[str, Any]:
    """A release as JSON values; ``from_plain`` gives it back."""
    return {
        "chamber": release.chamber,
        "period": release.period,
        "first": release.first.isoformat(),
        "last": release.last.isoformat(),
        "as_of": release.as_of.isoformat(),
        "revision": release.revision,
        "reason": release.reason,
        "changes": [dict(change) for change in release.changes],
        "notes": list(release.notes),
        "method": release.method,
        "tables": [
            {
                "id": table.id,
                "title": table.title,
                "description": table.description,
                "key": list(table.key),
                "columns": [
                    {
                        "name": column.name,
                        "type": column.type,
                        "title": column.title,
                        "description": column.description,
                        "unit": column.unit,
                    }
                    for column in table.columns
                ],
                "rows": [list(row) for row in table.rows],
            }
            for table in release.tables
        ],
        "anonymisation_report": dict(release.anonymisation_report),
    }


def from_plain(plain: Mapping[str, Any]) -> Release:
    """A release from its JSON values. Raises OpenTableError where they have another shape."""
    try:
        return Release(
            chamber=plain["chamber"],
            period=plain["period"],
            first=date.fromisoformat(plain["first"]),
            last=date.fromisoformat(plain["last"]),
            as_of=date.fromisoformat(plain["as_of"]),
            tables=tuple(
                OpenTable(
                    id=table["id"],
                    title=table["title"],
                    description=table["description"],
                    columns=tuple(OpenColumn(**column) for column in table["columns"]),
                    rows=tuple(tuple(row) for row in table["rows"]),
                    key=tuple(table["key"]),
                )
                for table in plain["tables"]
            ),
            method=plain["method"],
            anonymisation_report=plain["anonymisation_report"],
            revision=plain["revision"],
            reason=plain["reason"],
            changes=tuple(plain["changes"]),
            notes=tuple(plain["notes"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise OpenTableError(f"não é uma publicação: {error}") from error


def to_bytes(release: Release) -> bytes:
    """The canonical bytes of a release: UTF-8 JSON, keys in order, nothing between them."""
    text = json.dumps(to_plain(release), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode()


def from_bytes(body: bytes) -> Release:
    """The release that these bytes are. Raises OpenTableError."""
    try:
        plain = json.loads(body)
    except ValueError as error:
        raise OpenTableError(f"não é JSON: {error}") from error
    return from_plain(plain)


FORMULA_STARTS = frozenset("=+-@|%")
"""How a spreadsheet knows a formula or a command; full-width forms fold to these too."""

CONTROL = frozenset("\t\r\n")
"""Beginnings that some spreadsheets drop, and then read on."""


def neutral(cell: Cell) -> Cell:
    """A cell as a spreadsheet may open it: a text that could start a formula gets an apostrophe before it.

    Numbers stay numbers. Control characters go; what a text begins with is looked at after folding of width
    (``＝`` is ``=``) and past blanks and marks that cannot be seen, because spreadsheets skip them.
    """
    if not isinstance(cell, str):
        return cell
    blank = "".join(" " if char.isspace() else char for char in cell)
    text = "".join(char for char in blank if char.isprintable())
    start = unicodedata.normalize("NFKC", text).lstrip()[:1]
    return f"'{text}" if cell[:1] in CONTROL or start in FORMULA_STARTS else text
