"""From bytes to numbered lines: encodings, line ends, what cannot be text."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cprac.domain import legacy_lines
from cprac.domain.legacy_lines import Encoding, LegacyFileError, Limits, detect_format, read_lines

LIMITS = Limits()
ACCENTS = "Nº;Conceição Ávila\n1;João é irmão de Inês, não é?\n"


def source(data, size=None):
    """The bytes in chunks of *size*, as often as they are asked for."""
    step = size or max(1, len(data))
    return lambda: (data[start : start + step] for start in range(0, len(data), step))


def lines_of(data, limits=LIMITS, size=None, **options):
    given_source = source(data, size)
    return list(read_lines(given_source, detect_format(given_source, limits, **options), limits))


@pytest.mark.parametrize(
    "data, encoding",
    [
        (ACCENTS.encode("utf-8"), Encoding.UTF_8),
        (codecs.BOM_UTF8 + ACCENTS.encode("utf-8"), Encoding.UTF_8),
        (ACCENTS.encode("utf-16"), Encoding.UTF_16),
        (codecs.BOM_UTF16_BE + ACCENTS.encode("utf-16-be"), Encoding.UTF_16),
        (ACCENTS.encode("cp1252"), Encoding.WINDOWS_1252),
        (ACCENTS.encode("latin-1"), Encoding.WINDOWS_1252),
        (ACCENTS.encode("cp850"), Encoding.DOS_850),
        (ACCENTS.encode("mac_roman"), Encoding.MAC_ROMAN),
        (b"plain;text\n1;2\n", Encoding.UTF_8),
    ],
)
@pytest.mark.parametrize("size", [None, 1, 7])
def test_the_encoding_is_found_and_the_text_comes_back(data, encoding, size):
    assert detect_format(source(data, size), LIMITS).encoding is encoding
    text = "\n".join(line.text for line in lines_of(data, size=size))
    assert text + "\n" in {ACCENTS, "plain;text\n1;2\n"}


def test_a_person_may_overrule_the_encoding_but_not_a_byte_order_mark():
    assert detect_format(source(b"a\n"), LIMITS, Encoding.DOS_850).encoding is Encoding.DOS_850
    assert detect_format(source(codecs.BOM_UTF8 + b"a\n"), LIMITS, Encoding.DOS_850).encoding is Encoding.UTF_8
    with pytest.raises(LegacyFileError, match="UTF-16"):
        detect_format(source(b"abc\n"), LIMITS, Encoding.UTF_16)


@pytest.mark.parametrize(
    "text, expected",
    [
        ("a\nb\nc", ["a", "b", "c"]),
        ("a\r\nb\r\nc\r\n", ["a", "b", "c"]),
        ("a\rb\rc\r", ["a", "b", "c"]),
        ("a\n\nb\n", ["a", "", "b"]),
        ("a\nb\n\x1a", ["a", "b"]),
    ],
)
@pytest.mark.parametrize("size", [None, 1, 2])
def test_every_line_end_is_understood(text, expected, size):
    assert [line.text for line in lines_of(text.encode(), size=size)] == expected


def test_lines_in_another_encoding_than_the_rest_are_named_and_a_reading_offered():
    data = "Nome\nJosé\nAna\nJoão\n".encode() + "Inês\n".encode("cp1252")
    wrong = [line for line in lines_of(data) if line.problem]
    assert [(line.number, line.text, line.repairable) for line in wrong] == [(5, "Inês", True)]
    assert "Windows-1252" in wrong[0].problem

    data = "Nome\nJosé\nAna\nJoão\n".encode("cp1252") + "Inês\n".encode()
    wrong = [line for line in lines_of(data) if line.problem]
    assert [(line.number, line.text, line.repairable) for line in wrong] == [(5, "Inês", True)]
    assert "UTF-8" in wrong[0].problem


def test_bytes_that_are_no_letter_in_any_encoding_are_a_problem_without_a_reading():
    (line,) = [line for line in lines_of("Nome\nConceição é João\n".encode("cp1252") + b"\x81\x8d\n") if line.problem]
    assert (line.number, line.repairable) == (3, False)


def test_half_a_character_of_utf_16_is_a_problem_of_its_line():
    data = codecs.BOM_UTF16_LE + "a\nb\n".encode("utf-16-le") + b"\x3d\xd8" + "c\nd".encode("utf-16-le") + b"e"
    assert [line.number for line in lines_of(data) if line.problem] == [3, 4]


@pytest.mark.parametrize("bad", ["\x00", "\x07", "\x1b", "\x7f", "\x85", "\u202e", "\u2066", "\r"])
def test_control_characters_are_a_problem_of_their_line(bad):
    wrong = [line for line in lines_of(f"nome\nmaria{bad}da\njosé\n".encode()) if line.problem]
    assert [line.number for line in wrong] == [2]
    assert f"U+{ord(bad):04X}" in wrong[0].problem


def test_tabs_are_text():
    assert not any(line.problem for line in lines_of(b"a\tb\nc\td\n"))


@pytest.mark.parametrize(
    "data, reason",
    [
        (b"", "vazio"),
        (codecs.BOM_UTF8, "vazio"),
        (b"\r\n \r\n", "vazio"),
        (b"PK\x03\x04rest", "XLSX"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "XLS"),
        (b"%PDF-1.7\n", "PDF"),
        (b"\x1f\x8b\x08", "compactado"),
        (b"{\\rtf1", "RTF"),
        (b"  <!DOCTYPE html><table>", "HTML"),
        (b"<table><tr><td>1</td></tr></table>", "HTML"),
        ("a;b\n1;2\n".encode("utf-16-le"), "UTF-16 sem a marca"),
        ("a;b\n".encode("utf-32"), "UTF-32"),
        (b"\x00" * 1000, "não é texto"),
    ],
)
def test_what_is_no_text_file_is_refused_by_its_name(data, reason):
    with pytest.raises(LegacyFileError, match=reason):
        detect_format(source(data), LIMITS)


def test_too_many_lines_are_refused_with_the_line():
    with pytest.raises(LegacyFileError, match="linha 4: o arquivo passa do limite de 3 linhas"):
        detect_format(source(b"a\n" * 10), Limits(lines=3))


@pytest.mark.parametrize("size", [None, 3])
def test_a_line_over_the_limit_is_cut_and_named_and_the_next_one_is_whole(size):
    first, second, third = lines_of(b"a\n" + b"b" * 100 + b"\nc\n", Limits(line_bytes=10), size)
    assert (first.text, third.text, third.problem) == ("a", "c", None)
    assert (second.cut, len(second.text)) == (True, 10)
    assert "limite de 10 bytes" in second.problem


def test_a_line_may_end_with_more_than_one_carriage_return():
    lines = list(
        read_lines(lambda: [b"a;b\r\r\n1;2\r\r\n"], detect_format(lambda: [b"a;b\r\r\n1;2\r\r\n"], Limits()), Limits())
    )
    assert [(line.text, line.problem) for line in lines] == [("a;b", None), ("1;2", None)]


@pytest.mark.parametrize("text", ['[{"processo": 1}]', '{"a": 1}\n{"a": 2}\n', '\ufeff [ {"a":1}]', "[{}]"])
def test_a_file_of_json_is_refused_as_such(text):
    with pytest.raises(LegacyFileError, match="JSON"):
        detect_format(lambda: [text.encode()], Limits())


def test_every_encoding_has_a_name_for_people():
    assert all(encoding.label for encoding in Encoding)


@given(st.binary(max_size=300), st.integers(1, 50))
def test_any_bytes_give_lines_or_a_clear_refusal_whatever_the_chunks(data, size):
    try:
        whole = lines_of(data)
    except LegacyFileError as refusal:
        message = str(refusal)
        with pytest.raises(LegacyFileError):
            lines_of(data, size=size)
        assert message.strip()
        assert "\n" not in message
    else:
        assert lines_of(data, size=size) == whole


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=50))
def test_a_text_in_utf_16_reads_the_same_as_in_utf_8(text):
    marked = [line.text for line in lines_of(("x" + text).encode("utf-16"))]
    assert marked == [line.text for line in lines_of(("x" + text).encode("utf-8"))]


def test_a_file_may_not_change_the_limits_of_the_module():
    assert legacy_lines.Limits() == LIMITS
