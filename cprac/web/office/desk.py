"""What waits for a decision of the Attorney General or of who authorises; every case.

Outside the decisions that are theirs, people of this room see that cases exist and where they stand, not what they say.
"""

from __future__ import annotations

from typing import Any

from flask import render_template
from flask_babel import gettext

from cprac.domain.roles import Office, Role
from cprac.domain.states import CaseState
from cprac.domain.words import N_
from cprac.persistence import queries_lists
from cprac.persistence.queries_lists import CAP, CaseRow, Filter
from cprac.web import case_lists, filters, guards
from cprac.web.case_room import reader
from cprac.web.office.room import blueprint, deciders, room

DECIDING = (Role.ATTORNEY_GENERAL, Role.APPROVER, Role.APPEAL_DECIDER)

KINDS: tuple[tuple[str, str, frozenset[CaseState], str], ...] = (
    (
        "autorizacoes",
        N_("Autorizar acordos"),
        frozenset({CaseState.AWAITING_AUTHORIZATION}),
        N_("Nenhum acordo espera autorização sua."),
    ),
    (
        "recursos",
        N_("Decidir recursos"),
        frozenset({CaseState.UNDER_REVIEW}),
        N_("Nenhum recurso espera decisão."),
    ),
    (
        "homologacoes",
        N_("Homologar acordos"),
        frozenset({CaseState.AWAITING_ADMIN_HOMOLOGATION}),
        N_("Nenhum acordo espera homologação."),
    ),
)
"""The decisions of this room: anchor, heading, the states in which they wait, what an empty list says."""


@blueprint.get("/gabinete/")
@deciders
def decisions() -> str:
    """What waits for the reader's decision, by kind, each in order of due date."""
    who, look = reader(), case_lists.sights(room)
    here = look("")
    soon = case_lists.soon_until(here)
    waiting = queries_lists.counters(who, soon, DECIDING)
    asked = case_lists.filter_of_request()
    page = queries_lists.worklist(who, Filter(when=asked.when, page=asked.page), soon, DECIDING)
    general = guards.member().holds(Office.ATTORNEY_GENERAL)
    groups = [
        {
            "id": anchor,
            "title": gettext(title),
            "empty": gettext(empty),
            "rows": [_row(row, look) for row in page.rows if row.state in states],
        }
        for anchor, title, states, empty in KINDS
        if general or (anchor == "autorizacoes" and guards.member().holds(Office.APPROVER))
    ]
    known = frozenset(state for _anchor, _title, states, _empty in KINDS for state in states)
    others = [_row(row, look) for row in page.rows if row.state not in known]
    return render_template(
        "office/decisions.html",
        today_words=filters.date_long(here.today),
        tiles=case_lists.tiles("office.decisions", waiting, asked.when),
        groups=groups,
        others=others,
        when=asked.when,
        line=case_lists.page_line("office.decisions", asked, page, getattr(waiting, asked.when or "total")),
    )


def _row(row: CaseRow, look: Any) -> dict[str, Any]:
    view = case_lists.row_view(room, look, row)
    settlement = row.facts.settlement
    if settlement is not None and settlement.amount and row.responsible in DECIDING:
        view["value"] = settlement.amount
    view["rungs"] = (
        gettext("%(given)s de %(n)s autorizações", given=len(settlement.approvals), n=len(settlement.approvers))
        if settlement is not None and settlement.approvers and row.state is CaseState.AWAITING_AUTHORIZATION
        else ""
    )
    return view


@blueprint.get("/gabinete/casos")
@deciders
def cases() -> str:
    """Every case the reader may know of."""
    asked, who = case_lists.filter_of_request(), reader()
    page = queries_lists.cases(who, asked)
    look = case_lists.sights(room)
    total = page.total or 0
    return render_template(
        "office/cases.html",
        rows=[case_lists.row_view(room, look, row) for row in page.rows],
        line=case_lists.page_line("office.cases", asked, page, total),
        aside=gettext("mais de 1.000 casos") if total > CAP else gettext("%(n)s casos", n=filters.integer(total)),
        asked=asked,
        choices=case_lists.choices(asked, mine=False),
        active=case_lists.active_words(asked),
    )
