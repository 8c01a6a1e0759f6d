"""A new access key or claim code at the desk, after looking at a person's document: shown once, to be printed."""

from __future__ import annotations

from typing import Any

from flask import render_template, request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length

from cprac.domain.roles import Office, Role
from cprac.persistence.queries_case import CaseFile
from cprac.services import reissue
from cprac.services.errors import KeyReusedError, RefusedError
from cprac.services.reissue import Identified, Paper, Wanted
from cprac.web import errors, guards, navigation
from cprac.web.attorney.room import blueprint, room
from cprac.web.case_room import head_of, number_of

Answer = str | Response | tuple[str, int]
registry = guards.office(Office.REGISTRY)


class KeysForm(FlaskForm):
    """What is given to which party, and on which document."""

    idempotency_key = HiddenField()
    party = RadioField(_l("Para qual parte"), [InputRequired(_l("Escolha a parte"))])
    wanted = RadioField(_l("O que dar"), [InputRequired(_l("Escolha o que dar"))])
    came = RadioField(_l("Quem veio"), [InputRequired(_l("Diga quem veio"))])
    paper = SelectField(_l("Documento que você conferiu"), [InputRequired(_l("Escolha o documento"))])
    last = StringField(
        _l("Quatro últimos números ou letras do documento"),
        [InputRequired(_l("Escreva os quatro últimos")), Length(4, 4, _l("Escreva só os quatro últimos"))],
        description=_l("Só isto fica anotado, com o seu nome e a hora."),
        render_kw={"autocomplete": "off", "maxlength": 4, "spellcheck": "false"},
    )
    seen = BooleanField(
        _l("Vi o documento e conferi que é da pessoa; se veio um procurador, vi também a procuração."),
        [InputRequired(_l("Confira o documento antes"))],
    )

    def offer(self, file: CaseFile) -> None:
        """Fill the lists for the case."""
        names = [(str(each.ordinal), each.name) for each in file.parties if each.side in ("applicant", "invitee")]
        self.party.choices = _choices(names)
        self.wanted.choices = _choices([(each.value, gettext(each.label)) for each in Wanted])
        self.came.choices = _choices([("self", gettext("A própria pessoa")), ("proxy", gettext("Um procurador"))])
        papers = [(each.value, gettext(each.label)) for each in Paper]
        self.paper.choices = _choices([("", gettext("Escolha")), *papers])


def _choices(pairs: list[tuple[str, str]]) -> list[SelectChoice]:
    return [SelectChoice(value=value, label=label) for value, label in pairs]


@blueprint.route("/procuradoria/casos/<number>/chave", methods=["GET", "POST"])
@registry
def new_key(number: str) -> Answer:
    """Give a new key or code; the answer is the page to print, and nothing of it is shown again."""
    file = head_of(number)
    reissue.require_registry(file.viewer)
    form = KeysForm()
    form.offer(file)
    if request.method == "GET":
        form.idempotency_key.data = navigation.idempotency_key()
        return _page(form, file)
    key = form.idempotency_key.data or ""
    if not form.validate():
        return _again(form, file)
    if not (16 <= len(key) <= 64 and key.isalnum()):
        form.form_errors = [gettext("Esta página é antiga. Confira o que escreveu e envie de novo.")]
        return _again(form, file)
    who = Identified(int(form.party.data), Paper(form.paper.data), form.last.data or "", form.came.data == "proxy")
    try:
        receipt = reissue.reissue(
            guards.chamber(), guards.member().account, number_of(number), Wanted(form.wanted.data), who,
            key=key, now=guards.now(),
        )  # fmt: skip
    except RefusedError as error:
        errors.into(form, error.refusal)
        return _again(form, file)
    except KeyReusedError:
        form.form_errors = [gettext("Esta página é antiga. Confira o que escreveu e envie de novo.")]
        return _again(form, file)
    party = file.party(who.party)
    return render_template(
        "attorney/new_key_receipt.html", receipt=receipt, file=file, room=room, name=party.name if party else "",
        address=navigation.public_address("public.lookup"), claim_address=navigation.public_address("auth.claim"),
    )  # fmt: skip


def _page(form: KeysForm, file: CaseFile) -> str:
    return render_template("attorney/new_key.html", form=form, file=file, room=room, session_ends=guards.session_ends())


def _again(form: KeysForm, file: CaseFile) -> Answer:
    form.idempotency_key.data = navigation.idempotency_key()
    return _page(form, file), 400


@blueprint.context_processor
def for_templates() -> dict[str, Any]:
    """What the page of a case asks for in this room: where a new key is given, "" where the reader gives none."""
    return {"key_page": _key_page}


def _key_page(file: CaseFile) -> str:
    return room.url("new_key", file.number) if Role.REGISTRY in file.viewer.roles else ""
