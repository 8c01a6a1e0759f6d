"""The office's room of publications: what it says before the first, and that what is previewed is what is published."""

from __future__ import annotations

import hashlib
import re
import threading
from datetime import date

import pytest
import sqlalchemy as sa

from cprac.domain.open_tables import to_bytes
from cprac.domain.release_content import DisclosureError
from cprac.persistence.database import db, transaction
from cprac.persistence.models import CaseFact, Publication
from cprac.services import release_acts, release_preview, releases
from cprac.services.errors import NotFoundError, StaleError
from tests.services.test_releases import YEAR, at, register
from tests.web.visitors import token_of, visitor
from tests.worlds import build_world

HERE = "/gabinete/publicacoes"
pytestmark = pytest.mark.databases("sqlite")


@pytest.fixture
def app_settings():
    return {"TODAY": "2027-07-31"}


@pytest.fixture
def world(app):
    world = build_world(app, "filed")
    with app.app_context():
        register(world.chamber, YEAR)
        db.session.remove()
    return world


def stored(app):
    with app.app_context():
        rows = db.session.execute(sa.select(Publication.period, Publication.sha256, Publication.created_by)).all()
        db.session.remove()
    return rows


def fields(page, **more):
    """What the form of a page sends."""
    seen = re.search(r'name="seen"[^>]*value="([^"]*)"', page.text)[1]
    return {"csrf_token": token_of(page), "seen": seen, "confirm": "y", **more}


def publish_first(world):
    with world.app.app_context():
        releases.publish_due(world.chamber, at(date(2027, 7, 31)))
        db.session.remove()


def late_filings(world, n, seed):
    with world.app.app_context():
        register(world.chamber, {date(2027, 4, 1): n}, seed=seed)
        db.session.remove()


def test_a_chamber_without_filings_says_when_the_first_may_come(app):
    world = build_world(app, "filed")
    with app.app_context(), transaction() as session:
        session.execute(sa.update(CaseFact).values(origin="legacy"))  # old cases are released by nobody
    page = visitor(world, "attorney_general").get(HERE).text
    assert "ainda não recebeu pedidos" in page
    assert "30 de outubro de 2027" in page
    assert "Nada foi publicado ainda." in page
    assert "Não há período pronto" in visitor(world, "attorney_general").get(f"{HERE}/proxima").text


def test_a_week_old_chamber_says_when_its_first_period_closes(app):
    world = build_world(app, "filed")
    app.config["TODAY"] = "2026-03-27"
    page = visitor(world, "auditor").get(HERE).text
    assert "31 de março de 2026" in page
    assert "Ver a prévia" not in page
    form = visitor(world, "attorney_general").get(f"{HERE}/proxima").text
    assert "Não há período pronto" in form
    assert 'name="confirm"' not in form


def test_what_was_previewed_is_published_byte_for_byte_and_once(app, world):
    claudia = visitor(world, "attorney_general")
    listed = claudia.get(HERE).text
    assert re.findall(r'href="([^"]+)" aria-current="(?:true|page)"', listed) == ["/gabinete/numeros"]
    assert "2026-T1_a_2027-T1" in listed
    assert "2026-T1, 2026-T2, 2026-T3, 2026-T4 tiveram poucos pedidos" in listed
    page = claudia.get(f"{HERE}/proxima")
    assert "Outros (reunidos)" in page.text
    assert stored(app) == [], "looking publishes nothing"
    sent = fields(page, period="2026-T1_a_2027-T1")
    assert claudia.post(f"{HERE}/proxima", data={**sent, "confirm": ""}).status_code == 400
    assert visitor(world, "auditor").get(f"{HERE}/proxima").status_code == 200
    assert stored(app) == []
    for _time in range(3):
        assert claudia.post(f"{HERE}/proxima", data=sent).status_code == 303
    assert stored(app) == [("2026-T1_a_2027-T1", sent["seen"], world.account("attorney_general"))]
    told = claudia.get(HERE).text
    assert sent["seen"][:12] in told
    assert "2027-T2" in told


def test_nothing_is_published_from_a_preview_that_no_longer_holds(app, world):
    claudia = visitor(world, "attorney_general")
    sent = fields(claudia.get(f"{HERE}/proxima"), period="2026-T1_a_2027-T1")
    with app.app_context():
        register(world.chamber, {date(2027, 1, 1): 40}, seed=7)
        db.session.remove()
    late = claudia.post(f"{HERE}/proxima", data=sent)
    assert late.status_code == 409
    assert "Nada foi publicado agora" in late.text
    assert stored(app) == []
    again = fields(late, period="2026-T1_a_2027-T1")
    assert again["seen"] != sent["seen"]
    assert claudia.post(f"{HERE}/proxima", data=again).status_code == 303


def test_two_who_publish_at_once_publish_once(app, world):
    now, claudia = at(date(2027, 7, 31)), world.account("attorney_general")
    with app.app_context():
        _awaited, preview = release_preview.next_one(world.chamber, now)
        db.session.remove()
    ready, found = threading.Barrier(2), []

    def publish():
        with app.app_context():
            ready.wait()
            try:
                found.append(release_acts.publish(world.chamber, claudia, preview.release.period, preview.seen, now))
            except StaleError:
                found.append("stale")
            db.session.remove()

    threads = [threading.Thread(target=publish) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == ["2026-T1_a_2027-T1"] * 2
    assert [row.sha256 for row in stored(app)] == [preview.seen]
    assert hashlib.sha256(to_bytes(preview.release)).hexdigest() == preview.seen


def test_only_the_attorney_general_publishes_whatever_the_page_shows(app, world):
    now = at(date(2027, 7, 31))
    with app.app_context():
        for who in ("auditor", "approver", "registry", "coordinator", "administrator"):
            with pytest.raises(NotFoundError):
                release_acts.publish(world.chamber, world.account(who), "2026-T1_a_2027-T1", "x", now)
            with pytest.raises(NotFoundError):
                release_acts.correct(world.chamber, world.account(who), "2027-T2", "Motivo", "x", now)
        with pytest.raises(NotFoundError):
            release_acts.publish(world.chamber, None, "2026-T1_a_2027-T1", "x", now)
        db.session.remove()
    assert 'name="confirm"' not in visitor(world, "auditor").get(f"{HERE}/proxima").text


def test_a_correction_says_each_figure_before_and_after_and_keeps_what_was_typed(app, world):
    publish_first(world)
    here, claudia = f"{HERE}/2027-T2/corrigir", visitor(world, "attorney_general")
    nothing = claudia.get(here).text
    assert "Não há o que corrigir" in nothing
    assert 'name="reason"' not in nothing
    late_filings(world, 30, 2)
    page = claudia.get(here)
    assert "120 casos" in page.text
    assert "150 casos" in page.text
    assert "filed_by_matter</" not in page.text
    before = stored(app)
    for reason, words in (("", "Motivo: escreva por que"), ("longo " * 200, "Motivo: use no máximo 1000 letras")):
        refused = claudia.post(here, data=fields(page, reason=reason))
        assert refused.status_code == 400
        assert words in refused.text
        assert reason.strip() in refused.text
        assert 'href="#reason"' in refused.text
    late_filings(world, 6, 3)
    stale = claudia.post(here, data=fields(page, reason="FALTAVAM PEDIDOS"))
    assert stale.status_code == 409
    assert "FALTAVAM PEDIDOS" in stale.text
    assert stored(app) == before
    for _time in range(2):
        assert claudia.post(here, data=fields(stale, reason="FALTAVAM <b>PEDIDOS</b>")).status_code == 303
    assert len(stored(app)) == len(before) + 1
    for told in (claudia.get(HERE).text, app.test_client().get("/dados-abertos").text):
        assert "FALTAVAM &lt;b&gt;PEDIDOS&lt;/b&gt;" in told
        assert "O período em números, Pedidos recebidos: de 120 para 156 casos" in told
        assert "totals, linha" not in told
    assert claudia.get(f"{HERE}/2031-T1/corrigir").status_code == 404


def test_a_page_without_its_token_publishes_nothing(app, world):
    claudia = visitor(world, "attorney_general")
    sent = fields(claudia.get(f"{HERE}/proxima"), period="2026-T1_a_2027-T1")
    del sent["csrf_token"]
    assert claudia.post(f"{HERE}/proxima", data=sent).status_code == 400
    assert stored(app) == []


def test_where_the_last_look_refuses_the_page_says_so_and_nothing_leaves(app, world, monkeypatch):
    claudia = visitor(world, "attorney_general")
    sent = fields(claudia.get(f"{HERE}/proxima"), period="2026-T1_a_2027-T1")

    def refuse(*_given):
        raise DisclosureError("filed_by_matter: works")

    monkeypatch.setattr(releases, "_made", refuse)
    for answer, status in ((claudia.get(f"{HERE}/proxima"), 200), (claudia.post(f"{HERE}/proxima", data=sent), 400)):
        assert answer.status_code == status
        assert "A conferência não deixou publicar" in answer.text
        assert "filed_by_matter" not in answer.text
    assert claudia.get(HERE).status_code == 200
    assert stored(app) == []
