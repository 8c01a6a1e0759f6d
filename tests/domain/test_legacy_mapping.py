"""The mapping of an old spreadsheet as data: written, read back, corrected, refused with the key."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cprac.domain.legacy_lines import Encoding
from cprac.domain.legacy_mapping import (
    REQUIRED,
    TARGETS,
    Column,
    Mapping,
    MappingError,
    Outcome,
    PersonKind,
    SheetKind,
    Target,
    from_toml,
    to_toml,
)
from cprac.domain.legacy_values import DateOrder, fold

SMALL = Mapping(SheetKind.CASES, (Column("Nº", Target.LEGACY_NUMBER),))


def test_a_mapping_survives_its_file():
    mapping = Mapping(
        SheetKind.CASES,
        (
            Column('N"º \\ Processo', Target.LEGACY_NUMBER),
            Column("Abertura", Target.OPENED_AT, DateOrder.MONTH_FIRST),
            Column("Valor", Target.VALUE, decimal=","),
            Column("Obs\nlonga"),
            Column("", Target.IGNORE),
        ),
        outcomes=(("s", Outcome.SETTLED), ("parcial", Outcome.NOT_SETTLED)),
        person_kinds=(("1", PersonKind.COMPANY),),
        nulls=frozenset({"", "x"}),
        encoding=Encoding.WINDOWS_1252,
        separator="\t",
    )
    assert from_toml(to_toml(mapping)) == mapping
    assert from_toml("\ufeff" + to_toml(SMALL)) == SMALL


names = st.text(st.characters(codec="utf-8"), max_size=20)


@given(st.lists(names, max_size=6, unique_by=fold), st.lists(names, max_size=4, unique_by=fold), st.text(max_size=30))
def test_any_names_and_words_survive_the_file(columns, words, note):
    mapping = Mapping(
        SheetKind.CASES,
        (Column("Processo", Target.LEGACY_NUMBER), *(Column(name) for name in columns if fold(name) != "processo")),
        outcomes=tuple((fold(word), Outcome.SETTLED) for word in words if fold(word) == fold(fold(word))),
        nulls=frozenset(fold(fold(word)) for word in words),
        notes=(note.encode("utf-8", "ignore").decode(),),
    )
    read = from_toml(to_toml(mapping))
    assert read.columns == mapping.columns
    assert read.outcomes == mapping.outcomes


def test_how_short_dates_are_read_survives_the_file():
    told = Mapping(SheetKind.CASES, SMALL.columns, years_from=1950, serial_dates=True)
    assert from_toml(to_toml(told)) == told


def test_the_notes_of_a_guess_become_comments():
    noted = Mapping(SheetKind.CASES, SMALL.columns, notes=("primeira\n[columns]", "segunda"))
    assert to_toml(noted).startswith("# primeira [columns]\n# segunda\n")
    assert from_toml(to_toml(noted)) == SMALL


@pytest.mark.parametrize(
    "text, key, words",
    [
        ("kind = ", "", "TOML"),
        ("a = " + "[" * 100_000, "", "TOML"),
        ("x" * 1_000_001, "", "limite"),
        ("", "columns", "legacy_number"),
        ("[columns]\n'Nº' = 'legacy_number'\n[colunas]\na = 1", '"colunas"', "desconhecida"),
        ("kind = 'casos'", "kind", "cases"),
        ("kind = 3", "kind", "um texto"),
        ("columns = 3", "columns", "uma tabela"),
        ("[columns]\n'Nº' = 'numero'", 'columns."Nº"', "legacy_number"),
        ("[columns]\n'Nº' = 1", 'columns."Nº"', "um texto"),
        ("[columns]\n'Nº' = 'legacy_number'\n'Nr' = 'legacy_number'", 'columns."Nr"', "Nº"),
        ("[columns]\n'Nº' = 'legacy_number'\n'nº ' = 'extra'", 'columns."nº "', "outra coluna"),
        ("[columns]\n'Nº' = 'legacy_number'\nA = 'at'", 'columns."A"', "cases"),
        ("kind = 'steps'\n[columns]\n'Nº' = 'legacy_number'\nD = 'at'", "columns", "step"),
        ("[columns]\n'Nº' = 'legacy_number'\n[date_orders]\nX = 'dmy'", 'date_orders."X"', "não tem essa coluna"),
        ("[columns]\n'Nº' = 'legacy_number'\n[date_orders]\n'Nº' = 'ymd'", 'date_orders."Nº"', "dmy"),
        ("[columns]\n'Nº' = 'legacy_number'\n[decimals]\n'Nº' = ';'", 'decimals."Nº"', ","),
        ("[columns]\n'Nº' = 'legacy_number'\n[outcomes]\nS = 'sim'", 'outcomes."S"', "settled"),
        ("[columns]\n'Nº' = 'legacy_number'\n[person_kinds]\nJ = 'x'", 'person_kinds."J"', "company"),
        ("nulls = 'x'\n[columns]\n'Nº' = 'legacy_number'", "nulls", "lista"),
        ("nulls = [1]\n[columns]\n'Nº' = 'legacy_number'", "nulls", "lista"),
        ("encoding = 'ebcdic'\n[columns]\n'Nº' = 'legacy_number'", "encoding", "cp1252"),
        ("separator = ' '\n[columns]\n'Nº' = 'legacy_number'", "separator", ";"),
        ("years_from = 50\n[columns]\n'Nº' = 'legacy_number'", "years_from", "1900 a 2001"),
        ("years_from = true\n[columns]\n'Nº' = 'legacy_number'", "years_from", "um ano"),
        ("serial_dates = 1\n[columns]\n'Nº' = 'legacy_number'", "serial_dates", "true ou false"),
    ],
)
def test_a_mapping_that_cannot_be_used_is_refused_in_one_line_naming_the_key(text, key, words):
    with pytest.raises(MappingError) as refusal:
        from_toml(text)
    message = str(refusal.value)
    assert message.startswith(key)
    assert words in message
    assert "\n" not in message


def test_a_mapping_fits_a_file_whose_names_differ_in_accents_capitals_or_order():
    mapping = Mapping(
        SheetKind.CASES, (Column("Nº Processo", Target.LEGACY_NUMBER), Column("Órgão", Target.DEPARTMENT))
    )
    fitted = mapping.fit(["ORGAO", "Novidade", "nº  processo"])
    assert [(column.name, column.target.value) for column in fitted.columns] == [
        ("ORGAO", "department"),
        ("Novidade", "extra"),
        ("nº  processo", "legacy_number"),
    ]
    assert (fitted.place(Target.LEGACY_NUMBER), fitted.place(Target.VALUE)) == (2, None)


def test_a_mapping_for_another_file_is_refused_naming_the_column():
    with pytest.raises(MappingError, match=r'columns\."Nº": o arquivo não tem essa coluna'):
        SMALL.fit(["Processo"])


@pytest.mark.parametrize("target", list(Target))
def test_every_meaning_has_a_name_for_people_and_a_sheet_that_uses_it(target):
    assert target.label
    assert any(target in targets for targets in TARGETS.values())


@pytest.mark.parametrize("kind", list(SheetKind))
def test_what_a_sheet_must_have_is_among_what_it_can_have(kind):
    assert set(REQUIRED[kind]) <= TARGETS[kind]


def test_every_outcome_has_a_name_for_people():
    assert [outcome.label for outcome in Outcome] == ["atendida", "não atendida"]


@given(st.text(max_size=200))
def test_any_text_is_a_mapping_or_refused_in_one_line(text):
    try:
        from_toml(text)
        message = "."
    except MappingError as refusal:
        message = str(refusal)
    assert message
    assert "\n" not in message


def test_the_file_is_plain_toml_that_another_program_can_read():
    assert tomllib.loads(to_toml(SMALL))["columns"] == {"Nº": "legacy_number"}
