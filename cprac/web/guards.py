"""Who is here, what time it is, and who may open a page.

Every view says who may open it with one of ``public``, ``signed_in``, ``office(...)``; the application does not start
while one says nothing. A page that is not for somebody looks like a page that does not exist (404).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from flask import Flask, abort, current_app, g, redirect, request, url_for
from flask_login import LoginManager, UserMixin
from werkzeug.wrappers import Response

from cprac.domain.roles import Office
from cprac.persistence import queries_accounts
from cprac.persistence.queries_accounts import SignedIn
from cprac.services.chamber import Chamber
from cprac.web import kept_text, security, sessions

View = TypeVar("View", bound=Callable[..., Any])


# --- Who, where, when -------------------------------------------------------------------------------------------------


def chamber() -> Chamber:
    """The chamber this application serves."""
    here = current_app.extensions["cprac"]
    if not isinstance(here, Chamber):
        raise TypeError(type(here).__name__)
    return here


def now() -> datetime:
    """The instant acts are done at, in UTC: the clock's; on the frozen day of ``TODAY`` at the clock's local hour."""
    instant = sessions.clock()
    frozen = current_app.config["TODAY"]
    if not frozen:
        return instant
    local = instant.astimezone(chamber().zone)
    day = frozen if isinstance(frozen, date) else date.fromisoformat(frozen)
    return datetime.combine(day, local.time(), chamber().zone).astimezone(UTC)


def today() -> date:
    """The local calendar day of ``now``."""
    return chamber().day(now())


def viewer() -> SignedIn | None:
    """Who is signed in, with the offices held today; None for a visitor. Asked of the database once a request."""
    if "viewer" not in g:
        account = sessions.current().account
        g.viewer = queries_accounts.signed_in(account, today()) if account is not None else None
    found: SignedIn | None = g.viewer
    return found


def forget_viewer() -> None:
    """Ask anew who is signed in: somebody just signed in or out in this request."""
    g.pop("viewer", None)


def member() -> SignedIn:
    """Who is signed in, in a view that is never reached without; 404 otherwise."""
    return viewer() or abort(404)


def session_ends() -> datetime | None:
    """When this session ends if nothing more is asked, for long forms to say; None for a visitor."""
    return sessions.current().ends_at(sessions.clock())


# --- Policies ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Policy:
    """Who may open a view. ``kind``: public, signed_in, office; ``offices``: any one of them is enough."""

    kind: str
    offices: frozenset[Office] = frozenset()

    def lets(self, who: SignedIn | None) -> bool:
        """Whether *who* may open it."""
        if self.kind == "public":
            return True
        return who is not None and (self.kind == "signed_in" or who.holds(*self.offices))


PUBLIC = Policy("public")
SIGNED_IN = Policy("signed_in")


def public(view: View) -> View:
    """Anyone may open *view*."""
    return _declare(view, PUBLIC)


def signed_in(view: View) -> View:
    """Anyone who is signed in may open *view*; what it shows is a matter of roles in each case."""
    return _declare(view, SIGNED_IN)


def office(*offices: Office) -> Callable[[View], View]:
    """Only who holds one of *offices* today may open the view."""
    if not offices:
        raise ValueError("name at least one office")
    return lambda view: _declare(view, Policy("office", frozenset(offices)))


def staff(view: View) -> View:
    """Only who holds some office may open *view*."""
    return _declare(view, Policy("office", frozenset(Office)))


def _declare(view: View, policy: Policy) -> View:
    view.policy = policy  # type: ignore[attr-defined]
    return view


def policies(app: Flask) -> Mapping[str, Policy]:
    """The policy of every endpoint of *app*; LookupError names those without: what the access matrix reads."""
    silent = sorted(name for name, view in app.view_functions.items() if not hasattr(view, "policy"))
    if silent:
        raise LookupError(f"views without policy (use guards.public, signed_in, office): {', '.join(silent)}")
    return {name: view.policy for name, view in app.view_functions.items()}  # type: ignore[attr-defined]


def may_open(endpoint: str) -> bool:
    """Whether the endpoint exists and its policy lets the viewer in: for menus and links."""
    policy = getattr(current_app.view_functions.get(endpoint), "policy", None)
    return policy is not None and policy.lets(None if policy.kind == "public" else viewer())


def enforce() -> Response | None:
    """Before each view: let in, send a visitor to sign in, or answer as if there were nothing here."""
    if request.endpoint is None:
        return None  # no such address, or not by this method: Flask's own answer
    policy: Policy | None = getattr(current_app.view_functions[request.endpoint], "policy", None)
    if policy is None:
        abort(404)
    if policy.kind == "public" or policy.lets(viewer()):
        return None
    if viewer() is not None:
        abort(404)
    if request.method not in security.SAFE_METHODS:
        kept_text.keep()
    # a page that is left open too long leads to sign-in and back; the query may hold more than an address should
    return redirect(url_for("auth.sign_in", next=security.safe_way_back(request.path)), 303)


# --- Flask-Login, for what expects `current_user` ---------------------------------------------------------------------


class CurrentUser(UserMixin):
    """The signed-in account as Flask-Login's ``current_user`` knows it."""

    def __init__(self, who: SignedIn) -> None:
        self.id = str(who.account)
        self.name = who.name


def current_user_of_request(_request: Any) -> CurrentUser | None:
    """From the server's session, and from nothing else: no cookie or header of Flask-Login's own is ever read."""
    who = viewer()
    return CurrentUser(who) if who else None


def init_app(app: Flask) -> None:
    """Guard every view of *app*."""
    login = LoginManager()
    login.session_protection = None
    login.init_app(app, add_context_processor=False)
    login.request_loader(current_user_of_request)
    app.before_request(enforce)
