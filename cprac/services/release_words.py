"""What a release tells, in words a lawyer reads: its changes cell by cell, its notes, its values with their units.

Releases keep codes (``filed_by_matter``, ``n``): programs read them. Their words stand in the tables of the same
release, or, of a row that is told no more, in the release that it corrects.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cprac.domain.open_tables import NOT_SHOWN, Cell, OpenColumn, OpenTable, Release
from cprac.domain.settlement import reais
from cprac.domain.words import N_

UNITS: Mapping[str, tuple[str, str]] = {
    "cases": (N_("caso"), N_("casos")),
    "days": (N_("dia"), N_("dias")),
    "deadlines": (N_("prazo"), N_("prazos")),
    "rows": (N_("linha"), N_("linhas")),
}
"""One and several of each unit; money and percent carry their sign."""

SHARED = frozenset(word for words in UNITS.values() for word in words)

ROW_NAMES: Mapping[str, str] = {"day": N_("em {n} dias"), "percent": N_("{n}% dos casos")}
"""How a row is named whose key is a number."""

PARTS_OF_YEAR: Mapping[str, str] = {"T": N_("trimestre"), "Q": N_("quadrimestre"), "S": N_("semestre")}
"""How a part of a year is called, by its letter in the name of a period."""


@dataclass(frozen=True, slots=True)
class Told:
    """One change in words: the table's title, the row's and the column's names, the figure before and after.

    ``row`` is empty for the table as a whole, ``what`` where the table has one figure a row.
    """

    table: str
    row: str
    what: str
    before: str
    after: str

    @property
    def subject(self) -> str:
        """What changed: ``Pedidos por assunto, IPTU e taxas``."""
        return ", ".join(filter(None, (self.table, self.row, self.what)))

    @property
    def line(self) -> str:
        """The change as one line, a unit that both figures share once: ``Pedidos: de 30 para 25 casos``."""
        unit = self.after.rpartition(" ")[2]
        before = self.before.removesuffix(f" {unit}") if unit in SHARED else self.before
        return f"{self.subject}: de {before} para {self.after}"


def changes_told(release: Release, before: Release | None = None) -> tuple[Told, ...]:
    """The changes of a correction in words; *before*: the release that it corrects, where it is at hand.

    A row that came or went is told by its figures alone, not also by its name.
    """
    found = []
    for change in _in_order(release):
        table = _table(release, str(change.get("table", "")))
        if table is None:
            found.append(_plain(change))
            continue
        column = next((each for each in table.columns if each.name == change.get("column")), None)
        empty = change.get("before") is None or change.get("after") is None
        if column is not None and column is label_column(table) and empty:
            continue
        older = _table(before, table.id) if before else None
        unit = "rows" if change.get("column") == "rows" and column is None else column.unit if column else ""
        found.append(
            Told(
                table.title,
                row_name(str(change.get("key", "")), table, *([older] if older else [])),
                column.title if column and len(figures(table)) > 1 else "",
                value_told(change.get("before"), unit),
                value_told(change.get("after"), unit),
            )
        )
    return tuple(found)


def _in_order(release: Release) -> list[Mapping[str, Any]]:
    """The changes in the order of the tables and of their rows; rows that are told no more last."""
    order = {table.id: at for at, table in enumerate(release.tables)}
    rows = {table.id: {str(row[0]): at for at, row in enumerate(table.rows)} for table in release.tables}

    def place(change: Mapping[str, Any]) -> tuple[int, int]:
        name, key = str(change.get("table", "")), str(change.get("key", ""))
        found = rows.get(name, {})
        return order.get(name, len(order)), found.get(key, len(found))

    return sorted(release.changes, key=place)


def period_told(period: str) -> str:
    """A period in words: ``2026-T1`` is "1º trimestre de 2026"; the first and the last of those that were joined."""
    return " ao ".join(_part(name) for name in period.split("_a_"))


def _part(name: str) -> str:
    year, _dash, part = name.partition("-")
    if part[:1] in PARTS_OF_YEAR and part[1:].isdecimal():
        return f"{part[1:]}º {PARTS_OF_YEAR[part[0]]} de {year}"
    return name if part else f"ano de {year}"


def _plain(change: Mapping[str, Any]) -> Told:
    """A change of a table that no release has any more: as it is written."""
    values = [value_told(change.get(name)) for name in ("before", "after")]
    return Told(*(str(change.get(name) or "") for name in ("table", "key", "column")), *values)


def corrected_by(release: Release, known: Iterable[Release]) -> Release | None:
    """Of *known*, the release that *release* corrects; None where it corrects none of them."""
    wanted = (release.period, release.revision - 1)
    return next((other for other in known if (other.period, other.revision) == wanted), None)


def note_told(release: Release, note: str) -> str:
    """A note with the title of its table in place of its name: ``Pedidos por canal: não mostrado``."""
    name, colon, words = note.partition(": ")
    table = _table(release, name) if colon else None
    return f"{table.title}: {words}" if table else note


def value_told(value: Cell, unit: str = "") -> str:
    """A cell in words: ``1.204 casos``, ``R$ 8.420,00``, ``61%``, ``não mostrado``."""
    if value is None or value == "":
        return NOT_SHOWN if value is None else "–"
    if not isinstance(value, int):
        return f"“{value}”"
    if unit == "centavos":
        return reais(value)
    number = f"{value:,}".replace(",", ".")
    if unit == "percent":
        return f"{number}%"
    return f"{number} {UNITS[unit][value != 1]}" if unit in UNITS else number


def figures(table: OpenTable) -> list[OpenColumn]:
    """The columns of a table that change: neither its key nor the names of its rows."""
    label = label_column(table)
    return [column for column in table.columns if column.name not in table.key and column is not label]


def label_column(table: OpenTable) -> OpenColumn | None:
    """The column with the names of the rows: the text beside the code; None where a number names them."""
    words = [column for column in table.columns[1:2] if column.type == "string" and table.key]
    return words[0] if words and table.key == (table.columns[0].name,) else None


def row_name(key: str, *tables: OpenTable) -> str:
    """The words of the row with this key, from the first of *tables* that has it; empty for no key."""
    for table in tables:
        if label_column(table) is None:
            template = ROW_NAMES.get(table.columns[0].name)
            if template and key:
                return template.format(n=key)
            continue
        named = _row(table.rows, key)
        if named is not None and named[1]:
            return str(named[1])
    return key


def _row(rows: Sequence[Sequence[Cell]], key: str) -> Sequence[Cell] | None:
    return next((row for row in rows if str(row[0]) == key), None)


def _table(release: Release, name: str) -> OpenTable | None:
    return next((table for table in release.tables if table.id == name), None)
