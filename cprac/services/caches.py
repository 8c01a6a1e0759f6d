"""The columns of a case and its statistics row as functions of its fold: what lists sort by and figures count."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cprac.domain.case_measures import Measures, advance
from cprac.domain.fact_rows import COLUMNS, fact_row, measures_of, to_fact
from cprac.domain.facts import CaseFacts, from_plain, responsible, to_plain, waiting_on
from cprac.domain.roles import Office, Role
from cprac.domain.states import CaseState
from cprac.persistence.models import Case, CaseFact, LinkedLawsuit, StatDelta
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


def fact_values(state: CaseState, facts: CaseFacts, measures: Measures, batch_id: int | None = None) -> dict[str, Any]:
    """The statistics row of a case, as a function of its fold. Nothing personal."""
    row = fact_row(state, facts, measures, batch_id)
    return {name: getattr(row, name) for name in COLUMNS}


def update_fact(session: Session, case: Case, facts: CaseFacts, act: str, on: date, payload: Mapping[str, Any]) -> None:
    """Write the statistics row of *case* anew after one more docket event, and what that changes in the sums."""
    kept = session.get(CaseFact, case.id)
    before = to_fact(kept) if kept is not None else None
    measures = advance(measures_of(before) if before else Measures(), act, on, payload)
    after = fact_row(case.state, facts, measures, case.batch_id)
    if after == before:
        return
    values = {name: getattr(after, name) for name in COLUMNS}
    if kept is None:
        session.add(CaseFact(case_id=case.id, **values))
    else:
        for name, value in values.items():
            setattr(kept, name, value)
    session.add(
        StatDelta(case_id=case.id, before=to_plain(before) if before is not None else None, after=to_plain(after))
    )


def office_roles(offices: frozenset[Office]) -> frozenset[Role]:
    """The roles whose common worklist somebody with these offices shares."""
    return frozenset(
        Role(office.value)
        for office in offices
        if office.value in set(Role) and Role(office.value) not in PERSONAL_ROLES
    )
