"""Reads about people who sign in: who they are, offices, sessions. Frozen rows out; nothing of a case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from cprac.domain.roles import Office
from cprac.persistence.database import db
from cprac.persistence.models import Account, OfficeHolding, WebSession
from cprac.persistence.viewers import offices_of


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody who is signed in, with the offices held on the day asked for."""

    account: int
    name: str
    email: str
    offices: frozenset[Office]

    @property
    def is_staff(self) -> bool:
        """Whether this person works for the chamber or the city: holds any office."""
        return bool(self.offices)

    def holds(self, *offices: Office) -> bool:
        """Whether this person holds at least one of *offices*."""
        return not self.offices.isdisjoint(offices)


@dataclass(frozen=True, slots=True)
class StoredSession:
    """A browser session as stored: ``digest`` is the SHA-256 of its token, ``values`` what the web keeps in it."""

    digest: str
    account: int | None
    values: Mapping[str, Any]
    idle: timedelta
    created_at: datetime
    seen_at: datetime
    expires_at: datetime

    def ends_at(self) -> datetime:
        """When it dies if nothing more is asked."""
        return min(self.expires_at, self.seen_at + self.idle)


def signed_in(account: int, on: date) -> SignedIn | None:
    """The active account with its offices on the day *on*; None for a disabled or unknown one."""
    row = db.session.execute(
        select(Account.id, Account.name, Account.email).where(Account.id == account, Account.active)
    ).one_or_none()
    return None if row is None else SignedIn(row.id, row.name, row.email, offices_of(db.session(), account, on))


@dataclass(frozen=True, slots=True)
class Holding:
    """An office held between two days, both included; ``until_on`` None: no end named. ``id`` is the holding's."""

    id: int
    office: Office
    from_on: date
    until_on: date | None
    legal_act: str

    def on(self, day: date) -> str:
        """Whether it is ``now``, ``later`` or ``past`` on *day*."""
        if self.from_on > day:
            return "later"
        return "now" if self.until_on is None or self.until_on >= day else "past"


@dataclass(frozen=True, slots=True)
class OwnAccount:
    """What somebody sees of the own account."""

    name: str
    email: str
    portal_consent_on: date | None
    offices: tuple[Holding, ...]


def own_account(account: int) -> OwnAccount:
    """The account with every office it ever held, the newest first. NoResultFound where there is none."""
    row = db.session.execute(
        select(Account.name, Account.email, Account.portal_consent_on).where(Account.id == account)
    ).one()
    return OwnAccount(row.name, row.email, row.portal_consent_on, holdings_of(account))


def holdings_of(account: int) -> tuple[Holding, ...]:
    """Every office *account* holds, held or will hold, the newest first."""
    rows = db.session.scalars(
        select(OfficeHolding).where(OfficeHolding.account_id == account).order_by(OfficeHolding.from_on.desc())
    )
    return tuple(Holding(row.id, row.office, row.from_on, row.until_on, row.legal_act) for row in rows)


def account_of_email(email: str) -> int | None:
    """The id of the account with this address, in any case; None where there is none."""
    return db.session.scalar(select(Account.id).where(Account.email == email.strip().casefold()))


def stored_session(digest: str) -> StoredSession | None:
    """The session whose token has the SHA-256 *digest*, also one past its time: the caller looks at ``ends_at``."""
    row = db.session.execute(select(*WebSession.__table__.columns).where(WebSession.token_hash == digest)).one_or_none()
    return None if row is None else _session(row)


def sessions_of(account: int) -> tuple[StoredSession, ...]:
    """The sessions of *account*, the one used last first."""
    mine = select(*WebSession.__table__.columns).where(WebSession.account_id == account)
    return tuple(_session(row) for row in db.session.execute(mine.order_by(WebSession.seen_at.desc())))


def _session(row: Any) -> StoredSession:
    return StoredSession(
        row.token_hash,
        row.account_id,
        row.data["values"],
        timedelta(seconds=row.data["idle"]),
        row.created_at,
        row.seen_at,
        row.expires_at,
    )
