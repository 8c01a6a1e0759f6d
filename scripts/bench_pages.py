"""Worklist and case file over HTTP at 1,000 and 100,000 cases, on both databases, beside a bare Flask page.

The servers of all sizes run at once and are asked in turn, so that the machine's mood falls on all alike: what counts
are the medians of one run against each other. Beside each page stands a Flask application that does nothing but send
the same bytes: what HTTP, waitress and Flask take by themselves.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

from scripts.bench import say
from scripts.bench_worlds import Grown, databases
from tests.worlds import PASSWORD, PLANS, World

SIZES = (1_000, 100_000)
WORKLIST = "/procuradoria/"
SHOWN = ("mediator", "talks", "authorization", "in_force", "admissibility")
"""The cases whose page is asked for, in turn: at every stage of the way."""

WARM_UP = 6
START_SECONDS = 120

SERVE = """
import json, os, sys, threading
from waitress import serve
job = json.loads(sys.argv[1])
def leave():  # with whoever started us, however that ended
    sys.stdin.read()
    os._exit(0)
threading.Thread(target=leave, daemon=True).start()
if job.get("pages"):
    from flask import Flask, Response
    app = Flask("bare")
    for path, file in job["pages"].items():
        with open(file, "rb") as opened:
            body = opened.read()
        app.add_url_rule(path, path, lambda body=body: Response(body, mimetype="text/html"))
else:
    from flask import g
    from sqlalchemy import Engine, event
    from cprac import create_app
    app = create_app(job["settings"])
    @app.before_request
    def begin():
        g.statements = 0
    @event.listens_for(Engine, "before_cursor_execute")
    def count(*_):
        g.statements = g.get("statements", 0) + 1
    @app.after_request
    def tell(answer):
        answer.headers["X-Statements"] = str(g.get("statements", 0))
        return answer
serve(app, host="127.0.0.1", port=job["port"], threads=4)
"""
"""A server of one application, which says how many statements a page took."""


@dataclass
class Server:
    """A running server and a visitor of it. ``paths``: the addresses of the case pages."""

    label: str
    size: int
    port: int
    process: subprocess.Popen[bytes]
    visitor: urllib.request.OpenerDirector
    paths: list[str]

    def get(self, path: str) -> tuple[float, bytes, int]:
        """The seconds a page took, its bytes, and the statements it took."""
        start = time.perf_counter()
        with self.visitor.open(f"http://127.0.0.1:{self.port}{path}", timeout=60) as answer:
            body: bytes = answer.read()
            seconds = time.perf_counter() - start
            return seconds, body, int(answer.headers.get("X-Statements", 0))

    def path(self, page: str, number: int) -> str:
        """The address of *page* in the round *number*."""
        return WORKLIST if page == "worklist" else self.paths[number % len(self.paths)]


def add_arguments(group: argparse._ArgumentGroup) -> None:
    """What can be asked of this benchmark."""
    group.add_argument("--rounds", type=int, default=40, help="times that each page is asked for (40)")
    group.add_argument("--sizes", default=",".join(str(size) for size in SIZES), help="cases (1000,100000)")
    group.add_argument("--databases", default="sqlite,postgresql", help="sqlite, postgresql or both")
    group.add_argument(
        "--plans", default="", help="short names of the cases that are cloned; default: all of the tests'"
    )


def run(given: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """Measure, and yield a row for each page and server: milliseconds, pages a second, ratio to the smallest size."""
    sizes = sorted(int(size) for size in given.sizes.split(","))
    plans = tuple(given.plans.split(",")) if given.plans else tuple(PLANS)
    with tempfile.TemporaryDirectory(prefix="cprac-bench-") as name, contextlib.ExitStack() as stack:
        folder = Path(name)
        kinds = given.databases.split(",")
        maker = stack.enter_context(databases(folder, kinds))
        maker.plans = plans
        found = []
        for kind in kinds:
            for size in sizes:
                grown = maker.grown(kind, size)
                found.append(stack.enter_context(product(grown, [plan for plan in SHOWN if plan in plans])))
        say(f"asking {len(found)} servers in turn, {given.rounds} rounds")
        with bare(folder, found[0]) as beside:
            yield from measure([*found, beside], given.rounds)


# --- Servers ----------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def product(grown: Grown, shown: list[str], who: str = "two_hats") -> Iterator[Server]:
    """A server of the product on a grown database, with somebody signed in; by default who has three offices."""
    with server({"settings": grown.settings}) as (port, process):
        paths = [f"{WORKLIST}casos/{grown.world.url(name)}" for name in shown]
        found = Server(grown.database, grown.size, port, process, visitor(), paths)
        sign_in(found, grown.world, who)
        yield found


@contextlib.contextmanager
def bare(folder: Path, like: Server) -> Iterator[Server]:
    """A Flask application that answers the pages of *like* with the same bytes."""
    pages = {}
    for number, path in enumerate([WORKLIST, *like.paths]):
        file = folder / f"page-{number}.html"
        file.write_bytes(like.get(path)[1])
        pages[path] = str(file)
    with server({"pages": pages}) as (port, process):
        yield Server("bare Flask page", 0, port, process, visitor(), like.paths)


@contextlib.contextmanager
def server(job: dict[str, Any]) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """The port of a server process that answers; it ends with the block."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-c", SERVE, json.dumps({**job, "port": port})]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as process:  # at the end closes its input, and waits
        give_up_at = time.monotonic() + START_SECONDS
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
            if process.poll() is not None or time.monotonic() > give_up_at:
                raise RuntimeError("a server did not start")
            time.sleep(0.1)
        yield port, process


def visitor() -> urllib.request.OpenerDirector:
    """Somebody with cookies."""
    return urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))


def sign_in(where: Server, world: World, who: str) -> None:
    """Sign in as one of the tests' people."""
    address = f"http://127.0.0.1:{where.port}/entrar"
    page = where.visitor.open(address, timeout=30).read().decode()
    form = dict(re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', page))
    form |= {"email": world.email(who), "password": PASSWORD}
    asked = urllib.request.Request(
        address, urllib.parse.urlencode(form).encode(), headers={"Origin": f"http://127.0.0.1:{where.port}"}
    )
    if where.visitor.open(asked, timeout=30).url.endswith("/entrar"):
        raise RuntimeError("the benchmark could not sign in")


# --- Measuring --------------------------------------------------------------------------------------------------------


def measure(found: list[Server], rounds: int) -> Iterator[dict[str, Any]]:
    """Ask every server in turn, *rounds* times."""
    for page in ("worklist", "case"):
        seconds: dict[int, list[float]] = {place: [] for place in range(len(found))}
        statements: dict[int, list[int]] = {place: [] for place in range(len(found))}
        for number in range(-WARM_UP, rounds):
            for place, each in enumerate(found):
                took, _body, n = each.get(each.path(page, number))
                if number >= 0:
                    seconds[place].append(took)
                    statements[place].append(n)
        medians = [statistics.median(seconds[place]) for place in seconds]
        smallest: dict[str, float] = {}
        for place, each in enumerate(found):
            base = smallest.setdefault(each.label, medians[place])
            yield {
                "page": page,
                "server": each.label,
                "cases": each.size or None,
                "ms": round(1000 * medians[place], 1),
                "p95_ms": round(1000 * sorted(seconds[place])[int(0.95 * rounds)], 1),
                "pages_s": round(1 / medians[place]),
                "ratio": round(medians[place] / base, 2) if each.size else None,
                "statements": min(statements[place]) if each.size else None,  # once a minute one notes the session
            }
