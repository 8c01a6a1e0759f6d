"""After the clock stood still or jumped, what happens by itself in law waits for a person; nothing else does."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import func, select

from cprac.domain.acts import Act
from cprac.domain.states import CaseState
from cprac.persistence.database import db
from cprac.persistence.models import Case, ClockHold, DeadlineRow
from cprac.services import clock_holds, intake
from cprac.services.clock_holds import Pace, Reason
from cprac.services.deadline_watch import sweep, waiting
from cprac.services.errors import NotFoundError
from cprac.services.verification import verify
from tests.worlds import NOW, build_world

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def holds():
    """How many holds there ever were, and why the open one stands."""
    count = db.session.scalar(select(func.count()).select_from(ClockHold))
    current = clock_holds.current()
    db.session.rollback()
    return count, current.reason if current else None


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(
    "away, reason",
    [
        (timedelta(minutes=1), None),
        (35 * HOUR, None),
        (36 * HOUR, None),
        (36 * HOUR + timedelta(seconds=1), Reason.GAP),
        (3 * DAY, Reason.GAP),
        (366 * DAY, Reason.GAP),
        (-timedelta(minutes=4), None),
        (-timedelta(minutes=6), Reason.BACK),
        (-HOUR, Reason.BACK),
        (-DAY, Reason.BACK),
        (-365 * DAY, Reason.BACK),
    ],
)
def test_a_hold_opens_after_a_day_and_a_half_or_when_the_clock_goes_back(app, away, reason):
    with app.app_context():
        chamber = app.extensions["cprac"]
        assert not sweep(chamber, NOW).held, "the first sweep ever has nothing to compare with"
        assert sweep(chamber, NOW + away).held is (reason is not None)
        assert holds() == ((1, reason) if reason else (0, None))
        assert sweep(chamber, NOW + away + timedelta(minutes=1)).held is (reason is not None), "until somebody looks"
        assert holds()[0] == (reason is not None), "one hold is enough"


@pytest.mark.databases("sqlite")
def test_the_frozen_day_of_a_demonstration_goes_back_at_midnight_and_holds_nothing(app):
    with app.app_context():
        chamber = app.extensions["cprac"]
        for back in (timedelta(), DAY - timedelta(minutes=1)):
            assert not sweep(chamber, NOW - back, watched=False).held
        assert holds() == (0, None)


@pytest.mark.parametrize(
    "wall, real, jumped",
    [
        (60, 60, False),
        (60, 0, False),
        (60 + 299, 60, False),
        (60 + 301, 60, True),
        (60 - 301, 60, True),
        (3600, 60, True),
        (-86400, 60, True),
        (31_536_000, 60, True),
        (60, 3660, True),
        (86400, 86400, False),
    ],
)
def test_a_process_sees_that_its_wall_clock_does_not_go_with_time(wall, real, jumped):
    pace = Pace()
    assert not pace.jumped(NOW, 1000.0), "the first look compares with nothing"
    later = NOW + timedelta(seconds=wall)
    assert pace.jumped(later, 1000.0 + real) is jumped
    assert not pace.jumped(later + timedelta(seconds=60), 1000.0 + real + 60), "the new time is the time from then on"


def test_two_schedulers_that_come_back_together_open_one_hold(app, processes, tmp_path):
    with app.app_context():
        chamber = app.extensions["cprac"]
        sweep(chamber, NOW)
        url = db.engine.url.render_as_string(hide_password=False)
        db.session.remove()
        processes.race("sweep", url, tmp_path, NOW + 3 * DAY, 4)
        assert holds() == (1, Reason.GAP)


@pytest.mark.databases("sqlite")
def test_a_hold_is_released_by_coordination_or_administration_once(app):
    world = build_world(app, "filed")
    with app.app_context():
        chamber = world.chamber
        clock_holds.hold(NOW, Reason.JUMP)
        clock_holds.hold(NOW, Reason.BACK)
        assert holds() == (1, Reason.JUMP)
        hold = clock_holds.current().id
        db.session.rollback()
        for who in ("registry", "mediator", "attorney_general", "marina"):
            with pytest.raises(NotFoundError):
                clock_holds.release(chamber, world.account(who), hold, NOW, f"by-{who}")
        with pytest.raises(NotFoundError):
            clock_holds.release(chamber, world.account("coordinator"), hold + 1, NOW, "another")
        for _ in range(3):
            clock_holds.release(chamber, world.account("administrator"), hold, NOW, "once")
        assert holds() == (1, None)
        with pytest.raises(NotFoundError):
            clock_holds.release(chamber, world.account("administrator"), hold, NOW, "again")
        assert [(each.reason, each.confirmed_by) for each in clock_holds.recent()] == [
            (Reason.JUMP, "Igor Tavares Melo")
        ]
        db.session.rollback()


class TestWhereTheRegulationAutomates:
    """Amazonas lets the timer end an invitation that a private party left unanswered."""

    @pytest.fixture
    def app_settings(self):
        return {"REGULATION": "amazonas"}

    def invited(self, app):
        """A world with an unanswered invitation, and the instants of the last day and of the morning after."""
        world = build_world(app, "filed")
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
        with app.app_context():
            query = select(DeadlineRow.due).join(Case).where(Case.number == world.number("private"))
            due = db.session.scalars(query.where(DeadlineRow.rule == "D-INVITE")).one()
            db.session.rollback()
        morning = datetime.combine(due + DAY, time(8), world.chamber.zone).astimezone(UTC)
        return world, morning

    def row(self, world):
        query = select(DeadlineRow).join(Case).where(Case.number == world.number("private"))
        row = db.session.scalars(query.where(DeadlineRow.rule == "D-INVITE")).one()
        db.session.rollback()
        return row

    def test_expiry_goes_on_the_effect_waits_and_happens_once_when_a_person_has_looked(self, app):
        world, morning = self.invited(app)
        with app.app_context():
            sweep(world.chamber, morning - 3 * DAY)
            done = sweep(world.chamber, morning)
            assert (done.held, done.expired > 0, done.automatic) == (True, True, 0)
            row = self.row(world)
            assert (row.status, row.ended_on, row.automatic_at, row.proposes) == (
                "expired", None, None, Act.LAPSE_INVITATION.value,
            ), "it stands in the worklist as a proposal"  # fmt: skip
            assert [(each.number, each.act) for each in waiting(world.chamber)] == [
                (world.number("private"), Act.LAPSE_INVITATION)
            ]
            assert sweep(world.chamber, morning + HOUR).automatic == 0
            hold = clock_holds.current().id
            db.session.rollback()
            clock_holds.release(world.chamber, world.account("coordinator"), hold, morning + HOUR, "release")
            released = morning + HOUR + timedelta(minutes=1)
            assert [sweep(world.chamber, released + n * timedelta(minutes=1)).automatic for n in range(3)] == [1, 0, 0]
            assert self.row(world).automatic_at == released
            assert world.state("private") is CaseState.CLOSED_NO_RESPONSE
            assert waiting(world.chamber) == []
            assert verify(world.chamber).ok

    @pytest.mark.databases("sqlite")
    def test_what_waits_may_be_done_by_hand_and_then_waits_no_more(self, app):
        world, morning = self.invited(app)
        with app.app_context():
            sweep(world.chamber, morning - 3 * DAY)
            assert sweep(world.chamber, morning).held
        world.clock["private"] = morning + HOUR
        world.do("private", "coordinator", Act.LAPSE_INVITATION)
        with app.app_context():
            assert waiting(world.chamber) == []
            hold = clock_holds.current().id
            db.session.rollback()
            clock_holds.release(world.chamber, world.account("coordinator"), hold, morning + 2 * HOUR, "release")
            assert sweep(world.chamber, morning + 3 * HOUR).automatic == 0
            assert verify(world.chamber).ok

    @pytest.mark.databases("sqlite")
    def test_a_crash_between_the_expiry_and_its_effect_loses_nothing(self, app, monkeypatch):
        world, morning = self.invited(app)
        with app.app_context():
            with monkeypatch.context() as broken:
                broken.setattr("cprac.services.deadline_watch.waiting", lambda _chamber: [])
                assert sweep(world.chamber, morning).automatic == 0
            assert sweep(world.chamber, morning + timedelta(minutes=1)).automatic == 1
            assert sweep(world.chamber, morning + timedelta(minutes=2)).automatic == 0
            assert verify(world.chamber).ok

    @pytest.mark.databases("sqlite")
    def test_an_effect_that_fails_is_named_and_tried_again(self, app, monkeypatch):
        world, morning = self.invited(app)

        def fail(*_given, **_named):
            raise RuntimeError("o disco encheu")

        with app.app_context():
            with monkeypatch.context() as broken:
                broken.setattr("cprac.services.acts.act_in", fail)
                done = sweep(world.chamber, morning)
                assert (done.automatic, done.failed, len(done.failures)) == (0, 1, 1)
            assert self.row(world).automatic_at is None
            assert sweep(world.chamber, morning + timedelta(minutes=1)).automatic == 1
