"""Which source answers a question: cells, fact rows or events; where two could, they say the same."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cprac.domain.fact_rows import FactRow
from cprac.domain.states import CaseState
from cprac.domain.tallies import Dimension, series_of
from cprac.persistence.queries_figures import counted
from cprac.services.sums import Asked, Sums, of_rows, sums
from tests.figure_rows import fact_rows
from tests.services.test_random_histories import Life, world_of
from tests.worlds import NOW

TODAY, SEED = date(2026, 12, 31), 3
MONTHS = [date(2025, month, 1) for month in range(1, 13)] + [date(2026, 1, 1)]


def told(tally):
    """A tally without what is zero."""
    return {kind: tally.days(kind) for kind in tally.kinds if tally.days(kind)}


def everything(found):
    """All that may be asked of sums."""
    flow = {month: counts for month, counts in found.flow().items() if any(counts)}
    return {name: told(getattr(found, name)) for name in ("cohort", "period", "admitted", "stock")} | {"flow": flow}


@given(st.lists(fact_rows(), max_size=12), st.integers(0, 11), st.integers(0, 12), st.booleans(), st.booleans())
def test_whole_months_from_cells_are_the_same_from_rows(rows, first, length, begins, ends):
    one = [row for row in rows if series_of(row) == "native"]
    start = MONTHS[first] if begins else None
    last = MONTHS[min(first + length, 11) + 1] - timedelta(days=1) if ends else None
    asked = Asked(TODAY, start, last)
    assert everything(Sums(asked, counted(one))) == everything(of_rows(asked, tuple(one)))


@given(st.lists(fact_rows(legacy=True), max_size=12), st.booleans(), st.booleans())
def test_old_cases_without_a_date_are_in_no_bounded_span_from_either_source(rows, begins, ends):
    asked = Asked(TODAY, MONTHS[2] if begins else None, MONTHS[9] - timedelta(days=1) if ends else None, legacy=True)
    assert everything(Sums(asked, counted(rows))) == everything(of_rows(asked, tuple(rows)))


@given(st.lists(fact_rows(legacy=False), max_size=12), st.dates(MONTHS[0], MONTHS[6]), st.integers(0, 200))
def test_days_that_are_no_whole_months_are_those_of_the_rows_and_parts_sum_to_the_whole(rows, first, length):
    asked = Asked(TODAY, first, first + timedelta(days=length))
    found = of_rows(asked, tuple(rows))
    inside = [row for row in rows if asked.first <= row.filed_on <= asked.last]
    assert found.cohort.n("filed") == len(inside)
    ended = [row for row in rows if row.resolved_on and asked.first <= row.resolved_on <= asked.last]
    assert sum(found.period.counters("end").values()) == len(ended)
    parts = found.by(Dimension.MATTER)
    assert sum(part.cohort.n("filed") for part in parts.values()) == sum(bool(row.matter) for row in inside)


@pytest.mark.parametrize(
    "asked, whole",
    [
        (Asked(TODAY), True),
        (Asked(TODAY, date(2026, 1, 1), date(2026, 1, 31)), True),
        (Asked(TODAY, date(2026, 2, 1), date(2026, 2, 28)), True),
        (Asked(TODAY, date(2026, 1, 1), TODAY + timedelta(days=400)), True),
        (Asked(TODAY, date(2026, 1, 2)), False),
        (Asked(TODAY, None, date(2026, 1, 30)), False),
        (Asked(TODAY - timedelta(days=1)), False),
        (Asked(TODAY, legacy=True), True),
    ],
)
def test_the_cells_answer_for_whole_months_until_now_and_rows_for_everything_else(app, asked, whole):
    with app.app_context():
        assert sums(asked, TODAY).whole is whole


def test_what_the_register_said_on_a_day_is_what_it_says_later_as_of_that_day(app):
    """A copy of the sums is taken on some days of a life; then the life goes on, and the days are asked for again."""
    chance, world, said = random.Random(SEED), world_of(app), {}
    life = Life(world, Counter(), chance, CaseState.IN_PROGRESS)
    while world.chamber.day(life.now) <= world.chamber.day(NOW) + timedelta(days=90):
        life.time_passes_and_the_clock_sweeps(chance)
        life.the_case_goes_on(chance)
        on = world.chamber.day(life.now)
        if on > world.chamber.day(NOW):  # the other case of this world is there
            with app.app_context():
                said[on] = everything(sums(Asked(on), on))
    with app.app_context():
        last = max(said)
        assert len(said) > 3
        assert {on: everything(sums(Asked(on), last)) for on in said} == said
        unlike = {str(said[on]["cohort"]) for on in said}
        assert len(unlike) > 1, "nothing happened"


def test_an_empty_question_of_an_empty_chamber(app):
    with app.app_context():
        found = sums(Asked(TODAY, date(2026, 1, 1), TODAY), TODAY)
        assert everything(found) == {"cohort": {}, "period": {}, "admitted": {}, "stock": {}, "flow": {}}
        assert found.by(Dimension.AGENCY) == {}
    assert of_rows(Asked(TODAY), (FactRow(),)).cohort.n("filed") == 1
