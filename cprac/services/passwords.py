"""Passwords: argon2id hashes, and which passwords are refused (reliability.md §4).

Length, not composition; any Unicode, in NFC; nothing is cut off. Refused are passwords that consist of what anybody
would try first: the person's own name and address, the city and the chamber, and a short list of our own.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterable
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from cprac.domain.subject import Refusal
from cprac.domain.words import N_
from cprac.services.chamber import Chamber
from cprac.services.errors import RefusedError, TooManyTriesError

STAFF_MIN, PARTY_MIN, MOST = 15, 12, 128
LEFT_OVER, DISTINCT = 6, 5

# What people in Brazil try first, beyond runs of the keyboard and of digits, which are found by rule.
COMMON = (
    "senha", "password", "mudar", "teste", "admin", "usuario", "brasil", "acesso", "entrar", "sistema", "master",
    "qwertyuiop", "asdfghjkl", "zxcvbnm", "qwerty", "asdfgh", "1q2w3e4r5t", "1q2w3e4r", "abcdefghij", "abcdef", "abc",
    "1234567890", "0987654321", "123456789", "12345678", "123456", "12345", "1234", "123", "654321", "321",
    "minha", "secreta", "segura", "forte", "deus", "jesus", "amor", "teamo", "flamengo", "cruzeiro", "atletico", "galo",
    "familia", "letmein", "welcome", "iloveyou", "dragon", "monkey", "football",
    "cprac", "procuradoria", "prefeitura", "municipio", "mediacao", "conciliacao", "camara", "protocolo", "conflito",
    "servidor", "procurador", "advogado",
)  # fmt: skip

_ONE_AT_A_TIME = threading.BoundedSemaphore(1)
_LONGEST_QUEUE = 5.0
"""Seconds a request waits for its turn to hash: one hash takes tens of MiB and a whole core."""


@cache
def _hasher(memory: int) -> tuple[PasswordHasher, str]:
    """The hasher for *memory* KiB, and a hash that no password fits: what unknown accounts are checked against."""
    hasher = PasswordHasher(time_cost=1, memory_cost=memory, parallelism=1)
    return hasher, hasher.hash("\x00 nobody's password \x00")


def _turn() -> None:
    if not _ONE_AT_A_TIME.acquire(timeout=_LONGEST_QUEUE):
        raise TooManyTriesError(int(_LONGEST_QUEUE))


def normalized(password: str) -> str:
    """The password as it is hashed: NFC, so that the same letters typed on another keyboard are the same password."""
    return unicodedata.normalize("NFC", password)


def hash_of(chamber: Chamber, password: str) -> str:
    """The argon2id hash of *password* to store."""
    hasher, _nobody = _hasher(chamber.password_memory)
    _turn()
    try:
        return hasher.hash(normalized(password))
    finally:
        _ONE_AT_A_TIME.release()


def fits(chamber: Chamber, stored: str, password: str) -> bool:
    """Whether *password* is the one of the hash *stored*. With an empty hash the same work is done, and it never is."""
    hasher, nobody = _hasher(chamber.password_memory)
    if len(password) > MOST:
        password = ""  # no stored password is that long; hashing a megabyte would be a gift
    _turn()
    try:
        return hasher.verify(stored or nobody, normalized(password)) and bool(stored)
    except (VerificationError, InvalidHashError):
        return False
    finally:
        _ONE_AT_A_TIME.release()


def outdated(chamber: Chamber, stored: str) -> bool:
    """Whether *stored* was made with other parameters than today's."""
    return _hasher(chamber.password_memory)[0].check_needs_rehash(stored)


def check_new(chamber: Chamber, password: str, *, staff: bool, about: Iterable[str]) -> None:
    """Refuse a new password that is too short, too long or easily guessed by who knows *about* (name, address).

    Raises RefusedError with the field ``password``.
    """
    text = normalized(password)
    least = STAFF_MIN if staff else PARTY_MIN
    if len(text) < least:
        _refuse(N_("A senha precisa ter ao menos {least} caracteres. Uma frase curta serve."), least=least)
    if len(text) > MOST:
        _refuse(N_("A senha pode ter no máximo {most} caracteres."), most=MOST)
    place = chamber.regulation.chamber
    left = _left_over(text, (*about, place.city, place.acronym, place.short_name))
    if len(left) < LEFT_OVER or len(set(left)) < DISTINCT:
        _refuse(N_("Esta senha é fácil de adivinhar. Evite o seu nome, o e-mail, a cidade e sequências."))


def _refuse(template: str, **params: int) -> None:
    raise RefusedError(Refusal(template, kind="value", field="password", params=params))


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in plain if not unicodedata.combining(character))


def _left_over(password: str, about: Iterable[str]) -> str:
    """What remains of *password* without the words anybody would try, years, blanks and runs of one character."""
    words = {word for text in about for word in re.findall(r"[^\W_]{3,}", _folded(text))} | set(COMMON)
    left = _folded(password)
    for word in sorted(words, key=len, reverse=True):
        left = left.replace(word, "")
    return re.sub(r"(.)\1{2,}", r"\1", re.sub(r"\s|(?:19|20)\d\d", "", left))
