"""Kaplan–Meier medians, their intervals and quartiles of many cells at once, read straight from the day cells.

A comparison of twelve groups over sixty months is 720 curves. Their cells come in one statement and are estimated some
rows of a matrix at a time, small enough for the processor's cache. The definitions are those of ``domain/survival.py``:
medians and quartiles are first crossings, compared as exact fractions in doubt; intervals are Brookmeyer and Crowley's
on the log-log scale. Whatever lies too near a level to be told in floats is left to the domain's own functions.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np

from cprac.domain.survival import Z95, kaplan_meier
from cprac.domain.tallies import Clock, Dimension
from cprac.persistence.queries_figures import SpanCells, span_cells
from cprac.services.sums import Sums

BLOCK = 1 << 15
"""Numbers in a working matrix: 256 KiB of floats."""

NEAR = 1e-8
"""Nearer than this to a level, on the scale compared, floats do not decide: more than ``survival.DOUBT`` on each."""

LEVEL = math.log(math.log(2.0))
"""One half on the scale of the intervals, log(-log S): the higher there, the lower the curve."""

KINDS = ("ended", "running")
SHARES = (Fraction(1, 4), Fraction(1, 2), Fraction(3, 4))


@dataclass(frozen=True, slots=True)
class Place:
    """The estimates of one cell, in days: None where not reached. ``low`` and ``high`` are of the median (95 %)."""

    n: int
    ended: int
    quarter: int | None
    median: int | None
    three_quarters: int | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Grid:
    """The estimates of many cells as parallel arrays; days not reached are NaN. ``keys``: what each cell is of."""

    keys: tuple[Any, ...]
    n: Any
    ended: Any
    days: Any
    """Rows: first crossings of 1/4, 1/2 and 3/4, then the limits of the median. Columns: cells."""

    def places(self) -> dict[Any, Place]:
        """By key the estimates as plain numbers."""
        columns = ((None if math.isnan(day) else day for day in column) for column in self.days.T.tolist())
        found = {}
        for key, n, ended, column in zip(self.keys, self.n.tolist(), self.ended.tolist(), columns, strict=True):
            quarter, median, three_quarters, low, high = column
            found[key] = Place(n, ended, _whole(quarter), _whole(median), _whole(three_quarters), low, high)
        return found


def _whole(day: float | None) -> int | None:
    return None if day is None else int(day)


def curve_grid(
    series: Sequence[str],
    dimension: Dimension,
    as_of: date,
    first: int | None = None,
    last: int | None = None,
) -> Grid:
    """The estimates of each (value, month of filing) with cases, from month *first* to *last* (yyyymm, both included).

    Open cases count with the days since their filing on *as_of*; what acts of a moment ago changed is in.
    """
    return grid_of(span_cells(series, dimension, Clock.FILED, KINDS, first, last), as_of)


def places_by(groups: Mapping[str, Sums]) -> dict[str, Place]:
    """The estimates of the cohort of each of *groups*, without those that have no case with dates."""
    if not groups:
        return {}
    parts = [[group.cohort_days(kind) for kind in KINDS] for group in groups.values()]
    flat = [pairs for each in parts for pairs in each]
    sizes = np.array([len(days) for days, _counts in flat], dtype="i8")
    days, counts = (np.concatenate(arrays) for arrays in zip(*flat, strict=True))
    cells = np.repeat(np.arange(len(parts)), len(KINDS))
    found = SpanCells(tuple(groups), KINDS * len(parts), cells, sizes, days, counts)
    as_of = next(iter(groups.values())).asked.as_of
    return {value: place for value, place in grid_of(found, as_of).places().items() if place.n}


def grid_of(found: SpanCells, as_of: date) -> Grid:
    """The estimates of cells of the kinds ``ended`` (days) and ``running`` (ordinals of the day of filing)."""
    today, size = as_of.toordinal(), len(found.keys)
    ended = np.array([kind == "ended" for kind in found.kinds], dtype=bool)
    edges = np.concatenate(([0], np.cumsum(found.sizes)))
    starts = np.searchsorted(found.cells, np.arange(size + 1))  # the cells come in order of their keys
    widths = _widths(found, ended, today)
    n, over, days = np.zeros(size, "i8"), np.zeros(size, "i8"), np.full((5, size), np.nan)
    step = max(1, BLOCK // int(widths.max(initial=1)))
    for begin in range(0, size, step):
        end = min(begin + step, size)
        width, parts = int(widths[begin:end].max()), slice(starts[begin], starts[end])
        pairs, sizes = slice(edges[parts.start], edges[parts.stop]), found.sizes[parts]
        rows = np.repeat((found.cells[parts] - begin) * width, sizes)
        place, count = rows + found.days[pairs], found.counts[pairs].astype("f8")
        waiting = np.flatnonzero(np.repeat(~ended[parts], sizes))  # few beside those that ended
        gone = np.maximum(today - (place[waiting] - rows[waiting]), 0)
        still = np.bincount(rows[waiting] + gone, count[waiting], (end - begin) * width).reshape(-1, width)
        place[waiting], count[waiting] = 0, 0
        deaths = np.bincount(place, count, (end - begin) * width).reshape(-1, width)
        leaving = deaths + still
        n[begin:end], over[begin:end] = leaving.sum(axis=1), deaths.sum(axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            days[:, begin:end] = _block(deaths, leaving)
    return Grid(found.keys, n, over, days)


def _widths(found: SpanCells, ended: Any, today: int) -> Any:
    """By cell one more than its longest duration."""
    longest = np.ones(len(found.keys), dtype="i8")
    filled = found.sizes > 0
    if not filled.any():
        return longest
    starts = np.concatenate(([0], np.cumsum(found.sizes[filled])[:-1]))
    lasts, firsts = np.maximum.reduceat(found.days, starts), np.minimum.reduceat(found.days, starts)
    lengths = np.where(ended[filled], lasts, np.maximum(today - firsts.astype("i8"), 0)) + 1
    np.maximum.at(longest, found.cells[filled], lengths)
    return longest


def _block(deaths: Any, leaving: Any) -> Any:
    """First crossings and limits of some rows: how many ended, and left at all, by day.

    Days after the last are NaN and, like those on which the curve is at zero, compare as false.
    """
    risk = np.cumsum(leaving[:, ::-1], axis=1)[:, ::-1]
    after = risk - deaths
    hazard = -np.cumsum(np.log(after / risk), axis=1)  # -log S
    variance = np.cumsum(deaths / (risk * after), axis=1)  # Greenwood
    spread = Z95 * np.sqrt(variance) / hazard
    double = np.log(hazard)
    rows, days, doubt = np.arange(len(risk)), np.full((5, len(risk)), np.nan), np.zeros(len(risk), dtype=bool)

    def cross(place: int, line: Any, level: float) -> tuple[Any, Any]:
        reached = line >= level - NEAR
        first = reached.argmax(axis=1)
        found = reached[rows, first]
        days[place] = np.where(found, first, np.nan)
        return first, found & (line[rows, first] <= level + NEAR)

    for place, share in enumerate(SHARES):
        first, near = cross(place, hazard, -math.log(1 - share))
        for row in np.flatnonzero(near):
            doubt[row] |= not _surely(deaths[row], leaving[row], after[row, first[row]], first[row], share)
    for place, line in ((3, double + spread), (4, double - spread)):
        doubt |= cross(place, line, LEVEL)[1]
    for row in np.flatnonzero(doubt):
        days[:, row] = _exact(deaths[row], leaving[row])
    return days


def _surely(deaths: Any, leaving: Any, left: float, first: int, share: Fraction) -> bool:
    """Whether exactly *share* have ended by the day *first*: easy where all were in sight until then, the usual tie."""
    all_seen = np.array_equal(deaths[:first], leaving[:first])
    return bool(all_seen and int(left) * share.denominator == int(leaving.sum()) * (1 - share).numerator)


def _exact(deaths: Any, leaving: Any) -> Any:
    """One cell by the domain's own functions."""
    places = np.flatnonzero(leaving)
    ended: dict[int | float, int] = {int(day): int(deaths[day]) for day in places}
    line = kaplan_meier(ended, {int(day): int(leaving[day] - deaths[day]) for day in places})
    middle = line.quantile(SHARES[1])
    found: Iterable[Any] = (*(line.first_crossing(share) for share in SHARES), middle.lower, middle.upper)
    return np.array([np.nan if day is None else day for day in found])
