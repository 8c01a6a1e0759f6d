"""Where the days of a case went, by phase and by whom it waited for: small dockets read like the story they tell."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cprac.domain.case_measures import AGREED, PHASES, Measures, Phase, advance, measure
from cprac.domain.fact_rows import fact_row
from cprac.domain.facts import CaseFacts
from cprac.domain.states import ACTIVE, CaseState, Turn

START = date(2026, 3, 2)
S = CaseState


def docket(*steps, act="move"):
    """Events from (days after the start, state, whose turn, what else happened)."""
    events = []
    for day, state, turn, *more in steps:
        name = more[0] if more else act
        payload = {"to": state.value, "waiting_on": turn.value, "changes": more[1] if len(more) > 1 else {}}
        events.append((name, START + timedelta(days=day), payload))
    return events


TALKS = docket(
    (0, S.FILED, Turn.CHAMBER, "submit", {"filed_on": START.isoformat()}),
    (2, S.FORMAL_REVIEW, Turn.CHAMBER),
    (3, S.AWAITING_COMPLETION, Turn.CITIZEN),
    (10, S.FORMAL_REVIEW, Turn.CHAMBER),
    (11, S.MERIT_ADMISSIBILITY, Turn.CHAMBER),
    (12, S.AWAITING_AGENCY, Turn.CITY),
    (20, S.MERIT_ADMISSIBILITY, Turn.CHAMBER),
    (21, S.ADMITTED, Turn.CHAMBER),
    (22, S.INVITATION_PENDING, Turn.CITY),
    (30, S.MEDIATOR_ASSIGNMENT, Turn.CHAMBER),
    (40, S.IN_PROGRESS, Turn.CHAMBER),
)


def test_every_active_state_has_a_phase_but_the_question_to_an_agency_and_old_cases():
    assert set(ACTIVE) - set(PHASES) == {S.AWAITING_AGENCY, S.LEGACY_OPEN}
    assert set(PHASES.values()) == set(Phase)


def test_the_days_of_a_case_by_phase_and_by_whom_it_waited_for():
    found = measure(TALKS).until(START + timedelta(days=45))
    assert found.by_phase == {"admissibility": 21, "invitation": 9, "talks": 15}
    assert found.by_turn == {"chamber": 2 + 1 + 1 + 1 + 1 + 1 + 10 + 5, "citizen": 7, "city": 8 + 8}
    assert sum(found.by_turn.values()) == sum(found.by_phase.values()) == 45
    assert not found.resolved


def test_a_question_to_an_agency_belongs_to_the_phase_that_asked():
    asked = [*TALKS, *docket((50, S.AWAITING_AGENCY, Turn.CITY), (60, S.IN_PROGRESS, Turn.CHAMBER))]
    assert measure(asked).by_phase["talks"] == 30


def test_an_agreement_resolves_the_case_and_what_follows_is_compliance():
    story = [
        *TALKS,
        *docket(
            (50, S.AWAITING_SIGNATURES, Turn.CITIZEN),
            (55, S.IN_FORCE, Turn.CITY),
            (100, S.BREACHED, Turn.CITY),
            (110, S.DRAFTING_AGREEMENT, Turn.CHAMBER),
            (120, S.IN_FORCE, Turn.CITY),
            (150, S.CLOSED_FULFILLED, Turn.NOBODY),
        ),
    ]
    found = measure(story)
    assert (found.resolved_on, found.resolved_as) == (START + timedelta(days=55), "agreement")
    assert found.by_phase["compliance"] == 55 + 30
    assert sum(found.by_turn.values()) == 55


@pytest.mark.parametrize("state", [S.CLOSED_NO_AGREEMENT, S.CLOSED_WITHDRAWN, S.CLOSED_INADMISSIBLE, S.CLOSED_MOOT])
def test_another_end_resolves_the_case_as_what_it_is(state):
    found = measure([*TALKS, *docket((48, state, Turn.NOBODY))])
    assert (found.resolved_on, found.resolved_as) == (START + timedelta(days=48), state.value)
    assert (
        measure([*TALKS, *docket((48, state, Turn.NOBODY))]).until(START + timedelta(days=90)).by_phase
        == found.by_phase
    )


def test_an_end_that_is_set_aside_was_none():
    back = (49, S.IN_PROGRESS, Turn.CHAMBER, "set_aside")
    undone = [*TALKS, *docket((48, S.CLOSED_WITHDRAWN, Turn.NOBODY), back)]
    assert measure(undone).resolved_on is None
    clock = (48, S.CLOSED_WITHDRAWN, Turn.NOBODY, "deadline_expired")
    assert measure([*TALKS, *docket((48, S.CLOSED_WITHDRAWN, Turn.NOBODY), clock, back)]).resolved_on is None


def test_setting_aside_something_later_leaves_the_agreement_where_it_was():
    story = docket(
        (55, S.IN_FORCE, Turn.CITY),
        (100, S.BREACHED, Turn.CITY),
        (110, S.DRAFTING_AGREEMENT, Turn.CHAMBER),
        (111, S.BREACHED, Turn.CITY, "set_aside"),
    )
    assert measure([*TALKS, *story]).resolved_on == START + timedelta(days=55)


def test_an_old_case_is_resolved_on_the_day_its_sheet_says():
    changes = {"filed_on": "2019-01-10", "closed_on": "2019-05-02"}
    found = measure(docket((0, S.LEGACY_CLOSED, Turn.NOBODY, "register_legacy", changes)))
    assert (found.state, found.resolved, found.by_phase) == (S.LEGACY_CLOSED, False, {})
    sheet = CaseFacts(origin="legacy", filed_on=date(2019, 1, 10), closed_on=date(2019, 5, 2), outcome="settled")
    row = fact_row(S.LEGACY_CLOSED, sheet, found)
    assert (row.resolved_on, row.resolved_as) == (date(2019, 5, 2), "agreement")


def test_a_day_that_goes_back_takes_no_time_away():
    story = docket((5, S.FILED, Turn.CHAMBER), (3, S.FORMAL_REVIEW, Turn.CHAMBER), (9, S.ADMITTED, Turn.CHAMBER))
    assert sum(measure(story).by_phase.values()) == 4


@given(
    st.lists(
        st.tuples(st.integers(0, 20), st.sampled_from(ACTIVE), st.sampled_from([t for t in Turn if t != "nobody"])),
        min_size=1,
        max_size=20,
    )
)
def test_no_day_is_lost_or_counted_twice(steps):
    """The days by turn are the days from the first event to the resolution, or to the end where there is none."""
    day, events = 0, []
    for wait, state, turn in steps:
        day += wait
        events += docket((day, state, turn))
    found = measure(events)
    end = found.resolved_on or events[-1][1]
    assert sum(found.by_turn.values()) == (end - events[0][1]).days
    folded = Measures()
    for event in events:
        folded = advance(folded, *event)
    assert folded == found


def test_every_state_that_counts_as_agreed_comes_after_the_agreement_took_effect():
    assert {S.IN_FORCE, S.CLOSED_FULFILLED} <= AGREED
    assert not AGREED & {S.AWAITING_SIGNATURES, S.AWAITING_COURT_HOMOLOGATION, S.CLOSED_NO_AGREEMENT}
