"""Publishing the next release and correcting one, by a person of the Attorney General's office who saw its preview.

Who confirms sends the hash of the preview. Where the register, the day or somebody else has changed what would be
published, nothing is, and the preview is shown anew; confirmed twice, or by two at once, it is published once.
"""

from __future__ import annotations

from datetime import datetime

from cprac.domain.roles import Office
from cprac.domain.subject import Refusal
from cprac.domain.words import N_
from cprac.persistence import queries_releases
from cprac.persistence.database import db
from cprac.persistence.viewers import offices_of
from cprac.services import releases
from cprac.services.chamber import Chamber
from cprac.services.errors import NotFoundError, RefusedError, StaleError
from cprac.services.open_publications import release_id
from cprac.services.release_preview import seen_of

READERS = frozenset({Office.ATTORNEY_GENERAL, Office.APPROVER, Office.AUDITOR})
"""Who sees previews: those who decide over the chamber, and internal control."""

PUBLISHERS = frozenset({Office.ATTORNEY_GENERAL})
"""Who publishes and corrects: as with recommendations, what leaves the house leaves it by the Attorney General."""

LONGEST_REASON = 1000


def _allow(chamber: Chamber, account: int | None, now: datetime) -> None:
    held = offices_of(db.session(), account, chamber.day(now)) if account is not None else frozenset()
    db.session.rollback()
    if not held & PUBLISHERS:
        raise NotFoundError("publication")


def publish(chamber: Chamber, account: int | None, period: str, seen: str, now: datetime) -> str:
    """Publish *period*, the next one, as its preview *seen* (a hash) showed it; the release's name in addresses.

    Where it stands already with these bytes, nothing is added. Raises NotFoundError for who may not, StaleError where
    something else would be published now, DisclosureError.
    """
    _allow(chamber, account, now)
    if any((row.period, row.sha256) == (period, seen) for row in queries_releases.publications()):
        db.session.rollback()
        return release_id(period, 0)
    found = releases.awaited(chamber, now)
    if found is None or found.release is None or found.span.id != period or seen_of(found.release) != seen:
        raise StaleError(0, ())
    if releases.keep(found.release, now, account) != seen:
        raise StaleError(0, ())
    return release_id(period, 0)


def correct(chamber: Chamber, account: int | None, period: str, reason: str, seen: str, now: datetime) -> str:
    """Correct *period* for *reason*, as the preview *seen* (a hash) showed it; the release's name in addresses.

    The same correction sent again adds nothing. Raises NotFoundError for who may not or a period not published,
    RefusedError (field ``reason``, or nothing that may be told has changed), StaleError, DisclosureError.
    """
    _allow(chamber, account, now)
    standing = next((row for row in queries_releases.publications() if row.period == period and row.current), None)
    if standing is None:
        raise NotFoundError(period)
    reason = " ".join(reason.split())
    if not reason:
        raise RefusedError(_of_reason(N_("Motivo: escreva por que os números mudam.")))
    if len(reason) > LONGEST_REASON:
        raise RefusedError(_of_reason(N_("Motivo: use no máximo {most} letras."), most=LONGEST_REASON))
    last = queries_releases.release(standing.sha256)
    db.session.rollback()
    if last is not None and last.revision and last.reason == reason and seen_of(last) == seen:
        return release_id(period, last.revision)
    try:
        made, corrects = releases.correction(chamber, period, now, reason)
    except releases.ReleaseError:
        raise RefusedError(Refusal(N_("Nada do que pode ser mostrado mudou: não há o que corrigir."))) from None
    if seen_of(made) != seen:
        raise StaleError(0, ())
    try:
        releases.keep_correction(made, corrects, now, account)
    except releases.ReleaseError:
        raise StaleError(0, ()) from None
    return release_id(period, made.revision)


def _of_reason(template: str, **params: int) -> Refusal:
    return Refusal(template, kind="value", field="reason", params=params)
