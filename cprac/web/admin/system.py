"""The health of the system: when the clock last ran, what waits for a person, what was found wrong and what to do.

For the administrator and the coordination. Cases are numbers here: who may open one has a link to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import TextAreaField

from cprac.domain.roles import Office
from cprac.domain.words import N_
from cprac.persistence import queries_system
from cprac.services import clock_holds, deadline_watch, deemed_service, findings, heartbeats
from cprac.services.errors import NotFoundError
from cprac.services.heartbeats import Beat
from cprac.web import guards, navigation
from cprac.web.admin import forms
from cprac.web.admin.views import Answer, blueprint, me
from cprac.web.case_room import in_address

watchers = guards.office(Office.ADMINISTRATOR, Office.COORDINATOR)

TASKS: Mapping[str, tuple[str, str]] = {
    heartbeats.DEADLINES: (N_("Prazos"), N_("vence o que passou do dia")),
    heartbeats.DEEMED: (N_("Avisos não abertos"), N_("conta como recebido o que a regra manda")),
    heartbeats.OUTBOX: (N_("E-mails"), N_("envia o que está na fila")),
    heartbeats.REMINDERS: (N_("Lembretes"), N_("um por pessoa em cada dia útil")),
    heartbeats.HOUSEKEEPING: (N_("Limpeza"), N_("apaga o que a Câmara não guarda, uma vez por dia")),
    heartbeats.RECONCILIATION: (N_("Conferência"), N_("procura o que está errado, uma vez por dia")),
    heartbeats.RELEASES: (N_("Publicação dos números"), N_("publica o período que fechou, uma vez por dia")),
}
RECENTLY = timedelta(days=7)


class NoteForm(FlaskForm):
    """What somebody says about a finding."""

    note = TextAreaField(
        _l("Anotação"),
        validators=[forms.required(_l("Escreva a anotação")), forms.at_most(findings.LONGEST_NOTE)],
        description=_l("O que foi visto ou feito. Não escreva aqui nada do conteúdo do caso."),
    )


@blueprint.get("/saude")
@watchers
def system() -> str:
    """The whole on one page."""
    now = guards.now()
    found = queries_system.open_findings()
    beats = heartbeats.heartbeat(now)
    return render_template(
        "admin/system.html",
        alarm=None,  # this page says it all
        tasks=[_task(beat) for beat in beats.values()],
        looked=beats[heartbeats.RECONCILIATION].last_at is not None,
        hold=clock_holds.current(),
        waiting=_waiting(),
        released=clock_holds.recent(),
        kinds=[_kind(kind, *found[kind]) for kind in _ordered(found)],
        resolved=queries_system.resolved_since(now - RECENTLY),
        total=sum(count for count, _rows in found.values()),
    )


def _task(beat: Beat) -> dict[str, Any]:
    name, what = TASKS.get(beat.name, (beat.name, ""))
    if beat.last_at is None:
        look, words = "unsure", gettext("ainda não passou")
    elif beat.stale:
        look, words = "bad", gettext("parado")
    else:
        look, words = "good", gettext("em dia")
    return {"name": gettext(name), "what": gettext(what), "last_at": beat.last_at, "look": look, "words": words}


def _ordered(found: Iterable[str]) -> list[str]:
    order = {kind.value: place for place, kind in enumerate(findings.Kind)}
    return sorted(found, key=lambda kind: (order.get(kind, len(order)), kind))


def _kind(kind: str, count: int, rows: tuple[queries_system.FindingRow, ...]) -> dict[str, Any]:
    known = findings.Kind(kind) if kind in set(findings.Kind) else None
    return {
        "id": kind.replace("_", "-"),
        "label": gettext(known.label) if known else kind,
        "advice": gettext(known.advice) if known else "",
        "count": count,
        "more": count - len(rows),
        "rows": [_finding(row) for row in rows],
    }


def _finding(row: queries_system.FindingRow) -> dict[str, Any]:
    opens = bool(row.number) and guards.may_open("attorney.case")
    return {
        "id": row.id,
        "number": row.number,
        "url": url_for("attorney.case", number=in_address(row.number)) if opens else "",
        "detail": row.detail,
        "first_at": row.first_at,
        "last_at": row.last_at,
        "note": row.note,
        "noted_by": row.noted_by,
    }


def _waiting() -> list[dict[str, Any]]:
    """The effects that wait while a hold is open: the case, what would happen by itself, since which day."""
    chamber = guards.chamber()
    lapsed = [
        {"number": each.number, "what": gettext(each.act.label), "since": each.due}
        for each in deadline_watch.waiting(chamber)
    ]
    unopened = [
        {"number": each.number, "what": gettext("Aviso não aberto conta como recebido"), "since": each.on}
        for each in deemed_service.unopened(chamber, guards.now())
    ]
    opens = guards.may_open("attorney.case")
    return [
        {**each, "url": url_for("attorney.case", number=in_address(str(each["number"]))) if opens else ""}
        for each in (*lapsed, *unopened)
    ]


@blueprint.route("/saude/relogio/<int:hold>", methods=["GET", "POST"])
@watchers
def release(hold: int) -> Answer:
    """Say that the clock is right, so that what waits happens."""
    known = clock_holds.current()
    if known is None or known.id != hold:
        abort(404)
    if request.method == "POST":
        key = request.form.get("idempotency_key", "")
        if key:
            try:
                clock_holds.release(guards.chamber(), me(), hold, guards.now(), key[:64])
            except NotFoundError:
                abort(404)
            flash(gettext("Relógio conferido. O que esperava acontece na próxima passagem, em até um minuto."))
            return redirect(url_for("admin.system"), 303)
    page = render_template(
        "admin/release.html",
        alarm=None,
        hold=known,
        waiting=_waiting(),
        breadcrumb=navigation.breadcrumb(
            (gettext("Saúde do sistema"), url_for("admin.system")), (gettext("Conferir o relógio"), None)
        ),
    )
    return (page, 400) if request.method == "POST" else page


@blueprint.route("/saude/achados/<int:finding>", methods=["GET", "POST"])
@watchers
def finding(finding: int) -> Answer:
    """One finding: what it is, what to do, and a note for who comes next."""
    row = queries_system.finding(finding) or abort(404)
    form = NoteForm(data={"note": row.note})
    if request.method == "POST" and form.validate():
        findings.write_note(guards.chamber(), me(), finding, form.note.data or "", guards.now())
        flash(gettext("Anotação gravada."))
        return redirect(url_for("admin.system"), 303)
    page = render_template(
        "admin/finding.html",
        form=form,
        finding=_finding(row),
        kind=_kind(row.kind, 1, ()),
        gone=row.resolved_at,
        breadcrumb=navigation.breadcrumb(
            (gettext("Saúde do sistema"), url_for("admin.system")), (gettext("Achado"), None)
        ),
    )
    return (page, 400) if request.method == "POST" else page
