"""Putting the printed report together: sums, charts, proposals; of the old registers where the chamber has no case."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from cprac.domain.words import N_
from cprac.services import report_pdf, reporting
from cprac.services.chamber import Chamber
from cprac.services.sums import Asked, Sums, sums


def book(
    chamber: Chamber,
    as_of: date,
    today: date,
    first: date | None,
    last: date | None,
    sources: Mapping[str, Any],
) -> bytes:
    """The management report of *first* to *last* as of a day, as PDF. The old registers are never mixed in."""
    found, old = sums(Asked(as_of, first, last), today), False
    if not found.cohort.kinds:
        legacy = sums(Asked(as_of, first, last, legacy=True), today)
        found, old = (legacy, True) if legacy.cohort.kinds else (found, False)
    ctx = reporting.context(chamber, found, **({} if old else dict(sources)))
    return report_pdf.pdf(
        report_pdf.Printed(
            chamber.regulation.chamber.name,
            as_of,
            first,
            last,
            ctx,
            charts=_charts(found),
            series=N_("Casos da planilha antiga") if old else N_("Casos da Câmara"),
        )
    )


def _charts(found: Sums) -> dict[Any, Any]:
    del found
    return {}
