"""CSV files as offices have them: separators, headers, ragged rows, repairs, and files made to break things."""

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cprac.domain.legacy_lines import LegacyFileError, Limits
from cprac.domain.legacy_rows import read_rows, survey

HEADER = "Processo;Abertura;Nome;Nota\n"
ROWS = "".join(f"2020/{number};{number % 28 + 1:02d}/01/2020;Pessoa {number};{number}\n" for number in range(1, 41))


def source(*chunks):
    data = [chunk.encode() if isinstance(chunk, str) else chunk for chunk in chunks]
    return lambda: iter(data)


def rows_of(*chunks, accept_repairs=False, **options):
    given_source = source(*chunks)
    return list(read_rows(given_source, survey(given_source, **options), accept_repairs=accept_repairs))


def refusal_of(*chunks, **options):
    with pytest.raises(LegacyFileError) as refusal:
        survey(source(*chunks), **options)
    assert "\n" not in str(refusal.value)
    return str(refusal.value)


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_any_usual_separator_line_end_and_encoding(separator, end, encoding):
    text = 'Processo;Nome;Observação\n1;José;"a; b, c|d"\n2;João;ç\n'
    text = text.replace('"a; b, c|d"', "@").replace(";", separator).replace("@", '"a; b, c|d"').replace("\n", end)
    layout = survey(source(text.encode(encoding)))
    assert (layout.separator, layout.header, layout.rows) == (separator, ("Processo", "Nome", "Observação"), 2)
    rows = rows_of(text.encode(encoding))
    assert [row.cells for row in rows] == [("1", "José", "a; b, c|d"), ("2", "João", "ç")]
    assert [row.line for row in rows] == [2, 3]


@pytest.mark.parametrize(
    "text, separator",
    [
        ("Nome;Valor\nAna, Bia, Caio;1,50\nDavi, Eva, Fábio;2,50\n", ";"),
        ("Nome,Valor\nAna;Bia,1\nCaio;Davi,2\n", ","),
        ("Relatório de 2020\nNome;Valor\nAna, Bia;1,5\n", ";"),
        ("sep=,\nNome;sobrenome,Valor\nAna;Bia,1\n", ","),
        ("Processo\n1\n2\n", ";"),
        ('Processo|"Nome;com|tudo"\n1|2\n', "|"),
    ],
)
def test_the_separator_is_the_one_that_cuts_the_header_and_the_rows_alike(text, separator):
    assert survey(source(text)).separator == separator


def test_a_person_may_overrule_the_separator():
    assert survey(source("a;b,c\n1;2,3\n"), separator=",").header == ("a;b", "c")
    assert "separar colunas" in refusal_of("a;b\n", separator="x")


def test_titles_and_blank_lines_above_the_header_are_no_rows():
    layout = survey(source("PREFEITURA DE CONTAGEM;;;\n\nRelatório;;;\n", HEADER, ROWS))
    assert (layout.header_line, layout.rows, layout.irregular) == (4, 40, 0)


def test_a_header_may_break_over_lines_inside_quotes():
    rows = rows_of('Processo;"Data de\nabertura"\n1;01/01/2020\n')
    assert [(row.line, row.cells) for row in rows] == [(3, ("1", "01/01/2020"))]
    assert survey(source('Processo;"Data de\nabertura"\n1;2\n')).header == ("Processo", "Data de abertura")


@pytest.mark.parametrize(
    "text, words",
    [
        ("", ["vazio"]),
        ("\n;;;\n", ["nenhuma linha"]),
        ("Processo;CNPJ;Nome;cnpj\n1;2;3;4\n", ["mesmo nome", "CNPJ", "2ª e 4ª"]),
        ("Processo;Situação;SITUACAO\n1;2;3\n", ["mesmo nome", "Situação"]),
        ("Processo;;Nome\n1;2;3\n", ["sem nome", "2ª"]),
        ("Processo;Nome;\n1;2;3\n", ["sem nome", "3ª"]),
        ("2020/1;01/02/2020;Maria\n2020/2;02/02/2020;José\n", ["cabeçalho"]),
        ("1;2;3\n4;5;6\n", ["cabeçalho"]),
        ("Processo;No\x00me\n1;2\n", ["cabeçalho não pode ser lido", "U+0000"]),
        ('Processo;"Nome\n1;2\n', ["cabeçalho não pode ser lido", "aspas"]),
        (";".join(f"c{n}" for n in range(300)) + "\n1;2\n", ["300 colunas", "256"]),
    ],
)
def test_a_file_without_a_clear_header_is_refused_naming_what_is_wrong(text, words):
    message = refusal_of(text)
    assert all(word in message for word in words), message


def test_a_first_row_whose_values_come_back_below_is_no_header():
    rows = "".join(
        f"caso {number};{'MG' if number % 2 else 'SP'};{'S' if number % 3 else 'N'}\n" for number in range(60)
    )
    assert "cabeçalho" in refusal_of("caso x;MG;S\n", rows)


def test_empty_columns_at_the_right_end_are_left_out():
    layout = survey(source("Processo;Nome;;\n1;Ana;;\n2;Bia;;\n"))
    assert (layout.header, layout.unnamed, layout.irregular) == (("Processo", "Nome"), 2, 0)
    assert [row.cells for row in rows_of("Processo;Nome;;\n1;Ana;;\n2;Bia;;\n")] == [("1", "Ana"), ("2", "Bia")]


def test_rows_that_all_end_with_one_more_separator_are_regular():
    rows = rows_of("Processo;Nome\n1;Ana;\n2;Bia;\n")
    assert [(row.cells, row.problem) for row in rows] == [(("1", "Ana"), None), (("2", "Bia"), None)]


def test_rows_that_all_end_with_several_more_separators_are_regular_and_one_that_has_more_is_not():
    rows = rows_of("Processo;Nome\n1;Ana;;;\n2;Bia;;;\n")
    assert [(row.cells, row.problem) for row in rows] == [(("1", "Ana"), None), (("2", "Bia"), None)]
    assert [bool(row.problem) for row in rows_of("Processo;Nome\n1;Ana;;\n2;Bia;;x\n")] == [True, True]


def test_a_blank_column_between_others_is_let_be():
    text = "Processo;;Nome;;Nota\n1;;Ana;;a\n2;;Bia;;b\n"
    assert survey(source(text)).header == ("Processo", "coluna 2, sem nome", "Nome", "coluna 4, sem nome", "Nota")
    assert [row.cells for row in rows_of(text)] == [("1", "", "Ana", "", "a"), ("2", "", "Bia", "", "b")]
    assert survey(source("coluna 2, sem nome;;Nome\n1;;Ana\n")).header[1] == "coluna 2, sem nome_"


def test_what_stands_far_below_in_a_column_without_name_is_refused_and_not_cut_off(monkeypatch):
    monkeypatch.setattr("cprac.domain.legacy_columns.ROWS_LOOKED_AT", 3)
    rows = rows_of("Processo;Nome;\n", "1;Ana;\n" * 5, "6;Bia;ligar\n", "7;Eva; \n")
    assert [(row.line, row.problem) for row in rows if row.problem] == [
        (7, "há conteúdo em uma coluna sem nome, à direita")
    ]


def test_the_header_that_a_report_repeats_on_each_page_is_refused_by_its_line_and_spoils_nothing():
    again = HEADER.replace("Nome", " Nome  ")
    rows = rows_of("RELATÓRIO;;;\n", HEADER, ROWS, again, "2020/99;01/02/2020;Ana;1\n", HEADER)
    assert [(row.line, row.problem) for row in rows if row.problem] == [
        (43, "é o cabeçalho repetido, e não um caso"),
        (45, "é o cabeçalho repetido, e não um caso"),
    ]
    assert len(rows) == 43
    assert rows_of(HEADER, HEADER, accept_repairs=True)[0].problem


def test_lines_that_are_whole_between_quotes_are_refused_for_what_they_are():
    text = "".join(f'"{line}"\n' for line in (HEADER + ROWS).splitlines())
    assert "inteira entre aspas" in refusal_of(text)
    assert survey(source('"Processo, o número"\n1\n2\n')).header == ("Processo, o número",)


def test_a_header_alone_has_no_rows():
    assert rows_of(HEADER) == []


def test_ragged_rows_are_refused_with_their_lines():
    rows = rows_of(HEADER, ROWS, "2020/99;01/02/2020;a\n", "2020/98;01/02/2020;a;1;2;3\n")
    wrong = [row for row in rows if row.problem]
    assert [row.line for row in wrong] == [42, 43]
    assert "3 colunas e o cabeçalho tem 4" in wrong[0].problem
    assert wrong[0].repair is None


def test_a_ragged_row_is_repaired_only_when_repairs_are_accepted():
    ragged = "2020/99;01/02/2020;CLARO; NET; EMBRATEL;7\n"
    (refused,) = [row for row in rows_of(HEADER, ROWS, ragged) if row.problem]
    assert refused.repair.cells == ("2020/99", "01/02/2020", "CLARO; NET; EMBRATEL", "7")
    assert "Nome" in refused.repair.what
    repaired = rows_of(HEADER, ROWS, ragged, accept_repairs=True)[-1]
    assert (repaired.cells, repaired.problem) == (refused.repair.cells, None)
    assert repaired.repaired == refused.repair.what


def test_a_row_in_the_other_encoding_is_refused_and_read_when_repairs_are_accepted():
    chunks = [HEADER, ROWS, "2020/98;01/02/2020;José;1\n", "2020/99;01/02/2020;Inês;2\n".encode("cp1252")]
    (refused,) = [row for row in rows_of(*chunks) if row.problem]
    assert (refused.line, refused.repair.cells[2]) == (43, "Inês")
    assert rows_of(*chunks, accept_repairs=True)[-1].cells[2] == "Inês"


def test_loose_quotes_are_refused_and_read_as_text_when_repairs_are_accepted():
    loose = '2020/99;01/02/2020;"PONTO FRIO" LOJAS;7\n'
    (refused,) = [row for row in rows_of(HEADER, ROWS, loose) if row.problem]
    assert "aspas" in refused.problem
    assert rows_of(HEADER, ROWS, loose, accept_repairs=True)[-1].cells[2] == '"PONTO FRIO" LOJAS'


def test_loose_quotes_are_not_repaired_where_the_columns_would_not_fit():
    loose = '2020/99;"x" y;Nome;7\n'
    (refused,) = [row for row in rows_of(HEADER, ROWS, loose) if row.problem]
    assert refused.repair is None


@pytest.mark.parametrize("broken", ["a\x00b", "a\x1bb", "a\u202eb"])
def test_control_characters_refuse_their_row_even_with_repairs(broken):
    rows = rows_of(HEADER, ROWS, f"2020/99;01/02/2020;{broken};7\n", accept_repairs=True)
    assert [(row.line, row.repair) for row in rows if row.problem] == [(42, None)]


@pytest.mark.parametrize(
    "cell", ["a" * 2_000_000, '"' + "a;" * 1_000_000 + '"', '"' + ("a" * 20_000 + "\n") * 100 + '"']
)
def test_a_field_of_two_million_characters_is_refused_with_line_and_column_and_the_rest_is_read(cell):
    rows = rows_of(HEADER, f"2020/98;01/02/2020;{cell};1\n", "2020/99;01/02/2020;Ana;2\n")
    assert rows[0].line == 2
    assert "coluna 3 passa do limite de 1.048.576" in rows[0].problem
    assert rows[-1].cells == ("2020/99", "01/02/2020", "Ana", "2")
    assert all(len(cell) <= 1_048_576 for row in rows for cell in row.cells)


@pytest.mark.parametrize("piece", [b"a" * 65536, b";" * 65536, b'""' * 32768, b"a;" * 32768])
def test_a_line_that_never_ends_takes_little_memory(piece):
    def endless():
        yield b'Processo;Nome\n1;"'
        for _ in range(600):
            yield piece  # 40 MB without a line end
        yield b"\n2;Ana\n"

    tracemalloc.start()
    try:
        rows = list(read_rows(endless, survey(endless)))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert [(row.line, bool(row.problem)) for row in rows] == [(2, True), (3, False)]
    assert peak < 32 * 1024 * 1024


def test_the_limit_of_lines_is_held():
    assert "limite de 20 linhas" in refusal_of(HEADER, ROWS, limits=Limits(lines=20))


PIECES = [
    *[b"Processo", b"Data", b"CNPJ", b";", b",", b"\t", b"|", b'"', b'""', b"\n", b"\r\n", b"\r", b"\x00", b" ", b"1"],
    *[b"\xef\xbb\xbf", b"\xff\xfe", "é".encode(), b"\xe9", b"01/02/2020", b"31/02/2020", b"=cmd|' /C calc'!A0"],
]
hostile = st.one_of(st.binary(max_size=200), st.lists(st.sampled_from(PIECES), max_size=40).map(b"".join))


@given(hostile, st.booleans(), st.integers(1, 30))
def test_any_bytes_give_rows_or_a_clear_refusal(data, accept_repairs, size):
    def chunks():
        return (data[start : start + size] for start in range(0, len(data), size))

    try:
        layout = survey(chunks)
    except LegacyFileError as refusal:
        message = str(refusal)
    else:
        message = "."
        rows = list(read_rows(chunks, layout, accept_repairs=accept_repairs))
        assert len(rows) == layout.rows
        assert all(row.problem or len(row.cells) == len(layout.header) for row in rows)
        assert [row.line for row in rows] == sorted({row.line for row in rows})
    assert message.strip()
    assert "\n" not in message
