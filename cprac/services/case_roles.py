"""Roles that acts give and end: the mediator, the city's attorney, the author of the opinion, those who authorise."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from cprac.domain.acts import Act
from cprac.domain.facts import CaseFacts
from cprac.domain.roles import Office, Role
from cprac.persistence.models import Account, Case, CaseRole, OfficeHolding
from cprac.services.chamber import Chamber


def grant(
    session: Session,
    case: Case,
    account: int,
    role: Role,
    now: datetime,
    party: int | None = None,
    until: datetime | None = None,
) -> CaseRole:
    """Give *account* the role in the case from *now* on."""
    row = CaseRole(case_id=case.id, account_id=account, role=role, party_ordinal=party, from_at=now, until_at=until)
    session.add(row)
    return row


def end(session: Session, case: Case, role: Role, now: datetime, keep: int | None = None) -> None:
    """End everybody's *role* in the case now, but for the account *keep*."""
    rows = session.scalars(
        select(CaseRole).where(
            CaseRole.case_id == case.id,
            CaseRole.role == role,
            or_(CaseRole.until_at.is_(None), CaseRole.until_at > now),
        )
    )
    for row in rows:
        if row.account_id != keep:
            row.until_at = max(now, row.from_at)


def apply(
    session: Session, chamber: Chamber, case: Case, act: Act, values: Mapping[str, Any], facts: CaseFacts, now: datetime
) -> None:
    """Give and end the roles that *act* gives and ends."""
    city = facts.city_party
    match act:
        case Act.ASSIGN | Act.REPLACE:
            end(session, case, Role.MEDIATOR, now)
            grant(session, case, values["mediator"], Role.MEDIATOR, now)
        case Act.ASSIGN_CITY_ATTORNEY:
            end(session, case, Role.MUNICIPAL_ATTORNEY, now)
            grant(session, case, values["attorney"], Role.MUNICIPAL_ATTORNEY, now, city.id if city else None)
        case Act.SEND_TO_REVIEW:
            end(session, case, Role.OPINION_AUTHOR, now)
            grant(session, case, values["opinion_author"], Role.OPINION_AUTHOR, now)
        case Act.REQUEST_AUTHORIZATION:
            if facts.settlement is not None and "approver" in facts.settlement.approvers:
                _grant_approvers(session, chamber, case, now)
        case Act.ASSIGN_SUBSTITUTE:
            start = datetime.combine(values["from_on"], time.min, chamber.zone)
            until = datetime.combine(values["until_on"] + timedelta(days=1), time.min, chamber.zone)
            role = Role(values["role"])
            party = city.id if city and role is Role.MUNICIPAL_ATTORNEY else None
            grant(session, case, values["substitute"], role, start, party, until)


def _grant_approvers(session: Session, chamber: Chamber, case: Case, now: datetime) -> None:
    on = chamber.day(now)
    held = set(
        session.scalars(
            select(CaseRole.account_id).where(
                CaseRole.case_id == case.id, CaseRole.role == Role.APPROVER, CaseRole.until_at.is_(None)
            )
        )
    )
    accounts = session.scalars(
        select(Account.id)
        .join(OfficeHolding)
        .where(
            OfficeHolding.office == Office.APPROVER,
            Account.active,
            OfficeHolding.from_on <= on,
            or_(OfficeHolding.until_on.is_(None), OfficeHolding.until_on >= on),
        )
    )
    for account in sorted(set(accounts) - held):
        grant(session, case, account, Role.APPROVER, now)


def revoke_since(session: Session, case: Case, instant: datetime, now: datetime) -> None:
    """End the roles that an act set aside had given at *instant*, and give back those it had ended."""
    for row in session.scalars(select(CaseRole).where(CaseRole.case_id == case.id)):
        if row.from_at == instant and (row.until_at is None or row.until_at > now):
            row.until_at = now
        elif row.until_at == instant and row.from_at < instant:
            grant(session, case, row.account_id, row.role, now, row.party_ordinal)
