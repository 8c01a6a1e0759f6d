"""Other worlds: registers that differ from the real one and show the very same tables to a reader of all releases.

What a reader can find out of a pooled cell is never narrower than what these worlds span. Each is made by simple steps,
so each is certainly possible: the spans are limits from below, and any solver's interval holds them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

WIDTH = 5
"""No pooled cell may be narrowed to fewer than this between its least and its greatest possible value."""


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


def _order(counted: tuple[Pattern, int]) -> tuple[tuple[str, ...], str, bool, list[str]]:
    """The same patterns are tried in the same order, in whatever order the cases were read."""
    pattern, _n = counted
    return pattern.tables, pattern.category, pattern.fixed, sorted(pattern.within)


class Worlds:
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


def wider(patterns: Patterns, cuts: Mapping[str, Cut | None], cells: Iterable[Cell]) -> dict[Cell, int]:
    """The width of these cells to a reader whom extracts do not tell when the case they are about began."""
    worlds = Worlds(patterns, cuts)
    return {cell: worlds.wider(*cell) for cell in cells}


def rooms(patterns: Patterns, cuts: Mapping[str, Cut | None]) -> dict[Cell, Room]:
    """The room of every pooled cell of every table, in the worlds that look the same to a reader of all of them."""
    worlds = Worlds(patterns, cuts)
    return {
        (table, name): worlds.room(table, name)
        for table, cut in cuts.items()
        for name in sorted(cut.pool if cut else ())
    }
