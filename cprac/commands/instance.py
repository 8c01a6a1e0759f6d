"""The installation that a command works on: its settings, its application, its database. Loaded only when asked for."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cprac.commands.streams import BadInput, NotDone, refusing

if TYPE_CHECKING:
    from flask import Flask

    from cprac.services.chamber import Chamber

ROOT = Path(__file__).resolve().parents[2]


def settings() -> dict[str, Any]:
    """The settings of ``config.py``, which lies beside the package and is imported by nobody else."""
    import importlib.util

    spec = importlib.util.spec_from_file_location("config", ROOT / "config.py")
    if spec is None or spec.loader is None or not (ROOT / "config.py").is_file():
        raise BadInput(f"falta {ROOT / 'config.py'}")
    module = importlib.util.module_from_spec(spec)
    with refusing(ValueError, where="variáveis CPRAC_"):
        spec.loader.exec_module(module)
        settings: dict[str, Any] = module.from_environment()
    return settings


def application() -> Flask:
    """The application on the settings of the environment; files it makes are for its own account only."""
    from cprac import UnsafeSettingsError, create_app
    from cprac.persistence.regulation_files import RegulationFileError

    os.umask(0o077)
    with refusing(UnsafeSettingsError, RegulationFileError):
        return create_app(settings())


@contextmanager
def opened(*, ready: bool = True) -> Iterator[tuple[Flask, Chamber]]:
    """The application with its chamber, in its context; *ready*: only on a database that is up to date."""
    from sqlalchemy.exc import DBAPIError

    from cprac.persistence.database import db
    from cprac.services import upgrade

    app = application()
    with app.app_context():
        here: Chamber = app.extensions["cprac"]
        try:
            if ready:
                require_database(app)
                for problem in upgrade.pending(db.engine, here, app.config["REGULATION"]):
                    raise BadInput(problem)
            yield app, here
        except DBAPIError as error:
            raise NotDone(f"o banco não respondeu como devia: {str(error.orig).partition(chr(10))[0]}") from error
        finally:
            db.session.remove()
            db.engine.dispose()


def require_database(app: Flask) -> None:
    """Refuse an SQLite file that is not there: connecting would make an empty one."""
    from sqlalchemy.engine import make_url

    url = make_url(app.config["SQLALCHEMY_DATABASE_URI"])
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        raise BadInput(f"não há banco em {url.database}: rode `cprac upgrade`")


def instant() -> datetime:
    """The clock, read once at the edge."""
    return datetime.now(UTC)


def programs() -> Path | None:
    """The folder of PostgreSQL's programs, where it is not on the PATH."""
    folder = os.environ.get("CPRAC_PG_BIN", "")
    return Path(folder) if folder else None
