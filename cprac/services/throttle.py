"""Limits of tries, counted in the database: counters in memory would multiply by the number of processes.

A try is counted in its step of ten seconds; a limit looks at the steps that reach into its span, so at most ``count``
tries pass in any such span. A refused try is not counted: who keeps knocking does not lock the door for others behind
the same address. The first statement of a count locks its row, so two processes never both take the last place.
Who is counted enters only as a hash.
"""

from __future__ import annotations

import hashlib
import logging
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, insert, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from cprac.persistence.database import transaction
from cprac.persistence.models import Throttle
from cprac.services.errors import TooManyTriesError

log = logging.getLogger("cprac.throttle")

STEP = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Limit:
    """At most *count* tries in any span of *per*."""

    count: int
    per: timedelta


MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

LIMITS: Mapping[str, Limit] = {
    "sign_in_source": Limit(20, MINUTE),
    "code_source": Limit(10, 10 * MINUTE),
    "reset_account": Limit(3, HOUR),
    "reissue_account": Limit(30, HOUR),
    "lookup_source": Limit(10, MINUTE),
    "lookup_number": Limit(20, HOUR),
    "draft_source": Limit(30, HOUR),
    "filing_source": Limit(5, HOUR),
    "filing_account": Limit(20, DAY),
    "upload_account": Limit(60, HOUR),
    "search_account": Limit(30, MINUTE),
    "export_account": Limit(10, HOUR),
    "feed_source": Limit(20, MINUTE),
    "open_data_source": Limit(120, MINUTE),
}
"""What is limited, by whom it is counted (reliability.md §4)."""

FREE_FAILURES = 5
FIRST_WAIT, LONGEST_WAIT = MINUTE, 15 * MINUTE
FAILURES_COUNT_FOR = HOUR
ALARM = Limit(100, MINUTE)
"""Sign-ins a minute over which the log says that something is wrong. It stops nobody."""


def spend(kind: str, who: str, now: datetime) -> None:
    """Count a try of *kind* (a key of ``LIMITS``) by *who*, in a transaction of its own.

    Raises TooManyTriesError with the seconds to wait; then nothing is counted.
    """
    with transaction() as session:
        spend_in(session, kind, who, now)


def spend_in(session: Session, kind: str, who: str, now: datetime) -> None:
    """The same inside the caller's transaction, which a refusal must roll back."""
    limit = LIMITS[kind]
    steps = _count(session, _bucket(kind, who), limit.per, now)
    if sum(count for _at, count in steps) > limit.count:
        raise TooManyTriesError(_seconds(steps[0][0] + STEP + limit.per - now))


def begin_sign_in(email: str, source: str, now: datetime) -> None:
    """Before a password is looked at: count the try as failed, by where it comes from and by account and where from.

    From the sixth failure of a pair within an hour each further try waits twice as long, from one minute to fifteen.
    Nobody else waits: the owner with the right password signs in from anywhere else. TooManyTriesError says how long.
    """
    with transaction() as session:
        spend_in(session, "sign_in_source", source, now)
        steps = _count(session, _pair(email, source), FAILURES_COUNT_FOR, now)
        earlier = sum(count for _at, count in steps) - 1
        if earlier >= FREE_FAILURES:
            before = steps[-2][0] if steps[-1][1] == 1 and len(steps) > 1 else steps[-1][0]
            wait = min(LONGEST_WAIT, FIRST_WAIT * 2 ** (earlier - FREE_FAILURES))
            if now < before + STEP + wait:
                raise TooManyTriesError(_seconds(before + STEP + wait - now))
        everybody = sum(count for _at, count in _count(session, "sign_in_everybody", ALARM.per, now))
    if everybody > ALARM.count:
        log.warning("more than %d sign-ins in a minute", ALARM.count)


def forgive_sign_in(session: Session, email: str, source: str) -> None:
    """The password was right: the failures of this account from this address are forgotten."""
    session.execute(delete(Throttle).where(Throttle.bucket == _pair(email, source)))


def _bucket(kind: str, who: str) -> str:
    return f"{kind}:{hashlib.sha256(who.encode()).hexdigest()[:40]}"


def _pair(email: str, source: str) -> str:
    return _bucket("sign_in_pair", f"{email}\n{source}")


def _count(session: Session, bucket: str, per: timedelta, now: datetime) -> Sequence[tuple[datetime, int]]:
    """Add one to the step of *now*; return (start of step, tries) of the steps that reach into *per*, oldest first."""
    step = datetime.fromtimestamp(now.timestamp() // STEP.total_seconds() * STEP.total_seconds(), UTC)
    dialect = session.get_bind().dialect.name
    build = {"sqlite": sqlite_insert, "postgresql": postgresql_insert}.get(dialect, insert)
    statement = build(Throttle).values(bucket=bucket, window=step, count=1)
    session.execute(
        statement.on_conflict_do_update(index_elements=["bucket", "window"], set_={"count": Throttle.count + 1})
    )
    rows = session.execute(
        select(Throttle.window, Throttle.count)
        .where(Throttle.bucket == bucket, Throttle.window > now - per - STEP, Throttle.window <= step)
        .order_by(Throttle.window)
    )
    return [(row.window, row.count) for row in rows]


def _seconds(wait: timedelta) -> int:
    return max(1, math.ceil(wait.total_seconds()))
