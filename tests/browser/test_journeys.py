"""Whole days of the chamber in a real browser, through everybody's hands: an agreement fulfilled, an appeal that
reverses, an end without agreement. With and without JavaScript; one of them on PostgreSQL.
"""

from __future__ import annotations

import re

import pytest

from tests.browser.people import Office, address_of, codes_of, fill, send, sign_in
from tests.worlds import build_world

FILED, SCREENED, INVITED, ACCEPTED = "2026-03-02", "2026-03-04", "2026-03-06", "2026-03-10"
MEDIATOR, SCHEDULED, MET, DRAFTED, SIGNED, PAID = (
    "2026-03-11", "2026-03-20", "2026-03-30", "2026-04-06", "2026-04-08", "2026-05-15",
)  # fmt: skip
CITIZEN, SECRET = "marina.teste@exemplo.com.br", "um segredo comprido de cidadã"


@pytest.fixture
def app_settings():
    return {"TODAY": FILED}


@pytest.fixture
def office(app, live_server, open_page, axe):
    """The chamber with its people and no case."""

    def start(**options):
        return Office(
            app, build_world(app, "filed"), open_page, axe=axe if options.get("javascript", True) else None, **options
        )

    return start


def file_online(office):
    """A citizen files in four steps without an account, then makes one with the code of the receipt."""
    page = office.open_page(javascript=office.javascript)
    page.goto("/pedido")
    office.look(page, "filing start")
    page.goto("/pedido/quem-pede")
    fill(page, {"kind": "natural", "name": "Marina Alves Teixeira", "tax_id": "111.444.777-35", "email": CITIZEN})
    office.look(page, "filing who")
    send(page)
    fill(page, {
        "matter": "vehicle_accident", "agency": office.world.agencies["works"], "fact_on": "10/02/2026",
        "account": "Passei num buraco e o carro quebrou.", "request": "O pagamento do conserto.", "value": "8.420,00",
        "lawsuit": "no",
    })  # fmt: skip
    office.look(page, "filing conflict")
    send(page)
    office.look(page, "filing documents")
    send(page)
    fill(page, {"truth": True, "data": True})
    office.look(page, "filing check")
    send(page)
    office.look(page, "receipt")
    number, key, code = codes_of(page)
    page.goto("/vincular")
    office.look(page, "claim")
    fill(
        page, {"code": code, "email": CITIZEN, "name": "Marina Alves Teixeira", "password": SECRET}
    )
    send(page)
    if "/entrar" in page.url or page.locator("input[name=password]").count():
        sign_in(page, CITIZEN, SECRET)
    office.pages["citizen"] = page
    return address_of(number), number, key


def admitted(office, number):
    """From the desk to admission."""
    office.today(SCREENED)
    office.do("registry", number, "screen")
    office.do("registry", number, "pass_formal", checklist=True)
    office.do(
        "coordinator", number, "admit", transactable=True, within_regulation=True, no_legislation=True,
        no_exclusion=True,
        powers=True, grounds="O pedido é claro e cabe no regulamento.",
    )  # fmt: skip
    office.do("coordinator", number, "assign_city_attorney", attorney=office.world.account("city_attorney"))


def talking(office, number):
    """From the invitation to the first meeting."""
    day = office.today(INVITED)
    office.do("registry", number, "invite", scope="O conserto do carro.", place="Sala 2 da Câmara", channel="email")
    office.do("registry", number, "record_service", notice=open_notice(office, number), channel="email", served_on=day)
    office.today(ACCEPTED)
    office.do("city_attorney", number, "accept", online=True)
    office.today(MEDIATOR)
    office.do("coordinator", number, "assign", mediator=office.world.account("mediator"))
    office.do("mediator", number, "disclose", free=True)
    office.today(SCHEDULED)
    office.do("registry", number, "schedule", starts_at="30/03/2026 15:00", place="Sala 2 da Câmara")
    office.today(MET)
    office.do("mediator", number, "open_session", warned=True, assistance="city_by_delegate", present=[1, 2])


def open_notice(office, number):
    """The number of the notice whose receipt the registry has still to record."""
    page = office.page("registry")
    page.goto(f"{office.case('registry', number)}/atos/record_service")
    box = page.locator("main [name='notice']").last
    if box.evaluate("box => box.tagName") == "SELECT":
        return box.locator("option").last.get_attribute("value")
    return box.get_attribute("value")


def sign(office, who, number, password):
    """Read the term and sign its exact text, signing in again."""
    page = office.page(who)
    page.goto(f"{office.case(who, number)}/atos/sign")
    office.look(page, f"{office.room(who)} sign")
    fields = {"read": True, "powers": True, "password": password}
    if who == "city_attorney":
        fields["delegation"] = "Decreto 12/2025, de 10/02/2025"
    fill(page, fields)
    send(page)
    assert page.locator("[role=alert]").count() == 0, page.locator("[role=alert]").first.inner_text()


def agreement(office, number):
    """From the terms to a settlement in force."""
    office.do("mediator", number, "terms_reached", extent="total")
    office.today(DRAFTED)
    page = office.page("mediator")
    page.goto(f"{office.case('mediator', number)}/atos/draft_agreement")
    fill(page, {
        "summary": "Conserto do carro.", "object": "A cidade paga o conserto.", "direction": "city_pays",
        "amount": "5.000,00",
        "penalty": "Multa de 2% ao mês.", "waiver": True, "public_parts": "Tudo, menos dados pessoais.",
        "funds": "Dotação 10.2",
        "obligations-0-text": "Primeira parcela", "obligations-0-debtor": "2", "obligations-0-due": "08/05/2026",
        "obligations-0-amount": "2.500,00", "obligations-1-text": "Segunda parcela", "obligations-1-debtor": "2",
        "obligations-1-due": "14/05/2026", "obligations-1-amount": "2.500,00",
    })  # fmt: skip
    office.look(page, "draft")
    send(page)
    assert page.locator("[role=alert]").count() == 0, page.locator("[role=alert]").first.inner_text()
    office.do("coordinator", number, "send_to_review", opinion_author=office.world.account("opinion_author"))
    office.do("opinion_author", number, "issue_opinion", opinion="Lícito e vantajoso.", advantage=True)
    office.do("city_attorney", number, "request_authorization", dossier="Objeto, limite, vantagem e orçamento.")
    office.do("approver", number, "authorize", grounds="Cabe na alçada.")
    office.today(SIGNED)
    from tests.worlds import PASSWORD

    sign(office, "citizen", number, SECRET)
    sign(office, "city_attorney", number, PASSWORD)
    office.do("attorney_general", number, "homologate_admin", grounds="Homologo.")
    office.do("registry", number, "publish", published_on="08/04/2026", edition="Diário oficial n.º 5.512")


def paid(office, number):
    """Both instalments, and the case is closed."""
    day = office.today(PAID)
    for obligation in (1, 2):
        page = office.do(
            "registry", number, "register_fulfilment", obligation=obligation, fulfilled_on=day, proof="Empenho 12"
        )
    return page


def test_a_case_goes_from_filing_to_fulfilled_through_everybodys_hands(office):
    chamber = office()
    number, shown, key = file_online(chamber)
    admitted(chamber, number)
    talking(chamber, number)
    agreement(chamber, number)
    page = paid(chamber, number)
    assert "Arquivado: acordo cumprido" in page.locator("main").inner_text()
    citizen = chamber.page("citizen")
    citizen.goto(f"/meus-casos/{number}")
    assert "Encerrado: acordo cumprido" in citizen.locator("main").inner_text()
    chamber.look(citizen, "citizen case")
    visitor = chamber.open_page()
    visitor.goto("/consulta")
    fill(visitor, {"number": shown, "key": key})
    send(visitor)
    assert "Encerrado: acordo cumprido" in visitor.locator("main").inner_text()
    assert "Marina" not in visitor.locator("main").inner_text()
    assert len(chamber.seen) > 25


def test_the_same_case_without_javascript(office):
    chamber = office(javascript=False)
    number, _shown, _key = file_online(chamber)
    admitted(chamber, number)
    talking(chamber, number)
    agreement(chamber, number)
    assert "Arquivado: acordo cumprido" in paid(chamber, number).locator("main").inner_text()


@pytest.mark.databases("postgresql")
def test_a_refusal_is_appealed_and_reversed(office):
    chamber = office()
    number, _shown, _key = file_online(chamber)
    chamber.today(SCREENED)
    chamber.do("registry", number, "screen")
    chamber.do("registry", number, "pass_formal", checklist=True)
    chamber.do(
        "coordinator", number, "reject", reason_code="needs_legislative_authorization", grounds="Depende de lei."
    )
    page = chamber.page("citizen")
    page.goto(f"/meus-casos/{number}")
    assert re.search(r"não aceito", page.locator("main").inner_text())
    chamber.do("citizen", number, "appeal", grounds="A lei já existe desde 2001.")
    chamber.do("coordinator", number, "forward_appeal", grounds="A decisão fica mantida.")
    chamber.do("attorney_general", number, "reverse", grounds="A lei existe.", back_to="admitted")
    page.goto(f"/meus-casos/{number}")
    assert "Pedido aceito" in page.locator("main").inner_text()


def test_a_third_ends_without_agreement_and_the_record_gives_no_reasons(office):
    chamber = office()
    number, _shown, _key = file_online(chamber)
    admitted(chamber, number)
    talking(chamber, number)
    chamber.do("citizen", number, "close_without_agreement")
    page = chamber.page("mediator")
    page.goto(chamber.case("mediator", number))
    assert "Termo final sem acordo" in page.locator("main").inner_text()
