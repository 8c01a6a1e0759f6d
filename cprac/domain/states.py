"""The states of a case's procedure (procedure.md a.1 and 00.16): what each is called and who is waited for in it."""

from __future__ import annotations

from enum import StrEnum
from typing import Self

from cprac.domain.words import N_, Labelled


class Turn(StrEnum):
    """Who the case is waiting for."""

    CITY = "city"
    CITIZEN = "citizen"
    COURT = "court"
    CHAMBER = "chamber"
    NOBODY = "nobody"


class Family(StrEnum):
    """The seven looks of a state badge: whose turn it is decides the family."""

    CITY = "city"
    PARTY = "party"
    TALK = "talk"
    WAIT = "wait"
    DEAL = "deal"
    ALERT = "alert"
    END = "end"


class CaseState(StrEnum):
    """A state of the procedure. The member carries its own words, so that no second list can drift from it.

    ``label`` is the technical name for those who work in the chamber, ``public_label`` the plain one for anybody,
    ``own_label`` the plain one for the person whose turn it is, ``turn`` the usual answer to "who is waited for"
    (``lifecycle.waiting_on`` refines it by the facts), ``terminal`` whether the procedure ends here.
    """

    code: str
    label: str
    public_label: str
    own_label: str
    family: Family
    turn: Turn
    terminal: bool

    def __new__(  # the defaults only let a value be looked up: each member gives every column
        cls,
        value: str,
        code: str = "",
        label: str = "",
        public_label: str = "",
        family: Family = Family.CITY,
        turn: Turn = Turn.NOBODY,
        terminal: bool = False,  # noqa: FBT001, FBT002  (enum members are positional)
        own_label: str = "",
    ) -> Self:
        """Keep the columns of the row beside the id."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.code = code
        member.label = label
        member.public_label = public_label
        member.own_label = own_label or public_label
        member.family = family
        member.turn = turn
        member.terminal = terminal
        return member

    DRAFT = "draft", "S0", N_("Rascunho"), N_("Rascunho, ainda não enviado"), Family.PARTY, Turn.CITIZEN
    FILED = "filed", "S1", N_("Requerimento protocolado"), N_("Pedido recebido"), Family.CITY, Turn.CHAMBER
    FORMAL_REVIEW = (
        "formal_review", "S2", N_("Admissibilidade formal"), N_("Conferindo documentos"), Family.CITY, Turn.CHAMBER,
    )
    AWAITING_COMPLETION = (
        "awaiting_completion", "S3", N_("Complementação pedida"), N_("Faltam documentos de quem pediu"),
        Family.PARTY, Turn.CITIZEN, False, N_("Faltam documentos seus"),
    )
    MERIT_ADMISSIBILITY = (
        "merit_admissibility", "S4", N_("Juízo de admissibilidade"), N_("Em análise para aceitar o caso"),
        Family.CITY, Turn.CHAMBER,
    )
    AWAITING_AGENCY = (
        "awaiting_agency", "S5", N_("Consulta ao órgão"), N_("Esperando informação de órgão da Prefeitura"),
        Family.CITY, Turn.CITY,
    )
    INADMISSIBLE = (
        "inadmissible", "S6", N_("Inadmissão, cabe recurso"), N_("Pedido não aceito: cabe recurso"),
        Family.ALERT, Turn.CITIZEN,
    )
    UNDER_REVIEW = "under_review", "S7", N_("Recurso em análise"), N_("Recurso em análise"), Family.CITY, Turn.CHAMBER
    ADMITTED = "admitted", "S8", N_("Procedimento instaurado"), N_("Pedido aceito"), Family.CITY, Turn.CHAMBER
    INVITATION_PENDING = (
        "invitation_pending", "S9", N_("Convite pendente"), N_("Convite enviado à outra parte"),
        Family.PARTY, Turn.CITIZEN, False, N_("Convite esperando sua resposta"),
    )
    MEDIATOR_ASSIGNMENT = (
        "mediator_assignment", "S10", N_("Escolha do mediador"), N_("Escolhendo o mediador"), Family.CITY, Turn.CHAMBER,
    )
    SESSION_SCHEDULED = (
        "session_scheduled", "S11", N_("Sessão designada"), N_("Reunião marcada"), Family.TALK, Turn.CHAMBER,
    )
    IN_PROGRESS = "in_progress", "S12", N_("Em negociação"), N_("Em negociação"), Family.TALK, Turn.CHAMBER
    SUSPENDED = "suspended", "S13", N_("Procedimento suspenso"), N_("Pausado"), Family.WAIT, Turn.CHAMBER
    DRAFTING_AGREEMENT = (
        "drafting_agreement", "S14", N_("Minuta do termo"), N_("Escrevendo o acordo"), Family.TALK, Turn.CHAMBER,
    )
    LEGAL_FISCAL_REVIEW = (
        "legal_fiscal_review", "S15", N_("Parecer jurídico e financeiro"), N_("Conferência jurídica e financeira"),
        Family.CITY, Turn.CITY,
    )
    AWAITING_AUTHORIZATION = (
        "awaiting_authorization", "S16", N_("Autorização por alçada"), N_("Esperando autorização"),
        Family.CITY, Turn.CITY,
    )
    AWAITING_SIGNATURES = (
        "awaiting_signatures", "S17", N_("Coleta de assinaturas"), N_("Esperando assinaturas"),
        Family.PARTY, Turn.CITIZEN, False, N_("Esperando sua assinatura"),
    )
    AWAITING_ADMIN_HOMOLOGATION = (
        "awaiting_admin_homologation", "S18", N_("Homologação administrativa"),
        N_("Esperando homologação do Procurador-Geral"), Family.CITY, Turn.CITY,
    )
    AWAITING_PUBLICATION = (
        "awaiting_publication", "S19", N_("Publicação do extrato"), N_("Publicação"), Family.CITY, Turn.CHAMBER,
    )
    AWAITING_COURT_HOMOLOGATION = (
        "awaiting_court_homologation", "S20", N_("Homologação judicial"), N_("Esperando o juiz"),
        Family.WAIT, Turn.COURT,
    )
    IN_FORCE = (
        "in_force", "S21", N_("Acordo em cumprimento"), N_("Acordo valendo, em cumprimento"), Family.DEAL, Turn.CITY,
    )
    BREACHED = "breached", "S22", N_("Inadimplemento"), N_("Acordo descumprido"), Family.ALERT, Turn.CITY
    CLOSED_FULFILLED = (
        "closed_fulfilled", "S23", N_("Arquivado: acordo cumprido"), N_("Encerrado: acordo cumprido"),
        Family.DEAL, Turn.NOBODY, True,
    )
    CLOSED_NO_AGREEMENT = (
        "closed_no_agreement", "S24", N_("Termo final sem acordo"), N_("Encerrado sem acordo"),
        Family.END, Turn.NOBODY, True,
    )
    CLOSED_WITHDRAWN = (
        "closed_withdrawn", "S25", N_("Desistência"), N_("Encerrado a pedido"), Family.END, Turn.NOBODY, True,
    )
    CLOSED_NO_RESPONSE = (
        "closed_no_response", "S26", N_("Convite rejeitado"), N_("Encerrado: convite sem resposta ou recusado"),
        Family.END, Turn.NOBODY, True,
    )
    CLOSED_INCOMPLETE = (
        "closed_incomplete", "S27", N_("Arquivado por falta de complementação"),
        N_("Arquivado: documentos não entregues"), Family.END, Turn.NOBODY, True,
    )
    CLOSED_MOOT = (
        "closed_moot", "S28", N_("Perda de objeto"), N_("Encerrado: perdeu o motivo"), Family.END, Turn.NOBODY, True,
    )
    CLOSED_ARBITRATED = (
        "closed_arbitrated", "S29", N_("Arbitramento interno"), N_("Decidido pela Procuradoria"),
        Family.END, Turn.NOBODY, True,
    )
    CLOSED_ENFORCED = (
        "closed_enforced", "S30", N_("Convertido em execução"), N_("Encerrado: cobrança na Justiça"),
        Family.END, Turn.NOBODY, True,
    )
    CLOSED_INADMISSIBLE = (
        "closed_inadmissible", "S31", N_("Inadmissão definitiva"), N_("Encerrado: pedido não aceito"),
        Family.END, Turn.NOBODY, True,
    )
    ANNULLED = "annulled", "S32", N_("Acordo anulado"), N_("Acordo anulado"), Family.END, Turn.NOBODY, True
    LEGACY_OPEN = (
        "legacy_open", "L1", N_("Legado em aberto"), N_("Caso antigo, em andamento"), Family.CITY, Turn.CHAMBER,
    )
    LEGACY_CLOSED = (
        "legacy_closed", "L2", N_("Legado encerrado"), N_("Caso antigo, encerrado"), Family.END, Turn.NOBODY, True,
    )


ACTIVE = tuple(state for state in CaseState if not state.terminal and state is not CaseState.DRAFT)
"""States in which something is still expected of somebody."""

PROCEDURE = tuple(state for state in ACTIVE if state is not CaseState.LEGACY_OPEN)
"""Active states of cases that run under the chamber's own procedure."""

BEFORE_SIGNATURES = tuple(
    state
    for state in PROCEDURE
    if int(state.code[1:]) <= int(CaseState.AWAITING_SIGNATURES.code[1:])
)
"""S1 to S17: nothing has been fully signed yet."""

PAUSABLE = tuple(
    state
    for state in PROCEDURE
    if state.code in {"S4", "S9", "S10", "S11", "S12", "S14", "S15", "S16", "S17", "S20", "S21"}
)
"""Where a case may be paused (T21 with 00.17)."""

CONSULTING = (CaseState.MERIT_ADMISSIBILITY, CaseState.IN_PROGRESS, CaseState.LEGAL_FISCAL_REVIEW)
"""Where an agency may be asked (T7)."""

MAIN_PATH = tuple(
    CaseState(value)
    for value in (
        "draft", "filed", "formal_review", "merit_admissibility", "admitted", "invitation_pending",
        "mediator_assignment", "session_scheduled", "in_progress", "drafting_agreement", "legal_fiscal_review",
        "awaiting_authorization", "awaiting_signatures", "awaiting_admin_homologation", "awaiting_publication",
        "awaiting_court_homologation", "in_force", "closed_fulfilled",
    )
)
"""The way of a case from filing to a fulfilled agreement, in order."""


class Stage(Labelled):
    """The six stations of the citizen's path."""

    RECEIVED = "received", N_("Pedido recebido")
    CHECKING = "checking", N_("Conferindo documentos")
    DECISION = "decision", N_("Decisão de aceitar")
    INVITATION = "invitation", N_("Convite à outra parte")
    TALKS = "talks", N_("Reunião e negociação")
    END = "end", N_("Acordo ou encerramento")


def stage_of(state: CaseState) -> Stage:
    """The station of the citizen's path in which *state* lies."""
    number = int(state.code[1:]) if state.code.startswith("S") else (31 if state.terminal else 1)
    limits = ((1, Stage.RECEIVED), (3, Stage.CHECKING), (7, Stage.DECISION), (9, Stage.INVITATION), (13, Stage.TALKS))
    return next((stage for limit, stage in limits if number <= limit), Stage.END)
