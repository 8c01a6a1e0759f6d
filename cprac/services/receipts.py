"""The receipt of a filing, and its sealed copy: an equal submission gets the same receipt, a reader of the tables none.

The access key and the claim code stand in the database only as hashes. The stored answer of the submission has them
too, so it is sealed with the form's own key, and that key is stored as a hash.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from cprac.services import submissions


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the person takes away: number, access key, claim code of the applicant. The last two are shown once.

    ``claim_code`` is empty where the account that filed is the applicant already.
    """

    number: str
    access_key: str
    claim_code: str
    filed_at: datetime


def claim_receipt(session: Session, key: str, account: int | None, asked: str, now: datetime) -> Receipt | None:
    """``submissions.claim`` for a filing: the receipt of an equal submission, or None where this one is the first."""
    stored = submissions.claim(session, _stored_key(key), account, asked, now)
    if stored is None:
        return None
    plain = json.loads(_masked(key, bytes.fromhex(stored["sealed"])))
    return Receipt(**{**plain, "filed_at": datetime.fromisoformat(plain["filed_at"])})


def answer_receipt(session: Session, key: str, receipt: Receipt) -> None:
    """Store *receipt*, sealed, as the answer of the submission *key*."""
    plain = {
        "number": receipt.number,
        "access_key": receipt.access_key,
        "claim_code": receipt.claim_code,
        "filed_at": receipt.filed_at.isoformat(),
    }
    sealed = _masked(key, json.dumps(plain).encode()).hex()
    submissions.answer(session, _stored_key(key), {"sealed": sealed})


def _stored_key(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def _masked(key: str, data: bytes) -> bytes:
    """*data* under a key stream drawn from *key* (HMAC-SHA256 over a counter); the same again gives it back.

    One key seals one answer only, so the stream is never used twice.
    """
    stream = b"".join(
        hmac.digest(key.encode(), b"receipt:%d" % block, "sha256") for block in range(-(-len(data) // 32))
    )
    return bytes(one ^ other for one, other in zip(data, stream, strict=False))
