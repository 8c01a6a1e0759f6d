"""The databases that the benchmarks run on: the tests' small world, driven through the services, then cloned by SQL.

Every case of the small world is brought to twenty docket events and cloned with shifted keys, numbers and due dates,
so that a large database has the same mixture of cases as a small one and only their number differs. A PostgreSQL of
the benchmarks' own runs while they do; it ends, and its files go, however they end (tests/postgres_server.py).
"""

from __future__ import annotations

import contextlib
import fcntl
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from cprac.domain.acts import Act
from cprac.persistence import models  # noqa: F401  (tables must be known before they are cloned)
from cprac.persistence.database import Base, engine_options
from scripts.bench import say
from tests.fixtures_app import dispose_engines, make_app
from tests.fixtures_databases import build_schema, create_database
from tests.postgres_server import server_url
from tests.worlds import PLANS, TODAY, World, build_world

EVENTS = 20
"""Docket events of a case that still takes acts."""

CLONED = (
    "application", "person", "cases", "party", "representation", "case_role", "linked_lawsuit", "chain", "event",
    "event_private", "deadline", "notice", "notice_event", "outbox", "document", "signature", "case_fact",
)  # fmt: skip
"""Tables whose rows belong to a case, those pointed at first; what a schema lacks is passed by."""

SPREAD = 500
"""Days over which the due dates of the clones are spread."""

GONE_SECONDS = 10


@dataclass(frozen=True)
class Grown:
    """A database of about *size* cases, the settings of an application on it, and the small world it came from."""

    database: str
    size: int
    settings: dict[str, Any]
    world: World


class Databases:
    """Makes databases of any size, in *folder*; use it as ``databases(folder, kinds)``."""

    def __init__(self, folder: Path, server: sa.URL | None) -> None:
        self.folder, self.server = folder, server
        self.worlds: dict[str, World] = {}
        self.plans: tuple[str, ...] = tuple(PLANS)

    def settings(self, url: str) -> dict[str, Any]:
        """Settings of an application on the database *url*: those of the tests, its day frozen on that of the world."""
        return {
            "TESTING": True,
            "SECRET_KEY": "only for benchmarks, and long enough for that",
            "SQLALCHEMY_DATABASE_URI": url,
            "COOKIE_SECURE": False,
            "PASSWORD_MEMORY_KIB": 64,
            "FILES": str(self.folder / "files"),
            "TODAY": TODAY.isoformat(),
        }

    def grown(self, database: str, size: int) -> Grown:
        """A database ("sqlite" or "postgresql") of about *size* cases, twenty events each."""
        if database not in self.worlds:
            say(f"{database}: driving {len(self.plans)} cases through the services")
            self.worlds[database] = self._small(self.address(database, "small", ""))
        began = time.monotonic()
        url = self.address(database, f"of_{size}", "small")
        count, events = grow(url, size)
        say(f"{database}: {count:,} cases with {events:,} events in {time.monotonic() - began:.0f} s")
        return Grown(database, count, self.settings(url), self.worlds[database])

    def _small(self, url: str) -> World:
        build_schema(url)
        app = make_app(url, **{**self.settings(url), "TODAY": None})
        world = build_world(app, *self.plans)
        for name in world.numbers:
            while not world.state(name).terminal and world.version(name) < EVENTS:
                number = f"{world.version(name):02}.118/2026"
                world.do(name, "registry", Act.SET_EXTERNAL_PROCESS, process_number=number)
        dispose_engines(app)
        return world

    def address(self, database: str, name: str, template: str) -> str:
        """The address of a new database, empty or a copy of the one called *template*."""
        if database == "sqlite":
            file = self.folder / f"{name}.sqlite"
            if template:
                shutil.copyfile(self.folder / f"{template}.sqlite", file)
            return f"sqlite:///{file}"
        if self.server is None:
            raise LookupError(database)
        create_database(self.server, f"bench_{name}", f"bench_{template}" if template else "template0")
        return self.server.set(database=f"bench_{name}").render_as_string(hide_password=False)


@contextlib.contextmanager
def databases(folder: Path, kinds: Sequence[str]) -> Iterator[Databases]:
    """A maker of databases; a PostgreSQL of its own runs while the block does, where *kinds* has it."""
    if "postgresql" not in kinds:
        yield Databases(folder, None)
        return
    run = Path(tempfile.mkdtemp(prefix="cprac-bench-"))  # not below *folder*, which the server's account may not enter
    try:
        with (run / "alive").open("w") as alive:
            fcntl.flock(alive, fcntl.LOCK_EX)
            yield Databases(folder, sa.make_url(server_url(run)))
        give_up_at = time.monotonic() + GONE_SECONDS
        while (run / "postgres.ready").exists() and time.monotonic() < give_up_at:
            time.sleep(0.05)  # the keeper stops the server and removes the directory itself
    finally:
        shutil.rmtree(run, ignore_errors=True)


# --- Growing ----------------------------------------------------------------------------------------------------------


def grow(url: str, size: int) -> tuple[int, int]:
    """Clone the cases of a database until there are about *size*; returns how many cases and events there are then."""
    address = sa.make_url(url)
    postgresql = address.get_backend_name() == "postgresql"
    if postgresql:
        address = address.set(username="postgres")  # may leave the foreign keys unchecked, which take most of the time
    engine = sa.create_engine(address, **engine_options(url))
    with engine.connect() as connection:
        if not postgresql:
            for pragma in ("foreign_keys = OFF", "journal_mode = OFF", "synchronous = OFF", "cache_size = -400000"):
                connection.connection.execute(f"PRAGMA {pragma}")  # type: ignore[attr-defined]
        with connection.begin():
            if postgresql:
                connection.execute(sa.text("SET LOCAL session_replication_role = replica"))
                connection.execute(sa.text("SET LOCAL maintenance_work_mem = '256MB'"))
            _clone_all(connection, size)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        # as the daily care of a database leaves it, and nothing left for it to do while pages are asked for
        connection.execute(sa.text("VACUUM ANALYZE" if postgresql else "ANALYZE"))
    with engine.connect() as connection:
        found = [connection.scalar(sa.text(f"SELECT count(*) FROM {name}")) or 0 for name in ("cases", "event")]  # noqa: S608  (names of ours)
    engine.dispose()
    return int(found[0]), int(found[1])


def _clone_all(connection: sa.Connection, size: int) -> None:
    tables = [Base.metadata.tables[name] for name in CLONED if name in Base.metadata.tables]
    tops = {
        table.name: connection.scalar(sa.text(f"SELECT max(id) FROM {table.name}")) or 0  # noqa: S608  (names of ours)
        for table in tables
        if "id" in table.columns
    }
    count = connection.scalar(sa.text("SELECT count(*) FROM cases")) or 1
    copies = -(-size // count) - 1
    if copies < 1:
        return
    for table in tables:
        connection.execute(sa.text(_clone(table, tops, copies, connection.dialect.name)))
    if connection.dialect.name == "postgresql":
        for name, top in tops.items():
            connection.execute(
                sa.text(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), {top * (copies + 1) + 1})")
            )


def _clone(table: sa.Table, tops: dict[str, int], copies: int, dialect: str) -> str:
    """The statement that copies every row of a table *copies* times, with its keys shifted along."""
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    cells = ", ".join(_shifted(column, tops, dialect) for column in table.columns)
    series = f"WITH RECURSIVE g(k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM g WHERE k < {copies})"  # noqa: S608  (a number of ours)
    chosen = f"SELECT {cells} FROM g CROSS JOIN {table.name} t"  # noqa: S608  (names of ours)
    insert = f"INSERT INTO {table.name} ({names})"
    return f"{insert} {series} {chosen}" if dialect == "postgresql" else f"{series} {insert} {chosen}"


def _shifted(column: sa.Column[Any], tops: dict[str, int], dialect: str) -> str:
    """What the clone number ``g.k`` has in *column* where the original has ``t.<column>``."""
    table, cell = column.table.name, f't."{column.name}"'
    target = next((key.column.table.name for key in column.foreign_keys), None)
    if column.name == "id" and column.primary_key:
        return f"{cell} + g.k * {tops[table]}"
    if target in tops and column.name != "previous_case_id":
        return f"{cell} + g.k * {tops[target]}"
    if (table, column.name) in (("cases", "number"), ("application", "number")):
        return f"CAST(10000 + g.k * {tops[table]} + t.id AS TEXT) || '/2026'"
    if column.name in ("token", "dedupe_key"):
        return f"CAST(g.k AS TEXT) || '-' || substr({cell}, 1, 32)"
    if (table, column.name) in (("cases", "next_due"), ("deadline", "due")):
        days = f"(g.k % {SPREAD})"
        return f"date({cell}, '+' || {days} || ' days')" if dialect == "sqlite" else f"{cell} + CAST({days} AS integer)"
    if (table, column.name) == ("notice", "created_at"):  # never thousands at one instant
        if dialect == "postgresql":
            return f"{cell} - g.k * interval '1 minute'"
        return f"strftime('%Y-%m-%d %H:%M:%S.000000', {cell}, '-' || g.k || ' minutes')"
    return cell
