"""A fresh, migrated database for each test that asks for one, on SQLite and on PostgreSQL.

`database_url` is the only fixture that tests need. A test of the upper floors that uses it (directly, or through `app`)
runs once on each database; `@pytest.mark.databases("sqlite")` narrows that. Browser tests run on SQLite unless marked.

The schema is built once a run by the product's own migrations, into a template; each test gets a copy of the template:
a file copy on SQLite, `CREATE DATABASE … TEMPLATE` on PostgreSQL. Copies, not truncation: event tables never forget.
"""

from __future__ import annotations

import itertools
import os
import shutil
import time
from pathlib import Path

import psycopg
import pytest
import sqlalchemy
from psycopg import sql

from tests.fixtures_run import RUN_DIRECTORY
from tests.postgres_server import locked, server_url

DATABASES = ("sqlite", "postgresql")
MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"
_numbers = itertools.count(1)


def pytest_generate_tests(metafunc):
    """Run each test that needs a database once for each database it is about."""
    if "database_url" not in metafunc.fixturenames:
        return
    marker = metafunc.definition.get_closest_marker("databases")
    if marker:
        names = marker.args
    elif "chromium" in metafunc.fixturenames:
        names = ("sqlite",)
    else:
        names = DATABASES
    unknown = set(names) - set(DATABASES)
    if unknown:
        raise pytest.UsageError(f"{metafunc.definition.nodeid}: unknown databases {sorted(unknown)}")
    marked = [pytest.param(name, marks=getattr(pytest.mark, name)) for name in names]
    metafunc.parametrize("database_url", marked, indirect=True, scope="function")


@pytest.fixture
def database_url(request, run_directory, tmp_path):
    """The address of a fresh, migrated database, gone after the test."""
    if request.param == "sqlite":
        yield from sqlite_copy(sqlite_template(run_directory), tmp_path / "cprac.sqlite")
    else:
        yield from postgresql_copy(request.getfixturevalue("postgresql_template"), worker_of(request.config))


def worker_of(config):
    """Return the name of this worker, `main` without xdist."""
    return getattr(config, "workerinput", {}).get("workerid", "main")


def build_schema(url):
    """Bring an empty database to the newest revision, as `cprac upgrade` would."""
    if not (MIGRATIONS / "env.py").exists():
        return
    import flask_migrate

    from tests.fixtures_app import dispose_engines, make_app

    app = make_app(url)
    with app.app_context():
        flask_migrate.upgrade(directory=str(MIGRATIONS))
    dispose_engines(app)


# --- SQLite -----------------------------------------------------------------------------------------------------------


def sqlite_template(run_directory):
    """Return the file with the migrated schema, built by whichever worker comes first."""
    template = run_directory / "template.sqlite"
    with locked(run_directory / "sqlite.lock"):
        if not template.exists():
            building = run_directory / "building.sqlite"
            building.unlink(missing_ok=True)
            building.touch()
            build_schema(f"sqlite:///{building}")
            wal = building.with_name(building.name + "-wal")
            if wal.exists():
                message = f"{wal.name} is left: a connection stayed open, so the template would lack what the log holds"
                raise RuntimeError(message)
            building.rename(template)
    return template


def sqlite_copy(template, file):
    """Yield the address of a copy of *template*."""
    shutil.copyfile(template, file)
    yield f"sqlite:///{file}"
    for path in file.parent.glob(file.name + "*"):
        path.unlink()


# --- PostgreSQL -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def postgresql_server(run_directory):
    """The server of this run: CPRAC_TEST_DATABASE_URL where set, else one that the tests start themselves."""
    return given_server() or sqlalchemy.make_url(server_url(run_directory))


def given_server():
    """Return the address of the server that CPRAC_TEST_DATABASE_URL names, or None."""
    given = os.environ.get("CPRAC_TEST_DATABASE_URL")
    return sqlalchemy.make_url(given).set(drivername="postgresql+psycopg") if given else None


def pytest_unconfigure(config):
    """Leave nothing behind on a server that is not ours (our own goes away whole)."""
    server = given_server()
    if server is None or hasattr(config, "workerinput"):
        return
    prefix = database_prefix(config.stash[RUN_DIRECTORY])
    names = "SELECT datname FROM pg_database WHERE starts_with(datname, %s)"
    for (name,) in execute(server, names, [prefix]).fetchall():
        execute(server, sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def database_prefix(run_directory):
    """Return how the names of this run's databases begin."""
    return run_directory.name.replace("-", "_") + "_"


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server, run_directory):
    """The address of the template database with the migrated schema, built by whichever worker comes first."""
    name = database_prefix(run_directory) + "template"
    url = postgresql_server.set(database=name)
    with locked(run_directory / "template.lock"):
        if not (run_directory / "template.ready").exists():
            create_database(postgresql_server, name)
            build_schema(url.render_as_string(hide_password=False))
            (run_directory / "template.ready").touch()
    return url


def postgresql_copy(template, worker):
    """Yield the address of a copy of the *template* database."""
    name = f"{template.database.removesuffix('template')}{worker}_{next(_numbers)}"
    create_database(template, name, template.database)
    yield template.set(database=name).render_as_string(hide_password=False)
    drop_database(template, name)


def drop_database(server, name):
    """Remove the database *name*. The server's own vacuum may be in it, which nobody but the server can send away."""
    statement = sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
    for _try in range(20):
        try:
            return execute(server, statement)
        except (psycopg.errors.InsufficientPrivilege, psycopg.errors.ObjectInUse):
            time.sleep(0.5)
    return execute(server, statement)


def create_database(server, name, template="template0"):
    """Create the database *name* as a copy of *template*, file by file: 15 ms, through the log 190 (measured)."""
    statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")
    execute(server, statement.format(sql.Identifier(name), sql.Identifier(template)))


def execute(server, statement, values=()):
    """Run one statement outside any transaction, beside the databases of the tests; return its rows, if any."""
    address = server.set(drivername="postgresql", database="postgres").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        return connection.execute(statement, values or None)
