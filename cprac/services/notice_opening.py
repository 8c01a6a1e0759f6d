"""Opening a notice in the portal: by the one it is addressed to, with a POST, recorded like any other receipt.

A notice that starts a deadline counts as received on the day it is opened, or on the next business day (Lei 11.419/2006
art. 5 §§1-2, by analogy; procedure.md c.8): that is an act of the docket. One that only tells is marked as read.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cprac.domain.acts import Act
from cprac.domain.notices import PORTAL
from cprac.domain.permissions import Viewer, sees_case
from cprac.persistence.database import transaction
from cprac.persistence.models import Case, Notice
from cprac.persistence.viewers import viewer_in
from cprac.services import acts, notice_history
from cprac.services.chamber import Chamber
from cprac.services.errors import NotFoundError, RefusedError


@dataclass(frozen=True, slots=True)
class Opened:
    """What opening did.

    ``started`` names the deadline that now runs ("" where none began); ``first`` is False where the notice had been
    received before.
    """

    number: str
    ordinal: int
    started: str = ""
    first: bool = True


def open_notice(chamber: Chamber, account: int | None, number: str, ordinal: int, now: datetime) -> Opened:
    """Open the notice *ordinal* of the case *number* for its addressee. Opening it again changes nothing.

    Raises NotFoundError where there is no such notice for this account.
    """
    with transaction() as session:
        case = acts.lock_case(session, number)
        viewer = viewer_in(session, account, case.id, now, chamber.day(now))
        notice = session.scalar(select(Notice).where(Notice.case_id == case.id, Notice.ordinal == ordinal))
        if notice is None or not _addressed(notice, viewer):
            raise NotFoundError(number)
        if notice.served_at is not None or notice.cancelled_at is not None:
            return Opened(number, ordinal, first=False)
        if notice.starts and _recorded(session, chamber, case, notice, viewer, now):
            return Opened(number, ordinal, notice.starts)
        # it tells and starts nothing, or the case has ended meanwhile: no column of the case changes
        _read(session, chamber, notice, viewer, now)
        return Opened(number, ordinal)


def mark_read(chamber: Chamber, account: int | None, number: str, now: datetime) -> int:
    """Mark as read the notices of the case that start nothing and are addressed to this account; return how many.

    One that starts a deadline is opened by itself, so that nobody sets it off without seeing what it says.
    """
    with transaction() as session:
        case = acts.lock_case(session, number)
        viewer = viewer_in(session, account, case.id, now, chamber.day(now))
        waiting = session.scalars(
            select(Notice).where(Notice.case_id == case.id, Notice.served_at.is_(None), Notice.cancelled_at.is_(None))
        )
        mine = [each for each in waiting if _addressed(each, viewer) and (not each.starts or case.state.terminal)]
        for notice in mine:
            _read(session, chamber, notice, viewer, now)
        return len(mine)


def _read(session: Session, chamber: Chamber, notice: Notice, viewer: Viewer, now: datetime) -> None:
    notice.served_at, notice.served_on, notice.channel = now, chamber.day(now), PORTAL
    notice_history.record(session, notice.id, notice_history.Happened.OPENED, now, account=viewer.account)


def _addressed(notice: Notice, viewer: Viewer) -> bool:
    if viewer.account is None or not sees_case(viewer.roles):
        return False
    return notice.account_id == viewer.account or notice.party_ordinal in viewer.parties


def _recorded(session: Session, chamber: Chamber, case: Case, notice: Notice, viewer: Viewer, now: datetime) -> bool:
    """Record the receipt as an act; False where the case is past any deadline."""
    if case.state.terminal:
        return False
    values = {"notice": notice.ordinal, "channel": PORTAL, "served_on": chamber.day(now)}
    try:
        acts.act_in(session, chamber, case, viewer.account, Act.RECORD_SERVICE, values, version=None, now=now)
    except RefusedError as error:
        if error.refusal.kind == "state":
            return False
        raise
    return True
