"""From a row to a legacy case or step, or to a refusal with its reason."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cprac.domain.legacy_cases import Duplicate, Flag, LegacyCase, LegacyStep, Refused, Side
from cprac.domain.legacy_columns import Repair
from cprac.domain.legacy_guess import guess_mapping
from cprac.domain.legacy_interpret import interpret, interpret_all, interpret_step
from cprac.domain.legacy_lines import LegacyFileError
from cprac.domain.legacy_mapping import Column, Mapping, Outcome, PersonKind, SheetKind, Target
from cprac.domain.legacy_rows import RawRow, read_rows, survey

AS_OF = date(2020, 6, 30)
COLUMNS = (
    Column("Caso", Target.LEGACY_NUMBER),
    Column("Abertura", Target.OPENED_AT),
    Column("Encerramento", Target.CLOSED_AT),
    Column("Prazo", Target.DUE_ON),
    Column("Atendida", Target.OUTCOME),
    Column("Requerido", Target.RESPONDENT_NAME),
    Column("Fantasia", Target.RESPONDENT_TRADE_NAME),
    Column("CNPJ", Target.RESPONDENT_TAX_ID),
    Column("Requerente", Target.APPLICANT_NAME),
    Column("CPF", Target.APPLICANT_TAX_ID),
    Column("Tipo", Target.PERSON_KIND),
    Column("Assunto", Target.MATTER),
    Column("Problema", Target.PROBLEM),
    Column("Valor", Target.VALUE),
    Column("Andamentos", Target.STEP_COUNT),
    Column("Judicial", Target.LAWSUIT_NUMBER),
    Column("Obs", Target.EXTRA),
    Column("Interno", Target.IGNORE),
)
MAPPING = Mapping(SheetKind.CASES, COLUMNS)


def row(line=2, mapping=MAPPING, **cells):
    """A row by the names of its columns; number and opening are there unless taken out."""
    filled = {"Caso": "2020/1", "Abertura": "01/02/2020"} | cells
    return RawRow(line, tuple(filled.get(column.name, "") for column in mapping.columns))


def case(**cells):
    answer = interpret(row(**cells), MAPPING, AS_OF)
    assert isinstance(answer, LegacyCase), answer
    return answer


def refusal(**cells):
    answer = interpret(row(**cells), MAPPING, AS_OF)
    assert isinstance(answer, Refused), answer
    return answer


def flags(answer):
    return [finding.flag for finding in answer.findings]


def test_a_full_row_becomes_a_case():
    full = case(
        Caso=" 2020/1 ",
        Abertura="01/02/2020 10:00",
        Encerramento="15/02/2020",
        Prazo="31/12/2020",
        Atendida="S",
        Requerido="CLARO S/A",
        Fantasia="CLARO",
        CNPJ="40432544000147",
        Tipo="JURÍDICA",
        Requerente="Maria",
        CPF="111.444.777-35",
        Assunto="Telefonia",
        Problema="Cobrança\nindevida",
        Valor="R$ 1.234,56",
        Andamentos="4",
        Judicial="5037038-85.2019.8.13.0024",
        Obs="ok",
        Interno="x",
    )
    assert (full.line, full.legacy_number, full.key) == (2, "2020/1", "2020/1")
    assert (full.opened_on, full.opened_at) == (date(2020, 2, 1), datetime(2020, 2, 1, 13, tzinfo=UTC))
    assert (full.closed_on, full.closed_at, full.due_on) == (date(2020, 2, 15), None, date(2020, 12, 31))
    assert (full.outcome, full.outcome_text, full.duration_days) == (Outcome.SETTLED, "S", 14)
    applicant, respondent = full.parties
    assert (applicant.side, applicant.name, applicant.tax_id.number) == (Side.APPLICANT, "Maria", "11144477735")
    assert (respondent.side, respondent.trade_name, respondent.person_kind) == (
        Side.RESPONDENT,
        "CLARO",
        PersonKind.COMPANY,
    )
    assert (full.matter, full.problem, full.value, full.step_count) == ("Telefonia", "Cobrança\nindevida", 123456, 4)
    assert (full.lawsuit_number, full.extra, full.findings) == ("50370388520198130024", (("Obs", "ok"),), ())


def test_what_the_row_does_not_say_is_none():
    bare = case(Atendida="NULL", Requerido="-", Valor="N/A", Obs=" ")
    assert (bare.outcome, bare.parties, bare.value, bare.extra, bare.closed_on) == (None, (), None, (), None)


@pytest.mark.parametrize("number", ["", "NULL", "-", "  "])
def test_a_row_without_a_number_is_refused(number):
    assert "Caso" in refusal(Caso=number).reason


@pytest.mark.parametrize(
    "cells, words",
    [
        ({"Caso": "2,01901E+13"}, "perdeu algarismos"),
        ({"Caso": "9" * 101}, "limite é 100"),
        ({"Caso": "Total: 37", "Abertura": ""}, "totais"),
        ({"Abertura": "31/02/2020"}, "Abertura"),
        ({"Encerramento": "ontem"}, "Encerramento"),
        ({"Prazo": "01/01/20"}, "dois algarismos"),
        ({"Requerido": "a" * 1001}, "Requerido"),
    ],
)
def test_what_would_falsify_the_case_refuses_the_row_with_the_reason(cells, words):
    answer = refusal(**cells)
    assert answer.line == 2
    assert words in answer.reason
    assert len(answer.reason) < 300


@pytest.mark.parametrize(
    "cells, flag",
    [
        ({"CNPJ": "191"}, Flag.SHORT_TAX_ID),
        ({"CNPJ": "40432544000148"}, Flag.WRONG_TAX_ID),
        ({"CPF": "***.444.777-**"}, Flag.WRONG_TAX_ID),
        ({"Abertura": ""}, Flag.NO_OPENING),
        ({"Abertura": "01/07/2020"}, Flag.FUTURE_DATE),
        ({"Encerramento": "01/01/2021"}, Flag.FUTURE_DATE),
        ({"Encerramento": "31/01/2020"}, Flag.CLOSED_BEFORE_OPENED),
        ({"Obs": "=cmd|' /C calc'!A0"}, Flag.FORMULA),
        ({"Requerido": "@SUM(A1)"}, Flag.FORMULA),
        ({"Valor": "1.234"}, Flag.AMBIGUOUS_VALUE),
        ({"Valor": "mil reais"}, Flag.UNREADABLE_VALUE),
        ({"Andamentos": "muitos"}, Flag.UNREADABLE_VALUE),
        ({"Atendida": "talvez"}, Flag.UNKNOWN_OUTCOME),
        ({"Tipo": "autarquia"}, Flag.UNKNOWN_PERSON_KIND),
        ({"Judicial": "2009.83.02.00.1234-x"}, Flag.WRONG_LAWSUIT_NUMBER),
        ({"Requerido": "JO\ufffdO"}, Flag.DAMAGED_TEXT),
        ({"Requerido": "JoÃ£o"}, Flag.DAMAGED_TEXT),
    ],
)
def test_what_a_person_should_see_is_flagged_and_comes_in(cells, flag):
    assert flags(case(**cells)) == [flag]


def test_a_line_with_nothing_but_words_in_the_place_of_the_number_is_a_note_and_no_case():
    assert "nota" in refusal(Caso="Fonte: sistema da Prefeitura", Abertura="").reason
    assert case(Caso="Fonte").legacy_number == "Fonte"  # the rest of the row says that it is a case
    assert case(Caso="Fonte 3", Abertura="").legacy_number == "Fonte 3"


def test_numbers_that_a_system_wrote_as_texts_for_a_spreadsheet_are_read_as_what_they_are():
    told = case(Caso='="00012/2019"', CNPJ="'00000000000191", Abertura='="02/09/2019"', Valor='="1,50"', Obs='="x"')
    assert (told.legacy_number, told.opened_on, told.value) == ("00012/2019", date(2019, 9, 2), 150)
    assert told.parties[0].tax_id.number == "00000000000191"
    assert (flags(told), told.extra) == ([Flag.FORMULA], (("Obs", '="x"'),))
    assert "Caso" in refusal(Caso='=""').reason


def test_the_number_and_the_year_of_two_columns_are_one_number():
    columns = (Column("Nº", Target.LEGACY_NUMBER), Column("Ano", Target.LEGACY_YEAR))
    rows = [RawRow(line, cells) for line, cells in enumerate([("1", "2018"), ("1", "2019"), ("1", "")], 2)]
    found = list(interpret_all(rows, Mapping(SheetKind.CASES, columns), AS_OF))
    assert [told.legacy_number for told in found] == ["1/2018", "1/2019", "1"]


def test_short_dates_are_read_as_the_mapping_says():
    mapping = replace(MAPPING, years_from=1950, serial_dates=True)
    told = interpret(row(mapping=mapping, Abertura="02/09/19", Encerramento="43753"), mapping, AS_OF)
    assert (told.opened_on, told.closed_on) == (date(2019, 9, 2), date(2019, 10, 15))


def test_every_flag_has_a_name_for_people():
    assert all(flag.label for flag in Flag)


def test_a_short_tax_number_stays_empty_with_its_raw_text_and_repair():
    (party,) = case(CNPJ="191").parties
    assert (party.tax_id.number, party.tax_id.raw, party.tax_id.repair) == (None, "191", "00000000000191")


@pytest.mark.parametrize("cells", [{"CNPJ": "111.444.777-35"}, {"CNPJ": "11144477735", "Tipo": "FÍSICA"}])
def test_a_natural_persons_cpf_in_the_column_of_the_cnpj_is_taken_as_one(cells):
    (party,) = case(**cells).parties
    assert (party.tax_id.kind, party.tax_id.number) == ("cpf", "11144477735")


def test_what_cannot_be_read_is_kept_as_it_was_written():
    kept = case(Valor="mil reais", Andamentos="muitos", Judicial="024.09.1", Tipo="autarquia", Obs="=1+1")
    assert dict(kept.extra) == {
        "Obs": "=1+1",
        "Valor": "mil reais",
        "Andamentos": "muitos",
        "Judicial": "024.09.1",
        "Tipo": "autarquia",
    }
    assert case(Atendida="talvez").outcome_text == "talvez"


def test_a_problem_of_the_row_is_its_refusal():
    broken = RawRow(7, (), "a linha tem 3 colunas", Repair(("a",), "juntar"))
    assert interpret(broken, MAPPING, AS_OF) == Refused(7, "a linha tem 3 colunas", "juntar")
    assert interpret_step(broken, MAPPING, AS_OF) == Refused(7, "a linha tem 3 colunas", "juntar")


def test_a_repaired_row_says_so():
    repaired = RawRow(2, row().cells, repaired="juntar")
    assert [(finding.flag, finding.text) for finding in interpret(repaired, MAPPING, AS_OF).findings] == [
        (Flag.REPAIRED, "juntar")
    ]


# --- Duplicates ---


def test_the_same_number_twice_in_a_file_is_a_duplicate_naming_the_first_line():
    rows = [row(2), row(3, Obs="outro"), row(4), row(5, Caso="2020/2")]
    first, other, same, last = interpret_all(rows, MAPPING, AS_OF)
    assert other == Duplicate(3, "2020/1", 2, same_content=False)
    assert same == Duplicate(4, "2020/1", 2, same_content=True)
    assert (first.line, last.line) == (2, 5)


def test_numbers_are_compared_without_capitals_and_blanks():
    numbers = ["Caso  1", "CASO 1", "caso 2"]
    answers = list(interpret_all([row(line, Caso=number) for line, number in enumerate(numbers)], MAPPING, AS_OF))
    assert [type(answer) for answer in answers] == [LegacyCase, Duplicate, LegacyCase]


def test_rows_equal_but_for_their_number_are_two_cases_with_two_digests():
    one, two = interpret_all([row(2), row(3, Caso="2020/2")], MAPPING, AS_OF)
    assert one.digest != two.digest


def test_a_refused_row_does_not_hold_its_number():
    answers = interpret_all([row(2, Abertura="31/02/2020"), row(3)], MAPPING, AS_OF)
    assert [type(answer) for answer in answers] == [Refused, LegacyCase]


def test_the_digest_tells_content_not_place_or_day_of_reading():
    assert interpret(row(2), MAPPING, AS_OF).digest == interpret(row(9), MAPPING, date(2019, 1, 1)).digest
    assert case(CNPJ="191").digest != case(CNPJ="192").digest
    assert len(case().digest) == 64


# --- Steps ---

STEPS = Mapping(
    SheetKind.STEPS,
    (
        *(Column("Processo", Target.LEGACY_NUMBER), Column("Data/hora", Target.AT), Column("Andamento", Target.STEP)),
        *(Column("Grupo", Target.GROUP), Column("Responsável", Target.RESPONSIBLE), Column("Obs", Target.EXTRA)),
    ),
)


def step(**cells):
    filled = {"Processo": "1", "Data/hora": "2011-10-11 13:45:40.276000+02:00", "Andamento": "Recebido"} | cells
    return interpret_step(RawRow(5, tuple(filled.get(column.name, "") for column in STEPS.columns)), STEPS, AS_OF)


def test_a_step_has_its_instant_and_its_local_day():
    done = step(Grupo="Group 1", Obs="x")
    assert isinstance(done, LegacyStep)
    assert (done.line, done.key, done.step, done.group, done.responsible) == (5, "1", "Recebido", "Group 1", None)
    assert (done.on, done.at) == (date(2011, 10, 11), datetime(2011, 10, 11, 11, 45, 40, 276000, tzinfo=UTC))
    assert (done.extra, done.findings) == ((("Obs", "x"),), ())


@pytest.mark.parametrize(
    "cells, words",
    [
        ({"Processo": ""}, "Processo"),
        ({"Data/hora": "NULL"}, "Data/hora"),
        ({"Data/hora": "31/02/2011"}, "não existe"),
        ({"Andamento": "-"}, "Andamento"),
    ],
)
def test_a_step_without_case_date_or_text_is_refused(cells, words):
    answer = step(**cells)
    assert isinstance(answer, Refused)
    assert words in answer.reason


def test_a_step_in_the_future_is_flagged():
    assert flags(step(**{"Data/hora": "01/07/2020"})) == [Flag.FUTURE_DATE]


# --- Anything at all ---


@given(st.lists(st.text(max_size=30), min_size=len(COLUMNS), max_size=len(COLUMNS)))
def test_any_cells_make_a_case_or_a_refusal(cells):
    answer = interpret(RawRow(2, tuple(cells)), MAPPING, AS_OF)
    assert isinstance(answer, LegacyCase | Refused)


cell = st.sampled_from(
    [
        "2020/1",
        "",
        "NULL",
        "01/02/2020",
        "31/02/2020",
        "12/25/2020",
        "191",
        "40432544000147",
        "S",
        "1.234",
        "=1+1",
        "a;b",
        'a"b',
    ]
)


@given(st.lists(st.lists(cell, min_size=4, max_size=6), max_size=6), st.sampled_from(";,|\t"), st.booleans())
def test_any_file_ends_in_cases_duplicates_and_refusals_one_for_each_row(rows, separator, accept_repairs):
    names = ["Processo", "Data de abertura", "CNPJ", "Atendida"]
    data = "\n".join(separator.join(cells) for cells in [names, *rows]).encode()

    def source():
        return iter([data])

    try:
        layout = survey(source)
        mapping = guess_mapping(layout.columns)
    except LegacyFileError:
        return
    answers = list(interpret_all(read_rows(source, layout, accept_repairs=accept_repairs), mapping, AS_OF))
    assert len(answers) == layout.rows
    assert all(isinstance(answer, LegacyCase | Duplicate | Refused) for answer in answers)


@pytest.mark.parametrize("text", ["NA", "NaT", "sem data"])
def test_what_programs_write_for_no_date_is_none_among_dates_and_a_text_elsewhere(text):
    found = case(Encerramento=text, Assunto=text)
    assert (found.closed_on, found.matter) == (None, text)


@pytest.mark.parametrize("text", ["em aberto", "Em andamento", "PENDENTE"])
def test_an_end_that_says_in_words_that_there_is_none_leaves_the_case_open_and_keeps_the_words(text):
    found = case(Encerramento=text)
    assert (found.closed_on, found.extra) == (None, (("Encerramento", text),))
    assert "não é uma data" in refusal(Encerramento="resolvido").reason
