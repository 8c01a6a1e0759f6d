"""Who somebody is in one case at one instant: roles and parties, from dated rows. Read inside the act's transaction."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from cprac.domain.permissions import Viewer
from cprac.domain.roles import Office, roles_in_case
from cprac.persistence.models import Account, CaseRole, OfficeHolding


def offices_of(session: Session, account: int, on: date) -> frozenset[Office]:
    """The offices an active account holds on the day *on*."""
    rows = session.scalars(
        select(OfficeHolding.office)
        .join(Account)
        .where(
            OfficeHolding.account_id == account,
            Account.active,
            OfficeHolding.from_on <= on,
            or_(OfficeHolding.until_on.is_(None), OfficeHolding.until_on >= on),
        )
    )
    return frozenset(rows)


def granted(session: Session, account: int, case_id: int, now: datetime) -> list[CaseRole]:
    """The role rows of *account* in a case that are in force at *now*."""
    return list(
        session.scalars(
            select(CaseRole).where(
                CaseRole.case_id == case_id,
                CaseRole.account_id == account,
                CaseRole.from_at <= now,
                or_(CaseRole.until_at.is_(None), CaseRole.until_at > now),
            )
        )
    )


def viewer_in(session: Session, account: int | None, case_id: int, now: datetime, on: date) -> Viewer:
    """The viewer that *account* is in the case. Nobody, and a disabled account, has no role."""
    if account is None:
        return Viewer(None, frozenset())
    holder = session.get(Account, account)
    if holder is None or not holder.active:
        return Viewer(account, frozenset())
    rows = granted(session, account, case_id, now)
    roles = roles_in_case(offices_of(session, account, on), frozenset(row.role for row in rows))
    parties = frozenset(row.party_ordinal for row in rows if row.party_ordinal is not None)
    return Viewer(account, roles, parties)
