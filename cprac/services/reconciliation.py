"""The daily reconciliation: does the register still hold what it promises? Once a local day, in slices, each short.

Active cases have somebody who must act and a next date or a recorded reason; deadlines have a rule and expire; the
stored state is what the history says (all cases touched since the last run, and a slice of the others each day); what
the public is told is what the chamber knows; notices are received, mails leave. What is not so becomes a finding, which
goes by itself when the matter is gone. A crash goes on where the last slice ended; two processes find the same twice.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.orm import Session

from cprac.domain.acts import Compartment
from cprac.domain.regulation import RegulationError
from cprac.domain.roles import Role
from cprac.domain.states import CaseState, Turn
from cprac.persistence.database import db, transaction
from cprac.persistence.models import Account, Case, CaseFact, DeadlineRow, Finding, Notice, OutboxMail, Sweep
from cprac.persistence.queries import batch_shown
from cprac.services import findings, heartbeats, verification
from cprac.services.chamber import Chamber
from cprac.services.findings import Kind

SLICE = 250
SLICES = 20
"""Cases looked at together, and how often in one run: some seconds at most, then the clock goes on."""

REPLAYS = 100
"""Histories told again in one run."""

ROLLING_DAYS = 30
LEAST_ROLLING = 200
"""Every history is told again within a month, touched or not."""

STUCK_AFTER = timedelta(days=30)
RECEIPT_AFTER = timedelta(days=15)
MAIL_AFTER = timedelta(hours=1)

PERSONAL = (Role.MEDIATOR, Role.MUNICIPAL_ATTORNEY, Role.OPINION_AUTHOR)
"""Roles of one person in a case: without that person nobody sees the case in a worklist."""

DAILY = (Kind.NOT_EXPIRED, Kind.STUCK, Kind.NO_OWNER, Kind.NO_DEADLINE, Kind.NO_RULE, Kind.PUBLIC_DIFFERS)

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Progress:
    """How far today's run has come; kept with the heartbeat.

    ``phase``: cases, then touched, then rolling, then done. ``since``: when the last complete run began. ``place``: the
    case after which the phase goes on. ``roll``: the case after which tomorrow's rolling slice begins.
    """

    on: str
    started: str
    since: str = ""
    phase: str = "cases"
    place: int = 0
    roll: int = 0
    rolled: int = 0
    cases: int = 0
    replayed: int = 0
    found: int = 0

    @property
    def done(self) -> bool:
        """Whether today's run is complete."""
        return self.phase == "done"


@dataclass(frozen=True, slots=True)
class Found:
    """Something that is not as it should be."""

    kind: Kind
    key: str
    case: int | None = None
    detail: str = ""


def reconcile(chamber: Chamber, now: datetime) -> Progress:
    """Look at what may not wait a day, then go on with today's run for a while."""
    _at_once(now)
    progress = _progress(chamber, now)
    if progress.done:
        return progress
    steps = {"cases": _cases, "touched": _touched, "rolling": _rolling}
    while not progress.done:
        phase = progress.phase
        if not steps[phase](chamber, progress, now):
            break  # enough for this run
        if progress.phase == "done":
            _finish(progress, now)
    _save(progress, now)
    return progress


def _progress(chamber: Chamber, now: datetime) -> Progress:
    """Where today's run stands; a new one where the last was another day's."""
    on = chamber.day(now)
    counts = db.session.scalar(select(Sweep.counts).where(Sweep.name == heartbeats.RECONCILIATION)) or {}
    db.session.rollback()
    last = Progress(**counts) if counts else None
    if last is not None and heartbeats.done_on(counts, on):
        return last
    since = "" if last is None else last.started if last.done else last.since
    return Progress(on.isoformat(), now.isoformat(), since=since, roll=last.roll if last else 0)


def _save(progress: Progress, now: datetime) -> None:
    heartbeats.record(heartbeats.RECONCILIATION, now, asdict(progress))


def _finish(progress: Progress, now: datetime) -> None:
    """What today's run did not see again is gone."""
    with transaction() as session:
        session.execute(
            update(Finding)
            .where(
                Finding.kind.in_([kind.value for kind in DAILY] + [Kind.NO_RECEIPT.value]),
                Finding.resolved_at.is_(None),
                Finding.last_at < datetime.fromisoformat(progress.started),
            )
            .values(resolved_at=now)
        )


def _report(found: Iterable[Found], progress: Progress, now: datetime) -> None:
    listed = list(found)
    progress.found += len(listed)
    for start in range(0, len(listed), SLICE):
        with transaction() as session:
            for each in listed[start : start + SLICE]:
                findings.report(session, each.kind, each.key, now, case_id=each.case, detail=each.detail)


# --- What may not wait a day ------------------------------------------------------------------------------------------


def _at_once(now: datetime) -> None:
    """Mails that do not leave, and cases in which the clock failed: looked at each time, written when it changes."""
    old = select(func.count()).where(OutboxMail.status == "queued", OutboxMail.created_at < now - MAIL_AFTER)
    down = select(Finding.id).where(Finding.key == Kind.SMTP_DOWN.value, Finding.resolved_at.is_(None)).exists()
    mails = db.session.scalar(old.where(~down)) or 0  # a server that is down is one matter, told once
    counts = db.session.scalar(select(Sweep.counts).where(Sweep.name == heartbeats.DEADLINES)) or {}
    failed = counts.get("failed", 0)
    wrong = {
        Kind.OUTBOX: str(mails) if mails else "",
        Kind.CLOCK: "; ".join(counts.get("failures", ())[:5])[:300] if failed else "",
    }
    looking = db.session()
    known = set(looking.scalars(select(Finding.key).where(Finding.resolved_at.is_(None), Finding.key.in_(list(wrong)))))
    changed = {
        kind: detail
        for kind, detail in wrong.items()
        if (detail and not findings.is_open(looking, kind, detail)) or (not detail and kind in known)
    }
    looking.rollback()
    if changed:
        with transaction() as session:
            for kind, detail in changed.items():
                if detail:
                    findings.report(session, kind, kind, now, detail=detail)
                else:
                    findings.resolve(session, [kind], now)


# --- Every case, by what its rows say ---------------------------------------------------------------------------------


def _cases(chamber: Chamber, progress: Progress, now: datetime) -> bool:
    """Some slices of the register; whether the phase is over."""
    for _ in range(SLICES):
        rows = _slice(progress.place)
        if not rows:
            _report(_notices(chamber, now), progress, now)
            progress.phase, progress.place = "touched", 0
            return True
        _report(_wrong_in(chamber, rows, now), progress, now)
        progress.place = rows[-1].id
        progress.cases += len(rows)
        _save(progress, now)
    return False


def _slice(after: int) -> list[Any]:
    query = (
        select(
            Case.id, Case.state, Case.procedure, Case.responsible_role, Case.owner_id, Case.next_due, Case.updated_at,
            Case.waiting_on,
            CaseFact.state.label("told"), Account.active.label("owner_active"),
        )
        .outerjoin(CaseFact, CaseFact.case_id == Case.id)
        .outerjoin(Account, Account.id == Case.owner_id)
        .where(Case.id > after, batch_shown())
        .order_by(Case.id)
        .limit(SLICE)
    )  # fmt: skip
    rows = list(db.session.execute(query).all())
    db.session.rollback()
    return rows


def _wrong_in(chamber: Chamber, rows: list[Any], now: datetime) -> Iterator[Found]:
    on = chamber.day(now)
    running = _running([row.id for row in rows if not row.state.terminal])
    for row in rows:
        if row.told != row.state.value:
            yield Found(Kind.PUBLIC_DIFFERS, f"{Kind.PUBLIC_DIFFERS}:{row.id}", row.id)
        if not row.state.terminal:
            for kind in _case_problems(row, running.get(row.id, []), on, now):
                yield Found(kind, f"{kind}:{row.id}", row.id)
            yield from _deadline_problems(chamber, row, running.get(row.id, []), on)


def _running(cases: list[int]) -> dict[int, list[Any]]:
    columns = (DeadlineRow.case_id, DeadlineRow.ordinal, DeadlineRow.rule, DeadlineRow.status, DeadlineRow.due)
    query = select(*columns).where(DeadlineRow.case_id.in_(cases), DeadlineRow.ended_on.is_(None))
    found: dict[int, list[Any]] = defaultdict(list)
    for row in db.session.execute(query):
        found[row.case_id].append(row)
    db.session.rollback()
    return found


def _case_problems(row: Any, running: list[Any], on: date, now: datetime) -> Iterator[Kind]:
    """An old case that nobody adopted has its reason: what is known of it is what the old register said."""
    if row.state is CaseState.LEGACY_OPEN:
        return
    nobody = row.responsible_role is None or (row.responsible_role in PERSONAL and row.owner_id is None)
    if nobody or row.owner_active is False:
        yield Kind.NO_OWNER
    # A paused deadline is a recorded reason: the act that paused it says why. So is the court: it has no date of ours.
    dated = any(each.status in ("open", "expired", "paused") for each in running)
    if not dated and row.waiting_on is not Turn.COURT:
        yield Kind.NO_DEADLINE
    if row.next_due is not None and row.next_due < on - STUCK_AFTER and row.updated_at < now - STUCK_AFTER:
        yield Kind.STUCK


def _deadline_problems(chamber: Chamber, row: Any, running: list[Any], on: date) -> Iterator[Found]:
    for each in running:
        key = f"{row.id}:{each.ordinal}"
        try:
            chamber.rules_of(row.procedure).rule(each.rule)
        except (RegulationError, ValueError, OSError):
            yield Found(Kind.NO_RULE, f"{Kind.NO_RULE}:{key}", row.id, each.rule)
        if each.status == "open" and each.due < on - timedelta(days=1):
            yield Found(Kind.NOT_EXPIRED, f"{Kind.NOT_EXPIRED}:{key}", row.id, each.rule)


def _notices(chamber: Chamber, now: datetime) -> Iterator[Found]:
    """Notices whose receipt starts a deadline and is not recorded, long after they were made."""
    query = (
        select(Notice.case_id, Notice.ordinal, Notice.created_at)
        .join(Case, Case.id == Notice.case_id)
        .where(
            Notice.served_at.is_(None),
            Notice.cancelled_at.is_(None),
            Notice.starts != "",
            Notice.created_at < now - RECEIPT_AFTER,
            Case.state.not_in([state for state in CaseState if state.terminal]),
        )
        .order_by(Notice.created_at)
    )
    rows = db.session.execute(query).all()
    db.session.rollback()
    for row in rows:
        day = f"{chamber.day(row.created_at):%d/%m/%Y}"
        yield Found(Kind.NO_RECEIPT, f"{Kind.NO_RECEIPT}:{row.case_id}:{row.ordinal}", row.case_id, day)


# --- Histories told again ---------------------------------------------------------------------------------------------


def _touched(chamber: Chamber, progress: Progress, now: datetime) -> bool:
    """Cases that changed since the last complete run, and those that differed then; whether the phase is over."""
    differing = select(Finding.case_id).where(Finding.kind == Kind.REPLAY.value, Finding.resolved_at.is_(None))
    wanted: ColumnElement[bool] = Case.id.in_(differing)
    if progress.since:
        wanted = or_(wanted, Case.updated_at >= datetime.fromisoformat(progress.since))
    found = _numbers(select(Case.id, Case.number).where(Case.id > progress.place, wanted).order_by(Case.id))
    _replay(chamber, found, progress, now)
    if len(found) < REPLAYS:
        progress.phase, progress.place = "rolling", progress.roll
        return True
    progress.place = found[-1][0]
    _save(progress, now)
    return False


def _rolling(chamber: Chamber, progress: Progress, now: datetime) -> bool:
    """Today's slice of all histories; whether the phase is over."""
    total = db.session.scalar(select(func.count()).select_from(Case)) or 0
    quota = max(LEAST_ROLLING, -(-total // ROLLING_DAYS))
    found = _numbers(select(Case.id, Case.number).where(Case.id > progress.place).order_by(Case.id))
    _replay(chamber, found, progress, now)
    progress.rolled += len(found)
    round_over = len(found) < REPLAYS
    progress.place = 0 if round_over else found[-1][0]
    progress.roll = progress.place
    if round_over or progress.rolled >= quota:
        progress.phase = "done"
        return True
    _save(progress, now)
    return False


def _numbers(query: Any) -> list[tuple[int, str]]:
    rows = [(row.id, row.number) for row in db.session.execute(query.limit(REPLAYS))]
    db.session.rollback()
    return rows


def _replay(chamber: Chamber, cases: list[tuple[int, str]], progress: Progress, now: datetime) -> None:
    """Tell histories again and compare; a difference is a finding, and one that is gone ends its finding."""
    wrong, right = [], []
    for case_id, number in cases:
        key = f"{Kind.REPLAY}:{case_id}"
        difference = _difference(chamber, number)
        if difference:
            wrong.append(Found(Kind.REPLAY, key, case_id, difference))
        else:
            right.append(key)
    progress.replayed += len(cases)
    _report(wrong, progress, now)
    if right and _any_open(db.session(), right):
        with transaction() as session:
            findings.resolve(session, right, now)


def _difference(chamber: Chamber, number: str) -> str:
    """What differs in a case, without a word of its content; empty where nothing does, or the case is gone."""
    try:
        broken = verification.verify_case(chamber, number).difference
    except LookupError:
        return ""
    if broken is None:
        return ""
    if broken.compartment != Compartment.DOCKET.value:
        return "history"  # that there is a reserved conversation is not for everybody either
    return f"{broken.what}, {broken.version}"


def _any_open(session: Session, keys: list[str]) -> bool:
    found = session.scalar(select(Finding.id).where(Finding.key.in_(keys), Finding.resolved_at.is_(None)).limit(1))
    session.rollback()
    return found is not None
