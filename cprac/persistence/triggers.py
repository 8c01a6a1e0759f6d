"""Triggers that refuse to change or remove what happened, on both databases.

Batch rebuilds of SQLite tables drop triggers: each migration that touches these tables calls ``install`` again, and a
test asserts them after every migration.
"""

from __future__ import annotations

from sqlalchemy import Connection, inspect, text

APPEND_ONLY = ("event", "access_log", "notice_event", "recommendation_event", "publication")
"""Tables whose rows are never changed nor removed. An older schema lacks the newer of them."""

NO_UPDATE = ("event_private",)
"""Tables whose rows may be erased (LGPD, temporality table) but not changed."""


def install(connection: Connection) -> None:
    """Create the triggers on the tables there are; those that exist are replaced."""
    for table, verb in _locks(connection):
        _create(connection, table, verb)


def _locks(connection: Connection) -> list[tuple[str, str]]:
    """Which verbs are refused on which of the tables that the database has now."""
    there = set(inspect(connection).get_table_names())
    verbs = {**dict.fromkeys(APPEND_ONLY, ("UPDATE", "DELETE")), **dict.fromkeys(NO_UPDATE, ("UPDATE",))}
    return [(table, verb) for table, refused in verbs.items() if table in there for verb in refused]


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
    for table, verb in _locks(connection):
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


def expected(connection: Connection) -> set[str]:
    """The triggers there must be, for the tables there are."""
    return {f"{table}_no_{verb.lower()}" for table, verb in _locks(connection)}
