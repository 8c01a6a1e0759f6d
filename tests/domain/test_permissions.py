"""Who sees what: the matrix of procedure.md (e), cell by cell, and how a cell is read in one case."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cprac.domain.acts import Act, Compartment, InformationClass
from cprac.domain.permissions import (
    MARKERS,
    MATRIX,
    Item,
    Level,
    Seen,
    Viewer,
    compartment_class,
    level,
    marker,
    sees_case,
)
from cprac.domain.roles import Role

C = InformationClass
EVERY_CLASS = pytest.mark.parametrize("information_class", list(InformationClass), ids=str)
EVERY_ROLE = pytest.mark.parametrize("role", list(Role), ids=str)

# procedure.md (e) as it stands: F full, M metadata, own, D only while deciding, after closing, need (to know), - none.
# "giver" and "other" are the party that gave the information and the other one.
E = """
                     mediator giver other city  registry coordinator pgm    auditor
existence            F        F     F     F     F        F           F      F
application          F        F     F     F     F        F           D      F
personal             need     F     need  need  need     need        -      need
admissibility        F        F     F     F     F        F           F      F
notice               F        own   own   own   F        F           M      M
minutes              F        F     F     F     F        F           M      F
joint_session        F        F     F     F     -        -           -      -
caucus               F        F     -     -     -        -           -      -
mediator_notes       F        -     -     -     -        -           -      -
city_strategy        -        -     -     F     -        -           D      after
mediation_document   F        F     F     F     -        -           -      -
agency_evidence      F        F     F     F     F        F           D      F
draft_term           F        F     F     F     F        F           D      after
signed_term          F        F     F     F     F        F           F      F
final_record         F        F     F     F     F        F           M      F
values               F        F     F     F     F        F           F      F
compliance           -        F     F     F     F        F           F      F
mediator_identity    F        F     F     F     F        F           F      F
"""

# Where the matrix is narrower than (e), and why.
BEFORE_CLOSING = "00.13: the auditor's access before closing is policy; until the chamber decides, only afterwards"
OWN_DATA = "need to know, for a party, is its own data and what is addressed to every party"
NARROWER = {
    ("application", "auditor"): ("after", BEFORE_CLOSING),
    ("personal", "auditor"): ("after", BEFORE_CLOSING),
    ("minutes", "auditor"): ("after", BEFORE_CLOSING),
    ("agency_evidence", "auditor"): ("after", BEFORE_CLOSING),
    ("personal", "giver"): ("own", OWN_DATA),
    ("personal", "other"): ("own", OWN_DATA),
    ("personal", "mediator"): ("F", "who conducts the case needs to know whom to call"),
    ("personal", "city"): ("F", "who answers for the city needs to know to whom"),
    ("personal", "registry"): ("F", "who serves notices needs addresses"),
    ("personal", "coordinator"): ("F", "who checks identity and powers needs the documents"),
    ("caucus", "giver"): ("own", "Lei 13.140/2015 art. 31: the party's own, never one addressed to all"),
    ("caucus", "other"): ("own", "the other party's own caucus; never the first one's"),
    ("caucus", "city"): ("own", "the city as a party has its own caucus, as any other"),
}
COLUMNS = {
    "mediator": Role.MEDIATOR, "giver": Role.APPLICANT, "other": Role.INVITEE, "city": Role.MUNICIPAL_ATTORNEY,
    "registry": Role.REGISTRY, "coordinator": Role.COORDINATOR, "pgm": Role.ATTORNEY_GENERAL, "auditor": Role.AUDITOR,
}  # fmt: skip
WORDS = {
    "F": Level.FULL, "M": Level.METADATA, "own": Level.OWN, "D": Level.DECIDING, "after": Level.CLOSED, "-": Level.NONE,
}  # fmt: skip
SAID = [
    (row.split()[0], column, cell)
    for row in E.strip().splitlines()[1:]
    for column, cell in zip(E.split()[: len(COLUMNS)], row.split()[1:], strict=True)
]


@pytest.mark.parametrize("name, column, said", SAID)
def test_each_cell_is_the_procedures_or_says_why_it_is_narrower(name, column, said):
    ours = MATRIX[C(name)][COLUMNS[column]]
    if (name, column) in NARROWER:
        kept, why = NARROWER[name, column]
        assert WORDS[kept] is ours
        assert why
        assert said != kept
    else:
        assert WORDS[said] is ours


def test_the_procedures_rows_are_all_ours_but_the_approvers_file():
    """00.13: the approver judges from a file of their own; surveys and the access log are rows of later issues."""
    assert {name for name, _column, _said in SAID} | {"approver_file"} == {each.value for each in C}


# The roles that (e) has no column for: who decides on the settlement, on an appeal, who informs, who keeps the system.
OURS = """
                   approver council opinion_author appeal_decider agency administrator
existence          F        F       F              F              F      -
application        D        D       D              D              -      -
personal           -        -       -              -              -      -
admissibility      F        F       F              F              -      -
notice             -        -       -              -              -      -
minutes            M        M       M              M              -      -
joint_session      -        -       -              -              -      -
caucus             -        -       -              -              -      -
mediator_notes     -        -       -              -              -      -
city_strategy      D        D       D              -              -      -
mediation_document -        -       -              -              -      -
agency_evidence    D        D       D              D              F      -
draft_term         D        D       D              -              -      -
approver_file      D        D       D              -              -      -
signed_term        F        F       F              F              -      -
final_record       M        M       M              M              -      -
values             F        F       F              F              -      -
compliance         M        M       M              -              F      -
mediator_identity  F        F       F              F              -      -
"""


def test_the_columns_of_our_own():
    roles = [Role(name) for name in OURS.split()[:6]]
    for row in OURS.strip().splitlines()[1:]:
        name, *cells = row.split()
        assert [MATRIX[C(name)][role] for role in roles] == [WORDS[cell] for cell in cells], name


def test_the_approvers_file_is_the_citys_and_of_those_who_decide():
    """architecture.md, "History in compartments": dossier and reasons of a denial, from the coordination too."""
    row = MATRIX[C.APPROVER_FILE]
    assert row[Role.MUNICIPAL_ATTORNEY] is Level.FULL
    assert {row[role] for role in (Role.MEDIATOR, Role.APPLICANT, Role.INVITEE, Role.AGENCY)} == {Level.NONE}
    assert {row[role] for role in (Role.COORDINATOR, Role.REGISTRY)} == {Level.METADATA}


@EVERY_CLASS
def test_every_class_has_its_row_its_marker_and_a_cell_for_every_role_that_looks(information_class):
    assert set(MATRIX[information_class]) == set(Role) - {Role.SYSTEM}
    assert MARKERS[information_class] in Seen
    assert marker(Act.ADMIT) is MARKERS[C.ADMISSIBILITY]


@pytest.mark.parametrize("seen", list(Seen), ids=str)
def test_every_marker_has_words_and_an_icon(seen):
    assert seen.label
    assert seen.icon
    assert Seen(seen.value) is seen


# --- a cell read in one case ------------------------------------------------------------------------------------------


def see(information_class, role, *, party=None, author=None, mine=(), account=1, deciding=None, closed=False):
    item = Item(information_class, party, author)
    return level(item, Viewer(account, frozenset({role}), frozenset(mine)), deciding=deciding, closed=closed)


ROLES = st.frozensets(st.sampled_from(list(Role)), max_size=4)
NUMBERS = st.one_of(st.none(), st.integers(1, 3))
VIEWERS = st.builds(Viewer, NUMBERS, ROLES, st.frozensets(st.integers(1, 3), max_size=2))
ITEMS = st.builds(Item, st.sampled_from(list(C)), NUMBERS, NUMBERS)
DECIDING = st.one_of(st.none(), st.sampled_from(list(Role)))
MOMENTS = st.fixed_dictionaries({"deciding": DECIDING, "closed": st.booleans()})


@given(ITEMS, VIEWERS, MOMENTS)
def test_what_one_sees_is_full_the_metadata_or_nothing(item, viewer, moment):
    assert level(item, viewer, **moment) in (Level.FULL, Level.METADATA, Level.NONE)


@given(st.integers(1, 3), VIEWERS, MOMENTS)
def test_a_caucus_is_read_only_by_the_mediator_and_by_whose_party_it_is(party, viewer, moment):
    seen = level(Item(C.CAUCUS, party, 2), viewer, **moment)
    reads = Role.MEDIATOR in viewer.roles or (
        party in viewer.parties and viewer.roles & {Role.APPLICANT, Role.INVITEE, Role.MUNICIPAL_ATTORNEY}
    )
    assert seen is (Level.FULL if reads else Level.NONE)


@given(VIEWERS, MOMENTS)
def test_a_caucus_of_nobody_is_nobodys_but_the_mediators(viewer, moment):
    seen = level(Item(C.CAUCUS), viewer, **moment)
    assert seen is (Level.FULL if Role.MEDIATOR in viewer.roles else Level.NONE)


@given(st.one_of(st.none(), st.integers(1, 3)), VIEWERS, MOMENTS)
def test_a_mediators_notes_are_read_by_the_mediator_who_wrote_them(author, viewer, moment):
    seen = level(Item(C.MEDIATOR_NOTES, None, author), viewer, **moment)
    own = Role.MEDIATOR in viewer.roles and author is not None and author == viewer.account
    assert seen is (Level.FULL if own else Level.NONE)


@given(ITEMS, VIEWERS, MOMENTS)
def test_another_role_never_takes_away_what_one_sees(item, viewer, moment):
    order = [Level.NONE, Level.METADATA, Level.FULL]
    for role in viewer.roles:
        alone = Viewer(viewer.account, frozenset({role}), viewer.parties)
        assert order.index(level(item, alone, **moment)) <= order.index(level(item, viewer, **moment))


@given(ITEMS, st.frozensets(st.sampled_from([Role.ADMINISTRATOR, Role.SYSTEM])), MOMENTS)
def test_the_administrator_and_the_timer_read_no_case(item, roles, moment):
    assert level(item, Viewer(1, roles, frozenset({1, 2, 3})), **moment) is Level.NONE
    assert not sees_case(roles)


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.REGISTRY, Role.ADMINISTRATOR, Role.AGENCY])
@pytest.mark.parametrize(
    "information_class",
    [C.CAUCUS, C.MEDIATOR_NOTES, C.CITY_STRATEGY, C.JOINT_SESSION, C.MEDIATION_DOCUMENT],
)
def test_what_is_said_in_the_talks_stays_from_the_chambers_own_desk(role, information_class):
    for closed in (False, True):
        for deciding in (None, role):
            seen = see(information_class, role, party=1, mine=(1,), deciding=deciding, closed=closed)
            assert seen is Level.NONE


@pytest.mark.parametrize(
    "role, information_class",
    [
        (Role.ATTORNEY_GENERAL, C.APPLICATION), (Role.ATTORNEY_GENERAL, C.CITY_STRATEGY),
        (Role.ATTORNEY_GENERAL, C.APPROVER_FILE), (Role.APPROVER, C.CITY_STRATEGY), (Role.APPROVER, C.DRAFT_TERM),
        (Role.OPINION_AUTHOR, C.CITY_STRATEGY), (Role.APPEAL_DECIDER, C.APPLICATION), (Role.COUNCIL, C.APPROVER_FILE),
    ],
)  # fmt: skip
def test_who_decides_reads_while_deciding_and_no_longer(role, information_class):
    assert see(information_class, role, deciding=role) is Level.FULL
    assert see(information_class, role, deciding=Role.REGISTRY) is Level.METADATA
    assert see(information_class, role, deciding=None, closed=True) is Level.METADATA


def test_whoever_decides_an_appeal_by_delegation_reads_neither_the_draft_nor_the_citys_file():
    for information_class in (C.CITY_STRATEGY, C.DRAFT_TERM, C.APPROVER_FILE):
        assert see(information_class, Role.APPEAL_DECIDER, deciding=Role.APPEAL_DECIDER) is Level.NONE


@pytest.mark.parametrize("information_class", [C.APPLICATION, C.PERSONAL, C.MINUTES, C.CITY_STRATEGY, C.DRAFT_TERM])
def test_the_auditor_reads_a_case_that_has_ended(information_class):
    assert see(information_class, Role.AUDITOR) is Level.METADATA
    assert see(information_class, Role.AUDITOR, closed=True) is Level.FULL


@pytest.mark.parametrize("information_class", [C.CAUCUS, C.MEDIATOR_NOTES, C.JOINT_SESSION, C.MEDIATION_DOCUMENT])
def test_the_auditor_never_reads_what_mediation_protects(information_class):
    assert see(information_class, Role.AUDITOR, closed=True) is Level.NONE


@pytest.mark.parametrize(
    "party, mine, seen", [(None, (1,), Level.FULL), (1, (1,), Level.FULL), (2, (1,), Level.NONE), (2, (), Level.NONE)]
)
def test_a_notice_is_its_addressees_or_everybodys(party, mine, seen):
    for role in (Role.APPLICANT, Role.INVITEE, Role.MUNICIPAL_ATTORNEY):
        assert see(C.NOTICE, role, party=party, mine=mine) is seen


@EVERY_ROLE
def test_only_those_with_a_role_in_the_case_know_of_it(role):
    assert sees_case([role]) is (role not in (Role.ADMINISTRATOR, Role.SYSTEM))
    assert not sees_case([])


def test_the_docket_has_no_class_of_its_own():
    with pytest.raises(KeyError):
        compartment_class(Compartment.DOCKET)
