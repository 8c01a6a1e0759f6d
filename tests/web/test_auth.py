"""The door, through its pages: sign in and out, codes, one's own account; by hand and in a browser."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from cprac.persistence.database import db, transaction
from cprac.persistence.models import AccessLog, Case, CaseRole, OneTimeCode, Party
from cprac.persistence.queries_accounts import own_account
from cprac.services import accounts, credentials, intake
from cprac.web import sessions
from tests.web.visitors import send, sign_in, token_of
from tests.worlds import PASSWORD, build_world

NEW = "elefante verde na varanda"


@pytest.fixture
def world(app):
    return build_world(app, "filed")


def reset_code(world, who):
    with world.app.app_context():
        return credentials.issue_reset(world.chamber, None, world.account(who), now=sessions.clock())


def claim_code(world, side="applicant"):
    with world.app.app_context(), transaction() as session:
        row = session.scalars(select(Case).where(Case.number == world.number("filed"))).one()
        if side == "invitee":
            session.add(Party(case_id=row.id, ordinal=3, side="invitee", kind="natural", name="Rui Prado"))
            session.flush()
        ordinal = 3 if side == "invitee" else 1
        return intake.issue_claim_code(session, world.chamber, row, ordinal, None, sessions.clock())


def roles(world):
    with world.app.app_context():
        return {tuple(row) for row in db.session.execute(select(CaseRole.account_id, CaseRole.role))}


# --- In and out -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "who, offices", [("registry", "Secretaria"), ("two_hats", "Procuradoria da parte"), ("marina", "")]
)
def test_the_page_says_who_is_signed_in_and_with_which_office(world, client, who, offices):
    sign_in(client, world.email(who))
    page = client.get("/minha-conta").text
    assert world.email(who) in page
    assert offices in page
    assert 'action="/sair"' in page


def test_who_is_signed_in_is_not_asked_again(world, client):
    sign_in(client, world.email("marina"))
    assert client.get("/entrar?next=/vincular").location == "/vincular"


@pytest.mark.parametrize(
    "next_page, landed",
    [("/minha-conta", "/minha-conta"), ("//evil.example", None), ("https://evil.example", None), ("/nada", None)],
)
def test_after_signing_in_one_lands_where_one_wanted_or_at_home(world, client, next_page, landed):
    answer = send(client, f"/entrar?next={next_page}", email=world.email("administrator"), password=PASSWORD)
    assert answer.location.startswith("/")
    assert not answer.location.startswith("//")
    assert answer.location == (landed or client.get("/entrar").location)


def test_every_failed_try_reads_the_same_byte_for_byte(world, app):
    with app.app_context():
        accounts.disable(world.chamber, None, world.account("mediator"), now=sessions.clock())
    pages = set()
    for email in (world.email("registry"), world.email("mediator"), "ninguem@exemplo.gov.br", "not an address"):
        client = app.test_client()
        answer = send(client, "/entrar", email=email, password="errada errada")
        text = re.sub(r'(name="csrf_token"[^>]*value=)"[^"]+"', r"\1", answer.text).replace(email, "EMAIL")
        pages.add((answer.status_code, text, tuple(sorted(name for name, _value in answer.headers))))
    [(code, text, _headers)] = pages
    assert code == 400
    assert "E-mail ou senha não conferem." in text
    assert "errada" not in text, "a password is never written back"
    assert "<title>Erro:" in text


@pytest.mark.parametrize("who", ["registry", "nobody at all"])
def test_too_many_tries_say_when_to_come_back_whoever_was_tried(world, client, who):
    email = world.email("registry") if who == "registry" else "ninguem@exemplo.gov.br"
    with time_machine.travel(datetime(2026, 3, 25, 15, 0, 30, tzinfo=UTC), tick=False) as clock:
        for _ in range(5):
            assert send(client, "/entrar", email=email, password="errada").status_code == 400
            clock.shift(timedelta(seconds=10))
        answer = send(client, "/entrar", email=email, password=PASSWORD)
    assert answer.status_code == 429
    assert 60 <= int(answer.headers["Retry-After"]) <= 80
    assert "Tente de novo às 12h04." in answer.text or "Tente de novo às 12h03." in answer.text
    other = client.application.test_client()
    sign_in(other, world.email("coordinator"))


@pytest.mark.parametrize("fields", [{}, {"email": "x@y.com"}, {"password": "x"}, {"email": "a" * 300, "password": "x"}])
def test_an_empty_form_says_what_is_missing(client, fields):
    answer = send(client, "/entrar", **fields)
    assert answer.status_code == 400
    assert 'aria-invalid="true"' in answer.text


def test_signing_out_says_so_and_is_no_link(world, client):
    sign_in(client, world.email("marina"))
    assert client.get("/sair").status_code == 405
    answer = send(client, "/sair", form_at="/minha-conta")
    assert "Você saiu." in client.get(answer.location).text
    assert client.get("/minha-conta").status_code == 303


# --- Codes ------------------------------------------------------------------------------------------------------------


def test_a_code_sets_the_password_and_signs_in_and_looking_at_the_page_uses_nothing_up(world, client):
    code = reset_code(world, "marina")
    for _ in range(3):
        assert client.get(f"/redefinir?code={code}").status_code == 200
    answer = send(client, "/redefinir", code=code, password=NEW, again=NEW)
    assert answer.status_code == 303
    assert "Senha nova gravada" in client.get(answer.location).text
    assert send(client.application.test_client(), "/redefinir", code=code, password=NEW, again=NEW).status_code == 400
    sign_in(client.application.test_client(), world.email("marina"), NEW)


@pytest.mark.parametrize(
    "changed, words",
    [
        ({"code": "AAAA-AAAA-AAAA-AAAA-AAAA"}, "O código não confere"),
        ({"again": "outra coisa"}, "As duas senhas precisam ser iguais"),
        ({"password": "curta", "again": "curta"}, "ao menos 12 caracteres"),
        ({"password": "marina marina marina", "again": "marina marina marina"}, "fácil de adivinhar"),
        ({"code": ""}, "Escreva o código"),
    ],
)
def test_what_is_wrong_with_a_reset_is_said_at_its_field_and_the_code_stays_good(world, client, changed, words):
    fields = {"code": reset_code(world, "marina"), "password": NEW, "again": NEW}
    answer = send(client, "/redefinir", **{**fields, **changed})
    assert answer.status_code == 400
    assert words in answer.text
    assert send(client, "/redefinir", **fields).status_code == 303


def test_the_claim_code_of_the_receipt_makes_an_account_that_is_the_party(world, client):
    code = claim_code(world, "invitee")
    answer = send(
        client, "/vincular", code=code.lower(), name="Rui Prado", email="Rui@exemplo.com.br", password=NEW,
        portal_consent="y",
    )  # fmt: skip
    assert answer.status_code == 303
    assert f"vinculada ao caso {world.number('filed')}" in client.get(answer.location).text
    with world.app.app_context():
        used = db.session.scalars(select(OneTimeCode.account_id).where(OneTimeCode.used_at.is_not(None))).one()
        assert own_account(used).portal_consent_on is not None
    assert (used, "invitee") in roles(world)
    again = send(client.application.test_client(), "/vincular", code=code, email="x@exemplo.com.br", password=NEW)
    assert again.status_code == 400


def test_who_is_signed_in_types_the_code_only(world, client):
    sign_in(client, world.email("nobody"))
    page = client.get("/vincular").text
    assert 'name="password"' not in page
    assert send(client, "/vincular", code=claim_code(world)).status_code == 303
    assert (world.account("nobody"), "applicant") in roles(world)


def test_a_refused_claim_says_why_and_keeps_what_was_typed(world, client):
    answer = send(client, "/vincular", code="nonsense", name="Rui", email="rui@exemplo.com.br", password=NEW)
    assert answer.status_code == 400
    assert "O código não confere" in answer.text
    assert 'value="rui@exemplo.com.br"' in answer.text
    assert NEW not in answer.text


@pytest.mark.parametrize(
    "who, answered", [("registry", 200), ("administrator", 200), ("mediator", 404), ("marina", 404)]
)
def test_only_registry_and_administrator_give_out_codes(world, client, who, answered):
    sign_in(client, world.email(who))
    assert client.get("/codigo-de-senha").status_code == answered


def test_the_registry_gives_a_party_a_code_that_works(world, client):
    sign_in(client, world.email("registry"))
    answer = send(client, "/codigo-de-senha", email=world.email("marina").upper())
    [code] = re.findall(r"<strong>((?:[0-9A-Z]{4}-){4}[0-9A-Z]{4})</strong>", answer.text)
    assert "http://127.0.0.1:8000/redefinir" in answer.text
    browser = client.application.test_client()
    assert send(browser, "/redefinir", code=code, password=NEW, again=NEW).status_code == 303
    for email in (world.email("mediator"), "ninguem@exemplo.gov.br"):
        assert send(client, "/codigo-de-senha", email=email).status_code == 400


# --- One's own account ------------------------------------------------------------------------------------------------


def test_the_own_password_is_changed_knowing_the_current_one(world, client):
    sign_in(client, world.email("mediator"))
    address, page = "/minha-conta/senha", "/minha-conta"
    wrong = send(client, address, form_at=page, current_password="errada", password=NEW, again=NEW)
    assert wrong.status_code == 400
    assert "A senha atual não confere" in wrong.text
    weak = send(
        client, address, form_at=page, current_password=PASSWORD, password="quatorze letra", again="quatorze letra"
    )
    assert "ao menos 15 caracteres" in weak.text
    assert send(client, address, form_at=page, current_password=PASSWORD, password=NEW, again=NEW).status_code == 303
    sign_in(client.application.test_client(), world.email("mediator"), NEW)


def test_a_party_agrees_to_the_portal_and_may_change_its_mind(world, client):
    sign_in(client, world.email("marina"))
    for agrees in ("1", "0"):
        for wrong in ("", "errada"):
            refused = send(
                client, "/minha-conta/avisos", form_at="/minha-conta", agrees=agrees, own_password=wrong
            )  # fmt: skip
            assert refused.status_code == 400
            with world.app.app_context():
                assert bool(own_account(world.account("marina")).portal_consent_on) is (agrees == "0"), "no signature"
        signed = send(client, "/minha-conta/avisos", form_at="/minha-conta", agrees=agrees, own_password=PASSWORD)
        assert signed.status_code == 303
        with world.app.app_context():
            assert bool(own_account(world.account("marina")).portal_consent_on) is (agrees == "1")
            told = db.session.scalars(select(AccessLog.action).order_by(AccessLog.id.desc()).limit(1)).one()
            assert told.startswith("portal consent")


# --- In a browser -----------------------------------------------------------------------------------------------------

PUBLIC = ("/entrar", "/redefinir", "/vincular", "/nada")


@pytest.mark.parametrize("width", [1280, 360])
def test_the_door_is_accessible(world, open_page, axe, width):
    page = open_page(width=width)
    for address in PUBLIC:
        page.goto(address)
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
    page.goto("/entrar")
    page.get_by_role("button", name="Entrar", exact=True).click()
    axe(page)
    assert page.evaluate("document.activeElement.id") == "erros"
    page.get_by_role("button", name="Alto contraste").click()
    assert page.locator("html").get_attribute("data-contrast") == "alto"
    axe(page)
    page.goto("/entrar")
    page.get_by_label("E-mail").fill(world.email("marina"))
    page.get_by_label("Senha", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: "/entrar" not in address)
    page.goto("/minha-conta")
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_one_signs_in_and_out_with_the_keyboard_alone_and_without_scripts(world, open_page):
    page = open_page(javascript=False)
    page.goto("/entrar")
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "Ir para o conteúdo"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type(world.email("marina"))
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "Entrar"
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Sair", exact=True).focus()
    page.keyboard.press("Enter")
    page.get_by_text("Você saiu.").wait_for()


def test_a_token_is_found_on_every_form(world, client):
    for address in PUBLIC[:3]:
        assert token_of(client.get(address))
