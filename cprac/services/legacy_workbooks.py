"""Old registers kept as workbooks (XLSX, XLS, ODS), handed on as the lines that a CSV of the same sheet would have."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, WorkbookClosed

from cprac.domain.legacy_lines import LegacyFileError
from cprac.domain.words import N_

SIGNATURES = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How a zipped workbook (XLSX, ODS) and an old one (XLS) begin; no text does."""

NOT_A_WORKBOOK = N_(
    "o arquivo parece uma planilha XLSX, XLS ou ODS, mas não abre como uma: salve-o de novo, ou como CSV"
)
EMPTY = N_("a planilha não tem nenhuma linha preenchida")
SEVERAL = N_("a planilha tem {n} abas preenchidas ({names}): deixe no arquivo só a dos casos, ou salve-a como CSV")


def is_workbook(path: Path) -> bool:
    """Whether the file begins like a workbook. Raises OSError."""
    with path.open("rb") as file:
        return file.read(4) in SIGNATURES


def lines_of(path: Path) -> Iterator[bytes]:
    """The only filled sheet as UTF-8 lines of CSV: days in ISO form, numbers as they are, line breaks as spaces.

    Raises LegacyFileError where the file is no workbook, or has no filled sheet or more than one.
    """
    for row in _only_sheet(path):
        line = io.StringIO()
        csv.writer(line).writerow([_text(cell) for cell in row])
        yield line.getvalue().encode()


def _only_sheet(path: Path) -> list[list[Any]]:
    try:
        with CalamineWorkbook.from_path(str(path)) as book:
            sheets = {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
    except (CalamineError, WorkbookClosed):
        raise LegacyFileError(NOT_A_WORKBOOK) from None
    filled = {name: rows for name, rows in sheets.items() if rows}
    if not filled:
        raise LegacyFileError(EMPTY)
    if len(filled) > 1:
        raise LegacyFileError(SEVERAL.format(n=len(filled), names=", ".join(filled)))
    return next(iter(filled.values()))


def _text(cell: Any) -> str:
    match cell:
        case bool():
            return "1" if cell else "0"
        case float() if cell.is_integer():
            return str(int(cell))
        case datetime() if cell.time() == time():
            return cell.date().isoformat()
        case datetime():
            return cell.isoformat(" ", "seconds")
        case date():
            return cell.isoformat()
        case _:
            return " ".join(str(cell).split())
