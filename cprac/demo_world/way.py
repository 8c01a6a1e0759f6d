"""The way of a case from filing to an agreement in force, in steps: what everybody does when nothing special happens.

A step performs its acts and yields its waits, each by the name of a gap; whoever walks it decides how long they are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cprac.demo_world.world import Steps, World
from cprac.domain.acts import Act
from cprac.domain.states import CaseState


@dataclass(frozen=True, slots=True)
class Step:
    """What takes a case from the step before it to *state*; ``gaps``: the waits it yields, in order."""

    state: CaseState
    gaps: tuple[str, ...]
    live: Callable[[World, str], Steps]


def _screen(world: World, case: str) -> Steps:
    yield "screen"
    world.do(case, world.scripts[case].registry, Act.SCREEN)


def _pass(world: World, case: str) -> Steps:
    yield "pass_formal"
    world.do(case, world.scripts[case].registry, Act.PASS_FORMAL)


def _admit(world: World, case: str) -> Steps:
    script = world.scripts[case]
    yield "admit"
    values = {"unavailable_right": True} if script.unavailable_right else {}
    values |= {"severable_parties": True} if script.severable_parties else {}
    world.do(case, script.coordinator, Act.ADMIT, grounds=script.admitted, **values)
    attorney = world.account(script.city_attorney)
    world.do(case, script.coordinator, Act.ASSIGN_CITY_ATTORNEY, attorney=attorney)


def _invite(world: World, case: str) -> Steps:
    script = world.scripts[case]
    yield "invite"
    world.do(case, script.registry, Act.INVITE, scope=script.scope, place=script.place, channel=script.channel)


def _accept(world: World, case: str) -> Steps:
    yield "serve"
    world.serve(case)
    yield "accept"
    for who in world.scripts[case].invitees:
        world.do(case, who, Act.ACCEPT, online=True, note="Aceita reunião por vídeo.")


def disclose(world: World, case: str) -> Steps:
    """The coordination chooses the mediator, who declares that nothing stands against it."""
    script = world.scripts[case]
    yield "assign"
    world.do(case, script.coordinator, Act.ASSIGN, mediator=world.account(script.mediator))
    yield "disclose"
    world.do(case, script.mediator, Act.DISCLOSE)


def _schedule(world: World, case: str) -> Steps:
    script = world.scripts[case]
    yield from disclose(world, case)
    yield "schedule"
    starts_at = world.meeting_after(case, world.gap(case, "session"))
    values = {"remote": True} if script.remote else {}
    world.do(case, script.registry, Act.SCHEDULE, starts_at=starts_at, place=script.place, **values)


def open_session(world: World, case: str) -> None:
    """The mediator opens the meeting with those who came."""
    script = world.scripts[case]
    world.do(case, script.mediator, Act.OPEN_SESSION, assistance=script.assistance, present=script.present)


def _open(world: World, case: str) -> Steps:
    yield "session"
    open_session(world, case)


def _terms(world: World, case: str) -> Steps:
    yield "terms"
    world.do(case, world.scripts[case].mediator, Act.TERMS_REACHED, extent="total")


def draft(world: World, case: str, who: str = "") -> None:
    """Somebody, the mediator unless *who*, writes the term with its instalments."""
    script = world.scripts[case]
    part = script.amount // max(1, len(script.dues))
    obligations = tuple(
        {"kind": "payment", "debtor": script.debtor, "due": due, "amount": part, "text": f"{number}ª parcela"}
        for number, due in enumerate(script.dues, start=1)
    )
    world.do(
        case, who or script.mediator, Act.DRAFT_AGREEMENT, summary=script.summary, object=script.object,
        direction=script.direction, amount=part * len(obligations), obligations=obligations, penalty=script.penalty,
        public_parts=script.public_parts, funds=script.funds, costs=script.costs,
    )  # fmt: skip


def send_to_review(world: World, case: str) -> None:
    """The coordination sends the draft to somebody who did not negotiate."""
    script = world.scripts[case]
    author = world.account(script.opinion_author)
    world.do(case, script.coordinator, Act.SEND_TO_REVIEW, opinion_author=author, budget=True)


def _review(world: World, case: str) -> Steps:
    yield "draft"
    draft(world, case)
    yield "review"
    send_to_review(world, case)


def _request(world: World, case: str) -> Steps:
    script = world.scripts[case]
    yield "opinion"
    world.do(case, script.opinion_author, Act.ISSUE_OPINION, opinion=script.opinion)
    yield "request"
    world.do(case, script.city_attorney, Act.REQUEST_AUTHORIZATION, dossier=script.dossier)


def authorize(world: World, case: str) -> None:
    """The next rung of the ladder authorises."""
    settlement = world.facts(case)["settlement"]
    rung = settlement["approvers"][len(settlement["approvals"])]
    world.do(case, rung, Act.AUTHORIZE, grounds="Cabe na alçada e convém à cidade.")


def _authorize(world: World, case: str) -> Steps:
    yield "authorize"
    while world.state(case) is CaseState.AWAITING_AUTHORIZATION:
        authorize(world, case)


def sign(world: World, case: str, who: str) -> None:
    """Somebody signs the text as it stands; who signs for the city names the act that gives the power."""
    script = world.scripts[case]
    values = {"delegation": script.delegation} if who == script.city_attorney else {}
    world.do(case, who, Act.SIGN, text_hash=world.term_hash(case), **values)


def _sign(world: World, case: str) -> Steps:
    script = world.scripts[case]
    yield "sign"
    for who in dict.fromkeys((script.applicant, *script.invitees)):
        sign(world, case, who)


def _homologate(world: World, case: str) -> Steps:
    yield "homologate"
    world.do(case, world.scripts[case].attorney_general, Act.HOMOLOGATE_ADMIN, grounds="Homologo.")


def publish(world: World, case: str) -> None:
    """The registry records the abstract in the official journal of that day."""
    script = world.scripts[case]
    world.do(case, script.registry, Act.PUBLISH, published_on=world.day(case), edition=script.edition)


def _publish(world: World, case: str) -> Steps:
    yield "publish"
    publish(world, case)


_S = CaseState
WAY: tuple[Step, ...] = (
    Step(_S.FORMAL_REVIEW, ("screen",), _screen),
    Step(_S.MERIT_ADMISSIBILITY, ("pass_formal",), _pass),
    Step(_S.ADMITTED, ("admit",), _admit),
    Step(_S.INVITATION_PENDING, ("invite",), _invite),
    Step(_S.MEDIATOR_ASSIGNMENT, ("serve", "accept"), _accept),
    Step(_S.SESSION_SCHEDULED, ("assign", "disclose", "schedule"), _schedule),
    Step(_S.IN_PROGRESS, ("session",), _open),
    Step(_S.DRAFTING_AGREEMENT, ("terms",), _terms),
    Step(_S.LEGAL_FISCAL_REVIEW, ("draft", "review"), _review),
    Step(_S.AWAITING_AUTHORIZATION, ("opinion", "request"), _request),
    Step(_S.AWAITING_SIGNATURES, ("authorize",), _authorize),
    Step(_S.AWAITING_ADMIN_HOMOLOGATION, ("sign",), _sign),
    Step(_S.AWAITING_PUBLICATION, ("homologate",), _homologate),
    Step(_S.IN_FORCE, ("publish",), _publish),
)
"""Each step takes a case from the state of the one before it to its own; the first starts from ``filed``."""


def steps_to(state: CaseState) -> tuple[Step, ...]:
    """The steps from filing to *state*, which is ``filed`` or a state of the way."""
    if state is _S.FILED:
        return ()
    last = [step.state for step in WAY].index(state)
    return WAY[: last + 1]
