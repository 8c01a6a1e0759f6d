"""Opening a notice: only by its addressee, once, on the right day, with the deadline that it starts."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from cprac.domain.acts import Act
from cprac.persistence.database import db
from cprac.persistence.models import Case, DeadlineRow, EventRow, Notice
from cprac.services import notice_opening
from cprac.services.errors import NotFoundError
from tests.worlds import NOW, build_world


@pytest.fixture
def world(app):
    world = build_world(app, "filed")
    world.do("filed", "registry", Act.SCREEN)
    world.do("filed", "registry", Act.REQUEST_COMPLETION, items=("Foto do muro, com data",))
    return world


@pytest.fixture
def chamber(world):
    with world.app.app_context():
        yield world.chamber
        db.session.remove()


def stored(query):
    db.session.rollback()
    return list(db.session.scalars(query))


def notice_of(world, act):
    case = select(Case.id).where(Case.number == world.number("filed")).scalar_subquery()
    return stored(select(Notice).where(Notice.case_id == case, Notice.act == act))[0]


def deadlines(world, rule):
    return stored(select(DeadlineRow).join(Case).where(Case.number == world.number("filed"), DeadlineRow.rule == rule))


def open_it(world, who, notice, now=NOW):
    return notice_opening.open_notice(
        world.chamber, world.account(who) if who else None, world.number("filed"), notice.ordinal, now
    )


def test_opening_starts_the_deadline_and_stands_in_the_docket(world, chamber):
    notice = notice_of(world, "request_completion")
    assert not deadlines(world, "D-COMPLETE")
    opened = open_it(world, "joao", notice)
    assert (opened.started, opened.first) == ("D-COMPLETE", True)
    (row,) = deadlines(world, "D-COMPLETE")
    # 15 business days from Wednesday 25 March: the municipal holiday of the 27th and Good Friday do not count
    assert (row.trigger_on, row.due) == (date(2026, 3, 25), date(2026, 4, 17))
    last = stored(select(EventRow).order_by(EventRow.id.desc()).limit(1))[0]
    assert (last.act, last.role, last.actor_id) == ("record_service", "applicant", world.account("joao"))
    notice = notice_of(world, "request_completion")
    assert (notice.served_on, notice.channel) == (date(2026, 3, 25), "portal")


def test_opened_on_a_day_without_office_hours_it_counts_from_the_next_business_day(world, chamber):
    """Saturday 28 March follows the municipal holiday of the 27th: the receipt counts on Monday the 30th."""
    saturday = datetime(2026, 3, 28, 15, 0, tzinfo=UTC)
    open_it(world, "joao", notice_of(world, "request_completion"), saturday)
    assert notice_of(world, "request_completion").served_on == date(2026, 3, 30)
    (row,) = deadlines(world, "D-COMPLETE")
    assert row.trigger_on == date(2026, 3, 30)
    event = stored(select(EventRow).order_by(EventRow.id.desc()).limit(1))[0]
    assert event.payload["values"]["served_on"] == "2026-03-28", "the docket keeps the day it was opened"


def test_late_at_night_it_is_still_the_local_day(world, chamber):
    night = datetime(2026, 3, 26, 2, 30, tzinfo=UTC)  # 23h30 of the 25th
    open_it(world, "joao", notice_of(world, "request_completion"), night)
    assert notice_of(world, "request_completion").served_on == date(2026, 3, 25)


def test_opening_twice_changes_nothing(world, chamber):
    notice = notice_of(world, "request_completion")
    open_it(world, "joao", notice)
    version = world.version("filed")
    again = open_it(world, "joao", notice, NOW + timedelta(days=3))
    assert (again.started, again.first) == ("", False)
    assert world.version("filed") == version
    assert len(deadlines(world, "D-COMPLETE")) == 1


def test_a_notice_that_only_tells_is_marked_as_read_without_touching_the_case(world, chamber):
    version = world.version("filed")
    opened = open_it(world, "joao", notice_of(world, "submit"))
    assert opened.started == ""
    assert notice_of(world, "submit").served_at is not None
    assert world.version("filed") == version


@pytest.mark.parametrize("who", [None, "marina", "nobody", "registry", "coordinator", "city_attorney", "administrator"])
def test_nobody_else_opens_it(world, chamber, who):
    notice = notice_of(world, "request_completion")
    with pytest.raises(NotFoundError):
        open_it(world, who, notice)
    assert notice_of(world, "request_completion").served_at is None


@pytest.mark.parametrize("number, ordinal", [("0001/1999", 1), (None, 999), (None, -1)])
def test_what_is_not_there_is_not_found(world, chamber, number, ordinal):
    with pytest.raises(NotFoundError):
        notice_opening.open_notice(chamber, world.account("joao"), number or world.number("filed"), ordinal, NOW)


def test_after_the_end_a_notice_is_only_read(world, chamber):
    notice = notice_of(world, "request_completion")
    world.do("filed", "joao", Act.WITHDRAW)
    version = world.version("filed")
    opened = open_it(world, "joao", notice)
    assert opened.started == ""
    assert not deadlines(world, "D-COMPLETE")
    assert world.version("filed") == version
