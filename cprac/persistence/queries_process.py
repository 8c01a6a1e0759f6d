"""The sums of the flow: docket events read in order, some cases at a time, and brought up to date case by case.

``domain.process_walk`` makes the sums of the events that a statement answers; what is held at once is the events of
some cases, whatever the number of all. The sums of who sees every case are kept in the process. When acts were done
since, only their cases are asked again: as they were is taken away, as they are is added. Every docket event is one
version of its chain, so the sum of the chains' versions tells exactly whether anything is missing; where that differs
(a reverted import), all is counted anew. A process that starts goes on from the sums that the clock kept in the
database (``services.flow_sums``). Cases of the old register follow no table and are left out until they are adopted.
"""

from __future__ import annotations

import json
import threading
import zlib
from collections.abc import Iterable
from dataclasses import astuple, dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import ColumnElement, Engine, Integer, Select, bindparam, func, select
from sqlalchemy.orm import aliased

from cprac.domain.acts import Compartment
from cprac.domain.process_map import Deviation, ProcessMap, Switches
from cprac.domain.process_sums import deviation_from_plain, deviation_to_plain, map_from_plain, map_to_plain
from cprac.domain.process_walk import CLOCK, OLD_ACTS, walked
from cprac.persistence.database import db
from cprac.persistence.models import Case, Chain, EventRow, FlowSums
from cprac.persistence.queries import Reader, Scope, batch_shown, sees_all, visible

DOCKET = Compartment.DOCKET.value
LEGACY = "legacy"
LISTED = 200
"""Deviations that are told one by one, the newest."""
TRUSTED = timedelta(minutes=1)
"""How long nothing is counted where the newest event is the same: one with a lower number may be committed later."""

SINCE: ColumnElement[int] = bindparam("since", type_=Integer)
UPTO: ColumnElement[int] = bindparam("upto", type_=Integer)
FIRST: ColumnElement[int] = bindparam("first", type_=Integer)
LAST: ColumnElement[int] = bindparam("last", type_=Integer)
AT_A_TIME = 1000
"""Cases that are counted by one statement, so that a count holds few events at once."""


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
        return counted(reader, switches)
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
        # between what was there before and what is there now, so that what is gone is not made up for by what came
        if after is not None and expected <= after.map.events <= db.session.execute(_VERSIONS).scalar_one():
            return after
    if at_once is not None and expected > at_once:
        raise NotCountedYetError
    return counted(reader, switches)


# --- Kept for processes that start ------------------------------------------------------------------------------------

FORMAT = zlib.crc32(repr((1, sorted(CLOCK), sorted(OLD_ACTS))).encode()) >> 1
"""Of how the sums are made and written; sums of another are never read. Raise the number where either changes."""


def packed(found: Flow, switches: Switches) -> bytes:
    """The sums as they are kept, with what the table did not have of them when they were counted; they name no case."""
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
    numbers = _numbers([each[0] for each in plain["deviations"]])
    if len(numbers) < len(plain["deviations"]):
        return None
    deviations = tuple(deviation_from_plain(each, numbers[each[0]]) for each in plain["deviations"])
    return Flow(found, set(plain["strange_cases"]), deviations, row.upto)


def _numbers(events: list[int]) -> dict[int, str]:
    query = select(EventRow.id, Case.number).join(Case, Case.id == EventRow.case_id).where(EventRow.id.in_(events))
    return {row.id: row.number for row in db.session.execute(query)} if events else {}


def stored_when() -> tuple[int, date] | None:
    """Up to which event the kept sums go, and the day on which they were written."""
    query = select(FlowSums.upto, FlowSums.on).where(FlowSums.id == 1, FlowSums.format == FORMAT)
    row = db.session.execute(query).one_or_none()
    return None if row is None else (row.upto, row.on)


def gone_on(reader: Reader, switches: Switches) -> Flow | None:
    """The flow as a process that starts has it from the kept sums; None where it would have to count."""
    before = stored(switches)
    try:
        return None if before is None else _up_to_date(reader, before, switches, at_once=-1)
    except NotCountedYetError:
        return None


_VERSIONS = (
    select(func.coalesce(func.sum(Chain.version), 0))
    .join(Case, Case.id == Chain.case_id)
    .where(Chain.compartment == DOCKET, Case.origin != LEGACY, batch_shown())
)
"""How many docket events there are: each is one version of its case's chain."""


def last_event() -> int:
    """The number of the newest event of all."""
    return db.session.scalar(select(func.max(EventRow.id))) or 0


def counted(reader: Reader, switches: Switches) -> Flow:
    """The flow counted from the beginning, as *reader* may know of it, some cases at a time."""
    upto = last_event()
    statement, found = _statement(reader.scope, some=False), Flow(upto=upto)
    for first in range(0, (db.session.scalar(select(func.max(Case.id))) or 0) + 1, AT_A_TIME):
        here = {**reader.binds, "upto": upto, "first": first, "last": first + AT_A_TIME - 1}
        sums, strayed = walked(map(tuple, db.session.execute(statement, here)), switches)
        found.map.add(sums)
        _tell(found, strayed)
    return found


def _moved_on(reader: Reader, before: Flow, switches: Switches) -> Flow | None:
    """*before* with the cases that moved since; None where nothing did."""
    upto = last_event()
    if upto <= before.upto:
        return None
    statement = _statement(reader.scope, some=True)
    binds = {**reader.binds, "since": before.upto}
    rows = db.session.execute(statement, {**binds, "upto": upto}).all()
    now, strayed = walked(map(tuple, rows), switches, before.upto)
    then, _known = walked((tuple(row) for row in rows if row.id <= before.upto), switches)
    after = ProcessMap()
    after.add(before.map)
    after.add(then, -1)
    after.add(now)
    found = Flow(after, set(before.strange_cases), before.deviations, upto)
    _tell(found, strayed)
    return found


def _tell(found: Flow, strayed: Iterable[tuple[int, Deviation]]) -> None:
    """Add what strayed to *found*, of which the newest are told one by one."""
    told = [*found.deviations]
    for case, deviation in strayed:
        found.strange_cases.add(case)
        told.append(deviation)
    found.deviations = tuple(sorted(told, key=lambda each: -each.event)[:LISTED])


@lru_cache(maxsize=32)
def _statement(scope: Scope, *, some: bool) -> Select[Any]:
    """The docket events of cases up to UPTO, case by case in order, as ``process_walk.Step``.

    With *some*, of the cases with an event after SINCE; else of those from FIRST to LAST.
    """
    if some:
        moved = aliased(EventRow)
        which = EventRow.case_id.in_(select(moved.case_id).where(moved.id > SINCE, moved.compartment == DOCKET))
    else:
        which = EventRow.case_id.between(FIRST, LAST)
    return (
        select(
            EventRow.id,
            EventRow.case_id,
            Case.number,
            Case.procedure,
            EventRow.version,
            EventRow.act,
            EventRow.role,
            EventRow.on,
            EventRow.payload["from"].as_string(),
            EventRow.payload["to"].as_string(),
        )
        .join(Case, Case.id == EventRow.case_id)
        .where(EventRow.compartment == DOCKET, EventRow.id <= UPTO, Case.origin != LEGACY, visible(scope), which)
        .order_by(EventRow.case_id, EventRow.compartment, EventRow.version)  # as the index has it
    )
