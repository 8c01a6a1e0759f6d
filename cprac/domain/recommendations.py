"""Recommendations to agencies: which step follows which, who may take it, what each must say. Pure rules.

The fifth promised result is guidance to the Administration: a recurring cause of conflicts (matter × agency) becomes
advice with a date for its answer. Nothing here binds the agency; so nothing happens by itself when the date passes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Self

from cprac.domain.roles import Office
from cprac.domain.subject import Refusal
from cprac.domain.words import N_, Labelled

ANSWER_DAYS = 30
"""Days for the answer where nobody asks for others: ours, no law names them (``due_basis`` is then ``default``)."""

LONGEST_DAYS = 365
LINE, PARAGRAPH = 200, 8000
"""Characters of a title and of a text."""


class Status(Labelled):
    """Where a recommendation stands. ``overdue`` is never kept: it is issued, and its day has passed."""

    DRAFT = "draft", N_("Minuta")
    ISSUED = "issued", N_("Esperando resposta")
    OVERDUE = "overdue", N_("Resposta atrasada")
    ANSWERED = "answered", N_("Respondida")
    FOLLOWED = "followed", N_("Acompanhada")
    CLOSED = "closed", N_("Encerrada")
    WITHDRAWN = "withdrawn", N_("Retirada")


class Answer(Labelled):
    """What the agency said."""

    ACCEPTED = "accepted", N_("Aceita")
    PARTLY = "partly", N_("Aceita em parte")
    REFUSED = "refused", N_("Não aceita")


class Step(StrEnum):
    """What somebody may do with a recommendation. ``label`` asks, ``past`` tells."""

    label: str
    past: str

    def __new__(cls, value: str, label: str = "", past: str = "") -> Self:
        """A member with its words."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.label, member.past = label, past
        return member

    DRAFT = "draft", N_("Escrever recomendação"), N_("Minuta escrita")
    REVISE = "revise", N_("Corrigir a minuta"), N_("Minuta corrigida")
    ISSUE = "issue", N_("Enviar ao órgão"), N_("Enviada ao órgão")
    ANSWER = "answer", N_("Registrar a resposta"), N_("Resposta registrada")
    FOLLOW = "follow", N_("Registrar o que foi feito"), N_("Acompanhamento registrado")
    CLOSE = "close", N_("Encerrar com o efeito medido"), N_("Encerrada")
    WITHDRAW = "withdraw", N_("Retirar"), N_("Retirada")
    PUBLISH = "publish", N_("Publicar"), N_("Publicada")
    UNPUBLISH = "unpublish", N_("Tirar da página pública"), N_("Tirada da página pública")


@dataclass(frozen=True, slots=True)
class Rule:
    """From where a step may be taken, where it leads (None: nowhere else), and by whom."""

    sources: frozenset[Status]
    dest: Status | None
    offices: frozenset[Office]


GUIDES = frozenset({Office.COORDINATOR, Office.ATTORNEY_GENERAL})
RECORDS = GUIDES | {Office.REGISTRY}
PUBLISHES = frozenset({Office.ATTORNEY_GENERAL})
READS = RECORDS | {Office.APPROVER, Office.AUDITOR}
"""Who may look at the register in the office; anyone sees what was published."""

SENT = frozenset({Status.ISSUED, Status.ANSWERED, Status.FOLLOWED, Status.CLOSED})

RULES: Mapping[Step, Rule] = {
    Step.REVISE: Rule(frozenset({Status.DRAFT}), None, GUIDES),
    Step.ISSUE: Rule(frozenset({Status.DRAFT}), Status.ISSUED, GUIDES),
    Step.ANSWER: Rule(frozenset({Status.ISSUED}), Status.ANSWERED, RECORDS),
    Step.FOLLOW: Rule(frozenset({Status.ISSUED, Status.ANSWERED}), Status.FOLLOWED, GUIDES),
    Step.CLOSE: Rule(frozenset({Status.FOLLOWED}), Status.CLOSED, GUIDES),
    Step.WITHDRAW: Rule(frozenset({Status.DRAFT, Status.ISSUED, Status.ANSWERED}), Status.WITHDRAWN, GUIDES),
    Step.PUBLISH: Rule(SENT, None, PUBLISHES),
    Step.UNPUBLISH: Rule(SENT | {Status.WITHDRAWN}, None, PUBLISHES),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """What the rules need to know of a recommendation. Days are local dates."""

    state: Status
    issued_on: date | None = None
    due_on: date | None = None
    answered_on: date | None = None
    public: bool = False


def status(at: Standing, today: date) -> Status:
    """Where it stands *today*: issued becomes overdue on the day after the last day for the answer."""
    late = at.state is Status.ISSUED and at.due_on is not None and at.due_on < today
    return Status.OVERDUE if late else at.state


def steps(at: Standing, offices: frozenset[Office], today: date) -> tuple[Step, ...]:
    """What somebody who holds *offices* may do now, in the order of a recommendation's life."""
    return tuple(step for step in RULES if offices & RULES[step].offices and refusal(at, step, today) is None)


def refusal(at: Standing, step: Step, today: date) -> Refusal | None:
    """Why *step* cannot be taken now; None where it can."""
    rule = RULES[step]
    if at.state not in rule.sources:
        return _no(N_("Este passo não cabe mais: a recomendação mudou de situação."))
    if step is Step.FOLLOW and status(at, today) is Status.ISSUED:
        return _no(N_("O prazo da resposta ainda corre. Registre a resposta, ou espere o prazo acabar."))
    if step is Step.UNPUBLISH and not at.public:
        return _no(N_("Esta recomendação não está na página pública."))
    return None


def due(issued_on: date, days: int | None) -> tuple[date, str]:
    """The last day for the answer and where its length comes from: ``asked``, or ``default`` where nobody asked."""
    if days is None:
        return issued_on + timedelta(days=ANSWER_DAYS), "default"
    return issued_on + timedelta(days=days), "asked"


def year_before(issued_on: date) -> tuple[date, date]:
    """The first and the last day of the twelve months before the day of issue (365 days)."""
    return issued_on - timedelta(days=365), issued_on - timedelta(days=1)


def days_problem(days: int | None) -> Refusal | None:
    """Whether *days* for an answer make sense."""
    if days is not None and not 1 <= days <= LONGEST_DAYS:
        return _no(N_("Escreva de 1 a 365 dias."), "days")
    return None


def day_problem(on: date | None, field: str, first: date | None, today: date) -> Refusal | None:
    """Whether something may have happened on the day *on*: not before *first*, not after *today*."""
    if on is None:
        return _no(N_("Escreva o dia, como 30/03/2026."), field)
    if on > today:
        return _no(N_("Este dia ainda não chegou."), field)
    if first is not None and on < first:
        return _no(N_("Este dia vem antes do passo anterior ({day})."), field, day=first)
    return None


def text_problem(text: str, field: str, longest: int = PARAGRAPH) -> Refusal | None:
    """Whether *text* says something and fits."""
    if not text.strip():
        return _no(N_("Escreva este campo."), field)
    if len(text) > longest:
        return _no(N_("Escreva um texto mais curto, de até {n} letras."), field, n=longest)
    return None


def written(year: int, ordinal: int) -> str:
    """The number as people write it: ``R-2026/003``."""
    return f"R-{year}/{ordinal:03d}"


def _no(template: str, field: str = "", **params: object) -> Refusal:
    return Refusal(template, kind="value" if field else "rule", field=field, params=params)
