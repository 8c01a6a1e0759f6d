"""Putting a question to the rules: what the database knows of a case, as the domain's ``Subject``; and its replay."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from cprac.domain import subject as asked
from cprac.domain.acts import FIELDS, Act, Compartment, Kind
from cprac.domain.business_days import Calendar
from cprac.domain.deadlines import DeadlineRule, due_date
from cprac.domain.facts import CaseFacts, from_plain
from cprac.domain.history import Folded, fold
from cprac.domain.permissions import Viewer
from cprac.domain.regulation import Regulation, RegulationError, approvers_for
from cprac.domain.roles import Role
from cprac.domain.states import CaseState
from cprac.domain.subject import Actor, LocalRules, Subject
from cprac.domain.system_events import folded_without_last_act
from cprac.persistence.models import Case, CaseRole, EventRow, Leave, Notice, Party, Person
from cprac.persistence.viewers import offices_of
from cprac.services import deadline_rows
from cprac.services.chamber import Chamber


def ledger_of(session: Session, chamber: Chamber, case: Case, on: date) -> deadline_rows.Ledger:
    """The deadlines of *case* on the day *on*, by its procedure and the calendar as it stands."""
    calendar = chamber.calendar(deadline_rows.decreed_days(session))
    return deadline_rows.Ledger(session, case, chamber.rules_of(case.procedure), calendar, on, case.version)


def subject_for(
    session: Session,
    chamber: Chamber,
    case: Case,
    viewer: Viewer,
    on: date,
    values: Mapping[str, Any] | None,
    act: Act | None = None,
    ledger: deadline_rows.Ledger | None = None,
) -> Subject:
    """The question about *case* that *viewer* asks on the day *on*; ``values`` None asks for the menu.

    *ledger*: the case's deadlines that day (``ledger_of``), where the caller has them already.
    """
    facts = from_plain(CaseFacts, case.facts)
    ledger = ledger or ledger_of(session, chamber, case, on)
    regulation, calendar = ledger.regulation, ledger.calendar
    subject = Subject(
        state=case.state,
        facts=facts,
        actor=Actor(viewer.account, viewer.roles, viewer.parties),
        on=on,
        switches=regulation.switches,
        values=values,
        deadlines=ledger.facts(),
        approvers=_approvers(regulation, facts, on),
        rules=LocalRules(regulation.sessions.informed_choice, regulation.mediators.no_urgent_days_before_leave),
    )
    if values is not None and act is not None:
        quarantine = Quarantine(regulation.rule("D-QUARANTINE"), calendar)
        subject.people = _people(session, case, act, values, on, quarantine)
        if values.get("session_on") is not None:
            subject.earliest_session = earliest_session(regulation, calendar, on, values["session_on"])
        if act is Act.SET_ASIDE:
            before, version = without_last_act(session, case)
            subject.last_notice_received = _received(session, case, version)
            if before.version:
                subject.previous = CaseState(before.state), from_plain(CaseFacts, before.facts)
    return subject


def _approvers(regulation: Regulation, facts: CaseFacts, on: date) -> tuple[str, ...]:
    if facts.settlement is None or facts.settlement.approvers:
        return () if facts.settlement is None else facts.settlement.approvers
    try:
        return approvers_for(regulation, facts.matter, facts.settlement.direction, facts.settlement.amount, on)
    except RegulationError:
        return ()


def earliest_session(regulation: Regulation, calendar: Calendar, on: date, wanted: date) -> date:
    """The first day for a meeting told today: counted backwards from it, the notice fits (D-NOTICE)."""
    rule = regulation.rule("D-NOTICE")
    if wanted > on and due_date(rule, wanted, calendar).due >= on:
        return wanted
    day = on
    while due_date(rule, day, calendar).due < on or day <= on:
        day = calendar.add_business_days(day, 1)
    return day


@dataclass(frozen=True, slots=True)
class Quarantine:
    """How long who mediated may not represent a party of that case (Lei 13.140/2015 art. 6)."""

    rule: DeadlineRule
    calendar: Calendar

    def until(self, session: Session, case: Case, account: int) -> date | None:
        """The last day of the quarantine that earlier mediations put between *account* and a party of *case*."""
        known = select(Person.tax_id).join(Party).where(Party.case_id == case.id, Person.tax_id != "")
        earlier = session.scalars(
            select(Case.facts)
            .join(CaseRole, CaseRole.case_id == Case.id)
            .where(CaseRole.account_id == account, CaseRole.role == Role.MEDIATOR, Case.id != case.id)
            .where(Case.id.in_(select(Party.case_id).join(Person).where(Person.tax_id.in_(known))))
        )
        last = [facts["last_session_on"] for facts in earlier if facts.get("last_session_on")]
        return due_date(self.rule, date.fromisoformat(max(last)), self.calendar).due if last else None


def _people(
    session: Session, case: Case, act: Act, values: Mapping[str, Any], on: date, quarantine: Quarantine
) -> dict[int, asked.Person]:
    """What the rules need to know of those whom the values name."""
    people: dict[int, asked.Person] = {}
    for item in FIELDS[act]:
        account = values.get(item.name)
        if item.kind is not Kind.ACCOUNT or account is None:
            continue
        roles = frozenset(
            session.scalars(select(CaseRole.role).where(CaseRole.case_id == case.id, CaseRole.account_id == account))
        )
        people[account] = asked.Person(
            offices=offices_of(session, account, on),
            roles=roles,
            mediated_until=quarantine.until(session, case, account),
            leave_from=session.scalar(
                select(func.min(Leave.from_on)).where(Leave.account_id == account, Leave.until_on >= on)
            ),
            represented_a_party=bool(roles & {Role.APPLICANT, Role.INVITEE, Role.MUNICIPAL_ATTORNEY}),
        )
    return people


def _received(session: Session, case: Case, version: int) -> bool:
    """Whether somebody received a notice of the docket act *version* (T50: then the act can no longer fall)."""
    received = select(Notice.id).where(
        Notice.case_id == case.id, Notice.version == version, Notice.served_at.is_not(None)
    )
    return session.scalar(received.limit(1)) is not None


def without_last_act(session: Session, case: Case) -> tuple[Folded, int]:
    """The docket folded without its last act (what the clock did stays), and the version of that act."""
    rows = session.execute(
        select(EventRow.version, EventRow.act, EventRow.payload)
        .where(EventRow.case_id == case.id, EventRow.compartment == Compartment.DOCKET.value)
        .order_by(EventRow.version)
    )
    return folded_without_last_act((row.version, row.act, row.payload) for row in rows)


def folded(session: Session, case: Case, until: int | None = None) -> Folded:
    """The docket of *case* folded up to the version *until* (all of it by default)."""
    query = (
        select(EventRow.version, EventRow.payload)
        .where(EventRow.case_id == case.id, EventRow.compartment == Compartment.DOCKET.value)
        .order_by(EventRow.version)
    )
    if until is not None:
        query = query.where(EventRow.version <= until)
    return fold((row.version, row.payload) for row in session.execute(query))


def holders_of(session: Session, case: Case, roles: tuple[Role, ...], now: datetime) -> list[CaseRole]:
    """The role rows of a case that are in force at *now*."""
    return list(
        session.scalars(
            select(CaseRole).where(
                CaseRole.case_id == case.id,
                CaseRole.role.in_(roles),
                CaseRole.from_at <= now,
                or_(CaseRole.until_at.is_(None), CaseRole.until_at > now),
            )
        )
    )


def events_since(session: Session, case: Case, version: int) -> list[dict[str, Any]]:
    """The docket events after *version*, newest last: what a stale form did not know."""
    rows = session.scalars(
        select(EventRow)
        .where(
            EventRow.case_id == case.id, EventRow.compartment == Compartment.DOCKET.value, EventRow.version > version
        )
        .order_by(EventRow.version)
    )
    return [{"act": row.act, "at": row.at, "actor": row.actor_id, "version": row.version} for row in rows]
