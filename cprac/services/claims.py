"""A one-time claim code binds an account to a party: that makes it see the case, and act in it for that party.

The code stands on the receipt, or is printed or mailed by the registry. Who has it may use it once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from cprac.domain.identifiers import CLAIM_CODE
from cprac.domain.roles import Role, incompatible
from cprac.domain.words import N_
from cprac.persistence.database import transaction
from cprac.persistence.models import Account, Case, CaseRole, OneTimeCode, Party
from cprac.persistence.viewers import offices_of
from cprac.services import accounts, case_roles, credentials, passwords, throttle
from cprac.services.accounts import refuse
from cprac.services.chamber import Chamber

_REFUSED = N_("O código não confere, já foi usado ou venceu. Confira ou peça outro à Secretaria.")


@dataclass(frozen=True, slots=True)
class NewAccount:
    """What somebody types who has no account yet, or is not signed in."""

    email: str
    name: str
    password: str


@dataclass(frozen=True, slots=True)
class Bound:
    """The account that was bound, and the number of the case of the code."""

    account: int
    staff: bool
    number: str


def claim(
    chamber: Chamber,
    code: str,
    source: str,
    *,
    now: datetime,
    account: int | None = None,
    newcomer: NewAccount | None = None,
    portal_consent: bool = False,
) -> Bound:
    """Bind the signed-in *account*, or that of *newcomer*, to the party of *code*, and use the code up.

    A newcomer whose address has an account must type its password; otherwise the account is made. Raises RefusedError
    (the same words for every wrong code; a hat this person wears in the case), TooManyTriesError.
    """
    throttle.spend("code_source", source, now)
    typed = CLAIM_CODE.digest(CLAIM_CODE.normalize(code) or "")
    with transaction() as session:
        _party_of(session, typed, now)
    hashed, known = "", account
    if known is None and newcomer is not None:
        known, hashed = _known_or_hashed(chamber, newcomer, source, now)
    with transaction() as session:
        party = _party_of(session, typed, now)
        if not credentials.mark_used(session, typed, now):
            raise refuse(_REFUSED, "code")
        if known is None and newcomer is not None:
            address = accounts.clean_email(newcomer.email)
            known = accounts.add(session, address, newcomer.name.strip() or party.name, hashed, now).id
        row = session.get(Account, known) if known is not None else None
        if row is None or not row.active:
            raise refuse(_REFUSED, "code")
        used = session.get(OneTimeCode, typed)
        if used is not None:
            if used.issued_by == row.id:
                raise refuse(N_("Você deu este código a uma parte. Só ela pode usá-lo."), "code")
            used.account_id = row.id
        _bind(session, party, row.id, now)
        if portal_consent and row.portal_consent_on is None:
            row.portal_consent_on = chamber.day(now)
        staff = bool(offices_of(session, row.id, chamber.day(now)))
        return Bound(row.id, staff, party.case.number)


def _known_or_hashed(chamber: Chamber, newcomer: NewAccount, source: str, now: datetime) -> tuple[int | None, str]:
    """The account that the newcomer already has and whose password is right; else the hash for a new one."""
    address = accounts.clean_email(newcomer.email)
    with transaction() as session:
        exists = session.scalars(select(Account.id).where(Account.email == address)).one_or_none() is not None
    if exists:
        entry = credentials.sign_in(chamber, address, newcomer.password, source, now=now)
        if entry is None:
            raise refuse(N_("E-mail ou senha não conferem."), "email")
        return entry.account, ""
    passwords.check_new(chamber, newcomer.password, staff=False, about=(address, newcomer.name))
    return None, passwords.hash_of(chamber, newcomer.password)


def _party_of(session: Session, code_hash: str, now: datetime) -> Party:
    """The party a usable code binds to. RefusedError otherwise."""
    usable = (
        select(Party)
        .join(OneTimeCode, OneTimeCode.party_id == Party.id)
        .where(
            OneTimeCode.code_hash == code_hash,
            OneTimeCode.purpose == "claim",
            OneTimeCode.used_at.is_(None),
            OneTimeCode.expires_at > now,
        )
    )
    party = session.scalars(usable).one_or_none()
    if party is None:
        raise refuse(_REFUSED, "code")
    return party


def _bind(session: Session, party: Party, account: int, now: datetime) -> None:
    """Give the party's role in its case and in the other cases of the same application where it is the same party."""
    roles = {"applicant": Role.APPLICANT, "invitee": Role.INVITEE}
    role = roles.get(party.side)
    if role is None or party.kind == "city":
        raise refuse(N_("Este código não é de uma parte. A Câmara designa quem representa o Município."), "code")
    same = (
        select(Party)
        .join(Case)
        .where(
            Case.application_id == party.case.application_id,
            Party.ordinal == party.ordinal,
            Party.side == party.side,
            Party.name == party.name,
        )
    )
    for other in session.scalars(same).all():
        _bind_one(session, other, role, account, now)


def _bind_one(session: Session, party: Party, role: Role, account: int, now: datetime) -> None:
    held = session.scalars(
        select(CaseRole).where(CaseRole.case_id == party.case_id, CaseRole.account_id == account)
    ).all()
    opposite = Role.INVITEE if role is Role.APPLICANT else Role.APPLICANT
    if any(row.role is opposite for row in held):
        raise refuse(N_("Esta conta já está do outro lado deste caso."), "code")
    if any(incompatible(role, row.role) for row in held):
        raise refuse(
            N_("Você atua ou já atuou neste caso pela Câmara ou pelo Município, e não pode ser parte nele."),
            "code",
        )
    current = select(CaseRole.id).where(
        CaseRole.case_id == party.case_id,
        CaseRole.account_id == account,
        CaseRole.role == role,
        CaseRole.party_ordinal == party.ordinal,
        or_(CaseRole.until_at.is_(None), CaseRole.until_at > now),
    )
    if session.scalars(current).first() is None:
        case_roles.grant(session, party.case, account, role, now, party=party.ordinal)
