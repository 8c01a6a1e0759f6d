"""What counts as following the table, and the sums of the flow: added, taken away, read as medians."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from cprac.domain.acts import Act, Compartment
from cprac.domain.process_map import BEGINNING, Occurrence, ProcessMap, Why, judge, lawful_moves, quantile
from cprac.domain.states import CaseState
from cprac.domain.system_events import SystemEvent
from cprac.domain.transitions_table import TABLE

ALL = frozenset(name.lstrip("!") for row in TABLE for name in row.requires)
TODAY = date(2026, 3, 25)


def enough(row):
    """Switches under which *row* is there."""
    return frozenset(name for name in row.requires if not name.startswith("!"))


def test_every_row_of_the_table_conforms_in_each_of_its_roles():
    for row in TABLE:
        if row.act.compartment is not Compartment.DOCKET:
            continue
        undone = row.dest.value if row.act is Act.SET_ASIDE else ""
        for role in row.roles:
            what = Occurrence(row.act.value, role.value, row.source.value, row.dest.value, row.source.value, undone)
            assert judge(what, lambda _procedure, row=row: enough(row)) is None, what


STRANGE = (
    ("admit", "coordinator", "merit_admissibility", "admitted", "merit_admissibility", "", None),
    ("admit", "coordinator", "merit_admissibility", "admitted", "filed", "", Why.GAP),
    ("admit", "coordinator", "filed", "admitted", "filed", "", Why.NO_ROW),
    ("admit", "coordinator", "merit_admissibility", "in_force", "merit_admissibility", "", Why.NO_ROW),
    ("admit", "applicant", "merit_admissibility", "admitted", "merit_admissibility", "", Why.ROLE),
    ("bless", "coordinator", "merit_admissibility", "admitted", "merit_admissibility", "", Why.UNKNOWN),
    ("admit", "king", "merit_admissibility", "admitted", "merit_admissibility", "", Why.UNKNOWN),
    ("admit", "coordinator", "merit_admissibility", "heaven", "merit_admissibility", "", Why.UNKNOWN),
    ("set_aside", "coordinator", "admitted", "merit_admissibility", "admitted", "merit_admissibility", None),
    ("set_aside", "coordinator", "admitted", "merit_admissibility", "admitted", "under_review", Why.NOT_BACK),
    ("deadline_expired", "system", "admitted", "admitted", "admitted", "", None),
    ("deadline_expired", "system", "admitted", "in_force", "admitted", "", Why.CLOCK),
    ("deadline_recounted", "system", "filed", "filed", "admitted", "", Why.GAP),
    ("caucus", "mediator", "in_progress", "in_progress", "in_progress", "", Why.NO_ROW),  # never in a docket
    ("offer_directly", "coordinator", "admitted", "drafting_agreement", "admitted", "", Why.SWITCHED_OFF),
)


@pytest.mark.parametrize("act, role, source, dest, was, undone, why", STRANGE)
def test_what_the_table_does_not_have_says_why(act, role, source, dest, was, undone, why):
    assert judge(Occurrence(act, role, source, dest, was, undone), lambda _procedure: frozenset()) is why


def test_the_switches_are_those_of_the_procedure_the_case_was_filed_under():
    what = Occurrence("screen", "registry", "filed", "formal_review", "filed", "", "old")
    assert judge(what, {"old": frozenset({"formal_review"})}.__getitem__) is None
    assert judge(what, {"old": frozenset()}.__getitem__) is Why.SWITCHED_OFF


def test_every_reason_and_every_event_of_the_clock_is_known():
    assert {row[-1] for row in STRANGE if row[-1]} == set(Why)
    assert all(why.label for why in Why)
    assert {event.value for event in SystemEvent} == {row[0] for row in STRANGE if row[0].startswith("deadline_")}


QUANTILES = (
    ({}, 1, 2, None),
    ({0: 1}, 1, 2, 0),
    ({1: 1, 9: 1}, 1, 2, 1),
    ({1: 1, 9: 2}, 1, 2, 9),
    ({3: 9, 100: 1}, 9, 10, 3),
    ({3: 8, 100: 2}, 9, 10, 100),
)


@pytest.mark.parametrize("days, part, whole, expected", QUANTILES)
def test_a_quantile_is_the_first_day_by_which_so_many_had_come(days, part, whole, expected):
    assert quantile(days, part, whole) == expected


def a_map(n=1):
    found = ProcessMap()
    found.occurrences[Occurrence("submit", "applicant", "draft", "filed", BEGINNING)] = n
    found.occurrences[Occurrence("screen", "registry", "filed", "formal_review", "filed")] = n
    found.follows["submit", "screen"] = Counter({4: n})
    found.moves["draft", "filed", "submit"] = Counter({None: n})
    found.moves["filed", "formal_review", "screen"] = Counter({4: n})
    found.paths["filed>formal_review"] = n
    found.ends["formal_review", date(2026, 3, 15)] = n
    return found


def test_what_was_added_can_be_taken_away_and_leaves_nothing():
    one, three = a_map(), a_map(3)
    one.add(three)
    assert one == a_map(4)
    one.add(three, -1)
    assert one == a_map()
    one.add(a_map(), -1)
    assert one == ProcessMap()
    assert (one.cases, one.events, one.edges(), one.variants(5)) == (0, 0, (), ())
    assert one.stay("filed", TODAY) is None


def test_edges_are_moves_between_two_states_and_small_ones_can_be_left_out():
    found = a_map(2)
    found.moves["formal_review", "merit_admissibility", "pass_formal"] = Counter({2: 1})
    assert [(edge.source, edge.n, edge.median) for edge in found.edges()] == [
        ("draft", 2, None),
        ("filed", 2, 4),
        ("formal_review", 1, 2),
    ]
    assert [edge.n for edge in found.edges(at_least=2)] == [2, 2]
    assert found.variants(1) == ((("filed", "formal_review"), 2),)
    assert found.here("formal_review") == 2


def test_those_who_wait_count_in_how_long_a_state_lasts():
    found = ProcessMap()
    found.moves["filed", "formal_review", "screen"] = Counter({1: 1})
    found.ends["filed", date(2026, 2, 3)] = 2  # fifty days, and still there
    assert found.edges()[0].median == 1
    curve = found.stay("filed", TODAY)
    assert (curve.n, curve.events, curve.first_crossing()) == (3, 1, None)


def test_the_ways_of_the_rule_are_those_of_its_switches_without_setting_aside():
    moves = lawful_moves(frozenset({"formal_review"}))
    assert moves["filed", "formal_review"] == (Act.SCREEN,)
    assert ("filed", "merit_admissibility") not in moves
    assert ("admitted", "merit_admissibility") not in moves
    assert ("filed", "merit_admissibility") in lawful_moves(frozenset())
    assert all(CaseState(source) is not CaseState(dest) for source, dest in moves)
