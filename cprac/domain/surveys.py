"""The survey of satisfaction: what is asked, of whom, and what an answer remembers of how the case ended."""

from __future__ import annotations

from collections.abc import Mapping

from cprac.domain.states import CaseState
from cprac.domain.words import N_

QUESTIONS: Mapping[str, str] = {
    "ease": N_("Foi fácil usar a Câmara?"),
    "fairness": N_("O procedimento foi justo, qualquer que tenha sido o resultado?"),
    "speed": N_("O tempo que levou foi bom?"),
    "respect": N_("Você foi tratado com respeito?"),
}
"""Each answered from 1 to 5 (Lei 13.460/2017 art. 23: satisfaction, quality, deadlines); the keys are columns."""

SATISFIED = 4
"""From this score on somebody is counted as satisfied."""

LEAST = 5
"""Under so many answers nothing is told: "sem dados"."""

LONGEST = 2000

AGREED = frozenset({CaseState.IN_FORCE, CaseState.BREACHED, CaseState.CLOSED_FULFILLED})
NOT_HEARD = frozenset({CaseState.CLOSED_INADMISSIBLE, CaseState.CLOSED_INCOMPLETE})

ENDED = tuple(
    state
    for state in CaseState
    if (state.terminal or state in AGREED) and state not in (CaseState.LEGACY_CLOSED, CaseState.DRAFT)
)
"""The states in which parties are asked: the case is over, or its agreement is in force."""

OUTCOMES: Mapping[str, str] = {
    "agreement": N_("Com acordo"),
    "not_heard": N_("Pedido não aceito ou incompleto"),
    "no_agreement": N_("Sem acordo"),
}


def outcome_class(state: CaseState) -> str:
    """How the case ended, in three classes: finer would tell who speaks."""
    if state in AGREED:
        return "agreement"
    return "not_heard" if state in NOT_HEARD else "no_agreement"
