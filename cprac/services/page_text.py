"""The words of the pages the chamber writes: one plain-text template a kind, and what templates may use.

Rendering is pure: everything a page prints comes in as :class:`Page`, so that the same act always gives the same text.
Money in centavos, days local, the hour that of the chamber. Tax numbers of persons are printed masked.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from babel.dates import format_date
from babel.numbers import format_currency
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from cprac.domain.acts import FIELDS, Act, ActField, Kind
from cprac.domain.documents import DocumentKind
from cprac.domain.facts import CaseFacts
from cprac.domain.identifiers import IdentifierKind, check, format_identifier, mask_cpf
from cprac.domain.limitation import ESTIMATE_NOTE
from cprac.domain.regulation import Regulation
from cprac.domain.states import CaseState
from cprac.services.estimates import Estimated

TEMPLATES = Path(__file__).resolve().parent.parent.parent / "templates" / "documents"
PRINTED_ELSEWHERE = frozenset({Kind.FILES, Kind.OBLIGATIONS, Kind.NOTICE})
"""Kinds of field that no page prints as "label: value"."""

PLACES = {"applicant": "fez o pedido", "invitee": "foi convidada", "interested": "tem interesse no caso"}
"""What a party is in a case, by its side."""


@dataclass(frozen=True, slots=True)
class PartyText:
    """A party as pages name it. ``tax_id``: normalised CPF or CNPJ, or empty."""

    ordinal: int
    side: str
    kind: str
    name: str
    tax_id: str = ""
    counsel: str = ""

    @property
    def document(self) -> str:
        """The tax number as pages print it: a CPF masked, a CNPJ whole; nothing where there is none."""
        if check(IdentifierKind.CPF, self.tax_id).valid:
            return f"CPF {mask_cpf(self.tax_id)}"
        if check(IdentifierKind.CNPJ, self.tax_id).valid:
            return f"CNPJ {format_identifier(IdentifierKind.CNPJ, self.tax_id)}"
        return ""

    @property
    def place(self) -> str:
        """What the party is in the case."""
        return {"applicant": "fez o pedido", "invitee": "foi convidada", "interested": "tem interesse no caso"}[
            self.side
        ]


@dataclass(frozen=True, slots=True)
class Page:
    """Everything a page may print of an act. ``at``: local instant; ``signer``, ``role``: who did the act, as what."""

    regulation: Regulation
    number: str
    act: Act
    at: datetime
    facts: CaseFacts
    dest: CaseState
    legal_basis: str
    values: Mapping[str, Any]
    parties: tuple[PartyText, ...]
    signer: str = ""
    role: str = ""
    people: Mapping[int, str] | None = None
    agencies: Mapping[int, str] | None = None
    estimates: tuple[Estimated, ...] = ()
    files: tuple[str, ...] = ()
    draft: Mapping[str, Any] | None = None

    @property
    def on(self) -> date:
        """The local day of the act."""
        return self.at.date()


def day_words(day: date | str | None) -> str:
    """A day, or its ISO text, in words (25 de março de 2026); nothing for None."""
    if not day:
        return ""
    day = date.fromisoformat(day) if isinstance(day, str) else day
    return format_date(day, "d 'de' MMMM 'de' yyyy", locale="pt_BR")


def brl(centavos: int) -> str:
    """Centavos as R$ 8.420,00 with a no-break space."""
    return format_currency(centavos / 100, "BRL", locale="pt_BR")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701  (plain text: the page that shows it escapes it)
    )
    environment.filters |= {
        "brl": brl,
        "day": day_words,
        "short_day": lambda day: day.strftime("%d/%m/%Y") if day else "",
        "cnj": lambda number: format_identifier(IdentifierKind.CNJ, number),
    }
    environment.globals |= {"ESTIMATE_NOTE": ESTIMATE_NOTE}
    return environment


def _template(kind: DocumentKind) -> Template:
    return _environment().select_template([f"{kind.value}.txt", "_generic.txt"])


def render(kind: DocumentKind, page: Page) -> str:
    """The text of a page of *kind*; ends with one line break."""
    said = _said(page)
    names = {party.ordinal: party.name for party in page.parties}
    text = _template(kind).render(
        page=page,
        title=kind.title,
        chamber=page.regulation.chamber,
        regulation=page.regulation,
        number=page.number,
        act=page.act,
        facts=page.facts,
        dest=page.dest,
        values=page.values,
        parties=page.parties,
        asker=next((party.name for party in page.parties if party.side == "applicant"), "Quem fez o pedido"),
        invitees=[party for party in page.parties if party.side == "invitee"],
        said=said,
        lines=[(item.label, said[item.name]) for item in FIELDS[page.act] if said[item.name]],
        name_of=lambda ordinal: names.get(ordinal, ""),
        agency_of=lambda agency: (page.agencies or {}).get(agency, ""),
        length=_length(page.regulation),
        on_=page.regulation.switches.__contains__,
        reason=_reason(page.regulation),
        matter=_matter(page),
        draft=defaultdict(str, page.draft or {}),
        estimates=page.estimates,
    )
    lines = "\n".join(line.rstrip() for line in text.strip().splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines) + "\n"


def _length(regulation: Regulation) -> Callable[[str], str]:
    def length(rule_id: str) -> str:
        rule = regulation.rule(rule_id)
        return rule.unit.words(rule.amount)

    return length


def _reason(regulation: Regulation) -> Callable[[str, str], Any]:
    def reason(name: str, reason_id: str) -> Any:
        return next((row for row in getattr(regulation, name) if row.id == reason_id), None)

    return reason


def _matter(page: Page) -> tuple[str, str]:
    """The matter's technical and plain name; an old register's own words stand for themselves."""
    known = {row.id: (row.label, row.plain) for row in page.regulation.matters}
    return known.get(page.facts.matter, (page.facts.matter or "A definir", page.facts.matter or "A definir"))


def _said(page: Page) -> Mapping[str, str]:
    """What was typed in each field of the act, as the page prints it; an empty text for what was not."""
    said: dict[str, str] = defaultdict(str)
    for item in FIELDS[page.act]:
        value = page.values.get(item.name)
        if value not in (None, "", ()) and item.kind not in PRINTED_ELSEWHERE:
            said[item.name] = shown(item, value, page)
    return said


def shown(item: ActField, value: Any, page: Page) -> str:
    """A value as a page prints it."""
    names = {party.ordinal: party.name for party in page.parties}
    printers: Mapping[Kind, Callable[[], str]] = {
        Kind.MONEY: lambda: brl(value),
        Kind.MOMENT: lambda: _moment(value.astimezone(page.at.tzinfo)),
        Kind.DATE: lambda: day_words(value),
        Kind.FLAG: lambda: "sim" if value else "não",
        Kind.CHOICE: lambda: dict(_options(item, page.regulation)).get(value, str(value)),
        Kind.CNJ: lambda: format_identifier(IdentifierKind.CNJ, value),
        Kind.PARTY: lambda: names.get(value, ""),
        Kind.PARTIES: lambda: "\n".join(f"- {names[ordinal]}" for ordinal in value if ordinal in names),
        Kind.ACCOUNT: lambda: (page.people or {}).get(value, ""),
        Kind.AGENCY: lambda: (page.agencies or {}).get(value, ""),
        Kind.LINES: lambda: "\n".join(f"- {line}" for line in value),
    }
    return printers.get(item.kind, lambda: str(value))()


def _moment(local: datetime) -> str:
    return f"{day_words(local.date())}, às {local:%Hh%M}"


def _options(item: ActField, regulation: Regulation) -> tuple[tuple[str, str], ...]:
    if isinstance(item.choices, str):
        return regulation.choices(item.choices.partition(":")[2])
    return item.choices
