"""What waits for a decision of the Attorney General or of who authorises; every case; counts by state.

Outside the decisions that are theirs, people of this room see that cases exist and where they stand, not what they say.
"""

from __future__ import annotations

from typing import Any

from flask import render_template
from flask_babel import gettext

from cprac.domain.roles import Office, Role
from cprac.domain.states import CaseState, Family
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
@deciders
def figures() -> str:
    """How many cases stand where, counted now. What has no source yet says so; no figure is made up for a tile."""
    counted = {row.state: row.n for row in queries_lists.counts_by_state(reader())}
    legacy = sum(counted.pop(state, 0) for state in (CaseState.LEGACY_OPEN, CaseState.LEGACY_CLOSED))
    groups = [
        {
            "title": gettext(title),
            "n": sum(counted.get(state, 0) for state in CaseState if state.family in families),
            "rows": [(state, counted[state]) for state in CaseState if state.family in families and counted.get(state)],
        }
        for title, families in GROUPS
    ]
    running = sum(n for state, n in counted.items() if not state.terminal)
    return render_template(
        "office/figures.html",
        groups=groups,
        total=sum(counted.values()),
        running=running,
        legacy=legacy,
        promised=[{"label": gettext(name), "figure": "–", "doubt": gettext("sem dados")} for name in PROMISED],
    )


PROMISED = (
    N_("Conflitos que já estavam na Justiça, resolvidos na Câmara"),
    N_("Tempo de resposta"),
    N_("Ações novas a menos"),
    N_("Conflitos estratégicos resolvidos"),
    N_("Orientações dadas à Administração"),
)
"""The five results promised to the public (face.md): shown as without data until their source exists."""
