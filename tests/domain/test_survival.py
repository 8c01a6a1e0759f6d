"""Durations with open cases counted: against exact fractions walked case by case, and what is known by heart."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cprac.domain.survival import (
    Interval,
    SurvivalError,
    aalen_johansen,
    chi_square_tail,
    histogram,
    kaplan_meier,
    log_rank,
)

HALF = Fraction(1, 2)
CASES = st.lists(st.tuples(st.integers(0, 30), st.booleans()), min_size=1, max_size=40)
OUTCOMES = st.lists(st.tuples(st.integers(0, 20), st.sampled_from("0ABC")), min_size=1, max_size=40)


def curve_of(cases):
    return kaplan_meier(
        histogram(day for day, ended in cases if ended), histogram(day for day, ended in cases if not ended)
    )


def exact_survival(cases, day):
    """S(day) as the textbook has it: over each day with an end, one minus ends over those still there."""
    share = Fraction(1)
    for moment in sorted({time for time, ended in cases if ended and time <= day}):
        there = sum(time >= moment for time, _ended in cases)
        share *= 1 - Fraction(sum(time == moment and ended for time, ended in cases), there)
    return share


# --- the curve --------------------------------------------------------------------------------------------------------


@given(CASES)
def test_the_curve_is_the_textbook_product_on_every_day(cases):
    curve = curve_of(cases)
    for day in range(-1, 33):
        assert curve.at(day) == pytest.approx(float(exact_survival(cases, day)), abs=1e-12)
        assert curve.risk_at(day) == sum(time >= day for time, _ended in cases)


@given(CASES)
def test_the_curve_comes_down_only_and_its_limits_hold_it(cases):
    curve = curve_of(cases)
    assert all(later <= earlier for earlier, later in pairwise((1.0, *curve.survival)))
    for day in curve.times:
        for kind in Interval:
            low, high = curve.limits(day, kind)
            if low is not None:
                assert 0 <= low <= curve.at(day) + 1e-12
                assert curve.at(day) - 1e-12 <= high <= 1


@given(CASES, st.sampled_from([Fraction(1, 4), HALF, Fraction(3, 4), Fraction(9, 10)]))
def test_the_quantile_on_pages_is_the_first_day_that_reaches_the_share_compared_exactly(cases, share):
    reached = [day for day in range(31) if exact_survival(cases, day) <= 1 - share]
    assert curve_of(cases).first_crossing(share) == (reached[0] if reached else None)


@given(CASES)
def test_without_open_cases_the_restricted_mean_is_the_mean_and_the_curve_the_share_that_is_left(cases):
    days = [day for day, _ended in cases]
    curve = kaplan_meier(histogram(days))
    whole = curve.restricted_mean(max(days))
    assert whole.value == pytest.approx(sum(days) / len(days))
    for day in range(31):
        assert curve.at(day) == pytest.approx(sum(each > day for each in days) / len(days))


@given(CASES, st.integers(1, 40))
def test_the_restricted_mean_is_the_area_under_the_curve(cases, until):
    area = sum(exact_survival(cases, day) for day in range(until))
    assert curve_of(cases).restricted_mean(until).value == pytest.approx(float(area))


@given(CASES)
def test_greenwood_without_open_cases_is_the_binomial_error(cases):
    days = [day for day, _ended in cases]
    curve = kaplan_meier(histogram(days))
    for day in curve.times[:-1]:
        share = curve.at(day)
        assert curve.standard_error(day) == pytest.approx(math.sqrt(share * (1 - share) / len(days)))


def test_the_same_cases_a_hundred_times_give_the_same_curve_and_a_tenth_of_the_error():
    once = kaplan_meier({3: 2, 8: 1}, {5: 1, 9: 2})
    often = kaplan_meier({3: 200, 8: 100}, {5: 100, 9: 200})
    assert often.survival == pytest.approx(once.survival)
    assert often.standard_error(8) == pytest.approx(once.standard_error(8) / 10)


# --- plateaus, nothing reached, nothing left --------------------------------------------------------------------------


def test_a_plateau_at_exactly_one_half_is_reached_on_its_first_day_and_its_middle_is_what_r_prints():
    curve = kaplan_meier({1: 1, 2: 1, 6: 1, 7: 1})
    assert curve.first_crossing() == 2
    assert curve.quantile(HALF).value == 4


def test_a_third_three_times_is_one_half_exactly_whatever_floats_say():
    """(2/3)(3/4) is a half; in floats a hair more or less."""
    for scale in (1, 3, 7, 49, 1001):
        curve = kaplan_meier({10: scale, 20: scale}, {10: scale // 7, 30: 2 * scale - scale // 7})
        exact = Fraction(1)
        for risk, ended in zip(curve.at_risk, curve.ended, strict=True):
            exact *= 1 - Fraction(ended, risk)
        assert (curve.first_crossing() is not None) == (exact <= HALF)


def test_a_last_plateau_on_the_level_runs_to_the_last_case_seen():
    curve = kaplan_meier({4: 2}, {10: 2})
    assert curve.first_crossing() == 4
    assert curve.quantile(HALF).value == 7


def test_a_median_not_reached_is_not_a_number():
    curve = kaplan_meier({5: 1}, {9: 9})
    assert curve.first_crossing() is None
    assert curve.quantile(HALF).value is None
    assert curve.quantile(HALF).upper is None


def test_when_every_case_is_open_nothing_is_known_but_that_they_wait():
    curve = kaplan_meier({}, {3: 2, 40: 1})
    assert (curve.events, curve.n, curve.max_time, curve.at(40)) == (0, 3, 40, 1.0)
    assert curve.first_crossing() is None
    assert (curve.standard_error(40), curve.limits(40)) == (0.0, (1.0, 1.0))
    assert curve.restricted_mean(40).value == 40


def test_once_nobody_is_left_no_error_is_claimed():
    curve = kaplan_meier({2: 1, 5: 1})
    assert curve.at(5) == 0
    assert curve.standard_error(5) is None
    assert curve.limits(5) == (None, None)


def test_without_cases_there_is_nothing_to_say():
    curve = kaplan_meier({})
    assert (curve.n, curve.max_time, curve.first_crossing(), curve.quantile().value) == (0, None, None, None)


@pytest.mark.parametrize("day", [-1, math.nan, math.inf])
def test_an_impossible_duration_is_refused(day):
    with pytest.raises(SurvivalError, match="duração"):
        histogram([3, day])


# --- left truncation --------------------------------------------------------------------------------------------------


@given(st.lists(st.tuples(st.integers(0, 15), st.integers(1, 15), st.booleans()), min_size=1, max_size=30))
def test_a_case_that_comes_into_sight_late_is_at_risk_only_from_then_on(cases):
    spans = [(start, start + length, ended) for start, length, ended in cases]
    curve = kaplan_meier(
        histogram(exit_ for _start, exit_, ended in spans if ended),
        histogram(exit_ for _start, exit_, ended in spans if not ended),
        histogram(start for start, _exit, _ended in spans),
    )
    share = 1.0
    for day in range(32):
        there = sum(start < day <= exit_ for start, exit_, _ended in spans)
        ends = sum(exit_ == day and ended for _start, exit_, ended in spans)
        if ends:
            share *= 1 - ends / there
        assert curve.at(day) == pytest.approx(share)
        assert curve.risk_at(day) == there


def test_more_leaving_than_were_there_is_refused():
    with pytest.raises(SurvivalError, match="à vista"):
        kaplan_meier({3: 1}, {}, {5: 1})
    with pytest.raises(SurvivalError, match="entraram 1 casos e saíram 2"):
        kaplan_meier({3: 2}, {}, {1: 1})


# --- competing outcomes -----------------------------------------------------------------------------------------------


@given(OUTCOMES)
def test_outcomes_and_open_cases_sum_to_the_whole(cases):
    causes = {name: histogram(day for day, outcome in cases if outcome == name) for name in "ABC"}
    censored = histogram(day for day, outcome in cases if outcome == "0")
    days = range(22)
    found = aalen_johansen(causes, censored, list(days))
    curve = curve_of([(day, outcome != "0") for day, outcome in cases])
    for place, day in enumerate(days):
        total = sum(found[name][place].value for name in "ABC")
        assert total + curve.at(day) == pytest.approx(1)


@given(OUTCOMES)
def test_one_outcome_alone_is_one_minus_the_curve_with_its_error(cases):
    ended = histogram(day for day, outcome in cases if outcome != "0")
    censored = histogram(day for day, outcome in cases if outcome == "0")
    curve = kaplan_meier(ended, censored)
    for each in aalen_johansen({"end": ended}, censored, list(range(20)))["end"]:
        assert each.value == pytest.approx(1 - curve.at(each.day))
        if (error := curve.standard_error(each.day)) is not None:
            assert each.se == pytest.approx(error, abs=1e-6)


@given(OUTCOMES)
def test_without_open_cases_an_incidence_is_the_share_and_its_error_binomial(cases):
    names = [(day, outcome if outcome != "0" else "A") for day, outcome in cases]
    causes = {name: histogram(day for day, outcome in names if outcome == name) for name in "ABC"}
    for name, points in aalen_johansen(causes, {}, [5, 20]).items():
        for each in points:
            share = sum(day <= each.day and outcome == name for day, outcome in names) / len(names)
            assert each.value == pytest.approx(share)
            assert each.se == pytest.approx(math.sqrt(share * (1 - share) / len(names)), abs=1e-6)


def test_before_the_first_end_an_incidence_is_zero_and_has_no_interval():
    (point,) = aalen_johansen({"A": {9: 1}}, {12: 1}, [3])["A"]
    assert (point.value, point.se, point.lower, point.upper) == (0.0, 0.0, None, None)


# --- groups -----------------------------------------------------------------------------------------------------------


@given(CASES, CASES)
def test_the_test_of_two_groups_is_the_square_of_a_standardised_difference(first, second):
    found = log_rank([curve_of(first), curve_of(second)])
    observed, variance = 0.0, 0.0
    for day in sorted({time for time, ended in first + second if ended}):
        mine, others = (sum(time >= day for time, _ended in group) for group in (first, second))
        ends = sum(time == day and ended for time, ended in first + second)
        risk = mine + others
        observed += sum(time == day and ended for time, ended in first) - ends * mine / risk
        if risk > 1:
            variance += mine / risk * (1 - mine / risk) * (risk - ends) / (risk - 1) * ends
    assert sum(found.observed) == pytest.approx(sum(found.expected))
    if variance > 1e-9 and found.degrees:
        assert found.chi_square == pytest.approx(observed**2 / variance, rel=1e-6, abs=1e-9)
        assert found.p == pytest.approx(math.erfc(math.sqrt(found.chi_square / 2)), abs=1e-12)


@given(CASES, CASES, CASES)
def test_the_order_of_groups_does_not_matter(first, second, third):
    curves = [curve_of(group) for group in (first, second, third)]
    one, other = log_rank(curves), log_rank(curves[::-1])
    assert one.chi_square == pytest.approx(other.chi_square, rel=1e-6, abs=1e-6)
    assert one.observed == other.observed[::-1]


def test_a_group_compared_with_itself_does_not_differ():
    curve = kaplan_meier({3: 5, 9: 4}, {12: 6})
    found = log_rank([curve, curve])
    assert (round(found.chi_square, 12), round(found.p, 12)) == (0, 1)


def test_groups_without_ends_and_single_groups_cannot_differ():
    idle = kaplan_meier({}, {4: 3})
    assert log_rank([idle, idle]).p == 1
    with pytest.raises(SurvivalError, match="dois grupos"):
        log_rank([idle])


@pytest.mark.parametrize(
    "degrees, five_percent", [(1, 3.841459), (2, 5.991465), (3, 7.814728), (4, 9.487729), (9, 16.918978)]
)
def test_the_tail_of_chi_square_is_the_printed_table(degrees, five_percent):
    assert chi_square_tail(five_percent, degrees) == pytest.approx(0.05, abs=1e-6)
    assert chi_square_tail(0, degrees) == 1
