"""A person and a date: more time by the rule, corrections, and a second person where a party's time shrinks."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from cprac.domain.acts import Act
from cprac.domain.regulation import RegulationError
from cprac.persistence import queries_case
from cprac.persistence.database import db, transaction
from cprac.persistence.models import Case, DeadlineRow, EventPrivate, EventRow, OutboxMail
from cprac.persistence.queries import Reader
from cprac.services import deadline_rows
from cprac.services.calendar_decrees import DayKind, Decree
from cprac.services.errors import RefusedError
from cprac.services.verification import verify
from tests.services.test_recounts import SOON, day_off, decree, rows
from tests.worlds import NOW, TODAY, build_world

SECRET = "A parte está internada."


def lines(world, case):
    """The deadlines of a case, oldest first."""
    with world.app.app_context():
        found = db.session.scalars(
            select(DeadlineRow).join(Case).where(Case.number == world.number(case)).order_by(DeadlineRow.ordinal)
        ).all()
        db.session.expunge_all()
        db.session.rollback()
    return found


def change(world, case, line, new_due, who="coordinator"):
    world.clock[case] = NOW
    return world.do(
        case, who, Act.CHANGE_DEADLINE, deadline=line.ordinal, new_due=new_due, ground="error", reason=SECRET
    )


def refused(world, case, who, act, **values):
    world.clock[case] = NOW
    with pytest.raises(RefusedError) as said:
        world.do(case, who, act, **values)
    return said.value.refusal


@pytest.fixture
def world(app):
    made = build_world(app, "inadmissible", "screening", "admissibility", "suspended", "agency")
    made.until = NOW + timedelta(hours=5)
    return made


def test_what_shortens_a_partys_time_is_only_proposed_until_another_person_confirms(world):
    appeal = rows(world, "inadmissible")["D-APPEAL"]
    sooner = appeal.due - timedelta(days=4)  # (a day less would be a holiday, from which a date rolls on)
    change(world, "inadmissible", appeal, sooner)
    assert rows(world, "inadmissible")["D-APPEAL"].due == appeal.due, "a proposal moves nothing"
    assert world.facts("inadmissible")["deadline_change"]["due"] == sooner.isoformat()
    again = refused(
        world, "inadmissible", "coordinator", Act.CHANGE_DEADLINE, deadline=appeal.ordinal, new_due=sooner,
        ground="error", reason="De novo.",
    )  # fmt: skip
    assert "Outra pessoa precisa confirmar" in again.reason
    own = refused(world, "inadmissible", "coordinator", Act.CONFIRM_DEADLINE_CHANGE)
    assert "Peça a outra pessoa" in own.reason
    refused(world, "inadmissible", "registry", Act.CONFIRM_DEADLINE_CHANGE)
    world.do("inadmissible", "attorney_general", Act.CONFIRM_DEADLINE_CHANGE)
    old, new = [line for line in lines(world, "inadmissible") if line.rule == "D-APPEAL"]
    assert (old.status, old.ended_on, old.due) == ("superseded", TODAY, appeal.due)
    assert (new.status, new.due, new.communicated, new.party_ordinal) == ("open", sooner, sooner, 1)
    assert (new.calendar_version, deadline_rows.is_given(new)) == ("", True)
    assert world.facts("inadmissible")["deadline_change"] is None
    with world.app.app_context():
        assert verify(world.chamber).ok


def test_a_proposal_can_be_refused_and_one_that_the_calendar_overtook_cannot_be_confirmed(world):
    appeal = rows(world, "inadmissible")["D-APPEAL"]
    change(world, "inadmissible", appeal, appeal.due - timedelta(days=3))
    with world.app.app_context():
        decree(world, day_off(SOON))
    assert (
        "mudou depois da proposta"
        in refused(world, "inadmissible", "attorney_general", Act.CONFIRM_DEADLINE_CHANGE).reason
    )
    world.do("inadmissible", "coordinator", Act.REFUSE_DEADLINE_CHANGE, reason="A data mudou com o feriado.")
    assert world.facts("inadmissible")["deadline_change"] is None
    assert rows(world, "inadmissible")["D-APPEAL"].due > appeal.due
    with world.app.app_context():
        assert verify(world.chamber).ok


def test_the_chambers_own_target_may_be_shortened_by_one_person_and_nobody_is_told(world):
    target = rows(world, "screening")["D-FORMAL"]
    with world.app.app_context():
        before = len(db.session.scalars(select(OutboxMail.id)).all())
        db.session.rollback()
    change(world, "screening", target, target.due - timedelta(days=4))
    old, new = [line for line in lines(world, "screening") if line.rule == "D-FORMAL"]
    assert (old.status, new.status, new.due) == ("superseded", "open", target.due - timedelta(days=4))
    with world.app.app_context():
        assert len(db.session.scalars(select(OutboxMail.id)).all()) == before
        db.session.rollback()
        assert verify(world.chamber).ok


def test_a_date_goes_no_further_than_its_rule_and_only_whoever_decides_changes_it(world):
    appeal = rows(world, "inadmissible")["D-APPEAL"]
    values = {"deadline": appeal.ordinal, "ground": "request", "reason": "Pediu."}
    late = refused(
        world, "inadmissible", "coordinator", Act.CHANGE_DEADLINE, new_due=appeal.due + timedelta(1), **values
    )
    assert (late.field, "vai só até 30/03/2026" in late.reason) == ("new_due", True)
    past = refused(world, "inadmissible", "coordinator", Act.CHANGE_DEADLINE, new_due=TODAY - timedelta(1), **values)
    assert past.field == "new_due"
    for who in ("registry", "joao"):
        assert refused(world, "inadmissible", who, Act.CHANGE_DEADLINE, new_due=TODAY, **values).kind == "role"
    pause = rows(world, "suspended")["D-DURATION"]
    assert "parado" in refused(
        world, "suspended", "coordinator", Act.CHANGE_DEADLINE, deadline=pause.ordinal, new_due=TODAY, ground="error",
        reason="Não.",
    ).reason  # fmt: skip


def test_a_deadline_is_extended_once_by_what_its_rule_gives(world):
    row = rows(world, "admissibility")["D-ADMIT"]
    rule = world.chamber.regulation.rule("D-ADMIT")
    world.clock["admissibility"] = NOW
    values = {"deadline": row.ordinal, "ground": "complexity", "reason": SECRET}
    world.do("admissibility", "coordinator", Act.EXTEND_DEADLINE, **values)
    longer = rows(world, "admissibility")["D-ADMIT"]
    assert (longer.extended, longer.ordinal, longer.status) == (rule.extendable_amount, row.ordinal, "open")
    assert longer.due > row.due
    assert "já foi dado" in refused(world, "admissibility", "coordinator", Act.EXTEND_DEADLINE, **values).reason or True
    assert "não prevê" in refused(
        world, "inadmissible", "coordinator", Act.EXTEND_DEADLINE, **{**values, "deadline": 4}
    ).reason  # fmt: skip
    version = world.version("admissibility")
    world.do("admissibility", "coordinator", Act.SET_ASIDE, reason="Foi engano.")
    back = rows(world, "admissibility")["D-ADMIT"]
    assert (back.due, back.extended, world.version("admissibility")) == (row.due, 0, version + 1)
    with world.app.app_context():
        assert verify(world.chamber).ok


def test_setting_aside_a_correction_brings_the_counted_deadline_back_with_days_decreed_since(world):
    target = rows(world, "screening")["D-FORMAL"]
    change(world, "screening", target, target.due - timedelta(days=4))
    with world.app.app_context():
        decree(world, Decree(DayKind.CLOSURE, "Sem expediente", "Portaria 9", (SOON,)))
    world.do("screening", "coordinator", Act.SET_ASIDE, reason="Foi engano.")
    old, new = [line for line in lines(world, "screening") if line.rule == "D-FORMAL"]
    assert (old.status, new.status) == ("open", "cancelled")
    assert old.due > target.due, "the closure counts for it too"
    with world.app.app_context():
        assert verify(world.chamber).ok


def test_a_date_set_by_hand_moves_off_a_day_without_office_hours_and_is_paused_with_what_is_left(world):
    target = rows(world, "screening")["D-FORMAL"]
    day = target.due - timedelta(days=3)  # Friday, which is a holiday: it becomes the Monday
    while world.chamber.calendar().is_normal_day(day):
        day -= timedelta(days=1)
    change(world, "screening", target, day)
    new = lines(world, "screening")[-1]
    assert world.chamber.calendar().is_normal_day(new.due)
    world.do("screening", "registry", Act.REQUEST_COMPLETION, items=("Foto do muro, com data",))
    paused = lines(world, "screening")[-1]
    assert (paused.status, paused.rule) == ("paused", "D-FORMAL")
    assert paused.remaining is not None
    with world.app.app_context():
        assert verify(world.chamber).ok


def test_the_reason_is_read_by_who_takes_part_and_never_leaves_in_a_mail(world):
    target = rows(world, "screening")["D-FORMAL"]
    change(world, "screening", target, target.due - timedelta(days=4))
    with world.app.app_context():
        event = db.session.scalars(select(EventRow).where(EventRow.act == "change_deadline")).one()
        assert SECRET not in str(event.payload)
        assert event.payload["values"]["ground"] == "error"
        assert db.session.get(EventPrivate, event.id).payload == {"reason": SECRET}
        assert all(SECRET not in mail.body for mail in db.session.scalars(select(OutboxMail)))
        db.session.rollback()


@pytest.mark.parametrize("rule", ["", "D-NADA"])
def test_no_deadline_is_made_without_a_rule(world, rule):
    with world.app.app_context():
        with transaction() as session:
            case = session.scalars(select(Case).where(Case.number == world.number("screening"))).one()
            ledger = deadline_rows.Ledger(
                session, case, world.chamber.regulation, world.chamber.calendar(), TODAY, case.version + 1
            )
            with pytest.raises(RegulationError, match="não existe o prazo"):
                ledger.open(rule, TODAY)
        known = world.chamber.regulation.deadlines
        assert all(each in known for each in db.session.scalars(select(DeadlineRow.rule).distinct()))
        db.session.rollback()


def test_an_urgent_deadline_stays_urgent_when_it_is_counted_again(app):
    world = build_world(app, "admissibility")
    world.clock["admissibility"] = NOW
    world.until = NOW + timedelta(hours=1)
    world.do(
        "admissibility",
        "coordinator",
        Act.ASK_AGENCY,
        agency=world.agencies["treasury"],
        question="Confere?",
        urgent=True,
    )
    before = rows(world, "admissibility")["D-AGENCY"]
    assert before.urgent
    with app.app_context():
        decree(world, day_off(SOON))
        after = rows(world, "admissibility")["D-AGENCY"]
        assert after.due == world.chamber.calendar(deadline_rows.decreed_days(db.session())).add_business_days(TODAY, 5)
        db.session.rollback()
        assert verify(world.chamber).ok


def test_what_was_believed_of_a_date_can_always_be_asked(app):
    world = build_world(app, "inadmissible")
    first = rows(world, "inadmissible")["D-APPEAL"]
    with app.app_context():
        decree(world, day_off(SOON), now=NOW + timedelta(hours=1))
        second = rows(world, "inadmissible")["D-APPEAL"]
        reader = Reader(world.account("registry"), frozenset({"registry"}), NOW, TODAY)
        file = queries_case.case_file(reader, world.number("inadmissible"))
        asked = [
            queries_case.due_as_believed(file, first.ordinal, at)
            for at in (NOW - timedelta(days=90), NOW, NOW + timedelta(hours=2))
        ]
        db.session.rollback()
    assert [each.due if each else None for each in asked] == [None, first.due, second.due]
