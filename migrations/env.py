"""Alembic's environment: the application's engine, batch mode for SQLite, names for all constraints."""

from __future__ import annotations

from alembic import context
from flask import current_app

from cprac.persistence import models  # noqa: F401  (the tables must be known to the metadata)
from cprac.persistence.database import Base, UtcInstant, db

NOT_OURS = ("alembic_version",)


def _include(_object: object, name: str | None, kind: str, _reflected: bool, _other: object) -> bool:  # noqa: FBT001  (Alembic's signature)
    return not (kind == "table" and name in NOT_OURS)


def _render(kind: str, item: object, _context: object) -> str | bool:
    """A revision names only SQLAlchemy's own types: ours may change, what a revision did may not."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcInstant) else False


def run() -> None:
    """Migrate the database of the current application."""
    options = {
        "target_metadata": Base.metadata, "render_as_batch": True, "compare_type": True, "include_object": _include,
        "render_item": _render,
    }
    if context.is_offline_mode():
        context.configure(url=current_app.config["SQLALCHEMY_DATABASE_URI"], literal_binds=True, **options)
        with context.begin_transaction():
            context.run_migrations()
        return
    given = context.config.attributes.get("connection")
    if given is not None:
        context.configure(connection=given, **options)
        with context.begin_transaction():
            context.run_migrations()
        return
    with db.engine.connect().execution_options(cprac_write=True) as connection:
        context.configure(connection=connection, **options)
        with context.begin_transaction():
            context.run_migrations()


run()
