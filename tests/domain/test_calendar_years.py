"""The calendars of the chambers that come with the program, year by year; one test fails when they run out of years."""

import datetime as dt

import pytest

from cprac.domain.business_days import DayKind, easter
from cprac.domain.regulation import CALENDAR_YEARS
from cprac.domain.regulation_places import CALENDAR_REACH, warnings_of
from cprac.persistence.regulation_files import load_regulation

MARGIN = 5


def test_the_calendar_does_not_run_out_of_years():
    """Fails years before anybody could meet the end, and says what to do."""
    today = dt.datetime.now(dt.UTC).date()
    assert CALENDAR_YEARS[1] >= today.year + CALENDAR_REACH + MARGIN, (
        f"the calendar ends in {CALENDAR_YEARS[1]}: check the laws of holidays (procedure c.1), then move "
        "CALENDAR_YEARS in cprac/domain/regulation.py forward"
    )


@pytest.mark.parametrize("name", ["contagem", "amazonas"])
def test_the_doctor_warns_before_the_calendar_ends(name):
    regulation, last = load_regulation(name), CALENDAR_YEARS[1] - CALENDAR_REACH
    warned = [
        any("o calendário só vai até" in line for line in warnings_of(regulation, dt.date(last + more, 6, 1)))
        for more in (0, 1)
    ]
    assert warned == [False, True]


def test_the_decree_of_the_next_year_is_missed_from_december_on():
    contagem = load_regulation("contagem")
    for month, missed in ((11, []), (12, ["2027"])):
        lines = [line for line in warnings_of(contagem, dt.date(2026, month, 1)) if "nenhum decreto" in line]
        assert [year for line in lines for year in ("2027",) if year in line] == missed


@pytest.mark.parametrize("year", range(2003, CALENDAR_YEARS[1] + 1))
def test_contagem_has_the_days_of_its_laws_in_every_year(year):
    """Procedure c.1, written out here a second time."""
    calendar = load_regulation("contagem").calendar()
    national = ["01-01", "04-21", "05-01", "09-07", "10-12", "11-02", "11-15", "12-25"] + ["11-20"] * (year >= 2024)
    expected = {f"{year}-{day}": DayKind.NATIONAL for day in national}
    movable = [str(easter(year) + dt.timedelta(days=offset)) for offset in (-9, -2, 60)]
    for day in [*movable, f"{year}-12-08"]:
        expected.setdefault(day, DayKind.MUNICIPAL)
    found = {str(day): entry.kind for day, entry in calendar.days.items() if day.year == year}
    assert {day: kind for day, kind in found.items() if kind in (DayKind.NATIONAL, DayKind.MUNICIPAL)} == expected
    assert all(entry.legal_act for day, entry in calendar.days.items() if day.year == year)
