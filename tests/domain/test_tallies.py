"""What a case adds to the sums: the same in every dimension, taken away without a rest, never more than one case."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cprac.domain.case_measures import Phase
from cprac.domain.fact_rows import FactRow
from cprac.domain.tallies import (
    NO_MONTH,
    Clock,
    Dimension,
    Tally,
    contributions,
    dimensions_of,
    month_of,
    series_of,
)
from tests.figure_rows import BEGIN, fact_rows

FILED = date(2026, 1, 10)


def tally(*rows, clock=Clock.FILED, sign=1):
    found = Tally()
    for row in rows:
        for name, _month, entries in contributions(row):
            if name is clock:
                found.add(entries, sign)
    return found


@given(fact_rows(), fact_rows())
def test_a_change_is_minus_what_was_and_plus_what_is(before, after):
    for clock in Clock:
        found = tally(before, clock=clock)
        for row, sign in ((before, -1), (after, 1)):
            found.merge(tally(row, clock=clock, sign=sign))
        expected = tally(after, clock=clock)
        assert {kind: found.days(kind) for kind in found.kinds if found.days(kind)} == {
            kind: expected.days(kind) for kind in expected.kinds if expected.days(kind)
        }


@given(fact_rows())
def test_a_case_is_filed_once_and_is_open_resolved_or_undated_exactly_once(row):
    found = tally(row)
    assert found.n("filed") == 1
    resolved = sum(found.counters("end").values())
    assert resolved == bool(row.resolved_as)
    timed = sum(found.ended().values()) + sum(found.still_open(FILED).values())
    assert timed + found.n("undated") == 1
    assert sum(found.ended_net().values()) == sum(found.ended().values())
    assert sum(found.still_open_net(FILED).values()) == sum(found.still_open(FILED).values())


@given(fact_rows())
def test_what_a_cohort_says_of_ends_a_period_says_too(row):
    ends = {"lawsuits_ended", "obligations", "obligations_on_time", "breached"}
    cohort, period = tally(row), tally(row, clock=Clock.RESOLVED)
    assert cohort.counters("end") == period.counters("end")
    assert {name: cohort.n(name) for name in ends} == {name: period.n(name) for name in ends}
    assert (cohort.money("paid"), cohort.ended()) == (period.money("paid"), period.ended())


@given(fact_rows(), st.integers(0, 800))
def test_an_open_case_is_as_old_as_the_days_since_its_filing(row, later):
    on = BEGIN + timedelta(later)
    ages = Counter(tally(row).still_open(on))
    if row.resolved_as or row.filed_on is None:
        assert not ages
    else:
        assert ages == {max(0, (on - row.filed_on).days): 1}


@given(fact_rows())
def test_each_row_is_in_the_whole_and_once_in_each_dimension_it_has_a_value_of(row):
    places = dimensions_of(row)
    assert places[0] == (Dimension.ALL, "")
    assert len({name for name, _value in places}) == len(places)
    assert (Dimension.MATTER in dict(places)) == bool(row.matter)
    assert (Dimension.CAUSE in dict(places)) == bool(row.matter and row.agency_id)


@given(fact_rows())
def test_old_cases_are_never_in_the_series_of_the_chamber(row):
    assert (series_of(row) == "native") == (row.origin == "native")


def test_days_in_a_phase_go_on_while_the_case_is_in_it():
    row = FactRow(filed_on=FILED, phase="talks", since=date(2026, 2, 1), in_talks=10, in_invitation=5, state="x")
    found = tally(row)
    assert found.in_phase(Phase.TALKS, date(2026, 2, 8)) == ({}, {17: 1})
    assert found.in_phase(Phase.INVITATION, date(2026, 2, 8)) == ({5: 1}, {})
    assert found.in_phase(Phase.SIGNING, date(2026, 2, 8)) == ({}, {})


def test_a_pause_stops_the_net_clock_and_only_that():
    paused = FactRow(filed_on=FILED, phase="paused", since=date(2026, 1, 20), in_paused=4, turn="court", state="x")
    found = tally(paused)
    on = date(2026, 3, 1)
    assert found.still_open(on) == {50: 1}
    assert found.still_open_net(on) == {6: 1}
    assert found.open_by_turn(on) == {"court": {50: 1}}


@pytest.mark.parametrize(
    "day, month",
    [(date(2026, 3, 17), 202603), (date(1999, 12, 31), 199912), (None, NO_MONTH)],
)
def test_the_month_of_a_day(day, month):
    assert month_of(day) == month
