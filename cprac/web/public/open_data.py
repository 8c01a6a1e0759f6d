"""The page of open data: what is published, for whom, under which licence; every file of every release."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Response, render_template, request, send_file
from flask_babel import gettext

from cprac.domain.open_tables import Cell, OpenColumn, OpenTable
from cprac.services import open_data, open_files, open_metadata, open_releases
from cprac.services.errors import NotFoundError
from cprac.services.open_metadata import Written
from cprac.services.open_publications import (
    LICENCE_NAME,
    LICENCE_URL,
    Published,
    citation,
    current_period,
    known_at,
)
from cprac.services.release_words import changes_told, corrected_by, note_told
from cprac.web import guards, navigation
from cprac.web.public import api, api_contract, api_problems
from cprac.web.public.room import blueprint

PREVIEW = 5
"""Rows of a table shown on the page."""

CODE = "id"
"""The column of codes for programs; people read the one beside it."""

MEDIA = {
    ".csv": "text/csv; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".jsonld": "application/ld+json; charset=utf-8",
    ".md": "text/markdown; charset=utf-8",
    ".parquet": "application/vnd.apache.parquet",
    ".txt": "text/plain; charset=utf-8",
    ".zip": "application/zip",
}
KEEP = 3600


@dataclass(frozen=True, slots=True)
class TableView:
    """A table as the page shows it: its first rows, how many more there are, its files with format and size.

    ``shown``: the places of its columns, without a code that stands beside its words.
    """

    table: OpenTable
    shown: tuple[int, ...]
    preview: tuple[tuple[Cell, ...], ...]
    more: int
    files: tuple[tuple[open_files.Format, Written], ...]


@dataclass(frozen=True, slots=True)
class Question:
    """Who may want the data, and what for."""

    who: str
    what: str


@blueprint.get("/dados-abertos")
@guards.public
def open_data_page() -> str:
    """The newest release, and the way to all others; an honest page where none is published yet."""
    every = open_releases.published()
    return _page(every[0] if every else None, every)


@blueprint.get("/dados-abertos/<release>")
@guards.public
def open_data_release(release: str) -> str:
    """One release. 404 where there is none of this name."""
    every = open_releases.published()
    return _page(_one(every, release), every)


@blueprint.get("/dados-abertos/<release>/<filename>")
@guards.public
def open_data_file(release: str, filename: str) -> Response:
    """A file of a release, as it was written once. It never changes, and anyone may keep it."""
    one = _one(open_releases.published(), release)
    package = api.package_of(one)
    file = package.file(filename)
    if file is None:
        raise NotFoundError(filename)
    ending = filename[filename.rindex(".") :] if "." in filename else ""
    answer = send_file(
        package.folder / file.name,
        mimetype=MEDIA.get(ending, "text/plain; charset=utf-8"),
        as_attachment=ending not in {".md", ".txt", ""},
        download_name=file.name if file is package.archive else f"{one.id}-{file.name}",
        etag=file.sha256,
        last_modified=one.published_at,
        max_age=KEEP,
    )
    answer.cache_control.no_cache = None
    answer.cache_control.public = True
    return answer


@blueprint.get("/dados-abertos/dcat.jsonld")
@guards.public
def open_data_catalogue() -> Response:
    """All releases as a DCAT catalogue, for the portals that collect them."""
    every = open_releases.published()
    made = open_data.catalogue(every, api_problems.publisher(), [api.package_of(one) for one in every])
    answer = Response(json.dumps(made, ensure_ascii=False), content_type=MEDIA[".jsonld"])
    answer.add_etag()
    answer.cache_control.public = True
    answer.cache_control.max_age = KEEP
    answer.headers.update(api_problems.HEADERS)
    return answer.make_conditional(request)


def _one(every: tuple[Published, ...], release: str) -> Published:
    for one in every:
        if one.id == release:
            return one
    raise NotFoundError(release)


def _page(one: Published | None, every: tuple[Published, ...]) -> str:
    publisher = api_problems.publisher()
    closes = current_period(guards.today(), publisher.months)[1]
    crumbs = [(gettext("Dados abertos"), None)]
    if one is not None and one is not every[0]:
        crumbs = [
            (gettext("Dados abertos"), "/dados-abertos"),
            (gettext("Publicação %(id)s", id=one.id), None),
        ]
    shared: dict[str, Any] = {
        "one": one,
        "every": every,
        "closes": closes,
        "delay": guards.chamber().regulation.statistics.delay_days,
        "floor": guards.chamber().regulation.statistics.min_cell,
        "licence": (LICENCE_NAME, LICENCE_URL),
        "interface": publisher.interface,
        "problems": api_contract.PROBLEMS,
        "routes": api_contract.ROUTES,
        "breadcrumb": navigation.breadcrumb(*crumbs),
    }
    if one is None:
        return render_template("public/open_data.html", **shared)
    package = api.package_of(one)
    return render_template(
        "public/open_data.html",
        **shared,
        newest=one is every[0],
        corrected=next((other for other in every if _corrects(other, one)), None),
        package=package,
        tables=[_view(table, package) for table in one.release.tables],
        unit=open_metadata.UNITS,
        citation=citation(one, publisher),
        known=known_at(every, one),
        changes_told=changes_told,
        note_told=note_told,
        corrected_by=lambda other: corrected_by(other.release, [item.release for item in every]),
        is_number=is_number,
        as_day=date.fromisoformat,
    )


def _corrects(other: Published, one: Published) -> bool:
    """Whether *other* is a later release of the same period."""
    return other.release.period == one.release.period and other.release.revision > one.release.revision


def _view(table: OpenTable, package: open_data.Package) -> TableView:
    files = ((form, package.file(f"{table.id}.{form.id}")) for form in open_files.FORMATS)
    return TableView(
        table,
        tuple(place for place, column in enumerate(table.columns) if column.name != CODE or len(table.columns) == 1),
        table.rows[:PREVIEW],
        max(0, len(table.rows) - PREVIEW),
        tuple((form, file) for form, file in files if file is not None),
    )


def is_number(column: OpenColumn) -> bool:
    """Whether the column is set to the right."""
    return column.type == "integer"
