"""What can go wrong in an act, typed, for the rooms to answer with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cprac.domain.subject import Refusal


class ServiceError(Exception):
    """Base of the errors that a room turns into an answer."""


class NotFoundError(ServiceError):
    """There is no such thing, or it is not for this person: the same answer for both (404)."""


class RefusedError(ServiceError):
    """A rule says no (400). ``refusal`` has the reason, the article and the field."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.reason)
        self.refusal = refusal


class StaleError(ServiceError):
    """Somebody else changed the case meanwhile (409). ``changes``: the events since the version of the form."""

    def __init__(self, version: int, changes: Sequence[Mapping[str, Any]]) -> None:
        super().__init__("stale")
        self.version = version
        self.changes = tuple(changes)


class KeyReusedError(ServiceError):
    """The idempotency key of a form came back with another content (422)."""


class TooManyTriesError(ServiceError):
    """A limit of tries was reached (429). ``wait``: seconds until the next try."""

    def __init__(self, wait: int) -> None:
        super().__init__("too many tries")
        self.wait = wait


class BadFileError(ServiceError):
    """An upload that is not accepted; the text says why and what to do (413 or 400)."""
