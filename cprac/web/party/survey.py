"""How it was: the survey of a party whose case has ended, once."""

from __future__ import annotations

from flask import flash, redirect, render_template, request
from werkzeug.wrappers import Response

from cprac.persistence import queries_surveys
from cprac.services import surveys
from cprac.services.errors import NotFoundError, RefusedError
from cprac.web import errors, guards
from cprac.web.case_room import number_of, reader
from cprac.web.party.cases import ROOM, parties_only
from cprac.web.party.room import blueprint
from cprac.web.survey_forms import SurveyForm, thanks

Answer = str | Response | tuple[str, int]


@blueprint.route("/meus-casos/<number>/avaliacao", methods=["GET", "POST"])
@parties_only
def survey(number: str) -> Answer:
    """The form, and keeping what it says. Nothing kept leads back to this case."""
    here, form = number_of(number), SurveyForm()
    if request.method == "GET" and not queries_surveys.asked(reader(), here):
        raise NotFoundError(number)
    if request.method == "POST" and form.validate():
        try:
            first = surveys.answer(guards.chamber(), guards.member().account, here, form.said(), now=guards.now())
        except RefusedError as error:
            errors.into(form, error.refusal)
        else:
            flash(thanks(first=first), "good" if first else "note")
            return redirect(ROOM.url("case", here), 303)
    page = render_template("party/survey.html", form=form, number=here, back=ROOM.url("case", here))
    return (page, 400) if request.method == "POST" else page
