"""Receipts of letters and publications, many at a time: each row is an act of its own case, done or refused alone.

The rows of one sending share a key; what was done by it once is answered and not done again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from cprac.domain.acts import Act
from cprac.domain.subject import Refusal
from cprac.domain.words import N_
from cprac.persistence.database import transaction
from cprac.persistence.viewers import offices_of
from cprac.services import acts, submissions
from cprac.services.chamber import Chamber
from cprac.services.errors import KeyReusedError, NotFoundError, RefusedError
from cprac.services.outbox import HANDED_BY

GONE = N_("Este aviso não está mais na lista. Confira no caso.")
TWICE = N_("Esta linha já foi enviada com outros dados. Confira no caso.")


@dataclass(frozen=True, slots=True)
class Receipt:
    """One row: the notice *ordinal* of the case *number* came by *channel* on the local day *served_on*; its proof."""

    number: str
    ordinal: int
    channel: str
    served_on: date
    proof: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a row: done, or refused with the reason."""

    receipt: Receipt
    refusal: Refusal | None = None

    @property
    def done(self) -> bool:
        """Whether the receipt is recorded."""
        return self.refusal is None


def record(chamber: Chamber, account: int, receipts: Sequence[Receipt], key: str, now: datetime) -> list[Answer]:
    """Record each of *receipts*, in a transaction of its own; one that is refused stops no other.

    Raises NotFoundError where *account* is neither of the registry nor of the coordination.
    """
    with transaction() as session:
        if not offices_of(session, account, chamber.day(now)) & HANDED_BY:
            raise NotFoundError(str(account))
    return [Answer(each, _record(chamber, account, each, key, now)) for each in receipts]


def _record(chamber: Chamber, account: int, receipt: Receipt, key: str, now: datetime) -> Refusal | None:
    values = {
        "notice": receipt.ordinal,
        "channel": receipt.channel,
        "served_on": receipt.served_on,
        "proof": receipt.proof,
    }
    own = hashlib.sha256(f"{key}:{receipt.number}:{receipt.ordinal}".encode()).hexdigest()
    try:
        with transaction() as session:
            asked = submissions.fingerprint("receipt", receipt.number, values)
            if submissions.claim(session, own, account, asked, now) is not None:
                return None
            case = acts.lock_case(session, receipt.number)
            done = acts.act_in(session, chamber, case, account, Act.RECORD_SERVICE, values, version=None, now=now)
            submissions.answer(session, own, done.as_plain())
    except RefusedError as error:
        return error.refusal
    except NotFoundError:
        return Refusal(GONE, "", "value", "served_on")
    except KeyReusedError:
        return Refusal(TWICE, "", "value", "served_on")
    return None
