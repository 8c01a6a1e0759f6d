"""A small chamber for tests: people of every office and cases driven through the services to where a test wants them.

    world = build_world(app)                        # people, agencies, the five cases of CASES
    world = build_world(app, "talks", "suspended")  # people, agencies and these cases only
    world.number("talks"), world.account("mediator"), world.do("talks", "mediator", Act.RECORD_OFFER, text="…")

The day is always TODAY, a Wednesday two days before a municipal holiday; every act is done on a day before it, so that
dates and words on pages are the same in every run. All names are invented.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select

from cprac.demo_world.way import disclose, steps_to
from cprac.demo_world.world import Department, Script, Someone, World, people_in
from cprac.domain.acts import Act
from cprac.domain.roles import Office
from cprac.domain.states import CaseState
from cprac.persistence.database import db, transaction
from cprac.persistence.models import Case, CaseRole
from cprac.persistence.regulation_files import load_regulation
from cprac.services import intake
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


GAPS = {
    "screen": 1, "pass_formal": 1, "admit": 2, "invite": 1, "serve": 1, "accept": 2, "assign": 1, "disclose": 0,
    "schedule": 9, "session": 8, "terms": 0, "draft": 1, "review": 0, "opinion": 1, "request": 0, "authorize": 1,
    "sign": 1, "homologate": 1, "publish": 1,
}  # fmt: skip
"""Days that each wait of the way takes: about 45 from filing to an agreement in force."""


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


def _disclose(world: World, case: str) -> None:
    world.walk(case, disclose(world, case))


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
        chamber = app.extensions.get("cprac") or Chamber(load_regulation(), Path(app.config["FILES"]))
        world = World(app, chamber, NOW, GAPS)
        _people(world)
        for name in names or CASES:
            add_case(world, name)
        db.session.remove()
    return world


def add_case(world: World, name: str) -> str:
    """File the case *name* of PLANS and take it where its plan says; returns its number."""
    plan = PLANS[name]
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
    first = TODAY + timedelta(days=35)
    script = Script(plan.applicant, amount=plan.value, dues=(first, first + timedelta(days=30)))
    receipt = world.file(name, script, new, plan.applicant, NOW - timedelta(days=plan.days))
    for step in steps_to(plan.until):
        world.walk(name, step.live(world, name))
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
    people = [
        Someone(who, f"{who.replace('_', '.')}@exemplo.gov.br", *(STAFF.get(who) or (CITIZENS[who], ())))
        for who in (*STAFF, *CITIZENS)
    ]
    departments = [Department(code, name, f"{code}@exemplo.gov.br") for code, name in AGENCIES.items()]
    people_in(world, people, departments, PASSWORD, NOW - timedelta(days=300))
