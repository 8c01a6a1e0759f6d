"""That a notice was received: the day that counts by its channel, its proof, and the deadline that begins with it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cprac.domain.notices import GAZETTE, PORTAL, gazette_notice, start_of_count
from cprac.domain.permissions import Viewer
from cprac.persistence.models import Case, Notice
from cprac.services import deadline_rows, notice_history
from cprac.services.notice_history import Happened


def record(
    session: Session,
    case: Case,
    ledger: deadline_rows.Ledger,
    viewer: Viewer,
    values: Mapping[str, Any],
    now: datetime,
) -> None:
    """Mark a notice as received, with its proof, and open the deadline that its receipt starts."""
    notice = session.scalars(select(Notice).where(Notice.case_id == case.id, Notice.ordinal == values["notice"])).one()
    received = trigger = values["served_on"]
    channel = values["channel"]
    if channel == PORTAL:
        # opened on a day without office hours, it counts from the next business day (Lei 11.419 art. 5 §2, by analogy)
        received = trigger = ledger.calendar.business_day_from(received)
    elif channel == GAZETTE:
        published = gazette_notice(received, ledger.calendar)
        received = trigger = published.deemed_on
        if notice.starts:
            trigger = start_of_count(published, ledger.regulation.rule(notice.starts), ledger.calendar)
    proof = " ".join(str(values.get("proof") or "").split())[:200]
    notice.served_at, notice.served_on, notice.channel, notice.proof = now, received, channel, proof
    if viewer.account is not None:  # the clock writes its own line: deemed received
        kind = Happened.OPENED if channel == PORTAL and _by_the_addressee(notice, viewer) else Happened.SERVED
        notice_history.record(session, notice.id, kind, now, account=viewer.account, detail=proof)
    if notice.starts:
        running = any(
            row.rule == notice.starts and row.party_ordinal == notice.party_ordinal and row.ended_on is None
            for row in ledger.rows
        )
        if not running:
            ledger.open(notice.starts, trigger, party=notice.party_ordinal)


def _by_the_addressee(notice: Notice, viewer: Viewer) -> bool:
    return notice.account_id == viewer.account or notice.party_ordinal in viewer.parties
