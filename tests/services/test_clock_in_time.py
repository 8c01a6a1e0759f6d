"""The clock's tasks through all that time does: jumps both ways, a day stopped, summer time, leap days, new years.

A chamber with a deadline on each day is swept at the instants that a wall clock shows; whatever they are, each deadline
that is over expires exactly once, never before its local day has ended by that clock, and each day's tasks are done.
"""

from __future__ import annotations

import io
import struct
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from cprac.persistence.database import db
from cprac.persistence.models import DeadlineRow, EventRow, Sweep
from cprac.services import heartbeats, housekeeping, reconciliation
from cprac.services.chamber import Chamber
from cprac.services.deadline_watch import sweep
from cprac.services.verification import verify
from tests.many_cases import file_many

pytestmark = pytest.mark.databases("sqlite")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def at(text):
    """An instant, from local time without summer time."""
    return datetime.fromisoformat(f"{text}-03:00").astimezone(UTC)


def a_deadline_a_day(chamber, first, days):
    """One case with a deadline on each of so many days."""
    filed = datetime(first.year - 1, 1, 15, 13, tzinfo=UTC)
    for number in range(days):
        file_many(chamber, 1, first + number * DAY, filed, first=number + 1)


def expired():
    """Due date -> the local days on which it expired, for every deadline."""
    rows = db.session.execute(
        select(DeadlineRow.due, EventRow.on)
        .outerjoin(EventRow, (EventRow.case_id == DeadlineRow.case_id) & (EventRow.act == "deadline_expired"))
        .order_by(DeadlineRow.due)
    ).all()
    db.session.rollback()
    found = {}
    for due, on in rows:
        found.setdefault(due, []).extend([on] if on else [])
    return found


def check(chamber, latest):
    """Each deadline before *latest* expired once and after its day; the others are open."""
    for due, days in expired().items():
        assert len(days) == (due < latest), due
        assert all(due < day for day in days), due
    assert verify(chamber).ok


JUMPS = {
    "an hour on and back": ["2026-03-10T23:30", "2026-03-11T00:30", "2026-03-10T23:31", "2026-03-11T00:32"],
    "an hour back over midnight": ["2026-03-11T00:10", "2026-03-10T23:10", "2026-03-11T00:11"],
    "a day on and back": ["2026-03-10T12:00", "2026-03-11T12:01", "2026-03-10T12:02", "2026-03-12T12:00"],
    "a day back": ["2026-03-12T12:00", "2026-03-11T12:00", "2026-03-12T12:01"],
    "a year on and back": ["2026-03-10T12:00", "2027-03-10T12:01", "2026-03-10T12:02", "2026-03-11T12:00"],
    "a year back": ["2026-03-12T12:00", "2025-03-12T12:00", "2026-03-12T12:01"],
    "stopped for a day": ["2026-03-09T12:00", "2026-03-10T12:00"],
    "stopped for a week": ["2026-03-09T12:00", "2026-03-16T12:00", "2026-03-16T12:01"],
}


@pytest.mark.parametrize("instants", JUMPS.values(), ids=JUMPS)
def test_whatever_the_wall_clock_shows_each_deadline_expires_once(app, instants):
    with app.app_context():
        chamber = app.extensions["cprac"]
        a_deadline_a_day(chamber, date(2026, 3, 8), 8)
        moments = [at(text) for text in instants]
        for now in moments:
            sweep(chamber, now)
            sweep(chamber, now)
        check(chamber, chamber.day(max(moments)))


@pytest.mark.parametrize(
    "first",
    [date(2028, 2, 26), date(2027, 2, 26), date(2026, 12, 29), date(2027, 12, 29)],
    ids=["a leap day", "no leap day", "a year's end", "another"],
)
def test_no_day_is_skipped_or_doubled_at_the_edges_of_the_calendar(app, first):
    with app.app_context():
        chamber = app.extensions["cprac"]
        a_deadline_a_day(chamber, first, 6)
        now = datetime(first.year, first.month, first.day, 13, tzinfo=UTC)
        for _ in range(6 * 4):
            sweep(chamber, now)
            on = chamber.day(now)
            assert {day for days in expired().values() for day in days} == {
                first + n * DAY for n in range(1, (on - first).days + 1)
            }
            now += 6 * HOUR
        check(chamber, chamber.day(now - 6 * HOUR))


# --- Summer time ------------------------------------------------------------------------------------------------------


def summer_time_zone():
    """Brasília with the summer time of old, which began and ended at midnight, brought back for 2026/2027."""
    begins, ends = datetime(2026, 11, 1, 3, tzinfo=UTC), datetime(2027, 2, 21, 2, tzinfo=UTC)
    changes = [int(each.timestamp()) for each in (begins, ends)]
    names = b"-03\0-02\0"
    kinds = struct.pack(">lbB", -3 * 3600, 0, 0) + struct.pack(">lbB", -2 * 3600, 1, 4)
    head = b"TZif" + b"\0" * 16 + struct.pack(">6l", 0, 0, 0, 2, 2, len(names))
    body = struct.pack(">2l", *changes) + bytes([1, 0]) + kinds + names
    return ZoneInfo.from_file(io.BytesIO(head + body), "America/Sao_Paulo")


def test_the_invented_zone_is_what_it_says():
    zone = summer_time_zone()
    hour = [datetime(2026, 11, 1, 2, 30, tzinfo=UTC) + n * HOUR for n in range(2)]
    assert [f"{each.astimezone(zone):%d %H:%M}" for each in hour] == ["31 23:30", "01 01:30"], "midnight is skipped"
    hour = [datetime(2027, 2, 21, 1, 30, tzinfo=UTC) + n * HOUR for n in range(3)]
    assert [f"{each.astimezone(zone):%d %H:%M}" for each in hour] == ["20 23:30", "20 23:30", "21 00:30"], "it repeats"


@pytest.mark.parametrize("start", [date(2026, 10, 30), date(2027, 2, 19)], ids=["it begins", "it ends"])
def test_summer_time_skips_no_day_and_doubles_none(app, monkeypatch, start):
    zone = summer_time_zone()
    monkeypatch.setattr(Chamber, "zone", property(lambda _chamber: zone))
    with app.app_context():
        chamber = app.extensions["cprac"]
        a_deadline_a_day(chamber, start, 4)
        now = datetime(start.year, start.month, start.day, 12, tzinfo=UTC)
        days = {heartbeats.HOUSEKEEPING: [], heartbeats.RECONCILIATION: []}
        for _ in range(4 * 48):
            sweep(chamber, now)
            if housekeeping.tidy(chamber, now).done:
                days[heartbeats.HOUSEKEEPING].append(chamber.day(now))
            before = beat_of(heartbeats.RECONCILIATION)
            reconciliation.reconcile(chamber, now)
            if beat_of(heartbeats.RECONCILIATION) != before:
                days[heartbeats.RECONCILIATION].append(chamber.day(now))
            now += HOUR / 2
        last = chamber.day(now - HOUR / 2)
        wanted = [start + n * DAY for n in range((last - start).days + 1)]
        assert days == {heartbeats.HOUSEKEEPING: wanted, heartbeats.RECONCILIATION: wanted}
        assert {due: on for due, (on,) in ((due, on) for due, on in expired().items() if on)} == {
            start + n * DAY: start + (n + 1) * DAY for n in range(4) if start + n * DAY < last
        }
        check(chamber, last)


def beat_of(name):
    """The local day that a daily task did last."""
    counts = db.session.scalar(select(Sweep.counts).where(Sweep.name == name)) or {}
    db.session.rollback()
    return counts.get("on")


def test_a_daily_task_is_done_today_though_a_clock_that_jumped_a_year_did_it_in_the_future(app):
    with app.app_context():
        chamber = app.extensions["cprac"]
        now = at("2026-03-10T12:00")
        assert housekeeping.tidy(chamber, now + 365 * DAY).done
        assert housekeeping.tidy(chamber, now).done
        assert not housekeeping.tidy(chamber, now + HOUR).done
        assert housekeeping.tidy(chamber, now + DAY).done
        assert not housekeeping.tidy(chamber, now).done, "two machines that disagree about midnight do not take turns"
