"""The clock's cost: a sweep with deadlines due, and an idle one, at three sizes on both databases.

A hundred cases of ten deadlines each are cloned by SQL with shifted numbers until there are as many deadline rows as
asked for. Of their open deadlines, one in two hundred of all rows is due, in as many cases. The sweep runs through the
whole domain code: lock, ledger, event, hash chain, caches, heartbeat. Nothing of the sweep is prepared before it.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from cprac.persistence.database import Base, db, transaction
from cprac.persistence.models import Case, DeadlineRow, EventRow
from cprac.services import deadline_watch
from cprac.services.chamber import Chamber
from scripts.bench import say
from scripts.bench_worlds import Databases, databases
from tests.fixtures_app import make_app
from tests.fixtures_databases import build_schema, create_database
from tests.many_cases import file_many

CLONED = ("application", "cases", "chain", "event", "deadline", "case_fact")
TODAY = date(2026, 3, 25)
NOW = datetime(2026, 3, 25, 13, 0, tzinfo=UTC)
SIZES = (1_000, 100_000, 1_000_000)
SEED_CASES = 100
DEADLINES = 10
ONE_IN = 200
LIMIT_SECONDS = 30.0
LIMIT_IDLE_MS = 50.0
IDLE_ROUNDS = 15


def add_arguments(group: argparse._ArgumentGroup) -> None:
    """What can be asked of this benchmark."""
    group.add_argument("--sweep-rows", default=",".join(map(str, SIZES)), help="deadline rows (1000,100000,1000000)")
    group.add_argument("--sweep-databases", default="sqlite,postgresql", help="sqlite, postgresql or both")


def run(given: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """Measure, and yield a row for each database and size: seconds, the idle sweep, whether both are in the limits."""
    kinds = given.sweep_databases.split(",")
    with tempfile.TemporaryDirectory(prefix="cprac-bench-") as name:
        folder = Path(name)
        with databases(folder, kinds) as maker:
            for kind in kinds:
                for size in (int(size) for size in given.sweep_rows.split(",")):
                    say(f"{kind}: {size:,} deadline rows")
                    yield {"bench": "sweep", "database": kind, **measure(maker, kind, size)}


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print one JSON object a line; 1 where a limit is passed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_arguments(parser.add_argument_group("sweep"))
    late = False
    for row in run(parser.parse_args(argv)):
        late = late or not row["within_limits"]
        sys.stdout.write(json.dumps(row) + "\n")
        sys.stdout.flush()
    return int(late)


def empty(maker: Databases, kind: str, size: int) -> str:
    """The address of a new database with the tables of today."""
    if kind == "sqlite":
        url = f"sqlite:///{maker.folder / f'sweep_{size}.sqlite'}"
    else:
        if maker.server is None:
            raise LookupError(kind)
        create_database(maker.server, f"sweep_{size}", "template0")
        url = maker.server.set(database=f"sweep_{size}").render_as_string(hide_password=False)
    build_schema(url)
    return url


def measure(maker: Databases, kind: str, size: int) -> dict[str, Any]:
    """Build a register of about *size* deadline rows, sweep it once with work and then idle."""
    url = empty(maker, kind, size)
    app = make_app(url, **{**maker.settings(url), "TODAY": None})
    with app.app_context():
        chamber: Chamber = app.extensions["cprac"]
        rows, cases, due = build(chamber, size)
        deadline_watch.heartbeat(NOW)  # the first statement compiles what the process keeps
        db.session.rollback()
        start = time.perf_counter()
        done = deadline_watch.sweep(chamber, NOW)
        seconds = time.perf_counter() - start
        idle = []
        for round_ in range(IDLE_ROUNDS):
            start = time.perf_counter()
            deadline_watch.sweep(chamber, NOW + timedelta(minutes=round_ + 1))
            idle.append(1000 * (time.perf_counter() - start))
        events = db.session.scalar(sa.select(sa.func.count()).where(EventRow.act == "deadline_expired"))
        db.session.remove()
        db.engine.dispose()
    if not done.expired == events == due:
        raise RuntimeError(f"{due} were due, {done.expired} expired, {events} events")
    return {
        "deadline_rows": rows,
        "cases": cases,
        "due": due,
        "seconds": round(seconds, 2),
        "per_second": round(due / seconds),
        "limit_seconds": LIMIT_SECONDS,
        "idle_ms": round(statistics.median(idle), 1),
        "idle_worst_ms": round(max(idle), 1),
        "limit_idle_ms": LIMIT_IDLE_MS,
        "within_limits": seconds <= LIMIT_SECONDS and statistics.median(idle) <= LIMIT_IDLE_MS,
    }


def build(chamber: Chamber, size: int) -> tuple[int, int, int]:
    """A register of about *size* deadline rows; how many rows, cases and due deadlines it has."""
    file_many(chamber, SEED_CASES, TODAY + timedelta(days=30), NOW - timedelta(days=3))
    with transaction() as session:
        for case in session.scalars(sa.select(Case.id)).all():
            for ordinal in range(2, DEADLINES + 1):
                session.add(_met(case, ordinal))
    with db.engine.begin() as connection:
        _clone_all(connection, max(0, size // (SEED_CASES * DEADLINES) - 1))
        due = max(1, size // ONE_IN)
        connection.execute(
            sa.text(
                "UPDATE deadline SET due = :day WHERE id IN"
                " (SELECT id FROM deadline WHERE status = 'open' ORDER BY id LIMIT :due)"
            ).bindparams(sa.bindparam("day", TODAY - timedelta(days=1), sa.Date), due=due)
        )
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for name in CLONED:
            connection.execute(sa.text(f"ANALYZE {name}"))
    db.session.remove()
    counts = [db.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0 for table in (DeadlineRow, Case)]
    found = db.session.scalar(sa.select(sa.func.count()).where(DeadlineRow.status == "open", DeadlineRow.due < TODAY))
    db.session.rollback()
    return counts[0], counts[1], found or 0


def _met(case: int, ordinal: int) -> DeadlineRow:
    day = TODAY - timedelta(days=ordinal)
    return DeadlineRow(
        case_id=case, ordinal=ordinal, rule="D-SCREEN", trigger_on=day, due=day, communicated=day, status="met",
        ended_on=day, known_from=day, opened_version=1, closed_version=1,
    )  # fmt: skip


def _clone_all(connection: sa.Connection, copies: int) -> None:
    """Copy the seed *copies* times, its keys shifted along."""
    if not copies:
        return
    tables = [Base.metadata.tables[name] for name in CLONED]
    tops = {
        table.name: connection.scalar(sa.select(sa.func.max(table.c.id))) or 0 for table in tables if "id" in table.c
    }
    for table in tables:
        connection.execute(sa.text(_clone(table, tops, connection.dialect.name)), {"copies": copies})
        if connection.dialect.name == "postgresql" and table.name in tops:
            highest = sa.select(sa.func.max(table.c.id)).scalar_subquery()
            sequence = sa.func.pg_get_serial_sequence(table.name, "id")
            connection.execute(sa.select(sa.func.setval(sequence, highest)))


def _clone(table: sa.Table, tops: dict[str, int], dialect: str) -> str:
    cells = []
    for column in table.columns:
        target = next((key.column.table.name for key in column.foreign_keys), None)
        cell = f't."{column.name}"'
        if column.name == "id" and column.primary_key:
            cell = f"t.id + g.k * {tops[table.name]}"
        elif target in tops and column.name != "previous_case_id":
            cell = f"t.{column.name} + g.k * {tops[target]}"
        elif column.name == "number":
            cell = f"CAST(10000 + g.k * {tops[table.name]} + t.id AS TEXT) || '/2026'"
        cells.append(cell)
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    series = "WITH RECURSIVE g(k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM g WHERE k < :copies)"
    picked = f"SELECT {', '.join(cells)} FROM {table.name} t CROSS JOIN g"  # noqa: S608  (names of ours)
    into = f"INSERT INTO {table.name} ({names})"
    return f"{series} {into} {picked}" if dialect == "sqlite" else f"{into} {series} {picked}"


if __name__ == "__main__":
    raise SystemExit(main())
