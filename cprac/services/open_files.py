"""A table as bytes: CSV, JSON and Parquet, row by row, the same bytes for the same table.

Rows may be any iterable: what is kept in memory is one block of them, whatever their number.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any, BinaryIO, TypeAlias

import pyarrow as pa
from pyarrow import parquet

from cprac.domain.open_tables import Cell, OpenColumn, OpenTable, neutral
from cprac.domain.words import N_

BLOCK = 10_000
"""Rows held at a time; in Parquet, the rows of a row group."""

Row: TypeAlias = Sequence[Cell]
Rows: TypeAlias = Iterable[Row]


@dataclass(frozen=True, slots=True)
class Format:
    """A way to write a table. ``id`` is the extension of its files; ``purpose``: in which program it opens."""

    id: str
    media_type: str
    name: str
    purpose: str


CSV = Format("csv", "text/csv", "CSV", N_("planilha: abre no LibreOffice, no Excel e em qualquer editor de texto"))
JSON = Format("json", "application/json", "JSON", N_("programas: a tabela com a descrição de cada coluna"))
PARQUET = Format(
    "parquet",
    "application/vnd.apache.parquet",
    "Parquet",
    N_("análise em Python, R ou DuckDB, com os tipos certos"),
)
FORMATS = (CSV, JSON, PARQUET)

ARROW_TYPES: Mapping[str, pa.DataType] = {"string": pa.string(), "integer": pa.int64(), "date": pa.date32()}


def write(form: Format, table: OpenTable, about: Mapping[str, str], to: BinaryIO, rows: Rows | None = None) -> int:
    """Write *table* to *to*; return the number of rows. *about*: words on release, licence and publisher.

    *rows*: other rows of the same columns than the table's own, such as a stream too long to hold.
    """
    return WRITERS[form.id](table, about, to, table.rows if rows is None else rows)


def to_bytes(form: Format, table: OpenTable, about: Mapping[str, str], rows: Rows | None = None) -> bytes:
    """The same as bytes, for tables that are known to be small."""
    kept = io.BytesIO()
    write(form, table, about, kept, rows)
    return kept.getvalue()


def csv_text(columns: Sequence[OpenColumn], rows: Rows) -> Iterator[str]:
    """RFC 4180 text in pieces: header, commas, CRLF, a dot in no number (all are whole). Nothing is an empty cell.

    No cell begins as a formula: ``open_tables.neutral`` puts an apostrophe before those that would.
    """
    kept = io.StringIO(newline="")
    writer = csv.writer(kept, lineterminator="\r\n")
    writer.writerow([neutral(column.name) for column in columns])
    for block in _blocks(rows):
        writer.writerows(["" if cell is None else neutral(cell) for cell in row] for row in block)
        yield kept.getvalue()
        kept.seek(0)
        kept.truncate()
    yield kept.getvalue()


def column_words(column: OpenColumn) -> dict[str, str]:
    """A column as files describe it to programs."""
    words = {"name": column.name, "type": column.type, "title": column.title, "description": column.description}
    return {**words, "unit": column.unit} if column.unit else words


def _csv(table: OpenTable, _about: Mapping[str, str], to: BinaryIO, rows: Rows) -> int:
    counted = _Counted(rows)
    to.writelines(piece.encode() for piece in csv_text(table.columns, counted))
    return counted.number


def _json(table: OpenTable, about: Mapping[str, str], to: BinaryIO, rows: Rows) -> int:
    """One object: what the table is, its columns, and ``rows``, each an object on a line of its own."""
    names = [column.name for column in table.columns]
    head = {
        **about,
        "table": table.id,
        "title": table.title,
        "description": table.description,
        "key": list(table.key),
        "columns": [column_words(column) for column in table.columns],
    }
    to.write(_dumped(head)[:-1].encode() + b', "rows": [')
    number = 0
    for block in _blocks(rows):
        lines = [_dumped(dict(zip(names, row, strict=True))) for row in block]
        to.write(((",\n" if number else "\n") + ",\n".join(lines)).encode())
        number += len(block)
    to.write(b"\n]}\n")
    return number


def _parquet(table: OpenTable, about: Mapping[str, str], to: BinaryIO, rows: Rows) -> int:
    schema = arrow_schema(table, about)
    number = 0
    with parquet.ParquetWriter(to, schema, compression="zstd", version="2.6") as writer:
        for block in _blocks(rows):
            writer.write_batch(_batch(table.columns, schema, block), row_group_size=BLOCK)
            number += len(block)
    return number


def arrow_schema(table: OpenTable, about: Mapping[str, str]) -> pa.Schema:
    """The typed columns of *table*, each with its words, and *about* for the whole file."""
    fields = [
        pa.field(column.name, ARROW_TYPES[column.type], metadata=_without_type(column)) for column in table.columns
    ]
    words = {**about, "table": table.id, "title": table.title, "description": table.description}
    return pa.schema(fields, metadata=words)


def _without_type(column: OpenColumn) -> dict[str, str]:
    return {name: text for name, text in column_words(column).items() if name not in {"name", "type"}}


def _batch(columns: Sequence[OpenColumn], schema: pa.Schema, block: list[Row]) -> pa.RecordBatch:
    arrays = []
    for place, column in enumerate(columns):
        cells: list[Any] = [row[place] for row in block]
        if column.type == "date":
            cells = [None if cell is None else date.fromisoformat(cell) for cell in cells]
        arrays.append(pa.array(cells, ARROW_TYPES[column.type]))
    return pa.record_batch(arrays, schema=schema)


def _blocks(rows: Rows) -> Iterator[list[Row]]:
    left = iter(rows)
    while block := list(islice(left, BLOCK)):
        yield block


def _dumped(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


class _Counted:
    """Rows, and how many of them went by."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        self.number = 0

    def __iter__(self) -> Iterator[Row]:
        for row in self.rows:
            self.number += 1
            yield row


WRITERS: Mapping[str, Callable[[OpenTable, Mapping[str, str], BinaryIO, Rows], int]] = {
    CSV.id: _csv,
    JSON.id: _json,
    PARQUET.id: _parquet,
}
