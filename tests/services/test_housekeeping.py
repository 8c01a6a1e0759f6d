"""Once a local day, and only once, what was promised not to be kept goes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from cprac.domain.deadline_rules import Unit
from cprac.persistence.database import db, transaction
from cprac.persistence.models import Draft, Submission, Throttle, WebSession
from cprac.services.heartbeats import heartbeat
from cprac.services.housekeeping import drafts_before, tidy
from tests.worlds import NOW

DAY = timedelta(days=1)


def count(table):
    found = db.session.scalar(select(func.count()).select_from(table))
    db.session.rollback()
    return found


@pytest.fixture
def chamber(app):
    """A chamber with an old and a new row of everything that is tidied away."""
    with app.app_context():
        with transaction() as session:
            for number, age in enumerate((DAY, 89 * DAY, 92 * DAY)):
                at = NOW - age
                session.add(Draft(token_hash=str(number), data={}, created_at=at, updated_at=at))
                session.add(Throttle(bucket="login", window=at, count=1))
                session.add(Submission(key=str(number), body_hash="x", answer={}, created_at=at))
            for number, ends in enumerate((-DAY, DAY)):
                session.add(
                    WebSession(
                        token_hash=str(number), data={}, created_at=NOW - 2 * DAY, seen_at=NOW, expires_at=NOW + ends
                    )
                )
        yield app.extensions["cprac"]


def test_old_rows_go_once_a_day(chamber):
    done = tidy(chamber, NOW)
    assert (done.drafts, done.sessions, done.throttles, done.submissions) == (1, 1, 2, 2)
    assert [count(table) for table in (Draft, WebSession, Throttle, Submission)] == [2, 1, 1, 1]
    assert not tidy(chamber, NOW + timedelta(hours=5)).done, "today is done"
    assert not tidy(chamber, NOW - DAY).done, "a clock that goes back does not do yesterday again"
    assert heartbeat(NOW)["housekeeping"].counts["drafts"] == 1
    tomorrow = tidy(chamber, NOW + 2 * DAY)
    assert (tomorrow.done, tomorrow.drafts, tomorrow.sessions) == (True, 1, 1)


@pytest.mark.databases("sqlite")
def test_the_day_is_the_local_one(chamber):
    late = datetime(2026, 3, 26, 2, 30, tzinfo=UTC)  # 23:30 of the 25th in Contagem
    assert tidy(chamber, late).on == "2026-03-25"
    assert tidy(chamber, late + timedelta(hours=1)).on == "2026-03-26"


@pytest.mark.parametrize(
    "amount, unit, first_kept",
    [
        (90, Unit.CALENDAR_DAYS, date(2025, 12, 25)),
        (3, Unit.MONTHS, date(2025, 12, 25)),
        (1, Unit.YEARS, date(2025, 3, 25)),
        (0, Unit.CALENDAR_DAYS, date(2025, 12, 25)),
    ],
)
def test_how_long_drafts_are_kept_is_the_regulations_word(amount, unit, first_kept):
    from dataclasses import replace

    from cprac.persistence.regulation_files import load_regulation

    regulation = load_regulation()
    rows = tuple(
        replace(rule, amount=amount, unit=unit) if rule.id == "drafts" else rule for rule in regulation.retention
    )
    assert drafts_before(replace(regulation, retention=rows), date(2026, 3, 25)) == first_kept
    assert drafts_before(replace(regulation, retention=()), date(2026, 3, 25)) == date(2025, 12, 25)
