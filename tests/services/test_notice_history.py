"""Each notice tells its own life: rows that are only added, in the transaction of what they tell, without content."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from cprac.domain.acts import Act
from cprac.domain.deadline_rules import FirstDay, Unit
from cprac.domain.deadlines import due_date
from cprac.domain.notices import gazette_notice, start_of_count
from cprac.persistence.database import db, transaction
from cprac.persistence.models import Account, DeadlineRow, Notice, NoticeEvent, OutboxMail
from cprac.services import accounts, deemed_service, notice_history, notice_opening, outbox, receipt_batches
from cprac.services.errors import NotFoundError, RefusedError
from cprac.services.notice_history import Happened, Returned
from cprac.services.receipt_batches import Receipt
from tests.worlds import NOW, TODAY, build_world

DAY = timedelta(days=1)


@pytest.fixture
def world(app):
    world = build_world(app, "filed")
    world.do("filed", "registry", Act.SCREEN)
    world.do("filed", "registry", Act.REQUEST_COMPLETION, items=("Foto do muro, com data",))
    with app.app_context():
        yield world
        db.session.remove()


def fresh(query):
    db.session.rollback()
    return list(db.session.scalars(query))


def asking():
    """The notice of what is missing, the only one that starts a deadline."""
    return fresh(select(Notice).where(Notice.starts == "D-COMPLETE", Notice.cancelled_at.is_(None)))[-1]


def life(notice=None):
    query = select(NoticeEvent).where(NoticeEvent.notice_id == (notice or asking()).id).order_by(NoticeEvent.id)
    return [event.kind for event in fresh(query)]


def last():
    return fresh(select(NoticeEvent).order_by(NoticeEvent.id.desc()).limit(1))[0]


def test_a_notice_begins_with_itself_and_the_way_its_mail_takes(world):
    assert life() == ["created", "by_hand"]
    first = fresh(select(NoticeEvent).order_by(NoticeEvent.id))[0]
    assert first.at == fresh(select(Notice.created_at).order_by(Notice.id))[0]


@pytest.mark.databases("sqlite")
def test_opened_by_its_addressee_or_recorded_by_the_desk(world):
    number, joao = world.number("filed"), world.account("joao")
    only_tells = fresh(select(Notice).where(Notice.starts == ""))[0]
    notice_opening.open_notice(world.chamber, joao, number, only_tells.ordinal, NOW)
    assert (life(only_tells)[-1], last().account_id) == ("opened", joao)
    notice_opening.open_notice(world.chamber, joao, number, asking().ordinal, NOW)
    assert (life()[-1], last().account_id, last().detail) == ("opened", joao, "")


def test_a_receipt_keeps_its_proof_and_setting_it_aside_takes_it_back(world):
    ordinal = asking().ordinal
    values = {"notice": ordinal, "channel": "letter", "served_on": world.day("filed"), "proof": "  AR  BR123 BR "}
    world.do("filed", "registry", Act.RECORD_SERVICE, **values)
    assert (asking().proof, life()[-1], last().detail) == ("AR BR123 BR", "served", "AR BR123 BR")
    world.do("filed", "coordinator", Act.SET_ASIDE, reason="Era de outro caso.")
    assert (asking().proof, asking().served_on, life()[-1]) == ("", None, "undone")
    assert fresh(select(DeadlineRow.status).where(DeadlineRow.rule == "D-COMPLETE")) == ["cancelled"]


@pytest.mark.databases("sqlite")
def test_what_is_set_aside_takes_its_notices_back_and_tells_so_once(world):
    asked = asking()
    with transaction() as session:
        session.scalars(select(OutboxMail).where(OutboxMail.notice_id == asked.id)).one().status = "failed"
    world.do("filed", "coordinator", Act.SET_ASIDE, reason="Nada falta.")
    assert life(asked) == ["created", "by_hand", "cancelled"]
    mail = fresh(select(OutboxMail).where(OutboxMail.notice_id == asked.id))[0]
    assert mail.status == "cancelled", "nobody hands over what is without effect"
    told = fresh(select(Notice).where(Notice.act == "set_aside"))
    assert [(each.party_ordinal, each.account_id, each.starts) for each in told] == [(1, world.account("joao"), "")]
    assert life(told[0]) == ["created", "by_hand"]


@pytest.mark.databases("sqlite")
def test_deemed_received_is_written_once(world):
    with transaction() as session:
        session.get(Account, world.account("joao")).portal_consent_on = TODAY - 30 * DAY
    late = NOW + 40 * DAY
    assert deemed_service.sweep(world.chamber, late).deemed == 1
    assert life() == ["created", "by_hand", "deemed"]


def test_the_history_cannot_be_changed(world):
    for statement in ("UPDATE notice_event SET kind = 'opened'", "DELETE FROM notice_event"):
        db.session.rollback()
        with pytest.raises(DBAPIError, match="não se altera"):
            db.session.execute(text(statement))
    db.session.rollback()


@pytest.mark.databases("sqlite")
def test_an_act_that_fails_leaves_no_line_of_it(world):
    before = len(fresh(select(NoticeEvent.id)))
    with pytest.raises(RefusedError):
        world.do(
            "filed", "registry", Act.RECORD_SERVICE, notice=asking().ordinal, channel="letter", served_on=TODAY + DAY
        )
    assert len(fresh(select(NoticeEvent.id))) == before


@pytest.mark.databases("sqlite")
def test_every_kind_fits_its_column_and_has_words():
    assert all(len(each.value) <= 20 and each.label for each in Happened)
    assert all(each.label for each in Returned)
    assert len(notice_history.row(1, Happened.REFUSED, NOW, detail="x" * 999)["detail"]) == 200


# --- A mail that came back --------------------------------------------------------------------------------------------


def sent(world):
    with transaction() as session:
        session.scalars(select(OutboxMail).where(OutboxMail.notice_id == asking().id)).one().status = "sent"


def test_a_mail_that_came_back_is_for_a_person_to_hand_over(world):
    number, registry, ordinal = world.number("filed"), world.account("registry"), asking().ordinal
    chamber = world.chamber
    with pytest.raises(NotFoundError):  # it never left
        outbox.record_return(chamber, registry, number, ordinal, Returned.FULL, NOW, "a" * 20)
    sent(world)
    for nobody in ("mediator", "joao", "administrator"):
        with pytest.raises(NotFoundError):
            outbox.record_return(chamber, world.account(nobody), number, ordinal, Returned.FULL, NOW, "b" * 20)
    for _ in range(3):
        outbox.record_return(chamber, registry, number, ordinal, Returned.FULL, NOW, "c" * 20)
    assert life() == ["created", "by_hand", "returned"]
    assert (last().account_id, last().detail) == (registry, "full")
    mail = fresh(select(OutboxMail).where(OutboxMail.notice_id == asking().id))[0]
    assert (mail.status, mail.last_error) == ("failed", "returned")
    outbox.mark_handed(chamber, registry, mail.id, NOW, "d" * 20)
    assert life()[-1] == "handed"


# --- The gazette ------------------------------------------------------------------------------------------------------


@pytest.mark.databases("sqlite")
def test_the_gazette_publishes_the_business_day_after_and_counts_from_the_next(world):
    """Made available on Thursday; Friday is a holiday of the city: published on Monday, the first day is Tuesday."""
    ordinal = asking().ordinal
    thursday, monday = date(2026, 3, 26), date(2026, 3, 30)
    row = Receipt(world.number("filed"), ordinal, "gazette", thursday, "Edição 4.211, página 3")
    assert receipt_batches.record(world.chamber, world.account("registry"), [row], "g" * 20, NOW + 7 * DAY)[0].done
    assert asking().served_on == monday
    assert fresh(select(DeadlineRow.trigger_on).where(DeadlineRow.rule == "D-COMPLETE")) == [monday]


@pytest.mark.databases("sqlite")
def test_in_any_unit_day_one_after_a_publication_is_a_business_day(world):
    calendar, regulation = world.chamber.calendar(()), world.chamber.regulation
    for name in ("D-COMPLETE", "D-APPEAL", "D-INVITE", "D-OFFER", "D-CURE", "D-FIRST-MEETING"):
        rule = regulation.rule(name)
        by_law = rule if rule.unit is Unit.BUSINESS_DAYS else replace(rule, first_day=FirstDay.BUSINESS_DAY)
        for number in range(200):
            served = gazette_notice(date(2026, 1, 2) + number * DAY, calendar)
            start = start_of_count(served, rule, calendar)
            if not rule.unit.is_date_to_date:
                counted = due_date(rule, start, calendar).due
                assert counted == due_date(by_law, served.deemed_on, calendar).due, (name, number)
            assert start == served.deemed_on or calendar.is_business_day(start + DAY)


# --- Many at a time ---------------------------------------------------------------------------------------------------


def test_in_a_batch_each_row_is_done_or_refused_alone_and_once(world):
    number, ordinal, registry = world.number("filed"), asking().ordinal, world.account("registry")
    rows = [
        Receipt(number, 99, "letter", TODAY, "AR 1"),
        Receipt("9999/2026", 1, "letter", TODAY, "AR 2"),
        Receipt(number, ordinal, "letter", TODAY + DAY, "AR 3"),
        Receipt(number, ordinal, "letter", TODAY, "AR 4"),
    ]
    answers = receipt_batches.record(world.chamber, registry, rows, "k" * 20, NOW)
    assert [answer.done for answer in answers] == [False, False, False, True]
    assert all(answer.refusal.reason for answer in answers[:3])
    assert (asking().proof, life()[-1]) == ("AR 4", "served")
    again = receipt_batches.record(world.chamber, registry, rows[3:], "k" * 20, NOW + DAY)
    assert [answer.done for answer in again] == [True]
    other = receipt_batches.record(world.chamber, registry, [replace(rows[3], proof="AR 5")], "k" * 20, NOW)
    assert not other[0].done
    assert not receipt_batches.record(world.chamber, registry, rows[3:], "m" * 20, NOW)[0].done
    assert life().count("served") == 1
    assert len(fresh(select(DeadlineRow).where(DeadlineRow.rule == "D-COMPLETE"))) == 1
    for nobody in ("mediator", "joao", "auditor"):
        with pytest.raises(NotFoundError):
            receipt_batches.record(world.chamber, world.account(nobody), rows, "n" * 20, NOW)


# --- Adhesion on paper ------------------------------------------------------------------------------------------------


@pytest.mark.databases("sqlite")
def test_a_paper_adhesion_counts_from_the_day_it_is_known_and_not_for_earlier_notices(world):
    chamber, registry, joao = world.chamber, world.account("registry"), world.account("joao")
    with pytest.raises(NotFoundError):
        accounts.record_paper_consent(chamber, world.account("mediator"), joao, TODAY, now=NOW)
    for wrong, day in ((joao, TODAY + DAY), (world.account("mediator"), TODAY)):
        with pytest.raises(RefusedError):
            accounts.record_paper_consent(chamber, registry, wrong, day, now=NOW)
    accounts.record_paper_consent(chamber, registry, joao, TODAY - 90 * DAY, now=NOW)
    assert fresh(select(Account.portal_consent_on).where(Account.id == joao)) == [TODAY]
    with pytest.raises(RefusedError):
        accounts.record_paper_consent(chamber, registry, joao, TODAY, now=NOW)
    assert deemed_service.sweep(chamber, NOW + 90 * DAY).deemed == 0, "the notice is older than what is known"
