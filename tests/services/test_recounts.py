"""A decree moves exactly the deadlines it should, each once, as the preview said; nothing communicated gets shorter."""

from __future__ import annotations

import random
import signal
import threading
import time
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from cprac.domain.acts import Act
from cprac.domain.business_days import DayKind
from cprac.domain.deadline_rules import GIVEN_RULES
from cprac.domain.deadlines import due_date
from cprac.persistence.database import db, transaction
from cprac.persistence.models import (
    CalendarDayRow,
    Case,
    DeadlineReview,
    DeadlineRow,
    EventRow,
    Finding,
    Notice,
    OutboxMail,
    Recount,
)
from cprac.services import calendar_decrees, deadline_changes, deadline_rows, deadline_watch, recounts
from cprac.services.calendar_decrees import Decree
from cprac.services.errors import NotFoundError, RefusedError
from cprac.services.verification import verify
from tests.many_cases import file_many
from tests.worlds import NOW, TODAY, build_world

SOON = date(2026, 3, 30)
"""The Monday on which the appeal's ten days end, and the time to refuse a mediator."""


def rows(world, case):
    with world.app.app_context():
        found = db.session.scalars(select(DeadlineRow).join(Case).where(Case.number == world.number(case))).all()
        db.session.expunge_all()
        db.session.rollback()
    return {row.rule: row for row in found}


def all_rows():
    found = db.session.scalars(select(DeadlineRow).order_by(DeadlineRow.id)).all()
    kept = {row.id: (row.status, row.due, row.computed, row.communicated) for row in found}
    db.session.rollback()
    return kept


def day_off(*days, name="Ponto facultativo", act="Decreto 55/2026", kind=DayKind.OPTIONAL_FULL):
    return Decree(kind, name, act, days)


def decree(world, asked, now=NOW, who="registry"):
    done = calendar_decrees.decree(world.chamber, world.account(who), asked, key=world.key(), now=now)
    recounts.run_due(world.chamber, now)
    return done


def withdraw(world, day, now=NOW + timedelta(hours=1), reason="O decreto foi revogado."):
    row = db.session.scalars(
        select(CalendarDayRow.id).where(CalendarDayRow.day == day, CalendarDayRow.withdrawn_at.is_(None))
    ).one()
    db.session.rollback()
    done = calendar_decrees.withdraw(world.chamber, world.account("coordinator"), row, reason, key=world.key(), now=now)
    recounts.run_due(world.chamber, now)
    return done


def engine_says(world, row, session_calendar):
    """The day an independent call of the engine gives for a row, None where its date stands in an act."""
    if row.rule in GIVEN_RULES or row.status == "paused":
        return None
    rule = world.chamber.regulation.rule(row.rule, urgent=row.urgent)
    pauses = deadline_rows.pauses_of(row)
    return due_date(rule, row.trigger_on, session_calendar, pauses, extension=row.extended).due


def now_calendar(world):
    calendar = world.chamber.calendar(deadline_rows.decreed_days(db.session()))
    db.session.rollback()
    return calendar


# --- moving -----------------------------------------------------------------------------------------------------------


def test_a_day_off_moves_what_runs_over_it_once_with_event_notice_and_the_preview_said_so(app):
    world = build_world(app, "inadmissible", "mediator", "screening", "suspended")
    before = {case: rows(world, case) for case in ("inadmissible", "mediator", "screening", "suspended")}
    with app.app_context():
        days, told = calendar_decrees.preview(world.chamber, day_off(SOON), NOW)
        assert [day.date for day in days] == [SOON]
        there = all_rows()
        mails = set(db.session.scalars(select(OutboxMail.id)))
        decree(world, day_off(SOON))
        after = all_rows()
        changed = {row: after[row][1] for row in after if after[row] != there[row]}
        assert changed == {each.deadline: each.due for each in told.of("moved")}, "the preview is the result"
        assert told.counts()["moved"] == len(changed) > 1
        recount = db.session.scalars(select(Recount)).one()
        assert (recount.moved, recount.kept, recount.reviews) == (len(changed), 0, 0)
        assert recount.finished_at is not None

        number = world.number("inadmissible")
        row = rows(world, "inadmissible")["D-APPEAL"]
        assert row.due == before["inadmissible"]["D-APPEAL"].due + timedelta(1) == row.communicated
        assert row.calendar_version == now_calendar(world).version
        assert rows(world, "suspended")["D-DURATION"].due == before["suspended"]["D-DURATION"].due, "a pause waits"

        event = db.session.scalars(
            select(EventRow).join(Case).where(Case.number == number).order_by(EventRow.version.desc()).limit(1)
        ).one()
        assert (event.act, event.role, event.actor_id) == ("deadline_recounted", "system", None)
        assert event.payload["values"]["cause"] == "Ponto facultativo (Decreto 55/2026): 30/03/2026"
        (line,) = event.payload["deadlines"]
        assert (line["was"], line["due"]) == (str(before["inadmissible"]["D-APPEAL"].due), str(row.due))
        case = db.session.scalars(select(Case).where(Case.number == number)).one()
        assert (case.version, case.next_due, case.updated_at) == (event.version, row.due, NOW)

        new = db.session.scalars(select(OutboxMail).where(OutboxMail.id.not_in(mails))).all()
        assert number in {mail.subject.rsplit(" ", 1)[1] for mail in new}
        for mail in new:
            assert mail.dedupe_key.startswith(f"recount:{recount.id}:{mail.case_id}:")
            assert "Decreto" not in mail.body
            assert "/2026" not in mail.body.replace(mail.subject.rsplit(" ", 1)[1], ""), "number and link, no date"
        notices = db.session.scalars(select(Notice).where(Notice.act == "deadline_recounted")).all()
        assert {notice.id for notice in notices} == {mail.notice_id for mail in new}
        db.session.rollback()
        assert verify(world.chamber).ok

        again = recounts.run_due(world.chamber, NOW)
        assert (again.moved, again.left) == (0, 0)
        with transaction() as session:  # asked for once more, it finds what the first one left
            recounts.ask(session, "Outra vez", SOON, None, NOW)
        assert recounts.run_due(world.chamber, NOW).moved == 0
        assert all_rows() == after
        assert verify(world.chamber).ok


def test_what_was_decreed_and_taken_back_stays_for_who_was_told_and_the_count_returns(app):
    world = build_world(app, "inadmissible")
    first = rows(world, "inadmissible")["D-APPEAL"].due
    with app.app_context():
        decree(world, day_off(SOON))
        moved = rows(world, "inadmissible")["D-APPEAL"].due
        assert moved > first
        told = calendar_decrees.preview_withdrawal(world.chamber, db.session.scalars(select(CalendarDayRow.id)).one())
        assert [(each.due, each.counted) for each in told.of("kept") if each.rule == "D-APPEAL"] == [(moved, first)]
        mails = len(db.session.scalars(select(OutboxMail.id)).all())
        withdraw(world, SOON)
        row = rows(world, "inadmissible")["D-APPEAL"]
        assert (row.due, row.computed, row.communicated) == (moved, first, moved)
        assert len(db.session.scalars(select(OutboxMail.id)).all()) == mails, "nobody is told that nothing changed"
        db.session.rollback()
        assert verify(world.chamber).ok
        # what was believed: before, in between, after
        known = [
            deadline_rows.decreed_days(db.session(), at)
            for at in (NOW - timedelta(minutes=1), NOW + timedelta(minutes=1), NOW + timedelta(hours=2))
        ]
        assert [[day.date for day in days] for days in known] == [[], [SOON], []]
        decree(world, day_off(SOON, SOON + timedelta(1)), now=NOW + timedelta(hours=3))
        row = rows(world, "inadmissible")["D-APPEAL"]
        assert row.due > moved
        assert row.computed is None
        assert verify(world.chamber).ok


def test_what_had_ended_goes_to_a_person_and_what_was_met_in_time_is_only_noted(app):
    world = build_world(app, "mediator")
    with app.app_context():
        decree(world, day_off(SOON))
        noted = db.session.scalars(
            select(DeadlineReview).join(Case, Case.id == DeadlineReview.case_id)
            .where(Case.number == world.number("mediator"))
        ).all()  # fmt: skip
        assert noted
        assert all(each.decided_at == NOW and each.decided_by is None for each in noted), "met before: nothing changes"
        db.session.rollback()


def test_an_outage_of_yesterday_puts_what_expired_yesterday_before_a_person(app):
    world = build_world(app, "inadmissible")
    due = rows(world, "inadmissible")["D-APPEAL"].due
    night = datetime(due.year, due.month, due.day, 13, 0, tzinfo=NOW.tzinfo)
    after = night + timedelta(days=1)
    with app.app_context():
        deadline_watch.sweep(world.chamber, after)
        assert rows(world, "inadmissible")["D-APPEAL"].status == "expired"
        down = Decree(
            DayKind.SYSTEM_OUTAGE, "Portal fora do ar", "Certidão 3/2026", (), (night, night + timedelta(hours=2))
        )
        days, told = calendar_decrees.preview(world.chamber, down, after)
        assert [day.date for day in days] == [due]
        assert [each.rule for each in told.of("review")] == ["D-APPEAL"]
        decree(world, down, now=after)
        row = rows(world, "inadmissible")["D-APPEAL"]
        assert (row.status, row.due) == ("expired", due), "a person decides"
        review = db.session.scalars(select(DeadlineReview).where(DeadlineReview.decided_at.is_(None))).one()
        assert (review.was, review.would_be) == (due, told.of("review")[0].due)
        review_id, would_be = review.id, review.would_be
        db.session.rollback()
        with pytest.raises(NotFoundError):
            deadline_changes.keep(world.chamber, world.account("mediator"), review_id, "Não.", key="k" * 20, now=after)
        with pytest.raises(RefusedError):
            deadline_changes.keep(world.chamber, world.account("registry"), review_id, " ", key="k" * 20, now=after)
    world.until = world.clock["inadmissible"] = after
    done = world.do(
        "inadmissible", "coordinator", Act.CHANGE_DEADLINE, deadline=row.ordinal, new_due=would_be, ground="calendar",
        reason="O portal estava fora do ar.",
    )  # fmt: skip
    assert done.act == "change_deadline"
    with app.app_context():
        for _time in range(3):
            deadline_changes.keep(
                world.chamber, world.account("registry"), review_id, "Corrigido.", key="k" * 20, now=after
            )
        review = db.session.get(DeadlineReview, review_id)
        assert (review.note, review.decided_by) == ("Corrigido.", world.account("registry"))
        db.session.rollback()
        assert verify(world.chamber).ok


# --- refusals ---------------------------------------------------------------------------------------------------------

HOURS = (NOW - timedelta(hours=3), NOW - timedelta(hours=2, minutes=30))


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(
    "asked, field, words",
    [
        (day_off(), "days", "ao menos um dia"),
        (day_off(TODAY - timedelta(1)), "days", "24/03/2026 já passou"),
        (day_off(date(2150, 4, 7)), "days", "vai de 1990 a 2100"),
        (day_off(date(2026, 4, 4)), "days", "04/04/2026 é fim de semana"),
        (day_off(date(2026, 4, 21)), "days", "já está no calendário: Tiradentes"),
        (day_off(*(SOON + timedelta(n) for n in range(40))), "days", "no máximo 31 dias"),
        (day_off(SOON, name=" "), "name", "o nome do dia"),
        (day_off(SOON, name="x" * 201), "name", "até 200 letras"),
        (day_off(SOON, act=""), "legal_act", "Escreva o ato"),
        (day_off(SOON, kind=DayKind.WEEKEND), "kind", "Escolha o tipo"),
        (day_off(kind=DayKind.SYSTEM_OUTAGE), "down_from", "saiu do ar"),
        (Decree(DayKind.SYSTEM_OUTAGE, "Falha", "Certidão 1", (), HOURS), "down_until", "A falha foi curta"),
        (Decree(DayKind.SYSTEM_OUTAGE, "Falha", "Certidão 1", (), HOURS[::-1]), "down_until", "A volta vem depois"),
        (
            Decree(DayKind.SYSTEM_OUTAGE, "Falha", "Certidão 1", (), (NOW, NOW + timedelta(1))),
            "down_until",
            "ainda não",
        ),
    ],
)
def test_what_cannot_be_decreed_is_refused_in_words_that_name_the_field(app, asked, field, words):
    world = build_world(app, "filed")
    with app.app_context():
        for ask in (lambda: calendar_decrees.preview(world.chamber, asked, NOW), lambda: decree(world, asked)):
            with pytest.raises(RefusedError) as refused:
                ask()
            assert refused.value.refusal.field == field
            assert words in refused.value.refusal.reason
        assert db.session.scalars(select(Recount.id)).all() == []


def test_only_registry_and_coordination_decree_and_ten_equal_submissions_are_one(app):
    world = build_world(app, "filed")
    with app.app_context():
        for who in ("mediator", "administrator", "joao", "attorney_general"):
            with pytest.raises(NotFoundError):
                decree(world, day_off(SOON), who=who)
        same = [
            calendar_decrees.decree(world.chamber, world.account("registry"), day_off(SOON), key="d" * 20, now=NOW)
            for _time in range(3)
        ]
        assert len({each.recount for each in same}) == 1
        assert len(db.session.scalars(select(CalendarDayRow.id)).all()) == 1
        db.session.rollback()
        with pytest.raises(RefusedError, match="já está no calendário"):
            decree(world, day_off(SOON))
        stronger = decree(world, day_off(SOON, kind=DayKind.CLOSURE, name="Sem expediente"))
        assert stronger.days == (SOON,), "a closure goes before an optional day"


# --- what fails, and who is faster ------------------------------------------------------------------------------------


def test_a_case_that_fails_is_a_finding_and_stops_nobody(app):
    world = build_world(app, "screening", "inadmissible")
    with app.app_context():
        with transaction() as session:
            case = session.scalars(select(Case).where(Case.number == world.number("screening"))).one()
            case.procedure, case_id = "uma-que-ninguem-tem", case.id
        before = rows(world, "inadmissible")["D-APPEAL"].due
        calendar_decrees.decree(world.chamber, world.account("registry"), day_off(SOON), key="x" * 20, now=NOW)
        done = recounts.run_due(world.chamber, NOW)
        assert len(done.failures) == 1
        assert done.finished == 1
        assert rows(world, "inadmissible")["D-APPEAL"].due > before
        finding = db.session.scalars(select(Finding)).one()
        assert (finding.kind, finding.case_id) == ("recount", case_id)
        db.session.rollback()


def test_a_run_without_time_does_nothing_and_the_next_one_goes_on_from_the_place(app, monkeypatch):
    world = build_world(app, "screening", "inadmissible", "mediator", "filed")
    monkeypatch.setattr(recounts, "CHUNK", 1)
    with app.app_context():
        told = calendar_decrees.preview(world.chamber, day_off(SOON), NOW)[1]
        calendar_decrees.decree(world.chamber, world.account("registry"), day_off(SOON), key="x" * 20, now=NOW)
        assert recounts.run_due(world.chamber, NOW, seconds=0).left == 1
        real, calls = recounts._portion, []

        def once(*given):
            if calls:
                raise KeyboardInterrupt
            calls.append(1)
            return real(*given)

        monkeypatch.setattr(recounts, "_portion", once)
        with pytest.raises(KeyboardInterrupt):
            recounts.run_due(world.chamber, NOW)
        monkeypatch.setattr(recounts, "_portion", real)
        assert db.session.scalars(select(Recount.place)).one() > 0
        db.session.rollback()
        recounts.run_due(world.chamber, NOW)
        assert db.session.scalars(select(Recount.moved)).one() == len(told.of("moved"))
        assert verify(world.chamber).ok


# --- any order, any calendar, any death -------------------------------------------------------------------------------


def everything_is_as_the_engine_says(world, told):
    """Each open date is the latest ever communicated or what the engine gives; *told*: row -> its date so far."""
    calendar = now_calendar(world)
    for row in db.session.scalars(select(DeadlineRow).where(DeadlineRow.status == "open")).all():
        told.setdefault(row.id, row.due)
        counted = engine_says(world, row, calendar)
        if counted is None:
            assert row.due == told[row.id]
            continue
        assert row.due == max(told[row.id], counted), "never earlier than what somebody was told"
        assert row.computed == (None if counted == row.due else counted)
        told[row.id] = row.due
    db.session.rollback()


@pytest.mark.parametrize("seed", [1, 2])
def test_whatever_is_decreed_and_taken_back_in_any_order_the_dates_are_what_the_engine_says(app, monkeypatch, seed):
    random_calendar(app, monkeypatch, seed, steps=8)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(100, 140))
def test_many_random_calendars(app, monkeypatch, seed):
    random_calendar(app, monkeypatch, seed, steps=40)


def random_calendar(app, monkeypatch, seed, steps):
    chance = random.Random(seed)
    world = build_world(app, "inadmissible", "mediator", "screening", "suspended", "agency", "filed")
    monkeypatch.setattr(recounts, "CHUNK", 2)
    kinds = [kind for kind in calendar_decrees.KINDS if kind is not DayKind.SYSTEM_OUTAGE]
    with app.app_context():
        first = {row.id: row.due for row in db.session.scalars(select(DeadlineRow).where(DeadlineRow.status == "open"))}
        db.session.rollback()
        told, now = {}, NOW
        everything_is_as_the_engine_says(world, told)
        for _step in range(steps):
            now += timedelta(minutes=5)
            standing = db.session.scalars(
                select(CalendarDayRow.id).where(CalendarDayRow.withdrawn_at.is_(None)).order_by(CalendarDayRow.id)
            ).all()
            db.session.rollback()
            if standing and chance.random() < 0.4:
                taken = chance.choice(standing)
                calendar_decrees.withdraw(
                    world.chamber,
                    world.account("registry"),
                    taken,
                    "Engano.",
                    key=f"random{now:%H%M}{seed:010}",
                    now=now,
                )
            else:
                day = TODAY + timedelta(days=chance.randrange(60))
                try:
                    asked = day_off(day, kind=chance.choice(kinds))
                    calendar_decrees.decree(
                        world.chamber, world.account("registry"), asked, key=f"random{now:%H%M}{seed:010}", now=now
                    )
                except RefusedError:
                    continue
            if chance.random() < 0.6:  # otherwise the next decree finds this one's recount not done
                recounts.run_due(world.chamber, now)
                everything_is_as_the_engine_says(world, told)
        recounts.run_due(world.chamber, now)
        everything_is_as_the_engine_says(world, told)
        for taken in db.session.scalars(select(CalendarDayRow.id).where(CalendarDayRow.withdrawn_at.is_(None))).all():
            now += timedelta(minutes=1)
            calendar_decrees.withdraw(
                world.chamber, world.account("registry"), taken, "Fim.", key=f"end{now:%H%M}{seed:016}", now=now
            )
        recounts.run_due(world.chamber, now)
        everything_is_as_the_engine_says(world, told)
        for row in db.session.scalars(select(DeadlineRow).where(DeadlineRow.id.in_(list(first)))):
            assert (row.computed or row.due) == first[row.id], "with nothing decreed, the first count is back"
        db.session.rollback()
        assert verify(world.chamber).ok


MANY = 400


def many_decreed(app):
    """Many small cases whose date is SOON, which is decreed: their numbers, the address of their database."""
    chamber = app.extensions["cprac"]
    numbers = file_many(chamber, MANY, SOON, NOW)
    with transaction() as session:
        session.add(
            CalendarDayRow(day=SOON, kind="closure", name="Sem expediente", legal_act="Portaria 1", known_from=NOW)
        )
        recounts.ask(session, "Sem expediente", SOON, None, NOW)
    url = db.engine.url.render_as_string(hide_password=False)
    db.session.remove()
    return numbers, url


def each_moved_once(app, numbers):
    found = db.session.execute(
        select(Case.number, EventRow.version)
        .join(EventRow, EventRow.case_id == Case.id)
        .where(EventRow.act == "deadline_recounted")
        .order_by(Case.number)
    ).all()
    assert [tuple(row) for row in found] == [(number, 2) for number in numbers]
    assert db.session.scalars(select(Recount.moved)).all() == [len(numbers)]
    assert set(db.session.scalars(select(DeadlineRow.due))) == {SOON + timedelta(days=1)}
    assert verify(app.extensions["cprac"]).ok


def test_four_processes_share_a_recount_and_each_deadline_moves_once(app, processes, tmp_path):
    with app.app_context():
        numbers, url = many_decreed(app)
        answers = processes.race("recount", url, tmp_path, NOW, 4)
        assert [answer["failed"] for answer in answers] == [0, 0, 0, 0]
        assert sum(answer["moved"] for answer in answers) == MANY
        each_moved_once(app, numbers)


def killed(app, processes, tmp_path, kills, wait):
    with app.app_context():
        numbers, url = many_decreed(app)
        for _kill in range(kills):
            clock = processes.clock(url, tmp_path, NOW)
            time.sleep(wait())
            processes.end(clock, signal.SIGKILL)
        while recounts.run_due(app.extensions["cprac"], NOW).left:
            time.sleep(0.05)  # PostgreSQL may need a moment to see that the dead one's lock is free
        each_moved_once(app, numbers)


def test_kill_minus_nine_in_the_middle_loses_nothing_and_doubles_nothing(app, processes, tmp_path):
    killed(app, processes, tmp_path, 3, lambda: 0.25)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(20))
def test_many_deaths(app, processes, tmp_path, seed):
    chance = random.Random(seed)
    killed(app, processes, tmp_path, 10, lambda: chance.uniform(0.05, 0.6))


@pytest.mark.databases("postgresql")
def test_a_decree_waits_for_the_acts_that_counted_with_the_calendar_of_before(app):
    world = build_world(app, "screening")

    def decrees():
        with app.app_context():
            calendar_decrees.decree(world.chamber, world.account("registry"), day_off(SOON), key="w" * 20, now=NOW)
            db.session.remove()

    waiting = threading.Thread(target=decrees)
    with app.app_context():
        with transaction() as session:
            assert deadline_rows.decreed_days(session) == ()
            waiting.start()
            waiting.join(0.5)
            assert waiting.is_alive(), "a deadline may still be opened here with the old calendar"
            assert deadline_rows.decreed_days(session) == ()
        waiting.join(30)
        assert not waiting.is_alive()
        assert [day.date for day in deadline_rows.decreed_days(db.session())] == [SOON]
        db.session.rollback()
