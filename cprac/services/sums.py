"""Which sums a figure is computed from: day cells for whole months until now, fact rows or events for everything else.

Three sources, one shape. The cells answer in time that does not grow with cases. Days that are no whole months are
added up from fact rows. A day gone by is answered from the events up to it (of old cases: from the dates of their
sheet), so a figure "as of" a past day is what the register said then.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from cprac.domain.case_measures import measure
from cprac.domain.fact_rows import FactRow, fact_row
from cprac.domain.facts import CaseFacts, from_plain
from cprac.domain.history import fold
from cprac.domain.states import CaseState
from cprac.domain.survival import Curve, kaplan_meier
from cprac.domain.tallies import Clock, Dimension, Tally, dimensions_of, month_of
from cprac.persistence.database import db
from cprac.persistence.models import CaseFact
from cprac.persistence.queries_figures import (
    Cells,
    cells,
    cells_by,
    counted,
    dockets,
    facts,
    series_shown,
    shaped,
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants to know: of which cases, of which days, and as of which day.

    ``first`` and ``last``: days of filing (a cohort) or of resolution (a period), both included; None leaves the side
    open. ``dimension`` and ``value`` narrow to one matter, agency, channel, priority, or matter with agency.
    """

    as_of: date
    first: date | None = None
    last: date | None = None
    legacy: bool = False
    dimension: Dimension = Dimension.ALL
    value: str = ""
    batch: int | None = None
    """Of the old registers one sheet only, by the number of its import; None for all that are visible together."""

    @property
    def until(self) -> date:
        """The last day that counts: the end of the period, or the day as of which one looks."""
        return min(self.last, self.as_of) if self.last else self.as_of


@dataclass(frozen=True)
class Sums:
    """The sums of what was asked: a cohort, a period, what is open, and the same by the values of a dimension."""

    asked: Asked
    source: Cells
    whole: bool = True
    rows: tuple[FactRow, ...] = ()
    kept: dict[Any, Any] = field(default_factory=dict, repr=False)
    """What readers reckoned from these sums, for those who ask the same again."""
    _by: dict[Dimension, dict[str, Sums]] = field(default_factory=dict, repr=False)

    def _span(self) -> tuple[int | None, int | None]:
        if not self.whole:  # the rows are those of the days asked for
            return None, None
        first = month_of(self.asked.first) if self.asked.first else None
        return first, month_of(self.asked.last) if self.asked.last else None

    @cached_property
    def cohort(self) -> Tally:
        """What became of the cases filed in the days asked for."""
        return self.source.tally(Clock.FILED, *self._span())

    @cached_property
    def period(self) -> Tally:
        """What was resolved in the days asked for, whenever filed."""
        if self.whole:
            return self.source.tally(Clock.RESOLVED, *self._span())
        return self._within("resolved_on").tally(Clock.RESOLVED)

    @cached_property
    def admitted(self) -> Tally:
        """What was admitted in the days asked for, whenever filed."""
        if self.whole:
            return self.source.tally(Clock.ADMITTED, *self._span())
        return self._within("admitted_on").tally(Clock.ADMITTED)

    @cached_property
    def stock(self) -> Tally:
        """What is open as of the day, whenever filed."""
        return self.source.tally(Clock.FILED) if self.whole else counted(self.rows).tally(Clock.FILED)

    @cached_property
    def filed(self) -> int:
        """How many cases were filed in the days asked for."""
        return int(self.cohort_days("n:filed")[1].sum())

    @cached_property
    def curve(self) -> Curve:
        """The survival curve of the cohort: days from filing to the end, open cases as long as they have lasted."""
        return kaplan_meier(self.cohort.ended(), self.cohort.still_open(self.asked.as_of))

    def cohort_days(self, kind: str) -> tuple[Any, Any]:
        """Days (or ordinals) and counts of *kind* of the cohort, as arrays: not in order, and a day may come twice."""
        return self.source.pairs(Clock.FILED, kind, *self._span())

    def _within(self, column: str) -> Cells:
        first, last = self.asked.first or date.min, self.asked.until
        undated = self.asked.first is None and self.asked.last is None  # what has no date is in no bounded period

        def inside(day: date | None) -> bool:
            return undated if day is None else first <= day <= last

        return counted(row for row in self.rows if inside(getattr(row, column)))

    def flow(self) -> dict[int, tuple[int, int]]:
        """By month (yyyymm) how many were filed and how many resolved, from the first filing to the last day."""
        every = self.source if self.whole else counted(self.rows)
        filed, resolved = every.monthly(Clock.FILED, "n:filed"), dict[int, int]()
        for clock, kind in every.columns:
            if clock == Clock.RESOLVED.value and kind.startswith("n:end:"):
                for month, n in every.monthly(Clock.RESOLVED, kind).items():
                    resolved[month] = resolved.get(month, 0) + n
        dated = sorted(month for month in {*filed, *resolved} if month)
        if not dated:
            return {}
        months = _months(dated[0], month_of(self.asked.as_of))
        return {month: (filed.get(month, 0), resolved.get(month, 0)) for month in months}

    def by(self, dimension: Dimension) -> Mapping[str, Sums]:
        """The same question for each value of *dimension* that has cases."""
        if dimension not in self._by:
            self._by[dimension] = self._split(dimension)
        return self._by[dimension]

    def _split(self, dimension: Dimension) -> dict[str, Sums]:
        def asked(value: str) -> Asked:
            return replace(self.asked, dimension=dimension, value=value)

        if self.asked.dimension is not Dimension.ALL:
            return {}
        if self.whole:
            found = cells_by(_series(self.asked), dimension)
            return {value: Sums(asked(value), source) for value, source in sorted(found.items())}
        rows: dict[str, list[FactRow]] = {}
        for row in self.rows:
            for name, value in dimensions_of(row):
                if name is dimension:
                    rows.setdefault(value, []).append(row)
        return {value: of_rows(asked(value), tuple(each)) for value, each in sorted(rows.items())}


def of_rows(asked: Asked, rows: tuple[FactRow, ...]) -> Sums:
    """The sums of *rows*, which are all rows of the series: what is open is open whenever it was filed."""
    inside = (row for row in rows if _filed_within(row, asked))
    return Sums(asked, counted(inside), whole=False, rows=rows)


def _filed_within(row: FactRow, asked: Asked) -> bool:
    if row.filed_on is None:
        return asked.first is None and asked.last is None
    return (asked.first is None or asked.first <= row.filed_on) and row.filed_on <= asked.until


def sums(asked: Asked, today: date) -> Sums:
    """The sums for *asked*, from the quickest source that can tell them exactly."""
    if asked.as_of >= today and _whole_months(asked) and _in_cells(asked):
        return Sums(asked, cells(_series(asked), asked.dimension, asked.value))
    rows = tuple(row for row in rows_as_of(asked, today) if (asked.dimension, asked.value) in dimensions_of(row))
    return of_rows(asked, rows)


def _series(asked: Asked) -> tuple[str, ...]:
    shown = series_shown(db.session(), legacy=asked.legacy)
    if asked.batch is None or not asked.legacy:
        return shown
    return tuple(series for series in shown if series == f"legacy:{asked.batch}")


def _in_cells(asked: Asked) -> bool:
    """Whether the cells have it all: of a matter with an agency they keep only filings, of another shape nothing."""
    return asked.dimension is not Dimension.CAUSE and shaped(db.session())


def _whole_months(asked: Asked) -> bool:
    ends = asked.last is None or asked.last >= asked.as_of or (asked.last + timedelta(days=1)).day == 1
    return ends and (asked.first is None or asked.first.day == 1)


def _months(first: int, last: int) -> Iterator[int]:
    year, month = divmod(first, 100)
    while year * 100 + month <= last:
        yield year * 100 + month
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)


# --- as of a day ------------------------------------------------------------------------------------------------------


def rows_as_of(asked: Asked, today: date) -> Iterator[FactRow]:
    """Fact rows of the series as they were at the end of the day ``asked.as_of``."""
    session = db.session()
    if asked.legacy:
        batches = [int(series.removeprefix("legacy:")) for series in _series(asked)]
        old = facts(session, CaseFact.origin == "legacy", CaseFact.batch_id.in_(batches))
        return (seen for row in old if (seen := _old_as_of(row, asked.as_of)) is not None)
    if asked.as_of >= today:
        return facts(session, CaseFact.origin != "legacy")
    return _folded(asked.as_of)


def _old_as_of(row: FactRow, on: date) -> FactRow | None:
    """An old case as its sheet lets it be seen on the day *on*; None where it had not begun."""
    if row.filed_on is not None and row.filed_on > on:
        return None
    if row.resolved_as and row.resolved_on is not None and row.resolved_on > on:
        return replace(row, state=CaseState.LEGACY_OPEN.value, resolved_as="", resolved_on=None, closed_on=None)
    return row


def _folded(on: date) -> Iterator[FactRow]:
    for batch, events in dockets(on):
        if events[0].version != 1:  # an old case whose steps are older than its registration here
            continue
        folded = fold((event.version, event.payload) for event in events)
        known = from_plain(CaseFacts, folded.facts)
        measures = measure((event.act, event.on, event.payload) for event in events)
        row = fact_row(CaseState(folded.state), known, measures, batch)
        if row.origin != "legacy":
            yield row
