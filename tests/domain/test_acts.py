"""Acts: each has its words, its fields, its class; what is personal never enters the docket."""

from __future__ import annotations

import re

import pytest

from cprac.domain.acts import FIELDS, Act, Compartment, InformationClass, Kind
from cprac.domain.documents import PUBLIC_AS_EXTRACT, SIGNED_BY_PARTIES, DocumentKind
from cprac.domain.effects import EFFECTS, OUTCOMES
from cprac.domain.guards import UNDOABLE_NEVER
from cprac.domain.lifecycle import _FITS
from cprac.domain.permissions import MARKERS, MATRIX, compartment_class, marker
from cprac.domain.roles import Office
from cprac.domain.states import CaseState
from cprac.domain.transitions_table import TABLE
from cprac.persistence.regulation_files import load_regulation

EVERY_ACT = pytest.mark.parametrize("act", list(Act), ids=str)
EVERY_FIELD = pytest.mark.parametrize(
    "act, item", [(act, item) for act in Act for item in FIELDS[act]], ids=lambda value: getattr(value, "name", value)
)
OPEN_CLASSES = {InformationClass.EXISTENCE, InformationClass.VALUES, InformationClass.MEDIATOR_IDENTITY}
"""Classes that procedure.md (e) shows to everybody."""


# --- loops over the enums: a new member fails here until everything about it is said (architecture §7) ---------------


@EVERY_ACT
def test_an_act_has_all_its_words(act):
    for words in (act.label, act.past, act.effect):
        assert words[0].isupper()
    assert act.effect.endswith(".")
    assert re.fullmatch(r"T\d+[a-z]?", act.code)
    assert Act(act.value) is act


@EVERY_ACT
def test_an_act_declares_its_fields_has_rows_a_class_and_a_marker(act):
    assert act in FIELDS
    assert any(row.act is act for row in TABLE)
    assert act.information_class in MATRIX
    assert marker(act) is MARKERS[act.information_class]


def test_no_two_acts_share_a_number_or_a_name():
    for column in ("code", "label", "value"):
        assert len({getattr(act, column) for act in Act}) == len(Act)


@EVERY_ACT
def test_the_imperative_and_the_past_are_told_apart(act):
    assert act.label != act.past


@pytest.mark.parametrize("kind", list(Kind), ids=str)
def test_every_kind_of_field_is_checked_and_used(kind):
    assert kind in _FITS
    assert any(item.kind is kind for fields in FIELDS.values() for item in fields)


@pytest.mark.parametrize("kind", list(DocumentKind), ids=str)
def test_every_kind_of_page_has_its_title_and_class(kind):
    assert kind.title[0].isupper()
    assert kind.information_class in MATRIX
    assert DocumentKind(kind.value) is kind
    assert kind.signed_by_parties is (kind in SIGNED_BY_PARTIES)
    assert kind.public_extract is (kind in PUBLIC_AS_EXTRACT)


def test_only_what_the_matrix_marks_r_is_public_as_an_extract():
    redacted = {
        InformationClass.ADMISSIBILITY, InformationClass.AGENCY_EVIDENCE, InformationClass.SIGNED_TERM,
        InformationClass.COMPLIANCE,
    }  # fmt: skip
    assert {kind.information_class for kind in PUBLIC_AS_EXTRACT} == redacted


@pytest.mark.parametrize("compartment", [each for each in Compartment if each is not Compartment.DOCKET], ids=str)
def test_every_private_compartment_has_its_class_and_acts_that_write_there(compartment):
    acts = [act for act in Act if act.compartment is compartment]
    assert acts
    assert {act.information_class for act in acts} == {compartment_class(compartment)}


@EVERY_ACT
def test_an_act_that_writes_no_docket_changes_no_fact(act):
    if act.compartment is not Compartment.DOCKET:
        assert act not in EFFECTS


def test_every_end_has_an_outcome():
    """Procedure (f). A fulfilled agreement is total or partial by its extent, a legacy one keeps its own outcome."""
    own = {CaseState.CLOSED_FULFILLED, CaseState.LEGACY_CLOSED}
    assert set(OUTCOMES) == {state for state in CaseState if state.terminal} - own


def test_what_can_never_be_set_aside_are_acts():
    assert UNDOABLE_NEVER - {""} <= {act.value for act in Act}


# --- fields ---------------------------------------------------------------------------------------------------------


@EVERY_FIELD
def test_a_field_has_a_label_and_a_name_a_form_can_use(act, item):
    assert re.fullmatch(r"[a-z][a-z_]*", item.name)
    assert item.label[0].isupper()
    assert not item.label.endswith((".", ":"))


@EVERY_ACT
def test_no_act_asks_twice_for_the_same(act):
    names = [item.name for item in FIELDS[act]]
    assert len(names) == len(set(names))


@EVERY_FIELD
def test_free_text_and_files_are_kept_apart_from_the_docket(act, item):
    personal = {Kind.TEXT, Kind.LONG_TEXT, Kind.LINES, Kind.FILES, Kind.OBLIGATIONS}
    assert item.private is (item.kind in personal)


@EVERY_FIELD
def test_a_choice_says_where_its_options_come_from(act, item):
    if isinstance(item.choices, tuple):
        assert bool(item.choices) is (item.kind is Kind.CHOICE), item
        assert len({value for value, _label in item.choices}) == len(item.choices)
        return
    source, _, name = item.choices.partition(":")
    if source == "regulation":
        assert load_regulation().choices(name)
    elif source == "office":
        assert name == "any" or Office(name)
    else:
        assert source == "case"
        assert item.kind in {Kind.PARTY, Kind.PARTIES, Kind.OBLIGATION, Kind.NOTICE, Kind.DEADLINE}


@EVERY_FIELD
def test_only_a_switch_is_vouched_for(act, item):
    assert not item.must_be_true or item.kind is Kind.FLAG


@EVERY_ACT
def test_nobody_writes_free_text_where_everybody_reads(act):
    if any(item.private for item in FIELDS[act]) and act.compartment is Compartment.DOCKET:
        assert act.information_class not in OPEN_CLASSES


def test_leaving_asks_for_no_reason():
    """Lei 13.140/2015 art. 2 § 2: nobody is kept; the final term states no reasons of the parties."""
    assert FIELDS[Act.WITHDRAW] == FIELDS[Act.CLOSE_WITHOUT_AGREEMENT] == ()


@pytest.mark.parametrize("act", [Act.ADMIT, Act.ADMIT_PARTIALLY])
def test_whoever_admits_vouches_for_each_condition_of_the_law(act):
    vouched = {item.name for item in FIELDS[act] if item.must_be_true}
    assert {"transactable", "within_regulation", "no_legislation", "no_exclusion", "powers"} <= vouched


@pytest.mark.parametrize("act", [Act.REJECT, Act.ARCHIVE_INCOMPLETE, Act.UPHOLD, Act.DENY, Act.REFUSE_HOMOLOGATION])
def test_an_adverse_decision_gives_its_reasons(act):
    """Lei 9.784/1999 art. 50."""
    assert any(item.name == "grounds" and item.required for item in FIELDS[act])
    assert act.grave or act is Act.REFUSE_HOMOLOGATION


GRAVE = """
close_legacy reopen archive_incomplete admit admit_partially reject reconsider uphold reverse dismiss_appeal
lapse_appeal decline lapse_invitation close_without_agreement withdraw opinion_adverse authorize deny sign
lapse_signatures homologate_admin refuse_homologation declare_breach keep_settlement enforce arbitrate_internal
declare_moot annul set_aside take_over change_deadline confirm_deadline_change
"""


def test_the_acts_with_a_page_of_their_own_to_confirm():
    assert {act.value for act in Act if act.grave} == set(GRAVE.split())
