"""Every page an act writes (``documents=`` of the table): title, who may see it, who signs it, what the public gets.

One member per id, so that the table, the documents service and the templates cannot drift apart. Basis: procedure.md
a.2 (column "Documents produced") and (e); Lei 12.527/2011 arts. 7 and 8 for what is public.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Self

from cprac.domain.acts import InformationClass
from cprac.domain.words import N_

C = InformationClass


class DocumentKind(StrEnum):
    """A kind of page. ``title`` is Portuguese; ``information_class`` is a row of the confidentiality matrix."""

    title: str  # type: ignore[assignment]  # str.title is never meant on a kind of page
    information_class: InformationClass

    def __new__(cls, value: str, title: str, information_class: InformationClass) -> Self:
        """Keep title and class beside the id, so that no list of them runs apart from the members."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.title = title
        member.information_class = information_class
        return member

    @property
    def signed_by_parties(self) -> bool:
        """Whether the parties' own signatures make it (T14, T30)."""
        return self in SIGNED_BY_PARTIES

    @property
    def public_extract(self) -> bool:
        """Whether an extract without personal data is public once it takes effect (column "Public" of the matrix)."""
        return self in PUBLIC_AS_EXTRACT

    # Filing and admissibility
    APPLICATION = "application", N_("Requerimento"), C.APPLICATION
    RECEIPT = "receipt", N_("Comprovante do pedido"), C.APPLICATION
    CHECKLIST = "checklist", N_("Lista de conferência"), C.APPLICATION
    COMPLETION_REQUEST = "completion_request", N_("Notificação do que falta"), C.APPLICATION
    ARCHIVING_DECISION = "archiving_decision", N_("Despacho de arquivamento"), C.ADMISSIBILITY
    FORMAL_REPORT = "formal_report", N_("Relatório de admissibilidade formal"), C.ADMISSIBILITY
    OFFICIAL_LETTER = "official_letter", N_("Ofício ao órgão"), C.AGENCY_EVIDENCE
    TECHNICAL_NOTE = "technical_note", N_("Informação do órgão"), C.AGENCY_EVIDENCE
    ADMISSIBILITY_DECISION = "admissibility_decision", N_("Decisão de admissibilidade"), C.ADMISSIBILITY
    APPEAL = "appeal", N_("Recurso"), C.ADMISSIBILITY
    APPEAL_ANSWER = "appeal_answer", N_("Resposta ao recurso"), C.ADMISSIBILITY
    APPEAL_DECISION = "appeal_decision", N_("Decisão do recurso"), C.ADMISSIBILITY
    # Invitation, mediator, sessions
    INVITATION = "invitation", N_("Carta-convite"), C.NOTICE
    ACCEPTANCE = "acceptance", N_("Termo de anuência"), C.NOTICE
    INVITATION_CERTIFICATE = "invitation_certificate", N_("Certidão sobre o convite"), C.NOTICE
    ASSIGNMENT = "assignment", N_("Ato de distribuição"), C.MINUTES
    DISCLOSURE = "disclosure", N_("Termo de revelação"), C.MINUTES
    SESSION_NOTICE = "session_notice", N_("Aviso de reunião"), C.NOTICE
    OPENING_RECORD = "opening_record", N_("Termo de abertura"), C.MINUTES
    MINUTES = "minutes", N_("Ata"), C.MINUTES
    ABSENCE_MINUTES = "absence_minutes", N_("Ata de ausência"), C.MINUTES
    ORDER = "order", N_("Despacho"), C.MINUTES
    WITHDRAWAL = "withdrawal", N_("Pedido de desistência"), C.FINAL_RECORD
    FINAL_RECORD = "final_record", N_("Termo final sem acordo"), C.FINAL_RECORD
    INTERNAL_DETERMINATION = "internal_determination", N_("Decisão entre os órgãos"), C.FINAL_RECORD
    # Agreement
    DIRECT_OFFER = "direct_offer", N_("Proposta padrão"), C.DRAFT_TERM
    DRAFT_TERM = "draft_term", N_("Minuta do termo"), C.DRAFT_TERM
    LEGAL_OPINION = "legal_opinion", N_("Parecer jurídico"), C.APPROVER_FILE
    AUTHORIZATION_REQUEST = "authorization_request", N_("Pedido de autorização"), C.APPROVER_FILE
    AUTHORIZATION = "authorization", N_("Decisão sobre a autorização"), C.APPROVER_FILE
    FINAL_TERM = "final_term", N_("Termo de autocomposição"), C.SIGNED_TERM
    HOMOLOGATION = "homologation", N_("Despacho de homologação"), C.SIGNED_TERM
    HOMOLOGATION_REFUSAL = "homologation_refusal", N_("Despacho que não homologa"), C.DRAFT_TERM
    ABSTRACT = "abstract", N_("Extrato do acordo"), C.SIGNED_TERM
    PETITION = "petition", N_("Pedido de homologação ao juiz"), C.SIGNED_TERM
    COURT_DECISION = "court_decision", N_("Decisão do juiz"), C.SIGNED_TERM
    ANNULMENT = "annulment", N_("Despacho de anulação"), C.SIGNED_TERM
    # Compliance
    CURE_NOTICE = "cure_notice", N_("Notificação para cumprir"), C.COMPLIANCE
    BREACH_CERTIFICATE = "breach_certificate", N_("Certidão de descumprimento"), C.COMPLIANCE
    DISCHARGE = "discharge", N_("Termo de quitação"), C.COMPLIANCE


SIGNED_BY_PARTIES = frozenset({DocumentKind.ACCEPTANCE, DocumentKind.FINAL_TERM})
"""Pages that parties sign: the acceptance of the invitation (T14) and the settlement (T30)."""

PUBLIC_AS_EXTRACT = frozenset(
    {
        DocumentKind.ARCHIVING_DECISION,
        DocumentKind.ADMISSIBILITY_DECISION,
        DocumentKind.APPEAL_DECISION,
        DocumentKind.TECHNICAL_NOTE,
        DocumentKind.FINAL_TERM,
        DocumentKind.HOMOLOGATION,
        DocumentKind.ABSTRACT,
        DocumentKind.COURT_DECISION,
        DocumentKind.ANNULMENT,
        DocumentKind.DISCHARGE,
        DocumentKind.BREACH_CERTIFICATE,
    }
)
"""Pages of the classes that procedure.md (e) marks R for the public: decisions, pre-existing technical evidence, the
settlement once signed, and whether it is kept. The settlement is public only from the day it is in force."""
