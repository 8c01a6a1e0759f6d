"""``cprac statistics survival``: the reference answers, and tables that cannot be read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cprac.cli import main
from cprac.survival_tables import survival_of

SHARED = Path(__file__).resolve().parent.parent.parent / "shared" / "data"
TABLE = "time,event,cause,sex\n3,1,A,F\n5,0,0,F\n5,1,B,M\n9,1,A,M\n"


def references():
    """The reference sets, where the folder with them is there."""
    file = SHARED / "survival_sample.json"
    return json.loads(file.read_text())["sets"] if file.exists() else {}


def differences(expected, found, place=""):
    """Where *found* is not *expected*: numbers to 1e-6, whole numbers and blanks exactly."""
    if isinstance(expected, dict):
        return [line for key in expected for line in differences(expected[key], found[key], f"{place}.{key}")]
    if isinstance(expected, list):
        pairs = enumerate(zip(expected, found, strict=True))
        return [line for number, (one, other) in pairs for line in differences(one, other, f"{place}[{number}]")]
    if isinstance(expected, float) and found is not None:
        return [] if abs(expected - found) <= 1e-6 * max(1, abs(expected)) else [(place, expected, found)]
    return [] if expected == found else [(place, expected, found)]


def only_at(days, answer):
    """The estimates of *answer* at the days that the reference names."""
    means = {mean["tau"] for mean in days["rmst"]}
    return {**answer, "rmst": [mean for mean in answer["rmst"] if mean["tau"] in means]}


@pytest.mark.shared_data
@pytest.mark.parametrize("name", ["lung", "mgus2"])
def test_the_reference_sets_are_answered_to_a_millionth(name, capsys):
    expected = references()[name]
    kind = "cause" if "competing" in expected else "event"
    days = sorted({point["t"] for point in expected["overall"]["at"]} | {m["tau"] for m in expected["overall"]["rmst"]})
    at = ",".join(map(str, days))
    file = str(SHARED / expected["data"])
    assert (
        main(["statistics", "survival", file, "--time", "time", f"--{kind}", kind, "--group", "sex", "--at", at]) == 0
    )
    found = json.loads(capsys.readouterr().out)
    wanted = {point["t"] for point in expected["overall"]["at"]}
    pairs = [(expected["overall"], found["overall"])]
    pairs += [(own, found["groups"]["by"][group]) for group, own in expected["groups"]["by"].items()]
    for reference, answer in pairs:
        answer["at"] = [point for point in answer["at"] if point["t"] in wanted]
        assert differences(reference, only_at(reference, answer)) == []
    assert differences(expected["groups"]["logrank"], found["groups"]["logrank"]) == []
    if "competing" in expected:
        codes = {"pcm": "1", "death": "2"}
        for cause, points in expected["competing"]["cif"].items():
            answers = {point["t"]: point for point in found["competing"]["cif"][codes[cause]]}
            for point in points:
                assert answers[point["t"]]["cif"] == pytest.approx(point["cif"], abs=1e-6)
                assert answers[point["t"]]["se"] == pytest.approx(point["se"], rel=0.05)
        assert list(found["competing"]["counts"].values()) == list(expected["competing"]["counts"].values())


def test_one_object_with_groups_and_outcomes(tmp_path, capsys):
    file = tmp_path / "t.csv"
    file.write_text(TABLE.replace(",", ";"))
    assert main(["statistics", "survival", str(file), "--time", "time", "--cause", "cause", "--group", "sex"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["overall"]["n"] == 4
    assert found["overall"]["median_first_crossing"] == 5
    assert list(found["groups"]["by"]) == ["F", "M"]
    assert found["competing"]["counts"] == {"0": 1, "A": 2, "B": 1}
    assert [mean["tau"] for mean in found["overall"]["rmst"]] == [9]


def test_a_single_group_is_estimated_and_not_compared():
    found = survival_of("t,e,g\n3,1,x\n4,0,x\n", "t", event="e", group="g")
    assert "logrank" not in found["groups"]


def test_all_open_is_said_as_it_is():
    found = survival_of("t,e\n3,0\n4,0\n", "t", event="e", at=(3,))
    assert (found["overall"]["events"], found["overall"]["median_first_crossing"]) == (0, None)
    assert found["overall"]["naive_mean_of_events_only"] is None
    assert found["overall"]["at"][0]["S"] == 1


@pytest.mark.parametrize(
    "text, message",
    [
        ("", "falta a linha com os nomes"),
        ("t,e\n", "nenhuma linha depois"),
        ("t,x\n1,1\n", "não há a coluna “e”; as colunas são t, x"),
        ("t,e\n1,1\n-3,1\n", "linha 3, coluna t: “-3” não é uma duração"),
        ("t,e\nNA,1\n", "linha 2, coluna t: “NA”"),
        ("t,e\n1e999,1\n", "linha 2, coluna t"),
        ("t,e\n1,2\n", "linha 2, coluna e: “2” não é 0"),
        ("t,e\n1\n", "linha 2: faltam colunas"),
        ('t,e\n1,"1\n', "linha 2: não se lê como CSV"),
    ],
)
def test_what_cannot_be_read_is_named_by_line_and_column(text, message):
    with pytest.raises(ValueError, match=message.replace("(", r"\(")):
        survival_of(text, "t", event="e")


@pytest.mark.parametrize("options", [(), ("--event", "event", "--cause", "cause"), ("--event", "event", "--at", "x")])
def test_the_command_refuses_in_one_line(tmp_path, capsys, options):
    file = tmp_path / "t.csv"
    file.write_text(TABLE)
    assert main(["statistics", "survival", str(file), "--time", "time", *options]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert len(said.err.splitlines()) == 1


def test_the_upper_limit_on_the_log_scale_rises_at_the_end_and_is_read_as_r_does():
    """R 4.2.2, survival 3.5-3: ``quantile(survfit(Surv(t, e) ~ 1, conf.type="log"))``, 25 %: 5, 4 to 8."""
    rows = zip((1, 1, 4, 5, 5, 6, 7, 7, 7, 7, 8, 9), (0, 1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1), strict=True)
    found = survival_of("t,e\n" + "".join(f"{t},{e}\n" for t, e in rows), "t", event="e")
    assert found["overall"]["quantile_estimate_lower_upper"]["log"]["p25"] == [5, 4, 8]


def test_where_r_knows_no_limits_there_are_none():
    found = survival_of("t,c\n2,0\n3,1\n5,0\n8,2\n", "t", cause="c", at=(1, 2, 3))
    limits = [(point["loglog_lower"], point["loglog_upper"], point["plain_lower"]) for point in found["overall"]["at"]]
    assert limits[:2] == [(1, 1, 1), (None, None, 1)]
    never = [(point["cif"], point["lower"], point["upper"]) for point in found["competing"]["cif"]["2"]]
    assert never == [(0, 0, 0), (0, None, None), (0, None, None)]


def test_cases_that_came_into_sight_late_are_at_risk_from_then_on():
    """R 4.2.2, survival 3.5-3: ``survfit(Surv(e0, t, e) ~ 1)``."""
    text = "e0,t,e\n0,3,1\n0,6,1\n1,5,0\n2,7,1\n4,9,1\n5,8,0\n"
    points = survival_of(text, "t", event="e", entry="e0", at=(1, 3, 6, 7))["overall"]["at"]
    assert [point["n_risk"] for point in points] == [4, 4, 4, 3]
    assert [point["S"] for point in points] == pytest.approx([1, 0.75, 0.5625, 0.375])
    assert points[3]["se_greenwood"] == pytest.approx(0.2165063509, abs=1e-9)
    outcomes = survival_of(text, "t", cause="e", entry="e0", at=(7,))["competing"]["cif"]["1"]
    assert outcomes[0]["cif"] == pytest.approx(0.625)


def test_groups_that_are_numbers_go_by_their_value_and_days_may_have_a_point():
    found = survival_of("t,e,g\n1.5,1.0,10\n2.5,0.0,2\n4,1,2\n5,1,10\n", "t", event="e", group="g", at=(1.5, 2))
    assert list(found["groups"]["by"]) == ["2", "10"]
    assert found["groups"]["logrank"]["observed"] == [1, 2]
    assert [point["S"] for point in found["overall"]["at"]] == [0.75, 0.75]


@pytest.mark.parametrize(
    "text, options, message",
    [
        ("t,c\n1,NA\n", {"cause": "c"}, "linha 2, coluna c: falta o desfecho"),
        ("t,e\n1,1,1\n", {"event": "e"}, "linha 2: há mais células que colunas"),
        ("t,t,e\n1,2,1\n", {"event": "e"}, "há mais de uma coluna “t”"),
        ("t,e\n1_0,1\n", {"event": "e"}, "linha 2, coluna t"),
        ("t,e,i\n3,1,3\n", {"event": "e", "entry": "i"}, "linha 2, coluna i: “3” não é um número"),
        ("t,e,i\n3,1,\n", {"event": "e", "entry": "i"}, "linha 2, coluna i"),
        ("t,e\n3,1\n", {"event": "e", "entry": "i"}, "não há a coluna “i”"),
    ],
)
def test_more_of_what_cannot_be_read(text, options, message):
    with pytest.raises(ValueError, match=message):
        survival_of(text, "t", **options)
