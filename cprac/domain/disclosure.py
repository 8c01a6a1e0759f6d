"""What may be published of small counts: which categories are named, which are pooled, and the proof that it is enough.

A table names the categories with enough cases and pools all the others, the empty ones too. The proof is by *other
worlds*: a case that no extract has made public is thought into another category, by itself or with a case elsewhere
that takes the category it had, wherever no table of this release or of an earlier one tells the two apart. Each such
world is a possible register and shows the very same tables, so what a reader can find out of a pooled cell is never
narrower than what these worlds span; any solver's interval holds it. ``settle`` pools more until every pooled cell
spans at least ``WIDTH``, or leaves the table out (reliability.md row 23; issue 4, point 4).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from cprac.domain.regulation_parts import StatisticsRules

WIDTH = 5
"""No pooled cell may be narrowed to fewer than this between its least and its greatest possible value."""

STEP = 10
"""Stocks are told in steps of this: two releases then differ by nothing or by at least so much, and a told stock stands
for as many possible ones."""


class Course(NamedTuple):
    """When cases that are alike began and ended: how many of their tables count the beginning, the periods, the way.

    ``begun``, ``over``: the periods as numbers in their order, a great one for later. ``admitted``: accepted at all.
    """

    tables: int
    begun: int
    over: int
    admitted: bool


class Pattern(NamedTuple):
    """Cases that are alike: the tables that count them, their category, whether an extract has made it public.

    ``within``: the categories that such a case could have at all; empty for any. ``course``: where beginnings and
    endings are counted apart.
    """

    tables: tuple[str, ...]
    category: str
    fixed: bool = False
    within: frozenset[str] = frozenset()
    course: Course | None = None

    @property
    def beginning(self) -> frozenset[str]:
        """The tables that count how these cases began."""
        return frozenset(self.tables[: self.course.tables] if self.course else ())


Patterns = Mapping[Pattern, int]
Cell = tuple[str, str]
"""A cell: table and category."""


@dataclass(frozen=True, slots=True)
class Cut:
    """How a table shows its categories: each of ``named`` by itself, those of ``pool`` together."""

    named: frozenset[str]
    pool: frozenset[str] = frozenset()

    def grown(self, more: Iterable[str]) -> Cut:
        """The same with some named categories moved into the pool."""
        moved = frozenset(more)
        return Cut(self.named - moved, self.pool | moved)


@dataclass(frozen=True, slots=True)
class Room:
    """What other worlds allow of one pooled cell: its count now, how far down, how far up."""

    n: int
    down: int
    up: int

    @property
    def width(self) -> int:
        """Greatest minus least possible value, at least."""
        return self.down + self.up


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


def _order(counted: tuple[Pattern, int]) -> tuple[tuple[str, ...], str, bool, list[str]]:
    """The same patterns are tried in the same order, in whatever order the cases were read."""
    pattern, _n = counted
    return pattern.tables, pattern.category, pattern.fixed, sorted(pattern.within)


class _Worlds:
    """The worlds that look the same: cases thought into another category, alone or with a partner that takes theirs."""

    def __init__(self, patterns: Patterns, cuts: Mapping[str, Cut | None]) -> None:
        self.cuts = {table: cut for table, cut in cuts.items() if cut is not None}
        self.n: dict[Cell, int] = {}
        self.inside: dict[Cell, list[tuple[Pattern, int]]] = {}
        self.alike: dict[str, list[tuple[Pattern, int]]] = {}
        self.public: dict[Cell, list[tuple[Pattern, int]]] = {}
        self.every: dict[str, list[tuple[Pattern, int]]] = {}
        for pattern, n in sorted(patterns.items(), key=_order):
            for table in pattern.tables:
                cell = table, pattern.category
                self.n[cell] = self.n.get(cell, 0) + n
                kept = self.public if pattern.fixed else self.inside
                kept.setdefault(cell, []).append((pattern, n))
            self.every.setdefault(pattern.category, []).append((pattern, n))
            if not pattern.fixed:
                self.alike.setdefault(pattern.category, []).append((pattern, n))

    def _unseen(self, tables: Iterable[str], one: str, other: str) -> bool:
        """Whether none of the *tables* tells the two categories apart."""
        known = (self.cuts[table] for table in tables if table in self.cuts)
        return all(one in cut.pool and other in cut.pool for cut in known)

    def _partners(self, table: str, of: str, to: str) -> Iterator[tuple[Pattern, int]]:
        """Cases that the table does not count and that could become of category *of*: those of *to* first."""
        for category in sorted(self.alike, key=lambda name: (name != to, name)):
            if category != of:
                yield from ((p, n) for p, n in self.alike[category] if table not in p.tables and self._may(p, of))

    def _hidden(self, case: Pattern, to: str, partner: Pattern) -> bool:
        """Whether no table shows that the case becomes *to* and the partner becomes what the case was."""
        own, others = frozenset(case.tables), frozenset(partner.tables)
        return (
            self._unseen(own - others, case.category, to)
            and self._unseen(others - own, partner.category, case.category)
            and (partner.category == to or self._unseen(own & others, partner.category, to))
        )

    @staticmethod
    def _may(pattern: Pattern, category: str) -> bool:
        return not pattern.within or category in pattern.within

    def _leaving(self, table: str, of: str, to: str, used: dict[Pattern, int], wanted: int) -> int:
        """How many cases of the table could turn from one category to another, counted up to *wanted*.

        *used*: the partners already exchanged in the same world; more of them are added to it.
        """
        staying, done = [], 0
        for pattern, n in self.inside.get((table, of), ()):
            if self._may(pattern, to):
                if self._unseen(pattern.tables, of, to):
                    done += n
                else:
                    staying.append((pattern, n))
            if done >= wanted:
                return wanted
        for pattern, n in staying:
            left = n
            for partner, there in self._partners(table, of, to):
                free = min(left, there - used.get(partner, 0))
                if free <= 0 or not self._hidden(pattern, to, partner):
                    continue
                used[partner] = used.get(partner, 0) + free
                left, done = left - free, done + free
                if done >= wanted:
                    return wanted
        return done

    def room(self, table: str, name: str) -> Room:
        """The room of one pooled cell, counted up to ``WIDTH``: what has that much has enough."""
        others = sorted(self.cuts[table].pool - {name})
        up, down, used = 0, 0, dict[Pattern, int]()
        for other in others:
            if up < WIDTH:
                up += self._leaving(table, other, name, used, WIDTH - up)
        for other in others:
            if up + down < WIDTH:
                down = max(down, self._leaving(table, name, other, {}, WIDTH - up))
        return Room(self.n.get((table, name), 0), down, up)

    def _exchanging(self, table: str, of: str, to: str, used: dict[Pattern, int]) -> int:
        """How many cases that extracts made public could have begun as a case of *to* did, which began as they did."""
        done = 0
        for pattern, n in self.public.get((table, of), ()):
            left = n if table in pattern.beginning else 0
            for partner, there in self.every.get(to, ()) if left else ():
                free = min(left, there - used.get(partner, 0))
                apart = pattern.beginning ^ partner.beginning
                if free <= 0 or table in partner.beginning or not _in_time(pattern, partner):
                    continue
                if self._unseen(apart, of, to):
                    used[partner] = used.get(partner, 0) + free
                    left, done = left - free, done + free
        return done

    def wider(self, table: str, name: str) -> int:
        """The width of a pooled cell to a reader whom extracts do not tell when the case they are about began."""
        found, used = self.room(table, name), dict[Pattern, int]()
        others = sorted(self.cuts[table].pool - {name})
        up = sum(self._exchanging(table, other, name, used) for other in others)
        down = max((self._exchanging(table, name, other, {}) for other in others), default=0)
        return min(WIDTH, found.width + max(up, down))


def _in_time(one: Pattern, other: Pattern) -> bool:
    """Whether two courses may exchange beginnings: each begins before the other ends; both admitted or neither."""
    if one.course is None or other.course is None:
        return False
    apart = one.course.begun > other.course.over or other.course.begun > one.course.over
    return not apart and one.course.admitted is other.course.admitted


def _wider(patterns: Patterns, cuts: Mapping[str, Cut | None], cells: Iterable[Cell]) -> dict[Cell, int]:
    worlds = _Worlds(patterns, cuts)
    return {cell: worlds.wider(*cell) for cell in cells}


def rooms(patterns: Patterns, cuts: Mapping[str, Cut | None]) -> dict[Cell, Room]:
    """The room of every pooled cell of every table, in the worlds that look the same to a reader of all of them."""
    worlds = _Worlds(patterns, cuts)
    return {
        (table, name): worlds.room(table, name)
        for table, cut in cuts.items()
        for name in sorted(cut.pool if cut else ())
    }


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
    loose = _wider(patterns, past, narrow)
    given_up: set[Cell] = set()
    while True:
        found, now = rooms(patterns, run.cuts), _wider(patterns, run.cuts, narrow)
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
