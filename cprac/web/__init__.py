"""HTTP only: guard, load, form, one call, redirect. One room per audience; rooms never import each other.

A room is a package below this one with a ``blueprint`` (named like the package), and where it wants them ``menu`` and
``footer`` (see ``navigation``). Each of its views declares who may open it (see ``guards``).
"""

from __future__ import annotations

import importlib
import importlib.util
from functools import partial, update_wrapper
from typing import Any

from flask import Flask, current_app, make_response, redirect, request
from flask_bootstrap import Bootstrap5
from jinja2 import StrictUndefined
from werkzeug.wrappers import Response

from cprac.web import errors, filters, guards, navigation, security, sessions, translations

ROOMS = ("attorney", "office", "party", "admin", "auth", "public")
"""The rooms, in the order of the menu."""

YEAR = 365 * 24 * 3600


def rooms() -> list[Any]:
    """The packages of the rooms that have a blueprint."""
    named = [f"{__name__}.{name}" for name in ROOMS]
    packages = [importlib.import_module(name) for name in named if importlib.util.find_spec(name)]
    return [package for package in packages if hasattr(package, "blueprint")]


@guards.public
def contrast() -> Response:
    """Switch high contrast on or off: a cookie of its own, nothing about the person. POST, so that no link does it."""
    response = make_response(redirect(security.safe_way_back(request.form.get("next")) or "/", 303))
    flags = sessions.cookie_flags(current_app)
    if request.form.get("contrast") == "alto":
        response.set_cookie(navigation.CONTRAST_COOKIE, "alto", max_age=YEAR, **flags)
    else:
        response.delete_cookie(navigation.CONTRAST_COOKIE, **flags)
    return response


def init_app(app: Flask) -> None:
    """Wire the web: sessions, guards, pages of errors, filters, rooms. LookupError where a view has no policy."""
    sessions.init_app(app)
    security.init_app(app)
    guards.init_app(app)
    security.csrf.init_app(app)
    app.before_request(security.refuse_nul)  # after the guard: it reads the whole form
    errors.init_app(app)
    translations.init_app(app)
    Bootstrap5(app)
    filters.init_app(app)
    if app.testing:
        app.jinja_env.undefined = StrictUndefined
    app.add_url_rule("/contraste", "contrast", security.csrf.exempt(contrast), methods=["POST"])
    packages = rooms()
    for package in packages:
        app.register_blueprint(package.blueprint)
    for endpoint in ("static", "bootstrap.static"):
        view = app.view_functions[endpoint]
        app.view_functions[endpoint] = guards.public(update_wrapper(partial(view), view))
    navigation.init_app(app, packages)
    guards.policies(app)
