"""The chamber in numbers, for anyone: the newest release of a closed period, and those before it. Nothing is live."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import Response, render_template, url_for
from flask_babel import gettext

from cprac.services import open_releases, releases
from cprac.services.errors import NotFoundError
from cprac.services.indicator_kinds import Group
from cprac.services.open_publications import Published, known_at
from cprac.services.release_words import corrected_by
from cprac.services.reporting import CATALOGUE
from cprac.web import guards, navigation
from cprac.web.chart_views import chart_response, chart_view
from cprac.web.public import statistics_view
from cprac.web.public.room import blueprint

CURVE = "tempo"
"""The name of the curve in addresses."""


@blueprint.get("/estatisticas")
@guards.public
def statistics() -> str:
    """The newest release in few large figures; before the first, what will be here and when."""
    every = open_releases.published()
    return _page(every[0], every) if every else _empty()


@blueprint.get("/estatisticas/<release>")
@guards.public
def statistics_release(release: str) -> str:
    """A release as it was published. 404 where there is none of this name."""
    every = open_releases.published()
    return _page(_one(every, release), every)


@blueprint.get("/estatisticas/<release>/graficos/<chart>/<file>")
@guards.public
def statistics_chart(release: str, chart: str, file: str) -> Response:
    """A chart of a release: picture, specification or data. Anyone may keep it."""
    every = open_releases.published()
    one = _one(every, release)
    if chart != CURVE:
        raise NotFoundError(chart)
    drawn = statistics_view.curve_chart(one.release, _filed(known_at(every, one), one))
    return chart_response(guards.chamber(), drawn, file, public=True)


@blueprint.get("/estatisticas/metodo")
@guards.public
def statistics_method() -> str:
    """How every public figure is computed: written from the catalogue, with the words that need more of them."""
    groups = [(group.label, [each for each in CATALOGUE if each.public and each.group is group]) for group in Group]
    return render_template(
        "public/statistics_method.html",
        groups=[(label, indicators) for label, indicators in groups if indicators],
        rules=guards.chamber().regulation.statistics,
        breadcrumb=navigation.breadcrumb(
            (gettext("Estatísticas"), url_for("public.statistics")), (gettext("Como calculamos"), None)
        ),
    )


def _one(every: tuple[Published, ...], release: str) -> Published:
    for one in every:
        if one.id == release:
            return one
    raise NotFoundError(release)


def _empty() -> str:
    rules = guards.chamber().regulation.statistics
    period = releases.period_of(guards.today(), rules)
    before = releases.period_of(period.first - timedelta(days=1), rules)
    waiting = before if guards.today() < releases.due_on(before, rules) else None
    return render_template(
        "public/statistics.html",
        one=None,
        closes=period.last,
        due=releases.due_on(period, rules),
        earlier=waiting and releases.due_on(waiting, rules),
        rules=rules,
        breadcrumb=navigation.breadcrumb((gettext("Estatísticas"), None)),
    )


def _page(one: Published, every: tuple[Published, ...]) -> str:
    known = known_at(every, one)
    filed = _filed(known, one)
    newest = one is every[0]
    drawn = statistics_view.curve_chart(one.release, filed)
    crumbs: list[tuple[str, str | None]] = [(gettext("Estatísticas"), None)]
    if not newest:
        crumbs = [(gettext("Estatísticas"), url_for("public.statistics")), (one.id, None)]
    released = [other.release for other in known]
    shared: dict[str, Any] = {
        "one": one,
        "newest": newest,
        "every": every,
        "view": statistics_view.view(one.release, filed, _since(known, one)),
        "chart": chart_view("curva", drawn, lambda file: _address(one, file), open_table=True),
        "corrected": next((other for other in every if _corrects(other, one)), None),
        "correction": next((other for other in known if other.release.revision), None),
        "changes": lambda release: statistics_view.changes_of(release, corrected_by(release, released)),
        "rules": guards.chamber().regulation.statistics,
        "breadcrumb": navigation.breadcrumb(*crumbs),
    }
    return render_template("public/statistics.html", **shared)


def _address(one: Published, file: str) -> str:
    return url_for("public.statistics_chart", release=one.id, chart=CURVE, file=file)


def _corrects(other: Published, one: Published) -> bool:
    return other.release.period == one.release.period and other.release.revision > one.release.revision


def _upto(known: tuple[Published, ...], one: Published) -> list[Published]:
    """Of each period up to that of *one*, the newest revision there was when it was published."""
    newest: dict[str, Published] = {}
    for other in known:
        kept = newest.get(other.release.period)
        if other.release.first <= one.release.first and (
            kept is None or kept.release.revision < other.release.revision
        ):
            newest[other.release.period] = other
    newest[one.release.period] = one
    return sorted(newest.values(), key=lambda other: other.release.first)


def _filed(known: tuple[Published, ...], one: Published) -> list[int | None]:
    return [statistics_view.by_id(each.release, "totals", "n").get("filed") for each in _upto(known, one)]


def _since(known: tuple[Published, ...], one: Published) -> date:
    return _upto(known, one)[0].release.first
