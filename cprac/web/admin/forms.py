"""The forms of the administrator's room."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, EmailField, SelectField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from cprac.domain.roles import Office


class LocalDateField(DateField):
    """A day, typed as dd/mm/aaaa; the form browsers send from a calendar is understood too."""

    def __init__(self, label: Any, **kwargs: Any) -> None:
        super().__init__(label, format=["%d/%m/%Y", "%Y-%m-%d"], **kwargs)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the day; a text that is none is refused in the words of the page."""
        typed = " ".join(valuelist).strip()
        if not typed:
            self.data = None
            return
        try:
            super().process_formdata([typed])
        except ValueError:
            raise ValueError(gettext("Escreva o dia assim: 30/03/2026")) from None
        if self.data is not None and not date(1900, 1, 1) <= self.data <= date(2200, 1, 1):
            self.data = None
            raise ValueError(gettext("Confira o ano"))


def required(words: Any) -> InputRequired:
    """Something must be there; *words* say what."""
    return InputRequired(words)


def at_most(characters: int) -> Length:
    """At most so many characters."""
    return Length(max=characters, message=_l("Use no máximo %(max)d caracteres"))


def office_field() -> SelectField:
    """The choice of an office."""
    return SelectField(
        _l("Função"),
        choices=[SelectChoice(value=office.value, label=_l(office.label)) for office in Office],
        validators=[required(_l("Escolha a função"))],
        invalid_choice_message=_l("Escolha na lista"),
    )


def person_name() -> StringField:
    """How somebody is called."""
    return StringField(
        _l("Nome"), validators=[required(_l("Escreva o nome")), at_most(200)], render_kw={"autocomplete": "off"}
    )


def person_email() -> EmailField:
    """The address somebody signs in with."""
    return EmailField(
        _l("E-mail"), validators=[required(_l("Escreva o e-mail")), at_most(254)], render_kw={"autocomplete": "off"}
    )


def last_day() -> LocalDateField:
    """The last day of something, included."""
    return LocalDateField(_l("Último dia"), validators=[required(_l("Escreva o último dia"))])


def first_day() -> LocalDateField:
    """From when an office is held."""
    return LocalDateField(
        _l("Primeiro dia"), description=_l("Em branco, vale de hoje em diante."), validators=[Optional()]
    )


class NewPersonForm(FlaskForm):
    """A new account and its first office."""

    name = person_name()
    email = person_email()
    office = office_field()
    from_on = first_day()
    legal_act = StringField(
        _l("Ato de designação"),
        description=_l("Por exemplo, Portaria PGM 12/2026."),
        validators=[Optional(), at_most(200)],
    )


class PersonForm(FlaskForm):
    """Name and address of an account."""

    name = person_name()
    email = person_email()


class GrantForm(FlaskForm):
    """An office between two days."""

    office = office_field()
    from_on = first_day()
    until_on = LocalDateField(_l("Último dia"), description=_l("Em branco, sem data final."), validators=[Optional()])
    legal_act = StringField(_l("Ato de designação"), validators=[Optional(), at_most(200)])


class EndForm(FlaskForm):
    """The last day of an office."""

    until_on = last_day()


class LeaveForm(FlaskForm):
    """Days on which somebody is away."""

    from_on = LocalDateField(_l("Primeiro dia"), validators=[required(_l("Escreva o primeiro dia"))])
    until_on = last_day()
    reason = StringField(
        _l("Motivo"), description=_l("Férias, licença. Sem detalhes de saúde."), validators=[Optional(), at_most(200)]
    )


class AgencyForm(FlaskForm):
    """A department or another public body."""

    code = StringField(_l("Sigla"), validators=[required(_l("Escreva a sigla")), at_most(40)])
    name = StringField(_l("Nome"), validators=[required(_l("Escreva o nome do órgão")), at_most(200)])
    email = EmailField(_l("E-mail"), validators=[Optional(), at_most(254)])
    same_person = BooleanField(
        _l("Faz parte da própria Prefeitura"),
        description=_l("Desmarque para autarquia, fundação ou empresa, que responde por si."),
        default=True,
    )
    active = BooleanField(_l("Em uso"), description=_l("Desmarcado, não aparece em pedidos novos."), default=True)


class RevertForm(FlaskForm):
    """Why a batch is hidden."""

    reason = StringField(_l("Motivo"), validators=[required(_l("Escreva o motivo")), at_most(300)])
