"""``upgrade``: the schema brought to this program's revision, and the procedure versions recorded and compared.

All in one transaction, under a lock: two processes that start together upgrade once. A version of the procedure is
immutable: what the database recorded, what ``versions.lock`` holds and what the chamber's file says must be the same
(architecture.md §4).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, inspect, select, text

from cprac.domain.regulation import procedure_hash
from cprac.persistence import triggers
from cprac.persistence.models import Case, RegulationVersion
from cprac.persistence.regulation_files import (
    LOCK_NAME,
    Lock,
    RegulationFileError,
    check_lock,
    is_locked,
    read_lock,
    regulation_path,
)
from cprac.services.chamber import Chamber

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"
UPGRADE_LOCK = 0x6370726163  # "cprac": the number of the advisory lock on PostgreSQL

VERSIONS = RegulationVersion.__table__


class UpgradeError(ValueError):
    """The database and this program do not fit; one line that says what and what to do."""


@dataclass(frozen=True, slots=True)
class Upgraded:
    """The schema's revision before (empty: a new database) and after, and the procedure versions recorded now."""

    before: str
    after: str
    recorded: tuple[str, ...]


def upgrade(engine: Engine, chamber: Chamber, name: str | Path, now: datetime) -> Upgraded:
    """Bring the database of *engine* up to date for *chamber*, whose file is *name*.

    Raises UpgradeError, and RegulationFileError where the chamber's file and its lock differ; then nothing has changed.
    """
    lock = _lock_of(chamber, name)
    with _alone(engine) as connection:
        before = revision_of(connection)
        _known(before)
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        missing = triggers.expected(connection) - triggers.names(connection)
        if missing:
            raise UpgradeError(f"faltam no banco os gatilhos que protegem o histórico: {', '.join(sorted(missing))}")
        recorded = _record(connection, chamber, lock, now)
        return Upgraded(before, revision_of(connection), recorded)


def pending(engine: Engine, chamber: Chamber, name: str | Path) -> list[str]:
    """Why this program must not run on the database yet, a line each with what to do; empty where all fits."""
    try:
        lock = _lock_of(chamber, name)
        with engine.connect() as connection:
            found = revision_of(connection)
            _known(found)
            if found != head():
                return [f"o banco está na versão '{found or 'vazia'}' e o programa na '{head()}': rode `cprac upgrade`"]
            _compare(connection, chamber, lock)
            version = chamber.regulation.version
            if connection.scalar(select(VERSIONS.c.hash).where(VERSIONS.c.procedure == version)) is None:
                return [f"a versão '{version}' do regulamento não está registrada no banco: rode `cprac upgrade`"]
    except (UpgradeError, RegulationFileError) as error:
        return [str(error)]
    return []


def head() -> str:
    """The newest revision of the schema that this program knows."""
    return ScriptDirectory.from_config(_config()).get_current_head() or ""


def revision_of(connection: Connection) -> str:
    """The revision of the schema that a database has; empty for a new one."""
    return MigrationContext.configure(connection).get_current_revision() or ""


def _config() -> Config:
    config = Config(str(MIGRATIONS / "alembic.ini"))
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


def knows(revision: str) -> bool:
    """Whether this program knows the *revision* of a schema; the empty one of a new database too."""
    try:
        return not revision or ScriptDirectory.from_config(_config()).get_revision(revision) is not None
    except CommandError:
        return False


def _known(revision: str) -> None:
    if not knows(revision):
        advice = "mais nova do que este programa: atualize o programa"
        raise UpgradeError(f"o banco está na versão '{revision}', {advice}")


@contextmanager
def _alone(engine: Engine) -> Iterator[Connection]:
    """One transaction in which nobody else upgrades.

    On SQLite a migration may rebuild a table that others refer to, so foreign keys are checked at its end, not at each
    step.
    """
    with engine.connect().execution_options(cprac_write=True) as connection:
        sqlite = connection.dialect.name == "sqlite"
        raw = connection.connection.driver_connection
        if sqlite:
            raw.execute("PRAGMA foreign_keys = OFF")
        try:
            with connection.begin():
                if not sqlite:
                    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": UPGRADE_LOCK})
                yield connection
                if sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
                    raise UpgradeError("a atualização deixaria linhas sem a linha a que se referem; nada foi mudado")
        finally:
            if sqlite:
                raw.execute("PRAGMA foreign_keys = ON")


def _lock_of(chamber: Chamber, name: str | Path) -> Lock:
    path = regulation_path(name)
    lock = read_lock(path.with_name(LOCK_NAME))
    check_lock(path, chamber.regulation, lock)
    if not is_locked(chamber.regulation, lock):
        version = chamber.regulation.version
        raise UpgradeError(
            f"{path.name}: a versão '{version}' não está em {LOCK_NAME}: rode `cprac regulation lock {path.name}`"
        )
    return lock


def _compare(connection: Connection, chamber: Chamber, lock: Lock) -> set[str]:
    """The versions the database recorded; UpgradeError where one is another chamber's or has another procedure."""
    known = set()
    for row in connection.execute(select(VERSIONS)):
        if row.chamber != chamber.regulation.chamber.id:
            raise UpgradeError(f"este banco é da câmara '{row.chamber}', não de '{chamber.regulation.chamber.id}'")
        if lock.get((row.chamber, row.procedure)) != row.hash:
            raise UpgradeError(
                f"o banco registrou a versão '{row.procedure}' com outro procedimento do que o de {LOCK_NAME}: "
                "restaure o arquivo de antes e dê outro nome à versão nova"
            )
        known.add(row.procedure)
    return known


def _record(connection: Connection, chamber: Chamber, lock: Lock, now: datetime) -> tuple[str, ...]:
    known = _compare(connection, chamber, lock)
    regulation = chamber.regulation
    wanted = {regulation.version: regulation}
    for version in connection.scalars(select(Case.__table__.c.procedure).distinct()):
        if version and version not in wanted:
            wanted[version] = chamber.rules_of(version)  # RegulationFileError: the file of a version in use is gone
    new = tuple(version for version in wanted if version not in known)
    for version in new:
        connection.execute(
            VERSIONS.insert().values(
                procedure=version,
                hash=lock.get((regulation.chamber.id, version)) or procedure_hash(wanted[version]),
                chamber=regulation.chamber.id,
                in_force_from=wanted[version].in_force_from,
                recorded_at=now,
            )
        )
    return new


def is_empty(connection: Connection) -> bool:
    """Whether a database has no table at all."""
    return not inspect(connection).get_table_names()
