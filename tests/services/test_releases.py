"""Releases of closed periods: made once, the same bytes for ever, corrected by another with its reason."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from cprac import create_app, demo
from cprac.domain.open_tables import from_bytes
from cprac.domain.regulation_parts import StatisticsRules
from cprac.persistence import queries_releases as reads
from cprac.persistence.database import db, transaction
from cprac.persistence.models import Case, CaseFact, Publication, StatDelta
from cprac.services import heartbeats, releases
from tests.domain.release_solver import Reader, extracts_of
from tests.fixtures_app import dispose_engines
from tests.worlds import TODAY, build_world

DAY = timedelta(days=1)


@pytest.fixture
def world(app):
    return build_world(app, "filed")


@pytest.fixture
def chamber(world):
    with world.app.app_context():
        yield world.chamber
        db.session.remove()


def at(day):
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def quarter(day):
    return releases.period_of(day, StatisticsRules())


def register(chamber, filed, *, seed=0, matter=None):
    """Fact rows of so many native cases a quarter: what releases are made of, without walking each case by its acts.

    Every third is admitted and ended in an agreement forty days later, every third was not admitted.
    """
    matters = [item.id for item in chamber.regulation.matters]
    with transaction() as session:
        template = session.scalars(sa.select(Case)).first()
        columns = {
            column.key: getattr(template, column.key) for column in sa.inspect(Case).columns if column.key != "id"
        }
        fact = session.get(CaseFact, template.id)
        facts = {column.key: getattr(fact, column.key) for column in sa.inspect(CaseFact).columns}
        for first, n in filed.items():
            for number in range(n):
                day = first + (number % 60) * DAY
                over = day + 40 * DAY
                case = Case(**columns | {"number": f"{first.year}.{first.month:02}{number:05}-{seed}"})
                session.add(case)
                session.flush()
                ended = number % 3 < 2
                values = {
                    "case_id": case.id, "filed_on": day, "matter": matter or matters[number % 5], "origin": "native",
                    "admitted_on": day + 5 * DAY if number % 3 == 0 else None,
                    "resolved_on": over if ended else None,
                    "resolved_as": ("agreement" if number % 3 == 0 else "closed_inadmissible") if ended else "",
                    "direction": "city_pays" if number % 3 == 0 else "",
                    "value_agreed": 10_000_00 if number % 3 == 0 else None,
                }  # fmt: skip
                session.add(CaseFact(**facts | values))
        session.execute(sa.delete(StatDelta))


def stored():
    db.session.rollback()
    return db.session.execute(sa.select(Publication.period, Publication.sha256, Publication.body)).all()


YEAR = {date(2027, 1, 1): 90, date(2027, 4, 1): 120, date(2027, 7, 1): 3, date(2027, 10, 1): 60}


@pytest.mark.parametrize(
    "day, months, period, first, last",
    [
        (date(2026, 5, 20), 3, "2026-T2", date(2026, 4, 1), date(2026, 6, 30)),
        (date(2026, 5, 20), 4, "2026-Q2", date(2026, 5, 1), date(2026, 8, 31)),
        (date(2026, 12, 31), 6, "2026-S2", date(2026, 7, 1), date(2026, 12, 31)),
        (date(2028, 2, 29), 12, "2028", date(2028, 1, 1), date(2028, 12, 31)),
    ],
)
def test_a_day_falls_into_a_period(day, months, period, first, last):
    found = releases.period_of(day, replace(StatisticsRules(), release_months=months))
    assert (found.id, found.first, found.last) == (period, first, last)


def test_an_empty_chamber_publishes_nothing(app):
    with app.app_context():
        chamber = app.extensions["cprac"]
        assert releases.publish_due(chamber, at(date(2030, 1, 1))) == releases.Published("2030-01-01")
        assert reads.latest() is None


def test_periods_are_published_once_in_order_and_a_small_one_with_the_next(chamber):
    """The world has one case of its own, in March 2026: the quarters until 2027 have too few, and are joined."""
    register(chamber, YEAR)
    first = releases.publish_due(chamber, at(date(2027, 7, 31)))
    assert list(first.released) == ["2026-T1_a_2027-T1", "2027-T2"]
    assert first.waits == "2027-T3"
    before = stored()
    assert releases.publish_due(chamber, at(date(2027, 7, 31))).released == {}
    assert releases.publish_due(chamber, at(date(2027, 12, 31))).waits == "2027-T3_a_2027-T4", (
        "three filings are too few"
    )
    assert stored() == before
    late = releases.publish_due(chamber, at(date(2028, 2, 1)))
    assert list(late.released) == ["2027-T3_a_2027-T4"]
    assert stored()[:2] == before
    assert [row.period for row in reads.publications()] == ["2027-T3_a_2027-T4", "2027-T2", "2026-T1_a_2027-T1"]
    row, newest = reads.latest()
    assert (row.period, row.current, newest.period) == ("2027-T3_a_2027-T4", True, "2027-T3_a_2027-T4")
    assert {table.id for table in newest.tables} >= {
        "filed_by_matter", "resolved_by_outcome", "agreements_by_matter", "filed_by_agency",
        "filed_by_channel", "filed_by_priority", "durations", "survival_curve", "agreements_value_by_direction",
        "on_time_by_rule", "backlog", "cases", "promised_results",
    }  # fmt: skip


def test_the_same_register_gives_the_same_bytes(chamber):
    register(chamber, YEAR)
    span = quarter(date(2027, 4, 1))
    one, other = (releases._made(chamber, span, at(date(2027, 8, 1))) for _time in range(2))
    assert releases.to_bytes(one) == releases.to_bytes(other)
    assert from_bytes(releases.to_bytes(one)) == one


def test_a_stored_release_cannot_be_changed_or_removed(chamber):
    register(chamber, YEAR)
    releases.publish_due(chamber, at(date(2027, 7, 31)))
    for statement in ("UPDATE publication SET reason = 'x'", "DELETE FROM publication"):
        with pytest.raises(sa.exc.DBAPIError, match="não se altera"), transaction() as session:
            session.execute(sa.text(statement))


def test_what_happens_later_changes_no_release(chamber):
    register(chamber, YEAR)
    releases.publish_due(chamber, at(date(2027, 7, 31)))
    before = stored()
    register(chamber, {date(2027, 1, 1): 40}, seed=1)
    assert releases.publish_due(chamber, at(date(2027, 8, 1))).released == {}
    assert stored() == before


def test_a_correction_is_a_release_of_its_own_with_reason_and_changes(chamber):
    register(chamber, YEAR)
    releases.publish_due(chamber, at(date(2027, 7, 31)))
    before = stored()
    with pytest.raises(releases.ReleaseError, match="nada do que pode ser mostrado mudou"):
        releases.correct(chamber, "2027-T2", "Conferência", at(date(2027, 8, 2)))
    with pytest.raises(releases.ReleaseError, match="motivo"):
        releases.correct(chamber, "2027-T2", " ", at(date(2027, 8, 2)))
    with pytest.raises(releases.ReleaseError, match="não foi publicado"):
        releases.correct(chamber, "2027-T3", "Conferência", at(date(2027, 8, 2)))
    register(chamber, {date(2027, 4, 1): 2}, seed=1)
    with pytest.raises(releases.ReleaseError, match="nada do que pode ser mostrado mudou"):
        releases.correct(chamber, "2027-T2", "Dois pedidos que faltavam", at(date(2027, 8, 3)))
    register(chamber, {date(2027, 4, 1): 30}, seed=2)
    made = releases.correct(chamber, "2027-T2", "Pedidos do balcão  que faltavam", at(date(2027, 8, 4)))
    assert (made.revision, made.reason) == (1, "Pedidos do balcão que faltavam")
    assert {"table": "totals", "key": "filed", "column": "n", "before": 120, "after": 152} in made.changes
    assert [row for row in stored() if row in before] == before
    rows = [row for row in reads.publications() if row.period == "2027-T2"]
    assert [(row.revision, row.current) for row in rows] == [(1, True), (0, False)]


def test_old_cases_are_no_part_of_a_release(chamber):
    register(chamber, YEAR)
    with transaction() as session:
        session.execute(sa.update(CaseFact).values(origin="legacy"))
    assert releases.publish_due(chamber, at(date(2028, 6, 1))).released == {}


def test_the_clock_publishes_once_a_day_and_is_seen(chamber):
    register(chamber, YEAR)
    done = releases.sweep(chamber, at(date(2027, 7, 31)))
    assert done.done
    assert len(done.released) == 2
    assert not releases.sweep(chamber, at(date(2027, 7, 31))).done
    assert releases.sweep(chamber, at(date(2027, 8, 1))).done
    assert not heartbeats.heartbeat(at(date(2027, 8, 1)))[heartbeats.RELEASES].stale


def test_a_period_that_is_not_due_is_refused(chamber):
    register(chamber, YEAR)
    assert list(releases.publish_due(chamber, at(date(2028, 6, 1)), until="2027-T1").released) == ["2026-T1_a_2027-T1"]
    with pytest.raises(releases.ReleaseError, match="2027-T2"):
        releases.publish_due(chamber, at(date(2027, 7, 1)), until="2027-T2")


def test_two_publishers_at_once_make_one_release(chamber, world):
    register(chamber, YEAR)
    db.session.remove()
    ready, found = threading.Barrier(2), []

    def publish():
        with world.app.app_context():
            ready.wait()
            found.append(releases.publish_due(chamber, at(date(2027, 7, 31))))
            db.session.remove()

    threads = [threading.Thread(target=publish) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 2
    assert sorted(row.period for row in stored()) == ["2026-T1_a_2027-T1", "2027-T2"]
    standing = {row.period: row.sha256 for row in stored()}
    assert all(standing[period] == digest for one in found for period, digest in one.released.items())


def test_the_row_of_a_case_says_what_the_extract_told(app):
    world = build_world(app, "in_force", "filed")
    with app.app_context():
        public, still = sorted(reads.rows_of(db.session(), TODAY), key=lambda row: row.published_on is None)
        assert (public.ending, public.agency, public.value) == ("agreement", "works", 300_000)
        assert public.published_on == public.resolved_on
        assert (still.ending, still.published_on, still.resolved_on) == ("", None, None)
        kept = reads.on_time_of(db.session(), world.chamber.regulation, date(2026, 1, 1), TODAY)
        assert {row.rule for row in kept} == set(world.chamber.regulation.deadlines)
        assert sum(row.ended for row in kept) > 0
        db.session.remove()


@pytest.mark.soak
def test_a_solver_narrows_no_pooled_cell_of_the_demonstration(tmp_path):
    """The releases that everybody sees first, with the extracts of its agreements, read by one who knows them all."""
    made = demo._make(tmp_path / "demo", date(2026, 3, 25), 0, 400)
    app = create_app(demo._settings(tmp_path / "demo", made))
    with app.app_context():
        rows = list(reads.rows_of(db.session(), date(2026, 3, 25)))
        released = reads.released(db.session())
        db.session.remove()
    dispose_engines(app)
    assert len(released) == 3
    matters = sorted({*(item.id for item in app.extensions["cprac"].regulation.matters), *(row.matter for row in rows)})
    reader = Reader(released, matters, extracts_of(rows, released))
    assert reader.cells
    assert reader.narrow() == []
    filed = {row[0]: row[2] for row in released[-1].table("filed_by_matter").rows}
    assert len([name for name, n in filed.items() if n and name != "others"]) >= 3
