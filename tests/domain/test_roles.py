"""Offices and roles: what one person may be in one case."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cprac.domain.roles import CHAMBER_WIDE, INCOMPATIBLE, PARTY_ROLES, Office, Role, incompatible, roles_in_case

# architecture.md "Shapes chosen early": the pairs that may not meet in one case.
HOUSE_RULES = {
    frozenset(pair)
    for pair in (
        (Role.MEDIATOR, Role.MUNICIPAL_ATTORNEY),
        (Role.MEDIATOR, Role.OPINION_AUTHOR),
        (Role.MEDIATOR, Role.APPROVER),
        (Role.MEDIATOR, Role.APPEAL_DECIDER),
        (Role.MEDIATOR, Role.ATTORNEY_GENERAL),
        (Role.COORDINATOR, Role.MUNICIPAL_ATTORNEY),
        (Role.MUNICIPAL_ATTORNEY, Role.OPINION_AUTHOR),
        (Role.MUNICIPAL_ATTORNEY, Role.APPEAL_DECIDER),
    )
}
CITIZENS = {Role.APPLICANT, Role.INVITEE}
ON_NO_SIDE = {
    Role.MEDIATOR, Role.COORDINATOR, Role.REGISTRY, Role.APPROVER, Role.ATTORNEY_GENERAL, Role.OPINION_AUTHOR,
    Role.APPEAL_DECIDER, Role.COUNCIL, Role.AUDITOR,
}  # fmt: skip


@pytest.mark.parametrize("member", [*Office, *Role], ids=str)
def test_offices_and_roles_have_names_people_read(member):
    assert member.label
    assert type(member)(member.value) is member


def test_the_pairs_that_may_not_meet_are_the_houses_and_every_party_with_every_hand_of_the_chamber():
    parties = {frozenset((citizen, hand)) for citizen in CITIZENS for hand in ON_NO_SIDE}
    sides = {frozenset(pair) for pair in itertools.combinations(PARTY_ROLES, 2)}
    assert HOUSE_RULES | parties | sides == INCOMPATIBLE


def test_incompatibility_does_not_depend_on_the_order():
    for one, other in itertools.product(Role, Role):
        assert incompatible(one, other) is incompatible(other, one)


@pytest.mark.parametrize("role", list(Role), ids=str)
def test_nobody_is_incompatible_with_themselves(role):
    assert not incompatible(role, role)


@pytest.mark.parametrize(
    "offices, granted, held",
    [
        ({Office.COORDINATOR}, set(), {Role.COORDINATOR}),
        ({Office.COORDINATOR}, {Role.MUNICIPAL_ATTORNEY}, {Role.MUNICIPAL_ATTORNEY}),
        ({Office.COORDINATOR}, {Role.MEDIATOR}, {Role.COORDINATOR, Role.MEDIATOR}),
        ({Office.ATTORNEY_GENERAL, Office.REGISTRY}, {Role.MEDIATOR}, {Role.MEDIATOR, Role.REGISTRY}),
        ({Office.REGISTRY}, {Role.APPLICANT}, {Role.APPLICANT}),
        ({Office.AUDITOR}, {Role.INVITEE}, {Role.INVITEE}),
        ({Office.MEDIATOR, Office.MUNICIPAL_ATTORNEY, Office.APPROVER}, set(), set()),
    ],
)
def test_being_of_an_office_gives_a_role_only_where_no_role_of_the_case_excludes_it(offices, granted, held):
    assert roles_in_case(frozenset(offices), frozenset(granted)) == held


@given(st.frozensets(st.sampled_from(list(Office))), st.frozensets(st.sampled_from(list(Role)), max_size=2))
def test_what_comes_from_an_office_never_clashes_with_what_the_case_gave(offices, granted):
    held = roles_in_case(offices, granted)
    assert granted <= held
    for role in held - granted:
        assert role in {CHAMBER_WIDE[office] for office in offices if office in CHAMBER_WIDE}
        assert not any(incompatible(role, other) for other in granted)


def test_being_an_attorney_a_mediator_or_an_authority_opens_no_case():
    personal = {Office.MEDIATOR, Office.MUNICIPAL_ATTORNEY, Office.APPROVER, Office.COUNCIL}
    assert set(CHAMBER_WIDE) == set(Office) - personal
