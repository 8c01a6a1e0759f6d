"""Reads for a party across its cases: whether it speaks in one, and what it was told and has not opened yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import aliased

from cprac.domain.acts import Act
from cprac.domain.roles import Role
from cprac.domain.system_events import SystemEvent, happening
from cprac.persistence.database import db
from cprac.persistence.models import Case, CaseRole, Notice
from cprac.persistence.queries import Reader, batch_shown

PARTY_ROLES = (Role.APPLICANT, Role.INVITEE)
"""The roles whose holders follow a case from the room of parties; the city's attorney has another room."""

NOTICES_SHOWN = 50


@dataclass(frozen=True, slots=True)
class OwnNotice:
    """A notice addressed to the reader, or to a party the reader speaks for. ``starts``: the deadline it sets off."""

    number: str
    title: str
    ordinal: int
    act: Act | SystemEvent
    version: int
    starts: str
    created_at: datetime
    served_on: date | None
    closed: bool

    @property
    def unread(self) -> bool:
        """Whether it was not opened, nor recorded as received by another way."""
        return self.served_on is None


def _mine(reader: Reader, row: type[CaseRole]) -> ColumnElement[bool]:
    return and_(
        row.account_id == reader.account,
        row.role.in_(PARTY_ROLES),
        row.from_at <= reader.now,
        or_(row.until_at.is_(None), row.until_at > reader.now),
    )


def speaks_in(reader: Reader, number: str) -> bool:
    """Whether *reader* is a party of the case *number*, or speaks for one, now."""
    if reader.account is None:
        return False
    row = aliased(CaseRole)
    query = select(row.id).join(Case, Case.id == row.case_id).where(Case.number == number, _mine(reader, row)).limit(1)
    return db.session.scalar(query) is not None


def _addressed(reader: Reader) -> ColumnElement[bool]:
    """The notice is the reader's, as a party of its case."""
    row = aliased(CaseRole)
    return (
        select(row.id)
        .where(
            row.case_id == Notice.case_id,
            _mine(reader, row),
            or_(Notice.account_id == reader.account, Notice.party_ordinal == row.party_ordinal),
        )
        .exists()
    )


def notices(reader: Reader, number: str | None = None) -> tuple[OwnNotice, ...]:
    """The reader's notices, those not opened first and then the newest; of one case where *number* is given."""
    if reader.account is None:
        return ()
    query = (
        select(Notice, Case)
        .join(Case, Case.id == Notice.case_id)
        .where(Notice.cancelled_at.is_(None), _addressed(reader), batch_shown())
        .order_by(Notice.served_at.is_not(None), Notice.created_at.desc(), Notice.id.desc())
        .limit(NOTICES_SHOWN)
    )
    if number is not None:
        query = query.where(Case.number == number)
    return tuple(
        OwnNotice(
            case.number,
            case.title,
            notice.ordinal,
            happening(notice.act),
            notice.version,
            notice.starts,
            notice.created_at,
            notice.served_on,
            case.state.terminal,
        )
        for notice, case in db.session.execute(query)
    )


def unread(reader: Reader) -> int:
    """How many of the reader's notices were not opened."""
    if reader.account is None:
        return 0
    query = (
        select(func.count())
        .select_from(Notice)
        .join(Case, Case.id == Notice.case_id)
        .where(Notice.cancelled_at.is_(None), Notice.served_at.is_(None), _addressed(reader), batch_shown())
    )
    return db.session.scalar(query) or 0
