"""How a day, an hour, an amount, a size, a name and a tax number are printed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from flask_babel import Babel
from hypothesis import given
from hypothesis import strategies as st

from cprac.domain.holiday_rules import DayKind
from cprac.web import filters

SPACE = "\N{NO-BREAK SPACE}"
MONDAY = date(2026, 3, 30)
FRIDAY_MORNING = datetime(2026, 3, 20, 13, 42, tzinfo=UTC)  # 10:42 in Contagem


@pytest.mark.parametrize(
    "name, value, words",
    [
        ("date_short", MONDAY, "30/03/2026"),
        ("date_day", MONDAY, "30/03"),
        ("date_weekday", MONDAY, "seg, 30/03/2026"),
        ("date_weekday", date(2026, 3, 28), "sáb, 28/03/2026"),
        ("date_weekday_day", MONDAY, "seg, 30/03"),
        ("date_long", date(2026, 4, 14), "terça-feira, 14 de abril de 2026"),
        ("date_long", date(2026, 3, 1), "domingo, 1º de março de 2026"),
        ("date_words", date(2026, 4, 14), "14 de abril de 2026"),
        ("date_short", FRIDAY_MORNING, "20/03/2026"),
        ("clock", FRIDAY_MORNING, "10h42"),
        ("clock", datetime(2026, 3, 20, 17, 0, tzinfo=UTC), "14h"),
        ("clock", datetime(2026, 3, 20, 12, 5, tzinfo=UTC), "9h05"),
        ("moment", FRIDAY_MORNING, "sex, 20/03/2026, 10h42"),
        ("moment", MONDAY, "seg, 30/03/2026"),
        ("money", 842000, f"R${SPACE}8.420,00"),
        ("money", 0, f"R${SPACE}0,00"),
        ("money", 5, f"R${SPACE}0,05"),
        ("money", -150, f"-R${SPACE}1,50"),
        ("money", 123456789012345, f"R${SPACE}1.234.567.890.123,45"),
        ("money_short", 280000000, f"R${SPACE}2,8{SPACE}mi"),
        ("money_short", 60000000, f"R${SPACE}600{SPACE}mil"),
        ("money_short", 99_999_999, f"R${SPACE}1{SPACE}mi"),
        ("money_short", 99_999, f"R${SPACE}1{SPACE}mil"),
        ("money_short", 12345, f"R${SPACE}123,45"),
        ("integer", 1204, "1.204"),
        ("file_size", 1, "1 byte"),
        ("file_size", 512, "512 bytes"),
        ("file_size", 84000, f"84{SPACE}kB"),
        ("file_size", 999_600, f"1{SPACE}MB"),
        ("file_size", 1_234_567, f"1,2{SPACE}MB"),
        ("file_size", 34_000_000, f"34{SPACE}MB"),
        ("initials", "Marina Alves Teixeira", "MT"),
        ("initials", "Aparecida de Jesus", "AJ"),
        ("initials", "Órgão", "Ó"),
        ("initials", "  ana   ", "A"),
        ("initials", "", ""),
        ("initials", "“Zé” da Silva", "S"),
        ("tax_id_masked", "12348291609", "***.482.916-**"),
        ("tax_id_masked", "123.482.916-09", "***.482.916-**"),
        ("tax_id_masked", "***.482.916-**", "***.482.916-**"),
        ("tax_id_masked", "12345678000195", "12.345.678/0001-95"),
        ("tax_id_masked", "12ABC34501DE35", "12.ABC.345/01DE-35"),
        ("tax_id_masked", "1234", ""),
        ("translated", "50% de desconto", "50% de desconto"),
    ],
)
def test_prints_as_people_write_it(name, value, words):
    assert filters.FILTERS[name](value) == words


@pytest.mark.parametrize("name", sorted(set(filters.FILTERS) - {"ago", "flat_errors", "ledger_weeks"}))
def test_nothing_prints_as_nothing(name):
    assert filters.FILTERS[name](None) == ""


def test_an_instant_belongs_to_the_local_day_and_not_to_the_day_of_utc():
    assert filters.date_short(datetime(2026, 4, 15, 2, 59, tzinfo=UTC)) == "14/04/2026"


def test_an_instant_without_time_zone_is_refused_for_nobody_could_tell_its_hour():
    with pytest.raises(ValueError, match="time zone"):
        filters.moment_short(datetime(2026, 3, 20, 10, 42))  # noqa: DTZ001  (the very mistake)


def test_a_day_has_no_hour():
    with pytest.raises(TypeError):
        filters.clock(MONDAY)


@pytest.mark.parametrize("amount", [8420.0, "8420", True])
def test_money_is_integer_centavos_and_nothing_else(amount):
    with pytest.raises(TypeError):
        filters.money(amount)


@pytest.mark.parametrize(
    "value, style, element",
    [
        (MONDAY, "weekday", '<time datetime="2026-03-30">seg, 30/03/2026</time>'),
        (FRIDAY_MORNING, "moment", '<time datetime="2026-03-20T10:42-03:00">sex, 20/03/2026, 10h42</time>'),
    ],
)
def test_a_time_element_says_the_same_to_machines(value, style, element):
    assert filters.time_tag(value, style) == element


@pytest.mark.parametrize(
    "days, words",
    [(0, "hoje"), (1, "ontem"), (3, "há 3 dias"), (-1, "amanhã"), (-2, "daqui a 2 dias"), (400, "há 400 dias")],
)
def test_how_long_ago(days, words):
    assert filters.ago(MONDAY, MONDAY + timedelta(days=days)) == words


def test_dates_follow_the_language_of_the_page():
    app = Flask("english")
    Babel(app, locale_selector=lambda: "en")
    with app.test_request_context():
        assert filters.date_long(MONDAY) == "Monday, 30 March 2026"
        assert filters.date_short(MONDAY) == "30 Mar 2026"
        assert filters.clock(FRIDAY_MORNING) == "10:42"


# --- the ledger strip -------------------------------------------------------------------------------------------------


def ledger_days(first, last, holidays=()):
    on, number = first, 0
    while on <= last:
        counted = on.weekday() < 5 and on not in holidays
        number += counted
        kind = "municipal" if on in holidays else "weekend" if on.weekday() >= 5 else "counted"
        yield {"date": on, "kind": kind, "counted": number if counted else None, "why": ""}
        on += timedelta(days=1)


def looks(rows):
    return [
        f"{row['gap']} plain weeks"
        if "gap" in row
        else " ".join(cell["look"] if cell else "-" for cell in row["cells"])
        for row in rows
    ]


def test_weeks_begin_on_monday_and_end_with_the_due_date():
    notice, due, jubilee = date(2026, 3, 20), date(2026, 3, 30), date(2026, 3, 27)
    rows = filters.ledger_weeks(ledger_days(date(2026, 3, 21), due, {jubilee}), notice, due, date(2026, 3, 25))
    assert looks(rows) == [
        "- - - - notice weekend weekend",
        "counted counted counted counted holiday weekend weekend",
        "due - - - - - -",
    ]
    assert [cell["number"] for cell in rows[1]["cells"]] == [1, 2, 3, 4, 0, 0, 0]
    assert rows[1]["cells"][2]["today"]
    assert rows[1]["cells"][4]["word"] == "feriado"
    assert rows[2]["cells"][0]["number"] == 5


def test_a_count_told_only_as_yes_or_no_is_numbered_here():
    days = [{"date": MONDAY + timedelta(days=n), "kind": "", "counted": n > 0, "why": ""} for n in range(3)]
    assert [cell["number"] for cell in filters.ledger_weeks(days)[0]["cells"] if cell] == [0, 1, 2]


def test_a_long_ledger_shows_only_the_weeks_that_explain_something():
    first, due, holiday = date(2026, 3, 23), date(2026, 7, 10), date(2026, 6, 4)
    rows = filters.ledger_weeks(ledger_days(first, due, {holiday}), None, due)
    assert looks(rows) == [
        "10 plain weeks",
        "counted counted counted holiday counted weekend weekend",
        "4 plain weeks",
        "counted counted counted counted due - -",
    ]


def test_an_empty_ledger_has_no_weeks():
    assert filters.ledger_weeks([]) == []


@pytest.mark.parametrize("kind", DayKind)
def test_each_kind_of_day_that_the_domain_knows_has_a_look(kind):
    counted = 1 if kind is DayKind.COUNTED else None
    cell = filters.ledger_weeks([{"date": MONDAY, "kind": kind, "counted": counted, "why": ""}])[0]["cells"][0]
    expected = {
        DayKind.COUNTED: "counted",
        DayKind.WEEKEND: "weekend",
        DayKind.PAUSED: "paused",
        DayKind.TRIGGER: "notice",
        DayKind.EXTENSION: "due",
    }
    assert cell["look"] == expected.get(kind, "holiday")
    assert len(cell["short"]) <= 6


@given(start=st.dates(date(2000, 1, 1), date(2090, 1, 1)), length=st.integers(0, 400))
def test_every_day_of_a_ledger_is_shown_or_lies_in_a_plain_week(start, length):
    rows = filters.ledger_weeks(ledger_days(start, start + timedelta(days=length)))
    shown = [cell["date"] for row in rows if "cells" in row for cell in row["cells"] if cell]
    hidden = 7 * sum(row["gap"] for row in rows if "gap" in row)
    assert len(shown) + hidden == length + 1
    assert shown == sorted(set(shown))
    assert all(len(row["cells"]) == 7 for row in rows if "cells" in row)
    assert all(
        cell["date"].weekday() == place
        for row in rows
        if "cells" in row
        for place, cell in enumerate(row["cells"])
        if cell
    )
