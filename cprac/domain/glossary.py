"""The words of the field: Portuguese term, English identifier, what fixes the meaning (procedure.md h)."""

from __future__ import annotations

from cprac.domain.acts import Act
from cprac.domain.roles import Office, Role
from cprac.domain.states import CaseState

H = "glossário do procedimento"

TERMS: tuple[tuple[str, str, str], ...] = (
    ("câmara de prevenção e resolução administrativa de conflitos", "chamber", "Lei 13.140/2015, art. 32"),
    ("procedimento de autocomposição", "case", "Lei 13.140/2015, art. 32"),
    ("requerimento, pedido", "application", "Lei 13.140/2015, art. 34, § 1º"),
    ("quem pediu, requerente", "applicant", "Lei 9.784/1999, art. 9º"),
    ("quem foi convidado, convidado", "invitee", "Lei 13.140/2015, art. 21"),
    ("requerido, interessado", "respondent, interested_party", "Lei 9.784/1999, art. 9º"),
    ("protocolo, número de protocolo", "filing, filing_number", "Lei 13.140/2015, art. 34, § 1º"),
    ("juízo de admissibilidade", "admissibility_decision", "Lei 13.140/2015, art. 34, § 1º"),
    ("inadmissão, arquivamento", "inadmissibility, archiving", "Lei 9.784/1999, arts. 40 e 50"),
    ("complementação", "completion_request", "Lei 9.784/1999, arts. 39 e 40"),
    ("convite, anuência", "invitation, acceptance", "Lei 13.140/2015, arts. 2º e 21"),
    ("sessão, sessão conjunta, sessão privada", "session, joint_session, caucus", "Lei 13.140/2015, arts. 19 e 31"),
    ("mediador, conciliador, comediador", "mediator, conciliator, co_mediator", "Lei 13.140/2015, arts. 4º a 8º e 15"),
    ("mediação, conciliação, negociação", "mediation, conciliation, negotiation", "Lei 13.140/2015, art. 32"),
    ("transação por adesão", "adhesion_settlement", "Lei 13.140/2015, art. 35"),
    ("termo de ajustamento de conduta (TAC)", "conduct_adjustment_agreement", "Lei 13.140/2015, art. 32, III"),
    ("comitê de prevenção e solução de disputas", "dispute_board", "Lei 14.133/2021, arts. 151 a 154"),
    ("arbitramento interno", "internal_determination", "Lei 13.140/2015, art. 36, § 1º (analogia)"),
    (
        "termo de abertura, termo final, termo de encerramento",
        "opening_record, final_record, closing_record",
        "Lei 13.140/2015, arts. 14, 17 e 20",
    ),
    ("termo de autocomposição, acordo", "settlement_agreement", "Lei 13.140/2015, art. 32, § 3º"),
    ("minuta, minuta-padrão", "draft, standard_form", "Lei 13.140/2015, art. 32, § 3º"),
    ("ata", "minutes", "Lei 13.140/2015, art. 20"),
    ("despacho, decisão", "order, decision", H),
    ("parecer, nota técnica, ofício", "legal_opinion, technical_note, official_letter", "LINDB, art. 26"),
    ("alçada", "approval_limit, authority_ladder", "Lei 9.469/1997, art. 1º, § 4º (modelo)"),
    ("vantajosidade", "public_advantage_assessment", H),
    ("homologação administrativa, judicial", "administrative_approval, court_homologation", "CPC, art. 515"),
    (
        "título executivo extrajudicial, judicial",
        "extrajudicial_enforcement_title, judicial_enforcement_title",
        "CPC, arts. 515 e 784, IV",
    ),
    (
        "suspensão, interrupção da prescrição",
        "limitation_suspension, limitation_interruption",
        "Lei 13.140/2015, art. 34; Decreto 20.910/1932, arts. 4º, 8º e 9º",
    ),
    ("prescrição, decadência", "limitation_period, peremption_period", "Decreto 20.910/1932, art. 1º"),
    ("prazo", "deadline", "Lei 9.784/1999, art. 66"),
    ("dias úteis, dias corridos", "business_days, calendar_days", "Lei 9.784/1999, art. 66, § 2º"),
    ("termo inicial, termo final do prazo", "trigger_date, due_date", "Lei 9.784/1999, art. 66"),
    ("prorrogação, suspensão, preclusão", "roll_forward, pause, preclusion", "Lei 9.784/1999, arts. 66 e 67"),
    (
        "intimação, notificação, ciência, ciência tácita",
        "service, notice, acknowledgement, deemed_service",
        "Lei 9.784/1999, art. 26; Lei 11.419/2006, art. 5º",
    ),
    (
        "feriado, ponto facultativo, expediente, recesso",
        "holiday, optional_day_off, office_hours, recess",
        "Lei 9.784/1999, art. 66, § 1º",
    ),
    ("indisponibilidade do sistema", "system_outage", "Lei 11.419/2006, art. 10, § 2º"),
    (
        "impedimento, suspeição, revelação, quarentena",
        "disqualification, bias_challenge, disclosure, cooling_off",
        "Lei 13.140/2015, arts. 5º e 6º",
    ),
    ("distribuição, redistribuição, avocação", "assignment, reassignment, takeover", "CCAF-25 (modelo)"),
    ("desistência, perda de objeto", "withdrawal, mootness", "Lei 9.784/1999, arts. 51 e 52"),
    ("descumprimento, quitação", "breach, discharge", "termo do acordo"),
    ("parcela", "instalment", "termo do acordo"),
    ("obrigação de pagar, de fazer", "payment_obligation, performance_obligation", "termo do acordo"),
    ("precatório, RPV", "precatorio, rpv", "CPC, art. 535, § 3º"),
    (
        "Procuradoria-Geral do Município, Procurador-Geral, procurador",
        "municipal_attorney_office, attorney_general, attorney",
        "regulamento da Câmara",
    ),
    ("Defensoria, Ministério Público", "public_defender, prosecution_service", "Lei 13.140/2015, art. 3º, § 2º"),
    ("órgão, entidade", "agency, entity", "Lei 9.784/1999, art. 9º"),
    ("sigiloso, reservado, público", "confidential, restricted, public", "Lei 13.140/2015, art. 30; Lei 12.527/2011"),
    ("extrato", "abstract", "LINDB, art. 26"),
    ("carta de serviços, ouvidoria, SIC", "service_charter, ombudsman, information_service", "Lei 13.460/2017"),
    ("classe, assunto (TPU)", "cnj_class, cnj_subject", "Resolução CNJ 46/2007"),
    ("número único", "cnj_number", "Resolução CNJ 65/2008"),
    ("salário mínimo", "minimum_wage", "regulamento da Câmara"),
)
"""Portuguese term, identifier, where its meaning comes from."""


def rows() -> list[tuple[str, str, str]]:
    """The terms, then what offices, roles, states and acts are called."""
    own = "regulamento da Câmara"
    return [
        *TERMS,
        *((office.label, office.value, own) for office in Office),
        *((role.label, role.value, own) for role in Role),
        *((state.label, state.value, state.code) for state in CaseState),
        *((act.label, act.value, act.code) for act in Act),
    ]
