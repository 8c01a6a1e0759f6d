"""Publications: what was released, what comes next, its preview, publishing it, and correcting what was published.

Looking makes a release and keeps none. Who may publish, and whether a preview still holds, is decided by the services.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import BooleanField, HiddenField

from cprac.domain.release_content import DisclosureError
from cprac.persistence import queries_releases
from cprac.services import open_releases, release_acts, release_preview, releases
from cprac.services.errors import NotFoundError, RefusedError, StaleError
from cprac.services.open_publications import Published
from cprac.services.release_preview import Preview
from cprac.services.release_words import changes_told, corrected_by, period_told
from cprac.web import errors, guards
from cprac.web.form_fields import Needed, ParagraphField
from cprac.web.office.room import blueprint

Answered = str | Response | tuple[str, int]

readers = guards.office(*sorted(release_acts.READERS))

SHOWN = 4
"""Changes of a correction in the list; its page has all."""

ROWS = 12
"""Rows of the file of cases in the preview: it has as many as cases ended, and equal ones stand for many."""


class PublishForm(FlaskForm):
    """The confirmation, with the hash of the preview that its page showed."""

    seen = HiddenField()
    confirm = BooleanField(_l("Conferi a prévia acima"), [Needed(_l("marque para confirmar que conferiu"))])


class CorrectForm(FlaskForm):
    """Why the figures of a period change, and the confirmation."""

    seen = HiddenField()
    reason = ParagraphField(
        _l("Motivo"),
        description=_l(
            "Sai junto com os números e não se apaga: diga o que estava errado, sem nomes e sem números de casos. "
            "Até 1.000 letras."
        ),
        validators=[Needed(_l("escreva por que os números mudam"))],
    )
    confirm = BooleanField(_l("Conferi as mudanças acima"), [Needed(_l("marque para confirmar que conferiu"))])


def may_publish() -> bool:
    """Whether to show the forms; the services ask again."""
    return bool(guards.member().offices & release_acts.PUBLISHERS)


# --- the list ---------------------------------------------------------------------------------------------------------


@blueprint.get("/gabinete/publicacoes")
@readers
def publications() -> str:
    """Every release, newest first, with who made it and what it changed; and the next one, with what it waits for."""
    every, by = open_releases.published(), queries_releases.published_by()
    newest = {one.release.period: one for one in reversed(every)}
    return render_template(
        "office/publications.html",
        rows=[_row(one, every, by, current=newest[one.release.period] is one) for one in every],
        next=_next(),
        period_told=period_told,
        may_publish=may_publish(),
        rules=guards.chamber().regulation.statistics,
    )


def _row(one: Published, every: tuple[Published, ...], by: dict[str, str], *, current: bool) -> dict[str, Any]:
    release = one.release
    changes = changes_told(release, corrected_by(release, [other.release for other in every]))
    return {
        "one": one,
        "period": period_told(release.period),
        "by": by.get(one.sha256, ""),
        "current": current,
        "changes": changes[:SHOWN],
        "more": max(0, len(changes) - SHOWN),
        "url": url_for("public.open_data_release", release=one.id),
    }


def _next() -> dict[str, Any]:
    """The period that is published next: its days, from when it may be, which small ones it takes along."""
    chamber, today = guards.chamber(), guards.today()
    rules = chamber.regulation.statistics
    found = releases.awaited(chamber, guards.now(), make=False)
    if found is None:  # no filings yet: the current period will be the first
        span = releases.period_of(today, rules)
        return {"span": span, "due": releases.due_on(span, rules), "is_due": False, "small": (), "empty": True}
    return {
        "span": found.span, "due": found.due, "is_due": found.due <= today, "small": found.small, "empty": False,
    }  # fmt: skip


# --- publishing -------------------------------------------------------------------------------------------------------


@blueprint.route("/gabinete/publicacoes/proxima", methods=["GET", "POST"])
@readers
def publication_next() -> Answered:
    """What the next release would publish; publishing it."""
    form, period = PublishForm(), request.form.get("period", "")
    sent = _send(form, lambda: release_acts.publish(
        guards.chamber(), guards.member().account, period, form.seen.data or "", guards.now()
    ))  # fmt: skip
    if isinstance(sent, str):
        return _done(gettext("Publicação %(id)s no ar.", id=sent))
    found, blocked = None, False
    try:
        _awaited, found = release_preview.next_one(guards.chamber(), guards.now())
    except DisclosureError:
        blocked = True
    title = gettext("Prévia da próxima publicação")
    return _page(form, found, sent, page_title=title, blocked=blocked, next=_next(), corrects=None)


@blueprint.route("/gabinete/publicacoes/<period>/corrigir", methods=["GET", "POST"])
@readers
def publication_correct(period: str) -> Answered:
    """What a correction of a period would change, cell by cell; publishing it with its reason."""
    standing = next((one for one in open_releases.published() if one.release.period == period), None)
    if standing is None:
        raise NotFoundError(period)
    form = CorrectForm()
    sent = _send(form, lambda: release_acts.correct(
        guards.chamber(), guards.member().account, period, form.reason.data or "", form.seen.data or "", guards.now()
    ))  # fmt: skip
    if isinstance(sent, str):
        return _done(gettext("Correção %(id)s no ar.", id=sent))
    found, blocked = None, False
    try:
        found = release_preview.correction(guards.chamber(), period, guards.now())
    except releases.ReleaseError:
        pass  # nothing that may be told has changed: the page says so
    except DisclosureError:
        blocked = True
    title = gettext("Corrigir o %(period)s", period=period_told(period))
    return _page(form, found, sent, page_title=title, blocked=blocked, next=None, corrects=standing)


def _send(form: FlaskForm, act: Callable[[], str]) -> str | int:
    """The name of what was published where the form was sent; otherwise the status of the page that shows it again."""
    if request.method == "GET":
        return 200
    if not may_publish():
        raise NotFoundError("publication")
    if not form.validate():
        return 400
    try:
        return act()
    except RefusedError as error:
        errors.into(form, error.refusal)
        return 400
    except StaleError:
        return 409
    except DisclosureError:  # the page says that nothing can be published now
        return 400


def _page(form: FlaskForm, found: Preview | None, status: int, **context: Any) -> tuple[str, int]:
    """The preview with its form, which from now on confirms what this page shows."""
    shown = form.seen.data if request.method == "POST" else ""
    stale = status == 409 or (bool(shown) and found is not None and shown != found.seen)
    form.seen.data = found.seen if found else ""
    if stale:
        form.confirm.data = False
    page = render_template(
        "office/publication_preview.html",
        form=form,
        preview=found,
        numbers=release_preview.rules_of(found.release) if found else {},
        stale=stale,
        may_publish=may_publish(),
        rules=guards.chamber().regulation.statistics,
        rows_shown=ROWS,
        as_day=date.fromisoformat,
        period_told=period_told,
        **context,
    )
    return page, status


def _done(words: str) -> Response:
    flash(words, "good")
    return redirect(url_for("office.publications"), 303)
