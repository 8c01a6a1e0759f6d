"""Numbers that identify people, lawsuits and cases."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cprac.domain import identifiers as ids
from cprac.domain.identifiers import ACCESS_KEY, CLAIM_CODE, CaseNumber, check, mask_cpf, parse_case_number
from cprac.identifier_vectors import check_vectors

SAMPLE = Path(__file__).parents[3] / "shared" / "data" / "documents_sample.json"


@pytest.mark.shared_data
def test_every_published_vector_is_answered_as_published():
    vectors = json.loads(SAMPLE.read_text("utf-8"))["vectors"]
    assert len(vectors) == 20
    for vector in vectors:
        checked = check(vector["kind"], vector["input"])
        got = (checked.valid, checked.normalized, checked.formatted, checked.repair_on_import)
        wanted = (vector["valid"], vector["normalized"], vector["formatted"], vector["repair_on_import"])
        assert got == wanted, vector["id"]


@pytest.mark.shared_data
def test_the_command_answers_the_published_file_line_by_line():
    answers = list(check_vectors(SAMPLE.read_text("utf-8")))
    assert [set(answer) for answer in answers] == [{"input", "kind", "valid", "normalized", "reason"}] * 20
    assert sum(answer["valid"] is True for answer in answers) == 10


VALID = [
    ("cpf", "111.444.777-35", "11144477735"),
    ("cpf", "  11144477735\n", "11144477735"),
    ("cpf", "111 444 777 35", "11144477735"),
    ("cpf", "111.444.777–35", "11144477735"),  # an en dash, as text processors make it
    ("cpf", "\ufeff111.444.777-35\u200b", "11144477735"),  # signs that nobody sees, copied from a page
    ("cnpj", "16.727.230/0001-97", "16727230000197"),
    ("cnpj", "16727230 0001 97", "16727230000197"),
    ("cnpj", "12.abc.345/01de-35", "12ABC34501DE35"),
    ("cnpj", "12. ABC.345 /01DE–35", "12ABC34501DE35"),
    ("cnpj", "00000000000191", "00000000000191"),
    ("cnj", "5037038-85.2019.8.13.0024", "50370388520198130024"),
    ("cnj", "50370388520198130024", "50370388520198130024"),
    ("cnj", "5037038-85.2019.813.0024", "50370388520198130024"),  # segment and court written together
]


@pytest.mark.parametrize("kind, text, normalized", VALID)
def test_a_right_number_is_accepted_however_it_is_punctuated(kind, text, normalized):
    checked = check(kind, text)
    assert (checked.valid, checked.normalized, checked.repair_on_import) == (True, normalized, None)
    assert checked.reason == ids.REASON_VALID
    assert check(kind, checked.formatted).normalized == normalized


REFUSED = [
    ("cpf", "", ids.REASON_EMPTY, None),
    ("cpf", " \t\u200b ", ids.REASON_EMPTY, None),
    ("cpf", "11144477736", ids.REASON_CHECK_DIGITS, None),
    ("cpf", "00000000000", ids.REASON_CPF_REPEATED, None),
    ("cpf", "99999999999", ids.REASON_CPF_REPEATED, None),
    ("cpf", "1114447773", ids.REASON_CPF_LENGTH, None),
    ("cpf", "111444777350", ids.REASON_CPF_LENGTH, None),
    ("cpf", "6151439465", ids.REASON_SHORT, "06151439465"),
    ("cpf", "1114447773S", ids.REASON_CHARACTER, None),
    ("cpf", "111.444.777/35", ids.REASON_CHARACTER, None),
    ("cpf", "111\x00444777-35", ids.REASON_CHARACTER, None),
    ("cpf", "１１１４４４７７７３５", ids.REASON_CHARACTER, None),
    ("cpf", "١١١٤٤٤٧٧٧٣٥", ids.REASON_CHARACTER, None),
    ("cpf", "¹¹¹44477735", ids.REASON_CHARACTER, None),
    ("cpf", "111\t44477735", ids.REASON_CHARACTER, None),
    ("cpf", "***.444.777-**", ids.REASON_CHARACTER, None),
    ("cpf", "....---...", ids.REASON_CHARACTER, None),
    ("cnpj", "191", ids.REASON_SHORT, "00000000000191"),
    ("cnpj", "5914650000166", ids.REASON_SHORT, "05914650000166"),
    ("cnpj", "5914650000167", ids.REASON_CNPJ_LENGTH, None),
    ("cnpj", "4,0432544E+13", ids.REASON_CHARACTER, None),
    ("cnpj", "00000000000000", ids.REASON_CNPJ_REPEATED, None),
    ("cnpj", "16.727.230/0001=97", ids.REASON_CHARACTER, None),
    ("cnpj", "12ABC34501DEAA", ids.REASON_CNPJ_TAIL, None),
    ("cnpj", "12ABC34501DE3", ids.REASON_CNPJ_LENGTH, None),
    ("cnpj", "ABC", ids.REASON_CNPJ_LENGTH, None),
    ("cnpj", "ß2ABC34501DE35", ids.REASON_CHARACTER, None),
    ("cnj", "0058967-76.2016.8.19.0000", ids.REASON_CHECK_DIGITS, None),
    ("cnj", "2009.83.02.00.1234-x", ids.REASON_CNJ_OLD, None),
    ("cnj", "024.09.123456-7", ids.REASON_CNJ_OLD, None),
    ("cnj", "589677720168190000", ids.REASON_SHORT, "00589677720168190000"),
    ("cnj", "123456789012345678901", ids.REASON_CNJ_LENGTH, None),
    ("cnj", "0058967-77.2016.8.19", ids.REASON_CNJ_OLD, None),
    ("cnj", "processo 0058967-77.2016.8.19.0000", ids.REASON_CNJ_OLD, None),
]


@pytest.mark.parametrize("kind, text, reason, repair", REFUSED)
def test_a_wrong_number_is_refused_with_its_reason_and_perhaps_a_repair_to_offer(kind, text, reason, repair):
    checked = check(kind, text)
    assert (checked.valid, checked.normalized, checked.formatted) == (False, None, None)
    assert (checked.reason, checked.repair_on_import) == (reason, repair)


@pytest.mark.parametrize("value", [None, True, 1.5, [], {}, b"11144477735", -1, 10**30, object()])
@pytest.mark.parametrize("kind", list(ids.IdentifierKind))
def test_what_is_no_text_is_refused_without_an_error(kind, value):
    assert (check(kind, value).valid, check(kind, value).reason) == (False, ids.REASON_NOT_TEXT)


def test_a_number_that_lost_its_zeros_in_a_spreadsheet_is_offered_back():
    assert check("cnpj", 191).repair_on_import == "00000000000191"
    assert check("cnpj", 16727230000197).valid is True


@pytest.mark.parametrize("text", ["1" * 2_000_000, " " * 2_000_000, "\x00" * 2_000_000, "é" * 65])
@pytest.mark.parametrize("kind", list(ids.IdentifierKind))
def test_a_huge_text_is_refused_before_any_work(kind, text):
    assert check(kind, text).reason == ids.REASON_TOO_LONG


def test_an_unknown_kind_is_the_callers_mistake():
    with pytest.raises(ValueError, match="rg"):
        check("rg", "1")


@given(st.sampled_from(list(ids.IdentifierKind)), st.text() | st.text("0123456789 .-/ABCx\x00１", max_size=30))
def test_no_text_at_all_makes_the_check_fail(kind, text):
    checked = check(kind, text)
    assert checked.reason
    assert (checked.normalized is None) == (checked.valid is False)


@given(st.integers(0, 10**9 - 1))
def test_exactly_one_pair_of_check_digits_makes_a_cpf_right(base):
    body = f"{base:09d}"
    right = [f"{dv:02d}" for dv in range(100) if check("cpf", body + f"{dv:02d}").valid]
    # Modulo 11 with weights 10..2 and 11..2, computed here a second way.
    digits = [int(digit) for digit in body]
    for _ in range(2):
        rest = sum(digit * weight for weight, digit in enumerate(reversed(digits), 2)) * 10 % 11
        digits.append(rest % 10)
    repeated = len(set(digits)) == 1
    assert right == ([] if repeated else [f"{digits[9]}{digits[10]}"])


@given(st.integers(0, 10**7 - 1), st.integers(1900, 2099), st.integers(1, 9), st.integers(0, 99), st.integers(0, 9999))
def test_exactly_one_pair_of_check_digits_makes_a_lawsuit_number_right(sequence, year, segment, court, origin):
    right = [
        dv
        for dv in range(100)
        if check("cnj", f"{sequence:07d}-{dv:02d}.{year}.{segment}.{court:02d}.{origin:04d}").valid
    ]
    # Res. CNJ 65/2008 Anexo VIII, computed here in one go: N, year, segment, court, origin and two zeros.
    assert right == [98 - int(f"{sequence:07d}{year}{segment}{court:02d}{origin:04d}00") % 97]


def test_a_lawsuit_number_of_a_branch_of_justice_that_does_not_exist_is_refused():
    dv = 98 - int("00000012020000000100") % 97
    assert check("cnj", f"0000001-{dv:02d}.2020.0.00.0001").reason == ids.REASON_CNJ_SEGMENT


# --- Masking ---


@pytest.mark.parametrize(
    "text, shown",
    [
        ("11144477735", "***.444.777-**"),
        ("111.444.777-35", "***.444.777-**"),
        ("11144477736", "***.***.***-**"),
        ("", "***.***.***-**"),
        ("João", "***.***.***-**"),
    ],
)
def test_a_masked_cpf_shows_its_middle_or_nothing(text, shown):
    assert mask_cpf(text) == shown


# --- Case numbers ---


@pytest.mark.parametrize(
    "text, shown, address",
    [
        ("0147/2026", "0147/2026", "2026-0147"),
        ("147/2026", "0147/2026", "2026-0147"),
        (" 0147 / 2026 ", "0147/2026", "2026-0147"),
        ("2026-0147", "0147/2026", "2026-0147"),
        ("2026–0147", "0147/2026", "2026-0147"),
        ("0147/2026/2", "0147/2026/2", "2026-0147-2"),
        ("2026-0147-12", "0147/2026/12", "2026-0147-12"),
        ("12345/2026", "12345/2026", "2026-12345"),
    ],
)
def test_a_case_number_is_read_in_both_forms_and_written_in_both(text, shown, address):
    number = parse_case_number(text)
    assert (str(number), number.for_url) == (shown, address)


@pytest.mark.parametrize(
    "text",
    [
        *[None, 147, "", "0147", "0147/26", "0/2026", "0147/2026/1", "0147/2026/0", "0147/2026/1000", "0147-2026"],
        *["2026/0147/x", "0147/2026\x00", "٠١٤٧/٢٠٢٦", "1" * 2_000_000, "5037038-85.2019.8.13.0024", "-147/2026"],
        *["0147/2026/", "/2026", "0147//2026", "0147/0000", "12345678/2026"],
    ],
)
def test_what_is_no_case_number_is_read_as_none(text):
    assert parse_case_number(text) is None


def test_a_split_case_knows_the_number_that_the_citizen_keeps():
    assert str(parse_case_number("0147/2026/3").application) == "0147/2026"


def test_case_numbers_sort_by_year_then_sequence_then_split():
    numbers = [CaseNumber(2026, 2), CaseNumber(2025, 900), CaseNumber(2026, 10)]
    assert [str(number) for number in sorted(numbers)] == ["0900/2025", "0002/2026", "0010/2026"]


def test_a_number_that_could_not_be_read_back_cannot_be_made():
    for year, sequence, split in [(2026, 0, None), (26, 1, None), (2026, 1, 1), (2026, 10_000_000, None)]:
        with pytest.raises(ValueError, match=r"not|numbered"):
            CaseNumber(year, sequence, split)


@given(st.integers(1900, 9999), st.integers(1, 9_999_999), st.none() | st.integers(2, 999))
def test_a_case_number_survives_both_forms_and_never_looks_like_a_lawsuit(year, sequence, split):
    number = CaseNumber(year, sequence, split)
    assert parse_case_number(str(number)) == number == parse_case_number(number.for_url)
    assert check("cnj", str(number)).valid is False
    assert check("cnj", number.for_url).valid is False
    assert "/" not in number.for_url


@given(st.text())
def test_no_text_breaks_the_reading_of_case_numbers(text):
    parse_case_number(text)


# --- Access key and claim code ---


def test_a_key_is_shown_in_groups_and_a_claim_code_is_longer():
    key, claim = ACCESS_KEY.new(bytes(range(7))), CLAIM_CODE.new(bytes(range(10)))
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{3}", ACCESS_KEY.format(key))
    assert re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}", CLAIM_CODE.format(claim))
    assert CLAIM_CODE.normalize(key) is None
    assert ACCESS_KEY.normalize(claim) is None


@pytest.mark.parametrize("random", [b"", b"\x00" * 6, b"\x00" * 8])
def test_a_key_is_never_made_from_too_little_chance(random):
    with pytest.raises(ValueError, match="7 random bytes"):
        ACCESS_KEY.new(random)


@given(st.binary(min_size=7, max_size=7))
def test_a_key_is_recognised_however_a_person_writes_it(random):
    key = ACCESS_KEY.new(random)
    stored = ACCESS_KEY.digest(key)
    shown = ACCESS_KEY.format(key)
    for typed in (
        key,
        shown,
        shown.lower(),
        f" {shown} ",
        key.replace("0", "o").replace("1", "l"),
        shown.replace("-", "–"),
    ):
        assert ACCESS_KEY.normalize(typed) == key
        assert ACCESS_KEY.matches(typed, stored)


@given(st.binary(min_size=7, max_size=7), st.integers(0, 10), st.integers(1, 31))
def test_one_wrong_character_is_noticed_without_asking_the_database(random, place, step):
    key = ACCESS_KEY.new(random)
    other = ids.CROCKFORD[(ids.CROCKFORD.index(key[place]) + step) % 32]
    assert ACCESS_KEY.normalize(key[:place] + other + key[place + 1 :]) is None


@given(st.sets(st.binary(min_size=7, max_size=7), min_size=2, max_size=30))
def test_different_chance_makes_different_keys(randoms):
    assert len({ACCESS_KEY.new(random)[:10] for random in randoms}) == len(
        {random[:6] + bytes([random[6] >> 6]) for random in randoms}
    )


def test_a_wrong_key_a_missing_case_and_rubbish_are_all_simply_false():
    key = ACCESS_KEY.new(b"\x01" * 7)
    other = ACCESS_KEY.digest(ACCESS_KEY.new(b"\x02" * 7))
    for typed in (key, "", None, 7, "ç" * 11, "\x00" * 11, "A" * 2_000_000):
        assert ACCESS_KEY.matches(typed, other) is False
        assert ACCESS_KEY.matches(typed, None) is False
    assert ACCESS_KEY.matches("", ACCESS_KEY.digest("")) is False


def test_a_key_is_stored_as_a_hash_that_a_claim_code_cannot_share():
    code = ACCESS_KEY.new(b"\x07" * 7)
    assert re.fullmatch(r"[0-9a-f]{64}", ACCESS_KEY.digest(code))
    assert ACCESS_KEY.digest(code) != CLAIM_CODE.digest(code)


# --- The command's vectors ---


@pytest.mark.parametrize(
    "text",
    [
        '{"vectors": [{"kind": "cnpj", "input": "191"}, {"kind": "CPF", "input": null}]}',
        '[{"kind": "cnpj", "input": "191"}, {"kind": "cpf", "input": null}]',
        '{"kind": "cnpj", "input": "191"}\r\n\r\n{"kind": "cpf", "input": null}\n',
        '\ufeff{"kind": "cnpj", "input": "191"}\n{"kind": "cpf", "input": null}',
    ],
)
def test_vectors_come_as_an_object_a_list_or_lines(text):
    assert list(check_vectors(text)) == [
        {"input": "191", "kind": "cnpj", "valid": False, "normalized": None, "reason": ids.REASON_SHORT},
        {"input": None, "kind": "cpf", "valid": False, "normalized": None, "reason": ids.REASON_NOT_TEXT},
    ]


@pytest.mark.parametrize(
    "text, where",
    [
        ("", "arquivo vazio"),
        ("\n \n", "arquivo vazio"),
        ("CPF;111", "linha 1"),
        ('{"kind": "cpf", "input": "1"}\n{"kind": ', "linha 2"),
        ('{"kind": "cpf", "input": "1"}\n[1]', "linha 2"),
        ('{"kind": "cpf"}', "linha 1: falta “input”"),
        ('{"input": "1"}', "linha 1: falta “kind”"),
        ('{"vectors": 3}', "vectors"),
        ('{"vectors": [{"kind": "cpf", "input": "1"}, 7]}', "vetor 2"),
        ('[{"kind": "rg", "input": "1"}]', "vetor 1: tipo desconhecido"),
        ('[{"kind": ["cpf"], "input": "1"}]', "vetor 1: tipo desconhecido"),
        ("[" * 100_000, "linha 1"),
        ('{"kind": "cpf", "input": ' + "9" * 5000 + "}", "linha 1"),
    ],
)
def test_bad_vectors_are_refused_in_one_line_that_says_where(text, where):
    with pytest.raises(ValueError, match=re.escape(where)) as refusal:
        check_vectors(text)
    assert "\n" not in str(refusal.value)
    assert len(str(refusal.value)) < 300


@given(st.text())
def test_any_text_of_vectors_is_answered_or_refused_in_one_line(text):
    try:
        list(check_vectors(text))
        message = ""
    except ValueError as refusal:
        message = str(refusal)
    assert "\n" not in message
