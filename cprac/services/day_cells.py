"""Keeping the day cells: folding in what acts left beside them, and building them anew from fact rows.

Folding is one short transaction that takes a bounded number of pending rows; two folders wait for each other on one
row, acts never wait for either. Rebuilding is for an import, whose cases nobody sees yet, and for `cprac statistics
rebuild`, which a running chamber may do at any time: what acts add meanwhile stays pending.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import delete, func, insert, select, text, tuple_, update
from sqlalchemy.orm import Session

from cprac.domain.case_measures import measure
from cprac.domain.fact_rows import FactRow
from cprac.domain.facts import CaseFacts, from_plain
from cprac.domain.tallies import SHAPE, asked_of, contributions, dimensions_of, series_of
from cprac.persistence.database import db, transaction
from cprac.persistence.models import Case, CaseFact, EventRow, StatCell, StatDelta, StatFold
from cprac.persistence.queries_figures import Key, facts, packed, pending_rows, shaped, unpacked
from cprac.services import caches
from cprac.services.chamber import Chamber

BATCH = 500
"""Pending rows folded in one transaction."""

CHUNK = 400
"""Cells asked for, or written, in one statement."""

KEY = (StatCell.series, StatCell.dimension, StatCell.value, StatCell.clock, StatCell.month, StatCell.kind)
NAMES = tuple(column.key for column in KEY)
DOCKET = "docket"

CHANGED: Any = {"n": StatFold.n + 1, "shape": func.coalesce(StatFold.shape, SHAPE)}
"""The cells changed; if they were of another shape, they still are."""

Sums = dict[Key, dict[int, int]]


def sums_of(rows: Iterable[tuple[FactRow, int]]) -> Sums:
    """What *rows* (with +1, or -1 to take away) add to each cell."""
    found: defaultdict[tuple[str, str, str, str, int], defaultdict[tuple[str, int], int]]
    found = defaultdict(lambda: defaultdict(int))
    for row, sign in rows:
        series, places = series_of(row), dimensions_of(row)
        for clock, month, entries in contributions(row):
            for dimension, value in places:
                added = asked_of(dimension, entries)
                if added:
                    cell = found[series, dimension.value, value, clock.value, month]
                    for kind, day, n in added:
                        cell[kind, day] += sign * n
    sums: Sums = {}
    while found:  # one copy in memory, not two
        place, counted = found.popitem()
        for (kind, day), n in counted.items():
            sums.setdefault((*place, kind), {})[day] = n
    return sums


def fold(_chamber: Chamber, _now: datetime) -> int:
    """Fold all pending rows into the cells, some at a time. Return how many.

    Cells of another shape are built anew first.
    """
    reshape()
    folded = 0
    while done := fold_some():
        folded += done
    return folded


def fold_some(limit: int = BATCH) -> int:
    """Fold at most *limit* pending rows, the oldest first, in one transaction. Return how many."""
    with transaction() as session:
        _lock(session)
        columns = (StatDelta.id, StatDelta.case_id, StatDelta.before, StatDelta.after)
        deltas = session.execute(select(*columns).order_by(StatDelta.id).limit(limit)).all()
        if not deltas:
            return 0
        _add(session, sums_of(pending_rows(deltas)))
        session.execute(delete(StatDelta).where(StatDelta.id.in_([delta.id for delta in deltas])))
        session.execute(update(StatFold).values(CHANGED))
        return len(deltas)


def _lock(session: Session) -> None:
    """One folder at a time; SQLite's writers already are."""
    row = session.scalar(select(StatFold.id).where(StatFold.id == 1).with_for_update())
    if row is None:
        session.execute(insert(StatFold).values(id=1, n=0))


def reshape() -> bool:
    """Build all cells anew if they are of another shape than this program's. Return whether they were."""
    if shaped(db.session()):
        return False
    rebuild_cells()
    return True


def _add(session: Session, sums: Sums) -> None:
    keys = [key for key, days in sums.items() if any(days.values())]
    for start in range(0, len(keys), CHUNK):
        asked = keys[start : start + CHUNK]
        found = session.execute(select(*KEY, StatCell.body).where(tuple_(*KEY).in_(asked))).all()
        known = {tuple(row[:-1]): unpacked(row.body) for row in found}
        new: list[dict[str, Any]] = []
        changed: list[dict[str, Any]] = []
        empty: list[Key] = []
        for key in asked:
            days = dict(known.get(key, {}))
            for day, n in sums[key].items():
                days[day] = days.get(day, 0) + n
            if not any(days.values()):
                empty.append(key)
            else:
                (changed if key in known else new).append({**dict(zip(NAMES, key, strict=True)), "body": packed(days)})
        if empty:
            session.execute(delete(StatCell).where(tuple_(*KEY).in_(empty)))
        if changed:
            session.execute(update(StatCell), changed)
        if new:
            session.execute(insert(StatCell), new)


# --- anew -------------------------------------------------------------------------------------------------------------


def rebuild_series(batch: int) -> None:
    """Build the cells of one import from its fact rows, before its cases are shown."""
    sums = sums_of((row, 1) for row in facts(db.session(), CaseFact.batch_id == batch))
    db.session.rollback()
    with transaction() as session:
        _lock(session)
        session.execute(delete(StatCell).where(StatCell.series == f"legacy:{batch}"))
        _insert(session, sums)
        session.execute(update(StatFold).values(CHANGED))


def rebuild_cells() -> int:
    """Build all cells anew from the fact rows. Return how many.

    Acts go on meanwhile: what they change after the fact rows were looked at stays pending. On PostgreSQL folders wait.
    On SQLite, where any writer would, the rows are added up first; only if a fold came between is it done again with
    the lock held.
    """
    if db.session().get_bind().dialect.name == "postgresql":
        with transaction() as session:
            # before the first look, which sets the instant that this transaction sees
            session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
            session.execute(text("LOCK TABLE stat_fold IN EXCLUSIVE MODE"))
            return _replace(session, *_looked(session))
    db.session.rollback()
    seen, (sums, pending) = _folds(db.session()), _looked(db.session())
    with transaction() as session:
        if _folds(session) != seen:
            sums, pending = _looked(session)
        return _replace(session, sums, pending)


def _folds(session: Session) -> int:
    return session.scalar(select(StatFold.n).where(StatFold.id == 1)) or 0


def _looked(session: Session) -> tuple[Sums, list[int]]:
    """The sums of all fact rows, and which pending rows are in them, at one instant."""
    pending = list(session.scalars(select(StatDelta.id)))
    return sums_of((row, 1) for row in facts(session)), pending


def _replace(session: Session, sums: Sums, pending: list[int]) -> int:
    _lock(session)
    session.execute(delete(StatCell))
    for start in range(0, len(pending), 10 * CHUNK):
        session.execute(delete(StatDelta).where(StatDelta.id.in_(pending[start : start + 10 * CHUNK])))
    written = _insert(session, sums)
    session.execute(update(StatFold).values({**CHANGED, "shape": SHAPE}))
    return written


def _insert(session: Session, sums: Sums) -> int:
    """Write new cells by the shortest way each driver has: there may be millions."""
    keys = sorted(key for key, days in sums.items() if any(days.values()))
    rows = ((*key, packed(sums[key])) for key in keys)
    names = ", ".join((*NAMES, "body"))
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        cursor: Any = connection.connection.cursor()
        with cursor, cursor.copy(f"COPY stat_cell ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        return len(keys)
    marks = ", ".join("?" * (len(NAMES) + 1))
    for some in iter(lambda: list(islice(rows, 100 * CHUNK)), []):
        connection.exec_driver_sql(f"INSERT INTO stat_cell ({names}) VALUES ({marks})", some)  # noqa: S608  (names of ours)
    return len(keys)


def rebuild_facts(page: int = 200) -> int:
    """Write every fact row anew from the events of its case, and the cells from them. Return how many rows."""
    last = done = 0
    while True:
        with transaction() as session:
            wanted = select(Case).where(Case.id > last).order_by(Case.id).limit(page)
            cases = session.scalars(wanted.with_for_update()).all()  # an act on one of them is before or after
            for case in cases:
                docket = session.execute(
                    select(EventRow.act, EventRow.on, EventRow.payload)
                    .where(EventRow.case_id == case.id, EventRow.compartment == DOCKET)
                    .order_by(EventRow.version)
                )
                measures = measure((act, on, payload) for act, on, payload in docket)
                values = caches.fact_values(case.state, from_plain(CaseFacts, case.facts), measures, case.batch_id)
                kept = session.get(CaseFact, case.id)
                if kept is None:
                    session.add(CaseFact(case_id=case.id, **values))
                else:
                    for name, value in values.items():
                        setattr(kept, name, value)
            done += len(cases)
            last = cases[-1].id if cases else last
        db.session.expunge_all()
        if len(cases) < page:
            break
    rebuild_cells()
    return done
