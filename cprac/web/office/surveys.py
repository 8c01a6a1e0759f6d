"""What parties said of the chamber: response rate, the satisfied with their interval, and the texts they wrote."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import render_template, request
from flask_babel import gettext

from cprac.domain.surveys import QUESTIONS
from cprac.persistence import queries_surveys
from cprac.persistence.queries_surveys import READS, Share
from cprac.web import filters, guards
from cprac.web.case_room import reader
from cprac.web.office.room import blueprint

FIRST_YEAR = 2000


@blueprint.get("/gabinete/avaliacoes")
@guards.office(*sorted(READS))
def survey_results() -> str:
    """The results of a year; of this one where none is asked for."""
    this = guards.today().year
    year = request.args.get("ano", this, type=int)
    year = year if FIRST_YEAR <= year <= this else this
    first, last = date(year, 1, 1), date(year, 12, 31)
    found = queries_surveys.survey_results(first, last)
    rows = [
        *((gettext(words), found.questions[question]) for question, words in QUESTIONS.items()),
        (gettext("Usaria a Câmara de novo?"), found.again),
    ]
    return render_template(
        "office/surveys.html",
        year=year,
        years=[(each, each) for each in range(this, this - 5, -1)],
        found=found,
        response=_rate(found.response),
        rows=[_row(words, share) for words, share in rows],
        texts=queries_surveys.texts(reader(), first, last),
    )


def _row(words: str, share: Share) -> dict[str, Any]:
    return {"question": words, "share": share, "words": _words(share)}


def _words(share: Share) -> str:
    """A share with its base and interval: "80% (8 de 10; entre 49% e 94%)"; "sem dados" where nothing is told."""
    if share.low is None or share.high is None:
        return gettext("sem dados")
    return gettext(
        "%(rate)s%% (%(n)s de %(all)s; entre %(low)s%% e %(high)s%%)",
        rate=round(100 * share.part / share.whole), n=filters.integer(share.part), all=filters.integer(share.whole),
        low=round(100 * share.low), high=round(100 * share.high),
    )  # fmt: skip


def _rate(share: Share) -> dict[str, str]:
    """The response rate as a tile: large the rate, small what doubts it."""
    if share.low is None or share.high is None:
        return {"rate": gettext("sem dados"), "doubt": ""}
    low, high = round(100 * share.low), round(100 * share.high)
    doubt = gettext("entre %(low)s%% e %(high)s%%", low=low, high=high)
    return {"rate": f"{round(100 * share.part / share.whole)}%", "doubt": doubt}
