"""Deadlines as tables that a lawyer can read, with their weekdays."""

import copy
import datetime as dt
import pickle
from dataclasses import replace

import pytest

from cprac.domain.business_days import SHORT_KINDS, CalendarError, DayKind, RecessPolicy
from cprac.domain.deadlines import (
    Basis,
    DeadlineError,
    DeadlineRule,
    FirstDay,
    Look,
    MonthEnd,
    NoticeInPause,
    Pause,
    RuleKind,
    StillPausedError,
    Unit,
    add_months,
    binding_due,
    counting_rule,
    date_to_date,
    deadline_words,
    due_date,
    due_on,
    remaining,
    remaining_when_paused,
)
from cprac.domain.notices import gazette_notice, portal_notice
from tests.domain.contagem_calendar import closed, contagem

day = dt.date.fromisoformat
BUSINESS, CALENDAR, MONTHS, YEARS = Unit.BUSINESS_DAYS, Unit.CALENDAR_DAYS, Unit.MONTHS, Unit.YEARS
WEEKDAYS = ["seg", "ter", "qua", "qui", "sex", "sáb", "dom"]
INVITE = DeadlineRule(
    id="D-INVITE",
    name="Responder ao convite",
    amount=30,
    unit=CALENDAR,
    trigger="o recebimento do convite",
    responsible="invitee",
    kind=RuleKind.PARTY,
    on_expiry="propose:lapse_invitation",
    legal_basis="Lei 13.140/2015 art. 21, por analogia",
    basis=Basis.DEFAULT,
    extendable_amount=10,
)


def spoken(date):
    """A day as a lawyer writes it, "seg 2026-03-30", so that a table shows its weekdays."""
    return f"{WEEKDAYS[date.weekday()]} {date}"


def pause(start, end, reason="perícia"):
    return Pause(day(start), day(end) if end else None, reason)


def due(amount, unit, trigger, *pauses, calendar=None, **readings):
    return due_date(counting_rule(amount, unit, **readings), day(trigger), calendar or contagem(), pauses)


# --- The vectors of the procedure, c.2 --------------------------------------------------------------------------------


def test_v1_five_business_days_over_the_jubileu():
    assert spoken(due(5, BUSINESS, "2026-03-20").due) == "seg 2026-03-30"


def test_v2_fifteen_business_days_over_holy_week():
    assert spoken(due(15, BUSINESS, "2026-03-20").due) == "ter 2026-04-14"


def test_v3_thirty_days_that_end_on_a_sunday_before_a_holiday():
    answer = due(30, CALENDAR, "2026-08-07")
    assert (spoken(answer.raw_due), spoken(answer.due)) == ("dom 2026-09-06", "ter 2026-09-08")


@pytest.mark.parametrize(
    "policy, decreed, end",
    [
        (RecessPolicy.NONE, [], "ter 2026-12-29"),
        (RecessPolicy.NONE, ["2026-12-24"], "qua 2026-12-30"),
        (RecessPolicy.CPC220, [], "qui 2027-01-28"),
    ],
)
def test_v4_ten_business_days_over_the_end_of_the_year(policy, decreed, end):
    calendar = contagem(policy).with_days(map(closed, decreed))
    assert spoken(due(10, BUSINESS, "2026-12-14", calendar=calendar, recess=True).due) == end


def test_v4_a_rule_that_obeys_no_recess_runs_through_it():
    assert spoken(due(10, BUSINESS, "2026-12-14", calendar=contagem(RecessPolicy.CPC220)).due) == "ter 2026-12-29"


def test_v5_a_portal_notice_that_nobody_opened():
    notice = portal_notice(day("2026-04-23"), None, contagem())
    assert spoken(notice.deemed_on) == "seg 2026-05-04"
    assert spoken(due(5, BUSINESS, str(notice.deemed_on)).due) == "seg 2026-05-11"


def test_v6_a_portal_notice_opened_on_a_saturday():
    notice = portal_notice(day("2026-06-01"), day("2026-06-06"), contagem())
    assert spoken(notice.deemed_on) == "seg 2026-06-08"
    assert spoken(due(10, BUSINESS, str(notice.deemed_on)).due) == "seg 2026-06-22"


def test_v7_a_gazette_made_available_on_the_eve_of_corpus_christi():
    notice = gazette_notice(day("2026-06-03"), contagem())
    answer = due(5, BUSINESS, str(notice.deemed_on))
    assert [spoken(date) for date in (notice.deemed_on, answer.first_day, answer.due)] == [
        "sex 2026-06-05",
        "seg 2026-06-08",
        "sex 2026-06-12",
    ]


@pytest.mark.parametrize(
    "trigger, month_end, roll, raw, end",
    [
        ("2027-01-31", MonthEnd.LAST_DAY, True, "dom 2027-02-28", "seg 2027-03-01"),
        ("2027-01-31", MonthEnd.NEXT_DAY, False, "seg 2027-03-01", "seg 2027-03-01"),
        ("2028-01-31", MonthEnd.LAST_DAY, True, "ter 2028-02-29", "ter 2028-02-29"),
        ("2028-01-31", MonthEnd.NEXT_DAY, False, "qua 2028-03-01", "qua 2028-03-01"),
    ],
)
def test_v8_a_month_from_31_january_by_administrative_and_by_civil_law(trigger, month_end, roll, raw, end):
    answer = due(1, MONTHS, trigger, month_end=month_end, roll_forward=roll)
    assert (spoken(answer.raw_due), spoken(answer.due)) == (raw, end)


# --- Units ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "start, months, month_end, end",
    [
        ("2026-01-15", 1, MonthEnd.LAST_DAY, "2026-02-15"),
        ("2026-01-31", 3, MonthEnd.LAST_DAY, "2026-04-30"),
        ("2026-01-31", 3, MonthEnd.NEXT_DAY, "2026-05-01"),
        ("2026-12-31", 2, MonthEnd.NEXT_DAY, "2027-03-01"),
        ("2026-12-31", 12, MonthEnd.LAST_DAY, "2027-12-31"),
        ("2028-02-29", 12, MonthEnd.LAST_DAY, "2029-02-28"),
        ("2028-02-29", 12, MonthEnd.NEXT_DAY, "2029-03-01"),
        ("2028-02-29", 48, MonthEnd.NEXT_DAY, "2032-02-29"),
        ("2026-03-31", -1, MonthEnd.LAST_DAY, "2026-02-28"),
        ("2026-01-31", -2, MonthEnd.NEXT_DAY, "2025-12-01"),
    ],
)
def test_months_run_from_date_to_date(start, months, month_end, end):
    assert add_months(day(start), months, month_end) == day(end)


def test_months_that_leave_the_calendar_of_the_world_are_refused():
    for start, months in (("9999-12-31", 2), ("0001-01-31", -11)):
        with pytest.raises(DeadlineError, match="data impossível"):
            add_months(day(start), months, MonthEnd.LAST_DAY)


def test_a_year_is_twelve_months_and_the_quarantine_is_not_prorogued():
    assert date_to_date(day("2025-03-15"), 1, YEARS, MonthEnd.LAST_DAY) == day("2026-03-15")
    quarantine = due(1, YEARS, "2025-03-15", roll_forward=False)
    assert spoken(quarantine.due) == "dom 2026-03-15"


def test_the_words_of_a_unit_follow_the_number():
    assert [unit.words(1) for unit in Unit] == ["1 dia útil", "1 dia", "1 mês", "1 ano"]
    assert [unit.words(2) for unit in Unit] == ["2 dias úteis", "2 dias", "2 meses", "2 anos"]
    assert CALENDAR.words(1203) == "1.203 dias"


# --- Readings that the law leaves open --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "first_day, first, end",
    [
        (FirstDay.ANY_DAY, "sáb 2026-03-14", "qua 2026-03-18"),
        (FirstDay.BUSINESS_DAY, "seg 2026-03-16", "sex 2026-03-20"),
        (FirstDay.NORMAL_OPENING, "ter 2026-03-17", "seg 2026-03-23"),
    ],
)
def test_day_one_may_have_to_be_a_business_day_or_one_of_normal_opening(first_day, first, end):
    calendar = contagem().with_days([closed("2026-03-16", DayKind.OPTIONAL_PARTIAL)])
    answer = due(5, CALENDAR, "2026-03-13", calendar=calendar, first_day=first_day)
    assert (spoken(answer.first_day), spoken(answer.due)) == (first, end)


def test_a_late_opening_moves_the_start_of_business_days_only_under_the_cpc_reading():
    calendar = contagem().with_days([closed("2026-03-16", DayKind.OPTIONAL_PARTIAL)])
    ends = [
        spoken(due(3, BUSINESS, "2026-03-13", calendar=calendar, first_day=first_day).due) for first_day in FirstDay
    ]
    assert ends == ["qua 2026-03-18", "qua 2026-03-18", "qui 2026-03-19"]


@pytest.mark.parametrize(
    "reading, first, end",
    [
        (NoticeInPause.DAY_ONE_AFTER, "ter 2025-01-21", "seg 2025-02-03"),
        (NoticeInPause.DEEMED_AFTER, "qua 2025-01-22", "ter 2025-02-04"),
    ],
)
def test_a_notice_inside_a_pause_waits_for_its_end(reading, first, end):
    answer = due(10, BUSINESS, "2024-12-22", pause("2024-12-20", "2025-01-20"), notice_in_pause=reading)
    assert (spoken(answer.first_day), spoken(answer.due)) == (first, end)
    assert [entry.kind for entry in answer.ledger()].count(DayKind.TRIGGER) == (1 if first.startswith("ter") else 2)


@pytest.mark.parametrize("clear, latest", [(False, "qua 2026-05-13"), (True, "ter 2026-05-12")])
def test_the_latest_notice_of_a_session_counts_backwards(clear, latest):
    answer = due(5, BUSINESS, "2026-05-20", backward=True, clear_days=clear)
    assert (spoken(answer.first_day), spoken(answer.due)) == ("ter 2026-05-19", latest)


def test_three_business_days_before_a_session_step_over_the_jubileu():
    assert spoken(due(3, BUSINESS, "2026-03-31", backward=True).due) == "qua 2026-03-25"


def test_a_backward_count_in_days_ends_before_a_day_without_office_hours():
    answer = due(10, CALENDAR, "2026-05-20", backward=True)
    assert (spoken(answer.raw_due), spoken(answer.due)) == ("dom 2026-05-10", "sex 2026-05-08")
    assert spoken(due(1, MONTHS, "2026-03-31", backward=True).due) == "sex 2026-02-27"


# --- The end ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", SHORT_KINDS)
@pytest.mark.parametrize(
    "short, end",
    [
        (["2026-05-07"], "seg 2026-05-11"),  # in the middle: counts
        (["2026-05-11"], "ter 2026-05-12"),  # on the last day: moves it
        (["2026-05-11", "2026-05-12", "2026-05-13"], "qui 2026-05-14"),
    ],
)
def test_a_short_day_or_an_outage_counts_in_the_middle_and_moves_the_end(kind, short, end):
    calendar = contagem().with_days(closed(date, kind) for date in short)
    assert spoken(due(5, BUSINESS, "2026-05-04", calendar=calendar).due) == end
    assert spoken(due(7, CALENDAR, "2026-05-04", calendar=calendar).due) == end


def test_an_end_stays_where_it_falls_when_the_rule_is_not_prorogued():
    assert spoken(due(30, CALENDAR, "2026-08-07", roll_forward=False).due) == "dom 2026-09-06"


def test_a_double_term_doubles_the_amount_and_an_extension_goes_on_counting():
    twice = due_date(counting_rule(15, BUSINESS), day("2026-05-04"), contagem(), multiplier=2)
    assert (spoken(twice.due), twice.length) == ("ter 2026-06-16", 30)
    extended = due_date(INVITE, day("2026-03-02"), contagem(), extension=10)
    assert (spoken(extended.due), extended.length) == ("seg 2026-04-13", 40)


def test_a_date_once_communicated_is_never_shortened():
    early, late = day("2026-03-30"), day("2026-03-31")
    assert [binding_due(early, late), binding_due(late, early), binding_due(None, early)] == [late, late, early]


# --- Pauses -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "pauses, end",
    [
        ([], "ter 2026-03-17"),
        ([("2026-03-09", "2026-03-10")], "qui 2026-03-19"),
        ([("2026-03-07", "2026-03-08")], "ter 2026-03-17"),  # a weekend loses nothing
        ([("2026-03-09", "2026-03-12"), ("2026-03-11", "2026-03-13")], "ter 2026-03-24"),  # overlapping days once
        ([("2026-03-16", "2026-03-17"), ("2026-03-09", "2026-03-09")], "sex 2026-03-20"),  # in any order
        ([("2026-03-18", "2026-03-31")], "ter 2026-03-17"),  # after the end
        ([("2026-02-02", "2026-03-02")], "ter 2026-03-17"),  # before the first day
    ],
)
def test_paused_days_are_not_counted(pauses, end):
    assert spoken(due(11, BUSINESS, "2026-03-02", *(pause(*dates) for dates in pauses)).due) == end


def test_thirty_days_paused_in_the_middle_keep_the_days_that_were_left():
    answer = due(30, CALENDAR, "2026-03-02", pause("2026-03-12", "2026-04-10"))
    assert (spoken(answer.first_day), spoken(answer.due)) == ("ter 2026-03-03", "seg 2026-05-04")


def test_nothing_falls_due_inside_a_pause_even_when_the_end_is_moved():
    answer = due(30, CALENDAR, "2026-08-07", pause("2026-09-08", "2026-09-10"))
    assert (spoken(answer.raw_due), spoken(answer.due)) == ("dom 2026-09-06", "sex 2026-09-11")
    back = due(10, CALENDAR, "2026-05-20", pause("2026-05-07", "2026-05-08"), backward=True)
    assert spoken(back.due) == "qua 2026-05-06"


def test_a_month_paused_keeps_the_days_that_were_left():
    assert spoken(due(1, MONTHS, "2026-03-10", pause("2026-03-16", "2026-03-20")).due) == "qua 2026-04-15"
    assert spoken(due(1, MONTHS, "2026-03-10", pause("2026-03-11", "2026-03-31")).due) == "qui 2026-04-30"


def test_a_month_held_from_its_start_runs_date_to_date_from_the_end_of_the_pause():
    answer = due(1, MONTHS, "2026-01-15", pause("2026-01-16", "2026-02-10"))
    assert [spoken(date) for date in (answer.first_day, answer.due)] == ["qua 2026-02-11", "ter 2026-03-10"]
    assert answer.ledger()[-1].counted == 28


def test_a_rule_that_cannot_be_paused_runs_on():
    rule = replace(counting_rule(5, BUSINESS), pausable=False)
    answer = due_date(rule, day("2026-03-02"), contagem(), (pause("2026-03-03", "2026-03-31"),))
    assert spoken(answer.due) == "seg 2026-03-09"
    assert spoken(answer.ledger()[-1].date) == "seg 2026-03-09"


def test_while_a_pause_lasts_there_is_no_due_date_but_what_is_left_is_known():
    rule, opened = counting_rule(15, BUSINESS), pause("2026-03-25", None)
    with pytest.raises(StillPausedError, match="parado desde 2026-03-25"):
        due_date(rule, day("2026-03-20"), contagem(), [opened])
    assert remaining_when_paused(rule, day("2026-03-20"), contagem(), [opened], opened.start) == 13
    assert spoken(due_date(rule, day("2026-03-02"), contagem(), [opened]).due) == "seg 2026-03-23"


@pytest.mark.parametrize("reading", NoticeInPause)
@pytest.mark.parametrize(
    "rule", [counting_rule(1, MONTHS), counting_rule(5, CALENDAR, first_day=FirstDay.BUSINESS_DAY)]
)
def test_a_deadline_whose_start_is_held_by_an_open_pause_has_no_due_date(rule, reading):
    with pytest.raises(StillPausedError):
        due_date(replace(rule, notice_in_pause=reading), day("2026-03-20"), contagem(), [pause("2026-03-18", None)])


def test_an_end_moved_into_an_open_pause_has_no_due_date():
    with pytest.raises(StillPausedError):
        due(30, CALENDAR, "2026-08-07", pause("2026-09-07", None))


# --- Refusals ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "make, words",
    [
        (lambda: replace(INVITE, amount=0), "D-INVITE: o prazo deve ser de 1 ou mais"),
        (lambda: replace(INVITE, extendable_amount=-1), "D-INVITE"),
        (lambda: replace(INVITE, on_expiry="close it"), "consequência do fim do prazo desconhecida"),
        (lambda: replace(INVITE, on_expiry="propose:"), "consequência"),
        (lambda: replace(INVITE, clear_days=True), "dias livres só existem"),
        (lambda: pause("2026-03-10", "2026-03-09"), "termina .2026-03-09. antes de começar"),
        (lambda: due_date(INVITE, day("2026-03-02"), contagem(), extension=11), "D-INVITE: a regra não admite"),
        (lambda: due_date(INVITE, day("2026-03-02"), contagem(), extension=-1), "não admite"),
        (lambda: due_date(INVITE, day("2026-03-02"), contagem(), multiplier=0), "não admite"),
        (lambda: due_date(counting_rule(5, BUSINESS), day("2026-03-02"), contagem(), extension=1), "não admite"),
    ],
)
def test_what_cannot_be_counted_is_refused_in_one_line(make, words):
    with pytest.raises(DeadlineError, match=words):
        make()


def test_a_count_that_leaves_the_calendar_is_refused():
    with pytest.raises(CalendarError, match="vai de 2020 a 2031"):
        due(30, BUSINESS, "2031-12-01")
    with pytest.raises(CalendarError, match="vai de 2020 a 2031"):
        due(30, CALENDAR, "2031-12-15")


@pytest.mark.parametrize("unit", list(Unit))
@pytest.mark.parametrize("roll", [True, False])
@pytest.mark.parametrize(
    "trigger, amount, backward",
    [("2031-12-30", 5, False), ("2020-01-02", 5, True), ("2019-12-31", 1, False), ("2032-01-01", 1, True)],
)
def test_no_count_says_a_day_of_years_it_knows_nothing_of(unit, roll, trigger, amount, backward):
    """Not even one that asks for no business day: a recess may lie there."""
    rule = counting_rule(amount, unit, roll_forward=roll, backward=backward)
    for ask in (due_date, due_on):
        with pytest.raises(CalendarError, match="vai de 2020 a 2031"):
            ask(rule, day(trigger), contagem())


def test_a_count_of_thousands_of_years_is_refused_too():
    with pytest.raises(CalendarError, match="vai de 2020 a 2031"):
        due_on(counting_rule(5_000_000, CALENDAR), day("2026-03-02"), contagem())


def test_the_day_alone_is_the_day_of_the_whole_answer_with_its_multiplier_and_extension():
    rule = replace(counting_rule(5, BUSINESS), extendable_amount=3)
    for options in ({}, {"multiplier": 2}, {"extension": 3}, {"multiplier": 2, "extension": 1}):
        assert (
            due_on(rule, day("2026-03-20"), contagem(), **options)
            == due_date(rule, day("2026-03-20"), contagem(), **options).due
        )
    with pytest.raises(DeadlineError, match="não admite"):
        due_on(rule, day("2026-03-20"), contagem(), extension=4)


def test_a_rule_survives_copying_and_pickling_whole():
    for rule in (counting_rule(5, BUSINESS), counting_rule(5, BUSINESS, roll_forward=False), INVITE):
        for again in (copy.copy(rule), copy.deepcopy(rule), pickle.loads(pickle.dumps(rule))):  # noqa: S301  (our own)
            assert (again, again.plain) == (rule, rule.plain)
    assert [counting_rule(5, unit).plain for unit in Unit] == [True, False, False, False]


def test_neither_an_answer_nor_a_calendar_prints_a_century_of_days():
    assert len(repr(due_date(counting_rule(5, BUSINESS), day("2026-03-20"), contagem()))) < 1500


# --- The ledger -------------------------------------------------------------------------------------------------------


def test_the_ledger_names_each_day_from_the_start_to_the_end():
    days = [
        (spoken(entry.date), entry.kind.value, entry.counted, entry.why)
        for entry in due(5, BUSINESS, "2026-03-20").ledger()
    ]
    assert days == [
        ("sex 2026-03-20", "trigger", None, "dia do começo: não conta"),
        ("sáb 2026-03-21", "weekend", None, "sábado"),
        ("dom 2026-03-22", "weekend", None, "domingo"),
        ("seg 2026-03-23", "counted", 1, "1º dia útil"),
        ("ter 2026-03-24", "counted", 2, "2º dia útil"),
        ("qua 2026-03-25", "counted", 3, "3º dia útil"),
        ("qui 2026-03-26", "counted", 4, "4º dia útil"),
        ("sex 2026-03-27", "municipal", None, "Jubileu de Nossa Senhora das Dores, Lei municipal 3.484/2001"),
        ("sáb 2026-03-28", "weekend", None, "sábado"),
        ("dom 2026-03-29", "weekend", None, "domingo"),
        ("seg 2026-03-30", "counted", 5, "5º dia útil"),
    ]


def test_the_ledger_of_a_moved_end_says_why_it_moved():
    last = due(30, CALENDAR, "2026-08-07").ledger()[-3:]
    assert [(entry.kind, entry.counted, entry.why) for entry in last] == [
        (DayKind.COUNTED, 30, "30º dia (domingo): sem expediente normal, o fim passa para o dia útil seguinte"),
        (DayKind.NATIONAL, None, "Independência do Brasil, Lei 662/1949"),
        (DayKind.EXTENSION, None, "dia com expediente normal: o prazo termina aqui"),
    ]


def test_the_ledger_shows_pause_and_recess_with_their_reasons():
    calendar = contagem(RecessPolicy.CPC220)
    answer = due(10, BUSINESS, "2026-12-14", pause("2026-12-16", "2026-12-16"), calendar=calendar, recess=True)
    kinds = {entry.kind: entry.why for entry in answer.ledger()}
    assert kinds[DayKind.PAUSED] == "perícia"
    assert kinds[DayKind.RECESS] == "recesso de 20 de dezembro a 20 de janeiro, CPC art. 220"


def test_a_backward_ledger_runs_with_the_calendar_and_numbers_from_the_session():
    entries = due(3, BUSINESS, "2026-03-31", backward=True).ledger()
    assert [(spoken(entry.date), entry.counted) for entry in entries] == [
        ("qua 2026-03-25", 3),
        ("qui 2026-03-26", 2),
        ("sex 2026-03-27", None),
        ("sáb 2026-03-28", None),
        ("dom 2026-03-29", None),
        ("seg 2026-03-30", 1),
        ("ter 2026-03-31", None),
    ]


def test_a_ledger_day_is_plain_json():
    assert due(1, BUSINESS, "2026-03-20").ledger()[-1].as_json() == {
        "date": "2026-03-23",
        "kind": "counted",
        "counted": 1,
        "why": "1º dia útil",
    }


OF_MARCH_20 = "sexta-feira, 20/03/2026, sem contar esse dia. O 1º dia que conta é segunda-feira, 23/03/2026"
NOT_OPEN, FRIDAY = "sem expediente normal", "sexta-feira, 22/05/2026"
JUBILEU = "Jubileu de Nossa Senhora das Dores, Lei municipal 3.484/2001"


@pytest.mark.parametrize(
    "answer, start, end, skipped",
    [
        (
            due(5, BUSINESS, "2026-03-20"),
            f"5 dias úteis a partir de {OF_MARCH_20}",
            "O prazo termina em segunda-feira, 30/03/2026",
            f"Não contam 27/03 ({JUBILEU}) e 4 dias de fim de semana",
        ),
        (
            due(1, BUSINESS, "2026-03-20"),
            f"1 dia útil a partir de {OF_MARCH_20}",
            "O prazo termina em segunda-feira, 23/03/2026",
            "Não contam 2 dias de fim de semana",
        ),
        (
            due(2, CALENDAR, "2026-05-15"),
            "2 dias a partir de sexta-feira, 15/05/2026, sem contar esse dia. O 1º dia que conta é sábado, 16/05/2026",
            f"O prazo terminaria em domingo, 17/05/2026, {NOT_OPEN}, e por isso termina em segunda-feira, 18/05/2026",
            None,
        ),
        (
            due(1, MONTHS, "2026-03-10", pause("2026-03-16", "2026-03-20")),
            "1 mês, de data a data, a partir de terça-feira, 10/03/2026",
            "O prazo termina em quarta-feira, 15/04/2026",
            "Não contam 16/03 a 20/03/2026 (perícia)",
        ),
        (
            due(1, BUSINESS, "2026-05-18", backward=True, clear_days=True),
            "1 dia útil antes de segunda-feira, 18/05/2026, sem contar esse dia nem o do aviso",
            "O último dia é quinta-feira, 14/05/2026",
            "Não contam 2 dias de fim de semana",
        ),
        (
            due(1, CALENDAR, "2026-05-18", backward=True),
            "1 dia antes de segunda-feira, 18/05/2026, sem contar esse dia",
            "O último dia seria domingo, 17/05/2026, sem expediente normal, e é sexta-feira, 15/05/2026",
            None,
        ),
        (
            due(
                1, BUSINESS, "2026-05-18", pause("2026-05-19", "2026-05-19", "luto"), pause("2026-05-20", "2026-05-21")
            ),
            f"1 dia útil a partir de segunda-feira, 18/05/2026, sem contar esse dia. O 1º dia que conta é {FRIDAY}",
            f"O prazo termina em {FRIDAY}",
            "Não contam 19/05 (luto) e 20/05 a 21/05/2026 (perícia)",
        ),
    ],
)
def test_short_sentences_explain_the_date(answer, start, end, skipped):
    assert answer.sentence == ". ".join(filter(None, [start, end, skipped])) + "."


# --- Words on a page --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "due_on, today, unit, words, look",
    [
        ("2026-03-30", "2026-03-30", BUSINESS, "Vence hoje", Look.TODAY),
        ("2026-03-30", "2026-03-29", BUSINESS, "Vence amanhã", Look.SOON),
        ("2026-03-30", "2026-03-26", BUSINESS, "Vence segunda", Look.SOON),  # Friday 27 is the Jubileu
        ("2026-03-30", "2026-03-28", BUSINESS, "Vence segunda", Look.SOON),
        ("2026-03-24", "2026-03-23", BUSINESS, "Vence amanhã", Look.SOON),
        ("2026-03-30", "2026-03-25", BUSINESS, "Faltam 2 dias úteis", Look.SOON),
        ("2026-03-30", "2026-03-24", BUSINESS, "Faltam 3 dias úteis", Look.SOON),
        ("2026-03-30", "2026-03-23", BUSINESS, "Faltam 4 dias úteis", Look.PLAIN),
        ("2026-03-30", "2026-03-27", CALENDAR, "Faltam 3 dias", Look.SOON),
        ("2026-03-30", "2026-03-20", CALENDAR, "Faltam 10 dias", Look.PLAIN),
        ("2031-03-30", "2026-03-20", YEARS, "Faltam 1.836 dias", Look.PLAIN),
        ("2026-03-30", "2026-03-31", BUSINESS, "Venceu há 1 dia útil", Look.OVERDUE),
        ("2026-03-30", "2026-04-01", BUSINESS, "Venceu há 2 dias úteis", Look.OVERDUE),
        ("2026-03-30", "2026-04-01", CALENDAR, "Venceu há 2 dias", Look.OVERDUE),
        ("2026-03-20", "2026-03-21", BUSINESS, "Venceu ontem", Look.OVERDUE),
        ("2026-03-20", "2026-03-22", BUSINESS, "Venceu sexta", Look.OVERDUE),
    ],
)
def test_a_deadline_is_said_in_its_own_unit(due_on, today, unit, words, look):
    assert deadline_words(day(due_on), day(today), unit, contagem()) == (words, look)


def test_a_paused_or_met_deadline_says_so_first():
    dates = day("2026-03-30"), day("2026-04-10")
    assert deadline_words(*dates, BUSINESS, contagem(), paused_remaining=7) == (
        "Parado: restam 7 dias úteis",
        Look.PAUSED,
    )
    assert deadline_words(*dates, BUSINESS, contagem(), paused_remaining=1) == ("Parado: resta 1 dia útil", Look.PAUSED)
    assert deadline_words(*dates, MONTHS, contagem(), paused_remaining=20) == ("Parado: restam 20 dias", Look.PAUSED)
    assert deadline_words(*dates, BUSINESS, contagem(), None, day("2026-03-20")) == ("Cumprido em 20/03/2026", Look.MET)


def test_a_last_day_after_a_long_closure_is_not_named_by_its_weekday():
    today, end, calendar = day("2026-12-18"), day("2027-01-21"), contagem(RecessPolicy.CPC220)
    left = remaining(BUSINESS, end, today, calendar, recess=True)
    assert deadline_words(end, today, BUSINESS, calendar, left=left) == ("Falta 1 dia útil", Look.SOON)


def test_remaining_leaves_out_pause_and_recess_and_turns_negative_when_past():
    calendar, end = contagem(RecessPolicy.CPC220), day("2027-01-28")
    assert remaining(BUSINESS, end, day("2026-12-18"), calendar, recess=True) == 6
    assert remaining(CALENDAR, end, day("2026-12-18"), calendar, recess=True) == 9
    assert remaining(BUSINESS, end, day("2027-01-20"), calendar, [pause("2027-01-25", "2027-01-26")]) == 4
    assert remaining(BUSINESS, end, day("2027-01-20"), calendar, [pause("2027-01-25", "2027-01-25")]) == 5
    assert remaining(BUSINESS, day("2026-03-30"), day("2026-04-01"), calendar) == -2
    assert remaining(BUSINESS, end, end, calendar) == 0
