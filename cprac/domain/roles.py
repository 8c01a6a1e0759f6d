"""Offices of the chamber, roles in one case, and which pairs one person may not hold in the same case.

Basis: procedure.md (d); Lei 13.140/2015 arts. 4-8; AM art. 12; architecture.md "Shapes chosen early".
"""

from __future__ import annotations

from enum import StrEnum
from typing import Self

from cprac.domain.words import N_


class _Labelled(StrEnum):
    label: str

    def __new__(cls, value: str, label: str = "") -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member


class Office(_Labelled):
    """What a person does in the chamber, whatever the case. Being an attorney by itself opens no case."""

    REGISTRY = "registry", N_("Secretaria")
    COORDINATOR = "coordinator", N_("Coordenação")
    MEDIATOR = "mediator", N_("Mediação")
    MUNICIPAL_ATTORNEY = "municipal_attorney", N_("Procuradoria da parte")
    ATTORNEY_GENERAL = "attorney_general", N_("Procuradoria-Geral")
    APPROVER = "approver", N_("Autoridade que autoriza")
    COUNCIL = "council", N_("Conselho")
    AUDITOR = "auditor", N_("Controle interno")
    ADMINISTRATOR = "administrator", N_("Administração do sistema")


class Role(_Labelled):
    """What a person is in one case."""

    APPLICANT = "applicant", N_("Quem pediu")
    INVITEE = "invitee", N_("Quem foi convidado")
    REGISTRY = "registry", N_("Secretaria")
    COORDINATOR = "coordinator", N_("Coordenação")
    MEDIATOR = "mediator", N_("Mediação")
    MUNICIPAL_ATTORNEY = "municipal_attorney", N_("Procuradoria da parte")
    OPINION_AUTHOR = "opinion_author", N_("Autoria do parecer")
    APPROVER = "approver", N_("Autoridade que autoriza")
    ATTORNEY_GENERAL = "attorney_general", N_("Procuradoria-Geral")
    APPEAL_DECIDER = "appeal_decider", N_("Decisão do recurso")
    AGENCY = "agency", N_("Órgão consultado")
    COUNCIL = "council", N_("Conselho")
    AUDITOR = "auditor", N_("Controle interno")
    ADMINISTRATOR = "administrator", N_("Administração do sistema")
    SYSTEM = "system", N_("Sistema")


PARTY_ROLES = frozenset({Role.APPLICANT, Role.INVITEE, Role.MUNICIPAL_ATTORNEY})
"""Roles that speak for a party: the applicant, the invitee, the city's attorney."""

CHAMBER_WIDE = {
    Office.REGISTRY: Role.REGISTRY,
    Office.COORDINATOR: Role.COORDINATOR,
    Office.ATTORNEY_GENERAL: Role.ATTORNEY_GENERAL,
    Office.AUDITOR: Role.AUDITOR,
    Office.ADMINISTRATOR: Role.ADMINISTRATOR,
}
"""Offices whose holders have the matching role in every case, unless an incompatible role in that case excludes it.

The other offices only make a person eligible: the role comes from a dated ``case_role`` row.
"""

INCOMPATIBLE = frozenset(
    frozenset(pair)
    for pair in (
        (Role.MEDIATOR, Role.MUNICIPAL_ATTORNEY),
        (Role.MEDIATOR, Role.OPINION_AUTHOR),
        (Role.MEDIATOR, Role.APPROVER),
        (Role.MEDIATOR, Role.APPEAL_DECIDER),
        (Role.MEDIATOR, Role.ATTORNEY_GENERAL),
        (Role.COORDINATOR, Role.MUNICIPAL_ATTORNEY),
        (Role.MUNICIPAL_ATTORNEY, Role.OPINION_AUTHOR),
        (Role.MUNICIPAL_ATTORNEY, Role.APPEAL_DECIDER),
        (Role.APPLICANT, Role.INVITEE),
        (Role.APPLICANT, Role.MUNICIPAL_ATTORNEY),
        (Role.INVITEE, Role.MUNICIPAL_ATTORNEY),
        (Role.APPLICANT, Role.MEDIATOR),
        (Role.INVITEE, Role.MEDIATOR),
        (Role.APPLICANT, Role.COORDINATOR),
        (Role.INVITEE, Role.COORDINATOR),
        (Role.APPLICANT, Role.REGISTRY),
        (Role.INVITEE, Role.REGISTRY),
        (Role.APPLICANT, Role.APPROVER),
        (Role.INVITEE, Role.APPROVER),
        (Role.APPLICANT, Role.ATTORNEY_GENERAL),
        (Role.INVITEE, Role.ATTORNEY_GENERAL),
        (Role.APPLICANT, Role.OPINION_AUTHOR),
        (Role.INVITEE, Role.OPINION_AUTHOR),
        (Role.APPLICANT, Role.APPEAL_DECIDER),
        (Role.INVITEE, Role.APPEAL_DECIDER),
        (Role.APPLICANT, Role.COUNCIL),
        (Role.INVITEE, Role.COUNCIL),
        (Role.APPLICANT, Role.AUDITOR),
        (Role.INVITEE, Role.AUDITOR),
    )
)
"""Pairs one person may not hold in one case.

Those of architecture.md, and a party, or who represents one, with anything the chamber or the other side does there
(Lei 9.784/1999 art. 18; Lei 13.140/2015 art. 5). The author of a rejection may not decide its appeal either: a guard
says so, for it depends on an act done and not on a role held.
"""


def incompatible(one: Role, other: Role) -> bool:
    """Whether one person may not be both *one* and *other* in the same case."""
    return frozenset((one, other)) in INCOMPATIBLE


def roles_in_case(offices: frozenset[Office], granted: frozenset[Role]) -> frozenset[Role]:
    """The roles a person has in a case: those granted there, and those of chamber-wide offices they do not exclude.

    A role granted in the case always wins over one that comes from an office: a coordinator who represents the city
    in a case is its attorney there and nothing else (architecture.md, incompatible hats).
    """
    wide = {CHAMBER_WIDE[office] for office in offices if office in CHAMBER_WIDE}
    return granted | {role for role in wide if not any(incompatible(role, held) for held in granted)}
