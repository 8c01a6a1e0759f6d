"""The adapter of `cprac deadlines compute`: the published vectors, its own kinds of input, and what it refuses."""

import datetime as dt
import json
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cprac.deadline_vectors import compute_vectors
from cprac.domain.business_days import calendar_from_rules
from cprac.domain.deadlines import FirstDay, MonthEnd, Unit, counting_rule
from tests.domain.contagem_calendar import contagem
from tests.domain.day_walk import Days, random_pauses, random_trigger, walk

SAMPLE = Path(__file__).resolve().parents[2] / "shared" / "data" / "deadlines_sample.json"
BASE = {"date": "2026-03-20", "amount": 5, "unit": "dias_uteis", "calendar": "CONTAGEM"}
LIMITATION = {"years": 5, "starts": "2021-10-01", "suspended_from": "2026-09-10", "resumed_on": "2027-02-02"}


def by_name(name):
    """The regulation's calendars, as the command hands them over."""
    return {"CONTAGEM": contagem()}[name]


def answers(*vectors, calendars=None, named=by_name):
    """The answers to vectors given as objects, read from one file."""
    return list(compute_vectors(json.dumps({"calendars": calendars or {}, "vectors": vectors}), named))


def answer(**fields):
    return answers({"id": "V", "input": BASE | fields})[0]


# --- The published sample ---------------------------------------------------------------------------------------------


@pytest.mark.shared_data
def test_each_published_vector_is_answered_as_expected():
    text = SAMPLE.read_text(encoding="utf-8")
    vectors = json.loads(text)["vectors"]
    found = {line["id"]: line for line in compute_vectors(text)}
    wrong = {
        vector["id"]: found[vector["id"]]
        for vector in vectors
        if any(found[vector["id"]][name] != value for name, value in vector["expected"].items())
    }
    assert (len(found), wrong) == (41, {})


@pytest.mark.shared_data
def test_each_ambiguous_vector_gives_its_alternative_under_the_named_parameter():
    text = SAMPLE.read_text(encoding="utf-8")
    ambiguous = {v["id"]: v["alternative"] for v in json.loads(text)["vectors"] if v["ambiguous"]}
    found = {line["id"]: line["alternative"] for line in compute_vectors(text) if "alternative" in line}
    assert found.keys() == ambiguous.keys()
    for key, expected in ambiguous.items():
        assert found[key]["parameter"].count("=") == 1
        assert all(found[key][name] == value for name, value in expected.items() if name != "reading")


@pytest.mark.shared_data
def test_each_ledger_of_the_sample_ends_where_its_answer_says():
    for line in compute_vectors(SAMPLE.read_text(encoding="utf-8")):
        if line["ledger"]:
            assert line["due"] in (line["ledger"][0]["date"], line["ledger"][-1]["date"])
            assert {tuple(entry) for entry in line["ledger"]} == {("date", "kind", "counted", "why")}


# --- Kinds of vector --------------------------------------------------------------------------------------------------


def test_a_line_says_id_due_first_day_and_ledger():
    line = answer()
    assert list(line) == ["id", "due", "first_day", "ledger"]
    assert (line["id"], line["due"], line["first_day"]) == ("V", "2026-03-30", "2026-03-23")
    assert line["ledger"][-1] == {"date": "2026-03-30", "kind": "counted", "counted": 5, "why": "5º dia útil"}


def test_expected_only_says_what_else_to_print():
    vector = {"id": 1, "input": BASE, "expected": {"due": "1999-01-01", "due_before_extension": None, "moon": "full"}}
    line = answers(vector)[0]
    assert list(line) == ["id", "due", "first_day", "due_before_extension", "ledger"]
    assert line["due_before_extension"] == line["due"] == "2026-03-30"


@pytest.mark.parametrize(
    "fields, due",
    [
        ({}, "2026-03-30"),
        ({"extra_closed_days": ["2026-03-30"]}, "2026-03-31"),
        ({"early_close_days": ["2026-03-24"]}, "2026-03-30"),
        ({"early_close_days": ["2026-03-30"]}, "2026-03-31"),
        ({"suspensions": [["2026-03-24", "2026-03-25"]]}, "2026-04-01"),
        ({"multiplier": 2}, "2026-04-07"),
        ({"deemed_date": "2026-03-23"}, "2026-03-31"),
        ({"unit": "dias_corridos"}, "2026-03-25"),
        ({"unit": "dias_corridos", "amount": 8}, "2026-03-30"),
        ({"unit": "dias_corridos", "amount": 8, "end_rule": "nao_prorroga"}, "2026-03-28"),
        ({"unit": "dias_corridos", "amount": 8, "end_rule": None}, "2026-03-28"),
        ({"unit": "dias_corridos", "begin_rule": "proximo_dia_util"}, "2026-03-30"),  # day 5 is Friday 27
        ({"unit": "dias_corridos", "begin_rule": "proximo_dia_corrido"}, "2026-03-25"),
        ({"unit": "meses", "amount": 1}, "2026-04-20"),
        ({"unit": "anos", "amount": 1}, "2027-03-22"),
        ({"unit": "business_days"}, "2026-03-30"),
        ({"unit": "dia útil", "amount": 1}, "2026-03-23"),
        ({"event": "envio_portal", "read_on": None}, "2026-04-07"),  # deemed on Monday 30
        ({"event": "envio_portal", "read_on": "2026-03-21"}, "2026-03-31"),
        ({"event": "disponibilizacao_diario"}, "2026-03-31"),
    ],
)
def test_each_field_of_the_schema_has_its_effect(fields, due):
    assert answer(**fields)["due"] == due


@pytest.mark.parametrize(
    "rule, due",
    [
        ("ultimo_dia_do_mes", "2028-02-29"),
        ("lei_9784", "2028-02-29"),
        ("dia_seguinte", "2028-03-01"),
        ("dia_imediato", "2028-03-01"),
        ("primeiro_dia_do_mes_seguinte", "2028-03-01"),
        ("codigo_civil_132", "2028-03-01"),
    ],
)
def test_the_two_month_ends_are_known_by_their_usual_names(rule, due):
    assert answer(date="2028-01-31", amount=1, unit="meses", month_rule=rule)["due"] == due


def test_a_notice_of_portal_or_gazette_prints_the_day_on_which_it_is_made():
    portal = answer(event="envio_portal", read_on="2026-03-21")
    gazette = answer(event="disponibilizacao_diario")
    assert (portal["deemed_notice"], gazette["published"]) == ("2026-03-23", "2026-03-23")
    assert "published" not in portal


def test_after_a_gazette_even_calendar_days_start_on_a_business_day():
    line = answer(event="disponibilizacao_diario", date="2026-03-19", unit="dias_corridos")
    assert (line["published"], line["first_day"], line["due"]) == ("2026-03-20", "2026-03-23", "2026-03-30")


@pytest.mark.parametrize(
    "fields, latest",
    [
        ({"at_least": 3, "unit": "dias_uteis"}, "2026-03-25"),
        ({"at_least": 3, "unit": "dias_uteis", "clear_days": True}, "2026-03-24"),
        ({"at_least": 3, "unit": "dias_corridos"}, "2026-03-26"),
        ({"at_least": 3, "unit": "dias_corridos", "end_rule": "sem_prorrogacao"}, "2026-03-28"),
        ({"at_least": 1, "unit": "dias_uteis", "early_close_days": ["2026-03-30"]}, "2026-03-26"),
    ],
)
def test_a_session_notice_counts_backwards(fields, latest):
    line = answers({"id": "S", "input": {"session_date": "2026-03-31", "calendar": "CONTAGEM"} | fields})[0]
    assert line["latest_notice"] == line["due"] == line["ledger"][0]["date"] == latest


@pytest.mark.parametrize(
    "fields, expected",
    [
        (
            {"instant": "2026-08-11T01:00:00Z", "due": "2026-08-10", "tz": "America/Sao_Paulo"},
            {"local": "2026-08-10T22:00:00-03:00", "local_date": "2026-08-10", "due": "2026-08-10", "on_time": True},
        ),
        (
            {"instant": "2026-08-11T00:00:00-03:00", "due": "2026-08-10"},
            {"local": "2026-08-11T00:00:00-03:00", "local_date": "2026-08-11", "due": "2026-08-10", "on_time": False},
        ),
        (
            {"instant": "2026-08-11T03:30:00Z", "tz": "America/Manaus"},
            {"local": "2026-08-10T23:30:00-04:00", "local_date": "2026-08-10"},
        ),
    ],
)
def test_an_instant_is_read_in_local_time(fields, expected):
    assert answers({"id": "I", "input": fields}) == [{"id": "I"} | expected | {"ledger": []}]


@pytest.mark.parametrize(
    "fields, original, left, new",
    [
        ({}, "2026-10-01", 22, "2027-02-23"),
        ({"resumed_on": None}, "2026-10-01", 22, None),
        ({"suspended_from": None}, "2026-10-01", None, "2026-10-01"),
        ({"suspended_from": "2026-10-02"}, "2026-10-01", 0, "2026-10-01"),
        (
            {"starts": "2024-02-29", "suspended_from": "2029-03-01", "resumed_on": "2029-03-10"},
            "2029-03-01",
            1,
            "2029-03-10",
        ),
        ({"starts": "2021-09-30"}, "2026-09-30", 21, "2027-02-22"),
        ({"years": None, "months": 60}, "2026-10-01", 22, "2027-02-23"),
    ],
)
def test_a_limitation_period_says_what_is_left(fields, original, left, new):
    line = answers(LIMITATION | fields)[0]
    assert (line["original"], line["remaining_days"], line["new"], line["due"]) == (original, left, new, new)
    counted = [entry for entry in line["ledger"] if entry["counted"]]
    assert [entry["counted"] for entry in counted] == list(range(1, len(counted) + 1))
    assert not counted or (len(counted), counted[-1]["date"]) == (left, new)


def test_an_ambiguous_limitation_gives_the_other_reading():
    line = answers({"id": "L", "input": LIMITATION | {"starts": "2021-09-30"}, "ambiguous": True})[0]
    assert (line["alternative"]["remaining_days"], line["alternative"]["new"]) == (20, "2027-02-21")


@pytest.mark.parametrize(
    "fields, parameter",
    [
        ({"date": "2026-03-24", "suspensions": [["2026-03-23", "2026-03-25"]]}, "notice_in_pause=deemed_after"),
        ({"unit": "dias_corridos"}, "first_day=business_day"),
        ({"unit": "dias_corridos", "begin_rule": "proximo_dia_util"}, "first_day=any_day"),
        ({"date": "2026-05-31", "unit": "meses", "amount": 1, "end_rule": None}, "month_end=next_day"),
        ({"date": "2028-01-31", "unit": "meses", "amount": 1, "month_rule": "dia_seguinte"}, "month_end=last_day"),
        ({}, None),
    ],
)
def test_an_ambiguous_vector_names_the_parameter_of_the_other_reading(fields, parameter):
    line = answers({"id": "A", "input": BASE | fields, "ambiguous": True})[0]
    assert line.get("alternative", {}).get("parameter") == parameter


# --- Vectors nobody has seen ------------------------------------------------------------------------------------------

WORDS = {
    Unit.BUSINESS_DAYS: ("dias_uteis", "dias úteis", "Dia Útil", "business_days"),
    Unit.CALENDAR_DAYS: ("dias_corridos", "dias", "calendar_days"),
    Unit.MONTHS: ("meses", "mês", "months"),
    Unit.YEARS: ("anos", "ano", "years"),
    FirstDay.ANY_DAY: ("proximo_dia_corrido", "any_day", None),
    FirstDay.BUSINESS_DAY: ("proximo_dia_util", "próximo dia útil", "business_day"),
    FirstDay.NORMAL_OPENING: ("proximo_dia_de_expediente_normal", "normal_opening"),
    MonthEnd.LAST_DAY: ("ultimo_dia_do_mes", "último dia do mês", "last_day", None),
    MonthEnd.NEXT_DAY: ("dia_seguinte", "primeiro dia do mês seguinte", "dia_imediato", "next_day"),
    True: ("prorroga", "proximo_dia_util", True),
    False: ("nao_prorroga", "não prorroga", "improrrogavel", "fixo", None, False),
}


def random_vector(random, number):
    """A vector of the published schema over its own calendar, and what the day walk makes of it."""
    year = random.randint(1991, 2099)
    first = dt.date(year - 1, 1, 1).toordinal()
    chosen = {
        day: random.choice(("closure", "optional_partial")) for day in random.sample(range(first, first + 1200), 90)
    }
    closed = {day for day, kind in chosen.items() if kind == "closure"}
    listed = {day for day in sorted(closed) if random.random() < 0.7}
    days = Days(year - 8, year + 9, {day: (kind,) for day, kind in chosen.items()})
    unit = random.choice(tuple(WORDS)[:4])
    rule = counting_rule(
        random.randint(1, {"business_days": 40, "calendar_days": 90, "months": 12, "years": 3}[unit]),
        unit,
        first_day=random.choice(tuple(FirstDay)),
        month_end=random.choice(tuple(MonthEnd)),
        roll_forward=random.random() < 0.7,
    )
    event = random.choice(("ciencia", "ciencia", "envio_portal", "disponibilizacao_diario"))
    sent = random_trigger(random, days)
    pauses = random_pauses(random, sent)
    made, opened = sent.toordinal(), None
    if event == "envio_portal":
        opened = random.choice((None, *range(14)))
        made += 10 if opened is None or opened > 10 else opened
        while not days.open(made):
            made += 1
    elif event != "ciencia":
        made += 1
        while not days.open(made):
            made += 1
    trigger, multiplier = dt.date.fromordinal(made), random.choice((1, 1, 2))
    day_one, last, due = walk(rule, rule.amount * multiplier, trigger, days, pauses)
    deemed = trigger if event != "ciencia" and random.random() < 0.5 else None
    fields = {
        "event": event,
        "date": sent,
        "deemed_date": deemed,
        "amount": rule.amount,
        "multiplier": multiplier,
        "unit": random.choice(WORDS[unit]),
        "begin_rule": random.choice([word for word in WORDS[rule.first_day] if word or event == "ciencia"]),
        "month_rule": random.choice(WORDS[rule.month_end]),
        "end_rule": random.choice(WORDS[rule.roll_forward]),
        "calendar": "DELE",
        "extra_closed_days": sorted(
            dt.date.fromordinal(day) for day in chosen.keys() - listed if chosen[day] == "closure"
        ),
        "early_close_days": sorted(dt.date.fromordinal(day) for day, kind in chosen.items() if kind != "closure"),
        "suspensions": [[pause.start, pause.end] for pause in pauses],
        "read_on": None if opened is None else sent + dt.timedelta(days=opened),
    }
    vector = {
        "id": f"R{number}",
        "input": fields,
        "calendars": {"DELE": {str(dt.date.fromordinal(d)): "festa" for d in listed}},
    }
    expected = {"due": due, "first_day": day_one, "due_before_extension": last, "deemed_notice": trigger}
    return json.loads(json.dumps(vector | {"expected": expected}, default=str))


def test_hundreds_of_vectors_with_calendars_of_their_own_are_answered_as_the_day_walk_does():
    random = Random("vectors")
    for number in range(400):
        vector = random_vector(random, number)
        line = next(compute_vectors(json.dumps([vector]), None))
        assert {name: line[name] for name in vector["expected"]} == vector["expected"], vector


def test_null_fields_are_fields_that_are_not_there():
    names = ("event", "deemed_date", "multiplier", "month_rule", "begin_rule", "read_on", "tz", "suspensions", "recess")
    names += (
        "instant",
        "session_date",
        "starts",
        "extra_closed_days",
        "early_close_days",
        "outages",
        "notice_in_pause",
    )
    assert answer(**dict.fromkeys(names))["due"] == "2026-03-30"


@pytest.mark.parametrize("unit", ["semestre", "trimestre", "semanas", "quinzenas", "horas úteis", "dias santos", ""])
def test_a_unit_that_only_looks_like_one_is_refused(unit):
    with pytest.raises(ValueError, match='"unit" tem um valor que não se conhece'):
        answer(unit=unit)


@pytest.mark.parametrize(
    "fields, due",
    [
        ({"notice_in_pause": "deemed_after"}, "2026-04-06"),
        ({"notice_in_pause": "day_one_after"}, "2026-04-02"),
        ({"suspensions": [], "closed_day_moves_notice": True, "date": "2026-03-21"}, "2026-03-31"),
        ({"suspensions": [], "closed_day_moves_notice": False, "date": "2026-03-21"}, "2026-03-30"),
        ({"suspensions": [], "recess": [["2026-03-24", "2026-03-25"]]}, "2026-04-01"),
        ({"suspensions": [], "recess": "cpc220", "date": "2026-12-14"}, "2027-01-21"),
        ({"suspensions": [], "recess": "none", "date": "2026-12-14"}, "2026-12-21"),
        ({"suspensions": [], "outages": [["2026-03-30T21:00:00-03:00", "2026-03-31T08:00:00-03:00"]]}, "2026-04-01"),
        ({"suspensions": [], "outages": [["2026-03-30T03:00:00-03:00", "2026-03-30T06:30:00-03:00"]]}, "2026-03-30"),
        ({"suspensions": [], "instant": "2026-03-21T01:00:00Z"}, "2026-03-30"),  # Friday 20, 22:00 in Brasília
        ({"suspensions": [], "instant": "2026-03-21T01:00:00Z", "closes_at": "18:00"}, "2026-03-31"),
        ({"suspensions": [], "event": "envio_portal", "date": "2026-03-11"}, "2026-03-31"),  # 10th day: Saturday 21
        ({"suspensions": [], "event": "envio_portal", "date": "2026-03-11", "tenth_day_moves": False}, "2026-03-30"),
        ({"suspensions": [], "event": "abertura_portal", "date": "2026-03-21"}, "2026-03-31"),
        ({"suspensions": [], "unit": "dias_corridos", "first_day": "business_day"}, "2026-03-30"),
        ({"suspensions": [], "unit": "dias_corridos", "amount": 8, "roll_forward": False}, "2026-03-28"),
    ],
)
def test_each_open_reading_may_be_chosen_by_its_own_name(fields, due):
    held = {"suspensions": [["2026-03-18", "2026-03-25"]]}
    assert answer(**(held | fields))["due"] == due


def test_optional_days_off_count_under_the_other_reading():
    calendars = {"X": {"2026-03-24": "Carnaval (ponto facultativo)", "2026-03-25": "Natal"}}
    for name, chosen in (("X", None), ("X", True)):
        line = answers({"input": BASE | {"calendar": name, "optional_days_count": chosen}}, calendars=calendars)[0]
        assert line["due"] == ("2026-03-30" if chosen else "2026-03-31")


def test_an_ambiguous_vector_with_several_open_readings_lists_them_all():
    fields = {"date": "2026-03-21", "amount": 4, "unit": "dias_corridos", "suspensions": [["2026-03-20", "2026-03-22"]]}
    line = answers({"id": "A", "input": BASE | fields, "ambiguous": True})[0]
    assert line["alternative"] == line["alternatives"][0]
    assert [other["parameter"] for other in line["alternatives"]] == [
        "notice_in_pause=deemed_after",
        "closed_day_moves_notice=true",
    ]


def test_a_session_notice_that_was_moved_back_lists_that_reading_too():
    fields = {"session_date": "2026-03-31", "at_least": 3, "unit": "dias_corridos", "calendar": "CONTAGEM"}
    line = answers({"id": "S", "input": fields, "ambiguous": True})[0]
    found = {other["parameter"]: other["latest_notice"] for other in line["alternatives"]}
    assert line["latest_notice"] == "2026-03-26"  # 28 is a Saturday and 27 the Jubileu
    assert found == {"clear_days=true": "2026-03-26", "roll_forward=false": "2026-03-28"}


def test_choosing_the_parameter_of_an_alternative_gives_its_date():
    """The parameter that `alternative` names, set in the vector, makes its answer the vector's own."""
    random, chosen = Random("alternatives"), set()
    for number in range(150):
        vector = random_vector(random, number) | {"ambiguous": True}
        line = next(compute_vectors(json.dumps([vector])))
        for other in line.get("alternatives", [line["alternative"]] if "alternative" in line else []):
            name, _, value = other["parameter"].partition("=")
            own = {"begin_rule": None} if name == "first_day" else {"month_rule": None} if name == "month_end" else {}
            own |= {name: {"true": True, "false": False, "null": None}.get(value, value)}
            if name == "roll_forward":
                own |= {"end_rule": own[name]}
            if name == "tenth_day_moves":
                own |= {"deemed_date": None}
            again = next(compute_vectors(json.dumps([vector | {"input": vector["input"] | own}])))
            assert (again["due"], again["first_day"]) == (other["due"], other["first_day"]), (vector, other)
            chosen.add(name)
    assert chosen >= {"notice_in_pause", "first_day", "month_end", "closed_day_moves_notice", "roll_forward", "recess"}


@pytest.mark.parametrize(
    "instant, local",
    [
        ("2018-11-04T02:59:59Z", "2018-11-03T23:59:59-03:00"),  # the clock goes from 23:59 to 1:00
        ("2018-11-04T03:00:00Z", "2018-11-04T01:00:00-02:00"),
        ("2019-02-17T01:59:59Z", "2019-02-16T23:59:59-02:00"),  # and from 23:59 back to 23:00
        ("2019-02-17T02:00:00Z", "2019-02-16T23:00:00-03:00"),
        ("2019-02-17T02:59:59.999999Z", "2019-02-16T23:59:59.999999-03:00"),
        ("2019-02-17T03:00:00Z", "2019-02-17T00:00:00-03:00"),
        ("2019-11-03T03:00:00Z", "2019-11-03T00:00:00-03:00"),  # no daylight saving any more
        ("2026-08-11T02:59:59+00:00", "2026-08-10T23:59:59-03:00"),
        ("2026-08-10T23:59:59-04:00", "2026-08-11T00:59:59-03:00"),
        ("2026-08-11T14:00:00+14:00", "2026-08-10T21:00:00-03:00"),
    ],
)
def test_the_day_of_an_instant_is_local_on_the_nights_when_clocks_jump(instant, local):
    line = answers({"id": "I", "input": {"instant": instant, "due": local[:10]}})[0]
    assert (line["local"], line["local_date"], line["on_time"]) == (local, local[:10], True)


# --- Calendars --------------------------------------------------------------------------------------------------------


def test_a_calendar_listed_in_the_input_goes_before_the_regulations():
    assert answers({"input": BASE}, calendars={"CONTAGEM": {}})[0]["due"] == "2026-03-27"


def test_a_calendar_may_stand_in_the_vector_as_an_object_or_as_dates():
    for calendar in ({"2026-03-23": "Festa (Lei municipal 1)"}, ["2026-03-23"], {"2026-03-23": {"name": "Festa"}}):
        assert answers({"input": BASE | {"calendar": calendar}}, named=None)[0]["due"] == "2026-03-30"


def test_a_listed_day_keeps_its_name_its_act_and_its_kind():
    days = {
        "2026-03-23": "Festa (Lei municipal 1)",
        "2026-03-24": "Carnaval (ponto facultativo)",
        "2026-03-25": "recesso administrativo",
        "2026-03-26": "Natal (Lei 662/1949)",
    }
    entries = answers({"input": BASE | {"amount": 1}}, calendars={"CONTAGEM": days})[0]["ledger"][3:7]
    assert [(entry["kind"], entry["why"]) for entry in entries] == [
        ("municipal", "Festa, Lei municipal 1"),
        ("optional_full", "Carnaval, ponto facultativo"),
        ("closure", "recesso administrativo"),
        ("national", "Natal, Lei 662/1949"),
    ]


def test_a_listed_calendar_is_complete_as_given_and_has_no_last_year():
    assert answers({"input": BASE | {"date": "2150-03-20"}}, calendars={"CONTAGEM": {"2026-01-01": "x"}})[0]["due"]


def test_the_regulations_calendar_refuses_years_that_it_does_not_cover():
    with pytest.raises(ValueError, match=r'^vetor 1: "calendar": o calendário Contagem vai de 2020 a 2031'):
        answers({"input": BASE | {"date": "2035-03-20"}})


# --- Input ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({"id": "1", "input": BASE}),
        json.dumps({"id": "1"} | BASE),
        json.dumps([{"id": "1"} | BASE]),
        json.dumps([{"id": "1"} | BASE]).replace(", ", ",\n"),
        "\ufeff" + json.dumps({"vectors": [{"id": "1", "input": BASE}], "meta": {}}, indent=1),
        json.dumps({"calendars": {"X": {}}}) + "\n\n" + json.dumps({"id": "1", "input": BASE}) + "\n",
        json.dumps({"meta": {}}) + "\r\n" + json.dumps({"id": "1", "calendars": {"X": {}}} | BASE),
        json.dumps({"id": "1", "nota": "a\u2028b"} | BASE, ensure_ascii=False) + "\n" + json.dumps({"vectors": []}),
    ],
)
def test_one_vector_may_come_in_any_of_these_shapes(text):
    assert [(line["id"], line["due"]) for line in compute_vectors(text, by_name)] == [("1", "2026-03-30")]


@pytest.mark.parametrize(
    "text, words",
    [
        ("", "arquivo: não é JSON"),
        ("nada", "arquivo: não é JSON"),
        ("{}", "nenhum vetor no arquivo"),
        ("[]", "nenhum vetor no arquivo"),
        ("3", "arquivo: um vetor é um objeto JSON, não 3"),
        ('{"id": 1}\n{"id": ', "linha 2: não é JSON"),
        ('{"vectors": [\n{"id": 1},\n]}', "linha 3: não é JSON"),
        ('[{"id": 1}, 2]', "vetor 2: um vetor é um objeto JSON"),
        ('{"vectors": {}}', '"vectors" deve ser uma lista'),
        ('{"vectors": [3]}', '"vectors" deve ser uma lista de objetos'),
        ('{"calendars": []}', '"calendars" deve ser um objeto'),
        ('{"calendars": {"X": {"2026-02-30": "x"}}}', 'calendário X: "calendars" deve ser uma data AAAA-MM-DD'),
        ('{"calendars": {"X": 3}}', "calendário X"),
        ("[" * 100_000, "aninhado demais"),
    ],
)
def test_text_that_cannot_be_read_is_refused_at_once_with_its_place(text, words):
    lines = compute_vectors(text, by_name)
    with pytest.raises(ValueError, match=words) as refused:
        next(lines)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "fields, words",
    [
        ({"date": "2026-02-30"}, '"date" deve ser uma data AAAA-MM-DD, não 2026-02-30'),
        ({"date": None}, '"date" deve ser uma data'),
        ({"date": 20260320}, '"date" deve ser uma data'),
        ({"amount": 0}, '"amount" deve ser um número inteiro de 1 a 100000, não 0'),
        ({"amount": True}, '"amount"'),
        ({"amount": 2.5}, '"amount"'),
        ({"amount": "5"}, '"amount"'),
        ({"amount": 10**6}, '"amount"'),
        ({"amount": 90_000}, "calendário Contagem|longo demais"),
        ({"unit": "horas"}, '"unit" tem um valor que não se conhece: horas'),
        ({"unit": None}, '"unit"'),
        ({"unit": "anos", "amount": 9999}, "data impossível"),
        ({"multiplier": 0}, '"multiplier"'),
        ({"begin_rule": "ontem"}, '"begin_rule"'),
        ({"end_rule": "talvez"}, '"end_rule"'),
        ({"month_rule": "talvez"}, '"month_rule"'),
        ({"calendar": "BETIM"}, "calendário desconhecido: BETIM"),
        ({"calendar": 3}, '"calendar" deve ser um objeto de datas'),
        ({"suspensions": [["2026-03-25", "2026-03-24"]]}, "termina .2026-03-24. antes de começar"),
        ({"suspensions": [["2026-03-25"]]}, "não é .de, até."),
        ({"suspensions": "2026-03-25"}, '"suspensions" deve ser uma lista'),
        ({"extra_closed_days": ["amanhã"]}, '"extra_closed_days" deve ser uma data'),
        ({"deemed_date": "x\ny"}, '"deemed_date" deve ser uma data AAAA-MM-DD, não x y'),
        ({"instant": "ontem"}, '"instant" deve ser um instante ISO 8601'),
        (
            {"date": None, "instant": "9999-12-31T23:59:59-03:00", "tz": "Asia/Tokyo"},
            '"instant": a conta sai das datas',
        ),
        ({"instant": "2026-08-11T01:00:00"}, "fuso horário"),
        ({"instant": "2026-08-11T01:00:00Z", "tz": "America/Contagem"}, '"tz" não é um fuso horário conhecido'),
        ({"instant": "2026-08-11T01:00:00Z", "tz": "../../etc"}, '"tz" não é um fuso'),
        ({"starts": "2021-10-01"}, '"years" deve ser um número'),
        ({"starts": "2021-10-01", "years": 9999}, "data impossível"),
        ({"session_date": "2026-03-31"}, '"at_least" deve ser um número'),
    ],
)
def test_a_vector_that_cannot_be_computed_is_named_after_the_others_are_answered(fields, words):
    text = json.dumps({"vectors": [{"id": "ruim", "input": BASE | fields}, {"id": "bom", "input": BASE}]})
    lines = compute_vectors(text, by_name)
    assert next(lines)["id"] == "bom"
    with pytest.raises(ValueError, match=rf"^vetor 1 \(ruim\): .*(?:{words})") as refused:
        next(lines)
    assert "\n" not in str(refused.value)


def test_several_bad_vectors_are_counted():
    with pytest.raises(ValueError, match=r"^vetor 1: .* \(e mais 2 com erro\)$"):
        answers(*[{"input": {}}] * 3)


def test_an_unknown_calendar_without_a_regulation_is_refused():
    with pytest.raises(ValueError, match="calendário desconhecido: CONTAGEM"):
        answers({"input": BASE}, named=None)


def test_a_count_too_long_for_a_day_by_day_answer_is_refused():
    with pytest.raises(ValueError, match="longo demais"):
        answers({"input": BASE | {"amount": 100_000, "calendar": {}}})


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 10**9) | st.floats() | st.text(max_size=8) | st.dates().map(str),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
FIELDS = [
    *BASE,
    *LIMITATION,
    "event",
    "deemed_date",
    "multiplier",
    "begin_rule",
    "end_rule",
    "month_rule",
    "read_on",
    "tz",
]
FIELDS += [
    "suspensions",
    "extra_closed_days",
    "early_close_days",
    "session_date",
    "at_least",
    "instant",
    "due",
    "calendars",
]


@given(st.dictionaries(st.sampled_from(FIELDS), json_values, max_size=4), st.sets(st.sampled_from(sorted(BASE))))
def test_any_json_is_answered_or_refused_in_one_line(fields, missing):
    vector = {name: value for name, value in BASE.items() if name not in missing} | fields
    lines, refusal = [], None
    try:
        lines = list(compute_vectors(json.dumps([vector]), by_name))
    except ValueError as error:
        refusal = str(error)
    assert len(lines) == (1 if refusal is None else 0)
    assert refusal is None or (refusal and "\n" not in refusal)
    json.dumps(lines, allow_nan=False)


def test_a_calendar_by_name_may_refuse_with_its_own_words():
    def refusing(name):
        raise ValueError(f"a regulamentação não tem {name}")

    with pytest.raises(ValueError, match='vetor 1: "calendar": a regulamentação não tem CONTAGEM'):
        answers({"input": BASE}, named=refusing)
    empty = calendar_from_rules("vazio", (2026, 2026))
    assert answers({"input": BASE}, named=lambda _name: empty)[0]["due"] == "2026-03-27"
