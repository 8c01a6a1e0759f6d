"""Giving a new key at the desk, as the registry sees it: a form, then a page to print that comes once."""

from __future__ import annotations

import re

import pytest

from tests.web.face_checks import markup_faults
from tests.web.visitors import send, visitor
from tests.worlds import TODAY, build_world

FORM = {"party": "1", "wanted": "both", "came": "self", "paper": "driving", "last": "4821", "seen": "y"}


@pytest.fixture
def app_settings():
    return {"TODAY": TODAY.isoformat()}


@pytest.fixture
def world(app):
    return build_world(app, "filed")


def address(world):
    return f"/procuradoria/casos/{world.url('filed')}/chave"


def filled(browser, where, **changed):
    key = re.search(r'name="idempotency_key"[^>]*value="([^"]+)"', browser.get(where).text)[1]
    return send(browser, where, **{**FORM, "idempotency_key": key, **changed})


def test_the_registry_finds_the_page_from_the_case_gives_a_key_and_the_person_uses_it(world):
    registry, where = visitor(world, "registry"), address(world)
    assert where in registry.get(where.removesuffix("/chave")).text
    assert where not in visitor(world, "coordinator").get(where.removesuffix("/chave")).text
    assert list(markup_faults(registry.get(where).text)) == []
    page = filled(registry, where)
    assert page.status_code == 200
    assert list(markup_faults(page.text)) == []
    assert page.headers["Cache-Control"] == "no-store"
    number, key, code = re.findall(r'big-code">([^<]+)<', page.text)
    anyone = world.app.test_client()
    assert send(anyone, "/consulta", number=number, key=key).status_code == 200
    old = world.receipts["filed"].access_key
    assert send(anyone, "/consulta", number=number, key=old).status_code == 400
    assert send(anyone, "/vincular", code=code, email="ivone@exemplo.com.br", name="Ivone Costa",
                password="girafa azul no telhado").status_code == 303  # fmt: skip
    for shown in (registry.get(where).text, registry.get(where.removesuffix("/chave")).text):
        assert key not in shown
        assert code not in shown


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(
    "changed, words",
    [
        ({"party": "9"}, "Para qual parte"),
        ({"wanted": "all"}, "O que dar"),
        ({"last": "48217"}, "só os quatro últimos"),
        ({"last": "4-21"}, "Escreva os quatro últimos"),
        ({"seen": ""}, "Confira o documento antes"),
        ({"paper": ""}, "Escolha o documento"),
        ({"party": "2"}, "é de quem fez o pedido"),
        ({"idempotency_key": "x"}, "página é antiga"),
    ],
)
def test_a_form_that_is_not_right_gives_nothing_and_says_why(world, changed, words):
    page = filled(visitor(world, "registry"), address(world), **changed)
    assert page.status_code == 400
    assert words in page.text
    assert "big-code" not in page.text
    old = world.receipts["filed"]
    assert send(world.app.test_client(), "/consulta", number=old.number, key=old.access_key).status_code == 200


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("who", ["coordinator", "mediator", "city_attorney", "administrator", "joao"])
def test_for_everybody_else_there_is_no_such_page(world, who):
    assert visitor(world, who).get(address(world)).status_code == 404
