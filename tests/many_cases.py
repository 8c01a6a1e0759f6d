"""Many small cases at once, as their first act would have written them: for clocks, races and sizes, not for rules."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from cprac.domain.case_measures import measure
from cprac.domain.facts import CaseFacts, PartyFact, responsible, to_plain
from cprac.domain.history import GENESIS, Event, digest
from cprac.domain.states import CaseState
from cprac.persistence.database import transaction
from cprac.persistence.models import Application, Case, CaseFact, Chain, DeadlineRow, EventRow
from cprac.services.caches import fact_values

RULE = "D-SCREEN"


def file_many(chamber, count, due: date, now: datetime, first=1):
    """Write *count* filed cases from number *first* on, each with one event and one open deadline due on *due*."""
    on = chamber.day(now)
    facts = CaseFacts(
        filed_on=on,
        procedure=chamber.regulation.version,
        parties=(PartyFact(1, "applicant", "natural"), PartyFact(2, "invitee", "city")),
        last_act="submit",
        last_from=CaseState.DRAFT,
    )
    plain, state = to_plain(facts), CaseState.FILED
    trigger = due - timedelta(days=2)
    line = {"ordinal": 1, "rule": RULE, "status": "open", "due": due.isoformat(), "trigger": trigger.isoformat()}
    payload = {
        "from": "draft",
        "to": state.value,
        "changes": plain,
        "deadlines": [line],
        "values": {},
        "waiting_on": state.turn.value,
    }
    numbers = [f"{number:04d}/{on.year}" for number in range(first, first + count)]
    with transaction() as session:
        for number in numbers:
            event = Event(number, "docket", 1, "submit", None, "applicant", now, on, payload, "", GENESIS, "", schema=1)
            sealed = digest(event)
            case = Case(
                number=number,
                application=Application(number=number, access_key_hash="0" * 64, channel="desk", filed_at=now),
                state=state,
                version=1,
                facts=plain,
                procedure=facts.procedure,
                waiting_on=state.turn,
                responsible_role=responsible(state, facts),
                filed_on=on,
                next_due=due,
                next_rule=RULE,
                updated_at=now,
            )
            session.add(case)
            session.flush()
            session.add_all(
                [
                    CaseFact(case_id=case.id, **fact_values(state, facts, measure([("submit", on, payload)]))),
                    Chain(case_id=case.id, compartment="docket", version=1, head=sealed),
                    EventRow(
                        case_id=case.id,
                        compartment="docket",
                        version=1,
                        act="submit",
                        role="applicant",
                        at=now,
                        on=on,
                        payload=payload,
                        previous=GENESIS,
                        hash=sealed,
                    ),
                    DeadlineRow(
                        case_id=case.id,
                        ordinal=1,
                        rule=RULE,
                        trigger_on=trigger,
                        due=due,
                        communicated=due,
                        status="open",
                        known_from=trigger,
                        opened_version=1,
                    ),
                ]
            )
    return numbers
