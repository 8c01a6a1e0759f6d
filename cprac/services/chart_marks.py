"""The hand that draws: palette, sizes, and Vega-Lite layers with fixed margins: no picture depends on a font."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Spec = dict[str, Any]
Layers = list[Spec]

WIDE, NARROW = 760, 360
WIDTHS = (WIDE, NARROW)
TYPE = 13
INK, INK_2, GRID, AXIS, EDGE = "#1B2330", "#465264", "#D8DEE6", "#738093", "#465264"
FONT = "'Segoe UI', Roboto, 'Noto Sans', 'Helvetica Neue', 'Liberation Sans', Arial, sans-serif"
LINES = (
    ("#1351B4", None, 3.0),
    ("#B34700", [10, 5], 2.5),
    ("#00756E", [2.5, 3.5], 2.5),
    ("#7A3E9D", [12, 4, 2, 4], 2.5),
)
"""Colour, dash and thickness of the first to fourth line (face.md, chart palette)."""
REFERENCE = ("#5A6678", [1, 4], 2.5)
HATCH = "hatch"
STACK = (("#0C326F", "#FFFFFF"), ("#7FA6E8", INK), (HATCH, INK), ("#FFFFFF", INK))
"""Ground and figures of the pieces of a stacked bar; each has the edge."""
AREAS = ("#0C326F", "#7FA6E8", "#F0C9A6", "#C9B5DC", "#A9D3CD", "#C4CBD6")
BAND_OPACITY = 0.17
CHARACTER = 6.9
"""Width in px of a character of 13 px, rather more than less; 7.4 in bold."""


@dataclass(frozen=True, slots=True)
class Box:
    """Where a drawing stands: the whole width, the height of the plot and the margins, in px."""

    width: int
    height: int
    left: int = 16
    right: int = 16
    top: int = 14
    bottom: int = 14

    @property
    def plot(self) -> int:
        """Width of the plot."""
        return self.width - self.left - self.right


def text_width(text: str, *, bold: bool = False) -> float:
    """Estimated width of *text* at 13 px, in px."""
    return len(text) * (7.4 if bold else CHARACTER)


def canvas(box: Box, layers: Sequence[Spec], title: str, description: str) -> Spec:
    """The whole specification: *layers* in *box*, one font, white ground, accessible name."""
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "title": None,
        "description": f"{title}. {description}",
        "autosize": {"type": "none", "contains": "content"},
        "width": box.plot,
        "height": box.height,
        "padding": {"left": box.left, "right": box.right, "top": box.top, "bottom": box.bottom},
        "background": "#FFFFFF",
        "layer": [{**each, "name": f"camada_{n}"} for n, each in enumerate(layers)],
        "config": {
            "font": FONT,
            "view": {"stroke": None},
            "axis": {
                "labelFontSize": TYPE,
                "titleFontSize": TYPE,
                "labelColor": INK_2,
                "titleColor": INK_2,
                "titleFontWeight": "normal",
                "gridColor": GRID,
                "domainColor": AXIS,
                "tickColor": AXIS,
                "labelPadding": 6,
            },
        },
    }


def values(rows: Sequence[Mapping[str, Any]]) -> Spec:
    """Inline data."""
    return {"values": [dict(row) for row in rows]}


def pixel(field: str) -> Spec:
    """A field that is already in px of the plot."""
    return {"field": field, "type": "quantitative", "scale": None, "axis": None}


def texts(
    rows: Sequence[Mapping[str, Any]], *, bold: bool = False, align: str = "left", colour: str = INK, halo: bool = False
) -> Layers:
    """Words at px positions: rows of `x`, `y`, `words`. With *halo* a white edge keeps them legible over lines."""
    if not rows:
        return []
    mark: Spec = {
        "type": "text",
        "align": align,
        "baseline": "middle",
        "fontSize": TYPE,
        "font": FONT,
        "fontWeight": 600 if bold else 400,
        "tooltip": None,
        "aria": False,
    }
    encoding = {"x": pixel("x"), "y": pixel("y"), "text": {"field": "words", "type": "nominal"}}
    under = {
        "data": values(rows),
        "mark": {**mark, "stroke": "#FFFFFF", "strokeWidth": 4, "color": "#FFFFFF"},
        "encoding": encoding,
    }
    return ([under] if halo else []) + [{"data": values(rows), "mark": {**mark, "color": colour}, "encoding": encoding}]


def rules(
    rows: Sequence[Mapping[str, Any]], colour: str = AXIS, width: float = 1.0, dash: Sequence[float] | None = None
) -> Layers:
    """Straight lines at px positions: rows of `x`, `y`, `x2`, `y2`."""
    if not rows:
        return []
    mark: Spec = {"type": "rule", "color": colour, "strokeWidth": width, "aria": False}
    if dash:
        mark["strokeDash"] = list(dash)
    encoding = {"x": pixel("x"), "y": pixel("y"), "x2": {"field": "x2"}, "y2": {"field": "y2"}}
    return [{"data": values(rows), "mark": mark, "encoding": encoding}]


def bars(rows: Sequence[Mapping[str, Any]], fill: str, edge: str | None = EDGE) -> Layers:
    """Rectangles at px positions (`x`, `y`, `x2`, `y2`), with `words` to be read aloud and shown by the pointer."""
    if not rows:
        return []
    mark: Spec = {"type": "rect", "color": "#FFFFFF" if fill == HATCH else fill}
    if edge:
        mark |= {"stroke": edge, "strokeWidth": 0.75}
    encoding = {
        "x": pixel("x"),
        "y": pixel("y"),
        "x2": {"field": "x2"},
        "y2": {"field": "y2"},
        "tooltip": {"field": "words", "type": "nominal"},
        "description": {"field": "words", "type": "nominal"},
    }
    drawn = [{"data": values(rows), "mark": mark, "encoding": encoding}]
    if fill == HATCH:
        drawn += rules([line for row in rows for line in hatch(row["x"], row["y"], row["x2"], row["y2"])], EDGE, 1.4)
    return drawn


def hatch(x: float, y: float, x2: float, y2: float, step: float = 6.0) -> list[dict[str, float]]:
    """Diagonals (rising to the right) that fill a rectangle: Vega knows no patterns."""
    lines, offset = [], step
    width, height = x2 - x, y2 - y
    while offset < width + height:
        start, end = max(0.0, offset - height), min(width, offset)
        lines.append({"x": x + start, "y": y + offset - start, "x2": x + end, "y2": y + offset - end})
        offset += step
    return [{key: round(value, 2) for key, value in line.items()} for line in lines]


def legend(entries: Sequence[tuple[str, Layers]], width: int, top: float) -> tuple[Layers, int]:
    """Rows of keys from *top* downward: (words, layers drawn for a key of 26 px at (0, 0)); the layers and the rows."""
    layers: Layers = []
    x, row = 0.0, 0
    for words, key in entries:
        needed = 34 + text_width(words) + 16
        if x and x + needed - 16 > width:
            x, row = 0.0, row + 1
        y = top + 20 * row
        layers += [moved(each, x, y) for each in key]
        layers += texts([{"x": x + 33, "y": y, "words": words}])
        x += needed
    return layers, row + 1


def legend_rows(labels: Sequence[str], width: int) -> int:
    """How many rows a legend of *labels* takes in *width* px."""
    return legend([(label, []) for label in labels], width, 0)[1]


def moved(layer: Spec, dx: float, dy: float = 0) -> Spec:
    """*layer*, whose rows are in px, further right by *dx* and down by *dy*."""
    by = {"x": dx, "x2": dx, "y": dy, "y2": dy}
    rows = [{key: v + by.get(key, 0) if key in by else v for key, v in row.items()} for row in layer["data"]["values"]]
    return {**layer, "data": {"values": rows}}


def line_key(colour: str, dash: Sequence[float] | None, width: float) -> Layers:
    """A legend's key of a line."""
    return rules([{"x": 0, "y": 0, "x2": 26, "y2": 0}], colour, width, dash)


def box_key(fill: str) -> Layers:
    """A legend's key of an area."""
    return bars([{"x": 8, "y": -7, "x2": 24, "y2": 7, "words": ""}], fill)


def headed(spec: Spec, title: str, source: str) -> Spec:
    """*spec* with its heading above and its source below: what is downloaded stands without the page."""
    pad = spec["padding"]
    wide = spec["width"] + pad["left"] + pad["right"]
    size = 18 if wide >= 500 else 16
    lines = wrapped(title, int((wide - 32) / (size * 0.56)))
    above, below = 26 * len(lines) + 12, 26 if source else 0
    words = {"type": "text", "align": "left", "baseline": "middle", "font": FONT, "aria": False, "tooltip": None}
    extra: Layers = []
    x = 16 - pad["left"]
    for n, line in enumerate(lines):
        mark = {**words, "fontSize": size, "fontWeight": 600, "color": INK}
        extra.append(_one_text(mark, line, x, -pad["top"] - above + 26 + 26 * n))
    if source:
        extra.append(
            _one_text({**words, "fontSize": 12, "color": INK_2}, source, x, spec["height"] + pad["bottom"] + 8)
        )
    padding = {**pad, "top": pad["top"] + above, "bottom": pad["bottom"] + below}
    return {**spec, "padding": padding, "layer": spec["layer"] + extra}


def _one_text(mark: Spec, words: str, x: float, y: float) -> Spec:
    encoding = {"x": pixel("x"), "y": pixel("y"), "text": {"field": "words", "type": "nominal"}}
    return {"data": values([{"x": x, "y": y, "words": words}]), "mark": mark, "encoding": encoding}


def wrapped(text: str, most: int) -> list[str]:
    """*text* in lines of at most *most* characters, cut at spaces."""
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > most:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines
