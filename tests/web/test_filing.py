"""Filing online: four steps without an account or a script, drafts that come back, one case for ten clicks."""

from __future__ import annotations

import io
import re

import pytest
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from cprac.domain.facts import CaseFacts, from_plain
from cprac.domain.identifiers import CLAIM_CODE
from cprac.domain.states import CaseState
from cprac.services import access_keys
from tests.web.visitors import send, sign_in, token_of
from tests.worlds import PASSWORD, TODAY, build_world

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\rIHDR" + bytes(64)
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"

WHO = {
    "kind": "natural",
    "name": "Marina Alves Teixeira",
    "tax_id": "111.444.777-35",
    "email": "marina@exemplo.com.br",
    "phone": "(31) 99999-0000",
    "counsel": "",
    "priority": "elderly_60",
}
CONFLICT = {
    "matter": "public_works_damage",
    "agency": "",
    "fact_on": "10/03/2026",
    "account": "A obra abriu uma vala junto ao muro.\nNo dia seguinte ele rachou.",
    "request": "Que a Prefeitura pague o conserto.",
    "value": "8.420,00",
    "lawsuit": "yes",
    "lawsuits": "5037038-85.2019.8.13.0024",
}
CONSENTS = {"truth": "y", "data": "y"}


@pytest.fixture
def app_settings():
    return {"TODAY": TODAY.isoformat()}


@pytest.fixture
def client(app):
    """A visitor whose context ends with each answer, so that several may visit in one test."""
    return app.test_client()


@pytest.fixture
def world(app):
    return build_world(app, "filed")


def rows(app, query):
    from cprac.persistence.database import db

    with app.app_context():
        found = list(db.session.scalars(query))
        db.session.remove()
        return found


def cases(app):
    from cprac.persistence.models import Case

    return rows(app, select(Case).order_by(Case.id))


def drafts(app):
    from cprac.persistence.models import Draft

    return rows(app, select(Draft).order_by(Draft.id))


def count(app, model):
    return rows(app, select(func.count()).select_from(model))[0]


def write_draft(client, **changed):
    """Fill in steps 1 and 2 as a browser would."""
    who = {**WHO, **{name: value for name, value in changed.items() if name in WHO}}
    conflict = {**CONFLICT, **{name: value for name, value in changed.items() if name in CONFLICT}}
    assert send(client, "/pedido/quem-pede", **who).headers.get("Location") == "/pedido/conflito"
    assert send(client, "/pedido/conflito", **conflict).headers.get("Location") == "/pedido/documentos"


def upload(client, *files, **buttons):
    page = client.get("/pedido/documentos")
    sent = {"files": [FileStorage(io.BytesIO(data), name) for name, data in files], "csrf_token": token_of(page)}
    boundary, body = encode_multipart({**sent, **buttons})
    return client.post("/pedido/documentos", data=body, content_type=f"multipart/form-data; boundary={boundary}")


def confirm(client, **consents):
    page = client.get("/pedido/conferir")
    key = re.search(r'name="idempotency_key" value="([^"]+)"', page.text)[1]
    form = {"csrf_token": token_of(page), "idempotency_key": key, **(consents or CONSENTS)}
    return form, client.post("/pedido/conferir", data=form)


def codes_on(receipt):
    return re.findall(r'<dd class="big-code">([^<]+)</dd>', receipt.text)


# --- The journey ------------------------------------------------------------------------------------------------------


def test_a_citizen_without_an_account_files_in_four_steps(app, world, client):
    write_draft(client, agency=str(world.agencies["works"]))
    assert upload(client, ("muro.png", PNG), ("laudo.pdf", PDF), add="1").status_code == 303
    shown = client.get("/pedido/documentos").text
    assert "muro.png" in shown
    assert "laudo.pdf" in shown

    summary = client.get("/pedido/conferir").text
    amount = "R$\N{NO-BREAK SPACE}8.420,00"
    for words in ("Marina Alves Teixeira", "10 de março de 2026", amount, "muro.png", "60 anos"):
        assert words in summary
    assert "não conte com a suspensão do prazo" in summary
    assert "111.444.777-35" not in summary, "a whole CPF stands on no page"

    _form, receipt = confirm(client)
    assert receipt.status_code == 200
    number, key, code = codes_on(receipt)
    assert f"Guarde o número {number} e a chave {key}" in receipt.text

    case = cases(app)[-1]
    facts = from_plain(CaseFacts, case.facts)
    assert (case.number, case.state, case.version) == (number, CaseState.FILED, 1)
    assert facts.filed_on == TODAY
    assert facts.value == 842000
    assert [lawsuit.cnj for lawsuit in facts.lawsuits] == ["50370388520198130024"]
    assert [(claim.direction, claim.trigger_on.isoformat(), claim.years) for claim in facts.claims] == [
        ("against_city", "2026-03-10", 5)
    ]
    assert [(party.side, party.kind) for party in facts.parties] == [("applicant", "natural"), ("invitee", "city")]
    assert facts.priority == "elderly_60"

    from cprac.persistence.models import Application, Document, OneTimeCode

    application = rows(app, select(Application).where(Application.number == number))[0]
    assert access_keys.fits(app.extensions["cprac"], key, application.access_key_hash)
    assert rows(app, select(OneTimeCode).where(OneTimeCode.code_hash == CLAIM_CODE.digest(CLAIM_CODE.normalize(code))))
    titles = [row.title for row in rows(app, select(Document).where(Document.case_id == case.id).order_by(Document.id))]
    assert titles == ["Requerimento", "Comprovante do pedido", "muro.png", "laudo.pdf"]


def test_the_draft_is_emptied_when_it_has_become_a_case(app, world, client):
    from cprac.persistence.models import DraftFile

    write_draft(client)
    upload(client, ("muro.png", PNG))
    confirm(client)
    (draft,) = drafts(app)
    assert draft.data == {}
    assert draft.application_id
    assert not rows(app, select(DraftFile))


def test_the_codes_of_the_receipt_stand_nowhere_in_the_database(app, world, client):
    from cprac.persistence.database import db
    from cprac.persistence.models import Base

    write_draft(client)
    _form, receipt = confirm(client)
    _number, key, code = codes_on(receipt)
    secrets = [text for shown in (key, code) for text in (shown, shown.replace("-", ""))]
    with app.app_context():
        for table in Base.metadata.sorted_tables:
            kept = repr(db.session.execute(select(table)).all())
            assert not [secret for secret in secrets if secret in kept], table.name
        db.session.remove()


def test_ten_equal_sendings_are_one_case_and_one_receipt(app, world, client):
    before = len(cases(app))
    write_draft(client)
    form, first = confirm(client)
    answers = [client.post("/pedido/conferir", data=form) for _ in range(9)]
    assert {codes_on(answer)[0] for answer in [first, *answers]} == {codes_on(first)[0]}
    assert {tuple(codes_on(answer)) for answer in answers} == {tuple(codes_on(first))}
    assert len(cases(app)) == before + 1


def test_a_second_window_cannot_file_the_same_draft_again(app, world, client):
    before = len(cases(app))
    write_draft(client)
    page = client.get("/pedido/conferir")
    other = {"csrf_token": token_of(page), "idempotency_key": "b" * 32, **CONSENTS}
    _form, receipt = confirm(client)
    answer = client.post("/pedido/conferir", data=other)
    assert "Este pedido já foi enviado" in answer.text
    assert codes_on(receipt)[0] in answer.text
    assert codes_on(receipt)[1] not in answer.text
    assert len(cases(app)) == before + 1


def test_somebody_signed_in_becomes_the_applicant_and_needs_no_code(app, world, client):
    from cprac.persistence.models import CaseRole

    sign_in(client, world.email("marina"))
    page = client.get("/pedido/quem-pede").text
    assert 'value="Marina Alves Teixeira"' in page, "what the account says is not asked again"
    write_draft(client)
    _form, receipt = confirm(client, portal="y", **CONSENTS)
    assert len(codes_on(receipt)) == 2
    case = cases(app)[-1]
    granted = rows(app, select(CaseRole).where(CaseRole.case_id == case.id))
    assert [(row.account_id, row.role, row.party_ordinal) for row in granted] == [
        (world.account("marina"), "applicant", 1)
    ]


@pytest.mark.parametrize("who", ["registry", "coordinator", "city_attorney"])
def test_people_of_the_chamber_may_file_for_themselves_and_are_then_applicants(app, world, client, who):
    from cprac.persistence.models import CaseRole, EventRow

    sign_in(client, world.email(who))
    write_draft(client)
    confirm(client)
    case = cases(app)[-1]
    assert rows(app, select(CaseRole.role).where(CaseRole.case_id == case.id)) == ["applicant"]
    assert rows(app, select(EventRow.role).where(EventRow.case_id == case.id)) == ["applicant"]


# --- Drafts -----------------------------------------------------------------------------------------------------------


def test_a_draft_comes_back_on_another_machine_by_its_code(app, world, client):
    send(client, "/pedido/quem-pede", **WHO)
    send(client, "/pedido/conflito", **{**CONFLICT, "value": "uns 8 mil"}, leave="1")
    code = re.search(r'<p class="big-code"><strong>([^<]+)</strong>', client.get("/pedido/guardado").text)[1]

    elsewhere = app.test_client()
    assert elsewhere.get("/pedido/conferir").headers["Location"] == "/pedido"
    answer = send(elsewhere, "/pedido/continuar", code=code.lower().replace("-", " "))
    assert answer.headers["Location"] == "/pedido/quem-pede"
    assert 'value="Marina Alves Teixeira"' in elsewhere.get("/pedido/quem-pede").text
    assert "uns 8 mil" in elsewhere.get("/pedido/conflito").text


def test_leaving_keeps_even_what_is_wrong_and_files_nothing(app, world, client):
    before = len(cases(app))
    answer = send(client, "/pedido/quem-pede", kind="natural", name="", tax_id="123", leave="1")
    assert answer.headers["Location"] == "/pedido/guardado"
    assert 'value="123"' in client.get("/pedido/quem-pede").text
    assert len(cases(app)) == before


@pytest.mark.parametrize("code", ["", "0000-0000-0000-0000", "ABCD", "' OR 1=1 --", "x" * 5000, "\u202e"])
def test_a_wrong_code_opens_nothing(app, world, client, code):
    send(client, "/pedido/quem-pede", **WHO)
    elsewhere = app.test_client()
    answer = send(elsewhere, "/pedido/continuar", code=code)
    assert answer.status_code == 400
    assert "Não encontramos esse rascunho" in answer.text
    assert "Marina" not in elsewhere.get("/pedido/quem-pede").text


def test_a_draft_of_an_account_opens_to_that_account_only(app, world, client):
    sign_in(client, world.email("marina"))
    send(client, "/pedido/quem-pede", **WHO, leave="1")
    code = re.search(r'<p class="big-code"><strong>([^<]+)</strong>', client.get("/pedido/guardado").text)[1]
    (draft,) = drafts(app)

    visitor, other = app.test_client(), sign_in(app.test_client(), world.email("joao"))
    assert send(visitor, "/pedido/continuar", code=code).status_code == 400
    assert send(other, "/pedido/continuar", code=code).status_code == 400
    assert send(other, "/pedido/continuar", draft=str(draft.id)).status_code == 400

    mine = sign_in(app.test_client(), world.email("marina"))
    assert "Rascunhos da sua conta" in mine.get("/pedido").text
    assert send(mine, "/pedido/continuar", draft=str(draft.id)).status_code == 303
    assert WHO["email"] in mine.get("/pedido/quem-pede").text


def test_a_draft_can_be_erased_with_its_files(app, world, client):
    from cprac.persistence.models import DraftFile

    send(client, "/pedido/quem-pede", **WHO)
    upload(client, ("muro.png", PNG))
    send(client, "/pedido/apagar", form_at="/pedido")
    assert not drafts(app)
    assert not rows(app, select(DraftFile))
    assert "Marina" not in client.get("/pedido/quem-pede").text


def test_a_form_left_open_too_long_still_saves_into_its_draft(app, world, client):
    from datetime import timedelta

    from cprac.persistence.database import transaction
    from cprac.persistence.models import WebSession

    send(client, "/pedido/quem-pede", **WHO)
    page = client.get("/pedido/conflito")
    with app.app_context(), transaction() as session:
        for row in session.scalars(select(WebSession)):
            row.seen_at -= timedelta(days=1)
            row.expires_at -= timedelta(days=1)
    answer = client.post("/pedido/conflito", data={"csrf_token": token_of(page), **CONFLICT})
    assert answer.headers["Location"] == "/pedido/documentos"
    (draft,) = drafts(app)
    assert draft.data["conflict"]["request"] == CONFLICT["request"]
    assert draft.data["who"]["name"] == WHO["name"]


def test_reading_the_pages_begins_no_draft(app, world, client):
    for address in ("/pedido", "/pedido/quem-pede", "/pedido/continuar"):
        assert client.get(address).status_code == 200
    for address in ("/pedido/conflito", "/pedido/documentos", "/pedido/conferir", "/pedido/guardado"):
        assert client.get(address).status_code == 303
    assert not drafts(app)


# --- What is wrong is said in plain words, and nothing typed is lost --------------------------------------------------


def test_step_1_says_what_is_wrong_beside_the_field_and_keeps_the_rest(world, client):
    answer = send(client, "/pedido/quem-pede", **{**WHO, "tax_id": "111.444.777-36", "email": "marina@"})
    assert answer.status_code == 400
    assert "Corrija 2 campos para continuar" in answer.text
    assert '<a href="#tax_id">CPF: Os dígitos de verificação não conferem' in answer.text
    assert 'id="email-error"' in answer.text
    assert "<title>Erro:" in answer.text
    assert 'value="Marina Alves Teixeira"' in answer.text
    assert 'value="111.444.777-36"' in answer.text, "what was typed comes back"


def test_step_2_says_what_is_wrong_beside_the_field_and_keeps_the_rest(world, client):
    send(client, "/pedido/quem-pede", **WHO)
    answer = send(client, "/pedido/conflito", **{**CONFLICT, "fact_on": "27/11/2026", "value": "uns 8 mil"})
    assert answer.status_code == 400
    assert "Corrija 2 campos para continuar" in answer.text
    assert '<a href="#fact_on">A data do fato não pode estar no futuro</a>' in answer.text
    assert '<a href="#value">Escreva o valor só com números, como 8.420,00</a>' in answer.text
    assert "A obra abriu uma vala junto ao muro." in answer.text
    assert 'value="uns 8 mil"' in answer.text


def test_saying_no_lawsuit_and_writing_its_number_is_asked_again(world, client):
    send(client, "/pedido/quem-pede", **WHO)
    answer = send(client, "/pedido/conflito", **{**CONFLICT, "lawsuit": "no"})
    assert "marque “Sim”, ou apague o número" in answer.text


def test_the_last_step_needs_the_declarations(app, world, client):
    before = len(cases(app))
    write_draft(client)
    _form, answer = confirm(client, portal="y")
    assert answer.status_code == 400
    assert "Confirme que as informações são verdadeiras" in answer.text
    assert "Confirme que leu como a Câmara usa os seus dados" in answer.text
    assert len(cases(app)) == before


def test_an_incomplete_draft_leads_back_to_the_step_that_lacks_something(app, world, client):
    send(client, "/pedido/quem-pede", **WHO)
    send(client, "/pedido/conflito", **{**CONFLICT, "request": ""}, leave="1")
    answer = client.get("/pedido/conferir")
    assert answer.headers["Location"] == "/pedido/conflito?corrigir=1"
    assert "Diga o que você pede" in client.get("/pedido/conflito?corrigir=1").text


def test_a_day_that_was_today_and_a_rule_that_changed_are_looked_at_again_when_sending(app, world, client):
    """A draft may be months old: what was complete then is read anew under the day of sending."""
    from cprac.persistence.database import transaction
    from cprac.persistence.models import Agency

    write_draft(client, agency=str(world.agencies["health"]))
    page = client.get("/pedido/conferir")
    key = re.search(r'name="idempotency_key" value="([^"]+)"', page.text)[1]
    with app.app_context(), transaction() as session:
        session.get(Agency, world.agencies["health"]).active = False
    answer = client.post("/pedido/conferir", data={"csrf_token": token_of(page), "idempotency_key": key, **CONSENTS})
    assert answer.headers["Location"] == "/pedido/conflito?corrigir=1"


# --- Files ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name, data, words",
    [
        ("virus.exe", b"MZ" + bytes(64), "não é aceito"),
        ("foto.png", b"MZ" + bytes(64), "não é o que o nome diz"),
        ("grande.pdf", PDF + bytes(20 * 2**20), "O limite é 20 MB"),
    ],
)
def test_a_file_that_is_not_accepted_is_refused_in_words(world, client, name, data, words):
    write_draft(client)
    answer = upload(client, (name, data), add="1")
    assert answer.status_code == 400
    assert words in answer.text
    assert "Nenhum arquivo ainda." in client.get("/pedido/documentos").text


def test_a_sending_beyond_all_limits_is_answered_in_the_step_itself(world, client):
    write_draft(client)
    answer = upload(client, ("um.pdf", PDF + bytes(19 * 2**20)), ("dois.pdf", PDF + bytes(19 * 2**20)), add="1")
    assert answer.status_code == 413
    assert "O envio tem 39 MB" in answer.text
    assert "Envie um por vez" in answer.text


def test_a_file_name_is_only_data(world, client):
    write_draft(client)
    assert upload(client, ("../../etc/rel\u202efdp.exe.pdf", PDF), add="1").status_code == 303
    page = client.get("/pedido/documentos").text
    assert "relfdp.exe.pdf" in page
    assert "\u202e" not in page
    assert "etc" not in page.split("relfdp")[0][-40:]


def test_the_same_file_sent_twice_is_there_once_and_can_be_taken_out(app, world, client):
    from cprac.persistence.models import DraftFile

    write_draft(client)
    upload(client, ("muro.png", PNG), add="1")
    upload(client, ("muro.png", PNG), add="1")
    (row,) = rows(app, select(DraftFile))
    send(client, f"/pedido/documentos/{row.id}/tirar", form_at="/pedido/documentos")
    assert not rows(app, select(DraftFile))
    assert send(client, f"/pedido/documentos/{row.id}/tirar", form_at="/pedido/documentos").status_code == 303


def test_a_file_of_another_draft_cannot_be_taken_out(app, world, client):
    from cprac.persistence.models import DraftFile

    write_draft(client)
    upload(client, ("muro.png", PNG), add="1")
    (row,) = rows(app, select(DraftFile))
    stranger = app.test_client()
    write_draft(stranger)
    send(stranger, f"/pedido/documentos/{row.id}/tirar", form_at="/pedido/documentos")
    assert rows(app, select(DraftFile))


# --- Hostile input ----------------------------------------------------------------------------------------------------

NASTY = "<script>alert(1)</script> {{ 7*7 }} '; DROP TABLE cases; -- \u202e %s %(n)s {0} {name} 😀\r\nBcc: a@b"


def test_nasty_text_is_kept_as_text_and_printed_as_text(app, world, client):
    write_draft(client, name=f"Ana {NASTY}", account=NASTY, request=NASTY, counsel=NASTY)
    summary = client.get("/pedido/conferir")
    assert summary.status_code == 200
    assert "<script>" not in summary.text
    assert "{{ 7*7 }}" in summary.text
    _form, receipt = confirm(client)
    assert receipt.status_code == 200
    title = cases(app)[-1].title
    assert title.startswith("Ana <script>")
    assert not set(title) & {"\x00", "\n", "\u202e"}


def test_fields_nobody_asked_for_change_nothing(app, world, client):
    write_draft(client)
    page = client.get("/pedido/conferir")
    key = re.search(r'name="idempotency_key" value="([^"]+)"', page.text)[1]
    form = {"csrf_token": token_of(page), "idempotency_key": key, **CONSENTS, "state": "admitted", "account_id": "1",
            "channel": "ex_officio", "origin": "legacy", "filed_at": "2001-01-01"}  # fmt: skip
    client.post("/pedido/conferir", data=form)
    case = cases(app)[-1]
    facts = from_plain(CaseFacts, case.facts)
    assert (case.state, facts.channel, facts.origin, facts.filed_on) == (CaseState.FILED, "portal", "native", TODAY)


@pytest.mark.parametrize("key", ["", "short", "x" * 65])
def test_a_form_without_its_key_files_nothing(app, world, client, key):
    before = len(cases(app))
    write_draft(client)
    page = client.get("/pedido/conferir")
    answer = client.post("/pedido/conferir", data={"csrf_token": token_of(page), "idempotency_key": key, **CONSENTS})
    assert answer.status_code == 303
    assert len(cases(app)) == before


def test_the_sixth_filing_of_an_hour_from_one_place_waits(app, world):
    for number in range(6):
        visitor = app.test_client()
        write_draft(visitor)
        _form, answer = confirm(visitor)
        assert answer.status_code == (200 if number < 5 else 429)
    assert len(cases(app)) == 1 + 5


# --- In a browser -----------------------------------------------------------------------------------------------------


def fill_in(page):
    """Steps 1 to 3 by hand."""
    page.goto("/pedido")
    page.get_by_role("link", name="Começar").click()
    page.get_by_label("Uma pessoa").check()
    page.get_by_label("Nome completo").fill(WHO["name"])
    page.get_by_label("E-mail").fill(WHO["email"])
    page.get_by_role("button", name="Salvar e continuar").click()
    page.get_by_label("Qual é o assunto?").select_option("public_works_damage")
    page.get_by_label("Conte o que aconteceu").fill(CONFLICT["account"])
    page.get_by_label("O que você pede?").fill(CONFLICT["request"])
    page.get_by_label("Não", exact=True).check()
    page.get_by_role("button", name="Salvar e continuar").click()
    page.get_by_label("Escolha os arquivos").set_input_files(
        [{"name": "muro.png", "mimeType": "image/png", "buffer": PNG}]
    )
    page.get_by_role("button", name="Juntar estes arquivos").click()
    page.get_by_role("button", name="Salvar e continuar").click()


def test_a_citizen_files_makes_an_account_and_follows_without_a_script(world, open_page):
    page = open_page(width=360, javascript=False)
    fill_in(page)
    page.get_by_label("As informações deste pedido são verdadeiras").check()
    page.get_by_label("Li como a Câmara usa os meus dados").check()
    page.get_by_role("button", name="Enviar o pedido").click()
    page.locator(".receipt").wait_for()
    number, key, code = page.locator(".receipt dd").all_inner_texts()

    page.get_by_role("link", name="Consultar sem conta").click()
    page.get_by_label("Número do pedido ou do caso").fill(number)
    page.get_by_label("Chave de acesso").fill(key)
    page.get_by_role("button", name="Consultar").click()
    assert page.get_by_role("heading", level=1).inner_text() == f"Pedido {number}"

    page.get_by_role("link", name="Criar conta com um código").click()
    page.locator("#code").fill(code)
    page.locator("#email").fill("nova@exemplo.com.br")
    page.locator("#name").fill("Marina Nova")
    for box in page.locator("input[type=password]").all():
        box.fill(PASSWORD)
    page.locator("main form button[type=submit]").first.click()
    page.goto("/meus-casos/")
    page.get_by_role("link", name=f"Caso {number}").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Onde está o seu caso"
    assert page.get_by_role("heading", name="Agora é a vez da Câmara").is_visible()


@pytest.mark.parametrize("contrast", ["", "alto"])
def test_nothing_is_found_on_the_pages_of_filing_at_either_width(world, open_page, axe, live_server, contrast):
    page = open_page()
    if contrast:
        page.context.add_cookies([{"name": "contraste", "value": contrast, "url": live_server.url}])
    fill_in(page)
    for address in ("/pedido", "/pedido/quem-pede", "/pedido/conflito", "/pedido/documentos", "/pedido/conferir",
                    "/pedido/guardado", "/pedido/continuar", "/", "/consulta", "/regras", "/ajuda"):  # fmt: skip
        page.goto(address)
        for width in (1280, 360):
            page.set_viewport_size({"width": width, "height": 900})
            axe(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{address} scrolls sideways"


def test_errors_take_the_focus_and_each_leads_to_its_field(world, open_page):
    page = open_page()
    page.goto("/pedido/quem-pede")
    page.get_by_role("button", name="Salvar e continuar").click()
    page.locator("#erros:focus").wait_for()  # the browser gives it once the page is laid out
    page.get_by_role("link", name="Escreva o nome de quem faz o pedido").click()
    assert page.evaluate("document.activeElement.id") == "name"
