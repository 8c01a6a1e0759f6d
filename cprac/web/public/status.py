"""Where a case stands, by number and key. Same words, same status, same work whether or not the number exists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import render_template, request
from flask_babel import gettext

from cprac.domain import outlook
from cprac.domain.identifiers import parse_case_number
from cprac.domain.states import Stage, stage_of
from cprac.persistence import queries_public, queries_surveys
from cprac.persistence.queries_public import PublicCase
from cprac.services import access_keys, throttle
from cprac.web import guards, security, sessions
from cprac.web.public.room import blueprint

LONGEST_TYPED = 60


@dataclass(frozen=True, slots=True)
class Standing:
    """A case as the page shows it: the public facts, its place on the path, what it waits for, what comes next."""

    case: PublicCase
    stages: tuple[str, ...]
    stage: int
    waits_for: str
    comes_next: str
    survey: bool = False


@blueprint.route("/consulta", methods=["GET", "POST"])
@guards.public
def lookup() -> str | tuple[str, int]:
    """Ask for the number and the key; answer with what is public of the application's cases.

    Only wrong keys count against a number: whoever tries many keeps nobody out who has the right one.
    """
    if request.method == "GET":
        return render_template("public/lookup.html", number="", failed=False)
    typed, key = request.form.get("number", ""), request.form.get("key", "")
    number = parse_case_number(typed)
    moment = sessions.clock()
    throttle.spend("lookup_source", security.source(), moment)
    found = queries_public.application(number)
    if not access_keys.fits(guards.chamber(), key, found.key_hash if found else None) or found is None:
        throttle.spend("lookup_number", str(number.application) if number else typed[:LONGEST_TYPED], moment)
        return render_template("public/lookup.html", number=typed[:LONGEST_TYPED], failed=True), 400
    access_keys.renew(guards.chamber(), found.id, key, found.key_hash)
    standings = [_standing(case) for case in queries_public.cases_of(found.id)]
    return render_template("public/status.html", application=found, standings=standings, key=key)


def _standing(case: PublicCase) -> Standing:
    regulation = guards.chamber().rules_of(case.procedure)
    stages = tuple(Stage)
    rule = regulation.deadlines.get(case.rule)
    return Standing(
        case,
        tuple(gettext(stage.label) for stage in stages),
        stages.index(stage_of(case.state)) + 1,
        gettext(rule.name) if rule is not None and case.due is not None else "",
        spoken(outlook.next_sentence(case.state, regulation)),
        queries_surveys.applicant_asked(case.number),
    )


def spoken(sentence: outlook.Sentence) -> str:
    """The sentence in the reader's language."""
    filled: dict[str, Any] = {name: gettext(text) for name, text in sentence.params.items()}
    return gettext(sentence.template).format(**filled)
