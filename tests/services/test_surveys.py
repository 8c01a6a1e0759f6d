"""The survey: offered once a party when a case ends, answered once, and no way from an answer back to its case."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from cprac.domain.roles import Office
from cprac.domain.states import CaseState
from cprac.domain.surveys import ENDED, OUTCOMES, QUESTIONS, outcome_class
from cprac.persistence import queries_surveys
from cprac.persistence.database import Base, db, transaction
from cprac.persistence.models import SurveyAnswer, SurveyInvitation
from cprac.persistence.queries import Reader
from cprac.services import surveys
from cprac.services.errors import NotFoundError, RefusedError
from cprac.services.surveys import Said
from tests.web.visitors import token_of, visitor
from tests.worlds import NOW, TODAY, build_world

CANARY = "CANÁRIO <b>amarelo</b> =1+1"
SCORES = dict.fromkeys(QUESTIONS, 4)


@pytest.fixture
def app_settings():
    return {"TODAY": TODAY.isoformat()}


@pytest.fixture
def world(app):
    found = build_world(app, "fulfilled", "filed")
    with app.app_context():
        surveys.offer_due(found.chamber, NOW)
        db.session.remove()
    return found


def said(**changed):
    return Said(**{"scores": SCORES, "again": True, "text": CANARY, **changed})


def answer(world, who="joao", case="fulfilled", **changed):
    return surveys.answer(world.chamber, world.account(who), world.number(case), said(**changed), now=NOW)


def rows(model):
    return list(db.session().scalars(sa.select(model)))


def test_every_end_is_asked_about_and_old_cases_are_not():
    assert {CaseState.CLOSED_FULFILLED, CaseState.IN_FORCE, CaseState.CLOSED_NO_AGREEMENT} <= set(ENDED)
    assert CaseState.LEGACY_CLOSED not in ENDED
    assert {outcome_class(state) for state in ENDED} == set(OUTCOMES)


def test_each_person_of_an_ended_case_is_asked_once_and_the_city_is_not(world):
    with world.app.app_context():
        before = [(row.party_ordinal, row.answered) for row in rows(SurveyInvitation)]
        assert before == [(1, False)]
        assert surveys.offer_due(world.chamber, NOW + timedelta(days=9)) == 0


def test_a_party_answers_once_and_others_never(world):
    with world.app.app_context():
        for who, case in (("marina", "fulfilled"), ("mediator", "fulfilled"), ("joao", "filed")):
            with pytest.raises(NotFoundError):
                answer(world, who, case)
        assert answer(world)
        assert not any(answer(world, text=f"outra vez {n}") for n in range(10))
        assert [row.text for row in rows(SurveyAnswer)] == [CANARY]
        assert [row.answered for row in rows(SurveyInvitation)] == [True]


WRONG = [
    ({"scores": {**SCORES, "ease": 6}}, "ease"),
    ({"scores": {**SCORES, "speed": 0}}, "speed"),
    ({"scores": {"ease": 3}}, "fairness"),
    ({"again": None}, "again"),
    ({"text": "x" * 2001}, "text"),
]


def test_what_is_no_answer_is_refused_and_uses_nothing_up(world):
    with world.app.app_context():
        for changed, field in WRONG:
            with pytest.raises(RefusedError) as caught:
                answer(world, **changed)
            assert caught.value.refusal.field == field
        assert answer(world)


def test_the_text_is_in_one_row_of_one_table_and_that_row_names_no_case_nor_day(world):
    with world.app.app_context():
        before = _counts()
        answer(world)
        grown = {name for name, n in _counts().items() if n != before[name]}
        assert grown == {"survey_answer"}, "another row would tell who answered when"
        for table in Base.metadata.tables.values():
            for row in db.session.execute(sa.select(table)).mappings():
                held = CANARY in str(dict(row))
                assert held == (table.name == "survey_answer"), table.name
        assert not Base.metadata.tables["survey_answer"].foreign_keys
        kinds = {type(column.type) for column in Base.metadata.tables["survey_answer"].columns}
        assert kinds.isdisjoint({sa.Date, sa.DateTime})
        (row,) = rows(SurveyAnswer)
        assert (row.month, row.matter, row.outcome) == (202603, "", ""), "one party of the month is no crowd"


def _counts():
    session = db.session()
    session.rollback()
    tables = Base.metadata.tables.values()
    return {table.name: session.scalar(sa.select(sa.func.count()).select_from(table)) for table in tables}


def test_the_matter_is_kept_where_five_of_the_month_share_it(world):
    with world.app.app_context():
        with transaction() as session:
            (one,) = session.scalars(sa.select(SurveyInvitation))
            session.add_all(
                SurveyInvitation(case_id=one.case_id, party_ordinal=n, offered_on=one.offered_on, answered=False)
                for n in range(20, 24)
            )
        answer(world)
        (row,) = rows(SurveyAnswer)
        assert row.matter
        assert row.outcome == "agreement"


def test_results_say_who_answered_and_nothing_of_fewer_than_five(world):
    with world.app.app_context():
        answer(world)
        found = queries_surveys.survey_results(TODAY, TODAY)
        assert (found.invited, found.answered) == (1, 1)
        assert found.response.known
        assert not found.again.known
        assert not any(share.known for share in found.questions.values())
        with transaction() as session:
            session.add_all(
                SurveyAnswer(token=f"{n:032d}", month=202603, matter="", outcome="", ease=n % 5 + 1, fairness=5,
                             speed=1, respect=5, again=n % 2 == 0, text="")
                for n in range(9)
            )  # fmt: skip
        found = queries_surveys.survey_results(date(2026, 3, 31), date(2026, 3, 1))
        assert found.answered == 10
        assert found.questions["respect"].part == 10
        assert found.questions["speed"].part == 1
        assert found.questions["ease"].part == 1 + sum(n % 5 + 1 >= 4 for n in range(9))
        share = found.questions["respect"]
        assert 0.6 < share.low < share.high == 1
        assert queries_surveys.survey_results(date(2025, 1, 1), date(2025, 12, 1)).answered == 0
        assert not queries_surveys.survey_results(date(2025, 1, 1), date(2025, 12, 1)).response.known


def test_texts_are_for_few(world):
    with world.app.app_context():
        answer(world)
        for office in Office:
            reader = Reader(world.account("coordinator"), frozenset({office}), NOW, TODAY)
            seen = queries_surveys.texts(reader, TODAY, TODAY)
            assert bool(seen) == (office in {Office.COORDINATOR, Office.ATTORNEY_GENERAL, Office.AUDITOR}), office


def test_by_account_the_page_asks_once_and_the_text_shows_nowhere_else(world):
    joao, address = visitor(world, "joao"), f"/meus-casos/{world.url('fulfilled')}"
    assert "Responder à pesquisa" in joao.get(address).text
    form = {**dict.fromkeys(QUESTIONS, "5"), "again": "yes", "text": CANARY}
    token = token_of(joao.get(f"{address}/avaliacao"))
    lacking = joao.post(f"{address}/avaliacao", data={**form, "ease": "", "csrf_token": token})
    assert (lacking.status_code, "Escolha uma nota de 1 a 5" in lacking.text) == (400, True)
    for _time in range(3):
        answer = joao.post(f"{address}/avaliacao", data={**form, "csrf_token": token})
        assert answer.status_code == 303
    assert "Responder à pesquisa" not in joao.get(address).text
    assert joao.get(f"{address}/avaliacao").status_code == 404
    for who in ("joao", "coordinator", "auditor"):
        room = {"joao": "/meus-casos", "coordinator": "/procuradoria/casos", "auditor": "/gabinete/casos"}[who]
        page = visitor(world, who).get(f"{room}/{world.url('fulfilled')}")
        assert page.status_code == 200
        assert "CANÁRIO" not in page.text
    results = visitor(world, "coordinator").get("/gabinete/avaliacoes")
    assert "CANÁRIO &lt;b&gt;amarelo" in results.text
    assert "sem dados" in results.text
    assert world.number("fulfilled") not in results.text
    assert visitor(world, "registry").get("/gabinete/avaliacoes").status_code == 404
    with world.app.app_context():
        assert [row.text for row in rows(SurveyAnswer)] == [CANARY]


def test_by_number_and_key_the_applicant_answers_once_and_a_wrong_key_finds_nothing(world):
    client = world.app.test_client()
    receipt = world.receipts["fulfilled"]
    page = client.get("/consulta")
    shown = client.post(
        "/consulta", data={"number": receipt.number, "key": receipt.access_key, "csrf_token": token_of(page)}
    )
    assert "Responder à pesquisa" in shown.text
    fields = {"number": world.number("fulfilled"), "key": receipt.access_key, "csrf_token": token_of(shown)}
    form = client.post("/consulta/avaliacao", data=fields)
    assert (form.status_code, "Como foi para você?" in form.text) == (200, True)
    sent = {**fields, "send": "1", **dict.fromkeys(QUESTIONS, "2"), "again": "no", "text": ""}
    assert client.post("/consulta/avaliacao", data={**sent, "key": "AAAA-BBBB-CCCC"}).status_code == 404
    assert client.post("/consulta/avaliacao", data={**sent, "number": "1"}).status_code == 404
    assert client.post("/consulta/avaliacao", data={**sent, "ease": "9"}).status_code == 400
    assert "Obrigado. Sua resposta" in client.post("/consulta/avaliacao", data=sent).text
    assert "já respondeu" in client.post("/consulta/avaliacao", data=sent).text
    with world.app.app_context():
        assert [(row.ease, row.again) for row in rows(SurveyAnswer)] == [(2, False)]
