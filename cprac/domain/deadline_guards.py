"""Guards of the acts by which a person changes a date: more time by the rule, a correction, a second person's word.

As in ``guards``: each takes the ``Subject`` and answers None, or a ``Refusal`` that says what to do.
"""

from __future__ import annotations

from cprac.domain.guards import RULES, day_text
from cprac.domain.subject import Refusal, Subject
from cprac.domain.words import N_

ONE_DEADLINE = N_("Escolha um dos prazos que correm neste caso.")
ITS_OWN_EXTENSION = "D-COMPLETE"
"""The time to complete the application is extended by an act of its own (T4a), which the registry may do."""


def deadline_extendable(subject: Subject) -> Refusal | None:
    """The deadline named runs, its rule lets it be extended, and it was not extended before."""
    if subject.values is None:
        if any(row.more and row.rule != ITS_OWN_EXTENSION for row in subject.deadlines):
            return None
        return Refusal(
            N_("Nenhum prazo deste caso pode ganhar mais tempo. Espere: a regra não prevê, ou já foi usada."), RULES,
            "value", "deadline",
        )
    deadline = subject.named_deadline
    if deadline is None:
        return Refusal(ONE_DEADLINE, RULES, "value", "deadline")
    if deadline.rule == ITS_OWN_EXTENSION:
        return Refusal(N_("Para este prazo use o ato “Dar mais prazo para completar”."), RULES, "value", "deadline")
    if not deadline.more:
        return Refusal(
            N_("A regra deste prazo não prevê mais tempo, ou ele já foi dado uma vez. Escolha outro."), RULES,
            "value", "deadline",
        )
    return None


def no_change_waits(subject: Subject) -> Refusal | None:
    """One proposal at a time waits for the second person."""
    if subject.facts.deadline_change is None:
        return None
    return Refusal(
        N_("Já há uma nova data proposta neste caso. Outra pessoa precisa confirmar ou recusar primeiro."), RULES
    )


def deadline_changeable(subject: Subject) -> Refusal | None:
    """The deadline named runs and its date is counted, or was set by a person: no act of its own sets it."""
    if subject.values is None:
        if any(row.latest is not None and row.status != "paused" for row in subject.deadlines):
            return None
        return Refusal(
            N_("Não há prazo contado correndo neste caso. Escolha outro ato."), RULES, "value", "deadline"
        )
    deadline = subject.named_deadline
    if deadline is None:
        return Refusal(ONE_DEADLINE, RULES, "value", "deadline")
    if deadline.status == "paused":
        return Refusal(
            N_("Este prazo está parado. Espere o caso ser retomado: a data é contada de novo."), RULES,
            "value", "deadline",
        )
    if deadline.latest is None:
        return Refusal(
            N_("Esta data está no próprio ato (reunião, acordo ou pausa). Mude por ele."), RULES, "value", "deadline"
        )
    return None


def new_date_fits(subject: Subject) -> Refusal | None:
    """The new date is another one, not over yet, and not later than the rule allows."""
    deadline, new_due = subject.named_deadline, subject.value("new_due")
    if deadline is None or new_due is None:
        return None
    if new_due < subject.on:
        return Refusal(N_("Escreva uma data de hoje em diante."), RULES, "value", "new_due")
    if new_due == deadline.due:
        return Refusal(N_("O prazo já termina nesse dia. Escreva outra data."), RULES, "value", "new_due")
    if deadline.latest is not None and new_due > max(deadline.latest, subject.on):
        return Refusal(
            N_("A regra deste prazo vai só até {latest}. Escreva uma data até esse dia."), RULES, "value", "new_due",
            params={"latest": day_text(max(deadline.latest, subject.on))},
        )
    return None


def change_waits(subject: Subject) -> Refusal | None:
    """A new date was proposed."""
    if subject.facts.deadline_change is not None:
        return None
    return Refusal(N_("Nenhuma nova data espera confirmação. Não é preciso fazer nada."), RULES)


def change_is_anothers(subject: Subject) -> Refusal | None:
    """Who proposed to shorten a party's time does not confirm it."""
    change = subject.facts.deadline_change
    if change is None or change.by is None or change.by != subject.actor.account:
        return None
    return Refusal(
        N_("Quem propôs a nova data não a confirma. Peça a outra pessoa da Coordenação ou ao Procurador-Geral."),
        RULES, "role",
    )


def change_still_fits(subject: Subject) -> Refusal | None:
    """The deadline still runs with the date that the proposal found, and the new date is not over."""
    change = subject.facts.deadline_change
    if change is None:
        return None
    deadline = next((row for row in subject.deadlines if row.ordinal == change.deadline and row.running), None)
    if deadline is None or deadline.due != change.was or deadline.status == "paused" or change.due < subject.on:
        return Refusal(
            N_("O prazo mudou depois da proposta. Use “Recusar a nova data” e, se ainda couber, proponha de novo."),
            RULES,
        )
    return None
