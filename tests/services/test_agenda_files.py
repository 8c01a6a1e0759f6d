"""The agenda as files: opened again by who reads them; what a person typed is text in all of them."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import icalendar
import openpyxl
import pytest

from cprac.services import agenda_files
from cprac.services.agenda_files import Group, Line, Printed

ZONE = ZoneInfo("America/Sao_Paulo")
NOW = datetime(2026, 3, 25, 13, 0, tzinfo=UTC)
LEAP = date(2028, 2, 29)
MEETING = Line(
    7, LEAP, datetime(2028, 2, 29, 22, 30, tzinfo=ZONE), "Dia da reunião", "Reunião", "0001/2026",
    "Ana Prado × Obras", "Paulo Antunes", "Vence hoje", "https://camara.example/meus-casos/2026-0001",
)  # fmt: skip
DUE = Line(9, LEAP, None, "Responder ao convite", "Prazo das partes", "0002/2026", "Ivo × Saúde", "Ivo", "Vence hoje")
EVIL = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://x";"y")', '#import "x"', "$a$ #{1}",
        "*b* _i_ `c` <x> @y \\ //", "\x00\x07feio", "a" * 40_000,
        "José 😀 李雷 علي \u0302", "".join(map(chr, range(0x20, 0x180))), "–—‘’“”…€×º")  # fmt: skip


def sheet_of(lines):
    return openpyxl.load_workbook(io.BytesIO(agenda_files.workbook("Agenda", lines))).active


def test_the_sheet_has_real_dates_and_hours_under_a_frozen_header():
    sheet = sheet_of([MEETING, DUE])
    assert [cell.value for cell in sheet[1]] == list(agenda_files.COLUMNS)
    assert sheet.freeze_panes == "A2"
    assert (sheet["A2"].value.date(), sheet["A2"].number_format) == (LEAP, "dd/mm/yyyy")
    assert (sheet["B2"].value, sheet["B3"].value) == (time(22, 30), None)
    assert [cell.value for cell in sheet[3]][2:] == [DUE.name, DUE.kind, DUE.number, DUE.title, DUE.who, DUE.situation]


@pytest.mark.parametrize("text", EVIL, ids=range(len(EVIL)))
def test_no_cell_is_ever_a_formula(text):
    line = Line(1, LEAP, None, text, text, text, text, text, text)
    for cell in sheet_of([line])[2][2:]:
        assert cell.data_type in ("s", "n")  # "n": nothing left of it
        assert cell.value is None or not str(cell.value).startswith(("=", "+", "-", "@")) or cell.quotePrefix


def printed(*lines):
    return Printed(
        "Câmara de Contagem", "Agenda", "De seg a dom.", "Impressa por Ana.", "Nada.", date(2026, 3, 25),
        (Group("terça-feira", "Não há expediente: Carnaval", lines),) if lines else (),
    )  # fmt: skip


def test_the_page_is_tagged_archivable_and_in_portuguese():
    made = agenda_files.pdf(printed(MEETING, DUE))
    assert made.startswith(b"%PDF-")
    for mark in (b"/StructTreeRoot", b"/Lang", b"pt-BR", b"pdfaid:part", b"pdfuaid:part", b"/MarkInfo"):
        assert mark in made, mark
    assert agenda_files.pdf(printed(MEETING, DUE)) == made  # the same lines, the same file


@pytest.mark.parametrize("text", EVIL, ids=range(len(EVIL)))
def test_nothing_typed_is_read_as_markup(text):
    kept = text[:300]
    line = Line(1, LEAP, None, kept, kept, kept, kept, kept, kept)
    assert agenda_files.pdf(printed(line)).startswith(b"%PDF-")


def test_an_empty_page_and_a_long_one():
    assert agenda_files.pdf(printed()).startswith(b"%PDF-")
    assert agenda_files.pdf(printed(*([DUE] * 300))).startswith(b"%PDF-")


# --- calendar programs ------------------------------------------------------------------------------------------------


def feed_of(*lines, length=90):
    made = agenda_files.icalendar_feed(
        "Agenda da Câmara", "camara.example", lines, meeting=timedelta(minutes=length), now=NOW
    )
    return made, icalendar.Calendar.from_ical(made)


def test_a_meeting_has_hour_and_length_and_a_deadline_is_a_whole_day():
    _made, calendar = feed_of(MEETING, DUE)
    meeting, due = calendar.walk("VEVENT")
    assert meeting.decoded("dtstart") == datetime(2028, 3, 1, 1, 30, tzinfo=UTC)
    assert meeting.decoded("dtend") - meeting.decoded("dtstart") == timedelta(minutes=90)
    assert (due.decoded("dtstart"), due.decoded("dtend")) == (LEAP, date(2028, 3, 1))
    assert str(due["summary"]) == "0002/2026: Responder ao convite"
    assert str(due["transp"]) == "TRANSPARENT"


def test_identifiers_are_those_of_the_rows_and_stay():
    first, later = feed_of(MEETING, DUE)[1], feed_of(DUE, MEETING, length=60)[1]
    uids = [{str(event["uid"]) for event in calendar.walk("VEVENT")} for calendar in (first, later)]
    assert uids[0] == uids[1] == {"prazo-7@camara.example", "prazo-9@camara.example"}


def test_the_feed_says_what_it_is_and_names_nobody():
    made, calendar = feed_of(MEETING, DUE)
    assert "METHOD" not in calendar
    assert str(calendar["x-wr-calname"]) == "Agenda da Câmara"
    assert str(calendar["x-published-ttl"]) == "PT1H"
    for hidden in ("Ana", "Obras", "Ivo", "Saúde", "Antunes", "LOCATION", "DESCRIPTION", "ATTENDEE", "ORGANIZER"):
        assert hidden not in made.decode(), hidden


def test_a_line_break_in_a_name_ends_no_line_of_the_feed():
    evil = Line(1, LEAP, None, "a\r\nEND:VEVENT\r\nX:1; b, c", "", "0001/2026", "", "", "")
    _made, calendar = feed_of(evil)
    assert len(calendar.walk("VEVENT")) == 1
