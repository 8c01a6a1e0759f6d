"""What can go wrong, as pages: plain words, what was and was not saved, a code to quote where somebody must look.

A refused act and a stale form are answered by the room that showed the form; these pages are what is left.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from flask import Flask, current_app, g, render_template, request
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, SecurityError
from wtforms.form import BaseForm

from cprac.domain.subject import Refusal
from cprac.persistence.outages import OUTAGES
from cprac.services import errors, log_lines
from cprac.web import guards
from cprac.web.filters import date_short, translated

Answer = tuple[str, int] | tuple[str, int, dict[str, str]]
PAGES = frozenset({400, 403, 404, 409, 413, 422, 429, 500, 503})
RETRY_SECONDS = 10


def reason(refusal: Refusal) -> str:
    """The sentence of *refusal* in the reader's language, with its parameters as people write them."""
    shown = {name: words(value) for name, value in refusal.params.items()}
    return translated(refusal.template).format(**shown)


def words(value: Any) -> Any:
    """A parameter of a sentence: a day as 30/03/2026, anything else as it is."""
    return date_short(value) if isinstance(value, date) else value


def into(form: BaseForm, refusal: Refusal) -> None:
    """Say *refusal* at its field of *form*, or for the whole form where it has no such field."""
    field = form._fields.get(refusal.field) if refusal.field else None
    if field is None:
        form.form_errors.append(reason(refusal))
    else:
        field.errors = [*field.errors, reason(refusal)]


def page(code: int, **context: Any) -> tuple[str, int]:
    """The error page of *code*."""
    return render_template(f"errors/{code}.html", **context), code


def http_error(error: HTTPException) -> Answer | HTTPException:
    """Werkzeug's own: no such page, too large, not understood. A redirect stays a redirect."""
    code = error.code or 500
    if code < 400:
        return error
    if isinstance(error, SecurityError):  # a foreign Host header: no address of ours can be written on a page
        return gettext("Este endereço não é desta aplicação."), code, {"Content-Type": "text/plain; charset=utf-8"}
    if code == 413:
        return page(413, limit=request.max_content_length)
    text, _code = page(code if code in PAGES else (400 if code < 500 else 500))
    headers = {name: value for name, value in error.get_headers() if name in {"Allow", "Retry-After"}}
    return text, code, headers


def csrf_error(_error: CSRFError) -> Answer:
    """A form without the token of this session: nothing was done."""
    return page(400)


def not_found(_error: errors.NotFoundError) -> Answer:
    """No such thing, or not for this person: the same page for both."""
    return page(404)


def refused(error: errors.RefusedError) -> Answer:
    """A rule said no, and the room had no form to say it in."""
    return page(400, message=reason(error.refusal))


def stale(_error: errors.StaleError) -> Answer:
    """The case changed meanwhile, and the room had no page of its own for that."""
    return page(409)


def key_reused(_error: errors.KeyReusedError) -> Answer:
    """The key of a form came back with another content."""
    return page(422)


def too_many_tries(error: errors.TooManyTriesError) -> Answer:
    """A limit was reached: when the next try is possible."""
    body, code = page(429, retry_at=moment_after(error.wait))
    return body, code, {"Retry-After": str(error.wait)}


def moment_after(seconds: int) -> datetime:
    """The end of the minute in which *seconds* from now fall, so that the hour shown is never too early."""
    at = datetime.now(UTC) + timedelta(seconds=seconds)
    return (at + timedelta(minutes=1)).replace(second=0, microsecond=0)


def bad_file(error: errors.BadFileError) -> Answer:
    """A file that is not accepted; the text says why."""
    return page(400, message=str(error))


def outage(error: BaseException) -> Answer:
    """The database cannot answer: locked, unreachable, full."""
    reference = note(error)
    body, code = page(503, reference=reference)
    return body, code, {"Retry-After": str(RETRY_SECONDS)}


def unexpected(error: BaseException) -> Answer:
    """A mistake of ours: written to the log under a code, and shown without any detail."""
    return page(500, reference=note(error))


def note(error: BaseException) -> str:
    """Write *error* to the log, the request by its rule and not by its address; return the code to quote."""
    g.bare_frame = True
    reference = guards.chamber().token("request", 4).upper()
    where = request.url_rule.rule if request.url_rule else "?"
    current_app.logger.error("%s %s %s\n%s", reference, request.method, where, log_lines.told(error))
    return reference


def init_app(app: Flask) -> None:
    """Answer every error of *app* with a page."""
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(CSRFError, csrf_error)
    app.register_error_handler(errors.NotFoundError, not_found)
    app.register_error_handler(errors.RefusedError, refused)
    app.register_error_handler(errors.StaleError, stale)
    app.register_error_handler(errors.KeyReusedError, key_reused)
    app.register_error_handler(errors.TooManyTriesError, too_many_tries)
    app.register_error_handler(errors.BadFileError, bad_file)
    for kind in OUTAGES:
        app.register_error_handler(kind, outage)
    if not app.testing:
        app.register_error_handler(Exception, unexpected)
