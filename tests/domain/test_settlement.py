"""A settlement term: which clauses it must have, and when its obligations make sense."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cprac.domain.acts import FIELDS, Act
from cprac.domain.facts import LawsuitFact
from cprac.domain.settlement import OBLIGATION_KEYS, Clause, flaw_in_obligations, missing_clauses, reais
from tests.domain.case_world import CITY_AND_ENTITY, MONDAY, TWO_AGENCIES, new_case

CASE = new_case()
SUED = replace(CASE, lawsuits=(LawsuitFact("5" * 20, "pending"),))
PAYMENT = {"kind": "payment", "debtor": 2, "text": "Pagar", "due": MONDAY, "amount": 842_000}
DRAFT = {
    "summary": "Buraco na via", "object": "Indenização, paga em conta", "direction": "city_pays", "amount": 842_000,
    "funds": "Dotação 1", "penalty": "Multa de 2%", "waiver": True, "costs": "Cada um paga as suas",
    "public_parts": "Objeto e valor", "obligations": (PAYMENT,),
}  # fmt: skip


def test_a_full_draft_lacks_nothing():
    assert missing_clauses(DRAFT, SUED) == ()


@pytest.mark.parametrize("clause", [clause for clause in Clause if clause is not Clause.QUALIFICATION], ids=str)
def test_each_clause_is_missed_by_name(clause):
    without = {name: value for name, value in DRAFT.items() if name != clause.value}
    assert missing_clauses(without, SUED) == (clause,)
    assert missing_clauses({**DRAFT, clause.value: None}, SUED) == (clause,)


def test_a_term_needs_two_parties():
    assert missing_clauses(DRAFT, replace(SUED, parties=SUED.parties[:1])) == (Clause.QUALIFICATION,)


@pytest.mark.parametrize(
    "change, facts, missing",
    [
        ({"direction": "none", "amount": 0, "funds": ""}, SUED, ()),
        ({"direction": "city_receives", "funds": ""}, SUED, ()),
        ({"costs": ""}, CASE, ()),
        ({"costs": ""}, replace(SUED, lawsuits=(LawsuitFact("5" * 20, "extinguished"),)), ()),
        ({"summary": " \n "}, SUED, (Clause.SUMMARY,)),
        ({"waiver": "yes"}, SUED, (Clause.WAIVER,)),
    ],
)
def test_a_clause_is_asked_for_only_where_it_has_a_meaning(change, facts, missing):
    assert missing_clauses({**DRAFT, **change}, facts) == missing


@pytest.mark.parametrize("clause", list(Clause), ids=str)
def test_a_clause_has_words_that_end_the_sentence_what_is_missing_is(clause):
    assert clause.label == clause.label.strip(". ")
    assert Clause(clause.value) is clause


def test_every_clause_but_the_parties_is_a_field_of_the_draft():
    names = {item.name for item in FIELDS[Act.DRAFT_AGREEMENT]}
    assert {clause.value for clause in Clause} - {"qualification"} <= names


def flaw(*rows, direction="city_pays", amount=842_000, facts=CASE):
    found = flaw_in_obligations(rows, direction, amount, facts, MONDAY)
    return found.template.format(**found.params) if found else ""


@pytest.mark.parametrize(
    "change, words",
    [
        ({}, ""),
        ({"debtor": 3}, "Na obrigação 1, diga quem deve, o quê e até quando."),
        ({"debtor": None}, "diga quem deve"),
        ({"text": None}, "diga quem deve"),
        ({"due": None}, "diga quem deve"),
        ({"due": "2026-03-02"}, "diga quem deve"),
        ({"due": datetime(2026, 3, 2)}, "diga quem deve"),  # noqa: DTZ001
        ({"due": date(9999, 1, 1)}, "diga quem deve"),
        ({"due": MONDAY - timedelta(1)}, "a data já passou"),
        ({"kind": None}, "diga se é pagamento"),
        ({"amount": "10"}, "diga se é pagamento"),
        ({"amount": -5}, "diga se é pagamento"),
        ({"amount": None}, "escreva o valor a pagar"),
        ({"amount": 1}, "As parcelas somam R$ 0,01 e o acordo diz R$ 8.420,00."),
        ({"debtor": 1}, "o devedor não é quem o acordo diz que paga"),
    ],
)
def test_an_obligation_that_makes_no_sense_is_told_by_its_number(change, words):
    told = flaw({**PAYMENT, **change})
    assert words in told
    assert bool(told) is bool(words)


def test_between_public_bodies_either_may_owe():
    for parties in (TWO_AGENCIES, CITY_AND_ENTITY):
        for debtor in (1, 2):
            assert not flaw({**PAYMENT, "debtor": debtor}, facts=new_case(parties))


def test_instalments_add_up():
    half = {**PAYMENT, "amount": 421_000}
    assert not flaw(half, {**half, "due": MONDAY + timedelta(30)})
    assert "Na obrigação 2" in flaw(half, {**half, "amount": 0})


@given(
    st.lists(
        st.dictionaries(
            st.sampled_from([*OBLIGATION_KEYS, "other"]),
            st.one_of(st.none(), st.text(max_size=3), st.integers(), st.dates(), st.datetimes(), st.floats()),
        ),
        max_size=3,
    ),
    st.sampled_from(["city_pays", "city_receives", "none", "", "x"]),
    st.integers(0, 10**9),
)
def test_whatever_is_in_the_rows_the_answer_is_a_sentence_or_none(rows, direction, amount):
    found = flaw_in_obligations(rows, direction, amount, CASE, MONDAY)
    assert found is None or found.template.format(**found.params)


@pytest.mark.parametrize(
    "centavos, words", [(0, "R$ 0,00"), (5, "R$ 0,05"), (842_000, "R$ 8.420,00"), (123_456_789_01, "R$ 123.456.789,01")]
)
def test_money_is_written_as_people_write_it(centavos, words):
    assert reais(centavos) == words
