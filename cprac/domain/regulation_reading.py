"""From the parsed text of a chamber's file to a :class:`Regulation`, or to every problem that stands in the way.

The classes of ``regulation_parts`` are the schema: a table of the file becomes the class that a field's type names, so
a key cannot be read and not documented, or documented and not read.
"""

from __future__ import annotations

import re
import types
import typing
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date, datetime
from difflib import get_close_matches
from enum import StrEnum
from typing import Any

from cprac.domain.regulation import Regulation
from cprac.domain.regulation_checks import problems_of
from cprac.domain.regulation_places import KEY_OF, Path, Problem, path_text
from cprac.domain.regulation_words import Least, Like

_NOT_READ = {"switches"}  # made from switch_choices

_LIMITS: dict[str, Least | Like] = {
    "amount": Least(1),
    "extendable_amount": Least(0),
    "on_expiry": Like(r"(propose|automatic):[a-z][a-z0-9_]*|alert|none", "propose:archive_incomplete, alert ou none"),
}
"""What a deadline rule itself refuses when it is made, told here with the key and the line."""

_BAD: Any = object()
"""What stands where a value could not be read; its problem is in the list."""

_EXPECTED = {
    str: "um texto entre aspas",
    int: "um número inteiro, sem aspas",
    bool: "true ou false, sem aspas",
    date: "uma data sem aspas, como 2026-01-31",
}


class RegulationInvalid(ValueError):  # noqa: N818  (says what the file is)
    """A file that cannot be used; ``problems`` has all that was found, the message only the first."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        first = self.problems[0]
        super().__init__(f"{path_text(first.path)}: {first.message}")


def read_regulation(document: Mapping[str, Any]) -> Regulation:
    """The regulation that the parsed file *document* (tables as mappings, dates as ``date``) describes.

    Raises RegulationInvalid with the problems of shape or, where the shape is right, those between the parts.
    """
    reader = _Reader()
    read = reader.table(Regulation, document, ())
    if reader.problems:
        raise RegulationInvalid(reader.problems)
    regulation = typing.cast(Regulation, read)
    problems = problems_of(regulation)
    if problems:
        raise RegulationInvalid(problems)
    return regulation


class _Reader:
    """Reads values by their types, noting what is wrong and going on."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def wrong(self, path: Path, message: str) -> Any:
        self.problems.append(Problem(path, message))
        return _BAD

    def table(self, cls: type, value: object, path: Path) -> Any:
        """A table of the file as an instance of the dataclass *cls*."""
        if not isinstance(value, Mapping):
            return self.wrong(path, f"esperada uma tabela com chaves, e está {_shown(value)}.")
        hints = typing.get_type_hints(cls, include_extras=True)
        wanted = {KEY_OF.get(item.name, item.name): item for item in fields(cls) if _is_read(cls, item)}
        self._unknown(value, wanted, path)
        arguments = {
            item.name: self._field(item, key, hints[item.name], value, path)
            for key, item in wanted.items()
            if key in value or not _has_default(item)
        }
        if _BAD in arguments.values():
            return _BAD
        if cls is Regulation:
            arguments["switches"] = frozenset(name for name, choice in arguments["switch_choices"].items() if choice.on)
        try:
            return cls(**arguments)
        except ValueError as error:
            return self.wrong(path, f"{error}.")

    def _unknown(self, table: Mapping[str, object], wanted: Mapping[str, object], path: Path) -> None:
        for key in table:
            if key not in wanted:
                near = get_close_matches(key, wanted, 1)
                advice = f"Você quis dizer '{near[0]}'?" if near else f"As que existem aqui são: {', '.join(wanted)}."
                self.wrong((*path, key), f"chave desconhecida. {advice}")

    def _field(self, item: Field[Any], key: str, hint: Any, table: Mapping[str, Any], path: Path) -> Any:
        if key not in table:
            return self.wrong((*path, key), f"falta esta chave. Escreva nela {_expected(hint)}.")
        if _is_deadline(path) and key in _LIMITS:
            hint = typing.Annotated[hint, _LIMITS[key]]
        value = self.value(hint, table[key], (*path, key))
        if isinstance(value, str) and not value.strip() and not _has_default(item):
            return self.wrong((*path, key), "está em branco. Escreva o texto.")
        return value

    def value(self, hint: Any, value: object, path: Path) -> Any:
        """*value* as the type *hint* asks."""
        origin, arguments = typing.get_origin(hint), typing.get_args(hint)
        if origin is typing.Annotated:
            return self._limited(arguments[0], arguments[1], value, path)
        if origin in (types.UnionType, typing.Union):
            return self.value(next(option for option in arguments if option is not types.NoneType), value, path)
        if origin is tuple:
            return self._rows(arguments[0], value, path)
        if origin is Mapping:
            return self._named(arguments[1], value, path)
        if is_dataclass(hint):
            return self.table(typing.cast(type, hint), value, path)
        if issubclass(hint, StrEnum):
            return self._member(hint, value, path)
        return self._plain(hint, value, path)

    def _limited(self, hint: Any, limit: Least | Like, value: object, path: Path) -> Any:
        read = self.value(hint, value, path)
        if isinstance(limit, Least) and isinstance(read, int) and read < limit.value:
            return self.wrong(path, f"está em {read}, e o menor valor aceito é {limit.value}.")
        if isinstance(limit, Like) and isinstance(read, str) and not re.fullmatch(limit.pattern, read):
            return self.wrong(path, f"'{read}' não tem a forma esperada. Escreva como em {limit.example}.")
        return read

    def _rows(self, hint: Any, value: object, path: Path) -> Any:
        if not isinstance(value, list):
            return self.wrong(path, f"esperada uma lista, e está {_shown(value)}.")
        rows = tuple(self.value(hint, item, (*path, place)) for place, item in enumerate(value))
        return _BAD if _BAD in rows else rows

    def _named(self, hint: Any, value: object, path: Path) -> Any:
        """A table of tables (or of values) by name; the name of a row that has an ``id`` is its id."""
        if not isinstance(value, Mapping):
            return self.wrong(path, f"esperada uma tabela com nomes, e está {_shown(value)}.")
        rows = {}
        for name, item in value.items():
            row = item
            if is_dataclass(hint) and isinstance(item, Mapping) and "id" in {part.name for part in fields(hint)}:
                if "id" in item:
                    self.wrong((*path, name, "id"), f"apague: o nome da tabela, '{name}', já é o id.")
                row = {**item, "id": name}
            rows[name] = self.value(hint, row, (*path, name))
        return _BAD if _BAD in rows.values() else types.MappingProxyType(rows)

    def _member(self, hint: type[StrEnum], value: object, path: Path) -> Any:
        if isinstance(value, str) and value in tuple(hint):
            return hint(value)
        return self.wrong(path, f"está {_shown(value)}. Use um destes valores: {', '.join(hint)}.")

    def _plain(self, hint: type, value: object, path: Path) -> Any:
        # A bool is an int and a datetime a date in Python; in the file they are different things.
        if type(value) is hint:
            return value
        return self.wrong(path, f"esperado {_EXPECTED[hint]}, e está {_shown(value)}.")


def _is_read(cls: type, item: Field[Any]) -> bool:
    return not (cls is Regulation and item.name in _NOT_READ)


def _is_deadline(path: Path) -> bool:
    return len(path) == 2 and path[0] == "deadlines"


def _has_default(item: Field[Any]) -> bool:
    return item.default is not MISSING or item.default_factory is not MISSING


def _expected(hint: Any) -> str:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is typing.Annotated:
        return _expected(arguments[0])
    if origin is tuple:
        return "uma lista"
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return f"um destes valores: {', '.join(hint)}"
    return _EXPECTED.get(hint, "uma tabela com chaves")


def _shown(value: object) -> str:
    """A value of the file in the words of an error message, short enough for one line."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f"o texto '{value[:40]}'"
    if isinstance(value, (int, float)):
        return f"o número {value}"
    if isinstance(value, datetime):
        return "uma data com hora"
    if isinstance(value, list):
        return "uma lista"
    return "uma tabela" if isinstance(value, Mapping) else f"'{value}'"
