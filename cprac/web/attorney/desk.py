"""The desk: filing for somebody who came, and the notices to hand over or whose receipt is still to be recorded."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from cprac.domain.filing import Answers, Problem, read_conflict, read_who
from cprac.persistence import queries_desk
from cprac.persistence.queries_desk import AgencyRow
from cprac.services import intake, outbox
from cprac.services.errors import BadFileError, NotFoundError, RefusedError
from cprac.services.intake import NewCase, NewParty
from cprac.web import guards, navigation, security
from cprac.web.act_forms import refusal_words
from cprac.web.attorney.desk_forms import DeskForm
from cprac.web.attorney.room import blueprint, desk_workers, room
from cprac.web.case_room import reader

Answer = str | Response | tuple[str, int]


# --- Filing -----------------------------------------------------------------------------------------------------------


@blueprint.route("/procuradoria/pedidos/novo", methods=["GET", "POST"])
@security.takes_files
@desk_workers
def new_filing() -> Answer:
    """File for somebody at the desk; the answer is the receipt, whose key and code are shown once."""
    form = DeskForm()
    agencies = queries_desk.agencies()
    form.offer(guards.chamber().regulation, [(agency.id, agency.name) for agency in agencies])
    if request.method == "GET":
        form.idempotency_key.data = navigation.idempotency_key()
        return render_template("attorney/new_filing.html", form=form, session_ends=guards.session_ends())
    who, what = _read(form, agencies)
    if who.problems or what.problems:
        form.show([*who.problems, *what.problems])
        return _again(form)
    key = form.idempotency_key.data or ""
    if not (16 <= len(key) <= 64 and key.isalnum()):
        form.form_errors = [*form.form_errors, gettext("Esta página é antiga. Confira o que escreveu e envie de novo.")]
        return _again(form)
    try:
        new = _new_case(form, who, what, agencies)
        receipt = intake.file(guards.chamber(), guards.member().account, new, key=key, now=guards.now())
    except BadFileError as error:
        form.files.errors = [*form.files.errors, str(error)]
        return _again(form)
    except RefusedError as error:
        form.form_errors = [*form.form_errors, refusal_words(error.refusal)]
        return _again(form)
    name = who.values["name"]
    return render_template("attorney/receipt.html", receipt=receipt, name=name, room=room, now=guards.now())


def _again(form: DeskForm) -> Answer:
    form.idempotency_key.data = navigation.idempotency_key()
    return render_template("attorney/new_filing.html", form=form, session_ends=guards.session_ends()), 400


def _read(form: DeskForm, agencies: tuple[AgencyRow, ...]) -> tuple[Answers, Answers]:
    """The answers as the domain reads them. At the desk an address is a way to reach somebody, too."""
    regulation, raw = guards.chamber().regulation, form.raw()
    who = read_who(raw, regulation)
    if raw["address"].strip() and not raw["email"].strip():
        who = Answers(who.values, tuple(each for each in who.problems if each.field != "email"))
    what = read_conflict(raw, regulation, [agency.id for agency in agencies], guards.today())
    channels = {value for value, _label in regulation.choices("channels")} - {intake.PORTAL}
    extra = [] if raw["channel"] in channels else [Problem("channel", gettext("Escolha como o pedido chegou"))]
    return who, Answers(what.values, (*what.problems, *extra))


def _new_case(form: DeskForm, who: Answers, what: Answers, agencies: tuple[AgencyRow, ...]) -> NewCase:
    said, conflict, raw = who.values, what.values, form.raw()
    agency = next((each for each in agencies if each.id == conflict["agency"]), None)
    person_side, city_side = ("invitee", "applicant") if raw["asks"] == "city" else ("applicant", "invitee")
    person = NewParty(
        person_side, said["kind"], said["name"], said["tax_id"], said["email"], said["phone"],
        address=raw["address"].strip()[:300], counsel=said["counsel"],
    )  # fmt: skip
    city = NewParty(
        city_side,
        "city" if agency is None or agency.same_person else "entity",
        agency.name if agency else "",
        agency=agency.id if agency else None,
    )
    parties = (person, city) if person_side == "applicant" else (city, person)
    return NewCase(
        parties,
        conflict["matter"],
        conflict["account"],
        conflict["request"],
        channel=raw["channel"],
        value=conflict["value"] or 0,
        priority=said["priority"],
        lawsuits=conflict["lawsuits"],
        lawsuit_declared=conflict["lawsuit"] != "unknown",
        external_process=raw["external_process"].strip()[:60],
        files=form.files.uploads,
        fact_on=conflict["fact_on"],
        vouched={"lawsuit_answer": conflict["lawsuit"]},
    )


# --- Notices ----------------------------------------------------------------------------------------------------------


@blueprint.route("/procuradoria/avisos", methods=["GET", "POST"])
@desk_workers
def notices() -> Answer:
    """Messages to hand over, and notices sent whose receipt nobody recorded; marking one as handed over."""
    if request.method == "POST":
        return _handed()
    return render_template(
        "attorney/notices.html",
        mails=queries_desk.mails_to_hand(reader()),
        waiting=queries_desk.receipts_waiting(reader()),
        room=room,
    )


def _handed() -> Answer:
    mail, key = request.form.get("mail", ""), request.form.get("idempotency_key", "")
    if not (mail.isascii() and mail.isdecimal() and len(mail) < 10 and 16 <= len(key) <= 64):
        raise NotFoundError("mail")
    outbox.mark_handed(guards.chamber(), guards.member().account, int(mail), guards.now(), key)
    flash(gettext("Entrega anotada. Quando houver recibo, registre que o aviso chegou."), "good")
    return redirect(url_for("attorney.notices"), 303)
