"""Deemed service: a notice on the portal that nobody opened counts as received after ten days, where that has a base.

A base is the regulation's switch ``deemed_portal_service`` (with the signed adhesion, where the file asks for one), or
the adhesion that the account itself gave in writing before the notice (``portal_consent_on``). Without a base, or where
nobody could have opened the notice, it waits for a person. The receipt is recorded like any other, by the system's
role: it is an act of the docket and opens the same deadline (Lei 11.419/2006 art. 5 §3, by analogy; procedure.md c.8).
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from cprac.domain.acts import Act
from cprac.domain.notices import PORTAL, portal_notice
from cprac.domain.regulation import Regulation
from cprac.domain.regulation_words import Switch
from cprac.domain.roles import Role
from cprac.domain.states import PROCEDURE
from cprac.persistence.database import db, transaction
from cprac.persistence.models import Account, Case, Notice, NoticeEvent, RegulationVersion
from cprac.services import acts, clock_holds, deadline_rows, heartbeats
from cprac.services.chamber import Chamber
from cprac.services.errors import RefusedError

CHANNELS = ("", PORTAL)
"""A notice that goes another way (letter, gazette, by hand) is received when that way says so."""

DEEMED = "deemed"
PAGE = 500

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Deemed:
    """What a sweep did. ``held``: it did nothing, because a person must look at the clock first."""

    deemed: int = 0
    busy: int = 0
    failed: int = 0
    held: bool = False
    failures: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Unopened:
    """A notice whose days are over, with the day on which it counts as received and the base of that."""

    notice: int
    case: int
    number: str
    ordinal: int
    starts: str
    on: date
    adhered: bool


def sweep(chamber: Chamber, now: datetime) -> Deemed:
    """Record as received each notice whose days are over, in its own transaction; nothing while a hold is open."""
    done = Deemed(held=clock_holds.current() is not None)
    db.session.rollback()
    if not done.held:
        for each in unopened(chamber, now):
            _deem(chamber, each, now, done)
    heartbeats.record(heartbeats.DEEMED, now, asdict(done))
    return done


def unopened(chamber: Chamber, now: datetime) -> list[Unopened]:
    """The notices that count as received by now and are not recorded so, oldest first."""
    on = chamber.day(now)
    with_base = _procedures_with_base(chamber)
    base: ColumnElement[bool] = Account.portal_consent_on.is_not(None)
    if with_base:
        base = or_(base, Case.procedure.in_(with_base))
    before = datetime.combine(on - timedelta(days=chamber.regulation.service.deemed_after_days), time.min, chamber.zone)
    query = (
        select(Notice, Case.number, Case.procedure, Account.portal_consent_on)
        .join(Case, Case.id == Notice.case_id)
        .join(Account, and_(Account.id == Notice.account_id, Account.active))
        .where(
            Notice.served_at.is_(None),
            Notice.cancelled_at.is_(None),
            Notice.starts != "",
            Notice.channel.in_(CHANNELS),
            Notice.created_at < before,
            Case.state.in_(PROCEDURE),
            base,
        )
        .order_by(Notice.created_at, Notice.id)
        .limit(PAGE)
    )
    calendar = chamber.calendar(deadline_rows.decreed_days(db.session()))
    rows = db.session.execute(query).all()
    found = []
    for notice, number, procedure, consent in rows:
        sent = chamber.day(notice.created_at)
        adhered = consent is not None and consent < sent
        if not adhered and procedure not in with_base:
            continue
        counts = portal_notice(sent, None, calendar, wait_days=chamber.regulation.service.deemed_after_days)
        if counts is not None and counts.deemed_on < on:
            found.append(
                Unopened(notice.id, notice.case_id, number, notice.ordinal, notice.starts, counts.deemed_on, adhered)
            )
    db.session.rollback()
    return found


def _procedures_with_base(chamber: Chamber) -> list[str]:
    """The procedures under which an unopened notice counts as received without the addressee's own adhesion."""
    return [name for name, regulation in _procedures(chamber) if has_base(regulation)]


def has_base(regulation: Regulation) -> bool:
    """Whether the regulation alone is a base: its switch is on, and it asks for no signed adhesion."""
    return Switch.DEEMED_PORTAL_SERVICE in regulation.switches and not regulation.service.needs_signed_adhesion


def _procedures(chamber: Chamber) -> Iterator[tuple[str, Regulation]]:
    known = {"", chamber.regulation.version, *db.session.scalars(select(RegulationVersion.procedure))}
    for procedure in sorted(known):
        try:
            yield procedure, chamber.rules_of(procedure)
        except (ValueError, OSError):  # nothing happens by itself under rules that nobody can read
            log.exception("the procedure %s cannot be read", procedure)


def _deem(chamber: Chamber, each: Unopened, now: datetime, done: Deemed) -> None:
    try:
        with transaction() as session:
            answer = _deem_in(session, chamber, each, now)
    except RefusedError as error:
        log.warning("notice %s was not deemed received: %s", each.notice, error.refusal.reason)
    except Exception as error:  # one broken case must not stop the others
        log.exception("notice %s of case %s could not be deemed received", each.notice, each.case)
        done.failed += 1
        if len(done.failures) < 20:
            done.failures.append(f"notice {each.notice}, case {each.case}: {type(error).__name__}")
    else:
        done.busy += answer is None
        done.deemed += answer is True


def _deem_in(session: Session, chamber: Chamber, each: Unopened, now: datetime) -> bool | None:
    """Record the receipt, once. None: somebody acts in the case; False: it was opened, or a hold came, meanwhile."""
    case = session.scalar(select(Case).where(Case.id == each.case).with_for_update(skip_locked=True))
    if case is None:
        return None
    notice = session.scalars(select(Notice).where(Notice.id == each.notice)).one()
    if notice.served_at is not None or notice.cancelled_at is not None or clock_holds.held(session):
        return False
    values: dict[str, Any] = {
        "notice": each.ordinal,
        "channel": PORTAL,
        "served_on": each.on,
        "adhered": each.adhered,
    }
    acts.act_in(session, chamber, case, None, Act.RECORD_SERVICE, values, version=None, now=now, role=Role.SYSTEM)
    session.add(NoticeEvent(notice_id=notice.id, kind=DEEMED, at=now, detail=each.on.isoformat()))
    return True
