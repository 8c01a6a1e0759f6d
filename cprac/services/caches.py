"""The columns of a case and its statistics row as functions of its fold: what lists sort by and figures count."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cprac.domain.facts import CaseFacts, from_plain, responsible, to_plain, waiting_on
from cprac.domain.roles import Office, Role
from cprac.domain.states import CaseState
from cprac.persistence.models import Case, CaseFact, LinkedLawsuit
from cprac.services import deadline_rows

PERSONAL_ROLES = (Role.MEDIATOR, Role.OPINION_AUTHOR, Role.MUNICIPAL_ATTORNEY)


def update_case(
    session: Session,
    case: Case,
    state: CaseState,
    facts: CaseFacts,
    ledger: deadline_rows.Ledger,
    version: int,
    now: datetime,
) -> None:
    """Write the caches that lists sort and filter by."""
    plain, before = to_plain(facts), case.facts or {}
    case.state, case.version, case.facts, case.updated_at = state, version, plain, now
    case.waiting_on = waiting_on(state, facts)
    case.responsible_role = responsible(state, facts)
    case.owner_id = owner(case.responsible_role, facts)
    row = ledger.next_due()
    case.next_due, case.next_rule = (row.due, row.rule) if row else (old_due(state, facts), "")
    case.origin, case.filed_on, case.closed_on = facts.origin, facts.filed_on, facts.closed_on
    case.external_process, case.value = facts.external_process, facts.value
    if version == 1 or plain["lawsuits"] != before.get("lawsuits", []):  # a filing writes its facts before its event
        _update_lawsuits(session, case, facts)


def _update_lawsuits(session: Session, case: Case, facts: CaseFacts) -> None:
    known = {item.cnj: item for item in session.scalars(select(LinkedLawsuit).where(LinkedLawsuit.case_id == case.id))}
    for lawsuit in facts.lawsuits:
        if lawsuit.cnj in known:
            row = known.pop(lawsuit.cnj)
            row.status, row.next_on, row.next_kind = lawsuit.status, lawsuit.next_on, lawsuit.next_kind
        else:
            told = {"status": lawsuit.status, "next_on": lawsuit.next_on, "next_kind": lawsuit.next_kind}
            session.add(LinkedLawsuit(case_id=case.id, cnj=lawsuit.cnj, **told))
    for row in known.values():  # the act that linked it was set aside
        session.delete(row)


def update_dates(case: Case, ledger: deadline_rows.Ledger, version: int, now: datetime) -> None:
    """Write the caches that follow from the deadlines alone: what the clock does changes neither state nor facts."""
    case.version, case.updated_at = version, now
    row = ledger.next_due()
    if row is not None:
        case.next_due, case.next_rule = row.due, row.rule
    else:
        case.next_due, case.next_rule = old_due(case.state, from_plain(CaseFacts, case.facts)), ""


def old_due(state: CaseState, facts: CaseFacts) -> date | None:
    """The day by which an old case was due in the sheet it came from, while nothing else is known of it."""
    due = facts.legacy.get("due_on") if state is CaseState.LEGACY_OPEN else None
    return date.fromisoformat(due) if due else None


def owner(role: Role | None, facts: CaseFacts) -> int | None:
    """The person who must act, where the role is one person's and not an office's."""
    if role is Role.MEDIATOR and facts.mediator is not None:
        return facts.mediator.account
    if role is Role.MUNICIPAL_ATTORNEY:
        return facts.city_attorney
    if role is Role.OPINION_AUTHOR and facts.settlement is not None:
        return facts.settlement.opinion_by
    return None


def fact_values(state: CaseState, facts: CaseFacts) -> dict[str, Any]:
    """The statistics row of a case, as a function of its fold. Nothing personal."""
    settlement = facts.settlement if facts.settlement_in_force else None
    return {
        "origin": facts.origin,
        "state": state.value,
        "matter": facts.matter,
        "agency_id": facts.agency,
        "channel": facts.channel,
        "filed_on": facts.filed_on,
        "admitted_on": facts.admitted_on,
        "closed_on": facts.closed_on,
        "outcome": facts.outcome,
        "value_claimed": facts.value,
        "value_agreed": settlement.amount if settlement else None,
        "direction": settlement.direction if settlement else "",
        "paused_days": facts.paused_days,
        "sessions": facts.sessions_opened,
        "lawsuits": len(facts.lawsuits),
        "priority": facts.priority,
    }


def update_fact(session: Session, case: Case, facts: CaseFacts) -> None:
    """Write the statistics row of *case* anew."""
    row = session.get(CaseFact, case.id)
    values = fact_values(case.state, facts)
    if row is None:
        session.add(CaseFact(case_id=case.id, **values))
        return
    for name, value in values.items():
        setattr(row, name, value)


def office_roles(offices: frozenset[Office]) -> frozenset[Role]:
    """The roles whose common worklist somebody with these offices shares."""
    return frozenset(
        Role(office.value)
        for office in offices
        if office.value in set(Role) and Role(office.value) not in PERSONAL_ROLES
    )
