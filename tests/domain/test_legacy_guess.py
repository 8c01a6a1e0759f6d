"""The first guess of what columns mean."""

import pytest

from cprac.domain.legacy_columns import Profiler
from cprac.domain.legacy_guess import guess_mapping, words_of
from cprac.domain.legacy_mapping import MappingError, SheetKind, Target
from cprac.domain.legacy_values import DateOrder


def guess(table, kind=SheetKind.CASES):
    """Guess from a table: names of columns, each with its cells."""
    profiler = Profiler(list(table))
    for row in zip(*table.values(), strict=True):
        profiler.add(row)
    return guess_mapping(profiler.profiles(), kind)


def meanings(table, kind=SheetKind.CASES):
    return {
        column.name: column.target.value for column in guess(table, kind).columns if column.target is not Target.EXTRA
    }


@pytest.mark.parametrize(
    "name, words",
    [
        ("Nº Processo", ("numero", "processo")),
        ("N° do Processo", ("numero", "processo")),
        ("DataArquivamento", ("data", "arquivamento")),
        ("strRazaoSocial", ("razao", "social")),
        ("DT_ABERTURA", ("data", "abertura")),
        ("dt.encerramento", ("data", "encerramento")),
        ("Atendida (S/N)", ("atendida",)),
        ("CPF/CNPJ do Requerente", ("cpf", "cnpj", "requerente")),
        ("NumeroCNPJ", ("numero", "cnpj")),
        ("Última atividade", ("ultima", "atividade")),
        ("Data/hora", ("data", "hora")),
        ("Prazo no órgão", ("prazo", "orgao")),
        ("", ()),
        ("???", ()),
    ],
)
def test_the_words_of_a_name(name, words):
    assert words_of(name) == words


def empty(*names):
    return {name: [""] for name in names}


@pytest.mark.parametrize(
    "names, expected",
    [
        (
            [
                "Protocolo",
                "DataAbertura",
                "DataArquivamento",
                "strRazaoSocial",
                "strNomeFantasia",
                "NumeroCNPJ",
                "RadicalCNPJ",
            ],
            [
                "legacy_number",
                "opened_at",
                "closed_at",
                "respondent_name",
                "respondent_trade_name",
                "respondent_tax_id",
                None,
            ],
        ),
        (
            ["Processo", "Canal", "Departamento", "Grupo", "Responsável", "Data de entrada", "Prazo final"],
            ["legacy_number", "channel", "department", "group", "responsible", "opened_at", "due_on"],
        ),
        (
            ["CodigoAssunto", "DescricaoAssunto", "CodigoProblema", "DescricaoProblema", "Id", "CodigoRegiao", "UF"],
            [None, "matter", None, "problem", "legacy_number", None, "state_region"],
        ),
        (
            ["Nº", "Requerente", "CPF do requerente", "Requerido", "CNPJ do requerido", "Valor da causa (R$)", "Data"],
            *[
                [
                    "legacy_number",
                    "applicant_name",
                    "applicant_tax_id",
                    "respondent_name",
                    "respondent_tax_id",
                    "value",
                    "opened_at",
                ]
            ],
        ),
        (
            [
                "Número do caso",
                "Processo judicial",
                "Processo SEI",
                "Data de nascimento",
                "Última movimentação",
                "Nº de andamentos",
            ],
            ["legacy_number", "lawsuit_number", "external_number", None, "last_step", "step_count"],
        ),
        (
            ["case_id", "opened", "closed", "due_date", "resource", "status"],
            ["legacy_number", "opened_at", "closed_at", "due_on", "responsible", "last_step"],
        ),
    ],
)
def test_meanings_are_found_by_name(names, expected):
    columns = guess(empty(*names)).columns
    assert [None if column.target is Target.EXTRA else column.target.value for column in columns] == expected


def test_the_steps_of_cases_have_meanings_of_their_own():
    names = ["Processo", "Data/hora", "Andamento", "Grupo", "Responsável"]
    found = meanings(empty(*names), SheetKind.STEPS)
    assert list(found.values()) == ["legacy_number", "at", "step", "group", "responsible"]


def test_what_a_column_holds_can_forbid_what_its_name_says():
    found = meanings({"Processo": ["1", "2"], "Abertura": ["grande", "pequena"], "Data": ["01/02/2020", "02/02/2020"]})
    assert found == {"Processo": "legacy_number", "Data": "opened_at"}


def test_a_column_called_a_date_is_believed_so_that_what_cannot_be_read_is_refused_and_not_lost():
    assert meanings({"Processo": ["1", "2"], "Data de abertura": ["43710", "43711"]})["Data de abertura"] == "opened_at"


@pytest.mark.parametrize(
    "names",
    ["início, fim", "start, end", "filed, resolved", "Data inicial, Data final", "Recebido em, Concluído em",
     "Aberta em, Encerrada em", "opening_date, closing_date", "Ingresso, Desfecho", "Entrada, Saída"],
)  # fmt: skip
def test_the_days_of_beginning_and_end_have_many_names(names):
    days = dict(zip(names.split(", "), (["2020-01-02", "2020-01-03"], ["2020-03-02", ""]), strict=True))
    assert list(meanings({"Caso": ["1", "2"]} | days).values()) == ["legacy_number", "opened_at", "closed_at"]


@pytest.mark.parametrize(
    "ends", [["em aberto", "2020-03-02"], ["NA", "2020-03-02"], ["2020-03-02", ""], ["02/03/20", "x"]]
)
def test_a_name_that_means_a_day_is_believed_as_soon_as_one_cell_looks_like_one(ends):
    table = {"Caso": ["1", "2"], "Abertura": ["2020-01-02", "2020-01-03"], "Encerramento": ends}
    assert meanings(table)["Encerramento"] == "closed_at"


def test_dates_that_mean_nothing_are_told_where_nothing_says_when_cases_ended():
    table = {"Caso": ["1", "2"], "Abertura": ["2020-01-02", "2020-01-03"], "Último dia": ["2020-03-02", ""]}
    assert [note for note in guess(table).notes if "todos entrarão em aberto" in note and "Último dia" in note]
    assert guess(table | {"Fim": ["2020-03-02", ""]}).notes == ()


def test_a_column_of_types_is_the_kind_of_person_only_with_few_values():
    many = [str(number) for number in range(40)]
    assert meanings({"Processo": many, "Tipo": ["0", "1"] * 20})["Tipo"] == "person_kind"
    assert "Tipo" not in meanings({"Processo": many, "Tipo": many})


def test_a_number_and_a_date_without_a_telling_name_are_found_by_what_they_hold():
    mapping = guess({"Nome": ["Ana", "Ana"], "Ref": ["A-1", "A-2"], "Quando foi": ["01/02/2020", "03/02/2020"]})
    assert [column.target.value for column in mapping.columns] == ["applicant_name", "legacy_number", "opened_at"]
    assert sum("pelo que contém" in note for note in mapping.notes) == 2


def test_numbers_that_begin_anew_each_year_are_told_apart_by_the_column_of_the_year():
    anew = guess({"Nº": ["1", "2", "1"], "Ano": ["2018", "2018", "2019"]})
    assert [column.target for column in anew.columns] == [Target.LEGACY_NUMBER, Target.LEGACY_YEAR]
    assert "15/2019" in anew.notes[0]
    for years, numbers in [(["2018"] * 3, ["1", "2", "3"]), (["a", "b", "c"], ["1", "1", "2"]),
                           (["2018"] * 3, ["1/18", "1/18", "2/18"])]:  # fmt: skip
        other = guess({"Nº": numbers, "Ano": years})
        assert [column.target for column in other.columns] == [Target.LEGACY_NUMBER, Target.EXTRA]


def test_the_process_number_of_the_city_is_the_cases_where_there_is_no_other():
    mapping = guess({"Processo SEI": ["0001-1/2019", "0002-1/2019"], "Assunto": ["a", "a"]})
    assert mapping.columns[0].target is Target.LEGACY_NUMBER
    assert "o único que há" in mapping.notes[0]
    with pytest.raises(MappingError):
        guess({"Processo SEI": ["0001-1/2019", ""], "Assunto": ["a", "a"]})


@pytest.mark.parametrize("kind, missing", [(SheetKind.CASES, "legacy_number"), (SheetKind.STEPS, "legacy_number")])
def test_a_sheet_without_what_it_must_have_is_refused_naming_it(kind, missing):
    with pytest.raises(MappingError, match=missing):
        guess({"Nome": ["Ana", "Ana"]}, kind)


@pytest.mark.parametrize(
    "dates, order, note",
    [
        (["25/12/2020", "01/02/2020"], DateOrder.DAY_FIRST, None),
        (["12/25/2020", "01/02/2020"], DateOrder.MONTH_FIRST, "mês/dia/ano"),
        (["01/02/2020", "03/04/2020"], DateOrder.DAY_FIRST, "tanto podem"),
        (["25/12/2020", "12/25/2020"], DateOrder.DAY_FIRST, "mistura"),
        (["2020-01-02", "2020-12-25"], DateOrder.DAY_FIRST, None),
    ],
)
def test_the_order_of_day_and_month_is_decided_per_column_and_said(dates, order, note):
    mapping = guess({"Processo": ["1", "2"], "Data de abertura": dates})
    assert mapping.columns[1].date_order is order
    assert [text for text in mapping.notes if note and note in text] == list(mapping.notes)
    assert bool(mapping.notes) == (note is not None)


@pytest.mark.parametrize(
    "amounts, decimal",
    [(["1.234", "5,50"], ","), (["1,234", "5.50"], "."), (["1.234", "2.345"], None), (["1,50", "1.50"], None)],
)
def test_the_mark_of_the_centavos_is_the_columns_where_its_cells_prove_one(amounts, decimal):
    assert guess({"Processo": ["1", "2"], "Valor": amounts}).columns[1].decimal == decimal
