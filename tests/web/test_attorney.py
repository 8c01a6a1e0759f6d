"""The chamber's room: what waits for whom, every case in sight, filing at the desk, notices to hand over, meetings."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import func, select

from cprac.persistence.database import db
from cprac.persistence.models import Case, OutboxMail, Party
from tests.fixtures_app import dispose_engines, make_app
from tests.fixtures_databases import sqlite_copy, sqlite_template
from tests.web.face_checks import markup_faults
from tests.web.visitors import token_of, visitor
from tests.worlds import PLANS, TODAY, build_world

HOME, CASES, FILING = "/procuradoria/", "/procuradoria/casos", "/procuradoria/pedidos/novo"
NOTICES, MEETINGS = "/procuradoria/avisos", "/procuradoria/agenda"
INSIDE = ("registry", "coordinator", "mediator", "city_attorney", "auditor", "two_hats")


@pytest.fixture(scope="module")
def still(run_directory, tmp_path_factory):
    """A chamber with a case in every state, for tests that only look."""
    folder = tmp_path_factory.mktemp("room")
    for url in sqlite_copy(sqlite_template(run_directory), folder / "cprac.sqlite"):
        app = make_app(url, TODAY=TODAY.isoformat(), FILES=str(folder / "files"))
        yield build_world(app, *PLANS)
        dispose_engines(app)


@pytest.fixture
def app_settings():
    return {"TODAY": TODAY.isoformat()}


@pytest.fixture
def world(app):
    return build_world(app, "filed")


def counted(world, query):
    with world.app.app_context():
        found = db.session.scalar(query)
        db.session.remove()
    return found


def listed(page):
    """The numbers of the rows of a list, in order."""
    return re.findall(r'<th scope="row"[^>]*>.*?casos/(\d{4}-\d+)"', page.text, re.DOTALL) or re.findall(
        r'href="/procuradoria/casos/(\d{4}-\d+)"', page.text
    )


def tile(page, label):
    """The figure of the counter over the list called *label*."""
    found = re.search(rf"(\d+)</span>\s*<span class=\"counter-label\">{re.escape(label)}<", page.text)
    assert found, label
    return int(found[1])


# --- who enters -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["marina", "joao", "administrator", "attorney_general", "approver"])
def test_the_room_does_not_exist_for_others(still, who):
    client = visitor(still, who)
    for address in (HOME, CASES, FILING, NOTICES, MEETINGS, f"{CASES}/{still.url('talks')}"):
        assert client.get(address).status_code == 404, address


def test_who_has_not_entered_is_sent_to_the_door_and_back(still):
    answer = still.app.test_client().get(f"{CASES}?busca=Padaria")
    assert answer.status_code in (302, 303)
    assert answer.location.startswith("/entrar")
    assert CASES in answer.location


@pytest.mark.parametrize("who", INSIDE)
def test_every_list_of_the_room_is_clean_for_whoever_works_in_it(still, who):
    client = visitor(still, who)
    for address in (HOME, CASES, MEETINGS, NOTICES, FILING):
        page = client.get(address)
        desk = address in (NOTICES, FILING)
        assert page.status_code == (200 if not desk or who in ("registry", "coordinator", "two_hats") else 404), address
        assert list(markup_faults(page.text)) == [], address


# --- what waits -------------------------------------------------------------------------------------------------------

WAITING = (
    ("registry", "filed", ("Começar a conferir o pedido", "Vence amanhã")),
    ("registry", "mediator", ("Esperar a recusa do mediador", "Silêncio vale como aceite")),
    ("coordinator", "admissibility", ("Decidir se o caso é aceito", "Venceu há 3 dias úteis")),
    ("coordinator", "completion", ("Decidir se arquiva por falta de documentos", "O prazo terminou em 06/03")),
    ("coordinator", "suspended", ("Aguardar o fim da pausa", "volta em 13/04/2026")),
    ("mediator", "talks", ("Conduzir a negociação",)),
    ("mediator", "session", ("Preparar a reunião de 27/03",)),
    ("city_attorney", "invited", ("Confirmar que o convite chegou",)),
    ("opinion_author", "review", ("Dar o parecer sobre a minuta", "Quem negociou não dá o parecer")),
)


@pytest.mark.parametrize("who, case, words", WAITING)
def test_what_waits_for_somebody_is_on_their_first_page_with_its_verb(still, who, case, words):
    page = visitor(still, who).get(HOME)
    (row,) = [row for row in page.text.split("<tr") if f'casos/{still.url(case)}"' in row]
    for said in words:
        assert said in row


def test_who_is_not_in_a_case_does_not_see_it_in_any_list(still):
    client = visitor(still, "other_mediator")
    for address in (HOME, CASES, MEETINGS):
        page = client.get(address)
        assert not [case for case in still.numbers if still.number(case) in page.text], address
    assert "Nada espera por você" in client.get(HOME).text
    assert "Ainda não há casos para você" in client.get(CASES).text


def test_the_counters_are_of_the_list_and_each_leads_to_what_it_counts(still):
    client = visitor(still, "two_hats")
    home = client.get(HOME)
    parts = {name: len(listed(client.get(f"{HOME}?prazo={name}"))) for name in ("overdue", "today", "soon", "later")}
    assert sum(parts.values()) == len(listed(home))
    for name in parts:
        assert f"{HOME}?prazo={name}" in home.text
    assert parts["overdue"] > 0
    assert tile(home, "Tudo que espera por você") == sum(parts.values())


def test_the_most_urgent_comes_first(still):
    page = visitor(still, "two_hats").get(HOME)
    days = re.findall(r'class="due-date"><time datetime="([0-9-]+)', page.text)
    assert len(days) > 4
    assert days == sorted(days)


@pytest.mark.parametrize("typed, case", [
    ("Padaria Eldorado", "admissibility"), ("padaria", "admissibility"), ("ELDORÁDO", None), ("16.727.230/0001-97",
    "admissibility"), ("5037038-85.2019.8.13.0024", "admissibility"), ("04.118/2026-31", "admissibility"),
    ("111.444.777-35", "talks"), ("12ABC34501DE35", "completion"),
])  # fmt: skip
def test_a_case_is_found_by_what_people_have_in_hand(still, typed, case):
    page = visitor(still, "coordinator").get(CASES, query_string={"busca": typed})
    if case is None:
        assert "Nenhum caso com estes filtros" in page.text
    else:
        assert still.url(case) in listed(page)
        assert still.url("suspended") not in listed(page)


def test_a_case_is_found_by_its_number_however_it_is_written(still):
    client = visitor(still, "registry")
    number, year = still.number("talks").split("/")
    for typed in (f"{number}/{year}", f"{int(number)}/{year}", f" {number}/{year} "):
        assert listed(client.get(CASES, query_string={"busca": typed})) == [still.url("talks")], typed


@pytest.mark.parametrize("query", [
    "busca=%00", "busca=' OR 1=1 --", "busca=%25%25%25", "busca=____", "situacao=nope", "vez=nope", "prazo=nope",
    "pagina=0", "pagina=-1", "pagina=99999999999999999999", "pagina=²", "busca=" + "x" * 3000, "busca=\u0301",
    "semana=9999-99-99",
])  # fmt: skip
def test_no_address_breaks_a_list(still, query):
    client = visitor(still, "coordinator")
    for address in (HOME, CASES, MEETINGS):
        page = client.get(f"{address}?{query}")
        assert page.status_code in (200, 400, 404), address
    if query.startswith(("busca=%25", "busca=_")):  # a sign of the search's own language is a letter like any other
        assert listed(client.get(f"{CASES}?{query}")) == []


def test_filters_are_a_plain_form_that_keeps_what_was_chosen(still):
    page = visitor(still, "coordinator").get(f"{CASES}?situacao=suspended&busca=Construtora")
    assert listed(page) == [still.url("suspended")]
    assert re.search(
        r'<option[^>]*value="suspended"[^>]*selected|<option[^>]*selected[^>]*value="suspended"', page.text
    )
    assert 'value="Construtora"' in page.text
    assert "Limpar filtros" in page.text


def test_the_day_and_the_holiday_ahead_are_said(still):
    text = visitor(still, "coordinator").get(HOME).text
    assert "Quarta-feira, 25 de março de 2026." in text
    assert "Sexta, 27/03, não conta: Jubileu de Nossa Senhora das Dores." in text


# --- the desk ---------------------------------------------------------------------------------------------------------

ANSWERS = {
    "channel": "desk", "asks": "person", "kind": "natural", "name": "Benedita Sales", "tax_id": "529.982.247-25",
    "address": "Rua das Flores, 10", "phone": "(31) 99999-0000", "matter": "public_works_damage",
    "account": "A obra da rua rachou o muro.\nFoi em janeiro.", "request": "O conserto do muro.",
    "value": "R$ 3.200,50", "lawsuit": "no",
}  # fmt: skip


def filing(client, **changed):
    page = client.get(FILING)
    key = re.search(r'name="idempotency_key"[^>]*value="([^"]+)"', page.text)[1]
    return {"csrf_token": token_of(page), "idempotency_key": key, **ANSWERS, **changed}


def codes(page):
    return re.findall(r'class="big-code">([^<]+)<', page.text)


def cases_filed(world):
    return counted(world, select(func.count()).select_from(Case))


def test_a_filing_at_the_desk_gives_a_receipt_and_happens_once(world):
    client = visitor(world, "registry")
    before = cases_filed(world)
    sent = filing(client, agency=str(world.agencies["works"]))
    first, *others = [client.post(FILING, data=sent) for _time in range(4)]
    assert first.status_code == 200
    assert list(markup_faults(first.text)) == []
    number, key, code = codes(first)
    assert number.endswith("/2026")
    assert cases_filed(world) == before + 1
    assert {codes(other)[0] for other in others} == {number}
    case = client.get(f"{CASES}/{number.split('/')[1]}-{number.split('/')[0]}")
    for words in ("Benedita Sales", "R$&nbsp;3.200,50", "Secretaria Municipal de Obras", "O conserto do muro."):
        assert words in case.text.replace("\xa0", "&nbsp;"), words
    assert key not in case.text
    assert code not in case.text


def test_the_same_key_with_another_request_is_refused(world):
    client = visitor(world, "registry")
    sent = filing(client)
    assert client.post(FILING, data=sent).status_code == 200
    assert client.post(FILING, data={**sent, "request": "Outra coisa."}).status_code == 422


def test_what_is_missing_is_said_at_its_field_and_the_rest_comes_back(world):
    client = visitor(world, "registry")
    before = cases_filed(world)
    sent = filing(client, tax_id="529.982.247-24", request="", value="muito", lawsuit="yes", lawsuits="123")
    answer = client.post(FILING, data=sent)
    assert answer.status_code == 400
    assert list(markup_faults(answer.text)) == []
    for name in ("tax_id", "request", "value", "lawsuits"):
        assert f'href="#{name}"' in answer.text, name
    for typed in ("Benedita Sales", "529.982.247-24", "A obra da rua rachou o muro.\nFoi em janeiro.", 'value="muito"'):
        assert typed in answer.text, typed
    assert cases_filed(world) == before


@pytest.mark.parametrize(
    "altered", [{"idempotency_key": ""}, {"idempotency_key": "curta"}, {"idempotency_key": "'" * 32}]
)
def test_an_altered_key_files_nothing(world, altered):
    client = visitor(world, "registry")
    before = cases_filed(world)
    answer = client.post(FILING, data={**filing(client), **altered})
    assert answer.status_code == 400
    assert "Benedita Sales" in answer.text
    assert cases_filed(world) == before


def test_nothing_typed_is_only_spoken_of(world):
    client = visitor(world, "registry")
    page = client.get(FILING)
    answer = client.post(FILING, data={"csrf_token": token_of(page)})
    assert answer.status_code == 400
    assert "para continuar" in answer.text
    assert answer.text.count("field-error") >= 5


def test_the_city_asks_a_person(world):
    client = visitor(world, "coordinator")
    sent = filing(client, asks="city", agency=str(world.agencies["treasury"]), channel="agency")
    answer = client.post(FILING, data=sent)
    assert answer.status_code == 200, answer.text
    number = codes(answer)[0]
    with world.app.app_context():
        sides = db.session.execute(
            select(Party.side, Party.kind).join(Case, Case.id == Party.case_id).where(Case.number == number)
        ).all()
        db.session.remove()
    assert {(str(side), str(kind)) for side, kind in sides} == {("applicant", "city"), ("invitee", "natural")}


def test_the_portal_is_no_way_to_come_to_the_desk(world):
    client = visitor(world, "registry")
    answer = client.post(FILING, data=filing(client, channel="portal"))
    assert answer.status_code == 400
    assert 'href="#channel"' in answer.text


# --- notices ----------------------------------------------------------------------------------------------------------


def by_hand(world):
    return counted(world, select(func.count()).select_from(OutboxMail).where(OutboxMail.status == "by_hand"))


def test_a_message_to_hand_over_is_marked_once(app):
    world = build_world(app, "completion")
    client = visitor(world, "registry")
    before = by_hand(world)
    page = client.get(NOTICES)
    assert before > 0
    mail = re.search(r'name="mail"[^>]*value="(\d+)"', page.text)[1]
    key = re.search(r'name="idempotency_key"[^>]*value="([^"]+)"', page.text)[1]
    sent = {"csrf_token": token_of(page), "mail": mail, "idempotency_key": key}
    assert [client.post(NOTICES, data=sent).status_code for _time in range(3)] == [303, 303, 303]
    assert by_hand(world) == before - 1
    assert client.post(NOTICES, data={**sent, "idempotency_key": "f" * 32}).status_code in (303, 400, 404, 409)


@pytest.mark.parametrize(
    "altered", [{"mail": ""}, {"mail": "-1"}, {"mail": "9" * 30}, {"mail": "²"}, {"idempotency_key": "x"}]
)
def test_an_altered_notice_is_not_found(world, altered):
    client = visitor(world, "registry")
    sent = {"csrf_token": token_of(client.get(FILING)), "mail": "1", "idempotency_key": "a" * 32}
    assert client.post(NOTICES, data={**sent, **altered}).status_code == 404


# --- meetings ---------------------------------------------------------------------------------------------------------


def test_the_week_s_meetings_are_those_of_cases_in_sight(still):
    with still.app.app_context():
        starts = db.session.scalar(select(Case.facts).where(Case.number == still.number("session")))
        db.session.remove()
    assert starts is not None
    client = visitor(still, "coordinator")
    days = ("2026-03-23", "2026-03-30", "2026-04-06")
    weeks = [f"{MEETINGS}?tipo=reunioes&semana={day}" for day in days]
    assert [still.number("session") in client.get(week).text for week in weeks].count(True) == 1
    other = visitor(still, "other_mediator")
    assert not any(still.number("session") in other.get(week).text for week in weeks)
    assert "nada termina nem está marcado" in client.get(f"{MEETINGS}?tipo=reunioes&semana=2027-01-04").text
