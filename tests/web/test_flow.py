"""The flow as it is: what the office reads, whom it is for, what strayed, and drawings in which nothing collides."""

from __future__ import annotations

import re
from datetime import timedelta
from itertools import combinations

import pytest
from sqlalchemy import insert, select

from cprac.persistence.database import db, transaction
from cprac.persistence.models import Case, Chain, EventRow
from cprac.web.office.flow_drawing import HEIGHT, NARROW, WIDE, Move, Station, draw
from tests.web.face_checks import markup_faults
from tests.web.visitors import visitor
from tests.worlds import NOW, PASSWORD, PLANS, TODAY, build_world

ADDRESS = "/gabinete/numeros/fluxo"


@pytest.fixture
def app_settings():
    return {"TODAY": TODAY.isoformat()}


def stray(world, name, act="admit", source="filed", dest="in_force", role="coordinator"):
    """An event that no row of the table has, written past every rule."""
    with world.app.app_context(), transaction() as session:
        case = session.scalars(select(Case).where(Case.number == world.number(name))).one()
        chain = session.scalars(select(Chain).where(Chain.case_id == case.id, Chain.compartment == "docket")).one()
        values = {
            "case_id": case.id, "compartment": "docket", "version": chain.version + 1, "act": act, "role": role,
            "at": NOW - timedelta(hours=1), "on_date": TODAY, "payload": {"from": source, "to": dest},
            "previous": "0" * 64, "hash": "0" * 64, "private_digest": "", "schema": 1,
        }  # fmt: skip
        session.execute(insert(EventRow.__table__), [values])
        chain.version += 1
        case.version += 1
    with world.app.app_context():
        db.session.remove()


def words_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


def test_the_page_tells_moves_days_stays_ways_and_the_rate_with_its_base(app):
    world = build_world(app, "filed", "talks", "fulfilled", "withdrawn")
    answer = visitor(world, "attorney_general").get(ADDRESS)
    assert answer.status_code == 200
    text = words_of(answer)
    for words in (
        "4 casos", "100%", "Nenhum andamento está fora da tabela", "Como tem sido", "Como a regra prevê",
        "Caminhos inteiros mais comuns", "Previsto na regra e ainda não usado", "Casos da planilha antiga só entram",
    ):  # fmt: skip
        assert words in text, words
    assert "style=" not in answer.text
    assert list(markup_faults(answer.text)) == []
    for row in ("Requerimento protocolado", "Juízo de admissibilidade", "Arquivado: acordo cumprido"):
        assert row in text
    assert answer.text.count('role="img"') == 4


def test_a_history_that_the_table_does_not_have_is_listed_with_a_link_and_a_reason(app):
    world = build_world(app, "filed", "talks")
    office = visitor(world, "auditor")
    assert "Nenhum andamento está fora da tabela" in words_of(office.get(ADDRESS))
    stray(world, "filed")
    answer = office.get(ADDRESS)
    text = words_of(answer)
    assert f'href="/gabinete/casos/{world.url("filed")}"' in answer.text
    assert "A tabela não tem este ato entre estas situações" in text
    assert "em 1 de 2 casos" in text
    assert "100%" not in text.partition("Como tem sido")[0]
    assert office.get(f"/gabinete/casos/{world.url('filed')}").status_code == 200


def test_names_of_today_that_are_gone_do_not_break_the_page(app):
    world = build_world(app, "filed")
    stray(world, "filed", act="bless", dest="heaven", role="king")
    text = words_of(visitor(world, "attorney_general").get(ADDRESS))
    assert "bless" in text
    assert "heaven" in text
    assert "A tabela de hoje não conhece este ato" in text


def test_an_approver_reads_of_their_own_cases_only(app):
    world = build_world(app, "authorization", "filed")
    stray(world, "filed")
    answer = visitor(world, "approver").get(ADDRESS)
    assert "1 caso," in words_of(answer)
    assert world.number("filed") not in answer.text


@pytest.mark.parametrize("who", ["registry", "coordinator", "mediator", "city_attorney", "administrator", "marina"])
@pytest.mark.databases("sqlite")
def test_the_page_does_not_exist_for_others(app, who):
    assert visitor(build_world(app, "filed"), who).get(ADDRESS).status_code == 404


def test_an_empty_chamber_says_what_will_be_there(app):
    world = build_world(app, "filed")
    answer = visitor(world, "approver").get(ADDRESS)
    assert "Ainda não há casos" in answer.text
    assert "%" not in words_of(answer)


# --- The drawing ------------------------------------------------------------------------------------------------------

STATIONS = tuple(Station(str(number), f"Situação {number}", phase="abc"[number // 3]) for number in range(8))
EVERY = tuple(
    Move(one.id, other.id, "1.204", "12 d", share=0.5) for one in STATIONS for other in STATIONS if one is not other
)


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_boxes_stand_apart_in_one_column_and_lines_stay_inside(size):
    picture = draw(STATIONS, EVERY, size)
    assert len(picture.boxes) == len(STATIONS)
    for above, below in zip(picture.boxes, picture.boxes[1:], strict=False):
        assert below.y >= above.y + HEIGHT + 20
    for arrow in picture.arrows:
        numbers = [float(number) for number in re.findall(r"-?[\d.]+", arrow.path)]
        assert min(numbers) >= 0
        assert 0 <= arrow.x <= picture.width
        assert max(numbers) <= max(picture.width, picture.height)


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_no_two_lines_run_over_each_other(size):
    picture = draw(STATIONS, EVERY, size)
    assert len({arrow.path for arrow in picture.arrows}) == len(picture.arrows)
    sides = []
    for arrow in picture.arrows:
        found = re.match(r"M\S+ (\d+)H-?\d+Q(-?\d+) \d+ .*V(-?\d+)Q", arrow.path)
        if found:
            sides.append((int(found[2]), *sorted((int(found[1]), int(found[3])))))
    assert sides
    for (lane, low, high), (other, start, end) in combinations(sides, 2):
        assert lane != other or high <= start or end <= low, "two moves in one lane at one height"


def test_what_finds_no_lane_is_not_drawn_and_the_most_frequent_are():
    picture = draw(STATIONS, EVERY, NARROW)
    assert picture.drawn == len(picture.arrows) < len(EVERY)
    first = Move("0", "5", "9")
    assert any(arrow.label == "9" for arrow in draw(STATIONS, (first, *EVERY), NARROW).arrows)


def test_a_world_of_every_state_is_drawn(app):
    world = build_world(app, *list(PLANS)[:9])
    assert visitor(world, "attorney_general").get(ADDRESS).status_code == 200


@pytest.mark.parametrize("width", [1280, 360])
def test_nothing_is_found_on_the_page_in_a_browser_at_either_width(app, open_page, axe, live_server, width):
    world = build_world(app, "filed", "talks", "withdrawn", "homologation")
    stray(world, "filed")
    page = open_page(width=width)
    page.goto("/entrar")
    page.get_by_label("E-mail").fill(world.email("attorney_general"))
    page.get_by_label("Senha", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/gabinete/"))
    assert page.goto(ADDRESS).status == 200
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.locator("svg.flow-map:visible").count() == 2, "one drawing of each, in the size of the page"
