"""One notice as its history and its certificate need it: who, by which way, when, with what proof, what it started.

Only what a notice row, its history, its mail and the deadline it opened say; nothing of what the act was about. A
notice taken back is found too, for its history goes on being true.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, select

from cprac.domain.acts import Act, InformationClass
from cprac.domain.permissions import Item, Level, Viewer, level
from cprac.domain.system_events import SystemEvent, happening
from cprac.persistence.database import db
from cprac.persistence.models import Account, DeadlineRow, EventRow, Notice, NoticeEvent, OutboxMail, Party
from cprac.persistence.queries import Reader
from cprac.persistence.queries_case import CaseFile


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One thing that happened to a notice. ``kind``: of ``notice_history.Happened``; ``by``: who did it, if anybody."""

    kind: str
    at: datetime
    account: int | None
    by: str
    detail: str


@dataclass(frozen=True, slots=True)
class NoticeMail:
    """The mail of a notice. ``status``: queued, sent, by_hand, handed, failed, cancelled."""

    status: str
    address: str
    attempts: int
    last_error: str
    next_try_at: datetime
    sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class Started:
    """The deadline that the receipt of a notice started: its number in the case, rule, and end."""

    ordinal: int
    rule: str
    trigger_on: date
    due: date


@dataclass(frozen=True, slots=True)
class NoticeRecord:
    """A notice with all that is known of it. ``own``: it is addressed to the reader."""

    ordinal: int
    act: Act | SystemEvent
    to: str
    party: int | None
    own: bool
    channel: str
    starts: str
    created_at: datetime
    served_at: datetime | None
    served_on: date | None
    cancelled_at: datetime | None
    proof: str
    mail: NoticeMail | None
    history: tuple[HistoryLine, ...]
    started: Started | None

    @property
    def deemed(self) -> bool:
        """Whether it counts as received though nobody opened it."""
        return self.served_at is not None and any(
            line.kind == "deemed" and line.at == self.served_at for line in self.history
        )


def notice(reader: Reader, file: CaseFile, ordinal: int) -> NoticeRecord | None:
    """The notice *ordinal* of the case, None where there is none for *reader* to know."""
    found = db.session.execute(
        select(Notice, Party.name, Account.name)
        .outerjoin(Party, and_(Party.case_id == Notice.case_id, Party.ordinal == Notice.party_ordinal))
        .outerjoin(Account, Account.id == Notice.account_id)
        .where(Notice.case_id == file.id, Notice.ordinal == ordinal)
    ).one_or_none()
    if found is None:
        return None
    row, party, account = found
    own = row.account_id == reader.account or row.party_ordinal in file.viewer.parties
    if not own and not _knows_all(reader, file):
        return None
    return NoticeRecord(
        row.ordinal, happening(row.act), party or account or "", row.party_ordinal, own, row.channel, row.starts,
        row.created_at, row.served_at, row.served_on, row.cancelled_at, row.proof, _mail(row.id), _history(row),
        _started(file, row),
    )  # fmt: skip


def _knows_all(reader: Reader, file: CaseFile) -> bool:
    """Whether one of the reader's roles knows the notices to anybody in the case."""
    anybodys = Item(InformationClass.NOTICE, -1)
    return any(
        level(anybodys, Viewer(reader.account, frozenset({role})), deciding=None, closed=False) is not Level.NONE
        for role in file.viewer.roles
    )


def _history(row: Notice) -> tuple[HistoryLine, ...]:
    lines = db.session.execute(
        select(NoticeEvent.kind, NoticeEvent.at, NoticeEvent.account_id, Account.name, NoticeEvent.detail)
        .outerjoin(Account, Account.id == NoticeEvent.account_id)
        .where(NoticeEvent.notice_id == row.id)
        .order_by(NoticeEvent.id)
    )
    found = tuple(HistoryLine(kind, at, account, name or "", detail) for kind, at, account, name, detail in lines)
    if found and found[0].kind == "created":
        return found
    return (HistoryLine("created", row.created_at, None, "", ""), *found)  # older than the history of notices


def _mail(notice_id: int) -> NoticeMail | None:
    row = db.session.scalar(select(OutboxMail).where(OutboxMail.notice_id == notice_id).limit(1))
    if row is None:
        return None
    return NoticeMail(row.status, row.to_email, row.attempts, row.last_error, row.next_try_at, row.sent_at)


def _started(file: CaseFile, row: Notice) -> Started | None:
    """The deadline opened by the act that recorded the receipt."""
    if not row.starts or row.served_at is None:
        return None
    version = (
        select(EventRow.version)
        .where(
            EventRow.case_id == file.id,
            EventRow.compartment == "docket",
            EventRow.act == Act.RECORD_SERVICE.value,
            EventRow.at == row.served_at,
        )
        .scalar_subquery()
    )
    found = db.session.execute(
        select(DeadlineRow.ordinal, DeadlineRow.rule, DeadlineRow.trigger_on, DeadlineRow.due)
        .where(
            DeadlineRow.case_id == file.id,
            DeadlineRow.rule == row.starts,
            DeadlineRow.party_ordinal == row.party_ordinal,
            DeadlineRow.opened_version.in_(version),
        )
        .limit(1)
    ).one_or_none()
    return None if found is None else Started(*found)
