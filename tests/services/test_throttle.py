"""Limits of tries: exact over several connections, patient with the owner, nothing readable in the table."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from cprac.persistence.database import db, transaction
from cprac.persistence.models import Throttle
from cprac.services import throttle
from cprac.services.errors import TooManyTriesError
from tests.fixtures_app import dispose_engines, make_app

NOON = datetime(2026, 3, 25, 15, 0, tzinfo=UTC)


@pytest.fixture
def context(app):
    with app.app_context():
        yield


def passed(tries):
    """How many of *tries* (functions) were let through."""
    count = 0
    for one in tries:
        try:
            one()
        except TooManyTriesError:
            continue
        count += 1
    return count


@pytest.mark.parametrize("kind", sorted(throttle.LIMITS))
def test_exactly_the_limit_passes_and_somebody_else_is_not_touched(context, kind):
    limit = throttle.LIMITS[kind].count
    assert passed([lambda: throttle.spend(kind, "a", NOON)] * (limit + 3)) == limit
    throttle.spend(kind, "b", NOON)


def test_the_refusal_says_how_long_to_wait_and_after_that_it_passes(context):
    for _ in range(10):
        throttle.spend("lookup_source", "a", NOON)
    with pytest.raises(TooManyTriesError) as refusal:
        throttle.spend("lookup_source", "a", NOON + timedelta(seconds=20))
    wait = refusal.value.wait
    assert 40 <= wait <= 60
    with pytest.raises(TooManyTriesError):
        throttle.spend("lookup_source", "a", NOON + timedelta(seconds=20 + wait - 2))
    throttle.spend("lookup_source", "a", NOON + timedelta(seconds=20 + wait))


def test_no_span_of_a_minute_ever_holds_more_than_the_limit(context):
    let_in = []
    for second in range(240):
        at = NOON + timedelta(seconds=second)
        try:
            throttle.spend("lookup_source", "a", at)
        except TooManyTriesError:
            continue
        let_in.append(at)
    assert len(let_in) >= 30, "the limit also has to let people in"
    for first, eleventh in zip(let_in, let_in[10:], strict=False):
        assert eleventh - first >= timedelta(minutes=1)


def failures(count, source="10.0.0.1", email="ana@camara.example", at=NOON):
    for number in range(count):
        throttle.begin_sign_in(email, source, at + timedelta(seconds=number * 10))
    return at + timedelta(seconds=count * 10)


def test_after_five_failures_the_wait_doubles_from_one_minute_to_fifteen(context):
    at = failures(5)
    waits = []
    for _ in range(7):
        with pytest.raises(TooManyTriesError) as refusal:
            throttle.begin_sign_in("ana@camara.example", "10.0.0.1", at)
        waits.append(refusal.value.wait)
        at += timedelta(seconds=refusal.value.wait)
        throttle.begin_sign_in("ana@camara.example", "10.0.0.1", at)
    minutes = [round(wait / 60) for wait in waits]
    assert minutes[:5] == [1, 2, 4, 8, 15]
    assert max(minutes) == 15


def test_the_owner_signs_in_from_elsewhere_while_somebody_guesses(context):
    failures(5)
    throttle.begin_sign_in("ana@camara.example", "192.0.2.7", NOON + timedelta(minutes=1))
    throttle.begin_sign_in("rui@camara.example", "10.0.0.1", NOON + timedelta(minutes=1))


def test_knocking_while_one_has_to_wait_makes_nobody_wait_longer(context):
    at = failures(5)
    for second in range(0, 50, 5):
        with pytest.raises(TooManyTriesError):
            throttle.begin_sign_in("ana@camara.example", "10.0.0.1", at + timedelta(seconds=second))
    throttle.begin_sign_in("ana@camara.example", "10.0.0.1", at + timedelta(seconds=61))


def test_a_right_password_forgets_the_failures(context):
    at = failures(5)
    with transaction() as session:
        throttle.forgive_sign_in(session, "ana@camara.example", "10.0.0.1")
    throttle.begin_sign_in("ana@camara.example", "10.0.0.1", at)


def test_one_address_tries_at_most_twenty_times_a_minute_whatever_the_accounts(context):
    tries = [lambda n=n: throttle.begin_sign_in(f"p{n}@camara.example", "10.0.0.1", NOON) for n in range(40)]
    assert passed(tries) == 20


def test_a_flood_of_sign_ins_is_reported_and_stops_nobody(context, caplog):
    for number in range(throttle.ALARM.count + 1):
        throttle.begin_sign_in("ana@camara.example", f"10.0.{number // 200}.{number % 200}", NOON)
    assert "sign-ins in a minute" in caplog.text


def test_the_table_tells_nobody_who_tried(context):
    throttle.begin_sign_in("ana@camara.example", "203.0.113.9", NOON)
    kept = " ".join(db.session.scalars(select(Throttle.bucket)))
    assert "ana" not in kept
    assert "203.0.113" not in kept


def test_two_applications_share_one_limit(app, database_url, tmp_path):
    other = make_app(database_url, FILES=str(tmp_path / "files"))

    def tries(application):
        with application.app_context():
            return passed([lambda: throttle.spend("sign_in_source", "10.0.0.1", NOON)] * 20)

    try:
        with ThreadPoolExecutor(max_workers=4) as pool:
            let_in = sum(pool.map(tries, [app, other, app, other]))
    finally:
        dispose_engines(other)
    assert let_in == throttle.LIMITS["sign_in_source"].count
