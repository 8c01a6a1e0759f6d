"""The public page of statistics: figures of releases, nothing live, words where a figure is missing."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from cprac.domain.open_tables import NOT_SHOWN, OTHERS
from cprac.persistence.database import db, transaction
from cprac.persistence.models import CaseFact
from cprac.services import open_releases, releases
from cprac.services.reporting import CATALOGUE
from cprac.web.public import statistics_view as views
from cprac.web.public.statistics_view import Time
from tests.domain import release_world
from tests.open_worlds import HOSTILE, publish, published
from tests.services.test_releases import YEAR, at, register
from tests.web.face_checks import markup_faults
from tests.worlds import build_world

pytestmark = pytest.mark.databases("sqlite")
CHAMBER = "Câmara de Prevenção e Resolução Administrativa de Controvérsias de Contagem"


def changed(release, name, rows):
    """The release with other rows in one table."""
    tables = tuple(replace(table, rows=tuple(rows)) if table.id == name else table for table in release.tables)
    return replace(release, tables=tables)


def made(quarters=2, n=500, seed=3):
    """Releases as the service makes them, of an invented register."""
    history = release_world.history_of(release_world.random_rows(seed, n, quarters), quarters)
    return [replace(each, chamber=CHAMBER) for each in history]


def written():
    """A release whose figures are those of the drawing of the page."""
    release = made()[-1]
    curve = ((28, 82, 78, 85, 330), (60, 62, 57, 66, 260), (90, 47, 41, 51, 180), (180, 18, 14, 23, 70))
    times = ((25, 40, 35, 45), (50, 85, 75, 95), (75, 150, 140, 170), (80, 165, 150, None))
    release = changed(changed(release, "survival_curve", curve), "time_to_resolution", times)
    release = changed(
        release,
        "totals",
        (("filed", "", 412), ("admitted", "", 244), ("resolved", "", 254), ("agreements", "", 149)),
    )
    return changed(
        release,
        "agreements_value_by_direction",
        (("city_pays", "", 80, 412_345_678), ("city_receives", "", 20, 61_000_000), ("none", "", 49, None)),
    )


def text(answer):
    return " ".join(re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)).split())


# --- words ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "low, high, words",
    [
        (None, None, ""),
        (20, 35, "20 a 35 dias"),
        (1, 1, "1 dia"),
        (35, 35, "35 dias"),
        (0, 59, "0 a 59 dias"),
        (20, 60, "até 2 meses"),
        (None, 100, "até 4 meses"),
        (76, 96, "2 a 4 meses"),
        (92, 152, "3 a 5 meses"),
        (365, 366, "11 a 13 meses"),
        (731, 790, "24 a 26 meses"),
        (76, None, "pelo menos 2 meses"),
        (45, None, "pelo menos 45 dias"),
    ],
)
def test_days_become_months_that_never_promise_more(low, high, words):
    assert views.span_words(low, high) == words


@pytest.mark.parametrize(
    "half, tail, words",
    [
        (
            Time(110, 92, 152, None),
            Time(245, 208, None, None),
            "Metade dos casos termina em 3 a 5 meses; 1 em cada 5 leva mais de 8 meses.",
        ),
        (
            Time(85, 75, 95, None),
            Time(None, None, None, 180),
            "Metade dos casos termina em 2 a 4 meses; mais de 1 em cada 5 leva mais de 5 meses.",
        ),
        (Time(85, 75, None, None), Time(None, None, None, None), "Metade dos casos leva pelo menos 2 meses."),
        (Time(None, None, None, 120), Time(None, None, None, 120), "Mais da metade dos casos leva mais de 3 meses."),
        (
            Time(None, None, None, None),
            Time(300, None, None, None),
            "Ainda são poucos casos para dizer quanto tempo eles levam.",
        ),
        (
            Time(30, 20, 40, None),
            Time(50, 45, 55, None),
            "Metade dos casos termina em 20 a 40 dias; 1 em cada 5 leva mais de 50 dias.",
        ),
    ],
)  # fmt: skip
def test_the_sentence_says_only_what_the_figures_say(half, tail, words):
    assert views.sentence(half, tail) == words


@pytest.mark.parametrize(
    "filed, words",
    [
        ([412], ("mais de", "410")),
        ([410], ("", "410")),
        ([410, None], ("mais de", "410")),
        ([200, 213], ("mais de", "410")),
        ([5], ("", "5")),
        ([1_234], ("mais de", "1.230")),
    ],
)
def test_cases_received_are_rounded_down(filed, words):
    assert views.since_words(filed) == words


@pytest.mark.parametrize("part, total, words", [(149, 244, 61), (1, 200, 1), (0, 9, 0), (9, 9, 100), (1, 3, 33)])
def test_shares_are_whole(part, total, words):
    assert views.percent_of(part, total) == words


def test_where_half_was_not_reached_the_curve_says_what_is_sure():
    release = changed(written(), "time_to_resolution", [(percent, None, None, None) for percent in (25, 50, 75, 80)])
    assert views.time_of(release, 50) == Time(None, None, None, 60)
    assert views.time_of(release, 80) == Time(None, None, None, 90)
    assert views.curve_chart(release).median is None


def test_a_release_without_any_row_is_told_in_words():
    release = written()
    release = replace(release, tables=tuple(replace(table, rows=()) for table in release.tables))
    found = views.view(release)
    assert [(tile.figure, tile.unit) for tile in found.tiles] == [("", NOT_SHOWN)] * 5
    assert found.endings == found.promises == found.stocks == ()
    assert found.matters == found.agencies == found.channels == views.Counts()
    assert views.view(replace(release, tables=())).sentence == found.sentence


@pytest.mark.parametrize("name", [table.id for table in made()[0].tables])
def test_no_missing_cell_becomes_zero_or_none(app, client, monkeypatch, name):
    release = written()
    rows = [tuple(None if isinstance(cell, int) else cell for cell in row) for row in release.table(name).rows]
    publish(monkeypatch, published(changed(release, name, rows)))
    answer = client.get("/estatisticas")
    assert answer.status_code == 200
    assert "None" not in text(answer)


def by_matter(release):
    return views.counts_of(release, views.BY_MATTER, "matter", "Todos")


def test_a_matter_that_one_column_pools_says_so_there_and_the_pool_names_what_it_sums():
    filed = (("works", "Obras", 30), ("noise", "Som", 0), ("others", OTHERS, 10))
    agreed = (("land", "Terras", 6), ("taxes", "Impostos", 0), ("others", OTHERS, 7))
    pools = (
        ("filed_by_matter", "land", "Terras"), ("filed_by_matter", "taxes", "Impostos"),
        ("agreements_by_matter", "works", "Obras"), ("agreements_by_matter", "noise", "Som"),
        ("filed_by_agency", "park", "Parques"),
    )  # fmt: skip
    release = changed(written(), "filed_by_matter", filed)
    release = changed(changed(release, "agreements_by_matter", agreed), "pooled", pools)
    counts = by_matter(release)
    assert [(row.label, row.cells, row.kind, row.within, row.share) for row in counts.rows] == [
        ("Obras", ("30", "nos reunidos"), "category", (), 75),
        ("Terras", ("nos reunidos", "6"), "category", (), None),
        (OTHERS, ("10", "7"), "pool", ("Impostos", "Som"), 25),
        ("Todos", ("40", "13"), "total", (), None),
    ]
    assert counts.none == ()


def test_what_nothing_was_filed_about_is_named_as_such():
    release = changed(written(), "filed_by_matter", (("works", "Obras", 40), ("noise", "Som", 0)))
    assert by_matter(changed(release, "agreements_by_matter", ())).none == ("Som",)


@pytest.mark.parametrize(
    "agreed, pool, total",
    [((), NOT_SHOWN, NOT_SHOWN), ((("works", "Obras", 8),), "–", "8")],
    ids=["a table left out", "a table without a pool"],
)
def test_a_table_left_out_shows_nothing_and_one_without_a_pool_has_none(agreed, pool, total):
    release = changed(written(), "filed_by_matter", (("works", "Obras", 40), ("others", OTHERS, 9)))
    release = changed(release, "agreements_by_matter", agreed)
    rows = {row.kind: row.cells[1] for row in by_matter(release).rows}
    assert (rows["pool"], rows["total"]) == (pool, total)


def test_directions_that_are_pooled_have_one_sum_for_both():
    rows = (("none", "Ninguém", 0, None), ("others", OTHERS, 77, 40_392_000_00))
    tile = views._money_tile(changed(written(), "agreements_value_by_direction", rows), "poucos")
    assert (tile.label, tile.unit, tile.doubt) == (
        "Valor dos acordos do período", "", "o que a cidade paga e o que recebe, somados",
    )  # fmt: skip
    assert tile.figure.startswith("R$")


def test_the_line_never_rises_and_passes_where_half_had_ended():
    for release in (written(), *made(3, 900, 8)):
        chart = views.curve_chart(release)
        shares = [point.share for point in chart.curves[0].points]
        assert shares == sorted(shares, reverse=True)
    assert views.curve_chart(written()).median == 85


# --- the page ---------------------------------------------------------------------------------------------------------


def test_before_the_first_release_there_is_no_figure_but_a_date(client, app):
    app.config["TODAY"] = "2026-05-20"
    answer = client.get("/estatisticas")
    words = text(answer)
    assert answer.status_code == 200
    assert "fecha em 30 de junho de 2026" in words
    assert "a partir de 30 de julho de 2026" in words
    assert "%" not in words.partition("Ainda não há números publicados")[2].partition("Como calculamos")[0]
    assert "<img" not in answer.get_data(as_text=True).partition("<main")[2].partition("</main")[0]
    assert not list(markup_faults(answer.get_data(as_text=True)))


def test_the_page_tells_the_release(client, monkeypatch):
    publish(monkeypatch, published(written()))
    answer = client.get("/estatisticas")
    words = text(answer)
    for part in (
        "Metade dos casos termina em 2 a 4 meses; 1 em cada 5 leva mais de 5 meses.",
        "mais de 410", "entre 75 e 95 dias", "59%", "149 dos 254 casos que terminaram no período", "R$ 4,1 mi",
        "pelo menos 150 dias", "78% a 85%", "Sem dados", "Conflitos que já estavam na Justiça",
    ):  # fmt: skip
        assert part in words, part
    assert "Set-Cookie" not in answer.headers
    assert not list(markup_faults(answer.get_data(as_text=True)))


def test_past_releases_stay_and_others_do_not_exist(client, monkeypatch):
    first, second = made()
    publish(monkeypatch, published(first), published(second, datetime(2026, 8, 1, tzinfo=UTC)))
    past = client.get(f"/estatisticas/{first.period}")
    assert "Esta é uma publicação anterior" in text(past)
    assert "31/03/2026" in text(past)
    assert f"/estatisticas/{first.period}" in client.get("/estatisticas").get_data(as_text=True)
    for address in (
        "2020-T1",
        "2026-T1-r9",
        "%2e%2e",
        "2026-T1/graficos/outro/760.svg",
        "2026-T9/graficos/tempo/760.svg",
    ):
        assert client.get(f"/estatisticas/{address}").status_code == 404, address
    assert client.get(f"/estatisticas/{first.period}/graficos/tempo/segredo.svg").status_code == 404


def test_a_correction_says_what_changed_and_why(client, monkeypatch):
    first = made()[0]
    change = {"table": "totals", "key": "filed", "column": "n", "before": 250, "after": 244}
    corrected = replace(first, revision=1, reason="Seis pedidos <b>repetidos</b>.", changes=(change,))
    publish(monkeypatch, published(first), published(corrected, datetime(2026, 5, 20, tzinfo=UTC)))
    page = client.get("/estatisticas").get_data(as_text=True)
    assert "Seis pedidos &lt;b&gt;repetidos&lt;/b&gt;." in page
    assert "O período em números, Pedidos recebidos: de 250 para 244 casos" in page
    old = text(client.get(f"/estatisticas/{first.period}"))
    assert "Estes números foram corrigidos" in old
    assert "Nenhum número publicado até esta data foi corrigido" in old


def test_hostile_labels_stay_text(client, monkeypatch):
    names = (*HOSTILE, "<script>alert(1)</script>", "{{ 7*7 }}", "%(n)s %s %", "\u202e")
    rows = [(f"x{place}", name, 50) for place, name in enumerate(names)]
    release = changed(changed(written(), "filed_by_matter", rows), "resolved_by_outcome", rows)
    publish(monkeypatch, published(replace(release, reason="<img src=x>", chamber="<script>alert(2)</script>")))
    answer = client.get("/estatisticas")
    assert answer.status_code == 200
    page = answer.get_data(as_text=True)
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "Project-Id-Version" not in page, "an empty label is not the head of the catalogue of words"


@pytest.mark.parametrize(
    "file, media", [("760.svg", "image/svg+xml"), ("grafico.png", "image/png"), ("dados.csv", "text/csv")]
)
def test_the_picture_may_be_kept_by_anyone(client, monkeypatch, file, media):
    publish(monkeypatch, published(written()))
    address = f"/estatisticas/{written().period}/graficos/tempo/{file}"
    answer = client.get(address)
    assert (answer.status_code, answer.mimetype) == (200, media)
    assert "public" in answer.headers["Cache-Control"]
    assert client.get(address, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert "Set-Cookie" not in answer.headers


def test_nothing_live_is_shown(app, client):
    """Published by the service; then cases change, and the page does not."""
    world = build_world(app, "filed")
    with app.app_context():
        register(world.chamber, YEAR)
        releases.publish_due(world.chamber, at(date(2027, 7, 31)))
        db.session.remove()
    app.config["TODAY"] = "2027-08-10"
    before = text(client.get("/estatisticas"))
    assert "Situação em 30/06/2027" in before
    with app.app_context(), transaction() as session:
        session.execute(sa.update(CaseFact).values(resolved_on=date(2027, 5, 1), matter="health"))
        session.execute(sa.delete(CaseFact).where(CaseFact.case_id > 100))
    assert text(client.get("/estatisticas")) == before
    with app.app_context():
        assert len(open_releases.published()) == 2


def test_the_method_lists_every_public_indicator_and_no_other(client):
    answer = client.get("/estatisticas/metodo")
    page = answer.get_data(as_text=True)
    told = set(re.findall(r'<div class="indicator" id="(\w+)"', page))
    assert told == {each.id for each in CATALOGUE if each.public}
    assert not list(markup_faults(page))


# --- browser ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [1280, 360])
def test_nothing_is_found_on_the_pages_at_either_width(open_page, axe, monkeypatch, width):
    page = open_page(width=width)
    for there, address in (
        ((), ""),
        ((published(written()),), ""),
        (map(published, made()), "/2026-T1"),
        ((), "/metodo"),
    ):
        publish(monkeypatch, *there)
        assert page.goto(f"/estatisticas{address}").status == 200
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address


def test_without_scripts_the_page_is_whole_and_the_keyboard_reaches_the_data(open_page, monkeypatch):
    publish(monkeypatch, published(written()))
    page = open_page(javascript=False)
    page.goto("/estatisticas")
    assert page.locator("figure img").evaluate("image => image.complete && image.naturalWidth > 300")
    assert page.locator(".chart-numbers table tbody tr").count() == 4
    assert page.get_by_role("link", name="Como calculamos").first.is_visible()
    csv = page.get_by_role("link", name="Baixar os dados (CSV)")
    csv.focus()
    assert csv.evaluate("link => link === document.activeElement")
