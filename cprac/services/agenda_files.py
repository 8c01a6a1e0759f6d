"""An agenda as files: a spreadsheet, a page to print (PDF/A-2a, PDF/UA-1), and what calendar programs read (RFC 5545).

Pure: everything comes in as lines, and the same lines give the same file. Texts are data in all three, never markup or
formula: the PDF's template takes them as JSON, the spreadsheet's cells are typed as text.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path

import typst
from icalendar import Calendar, Event, vDuration
from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from cprac.domain.words import N_

TEMPLATE = Path(__file__).resolve().parent.parent.parent / "templates" / "print" / "agenda.typ"
PDF_STANDARDS = ("a-2a", "ua-1")
ASKED_AGAIN = timedelta(hours=1)
"""How often a calendar program is asked to look again."""

COLUMNS = (
    N_("Dia"),
    N_("Hora"),
    N_("Prazo ou reunião"),
    N_("Tipo"),
    N_("Caso"),
    N_("Partes e assunto"),
    N_("Quem age"),
    N_("Situação"),
)
_WIDTHS = (12, 8, 44, 18, 14, 54, 30, 26)
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
_CELL_LIMIT = 32_000
_LATIN = re.compile("[\u00a1-\u017f\u2010-\u2015\u2018-\u201e\u2026\u20ac]")
"""What every font of the typesetter has, beside ASCII: the alphabets of western Europe and their punctuation."""


@dataclass(frozen=True, slots=True)
class Line:
    """A date of the agenda. ``id``: of the deadline's row. ``starts_at``: the meeting's instant, in local time."""

    id: int
    day: date
    starts_at: datetime | None
    name: str
    kind: str
    number: str
    title: str
    who: str
    situation: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Lines under one heading of the printed page. ``note``: why the office is closed that day, or empty."""

    title: str
    note: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Printed:
    """What the printed agenda says around its lines."""

    chamber: str
    title: str
    lead: str
    footer: str
    empty: str
    made_on: date
    groups: tuple[Group, ...]


# --- Spreadsheet ------------------------------------------------------------------------------------------------------


def workbook(title: str, lines: Iterable[Line]) -> bytes:
    """The lines as XLSX: real dates and hours, the header frozen and filterable. No cell is ever a formula."""
    book = Workbook()
    sheet = book.active
    if not isinstance(sheet, Worksheet):
        raise TypeError(type(sheet).__name__)
    sheet.title = N_("Agenda")
    book.properties.title = title
    book.properties.language = "pt-BR"
    sheet.append([N_(name) for name in COLUMNS])
    for line in lines:
        starts = line.starts_at.time().replace(tzinfo=None, second=0, microsecond=0) if line.starts_at else None
        row = sheet.max_row + 1
        sheet.cell(row, 1, line.day).number_format = "dd/mm/yyyy"
        sheet.cell(row, 2, starts).number_format = "hh:mm"
        texts = (line.name, line.kind, line.number, line.title, line.who, line.situation)
        for column, text in enumerate(texts, 3):
            _write(sheet.cell(row, column), text)
    for column, width in enumerate(_WIDTHS):
        letter = "ABCDEFGH"[column]
        sheet.column_dimensions[letter].width = width
        sheet[f"{letter}1"].font = Font(bold=True, color="FFFFFF")
        sheet[f"{letter}1"].fill = PatternFill("solid", fgColor="1F3A5F")
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:H{sheet.max_row}"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    out = io.BytesIO()
    book.save(out)
    return _without_file_times(out)


def _without_file_times(made: io.BytesIO) -> bytes:
    """The same file with one time for all its parts: sheets otherwise carry the time of a passing temporary file."""
    out = io.BytesIO()
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        parts = old.infolist()
        for part in parts:
            kept = zipfile.ZipInfo(part.filename, parts[0].date_time)
            kept.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(kept, old.read(part))
    return out.getvalue()


def _write(cell: Cell, text: str) -> None:
    """Write *text* as text: what looks like a formula gets the apostrophe that spreadsheets hide (also as CSV)."""
    kept = "".join(character for character in text if character.isprintable() or character == "\n")[:_CELL_LIMIT]
    cell.value = kept
    cell.data_type = "s"
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    if text.startswith(_FORMULA_STARTS):
        cell.style = "Normal"
        cell.quotePrefix = True
        cell.alignment = Alignment(wrap_text=True, vertical="top", horizontal="left")


# --- Paper ------------------------------------------------------------------------------------------------------------


def pdf(printed: Printed) -> bytes:
    """The agenda as PDF, tagged and archivable; the fonts are those inside the typesetter."""
    data = {
        "chamber": printed.chamber,
        "title": printed.title,
        "lead": printed.lead,
        "footer": printed.footer,
        "empty": printed.empty,
        "made_on": [printed.made_on.year, printed.made_on.month, printed.made_on.day],
        "columns": [N_(name) for name in (COLUMNS[1], COLUMNS[4], COLUMNS[5], COLUMNS[3], COLUMNS[2], COLUMNS[7])],
        "groups": [
            {"title": group.title, "note": group.note, "rows": [_cells(line) for line in group.lines]}
            for group in printed.groups
        ],
    }
    written = json.dumps(data, ensure_ascii=False)
    try:
        return _typeset(written, printed.made_on)
    except typst.TypstError:
        # An archivable page shows every character or is refused; names may hold some that no font of ours has.
        plain = "".join(letter if letter.isascii() or _LATIN.match(letter) else "?" for letter in written)
        return _typeset(plain, printed.made_on)


def _typeset(written: str, made_on: date) -> bytes:
    """Equal agendas of one day are equal files: the page carries its day, not the second it was made in."""
    made: bytes = typst.compile(
        _template(),
        format="pdf",
        sys_inputs={"agenda": written},
        pdf_standards=list(PDF_STANDARDS),
        ignore_system_fonts=True,
        timestamp=int(datetime.combine(made_on, time(), UTC).timestamp()),
    )
    return made


def _cells(line: Line) -> Sequence[str]:
    hour = f"{line.starts_at:%Hh%M}" if line.starts_at else "–"
    acts = f"{line.name} ({line.who})" if line.who else line.name
    return [_visible(text) for text in (hour, line.number, line.title, line.kind, acts, line.situation)]


def _visible(text: str) -> str:
    return "".join(letter for letter in text if letter.isprintable())


@cache
def _template() -> bytes:
    return TEMPLATE.read_bytes()


# --- Calendar programs ------------------------------------------------------------------------------------------------


def icalendar_feed(name: str, host: str, lines: Iterable[Line], *, meeting: timedelta, now: datetime) -> bytes:
    """The lines as a calendar: meetings with hour and length, deadlines as whole days; number and name, nothing more.

    *host* makes the identifiers unique in the world; each is the same as long as its row is. What ended is no longer
    there, and programs take it away. *meeting*: how long one takes. *now*: UTC.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//CPRAC-C//Agenda//PT")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", "America/Sao_Paulo")
    calendar.add("x-published-ttl", "PT1H")
    calendar.add("refresh-interval", vDuration(ASKED_AGAIN), parameters={"VALUE": "DURATION"})
    for line in lines:
        event = Event()
        event.add("uid", f"prazo-{line.id}@{host}")
        event.add("dtstamp", now)
        event.add("summary", f"{line.number}: {line.name}")
        if line.starts_at is not None:
            start = line.starts_at.astimezone(now.tzinfo)
            event.add("dtstart", start)
            event.add("dtend", start + meeting)
        else:
            event.add("dtstart", line.day)
            event.add("dtend", line.day + timedelta(days=1))
            event.add("transp", "TRANSPARENT")
        event.add("class", "PRIVATE")
        if line.url:
            event.add("url", line.url)
        calendar.add_component(event)
    made: bytes = calendar.to_ical()
    return made
