"""The count of a deadline as the macros show it: its days, its sentence, its first and last day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask_babel import gettext

from cprac.domain.deadlines import Computation
from cprac.web import filters


def ledger_view(found: Computation, today: date, binding: date | None = None) -> dict[str, Any]:
    """What ``ledger_strip`` takes. *binding*: the date already communicated, where it is later than the count."""
    days = found.ledger()
    return {
        "days": days,
        "notice": found.trigger if not found.rule.backward else None,
        "due": found.due,
        "today": today,
        "caption": gettext(
            "De %(first)s a %(last)s", first=filters.date_words(days[0].date), last=filters.date_words(days[-1].date)
        ),
        "sentence": found.sentence,
        "moved": binding - found.due if binding is not None and binding > found.due else timedelta(0),
        "told": [day for day in days if day.counted is None and day.kind not in ("weekend", "trigger")],
        "first": next((day for day in days if day.counted == 1), None),
        "last": days[-1],
        "length": found.rule.unit.words(found.length),
    }
