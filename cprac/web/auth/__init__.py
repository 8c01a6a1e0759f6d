"""The room of the door: signing in and out, codes, one's own account."""

from cprac.domain.words import N_
from cprac.web.auth import feeds
from cprac.web.auth.views import blueprint
from cprac.web.navigation import Entry

__all__ = ["blueprint", "feeds", "menu"]

menu = (Entry(N_("Código de senha"), "auth.issue_reset", "staff"),)
"""One's own account stands beside one's name, not here."""
