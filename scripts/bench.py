"""How the pages' cost grows: ``make bench``. Worklist and case file over HTTP, 1,000 and 100,000 cases, both databases.

Every case of a small world, driven through the services and padded to twenty events, is cloned by SQL with shifted
numbers. The servers of all sizes run at once and are asked in turn, so that the machine's mood falls on all alike;
what is printed are medians and ratios of one run. A bare Flask page of the same bytes stands beside them.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from cprac.domain.acts import Act
from cprac.persistence.database import Base, db
from cprac.persistence.models import Case

CLONED = (
    "application", "person", "cases", "party", "representation", "case_role", "linked_lawsuit", "chain", "event",
    "event_private", "deadline", "notice", "outbox", "document", "signature", "case_fact",
)  # fmt: skip
EVENTS = 20
SIZES = (1_000, 100_000)
START_SECONDS = 120


def pad(world: Any) -> None:
    """Give every case that still takes acts its twenty docket events."""
    for name in world.numbers:
        while not world.state(name).terminal and world.version(name) < EVENTS:
            number = f"{world.version(name)}/2026"
            world.do(name, "registry", Act.SET_EXTERNAL_PROCESS, process_number=number)


def grow(engine: sa.Engine, size: int) -> int:
    """Clone the cases there are until there are about *size*; returns how many there are then."""
    with engine.begin() as connection:
        tops = {
            name: connection.scalar(sa.text(f"SELECT max(id) FROM {name}")) or 0  # noqa: S608  (names of ours)
            for name in CLONED
            if "id" in Base.metadata.tables[name].columns
        }
        count = connection.scalar(sa.select(sa.func.count()).select_from(Case)) or 1
        copies = max(0, -(-size // count) - 1)
        if copies:
            for name in CLONED:
                connection.execute(sa.text(_clone(name, tops, copies, engine.dialect.name)))
        if engine.dialect.name == "postgresql":
            for name in CLONED:
                connection.execute(sa.text(f"ANALYZE {name}"))
        else:
            connection.execute(sa.text("ANALYZE"))
        return int(connection.scalar(sa.select(sa.func.count()).select_from(Case)) or 0)


def _clone(name: str, tops: dict[str, int], copies: int, dialect: str) -> str:
    """The statement that copies every row of a table *copies* times, with its keys shifted along."""
    table = Base.metadata.tables[name]
    cells = []
    for column in table.columns:
        target = next((key.column.table.name for key in column.foreign_keys), None)
        cell = f"t.{column.name}"
        if column.name == "id" and column.primary_key:
            cell = f"t.id + g.k * {tops[name]}"
        elif target in CLONED and column.name != "previous_case_id":
            cell = f"t.{column.name} + g.k * {tops[target]}"
        elif (name, column.name) in (("cases", "number"), ("application", "number")):
            text = f"10000 + g.k * {tops[name]} + t.id"
            cell = f"CAST({text} AS TEXT) || '/2026'"
        elif column.name in ("token", "dedupe_key"):
            cell = f"substr(t.{column.name}, 1, 24) || '-' || CAST(g.k AS TEXT)"
        elif (name, column.name) in (("cases", "next_due"), ("deadline", "due")):
            days = "(g.k % 500)"
            cell = (
                f"date(t.{column.name}, '+' || {days} || ' days')"
                if dialect == "sqlite"
                else f"t.{column.name} + CAST({days} AS integer)"
            )
        cells.append(cell)
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    series = f"WITH RECURSIVE g(k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM g WHERE k < {copies})"  # noqa: S608  (a number of ours)
    if dialect == "sqlite":
        return f"{series} INSERT INTO {name} ({names}) SELECT {', '.join(cells)} FROM {name} t CROSS JOIN g"  # noqa: S608
    return f"INSERT INTO {name} ({names}) {series} SELECT {', '.join(cells)} FROM {name} t CROSS JOIN g"  # noqa: S608


SERVE = """
import sys, json
from waitress import serve
job = json.loads(sys.argv[1])
if job.get("bytes"):
    from flask import Flask, Response
    body = open(job["bytes"], "rb").read()
    app = Flask("bare")
    app.add_url_rule("/", "page", lambda: Response(body, mimetype="text/html"))
else:
    from cprac import create_app
    app = create_app(job["settings"])
serve(app, host="127.0.0.1", port=job["port"], threads=4)
"""


@dataclass
class Server:
    """A running server and a visitor who is signed in."""

    label: str
    size: int
    port: int
    process: subprocess.Popen[bytes]
    visitor: urllib.request.OpenerDirector
    paths: list[str]

    def get(self, path: str) -> tuple[float, bytes]:
        """The seconds a page took, and its bytes."""
        start = time.perf_counter()
        with self.visitor.open(f"http://127.0.0.1:{self.port}{path}", timeout=60) as answer:
            body = answer.read()
        return time.perf_counter() - start, body


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(job: dict[str, Any]) -> subprocess.Popen[bytes]:
    """A server process, once it answers."""
    process = subprocess.Popen([sys.executable, "-c", SERVE, json.dumps(job)])
    deadline = time.monotonic() + START_SECONDS
    while True:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", job["port"]), timeout=1):
            return process
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"a server did not start: {job}")
        time.sleep(0.2)


def visitor() -> urllib.request.OpenerDirector:
    """Somebody with cookies."""
    return urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))


@contextlib.contextmanager
def servers(folder: Path, databases: list[str], sizes: tuple[int, ...]) -> Iterator[list[Server]]:
    """A server for each database and size, with a world of that size behind it."""
    from scripts.bench_worlds import databases_of, prepare, sign_in

    running: list[Server] = []
    try:
        with databases_of(databases, folder) as make_url:
            for database in databases:
                for size in sizes:
                    settings, world, cases = prepare(make_url(database, size), size, folder, pad, grow)
                    port = free_port()
                    process = start({"settings": settings, "port": port})
                    person = visitor()
                    sign_in(person, port, world)
                    paths = [f"/procuradoria/casos/{number}" for number in cases]
                    running.append(Server(database, size, port, process, person, paths))
            yield running
    finally:
        for server in running:
            server.process.terminate()
            server.process.wait(timeout=20)
        db.session.remove()


def measure(found: list[Server], rounds: int, folder: Path) -> list[dict[str, Any]]:
    """Ask every server in turn, *rounds* times; medians in milliseconds and ratios to the smallest size."""
    pages = {
        "worklist": lambda _server, _n: "/procuradoria/",
        "case": lambda server, n: server.paths[n % len(server.paths)],
    }
    body = folder / "page.html"
    body.write_bytes(found[0].get("/procuradoria/")[1])
    port = free_port()
    bare = Server("bare Flask page", 0, port, start({"bytes": str(body), "port": port}), visitor(), [])
    times: dict[tuple[str, int, str], list[float]] = {}
    try:
        for number in range(-3, rounds):
            for page, path in pages.items():
                for server in [*found, bare]:
                    seconds, _body = server.get("/" if server is bare else path(server, number))
                    if number >= 0:
                        times.setdefault((server.label, server.size, page), []).append(seconds)
    finally:
        bare.process.terminate()
        bare.process.wait(timeout=20)
    rows = []
    for (label, size, page), seconds in times.items():
        median = statistics.median(seconds)
        base = times.get((label, min(server.size for server in found), page))
        rows.append(
            {
                "page": page, "server": label, "cases": size, "median_ms": round(1000 * median, 1),
                "p95_ms": round(1000 * sorted(seconds)[int(0.95 * len(seconds))], 1),
                "ratio_to_smallest": round(median / statistics.median(base), 2) if base else None,
            }
        )  # fmt: skip
    return rows


def main() -> None:
    """Measure and print one JSON object a line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--sizes", default=",".join(str(size) for size in SIZES))
    parser.add_argument("--databases", default="sqlite,postgresql")
    given = parser.parse_args()
    sizes = tuple(int(size) for size in given.sizes.split(","))
    os.environ.setdefault("PYTHONWARNINGS", "ignore")
    with tempfile.TemporaryDirectory(prefix="cprac-bench-") as name:
        folder = Path(name)
        with servers(folder, given.databases.split(","), sizes) as found:
            for row in measure(found, given.rounds, folder):
                sys.stdout.write(json.dumps(row) + "\n")


if __name__ == "__main__":
    main()
