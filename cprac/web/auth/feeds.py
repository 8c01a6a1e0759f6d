"""The address of one's own agenda for a calendar program: making it, shown once, and ending it."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from cprac.services import calendar_feeds
from cprac.web import guards
from cprac.web.auth.views import blueprint


@blueprint.get("/minha-conta/agenda")
@guards.signed_in
def calendar_feed() -> str:
    """Whether there is an address, and what it is good for."""
    return _page()


@blueprint.post("/minha-conta/agenda")
@guards.signed_in
def new_calendar_feed() -> str:
    """Make a new address; the one before ends. This page is the only one that ever shows it."""
    chamber = guards.chamber()
    token = calendar_feeds.create(chamber, guards.member().account, now=guards.now())
    return _page(chamber.base_url + url_for("public.agenda_feed", token=token))


@blueprint.post("/minha-conta/agenda/encerrar")
@guards.signed_in
def end_calendar_feed() -> Response:
    """End the address: programs that have it get nothing any more."""
    if calendar_feeds.revoke(guards.member().account, now=guards.now()):
        flash(gettext("Endereço encerrado. Quem o tinha não recebe mais nada."))
    return redirect(url_for("auth.calendar_feed"), 303)


def _page(address: str = "") -> str:
    made_at = calendar_feeds.made_at(guards.member().account)
    return render_template("auth/calendar_feed.html", address=address, made_at=made_at)
