"""A small chamber for tests: people of every office and cases driven through the services to where a test wants them.

    world = build_world(app)                        # people, agencies, the five cases of CASES
    world = build_world(app, "talks", "suspended")  # people, agencies and these cases only
    world.number("talks"), world.account("mediator"), world.do("talks", "mediator", Act.RECORD_OFFER, text="…")

The day is always TODAY, a Wednesday two days before a municipal holiday; every act is done on a day before it, so that
dates and words on pages are the same in every run. All names are invented.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select

from cprac.domain.acts import FIELDS, Act
from cprac.domain.roles import Office
from cprac.domain.states import CaseState
from cprac.persistence.database import db, transaction
from cprac.persistence.models import Account, Agency, Case, CaseRole, Document, Notice, OfficeHolding
from cprac.persistence.regulation_files import load_regulation
from cprac.services import acts, intake, passwords
from cprac.services.chamber import Chamber

TODAY = date(2026, 3, 25)
NOW = datetime(2026, 3, 25, 13, 0, tzinfo=UTC)
PASSWORD = "uma frase longa que só serve em testes"

STAFF: dict[str, tuple[str, tuple[Office, ...]]] = {
    "registry": ("Tânia Ferreira Dias", (Office.REGISTRY,)),
    "coordinator": ("Helena Duarte Reis", (Office.COORDINATOR,)),
    "mediator": ("Paulo Sérgio Antunes", (Office.MEDIATOR,)),
    "other_mediator": ("Lúcia Barros Coelho", (Office.MEDIATOR,)),
    "city_attorney": ("Rafael Moura Lins", (Office.MUNICIPAL_ATTORNEY,)),
    "opinion_author": ("Beatriz Amaral Rocha", (Office.MUNICIPAL_ATTORNEY,)),
    "attorney_general": ("Cláudia Nogueira Prates", (Office.ATTORNEY_GENERAL,)),
    "approver": ("Otávio Lemos Pires", (Office.APPROVER,)),
    "auditor": ("Sônia Pacheco Brito", (Office.AUDITOR,)),
    "administrator": ("Igor Tavares Melo", (Office.ADMINISTRATOR,)),
    "two_hats": ("Davi Queiroz Nunes", (Office.REGISTRY, Office.COORDINATOR, Office.MUNICIPAL_ATTORNEY)),
}
CITIZENS = {"marina": "Marina Alves Teixeira", "joao": "João Batista Prado", "nobody": "Vera Lúcia Matos"}
AGENCIES = {
    "works": "Secretaria Municipal de Obras",
    "health": "Secretaria Municipal de Saúde",
    "treasury": "Secretaria Municipal de Fazenda",
}
CASES = ("filed", "admissibility", "mediator", "talks", "authorization")
"""What ``build_world`` makes when it is not told what to make."""


@dataclass(frozen=True)
class Plan:
    """How a case is filed and how far it goes. ``value`` in centavos; ``days`` before TODAY it was filed."""

    applicant: str
    name: str
    agency: str
    matter: str
    value: int
    days: int
    until: CaseState
    then: Callable[[World, str], None] | None = None
    priority: str = ""
    counsel: str = ""
    tax_id: str = ""
    kind: str = "natural"
    process: str = ""


@dataclass
class World:
    """What ``build_world`` gives back: who and what there is, by short names."""

    app: Flask
    chamber: Chamber
    accounts: dict[str, int] = field(default_factory=dict)
    agencies: dict[str, int] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)
    receipts: dict[str, intake.Receipt] = field(default_factory=dict)
    clock: dict[str, datetime] = field(default_factory=dict)
    _keys: Any = field(default_factory=lambda: itertools.count(1))

    def account(self, who: str) -> int:
        """The account of somebody, by the name in STAFF or CITIZENS."""
        return self.accounts[who]

    def email(self, who: str) -> str:
        """The address somebody signs in with; the password is PASSWORD for all."""
        return f"{who.replace('_', '.')}@exemplo.gov.br"

    def number(self, case: str) -> str:
        """The number of a case, by its name in PLANS."""
        return self.numbers[case]

    def url(self, case: str) -> str:
        """The number of a case as addresses write it."""
        number, year = self.numbers[case].split("/")[:2]
        return "-".join([year, number, *self.numbers[case].split("/")[2:]])

    def version(self, case: str) -> int:
        """The docket version of a case now."""
        return self._one(select(Case.version).where(Case.number == self.numbers[case]))

    def state(self, case: str) -> CaseState:
        """The state of a case now."""
        return self._one(select(Case.state).where(Case.number == self.numbers[case]))

    def _one(self, query: Any) -> Any:
        with self.app.app_context():
            value = db.session.scalars(query).one()
            db.session.rollback()
            return value

    def _all(self, query: Any) -> list[Any]:
        with self.app.app_context():
            values = list(db.session.scalars(query))
            db.session.rollback()
            return values

    def do(self, case: str, who: str, act: Act, days: int = 0, **values: Any) -> acts.Done:
        """Let somebody do an act in a case, *days* after the last one; vouches for what must be vouched for.

        Any refusal is raised.
        """
        values = {item.name: True for item in FIELDS[act] if item.must_be_true} | values
        now = min(self.clock[case] + timedelta(days=days, minutes=7), NOW)
        self.clock[case] = now
        version = self.version(case)
        with self.app.app_context():
            return acts.perform(
                self.chamber,
                self.accounts[who],
                self.numbers[case],
                act,
                values,
                version=version,
                key=f"world-{next(self._keys)}",
                now=now,
            )

    def serve(self, case: str, days: int = 0) -> None:
        """Record that every waiting notice of a case that starts a deadline has arrived."""
        waiting = select(Notice.ordinal).join(Case, Case.id == Notice.case_id)
        waiting = waiting.where(Case.number == self.numbers[case], Notice.served_at.is_(None), Notice.starts != "")
        for ordinal in self._all(waiting):
            served_on = (self.clock[case] + timedelta(days=days)).date()
            self.do(case, "registry", Act.RECORD_SERVICE, days, notice=ordinal, channel="email", served_on=served_on)

    def term_hash(self, case: str) -> str:
        """The hash of the text that is to be signed."""
        return self._one(
            select(Document.sha256)
            .join(Case)
            .where(Case.number == self.numbers[case], Document.kind == "final_term")
            .order_by(Document.version.desc())
            .limit(1)
        )


# --- the way of a case -----------------------------------------------------------------------------------------------


def _admit(world: World, case: str) -> None:
    world.do(case, "coordinator", Act.ADMIT, 2, grounds="O pedido é claro e cabe no regulamento.")
    world.do(case, "coordinator", Act.ASSIGN_CITY_ATTORNEY, attorney=world.account("city_attorney"))


def _invite(world: World, case: str) -> None:
    world.do(case, "registry", Act.INVITE, 1, scope="O conserto pedido.", place="Sala 2 da Câmara", channel="email")


def _accept(world: World, case: str) -> None:
    world.serve(case, 1)
    world.do(case, "city_attorney", Act.ACCEPT, 2, online=True, note="Aceita reunião por vídeo.")


def _disclose(world: World, case: str) -> None:
    world.do(case, "coordinator", Act.ASSIGN, 1, mediator=world.account("mediator"))
    world.do(case, "mediator", Act.DISCLOSE)


def _schedule(world: World, case: str) -> None:
    _disclose(world, case)
    starts_at = world.clock[case] + timedelta(days=17)
    world.do(case, "registry", Act.SCHEDULE, 9, starts_at=starts_at, place="Sala 2 da Câmara")


def _open(world: World, case: str) -> None:
    world.do(case, "mediator", Act.OPEN_SESSION, 8, assistance="city_by_delegate", present=(1, 2))


def _terms(world: World, case: str) -> None:
    world.do(case, "mediator", Act.TERMS_REACHED, 0, extent="total")


def _draft(world: World, case: str) -> None:
    half = PLANS[case].value // 2
    first = TODAY + timedelta(days=35)
    obligations = tuple(
        {
            "kind": "payment",
            "debtor": 2,
            "due": first + timedelta(days=30 * n),
            "amount": half,
            "text": f"{n + 1}ª parcela",
        }
        for n in range(2)
    )
    world.do(
        case, "mediator", Act.DRAFT_AGREEMENT, 1, summary="Conserto do veículo.", object="Pagamento do conserto.",
        direction="city_pays", amount=2 * half, obligations=obligations, penalty="Multa de 2%.",
        public_parts="Tudo, sem dados pessoais.", funds="Dotação 10.2.",
    )  # fmt: skip


def _review(world: World, case: str) -> None:
    _draft(world, case)
    author = world.account("opinion_author")
    world.do(case, "coordinator", Act.SEND_TO_REVIEW, 0, opinion_author=author, budget=True)


def _request(world: World, case: str) -> None:
    world.do(case, "opinion_author", Act.ISSUE_OPINION, 1, opinion="O acordo é lícito e vantajoso.")
    world.do(case, "city_attorney", Act.REQUEST_AUTHORIZATION, 0, dossier="Objeto, limite, vantagem e orçamento.")


def _authorize(world: World, case: str) -> None:
    while world.state(case) is CaseState.AWAITING_AUTHORIZATION:
        settlement = world._one(select(Case.facts).where(Case.number == world.number(case)))["settlement"]
        rung = next(name for name in settlement["approvers"] if name not in settlement["approvals"])
        world.do(case, rung, Act.AUTHORIZE, 1, grounds="Cabe na alçada e convém à cidade.")


def _sign(world: World, case: str) -> None:
    digest = world.term_hash(case)
    world.do(case, PLANS[case].applicant, Act.SIGN, 1, text_hash=digest)
    world.do(case, "city_attorney", Act.SIGN, 0, text_hash=digest, delegation="Decreto 12/2025, de 10/02/2025")


def _publish(world: World, case: str) -> None:
    published_on = world.clock[case].date()
    world.do(case, "registry", Act.PUBLISH, 1, published_on=published_on, edition="Diário oficial n.º 5.512")


STEPS: tuple[tuple[CaseState, Callable[[World, str], None]], ...] = (
    (CaseState.FORMAL_REVIEW, lambda world, case: world.do(case, "registry", Act.SCREEN, 1) and None),
    (
        CaseState.MERIT_ADMISSIBILITY,
        lambda world, case: world.do(case, "registry", Act.PASS_FORMAL, 1) and None,
    ),
    (CaseState.ADMITTED, _admit),
    (CaseState.INVITATION_PENDING, _invite),
    (CaseState.MEDIATOR_ASSIGNMENT, _accept),
    (CaseState.SESSION_SCHEDULED, _schedule),
    (CaseState.IN_PROGRESS, _open),
    (CaseState.DRAFTING_AGREEMENT, _terms),
    (CaseState.LEGAL_FISCAL_REVIEW, _review),
    (CaseState.AWAITING_AUTHORIZATION, _request),
    (CaseState.AWAITING_SIGNATURES, _authorize),
    (CaseState.AWAITING_ADMIN_HOMOLOGATION, _sign),
    (
        CaseState.AWAITING_PUBLICATION,
        lambda world, case: world.do(case, "attorney_general", Act.HOMOLOGATE_ADMIN, 1, grounds="Homologo.") and None,
    ),
    (CaseState.IN_FORCE, _publish),
)
"""Each step takes a case from the one before it to this state; about 45 days from filing to an agreement in force."""


# --- what happens to some cases beside the way ----------------------------------------------------------------------


def _complete(world: World, case: str) -> None:
    world.do(case, "registry", Act.REQUEST_COMPLETION, 1, items=("Foto do muro, com data", "Comprovante de endereço"))
    world.serve(case)


def _sue(world: World, case: str) -> None:
    world.do(case, "registry", Act.LINK_LAWSUIT, 0, cnj="50370388520198130024", status="pending")


def _reject(world: World, case: str) -> None:
    grounds = "O pedido depende de lei."
    world.do(case, "coordinator", Act.REJECT, 2, reason_code="needs_legislative_authorization", grounds=grounds)
    world.serve(case)


def _appeal(world: World, case: str) -> None:
    _reject(world, case)
    world.do(case, PLANS[case].applicant, Act.APPEAL, 1, grounds="A lei já existe.")
    world.do(case, "coordinator", Act.FORWARD_APPEAL, 1, grounds="A decisão fica mantida.")


def _ask(world: World, case: str) -> None:
    world.do(case, "coordinator", Act.ASK_AGENCY, 1, agency=world.agencies["treasury"], question="O valor confere?")


def _talk(world: World, case: str) -> None:
    """Something in each compartment: what nobody else may see."""
    world.do(case, "mediator", Act.CAUCUS, 0, party=1, text="SEGREDO DE QUEM PEDIU")
    world.do(case, "mediator", Act.CAUCUS, 0, party=2, text="SEGREDO DA CIDADE")
    world.do(case, "mediator", Act.RECORD_OFFER, 0, text="PROPOSTA NA MESA", amount=500_000)
    world.do(case, "mediator", Act.MEDIATOR_NOTE, 0, text="ANOTAÇÃO DO MEDIADOR")
    world.do(case, "city_attorney", Act.CITY_NOTE, 0, subject="ceiling", text="TETO DA CIDADE")


def _suspend(world: World, case: str) -> None:
    world.do(case, "mediator", Act.SUSPEND, 1, reason_code="expert_evidence", until=TODAY + timedelta(days=19))


def _fulfil(world: World, case: str) -> None:
    day = world.clock[case].date()
    for number in (1, 2):
        world.do(case, "registry", Act.REGISTER_FULFILMENT, 1, obligation=number, fulfilled_on=day, proof="Empenho 12")


def _withdraw(world: World, case: str) -> None:
    world.do(case, PLANS[case].applicant, Act.WITHDRAW, 1)


_S = CaseState
PLANS: dict[str, Plan] = {
    "filed": Plan(
        "joao", "Ivone Ribeiro da Costa", "health", "health_service", 390_000, 1, _S.FILED, priority="elderly_80"
    ),
    "screening": Plan("joao", "Geraldo Pinto Moreira", "works", "public_works_damage", 1_765_540, 5, _S.FORMAL_REVIEW),
    "completion": Plan(
        "joao",
        "Transportes Vale do Paraopeba Ltda.",
        "works",
        "vehicle_accident",
        12_870_490,
        40,
        _S.FORMAL_REVIEW,
        _complete,
        kind="legal",
        tax_id="12ABC34501DE35",
    ),
    "admissibility": Plan(
        "joao",
        "Padaria Eldorado Ltda.",
        "treasury",
        "contracts",
        4_631_022,
        26,
        _S.MERIT_ADMISSIBILITY,
        _sue,
        kind="legal",
        tax_id="16727230000197",
        process="04.118/2026-31",
    ),
    "agency": Plan("joao", "Sebastião Rocha", "treasury", "taxes", 88_000, 12, _S.MERIT_ADMISSIBILITY, _ask),
    "inadmissible": Plan("joao", "Célia Fontes", "works", "other", 99_000, 11, _S.MERIT_ADMISSIBILITY, _reject),
    "appeal": Plan("joao", "Marcos Vilela", "works", "urban_planning", 250_000, 20, _S.MERIT_ADMISSIBILITY, _appeal),
    "admitted": Plan("joao", "Rosa Maria Pinheiro", "health", "health_service", 120_000, 6, _S.ADMITTED),
    "invited": Plan("joao", "Nair Gonçalves", "works", "public_works_damage", 640_000, 8, _S.INVITATION_PENDING),
    "mediator": Plan(
        "marina",
        "Marina Alves Teixeira",
        "works",
        "vehicle_accident",
        842_000,
        12,
        _S.MEDIATOR_ASSIGNMENT,
        _disclose,
        tax_id="11144477735",
    ),
    "session": Plan("joao", "Antônio Carlos Dutra", "works", "vehicle_accident", 730_000, 24, _S.SESSION_SCHEDULED),
    "talks": Plan(
        "marina",
        "Marina Alves Teixeira",
        "works",
        "public_works_damage",
        21_200_000,
        44,
        _S.IN_PROGRESS,
        _talk,
        tax_id="11144477735",
    ),
    "suspended": Plan(
        "joao", "Construtora Nova Contagem S.A.", "works", "contracts", 190_411_800, 43, _S.IN_PROGRESS, _suspend
    ),
    "drafting": Plan(
        "joao", "Condomínio Parque das Acácias", "works", "public_works_damage", 900_000, 46, _S.DRAFTING_AGREEMENT
    ),
    "review": Plan("joao", "Helvécio Souza", "health", "health_service", 310_000, 47, _S.LEGAL_FISCAL_REVIEW),
    "authorization": Plan(
        "joao", "Aparecida Nunes Lima", "works", "public_works_damage", 2_400_000, 48, _S.AWAITING_AUTHORIZATION
    ),
    "signatures": Plan("joao", "Eunice Barbosa", "works", "vehicle_accident", 480_000, 49, _S.AWAITING_SIGNATURES),
    "homologation": Plan(
        "joao", "Tarcísio Andrade", "health", "health_service", 560_000, 50, _S.AWAITING_ADMIN_HOMOLOGATION
    ),
    "in_force": Plan("joao", "Lourdes Campos", "works", "vehicle_accident", 300_000, 60, _S.IN_FORCE),
    "fulfilled": Plan("joao", "Wilson Prates", "works", "vehicle_accident", 220_000, 70, _S.IN_FORCE, _fulfil),
    "withdrawn": Plan("joao", "Zélia Moraes", "works", "education", 45_000, 9, _S.ADMITTED, _withdraw),
}


def build_world(app: Flask, *names: str) -> World:
    """Make people, agencies and the cases *names* (of PLANS; CASES where none is named) on an empty database."""
    with app.app_context():
        world = World(app, app.extensions.get("cprac") or Chamber(load_regulation(), Path(app.config["FILES"])))
        _people(world)
        for name in names or CASES:
            add_case(world, name)
        db.session.remove()
    return world


def add_case(world: World, name: str) -> str:
    """File the case *name* of PLANS and take it where its plan says; returns its number."""
    plan = PLANS[name]
    filed_at = NOW - timedelta(days=plan.days)
    new = intake.NewCase(
        (
            intake.NewParty("applicant", plan.kind, plan.name, tax_id=plan.tax_id, counsel=plan.counsel),
            intake.NewParty("invitee", "city", "", agency=world.agencies[plan.agency]),
        ),
        plan.matter,
        "O buraco na rua quebrou a suspensão do carro.",
        "O pagamento do conserto.",
        channel="portal",
        value=plan.value,
        priority=plan.priority,
        external_process=plan.process,
    )
    with world.app.app_context():
        receipt = intake.file(world.chamber, world.account(plan.applicant), new, key=f"file-{name}", now=filed_at)
    world.numbers[name], world.receipts[name], world.clock[name] = receipt.number, receipt, filed_at
    if plan.until is not CaseState.FILED:
        for state, step in STEPS:
            step(world, name)
            if state is plan.until:
                break
    if plan.then is not None:
        plan.then(world, name)
    return receipt.number


def grant_role(world: World, case: str, who: str, role: Any, party: int | None = None) -> None:
    """Give somebody a role in a case from long ago on, as a dated row, past every rule: for tests of who sees what."""
    with world.app.app_context(), transaction() as session:
        found = session.scalars(select(Case.id).where(Case.number == world.numbers[case])).one()
        since = NOW - timedelta(days=300)
        session.add(
            CaseRole(case_id=found, account_id=world.accounts[who], role=role, party_ordinal=party, from_at=since)
        )


def _people(world: World) -> None:
    since = NOW - timedelta(days=300)
    with transaction() as session:
        password = passwords.hash_of(world.chamber, PASSWORD)
        for who in (*STAFF, *CITIZENS):
            name, offices = STAFF.get(who) or (CITIZENS[who], ())
            account = Account(email=world.email(who), name=name, password_hash=password, created_at=since)
            for office in offices:
                holding = OfficeHolding(office=office, from_on=since.date(), legal_act="Portaria 1/2025")
                account.offices.append(holding)
            session.add(account)
            session.flush()
            world.accounts[who] = account.id
        for code, name in AGENCIES.items():
            agency = Agency(code=code, name=name, email=f"{code}@exemplo.gov.br")
            session.add(agency)
            session.flush()
            world.agencies[code] = agency.id
