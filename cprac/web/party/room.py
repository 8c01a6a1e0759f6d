"""The room's blueprint, on which its modules hang their pages, and links to pages of other rooms."""

from __future__ import annotations

from flask import Blueprint, url_for

from cprac.web import guards

blueprint = Blueprint("party", __name__)


def link(endpoint: str) -> str:
    """The address of another room's page where there is one for this viewer, else an empty text."""
    return url_for(endpoint) if guards.may_open(endpoint) else ""


def links() -> dict[str, str]:
    """Where the pages of this room lead besides themselves."""
    return {
        "claim_url": link("auth.claim"),
        "lookup_url": link("public.lookup"),
        "privacy_url": link("public.privacy"),
        "help_url": link("public.help_page"),
        "rules_url": link("public.rules"),
    }
