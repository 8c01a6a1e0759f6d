"""The old steps as docket events, case by case and in the order of their dates.

A file of steps may be in any order and longer than memory, so its rows are sorted in a temporary SQLite file that goes
when it is closed. The order depends on the file alone, so an interrupted import knows by a case's version how far it
came.
"""

from __future__ import annotations

import itertools
import pickle
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time

from sqlalchemy import select
from sqlalchemy.orm import Session

from cprac.domain.legacy_cases import LegacyStep, Refused
from cprac.domain.legacy_values import LOCAL_ZONE
from cprac.persistence.models import Case, Chain
from cprac.services.chamber import Chamber
from cprac.services.legacy_contents import DOCKET, Author, NewEvent, Place, key_of, step_event
from cprac.services.legacy_report import NO_CASE, REFUSED, Ending
from cprac.services.legacy_writing import (
    STEPS,
    Known,
    as_written,
    duplicate_in_register,
    insert_events,
    known_numbers,
    still_loading,
    take_turn,
    write_rows,
    written_rows,
)

_SPOOLED = 1000


@dataclass(frozen=True, slots=True)
class Placed:
    """A step in its place: the key of its case's number, and how many steps of the case come before it."""

    key: str
    before: int
    step: LegacyStep


class Sorter:
    """Steps on disk, given back by case and date. Refused rows come back as they are, before all others."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        connection.execute("CREATE TABLE row (key TEXT, at TEXT, line INTEGER, step BLOB)")

    def fill(self, rows: Iterator[LegacyStep | Refused]) -> None:
        """Take all *rows*."""
        while chunk := list(itertools.islice(rows, _SPOOLED)):
            self._connection.executemany(
                "INSERT INTO row VALUES (?, ?, ?, ?)", [(*_place(row), row.line, pickle.dumps(row)) for row in chunk]
            )
        self._connection.execute("CREATE INDEX place ON row (key, at, line)")

    def __iter__(self) -> Iterator[Placed | Refused]:
        rows = self._connection.execute("SELECT key, step FROM row ORDER BY key, at, line")
        for key, group in itertools.groupby(rows, key=lambda found: found[0]):
            for before, (_key, pickled) in enumerate(group):
                row = pickle.loads(pickled)  # noqa: S301  (written above, by this process)
                yield row if isinstance(row, Refused) else Placed(key, before, row)


def _place(row: LegacyStep | Refused) -> tuple[str, str]:
    if isinstance(row, Refused):
        return "", ""
    at = row.at or datetime.combine(row.on, time(), LOCAL_ZONE)
    return key_of(row.key), f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}"


@contextmanager
def sorted_steps(rows: Iterator[LegacyStep | Refused]) -> Iterator[Sorter]:
    """*rows* sorted on disk; the file goes at the end."""
    with closing(sqlite3.connect("", isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = OFF")
        sorter = Sorter(connection)
        sorter.fill(rows)
        yield sorter


def write_steps(
    session: Session, chamber: Chamber, batch: int, author: Author, chunk: Sequence[Placed | Refused]
) -> list[Ending]:
    """Append the steps of *chunk* to the cases of this batch and leave a row for every line; how each ended.

    Steps of a case that was in the register before are duplicates, like the case itself.
    """
    take_turn(session)
    still_loading(session, batch)
    placed = [item for item in chunk if isinstance(item, Placed)]
    known = known_numbers(session, sorted({item.key for item in placed}))
    own = {key: found for key, found in known.items() if found.batch == batch}
    _append(session, chamber, author, [item for item in placed if item.key in own], own)
    lines = [item.step.line if isinstance(item, Placed) else item.line for item in chunk]
    written = written_rows(session, batch, STEPS, lines)
    endings = [as_written(_ending(item, known, batch), written) for item in chunk]
    write_rows(session, batch, STEPS, endings)
    return endings


def _ending(item: Placed | Refused, known: dict[str, Known], batch: int) -> Ending:
    if isinstance(item, Refused):
        return Ending.of(item)
    if item.key not in known:
        return Ending(item.step.line, REFUSED, NO_CASE.format(number=item.step.legacy_number))
    if known[item.key].batch == batch:
        return Ending.of(item.step)
    return duplicate_in_register(item.step, known[item.key], same_content=True)


def _append(
    session: Session, chamber: Chamber, author: Author, steps: Sequence[Placed], known: dict[str, Known]
) -> None:
    """Add events to dockets, but none that an interrupted import had already added."""
    ids = {known[item.key].case_id for item in steps}
    chains = {
        row.case_id: row
        for row in session.scalars(select(Chain).where(Chain.case_id.in_(ids), Chain.compartment == DOCKET))
    }
    cases = {row.id: row for row in session.scalars(select(Case).where(Case.id.in_(ids)).with_for_update())}
    events: list[NewEvent] = []
    for item in steps:
        case_id = known[item.key].case_id
        chain, case = chains[case_id], cases[case_id]
        if chain.version > item.before + 1:
            continue
        place = Place(case_id, case.number, chain.version + 1, chain.head)
        event = step_event(chamber, author, item.step, case.state, place)
        events.append(event)
        chain.version, chain.head = chain.version + 1, event.row["hash"]
        case.version, case.updated_at = chain.version, author.now
    if events:
        insert_events(session, events)
        session.flush()  # heads and versions go with their events


def as_row(item: Placed | Refused) -> LegacyStep | Refused:
    """The row that *item* stands for."""
    return item.step if isinstance(item, Placed) else item
