"""The case facts as one Parquet file: the contract with outside engines. For the office; a row a case, nobody's name.

Columns are those of the table ``case_fact`` as it stands, with the agency's code in words beside its number. Only cases
whose import is visible. Written a block at a time, so a million cases need no more memory than a hundred thousand.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
from pyarrow import parquet
from sqlalchemy import Boolean, Column, Date, DateTime, Integer, Row, or_, select
from sqlalchemy.orm import Session

from cprac.persistence.database import db
from cprac.persistence.models import Agency, CaseFact, ImportBatch, Sweep
from cprac.services import heartbeats
from cprac.services.chamber import Chamber
from cprac.services.open_data import replacing

BLOCK = 10_000
"""Rows read at a time, and the rows of a row group."""

TASK = "facts_file"
AGENCY = "agency"
FACTS = CaseFact.__table__


@dataclass(frozen=True, slots=True)
class Exported:
    """How many cases were written. ``done`` is False where today's file had been written before."""

    on: str
    cases: int = 0
    done: bool = True


def schema() -> pa.Schema:
    """The columns of the file: those of the table, typed, and ``agency``."""
    fields = [pa.field(column.name, arrow_type(column), nullable=bool(column.nullable)) for column in FACTS.columns]
    return pa.schema([*fields, pa.field(AGENCY, pa.string())])


def arrow_type(column: Column[Any]) -> pa.DataType:
    """The type of a column in the file: whole numbers of 64 bits, days, instants in UTC, yes or no, text."""
    match column.type:
        case Integer():
            return pa.int64()
        case Boolean():
            return pa.bool_()
        case DateTime():
            return pa.timestamp("us", tz="UTC")
        case Date():
            return pa.date32()
        case _:
            return pa.string()


def export(to: BinaryIO, chamber: Chamber, now: datetime) -> int:
    """Write all facts to *to*; return the number of cases. One snapshot of the database, however long it takes."""
    about = {"chamber": chamber.regulation.chamber.id, "written_at": now.isoformat(), "table": "case_fact"}
    columns = schema().with_metadata(about)
    cases = 0
    try:
        with parquet.ParquetWriter(to, columns, compression="zstd", version="2.6") as writer:
            for block in _blocks(db.session()):
                arrays = [pa.array([row[place] for row in block], field.type) for place, field in enumerate(columns)]
                writer.write_batch(pa.record_batch(arrays, schema=columns), row_group_size=BLOCK)
                cases += len(block)
    finally:
        db.session.rollback()
    return cases


def _blocks(session: Session) -> Iterator[Sequence[Row[Any]]]:
    """The rows in the order of their cases, by pages of the key, in one snapshot."""
    session.rollback()
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    shown = select(ImportBatch.id).where(ImportBatch.status == "visible")
    statement = (
        select(*FACTS.columns, Agency.code)
        .outerjoin(Agency, Agency.id == FACTS.c.agency_id)
        .where(or_(FACTS.c.batch_id.is_(None), FACTS.c.batch_id.in_(shown)))
        .order_by(FACTS.c.case_id)
        .limit(BLOCK)
    )
    place = list(FACTS.columns.keys()).index("case_id")
    last = 0
    while block := session.execute(statement.where(FACTS.c.case_id > last)).all():
        yield block
        last = block[-1][place]


def place_of(chamber: Chamber) -> Path:
    """Where the nightly file lies: beside the folder of attached files."""
    return chamber.files.parent / "figures" / "case-facts.parquet"


def nightly(chamber: Chamber, now: datetime) -> Exported:
    """Write today's file unless it was written: the first minute of each local day. Yesterday's stays until then."""
    on = chamber.day(now)
    last = db.session.scalar(select(Sweep.counts).where(Sweep.name == TASK))
    db.session.rollback()
    place = place_of(chamber)
    if last is not None and heartbeats.done_on(last, on) and place.is_file():
        return Exported(on.isoformat(), done=False)
    with replacing(place) as file:
        cases = export(file, chamber, now)
    heartbeats.record(TASK, now, {"on": on.isoformat(), "cases": cases})
    return Exported(on.isoformat(), cases)
