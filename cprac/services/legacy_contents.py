"""What of an old row becomes what: facts that rules may know, columns that lists need, and all else kept apart.

Nothing of the row is lost: what is longer than its column, or has none, stands whole in the private part of event 1.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from cprac.domain.acts import Act
from cprac.domain.facts import CaseFacts, LawsuitFact, PartyFact, to_plain
from cprac.domain.history import GENESIS, SCHEMA, Event, digest, private_digest
from cprac.domain.identifiers import IdentifierKind
from cprac.domain.legacy_cases import LegacyCase, LegacyParty, LegacyStep, Side
from cprac.domain.legacy_mapping import PersonKind
from cprac.domain.roles import Role
from cprac.domain.states import CaseState
from cprac.domain.words import N_
from cprac.services.chains import SALT_BYTES
from cprac.services.chamber import Chamber
from cprac.services.intake import fold_name

NO_NAME = N_("não consta")
DOCKET = "docket"

_BLANK = to_plain(CaseFacts())


@dataclass(frozen=True, slots=True)
class Content:
    """One old case ready to be written: its state, its facts (also plain), and what is kept apart with event 1.

    ``key``: under which its old number is known to the register.
    """

    case: LegacyCase
    key: str
    state: CaseState
    facts: CaseFacts
    plain: Mapping[str, Any]
    kept: Mapping[str, Any]


def content_of(case: LegacyCase, procedure: str, as_of: date) -> Content:
    """Everything of *case* but its number. A closing after the day *as_of* is announced only: the case is open."""
    is_open = case.is_open(as_of)
    facts = _facts(case, procedure, is_open=is_open)
    state = CaseState.LEGACY_OPEN if is_open else CaseState.LEGACY_CLOSED
    return Content(case, key_of(case.key), state, facts, plain_of(facts), _kept(case, facts, is_open=is_open))


def key_of(number: str) -> str:
    """The key under which an old number (as ``LegacyCase.key`` compares it) is known to the register."""
    return hashlib.sha256(f"legacy:{number}".encode()).hexdigest()


def plain_of(facts: CaseFacts) -> dict[str, Any]:
    """``to_plain`` of the facts of an old case, most of which have their default; five times as fast."""
    return {
        **_BLANK,
        "origin": facts.origin,
        "channel": facts.channel,
        "filed_on": _day(facts.filed_on),
        "closed_on": _day(facts.closed_on),
        "outcome": facts.outcome,
        "procedure": facts.procedure,
        "matter": facts.matter,
        "value": facts.value,
        "external_process": facts.external_process,
        "legacy": facts.legacy,
        "parties": [to_plain(party) for party in facts.parties],
        "lawsuits": [to_plain(lawsuit) for lawsuit in facts.lawsuits],
        "last_act": facts.last_act,
        "last_role": facts.last_role,
        "last_from": facts.last_from.value if facts.last_from else None,
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _facts(case: LegacyCase, procedure: str, *, is_open: bool) -> CaseFacts:
    """What the rules may know of an old case: its dates and outcome, no one's name.

    Of a linked lawsuit the sheet tells the number only, so it counts as one that may still run.
    """
    outcome = case.outcome.value if case.outcome else "unknown"
    return CaseFacts(
        origin="legacy",
        channel="legacy",
        filed_on=case.opened_on,
        closed_on=None if is_open else case.closed_on,
        outcome="" if is_open else outcome,
        procedure=procedure,
        matter=(case.matter or "")[:200],
        value=case.value or 0,
        external_process=(case.external_number or "")[:60],
        legacy={
            "closed": not is_open,
            "number": case.legacy_number[:80],
            "due_on": _day(case.due_on),
            "in_duration_figures": case.in_duration_figures,
            "channel": (case.channel or "")[:80],
            "steps": case.step_count,
        },
        parties=tuple(
            PartyFact(ordinal, side_of(party), kind_of(party)) for ordinal, party in enumerate(case.parties, start=1)
        ),
        lawsuits=(LawsuitFact(case.lawsuit_number, "pending"),) if case.lawsuit_number else (),
        last_act=Act.REGISTER_LEGACY.value,
        last_role=Role.REGISTRY.value,
        last_from=CaseState.DRAFT,
    )


def _kept(case: LegacyCase, facts: CaseFacts, *, is_open: bool) -> dict[str, Any]:
    """What the row says and no column or fact holds whole: texts, names of people, what was cut to fit."""
    trade_names = [party.trade_name for party in case.parties if party.trade_name and party.name]
    said: dict[str, Any] = {
        "problem": case.problem,
        "department": case.department,
        "responsible": case.responsible,
        "group": case.group,
        "last_step": case.last_step,
        "outcome_text": case.outcome_text,
        "region": case.state_region,
        "trade_names": trade_names,
        "extra": [list(pair) for pair in case.extra],
        "opened_at": _instant(case.opened_at),
        "closed_at": _instant(case.closed_at),
        "closing_announced": case.closed_on.isoformat() if is_open and case.closed_on else None,
        "number": _if_cut(case.legacy_number, facts.legacy["number"]),
        "matter": _if_cut(case.matter, facts.matter),
        "channel": _if_cut(case.channel, facts.legacy["channel"]),
        "external_number": _if_cut(case.external_number, facts.external_process),
        "names": [party.name for party in case.parties if party.name and len(party.name) > 300],
        "tax_ids": [party.tax_id.raw for party in case.parties if party.tax_id and len(party.tax_id.raw) > 60],
    }
    return {name: value for name, value in said.items() if value}


def _instant(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _if_cut(text: str | None, column: str) -> str | None:
    return text if text and text != column else None


def side_of(party: LegacyParty) -> str:
    """The side as parties have it."""
    return "applicant" if party.side is Side.APPLICANT else "invitee"


def kind_of(party: LegacyParty) -> str:
    """What the sheet says the party is; else what its tax number shows; else a natural person."""
    kind = party.person_kind
    if kind is None and party.tax_id and party.tax_id.kind is IdentifierKind.CNPJ:
        kind = PersonKind.COMPANY
    return "legal" if kind is PersonKind.COMPANY else "natural"


def title_of(case: LegacyCase) -> str:
    """Who asked × who was called, by the names people use; the old number where nobody is named."""
    names = [party.trade_name or party.name or "" for party in case.parties]
    return " × ".join(name for name in names if name)[:300] or case.legacy_number[:300]


def person_of(party: LegacyParty) -> dict[str, Any]:
    """The row of a person. A short or wrong tax number leaves ``tax_id`` empty and is kept as written."""
    name = _name(party)
    return {
        "kind": kind_of(party),
        "name": name,
        "folded_name": fold_name(name),
        "tax_id": (party.tax_id.number or "") if party.tax_id else "",
        "raw_tax_id": (party.tax_id.raw if party.tax_id else "")[:60],
    }


def party_of(party: LegacyParty, case_id: int, ordinal: int, person_id: int) -> dict[str, Any]:
    """The row of a party."""
    return {
        "case_id": case_id,
        "ordinal": ordinal,
        "side": side_of(party),
        "kind": kind_of(party),
        "person_id": person_id,
        "name": _name(party),
    }


def _name(party: LegacyParty) -> str:
    return (party.name or party.trade_name or NO_NAME)[:300]


def filed_at(case: LegacyCase, zone: ZoneInfo, now: datetime) -> datetime:
    """The instant of the old filing: as written, or the beginning of its day; *now* where the sheet has no day."""
    if case.opened_at is not None:
        return case.opened_at
    return now if case.opened_on is None else datetime.combine(case.opened_on, time(), zone)


# --- Events -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event as columns, and what is kept apart with it."""

    row: dict[str, Any]
    salt: bytes
    kept: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Author:
    """Who brings the file in, and when."""

    account: int | None
    now: datetime
    on: date


@dataclass(frozen=True, slots=True)
class Place:
    """Where an event goes: its case, its version in the docket, the hash of the event before it."""

    case_id: int
    number: str
    version: int
    previous: str


def first_event(chamber: Chamber, author: Author, content: Content, case_id: int, number: str) -> NewEvent:
    """Event 1 of an old case: every fact, so that the fold starts from nothing."""
    payload = {
        "from": CaseState.DRAFT.value,
        "to": content.state.value,
        "changes": content.plain,
        "deadlines": [],
        "values": {"line": content.case.line},
        "waiting_on": content.state.turn.value,
    }
    place = Place(case_id, number, 1, GENESIS)
    return _event(chamber, author, Act.REGISTER_LEGACY, place, author.on, payload, content.kept)


def step_event(chamber: Chamber, author: Author, step: LegacyStep, state: CaseState, place: Place) -> NewEvent:
    """An old step, on its own day. It changes nothing."""
    payload = {
        "from": state.value,
        "to": state.value,
        "changes": {},
        "deadlines": [],
        "values": {
            "line": step.line,
            "happened_on": step.on.isoformat(),
            **({"happened_at": step.at.isoformat()} if step.at else {}),
        },
        "waiting_on": state.turn.value,
    }
    said = {
        "step": step.step,
        "group": step.group,
        "responsible": step.responsible,
        "extra": [list(pair) for pair in step.extra],
    }
    kept = {name: value for name, value in said.items() if value}
    return _event(chamber, author, Act.LEGACY_STEP, place, step.on, payload, kept)


def _event(
    chamber: Chamber,
    author: Author,
    act: Act,
    place: Place,
    on: date,
    payload: Mapping[str, Any],
    kept: Mapping[str, Any],
) -> NewEvent:
    salt = chamber.random(f"{place.number}:{DOCKET}:salt", SALT_BYTES) if kept else b""
    event = Event(
        case=place.number,
        compartment=DOCKET,
        version=place.version,
        act=act.value,
        actor=author.account,
        role=Role.REGISTRY.value,
        at=author.now,
        on=on,
        payload=payload,
        private_digest=private_digest(salt, kept),
        previous=place.previous,
        hash="",
        schema=SCHEMA,
    )
    row = {
        "case_id": place.case_id,
        "compartment": event.compartment,
        "version": event.version,
        "act": event.act,
        "actor_id": event.actor,
        "role": event.role,
        "at": event.at,
        "on_date": event.on,
        "payload": payload,
        "private_digest": event.private_digest,
        "previous": event.previous,
        "hash": digest(event),
        "schema": event.schema,
    }
    return NewEvent(row, salt, kept)
