"""How it was: the survey for who follows a case by number and key. The key travels in the form, never in an address."""

from __future__ import annotations

from flask import render_template, request

from cprac.domain.identifiers import parse_case_number
from cprac.services import surveys, throttle
from cprac.services.errors import NotFoundError, RefusedError
from cprac.web import errors, guards, security, sessions
from cprac.web.public.room import blueprint
from cprac.web.survey_forms import SurveyForm, thanks

LONGEST_TYPED = 60


@blueprint.post("/consulta/avaliacao")
@guards.public
def survey() -> str | tuple[str, int]:
    """The form for who came from the status page, and keeping what it says. A wrong key is answered as none asked."""
    typed, key = request.form.get("number", "")[:LONGEST_TYPED], request.form.get("key", "")[:LONGEST_TYPED]
    number = parse_case_number(typed)
    sending = request.form.get("send") == "1"
    form = SurveyForm() if sending else SurveyForm(formdata=None)
    said = ""
    if sending:
        throttle.spend("lookup_source", security.source(), sessions.clock())
    if sending and form.validate():
        try:
            first = surveys.answer_with_key(guards.chamber(), str(number or ""), key, form.said())
            said = thanks(first=first)
        except RefusedError as error:
            errors.into(form, error.refusal)
        except NotFoundError:
            throttle.spend("lookup_number", str(number.application) if number else typed, sessions.clock())
            raise
    page = render_template("public/survey.html", form=form, number=typed, key=key, said=said)
    return page if said or not sending else (page, 400)
