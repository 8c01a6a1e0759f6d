"""Every number counted twice: by the program, and by an implementation that shares not a line with it."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from datetime import timedelta
from fractions import Fraction

import pytest
from sqlalchemy import select

from cprac.domain.case_measures import Phase, measure
from cprac.domain.fact_rows import fact_row
from cprac.domain.facts import CaseFacts, from_plain
from cprac.domain.history import fold
from cprac.domain.states import CaseState
from cprac.domain.survival import kaplan_meier
from cprac.domain.tallies import Clock
from cprac.persistence.database import db
from cprac.persistence.models import EventRow
from cprac.services import day_cells
from cprac.services.sums import Asked, of_rows, sums
from tests import second_counting
from tests.random_lives import ends_met, lives, random_world
from tests.services.test_random_histories import Life, world_of
from tests.worlds import NOW

AGREED = ("city_pays", "city_receives", "none")


def row_of(events):
    """The fact row of a docket, as the program makes it."""
    folded = fold((version, payload) for version, (_act, _on, payload) in enumerate(events, 1))
    return fact_row(CaseState(folded.state), from_plain(CaseFacts, folded.facts), measure(events))


def by_program(found, on):
    """What the program's sums say, in the shape of the second counting."""
    cohort, period = found.cohort, found.period
    assert cohort.ended() == period.ended() == added_up(cohort.under("end"))
    assert cohort.still_open(on) == added_up(cohort.open_by_turn(on))
    left, inside = Counter(), Counter()
    for phase in Phase:
        gone, there = cohort.in_phase(phase, on)
        left.update({(phase.value, day): n for day, n in gone.items()})
        inside.update({(phase.value, day): n for day, n in there.items()})
    money = {way: cohort.money(f"agreed:{way}") for way in AGREED} | {"paid": cohort.money("paid")}
    duties = {
        "all": cohort.n("obligations"), "on time": cohort.n("obligations_on_time"),
        "owed": sum(cohort.days("owed").values()),
    }  # fmt: skip
    flow = {month: counts for month, counts in found.flow().items() if any(counts)}
    return {
        "filed": {str(month): filed for month, (filed, _resolved) in flow.items() if filed},
        "resolved": {str(month): resolved for month, (_filed, resolved) in flow.items() if resolved},
        "ends": cohort.counters("end"),
        "days": two_deep(cohort.under("end")),
        "net": cohort.ended_net(),
        "open": two_deep(cohort.open_by_turn(on)),
        "left": dict(left),
        "inside": dict(inside),
        "waits": two_deep(cohort.under("wait")),
        "money": {name: n for name, n in money.items() if n},
        "admitted": cohort.n("admitted"),
        "duties": {name: n for name, n in duties.items() if n},
        "sessions": cohort.n("sessions"),
    }


def added_up(found):
    total = Counter()
    for days in found.values():
        total.update(days)
    return dict(total)


def two_deep(found):
    return {(name, day): n for name, days in found.items() for day, n in days.items()}


def counted_twice(cases, found, on):
    """The sums of the program are what the second counting finds, and so is the curve."""
    second = second_counting.count(cases, on)
    second = {
        name: {key: n for key, n in value.items() if n} if isinstance(value, Counter) else value
        for name, value in second.items()
    }
    assert by_program(found, on) == second
    curve = kaplan_meier(found.cohort.ended(), found.cohort.still_open(on))
    assert curve.first_crossing(Fraction(1, 2)) == second_counting.median(cases, on)
    for day in (*range(0, 200, 23), *curve.times[:5]):
        assert curve.at(day) == pytest.approx(float(second_counting.survival(cases, on, day)), abs=1e-12)


def one_world(seed):
    """A random world, counted twice."""
    cases, on = random_world(seed)
    seen = [[event for event in events if event[1] <= on] for events in cases]
    rows = tuple(row_of(events) for events in seen if events)
    counted_twice(cases, of_rows(Asked(on), rows), on)


def test_the_lives_that_worlds_are_made_of_go_everywhere():
    assert len(lives()) > 50
    states = {payload["to"] for docket in lives() for _act, _on, payload in docket if "to" in payload}
    assert len(states) > 20, sorted(states)
    assert {"in_force", "suspended", "awaiting_agency"} <= states
    assert len(ends_met()) > 4


@pytest.mark.parametrize("part", range(6))
def test_every_number_of_sixty_worlds_is_found_again(part):
    for seed in range(10 * part, 10 * part + 10):
        try:
            one_world(seed)
        except AssertionError as fault:
            fault.add_note(f"world {seed}")
            raise


@pytest.mark.soak
def test_every_number_of_five_hundred_worlds_is_found_again():
    for seed in range(1000, 1500):
        one_world(seed)


def dockets():
    """The docket of every case, read from the events alone."""
    rows = db.session.execute(
        select(EventRow.case_id, EventRow.act, EventRow.on, EventRow.payload)
        .where(EventRow.compartment == "docket")
        .order_by(EventRow.case_id, EventRow.version)
    )
    return [
        [(row.act, row.on, row.payload) for row in group]
        for _case, group in itertools.groupby(rows, lambda row: row.case_id)
    ]


@pytest.mark.parametrize("seed", range(2))
def test_the_same_holds_of_lives_lived_through_the_services_today_and_as_of_any_day_gone_by(app, seed):
    """As of a day gone by the register says what its events up to that day say."""
    chance, world, met = random.Random(seed), world_of(app), Counter()
    for _life in range(3):
        life = Life(world, met, chance)
        for _step in range(8):
            chance.choice([life.the_case_goes_on, life.time_passes_and_the_clock_sweeps, life.what_waits_arrives])(
                chance
            )
    with app.app_context():
        cases = dockets()
        last = max(event[1] for events in cases for event in events)
        first = min(event[1] for events in cases for event in events)
        counted_twice(cases, sums(Asked(last), last), last)
        assert day_cells.fold_some(7)
        counted_twice(cases, sums(Asked(last), last), last)
        day_cells.fold(None, NOW)
        counted_twice(cases, sums(Asked(last), last), last)
        kept = by_program(sums(Asked(last), last), last)
        day_cells.rebuild_facts()
        assert by_program(sums(Asked(last), last), last) == kept
        for _day in range(6):
            on = first + timedelta(days=chance.randint(0, (last - first).days))
            counted_twice(cases, sums(Asked(on), last), on)
        assert by_program(sums(Asked(last, first=first.replace(day=1), last=last), last), last) == kept
        assert sums(Asked(last), last).source.tally(Clock.FILED).n("filed") == len(cases)
