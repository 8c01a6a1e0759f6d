"""Filing: a draft or a desk form becomes an application with its number and key, a case, its parties and event 1.

One application may have several cases (a partial admission splits it); the citizen keeps one number and one key.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from cprac.domain.acts import Act
from cprac.domain.facts import CaseFacts, ClaimFact, LawsuitFact, PartyFact, from_plain, to_plain
from cprac.domain.identifiers import CLAIM_CODE, CaseNumber, IdentifierKind, check, parse_case_number
from cprac.domain.roles import Office, Role
from cprac.domain.states import CaseState, Turn
from cprac.domain.subject import Refusal
from cprac.domain.words import N_
from cprac.persistence.database import transaction
from cprac.persistence.models import Agency, Application, Case, Counter, OneTimeCode, Party, Person, Representation
from cprac.persistence.viewers import offices_of
from cprac.services import access_keys, acts, case_roles, submissions
from cprac.services.chamber import Chamber
from cprac.services.errors import RefusedError
from cprac.services.receipts import Receipt, answer_receipt, claim_receipt
from cprac.services.uploads import KeptFile, Upload, keep

PORTAL = "portal"
FILING_OFFICES = {
    Office.REGISTRY: Role.REGISTRY,
    Office.COORDINATOR: Role.COORDINATOR,
    Office.MUNICIPAL_ATTORNEY: Role.MUNICIPAL_ATTORNEY,
}
"""Offices that file for others, at the desk or on a referral, in the order in which one is taken."""

CLAIM_YEARS = 5
"""Claims against the Treasury: five years from the act or fact (Decreto 20.910/1932, art. 1º)."""

CLAIM_DAYS = 90
"""How long a claim code can be used; the registry issues another at any time."""


@dataclass(frozen=True, slots=True)
class NewParty:
    """A party as it is filed. ``kind``: natural, legal, city, entity. ``agency``: id of the city's department."""

    side: str
    kind: str
    name: str
    tax_id: str = ""
    email: str = ""
    phone: str = ""
    address: str = ""
    agency: int | None = None
    counsel: str = ""


@dataclass(frozen=True, slots=True)
class NewCase:
    """What a filing says. Money in centavos; ``channel`` and ``priority`` are ids of the regulation.

    ``fact_on``: the local day of what happened, from which the limitation of the claim is estimated. ``vouched``: what
    the person declared when filing, kept apart with the words of the request.
    """

    parties: tuple[NewParty, ...]
    matter: str
    account: str
    request: str
    channel: str = "portal"
    value: int = 0
    priority: str = ""
    lawsuits: tuple[str, ...] = ()
    lawsuit_declared: bool = True
    external_process: str = ""
    files: tuple[Upload | KeptFile, ...] = ()
    fact_on: date | None = None
    vouched: Mapping[str, Any] = field(default_factory=dict)
    same_person: bool = False
    previous_case: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)


def fold_name(name: str) -> str:
    """A name without accents and case, for looking it up."""
    plain = unicodedata.normalize("NFKD", name)
    return " ".join("".join(char for char in plain if not unicodedata.combining(char)).lower().split())[:300]


def next_number(session: Session, year: int) -> CaseNumber:
    """The next number of the year. Numbers are given inside the filing's transaction, so none is lost or doubled."""
    name = f"case:{year}"
    build = postgresql_insert if session.get_bind().dialect.name == "postgresql" else sqlite_insert
    # Two first filings of a year at once: one makes the row, the other waits for it.
    session.execute(build(Counter).values(name=name, value=0).on_conflict_do_nothing(index_elements=["name"]))
    row = session.scalars(select(Counter).where(Counter.name == name).with_for_update()).one()
    row.value += 1
    return CaseNumber(year, row.value)


def file(chamber: Chamber, account: int | None, new: NewCase, *, key: str, now: datetime) -> Receipt:
    """File a case online or at the desk: application, case, parties, event 1, receipt. Ten equal submissions file one.

    Raises RefusedError (a rule), BadFileError (an upload), KeyReusedError. An equal submission gets the same receipt.
    """
    new = replace(new, files=keep(chamber, new.files))
    asked = submissions.fingerprint("file", to_plain(new))
    with transaction() as session:
        earlier = claim_receipt(session, key, account, asked, now)
        if earlier is not None:
            return earlier
        receipt, _case = file_in(session, chamber, account, new, now)
        answer_receipt(session, key, receipt)
        return receipt


def file_in(
    session: Session, chamber: Chamber, account: int | None, new: NewCase, now: datetime, act: Act = Act.SUBMIT
) -> tuple[Receipt, Case]:
    """File inside the caller's transaction.

    Who files through the portal is the applicant, whatever office they hold in the chamber.
    """
    _check(chamber, new)
    on = chamber.day(now)
    number = next_number(session, on.year)
    access_key, kept = access_keys.issue(chamber, str(number))
    application = Application(number=str(number), access_key_hash=kept, channel=new.channel, filed_at=now)
    session.add(application)
    session.flush()  # the case needs the application's id
    case = create_case(session, chamber, application, number, new, now)
    offices = frozenset[Office]()
    if account is not None and new.channel != PORTAL:
        offices = offices_of(session, account, on)
    role = next((role for office, role in FILING_OFFICES.items() if office in offices), Role.APPLICANT)
    own = account is not None and role is Role.APPLICANT
    if account is not None and own:
        case_roles.grant(session, case, account, Role.APPLICANT, now, party=1)
    _first_event(session, chamber, case, account, role, act, new, now)
    code = "" if own else issue_claim_code(session, chamber, case, 1, account, now)
    return Receipt(str(number), access_key, code, now), case


def _check(chamber: Chamber, new: NewCase) -> None:
    """What filing itself asks for, whichever page it comes from."""
    applicant = next((party for party in new.parties if party.side == "applicant"), None)
    if applicant is None or not (applicant.name.strip() or applicant.agency is not None or applicant.kind == "city"):
        raise RefusedError(Refusal(N_("Diga quem faz o pedido."), "Lei 9.784/1999, art. 6º", "value", "applicant_name"))
    if not new.request.strip():
        raise RefusedError(Refusal(N_("Diga o que você pede."), "Lei 9.784/1999, art. 6º", "value", "request"))
    if new.matter not in {matter.id for matter in chamber.regulation.matters}:
        raise RefusedError(Refusal(N_("Escolha o assunto na lista."), "Regulamento da Câmara", "value", "matter"))
    if new.channel not in {channel.id for channel in chamber.regulation.channels}:
        raise RefusedError(Refusal(N_("Escolha a origem na lista."), "Regulamento da Câmara", "value", "channel"))
    if new.priority not in {"", *(group.id for group in chamber.regulation.priority_groups)}:
        raise RefusedError(
            Refusal(N_("Escolha a prioridade na lista."), "Lei 9.784/1999, art. 69-A", "value", "priority")
        )
    if any(not check(IdentifierKind.CNJ, cnj).valid for cnj in new.lawsuits):
        raise RefusedError(
            Refusal(N_("Confira o número do processo da Justiça."), "Resolução CNJ 65/2008", "value", "lawsuits")
        )


def _claims(chamber: Chamber, new: NewCase) -> tuple[ClaimFact, ...]:
    """The claim that the filing itself shows: of a person or company against the city, since the day of the fact."""
    applicant = next(party for party in new.parties if party.side == "applicant")
    if new.fact_on is None or applicant.kind not in ("natural", "legal"):
        return ()
    tax = chamber.regulation.matter(new.matter).needs_statute
    return (ClaimFact(1, "against_city", new.fact_on, CLAIM_YEARS, tax=tax),)


def create_case(
    session: Session, chamber: Chamber, application: Application, number: CaseNumber, new: NewCase, now: datetime
) -> Case:
    """The case row in its state before event 1, with its parties and persons."""
    rank = next((group.rank for group in chamber.regulation.priority_groups if group.id == new.priority), 9)
    agency = next((party.agency for party in new.parties if party.agency is not None), None)
    filed = {
        "channel": new.channel,
        "procedure": chamber.regulation.version,
        "matter": new.matter,
        "agency": agency,
        "value": new.value,
        "priority": new.priority,
        "same_person": new.same_person,
        "external_process": new.external_process,
        "previous_case": new.previous_case,
        "lawsuits": tuple(LawsuitFact(cnj, "pending") for cnj in dict.fromkeys(new.lawsuits)),
        "claims": _claims(chamber, new),
        "parties": tuple(
            PartyFact(ordinal, party.side, party.kind, counsel=bool(party.counsel), agency=party.agency)
            for ordinal, party in enumerate(new.parties, start=1)
        ),
    }
    facts = CaseFacts(**{**filed, **new.extra})
    case = Case(
        number=str(number),
        application_id=application.id,
        suffix=number.split or 1,
        state=CaseState.DRAFT,
        version=0,
        facts={},
        origin="native",
        procedure=facts.procedure,
        matter=new.matter,
        agency_id=agency,
        value=new.value,
        waiting_on=Turn.CITIZEN,
        priority_rank=rank,
        updated_at=now,
        external_process=new.external_process,
    )
    session.add(case)
    session.flush()  # the parties need the case's id
    parties = [
        _add_party(session, case, ordinal, party, chamber, now) for ordinal, party in enumerate(new.parties, start=1)
    ]
    case.title = title_of(parties)
    case.facts = to_plain(facts)
    session.flush()
    return case


def title_of(parties: Sequence[Party]) -> str:
    """Who asked × who was invited, for those who may see names."""
    sides = [next((party.name for party in parties if party.side == side), "") for side in ("applicant", "invitee")]
    return " × ".join(name for name in sides if name)[:300]


def _add_party(session: Session, case: Case, ordinal: int, party: NewParty, chamber: Chamber, now: datetime) -> Party:
    person = None
    if party.kind != "city":
        person = Person(
            kind=party.kind,
            name=party.name[:300],
            folded_name=fold_name(party.name),
            tax_id=party.tax_id,
            email=party.email,
            phone=party.phone,
            address=party.address,
        )
        session.add(person)
        session.flush()  # the party needs the person's id
    name = party.name[:300]
    if party.agency is not None and not name:
        agency = session.get(Agency, party.agency)
        name = agency.name if agency else ""
    if party.kind == "city" and not name:
        name = f"Município de {chamber.regulation.chamber.city}"
    row = Party(
        case_id=case.id,
        ordinal=ordinal,
        side=party.side,
        kind=party.kind,
        person_id=person.id if person else None,
        agency_id=party.agency,
        name=name,
    )
    session.add(row)
    if party.counsel:
        session.flush()  # the representation needs the party's id
        lawyer = Person(kind="natural", name=party.counsel, folded_name=fold_name(party.counsel))
        session.add(lawyer)
        session.flush()  # and the lawyer's
        session.add(Representation(party_id=row.id, person_id=lawyer.id, kind="counsel", from_on=chamber.day(now)))
    return row


def _first_event(
    session: Session,
    chamber: Chamber,
    case: Case,
    account: int | None,
    role: Role,
    act: Act,
    new: NewCase,
    now: datetime,
) -> None:
    """Event 1 records every fact the filing brought, so that the fold starts from nothing."""
    values = {
        "matter": new.matter,
        "value": new.value,
        "channel": new.channel,
        "account_text": new.account,
        "request_text": new.request,
        "fact_on": new.fact_on,
        "lawsuits": new.lawsuits,
        "lawsuit_declared": new.lawsuit_declared,
        "files": new.files,
    }
    told = {"account": new.account, "request": new.request, **to_plain(dict(new.vouched))}
    acts.first_act(session, chamber, case, account, role, act, values, now=now, private=told)


def issue_claim_code(
    session: Session, chamber: Chamber, case: Case, ordinal: int, issued_by: int | None, now: datetime
) -> str:
    """A one-time code that binds an account to the party *ordinal*; shown or printed once, kept as a hash."""
    party = session.scalars(select(Party).where(Party.case_id == case.id, Party.ordinal == ordinal)).one()
    code = CLAIM_CODE.new(chamber.random(f"{case.number}:claim:{ordinal}", CLAIM_CODE.random_bytes))
    session.add(
        OneTimeCode(
            code_hash=CLAIM_CODE.digest(code),
            purpose="claim",
            party_id=party.id,
            issued_by=issued_by,
            created_at=now,
            expires_at=now + timedelta(days=CLAIM_DAYS),
        )
    )
    return CLAIM_CODE.format(code)


def _again(session: Session, party: Party, *, with_counsel: bool) -> NewParty:
    """The same party for another case of the application."""
    person, counsel = party.person, ""
    if with_counsel:
        counsel = session.scalar(
            select(Person.name)
            .join(Representation, Representation.person_id == Person.id)
            .where(Representation.party_id == party.id, Representation.kind == "counsel")
            .order_by(Representation.id.desc())
            .limit(1)
        )
    contact = (person.tax_id, person.email, person.phone, person.address) if person else ("", "", "", "")
    return NewParty(party.side, party.kind, party.name, *contact, party.agency_id, counsel or "")


def split_rejected(
    session: Session, chamber: Chamber, case: Case, account: int | None, values: Mapping[str, Any], now: datetime
) -> Case:
    """The part that was not admitted becomes a case of its own, under the same application, open to appeal."""
    number = parse_case_number(case.application.number)
    if number is None:
        raise LookupError(case.application.number)
    used = [other.suffix for other in case.application.cases]
    facts = from_plain(CaseFacts, case.facts)
    counsel = {party.id for party in facts.parties if party.counsel}
    parties = tuple(_again(session, party, with_counsel=party.ordinal in counsel) for party in case.parties)
    new = NewCase(
        parties,
        case.matter,
        "",
        str(values.get("rejected_part") or ""),
        channel=facts.channel,
        priority=facts.priority,
        same_person=facts.same_person,
        extra={
            "lawsuits": facts.lawsuits,
            "claims": facts.claims,
            "filed_on": facts.filed_on,
            "ground": values.get("reason_code") or "",
            "decided_by": account,
        },
    )
    part = create_case(
        session, chamber, case.application, CaseNumber(number.year, number.sequence, max(used) + 1), new, now
    )
    acts.first_act(
        session,
        chamber,
        part,
        account,
        Role.COORDINATOR,
        Act.SPLIT_REJECTED,
        {},
        now=now,
        private={"request": new.request, "grounds": values.get("grounds") or ""},
    )
    for row in acts.holders_of(session, case, (Role.APPLICANT,), now):
        case_roles.grant(session, part, row.account_id, row.role, now, row.party_ordinal)
    return part


def add_missing_parties(
    session: Session, chamber: Chamber, case: Case, facts: CaseFacts, values: Mapping[str, Any], now: datetime
) -> None:
    """Name the parties that an adoption gave a place (T53), and take over the case's agency and matter."""
    known = {party.ordinal for party in case.parties}
    for fact in facts.parties:
        if fact.id in known:
            continue
        name = "" if fact.is_city else str(values["applicant_name"])
        _add_party(session, case, fact.id, NewParty(fact.side, fact.kind, name, agency=fact.agency), chamber, now)
    case.agency_id, case.matter = facts.agency, facts.matter
    session.flush()  # notices look for the parties
