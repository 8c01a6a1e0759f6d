"""Passwords: what is refused, what is accepted, and that hashing treats the same letters as the same password."""

from __future__ import annotations

from pathlib import Path

import pytest

from cprac.persistence.regulation_files import load_regulation
from cprac.services import passwords
from cprac.services.chamber import Chamber
from cprac.services.errors import RefusedError

CHAMBER = Chamber(load_regulation("contagem"), Path("unused"), password_memory=64)
ABOUT = ("maria.silva@contagem.mg.gov.br", "Maria Aparecida da Silva")


@pytest.mark.parametrize(
    "password",
    [
        "girafa azul no telhado",
        "o trem das onze não espera",
        "kX9#vQ2!mL7$pR4z",
        "пароль из многих слов",
        "三匹の子豚が森で遊んだ夏の日でした",
        "!@#$%^&*()_+-=<>?/",
        "maria foi ao mercado ontem",  # the own name inside a longer sentence
        "x" * 5 + "abwkfmtrqz",
        "🐘" * 2 + "🦒🐳🦉🐙🦔🐝🦊🐢🐧🦩🐌🦎🐿",
    ],
)
def test_a_long_password_of_any_letters_is_accepted(password):
    passwords.check_new(CHAMBER, password, staff=True, about=ABOUT)


@pytest.mark.parametrize(
    "staff, length, accepted", [(True, 14, False), (True, 15, True), (False, 11, False), (False, 12, True)]
)
def test_who_works_here_needs_fifteen_characters_and_parties_twelve(staff, length, accepted):
    password = "kXqvQbmLfpRzwtdgh"[:length]
    if accepted:
        passwords.check_new(CHAMBER, password, staff=staff, about=ABOUT)
    else:
        with pytest.raises(RefusedError) as refusal:
            passwords.check_new(CHAMBER, password, staff=staff, about=ABOUT)
        assert refusal.value.refusal.field == "password"
        assert f"{15 if staff else 12} caracteres" in refusal.value.refusal.reason


def test_a_password_may_have_128_characters_and_no_more():
    longest = ("kXqvQbmLfpRzwtdg" * 8)[:128]
    passwords.check_new(CHAMBER, longest, staff=True, about=ABOUT)
    with pytest.raises(RefusedError, match="no máximo 128"):
        passwords.check_new(CHAMBER, longest + "a", staff=True, about=ABOUT)


@pytest.mark.parametrize(
    "password",
    [
        "contagemcontagem2026",
        "Prefeitura de Contagem!",
        "maria.silva@contagem",
        "MariaAparecidaDaSilva",
        "mária aparecída sílva 1",
        "senhasenhasenha123",
        "Senha Segura Da Prefeitura 1",
        "123456789012345",
        "qwertyuiopasdfghjkl",
        "aaaaaaaaaaaaaaaaaaaa",
        "abababababababababab",
        "1990 1991 1992 1993",
        "CPRAC-C Contagem 2026",
        "flamengo flamengo 1981",
        "                    ",
        "procuradoria123456",
    ],
)
def test_what_anybody_would_try_first_is_refused(password):
    with pytest.raises(RefusedError) as refusal:
        passwords.check_new(CHAMBER, password, staff=True, about=ABOUT)
    assert refusal.value.refusal.field == "password"
    assert "fácil de adivinhar" in refusal.value.refusal.reason


def test_the_same_letters_composed_or_not_are_the_same_password():
    stored = passwords.hash_of(CHAMBER, "coração de pedra")
    assert passwords.fits(CHAMBER, stored, "corac\u0327a\u0303o de pedra")
    assert not passwords.fits(CHAMBER, stored, "coracao de pedra")


def test_nothing_is_cut_off():
    stored = passwords.hash_of(CHAMBER, "a" * 127 + "b")
    assert not passwords.fits(CHAMBER, stored, "a" * 127 + "c")
    assert not passwords.fits(CHAMBER, stored, "a" * 127)


@pytest.mark.parametrize("stored", ["", "not a hash", "$argon2id$v=19$broken"])
@pytest.mark.parametrize("password", ["", "x", "\x00 nobody's password \x00", "y" * 100_000])
def test_an_account_without_a_usable_hash_lets_nobody_in(stored, password):
    assert not passwords.fits(CHAMBER, stored, password)


def test_a_hash_with_todays_parameters_is_argon2id_and_not_outdated():
    production = Chamber(CHAMBER.regulation, Path("unused"))
    stored = passwords.hash_of(production, "girafa azul no telhado")
    assert stored.startswith("$argon2id$v=19$m=47104,t=1,p=1$")
    assert not passwords.outdated(production, stored)
    assert passwords.outdated(CHAMBER, stored)
