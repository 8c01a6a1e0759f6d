"""How the interface for programs speaks: who may read its answers, and whatever goes wrong as a problem (RFC 9457)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import NoReturn

from flask import Response, request
from flask_babel import gettext

from cprac.domain.words import N_
from cprac.services.open_publications import Publisher, publisher_of
from cprac.web import guards
from cprac.web.public import api_contract
from cprac.web.public.api_contract import PROBLEM, PROBLEMS
from cprac.web.public.room import blueprint

HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Link, Last-Modified, Retry-After",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "Accept, If-Modified-Since, If-None-Match",
    "Access-Control-Max-Age": "86400",
}


def publisher() -> Publisher:
    """The chamber as it publishes."""
    chamber = guards.chamber()
    return publisher_of(chamber.regulation, chamber.base_url)


class ProblemError(Exception):
    """What was wrong with a request: the status, a sentence that a programmer understands, the parameter."""


def refuse(status: int, detail: str, parameter: str = "") -> NoReturn:
    """End the request with a problem."""
    raise ProblemError(status, detail, parameter)


@blueprint.errorhandler(ProblemError)
def told(error: ProblemError) -> Response:
    """The answer to what was refused above."""
    return problem(*error.args)


def problem(status: int, detail: str, parameter: str = "") -> Response:
    """The answer of RFC 9457."""
    known = PROBLEMS.get(status)
    body = {
        "type": api_contract.problem_type(status, publisher()),
        "title": gettext(known[1]) if known else HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "instance": request.full_path.rstrip("?"),
    }
    if parameter:
        body["parameter"] = parameter
    return Response(json.dumps(body, ensure_ascii=False), status, content_type=PROBLEM)


DETAILS: Mapping[int, str] = {
    400: N_("O pedido não pôde ser entendido."),
    404: N_("Este endereço não existe na interface. A lista completa está em /api/v1/openapi.json."),
    405: N_("Use GET ou HEAD. Nada pode ser enviado nem mudado por aqui."),
    429: N_("Espere os segundos que estão em Retry-After e tente de novo."),
    500: N_("O erro foi anotado. Tente de novo mais tarde."),
    503: N_("Tente de novo em alguns segundos."),
}


@blueprint.after_app_request
def speak_as_interface(response: Response) -> Response:
    """Below ``/api/``: anyone's pages may read the answers, and an error page of the site becomes a problem."""
    if request.path != "/api" and not request.path.startswith("/api/"):
        return response
    if response.status_code >= 400 and response.mimetype != PROBLEM:
        status = response.status_code
        sentence = gettext(DETAILS.get(status, DETAILS[500 if status >= 500 else 400]))
        kept = {name: response.headers[name] for name in ("Allow", "Retry-After") if name in response.headers}
        response = problem(status, sentence)
        response.headers.update(kept)
    response.headers.update(HEADERS)
    if request.method == "OPTIONS":
        response.headers.update(PREFLIGHT)
    return response
