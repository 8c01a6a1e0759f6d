"""The office's dashboard: figures with their doubt for one question, files that say the same, nothing of a handful."""

from __future__ import annotations

import csv
import io
import random
from datetime import date, timedelta
from functools import lru_cache

import pytest
from lxml import html
from sqlalchemy import insert

from cprac.demo_world.world import World
from cprac.domain.fact_rows import FactRow
from cprac.persistence.database import db, transaction
from cprac.persistence.models import ImportBatch, StatCell
from cprac.persistence.queries_figures import packed
from cprac.services import dashboard, dashboard_charts, day_cells, indicator_times
from cprac.services.figure_words import doubt_words, figure_words
from cprac.services.indicator_kinds import Figure, Part
from cprac.services.reporting import BY_ID, CATALOGUE
from cprac.services.sums import Asked, of_rows
from tests import worlds
from tests.web.face_checks import markup_faults, sideways_scroll, small_targets
from tests.web.visitors import visitor
from tests.worlds import CITIZENS, NOW, PASSWORD, STAFF, TODAY, build_world

PAGE, LIST = "/gabinete/numeros", "/gabinete/numeros/indicadores"
DECIDERS = ("attorney_general", "approver", "auditor")


@pytest.fixture
def app_settings():
    return {"TODAY": TODAY.isoformat()}


def only_people(app):
    """A world in which nothing has happened."""
    with app.app_context():
        world = World(app, app.extensions["cprac"], NOW, worlds.GAPS)
        worlds._people(world)
        db.session.remove()
    return world


def rows_of(n, seed=1, slow="health_service", **more):
    """Invented facts of *n* cases over two years; those about *slow* take twice as long."""
    dice, rows = random.Random(seed), []
    for _case in range(n):
        filed = TODAY - timedelta(days=dice.randrange(730))
        matter = dice.choice(("public_works_damage", "health_service", "contract"))
        days = round(dice.expovariate(1 / 80) * (2 if matter == slow else 1)) + 5
        ended = filed + timedelta(days=days)
        closed = ended <= TODAY
        facts = {
            "filed_on": filed, "matter": matter, "channel": dice.choice(("portal", "counter")),
            "agency_id": dice.choice((1, 2)), "admitted_on": min(filed + timedelta(days=9), TODAY), "sessions": 1,
            "in_admissibility": 9, "in_talks": max(1, days - 9), "since": min(ended, TODAY),
        }  # fmt: skip
        if closed:
            how = dice.choice(("agreement", "agreement", "closed_no_agreement", "closed_withdrawn"))
            facts |= {"resolved_on": ended, "closed_on": ended, "resolved_as": how, "turn": "nobody"}
        else:
            facts |= {"phase": "talks", "turn": dice.choice(("city", "citizen")), "in_talks": 0}
        rows.append(FactRow(**{**facts, **more}))
    return rows


def keep(app, rows):
    """Write what *rows* add up to into the day cells, as the nightly fold would."""
    with app.app_context(), transaction() as session:
        session.execute(insert(StatCell), cells_of(tuple(rows)))
    return rows


@lru_cache(maxsize=4)
def cells_of(rows):
    """The rows of the table of cells that *rows* add up to: the same four hundred cases stand behind most tests."""
    found = []
    for key, days in day_cells.sums_of((row, 1) for row in rows).items():
        found.append({**dict(zip(day_cells.NAMES, key, strict=True)), "body": packed(days)})
    return found


@pytest.fixture
def people(app):
    """A chamber with its people and no case."""
    return only_people(app)


@pytest.fixture
def office(app):
    """Somebody of the office in a chamber of four hundred cases."""
    world = build_world(app, "filed")
    keep(app, rows_of(400))
    return visitor(world, "attorney_general")


def told(page):
    return " ".join(html.fromstring(page.text).xpath("//main")[0].text_content().split())


def read_csv(answer):
    return list(csv.DictReader(io.StringIO(answer.get_data(as_text=True))))


# --- the page ---------------------------------------------------------------------------------------------------------


def test_every_section_stands_on_the_page_and_its_markup_holds(office):
    answer = office.get(PAGE)
    assert answer.status_code == 200
    assert list(markup_faults(answer.text)) == []
    for heading in (
        "Os cinco resultados prometidos", "Acordos e prazos", "Quanto tempo até a solução", "Mês a mês", "Valores",
        "Casos em aberto, por idade", "Do pedido ao desfecho", "Como terminam", "Onde o tempo passa", "Justiça",
        "Comparações", "Em que situação estão agora",
    ):  # fmt: skip
        assert heading in answer.text, heading


def test_what_has_no_source_says_so_and_why(office):
    words = told(office.get(PAGE))
    assert "Menos ações novas" in words
    assert "Depende do número de ações novas, que a Procuradoria recebe da Justiça." in words


@pytest.mark.parametrize("who", DECIDERS)
def test_each_of_the_office_sees_it(app, who):
    world = build_world(app, "filed")
    assert visitor(world, who).get(PAGE).status_code == 200
    assert visitor(world, who).get(LIST).status_code == 200


@pytest.mark.parametrize("who", ["registry", "coordinator", "mediator", "marina", "administrator"])
def test_for_others_none_of_its_addresses_exist(app, who):
    world = build_world(app, "filed")
    for address in (PAGE, LIST, f"{LIST}.csv", f"{LIST}.json", f"{PAGE}/graficos/tempo/760.svg"):
        assert visitor(world, who).get(address).status_code == 404, address


def test_no_name_of_anybody_is_on_the_pages(app):
    world = build_world(app)
    client = visitor(world, "auditor")
    names = [name for name, _offices in STAFF.values()] + list(CITIZENS.values())
    for address in (PAGE, f"{PAGE}?recorte=assunto", LIST, f"{LIST}.csv", f"{LIST}.json"):
        words = client.get(address).text
        if "<main" in words:
            words = told(client.get(address))
        assert [name for name in names if name in words] == [], address


# --- the question -----------------------------------------------------------------------------------------------------

PERIODS = (
    ("", date(2025, 4, 1), None),
    ("?periodo=12meses", date(2025, 4, 1), None),
    ("?periodo=ano", date(2026, 1, 1), None),
    ("?periodo=tudo", None, None),
    ("?periodo=sempre", date(2025, 4, 1), None),
    ("?de=03/2025", date(2025, 3, 1), None),
    ("?ate=02/2026", None, date(2026, 2, 28)),
    ("?de=2025-03&ate=2025-12", date(2025, 3, 1), date(2025, 12, 31)),
    ("?de=05/03/2025&ate=2025-03-20", date(2025, 3, 5), date(2025, 3, 20)),
    ("?de=03/2025&periodo=ano", date(2025, 3, 1), None),
    ("?ate=31/12/2026", None, TODAY),
)


@pytest.mark.parametrize("query, first, last", PERIODS, ids=[query or "default" for query, _f, _l in PERIODS])
def test_a_period_may_be_written_in_the_ways_people_write_it(office, query, first, last):
    found = office.get(f"{LIST}.json{query}").get_json()
    assert (found["from"], found["to"]) == (first and first.isoformat(), last and last.isoformat())
    assert found["as_of"] == TODAY.isoformat()


BAD = (
    ("?de=30/02/2026", "esse dia não existe"),
    ("?de=13/2026", "esse mês não existe"),
    ("?ate=ontem", "escreva o dia ou o mês"),
    ("?de=05/2026", "ainda não começou"),
    ("?de=03/2026&ate=01/2026", "troque um deles"),
    ("?recorte=assunto:nenhum", "escolha uma opção da lista"),
    ("?recorte=pessoa", "escolha uma opção da lista"),
    ("?de=<script>", "escreva o dia ou o mês"),
)


@pytest.mark.parametrize("query, words", BAD, ids=[query for query, _words in BAD])
def test_what_cannot_be_read_is_told_and_kept_as_it_was_typed(office, query, words):
    for address in (PAGE, LIST):
        answer = office.get(address + query)
        assert answer.status_code == 400
        assert list(markup_faults(answer.text)) == []
        summary = html.fromstring(answer.text).get_element_by_id("erros").text_content()
        assert words in summary
        assert "Quanto tempo até a solução" not in answer.text
        assert '<script>"' not in answer.text
    name, _equals, value = query[1:].partition("&")[0].partition("=")
    if name != "recorte":
        assert html.fromstring(answer.text).get_element_by_id(name).get("value") == value
    for kind in ("csv", "json"):
        assert office.get(f"{LIST}.{kind}{query}").status_code == 400


def test_what_is_shown_is_said_in_words_with_a_way_back(office):
    page = html.fromstring(office.get(f"{PAGE}?periodo=ano&recorte=assunto:contract").text)
    words = " ".join(page.find_class("question-words")[0].text_content().split())
    assert "Mostrando: Este ano; assunto:" in words
    (clear,) = page.xpath("//a[text()='Limpar']")
    assert clear.get("href") == PAGE
    assert page.xpath("//select[@id='recorte']//option[@selected]/@value") == ["assunto:contract"]
    assert not html.fromstring(office.get(PAGE).text).xpath("//a[text()='Limpar']")


def test_one_value_is_counted_alone_and_set_against_the_others(office):
    every = office.get(f"{LIST}.json?periodo=tudo").get_json()
    parts = {part["key"]: part["n"] for part in figure(every, "top_matters")["parts"]}
    for value, n in parts.items():
        one = office.get(f"{LIST}.json?periodo=tudo&recorte=assunto:{value}").get_json()
        assert figure(one, "cases_filed")["value"] == n
        assert figure(one, "on_time_rate")["why"].startswith("Sem dados neste recorte")
        assert figure(one, "top_matters")["why"].startswith("Sem dados neste recorte")
    words = told(office.get(f"{PAGE}?periodo=tudo&recorte=assunto:health_service"))
    assert "A diferença é maior do que o acaso explica (teste log-rank, p < 0,001)." in words
    assert "Os demais casos" in words
    assert "Comparações" not in words


def test_groups_stand_beside_each_other_with_a_verdict(office):
    words = told(office.get(f"{PAGE}?periodo=tudo&recorte=assunto"))
    assert "A diferença é maior do que o acaso explica" in words
    words = told(office.get(f"{PAGE}?periodo=tudo&recorte=canal"))
    assert "A diferença pode ser acaso: não dá para dizer que é diferente" in words


def figure(found, name):
    return next(row for row in found["indicators"] if row["id"] == name)


# --- files ------------------------------------------------------------------------------------------------------------

CUTS = ("", "?periodo=tudo", "?de=05/03/2025", "?periodo=tudo&recorte=canal:portal")


@pytest.mark.parametrize("query", CUTS)
def test_page_csv_and_json_tell_the_same(office, query):
    plain = office.get(f"{LIST}.json{query}").get_json()["indicators"]
    lines = read_csv(office.get(f"{LIST}.csv{query}"))
    page = html.fromstring(office.get(LIST + query).text)
    assert [row["id"] for row in plain] == [line["id"] for line in lines if not line["part"]]
    assert [row["id"] for row in plain] == [entry.id for entry in CATALOGUE]
    for row in plain:
        (line,) = [line for line in lines if line["id"] == row["id"] and not line["part"]]
        for name in ("value", "low", "high", "n", "numerator", "why", "definition", "formula", "caveat", "source"):
            assert line[name] == ("" if row[name] is None else str(row[name])), (row["id"], name)
        assert [line["n"] for line in lines if line["id"] == row["id"] and line["part"]] == [
            str(part["n"]) for part in row["parts"]
        ]
        there = Figure(
            row["value"], row["low"], row["high"], row["numerator"], row["denominator_n"], row["n"],
            tuple(Part(**part) for part in row["parts"]), row["why"] or "",
        )  # fmt: skip
        shown = " ".join(page.get_element_by_id(row["id"]).text_content().split())
        entry = BY_ID[row["id"]]
        for words in (entry.name, figure_words(entry, there), doubt_words(entry, there), entry.caveat):
            assert " ".join(words.split()) in shown, row["id"]


def test_no_cell_of_a_file_is_a_formula(app):
    world = build_world(app, "filed")
    keep(app, rows_of(60, matter="=HYPERLINK(1)"))
    client = visitor(world, "auditor")
    for address in (
        f"{LIST}.csv",
        f"{PAGE}/graficos/comparacoes/dados.csv",
        f"{PAGE}/graficos/tempo/dados.csv?recorte=assunto",
    ):
        lines = list(csv.reader(io.StringIO(client.get(address).get_data(as_text=True))))
        assert not [cell for line in lines for cell in line if cell.startswith(("=", "@", "+"))], address
    assert "'=HYPERLINK(1)" in client.get(f"{LIST}.csv").text


@pytest.mark.parametrize("name", dashboard_charts.CHARTS)
def test_each_chart_is_a_private_picture_and_a_table(office, name):
    address = f"{PAGE}/graficos/{name}"
    page = office.get(PAGE).text
    assert f"{address}/360.svg" in page
    picture = office.get(f"{address}/760.svg")
    assert picture.status_code == 200
    assert picture.mimetype == "image/svg+xml"
    assert "private" in picture.headers["Cache-Control"]
    again = office.get(f"{address}/760.svg", headers={"If-None-Match": picture.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert office.get(f"{address}/360.svg").data != picture.data
    assert len(office.get(f"{address}/dados.csv").text.splitlines()) > 1


def test_there_is_no_chart_of_another_name_or_width(office):
    for address in ("pessoas/760.svg", "pessoas/dados.csv", "tempo/9999.svg", "comparacoes/760.svg", "tempo/../../x"):
        assert office.get(f"{PAGE}/graficos/{address}").status_code == 404


# --- few, none, old ---------------------------------------------------------------------------------------------------


def test_a_chamber_without_cases_says_what_will_be_there(people):
    words = told(visitor(people, "attorney_general").get(PAGE))
    assert "Ainda não há casos." in words
    assert "os cinco resultados prometidos" in words
    assert "0%" not in words
    assert "dias" not in words.replace("Últimos 12 meses", "")
    found = visitor(people, "attorney_general").get(f"{LIST}.json").get_json()
    assert figure(found, "time_to_resolution")["why"].startswith("Sem dados")


def test_no_days_are_told_of_fewer_than_ten_cases(app):
    world = only_people(app)
    keep(app, rows_of(9))
    client = visitor(world, "attorney_general")
    words = told(client.get(f"{PAGE}?periodo=tudo"))
    assert "são menos de 10 casos" in words
    assert "têm solução em até" not in words
    found = client.get(f"{LIST}.json?periodo=tudo").get_json()
    for row in found["indicators"]:
        if row["unit"] == "days":
            assert (row["value"], row["low"], row["high"], row["parts"]) == (None, None, None, []), row["id"]
    assert client.get(f"{PAGE}/graficos/tempo/dados.csv?periodo=tudo").status_code in (200, 404)


def test_old_registers_are_never_mixed_in(app):
    world = only_people(app)
    with app.app_context(), transaction() as session:
        batch = add_batch(session)
    keep(app, rows_of(30) + rows_of(50, seed=2, origin="legacy", batch_id=batch))
    client = visitor(world, "attorney_general")
    ours = client.get(f"{LIST}.json?periodo=tudo").get_json()
    old = client.get(f"{LIST}.json?serie=planilha").get_json()
    assert (figure(ours, "cases_filed")["value"], figure(old, "cases_filed")["value"]) == (30, 50)
    assert (ours["series"], old["series"]) == ("native", "legacy")
    page = client.get(f"{PAGE}?serie=planilha")
    assert list(markup_faults(page.text)) == []
    words = told(page)
    assert "Nunca se somam aos da Câmara" in words
    assert "Os cinco resultados prometidos" not in words
    assert "Planilha antiga" in told(client.get(PAGE))


def add_batch(session):
    """An import that everybody sees."""
    batch = ImportBatch(
        name="antiga.csv", sha256="0" * 64, mapping="", status="visible", as_of=TODAY, started_at=NOW
    )  # fmt: skip
    session.add(batch)
    session.flush()
    return batch.id


# --- the answer behind it ---------------------------------------------------------------------------------------------


def test_the_quick_shares_of_outcomes_are_those_of_aalen_and_johansen():
    found = of_rows(Asked(TODAY), tuple(rows_of(300)))
    line = indicator_times.curve(found)
    quick = dashboard._incidence(found, line)
    days = tuple(day for day, _share in next(iter(quick.values())))
    slow = indicator_times.incidence(found, days)
    assert set(quick) == set(slow)
    for name, points in quick.items():
        assert [share for _day, share in points] == pytest.approx(list(slow[name]))


def test_outcomes_and_what_is_open_are_the_whole():
    found = of_rows(Asked(TODAY), tuple(rows_of(300)))
    horizons, endings = dashboard._endings(found, indicator_times.curve(found))
    assert horizons
    for place in range(len(horizons)):
        assert sum(row.shares[place] for row in endings) == pytest.approx(1)
    assert sum(row.n for row in endings) == 300


VERDICTS = (
    (Part("a", "A", 80, 50, 70, 90), "same"),
    (Part("a", "A", 20, 50, 10, 59), "faster"),
    (Part("a", "A", 150, 50, 101, None), "slower"),
    (Part("a", "A", 60, 50, 50, 60), "same"),
    (Part("a", "A", 20, 9, 10, 30), "few"),
    (Part("a", "A", None, 50, None, None), "open"),
)


@pytest.mark.parametrize("part, verdict", VERDICTS)
def test_a_difference_is_told_only_where_the_margins_do_not_meet(part, verdict):
    assert dashboard._beside(part, Figure(80, 60, 100, n=200)) == verdict


def test_months_add_up_to_what_is_open():
    found = of_rows(Asked(TODAY), tuple(rows_of(200)))
    months = dashboard._months(found)
    assert months[-1].open == sum(found.stock.still_open(TODAY).values())
    assert sum(month.filed for month in months) == 200


def test_an_answer_is_kept_until_a_case_comes_in(app, monkeypatch):
    world, asked = build_world(app, "filed"), []
    compute = dashboard.compute
    monkeypatch.setattr(dashboard, "compute", lambda *args: asked.append(args) or compute(*args))
    monkeypatch.setattr(dashboard, "MINUTE", 10**12)
    client = visitor(world, "attorney_general")
    counts = [figure(client.get(f"{LIST}.json").get_json(), "cases_filed")["value"] for _again in range(3)]
    assert (counts, len(asked)) == ([1, 1, 1], 1)
    with app.app_context():
        worlds.add_case(world, "screening")
        db.session.remove()
    assert figure(client.get(f"{LIST}.json").get_json(), "cases_filed")["value"] == 2
    assert len(asked) == 2


# --- in a browser -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [1280, 360])
def test_axe_finds_nothing_and_the_page_stays_inside_its_width(app, open_page, axe, width):
    world = build_world(app, "filed")
    keep(app, rows_of(400))
    page = open_page(width=width)
    page.goto("/entrar")
    page.fill("input[name=email]", world.email("attorney_general"))
    page.fill("input[name=password]", PASSWORD)
    page.locator("form:has(input[name=password]) [type=submit]").first.click()
    for address in (f"{PAGE}?recorte=assunto", LIST, f"{PAGE}?de=30/02/2026"):
        page.goto(address)
        axe(page)
        assert small_targets(page) == []
    page.goto(PAGE)
    assert list(sideways_scroll(page)) == []
    page.goto(PAGE)
    page.locator("#grafico-tempo summary").focus()
    page.keyboard.press("Enter")
    assert page.locator("#grafico-tempo table").is_visible()
