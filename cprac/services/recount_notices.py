"""Whose date a recount moved, and how each of them is reached: the parties of many cases, read at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from cprac.domain.regulation import Regulation
from cprac.domain.roles import Role
from cprac.persistence.models import Account, Agency, CaseRole, Party, Person


class Look(Protocol):
    """What is asked of a deadline here: its rule, and the party it is addressed to."""

    @property
    def rule(self) -> str:
        """Its rule."""

    @property
    def party(self) -> int | None:
        """The party it is addressed to, None where its rule says whose time it is."""


SIDES: Mapping[str, tuple[str, ...]] = {
    "applicant": ("applicant",),
    "invitee": ("invitee",),
    "parties": ("applicant", "invitee"),
}
"""Whose time a deadline is, by who is responsible for it; the chamber's own targets are nobody's."""


def is_theirs(each: Look, rules: Regulation) -> bool:
    """Whether the deadline is a party's time, and not the chamber's own target."""
    return each.party is not None or rules.rule(each.rule).responsible in SIDES


def concerns(each: Look, party: Row[Any], rules: Regulation) -> bool:
    """Whether it is the time of this *party*."""
    if each.party is not None:
        return bool(each.party == party.ordinal)
    return party.side in SIDES.get(rules.rule(each.rule).responsible, ())


class Addresses:
    """The parties of some cases and how each is reached, as ``notices`` reaches one."""

    def __init__(self, session: Session, cases: Sequence[int], now: datetime) -> None:
        self._parties: dict[int, list[Row[Any]]] = defaultdict(list)
        rows = session.execute(
            select(
                Party.case_id, Party.ordinal, Party.side, Party.kind, Party.name,
                func.coalesce(Person.email, "").label("email"), func.coalesce(Agency.email, "").label("agency_email"),
            )
            .outerjoin(Person, Person.id == Party.person_id)
            .outerjoin(Agency, Agency.id == Party.agency_id)
            .where(Party.case_id.in_(cases))
            .order_by(Party.case_id, Party.ordinal)
        )  # fmt: skip
        for row in rows:
            self._parties[row.case_id].append(row)
        self._accounts: dict[tuple[int, int | None], int] = {}
        self._attorneys: dict[int, Row[Any]] = {}
        for row in _roles(session, cases, now):
            if row.role is Role.MUNICIPAL_ATTORNEY:
                if row.in_force and row.active:
                    self._attorneys.setdefault(row.case_id, row)
            elif row.until_at is None:
                self._accounts.setdefault((row.case_id, row.party_ordinal), row.account_id)

    def parties(self, case: int) -> Iterable[Row[Any]]:
        """The parties of *case* in order."""
        return self._parties[case]

    def of(self, case: int, party: Row[Any]) -> tuple[str, str, int | None]:
        """Name, address and account of who is told for *party*: the city through its attorney where there is one."""
        if party.kind == "city":
            attorney = self._attorneys.get(case)
            if attorney is not None:
                return attorney.name, attorney.email, attorney.account_id
            return party.name, party.agency_email, None
        return party.name, party.email, self._accounts.get((case, party.ordinal))


def _roles(session: Session, cases: Sequence[int], now: datetime) -> Iterator[Row[Any]]:
    in_force = (CaseRole.from_at <= now) & (CaseRole.until_at.is_(None) | (CaseRole.until_at > now))
    yield from session.execute(
        select(
            CaseRole.case_id, CaseRole.party_ordinal, CaseRole.role, CaseRole.account_id, CaseRole.until_at,
            in_force.label("in_force"), Account.name, Account.email, Account.active,
        )
        .join(Account, Account.id == CaseRole.account_id)
        .where(
            CaseRole.case_id.in_(cases),
            CaseRole.role.in_((Role.APPLICANT, Role.INVITEE, Role.MUNICIPAL_ATTORNEY)),
        )
        .order_by(CaseRole.case_id, Account.id, CaseRole.id)
    )  # fmt: skip
