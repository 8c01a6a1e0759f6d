"""Numbers that identify people, lawsuits and cases: checked, normalised, written for reading, masked, kept secret.

CPF and CNPJ (alphanumeric ones too, IN RFB 2.229/2024) are computed by python-stdnum; the lawsuit number is the single
number of Res. CNJ 65/2008. The chamber's own case number is administrative and must not look like a lawsuit's
(procedure.md f). Randomness comes in as an argument: the domain draws no dice.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from stdnum import luhn
from stdnum.br import cnpj, cpf
from stdnum.iso7064 import mod_97_10

from cprac.domain.words import N_

# --- CPF, CNPJ, lawsuit number ----------------------------------------------------------------------------------------


class IdentifierKind(StrEnum):
    """What a number claims to be."""

    CPF = "cpf"
    CNPJ = "cnpj"
    CNJ = "cnj"


@dataclass(frozen=True, slots=True)
class Checked:
    """The answer about one number.

    ``valid`` is the strict answer for a form field; None means that the text is not written as it should be, but one
    reading of it is certain, and that reading is in ``normalized`` (what to store). ``repair_on_import`` is what the
    import of a spreadsheet may *offer* to a person, never apply by itself. ``reason`` is always filled, in Portuguese.
    """

    kind: IdentifierKind
    valid: bool | None
    normalized: str | None
    formatted: str | None
    repair_on_import: str | None
    reason: str


REASON_VALID: Final = N_("Número válido.")
REASON_EMPTY: Final = N_("O campo está vazio.")
REASON_NOT_TEXT: Final = N_("O valor não é um texto.")
REASON_TOO_LONG: Final = N_("O texto é longo demais para ser um número destes.")
REASON_CHARACTER: Final = N_("Há um caractere que não cabe neste número. Use números comuns, pontos, traço e barra.")
REASON_CPF_LENGTH: Final = N_("O CPF tem 11 números.")
REASON_CPF_REPEATED: Final = N_("Um CPF não pode ter todos os números iguais.")
REASON_CNPJ_LENGTH: Final = N_("O CNPJ tem 14 letras e números.")
REASON_CNPJ_REPEATED: Final = N_("Um CNPJ não pode ter todos os números iguais, nem começar com doze zeros.")
REASON_CNPJ_TAIL: Final = N_("Os dois últimos caracteres do CNPJ são sempre números.")
REASON_CNJ_LENGTH: Final = N_("O número de processo judicial tem 20 números.")
REASON_CNJ_OLD: Final = N_(
    "Não está no formato atual de processo judicial (0000000-00.0000.0.00.0000). Se for antigo, escreva-o no relato."
)
REASON_CNJ_SEGMENT: Final = N_("O número indica um ramo da Justiça ou um ano que não existe.")
REASON_CNJ_ZEROS: Final = N_("Faltam zeros no começo. O número completo está ao lado.")
REASON_CHECK_DIGITS: Final = N_("Os dígitos de verificação não conferem. Procure um número trocado.")
REASON_SHORT: Final = N_("Faltam números. Se a planilha apagou zeros do começo, confira o número sugerido.")

# Longer than any of the numbers with any sensible punctuation; bounds the work on hostile input.
_LONGEST: Final = 64
# What a person copies along from a screen or a PDF: white space, and signs that nobody sees.
_EDGES: Final = " \t\r\n\f\v\u00a0\u1680\u2007\u202f\u3000\u200b\u200c\u200d\u2060\ufeff"
_DASHES: Final = dict.fromkeys(map(ord, "‐‑‒–—―−"), "-") | dict.fromkeys(map(ord, "\u00a0\u2007\u2009\u202f"), " ")
_CNJ_MASK: Final = re.compile(r"([0-9]{1,7})-?([0-9]{2})\.([0-9]{4})\.([0-9])\.?([0-9]{2})\.([0-9]{4})")


def check(kind: IdentifierKind | str, text: object) -> Checked:
    """Check *text* as a CPF, CNPJ or lawsuit number.

    Never raises because of *text*, whatever it is; ValueError only for an unknown *kind*.
    """
    kind = IdentifierKind(kind)
    if isinstance(text, int) and not isinstance(text, bool) and 0 <= text < 10**20:
        # A JSON or spreadsheet number: its leading zeros are gone, so it is judged as the digits that are left.
        text = str(text)
    if not isinstance(text, str):
        return _refused(kind, REASON_NOT_TEXT)
    if len(text) > _LONGEST:
        return _refused(kind, REASON_TOO_LONG)
    text = text.strip(_EDGES).translate(_DASHES)
    if not text:
        return _refused(kind, REASON_EMPTY)
    if not text.isascii():
        return _refused(kind, REASON_CHARACTER)
    return _CHECKS[kind](text)


def _refused(kind: IdentifierKind, reason: str, repair: str | None = None) -> Checked:
    return Checked(kind, valid=False, normalized=None, formatted=None, repair_on_import=repair, reason=reason)


def _accepted(kind: IdentifierKind, normalized: str) -> Checked:
    formatted = format_identifier(kind, normalized)
    return Checked(
        kind, valid=True, normalized=normalized, formatted=formatted, repair_on_import=None, reason=REASON_VALID
    )


def _check_cpf(text: str) -> Checked:
    digits = re.sub(r"[ .-]", "", text)
    if not re.fullmatch(r"[0-9]+", digits):
        return _refused(IdentifierKind.CPF, REASON_CHARACTER)
    if len(digits) < 11:
        return _shortened(IdentifierKind.CPF, digits, 11, REASON_CPF_LENGTH)
    if len(digits) > 11:
        return _refused(IdentifierKind.CPF, REASON_CPF_LENGTH)
    if digits == digits[0] * 11:
        return _refused(IdentifierKind.CPF, REASON_CPF_REPEATED)
    if not cpf.is_valid(digits):
        return _refused(IdentifierKind.CPF, REASON_CHECK_DIGITS)
    return _accepted(IdentifierKind.CPF, digits)


def _check_cnpj(text: str) -> Checked:
    number = re.sub(r"[ ./-]", "", text).upper()
    if not re.fullmatch(r"[0-9A-Z]+", number):
        return _refused(IdentifierKind.CNPJ, REASON_CHARACTER)
    if len(number) < 14 and number.isdigit():
        return _shortened(IdentifierKind.CNPJ, number, 14, REASON_CNPJ_LENGTH)
    if len(number) != 14:
        return _refused(IdentifierKind.CNPJ, REASON_CNPJ_LENGTH)
    if not number[12:].isdigit():
        return _refused(IdentifierKind.CNPJ, REASON_CNPJ_TAIL)
    if number == number[0] * 14 or number.startswith("0" * 12):
        return _refused(IdentifierKind.CNPJ, REASON_CNPJ_REPEATED)
    if not cnpj.is_valid(number):
        return _refused(IdentifierKind.CNPJ, REASON_CHECK_DIGITS)
    return _accepted(IdentifierKind.CNPJ, number)


def _check_cnj(text: str) -> Checked:
    masked = _CNJ_MASK.fullmatch(text.replace(" ", ""))
    if masked:
        number = masked[1].zfill(7) + "".join(masked.groups()[1:])
        checked = _check_cnj_digits(number)
        if checked.valid and len(masked[1]) < 7:
            # Res. CNJ 65/2008 art. 1º §1º lets the zeros at the left be hidden: the reading is certain.
            return Checked(IdentifierKind.CNJ, None, number, checked.formatted, number, REASON_CNJ_ZEROS)
        return checked
    digits = re.sub(r"[ ./-]", "", text)
    if not re.fullmatch(r"[0-9]+", digits):
        return _refused(IdentifierKind.CNJ, REASON_CNJ_OLD)
    if len(digits) < 20:
        # Only a bare run of digits can be a spreadsheet's work; anything punctuated is an older way of numbering.
        reason = REASON_CNJ_LENGTH if text.isdigit() else REASON_CNJ_OLD
        return _shortened(IdentifierKind.CNJ, text, 20, reason)
    if len(digits) > 20:
        return _refused(IdentifierKind.CNJ, REASON_CNJ_LENGTH)
    return _check_cnj_digits(digits)


def _check_cnj_digits(number: str) -> Checked:
    if not cnj_check_digits_match(number):
        return _refused(IdentifierKind.CNJ, REASON_CHECK_DIGITS)
    if number[13] == "0" or number[9:13] == "0000":
        return _refused(IdentifierKind.CNJ, REASON_CNJ_SEGMENT)
    return _accepted(IdentifierKind.CNJ, number)


def cnj_check_digits_match(number: str) -> bool:
    """Tell whether 20 digits NNNNNNN DD AAAA J TR OOOO carry the right DD.

    Res. CNJ 65/2008 art. 1º §2º and Anexo VIII: DD = 98 − (N·AAAA·J·TR·OOOO·00 mod 97), ISO 7064 MOD 97-10. The
    digits are compared, not the remainder alone, because 98 and 01 leave the same remainder and only 98 is right.
    """
    return mod_97_10.calc_check_digits(number[:7] + number[9:]) == number[7:9]


def _shortened(kind: IdentifierKind, digits: str, length: int, reason: str) -> Checked:
    """Refuse a number that is too short, offering it with its zeros where that makes it right."""
    if digits.isdigit():
        padded = _CHECKS[kind](digits.zfill(length))
        if padded.valid:
            return _refused(kind, REASON_SHORT, padded.normalized)
    return _refused(kind, reason)


_CHECKS: Final = {
    IdentifierKind.CPF: _check_cpf,
    IdentifierKind.CNPJ: _check_cnpj,
    IdentifierKind.CNJ: _check_cnj,
}


def format_identifier(kind: IdentifierKind | str, normalized: str) -> str:
    """Write a normalised number as people read it: 111.444.777-35, 16.727.230/0001-97, 0058967-77.2016.8.19.0000."""
    n = normalized
    match IdentifierKind(kind):
        case IdentifierKind.CPF:
            return f"{n[:3]}.{n[3:6]}.{n[6:9]}-{n[9:]}"
        case IdentifierKind.CNPJ:
            return f"{n[:2]}.{n[2:5]}.{n[5:8]}/{n[8:12]}-{n[12:]}"
        case IdentifierKind.CNJ:
            return f"{n[:7]}-{n[7:9]}.{n[9:13]}.{n[13]}.{n[14:16]}.{n[16:]}"


def mask_cpf(text: str) -> str:
    """Show only the six middle digits, ``***.482.916-**``; a text that is no CPF shows nothing at all."""
    checked = check(IdentifierKind.CPF, text)
    digits = checked.normalized or "*" * 11
    return f"***.{digits[3:6]}.{digits[6:9]}-**"


# --- The chamber's case number ----------------------------------------------------------------------------------------

_NUMBER_SLASH: Final = re.compile(r"([0-9]{1,7})/([0-9]{4})(?:/([0-9]{1,3}))?")
_NUMBER_URL: Final = re.compile(r"([0-9]{4})-([0-9]{1,7})(?:-([0-9]{1,3}))?")


@dataclass(frozen=True, slots=True, order=True)
class CaseNumber:
    """The chamber's own number: ``0147/2026``, and ``0147/2026/2`` for the second case of a split application.

    The first case of an application has no third part: ``split`` is None, or 2 and above. Orders by year and sequence.
    """

    year: int
    sequence: int
    split: int | None = None

    def __post_init__(self) -> None:
        """Refuse (ValueError) what could not be written and read back."""
        if not (1900 <= self.year <= 9999 and 1 <= self.sequence <= 9_999_999):
            raise ValueError(f"not a case number: {self.sequence}/{self.year}")
        if self.split is not None and not 2 <= self.split <= 999:
            raise ValueError(f"cases of a split are numbered from 2 to 999, not {self.split}")

    def __str__(self) -> str:
        number = f"{self.sequence:04d}/{self.year}"
        return number if self.split is None else f"{number}/{self.split}"

    @property
    def for_url(self) -> str:
        """The number without slashes, for addresses: ``2026-0147``, ``2026-0147-2``."""
        number = f"{self.year}-{self.sequence:04d}"
        return number if self.split is None else f"{number}-{self.split}"

    @property
    def application(self) -> CaseNumber:
        """The number of the application, which the citizen keeps: the same without its third part."""
        return CaseNumber(self.year, self.sequence)


def parse_case_number(text: object) -> CaseNumber | None:
    """Read a case number in either form, with or without its zeros; None when it is none. Never raises."""
    if not isinstance(text, str) or len(text) > _LONGEST:
        return None
    text = re.sub(r"\s*([/-])\s*", r"\1", text.strip(_EDGES).translate(_DASHES))
    try:
        if match := _NUMBER_SLASH.fullmatch(text):
            return CaseNumber(int(match[2]), int(match[1]), int(match[3]) if match[3] else None)
        if match := _NUMBER_URL.fullmatch(text):
            return CaseNumber(int(match[1]), int(match[2]), int(match[3]) if match[3] else None)
    except ValueError:
        return None
    return None


# --- Access key and claim code ----------------------------------------------------------------------------------------

CROCKFORD: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LOOKALIKES: Final = str.maketrans({"O": "0", "I": "1", "L": "1"})


@dataclass(frozen=True, slots=True)
class SecretCode:
    """A code that a person copies by hand: Crockford base32 characters and, last, a check character (Luhn mod 32).

    The check character catches a typing error before the database is asked; it adds no secrecy. ``length`` counts the
    random characters of 5 bits each; ``group`` is how many characters are shown together.
    """

    purpose: str
    length: int
    group: int

    @property
    def random_bytes(self) -> int:
        """How many random bytes :meth:`new` wants."""
        return -(-self.length * 5 // 8)

    def new(self, random: bytes) -> str:
        """Make a normalised code from exactly :attr:`random_bytes` cryptographic random bytes (else ValueError)."""
        if len(random) != self.random_bytes:
            raise ValueError(f"{self.purpose} wants {self.random_bytes} random bytes, got {len(random)}")
        bits = int.from_bytes(random) >> (len(random) * 8 - self.length * 5)
        body = "".join(CROCKFORD[bits >> shift & 31] for shift in range((self.length - 1) * 5, -1, -5))
        return body + luhn.calc_check_digit(body, CROCKFORD)

    def format(self, code: str) -> str:
        """Write a normalised code in groups: ``XXXX-XXXX-XXX``."""
        return "-".join(code[start : start + self.group] for start in range(0, len(code), self.group))

    def normalize(self, typed: object) -> str | None:
        """Read what a person typed, None if it is no code.

        O is 0, I and L are 1; case, blanks and hyphens do not matter.
        """
        if not isinstance(typed, str) or len(typed) > 2 * _LONGEST:
            return None
        code = re.sub(r"[\s-]", "", typed.strip(_EDGES).translate(_DASHES)).upper().translate(_LOOKALIKES)
        if len(code) != self.length + 1 or any(character not in CROCKFORD for character in code):
            return None
        return code if luhn.is_valid(code, CROCKFORD) else None

    def digest(self, code: str) -> str:
        """SHA-256 of a normalised code, hexadecimal: what the database keeps. Codes of two purposes never share one."""
        return hashlib.sha256(f"cprac:{self.purpose}:{code}".encode()).hexdigest()

    def matches(self, typed: object, stored_digest: str | None) -> bool:
        """Compare in constant time.

        With no stored digest, or a text that is no code, the same work is done and the answer is False.
        """
        code = self.normalize(typed)
        expected = stored_digest if stored_digest is not None else "0" * 64
        equal = hmac.compare_digest(self.digest(code or "").encode(), expected.encode())
        return equal and code is not None and stored_digest is not None


# Shown on the receipt beside the number; asks for the status. 50 bits (reliability.md, threat 3).
ACCESS_KEY: Final = SecretCode(purpose="access-key", length=10, group=4)
# Used once, binds an account to a party, so it is longer: 75 bits. Lengths differ, so neither is taken for the other.
CLAIM_CODE: Final = SecretCode(purpose="claim-code", length=15, group=4)
