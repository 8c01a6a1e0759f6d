"""Shares and rate ratios with their doubt, against an outside library and against the definition itself."""

import math

import pytest
from scipy.stats import beta, binomtest

from cprac.domain.rates import Change, clopper_pearson, rate_ratio, wilson

SHARES = [(0, 1), (1, 1), (0, 12), (12, 12), (1, 2), (5, 12), (7, 400), (399, 400), (20_000, 41_000), (3, 1_000_000)]


@pytest.mark.parametrize("part, whole", SHARES)
def test_both_intervals_are_those_of_an_outside_library(part, whole):
    test = binomtest(part, whole)
    for ours, method in ((clopper_pearson, "exact"), (wilson, "wilson")):
        theirs = test.proportion_ci(method=method)
        assert ours(part, whole) == pytest.approx((theirs.low, theirs.high), rel=1e-7, abs=1e-9)


def test_the_exact_interval_is_right_for_every_small_share():
    for whole in range(1, 31):
        for part in range(whole + 1):
            low, high = clopper_pearson(part, whole)
            assert low == pytest.approx(beta.ppf(0.025, part, whole - part + 1) if part else 0, abs=1e-11)
            assert high == pytest.approx(beta.ppf(0.975, part + 1, whole - part) if part < whole else 1, abs=1e-11)


@pytest.mark.parametrize("part, whole", [(-1, 3), (4, 3), (0, 0)])
def test_what_is_no_share_of_anything_is_refused(part, whole):
    for interval in (clopper_pearson, wilson):
        with pytest.raises(ValueError, match="não é uma parte"):
            interval(part, whole)


@pytest.mark.parametrize(
    "before, after, days, change",
    [
        (40, 15, (365, 365), Change.FEWER),
        (15, 40, (365, 365), Change.MORE),
        (40, 35, (365, 365), Change.UNCLEAR),
        (40, 10, (365, 91), Change.UNCLEAR),  # a quarter of the days, a quarter of the filings
        (3, 0, (365, 365), Change.UNCLEAR),
        (0, 9, (365, 365), Change.MORE),
        (9, 0, (365, 365), Change.FEWER),
    ],
)
def test_a_change_is_told_only_where_the_interval_leaves_one_out(before, after, days, change):
    found = rate_ratio(before, after, *days)
    assert found.change is change
    assert found.low <= found.ratio <= found.high


def test_the_ratio_of_equal_days_is_the_plain_ratio_and_turns_round():
    there, back = rate_ratio(40, 20, 300, 300), rate_ratio(20, 40, 300, 300)
    assert there.ratio == pytest.approx(0.5)
    assert (1 / back.high, 1 / back.low) == pytest.approx((there.low, there.high))
    assert rate_ratio(0, 4, 30, 30).high == math.inf


def test_where_nothing_happened_nothing_is_said():
    assert rate_ratio(0, 0, 365, 10) is None
    with pytest.raises(ValueError, match="dias"):
        rate_ratio(1, 1, 365, 0)
