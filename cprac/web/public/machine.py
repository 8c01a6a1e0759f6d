"""For programs: whether the service is well, what robots may read, the picture of the tab."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Response, current_app, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from cprac.persistence import queries_public
from cprac.persistence.outages import OUTAGES
from cprac.services import heartbeats
from cprac.web import guards, sessions
from cprac.web.public.room import blueprint

ROBOTS = """User-agent: *
Disallow: /consulta
Disallow: /pedido/
Disallow: /meus-casos
Disallow: /entrar
Disallow: /vincular
Allow: /
"""


@blueprint.get("/health")
@guards.public
def health() -> tuple[dict[str, Any], int]:
    """Whether the database answers and the clock runs, as JSON: 200 while requests can be served, 503 otherwise.

    A clock that stands still is told (``clock``: "stale") and does not take the web away: pages still work.
    """
    try:
        well = queries_public.answers()
        beats = heartbeats.heartbeat(sessions.clock())
    except OUTAGES:
        return {"status": "down", "database": False, "clock": "unknown", "sweeps": {}}, 503
    sweeps = {name: _seconds(beat.age) for name, beat in beats.items()}
    clock = "stale" if any(beat.stale for beat in beats.values()) else "ok"
    return {
        "status": "ok" if well else "down",
        "database": well,
        "clock": clock,
        "sweeps": sweeps,
    }, 200 if well else 503


def _seconds(age: timedelta | None) -> int | None:
    return None if age is None else int(age.total_seconds())


@blueprint.get("/robots.txt")
@guards.public
def robots() -> Response:
    """What robots may read: the pages that are the same for everyone."""
    return Response(ROBOTS, mimetype="text/plain", headers={"Cache-Control": f"public, max-age={24 * 3600}"})


@blueprint.get("/favicon.ico")
@guards.public
def favicon() -> AnyResponse:
    """Browsers that look for the old name find the picture."""
    answer = redirect(url_for("static", filename="img/favicon.svg"), 301)
    answer.headers["Cache-Control"] = f"public, max-age={24 * 3600}"
    current_app.logger.debug("favicon asked by its old name")
    return answer
