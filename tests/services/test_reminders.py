"""One reminder a person on a business day: how many and where to look, never what; no storm, nothing made up."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from cprac.domain.acts import Act
from cprac.persistence.database import db, transaction
from cprac.persistence.models import Account, Case, DeadlineRow, Leave, OutboxMail, Party, SurveyInvitation
from cprac.persistence.queries import Reader
from cprac.persistence.queries_lists import counters
from cprac.services import heartbeats, reminders
from cprac.services.deadline_rows import decreed_days
from tests.worlds import NOW, TODAY, add_case, build_world


@pytest.fixture
def world(app):
    return build_world(app, "filed", "admissibility")


@pytest.fixture
def chamber(world):
    with world.app.app_context():
        yield replace(world.chamber, smtp_url="smtp://127.0.0.1:25", mail_from="Câmara <camara@exemplo.gov.br>")
        db.session.remove()


def at(day, hour=8):
    """An instant at a local hour (Brasília, three hours behind)."""
    return datetime(day.year, day.month, day.day, hour + 3, tzinfo=UTC)


def mails():
    db.session.rollback()
    query = select(OutboxMail).where(OutboxMail.dedupe_key.like("digest:%")).order_by(OutboxMail.dedupe_key)
    return {mail.to_email: mail for mail in db.session.scalars(query)}


def due_on(world, case, rule, day):
    """Let a running deadline of a case fall due on a day (a test's short cut: nothing is proved of its history)."""
    with transaction() as session:
        row = session.scalars(
            select(DeadlineRow).join(Case).where(
                Case.number == world.number(case), DeadlineRow.rule == rule, DeadlineRow.ended_on.is_(None)
            ).order_by(DeadlineRow.id)
        ).first()  # fmt: skip
        row.due, row.status = day, "open"


def complete(world):
    """João is to send something: a deadline of his own, due 15 business days after TODAY."""
    world.do("filed", "registry", Act.SCREEN)
    world.do("filed", "registry", Act.REQUEST_COMPLETION, items=("Foto do muro, com data",))
    world.serve("filed")


def test_staff_are_told_the_numbers_of_their_worklist_once_a_day(world, chamber):
    done = reminders.remind(chamber, at(TODAY))
    assert (done.on, done.done) == (TODAY.isoformat(), True)
    told = mails()
    assert done.mails == len(told) > 0
    calendar = chamber.calendar(decreed_days(db.session()))
    soon = calendar.add_business_days(TODAY, 3)
    for who in ("registry", "coordinator", "mediator", "attorney_general"):
        with world.app.app_context():
            account = world.account(who)
            offices = frozenset(held.office for held in db.session.get(Account, account).offices)
            counted = counters(Reader(account, offices, NOW, TODAY), soon)
        waits = counted.overdue or counted.today or counted.soon
        assert (world.email(who) in told) is bool(waits), who
        if counted.overdue > 1:
            assert f"{counted.overdue} prazos vencidos" in told[world.email(who)].body
    assert [reminders.remind(chamber, at(TODAY, hour)).done for hour in (8, 9, 23 - 3)] == [False, False, False]
    assert mails().keys() == told.keys()


def test_a_mail_says_how_many_and_where_and_nothing_of_a_case(world, chamber):
    complete(world)
    due_on(world, "filed", "D-COMPLETE", date(2026, 3, 31))
    reminders.remind(chamber, at(TODAY))
    with world.app.app_context():
        parties = list(db.session.scalars(select(Party.name).where(Party.kind != "city")))
        titles = list(db.session.scalars(select(Case.title)))
        numbers = list(db.session.scalars(select(Case.number)))
    for address, mail in mails().items():
        text = f"{mail.subject} {mail.body}"
        assert f"{chamber.base_url}/entrar" in mail.body
        assert not [words for words in (*parties, *titles) if words and words in text]
        assert mail.case_id is None
        assert mail.status == "queued"
        if address != world.email("joao"):
            assert not [number for number in numbers if number in text], "staff are told counts"
    assert world.number("filed") in mails()[world.email("joao")].body


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(
    "due, told_on",
    [
        (date(2026, 3, 31), TODAY),  # Thursday, (Friday a holiday), Monday, Tuesday: three business days
        (date(2026, 4, 1), date(2026, 3, 26)),
        (date(2026, 4, 4), date(2026, 3, 31)),  # a Saturday after Good Friday: with the business day that follows it
        (date(2026, 4, 6), date(2026, 3, 31)),
    ],
)
def test_a_party_is_reminded_once_some_business_days_before(world, chamber, due, told_on):
    complete(world)
    due_on(world, "filed", "D-COMPLETE", due)
    days = [TODAY + timedelta(days=n) for n in range(20)]
    told = []
    for day in days:
        reminders.remind(chamber, at(day))
        body = {mail.dedupe_key: mail.body for mail in mails().values() if mail.to_email == world.email("joao")}
        key = next((name for name in body if name.endswith(day.isoformat())), "")
        if key and "prazo seu" in body[key]:
            told.append(day)
    assert told == [told_on]


@pytest.mark.databases("sqlite")
def test_the_debtor_is_reminded_of_an_instalment_and_nobody_else(world, chamber):
    add_case(world, "in_force")
    query = select(DeadlineRow).join(Case).where(Case.number == world.number("in_force"), DeadlineRow.rule == "D-OBL")
    rows = list(db.session.scalars(query))
    assert rows
    city = next(
        p.ordinal
        for p in db.session.scalars(select(Party).join(Case).where(Case.number == world.number("in_force")))
        if p.kind == "city"
    )
    rule = chamber.regulation.rule("D-OBL")
    for ordinal in (1, 2, 3):
        assert reminders.bound(rule, 2, ordinal, "invitee") is (ordinal == 2)
    db.session.rollback()
    citizen = 1 if city != 1 else 2
    with transaction() as session:
        first = session.scalars(query.where(DeadlineRow.ended_on.is_(None))).first()
        first.party_ordinal, first.due = citizen, date(2026, 4, 2)  # five business days ahead
    reminders.remind(chamber, at(TODAY))
    told = [mail for mail in mails().values() if world.number("in_force") in mail.body]
    assert len(told) == 1
    assert "prazo seu" in told[0].body


@pytest.mark.databases("sqlite")
def offered(case, party, day, *, answered=False):
    """The survey is offered to a party on a day."""
    with transaction() as session:
        number = session.scalar(select(Case.id).where(Case.number == case))
        session.add(SurveyInvitation(case_id=number, party_ordinal=party, offered_on=day, answered=answered))


@pytest.mark.parametrize("days, answered, told", [(1, False, True), (1, True, False), (0, False, False)])
def test_a_party_is_told_once_that_it_may_say_how_it_was(world, chamber, days, answered, told):
    on = TODAY + timedelta(days=7)
    offered(world.number("filed"), 1, on - timedelta(days=days), answered=answered)
    reminders.remind(chamber, at(on))
    mine = [mail for mail in mails().values() if "como foi" in mail.body]
    assert bool(mine) is told
    for mail in mine:
        assert mail.to_email == world.email("joao")
        assert world.number("filed") in mail.body
        assert "/entrar" in mail.body
        assert "/consulta" in mail.body
        assert "acordo valendo" in mail.body, "of the outcome it says no more than that there is one"
    reminders.remind(chamber, at(on + timedelta(days=1)))
    again = select(OutboxMail).where(OutboxMail.body.contains("como foi"))
    assert len(db.session.scalars(again).all()) == len(mine) + (days == 0)


def test_only_on_business_days_from_the_hour_on_and_only_with_a_mail_server(world, chamber):
    assert not reminders.remind(chamber, at(TODAY, 6)).done, "before seven nobody is told"
    holiday, sunday = date(2026, 3, 27), date(2026, 3, 29)
    for day in (holiday, sunday):
        assert reminders.remind(chamber, at(day)).mails == 0
    without = replace(chamber, smtp_url="")
    assert reminders.remind(without, at(TODAY)).mails == 0
    assert mails() == {}
    assert not heartbeats.heartbeat(at(TODAY))[heartbeats.REMINDERS].stale, "a day without reminders is a day done"


@pytest.mark.databases("sqlite")
def test_after_two_weeks_without_a_clock_there_is_one_mail_a_person(world, chamber):
    complete(world)
    reminders.remind(chamber, at(TODAY))
    before = set(mails())
    back = TODAY + timedelta(days=14)
    for minute in range(5):
        reminders.remind(chamber, at(back) + timedelta(minutes=minute))
    db.session.rollback()
    rows = db.session.scalars(select(OutboxMail.dedupe_key).where(OutboxMail.dedupe_key.like("digest:%"))).all()
    days = {key.rpartition(":")[2] for key in rows}
    assert days == {TODAY.isoformat(), back.isoformat()}
    assert len(rows) == len(set(rows))
    assert before


@pytest.mark.databases("sqlite")
def test_a_crash_in_the_middle_of_the_day_and_a_second_scheduler_write_nobody_twice(world, chamber, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr(heartbeats, "record", lambda *_given: (_ for _ in ()).throw(RuntimeError("morto")))
        with pytest.raises(RuntimeError):
            reminders.remind(chamber, at(TODAY))
    count = len(mails())
    done = reminders.remind(chamber, at(TODAY, 9))
    assert (done.done, done.mails) == (True, 0), "who has today's mail gets none"
    assert len(mails()) == count > 0


@pytest.mark.databases("sqlite")
def test_who_is_away_is_left_in_peace(world, chamber):
    with transaction() as session:
        session.add(
            Leave(
                account_id=world.account("coordinator"),
                from_on=TODAY,
                until_on=TODAY + timedelta(days=5),
                reason="férias",
            )
        )
    reminders.remind(chamber, at(TODAY))
    assert world.email("coordinator") not in mails()


def test_each_due_date_lies_in_the_window_of_exactly_one_business_day(app):
    with app.app_context():
        calendar = app.extensions["cprac"].calendar()
        day, seen = date(2026, 1, 1), []
        while day < date(2028, 1, 1):
            if calendar.is_business_day(day):
                first, last = reminders.window(calendar, day, 3)
                seen += [first + timedelta(days=n) for n in range((last - first).days + 1)]
            day += timedelta(days=1)
        assert seen == [seen[0] + timedelta(days=n) for n in range(len(seen))]
