"""Charts say what their figures say, draw nothing from nothing, and let nobody's words run."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from cprac.services.chart_data import Curve, CurvePoint, Outcome, Outcomes, Survival, Trend
from cprac.services.chart_files import csv_of, file_name
from cprac.services.chart_images import UnsafeDrawingError, checked, render, render_png
from cprac.services.chart_marks import WIDTHS, hatch, wrapped
from cprac.services.chart_rows import AgeBand, Backlog, Flow, Phase, PhaseTimes, Stage
from cprac.services.chart_words import EmptyChartError, days_text, percent, whole
from cprac.services.charts import draw
from tests.services import chart_examples as examples

HOSTILE = "<script>alert(1)</script>\"&'{{7*7}} onload="
EVERY = pytest.mark.parametrize("chart", examples.ALL.values(), ids=examples.ALL.keys())


def rows_of(spec):
    """Every row of data of *spec*."""
    return [row for layer in spec["layer"] for row in layer["data"]["values"]]


def words_of(spec):
    """Every text that *spec* writes."""
    return [
        row["words"] for layer in spec["layer"] if layer["mark"]["type"] == "text" for row in layer["data"]["values"]
    ]


@EVERY
@pytest.mark.parametrize("width", WIDTHS)
def test_a_chart_is_as_wide_as_asked_and_its_words_stay_inside(chart, width):
    spec = draw(chart, width)
    pad = spec["padding"]
    assert spec["width"] + pad["left"] + pad["right"] == width
    assert spec["autosize"]["type"] == "none", "sizes would depend on the fonts of the machine"
    assert "aria" not in spec
    assert spec["description"].startswith(chart.title)
    for layer in spec["layer"]:
        mark = layer["mark"]
        if mark["type"] == "text":
            assert mark["fontSize"] == 13
            for row in layer["data"]["values"]:
                wide = len(row["words"]) * 6.1
                x = row["x"] - {"left": 0, "right": wide, "center": wide / 2}[mark["align"]]
                assert -pad["left"] <= x <= spec["width"] + pad["right"] - wide, row["words"]


@EVERY
def test_an_image_is_the_same_bytes_each_time_and_holds_nothing_that_runs_or_loads(chart):
    first, other, again = (render(draw(each, width)) for each, width in ((chart, 760), (chart, 360), (chart, 760)))
    assert first == again != other
    text = first.decode()
    assert text.replace("http://www.w3.org/2000/svg", "").count("http") == 0
    for forbidden in ("<script", "<style", "foreignObject", "style=", "<image", "href", "@import"):
        assert forbidden not in text
    assert 'role="img"' in text
    assert f"<title>{chart.title}" in text


def test_hostile_words_stay_words():
    chart = replace(examples.BACKLOG, title=HOSTILE, turns=(HOSTILE,), bands=(AgeBand(HOSTILE, (9,)),))
    text = render(draw(chart, 760, with_heading=True)).decode()
    assert "<script" not in text
    assert "&lt;script" in text
    curves = tuple(replace(each, label=HOSTILE) for each in examples.SURVIVAL.curves)
    assert "<script" not in render(draw(replace(examples.SURVIVAL, curves=curves))).decode()


@pytest.mark.parametrize(
    "inside",
    [
        "<script/>",
        "<style/>",
        "<foreignObject/>",
        '<image href="x"/>',
        '<rect onload="x"/>',
        '<rect style="x"/>',
        '<rect fill="url(http://a)"/>',
        '<b xmlns="http://www.w3.org/1999/xhtml"/>',
    ],
)
def test_a_drawing_that_could_run_or_load_is_refused(inside):
    with pytest.raises(UnsafeDrawingError):
        checked(f'<svg xmlns="http://www.w3.org/2000/svg">{inside}</svg>')


def test_a_png_is_twice_as_large_for_print():
    png = render_png(draw(examples.PUBLIC, 360))
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    assert int.from_bytes(png[16:20]) == 720


@pytest.mark.parametrize(
    "chart",
    [
        replace(examples.SURVIVAL, curves=()),
        replace(
            examples.SURVIVAL, curves=(Curve("Um", 4, (CurvePoint(0, 1, at_risk=4), CurvePoint(9, 0, at_risk=0))),)
        ),
        replace(examples.OUTCOMES, n=0),
        replace(examples.OUTCOMES, outcomes=(Outcome("a", "a", ()),)),
        replace(examples.BACKLOG, bands=()),
        replace(examples.BACKLOG, bands=(AgeBand("até 30", (0, 0, 0, 0)),)),
        replace(examples.TRENDS, months=(), series=()),
        replace(examples.PHASES, phases=(Phase("Uma", 3, None, None, None, None),)),
        replace(examples.FLOW, stages=()),
        replace(examples.FLOW, stages=(Stage("Pedido", 0),)),
    ],
)
def test_nothing_is_drawn_from_nothing(chart):
    with pytest.raises(EmptyChartError):
        draw(chart)
    with pytest.raises(EmptyChartError):
        csv_of(chart)


@pytest.mark.parametrize(
    "chart",
    [
        replace(examples.SURVIVAL, curves=examples.SURVIVAL.curves + examples.SURVIVAL.curves),
        Survival("", "", (Curve("x", 9, (CurvePoint(5, 1), CurvePoint(5, 0.5))),)),
        Survival("", "", (Curve("x", 9, (CurvePoint(0, 1), CurvePoint(5, 1.5))),)),
        Outcomes("", "", 9, (Outcome("a", "a", ((1, 0.7),)), Outcome("b", "b", ((1, 0.7),))), 9),
        replace(examples.BACKLOG, bands=(AgeBand("a", (1, 2)),)),
        replace(examples.TRENDS, series=(Trend("a", (1,)),)),
        PhaseTimes("", "", (Phase("a", 20, 5, 4, 6, 7),)),
        Flow("", "", (Stage("a", 5), Stage("b", 6))),
    ],
)
def test_impossible_figures_are_refused(chart):
    with pytest.raises(ValueError, match=r".") as refused:
        draw(chart)
    assert not isinstance(refused.value, EmptyChartError)


def test_a_width_that_pages_do_not_show_is_refused():
    with pytest.raises(ValueError, match="500"):
        draw(examples.PUBLIC, 500)


def test_a_curve_stops_where_fewer_than_five_are_observed():
    points = tuple(CurvePoint(day, 1 - day / 10, at_risk=9 - day) for day in range(8))
    chart = Survival("t", "s", (Curve("Um", 9, points),), median=5)
    assert [point.day for point in chart.curves[0].shown()] == [0, 1, 2, 3, 4]
    assert all(row.get("d", 0) <= 4 for row in rows_of(draw(chart))), "and the median beyond it is not drawn"
    assert not any("Metade" in words for words in words_of(draw(chart)))


def test_the_median_drops_with_its_words_and_each_line_says_how_many_cases():
    words = words_of(draw(examples.SURVIVAL))
    assert {"Metade em 84 dias", "Todos", "412 casos", "Contratos", "96 casos"} <= set(words)
    assert "Todos, 412 casos" in words_of(draw(examples.SURVIVAL, 360))


def test_outcomes_and_the_open_rest_stack_to_the_whole_on_every_day():
    spec = draw(examples.OUTCOMES)
    sums: dict[int, float] = {}
    for layer in spec["layer"]:
        if layer["mark"]["type"] == "area":
            for row in layer["data"]["values"]:
                sums[row["d"]] = sums.get(row["d"], 0) + row["s2"] - row["s"]
    assert sums
    assert all(total == pytest.approx(1) for total in sums.values())


def test_a_stack_shows_each_figure_or_its_piece_and_the_total_at_the_right():
    words = words_of(draw(examples.BACKLOG))
    assert [words.count(total) for total in ("43", "44", "62")] == [1, 1, 1]
    hidden = Backlog("t", "s", ("a", "b"), (AgeBand("x", (9, None), total=14),))
    assert words_of(draw(hidden)).count("14") == 1
    assert hidden.table().rows == (("x", "9", "não mostrado", "14"),)


def test_hatch_lines_stay_inside_their_rectangle():
    for line in hatch(10, 20, 33, 46):
        assert 10 <= line["x"] <= line["x2"] <= 33
        assert 20 <= line["y2"] <= line["y"] <= 46


def test_a_month_without_figures_breaks_the_line_and_says_so():
    assert examples.TRENDS.table().rows[0] == ("10/2024", "12", "12", "sem dados")
    assert {"d": 0, "s": None, "words": ""} in rows_of(draw(examples.TRENDS))


def test_what_is_downloaded_stands_without_the_page():
    plain, whole_one = draw(examples.PUBLIC), draw(examples.PUBLIC, with_heading=True)
    assert {examples.PUBLIC.title, examples.SOURCE} <= set(words_of(whole_one)) - set(words_of(plain))


@pytest.mark.parametrize(
    "shown, expected",
    [
        (whole(1204), "1.204"),
        (percent(0.614), "61%"),
        (percent(0.125), "13%"),
        (days_text(1), "1 dia"),
        (days_text(12.5), "12,5 dias"),
        (days_text(1204), "1.204 dias"),
        (wrapped("um dois três", 8), ["um dois", "três"]),
        (file_name(examples.PUBLIC, "png"), "quanto-tempo-leva.png"),
    ],
)
def test_figures_are_written_as_people_here_read_them(shown, expected):
    assert shown == expected


def test_the_file_holds_the_figures_of_the_table_as_numbers():
    lines = csv_of(examples.SURVIVAL).decode("utf-8-sig").splitlines()
    assert lines[0].split(",")[0] == "Dias desde o pedido"
    assert len(lines) == 1 + len(examples.SURVIVAL.table().rows)
    assert lines[1].startswith("0,1.0,1.0,1,412")
    for chart in examples.ALL.values():
        table = chart.table()
        assert {len(row) for row in table.rows} == {len(table.headers)}
        assert {len(row) for row in table.raw} == {len(table.raw_headers or table.headers)}


def test_a_word_that_a_spreadsheet_would_run_is_disarmed():
    chart = replace(examples.BACKLOG, bands=(AgeBand("=1+1", (9, 0, 0, 0)),))
    assert b"\r\n'=1+1,9" in csv_of(chart)


def test_a_specification_is_plain_json():
    for chart in examples.ALL.values():
        for width in WIDTHS:
            json.dumps(draw(chart, width), allow_nan=False)


def test_cases_observed_are_those_of_the_day_of_the_row_and_not_of_the_step_before():
    points = (CurvePoint(0, 1, at_risk=40), CurvePoint(50, 0.5, at_risk=30), CurvePoint(100, 0.2, at_risk=20))
    seen = tuple((day, 40 - day // 5) for day in range(0, 101, 10))
    known, unknown = Curve("Todos", 40, points, seen), Curve("Todos", 40, points)
    told = [
        [row[3] for row in Survival("T", "S", (curve,), table_days=(0, 45, 75, 100)).table().rows]
        for curve in (known, unknown)
    ]
    assert told == [["40", "30", "24", "20"], ["40", "40", "30", "20"]]
