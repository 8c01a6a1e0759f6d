"""What every answer and every request must hold to: headers, the origin of unsafe requests, safe ways back.

Content is limited to this host and there is no inline script or style, so no nonce is needed (reliability.md §4).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from ipaddress import IPv6Address, ip_address
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, request
from flask_wtf.csrf import CSRFProtect
from secure import (
    ContentSecurityPolicy,
    CrossOriginOpenerPolicy,
    CrossOriginResourcePolicy,
    CustomHeader,
    PermissionsPolicy,
    ReferrerPolicy,
    Secure,
    StrictTransportSecurity,
    XContentTypeOptions,
)
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import RequestRedirect

csrf = CSRFProtect()
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
LONGEST_WAY_BACK = 1000

LARGEST_FORM = 500_000
"""Bytes of a form without files: the longest one, a draft of an agreement, has room in it in any alphabet of Europe.
``MAX_CONTENT_LENGTH`` holds only where files are sent, so nobody keeps us busy with megabytes anywhere else."""

View = TypeVar("View", bound=Callable[..., Any])


def page_headers(*, https: bool) -> dict[str, str]:
    """The headers of every answer that does not set its own."""
    policy = (
        ContentSecurityPolicy()
        .default_src("'none'")
        .script_src("'self'")
        .style_src("'self'")
        .img_src("'self'", "data:")
        .font_src("'self'")
        .connect_src("'self'")
        .form_action("'self'")
        .frame_ancestors("'none'")
        .base_uri("'none'")
    )
    nothing = PermissionsPolicy()
    for feature in ("camera", "microphone", "geolocation", "payment", "usb"):
        nothing.add_directive(feature, "()")
    headers = Secure(
        csp=policy,
        xcto=XContentTypeOptions().nosniff(),
        # "no-referrer" would make browsers send "Origin: null" with our own forms, and the origin is checked below
        referrer=ReferrerPolicy().same_origin(),
        coop=CrossOriginOpenerPolicy().same_origin(),
        corp=CrossOriginResourcePolicy().same_origin(),
        permissions=nothing,
        hsts=StrictTransportSecurity().max_age(31_536_000).include_subdomains() if https else None,
        custom=[CustomHeader("X-Frame-Options", "DENY")],
    )
    return dict(headers.header_items())


PICTURES = frozenset({"office.chart_file"})
"""Pictures of counts, of nobody: the reader's own browser may keep them, and asks each time whether it still may."""


def set_headers(response: Response) -> Response:
    """Add the headers above where the view set none of its own; nothing of a person is kept by a cache."""
    for name, value in current_app.extensions["cprac.headers"].items():
        response.headers.setdefault(name, value)
    own = response.headers.get("Cache-Control", "")
    if request.endpoint in PICTURES and own.startswith("private") and "Set-Cookie" not in response.headers:
        return response
    if request.endpoint not in {"static", "bootstrap.static"}:
        from_here = request.cookies or "Set-Cookie" in response.headers
        if from_here or "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "no-store"
    return response


def refuse_other_sites() -> None:
    """Refuse (403) an unsafe request that a page of another site made, by what the browser says of it.

    Programs and very old browsers say nothing; the CSRF token stops those that carry somebody's cookie.
    """
    if request.method in SAFE_METHODS:
        return
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site not in {"same-origin", "none"}:
        abort(403)
    origin = request.headers.get("Origin")
    if origin is not None:
        ours = {request.host, urlsplit(current_app.config["PUBLIC_BASE_URL"]).netloc}
        if origin == "null" or urlsplit(origin).netloc not in ours:
            abort(403)


def _always(_values: Mapping[str, Any]) -> bool:
    return True


def takes_files(view: View, when: Callable[[Mapping[str, Any]], bool] = _always) -> View:
    """Say that *view* takes files; *when*: for which values of its address."""
    view.takes_files = when  # type: ignore[attr-defined]
    return view


def bound_form() -> None:
    """Before anything of a request's body is read: allow as much as the page that it was sent to needs."""
    view = current_app.view_functions.get(request.endpoint or "")
    takes = getattr(view, "takes_files", None)
    if takes is None or not takes(request.view_args or {}):
        request.max_content_length = min(LARGEST_FORM, current_app.config["MAX_CONTENT_LENGTH"])


def refuse_nul() -> None:
    """Refuse (400) a NUL in an address or a form: no keyboard makes one, and PostgreSQL stores none."""
    given = (*request.values.values(), *(request.view_args or {}).values())
    if any("\x00" in text for text in given if isinstance(text, str)):
        abort(400)


def safe_way_back(target: str | None) -> str | None:
    """*target* if it is a path of this application that can be opened, else None: an open redirect has no way in."""
    if not target or len(target) > LONGEST_WAY_BACK or target[0] != "/" or target[1:2] in {"/", "\\"}:
        return None
    if "\\" in target or any(unicodedata.category(character)[0] in "CZ" for character in target):
        return None
    parts = urlsplit(target)
    if parts.scheme or parts.netloc:
        return None
    adapter = current_app.create_url_adapter(request)
    if adapter is None:
        return None
    try:
        adapter.match(parts.path, method="GET")
    except (RequestRedirect, MethodNotAllowed, HTTPException):
        return None
    return parts._replace(fragment="").geturl()


def source() -> str:
    """Where the request comes from, as limits count it: an IPv4 address, or an IPv6 network of 64 bits."""
    try:
        address = ip_address((request.remote_addr or "").split("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(address, IPv6Address):
        return str(address.ipv4_mapped or IPv6Address(int(address) >> 64 << 64))
    return str(address)


def init_app(app: Flask) -> None:
    """Add the checks and the headers to *app*; believe a proxy only as far as ``PROXY_HOPS`` says."""
    app.extensions["cprac.headers"] = page_headers(https=app.config["COOKIE_SECURE"])
    hops = app.config["PROXY_HOPS"]
    if hops:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    app.before_request(bound_form)
    app.before_request(refuse_other_sites)
    app.after_request(set_headers)
