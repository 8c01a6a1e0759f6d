"""A crowd behind the demonstration: closed cases of its first year, so that figures have something to count.

Each repeats the docket of a case that went its whole way through the services, on other days, at its own pace, about
another matter: every event follows the table, every chain can be hashed again, every fold gives what is stored. What
surrounds a docket (notices, documents, reserved conversations, names) is not repeated.
"""

from __future__ import annotations

import copy
import random
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from cprac.demo_world.seeding import Simulation
from cprac.domain.case_measures import measure
from cprac.domain.facts import CaseFacts, from_plain
from cprac.domain.history import GENESIS, Event, digest, fold
from cprac.persistence.database import transaction
from cprac.persistence.models import Application, Case, CaseFact, Chain, EventRow, Party
from cprac.services import caches, day_cells
from cprac.services.intake import next_number

SEED = 20
DOCKET = "docket"
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
PACES = (0.5, 0.7, 0.9, 1.0, 1.2, 1.5, 1.9, 2.4)
"""How much slower than its pattern a case goes."""

WEIGHTS = {"closed_fulfilled": 12, "closed_no_agreement": 5, "closed_enforced": 3, "closed_withdrawn": 2}
"""How much likelier than others an ending is repeated."""


def crowd(world: Simulation, size: int) -> int:
    """Add *size* closed cases to the seeded *world*; return how many found room before its day."""
    with world.app.app_context(), transaction() as session:
        patterns = _patterns(session)
        chance = random.Random(SEED)  # noqa: S311  (invented cases, the same each time)
        first, last = world.ago(250), world.ago(1)
        matters = [matter.id for matter in world.chamber.regulation.matters][:6]
        agencies = sorted(set(session.scalars(select(CaseFact.agency_id).where(CaseFact.agency_id.is_not(None)))))
        added = 0
        for _ in range(size):
            case, events = chance.choices(patterns, [WEIGHTS.get(case.state.value, 1) for case, _events in patterns])[0]
            begin = first + timedelta(days=chance.randrange((last - first).days - 40))
            moved = _mover(case.filed_on, begin, chance.choice(PACES))
            told = {
                "matter": chance.choices(matters, [8, 6, 5, 3, 2, 1][: len(matters)])[0],
                "agency": chance.choice(agencies[:4]),
                "value": chance.randrange(5, 400) * 10_000,
            }
            if moved(events[-1].on) <= last:
                _repeat(session, case, events, moved, told)
                added += 1
    with world.app.app_context():
        day_cells.rebuild_cells()
    return added


def _patterns(session: Session) -> list[tuple[Case, list[EventRow]]]:
    """Closed cases of the chamber with nothing beside their docket that a copy would miss."""
    query = (
        select(Case)
        .join(CaseFact, CaseFact.case_id == Case.id)
        .where(Case.origin == "native", CaseFact.closed_on.is_not(None), CaseFact.lawsuits == 0)
        .where(Case.previous_case_id.is_(None), Case.suffix == 1, CaseFact.reopened.is_(False))
        .order_by(Case.id)
    )
    found = []
    for case in session.scalars(query):
        docket = select(EventRow).where(EventRow.case_id == case.id, EventRow.compartment == DOCKET)
        events = list(session.scalars(docket.order_by(EventRow.version)))
        if all("matter" not in event.payload["changes"] for event in events[1:]):
            found.append((case, events))
    return found


def _mover(old: date, new: date, pace: float) -> Callable[[date], date]:
    """The day on which what happened on a day of the pattern happens in the copy."""

    def moved(day: date) -> date:
        gone = (day - old).days
        return new + timedelta(days=round(gone * pace) if gone > 0 else gone)

    return moved


def _shifted(value: Any, moved: Callable[[date], date]) -> Any:
    if isinstance(value, dict):
        return {key: _shifted(each, moved) for key, each in value.items()}
    if isinstance(value, list):
        return [_shifted(each, moved) for each in value]
    if isinstance(value, str) and DAY.match(value):
        return moved(date.fromisoformat(value[:10])).isoformat() + value[10:]
    return value


def _repeat(
    session: Session, pattern: Case, events: list[EventRow], moved: Callable[[date], date], told: dict[str, Any]
) -> None:
    number = str(next_number(session, moved(events[0].on).year))
    application = Application(
        number=number, access_key_hash="", channel=pattern.application.channel, filed_at=_at(events[0].at, moved)
    )
    case = Case(
        number=number,
        application=application,
        state=pattern.state,
        version=pattern.version,
        facts={},
        title=pattern.title,
        procedure=pattern.procedure,
        waiting_on=pattern.waiting_on,
        responsible_role=pattern.responsible_role,
        owner_id=None,
        next_rule="",
        priority_rank=pattern.priority_rank,
        updated_at=_at(events[-1].at, moved),
    )
    session.add(case)
    session.flush()
    rows, previous = [], GENESIS
    for place, event in enumerate(events):
        payload = _shifted(copy.deepcopy(event.payload), moved)
        payload["deadlines"] = []
        payload["changes"].pop("notices_waiting", None)
        if not place:
            payload["changes"] |= told
        row = {
            "case_id": case.id, "compartment": DOCKET, "version": event.version, "act": event.act,
            "actor_id": event.actor_id, "role": event.role, "at": _at(event.at, moved), "on": moved(event.on),
            "payload": payload, "private_digest": "", "previous": previous, "schema": event.schema,
        }  # fmt: skip
        previous = digest(
            Event(
                number, DOCKET, event.version, event.act, event.actor_id, event.role, row["at"], row["on"], payload, "",
                previous, "", event.schema,
            )
        )  # fmt: skip
        rows.append({**row, "hash": previous})
    session.execute(insert(EventRow), rows)
    session.add(Chain(case_id=case.id, compartment=DOCKET, version=case.version, head=previous))
    folded = fold((row["version"], row["payload"]) for row in rows)
    case.facts = folded.facts
    facts = from_plain(CaseFacts, folded.facts)
    case.matter, case.agency_id, case.value = facts.matter, facts.agency, facts.value
    case.filed_on, case.closed_on = facts.filed_on, facts.closed_on
    for party in pattern.parties:
        names = {"natural": "Pessoa de um caso antigo", "legal": "Empresa de um caso antigo"}
        name = names.get(party.kind, party.name)
        session.add(
            Party(case_id=case.id, ordinal=party.ordinal, side=party.side, kind=party.kind, name=name,
                  agency_id=party.agency_id)
        )  # fmt: skip
    measures = measure((row["act"], row["on"], row["payload"]) for row in rows)
    session.add(CaseFact(case_id=case.id, **caches.fact_values(case.state, facts, measures)))


def _at(at: datetime, moved: Callable[[date], date]) -> datetime:
    """The instant, on the day that its day becomes."""
    return at + timedelta(days=(moved(at.date()) - at.date()).days)
