"""Which days count in Contagem, by which act, and that counting is right wherever one starts."""

import datetime as dt
from dataclasses import replace

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cprac.domain.business_days import (
    MINAS_HOLIDAYS,
    NATIONAL_HOLIDAYS,
    Calendar,
    CalendarDay,
    CalendarError,
    DayKind,
    FixedHoliday,
    MovableHoliday,
    Recess,
    RecessPolicy,
    calendar_from_rules,
    easter,
)
from tests.domain.contagem_calendar import FIXED, LEI_3484, MOVABLE, closed, contagem

day = dt.date.fromisoformat
DAY = dt.timedelta(days=1)
ONE_WEEKEND_ONLY = calendar_from_rules("só fins de semana", (2026, 2026))


# --- Which days are special, and by which act -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "date, name, kind, act",
    [
        ("2026-01-01", "Confraternização Universal", DayKind.NATIONAL, "Lei 662/1949"),
        ("2026-04-21", "Tiradentes", DayKind.NATIONAL, "Lei 662/1949, na redação da Lei 10.607/2002"),
        ("2026-05-01", "Dia do Trabalho", DayKind.NATIONAL, "Lei 662/1949"),
        ("2026-09-07", "Independência do Brasil", DayKind.NATIONAL, "Lei 662/1949"),
        ("2026-10-12", "Nossa Senhora Aparecida", DayKind.NATIONAL, "Lei 6.802/1980"),
        ("2026-11-02", "Finados", DayKind.NATIONAL, "Lei 662/1949, na redação da Lei 10.607/2002"),
        ("2026-11-15", "Proclamação da República", DayKind.NATIONAL, "Lei 662/1949"),
        ("2026-11-20", "Dia da Consciência Negra", DayKind.NATIONAL, "Lei 14.759/2023"),
        ("2026-12-25", "Natal", DayKind.NATIONAL, "Lei 662/1949"),
        ("2021-03-26", "Jubileu de Nossa Senhora das Dores", DayKind.MUNICIPAL, LEI_3484),
        ("2026-03-27", "Jubileu de Nossa Senhora das Dores", DayKind.MUNICIPAL, LEI_3484),
        ("2027-03-19", "Jubileu de Nossa Senhora das Dores", DayKind.MUNICIPAL, LEI_3484),
        ("2028-04-07", "Jubileu de Nossa Senhora das Dores", DayKind.MUNICIPAL, LEI_3484),
        ("2026-04-03", "Paixão de Cristo", DayKind.MUNICIPAL, LEI_3484),
        ("2026-06-04", "Corpus Christi", DayKind.MUNICIPAL, LEI_3484),
        ("2027-05-27", "Corpus Christi", DayKind.MUNICIPAL, LEI_3484),
        ("2026-12-08", "Imaculada Conceição", DayKind.MUNICIPAL, LEI_3484),
    ],
)
def test_contagem_closes_on_a_day_that_an_act_names(date, name, kind, act):
    assert contagem().day(day(date)) == CalendarDay(day(date), name, kind, act)
    assert contagem().kind(day(date)) is kind
    assert not contagem().is_business_day(day(date))


@pytest.mark.parametrize(
    "date, what",
    [
        ("2023-11-20", "Consciência Negra before Lei 14.759/2023"),
        ("2024-02-13", "Carnival Tuesday without a decree"),
        ("2026-02-18", "Ash Wednesday without a decree"),
        ("2026-08-14", "the eve of Belo Horizonte's own day"),
        ("2028-08-15", "Belo Horizonte's own day"),
        ("2026-10-28", "the public servants' day without a decree"),
        ("2026-12-24", "Christmas Eve without a decree"),
        ("2025-09-08", "the Monday after an Independence Day on a Sunday: holidays are not moved"),
    ],
)
def test_contagem_opens_on_a_day_that_no_act_names(date, what):
    assert contagem().day(day(date)) is None, what
    assert contagem().is_business_day(day(date)), what


def test_2026_has_249_business_days_in_contagem_and_228_without_the_recess():
    calendar = contagem(RecessPolicy.CPC220)
    last_of_2025, last_of_2026 = day("2025-12-31"), day("2026-12-31")
    assert calendar.business_days_between(last_of_2025, last_of_2026) == 249
    assert calendar.business_days_between(last_of_2025, last_of_2026, recess=True) == 228


def test_an_act_holds_only_in_its_years():
    rule = FixedHoliday(2, 29, "Dia que nem sempre existe", DayKind.MUNICIPAL, "Lei", 2024, 2027)
    assert [rule.in_year(year) for year in (2020, 2024, 2025, 2028)] == [None, day("2024-02-29"), None, None]
    moved = MovableHoliday(-2, "Paixão", DayKind.MUNICIPAL, "Lei", 2025, 2026)
    assert [moved.in_year(year) is not None for year in (2024, 2025, 2026, 2027)] == [False, True, True, False]


def test_national_and_state_rules_agree_with_a_well_kept_library_from_1980_to_2100():
    """The library also has Good Friday as a national day; here it is municipal (Lei 9.093/1995 art. 2)."""
    years = range(1980, 2101)
    library = set(holidays.country_holidays("BR", subdiv="MG", years=years, language="pt_BR"))
    ours = {rule.in_year(year) for rule in (*NATIONAL_HOLIDAYS, *MINAS_HOLIDAYS) for year in years} - {None}
    assert library == ours | {easter(year) - 2 * DAY for year in years}


def test_each_national_law_holds_from_its_year_and_not_before():
    """Procedure c.1, law by law; 21 April and 2 November before 2003 rest on older acts that nobody has checked."""
    first_years = {}
    for rule in NATIONAL_HOLIDAYS:
        first_years.setdefault(rule.legal_act, {})[f"{rule.month:02}-{rule.day:02}"] = (rule.first_year, rule.last_year)
    assert first_years == {
        "Lei 662/1949": {
            "01-01": (1950, None),
            "05-01": (1949, None),
            "09-07": (1949, None),
            "11-15": (1949, None),
            "12-25": (1949, None),
        },
        "Lei 662/1949, na redação da Lei 10.607/2002": {"04-21": (2003, None), "11-02": (2003, None)},
        "ato anterior à Lei 10.607/2002, a conferir": {"04-21": (1980, 2002), "11-02": (1980, 2002)},
        "Lei 6.802/1980": {"10-12": (1980, None)},
        "Lei 14.759/2023": {"11-20": (2024, None)},
    }


def test_every_national_rule_names_its_act_and_its_first_year():
    assert all(rule.first_year for rule in NATIONAL_HOLIDAYS)
    unchecked = [rule for rule in NATIONAL_HOLIDAYS if not rule.legal_act.startswith("Lei ")]
    assert [(rule.name, rule.last_year) for rule in unchecked] == [("Tiradentes", 2002), ("Finados", 2002)]


@pytest.mark.parametrize(
    "date",
    ["1818-03-22", "1943-04-25", "2008-03-23", "2011-04-24", "2024-03-31", "2026-04-05", "2038-04-25", "2100-03-28"],
)
def test_easter_falls_on_the_known_sunday(date):
    assert easter(day(date).year) == day(date)


@given(st.integers(1600, 9998))
def test_easter_is_a_sunday_from_22_march_to_25_april(year):
    assert easter(year).weekday() == 6
    assert dt.date(year, 3, 22) <= easter(year) <= dt.date(year, 4, 25)


# --- Calendars as data ------------------------------------------------------------------------------------------------


def test_when_two_acts_name_one_day_the_more_closed_one_gives_its_name():
    date = day("2026-04-21")
    partial = replace(closed(date), kind=DayKind.OPTIONAL_PARTIAL)
    calendar = calendar_from_rules("x", (2026, 2026), (*MINAS_HOLIDAYS, *NATIONAL_HOLIDAYS), decreed=[partial])
    assert calendar.day(date).name == "Tiradentes"
    later = calendar_from_rules("y", (2026, 2026), decreed=[partial]).with_days([closed(date)])
    assert later.day(date).kind is DayKind.CLOSURE


def test_an_optional_day_off_never_opens_a_day_that_another_act_closes():
    date = day("2026-03-10")
    acts = [closed(date), closed(date, DayKind.OPTIONAL_FULL)]
    for order in (acts, acts[::-1]):
        assert not calendar_from_rules("x", (2026, 2026), decreed=order, optional_days_count=True).is_business_day(date)


@pytest.mark.parametrize(
    "kind, business, normal",
    [
        (DayKind.NATIONAL, False, False),
        (DayKind.STATE, False, False),
        (DayKind.MUNICIPAL, False, False),
        (DayKind.OPTIONAL_FULL, False, False),
        (DayKind.CLOSURE, False, False),
        (DayKind.OPTIONAL_PARTIAL, True, False),
        (DayKind.SYSTEM_OUTAGE, True, False),
    ],
)
def test_a_closed_day_does_not_count_and_a_short_one_counts_but_no_deadline_ends_on_it(kind, business, normal):
    tuesday = day("2026-03-10")
    calendar = contagem().with_days([closed(tuesday, kind)])
    assert calendar.kind(tuesday) is kind
    assert calendar.is_business_day(tuesday) is business
    assert calendar.is_normal_day(tuesday) is normal


def test_an_optional_day_off_counts_under_the_other_reading_but_still_moves_an_end():
    carnival = closed("2026-02-17", DayKind.OPTIONAL_FULL)
    reading = calendar_from_rules("x", (2026, 2026), decreed=[carnival], optional_days_count=True)
    assert reading.is_business_day(carnival.date)
    assert not reading.is_normal_day(carnival.date)
    assert reading.version != calendar_from_rules("x", (2026, 2026), decreed=[carnival]).version


def test_a_short_day_on_a_weekend_is_a_weekend():
    saturday = day("2026-03-14")
    calendar = contagem().with_days([closed(saturday, DayKind.SYSTEM_OUTAGE)])
    assert calendar.kind(saturday) is DayKind.WEEKEND
    assert not calendar.is_business_day(saturday)


def test_what_was_believed_on_a_date_leaves_out_acts_that_were_not_known_yet():
    decree = closed("2026-05-28", known_from=day("2026-05-20"))
    believed = [
        calendar_from_rules("x", (2026, 2026), decreed=[decree], known_on=known_on).is_business_day(decree.date)
        for known_on in (day("2026-05-19"), day("2026-05-20"), None)
    ]
    assert believed == [True, False, False]


def test_the_version_follows_the_content_and_nothing_else():
    calendar = contagem()
    same = Calendar("Contagem", dict(reversed(calendar.days.items())), 2020, 2031)
    assert (same.version, same, hash(same)) == (calendar.version, calendar, hash(calendar))
    assert len(calendar.version) == 64
    others = [
        calendar.with_days([closed("2026-03-10")]),
        calendar.with_days([closed("2026-03-10", DayKind.OPTIONAL_FULL)]),
        contagem(RecessPolicy.CPC220),
        contagem(last=2032),
        replace(calendar, name="Betim"),
    ]
    assert len({calendar.version, *(other.version for other in others)}) == 6
    assert calendar != "Contagem"


def test_a_day_added_and_taken_away_again_leaves_the_same_calendar():
    added = contagem().with_days([closed("2026-03-10")])
    taken = Calendar("Contagem", {d: e for d, e in added.days.items() if d != day("2026-03-10")}, 2020, 2031)
    assert added != contagem()
    assert taken == contagem()


@pytest.mark.parametrize(
    "make, words",
    [
        (lambda: contagem().is_business_day(day("2032-01-01")), "vai de 2020 a 2031 e não diz nada de 2032-01-01"),
        (lambda: contagem().day(day("2019-12-31")), "não diz nada de 2019-12-31"),
        (lambda: contagem().kind(day("2019-12-31")), "não diz nada de 2019-12-31"),
        (lambda: contagem().is_recess(day("2032-01-01")), "não diz nada de 2032-01-01"),
        (lambda: contagem().add_business_days(day("2031-12-30"), 2), "não chega ao fim da contagem"),
        (lambda: contagem().add_business_days(day("2020-01-03"), -2), "não chega ao fim da contagem"),
        (lambda: contagem().next_business_day(day("2031-12-31")), "não chega ao fim da contagem"),
        (lambda: contagem().previous_business_day(day("2020-01-02")), "não chega ao fim da contagem"),
        (lambda: contagem().normal_day_from(day("2020-01-01"), backward=True), "não chega ao fim da contagem"),
        (lambda: contagem().business_days_between(day("2019-12-30"), day("2020-02-01")), "não diz nada de 2019-12-30"),
        (lambda: calendar_from_rules("x", (2027, 2026)), "não é um período"),
        (lambda: calendar_from_rules("x", (2026, 2026), decreed=[closed("2027-01-04")]), "não diz nada de 2027-01-04"),
        (lambda: closed("2026-01-05", DayKind.COUNTED), "não é um tipo de dia de calendário"),
        (lambda: Calendar("x", {day("2026-01-05"): closed("2026-01-06")}, 2026, 2026), "traz o dia 2026-01-06"),
        (lambda: Recess(RecessPolicy.CPC220, ((day("2026-12-21"), day("2026-12-31")),)), "só o recesso por decreto"),
        (lambda: Recess(RecessPolicy.MUNICIPAL_DECREE, ((day("2026-12-31"), day("2026-12-21")),)), "antes de começar"),
    ],
)
def test_a_calendar_refuses_what_it_cannot_know_and_says_what(make, words):
    with pytest.raises(CalendarError, match=words):
        make()


def test_the_last_covered_days_can_still_be_asked_about():
    assert contagem().is_business_day(day("2031-12-31"))
    assert contagem().normal_day_from(day("2031-12-31")) == day("2031-12-31")
    assert contagem().normal_day_from(day("2020-01-01")) == day("2020-01-02")
    assert contagem().business_days_between(day("2019-12-31"), day("2020-01-02")) == 1


# --- Recess -----------------------------------------------------------------------------------------------------------


def test_the_recess_of_the_cpc_runs_from_20_december_to_20_january_both_included():
    calendar = contagem(RecessPolicy.CPC220)
    dates = ["2026-12-19", "2026-12-20", "2027-01-20", "2027-01-21", "2020-01-01", "2031-12-31"]
    assert [calendar.is_recess(day(date)) for date in dates] == [False, True, True, False, True, True]
    assert not contagem().is_recess(day("2026-12-25"))


def test_a_decreed_recess_joins_spans_that_touch_and_is_cut_at_the_edges():
    spans = [
        ("2026-12-28", "2027-02-01"),
        ("2026-12-21", "2026-12-27"),
        ("2026-07-06", "2026-07-10"),
        ("2026-07-07", "2026-07-08"),
        ("2026-02-16", "2026-02-18"),
        ("2025-01-02", "2025-01-03"),
    ]
    recess = Recess(RecessPolicy.MUNICIPAL_DECREE, tuple((day(a), day(b)) for a, b in spans), "Decreto de teste")
    calendar = calendar_from_rules("x", (2026, 2026), recess=recess)
    assert [(str(start), str(end)) for start, end in calendar.recess_spans] == [
        ("2026-02-16", "2026-02-18"),
        ("2026-07-06", "2026-07-10"),
        ("2026-12-21", "2026-12-31"),
    ]


# --- Counting ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "start, amount, end",
    [
        ("2026-03-20", 1, "2026-03-23"),
        ("2026-03-20", 5, "2026-03-30"),  # Friday 27 is the Jubileu
        ("2026-03-21", 1, "2026-03-23"),
        ("2026-03-22", 0, "2026-03-23"),
        ("2026-03-23", 0, "2026-03-23"),
        ("2026-03-23", -1, "2026-03-20"),
        ("2026-03-22", -1, "2026-03-20"),
        ("2026-03-30", -1, "2026-03-26"),
        ("2026-03-30", -5, "2026-03-20"),
    ],
)
def test_business_days_are_added_from_the_day_after_and_taken_from_the_day_before(start, amount, end):
    assert contagem().add_business_days(day(start), amount) == day(end)


def test_neighbouring_days_of_an_ordinary_week():
    calendar, saturday, thursday = contagem(), day("2026-03-28"), day("2026-03-26")
    assert calendar.next_business_day(thursday) == day("2026-03-30")
    assert calendar.previous_business_day(saturday) == thursday
    assert calendar.business_day_from(saturday) == day("2026-03-30")
    assert calendar.business_day_from(saturday, backward=True) == thursday
    assert calendar.business_day_from(thursday, backward=True) == thursday
    assert calendar.normal_day_from(saturday) == day("2026-03-30")
    assert calendar.normal_day_from(saturday, backward=True) == thursday
    assert calendar.business_days_between(saturday, thursday) == 0
    assert calendar.business_days_between(day("2026-03-30"), day("2026-03-25")) == -2


dates = st.dates(day("2021-01-01"), day("2030-12-31"))
extra_days = st.lists(dates, max_size=12)


@given(extra_days, dates, st.integers(1, 60))
def test_adding_business_days_is_walking_over_them(extra, start, amount):
    calendar = contagem().with_days(map(closed, extra))
    walked, left = start, amount
    while left:
        walked += DAY
        left -= walked.weekday() < 5 and walked not in calendar.days
    assert calendar.add_business_days(start, amount) == walked
    assert calendar.business_days_between(start, walked) == amount
    back, left = start, amount
    while left:
        back -= DAY
        left -= back.weekday() < 5 and back not in calendar.days
    assert calendar.add_business_days(start, -amount) == back


@given(dates, dates, dates)
def test_counts_between_days_add_up(first, second, third):
    between = contagem(RecessPolicy.CPC220).business_days_between
    for recess in (False, True):
        assert between(first, second, recess=recess) + between(second, third, recess=recess) == between(
            first, third, recess=recess
        )


@given(st.integers(2003, 2090), st.integers(0, 10))
def test_any_range_of_years_can_be_built_from_the_rules(first, more):
    calendar = calendar_from_rules("x", (first, first + more), FIXED, MOVABLE)
    assert calendar.first_day.year == first
    assert all(first <= date.year <= first + more for date in calendar.days)
    assert list(calendar.days) == sorted(calendar.days)


def test_a_calendar_without_holidays_only_knows_weekends():
    assert ONE_WEEKEND_ONLY.business_days_between(day("2025-12-31"), day("2026-12-31")) == 261
