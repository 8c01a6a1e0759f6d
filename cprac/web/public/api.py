"""The interface for programs under ``/api/v1/``: what is published, to be read. Closed periods only, nothing live.

Its routes are made from ``api_contract.ROUTES``, so its OpenAPI document cannot tell another story. Whatever goes wrong
below it, an unknown address too, is answered as ``application/problem+json`` (RFC 9457).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from flask import Response, request
from flask_babel import gettext

from cprac.domain.open_tables import OpenTable
from cprac.services import open_data, open_files, open_releases, throttle
from cprac.services.open_metadata import moment
from cprac.services.open_publications import (
    LICENCE_ID,
    LICENCE_URL,
    Published,
    current_period,
)
from cprac.web import guards, security, sessions
from cprac.web.public import api_contract
from cprac.web.public.api_contract import (
    CSV,
    JSON,
    MOST_OFFSET,
    MOST_ROWS,
    ROUTES,
    USUAL_ROWS,
    Route,
)
from cprac.web.public.api_problems import publisher, refuse
from cprac.web.public.room import blueprint

LATEST = "latest"
KEEP = 3600
"""Seconds for which anyone may keep an answer; after that the ETag tells whether it changed."""


def package_of(one: Published) -> open_data.Package:
    """The written package of a release, kept beside the folder of attached files."""
    return open_data.kept(one, open_releases.published(), publisher(), guards.chamber().files.parent / "open-data")


# --- Reading what was asked -------------------------------------------------------------------------------------------


def _known_parameters(route: Route) -> None:
    """Refuse what the route does not know, and what is said twice: silence would look like a filter that worked."""
    for name, values in request.args.lists():
        if name not in route.query:
            known = ", ".join(sorted(route.query)) or gettext("nenhum")
            refuse(400, gettext("O parâmetro “%(name)s” não existe aqui. Existem: %(known)s. Esta interface não filtra "
                                "linhas.", name=name[:60], known=known), name[:60])  # fmt: skip
        if len(values) > 1:
            refuse(400, gettext("O parâmetro “%(name)s” veio mais de uma vez.", name=name), name)


def _whole(name: str, default: int, least: int, most: int) -> int:
    """A whole number of the query between *least* and *most*."""
    text = request.args.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= 12 and least <= int(text) <= most):
        refuse(400, gettext("“%(name)s” precisa ser um número inteiro de %(least)s a %(most)s.", name=name, least=least,
                            most=most), name)  # fmt: skip
    return int(text)


def _found(release: str) -> Published:
    """The release of this name, or the newest."""
    every = open_releases.published()
    found = next((one for one in every if release in (one.id, LATEST)), None)
    if found is None:
        names = ", ".join(one.id for one in every[:5]) or gettext("ainda nenhuma")
        words = gettext("Não há a publicação “%(name)s”. Há: %(names)s.", name=release[:60], names=names)
        refuse(404, words, "release")
    return found


def _table(one: Published, name: str) -> OpenTable:
    try:
        return one.table(name)
    except KeyError:
        names = ", ".join(table.id for table in one.release.tables)
        refuse(404, gettext("A publicação %(release)s não tem a tabela “%(name)s”. Tem: %(names)s.", release=one.id,
                            name=name[:60], names=names), "table")  # fmt: skip


def _chosen(table: OpenTable) -> list[int]:
    """The places of the columns that were asked for."""
    text = request.args.get("fields")
    places = {column.name: place for place, column in enumerate(table.columns)}
    if text is None:
        return list(places.values())
    names = [name.strip() for name in text.split(",")]
    for name in names:
        if name not in places:
            refuse(400, gettext("A tabela “%(table)s” não tem a coluna “%(name)s”. Tem: %(names)s.", table=table.id,
                                name=name[:60], names=", ".join(places)), "fields")  # fmt: skip
    return [places[name] for name in dict.fromkeys(names)]


# --- Answers ----------------------------------------------------------------------------------------------------------


def _answer(body: bytes, media: str, tag: str, at: datetime | None, links: Mapping[str, str | None]) -> Response:
    response = Response(body, content_type=f"{media}; charset=utf-8")
    _tell_caches(response, tag, at)
    told = [f'<{address}>; rel="{name}"' for name, address in links.items() if address]
    response.headers["Link"] = ", ".join([*told, f'<{LICENCE_URL}>; rel="license"'])
    response.vary.add("Accept")
    return response.make_conditional(request)


def _tell_caches(response: Response, tag: str, at: datetime | None) -> None:
    response.set_etag(tag)
    response.cache_control.public = True
    response.cache_control.max_age = KEEP
    if at is not None:
        response.last_modified = at


def _plain(value: Mapping[str, Any], *, at: datetime | None, links: Mapping[str, str | None] | None = None) -> Response:
    """A JSON answer whose tag is the hash of what it says."""
    body = json.dumps(value, ensure_ascii=False).encode()
    return _answer(body, JSON, hashlib.sha256(body).hexdigest(), at, links or {})


def _unchanged(tag: str, at: datetime) -> Response | None:
    """A 304 where the asker has this already: then no row is written."""
    if tag not in request.if_none_match:
        return None
    response = Response(status=304)
    _tell_caches(response, tag, at)
    return response


def _window(things: Sequence[Any], most: int = USUAL_ROWS) -> tuple[int, int, Sequence[Any], dict[str, str | None]]:
    """Limit, offset, what lies between, and the addresses of the next and the previous page."""
    limit, offset = _whole("limit", most, 1, MOST_ROWS), _whole("offset", 0, 0, MOST_OFFSET)
    rest = {name: value for name, value in request.args.items() if name not in {"limit", "offset"}}

    def page(start: int) -> str:
        return f"{_here()}?{urlencode({**rest, 'limit': limit, 'offset': start})}"

    links = {
        "next": page(offset + limit) if offset + limit < len(things) else None,
        "previous": page(max(0, offset - limit)) if offset else None,
    }
    return limit, offset, things[offset : offset + limit], links


def _here() -> str:
    return guards.chamber().base_url + request.path


def _paged(
    name: str, things: Sequence[Any], extra: Mapping[str, Any], at: datetime | None, most: int = USUAL_ROWS
) -> Response:
    limit, offset, shown, links = _window(things, most)
    body = {**extra, "total": len(things), "limit": limit, "offset": offset, "links": links, name: list(shown)}
    return _plain(body, at=at, links=links)


# --- What is said of a release ----------------------------------------------------------------------------------------


def _address(one: Published) -> str:
    return f"{publisher().interface}/releases/{one.id}"


def _summary(one: Published) -> dict[str, Any]:
    release = one.release
    return {
        "id": one.id,
        "period": release.period,
        "first": release.first.isoformat(),
        "last": release.last.isoformat(),
        "as_of": release.as_of.isoformat(),
        "revision": release.revision,
        "reason": release.reason,
        "published_at": moment(one.published_at),
        "sha256": one.sha256,
        "url": _address(one),
    }


def _table_summary(one: Published, table: OpenTable) -> dict[str, Any]:
    return {
        "id": table.id,
        "title": table.title,
        "description": table.description,
        "key": list(table.key),
        "rows": len(table.rows),
        "notes": list(one.release.notes_of(table.id)),
        "columns": [open_files.column_words(column) for column in table.columns],
        "url": f"{_address(one)}/tables/{table.id}",
    }


# --- Views ------------------------------------------------------------------------------------------------------------


def catalogue() -> Response:
    """Who publishes, under which licence, and where everything is."""
    who, every = publisher(), open_releases.published()
    body = {
        "title": gettext("Dados abertos da %(chamber)s", chamber=who.short_name),
        "publisher": who.name,
        "licence": LICENCE_ID,
        "licence_url": LICENCE_URL,
        "latest": _summary(every[0]) if every else None,
        "releases": len(every),
        "period_closes": current_period(guards.today(), who.months)[1].isoformat(),
        "links": {
            "releases": f"{who.interface}/releases",
            "openapi": f"{who.interface}/openapi.json",
            "dcat": f"{who.page}/dcat.jsonld",
            "page": who.page,
        },
    }
    return _plain(body, at=every[0].published_at if every else None)


def releases() -> Response:
    """The releases, newest first."""
    every = open_releases.published()
    return _paged("releases", [_summary(one) for one in every], {}, every[0].published_at if every else None)


def release(release: str) -> Response:
    """One release: its period, tables, files, changes and report."""
    one = _found(release)
    page = f"{publisher().page}/{one.id}"
    package = package_of(one)
    files = [*package.files, *([package.archive] if package.archive else [])]
    body = {
        **_summary(one),
        "method": one.release.method,
        "notes": list(one.release.notes),
        "changes": [dict(change) for change in one.release.changes],
        "anonymisation_report": dict(one.release.anonymisation_report),
        "tables": [_table_summary(one, table) for table in one.release.tables],
        "files": [
            {"name": file.name, "bytes": file.size, "sha256": file.sha256, "url": f"{page}/{file.name}"}
            for file in files
        ],
    }
    return _plain(body, at=one.published_at)


def tables(release: str) -> Response:
    """The tables of a release, without their rows."""
    one = _found(release)
    found = [_table_summary(one, table) for table in one.release.tables]
    return _paged("tables", found, {"release": one.id}, one.published_at)


def table(release: str, table: str) -> Response:
    """A table in the format that Accept prefers."""
    wanted = request.accept_mimetypes.best_match([JSON, CSV]) if request.accept_mimetypes else JSON
    if wanted is None:
        refuse(406, gettext("Em Accept, peça application/json ou text/csv, ou use o endereço com .json ou .csv."))
    return table_csv(release, table) if wanted == CSV else table_json(release, table)


def table_json(release: str, table: str) -> Response:
    """A page of a table as JSON."""
    one = _found(release)
    found = _table(one, table)
    places = _chosen(found)
    limit, offset, rows, links = _window(found.rows)
    tag = f"{one.sha256}-json"
    if answer := _unchanged(tag, one.published_at):
        return answer
    _spend()
    columns = [found.columns[place] for place in places]
    body = {
        "release": one.id,
        "table": found.id,
        "licence": LICENCE_ID,
        "columns": [open_files.column_words(column) for column in columns],
        "notes": list(one.release.notes_of(found.id)),
        "total": len(found.rows),
        "limit": limit,
        "offset": offset,
        "links": links,
        "rows": [{found.columns[place].name: row[place] for place in places} for row in rows],
    }
    return _answer(json.dumps(body, ensure_ascii=False).encode(), JSON, tag, one.published_at, links)


def table_csv(release: str, table: str) -> Response:
    """A table as CSV: whole, or the page that was asked for."""
    one = _found(release)
    found = _table(one, table)
    places = _chosen(found)
    limit = _whole("limit", len(found.rows), 1, MOST_ROWS)
    offset = _whole("offset", 0, 0, MOST_OFFSET)
    tag = f"{one.sha256}-csv"
    if answer := _unchanged(tag, one.published_at):
        return answer
    _spend()
    rows: Iterable[Any] = ([row[place] for place in places] for row in islice(found.rows, offset, offset + limit))
    body = "".join(open_files.csv_text([found.columns[place] for place in places], rows)).encode()
    return _answer(body, CSV, tag, one.published_at, {})


def indicators(release: str) -> Response:
    """Every column of numbers of a release, with its unit and where it is."""
    one = _found(release)
    found = [
        {
            "table": table.id,
            "column": column.name,
            "title": column.title,
            "description": column.description,
            "unit": column.unit,
            "url": f"{_address(one)}/tables/{table.id}",
        }
        for table in one.release.tables
        for column in table.columns
        if column.unit
    ]
    return _paged("indicators", found, {"release": one.id}, one.published_at)


def openapi() -> Response:
    """The description of the interface."""
    return _plain(api_contract.openapi(publisher()), at=None)


def _spend() -> None:
    throttle.spend("open_data_source", security.source(), sessions.clock())


VIEWS: Mapping[str, Callable[..., Response]] = {
    "catalogue": catalogue,
    "releases": releases,
    "release": release,
    "tables": tables,
    "table": table,
    "table_json": table_json,
    "table_csv": table_csv,
    "indicators": indicators,
    "openapi": openapi,
}


def _view(route: Route) -> Callable[..., Response]:
    answer = VIEWS[route.name]

    @guards.public
    def view(**values: str) -> Response:
        _known_parameters(route)
        return answer(**values)

    view.__name__, view.__doc__ = f"api_{route.name}", answer.__doc__
    return view


for _route in ROUTES:
    blueprint.add_url_rule(
        api_contract.flask_rule(_route), f"api_{_route.name}", _view(_route), methods=["GET"], strict_slashes=False
    )
