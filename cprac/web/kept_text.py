"""What somebody typed while the session ran out: kept for the same account until it signs in again (face.md §4).

Only with a valid token of the session that lapsed, so no other site can put words here; never passwords or files.
"""

from __future__ import annotations

from flask import current_app, request
from flask_wtf.csrf import validate_csrf
from werkzeug.datastructures import MultiDict
from wtforms.validators import ValidationError

from cprac.web import sessions

KEY = "kept"
MOST_CHARACTERS = 60_000


def keep() -> None:
    """Keep the text fields of this request for the account whose session lapsed."""
    here = sessions.current()
    if here.lapsed is None or here.lapsed.account is None:
        return
    try:
        validate_csrf(request.form.get("csrf_token"))
    except ValidationError:
        return
    fields = [
        [name, text]
        for name, text in request.form.items(multi=True)
        if name not in {"csrf_token", "idempotency_key"} and "password" not in name
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
