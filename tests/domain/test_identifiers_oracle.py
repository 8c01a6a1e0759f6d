"""An oracle of our own for CPF, CNPJ and lawsuit numbers, written from the definitions, against thousands of numbers.

It shares nothing with the code under test, nor with python-stdnum: weights are written out (CPF: 11 minus the weighted
sum; CNPJ: IN RFB 2.229/2024, a character counts as its ASCII code less 48) and the lawsuit number is computed as
Res. CNJ 65/2008 says it, 98 less the remainder by 97.
"""

import json
import random
import string

import pytest

from cprac.domain import identifiers as ids
from cprac.domain.identifiers import check
from cprac.identifier_vectors import check_vectors

DIGITS, LETTERS = string.digits, string.ascii_uppercase


def _digit(characters, weights):
    """11 less the remainder of the weighted sum, and 0 where that has two digits."""
    left = sum((ord(character) - 48) * weight for character, weight in zip(characters, weights, strict=True)) % 11
    return "0" if left < 2 else str(11 - left)


def right_cpf(base):
    first = _digit(base, range(10, 1, -1))
    return base + first + _digit(base + first, range(11, 1, -1))


def right_cnpj(base):
    first = _digit(base, [5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2])
    return base + first + _digit(base + first, [6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2])


def right_cnj(sequence, year, segment, court, origin):
    rest = int(f"{sequence}{year}{segment}{court}{origin}") * 100 % 97
    return f"{sequence}{98 - rest:02d}{year}{segment}{court}{origin}"


def is_right(kind, number):
    """Whether a text without any punctuation is a right number, in capitals."""
    if not number.isascii():
        return False
    if kind == "cpf":
        return len(number) == 11 and number.isdigit() and len(set(number)) > 1 and right_cpf(number[:9]) == number
    if kind == "cnpj":
        fits = len(number) == 14 and number.isalnum() and number == number.upper() and number[12:].isdigit()
        return fits and len(set(number)) > 1 and number[:12] != "0" * 12 and right_cnpj(number[:12]) == number
    if not (len(number) == 20 and number.isdigit() and number[13] != "0" and number[9:13] != "0000"):
        return False
    return right_cnj(number[:7], number[9:13], number[13], number[14:16], number[16:]) == number


SHAPE = {"cpf": "###.###.###-##", "cnpj": "##.###.###/####-##", "cnj": "#######-##.####.#.##.####"}
LENGTH = {"cpf": 11, "cnpj": 14, "cnj": 20}


def written(kind, number):
    characters = iter(number)
    return "".join(next(characters) if mark == "#" else mark for mark in SHAPE[kind])


def any_right(kind, chance):
    while True:
        if kind == "cpf":
            number = right_cpf("".join(chance.choices(DIGITS, k=9)))
        elif kind == "cnpj":
            letters = DIGITS if chance.random() < 0.4 else DIGITS + LETTERS
            number = right_cnpj("".join(chance.choices(letters, k=12)))
        else:
            parts = chance.randrange(10**7), chance.randrange(1990, 2040), chance.randrange(1, 10)
            number = right_cnj(
                f"{parts[0]:07d}", parts[1], parts[2], f"{chance.randrange(100):02d}", f"{chance.randrange(10000):04d}"
            )
        if is_right(kind, number):
            return number


@pytest.mark.parametrize("kind", list(SHAPE))
def test_thousands_of_right_numbers_are_taken_however_they_are_written(kind):
    chance = random.Random(f"right {kind}")
    for _ in range(2000):
        number = any_right(kind, chance)
        shown = written(kind, number)
        ways = (number, shown, f"  {shown}\n", shown.replace("-", "–"), f"\ufeff{shown}\u200b", f"\u00a0{number}")
        ways += (number.lower(), shown.lower())
        for text in ways:
            answer = check(kind, text)
            got = (answer.valid, answer.normalized, answer.formatted, answer.repair_on_import, answer.reason)
            assert got == (True, number, shown, None, ids.REASON_VALID), text
        if number.isdigit() and number[0] != "0":
            assert check(kind, int(number)).normalized == number


@pytest.mark.parametrize("kind", list(SHAPE))
def test_a_number_with_anything_changed_is_answered_as_the_definition_says(kind):
    """One character changed, two swapped, one too many, one too few, all equal: the oracle decides, not chance."""
    chance = random.Random(f"wrong {kind}")
    alphabet = DIGITS + LETTERS if kind == "cnpj" else DIGITS
    changed = 0
    for _ in range(3000):
        number = any_right(kind, chance)
        place = chance.randrange(len(number))
        match chance.randrange(6):
            case 0:
                other = number[:place] + chance.choice(alphabet) + number[place + 1 :]
            case 1:
                place = min(place, len(number) - 2)
                other = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
            case 2:
                other = number[:place] + chance.choice(alphabet) + number[place:]
            case 3:
                other = number[:place] + number[place + 1 :]
            case 4:
                other = chance.choice(alphabet) * len(number)
            case _:
                other = "".join(chance.choices(alphabet, k=len(number)))
        answer = check(kind, other)
        expected = is_right(kind, other)
        assert (answer.valid, answer.normalized) == (expected, other if expected else None), other
        padded = other.zfill(LENGTH[kind])
        offered = padded if len(other) < len(padded) and other.isdigit() and is_right(kind, padded) else None
        assert answer.repair_on_import == offered, other
        assert (answer.reason == ids.REASON_VALID) == expected
        assert (answer.reason == ids.REASON_SHORT) == (offered is not None)
        changed += not expected
    assert changed > 2000


@pytest.mark.parametrize("kind", list(SHAPE))
def test_each_right_body_has_one_pair_of_check_digits_among_the_hundred(kind):
    chance = random.Random(f"pairs {kind}")
    place = 7 if kind == "cnj" else LENGTH[kind] - 2
    for _ in range(40):
        number = any_right(kind, chance)
        pairs = [number[:place] + f"{pair:02d}" + number[place + 2 :] for pair in range(100)]
        assert [each for each in pairs if check(kind, each).valid] == [number]


@pytest.mark.parametrize("kind", list(SHAPE))
def test_zeros_that_were_lost_are_offered_and_never_applied(kind):
    chance = random.Random(f"zeros {kind}")
    for _ in range(500):
        while True:
            zeros = chance.randrange(1, 6)
            body = "0" * zeros + any_right(kind, chance)[zeros:]
            number = (
                right_cpf(body[:9])
                if kind == "cpf"
                else right_cnpj(body[:12])
                if kind == "cnpj"
                else right_cnj(body[:7], body[9:13], body[13], body[14:16], body[16:])
            )
            if number.isdigit() and is_right(kind, number):
                break
        short = number.lstrip("0")
        for value in (short, int(short), f" {short} "):
            answer = check(kind, value)
            got = (answer.valid, answer.normalized, answer.repair_on_import, answer.reason)
            assert got == (False, None, number, ids.REASON_SHORT), value
        if kind == "cnj" and not number.startswith("0" * 7):  # the resolution lets these zeros be hidden
            shown = written(kind, number).lstrip("0")
            answer = check(kind, shown)
            assert (answer.valid, answer.normalized) == (None, number), shown


OTHER_DIGITS = ["٠١٢٣٤٥٦٧٨٩", "０１２３４５６７８９", "०१२३४५६७८९", "⁰¹²³⁴⁵⁶⁷⁸⁹", "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗"]


@pytest.mark.parametrize("kind", list(SHAPE))
@pytest.mark.parametrize("digits", OTHER_DIGITS)
def test_digits_of_other_scripts_are_refused_as_such(kind, digits):
    chance = random.Random(digits)
    for _ in range(50):
        number = next(found for found in iter(lambda: any_right(kind, chance), None) if found.isdigit())
        text = "".join(digits[int(character)] for character in number)
        one = number[:5] + digits[int(number[5])] + number[6:]
        for other in (text, one, written(kind, text)):
            answer = check(kind, other)
            assert (answer.valid, answer.normalized, answer.reason) == (False, None, ids.REASON_CHARACTER), other


ALPHABETS = [DIGITS, DIGITS + ".-/ ", string.printable, "０１２٣²ºªéß\u200b\u202e\x00 .-/", DIGITS + LETTERS.lower()]


@pytest.mark.parametrize("kind", list(SHAPE))
def test_garbage_is_never_taken_for_a_number_and_always_has_a_reason(kind):
    chance = random.Random(f"garbage {kind}")
    for _ in range(5000):
        text = "".join(chance.choices(chance.choice(ALPHABETS), k=chance.randrange(0, 30)))
        answer = check(kind, text)
        assert answer.reason
        plain = "".join(each for each in text if each.isascii() and each.isalnum()).upper()
        if answer.valid:
            assert (answer.normalized, is_right(kind, plain)) == (plain, True), text
        else:
            assert answer.valid is False or answer.normalized == answer.repair_on_import != None  # noqa: E711  (chain)
            offered = answer.repair_on_import
            assert offered is None or (is_right(kind, offered) and offered.endswith(plain)), text


def test_the_command_answers_every_kind_of_value_in_valid_json_and_in_order():
    values = ["11144477735", 11144477735, 11144477735.0, 1e300, -1, True, None, [], {"a": 1}, "\ud800", "\u2028", "é\n"]
    vectors = [{"kind": kind, "input": value} for kind in SHAPE for value in values]
    for text in (json.dumps(vectors), "\n".join(json.dumps(vector) for vector in vectors)):
        answers = list(check_vectors(text))
        assert [answer["input"] for answer in answers] == values * 3
        assert [(a["valid"], a["normalized"]) for a in answers[:2]] == [(True, "11144477735")] * 2
        assert not any(answer["valid"] for answer in answers[2:12])
        assert all(answer["reason"] for answer in answers)
        json.dumps(answers, allow_nan=False)


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "1e999", "-1e999"])
def test_what_json_has_no_number_for_is_refused_where_it_stands(value):
    """Answered as it came, it would make an output that is no JSON."""
    with pytest.raises(ValueError, match="linha 2: não é JSON"):
        check_vectors('{"kind": "cpf", "input": "1"}\n{"kind": "cpf", "input": ' + value + "}")
