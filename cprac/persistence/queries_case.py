"""One case as a page needs it: a bounded number of statements, whatever the number of its events.

What the reader may not see is not in the answer: an item out of reach is left out, one seen by its existence only comes
without its text. Reserved conversations are read by ``queries_items``, each read of which is logged. Over
400 lines: one page's statements, read beside each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session

from cprac.domain.acts import Act, Compartment, InformationClass
from cprac.domain.business_days import CalendarDay, DayKind
from cprac.domain.deadline_rules import GIVEN_RULES
from cprac.domain.facts import CaseFacts, from_plain
from cprac.domain.permissions import Item, Level, Viewer, level
from cprac.domain.roles import Role, roles_in_case
from cprac.domain.states import CaseState, Turn
from cprac.domain.system_events import SystemEvent, happening
from cprac.persistence.database import db
from cprac.persistence.models import (
    Account,
    Agency,
    Application,
    CalendarDayRow,
    Case,
    CaseRole,
    DeadlineRow,
    Document,
    EventPrivate,
    EventRow,
    Notice,
    Party,
    Person,
    Representation,
)
from cprac.persistence.queries import DOCUMENTS, EVENTS, Reader, Scope, full, held, seen, visible

EVENTS_SHOWN = 20
DOCUMENTS_SHOWN = 100
NOTICES_SHOWN = 20
LAST_VERSION = 2**31 - 1
RUNNING = ("open", "paused", "expired")


@dataclass(frozen=True, slots=True)
class PartyRow:
    """A party. ``tax_id`` and ``counsel`` are empty where the reader may not know them."""

    ordinal: int
    side: str
    kind: str
    name: str
    tax_id: str = ""
    counsel: str = ""


@dataclass(frozen=True, slots=True)
class DeadlineLine:
    """A deadline of the case, as stored."""

    ordinal: int
    rule: str
    status: str
    party: int | None
    subject: int | None
    trigger_on: date
    due: date
    ended_on: date | None
    remaining: int | None
    extended: int
    pauses: tuple[tuple[date, date | None], ...]
    proposes: str
    communicated: date | None
    urgent: bool = False
    computed: date | None = None
    by_hand: bool = False

    @property
    def running(self) -> bool:
        """Whether it still binds somebody."""
        return self.ended_on is None and self.status in RUNNING

    @property
    def given(self) -> bool:
        """Whether its date stands in an act, so that there is nothing to count."""
        return self.by_hand or self.rule in GIVEN_RULES


@dataclass(frozen=True, slots=True)
class EventLine:
    """Something that happened. ``private`` is the text, and empty unless ``full``."""

    version: int
    act: Act | SystemEvent
    at: datetime
    on: date
    who: str
    role: str
    full: bool
    payload: Mapping[str, Any]
    private: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """A document. ``title`` is its kind's where the reader only knows that it exists (``full`` is False)."""

    token: str
    kind: str
    title: str
    information_class: InformationClass
    full: bool
    version: int
    media_type: str | None
    file_name: str
    size: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """A notice and whether it arrived."""

    ordinal: int
    act: Act | SystemEvent
    audience: str
    party: int | None
    to: str
    channel: str
    starts: str
    created_at: datetime
    served_on: date | None


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case as *viewer* may see it. Money in centavos. ``events`` oldest first, the newest ``EVENTS_SHOWN``."""

    id: int
    number: str
    application: str
    title: str
    state: CaseState
    version: int
    facts: CaseFacts
    procedure: str
    agency: str
    value: int
    waiting_on: Turn
    responsible: Role | None
    filed_at: datetime
    legacy_number: str
    viewer: Viewer
    parties: tuple[PartyRow, ...] = ()
    deadlines: tuple[DeadlineLine, ...] = ()
    events: tuple[EventLine, ...] = ()
    more_events: bool = False
    documents: tuple[DocumentLine, ...] = ()
    notices: tuple[NoticeLine, ...] = ()
    people: Mapping[int, str] = field(default_factory=dict)
    siblings: tuple[tuple[str, CaseState], ...] = ()
    previous: str = ""

    def level(self, information_class: InformationClass, party: int | None = None) -> Level:
        """How much the reader sees of a class of information, or of what belongs to a party."""
        item = Item(information_class, party)
        return level(item, self.viewer, deciding=self.responsible, closed=self.state.terminal)

    def sees(self, information_class: InformationClass, party: int | None = None) -> bool:
        """Whether the reader sees it in full."""
        return self.level(information_class, party) is Level.FULL

    def name_of(self, account: int | None) -> str:
        """The name of an account that the case knows; empty for others."""
        return self.people.get(account, "") if account is not None else ""

    def party(self, ordinal: int | None) -> PartyRow | None:
        """The party with this ordinal."""
        return next((party for party in self.parties if party.ordinal == ordinal), None)


def viewer_of(session: Session, reader: Reader, case_id: int) -> Viewer:
    """The viewer that *reader* is in a case, by its dated roles there and its offices."""
    rows = session.execute(_ROLES, {**reader.binds, "case_id": case_id}).all()
    roles = roles_in_case(reader.offices, frozenset(row.role for row in rows))
    parties = frozenset(row.party_ordinal for row in rows if row.party_ordinal is not None)
    return Viewer(reader.account, roles, parties)


CASE_ID: ColumnElement[int] = bindparam("case_id")
_ROLES = select(CaseRole.role, CaseRole.party_ordinal).where(CaseRole.case_id == CASE_ID, held(CaseRole))


@lru_cache(maxsize=64)
def _head(scope: Scope) -> Select[Any]:
    return (
        select(
            Case.id,
            Case.number,
            Application.number.label("application"),
            Case.title,
            Case.state,
            Case.version,
            Case.facts,
            Case.procedure,
            Agency.name.label("agency"),
            Case.value,
            Case.waiting_on,
            Case.responsible_role.label("responsible"),
            Application.filed_at,
            Case.legacy_number,
        )
        .join(Application, Application.id == Case.application_id)
        .outerjoin(Agency, Agency.id == Case.agency_id)
        .where(Case.number == bindparam("number"), visible(scope))
    )


def case_head(reader: Reader, number: str) -> CaseFile | None:
    """The case without its lists: who may see it, its facts, its parties. None where it is not for *reader*."""
    session = db.session()
    found = session.execute(_head(reader.scope), {**reader.binds, "number": number}).mappings().one_or_none()
    if found is None:
        return None
    facts = from_plain(CaseFacts, found["facts"])
    viewer = viewer_of(session, reader, found["id"])
    bare = CaseFile(**{**found, "facts": facts, "agency": found["agency"] or "", "viewer": viewer})
    return replace(
        bare,
        parties=_parties(session, bare),
        deadlines=_deadlines(session, bare.id),
        people=_people(session, facts),
    )


def case_file(reader: Reader, number: str) -> CaseFile | None:
    """The case with everything its page shows. None where it is not for *reader*."""
    head = case_head(reader, number)
    if head is None:
        return None
    session = db.session()
    events, more = events_of(reader, head, Compartment.DOCKET.value)
    given = {**reader.binds, "application": head.application, "number": number}
    siblings = session.execute(_siblings(reader.scope), given).all()
    return replace(
        head,
        events=events,
        more_events=more,
        documents=documents_of(reader, head),
        notices=notices_of(reader, head),
        siblings=tuple((row.number, row.state) for row in siblings),
        previous=head.facts.previous_case,
    )


@lru_cache(maxsize=64)
def _siblings(scope: Scope) -> Select[Any]:
    return (
        select(Case.number, Case.state)
        .join(Application, Application.id == Case.application_id)
        .where(Application.number == bindparam("application"), Case.number != bindparam("number"), visible(scope))
        .order_by(Case.suffix)
    )


_PARTIES = (
    select(Party.ordinal, Party.side, Party.kind, Party.name, Person.tax_id, Party.id)
    .outerjoin(Person, Person.id == Party.person_id)
    .where(Party.case_id == CASE_ID)
    .order_by(Party.ordinal)
)
_LAWYERS = (
    select(Representation.party_id, func.max(Person.name))
    .join(Person, Person.id == Representation.person_id)
    .join(Party, Party.id == Representation.party_id)
    .where(Party.case_id == CASE_ID, Representation.kind == "counsel", Representation.until_on.is_(None))
    .group_by(Representation.party_id)
)
_DEADLINES = select(DeadlineRow).where(DeadlineRow.case_id == CASE_ID).order_by(DeadlineRow.ordinal)


def _parties(session: Session, file: CaseFile) -> tuple[PartyRow, ...]:
    rows = session.execute(_PARTIES, {"case_id": file.id}).all()
    lawyers: dict[int, str] = dict(session.execute(_LAWYERS, {"case_id": file.id}).all())
    personal = {row.ordinal: file.sees(InformationClass.PERSONAL, row.ordinal) for row in rows}
    return tuple(
        PartyRow(
            row.ordinal,
            row.side,
            row.kind,
            row.name,
            (row.tax_id or "") if personal[row.ordinal] else "",
            lawyers.get(row.id, ""),
        )
        for row in rows
    )


def _deadlines(session: Session, case_id: int) -> tuple[DeadlineLine, ...]:
    rows = session.scalars(_DEADLINES, {"case_id": case_id})
    return tuple(
        DeadlineLine(
            row.ordinal,
            row.rule,
            row.status,
            row.party_ordinal,
            row.subject,
            row.trigger_on,
            row.due,
            row.ended_on,
            row.remaining,
            row.extended,
            tuple((date.fromisoformat(start), date.fromisoformat(end) if end else None) for start, end in row.pauses),
            row.proposes,
            row.communicated,
            row.urgent,
            row.computed,
            not row.calendar_version,
        )
        for row in rows
    )


def _people(session: Session, facts: CaseFacts) -> dict[int, str]:
    wanted = {facts.city_attorney, facts.decided_by, facts.owner, *facts.negotiators}
    wanted.add(facts.mediator.account if facts.mediator else None)
    wanted.add(facts.settlement.opinion_by if facts.settlement else None)
    accounts = sorted(account for account in wanted if account is not None)
    if not accounts:
        return {}
    return dict(session.execute(select(Account.id, Account.name).where(Account.id.in_(accounts))).all())


@lru_cache(maxsize=64)
def _events(scope: Scope) -> Select[Any]:
    in_full = full(scope, EVENTS)
    return (
        select(
            EventRow.version,
            EventRow.act,
            EventRow.at,
            EventRow.on,
            Account.name,
            EventRow.role,
            in_full.label("whole"),
            EventRow.payload,
            EventPrivate.payload.label("private"),
        )
        .join(Case, Case.id == EventRow.case_id)
        .outerjoin(Account, Account.id == EventRow.actor_id)
        .outerjoin(EventPrivate, and_(EventPrivate.event_id == EventRow.id, in_full))
        .where(
            EventRow.case_id == CASE_ID,
            EventRow.compartment == bindparam("compartment"),
            EventRow.version < bindparam("before"),
            seen(scope, EVENTS),
        )
        .order_by(EventRow.version.desc())
        .limit(bindparam("at_most"))
    )


def events_of(
    reader: Reader, file: CaseFile, compartment: str, before: int | None = None, limit: int = EVENTS_SHOWN
) -> tuple[tuple[EventLine, ...], bool]:
    """The newest events of a compartment before the version *before*, oldest first, and whether older ones exist.

    For a compartment other than the docket call ``queries_items.compartment``, which logs the read.
    """
    given = {
        **reader.binds,
        "case_id": file.id,
        "compartment": compartment,
        "before": LAST_VERSION if before is None else before,
        "at_most": limit + 1,
    }
    rows = db.session.execute(_events(reader.scope), given).all()
    lines = tuple(
        EventLine(
            row.version, happening(row.act), row.at, row.on, row.name or "", row.role, bool(row.whole),
            row.payload if row.whole else _moves(row.payload), row.private or {},
        )
        for row in reversed(rows[:limit])
    )  # fmt: skip
    return lines, len(rows) > limit


def last_of(reader: Reader, file: CaseFile, act: Act) -> EventLine | None:
    """The last time *act* was done in the docket of the case, if *reader* sees it in full."""
    version = db.session.scalar(
        select(func.max(EventRow.version)).where(
            EventRow.case_id == file.id, EventRow.compartment == Compartment.DOCKET.value, EventRow.act == act.value
        )
    )
    if version is None:
        return None
    lines, _more = events_of(reader, file, Compartment.DOCKET.value, version + 1, 1)
    return lines[0] if lines and lines[0].version == version and lines[0].full else None


def _moves(payload: Mapping[str, Any]) -> dict[str, Any]:
    """What somebody may know of an event whose content is not for them: where the case was and went."""
    return {name: payload[name] for name in ("from", "to") if name in payload}


@lru_cache(maxsize=64)
def _documents(scope: Scope) -> Select[Any]:
    return (
        select(
            Document.token,
            Document.kind,
            Document.title,
            Document.information_class,
            full(scope, DOCUMENTS).label("full"),
            Document.version,
            Document.media_type,
            Document.file_name,
            Document.size,
            Document.created_at,
        )
        .join(Case, Case.id == Document.case_id)
        .where(Document.case_id == CASE_ID, seen(scope, DOCUMENTS))
        .order_by(Document.created_at.desc(), Document.id.desc())
        .limit(DOCUMENTS_SHOWN)
    )


def documents_of(reader: Reader, file: CaseFile) -> tuple[DocumentLine, ...]:
    """The documents of a case that *reader* may know of, the newest first, at most ``DOCUMENTS_SHOWN``."""
    rows = db.session.execute(_documents(reader.scope), {**reader.binds, "case_id": file.id}).mappings()
    lines = (DocumentLine(**{**row, "full": bool(row["full"])}) for row in rows)
    # what somebody typed as a title, or named a file, is part of what is not shown
    return tuple(line if line.full else replace(line, title="", file_name="", size=0) for line in lines)


_NOTICES = (
    select(Notice, Party.name, Account.name)
    .outerjoin(Party, and_(Party.case_id == Notice.case_id, Party.ordinal == Notice.party_ordinal))
    .outerjoin(Account, Account.id == Notice.account_id)
    .where(Notice.case_id == CASE_ID, Notice.cancelled_at.is_(None))
    .order_by(Notice.ordinal.desc())
    .limit(NOTICES_SHOWN)
)


def notices_of(reader: Reader, file: CaseFile) -> tuple[NoticeLine, ...]:
    """The notices of a case that are for *reader* to know, the newest first, at most ``NOTICES_SHOWN``."""
    query = _NOTICES
    everything = any(
        level(Item(InformationClass.NOTICE, -1), Viewer(reader.account, frozenset({role})), deciding=None, closed=False)
        is not Level.NONE
        for role in file.viewer.roles
    )
    if not everything:
        query = query.where(or_(Notice.party_ordinal.in_(file.viewer.parties), Notice.account_id == reader.account))
    return tuple(
        NoticeLine(
            notice.ordinal, happening(notice.act), notice.audience, notice.party_ordinal, party or account or "",
            notice.channel, notice.starts, notice.created_at, notice.served_on,
        )
        for notice, party, account in db.session.execute(query, {"case_id": file.id})
    )  # fmt: skip


def decreed_days() -> tuple[CalendarDay, ...]:
    """The days decreed during the year that stand today, in order: what a calendar is made with."""
    rows = db.session.scalars(
        select(CalendarDayRow)
        .where(CalendarDayRow.withdrawn_at.is_(None))
        .order_by(CalendarDayRow.day, CalendarDayRow.id)
    )
    return tuple(
        CalendarDay(row.day, row.name, DayKind(row.kind), row.legal_act, row.known_from.date()) for row in rows
    )


@dataclass(frozen=True, slots=True)
class BelievedDate:
    """The date a deadline had from the instant ``at`` on, and the act or event that gave it."""

    at: datetime
    act: Act | SystemEvent
    status: str
    due: date


def dates_of(file: CaseFile, ordinal: int) -> tuple[BelievedDate, ...]:
    """Every date the docket gave the deadline *ordinal* of a case, oldest first: only lines that changed something."""
    rows = db.session.execute(
        select(EventRow.at, EventRow.act, EventRow.payload)
        .where(EventRow.case_id == file.id, EventRow.compartment == Compartment.DOCKET.value)
        .order_by(EventRow.version)
    )
    found: list[BelievedDate] = []
    for at, act, payload in rows:
        for line in payload.get("deadlines", ()):
            if line["ordinal"] == ordinal:
                date_then = BelievedDate(at, happening(act), line["status"], date.fromisoformat(line["due"]))
                if not found or (found[-1].status, found[-1].due) != (date_then.status, date_then.due):
                    found.append(date_then)
    return tuple(found)


def due_as_believed(file: CaseFile, ordinal: int, instant: datetime) -> BelievedDate | None:
    """What the chamber held at *instant* (aware) of the deadline *ordinal*; None before it was opened.

    From the docket's deadline lines; with which calendar stands in ``services.calendar_decrees.decreed_days``.
    """
    return next((each for each in reversed(dates_of(file, ordinal)) if each.at <= instant), None)


def names_of(accounts: Iterable[int]) -> dict[int, str]:
    """The names of *accounts*, for saying who changed a case."""
    wanted = sorted(set(accounts))
    if not wanted:
        return {}
    rows = db.session.execute(select(Account.id, Account.name).where(Account.id.in_(wanted)))
    return dict(rows.all())
