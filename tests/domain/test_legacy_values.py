"""What one cell says: blanks, dates, money, tax numbers."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cprac.domain import legacy_values as values
from cprac.domain.legacy_values import Amount, DateOrder, Moment, Unreadable, read_amount, read_moment, read_tax_id

# --- Blanks and texts ---


@pytest.mark.parametrize(
    "text", ["", " ", "NULL", "null", "-", "–", "N/A", "n/d", " NaN ", "#N/D", "\u00a0", "EMPTY", "(vazio)"]
)
def test_what_says_nothing_is_nothing(text):
    assert values.is_null(text)


@pytest.mark.parametrize("text", ["0", "N", "NA", "S/N", "nulo de pleno direito", "--- ---", "x" * 1000])
def test_what_says_something_is_something(text):
    assert not values.is_null(text)


@pytest.mark.parametrize(
    "text, folded",
    [
        ("  Nº  Processo ", "no processo"),
        ("SITUAÇÃO", "situacao"),
        ("Órgão\u00a0Público", "orgao publico"),
        ("ﬁm", "fim"),
    ],
)
def test_texts_are_compared_without_accents_capitals_and_blanks(text, folded):
    assert values.fold(text) == folded


def test_a_short_text_is_cleaned_to_one_line():
    assert values.one_line(" José\u200b\n  da\tSilva\ufeff ") == "José da Silva"
    assert values.one_line("Jose\u0301") == "José"


@pytest.mark.parametrize(
    "text", ["=1+1", "=cmd|' /C calc'!A0", "+cmd", "-2+3+cmd|' /C calc'!A0", "@SUM(A1)", "  =HYPERLINK(1)", "-x"]
)
def test_what_a_spreadsheet_would_run_is_noticed(text):
    assert values.looks_like_formula(text)


@pytest.mark.parametrize(
    "text", ["-5,00", "- 12", "+55 (31) 3333-4444", "-R$ 7", "-", "--", "a=b", "maria@contagem", "", "31/12"]
)
def test_numbers_and_telephones_are_no_formulas(text):
    assert not values.looks_like_formula(text)


# --- Dates ---

DATES = [
    ("02/09/2019", date(2019, 9, 2), None),
    ("2/9/2019", date(2019, 9, 2), None),
    ("02-09-2019", date(2019, 9, 2), None),
    ("02.09.2019", date(2019, 9, 2), None),
    ("2019-09-02", date(2019, 9, 2), None),
    ("2019/09/02", date(2019, 9, 2), None),
    (" 02/09/2019 ", date(2019, 9, 2), None),
    ("29/02/2020", date(2020, 2, 29), None),
    ("02/09/2019 09:27", date(2019, 9, 2), "2019-09-02T12:27:00"),
    ("02/09/2019 9h27", date(2019, 9, 2), "2019-09-02T12:27:00"),
    ("02/09/2019 às 09:27", date(2019, 9, 2), "2019-09-02T12:27:00"),
    ("02/09/2019 - 09:27", date(2019, 9, 2), "2019-09-02T12:27:00"),
    ("02/09/2019, 09:27", date(2019, 9, 2), "2019-09-02T12:27:00"),
    ("02/09/2019 09:27:15", date(2019, 9, 2), "2019-09-02T12:27:15"),
    ("02/09/2019 9:27 PM", date(2019, 9, 2), "2019-09-03T00:27:00"),
    ("02/09/2019 12:10 am", date(2019, 9, 2), "2019-09-02T03:10:00"),
    ("2019-10-04 11:12:54.000", date(2019, 10, 4), "2019-10-04T14:12:54"),
    ("2019-10-04T11:12:54.5", date(2019, 10, 4), "2019-10-04T14:12:54.500000"),
    ("2019-10-04T11:12:54.123456789", date(2019, 10, 4), "2019-10-04T14:12:54.123456"),
    ("2019-10-04T11:12:54Z", date(2019, 10, 4), "2019-10-04T11:12:54"),
    ("2011-10-11 13:45:40.276000+02:00", date(2011, 10, 11), "2011-10-11T11:45:40.276000"),
    ("2011-10-12 03:30:00+0200", date(2011, 10, 11), "2011-10-12T01:30:00"),  # the local day of that instant
    ("2011-10-12 03:30:00 -03", date(2011, 10, 12), "2011-10-12T06:30:00"),
    ("04/11/2018 00:30", date(2018, 11, 4), "2018-11-04T03:30:00"),  # an hour that summer time skipped: the day stays
    ("18/02/2018 12:00", date(2018, 2, 18), "2018-02-18T15:00:00"),
    ("18/01/2018 12:00", date(2018, 1, 18), "2018-01-18T14:00:00"),  # summer time
]


@pytest.mark.parametrize("text, on, instant", DATES)
def test_a_date_is_read_with_its_local_day_and_its_instant(text, on, instant):
    at = datetime.fromisoformat(instant).replace(tzinfo=UTC) if instant else None
    assert read_moment(text) == Moment(on, at)
    assert values.match_date(text) is not None


@pytest.mark.parametrize(
    "text, words",
    [
        ("31/02/2019", "não existe"),
        ("29/02/2019", "não existe"),
        ("00/01/2019", "não existe"),
        ("2019-13-01", "não existe"),
        ("04/25/2019", "ordem dia/mês/ano"),
        ("02/09/19", "dois algarismos"),
        ("02/09/19 10:00", "dois algarismos"),
        ("02/09/0219", "fora de 1900 a 2100"),
        ("02/09/9999", "fora de 1900 a 2100"),
        ("02/09/2019 24:00", "a hora"),
        ("02/09/2019 09:60", "a hora"),
        ("02/09/2019 13:00 PM", "a hora"),
        ("2019-10-04T11:12:54+25:00", "a hora"),
        ("2019-10-04T11:12:54+02:75", "a hora"),
        ("43710", "formate a coluna como data"),
        ("43710,5", "formate a coluna como data"),
        ("ontem", "não é uma data"),
        ("02/09", "não é uma data"),
        ("02/09-2019", "não é uma data"),
        ("٠٢/٠٩/٢٠١٩", "não é uma data"),
        ("02/09/2019 e depois", "não é uma data"),
        ("########", "não é uma data"),
        ("1" * 100_000, "não é uma data"),
    ],
)
def test_what_is_no_date_says_why(text, words):
    answer = read_moment(text)
    assert isinstance(answer, Unreadable)
    assert words in answer.reason
    assert len(answer.reason) < 200


@pytest.mark.parametrize(
    "text, years_from, on",
    [
        ("02/09/19", 1950, date(2019, 9, 2)),
        ("02/09/49", 1950, date(2049, 9, 2)),
        ("02/09/50", 1950, date(1950, 9, 2)),
        ("2-9-99 10:00", 1950, date(1999, 9, 2)),
        ("02/09/00", 1901, date(2000, 9, 2)),
        ("02.09.2019", 1950, date(2019, 9, 2)),
        ("2019-09-02", 1950, date(2019, 9, 2)),
    ],
)
def test_two_digits_are_a_year_only_where_a_person_said_of_which_hundred(text, years_from, on):
    assert read_moment(text, years_from=years_from).on == on


def test_a_year_of_two_digits_may_still_be_no_day():
    assert "não existe" in read_moment("31/02/19", years_from=1950).reason
    assert "não é um dia" in read_moment("00/00/0000", years_from=1950).reason


@pytest.mark.parametrize(
    "text, on, instant",
    [
        ("43710", date(2019, 9, 2), None),
        ("43710,0", date(2019, 9, 2), None),
        ("43710.5", date(2019, 9, 2), datetime(2019, 9, 2, 15, tzinfo=UTC)),
        ("43710,999999999", date(2019, 9, 2), datetime(2019, 9, 3, 2, 59, 59, tzinfo=UTC)),
        ("36526", date(2000, 1, 1), None),
        ("02/09/2019", date(2019, 9, 2), None),
    ],
)
def test_the_number_of_a_day_is_read_only_where_a_person_said_so(text, on, instant):
    assert read_moment(text, serials=True) == values.Moment(on, instant)


def test_the_number_of_a_day_beyond_all_years_is_refused():
    assert "fora de 1900 a 2100" in read_moment("99999", serials=True).reason
    assert isinstance(read_moment("4371", serials=True), Unreadable)


@pytest.mark.parametrize("text", ["00/00/0000", "0000-00-00", "0/0/0000 00:00:00"])
def test_a_day_of_zeros_is_refused_with_the_way_to_say_that_it_is_none(text):
    assert "“nulls” no mapeamento" in read_moment(text).reason


@pytest.mark.parametrize("text", ["/ /", "  /  /    ", "//"])
def test_the_blank_day_of_old_databases_is_nothing(text):
    assert values.is_null(text)


@pytest.mark.parametrize(
    "text, typed",
    [
        ('="00191"', "00191"),
        ('= "00191"', "00191"),
        ('="a ""b"""', 'a "b"'),
        ("'00191", "00191"),
        ("=00191", "=00191"),
        ('="1"&"2"', '="1"&"2"'),
        ("'", "'"),
        ("'=1+1", "'=1+1"),
        ('="' + "1" * 300 + '"', '="' + "1" * 300 + '"'),
    ],
)
def test_the_marks_that_keep_a_number_a_text_are_taken_off_and_nothing_else(text, typed):
    assert values.as_typed(text) == typed


@pytest.mark.parametrize(
    "text, lost",
    [
        *[(letter.encode().decode("cp1252"), True) for letter in "çãéêõóúâÇÉÓº"],
        ("JO\ufffdO", True),
        ("João", False),
        ("JOÃO", False),
        ("NÃO", False),
        ("ÂNCORA", False),
        ("Ã", False),
    ],
)
def test_letters_that_were_lost_before_are_noticed(text, lost):
    assert values.lost_letters(f"a {text} b") is lost


def test_the_order_of_day_and_month_is_the_columns():
    assert read_moment("04/25/2019", DateOrder.MONTH_FIRST).on == date(2019, 4, 25)
    assert read_moment("03/04/2019", DateOrder.MONTH_FIRST).on == date(2019, 3, 4)
    assert read_moment("2019-03-04", DateOrder.MONTH_FIRST).on == date(2019, 3, 4)
    assert "mês/dia/ano" in read_moment("25/04/2019", DateOrder.MONTH_FIRST).reason


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)))
def test_every_day_is_read_back_from_either_form(day):
    assert read_moment(f"{day:%d/%m/%Y}").on == day
    assert read_moment(f"{day:%m/%d/%Y}", DateOrder.MONTH_FIRST).on == day
    assert read_moment(day.isoformat()).on == day


@given(st.text(max_size=50) | st.text("0123456789/-:. TZ+", max_size=45), st.sampled_from(DateOrder))
def test_no_text_breaks_the_reading_of_dates(text, order):
    assert isinstance(read_moment(text, order), Moment | Unreadable)


# --- Money ---


@pytest.mark.parametrize(
    "text, centavos",
    [
        ("R$ 1.234,56", 123456),
        ("R$1.234,56", 123456),
        ("1.234,56", 123456),
        ("1,234.56", 123456),
        ("1234.56", 123456),
        ("1234,5", 123450),
        ("1234", 123400),
        ("0,07", 7),
        ("0.075.000,00", None),
        ("1.234.567", 123456700),
        ("1.234.567,89", 123456789),
        ("1,234,567", 123456700),
        ("-1.234,56", -123456),
        ("- R$ 5,00", -500),
        ("R$ -5,00", -500),
        ("5,00-", -500),
        ("(1.234,56)", -123456),
        ("−7,00", -700),
        ("1.234,560", 123456),
        ("R$\u00a010,00", 1000),
        ("0.123", None),
    ],
)
def test_money_is_read_as_centavos(text, centavos):
    answer = read_amount(text)
    assert answer == Amount(centavos) if centavos is not None else isinstance(answer, Unreadable)


def test_a_mark_that_may_part_thousands_or_centavos_is_in_doubt_unless_the_column_tells():
    assert read_amount("1.234") == Amount(123400, ambiguous=True)
    assert read_amount("1.234", ",") == Amount(123400)
    assert read_amount("1,234", ".") == Amount(123400)
    assert isinstance(read_amount("1.234", "."), Unreadable)
    assert read_amount("1234.56", ",") == Amount(123456)
    assert [values.decimal_evidence(text) for text in ("1,5", "1.5", "1.234,5", "1.234", "7", "x")] == [
        ",",
        ".",
        ",",
        *[None] * 3,
    ]


@pytest.mark.parametrize(
    "text",
    ["", "R$", "mil reais", "1e5", "1.23.4", "12.34,56", "1,2,3", "--5", "(5", "5)", "٥", "1" * 20, "9" * 10_000],
)
def test_what_is_no_amount_says_so(text):
    answer = read_amount(text)
    assert isinstance(answer, Unreadable)
    assert len(answer.reason) < 200


@given(st.integers(-(10**15), 10**15))
def test_every_amount_is_read_back_as_brazil_writes_it(centavos):
    whole, cents = divmod(abs(centavos), 100)
    text = ("-" if centavos < 0 else "") + "R$ " + f"{whole:,}".replace(",", ".") + f",{cents:02d}"
    assert read_amount(text) == Amount(centavos)


@given(st.text(max_size=40) | st.text("0123456789.,-()R$ ", max_size=30), st.sampled_from([None, ",", "."]))
def test_no_text_breaks_the_reading_of_money(text, decimal):
    assert isinstance(read_amount(text, decimal), Amount | Unreadable)


# --- Tax numbers ---


@pytest.mark.parametrize(
    "text, kind, number, repair",
    [
        ("40432544000147", "cnpj", "40432544000147", None),
        ("40.432.544/0001-47", None, "40432544000147", None),
        ("111.444.777-35", None, "11144477735", None),
        ("191", "cnpj", None, "00000000000191"),
        ("5914650000166", "cnpj", None, "05914650000166"),
        ("5914650000166", None, None, "05914650000166"),
        ("6151439465", "cpf", None, "06151439465"),
        ("40432544000147.0", "cnpj", None, "40432544000147"),
        ("191,00", "cnpj", None, "00000000000191"),
        ("191", None, None, None),  # as a CPF and as a CNPJ it would do: nobody can tell
        ("4,04E+13", "cnpj", None, None),
        ("***.444.777-**", "cpf", None, None),
        ("40432544000148", "cnpj", None, None),
        ("não tem", None, None, None),
        ("0", "cnpj", None, None),
        ("9" * 100_000, None, None, None),
    ],
)
def test_a_tax_number_is_taken_only_as_it_stands_and_else_kept_with_its_repair(text, kind, number, repair):
    tax_id = read_tax_id(text, kind)
    assert (tax_id.number, tax_id.repair) == (number, repair)
    assert tax_id.raw == text[:200]
    assert (tax_id.reason is None) == (number is not None)


@given(st.text(max_size=40) | st.text("0123456789.,/-E+", max_size=20))
def test_no_text_breaks_the_reading_of_tax_numbers(text):
    tax_id = read_tax_id(text)
    assert tax_id.number is None or tax_id.repair is None
