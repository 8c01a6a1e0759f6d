"""The calendar's pages: nothing is written before it is confirmed, the preview is the result, each word is plain."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import func, select

from cprac.persistence.database import db
from cprac.persistence.models import CalendarDayRow, DeadlineReview, DeadlineRow, Recount
from cprac.services import deadline_watch
from tests.web.face_checks import markup_faults
from tests.web.visitors import sign_in
from tests.worlds import NOW, TODAY, build_world

YEAR = "/procuradoria/calendario"
DECREE = f"{YEAR}/decretar"
REVIEWS = f"{YEAR}/revisoes"
ASKED = {
    "kind": "optional_full", "name": "Ponto facultativo", "legal_act": "Decreto 55/2026", "days": "30/03/2026",
    "down_from": "", "down_until": "", "idempotency_key": "k" * 32,
}  # fmt: skip
HEADERS = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def app_settings():
    return {"TODAY": TODAY.isoformat(), "WTF_CSRF_ENABLED": False}


@pytest.fixture
def world(app):
    made = build_world(app, "inadmissible", "screening", "completion")
    with app.app_context():
        deadline_watch.sweep(made.chamber, NOW)
    return made


@pytest.fixture
def client(app, world):
    visitor = app.test_client()
    sign_in(visitor, world.email("registry"))
    return visitor


def post(client, address, **values):
    return client.post(address, data={**ASKED, **values}, headers=HEADERS)


def count(app, table):
    with app.app_context():
        found = db.session.scalar(select(func.count()).select_from(table))
        db.session.rollback()
    return found


def open_dates(app):
    with app.app_context():
        found = dict(db.session.execute(select(DeadlineRow.id, DeadlineRow.due)).all())
        db.session.rollback()
    return found


@pytest.mark.databases("sqlite")
def test_a_day_is_decreed_after_a_page_that_says_what_moves_and_ten_confirmations_are_one(app, client):
    before = open_dates(app)
    page = post(client, DECREE)
    assert page.status_code == 200
    text = page.get_data(as_text=True)
    assert list(markup_faults(text)) == []
    assert "Ainda não foi gravado nada" in text
    assert (count(app, CalendarDayRow), count(app, Recount), open_dates(app)) == (0, 0, before)
    told = int(re.search(r"(\d+) prazos? abertos? mudam? de data", text)[1])
    answers = [post(client, DECREE, confirmed="1") for _time in range(3)]
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.location for answer in answers}) == 1
    assert (count(app, CalendarDayRow), count(app, Recount)) == (1, 1)
    after = open_dates(app)
    assert sum(after[row] != before[row] for row in before) == told > 0
    result = client.get(answers[0].location).get_data(as_text=True)
    assert list(markup_faults(result)) == []
    assert "Terminada em" in result
    assert "Decreto 55/2026" in client.get(YEAR).get_data(as_text=True)
    assert "Decreto 55/2026" in client.get("/regras").get_data(as_text=True), "anyone may read it"


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(
    "typed, words",
    [
        ({"days": ""}, "Escreva ao menos um dia"),
        ({"days": "amanhã"}, "“amanhã”: escreva com dia, mês e ano"),
        ({"days": "31/02/2026"}, "esse dia não existe"),
        ({"days": "24/03/2026"}, "já passou"),
        ({"days": "27/03/2026"}, "já está no calendário"),
        ({"name": ""}, "Escreva o nome do dia"),
        ({"legal_act": ""}, "Escreva o ato"),
        ({"kind": "system_outage"}, "Escreva quando o sistema saiu do ar"),
        ({"kind": "weekend"}, "Tipo do dia"),
        ({"idempotency_key": ""}, "Esta página é antiga"),
    ],
)
def test_what_was_typed_comes_back_with_the_reason_beside_its_field(client, typed, words):
    for more in ({}, {"confirmed": "1"}):
        page = post(client, DECREE, **typed, **more)
        assert page.status_code == 400
        text = page.get_data(as_text=True)
        assert words in text
        assert (typed.get("days") or "Decreto 55/2026") in text or "legal_act" in typed


@pytest.mark.databases("sqlite")
def test_a_span_means_its_working_days(app, client):
    text = post(client, DECREE, days="30/03/2026 a 06/04/2026").get_data(as_text=True)
    assert "seg, 30/03/2026; ter, 31/03/2026; qua, 01/04/2026; qui, 02/04/2026; seg, 06/04/2026" in text or (
        "já está no calendário" in text
    )


@pytest.mark.databases("sqlite")
def test_a_day_is_taken_back_with_its_reason_and_stays_on_the_list_struck_out(app, client):
    post(client, DECREE, confirmed="1")
    moved = open_dates(app)
    address = f"{YEAR}/1/retirar"
    page = client.get(address).get_data(as_text=True)
    assert list(markup_faults(page)) == []
    assert "Nenhum prazo aberto muda de data" in page
    assert client.post(address, data={"reason": "", "idempotency_key": "w" * 32}, headers=HEADERS).status_code == 400
    answer = client.post(address, data={"reason": "Revogado.", "idempotency_key": "w" * 32}, headers=HEADERS)
    assert answer.status_code == 303
    assert open_dates(app) == moved, "no date becomes earlier"
    year = client.get(YEAR).get_data(as_text=True)
    assert "<s>Ponto facultativo</s>" in year
    assert "Revogado." in year
    assert client.get(address).status_code == 404, "it is gone already"


@pytest.mark.databases("sqlite")
def test_an_outage_has_its_certificate_and_what_expired_on_its_day_waits_for_a_decision(app, client, world):
    outage = {
        "kind": "system_outage", "name": "Portal fora do ar", "legal_act": "Certidão 3/2026", "days": "",
        "down_from": "06/03/2026 10:00", "down_until": "06/03/2026 14:30",
    }  # fmt: skip
    assert "vai para revisão" in post(client, DECREE, **outage).get_data(as_text=True)
    post(client, DECREE, **outage, confirmed="1")
    certificate = client.get(f"{YEAR}/1/certidao").get_data(as_text=True)
    assert list(markup_faults(certificate)) == []
    assert "sexta-feira, 6 de março de 2026" in certificate
    listed = client.get(REVIEWS).get_data(as_text=True)
    assert list(markup_faults(listed)) == []
    assert world.number("completion") in listed
    with app.app_context():
        review = db.session.scalars(select(DeadlineReview.id).where(DeadlineReview.decided_at.is_(None))).one()
        db.session.rollback()
    one = f"{REVIEWS}/{review}"
    page = client.get(one).get_data(as_text=True)
    assert list(markup_faults(page)) == []
    assert "change_deadline" in page
    assert client.post(one, data={"note": " ", "idempotency_key": "r" * 32}, headers=HEADERS).status_code == 400
    assert client.post(one, data={"note": "Fica.", "idempotency_key": "r" * 32}, headers=HEADERS).status_code == 303
    assert client.get(one).status_code == 404
    assert "Nenhum prazo espera revisão" in client.get(REVIEWS).get_data(as_text=True)


@pytest.mark.databases("sqlite")
def test_the_page_of_a_deadline_tells_what_its_date_was(app, client, world):
    post(client, DECREE, confirmed="1")
    page = client.get(f"/procuradoria/casos/{world.url('inadmissible')}").get_data(as_text=True)
    assert "Prazos recontados" in page
    ordinal = re.search(r"/prazos/(\d+)", page)[1]
    told = client.get(f"/procuradoria/casos/{world.url('inadmissible')}/prazos/{ordinal}").get_data(as_text=True)
    assert "O que esta data já foi" in told
    assert "a data era 30/03/2026" in told
