"""``perform``: one act is one transaction, on both databases; what a case is afterwards is the fold of its history."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from cprac.domain.acts import Act
from cprac.domain.case_measures import measure
from cprac.domain.facts import CaseFacts, from_plain
from cprac.domain.history import check_chain
from cprac.domain.states import CaseState
from cprac.persistence.database import db, transaction
from cprac.persistence.models import (
    Account,
    Case,
    CaseFact,
    CaseRole,
    Chain,
    DeadlineRow,
    Document,
    EventPrivate,
    EventRow,
    Notice,
    OutboxMail,
    Signature,
    Submission,
)
from cprac.services import acts, notice_opening
from cprac.services.caches import fact_values
from cprac.services.chains import as_event
from cprac.services.errors import KeyReusedError, NotFoundError, RefusedError, StaleError
from tests.worlds import NOW, PLANS, build_world


def history_is_whole(number):
    """Assert that every chain of a case verifies and that its docket folds to what is stored."""
    session = db.session
    case = session.scalars(select(Case).where(Case.number == number)).one()
    for chain in session.scalars(select(Chain).where(Chain.case_id == case.id)):
        rows = session.scalars(
            select(EventRow)
            .where(EventRow.case_id == case.id, EventRow.compartment == chain.compartment)
            .order_by(EventRow.version)
        )
        assert check_chain([as_event(row, number) for row in rows], chain.head) is None
    folded = acts.folded(session, case)
    rows = session.scalars(select(DeadlineRow).where(DeadlineRow.case_id == case.id))
    assert (folded.state, folded.version) == (case.state.value, case.version)
    assert folded.facts == case.facts
    assert folded.deadlines == {row.ordinal: (row.status, row.due.isoformat()) for row in rows}
    facts = from_plain(CaseFacts, case.facts)
    fact = session.get(CaseFact, case.id)
    docket = select(EventRow).where(EventRow.case_id == case.id, EventRow.compartment == "docket")
    rows = session.scalars(docket.order_by(EventRow.version))
    measures = measure((row.act, row.on, row.payload) for row in rows)
    expected = fact_values(case.state, facts, measures, case.batch_id)
    assert {name: getattr(fact, name) for name in expected} == expected
    session.expunge_all()
    return case


def counts():
    """How many rows each table that an act writes has."""
    tables = (Case, EventRow, EventPrivate, DeadlineRow, Notice, OutboxMail, Document, CaseRole, Signature, Submission)
    found = {table.__tablename__: db.session.scalar(select(func.count()).select_from(table)) for table in tables}
    db.session.rollback()
    return found


@pytest.mark.parametrize("name", sorted(PLANS))
def test_each_plan_reaches_its_state_with_a_whole_history(app, name):
    world = build_world(app, name)
    with app.app_context():
        history_is_whole(world.number(name))


def test_a_case_is_taken_from_filing_to_a_fulfilled_agreement(app):
    world = build_world(app, "fulfilled")
    assert world.state("fulfilled") is CaseState.CLOSED_FULFILLED
    with app.app_context():
        case = history_is_whole(world.number("fulfilled"))
        assert case.facts["outcome"] == "total_agreement"
        left = db.session.scalars(
            select(DeadlineRow.rule).where(DeadlineRow.case_id == case.id, DeadlineRow.ended_on.is_(None))
        )
        assert list(left) == []
        assert db.session.scalar(select(func.count()).select_from(Signature)) == 2


def test_ten_equal_submissions_are_one_act_and_ten_equal_answers(app):
    world = build_world(app, "filed")
    with app.app_context():
        before = counts()
        answers = {
            acts.perform(
                world.chamber,
                world.account("registry"),
                world.number("filed"),
                Act.SCREEN,
                {},
                version=1,
                key="ten",
                now=NOW,
            )
            for _ in range(10)
        }
        assert len(answers) == 1
        after = counts()
    assert after["event"] == before["event"] + 1
    assert after["submission"] == before["submission"] + 1
    assert world.version("filed") == 2


def test_a_key_that_comes_back_with_another_content_is_refused(app):
    world = build_world(app, "screening")
    with app.app_context():
        send = {"version": world.version("screening"), "key": "same", "now": NOW}
        registry, number = world.account("registry"), world.number("screening")
        acts.perform(world.chamber, registry, number, Act.SET_EXTERNAL_PROCESS, {"process_number": "1/2026"}, **send)
        with pytest.raises(KeyReusedError):
            acts.perform(
                world.chamber, registry, number, Act.SET_EXTERNAL_PROCESS, {"process_number": "2/2026"}, **send
            )
        with pytest.raises(KeyReusedError):
            acts.perform(
                world.chamber,
                world.account("coordinator"),
                number,
                Act.SET_EXTERNAL_PROCESS,
                {"process_number": "1/2026"},
                **send,
            )


REFUSALS = (
    # who, act, values, error
    ("registry", Act.ADMIT, {}, RefusedError),
    ("coordinator", Act.ADMIT, {"grounds": "sem as confirmações"}, RefusedError),
    ("coordinator", Act.SIGN, {"read": True}, RefusedError),
    ("administrator", Act.ADMIT, {}, NotFoundError),
    ("nobody", Act.WITHDRAW, {}, NotFoundError),
    ("mediator", Act.MEDIATOR_NOTE, {"text": "sem função neste caso"}, NotFoundError),
)


@pytest.mark.parametrize("who, act, values, error", REFUSALS, ids=[f"{w}-{a}" for w, a, _v, _e in REFUSALS])
def test_a_refused_act_changes_nothing(app, who, act, values, error):
    world = build_world(app, "admissibility")
    with app.app_context():
        before = counts()
        with pytest.raises(error):
            acts.perform(
                world.chamber, world.account(who), world.number("admissibility"), act, values,
                version=world.version("admissibility"), key="refused", now=NOW,
            )  # fmt: skip
        assert counts() == before


def test_a_form_drawn_from_an_older_version_is_stale_and_told_what_changed(app):
    world = build_world(app, "admissibility")
    version = world.version("admissibility")
    world.do("admissibility", "registry", Act.SET_EXTERNAL_PROCESS, process_number="9/2026")
    with app.app_context():
        before = counts()
        with pytest.raises(StaleError) as stale:
            acts.perform(
                world.chamber, world.account("coordinator"), world.number("admissibility"), Act.REJECT,
                {"reason_code": "moot", "grounds": "x"}, version=version, key="late", now=NOW,
            )  # fmt: skip
        assert counts() == before
    assert [change["act"] for change in stale.value.changes] == ["set_external_process"]
    assert stale.value.version == version + 1


PRIVATE = (
    ("mediator", Act.CAUCUS, {"party": 1, "text": "só para quem pediu"}, "caucus:1"),
    ("marina", Act.CAUCUS, {"party": 1, "text": "da própria parte"}, "caucus:1"),
    ("city_attorney", Act.CAUCUS, {"party": 2, "text": "da cidade"}, "caucus:2"),
    ("mediator", Act.RECORD_OFFER, {"text": "cinco mil"}, "joint"),
    ("mediator", Act.MEDIATOR_NOTE, {"text": "para mim"}, "notes"),
    ("city_attorney", Act.CITY_NOTE, {"subject": "risk", "text": "perder custa mais"}, "city"),
)


@pytest.mark.parametrize("who, act, values, compartment", PRIVATE, ids=[f"{w}-{a}-{c}" for w, a, _v, c in PRIVATE])
def test_a_private_act_writes_its_own_chain_and_no_column_of_the_case(app, who, act, values, compartment):
    world = build_world(app, "talks")

    def rest():
        case = db.session.scalars(select(Case).where(Case.number == world.number("talks"))).one()
        row = {column.name: getattr(case, column.key) for column in Case.__table__.columns}
        docket = db.session.get(Chain, (case.id, "docket")).head
        others = {name: counts()[name] for name in ("deadline", "notice", "outbox", "document")}
        db.session.rollback()
        return row, docket, others

    with app.app_context():
        before = rest()
        world.do("talks", who, act, **values)
        assert rest() == before
        history_is_whole(world.number("talks"))
        last = db.session.scalars(select(EventRow).order_by(EventRow.id.desc()).limit(1)).one()
        assert last.compartment.startswith(compartment)
        assert "text" not in last.payload["values"]


def test_the_other_party_cannot_write_in_a_reserved_conversation(app):
    world = build_world(app, "talks")
    with pytest.raises(RefusedError):
        world.do("talks", "city_attorney", Act.CAUCUS, party=1, text="intruso")
    with pytest.raises(RefusedError):
        world.do("talks", "coordinator", Act.CAUCUS, party=1, text="intruso")


def test_a_pause_moves_the_end_by_itself_and_never_shortens_a_told_date(app):
    world = build_world(app, "mediator")
    query = (
        select(DeadlineRow).join(Case).where(Case.number == world.number("mediator"), DeadlineRow.rule == "D-CHALLENGE")
    )
    with app.app_context():
        told = db.session.scalars(query).one().due
        db.session.rollback()
    world.do("mediator", "coordinator", Act.SUSPEND, 0, reason_code="parties_agreement", until=date(2026, 4, 20))
    with app.app_context():
        paused = db.session.scalars(query).one()
        assert (paused.status, paused.due) == ("paused", told)
        assert paused.remaining > 0
        db.session.rollback()
    world.do("mediator", "coordinator", Act.RESUME, 3)
    with app.app_context():
        resumed = db.session.scalars(query).one()
        assert resumed.status == "open"
        assert resumed.due >= told
        history_is_whole(world.number("mediator"))


def test_setting_aside_restores_state_deadlines_and_roles_and_erases_nothing(app):
    world = build_world(app, "admissibility")
    with app.app_context():
        before = history_is_whole(world.number("admissibility"))
        events = counts()["event"]
    world.do("admissibility", "coordinator", Act.REJECT, 0, reason_code="moot", grounds="engano")
    world.do("admissibility", "coordinator", Act.SET_ASIDE, 0, reason="marquei o motivo errado")
    with app.app_context():
        after = history_is_whole(world.number("admissibility"))
        assert counts()["event"] == events + 2
        assert (after.state, after.next_due, after.next_rule) == (before.state, before.next_due, before.next_rule)
        undone, told = db.session.scalars(select(Notice).order_by(Notice.id.desc()).limit(2)).all()[::-1]
        assert (undone.act, undone.cancelled_at is not None) == ("reject", True)
        assert (told.act, told.party_ordinal, told.cancelled_at) == ("set_aside", undone.party_ordinal, None)
        assert (
            db.session.scalars(select(OutboxMail.status).where(OutboxMail.notice_id == undone.id)).one() == "cancelled"
        )


@pytest.mark.parametrize("days", [0, 1, 5])
def test_a_resumption_set_aside_pauses_again_from_where_the_pause_began(app, days):
    """Even one that ended on the day it began, which stops no day and so leaves no trace in the row."""
    world = build_world(app, "agency")
    for _again in range(2):
        world.do("agency", "coordinator", Act.AGENCY_ANSWERS, days, answer="Confere.")
        world.do("agency", "coordinator", Act.SET_ASIDE, reason="Resposta de outro caso.")
    mine = (Case.number == world.number("agency"), DeadlineRow.rule == "D-ADMIT")
    status, pauses = (select(column).join(Case).where(*mine) for column in (DeadlineRow.status, DeadlineRow.pauses))
    assert world.one(status) == "paused"
    assert [end for _start, end in world.one(pauses)] == [None]
    world.do("agency", "coordinator", Act.AGENCY_ANSWERS, 1, answer="Confere.")
    assert world.one(status) == "open"
    assert len(world.one(pauses)) == 1
    with app.app_context():
        history_is_whole(world.number("agency"))


def test_an_act_whose_notice_was_only_read_cannot_be_set_aside_either(app):
    """T50: refused once a notice of it was served, though reading one that starts no deadline writes no docket."""
    world = build_world(app, "admissibility")
    world.do("admissibility", "coordinator", Act.ADMIT, grounds="Cabe no regulamento.")
    version = world.version("admissibility")
    with app.app_context():
        read = notice_opening.mark_read(world.chamber, world.account("joao"), world.number("admissibility"), NOW)
    assert read
    assert world.version("admissibility") == version
    with pytest.raises(RefusedError, match="já foi aberto"):
        world.do("admissibility", "coordinator", Act.SET_ASIDE, reason="Engano")


def test_nobody_records_that_a_notice_arrived_before_it_was_given(app):
    world = build_world(app, "admissibility")
    world.do("admissibility", "coordinator", Act.REJECT, reason_code="moot", grounds="Já foi feito.")
    notice = world.one(
        select(Notice.ordinal).join(Case).where(Case.number == world.number("admissibility"), Notice.act == "reject")
    )
    given = world.day("admissibility")
    early = {"notice": notice, "channel": "email", "served_on": given - timedelta(days=11)}
    with pytest.raises(RefusedError, match="Escreva uma data desse dia em diante"):
        world.do("admissibility", "registry", Act.RECORD_SERVICE, **early)
    world.do("admissibility", "registry", Act.RECORD_SERVICE, **{**early, "served_on": given})


def test_whoever_reversed_a_decision_here_does_not_represent_the_city_afterwards(app):
    """AM art. 12: the appeal was decided for the chamber."""
    world = build_world(app, "appeal")
    substitute = {
        "role": "appeal_decider", "substitute": world.account("opinion_author"), "from_on": world.day("appeal"),
        "until_on": world.day("appeal") + timedelta(days=9), "legal_act": "Portaria 3/2026",
    }  # fmt: skip
    world.do("appeal", "coordinator", Act.ASSIGN_SUBSTITUTE, **substitute)
    world.do("appeal", "opinion_author", Act.REVERSE, grounds="Cabe.", back_to="merit_admissibility")
    with pytest.raises(RefusedError, match=r"já (atua|decidiu) neste caso"):
        world.do(
            "appeal", "coordinator", Act.ASSIGN_CITY_ATTORNEY, 20, attorney=world.account("opinion_author")
        )  # fmt: skip
    assert world.facts("appeal")["chamber_hands"][-1] == world.account("opinion_author")


def test_an_act_whose_notice_arrived_cannot_be_set_aside(app):
    world = build_world(app, "inadmissible")
    world.do("inadmissible", "coordinator", Act.SET_ASIDE, 0, reason="desfaz o registro do aviso")
    with pytest.raises(RefusedError):
        world.do("inadmissible", "coordinator", Act.SET_ASIDE, 0, reason="e agora a decisão")


def test_a_partial_admission_makes_a_second_case_under_the_same_number_and_key(app):
    world = build_world(app, "admissibility")
    world.do(
        "admissibility", "coordinator", Act.ADMIT_PARTIALLY, 0, grounds="só o conserto",
        rejected_part="os danos morais", reason_code="non_transactable_right",
    )  # fmt: skip
    with app.app_context():
        rows = db.session.scalars(select(Case).order_by(Case.id)).all()
        first, second = rows[0], rows[1]
        assert second.number == f"{first.number}/2"
        assert second.application_id == first.application_id
        assert (first.state, second.state) == (CaseState.ADMITTED, CaseState.INADMISSIBLE)
        assert second.filed_on == first.filed_on
        history_is_whole(first.number)
        history_is_whole(second.number)
    world.numbers["part"], world.clock["part"] = f"{world.number('admissibility')}/2", world.clock["admissibility"]
    world.do("part", "joao", Act.APPEAL, 0, grounds="cabe, sim")
    assert world.state("part") is CaseState.UNDER_REVIEW


def test_obligations_become_deadlines_and_end_with_their_fulfilment(app):
    world = build_world(app, "in_force")
    query = select(DeadlineRow).join(Case).where(Case.number == world.number("in_force"), DeadlineRow.rule == "D-OBL")
    with app.app_context():
        assert [(row.subject, row.status) for row in db.session.scalars(query.order_by(DeadlineRow.ordinal))] == [
            (1, "open"),
            (2, "open"),
        ]
        db.session.rollback()
    day = world.clock["in_force"].date()
    world.do("in_force", "registry", Act.REGISTER_FULFILMENT, 0, obligation=1, fulfilled_on=day, proof="Empenho 1")
    with app.app_context():
        assert [row.status for row in db.session.scalars(query.order_by(DeadlineRow.ordinal))] == ["met", "open"]


def test_who_signed_is_bound_to_the_exact_text(app):
    world = build_world(app, "signatures")
    with pytest.raises(RefusedError):
        world.do("signatures", "joao", Act.SIGN, 0, text_hash="0" * 64)
    with pytest.raises(RefusedError):
        world.do("signatures", "coordinator", Act.SIGN, 0, text_hash=world.term_hash("signatures"))
    world.do("signatures", "joao", Act.SIGN, 0, text_hash=world.term_hash("signatures"))
    with app.app_context():
        signature = db.session.scalars(select(Signature)).one()
        assert signature.sha256 == world.term_hash("signatures")
        assert db.session.get(Document, signature.document_id).kind == "final_term"


def test_a_disabled_account_and_an_ended_role_act_no_more(app):
    world = build_world(app, "talks")
    with app.app_context(), transaction() as session:
        session.get(Account, world.account("mediator")).active = False
    with pytest.raises(NotFoundError):
        world.do("talks", "mediator", Act.MEDIATOR_NOTE, text="ainda estou aqui?")
    with app.app_context(), transaction() as session:
        for role in session.scalars(select(CaseRole).where(CaseRole.account_id == world.account("marina"))):
            role.until_at = world.clock["talks"]
    with pytest.raises(NotFoundError):
        world.do("talks", "marina", Act.CLOSE_WITHOUT_AGREEMENT)
