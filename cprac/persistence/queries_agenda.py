"""The agenda: running deadlines and meetings between two days, what is overdue, and what a person's calendar shows.

Each read walks the index of deadlines by status and due date, or the reader's own cases, and stops at a bound: a page
costs the same at 100 and at 100,000 cases. What the reader may not see is not in the answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal_column, or_, select
from sqlalchemy.orm import aliased

from cprac.domain.deadlines import Pause
from cprac.domain.facts import CaseFacts, from_plain
from cprac.domain.roles import Role
from cprac.domain.states import CaseState
from cprac.persistence.database import db
from cprac.persistence.models import Account, Case, CaseRole, DeadlineRow, LinkedLawsuit, Party
from cprac.persistence.queries import SEEING, Reader, among, cases_with_role, held, visible
from cprac.persistence.queries_desk import places

SHOWN = 300
"""Rows of a page: beyond it one filters."""
OVERDUE_SHOWN = 50
CAP = 1000
"""Where a count stops."""
FEED_SHOWN = 500
SESSION = "D-SESSION"
LAWSUIT = "lawsuit"


class _Running(StrEnum):
    """Statuses in which a deadline binds somebody and has a date: a paused one has none."""

    OPEN = "open"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Asked:
    """What an agenda shows. ``rules``: only these (None: all). ``mine``: only cases in which the reader has a role.

    ``agency``: a department's id. ``matter``: a matter's id; empty for all.
    """

    rules: frozenset[str] | None = None
    mine: bool = False
    agency: int | None = None
    matter: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """A running deadline, or a meeting (``starts_at`` set: its instant).

    Or the next date of a linked lawsuit: ``lawsuit`` is its number, ``rule`` ``LAWSUIT``.
    ``place`` is empty where the reader may not know it. ``party``: the name of the party whose deadline it is.
    """

    id: int
    case_id: int
    number: str
    title: str
    state: CaseState
    procedure: str
    ordinal: int
    rule: str
    status: str
    due: date
    party: str
    subject: int | None
    pauses: tuple[Pause, ...]
    by_hand: bool = False
    starts_at: datetime | None = None
    remote: bool = False
    place: str = ""
    mediator: str = ""
    lawsuit: str = ""
    lawsuit_kind: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """Rows in order of day, meetings by their hour; whether others were left out."""

    items: tuple[Item, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class Counts:
    """How many run out when, each up to ``CAP`` + 1. ``soon``: after today, up to the last day of "soon"."""

    overdue: int
    today: int
    soon: int


_OPEN = DeadlineRow.status == literal_column("'open'")
_LAPSED = and_(DeadlineRow.status == literal_column("'expired'"), DeadlineRow.ended_on.is_(None))
_WALKS = (_OPEN, _LAPSED)
"""In the words of the indexes ``ix_deadline_due`` and ``ix_deadline_lapsed``, a walk for each."""

_OF_CASES = (and_(among(func.coalesce(DeadlineRow.status, ""), _Running), DeadlineRow.ended_on.is_(None)),)
"""The same for the reader's own cases: hidden from those indexes, which would be walked through everybody's rows."""


def between(reader: Reader, asked: Asked, first: date, last: date, limit: int = SHOWN) -> Found:
    """What runs out, or takes place, between two local days, both included; at most *limit* rows."""
    found = _walk(reader, asked, DeadlineRow.due.between(first, last), limit)
    return Found(_with_meetings(reader, found[:limit]), more=len(found) > limit)


def lawsuit_dates(reader: Reader, asked: Asked, first: date, last: date, limit: int = SHOWN) -> tuple[Item, ...]:
    """The next dates of linked lawsuits between two days, both included, as somebody typed them; at most *limit*."""
    query = (
        select(
            LinkedLawsuit.id, Case.id, Case.number, Case.title, Case.state, Case.procedure, LinkedLawsuit.next_on,
            LinkedLawsuit.cnj, LinkedLawsuit.next_kind,
        )
        .join(Case, Case.id == LinkedLawsuit.case_id)
        .where(LinkedLawsuit.next_on.between(first, last), visible(reader.scope))
    )  # fmt: skip
    if asked.mine:
        query = query.where(Case.id.in_(cases_with_role(SEEING)))
    if asked.agency is not None:
        query = query.where(Case.agency_id == asked.agency)
    if asked.matter:
        query = query.where(Case.matter == asked.matter)
    rows = db.session.execute(query.order_by(LinkedLawsuit.next_on, LinkedLawsuit.id).limit(limit), reader.binds)
    return tuple(
        Item(*plain, 0, LAWSUIT, "open", due, "", None, (), by_hand=True, lawsuit=cnj, lawsuit_kind=kind)
        for *plain, due, cnj, kind in rows
    )


def overdue(reader: Reader, asked: Asked, limit: int = OVERDUE_SHOWN) -> Found:
    """What ran out before today and still waits for somebody, the oldest first."""
    found = _walk(reader, asked, DeadlineRow.due < reader.on, limit)
    return Found(_with_meetings(reader, found[:limit]), more=len(found) > limit)


def counts(reader: Reader, asked: Asked, soon_until: date) -> Counts:
    """How much is overdue, runs out today, and soon. *soon_until*: the last day of "soon"."""
    spans = (
        DeadlineRow.due < reader.on,
        DeadlineRow.due == reader.on,
        and_(DeadlineRow.due > reader.on, DeadlineRow.due <= soon_until),
    )
    runs = _runs(reader, asked)
    walks = [_counted(reader, asked, and_(span, run)) for span in spans for run in runs]
    row = db.session.execute(select(*walks), reader.binds).one()
    per = len(runs)
    return Counts(*(min(CAP + 1, sum(row[place * per : (place + 1) * per])) for place in range(len(spans))))


# --- A person's calendar ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Theirs:
    """Whose rule is whose, for ``feed``: ids of rules by who must act; ``office``: those of the reader's offices."""

    applicant: frozenset[str] = frozenset()
    invitee: frozenset[str] = frozenset()
    parties: frozenset[str] = frozenset()
    office: frozenset[str] = frozenset()


def feed(reader: Reader, theirs: Theirs, first: date, last: date) -> tuple[Item, ...]:
    """The dates that are the reader's own: at most ``FEED_SHOWN``, in order.

    Who works in a case has all its dates; a party those of its own and of all parties; an office those of its rules.
    """
    role = aliased(CaseRole)
    of_all = DeadlineRow.party_ordinal.is_(None)
    party = or_(
        DeadlineRow.party_ordinal == role.party_ordinal,
        and_(of_all, DeadlineRow.rule.in_(sorted(theirs.parties))),
        and_(of_all, among(role.role, [Role.APPLICANT]), DeadlineRow.rule.in_(sorted(theirs.applicant))),
        and_(of_all, among(role.role, [Role.INVITEE]), DeadlineRow.rule.in_(sorted(theirs.invitee))),
    )
    citizens = (Role.APPLICANT, Role.INVITEE)
    workers = [each for each in Role if each not in citizens]
    own = (
        select(role.id)
        .where(role.case_id == DeadlineRow.case_id, held(role))
        .where(or_(among(role.role, workers), and_(among(role.role, citizens), party)))
        .limit(1)
    )
    mine = own.correlate(DeadlineRow).scalar_subquery().is_not(None)
    span = DeadlineRow.due.between(first, last)
    found = {row.id: row for row in _walk(reader, Asked(mine=True), and_(span, mine), FEED_SHOWN)}
    if theirs.office:
        found |= {row.id: row for row in _walk(reader, Asked(rules=theirs.office), span, FEED_SHOWN)}
    rows = sorted(found.values(), key=lambda row: (row.due, row.id))[:FEED_SHOWN]
    return _with_meetings(reader, rows, told=False)


# --- Walking ----------------------------------------------------------------------------------------------------------


def _from_cases(query: Select[Any]) -> Select[Any]:
    return query.select_from(DeadlineRow).join(Case, Case.id == DeadlineRow.case_id)


def _runs(reader: Reader, asked: Asked) -> tuple[ColumnElement[bool], ...]:
    """The parts in which running deadlines are read: by date where an office shows every case, else by own case."""
    by_date = bool(reader.wide_roles & SEEING) and not asked.mine
    return _WALKS if by_date else _OF_CASES


def _counted(reader: Reader, asked: Asked, span: ColumnElement[bool]) -> Any:
    listed = _from_cases(select(DeadlineRow.id)).where(*_where(reader, asked), span).limit(CAP + 1).subquery()
    return select(func.count()).select_from(listed).scalar_subquery()


def _where(reader: Reader, asked: Asked) -> Iterable[ColumnElement[bool]]:
    yield visible(reader.scope)
    if asked.mine or not reader.wide_roles & SEEING:
        yield DeadlineRow.case_id.in_(cases_with_role(SEEING))
    if asked.rules is not None:
        yield DeadlineRow.rule.in_(sorted(asked.rules))
    if asked.agency is not None:
        other = aliased(Case)
        yield DeadlineRow.case_id.in_(select(other.id).where(other.agency_id == asked.agency))
    if asked.matter:
        yield Case.matter == asked.matter


_COLUMNS = (
    DeadlineRow.id,
    DeadlineRow.case_id,
    Case.number,
    Case.title,
    Case.state,
    Case.procedure,
    DeadlineRow.ordinal,
    DeadlineRow.rule,
    DeadlineRow.status,
    DeadlineRow.due,
    func.coalesce(Party.name, "").label("party"),
    DeadlineRow.subject,
    DeadlineRow.pauses,
    DeadlineRow.calendar_version,
)


def _walk(reader: Reader, asked: Asked, span: ColumnElement[bool], limit: int) -> list[Item]:
    """The first *limit* + 1 running rows of *span* by date."""
    query = _from_cases(select(*_COLUMNS)).outerjoin(
        Party, and_(Party.case_id == DeadlineRow.case_id, Party.ordinal == DeadlineRow.party_ordinal)
    )
    query = query.where(*_where(reader, asked), span).order_by(DeadlineRow.due, DeadlineRow.id).limit(limit + 1)
    rows = [row for run in _runs(reader, asked) for row in db.session.execute(query.where(run), reader.binds)]
    rows.sort(key=lambda row: (row.due, row.id))
    return [_item(row) for row in rows[: limit + 1]]


def _item(row: Any) -> Item:
    *plain, pauses, calendar_version = row
    spans = ((date.fromisoformat(start), date.fromisoformat(end) if end else None) for start, end in pauses)
    return Item(*plain, tuple(Pause(*span) for span in spans), by_hand=not calendar_version)


def _with_meetings(reader: Reader, items: Sequence[Item], *, told: bool = True) -> tuple[Item, ...]:
    """The same with hour, mediator and (where *told*) place of the meetings among them, which stand in the facts."""
    wanted = sorted({item.case_id for item in items if item.rule == SESSION})
    if not wanted:
        return tuple(items)
    rows = db.session.execute(select(Case.id, Case.facts).where(Case.id.in_(wanted)))
    facts = {row.id: from_plain(CaseFacts, row.facts) for row in rows}
    where = places(reader, wanted) if told else {}
    mediators = {fact.mediator.account for fact in facts.values() if fact.mediator is not None} if told else set()
    names = dict(db.session.execute(select(Account.id, Account.name).where(Account.id.in_(sorted(mediators)))).all())
    return tuple(sorted((_meeting(item, facts, where, names) for item in items), key=_order))


def _meeting(item: Item, facts: dict[int, CaseFacts], where: dict[int, str], names: dict[int, str]) -> Item:
    known = facts.get(item.case_id)
    session = known.scheduled_session if known and item.rule == SESSION else None
    if known is None or session is None:
        return item
    return replace(
        item,
        starts_at=datetime.fromisoformat(session.starts_at),
        remote=session.remote,
        place=where.get(item.case_id, ""),
        mediator=names.get(known.mediator.account, "") if known.mediator else "",
    )


def _order(item: Item) -> tuple[Any, ...]:
    """By day; on a day the meetings first, by their hour."""
    return (item.due, item.starts_at is None, item.starts_at.isoformat() if item.starts_at else "", item.id)
