"""What may be published of small counts: which categories are named, which are pooled, and the proof that it is enough.

A table names the categories with enough cases and pools all the others, the empty ones too. The proof is by *other
worlds*: a case that no extract has made public is thought into another category, by itself or with a case elsewhere
that takes the category it had, wherever no table of this release or of an earlier one tells the two apart. Each such
world is a possible register and shows the very same tables, so what a reader can find out of a pooled cell is never
narrower than what these worlds span; any solver's interval holds it. ``settle`` pools more until every pooled cell
spans at least ``WIDTH``, or leaves the table out (reliability.md row 23; issue 4, point 4).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from cprac.domain.other_worlds import WIDTH, Cell, Course, Cut, Pattern, Patterns, Room, rooms, wider
from cprac.domain.regulation_parts import StatisticsRules

__all__ = [
    "STEP", "WIDTH", "Cell", "Course", "Cut", "Pattern", "Patterns", "Proof", "Room", "corrected_cut",
    "dominated", "first_cut", "parts", "rooms", "rounded", "settle", "small_change", "smallest",
    "sum_tellable", "tellable",
]  # fmt: skip

STEP = 10
"""Stocks are told in steps of this: two releases then differ by nothing or by at least so much, and a told stock stands
for as many possible ones."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What came of ``settle``: how each new table is cut (None: left out), and the room of every pooled cell.

    ``beyond``: cells that published extracts alone have narrowed, whatever is released.
    """

    cuts: Mapping[str, Cut | None]
    rooms: Mapping[Cell, Room]
    beyond: tuple[Cell, ...] = ()

    @property
    def narrowest(self) -> int | None:
        """The width of the narrowest pooled cell; None where nothing is pooled."""
        told = [room.width for cell, room in self.rooms.items() if cell not in self.beyond]
        return min(told, default=None)


def tellable(n: int, public: int, rules: StatisticsRules) -> bool:
    """Whether a total may be told: enough cases, and none or at least ``WIDTH`` not yet made public by an extract."""
    return n >= rules.min_cell and (n == public or n - public >= WIDTH)


def rounded(stock: int) -> int:
    """A stock as it is told: rounded down to a multiple of ``STEP``."""
    return stock - stock % STEP


def first_cut(
    counts: Mapping[str, int],
    public: Mapping[str, int],
    sensitive: Collection[str],
    rules: StatisticsRules,
    pooled: Collection[str] = (),
) -> Cut | None:
    """The cut that a table begins with, by its own numbers; None where even its total may not be told.

    *counts* has every category, the empty ones too; *public* those of them that extracts have told. Those of *pooled*
    are not named however large they are.
    """
    if not tellable(sum(counts.values()), sum(public.values()), rules):
        return None
    least = {name: rules.min_cell_sensitive if name in sensitive else rules.min_cell for name in counts}
    named = frozenset(name for name, n in counts.items() if n >= least[name] and name not in pooled)
    cut = Cut(named, frozenset(counts) - named)
    if sum(counts[name] for name in cut.pool) == 0:
        return Cut(frozenset(counts))
    while cut.named and not _holds(cut.pool, counts, public, least):
        cut = cut.grown([smallest(cut, counts)])
    return cut


def _holds(
    pool: frozenset[str], counts: Mapping[str, int], public: Mapping[str, int], least: Mapping[str, int]
) -> bool:
    total = sum(counts[name] for name in pool)
    unknown = total - sum(public.get(name, 0) for name in pool)
    return len(pool) > 1 and total >= max(least[name] for name in pool) and (unknown == 0 or unknown >= WIDTH)


def smallest(cut: Cut, counts: Mapping[str, int]) -> str:
    """The named category that joins the pool next: the least of those with cases; among equals by name."""
    return min(cut.named, key=lambda name: (counts[name] == 0, counts[name], name))


@dataclass(slots=True)
class _Settling:
    """One run of ``settle``: the tables as they are cut by now."""

    patterns: Patterns
    past: Mapping[str, Cut | None]
    new: dict[str, Cut | None]
    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    unknown: dict[str, set[str]] = field(default_factory=dict)
    together: dict[str, set[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for pattern, n in self.patterns.items():
            for table in pattern.tables:
                counted = self.counts.setdefault(table, {})
                counted[pattern.category] = counted.get(pattern.category, 0) + n
                if n and not pattern.fixed:
                    self.unknown.setdefault(table, set()).add(pattern.category)
                self.together.setdefault(table, set()).update(pattern.tables)

    @property
    def cuts(self) -> dict[str, Cut | None]:
        return {**self.past, **self.new}

    def public_pool(self, table: str) -> bool:
        """Whether extracts have told every case of the table's pool: nothing is left in it to be found out."""
        cut = self.cuts[table]
        return cut is None or not (self.unknown.get(table, set()) & cut.pool)

    def _n(self, table: str, name: str) -> int:
        return self.counts.get(table, {}).get(name, 0)

    def _fullest(self, table: str) -> tuple[int, str]:
        return sum(self.counts.get(table, {}).values()), table

    def repair(self, table: str) -> bool:
        """Pool one step more for the sake of a cell of *table*; False where there is nothing left to give."""
        cut = self.new.get(table)
        if cut is not None and any(self._n(table, name) for name in cut.named):
            self.new[table] = cut.grown([smallest(cut, {name: self._n(table, name) for name in cut.named})])
            return True
        pool = (self.cuts[table] or Cut(frozenset())).pool
        shared = self.together.get(table, set())
        near = [other for other in self.new if other != table and self.new[other] is not None]
        near.sort(key=lambda other: (other not in shared, self._fullest(other)))
        for other in near:
            there = self.new[other]
            joined = there.named & pool if there else frozenset()
            if there and any(self._n(other, name) for name in joined):
                self.new[other] = there.grown(joined)
                return True
        for other in near:
            there = self.new[other]
            if there and any(self._n(other, name) for name in there.named):
                self.new[other] = there.grown([smallest(there, {name: self._n(other, name) for name in there.named})])
                return True
        if cut is not None:
            self.new[table] = None
            return True
        return False


def settle(patterns: Patterns, past: Mapping[str, Cut | None], new: Mapping[str, Cut | None]) -> Proof:
    """Cut the *new* tables so that with all the *past* ones no pooled cell is narrower than ``WIDTH``.

    *patterns* has every case that any of these tables counts. A past cell that extracts narrow for a reader who knows
    when their cases began is held to what it had before, and to what it had for one who does not know. An empty cell in
    which no case can stand is told as the zero that a reader would find.
    """
    run = _Settling(patterns, past, dict(new))
    before = {cell: room.width for cell, room in rooms(patterns, past).items()}
    narrow = [cell for cell, width in before.items() if width < WIDTH]
    loose = wider(patterns, past, narrow)
    given_up: set[Cell] = set()
    while True:
        found, now = rooms(patterns, run.cuts), wider(patterns, run.cuts, narrow)
        bad = [
            cell
            for cell, room in sorted(found.items())
            if (room.width < min(WIDTH, before.get(cell, WIDTH)) or now.get(cell, WIDTH) < loose.get(cell, 0))
            and cell not in given_up
            and not (cell[0] in run.new and room.n == 0 and room.width == 0)
            and not (cell[0] in run.new and run.public_pool(cell[0]))
        ]
        if bad:
            if not run.repair(bad[0][0]):
                given_up.add(bad[0])
            continue
        empty = {cell for cell, room in found.items() if cell[0] in run.new and room.n == 0 and room.width == 0}
        if not empty:
            beyond = {cell for cell, room in found.items() if room.width < WIDTH and cell[0] not in run.new}
            public = {cell for cell in found if cell[0] in run.new and run.public_pool(cell[0])}
            return Proof(run.new, found, tuple(sorted(given_up | beyond | public)))
        for table, name in empty:
            cut = run.new[table]
            if cut is not None:
                run.new[table] = Cut(cut.named | {name}, cut.pool - {name})


def parts(cut: Cut, counts: Mapping[str, int]) -> tuple[dict[str, int], int | None]:
    """What a table shows: the count of each named category, and that of the pool (None where nothing is pooled)."""
    shown = {name: counts.get(name, 0) for name in sorted(cut.named)}
    return shown, sum(counts.get(name, 0) for name in cut.pool) if cut.pool else None


def small_change(before: int, after: int) -> bool:
    """Whether a number changed by so little that the change would point at few cases."""
    return 0 < abs(after - before) < WIDTH


def corrected_cut(old: Cut, told: Mapping[str, int], told_pool: int, cut: Cut, counts: Mapping[str, int]) -> Cut | None:
    """How a corrected table is cut: *cut*, with every cell pooled whose change is small; None: leave it as it was.

    *told*, *told_pool*: what the *old* table showed. Sums that both versions tell must not differ by little either:
    that of the categories pooled in one or the other, and the total. What the old table pooled stays pooled, so that no
    correction opens it.
    """
    cut = cut.grown(name for name in cut.named - old.named if counts.get(name, 0))
    whole = told_pool + sum(told.get(name, 0) for name in old.named)
    if small_change(whole, sum(counts.values())):
        return None
    while True:
        small = [name for name in cut.named & old.named if small_change(told.get(name, 0), counts.get(name, 0))]
        if small:
            cut = cut.grown(small)
            continue
        either = cut.pool | old.pool
        before = told_pool + sum(told.get(name, 0) for name in either - old.pool)
        if not small_change(before, sum(counts.get(name, 0) for name in either)):
            return cut
        if not cut.named:
            return None
        cut = cut.grown([smallest(cut, {name: counts.get(name, 0) for name in cut.named})])


def sum_tellable(values: Collection[int], public: Collection[int], rules: StatisticsRules) -> bool:
    """Whether a sum of money may be told: *values* of all its cases, *public* those that extracts have told already.

    Enough cases, none of which dominates; and the same for what remains once the public ones are taken away.
    """
    hidden = list(values)
    for value in public:
        hidden.remove(value)
    if not hidden:
        return len(values) >= rules.min_cell and not dominated(values, rules)
    return all(len(part) >= rules.min_cell and not dominated(part, rules) for part in (list(values), hidden))


def dominated(values: Collection[int], rules: StatisticsRules) -> bool:
    """Whether one case makes up more than the allowed share of the sum."""
    return sum(values) > 0 and max(values) * 100 > rules.dominance_percent * sum(values)
