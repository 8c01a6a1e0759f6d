"""What filing asks and how each answer is read: raw text in, a value or a problem in plain words out.

The steps of the page and the act of filing read through here, so that they cannot disagree. What was typed is never
lost: a page keeps the raw text beside the problem. Basis: Lei 9.784/1999 art. 6 (what a request must have); Lei
13.140/2015 arts. 32 and 34; procedure.md a.2 T1.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from dataclasses import field as _field
from datetime import date
from enum import StrEnum
from typing import Any, Final

from cprac.domain.identifiers import IdentifierKind, check
from cprac.domain.regulation import Regulation
from cprac.domain.words import N_


class Step(StrEnum):
    """The pages of a filing, in order."""

    WHO = "who"
    CONFLICT = "conflict"
    DOCUMENTS = "documents"
    CHECK = "check"


@dataclass(frozen=True, slots=True)
class Problem:
    """Why an answer cannot be taken: the field, and a sentence template with its parameters."""

    field: str
    template: str
    params: Mapping[str, Any] = _field(default_factory=dict)

    @property
    def words(self) -> str:
        """The sentence in the source language."""
        return self.template.format(**self.params)


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers of one step: ``values`` by field name as far as they could be read, and the problems of the rest."""

    values: Mapping[str, Any]
    problems: tuple[Problem, ...]

    @property
    def complete(self) -> bool:
        """Whether nothing is missing or wrong."""
        return not self.problems


KINDS: Final = (("natural", N_("Uma pessoa")), ("legal", N_("Uma empresa ou outra organização")))
LAWSUIT_ANSWERS: Final = (("yes", N_("Sim")), ("no", N_("Não")), ("unknown", N_("Não sei")))
UNKNOWN_AGENCY: Final = ""
SENTENCE_LIMIT: Final = 200
ACCOUNT_LIMIT: Final = 4000
REQUEST_LIMIT: Final = 2000
MOST_LAWSUITS: Final = 20
FIRST_YEAR: Final = 1900
MOST_MONEY: Final = 10**14
"""A trillion reais, in centavos: beyond it somebody's finger stayed on a key."""

_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_INVISIBLE: Final = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_DATE: Final = re.compile(r"([0-9]{1,2})\s*[/.-]\s*([0-9]{1,2})\s*[/.-]\s*([0-9]{4})")
_MONEY: Final = re.compile(r"(?:R\$\s*)?([0-9]{1,3}(?:\.[0-9]{3})+|[0-9]{1,15})(?:,([0-9]{1,2}))?")
_EMAIL: Final = re.compile(r"[^\s@<>\"',;:()\\]+@[^\s@<>\"',;:()\\]+\.[^\s@<>\"',;:()\\.]{2,}")
_PHONE: Final = re.compile(r"\+?[0-9() .-]{8,24}")


def one_line(text: object) -> str:
    """*text* without control and invisible characters, in one line, composed (NFC). Anything but text is empty."""
    if not isinstance(text, str):
        return ""
    return " ".join(_INVISIBLE.sub("", _CONTROL.sub(" ", unicodedata.normalize("NFC", text))).split())


def many_lines(text: object) -> str:
    """*text* without control and invisible characters, line breaks kept (LF), composed (NFC)."""
    if not isinstance(text, str):
        return ""
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    return _INVISIBLE.sub("", _CONTROL.sub(" ", text)).strip()


def read_date(text: str, on: date) -> date | str:
    """A day typed as dd/mm/aaaa and not after *on*; otherwise what is wrong with it."""
    found = _DATE.fullmatch(text)
    if not found:
        return N_("Escreva a data com dia, mês e ano, como 27/01/2026")
    try:
        day = date(int(found[3]), int(found[2]), int(found[1]))
    except ValueError:
        return N_("Esse dia não existe. Confira o dia e o mês")
    if day.year < FIRST_YEAR:
        return N_("Confira o ano da data")
    return N_("A data do fato não pode estar no futuro") if day > on else day


def read_money(text: str) -> int | str:
    """An amount typed as 8.420,00 in centavos; otherwise what is wrong with it."""
    found = _MONEY.fullmatch(text)
    if not found:
        return N_("Escreva o valor só com números, como 8.420,00")
    centavos = int(found[1].replace(".", "")) * 100 + int((found[2] or "").ljust(2, "0"))
    return N_("O valor é grande demais. Confira os números") if centavos > MOST_MONEY else centavos


class _Reader:
    """Collects the values and problems of one step."""

    def __init__(self, raw: Mapping[str, object]) -> None:
        self.raw = raw
        self.values: dict[str, Any] = {}
        self.problems: list[Problem] = []

    def refuse(self, name: str, template: str, **params: Any) -> None:
        self.problems.append(Problem(name, template, params))

    def line(self, name: str, missing: str = "", limit: int = SENTENCE_LIMIT) -> str:
        return self._text(name, one_line(self.raw.get(name)), missing, limit)

    def paragraph(self, name: str, missing: str, limit: int) -> str:
        return self._text(name, many_lines(self.raw.get(name)), missing, limit)

    def _text(self, name: str, text: str, missing: str, limit: int) -> str:
        self.values[name] = text
        if not text and missing:
            self.refuse(name, missing)
        elif len(text) > limit:
            self.refuse(name, N_("São {n} letras e o limite é {limit}. Encurte o texto"), n=len(text), limit=limit)
        return text

    def choice(self, name: str, options: Collection[str], missing: str) -> str:
        picked = one_line(self.raw.get(name))
        if picked not in options:
            self.refuse(name, missing)
            picked = ""
        self.values[name] = picked
        return picked

    def parsed(self, name: str, read: Callable[[str], Any], kind: type) -> Any:
        """An answer that may be left empty; ``read`` gives a *kind*, or the problem as text."""
        text = one_line(self.raw.get(name))
        self.values[name] = None
        if not text:
            return None
        got = read(text)
        if isinstance(got, kind) and not isinstance(got, str):
            self.values[name] = got
            return got
        self.refuse(name, got)
        return None

    def answers(self) -> Answers:
        return Answers(self.values, tuple(self.problems))


def read_who(raw: Mapping[str, object], regulation: Regulation) -> Answers:
    """Step 1, who asks: kind, name, tax_id (CPF or CNPJ, may be empty), email, phone, counsel, priority.

    Only what the chamber needs: it must know whom it talks to and how to reach them; the tax number may come later
    (Lei 9.784/1999 art. 6, sole paragraph: documents are not refused without reason).
    """
    reader = _Reader(raw)
    kind = reader.choice("kind", [value for value, _label in KINDS], N_("Diga se o pedido é de uma pessoa ou empresa"))
    name = reader.line("name", N_("Escreva o nome de quem faz o pedido"))
    if name and len(name) <= SENTENCE_LIMIT and sum(map(str.isalpha, name)) < 2:
        reader.refuse("name", N_("Escreva o nome com letras"))
    _read_tax_id(reader, kind)
    email, phone = reader.line("email", limit=254), reader.line("phone", limit=60)
    if email and len(email) <= 254 and not (_EMAIL.fullmatch(email) and ".." not in email):
        reader.refuse("email", N_("Escreva o e-mail completo, como nome@exemplo.com"))
    if phone and len(phone) <= 60 and (not _PHONE.fullmatch(phone) or sum(map(str.isdigit, phone)) < 8):
        reader.refuse("phone", N_("Escreva o telefone com DDD, como (31) 99999-0000"))
    if not email and not phone:
        reader.refuse("email", N_("Escreva um e-mail ou um telefone, para podermos avisar você"))
    reader.line("counsel")
    groups = ["", *(group.id for group in regulation.priority_groups)]
    reader.choice("priority", groups, N_("Escolha uma opção da lista de prioridade"))
    return reader.answers()


def _read_tax_id(reader: _Reader, kind: str) -> None:
    text = one_line(reader.raw.get("tax_id"))
    reader.values["tax_id"] = ""
    if not text:
        return
    letters = sum(map(str.isalnum, text))
    guessed = IdentifierKind.CPF if kind == "natural" or (not kind and letters <= 11) else IdentifierKind.CNPJ
    checked = check(guessed, text)
    if checked.valid and checked.normalized:
        reader.values["tax_id"] = checked.normalized
    elif kind == "natural" and check(IdentifierKind.CNPJ, text).valid:
        reader.refuse("tax_id", N_("Este número é um CNPJ. Marque que o pedido é de uma empresa, ou escreva o CPF"))
    elif kind == "legal" and check(IdentifierKind.CPF, text).valid:
        reader.refuse("tax_id", N_("Este número é um CPF. Marque que o pedido é de uma pessoa, ou escreva o CNPJ"))
    else:
        reader.refuse("tax_id", N_("{kind}: {why}"), kind=guessed.value.upper(), why=checked.reason.rstrip("."))


def read_conflict(raw: Mapping[str, object], regulation: Regulation, agencies: Collection[int], on: date) -> Answers:
    """Step 2, the conflict: matter, agency (id or None), fact_on, account, request, value, lawsuit, lawsuits.

    *agencies*: ids that may be named. *on*: today. ``lawsuits``: 20 digits each (Res. CNJ 65/2008).
    """
    reader = _Reader(raw)
    reader.choice("matter", [matter.id for matter in regulation.matters], N_("Escolha o assunto mais próximo"))
    known = {str(agency): agency for agency in agencies}
    picked = reader.choice("agency", [UNKNOWN_AGENCY, *known], N_("Escolha um órgão da lista, ou “Não sei”"))
    reader.values["agency"] = known.get(picked)
    reader.parsed("fact_on", lambda text: read_date(text, on), date)
    reader.paragraph("account", N_("Conte o que aconteceu"), ACCOUNT_LIMIT)
    reader.paragraph("request", N_("Diga o que você pede"), REQUEST_LIMIT)
    reader.parsed("value", read_money, int)
    _read_lawsuits(reader)
    return reader.answers()


def _read_lawsuits(reader: _Reader) -> None:
    answered = reader.choice(
        "lawsuit",
        [value for value, _label in LAWSUIT_ANSWERS],
        N_("Diga se já existe processo na Justiça sobre isso"),
    )
    numbers: dict[str, None] = {}
    reader.values["lawsuits"] = ()
    typed = [line for line in map(one_line, re.split(r"[\n;,]", many_lines(reader.raw.get("lawsuits")))) if line]
    if len(typed) > MOST_LAWSUITS:
        reader.refuse("lawsuits", N_("Escreva até {most} números"), most=MOST_LAWSUITS)
        return
    for line in typed:
        checked = check(IdentifierKind.CNJ, line)
        if checked.valid is False or checked.normalized is None:
            reader.refuse("lawsuits", N_("“{text}”: {why}"), text=line[:40], why=checked.reason.rstrip("."))
            return
        numbers[checked.normalized] = None
    if numbers and answered == "no":
        reader.refuse("lawsuit", N_("Você escreveu o número de um processo: marque “Sim”, ou apague o número"))
    reader.values["lawsuits"] = tuple(numbers)


def read_consents(raw: Mapping[str, object]) -> Answers:
    """Step 4, what the person vouches for: truth (required), data (required, awareness), portal (optional adhesion)."""
    reader = _Reader(raw)
    for name, missing in (
        ("truth", N_("Confirme que as informações são verdadeiras")),
        ("data", N_("Confirme que leu como a Câmara usa os seus dados")),
        ("portal", ""),
    ):
        reader.values[name] = bool(raw.get(name))
        if missing and not reader.values[name]:
            reader.refuse(name, missing)
    return reader.answers()
