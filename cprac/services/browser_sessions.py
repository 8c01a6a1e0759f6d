"""Browser sessions as rows: begun at sign-in, touched at most once a minute, ended from any process.

The cookie holds a random token; the row holds its SHA-256, so a copy of the database opens no session. Ending a session
deletes its row; saving never brings a deleted row back, so a slow request cannot undo a sign-out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from cprac.persistence.database import transaction
from cprac.persistence.models import WebSession

MOST_SESSIONS = 5
"""Sessions one account may have at a time; a sixth ends the one unused for longest."""


def digest(token: str) -> str:
    """SHA-256 of a session token, hexadecimal: what the database keeps."""
    return hashlib.sha256(token.encode()).hexdigest()


def begin(
    token: str,
    account: int | None,
    values: Mapping[str, Any],
    *,
    idle: timedelta,
    longest: timedelta,
    now: datetime,
    replaces: str | None = None,
) -> None:
    """Store a new session: it dies *idle* after its last use, *longest* after *now*. ``replaces`` ends with it."""
    with transaction() as session:
        if replaces is not None:
            session.execute(delete(WebSession).where(WebSession.token_hash == replaces))
        if account is not None:
            _make_room(session, account)
        session.add(
            WebSession(
                token_hash=digest(token),
                account_id=account,
                data={"idle": int(idle.total_seconds()), "values": dict(values)},
                created_at=now,
                seen_at=now,
                expires_at=now + longest,
            )
        )


def _make_room(session: Session, account: int) -> None:
    kept = select(WebSession.token_hash).where(WebSession.account_id == account).order_by(WebSession.seen_at.desc())
    for old in session.scalars(kept.offset(MOST_SESSIONS - 1)).all():
        session.execute(delete(WebSession).where(WebSession.token_hash == old))


def save(stored: str, values: Mapping[str, Any], *, idle: timedelta, now: datetime) -> bool:
    """Write the values of a session that still exists; whether it did."""
    with transaction() as session:
        statement = update(WebSession).where(WebSession.token_hash == stored)
        data = {"idle": int(idle.total_seconds()), "values": dict(values)}
        return _changed(session.execute(statement.values(data=data, seen_at=now)))


def touch(stored: str, now: datetime) -> None:
    """Note that a session was used."""
    with transaction() as session:
        session.execute(update(WebSession).where(WebSession.token_hash == stored).values(seen_at=now))


def end(stored: str) -> None:
    """End one session, whoever it belongs to."""
    with transaction() as session:
        session.execute(delete(WebSession).where(WebSession.token_hash == stored))


def end_of(account: int, prefix: str) -> bool:
    """End the session of *account* whose digest begins with *prefix* (16 characters or more); whether there was one."""
    if len(prefix) < 16 or not prefix.isalnum():
        return False
    with transaction() as session:
        mine = delete(WebSession).where(WebSession.account_id == account, WebSession.token_hash.startswith(prefix))
        return _changed(session.execute(mine))


def end_all_in(session: Session, account: int) -> None:
    """End every session of *account*, inside the caller's transaction: what it may do, or its password, changed."""
    session.execute(delete(WebSession).where(WebSession.account_id == account))


def _changed(result: Any) -> bool:
    return bool(result.rowcount)
