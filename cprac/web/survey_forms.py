"""The survey's form, the same for who signs in and for who has the key of the application."""

from __future__ import annotations

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms.validators import Optional

from cprac.domain.surveys import LONGEST, QUESTIONS
from cprac.services.surveys import Said
from cprac.web.form_fields import ButtonsField, ParagraphField, select_choices

SCALE = (
    ("5", _l("5, muito")),
    ("4", _l("4")),
    ("3", _l("3, mais ou menos")),
    ("2", _l("2")),
    ("1", _l("1, nada")),
)


def score(question: str) -> ButtonsField:
    """A question with its scale."""
    return ButtonsField(_l(QUESTIONS[question]), choices=select_choices(SCALE))


class SurveyForm(FlaskForm):
    """Four scores, would you come again, and what else there is to say."""

    ease = score("ease")
    fairness = score("fairness")
    speed = score("speed")
    respect = score("respect")
    again = ButtonsField(
        _l("Usaria a Câmara de novo?"), choices=select_choices([("yes", _l("Sim")), ("no", _l("Não"))])
    )
    text = ParagraphField(
        _l("Quer contar mais?"),
        (Optional(),),
        description=_l("Só a coordenação, a Procuradoria e o controle interno leem. Não escreva nomes nem o número."),
        render_kw={"maxlength": LONGEST},
    )

    def said(self) -> Said:
        """What was typed, for the service to check."""
        scores = {name: int(self[name].data) for name in QUESTIONS if str(self[name].data or "").isdecimal()}
        return Said(scores, {"yes": True, "no": False}.get(str(self.again.data)), str(self.text.data or ""))


def thanks(*, first: bool) -> str:
    """What is said after sending, the first time and again."""
    if first:
        return gettext("Obrigado. Sua resposta foi guardada sem o seu nome e sem o número do caso.")
    return gettext("Você já respondeu a esta pesquisa. Obrigado.")
