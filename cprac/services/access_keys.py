"""The access key of an application: what the database keeps of it, and whether a typed one fits.

A key has 50 bits, so few that whoever holds a copy of the table could try them all against a plain hash in a day. The
table therefore holds the hash sealed under a secret that is not in the database (``Chamber.key_secrets``): the first of
them seals, each of them opens, so a secret can be changed while the keys that people hold stay good. Rows of earlier
releases hold the plain hash; they open as before and are sealed at their next use, and all by the daily tidying.
"""

from __future__ import annotations

import base64
import hmac

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from cprac.domain.identifiers import ACCESS_KEY
from cprac.persistence.database import transaction
from cprac.persistence.models import Application, Counter
from cprac.services.chamber import Chamber

SEALED = "k1:"
"""How a sealed hash begins: never hexadecimal, so the two forms are told apart without a column."""

PLAIN_LENGTH = 64
NO_KEY = "0" * PLAIN_LENGTH
"""What a typed key is compared with where there is no application: the same work, and it fits nothing."""

KNOWN_AS = "key-secret"
"""The row of the counters that holds the fingerprint of the first secret."""

CHUNK = 500
"""Rows sealed in one transaction of the daily tidying, which stays far below 200 ms."""


def issue(chamber: Chamber, number: str) -> tuple[str, str]:
    """A new key for the application *number*: as people read it, and as the database keeps it."""
    key = ACCESS_KEY.new(chamber.random(f"{number}:key", ACCESS_KEY.random_bytes))
    return ACCESS_KEY.format(key), _sealed(_secrets(chamber)[0], ACCESS_KEY.digest(key))


def fits(chamber: Chamber, typed: object, stored: str | None) -> bool:
    """Whether *typed* is the key of which the database keeps *stored*; the same work where there is none (None)."""
    code = ACCESS_KEY.normalize(typed)
    digest = ACCESS_KEY.digest(code or "")
    expected = (stored or NO_KEY).encode()
    forms = [digest, *(_sealed(secret, digest) for secret in _secrets(chamber))]
    found = [hmac.compare_digest(form.encode(), expected) for form in forms]  # all of them, so that none is told apart
    return any(found) and code is not None and bool(stored)


def renew(chamber: Chamber, application: int, typed: object, stored: str) -> None:
    """After *typed* was found to fit: seal it under today's secret, where the row has an older form."""
    wanted = _sealed(_secrets(chamber)[0], ACCESS_KEY.digest(ACCESS_KEY.normalize(typed) or ""))
    if wanted != stored:
        with transaction() as session:
            _replace(session, application, stored, wanted)


def seal_plain(chamber: Chamber) -> int:
    """Seal every plain hash that an earlier release left, in short transactions; how many there were."""
    sealed = 0
    while True:
        with transaction() as session:
            plain = func.length(Application.access_key_hash) == PLAIN_LENGTH
            rows = session.execute(
                select(Application.id, Application.access_key_hash).where(plain).order_by(Application.id).limit(CHUNK)
            ).all()
            for row in rows:
                _replace(session, row.id, row.access_key_hash, _sealed(_secrets(chamber)[0], row.access_key_hash))
        sealed += len(rows)
        if len(rows) < CHUNK:
            return sealed


def fingerprint(secret: str) -> int:
    """31 bits by which a secret is known again and which give nothing of it away."""
    return int.from_bytes(hmac.digest(_derived(secret), b"fingerprint", "sha256")[:4]) >> 1


def remember_secret(chamber: Chamber) -> None:
    """Note once under which secret keys were first sealed, so that ``cprac doctor`` sees when it is gone."""
    with transaction() as session:
        if session.get(Counter, KNOWN_AS) is None:
            session.add(Counter(name=KNOWN_AS, value=fingerprint(_secrets(chamber)[0])))


def secret_is_gone(session: Session, chamber: Chamber) -> bool:
    """Whether the secret under which keys were first sealed is not among today's: those keys open nothing."""
    known = session.get(Counter, KNOWN_AS)
    return known is not None and known.value not in {fingerprint(secret) for secret in _secrets(chamber)}


def plain_left(session: Session) -> int:
    """How many keys still stand as earlier releases left them."""
    plain = func.length(Application.access_key_hash) == PLAIN_LENGTH
    return session.scalar(select(func.count()).select_from(Application).where(plain)) or 0


def _replace(session: Session, application: int, old: str, new: str) -> None:
    """Put *new* in the place of *old*, unless another process was first."""
    session.execute(
        update(Application)
        .where(Application.id == application, Application.access_key_hash == old)
        .values(access_key_hash=new)
    )


def _secrets(chamber: Chamber) -> tuple[str, ...]:
    return chamber.key_secrets or ("",)


def _sealed(secret: str, digest: str) -> str:
    """*digest* sealed with a key derived from *secret*, so that a secret with other uses gives nothing of them away."""
    sealed = hmac.digest(_derived(secret), digest.encode(), "sha256")
    return SEALED + base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def _derived(secret: str) -> bytes:
    return hmac.digest(secret.encode(), b"cprac:access-key:1", "sha256")
