"""Every indicator with its words, as page, CSV and JSON; and each chart of the dashboard as a picture and as CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from typing import Any

from flask import Response, abort, render_template
from flask_babel import gettext

from cprac.domain.open_tables import neutral
from cprac.services import reporting
from cprac.services.dashboard import Dashboard
from cprac.services.dashboard_charts import CHARTS
from cprac.services.figure_words import doubt_words, figure_words, part_words, value_words
from cprac.services.indicator_kinds import Figure, Group, Indicator, Unit
from cprac.web import guards
from cprac.web.chart_views import chart_response
from cprac.web.office import figure_filters
from cprac.web.office.dashboard import answer
from cprac.web.office.figure_filters import Filters
from cprac.web.office.room import blueprint, deciders

COLUMNS = (
    "id", "name", "part", "part_name", "unit", "value", "low", "high", "numerator", "denominator", "n", "why",
    "reading", "definition", "formula", "denominator_words", "source", "caveat", "article",
)  # fmt: skip


def _asked() -> Filters:
    found = figure_filters.read()
    return found if found.good else abort(400)


@blueprint.get("/gabinete/numeros/indicadores")
@deciders
def indicators() -> str | tuple[str, int]:
    """The catalogue: each figure with its doubt, and everything needed to check it."""
    asked = figure_filters.read()
    if not asked.good:
        return render_template("office/indicators.html", groups=[], filters=asked, form=asked.form, active=[]), 400
    board = answer(asked)
    return render_template(
        "office/indicators.html",
        groups=[
            {"id": group.value, "title": gettext(group.label), "rows": rows}
            for group in Group
            if (rows := [entry_view(*pair) for pair in board.entries if pair[0].group is group])
        ],
        board=board,
        filters=asked,
        form=asked.form,
        active=figure_filters.words(asked),
    )


def entry_view(indicator: Indicator, figure: Figure) -> dict[str, Any]:
    """An indicator with its figure in words."""
    parts = []
    for part in figure.parts:
        value, doubt = part_words(indicator, part)
        if indicator.id == "on_time_rate" or indicator.unit is Unit.DAYS:
            doubt = " · ".join(filter(None, (doubt, gettext("%(n)s casos", n=value_words(part.n, Unit.CASES)))))
        parts.append({"label": gettext(part.label), "value": value, "doubt": doubt})
    return {
        "entry": indicator,
        "value": figure_words(indicator, figure),
        "known": figure.known,
        "doubt": doubt_words(indicator, figure),
        "parts": parts,
    }


@blueprint.get("/gabinete/numeros/indicadores.json")
@deciders
def indicators_json() -> Response:
    """Every indicator as data: the figures of the page, with their words."""
    asked = _asked()
    board = answer(asked)
    plain = {**about(asked, board), "indicators": [reporting.plain(*pair) for pair in board.entries]}
    body = json.dumps(plain, ensure_ascii=False, indent=1, allow_nan=False)
    return _file(body.encode(), "application/json", file_name(board, "indicadores", "json"))


@blueprint.get("/gabinete/numeros/indicadores.csv")
@deciders
def indicators_csv() -> Response:
    """The same as a table: a line an indicator, and one for each line of its breakdown."""
    board = answer(_asked())
    rows: list[Sequence[Any]] = []
    for indicator, figure in board.entries:
        plain = reporting.plain(indicator, figure)
        words = {**plain, "denominator_words": plain["denominator"], "part": "", "part_name": ""}
        rows.append([words["denominator_n"] if name == "denominator" else words[name] for name in COLUMNS])
        for part in plain["parts"]:
            told = {"part": part["key"], "part_name": part["label"]}
            told |= {name: part[name] for name in ("value", "low", "high", "n")}
            told |= {name: words[name] for name in ("id", "name", "unit")}
            rows.append([told.get(name) for name in COLUMNS])
    return _file(table_csv(COLUMNS, rows), "text/csv; charset=utf-8", file_name(board, "indicadores", "csv"))


@blueprint.get("/gabinete/numeros/graficos/<name>/<file>")
@deciders
def chart_file(name: str, file: str) -> Response:
    """A chart as ``chart_views.FILES`` offers it: its picture, or what it is drawn from."""
    board = answer(_asked())
    if (name, file) == ("comparacoes", "dados.csv"):
        return _file(compared_csv(board), "text/csv; charset=utf-8", file_name(board, name, "csv"))
    return chart_response(guards.chamber(), CHARTS[name](board), file) if name in CHARTS else abort(404)


def compared_csv(board: Dashboard) -> bytes:
    """All values of all comparisons of the page."""
    head = ("dimension", "value", "name", "n", "median_days", "low", "high", "verdict")
    rows = [
        (
            table.dimension.value, row.part.key, row.part.label, row.part.n, row.part.value, row.part.low,
            row.part.high, row.verdict,
        )
        for table in board.comparisons
        for row in table.rows
    ]  # fmt: skip
    return table_csv(head, rows)


def about(asked: Filters, board: Dashboard) -> dict[str, Any]:
    """Of which cases, of which days a file speaks."""
    question = board.question.asked
    return {
        "chamber": guards.chamber().regulation.chamber.name,
        "series": "legacy" if question.legacy else "native",
        "as_of": question.as_of.isoformat(),
        "from": question.first.isoformat() if question.first else None,
        "to": question.last.isoformat() if question.last else None,
        "dimension": question.dimension.value,
        "value": question.value or None,
        "words": figure_filters.words(asked),
    }


def table_csv(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """RFC 4180, UTF-8; no cell begins as a formula, and nothing is an empty cell."""
    kept = io.StringIO(newline="")
    writer = csv.writer(kept, lineterminator="\r\n")
    writer.writerow([neutral(name) for name in head])
    writer.writerows(["" if cell is None else neutral(cell) for cell in row] for row in rows)
    return kept.getvalue().encode()


def file_name(board: Dashboard, name: str, kind: str) -> str:
    """The name a file is saved under: what it is, of which series, of which day."""
    series = "-planilha" if board.question.asked.legacy else ""
    return f"{name}{series}-{board.question.asked.as_of.isoformat()}.{kind}"


def _file(body: bytes, mimetype: str, name: str) -> Response:
    reply = Response(body, mimetype=mimetype.partition(";")[0])
    reply.headers["Content-Type"] = mimetype
    reply.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return reply
