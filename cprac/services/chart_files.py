"""The figures of a chart as a file: CSV as Brazilian spreadsheets open it, and names of files."""

from __future__ import annotations

import csv
import io
import re
import unicodedata

from cprac.services.chart_words import Chart

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_of(chart: Chart) -> bytes:
    """UTF-8 with signature, comma, decimal point, CRLF (RFC 4180): the same cells as the table, unrounded.

    A word that a spreadsheet would take for a formula gets an apostrophe before it. Raises EmptyChartError.
    """
    chart.check()
    table = chart.table()
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([_harmless(cell) for cell in table.raw_headers or table.headers])
    writer.writerows([[_harmless(cell) for cell in row] for row in table.raw])
    return out.getvalue().encode("utf-8-sig")


def _harmless(cell: str | float) -> str | int | float:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def file_name(chart: Chart, kind: str) -> str:
    """`quanto-tempo-leva.svg`: the chart's title in plain letters."""
    plain = unicodedata.normalize("NFKD", chart.title).encode("ascii", "ignore").decode().lower()
    return f"{re.sub(r'[^a-z0-9]+', '-', plain).strip('-')[:60] or 'grafico'}.{kind}"
