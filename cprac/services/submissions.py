"""Idempotency: the first submission of a form writes its answer; equal ones get the same answer and do nothing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from cprac.persistence.models import Submission
from cprac.services.errors import KeyReusedError


def _plain(value: Any) -> Any:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in sorted(value.items())}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value if isinstance(value, (str, int, bool, type(None))) else repr(value)


def fingerprint(*parts: Any) -> str:
    """SHA-256 of what a form asked for: where it was sent and what was typed."""
    return hashlib.sha256(json.dumps(_plain(parts), ensure_ascii=False).encode()).hexdigest()


def claim(session: Session, key: str, account: int | None, body_hash: str, now: datetime) -> dict[str, Any] | None:
    """Take the *key* for this transaction; return the stored answer where an equal submission was there before.

    It is the first write of an act: on PostgreSQL a second equal submission waits here for the first to commit.
    Raises ``KeyReusedError`` where the key stands for something else.
    """
    dialect = session.get_bind().dialect.name
    build = {"sqlite": sqlite_insert, "postgresql": postgresql_insert}[dialect]
    statement = build(Submission).values(key=key, account_id=account, body_hash=body_hash, answer={}, created_at=now)
    taken = session.scalar(statement.on_conflict_do_nothing(index_elements=["key"]).returning(Submission.key))
    if taken is not None:
        return None
    stored = session.execute(select(Submission).where(Submission.key == key)).scalar_one()
    if stored.body_hash != body_hash or stored.account_id != account:
        raise KeyReusedError(key)
    return dict(stored.answer)


def answer(session: Session, key: str, value: Mapping[str, Any]) -> None:
    """Store the answer that equal submissions will get."""
    session.execute(update(Submission).where(Submission.key == key).values(answer=dict(value)))
