"""The sums of the flow: one statement over the docket, grouped by the database; brought up to date case by case.

A walk tells for every event what came before it in its case (window functions over the versions), is kept by the
database while it is grouped in four ways, and answers a row a group: what leaves the database does not grow with the
events. The sums of who sees every case are kept in the process. When acts were done since, only their cases are asked
again: as they were is taken away, as they are is added. Every docket event is one version of its chain, so the sum of
the chains' versions tells exactly whether anything is missing; where that differs (a reverted import), all is counted
anew. A process that starts goes on from the sums that the clock kept in the database (``services.flow_sums``). Cases of
the old register follow no table and are left out until they are adopted.
"""

from __future__ import annotations

import json
import threading
import zlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import astuple, dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import (
    CTE,
    ColumnElement,
    Date,
    Engine,
    Integer,
    Select,
    String,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from cprac.domain.acts import Act, Compartment
from cprac.domain.process_map import BEGINNING, SEPARATOR, Deviation, Occurrence, ProcessMap, Switches, judge
from cprac.domain.process_sums import deviation_from_plain, deviation_to_plain, map_from_plain, map_to_plain
from cprac.domain.system_events import SystemEvent
from cprac.persistence.database import db
from cprac.persistence.models import Case, Chain, EventRow, FlowSums
from cprac.persistence.queries import Reader, Scope, batch_shown, sees_all, visible

DOCKET = Compartment.DOCKET.value
LEGACY = "legacy"
OLD_ACTS = (Act.REGISTER_LEGACY.value, Act.LEGACY_STEP.value)
"""Events of the old register stand on days of their own, so no time between them is one of the chamber's."""
CLOCK = tuple(event.value for event in SystemEvent)
LISTED = 200
"""Deviations that are told one by one, the newest."""
GROUPS_LISTED = 50
TRUSTED = timedelta(minutes=1)
"""How long nothing is counted where the newest event is the same: one with a lower number may be committed later."""

SINCE: ColumnElement[int] = bindparam("since", type_=Integer)
UPTO: ColumnElement[int] = bindparam("upto", type_=Integer)
FIRST: ColumnElement[int] = bindparam("first", type_=Integer)
LAST: ColumnElement[int] = bindparam("last", type_=Integer)
AT_A_TIME = 1000
"""Cases that are counted by one statement, so that what it sorts stays in memory whatever the number of cases."""


@dataclass(slots=True)
class Flow:
    """The map, how many cases have an event that the table does not have, and the newest of those events."""

    map: ProcessMap = field(default_factory=ProcessMap)
    strange_cases: set[int] = field(default_factory=set)
    deviations: tuple[Deviation, ...] = ()
    upto: int = 0


@dataclass(slots=True)
class _Kept:
    """The sums of all cases of one database, and the lock under which they are brought up to date."""

    flow: Flow | None = None
    checked: datetime | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)


_kept: WeakKeyDictionary[Engine, _Kept] = WeakKeyDictionary()


class NotCountedYetError(RuntimeError):
    """There are more events than one who waits should wait for, and no sums to go on from."""


def flow(reader: Reader, switches: Switches, at_once: int | None = None) -> Flow:
    """The flow of the cases that *reader* may know of, as the database has it now. Not to be changed by the caller.

    *switches*: those of a procedure, for the events that the table does not have. *at_once*: raise NotCountedYetError
    rather than count more events than so many from the beginning; None counts however many there are.
    """
    if not sees_all(reader):
        return _counted(reader.scope, reader.binds, switches)
    kept = _kept.setdefault(db.engine, _Kept())
    with kept.lock:  # whoever comes meanwhile waits for the one count
        before, last = kept.flow, kept.checked
        fresh = last is not None and timedelta(0) <= reader.now - last < TRUSTED
        if before is not None and fresh and last_event() == before.upto:
            return before
        if before is None:
            before = stored(switches)
        kept.flow, kept.checked = _up_to_date(reader, before, switches, at_once), reader.now
        return kept.flow


def _up_to_date(reader: Reader, before: Flow | None, switches: Switches, at_once: int | None) -> Flow:
    expected = db.session.execute(_VERSIONS).scalar_one()
    if before is not None and before.map.events == expected:
        return before
    if before is not None and before.map.events < expected:
        after = _moved_on(reader, before, switches)
        if after is not None and after.map.events >= expected:
            return after
    if at_once is not None and expected > at_once:
        raise NotCountedYetError
    return _counted(reader.scope, reader.binds, switches)


# --- Kept for processes that start ------------------------------------------------------------------------------------

FORMAT = 1


def packed(found: Flow, switches: Switches) -> bytes:
    """The sums as they are kept, with what the table did not have of them when they were counted."""
    plain = {
        "map": map_to_plain(found.map),
        "strange": _strange_ones(found.map, switches),
        "strange_cases": sorted(found.strange_cases),
        "deviations": [deviation_to_plain(each) for each in found.deviations],
    }
    return zlib.compress(json.dumps(plain, separators=(",", ":"), ensure_ascii=False).encode())


def _strange_ones(found: ProcessMap, switches: Switches) -> list[list[str]]:
    return sorted([*astuple(what), why.value] for what, why in found.conformance(switches).strange.items())


def stored(switches: Switches) -> Flow | None:
    """The sums that were kept; None without any, and where today's table judges their events otherwise."""
    row = db.session.execute(
        select(FlowSums.upto, FlowSums.body).where(FlowSums.id == 1, FlowSums.format == FORMAT)
    ).one_or_none()
    if row is None:
        return None
    plain = json.loads(zlib.decompress(row.body))
    found = map_from_plain(plain["map"])
    if _strange_ones(found, switches) != plain["strange"]:
        return None
    deviations = tuple(deviation_from_plain(each) for each in plain["deviations"])
    return Flow(found, set(plain["strange_cases"]), deviations, row.upto)


def stored_when() -> tuple[int, date] | None:
    """Up to which event the kept sums go, and the day on which they were written."""
    query = select(FlowSums.upto, FlowSums.on).where(FlowSums.id == 1, FlowSums.format == FORMAT)
    row = db.session.execute(query).one_or_none()
    return None if row is None else (row.upto, row.on)


_VERSIONS = (
    select(func.coalesce(func.sum(Chain.version), 0))
    .join(Case, Case.id == Chain.case_id)
    .where(Chain.compartment == DOCKET, Case.origin != LEGACY, batch_shown())
)
"""How many docket events there are: each is one version of its case's chain."""


def last_event() -> int:
    """The number of the newest event of all."""
    return db.session.scalar(select(func.max(EventRow.id))) or 0


def _counted(scope: Scope, binds: dict[str, Any], switches: Switches) -> Flow:
    """Everything from the beginning."""
    upto = last_event()
    statement, found = _statement(scope, some=False), Flow(upto=upto)
    for first in range(0, (db.session.scalar(select(func.max(Case.id))) or 0) + 1, AT_A_TIME):
        here = {**binds, "upto": upto, "since": 0, "first": first, "last": first + AT_A_TIME - 1}
        sums = _sums(statement, here)
        found.map.add(sums)
        found = _with_deviations(found, sums, scope, here, switches, some=False)
    return found


def _moved_on(reader: Reader, before: Flow, switches: Switches) -> Flow | None:
    """*before* with the cases that moved since; None where nothing did."""
    upto = last_event()
    if upto <= before.upto:
        return None
    statement = _statement(reader.scope, some=True)
    binds = {**reader.binds, "since": before.upto}
    after, now = ProcessMap(), _sums(statement, {**binds, "upto": upto})
    after.add(before.map)
    after.add(_sums(statement, {**binds, "upto": before.upto}), -1)
    after.add(now)
    found = Flow(after, set(before.strange_cases), before.deviations, upto)
    return _with_deviations(found, now, reader.scope, {**binds, "upto": upto}, switches, some=True)


# --- The statement ----------------------------------------------------------------------------------------------------


def _days(later: Any, earlier: Any) -> ColumnElement[int]:
    if db.engine.dialect.name == "postgresql":
        return cast(later - earlier, Integer)
    return cast(func.julianday(later) - func.julianday(earlier), Integer)


def _gap(act: Any, before: Any, days: Any) -> ColumnElement[int | None]:
    """Days since the event before, where both are the chamber's own."""
    return case((or_(act.in_(OLD_ACTS), before.in_(OLD_ACTS)), None), else_=days).label("gap")


def _walk(scope: Scope, *, some: bool) -> CTE:
    """Every docket event with what came before it in its case; with *some*, of the cases with an event after SINCE.

    Else of the cases from FIRST to LAST.
    """
    source, dest = EventRow.payload["from"].as_string(), EventRow.payload["to"].as_string()
    earlier = aliased(EventRow)
    undone = (
        select(earlier.payload["from"].as_string())
        .where(
            earlier.case_id == EventRow.case_id,
            earlier.compartment == DOCKET,
            earlier.version < EventRow.version,
            earlier.act.not_in(CLOCK),
        )
        .order_by(earlier.version.desc())
        .limit(1)
        .correlate(EventRow)
        .scalar_subquery()
    )
    query = (
        select(
            EventRow.id,
            EventRow.case_id,
            EventRow.version,
            EventRow.act,
            EventRow.role,
            EventRow.on.label("day"),
            Case.procedure,
            source.label("source"),
            dest.label("dest"),
            case((EventRow.act == Act.SET_ASIDE.value, undone), else_=literal("")).label("undone"),
        )
        .join(Case, Case.id == EventRow.case_id)
        .where(EventRow.compartment == DOCKET, EventRow.id <= UPTO, Case.origin != LEGACY, visible(scope))
    )
    if some:
        moved = aliased(EventRow)
        query = query.where(
            EventRow.case_id.in_(select(moved.case_id).where(moved.id > SINCE, moved.compartment == DOCKET))
        )
    else:
        query = query.where(EventRow.case_id.between(FIRST, LAST))
    event = query.cte("happened").c
    window: dict[str, Any] = {"partition_by": event.case_id, "order_by": event.version}
    moving = and_(event.source != event.dest, event.act.not_in(OLD_ACTS))
    return (
        select(
            event.id,
            event.case_id,
            event.version,
            event.act,
            event.role,
            event.day,
            event.procedure,
            event.source,
            event.dest,
            event.undone,
            func.coalesce(func.lag(event.dest).over(**window), literal(BEGINNING)).label("came_from"),
            func.coalesce(func.lag(event.act).over(**window), literal("")).label("after"),
            _gap(event.act, func.lag(event.act).over(**window), _days(event.day, func.lag(event.day).over(**window))),
            # since the last day on which the case moved: versions follow one another, and so do their days
            _days(event.day, func.max(case((moving, event.day))).over(**window, rows=(None, -1))).label("stayed"),
        )
        .cte("walk")
        .prefix_with("MATERIALIZED")
    )


@lru_cache(maxsize=32)
def _built(scope: Scope, dialect: str, *, some: bool) -> Any:  # noqa: ARG001  (statements differ by dialect)
    """The four groupings as one statement: part, texts, a day, days, n. Texts that a part has not are empty."""
    walk = _walk(scope, some=some)
    row, n = walk.c, func.count().label("n")
    empty, no_day, no_days = cast(literal(""), String), cast(null(), Date), cast(null(), Integer)
    events = select(
        literal(1).label("part"), row.act, row.role, row.source, row.dest, row.came_from, row.undone, row.procedure,
        row.after, no_day.label("day"), row.gap.label("days"), n,
    ).group_by(
        row.act, row.role, row.source, row.dest, row.came_from, row.undone, row.procedure, row.after,
        row.gap,
    )  # fmt: skip
    moves = (
        select(literal(2), row.act, empty, row.source, row.dest, empty, empty, empty, empty, no_day, row.stayed, n)
        .where(row.source != row.dest)
        .group_by(row.act, row.source, row.dest, row.stayed)
    )
    over: dict[str, Any] = {"partition_by": row.case_id, "order_by": row.version}
    way = (
        select(
            row.dest,
            row.day,
            func.lead(row.version).over(**over).label("next"),
            func.aggregate_strings(row.dest, SEPARATOR).over(**over).label("way"),
        )
        .where(row.source != row.dest)
        .cte("way")
        .prefix_with("MATERIALIZED")
        .c
    )
    paths = (
        select(literal(3), empty, empty, way.way, empty, empty, empty, empty, empty, no_day, no_days, n)
        .where(way.next.is_(None))
        .group_by(way.way)
    )
    ends = (
        select(literal(4), empty, empty, empty, way.dest, empty, empty, empty, empty, way.day, no_days, n)
        .where(way.next.is_(None))
        .group_by(way.dest, way.day)
    )
    return union_all(events, moves, paths, ends)


def _statement(scope: Scope, *, some: bool) -> Any:
    return _built(scope, db.engine.dialect.name, some=some)


def _sums(statement: Any, binds: dict[str, Any]) -> ProcessMap:
    found = ProcessMap()
    for row in db.session.execute(statement, binds):
        match row.part:
            case 1:
                what = Occurrence(
                    row.act, row.role, row.source, row.dest, row.came_from, row.undone or "", row.procedure
                )
                found.occurrences[what] += row.n
                if row.days is not None:
                    found.follows.setdefault((row.after, row.act), Counter())[row.days] += row.n
            case 2:
                found.moves.setdefault((row.source, row.dest, row.act), Counter())[row.days] += row.n
            case 3:
                found.paths[row.source] += row.n
            case _:
                found.ends[row.dest, row.day] += row.n
    return found


# --- What strayed -----------------------------------------------------------------------------------------------------


def _with_deviations(
    found: Flow, looked_at: ProcessMap, scope: Scope, binds: dict[str, Any], switches: Switches, *, some: bool
) -> Flow:
    """*found* with the events after SINCE, among those *looked_at*, that the table does not have."""
    strange = looked_at.conformance(switches).strange
    if not strange:
        return found
    told = [*found.deviations]
    for row in db.session.execute(_strange(scope, strange, some=some), binds):
        what = Occurrence(row.act, row.role, row.source, row.dest, row.came_from, row.undone or "", row.procedure)
        why = judge(what, switches)
        if why is not None:
            found.strange_cases.add(row.case_id)
            told.append(Deviation(row.id, row.number, row.version, row.day, what, why))
        if len(told) > 2 * LISTED:
            told = sorted(told, key=lambda each: -each.event)[:LISTED]
    found.deviations = tuple(sorted(told, key=lambda each: -each.event)[:LISTED])
    return found


def _strange(scope: Scope, strange: Iterable[Occurrence], *, some: bool) -> Select[Any]:
    """The events that are one of *strange*; by their acts alone where there are very many kinds."""
    walk = _walk(scope, some=some)
    row, kinds = walk.c, list(strange)
    wanted: ColumnElement[bool] = row.act.in_(sorted({what.act for what in kinds}))
    if len(kinds) <= GROUPS_LISTED:
        wanted = or_(
            *(
                and_(
                    row.act == what.act, row.role == what.role, row.source == what.source, row.dest == what.dest,
                    row.came_from == what.came_from, row.procedure == what.procedure,
                    func.coalesce(row.undone, "") == what.undone,
                )
                for what in kinds
            )
        )  # fmt: skip
    return select(walk, Case.number).join(Case, Case.id == row.case_id).where(wanted, row.id > SINCE)
