"""Each reading that the law leaves open is a parameter, and its default is the choice that the table names first."""

import inspect
from dataclasses import fields

import pytest

from cprac.domain.business_days import Calendar, RecessPolicy
from cprac.domain.deadline_readings import OPEN_READINGS, SetIn, open_reading
from cprac.domain.deadlines import DeadlineRule, FirstDay, MonthEnd, NoticeInPause, due_date
from cprac.domain.limitation import suspend
from cprac.domain.notices import portal_notice, received_on

# Not open: what a rule is, or what a chamber decides freely.
NOT_OPEN = {"backward", "pausable", "extendable_amount"}


def default_of(parameter):
    """What the code does when nobody says, as the table writes it."""
    rule = {item.name: item.default for item in fields(DeadlineRule)}
    places = {
        "recess": RecessPolicy.NONE if rule["recess"] is False else None,
        "multiplier": inspect.signature(due_date).parameters["multiplier"].default,
        "optional_days_count": {item.name: item.default for item in fields(Calendar)}["optional_days_count"],
        "tenth_day_moves": inspect.signature(portal_notice).parameters["tenth_day_moves"].default,
        "closes_at": str(inspect.signature(received_on).parameters["closes_at"].default).lower(),
        "filing_day_stops": inspect.signature(suspend).parameters["filing_day_stops"].default,
    }
    return places[parameter] if parameter in places else rule[parameter]


@pytest.mark.parametrize("reading", OPEN_READINGS, ids=lambda reading: reading.parameter)
def test_the_first_choice_is_what_the_code_does_when_nobody_says(reading):
    # These two are switched on by the regulation and by the person's adhesion, or by who records the receipt.
    if reading.parameter not in ("tacit", "closed_day_moves_notice"):
        assert reading.choice(default_of(reading.parameter)) is reading.choices[0]
    assert len({choice.value for choice in reading.choices}) == len(reading.choices) >= 2
    assert all(choice.words and choice.ground for choice in reading.choices)


def test_every_reading_of_a_rule_is_in_the_table():
    names = [item.name for item in fields(DeadlineRule)]
    readings = set(names[names.index("first_day") :]) - NOT_OPEN
    assert readings <= {reading.parameter for reading in OPEN_READINGS if reading.set_in is SetIn.RULE}


@pytest.mark.parametrize(
    "parameter, kind",
    [("first_day", FirstDay), ("month_end", MonthEnd), ("notice_in_pause", NoticeInPause), ("recess", RecessPolicy)],
)
def test_every_member_of_an_open_choice_is_in_the_table(parameter, kind):
    assert [choice.value for choice in open_reading(parameter).choices] == [member.value for member in kind]


def test_a_reading_or_choice_that_does_not_exist_is_refused():
    with pytest.raises(KeyError):
        open_reading("moon")
    with pytest.raises(KeyError):
        open_reading("month_end").choice("moon")
