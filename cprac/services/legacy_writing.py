"""Writing an old register in bulk: cases, parties, event 1, the old steps, each chunk in a short transaction.

A little over 400 lines, for bulk rows name every column.
"""

from __future__ import annotations

import hashlib
from collections import Counter as Tally
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from cprac.domain.facts import CaseFacts, PartyFact, to_plain
from cprac.domain.history import GENESIS, SCHEMA, Event, digest, private_digest
from cprac.domain.identifiers import ACCESS_KEY, CaseNumber
from cprac.domain.legacy_cases import Duplicate, LegacyCase, LegacyStep, Refused, Side
from cprac.domain.legacy_mapping import PersonKind
from cprac.domain.states import CaseState, Turn
from cprac.persistence.models import (
    Application,
    Case,
    CaseFact,
    Chain,
    Counter,
    EventPrivate,
    EventRow,
    ImportKey,
    ImportRow,
    Party,
    Person,
)
from cprac.services.caches import fact_values
from cprac.services.chains import SALT_BYTES
from cprac.services.chamber import Chamber
from cprac.services.intake import fold_name
from cprac.services.legacy_reading import Report, count_in


def key_of(number: str) -> str:
    """The key under which an old number is known to the register."""
    return hashlib.sha256(f"legacy:{number}".encode()).hexdigest()


IN_REGISTER = "já está no registro, com o número {number}"


SAME_FILE = "mesmo número da linha {line}"


def write_chunk(
    session: Session,
    chamber: Chamber,
    batch: int,
    chunk: list[LegacyCase | Duplicate | Refused],
    report: Report,
    *,
    account: int | None,
    now: datetime,
    as_of: date,
) -> None:
    """One short transaction: what is new comes in, and every line leaves its row."""
    written = set(
        session.scalars(
            select(ImportRow.line).where(
                ImportRow.batch_id == batch,
                ImportRow.line.in_([item.line for item in chunk]),
                ImportRow.source == "cases",
            )
        )
    )
    cases = [item for item in chunk if isinstance(item, LegacyCase)]
    keys = {key_of(item.key): item for item in cases}
    known = dict(
        session.execute(
            select(ImportKey.digest, Case.number)
            .join(Case, Case.id == ImportKey.case_id)
            .where(ImportKey.digest.in_(list(keys)))
        ).all()
    )
    new = [item for key, item in keys.items() if key not in known]
    ids = _insert_cases(session, chamber, batch, new, account=account, now=now)
    rows = []
    for item in chunk:
        if item.line in written:
            if isinstance(item, LegacyCase):
                count_in(item, as_of, report)
            continue
        status, reason, case_id = "imported", "", None
        if isinstance(item, Refused):
            status, reason = "refused", item.reason
        elif isinstance(item, Duplicate):
            status, reason = "duplicate", SAME_FILE.format(line=item.first_line)
        elif key_of(item.key) in known:
            number = known[key_of(item.key)]
            status, reason = "duplicate", IN_REGISTER.format(number=number)
            report.duplicates.append({"line": item.line, "number": item.legacy_number, "case": number})
        else:
            case_id = ids[item.line]
            count_in(item, as_of, report)
        rows.append(
            {
                "batch_id": batch,
                "source": "cases",
                "line": item.line,
                "status": status,
                "reason": reason[:500],
                "case_id": case_id,
            }
        )
    if rows:
        session.execute(insert(ImportRow), rows)


def _facts(chamber: Chamber, case: LegacyCase) -> CaseFacts:
    """What the rules may know of an old case: its dates and outcome, no one's name."""
    closed = case.closed_on is not None
    outcome = case.outcome.value if case.outcome else ("unknown" if closed else "")
    return CaseFacts(
        origin="legacy",
        channel="legacy",
        filed_on=case.opened_on,
        closed_on=case.closed_on,
        outcome=outcome if closed else "",
        procedure=chamber.regulation.version,
        matter=(case.matter or "")[:200],
        value=case.value or 0,
        legacy={
            "closed": closed,
            "number": case.legacy_number[:80],
            "due_on": case.due_on.isoformat() if case.due_on else None,
            "in_duration_figures": case.in_duration_figures,
            "channel": (case.channel or "")[:40],
        },
        parties=tuple(
            PartyFact(
                ordinal,
                "applicant" if party.side is Side.APPLICANT else "invitee",
                "legal" if party.person_kind is PersonKind.COMPANY else "natural",
            )
            for ordinal, party in enumerate(case.parties, start=1)
        ),
        last_act="register_legacy",
        last_from=CaseState.DRAFT,
    )


def _numbers(session: Session, cases: list[LegacyCase], year: int) -> list[CaseNumber]:
    """Numbers of the year in which each case was opened: the series of today stay for today's cases."""
    wanted = Tally((case.opened_on.year if case.opened_on else year) for case in cases)
    last: dict[int, int] = {}
    for each, count in sorted(wanted.items()):
        name = f"case:{each}"
        row = session.scalar(select(Counter).where(Counter.name == name).with_for_update())
        if row is None:
            row = Counter(name=name, value=0)
            session.add(row)
        last[each] = row.value
        row.value += count
    session.flush()  # the counters are taken before the numbers are used
    given = []
    for case in cases:
        each = case.opened_on.year if case.opened_on else year
        last[each] += 1
        given.append(CaseNumber(each, last[each]))
    return given


def _insert_cases(
    session: Session, chamber: Chamber, batch: int, cases: list[LegacyCase], *, account: int | None, now: datetime
) -> dict[int, int]:
    """Write new cases in bulk; return the id of each by its line."""
    if not cases:
        return {}
    on = chamber.day(now)
    numbers = _numbers(session, cases, on.year)
    applications = session.scalars(
        insert(Application).returning(Application.id, sort_by_parameter_order=True),
        [
            {
                "number": str(number),
                "channel": "legacy",
                "filed_at": case.opened_at or now,
                "access_key_hash": ACCESS_KEY.digest(
                    ACCESS_KEY.new(chamber.random(f"{number}:key", ACCESS_KEY.random_bytes))
                ),
            }
            for number, case in zip(numbers, cases, strict=True)
        ],
    ).all()
    facts = [_facts(chamber, case) for case in cases]
    states = [CaseState.LEGACY_CLOSED if item.legacy["closed"] else CaseState.LEGACY_OPEN for item in facts]
    ids = session.scalars(
        insert(Case).returning(Case.id, sort_by_parameter_order=True),
        [
            {
                "number": str(number),
                "application_id": application,
                "suffix": 1,
                "state": state,
                "version": 1,
                "facts": to_plain(fact),
                "title": _title(case),
                "origin": "legacy",
                "procedure": fact.procedure,
                "matter": fact.matter,
                "value": fact.value,
                "waiting_on": Turn.NOBODY if state.terminal else Turn.CHAMBER,
                "responsible_role": None,
                "priority_rank": 9,
                "next_due": None if state.terminal else case.due_on,
                "next_rule": "",
                "filed_on": case.opened_on,
                "closed_on": case.closed_on,
                "external_process": (case.external_number or "")[:60],
                "legacy_number": case.legacy_number[:80],
                "batch_id": batch,
                "updated_at": now,
            }
            for number, application, case, fact, state in zip(numbers, applications, cases, facts, states, strict=True)
        ],
    ).all()
    _insert_parties(session, cases, list(ids))
    _insert_events(
        session, chamber, list(zip(cases, numbers, ids, facts, states, strict=True)), account=account, now=now, on=on
    )
    session.execute(
        insert(CaseFact),
        [{"case_id": each, **fact_values(state, fact)} for each, fact, state in zip(ids, facts, states, strict=True)],
    )
    session.execute(
        insert(ImportKey),
        [
            {"digest": key_of(case.key), "case_id": each, "batch_id": batch}
            for each, case in zip(ids, cases, strict=True)
        ],
    )
    return {case.line: each for case, each in zip(cases, ids, strict=True)}


def _title(case: LegacyCase) -> str:
    names = [party.trade_name or party.name or "" for party in case.parties]
    return " × ".join(name for name in names if name)[:300] or case.legacy_number[:300]


def _insert_parties(session: Session, cases: list[LegacyCase], ids: list[int]) -> None:
    parties = [
        (each, ordinal, party)
        for case, each in zip(cases, ids, strict=True)
        for ordinal, party in enumerate(case.parties, start=1)
    ]
    if not parties:
        return
    people = session.scalars(
        insert(Person).returning(Person.id, sort_by_parameter_order=True),
        [
            {
                "kind": "legal" if party.person_kind is PersonKind.COMPANY else "natural",
                "name": _name(party.name, party.trade_name),
                "folded_name": fold_name(_name(party.name, party.trade_name)),
                "tax_id": (party.tax_id.number or "") if party.tax_id else "",
                "raw_tax_id": (party.tax_id.raw if party.tax_id else "")[:60],
            }
            for _each, _ordinal, party in parties
        ],
    ).all()
    session.execute(
        insert(Party),
        [
            {
                "case_id": each,
                "ordinal": ordinal,
                "side": "applicant" if party.side is Side.APPLICANT else "invitee",
                "kind": "legal" if party.person_kind is PersonKind.COMPANY else "natural",
                "person_id": person,
                "name": _name(party.name, party.trade_name),
            }
            for (each, ordinal, party), person in zip(parties, people, strict=True)
        ],
    )


def _name(name: str | None, trade_name: str | None) -> str:
    return (name or trade_name or "não consta")[:300]


def _insert_events(
    session: Session, chamber: Chamber, rows: list[tuple[Any, ...]], *, account: int | None, now: datetime, on: date
) -> None:
    """Event 1 of each case, with its private part and its chain."""
    events, kept = [], []
    for case, number, each, facts, state in rows:
        payload = {
            "from": "draft",
            "to": state.value,
            "changes": to_plain(facts),
            "deadlines": [],
            "values": {"line": case.line},
            "waiting_on": "nobody" if state.terminal else "chamber",
        }
        private = {
            name: value
            for name, value in (
                ("problem", case.problem),
                ("department", case.department),
                ("responsible", case.responsible),
                ("group", case.group),
                ("last_step", case.last_step),
                ("outcome_text", case.outcome_text),
                ("region", case.state_region),
                ("lawsuit", case.lawsuit_number),
                ("extra", [list(pair) for pair in case.extra] or None),
            )
            if value
        }
        events.append(
            _event(chamber, str(number), each, 1, "register_legacy", account, now, on, payload, private, GENESIS)
        )
        kept.append(private)
    _store(session, events, kept)
    session.execute(
        insert(Chain),
        [
            {"case_id": row["case_id"], "compartment": "docket", "version": 1, "head": row["hash"]}
            for row, _salt in events
        ],
    )


def _event(  # noqa: PLR0913, PLR0917  (an event is these things)
    chamber: Chamber,
    number: str,
    case_id: int,
    version: int,
    act: str,
    account: int | None,
    now: datetime,
    on: date,
    payload: dict[str, Any],
    private: dict[str, Any],
    previous: str,
) -> tuple[dict[str, Any], bytes]:
    salt = chamber.random(f"{number}:docket:salt", SALT_BYTES) if private else b""
    event = Event(
        number,
        "docket",
        version,
        act,
        account,
        "registry",
        now,
        on,
        payload,
        private_digest(salt, private),
        previous,
        "",
        SCHEMA,
    )
    return {
        "case_id": case_id,
        "compartment": "docket",
        "version": version,
        "act": act,
        "actor_id": account,
        "role": "registry",
        "at": now,
        "on": on,
        "payload": payload,
        "private_digest": event.private_digest,
        "previous": previous,
        "hash": digest(event),
        "schema": SCHEMA,
    }, salt


def _store(session: Session, events: list[tuple[dict[str, Any], bytes]], private: list[dict[str, Any]]) -> None:
    ids = session.scalars(
        insert(EventRow).returning(EventRow.id, sort_by_parameter_order=True), [row for row, _salt in events]
    ).all()
    parts = [
        {"event_id": each, "salt": salt, "payload": payload}
        for each, (_row, salt), payload in zip(ids, events, private, strict=True)
        if payload
    ]
    if parts:
        session.execute(insert(EventPrivate), parts)


def write_steps_of(
    session: Session, chamber: Chamber, steps: dict[int, list[LegacyStep]], *, account: int | None, now: datetime
) -> int:
    """Append the steps of some cases, unless an interrupted import already had. Returns how many the cases have."""
    chains = {
        row.case_id: row
        for row in session.scalars(select(Chain).where(Chain.case_id.in_(list(steps)), Chain.compartment == "docket"))
    }
    cases = {row.id: row for row in session.scalars(select(Case).where(Case.id.in_(list(steps))).with_for_update())}
    events, kept = [], []
    for case_id, rows in steps.items():
        chain, case = chains[case_id], cases[case_id]
        if chain.version > 1:
            continue
        for step in sorted(rows, key=lambda item: (item.at.isoformat() if item.at else item.on.isoformat(), item.line)):
            private = {
                name: value
                for name, value in (("step", step.step), ("group", step.group), ("responsible", step.responsible))
                if value
            }
            payload = {
                "from": case.state.value,
                "to": case.state.value,
                "changes": {},
                "deadlines": [],
                "values": {
                    "happened_on": step.on.isoformat(),
                    **({"happened_at": step.at.isoformat()} if step.at else {}),
                },
                "waiting_on": case.waiting_on.value,
            }
            row = _event(
                chamber,
                case.number,
                case_id,
                chain.version + 1,
                "legacy_step",
                account,
                now,
                step.on,
                payload,
                private,
                chain.head,
            )
            events.append(row)
            kept.append(private)
            chain.version, chain.head = chain.version + 1, row[0]["hash"]
        case.version = chain.version
    if events:
        _store(session, events, kept)
    return sum(len(rows) for rows in steps.values())
