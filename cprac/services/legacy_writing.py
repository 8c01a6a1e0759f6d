"""Writing old cases in bulk, each chunk in one short transaction that its caller opens.

Rows go through the tables and not through mapped objects: a third of the time (measured on 17,577 rows).
"""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Table, delete, insert, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from cprac.domain.case_measures import Measures
from cprac.domain.identifiers import CaseNumber
from cprac.domain.legacy_cases import Duplicate, LegacyCase, LegacyStep, Refused
from cprac.domain.words import N_
from cprac.persistence.models import (
    Application,
    Case,
    CaseFact,
    Chain,
    Counter,
    EventPrivate,
    EventRow,
    ImportBatch,
    ImportKey,
    ImportRow,
    LinkedLawsuit,
    Party,
    Person,
)
from cprac.services.caches import fact_values
from cprac.services.chamber import Chamber
from cprac.services.legacy_contents import (
    DOCKET,
    Author,
    Content,
    NewEvent,
    filed_at,
    first_event,
    party_of,
    person_of,
    title_of,
)
from cprac.services.legacy_report import DUPLICATE, Ending, duplicate_of

LOADING, VISIBLE, REVERTED = "loading", "visible", "reverted"
CASES, STEPS = "cases", "steps"
"""The two sources of rows of a batch."""

IN_REGISTER = N_("já está no registro, com o número {number}")
IN_OTHER_BATCH = N_("está no lote {batch}, que ainda não foi concluído nem revertido")
BATCH_GONE = N_("o lote {batch} foi revertido enquanto era importado")

_TURN = "import"
"""The counter row whose lock gives one chunk at a time its turn, whichever files come in at once."""


class ImportStoppedError(ValueError):
    """An import that cannot go on, or a batch that cannot be reverted: one line in Portuguese that says why."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the register knows of an old number."""

    batch: int
    status: str
    content: str
    case_id: int
    number: str


def take_turn(session: Session) -> None:
    """Wait until no other import is in its transaction. Two imports at once, of one file or of two, never collide."""
    _counter(session, _TURN)


def _counter(session: Session, name: str) -> Counter:
    """The counter *name*, made where it is missing, locked."""
    build = postgresql_insert if session.get_bind().dialect.name == "postgresql" else sqlite_insert
    session.execute(build(Counter).values(name=name, value=0).on_conflict_do_nothing(index_elements=["name"]))
    return session.scalars(select(Counter).where(Counter.name == name).with_for_update()).one()


def still_loading(session: Session, batch: int) -> None:
    """Refuse (ImportStoppedError) to write into a batch that somebody reverted meanwhile."""
    if session.scalar(select(ImportBatch.status).where(ImportBatch.id == batch)) == REVERTED:
        raise ImportStoppedError(BATCH_GONE.format(batch=batch))


def known_numbers(session: Session, keys: Sequence[str]) -> dict[str, Known]:
    """What the register knows of *keys*; those of reverted batches are free and left out."""
    rows = session.execute(
        select(
            ImportKey.digest, ImportKey.batch_id, ImportBatch.status, ImportKey.content, ImportKey.case_id, Case.number
        )
        .join(Case, Case.id == ImportKey.case_id)
        .join(ImportBatch, ImportBatch.id == ImportKey.batch_id)
        .where(ImportKey.digest.in_(keys), ImportBatch.status != REVERTED)
    )
    return {digest: Known(*rest) for digest, *rest in rows}


def written_rows(session: Session, batch: int, source: str, lines: Sequence[int]) -> dict[int, tuple[str, str]]:
    """How lines ended that this batch has already: status and reason."""
    rows = session.execute(
        select(ImportRow.line, ImportRow.status, ImportRow.reason).where(
            ImportRow.batch_id == batch, ImportRow.source == source, ImportRow.line.in_(lines)
        )
    )
    return {line: (status, reason) for line, status, reason in rows}


def write_rows(
    session: Session, batch: int, source: str, endings: Sequence[Ending], cases: Mapping[int, int] | None = None
) -> None:
    """Leave a row for each line that has none yet; *cases*: the id of the case by its line."""
    rows = [
        {
            "batch_id": batch,
            "source": source,
            "line": ending.line,
            "status": ending.status,
            "reason": ending.reason[:500],
            "case_id": (cases or {}).get(ending.line),
        }
        for ending in endings
        if not ending.resumed
    ]
    if rows:
        session.execute(insert(_table(ImportRow)), rows)


def duplicate_in_register(row: LegacyCase | LegacyStep, known: Known, *, same_content: bool) -> Ending:
    """A row whose number another batch brought in, or is bringing in."""
    shown = known.status == VISIBLE
    reason = IN_REGISTER.format(number=known.number) if shown else IN_OTHER_BATCH.format(batch=known.batch)
    return duplicate_of(row.line, row.legacy_number, reason, same_content=same_content)


def write_cases(
    session: Session,
    chamber: Chamber,
    batch: int,
    author: Author,
    chunk: Sequence[Content | Duplicate | Refused],
) -> list[Ending]:
    """Bring in what is new of *chunk* and leave a row for every line. Answers how each ended, in their order.

    What can be worked out before is in the chunk, for here others wait. Lines that the batch has already (an
    interrupted import goes on, or another does the same file at this moment) keep the ending they had.
    """
    take_turn(session)
    still_loading(session, batch)
    rows = [item.case if isinstance(item, Content) else item for item in chunk]
    written = written_rows(session, batch, CASES, [row.line for row in rows])
    contents = {item.case.line: item for item in chunk if isinstance(item, Content)}
    known = known_numbers(session, [item.key for item in contents.values()])
    endings, new = [], []
    for row in rows:
        ending, content = Ending.of(row), contents.get(row.line)
        if content is not None:
            found = known.get(content.key)
            if found is not None and found.batch != batch:
                ending = duplicate_in_register(content.case, found, same_content=found.content == content.case.digest)
            elif found is None and row.line not in written:
                new.append(content)
        endings.append(as_written(ending, written))
    _free(session, [content.key for content in new])
    write_rows(session, batch, CASES, endings, _insert_cases(session, chamber, batch, author, new))
    return endings


def as_written(ending: Ending, written: Mapping[int, tuple[str, str]]) -> Ending:
    """The ending that the line had when it was written, where it was; else *ending*."""
    if ending.line not in written:
        return ending
    status, reason = written[ending.line]
    same = ending.same_content if status == DUPLICATE else True
    return replace(ending, status=status, reason=reason, same_content=same, resumed=True)


def _free(session: Session, keys: Sequence[str]) -> None:
    """Take the keys of reverted batches away, for the cases that now come in under them."""
    if keys:
        session.execute(
            delete(ImportKey).where(ImportKey.digest.in_(keys)).execution_options(synchronize_session=False)
        )


# --- In bulk ----------------------------------------------------------------------------------------------------------


def _table(model: Any) -> Table:
    table: Table = model.__table__
    return table


def _insert(session: Session, model: Any, rows: Sequence[dict[str, Any]], *key: str) -> list[int]:
    """Insert *rows*; answer their ids, in their order.

    *key*: columns that tell the rows apart, so that the ids can be asked for together; without them the database
    answers row by row on SQLite, which takes three times as long.
    """
    if not rows:
        return []
    table = _table(model)
    if not key:
        returned = session.execute(insert(table).returning(table.c.id, sort_by_parameter_order=True), list(rows))
        return list(returned.scalars())
    session.execute(insert(table), list(rows))
    columns = [table.c[name] for name in key]
    alike = [column.in_({row[column.name] for row in rows}) for column in columns]
    ids = {tuple(found): each for each, *found in session.execute(select(table.c.id, *columns).where(*alike))}
    return [ids[tuple(row[name] for name in key)] for row in rows]


def _numbers(session: Session, contents: Sequence[Content], year: int) -> list[CaseNumber]:
    """Numbers of the year in which each case was opened: the series of today stays for today's cases.

    A case without a date, or with one that lies ahead, gets a number of *year*, in which it comes in.
    """
    years = [min(content.facts.filed_on.year if content.facts.filed_on else year, year) for content in contents]
    last = {}
    for each, count in sorted(Tally(years).items()):
        counter = _counter(session, f"case:{each}")
        last[each] = counter.value
        counter.value += count
    session.flush()  # the counters are taken before the numbers are used
    given = []
    for each in years:
        last[each] += 1
        given.append(CaseNumber(each, last[each]))
    return given


def _insert_cases(
    session: Session,
    chamber: Chamber,
    batch: int,
    author: Author,
    contents: Sequence[Content],
) -> dict[int, int]:
    """Write new cases with all that belongs to them; answer the id of each by its line."""
    if not contents:
        return {}
    numbers = [str(number) for number in _numbers(session, contents, author.on.year)]
    applications = _insert(
        session,
        Application,
        [
            {
                "number": number,
                "channel": "legacy",
                "filed_at": filed_at(content.case, chamber.zone, author.now),
                "access_key_hash": "",  # nobody was given a key, so none fits
            }
            for number, content in zip(numbers, contents, strict=True)
        ],
        "number",
    )
    ids = _insert(
        session,
        Case,
        [
            _case_row(content, number, application, batch, author)
            for content, number, application in zip(contents, numbers, applications, strict=True)
        ],
        "number",
    )
    _insert_parties(session, contents, ids)
    events = [
        first_event(chamber, author, content, case_id, number)
        for content, case_id, number in zip(contents, ids, numbers, strict=True)
    ]
    insert_events(session, events)
    pairs = list(zip(ids, contents, strict=True))
    session.execute(
        insert(_table(Chain)),
        [
            {"case_id": event.row["case_id"], "compartment": DOCKET, "version": 1, "head": event.row["hash"]}
            for event in events
        ],
    )
    session.execute(
        insert(_table(CaseFact)),
        [
            {"case_id": each, **fact_values(content.state, content.facts, Measures(content.state), batch)}
            for each, content in pairs
        ],
    )
    session.execute(
        insert(_table(ImportKey)),
        [{"digest": item.key, "content": item.case.digest, "case_id": each, "batch_id": batch} for each, item in pairs],
    )
    lawsuits = [
        {"case_id": each, "cnj": lawsuit.cnj, "status": lawsuit.status}
        for each, content in pairs
        for lawsuit in content.facts.lawsuits
    ]
    if lawsuits:
        session.execute(insert(_table(LinkedLawsuit)), lawsuits)
    return {content.case.line: each for each, content in pairs}


def _case_row(content: Content, number: str, application: int, batch: int, author: Author) -> dict[str, Any]:
    facts, state = content.facts, content.state
    return {
        "number": number,
        "application_id": application,
        "suffix": 1,
        "state": state,
        "version": 1,
        "facts": content.plain,
        "title": title_of(content.case),
        "origin": facts.origin,
        "procedure": facts.procedure,
        "matter": facts.matter,
        "value": facts.value,
        "waiting_on": state.turn,
        "responsible_role": None,
        "priority_rank": 9,
        "next_due": None if state.terminal else content.case.due_on,
        "next_rule": "",
        "filed_on": facts.filed_on,
        "closed_on": facts.closed_on,
        "external_process": facts.external_process,
        "legacy_number": facts.legacy["number"],
        "batch_id": batch,
        "updated_at": author.now,
    }


def _insert_parties(session: Session, contents: Sequence[Content], ids: Sequence[int]) -> None:
    places = [
        (case_id, ordinal, party)
        for content, case_id in zip(contents, ids, strict=True)
        for ordinal, party in enumerate(content.case.parties, start=1)
    ]
    people = _insert(session, Person, [person_of(party) for _case, _ordinal, party in places])
    parties = [
        party_of(party, case_id, ordinal, person)
        for (case_id, ordinal, party), person in zip(places, people, strict=True)
    ]
    if parties:
        session.execute(insert(_table(Party)), parties)


def insert_events(session: Session, events: Sequence[NewEvent]) -> None:
    """Write events and, where there is one, the private part of each."""
    ids = _insert(session, EventRow, [event.row for event in events], "case_id", "compartment", "version")
    parts = [
        {"event_id": each, "salt": event.salt, "payload": event.kept}
        for each, event in zip(ids, events, strict=True)
        if event.kept
    ]
    if parts:
        session.execute(insert(_table(EventPrivate)), parts)
