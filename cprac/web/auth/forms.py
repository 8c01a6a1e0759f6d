"""The forms of the door. Lengths here only bound what is read; the services decide what is accepted."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, EmailField, HiddenField, PasswordField, StringField
from wtforms.validators import EqualTo, InputRequired, Length, Optional

MOST_PASSWORD = 1000
"""Characters read of a password; the service says that 128 is the most, rather than this form cutting anything off."""


def required(words: object) -> InputRequired:
    """Something must be there; *words* say what."""
    return InputRequired(words)


def at_most(characters: int) -> Length:
    """At most so many characters."""
    return Length(max=characters, message=_l("Use no máximo %(max)d caracteres"))


def new_password(label: object) -> PasswordField:
    """The box of a password that is being chosen."""
    return PasswordField(
        label,
        description=_l("Ao menos 12 caracteres, ou 15 para quem trabalha na Câmara. Uma frase curta serve."),
        validators=[required(_l("Escreva a senha nova")), at_most(MOST_PASSWORD)],
        render_kw={"autocomplete": "new-password"},
    )


def repeated_password() -> PasswordField:
    """The same password once more, so that a slip of the finger locks nobody out."""
    return PasswordField(
        _l("Senha nova outra vez"),
        validators=[
            required(_l("Escreva a senha nova outra vez")),
            EqualTo("password", _l("As duas senhas precisam ser iguais")),
        ],
        render_kw={"autocomplete": "new-password"},
    )


class SignInForm(FlaskForm):
    """E-mail and password."""

    email = EmailField(
        _l("E-mail"),
        validators=[required(_l("Escreva o e-mail")), at_most(254)],
        render_kw={"autocomplete": "username", "spellcheck": "false"},
    )
    password = PasswordField(
        _l("Senha"),
        validators=[required(_l("Escreva a senha")), at_most(MOST_PASSWORD)],
        render_kw={"autocomplete": "current-password"},
    )


class ResetForm(FlaskForm):
    """A new password with a code from the registry or the administration."""

    code = StringField(
        _l("Código para a senha"),
        description=_l("20 letras e números, como AB2C-9DE4-F6GH-J8K1-MN3P. Vale 24 horas e uma só vez."),
        validators=[required(_l("Escreva o código")), at_most(100)],
        render_kw={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"},
    )
    password = new_password(_l("Senha nova"))
    again = repeated_password()


class CodeForm(FlaskForm):
    """The claim code, for who is signed in."""

    code = StringField(
        _l("Código de vínculo"),
        description=_l("16 letras e números, como K7QM-2XRA-94TD-P3WC. Está no comprovante ou no convite."),
        validators=[required(_l("Escreva o código")), at_most(100)],
        render_kw={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"},
    )
    portal_consent = BooleanField(
        _l("Concordo em ser avisado por aqui, no portal. Posso mudar de ideia em Minha conta.")
    )


class NewcomerForm(CodeForm):
    """The claim code, for who makes an account with it or already has one."""

    name = StringField(_l("Seu nome"), validators=[Optional(), at_most(200)], render_kw={"autocomplete": "name"})
    email = EmailField(
        _l("E-mail"),
        description=_l("Se você já tem conta, escreva o e-mail e a senha dela."),
        validators=[required(_l("Escreva o e-mail")), at_most(254)],
        render_kw={"autocomplete": "username", "spellcheck": "false"},
    )
    password = PasswordField(
        _l("Senha"),
        description=_l("Ao menos 12 caracteres. Uma frase curta serve."),
        validators=[required(_l("Escreva a senha")), at_most(MOST_PASSWORD)],
        render_kw={"autocomplete": "new-password"},
    )


class PasswordForm(FlaskForm):
    """One's own password, knowing the current one."""

    current_password = PasswordField(
        _l("Senha atual"),
        validators=[required(_l("Escreva a senha atual")), at_most(MOST_PASSWORD)],
        render_kw={"autocomplete": "current-password"},
    )
    password = new_password(_l("Senha nova"))
    again = repeated_password()


class ConsentForm(FlaskForm):
    """Adhering to the portal, or no longer: signed with the password once more (Lei 14.063/2020, simple signature)."""

    agrees = HiddenField()
    own_password = PasswordField(
        _l("Sua senha, outra vez"),
        description=_l("Vale como a sua assinatura."),
        validators=[required(_l("Escreva a senha")), at_most(MOST_PASSWORD)],
        render_kw={"autocomplete": "current-password"},
    )


class IssueForm(FlaskForm):
    """Whose password is to be set anew."""

    email = EmailField(
        _l("E-mail da conta"),
        validators=[required(_l("Escreva o e-mail")), at_most(254)],
        render_kw={"autocomplete": "off"},
    )
