"""The daily reconciliation finds what is wrong, once a matter, in slices, and lets it go when it is gone."""

from __future__ import annotations

import functools
import operator
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from cprac.domain.states import CaseState, Turn
from cprac.persistence.database import db, transaction
from cprac.persistence.models import Account, Case, CaseFact, DeadlineRow, Finding, Notice, OutboxMail
from cprac.services import deadline_watch, findings, reconciliation
from cprac.services.errors import NotFoundError
from cprac.services.findings import Kind
from cprac.services.reconciliation import reconcile
from tests.many_cases import file_many
from tests.worlds import NOW, TODAY, build_world

DAY = timedelta(days=1)


def finish(chamber, now):
    """Let today's run end; how many times the clock had to come by."""
    for times in range(1, 200):
        if reconcile(chamber, now + times * timedelta(minutes=1)).done:
            return times
    raise AssertionError("it does not end")


def standing():
    """The open findings as kind -> keys."""
    db.session.rollback()
    rows = db.session.execute(select(Finding.kind, Finding.key).where(Finding.resolved_at.is_(None)))
    found = {}
    for kind, key in rows:
        found.setdefault(kind, []).append(key)
    db.session.rollback()
    return found


@pytest.fixture
def world(app):
    return build_world(app, "filed", "mediator", "completion", "suspended")


def test_a_chamber_in_order_has_nothing_to_find(app, world):
    with app.app_context():
        deadline_watch.sweep(world.chamber, NOW)
        finish(world.chamber, NOW)
        assert standing() == {}
        progress = reconcile(world.chamber, NOW + timedelta(minutes=300))
        assert (progress.done, progress.cases, progress.found) == (True, 4, 0)
        assert progress.replayed >= 4


WRONG = {
    Kind.NO_OWNER: lambda case: update(Case).where(Case.id == case).values(responsible_role=None),
    Kind.NO_DEADLINE: lambda case: update(DeadlineRow).where(DeadlineRow.case_id == case).values(ended_on=TODAY),
    Kind.NO_RULE: lambda case: update(DeadlineRow).where(DeadlineRow.case_id == case).values(rule="D-UNKNOWN"),
    Kind.PUBLIC_DIFFERS: lambda case: update(CaseFact).where(CaseFact.case_id == case).values(state="in_force"),
    Kind.STUCK: lambda case: (
        update(Case).where(Case.id == case).values(next_due=TODAY - 31 * DAY, updated_at=NOW - 31 * DAY)
    ),
    Kind.NOT_EXPIRED: lambda case: (
        update(DeadlineRow).where(DeadlineRow.case_id == case).values(due=TODAY - 2 * DAY, status="open")
    ),
    Kind.REPLAY: lambda case: update(Case).where(Case.id == case).values(value=123),
}


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("kind", WRONG, ids=[kind.value for kind in WRONG])
def test_each_kind_of_wrong_is_found_once_and_goes_when_it_is_put_right(app, kind):
    world = build_world(app, "filed")
    with app.app_context():
        deadline_watch.sweep(world.chamber, NOW)
        with transaction() as session:
            case = session.scalars(select(Case.id)).one()
            kept = {
                table: [dict(row) for row in session.execute(select(table.__table__)).mappings()]
                for table in (Case, CaseFact, DeadlineRow)
            }
            session.execute(WRONG[kind](case))
        for day in range(2):
            finish(world.chamber, NOW + day * DAY)
            found = standing()
            assert len(found[kind.value]) >= 1
            assert len(set(found[kind.value])) == len(found[kind.value])
        first = db.session.scalars(select(Finding).where(Finding.kind == kind.value)).first()
        assert (first.case_id, first.resolved_at) == (case, None)
        assert first.first_at < NOW + DAY <= first.last_at
        with transaction() as session:
            for table, rows in kept.items():
                for row in rows:
                    key = {column.name: row[column.name] for column in table.__table__.primary_key}
                    values = {name: value for name, value in row.items() if name not in key}
                    session.execute(
                        update(table.__table__)
                        .where(*(table.__table__.c[n] == v for n, v in key.items()))
                        .values(**values)
                    )
        finish(world.chamber, NOW + 2 * DAY)
        assert kind.value not in standing()


@pytest.mark.databases("sqlite")
def test_a_person_who_left_answers_for_no_case(app):
    world = build_world(app, "mediator")
    with app.app_context():
        with transaction() as session:
            case = session.scalars(select(Case)).one()
            case.owner_id = world.account("mediator")
            session.get(Account, world.account("mediator")).active = False
        finish(world.chamber, NOW)
        assert Kind.NO_OWNER.value in standing()


@pytest.mark.databases("sqlite")
def test_an_old_case_that_nobody_adopted_needs_no_deadline(app):
    world = build_world(app, "filed")
    with app.app_context():
        with transaction() as session:
            case = session.scalars(select(Case)).one()
            case.state, case.responsible_role, case.next_due = CaseState.LEGACY_OPEN, None, None
            session.execute(update(CaseFact).values(state="legacy_open"))
        finish(world.chamber, NOW)
        assert set(standing()) <= {Kind.REPLAY.value}


@pytest.mark.databases("sqlite")
def test_a_case_that_waits_for_the_judge_has_its_reason(app):
    world = build_world(app, "filed")
    with app.app_context():
        with transaction() as session:
            session.execute(update(DeadlineRow).values(ended_on=TODAY))
            session.execute(update(Case).values(waiting_on=Turn.COURT))
        finish(world.chamber, NOW)
        assert Kind.NO_DEADLINE.value not in standing()


def test_notices_without_receipt_and_mails_that_do_not_leave_are_told(app):
    world = build_world(app, "completion")
    with app.app_context():
        with transaction() as session:
            notice = session.scalars(select(Notice).where(Notice.starts != "")).first()
            notice.served_at, notice.cancelled_at, notice.created_at = None, None, NOW - 16 * DAY
            session.execute(update(OutboxMail).values(status="queued", created_at=NOW - timedelta(minutes=61)))
            mails = len(session.scalars(select(OutboxMail.id)).all())
        finish(world.chamber, NOW)
        found = standing()
        assert len(found[Kind.NO_RECEIPT.value]) == 1
        assert found[Kind.OUTBOX.value] == [Kind.OUTBOX.value], "one finding, however many mails"
        assert db.session.scalar(select(Finding.detail).where(Finding.kind == Kind.OUTBOX.value)) == str(mails)
        with transaction() as session:
            session.execute(update(OutboxMail).values(status="sent"))
        reconcile(world.chamber, NOW + timedelta(hours=2))
        assert Kind.OUTBOX.value not in standing(), "it does not wait for tomorrow"


@pytest.mark.databases("sqlite")
def test_a_case_in_which_the_clock_fails_is_told_at_once(app):
    world = build_world(app, "filed")
    with app.app_context():
        with transaction() as session:
            session.scalars(select(Case)).one().procedure = "uma-que-ninguem-tem"
        deadline_watch.sweep(world.chamber, NOW + 90 * DAY)
        reconcile(world.chamber, NOW + 90 * DAY)
        (key,) = standing()[Kind.CLOCK.value]
        detail = db.session.scalar(select(Finding.detail).where(Finding.key == key))
        assert "case" in detail


def test_it_goes_on_where_a_crash_left_it_and_looks_at_every_case_once(app, monkeypatch):
    monkeypatch.setattr(reconciliation, "SLICE", 7)
    monkeypatch.setattr(reconciliation, "SLICES", 2)
    monkeypatch.setattr(reconciliation, "REPLAYS", 10)
    monkeypatch.setattr(reconciliation, "LEAST_ROLLING", 15)
    looked = []
    real = reconciliation._slice
    with app.app_context():
        chamber = app.extensions["cprac"]
        file_many(chamber, 45, TODAY + 30 * DAY, NOW)

        def watched(after):
            if len(looked) in (2, 3):
                looked.append(())
                raise RuntimeError("morto")
            rows = real(after)
            looked.append(tuple(row.id for row in rows))
            return rows

        monkeypatch.setattr(reconciliation, "_slice", watched)
        for _ in range(2):
            with pytest.raises(RuntimeError):
                finish(chamber, NOW)
        finish(chamber, NOW)
        ids = [case for slice_ in looked for case in slice_]
        assert sorted(ids) == list(db.session.scalars(select(Case.id).order_by(Case.id)))
        db.session.rollback()


@pytest.mark.databases("sqlite")
def test_within_a_month_every_history_is_told_again_and_a_touched_one_the_next_day(app, monkeypatch):
    monkeypatch.setattr(reconciliation, "REPLAYS", 5)
    monkeypatch.setattr(reconciliation, "LEAST_ROLLING", 10)
    told = []
    monkeypatch.setattr(reconciliation, "_difference", lambda _chamber, number: told.append(number) or "")
    with app.app_context():
        chamber = app.extensions["cprac"]
        numbers = file_many(chamber, 45, TODAY + 90 * DAY, NOW)
        days = []
        for day in range(6):
            told.clear()
            finish(chamber, NOW + day * DAY)
            days.append(list(told))
        assert set(functools.reduce(operator.iadd, days[:5], [])) == set(numbers)
        assert max(len(day) for day in days[1:]) <= 15
        with transaction() as session:
            session.scalars(select(Case).where(Case.number == numbers[40])).one().updated_at = (
                NOW + 6 * DAY - timedelta(hours=1)
            )
        told.clear()
        finish(chamber, NOW + 6 * DAY)
        assert numbers[40] in told


@pytest.mark.databases("sqlite")
def test_two_clocks_that_find_the_same_leave_one_finding(app):
    with app.app_context():
        for now in (NOW, NOW + DAY):
            with transaction() as session:
                findings.report(session, Kind.OUTBOX, "outbox", now, detail="3")
        (row,) = db.session.scalars(select(Finding)).all()
        assert (row.first_at, row.last_at) == (NOW, NOW + DAY)
        with transaction() as session:
            findings.resolve(session, ["outbox", "another"], NOW + DAY)
            findings.report(session, Kind.OUTBOX, "outbox", NOW + 2 * DAY, detail="1")
        assert len(db.session.scalars(select(Finding)).all()) == 2, "what comes back is a finding of its own"
        db.session.rollback()


@pytest.mark.databases("sqlite")
def test_only_coordination_and_administration_write_notes(app):
    world = build_world(app, "filed")
    with app.app_context():
        with transaction() as session:
            findings.report(session, Kind.OUTBOX, "outbox", NOW)
        finding = db.session.scalars(select(Finding.id)).one()
        for who in ("registry", "mediator", "marina"):
            with pytest.raises(NotFoundError):
                findings.write_note(world.chamber, world.account(who), finding, "eu", NOW)
        with pytest.raises(NotFoundError):
            findings.write_note(world.chamber, world.account("coordinator"), finding + 1, "eu", NOW)
        findings.write_note(world.chamber, world.account("coordinator"), finding, "  Já  vi.\n", NOW)
        assert db.session.scalars(select(Finding.note)).one() == "Já vi."
        db.session.rollback()
