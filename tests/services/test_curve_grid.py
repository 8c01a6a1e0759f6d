"""Many curves at once: the same estimates as one by one, on any cells, plateaus and empty ones included."""

from __future__ import annotations

import math
from datetime import date
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cprac.domain.survival import kaplan_meier
from cprac.domain.tallies import Dimension
from cprac.persistence.database import transaction
from cprac.persistence.models import StatCell
from cprac.persistence.queries_figures import flattened, packed
from cprac.services.curve_grid import Place, curve_grid, grid_of

TODAY = date(2026, 3, 16)
SHARES = (Fraction(1, 4), Fraction(1, 2), Fraction(3, 4))

HISTOGRAM = st.dictionaries(st.integers(0, 60), st.integers(1, 40), max_size=8)
CELL = st.dictionaries(st.sampled_from(["ended", "running"]), HISTOGRAM)


def parts_of(cells):
    """Cells as the database keeps them: open ones by the day of filing."""
    parts = []
    for place, cell in enumerate(cells):
        for kind, days in cell.items():
            kept = {TODAY.toordinal() - day: n for day, n in days.items()} if kind == "running" else days
            parts.append((f"m{place:03}", 202601, kind, packed(kept)))
    return parts


def one_by_one(cell):
    """What the domain says of one cell."""
    ended, censored = {}, {}
    for kind, days in cell.items():
        into = ended if kind == "ended" else censored
        for day, n in days.items():
            into[day] = into.get(day, 0) + n
    line = kaplan_meier(ended, censored)
    middle = line.quantile(Fraction(1, 2))
    quarter, median, three_quarters = (line.first_crossing(share) for share in SHARES)
    return Place(line.n, line.events, quarter, median, three_quarters, middle.lower, middle.upper)


@given(st.lists(CELL, max_size=12))
def test_many_curves_at_once_are_each_what_the_domain_says_of_it_alone(cells):
    found = grid_of(flattened(parts_of(cells)), TODAY).places()
    for place, cell in enumerate(cells):
        if cell:
            assert found[f"m{place:03}", 202601] == one_by_one(cell), cell
        else:
            assert (f"m{place:03}", 202601) not in found


def test_large_cells_are_what_the_domain_says_too():
    chance = np.random.default_rng(7)
    cells = []
    for size in (1, 2, 3, 10, 100, 5_000, 200_000):
        for shape in (0.6, 1.0, 2.5):
            took, seen = chance.weibull(shape, size) * 200, chance.uniform(0, 600, size)
            day = np.minimum(took, seen).astype(int)
            kinds = {}
            for kind, mine in (("ended", took <= seen), ("running", took > seen)):
                values, counts = np.unique(day[mine], return_counts=True)
                kinds[kind] = dict(zip(values.tolist(), counts.tolist(), strict=True))
            cells.append(kinds)
    found = grid_of(flattened(parts_of(cells)), TODAY).places()
    assert [*found.values()] == [one_by_one(cell) for cell in cells]


@pytest.mark.parametrize(
    "cell, quarter, median, three_quarters",
    [
        ({"ended": {1: 1, 2: 1, 6: 1, 7: 1}}, 1, 2, 6),
        ({"ended": {5: 1}, "running": {5: 1}}, 5, 5, None),
        ({"ended": {0: 3}}, 0, 0, 0),
        ({"running": {9: 4}}, None, None, None),
        ({"ended": {10: 3}, "running": {4: 1, 30: 6}}, 10, None, None),
    ],
)
def test_what_is_known_by_heart(cell, quarter, median, three_quarters):
    (place,) = grid_of(flattened(parts_of([cell])), TODAY).places().values()
    assert (place.quarter, place.median, place.three_quarters) == (quarter, median, three_quarters)


def test_a_case_filed_tomorrow_counts_as_filed_today():
    (place,) = grid_of(flattened(parts_of([{"running": {-3: 2}, "ended": {0: 2}}])), TODAY).places().values()
    assert (place.n, place.median) == (4, 0)


def test_cells_are_read_by_value_and_month_and_only_of_the_months_asked_for(app):
    def row(value, month, kind, days, **other):
        key = {"series": "native", "dimension": "matter", "clock": "filed"} | other
        return StatCell(value=value, month=month, kind=kind, body=packed(days), **key)

    opened = TODAY.toordinal()
    with app.app_context():
        with transaction() as session:
            session.add_all(
                [
                    row("road", 202601, "ended", {10: 3}),
                    row("road", 202601, "end:agreement", {9: 3}),
                    row("road", 202601, "running", {opened - 20: 1}),
                    row("road", 202602, "ended", {30: 3}),
                    row("road", 202603, "ended", {40: 3}),
                    row("road", 202601, "ended:so", {99: 9}),
                    row("road", 202601, "ended", {98: 9}, clock="resolved"),
                    row("road", 202601, "ended", {97: 9}, series="legacy:1"),
                    row("road", 202601, "ended", {96: 9}, dimension="cause"),
                    row("tree", 202601, "ended", {7: 5}),
                ]
            )
        found = curve_grid(("native",), Dimension.MATTER, TODAY, 202601, 202602).places()
        assert {key: (place.n, place.median) for key, place in found.items()} == {
            ("road", 202601): (4, 10),
            ("road", 202602): (3, 30),
            ("tree", 202601): (5, 7),
        }
        nothing = curve_grid(("native",), Dimension.AGENCY, TODAY)
        assert (nothing.keys, nothing.places()) == ((), {})


def test_where_nothing_is_reached_the_arrays_say_so():
    grid = grid_of(flattened(parts_of([{"running": {1: 2}}])), TODAY)
    assert all(math.isnan(day) for day in grid.days[:, 0])
