"""Putting the printed report together: sums, charts, proposals; of the old registers where the chamber has no case."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from cprac.domain.recommendations import SENT
from cprac.domain.words import N_
from cprac.persistence import queries_recommendations
from cprac.persistence.queries_recommendations import Filter
from cprac.services import chart_images, dashboard_charts, legacy_series, report_pdf, reporting
from cprac.services.chamber import Chamber
from cprac.services.chart_words import EmptyChartError
from cprac.services.dashboard import Dashboard, Question, compute
from cprac.services.indicator_kinds import Group
from cprac.services.report_sources import everything
from cprac.services.sums import Asked, sums

CHARTS = {
    "tempo": Group.TIME,
    "etapas": Group.TIME,
    "idade": Group.STOCK,
    "meses": Group.STOCK,
    "desfechos": Group.RESULTS,
}
"""The charts of the dashboard that the report prints, and under which heading."""


def book(
    chamber: Chamber,
    as_of: date,
    today: date,
    first: date | None,
    last: date | None,
    sources: Mapping[str, Any],
) -> bytes:
    """The management report of *first* to *last* as of a day, as PDF. The old registers are never mixed in."""
    asked = Asked(as_of, first, last)
    found, old = sums(asked, today), False
    if not found.cohort.kinds:
        older = Asked(legacy_series.known_on(as_of), first, last, legacy=True)
        if (legacy := sums(older, legacy_series.known_on(today))).cohort.kinds:
            asked, found, old = older, legacy, True
    ctx = reporting.context(chamber, found, **({} if old else dict(sources)))
    answer = compute(chamber, Question(asked), today, datetime.combine(as_of, time(), UTC))
    return report_pdf.pdf(
        report_pdf.Printed(
            chamber.regulation.chamber.name,
            as_of,
            first,
            last,
            ctx,
            charts=_charts(chamber, answer),
            proposals=() if old else tuple(_proposals(as_of, first, last)),
            series=N_("Casos da planilha antiga") if old else N_("Casos da Câmara"),
            entries=answer.entries,
        )
    )


def _charts(chamber: Chamber, answer: Dashboard) -> dict[Group, list[report_pdf.Picture]]:
    found: dict[Group, list[report_pdf.Picture]] = {}
    cache = chart_images.cache_of(chamber)
    for name, group in CHARTS.items():
        try:
            chart = dashboard_charts.CHARTS[name](answer)
            drawn = chart_images.image(cache, chart).decode()
        except EmptyChartError:
            continue
        found.setdefault(group, []).append(report_pdf.Picture(drawn, chart.alternative(), chart.sentence))
    return found


def _proposals(as_of: date, first: date | None, last: date | None) -> Iterator[str]:
    """The recommendations sent to agencies in the period, the oldest first: what, to whom, and what came of it."""
    for entry in reversed(queries_recommendations.register(everything(as_of), Filter())):
        sent = entry.issued_on
        if entry.state in SENT and sent is not None and (first or date.min) <= sent <= min(last or as_of, as_of):
            yield f"{entry.number}, {N_('para')} {entry.agency}: {entry.title}. {entry.status(as_of).label}."
