"""What the chamber advised the city, as far as it was published: what, the answer, filings before and after."""

from __future__ import annotations

import re
from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext

from cprac.domain.recommendations import Answer, Status
from cprac.persistence import queries_recommendations
from cprac.persistence.queries_recommendations import PublicEntry
from cprac.services.errors import NotFoundError
from cprac.web import guards
from cprac.web.public.room import blueprint
from cprac.web.recommendation_words import public_effect

LONGEST_SEARCH = 100


@blueprint.get("/recomendacoes")
@guards.public
def recommendations() -> str:
    """Every published recommendation, or those with some words."""
    words = " ".join(request.args.get("q", "").split())[:LONGEST_SEARCH]
    rows = queries_recommendations.published(words)
    return render_template("public/recommendations.html", rows=[_view(row) for row in rows], words=words)


@blueprint.get("/recomendacoes/<advice>")
@guards.public
def recommendation(advice: str) -> str:
    """One published recommendation; one that is not looks like none."""
    found = re.fullmatch(r"(\d{4})-(\d{1,6})", advice, re.ASCII)
    row = queries_recommendations.published_one(int(found[1]), int(found[2])) if found else None
    if row is None:
        raise NotFoundError(advice)
    return render_template("public/recommendation.html", row=_view(row))


def _view(row: PublicEntry) -> dict[str, Any]:
    regulation = guards.chamber().regulation
    rules = regulation.statistics
    matter = next((each for each in regulation.matters if each.id == row.matter), None)
    least = rules.min_cell_sensitive if matter is None or matter.sensitive else rules.min_cell
    return {
        "number": row.number,
        "url": url_for("public.recommendation", advice=f"{row.year}-{row.ordinal}"),
        "title": row.title,
        "summary": row.summary,
        "agency": row.agency,
        "matter": gettext(matter.label) if matter is not None else row.matter,
        "issued_on": row.issued_on,
        "due_on": row.due_on,
        "answered_on": row.answered_on,
        "answer": _answer(row),
        "done": row.done,
        "effect": public_effect(row.effect, least),
    }


def _answer(row: PublicEntry) -> str:
    if row.state is Status.WITHDRAWN:
        return gettext("Retirada pela Câmara")
    if row.answer:
        return gettext(Answer(row.answer).label)
    return gettext("Sem resposta no prazo") if row.due_on < guards.today() else gettext("Esperando resposta")
