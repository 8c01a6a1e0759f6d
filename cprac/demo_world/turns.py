"""What happens in some cases beside the usual way: each turn is a piece of a life, with its waits in business days."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from cprac.demo_world import papers, way
from cprac.demo_world.seeding import Simulation
from cprac.demo_world.world import Steps
from cprac.domain.acts import Act
from cprac.domain.states import CaseState
from cprac.persistence.database import transaction
from cprac.persistence.models import Case
from cprac.services import claims, intake

Turn = Callable[[Simulation, str], Steps]


def one_after_the_other(*turns: Turn) -> Turn:
    """Several turns as one."""

    def all_of_them(world: Simulation, case: str) -> Steps:
        for turn in turns:
            yield from turn(world, case)

    return all_of_them


def after(days: int, who: str, act: Act, **values: Any) -> Turn:
    """A turn of one act: *days* later, *who* (a short name, or a field of the case's script) does it."""

    def do_it(world: Simulation, case: str) -> Steps:
        yield days
        world.do(case, getattr(world.scripts[case], who, who), act, **values)

    return do_it


def served(days: int) -> Turn:
    """A turn: *days* later every notice that starts a deadline has arrived."""

    def do_it(world: Simulation, case: str) -> Steps:
        yield days
        world.serve(case)

    return do_it


def bound(days: int, party: int, who: str) -> Turn:
    """A turn: *days* later somebody binds an account to a party, with a code that the registry gave."""

    def do_it(world: Simulation, case: str) -> Steps:
        yield days
        now, registry = world.clock[case], world.account(world.scripts[case].registry)
        with world.app.app_context():
            with transaction() as session:
                row = session.scalars(select(Case).where(Case.number == world.number(case))).one()
                code = intake.issue_claim_code(session, world.chamber, row, party, registry, now)
            claims.claim(world.chamber, code, f"{case}:{party}", now=now, account=world.account(who))

    return do_it


# --- filing and admissibility -----------------------------------------------------------------------------------------


def asked_to_complete(*items: str, arrives: int | None = 1) -> Turn:
    """The registry asks for what is missing; the notice arrives *arrives* days later, or not yet."""
    ask = after(1, "registry", Act.REQUEST_COMPLETION, items=items)
    return ask if arrives is None else one_after_the_other(ask, served(arrives))


def archived(world: Simulation, case: str) -> Steps:
    """What was missing never came: archived, and nobody appealed."""
    yield from asked_to_complete("Documento que prova a posse do imóvel")(world, case)
    yield 17
    world.do(case, world.scripts[case].coordinator, Act.ARCHIVE_INCOMPLETE, grounds="O prazo acabou sem os documentos.")
    yield from served(1)(world, case)
    yield 11
    world.do(case, world.scripts[case].coordinator, Act.LAPSE_APPEAL)


def asked(department: str, question: str, **values: Any) -> Turn:
    """The coordination asks a department, by its code, and waits for the answer."""

    def do_it(world: Simulation, case: str) -> Steps:
        yield 2
        agency = world.agencies[department]
        world.do(case, world.scripts[case].coordinator, Act.ASK_AGENCY, agency=agency, question=question, **values)

    return do_it


def rejected(reason: str, grounds: str) -> Turn:
    """The coordination does not admit the case, and the decision arrives."""
    return one_after_the_other(after(2, "coordinator", Act.REJECT, reason_code=reason, grounds=grounds), served(1))


def appealed(grounds: str) -> Turn:
    """Who asked appeals."""
    return after(3, "applicant", Act.APPEAL, grounds=grounds)


def forwarded(world: Simulation, case: str) -> Steps:
    """The coordination keeps its decision and the other side lets its time to answer pass."""
    yield from served(1)(world, case)
    yield 2
    world.do(case, world.scripts[case].coordinator, Act.FORWARD_APPEAL, grounds="A decisão fica mantida.")


def admitted_in_part(world: Simulation, case: str) -> Steps:
    """One part is admitted; the other becomes a case of its own, open to appeal."""
    yield 3
    world.do(
        case, world.scripts[case].coordinator, Act.ADMIT_PARTIALLY, grounds="O dano no carro cabe no regulamento.",
        rejected_part="A redução do IPTU pedida junto.", reason_code="tax_without_statute",
    )  # fmt: skip
    part = f"{case}, outra parte"
    world.numbers[part], world.scripts[part] = f"{world.number(case)}/2", world.scripts[case]
    yield 1
    world.clock[part] = world.clock[case]
    world.serve(part)


# --- invitation, mediator, meetings -----------------------------------------------------------------------------------


def unanswered(world: Simulation, case: str) -> Steps:
    """The invitation arrives, nobody answers, and the coordination signs that it lapsed."""
    yield from served(2)(world, case)
    yield 27
    world.do(case, world.scripts[case].coordinator, Act.LAPSE_INVITATION)


def chosen(world: Simulation, case: str) -> Steps:
    """A mediator is chosen and has not declared yet."""
    script = world.scripts[case]
    yield 1
    world.do(case, script.coordinator, Act.ASSIGN, mediator=world.account(script.mediator))


def declared(world: Simulation, case: str) -> Steps:
    """A mediator is chosen and declares; the parties may still refuse."""
    yield from chosen(world, case)
    yield 1
    world.do(
        case, world.scripts[case].mediator, Act.DISCLOSE, statement="Estudei com o advogado de uma das partes em 2004."
    )


def refused(world: Simulation, case: str) -> Steps:
    """A party refuses the mediator."""
    yield from declared(world, case)
    yield 1
    script = world.scripts[case]
    world.do(case, script.applicant, Act.CHALLENGE, reason="Prefiro alguém que não conheça a outra parte.")


def talked(world: Simulation, case: str) -> Steps:
    """Something in every compartment: minutes, an offer, reserved conversations, notes, the city's own file."""
    script = world.scripts[case]
    world.do(case, script.mediator, Act.RECORD_MINUTES, present=script.present, result="continues")
    world.do(case, script.mediator, Act.CAUCUS, party=1, text="Aceita receber em parcelas, se a primeira vier logo.")
    world.do(case, script.mediator, Act.MEDIATOR_NOTE, text="As partes se ouvem bem. Voltar ao laudo na próxima vez.")
    yield 2
    world.do(case, script.mediator, Act.CAUCUS, party=2, text="A Prefeitura teme abrir precedente para a rua toda.")
    world.do(case, script.city_attorney, Act.CITY_NOTE, subject="ceiling", text="Até R$ 180.000,00 em duas parcelas.")
    world.do(case, script.city_attorney, Act.CITY_NOTE, subject="risk", text="Provável: três decisões contrárias.")
    yield 3
    world.do(
        case, script.applicant, Act.RECORD_OFFER, text="O conserto do muro e R$ 150.000,00 em três vezes.",
        amount=150_000_00,
    )  # fmt: skip
    world.do(
        case, script.applicant, Act.ADD_DOCUMENT, title="Laudo do engenheiro", audience="mediation_document",
        files=(papers.pdf("laudo.pdf", "Laudo técnico", "Trinca de 4 mm na parede leste.", "Causa: infiltração."),),
    )  # fmt: skip


def paused(reason: str, days: int) -> Turn:
    """The mediator pauses the case until so many days from the day of the demonstration."""

    def do_it(world: Simulation, case: str) -> Steps:
        yield 2
        until = world.today + timedelta(days=days)
        world.do(case, world.scripts[case].mediator, Act.SUSPEND, reason_code=reason, until=until)

    return do_it


def started_between_departments(world: Simulation, case: str) -> Steps:
    """Two departments of the city start without an invitation."""
    yield 2
    world.do(case, world.scripts[case].coordinator, Act.START_WITHOUT_INVITATION)


def arbitrated(world: Simulation, case: str) -> Steps:
    """Two departments meet, do not agree, and the Attorney General decides."""
    yield from started_between_departments(world, case)
    for step in way.steps_to(CaseState.IN_PROGRESS)[len(way.steps_to(CaseState.MEDIATOR_ASSIGNMENT)) :]:
        yield from step.live(world, case)
    yield 4
    grounds = "A manutenção do prédio cabe a quem o ocupa; a reforma, a quem o cedeu."
    world.do(case, world.scripts[case].attorney_general, Act.ARBITRATE_INTERNAL, grounds=grounds)


# --- agreement --------------------------------------------------------------------------------------------------------


def offered(world: Simulation, case: str) -> Steps:
    """A standard proposal in writing, without a meeting, waits for its answer."""
    script = world.scripts[case]
    yield 1
    world.do(case, script.coordinator, Act.OFFER_DIRECTLY, offer="A Prefeitura paga 90% do orçamento em 30 dias.")
    yield from served(1)(world, case)
    way.draft(world, case, script.coordinator)


def favourable(days: int) -> Turn:
    """The opinion is given *days* later, and the city's attorney has still to ask for the authorisation."""
    return after(days, "opinion_author", Act.ISSUE_OPINION, opinion="O acordo é lícito e custa menos que a condenação.")


def authorized_once(world: Simulation, case: str) -> Steps:
    """The first authority authorises; the next one has still to decide."""
    yield 3
    way.authorize(world, case)


def signed_by(*who: str) -> Turn:
    """Some have signed, others have not."""

    def do_it(world: Simulation, case: str) -> Steps:
        yield 2
        for each in who:
            way.sign(world, case, getattr(world.scripts[case], each, each))

    return do_it


def published(world: Simulation, case: str) -> Steps:
    """The abstract is published; the facts of the case send the agreement to the judge."""
    yield 2
    way.publish(world, case)


def filed_in_court(cnj: str) -> Turn:
    """The agreement is published and the petition stands before the judge."""

    def do_it(world: Simulation, case: str) -> Steps:
        yield from published(world, case)
        yield 2
        world.do(case, world.scripts[case].city_attorney, Act.FILE_IN_COURT, cnj=cnj, filed_on=world.day(case))

    return do_it


# --- compliance -------------------------------------------------------------------------------------------------------


def paid(*numbers: int, wait: int = 1) -> Turn:
    """Instalments are paid, *wait* days apart."""

    def do_it(world: Simulation, case: str) -> Steps:
        script = world.scripts[case]
        for number in numbers:
            yield wait
            world.do(
                case, script.registry, Act.REGISTER_FULFILMENT, obligation=number, fulfilled_on=world.day(case),
                amount=script.amount // len(script.dues), proof=f"Empenho {1200 + 7 * number}",
            )  # fmt: skip

    return do_it


def told_to_cure(number: int, ago: int) -> Turn:
    """An instalment is overdue: *ago* days before the demonstration the debtor is notified, and the notice arrives."""

    def do_it(world: Simulation, case: str) -> Steps:
        yield world.calendar.business_days_between(world.day(case), world.ago(ago))
        world.do(case, world.scripts[case].coordinator, Act.NOTIFY_TO_CURE, obligation=number)
        yield 1
        world.serve(case)

    return do_it


def breached(number: int, ago: int) -> Turn:
    """The debtor was notified *ago* days before the demonstration and did not pay."""
    grounds = "Notificado, o devedor não pagou a parcela no prazo."
    return one_after_the_other(told_to_cure(number, ago), after(11, "coordinator", Act.DECLARE_BREACH, grounds=grounds))


def from_invitation_to_force(world: Simulation, case: str) -> Steps:
    """The usual way from an invitation that was sent to an agreement in force."""
    for step in way.steps_to(CaseState.IN_FORCE)[len(way.steps_to(CaseState.INVITATION_PENDING)) :]:
        yield from step.live(world, case)
