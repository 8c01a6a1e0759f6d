"""Sessions are rows: born when there is something to remember, dead everywhere at once."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import request
from flask_wtf.csrf import generate_csrf
from sqlalchemy import select

from cprac.domain.roles import Office
from cprac.persistence.database import db
from cprac.persistence.models import WebSession
from cprac.services import accounts, credentials
from cprac.web import guards, kept_text, sessions
from tests.fixtures_app import dispose_engines, make_app
from tests.web.visitors import send, sign_in, token_of

START = datetime(2026, 3, 25, 12, 0, tzinfo=UTC)
STAFF, PARTY = "ana@camara.example", "marina@exemplo.com.br"
PASSWORD = "girafa azul no telhado"
COOKIE = "cprac"


@pytest.fixture
def clock():
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def people(clock, app):
    """Ids of the administrator, somebody of the staff, and a party."""
    with app.app_context():
        chamber = app.extensions["cprac"]

        def make(email, name, office=None):
            return accounts.create(chamber, None, email, name, now=START, office=office, password=PASSWORD)

        return {
            "root": make("ada@camara.example", "Ada Rocha", Office.ADMINISTRATOR),
            "staff": make(STAFF, "Ana Lima", Office.MEDIATOR),
            "party": make(PARTY, "Marina Alves"),
        }


@pytest.fixture
def elsewhere(app, database_url, tmp_path):
    """The same database served by another process's application."""
    other = make_app(database_url, FILES=str(tmp_path / "files"))
    yield other
    dispose_engines(other)


def rows(app):
    with app.app_context():
        return list(db.session.execute(select(*WebSession.__table__.columns).order_by(WebSession.created_at)))


def cookie_of(client):
    found = client.get_cookie(COOKIE)
    return found.value if found else None


def asks(app, token, address="/minha-conta"):
    """What a browser with a copied cookie gets."""
    client = app.test_client()
    client.set_cookie(COOKIE, token)
    return client.get(address)


def test_a_visitor_who_only_looks_gets_no_cookie_and_no_row(app, client):
    for address in ("/nada", "/minha-conta", "/static/css/theme.css"):
        with client.get(address) as answer:
            assert "Set-Cookie" not in answer.headers, address
    assert rows(app) == []


def test_a_form_gets_a_row_and_a_cookie_that_scripts_and_other_sites_cannot_use(app, client):
    answer = client.get("/entrar")
    assert answer.headers["Set-Cookie"] == f"{COOKIE}={cookie_of(client)}; HttpOnly; Path=/; SameSite=Lax"
    assert len(bytes.fromhex(cookie_of(client))) == 32
    assert len(rows(app)) == 1
    client.get("/entrar")
    assert len(rows(app)) == 1


def test_over_https_the_cookie_carries_the_host_prefix(database_url, tmp_path):
    app = make_app(database_url, FILES=str(tmp_path / "files"), COOKIE_SECURE=True)
    try:
        answer = app.test_client().get("/entrar", base_url="https://localhost")
        name, flags = answer.headers["Set-Cookie"].split("=", 1)
        assert name == "__Host-cprac"
        assert flags.endswith("; Secure; HttpOnly; Path=/; SameSite=Lax")
        assert "Domain" not in flags
    finally:
        dispose_engines(app)


def test_the_database_keeps_only_the_hash_of_the_token(app, client, people):
    sign_in(client, STAFF, PASSWORD)
    [row] = rows(app)
    assert row.token_hash == hashlib.sha256(cookie_of(client).encode()).hexdigest()
    assert cookie_of(client) not in str(row)


@pytest.mark.parametrize("planted", ["", "0" * 64, "x" * 64, "' OR 1=1", "é"])
def test_a_planted_cookie_opens_nothing_and_is_not_adopted(app, people, planted):
    client = app.test_client()
    client.set_cookie(COOKIE, planted)
    assert client.get("/minha-conta").status_code == 303
    sign_in(client, STAFF, PASSWORD)
    assert cookie_of(client) != planted


def test_signing_in_changes_the_cookie_and_the_token_of_forms(app, client, people):
    before_page = client.get("/entrar")
    before = cookie_of(client)
    sign_in(client, STAFF, PASSWORD)
    assert cookie_of(client) != before
    assert asks(app, before).status_code == 303
    answer = client.post("/minha-conta/avisos", data={"csrf_token": token_of(before_page), "agrees": "1"})
    assert answer.status_code == 400
    assert len(rows(app)) == 1


def test_a_copied_cookie_dies_with_signing_out_in_every_process(app, client, people, elsewhere):
    sign_in(client, STAFF, PASSWORD)
    copied = cookie_of(client)
    assert asks(elsewhere, copied).status_code == 200
    assert send(client, "/sair", form_at="/minha-conta").status_code == 303
    assert asks(app, copied).status_code == 303
    assert asks(elsewhere, copied).status_code == 303
    assert cookie_of(client) is None


@pytest.mark.parametrize("what", ["disable", "grant", "end", "reset", "password"])
def test_a_session_dies_on_the_next_request_when_rights_or_password_change(app, client, people, elsewhere, what):
    sign_in(client, STAFF, PASSWORD)
    copied = cookie_of(client)
    chamber, root, ana = elsewhere.extensions["cprac"], people["root"], people["staff"]
    with elsewhere.app_context():
        match what:
            case "disable":
                accounts.disable(chamber, root, ana, now=START)
            case "grant":
                accounts.grant(chamber, root, ana, Office.COUNCIL, now=START)
            case "end":
                accounts.end_office(chamber, root, 2, until_on=chamber.day(START), now=START)
            case "reset":
                code = credentials.issue_reset(chamber, root, ana, now=START)
                credentials.use_reset(chamber, code, "elefante verde na varanda", "10.0.0.1", now=START)
            case "password":
                credentials.change_password(chamber, ana, PASSWORD, "elefante verde na varanda", "10.0.0.1", now=START)
    for application in (app, elsewhere):
        assert asks(application, copied).status_code == 303


@pytest.mark.parametrize("email, idle, longest", [(STAFF, 30, 600), (PARTY, 20, 120)])
def test_a_session_ends_unused_and_at_its_longest_age(app, client, people, clock, email, idle, longest):
    sign_in(client, email, PASSWORD)
    clock.shift(timedelta(minutes=idle - 1))
    assert client.get("/minha-conta").status_code == 200
    clock.shift(timedelta(minutes=idle))
    assert client.get("/minha-conta").status_code == 303

    sign_in(client, email, PASSWORD)
    began = datetime.now(UTC)
    while datetime.now(UTC) < began + timedelta(minutes=longest - 10):
        assert client.get("/minha-conta").status_code == 200
        clock.shift(timedelta(minutes=10))
    clock.shift(timedelta(minutes=10))
    assert client.get("/minha-conta").status_code == 303


def test_use_is_noted_at_most_once_a_minute(app, client, people, clock):
    sign_in(client, STAFF, PASSWORD)
    seen = []
    for _ in range(9):
        clock.shift(timedelta(seconds=20))
        client.get("/minha-conta")
        seen.append(rows(app)[0].seen_at)
    assert len(set(seen)) == 4  # at the start, and after one, two and three minutes


def test_five_sessions_at_a_time_and_the_one_unused_for_longest_goes(app, people, clock):
    browsers = []
    for _ in range(6):
        browsers.append(sign_in(app.test_client(), STAFF, PASSWORD))
        clock.shift(timedelta(seconds=30))
    states = [browser.get("/minha-conta").status_code for browser in browsers]
    assert states == [303, 200, 200, 200, 200, 200]


def test_a_request_that_outlives_the_sign_out_does_not_bring_the_session_back(app, people, elsewhere):
    def slow():
        here = sessions.current()
        here["draft"] = "words"
        other = elsewhere.test_client()
        other.set_cookie(COOKIE, request.cookies[COOKIE])
        assert send(other, "/sair", form_at="/minha-conta").status_code == 303
        return "done"

    app.add_url_rule("/lento", view_func=guards.signed_in(slow))
    client = sign_in(app.test_client(), STAFF, PASSWORD)
    copied = cookie_of(client)
    assert client.get("/lento").text == "done"
    assert asks(app, copied).status_code == 303
    assert [row for row in rows(app) if row.account_id is not None] == []


def test_ones_own_sessions_are_listed_and_ended_one_by_one(app, client, people):
    sign_in(client, STAFF, PASSWORD)
    other = sign_in(app.test_client(), STAFF, PASSWORD)
    stranger = sign_in(app.test_client(), PARTY, PASSWORD)
    page = client.get("/minha-conta").text
    assert page.count('name="session"') == 2

    def digest(browser):
        return hashlib.sha256(cookie_of(browser).encode()).hexdigest()[:24]

    token = token_of(client.get("/minha-conta"))
    refused = [digest(stranger), digest(other)[:8], "%" * 24, "", "_" * 24]
    for chosen in refused:
        answer = client.post("/minha-conta/sessoes", data={"csrf_token": token, "session": chosen})
        assert answer.status_code == 404, chosen
    assert stranger.get("/minha-conta").status_code == 200
    ended = client.post("/minha-conta/sessoes", data={"csrf_token": token, "session": digest(other)})
    assert ended.status_code == 303
    assert other.get("/minha-conta").status_code == 303
    assert client.get("/minha-conta").status_code == 200


def test_changing_the_password_keeps_this_browser_and_ends_the_others(app, client, people):
    sign_in(client, STAFF, PASSWORD)
    before = cookie_of(client)
    other = sign_in(app.test_client(), STAFF, PASSWORD)
    new = "elefante verde na varanda"
    answer = send(
        client, "/minha-conta/senha", form_at="/minha-conta", current_password=PASSWORD, password=new, again=new
    )
    assert answer.status_code == 303
    assert client.get("/minha-conta").status_code == 200
    assert cookie_of(client) != before
    assert other.get("/minha-conta").status_code == 303
    assert asks(app, before).status_code == 303


# --- What somebody was writing when the session ran out ---------------------------------------------------------------


@pytest.fixture
def letter(app):
    """A form of a signed-in page that gives kept text back."""

    def write():
        kept = kept_text.take() if request.method == "GET" else None
        return f'<form><input name="csrf_token" value="{generate_csrf()}"></form>[{kept.get("text") if kept else ""}]'

    app.add_url_rule("/carta", view_func=kept_text.gives_back(guards.signed_in(write)), methods=["GET", "POST"])
    return "/carta"


def lapse_while_writing(client, clock, **fields):
    sign_in(client, STAFF, PASSWORD)
    token = token_of(client.get("/carta"))
    clock.shift(timedelta(minutes=31))
    answer = client.post("/carta", data={"csrf_token": token, "text": "três páginas", "password": "x", **fields})
    assert answer.status_code == 303
    assert answer.location == "/entrar?next=/carta"
    return answer


def test_typed_text_comes_back_after_signing_in_again_and_only_once(app, client, people, clock, letter):
    lapse_while_writing(client, clock)
    assert "está guardado" in client.get("/entrar?next=/carta").text
    back = send(client, "/entrar?next=/carta", email=STAFF, password=PASSWORD)
    assert back.location == "/carta"
    assert "[três páginas]" in client.get("/carta").text
    assert "[]" in client.get("/carta").text
    assert "três páginas" not in str(rows(app))


def test_typed_text_is_not_shown_to_somebody_else_at_the_same_computer(app, client, people, clock, letter):
    lapse_while_writing(client, clock)
    send(client, "/entrar?next=/carta", email=PARTY, password=PASSWORD)
    assert "[]" in client.get("/carta").text
    assert "três páginas" not in str(rows(app))


def test_without_the_token_of_the_lapsed_session_nothing_is_kept(app, client, people, clock, letter):
    lapse_while_writing(client, clock, csrf_token="forged")
    assert "três páginas" not in str(rows(app))


def test_a_new_password_typed_as_the_session_ran_out_is_kept_nowhere(app, client, people, clock):
    sign_in(client, STAFF, PASSWORD)
    token, new = token_of(client.get("/minha-conta")), "elefante verde na varanda"
    clock.shift(timedelta(minutes=31))
    typed = {"csrf_token": token, "current_password": PASSWORD, "password": new, "again": new}
    assert client.post("/minha-conta/senha", data=typed).status_code == 303
    for secret in (new, PASSWORD):
        assert secret not in str(rows(app))


def test_passwords_and_very_long_texts_are_not_kept(app, client, people, clock, letter):
    lapse_while_writing(client, clock)
    assert "'password'" not in str(rows(app))
    lapse_while_writing(client, clock, again="uma senha")
    assert "uma senha" not in str(rows(app))
    client = app.test_client()
    lapse_while_writing(client, clock, more="z" * 70_000)
    assert "zzz" not in str(rows(app))
