"""When a notice counts as made and an act as received, as tables of dates with their weekdays."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from cprac.domain.business_days import DayKind
from cprac.domain.deadlines import FirstDay
from cprac.domain.notices import (
    SAO_PAULO,
    gazette_notice,
    is_on_time,
    local_date,
    outage_days,
    portal_notice,
    received_on,
)
from tests.domain.contagem_calendar import closed, contagem

day = dt.date.fromisoformat


def local(text):
    return dt.datetime.fromisoformat(text).replace(tzinfo=SAO_PAULO)


@pytest.mark.parametrize(
    "sent, opened, deemed, tacit",
    [
        ("2026-03-05", "2026-03-05", "2026-03-05", False),  # Thursday, opened at once
        ("2026-06-01", "2026-06-06", "2026-06-08", False),  # opened on a Saturday
        ("2026-03-23", "2026-03-27", "2026-03-30", False),  # opened on the Jubileu
        ("2026-03-05", None, "2026-03-16", True),  # the tenth day is Sunday 15
        ("2026-03-03", None, "2026-03-13", True),  # the tenth day is a Friday
        ("2026-04-23", None, "2026-05-04", True),  # Tiradentes and 1 May inside extend nothing
        ("2026-03-03", "2026-03-13", "2026-03-13", False),  # opened on the tenth day
        ("2026-03-03", "2026-03-14", "2026-03-13", True),  # opened too late: it was made already
        ("2026-03-05", "2026-03-15", "2026-03-16", False),  # the tenth day, a Sunday
    ],
)
def test_a_portal_notice_is_made_when_opened_or_on_the_tenth_day(sent, opened, deemed, tacit):
    notice = portal_notice(day(sent), day(opened) if opened else None, contagem())
    assert (notice.deemed_on, notice.tacit) == (day(deemed), tacit)
    assert notice.first_day is None
    assert ("dia útil seguinte" in notice.why) is (not tacit and opened != deemed)


def test_without_a_base_for_tacit_notice_an_unopened_one_is_not_made():
    assert portal_notice(day("2026-03-03"), None, contagem(), tacit=False) is None
    late = portal_notice(day("2026-03-03"), day("2026-03-20"), contagem(), tacit=False)
    assert (late.deemed_on, late.tacit) == (day("2026-03-20"), False)


def test_under_the_other_reading_the_tenth_day_stands_where_it_falls():
    assert portal_notice(day("2026-03-05"), None, contagem(), tenth_day_moves=False).deemed_on == day("2026-03-15")


@pytest.mark.parametrize(
    "available, published",
    [
        ("2026-06-03", "2026-06-05"),  # the eve of Corpus Christi
        ("2026-04-17", "2026-04-20"),  # a Friday
        ("2026-03-28", "2026-03-30"),  # a Saturday
        ("2026-03-26", "2026-03-30"),  # the eve of the Jubileu
    ],
)
def test_the_gazette_publishes_on_the_next_business_day_and_counts_from_a_business_day(available, published):
    notice = gazette_notice(day(available), contagem())
    assert (notice.deemed_on, notice.first_day) == (day(published), FirstDay.BUSINESS_DAY)


@pytest.mark.parametrize(
    "instant, due, on_time",
    [
        ("2026-08-11T01:00:00+00:00", "2026-08-10", True),  # 22:00 in Brasília
        ("2026-08-11T02:59:59.999999+00:00", "2026-08-10", True),
        ("2026-08-11T03:00:00+00:00", "2026-08-10", False),  # midnight
        ("2018-12-11T02:00:00+00:00", "2018-12-10", False),  # daylight saving time, before 2019
    ],
)
def test_a_citizen_is_in_time_until_midnight_of_brasilia(instant, due, on_time):
    assert is_on_time(dt.datetime.fromisoformat(instant), day(due)) is on_time


def test_an_instant_without_time_zone_is_refused():
    with pytest.raises(ValueError, match="fuso horário"):
        local_date(dt.datetime.fromisoformat("2026-08-11T01:00:00"))


@pytest.mark.parametrize(
    "instant, closes_at, received",
    [
        ("2026-03-26T17:00", dt.time(18), "2026-03-26"),
        ("2026-03-26T18:00", dt.time(18), "2026-03-26"),
        ("2026-03-26T18:01", dt.time(18), "2026-03-30"),  # Friday 27 is the Jubileu
        ("2026-03-26T23:59", None, "2026-03-26"),
        ("2026-03-28T09:00", None, "2026-03-30"),  # a Saturday
        ("2026-03-28T23:00", dt.time(18), "2026-03-30"),
    ],
)
def test_what_arrives_after_hours_or_on_a_closed_day_is_received_on_the_next_business_day(instant, closes_at, received):
    assert received_on(local(instant), contagem(), closes_at=closes_at).deemed_on == day(received)


@pytest.mark.parametrize(
    "outages, days",
    [
        ([("2026-03-10T10:00", "2026-03-10T11:00")], []),  # sixty minutes are not more than sixty
        ([("2026-03-10T10:00", "2026-03-10T11:01")], ["2026-03-10"]),
        ([("2026-03-10T08:00", "2026-03-10T08:40"), ("2026-03-10T15:00", "2026-03-10T15:30")], ["2026-03-10"]),
        ([("2026-03-10T00:30", "2026-03-10T06:30")], []),  # the night does not count
        ([("2026-03-10T23:10", "2026-03-10T23:11")], ["2026-03-10"]),  # the last hour always does
        ([("2026-03-10T22:00", "2026-03-10T23:00")], []),
        ([("2026-03-10T23:30", "2026-03-11T05:00")], ["2026-03-10"]),
        ([("2026-03-10T21:00", "2026-03-12T08:00")], ["2026-03-10", "2026-03-11", "2026-03-12"]),
        ([("2026-03-11T00:00", "2026-03-11T00:00")], []),
    ],
)
def test_an_outage_moves_deadlines_of_the_days_on_which_it_weighed(outages, days):
    assert outage_days((local(start), local(end)) for start, end in outages) == tuple(map(day, days))


def test_outages_are_read_in_local_time_whatever_zone_they_come_in():
    start, end = (dt.datetime.fromisoformat(f"2026-03-11T02:{minute}:00+00:00") for minute in ("10", "20"))
    assert outage_days([(start, end)]) == (day("2026-03-10"),)
    assert outage_days([(start, end)], ZoneInfo("UTC")) == ()


def test_outages_that_overlap_are_one():
    twice = [("2026-03-10T10:00", "2026-03-10T10:40"), ("2026-03-10T10:10", "2026-03-10T10:45")]
    inside = [("2026-03-10T10:00", "2026-03-10T11:00"), ("2026-03-10T10:10", "2026-03-10T10:30")]
    touching = [("2026-03-10T10:30", "2026-03-10T11:01"), ("2026-03-10T10:00", "2026-03-10T10:30")]
    found = [outage_days((local(start), local(end)) for start, end in each) for each in (twice, inside, touching)]
    assert found == [(), (), (day("2026-03-10"),)]


@pytest.mark.parametrize(
    "start, end, days",
    [
        # The clock jumps from 24:00 of 3 November 2018 to 1:00 of the 4th: an hour of the wall that never was.
        ("2018-11-04T02:30:00+00:00", "2018-11-04T03:10:00+00:00", ["2018-11-03"]),
        ("2018-11-04T03:00:00+00:00", "2018-11-04T08:30:00+00:00", []),  # 1:00 to 6:30
        ("2018-11-04T03:00:00+00:00", "2018-11-04T09:01:00+00:00", ["2018-11-04"]),  # to 7:01
        # And back from 24:00 of 16 February 2019 to 23:00: the last hour comes twice, and is the last hour twice.
        ("2019-02-17T02:10:00+00:00", "2019-02-17T02:11:00+00:00", ["2019-02-16"]),
        ("2019-02-17T02:30:00+00:00", "2019-02-17T03:30:00+00:00", ["2019-02-16"]),
        ("2019-02-17T03:00:00+00:00", "2019-02-17T03:30:00+00:00", []),
    ],
)
def test_an_outage_on_a_night_when_clocks_jump_is_measured_in_real_minutes(start, end, days):
    span = (dt.datetime.fromisoformat(start), dt.datetime.fromisoformat(end))
    assert outage_days([span]) == tuple(map(day, days))
    assert outage_days([tuple(at.astimezone(SAO_PAULO) for at in span)]) == tuple(map(day, days))


def test_a_chamber_may_weigh_outages_by_its_own_hours():
    evening = [(local("2026-03-10T20:00"), local("2026-03-10T20:40"))]
    assert outage_days(evening) == ()
    assert outage_days(evening, minutes=30) == (day("2026-03-10"),)
    assert outage_days(evening, hours=(8, 20)) == (day("2026-03-10"),)
    assert outage_days([(local("2026-03-10T23:30"), local("2026-03-11T00:30"))], hours=(6, 24)) == ()


def test_a_chamber_may_wait_another_number_of_days_for_a_portal_notice():
    notice = portal_notice(day("2026-03-02"), None, contagem(), wait_days=15)
    assert (notice.deemed_on, "15 dias" in notice.why) == (day("2026-03-17"), True)


def test_a_notice_opened_before_it_was_sent_is_refused():
    with pytest.raises(ValueError, match="antes de enviado"):
        portal_notice(day("2026-03-02"), day("2026-03-01"), contagem())


def test_an_outage_that_ends_before_it_starts_is_refused():
    with pytest.raises(ValueError, match="antes de começar"):
        outage_days([(local("2026-03-10T11:00"), local("2026-03-10T10:00"))])


def test_an_outage_on_the_last_day_moves_it_past_the_repair():
    days = outage_days([(local("2026-03-10T21:00"), local("2026-03-12T08:00"))])
    calendar = contagem().with_days(closed(date, DayKind.SYSTEM_OUTAGE) for date in days)
    assert calendar.normal_day_from(day("2026-03-10")) == day("2026-03-13")
