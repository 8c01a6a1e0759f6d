"""The agenda's reads: who sees which dates, in which order, up to which bound; and whose dates are whose."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import event, insert, select, update

from cprac.persistence import queries_agenda, queries_on_time
from cprac.persistence.database import db, transaction
from cprac.persistence.models import Case, CaseRole, DeadlineRow
from cprac.persistence.queries import Reader
from cprac.persistence.queries_agenda import Asked, Counts
from cprac.persistence.queries_on_time import Outcomes
from cprac.services import agendas
from tests.worlds import NOW, STAFF, TODAY, build_world

FAR = (TODAY - timedelta(days=400), TODAY + timedelta(days=800))


def reader_of(world, who, on=TODAY):
    offices = frozenset(STAFF[who][1]) if who in STAFF else frozenset()
    return Reader(world.account(who), offices, NOW, on)


def dates(world, found):
    by_number = {number: name for name, number in world.numbers.items()}
    return {(by_number[item.number], item.rule) for item in found}


@pytest.fixture
def world(app):
    built = build_world(app, "filed", "completion", "admissibility", "session", "talks", "suspended")
    with app.app_context():
        yield built
        db.session.remove()


def test_each_sees_the_dates_of_the_cases_in_sight_and_of_no_other(world):
    everything = dates(world, queries_agenda.between(reader_of(world, "coordinator"), Asked(), *FAR).items)
    running = db.session.scalars(
        select(DeadlineRow.id).where(DeadlineRow.status.in_(("open", "expired")), DeadlineRow.ended_on.is_(None))
    )
    assert len(everything) == len(list(running)) >= 8
    for who in ("mediator", "other_mediator", "city_attorney", "approver", "marina", "joao", "nobody", "administrator"):
        reader = reader_of(world, who)
        mine = set(
            db.session.scalars(
                select(Case.number)
                .join(CaseRole)
                .where(CaseRole.account_id == reader.account, CaseRole.until_at.is_(None))
            )
        )
        found = queries_agenda.between(reader, Asked(), *FAR).items
        assert {item.number for item in found} <= mine, who
        assert bool(found) is bool(mine), who
        assert dates(world, found) == {row for row in everything if world.number(row[0]) in mine}, who
    nobody = Reader(None, frozenset(), NOW, TODAY)
    assert queries_agenda.between(nobody, Asked(), *FAR).items == ()
    assert queries_agenda.counts(nobody, Asked(), TODAY) == Counts(0, 0, 0)


def test_a_role_that_ended_shows_nothing_more(world):
    reader = reader_of(world, "mediator")
    assert queries_agenda.between(reader, Asked(mine=True), *FAR).items
    with transaction() as session:
        session.execute(update(CaseRole).where(CaseRole.account_id == reader.account).values(until_at=NOW))
    assert queries_agenda.between(reader, Asked(), *FAR).items == ()
    assert queries_agenda.feed(reader, agendas.theirs(world.chamber.regulation, reader.offices), *FAR) == ()


def test_filters_narrow_and_an_office_sees_its_own_rules(world):
    reader, regulation = reader_of(world, "coordinator"), world.chamber.regulation
    everything = queries_agenda.between(reader, Asked(), *FAR).items
    by_kind = {
        kind: queries_agenda.between(reader, Asked(rules=agendas.rules_of_kind(regulation, kind)), *FAR).items
        for kind in agendas.KINDS
    }
    assert sorted(item.id for found in by_kind.values() for item in found) == sorted(item.id for item in everything)
    assert dates(world, by_kind["reunioes"]) == {("session", "D-SESSION")}
    office = agendas.rules_of_offices(regulation, reader.offices)
    found = queries_agenda.between(reader, Asked(rules=office), *FAR).items
    assert {regulation.rule(item.rule).responsible for item in found} == {"coordinator"}
    assert queries_agenda.between(reader, Asked(mine=True), *FAR).items == ()
    works = queries_agenda.between(reader, Asked(agency=world.agencies["works"]), *FAR).items
    health = queries_agenda.between(reader, Asked(agency=world.agencies["health"]), *FAR).items
    treasury = queries_agenda.between(reader, Asked(agency=world.agencies["treasury"]), *FAR).items
    assert len(works) + len(health) + len(treasury) == len(everything)
    assert works != everything
    matters = {item.number for item in queries_agenda.between(reader, Asked(matter="health_service"), *FAR).items}
    assert matters == set(
        db.session.scalars(select(Case.number).where(Case.matter == "health_service", Case.number.in_(
            {item.number for item in everything}))))  # fmt: skip


def test_a_meeting_has_its_hour_and_its_place_only_for_who_may_know_it(world):
    for who in ("coordinator", "mediator", "joao"):
        found = queries_agenda.between(reader_of(world, who), Asked(rules=frozenset({"D-SESSION"})), *FAR).items
        assert [item.number for item in found] == [world.number("session")], who
        assert found[0].starts_at is not None
        assert found[0].starts_at.tzinfo is not None
    assert {item.place for item in queries_agenda.feed(
        reader_of(world, "joao"), agendas.theirs(world.chamber.regulation, ()), *FAR)} == {""}  # fmt: skip


def test_the_days_asked_for_are_both_included_and_no_other(world):
    reader = reader_of(world, "coordinator")
    rows = queries_agenda.between(reader, Asked(), *FAR).items
    leap = date(2028, 2, 29)
    with transaction() as session:
        session.execute(update(DeadlineRow).where(DeadlineRow.id == rows[0].id).values(due=leap))
        session.execute(update(DeadlineRow).where(DeadlineRow.id == rows[1].id).values(due=date(2028, 3, 1)))
    february = queries_agenda.between(reader, Asked(), date(2028, 2, 1), leap).items
    march = queries_agenda.between(reader, Asked(), date(2028, 3, 1), date(2028, 3, 31)).items
    assert [item.id for item in february] == [rows[0].id]
    assert [item.id for item in march] == [rows[1].id]


def test_overdue_comes_oldest_first_and_counts_say_how_many(world):
    reader = reader_of(world, "coordinator")
    late = queries_agenda.overdue(reader, Asked()).items
    assert [item.due for item in late] == sorted(item.due for item in late)
    assert all(item.due < TODAY for item in late)
    soon = TODAY + timedelta(days=6)
    counted = queries_agenda.counts(reader, Asked(), soon)
    assert counted.overdue == len(late) > 0
    assert counted.today == len(queries_agenda.between(reader, Asked(), TODAY, TODAY).items)
    assert counted.soon == len(queries_agenda.between(reader, Asked(), TODAY + timedelta(days=1), soon).items)
    mine = reader_of(world, "mediator")
    assert queries_agenda.counts(mine, Asked(), soon).overdue == len(queries_agenda.overdue(mine, Asked()).items)


def test_what_is_paused_met_or_cancelled_is_on_no_agenda(world):
    reader = reader_of(world, "coordinator")
    for status, ended in (("paused", None), ("met", TODAY), ("cancelled", TODAY), ("expired", TODAY)):
        row = queries_agenda.between(reader, Asked(), *FAR).items[0]
        with transaction() as session:
            session.execute(update(DeadlineRow).where(DeadlineRow.id == row.id).values(status=status, ended_on=ended))
        assert row.id not in {item.id for item in queries_agenda.between(reader, Asked(), *FAR).items}, status


@pytest.mark.parametrize("who", ["coordinator", "mediator"])
def test_a_page_stops_at_its_bound_and_says_so(world, who):
    reader = reader_of(world, who)
    limit = 2
    found = queries_agenda.between(reader, Asked(), *FAR, limit=limit)
    whole = queries_agenda.between(reader, Asked(), *FAR)
    assert found.more
    assert not whole.more
    assert {item.id for item in found.items} == {
        item.id for item in sorted(whole.items, key=lambda item: (item.due, item.id))[:limit]
    }


# --- a person's own calendar ------------------------------------------------------------------------------------------


def test_a_party_s_calendar_holds_its_own_dates_and_not_the_chamber_s(world):
    regulation = world.chamber.regulation
    found = queries_agenda.feed(reader_of(world, "joao"), agendas.theirs(regulation, ()), *FAR)
    assert {regulation.rule(item.rule).responsible for item in found} <= {"applicant", "parties"}
    assert dates(world, found) == {("completion", "D-COMPLETE"), ("session", "D-SESSION")}


def test_a_date_of_the_other_party_is_not_mine(world):
    reader, regulation = reader_of(world, "joao"), world.chamber.regulation
    theirs = agendas.theirs(regulation, ())
    row = next(item for item in queries_agenda.feed(reader, theirs, *FAR) if item.rule == "D-COMPLETE")
    with transaction() as session:
        session.execute(update(DeadlineRow).where(DeadlineRow.id == row.id).values(party_ordinal=2))
    assert row.id not in {item.id for item in queries_agenda.feed(reader, theirs, *FAR)}


def test_a_worker_has_every_date_of_the_own_cases_and_an_office_those_of_its_rules(world):
    regulation = world.chamber.regulation
    mediator = reader_of(world, "mediator")
    own = queries_agenda.feed(mediator, agendas.theirs(regulation, mediator.offices), *FAR)
    assert {item.id for item in own} == {item.id for item in queries_agenda.between(mediator, Asked(), *FAR).items}
    coordinator = reader_of(world, "coordinator")
    found = queries_agenda.feed(coordinator, agendas.theirs(regulation, coordinator.offices), *FAR)
    assert {regulation.rule(item.rule).responsible for item in found} == {"coordinator"}


# --- how deadlines ended ----------------------------------------------------------------------------------------------


def test_outcomes_are_those_of_a_count_by_hand(world):
    reader = reader_of(world, "auditor")
    case = db.session.scalar(select(Case.id).where(Case.number == world.number("filed")))
    db.session.rollback()
    day = TODAY - timedelta(days=10)
    plain = {"case_id": case, "rule": "D-LAI", "trigger_on": day, "due": day, "pauses": [], "known_from": day,
             "opened_version": 1, "calendar_version": "v"}  # fmt: skip
    cases = (
        ("met", day - timedelta(days=3), {}), ("met", day, {}), ("met", day + timedelta(days=1), {}),
        ("expired", day + timedelta(days=4), {}), ("expired", None, {}), ("open", None, {}), ("paused", None, {}),
        ("cancelled", day, {}), ("superseded", day, {}), ("open", None, {"due": TODAY}),
        ("met", day, {"due": day - timedelta(days=100)}), ("met", TODAY, {"due": TODAY}),
    )  # fmt: skip
    with transaction() as session:
        for n, (status, ended, more) in enumerate(cases, 50):
            session.execute(insert(DeadlineRow), {**plain, "ordinal": n, "status": status, "ended_on": ended, **more})
    found = queries_on_time.on_time(reader, day, TODAY)["D-LAI"]
    assert found == Outcomes(on_time=2, late=1, expired=1, waiting=2, cancelled=2)
    assert found.ended == 6
    assert queries_on_time.on_time(reader, day + timedelta(days=1), TODAY).get("D-LAI") is None
    then = replace(reader, on=day + timedelta(days=2))
    assert queries_on_time.on_time(then, day, TODAY)["D-LAI"] == Outcomes(on_time=2, late=1, waiting=3, cancelled=2)


def test_who_sees_few_cases_counts_few_deadlines(world):
    wide, narrow = (queries_on_time.on_time(reader_of(world, who), *FAR) for who in ("auditor", "mediator"))
    assert sum(each.ended for each in wide.values()) > sum(each.ended for each in narrow.values()) > 0
    assert queries_on_time.on_time(reader_of(world, "nobody"), *FAR) == {}


# --- size -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who, index", [("coordinator", "ix_deadline_due"), ("mediator", "case_role")])
@pytest.mark.databases("sqlite")
def test_an_office_walks_the_dates_and_a_person_the_own_cases(world, who, index):
    seen = []

    def note(_connection, _cursor, statement, parameters, _context, _many):
        seen.append((statement, parameters))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        queries_agenda.between(reader_of(world, who), Asked(), TODAY, TODAY + timedelta(days=6))
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    statement, parameters = next(row for row in seen if "FROM deadline" in row[0])
    rows = db.session.connection().exec_driver_sql("EXPLAIN QUERY PLAN " + statement, parameters)
    plan = "\n".join(row[3] for row in rows)
    assert "SCAN deadline" not in plan
    assert index in plan
    assert ("ix_deadline_due" in plan) is (who == "coordinator")
