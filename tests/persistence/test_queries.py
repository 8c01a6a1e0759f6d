"""Who may see what: the SQL clauses give the same answer as the pure function, for random people and cases."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from sqlalchemy import select

from cprac.domain.acts import Act, Compartment, InformationClass
from cprac.domain.permissions import Item, Level, Viewer, level, sees_case
from cprac.domain.roles import Office, Role, roles_in_case
from cprac.domain.states import CaseState, Turn
from cprac.domain.system_events import SystemEvent, happening
from tests.worlds import NOW, TODAY

HAPPENINGS = (*Act, *SystemEvent)
CASES, ACCOUNTS = 10, 9


@pytest.fixture
def tables(app):
    from cprac.persistence import models
    from cprac.persistence.database import db, transaction

    with app.app_context():
        yield models, db, transaction
        db.session.remove()


def compartment_of(act, rng):
    if act in SystemEvent:
        return Compartment.DOCKET.value
    if act.compartment is Compartment.CAUCUS:
        return f"caucus:{rng.randint(1, 3)}"
    if act.compartment is Compartment.NOTES:
        return f"notes:{rng.randint(1, ACCOUNTS)}"
    return act.compartment.value


def party_of(compartment):
    return int(compartment.split(":")[1]) if compartment.startswith("caucus:") else None


def random_world(models, transaction, seed):
    """Random offices, states and roles; in each case an event of every act and a document of every class."""
    rng = random.Random(seed)
    with transaction() as session:
        offices = {}
        for number in range(1, ACCOUNTS + 1):
            account = models.Account(email=f"{number}@x", name=f"P{number}", created_at=NOW)
            session.add(account)
            session.flush()
            held = frozenset(rng.sample(list(Office), rng.choice((0, 0, 1, 1, 2, 3))))
            session.add_all(models.OfficeHolding(account_id=account.id, office=each, from_on=TODAY) for each in held)
            offices[account.id] = held
        batches = []
        for status in ("visible", "loading", "reverted"):
            batch = models.ImportBatch(
                name=status, sha256=status, mapping="", status=status, as_of=TODAY, started_at=NOW
            )
            session.add(batch)
            session.flush()
            batches.append(batch)
        for number in range(1, CASES + 1):
            application = models.Application(
                number=f"{number:04d}/2026", access_key_hash="", channel="portal", filed_at=NOW
            )
            session.add(application)
            session.flush()
            case = models.Case(
                number=application.number,
                application_id=application.id,
                state=rng.choice(list(CaseState)),
                facts={},
                waiting_on=rng.choice(list(Turn)),
                responsible_role=rng.choice([None, *Role, Role.ATTORNEY_GENERAL, Role.APPROVER, Role.OPINION_AUTHOR]),
                batch_id=rng.choice([None, None, None, *(batch.id for batch in batches)]),
                updated_at=NOW,
            )
            session.add(case)
            session.flush()
            roles = [role for role in Role if role is not Role.SYSTEM]
            for account in offices:
                for _each in range(rng.choice((0, 0, 1, 1, 2))):
                    starts = NOW + timedelta(days=rng.choice((-9, -9, -9, 0, 3)))
                    ends = rng.choice(
                        (None, None, None, starts, starts + timedelta(days=5), starts + timedelta(days=50))
                    )
                    session.add(
                        models.CaseRole(
                            case_id=case.id,
                            account_id=account,
                            role=rng.choice(roles),
                            party_ordinal=rng.choice((None, 1, 2, 3)),
                            from_at=starts,
                            until_at=ends,
                        )
                    )
            versions = {}
            for act in HAPPENINGS:
                compartment = compartment_of(act, rng)
                versions[compartment] = versions.get(compartment, 0) + 1
                session.add(
                    models.EventRow(
                        case_id=case.id,
                        compartment=compartment,
                        version=versions[compartment],
                        act=act.value,
                        actor_id=rng.choice([None, *offices]),
                        role="registry",
                        at=NOW,
                        on=TODAY,
                        payload={},
                        previous="",
                        hash="",
                    )
                )
            for information_class in InformationClass:
                session.add(
                    models.Document(
                        token=f"{number}-{information_class.value}",
                        case_id=case.id,
                        compartment="docket",
                        version=1,
                        kind="attachment",
                        information_class=information_class,
                        party_ordinal=rng.choice((None, 1, 2, 3)),
                        author_id=rng.choice([None, *offices]),
                        title="t",
                        text="t",
                        sha256="",
                        size=1,
                        created_at=NOW,
                    )
                )
    return offices


def pure_viewer(session, models, account, offices, case_id):
    rows = [
        row
        for row in session.scalars(select(models.CaseRole).where(models.CaseRole.case_id == case_id))
        if row.account_id == account and row.from_at <= NOW and (row.until_at is None or row.until_at > NOW)
    ]
    roles = roles_in_case(offices, frozenset(row.role for row in rows))
    return Viewer(account, roles, frozenset(row.party_ordinal for row in rows if row.party_ordinal is not None))


def item_of_event(row):
    return Item(happening(row.act).information_class, party_of(row.compartment), row.actor_id)


def item_of_document(row):
    return Item(row.information_class, row.party_ordinal, row.author_id)


def answers(rows):
    return {row[0]: (bool(row.seen), bool(row.full)) for row in rows}


def expected(found):
    return (found is not Level.NONE, found is Level.FULL)


@pytest.mark.parametrize("seed", range(3))
def test_the_clauses_agree_with_the_pure_function_for_every_viewer_and_item(tables, seed):
    from cprac.persistence import queries

    models, db, transaction = tables
    offices = random_world(models, transaction, seed)
    shown = {row.id for row in db.session.scalars(select(models.ImportBatch).filter_by(status="visible"))}
    cases = list(db.session.scalars(select(models.Case)))
    events = list(db.session.scalars(select(models.EventRow)))
    documents = list(db.session.scalars(select(models.Document)))
    by_id = {case.id: case for case in cases}
    compared = 0
    for account, held in offices.items():
        reader = queries.Reader(account, held, NOW, TODAY)
        viewers = {case.id: pure_viewer(db.session, models, account, held, case.id) for case in cases}
        visible = set(db.session.scalars(select(models.Case.id).where(queries.visible(reader.scope)), reader.binds))
        assert visible == {
            case.id
            for case in cases
            if sees_case(viewers[case.id].roles) and (case.batch_id is None or case.batch_id in shown)
        }
        for table, columns, items in (
            (models.EventRow, queries.EVENTS, [(row, item_of_event(row)) for row in events]),
            (models.Document, queries.DOCUMENTS, [(row, item_of_document(row)) for row in documents]),
        ):
            found = answers(
                db.session.execute(
                    select(
                        table.id,
                        queries.seen(reader.scope, columns).label("seen"),
                        queries.full(reader.scope, columns).label("full"),
                    ).join(models.Case, models.Case.id == table.case_id),
                    reader.binds,
                )
            )
            for row, item in items:
                case, viewer = by_id[row.case_id], viewers[row.case_id]
                pure = level(item, viewer, deciding=case.responsible_role, closed=case.state.terminal)
                assert found[row.id] == expected(pure), (held, viewer, item, case.state, case.responsible_role)
                compared += 1
    assert compared > 5000


def test_nobody_sees_nothing(tables):
    from cprac.persistence import queries

    models, db, transaction = tables
    random_world(models, transaction, 99)
    nobody = queries.Reader(None, frozenset(), NOW, TODAY)
    assert not list(db.session.scalars(select(models.Case.id).where(queries.visible(nobody.scope)), nobody.binds))
    for table, columns in ((models.EventRow, queries.EVENTS), (models.Document, queries.DOCUMENTS)):
        query = select(table.id).join(models.Case).where(queries.seen(nobody.scope, columns))
        assert not list(db.session.scalars(query, nobody.binds))


@pytest.mark.parametrize("office", Office)
def test_an_office_sees_every_case_or_none_by_itself(tables, office):
    from cprac.persistence import queries
    from cprac.persistence.queries import Reader

    models, db, transaction = tables
    random_world(models, transaction, 5)
    with transaction() as session:
        stranger = models.Account(email="new@x", name="New", created_at=NOW)
        session.add(stranger)
        session.flush()
        reader = Reader(stranger.id, frozenset({office}), NOW, TODAY)
    count = len(set(db.session.scalars(select(models.Case.id).where(queries.visible(reader.scope)), reader.binds)))
    everything = {Office.REGISTRY, Office.COORDINATOR, Office.ATTORNEY_GENERAL, Office.AUDITOR}
    assert (count > 0) is (office in everything)
    assert queries.sees_all(reader) is (office in everything)
