"""A release held against what was told before, and the last look at it before it leaves.

A correction tells only what changed by nothing or by enough: what changed by little stays as it was told, table by
table where the cases of a table changed, cell by cell elsewhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from typing import Any

from cprac.domain import disclosure
from cprac.domain.disclosure import small_change
from cprac.domain.open_tables import POOLED, Cell, OpenTable, Release
from cprac.domain.regulation_parts import StatisticsRules
from cprac.domain.release_base import Ending
from cprac.domain.words import N_

TABLE_OF = {
    ("matter", "filed"): "filed_by_matter",
    ("matter", Ending.AGREEMENT.value): "agreements_by_matter",
    ("ending", "resolved"): "resolved_by_outcome",
    ("agency", "filed"): "filed_by_agency",
    ("channel", "filed"): "filed_by_channel",
    ("priority", "filed"): "filed_by_priority",
}
"""The tables of counts: by the family they split by and the cases they count."""

POOLED_TABLE = "pooled"
"""The table of what the others pool."""


def told_before(release: Release, family: str, what: str) -> list[tuple[str, int]]:
    """The rows of a table of counts in a stored release, by the family and the cases it counts."""
    stored = release.anonymisation_report.get("counts", {}).get(f"{family}:{what}")
    if stored is not None:
        return [(str(key), int(n)) for key, n in stored]
    name = TABLE_OF.get((family, what))
    return [(str(row[0]), int(row[2] or 0)) for row in release.table(name).rows] if name else []


FILED, RESOLVED = (
    ("filed_by_matter", "filed_by_agency", "filed_by_channel", "filed_by_priority"),
    ("resolved_by_outcome",),
)
WITH_RESOLVED = ("cases", "durations", "agreements_by_matter", "agreements_value_by_direction", "promised_results")
"""Tables that tell of the same cases as ``resolved_by_outcome``: where it stays as it was, so do they."""

TOTAL_OF = {"filed": "filed_by_matter", "resolved": "resolved_by_outcome", "agreements": "resolved_by_outcome"}
"""The totals that are those of a table, and stay as they were where it does."""


def corrected(release: Release, formers: Sequence[Release], forget: Callable[[str], None]) -> Release:
    """A correction in which what changed by little stays as it was told, table by table or cell by cell.

    *formers*: the versions of the same period, newest first.
    """
    before = formers[0]
    tables = {table.id: table for table in release.tables}
    kept = {name for name in TABLE_OF.values() if not tables[name].rows and before.table(name).rows}
    if kept & set(FILED):
        kept |= set(FILED)
    if "resolved_by_outcome" in kept:
        kept |= set(WITH_RESOLVED)
    notes = [note for note in release.notes if note.partition(":")[0] not in kept]
    for name in sorted(kept):
        tables[name] = before.table(name)
        forget(name)
        notes.append(f"{name}: " + N_("fica como estava: a mudança é pequena demais para ser mostrada"))
    old_totals = {row[0]: row for row in before.table("totals").rows}
    totals = [old_totals[row[0]] if _stays(row, formers, kept) else row for row in tables["totals"].rows]
    tables["totals"] = replace(tables["totals"], rows=tuple(totals))
    tables[POOLED_TABLE] = _pooled(tables[POOLED_TABLE], before, kept)
    for name, columns in CELLWISE.items():
        if name not in kept:
            tables[name] = _cellwise(tables[name], before.table(name), columns)
    told = tuple(tables[table.id] for table in release.tables)
    release = replace(release, tables=told, notes=tuple(notes))
    return replace(release, changes=tuple(_changes(release, before)))


def _stays(row: Sequence[Cell], formers: Iterable[Release], kept: Collection[str]) -> bool:
    """Whether a total is told as it was: with its table, or because it differs by little from what any version told."""
    if str(row[0]) in TOTAL_OF:
        return TOTAL_OF[str(row[0])] in kept
    told = [was[2] for former in formers for was in former.table("totals").rows if was[0] == row[0]]
    return any(isinstance(n, int) and isinstance(row[2], int) and small_change(n, row[2]) for n in told)


def _pooled(table: OpenTable, before: Release, kept: Collection[str]) -> OpenTable:
    """What is pooled now, and in the tables that stay as they were what was pooled then."""
    then = [row for old in before.tables if old.id == table.id for row in old.rows if row[0] in kept]
    return replace(table, rows=(*(row for row in table.rows if row[0] not in kept), *then))


CELLWISE = {
    "on_time_by_rule": ("ended", "on_time"),
    "agreements_value_by_direction": ("sum",),
    "promised_results": ("value",),
}
"""Tables whose cells are compared with what was told before one by one: a small change is not told."""


def _cellwise(table: OpenTable, old: OpenTable, columns: Collection[str]) -> OpenTable:
    """The table without the rows' figures that changed by little, or (a sum) with the same number of cases."""
    former = {row[0]: row for row in old.rows}
    names = [column.name for column in table.columns]
    places = [names.index(name) for name in columns]
    rows = []
    for row in table.rows:
        was = former.get(row[0], row)
        pairs = [(was[place], row[place]) for place in places]
        lates = [(_late(was, places), _late(row, places))] if len(places) == 2 else []
        small = any(
            isinstance(a, int)
            and isinstance(b, int)
            and (small_change(a, b) or (a != b and columns == ("sum",) and was[2] == row[2]))
            for a, b in [*pairs, *lates]
        )
        rows.append(tuple(None if small and place in places else cell for place, cell in enumerate(row)))
    return replace(table, rows=tuple(rows))


def _late(row: Sequence[Cell], places: Sequence[int]) -> int | None:
    ended, kept = (row[place] for place in places)
    return ended - kept if isinstance(ended, int) and isinstance(kept, int) else None


def _changes(release: Release, before: Release) -> Iterable[dict[str, Any]]:
    """Every cell of a table with a key that is not what it was; of the file of cases how many rows there are."""
    for table in release.tables:
        if table.id == POOLED_TABLE:  # told by the rows that came and went
            continue
        old = before.table(table.id)
        if not table.key:
            if table.rows != old.rows:
                yield {
                    "table": table.id,
                    "key": "",
                    "column": "rows",
                    "before": len(old.rows),
                    "after": len(table.rows),
                }
            continue
        now, was = ({str(row[0]): row for row in one.rows} for one in (table, old))
        for key in sorted({*now, *was}):
            for place, column in enumerate(table.columns[1:], start=1):
                pair = [rows[key][place] if key in rows else None for rows in (was, now)]
                if pair[0] != pair[1]:
                    yield {"table": table.id, "key": key, "column": column.name, "before": pair[0], "after": pair[1]}


# --- the last look ----------------------------------------------------------------------------------------------------


def look(release: Release, rules: StatisticsRules, before: Release | None = None) -> list[str]:
    """What stands in the way of publication, read off the tables alone; nothing where all is well."""
    problems = [
        f"{name}: {row[0]} tem menos de {rules.min_cell} casos"
        for name in TABLE_OF.values()
        for row in release.table(name).rows
        if isinstance(row[2], int) and 0 < row[2] < rules.min_cell
    ]
    totals = {row[0]: row[2] for row in release.table("totals").rows}
    for measure, name in (("filed", "filed_by_matter"), ("resolved", "resolved_by_outcome")):
        rows = release.table(name).rows
        if rows and sum(int(row[2] or 0) for row in rows) != totals[measure]:
            problems.append(f"{name}: as partes não somam o total")
    for name in FILED:
        rows = release.table(name).rows
        if rows and sum(int(row[2] or 0) for row in rows) != totals["filed"]:
            problems.append(f"{name}: as partes não somam o total")
    grouped = Counter(row[1:] for row in release.table("cases").rows)
    problems += [f"cases: um grupo tem {n} casos" for n in grouped.values() if n < rules.min_cell]
    endings = Counter(row[1] for row in release.table("cases").rows)
    told = {row[1]: row[2] for row in release.table("resolved_by_outcome").rows if row[2]}
    if dict(endings) != told:
        problems.append("cases: não é a mesma conta que resolved_by_outcome")
    if before is not None:
        problems += _small_differences(release, before)
    return problems


def _small_differences(release: Release, before: Release) -> Iterable[str]:
    for name in ("totals", *TABLE_OF.values()):
        now, was = ({row[0]: row[2] for row in one.table(name).rows} for one in (release, before))
        for key in sorted({str(key) for key in now} & {str(key) for key in was}):
            a, b = was[key], now[key]
            if key != POOLED and isinstance(a, int) and isinstance(b, int) and small_change(a, b):
                yield f"{name}: {key} mudou menos de {disclosure.WIDTH}"
