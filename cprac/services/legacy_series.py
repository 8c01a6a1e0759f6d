"""Until which day the old registers are known: figures of old cases are never of a later one.

What an old sheet calls open was open on the day of the sheet. Counted on until today, such a case would have waited for
years that nobody saw. On that day nothing of a sheet is past or to come, so the day cells hold it whole: for old
registers it is what "today" is for the chamber's own cases (``sums``).
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select

from cprac.persistence.database import db
from cprac.persistence.models import ImportBatch


def known_on(day: date, batch: int | None = None) -> date:
    """*day*, or the day of the newest visible sheet (of the sheet *batch* alone) where that came before it."""
    query = select(func.max(ImportBatch.as_of)).where(ImportBatch.status == "visible")
    newest = db.session().scalar(query if batch is None else query.where(ImportBatch.id == batch))
    return min(day, newest) if newest is not None else day


def sheets() -> dict[int, str]:
    """The visible sheets by the number of their import, with the name of the file."""
    query = select(ImportBatch.id, ImportBatch.name).where(ImportBatch.status == "visible").order_by(ImportBatch.id)
    return {row.id: row.name for row in db.session().execute(query)}
