"""Chambers' files on disk: reading them, saying on which line something is wrong, and the lock of their versions.

A regulation is read once per process and path (`load_regulation`): every act of a process is judged by the same rules.
The procedure of a version never changes (architecture §4): ``versions.lock``, beside the files, keeps the hash of each,
and the file of an older version stays beside the current one as ``<name>@<version>.toml``, for cases filed under it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cprac.domain.regulation import Regulation, procedure_hash
from cprac.domain.regulation_places import Problem, path_text
from cprac.domain.regulation_reading import RegulationInvalid, read_regulation
from cprac.persistence.toml_lines import key_lines, line_of

REGULATIONS = Path(__file__).parents[1] / "regulations"
"""The folder of the files that come with the program."""

LOCK_NAME = "versions.lock"

Lock = dict[tuple[str, str], str]
"""The procedure hash of each chamber's version, by chamber id and version."""

_LOCK_HEAD = (
    "# Impressão digital do procedimento (passos, prazos e motivos) de cada versão. Escrito por `update_lock`.\n"
    "# Uma linha nunca muda: procedimento diferente é versão nova.\n"
)


class RegulationFileError(ValueError):
    """A file that cannot be used. The message is one line: file, line, key, what to do; ``lines`` has each problem."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.lines = tuple(lines)
        rest = len(self.lines) - 1
        more = f" (e mais {rest} {'problema' if rest == 1 else 'problemas'})" if rest else ""
        super().__init__(self.lines[0] + more)


def regulation_path(name: str | Path) -> Path:
    """The file that *name* means: a chamber that comes with the program (``contagem``, in any case), or a path."""
    shipped = REGULATIONS / f"{str(name).lower()}.toml"
    return shipped if re.fullmatch(r"[\w-]+", str(name)) and shipped.exists() else Path(name)


def load_regulation(name: str | Path = "contagem") -> Regulation:
    """The regulation of a chamber by name or path, read once and kept for the life of the process.

    Raises RegulationFileError.
    """
    return _load(regulation_path(name).resolve())


def load_version(name: str | Path, version: str) -> Regulation:
    """Today's regulation with the procedure of *version*: what binds a case filed under it.

    An older version stands beside the current file as ``<name>@<version>.toml``. Raises RegulationFileError where that
    file is missing or holds something else.
    """
    current = load_regulation(name)
    return current if version == current.version else _older(regulation_path(name).resolve(), version)


def read_regulation_file(path: Path) -> Regulation:
    """The regulation in the file *path*, read now. Raises RegulationFileError naming the line and the key."""
    text = _text_of(path)
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RegulationFileError([_broken(path, text, error)]) from None
    try:
        regulation = read_regulation(document)
    except RegulationInvalid as error:
        raise _located(path, text, error.problems) from None
    try:
        ZoneInfo(regulation.chamber.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        advice = f"'{regulation.chamber.time_zone}' não é um fuso horário. Escreva como em America/Sao_Paulo."
        raise _located(path, text, [Problem(("chamber", "time_zone"), advice)]) from None
    return regulation


def read_lock(path: Path) -> Lock:
    """The lock file *path*, empty where there is none. Raises RegulationFileError for a line of another form."""
    lock: Lock = {}
    if not path.exists():
        return lock
    for number, line in enumerate(_text_of(path).splitlines(), start=1):
        words = line.split()
        if not words or line.startswith("#"):
            continue
        if len(words) != 3 or not re.fullmatch(r"[0-9a-f]{64}", words[2]) or (words[0], words[1]) in lock:
            raise RegulationFileError(
                [f"{path.name}, linha {number}: esperado câmara, versão e impressão digital, uma vez cada versão."]
            )
        lock[words[0], words[1]] = words[2]
    return lock


def is_locked(regulation: Regulation, lock: Mapping[tuple[str, str], str]) -> bool:
    """Whether the version of *regulation* stands in the lock, with its present procedure or another."""
    return (regulation.chamber.id, regulation.version) in lock


def check_lock(path: Path, regulation: Regulation, lock: Mapping[tuple[str, str], str]) -> None:
    """Refuse a *regulation*, read from *path*, whose procedure differs from the one locked under its version.

    A version that is not locked yet passes. Raises RegulationFileError naming the line of ``version``.
    """
    locked = lock.get((regulation.chamber.id, regulation.version))
    if locked is not None and locked != procedure_hash(regulation):
        advice = (
            f"passos, prazos ou motivos mudaram, e a versão '{regulation.version}' já está registrada com os de antes. "
            f"Guarde o arquivo anterior como {path.stem}@{regulation.version}.toml e dê aqui um novo nome à versão."
        )
        raise _located(path, _text_of(path), [Problem(("version",), advice)])


def update_lock(path: Path, regulations: Iterable[Regulation]) -> tuple[str, ...]:
    """Add the versions of *regulations* that the lock file *path* does not have yet; return them.

    What is locked stays as it is: a changed procedure under a locked version raises RegulationFileError, and nothing is
    written.
    """
    before = read_lock(path)
    after = dict(before)
    for regulation in regulations:
        found = procedure_hash(regulation)
        if after.setdefault((regulation.chamber.id, regulation.version), found) != found:
            advice = f"a versão '{regulation.version}' já está registrada com outro procedimento. Dê outro nome à nova."
            raise RegulationFileError([f"{path.name}: {advice}"])
    new = tuple(version for chamber, version in after if (chamber, version) not in before)
    if new:
        rows = "".join(f"{chamber} {version} {digest}\n" for (chamber, version), digest in sorted(after.items()))
        path.write_text(_LOCK_HEAD + rows, encoding="utf-8")
    return new


@cache
def _load(path: Path) -> Regulation:
    return read_regulation_file(path)


@cache
def _older(path: Path, version: str) -> Regulation:
    current = _load(path)
    older_path = path.with_name(f"{path.stem}@{re.sub('[^a-z0-9._-]', '_', version)}.toml")
    if not older_path.exists():
        raise RegulationFileError([f"{path.name}: falta ao lado o arquivo da versão '{version}', {older_path.name}."])
    older = read_regulation_file(older_path)
    if (older.chamber.id, older.version) != (current.chamber.id, version):
        found = f"{older.chamber.id} {older.version}"
        raise RegulationFileError([f"{older_path.name}: esperado {current.chamber.id} {version}, e está {found}."])
    return current.with_procedure_of(older)


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        reason = f"não está em UTF-8 (byte {error.start}). Salve de novo em UTF-8."
    except OSError as error:
        reason = f"não foi possível ler ({error.strerror}). Confira o caminho."
    raise RegulationFileError([f"{path.name}: {reason}"])


def _located(path: Path, text: str, problems: Iterable[Problem]) -> RegulationFileError:
    lines = key_lines(text)
    found = sorted(
        ((line_of(problem.path, lines), problem) for problem in problems), key=lambda pair: (pair[0], str(pair[1].path))
    )
    return RegulationFileError(
        f"{path.name}, linha {line}, {path_text(problem.path)}: {problem.message}" for line, problem in found
    )


def _broken(path: Path, text: str, error: tomllib.TOMLDecodeError) -> str:
    """The parser's complaint, in English and with the place at its end, as one line that begins with the place."""
    message = str(error)
    place = re.search(r" \(at line (\d+), column (\d+)\)$", message)
    if place is None:
        return f"{path.name}, linha {text.count(chr(10)) + 1}: o arquivo acaba no meio de um valor ({message})."
    return f"{path.name}, linha {place[1]}, coluna {place[2]}: não é TOML ({message[: place.start()]})."
