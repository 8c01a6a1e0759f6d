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
