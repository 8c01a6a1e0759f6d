"""What every request and every answer must hold to, and the pages of what goes wrong."""

from __future__ import annotations

import re
from datetime import date
from urllib.parse import urlencode

import pytest
from flask import abort, redirect, request
from sqlalchemy import text
from sqlalchemy.exc import OperationalError, ProgrammingError

from cprac import UnsafeSettingsError, create_app, unsafe_settings
from cprac.domain.acts import FIELDS, Act, Kind
from cprac.domain.roles import Office
from cprac.domain.subject import Refusal
from cprac.persistence.database import Base, db
from cprac.services import accounts, errors
from cprac.web import form_fields, guards, security, sessions
from tests.fixtures_app import dispose_engines, make_app
from tests.web.visitors import sign_in, token_of
from tests.worlds import build_world

PASSWORD = "girafa azul no telhado"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}


@pytest.fixture
def root(app):
    """A browser in which the administrator is signed in."""
    return administrator(app)


def administrator(app):
    """Make the administrator and sign in: after a test has hung its own pages on the application."""
    with app.app_context():
        accounts.create(
            app.extensions["cprac"],
            None,
            "ada@camara.example",
            "Ada Rocha",
            now=sessions.clock(),
            office=Office.ADMINISTRATOR,
            password=PASSWORD,
        )
    return sign_in(app.test_client(), "ada@camara.example", PASSWORD)


one_database = pytest.mark.databases("sqlite")
"""For what never asks the database, or asks it the same whichever it is."""


# --- Headers ----------------------------------------------------------------------------------------------------------


@one_database
@pytest.mark.parametrize(
    "address", ["/entrar", "/redefinir", "/nada", "/minha-conta", "/static/css/theme.css", "/administracao/"]
)
def test_every_answer_carries_every_header(client, root, app, address):
    for browser in (root, app.test_client()):
        with browser.get(address) as answer:
            for name, value in HEADERS.items():
                assert answer.headers.getlist(name) == [value], name
            assert "Strict-Transport-Security" not in answer.headers
            assert "Server" not in answer.headers


def test_over_https_browsers_are_told_to_stay_there(database_url, tmp_path):
    app = make_app(database_url, FILES=str(tmp_path / "files"), COOKIE_SECURE=True)
    try:
        answer = app.test_client().get("/entrar", base_url="https://localhost")
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    finally:
        dispose_engines(app)


def test_no_page_is_kept_by_a_cache_and_style_files_may_be(root, app):
    for address in ("/minha-conta", "/administracao/", "/nada", "/entrar"):
        assert root.get(address).headers["Cache-Control"] == "no-store"
    with root.get("/static/css/theme.css") as answer:
        assert answer.headers["Cache-Control"] != "no-store"


def test_a_public_view_may_say_how_long_it_may_be_kept_but_not_to_who_is_signed_in(app):
    def figures():
        return "1", 200, {"Cache-Control": "public, max-age=60"}

    app.add_url_rule("/numeros", view_func=guards.public(figures))
    assert app.test_client().get("/numeros").headers["Cache-Control"] == "public, max-age=60"
    assert administrator(app).get("/numeros").headers["Cache-Control"] == "no-store"


# --- Where a request comes from ---------------------------------------------------------------------------------------


@one_database
@pytest.mark.parametrize(
    "headers, answered",
    [
        ({}, 303),
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({"Sec-Fetch-Site": "none"}, 303),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "anything"}, 403),
        ({"Origin": "http://localhost"}, 303),
        ({"Origin": "http://127.0.0.1:8000"}, 303),  # PUBLIC_BASE_URL
        ({"Origin": "null"}, 403),
        ({"Origin": ""}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "http://localhost.evil.example"}, 403),
        ({"Origin": "http://localhost@evil.example"}, 403),
        ({"Origin": "http://localhost:9999"}, 403),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"}, 403),
    ],
)
def test_an_unsafe_request_of_another_site_is_refused_even_with_a_good_token(root, headers, answered):
    token = token_of(root.get("/minha-conta"))
    answer = root.post("/avisos/lidos", data={"csrf_token": token}, headers=headers)
    assert answer.status_code == answered


def test_a_link_from_another_site_still_opens_a_page(root):
    headers = {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}
    assert root.get("/minha-conta", headers=headers).status_code == 200


def unsafe_addresses(app):
    """Every address of the wired rooms that takes an unsafe method, with its numbers filled in."""
    for rule in app.url_map.iter_rules():
        if not rule.methods & {"POST", "PUT", "PATCH", "DELETE"}:
            continue
        values = dict.fromkeys(rule.arguments, "1")
        yield (
            rule.endpoint,
            re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", lambda found, values=values: values[found[1]], rule.rule),
        )


def test_without_the_token_of_this_session_no_form_is_taken(app, root):
    stranger = token_of(app.test_client().get("/entrar"))
    tried = 0
    for endpoint, address in unsafe_addresses(app):
        if endpoint == "contrast" or not endpoint.startswith(("auth.", "admin.")):
            continue
        for token in (None, "", "forged", stranger):
            answer = root.post(address, data={} if token is None else {"csrf_token": token})
            assert answer.status_code == 400, (endpoint, token)
            tried += 1
    assert tried >= 50
    assert root.get("/minha-conta").status_code == 200


# --- Hosts and proxies ------------------------------------------------------------------------------------------------


@one_database
@pytest.mark.parametrize(
    "headers, answered",
    [
        ({"Host": "localhost"}, 200),
        ({"Host": "127.0.0.1:8000"}, 200),
        ({"Host": "evil.example"}, 400),
        ({"Host": "localhost.evil.example"}, 400),
        ({"Host": "localhost", "X-Forwarded-Host": "evil.example"}, 200),
        ({"Host": "localhost", "Forwarded": "host=evil.example"}, 200),
    ],
)
def test_the_application_answers_to_its_own_names_only(client, headers, answered):
    answer = client.get("/entrar", headers=headers)
    assert answer.status_code == answered
    assert "evil" not in answer.text
    assert "evil" not in str(answer.headers)


@one_database
@pytest.mark.parametrize("hops, seen", [(0, "127.0.0.1"), (1, "203.0.113.7"), (2, "198.51.100.1")])
def test_a_proxy_is_believed_as_far_as_the_settings_say(database_url, tmp_path, hops, seen):
    app = make_app(database_url, FILES=str(tmp_path / "files"), PROXY_HOPS=hops)
    app.add_url_rule("/de-onde", view_func=guards.public(security.source))
    try:
        answer = app.test_client().get("/de-onde", headers={"X-Forwarded-For": "198.51.100.1, 203.0.113.7"})
        assert answer.text == seen
    finally:
        dispose_engines(app)


@one_database
@pytest.mark.parametrize(
    "address, counted",
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("fe80::1%eth0", "fe80::"),
        ("nonsense", "unknown"),
    ],
)
def test_limits_count_a_whole_network_of_ipv6_as_one(app, address, counted):
    with app.test_request_context(environ_base={"REMOTE_ADDR": address}):
        assert security.source() == counted


@pytest.mark.parametrize("field", ["email", "password"])
def test_a_nul_is_refused_before_anything_is_asked(client, field):
    token = token_of(client.get("/entrar"))
    typed = {"csrf_token": token, "email": "a@b.com", "password": "x", field: "a\x00b"}
    assert client.post("/entrar", data=typed).status_code == 400
    assert client.get("/entrar?next=%00").status_code == 400


# --- Ways back --------------------------------------------------------------------------------------------------------

EVIL = [
    "", None, "evil.example", "https://evil.example", "//evil.example", "///evil.example", "/\\evil.example",
    "\\\\evil.example", "/\t/evil.example", "/\n/evil.example", "/%0d%0aSet-Cookie:x=1", " /entrar", "http:/entrar",
    "javascript:alert(1)", "data:text/html,x", "/entrar\x00", "/entrar\r\nX: y", "/nada", "/minha-conta/senha",
    "/sair", "/\u2028entrar", "http:///evil.example", "/" + "a" * 2000, "//localhost/entrar", "http://localhost/entrar",
    "/.//evil.example", "/entrar/../..//evil.example", "?next=x", "#x", "/../entrar",
]  # fmt: skip


@one_database
@pytest.mark.parametrize("target", EVIL)
def test_no_way_back_leads_out(app, target):
    with app.test_request_context("/entrar"):
        assert security.safe_way_back(target) is None


@one_database
@pytest.mark.parametrize("target", ["/minha-conta", "/administracao/?q=ana&funcao=mediator", "/entrar?next=//evil"])
def test_a_page_of_ours_is_a_way_back(app, target):
    with app.test_request_context("/entrar"):
        assert security.safe_way_back(target) == target


def test_after_switching_the_contrast_one_is_where_one_was(client):
    answer = client.post("/contraste", data={"contrast": "alto", "next": "/entrar"})
    assert (answer.status_code, answer.location) == (303, "/entrar")
    assert "contraste=alto" in answer.headers["Set-Cookie"]
    assert 'data-contrast="alto"' in client.get("/entrar").text
    client.post("/contraste", data={"contrast": "normal", "next": "//evil.example"})
    assert 'data-contrast="alto"' not in client.get("/entrar").text
    assert client.post("/contraste", data={"next": "//evil.example"}).location == "/"


# --- Policies ---------------------------------------------------------------------------------------------------------


def test_every_view_says_who_may_open_it(app):
    found = guards.policies(app)
    assert set(found) == set(app.view_functions)
    assert {name for name, policy in found.items() if name.startswith("admin.") and policy.kind != "office"} == set()


def test_a_view_without_a_policy_stops_the_start_and_answers_as_missing(app, client):
    app.add_url_rule("/esquecida", "esquecida", lambda: "open")
    with pytest.raises(LookupError, match="esquecida"):
        guards.policies(app)
    assert client.get("/esquecida").status_code == 404


def test_a_page_for_another_office_looks_like_no_page(app):
    app.add_url_rule("/so-conselho", view_func=guards.office(Office.COUNCIL)(lambda: "secret"))
    root = administrator(app)
    refused, missing = root.get("/so-conselho"), root.get("/nao-existe")
    assert refused.status_code == missing.status_code == 404
    assert refused.text.replace("so-conselho", "nao-existe") == missing.text


def test_who_is_not_signed_in_is_sent_to_sign_in_and_back(client):
    assert client.get("/minha-conta?x=1").location == "/entrar?next=/minha-conta"
    answer = client.post("/minha-conta/senha", data={"password": "x"})
    assert (answer.status_code, answer.location) == (303, "/entrar")


# --- What goes wrong --------------------------------------------------------------------------------------------------

REFUSAL = Refusal("Só depois de {day}: {what}.", params={"day": date(2026, 3, 30), "what": "100% <b>"})
FAILURES = [
    (errors.NotFoundError, 404, "não existe ou não é para a sua conta"),
    (lambda: errors.RefusedError(REFUSAL), 400, "Só depois de 30/03/2026: 100% &lt;b&gt;."),
    (lambda: errors.StaleError(3, []), 409, "O caso mudou"),
    (lambda: errors.KeyReusedError("k"), 422, "Não foi possível usar"),
    (lambda: errors.TooManyTriesError(75), 429, "Tente de novo às"),
    (lambda: errors.BadFileError("O arquivo está vazio."), 400, "O arquivo está vazio."),
    (lambda: OperationalError("SELECT secret", {"cpf": "1"}, Exception("database is locked")), 503, "fora do ar"),
]


@pytest.mark.parametrize("make, code, words", FAILURES, ids=[str(code) for _make, code, _words in FAILURES])
def test_a_failure_has_a_page_in_plain_words(app, client, caplog, make, code, words):
    def fail():
        raise make()

    app.add_url_rule("/falha", view_func=guards.public(fail))
    answer = client.get("/falha")
    assert answer.status_code == code
    assert words in answer.text
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
    if code == 429:
        assert answer.headers["Retry-After"] == "75"
    if code == 503:
        assert answer.headers["Retry-After"].isdigit()
        [reference] = re.findall(r"informe o código (\w+)", answer.text)
        assert reference in caplog.text


@one_database
@pytest.mark.parametrize("code", [400, 403, 404, 405, 410, 413, 415, 422, 429, 500, 502, 503])
def test_every_code_has_a_page_and_403_reads_like_404(app, client, code):
    app.add_url_rule("/codigo/<int:number>", view_func=guards.public(lambda number: abort(int(number))))
    answer = client.get(f"/codigo/{code}")
    assert answer.status_code == code
    assert "<h1" in answer.text
    if code == 403:
        assert "não existe ou não é para a sua conta" in answer.text


@one_database
def test_a_redirect_is_no_error(app, client):
    app.add_url_rule("/para-la", view_func=guards.public(lambda: abort(redirect("/entrar", 303))))
    assert client.get("/para-la").location == "/entrar"


def test_a_mistake_of_ours_shows_a_code_and_no_detail(database_url, tmp_path, caplog):
    app = make_app(database_url, FILES=str(tmp_path / "files"), TESTING=False, PASSWORD_MEMORY_KIB=19456)

    def fail():
        raise ZeroDivisionError("segredo 123.456.789-09")

    app.add_url_rule("/conta/<name>", view_func=guards.public(lambda name: fail()))
    try:
        answer = app.test_client().get("/conta/maria?cpf=123")
        assert answer.status_code == 500
        assert "segredo" not in answer.text
        [reference] = re.findall(r"informe o código (\w+)", answer.text)
        line = next(record.getMessage() for record in caplog.records if reference in record.getMessage())
        assert "/conta/<name>" in line, "the rule, not the address with a name in it"
        assert "maria" not in line
    finally:
        dispose_engines(app)


def test_an_error_of_the_database_carries_no_personal_data_into_the_log(app):
    def fail():
        db.session.execute(text("SELECT :cpf FROM nowhere"), {"cpf": "123.456.789-09"})

    expected = OperationalError if "sqlite" in app.config["SQLALCHEMY_DATABASE_URI"] else ProgrammingError
    with app.app_context(), pytest.raises(expected) as raised:
        fail()
    assert "123.456.789-09" not in str(raised.value)


def test_when_the_database_is_down_the_page_of_a_signed_in_person_still_comes(app, root, monkeypatch):
    def down(*_given):
        raise OperationalError("SELECT 1", {}, Exception("server closed the connection"))

    monkeypatch.setattr("cprac.web.guards.queries_accounts.signed_in", down)
    answer = root.get("/minha-conta")
    assert answer.status_code == 503
    assert "fora do ar" in answer.text


def test_a_body_beyond_the_limit_is_refused_in_words(app, client):
    app.config["MAX_CONTENT_LENGTH"] = 2000
    page = client.get("/entrar")
    answer = client.post("/entrar", data={"csrf_token": token_of(page), "email": "x" * 3000})
    assert answer.status_code == 413
    assert "grande demais" in answer.text


TAKE_FILES = frozenset({"party.documents", "attorney.new_filing", "party.act", "attorney.act", "office.act"})


@pytest.mark.parametrize("who", ["two_hats", "marina", "administrator", "attorney_general", ""])
@one_database
def test_no_form_of_any_page_is_taken_without_its_token(app, who):
    world = build_world(app, "talks")
    values = {"number": world.url("talks"), "act": "add_document", "filename": "x"}
    client = sign_in(app.test_client(), world.email(who)) if who else app.test_client()
    before = contents(app)
    for rule in app.url_map.iter_rules():
        if "POST" not in rule.methods or rule.endpoint in OPEN_TO_ALL:
            continue
        address = rule.rule
        for name in rule.arguments:
            address = re.sub(rf"<(?:\w+:)?{name}>", str(values.get(name, 1)), address)
        answer = client.post(address, data={"seen": "y", "agrees": "1", "email": "ana@camara.example"})
        sent_to_the_door = answer.status_code == 303 and answer.location.partition("?")[0] == "/entrar"
        assert answer.status_code in (400, 404) or (not who and sent_to_the_door), (rule.rule, answer.status_code)
    assert contents(app) == before


OPEN_TO_ALL = frozenset({"contrast"})
"""What needs no token: it changes a cookie of its own and nothing else."""


def contents(app):
    """Everything that is stored but the sessions themselves."""
    with app.app_context():
        found = {
            table.name: sorted(map(repr, db.session.execute(table.select()).all()))
            for table in Base.metadata.sorted_tables
            if table.name not in ("web_session", "throttle")
        }
        db.session.remove()
    return found


@one_database
def test_only_pages_with_a_box_for_files_take_more_than_a_form(app):
    given = {name for name, view in app.view_functions.items() if hasattr(view, "takes_files")}
    assert given == TAKE_FILES


@one_database
@pytest.mark.parametrize(
    "address, most",
    [
        ("/entrar", security.LARGEST_FORM),
        ("/consulta", security.LARGEST_FORM),
        ("/contraste", security.LARGEST_FORM),
        ("/nada", security.LARGEST_FORM),
        ("/pedido/conferir", security.LARGEST_FORM),
        ("/pedido/documentos", 25 * 2**20),
        ("/procuradoria/pedidos/novo", 25 * 2**20),
        ("/meus-casos/2026-0001/atos/add_document", 25 * 2**20),
        ("/procuradoria/casos/2026-0001/atos/city_note", security.LARGEST_FORM),
        ("/procuradoria/casos/2026-0001/atos/nonsense", security.LARGEST_FORM),
    ],
)
def test_how_much_an_address_takes(app, address, most):
    with app.test_request_context(address, method="POST"):
        security.bound_form()
        assert request.max_content_length == most


def test_a_large_body_is_refused_before_it_is_read(client):
    page = client.get("/entrar")
    text = "x" * security.LARGEST_FORM
    answer = client.post("/entrar", data={"csrf_token": token_of(page), "email": text, "password": "y"})
    assert answer.status_code == 413
    assert "O limite é 500\xa0kB por envio" in answer.text


@one_database
def test_the_longest_form_without_files_fits():
    long = [item for item in FIELDS[Act.DRAFT_AGREEMENT] if item.kind in (Kind.LONG_TEXT, Kind.OBLIGATIONS)]
    worst = len(urlencode({"x": "ç" * form_fields.TEXT})) * len(long)
    assert worst + len(urlencode({"x": "ç" * form_fields.LINE})) * form_fields.MOST_LINES < security.LARGEST_FORM


# --- Settings ---------------------------------------------------------------------------------------------------------

SAFE = {
    "SECRET_KEY": "0123456789abcdef0123456789abcdef",
    "PUBLIC_BASE_URL": "https://camara.exemplo.gov.br",
    "COOKIE_SECURE": True,
    "PASSWORD_MEMORY_KIB": 47104,
}


def test_safe_settings_are_accepted():
    assert unsafe_settings(SAFE) == []
    local = {**SAFE, "PUBLIC_BASE_URL": "http://127.0.0.1:8000", "COOKIE_SECURE": False}
    assert unsafe_settings(local) == []


@pytest.mark.parametrize(
    "changed, named",
    [
        ({"SECRET_KEY": ""}, "CPRAC_SECRET_KEY"),
        ({"SECRET_KEY": None}, "CPRAC_SECRET_KEY"),
        ({"SECRET_KEY": "x" * 31}, "CPRAC_SECRET_KEY"),
        ({"PUBLIC_BASE_URL": "camara.exemplo.gov.br"}, "CPRAC_PUBLIC_BASE_URL"),
        ({"PUBLIC_BASE_URL": "ftp://camara.exemplo.gov.br"}, "CPRAC_PUBLIC_BASE_URL"),
        ({"PUBLIC_BASE_URL": "http://camara.exemplo.gov.br"}, "https"),
        ({"COOKIE_SECURE": False}, "CPRAC_COOKIE_SECURE"),
        ({"DEBUG": True}, "depuração"),
        ({"PASSWORD_MEMORY_KIB": 1024}, "CPRAC_PASSWORD_MEMORY_KIB"),
    ],
)
def test_unsafe_settings_stop_the_start(changed, named):
    settings = {**SAFE, **changed, "SQLALCHEMY_DATABASE_URI": "sqlite://"}
    with pytest.raises(UnsafeSettingsError, match=named):
        create_app(settings)


def test_frozen_days_keep_the_hour_of_the_clock(database_url, tmp_path):
    app = make_app(database_url, FILES=str(tmp_path / "files"), TODAY="2026-03-25")
    try:
        with app.test_request_context("/"):
            assert guards.today() == date(2026, 3, 25)
            zone = guards.chamber().zone
            apart = sessions.clock().astimezone(zone).replace(year=2026, month=3, day=25)
            assert abs((guards.now() - apart).total_seconds()) < 60
            assert request.path == "/"
    finally:
        dispose_engines(app)
