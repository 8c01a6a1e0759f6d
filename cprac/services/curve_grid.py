"""Kaplan–Meier medians, their intervals and quartiles of many cells at once, read straight from the day cells.

A comparison of twelve groups over sixty months is 720 curves. Their cells come in one statement and are estimated some
rows of a matrix at a time, small enough for the processor's cache. The definitions are those of ``domain/survival.py``:
medians and quartiles are first crossings, compared as exact fractions in doubt; intervals are Brookmeyer and Crowley's
on the log-log scale. Whatever lies too near a level to be told in floats is left to the domain's own functions.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np

from cprac.domain.survival import Z95, kaplan_meier
from cprac.domain.tallies import Clock, Dimension
from cprac.persistence.queries_figures import SpanCells, span_cells

BLOCK = 1 << 15
"""Numbers in a working matrix: 256 KiB of floats."""

NEAR = 1e-8
"""Nearer than this to a level, on the scale compared, floats do not decide: more than ``survival.DOUBT`` on each."""

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
    return grid_of(span_cells(series, dimension, Clock.FILED, ("end:", "open:"), first, last), as_of)


def grid_of(found: SpanCells, as_of: date) -> Grid:
    """The estimates of cells of the kinds ``end:…`` (days) and ``open:…`` (ordinals of the day of filing)."""
    today = as_of.toordinal()
    ended = np.array([kind.startswith("end:") for kind in found.kinds], dtype=bool)
    ends = np.concatenate(([0], np.cumsum(found.sizes)))
    size = len(found.keys)
    if not len(found.days):
        return Grid(found.keys, np.zeros(size, "i8"), np.zeros(size, "i8"), np.full((5, size), np.nan))
    starts = np.searchsorted(found.cells, np.arange(size + 1))  # the cells come in order of their keys
    n, over, days = np.zeros(size, "i8"), np.zeros(size, "i8"), np.full((5, size), np.nan)
    width = _width(found, ended, ends, today)
    step = max(1, BLOCK // width)
    for begin in range(0, size, step):
        end = min(begin + step, size)
        parts = slice(starts[begin], starts[end])
        inside = slice(ends[parts.start], ends[parts.stop])
        lengths = found.sizes[parts]
        rows = np.repeat((found.cells[parts] - begin) * width, lengths)
        is_end = np.repeat(ended[parts], lengths)
        day, count = found.days[inside].astype("i8"), found.counts[inside]
        day = np.where(is_end, day, np.maximum(today - day, 0))
        place = rows + day
        flat = (end - begin) * width
        leaving = np.bincount(place, count, flat).reshape(-1, width)
        deaths = np.bincount(place[is_end], count[is_end], flat).reshape(-1, width)
        n[begin:end], over[begin:end] = leaving.sum(axis=1), deaths.sum(axis=1)
        days[:, begin:end] = _block(deaths, leaving)
    return Grid(found.keys, n, over, days)


def _width(found: SpanCells, ended: Any, ends: Any, today: int) -> int:
    """One more than the longest duration: days come in order within a part, so each part's last or first tells."""
    filled = found.sizes > 0
    firsts, lasts = found.days[ends[:-1][filled]], found.days[ends[1:][filled] - 1]
    return int(np.where(ended[filled], lasts, np.maximum(today - firsts.astype("i8"), 0)).max()) + 1


def _block(deaths: Any, leaving: Any) -> Any:
    """First crossings and limits of some rows: how many ended, and left at all, by day."""
    risk = np.cumsum(leaving[:, ::-1], axis=1)[:, ::-1]
    going = deaths > 0
    safe = np.where(risk > 0, risk, 1.0)
    survival = np.cumprod(1.0 - deaths / safe, axis=1)
    after = risk - deaths
    # Greenwood's sum; where all end the curve is at zero and has no limits any more
    variance = np.cumsum(np.divide(deaths, safe * after, out=np.zeros_like(risk), where=going & (after > 0)), axis=1)
    known = (survival > NEAR) & (leaving > 0) & (after >= 0)
    known &= ~np.logical_or.accumulate(going & (after <= 0), axis=1)
    log = np.log(survival, out=np.full_like(survival, -1.0), where=survival > 0)
    started = known & (variance > 0)
    spread = np.divide(Z95 * np.sqrt(variance), log, out=np.zeros_like(log), where=started)
    double = np.log(-log, out=np.zeros_like(log), where=started)
    level = math.log(math.log(2.0))  # log(-log(1/2)): the higher the double logarithm, the lower the curve
    doubt = np.zeros(len(risk), dtype=bool)
    days = np.full((5, len(risk)), np.nan)
    for row, share in enumerate(SHARES):
        gap = survival - float(1 - share)
        days[row] = _first(going & (gap <= 0))
        doubt |= (going & (np.abs(gap) < NEAR)).any(axis=1)
    for row, limit in ((3, double - spread), (4, double + spread)):
        days[row] = _first(started & (limit >= level))
        doubt |= (started & (np.abs(limit - level) < NEAR)).any(axis=1)
    # a survival that floats cannot tell from zero while cases are left
    doubt |= ((survival <= NEAR) & (after > 0) & (leaving > 0)).any(axis=1)
    for place in np.flatnonzero(doubt):
        days[:, place] = _exact(deaths[place], leaving[place])
    return days


def _first(reached: Any) -> Any:
    places = reached.argmax(axis=1)
    return np.where(reached[np.arange(len(reached)), places], places, np.nan)


def _exact(deaths: Any, leaving: Any) -> Any:
    """One cell by the domain's own functions."""
    places = np.flatnonzero(leaving)
    ended: dict[int | float, int] = {int(day): int(deaths[day]) for day in places}
    line = kaplan_meier(ended, {int(day): int(leaving[day] - deaths[day]) for day in places})
    middle = line.quantile(SHARES[1])
    found: Iterable[Any] = (*(line.first_crossing(share) for share in SHARES), middle.lower, middle.upper)
    return np.array([np.nan if day is None else day for day in found])
