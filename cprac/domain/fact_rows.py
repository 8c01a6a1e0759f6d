"""The statistics row of a case, as a function of its state, its facts and its measures. Nothing personal in it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from cprac.domain.case_measures import Measures, Phase
from cprac.domain.facts import CaseFacts, ObligationFact, SettlementFact
from cprac.domain.legacy_mapping import Outcome
from cprac.domain.states import CaseState, Turn

ADMISSION_GROUNDS = frozenset({CaseState.INADMISSIBLE, CaseState.UNDER_REVIEW, CaseState.CLOSED_INADMISSIBLE})
LEGACY_AS = {Outcome.SETTLED.value: "agreement", Outcome.NOT_SETTLED.value: CaseState.CLOSED_NO_AGREEMENT.value}
"""How an old case was resolved, by what its sheet says of the end."""


@dataclass(frozen=True, slots=True)
class FactRow:
    """One row a case. Days are local dates, lengths whole days, money centavos. The fields are the table's columns.

    ``resolved_as``: agreement, or the state in which the case closed; empty while open. ``resolved_on`` may miss for an
    old case whose sheet does not date its end. ``in_phase_*`` and ``for_*``: days by phase and by whom the case waited
    for, up to ``since``. ``due_on``: the date by which an old case was due in its sheet. ``obligations_due``: the days
    on which what is still owed falls due, as ISO dates joined by commas.
    """

    origin: str = "native"
    batch_id: int | None = None
    state: str = CaseState.DRAFT.value
    matter: str = ""
    agency_id: int | None = None
    channel: str = ""
    priority: str = ""
    filed_on: date | None = None
    admitted_on: date | None = None
    closed_on: date | None = None
    resolved_on: date | None = None
    resolved_as: str = ""
    by_last_act: bool = False
    phase: str = ""
    turn: str = ""
    since: date | None = None
    in_admissibility: int = 0
    in_invitation: int = 0
    in_talks: int = 0
    in_approval: int = 0
    in_signing: int = 0
    in_compliance: int = 0
    in_paused: int = 0
    for_city: int = 0
    for_citizen: int = 0
    for_court: int = 0
    for_chamber: int = 0
    outcome: str = ""
    ground: str = ""
    extent: str = ""
    homologated: str = ""
    direction: str = ""
    value_claimed: int = 0
    value_agreed: int | None = None
    value_paid: int = 0
    paused_days: int = 0
    sessions: int = 0
    sessions_remote: int = 0
    sessions_missed: int = 0
    invited: int = 0
    invited_accepted: int = 0
    invited_open: int = 0
    lawsuits: int = 0
    lawsuits_ended: int = 0
    obligations: int = 0
    obligations_on_time: int = 0
    obligations_late: int = 0
    obligations_due: str = ""
    reopened: bool = False
    unavailable_right: bool = False
    due_on: date | None = None


COLUMNS = tuple(item.name for item in fields(FactRow))


def fact_row(state: CaseState, facts: CaseFacts, measures: Measures, batch_id: int | None = None) -> FactRow:
    """The row of a case that stands in *state* with *facts* and *measures*."""
    settlement, duties = _binding(facts)
    held = [session for session in facts.sessions if session.status == "held"]
    done = [item for item in duties if item.status == "fulfilled"]
    on_time = sum(item.fulfilled_on is not None and item.fulfilled_on <= item.due for item in done)
    owed = sorted(item.due.isoformat() for item in duties if item.status != "fulfilled")
    answered = [party for party in facts.invitees if party.invitation not in ("", "sent", "received")]
    resolved_on, resolved_as = _end(state, facts, measures)
    due = facts.legacy.get("due_on") if facts.origin == "legacy" else None
    return FactRow(
        origin=facts.origin,
        batch_id=batch_id,
        state=state.value,
        matter=facts.matter,
        agency_id=facts.agency,
        channel=facts.legacy.get("channel") or facts.channel if facts.origin == "legacy" else facts.channel,
        priority=facts.priority,
        filed_on=facts.filed_on,
        admitted_on=facts.admitted_on,
        closed_on=facts.closed_on,
        resolved_on=resolved_on,
        resolved_as=resolved_as,
        by_last_act=measures.by_last_act,
        phase=measures.phase.value if measures.phase else "",
        turn=measures.turn.value,
        since=measures.since,
        **{f"in_{phase.value}": measures.by_phase.get(phase.value, 0) for phase in Phase},
        **{f"for_{turn.value}": measures.by_turn.get(turn.value, 0) for turn in Turn if turn is not Turn.NOBODY},
        outcome=facts.outcome,
        ground=facts.ground if state in ADMISSION_GROUNDS else "",
        extent=settlement.extent if settlement else "",
        homologated=_homologated(settlement),
        direction=settlement.direction if settlement else "",
        value_claimed=facts.value,
        value_agreed=settlement.amount if settlement else None,
        value_paid=sum(item.amount for item in done),
        paused_days=facts.paused_days,
        sessions=len(held),
        sessions_remote=sum(session.remote for session in held),
        sessions_missed=sum(session.status == "missed" for session in facts.sessions),
        invited=len(answered),
        invited_accepted=sum(party.invitation == "accepted" for party in answered),
        invited_open=len(facts.invitees) - len(answered),
        lawsuits=len(facts.lawsuits),
        lawsuits_ended=sum(lawsuit.status == "extinguished" for lawsuit in facts.lawsuits),
        obligations=len(duties),
        obligations_on_time=on_time,
        obligations_late=len(done) - on_time,
        obligations_due=",".join(owed),
        reopened=bool(facts.previous_case),
        unavailable_right=facts.unavailable_right,
        due_on=date.fromisoformat(due) if due else None,
    )


def _binding(facts: CaseFacts) -> tuple[SettlementFact | None, tuple[ObligationFact, ...]]:
    """The agreement that binds and its duties: while another is talked about, the one that stands; never a draft's."""
    if facts.settlement_in_force:
        return facts.settlement, facts.obligations
    return (facts.standing, facts.standing_obligations) if facts.standing is not None else (None, ())


def _end(state: CaseState, facts: CaseFacts, measures: Measures) -> tuple[date | None, str]:
    """When and how the conflict was resolved; of an old case only what its sheet says."""
    if facts.origin != "legacy":
        return measures.resolved_on, measures.resolved_as
    if not state.terminal:
        return None, ""
    return facts.closed_on, LEGACY_AS.get(facts.outcome, "unknown")


def _homologated(settlement: SettlementFact | None) -> str:
    if settlement is None:
        return ""
    return "court" if settlement.court == "homologated" else "admin" if settlement.homologated else ""


def measures_of(row: FactRow) -> Measures:
    """The measures kept in *row*, so that the next event goes on from them. The end of an old case is its sheet's."""
    old = row.origin == "legacy"
    return Measures(
        CaseState(row.state),
        Phase(row.phase) if row.phase else None,
        Turn(row.turn) if row.turn else Turn.NOBODY,
        row.since,
        None if old else row.resolved_on,
        "" if old else row.resolved_as,
        row.by_last_act,
        {phase.value: days for phase in Phase if (days := getattr(row, f"in_{phase.value}"))},
        {turn.value: days for turn in Turn if turn is not Turn.NOBODY and (days := getattr(row, f"for_{turn.value}"))},
    )


def to_fact(values: Any) -> FactRow:
    """A row from anything that has the columns as attributes (a database row, a model)."""
    return FactRow(**{name: getattr(values, name) for name in COLUMNS})
