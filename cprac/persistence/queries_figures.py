"""The sums that figures are made of: day cells and what is not folded into them yet, or fact rows where days matter.

One read takes the cells of one value of one dimension: months × kinds, whatever the number of cases. Nothing here is
about a case or a person; who may look is decided by who calls. The packed form of a cell is this
module's: ``packed`` and ``unpacked``.

Over 400 lines: cells, what is pending beside them and fact rows are one answer in three forms, read in step.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from struct import Struct
from threading import Lock
from typing import Any, Generic, TypeVar

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cprac.domain.acts import Compartment
from cprac.domain.fact_rows import COLUMNS, FactRow, to_fact
from cprac.domain.facts import from_plain
from cprac.domain.tallies import (
    NATIVE,
    NO_MONTH,
    SHAPE,
    Clock,
    Dimension,
    Tally,
    asked_of,
    contributions,
    dimensions_of,
    series_of,
)
from cprac.persistence.database import db
from cprac.persistence.models import Agency, Case, CaseFact, EventRow, ImportBatch, StatCell, StatDelta, StatFold
from cprac.persistence.queries import batch_shown

PAIR = np.dtype([("day", "<i4"), ("n", "<i8")])
ONE = Struct("<iq")
FEW = 16
TRIES = 5
FACTS = select(*(getattr(CaseFact, name) for name in COLUMNS))
CAPACITY = 64
Kept = TypeVar("Kept")

Key = tuple[str, str, str, str, int, str]
"""Series, dimension, value, clock, month, kind."""


def packed(days: dict[int, int]) -> bytes:
    """A histogram as the body of a cell; empty days are left out."""
    if len(days) > FEW:
        return np.array(sorted((day, n) for day, n in days.items() if n), dtype=PAIR).tobytes()
    return b"".join(ONE.pack(day, days[day]) for day in sorted(days) if days[day])


def unpacked(body: bytes) -> dict[int, int]:
    """The histogram in the body of a cell."""
    pairs = np.frombuffer(body, dtype=PAIR)
    return dict(zip(pairs["day"].tolist(), pairs["n"].tolist(), strict=True))


@dataclass(frozen=True, slots=True)
class Column:
    """All entries of one clock and kind: parallel arrays of month (yyyymm), day and count."""

    month: Any
    day: Any
    n: Any


@dataclass(frozen=True, slots=True)
class Cells:
    """The sums of one value, by month: any span of months is a ``Tally`` away."""

    columns: dict[tuple[str, str], Column] = field(default_factory=dict)

    def tally(self, clock: Clock, first: int | None = None, last: int | None = None) -> Tally:
        """The sums of the months *first* to *last* (yyyymm, both included); of all, dated or not, without them."""
        found = Tally()
        for (name, kind), column in self.columns.items():
            if name != clock.value:
                continue
            day, n = _inside(column, first, last)
            if len(day):
                found.kinds[kind] = _summed(day, n)
        return found

    def pairs(self, clock: Clock, kind: str, first: int | None = None, last: int | None = None) -> tuple[Any, Any]:
        """Days and counts of *kind* in the months *first* to *last* as they are kept: a day may come many times."""
        column = self.columns.get((clock.value, kind))
        if column is None:
            return np.empty(0, "<i4"), np.empty(0, "<i8")
        return _inside(column, first, last)

    def monthly(self, clock: Clock, kind: str) -> dict[int, int]:
        """By month (yyyymm) how many *kind* has."""
        column = self.columns.get((clock.value, kind))
        return {} if column is None else _summed(column.month, column.n)

    def months(self) -> tuple[int, int] | None:
        """The first and the last month with a filing; None without any."""
        column = self.columns.get((Clock.FILED.value, "n:filed"))
        if column is None or not (column.month > 0).any():
            return None
        return int(column.month[column.month > 0].min()), int(column.month.max())


def _inside(column: Column, first: int | None, last: int | None) -> tuple[Any, Any]:
    if first is None and last is None:
        return column.day, column.n
    inside = (column.month >= (first or 1)) & (column.month <= (last or 999912))
    return column.day[inside], column.n[inside]


def _summed(keys: Any, counts: Any) -> dict[int, int]:
    order = np.argsort(keys, kind="stable")
    keys, counts = keys[order], counts[order]
    starts = np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1])))
    sums = np.add.reduceat(counts, starts)
    return {day: n for day, n in zip(keys[starts].tolist(), sums.tolist(), strict=True) if n}


Part = tuple[str, int, str, bytes]
"""Clock, month, kind, and a packed histogram."""


def gathered(parts: Iterable[Part]) -> Cells:
    """Cells from their parts: nothing is made for each, but once for all of a clock and kind."""
    found: dict[tuple[str, str], tuple[list[int], list[bytes]]] = {}
    for clock, month, kind, body in parts:
        months, bodies = found.setdefault((clock, kind), ([], []))
        months.append(month)
        bodies.append(body)
    columns = {}
    for key, (months, bodies) in found.items():
        pairs = np.frombuffer(b"".join(bodies), dtype=PAIR)
        sizes = np.fromiter(map(len, bodies), dtype="i8", count=len(bodies)) // PAIR.itemsize
        columns[key] = Column(np.repeat(months, sizes), pairs["day"], pairs["n"])
    return Cells(columns)


def series_shown(session: Session, *, legacy: bool) -> tuple[str, ...]:
    """The chamber's own cases; or those of the old registers whose imports are visible."""
    if not legacy:
        return (NATIVE,)
    shown = session.scalars(select(ImportBatch.id).where(ImportBatch.status == "visible").order_by(ImportBatch.id))
    return tuple(f"legacy:{batch}" for batch in shown)


def newest_sheet(batch: int | None = None) -> date | None:
    """The day of the newest visible sheet of an old register, or of the sheet *batch*; None without one."""
    query = select(func.max(ImportBatch.as_of)).where(ImportBatch.status == "visible")
    day: date | None = db.session().scalar(query if batch is None else query.where(ImportBatch.id == batch))
    return day


def sheets_shown() -> dict[int, str]:
    """The visible sheets by the number of their import, with the name of the file."""
    query = select(ImportBatch.id, ImportBatch.name).where(ImportBatch.status == "visible").order_by(ImportBatch.id)
    return {row.id: row.name for row in db.session().execute(query)}


# --- from the cells ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Stamp:
    """What the cells and the rows pending beside them were when something was computed."""

    folds: int
    last: int
    pending: int


def stamp() -> Stamp:
    """How things stand now: equal stamps, equal sums."""
    session = db.session()
    folds = select(func.coalesce(func.max(StatFold.n), 0)).scalar_subquery()
    row = session.execute(select(folds, func.coalesce(func.max(StatDelta.id), 0), func.count(StatDelta.id))).one()
    return Stamp(*row)


def shaped(session: Session) -> bool:
    """Whether the cells are made of the contributions that this program knows; those of an empty register are."""
    return session.scalar(select(StatFold.shape).where(StatFold.id == 1)) in (None, SHAPE)


class _Kept(Generic[Kept]):
    """The last sums read, by database and value, good while the stamp is the same."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.sums: OrderedDict[tuple[Any, ...], Kept] = OrderedDict()

    def get(self, key: tuple[Any, ...]) -> Kept | None:
        with self.lock:
            found = self.sums.get(key)
            if found is not None:
                self.sums.move_to_end(key)
            return found

    def put(self, key: tuple[Any, ...], cells: Kept) -> None:
        with self.lock:
            self.sums[key] = cells
            while len(self.sums) > CAPACITY:
                self.sums.popitem(last=False)


_kept: _Kept[Cells] = _Kept()
_kept_by: _Kept[dict[str, Cells]] = _Kept()


def cells(series: Sequence[str], dimension: Dimension = Dimension.ALL, value: str = "") -> Cells:
    """The sums of *value*, those of acts of a moment ago included.

    An act that commits meanwhile is in or out as a whole; a fold that does makes us read again.
    """
    session = db.session()

    def read() -> Cells:
        where = (StatCell.series.in_(series), StatCell.dimension == dimension.value, StatCell.value == value)
        rows = session.execute(select(StatCell.clock, StatCell.month, StatCell.kind, StatCell.body).where(*where)).all()
        return gathered([*rows, *_pending(session, frozenset(series), dimension).get(value, ())])

    return _settled(session, _kept, (tuple(series), dimension.value, value), read)


class OutOfStepError(RuntimeError):
    """The cells changed each time while they were read."""


def forget() -> None:
    """Forget the sums kept: the next who ask read the database."""
    for kept in (_kept, _kept_by):
        with kept.lock:
            kept.sums.clear()


def _settled(session: Session, kept: _Kept[Kept], about: tuple[Any, ...], read: Callable[[], Kept]) -> Kept:
    """What *read* finds while no fold commits; kept for the next who ask, as long as nothing changes.

    Folds are counted, so that only they make us read again, never acts, of which there may always be another one.
    """
    for _try in range(TRIES):
        before = stamp()
        key = (str(session.get_bind().engine.url), *about, before)
        found = kept.get(key)
        if found is not None:
            return found
        found = read()
        after = stamp()
        if after == before:
            kept.put(key, found)
        if after.folds == before.folds:
            return found
        session.rollback()
    raise OutOfStepError


def _pending(session: Session, series: frozenset[str], dimension: Dimension) -> dict[str, list[Part]]:
    """What rows not folded yet change, by value of *dimension*: one read of them all, so that none is half in."""
    deltas = session.execute(select(StatDelta.case_id, StatDelta.before, StatDelta.after).order_by(StatDelta.id))
    changed: dict[str, Counter[tuple[str, int, str, int]]] = {}
    for row, sign in pending_rows(deltas):
        if series_of(row) not in series:
            continue
        for name, value in dimensions_of(row):
            if name is dimension:
                sums = changed.setdefault(value, Counter())
                for clock, month, entries in contributions(row):
                    for kind, day, n in asked_of(dimension, entries):
                        sums[clock.value, month, kind, day] += sign * n
    return {
        value: [(clock, month, kind, packed({day: n})) for (clock, month, kind, day), n in sums.items() if n]
        for value, sums in changed.items()
    }


def pending_rows(deltas: Iterable[Any]) -> Iterator[tuple[FactRow, int]]:
    """What deltas (``case_id``, ``before``, ``after``; oldest first) take away and add, as rows with -1 and +1.

    Of several of one case only the first before and the last after.
    """
    first: dict[int, dict[str, Any] | None] = {}
    last: dict[int, dict[str, Any]] = {}
    for delta in deltas:
        first.setdefault(delta.case_id, delta.before)
        last[delta.case_id] = delta.after
    for case_id, after in last.items():
        before = first[case_id]
        if before is not None:
            yield from_plain(FactRow, before), -1
        yield from_plain(FactRow, after), 1


GROUPED = ("n:filed", "ended", "running")
"""The kinds that comparisons between values need."""


def cells_by(
    series: Sequence[str],
    dimension: Dimension,
    kinds: Sequence[str] | None = GROUPED,
    clock: Clock | None = Clock.FILED,
) -> dict[str, Cells]:
    """The sums of every value of *dimension* in one read: of some *kinds* by one *clock*; None: of all."""
    session = db.session()
    wanted = [StatCell.series.in_(series), StatCell.dimension == dimension.value]
    if kinds is not None:
        wanted.append(StatCell.kind.in_(kinds))
    if clock is not None:
        wanted.append(StatCell.clock == clock.value)

    def read() -> dict[str, Cells]:
        rows = session.execute(
            select(StatCell.value, StatCell.clock, StatCell.month, StatCell.kind, StatCell.body).where(*wanted)
        ).all()
        parts: dict[str, list[Part]] = {}
        for value, *part in rows:
            parts.setdefault(value, []).append(tuple(part))
        for value, pending in _pending(session, frozenset(series), dimension).items():
            fitting = [
                part
                for part in pending
                if (kinds is None or part[2] in kinds) and (clock is None or part[0] == clock.value)
            ]
            if fitting:
                parts.setdefault(value, []).extend(fitting)
        return {value: gathered(part) for value, part in parts.items()}

    return _settled(session, _kept_by, (tuple(series), dimension.value, kinds and tuple(kinds), clock), read)


@dataclass(frozen=True, slots=True)
class SpanCells:
    """The cells of every value and month of a dimension, in flat arrays, for estimates of all at once.

    ``keys``: (value, month) in order. Parts come in the order of ``cells``, their place in ``keys``; each has its kind
    and its size, and so many of ``days`` (in order within a part) and ``counts``.
    """

    keys: tuple[tuple[str, int], ...]
    kinds: tuple[str, ...]
    cells: Any
    sizes: Any
    days: Any
    counts: Any


def span_cells(
    series: Sequence[str],
    dimension: Dimension,
    clock: Clock,
    kinds: Sequence[str],
    first: int | None = None,
    last: int | None = None,
) -> SpanCells:
    """The cells of some *kinds* of all values of *dimension* from month *first* to *last*."""
    session = db.session()
    months = (first if first is not None else NO_MONTH, last if last is not None else 999912)
    query = select(StatCell.value, StatCell.month, StatCell.kind, StatCell.body).where(
        StatCell.series.in_(series),
        StatCell.dimension == dimension.value,
        StatCell.clock == clock.value,
        StatCell.kind.in_(kinds),
        StatCell.month.between(*months),
    )

    def read() -> SpanCells:
        parts = [(value, month, kind, bytes(body)) for value, month, kind, body in session.execute(query)]
        for value, pending in _pending(session, frozenset(series), dimension).items():
            for name, month, kind, body in pending:
                if name == clock.value and months[0] <= month <= months[1] and kind in kinds:
                    parts.append((value, month, kind, body))
        return flattened(parts)

    return _settled(session, _Kept[SpanCells](), (), read)


def flattened(parts: list[tuple[str, int, str, bytes]]) -> SpanCells:
    """Value, month, kind and packed body of some cells as flat arrays."""
    parts.sort(key=lambda part: part[:2])
    places: dict[tuple[str, int], int] = {}
    cells = [places.setdefault(part[:2], len(places)) for part in parts]
    sizes = np.array([len(part[3]) // PAIR.itemsize for part in parts], dtype="i8")
    pairs = np.frombuffer(b"".join(part[3] for part in parts), dtype=PAIR)
    kinds = tuple(part[2] for part in parts)
    return SpanCells(tuple(places), kinds, np.array(cells, dtype="i8"), sizes, pairs["day"], pairs["n"])


def values_of(series: Sequence[str], dimension: Dimension) -> list[str]:
    """The values of *dimension* that have cells or pending rows, in order."""
    session = db.session()
    found = set(
        session.scalars(
            select(StatCell.value)
            .where(StatCell.series.in_(series), StatCell.dimension == dimension.value, StatCell.kind == "n:filed")
            .distinct()
        )
    )
    for after in session.scalars(select(StatDelta.after)):
        row = from_plain(FactRow, after)
        if series_of(row) in series:
            found.update(value for name, value in dimensions_of(row) if name is dimension)
    return sorted(found)


def agency_names() -> dict[str, str]:
    """The name of each agency by its id as text, as cells have it."""
    return {str(row.id): row.name for row in db.session.execute(select(Agency.id, Agency.name))}


# --- from fact rows ---------------------------------------------------------------------------------------------------


def facts(session: Session, *conditions: Any, page: int = 5000) -> Iterator[FactRow]:
    """Fact rows that meet *conditions*, in bounded memory."""
    last = 0
    while True:
        rows = session.execute(
            FACTS.add_columns(CaseFact.case_id)
            .where(CaseFact.case_id > last, *conditions)
            .order_by(CaseFact.case_id)
            .limit(page)
        ).all()
        yield from map(to_fact, rows)
        if len(rows) < page:
            return
        last = rows[-1].case_id


def dockets(until: date) -> Iterator[tuple[int | None, list[Any]]]:
    """Case by case its import, if any, and its docket events up to the day *until*, in bounded memory."""
    query = (
        select(EventRow.case_id, Case.batch_id, EventRow.version, EventRow.act, EventRow.on, EventRow.payload)
        .join(Case, Case.id == EventRow.case_id)
        .where(EventRow.compartment == Compartment.DOCKET, EventRow.on <= until, batch_shown())
        .order_by(EventRow.case_id, EventRow.version)
        .execution_options(yield_per=1000)
    )
    for _case, group in groupby(db.session().execute(query), key=lambda row: row.case_id):
        events = list(group)
        yield events[0].batch_id, events


def counted(rows: Iterable[FactRow]) -> Cells:
    """The sums of *rows*, added up one by one: the slow way, for days that are no whole months and days gone by."""
    sums: Counter[tuple[str, int, str, int]] = Counter()
    for row in rows:
        for clock, month, entries in contributions(row):
            for kind, day, n in entries:
                sums[clock.value, month, kind, day] += n
    grouped: dict[tuple[str, int, str], dict[int, int]] = {}
    for (name, month, kind, day), n in sums.items():
        if n:
            grouped.setdefault((name, month, kind), {})[day] = n
    return gathered((*key, packed(days)) for key, days in grouped.items())
