"""For programs: whether the service is well, what robots may read, the picture of the tab."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Response, current_app, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from cprac.persistence import queries_public
from cprac.persistence.outages import OUTAGES
from cprac.services import clock_holds, heartbeats
from cprac.web import guards
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
    """Whether the chamber is well, as JSON: for whoever watches over it.

    ``status``: "ok"; "degraded" (a task of the clock is late, or effects wait for a person); "down" (the database does
    not answer). 503 when the database is down or the last sweep of deadlines is older than ten minutes (reliability.md
    I6): a clock that stands still must be seen. Whether requests can be served is another question: ``/health/ready``.
    """
    now = guards.now()
    try:
        well = queries_public.answers()
        beats = heartbeats.heartbeat(now)
        held = clock_holds.current() is not None
    except OUTAGES:
        return {
            "status": "down",
            "live": True,
            "ready": False,
            "database": False,
            "clock": "unknown",
            "sweeps": {},
        }, 503
    late = [name for name, beat in beats.items() if beat.stale and beat.last_at is not None]
    stopped = beats[heartbeats.DEADLINES].stale
    degraded = stopped or held or bool(late)
    return {
        "status": "down" if not well else "degraded" if degraded else "ok",
        "live": True,
        "ready": well,
        "database": well,
        "clock": "stale" if stopped else "ok",
        "held": held,
        "late": late,
        "sweeps": {name: _seconds(beat.age) for name, beat in beats.items()},
    }, 200 if well and not stopped else 503


@blueprint.get("/health/live")
@guards.public
def live() -> dict[str, Any]:
    """Whether the process answers at all: whoever restarts processes asks this."""
    return {"live": True}


@blueprint.get("/health/ready")
@guards.public
def ready() -> tuple[dict[str, Any], int]:
    """Whether requests can be served: whoever spreads requests over processes asks this. The clock plays no part."""
    try:
        well = queries_public.answers()
    except OUTAGES:
        well = False
    return {"ready": well}, 200 if well else 503


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
