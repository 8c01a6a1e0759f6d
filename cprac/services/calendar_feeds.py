"""The secret address of a person's agenda for a calendar program: made, shown once, revoked; only its hash is kept.

Who holds the address reads the agenda without signing in, so it names cases by number only (ADR 0003). One is in force
for each person: a new one ends the one before. Making and ending are written into the access log.
"""

from __future__ import annotations

import hashlib
import re
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from cprac.persistence.database import db, transaction
from cprac.persistence.models import Account, CalendarFeed
from cprac.services import accounts, throttle
from cprac.services.chamber import Chamber
from cprac.services.errors import NotFoundError

TOKEN_BYTES = 32
_TOKEN = re.compile(rf"[0-9a-f]{{{2 * TOKEN_BYTES}}}")
WRONG = "feed_source"
"""The limit on wrong addresses (``throttle.LIMITS``); right ones are not counted: programs ask again and again."""


def create(chamber: Chamber, account: int, *, now: datetime) -> str:
    """Make a new secret for *account*, ending the one before; return it, the only time it can be read.

    NotFoundError: no active account.
    """
    token = chamber.token(f"{account}:calendar", TOKEN_BYTES)
    with transaction() as session:
        # the row of the account is locked: of two at once, the later ends the earlier one's
        holder = select(Account.id).where(Account.id == account, Account.active).with_for_update()
        if session.scalar(holder) is None:
            raise NotFoundError(str(account))
        _end(session, account, now)
        session.add(CalendarFeed(account_id=account, token_hash=digest(token), created_at=now))
        accounts.note(session, account, account, "calendar", now)
    return token


def revoke(account: int, *, now: datetime) -> bool:
    """End the address of *account*; False where there is none."""
    with transaction() as session:
        ended = _end(session, account, now)
        if ended:
            accounts.note(session, account, account, "end calendar", now)
    return ended


def made_at(account: int) -> datetime | None:
    """When the address in force was made; None where there is none."""
    mine = select(CalendarFeed.created_at).where(CalendarFeed.account_id == account, CalendarFeed.revoked_at.is_(None))
    return db.session.scalar(mine.order_by(CalendarFeed.id.desc()).limit(1))


def holder(token: str, source: str, *, now: datetime) -> int:
    """The active account whose address holds *token*.

    NotFoundError for a wrong or revoked one, or a disabled account; TooManyTriesError after too many from *source*.
    """
    if _TOKEN.fullmatch(token):
        found = db.session.scalar(
            select(CalendarFeed.account_id)
            .join(Account, Account.id == CalendarFeed.account_id)
            .where(CalendarFeed.token_hash == digest(token), CalendarFeed.revoked_at.is_(None), Account.active)
        )
        if found is not None:
            return found
    throttle.spend(WRONG, source, now)
    raise NotFoundError("agenda")


def digest(token: str) -> str:
    """What is kept of a token: its SHA-256. With 256 random bits it needs no salt."""
    return hashlib.sha256(token.encode()).hexdigest()


def _end(session: Session, account: int, now: datetime) -> bool:
    mine = update(CalendarFeed).where(CalendarFeed.account_id == account, CalendarFeed.revoked_at.is_(None))
    return bool(session.execute(mine.values(revoked_at=now)).rowcount)
