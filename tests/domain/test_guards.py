"""Each guard by its name: what it refuses, in which words, with which article and from which day it would not."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from cprac.domain import deadline_guards as d
from cprac.domain import guards as g
from cprac.domain import people_guards as p
from cprac.domain import settlement_guards as t
from cprac.domain.facts import (
    CaseFacts,
    DeadlineChange,
    DeadlineFact,
    MediatorFact,
    ObligationFact,
    PartyFact,
    SessionFact,
    SettlementFact,
    with_party,
)
from cprac.domain.roles import Office, Role
from cprac.domain.states import CaseState
from cprac.domain.subject import Actor, LocalRules, Person, Subject
from cprac.domain.transitions_table import TABLE
from tests.domain.case_world import (
    CITIZEN_AND_CITY,
    CITY_AND_CITIZEN,
    CITY_AND_ENTITY,
    MONDAY,
    TWO_AGENCIES,
    TWO_INVITED,
    actor_as,
    new_case,
)
from tests.domain.test_lifecycle_table import assert_cited

TODAY, TOMORROW, YESTERDAY = MONDAY, MONDAY + timedelta(1), MONDAY - timedelta(1)
CASE = new_case()
S = CaseState


def due(rule, day=TODAY, party=None, status="open"):
    return (DeadlineFact(1, rule, status, day, party),)


def ask(
    facts: CaseFacts = CASE, role: Role | Actor = Role.COORDINATOR, values: dict[str, Any] | None = None, *,
    state: CaseState = S.IN_PROGRESS, deadlines: tuple[DeadlineFact, ...] = (), switches: tuple[str, ...] = (),
    people: dict[int, Person] | None = None, on: date = TODAY, **more: Any,
) -> Subject:  # fmt: skip
    """A question as the service would put it."""
    actor = role if isinstance(role, Actor) else actor_as(role, facts)
    return Subject(state, facts, actor, on, frozenset(switches), values, deadlines, people or {}, **more)


def with_(**facts):
    return replace(CASE, **facts)


def settled(**more):
    return with_(settlement=SettlementFact(1, "total", **more))


SIGNED = settled(signatories=(1, 2), signatures=(1, 2))
TO_SIGN = settled(signatories=(1, 2), text_hash="ab")
MEDIATOR = MediatorFact(5, TODAY)
DISCLOSED = replace(MEDIATOR, disclosed_on=TODAY)
CHALLENGED = replace(DISCLOSED, challenged=True)
TALKS = with_(sessions_opened=1, mediator=DISCLOSED, admitted_on=TODAY)
OWED = with_(obligations=(ObligationFact(1, "payment", 2, YESTERDAY, 100), ObligationFact(2,
  "performance", 2, TOMORROW)))
NOTIFIED = with_(obligations=(ObligationFact(1, "payment", 2, YESTERDAY, 100, "notified"),))
INVITED = with_party(CASE, 2, invitation="sent")
FIRM_INVITED = replace(CASE, parties=(CITIZEN_AND_CITY[0], PartyFact(2, "invitee", "legal", invitation="received")))
FIRM = Actor(30, frozenset({Role.INVITEE}), frozenset({2}))
MEETING = with_(sessions=(SessionFact(1, TOMORROW, "2026-03-03T13:00:00+00:00"),))
ON_LEAVE = Person(frozenset({Office.MEDIATOR}), leave_from=TODAY)
OF_THE_CITY = Person(frozenset({Office.MUNICIPAL_ATTORNEY}))
COUNSELLED = replace(CASE, parties=(replace(CITIZEN_AND_CITY[0], counsel=True), CITIZEN_AND_CITY[1]))
ROW = {"kind": "performance", "debtor": 2, "text": "Tapar o buraco", "due": TODAY, "amount": 0}
PAID = {"kind": "payment", "debtor": 2, "text": "Pagar", "due": TODAY, "amount": 842_000}
PAYING = {"direction": "city_pays", "amount": 842_000}


PROPOSED = with_(deadline_change=DeadlineChange(1, "D-INVITE", TODAY + timedelta(9), TODAY + timedelta(5), 4))


def counted(rule="D-ADMIT", more=15, day=TODAY, status="open"):
    return (DeadlineFact(1, rule, status, day, None, False, more, TODAY + timedelta(10)),)


def moved_to(day):
    return ask(values={"deadline": 1, "new_due": day}, deadlines=counted())


@dataclass(frozen=True)
class Refuses:
    """A row of the table: the guard, the question, and what it answers (None: it lets pass)."""

    guard: Any
    subject: Subject
    words: str | None = None
    field: str = ""
    open_on: date | None = None


R = Refuses
A_DAY = TODAY + timedelta(1)
TABLE_OF_REFUSALS = [
    # filing and admissibility
    R(g.applicant_is_named, ask(with_(parties=CITIZEN_AND_CITY[1:])), "Diga quem faz o pedido.", "applicant_name"),
    R(g.applicant_is_named, ask()),
    R(g.object_is_stated, ask(with_(matter="")), "Escolha o assunto do pedido.", "matter"),
    R(g.object_is_stated, ask()),
    R(g.has_public_party, ask(with_(parties=CITIZEN_AND_CITY[:1])), "Diga qual órgão da Prefeitura faz parte"),
    R(g.has_public_party, ask(with_(parties=CITY_AND_ENTITY[:1]))),
    R(g.lawsuits_are_declared, ask(values={"lawsuit_declared": None}), "Diga se já existe processo",
      "lawsuit_declared"),
    R(g.lawsuits_are_declared, ask(values={"lawsuit_declared": False})),
    R(g.lawsuits_are_declared, ask(values={})),
    R(g.previous_case_ended, ask(), "Diga qual caso você quer reabrir.", "previous_case"),
    R(g.previous_case_ended, ask(with_(previous_case="2026/1"), previous=(S.CLOSED_FULFILLED, CASE)),
      "Só se reabre caso encerrado sem acordo", "previous_case"),
    R(g.previous_case_ended, ask(with_(previous_case="2026/1"), previous=(S.CLOSED_INADMISSIBLE, CASE))),
    R(g.items_are_specific, ask(values={"items": ("Foto do muro", " Documentos. ")}),
      "“Documentos.” não diz o que falta",
      "items"),
    R(g.items_are_specific, ask(values={"items": ("RG", "CPF", "Foto do muro, com data")})),
    R(g.completion_lapsed, ask(), "O prazo ainda não começou. Registre primeiro"),
    R(g.completion_lapsed, ask(deadlines=due("D-COMPLETE")), "até 02/03/2026 para enviar", open_on=A_DAY),
    R(g.completion_lapsed, ask(deadlines=due("D-COMPLETE", YESTERDAY))),
    R(g.completion_extendable, ask(), "O prazo ainda não começou."),
    R(g.completion_extendable, ask(with_(completion_extended=True), deadlines=due("D-COMPLETE")),
      "já foi aumentado uma vez"),
    R(g.completion_extendable, ask(deadlines=due("D-COMPLETE", YESTERDAY))),
    R(g.agency_term_over, ask(deadlines=due("D-AGENCY")), "O órgão tem até 02/03/2026", open_on=A_DAY),
    R(g.agency_term_over, ask(deadlines=due("D-AGENCY", YESTERDAY))),
    R(g.speaks_for_the_applicant, ask(role=Role.MUNICIPAL_ATTORNEY), "cabe a quem fez o pedido"),
    R(g.speaks_for_the_applicant, ask(role=Role.APPLICANT)),
    R(g.speaks_for_the_applicant, ask(role=Role.REGISTRY)),
    R(g.speaks_for_the_applicant, ask(new_case(CITY_AND_CITIZEN), Role.MUNICIPAL_ATTORNEY)),
    R(g.appeal_in_time, ask(deadlines=due("D-APPEAL", YESTERDAY)),
      "terminou em 01/03/2026. Você pode fazer um pedido novo."),
    R(g.appeal_in_time, ask(deadlines=due("D-APPEAL"))),
    R(g.appeal_in_time, ask()),
    R(g.appeal_term_over, ask(deadlines=due("D-APPEAL")), "pode recorrer até 02/03/2026", open_on=A_DAY),
    R(g.appeal_term_over, ask(deadlines=due("D-APPEAL", YESTERDAY))),
    R(g.appeal_is_with_the_author, ask(with_(appeal="forwarded")), "O recurso já foi enviado."),
    R(g.appeal_is_with_the_author, ask(with_(appeal="filed"))),
    R(g.appeal_was_forwarded, ask(with_(appeal="filed")), "Espere a Coordenação: primeiro ela muda ou mantém"),
    R(g.appeal_was_forwarded, ask(with_(appeal="forwarded"))),
    R(g.did_not_decide_before, ask(with_(decided_by=4)), "Você assinou a decisão contestada."),
    R(g.did_not_decide_before, ask(with_(decided_by=5))),
    R(g.gave_no_contested_guidance, ask(with_(ground=g.GUIDANCE), role=Role.ATTORNEY_GENERAL),
      "A decisão contestada segue orientação da própria Procuradoria-Geral."),
    R(g.gave_no_contested_guidance, ask(with_(ground=g.GUIDANCE), role=Role.APPEAL_DECIDER)),
    R(g.gave_no_contested_guidance, ask(with_(ground="moot"), role=Role.ATTORNEY_GENERAL)),
    R(g.others_were_heard, ask(deadlines=due("D-APPEAL-ANSWER")), "pode responder ao recurso até 02/03/2026",
      open_on=A_DAY),
    R(g.others_were_heard, ask(deadlines=due("D-APPEAL-ANSWER", YESTERDAY))),
    R(g.others_were_heard, ask()),
    R(g.may_answer_the_appeal, ask(role=Role.APPLICANT), "Cabe à outra parte responder"),
    R(g.may_answer_the_appeal, ask(role=Role.MUNICIPAL_ATTORNEY)),
    R(g.was_refused_on_merit, ask(with_(ground="incomplete")), "arquivado por falta de documentos", "back_to"),
    R(g.was_refused_on_merit, ask(with_(ground="moot"))),
    R(g.was_archived_incomplete, ask(with_(ground="moot")), "Os documentos já foram conferidos.", "back_to"),
    R(g.was_archived_incomplete, ask(with_(ground="incomplete"))),
    R(g.timer_waits_for_reconsideration, ask(role=Role.SYSTEM, deadlines=due("D-RECONS")), "pode mudar a decisão até",
      open_on=A_DAY),
    R(g.timer_waits_for_reconsideration, ask(role=Role.SYSTEM, deadlines=due("D-RECONS", YESTERDAY))),
    R(g.timer_waits_for_reconsideration, ask(deadlines=due("D-RECONS"))),
    # invitation
    R(g.was_offered_directly, ask(TALKS), "Não há proposta padrão para recusar."),
    R(g.was_offered_directly, ask()),
    R(g.someone_to_invite, ask(with_(parties=CITIZEN_AND_CITY[:1])), "Não há parte para convidar."),
    R(g.someone_to_invite, ask(INVITED), "Não há parte para convidar."),
    R(g.someone_to_invite, ask()),
    R(g.needs_an_invitation, ask(with_(same_person=True), switches=("same_person_track",)),
      "use “Começar sem convite”"),
    R(g.needs_an_invitation, ask(with_(same_person=True))),
    R(g.needs_an_invitation, ask()),
    R(g.same_legal_person, ask(), "Envie o convite."),
    R(g.same_legal_person, ask(with_(same_person=True))),
    R(g.is_open_invitee, ask(role=Role.APPLICANT), "Cabe a quem foi convidado"),
    R(g.is_open_invitee, ask(with_party(CASE, 2, invitation="accepted"), Role.MUNICIPAL_ATTORNEY), "já foi respondido"),
    R(g.is_open_invitee, ask(INVITED, Role.MUNICIPAL_ATTORNEY)),
    R(g.invitation_lapsed, ask(INVITED, deadlines=due("D-INVITE", YESTERDAY, 2)),
      "A Prefeitura tem o dever de responder"),
    R(g.invitation_lapsed, ask(FIRM_INVITED), "O prazo ainda não começou."),
    R(g.invitation_lapsed, ask(FIRM_INVITED, deadlines=due("D-INVITE", TODAY, 2)), "até 02/03/2026", open_on=A_DAY),
    R(g.invitation_lapsed, ask(FIRM_INVITED, deadlines=due("D-INVITE", YESTERDAY, 9)), "O prazo ainda não começou."),
    R(g.invitation_lapsed, ask(FIRM_INVITED, deadlines=due("D-INVITE", YESTERDAY, 2))),
    R(g.names_an_open_invitee, ask(FIRM_INVITED, values={"party": 1}), "Escolha um convidado", "party"),
    R(g.names_an_open_invitee, ask(INVITED, values={"party": 2}), "sempre pode ser encontrada", "other_medium"),
    R(g.names_an_open_invitee, ask(INVITED, values={"party": 2, "other_medium": True})),
    R(g.names_an_open_invitee, ask(FIRM_INVITED, values={"party": 2})),
    # mediator
    R(g.no_mediator_yet, ask(TALKS), "use “Trocar o mediador”"),
    R(g.no_mediator_yet, ask()),
    R(g.mediator_was_assigned, ask(), "Use “Escolher o mediador”."),
    R(g.mediator_was_assigned, ask(TALKS)),
    R(g.mediator_not_disclosed_yet, ask(TALKS), "A declaração já foi feita."),
    R(g.mediator_not_disclosed_yet, ask(with_(mediator=CHALLENGED)), "Uma parte recusou o mediador."),
    R(g.mediator_not_disclosed_yet, ask(with_(mediator=MEDIATOR))),
    R(g.mediator_disclosed, ask(), "Espere a Coordenação escolher."),
    R(g.mediator_disclosed, ask(with_(mediator=MEDIATOR)), "ainda não fez sua declaração"),
    R(g.mediator_disclosed, ask(TALKS)),
    R(g.not_challenged_yet, ask(with_(mediator=CHALLENGED)), "O mediador já foi recusado."),
    R(g.not_challenged_yet, ask(TALKS)),
    R(g.mediator_settled, ask(with_(mediator=CHALLENGED)), "Uma parte recusou o mediador."),
    R(g.mediator_settled, ask(TALKS, deadlines=due("D-CHALLENGE")), "recusar o mediador até 02/03/2026", open_on=A_DAY),
    R(g.mediator_settled, ask(TALKS, deadlines=due("D-CHALLENGE", YESTERDAY))),
    R(g.has_a_mediator, ask(), "Não há mediador: a proposta foi feita por escrito."),
    R(g.has_a_mediator, ask(TALKS)),
    R(p.eligible_mediator, ask(values={"mediator": 5}), "Escolha alguém do quadro", "mediator"),
    R(p.eligible_mediator, ask(values={"mediator": 7}, people={7: OF_THE_CITY}), "Escolha alguém do quadro",
      "mediator"),
    R(p.eligible_mediator, ask(with_(negotiators=(5,)), values={"mediator": 5}, people={5: Person(ON_LEAVE.offices)}),
      "já atua neste caso em outra função", "mediator"),
    R(p.eligible_mediator, ask(values={"mediator": 5}, people={5: replace(ON_LEAVE, represented_a_party=True)}),
      "já atua neste caso em outra função", "mediator"),
    R(p.eligible_mediator, ask(values={"mediator": 5}, people={5: replace(ON_LEAVE, roles=frozenset({Role.APPROVER}))}),
      "já atua neste caso em outra função", "mediator"),
    R(p.eligible_mediator, ask(values={"mediator": 5}, people={5: ON_LEAVE}), "está de licença, ou sai", "mediator"),
    R(p.eligible_mediator, ask(with_(priority="60+"), values={"mediator": 5},
                               people={5: replace(ON_LEAVE, leave_from=TODAY + timedelta(5))}), "07/03/2026",
                                 "mediator"),
    R(p.eligible_mediator, ask(values={"mediator": 5}, people={5: replace(ON_LEAVE, leave_from=TOMORROW)})),
    R(p.eligible_mediator, ask(with_(priority="60+"), values={"mediator": 5},
                               people={5: replace(ON_LEAVE, leave_from=TODAY + timedelta(6))})),
    R(p.eligible_mediator, ask(with_(priority="60+"),
      values={"mediator": 5}, rules=LocalRules(no_urgent_days_before_leave=0),
                               people={5: replace(ON_LEAVE, leave_from=TOMORROW)})),
    R(p.another_mediator, ask(TALKS, values={"mediator": 5}), "Escolha outra.", "mediator"),
    R(p.another_mediator, ask(TALKS, values={"mediator": 6})),
    # sessions
    R(g.session_notice_in_time, ask(values={"session_on": TODAY}, earliest_session=TOMORROW),
      "Escolha uma data a partir de 03/03/2026", "starts_at", TOMORROW),
    R(g.session_notice_in_time, ask(values={"session_on": YESTERDAY}), "Escolha uma data a partir de 02/03/2026",
      "starts_at"),
    R(g.session_notice_in_time, ask(values={"starts_at": datetime(2026, 3, 2, 2, 59, tzinfo=UTC)}), "02/03/2026",
      "starts_at"),
    R(g.session_notice_in_time, ask(values={"starts_at": datetime(2026, 3, 2, 3, tzinfo=UTC)})),
    R(g.session_notice_in_time, ask(values={"session_on": TOMORROW}, earliest_session=TOMORROW)),
    R(g.parties_want_another_meeting, ask(TALKS, values={}), "Confirme que elas concordaram.", "parties_agreed"),
    R(g.parties_want_another_meeting, ask(TALKS, values={"parties_agreed": True})),
    R(g.parties_want_another_meeting, ask(values={})),
    R(g.session_day_came, ask(), "Não há reunião marcada."),
    R(g.session_day_came, ask(MEETING), "A reunião está marcada para 03/03/2026.", open_on=TOMORROW),
    R(g.session_day_came, ask(MEETING, on=TOMORROW)),
    R(g.absence_may_close, ask(values={"close": True}), "O regulamento não encerra o caso por ausência.", "close"),
    R(g.absence_may_close, ask(values={"close": True}, switches=("no_show_closes",)), "Cabe ao mediador", "close"),
    R(g.absence_may_close, ask(values={"close": False})),
    R(g.both_sides_came, ask(values={"present": (1,)}), "Falta alguém de um dos lados.", "present"),
    R(g.both_sides_came, ask(values={"present": (1, 2)})),
    R(g.equally_assisted, ask(values={"present": (1, 2), "assistance": "none_assisted"}),
      "A cidade vem com procurador.",
      "assistance"),
    R(g.equally_assisted, ask(COUNSELLED, values={"present": (1, 2), "assistance": "city_by_delegate"}),
      "Uma das partes que vieram tem advogado.", "assistance"),
    R(g.equally_assisted, ask(values={"present": (1, 2), "assistance": "informed_choice"}),
      "não admite que o cidadão dispense",
      "assistance"),
    R(g.equally_assisted, ask(values={"present": (1, 2), "assistance": "informed_choice"}, rules=LocalRules(True))),
    R(g.equally_assisted, ask(values={"present": (1, 2), "assistance": "city_by_delegate"})),
    R(g.equally_assisted, ask(COUNSELLED, values={"present": (1, 2), "assistance": "all_assisted"})),
    R(g.caucus_with_own_side, ask(TALKS, Role.APPLICANT, {"party": 2}), "Essa conversa não é sua.", "party"),
    R(g.caucus_with_own_side, ask(TALKS, Role.APPLICANT, {"party": 1})),
    R(g.caucus_with_own_side, ask(TALKS, Role.MEDIATOR, {"party": 2})),
    R(g.case_was_admitted, ask(), "O dossiê da cidade começa quando o caso é aceito."),
    R(g.case_was_admitted, ask(TALKS)),
    # a person and a date
    R(d.deadline_extendable, ask(deadlines=counted(more=0)), "Nenhum prazo deste caso pode ganhar", "deadline"),
    R(d.deadline_extendable, ask(deadlines=counted())),
    R(d.deadline_extendable, ask(values={"deadline": 2}, deadlines=counted()), "Escolha um dos prazos", "deadline"),
    R(d.deadline_extendable, ask(values={"deadline": 1}, deadlines=counted(more=0)), "não prevê mais", "deadline"),
    R(d.deadline_extendable, ask(values={"deadline": 1}, deadlines=counted(rule="D-COMPLETE")),
      "use o ato “Dar mais prazo para completar”", "deadline"),
    R(d.deadline_extendable, ask(values={"deadline": 1}, deadlines=counted())),
    R(d.no_change_waits, ask(PROPOSED), "Outra pessoa precisa confirmar"),
    R(d.no_change_waits, ask()),
    R(d.deadline_changeable, ask(deadlines=due("D-OBL")), "Não há prazo contado correndo", "deadline"),
    R(d.deadline_changeable, ask(deadlines=counted(status="paused")), "Não há prazo contado correndo", "deadline"),
    R(d.deadline_changeable, ask(deadlines=counted())),
    R(d.deadline_changeable, ask(values={"deadline": 3}, deadlines=counted()), "Escolha um dos prazos", "deadline"),
    R(d.deadline_changeable, ask(values={"deadline": 1}, deadlines=counted(status="paused")), "parado", "deadline"),
    R(d.deadline_changeable, ask(values={"deadline": 1}, deadlines=due("D-OBL")), "Mude por ele", "deadline"),
    R(d.deadline_changeable, ask(values={"deadline": 1}, deadlines=counted())),
    R(d.new_date_fits, moved_to(YESTERDAY), "de hoje em diante", "new_due"),
    R(d.new_date_fits, moved_to(TODAY), "Escreva outra data", "new_due"),
    R(d.new_date_fits, moved_to(TODAY + timedelta(11)), "vai só até 12/03/2026", "new_due"),
    R(d.new_date_fits, moved_to(TODAY + timedelta(10))),
    R(d.change_waits, ask(), "Nenhuma nova data espera"),
    R(d.change_waits, ask(PROPOSED)),
    R(d.change_is_anothers, ask(PROPOSED, Actor(4, frozenset({Role.COORDINATOR}))), "Peça a outra pessoa"),
    R(d.change_is_anothers, ask(PROPOSED, Actor(10, frozenset({Role.ATTORNEY_GENERAL})))),
    R(d.change_still_fits, ask(PROPOSED, deadlines=counted(day=TOMORROW)), "O prazo mudou depois da proposta"),
    R(d.change_still_fits, ask(PROPOSED, deadlines=counted(day=TODAY + timedelta(9)), on=TODAY + timedelta(6)),
      "O prazo mudou depois da proposta"),
    R(d.change_still_fits, ask(PROPOSED, deadlines=counted(day=TODAY + timedelta(9)))),
    # leaving and pausing
    R(g.takes_part, ask(with_party(FIRM_INVITED, 2, invitation="declined"), FIRM),
      "Sua parte não está nesta negociação."),
    R(g.takes_part, ask(FIRM_INVITED, FIRM)),
    R(g.takes_part, ask(role=Role.MEDIATOR)),
    R(g.no_session_yet, ask(TALKS), "use “Encerrar sem acordo”"),
    R(g.no_session_yet, ask()),
    R(g.a_session_was_opened, ask(), "Antes dela, use “Desistir”."),
    R(g.a_session_was_opened, ask(TALKS)),
    R(g.no_settlement_in_force, ask(SIGNED), "Há um acordo assinado neste caso."),
    R(g.no_settlement_in_force, ask(with_(standing=SIGNED.settlement)), "Há um acordo assinado neste caso."),
    R(g.no_settlement_in_force, ask(TO_SIGN)),
    R(g.may_withdraw, ask(role=Role.MUNICIPAL_ATTORNEY), "só quem pediu pode desistir"),
    R(g.may_withdraw, ask(replace(FIRM_INVITED, admitted_on=TODAY), FIRM, state=S.INVITATION_PENDING),
      "Recusar o convite"),
    R(g.may_withdraw, ask(replace(FIRM_INVITED, admitted_on=TODAY), FIRM, state=S.MEDIATOR_ASSIGNMENT)),
    R(g.may_withdraw, ask(role=Role.APPLICANT)),
    R(g.origin_allows_leaving, ask(with_(return_state=S.IN_FORCE)), "O caso foi pausado depois das assinaturas."),
    R(g.origin_allows_leaving, ask(with_(return_state=S.IN_PROGRESS))),
    R(g.pause_has_end, ask(values={"until": TODAY}), "Escolha uma data depois de hoje", "until"),
    R(g.pause_has_end, ask(values={"until": TOMORROW})),
    R(g.timer_waits_for_the_planned_end, ask(with_(suspended_until=TODAY), Role.SYSTEM), "A pausa vai até 02/03/2026.",
      open_on=A_DAY),
    R(g.timer_waits_for_the_planned_end, ask(with_(suspended_until=YESTERDAY), Role.SYSTEM)),
    R(g.timer_waits_for_the_planned_end, ask(with_(suspended_until=TODAY))),
    # agreement
    R(t.draft_complete, ask(), "Falta a minuta."),
    R(t.draft_complete, ask(settled(missing=("funds", "costs"))),
      "Falta na minuta: de onde sai o dinheiro (dotação); as custas e os honorários do processo ligado."),
    R(t.draft_complete, ask(settled(complete=True))),
    R(t.obligations_have_dates, ask(values={"obligations": ({**ROW, "debtor": 9},)}),
      "Na obrigação 1, diga quem deve, o quê e até quando.", "obligations"),
    R(t.obligations_have_dates, ask(values={"obligations": (ROW, {**ROW, "due": None})}), "Na obrigação 2, diga",
      "obligations"),
    R(t.obligations_have_dates, ask(values={"obligations": ({**ROW, "text": " "},)}), "Na obrigação 1, diga",
      "obligations"),
    R(t.obligations_have_dates, ask(values={"obligations": ({**ROW, "due": YESTERDAY},)}), "a data já passou",
      "obligations"),
    R(t.obligations_have_dates, ask(values={"obligations": ({**ROW, "kind": "gift"},)}), "diga se é pagamento",
      "obligations"),
    R(t.obligations_have_dates, ask(values={"obligations": ({**PAID, "amount": 0},)}), "escreva o valor",
      "obligations"),
    R(t.obligations_have_dates, ask(values={**PAYING, "obligations": ({**PAID, "debtor": 1},)}), "o devedor não é quem",
      "obligations"),
    R(t.obligations_have_dates, ask(values={**PAYING, "amount": 900_000, "obligations": (PAID,)}),
      "As parcelas somam R$ 8.420,00 e o acordo diz R$ 9.000,00.", "obligations"),
    R(t.obligations_have_dates, ask(values={"direction": "none", "obligations": (PAID,)}), "diga no acordo quem paga",
      "obligations"),
    R(t.obligations_have_dates, ask(values={**PAYING, "obligations": (PAID, ROW)})),
    R(t.obligations_have_dates, ask(values={"direction": "none", "obligations": (ROW,)})),
    R(t.opinion_by_another, ask(values={"opinion_author": 8}), "Escolha alguém do quadro", "opinion_author"),
    R(t.opinion_by_another, ask(with_(negotiators=(8,)), values={"opinion_author": 8}, people={8: OF_THE_CITY}),
      "já atua neste caso", "opinion_author"),
    R(t.opinion_by_another, ask(values={"opinion_author": 8},
      people={8: replace(OF_THE_CITY, roles=frozenset({Role.MEDIATOR}))}),
      "já atua neste caso", "opinion_author"),
    R(t.opinion_by_another, ask(values={"opinion_author": 8}, people={8: OF_THE_CITY})),
    R(t.did_not_negotiate, ask(with_(negotiators=(8,)), Role.OPINION_AUTHOR),
      "Você já atuou neste caso por uma das partes."),
    R(t.did_not_negotiate, ask(with_(negotiators=(7,)), Role.OPINION_AUTHOR)),
    R(t.no_opinion_yet, ask(settled(opinion="favourable")), "O parecer já foi dado."),
    R(t.no_opinion_yet, ask(settled(opinion="adverse"))),
    R(t.opinion_is_favourable, ask(settled(opinion="adverse")), "Falta o parecer favorável"),
    R(t.opinion_is_favourable, ask(settled(opinion="favourable"))),
    R(t.ladder_covers, ask(), "não diz quem autoriza este valor"),
    R(t.ladder_covers, ask(approvers=("approver",))),
    R(t.is_next_rung, ask(settled(approvers=("approver", "attorney_general")), Role.ATTORNEY_GENERAL),
      "Agora quem decide é: Autoridade que autoriza."),
    R(t.is_next_rung, ask(settled(approvers=("approver",), approvals=("approver",)), Role.APPROVER),
      "Não há autorização pendente."),
    R(t.is_next_rung, ask(settled(approvers=("somebody",)), Role.APPROVER), "Não há autorização pendente."),
    R(t.is_next_rung, ask(settled(approvers=("approver", "attorney_general"), approvals=("approver",)),
      Role.ATTORNEY_GENERAL)),
    R(t.has_own_signature_due, ask(SIGNED, Role.APPLICANT), "Não falta assinatura sua."),
    R(t.has_own_signature_due, ask(TO_SIGN, Role.COORDINATOR), "Não falta assinatura sua."),
    R(t.has_own_signature_due, ask(TO_SIGN, Role.APPLICANT, {"text_hash": "cd"}),
      "O texto mudou depois que você abriu", "read"),
    R(t.has_own_signature_due, ask(TO_SIGN, Role.APPLICANT, {"text_hash": "ab"})),
    R(t.power_to_settle_is_stated, ask(TO_SIGN, Role.MUNICIPAL_ATTORNEY, {"delegation": " "}),
      "Diga qual ato, com data",
      "delegation"),
    R(t.power_to_settle_is_stated, ask(TO_SIGN, Role.MUNICIPAL_ATTORNEY, {"delegation": "Portaria 1"})),
    R(t.power_to_settle_is_stated, ask(TO_SIGN, Role.APPLICANT, {})),
    R(t.signatures_overdue, ask(deadlines=due("D-SIGN")), "podem assinar até 02/03/2026", open_on=A_DAY),
    R(t.signatures_overdue, ask(deadlines=due("D-SIGN", YESTERDAY))),
    R(t.more_than_one_person, ask(with_(same_person=True)), "não cabe ir ao juiz"),
    R(t.more_than_one_person, ask()),
    R(t.approved_before_court, ask(TO_SIGN), "Falta a homologação do Procurador-Geral."),
    R(t.approved_before_court, ask(settled(homologated=True))),
    R(t.not_homologated_yet, ask(settled(homologated=True)), "O acordo já foi homologado."),
    R(t.not_homologated_yet, ask(TO_SIGN)),
    R(t.not_in_court_yet, ask(settled(court="filed")), "O pedido ao juiz já foi registrado."),
    R(t.not_in_court_yet, ask(settled(court="homologated")), "O juiz já homologou o acordo."),
    R(t.not_in_court_yet, ask(TO_SIGN)),
    R(t.was_filed_in_court, ask(TO_SIGN), "Use antes “Registrar o pedido ao juiz”."),
    R(t.was_filed_in_court, ask(settled(court="filed"))),
    R(t.prosecution_was_heard, ask(with_(unavailable_right=True), values={}), "O Ministério Público precisa ser ouvido",
      "prosecution_heard"),
    R(t.prosecution_was_heard, ask(with_(parties=(replace(CITIZEN_AND_CITY[0], incapable=True),)), values={}),
      "O Ministério Público precisa ser ouvido", "prosecution_heard"),
    R(t.prosecution_was_heard, ask(with_(unavailable_right=True), values={"prosecution_heard": True})),
    R(t.prosecution_was_heard, ask(values={})),
    # compliance and other ends
    R(t.obligation_pending, ask(), "Não há obrigação por cumprir."),
    R(t.obligation_pending, ask(OWED, values={"obligation": 3}), "Escolha uma obrigação ainda não cumprida.",
      "obligation"),
    R(t.obligation_pending, ask(OWED, values={"obligation": 2})),
    R(t.an_obligation_is_overdue, ask(OWED, on=YESTERDAY), "Nenhuma obrigação está vencida.", open_on=TODAY),
    R(t.an_obligation_is_overdue, ask(OWED, values={"obligation": 2}), "Essa obrigação não está vencida.",
      "obligation"),
    R(t.an_obligation_is_overdue, ask(OWED, values={"obligation": 1})),
    R(t.cure_term_over, ask(OWED), "Antes, use “Notificar para cumprir”"),
    R(t.cure_term_over, ask(NOTIFIED), "O prazo ainda não começou."),
    R(t.cure_term_over, ask(NOTIFIED, deadlines=due("D-CURE")), "Quem deve pode cumprir até 02/03/2026.",
      open_on=A_DAY),
    R(t.cure_term_over, ask(NOTIFIED, deadlines=due("D-CURE", YESTERDAY))),
    R(t.replaces_a_settlement, ask(TALKS), "Este caso não está em renegociação."),
    R(t.replaces_a_settlement, ask(with_(standing=SIGNED.settlement))),
    R(t.no_settlement_to_keep, ask(with_(standing=SIGNED.settlement)), "Use “Manter o acordo já assinado”."),
    R(t.no_settlement_to_keep, ask()),
    R(t.both_public, ask(), "Só entre órgãos públicos."),
    R(t.both_public, ask(new_case(TWO_AGENCIES))),
    # people, notices, setting aside
    R(p.assignee_may_lead, ask(values={"assignee": 5}, people={5: ON_LEAVE}), "Escolha alguém da Coordenação",
      "assignee"),
    R(p.assignee_may_lead, ask(values={"assignee": 4}, people={4: Person(frozenset({Office.COORDINATOR}),
                                                                         frozenset({Role.MUNICIPAL_ATTORNEY}))}),
      "já atua neste caso por uma das partes", "assignee"),
    R(p.assignee_may_lead, ask(values={"assignee": 4}, people={4: Person(frozenset({Office.COORDINATOR}))})),
    R(g.city_is_a_party, ask(with_(parties=CITY_AND_ENTITY[:1])), "A Prefeitura não é parte neste caso."),
    R(g.city_is_a_party, ask()),
    R(p.attorney_is_free, ask(with_(chamber_hands=(7,)), values={"attorney": 7}, people={7: OF_THE_CITY}),
      "já decidiu neste caso pela Câmara", "attorney"),
    R(p.attorney_is_free, ask(values={"attorney": 7},
      people={7: replace(OF_THE_CITY, roles=frozenset({Role.MEDIATOR}))}),
      "já atua neste caso em outra função", "attorney"),
    R(p.attorney_is_free, ask(values={"attorney": 7}, people={7: replace(OF_THE_CITY, mediated_until=TODAY)}),
      "só pode atuar por elas depois de 02/03/2026", "attorney", A_DAY),
    R(p.attorney_is_free, ask(values={"attorney": 7}, people={7: replace(OF_THE_CITY, mediated_until=YESTERDAY)})),
    R(p.substitute_is_free, ask(values={"role": "mediator", "from_on": TOMORROW, "until_on": TODAY}),
      "A data final vem antes da inicial.", "until_on"),
    R(p.substitute_is_free, ask(with_(decided_by=8), values={"role": "appeal_decider", "substitute": 8},
      people={8: OF_THE_CITY}),
      "Essa pessoa assinou a decisão contestada.", "substitute"),
    R(p.substitute_is_free, ask(values={"role": "opinion_author", "substitute": 5}, people={5: ON_LEAVE}),
      "Escolha alguém do quadro", "substitute"),
    R(p.substitute_is_free, ask(values={"role": "appeal_decider", "substitute": 8}, people={8: OF_THE_CITY})),
    R(g.notice_is_open, ask(), "Nenhum aviso espera registro"),
    R(g.notice_is_open, ask(with_(notices_waiting=1))),
    R(g.notice_is_own, ask(role=Role.APPLICANT, values={"party": 2}), "Este aviso é de outra pessoa.", "notice"),
    R(g.notice_is_own, ask(role=Role.APPLICANT, values={"party": 1})),
    R(g.notice_is_own, ask(role=Role.REGISTRY, values={"party": 2})),
    R(g.service_follows_the_notice, ask(values={"served_on": YESTERDAY, "given_on": TODAY}),
      "O aviso é de 02/03/2026.", "served_on"),
    R(g.service_follows_the_notice, ask(values={"served_on": TODAY, "given_on": TODAY})),
    R(g.service_follows_the_notice, ask(values={"served_on": TODAY})),
    R(g.closing_follows_opening, ask(with_(filed_on=TODAY), values={"closed_on": YESTERDAY}),
      "O caso começou em 02/03/2026.", "closed_on"),
    R(g.closing_follows_opening, ask(with_(filed_on=TODAY), values={"closed_on": TODAY})),
    R(g.closing_follows_opening, ask(values={"closed_on": YESTERDAY})),
    R(g.last_act_can_fall, ask(), "Não há ato recente que possa ficar sem efeito."),
    R(g.last_act_can_fall, ask(with_(last_act="sign", last_from=S.AWAITING_SIGNATURES)), "Não há ato recente"),
    R(g.last_act_can_fall, ask(with_(last_act="record_service", last_role="invitee")), "O aviso já foi recebido."),
    R(g.last_act_can_fall, ask(with_(last_act="admit", last_from=S.ADMITTED), values={}),
      "Não encontramos o ato anterior."),
    R(g.last_act_can_fall, ask(with_(last_act="record_service", last_role="registry"))),
    R(g.last_act_can_fall, ask(with_(last_act="admit"), last_notice_received=True), "O aviso deste ato já foi aberto."),
    R(g.last_act_can_fall, ask(with_(last_act="admit", last_from=S.ADMITTED), values={}, previous=(S.ADMITTED, CASE))),
    R(g.past_date("served_on"), ask(values={"served_on": TOMORROW}), "A data não pode estar no futuro.", "served_on"),
    R(g.past_date("served_on"), ask(values={"served_on": TODAY})),
]


EVERY_GUARD = pytest.mark.parametrize(
    "guard", {guard.__name__: guard for row in TABLE for guard in row.guards}.values(), ids=lambda guard: guard.__name__
)


def name_of(row):
    return f"{row.guard.__name__}-{'passes' if row.words is None else 'refuses'}"


@pytest.mark.parametrize("row", TABLE_OF_REFUSALS, ids=name_of)
def test_a_guard_says_what_it_should(row):
    refusal = row.guard(row.subject)
    if row.words is None:
        assert refusal is None
        return
    assert refusal is not None
    assert row.words in refusal.reason
    assert (refusal.field, refusal.available_on if row.open_on else None) == (row.field, row.open_on)
    assert_cited(refusal.article)


@EVERY_GUARD
def test_each_guard_of_the_table_is_seen_refusing_and_letting_pass(guard):
    answers = {row.words is None for row in TABLE_OF_REFUSALS if row.guard.__name__ == guard.__name__}
    assert answers == {True, False}


@EVERY_GUARD
def test_a_guard_that_reads_what_was_typed_is_silent_before_anything_is_typed(guard):
    """With values None it may refuse only for the state of the case, and then it refuses the typed form alike."""
    for row in TABLE_OF_REFUSALS:
        if row.guard.__name__ == guard.__name__ and row.words is not None and row.field:
            unasked = replace_values(row.subject, None)
            refusal = guard(unasked)
            assert refusal is None or refusal.field, guard.__name__


def replace_values(subject, values):
    return Subject(
        subject.state, subject.facts, subject.actor, subject.on, subject.switches, values, subject.deadlines,
        subject.people, subject.approvers, subject.earliest_session, subject.previous, subject.rules,
    )  # fmt: skip


TELLS_WHAT_TO_DO = re.compile(
    r"\b(diga|espere|escolha|escreva|confirme|registre|use|envie|marque|desmarque|faça|inclua|peça|pause|acerte|troque|"
    r"complete|avise|cumpra|continue|abra|atualize|cobre|leia|mude|fale|outra pessoa precisa|cabe a|cabe à|"
    r"quem decide é|só quem pediu pode|você pode|não precisa fazer nada|não é preciso fazer nada)\b",
    re.IGNORECASE,
)


@pytest.mark.parametrize("row", [row for row in TABLE_OF_REFUSALS if row.words is not None], ids=name_of)
def test_every_refusal_says_what_to_do_or_who_can(row):
    """Microcopy of face.md: what is missing, when or who, in short sentences, without a stray placeholder."""
    reason = row.guard(row.subject).reason
    assert TELLS_WHAT_TO_DO.search(reason), reason
    assert reason.endswith((".", "”."))
    assert "{" not in reason
    assert "!" not in reason
    assert all(len(sentence.split()) <= 32 for sentence in re.split(r"[.:;] ", reason)), reason


def test_two_invited_lapse_one_by_one():
    facts = new_case(tuple(replace(party, invitation="received") for party in TWO_INVITED))
    both = due("D-INVITE", YESTERDAY, 2) + due("D-INVITE", YESTERDAY, 3)
    assert [party.id for party in ask(facts, deadlines=both).overdue_invitees] == [3]
    later = due("D-INVITE", YESTERDAY, 3) + due("D-INVITE", TODAY, 3)
    assert ask(facts, deadlines=later).overdue_invitees == ()
