"""``cprac report``: every indicator with its definition, denominator and counts, as data, a table or on paper."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date
from typing import Any

import click

from cprac.commands.instance import instant, opened
from cprac.commands.streams import DAY, BadInput, print_csv, print_json
from cprac.domain.words import N_

COLUMNS = (
    "series", "id", "name", "part", "part_name", "unit", "reading", "value", "low", "high", "numerator",
    "denominator", "n", "why", "definition", "formula", "denominator_words", "source", "caveat",
)  # fmt: skip


@click.command("report")
@click.option("--as-of", type=DAY, required=True, metavar="DATE", help=N_("Dia em que se olha."))
@click.option("--from", "first", type=DAY, default=None, metavar="D", help=N_("Primeiro dia do período."))
@click.option("--to", "last", type=DAY, default=None, metavar="D", help=N_("Último dia do período."))
@click.option("--format", "form", type=click.Choice(["json", "csv", "pdf"]), default="json", help=N_("Formato."))
def report(as_of: date, first: date | None, last: date | None, form: str) -> None:
    """Escreve todos os indicadores, com definição, base e margem; em PDF, o relatório de gestão."""
    from cprac.services import report_sources, reporting

    if first is not None and first > min(last or as_of, as_of):
        raise BadInput(N_("--from vem depois do fim do período: troque um dos dias"))
    with opened() as (_app, chamber):
        today = chamber.day(instant())
        sources = report_sources.sources(None, first, last, as_of)
        if form == "pdf":
            from cprac.services import report_book

            sys.stdout.buffer.write(report_book.book(chamber, as_of, today, first, last, sources))
            return
        answer = reporting.report(chamber, as_of, today, first, last, **sources)
    if form == "json":
        print_json(answer)
    else:
        print_csv(COLUMNS, _rows(answer))


def _rows(answer: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A line an indicator, and one for each line of its breakdown."""
    for series in answer["series"]:
        for entry in series["indicators"]:
            words = {
                name: entry[name]
                for name in ("id", "name", "unit", "reading", "definition", "formula", "source", "caveat")
            }
            line = {"series": series["series"], **words, "denominator_words": entry["denominator"]}
            numbers = {name: entry[name] for name in ("value", "low", "high", "numerator", "n", "why")}
            yield {**line, "part": "", "part_name": "", **numbers, "denominator": entry["denominator_n"]}
            for part in entry["parts"]:
                numbers = {name: part[name] for name in ("value", "low", "high", "n")}
                empty = {"numerator": None, "denominator": None, "why": None}
                yield {**line, "part": part["key"], "part_name": part["label"], **numbers, **empty}
