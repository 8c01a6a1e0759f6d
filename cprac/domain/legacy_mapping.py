"""Which column of an old spreadsheet means what: a mapping as data, corrected by a person, kept as a TOML file."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final, Self

from cprac.domain.legacy_lines import Encoding, LegacyFileError
from cprac.domain.legacy_values import FIRST_YEAR, LAST_YEAR, NULLS, DateOrder, fold
from cprac.domain.words import N_


class MappingError(LegacyFileError):
    """A mapping file that cannot be used: one line in Portuguese that names the key."""


class SheetKind(StrEnum):
    """What a row of the sheet is."""

    CASES = "cases"
    STEPS = "steps"


class Target(StrEnum):
    """What a column can mean. ``extra`` keeps it with the case under its own name; ``ignore`` leaves it out."""

    LEGACY_NUMBER = "legacy_number"
    LEGACY_YEAR = "legacy_year"
    OPENED_AT = "opened_at"
    CLOSED_AT = "closed_at"
    DUE_ON = "due_on"
    OUTCOME = "outcome"
    RESPONDENT_NAME = "respondent_name"
    RESPONDENT_TRADE_NAME = "respondent_trade_name"
    RESPONDENT_TAX_ID = "respondent_tax_id"
    APPLICANT_NAME = "applicant_name"
    APPLICANT_TAX_ID = "applicant_tax_id"
    PERSON_KIND = "person_kind"
    MATTER = "matter"
    PROBLEM = "problem"
    CHANNEL = "channel"
    DEPARTMENT = "department"
    RESPONSIBLE = "responsible"
    GROUP = "group"
    LAST_STEP = "last_step"
    STEP_COUNT = "step_count"
    STATE_REGION = "state_region"
    VALUE = "value"
    EXTERNAL_NUMBER = "external_number"
    LAWSUIT_NUMBER = "lawsuit_number"
    AT = "at"
    STEP = "step"
    EXTRA = "extra"
    IGNORE = "ignore"

    @property
    def label(self) -> str:
        """The name that people see."""
        return _TARGET_LABELS[self]


_TARGET_LABELS: Final = {
    Target.LEGACY_NUMBER: N_("número do caso"),
    Target.LEGACY_YEAR: N_("ano do número do caso"),
    Target.OPENED_AT: N_("data de abertura"),
    Target.CLOSED_AT: N_("data de encerramento"),
    Target.DUE_ON: N_("prazo"),
    Target.OUTCOME: N_("resultado"),
    Target.RESPONDENT_NAME: N_("nome do requerido"),
    Target.RESPONDENT_TRADE_NAME: N_("nome fantasia do requerido"),
    Target.RESPONDENT_TAX_ID: N_("CPF ou CNPJ do requerido"),
    Target.APPLICANT_NAME: N_("nome do requerente"),
    Target.APPLICANT_TAX_ID: N_("CPF ou CNPJ do requerente"),
    Target.PERSON_KIND: N_("tipo de pessoa"),
    Target.MATTER: N_("assunto"),
    Target.PROBLEM: N_("problema"),
    Target.CHANNEL: N_("canal de entrada"),
    Target.DEPARTMENT: N_("departamento"),
    Target.RESPONSIBLE: N_("responsável"),
    Target.GROUP: N_("grupo"),
    Target.LAST_STEP: N_("último andamento"),
    Target.STEP_COUNT: N_("quantidade de andamentos"),
    Target.STATE_REGION: N_("estado (UF)"),
    Target.VALUE: N_("valor"),
    Target.EXTERNAL_NUMBER: N_("número do processo em outro sistema"),
    Target.LAWSUIT_NUMBER: N_("número do processo judicial"),
    Target.AT: N_("data do andamento"),
    Target.STEP: N_("andamento"),
    Target.EXTRA: N_("guardar como está"),
    Target.IGNORE: N_("deixar de fora"),
}

DATE_TARGETS: Final = frozenset({Target.OPENED_AT, Target.CLOSED_AT, Target.DUE_ON, Target.AT})
TAX_TARGETS: Final = frozenset({Target.RESPONDENT_TAX_ID, Target.APPLICANT_TAX_ID})
_FREE: Final = frozenset({Target.EXTRA, Target.IGNORE})
TARGETS: Final = {
    SheetKind.CASES: frozenset(Target) - {Target.AT, Target.STEP},
    SheetKind.STEPS: frozenset(
        {
            *(Target.LEGACY_NUMBER, Target.LEGACY_YEAR, Target.AT, Target.STEP, Target.GROUP, Target.RESPONSIBLE),
            *(Target.EXTRA, Target.IGNORE),
        }
    ),
}
REQUIRED: Final = {
    SheetKind.CASES: (Target.LEGACY_NUMBER,),
    SheetKind.STEPS: (Target.LEGACY_NUMBER, Target.AT, Target.STEP),
}


class Outcome(StrEnum):
    """What the old sheet says of the end of a case."""

    SETTLED = "settled"
    NOT_SETTLED = "not_settled"

    @property
    def label(self) -> str:
        """The name that people see."""
        return N_("atendida") if self is Outcome.SETTLED else N_("não atendida")


class PersonKind(StrEnum):
    """A natural or a legal person."""

    PERSON = "person"
    COMPANY = "company"


_SETTLED_WORDS: Final = (
    *("s", "sim", "1", "y", "yes", "true", "verdadeiro", "atendida", "atendido", "acordo", "com acordo"),
    *("resolvida", "resolvido", "conciliada", "conciliado", "procedente"),
)
_NOT_SETTLED_WORDS: Final = (
    *("n", "nao", "0", "no", "false", "falso", "nao atendida", "nao atendido", "sem acordo"),
    *("nao resolvida", "nao resolvido", "nao conciliada", "nao conciliado", "improcedente"),
)
OUTCOMES: Final = (
    *((word, Outcome.SETTLED) for word in _SETTLED_WORDS),
    *((word, Outcome.NOT_SETTLED) for word in _NOT_SETTLED_WORDS),
)
PERSON_KINDS: Final = (
    *((word, PersonKind.COMPANY) for word in ("juridica", "pessoa juridica", "pj", "j", "empresa", "1")),
    *((word, PersonKind.PERSON) for word in ("fisica", "pessoa fisica", "pf", "f", "0")),
)


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name in the file, what it means, and how to read it where that is not plain.

    ``decimal`` is the mark of the centavos ("," or "."), None where the cells themselves must tell.
    """

    name: str
    target: Target = Target.EXTRA
    date_order: DateOrder = DateOrder.DAY_FIRST
    decimal: str | None = None


@dataclass(frozen=True, slots=True)
class Mapping:
    """How one kind of sheet is read. After :meth:`fit`, ``columns`` stand in the order of the file's header.

    ``outcomes``, ``person_kinds`` and ``nulls`` hold words as :func:`~cprac.domain.legacy_values.fold` writes them.
    ``years_from`` is the first of the hundred years that dates with two digits mean (1950: 1950 to 2049), None where
    they are refused; ``serial_dates`` tells whether 43710 is the day that a spreadsheet counts so.
    ``encoding`` and ``separator`` are for the reader of the file; None means "find out". ``notes`` say how a guess was
    made; they are no part of the file.
    """

    kind: SheetKind
    columns: tuple[Column, ...]
    outcomes: tuple[tuple[str, Outcome], ...] = OUTCOMES
    person_kinds: tuple[tuple[str, PersonKind], ...] = PERSON_KINDS
    nulls: frozenset[str] = NULLS
    encoding: Encoding | None = None
    separator: str | None = None
    years_from: int | None = None
    serial_dates: bool = False
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse (MappingError) a mapping in which a meaning is missing, doubled or of the other kind of sheet."""
        used: dict[Target, str] = {}
        names: set[str] = set()
        for column in self.columns:
            key = f"columns.{_quoted(column.name[:60])}"
            if fold(column.name) in names:
                raise MappingError(SAME_NAME.format(key=key))
            names.add(fold(column.name))
            if column.target not in TARGETS[self.kind]:
                raise MappingError(WRONG_SHEET.format(key=key, target=column.target, kind=self.kind))
            if column.target in used and column.target not in _FREE:
                raise MappingError(USED_TWICE.format(key=key, target=column.target, other=used[column.target]))
            used[column.target] = column.name[:60]
        for target in REQUIRED[self.kind]:
            if target not in used:
                raise MappingError(MISSING_TARGET.format(target=target, label=target.label))

    def fit(self, header: Sequence[str]) -> Self:
        """The same mapping for the columns of *header*, in its order; columns that it does not name are extras.

        Names are compared without accents, capitals and double blanks. MappingError where the file lacks a column.
        """
        by_name = {fold(column.name): column for column in self.columns}
        fitted = tuple(replace(by_name.pop(fold(name), Column(name)), name=name) for name in header)
        for column in by_name.values():
            raise MappingError(MISSING_COLUMN.format(key=f"columns.{_quoted(column.name[:60])}"))
        return replace(self, columns=fitted)

    def place(self, target: Target) -> int | None:
        """Where *target* stands in ``columns``; None where no column means it."""
        return next((place for place, column in enumerate(self.columns) if column.target is target), None)


SAME_NAME: Final = N_("{key}: há outra coluna com esse nome")
WRONG_SHEET: Final = N_("{key}: “{target}” não serve para uma planilha do tipo “{kind}”")
USED_TWICE: Final = N_("{key}: “{target}” já é o sentido da coluna “{other}”")
MISSING_TARGET: Final = N_("columns: falta dizer qual coluna é “{target}” ({label})")
MISSING_COLUMN: Final = N_("{key}: o arquivo não tem essa coluna")
NOT_TOML: Final = N_("o mapeamento não é um arquivo TOML válido: {error}")
UNKNOWN_KEY: Final = N_("{key}: chave desconhecida; as chaves são {known}")
WRONG_TYPE: Final = N_("{key}: o valor deve ser {wanted}")
WRONG_VALUE: Final = N_("{key}: “{value}” não é um valor aceito; use {known}")
TOO_LARGE: Final = N_("o mapeamento passa do limite de {limit} caracteres")
_LARGEST_FILE: Final = 1_000_000


# --- As a TOML file ---------------------------------------------------------------------------------------------------


def to_toml(mapping: Mapping) -> str:
    """Write *mapping* as a TOML text that :func:`from_toml` reads back the same; the notes become comments."""
    lines = ["# " + "".join(letter if letter.isprintable() else " " for letter in note) for note in mapping.notes]
    lines += [f"kind = {_quoted(mapping.kind)}"]
    if mapping.encoding:
        lines.append(f"encoding = {_quoted(mapping.encoding)}")
    if mapping.separator:
        lines.append(f"separator = {_quoted(mapping.separator)}")
    if mapping.years_from is not None:
        lines.append(f"years_from = {mapping.years_from}")
    if mapping.serial_dates:
        lines.append("serial_dates = true")
    lines.append(f"nulls = [{', '.join(_quoted(word) for word in sorted(mapping.nulls))}]")
    columns = mapping.columns
    lines += _table("columns", ((column.name, column.target) for column in columns))
    lines += _table("date_orders", ((c.name, c.date_order) for c in columns if c.date_order is not DateOrder.DAY_FIRST))
    lines += _table("decimals", ((column.name, column.decimal) for column in columns if column.decimal))
    if mapping.kind is SheetKind.CASES:
        lines += _table("outcomes", mapping.outcomes)
        lines += _table("person_kinds", mapping.person_kinds)
    return "\n".join(lines) + "\n"


def _table(name: str, rows: Iterable[tuple[str, str]]) -> list[str]:
    written = [f"{_quoted(key)} = {_quoted(value)}" for key, value in rows]
    return ["", f"[{name}]", *written] if written or name in {"columns", "outcomes", "person_kinds"} else []


def _quoted(text: str) -> str:
    """A TOML basic string: the quote, the backslash and what is no printable text are escaped."""
    return '"' + "".join(_ESCAPES.get(character) or _escaped(character) for character in text) + '"'


_ESCAPES: Final = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def _escaped(character: str) -> str:
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\u{code:04X}" if code <= 0xFFFF else f"\\U{code:08X}"


def from_toml(text: str) -> Mapping:
    """Read a mapping file. MappingError with one line that names the key where it cannot be used."""
    if len(text) > _LARGEST_FILE:
        raise MappingError(TOO_LARGE.format(limit=f"{_LARGEST_FILE:,}".replace(",", ".")))
    try:
        data = tomllib.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError) as error:
        raise MappingError(NOT_TOML.format(error=" ".join(str(error)[:200].split()))) from None
    for key in data:
        if key not in _KEYS:
            raise MappingError(UNKNOWN_KEY.format(key=_quoted(key[:60]), known=", ".join(_KEYS)))
    kind = SheetKind(_choice("kind", data.get("kind", SheetKind.CASES), SheetKind))
    targets = _texts("columns", data.get("columns", {}), Target)
    orders = _texts("date_orders", data.get("date_orders", {}), DateOrder)
    decimals = _texts("decimals", data.get("decimals", {}), (",", "."))
    for table, names in (("date_orders", orders), ("decimals", decimals)):
        for name in names:
            if name not in targets:
                raise MappingError(MISSING_COLUMN.format(key=f"{table}.{_quoted(name[:60])}"))
    columns = tuple(
        Column(name, Target(target), DateOrder(orders.get(name, DateOrder.DAY_FIRST)), decimals.get(name))
        for name, target in targets.items()
    )
    outcomes = _texts("outcomes", data.get("outcomes", dict(OUTCOMES)), Outcome)
    kinds = _texts("person_kinds", data.get("person_kinds", dict(PERSON_KINDS)), PersonKind)
    encoding = data.get("encoding")
    separator = data.get("separator")
    return Mapping(
        kind=kind,
        columns=columns,
        outcomes=tuple((fold(word), Outcome(value)) for word, value in outcomes.items()),
        person_kinds=tuple((fold(word), PersonKind(value)) for word, value in kinds.items()),
        nulls=_words("nulls", data.get("nulls", sorted(NULLS))),
        encoding=None if encoding is None else Encoding(_choice("encoding", encoding, Encoding)),
        separator=None if separator is None else _choice("separator", separator, (";", ",", "\t", "|")),
        years_from=_first_year(data.get("years_from")),
        serial_dates=_truth("serial_dates", data.get("serial_dates", False)),
    )


_KEYS: Final = (
    *("kind", "encoding", "separator", "nulls", "years_from", "serial_dates"),
    *("columns", "date_orders", "decimals", "outcomes", "person_kinds"),
)


def _choice(key: str, value: Any, known: Iterable[str]) -> str:
    if not isinstance(value, str):
        raise MappingError(WRONG_TYPE.format(key=key, wanted=N_("um texto")))
    if value not in list(known):
        raise MappingError(
            WRONG_VALUE.format(key=key, value=_quoted(value[:40])[1:-1], known=", ".join(map(repr, map(str, known))))
        )
    return value


def _first_year(value: Any) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not FIRST_YEAR <= value <= LAST_YEAR - 99:
        wanted = N_("um ano de {first} a {last}").format(first=FIRST_YEAR, last=LAST_YEAR - 99)
        raise MappingError(WRONG_TYPE.format(key="years_from", wanted=wanted))
    return value


def _truth(key: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise MappingError(WRONG_TYPE.format(key=key, wanted=N_("true ou false")))
    return value


def _texts(table: str, value: Any, known: Iterable[str]) -> dict[str, str]:
    if not isinstance(value, dict):
        raise MappingError(WRONG_TYPE.format(key=table, wanted=N_("uma tabela")))
    return {name: _choice(f"{table}.{_quoted(name[:60])}", text, known) for name, text in value.items()}


def _words(key: str, value: Any) -> frozenset[str]:
    if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
        raise MappingError(WRONG_TYPE.format(key=key, wanted=N_("uma lista de textos")))
    return frozenset(fold(word) for word in value)
