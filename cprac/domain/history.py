"""Events, their canonical form, one hash chain per compartment, and replay by folding recorded outcomes.

The hash of an event is SHA-256 over a fixed prefix and the canonical JSON of its body, which names the previous hash.
Personal or confidential payload is not in the body: its salted digest is, so that the payload can be erased and the
chain still verifies. No hash of the docket covers private content (architecture.md, "History in compartments").
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

PREFIX = b"cprac-event-v1\n"
SCHEMA = 1
GENESIS = "0" * 64


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened in one compartment of one case.

    ``at`` is the UTC instant, ``on`` the local legal day, ``payload`` the recorded outcome (docket: from, to, changes,
    deadlines, values), ``private_digest`` the salted digest of what is kept apart, or an empty text.
    """

    case: str
    compartment: str
    version: int
    act: str
    actor: int | None
    role: str
    at: datetime
    on: date
    payload: Mapping[str, Any]
    private_digest: str
    previous: str
    hash: str
    schema: int = SCHEMA


def canonical(value: Any) -> bytes:
    """*value* as the one JSON text it has: sorted keys, no spaces, UTF-8. Floats are refused: money is integer."""
    _no_floats(value)
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


_PLAIN = frozenset({str, int, bool, type(None)})


def _no_floats(value: Any) -> None:
    if isinstance(value, float):
        msg = f"a float has no canonical form here: {value!r}"
        raise TypeError(msg)
    if isinstance(value, Mapping):
        value = value.values()
    elif not isinstance(value, (list, tuple)):
        return
    for item in value:
        if type(item) not in _PLAIN:  # most of what there is needs no call of its own
            _no_floats(item)


def stamp(at: datetime) -> str:
    """The instant as text: UTC, microseconds, a Z at the end. ValueError for an instant without time zone."""
    if at.tzinfo is None:
        raise ValueError("an event needs the time zone of its instant")
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def body(event: Event) -> dict[str, Any]:
    """The part of *event* that its hash covers."""
    return {
        "case": event.case, "compartment": event.compartment, "version": event.version, "act": event.act,
        "actor": event.actor, "role": event.role, "at": stamp(event.at), "on": event.on.isoformat(),
        "payload": event.payload, "private": event.private_digest, "previous": event.previous, "schema": event.schema,
    }


def digest(event: Event) -> str:
    """The hash *event* must carry, as 64 hexadecimal characters."""
    return hashlib.sha256(PREFIX + canonical(body(event))).hexdigest()


def private_digest(salt: bytes, payload: Mapping[str, Any]) -> str:
    """SHA-256 of the salt (32 bytes) followed by the canonical payload, hexadecimal; empty when there is no payload."""
    return hashlib.sha256(salt + canonical(payload)).hexdigest() if payload else ""


@dataclass(frozen=True, slots=True)
class Broken:
    """Where a chain or a fold first differs from what is stored."""

    case: str
    compartment: str
    version: int
    what: str


def check_chain(events: Iterable[Event], head: str | None = None) -> Broken | None:
    """The first event of a chain that does not follow from the one before, or None.

    ``head``: the hash the chain is said to end with; an older backup or a cut tail shows here. An event of another case
    or compartment does not belong, whatever its hashes say.
    """
    previous, expected = GENESIS, 1
    case = compartment = ""
    for event in events:
        if expected == 1:
            case, compartment = event.case, event.compartment
        if (event.case, event.compartment) != (case, compartment):
            return Broken(case, compartment, expected, "chain")
        if event.version != expected:
            return Broken(case, compartment, expected, "version")
        if event.previous != previous:
            return Broken(case, compartment, event.version, "previous")
        if digest(event) != event.hash:
            return Broken(case, compartment, event.version, "hash")
        previous, expected = event.hash, expected + 1
    if head is not None and head != previous:
        return Broken(case, compartment, expected - 1, "head")
    return None


@dataclass(frozen=True, slots=True)
class Folded:
    """A case as its docket tells it: state, plain facts, deadlines by ordinal as (status, due)."""

    state: str
    facts: dict[str, Any]
    deadlines: dict[int, tuple[str, str]]
    version: int


def fold(payloads: Iterable[tuple[int, Mapping[str, Any]]]) -> Folded:
    """Replay docket payloads (version, payload) in order. Folds recorded outcomes; asks no rule of today."""
    state, facts, version = "draft", dict[str, Any](), 0
    deadlines: dict[int, tuple[str, str]] = {}
    for number, payload in payloads:
        version = number
        state = payload.get("to", state)
        facts.update(payload.get("changes", {}))
        for row in payload.get("deadlines", ()):
            deadlines[row["ordinal"]] = (row["status"], row["due"])
    return Folded(state, facts, deadlines, version)
