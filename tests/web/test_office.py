"""The Attorney General's room: decisions in order of deadline for who decides, counts without promises."""

from __future__ import annotations

import pytest

from tests.web.visitors import sign_in
from tests.worlds import TODAY, build_world


@pytest.fixture
def app_settings():
    return {"TODAY": TODAY.isoformat()}


@pytest.fixture
def world(app):
    return build_world(app, "appeal", "authorization", "homologation", "filed", "fulfilled")


def page(world, who, address="/gabinete/"):
    return sign_in(world.app.test_client(), world.email(who)).get(address)


WAITING = (
    ("attorney_general", ("appeal", "homologation"), ("authorization", "filed", "fulfilled")),
    ("approver", ("authorization",), ("appeal", "homologation", "filed")),
    ("auditor", (), ("appeal", "authorization", "homologation", "filed")),
)


@pytest.mark.parametrize("who, waits, elsewhere", WAITING, ids=[who for who, _w, _e in WAITING])
def test_each_sees_the_decisions_that_wait_for_them_and_no_others(world, who, waits, elsewhere):
    answer = page(world, who)
    assert answer.status_code == 200
    for case in waits:
        assert world.number(case) in answer.text, case
    for case in elsewhere:
        assert world.number(case) not in answer.text, case


@pytest.mark.parametrize("who", ["registry", "coordinator", "mediator", "marina", "administrator"])
def test_the_room_does_not_exist_for_others(world, who):
    for address in ("/gabinete/", "/gabinete/numeros", f"/gabinete/casos/{world.url('filed')}"):
        assert page(world, who, address).status_code == 404


def test_counts_are_those_of_the_register_and_what_has_no_source_says_so(world):
    answer = page(world, "attorney_general", "/gabinete/numeros")
    for words in ("Requerimento protocolado", "Arquivado: acordo cumprido", "Sem dados"):
        assert words in answer.text


def test_an_empty_list_says_that_it_is_good(app):
    world = build_world(app, "filed")
    answer = page(world, "attorney_general")
    assert "Nada espera por sua decisão" in answer.text
