"""How much is in hand: open cases by mediator, and recommendations by what became of them. Counts, never whose."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import and_, func, or_, select

from cprac.domain.recommendations import SENT, Status
from cprac.domain.roles import Role
from cprac.persistence.database import db
from cprac.persistence.models import CaseFact, CaseRole, Recommendation


def mediator_loads(on: date, zone: ZoneInfo) -> tuple[int, ...]:
    """Cases in hand at the end of the local day *on*: one number a mediator who has any, the smallest first.

    In hand: the role is in force and the case, which is the chamber's own, has not come to its end.
    """
    end = datetime.combine(on + timedelta(days=1), time(), zone)
    unended = or_(and_(CaseFact.resolved_as == "", CaseFact.closed_on.is_(None)), CaseFact.resolved_on > on)
    query = (
        select(func.count(CaseRole.case_id.distinct()).label("n"))
        .join(CaseFact, CaseFact.case_id == CaseRole.case_id)
        .where(
            CaseRole.role == Role.MEDIATOR,
            CaseRole.from_at < end,
            or_(CaseRole.until_at.is_(None), CaseRole.until_at >= end),
            CaseFact.origin != "legacy",
            unended,
        )
        .group_by(CaseRole.account_id)
    )
    return tuple(sorted(row.n for row in db.session.execute(query)))


def recommendation_counts(first: date | None, last: date | None, on: date) -> dict[str, int]:
    """Recommendations sent to agencies from *first* to *last* (and by *on*), by where each stands today.

    Keys are those of ``Status``; one that waits for an answer past its day, seen from *on*, is overdue.
    """
    late = and_(Recommendation.state == Status.ISSUED.value, Recommendation.due_on < on).label("late")
    query = select(Recommendation.state, late, func.count().label("n")).where(
        Recommendation.issued_on <= min(last or on, on), Recommendation.state.in_([state.value for state in SENT])
    )
    if first is not None:
        query = query.where(Recommendation.issued_on >= first)
    found: dict[str, int] = {}
    for row in db.session.execute(query.group_by(Recommendation.state, late)):
        status = Status.OVERDUE.value if row.late else row.state
        found[status] = found.get(status, 0) + row.n
    return found
