"""The engine against the walk from day to day of `day_walk`, and the laws that hold between answers, by the million.

``make soak ARGS=tests/domain/test_deadlines_by_day_walk.py`` runs a million samples; the suite runs twenty thousand.

What is monotone, exactly. In the length: always. In the start: always for days; for months and years wherever no pause
or recess moves the start. Where one does it is not, because months have unequal numbers of days and what is conserved
is days: the month that starts on the eve of a pause runs date to date from its end, and may be the shorter one
(`test_a_month_that_a_pause_moves_may_end_before_one_that_started_earlier`).
"""

import datetime as dt
import json
from dataclasses import replace
from random import Random

import pytest

from cprac.domain.deadline_ledger import LedgerDay, recount
from cprac.domain.deadlines import (
    DeadlineError,
    MonthEnd,
    NoticeInPause,
    Pause,
    Unit,
    counting_rule,
    due_date,
    due_on,
    remaining,
    remaining_when_paused,
)
from tests.domain.day_walk import (
    CLOSING,
    SHORT,
    Days,
    holder,
    left,
    random_days,
    random_pauses,
    random_rule,
    random_trigger,
    walk,
)

DAY = dt.timedelta(days=1)
IN_A_WORLD = 500


def check_worlds(seed, worlds, ledgers_every):
    """Check *worlds* calendars with `IN_A_WORLD` samples each, some with their ledgers; returns how many that were."""
    for world in range(worlds):
        random = Random(f"{seed}/{world}")
        days = random_days(random)
        calendar = days.calendar()
        new_day = dt.date(days.first_year + 8, 1, 1).toordinal() + random.randint(-30, 500)
        more = days.with_day(new_day, random.choice(CLOSING + SHORT))
        more_calendar = calendar.with_days(more.calendar().days[day] for day in [dt.date.fromordinal(new_day)])
        if new_day not in days.special:
            kept = [entry for entry in more_calendar.days.values() if entry.date.toordinal() != new_day]
            taken = replace(calendar, days={}).with_days(kept)
            assert taken == calendar, f"{seed}/{world}"
        else:
            taken = calendar
        for number in range(IN_A_WORLD):
            sample = random_sample(random, days)
            try:
                check_sample(random, sample, days, calendar, thorough=number % ledgers_every == 0)
                check_a_new_day(sample, calendar, more_calendar, taken)
            except Exception as error:
                error.add_note(f"seed {seed}/{world}, sample {number}: {sample}, {days.recess}")
                raise
    return worlds * IN_A_WORLD


def random_sample(random, days):
    trigger = random_trigger(random, days)
    return random_rule(random), trigger, random_pauses(random, trigger)


def check_sample(random, sample, days, calendar, *, thorough):
    rule, trigger, pauses = sample
    answer = due_date(rule, trigger, calendar, pauses)
    assert (answer.first_day, answer.raw_due, answer.due) == walk(rule, rule.amount, trigger, days, pauses)
    assert due_on(rule, trigger, calendar, pauses) == answer.due
    check_that_one_can_act(answer, days)
    check_that_it_is_monotone(random, answer)
    if thorough:
        check_the_ledger(answer)
        check_what_is_left(random, answer, days)


def check_that_one_can_act(answer, days):
    rule, due = answer.rule, answer.due.toordinal()
    assert not holder(rule, days, answer.pauses)(due)
    assert (answer.due < answer.trigger) is rule.backward
    if rule.roll_forward:
        assert days.normal(due)
    elif rule.unit is Unit.BUSINESS_DAYS:
        assert days.open(due)


def check_that_it_is_monotone(random, answer):
    rule, calendar, pauses = answer.rule, answer.calendar, answer.pauses
    longer = due_on(replace(rule, amount=rule.amount + 1), answer.trigger, calendar, pauses)
    assert longer <= answer.due if rule.backward else longer >= answer.due
    if rule.unit.is_date_to_date and (pauses or rule.recess):
        return
    later = answer.trigger + random.randint(1, 9) * DAY
    assert due_on(rule, later, calendar, pauses) >= answer.due


def check_the_ledger(answer):
    """What is stored can be counted again, from its JSON alone and from the rule."""
    stored = json.loads(json.dumps([entry.as_json() for entry in answer.ledger()]))
    entries = [LedgerDay.from_json(entry) for entry in stored]
    assert recount(entries, backward=answer.rule.backward) == answer.due
    assert tuple(entries) == answer.ledger()
    again = due_date(answer.rule, answer.trigger, answer.calendar, answer.pauses)
    assert again == answer


def check_what_is_left(random, answer, days):
    """`remaining` is a walk, and a pause conserves it: what was left when it began runs after it."""
    rule, calendar = answer.rule, answer.calendar
    today = answer.trigger + random.randint(-30, 90) * DAY
    told = replace(rule, pausable=True)
    found = remaining(rule.unit, answer.due, today, calendar, answer.pauses, recess=rule.recess)
    assert found == left(told, answer.due, today, days, answer.pauses)
    if rule.backward or answer.raw_due <= answer.first_day:
        return
    begin = answer.first_day + random.randint(1, (answer.raw_due - answer.first_day).days) * DAY
    if rule.pausable and any(pause.end >= begin for pause in answer.pauses):
        return
    still = remaining_when_paused(rule, answer.trigger, calendar, answer.pauses, begin)
    assert still == left(rule, answer.raw_due, begin - DAY, days, answer.pauses)
    pause = Pause(begin, begin + random.randint(0, 40) * DAY, "pausa")
    paused = due_date(told, answer.trigger, calendar, [*(answer.pauses if rule.pausable else ()), pause])
    assert left(told, paused.raw_due, begin - DAY, days, [pause]) == still
    assert left(told, paused.raw_due, pause.end, days) == still


def check_a_new_day(sample, calendar, more, taken):
    rule, trigger, pauses = sample
    before, after = (due_on(rule, trigger, which, pauses) for which in (calendar, more))
    assert after <= before if rule.backward else after >= before
    assert due_on(rule, trigger, taken, pauses) == before


def test_twenty_thousand_random_deadlines_are_those_of_the_day_walk_and_obey_its_laws():
    assert check_worlds("suite", 42, ledgers_every=5) >= 20_000


@pytest.mark.soak
@pytest.mark.parametrize("part", range(4))
def test_a_million_random_deadlines_are_those_of_the_day_walk_and_obey_its_laws(part):
    assert check_worlds(f"soak {part}", 500, ledgers_every=20) == 250_000


# --- Where the laws end -----------------------------------------------------------------------------------------------

NO_DAYS = Days(2018, 2035, {})


def test_a_month_that_a_pause_moves_may_end_before_one_that_started_earlier():
    calendar = NO_DAYS.calendar()
    rule = counting_rule(1, Unit.MONTHS, roll_forward=False)
    pause = [Pause(dt.date(2027, 1, 20), dt.date(2027, 1, 30))]
    earlier, later = (due_on(rule, dt.date(2027, 1, start), calendar, pause) for start in (18, 19))
    assert (earlier, later) == (dt.date(2027, 3, 1), dt.date(2027, 2, 28))


@pytest.mark.parametrize("month_end", list(MonthEnd))
def test_months_are_monotone_over_every_start_where_nothing_is_paused(month_end):
    calendar = NO_DAYS.calendar()
    starts = [dt.date(2027, 1, 1) + number * DAY for number in range(1500)]
    for amount in (1, 2, 11, 12):
        for backward in (False, True):
            rule = counting_rule(amount, Unit.MONTHS, month_end=month_end, backward=backward)
            found = [due_on(rule, start, calendar) for start in starts]
            assert found == sorted(found)


def test_a_notice_on_the_closed_days_after_a_pause_does_not_run_before_one_inside_it():
    calendar = NO_DAYS.calendar()
    friday = dt.date(2026, 3, 13)
    rule = counting_rule(5, Unit.BUSINESS_DAYS, notice_in_pause=NoticeInPause.DEEMED_AFTER)
    pause = [Pause(friday - 4 * DAY, friday)]
    found = {due_on(rule, friday + number * DAY, calendar, pause) for number in range(4)}
    assert found == {dt.date(2026, 3, 23)}
    assert due_on(rule, friday + DAY, calendar) == dt.date(2026, 3, 20)


# --- A ledger that was kept -------------------------------------------------------------------------------------------


def kept(rule=None):
    answer = due_date(rule or counting_rule(3, Unit.CALENDAR_DAYS), dt.date(2026, 3, 18), NO_DAYS.calendar())
    return list(answer.ledger())


def test_a_kept_ledger_gives_its_due_date_again():
    assert recount(kept()) == dt.date(2026, 3, 23)
    assert recount(kept(counting_rule(3, Unit.CALENDAR_DAYS, backward=True)), backward=True) == dt.date(2026, 3, 13)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda days: days[1:],
        lambda days: days[:2] + days[3:],
        lambda days: days[:-1],
        lambda days: [*days, days[-1]],
        lambda days: [*days, replace(days[-1], date=days[-1].date + DAY)],
        lambda days: [replace(day, counted=day.counted and day.counted + 1) for day in days],
        lambda days: days[::-1],
        lambda days: days[:1],
        lambda days: [],
    ],
)
def test_a_ledger_that_contradicts_itself_is_refused(spoil):
    with pytest.raises(DeadlineError, match="guardada"):
        recount(spoil(kept()))
