"""Charts as Vega-Lite specifications: pure functions from plain figures (`chart_data`) to dicts, two widths each.

`draw(chart, width)` chooses by the kind of chart. Nothing here reads a file, a clock or a case; no address appears but
the schema's name. The look is face.md's: palette, dashes, direct labels, 13 px type at real size, white ground.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cprac.services.chart_bars import backlog_spec, flow_spec, phase_spec
from cprac.services.chart_data import MONTHS, Curve, Outcomes, Survival, Trends, nice_step
from cprac.services.chart_labels import Place, beside, spread
from cprac.services.chart_marks import (
    AREAS,
    AXIS,
    BAND_OPACITY,
    EDGE,
    INK,
    LINES,
    NARROW,
    REFERENCE,
    WIDE,
    WIDTHS,
    Box,
    Layers,
    Spec,
    box_key,
    canvas,
    headed,
    legend,
    legend_rows,
    line_key,
    moved,
    rules,
    text_width,
    texts,
    values,
)
from cprac.services.chart_rows import Backlog, Flow, PhaseTimes
from cprac.services.chart_words import Chart, cases_text, days_text, percent, whole


def draw(chart: Chart, width: int = WIDE, *, with_heading: bool = False) -> Spec:
    """The specification of *chart* at *width* px (760 or 360); *with_heading* for what is downloaded.

    Raises EmptyChartError where there is nothing to draw, ValueError for impossible figures or another width.
    """
    if width not in WIDTHS:
        raise ValueError(f"{width} px: charts are drawn {WIDE} and {NARROW} px wide")
    chart.check()
    spec = _SPECS[type(chart)](chart, width)
    return headed(spec, chart.title, chart.source) if with_heading else spec


# --- (a) survival -----------------------------------------------------------------------------------------------------


def survival_spec(chart: Survival, width: int) -> Spec:
    """Step lines of the share still unsolved, the first one's 95 % band, and the drop at its median."""
    wide = width == WIDE
    lines = [(curve, *LINES[n]) for n, curve in enumerate(chart.curves)]
    if chart.reference:
        lines.append((chart.reference, *REFERENCE))
    labels = [f"{curve.label}, {cases_text(curve.n)}" for curve, *_ in lines]
    keyed = not wide and len(lines) > 1
    rows = legend_rows(labels, width - 32) if keyed else 0
    box = Box(width, 320 if wide else 240, left=50, right=18, top=14 + (20 * rows + 8 if keyed else 0), bottom=50)
    last = chart.last_day()
    step = nice_step(last, 7 if wide else 5)
    end = last * 1.04 if not wide else max(last * 1.04, *(_end_for(curve, box.plot) for curve, *_ in lines))
    x, y = box.plot / end, box.height

    shape = "linear" if chart.joined else "step-after"
    layers = _day_axes(end, step)
    band = [point for point in chart.curves[0].shown() if point.low is not None and point.high is not None]
    if band:
        layers.append(_band(band, LINES[0][0], shape))
    for curve, colour, dash, thick in reversed(lines):
        layers.append(_line(curve, colour, dash, thick, shape))
    paths = [_path(curve, x, y, joined=chart.joined) for curve, *_ in lines]
    taken: list[tuple[float, float, float, float]] = []
    if chart.median is not None and chart.median <= last:
        at = (chart.median * x, 0.5 * y)
        layers += rules(
            [{"x": 0, "y": at[1], "x2": at[0], "y2": at[1]}, {"x": at[0], "y": at[1], "x2": at[0], "y2": y}],
            INK,
            1.5,
            [4, 3],
        )
        dot = {"type": "point", "filled": True, "size": 75, "color": INK, "stroke": "#FFFFFF", "strokeWidth": 1.5}
        shown = {"d": chart.median, "s": 0.5, "words": f"Metade de todos: {days_text(chart.median)}"}
        layers.append({"data": values([shown]), "mark": dot, "encoding": _at("d", "s", words=True)})
        layers += beside(("Metade em " + days_text(chart.median),), at, paths, taken, box, lead=True)
    if wide:
        for (curve, *_), path in zip(lines, paths, strict=True):
            layers += beside((curve.label, cases_text(curve.n)), path[-1], paths, taken, box, along=path)
    elif keyed:
        keys = [
            (label, line_key(colour, dash, thick))
            for label, (_, colour, dash, thick) in zip(labels, lines, strict=True)
        ]
        layers += [moved(each, 16 - box.left) for each in legend(keys, width - 32, -box.top + 16)[0]]
    return canvas(box, layers, chart.title, chart.alternative())


def _end_for(curve: Curve, plot: float) -> float:
    """How far the axis must reach for the curve's own words to stand after its end."""
    words = max(text_width(curve.label, bold=True), text_width(cases_text(curve.n))) + 14
    return curve.shown()[-1].day * plot / max(plot - words, plot / 2)


def _day_axes(end: float, step: int) -> Layers:
    """The grid: percents at the left, days below. The first layer sets both scales for all others."""
    days = list(range(0, int(end) + 1, step))
    axis = {
        "values": days,
        "grid": False,
        "title": "dias desde o pedido",
        "titlePadding": 8,
        "tickSize": 5,
        "labelExpr": _THOUSANDS,
    }
    left = {
        "values": [0, 0.25, 0.5, 0.75, 1],
        "domain": False,
        "ticks": False,
        "title": None,
        "labelExpr": "round(100 * datum.value) + '%'",
    }
    encoding = {
        "x": {"field": "d", "type": "quantitative", "scale": {"domain": [0, end], "nice": False}, "axis": axis},
        "y": {"field": "s", "type": "quantitative", "scale": {"domain": [0, 1], "nice": False}, "axis": left},
    }
    return [
        {
            "data": values([{"d": 0, "s": 0}]),
            "mark": {"type": "point", "opacity": 0, "aria": False},
            "encoding": encoding,
        }
    ]


_THOUSANDS = "replace(format(datum.value, ','), ',', '.')"


def _at(x: str, y: str, *, words: bool = False) -> Spec:
    encoding: Spec = {"x": {"field": x, "type": "quantitative"}, "y": {"field": y, "type": "quantitative"}}
    if words:
        encoding |= {
            "tooltip": {"field": "words", "type": "nominal"},
            "description": {"field": "words", "type": "nominal"},
        }
    return encoding


def _band(points: Sequence[Any], colour: str, shape: str) -> Spec:
    rows = [{"d": point.day, "s": point.low, "s2": point.high} for point in points]
    mark = {
        "type": "area",
        "interpolate": shape,
        "color": colour,
        "opacity": BAND_OPACITY,
        "aria": False,
        "line": False,
    }
    return {"data": values(rows), "mark": mark, "encoding": {**_at("d", "s"), "y2": {"field": "s2"}}}


def _line(curve: Curve, colour: str, dash: Sequence[float] | None, thick: float, shape: str) -> Spec:
    rows = [
        {"d": p.day, "s": p.share, "words": f"{curve.label}, {days_text(p.day)}: {percent(p.share)} ainda sem solução"}
        for p in curve.shown()
    ]
    mark: Spec = {
        "type": "line",
        "interpolate": shape,
        "color": colour,
        "strokeWidth": thick,
        "strokeJoin": "miter",
    }
    if dash:
        mark["strokeDash"] = list(dash)
    return {"data": values(rows), "mark": mark, "encoding": _at("d", "s", words=True)}


def _path(curve: Curve, x: float, y: float, *, joined: bool = False) -> list[Place]:
    """The corners of a step line, or of one whose points are joined, in px."""
    places: list[Place] = []
    for point in curve.shown():
        if places and not joined:
            places.append((point.day * x, places[-1][1]))
        places.append((point.day * x, (1 - point.share) * y))
    return places


# --- (b) outcomes -----------------------------------------------------------------------------------------------------


def outcomes_spec(chart: Outcomes, width: int) -> Spec:
    """Areas stacked from the bottom, one an outcome, the rest open; words at the right, or above on a small picture."""
    wide = width == WIDE
    shares = [each.share(chart.last_day) for each in chart.outcomes]
    names = [*(each.label for each in chart.outcomes), chart.open_label]
    fills = [*AREAS[: len(chart.outcomes)], "#FFFFFF"]
    ends = [*shares, max(0.0, 1 - sum(shares))]
    labels = [f"{name} {percent(end)}" for name, end in zip(names, ends, strict=True)]
    rows = 0 if wide else legend_rows(labels, width - 32)
    right = 24 + int(max(text_width(label, bold=True) for label in labels)) if wide else 18
    box = Box(width, 320 if wide else 240, left=50, right=right, top=14 + (0 if wide else 20 * rows + 8), bottom=50)
    layers = _day_axes(chart.last_day, nice_step(chart.last_day, 7 if wide else 5))
    base = dict.fromkeys(chart.days(), 0.0)
    for n, name in enumerate(names):
        rows_of = []
        for day in chart.days():
            low = base[day]
            high = 1.0 if n == len(chart.outcomes) else min(1.0, low + chart.outcomes[n].share(day))
            rows_of.append(
                {"d": day, "s": low, "s2": high, "words": f"{name}, {days_text(day)}: {percent(high - low)}"}
            )
            base[day] = high
        mark = {
            "type": "area",
            "interpolate": "step-after",
            "color": fills[n],
            "stroke": EDGE,
            "strokeWidth": 0.75,
            "opacity": 1,
        }
        layers.append(
            {"data": values(rows_of), "mark": mark, "encoding": {**_at("d", "s", words=True), "y2": {"field": "s2"}}}
        )
    if wide:
        floor, wanted = 0.0, []
        for end in ends:
            wanted.append(box.height * (1 - floor - end / 2))
            floor += end
        for place, middle, label in zip(spread(wanted, 20, box.height), wanted, labels, strict=True):
            layers += rules([{"x": box.plot + 1, "y": middle, "x2": box.plot + 11, "y2": place}], AXIS)
            layers += texts([{"x": box.plot + 15, "y": place, "words": label}], bold=True)
    else:
        keys = [(label, box_key(fill)) for label, fill in zip(labels, fills, strict=True)]
        layers += [moved(each, 8 - box.left) for each in legend(keys, width - 24, -box.top + 16)[0]]
    return canvas(box, layers, chart.title, chart.alternative())


# --- (d) trends -------------------------------------------------------------------------------------------------------


def trends_spec(chart: Trends, width: int) -> Spec:
    """Lines by month with their words at the end, or above on a small picture."""
    wide = width == WIDE
    styled = [(each, *LINES[n]) for n, each in enumerate(chart.series)]
    labels = [each.label for each in chart.series]
    rows = 0 if wide else legend_rows(labels, width - 32)
    right = 22 + int(max(text_width(label, bold=True) for label in labels)) if wide else 20
    box = Box(width, 280 if wide else 220, left=50, right=right, top=14 + (0 if wide else 20 * rows + 8), bottom=34)
    top = max((value or 0 for each in chart.series for value in each.values), default=0) or 1
    step = _round_step(top, 5)
    ceiling = step * (int((top - 1e-9) // step) + 1)
    last = len(chart.months) - 1
    every = next(n for n in (1, 2, 3, 4, 6, 12, 24, 36, 60, 10_000) if last / n <= (9 if wide else 4))
    marks = list(range(0, last + 1, every))
    names = [f"{MONTHS[month.month - 1]}/{month:%y}" for month in chart.months]
    named = "[" + ",".join(f"'{name}'" for name in names) + "][datum.value]"
    encoding = {
        "x": {
            "field": "d",
            "type": "quantitative",
            "scale": {"domain": [0, last], "nice": False},
            "axis": {"values": marks, "grid": False, "title": None, "tickSize": 5, "labelExpr": named},
        },
        "y": {
            "field": "s",
            "type": "quantitative",
            "scale": {"domain": [0, ceiling], "nice": False},
            "axis": {
                "values": list(range(0, ceiling + 1, step)),
                "domain": False,
                "ticks": False,
                "title": None,
                "labelExpr": _THOUSANDS,
            },
        },
    }
    layers: Layers = [
        {
            "data": values([{"d": 0, "s": 0}]),
            "mark": {"type": "point", "opacity": 0, "aria": False},
            "encoding": encoding,
        }
    ]
    ends = []
    for each, colour, dash, thick in styled:
        rows_of = [
            {"d": n, "s": value, "words": f"{each.label}, {names[n]}: {whole(value)}" if value is not None else ""}
            for n, value in enumerate(each.values)
        ]
        mark: Spec = {"type": "line", "color": colour, "strokeWidth": thick, "invalid": "break-paths-show-path-domains"}
        if dash:
            mark["strokeDash"] = dash
        layers.append({"data": values(rows_of), "mark": mark, "encoding": _at("d", "s", words=True)})
        known = [value for value in each.values if value is not None]
        ends.append(box.height * (1 - (known[-1] if known else 0) / ceiling))
    if wide:
        for place, end, label, (_, colour, *_) in zip(spread(ends, 20, box.height), ends, labels, styled, strict=True):
            layers += rules([{"x": box.plot + 2, "y": end, "x2": box.plot + 10, "y2": place}], AXIS)
            layers += texts([{"x": box.plot + 13, "y": place, "words": label}], bold=True, colour=colour)
    else:
        keys = [
            (label, line_key(colour, dash, thick))
            for label, (_, colour, dash, thick) in zip(labels, styled, strict=True)
        ]
        layers += [moved(each, 16 - box.left) for each in legend(keys, width - 32, -box.top + 16)[0]]
    return canvas(box, layers, chart.title, chart.alternative())


def _round_step(top: float, most: int) -> int:
    """1, 2, 5 times a power of ten, so that *top* takes at most *most* steps."""
    power = 1
    while True:
        for step in (power, 2 * power, 5 * power):
            if top <= step * most:
                return step
        power *= 10


_SPECS: dict[type, Any] = {
    Survival: survival_spec,
    Outcomes: outcomes_spec,
    Backlog: backlog_spec,
    Trends: trends_spec,
    PhaseTimes: phase_spec,
    Flow: flow_spec,
}
"""One drawing a kind of chart."""
