"""The kept sums of the flow: written by the clock when old or far behind, and read by who starts afterwards."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from cprac.domain.acts import Act
from cprac.persistence import queries_process
from cprac.persistence.database import db, transaction
from cprac.persistence.models import Chain, FlowSums
from cprac.services import flow_sums
from cprac.services.report_sources import everything
from tests.worlds import NOW, TODAY, build_world


def kept():
    """The kept row as it is."""
    found = db.session.execute(select(FlowSums.upto, FlowSums.on, FlowSums.body)).one_or_none()
    db.session.rollback()
    return found


def test_an_empty_chamber_keeps_nothing(app):
    with app.app_context():
        assert flow_sums.keep(app.extensions["cprac"], NOW) == 0
        assert kept() is None


def test_they_are_written_once_a_day_and_when_far_behind(app, monkeypatch):
    world = build_world(app, "filed", "talks")
    chamber = app.extensions["cprac"]
    with app.app_context():
        first = flow_sums.keep(chamber, NOW)
        assert first > 0
        before = kept()
        assert flow_sums.keep(chamber, NOW) == 0
    world.do("filed", "registry", Act.SCREEN)
    with app.app_context():
        assert flow_sums.keep(chamber, NOW) == 0, "one event more is added by who reads"
        assert kept() == before
        monkeypatch.setattr(flow_sums, "EVENTS", 1)
        assert flow_sums.keep(chamber, NOW) >= first
        assert kept().upto > before.upto
    monkeypatch.undo()
    world.do("filed", "registry", Act.REQUEST_COMPLETION, items=("Foto do muro",))
    with app.app_context():
        assert flow_sums.keep(chamber, NOW + timedelta(days=1)) > 0
        assert kept().on == TODAY + timedelta(days=1)


def test_what_is_kept_is_what_a_count_from_the_beginning_says(app):
    world = build_world(app, "filed", "talks", "fulfilled", "withdrawn")
    chamber = world.chamber
    with app.app_context():
        flow_sums.keep(chamber, NOW)

        def switches(procedure):
            return chamber.rules_of(procedure).switches

        reader = everything(TODAY)
        whole = queries_process.counted(reader, switches)
        assert queries_process.stored(switches) == whole


@pytest.mark.databases("sqlite")
def test_sums_that_nobody_can_go_on_from_are_written_again_on_the_same_day(app):
    world = build_world(app, "filed", "talks")
    chamber = app.extensions["cprac"]
    with app.app_context():
        whole = flow_sums.keep(chamber, NOW)
        with transaction() as session:  # as where an event was committed after one with a higher number
            session.execute(update(Chain).where(Chain.compartment == "docket").values(version=Chain.version + 1))
        assert flow_sums.keep(chamber, NOW) == whole
        with transaction() as session:
            session.execute(update(Chain).where(Chain.compartment == "docket").values(version=Chain.version - 1))
            session.execute(update(FlowSums).values(format=FlowSums.format - 1))
        assert flow_sums.keep(chamber, NOW) == whole, "of another format they are nothing"
        assert flow_sums.keep(chamber, NOW) == 0
    world.do("filed", "registry", Act.SCREEN)
    with app.app_context():
        assert flow_sums.write(chamber, NOW) > whole, "who rebuilds writes whatever stands"


@pytest.mark.parametrize("limit, words", [(1, "As contas estão sendo feitas"), (200_000, "Como tem sido")])
@pytest.mark.databases("sqlite")
def test_a_page_that_would_wait_too_long_says_so_until_the_clock_has_counted(app, monkeypatch, limit, words):
    from cprac.web.office import flow as page
    from tests.web.visitors import visitor

    monkeypatch.setattr(page, "AT_ONCE", limit)
    world = build_world(app, "filed", "talks")
    office = visitor(world, "attorney_general")
    answer = office.get("/gabinete/numeros/fluxo")
    assert (answer.status_code, words in answer.text) == (200, True)
    with app.app_context():
        flow_sums.keep(app.extensions["cprac"], NOW)
    queries_process._kept.clear()
    assert "Como tem sido" in office.get("/gabinete/numeros/fluxo").text
