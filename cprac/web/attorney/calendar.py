"""The calendar of the chamber: the year, decreeing and taking back with a preview, recounts, reviews."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from cprac.domain.business_days import DayKind
from cprac.domain.regulation import RegulationError
from cprac.persistence import queries_calendar
from cprac.persistence.queries_calendar import DecreedDay
from cprac.services import calendar_decrees, deadline_changes, recounts
from cprac.services.errors import NotFoundError, RefusedError
from cprac.services.recounts import Preview
from cprac.web import filters, guards, navigation
from cprac.web.attorney.calendar_forms import DecreeForm, ReviewForm, WithdrawForm, decree_form
from cprac.web.attorney.room import blueprint, desk_workers, room
from cprac.web.case_room import reader

Answer = str | Response | tuple[str, int]

FIRST_ROWS = 20
TYPED = ("kind", "name", "legal_act", "days", "down_from", "down_until")
INLINE_SECONDS = 2.0
"""How long the answer to a decree may wait for the recount; the clock does the rest."""


# --- The year ---------------------------------------------------------------------------------------------------------


@blueprint.get("/procuradoria/calendario")
@desk_workers
def calendar_year() -> str:
    """The days of a year that are not ordinary, by month, those taken back too; the last recounts."""
    calendar = guards.chamber().calendar()
    this_year = guards.today().year
    year = request.args.get("ano", this_year, type=int)
    if not calendar.first_year <= year <= calendar.last_year:
        year = this_year
    days: list[dict[str, Any]] = [
        {
            "day": day,
            "name": gettext(entry.name),
            "kind": gettext(entry.kind.label),
            "act": entry.legal_act,
            "row": None,
        }
        for day, entry in calendar.days.items()
        if day.year == year
    ]
    days += [
        {"day": row.day, "name": row.name, "kind": gettext(row.kind.label), "act": row.legal_act, "row": row}
        for row in queries_calendar.decreed_in(year)
    ]
    months = [
        (month, filters.date_words(date(year, month, 1)).split(" de ")[1], found)
        for month in range(1, 13)
        if (found := sorted((each for each in days if each["day"].month == month), key=lambda each: each["day"]))
    ]
    return render_template(
        "attorney/calendar_year.html",
        year=year,
        months=months,
        recounts=queries_calendar.recounts(),
        waiting=queries_calendar.reviews_waiting(reader()),
    )


# --- Decreeing --------------------------------------------------------------------------------------------------------


@blueprint.route("/procuradoria/calendario/decretar", methods=["GET", "POST"])
@desk_workers
def new_decree() -> Answer:
    """The form; sent, a page with what it would do; confirmed there, the decree and its recount."""
    form = decree_form()
    if request.method == "GET":
        form.idempotency_key.data = navigation.idempotency_key()
        return render_template("attorney/new_decree.html", form=form, session_ends=guards.session_ends())
    if not form.validate():
        return _again(form)
    if not form.key:
        form.form_errors = [*form.form_errors, gettext("Esta página é antiga. Confira o que escreveu e envie de novo.")]
        return _again(form)
    try:
        asked = form.asked()
        if request.form.get("confirmed"):
            done = calendar_decrees.decree(
                guards.chamber(), guards.member().account, asked, key=form.key, now=guards.now()
            )
            return _recounted(done.recount, gettext("Calendário mudado."))
        days, told = calendar_decrees.preview(guards.chamber(), asked, guards.now())
    except RefusedError as error:
        form.refuse(error.refusal)
        return _again(form)
    return render_template(
        "attorney/decree_preview.html",
        asked=asked,
        days=[day.date for day in days],
        kind=gettext(asked.kind.label).capitalize(),
        hidden={**{name: request.form.get(name, "") for name in TYPED}, "idempotency_key": form.key, "confirmed": "1"},
        **_preview(told),
    )


def _again(form: DecreeForm) -> Answer:
    if not form.key:
        form.idempotency_key.data = navigation.idempotency_key()
    return render_template("attorney/new_decree.html", form=form, session_ends=guards.session_ends()), 400


def _preview(told: Preview) -> dict[str, Any]:
    """Counts, and the first rows of cases that the reader may know of."""
    chosen = [(outcome, each) for outcome in ("moved", "review", "kept") for each in told.of(outcome)[:FIRST_ROWS]]
    known = queries_calendar.visible_cases(reader(), (each.case for _outcome, each in chosen))
    rows: dict[str, list[dict[str, Any]]] = {"moved": [], "review": [], "kept": []}
    for outcome, each in chosen:
        if each.case in known:
            number, title = known[each.case]
            rows[outcome].append(
                {
                    "number": number,
                    "title": title,
                    "url": room.deadline(number, each.ordinal),
                    "what": rule_name(each.rule),
                    "was": each.was,
                    "due": each.due,
                    "counted": each.counted,
                }
            )
    return {"counts": told.counts(), "rows": rows, "first_rows": FIRST_ROWS}


def rule_name(rule_id: str) -> str:
    """What a deadline is for, in the words of today's rules."""
    try:
        return gettext(guards.chamber().regulation.rule(rule_id).name)
    except RegulationError:
        return rule_id


def _recounted(recount: int, words: str) -> Response:
    """Go on with the recount for a moment, then to its page."""
    recounts.run_due(guards.chamber(), guards.now(), seconds=INLINE_SECONDS)
    flash(words, "good")
    return redirect(url_for("attorney.recount", recount=recount), 303)


# --- Taking back ------------------------------------------------------------------------------------------------------


def _decreed(row_id: int) -> DecreedDay:
    row = queries_calendar.decreed(row_id)
    if row is None:
        raise NotFoundError(str(row_id))
    return row


@blueprint.route("/procuradoria/calendario/<int:row>/retirar", methods=["GET", "POST"])
@desk_workers
def withdraw_day(row: int) -> Answer:
    """What taking a day back would do, and doing it, with a reason."""
    found, form, status = _decreed(row), WithdrawForm(), 200
    if request.method == "GET":
        form.idempotency_key.data = navigation.idempotency_key()
    elif form.validate() and form.key:
        try:
            done = calendar_decrees.withdraw(
                guards.chamber(), guards.member().account, row, form.reason.data or "", key=form.key, now=guards.now()
            )
            return _recounted(done.recount, gettext("Dia retirado do calendário."))
        except RefusedError as error:
            form.refuse(error.refusal)
            status = 400
    else:
        status = 400
    if found.withdrawn_at is not None:
        raise NotFoundError(str(row))
    told = calendar_decrees.preview_withdrawal(guards.chamber(), row)
    return render_template("attorney/withdraw_day.html", form=form, row=found, **_preview(told)), status


@blueprint.get("/procuradoria/calendario/<int:row>/certidao")
@desk_workers
def outage_certificate(row: int) -> str:
    """The certificate of an outage, to be printed: from when to when, which days it moves, who registered it."""
    found = _decreed(row)
    if found.kind is not DayKind.SYSTEM_OUTAGE or found.down_from is None:
        raise NotFoundError(str(row))
    return render_template(
        "attorney/outage_certificate.html", row=found, days=queries_calendar.same_outage(found), now=guards.now()
    )


# --- Recounts and reviews ---------------------------------------------------------------------------------------------


@blueprint.get("/procuradoria/calendario/recontagens/<int:recount>")
@desk_workers
def recount(recount: int) -> str:
    """How far a recount is, and what it did."""
    found = queries_calendar.recount(recount)
    if found is None:
        raise NotFoundError(str(recount))
    return render_template("attorney/recount.html", recount=found)


@blueprint.get("/procuradoria/calendario/revisoes")
@desk_workers
def deadline_reviews() -> str:
    """What had ended when the calendar changed, and waits for a person."""
    rows = [{"row": each, "what": rule_name(each.rule)} for each in queries_calendar.reviews(reader())]
    return render_template(
        "attorney/deadline_reviews.html", rows=rows, waiting=queries_calendar.reviews_waiting(reader()), room=room
    )


@blueprint.route("/procuradoria/calendario/revisoes/<int:review>", methods=["GET", "POST"])
@desk_workers
def deadline_review(review: int) -> Answer:
    """One of them: leave the deadline as it is, with a note, or go to the act that corrects it."""
    form, status = ReviewForm(), 200
    if request.method == "POST" and form.validate() and form.key:
        try:
            deadline_changes.keep(
                guards.chamber(), guards.member().account, review, form.note.data or "", key=form.key, now=guards.now()
            )
            flash(gettext("Anotado: o prazo fica como está."), "good")
            return redirect(url_for("attorney.deadline_reviews"), 303)
        except RefusedError as error:
            form.refuse(error.refusal)
            status = 400
    elif request.method == "POST":
        status = 400
    else:
        form.idempotency_key.data = navigation.idempotency_key()
    found = queries_calendar.review(reader(), review)
    if found is None:
        raise NotFoundError(str(review))
    return render_template(
        "attorney/deadline_review.html",
        form=form,
        row=found,
        what=rule_name(found.rule),
        case_url=room.url("case", found.number),
        why_url=room.deadline(found.number, found.ordinal),
        correct_url=room.url("act", found.number, act="change_deadline", deadline=found.ordinal),
        ended=found.ended_on is not None,
    ), status
