"""Where the time of one case went: by phase and by whom it waited for, and the day its conflict was resolved.

A fold over the docket, one event at a time, so that the act can carry it on and ``verify`` can rebuild it. Days are
whole local days between events; the day of an event belongs to what the event began. A case is *resolved* on the day an
agreement takes effect or the case closes otherwise: what comes after (instalments, a breach) is compliance.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from cprac.domain.act_names import Act
from cprac.domain.states import CaseState, Turn
from cprac.domain.system_events import is_act
from cprac.domain.words import N_, Labelled


class Phase(Labelled):
    """The stretches of a case whose length is published (AM art. 10 III: time by phase)."""

    ADMISSIBILITY = "admissibility", N_("Análise do pedido")
    INVITATION = "invitation", N_("Convite à outra parte")
    TALKS = "talks", N_("Reuniões e negociação")
    APPROVAL = "approval", N_("Minuta, parecer e autorização")
    SIGNING = "signing", N_("Assinatura e homologação")
    COMPLIANCE = "compliance", N_("Cumprimento do acordo")
    PAUSED = "paused", N_("Pausado")


_S = CaseState
PHASES: Mapping[CaseState, Phase] = {
    **dict.fromkeys(
        (
            _S.FILED, _S.FORMAL_REVIEW, _S.AWAITING_COMPLETION, _S.MERIT_ADMISSIBILITY, _S.INADMISSIBLE,
            _S.UNDER_REVIEW,
        ),
        Phase.ADMISSIBILITY,
    ),
    **dict.fromkeys((_S.ADMITTED, _S.INVITATION_PENDING), Phase.INVITATION),
    **dict.fromkeys((_S.MEDIATOR_ASSIGNMENT, _S.SESSION_SCHEDULED, _S.IN_PROGRESS), Phase.TALKS),
    **dict.fromkeys((_S.DRAFTING_AGREEMENT, _S.LEGAL_FISCAL_REVIEW, _S.AWAITING_AUTHORIZATION), Phase.APPROVAL),
    **dict.fromkeys(
        (
            _S.AWAITING_SIGNATURES, _S.AWAITING_ADMIN_HOMOLOGATION, _S.AWAITING_PUBLICATION,
            _S.AWAITING_COURT_HOMOLOGATION,
        ),
        Phase.SIGNING,
    ),
    **dict.fromkeys((_S.IN_FORCE, _S.BREACHED), Phase.COMPLIANCE),
    _S.SUSPENDED: Phase.PAUSED,
}  # fmt: skip
"""The phase of each state that has one. While an agency is asked the case stays in the phase it was in."""

_OLD = frozenset({Act.REGISTER_LEGACY.value, Act.LEGACY_STEP.value, Act.CLOSE_LEGACY.value})

AGREED = frozenset({CaseState.IN_FORCE, CaseState.BREACHED, CaseState.CLOSED_FULFILLED, CaseState.CLOSED_ENFORCED})


@dataclass(frozen=True, slots=True)
class Measures:
    """Where a case stands and where its days went, up to its last event.

    ``by_phase`` and ``by_turn``: whole days, by ``Phase`` and ``Turn``; those of ``by_turn``, and pauses, end with the
    resolution.
    ``resolved_as``: agreement, or the state in which the case closed; empty while it is open. ``by_last_act``: the last
    act of a person was the one that resolved it, so that setting it aside opens the case again.
    """

    state: CaseState = CaseState.DRAFT
    phase: Phase | None = None
    turn: Turn = Turn.NOBODY
    since: date | None = None
    resolved_on: date | None = None
    resolved_as: str = ""
    by_last_act: bool = False
    by_phase: Mapping[str, int] = field(default_factory=dict)
    by_turn: Mapping[str, int] = field(default_factory=dict)

    @property
    def resolved(self) -> bool:
        """Whether the conflict has found its end here."""
        return self.resolved_on is not None

    def until(self, on: date) -> Measures:
        """The measures with the days up to *on* counted in; the same where *on* is not later."""
        days = (on - self.since).days if self.since else 0
        if days <= 0:
            return self
        counted = None if self.resolved and self.phase is Phase.PAUSED else self.phase  # no pause of the conflict
        by_phase = _plus(self.by_phase, counted, days)
        by_turn = self.by_turn if self.resolved else _plus(self.by_turn, self.turn, days)
        return replace(self, since=on, by_phase=by_phase, by_turn=by_turn)


def _plus(counted: Mapping[str, int], key: Phase | Turn | None, days: int) -> Mapping[str, int]:
    if key is None or key is Turn.NOBODY:
        return counted
    return {**counted, key.value: counted.get(key.value, 0) + days}


def advance(before: Measures, act: str, on: date, payload: Mapping[str, Any]) -> Measures:
    """The measures after one more docket event. *payload*: its recorded outcome (``history.Event``)."""
    if not is_act(act):
        return before  # the clock changes neither state nor facts, so its days are still the last act's
    state = CaseState(payload.get("to", before.state.value))
    if act in _OLD:  # dated by the sheet, not by the day on which the sheet was read
        return before if act == Act.LEGACY_STEP.value else replace(before, state=state)
    changes = payload.get("changes", {})
    after = before.until(on)
    if after.since is None:
        after = replace(after, since=_day(changes.get("filed_on")) or on)
    phase = after.phase if state is CaseState.AWAITING_AGENCY else PHASES.get(state)
    turn = Turn(payload.get("waiting_on", Turn.NOBODY.value))
    after = replace(after, state=state, phase=phase, turn=turn)
    if act == Act.SET_ASIDE.value and after.by_last_act:
        return replace(after, resolved_on=None, resolved_as="", by_last_act=False)
    if (state.terminal or state is CaseState.IN_FORCE) and not after.resolved:
        closed = _day(changes.get("closed_on")) if state.terminal else None
        resolved_as = "agreement" if state in AGREED else state.value
        return replace(after, resolved_on=closed or on, resolved_as=resolved_as, by_last_act=True)
    return replace(after, by_last_act=False)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def measure(events: Iterable[tuple[str, date, Mapping[str, Any]]]) -> Measures:
    """Fold the docket events (act, local day, payload) of one case, oldest first."""
    found = Measures()
    for act, on, payload in events:
        found = advance(found, act, on, payload)
    return found
