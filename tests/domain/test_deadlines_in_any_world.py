"""The engine against the walk of `day_walk` and the laws of its answers, in worlds that Hypothesis draws and shrinks.

`test_deadlines_by_day_walk.py` does the same by the million without shrinking.
"""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cprac.domain.business_days import (
    CLOSED_KINDS,
    SHORT_KINDS,
    CalendarDay,
    DayKind,
    Recess,
    RecessPolicy,
    calendar_from_rules,
)
from cprac.domain.deadlines import (
    FirstDay,
    MonthEnd,
    NoticeInPause,
    Pause,
    Unit,
    counting_rule,
    due_date,
    remaining_when_paused,
)
from tests.domain.contagem_calendar import closed
from tests.domain.day_walk import Days, walk

DAY = dt.timedelta(days=1)
BUSINESS, CALENDAR, MONTHS, YEARS = Unit.BUSINESS_DAYS, Unit.CALENDAR_DAYS, Unit.MONTHS, Unit.YEARS
FIRST, LAST = dt.date(2022, 1, 1), dt.date(2031, 12, 31)
# Around a recess, a February and the end of a leap year's cycle.
NEAR = st.dates(dt.date(2027, 11, 1), dt.date(2028, 6, 30))


def as_days(calendar):
    """The calendar's special days as the walk knows them."""
    special = {date.toordinal(): (str(entry.kind),) for date, entry in calendar.days.items()}
    return Days(calendar.first_year, calendar.last_year, special, "cpc220")


@st.composite
def worlds(draw, *, backwards=True):
    """A calendar of random special days (weekends too), pauses that may overlap, a rule and a trigger near them."""
    kinds = st.sampled_from(CLOSED_KINDS + SHORT_KINDS)
    entries = draw(st.dictionaries(NEAR, kinds, max_size=25))
    calendar = calendar_from_rules(
        "ao acaso",
        (FIRST.year, LAST.year),
        decreed=[CalendarDay(date, "um dia", kind) for date, kind in entries.items()],
        recess=Recess(RecessPolicy.CPC220),
    )
    spans = draw(st.lists(st.tuples(NEAR, st.integers(0, 40)), max_size=4))
    unit = draw(st.sampled_from(Unit))
    backward = draw(st.booleans() if backwards else st.just(False))
    rule = counting_rule(
        draw(st.integers(1, {BUSINESS: 60, CALENDAR: 90, MONTHS: 5, YEARS: 1}[unit])),
        unit,
        first_day=draw(st.sampled_from(FirstDay)),
        month_end=draw(st.sampled_from(MonthEnd)),
        roll_forward=draw(st.booleans()),
        backward=backward,
        recess=draw(st.booleans()),
        pausable=draw(st.booleans()),
        notice_in_pause=draw(st.sampled_from(NoticeInPause)),
        clear_days=backward and draw(st.booleans()),
    )
    return rule, draw(NEAR), calendar, [Pause(start, start + days * DAY, "pausa") for start, days in spans]


def same_as_walked(world):
    rule, trigger, calendar, pauses = world
    answer = due_date(rule, trigger, calendar, pauses)
    walked = walk(rule, rule.amount, trigger, as_days(calendar), pauses)
    assert (answer.first_day, answer.raw_due, answer.due) == walked
    return answer


@given(worlds())
def test_the_engine_agrees_with_the_walk_in_any_world(world):
    same_as_walked(world)


@pytest.mark.soak
@given(worlds())
def test_the_engine_agrees_with_the_walk_in_very_many_worlds(world):
    recomputed_from_its_ledger(same_as_walked(world))


def recomputed_from_its_ledger(answer):
    """Read the due date off the ledger alone, as it would be stored: by kinds and numbers."""
    entries = list(answer.ledger())
    dates = [entry.date for entry in entries]
    assert dates == [dates[0] + number * DAY for number in range(len(dates))]
    if answer.rule.backward:
        entries.reverse()
    counted = [entry for entry in entries if entry.counted is not None]
    assert [entry.counted for entry in counted] == list(range(1, len(counted) + 1))
    assert all((entry.kind is DayKind.COUNTED) == (entry.counted is not None) for entry in entries)
    assert entries[0].kind is DayKind.TRIGGER
    assert (entries[0].date, counted[0].date, counted[-1].date) == (answer.trigger, answer.first_day, answer.raw_due)
    moved = [entry for entry in entries if entry.kind is DayKind.EXTENSION]
    assert (moved or counted)[-1] is entries[-1]
    assert entries[-1].date == answer.due
    assert answer.sentence.count(".") >= 1
    assert "%" not in answer.sentence


@given(worlds())
def test_recomputing_from_the_ledger_gives_the_stored_date(world):
    recomputed_from_its_ledger(due_date(*world))


@given(worlds())
def test_a_deadline_ends_where_one_can_act(world):
    rule, trigger, calendar, pauses = world
    answer = due_date(*world)
    held = rule.pausable and any(p.covers(answer.due) for p in pauses)
    assert not held
    assert not (rule.recess and calendar.is_recess(answer.due))
    assert (answer.due < trigger) is rule.backward
    if rule.roll_forward:
        assert calendar.is_normal_day(answer.due)
    elif rule.unit is BUSINESS:
        assert calendar.is_business_day(answer.due)


@given(worlds())
def test_one_more_is_never_earlier_and_backward_never_later(world):
    rule, trigger, calendar, pauses = world
    less, more = due_date(*world).due, due_date(replace(rule, amount=rule.amount + 1), trigger, calendar, pauses).due
    assert more <= less if rule.backward else more >= less


@given(worlds(), st.integers(1, 40))
def test_a_later_start_is_never_due_earlier(world, later):
    rule, trigger, calendar, pauses = world
    # A pause conserves days, and months have unequal numbers of them, so months are only compared unpaused.
    if rule.unit.is_date_to_date:
        rule, pauses = replace(rule, recess=False), []
    assert due_date(rule, trigger, calendar, pauses).due <= due_date(rule, trigger + later * DAY, calendar, pauses).due


@given(worlds(), NEAR, st.sampled_from(CLOSED_KINDS + SHORT_KINDS))
def test_a_new_special_day_never_shortens_a_deadline_nor_a_notice(world, date, kind):
    rule, trigger, calendar, pauses = world
    before = due_date(*world).due
    after = due_date(rule, trigger, calendar.with_days([closed(date, kind)]), pauses).due
    assert after <= before if rule.backward else after >= before


@given(worlds(backwards=False), NEAR, st.integers(0, 30))
def test_a_pause_conserves_what_was_left(world, start, days):
    """The days left on its first day are those that run from the first day after it."""
    rule, trigger, calendar, _ = world
    assume(start > trigger)
    plain = due_date(rule, trigger, calendar)
    left = remaining_when_paused(rule, trigger, calendar, [], start)
    resumed = start + days * DAY
    paused = due_date(replace(rule, pausable=True), trigger, calendar, [Pause(start, resumed, "pausa")])
    if left == 0:
        assert paused.raw_due == plain.raw_due < start
        return
    assume(paused.first_day < start)  # otherwise nothing had run yet, and a month starts anew
    again = counting_rule(left, BUSINESS if rule.unit is BUSINESS else CALENDAR, recess=rule.recess)
    assert paused.raw_due == due_date(again, resumed, calendar).raw_due


@given(worlds(), NEAR)
def test_a_holiday_added_and_taken_away_again_changes_nothing(world, date):
    rule, trigger, calendar, pauses = world
    assume(date not in calendar.days)
    added = calendar.with_days([closed(date)])
    kept = [entry for entry in added.days.values() if entry.date != date]
    taken = calendar_from_rules("ao acaso", (FIRST.year, LAST.year), decreed=kept, recess=calendar.recess)
    assert taken == calendar
    assert due_date(rule, trigger, taken, pauses).due == due_date(*world).due
