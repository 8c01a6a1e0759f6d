"""What the desk works with: who may be named in a form, where meetings are, the notices to hand over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, func, literal_column, or_, select

from cprac.domain.acts import Act
from cprac.domain.roles import Office
from cprac.domain.states import PROCEDURE
from cprac.persistence.database import db
from cprac.persistence.models import (
    Account,
    Agency,
    Case,
    EventPrivate,
    EventRow,
    Leave,
    Notice,
    OfficeHolding,
    OutboxMail,
    Party,
    Person,
)
from cprac.persistence.queries import EVENTS, Reader, full, sees_all, visible

MAILS_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who may be named in an act. ``away_until``: the last day of a leave that has begun."""

    account: int
    name: str
    away_until: date | None = None


@dataclass(frozen=True, slots=True)
class AgencyRow:
    """A department that may be party or asked. ``same_person``: of the municipality's own legal person."""

    id: int
    name: str
    same_person: bool


@dataclass(frozen=True, slots=True)
class MailToHand:
    """A message that no mail server takes, for somebody to hand over. ``status``: by_hand or failed.

    ``problem``: what the mail server said, "returned" where a person noted that it came back. ``address``, ``phone``:
    other ways to the party; ``notice``: the number of its notice in the case.
    """

    id: int
    case: str
    to_name: str
    to_email: str
    subject: str
    body: str
    status: str
    created_at: datetime
    problem: str
    notice: int | None
    address: str
    phone: str


def colleagues(reader: Reader, office: str) -> tuple[Colleague, ...]:
    """The active people who hold *office* ("any": some office) today, by name."""
    query = (
        select(Account.id, Account.name, func.max(Leave.until_on).label("away_until"))
        .join(OfficeHolding, OfficeHolding.account_id == Account.id)
        .outerjoin(Leave, and_(Leave.account_id == Account.id, Leave.from_on <= reader.on, Leave.until_on >= reader.on))
        .where(
            Account.active,
            OfficeHolding.from_on <= reader.on,
            or_(OfficeHolding.until_on.is_(None), OfficeHolding.until_on >= reader.on),
        )
        .group_by(Account.id, Account.name)
        .order_by(Account.name)
    )
    if office != "any":
        query = query.where(OfficeHolding.office == Office(office))
    return tuple(Colleague(row.id, row.name, row.away_until) for row in db.session.execute(query))


def agencies() -> tuple[AgencyRow, ...]:
    """The departments and bodies that cases may name, by name."""
    rows = db.session.execute(
        select(Agency.id, Agency.name, Agency.same_person).where(Agency.active).order_by(Agency.name)
    )
    return tuple(AgencyRow(row.id, row.name, row.same_person) for row in rows)


def places(reader: Reader, case_ids: list[int]) -> dict[int, str]:
    """Where the last set meeting of each case is, as far as *reader* may read the act that set it."""
    if not case_ids:
        return {}
    rows = db.session.execute(
        select(EventRow.case_id, EventPrivate.payload)
        .join(Case, Case.id == EventRow.case_id)
        .join(EventPrivate, EventPrivate.event_id == EventRow.id)
        .where(
            EventRow.case_id.in_(case_ids),
            EventRow.compartment == "docket",
            EventRow.act.in_((Act.SCHEDULE.value, Act.RESCHEDULE.value)),
            full(reader.scope, EVENTS),
        )
        .order_by(EventRow.version),
        reader.binds,
    )
    return {row.case_id: str(row.payload.get("place", "")) for row in rows}


def mails_to_hand(reader: Reader) -> tuple[MailToHand, ...]:
    """Messages about cases *reader* sees that wait for a person, the oldest first, at most ``MAILS_SHOWN``."""
    rows = db.session.execute(
        select(
            OutboxMail.id,
            Case.number,
            OutboxMail.to_name,
            OutboxMail.to_email,
            OutboxMail.subject,
            OutboxMail.body,
            OutboxMail.status,
            OutboxMail.created_at,
            OutboxMail.last_error,
            Notice.ordinal,
            func.coalesce(Person.address, ""),
            func.coalesce(Person.phone, ""),
        )
        .join(Case, Case.id == OutboxMail.case_id)
        .outerjoin(Notice, Notice.id == OutboxMail.notice_id)
        .outerjoin(Party, and_(Party.case_id == Notice.case_id, Party.ordinal == Notice.party_ordinal))
        .outerjoin(Person, Person.id == Party.person_id)
        .where(
            OutboxMail.status.in_(("by_hand", "failed")),
            Notice.served_at.is_(None),  # who received it another way waits for nothing
            visible(reader.scope),
        )
        .order_by(OutboxMail.status, OutboxMail.next_try_at, OutboxMail.id)
        .limit(MAILS_SHOWN),
        reader.binds,
    )
    return tuple(MailToHand(*tuple(row)) for row in rows)


@dataclass(frozen=True, slots=True)
class WaitingReceipt:
    """A notice that starts a deadline when it arrives, and whose arrival nobody recorded."""

    case: str
    ordinal: int
    act: Act | None
    to_name: str
    starts: str
    created_at: datetime


_WAITING = and_(
    Notice.served_at.is_(None), Notice.cancelled_at.is_(None), Notice.starts != literal_column("''")
)  # fmt: skip
"""In the words of the partial index ``ix_notice_waiting``: with a bound value in it SQLite read every notice."""


def receipts_waiting(reader: Reader) -> tuple[WaitingReceipt, ...]:
    """Notices about cases *reader* sees that wait for their receipt, the oldest first, at most ``MAILS_SHOWN``."""
    if not sees_all(reader):
        return ()  # recording receipts is the desk's work
    rows = db.session.execute(
        select(
            Case.number,
            Notice.ordinal,
            Notice.act,
            func.coalesce(Party.name, Account.name, ""),
            Notice.starts,
            Notice.created_at,
        )
        .join(Case, Case.id == Notice.case_id)
        .outerjoin(Party, and_(Party.case_id == Notice.case_id, Party.ordinal == Notice.party_ordinal))
        .outerjoin(Account, Account.id == Notice.account_id)
        .where(_WAITING, Case.state.in_(PROCEDURE), visible(reader.scope))
        .order_by(Notice.created_at, Notice.id)
        .limit(MAILS_SHOWN),
        reader.binds,
    )
    return tuple(WaitingReceipt(row[0], row[1], Act(row[2]), *row[3:]) for row in rows)


def receipts_missing(reader: Reader) -> int:
    """How many notices ``receipts_waiting`` would list."""
    if not sees_all(reader):
        return 0
    listed = select(Notice.id).join(Case, Case.id == Notice.case_id)
    listed = listed.where(_WAITING, Case.state.in_(PROCEDURE), visible(reader.scope))
    counted = select(func.count()).select_from(listed.limit(MAILS_SHOWN).subquery())
    return db.session.scalar(counted, reader.binds) or 0
