"""The room of the door: signing in and out, codes, one's own account."""

from cprac.web.auth.views import blueprint

__all__ = ["blueprint"]
