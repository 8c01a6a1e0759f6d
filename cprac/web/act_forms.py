"""The one form of every act: built from the fields that the act declares, with the choices that the case offers.

How a room uses it (``case_pages`` does all of this for the rooms that mount it)::

    form = act_form(act, offered)        # GET: values proposed by the case; POST: what was typed
    if form.validate_on_submit():
        perform(…, act, form.cleaned(), version=form.version, key=form.key)
    form.refuse(refusal)                 # a rule said no: its words beside the field it names

``offered`` is an ``Offered``: the case file, who may be named, the chamber. Nothing of an audience is in here. Fields
carry ``look``, the kind that the macro ``ui.field`` takes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext
from flask_wtf import FlaskForm
from wtforms import Field, FieldList, Form, FormField, HiddenField

from cprac.domain.acts import FIELDS, Act, ActField, Kind
from cprac.domain.deadline_guards import ITS_OWN_EXTENSION
from cprac.domain.deadline_rules import GIVEN_RULES
from cprac.domain.deadlines import DeadlineRule
from cprac.domain.facts import CaseFacts, ObligationFact
from cprac.domain.regulation import Regulation
from cprac.domain.roles import Role
from cprac.domain.subject import Refusal
from cprac.domain.words import N_
from cprac.persistence import queries_desk
from cprac.persistence.queries import Reader
from cprac.persistence.queries_case import CaseFile, DeadlineLine, NoticeLine
from cprac.web import filters
from cprac.web.form_fields import (
    BoxesField,
    DayDateField,
    FilesField,
    LawsuitField,
    LineField,
    LinesField,
    MomentField,
    MoneyAmountField,
    Needed,
    Pairs,
    ParagraphField,
    TickField,
    help_words,
    open_list,
    pick,
    select_choices,
    validators,
)

OBLIGATION_ROWS = 6
"""Rows for obligations that a form shows without JavaScript; a longer draft shows all of its own and one more."""


@dataclass(frozen=True, slots=True)
class Offered:
    """What the fields of an act may be filled with, in one case, for one reader.

    ``drafted``: values of the last draft, to write the next one from. ``only_party``: a conversation's party, where the
    form is opened from that conversation.
    """

    reader: Reader
    file: CaseFile
    regulation: Regulation
    zone: ZoneInfo
    notices: tuple[NoticeLine, ...] = ()
    drafted: Mapping[str, Any] = field(default_factory=dict)
    only_party: int | None = None


class ActForm(FlaskForm):
    """The form of one act. ``fields``: what the act declares."""

    fields: tuple[ActField, ...] = ()
    version = HiddenField()
    idempotency_key = HiddenField()

    def cleaned(self) -> dict[str, Any]:
        """The values that ``services.acts.perform`` takes, by the names the act declares."""
        values = {item.name: _cleaned(item, self[item.name]) for item in self.fields}
        return {name: value for name, value in values.items() if value is not None}

    @property
    def drawn_from(self) -> int:
        """The docket version the form was drawn from; -1 (never the case's) where somebody altered it."""
        text = str(self.version.data or "")
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else -1

    @property
    def key(self) -> str:
        """The idempotency key; empty where it is none, and then nothing may be done."""
        text = str(self.idempotency_key.data or "")
        return text if 16 <= len(text) <= 64 and text.isalnum() else ""

    def refuse(self, refusal: Refusal) -> None:
        """Put a refusal beside the field it names, or over the form where it names none."""
        words = refusal_words(refusal)
        if refusal.field and refusal.field in self and not isinstance(self[refusal.field], HiddenField):
            box = self[refusal.field]
            box.errors = [*box.errors, words]
        else:
            self.form_errors = [*self.form_errors, words]


def refusal_words(refusal: Refusal) -> str:
    """A refusal as one sentence in the reader's language, its article behind it."""
    params = {name: gettext(value) if isinstance(value, str) else value for name, value in refusal.params.items()}
    words = gettext(refusal.template).format(**params)
    return f"{words} ({refusal.article})" if refusal.article else words


def _cleaned(item: ActField, box: Field) -> Any:
    value = box.data
    match item.kind:
        case Kind.ACCOUNT | Kind.PARTY | Kind.AGENCY | Kind.OBLIGATION | Kind.NOTICE | Kind.DEADLINE:
            return int(value) if value else None
        case Kind.PARTIES:
            return tuple(int(each) for each in value or ())
        case Kind.OBLIGATIONS:
            return tuple(row.form.cleaned() for row in box.entries if row.form.filled)
        case Kind.FILES:
            return box.uploads or None
        case Kind.FLAG:
            return bool(value)
        case Kind.LINES:
            return tuple(value or ()) or None
        case _:
            return value or None if isinstance(value, str) else value


# --- Building ---------------------------------------------------------------------------------------------------------


def act_form(act: Act, offered: Offered, **given: Any) -> ActForm:
    """The form of *act* for what *offered* offers; keyword arguments go to the form (``formdata``, ``data``)."""
    return form_class(FIELDS[act], offered)(**given)


def form_class(fields: tuple[ActField, ...], offered: Offered) -> type[ActForm]:
    """A form with a box for each of *fields*, in their order."""
    boxes: dict[str, Any] = {item.name: _BUILDERS[item.kind](item, offered) for item in fields}
    return type("ActForm", (ActForm,), {**boxes, "fields": fields})


def _common(item: ActField) -> dict[str, Any]:
    return {"description": help_words(item.hint, item.article)}


def _text(kind: type[Field], words: str, item: ActField, _offered: Offered) -> Any:
    return kind(gettext(item.label), validators(gettext(words), required=item.required), **_common(item))


def _moment(item: ActField, offered: Offered) -> Any:
    rules = validators(gettext("escreva o dia e a hora, como 07/04/2026 14:30"), required=item.required)
    description = help_words("", item.article) or gettext("Dia e hora de Brasília, como 07/04/2026 14:30")
    return MomentField(gettext(item.label), rules, zone=offered.zone, description=description)


def _tick(item: ActField, _offered: Offered) -> Any:
    rules = [Needed(gettext("confirme para continuar"))] if item.must_be_true else []
    return TickField(gettext(item.label), rules, **_common(item))


NO_AGENCY = N_("Ainda não há órgãos cadastrados. Peça a quem administra a Câmara que os cadastre, e volte aqui.")


def _pick(item: ActField, offered: Offered) -> Any:
    choices, kept = choices_of(item, offered), _common(item)
    if item.kind is Kind.AGENCY and not choices:
        kept["description"] = gettext(NO_AGENCY)  # else the form of a new chamber asks for what nobody can choose
    return pick(gettext(item.label), choices, required=item.required, **kept)


def _boxes(item: ActField, offered: Offered) -> Any:
    rules = validators(gettext("marque ao menos uma"), required=item.required)
    return BoxesField(gettext(item.label), rules, choices=select_choices(choices_of(item, offered)), **_common(item))


def _files(item: ActField, offered: Offered) -> Any:
    endings = ",".join(f".{kind}" for kind in offered.regulation.uploads.types)
    rules = validators(gettext("escolha ao menos um arquivo"), required=item.required)
    return FilesField(gettext(item.label), rules, render_kw={"accept": endings}, **_common(item))


def _obligations(item: ActField, offered: Offered) -> Any:
    rows = list(offered.drafted.get(item.name) or ())
    inner = type("ObligationForm", (ObligationForm,), ObligationForm.boxes(offered))
    count = max(OBLIGATION_ROWS, len(rows) + 1)
    default = rows + [{} for _row in range(count - len(rows))]
    # a label of their own for each row: WTForms would call them by their identifiers
    return _ObligationList(
        FormField(inner, label=gettext("Obrigação")),
        gettext(item.label),
        default=default,
        max_entries=40,
        **_common(item),
    )


class _ObligationList(FieldList):
    """The rows of a draft. Empty ones are left out; the domain says whether there are enough."""


class ObligationForm(Form):
    """One obligation: who owes what, how much, until when."""

    @staticmethod
    def boxes(offered: Offered) -> dict[str, Any]:
        """The boxes, with the parties of the case as debtors."""
        kinds = (("payment", gettext("Pagar")), ("performance", gettext("Fazer ou entregar")))
        return {
            "text": LineField(gettext("O quê")),
            "debtor": open_list(gettext("Quem deve"), _parties(offered)),
            "kind": open_list(gettext("Tipo"), kinds),
            "amount": MoneyAmountField(gettext("Valor, se for pagamento")),
            "due": DayDateField(gettext("Até quando")),
        }

    @property
    def filled(self) -> bool:
        """Whether anything was written in the row."""
        return any(box.data or getattr(box, "raw_data", None) not in (None, [], [""]) for box in self)

    def cleaned(self) -> dict[str, Any]:
        """The row as ``domain.settlement`` names its keys."""
        row = {
            "kind": self["kind"].data or ("payment" if self["amount"].data else "performance"),
            "debtor": int(self["debtor"].data) if self["debtor"].data else None,
            "text": self["text"].data or "",
            "due": self["due"].data,
            "amount": self["amount"].data,
        }
        return {name: value for name, value in row.items() if value is not None}


_Builder = Callable[[ActField, Offered], Any]
_BUILDERS: Mapping[Kind, _Builder] = {
    Kind.TEXT: partial(_text, LineField, "escreva"),
    Kind.LONG_TEXT: partial(_text, ParagraphField, "escreva"),
    Kind.LINES: partial(_text, LinesField, "escreva ao menos um item"),
    Kind.DATE: partial(_text, DayDateField, "escreva a data, como 30/03/2026"),
    Kind.MOMENT: _moment,
    Kind.MONEY: partial(_text, MoneyAmountField, "escreva o valor, como 8.420,00"),
    Kind.FLAG: _tick,
    Kind.CHOICE: _pick,
    Kind.ACCOUNT: _pick,
    Kind.PARTY: _pick,
    Kind.PARTIES: _boxes,
    Kind.AGENCY: _pick,
    Kind.OBLIGATION: _pick,
    Kind.OBLIGATIONS: _obligations,
    Kind.NOTICE: _pick,
    Kind.DEADLINE: _pick,
    Kind.CNJ: partial(_text, LawsuitField, "escreva o número do processo"),
    Kind.PROCESS: partial(_text, LineField, "escreva o número do processo"),
    Kind.FILES: _files,
}
"""A box for each kind of field; a test holds that none is missing."""


# --- Choices ----------------------------------------------------------------------------------------------------------


def choices_of(item: ActField, offered: Offered) -> Pairs:
    """The (value, label) pairs that *item* names: of the regulation, of an office, of the case, or its own."""
    if item.kind is Kind.AGENCY:
        return [(str(agency.id), agency.name) for agency in queries_desk.agencies()]
    if not isinstance(item.choices, str):
        return [(value, gettext(label)) for value, label in item.choices]
    place, _, name = item.choices.partition(":")
    if place == "regulation":
        return [(value, gettext(label)) for value, label in offered.regulation.choices(name)]
    if place == "office":
        return _colleagues(name, offered)
    return _OF_THE_CASE[name](offered)


def _colleagues(office: str, offered: Offered) -> Pairs:
    away = gettext("de licença até %(day)s")
    return [
        (str(person.account), f"{person.name} ({away % {'day': filters.date_short(person.away_until)}})")
        if person.away_until
        else (str(person.account), person.name)
        for person in queries_desk.colleagues(offered.reader, office)
    ]


def _parties(offered: Offered, ordinals: frozenset[int] | None = None) -> Pairs:
    return [
        (str(party.ordinal), party.name)
        for party in offered.file.parties
        if ordinals is None or party.ordinal in ordinals
    ]


def own_parties(file: CaseFile) -> frozenset[int]:
    """The ordinals of the parties that the reader speaks for; the city's, for its attorney."""
    city = file.facts.city_party
    if Role.MUNICIPAL_ATTORNEY in file.viewer.roles and city is not None:
        return file.viewer.parties | {city.id}
    return file.viewer.parties


def _my_caucus(offered: Offered) -> Pairs:
    everyone = frozenset(party.ordinal for party in offered.file.parties)
    mine = everyone if Role.MEDIATOR in offered.file.viewer.roles else own_parties(offered.file)
    return _parties(offered, mine & {offered.only_party} if offered.only_party in mine else mine)


def _owed(offered: Offered, keep: Callable[[ObligationFact, date], bool]) -> Pairs:
    facts: CaseFacts = offered.file.facts
    names = {party.ordinal: party.name for party in offered.file.parties}
    return [
        (
            str(row.number),
            gettext(
                "%(n)sª, de %(who)s, até %(day)s%(money)s",
                n=row.number,
                who=names.get(row.debtor, ""),
                day=filters.date_short(row.due),
                money=f", {filters.money(row.amount)}" if row.amount else "",
            ),
        )
        for row in facts.pending_obligations
        if keep(row, offered.reader.on)
    ]


def _open_notices(offered: Offered) -> Pairs:
    return [
        (
            str(notice.ordinal),
            f"{gettext(notice.act.past)}: {notice.to}, {filters.date_short(notice.created_at)}",
        )
        for notice in offered.notices
        if notice.served_on is None
    ]


def _deadlines(offered: Offered, keep: Callable[[DeadlineLine, DeadlineRule], bool]) -> Pairs:
    """The running deadlines that *keep* keeps, each by its name and date."""
    names = {party.ordinal: party.name for party in offered.file.parties}
    found: Pairs = []
    for line in offered.file.deadlines:
        rule = offered.regulation.deadlines.get(line.rule)
        if rule is not None and line.running and line.status != "paused" and keep(line, rule):
            who = f", {names[line.party]}" if line.party in names else ""
            day = filters.date_short(line.due)
            words = gettext("%(name)s%(who)s: até %(day)s", name=gettext(rule.name), who=who, day=day)
            found.append((str(line.ordinal), words))
    return found


def _extendable(line: DeadlineLine, rule: DeadlineRule) -> bool:
    return bool(rule.extendable_amount) and not line.extended and not line.given and line.rule != ITS_OWN_EXTENSION


_OF_THE_CASE: Mapping[str, Callable[[Offered], Pairs]] = {
    "parties": _parties,
    "open_invitees": lambda offered: _parties(
        offered, frozenset(party.id for party in offered.file.facts.open_invitees)
    ),
    "my_caucus": _my_caucus,
    "pending_obligations": lambda offered: _owed(offered, lambda _row, _today: True),
    "overdue_obligations": lambda offered: _owed(offered, lambda row, today: row.due < today),
    "open_notices": _open_notices,
    "extendable_deadlines": lambda offered: _deadlines(offered, _extendable),
    "changeable_deadlines": lambda offered: _deadlines(
        offered, lambda line, _rule: line.by_hand or line.rule not in GIVEN_RULES
    ),
}
"""Lists of the case that fields name with ``case:``; a test holds that every name used is here."""
