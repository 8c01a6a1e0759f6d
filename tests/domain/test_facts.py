"""The facts of a case: they survive their plain form, and they say whose turn it is."""

from __future__ import annotations

import dataclasses
import json
import types
import typing
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cprac.domain.facts import (
    CaseFacts,
    DeadlineFact,
    LawsuitFact,
    MediatorFact,
    ObligationFact,
    PartyFact,
    SessionFact,
    SettlementFact,
    changes,
    from_plain,
    missing_signatories,
    responsible,
    to_plain,
    waiting_on,
    with_party,
)
from cprac.domain.roles import Role
from cprac.domain.states import CaseState, Turn
from tests.domain.case_world import (
    CITIZEN_AND_CITY,
    CITY_AND_CITIZEN,
    MONDAY,
    TWO_AGENCIES,
    TWO_INVITED,
    new_case,
)

CASE = new_case()
S = CaseState


# --- the plain form -------------------------------------------------------------------------------------------------


def values_of(hint):
    """Any value of a field with this type."""
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        return st.one_of([st.none() if arg is type(None) else values_of(arg) for arg in args])
    if origin is tuple:
        return st.lists(values_of(args[0]), max_size=3).map(tuple)
    if origin is dict:
        plain = st.one_of(st.text(max_size=5), st.integers(), st.booleans())
        return st.dictionaries(st.text(max_size=5), plain, max_size=3)
    if dataclasses.is_dataclass(hint):
        return anything(hint)
    simple = {
        int: st.integers(0, 10**15), str: st.text(max_size=12), bool: st.booleans(), date: st.dates(),
        CaseState: st.sampled_from(list(CaseState)),
    }  # fmt: skip
    return simple[hint]


def anything(cls):
    hints = typing.get_type_hints(cls)
    return st.builds(cls, **{item.name: values_of(hints[item.name]) for item in dataclasses.fields(cls)})


@given(anything(CaseFacts))
def test_any_facts_survive_their_plain_form_and_json(facts):
    plain = to_plain(facts)
    assert from_plain(CaseFacts, plain) == facts
    assert from_plain(CaseFacts, json.loads(json.dumps(plain))) == facts


@given(anything(CaseFacts), anything(CaseFacts))
def test_what_changed_is_exactly_what_a_merge_needs(before, after):
    merged = {**to_plain(before), **changes(before, after)}
    assert from_plain(CaseFacts, merged) == after
    assert changes(after, after) == {}


def test_an_old_event_with_a_fact_that_is_gone_stays_readable():
    assert from_plain(CaseFacts, {**to_plain(CASE), "forgotten": {"a": 1}}) == CASE


def test_a_case_recorded_before_a_fact_existed_gets_its_default():
    plain = to_plain(CASE)
    for name in ("severable", "standing", "chamber_hands", "last_role"):
        del plain[name]
    assert from_plain(CaseFacts, plain) == CASE


def test_every_fact_has_a_default_so_that_a_case_folds_from_nothing():
    assert CaseFacts() == from_plain(CaseFacts, {})


# --- parties and settlement ------------------------------------------------------------------------------------------


def test_a_party_is_found_by_its_ordinal_and_by_no_other():
    assert CASE.party(2).is_city
    with pytest.raises(KeyError):
        CASE.party(3)
    with pytest.raises(KeyError):
        with_party(CASE, 3, invitation="sent")


@pytest.mark.parametrize(
    "side, invitation, takes_part",
    [
        ("applicant", "", True), ("invitee", "", True), ("invitee", "sent", True), ("invitee", "accepted", True),
        ("invitee", "declined", False), ("invitee", "lapsed", False), ("invitee", "undeliverable", False),
    ],
)  # fmt: skip
def test_whoever_stays_out_takes_no_part(side, invitation, takes_part):
    assert PartyFact(1, side, "natural", invitation=invitation).takes_part is takes_part


def settled(**more):
    return replace(CASE, settlement=SettlementFact(1, "total", **more))


SIGNED = settled(signatories=(1, 2), signatures=(2, 1))


@pytest.mark.parametrize(
    "facts, in_force, bound",
    [
        (CASE, False, False),
        (settled(), False, False),
        (settled(signatories=(1, 2), signatures=(1,)), False, False),
        (SIGNED, True, True),
        (replace(settled(), standing=SIGNED.settlement), False, True),
    ],
)
def test_a_settlement_binds_when_everybody_signed_and_until_another_takes_its_place(facts, in_force, bound):
    assert (facts.settlement_in_force, facts.bound_by_settlement) == (in_force, bound)


LAWSUIT = (LawsuitFact("5" * 20, "pending"),)


@pytest.mark.parametrize(
    "facts, court, prosecution",
    [
        (CASE, False, False),
        (replace(CASE, unavailable_right=True), True, True),
        (with_party(CASE, 1, incapable=True), True, True),
        (replace(CASE, lawsuits=LAWSUIT), True, False),
        (replace(CASE, lawsuits=(LawsuitFact("5" * 20, "extinguished"),)), False, False),
        (replace(CASE, lawsuits=LAWSUIT, same_person=True), False, False),
        (replace(settled(court="homologated"), unavailable_right=True), False, True),
    ],
)
def test_when_the_judge_is_needed_and_when_the_prosecution_service(facts, court, prosecution):
    assert (facts.needs_court, facts.prosecution_must_be_heard) == (court, prosecution)


@pytest.mark.parametrize(
    "approvers, approvals, following",
    [
        ((), (), ""),
        (("approver", "attorney_general"), (), "approver"),
        (("approver", "attorney_general"), ("approver",), "attorney_general"),
        (("approver", "approver"), ("approver",), "approver"),
        (("approver",), ("approver",), ""),
    ],
)
def test_the_ladder_is_climbed_rung_by_rung(approvers, approvals, following):
    assert settled(approvers=approvers, approvals=approvals).next_approver == following


DUTIES = (ObligationFact(1, "payment", 2, MONDAY, 100), ObligationFact(2, "performance", 1, MONDAY + timedelta(9)))


@pytest.mark.parametrize(
    "facts, on, told",
    [
        (CASE, MONDAY, "none"),
        (replace(settled(), obligations=DUTIES), MONDAY + timedelta(30), "none"),
        (replace(SIGNED, obligations=DUTIES), MONDAY, "on_track"),
        (replace(SIGNED, obligations=DUTIES), MONDAY + timedelta(1), "late"),
        (replace(SIGNED, obligations=tuple(replace(item, status="fulfilled") for item in DUTIES)), MONDAY, "fulfilled"),
    ],
)
def test_compliance_is_read_off_the_obligations_of_a_signed_settlement(facts, on, told):
    assert facts.compliance(on) == told


@pytest.mark.parametrize(
    "status, running", [("open", True), ("paused", True), ("expired", True), ("met", False), ("cancelled", False)]
)
def test_a_deadline_binds_until_it_is_met_or_cancelled(status, running):
    assert DeadlineFact(1, "D-ADMIT", status, MONDAY).running is running


def test_the_meeting_that_is_set_is_the_last_one_not_yet_held():
    held, moved, set_ = (SessionFact(n, MONDAY, "", status=s) for n, s in ((1, "held"), (2, "moved"), (3, "scheduled")))
    assert replace(CASE, sessions=(held, moved, set_)).scheduled_session is set_
    assert replace(CASE, sessions=(held, moved)).scheduled_session is None


# --- whose turn -----------------------------------------------------------------------------------------------------

CITY_ASKS = new_case(CITY_AND_CITIZEN)
ATTORNEY = {"city_attorney": 7}
FIRM_LEFT = with_party(with_party(new_case(TWO_INVITED), 2, invitation="accepted"), 3, invitation="sent")
TO_SIGN = settled(signatories=(1, 2), signatures=(1,))


@pytest.mark.parametrize(
    "state, facts, turn, role",
    [
        (S.FILED, CASE, Turn.CHAMBER, Role.REGISTRY),
        (S.AWAITING_COMPLETION, CASE, Turn.CITIZEN, Role.APPLICANT),
        (S.AWAITING_COMPLETION, CITY_ASKS, Turn.CITY, Role.COORDINATOR),
        (S.AWAITING_COMPLETION, replace(CITY_ASKS, **ATTORNEY), Turn.CITY, Role.MUNICIPAL_ATTORNEY),
        (S.INADMISSIBLE, CASE, Turn.CITIZEN, Role.APPLICANT),
        (S.INADMISSIBLE, replace(CITY_ASKS, **ATTORNEY), Turn.CITY, Role.MUNICIPAL_ATTORNEY),
        (S.UNDER_REVIEW, replace(CASE, appeal="filed"), Turn.CHAMBER, Role.COORDINATOR),
        (S.UNDER_REVIEW, replace(CASE, appeal="forwarded"), Turn.CHAMBER, Role.ATTORNEY_GENERAL),
        (S.UNDER_REVIEW, replace(CASE, appeal="forwarded", appeal_decider=11), Turn.CHAMBER, Role.APPEAL_DECIDER),
        (S.INVITATION_PENDING, CASE, Turn.CITY, Role.COORDINATOR),
        (S.INVITATION_PENDING, replace(CASE, **ATTORNEY), Turn.CITY, Role.MUNICIPAL_ATTORNEY),
        (S.INVITATION_PENDING, CITY_ASKS, Turn.CITIZEN, Role.INVITEE),
        (S.INVITATION_PENDING, FIRM_LEFT, Turn.CITIZEN, Role.INVITEE),
        (S.MEDIATOR_ASSIGNMENT, CASE, Turn.CHAMBER, Role.COORDINATOR),
        (S.MEDIATOR_ASSIGNMENT, replace(CASE, mediator=MediatorFact(5, MONDAY)), Turn.CHAMBER, Role.MEDIATOR),
        (S.MEDIATOR_ASSIGNMENT, replace(CASE, mediator=MediatorFact(5, MONDAY, MONDAY)), Turn.CHAMBER, Role.REGISTRY),
        (S.MEDIATOR_ASSIGNMENT, replace(CASE, mediator=MediatorFact(5, MONDAY, None, True)), Turn.CHAMBER,
         Role.COORDINATOR),
        (S.SUSPENDED, replace(CASE, suspended_for="court"), Turn.COURT, Role.COORDINATOR),
        (S.SUSPENDED, replace(CASE, suspended_for="budget"), Turn.CHAMBER, Role.COORDINATOR),
        (S.DRAFTING_AGREEMENT, CASE, Turn.CHAMBER, Role.COORDINATOR),
        (S.DRAFTING_AGREEMENT, replace(settled(), mediator=MediatorFact(5, MONDAY)), Turn.CHAMBER, Role.MEDIATOR),
        (S.DRAFTING_AGREEMENT, replace(settled(complete=True), mediator=MediatorFact(5, MONDAY)), Turn.CHAMBER,
         Role.COORDINATOR),
        (S.LEGAL_FISCAL_REVIEW, settled(), Turn.CITY, Role.OPINION_AUTHOR),
        (S.LEGAL_FISCAL_REVIEW, settled(opinion="favourable"), Turn.CITY, Role.MUNICIPAL_ATTORNEY),
        (S.AWAITING_AUTHORIZATION, settled(approvers=("attorney_general",)), Turn.CITY, Role.ATTORNEY_GENERAL),
        (S.AWAITING_AUTHORIZATION, settled(approvers=("council",)), Turn.CITY, Role.COUNCIL),
        (S.AWAITING_AUTHORIZATION, settled(approvers=("the mayor",)), Turn.CITY, Role.APPROVER),
        (S.AWAITING_SIGNATURES, settled(signatories=(1, 2)), Turn.CITIZEN, Role.APPLICANT),
        (S.AWAITING_SIGNATURES, TO_SIGN, Turn.CITY, Role.COORDINATOR),
        (S.AWAITING_SIGNATURES, replace(TO_SIGN, **ATTORNEY), Turn.CITY, Role.MUNICIPAL_ATTORNEY),
        (S.AWAITING_SIGNATURES, replace(CITY_ASKS, settlement=TO_SIGN.settlement), Turn.CITIZEN, Role.INVITEE),
        (S.AWAITING_ADMIN_HOMOLOGATION, SIGNED, Turn.CITY, Role.ATTORNEY_GENERAL),
        (S.AWAITING_ADMIN_HOMOLOGATION, replace(settled(homologated=True), **ATTORNEY), Turn.CITY,
         Role.MUNICIPAL_ATTORNEY),
        (S.AWAITING_COURT_HOMOLOGATION, replace(SIGNED, **ATTORNEY), Turn.CITY, Role.MUNICIPAL_ATTORNEY),
        (S.AWAITING_COURT_HOMOLOGATION, settled(court="filed"), Turn.COURT, Role.REGISTRY),
        (S.IN_FORCE, replace(SIGNED, obligations=DUTIES), Turn.CITY, Role.REGISTRY),
        (S.IN_FORCE, replace(SIGNED, obligations=DUTIES[1:]), Turn.CITIZEN, Role.REGISTRY),
        (S.BREACHED, replace(SIGNED, obligations=DUTIES, **ATTORNEY), Turn.CITY, Role.MUNICIPAL_ATTORNEY),
        (S.LEGACY_OPEN, CASE, Turn.CHAMBER, None),
        (S.CLOSED_FULFILLED, SIGNED, Turn.NOBODY, None),
    ],
)  # fmt: skip
def test_whose_turn_it_is(state, facts, turn, role):
    assert (waiting_on(state, facts), responsible(state, facts)) == (turn, role)


@pytest.mark.parametrize("parties", [(), CITIZEN_AND_CITY, CITY_AND_CITIZEN, TWO_AGENCIES, TWO_INVITED])
@pytest.mark.parametrize("state", list(CaseState), ids=str)
def test_whose_turn_it_is_can_always_be_said(state, parties):
    for facts in (new_case(parties), replace(new_case(parties), same_person=True), replace(SIGNED, parties=parties)):
        assert (waiting_on(state, facts) is Turn.NOBODY) is state.terminal
        nobody = state.terminal or state is S.LEGACY_OPEN
        assert (responsible(state, facts) is None) is nobody


def test_who_has_still_to_sign():
    assert [party.id for party in missing_signatories(TO_SIGN)] == [2]
    assert missing_signatories(CASE) == ()
