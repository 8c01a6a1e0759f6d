"""Reads of the administrator's room: people, offices, leave, agencies, batches of imports. Nothing of any case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import selectinload

from cprac.domain.roles import Office
from cprac.persistence.database import db
from cprac.persistence.models import Account, Agency, ImportBatch, ImportRow, Leave, OfficeHolding, WebSession
from cprac.persistence.queries_accounts import Holding, holdings_of

PAGE = 50


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Somebody in the list: with the offices held on the day asked for."""

    id: int
    name: str
    email: str
    active: bool
    has_password: bool
    offices: tuple[Office, ...]


@dataclass(frozen=True, slots=True)
class LeaveRow:
    """Days on which somebody is away, both included."""

    id: int
    account: int
    name: str
    from_on: date
    until_on: date
    reason: str


@dataclass(frozen=True, slots=True)
class PersonPage:
    """One person as the administrator sees it."""

    id: int
    name: str
    email: str
    active: bool
    has_password: bool
    created_at: datetime
    holdings: tuple[Holding, ...]
    leaves: tuple[LeaveRow, ...]
    sessions: int


@dataclass(frozen=True, slots=True)
class AgencyPage:
    """A department or other body."""

    id: int
    code: str
    name: str
    email: str
    same_person: bool
    active: bool


@dataclass(frozen=True, slots=True)
class BatchRow:
    """A file that was brought in. ``counts`` as the import wrote them; ``reverted_why`` where it was reverted."""

    id: int
    name: str
    status: str
    as_of: date
    started_at: datetime
    ended_at: datetime | None
    counts: Mapping[str, Any]
    reverted_why: str


def people(search: str, office: Office | None, on: date, *, everybody: bool) -> tuple[PersonRow, ...]:
    """At most ``PAGE`` + 1 people by name: with an office on *on* or later, or *everybody*; the disabled ones too."""
    query = select(Account).options(selectinload(Account.offices)).order_by(Account.name, Account.id).limit(PAGE + 1)
    if search:
        words = search.casefold().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        like = f"%{words}%"
        query = query.where(
            or_(func.lower(Account.name).like(like, escape="\\"), Account.email.like(like, escape="\\"))
        )
    current = or_(OfficeHolding.until_on.is_(None), OfficeHolding.until_on >= on)
    holding = exists().where(OfficeHolding.account_id == Account.id, current)
    if office is not None:
        query = query.where(holding.where(OfficeHolding.office == office))
    elif not everybody:
        query = query.where(holding)
    return tuple(
        PersonRow(
            row.id,
            row.name,
            row.email,
            row.active,
            bool(row.password_hash),
            tuple(held.office for held in row.offices if held.until_on is None or held.until_on >= on),
        )
        for row in db.session.scalars(query)
    )


def person(account: int) -> PersonPage | None:
    """One person, None where there is none."""
    row = db.session.get(Account, account)
    if row is None:
        return None
    sessions = select(func.count()).select_from(WebSession).where(WebSession.account_id == account)
    return PersonPage(
        row.id,
        row.name,
        row.email,
        row.active,
        bool(row.password_hash),
        row.created_at,
        holdings_of(account),
        leaves(account=account),
        db.session.scalar(sessions) or 0,
    )


@dataclass(frozen=True, slots=True)
class HeldBy:
    """An office and who holds it."""

    account: int
    name: str
    office: Office
    from_on: date


def holding(number: int) -> HeldBy | None:
    """One office of one person, None where there is none."""
    row = db.session.get(OfficeHolding, number)
    return None if row is None else HeldBy(row.account_id, row.account.name, row.office, row.from_on)


def leaves(*, account: int | None = None, since: date | None = None) -> tuple[LeaveRow, ...]:
    """Days of leave by date: of one person, or those that have not ended before *since*."""
    query = select(Leave, Account.name).join(Account, Account.id == Leave.account_id).order_by(Leave.from_on, Leave.id)
    if account is not None:
        query = query.where(Leave.account_id == account)
    if since is not None:
        query = query.where(Leave.until_on >= since)
    return tuple(
        LeaveRow(row.id, row.account_id, name, row.from_on, row.until_on, row.reason)
        for row, name in db.session.execute(query)
    )


def agencies() -> tuple[AgencyPage, ...]:
    """Every agency, those in use first."""
    query = select(Agency).order_by(Agency.active.desc(), Agency.name, Agency.id)
    return tuple(_agency(row) for row in db.session.scalars(query))


def agency(number: int) -> AgencyPage | None:
    """One agency, None where there is none."""
    row = db.session.get(Agency, number)
    return None if row is None else _agency(row)


def _agency(row: Agency) -> AgencyPage:
    return AgencyPage(row.id, row.code, row.name, row.email, row.same_person, row.active)


def batches() -> tuple[BatchRow, ...]:
    """Every batch, the newest first."""
    reverted = {
        row.batch_id: row.reason
        for row in db.session.execute(
            select(ImportRow.batch_id, ImportRow.reason).where(
                ImportRow.batch_id.in_(select(ImportBatch.id).where(ImportBatch.status == "reverted")),  # by the index
                ImportRow.source == "batch",
            )
        )
    }
    rows = db.session.scalars(select(ImportBatch).order_by(ImportBatch.id.desc()))
    return tuple(
        BatchRow(
            row.id,
            row.name,
            row.status,
            row.as_of,
            row.started_at,
            row.ended_at,
            row.counts,
            reverted.get(row.id, "").partition(" ")[2],
        )
        for row in rows
    )


def batch(number: int) -> BatchRow | None:
    """One batch, None where there is none."""
    return next((row for row in batches() if row.id == number), None)
