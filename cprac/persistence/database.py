"""The database object, the engine's settings, and the one way to write: ``transaction()``.

SQLite is the embedded default: driver ``pysqlite3`` where it has a wheel (its SQLite is past the WAL-reset fault fixed
in 3.51.3), otherwise the standard module with the rollback journal. PostgreSQL is the deployment database. Nothing of
ours is imported here.
"""

from __future__ import annotations

import contextlib
import importlib
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from types import ModuleType
from typing import Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, Dialect, Engine, MetaData, TypeDecorator, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.orm import DeclarativeBase, Session

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

WAL_SAFE_SINCE = (3, 51, 3)
"""First SQLite without the WAL-reset corruption fault."""


class Base(DeclarativeBase):
    """Base of all tables; every constraint has a name, so that SQLite migrations can drop it."""

    metadata = MetaData(naming_convention=NAMING)


class UtcInstant(TypeDecorator[datetime]):
    """An instant, stored in UTC on both databases and always handed out aware. Naive values are refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive instant; SQLite keeps UTC without offset."""
        if value is None:
            return None
        if value.tzinfo is None:
            msg = "an instant needs its time zone"
            raise ValueError(msg)
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002  (SQLAlchemy's signature)
        """Hand out an aware UTC instant."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


db = SQLAlchemy(metadata=Base.metadata, disable_autonaming=True, session_options={"autoflush": False})


def sqlite_module() -> ModuleType:
    """The newest SQLite driver at hand."""
    try:
        return importlib.import_module("pysqlite3.dbapi2")
    except ImportError:
        return sqlite3


def engine_options(url: str | URL) -> dict[str, Any]:
    """Options of ``create_engine`` for *url*."""
    if make_url(url).get_backend_name() == "sqlite":
        own: dict[str, Any] = {"module": sqlite_module(), "connect_args": {"timeout": 30}}
    else:
        own = {"pool_pre_ping": True}
    # names and tax numbers travel as parameters: an error must not carry them into the log
    return {**own, "pool_size": 8, "max_overflow": 8, "hide_parameters": True}


@event.listens_for(Engine, "connect")
def _prepare(connection: Any, _record: Any) -> None:
    """SQLite: explicit transactions, foreign keys, full sync, WAL only where it is safe."""
    if "sqlite" not in type(connection).__module__:
        return
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA busy_timeout = 30000")
    version = cursor.execute("SELECT sqlite_version()").fetchone()[0]
    safe = tuple(int(part) for part in version.split(".")) >= WAL_SAFE_SINCE
    cursor.execute(f"PRAGMA journal_mode = {'WAL' if safe else 'DELETE'}")
    for pragma in ("synchronous = FULL", "foreign_keys = ON", "trusted_schema = OFF"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


@event.listens_for(Engine, "begin")
def _begin(connection: Any) -> None:
    """SQLite: a writer takes its lock at once, so that no snapshot has to be upgraded; readers do not wait."""
    if connection.dialect.name == "sqlite":
        write = connection.get_execution_options().get("cprac_write", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN DEFERRED")


@contextlib.contextmanager
def transaction() -> Iterator[Session]:
    """One act, one transaction, one commit. Nested use is an error; any exception rolls everything back.

    On SQLite the write lock is taken at the start; on PostgreSQL callers lock the case row (``queries.lock_case``).
    Whatever was read before in this session is forgotten first: a write decides on fresh rows.
    """
    session = db.session()
    if session.info.get("cprac_writing"):
        msg = "a transaction inside a transaction"
        raise RuntimeError(msg)
    session.rollback()
    session.expire_all()
    session.info["cprac_writing"] = True
    try:
        session.connection(execution_options={"cprac_write": True})
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info.pop("cprac_writing", None)
