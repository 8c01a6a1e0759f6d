"""The pages of a case: looking changes nothing, an act is one call, what goes wrong brings back what was typed."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from sqlalchemy import select

from cprac.domain import lifecycle
from cprac.domain.acts import Act
from cprac.domain.lifecycle import Decision
from cprac.domain.states import CaseState
from cprac.persistence.database import db
from cprac.persistence.models import AccessLog, Case, Document, EventRow, Signature
from cprac.persistence.viewers import viewer_in
from cprac.services.questions import subject_for
from tests.fixtures_app import dispose_engines, make_app
from tests.fixtures_databases import sqlite_copy, sqlite_template
from tests.web.face_checks import markup_faults
from tests.web.visitors import token_of, visitor
from tests.worlds import NOW, PASSWORD, PLANS, TODAY, build_world

SECRETS = ("SEGREDO DE QUEM PEDIU", "SEGREDO DA CIDADE", "PROPOSTA NA MESA", "ANOTAÇÃO DO MEDIADOR", "TETO DA CIDADE")
ROOMS = {"attorney_general": "/gabinete/casos", "approver": "/gabinete/casos"}


@pytest.fixture(scope="module")
def still(run_directory, tmp_path_factory):
    """A chamber with a case in every state, for tests that only look."""
    folder = tmp_path_factory.mktemp("still")
    for url in sqlite_copy(sqlite_template(run_directory), folder / "cprac.sqlite"):
        app = make_app(url, TODAY=TODAY.isoformat(), FILES=str(folder / "files"))
        yield build_world(app, *PLANS)
        dispose_engines(app)


@pytest.fixture
def app_settings():
    return {"TODAY": TODAY.isoformat()}


@pytest.fixture
def world(app):
    return build_world(app, "admissibility")


def base(world, who, case):
    return f"{ROOMS.get(who, '/procuradoria/casos')}/{world.url(case)}"


def hidden(page, name):
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page.text)
    assert found, name
    return found[1]


def form_of(client, address, **fields):
    """What the form at *address* would send, with *fields* typed into it."""
    page = client.get(address)
    assert page.status_code == 200, page.text
    given = {name: hidden(page, name) for name in ("version", "idempotency_key")}
    return {"csrf_token": token_of(page), **given, **fields}


def rows(world, query):
    with world.app.app_context():
        found = list(db.session.execute(query))
        db.session.remove()
    return found


# --- looking ----------------------------------------------------------------------------------------------------------


def everything(world):
    return rows(world, select(Case.number, Case.version, Case.state, Case.updated_at, Case.facts)) + rows(
        world, select(EventRow.id, EventRow.hash)
    )


def test_every_case_shows_itself_whole_to_whoever_may_see_it_and_a_look_changes_nothing(still):
    before = everything(still)
    seen = 0
    for who in ("coordinator", "mediator", "city_attorney", "auditor", "approver"):
        client = visitor(still, who)
        for case in still.numbers:
            page = client.get(base(still, who, case))
            if page.status_code == 404:
                continue
            seen += 1
            assert list(markup_faults(page.text)) == [], (who, case)
            assert still.number(case) in page.text
            assert not [secret for secret in SECRETS if secret in page.text], (who, case)
    assert seen > 60
    assert everything(still) == before


MENUS = ("filed", "completion", "admissibility", "mediator", "talks", "drafting", "authorization", "signatures",
         "in_force", "suspended")  # fmt: skip


def test_the_menu_offers_what_the_services_would_do(still):
    """The page asks the rules with facts it read itself: the answer must be that of the services, act by act."""
    for who in ("coordinator", "registry", "mediator", "city_attorney", "approver"):
        client = visitor(still, who)
        for case in MENUS:
            page = client.get(base(still, who, case))
            if page.status_code == 404:
                continue
            offered = {Act(name) for name in re.findall(r'/atos/([a-z_]+)(?=["?])', page.text)}
            with still.app.app_context():
                row = db.session.scalars(select(Case).where(Case.number == still.number(case))).one()
                viewer = viewer_in(db.session(), still.account(who), row.id, NOW, TODAY)
                subject = subject_for(db.session(), still.chamber, row, viewer, TODAY, None)
                may = {
                    act
                    for act in Act
                    if act not in lifecycle.NEVER_IN_MENU
                    and act.compartment == "docket"
                    and isinstance(lifecycle.decide(subject, act), Decision)
                }
                db.session.remove()
            assert offered == may, (who, case)


@pytest.mark.parametrize("address", ["0001-2026", "2026-9999", "2026-0001-2", "x", "2026-0001/atos/nope", "%00"])
def test_what_does_not_exist_reads_like_what_is_not_for_the_reader(still, address):
    client = visitor(still, "other_mediator")
    here = client.get(f"/procuradoria/casos/{still.url('talks')}")
    there = client.get(f"/procuradoria/casos/{address}")
    assert here.status_code == 404
    assert there.status_code in (400, 404)


def test_the_case_tells_whose_turn_until_when_and_what_next(still):
    page = visitor(still, "coordinator").get(base(still, "coordinator", "admissibility"))
    for words in ("Vez da Coordenação", "Decidir se o caso é aceito", "você precisa decidir", "Venceu há 3 dias úteis",
                  "5037038-85.2019.8.13.0024", "04.118/2026-31", "Padaria Eldorado Ltda."):  # fmt: skip
        assert words in page.text, words


def test_reserved_conversations_have_their_own_places_and_words(still):
    mediator = visitor(still, "mediator")
    place = f"{base(still, 'mediator', 'talks')}/reservado"
    index = mediator.get(place)
    assert "Conversa reservada com Marina Alves Teixeira" in index.text
    assert not [secret for secret in SECRETS if secret in index.text]
    first, other = mediator.get(f"{place}/caucus-1").text, mediator.get(f"{place}/caucus-2").text
    assert "SEGREDO DE QUEM PEDIU" in first
    assert "SEGREDO DA CIDADE" not in first
    assert "SEGREDO DA CIDADE" in other
    attorney = visitor(still, "city_attorney")
    assert attorney.get(f"{place}/caucus-1").status_code == 404
    assert "TETO DA CIDADE" in attorney.get(f"{place}/city").text
    assert mediator.get(f"{place}/city").status_code == 404
    for who in ("coordinator", "registry", "auditor"):
        assert visitor(still, who).get(place).status_code == 404
    writing = mediator.get(f"{base(still, 'mediator', 'talks')}/atos/caucus?party=1")
    assert "Salvar só para você e Marina Alves Teixeira" in writing.text
    assert "Secretaria Municipal de Obras</label>" not in writing.text


def test_a_reserved_page_is_logged_and_is_an_outage_where_it_cannot_be(still, monkeypatch):
    from cprac.persistence import queries_items

    mediator = visitor(still, "mediator")
    place = f"{base(still, 'mediator', 'talks')}/reservado/caucus-1"
    before = len(rows(still, select(AccessLog.id)))
    mediator.get(place)
    assert len(rows(still, select(AccessLog.id))) == before + 1

    def full(**_columns):
        from sqlalchemy.exc import OperationalError

        raise OperationalError("INSERT", {}, Exception("disk full"))

    monkeypatch.setattr(queries_items, "AccessLog", full)
    answer = mediator.get(place)
    assert answer.status_code == 503
    assert "SEGREDO" not in answer.text


def test_a_deadline_explains_itself_day_by_day(still):
    client = visitor(still, "coordinator")
    page = client.get(base(still, "coordinator", "mediator"))
    (first, *_others) = re.findall(r'href="([^"]+/prazos/\d+)"', page.text)
    told = client.get(first)
    assert list(markup_faults(told.text)) == []
    for words in ("Por que o prazo termina em 30 de março de 2026?", "Jubileu de Nossa Senhora das Dores", "feriado",
                  "O dia do começo não conta", "Só para depois, nunca para antes"):  # fmt: skip
        assert words in told.text, words
    assert client.get(first.rsplit("/", 1)[0] + "/999").status_code == 404


def test_a_document_is_a_page_with_its_hash_and_the_signed_one_with_its_signatures(still):
    client = visitor(still, "coordinator")
    page = client.get(base(still, "coordinator", "in_force"))
    (address,) = {url for url, title in re.findall(r'<a href="([^"]+/documentos/[0-9a-f]+)">([^<]+)</a>', page.text)
                  if title == "Termo de autocomposição"}  # fmt: skip
    shown = client.get(address)
    assert list(markup_faults(shown.text)) == []
    assert still.term_hash("in_force") in shown.text
    assert "Assinaturas" in shown.text
    assert client.get(address + "/arquivo").status_code == 404  # a page is no file


# --- doing ------------------------------------------------------------------------------------------------------------

ADMIT = {
    "transactable": "y", "within_regulation": "y", "no_legislation": "y", "no_exclusion": "y", "powers": "y",
    "grounds": "O pedido é claro.\nCabe no regulamento.",
}  # fmt: skip


def test_an_act_is_done_once_and_leads_back_to_the_case(world):
    client = visitor(world, "coordinator")
    address = f"{base(world, 'coordinator', 'admissibility')}/atos/admit"
    sent = form_of(client, address, **ADMIT)
    answers = [client.post(address, data=sent) for _time in range(3)]
    assert {answer.status_code for answer in answers} == {303}
    assert {answer.location for answer in answers} == {base(world, "coordinator", "admissibility")}
    assert world.state("admissibility") is CaseState.ADMITTED
    done = rows(world, select(EventRow.id).where(EventRow.act == "admit"))
    assert len(done) == 1
    assert "Caso aceito. O caso está agora em: Procedimento instaurado." in client.get(answers[0].location).text


def test_the_same_key_with_another_content_is_refused(world):
    client = visitor(world, "coordinator")
    address = f"{base(world, 'coordinator', 'admissibility')}/atos/admit"
    sent = form_of(client, address, **ADMIT)
    assert client.post(address, data=sent).status_code == 303
    assert client.post(address, data={**sent, "grounds": "Outra coisa."}).status_code == 422


def test_what_is_missing_is_said_and_what_was_typed_comes_back(world):
    client = visitor(world, "coordinator")
    address = f"{base(world, 'coordinator', 'admissibility')}/atos/admit"
    sent = form_of(client, address, grounds='<b>"Texto"</b> meu')
    answer = client.post(address, data=sent)
    assert answer.status_code == 400
    assert list(markup_faults(answer.text)) == []
    assert "<title>Erro:" in answer.text
    assert 'href="#transactable"' in answer.text
    assert "O direito pode ser negociado: confirme para continuar" in answer.text
    assert "&lt;b&gt;&#34;Texto&#34;&lt;/b&gt; meu" in answer.text
    assert hidden(answer, "idempotency_key") != sent["idempotency_key"]
    assert world.state("admissibility") is CaseState.MERIT_ADMISSIBILITY


def test_a_rule_that_says_no_stands_at_the_field_with_its_article(app):
    world = build_world(app, "session")
    client = visitor(world, "registry")
    address = f"{base(world, 'registry', 'session')}/atos/reschedule"
    sent = form_of(client, address, starts_at="26/03/2026 10:00", place="Sala 3", reason="Pedido das partes")
    answer = client.post(address, data=sent)
    assert answer.status_code == 400
    assert 'href="#starts_at"' in answer.text
    assert "Lei 9.784/1999, arts. 26" in answer.text
    assert "Pedido das partes" in answer.text
    assert "26/03/2026 10:00" in answer.text


def test_an_act_that_is_not_open_says_why_and_when(still):
    page = visitor(still, "registry").get(f"{base(still, 'registry', 'mediator')}/atos/schedule")
    assert page.status_code == 400
    assert list(markup_faults(page.text)) == []
    for words in ("Este ato não pode ser feito agora", "31/03/2026", "Lei 13.140/2015, art. 5º"):
        assert words in page.text


def test_who_comes_too_late_reads_what_changed_and_sends_the_same_text_again(world):
    client = visitor(world, "coordinator")
    address = f"{base(world, 'coordinator', 'admissibility')}/atos/admit"
    sent = form_of(client, address, **ADMIT)
    world.do("admissibility", "registry", Act.SET_EXTERNAL_PROCESS, process_number="9/2026")
    answer = client.post(address, data=sent)
    assert answer.status_code == 409
    assert list(markup_faults(answer.text)) == []
    for words in ("O caso mudou enquanto você escrevia", "Tânia Ferreira Dias", "Processo da Prefeitura anotado",
                  "Cabe no regulamento."):  # fmt: skip
        assert words in answer.text, words
    assert world.state("admissibility") is CaseState.MERIT_ADMISSIBILITY
    assert int(hidden(answer, "version")) == world.version("admissibility")
    again = {**sent, "version": hidden(answer, "version"), "idempotency_key": hidden(answer, "idempotency_key")}
    assert client.post(address, data=again).status_code == 303
    assert world.state("admissibility") is CaseState.ADMITTED


@pytest.mark.parametrize("altered", [{"version": "0"}, {"version": "x"}, {"idempotency_key": "short"}])
def test_an_altered_form_does_nothing(world, altered):
    client = visitor(world, "coordinator")
    address = f"{base(world, 'coordinator', 'admissibility')}/atos/admit"
    answer = client.post(address, data={**form_of(client, address, **ADMIT), **altered})
    assert answer.status_code in (400, 409)
    assert world.state("admissibility") is CaseState.MERIT_ADMISSIBILITY


def test_a_private_note_changes_no_column_of_the_case_and_leads_back_to_its_place(app):
    world = build_world(app, "talks")
    client = visitor(world, "mediator")
    address = f"{base(world, 'mediator', 'talks')}/atos/caucus?party=1"
    before = rows(world, select(Case.version, Case.updated_at, Case.facts))
    answer = client.post(address, data=form_of(client, address, party="1", text="Nova nota\nem duas linhas"))
    assert answer.status_code == 303
    assert answer.location == f"{base(world, 'mediator', 'talks')}/reservado/caucus-1"
    assert "Nova nota\nem duas linhas" in client.get(answer.location).text
    assert rows(world, select(Case.version, Case.updated_at, Case.facts)) == before


def test_a_document_is_attached_and_only_ever_downloaded(world):
    client = visitor(world, "registry")
    address = f"{base(world, 'registry', 'admissibility')}/atos/add_document"
    sent = form_of(client, address, title="Orçamento", audience="application")
    named = "../../<script>alert(1)</script> orçamento.pdf"
    answer = client.post(address, data={**sent, "files": (BytesIO(b"%PDF-1.4 x"), named)})
    assert answer.status_code == 303
    ((token, name),) = rows(world, select(Document.token, Document.file_name).where(Document.kind == "attachment"))
    assert not set('/"<>') & set(name)
    page = client.get(f"{base(world, 'registry', 'admissibility')}/documentos/{token}")
    assert "só pode ser baixado" in page.text
    file = client.get(f"{base(world, 'registry', 'admissibility')}/documentos/{token}/arquivo")
    assert file.data == b"%PDF-1.4 x"
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert file.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert file.headers["X-Content-Type-Options"] == "nosniff"
    assert file.headers["Cache-Control"] == "no-store"
    file.close()


def test_a_file_that_is_not_accepted_is_said_at_its_field(world):
    client = visitor(world, "registry")
    address = f"{base(world, 'registry', 'admissibility')}/atos/add_document"
    sent = form_of(client, address, title="Programa", audience="application")
    answer = client.post(address, data={**sent, "files": (BytesIO(b"MZ"), "a.exe")})
    assert answer.status_code == 400
    assert "não é aceito" in answer.text
    assert 'value="Programa"' in answer.text
    assert not rows(world, select(Document.id).where(Document.kind == "attachment"))


def test_signing_shows_the_exact_text_and_asks_for_the_password_again(app):
    world = build_world(app, "signatures")
    client = visitor(world, "city_attorney")
    address = f"{base(world, 'city_attorney', 'signatures')}/atos/sign"
    page = client.get(address)
    assert world.term_hash("signatures") in page.text
    sent = form_of(client, address, read="y", powers="y", delegation="Decreto 12/2025")
    sent["text_hash"] = hidden(page, "text_hash")
    wrong = client.post(address, data={**sent, "password": "outra senha que não é"})
    assert wrong.status_code == 400
    assert "A senha não confere" in wrong.text
    assert "outra senha que não é" not in wrong.text
    assert not rows(world, select(Signature.id))
    other = client.post(address, data={**sent, "password": PASSWORD, "text_hash": "0" * 64})
    assert other.status_code == 400
    assert "O texto mudou" in other.text
    key = hidden(other, "idempotency_key")
    assert client.post(address, data={**sent, "password": PASSWORD, "idempotency_key": key}).status_code == 303
    ((digest,),) = rows(world, select(Signature.sha256))
    assert digest == world.term_hash("signatures")


def test_a_form_without_the_session_s_token_does_nothing(world):
    client = visitor(world, "coordinator")
    address = f"{base(world, 'coordinator', 'admissibility')}/atos/admit"
    sent = form_of(client, address, **ADMIT)
    del sent["csrf_token"]
    assert client.post(address, data=sent).status_code == 400
    assert world.state("admissibility") is CaseState.MERIT_ADMISSIBILITY
