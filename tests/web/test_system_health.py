"""The page on the system's health and the alarm on every page of staff: who sees what; no case content is there."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from cprac.persistence.database import db, transaction
from cprac.persistence.models import Case, ClockHold, Finding
from cprac.services import clock_holds, findings, heartbeats
from cprac.services.clock_holds import Reason
from cprac.services.findings import Kind
from cprac.web import clock_alarm
from tests.web.visitors import send, visitor
from tests.worlds import NOW, TODAY, build_world

pytestmark = pytest.mark.databases("sqlite")
STOPPED = "O relógio dos prazos está parado"


@pytest.fixture
def app_settings():
    return {"TODAY": TODAY.isoformat()}


@pytest.fixture
def world(app):
    return build_world(app, "filed", "talks")


def find(world, kind, case="", detail=""):
    """Let a finding stand; its id."""
    with world.app.app_context(), transaction() as session:
        number = world.number(case) if case else ""
        case_id = session.scalar(select(Case.id).where(Case.number == number))
        findings.report(session, kind, f"{kind}:{case}", NOW, case_id=case_id, detail=detail)
        return session.scalars(select(Finding.id).order_by(Finding.id.desc())).first()


def old(app):
    """Let the process be old enough that a silent clock is news."""
    app.extensions[clock_alarm.STARTED] -= 3600


def beat(app, minutes):
    """The clock's last sweep was so many minutes ago."""
    with app.app_context():
        for name in heartbeats.STALE_AFTER:
            heartbeats.record(name, NOW - timedelta(minutes=minutes), {})


def at_now(monkeypatch):
    """Pages that show ages show those of NOW."""
    monkeypatch.setattr("cprac.web.guards.now", lambda: NOW)


def test_what_was_found_is_told_with_what_to_do_and_noted_by_a_person(app, world):
    number = world.number("talks")
    finding = find(world, Kind.STUCK, "talks")
    find(world, Kind.OUTBOX, detail="12")
    client = visitor(world, "administrator")
    page = client.get("/administracao/saude").text
    for kind in (Kind.STUCK, Kind.OUTBOX):
        assert kind.label in page
        assert kind.advice in page
    assert number in page
    assert f'href="/procuradoria/casos/{world.url("talks")}"' not in page, "the administrator opens no case"
    assert (
        f'href="/procuradoria/casos/{world.url("talks")}"'
        in visitor(world, "coordinator").get("/administracao/saude").text
    )

    address = f"/administracao/saude/achados/{finding}"
    assert send(client, address, note="").status_code == 400
    assert send(client, address, note="Falei com a Coordenação.").status_code == 303
    assert "Falei com a Coordenação." in client.get("/administracao/saude").text
    with app.app_context():
        row = db.session.get(Finding, finding)
        assert (row.noted_by, row.resolved_at) == (world.account("administrator"), None), "a note ends nothing"
        db.session.rollback()
    assert client.get("/administracao/saude/achados/999").status_code == 404


def test_the_administrator_reads_nothing_of_a_case_there(world):
    for kind in Kind:
        find(world, kind, "talks")
    page = visitor(world, "administrator").get("/administracao/saude").text
    with world.app.app_context():
        case = db.session.scalars(select(Case).where(Case.number == world.number("talks"))).one()
        assert case.title
        assert case.title not in page
        assert not [party.name for party in case.parties if party.kind == "natural" and party.name in page]
        db.session.rollback()


def test_a_hold_is_released_once_by_who_may_with_what_waits_in_view(app, world):
    with app.app_context():
        clock_holds.hold(NOW, Reason.GAP)
        hold = clock_holds.current().id
        db.session.rollback()
    address = f"/administracao/saude/relogio/{hold}"
    client = visitor(world, "coordinator")
    assert Reason.GAP.label in client.get("/administracao/saude").text
    assert client.get(address).status_code == 200
    with app.app_context():
        assert clock_holds.current() is not None, "looking releases nothing"
        db.session.rollback()
    assert visitor(world, "registry").get(address).status_code == 404
    assert send(client, address, idempotency_key="").status_code == 400
    assert send(client, address, idempotency_key="once").status_code == 303
    assert send(client, address, form_at="/administracao/saude/achados/1", idempotency_key="once").status_code in (
        400,
        404,
    )
    with app.app_context():
        row = db.session.get(ClockHold, hold)
        assert row.confirmed_by == world.account("coordinator")
        db.session.rollback()
    assert "Conferido por Helena" in client.get("/administracao/saude").text


def test_staff_see_on_every_page_that_the_clock_stands_still_and_nobody_else_does(app, world, monkeypatch):
    at_now(monkeypatch)
    staff, party = visitor(world, "registry"), visitor(world, "marina")
    beat(app, 9)
    old(app)
    assert STOPPED not in staff.get("/procuradoria/").text
    beat(app, 11)
    assert STOPPED in staff.get("/procuradoria/").text
    assert "há 11 minutos" in staff.get("/procuradoria/casos").text
    assert STOPPED not in party.get("/meus-casos/").text
    assert STOPPED not in app.test_client().get("/").text
    page = visitor(world, "administrator").get("/administracao/").text
    assert 'href="/administracao/saude">Ver a saúde do sistema' in page


def test_a_demonstration_or_a_new_installation_is_not_red_before_its_clock_had_time(app, world, monkeypatch):
    at_now(monkeypatch)
    staff = visitor(world, "registry")
    assert STOPPED not in staff.get("/procuradoria/").text, "it never ran, and the process is young"
    beat(app, 7 * 24 * 60)
    assert STOPPED not in staff.get("/procuradoria/").text, "opened again after a week: the first sweep is on its way"
    old(app)
    assert "há 7 dias" in staff.get("/procuradoria/").text


def test_who_may_release_is_told_that_effects_wait_and_nobody_else(app, world, monkeypatch):
    with app.app_context():
        clock_holds.hold(NOW, Reason.JUMP)
    beat(app, 0)
    assert "Confira o relógio" not in visitor(world, "coordinator").get("/procuradoria/").text, "nothing waits"
    monkeypatch.setattr("cprac.services.deadline_watch.waiting", lambda _chamber: [object()] * 3)
    assert "3 efeitos automáticos esperam" in visitor(world, "coordinator").get("/procuradoria/").text
    assert "Confira o relógio" not in visitor(world, "registry").get("/procuradoria/").text
