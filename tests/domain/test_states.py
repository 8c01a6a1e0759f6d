"""States: each has its number, its words, its family and whose turn it is; none is left out of a list by forgetting."""

from __future__ import annotations

import re

import pytest

from cprac.domain.lifecycle_table import TURNS
from cprac.domain.states import (
    ACTIVE,
    BEFORE_SIGNATURES,
    CONSULTING,
    MAIN_PATH,
    PAUSABLE,
    PROCEDURE,
    CaseState,
    Family,
    Stage,
    Turn,
    stage_of,
)

EVERY_STATE = pytest.mark.parametrize("state", list(CaseState), ids=str)

# procedure.md a.1 (with 00.16 for S32 and the legacy pair) and face.md section 2: number, id, family, end or not.
A1 = """
S0 draft party            S1 filed city                S2 formal_review city
S3 awaiting_completion party  S4 merit_admissibility city  S5 awaiting_agency city
S6 inadmissible alert     S7 under_review city         S8 admitted city
S9 invitation_pending party   S10 mediator_assignment city  S11 session_scheduled talk
S12 in_progress talk      S13 suspended wait           S14 drafting_agreement talk
S15 legal_fiscal_review city  S16 awaiting_authorization city  S17 awaiting_signatures party
S18 awaiting_admin_homologation city  S19 awaiting_publication city  S20 awaiting_court_homologation wait
S21 in_force deal         S22 breached alert           S23 closed_fulfilled deal!
S24 closed_no_agreement end!  S25 closed_withdrawn end!  S26 closed_no_response end!
S27 closed_incomplete end!  S28 closed_moot end!       S29 closed_arbitrated end!
S30 closed_enforced end!  S31 closed_inadmissible end!  S32 annulled end!
L1 legacy_open city       L2 legacy_closed end!
"""


def test_the_states_are_those_of_the_procedure_each_with_its_family_and_its_end():
    words = A1.split()
    said = {tuple(words[index : index + 3]) for index in range(0, len(words), 3)}
    ours = {(state.code, state.value, state.family.value + ("!" if state.terminal else "")) for state in CaseState}
    assert ours == said


@EVERY_STATE
def test_a_state_has_all_its_words(state):
    assert state.label
    assert state.public_label
    assert state.own_label
    assert state.family in Family
    assert state.turn in Turn


@EVERY_STATE
def test_the_public_name_is_plain(state):
    """No term of art, no "seu" or "sua" to somebody it does not belong to (face.md section 2)."""
    hard = r"\b(admissibilidade|inadimplemento|complementação|minuta|alçada|inadmissão|termo|juízo|seus?|suas?)\b"
    assert not re.search(hard, state.public_label.lower())


@EVERY_STATE
def test_only_the_one_whose_turn_it_is_reads_of_seu_and_sua(state):
    if state.own_label != state.public_label:
        assert state.family is Family.PARTY
        assert state.turn is Turn.CITIZEN
        assert re.search(r"\b(seus?|sua)\b", state.own_label)


def test_no_two_states_share_a_name():
    for column in ("label", "public_label", "code", "value"):
        assert len({getattr(state, column) for state in CaseState}) == len(CaseState)


@EVERY_STATE
def test_an_end_waits_for_nobody_and_nothing_else_does(state):
    assert (state.turn is Turn.NOBODY) is state.terminal


@EVERY_STATE
def test_a_state_can_be_looked_up_by_its_id(state):
    assert CaseState(state.value) is state
    with pytest.raises(ValueError, match="nowhere"):
        CaseState("nowhere")


def test_the_lists_of_states_are_the_ones_the_procedure_names():
    def codes(states):
        return [state.code for state in states]

    assert set(ACTIVE) == {state for state in CaseState if not state.terminal} - {CaseState.DRAFT}
    assert codes(PROCEDURE) == [f"S{number}" for number in range(1, 23)]
    assert codes(BEFORE_SIGNATURES) == [f"S{number}" for number in range(1, 18)]
    assert codes(CONSULTING) == ["S4", "S12", "S15"]
    assert codes(PAUSABLE) == ["S4", "S9", "S10", "S11", "S12", "S14", "S15", "S16", "S17", "S20", "S21"]
    assert codes(MAIN_PATH) == [f"S{n}" for n in (0, 1, 2, 4, 8, 9, 10, 11, 12, 14, 15, 16, 17, 18, 19, 20, 21, 23)]


@EVERY_STATE
def test_every_state_is_at_a_station_of_the_citizens_path(state):
    assert stage_of(state) in Stage


@pytest.mark.parametrize(
    "stage, codes",
    [
        (Stage.RECEIVED, "S0 S1 L1"),
        (Stage.CHECKING, "S2 S3"),
        (Stage.DECISION, "S4 S5 S6 S7"),
        (Stage.INVITATION, "S8 S9"),
        (Stage.TALKS, "S10 S11 S12 S13"),
    ],
)
def test_the_stations_in_order(stage, codes):
    assert {state.code for state in CaseState if stage_of(state) is stage} == set(codes.split())


@pytest.mark.parametrize("turn", list(Turn), ids=str)
def test_each_turn_has_its_word(turn):
    assert TURNS[turn]


def test_each_family_and_each_turn_is_used():
    assert {state.family for state in CaseState} == set(Family)
    assert {state.turn for state in CaseState} == set(Turn)
