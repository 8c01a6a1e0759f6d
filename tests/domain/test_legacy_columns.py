"""What columns hold, and the repair of ragged rows by it."""

import pytest

from cprac.domain.legacy_columns import Content, Profiler, fits, propose_repair

HEADER = ["Processo", "Data", "Razão", "Fantasia", "UF", "CNPJ", "Atendida"]
REGULAR = [
    [
        f"2019/{n:04d}",
        f"{n % 28 + 1:02d}/03/2019",
        f"EMPRESA {n % 7} S/A",
        ["CLARO", "NET", "OI", "VIVO"][n % 4] if n % 5 else "",
        ["MG", "SP", "RJ"][n % 3],
        ["191", "40432544000147", "NULL"][n % 3],
        "SN"[n % 2],
    ]
    for n in range(100)
]


def profiles_of(rows=REGULAR, header=HEADER):
    profiler = Profiler(header)
    for row in rows:
        profiler.add(row)
    return profiler.profiles()


def test_each_column_is_known_by_what_nearly_all_its_cells_are():
    assert [profile.content.value for profile in profiles_of()] == [
        *["number", "date", "flag", "flag", "flag", "flag", "flag"],
    ]
    varied = [
        [*row[:2], f"EMPRESA {place}", f"LOJA {place}", *row[4:5], f"{place}00", row[6]]
        for place, row in enumerate(REGULAR)
    ]
    assert [profile.content.value for profile in profiles_of(varied)] == [
        *["number", "date", "text", "text", "flag", "digits", "flag"],
    ]


@pytest.mark.parametrize(
    "cells, content",
    [
        ([], Content.EMPTY),
        (["", "NULL", "-"], Content.EMPTY),
        (["01/02/2020", "", "2020-01-02 10:00:00.000"], Content.DATE),
        (["1", "22", "333"], Content.DIGITS),
        (["1.234,56", "7", "2019/0001"], Content.NUMBER),
        (["a", "b"], Content.TEXT),
        (["S", "N"] * 30, Content.FLAG),
        (["01/02/2020"] * 98 + ["sem data"] * 2, Content.DATE),
        (["01/02/2020"] * 90 + [f"sem data {n}" for n in range(60)], Content.TEXT),
    ],
)
def test_the_content_of_a_column(cells, content):
    (profile,) = profiles_of([[cell] for cell in cells], ["x"])
    assert profile.content is content


def test_dates_prove_their_order_even_in_the_last_row_of_a_long_file(monkeypatch):
    monkeypatch.setattr("cprac.domain.legacy_columns.ROWS_LOOKED_AT", 10)
    (profile,) = profiles_of([["01/02/2020"]] * 50 + [["02/25/2020"]], ["x"])
    assert (profile.first_over_12, profile.second_over_12) == (False, True)


def test_few_values_are_kept_of_a_wide_file():
    profiler = Profiler([f"c{place}" for place in range(256)])
    for number in range(1200):
        profiler.add([f"value {number}"] * 256)
    assert sum(len(profile.known) for profile in profiler.profiles()) <= 200_000
    assert not any(profile.complete for profile in profiler.profiles())


def varied_profiles():
    rows = [[*row[:2], f"EMPRESA {place} S/A", f"LOJA {place}", *row[4:]] for place, row in enumerate(REGULAR)]
    return profiles_of([*rows, [*REGULAR[0][:2], "CLARO S/A", "CLARO", *REGULAR[0][4:]]])


@pytest.mark.parametrize(
    "text, repaired",
    [
        # a blank after the separator tells the text from the column
        ("2019/9;01/03/2019;CLARO S/A;CLARO; NET; EMBRATEL;MG;191;S", ("CLARO S/A", "CLARO; NET; EMBRATEL")),
        ("2019/9;01/03/2019;CASA; LAR LTDA;LOJA 1;MG;191;S", ("CASA; LAR LTDA", "LOJA 1")),
        ("2019/9;01/03/2019;CASA; LAR LTDA;LOJA; 1;MG;191;S", ("CASA; LAR LTDA", "LOJA; 1")),
        # no blank: the cell beside it is one that the column has elsewhere
        ("2019/9;01/03/2019;CLARO S/A;CLARO;NET;MG;191;S", ("CLARO S/A", "CLARO;NET")),
        ("2019/9;01/03/2019;CASA;LAR;LOJA 3;MG;191;S", ("CASA;LAR", "LOJA 3")),
    ],
)
def test_a_separator_inside_a_text_is_put_back(text, repaired):
    repair = propose_repair(text.split(";"), varied_profiles(), ";")
    assert repair.cells[2:4] == repaired
    assert (repair.cells[:2], repair.cells[4:]) == (("2019/9", "01/03/2019"), ("MG", "191", "S"))


@pytest.mark.parametrize(
    "text",
    [
        "2019/9;01/03/2019;AAA;BBB;CCC;MG;191;S",  # either text may be the one
        "2019/9;01/03/2019;CLARO S/A;EMPRESA 1 S/A;LOJA 1;MG;191;S",  # both readings have a known neighbour
        "2019/9;01/03/2019;CLARO; NET;LOJA;x;MG;191;S",  # one blank, two cells too many
        "2019/9;31 de março;CLARO; NET;LOJA;MG;191;S",  # the date is none in any reading
        "2019/9;01/03/2019;CLARO; NET;LOJA;XX;191;S",  # a state that there is not
        "2019/9;01/03/2019;CLARO;LOJA;MG;191;S;extra",  # nothing fits
        "2019/9;01/03/2019;CLARO;LOJA;MG;191",  # too few cells are never repaired
        "2019/9;01/03/2019;CLARO;LOJA;MG;191;S",  # regular
        "2019/9;01/03/2019;" + "a;" * 40 + "MG;191;S",  # far too many
    ],
)
def test_where_there_is_doubt_there_is_no_repair(text):
    assert propose_repair(text.split(";"), varied_profiles(), ";") is None


def test_separators_too_many_at_the_end_are_taken_off():
    repair = propose_repair(["2019/9", "01/03/2019", "CLARO", "LOJA", "MG", "191", "S", "", ""], varied_profiles(), ";")
    assert repair.cells == ("2019/9", "01/03/2019", "CLARO", "LOJA", "MG", "191", "S")


def test_a_regular_row_fits_its_columns():
    assert fits(REGULAR[3], profiles_of())
    assert not fits([*REGULAR[3][:6], "X"], profiles_of())
    assert fits([""] * 7, profiles_of())
