"""How deadlines ended, rule by rule, over the days on which they were due: one GROUP BY, no row of a case read twice.

Only days before the reader's are looked at, so each deadline counted has an outcome: nobody is on time because the
slow ones are still running. What ended later than the reader's day was awaited on it. What was cancelled or replaced by
another date stands apart and is in no rate; a date replaced later is not undone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import and_, case, func, literal_column, select

from cprac.persistence.database import db
from cprac.persistence.models import Case, DeadlineRow
from cprac.persistence.queries import SEEING, Reader, cases_with_role, sees_all, visible


@dataclass(frozen=True, slots=True)
class Outcomes:
    """How the deadlines of one rule ended.

    ``expired``: the time passed and the matter went on without what was awaited. ``waiting``: overdue, and still
    awaited. ``cancelled``: what it was for went away, or another date took its place.
    """

    on_time: int = 0
    late: int = 0
    expired: int = 0
    waiting: int = 0
    cancelled: int = 0

    @property
    def ended(self) -> int:
        """The denominator: every deadline whose day is over, but those cancelled."""
        return self.on_time + self.late + self.expired + self.waiting


def on_time(reader: Reader, first: date, last: date) -> dict[str, Outcomes]:
    """By rule, the deadlines due from *first* to *last*, both included, and before the reader's day, of its cases.

    Cases of the old register have no deadlines here until they are adopted.
    """
    outcome = case(
        (DeadlineRow.ended_on > reader.on, "waiting"),
        (DeadlineRow.status.in_(("cancelled", "superseded")), "cancelled"),
        (and_(DeadlineRow.status == "met", DeadlineRow.ended_on <= DeadlineRow.due), "on_time"),
        (DeadlineRow.status == "met", "late"),
        (and_(DeadlineRow.status == "expired", DeadlineRow.ended_on.is_not(None)), "expired"),
        else_="waiting",
    )
    until = min(last, reader.on - timedelta(days=1))
    # a paused deadline is not due; its statuses are written out so that the index by status and date answers
    ended = [literal_column(f"'{status}'") for status in ("cancelled", "expired", "met", "open", "superseded")]
    query = select(DeadlineRow.rule, outcome.label("outcome"), func.count().label("n"))
    query = query.where(DeadlineRow.due.between(first, until))
    if reader.wide_roles & SEEING:
        query = query.where(DeadlineRow.status.in_(ended))
    else:  # hidden from that index, which would be walked through everybody's rows
        query = query.where(func.coalesce(DeadlineRow.status, "").in_(ended))
        query = query.where(DeadlineRow.case_id.in_(cases_with_role(SEEING)))
    if not sees_all(reader):
        query = query.join(Case, Case.id == DeadlineRow.case_id).where(visible(reader.scope))
    found: dict[str, dict[str, int]] = {}
    for row in db.session.execute(query.group_by(DeadlineRow.rule, literal_column("outcome")), reader.binds):
        found.setdefault(row.rule, {})[row.outcome] = row.n
    return {rule: Outcomes(**counted) for rule, counted in found.items()}
