"""Lists: who sees what waiting, in which order, found how; and that a list walks an index at any size."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import event, select, update

from cprac.domain.acts import Act
from cprac.domain.roles import Office, Role
from cprac.domain.states import CaseState, Turn
from cprac.persistence import queries, queries_lists
from cprac.persistence.database import db, transaction
from cprac.persistence.models import Application, Case, DeadlineRow, ImportBatch
from cprac.persistence.queries_lists import CAP, PAGE, Filter
from cprac.services.intake import fold_name
from tests.worlds import NOW, STAFF, TODAY, build_world, grant_role

SOON = TODAY + timedelta(days=6)


def reader_of(world, who):
    offices = frozenset(STAFF[who][1]) if who in STAFF else frozenset()
    return queries.Reader(world.account(who), offices, NOW, TODAY)


def names(world, rows):
    by_number = {number: name for name, number in world.numbers.items()}
    return [by_number[row.number] for row in rows]


@pytest.fixture
def world(app):
    built = build_world(app, "filed", "completion", "admissibility", "mediator", "talks", "suspended", "authorization")
    with app.app_context():
        yield built
        db.session.remove()


# --- what waits -------------------------------------------------------------------------------------------------------


def test_each_sees_what_waits_for_them_by_due_date(world):
    expected = {
        "registry": {"filed", "mediator"},
        "coordinator": {"completion", "admissibility", "suspended"},  # the first: a party's time is over
        "mediator": {"talks"},
        "approver": {"authorization"},
        "two_hats": {"filed", "mediator", "completion", "admissibility", "suspended"},
        "other_mediator": set(),
        "auditor": set(),
        "administrator": set(),
        "marina": set(),
    }
    for who, cases in expected.items():
        page = queries_lists.worklist(reader_of(world, who), Filter(), SOON)
        assert set(names(world, page.rows)) == cases, who
        dues = [row.next_due or date.max for row in page.rows]
        assert dues == sorted(dues)
        counted = queries_lists.counters(reader_of(world, who), SOON)
        assert counted.total == len(cases), who
        parts = {"overdue": 0, "today": 0, "soon": 0, "later": 0}
        for name in parts:
            found = queries_lists.worklist(reader_of(world, who), Filter(when=name), SOON)
            assert len(found.rows) == getattr(counted, name), (who, name)


def test_roles_narrow_the_list_to_decisions(world):
    deciding = (Role.ATTORNEY_GENERAL, Role.APPROVER)
    page = queries_lists.worklist(reader_of(world, "approver"), Filter(), SOON, deciding)
    assert names(world, page.rows) == ["authorization"]
    assert not queries_lists.worklist(reader_of(world, "two_hats"), Filter(), SOON, deciding).rows
    assert queries_lists.counters(reader_of(world, "two_hats"), SOON, deciding).total == 0


def test_a_substitute_sees_the_case_for_the_days_of_the_act(world):
    days = {"from_on": TODAY - timedelta(days=1), "until_on": TODAY + timedelta(days=1)}
    world.do("talks", "coordinator", Act.ASSIGN_SUBSTITUTE, role="mediator", substitute=world.account("other_mediator"),
             legal_act="Portaria 3/2026", **days)  # fmt: skip
    substitute = reader_of(world, "other_mediator")
    assert names(world, queries_lists.worklist(substitute, Filter(), SOON).rows) == ["talks"]
    later = queries.Reader(substitute.account, substitute.offices, NOW + timedelta(days=3), TODAY + timedelta(days=3))
    assert not queries_lists.worklist(later, Filter(), SOON).rows
    assert names(world, queries_lists.worklist(reader_of(world, "mediator"), Filter(), SOON).rows) == ["talks"]


def test_a_hat_that_is_excluded_in_a_case_does_not_bring_it(world):
    """Whoever is party to a case does not get it as work of the registry."""
    grant_role(world, "filed", "two_hats", Role.APPLICANT, party=1)
    rows = queries_lists.worklist(reader_of(world, "two_hats"), Filter(), SOON).rows
    assert "filed" not in names(world, rows)
    everything = queries_lists.cases(reader_of(world, "two_hats"), Filter()).rows
    assert "filed" in names(world, everything)


def test_cases_without_a_date_come_last_and_priority_breaks_ties(world):
    with transaction() as session:
        same = date(2026, 3, 20)
        for name, due, rank in (("filed", same, 1), ("mediator", same, 9)):
            case = session.scalars(select(Case).where(Case.number == world.number(name))).one()
            case.next_due, case.priority_rank = due, rank
    registry = reader_of(world, "registry")
    assert names(world, queries_lists.worklist(registry, Filter(), SOON).rows) == ["filed", "mediator"]
    with transaction() as session:
        session.execute(update(Case).where(Case.number == world.number("filed")).values(next_due=None))
    assert names(world, queries_lists.worklist(registry, Filter(), SOON).rows) == ["mediator", "filed"]
    assert queries_lists.counters(registry, SOON).later == 1


# --- every case, and finding one --------------------------------------------------------------------------------------


def test_newest_first_until_narrowed_and_then_by_due_date(world):
    rows = queries_lists.cases(reader_of(world, "coordinator"), Filter()).rows
    filed = [row.filed_on for row in rows]
    assert filed == sorted(filed, reverse=True)
    assert len(rows) == 7
    turn = queries_lists.cases(reader_of(world, "coordinator"), Filter(turn=Turn.CITIZEN)).rows
    assert names(world, turn) == ["completion"]
    state = queries_lists.cases(reader_of(world, "coordinator"), Filter(state=CaseState.SUSPENDED)).rows
    assert names(world, state) == ["suspended"]


def test_a_mediator_lists_own_cases_and_a_citizen_the_ones_she_filed(world):
    assert set(names(world, queries_lists.cases(reader_of(world, "mediator"), Filter()).rows)) == {
        "mediator", "talks", "suspended", "authorization",
    }  # fmt: skip
    marina = reader_of(world, "marina")
    assert set(names(world, queries_lists.cases(marina, Filter(), only=[Role.APPLICANT]).rows)) == {"mediator", "talks"}
    assert not queries_lists.cases(reader_of(world, "nobody"), Filter()).rows


FOUND = (
    ("padaria", {"admissibility"}),
    ("PADARIA  El", {"admissibility"}),
    ("adaria", set()),
    ("marina alves", {"mediator", "talks"}),
    ("111.444.777-35", {"mediator", "talks"}),
    ("11144477735", {"mediator", "talks"}),
    ("12ABC34501DE35", {"completion"}),
    ("12.ABC.345/01DE-35", {"completion"}),
    ("5037038-85.2019.8.13.0024", {"admissibility"}),
    ("04.118/2026-31", {"admissibility"}),
    ("%", set()),
    ("_arina", set()),
    ("'; DROP TABLE cases; --", set()),
    ("\U0010ffff", set()),
)


def test_a_case_is_found_by_number_name_tax_number_lawsuit_and_process(world):
    coordinator = reader_of(world, "coordinator")
    for text, cases in FOUND:
        rows = queries_lists.cases(coordinator, Filter(text=text, folded=fold_name(text))).rows
        assert set(names(world, rows)) == cases, text
    for text in (world.number("talks"), world.url("talks"), world.number("talks").split("/")[0].lstrip("0")):
        rows = queries_lists.cases(coordinator, Filter(text=text, folded=fold_name(text))).rows
        assert names(world, rows) == ["talks"], text


def test_a_search_shows_nobody_a_case_of_others(world):
    asked = Filter(text="padaria", folded="padaria")
    assert not queries_lists.cases(reader_of(world, "mediator"), asked).rows
    assert not queries_lists.worklist(reader_of(world, "registry"), asked, SOON).rows  # not the registry's turn
    assert names(world, queries_lists.worklist(reader_of(world, "coordinator"), asked, SOON).rows) == ["admissibility"]


def test_a_hidden_batch_is_nowhere(world):
    coordinator = reader_of(world, "coordinator")
    with transaction() as session:
        batch = ImportBatch(name="b", sha256="b", mapping="", options={}, status="loading", as_of=TODAY, started_at=NOW)
        session.add(batch)
        session.flush()
        session.execute(update(Case).where(Case.number == world.number("admissibility")).values(batch_id=batch.id))
        batch_id = batch.id
    asked = Filter(text="padaria", folded="padaria")
    for status, shown in (("loading", False), ("visible", True), ("reverted", False)):
        with transaction() as session:
            session.execute(update(ImportBatch).where(ImportBatch.id == batch_id).values(status=status))
        assert ("admissibility" in names(world, queries_lists.cases(coordinator, Filter()).rows)) is shown
        assert ("admissibility" in names(world, queries_lists.worklist(coordinator, Filter(), SOON).rows)) is shown
        assert bool(queries_lists.cases(coordinator, asked).rows) is shown
        counted = {row.state: row.n for row in queries_lists.counts_by_state(coordinator)}
        assert (CaseState.MERIT_ADMISSIBILITY in counted) is shown


# --- many -------------------------------------------------------------------------------------------------------------


def make_many(count):
    """Rows as lists look at them, for one role, a tenth of them without a date."""
    with transaction() as session:
        for number in range(1, count + 1):
            application = Application(number=f"{number}/2025", access_key_hash="", channel="portal", filed_at=NOW)
            session.add(application)
            session.flush()
            session.add(
                Case(
                    number=application.number,
                    application_id=application.id,
                    state=CaseState.FILED,
                    facts={},
                    waiting_on=Turn.CHAMBER,
                    responsible_role=Role.REGISTRY,
                    next_due=None if number % 10 == 0 else TODAY + timedelta(days=number % 30 - 10),
                    filed_on=TODAY,
                    updated_at=NOW,
                )
            )


@pytest.mark.databases("sqlite")
def test_pages_follow_each_other_and_counts_stop_at_a_thousand(app):
    with app.app_context():
        make_many(1205)
        registry = queries.Reader(1, frozenset({Office.REGISTRY}), NOW, TODAY)
        seen = []
        for number in range(1, 4):
            page = queries_lists.worklist(registry, Filter(page=number), SOON)
            assert len(page.rows) == PAGE
            assert page.more
            seen += [row.number for row in page.rows]
        assert len(set(seen)) == 3 * PAGE
        counted = queries_lists.counters(registry, SOON)
        assert counted.total == CAP + 1
        assert queries_lists.cases(registry, Filter()).total == CAP + 1
        whole = queries_lists.cases(registry, Filter(state=CaseState.ADMITTED))
        assert (whole.rows, whole.more, whole.total) == ((), False, 0)


@pytest.mark.databases("sqlite")
def test_lists_walk_an_index_and_sort_nothing_that_grows(world):
    """The plan that SQLite makes: no list reads the table of cases from end to end, none sorts a whole role."""
    plans = []

    def explain(_connection, cursor, statement, parameters, _context, _many):
        if statement.lstrip().startswith("SELECT") and "EXPLAIN" not in statement:
            plans.append((statement, parameters))

    event.listen(db.engine, "before_cursor_execute", explain)
    try:
        for who in ("two_hats", "mediator", "approver", "attorney_general"):
            queries_lists.worklist(reader_of(world, who), Filter(), SOON)
            queries_lists.counters(reader_of(world, who), SOON)
        coordinator = reader_of(world, "coordinator")
        queries_lists.cases(coordinator, Filter())
        queries_lists.cases(coordinator, Filter(state=CaseState.FILED))
        queries_lists.cases(coordinator, Filter(turn=Turn.COURT))
        queries_lists.cases(coordinator, Filter(text="padaria", folded="padaria"))
    finally:
        event.remove(db.engine, "before_cursor_execute", explain)
    cursor = db.session.connection().connection.cursor()
    assert len(plans) > 15
    for statement, parameters in plans:
        cursor.execute("EXPLAIN QUERY PLAN " + statement, parameters)
        told = [row[-1] for row in cursor.fetchall()]
        assert not [line for line in told if line.startswith(("SCAN cases", "SCAN person", "SCAN case_role"))], (
            statement
        )


def test_the_clock_of_a_party_alone_brings_nothing_unless_its_end_proposes_an_act(world):
    """An overdue date of a party without a proposal is nobody's work."""
    with transaction() as session:
        case = session.scalars(select(Case.id).where(Case.number == world.number("completion"))).one()
        session.execute(update(DeadlineRow).where(DeadlineRow.case_id == case).values(proposes=""))
    rows = queries_lists.worklist(reader_of(world, "coordinator"), Filter(), SOON).rows
    assert "completion" not in names(world, rows)
