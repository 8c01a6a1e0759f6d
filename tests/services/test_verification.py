"""``verify`` finds every change made past the application, and where; what was erased by right stays in order."""

from __future__ import annotations

import json
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from sqlalchemy import delete, insert, select, text, update

from cprac.persistence import triggers
from cprac.persistence.database import db
from cprac.persistence.models import (
    Case,
    CaseFact,
    Chain,
    DeadlineRow,
    Document,
    EventPrivate,
    EventRow,
    LinkedLawsuit,
)
from cprac.services.verification import verify
from tests.worlds import NOW, build_world

EVENT, PRIVATE, CASE = EventRow.__table__, EventPrivate.__table__, Case.__table__


@pytest.fixture
def world(app):
    """A case in its talks, with something in every compartment, and a shorter one with a lawsuit; the locks picked."""
    made = build_world(app, "talks", "admissibility")
    with app.app_context():
        with db.engine.begin() as connection:
            triggers.remove(connection)
        yield made


def change(statement):
    """Run one statement past the application."""
    db.session.remove()
    with db.engine.connect().execution_options(cprac_write=True) as connection, connection.begin():
        return connection.execute(statement)


@contextmanager
def changed(table, where, **values):
    """Rows of *table* with other values, and as they were again afterwards."""
    keys = [column.name for column in table.primary_key]
    before = [row._mapping for row in change(select(table).where(where))]
    assert before, "nothing to change"
    change(update(table).where(where).values(values))
    yield
    for row in before:
        same = [table.c[name] == values.get(name, row[name]) for name in keys]
        change(update(table).where(*same).values({name: row[name] for name in values}))


@contextmanager
def gone(table, where):
    """*table* without some rows, and with them again afterwards."""
    before = [dict(row._mapping) for row in change(select(table).where(where))]
    assert before, "nothing to remove"
    change(delete(table).where(where))
    yield
    change(insert(table).values(before))


def found(world):
    """What verify says: (case, compartment, version, what), or None."""
    said = verify(world.chamber).difference
    return said and (said.case, said.compartment, said.version, said.what)


def an_event(world, compartment, version):
    here = select(EVENT).join(CASE).where(CASE.c.number == world.number("talks"))
    return change(here.where(EVENT.c.compartment == compartment, EVENT.c.version == version)).one()._mapping


def test_an_untouched_register_is_in_order(world, monkeypatch):
    before = [change(select(table)).all() for table in (CASE, EVENT, PRIVATE)]
    done = verify(world.chamber)
    assert done.ok
    assert (done.cases, done.erased) == (2, 0)
    assert done.chains == 2 + 5  # two dockets; two caucuses, the offers, the notes, the city's own file
    assert done.events > 20
    assert done.documents > 10
    assert json.loads(json.dumps(done.as_plain()))["sealing"] == "not sealed"
    monkeypatch.setattr("cprac.services.verification.PAGE", 1)
    assert verify(world.chamber) == done, "a page smaller than the register finds the same"
    assert [change(select(table)).all() for table in (CASE, EVENT, PRIVATE)] == before, "verify writes nothing"


CHANGES = {
    "case_id": lambda event, world: 2,
    "compartment": lambda event, world: "zero",
    "version": lambda event, world: 99,
    "act": lambda event, world: "withdraw",
    "actor_id": lambda event, world: world.account("auditor"),
    "role": lambda event, world: "council",
    "at": lambda event, world: event["at"] + timedelta(microseconds=1),
    "on_date": lambda event, world: event["on_date"] - timedelta(days=1),
    "payload": lambda event, world: {**event["payload"], "to": "closed_fulfilled"},
    "private_digest": lambda event, world: "0" * 64,
    "previous": lambda event, world: "1" * 64,
    "hash": lambda event, world: "2" * 64,
    "schema": lambda event, world: 2,
}


def test_each_column_of_an_event_is_covered_at_its_exact_version(world):
    assert set(CHANGES) == {column.name for column in EVENT.columns} - {"id"}, "an id only holds the private part"
    for compartment, version in (("docket", 9), ("caucus:1", 1)):
        event = an_event(world, compartment, version)
        for name, new in CHANGES.items():
            with changed(EVENT, EVENT.c.id == event["id"], **{name: new(event, world)}):
                said = found(world)
            assert said is not None, f"{compartment}: nobody noticed another {name}"
            assert said[:2] == (world.number("talks"), compartment), name
            assert said[2] == version or (version == 1 and said[2] == 0), (
                name,
                said,
            )  # 0: nothing is left of the chain
    assert found(world) is None


def test_what_is_kept_apart_is_covered_and_may_be_erased(world):
    event = an_event(world, "caucus:1", 1)
    here = PRIVATE.c.event_id == event["id"]
    for values in ({"salt": b"x" * 32}, {"payload": {"text": "outra coisa"}}, {"payload": {}}):
        with changed(PRIVATE, here, **values):
            assert found(world) == (world.number("talks"), "caucus:1", 1, "private")
    with gone(PRIVATE, here):
        done = verify(world.chamber)
        assert (done.ok, done.erased) == (True, 1)
    if db.engine.dialect.name == "sqlite":  # on PostgreSQL the foreign key stands in the way
        raw = db.engine.raw_connection()
        for line in (
            "PRAGMA foreign_keys = OFF",
            "INSERT INTO event_private (event_id, salt, payload) VALUES (987654, x'00', '{}')",
            "PRAGMA foreign_keys = ON",
        ):
            raw.driver_connection.execute(line)
        raw.close()
        assert found(world) == ("", "", 0, "private part of event 987654")


def test_events_taken_slipped_in_or_swapped_are_found_where_they_are(world):
    number, last = world.number("talks"), world.version("talks")
    for version, place in ((9, (number, "docket", 9, "version")), (last, (number, "docket", last - 1, "head"))):
        event = an_event(world, "docket", version)
        assert not event["private_digest"], "an event without a private part, so that it can go alone"
        with gone(EVENT, EVENT.c.id == event["id"]):
            assert found(world) == place
    event = an_event(world, "docket", last)
    change(insert(EVENT).values({**event, "id": 999_999, "version": last + 1, "previous": event["hash"]}))
    assert found(world) == (number, "docket", last + 1, "hash")
    change(delete(EVENT).where(EVENT.c.id == 999_999))
    one, other = an_event(world, "docket", 9), an_event(world, "docket", 10)
    names = ("act", "payload", "role", "actor_id")
    with (
        changed(EVENT, EVENT.c.id == one["id"], **{name: other[name] for name in names}),
        changed(EVENT, EVENT.c.id == other["id"], **{name: one[name] for name in names}),
    ):
        assert found(world) == (number, "docket", 9, "hash")
    with changed(EVENT, EVENT.c.id == one["id"], payload={"changes": 1.5}):  # no act writes a float
        assert found(world) == (number, "docket", 9, "unreadable")
    if db.engine.dialect.name == "sqlite":  # a column of PostgreSQL takes no such text
        change(text("UPDATE event SET payload = '{not json' WHERE id = :id").bindparams(id=one["id"]))
        assert found(world) == (number, "docket", 9, "unreadable")


CACHES = {
    "state": "session_scheduled",
    "version": 3,
    "waiting_on": "citizen",
    "responsible_role": "registry",
    "owner_id": 1,
    "origin": "adopted",
    "filed_on": date(2020, 1, 1),
    "closed_on": date(2026, 1, 1),
    "next_due": date(2030, 1, 1),
    "next_rule": "D-OBL",
    "external_process": "1/2",
    "value": 1,
    "procedure": "outro",
    "updated_at": NOW,
}
FACTS = {"value": 7, "parties": [], "mediator": None, "filed_on": "2020-01-01", "matter": "x"}
BESIDE = [
    (Chain.__table__, {"head": "3" * 64}, "head"),
    (Chain.__table__, {"version": 2}, "head"),
    (DeadlineRow.__table__, {"status": "paused"}, "deadline"),
    (DeadlineRow.__table__, {"due": date(2031, 1, 1)}, "deadline"),
    (DeadlineRow.__table__, {"rule": "D-OBL"}, "deadline"),
    (DeadlineRow.__table__, {"trigger_on": date(2020, 1, 1)}, "deadline"),
    (DeadlineRow.__table__, {"ended_on": date(2020, 1, 1)}, "deadline"),
    (CaseFact.__table__, {"value_claimed": 1}, "case_fact.value_claimed"),
    (CaseFact.__table__, {"filed_on": None}, "case_fact.filed_on"),
    (LinkedLawsuit.__table__, {"status": "extinguished"}, "lawsuits"),
    (LinkedLawsuit.__table__, {"next_on": date(2026, 5, 12)}, "lawsuits"),
    (Document.__table__, {"sha256": "4" * 64}, "document"),
]


def test_stored_state_is_compared_with_the_fold_column_by_column(world):
    here = CASE.c.number == world.number("talks")
    for name, value in CACHES.items():
        with changed(CASE, here, **{name: value}):
            said = found(world)
        assert said is not None, name
        assert (said[0], said[1], said[3]) == (world.number("talks"), "docket", name)
    facts = change(select(CASE.c.facts).where(here)).scalar()
    for name, value in FACTS.items():
        with changed(CASE, here, facts={**facts, name: value}):
            assert found(world)[3] == f"facts.{name}"
    with changed(CASE, here, facts={"parties": 7}):
        assert found(world)[3] == "unreadable"
    other = change(select(CASE.c.id).where(CASE.c.number == world.number("admissibility"))).scalar()
    for table, values, what in BESIDE:
        with changed(table, table.c.case_id == other, **values):
            said = found(world)
        assert said is not None, (table.name, values)
        assert said[0] == world.number("admissibility")
        assert said[3].startswith(what), (table.name, values)
    for table, what in ((DeadlineRow.__table__, "deadline"), (CaseFact.__table__, "case_fact.row")):
        with gone(table, table.c.case_id == other):
            assert found(world)[3].startswith(what)
    assert found(world) is None
    change(text("UPDATE document SET text = text || ' ' WHERE text IS NOT NULL"))
    assert found(world)[3].startswith("document")
