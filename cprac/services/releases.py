"""Releases: closed periods published once, as bytes that never change; corrected by a new release with its reason.

Only native cases: a batch of old cases is a series of its own, and its sheet says too little of each to be released.
Making a release reads and reckons outside any lock; storing it is one short transaction, and the database lets one
release a period and revision be, so two publishers at once make one.
"""

from __future__ import annotations

import logging
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from cprac.domain.open_tables import Release, to_bytes
from cprac.domain.regulation_parts import StatisticsRules
from cprac.domain.release_base import Period, base_of, periods_of
from cprac.domain.release_content import DisclosureError, build
from cprac.domain.words import N_
from cprac.persistence import queries_releases
from cprac.persistence.database import db, transaction
from cprac.persistence.models import Publication, Sweep
from cprac.services import heartbeats
from cprac.services.chamber import Chamber

LETTERS: Mapping[int, str] = {3: "T", 4: "Q", 6: "S"}
"""Quarter (trimestre), four months (quadrimestre), half (semestre); a year has its number alone."""

JOINED = "_a_"

log = logging.getLogger(__name__)


class ReleaseError(ValueError):
    """A release that cannot be made. The message is one line of Portuguese."""


@dataclass(frozen=True, slots=True)
class Awaited:
    """What is published next: its days, the day from which it may be, the periods before that were too small alone.

    ``release``: what would be published, where it is due.
    """

    span: Period
    due: date
    small: tuple[str, ...] = ()
    release: Release | None = None


@dataclass(slots=True)
class Published:
    """What a run did: the local day, the periods it released (id → hash), and the one that waits, with why."""

    on: str
    done: bool = True
    released: dict[str, str] = field(default_factory=dict)
    waits: str = ""


# --- periods ----------------------------------------------------------------------------------------------------------


def period_of(day: date, rules: StatisticsRules) -> Period:
    """The period that *day* falls into: 2026-05-20 → 2026-T2, from 1 April to 30 June."""
    months = rules.release_months
    number = (day.month - 1) // months
    start, end = number * months + 1, (number + 1) * months
    name = f"{day.year}-{LETTERS[months]}{number + 1}" if months in LETTERS else str(day.year)
    return Period(name, date(day.year, start, 1), date(day.year, end, monthrange(day.year, end)[1]))


def span_from(first: date, last: date, rules: StatisticsRules) -> Period:
    """The days from *first* to *last* as one period: joined ones are named by the first and the last of them."""
    start, end = period_of(first, rules), period_of(last, rules)
    if (start.first, end.last) != (first, last):
        return Period(f"{first.isoformat()}{JOINED}{last.isoformat()}", first, last)
    return Period(start.id if start == end else f"{start.id}{JOINED}{end.id}", first, last)


def due_on(period: Period, rules: StatisticsRules) -> date:
    """The day from which a period may be published."""
    return period.last + timedelta(days=rules.delay_days)


# --- publishing -------------------------------------------------------------------------------------------------------


def sweep(chamber: Chamber, now: datetime) -> Published:
    """Publish what is due, once a local day: the task of the clock."""
    on = chamber.day(now)
    last = db.session.get(Sweep, heartbeats.RELEASES)
    counts = dict(last.counts) if last else {}
    db.session.rollback()
    if heartbeats.done_on(counts, on):
        return Published(on.isoformat(), done=False)
    try:
        found = publish_due(chamber, now)
    except DisclosureError:  # somebody must look; trying again each minute would not help
        log.exception("a release was stopped by the last look")
        db.session.rollback()
        found = Published(on.isoformat(), waits=N_("a conferência não deixou publicar"))
    heartbeats.record(heartbeats.RELEASES, now, {"on": found.on, "released": len(found.released), "waits": found.waits})
    return found


def publish_due(chamber: Chamber, now: datetime, *, until: str = "") -> Published:
    """Release every closed period that is due and was not released, in order; up to the period *until*, if given.

    A period with too few filings waits and is joined with the next. Again on the same register: nothing is added.
    Raises ReleaseError where *until* is not due, or the register cannot be told of safely.
    """
    found = Published(chamber.day(now).isoformat())
    while (next_one := awaited(chamber, now)) is not None:
        if next_one.release is None:
            found.waits = next_one.span.id
            break
        found.released[next_one.span.id] = keep(next_one.release, now)
        if until and until in next_one.span.id.split(JOINED):
            break
    told = any(until in row.period.split(JOINED) for row in queries_releases.publications())
    db.session.rollback()
    if until and not told:
        raise ReleaseError(f"{until}: " + N_("período ainda não encerrado, com poucos pedidos ou na espera"))
    return found


def _next_day(rules: StatisticsRules) -> date | None:
    """The first day not released yet: the day after the last release, or the beginning of the first case's period."""
    last: date | None = db.session.scalar(select(func.max(Publication.last)))
    if last is not None:
        return last + timedelta(days=1)
    first = queries_releases.first_filing(db.session())
    return period_of(first, rules).first if first else None


def awaited(chamber: Chamber, now: datetime, *, make: bool = True) -> Awaited | None:
    """What is published next: with its release where it is due, without while it waits; None in an empty chamber.

    *make* False: only which period it is, which needs no reckoning. Changes nothing. Raises DisclosureError where the
    register cannot be told of safely.
    """
    rules, on = chamber.regulation.statistics, chamber.day(now)
    last = first = _next_day(rules)
    small: list[str] = []
    while first is not None and last is not None:
        last = period_of(last, rules).last
        span = span_from(first, last, rules)
        due = due_on(span, rules)
        if on < due:
            return Awaited(span, due, tuple(small))
        if queries_releases.filings(db.session(), span.first, span.last) >= rules.min_cell:
            made = _made(chamber, span, now) if make else None
            if made is not None or not make:
                return Awaited(span, due, tuple(small), made)
        small.append(period_of(last, rules).id)
        last += timedelta(days=1)
    return None


def _made(chamber: Chamber, span: Period, now: datetime, reason: str = "") -> Release | None:
    """The release of a period as the register has it now."""
    session, regulation = db.session(), chamber.regulation
    before = queries_releases.released(session)
    others = periods_of(before)
    day = chamber.day(now)
    base = base_of(queries_releases.rows_of(session, day), span, others, day)
    labels = queries_releases.labels_of(session, regulation)
    on_time = queries_releases.on_time_of(session, regulation, span.first, span.last)
    made = build(regulation.chamber.name, base, labels, regulation.statistics, before, on_time, reason)
    session.rollback()
    return made


def keep(made: Release, now: datetime, by: int | None = None, revision_of: int | None = None) -> str:
    """Keep a release; where somebody else kept it in the meantime, theirs stands. The hash of what stands."""
    body, digest = to_bytes(made), digest_of(made)
    try:
        with transaction() as session:
            session.add(
                Publication(
                    period=made.period, revision=made.revision, first=made.first, last=made.last, as_of=made.as_of,
                    created_at=now, created_by=by, revision_of=revision_of, reason=made.reason, sha256=digest,
                    body=body,
                )
            )  # fmt: skip
    except IntegrityError:
        query = select(Publication.sha256).where(Publication.first == made.first, Publication.revision == made.revision)
        standing = db.session.scalar(query)
        db.session.rollback()
        if standing is None:
            raise
        return standing
    return digest


def correction(chamber: Chamber, period: str, now: datetime, reason: str = "") -> tuple[Release, int]:
    """What a correction would publish, and the id of the release that it corrects; changes nothing.

    Raises ReleaseError where the period was not published or nothing that may be told has changed, DisclosureError
    where the register cannot be told of safely.
    """
    row = next((row for row in queries_releases.publications() if row.period == period and row.current), None)
    if row is None:
        raise ReleaseError(f"{period}: " + N_("este período não foi publicado"))
    span = Period(row.period, row.first, row.last, row.revision + 1)
    made = _made(chamber, span, now, " ".join(reason.split()))
    if made is None or not made.changes:
        raise ReleaseError(f"{period}: " + N_("nada do que pode ser mostrado mudou"))
    return made, row.id


def correct(chamber: Chamber, period: str, reason: str, now: datetime, *, by: int | None = None) -> Release:
    """Release a period again as the register has it now, with the reason and the list of what changed.

    What changed by fewer than five cases stays as it was told, or is pooled. *by*: the account that asks. Raises
    ReleaseError where the period was not released, no reason is given, or nothing that may be told has changed.
    """
    if not reason.strip():
        raise ReleaseError(N_("diga o motivo da correção"))
    made, corrected = correction(chamber, period, now, reason)
    keep_correction(made, corrected, now, by)
    return made


def keep_correction(made: Release, corrected: int, now: datetime, by: int | None = None) -> None:
    """Keep what ``correction`` made. Raises ReleaseError where another one was kept in the meantime."""
    if keep(made, now, by, corrected) != digest_of(made):
        raise ReleaseError(f"{made.period}: " + N_("outra correção foi publicada neste momento; veja-a antes"))


def digest_of(made: Release) -> str:
    """The SHA-256 of a release's bytes, hexadecimal: the name of what is published."""
    return sha256(to_bytes(made)).hexdigest()


def as_plain(found: Published) -> dict[str, Any]:
    """What a run did, for the command: ``{"released": [{"period", "sha256"}], "waits"}``."""
    told = [{"period": period, "sha256": digest} for period, digest in found.released.items()]
    return {"released": told, "waits": found.waits or None}
