"""Anyone's calculator: the known answers, the open questions, and that it keeps what was typed."""

from __future__ import annotations

import pytest

from cprac.web.public import calculator


@pytest.fixture
def ask(client):
    def get(**question):
        return client.get("/calculadora", query_string=question)

    return get


def text(answer):
    return " ".join(answer.get_data(as_text=True).split())


def test_the_page_asks_and_claims_nothing(ask):
    answer = ask()
    assert answer.status_code == 200
    assert "Quando termina o meu prazo?" in text(answer)
    assert "Até 23h59" not in text(answer)


@pytest.mark.parametrize(
    "question, due",
    [
        # procedure.md c.2, V1 to V3 and V5 to V7
        ({"prazo": "outro", "quantidade": "5", "unidade": "business_days", "dia": "20/03/2026"}, "30/03/2026"),
        ({"prazo": "D-COMPLETE", "dia": "20/03/2026"}, "14/04/2026"),
        ({"prazo": "D-INVITE", "dia": "07/08/2026"}, "08/09/2026"),
        (
            {"prazo": "outro", "quantidade": "10", "unidade": "business_days", "dia": "06/06/2026", "como": "portal"},
            "22/06/2026",
        ),
        (
            {"prazo": "outro", "quantidade": "5", "unidade": "business_days", "dia": "03/06/2026", "como": "diario"},
            "12/06/2026",
        ),
        ({"prazo": "outro", "quantidade": "1", "unidade": "months", "dia": "31/01/2027"}, "01/03/2027"),
    ],
)
@pytest.mark.databases("sqlite")
def test_the_known_answers(ask, question, due):
    answer = ask(como=question.pop("como", "recebido"), unidade=question.pop("unidade", "business_days"), **question)
    assert answer.status_code == 200
    day, month, year = due.split("/")
    assert f'datetime="{year}-{month}-{day}"' in answer.get_data(as_text=True).partition('class="due-day"')[2][:80]
    assert due in text(answer)


@pytest.mark.databases("sqlite")
def test_the_city_s_own_holiday_is_named_and_the_ground_of_the_rule_too(ask):
    answer = text(ask(prazo="D-COMPLETE", dia="20/03/2026", como="recebido", unidade="business_days"))
    assert "Jubileu" in answer
    assert "padrão nosso, não da lei" in answer


@pytest.mark.parametrize(
    "question, message",
    [
        ({"prazo": "D-COMPLETE", "dia": ""}, "Escreva o dia"),
        ({"prazo": "D-COMPLETE", "dia": "31/02/2026"}, "31/02/2026"),
        ({"prazo": "outro", "dia": "20/03/2026"}, "Escreva quantos dias"),
        ({"prazo": "outro", "dia": "20/03/2026", "quantidade": "0"}, "Escreva um número de 1 a 3650"),
        ({"prazo": "outro", "dia": "20/03/2026", "quantidade": "muitos"}, "muitos"),
        ({"prazo": "D-NADA", "dia": "20/03/2026"}, "Qual prazo?"),
        ({"prazo": "D-COMPLETE", "dia": "20/03/1700"}, "confira o ano"),
        ({"prazo": "outro", "dia": "20/03/2026", "quantidade": "3650", "unidade": "years"}, "vai de"),
    ],
)
@pytest.mark.databases("sqlite")
def test_what_cannot_be_counted_is_said_at_its_field_and_kept(ask, question, message):
    answer = ask(**{"como": "recebido", "unidade": "business_days", **question})
    assert answer.status_code == 400
    assert message in text(answer)
    if question["dia"]:
        assert question["dia"] in text(answer)


@pytest.mark.databases("sqlite")
def test_every_rule_that_counts_forward_can_be_asked_for(ask, app):
    rules = calculator.countable(app.extensions["cprac"].regulation)
    assert {"D-COMPLETE", "D-APPEAL", "D-INVITE"} <= {rule.id for rule in rules}
    for rule in rules:
        answer = ask(prazo=rule.id, dia="20/03/2026", como="recebido", unidade="business_days")
        assert answer.status_code == 200, rule.id
