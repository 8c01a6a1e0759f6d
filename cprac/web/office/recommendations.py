"""Guidance to the Administration: the register of recommendations, causes that recur, each step, the download."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from cprac.domain.open_tables import neutral
from cprac.domain.recommendations import GUIDES, READS, RULES, Answer, Status, Step, steps
from cprac.persistence import queries_drafts, queries_recommendations
from cprac.persistence.queries_recommendations import Entry, Filter, Happening
from cprac.services import recommendations
from cprac.services.errors import NotFoundError, RefusedError, StaleError
from cprac.web import errors, filters, guards, navigation
from cprac.web.case_room import reader
from cprac.web.office.recommendation_forms import FORMS, StepForm, TextForm
from cprac.web.office.room import blueprint
from cprac.web.recommendation_words import effect_words

Answered = str | Response | tuple[str, int]

readers = guards.office(*sorted(READS))
guides = guards.office(*sorted(GUIDES))

LONGEST_SEARCH = 100
GRAVE = frozenset({Step.ISSUE, Step.CLOSE, Step.WITHDRAW, Step.PUBLISH})


# --- words ------------------------------------------------------------------------------------------------------------


def matters() -> dict[str, str]:
    """The matters of the chamber with their words."""
    return {known: gettext(label) for known, label in guards.chamber().regulation.choices("matters")}


def status_words(row: Entry) -> dict[str, Any]:
    """The status as a chip: words, look, and the day that matters."""
    found = row.status(guards.today())
    look = {Status.OVERDUE: "overdue", Status.ISSUED: "plain", Status.CLOSED: "met", Status.FOLLOWED: "met"}
    words = gettext(found.label)
    if row.answer and found is Status.ANSWERED:
        words = f"{words}: {gettext(Answer(row.answer).label).lower()}"
    return {"words": words, "look": look.get(found, "plain"), "due": None, "note": _note(row, found)}


def _note(row: Entry, found: Status) -> str:
    if found in (Status.ISSUED, Status.OVERDUE):
        return gettext("resposta até %(day)s", day=filters.date_short(row.due_on))
    return ""


# --- the register -----------------------------------------------------------------------------------------------------


def _wanted() -> Filter:
    """The filter of the address; nonsense in it is none."""
    typed = request.args.get("situacao", "")
    agency = request.args.get("orgao", type=int)
    matter = request.args.get("assunto", "")
    return Filter(
        " ".join(request.args.get("q", "").split())[:LONGEST_SEARCH],
        Status(typed) if typed in set(Status) else None,
        agency if agency and 0 < agency < 2**31 else None,
        matter if matter in matters() else "",
    )


@blueprint.get("/gabinete/recomendacoes")
@readers
def recommendations_list() -> str:
    """The register, filtered; and the causes that recur most, each a step from becoming advice."""
    wanted, words = _wanted(), matters()
    may_write = bool(guards.member().offices & GUIDES)
    return render_template(
        "office/recommendations.html",
        rows=[_row(row, words) for row in queries_recommendations.register(reader(), wanted)],
        wanted=wanted,
        statuses=[("", gettext("Todas")), *((each.value, gettext(each.label)) for each in Status)],
        agencies=[("", gettext("Todos")), *queries_drafts.agencies()],
        matters=[("", gettext("Todos")), *words.items()],
        causes=[
            {"cause": cause, "matter": words.get(cause.matter, cause.matter)}
            for cause in queries_recommendations.causes(reader(), 10)
        ],
        may_write=may_write,
        csv_url=url_for("office.recommendations_csv", **request.args.to_dict()),
    )


def _row(row: Entry, words: dict[str, str]) -> dict[str, Any]:
    return {
        "number": row.number,
        "title": row.title,
        "url": url_for("office.recommendation", advice=advice_of(row)),
        "agency": row.agency,
        "matter": words.get(row.matter, row.matter),
        "issued_on": row.issued_on,
        "chip": status_words(row),
        "public": row.public,
    }


COLUMNS = (
    "numero", "assunto", "orgao", "titulo", "situacao", "enviada_em", "resposta_ate", "resposta", "respondida_em",
    "documento", "feita", "pedidos_12_meses_antes", "publica",
)  # fmt: skip


@blueprint.get("/gabinete/recomendacoes.csv")
@readers
def recommendations_csv() -> Response:
    """The rows of the filter as a sheet; no cell of it is ever a formula."""
    words, today, out = matters(), guards.today(), io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for row in queries_recommendations.register(reader(), _wanted()):
        cells = (
            row.number, words.get(row.matter, row.matter), row.agency, row.title,
            gettext(row.status(today).label), _iso(row.issued_on), _iso(row.due_on),
            gettext(Answer(row.answer).label) if row.answer else "", _iso(row.answered_on), row.answer_document,
            "" if row.done is None else (gettext("sim") if row.done else gettext("não")), row.filed_before,
            gettext("sim") if row.public else gettext("não"),
        )  # fmt: skip
        writer.writerow(["" if cell is None else neutral(cell) for cell in cells])
    headers = {"Content-Disposition": "attachment; filename=recomendacoes.csv"}
    return Response("\ufeff" + out.getvalue(), mimetype="text/csv", headers=headers)


def _iso(day: Any) -> str:
    return day.isoformat() if day is not None else ""


# --- one --------------------------------------------------------------------------------------------------------------


def advice_of(row: Entry) -> str:
    """The number as addresses write it: 2026-3."""
    return f"{row.year}-{row.ordinal}"


def number_of(advice: str) -> tuple[int, int]:
    """The number that an address names; NotFoundError where it is none."""
    found = re.fullmatch(r"(\d{4})-(\d{1,6})", advice, re.ASCII)
    if found is None:
        raise NotFoundError(advice)
    return int(found[1]), int(found[2])


def entry(advice: str) -> Entry:
    """The recommendation of an address; NotFoundError where there is none for the reader."""
    found = queries_recommendations.one(reader(), *number_of(advice))
    if found is None:
        raise NotFoundError(advice)
    return found


@blueprint.get("/gabinete/recomendacoes/<advice>")
@readers
def recommendation(advice: str) -> str:
    """What was advised, what the agency said and did, the filings before and after, what happened, what may be done."""
    row, words = entry(advice), matters()
    today = guards.today()
    possible = steps(row.standing, guards.member().offices, today)
    effect = queries_recommendations.effect_of(row, today)
    return render_template(
        "office/recommendation.html",
        row=row,
        chip=status_words(row),
        matter=words.get(row.matter, row.matter),
        answer=gettext(Answer(row.answer).label) if row.answer else "",
        steps=[
            {"name": gettext(step.label), "url": url_for("office.recommendation_step", advice=advice, step=step.value),
             "confirm": step in GRAVE, "effect": ""}
            for step in possible
        ],
        effect=effect,
        effect_said=effect_words(effect),
        entries=[_line(each) for each in queries_recommendations.happenings(row)],
        public_url=url_for("public.recommendation", advice=advice) if row.public else "",
    )  # fmt: skip


ICONS = {
    Step.ISSUE: "send-fill", Step.ANSWER: "envelope-open-fill", Step.FOLLOW: "check-lg", Step.CLOSE: "check-lg",
    Step.WITHDRAW: "x-lg", Step.UNPUBLISH: "x-lg", Step.PUBLISH: "flag-fill",
}  # fmt: skip


def _line(each: Happening) -> dict[str, Any]:
    said = each.data.get("text") or each.data.get("reason") or each.data.get("summary") or ""
    if each.step is Step.ISSUE:
        said = gettext("Pedidos nos 12 meses antes: %(n)s.", n=filters.integer(each.data["filed_before"]))
    elif each.step in (Step.DRAFT, Step.REVISE):
        said = each.data["title"]
    return {
        "icon": ICONS.get(each.step, "pen-fill"),
        "title": gettext(each.step.past),
        "at": each.at,
        "who": each.who,
        "summary": said,
    }


# --- steps ------------------------------------------------------------------------------------------------------------


@blueprint.route("/gabinete/recomendacoes/nova", methods=["GET", "POST"])
@guides
def new_recommendation() -> Answered:
    """Write a draft; a cause of the list comes filled in."""
    form = TextForm()
    _offer(form)
    if request.method == "GET":
        form.matter.data = request.args.get("assunto", "")
        form.agency_id.data = request.args.get("orgao", "")
    done = _do(form, lambda: recommendations.draft(
        guards.chamber(), guards.member().account, form.answers(), key=form.key, now=guards.now()
    ))  # fmt: skip
    if isinstance(done, recommendations.Done):
        return _to(done, Step.DRAFT)
    title = gettext("Recomendação nova")
    page = render_template("office/recommendation_step.html", form=form, page_title=title, row=None, stale=False,
                           submit=gettext("Gravar a minuta"), back=url_for("office.recommendations_list"), note="",
                           consequences=[])  # fmt: skip
    return page, done


@blueprint.route("/gabinete/recomendacoes/<advice>/<step>", methods=["GET", "POST"])
@readers
def recommendation_step(advice: str, step: str) -> Answered:
    """The form of a step, and taking it."""
    row = entry(advice)
    chosen = Step(step) if step in set(Step) else None
    if (
        chosen is None
        or chosen not in FORMS
        or not guards.member().offices & RULES[chosen].offices
        or (request.method == "GET" and chosen not in steps(row.standing, guards.member().offices, guards.today()))
    ):
        raise NotFoundError(step)
    form = FORMS[chosen](data=_kept(row, chosen))
    if isinstance(form, TextForm):
        _offer(form)
    if request.method == "GET":
        form.version.data = str(row.version)
    done = _do(form, lambda: recommendations.perform(
        guards.chamber(), guards.member().account, (row.year, row.ordinal), chosen, form.answers(),
        version=form.seen, key=form.key, now=guards.now(),
    ))  # fmt: skip
    if isinstance(done, recommendations.Done):
        return _to(done, chosen)
    if done == 409:
        row = entry(advice)
        form.version.data = str(row.version)
        form.idempotency_key.data = navigation.idempotency_key()
    page = render_template("office/recommendation_step.html", form=form, page_title=gettext(chosen.label), row=row,
                           stale=done == 409, submit=gettext(chosen.label),
                           back=url_for("office.recommendation", advice=advice),
                           consequences=_consequences(chosen))  # fmt: skip
    return page, done


def _offer(form: TextForm) -> None:
    form.offer(list(matters().items()), queries_drafts.agencies())


def _kept(row: Entry, step: Step) -> dict[str, Any]:
    """What the form of a step begins with."""
    if step is Step.REVISE:
        return {"matter": row.matter, "agency_id": str(row.agency_id), "title": row.title, "text": row.text,
                "reasons": row.reasons}  # fmt: skip
    return {"summary": row.summary} if step is Step.PUBLISH else {}


def _consequences(step: Step) -> list[str]:
    """What follows from a step, before it is taken."""
    return {
        Step.ISSUE: [
            gettext("O texto não muda mais."),
            gettext("O registro guarda quantos pedidos houve nos 12 meses antes."),
            gettext("O prazo da resposta começa amanhã. O sistema não manda a recomendação: envie pelo canal oficial."),
        ],
        Step.CLOSE: [gettext("O efeito é medido hoje e fica gravado. Depois disso, nada mais muda.")],
        Step.WITHDRAW: [gettext("A recomendação deixa de valer. O número não é usado de novo.")],
        Step.PUBLISH: [
            gettext("Qualquer pessoa lê o título, o resumo, o órgão, as datas e se a recomendação foi aceita e feita."),
            gettext("O texto da resposta e o histórico não são publicados."),
        ],
        Step.UNPUBLISH: [gettext("A página pública deixa de existir. Quem já copiou o texto continua com ele.")],
    }.get(step, [])


def _do(form: StepForm, act: Any) -> recommendations.Done | int:
    """Take the step where the form was sent; otherwise the status of the page that shows the form again."""
    if request.method == "GET":
        form.idempotency_key.data = navigation.idempotency_key()
        return 200
    if not form.validate():
        return 400
    if not form.key:
        form.idempotency_key.data = navigation.idempotency_key()
        form.form_errors = [*form.form_errors, gettext("Esta página é antiga. Confira o que escreveu e envie de novo.")]
        return 400
    try:
        done: recommendations.Done = act()
    except RefusedError as error:
        errors.into(form, error.refusal)
        return 400
    except StaleError:
        return 409
    return done


def _to(done: recommendations.Done, step: Step) -> Response:
    flash(gettext("%(past)s.", past=gettext(step.past)), "good")
    return redirect(url_for("office.recommendation", advice=f"{done.year}-{done.ordinal}"), 303)
