"""The releases that are published, the newest period first: what the pages, the files and the interface read."""

from __future__ import annotations

from functools import lru_cache

from cprac.domain.open_tables import Release
from cprac.persistence import queries_releases
from cprac.services.errors import NotFoundError
from cprac.services.open_publications import Published

KEPT = 64
"""Releases held in memory: sixteen years of quarters. Their bytes never change, so their hash is their name."""


def published() -> tuple[Published, ...]:
    """Every release, the newest period first and of each period the newest correction first. Reads rows, not bytes."""
    return tuple(Published(_read(row.sha256), row.sha256, row.created_at) for row in queries_releases.publications())


@lru_cache(maxsize=KEPT)
def _read(sha256: str) -> Release:
    found = queries_releases.release(sha256)
    if found is None:
        raise NotFoundError(sha256)
    return found
