"""What commands read and write: a file or ``-`` in, JSON or CSV out, messages on standard error."""

from __future__ import annotations

import csv
import errno
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO, TextIO

import click

from cprac.domain.words import N_

PROGRESS_SECONDS = 2
_LONG_LIST = 1000
REASONS = {errno.ENOENT: "não há arquivo aqui", errno.EISDIR: "é uma pasta", errno.EACCES: "sem permissão para ler"}


class BadInput(click.ClickException):
    """Input, settings or a file that cannot be used: one line that says what and where; exit 2."""

    exit_code = 2


class NotDone(click.ClickException):
    """Something outside the input failed, such as the database: one line; exit 1."""

    exit_code = 1


@contextmanager
def refusing(*kinds: type[Exception], where: str = "") -> Iterator[None]:
    """Turn errors of *kinds* into one line and exit 2."""
    try:
        yield
    except kinds as error:
        place = f"{where}: " if where else ""
        raise BadInput(f"{place}{error}") from None


class Day(click.ParamType):
    """A day written as AAAA-MM-DD."""

    name = N_("data")

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read the day."""
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"'{value}' não é uma data AAAA-MM-DD", param, ctx)


DAY = Day()


def text_of(source: str) -> str:
    """The whole of a file or of standard input, which is UTF-8."""
    try:
        data = _standard_input().read() if source == "-" else Path(source).read_bytes()
    except OSError as error:
        raise BadInput(f"{named(source)}: {_why(error)}") from None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(f"{named(source)}: não está em UTF-8 (byte {error.start})") from None


def _standard_input() -> BinaryIO:
    """The bytes of standard input; whoever started the command may have closed it."""
    if sys.stdin is None:
        raise BadInput("entrada: está fechada")
    return sys.stdin.buffer


def _why(error: OSError) -> str:
    return REASONS.get(error.errno or 0, error.strerror or "não pode ser lido")


def named(source: str) -> str:
    """What to call *source* in a message."""
    return "entrada" if source == "-" else Path(source).name or source


@contextmanager
def as_path(source: str) -> Iterator[Path]:
    """A file that can be read several times; standard input is kept in a temporary one meanwhile."""
    if source != "-":
        path = Path(source)
        if not path.is_file():
            raise BadInput(f"{source}: {REASONS[errno.EISDIR if path.is_dir() else errno.ENOENT]}")
        yield path
        return
    with tempfile.NamedTemporaryFile(prefix="cprac-", suffix=".csv") as kept:
        try:
            shutil.copyfileobj(_standard_input(), kept)
            kept.flush()
        except OSError as error:
            raise BadInput(f"{named(source)}: {_why(error)}") from None
        yield Path(kept.name)


def print_json(value: Any, to: TextIO | None = None) -> None:
    """One JSON value as one line, at once, on standard output or *to* another stream."""
    stream = to or sys.stdout
    for piece in _pieces(value):
        stream.write(piece)
    stream.write("\n")
    stream.flush()


def _pieces(value: Any) -> Iterator[str]:
    """The text of *value* as ``json.dumps`` writes it, in parts: a list of half a million rows is never one text."""
    match value:
        case dict() if value and all(isinstance(key, str) for key in value):
            for number, (key, held) in enumerate(value.items()):
                yield f"{', ' if number else '{'}{json.dumps(key, ensure_ascii=False)}: "
                yield from _pieces(held)
            yield "}"
        case list() if len(value) > _LONG_LIST:
            for number, held in enumerate(value):
                yield f"{', ' if number else '['}{_dumped(held)}"
            yield "]"
        case _:
            yield _dumped(value)


def _dumped(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def print_all(values: Iterable[Any]) -> None:
    """Each JSON value on a line, as soon as it is there."""
    for value in values:
        print_json(value)


def say(text: str) -> None:
    """A message for people, on standard error."""
    click.echo(text, err=True)


def progress(what: str) -> Callable[[int, int], None]:
    """Say on standard error, now and then, how far a long work is."""
    last = time.monotonic()

    def tell(done: int, whole: int = 0) -> None:
        nonlocal last
        if time.monotonic() - last >= PROGRESS_SECONDS:
            last = time.monotonic()
            say(f"{done} de {whole} {what}" if whole else f"{done} {what}")

    return tell


def print_csv(header: Iterable[str], rows: Iterable[Mapping[str, Any]]) -> None:
    """Rows as CSV that no spreadsheet program runs: a cell that could be a formula begins with an apostrophe."""
    writer = csv.writer(sys.stdout)
    names = list(header)
    writer.writerow(names)
    for row in rows:
        writer.writerow([_cell(row[name]) for name in names])


def _cell(value: Any) -> Any:
    if isinstance(value, (dict, list)):
        value = json.dumps(value, ensure_ascii=False)
    return f"'{value}" if isinstance(value, str) and value[:1] in "=+-@\t\r\0" and value else value
