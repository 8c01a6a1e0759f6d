"""Pages of a notice: its history and certificate, receipts in a batch, a mail that came back, adhesion on paper."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from cprac.domain.acts import FIELDS, Act
from cprac.persistence.database import db, transaction
from cprac.persistence.models import Account, Notice, OutboxMail
from cprac.web.attorney.receipts import RECORDED
from tests.web.face_checks import markup_faults
from tests.web.visitors import send, token_of, visitor
from tests.worlds import TODAY, build_world

pytestmark = pytest.mark.databases("sqlite")

RECEIPTS, PAPER = "/procuradoria/avisos/recibos", "/procuradoria/avisos/adesao"


@pytest.fixture
def app_settings():
    return {"TODAY": TODAY.isoformat()}


@pytest.fixture
def world(app):
    world = build_world(app, "filed", "session", "invited")
    world.do("filed", "registry", Act.SCREEN)
    world.do("filed", "registry", Act.REQUEST_COMPLETION, items=("SEGREDO DO PEDIDO",))
    return world


def here(world, case="filed"):
    return world.number(case).split("/")[1] + "-" + world.number(case).split("/")[0]


def asked(world):
    with world.app.app_context():
        found = db.session.scalars(select(Notice.ordinal).where(Notice.starts == "D-COMPLETE")).one()
        db.session.remove()
    return found


def notice_url(world, room, page):
    return f"{room}/{here(world)}/avisos/{asked(world)}/{page}"


def key_of(page):
    return re.search(r'name="idempotency_key" value="([^"]+)"', page.text)[1]


@pytest.mark.parametrize("page", ["historico", "certidao"])
def test_the_history_and_the_certificate_say_who_and_when_and_not_what(world, page):
    for who, room in (("registry", "/procuradoria/casos"), ("joao", "/meus-casos")):
        answer = visitor(world, who).get(notice_url(world, room, page))
        assert answer.status_code == 200
        assert "Ivone Ribeiro da Costa" in answer.text
        assert "SEGREDO" not in answer.text
        assert list(markup_faults(answer.text)) == []
    for who, room in (("marina", "/meus-casos"), ("other_mediator", "/procuradoria/casos")):
        assert visitor(world, who).get(notice_url(world, room, page)).status_code == 404


def test_a_certificate_proves_no_receipt_before_there_is_one_and_then_says_its_proof(world):
    registry, address = visitor(world, "registry"), notice_url(world, "/procuradoria/casos", "certidao")
    assert "não prova o recebimento" in registry.get(address).text
    values = {"channel": "letter", "served_on": world.day("filed"), "proof": "AR BR 1"}
    world.do("filed", "registry", Act.RECORD_SERVICE, notice=asked(world), **values)
    text = registry.get(address).text
    assert "Comprovante: AR BR 1." in text
    assert "Enviar os documentos que faltam" in text
    assert "Lei 9.784/1999, art. 26" in text


def test_every_way_of_a_row_is_one_of_the_act(world):
    ways = next(item.choices for item in FIELDS[Act.RECORD_SERVICE] if item.name == "channel")
    assert {*RECORDED, "portal"} == {value for value, _label in ways}


def test_receipts_in_a_batch_keep_what_was_typed_in_the_row_that_is_refused(world):
    registry = visitor(world, "registry")
    page = registry.get(RECEIPTS)
    names = re.findall(r'name="day-([^"]+)"', page.text)
    good, bad = f"{here(world)}-{asked(world)}", next(name for name in names if not name.startswith(here(world)))
    fields = {
        "csrf_token": token_of(page), "idempotency_key": key_of(page),
        f"day-{good}": world.day("filed").strftime("%d/%m/%Y"), f"channel-{good}": "letter", f"proof-{good}": "AR 7",
        f"day-{bad}": "31/12/2098", f"channel-{bad}": "gazette", f"proof-{bad}": "Edição 4.211",
    }  # fmt: skip
    answer = registry.post(RECEIPTS, data=fields)
    assert answer.status_code == 400
    assert "1 recebimento registrado." in answer.text
    assert 'value="31/12/2098"' in answer.text
    assert 'value="Edição 4.211"' in answer.text
    assert f'name="day-{good}"' not in answer.text, "what is done is off the list"
    assert list(markup_faults(answer.text)) == []
    again = registry.post(RECEIPTS, data=fields)
    assert again.status_code == 400
    with world.app.app_context():
        assert db.session.scalars(select(Notice.proof).where(Notice.starts == "D-COMPLETE")).one() == "AR 7"
        db.session.remove()
    fields |= {"idempotency_key": key_of(answer), f"day-{bad}": "dia 3", f"day-{good}": "", f"proof-{good}": ""}
    assert "Dia: escreva" in registry.post(RECEIPTS, data=fields).text
    assert registry.post(RECEIPTS, data=fields | {f"day-{bad}": "", f"proof-{bad}": ""}).status_code == 303
    assert registry.post(RECEIPTS, data={"csrf_token": token_of(page)}).status_code == 404


def test_a_mail_that_came_back_is_noted_on_the_page_of_its_notice(world):
    registry, page = visitor(world, "registry"), notice_url(world, "/procuradoria/casos", "historico")
    assert "O e-mail voltou?" not in registry.get(page).text, "it never left"
    with world.app.app_context(), transaction() as session:
        mail = session.scalars(select(OutboxMail).join(Notice).where(Notice.starts == "D-COMPLETE")).one()
        mail.status, mail.to_email = "sent", "ivone@exemplo.org"
    shown = registry.get(page)
    assert "O e-mail voltou?" in shown.text
    assert "O e-mail voltou?" not in visitor(world, "joao").get(notice_url(world, "/meus-casos", "historico")).text
    target = notice_url(world, "/procuradoria/casos", "voltou")
    form = {"csrf_token": token_of(shown), "idempotency_key": key_of(shown)}
    assert registry.post(target, data={**form, "reason": "nada"}).status_code == 404
    assert registry.post(target, data={**form, "reason": "full"}).status_code == 303
    assert "A caixa está cheia" in registry.get(page).text
    assert "o e-mail voltou" in registry.get("/procuradoria/avisos").text


def test_a_paper_adhesion_is_recorded_at_the_desk(world):
    registry = visitor(world, "registry")
    fields = {"email": world.email("joao"), "signed_on": "20/03/2026"}
    assert send(registry, PAPER, **fields).status_code == 400, "the paper was not looked at"
    assert "Não há conta" in send(registry, PAPER, **fields | {"email": "x@exemplo.org"}, seen="y").text
    assert send(registry, PAPER, **fields, seen="y").status_code == 303
    with world.app.app_context():
        account = db.session.get(Account, world.account("joao"))
        assert account.portal_consent_on == TODAY
        db.session.remove()
    assert "já aderiu" in send(registry, PAPER, **fields, seen="y").text
