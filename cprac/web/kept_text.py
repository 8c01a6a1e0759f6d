"""What somebody typed while the session ran out: kept for the same account until it signs in again (face.md §4).

Only with a valid token of the session that lapsed, so no other site can put words here; never passwords or files. Only
pages that give the text back have it kept: anywhere else (a new password typed twice, the last numbers of a document)
it would lie in the database for nobody.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import current_app, request
from flask_wtf.csrf import validate_csrf
from werkzeug.datastructures import MultiDict
from wtforms.validators import ValidationError

from cprac.web import sessions

KEY = "kept"
MOST_CHARACTERS = 60_000
NOT_TYPED_TEXT = frozenset({"csrf_token", "idempotency_key", "again"})
"""Fields that are never kept, beside those with "password" in their names; "again" is the password typed twice."""

View = TypeVar("View", bound=Callable[..., Any])


def gives_back(view: View) -> View:
    """Say that *view* gives kept text back (``take``), so that it may be kept."""
    view.gives_back = True  # type: ignore[attr-defined]
    return view


def keep() -> None:
    """Keep the text fields of this request for the account whose session lapsed."""
    here = sessions.current()
    if here.lapsed is None or here.lapsed.account is None:
        return
    if not getattr(current_app.view_functions.get(request.endpoint or ""), "gives_back", False):
        return
    try:
        validate_csrf(request.form.get("csrf_token"))
    except ValidationError:
        return
    fields = [
        [name, text]
        for name, text in request.form.items(multi=True)
        if name not in NOT_TYPED_TEXT and "password" not in name
    ]
    if sum(len(text) for _name, text in fields) <= MOST_CHARACTERS:
        here[KEY] = {"account": here.lapsed.account, "path": request.path, "fields": fields}


def carry_over(account: int) -> object | None:
    """What the visitor's session keeps for *account*, to be put into the session that begins."""
    kept = sessions.current().get(KEY)
    return kept if kept and kept["account"] == account else None


def take() -> MultiDict[str, str] | None:
    """The text kept for the form at this address, once: give it to the form in place of the request's. None if none."""
    here = sessions.current()
    kept = here.get(KEY)
    if not kept or kept["path"] != request.path or kept["account"] != here.account:
        return None
    del here[KEY]
    current_app.logger.info("kept text given back")
    return MultiDict([(name, text) for name, text in kept["fields"]])
