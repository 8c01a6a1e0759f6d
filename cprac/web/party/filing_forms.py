"""The forms of a filing. They carry what was typed; ``domain.filing`` reads it, so no rule stands here twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from markupsafe import Markup
from wtforms import BooleanField, MultipleFileField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Optional

from cprac.domain.filing import ACCOUNT_LIMIT, KINDS, LAWSUIT_ANSWERS, REQUEST_LIMIT, SENTENCE_LIMIT, Problem
from cprac.domain.regulation import Regulation
from cprac.services.uploads import MEDIA, allowed

_ = lazy_gettext
MAY_BE_EMPTY = (Optional(),)
"""Only marks the label "(opcional)": these forms are read by the domain and never validated by WTForms."""


class MoneyTextField(StringField):
    """An amount in reais, as typed."""


class DateTextField(StringField):
    """A day as dd/mm/aaaa, as typed."""


class DraftForm(FlaskForm):
    """A form whose answers are kept as they were typed."""

    def raw(self) -> dict[str, str]:
        """What was typed, by field."""
        return {field.name: field.data or "" for field in self if field.name != "csrf_token"}

    def show(self, problems: Iterable[Problem]) -> None:
        """Put the domain's *problems* beside their fields."""
        for problem in problems:
            field = self._fields.get(problem.field)
            words = gettext(problem.template).format(**problem.params)
            if field is None:
                self.form_errors.append(words)
            else:
                field.errors = [*field.errors, words]


def _pairs(rows: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(value, gettext(label)) for value, label in rows]


class WhoForm(DraftForm):
    """Step 1."""

    kind = RadioField(_("Quem faz o pedido?"))
    name = StringField(
        _("Nome completo, ou nome da empresa"), render_kw={"autocomplete": "name", "maxlength": SENTENCE_LIMIT}
    )
    tax_id = StringField(
        _("CPF ou CNPJ"),
        MAY_BE_EMPTY,
        description=_("Ajuda a não confundir você com outra pessoa. Se não tiver agora, deixe em branco."),
        render_kw={"inputmode": "text", "autocomplete": "off", "maxlength": 30},
    )
    email = StringField(
        _("E-mail"),
        description=_("Por aqui avisamos cada passo. Sem e-mail, escreva um telefone."),
        render_kw={"type": "email", "autocomplete": "email", "maxlength": 254},
    )
    phone = StringField(
        _("Telefone, com DDD"),
        description=_("Por exemplo, (31) 99999-0000"),
        render_kw={"type": "tel", "autocomplete": "tel", "maxlength": 60},
    )
    counsel = StringField(
        _("Advogado ou defensor"),
        MAY_BE_EMPTY,
        description=_("Você não precisa de um. Se tiver, escreva o nome."),
        render_kw={"autocomplete": "off", "maxlength": SENTENCE_LIMIT},
    )
    priority = RadioField(
        _("Você tem direito a prioridade?"),
        description=_("A lei põe estes pedidos na frente. A Câmara pode pedir um documento que comprove."),
        default="",
    )

    def offer(self, regulation: Regulation) -> None:
        """Fill the lists with what the chamber's regulation has."""
        self.kind.choices = _pairs(KINDS)
        named = Markup('{} <span class="note">{}</span>')  # the law in small print: people choose by the first words
        groups = [(row.id, named.format(gettext(row.label), row.legal_basis)) for row in regulation.priority_groups]
        self.priority.choices = [("", gettext("Não, ou prefiro não dizer")), *groups]


class ConflictForm(DraftForm):
    """Step 2."""

    matter = SelectField(_("Qual é o assunto?"), description=_("Escolha o mais próximo. Podemos corrigir depois."))
    agency = SelectField(
        _("Com qual órgão da Prefeitura?"), description=_("Se não souber, deixe “Não sei”. Nós encontramos.")
    )
    fact_on = DateTextField(
        _("Quando aconteceu?"),
        MAY_BE_EMPTY,
        description=_("Por exemplo, 27/01/2026. É a data de que a lei conta o seu prazo de ir à Justiça."),
        render_kw={"maxlength": 12},
    )
    account = TextAreaField(
        _("Conte o que aconteceu"),
        description=_("Onde foi, o que causou e o que você já tentou. Até 4.000 letras."),
        render_kw={"maxlength": ACCOUNT_LIMIT * 2},
    )
    request = TextAreaField(
        _("O que você pede?"),
        description=_("Por exemplo: que a Prefeitura pague o conserto do muro. Até 2.000 letras."),
        render_kw={"maxlength": REQUEST_LIMIT * 2},
    )
    value = MoneyTextField(
        _("Quanto você pede?"), MAY_BE_EMPTY, description=_("Se não for dinheiro ou não souber, deixe em branco.")
    )
    lawsuit = RadioField(_("Já existe processo na Justiça sobre isso?"))
    lawsuits = TextAreaField(
        _("Número do processo na Justiça"),
        MAY_BE_EMPTY,
        description=_("Só se respondeu “Sim” e tem o número, como 0000000-00.2026.8.13.0079. Um por linha."),
    )

    def offer(self, regulation: Regulation, agencies: Sequence[tuple[int, str]]) -> None:
        """Fill the lists with what the chamber's regulation and register have."""
        matters = [(row.id, gettext(row.plain)) for row in regulation.matters]
        self.matter.choices = [("", gettext("Escolha o assunto")), *matters]
        self.agency.choices = [("", gettext("Não sei")), *((str(number), name) for number, name in agencies)]
        self.lawsuit.choices = _pairs(LAWSUIT_ANSWERS)


class FilesForm(FlaskForm):
    """Step 3. The browser offers the accepted kinds; the service looks at the content."""

    files = MultipleFileField(_("Escolha os arquivos"))

    def offer(self, regulation: Regulation) -> None:
        """Say what is accepted, as the regulation has it."""
        rules = regulation.uploads
        self.files.description = gettext(
            "%(kinds)s, até %(limit)s MB cada. Fotos de celular servem.",
            kinds=allowed(rules),
            limit=rules.max_file_bytes // 2**20,
        )
        self.files.render_kw = {"accept": ",".join(f".{kind}" for kind in rules.types if f".{kind}" in MEDIA)}


class ConsentForm(DraftForm):
    """Step 4: what the person vouches for."""

    truth = BooleanField(_("As informações deste pedido são verdadeiras, pelo que eu sei."))
    data = BooleanField(
        _("Li como a Câmara usa os meus dados."),
        description=_("Eles servem só para tratar deste pedido, como a lei manda, e ficam com quem trabalha nele."),
    )
    portal = BooleanField(
        _("Aceito receber os avisos por este site e por e-mail."),
        MAY_BE_EMPTY,
        description=_("Quando você abrir um aviso aqui, ele vale como recebido naquele dia."),
    )

    def raw(self) -> Mapping[str, Any]:  # type: ignore[override]  # boxes are ticked or not
        """Which boxes are ticked."""
        return {field.name: bool(field.data) for field in self if field.name != "csrf_token"}
