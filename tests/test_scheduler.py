"""The clock runs in a process of its own, may be killed and doubled at any time, and stops when told."""

from __future__ import annotations

import random
import signal
import time
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from cprac import scheduler
from cprac.persistence.database import db
from cprac.persistence.models import DeadlineRow, EventRow
from cprac.services import clock_holds
from cprac.services.clock_holds import Pace
from cprac.services.deadline_watch import heartbeat
from cprac.services.verification import verify
from tests.many_cases import file_many
from tests.worlds import NOW, TODAY

DUE = TODAY - timedelta(days=1)


def until(condition, seconds=60):
    """Wait for what another process does."""
    give_up_at = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < give_up_at, "the clock did not get there"
        time.sleep(0.02)


def left():
    """How many deadlines are still open."""
    count = db.session.scalar(select(func.count()).select_from(DeadlineRow).where(DeadlineRow.status == "open"))
    db.session.rollback()
    return count


def all_beat():
    """Whether every task has run."""
    beats = heartbeat(NOW).values()
    db.session.rollback()
    return not any(beat.stale for beat in beats)


def test_a_clock_killed_in_the_middle_and_doubled_does_everything_once(app, processes, tmp_path):
    with app.app_context():
        chamber = app.extensions["cprac"]
        file_many(chamber, 240, DUE, NOW)
        where = db.engine.url.render_as_string(hide_password=False), tmp_path, NOW
        for wanted in (200, 160, 120, 80):
            clock = processes.clock(*where)
            until(lambda wanted=wanted: left() <= wanted)
            assert processes.end(clock, signal.SIGKILL) == -signal.SIGKILL  # in the middle of a sweep
        assert left() > 0, "the clock was killed before it was done"
        one, other = processes.clock(*where), processes.clock(*where)
        until(lambda: left() == 0)
        until(all_beat)
        assert processes.end(one, signal.SIGTERM) == 0
        assert processes.end(other, signal.SIGINT) == 0
        effects = select(func.count(), func.count(func.distinct(EventRow.case_id)))
        assert tuple(db.session.execute(effects.where(EventRow.act == "deadline_expired")).one()) == (240, 240)
        db.session.rollback()
        assert verify(chamber).ok


@pytest.mark.soak
def test_five_thousand_deadlines_two_hundred_kills_and_three_clocks_are_five_thousand_effects(app, processes, tmp_path):
    """Ten rounds of 500 that fall due while three clocks run; twenty times a round one is killed and replaced."""
    rounds, many, kills, chance = 10, 500, 20, random.Random(20261122)
    with app.app_context():
        chamber = app.extensions["cprac"]
        where = db.engine.url.render_as_string(hide_password=False), tmp_path, NOW
        clocks, in_work = [processes.clock(*where) for _ in range(3)], 0
        for number in range(rounds):
            file_many(chamber, many, DUE, NOW, first=number * many + 1)
            for _ in range(kills):
                time.sleep(chance.uniform(0.02, 0.4))
                in_work += left() > 0
                assert processes.end(clocks.pop(0), signal.SIGKILL) == -signal.SIGKILL
                clocks.append(processes.clock(*where))
            until(lambda: left() == 0, seconds=300)
        for clock in clocks:
            assert processes.end(clock, signal.SIGTERM) == 0
        effects = select(func.count(), func.count(func.distinct(EventRow.case_id)))
        found = tuple(db.session.execute(effects.where(EventRow.act == "deadline_expired")).one())
        assert found == (rounds * many, rounds * many)
        db.session.rollback()
        assert in_work > rounds * kills / 4, "too few of the kills hit a clock at work"
        assert verify(chamber).ok


def test_a_clock_that_stood_still_for_a_day_catches_up_each_once(app, processes, tmp_path):
    with app.app_context():
        chamber = app.extensions["cprac"]
        for days in range(1, 4):
            file_many(chamber, 40, TODAY - timedelta(days=days), NOW - timedelta(days=9), first=days * 100)
        url = db.engine.url.render_as_string(hide_password=False)
        db.session.remove()
        yesterday = processes.race("sweep", url, tmp_path, NOW - timedelta(days=1), 1)
        assert [answer["expired"] for answer in yesterday] == [80], "what was over the day before"
        db.session.remove()
        today = processes.race("sweep", url, tmp_path, NOW, 3)
        assert sum(answer["expired"] for answer in today) == 40
        effects = select(func.count(), func.count(func.distinct(EventRow.case_id)))
        assert tuple(db.session.execute(effects.where(EventRow.act == "deadline_expired")).one()) == (120, 120)
        db.session.rollback()
        assert verify(chamber).ok


@pytest.mark.databases("sqlite")
def test_a_clock_that_jumps_is_seen_by_the_process_and_holds_what_is_automatic(app):
    with app.app_context():
        pace = Pace()
        moments = [NOW, NOW + timedelta(hours=20)]  # no time passes between the two looks
        for now in moments:
            scheduler.run_task(app, "deadlines", lambda now=now: now, pace)
        assert clock_holds.current().reason is clock_holds.Reason.JUMP
        db.session.rollback()


@pytest.mark.databases("sqlite")
def test_the_frozen_clock_of_a_demonstration_holds_nothing(app):
    app.config["TODAY"] = TODAY.isoformat()
    with app.app_context():
        for now in (NOW, NOW - timedelta(hours=23)):
            scheduler.run_task(app, "deadlines", lambda now=now: now)
        assert clock_holds.current() is None
        db.session.rollback()


@pytest.mark.databases("sqlite")
def test_it_is_only_a_clock(app):
    made = scheduler.build(app)
    jobs = {job.id: job for job in made.get_jobs()}
    assert set(jobs) == set(scheduler.TASKS)
    assert set(jobs) >= {
        "deadlines", "deemed", "figures", "housekeeping", "outbox", "reconciliation", "recounts", "releases",
        "reminders",
    }  # fmt: skip
    made.start(paused=True)
    try:
        for job in made.get_jobs():
            assert (job.coalesce, job.misfire_grace_time, job.max_instances) == (True, None, 1)
            assert job.trigger.interval == timedelta(minutes=1)
        assert [type(store).__name__ for store in made._jobstores.values()] == ["MemoryJobStore"]
    finally:
        made.shutdown()


@pytest.mark.databases("sqlite")
def test_a_task_that_fails_does_not_end_the_clock(app, monkeypatch, caplog):
    calls = []

    def fail(_chamber, now):
        calls.append(now)
        raise RuntimeError("o banco caiu")

    monkeypatch.setattr(scheduler, "TASKS", {"deadlines": fail})
    for _ in range(2):
        scheduler.run_task(app, "deadlines", lambda: NOW)
    assert calls == [NOW, NOW]
    assert "the task deadlines failed" in caplog.text


@pytest.mark.databases("sqlite")
def test_the_web_starts_no_clock(app):
    assert not [name for name in app.extensions if "scheduler" in name.lower()]


def test_the_clock_of_a_demonstration_stands_on_its_day_and_runs_through_the_hours():
    zone = ZoneInfo("America/Sao_Paulo")
    for frozen in (date(2026, 3, 25), "2026-03-25"):
        now = scheduler.clock_of({"TODAY": frozen}, zone)()
        assert now.tzinfo is UTC
        assert now.astimezone(zone).date() == date(2026, 3, 25)
        real = datetime.now(zone)
        told = now.astimezone(zone)
        assert abs((told.hour - real.hour) % 24) in {0, 1, 23}
    assert scheduler.clock_of({"TODAY": None}, zone)().year >= 2026
