"""Deadlines expire once, on the right local day, with an event; nobody loses a right by the clock alone."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from cprac.domain.acts import Act
from cprac.domain.states import CaseState
from cprac.domain.subject import Refusal
from cprac.persistence.database import db, transaction
from cprac.persistence.models import Case, DeadlineRow, EventRow
from cprac.services import acts, intake
from cprac.services.deadline_watch import heartbeat, sweep
from cprac.services.errors import RefusedError
from cprac.services.verification import verify
from tests.many_cases import file_many
from tests.worlds import NOW, TODAY, build_world

PROCESSES = 4
MANY = 300


def deadlines(world, case):
    """Rule -> (status, ended or not) of the deadlines of a case."""
    rows = db.session.scalars(select(DeadlineRow).join(Case).where(Case.number == world.number(case)))
    found = {row.rule: (row.status, row.ended_on) for row in rows}
    db.session.rollback()
    return found


def docket(world, case):
    """The events of a case, oldest first."""
    query = select(EventRow).join(Case).where(Case.number == world.number(case), EventRow.compartment == "docket")
    rows = list(db.session.scalars(query.order_by(EventRow.version)))
    db.session.rollback()
    return rows


def due_of(world, case, rule):
    query = select(DeadlineRow.due).join(Case).where(Case.number == world.number(case), DeadlineRow.rule == rule)
    day = db.session.scalars(query).one()
    db.session.rollback()
    return day


def local(world, day, hour):
    return datetime.combine(day, time(hour, 59), world.chamber.zone).astimezone(UTC)


def test_a_deadline_expires_the_day_after_by_local_time_once_and_with_an_event(app):
    world = build_world(app, "completion", "suspended")
    with app.app_context():
        due = due_of(world, "completion", "D-COMPLETE")
        before = docket(world, "completion")
        assert sweep(world.chamber, local(world, due, 23)).expired == 0  # in UTC it is the next day already
        assert deadlines(world, "completion")["D-COMPLETE"] == ("open", None)

        late = local(world, due + timedelta(days=1), 0)
        done = sweep(world.chamber, late)
        assert (done.expired, done.failed) == (1, 0)
        assert deadlines(world, "completion")["D-COMPLETE"] == ("expired", None), "it waits for a person"
        *earlier, event = docket(world, "completion")
        assert [row.hash for row in earlier] == [row.hash for row in before]
        assert (event.act, event.role, event.actor_id, event.at) == ("deadline_expired", "system", None, late)
        assert event.payload["from"] == event.payload["to"] == CaseState.AWAITING_COMPLETION.value
        assert event.payload["changes"] == {}
        assert [(line["rule"], line["status"]) for line in event.payload["deadlines"]] == [("D-COMPLETE", "expired")]
        case = db.session.scalars(select(Case).where(Case.number == world.number("completion"))).one()
        assert (case.version, case.next_due, case.next_rule) == (event.version, due, "D-COMPLETE")
        db.session.rollback()

        assert sweep(world.chamber, late + timedelta(minutes=1)).expired == 0
        assert sweep(world.chamber, local(world, due, 9)).expired == 0, "a clock that goes back changes nothing"
        assert deadlines(world, "completion")["D-COMPLETE"] == ("expired", None)
        assert deadlines(world, "suspended")["D-DURATION"] == ("paused", None), "a pause holds"
        assert verify(world.chamber).ok

    world.clock["completion"] = late
    world.do("completion", "coordinator", Act.ARCHIVE_INCOMPLETE, grounds="Não vieram os documentos.")
    with app.app_context():
        assert deadlines(world, "completion")["D-COMPLETE"][0] == "expired"
        assert verify(world.chamber).ok


@pytest.mark.databases("sqlite")
def test_what_nothing_follows_from_ends_with_its_day_and_an_act_can_still_be_set_aside(app):
    world = build_world(app, "mediator", "admissibility")
    with app.app_context():
        sweep(world.chamber, NOW + timedelta(days=60))
        status, ended = deadlines(world, "mediator")["D-CHALLENGE"]  # nobody refused the mediator: nothing to do
        assert (status, ended) == ("expired", TODAY + timedelta(days=60))
        open_before = deadlines(world, "admissibility")
        version = world.version("admissibility")
        done = acts.perform(
            world.chamber, world.account("coordinator"), world.number("admissibility"), Act.SET_ASIDE,
            {"reason": "Foi engano."}, version=version, key="aside", now=NOW + timedelta(days=61),
        )  # fmt: skip
        assert done.version == version + 1
        after = deadlines(world, "admissibility")
        assert after["D-ADMIT"] == open_before["D-ADMIT"], "what the clock did is not what was set aside"
        assert verify(world.chamber).ok


def test_a_case_that_fails_is_named_left_alone_and_stops_nobody(app, monkeypatch):
    world = build_world(app, "filed", "screening")
    with app.app_context():
        with transaction() as session:
            case = session.scalars(select(Case).where(Case.number == world.number("filed"))).one()
            case.procedure = "uma-que-ninguem-tem"
        done = sweep(world.chamber, NOW + timedelta(days=90))
        assert done.expired >= 1
        assert done.failed >= 1
        assert all(status == "open" for status, _ended in deadlines(world, "filed").values())
        assert deadlines(world, "screening")["D-FORMAL"][0] == "expired"
        beat = heartbeat(NOW + timedelta(days=90, minutes=3))["deadlines"]
        assert (beat.age, beat.stale) == (timedelta(minutes=3), False)
        assert beat.counts["failures"] == done.failures
        assert heartbeat(NOW + timedelta(days=91))["deadlines"].stale
        assert heartbeat(NOW)["outbox"].stale, "what never ran is stale"


def test_of_many_that_share_a_transaction_only_the_broken_one_stays_behind(app, caplog):
    with app.app_context():
        chamber = app.extensions["cprac"]
        numbers = file_many(chamber, 120, TODAY - timedelta(days=1), NOW)
        with transaction() as session:
            for number in (numbers[7], numbers[60], numbers[61]):
                session.scalars(select(Case).where(Case.number == number)).one().procedure = "uma-que-ninguem-tem"
        for _ in range(2):
            done = sweep(chamber, NOW)
            assert (done.failed, len(done.failures)) == (3, 3)
        query = select(Case.number).join(DeadlineRow).where(DeadlineRow.status == "open").order_by(Case.number)
        assert list(db.session.scalars(query)) == [numbers[7], numbers[60], numbers[61]]
        once = select(func.count(), func.count(func.distinct(EventRow.case_id)))
        assert tuple(db.session.execute(once.where(EventRow.act == "deadline_expired")).one()) == (117, 117)
        db.session.rollback()
        assert "could not expire" in caplog.text


@pytest.mark.databases("sqlite")
def test_a_database_that_is_gone_is_no_failure_of_fifty_cases(app, monkeypatch):
    calls = []

    def gone(*_given):
        calls.append(1)
        raise OperationalError("UPDATE", {}, Exception("database is locked"))

    with app.app_context():
        chamber = app.extensions["cprac"]
        file_many(chamber, 60, TODAY - timedelta(days=1), NOW)
        with monkeypatch.context() as broken:
            broken.setattr("cprac.services.deadline_watch._expire_together", gone)
            with pytest.raises(OperationalError):
                sweep(chamber, NOW)
        assert len(calls) == 3
        assert heartbeat(NOW)["deadlines"].stale, "a sweep that could not work is no sign of life"
        assert sweep(chamber, NOW).expired == 60


def test_two_deadlines_of_one_case_expire_with_an_event_each(app):
    world = build_world(app, "filed")
    with app.app_context():
        late = NOW + timedelta(days=60)
        before = len(docket(world, "filed"))
        expired = sweep(world.chamber, late).expired
        events = docket(world, "filed")[before:]
        assert expired == len(events) > 1
        assert [[line["status"] for line in event.payload["deadlines"]] for event in events] == [["expired"]] * expired
        assert verify(world.chamber).ok


@pytest.mark.databases("postgresql")
def test_who_acts_in_a_case_is_not_waited_for(app):
    with app.app_context():
        chamber = app.extensions["cprac"]
        numbers = file_many(chamber, 60, TODAY - timedelta(days=1), NOW)
        with db.engine.connect() as other:
            other.execute(select(Case.id).where(Case.number == numbers[3]).with_for_update())
            done = sweep(chamber, NOW)
            assert (done.expired, done.busy, done.failed) == (59, 1, 0)
        assert sweep(chamber, NOW).expired == 1


@pytest.mark.databases("sqlite")
def test_a_limit_leaves_the_rest_for_the_next_sweep(app):
    with app.app_context():
        chamber = app.extensions["cprac"]
        file_many(chamber, 7, TODAY - timedelta(days=1), NOW)
        assert [sweep(chamber, NOW, limit=3).expired for _ in range(4)] == [3, 3, 1, 0]


def test_four_processes_sweep_three_hundred_deadlines_and_each_expires_once(app, processes, tmp_path):
    with app.app_context():
        chamber = app.extensions["cprac"]
        numbers = file_many(chamber, MANY, TODAY - timedelta(days=1), NOW)
        url = db.engine.url.render_as_string(hide_password=False)
        db.session.remove()
        answers = processes.race("sweep", url, tmp_path, NOW, PROCESSES)
        assert [answer["failed"] for answer in answers] == [0] * PROCESSES
        assert sum(answer["expired"] for answer in answers) == MANY
        found = db.session.execute(
            select(Case.number, EventRow.version).join(EventRow, EventRow.case_id == Case.id)
            .where(EventRow.act == "deadline_expired").order_by(Case.number)
        ).all()  # fmt: skip
        assert [tuple(row) for row in found] == [(number, 2) for number in numbers]
        assert verify(chamber).ok


class TestWhereTheRegulationAutomates:
    """Amazonas lets the timer end an invitation that a private party left unanswered; never against the city."""

    @pytest.fixture
    def app_settings(self):
        return {"REGULATION": "amazonas"}

    @pytest.mark.databases("sqlite")
    def test_the_timer_does_the_act_in_a_step_of_its_own(self, app):
        world = build_world(app, "filed")
        self.invite_somebody(world)
        with app.app_context():
            due = due_of(world, "private", "D-INVITE")
            done = sweep(world.chamber, local(world, due + timedelta(days=1), 8))
            assert (done.automatic, done.failed) == (1, 0)
            expiry, lapse = docket(world, "private")[-2:]
            assert (expiry.act, lapse.act) == ("deadline_expired", Act.LAPSE_INVITATION.value)
            assert (lapse.role, lapse.actor_id, lapse.at) == ("system", None, expiry.at)
            assert world.state("private") is CaseState.CLOSED_NO_RESPONSE
            assert deadlines(world, "private")["D-INVITE"][0] == "expired"
            assert verify(world.chamber).ok

    @pytest.mark.databases("sqlite")
    def test_what_the_rules_refuse_the_timer_stays_a_proposal(self, app, monkeypatch):
        world = build_world(app, "filed")
        self.invite_somebody(world)

        def refuse(*_given, **_named):
            raise RefusedError(Refusal("Ainda não."))

        monkeypatch.setattr(acts, "act_in", refuse)
        with app.app_context():
            due = due_of(world, "private", "D-INVITE")
            done = sweep(world.chamber, local(world, due + timedelta(days=1), 8))
            assert (done.expired > 0, done.automatic, done.failed) == (True, 0, 0)
            assert world.state("private") is CaseState.INVITATION_PENDING
            assert deadlines(world, "private")["D-INVITE"] == ("expired", None)
            assert verify(world.chamber).ok

    @staticmethod
    def invite_somebody(world):
        """The city asks; a citizen is invited and told, and does not answer."""
        new = intake.NewCase(
            (
                intake.NewParty("applicant", "city", "", agency=world.agencies["works"]),
                intake.NewParty("invitee", "natural", "Jonas Prado", email="jonas@exemplo.org"),
            ),
            world.chamber.regulation.matters[0].id,
            "A obra invadiu a calçada.",
            "A retirada do muro.",
            channel="desk",
        )
        world.file("private", world.scripts["filed"], new, "registry", NOW - timedelta(days=40))
        world.do("private", "registry", Act.SCREEN, 1)
        world.do("private", "registry", Act.PASS_FORMAL, 1, checklist=True)
        world.do("private", "coordinator", Act.ADMIT, 2, grounds="Cabe no regulamento.")
        world.do("private", "registry", Act.INVITE, 1, scope="A retirada.", place="Sala 2", channel="email")
        world.serve("private", 1)
