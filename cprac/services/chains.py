"""Appending to a compartment's chain: event row, private part, new head. Only within an act's transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cprac.domain.history import GENESIS, SCHEMA, Event, digest, private_digest
from cprac.persistence.models import Case, Chain, EventPrivate, EventRow
from cprac.services.chamber import Chamber

SALT_BYTES = 32


def append(  # noqa: PLR0913  (an event is these things)
    session: Session,
    chamber: Chamber,
    case: Case,
    compartment: str,
    *,
    act: str,
    actor: int | None,
    role: str,
    now: datetime,
    on: date,
    payload: Mapping[str, Any],
    private: Mapping[str, Any] | None = None,
    flush: bool = True,
) -> EventRow:
    """Write one event at the head of *compartment*. The caller holds the case row's lock.

    Without *flush* the row is written with everything else at the end of the transaction: many events, one statement.
    """
    chain = session.get(Chain, (case.id, compartment))
    if chain is None:
        chain = Chain(case_id=case.id, compartment=compartment, version=0, head=GENESIS)
        session.add(chain)
    salt = chamber.random(f"{case.number}:{compartment}:salt", SALT_BYTES) if private else b""
    kept = private_digest(salt, private or {})
    event = Event(
        case.number, compartment, chain.version + 1, act, actor, role, now, on, payload, kept, chain.head, "", SCHEMA
    )
    row = EventRow(
        case_id=case.id,
        compartment=compartment,
        version=event.version,
        act=act,
        actor_id=actor,
        role=role,
        at=now,
        on=on,
        payload=dict(payload),
        private_digest=kept,
        previous=chain.head,
        hash=digest(event),
        schema=SCHEMA,
    )
    session.add(row)
    chain.version, chain.head = row.version, row.hash
    if flush or private:
        session.flush()  # the private part needs the row's id
    if private:
        session.add(EventPrivate(event_id=row.id, salt=salt, payload=dict(private)))
    return row


def version_of(session: Session, case_id: int, compartment: str) -> int:
    """The version a compartment's chain has now; 0 before its first event."""
    return session.scalar(select(Chain.version).where(Chain.case_id == case_id, Chain.compartment == compartment)) or 0


def as_event(row: EventRow, number: str) -> Event:
    """The stored row as the domain's event."""
    return Event(
        number,
        row.compartment,
        row.version,
        row.act,
        row.actor_id,
        row.role,
        row.at,
        row.on,
        row.payload,
        row.private_digest,
        row.previous,
        row.hash,
        row.schema,
    )
