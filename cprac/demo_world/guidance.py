"""The demonstration's guidance: three recommendations to departments, and what some parties said when cases ended."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from random import Random
from typing import Any

from sqlalchemy import select

from cprac.demo_world.seeding import Simulation
from cprac.domain.recommendations import Step
from cprac.domain.surveys import QUESTIONS
from cprac.persistence.database import db
from cprac.persistence.models import Case, CaseRole, SurveyInvitation
from cprac.persistence.queries_party import PARTY_ROLES
from cprac.services import recommendations, surveys
from cprac.services.surveys import Said

OFFERS_AGO = (150, 100, 60, 30, 1)
"""Business days before the day of the demonstration on which the parties of ended cases are asked."""

DRAINS, BUSES, DUES = 120, 50, 3
"""Business days before that day on which each recommendation was written."""

WROTE = (
    "Fui bem atendida no balcão e entendi cada passo.",
    "",
    "Demorou um pouco para marcarem a primeira reunião.",
    "",
    "O mediador ouviu os dois lados.",
    "",
)


def recommended(world: Simulation) -> Iterator[datetime]:
    """One answered and published, one overdue, one draft."""
    now = world.at(world.ago(DRAINS), 10 * 60)
    yield now
    drains = _draft(
        world, now, "public_works_damage", "obras", "Limpar os bueiros antes da época de chuva",
        "Fazer, até setembro de cada ano, a limpeza dos bueiros das ruas com alagamento no ano anterior.",
        "Os pedidos por dano de alagamento se repetem nas mesmas ruas, todos depois de chuva forte.",
    )  # fmt: skip
    _step(world, now, drains, 1, "coordinator", Step.ISSUE, days=30)
    now = world.at(world.ago(DRAINS - 15), 15 * 60)
    yield now
    _step(
        world, now, drains, 2, "registry", Step.ANSWER, answer="partly", on=world.ago(DRAINS - 15),
        document="Ofício SMO 114", text="A limpeza entra no contrato novo. Sem equipe própria, não cabe em tudo.",
    )  # fmt: skip
    _step(
        world, now, drains, 3, "attorney_general", Step.PUBLISH,
        summary="Recomendamos limpar os bueiros antes da chuva nas ruas que alagaram no ano anterior.\n"
        "A Secretaria aceitou em parte: a limpeza entra no próximo contrato.",
    )  # fmt: skip
    now = world.at(world.ago(BUSES), 9 * 60)
    yield now
    buses = _draft(
        world, now, "vehicle_accident", "saude", "Treinar os motoristas e manter em dia os freios da frota",
        "Dar treino anual de direção defensiva e registrar a revisão dos freios a cada seis meses.",
        "As batidas com veículos da frota se repetem em manobra e em frenagem.",
    )  # fmt: skip
    _step(world, now, buses, 1, "attorney_general", Step.ISSUE, days=None)
    now = world.at(world.ago(DUES), 14 * 60)
    yield now
    _draft(
        world, now, "public_works_damage", "ambiente", "Vistoriar as árvores altas antes de maio",
        "Vistoriar as árvores com mais de dez metros junto a casas e registrar o que for podado.",
        "As quedas de galho se concentram entre maio e agosto.",
    )  # fmt: skip


def _draft(world: Simulation, now: datetime, *said: str) -> tuple[int, int]:
    matter, agency, title, text, reasons = said
    values = {
        "matter": matter, "agency_id": world.agencies[agency], "title": title, "text": text, "reasons": reasons,
    }  # fmt: skip
    with world.app.app_context():
        done = recommendations.draft(world.chamber, world.account("coordinator"), values, key=world.key(), now=now)
    return done.year, done.ordinal


def _step(
    world: Simulation, now: datetime, number: tuple[int, int], version: int, who: str, step: Step, **values: Any
) -> None:
    with world.app.app_context():
        recommendations.perform(
            world.chamber, world.account(who), number, step, values, version=version, key=world.key(), now=now
        )


def surveyed(world: Simulation) -> Iterator[datetime]:
    """Parties of ended cases are asked now and then; most of them answer."""
    dice = Random(f"{world.today}|survey")  # noqa: S311  (answers of invented people)
    for ago in OFFERS_AGO:
        now = world.at(world.ago(ago), 17 * 60)
        yield now
        with world.app.app_context():
            surveys.offer_due(world.chamber, now)
            for number, account in _asked(now):
                if dice.random() < 0.75:
                    scores = {question: dice.choice((2, 3, 4, 4, 4, 5, 5)) for question in QUESTIONS}
                    said = Said(scores, dice.random() < 0.8, dice.choice(WROTE))
                    surveys.answer(world.chamber, account, number, said, now=now)
            db.session.remove()


def _asked(now: datetime) -> list[tuple[str, int]]:
    """The number of the case and the account of each party that was asked and has an account."""
    rows = db.session.execute(
        select(Case.number, CaseRole.account_id)
        .join(SurveyInvitation, SurveyInvitation.case_id == Case.id)
        .join(CaseRole, (CaseRole.case_id == Case.id) & (CaseRole.party_ordinal == SurveyInvitation.party_ordinal))
        .where(
            SurveyInvitation.answered.is_(False), CaseRole.role.in_(PARTY_ROLES), CaseRole.account_id.is_not(None),
            CaseRole.from_at <= now, CaseRole.until_at.is_(None),
        )
        .order_by(Case.number, CaseRole.party_ordinal, CaseRole.account_id)
    )  # fmt: skip
    return [(row.number, row.account_id) for row in rows]
