"""Server-backed sessions under ``flask.session``: the cookie holds a random token, everything else is a row.

A visitor without data gets no row and no cookie. A row dies after idle time, at its longest age, at sign-out, and when
the account's offices, password or access change, in every process on the next request.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask, Request, Response, current_app, session
from flask.sessions import SessionInterface, SessionMixin

from cprac.persistence.outages import OUTAGES
from cprac.persistence.queries_accounts import StoredSession, stored_session
from cprac.services import browser_sessions

TOKEN_BYTES = 32
TOUCH_AFTER = timedelta(minutes=1)
CSRF = "csrf_token"

LIVES: Mapping[str, tuple[timedelta, timedelta]] = {
    "staff": (timedelta(minutes=30), timedelta(hours=10)),
    "party": (timedelta(minutes=20), timedelta(hours=2)),
    "anyone": (timedelta(hours=2), timedelta(hours=10)),
}
"""Idle and longest life by audience (reliability.md §4). "anyone" is a visitor filling in a public form."""


class ServerSession(dict[str, Any], SessionMixin):
    """The values of one browser's session, and the row they came from.

    ``account``: who is signed in. ``lapsed``: the row that this browser's cookie named, where its time has run out.
    """

    def __init__(
        self, stored: StoredSession | None = None, lapsed: StoredSession | None = None, secret: str = ""
    ) -> None:
        super().__init__(stored.values if stored else {})
        self.stored = stored
        self.lapsed = lapsed
        self.account = stored.account if stored else None
        self.audience = "anyone"
        self.modified = False
        self.fresh_token = False
        self.ended = False
        if stored is None:
            # The CSRF secret of a new session is drawn now and kept only if a form asks for it (see __getitem__).
            super().__setitem__(CSRF, lapsed.values[CSRF] if lapsed and CSRF in lapsed.values else secret)

    # -- what Flask calls "modified": a session with something to remember

    def __getitem__(self, key: str) -> Any:
        if key == CSRF and self.stored is None:
            self.modified = True
        return super().__getitem__(key)

    def __setitem__(self, key: str, value: Any) -> None:
        self.modified = True
        super().__setitem__(key, value)

    def __delitem__(self, key: str) -> None:
        self.modified = True
        super().__delitem__(key)

    def pop(self, key: str, *default: Any) -> Any:
        """Remove and return, noting the change."""
        self.modified = self.modified or key in self
        return super().pop(key, *default)

    def setdefault(self, key: str, default: Any = None) -> Any:
        """As a dictionary's, noting the change."""
        if key not in self:
            self[key] = default
        return self[key]

    def update(self, *args: Any, **kwargs: Any) -> None:
        """As a dictionary's, noting the change."""
        self.modified = True
        super().update(*args, **kwargs)

    def clear(self) -> None:
        """Forget every value, noting the change."""
        self.modified = True
        super().clear()

    # -- signing in and out

    def sign_in(self, account: int, audience: str, secret: str) -> None:
        """Begin anew for *account*: a new token and CSRF secret, nothing of the visitor's session but its messages."""
        flashes = self.get("_flashes")
        self.clear()
        if flashes:
            self["_flashes"] = flashes
        self[CSRF] = secret
        self.account, self.audience = account, audience
        self.fresh_token, self.ended = True, False

    def sign_out(self) -> None:
        """End the session here and in every process."""
        self.clear()
        self.account = None
        self.ended = True

    def ends_at(self, now: datetime) -> datetime | None:
        """When this session ends if nothing is asked after *now*; None for a visitor."""
        if self.stored is None or self.account is None:
            return None
        return min(self.stored.expires_at, now + self.stored.idle)


class ServerSessions(SessionInterface):
    """Opens and saves :class:`ServerSession` rows. Static files need none."""

    def open_session(self, app: Flask, request: Request) -> ServerSession:
        """The session that the cookie names; a new and empty one where it names none that lives."""
        secret = app.extensions["cprac"].token("session:csrf", TOKEN_BYTES)
        token = request.cookies.get(cookie_name(app))
        if not token or request.path.startswith(f"{app.static_url_path}/"):
            return ServerSession(secret=secret)
        stored = stored_session(browser_sessions.digest(token))
        if stored is None:
            return ServerSession(secret=secret)
        if clock() >= stored.ends_at():
            return ServerSession(lapsed=stored, secret=secret)
        return ServerSession(stored)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Write what changed, in a short transaction of its own, after the answer is known."""
        if not isinstance(session, ServerSession):
            raise TypeError(type(session).__name__)
        response.vary.add("Cookie")
        now = clock()
        if session.ended:
            for row in (session.stored, session.lapsed):
                if row is not None:
                    browser_sessions.end(row.digest)
            response.delete_cookie(cookie_name(app), **cookie_flags(app))
        elif session.fresh_token or (session.stored is None and session.modified):
            self._begin(app, session, response, now)
        elif session.stored is not None and session.modified:
            browser_sessions.save(session.stored.digest, session, idle=session.stored.idle, now=now)
        elif session.stored is not None and now - session.stored.seen_at >= TOUCH_AFTER:
            try:
                browser_sessions.touch(session.stored.digest, now)
            except OUTAGES:  # the page was answered; a busy database is no reason to fail it
                app.logger.warning("a session's last use could not be noted")

    def _begin(self, app: Flask, session: ServerSession, response: Response, now: datetime) -> None:
        token = app.extensions["cprac"].token("session:token", TOKEN_BYTES)
        idle, longest = app.config["SESSION_LIVES"][session.audience]
        old = session.stored or session.lapsed
        replaces = old.digest if old else None
        browser_sessions.begin(token, session.account, session, idle=idle, longest=longest, now=now, replaces=replaces)
        response.set_cookie(cookie_name(app), token, **cookie_flags(app))


def clock() -> datetime:
    """The real instant: sessions live by it even where the chamber's day is frozen for a demonstration."""
    return datetime.now(UTC)


def cookie_name(app: Flask) -> str:
    """``__Host-cprac`` over HTTPS: then no other host of the domain can plant it."""
    return "__Host-cprac" if app.config["COOKIE_SECURE"] else "cprac"


def cookie_flags(app: Flask) -> dict[str, Any]:
    """How every cookie of ours is set."""
    return {"path": "/", "secure": app.config["COOKIE_SECURE"], "httponly": True, "samesite": "Lax"}


def current() -> ServerSession:
    """The session of this request."""
    here = session._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001  (werkzeug's proxy has no other way)
    if not isinstance(here, ServerSession):
        raise TypeError(type(here).__name__)
    return here


def sign_in(account: int, *, staff: bool) -> None:
    """Sign *account* in on this browser."""
    chamber = current_app.extensions["cprac"]
    current().sign_in(account, "staff" if staff else "party", chamber.token("session:csrf", TOKEN_BYTES))


def sign_out() -> None:
    """Sign this browser out."""
    current().sign_out()


def init_app(app: Flask) -> None:
    """Give *app* sessions of this kind."""
    app.config.setdefault("SESSION_LIVES", LIVES)
    app.session_interface = ServerSessions()
