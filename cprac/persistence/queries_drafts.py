"""Reads about filings being written: one draft for who may open it, an account's drafts, what a filing may name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select

from cprac.persistence.database import db
from cprac.persistence.models import Agency, Application, Draft, DraftFile


@dataclass(frozen=True, slots=True)
class DraftFileRow:
    """A file kept with a draft. ``size`` in bytes."""

    id: int
    name: str
    media_type: str
    size: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A draft: what was typed by step, its files, and the number it got where it was submitted."""

    id: int
    account: int | None
    data: Mapping[str, Any]
    created_at: datetime
    updated_at: datetime
    number: str | None
    files: tuple[DraftFileRow, ...]

    def raw(self, step: str) -> Mapping[str, str]:
        """What was typed in *step*, as text."""
        return dict(self.data.get(step) or {})


def _opens_to(account: int | None) -> ColumnElement[bool]:
    """A draft of nobody opens to whoever knows its id or code; one of an account to that account."""
    nobodys = Draft.account_id.is_(None)
    return nobodys if account is None else or_(nobodys, Draft.account_id == account)


def draft(draft_id: int, account: int | None) -> DraftRow | None:
    """The draft where *account* (None: nobody signed in) may open it, otherwise None."""
    row = db.session.execute(
        select(*Draft.__table__.columns, Application.number)
        .outerjoin(Application, Application.id == Draft.application_id)
        .where(Draft.id == draft_id, _opens_to(account))
    ).one_or_none()
    if row is None:
        return None
    files = db.session.execute(
        select(DraftFile.id, DraftFile.name, DraftFile.media_type, DraftFile.size, DraftFile.created_at)
        .where(DraftFile.draft_id == draft_id)
        .order_by(DraftFile.id)
    )
    return DraftRow(
        row.id,
        row.account_id,
        row.data,
        row.created_at,
        row.updated_at,
        row.number,
        tuple(DraftFileRow(*each) for each in files),
    )


def draft_by_digest(digest: str, account: int | None) -> int | None:
    """The id of the draft whose code has the SHA-256 *digest*, not yet submitted, where *account* may open it."""
    return db.session.scalar(
        select(Draft.id).where(Draft.token_hash == digest, Draft.application_id.is_(None), _opens_to(account))
    )


def drafts_of(account: int) -> tuple[DraftRow, ...]:
    """The drafts of *account* that were not submitted, the one changed last first; at most 20."""
    rows = db.session.scalars(
        select(Draft)
        .where(Draft.account_id == account, Draft.application_id.is_(None))
        .order_by(Draft.updated_at.desc(), Draft.id.desc())
        .limit(20)
    )
    return tuple(DraftRow(row.id, row.account_id, row.data, row.created_at, row.updated_at, None, ()) for row in rows)


def agencies() -> tuple[tuple[int, str], ...]:
    """The bodies that a filing may name, by name."""
    rows = db.session.execute(select(Agency.id, Agency.name).where(Agency.active).order_by(Agency.name, Agency.id))
    return tuple((row.id, row.name) for row in rows)
