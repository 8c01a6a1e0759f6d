"""Workbooks of old registers: the same cases as the CSV of the same sheet, and what cannot be read says what to do."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime

import openpyxl
import pytest

from cprac.domain.legacy_lines import LegacyFileError
from cprac.domain.legacy_mapping import SheetKind
from cprac.services.legacy_reading import dry_run, open_sheet, read_cases

AS_OF = date(2026, 3, 1)
HEAD = ("Processo", "Data de abertura", "Data de encerramento", "Assunto", "Valor")
ROWS = (
    ("2019/0001", date(2025, 1, 10), date(2025, 3, 2), "Multa de trânsito", 1200.5),
    ("2019/0002", date(2025, 2, 1), None, "IPTU,\ncobrado duas vezes", 300),
    ("2019/0003", datetime(2025, 2, 3, 14, 30), date(2025, 2, 20), "Queda de árvore", None),  # noqa: DTZ001  (cells have no zone)
)
ODS_HEAD = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.3">'
    '<office:body><office:spreadsheet><table:table table:name="Casos">'
)
ODS_FOOT = "</table:table></office:spreadsheet></office:body></office:document-content>"


def xlsx(path, *sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, rows in enumerate(sheets, 1):
        sheet = book.create_sheet(f"Aba {number}")
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def ods(path, rows):
    """The least that an OpenDocument sheet has."""

    def cell(value):
        if isinstance(value, date):
            return f'<table:table-cell office:value-type="date" office:date-value="{value.isoformat()}"/>'
        if isinstance(value, int | float):
            return f'<table:table-cell office:value-type="float" office:value="{value}"/>'
        words = "" if value is None else f"<text:p>{' '.join(value.split())}</text:p>"
        return f'<table:table-cell office:value-type="string">{words}</table:table-cell>'

    body = "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in rows)
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        file.writestr("META-INF/manifest.xml", "<manifest/>")
        file.writestr("content.xml", f"{ODS_HEAD}{body}{ODS_FOOT}")
    return path


def plain(path):
    lines = io.StringIO()
    for row in (HEAD, *ROWS):
        cells = ["" if cell is None else " ".join(str(cell).split()) for cell in row]
        lines.write(";".join(cells) + "\n")
    path.write_text(lines.getvalue(), encoding="utf-8")
    return path


def cases_of(path):
    sheet = open_sheet(path, SheetKind.CASES)
    rows = read_cases(sheet, AS_OF, accept_repairs=False)
    return [(case.key, case.opened_on, case.closed_on, case.matter) for case in rows]


@pytest.mark.parametrize("make", [lambda path: xlsx(path, (HEAD, *ROWS)), lambda path: ods(path, (HEAD, *ROWS))])
def test_a_workbook_brings_the_cases_of_its_sheet_as_csv(tmp_path, make):
    found = cases_of(make(tmp_path / "antigos"))
    assert len(found) == len(ROWS)
    assert found == cases_of(plain(tmp_path / "antigos.csv"))


def test_empty_sheets_beside_the_filled_one_do_not_count(tmp_path):
    report = dry_run(open_sheet(xlsx(tmp_path / "a.xlsx", (), (HEAD, *ROWS), ()), SheetKind.CASES), None, AS_OF)
    assert report.cases.read == len(ROWS)


@pytest.mark.parametrize(
    "make, words",
    [
        (lambda path: xlsx(path, (HEAD, *ROWS), (HEAD, *ROWS)), "2 abas preenchidas (Aba 1, Aba 2)"),
        (lambda path: xlsx(path, ()), "nenhuma linha preenchida"),
        (lambda path: path.write_bytes(b"PK\x03\x04 and no more") and path, "não abre como uma"),
        (lambda path: path.write_bytes(b"\xd0\xcf\x11\xe0 and no more") and path, "não abre como uma"),
    ],
    ids=["two sheets", "no row", "a broken zip", "a broken old one"],
)
def test_what_cannot_be_read_says_what_to_do(tmp_path, make, words):
    with pytest.raises(LegacyFileError) as refused:
        open_sheet(make(tmp_path / "antigos"), SheetKind.CASES)
    assert words in str(refused.value)
