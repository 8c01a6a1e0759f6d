"""The room of anyone: pages that open, the status by number and key that gives nothing away, the rules as they are."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from sqlalchemy import select, text, update

from cprac.domain.acts import Act
from cprac.domain.deadlines import Basis
from cprac.domain.identifiers import ACCESS_KEY
from cprac.domain.states import CaseState
from cprac.persistence.database import db, transaction
from cprac.persistence.models import Application, Base, Case, Throttle
from cprac.persistence.regulation_files import load_regulation
from cprac.services import access_keys, heartbeats, throttle
from cprac.web import guards
from cprac.web.public.rules import steps
from tests.web.visitors import token_of
from tests.worlds import NOW, TODAY, build_world

PAGES = ("/", "/consulta", "/regras", "/ajuda", "/privacidade", "/acessibilidade")


@pytest.fixture
def app_settings():
    return {"TODAY": TODAY.isoformat()}


@pytest.fixture
def client(app):
    """A visitor whose context ends with each answer."""
    return app.test_client()


@pytest.fixture
def world(app):
    return build_world(app, "filed", "talks")


def forget_tries(app):
    with app.app_context(), transaction() as session:
        for row in session.scalars(select(Throttle)):
            session.delete(row)


def ask(client, number, key, **more):
    page = client.get("/consulta")
    return client.post("/consulta", data={"csrf_token": token_of(page), "number": number, "key": key}, **more)


def bare(answer, *typed):
    """The bytes of an answer without what differs for every visitor and what was typed."""
    page = re.sub(r'(name="csrf_token"[^>]*value=")[^"]+', r"\1", answer.text)
    for each in typed:
        page = page.replace(each, "")
    return page


def dump(app, *, without=("throttle", "web_session")):
    """Every row of every table, as text."""
    with app.app_context():
        found = {
            table.name: sorted(map(repr, db.session.execute(select(table)).all()))
            for table in Base.metadata.sorted_tables
            if table.name not in without
        }
        db.session.remove()
        return found


# --- Pages ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", PAGES)
def test_a_page_opens_for_a_stranger_on_an_empty_database(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.text.count("<h1") == 1
    for place in ("/regras", "/ajuda", "/privacidade", "/acessibilidade"):
        assert f'href="{place}"' in answer.text, "the footer leads everywhere"


def test_the_first_page_says_how_to_file_and_how_to_follow(client):
    page = client.get("/").text
    for address in ("/pedido", "/consulta", "/entrar", "/vincular"):
        assert f'href="{address}"' in page


def test_reading_changes_no_case(app, world, client):
    before = dump(app)
    for address in (*PAGES, "/health", "/robots.txt", "/favicon.ico", "/pedido", "/pedido/quem-pede"):
        client.get(address)
    assert dump(app) == before


def rules_of(app):
    """The steps that /regras prints."""
    with app.test_request_context():
        return steps(load_regulation())


# --- The rules, from the file and the table ---------------------------------------------------------------------------


@pytest.fixture
def rules(client):
    return client.get("/regras").text


def test_every_deadline_in_use_is_printed_with_length_and_ground(rules):
    for rule in load_regulation("contagem").deadlines_in_use:
        assert rule.name in rules
        assert rule.unit.words(rule.amount) in rules
        assert rule.legal_basis.replace("§", "§") in rules


def test_what_is_our_choice_is_marked_and_what_is_law_is_not(rules):
    regulation = load_regulation("contagem")
    table = rules.split('id="prazos"')[1].split('id="alcada"')[0]
    lines = {}
    for line in table.split('role="rowheader"')[1:]:
        lines[re.sub(r"<[^>]+>", "", line.split("</th>")[0]).split(">")[-1].strip()] = line
    for rule in regulation.deadlines_in_use:
        assert ("padrão nosso, não da lei" in lines[rule.name]) is (rule.basis is Basis.DEFAULT), rule.name


def test_a_step_that_borrows_another_chambers_rule_is_marked_as_our_choice_too(app):
    """A model (Amazonas, Montes Claros) binds nobody here: only what rests on law goes without the mark."""
    by_state = {line.state: line for line in rules_of(app)}
    for state in (CaseState.FILED, CaseState.FORMAL_REVIEW, CaseState.AWAITING_ADMIN_HOMOLOGATION):
        assert "modelo" in by_state[state].legal_basis
        assert by_state[state].ours
    assert not by_state[CaseState.MERIT_ADMISSIBILITY].ours


def test_matters_reasons_and_holidays_of_the_year_are_printed(rules):
    regulation = load_regulation("contagem")
    for row in (*regulation.matters, *regulation.inadmissibility_reasons):
        assert row.plain in rules
    assert "Jubileu de Nossa Senhora das Dores" in rules
    assert "sex, 27/03/2026" in rules, "the movable holiday that libraries lack"
    assert "R$\N{NO-BREAK SPACE}113.470,00" in rules, "70 minimum wages of the year"


@pytest.mark.parametrize("app_settings", [{"TODAY": TODAY.isoformat(), "REGULATION": "amazonas"}], ids=["amazonas"])
@pytest.mark.databases("sqlite")
def test_another_chamber_prints_its_own_rules(client, app_settings):
    page = client.get("/regras").text
    assert load_regulation("amazonas").version in page
    assert "Jubileu" not in page


def test_a_decreed_day_appears_without_a_new_version(app, client):
    with app.app_context(), transaction() as session:
        session.execute(
            text(
                "INSERT INTO calendar_day (day, kind, name, legal_act, known_from) "
                "VALUES ('2026-06-05', 'closure', 'Luto oficial', 'Decreto 9/2026', '2026-06-04 12:00:00')"
            )
        )
    assert "Luto oficial" in client.get("/regras").text


# --- The status by number and key -------------------------------------------------------------------------------------


def test_number_and_key_show_what_is_public_and_nothing_else(app, world, client):
    receipt = world.receipts["talks"]
    answer = ask(client, receipt.number, receipt.access_key)
    assert answer.status_code == 200
    page = answer.text.split("<main")[1].split("</main>")[0]
    assert "Em negociação" in page
    assert "Secretaria Municipal" in page
    with app.app_context():
        case = db.session.scalars(select(Case).where(Case.number == receipt.number)).one()
        names = [party.name for party in case.parties if party.kind != "city"]
        money = case.value
        db.session.remove()
    for name in names:
        assert name not in page
        assert name.split()[0] not in page
    assert f"{money // 100}" not in page.replace(".", "")
    for secret in ("buraco", "conserto", "Paulo Sérgio", "Rafael Moura"):
        assert secret not in page


@pytest.mark.parametrize("write", [str, str.lower, lambda key: key.replace("-", ""), lambda key: key.replace("-", " ")])
def test_the_key_is_read_as_people_copy_it(world, client, write):
    receipt = world.receipts["filed"]
    year, number = reversed(receipt.number.split("/"))
    for typed in (receipt.number, f"{year}-{number}", f" {int(number)}/{year} "):
        assert ask(client, typed, write(receipt.access_key)).status_code == 200


def test_a_wrong_key_and_a_number_that_does_not_exist_are_answered_alike(app, world, client):
    receipt, other = world.receipts["filed"], world.receipts["talks"]
    pages = set()
    for number, key in (
        (receipt.number, other.access_key),
        ("9999/2026", receipt.access_key),
        ("9999/2026", ""),
        (receipt.number, ""),
        (receipt.number, "0000-0000-000"),
        ("nada", "nada"),
        ("", ""),
        ("'; DROP TABLE cases; --", "x" * 4000),
    ):
        forget_tries(app)
        answer = ask(client, number, key)
        assert answer.status_code == 400
        pages.add(bare(answer, number and f'value="{number}"', 'value="&#39;; DROP TABLE cases; --"', 'value=""'))
    assert len(pages) == 1
    assert "Não encontramos esse número com essa chave. Confira os dois no comprovante." in pages.pop()


def test_the_same_questions_are_asked_of_the_database_whether_or_not_the_number_exists(app, world, client):
    from sqlalchemy import event

    asked = []

    def note(_connection, _cursor, statement, *_rest):
        asked.append(" ".join(statement.split()))

    with app.app_context():
        engine = db.engine
    kinds = []
    for number in (world.receipts["filed"].number, "9999/2026"):
        forget_tries(app)
        page = client.get("/consulta")
        form = {"csrf_token": token_of(page), "number": number, "key": "0000-0000-000"}
        asked.clear()
        event.listen(engine, "before_cursor_execute", note)
        client.post("/consulta", data=form)
        event.remove(engine, "before_cursor_execute", note)
        kinds.append(list(asked))
    assert kinds[0] == kinds[1]


def test_every_case_of_a_split_application_is_listed_by_either_number(world, client):
    world.do("filed", "registry", Act.SCREEN)
    world.do("filed", "registry", Act.PASS_FORMAL)
    world.do("filed", "coordinator", Act.ADMIT_PARTIALLY, grounds="Em parte.", rejected_part="O resto.",
             reason_code="outside_regulation")  # fmt: skip
    receipt = world.receipts["filed"]
    for typed in (receipt.number, f"{receipt.number}/2"):
        page = ask(client, typed, receipt.access_key).text
        assert "foi dividido em 2 casos" in page
        assert "Pedido não aceito: cabe recurso" in page
        assert f"Caso {receipt.number}/2" in page


def test_the_eleventh_try_of_a_minute_waits_and_a_right_key_too(world, client):
    receipt = world.receipts["filed"]
    for _ in range(10):
        assert ask(client, "9999/2026", "0000-0000-000").status_code == 400
    answer = ask(client, receipt.number, receipt.access_key)
    assert answer.status_code == 429
    assert "Tente de novo às" in answer.text
    assert answer.headers["Retry-After"]


def test_who_tries_many_keys_of_a_case_keeps_nobody_out_who_has_the_right_one(world, app):
    receipt = world.receipts["filed"]
    throttle_of_source, tries = throttle.LIMITS["lookup_source"].count, throttle.LIMITS["lookup_number"].count
    sources = [{"REMOTE_ADDR": f"198.51.100.{number}"} for number in range(1 + tries // throttle_of_source)]
    answers = [
        ask(app.test_client(), receipt.number, "0000-0000-000", environ_overrides=source).status_code
        for source in sources
        for _ in range(throttle_of_source)
    ]
    assert answers == [400] * tries + [429] * (len(answers) - tries)
    owner = app.test_client()
    assert (
        ask(owner, receipt.number, receipt.access_key, environ_overrides={"REMOTE_ADDR": "203.0.113.9"}).status_code
        == 200
    )


def test_a_key_of_an_earlier_release_opens_and_is_sealed_by_it(world, client, app):
    receipt = world.receipts["filed"]
    plain = ACCESS_KEY.digest(ACCESS_KEY.normalize(receipt.access_key))
    with app.app_context(), transaction() as session:
        session.execute(update(Application).where(Application.number == receipt.number).values(access_key_hash=plain))
    assert ask(client, receipt.number, receipt.access_key).status_code == 200
    with app.app_context():
        stored = db.session.scalar(select(Application.access_key_hash).where(Application.number == receipt.number))
        assert stored.startswith(access_keys.SEALED)
    assert ask(client, receipt.number, receipt.access_key).status_code == 200


def test_a_private_note_changes_no_byte_of_the_status(app, world, client):
    receipt = world.receipts["talks"]
    before = bare(ask(client, receipt.number, receipt.access_key))
    world.do("talks", "mediator", Act.CAUCUS, party=1, text="segredo")
    world.do("talks", "mediator", Act.MEDIATOR_NOTE, text="segredo")
    world.do("talks", "city_attorney", Act.CITY_NOTE, subject="risk", text="segredo")
    assert bare(ask(client, receipt.number, receipt.access_key)) == before


def test_looking_up_changes_no_case(app, world, client):
    before = dump(app)
    ask(client, world.receipts["filed"].number, world.receipts["filed"].access_key)
    assert dump(app) == before


def test_without_the_pages_token_nothing_is_answered(world, client):
    receipt = world.receipts["filed"]
    answer = client.post("/consulta", data={"number": receipt.number, "key": receipt.access_key})
    assert answer.status_code == 400
    assert "Em andamento" not in answer.text


# --- For programs -----------------------------------------------------------------------------------------------------


def test_health_tells_the_database_and_the_age_of_each_task(app, client):
    answer = client.get("/health")
    assert (answer.status_code, answer.json["status"], answer.json["database"]) == (503, "degraded", True)
    assert (answer.json["clock"], answer.json["live"], answer.json["ready"]) == ("stale", True, True)
    assert set(answer.json["sweeps"]) == set(heartbeats.STALE_AFTER)
    with app.test_request_context():  # the clock of a demonstration beats on the frozen day, as its pages do
        for name in heartbeats.STALE_AFTER:
            heartbeats.record(name, guards.now() - timedelta(seconds=5), {})
    answer = client.get("/health")
    told = answer.json
    assert (answer.status_code, told["status"], told["clock"], told["late"]) == (200, "ok", "ok", [])
    assert all(age >= 5 for age in told["sweeps"].values())
    with app.test_request_context():
        heartbeats.record(heartbeats.DEADLINES, guards.now() - timedelta(minutes=11), {})
    assert (client.get("/health").status_code, client.get("/health").json["status"]) == (503, "degraded")
    assert client.get("/health/ready").status_code == client.get("/health/live").status_code == 200


def test_health_says_503_when_the_database_does_not_answer(app, client, monkeypatch):
    from sqlalchemy.exc import OperationalError

    from cprac.persistence import queries_public

    def broken():
        raise OperationalError("SELECT 1", {}, Exception("gone"))

    monkeypatch.setattr(queries_public, "answers", broken)
    answer = client.get("/health")
    assert answer.status_code == 503
    assert json.loads(answer.text)["database"] is False


def test_robots_and_the_old_icon_name(client):
    robots = client.get("/robots.txt")
    assert robots.mimetype == "text/plain"
    assert "Disallow: /consulta" in robots.text
    assert client.get("/favicon.ico").headers["Location"].endswith("favicon.svg")


def test_now_is_the_frozen_day(world):
    assert world.receipts["filed"].filed_at <= NOW
