"""The agenda over HTTP: periods and filters, files, the secret address of one's own calendar, rates in the office."""

from __future__ import annotations

import io
import re
from datetime import date, timedelta

import icalendar
import openpyxl
import pytest
from sqlalchemy import select, update

from cprac.domain.acts import Act
from cprac.persistence.database import db, transaction
from cprac.persistence.models import Account, CalendarFeed, CaseRole, Throttle
from cprac.services import calendar_feeds, throttle
from cprac.web.attorney.agenda import month_of, week_of
from tests.web.face_checks import markup_faults
from tests.web.visitors import send, sign_in, visitor
from tests.worlds import NOW, PASSWORD, TODAY, build_world

AGENDA, FEED = "/procuradoria/agenda", "/minha-conta/agenda"
ADDRESS = re.compile(r"https?://[^/]+(/agenda/[0-9a-f]{64}\.ics)")


@pytest.fixture
def app_settings():
    return {"TODAY": TODAY.isoformat()}


@pytest.fixture
def world(app):
    return build_world(app, "filed", "completion", "admissibility", "session", "talks")


def new_address(world, who):
    """The address that the page shows, this once."""
    return ADDRESS.search(send(visitor(world, who), FEED).text)[1]


def events(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    return icalendar.Calendar.from_ical(answer.data).walk("VEVENT")


# --- the page ---------------------------------------------------------------------------------------------------------


@pytest.mark.databases("sqlite")
def test_weeks_and_months_begin_and_end_where_the_calendar_says():
    assert (month_of(date(2028, 2, 29)).first, month_of(date(2028, 2, 29)).last) == (
        date(2028, 2, 1),
        date(2028, 2, 29),
    )
    assert month_of(date(2027, 2, 1)).last == date(2027, 2, 28)
    assert month_of(date(2026, 12, 31)).moved(1).first == date(2027, 1, 1)
    assert month_of(date(2026, 1, 31)).moved(-1).first == date(2025, 12, 1)
    week = week_of(date(2027, 1, 1))
    assert (week.first, week.last, week.moved(1).first) == (date(2026, 12, 28), date(2027, 1, 3), date(2027, 1, 4))
    assert week.asked == {"semana": "2026-12-28"}


def test_the_week_shows_what_is_overdue_first_and_why_the_office_is_closed(world):
    page = visitor(world, "coordinator").get(AGENDA).text
    assert page.index("Vencidos") < page.index("sexta-feira, 27 de março de 2026")
    assert "Não há expediente: Jubileu de Nossa Senhora das Dores" in page
    assert world.number("session") in page.partition("sexta-feira, 27 de março de 2026")[2]
    assert "Sala" in page
    assert "Por que esta data?" in page
    assert list(markup_faults(page)) == []


HEADINGS = (
    ("", "Agenda desta semana"),
    ("?semana=2026-04-01", "Agenda da semana de 30/03/2026"),
    ("?mes=2026-03", "Agenda de março de 2026"),
    ("?mes=2028-02", "Agenda de fevereiro de 2028"),
    ("?mes=2026-13", "Agenda desta semana"),
    ("?mes=0001-01", "Agenda desta semana"),
    ("?mes=9999-12", "Agenda desta semana"),
    ("?semana=ontem&de=rei&tipo=x&orgao=-1&materia=x", "Agenda desta semana"),
    ("?semana=9999-12-31&orgao=99999999999999", "Agenda desta semana"),
    ("?orgao=²", "Agenda desta semana"),
)


@pytest.mark.databases("sqlite")
def test_any_address_shows_a_period(world):
    client = visitor(world, "coordinator")
    for query, heading in HEADINGS:
        answer = client.get(AGENDA + query)
        assert answer.status_code == 200, query
        assert f"<h1>{heading}</h1>" in answer.text, query


@pytest.mark.databases("sqlite")
def test_filters_are_kept_from_week_to_week_and_narrow(world):
    client = visitor(world, "coordinator")
    page = client.get(f"{AGENDA}?tipo=reunioes&semana=2026-03-23").text
    assert world.number("session") in page
    assert world.number("admissibility") not in page
    assert "tipo=reunioes" in page.partition('rel="next"')[0].rpartition("href=")[2]
    old = client.get("/procuradoria/reunioes?semana=2026-03-23")
    assert (old.status_code, "tipo=reunioes" in old.location) == (301, True)
    assert world.number("talks") in visitor(world, "mediator").get(f"{AGENDA}?de=meus&mes=2026-05").text


@pytest.mark.parametrize("who", ["other_mediator", "mediator"])
def test_page_and_files_hold_nothing_of_a_case_out_of_sight(world, who):
    client = visitor(world, who)
    sheet = openpyxl.load_workbook(io.BytesIO(client.get(f"{AGENDA}.xlsx?mes=2026-03").data)).active
    cells = [str(cell.value) for row in sheet.iter_rows() for cell in row]
    texts = [client.get(f"{AGENDA}?mes={month}").text for month in ("2026-03", "2026-04", "2026-05")]
    for name in ("filed", "completion", "admissibility"):
        assert world.number(name) not in cells, name
        assert not any(world.number(name) in text for text in texts), name


@pytest.mark.databases("sqlite")
def test_files_come_as_downloads_and_too_many_are_refused(world):
    client = sign_in(world.app.test_client(), world.email("coordinator"))
    sheet = client.get(f"{AGENDA}.xlsx?mes=2026-03&tipo=reunioes")
    assert sheet.headers["Content-Disposition"] == 'attachment; filename="agenda-2026-03.xlsx"'
    rows = list(openpyxl.load_workbook(io.BytesIO(sheet.data)).active.iter_rows(values_only=True))
    assert [row[4] for row in rows[1:]] == [world.number("session")]
    paper = client.get(f"{AGENDA}.pdf")
    assert paper.data.startswith(b"%PDF-")
    assert b"/StructTreeRoot" in paper.data
    assert paper.headers["Cache-Control"] == "no-store"
    codes = [client.get(f"{AGENDA}.pdf").status_code for _ in range(throttle.LIMITS["export_account"].count)]
    assert codes[-1] == 429


# --- one's own calendar -----------------------------------------------------------------------------------------------


def test_the_address_is_shown_once_and_only_its_hash_is_kept(world):
    address = new_address(world, "joao")
    token = address.removeprefix("/agenda/").removesuffix(".ics")
    again = visitor(world, "joao").get(FEED).text
    assert token not in again
    assert "Há um endereço em uso" in again
    with world.app.app_context():
        kept = db.session.scalars(select(CalendarFeed)).one()
        assert kept.token_hash == calendar_feeds.digest(token) != token
        db.session.remove()


def test_a_party_reads_its_own_dates_without_signing_in(world):
    stranger = world.app.test_client()
    answer = stranger.get(new_address(world, "joao"))
    assert answer.mimetype == "text/calendar"
    assert answer.headers["Cache-Control"].startswith("private")
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "Set-Cookie" not in answer.headers
    text = answer.text
    numbers = {number for name, number in world.numbers.items() if number in text}
    assert numbers == {world.number("completion"), world.number("session")}
    for hidden in ("Sala", "Transportes", "Secretaria", "Ivone", "METHOD"):
        assert hidden not in text, hidden
    meeting = next(e for e in events(stranger, new_address(world, "joao")) if "reunião" in str(e["summary"]))
    length = world.chamber.regulation.sessions.default_minutes
    assert (meeting.decoded("dtend") - meeting.decoded("dtstart")).total_seconds() == 60 * length


def test_a_new_address_ends_the_old_one_and_ending_ends_it(world):
    stranger, first = world.app.test_client(), new_address(world, "mediator")
    second = new_address(world, "mediator")
    assert [stranger.get(address).status_code for address in (first, second)] == [404, 200]
    client = visitor(world, "mediator")
    assert send(client, f"{FEED}/encerrar", form_at=FEED).status_code == 303
    assert stranger.get(second).status_code == 404
    unknown = f"/agenda/{'0' * 64}.ics"
    assert stranger.get(second).text.replace(second, unknown) == stranger.get(unknown).text


def test_the_feed_shows_what_its_holder_may_see_at_that_moment(world):
    stranger, address = world.app.test_client(), new_address(world, "mediator")
    assert events(stranger, address)
    with world.app.app_context(), transaction() as session:
        ended = NOW - timedelta(days=1)  # before the day's pages, whatever the hour at which this runs
        session.execute(update(CaseRole).where(CaseRole.account_id == world.account("mediator")).values(until_at=ended))
    assert events(stranger, address) == []
    with world.app.app_context(), transaction() as session:
        session.execute(update(Account).where(Account.id == world.account("mediator")).values(active=False))
    assert stranger.get(address).status_code == 404


@pytest.mark.databases("sqlite")
def test_wrong_addresses_are_counted_and_right_ones_are_not(world):
    stranger, address = world.app.test_client(), new_address(world, "joao")
    limit = throttle.LIMITS["feed_source"].count
    wrong = [stranger.get(f"/agenda/{n:064x}.ics").status_code for n in range(limit + 1)]
    assert wrong == [404] * limit + [429]
    assert [stranger.get(address).status_code for _ in range(limit + 5)] == [200] * (limit + 5)
    with world.app.app_context():
        assert not any(address[8:72] in row.bucket for row in db.session.scalars(select(Throttle)))
        db.session.remove()


@pytest.mark.databases("sqlite")
def test_what_is_no_address_is_not_found(client):
    for token in ("x", "0" * 63, "0" * 65, "G" * 64, "..%2f..", "'--"):
        assert client.get(f"/agenda/{token}.ics").status_code == 404, token


# --- how deadlines ended ----------------------------------------------------------------------------------------------


@pytest.mark.databases("sqlite")
def test_rates_stand_with_their_base_and_nothing_is_made_up(world):
    client = visitor(world, "attorney_general")
    page = client.get("/gabinete/numeros/prazos").text
    assert re.search(r"\d+% \(\d+ de \d+\)", page)
    assert "Sem dados no período:" in page
    assert page.index("Prazos que obrigam") < page.index("Metas internas da Câmara")
    assert "/gabinete/numeros/prazos" in client.get("/gabinete/numeros").text
    empty = client.get("/gabinete/numeros/prazos?de=01/01/2020&ate=31/12/2020").text
    assert empty.count("Sem dados: nenhum destes prazos venceu no período.") == 2
    assert "%" not in empty.partition("<main")[2].partition("</main")[0].replace("%20", "")


@pytest.mark.databases("sqlite")
def test_a_period_that_is_none_is_said_so(world):
    client = visitor(world, "attorney_general")
    for query in ("de=31/12/2026&ate=01/01/2026", "de=31/02/2026", "ate=x"):
        answer = client.get(f"/gabinete/numeros/prazos?{query}")
        assert answer.status_code == 400, query
        assert "Metas internas" not in answer.text, query


# --- in a browser -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [1280, 360])
def test_nothing_is_found_on_these_pages_at_either_width(world, open_page, axe, live_server, width):
    for who, addresses in (
        ("coordinator", (AGENDA, f"{AGENDA}?mes=2026-04&tipo=partes", FEED)),
        ("attorney_general", ("/gabinete/numeros/prazos",)),
    ):
        page = open_page(width=width)
        page.goto("/entrar")
        page.get_by_label("E-mail").fill(world.email(who))
        page.get_by_label("Senha", exact=True).fill(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile("/(procuradoria|gabinete)/"))
        for address in addresses:
            page.goto(address)
            axe(page)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
            assert page.locator(".btn-primary").count() <= 1, address


# --- dates of linked lawsuits -----------------------------------------------------------------------------------------


def test_the_next_date_of_a_lawsuit_stands_beside_the_chamber_s_own_and_on_the_case(world):
    day, cnj = date(2026, 3, 30), "50370388520198130024"
    world.do("talks", "registry", Act.LINK_LAWSUIT, 0, cnj=cnj, status="pending", next_on=day, next_kind="hearing")
    for who in ("coordinator", "mediator"):
        client = visitor(world, who)
        for query in ("?semana=2026-03-30", "?mes=2026-03&tipo=justica", "?mes=2026-03&de=meus"):
            shown = "Audiência no processo 5037038-85.2019.8.13.0024" in client.get(AGENDA + query).text
            assert shown is (who == "mediator" or "meus" not in query), (who, query)
        assert "Audiência no processo" not in client.get(f"{AGENDA}?semana=2026-03-30&tipo=internos").text
        assert "audiência em 30/03/2026" in client.get(f"/procuradoria/casos/{world.url('talks')}").text
    assert "Audiência no processo" not in visitor(world, "other_mediator").get(f"{AGENDA}?mes=2026-03").text
    sheet = visitor(world, "mediator").get(f"{AGENDA}.xlsx?mes=2026-03&tipo=justica")
    rows = list(openpyxl.load_workbook(io.BytesIO(sheet.data)).active.iter_rows(values_only=True))
    assert [(row[0].date(), row[4]) for row in rows[1:]] == [(day, world.number("talks"))]
    world.do("talks", "registry", Act.LINK_LAWSUIT, 0, cnj=cnj, status="suspended")
    assert "Audiência no processo" not in visitor(world, "mediator").get(f"{AGENDA}?mes=2026-03").text
