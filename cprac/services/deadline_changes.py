"""What a person answers to a review: a deadline that had ended when a later calendar would have moved it.

The answer changes no deadline: it stays as it was, with a note that says why. Where the date has to change, an act of
the case does it (``Act.CHANGE_DEADLINE``), before or after the answer.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from cprac.domain.subject import Refusal
from cprac.domain.words import N_
from cprac.persistence.database import transaction
from cprac.persistence.models import DeadlineReview
from cprac.services import submissions
from cprac.services.calendar_decrees import may_decree
from cprac.services.chamber import Chamber
from cprac.services.errors import NotFoundError, RefusedError

LONGEST = 500


def keep(chamber: Chamber, account: int, review_id: int, note: str, *, key: str, now: datetime) -> None:
    """Decide a review: the deadline stays as it is, and *note* says why. Ten equal submissions are one.

    Raises NotFoundError for who is not of the registry or the coordination and where nothing waits, RefusedError (field
    ``note``), KeyReusedError.
    """
    note = note.strip()
    with transaction() as session:
        may_decree(session, chamber, account, now)
        if (
            submissions.claim(session, key, account, submissions.fingerprint("review", review_id, note), now)
            is not None
        ):
            return
        review = session.scalar(select(DeadlineReview).where(DeadlineReview.id == review_id).with_for_update())
        if review is None or review.decided_at is not None:
            raise NotFoundError(str(review_id))
        if not note or len(note) > LONGEST:
            raise RefusedError(Refusal(N_("Escreva por que o prazo fica como está."), "", "value", "note"))
        review.decided_at, review.decided_by, review.note = now, account, note
        submissions.answer(session, key, {"review": review_id})
