"""The glossary: one Portuguese term, one identifier; and the identifiers of the code are in it."""

from __future__ import annotations

import re

import pytest

from cprac.domain.acts import Act
from cprac.domain.documents import DocumentKind
from cprac.domain.glossary import TERMS, rows
from cprac.domain.roles import Office, Role
from cprac.domain.states import CaseState

IDENTIFIERS = [name for _term, names, _source in TERMS for name in names.split(", ")]


def test_no_identifier_means_two_things():
    assert len(IDENTIFIERS) == len(set(IDENTIFIERS))


@pytest.mark.parametrize("term, names, source", TERMS)
def test_each_term_has_its_identifier_and_its_source(term, names, source):
    assert all(re.fullmatch(r"[a-z][a-z_]*", name) for name in names.split(", "))
    assert len(term.split(", ")) >= 1
    assert source


@pytest.mark.parametrize("member", [*CaseState, *Act, *Office, *Role], ids=str)
def test_every_state_act_office_and_role_is_in_the_glossary(member):
    assert (member.label, member.value) in {(term, name) for term, name, _source in rows()}


@pytest.mark.parametrize(
    "kind",
    ["application", "completion_request", "invitation", "acceptance", "assignment", "disclosure", "opening_record",
     "minutes", "order", "final_record", "internal_determination", "legal_opinion", "technical_note",
     "official_letter", "abstract", "discharge", "withdrawal", "admissibility_decision"],
)  # fmt: skip
def test_the_pages_are_called_as_the_glossary_calls_them(kind):
    assert DocumentKind(kind)
    assert kind in IDENTIFIERS
