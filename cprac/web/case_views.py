"""The rest of a case as the macros take it: headline, parties, the money's path (``Sight``: see ``deadline_views``)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import gettext

from cprac.domain.act_fields import LAWSUIT_DATES
from cprac.domain.acts import InformationClass
from cprac.domain.facts import LawsuitFact
from cprac.domain.identifiers import IdentifierKind, format_identifier
from cprac.domain.regulation import RegulationError, approvers_for
from cprac.domain.roles import Role
from cprac.domain.states import CaseState
from cprac.domain.words import N_
from cprac.persistence.queries_case import CaseFile, PartyRow
from cprac.web import filters
from cprac.web.deadline_views import Sight

C = InformationClass

SIDES: Mapping[str, str] = {
    "applicant": N_("Quem pediu"),
    "invitee": N_("Quem foi convidado"),
    "interested": N_("Interessado"),
}
INVITATIONS: Mapping[str, str] = {
    "sent": N_("convite enviado"),
    "received": N_("convite recebido"),
    "accepted": N_("aceitou o convite"),
    "declined": N_("recusou o convite"),
    "lapsed": N_("não respondeu ao convite"),
    "undeliverable": N_("convite não chegou"),
}
CHIPS: Mapping[str, str] = {"natural": "person", "legal": "company", "city": "agency", "entity": "agency"}


def parties(file: CaseFile) -> list[dict[str, Any]]:
    """The panel of parties, with who mediates and who represents the city."""
    rows = [_party(file, party) for party in file.parties]
    facts = file.facts
    if facts.mediator is not None:
        note = (
            gettext("recusado por uma parte")
            if facts.mediator.challenged
            else gettext("declarou em %(day)s", day=filters.date_short(facts.mediator.disclosed_on))
            if facts.mediator.disclosed_on
            else gettext("ainda não declarou se algo o impede")
        )
        name = file.name_of(facts.mediator.account)
        rows.append({"role": gettext("Quem media"), "name": name, "note": note})
    return rows


def _party(file: CaseFile, party: PartyRow) -> dict[str, Any]:
    fact = next((fact for fact in file.facts.parties if fact.id == party.ordinal), None)
    notes = [gettext(INVITATIONS[fact.invitation])] if fact and fact.invitation in INVITATIONS else []
    if party.counsel:
        notes.append(gettext("com %(name)s", name=party.counsel))
    elif party.kind in ("natural", "legal"):
        notes.append(gettext("sem advogado"))
    if party.kind == "city" and file.facts.city_attorney is not None:
        notes.append(gettext("%(name)s, procurador da parte", name=file.name_of(file.facts.city_attorney)))
    return {
        "role": gettext(SIDES[party.side]),
        "name": party.name,
        "note": ", ".join(notes),
        "tax_id_masked": filters.tax_id_masked(party.tax_id),
        "kind": CHIPS.get(party.kind, "person"),
    }


# --- Money, rule, what the old register said --------------------------------------------------------------------------

LAWSUITS: Mapping[str, str] = {
    "pending": N_("em andamento"),
    "suspension_requested": N_("suspensão pedida"),
    "suspended": N_("suspenso"),
    "suspension_denied": N_("suspensão negada"),
    "suspension_expired": N_("suspensão terminou"),
    "homologation_filed": N_("homologação pedida"),
    "homologated": N_("homologado"),
    "judgment_final": N_("sentença definitiva"),
    "extinguished": N_("extinto"),
}


def approver_names(sight: Sight, file: CaseFile) -> str:
    """Who must authorise the value, in order; empty where the ladder does not say."""
    settlement = file.facts.settlement
    direction = settlement.direction if settlement and settlement.amount else "none"
    value = settlement.amount if settlement and settlement.amount else file.value
    rungs = settlement.approvers if settlement and settlement.approvers else ()
    if not rungs:
        try:
            rungs = approvers_for(sight.regulation, file.facts.matter, direction, value, sight.today)
        except (RegulationError, ValueError):
            return ""
    return gettext(" e depois ").join(gettext(Role(rung).label) for rung in rungs)


def money_path(sight: Sight, file: CaseFile) -> list[dict[str, Any]]:
    """The panel "Caminho do dinheiro": what is asked, what was agreed, who authorises, where it stands in court."""
    rows: list[dict[str, Any]] = []
    if file.sees(C.VALUES):
        asked = filters.money(file.value) if file.value else gettext("não informado")
        rows.append({"label": gettext("Valor pedido"), "value": asked})
    settlement = file.facts.settlement
    if settlement is not None and settlement.draft and file.sees(C.DRAFT_TERM):
        rows.append({"label": gettext("Valor do acordo"), "value": filters.money(settlement.amount)})
    if file.sees(C.VALUES) and (file.value or settlement) and (names := approver_names(sight, file)):
        note = (
            gettext("%(given)s de %(n)s já autorizaram", given=len(settlement.approvals), n=len(settlement.approvers))
            if settlement and settlement.approvers
            else gettext("pela tabela de alçada, na data do ato")
        )
        rows.append({"label": gettext("Quem autoriza este valor"), "value": names, "note": note})
    suits = [
        {
            "label": gettext("Processo na Justiça"),
            "value": format_identifier(IdentifierKind.CNJ, suit.cnj),
            "note": lawsuit_note(suit),
        }
        for suit in file.facts.lawsuits
    ]
    return rows + (suits or [{"label": gettext("Processo na Justiça"), "value": gettext("Nenhum declarado")}])


def lawsuit_note(suit: LawsuitFact) -> str:
    """Where a lawsuit stands, and its next date: "em andamento; audiência em 12/05/2026"."""
    stands = gettext(LAWSUITS.get(suit.status, suit.status))
    if suit.next_on is None:
        return stands
    what = gettext(dict(LAWSUIT_DATES).get(suit.next_kind, suit.next_kind)).lower()
    return gettext("%(stands)s; %(what)s em %(day)s", stands=stands, what=what, day=filters.date_short(suit.next_on))


def headline(sight: Sight, file: CaseFile) -> list[dict[str, Any]]:
    """The facts under the title of a case."""
    facts: list[dict[str, Any]] = [{"label": gettext("Caso"), "value": file.number}]
    try:
        facts.append({"label": gettext(sight.regulation.matter(file.facts.matter).label)})
    except RegulationError:
        if file.facts.matter:
            facts.append({"label": file.facts.matter})
    if file.value and file.sees(C.VALUES):
        facts.append({"label": gettext("Em discussão"), "value": filters.money(file.value)})
    if file.facts.filed_on:
        days = (min(sight.today, file.facts.closed_on or sight.today) - file.facts.filed_on).days
        told = gettext("%(n)s dias corridos", n=days) if days != 1 else gettext("1 dia corrido")
        facts.append(
            {
                "label": gettext("Pedido em"),
                "value": filters.date_short(file.facts.filed_on),
                "note": told if file.facts.origin != "legacy" else "",  # an old sheet's dates may not make a duration
            }
        )
    if file.facts.external_process:
        name = gettext(sight.regulation.chamber.process_number_name)
        facts.append({"label": name, "value": file.facts.external_process})
    if file.legacy_number:
        facts.append({"label": gettext("Número antigo"), "value": file.legacy_number})
    if file.state is CaseState.LEGACY_OPEN and file.facts.legacy.get("due_on"):
        due = date.fromisoformat(file.facts.legacy["due_on"])
        facts.append({"label": gettext("Prazo na planilha"), "value": filters.date_short(due)})
    return facts


# --- The rule, and what the old register said -------------------------------------------------------------------------


def rule_words(sight: Sight, file: CaseFile) -> str:
    """Under which rules the case runs."""
    if file.facts.origin == "legacy":
        return gettext("Caso da planilha antiga: sem prazos nem avisos até entrar no procedimento.")
    day = filters.date_short(sight.regulation.in_force_from)
    return gettext("Vale o regulamento de %(day)s, em vigor no dia do pedido.", day=day)
