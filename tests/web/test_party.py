"""The room of parties: the list, where a case stands, a party's acts, notices, reserved talks, what stays unseen."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from cprac.domain.acts import Act
from cprac.domain.states import CaseState
from cprac.persistence.database import db
from cprac.persistence.models import Base, Case, DeadlineRow, Notice
from tests.web.visitors import send, sign_in, token_of
from tests.worlds import PASSWORD, TODAY, add_case, build_world

MASKS = (r'(name="csrf_token"[^>]*value=")[^"]+', r'(name="idempotency_key"[^>]*value=")[^"]+', r"(termina às )[0-9h]+")


@pytest.fixture
def app_settings():
    return {"TODAY": TODAY.isoformat()}


@pytest.fixture
def visitor(app):
    """Give clients whose contexts end with each answer: several people in one test."""
    return app.test_client


def bare(answer):
    """The page without what differs at each look."""
    page = answer.text
    for mask in MASKS:
        page = re.sub(mask, r"\1", page)
    return page


def main(answer):
    return answer.text.split("<main")[1].split("</main>")[0]


def where(world, case):
    return f"/meus-casos/{world.url(case)}"


def stored(app, query):
    with app.app_context():
        found = list(db.session.scalars(query))
        db.session.remove()
        return found


def dump(app):
    """Every row of every table but sessions, tries and the log of reads, as text."""
    without = {"throttle", "web_session", "access_log"}
    with app.app_context():
        found = {
            table.name: sorted(map(repr, db.session.execute(select(table)).all()))
            for table in Base.metadata.sorted_tables
            if table.name not in without
        }
        db.session.remove()
        return found


def pages_of(client, world, case):
    """Every page of a case that links lead to from its first page, by address."""
    start = where(world, case)
    seen, ahead = {}, [start, f"{start}/linha-do-tempo", "/meus-casos/", "/avisos"]
    while ahead:
        address = ahead.pop()
        if address in seen:
            continue
        answer = client.get(address)
        seen[address] = answer
        if answer.mimetype == "text/html":
            links = re.findall(r'href="(/(?:meus-casos|avisos)[^"#]*)"', answer.text)
            ahead += [link.replace("&amp;", "&") for link in links if world.url(case) in link]
    return seen


# --- Lists ------------------------------------------------------------------------------------------------------------


def test_my_cases_are_mine_and_no_others(app, visitor):
    world = build_world(app, "filed", "mediator")
    page = main(sign_in(visitor(), world.email("joao")).get("/meus-casos/"))
    assert world.number("filed") in page
    assert world.number("mediator") not in page
    assert "Remédio, exame ou atendimento de saúde" in page


def test_what_waits_for_me_comes_first_and_says_what_to_do(app, visitor):
    world = build_world(app, "signatures", "filed", "in_force")
    page = main(sign_in(visitor(), world.email("joao")).get("/meus-casos/"))
    listed = sorted(("signatures", "filed", "in_force"), key=lambda case: page.index(f"Caso {world.number(case)}"))
    assert listed[0] == "signatures"
    assert page.count("Agora é a sua vez") == page.count("is-mine") == 1
    assert "Agora é a sua vez: Ler e assinar" in page
    assert "Esperando sua assinatura" in page
    assert "Agora é a vez da" in page, "of the others it says whose turn it is"


def test_somebody_without_cases_is_told_what_to_do(app, visitor):
    world = build_world(app, "filed")
    page = main(sign_in(visitor(), world.email("nobody")).get("/meus-casos/"))
    assert "Você ainda não tem casos aqui" in page
    assert 'href="/vincular"' in page


def test_an_attorney_who_filed_for_himself_sees_his_case_here(app, visitor):
    world = build_world(app, "filed")
    from cprac.domain.roles import Role
    from tests.worlds import grant_role

    grant_role(world, "filed", "city_attorney", Role.APPLICANT, 1)
    page = main(sign_in(visitor(), world.email("city_attorney")).get("/meus-casos/"))
    assert world.number("filed") in page


@pytest.mark.parametrize("who", ["nobody", "marina", "registry", "coordinator", "attorney_general", "administrator"])
def test_the_pages_of_a_case_are_for_its_parties_only(app, visitor, who):
    world = build_world(app, "filed")
    client = sign_in(visitor(), world.email(who))
    start = where(world, "filed")
    for address in (
        start,
        f"{start}/linha-do-tempo",
        f"{start}/atos/withdraw",
        f"{start}/avisos/1",
        f"{start}/prazos/1",
    ):
        assert client.get(address).status_code == 404, address


def test_a_visitor_is_led_to_the_door_and_back(app, visitor):
    world = build_world(app, "filed")
    answer = visitor().get(where(world, "filed"))
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/entrar?next=")


@pytest.mark.parametrize("number", ["2026-9999", "nada", "2026-0001-99", "0", "x" * 300])
def test_a_case_that_does_not_exist_looks_like_one_that_is_not_mine(app, visitor, number):
    world = build_world(app, "mediator")
    client = sign_in(visitor(), world.email("joao"))
    absent, not_mine = client.get(f"/meus-casos/{number}"), client.get(where(world, "mediator"))
    assert absent.status_code == not_mine.status_code == 404
    assert bare(absent).replace(number, "") == bare(not_mine).replace(world.url("mediator"), "")


# --- Where a case stands ----------------------------------------------------------------------------------------------

SAYS = {
    "filed": ("Pedido recebido", "Agora é a vez da Câmara", "Você não precisa fazer nada agora",
              "a meta da Câmara é até"),
    "inadmissible": ("Pedido não aceito: cabe recurso", "Agora é a sua vez", "Recorra até",
                     "Se você recorrer até 30/03",
                     "não conte com a suspensão do prazo para ir à Justiça", "Por que esta data?"),
    "admitted": ("Pedido aceito", "Agora é a vez da Câmara"),
    "invited": ("Convite enviado à outra parte", "Agora é a vez da Prefeitura"),
    "mediator": ("Escolhendo o mediador", "Você pode pedir outro", "Se você recusar o mediador até"),
    "session": ("Reunião marcada", "Sua reunião: ", "Ver o aviso da reunião"),
    "talks": ("Em negociação", "A conversa está aberta", "Conversa reservada com o mediador", "Encerrar sem acordo"),
    "suspended": ("Pausado",),
    "authorization": ("Esperando autorização", "Agora é a vez da Prefeitura"),
    "signatures": ("Esperando sua assinatura", "Agora é a sua vez", "Ler e assinar"),
    "in_force": ("Acordo valendo, em cumprimento", "Agora é a vez da Prefeitura"),
    "withdrawn": ("Encerrado a pedido", "Este caso está encerrado"),
}  # fmt: skip


def test_whose_turn_until_when_and_what_next(app, visitor):
    world = build_world(app, *SAYS)
    people = {who: sign_in(visitor(), world.email(who)) for who in ("joao", "marina")}
    for case, expected in SAYS.items():
        page = main(people["marina" if case in ("mediator", "talks") else "joao"].get(where(world, case)))
        for words in expected:
            assert words in page, (case, words)
        assert page.count("btn-primary") <= 1, case
        assert page.count("<h1") == 1, case


def test_missing_documents_are_listed_sent_and_then_it_is_the_chambers_turn(app, visitor):
    world = build_world(app, "screening")
    world.do("screening", "registry", Act.REQUEST_COMPLETION, items=("Foto do muro, com data", "Documento com foto"))
    client = sign_in(visitor(), world.email("joao"))
    page = main(client.get(where(world, "screening")))
    for words in (
        "Faltam documentos seus",
        "Agora é a sua vez",
        "Faltam 2 coisas",
        "Foto do muro, com data",
        "Abrir o aviso",
    ):
        assert words in page
    form = client.get(f"{where(world, 'screening')}/atos/complete")
    assert "Documento com foto" in form.text
    hidden = dict(re.findall(r'name="(version|idempotency_key)"[^>]*value="([^"]*)"', form.text))
    answer = client.post(
        f"{where(world, 'screening')}/atos/complete",
        data={"csrf_token": token_of(form), **hidden, "answer": "Segue a foto."},
    )
    assert answer.status_code == 303
    page = main(client.get(where(world, "screening")))
    assert "Conferindo documentos" in page
    assert "Agora é a vez da Câmara" in page


def test_a_missed_date_says_what_can_still_be_done_without_red(app, visitor):
    world = build_world(app, "completion")
    page = main(sign_in(visitor(), world.email("joao")).get(where(world, "completion")))
    card = page.split('id="agora"')[1].split("</section>")[0]
    assert "O prazo terminou em 06/03/2026." in card
    assert "você ainda pode agir" in card
    assert "Enviar documentos" in card
    assert "overdue" not in card


def test_a_citizen_signs_with_the_password_once_more(app, visitor):
    world = build_world(app, "signatures")
    client = sign_in(visitor(), world.email("joao"))
    address = f"{where(world, 'signatures')}/atos/sign"
    for password, status in (("errada", 400), (PASSWORD, 303)):
        form = client.get(address)
        hidden = dict(re.findall(r'name="(version|idempotency_key|text_hash)"[^>]*value="([^"]*)"', form.text))
        data = {"csrf_token": token_of(form), **hidden, "read": "y", "powers": "y", "password": password}
        answer = client.post(address, data=data)
        assert answer.status_code == status, answer.text[:200]
    facts = stored(app, select(Case.facts).where(Case.number == world.number("signatures")))[0]
    assert facts["settlement"]["signatures"] == [1]
    assert "Agora é a vez da Prefeitura" in main(client.get(where(world, "signatures")))


def test_leaving_is_one_confirmed_act(app, visitor):
    world = build_world(app, "filed")
    client = sign_in(visitor(), world.email("joao"))
    address = f"{where(world, 'filed')}/atos/withdraw"
    form = client.get(address)
    assert "Voltar sem confirmar" in form.text
    hidden = dict(re.findall(r'name="(version|idempotency_key)"[^>]*value="([^"]*)"', form.text))
    client.post(address, data={"csrf_token": token_of(form), **hidden})
    assert world.state("filed") is CaseState.CLOSED_WITHDRAWN
    assert "Este caso está encerrado" in main(client.get(where(world, "filed")))


def test_the_chambers_own_acts_are_not_offered_and_are_refused(app, visitor):
    world = build_world(app, "filed")
    client = sign_in(visitor(), world.email("joao"))
    page = main(client.get(where(world, "filed")))
    for act in (Act.SCREEN, Act.DECLARE_MOOT, Act.RECORD_SERVICE, Act.SUSPEND):
        assert f"/atos/{act.value}" not in page
    form = client.get(f"{where(world, 'filed')}/atos/withdraw")
    hidden = dict(re.findall(r'name="(version|idempotency_key)"[^>]*value="([^"]*)"', form.text))
    answer = client.post(f"{where(world, 'filed')}/atos/screen", data={"csrf_token": token_of(form), **hidden})
    assert answer.status_code == 400
    assert world.state("filed") is CaseState.FILED


# --- Notices ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def told(app):
    world = build_world(app, "screening")
    world.do("screening", "registry", Act.REQUEST_COMPLETION, items=("Foto do muro, com data",))
    return world


def notice_of(app, world, act):
    case = select(Case.id).where(Case.number == world.number("screening")).scalar_subquery()
    return stored(app, select(Notice).where(Notice.case_id == case, Notice.act == act))[0]


def test_reading_pages_opens_no_notice_and_changes_no_case(app, visitor, told):
    client = sign_in(visitor(), told.email("joao"))
    before = dump(app)
    for address, answer in pages_of(client, told, "screening").items():
        assert answer.status_code == 200, address
    assert dump(app) == before


def test_opening_is_a_post_and_starts_the_deadline(app, visitor, told):
    client = sign_in(visitor(), told.email("joao"))
    notice = notice_of(app, told, "request_completion")
    address = f"{where(told, 'screening')}/avisos/{notice.ordinal}"
    page = main(client.get(address))
    assert "Abrir conta como receber. O seu prazo é de 15 dias úteis" in page
    assert client.get(f"{address}/abrir").status_code == 405
    assert send(client, f"{address}/abrir", form_at=address).status_code == 303
    page = main(client.get(address))
    assert "sexta-feira, 17 de abril de 2026" in page
    assert "Notificação do que falta" in page
    assert "Enviar o que falta" in page
    rules = stored(app, select(DeadlineRow.rule).join(Case).where(Case.number == told.number("screening")))
    assert "D-COMPLETE" in rules


def test_what_only_tells_is_marked_at_once_and_the_rest_stays(app, visitor, told):
    client = sign_in(visitor(), told.email("joao"))
    send(client, "/avisos/lidos", form_at="/avisos")
    assert notice_of(app, told, "submit").served_at is not None
    assert notice_of(app, told, "request_completion").served_at is None


@pytest.mark.parametrize("who", ["nobody", "registry"])
def test_nobody_opens_the_notice_of_another(app, visitor, told, who):
    client = sign_in(visitor(), told.email(who))
    notice = notice_of(app, told, "request_completion")
    address = f"{where(told, 'screening')}/avisos/{notice.ordinal}/abrir"
    token = token_of(client.get("/pedido/quem-pede"))
    assert client.post(address, data={"csrf_token": token}).status_code == 404
    assert notice_of(app, told, "request_completion").served_at is None


# --- What stays unseen ------------------------------------------------------------------------------------------------


def test_private_writing_changes_no_byte_of_what_the_other_party_gets(app, visitor):
    """The mediator's notes, the city's file and the talk with the city: the applicant's pages stay as they were."""
    world = build_world(app, "talks")
    client = sign_in(visitor(), world.email("marina"))
    before = {address: bare(answer) for address, answer in pages_of(client, world, "talks").items()}
    assert len(before) > 10
    world.do("talks", "mediator", Act.MEDIATOR_NOTE, text="segredo do mediador")
    world.do("talks", "city_attorney", Act.CITY_NOTE, subject="ceiling", text="segredo da cidade")
    world.do("talks", "city_attorney", Act.CAUCUS, party=2, text="segredo com a outra parte")
    after = {address: bare(answer) for address, answer in pages_of(client, world, "talks").items()}
    assert after.keys() == before.keys()
    for address, page in after.items():
        assert page == before[address], address
        assert "segredo do mediador" not in page


def test_what_a_party_says_to_the_mediator_is_shown_to_it_and_marked(app, visitor):
    world = build_world(app, "talks")
    client = sign_in(visitor(), world.email("marina"))
    address = f"{where(world, 'talks')}/atos/caucus?party=1"
    form = client.get(address)
    assert "Salvar só para você e o mediador" in form.text
    hidden = dict(re.findall(r'name="(version|idempotency_key)"[^>]*value="([^"]*)"', form.text))
    answer = client.post(
        address, data={"csrf_token": token_of(form), **hidden, "party": "1", "text": "Aceito a metade."}
    )
    assert answer.status_code == 303
    page = client.get(answer.headers["Location"])
    assert "Aceito a metade." in page.text
    assert "Só você e o mediador" in page.text


@pytest.mark.parametrize(
    "path", ["reservado/caucus-2", "reservado/notes", "reservado/city", "reservado/docket", "reservado/x"]
)
def test_other_conversations_do_not_exist_for_a_party(app, visitor, path):
    world = build_world(app, "talks")
    assert sign_in(visitor(), world.email("marina")).get(f"{where(world, 'talks')}/{path}").status_code == 404


def test_documents_of_another_case_are_out_of_reach(app, visitor):
    world = build_world(app, "filed")
    add_case(world, "mediator")
    from cprac.persistence.models import Document

    with app.app_context():
        token = db.session.scalars(
            select(Document.token).join(Case).where(Case.number == world.number("mediator"))
        ).first()
        db.session.remove()
    client = sign_in(visitor(), world.email("joao"))
    for case in ("filed", "mediator"):
        assert client.get(f"{where(world, case)}/documentos/{token}").status_code == 404
        assert client.get(f"{where(world, case)}/documentos/{token}/arquivo").status_code == 404


# --- From filing to a case of one's own -------------------------------------------------------------------------------


def test_who_filed_without_an_account_takes_the_case_over_with_the_code(app, visitor):
    from tests.web.test_filing import CONSENTS, codes_on, confirm, write_draft

    build_world(app, "filed")
    client = visitor()
    write_draft(client)
    _form, receipt = confirm(client, **CONSENTS)
    number, _key, code = codes_on(receipt)
    page = client.get("/vincular")
    fields = {"code": code, "email": "nova@exemplo.com.br", "name": "Marina Nova", "password": PASSWORD}
    if 'name="repeated"' in page.text:
        fields["repeated"] = PASSWORD
    answer = client.post("/vincular", data={"csrf_token": token_of(page), **fields})
    assert answer.status_code == 303, main(answer)
    listed = client.get("/meus-casos/")
    if listed.status_code != 200:
        client = sign_in(visitor(), "nova@exemplo.com.br")
        listed = client.get("/meus-casos/")
    assert number in listed.text


# --- In a browser -----------------------------------------------------------------------------------------------------


def test_nothing_is_found_on_a_partys_pages_at_either_width(app, open_page, axe):
    world = build_world(app, "completion", "inadmissible", "signatures", "session", "withdrawn")
    page = open_page()
    page.goto("/entrar")
    page.locator("#email").fill(world.email("joao"))
    page.locator("#password").fill(PASSWORD)
    page.get_by_role("button", name="Entrar").click()
    completion = where(world, "completion")
    addresses = ["/meus-casos/", "/avisos", f"{completion}/avisos/1", f"{completion}/atos/complete"]
    for address in [*addresses, *(where(world, case) for case in world.numbers)]:
        page.goto(address)
        for width in (1280, 360):
            page.set_viewport_size({"width": width, "height": 900})
            axe(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{address} scrolls sideways"


def test_a_citizen_opens_a_notice_and_answers_without_a_script(app, open_page):
    world = build_world(app, "screening")
    world.do("screening", "registry", Act.REQUEST_COMPLETION, items=("Foto do muro, com data",))
    page = open_page(width=360, javascript=False)
    page.goto("/entrar")
    page.locator("#email").fill(world.email("joao"))
    page.locator("#password").fill(PASSWORD)
    page.get_by_role("button", name="Entrar").click()
    page.get_by_role("button", name="Abrir o aviso").click()
    assert "sexta-feira, 17 de abril de 2026" in page.inner_text("main")
    page.get_by_role("link", name="Por que esta data?").click()
    assert "17 de abril" in page.get_by_role("heading", level=1).inner_text()
    page.goto(where(world, "screening"))
    page.get_by_role("link", name="Enviar documentos").click()
    page.get_by_label("Sua resposta").fill("Segue a foto do muro.")
    page.get_by_role("button", name="Enviar o que falta").click()
    assert page.get_by_role("heading", name="Agora é a vez da Câmara").is_visible()
    assert world.state("screening") is CaseState.FORMAL_REVIEW
