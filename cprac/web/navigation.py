"""The frame of every page: menu, ways home, what templates find without being given it.

A room lists its menu in its package as ``menu = (Entry(N_("Meu trabalho"), "attorney.worklist", "staff"), …)`` and, for
the footer, ``footer``. An entry is shown to its audience where the policy of its view lets the viewer in.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, g, get_flashed_messages, request, url_for
from flask_babel import gettext

from cprac.persistence.queries_accounts import SignedIn
from cprac.web import clock_alarm, guards

AUDIENCES = ("anyone", "visitor", "party", "staff")
CONTRAST_COOKIE = "contraste"


@dataclass(frozen=True, slots=True)
class Entry:
    """A link of the menu or the footer. ``audience``: anyone (visitors and parties), visitor, party, staff.

    ``also``: pages that belong to it although their addresses are not below its own.
    """

    label: str
    endpoint: str
    audience: str = "anyone"
    also: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.audience not in AUDIENCES:
            raise ValueError(f"no such audience: {self.audience}")


def audiences(who: SignedIn | None) -> frozenset[str]:
    """Whose menu *who* sees: visitors the public one, parties the public one and theirs, staff theirs."""
    if who is None:
        return frozenset({"anyone", "visitor"})
    return frozenset({"staff"}) if who.is_staff else frozenset({"anyone", "party"})


def open_to(entries: Iterable[Entry], who: SignedIn | None) -> list[Entry]:
    """The entries *who* sees, the nearer audience first."""
    shown = [entry for entry in entries if entry.audience in audiences(who) and guards.may_open(entry.endpoint)]
    return sorted(shown, key=lambda entry: entry.audience in {"anyone", "visitor"})


def menu(who: SignedIn | None) -> list[tuple[str, str, bool]]:
    """(label, address, whether this page is below it) for the viewer; the longest address that fits is current."""
    entries = open_to(current_app.extensions["cprac.menu"], who)
    links = [(gettext(entry.label), url_for(entry.endpoint)) for entry in entries]
    heads = {url_for(head): url_for(entry.endpoint) for entry in entries for head in (entry.endpoint, *entry.also)}
    fitting = [url for url in heads if request.path == url or request.path.startswith(url.rstrip("/") + "/")]
    current = heads[max(fitting, key=len)] if fitting else ""
    return [(label, url, url == current) for label, url in links]


def home_of(who: SignedIn | None) -> str:
    """The address of the viewer's own first page."""
    if who is not None:
        mine = [entry for entry in open_to(current_app.extensions["cprac.menu"], who) if entry.audience != "anyone"]
        return url_for(mine[0].endpoint if mine else "auth.account")
    return url_for("public.home") if guards.may_open("public.home") else "/"


def public_address(endpoint: str) -> str:
    """The whole address of a page, for people to copy: of the configured host, never of the request's."""
    return guards.chamber().base_url + url_for(endpoint)


def breadcrumb(*steps: tuple[str, str | None]) -> list[tuple[str, str | None]]:
    """The trail of a page, beginning at the viewer's home; the last step is the page itself, without address."""
    return [(gettext("Início"), home_of(guards.viewer())), *steps]


def office_words(who: SignedIn) -> str:
    """The offices of *who* in words: ``Coordenação, Mediação``; nothing for a party."""
    return ", ".join(gettext(held.label) for held in sorted(who.offices))


def idempotency_key() -> str:
    """A key for the form being shown, drawn from the chamber's random source for this address."""
    return guards.chamber().token(f"idempotency:{request.path}", 16)


def frame() -> dict[str, Any]:
    """What ``templates/base.html`` expects. On an error page that must not ask the database, nobody is signed in."""
    who = None if g.get("bare_frame") else guards.viewer()
    about = guards.chamber().regulation.chamber
    strip: dict[str, Any] = {"contrast_url": url_for("contrast"), "back": request.full_path.rstrip("?")}
    if guards.may_open("public.accessibility"):
        strip["accessibility_url"] = url_for("public.accessibility")
    if who is not None:
        strip["sign_out_url"] = url_for("auth.sign_out")
        strip["account_url"] = url_for("auth.account")
        strip["account_current"] = request.endpoint == "auth.account"
    elif request.endpoint != "auth.sign_in":
        strip["sign_in_url"] = url_for("auth.sign_in")
    return {
        "chamber": {
            "name": about.short_name,
            "full_name": about.name,
            "acronym": about.acronym,
            "city": about.city,
            "office_name": about.office_name,
            "contact": about.contact,
        },
        "menu": menu(who),
        "viewer": {"name": who.name, "offices": office_words(who)} if who else None,
        "today": guards.today(),
        "alarm": clock_alarm.alarm(who),
        "contrast": "alto" if request.cookies.get(CONTRAST_COOKIE) == "alto" else "normal",
        "strip": strip,
        "home_url": home_of(who),
        "footer_links": [
            (gettext(entry.label), url_for(entry.endpoint))
            for entry in current_app.extensions["cprac.footer"]
            if guards.may_open(entry.endpoint)
        ],
        "messages": [] if g.get("bare_frame") else get_flashed_messages(with_categories=True),
    }


def init_app(app: Flask, rooms: Sequence[Any]) -> None:
    """Collect the menus of *rooms* (their packages) and give templates the frame."""
    app.extensions["cprac.menu"] = tuple(entry for room in rooms for entry in getattr(room, "menu", ()))
    app.extensions["cprac.footer"] = tuple(entry for room in rooms for entry in getattr(room, "footer", ()))
    clock_alarm.init_app(app)
    app.context_processor(frame)
    app.jinja_env.globals["idempotency_key"] = idempotency_key
