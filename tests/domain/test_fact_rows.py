"""The statistics row: what is kept in it brings the measures back, and what it cannot know it does not say."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from cprac.domain.case_measures import AGREED, Measures, advance
from cprac.domain.fact_rows import COLUMNS, FactRow, fact_row, measures_of, to_fact
from cprac.domain.facts import CaseFacts, from_plain, to_plain
from cprac.domain.states import ACTIVE, CaseState, Turn
from tests.figure_rows import fact_rows

START = date(2026, 3, 2)
STEPS = st.lists(
    st.tuples(
        st.integers(0, 20),
        st.sampled_from([*ACTIVE, CaseState.CLOSED_WITHDRAWN, CaseState.CLOSED_FULFILLED]),
        st.sampled_from([*Turn]),
        st.sampled_from(["move", "move", "set_aside", "deadline_expired"]),
    ),
    max_size=15,
)


@given(STEPS)
def test_going_on_from_the_kept_row_is_going_on_from_the_measures(steps):
    """Each act reads the row that the one before left: nothing of the measures may be lost in between."""
    day, whole, kept = START, Measures(), None
    facts = CaseFacts(filed_on=START)
    for wait, state, turn, act in steps:
        day += timedelta(wait)
        payload = {"to": state.value, "waiting_on": turn.value, "changes": {}}
        whole = advance(whole, act, day, payload)
        from_row = advance(measures_of(kept) if kept else Measures(), act, day, payload)
        assert from_row == whole
        kept = fact_row(whole.state, facts, whole)
        assert measures_of(kept) == whole


@given(fact_rows())
def test_a_row_survives_being_stored_as_plain_data_and_as_columns(row):
    assert from_plain(FactRow, to_plain(row)) == row
    assert to_fact(row) == row
    assert len(COLUMNS) == len(set(COLUMNS))


def test_the_end_of_an_old_case_is_what_its_sheet_says():
    facts = CaseFacts(origin="legacy", filed_on=START, closed_on=START + timedelta(30), legacy={})
    row = fact_row(CaseState.LEGACY_CLOSED, facts, Measures(), batch_id=3)
    assert (row.resolved_on, row.resolved_as, row.batch_id) == (START + timedelta(30), "unknown", 3)
    assert fact_row(CaseState.LEGACY_OPEN, facts, Measures()).resolved_as == ""


def test_every_row_of_an_agreement_says_agreement():
    for state in AGREED:
        payload = {"to": state.value, "waiting_on": "nobody", "changes": {}}
        found = advance(Measures(), "move", START, payload)
        if found.resolved:
            assert fact_row(state, CaseFacts(filed_on=START), found).resolved_as == "agreement"
