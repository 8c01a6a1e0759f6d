"""What releases are made of and read from: native cases as plain rows, counts of deadlines, and the stored releases.

The public pages, the files and the interface read only what ``publications``, ``latest`` and ``release`` give: bytes
that never change. Nothing here reads a live figure for them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import Session

from cprac.domain.open_tables import Release, from_bytes
from cprac.domain.regulation import Regulation
from cprac.domain.release_base import ENDINGS, CaseRow, Ending
from cprac.domain.release_content import Labels, OnTime
from cprac.domain.states import CaseState
from cprac.domain.words import N_
from cprac.persistence.database import db
from cprac.persistence.models import Account, Agency, Case, CaseFact, DeadlineRow, Publication

AGREEMENT = "agreement"
PORTION = 5_000
DIRECTIONS = {
    "city_pays": N_("A cidade paga"),
    "city_receives": N_("A cidade recebe"),
    "none": N_("Ninguém paga em dinheiro"),
}
UNKNOWN = N_("Não informado")


@dataclass(frozen=True, slots=True)
class PublicationRow:
    """One stored release without its bytes. ``sha256`` of the bytes is its ETag."""

    id: int
    period: str
    revision: int
    first: date
    last: date
    as_of: date
    created_at: datetime
    reason: str
    sha256: str
    current: bool


# --- what releases are made of ----------------------------------------------------------------------------------------


def rows_of(session: Session, until: date) -> Iterator[CaseRow]:
    """Every native case filed up to *until*, as releases look at it; a portion of rows in memory at a time."""
    public, agencies = _extracts(session), dict(session.execute(select(Agency.id, Agency.code)).all())
    fact = CaseFact
    query = select(
        fact.case_id, fact.matter, fact.agency_id, fact.channel, fact.priority, fact.filed_on, fact.admitted_on,
        fact.resolved_on, fact.resolved_as, fact.direction, fact.value_agreed, fact.lawsuits,
    ).where(fact.origin == "native", fact.filed_on <= until).order_by(fact.case_id)  # fmt: skip
    for row in session.execute(query.execution_options(yield_per=PORTION)):
        over = row.resolved_as and row.resolved_on
        yield CaseRow(
            matter=row.matter,
            agency=agencies.get(row.agency_id, ""),
            channel=row.channel,
            priority=row.priority,
            filed_on=row.filed_on,
            admitted_on=row.admitted_on,
            resolved_on=row.resolved_on if over else None,
            ending=ENDINGS.get(row.resolved_as, Ending.OTHER).value if over else "",
            direction=row.direction if row.direction in DIRECTIONS else "none",
            value=row.value_agreed or 0,
            lawsuits=row.lawsuits > 0,
            published_on=public.get(row.case_id),
        )


def _extracts(session: Session) -> dict[int, date]:
    """The cases whose agreement was published by extract, with the day: its matter, agency and value are known."""
    day = Case.facts["settlement"]["published_on"].as_string()
    query = (
        select(Case.id, day)
        .join(CaseFact, CaseFact.case_id == Case.id)
        .where(
            CaseFact.origin == "native",
            or_(CaseFact.resolved_as == AGREEMENT, Case.state == CaseState.AWAITING_COURT_HOMOLOGATION),
            day.is_not(None),
        )
    )
    return {number: date.fromisoformat(text) for number, text in session.execute(query) if text and text != "null"}


def first_filing(session: Session) -> date | None:
    """The day of the first native case; None in an empty chamber."""
    return session.scalar(select(func.min(CaseFact.filed_on)).where(CaseFact.origin == "native"))


def filings(session: Session, first: date, last: date) -> int:
    """How many native cases were filed in these days, both included."""
    query = select(func.count()).where(CaseFact.origin == "native", CaseFact.filed_on.between(first, last))
    return session.scalar(query) or 0


def on_time_of(session: Session, regulation: Regulation, first: date, last: date) -> list[OnTime]:
    """How the deadlines of native cases that fell due in these days ended, by rule; all rules of the chamber."""
    kept = and_(DeadlineRow.status == "met", DeadlineRow.ended_on <= DeadlineRow.due)
    query = (
        select(DeadlineRow.rule, func.count().label("n"), func.sum(case((kept, 1), else_=0)).label("kept"))
        .join(CaseFact, CaseFact.case_id == DeadlineRow.case_id)
        .where(
            CaseFact.origin == "native",
            DeadlineRow.due.between(first, last),
            DeadlineRow.status.in_(("met", "expired", "open")),
        )
        .group_by(DeadlineRow.rule)
    )
    counted = {row.rule: (row.n, int(row.kept)) for row in session.execute(query)}
    return [OnTime(rule, each.name, *counted.get(rule, (0, 0))) for rule, each in regulation.deadlines.items()]


def labels_of(session: Session, regulation: Regulation) -> Labels:
    """The words of every category, with what is sensitive: some matters, and every group with priority."""
    agencies = session.execute(select(Agency.code, Agency.name).order_by(Agency.name)).all()
    groups = {group.id: group.label for group in regulation.priority_groups}
    return Labels(
        {
            "matter": {item.id: item.label for item in regulation.matters},
            "agency": {**dict(agencies), "": UNKNOWN},
            "channel": {item.id: item.label for item in regulation.channels},
            "priority": {"": N_("Sem prioridade"), **groups},
            "ending": {item.value: item.label for item in Ending},
            "direction": DIRECTIONS,
            "lawsuits": {"yes": N_("Com processo na Justiça"), "no": N_("Sem processo na Justiça")},
        },
        {"matter": [item.id for item in regulation.matters if item.sensitive], "priority": list(groups)},
    )


# --- what was released ------------------------------------------------------------------------------------------------


def publications() -> list[PublicationRow]:
    """Every release there is, the newest period first; of each period the newest revision first and ``current``."""
    model = Publication
    query = select(
        model.id, model.period, model.revision, model.first, model.last, model.as_of, model.created_at, model.reason,
        model.sha256,
    ).order_by(model.first.desc(), model.revision.desc())  # fmt: skip
    rows, seen = [], set()
    for row in db.session.execute(query):
        rows.append(PublicationRow(*row, current=row.period not in seen))
        seen.add(row.period)
    return rows


def published_by() -> dict[str, str]:
    """Hash → the name of who published or corrected it in the office; the clock and the command leave no name."""
    query = select(Publication.sha256, Account.name).join(Account, Account.id == Publication.created_by)
    return dict(db.session.execute(query).all())


def body(sha256: str) -> bytes | None:
    """The bytes of the release with this hash; None where there is none."""
    return db.session.scalar(select(Publication.body).where(Publication.sha256 == sha256))


@lru_cache(maxsize=8)
def _parsed(_sha256: str, stored: bytes) -> Release:
    return from_bytes(stored)


def release(sha256: str) -> Release | None:
    """The release with this hash; None where there is none."""
    stored = body(sha256)
    return _parsed(sha256, stored) if stored is not None else None


def latest() -> tuple[PublicationRow, Release] | None:
    """The newest period's release as it stands now; None where nothing was published yet."""
    newest = next(iter(publications()), None)
    found = release(newest.sha256) if newest else None
    return (newest, found) if newest and found else None


def released(session: Session) -> list[Release]:
    """Every release, earlier revisions too, in the order in which they were made."""
    query = select(Publication.body).order_by(Publication.first, Publication.revision)
    return [from_bytes(stored) for stored in session.scalars(query)]
