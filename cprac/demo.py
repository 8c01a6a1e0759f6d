"""``cprac demo``: a chamber with invented cases in every state, in a folder of its own, served with its clock running.

Everything lies in ``demo`` under the instance folder: the database, the files, the chamber's rules, a secret key made
there. Nobody but this machine is let in, and every person has the same printed password. Each start makes the chamber
anew unless ``keep`` asks for the one that is there.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import secrets
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path
from types import FrameType
from typing import Any
from zoneinfo import ZoneInfo

import click
import waitress
from babel.dates import format_date
from flask import Flask
from sqlalchemy import event, func, select

from cprac import ROOT, create_app, scheduler
from cprac.demo_world.demonstration import seed
from cprac.demo_world.people import CITIZENS, PASSWORD, STAFF, WORDS
from cprac.demo_world.plans import OLD_RULES
from cprac.persistence.database import db
from cprac.persistence.models import Case
from cprac.persistence.regulation_files import LOCK_NAME, read_regulation_file, regulation_path, update_lock
from cprac.services import upgrade

__all__ = ["PASSWORD", "PICTURES_OF", "keep_time", "run"]

FIRST_DAY, LAST_DAY = date(2026, 1, 1), date(2090, 12, 31)
"""Days on which the demonstration can happen: it needs a year before, and the rules know amounts from 2025 on."""

MARKER = "demonstration.json"
KEY_FILE = "secret-key"
HOST = "127.0.0.1"

PICTURES_OF: Mapping[str, tuple[str, str]] = {
    "worklist": ("helena.reis@exemplo.gov.br", "/procuradoria/"),
    "case": ("paulo.antunes@exemplo.gov.br", "/procuradoria/casos/2026-0013"),
    "deadline": ("helena.reis@exemplo.gov.br", "/procuradoria/casos/2026-0043/prazos/3"),
    "citizen": ("marina@exemplo.com.br", "/meus-casos/2026-0003"),
    "filing": ("", "/pedido"),
    "status": ("", "/consulta"),
    "office": ("claudia.prates@exemplo.gov.br", "/gabinete/"),
    "rules": ("", "/regras"),
    "figures": ("claudia.prates@exemplo.gov.br", "/gabinete/numeros?periodo=tudo"),
    "statistics": ("", "/estatisticas"),
}
"""The pages that the README shows: who signs in (nobody: a visitor) and the address, on the day 2026-03-25."""


class CannotStartError(click.ClickException):
    """Why the demonstration does not start, in one line that says what to do."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class Made:
    """What was made in the folder. ``frozen``: the chamber's clock stands on ``today``; ``key`` opens ``number``."""

    today: str
    frozen: bool
    made_by: str
    port: int
    cases: int
    number: str
    key: str
    code_number: str
    code_of: str
    code: str


def run(port: int = 8000, today: date | None = None, *, keep: bool = False, crowd: int = 0) -> None:
    """Make the demonstration of the day *today* (by default the real one, whose clock goes on) and serve it.

    ``keep``: go on with the one that is there, if it was made for the same day by the same program. ``port`` 0 takes a
    free one. *crowd*: closed cases behind the others, for figures to count. Returns when somebody stops it; raises
    CannotStartError.
    """
    if today is not None and not FIRST_DAY <= today <= LAST_DAY:
        raise CannotStartError(f"--today: escolha um dia de {FIRST_DAY:%d/%m/%Y} a {LAST_DAY:%d/%m/%Y}")
    os.umask(0o077)
    signal.signal(signal.SIGTERM, _leave)
    folder = Path(os.environ.get("CPRAC_INSTANCE") or ROOT / "instance").resolve() / "demo"
    folder.parent.mkdir(parents=True, exist_ok=True)
    with _alone(folder), _listening(port) as listener:
        port = listener.getsockname()[1]
        made = _kept(folder, today, port) if keep else None
        made = made or _make(folder, today, port, crowd)
        app = create_app(_settings(folder, made))
        _serve(app, listener, folder, made)


def keep_time(folder: str) -> None:
    """The clock of the demonstration in *folder*, in a process of its own, until whoever started it is gone."""
    threading.Thread(target=_leave_with_parent, args=(threading.main_thread().ident,), daemon=True).start()
    scheduler.run(create_app(_settings(Path(folder), _read(Path(folder)))))


def _leave(_number: int, _frame: FrameType | None) -> None:
    sys.exit(0)


def _leave_with_parent(main: int) -> None:
    """Wait until the parent closes our standard input, be it by its end, and then ask ourselves to stop."""
    sys.stdin.read()
    signal.pthread_kill(main, signal.SIGTERM)


# --- The folder -------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One demonstration a folder: a lock that ends with the process, whatever way it ends, on every system."""
    lock = sqlite3.connect(folder.with_suffix(".lock"), timeout=0, isolation_level=None)
    try:
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError:
        raise CannotStartError(
            f"já há uma demonstração aberta em {folder}: feche-a, ou dê outra pasta em CPRAC_INSTANCE"
        ) from None
    else:
        yield
    finally:
        lock.close()


@contextlib.contextmanager
def _listening(port: int) -> Iterator[socket.socket]:
    """The port, taken before anything is made: who cannot have it learns that at once."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    with listener:
        try:
            listener.bind((HOST, port))
        except (OSError, OverflowError):
            raise CannotStartError(f"a porta {port} não está livre: escolha outra com --port") from None
        yield listener


def _kept(folder: Path, today: date | None, port: int) -> Made | None:
    """The demonstration that is there, where it is of the day asked for and of this program; now on *port*."""
    with contextlib.suppress(OSError, ValueError, TypeError):
        made = _read(folder)
        wanted = (today or _real_day()).isoformat(), today is not None, _program()
        if (made.today, made.frozen, made.made_by) == wanted:
            return _write(folder, Made(**{**asdict(made), "port": port}))
    return None


def _make(folder: Path, today: date | None, port: int, crowd: int = 0) -> Made:
    """Make the folder anew and fill it."""
    if folder.exists() and any(folder.iterdir()) and not (folder / MARKER).exists():
        raise CannotStartError(f"{folder} não é a pasta de uma demonstração: apague-a, ou dê outra em CPRAC_INSTANCE")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    empty = Made((today or _real_day()).isoformat(), today is not None, "", port, 0, "", "", "", "", "")
    _write(folder, empty)  # first of all, so that a start that was broken off is known as ours
    (folder / KEY_FILE).write_text(secrets.token_urlsafe(48))
    _write_rules(folder / "rules")
    click.echo("Preparando a demonstração: leva alguns segundos…", err=True)
    app = create_app(_settings(folder, empty))
    return _write(folder, _filled(app, empty, crowd))


def _filled(app: Flask, empty: Made, crowd: int) -> Made:
    """Seed the database of *app*; what to print of it."""
    chamber, rules = app.extensions["cprac"], app.config["REGULATION"]
    with app.app_context():
        event.listen(db.engine, "connect", _hurry)
        upgrade.upgrade(db.engine, chamber, rules, datetime.now(UTC))
    world = seed(app, date.fromisoformat(empty.today), crowd)
    with app.app_context():
        upgrade.upgrade(db.engine, chamber, rules, datetime.now(UTC))  # the older rules that a case was filed under
        cases = db.session.scalar(select(func.count()).select_from(Case)) or 0
        db.session.remove()
        db.engine.dispose()
    asked, desk = world.receipts["muro_marina"], world.receipts["muro"]
    return Made(
        **{
            **asdict(empty),
            "made_by": _program(),
            "cases": cases,
            "number": asked.number,
            "key": asked.access_key,
            "code_number": desk.number,
            "code_of": world.plans["muro"].new.parties[0].name,
            "code": desk.claim_code,
        }
    )


def _hurry(connection: Any, _record: Any) -> None:
    """Do not wait for the disk while seeding: what a broken start leaves is thrown away whole."""
    connection.execute("PRAGMA synchronous = OFF")


def _write_rules(folder: Path) -> None:
    """The chamber's rules as they come with the program, and an invented older version with one more step."""
    folder.mkdir()
    source = regulation_path("contagem")
    text = source.read_text(encoding="utf-8")
    today = read_regulation_file(source)
    older = text
    for one, other in (
        (f'version = "{today.version}"', f'version = "{OLD_RULES}"'),
        ("internal_determination = { on = false", "internal_determination = { on = true"),
    ):
        if older.count(one) != 1:
            raise LookupError(one)
        older = older.replace(one, other)
    paths = folder / source.name, folder / f"{source.stem}@{OLD_RULES}.toml"
    for path, content in zip(paths, (text, older), strict=True):
        path.write_text(content, encoding="utf-8")
    update_lock(folder / LOCK_NAME, map(read_regulation_file, paths))


def _settings(folder: Path, made: Made) -> dict[str, Any]:
    """The settings of the demonstration in *folder*."""
    return {
        "SECRET_KEY": (folder / KEY_FILE).read_text(),
        "KEY_SECRET": "a demonstração é inventada: as suas chaves são as mesmas para o mesmo dia",
        "SQLALCHEMY_DATABASE_URI": f"sqlite:///{folder / 'cprac.sqlite'}",
        "FILES": str(folder / "files"),
        "REGULATION": str(folder / "rules" / "contagem.toml"),
        "PUBLIC_BASE_URL": f"http://{HOST}:{made.port}",
        "COOKIE_SECURE": False,  # plain HTTP, and only on this machine
        "TODAY": made.today if made.frozen else None,
    }


def _read(folder: Path) -> Made:
    return Made(**json.loads((folder / MARKER).read_text(encoding="utf-8")))


def _write(folder: Path, made: Made) -> Made:
    (folder / MARKER).write_text(json.dumps(asdict(made), ensure_ascii=False, indent=1), encoding="utf-8")
    return made


def _program() -> str:
    """Which program made it: another version, or another schema, makes its own."""
    return f"{version('cprac')} {upgrade.head()}"


def _real_day() -> date:
    regulation = read_regulation_file(regulation_path("contagem"))
    return datetime.now(ZoneInfo(regulation.chamber.time_zone)).date()


# --- Serving ----------------------------------------------------------------------------------------------------------


def _serve(app: Flask, listener: socket.socket, folder: Path, made: Made) -> None:
    """Serve *app* until somebody stops us, with its clock in a process of its own."""
    command = "import sys; from cprac.demo import keep_time; keep_time(sys.argv[1])"
    clock = subprocess.Popen([sys.executable, "-c", command, str(folder)], stdin=subprocess.PIPE)  # noqa: S603  (us)
    try:
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a page of many pictures is no news here
        server = waitress.create_server(
            app, sockets=[listener], threads=8, ident=None, max_request_body_size=app.config["MAX_CONTENT_LENGTH"] + 1
        )
        click.echo(_announcement(made))
        sys.stdout.flush()
        server.run()
    finally:
        if clock.stdin is not None:
            clock.stdin.close()  # its sign to stop
        with contextlib.suppress(subprocess.TimeoutExpired):
            clock.wait(10)
        clock.kill()


def _announcement(made: Made) -> str:
    """What is printed: where to go, as whom, and what to try."""
    address, day = f"http://{HOST}:{made.port}", date.fromisoformat(made.today)
    people = [(each.name, each.email, _offices(each.who)) for each in (*STAFF, *CITIZENS)]
    wide, wider = (max(len(row[column]) for row in people) for column in (0, 1))
    when = format_date(day, "EEEE, d 'de' MMMM 'de' y", locale="pt_BR")
    clock = "o relógio está parado nesse dia" if made.frozen else "o relógio segue o deste computador"
    lines = [
        "",
        f"Demonstração da Câmara de Contagem: {made.cases} casos inventados.",
        f"Dia: {when} ({clock}).",
        "",
        f"  Endereço  {address}",
        f"  Entrar    {address}/entrar",
        f"  Senha     {PASSWORD}   (a mesma para todos)",
        "",
        f"  {'Pessoa':{wide}}  {'E-mail':{wider}}  Função",
        *(f"  {name:{wide}}  {email:{wider}}  {office}" for name, email, office in people),
        "",
        f"  Sem conta     {address}/consulta   caso {made.number}, chave {made.key}",
        f"  Com o código  {address}/vincular   {made.code}   (caso {made.code_number}, de {made.code_of})",
        "",
        "Para parar: Ctrl+C.",
        "",
    ]
    return "\n".join(lines)


def _offices(who: str) -> str:
    found = next((each for each in STAFF if each.who == who), None)
    return WORDS[who] if found is None else ", ".join(office.label for office in found.offices)
