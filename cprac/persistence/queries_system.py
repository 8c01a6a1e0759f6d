"""Reads of the page on the system's health: what was found wrong. Numbers of cases, and nothing of what is in them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased

from cprac.persistence.database import db
from cprac.persistence.models import Account, Case, Finding

SHOWN = 25
"""Findings of one kind that the page lists; the others are counted."""


@dataclass(frozen=True, slots=True)
class FindingRow:
    """Something that was found wrong and is not gone. ``number``: the case's, empty where it is about no case."""

    id: int
    kind: str
    number: str
    detail: str
    first_at: datetime
    last_at: datetime
    note: str
    noted_by: str
    resolved_at: datetime | None


def _rows() -> Select[tuple[int, str, str | None, str, datetime, datetime, str, str | None, datetime | None]]:
    writer = aliased(Account)
    return (
        select(
            Finding.id, Finding.kind, Case.number, Finding.detail, Finding.first_at, Finding.last_at, Finding.note,
            writer.name, Finding.resolved_at,
        )
        .outerjoin(Case, Case.id == Finding.case_id)
        .outerjoin(writer, writer.id == Finding.noted_by)
    )  # fmt: skip


def _row(row: tuple[int, str, str | None, str, datetime, datetime, str, str | None, datetime | None]) -> FindingRow:
    found, kind, number, detail, first_at, last_at, note, noted_by, resolved_at = row
    return FindingRow(found, kind, number or "", detail, first_at, last_at, note, noted_by or "", resolved_at)


def open_findings() -> dict[str, tuple[int, tuple[FindingRow, ...]]]:
    """By kind: how many are open, and the oldest of them."""
    counted = db.session.execute(
        select(Finding.kind, func.count()).where(Finding.resolved_at.is_(None)).group_by(Finding.kind)
    ).all()
    found = {}
    for kind, count in counted:
        query = _rows().where(Finding.resolved_at.is_(None), Finding.kind == kind)
        rows = db.session.execute(query.order_by(Finding.first_at, Finding.id).limit(SHOWN)).all()
        found[kind] = (count, tuple(_row(tuple(row)) for row in rows))
    return found


def finding(finding_id: int) -> FindingRow | None:
    """One finding, open or not."""
    row = db.session.execute(_rows().where(Finding.id == finding_id)).one_or_none()
    return None if row is None else _row(tuple(row))


def resolved_since(when: datetime) -> int:
    """How many findings went by themselves since then."""
    return db.session.scalar(select(func.count()).where(Finding.resolved_at >= when)) or 0
