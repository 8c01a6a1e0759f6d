"""Until which day the old registers are known: figures of old cases are never of a later one.

What an old sheet calls open was open on the day of the sheet. Counted on until today, such a case would have waited for
years that nobody saw. On that day nothing of a sheet is past or to come, so the day cells hold it whole: for old
registers it is what "today" is for the chamber's own cases (``sums``).
"""

from __future__ import annotations

from datetime import date

from cprac.persistence.queries_figures import newest_sheet


def known_on(day: date, batch: int | None = None) -> date:
    """*day*, or the day of the newest visible sheet (of the sheet *batch* alone) where that came before it."""
    newest = newest_sheet(batch)
    return min(day, newest) if newest is not None else day
