"""The pages of the calendar, of notices and of the system's health in a browser: axe, width, one chief button."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import func, select

from cprac.domain.acts import Act
from cprac.persistence.database import db
from cprac.persistence.models import Case, Notice
from tests.worlds import PASSWORD, TODAY, build_world

PAGES = {
    "registry": (
        "/procuradoria/calendario", "/procuradoria/calendario/decretar", "/procuradoria/calendario/revisoes",
        "/procuradoria/avisos", "/procuradoria/avisos/recibos", "/procuradoria/avisos/adesao",
        "{case}/avisos/{notice}/historico", "{case}/avisos/{notice}/certidao", "{case}/chave",
    ),
    "administrator": ("/administracao/saude",),
}  # fmt: skip


@pytest.fixture
def app_settings():
    return {"TODAY": TODAY.isoformat()}


@pytest.fixture
def world(app):
    made = build_world(app, "filed", "session")
    made.do("filed", "registry", Act.SCREEN)
    made.do("filed", "registry", Act.REQUEST_COMPLETION, items=("Foto do muro, com data",))
    return made


def last_notice(world):
    with world.app.app_context():
        mine = select(func.max(Notice.ordinal)).join(Case).where(Case.number == world.number("filed"))
        found = db.session.scalar(mine)
        db.session.rollback()
    return found


@pytest.mark.parametrize("width", [1280, 360])
def test_nothing_is_found_on_these_pages_at_either_width(world, open_page, axe, live_server, width):
    case, notice = f"/procuradoria/casos/{world.url('filed')}", last_notice(world)
    for who, addresses in PAGES.items():
        page = open_page(width=width)
        page.goto("/entrar")
        page.get_by_label("E-mail").fill(world.email(who))
        page.get_by_label("Senha", exact=True).fill(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile("/(procuradoria|administracao)/"))
        for address in addresses:
            answer = page.goto(address.format(case=case, notice=notice))
            assert answer.status == 200, address
            axe(page)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
