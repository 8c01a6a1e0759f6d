"""Receipts many at a time, mails that came back, adhesions on paper: what the desk writes down about notices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import BooleanField, EmailField
from wtforms.validators import Length

from cprac.domain.roles import Role
from cprac.domain.words import N_
from cprac.persistence import queries_accounts, queries_desk
from cprac.persistence.queries_case import CaseFile
from cprac.persistence.queries_desk import WaitingReceipt
from cprac.services import accounts, outbox, receipt_batches
from cprac.services.errors import NotFoundError, RefusedError
from cprac.services.notice_history import Returned
from cprac.services.receipt_batches import Receipt
from cprac.web import errors, guards, navigation
from cprac.web.act_forms import refusal_words
from cprac.web.attorney.room import blueprint, desk_workers, room
from cprac.web.case_room import in_address, number_of, reader
from cprac.web.form_fields import DayDateField, Needed, read_day

Answer = str | Response | tuple[str, int]

RECORDED: Mapping[str, str] = {
    "letter": N_("Carta com AR"),
    "gazette": N_("Diário oficial"),
    "in_person": N_("Em mãos"),
    "email": N_("E-mail"),
    "messaging": N_("Mensagem"),
}
"""Ways that a person records, in the few letters that a row has: what is opened in the portal records itself."""

LONGEST_PROOF = 200


@dataclass
class Row:
    """A notice that waits, with what was typed in its row and what is wrong with it."""

    waiting: WaitingReceipt
    day: str = ""
    channel: str = "letter"
    proof: str = ""
    error: str = ""
    read: date | None = None

    @property
    def name(self) -> str:
        """How the row is called in the form: the case as addresses write it, and the notice."""
        return f"{in_address(self.waiting.case)}-{self.waiting.ordinal}"


@blueprint.route("/procuradoria/avisos/recibos", methods=["GET", "POST"])
@desk_workers
def receipts() -> Answer:
    """The notices that wait for a receipt, each with its day, way and proof; each that is filled in is recorded."""
    if request.method == "GET":
        return _page([Row(each) for each in queries_desk.receipts_waiting(reader())])
    key = request.form.get("idempotency_key", "")
    if not (16 <= len(key) <= 64 and key.isalnum()):
        raise NotFoundError("key")
    sent = _sent(request.form)
    good = [each for each in sent if each.read is not None and not each.error]
    asked = [_receipt(each) for each in good]
    answers = receipt_batches.record(guards.chamber(), guards.member().account, asked, key, guards.now())
    done = {(answer.receipt.number, answer.receipt.ordinal) for answer in answers if answer.done}
    for row, answer in zip(good, answers, strict=True):
        row.error = "" if answer.refusal is None else refusal_words(answer.refusal)
    typed = {(row.waiting.case, row.waiting.ordinal): row for row in sent}
    if done:
        words = ngettext("%(num)d recebimento registrado.", "%(num)d recebimentos registrados.", len(done))
        flash(words, "good")
    if not any(row.error for row in sent):
        if not sent:
            flash(gettext("Nada foi preenchido. Escreva o dia em que cada aviso chegou."), "note")
        return redirect(url_for("attorney.receipts"), 303)
    waiting = queries_desk.receipts_waiting(reader())
    rows = [typed.get((each.case, each.ordinal), Row(each)) for each in waiting]
    listed = {(row.waiting.case, row.waiting.ordinal) for row in rows}
    rows += [row for place, row in typed.items() if row.error and place not in listed]
    return _page(rows), 400


def _page(rows: list[Row]) -> str:
    return render_template(
        "attorney/receipts.html",
        rows=rows,
        wrong=[row for row in rows if row.error],
        channels=[(value, gettext(label)) for value, label in RECORDED.items()],
        room=room,
        longest=LONGEST_PROOF,
        breadcrumb=navigation.breadcrumb(
            (gettext("Avisos"), url_for("attorney.notices")), (gettext("Registrar recebimentos"), None)
        ),
    )


def _sent(form: Mapping[str, str]) -> list[Row]:
    """The rows in which something was typed: a day, or a proof that still lacks its day."""
    known = {Row(each).name: each for each in queries_desk.receipts_waiting(reader())}
    rows = []
    for name in dict.fromkeys(field.removeprefix("day-") for field in form if field.startswith("day-")):
        day, proof = form.get(f"day-{name}", "").strip(), " ".join(form.get(f"proof-{name}", "").split())
        if not day and not proof:
            continue
        waiting = known.get(name) or _gone(name)
        if waiting is None:
            continue
        rows.append(_read(Row(waiting, day[:20], form.get(f"channel-{name}", ""), proof[: LONGEST_PROOF + 1])))
    return rows


def _gone(name: str) -> WaitingReceipt | None:
    """A row of a form that is older than the list: its answer comes from the service, which knows what was done."""
    address, _dash, ordinal = name.rpartition("-")
    if not (ordinal.isascii() and ordinal.isdecimal() and len(ordinal) < 6):
        return None
    try:
        number = number_of(address)
    except NotFoundError:
        return None
    return WaitingReceipt(number, int(ordinal), None, "", "", guards.now())


def _read(row: Row) -> Row:
    if row.channel not in RECORDED:
        row.error = gettext("Escolha como o aviso chegou.")
    elif len(row.proof) > LONGEST_PROOF:
        row.error = gettext("Use no máximo %(n)s letras no comprovante.", n=LONGEST_PROOF)
    else:
        try:
            row.read = read_day(row.day)
        except ValueError as error:
            row.error = gettext("Dia: %(problem)s", problem=str(error))
    return row


def _receipt(row: Row) -> Receipt:
    if row.read is None:
        raise ValueError("a row without its day")
    return Receipt(row.waiting.case, row.waiting.ordinal, row.channel, row.read, row.proof)


# --- A mail that came back --------------------------------------------------------------------------------------------


@blueprint.post("/procuradoria/casos/<number>/avisos/<int:ordinal>/voltou")
@desk_workers
def notice_returned(number: str, ordinal: int) -> Answer:
    """Note that the mail of a notice came back: it goes to the list of what is handed over."""
    reason, key = request.form.get("reason", ""), request.form.get("idempotency_key", "")
    if reason not in set(Returned) or not 16 <= len(key) <= 64:
        raise NotFoundError(number)
    here = number_of(number)
    outbox.record_return(
        guards.chamber(), guards.member().account, here, ordinal, Returned(reason), guards.now(), key
    )  # fmt: skip
    flash(gettext("Anotado: o e-mail voltou. O aviso está na lista de entrega à mão."), "good")
    return redirect(room.url("notice_history", here, ordinal=ordinal), 303)


@blueprint.context_processor
def for_notices() -> dict[str, Any]:
    """What the page of a notice asks for in this room: where a returned mail is noted, by whom it may be."""
    return {"returned_page": _returned_page}


def _returned_page(file: CaseFile, ordinal: int) -> dict[str, Any] | None:
    if not file.viewer.roles & {Role.REGISTRY, Role.COORDINATOR}:
        return None
    return {"url": room.url("notice_returned", file.number, ordinal=ordinal), "reasons": tuple(Returned)}


# --- Adhesion on paper ------------------------------------------------------------------------------------------------


class PaperForm(FlaskForm):
    """Whose signed paper is at hand, and of which day."""

    email = EmailField(
        _l("E-mail da conta"),
        validators=[Needed(_l("escreva o e-mail")), Length(max=254)],
        render_kw={"autocomplete": "off"},
    )
    signed_on = DayDateField(
        _l("Dia da assinatura"), validators=[Needed(_l("escreva a data, como 30/03/2026"))],
        description=_l("O que está no papel. A adesão vale para os avisos feitos depois de hoje."),
    )  # fmt: skip
    seen = BooleanField(
        _l("Conferi um documento da pessoa e guardei o papel assinado."),
        validators=[Needed(_l("confirme para continuar"))],
    )


@blueprint.route("/procuradoria/avisos/adesao", methods=["GET", "POST"])
@desk_workers
def paper_consent() -> Answer:
    """Record that somebody adhered to the portal on paper."""
    form, code = PaperForm(), 200
    if request.method == "POST":
        code = 400
        if form.validate():
            account = queries_accounts.account_of_email(form.email.data or "")
            try:
                if account is None:
                    raise accounts.refuse(N_("Não há conta com este e-mail."), "email")
                accounts.record_paper_consent(
                    guards.chamber(), guards.member().account, account, form.signed_on.data, now=guards.now()
                )
            except RefusedError as error:
                errors.into(form, error.refusal)
            else:
                flash(gettext("Adesão anotada. Vale para os avisos feitos a partir de amanhã."), "good")
                return redirect(url_for("attorney.notices"), 303)
    page = render_template(
        "attorney/paper_consent.html",
        form=form,
        wait_days=guards.chamber().regulation.service.deemed_after_days,
        breadcrumb=navigation.breadcrumb(
            (gettext("Avisos"), url_for("attorney.notices")), (gettext("Adesão em papel"), None)
        ),
    )
    return page, code
