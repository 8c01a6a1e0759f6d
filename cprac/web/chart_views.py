"""Charts on pages: what the macro `chart` needs, and the answers that images and data are sent with.

A room keeps the routes: one address a chart with the name of a file at its end (`FILES`), which a function
`address(file) -> str` builds and `chart_response` answers. Who may see the page may see its images: the room decides.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from flask import Response, request
from flask_babel import gettext

from cprac.services.chamber import Chamber
from cprac.services.chart_files import csv_of, file_name
from cprac.services.chart_images import cache_of, chart_key, image
from cprac.services.chart_marks import NARROW, WIDE
from cprac.services.chart_words import Chart, EmptyChartError, Table
from cprac.services.charts import draw

Address = Callable[[str], str]
"""From the name of a file (a key of `FILES`) to the room's address of it."""

FILES = {
    "760.svg": (WIDE, "svg", False),
    "360.svg": (NARROW, "svg", False),
    "760.json": (WIDE, "json", False),
    "360.json": (NARROW, "json", False),
    "grafico.svg": (WIDE, "svg", True),
    "grafico.png": (WIDE, "png", True),
    "dados.csv": (WIDE, "csv", True),
}
"""What a chart's address offers: width, kind, and whether it is to be kept as a file (then with heading and source)."""
TYPES = {"svg": "image/svg+xml", "png": "image/png", "json": "application/json", "csv": "text/csv; charset=utf-8"}
PRIVATE = "private, no-cache"
PUBLIC = "public, max-age=300"


@dataclass(frozen=True, slots=True)
class ChartView:
    """One chart as `_macros/charts.html` shows it. Without `wide` there is nothing to draw: the macro says so."""

    id: str
    title: str
    sentence: str
    alternative: str
    table: Table | None
    open_table: bool
    wide: str = ""
    narrow: str = ""
    wide_spec: str = ""
    narrow_spec: str = ""
    size: tuple[int, int] = (0, 0)
    narrow_size: tuple[int, int] = (0, 0)
    downloads: tuple[tuple[str, str], ...] = ()


def chart_view(id: str, chart: Chart, address: Address, *, open_table: bool = False) -> ChartView:  # noqa: A002  (the HTML attribute)
    """What `charts.chart(view)` shows. *id*: anchor, unique in the page; *open_table* on public pages.

    The addresses carry the start of the chart's key (`v`), so that a changed figure is another picture.
    A chart without data (EmptyChartError) becomes a view without pictures.
    """
    try:
        wide, narrow = _sizes(chart)
    except EmptyChartError:
        return ChartView(id, chart.title, chart.sentence, "", None, open_table)
    return ChartView(
        id=id,
        title=chart.title,
        sentence=chart.sentence,
        alternative=chart.alternative(),
        table=chart.table(),
        open_table=open_table,
        wide=_versioned(address("760.svg"), chart),
        narrow=_versioned(address("360.svg"), chart),
        wide_spec=_versioned(address("760.json"), chart),
        narrow_spec=_versioned(address("360.json"), chart),
        size=wide,
        narrow_size=narrow,
        downloads=(
            (gettext("Baixar imagem (SVG)"), address("grafico.svg")),
            (gettext("Baixar imagem (PNG)"), address("grafico.png")),
            (gettext("Baixar os dados (CSV)"), address("dados.csv")),
        ),
    )


def _versioned(address: str, chart: Chart) -> str:
    return f"{address}{'&' if '?' in address else '?'}v={chart_key(chart)[:12]}"


@lru_cache(maxsize=512)
def _sizes(chart: Chart) -> tuple[tuple[int, int], tuple[int, int]]:
    """Width and height in px of both drawings; kept, since finding places for the words takes some 20 ms a chart."""
    return _size(draw(chart, WIDE)), _size(draw(chart, NARROW))


def _size(spec: dict) -> tuple[int, int]:
    pad = spec["padding"]
    return spec["width"] + pad["left"] + pad["right"], int(spec["height"] + pad["top"] + pad["bottom"])


def chart_response(chamber: Chamber, chart: Chart, file: str, *, public: bool = False) -> Response:
    """The image, specification (`json`) or data (`csv`) of *chart*; 304 where the reader has it already.

    404 for a file that does not exist and for a chart without data. *public* only where
    anyone may see the figures: shared caches may then keep the answer.
    """
    if file not in FILES:
        return Response(status=404)
    width, kind, download = FILES[file]
    answer = Response(mimetype=TYPES[kind].partition(";")[0])
    answer.headers["Content-Type"] = TYPES[kind]
    answer.headers["Cache-Control"] = PUBLIC if public else PRIVATE
    answer.set_etag(f"{chart_key(chart)}-{file}")
    if request.if_none_match.contains_weak(answer.get_etag()[0]):
        answer.status_code = 304
        return answer
    try:
        chart.check()
        if kind == "csv":
            body = csv_of(chart)
        elif kind == "json":
            body = json.dumps(draw(chart, width), ensure_ascii=False, separators=(",", ":")).encode()
        else:
            body = image(cache_of(chamber), chart, width, kind, with_heading=download)
    except EmptyChartError:
        return Response(status=404)
    answer.set_data(body)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    if download:
        answer.headers.set("Content-Disposition", "attachment", filename=file_name(chart, kind))
    return answer


def strip_view(
    value: float,
    start: float,
    end: float,
    *,
    low: float | None = None,
    high: float | None = None,
    goal: float | None = None,
) -> dict[str, float | None]:
    """Places (0 to 200) on the margin strip of a value, its 95 % band and the goal, on a scale from *start* to *end*.

    What lies outside stands at the edge. ``ValueError`` where *end* is not above *start*.
    """
    if not end > start:
        raise ValueError("a strip needs an end above its start")

    def place(number: float | None) -> float | None:
        return None if number is None else round(200 * min(1.0, max(0.0, (number - start) / (end - start))), 1)

    return {"value": place(value), "low": place(low), "high": place(high), "goal": place(goal)}
