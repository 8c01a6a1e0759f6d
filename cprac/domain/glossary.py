"""The words of the field: Portuguese term, English identifier, what fixes the meaning (procedure.md h)."""

from __future__ import annotations

from cprac.domain.acts import Act
from cprac.domain.roles import Office, Role
from cprac.domain.states import CaseState

TERMS: tuple[tuple[str, str, str], ...] = (
    ("câmara de prevenção e resolução administrativa de conflitos", "chamber", "Lei 13.140/2015, art. 32"),
    ("procedimento de autocomposição", "case", "Lei 13.140/2015, art. 32"),
    ("requerimento, pedido", "application", "Lei 13.140/2015, art. 34, § 1º"),
    ("quem pediu, requerente", "applicant", "Lei 9.784/1999, art. 9º"),
    ("quem foi convidado, convidado", "invitee", "Lei 13.140/2015, art. 21"),
    ("protocolo", "filing", "Lei 13.140/2015, art. 34, § 1º"),
    ("juízo de admissibilidade", "admissibility_decision", "Lei 13.140/2015, art. 34, § 1º"),
    ("inadmissão, arquivamento", "inadmissibility, archiving", "Lei 9.784/1999, arts. 40 e 50"),
    ("complementação", "completion_request", "Lei 9.784/1999, arts. 39 e 40"),
    ("convite, anuência", "invitation, acceptance", "Lei 13.140/2015, arts. 2º e 21"),
    ("sessão conjunta, sessão privada", "joint_session, caucus", "Lei 13.140/2015, arts. 19 e 31"),
    ("mediador", "mediator", "Lei 13.140/2015, arts. 4º a 8º"),
    ("termo de abertura, termo final", "opening_record, final_record", "Lei 13.140/2015, arts. 14, 17 e 20"),
    ("termo de autocomposição, acordo", "settlement_agreement", "Lei 13.140/2015, art. 32, § 3º"),
    ("minuta", "draft", "Lei 13.140/2015, art. 32, § 3º"),
    ("ata", "minutes", "Lei 13.140/2015, art. 20"),
    ("parecer", "legal_opinion", "LINDB, art. 26"),
    ("alçada", "authority_ladder", "Lei 9.469/1997, art. 1º, § 4º (modelo)"),
    ("homologação administrativa, judicial", "administrative_approval, court_homologation", "CPC, art. 515"),
    ("título executivo extrajudicial", "extrajudicial_enforcement_title", "CPC, art. 784, IV"),
    ("suspensão da prescrição", "limitation_suspension", "Lei 13.140/2015, art. 34; Decreto 20.910/1932, art. 4º"),
    ("prescrição, decadência", "limitation_period, peremption_period", "Decreto 20.910/1932, art. 1º"),
    ("prazo em dias úteis, em dias corridos", "business_days, calendar_days", "Lei 9.784/1999, art. 66, § 2º"),
    ("termo inicial, termo final do prazo", "trigger_date, due_date", "Lei 9.784/1999, art. 66"),
    ("prorrogação, suspensão, preclusão", "roll_forward, pause, preclusion", "Lei 9.784/1999, arts. 66 e 67"),
    ("intimação, aviso, ciência", "service, notice, acknowledgement", "Lei 9.784/1999, art. 26"),
    ("feriado, ponto facultativo, recesso", "holiday, optional_day_off, recess", "Lei 9.784/1999, art. 66, § 1º"),
    ("indisponibilidade do sistema", "system_outage", "Lei 11.419/2006, art. 10, § 2º"),
    (
        "impedimento, revelação, quarentena",
        "disqualification, disclosure, cooling_off",
        "Lei 13.140/2015, arts. 5º e 6º",
    ),
    ("distribuição, redistribuição, avocação", "assignment, reassignment, takeover", "CCAF-25 (modelo)"),
    ("desistência, perda de objeto", "withdrawal, mootness", "Lei 9.784/1999, arts. 51 e 52"),
    ("descumprimento, quitação", "breach, discharge", "termo do acordo"),
    ("parcela, obrigação", "instalment, obligation", "termo do acordo"),
    ("Procurador-Geral, procurador", "attorney_general, attorney", "regulamento da Câmara"),
    ("órgão, entidade", "agency, entity", "Lei 9.784/1999, art. 1º, § 2º"),
    ("sigiloso, público", "confidential, public", "Lei 13.140/2015, art. 30; Lei 12.527/2011"),
    ("extrato", "abstract", "LINDB, art. 26"),
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
