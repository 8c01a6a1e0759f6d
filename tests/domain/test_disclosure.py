"""Disclosure control: small tables by hand, random registers, and a reader with an integer solver who knows it all."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cprac.domain import disclosure as d
from cprac.domain.open_tables import POOLED, from_bytes, neutral, to_bytes
from cprac.domain.regulation_parts import StatisticsRules
from cprac.domain.release_base import Ending
from cprac.domain.release_content import DisclosureError
from cprac.domain.release_corrections import TABLE_OF, look
from cprac.domain.release_curve import CURVE_STEPS, curve_rows
from cprac.domain.survival import kaplan_meier
from tests.domain.release_solver import Reader, extracts_of
from tests.domain.release_world import MATTERS, RULES, history_of, period, random_rows, release_of

# --- one table --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "counts, public, named",
    [
        ({"a": 20, "b": 7, "c": 3, "d": 2}, {}, "ab"),  # the small ones together are enough
        ({"a": 20, "b": 7, "c": 3, "d": 1}, {}, "a"),  # 4 are too few: the smallest named one joins them
        ({"a": 20, "b": 7, "c": 0, "d": 0}, {}, "abcd"),  # nothing in the pool: the zeros are told
        ({"a": 20, "b": 7, "c": 5}, {}, "abc"),
        ({"a": 20, "b": 7, "c": 4}, {}, "a"),  # a pool of one would be that one
        ({"a": 4, "b": 4}, {}, ""),  # the total alone
        ({"a": 4}, {}, None),  # not even the total
        ({}, {}, None),
        ({"a": 0, "b": 0}, {}, None),  # that there were none, or few: both are not told
        ({"a": 20, "b": 7, "c": 3, "d": 3}, {"c": 2}, "a"),  # of the pool's six only four are not public
        ({"a": 20, "b": 7, "c": 3, "d": 3}, {"c": 3, "d": 3}, "ab"),  # all of the pool is public
        ({"a": 9, "b": 3}, {"a": 9}, None),  # three that nobody knows of: the total would tell them
        ({"a": 9, "b": 3}, {"a": 7}, ""),
    ],
)
def test_what_a_table_names_by_its_own_numbers(counts, public, named):
    cut = d.first_cut(counts, public, (), RULES)
    assert named == (cut if cut is None else "".join(sorted(cut.named)))


def test_a_sensitive_category_is_named_from_ten_and_its_pool_has_ten():
    counts = {"taxes": 30, "works": 8, "land": 5, "health": 9}
    assert d.first_cut(counts, {}, (), RULES).named == set(counts)
    assert d.first_cut(counts, {}, ("health",), RULES).named == {"taxes", "works"}
    assert d.first_cut(counts | {"health": 10}, {}, ("health",), RULES).named == set(counts)


@pytest.mark.parametrize("stock, told", [(0, 0), (9, 0), (10, 10), (27, 20), (100, 100)])
def test_stocks_are_rounded_down(stock, told):
    assert d.rounded(stock) == told


@pytest.mark.parametrize(
    "values, public, told",
    [
        ([10, 10, 10, 10, 10], [], True),
        ([10, 10, 10, 10], [], False),  # four
        ([161, 10, 10, 10, 10], [], False),  # 80.1 % of the sum
        ([160, 10, 10, 10, 10], [], True),
        ([0, 0, 0, 0, 0], [], True),
        ([10] * 6, [10] * 5, False),  # one is left once the extracts are taken away
        ([10] * 10, [10] * 5, True),
        ([10] * 9 + [400], [10] * 5, False),
        ([10] * 9 + [200], [10] * 5, False),  # 69 % of all, 83 % of what is not public
        ([10] * 6, [10] * 6, True),
    ],
)
def test_a_sum_is_told_where_no_case_dominates_it(values, public, told):
    assert d.sum_tellable(values, public, RULES) is told


@pytest.mark.parametrize(
    "text, opened",
    [
        ("=1+1", "'=1+1"), ("+55 31", "'+55 31"), ("-2", "'-2"), ("@SUM(A1)", "'@SUM(A1)"), ("\t=1", "' =1"),
        ("\rx", "' x"), ("\uff1d1", "'\uff1d1"), ("\uff0b1", "'\uff0b1"), ("\uff0d1", "'\uff0d1"),
        ("\uff20x", "'\uff20x"), ("\ufe661", "'\ufe661"), (" =1", "' =1"),
        ("\u200b=1", "'=1"), ("\u00a0=1", "' =1"), ("|calc", "'|calc"), ("Tributos", "Tributos"), ("a=b", "a=b"),
        ("duas\nlinhas", "duas linhas"), ("", ""), (-5, -5), (None, None), ("não mostrado", "não mostrado"),
    ],
)  # fmt: skip
def test_no_text_opens_as_a_formula(text, opened):
    assert neutral(text) == opened
    assert neutral(neutral(text)) == opened


@given(st.text())
def test_a_neutral_text_stays_neutral_and_starts_no_formula(text):
    safe = neutral(text)
    assert neutral(safe) == safe
    assert safe.lstrip()[:1] not in set("=+-@|%＝＋－＠")
    assert not set(safe) & set("\t\r\n\0")


# --- other worlds -----------------------------------------------------------------------------------------------------


def test_a_category_named_elsewhere_cannot_hide_in_a_pool():
    """Filed: a 6 and b 1 pooled as 7. If the endings then named a 6, b 1 would be found."""
    patterns = {d.Pattern(("filed", "ended"), "a"): 6, d.Pattern(("filed",), "b"): 1}
    proof = d.settle(patterns, {}, {"filed": d.Cut(frozenset(), frozenset("ab")), "ended": d.Cut(frozenset("a"))})
    assert proof.cuts["ended"] is None
    assert proof.narrowest >= d.WIDTH


def test_a_later_table_never_opens_an_earlier_one():
    patterns = {d.Pattern(("filed@1", "ended@2"), "a"): 6, d.Pattern(("filed@1",), "b"): 1}
    past = {"filed@1": d.Cut(frozenset(), frozenset("ab"))}
    proof = d.settle(patterns, past, {"ended@2": d.Cut(frozenset("a"), frozenset())})
    assert proof.cuts["ended@2"] is None
    assert {cell[0] for cell in proof.rooms} == {"filed@1"}


def test_open_cases_of_other_categories_give_room():
    patterns = {
        d.Pattern(("filed",), "a"): 20, d.Pattern(("filed",), "b"): 20, d.Pattern(("filed", "ended"), "a"): 3,
        d.Pattern(("filed", "ended"), "b"): 3,
    }  # fmt: skip
    cuts = {"filed": d.Cut(frozenset("ab")), "ended": d.Cut(frozenset(), frozenset("ab"))}
    assert d.settle(patterns, {}, cuts).cuts == cuts


def test_a_zero_that_a_reader_would_find_is_told():
    """Nothing about c was ever filed, and the filings say so: the endings need not hide it."""
    patterns = {d.Pattern(("filed",), name): 20 for name in "ab"} | {d.Pattern(("filed", "ended"), n): 3 for n in "ab"}
    cuts = {"filed": d.Cut(frozenset("abc")), "ended": d.Cut(frozenset(), frozenset("abc"))}
    proof = d.settle(patterns, {}, cuts)
    assert proof.cuts["ended"] == d.Cut(frozenset("c"), frozenset("ab"))


# --- corrections ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "new, named",
    [
        ({"a": 20, "b": 12, "c": 3, "d": 3}, "ab"),  # nothing changed
        ({"a": 25, "b": 12, "c": 3, "d": 3}, "ab"),  # by five
        ({"a": 21, "b": 12, "c": 3, "d": 3}, None),  # by one: so the total; the table stays as it was
        ({"a": 26, "b": 11, "c": 3, "d": 3}, "a"),  # b by one: pooled, and the pool with it by one less: a too
        ({"a": 21, "b": 11, "c": 3, "d": 3}, ""),  # one moved over
    ],
)
def test_a_correction_tells_no_small_change(new, named):
    old = d.Cut(frozenset("ab"), frozenset("cd"))
    cut = d.corrected_cut(old, {"a": 20, "b": 12}, 6, d.Cut(frozenset("ab"), frozenset("cd")), new)
    if named == "a":  # the pool with b changed by one: told only with a
        assert cut == d.Cut(frozenset(), frozenset("abcd"))
    else:
        assert (cut and "".join(sorted(cut.named))) == named


def corrected(rows, chance):
    """The register with some things found out late: a few filings more, a few endings, a few other matters."""
    changed = list(rows)
    for _time in range(chance.choice((1, 3, 8, 30))):
        place = chance.randrange(len(changed))
        what = chance.randrange(3)
        if what == 0:
            changed.append(replace(changed[place]))
        elif what == 1:
            changed[place] = replace(changed[place], matter=chance.choice(MATTERS))
        else:
            changed.pop(place)
            if not changed:
                return rows
    return changed


def check_corrections(seed, n, quarters):
    """A random register released, then corrected again and again: every version passes the look and differs enough."""
    chance = random.Random(seed)
    rows = random_rows(seed, n, quarters, published=chance.choice((0, 0.5, 1)))
    released = history_of(rows, quarters)
    for _time in range(min(len(released), 3)):
        rows = corrected(rows, chance)
        newest = {item.period: item for item in released}
        before = newest[chance.choice(sorted(newest))]
        span = replace(
            period(0), id=before.period, first=before.first, last=before.last, revision=before.revision + 1
        )  # fmt: skip
        made = release_of(rows, span, released, reason="achado depois")
        assert look(made, RULES, before) == []
        for change in made.changes:
            if change["column"] == "n" and None not in (change["before"], change["after"]) and change["key"] != POOLED:
                assert abs(change["before"] - change["after"]) >= d.WIDTH
        for cell in ("open", "open_180", "open_365"):
            pair = [next(row[2] for row in one.table("backlog").rows if row[0] == cell) for one in (before, made)]
            assert (pair[1] - pair[0]) % d.STEP == 0
        released.append(made)


@given(st.integers(0, 10**9), st.integers(5, 600), st.integers(1, 4))
@settings(max_examples=10)
def test_corrections_tell_no_small_change(seed, n, quarters):
    check_corrections(seed, n, quarters)


# --- whole histories --------------------------------------------------------------------------------------------------


@given(st.integers(0, 10**9), st.integers(0, 2000), st.integers(1, 6))
@settings(max_examples=10)
def test_parts_are_the_whole_and_no_count_is_small(seed, n, quarters):
    rows = random_rows(seed, n, quarters)
    for release in history_of(rows, quarters):
        assert look(release, RULES) == []
        inside = [row for row in rows if release.first <= row.filed_on <= release.last]
        told = {row[0]: row[2] for row in release.table("totals").rows}
        assert told["filed"] == len(inside)
        truth = Counter(row.matter for row in inside)
        shown = {row[0]: row[2] for row in release.table("filed_by_matter").rows}
        assert all(truth[name] == n for name, n in shown.items() if name != POOLED)
        assert from_bytes(to_bytes(release)) == release
        assert all(attack["found"] == 0 for attack in release.anonymisation_report["attacks"])


def test_the_order_of_the_cases_changes_no_byte():
    rows = random_rows(7, 500, 3)
    mixed = random.Random(1).sample(rows, len(rows))
    assert [to_bytes(one) for one in history_of(rows, 3)] == [to_bytes(one) for one in history_of(mixed, 3)]


def read(seed):
    """A random history as a reader with a solver sees it."""
    chance = random.Random(seed)
    quarters = chance.randint(1, 4)
    rows = random_rows(
        seed, int(10 ** chance.uniform(0.7, 3.3)), quarters, published=chance.choice((0, 0, 0.3, 0.7, 1))
    )
    released = history_of(rows, quarters)
    return Reader(released, MATTERS, extracts_of(rows, released))


@pytest.mark.parametrize("seed", [1, 4, 6, 14, 22])
def test_a_solver_narrows_no_pooled_cell(seed):
    reader = read(seed)
    assert reader.cells
    assert reader.narrow(d.WIDTH) == []


def test_the_solver_would_find_a_small_cell():
    """The test of the test: the same register with a rule that pools nothing but what is under two."""
    rows = random_rows(3, 90, 2, published=0)
    loose = StatisticsRules(min_cell=2, min_cell_sensitive=2)
    released = []
    for number in range(2):
        made = d.WIDTH, d.settle
        try:
            d.WIDTH = 1
            released.append(release_of(rows, period(number), released, rules=loose))
        finally:
            d.WIDTH = made[0]
    assert Reader(released, MATTERS, {}).narrow(5) != []


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(1000, 1400))
def test_a_solver_narrows_no_pooled_cell_in_a_long_campaign(seed):
    assert read(seed).narrow(d.WIDTH) == []


def busy(seed):
    """A chamber of 60 to 300 cases a quarter, for some quarters: its rows and its releases."""
    chance = random.Random(seed)
    quarters = chance.randint(1, 4)
    n, published = quarters * chance.randint(60, 300), chance.choice((0, 0.3, 0.7, 1))
    rows = random_rows(seed, n, quarters, published=published)
    return rows, history_of(rows, quarters)


@pytest.mark.parametrize("seed", range(5000, 5003))
def test_a_busy_chamber_says_which_conflicts_come_most(seed):
    rows, released = busy(seed)
    assert released
    for release in released:
        filed = Counter(row.matter for row in rows if release.first <= row.filed_on <= release.last)
        told = {row[0]: row[2] for row in release.table("filed_by_matter").rows}
        assert told[filed.most_common(1)[0][0]] == filed.most_common(1)[0][1]
        pooled = {row[1] for row in release.table("pooled").rows if row[0] == "filed_by_matter"}
        assert told.get(POOLED, 0) == sum(filed[name] for name in pooled)
        assert pooled | set(told) - {POOLED} == set(MATTERS)
        assert not pooled & set(told)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(5000, 5040))
def test_a_solver_narrows_no_pooled_cell_of_a_busy_chamber(seed):
    rows, released = busy(seed)
    assert Reader(released, MATTERS, extracts_of(rows, released)).narrow(d.WIDTH) == []


@pytest.mark.parametrize(
    "directions, told",
    [
        (["city_pays"] * 20 + ["city_receives"] * 2, 22),
        (["city_pays"] * 20 + ["none"] * 2, 20),
        (["city_pays"] * 3 + ["city_receives"] * 6 + ["none"] * 1, 9),
        (["city_pays"] * 3 + ["city_receives"] * 2 + ["none"] * 4, None),  # that five pay would leave four
        (["city_pays"] * 4 + ["none"] * 9, None),
    ],
)
def test_pooled_directions_have_one_sum_where_it_narrows_none_of_them_and_none_in_a_correction(directions, told):
    day = period(0).first
    row = replace(random_rows(1, 1, 1)[0], matter="works", filed_on=day, admitted_on=day)
    ends = {"resolved_on": day + timedelta(days=40), "ending": "agreement", "published_on": None}
    rows = [replace(row, direction=way, value=0 if way == "none" else 100, **ends) for way in directions]
    rows += [replace(row, resolved_on=None, ending="", direction="none", value=0, published_on=None)] * 20
    first = release_of(rows, period(0), [])
    shown = {line[0]: line[3] for line in first.table("agreements_value_by_direction").rows}
    assert shown[POOLED] == (told and told * 100)
    again = release_of([*rows, *[replace(rows[0], value=100_00)] * 6], period(0, 1), [first], reason="achados depois")
    assert {line[0]: line[3] for line in again.table("agreements_value_by_direction").rows}[POOLED] is None


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(400))
def test_corrections_tell_no_small_change_in_a_long_campaign(seed):
    check_corrections(seed, random.Random(seed).randint(5, 2000), 6)


# --- one case more ----------------------------------------------------------------------------------------------------


@given(st.integers(0, 10**9), st.integers(10, 400))
@settings(max_examples=15)
def test_one_case_more_tells_nothing_that_pins_it(seed, n):
    """Two registers that differ by one case: what the second may tell beside the first is nothing of that case."""
    rows = random_rows(seed, n, 1)
    first = release_of(rows, period(0), [])
    if first is None:
        return
    late = replace(rows[random.Random(seed).randrange(n)], filed_on=period(0).first + timedelta(days=1))
    try:
        second = release_of([*rows, late], replace(period(0), revision=1), [first], reason="entrou depois")
    except DisclosureError as error:  # pragma: no cover  (the message is the finding)
        pytest.fail(str(error))
    for name in TABLE_OF.values():
        assert second.table(name).rows == first.table(name).rows or all(
            row[0] == POOLED
            or row[0] not in {was[0] for was in first.table(name).rows}
            or row in first.table(name).rows
            for row in second.table(name).rows
        )
        whole = [sum(row[2] for row in one.table(name).rows) for one in (first, second)]
        assert not d.small_change(*whole) or not all(whole)


# --- times ------------------------------------------------------------------------------------------------------------


def test_quartiles_are_told_from_ten_cases_and_are_days_of_the_cases():
    rows = [row for row in random_rows(5, 300, 1) if row.ending]
    few = release_of(rows[:40], period(0), [])
    many = release_of(rows, period(0), [])
    for release in (few, many):
        for row in release.table("durations").rows:
            assert (row[3] is None) == (row[2] < 10)
            assert row[3] is None or row[3] <= row[4] <= row[5]


@given(st.integers(0, 10**6), st.integers(1, 3000))
@settings(max_examples=40)
def test_each_step_of_the_curve_stands_for_five_cases(seed, n):
    chance = random.Random(seed)
    days = [int(chance.expovariate(1 / 120)) for _case in range(n)]
    ended, still = Counter(x for x in days if x % 3), Counter(x for x in days if not x % 3)
    curve = kaplan_meier(ended, still)
    rows = curve_rows(curve)
    steps = {
        b - a for a, b in zip([0, *sorted({row[1] for row in rows})], sorted({row[1] for row in rows}), strict=False)
    }
    assert all(any(step % grain == 0 for grain in CURVE_STEPS) for step in steps)
    for day, told, low, high, risk in rows:
        assert risk % d.STEP == 0 < risk <= curve.risk_at(day)
        assert abs(told - 100 * curve.at(day)) <= CURVE_STEPS[-1] / 2
        assert low is None or low <= told <= high


def test_an_agreement_that_all_extracts_tell_hides_nothing_and_the_rest_is_told():
    rows = random_rows(11, 400, 1, published=1)
    release = release_of(rows, period(0), [])
    told = dict(row[::2] for row in release.table("resolved_by_outcome").rows)
    assert told[Ending.AGREEMENT.value] == sum(
        row.ending == "agreement" and period(0).holds(row.resolved_on) for row in rows
    )
