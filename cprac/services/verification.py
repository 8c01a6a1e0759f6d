"""Proving the register: the stored state follows from the recorded history, and the history was left alone.

Per case, a bounded number of cases at a time: every chain is hashed again and compared with its head, the private parts
that remain are compared with their digests, the docket is folded and compared with the case, its deadlines, its caches
and its row of statistics. It proves nothing about a history that was replaced whole: until the sealer exists the answer
says "not sealed". A little over 400 lines: one walk over a case, each thing in the order in which it is compared.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from cprac.domain.acts import Compartment
from cprac.domain.case_measures import measure
from cprac.domain.deadline_rules import FRAME_RULES
from cprac.domain.facts import CaseFacts, from_plain, responsible, to_plain, waiting_on
from cprac.domain.history import GENESIS, Broken, Event, Folded, canonical, check_chain, fold, private_digest
from cprac.persistence.database import db
from cprac.persistence.models import (
    Case,
    CaseFact,
    Chain,
    DeadlineRow,
    Document,
    EventPrivate,
    EventRow,
    LinkedLawsuit,
    Signature,
)
from cprac.services import caches
from cprac.services.chamber import Chamber

PAGE = 250
"""Cases looked at together: some thousands of events in memory at a time, whatever the size of the register."""

DOCKET = Compartment.DOCKET.value
UNREADABLE = (ValueError, TypeError, LookupError, AttributeError)
"""What reading a value that somebody wrote past the application may raise."""


@dataclass(slots=True)
class Verified:
    """What was looked at, and the first thing that differs (None: all is as recorded)."""

    cases: int = 0
    chains: int = 0
    events: int = 0
    erased: int = 0
    documents: int = 0
    difference: Broken | None = None

    @property
    def ok(self) -> bool:
        """Whether nothing differs."""
        return self.difference is None

    def as_plain(self) -> dict[str, Any]:
        """As ``cprac verify`` prints it."""
        return {
            "ok": self.ok,
            "cases": self.cases,
            "chains": self.chains,
            "events": self.events,
            "erased": self.erased,
            "documents": self.documents,
            "difference": asdict(self.difference) if self.difference else None,
            "sealing": "not sealed",
            "unsealed_events": self.events,
        }


Suit = tuple[str, date | None, str]
"""What is findable of a linked lawsuit: its status, its next date and what that is."""


def _suits(facts: CaseFacts) -> dict[str, Suit]:
    return {item.cnj: (item.status, item.next_on, item.next_kind) for item in facts.lawsuits}


@dataclass(slots=True)
class _Page:
    """The rows of some cases, by case id."""

    cases: Sequence[Row[Any]]
    chains: dict[int, dict[str, Row[Any]]] = field(default_factory=dict)
    events: dict[int, list[Row[Any]]] = field(default_factory=dict)
    deadlines: dict[int, list[Row[Any]]] = field(default_factory=dict)
    facts: dict[int, Row[Any]] = field(default_factory=dict)
    lawsuits: dict[int, dict[str, Suit]] = field(default_factory=dict)
    documents: dict[int, list[Row[Any]]] = field(default_factory=dict)
    signatures: dict[int, list[Row[Any]]] = field(default_factory=dict)


def verify(chamber: Chamber, progress: Callable[[int], None] = lambda _cases: None) -> Verified:
    """Look at every case in the order of its id; stop at the first difference. Writes nothing.

    ``progress`` is called with the number of cases looked at so far.
    """
    result = Verified()
    session = db.session()
    last = 0
    try:
        while ids := _next_ids(session, last):
            last, before = ids[-1], replace(result)
            try:
                result.difference = _look(_page(session, ids), chamber.files, result)
            except UNREADABLE:
                result = before
                result.difference = _first_unreadable(session, ids, chamber.files, result)
            if result.difference is not None:
                return result
            progress(result.cases)
        _begin(session)
        result.difference = _orphans(session)
    finally:
        session.rollback()
    return result


def verify_case(chamber: Chamber, number: str) -> Verified:
    """Look at one case as ``verify`` does at all. LookupError where there is no case of that number."""
    result = Verified()
    session = db.session()
    try:
        _begin(session)
        found = session.scalar(select(Case.id).where(Case.number == number))
        if found is None:
            raise LookupError(number)
        result.difference = _first_unreadable(session, [found], chamber.files, result)
    finally:
        session.rollback()
    return result


def _begin(session: Session) -> None:
    """Start a look at one instant of the database: what an act writes meanwhile is seen whole or not at all."""
    session.rollback()
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def _next_ids(session: Session, last: int) -> list[int]:
    _begin(session)
    return list(session.scalars(select(Case.id).where(Case.id > last).order_by(Case.id).limit(PAGE)))


def _look(page: _Page, files: Path, result: Verified) -> Broken | None:
    for case in page.cases:
        found = _case(case, page, files, result)
        if found is not None:
            return found
    return None


def _first_unreadable(session: Session, ids: Sequence[int], files: Path, result: Verified) -> Broken | None:
    """A page held something that is no value of its column: look case by case, then event by event."""
    for case_id in ids:
        try:
            found = _look(_page(session, [case_id]), files, result)
        except UNREADABLE:
            _begin(session)
            return _unreadable(session, case_id)
        if found is not None:
            return found
    return None


def _unreadable(session: Session, case_id: int) -> Broken:
    number = session.scalar(select(Case.number).where(Case.id == case_id)) or ""
    places = session.execute(
        select(EventRow.id, EventRow.compartment, EventRow.version)
        .where(EventRow.case_id == case_id)
        .order_by(EventRow.compartment, EventRow.version)
    ).all()
    for event_id, compartment, version in places:
        try:
            session.execute(_EVENTS.where(EventRow.id == event_id)).all()
        except UNREADABLE:
            return Broken(number, compartment, version, "unreadable")
    return Broken(number, DOCKET, places[-1].version if places else 0, "unreadable")


_EVENTS = select(*EventRow.__table__.c, EventPrivate.salt, EventPrivate.payload.label("kept")).outerjoin(
    EventPrivate, EventPrivate.event_id == EventRow.id
)


def _page(session: Session, ids: Sequence[int]) -> _Page:
    first, last = ids[0], ids[-1]
    columns = Case.__table__.c
    cases = session.execute(select(*columns).where(columns.id >= first, columns.id <= last).order_by(columns.id)).all()

    def by_case(query: Select[Any], column: Any, *order: Any) -> dict[int, list[Row[Any]]]:
        rows = session.execute(query.where(column >= first, column <= last).order_by(column, *order))
        return {case_id: list(group) for case_id, group in groupby(rows, key=lambda row: row.case_id)}

    signatures = select(Document.case_id, Document.sha256.label("signed_text"), Document.kind, Signature.sha256).join(
        Signature, Signature.document_id == Document.id
    )
    return _Page(
        cases,
        {
            case_id: {row.compartment: row for row in rows}
            for case_id, rows in by_case(select(*Chain.__table__.c), Chain.case_id).items()
        },
        by_case(_EVENTS, EventRow.case_id, EventRow.compartment, EventRow.version),
        by_case(select(*DeadlineRow.__table__.c), DeadlineRow.case_id, DeadlineRow.ordinal),
        {key: rows[0] for key, rows in by_case(select(*CaseFact.__table__.c), CaseFact.case_id).items()},
        {
            key: {row.cnj: (row.status, row.next_on, row.next_kind) for row in rows}
            for key, rows in by_case(select(*LinkedLawsuit.__table__.c), LinkedLawsuit.case_id).items()
        },
        by_case(select(*Document.__table__.c), Document.case_id, Document.id),
        by_case(signatures, Document.case_id),
    )


# --- one case ---------------------------------------------------------------------------------------------------------


def _case(case: Row[Any], page: _Page, files: Path, result: Verified) -> Broken | None:
    result.cases += 1
    broken = _history(case, page, result)
    if broken is not None:
        return broken
    docket = [row for row in page.events.get(case.id, ()) if row.compartment == DOCKET]
    folded = fold((row.version, row.payload) for row in docket)
    facts = from_plain(CaseFacts, folded.facts)
    return (
        _state(case, folded, facts)
        or _caches(case, page, docket, facts)
        or _deadlines(case, page, docket, facts)
        or _statistics(case, page, docket, facts)
        or _documents(case, page, files, result)
    )


def _history(case: Row[Any], page: _Page, result: Verified) -> Broken | None:
    """Every compartment's chain against its head, and what is kept apart against its digest."""
    chains = page.chains.get(case.id, {})
    written = {
        compartment: list(rows)
        for compartment, rows in groupby(page.events.get(case.id, ()), key=lambda row: row.compartment)
    }
    for compartment in sorted({DOCKET, *chains, *written}):
        rows, head = written.get(compartment, []), chains.get(compartment)
        result.chains += 1
        result.events += len(rows)
        try:
            broken = check_chain(_events(case, rows), head.head if head else GENESIS)
        except TypeError:
            broken = _without_canonical_form(case, rows)
        if broken is None:
            broken = _private(case, rows, result)
        if broken is not None:
            return Broken(case.number, compartment, broken.version, broken.what)
        if head is None or head.version != len(rows) or not rows:
            return Broken(case.number, compartment, len(rows), "head")
    return None


def _events(case: Row[Any], rows: Sequence[Row[Any]]) -> Iterator[Event]:
    for row in rows:
        yield Event(
            case.number,
            row.compartment,
            row.version,
            row.act,
            row.actor_id,
            row.role,
            row.at,
            row.on_date,
            row.payload,
            row.private_digest,
            row.previous,
            row.hash,
            row.schema,
        )


def _without_canonical_form(case: Row[Any], rows: Sequence[Row[Any]]) -> Broken | None:
    """The first event whose content no act could have written."""
    for row in rows:
        try:
            canonical(row.payload)
        except TypeError:
            return Broken(case.number, row.compartment, row.version, "unreadable")
    return None


def _private(case: Row[Any], rows: Sequence[Row[Any]], result: Verified) -> Broken | None:
    for row in rows:
        if row.salt is None:
            result.erased += bool(row.private_digest)
        elif private_digest(row.salt, row.kept) != row.private_digest:
            return Broken(case.number, row.compartment, row.version, "private")
    return None


def _state(case: Row[Any], folded: Folded, facts: CaseFacts) -> Broken | None:
    """The docket folded, against the case: its version, its state and each fact."""
    if folded.version != case.version:
        return Broken(case.number, DOCKET, folded.version, "version")
    if folded.state != case.state.value:
        return Broken(case.number, DOCKET, folded.version, "state")
    if folded.facts == case.facts:
        return None
    stored = to_plain(from_plain(CaseFacts, case.facts))  # a fact that is newer than an old event has its default there
    different = next((name for name, value in to_plain(facts).items() if value != stored[name]), None)
    return Broken(case.number, DOCKET, folded.version, f"facts.{different}") if different else None


def _caches(case: Row[Any], page: _Page, docket: Sequence[Row[Any]], facts: CaseFacts) -> Broken | None:
    """Every column of the case that is a cache of its docket, and the lawsuits that can be found from both sides."""
    role = responsible(case.state, facts)
    expected: dict[str, Any] = {
        "waiting_on": docket[-1].payload.get("waiting_on", waiting_on(case.state, facts).value),
        "responsible_role": role,
        "owner_id": caches.owner(role, facts),
        "origin": facts.origin,
        "filed_on": facts.filed_on,
        "closed_on": facts.closed_on,
        "external_process": facts.external_process,
        "value": facts.value,
        "procedure": facts.procedure,
        "updated_at": docket[-1].at,
    }
    different = _first_difference(case, expected)
    if different is None and _suits(facts) != page.lawsuits.get(case.id, {}):
        different = "lawsuits"
    return Broken(case.number, DOCKET, case.version, different) if different else None


def _first_difference(row: Row[Any], expected: Mapping[str, Any]) -> str | None:
    return next((name for name, value in expected.items() if getattr(row, name) != value), None)


def _deadlines(case: Row[Any], page: _Page, docket: Sequence[Row[Any]], facts: CaseFacts) -> Broken | None:
    """Each deadline row against what events recorded of it; and the one that lists show."""
    told: dict[int, dict[str, Any]] = {}
    versions: dict[int, int] = {}
    for event in docket:
        for line in event.payload.get("deadlines", ()):
            before = told.get(line["ordinal"], {})
            told[line["ordinal"]] = {**before, "trigger": before.get("trigger"), "ended": None, **line}
            versions[line["ordinal"]] = event.version
    rows = {row.ordinal: row for row in page.deadlines.get(case.id, ())}
    for ordinal in sorted(told.keys() | rows.keys()):
        version = versions.get(ordinal, case.version)
        if ordinal not in rows or ordinal not in told or not _as_told(rows[ordinal], told[ordinal]):
            return Broken(case.number, DOCKET, version, f"deadline {ordinal}")
    running = [row for row in rows.values() if row.ended_on is None and row.status in ("open", "expired")]
    shown = min(running, key=lambda row: (row.rule in FRAME_RULES, row.due, row.ordinal), default=None)
    old = caches.old_due(case.state, facts)
    expected = {"next_due": shown.due if shown else old, "next_rule": shown.rule if shown else ""}
    different = _first_difference(case, expected)
    return Broken(case.number, DOCKET, case.version, different) if different else None


def _as_told(row: Row[Any], line: Mapping[str, Any]) -> bool:
    ended = row.ended_on.isoformat() if row.ended_on else None
    counted = row.computed.isoformat() if row.computed else None
    if (line.get("calendar", row.calendar_version), line.get("computed", counted)) != (row.calendar_version, counted):
        return False
    return (row.rule, row.status, row.due.isoformat(), row.trigger_on.isoformat(), ended) == (
        line["rule"],
        line["status"],
        line["due"],
        line["trigger"],
        line["ended"],
    )


def _statistics(case: Row[Any], page: _Page, docket: Sequence[Row[Any]], facts: CaseFacts) -> Broken | None:
    """The row of statistics, rebuilt from the fold."""
    row = page.facts.get(case.id)
    measures = measure((event.act, event.on_date, event.payload) for event in docket)
    expected = caches.fact_values(case.state, facts, measures, case.batch_id)
    different = "row" if row is None else _first_difference(row, expected)
    return Broken(case.number, DOCKET, case.version, f"case_fact.{different}") if different else None


def _documents(case: Row[Any], page: _Page, files: Path, result: Verified) -> Broken | None:
    """Pages against their hash, attachments against the store (there, and as long as recorded), signatures."""
    for row in page.documents.get(case.id, ()):
        result.documents += 1
        if row.text is not None:
            same = hashlib.sha256(row.text.encode()).hexdigest() == row.sha256
        else:
            path = files / row.sha256[:2] / row.sha256
            same = path.is_file() and path.stat().st_size == row.size
        if not same:
            return Broken(case.number, row.compartment, row.version, f"document {row.id}")
    for row in page.signatures.get(case.id, ()):
        if row.sha256 != row.signed_text:
            return Broken(case.number, DOCKET, case.version, "signature")
    return None


def _orphans(session: Session) -> Broken | None:
    """Rows of the history that hang on nothing: only somebody past the application can leave them."""
    lost = session.scalar(
        select(EventPrivate.event_id)
        .outerjoin(EventRow, EventRow.id == EventPrivate.event_id)
        .where(EventRow.id.is_(None))
        .limit(1)
    )
    if lost is not None:
        return Broken("", "", 0, f"private part of event {lost}")
    lost = session.scalar(
        select(EventRow.id).outerjoin(Case, Case.id == EventRow.case_id).where(Case.id.is_(None)).limit(1)
    )
    return None if lost is None else Broken("", "", 0, f"event {lost} of no case")
