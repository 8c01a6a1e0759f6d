"""The forms of the register of recommendations, one a step. What may be done and said is decided by the services."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField
from wtforms.validators import Optional

from cprac.domain.recommendations import ANSWER_DAYS, Answer, Step
from cprac.web.form_fields import ButtonsField, DayDateField, LineField, ListField, ParagraphField, select_choices

MAY_BE_EMPTY = (Optional(),)
"""Only marks the label "(opcional)": the services check what is empty."""


class StepForm(FlaskForm):
    """A form with its idempotency key and the version that its page showed."""

    idempotency_key = HiddenField()
    version = HiddenField()

    @property
    def key(self) -> str:
        """The key; empty where it is none, and then nothing may be done."""
        text = str(self.idempotency_key.data or "")
        return text if 16 <= len(text) <= 64 and text.isalnum() and text.isascii() else ""

    @property
    def seen(self) -> int:
        """The version; -1, which is never one, where it is no number."""
        text = str(self.version.data or "")
        return int(text) if text.isdecimal() and text.isascii() and len(text) < 7 else -1

    def answers(self) -> dict[str, Any]:
        """What was typed, by field, as the services take it."""
        own = ("idempotency_key", "version", "csrf_token")
        return {box.name: box.data for box in self if box.name not in own}


class TextForm(StepForm):
    """What is advised, to whom, about what, and why."""

    matter = ListField(_l("Assunto"))
    agency_id = ListField(_l("Órgão"))
    title = LineField(
        _l("Título"), description=_l("O que se recomenda, em uma frase que qualquer pessoa entende. Até 200 letras.")
    )
    text = ParagraphField(_l("O que o órgão deve fazer"))
    reasons = ParagraphField(
        _l("Por quê"), description=_l("O que se repete nos pedidos. Não escreva nomes nem números de casos.")
    )

    def offer(self, matters: Sequence[tuple[str, str]], agencies: Sequence[tuple[int, str]]) -> None:
        """Fill the lists."""
        self.matter.choices = select_choices([("", gettext("Escolha")), *matters])
        self.agency_id.choices = select_choices(
            [("", gettext("Escolha")), *((str(number), name) for number, name in agencies)]
        )

    def answers(self) -> dict[str, Any]:
        """The agency as a number."""
        typed = str(self.agency_id.data or "")
        return {**StepForm.answers(self), "agency_id": int(typed) if typed.isdecimal() and len(typed) < 10 else None}


class IssueForm(StepForm):
    """In how many days the agency answers."""

    days = LineField(
        _l("Dias para responder"),
        MAY_BE_EMPTY,
        description=_l("Em branco, %(n)s dias corridos: é o padrão do sistema, nenhuma lei o fixa.", n=ANSWER_DAYS),
        render_kw={"inputmode": "numeric", "maxlength": 3},
    )

    def answers(self) -> dict[str, Any]:
        """The days as a number; None for none; 0, which is refused, for what is no number."""
        typed = str(self.days.data or "")
        return {"days": (int(typed) if typed.isdecimal() and typed.isascii() else 0) if typed else None}


class AnswerForm(StepForm):
    """What the agency said, as its document has it."""

    answer = ButtonsField(
        _l("O órgão aceitou?"), choices=select_choices([(each.value, _l(each.label)) for each in Answer])
    )
    on = DayDateField(_l("Dia da resposta"))
    document = LineField(_l("Documento"), description=_l("Por exemplo, Ofício SMO 114/2026. Até 100 letras."))
    text = ParagraphField(_l("O que o órgão respondeu e que medidas anunciou"))


class FollowForm(StepForm):
    """Whether the announced was done."""

    done = ButtonsField(
        _l("O que foi recomendado foi feito?"),
        choices=select_choices([("yes", _l("Sim")), ("no", _l("Não"))]),
    )
    on = DayDateField(_l("Dia em que se verificou"))
    text = ParagraphField(_l("O que se verificou"))

    def answers(self) -> dict[str, Any]:
        """Yes and no as such."""
        return {**StepForm.answers(self), "done": {"yes": True, "no": False}.get(str(self.done.data))}


class WithdrawForm(StepForm):
    """Why it is withdrawn."""

    reason = ParagraphField(_l("Motivo"), description=_l("Fica no registro, com o seu nome. Até 1.000 letras."))


class PublishForm(StepForm):
    """What anyone will read."""

    summary = ParagraphField(
        _l("Resumo para o público"),
        description=_l(
            "O que se recomendou e por quê, em palavras simples. Sem nomes, sem números de casos, sem contagens."
        ),
    )


FORMS: Mapping[Step, Callable[..., StepForm]] = {
    Step.REVISE: TextForm,
    Step.ISSUE: IssueForm,
    Step.ANSWER: AnswerForm,
    Step.FOLLOW: FollowForm,
    Step.CLOSE: StepForm,
    Step.WITHDRAW: WithdrawForm,
    Step.PUBLISH: PublishForm,
    Step.UNPUBLISH: StepForm,
}
