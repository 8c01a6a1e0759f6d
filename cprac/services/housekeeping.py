"""The daily tidying: what the chamber promised not to keep, and rows that have served. Once a local day.

No case, event, notice or document is touched here: those have their own table of retention and an act that decides.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, Delete, delete, select
from sqlalchemy.orm import Session

from cprac.domain.deadline_rules import MonthEnd, Unit, date_to_date
from cprac.domain.regulation import Regulation
from cprac.persistence.database import transaction
from cprac.persistence.models import Submission, Sweep, Throttle, WebSession
from cprac.services import access_keys, drafts, heartbeats, uploads
from cprac.services.chamber import Chamber

DRAFT_DAYS = 90
"""How long an unsent filing is kept where the regulation names no other time for "drafts"."""

THROTTLE_DAYS = 30
SUBMISSION_DAYS = 30
"""A form older than this is drawn anew: its idempotency key cannot come back (sessions end after hours)."""


@dataclass(frozen=True, slots=True)
class Tidied:
    """How many rows went. ``done`` is False where today's tidying had been done before."""

    on: str
    done: bool = True
    drafts: int = 0
    sessions: int = 0
    throttles: int = 0
    submissions: int = 0


def tidy(chamber: Chamber, now: datetime) -> Tidied:
    """Do today's tidying unless it was done: keyed by the local day, so a day is neither missed nor done twice."""
    on = chamber.day(now)
    with transaction() as session:
        last = session.scalar(select(Sweep).where(Sweep.name == heartbeats.HOUSEKEEPING).with_for_update())
        if last is not None and heartbeats.done_on(last.counts, on):
            return Tidied(on.isoformat(), done=False)
        gone, loose = _remove(session, chamber, on, now)
        heartbeats.beat(session, heartbeats.HOUSEKEEPING, now, asdict(gone))
    uploads.forget(chamber, loose)
    uploads.forget_unnamed(chamber)
    access_keys.seal_plain(chamber)
    access_keys.remember_secret(chamber)
    return gone


def drafts_before(regulation: Regulation, on: date) -> date:
    """The first day whose drafts are still kept on the day *on*: the regulation's time for drafts counted back."""
    rule = next((rule for rule in regulation.retention if rule.id == "drafts" and not rule.permanent), None)
    if rule is None or rule.amount == 0:
        return on - timedelta(days=DRAFT_DAYS)
    if rule.unit in (Unit.MONTHS, Unit.YEARS):
        return date_to_date(on, -rule.amount, rule.unit, MonthEnd.LAST_DAY)
    return on - timedelta(days=rule.amount)


def _remove(session: Session, chamber: Chamber, on: date, now: datetime) -> tuple[Tidied, list[str]]:
    """Delete the rows; return the counts, and the hashes of files that only the drafts had."""
    kept_from = datetime.combine(drafts_before(chamber.regulation, on), time.min, chamber.zone)

    def count(statement: Delete) -> int:
        return cast("CursorResult[Any]", session.execute(statement)).rowcount

    old_drafts, loose = drafts.erase_before(session, kept_from)
    gone = Tidied(
        on.isoformat(),
        drafts=old_drafts,
        sessions=count(delete(WebSession).where(WebSession.expires_at < now)),
        throttles=count(delete(Throttle).where(Throttle.window < now - timedelta(days=THROTTLE_DAYS))),
        submissions=count(delete(Submission).where(Submission.created_at < now - timedelta(days=SUBMISSION_DAYS))),
    )
    return gone, loose
