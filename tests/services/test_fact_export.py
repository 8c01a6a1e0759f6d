"""The office's file of case facts: every visible case once, typed as the table is, nobody's name, written whole."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from pyarrow import parquet
from sqlalchemy import select

from cprac import scheduler
from cprac.domain.acts import Act
from cprac.persistence.database import db, transaction
from cprac.persistence.models import CaseFact, ImportBatch, Party
from cprac.services import fact_export
from tests.worlds import NOW, TODAY, build_world

COLUMNS = [column.name for column in CaseFact.__table__.columns]


@pytest.fixture
def world(app):
    made = build_world(app, "talks", "filed", "inadmissible")
    made.do("filed", "registry", Act.SCREEN)
    return made


def read(body):
    return parquet.read_table(io.BytesIO(body))


def exported(world, now=NOW):
    with world.app.app_context():
        kept = io.BytesIO()
        assert fact_export.export(kept, world.chamber, now) == read(kept.getvalue()).num_rows
        return kept.getvalue()


def rows_of_table(app):
    with app.app_context():
        found = db.session.execute(select(*CaseFact.__table__.columns).order_by(CaseFact.case_id)).mappings().all()
        db.session.rollback()
        return [dict(row) for row in found]


def test_the_file_is_the_table_and_the_agency_s_code(world):
    table = read(exported(world))
    assert table.column_names == [*COLUMNS, "agency"]
    found = table.to_pylist()
    codes = {row.pop("agency") for row in found}
    assert found == rows_of_table(world.app)
    assert len(found) == 3
    assert codes - {None}
    assert str(table.schema.field("filed_on").type) == "date32[day]"
    assert str(table.schema.field("value_claimed").type) == "int64"


def test_a_block_s_edge_loses_and_doubles_nothing(world, monkeypatch):
    whole = read(exported(world)).to_pylist()
    monkeypatch.setattr(fact_export, "BLOCK", 2)
    body = exported(world)
    assert read(body).to_pylist() == whole
    assert parquet.ParquetFile(io.BytesIO(body)).metadata.num_row_groups == 2


def test_cases_of_an_import_are_there_only_while_it_is_visible(world):
    with world.app.app_context(), transaction() as session:
        batch = ImportBatch(
            name="antigo.csv", sha256="0" * 64, mapping="", status="visible", as_of=TODAY, started_at=NOW
        )
        session.add(batch)
        session.flush()
        first = session.scalars(select(CaseFact).order_by(CaseFact.case_id)).first()
        first.batch_id = batch.id
        number = batch.id
    assert read(exported(world)).num_rows == 3
    with world.app.app_context(), transaction() as session:
        session.get(ImportBatch, number).status = "reverted"
    assert read(exported(world)).num_rows == 2


@pytest.mark.databases("sqlite")
def test_nobody_s_name_and_no_number_is_in_it(world):
    body = exported(world)
    texts = {cell for row in read(body).to_pylist() for cell in row.values() if isinstance(cell, str) and cell}
    with world.app.app_context():
        names = set(db.session.scalars(select(Party.name)))
        db.session.rollback()
    assert names
    assert not texts & names
    assert not any(world.number(case) in text for case in ("talks", "filed") for text in texts)
    assert not {"number", "title", "owner_id", "account_id"} & set(read(body).column_names)


@pytest.mark.databases("sqlite")
def test_the_clock_writes_it_once_a_local_day_whole_and_keeps_one(world):
    place = fact_export.place_of(world.chamber)
    with world.app.app_context():
        first = fact_export.nightly(world.chamber, NOW)
        assert (first.done, first.cases) == (True, 3)
        assert not fact_export.nightly(world.chamber, NOW + timedelta(minutes=1)).done
        before = place.read_bytes()
        assert fact_export.nightly(world.chamber, NOW + timedelta(days=1)).done
    assert place.read_bytes() != before  # the day of writing stands in it
    assert [path.name for path in place.parent.iterdir()] == ["case-facts.parquet"]
    place.unlink()
    with world.app.app_context():
        assert fact_export.nightly(world.chamber, NOW + timedelta(days=1, minutes=1)).done
    assert read(place.read_bytes()).num_rows == 3


@pytest.mark.databases("sqlite")
def test_a_failure_leaves_yesterday_s_file_and_tries_again(world, monkeypatch):
    place = fact_export.place_of(world.chamber)

    def fails(file, _chamber, _now):
        file.write(b"half")
        raise OSError("disk full")

    with world.app.app_context():
        fact_export.nightly(world.chamber, NOW)
        before = place.read_bytes()
        monkeypatch.setattr(fact_export, "export", fails)
        with pytest.raises(OSError, match="disk full"):
            fact_export.nightly(world.chamber, NOW + timedelta(days=1))
        monkeypatch.undo()
        assert place.read_bytes() == before
        assert [path.name for path in place.parent.iterdir()] == ["case-facts.parquet"]
        assert fact_export.nightly(world.chamber, NOW + timedelta(days=1)).done


def test_the_clock_has_it_among_its_tasks():
    assert scheduler.TASKS["facts_file"] is fact_export.nightly
