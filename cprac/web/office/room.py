"""Views of the office: the list of decisions that wait, the pages of a case, plain counts."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, url_for

from cprac.domain.roles import Office, Role
from cprac.domain.states import CaseState, Family
from cprac.domain.words import N_
from cprac.persistence import queries_lists
from cprac.persistence.queries_lists import CaseRow, Filter
from cprac.web import case_pages, case_room, guards
from cprac.web.case_room import Room
from cprac.web.deadline_views import due_words
from cprac.web.next_steps import Asked, task_for

DECIDING = (Role.ATTORNEY_GENERAL, Role.APPROVER)
"""The roles whose decision a case may wait for in this room."""

_readers = guards.office(Office.ATTORNEY_GENERAL, Office.APPROVER, Office.AUDITOR)

ROOM = Room(
    name="office",
    prefix="/gabinete/casos",
    policy=_readers,
    layout="_layouts/staff.html",
    audience="staff",
    home=(N_("Para decidir"), "office.decisions"),
)

blueprint = Blueprint("office", __name__)


@blueprint.get("/gabinete/")
@_readers
def decisions() -> str:
    """What waits for the reader's decision, in order of deadline."""
    page = max(1, request.args.get("pagina", 1, type=int))
    found = queries_lists.worklist(case_room.reader(), Filter(page=page), guards.today(), DECIDING)
    rows = [_row(row) for row in found.rows]
    more = url_for("office.decisions", pagina=page + 1) if found.more else ""
    back = url_for("office.decisions", pagina=page - 1) if page > 1 else ""
    return render_template("office/decisions.html", rows=rows, next_url=more, previous_url=back)


def _row(row: CaseRow) -> dict[str, Any]:
    """One decision: what, of which case, until when."""
    look = case_room.sight(ROOM, row.procedure)
    asked = Asked(row.state, row.facts, row.responsible, row.next_due, row.next_rule, guards.today())
    task = task_for(asked)
    return {
        "url": ROOM.url("case", row.number),
        "task": task.words,
        "number": row.number,
        "title": row.title,
        "state": row.state,
        "amount": row.facts.settlement.amount if row.facts.settlement else row.value,
        "deadline": due_words(look, row.next_rule, row.next_due) if row.next_due and row.next_rule else None,
    }


GROUPS = (
    (N_("Em análise da Câmara ou da Prefeitura"), (Family.CITY, Family.ALERT)),
    (N_("Esperando as partes"), (Family.PARTY,)),
    (N_("Em conversa"), (Family.TALK,)),
    (N_("Parados ou na Justiça"), (Family.WAIT,)),
    (N_("Com acordo"), (Family.DEAL,)),
    (N_("Encerrados de outro modo"), (Family.END,)),
)
"""States as the page groups them: whose turn it is."""


@blueprint.get("/gabinete/numeros")
@_readers
def figures() -> str:
    """How many cases there are in each state, counted now. Times and rates come with the statistics."""
    counts = {row.state: row.n for row in queries_lists.counts_by_state(case_room.reader())}
    groups = [
        {
            "title": title,
            "n": sum(counts.get(state, 0) for state in CaseState if state.family in families),
            "rows": [(state, counts[state]) for state in CaseState if state.family in families and counts.get(state)],
        }
        for title, families in GROUPS
    ]
    return render_template("office/figures.html", groups=groups, total=sum(counts.values()))


case_pages.mount(blueprint, ROOM)
