"""The administrator's room: people and offices, leave, agencies, imports, and nothing of any case."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest

from cprac.domain.roles import Office
from cprac.persistence import queries_accounts, queries_administration
from cprac.persistence.database import transaction
from cprac.persistence.models import ImportBatch
from tests.web.visitors import send, sign_in
from tests.worlds import CITIZENS, STAFF, build_world

NEW = "elefante verde na varanda"


@pytest.fixture
def world(app):
    return build_world(app, "filed")


@pytest.fixture
def root(world, client):
    """The administrator's browser."""
    return sign_in(client, world.email("administrator"))


@pytest.fixture
def batch(world):
    """A file that was imported and is to be seen."""
    with world.app.app_context(), transaction() as session:
        row = ImportBatch(
            name="antigos.csv", sha256="0" * 64, mapping="", status="visible", as_of=date(2026, 1, 1),
            started_at=datetime(2026, 3, 1, tzinfo=UTC),
            counts={"rows_read": 17577, "imported": 17570, "duplicates": 4, "refused": 3},
        )  # fmt: skip
        session.add(row)
        session.flush()
        return row.id


def pages(world):
    person = world.account("mediator")
    return (
        "/administracao/",
        "/administracao/pessoas/nova",
        f"/administracao/pessoas/{person}",
        f"/administracao/pessoas/{person}/dados",
        f"/administracao/pessoas/{person}/funcoes/nova",
        f"/administracao/pessoas/{person}/ausencias/nova",
        "/administracao/funcoes/1/encerrar",
        "/administracao/orgaos",
        f"/administracao/orgaos/{world.agencies['works']}",
        "/administracao/importacoes",
        "/administracao/importacoes/1/reverter",
    )


@pytest.mark.parametrize("who", [name for name in (*STAFF, *CITIZENS) if name != "administrator"])
@pytest.mark.databases("sqlite")
def test_nobody_else_finds_the_room(world, batch, client, who):
    sign_in(client, world.email(who))
    for address in pages(world):
        assert client.get(address).status_code == 404, address


def test_the_administrator_opens_every_page_and_sees_nothing_of_a_case(world, batch, root):
    for address in pages(world):
        answer = root.get(address)
        assert answer.status_code == 200, address
        assert world.number("filed") not in answer.text
        assert "Ivone Ribeiro" not in answer.text, "the name of a party"
    for address in ("/administracao/pessoas/999", "/administracao/orgaos/999", "/administracao/funcoes/999/encerrar"):
        assert root.get(address).status_code == 404


def test_a_new_person_signs_in_with_the_code_that_is_shown_once(world, root):
    answer = send(
        root, "/administracao/pessoas/nova", name="Nair Lopes", email="Nair@exemplo.gov.br", office="mediator",
        from_on="01/03/2026", legal_act="Portaria 9/2026",
    )  # fmt: skip
    [code] = re.findall(r"<strong>((?:[0-9A-Z]{4}-){4}[0-9A-Z]{4})</strong>", answer.text)
    [number] = re.findall(r'/administracao/pessoas/(\d+)"', answer.text)[:1]
    assert code not in root.get(f"/administracao/pessoas/{number}").text
    browser = root.application.test_client()
    assert send(browser, "/redefinir", code=code, password=NEW, again=NEW).status_code == 303
    assert "Mediação" in browser.get("/minha-conta").text
    found = root.get("/administracao/?q=nair").text
    assert "nair<wbr>@exemplo.gov.br" in found
    assert "ativa" in found


@pytest.mark.parametrize(
    "fields, words",
    [
        ({"name": ""}, "Escreva o nome"),
        ({"email": "nair"}, "endereço de e-mail completo"),
        ({"email": "registry@exemplo.gov.br"}, "Já existe uma conta"),
        ({"office": "king"}, "Escolha na lista"),
        ({"from_on": "31/02/2026"}, "Escreva o dia assim"),
        ({"from_on": "01/01/0001"}, "Confira o ano"),
    ],
)
def test_what_is_wrong_with_a_new_person_is_said_at_its_field(world, root, fields, words):
    typed = {"name": "Nair <b>", "email": "nair@exemplo.gov.br", "office": "mediator"}
    answer = send(root, "/administracao/pessoas/nova", **{**typed, **fields})
    assert answer.status_code == 400
    assert words in answer.text
    assert "<b>" not in answer.text


def test_offices_are_given_and_ended_by_day(world, root):
    person = world.account("mediator")
    given = send(root, f"/administracao/pessoas/{person}/funcoes/nova", office="council", until_on="31/12/2099")
    assert given.status_code == 303
    with world.app.app_context():
        newest = next(held for held in queries_accounts.holdings_of(person) if held.office is Office.COUNCIL)
    assert newest.until_on == date(2099, 12, 31)
    address = f"/administracao/funcoes/{newest.id}/encerrar"
    assert send(root, address, until_on="01/01/2000").status_code == 400
    assert send(root, address, until_on=f"{newest.from_on:%d/%m/%Y}").status_code == 303
    twice = send(root, f"/administracao/pessoas/{person}/funcoes/nova", office="mediator")
    assert "já tem esta função" in twice.text


def test_a_disabled_person_is_out_at_once_and_may_come_back(world, root):
    person, browser = world.account("mediator"), sign_in(root.application.test_client(), world.email("mediator"))
    home, address = f"/administracao/pessoas/{person}", f"/administracao/pessoas/{person}/acesso"
    assert send(root, address, form_at=home, active="0").status_code == 303
    assert browser.get("/minha-conta").status_code == 303
    assert send(browser, "/entrar", email=world.email("mediator"), password="x").status_code == 400
    send(root, address, form_at=home, active="1")
    sign_in(browser, world.email("mediator"))


def test_the_administrator_does_not_lock_the_room_from_inside(world, root):
    mine = world.account("administrator")
    home = f"/administracao/pessoas/{mine}"
    send(root, f"{home}/acesso", form_at=home, active="0")
    assert "Outra pessoa da administração" in root.get(home).text


def test_leave_is_noted_shown_and_withdrawn(world, root):
    person = world.account("mediator")
    home = f"/administracao/pessoas/{person}"
    answer = send(root, f"{home}/ausencias/nova", from_on="01/01/2090", until_on="20/01/2090", reason="Férias")
    assert answer.status_code == 303
    assert "Férias" in root.get("/administracao/").text
    assert send(root, f"{home}/ausencias/nova", from_on="02/01/2090", until_on="01/01/2090").status_code == 400
    with world.app.app_context():
        [leave] = queries_administration.leaves(account=person)
    assert send(root, f"/administracao/ausencias/{leave.id}/retirar", form_at=home).status_code == 303
    assert "Férias" not in root.get("/administracao/").text


def test_agencies_are_added_corrected_and_switched_off(world, root):
    page = "/administracao/orgaos"
    assert send(root, page, code="SME", name="Educação", same_person="y", active="y").status_code == 303
    assert send(root, page, code="SME", name="Outra").status_code == 400
    with world.app.app_context():
        school = next(row for row in queries_administration.agencies() if row.code == "SME")
    assert send(root, f"{page}/{school.id}", code="SME", name="Educação e Cultura", same_person="y").status_code == 303
    with world.app.app_context():
        assert not queries_administration.agency(school.id).active
    assert "fora de uso" in root.get(page).text


def test_an_import_is_reverted_with_a_reason_and_once(world, root, batch):
    page, address = "/administracao/importacoes", f"/administracao/importacoes/{batch}/reverter"
    shown = root.get(page).text
    assert "17.570" in shown
    assert send(root, address, reason="").status_code == 400
    assert send(root, address, reason="Planilha errada").status_code == 303
    assert "Planilha errada (Igor Tavares Melo)" in root.get(page).text
    assert root.get(address).status_code == 404


@pytest.mark.parametrize(
    "query", ["?q=%25", "?q=%00", "?funcao=king", "?quem=todos&q=" + "x" * 5000, "?q=%27%20OR%201=1"]
)
def test_a_strange_search_is_a_search(world, root, query):
    assert root.get(f"/administracao/{query}").status_code == (400 if "%00" in query else 200)


@pytest.mark.parametrize("width", [1280, 360])
def test_the_room_is_accessible(world, batch, open_page, axe, width):
    from tests.worlds import PASSWORD

    page = open_page(width=width)
    page.goto("/entrar")
    page.get_by_label("E-mail").fill(world.email("administrator"))
    page.get_by_label("Senha", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/administracao/")
    for address in (*pages(world), "/codigo-de-senha", "/minha-conta"):
        page.goto(address)
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
        assert page.locator(".btn-primary").count() <= 1, address
    page.goto("/administracao/pessoas/nova")
    page.get_by_role("button", name="Criar a conta").click()
    axe(page)
