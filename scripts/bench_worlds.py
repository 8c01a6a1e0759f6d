"""The databases and signed-in people that the benchmarks run on: the tests' small world, grown."""

from __future__ import annotations

import contextlib
import re
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import flask_migrate
import sqlalchemy as sa

from cprac import create_app
from cprac.persistence.database import db
from tests.fixtures_app import settings_for
from tests.fixtures_databases import create_database
from tests.postgres_server import server_url
from tests.worlds import PASSWORD, PLANS, World, build_world

SHOWN = ("mediator", "talks", "authorization", "in_force", "admissibility")
MakeUrl = Callable[[str, int], str]
Pad = Callable[[World], None]
Grow = Callable[[sa.Engine, int], int]


@contextlib.contextmanager
def databases_of(databases: list[str], folder: Path) -> Iterator[MakeUrl]:
    """Addresses of empty databases; a PostgreSQL of its own runs while the block does."""
    server = None
    if "postgresql" in databases:
        import fcntl

        run = folder / "run"
        run.mkdir()
        alive = (run / "alive").open("w")
        fcntl.flock(alive, fcntl.LOCK_SH)
        server = sa.make_url(server_url(run)).set(drivername="postgresql+psycopg")

    def make(database: str, size: int) -> str:
        if database == "sqlite":
            return f"sqlite:///{folder / f'{size}.sqlite'}"
        assert server is not None  # noqa: S101  (asked for above)
        create_database(server, f"bench_{size}")
        return server.set(database=f"bench_{size}").render_as_string(hide_password=False)

    yield make


def prepare(url: str, size: int, folder: Path, pad: Pad, grow: Grow) -> tuple[dict[str, Any], World, list[str]]:
    """A database of about *size* cases; its settings, its world, and addresses of some cases."""
    settings = {**settings_for(url), "FILES": str(folder / "files")}
    app = create_app(settings)
    with app.app_context():
        flask_migrate.upgrade()
    world = build_world(app, *PLANS)
    pad(world)
    with app.app_context():
        grow(db.engine, size)
        db.session.remove()
        db.engine.dispose()
    return settings, world, [world.url(name) for name in SHOWN]


def sign_in(visitor: urllib.request.OpenerDirector, port: int, world: World) -> None:
    """Sign in as the person with the offices of registry and coordination."""
    address = f"http://127.0.0.1:{port}/entrar"
    page = visitor.open(address, timeout=30).read().decode()
    form = dict(re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', page))
    form |= {"email": world.email("two_hats"), "password": PASSWORD}
    request = urllib.request.Request(
        address, urllib.parse.urlencode(form).encode(), headers={"Origin": f"http://127.0.0.1:{port}"}
    )
    answer = visitor.open(request, timeout=30)
    if answer.url.endswith("/entrar"):
        raise RuntimeError("the benchmark could not sign in")
