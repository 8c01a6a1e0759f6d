"""Triggers that refuse to change or remove what happened, on both databases.

Batch rebuilds of SQLite tables drop triggers: each migration that touches these tables calls ``install`` again, and a
test asserts them after every migration.
"""

from __future__ import annotations

from sqlalchemy import Connection, text

APPEND_ONLY = ("event", "access_log")
"""Tables whose rows are never changed nor removed."""

NO_UPDATE = ("event_private",)
"""Tables whose rows may be erased (LGPD, temporality table) but not changed."""


def install(connection: Connection) -> None:
    """Create the triggers; those that exist are replaced."""
    for table in (*APPEND_ONLY, *NO_UPDATE):
        for verb in ("UPDATE", "DELETE") if table in APPEND_ONLY else ("UPDATE",):
            _create(connection, table, verb)


def _create(connection: Connection, table: str, verb: str) -> None:
    name = f"{table}_no_{verb.lower()}"
    if connection.dialect.name == "sqlite":
        connection.execute(text(f"DROP TRIGGER IF EXISTS {name}"))
        connection.execute(
            text(
                f"CREATE TRIGGER {name} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, 'o histórico não se altera: {table}'); END"
            )
        )
        return
    connection.execute(
        text(
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION 'o histórico não se altera: {table}'; END $$"
        )
    )
    connection.execute(text(f"DROP TRIGGER IF EXISTS {name} ON {table}"))
    connection.execute(text(f"CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"))


def remove(connection: Connection) -> None:
    """Drop the triggers, for a downgrade that removes their tables."""
    for table in (*APPEND_ONLY, *NO_UPDATE):
        for verb in ("UPDATE", "DELETE") if table in APPEND_ONLY else ("UPDATE",):
            name = f"{table}_no_{verb.lower()}"
            if connection.dialect.name == "sqlite":
                connection.execute(text(f"DROP TRIGGER IF EXISTS {name}"))
            else:
                connection.execute(text(f"DROP TRIGGER IF EXISTS {name} ON {table}"))
                connection.execute(text(f"DROP FUNCTION IF EXISTS {name}()"))


def names(connection: Connection) -> set[str]:
    """The triggers the database has now."""
    query = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if connection.dialect.name == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    )
    return {row[0] for row in connection.execute(text(query))}


def expected() -> set[str]:
    """The triggers there must be."""
    return {f"{table}_no_{verb}" for table in APPEND_ONLY for verb in ("update", "delete")} | {
        f"{table}_no_update" for table in NO_UPDATE
    }
