"""The form of a filing at the desk. It carries what was typed; ``domain.filing`` reads it, so no rule is here twice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Optional

from cprac.domain.filing import KINDS, LAWSUIT_ANSWERS, SENTENCE_LIMIT, Problem
from cprac.domain.regulation import Regulation
from cprac.services.intake import PORTAL
from cprac.services.uploads import MEDIA, allowed
from cprac.web.form_fields import FilesField, Pairs, select_choices

MAY_BE_EMPTY = (Optional(),)
"""Only marks the label "(opcional)": the domain reads the answers, WTForms checks none of them."""

ASKS = (
    ("person", _l("Uma pessoa ou empresa pede à Prefeitura")),
    ("city", _l("A Prefeitura pede a uma pessoa ou empresa")),
)


class DayTextDateField(StringField):
    """A day as dd/mm/aaaa, as typed (the macro draws it by the name of its class)."""


class MoneyTextField(StringField):
    """An amount in reais, as typed."""


class DeskForm(FlaskForm):
    """Everything a filing asks, on one page: whoever is at the desk has it before them."""

    idempotency_key = HiddenField()
    channel = SelectField(_l("Como o pedido chegou"))
    asks = RadioField(_l("Quem pede a quem?"), default="person")
    kind = RadioField(_l("É uma pessoa ou uma empresa?"), default="natural")
    name = StringField(_l("Nome completo, ou nome da empresa"), render_kw={"maxlength": SENTENCE_LIMIT})
    tax_id = StringField(_l("CPF ou CNPJ"), MAY_BE_EMPTY, render_kw={"autocomplete": "off", "maxlength": 30})
    email = StringField(_l("E-mail"), MAY_BE_EMPTY, render_kw={"type": "email", "maxlength": 254})
    phone = StringField(_l("Telefone, com DDD"), MAY_BE_EMPTY, render_kw={"type": "tel", "maxlength": 60})
    address = StringField(
        _l("Endereço"),
        MAY_BE_EMPTY,
        description=_l("Para avisos por carta. Escreva ao menos um meio de avisar."),
        render_kw={"maxlength": 300},
    )
    counsel = StringField(_l("Advogado ou defensor"), MAY_BE_EMPTY, render_kw={"maxlength": SENTENCE_LIMIT})
    priority = SelectField(_l("Prioridade"))
    agency = SelectField(_l("Órgão da Prefeitura"), description=_l("Se ainda não se sabe, deixe em branco."))
    matter = SelectField(_l("Assunto"))
    fact_on = DayTextDateField(
        _l("Quando aconteceu"), MAY_BE_EMPTY, description=_l("Por exemplo, 27/01/2026. Dali se estima a prescrição.")
    )
    account = TextAreaField(_l("O que aconteceu"))
    request = TextAreaField(_l("O que se pede"))
    value = MoneyTextField(_l("Valor pedido"), MAY_BE_EMPTY)
    lawsuit = RadioField(_l("Já existe processo na Justiça sobre isso?"))
    lawsuits = TextAreaField(
        _l("Números dos processos na Justiça"),
        MAY_BE_EMPTY,
        description=_l("Um por linha, como 0000000-00.2026.8.13.0079."),
    )
    external_process = StringField(_l("Processo da Prefeitura"), MAY_BE_EMPTY, render_kw={"maxlength": 60})
    files = FilesField(_l("Arquivos"), MAY_BE_EMPTY)

    def offer(self, regulation: Regulation, agencies: Sequence[tuple[int, str]]) -> None:
        """Fill the lists with what the chamber's regulation and register have."""
        channels = [pair for pair in regulation.choices("channels") if pair[0] != PORTAL]
        self.channel.choices = select_choices(_translated(channels))
        self.asks.choices = select_choices([(value, str(label)) for value, label in ASKS])
        self.kind.choices = select_choices(_translated(KINDS))
        groups = [("", gettext("Nenhuma")), *_translated(regulation.choices("priority_groups"))]
        self.priority.choices = select_choices(groups)
        known = [("", gettext("Ainda não se sabe")), *((str(number), name) for number, name in agencies)]
        self.agency.choices = select_choices(known)
        matters = [("", gettext("Escolha")), *_translated(regulation.choices("matters"))]
        self.matter.choices = select_choices(matters)
        self.lawsuit.choices = select_choices(_translated(LAWSUIT_ANSWERS))
        rules = regulation.uploads
        limit = rules.max_file_bytes // 2**20
        self.files.description = gettext("%(kinds)s, até %(limit)s MB cada.", kinds=allowed(rules), limit=limit)
        self.files.render_kw = {"accept": ",".join(f".{kind}" for kind in rules.types if f".{kind}" in MEDIA)}

    def raw(self) -> dict[str, str]:
        """What was typed, by field."""
        return {box.name: str(box.data or "") for box in self if box.name not in ("csrf_token", "files")}

    def show(self, problems: Iterable[Problem]) -> None:
        """Put the domain's *problems* beside their fields."""
        for problem in problems:
            words = gettext(problem.template).format(**problem.params)
            if problem.field in self:
                self[problem.field].errors = [*self[problem.field].errors, words]
            else:
                self.form_errors = [*self.form_errors, words]


def _translated(pairs: Sequence[tuple[str, str]]) -> Pairs:
    return [(value, gettext(label)) for value, label in pairs]
