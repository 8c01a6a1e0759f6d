"""From lines to records: separators, quotes, quotes that make no sense, cells over the limit."""

import csv
import io
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cprac.domain.legacy_lines import Limits, detect_format
from cprac.domain.legacy_records import read_records

LIMITS = Limits()


def records_of(text, separator=";", limits=LIMITS):
    data = text.encode()

    def source():
        return iter([data])

    return list(read_records(source, detect_format(source, limits), limits, separator, 0))


def cells_of(text, separator=";"):
    return [(record.first_line, record.cells, bool(record.problem)) for record in records_of(text, separator)]


@pytest.mark.parametrize(
    "text, cells",
    [
        ("a;b;c", ["a", "b", "c"]),
        ("a;;", ["a", "", ""]),
        ('"a;b";c', ["a;b", "c"]),
        ('"a ""b"" c";d', ['a "b" c', "d"]),
        ('a "b" c;d', ['a "b" c', "d"]),
        ('"";x', ["", "x"]),
        ('"a" ;b', ["a", "b"]),
        ('"a"', ["a"]),
        (' "a";b', [' "a"', "b"]),
    ],
)
def test_one_line_is_cut_where_the_quotes_say(text, cells):
    assert cells_of(text) == [(1, cells, False)]


def test_a_quoted_text_goes_on_in_the_next_lines_and_the_count_of_lines_stays_right():
    text = 'a;"um\ndois\n\ntrês";b\nc;d;e\n'
    assert cells_of(text) == [(1, ["a", "um\ndois\n\ntrês", "b"], False), (5, ["c", "d", "e"], False)]


def test_lines_without_content_are_no_records():
    assert [record.first_line for record in records_of('a;b\n\n;;\n"";""\n  ;\t\nc;d\n')] == [1, 6]


def test_a_stray_quote_costs_its_own_row_and_no_other():
    assert cells_of('1;"CASA;x\n2;LAR;y\n3;"B";z\n') == [
        (1, ["1", '"CASA', "x"], True),
        (2, ["2", "LAR", "y"], False),
        (3, ["3", "B", "z"], False),
    ]


def test_a_stray_quote_with_no_other_in_the_file_costs_its_own_row_and_no_other():
    records = records_of('1;"CASA;x\n2;LAR;y\n3;B;z\n')
    assert [(record.first_line, bool(record.problem)) for record in records] == [(1, True), (2, False), (3, False)]
    assert "coluna 2" in records[0].problem
    assert records[0].literal == ["1", '"CASA', "x"]


def test_text_after_the_closing_quotes_is_named_by_its_column():
    (record,) = records_of('1;x;"PONTO FRIO" LOJAS;y\n')
    assert "coluna 3" in record.problem
    assert record.literal == ["1", "x", '"PONTO FRIO" LOJAS', "y"]


def test_a_text_cut_off_at_the_end_of_the_file_is_never_offered_as_whole():
    (record,) = records_of('1;x;"Maria da')
    assert "não são fechadas" in record.problem
    assert record.literal is None


def test_a_long_text_over_many_lines_never_closed_is_not_offered_as_whole():
    first = records_of('1;x;"Maria\nmora\nlonge\n')[0]
    assert (first.literal, first.cells) == (None, [])


def test_quotes_may_not_span_more_lines_than_the_limit():
    text = '1;"' + "a\n" * 5 + '";x\n2;b;y\n'
    assert records_of(text)[0].problem is None
    assert records_of(text, limits=Limits(lines_in_quotes=3))[0].problem


@pytest.mark.parametrize("cell", ["a" * 200, '"' + "a" * 200 + '"', '"' + "a\n" * 100 + '"', '"' + '""' * 200 + '"'])
def test_a_cell_over_the_limit_is_refused_with_its_line_and_column(cell):
    records = records_of(f"1;2;{cell}\nx;y;z\n", limits=Limits(field_characters=99))
    first, last = records[0], records[-1]
    assert first.first_line == 1
    assert "coluna 3 passa do limite de 99" in first.problem
    assert last.cells == ["x", "y", "z"]


def test_a_line_over_the_limit_is_refused_by_the_column_that_made_it_long():
    record, after = records_of("1;2;" + "a" * 200 + ";4\nx;y;z;w\n", limits=Limits(line_bytes=100, field_characters=50))
    assert "coluna 3" in record.problem
    assert (after.first_line, after.cells) == (2, ["x", "y", "z", "w"])


def test_a_line_of_nothing_but_separators_is_cut_into_few_cells():
    limits = Limits(columns=10)
    assert max(len(record.cells) for record in records_of("a;" * 5000 + "\n", limits=limits)) <= 21
    assert "mais de 20 colunas" in records_of('"a";' * 5000 + "\n", limits=limits)[0].problem


class CountedLines:
    """Counts how often lines are taken from the file."""

    def __init__(self, line, times):
        self.taken = 0
        self._line, self._times = line, times

    def __call__(self):
        for _ in range(self._times):
            self.taken += 1
            yield self._line


@pytest.mark.parametrize("line", [b'x";"z\n', b'1;"a\n', b'"\n', b'"""\n', b'a;"""b\n'])
def test_quotes_that_lead_nowhere_are_read_again_a_bounded_number_of_times(line):
    limits = Limits(lines_read_again=300, lines_in_quotes=50)
    counted = CountedLines(line, 2000)
    form = detect_format(counted, limits)
    counted.taken = 0
    records = list(read_records(counted, form, limits, ";", 0))
    assert counted.taken == 2000
    assert sum(1 + record.last_line - record.first_line for record in records if not record.problem) <= 2000


tidy = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cf", "Zl", "Zp"]), max_size=8)


@given(st.lists(st.lists(tidy, min_size=2, max_size=5), min_size=1, max_size=5), st.sampled_from(";,|\t"))
def test_what_pythons_csv_module_writes_is_read_the_same(rows, separator):
    rows = [["x", *row] for row in rows]
    written = io.StringIO()
    csv.writer(written, delimiter=separator).writerows(rows)
    assert [record.cells for record in records_of(written.getvalue(), separator)] == rows


@given(st.text('a;"\n', max_size=60))
def test_no_arrangement_of_quotes_breaks_the_reading_or_loses_a_line(text):
    records = records_of("x" + text)
    for record, following in pairwise(records):
        assert record.first_line < following.first_line
        assert record.problem or record.last_line < following.first_line
    filled = {
        number
        for number, line in enumerate(("x" + text).split("\n"), 1)
        if line.replace(";", "").replace('"', "").strip()
    }
    covered = {number for record in records for number in range(record.first_line, record.last_line + 1)}
    assert filled <= covered
