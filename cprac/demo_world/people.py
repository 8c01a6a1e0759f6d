"""The demonstration's people and departments. All names are invented; the addresses lead nowhere."""

from __future__ import annotations

from cprac.demo_world.world import Department, Someone
from cprac.domain.roles import Office
from cprac.services.intake import fold_name

PASSWORD = "ipês floridos na lagoa"  # noqa: S105  (printed at each start; the demonstration listens on loopback only)
"""The one password of everybody in the demonstration."""


def _staff(who: str, name: str, *offices: Office) -> Someone:
    first, *_others, last = fold_name(name).split()
    return Someone(who, f"{first}.{last}@exemplo.gov.br", name, offices, "Portaria PGM 7/2025")


STAFF = (
    _staff("registry", "Tânia Ferreira Dias", Office.REGISTRY),
    _staff("registry_two", "Edson Camargo Rezende", Office.REGISTRY),
    _staff("coordinator", "Helena Duarte Reis", Office.COORDINATOR),
    _staff("mediator", "Paulo Sérgio Antunes", Office.MEDIATOR),
    _staff("mediator_two", "Lúcia Barros Coelho", Office.MEDIATOR),
    _staff("mediator_three", "Márcio Toledo Brant", Office.MEDIATOR),
    _staff("city_attorney", "Rafael Moura Lins", Office.MUNICIPAL_ATTORNEY),
    _staff("city_attorney_two", "Patrícia Sales Andrade", Office.MUNICIPAL_ATTORNEY),
    _staff("opinion_author", "Beatriz Amaral Rocha", Office.MUNICIPAL_ATTORNEY),
    _staff("attorney_general", "Cláudia Nogueira Prates", Office.ATTORNEY_GENERAL),
    _staff("approver", "Otávio Lemos Pires", Office.APPROVER),
    _staff("council", "Regina Motta Valadares", Office.COUNCIL),
    _staff("auditor", "Sônia Pacheco Brito", Office.AUDITOR),
    _staff("administrator", "Igor Tavares Melo", Office.ADMINISTRATOR),
)

CITIZENS = (
    Someone("marina", "marina@exemplo.com.br", "Marina Alves Teixeira"),
    Someone("joao", "joao@exemplo.com.br", "João Batista Prado"),
    Someone("renata", "renata@exemplo.com.br", "Renata Figueira Sá"),
)

WORDS = {
    "marina": "cidadã, com casos próprios",
    "joao": "dono de uma transportadora, também convidado pela Prefeitura",
    "renata": "advogada de várias pessoas e empresas",
}
"""What each citizen is in the demonstration, as its list of users says it."""

DEPARTMENTS = (
    Department("obras", "Secretaria Municipal de Obras", "obras@exemplo.gov.br"),
    Department("saude", "Secretaria Municipal de Saúde", "saude@exemplo.gov.br"),
    Department("fazenda", "Secretaria Municipal de Fazenda", "fazenda@exemplo.gov.br"),
    Department("educacao", "Secretaria Municipal de Educação", "educacao@exemplo.gov.br"),
    Department("ambiente", "Secretaria Municipal de Meio Ambiente", "ambiente@exemplo.gov.br"),
    Department("urbanismo", "Secretaria Municipal de Desenvolvimento Urbano", "urbanismo@exemplo.gov.br"),
    Department("transito", "Autarquia Municipal de Trânsito", "transito@exemplo.gov.br", same_person=False),
)
