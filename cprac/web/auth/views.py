"""Signing in and out, setting a password with a code, binding an account to a party, one's own account."""

from __future__ import annotations

from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response

from cprac.web import guards, sessions

blueprint = Blueprint("auth", __name__)


@blueprint.route("/entrar", methods=["GET", "POST"])
@guards.public
def sign_in() -> str:
    """Sign in."""
    return "entrar"


@blueprint.post("/sair")
@guards.public
def sign_out() -> Response:
    """Sign out."""
    sessions.sign_out()
    return redirect(url_for("auth.sign_in"), 303)


@blueprint.get("/minha-conta")
@guards.signed_in
def account() -> str:
    """One's own account."""
    return guards.member().name
