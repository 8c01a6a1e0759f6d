"""Where the catalogue takes from what the sums of cases cannot tell: deadlines, loads, recommendations, the survey.

One collection for the office's pages, the printed report and the command, so that none shows a number the others lack.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from functools import cache
from typing import Any

from cprac.domain.notices import SAO_PAULO
from cprac.domain.roles import Office
from cprac.domain.surveys import QUESTIONS
from cprac.persistence import queries_loads, queries_on_time, queries_surveys
from cprac.persistence.queries import Reader
from cprac.services.indicator_kinds import Figure, Part, share

BEGINNING = date(2000, 1, 1)
"""Before any deadline counted here."""

Sources = dict[str, Callable[[], Any]]
"""The arguments of ``reporting.context`` beside the sums."""


def sources(
    reader: Reader | None, first: date | None, last: date | None, as_of: date, *, narrowed: bool = False
) -> Sources:
    """What ``reporting.context`` takes beside the sums, for the days *first* to *last*, as of a day.

    *reader*: who looks; None for the command, which is run by who keeps the database and counts every case.
    *narrowed*: one matter, agency, channel or priority was asked for; of these sources none can be cut like that, so
    they say so. Each is asked of the database when an indicator first needs it, and once.
    """
    if narrowed:
        return {}
    who = reader or everything(as_of)
    found: Mapping[str, Callable[[], Any]] = {
        "on_time": lambda: queries_on_time.on_time(who, first or BEGINNING, last or as_of),
        "loads": lambda: queries_loads.mediator_loads(as_of, SAO_PAULO),
        "recommendations": lambda: queries_loads.recommendation_counts(first, last, as_of),
        "survey": lambda: _survey(first or BEGINNING, min(last or as_of, as_of)),
    }
    return {name: cache(source) for name, source in found.items()}


def everything(as_of: date) -> Reader:
    """A reader for counts only: internal control, who may know of every case, signed in as nobody."""
    midnight = datetime.combine(as_of, time(), SAO_PAULO).astimezone(UTC)
    return Reader(account=0, offices=frozenset({Office.AUDITOR}), now=midnight, on=as_of)


def _survey(first: date, last: date) -> dict[str, Figure]:
    """What the parties said in the months from *first* to *last*: question by question, and how many answered."""
    found = queries_surveys.survey_results(first, last)
    answers: dict[str, Figure] = {}
    if found.response.known:
        answers["response"] = share(found.response.part, found.response.whole)
    if found.again.known:
        parts = tuple(
            Part(key, QUESTIONS[key], told.part / told.whole, told.whole, told.low, told.high)
            for key, told in found.questions.items()
            if told.known
        )
        whole = sum(told.whole for told in found.questions.values() if told.known)
        good = sum(told.part for told in found.questions.values() if told.known)
        answers["satisfaction"] = Figure(good / whole, numerator=good, denominator=whole, n=found.answered, parts=parts)
    return answers
