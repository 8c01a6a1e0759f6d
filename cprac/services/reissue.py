"""A new access key or claim code at the desk, for who lost theirs or never had one: a case of the old register.

The registry looks at a person's document first, and the access log keeps who gave what to whom on which document: its
kind and last four characters, which find it again and are worth nothing to a thief. The old key dies at once, and
whoever else is known for the party is told by mail that there is a new one; the mail holds neither.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from cprac.domain.permissions import Viewer
from cprac.domain.roles import Role
from cprac.domain.words import N_
from cprac.persistence.database import transaction
from cprac.persistence.models import AccessLog, Account, Case, CaseRole, OneTimeCode, Party
from cprac.persistence.viewers import viewer_in
from cprac.services import access_keys, acts, intake, security_mail, submissions, throttle
from cprac.services.accounts import refuse
from cprac.services.chamber import Chamber
from cprac.services.errors import NotFoundError
from cprac.services.receipts import Receipt, answer_receipt, claim_receipt

LAST = re.compile(r"[0-9A-Za-z]{4}")


class Wanted(StrEnum):
    """What is given out. Their labels are what the page offers."""

    KEY = "key"
    CODE = "code"
    BOTH = "both"

    @property
    def label(self) -> str:
        """In words, to be translated."""
        return {
            Wanted.KEY: N_("Chave de acesso, para consultar sem senha"),
            Wanted.CODE: N_("Código, para criar a conta e responder pela internet"),
            Wanted.BOTH: N_("A chave e o código"),
        }[self]


class Paper(StrEnum):
    """The kinds of documents that the desk accepts."""

    IDENTITY = "identity"
    DRIVING = "driving"
    PASSPORT = "passport"
    PROFESSIONAL = "professional"

    @property
    def label(self) -> str:
        """In words, to be translated."""
        return {
            Paper.IDENTITY: N_("Carteira de identidade"),
            Paper.DRIVING: N_("Carteira de motorista"),
            Paper.PASSPORT: N_("Passaporte"),
            Paper.PROFESSIONAL: N_("Carteira profissional, como a da OAB"),
        }[self]


@dataclass(frozen=True, slots=True)
class Identified:
    """Who came to the desk for the party *party* (ordinal): on which document, itself or by proxy."""

    party: int
    paper: Paper
    last: str
    proxy: bool = False


def parties_of(session: Session, number: str) -> list[Party]:
    """The parties of a case that may be given something, by ordinal."""
    query = select(Party).join(Case).where(Case.number == number, Party.side.in_(("applicant", "invitee")))
    return list(session.scalars(query.order_by(Party.ordinal)))


def reissue(
    chamber: Chamber, actor: int | None, number: str, wanted: Wanted, who: Identified, *, key: str, now: datetime
) -> Receipt:
    """Give a new key, a new claim code or both; what they replace is worth nothing any more. Equal forms get the same.

    ``Receipt.access_key`` or ``claim_code`` is empty where it was not asked for. Raises NotFoundError (not the registry
    in this case), RefusedError (party, document), TooManyTriesError, KeyReusedError.
    """
    asked = submissions.fingerprint("reissue", number, wanted, who.party, who.paper, who.last, who.proxy)
    with transaction() as session:
        case = acts.lock_case(session, number)
        require_registry(viewer_in(session, actor, case.id, now, chamber.day(now)))
        earlier = claim_receipt(session, key, actor, asked, now)
        if earlier is not None:
            return earlier
        party = _party(session, number, wanted, who)
        throttle.spend_in(session, "reissue_account", str(actor), now)
        shown, code = "", ""
        if wanted is not Wanted.CODE:
            shown, case.application.access_key_hash = access_keys.issue(chamber, case.application.number)
        if wanted is not Wanted.KEY:
            _void_codes(session, party, now)
            code = intake.issue_claim_code(session, chamber, case, party.ordinal, actor, now)
        session.add(
            AccessLog(at=now, account_id=actor, case_id=case.id, item=_on_record(who), action=f"give {wanted.value}")
        )
        _tell(session, chamber, case, party, key, now)
        receipt = Receipt(case.application.number, shown, code, now)
        answer_receipt(session, key, receipt)
        return receipt


def require_registry(viewer: Viewer) -> None:
    """NotFoundError where *viewer* is not the registry in this case: a party of it never is."""
    if Role.REGISTRY not in viewer.roles:
        raise NotFoundError


def _party(session: Session, number: str, wanted: Wanted, who: Identified) -> Party:
    party = next((each for each in parties_of(session, number) if each.ordinal == who.party), None)
    if party is None:
        raise refuse(N_("Escolha a parte na lista."), "party")
    if not LAST.fullmatch(who.last):
        raise refuse(N_("Escreva os quatro últimos números ou letras do documento."), "last")
    if wanted is not Wanted.CODE and party.side != "applicant":
        raise refuse(N_("A chave de acesso é de quem fez o pedido. Para quem foi convidado, dê o código."), "wanted")
    if wanted is not Wanted.KEY and party.kind == "city":
        raise refuse(N_("O Município não usa código: a Câmara designa quem o representa."), "wanted")
    return party


def _void_codes(session: Session, party: Party, now: datetime) -> None:
    """The codes of this party that nobody used, in every case of the application, are worth nothing any more."""
    same = (
        select(Party.id)
        .join(Case)
        .where(
            Case.application_id == party.case.application_id,
            Party.ordinal == party.ordinal,
            Party.side == party.side,
            Party.name == party.name,
        )
    )
    session.execute(
        update(OneTimeCode)
        .where(OneTimeCode.party_id.in_(same), OneTimeCode.purpose == "claim", OneTimeCode.used_at.is_(None))
        .values(used_at=now)
    )


def _on_record(who: Identified) -> str:
    came = "proxy" if who.proxy else "self"
    return f"party:{who.party} {came} {who.paper.value} …{who.last.upper()}"


def _tell(session: Session, chamber: Chamber, case: Case, party: Party, key: str, now: datetime) -> None:
    """Tell whoever is known for the party: one who did not ask must learn of it."""
    bound = session.execute(
        select(Account.name, Account.email)
        .join(CaseRole, CaseRole.account_id == Account.id)
        .where(
            CaseRole.case_id == case.id,
            CaseRole.party_ordinal == party.ordinal,
            or_(CaseRole.until_at.is_(None), CaseRole.until_at > now),
            Account.active,
        )
    )
    people = {email.casefold(): name for name, email in bound}
    if party.person is not None and party.person.email:
        people.setdefault(party.person.email.casefold(), party.name)
    for email, name in sorted(people.items()):
        security_mail.tell(session, chamber, "reissue", (name, email), key, now, case=case.id, number=case.number)
