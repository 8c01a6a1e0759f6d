"""The guards and selectors of the table in words a lawyer reads: what must hold for the row to be taken.

The documentation and the page of rules print these; a test holds every name of the table to have its sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from cprac.domain.states import CaseState
from cprac.domain.words import N_

CONDITIONS: Mapping[str, str] = {
    # Guards
    "date_is_not_in_the_future": N_("a data escrita não está no futuro"),
    "applicant_is_named": N_("o pedido diz quem pede"),
    "object_is_stated": N_("o pedido diz o assunto"),
    "has_public_party": N_("há ao menos uma parte pública"),
    "lawsuits_are_declared": N_("quem pede disse se há processo na Justiça, ou que não sabe"),
    "previous_case_ended": N_("o caso anterior foi indicado e terminou sem resolver o assunto"),
    "items_are_specific": N_("a lista do que falta diz o nome de cada coisa"),
    "completion_extendable": N_("o prazo já começou e não foi aumentado antes"),
    "speaks_for_the_applicant": N_("quem age é quem pediu, ou a Secretaria por essa pessoa"),
    "completion_lapsed": N_("terminou o prazo para completar"),
    "agency_term_over": N_("terminou o prazo do órgão"),
    "appeal_in_time": N_("o recurso está no prazo"),
    "appeal_term_over": N_("terminou o prazo de recurso"),
    "may_answer_the_appeal": N_("quem responde é a outra parte"),
    "appeal_is_with_the_author": N_("o recurso ainda está com quem decidiu"),
    "timer_waits_for_reconsideration": N_("sozinho, o sistema só age depois do prazo de reconsideração"),
    "appeal_was_forwarded": N_("quem decidiu manteve a decisão e enviou o recurso"),
    "did_not_decide_before": N_("quem julga o recurso não assinou a decisão contestada"),
    "others_were_heard": N_("a outra parte respondeu ao recurso ou teve prazo para isso"),
    "was_refused_on_merit": N_("a decisão contestada não foi arquivamento por falta de documentos"),
    "was_archived_incomplete": N_("a decisão contestada foi arquivamento por falta de documentos"),
    "needs_an_invitation": N_("as partes não são da mesma pessoa jurídica, ou a Câmara não tem esse caminho"),
    "someone_to_invite": N_("há parte para convidar"),
    "was_offered_directly": N_("a proposta foi feita por escrito, sem mediador"),
    "takes_part": N_("quem age é parte nesta negociação, mediador ou Coordenação"),
    "same_legal_person": N_("as partes são órgãos da mesma pessoa jurídica"),
    "is_open_invitee": N_("quem age foi convidado e ainda não respondeu"),
    "invitation_lapsed": N_("terminou o prazo de resposta de algum convidado; o silêncio da Prefeitura não conta"),
    "names_an_open_invitee": N_("a pessoa indicada ainda não respondeu e não é a Prefeitura"),
    "no_mediator_yet": N_("ainda não há mediador"),
    "eligible_mediator": N_("a pessoa é do quadro, nada a impede e não está de licença"),
    "mediator_not_disclosed_yet": N_("o mediador ainda não declarou nem foi recusado"),
    "mediator_disclosed": N_("o mediador já fez sua declaração"),
    "not_challenged_yet": N_("o mediador ainda não foi recusado"),
    "mediator_was_assigned": N_("já há mediador"),
    "another_mediator": N_("o novo mediador é outra pessoa"),
    "mediator_settled": N_("o mediador declarou, ninguém o recusou e o prazo para recusar terminou"),
    "session_notice_in_time": N_("a data respeita a antecedência mínima"),
    "parties_want_another_meeting": N_("depois da primeira reunião, as partes concordaram com outra"),
    "session_day_came": N_("há reunião marcada e o dia dela chegou"),
    "both_sides_came": N_("veio alguém de cada lado"),
    "equally_assisted": N_("os dois lados têm advogado ou nenhum tem, ou há saída que o regulamento admite"),
    "no_settlement_to_keep": N_("não há acordo assinado em renegociação"),
    "absence_may_close": N_("não se pediu para encerrar por ausência"),
    "caucus_with_own_side": N_("a conversa é da própria parte, ou quem escreve é o mediador"),
    "case_was_admitted": N_("o caso já foi aceito"),
    "pause_has_end": N_("a pausa termina depois de hoje"),
    "timer_waits_for_the_planned_end": N_("sozinho, o sistema só retoma depois da data prevista"),
    "a_session_was_opened": N_("já houve reunião"),
    "no_settlement_in_force": N_("não há acordo assinado no caso"),
    "origin_allows_leaving": N_("o caso não foi pausado depois das assinaturas"),
    "no_session_yet": N_("ainda não houve reunião"),
    "may_withdraw": N_("antes de o caso ser aceito, só quem pediu; depois, quem aceitou participar"),
    "obligations_have_dates": N_("cada obrigação diz quem deve, o quê e até quando, e as parcelas somam o valor"),
    "has_a_mediator": N_("há mediador no caso"),
    "draft_complete": N_("a minuta tem todas as cláusulas obrigatórias"),
    "opinion_by_another": N_("quem dará o parecer não negociou nem mediou"),
    "did_not_negotiate": N_("quem dá o parecer não negociou"),
    "no_opinion_yet": N_("o parecer ainda não foi dado"),
    "opinion_is_favourable": N_("o parecer é favorável"),
    "ladder_covers": N_("a tabela de alçada diz quem autoriza o valor"),
    "is_next_rung": N_("é a vez dessa autoridade na tabela de alçada"),
    "has_own_signature_due": N_("falta a assinatura de quem age, sobre o texto exato"),
    "power_to_settle_is_stated": N_("quem assina por parte pública diz o ato que dá poder para isso"),
    "signatures_overdue": N_("terminou o prazo de assinatura"),
    "not_homologated_yet": N_("o acordo ainda não foi homologado pelo Procurador-Geral"),
    "more_than_one_person": N_("as partes não são da mesma pessoa jurídica"),
    "approved_before_court": N_("o Procurador-Geral homologou o acordo"),
    "not_in_court_yet": N_("o pedido ao juiz ainda não foi registrado"),
    "was_filed_in_court": N_("o pedido ao juiz foi registrado"),
    "prosecution_was_heard": N_("o Ministério Público foi ouvido, quando precisa ser"),
    "obligation_pending": N_("a obrigação ainda não foi cumprida"),
    "an_obligation_is_overdue": N_("a obrigação está vencida"),
    "cure_term_over": N_("quem deve foi notificado e o prazo para cumprir terminou"),
    "replaces_a_settlement": N_("há acordo assinado em renegociação"),
    "both_public": N_("todas as partes são públicas"),
    "assignee_may_lead": N_("a pessoa é da Câmara e não atua por uma das partes"),
    "substitute_is_free": N_("o substituto é do quadro e nada o impede"),
    "city_is_a_party": N_("a Prefeitura é parte"),
    "attorney_is_free": N_("o procurador é do quadro e nada o impede"),
    "notice_is_open": N_("há aviso à espera de registro"),
    "notice_is_own": N_("o aviso é da própria pessoa, ou quem registra é a Secretaria"),
    "last_act_can_fall": N_("o último ato não foi assinado por parte, recebido por ela, nem começou um caso"),
    # Selectors
    "legacy_open": N_("o caso estava aberto no registro antigo"),
    "legacy_closed": N_("o caso estava encerrado no registro antigo"),
    "rejected_on_merit": N_("a decisão contestada é a de não aceitar"),
    "archived_incomplete": N_("a decisão contestada é o arquivamento por falta de documentos"),
    "others_pending": N_("outro convidado ainda não respondeu"),
    "last_to_accept": N_("todos os convidados responderam"),
    "decline_waits": N_("o caso pode seguir sem essa parte e outra ainda não respondeu"),
    "decline_goes_on": N_("o caso pode seguir sem essa parte e alguém aceitou"),
    "decline_ends": N_("o caso não pode seguir sem essa parte, ou ninguém aceitou"),
    "lapse_waits": N_("o caso pode seguir sem essa parte e outra ainda não respondeu"),
    "lapse_goes_on": N_("o caso pode seguir sem essa parte e alguém aceitou"),
    "lapse_ends": N_("o caso não pode seguir sem essa parte, ou ninguém aceitou"),
    "another_medium": N_("há outro meio para tentar"),
    "unreached_waits": N_("não há outro meio; o caso pode seguir sem essa parte e outra ainda não respondeu"),
    "unreached_goes_on": N_("não há outro meio; o caso pode seguir sem essa parte e alguém aceitou"),
    "unreached_ends": N_("não há outro meio, e o caso não pode seguir sem essa parte ou ninguém aceitou"),
    "first_session": N_("é a primeira reunião"),
    "later_session": N_("não é a primeira reunião"),
    "closes": N_("o mediador decide encerrar"),
    "more_rungs": N_("falta outra autorização"),
    "last_rung": N_("é a última autorização"),
    "with_mediator": N_("há mediador no caso"),
    "without_mediator": N_("não há mediador: a proposta foi feita por escrito"),
    "settlement_standing": N_("há acordo assinado em renegociação"),
    "nothing_standing": N_("não há acordo assinado em renegociação"),
    "more_signatures": N_("falta outra assinatura"),
    "last_signature": N_("é a última assinatura"),
    "court_possible": N_("o juiz pode homologar e ainda não homologou"),
    "court_impossible": N_("o juiz já homologou, ou as partes são da mesma pessoa jurídica"),
    "court_required": N_("há direito indisponível, parte incapaz ou processo na Justiça"),
    "court_not_required": N_("não há direito indisponível, parte incapaz nem processo na Justiça"),
    "not_published": N_("o extrato ainda não foi publicado"),
    "published": N_("o extrato já foi publicado"),
    "others_notified": N_("sobra obrigação já notificada"),
    "others_owed": N_("sobra obrigação, nenhuma notificada"),
    "last_obligation": N_("era a última obrigação"),
    "cures_in_part": N_("sobra obrigação que não foi notificada"),
    "cures_everything": N_("tudo o que faltava estava notificado"),
}
"""Name of a guard or selector → what must hold."""

_FAMILIES = {
    "came_from_": N_("o caso veio de “{state}”"),
    "was_": N_("antes do último ato o caso estava em “{state}”"),
    "back_to_is_": N_("escolheu-se “{state}”"),
}


def condition_words(function: Callable[..., Any]) -> str:
    """What must hold for *function* (a guard or selector of the table), in words; KeyError where none are given."""
    name = function.__name__
    for prefix, template in _FAMILIES.items():
        rest = name.removeprefix(prefix)
        if rest != name and name not in CONDITIONS:
            return template.format(state=CaseState(rest).label)
    return CONDITIONS[name]
