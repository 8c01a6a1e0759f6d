"""What filing asks: every answer is read or refused in plain words; nothing anybody types breaks it."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cprac.domain.filing import (
    ACCOUNT_LIMIT,
    MOST_MONEY,
    many_lines,
    one_line,
    read_conflict,
    read_consents,
    read_date,
    read_money,
    read_who,
)
from cprac.persistence.regulation_files import load_regulation

ON = date(2026, 3, 25)
REGULATION = load_regulation("contagem")
AGENCIES = (3, 7)

WHO = {"kind": "natural", "name": "Marina Alves Teixeira", "tax_id": "111.444.777-35", "email": "marina@exemplo.com.br",
       "phone": "(31) 99999-0000", "counsel": "", "priority": ""}  # fmt: skip
CONFLICT = {"matter": "public_works_damage", "agency": "3", "fact_on": "10/03/2026", "account": "O muro rachou.",
            "request": "O conserto.", "value": "8.420,00", "lawsuit": "no", "lawsuits": ""}  # fmt: skip


def who(**changed):
    return read_who({**WHO, **changed}, REGULATION)


def conflict(**changed):
    return read_conflict({**CONFLICT, **changed}, REGULATION, AGENCIES, ON)


def test_a_plain_filing_is_read():
    assert who().complete
    assert who().values["tax_id"] == "11144477735"
    assert conflict().complete
    values = conflict().values
    assert (values["agency"], values["fact_on"], values["value"]) == (3, date(2026, 3, 10), 842000)


@pytest.mark.parametrize(
    "field, typed, words",
    [
        ("name", "", "Escreva o nome de quem faz o pedido"),
        ("name", "…", "Escreva o nome com letras"),
        ("name", "a" * 201, "São 201 letras e o limite é 200. Encurte o texto"),
        ("kind", "", "Diga se o pedido é de uma pessoa ou empresa"),
        ("kind", "city", "Diga se o pedido é de uma pessoa ou empresa"),
        ("tax_id", "111.444.777-36", "CPF: Os dígitos de verificação não conferem. Procure um número trocado"),
        ("tax_id", "16.727.230/0001-97",
         "Este número é um CNPJ. Marque que o pedido é de uma empresa, ou escreva o CPF"),
        ("email", "marina@", "Escreva o e-mail completo, como nome@exemplo.com"),
        ("email", "a@b..com", "Escreva o e-mail completo, como nome@exemplo.com"),
        ("email", "a@b.com\nBcc: x@y.com", "Escreva o e-mail completo, como nome@exemplo.com"),
        ("phone", "ligue já", "Escreva o telefone com DDD, como (31) 99999-0000"),
        ("phone", "1234567", "Escreva o telefone com DDD, como (31) 99999-0000"),
        ("priority", "vip", "Escolha uma opção da lista de prioridade"),
    ],
)  # fmt: skip
def test_who_asks_is_refused_in_words(field, typed, words):
    answers = who(**{field: typed})
    assert [(problem.field, problem.words) for problem in answers.problems] == [(field, words)]


def test_a_company_gives_its_cnpj_and_may_be_alphanumeric():
    assert who(kind="legal", tax_id="16.727.230/0001-97").values["tax_id"] == "16727230000197"
    assert who(kind="legal", tax_id="12.ABC.345/01DE-35").values["tax_id"] == "12ABC34501DE35"
    assert "Este número é um CPF" in who(kind="legal", tax_id="111.444.777-35").problems[0].words


def test_one_way_to_reach_the_person_is_enough():
    assert who(email="").complete
    assert who(phone="").complete
    assert [problem.field for problem in who(email="", phone="").problems] == ["email"]


@pytest.mark.parametrize(
    "field, typed, words",
    [
        ("matter", "", "Escolha o assunto mais próximo"),
        ("matter", "pets", "Escolha o assunto mais próximo"),
        ("agency", "99999", "Escolha um órgão da lista, ou “Não sei”"),
        ("agency", "3 or 1=1", "Escolha um órgão da lista, ou “Não sei”"),
        ("fact_on", "27/11/2026", "A data do fato não pode estar no futuro"),
        ("fact_on", "26/03/2026", "A data do fato não pode estar no futuro"),
        ("fact_on", "31/02/2026", "Esse dia não existe. Confira o dia e o mês"),
        ("fact_on", "10/03/1826", "Confira o ano da data"),
        ("fact_on", "2026-03-10", "Escreva a data com dia, mês e ano, como 27/01/2026"),
        ("fact_on", "10/03/26", "Escreva a data com dia, mês e ano, como 27/01/2026"),
        ("account", "  ", "Conte o que aconteceu"),
        ("account", "a" * 4001, "São 4001 letras e o limite é 4000. Encurte o texto"),
        ("request", "", "Diga o que você pede"),
        ("value", "uns 8 mil", "Escreva o valor só com números, como 8.420,00"),
        ("value", "8420.50", "Escreva o valor só com números, como 8.420,00"),
        ("value", "-5,00", "Escreva o valor só com números, como 8.420,00"),
        ("value", "9" * 15, "O valor é grande demais. Confira os números"),
        ("lawsuit", "", "Diga se já existe processo na Justiça sobre isso"),
        ("lawsuits", "5037038-86.2019.8.13.0024",
         "“5037038-86.2019.8.13.0024”: Os dígitos de verificação não conferem. Procure um número trocado"),
    ],
)  # fmt: skip
def test_the_conflict_is_refused_in_words(field, typed, words):
    answers = conflict(**{"lawsuit": "yes", field: typed})
    assert [(problem.field, problem.words) for problem in answers.problems] == [(field, words)]


def test_today_and_an_unknown_agency_are_fine():
    assert conflict(fact_on="25/03/2026", agency="", value="").complete
    assert conflict(agency="").values["agency"] is None


def test_several_lawsuits_are_read_once_each_in_any_separation():
    values = conflict(
        lawsuit="yes", lawsuits="5037038-85.2019.8.13.0024\n0058967-77.2016.8.19.0000; 50370388520198130024"
    ).values
    assert values["lawsuits"] == ("50370388520198130024", "00589677720168190000")


def test_a_number_beside_no_lawsuit_is_a_contradiction():
    answers = conflict(lawsuit="no", lawsuits="5037038-85.2019.8.13.0024")
    assert [problem.field for problem in answers.problems] == ["lawsuit"]


def test_too_many_lawsuits_are_refused():
    assert conflict(lawsuit="yes", lawsuits="1\n" * 21).problems[0].words == "Escreva até 20 números"


@pytest.mark.parametrize(
    "typed, centavos",
    [("0", 0), ("8420", 842000), ("8.420", 842000), ("8.420,5", 842050), ("R$ 8.420,00", 842000),
     ("1.000.000,01", 100000001)],
)  # fmt: skip
def test_money_as_people_write_it(typed, centavos):
    assert read_money(typed) == centavos


@pytest.mark.parametrize("typed", ["27/1/2026", "27-01-2026", "27.01.2026", "27 / 01 / 2026"])
def test_days_as_people_write_them(typed):
    assert read_date(typed, ON) == date(2026, 1, 27)


def test_the_declarations_are_needed_and_the_adhesion_is_free():
    assert read_consents({"truth": "y", "data": "y"}).complete
    assert [problem.field for problem in read_consents({"portal": "y"}).problems] == ["truth", "data"]


TEXT = st.text(max_size=300)


@given(st.fixed_dictionaries({}, optional={name: TEXT | st.none() | st.integers() for name in WHO}))
def test_anything_typed_for_who_is_read_or_refused(raw):
    answers = read_who(raw, REGULATION)
    assert {problem.field for problem in answers.problems} <= set(WHO)
    for problem in answers.problems:
        assert problem.words
    if answers.complete:
        assert answers.values["name"].strip()
        assert "\n" not in answers.values["email"]


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(CONFLICT, TEXT)))
def test_anything_typed_for_the_conflict_is_read_or_refused(raw):
    answers = read_conflict(raw, REGULATION, AGENCIES, ON)
    for problem in answers.problems:
        assert problem.words
    value, day = answers.values["value"], answers.values["fact_on"]
    assert value is None or 0 <= value <= MOST_MONEY
    assert day is None or day <= ON


@given(st.text())
def test_kept_text_has_no_sign_that_databases_or_readers_stumble_over(text):
    for kept in (one_line(text), many_lines(text)):
        assert "\x00" not in kept
        assert "\u202e" not in kept
        kept.encode()
    assert "\n" not in one_line(text)
    assert many_lines(many_lines(text)) == many_lines(text)


@given(st.text(min_size=ACCOUNT_LIMIT + 1, max_size=ACCOUNT_LIMIT + 20, alphabet="ab "))
def test_no_account_is_longer_than_its_limit(text):
    answers = conflict(account=text)
    assert answers.complete == (len(text.strip()) <= ACCOUNT_LIMIT and bool(text.strip()))
