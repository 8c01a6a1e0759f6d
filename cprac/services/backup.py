"""Backups by the database's own means, and their restoration; never a copy of a live file.

A backup is a folder: ``database.sqlite`` (``VACUUM INTO``) or ``database.dump`` (``pg_dump``, custom format), the
attachments under ``files/`` by their hash, ``manifest.json``, and ``SHA256SUMS`` over all of it, which ``sha256sum -c``
reads too. It is made beside its place and renamed when it is whole. ``restore`` reads everything before it writes
anything, and only into an empty place.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, inspect, text
from sqlalchemy.engine import URL

from cprac.persistence.database import engine_options, sqlite_module
from cprac.services import upgrade
from cprac.services.chamber import Chamber

KIND, FORMAT = "cprac backup", 1
SUMS, MANIFEST, FILES = "SHA256SUMS", "manifest.json", "files"
DATABASES = {"sqlite": "database.sqlite", "postgresql": "database.dump"}
CHUNK = 1 << 20
STORED = re.compile(r"[0-9a-f]{64}")
SUM_LINE = re.compile(r"([0-9a-f]{64})  ((?:files/[0-9a-f]{2}/[0-9a-f]{64})|[a-z]+\.[a-z]+)")

Ask = Callable[[str], Iterator[Any]]
"""Runs one query on the snapshot and yields its rows."""


class BackupError(ValueError):
    """A backup that cannot be made or restored; one line that says what and what to do."""


@dataclass(slots=True)
class Manifest:
    """What a backup holds; its ``missing`` and ``damaged`` attachments were so in the store: the rest is whole."""

    database: str
    schema: str
    chamber: str
    made_at: str
    cases: int
    events: int
    attachments: int = 0
    missing: list[str] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)
    kind: str = KIND
    format: int = FORMAT

    def as_plain(self) -> dict[str, Any]:
        """As the manifest file and ``cprac backup`` show it."""
        return {name: getattr(self, name) for name in sorted(self.__dataclass_fields__)}


# --- Making -----------------------------------------------------------------------------------------------------------


def backup(url: URL, chamber: Chamber, target: Path, now: datetime, programs: Path | None = None) -> Manifest:
    """Write the database *url* and the chamber's attachments to the new folder *target*, while everything runs on.

    *programs*: the folder of ``pg_dump``, where it is not on the PATH. Raises BackupError; then *target* is not there.
    """
    target = target.absolute()
    if target.exists() and not _is_empty_folder(target):
        raise BackupError(f"{target}: já existe. Escolha uma pasta nova.")
    target.parent.mkdir(parents=True, exist_ok=True)
    building = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))  # readable by us only
    try:
        with _snapshot(url, building, programs) as ask, (building / SUMS).open("w", encoding="utf-8") as sums:
            manifest = Manifest(
                url.get_backend_name(),
                _one(ask, "SELECT version_num FROM alembic_version"),
                chamber.regulation.chamber.id,
                now.isoformat(),
                _one(ask, "SELECT count(*) FROM cases"),
                _one(ask, "SELECT count(*) FROM event"),
            )
            wanted = "SELECT DISTINCT sha256 FROM document WHERE media_type IS NOT NULL ORDER BY sha256"
            for line in _copy_attachments((row[0] for row in ask(wanted)), chamber.files, building, manifest):
                sums.write(line)
            (building / MANIFEST).write_text(
                json.dumps(manifest.as_plain(), ensure_ascii=False, indent=1) + "\n", "utf-8"
            )
            for name in (DATABASES[manifest.database], MANIFEST):
                sums.write(f"{_sha256(building / name)}  {name}\n")
        os.sync()  # what is only in memory is no backup
        if target.exists():
            target.rmdir()
        building.rename(target)
    except BaseException:
        shutil.rmtree(building, ignore_errors=True)
        raise
    return manifest


def _one(ask: Ask, query: str) -> Any:
    rows = list(ask(query))  # to its end, so that the cursor is closed
    return rows[0][0]


def _is_empty_folder(path: Path) -> bool:
    return path.is_dir() and not any(path.iterdir())


@contextmanager
def _snapshot(url: URL, building: Path, programs: Path | None) -> Iterator[Ask]:
    """Dump the database into *building*; the given function asks the same instant of it."""
    dump = building / DATABASES[url.get_backend_name()]
    if url.get_backend_name() == "sqlite":
        yield from _sqlite_snapshot(url, dump)
    else:
        yield from _postgresql_snapshot(url, dump, programs)


def _sqlite_snapshot(url: URL, dump: Path) -> Iterator[Ask]:
    source = Path(url.database or "")
    if not source.is_file():
        raise BackupError(f"{source}: não há banco aqui. Confira CPRAC_DATABASE_URL.")
    with closing(_open_sqlite(source)) as live:
        live.execute("VACUUM INTO ?", (str(dump),))
    dump.chmod(0o600)
    with closing(_open_sqlite(dump)) as copy:
        _check_sqlite(copy, dump)
        yield lambda query: iter(copy.execute(query))


def _open_sqlite(path: Path) -> Any:
    """Open an existing file without creating one and without changing its mode."""
    connection = sqlite_module().connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, isolation_level=None)
    connection.execute("PRAGMA busy_timeout = 30000")
    return connection


def _check_sqlite(connection: Any, path: Path) -> None:
    found = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if found != "ok":
        raise BackupError(f"{path.name}: o banco está corrompido ({found})")


def _postgresql_snapshot(url: URL, dump: Path, programs: Path | None) -> Iterator[Ask]:
    engine = create_engine(url, isolation_level="REPEATABLE READ")
    try:
        with engine.connect() as connection:
            snapshot = connection.scalar(text("SELECT pg_export_snapshot()"))
            _run(programs, "pg_dump", url, "--format=custom", f"--snapshot={snapshot}", f"--file={dump}")
            dump.chmod(0o600)
            yield lambda query: iter(connection.execute(text(query), execution_options={"yield_per": 1000}))
    finally:
        engine.dispose()


def _run(programs: Path | None, program: str, url: URL, *arguments: str | Path) -> None:
    """Run a program of PostgreSQL on *url*; the password goes by the environment, so no list of processes shows it."""
    found = programs / program if programs else shutil.which(program)
    if not found or not Path(found).exists():
        raise BackupError(f"falta {program}: instale o cliente do PostgreSQL ou diga a pasta em CPRAC_PG_BIN")
    address = url.set(drivername="postgresql", password=None).render_as_string()
    environment = {**os.environ, **({"PGPASSWORD": str(url.password)} if url.password else {})}
    done = subprocess.run(  # noqa: S603  (a program of PostgreSQL, arguments without a shell)
        [found, "--no-owner", "--no-privileges", f"--dbname={address}", *arguments],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = next((line for line in done.stderr.splitlines() if "error" in line), done.stderr)
        raise BackupError(f"{program}: {said.strip() or 'sem explicação'}")


def _copy_attachments(wanted: Iterable[str], files: Path, building: Path, manifest: Manifest) -> Iterator[str]:
    """Link or copy each attachment and read it once; yields the line of each for ``SHA256SUMS``.

    A link costs no space and the store never writes to a file twice; on another disk it is a copy.
    """
    for digest in wanted:
        source = files / digest[:2] / digest
        if not STORED.fullmatch(digest) or not source.is_file():
            manifest.missing.append(digest)
            continue
        relative = f"{FILES}/{digest[:2]}/{digest}"
        target = building / relative
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            target.hardlink_to(source)
        except OSError:
            shutil.copyfile(source, target)
        found = _sha256(target)
        if found != digest:
            manifest.damaged.append(digest)
        manifest.attachments += 1
        yield f"{found}  {relative}\n"


def _sha256(path: Path) -> str:
    total = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            total.update(chunk)
    return total.hexdigest()


# --- Reading ----------------------------------------------------------------------------------------------------------


def read(source: Path) -> Manifest:
    """Read a backup whole and compare every byte with its sums. Raises BackupError where it is none or is corrupted."""
    sums = source / SUMS
    if not sums.is_file() or not (source / MANIFEST).is_file():
        raise BackupError(f"{source}: não é uma cópia de segurança do CPRAC (faltam {SUMS} e {MANIFEST})")
    listed = set()
    with sums.open(encoding="utf-8", errors="replace", newline="\n") as lines:
        for number, line in enumerate(lines, start=1):
            match = SUM_LINE.fullmatch(line.removesuffix("\n"))
            if match is None or not line.endswith("\n") or match[2] in listed:
                raise BackupError(f"{source}: corrompida ({SUMS}, linha {number})")
            listed.add(match[2])
            path = source / match[2]
            if path.is_symlink() or not path.is_file() or _sha256(path) != match[1]:
                raise BackupError(f"{source}: corrompida ({match[2]} falta ou mudou)")
    there = {str(path.relative_to(source)) for path in source.rglob("*") if path.is_symlink() or not path.is_dir()}
    manifest = _manifest(source)
    name = DATABASES.get(manifest.database, "")
    if there - {SUMS} != listed or not {MANIFEST, name} <= listed:
        odd = min((there - {SUMS}) ^ listed | ({MANIFEST, name} - listed))
        raise BackupError(f"{source}: corrompida ({odd or 'banco'} sobra ou falta)")
    if len(listed) != manifest.attachments + 2:
        raise BackupError(f"{source}: corrompida (faltam anexos)")
    return manifest


def _manifest(source: Path) -> Manifest:
    try:
        plain = json.loads((source / MANIFEST).read_text(encoding="utf-8"))
        manifest = Manifest(**plain)
    except (ValueError, TypeError):
        raise BackupError(f"{source}: corrompida ({MANIFEST})") from None
    if manifest.kind != KIND or manifest.format != FORMAT:
        raise BackupError(f"{source}: feita por outro programa ou por uma versão mais nova deste")
    return manifest


# --- Restoring --------------------------------------------------------------------------------------------------------


def restore(url: URL, files: Path, chamber: str, source: Path, programs: Path | None = None) -> Manifest:
    """Put the backup *source* into the empty database *url* and the empty folder *files* of the chamber's id *chamber*.

    Raises BackupError for a corrupted or foreign backup and for a place that is not empty; then nothing was written.
    """
    manifest = read(source)
    if manifest.chamber != chamber:
        raise BackupError(f"{source}: é da câmara '{manifest.chamber}', e esta é a '{chamber}'")
    if manifest.database != url.get_backend_name():
        raise BackupError(f"{source}: é de {manifest.database}, e CPRAC_DATABASE_URL é {url.get_backend_name()}")
    if not upgrade.knows(manifest.schema):
        raise BackupError(f"{source}: é de uma versão mais nova do programa ({manifest.schema}): atualize-o antes")
    _refuse_full(url, files)
    files = files.absolute()
    files.parent.mkdir(parents=True, exist_ok=True)
    building = Path(tempfile.mkdtemp(prefix=f".{files.name}.", dir=files.parent))
    try:
        if (source / FILES).is_dir():
            shutil.copytree(source / FILES, building, dirs_exist_ok=True)  # never links: the store stands on its own
        os.sync()
        if files.exists():
            files.rmdir()
        building.rename(files)
        if url.get_backend_name() == "sqlite":
            _restore_sqlite(source / DATABASES["sqlite"], Path(url.database or ""))
        else:
            dump = source / DATABASES["postgresql"]
            _run(programs, "pg_restore", url, "--exit-on-error", "--single-transaction", dump)
        _end_what_was_open(url)
    except BaseException:
        for leftover in (building, files):
            shutil.rmtree(leftover, ignore_errors=True)
        raise
    return manifest


def _end_what_was_open(url: URL) -> None:
    """End the sessions, password codes and agenda addresses of that day: they may have been ended or used since."""
    engine = create_engine(url, **engine_options(url))
    try:
        with engine.execution_options(cprac_write=True).begin() as connection:
            connection.execute(text("DELETE FROM web_session"))
            connection.execute(text("DELETE FROM one_time_code WHERE purpose = 'reset' AND used_at IS NULL"))
            if inspect(connection).has_table("calendar_feed"):  # a backup of an earlier release has none
                connection.execute(text("UPDATE calendar_feed SET revoked_at = created_at WHERE revoked_at IS NULL"))
    finally:
        engine.dispose()


def _refuse_full(url: URL, files: Path) -> None:
    if files.exists() and not _is_empty_folder(files):
        raise BackupError(f"{files}: a pasta dos anexos não está vazia. Restaure em um lugar vazio.")
    if url.get_backend_name() == "sqlite":
        path = Path(url.database or "")
        if not url.database or any(Path(f"{path}{end}").exists() for end in ("", "-wal", "-journal")):
            raise BackupError(f"{path}: já há um banco aqui. Restaure em um lugar vazio.")
        return
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            if not upgrade.is_empty(connection):
                raise BackupError(f"o banco {url.database} não está vazio. Restaure em um banco recém-criado.")
    finally:
        engine.dispose()


def _restore_sqlite(dump: Path, target: Path) -> None:
    """Copy beside the place, check, then take the place in one step."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as out, dump.open("rb") as copied:
            shutil.copyfileobj(copied, out, CHUNK)
            out.flush()
            os.fsync(out.fileno())
        with closing(_open_sqlite(part)) as copy:
            _check_sqlite(copy, dump)
        target.hardlink_to(part)  # refuses where somebody made the file meanwhile
    finally:
        part.unlink(missing_ok=True)
