"""A notice nobody opened counts as received after ten days only where that has a base, on the right day, and once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from cprac.domain.acts import Act
from cprac.domain.regulation_words import Switch
from cprac.persistence.database import db, transaction
from cprac.persistence.models import Account, Case, DeadlineRow, EventRow, Notice, NoticeEvent
from cprac.services import clock_holds, deemed_service, notice_opening
from cprac.services.clock_holds import Reason
from cprac.services.verification import verify
from tests.worlds import TODAY, build_world

SENT = TODAY - timedelta(
    days=1
)  # a Tuesday; the tenth day after it is Good Friday, and Monday the 6th the next business day
COUNTS_ON = date(2026, 4, 6)


@pytest.fixture
def world(app):
    world = build_world(app, "filed")
    world.do("filed", "registry", Act.SCREEN)
    world.do("filed", "registry", Act.REQUEST_COMPLETION, items=("Foto do muro, com data",))
    return world


@pytest.fixture
def chamber(world):
    with world.app.app_context():
        yield world.chamber
        db.session.remove()


def on_day(day, hour=12):
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def adhere(world, who, day):
    with transaction() as session:
        session.get(Account, world.account(who)).portal_consent_on = day


def stored(query):
    db.session.rollback()
    return list(db.session.scalars(query))


def notice(world):
    return stored(select(Notice).where(Notice.starts == "D-COMPLETE"))[0]


def deadlines():
    return stored(select(DeadlineRow).where(DeadlineRow.rule == "D-COMPLETE"))


def with_switch(chamber, *, needs_adhesion):
    """The chamber with a regulation that deems."""
    service = replace(chamber.regulation.service, needs_signed_adhesion=needs_adhesion)
    switches = chamber.regulation.switches | {Switch.DEEMED_PORTAL_SERVICE.value}
    return replace(chamber, regulation=replace(chamber.regulation, switches=switches, service=service))


def test_without_a_base_it_waits_for_ever(world, chamber):
    assert chamber.day(notice(world).created_at) == SENT
    assert deemed_service.sweep(chamber, on_day(SENT + timedelta(days=200))).deemed == 0
    assert deadlines() == []


def test_who_adhered_before_has_received_on_the_tenth_day_moved_to_a_business_day(world, chamber):
    adhere(world, "joao", SENT - timedelta(days=1))
    for day in (SENT, SENT + timedelta(days=10), COUNTS_ON):
        assert deemed_service.sweep(chamber, on_day(day)).deemed == 0, "the day on which it counts must be over"
    late = on_day(COUNTS_ON + timedelta(days=1))
    assert deemed_service.sweep(chamber, on_day(COUNTS_ON + timedelta(days=1), 2)).deemed == 0, "23h of the 6th here"
    assert [deemed_service.sweep(chamber, late + timedelta(minutes=n)).deemed for n in range(3)] == [1, 0, 0]

    (row,) = deadlines()
    assert (row.trigger_on, row.status) == (COUNTS_ON, "open")
    served = notice(world)
    assert (served.served_at, served.served_on, served.channel) == (late, COUNTS_ON, "portal")
    (told,) = stored(select(NoticeEvent).where(NoticeEvent.kind == "deemed"))
    assert (told.notice_id, told.at, told.account_id) == (served.id, late, None)
    event = stored(select(EventRow).order_by(EventRow.id.desc()).limit(1))[0]
    assert (event.act, event.role, event.actor_id) == ("record_service", "system", None)
    assert event.payload["values"]["served_on"] == COUNTS_ON.isoformat()
    assert "adhered" not in event.payload["values"]
    assert verify(chamber).ok


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("consent", [None, SENT, SENT + timedelta(days=3)], ids=["never", "that day", "later"])
def test_who_adhered_too_late_has_received_nothing(world, chamber, consent):
    adhere(world, "joao", consent)
    assert deemed_service.sweep(chamber, on_day(SENT + timedelta(days=90))).deemed == 0


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("needs_adhesion", [False, True])
def test_the_regulations_switch_is_a_base_with_the_adhesion_where_the_file_asks_for_it(world, chamber, needs_adhesion):
    switched = with_switch(chamber, needs_adhesion=needs_adhesion)
    late = on_day(COUNTS_ON + timedelta(days=1))
    assert deemed_service.sweep(switched, late).deemed == (not needs_adhesion)
    adhere(world, "joao", SENT - timedelta(days=1))
    assert deemed_service.sweep(switched, late).deemed == needs_adhesion
    assert len(deadlines()) == 1


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("channel", ["email", "letter", "in_person", "messaging", "gazette"])
def test_a_notice_that_goes_another_way_is_not_deemed_received(world, chamber, channel):
    adhere(world, "joao", SENT - timedelta(days=1))
    with transaction() as session:
        session.scalars(select(Notice).where(Notice.starts == "D-COMPLETE")).one().channel = channel
    assert deemed_service.sweep(chamber, on_day(SENT + timedelta(days=90))).deemed == 0


@pytest.mark.databases("sqlite")
def test_nobody_without_an_account_or_with_a_closed_one_could_have_opened_it(world, chamber):
    adhere(world, "joao", SENT - timedelta(days=1))
    with transaction() as session:
        session.get(Account, world.account("joao")).active = False
    assert deemed_service.sweep(chamber, on_day(SENT + timedelta(days=90))).deemed == 0
    with transaction() as session:
        session.get(Account, world.account("joao")).active = True
        session.scalars(select(Notice).where(Notice.starts == "D-COMPLETE")).one().account_id = None
    assert deemed_service.sweep(chamber, on_day(SENT + timedelta(days=90))).deemed == 0


@pytest.mark.databases("sqlite")
def test_what_was_opened_or_cancelled_or_belongs_to_an_ended_case_is_left_alone(world, chamber):
    adhere(world, "joao", SENT - timedelta(days=1))
    found = notice(world)
    notice_opening.open_notice(
        chamber, world.account("joao"), world.number("filed"), found.ordinal, on_day(SENT + timedelta(days=2))
    )
    assert deemed_service.sweep(chamber, on_day(SENT + timedelta(days=90))).deemed == 0
    assert len(deadlines()) == 1
    assert stored(select(NoticeEvent).where(NoticeEvent.kind == "deemed")) == []


def test_while_a_hold_is_open_it_waits_and_is_listed(world, chamber):
    adhere(world, "joao", SENT - timedelta(days=1))
    clock_holds.hold(on_day(SENT), Reason.GAP)
    hold = clock_holds.current().id
    late = on_day(COUNTS_ON + timedelta(days=1))
    done = deemed_service.sweep(chamber, late)
    assert (done.held, done.deemed) == (True, 0)
    assert [(each.number, each.on) for each in deemed_service.unopened(chamber, late)] == [
        (world.number("filed"), COUNTS_ON)
    ]
    coordinator = world.account("coordinator")
    db.session.rollback()
    clock_holds.release(chamber, coordinator, hold, late, "release")
    assert deemed_service.sweep(chamber, late).deemed == 1


@pytest.mark.databases("sqlite")
def test_one_that_fails_is_named_and_the_others_go_on(app, world, chamber, monkeypatch):
    adhere(world, "joao", SENT - timedelta(days=1))
    late = on_day(COUNTS_ON + timedelta(days=1))

    def fail(*_given, **_named):
        raise RuntimeError("o disco encheu")

    with monkeypatch.context() as broken:
        broken.setattr("cprac.services.acts.act_in", fail)
        done = deemed_service.sweep(chamber, late)
        assert (done.deemed, done.failed, len(done.failures)) == (0, 1, 1)
    assert deadlines() == []
    assert deemed_service.sweep(chamber, late).deemed == 1


@pytest.mark.databases("sqlite")
def test_a_case_that_ended_starts_no_deadline(world, chamber):
    adhere(world, "joao", SENT - timedelta(days=1))
    with transaction() as session:
        case = session.scalars(select(Case).where(Case.number == world.number("filed"))).one()
        case.state = type(case.state).CLOSED_WITHDRAWN
    assert deemed_service.unopened(chamber, on_day(SENT + timedelta(days=90))) == []
