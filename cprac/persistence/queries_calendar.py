"""Reads of the chamber's calendar: days decreed and taken back, recounts, and what waits for a person's review."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import aliased

from cprac.domain.business_days import DayKind
from cprac.persistence.database import db
from cprac.persistence.models import Account, CalendarDayRow, Case, DeadlineReview, DeadlineRow, Recount
from cprac.persistence.queries import Reader, visible

REVIEWS_SHOWN = 100
RECOUNTS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class DecreedDay:
    """A day decreed, standing or taken back. ``down_from``, ``down_until``: the outage behind it."""

    id: int
    day: date
    kind: DayKind
    name: str
    legal_act: str
    known_from: datetime
    by: str
    withdrawn_at: datetime | None
    withdrawn_by: str
    withdrawal: str
    down_from: datetime | None
    down_until: datetime | None


@dataclass(frozen=True, slots=True)
class RecountRow:
    """A recount and how far it is."""

    id: int
    reason: str
    first_day: date
    by: str
    asked_at: datetime
    looked_at: int
    moved: int
    kept: int
    reviews: int
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """A deadline that had ended when a later calendar would have moved it."""

    id: int
    number: str
    title: str
    rule: str
    ordinal: int
    status: str
    ended_on: date | None
    was: date
    would_be: date
    reason: str
    created_at: datetime


def decreed_in(year: int) -> tuple[DecreedDay, ...]:
    """Every day of *year* that was ever decreed, in order, those taken back too."""
    return _decreed(CalendarDayRow.day.between(date(year, 1, 1), date(year, 12, 31)))


def decreed(row_id: int) -> DecreedDay | None:
    """One decreed day."""
    return next(iter(_decreed(CalendarDayRow.id == row_id)), None)


def same_outage(one: DecreedDay) -> tuple[DecreedDay, ...]:
    """The days of one outage: those with the same hours and the same certificate."""
    return _decreed(
        CalendarDayRow.down_from == one.down_from,
        CalendarDayRow.down_until == one.down_until,
        CalendarDayRow.legal_act == one.legal_act,
    )


def _decreed(*where: object) -> tuple[DecreedDay, ...]:
    by, withdrew = aliased(Account), aliased(Account)
    rows = db.session.execute(
        select(CalendarDayRow, by.name, withdrew.name)
        .outerjoin(by, by.id == CalendarDayRow.decreed_by)
        .outerjoin(withdrew, withdrew.id == CalendarDayRow.withdrawn_by)
        .where(*where)  # type: ignore[arg-type]  # clauses of this module
        .order_by(CalendarDayRow.day, CalendarDayRow.id)
    )
    return tuple(
        DecreedDay(
            row.id, row.day, DayKind(row.kind), row.name, row.legal_act, row.known_from, name or "",
            row.withdrawn_at, taken_by or "", row.withdrawal, row.down_from, row.down_until,
        )
        for row, name, taken_by in rows
    )  # fmt: skip


def _recounts() -> Select[tuple[Recount, str]]:
    return select(Recount, func.coalesce(Account.name, "")).outerjoin(Account, Account.id == Recount.asked_by)


def _recount(row: Recount, by: str) -> RecountRow:
    return RecountRow(
        row.id, row.reason, row.first_day, by, row.asked_at, row.looked_at, row.moved, row.kept, row.reviews,
        row.finished_at,
    )  # fmt: skip


def recounts() -> tuple[RecountRow, ...]:
    """The last recounts, the newest first, at most ``RECOUNTS_SHOWN``."""
    rows = db.session.execute(_recounts().order_by(Recount.id.desc()).limit(RECOUNTS_SHOWN))
    return tuple(_recount(row, by) for row, by in rows)


def recount(recount_id: int) -> RecountRow | None:
    """One recount."""
    found = db.session.execute(_recounts().where(Recount.id == recount_id)).first()
    return None if found is None else _recount(*found)


def _reviews(reader: Reader) -> Select[tuple[DeadlineReview, DeadlineRow, Case, str]]:
    return (
        select(DeadlineReview, DeadlineRow, Case, Recount.reason)
        .join(DeadlineRow, DeadlineRow.id == DeadlineReview.deadline_id)
        .join(Case, Case.id == DeadlineReview.case_id)
        .join(Recount, Recount.id == DeadlineReview.recount_id)
        .where(DeadlineReview.decided_at.is_(None), visible(reader.scope))
    )


def _review(review: DeadlineReview, line: DeadlineRow, case: Case, reason: str) -> ReviewRow:
    return ReviewRow(
        review.id, case.number, case.title, line.rule, line.ordinal, line.status, line.ended_on, review.was,
        review.would_be, reason, review.created_at,
    )  # fmt: skip


def reviews(reader: Reader) -> tuple[ReviewRow, ...]:
    """What waits for a person, of cases that *reader* sees, the oldest first, at most ``REVIEWS_SHOWN``."""
    rows = db.session.execute(_reviews(reader).order_by(DeadlineReview.id).limit(REVIEWS_SHOWN), reader.binds)
    return tuple(_review(*row) for row in rows)


def review(reader: Reader, review_id: int) -> ReviewRow | None:
    """One of them."""
    found = db.session.execute(_reviews(reader).where(DeadlineReview.id == review_id), reader.binds).first()
    return None if found is None else _review(*found)


def reviews_waiting(reader: Reader) -> int:
    """How many wait, of cases that *reader* sees."""
    query = (
        select(func.count())
        .select_from(DeadlineReview)
        .join(Case, Case.id == DeadlineReview.case_id)
        .where(DeadlineReview.decided_at.is_(None), visible(reader.scope))
    )
    return db.session.scalar(query, reader.binds) or 0


def visible_cases(reader: Reader, case_ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Number and title of those of *case_ids* that *reader* may know of."""
    wanted = sorted(set(case_ids))
    if not wanted:
        return {}
    query = select(Case.id, Case.number, Case.title).where(Case.id.in_(wanted), or_(visible(reader.scope)))
    return {row.id: (row.number, row.title) for row in db.session.execute(query, reader.binds)}
