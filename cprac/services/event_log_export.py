"""The docket as an event log for process mining: what was done in each case, when and in which role, for own use.

Only dockets are read: no private part, no name, no tax number, no text that somebody wrote; but the names of the steps
of an old sheet, where they are asked for. A case goes by its number, a party by its place in the case. Cases of a
reverted import stay out. Cases are read a page at a time, each page at one instant of the database, so a register of
any length goes out in bounded memory. ``event_log_xes`` and ``event_log_ocel`` write the files.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from cprac.domain.acts import Act, Compartment
from cprac.domain.case_measures import PHASES
from cprac.domain.identifiers import parse_case_number
from cprac.domain.states import CaseState
from cprac.domain.system_events import happening
from cprac.persistence.database import db
from cprac.persistence.models import Agency, Application, Case, Document, EventPrivate, EventRow, Party
from cprac.persistence.queries import batch_shown
from cprac.services.errors import NotFoundError

PAGE = 250
"""Cases read together."""

DOCKET = Compartment.DOCKET.value
LONG_NUMBER = 8
LEGACY = "legacy"
REPEATED = 5
"""In how many old cases a matter must stand to be a category and go out: what a sheet says once may be anything."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """How the log is asked for: the chamber's zone, and whether steps of old sheets keep their names."""

    zone: ZoneInfo
    step_names: bool = False


@dataclass(frozen=True, slots=True)
class Deadline:
    """What an event recorded of one deadline: its place in the case, its rule, what became of it, its last day."""

    ordinal: int
    rule: str
    status: str
    due: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One docket event. ``at``: the UTC instant at which it happened; ``recorded_at``: when the register learnt it.

    ``name``: what the event is called in the log, the act's id but for old steps whose names are asked for.
    They differ only for what an old register told: its filing and its steps. ``source`` and ``dest``: the state before
    and after. ``party``: the place of the party that the act was about, where it was about one. ``lawsuits``: places of
    the linked lawsuits that the event named or changed, with their status.
    """

    version: int
    act: str
    name: str
    label: str
    role: str
    at: datetime
    recorded_at: datetime
    source: str
    dest: str
    waiting_on: str
    party: int | None = None
    deadlines: tuple[Deadline, ...] = ()
    documents: tuple[tuple[int, str], ...] = ()
    lawsuits: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class History:
    """One case: what is known of it without naming anybody, and its docket, oldest first.

    ``first``: the application's first case; further ones come from a split. ``parties``: place, side, kind.
    """

    number: str
    application: str
    first: bool
    origin: str
    matter: str
    agency: str
    channel: str
    procedure: str
    state: str
    filed_on: date | None
    closed_on: date | None
    parties: tuple[tuple[int, str, str], ...]
    entries: tuple[Entry, ...]


def histories(zone: ZoneInfo, number: str = "", *, step_names: bool = False) -> Iterator[History]:
    """Every case whose import is visible, oldest first; or only the case *number*, in either form people write.

    *zone*: the chamber's, for steps of an old register that have a day only. *step_names*: steps of an old sheet go by
    what the sheet calls them, which may be anything; otherwise all by the one name of their act. Raises NotFoundError
    for an unknown number before anything is handed out.
    """
    wanted = Wanted(zone, step_names)
    if number:
        read = parse_case_number(number)
        session = _begun()
        found = session.scalar(select(Case.id).where(Case.number == (str(read) if read else number), batch_shown()))
        if found is None:
            raise NotFoundError(number)
        return iter(_page(session, [found], wanted, _categories(session)))
    return _all(wanted)


def _categories(session: Session) -> frozenset[str]:
    """The matters of old sheets that are categories. A long number may be somebody's, however often it stands."""
    found = session.scalars(
        select(Case.matter)
        .where(Case.origin == LEGACY, Case.matter != "", batch_shown())
        .group_by(Case.matter)
        .having(func.count() >= REPEATED)
    )
    return frozenset(matter for matter in found if sum(map(str.isdigit, matter)) < LONG_NUMBER)


def _all(wanted: Wanted) -> Iterator[History]:
    last, categories = 0, _categories(_begun())
    while True:
        session = _begun()
        ids = list(session.scalars(select(Case.id).where(Case.id > last, batch_shown()).order_by(Case.id).limit(PAGE)))
        page = _page(session, ids, wanted, categories) if ids else []
        session.rollback()
        yield from page
        if len(ids) < PAGE:
            return
        last = ids[-1]


def _begun() -> Session:
    """A session at one instant of the database: an act in between is in a page whole or not at all."""
    session = db.session()
    session.rollback()
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    return session


def _page(session: Session, ids: list[int], wanted: Wanted, categories: frozenset[str]) -> list[History]:
    def by_case(query: Any) -> dict[int, list[Row[Any]]]:
        return {key: list(rows) for key, rows in groupby(session.execute(query), key=lambda row: row.case_id)}

    cases: Any = session.execute(
        select(
            Case.id, Case.number, Case.suffix, Case.origin, Case.matter, Case.procedure, Case.state,
            Case.filed_on, Case.closed_on, Agency.code.label("agency"), Application.number.label("application"),
            Application.channel, Application.filed_at,
        )
        .join(Application, Application.id == Case.application_id)
        .outerjoin(Agency, Agency.id == Case.agency_id)
        .where(Case.id.in_(ids))
        .order_by(Case.id)
    ).all()  # fmt: skip
    docket = select(
        EventRow.case_id, EventRow.version, EventRow.act, EventRow.role, EventRow.at, EventRow.payload
    ).where(EventRow.case_id.in_(ids), EventRow.compartment == DOCKET)
    events = by_case(docket.order_by(EventRow.case_id, EventRow.version))
    steps = _steps(session, ids) if wanted.step_names else {}
    documents = by_case(
        select(Document.case_id, Document.version, Document.kind)
        .where(Document.case_id.in_(ids), Document.compartment == DOCKET)
        .order_by(Document.case_id, Document.id)
    )
    parties = by_case(
        select(Party.case_id, Party.ordinal, Party.side, Party.kind)
        .where(Party.case_id.in_(ids))
        .order_by(Party.case_id, Party.ordinal)
    )
    session.rollback()
    return [
        History(
            number=case.number,
            application=case.application,
            first=case.suffix == 1,
            origin=case.origin,
            matter=case.matter if case.origin != LEGACY or case.matter in categories else "",
            agency=case.agency or "",
            channel=case.channel,
            procedure=case.procedure,
            state=case.state.value,
            filed_on=case.filed_on,
            closed_on=case.closed_on,
            parties=tuple((row.ordinal, row.side, row.kind) for row in parties.get(case.id, ())),
            entries=tuple(_entries(case, events.get(case.id, ()), documents.get(case.id, ()), steps, wanted.zone)),
        )
        for case in cases
    ]


def _steps(session: Session, ids: list[int]) -> dict[tuple[int, int], str]:
    """What old sheets call their steps, by case and version."""
    rows = session.execute(
        select(EventRow.case_id, EventRow.version, EventPrivate.payload)
        .join(EventPrivate, EventPrivate.event_id == EventRow.id)
        .where(EventRow.case_id.in_(ids), EventRow.compartment == DOCKET, EventRow.act == Act.LEGACY_STEP.value)
    )
    return {(row.case_id, row.version): row.payload["step"] for row in rows if row.payload.get("step")}


def _entries(
    case: Row[Any],
    events: Sequence[Row[Any]],
    documents: Sequence[Row[Any]],
    steps: Mapping[tuple[int, int], str],
    zone: ZoneInfo,
) -> Iterator[Entry]:
    written: dict[int, list[tuple[int, str]]] = {}
    for place, row in enumerate(documents, start=1):
        written.setdefault(row.version, []).append((place, row.kind))
    suits: dict[str, tuple[int, str]] = {}
    rules: dict[int, str] = {}
    for row in events:
        payload = row.payload
        named = happening(row.act)
        lines = []
        for line in payload.get("deadlines", ()):
            rule = rules.setdefault(line["ordinal"], line.get("rule", ""))
            lines.append(Deadline(line["ordinal"], rule, line["status"], line["due"]))
        party = payload.get("values", {}).get("party")
        step = steps.get((case.id, row.version))
        yield Entry(
            version=row.version,
            act=row.act,
            name=step or row.act,
            label=step or named.past,
            role=row.role,
            at=_happened(case, row, zone),
            recorded_at=row.at,
            source=payload.get("from", ""),
            dest=payload.get("to", ""),
            waiting_on=payload.get("waiting_on", ""),
            party=party if isinstance(party, int) else None,
            deadlines=tuple(lines),
            documents=tuple(written.get(row.version, ())),
            lawsuits=_lawsuits(suits, payload.get("changes", {}).get("lawsuits")),
        )


def _lawsuits(known: dict[str, tuple[int, str]], told: Any) -> tuple[tuple[int, str], ...]:
    """Those of the linked lawsuits that are new or have another status, by their place; *known* is brought up to date.

    The number of a lawsuit leads to the names of its parties, so it does not go out.
    """
    changed = []
    for suit in told or ():
        place, before = known.get(suit["cnj"], (len(known) + 1, ""))
        if suit["status"] != before:
            known[suit["cnj"]] = (place, suit["status"])
            changed.append((place, suit["status"]))
    return tuple(changed)


def _happened(case: Row[Any], event: Row[Any], zone: ZoneInfo) -> datetime:
    """When the event happened: for what an old register tells, as it tells it, a day without hour as its beginning."""
    at: datetime = event.at
    values = event.payload.get("values", {})
    if event.act == Act.REGISTER_LEGACY.value and case.filed_on is not None:
        filed: datetime = case.filed_at
        return min(filed, at)
    if event.act == Act.LEGACY_STEP.value and values.get("happened_at"):
        told = datetime.fromisoformat(values["happened_at"])
        return (told if told.tzinfo else told.replace(tzinfo=zone)).astimezone(UTC)
    if event.act == Act.LEGACY_STEP.value and values.get("happened_on"):
        return datetime.combine(date.fromisoformat(values["happened_on"]), time(), zone).astimezone(UTC)
    return at


def phase_of(state: str) -> str:
    """The published phase in which *state* lies; empty where it has none, or is no state of today's."""
    try:
        phase = PHASES.get(CaseState(state))
    except ValueError:
        return ""
    return phase.value if phase else ""


def instant(at: datetime) -> str:
    """*at* as both formats write it: UTC with its offset, milliseconds."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds")


def local_day(day: date | None, zone: ZoneInfo) -> datetime | None:
    """The beginning of a local day as an instant."""
    return datetime.combine(day, time(), zone).astimezone(UTC) if day else None
