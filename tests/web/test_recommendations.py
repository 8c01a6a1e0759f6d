"""The register's pages: two at once, hostile texts, the sheet, and what anyone may read."""

from __future__ import annotations

import pytest

from cprac.domain.recommendations import Step
from cprac.persistence.queries_recommendations import Effect
from cprac.services import recommendations
from cprac.web.recommendation_words import public_effect
from tests.web.visitors import token_of, visitor
from tests.worlds import NOW, TODAY, build_world

HOSTILE = '=HYPERLINK("http://x") <script>alert(1)</script> {{ 7*7 }}'


@pytest.fixture
def app_settings():
    return {"TODAY": TODAY.isoformat()}


def test_from_draft_to_the_public_page_and_nothing_hostile_runs(app):
    world = build_world(app, "filed")
    helena, claudia = visitor(world, "coordinator"), visitor(world, "attorney_general")
    here, anyone = "/gabinete/recomendacoes", app.test_client()
    page = helena.get(f"{here}/nova")
    fields = {"matter": "public_works_damage", "agency_id": str(world.agencies["works"]), "title": HOSTILE,
              "text": "INTERNO", "reasons": "Pedidos iguais.", "csrf_token": token_of(page)}  # fmt: skip
    assert helena.post(f"{here}/nova", data={**fields, "title": "", "idempotency_key": "a" * 32}).status_code == 400
    assert helena.post(f"{here}/nova", data={**fields, "idempotency_key": "short"}).status_code == 400
    for _time in range(3):
        sent = helena.post(f"{here}/nova", data={**fields, "idempotency_key": "a" * 32})
        assert (sent.status_code, sent.location) == (303, f"{here}/2026-1")
    shown = helena.get(f"{here}/2026-1").text
    assert "<script>alert" not in shown
    assert "{{ 7*7 }}" in shown
    assert anyone.get("/recomendacoes/2026-1").status_code == 404
    # two at once: the second keeps what was typed and is told
    issue = {"csrf_token": token_of(helena.get(f"{here}/2026-1/issue")), "version": "1", "idempotency_key": "b" * 32}
    assert helena.post(f"{here}/2026-1/issue", data={**issue, "days": "texto"}).status_code == 400
    assert helena.post(f"{here}/2026-1/issue", data={**issue, "days": ""}).status_code == 303
    other = {**fields, "version": "1", "idempotency_key": "c" * 32, "title": "MEU TEXTO"}
    late = helena.post(f"{here}/2026-1/revise", data=other)
    assert late.status_code == 409
    assert "MEU TEXTO" in late.text
    publish = {"csrf_token": token_of(claudia.get(f"{here}/2026-1/publish")), "version": "2",
               "idempotency_key": "d" * 32, "summary": "RESUMO"}  # fmt: skip
    assert (
        helena.post(f"{here}/2026-1/publish", data={**publish, "csrf_token": fields["csrf_token"]}).status_code == 404
    )
    assert claudia.post(f"{here}/2026-1/publish", data=publish).status_code == 303
    told = anyone.get("/recomendacoes/2026-1").text
    assert "RESUMO" in told
    assert "INTERNO" not in told
    assert "<script>alert" not in told
    assert "RESUMO" in anyone.get("/recomendacoes/2026-1").text
    assert "Nenhuma recomendação" in anyone.get("/recomendacoes?q=%27%3B--").text
    sheet = helena.get(f"{here}.csv").text
    assert "'=HYPERLINK" in sheet
    for address in ("/recomendacoes/2026-2", "/recomendacoes/x", "/recomendacoes/9999999999-1"):
        assert anyone.get(address).status_code == 404


def test_a_filter_of_nonsense_is_no_filter(app):
    world = build_world(app, "filed")
    with app.app_context():
        values = {"matter": "public_works_damage", "agency_id": world.agencies["works"], "title": "Bueiros",
                  "text": "x", "reasons": "y"}  # fmt: skip
        recommendations.draft(world.chamber, world.account("coordinator"), values, key="k" * 32, now=NOW)
    page = visitor(world, "auditor")
    for query in ("situacao=zz", "orgao=99999999999999999999", "orgao=-1", "q=%FF"):
        answer = page.get(f"/gabinete/recomendacoes?{query}")
        assert answer.status_code == 200, query
    assert "Escrever recomendação" not in page.get("/gabinete/recomendacoes").text
    assert page.get(f"/gabinete/recomendacoes/2026-1/{Step.ISSUE.value}").status_code == 404


def test_anyone_is_told_a_verdict_without_counts_and_only_where_both_are_large_enough(app):
    with app.test_request_context():
        assert public_effect(None, 5) is None
        few = public_effect(Effect(40, 4, 365, 365), 5)
        assert "poucos" in few["said"]
        assert not {"40", "4"} & set(" ".join(few.values()).split())
        assert "menos pedidos" in public_effect(Effect(40, 10, 365, 365), 5)["said"]
        assert "não dá para afirmar" in public_effect(Effect(40, 38, 365, 365), 5)["said"]
