"""Who may see what: one constant matrix role × information class → level (procedure.md e), and how it is read.

``persistence.queries`` builds its SQL from the same ``MATRIX``; a property test holds the two equal. Being an attorney
gives nothing: levels come from the role in *this* case. Basis: Lei 13.140/2015 arts. 30 and 31; Lei 12.527/2011 arts.
7, 8, 22 and 31. Where the matrix is narrower than (e), tests/domain/test_permissions.py says why, cell by cell.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from cprac.domain.acts import Act, Compartment, InformationClass
from cprac.domain.roles import Role
from cprac.domain.words import N_

C = InformationClass


class Level(StrEnum):
    """How much a role sees of a class of information."""

    NONE = "none"
    METADATA = "metadata"  # that it exists, when, which act: never the text
    OWN = "own"  # in full, when it is the viewer's own party's or addressed to every party
    DECIDING = "deciding"  # in full, while the decision is the viewer's; before and after, metadata
    CLOSED = "closed"  # in full once the case is closed
    FULL = "full"


_ROLES = (
    Role.MEDIATOR, Role.APPLICANT, Role.INVITEE, Role.MUNICIPAL_ATTORNEY, Role.REGISTRY, Role.COORDINATOR,
    Role.ATTORNEY_GENERAL, Role.APPROVER, Role.COUNCIL, Role.OPINION_AUTHOR, Role.APPEAL_DECIDER, Role.AUDITOR,
    Role.AGENCY, Role.ADMINISTRATOR,
)
_SHORT = {
    "F": Level.FULL, "M": Level.METADATA, "O": Level.OWN, "D": Level.DECIDING, "C": Level.CLOSED, "-": Level.NONE,
}
_TABLE = """
                      MED APP INV CITY REG COO AG APR CNL OPI DEC AUD ORG ADM
existence              F   F   F   F    F   F   F  F   F   F   F   F   F   -
application            F   F   F   F    F   F   D  D   D   D   D   C   -   -
personal               F   O   O   F    F   F   -  -   -   -   -   C   -   -
admissibility          F   F   F   F    F   F   F  F   F   F   F   F   -   -
notice                 F   O   O   O    F   F   M  -   -   -   -   M   -   -
minutes                F   F   F   F    F   F   M  M   M   M   M   C   -   -
joint_session          F   F   F   F    -   -   -  -   -   -   -   -   -   -
caucus                 F   O   O   O    -   -   -  -   -   -   -   -   -   -
mediator_notes         F   -   -   -    -   -   -  -   -   -   -   -   -   -
city_strategy          -   -   -   F    -   -   D  D   D   D   -   C   -   -
mediation_document     F   F   F   F    -   -   -  -   -   -   -   -   -   -
agency_evidence        F   F   F   F    F   F   D  D   D   D   D   C   F   -
draft_term             F   F   F   F    F   F   D  D   D   D   -   C   -   -
approver_file          -   -   -   F    M   M   D  D   D   D   -   C   -   -
signed_term            F   F   F   F    F   F   F  F   F   F   F   F   -   -
final_record           F   F   F   F    F   F   M  M   M   M   M   F   -   -
values                 F   F   F   F    F   F   F  F   F   F   F   F   -   -
compliance             -   F   F   F    F   F   F  M   M   M   -   F   F   -
mediator_identity      F   F   F   F    F   F   F  F   F   F   F   F   -   -
"""


def _parse(table: str) -> dict[InformationClass, dict[Role, Level]]:
    rows = [line.split() for line in table.strip().splitlines()[1:]]
    return {
        InformationClass(name): {role: _SHORT[cell] for role, cell in zip(_ROLES, cells, strict=True)}
        for name, *cells in rows
    }


MATRIX: Mapping[InformationClass, Mapping[Role, Level]] = _parse(_TABLE)
"""Role × class → level, as the table above reads it. A class or role that is not there sees nothing."""

NOTES_BELONG_TO_AUTHOR = frozenset({C.MEDIATOR_NOTES})
"""Classes whose items only their author sees, whatever the role of others (a co-mediator does not read notes)."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks at one case: account, roles held there now, ordinals of the parties spoken for."""

    account: int | None
    roles: frozenset[Role]
    parties: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Item:
    """What is looked at: its class, the party it belongs to (None: all parties), its author."""

    information_class: InformationClass
    party: int | None = None
    author: int | None = None


def level(item: Item, viewer: Viewer, *, deciding: Role | None, closed: bool) -> Level:
    """The level at which *viewer* sees *item*: FULL, METADATA or NONE, the best over the roles held.

    ``deciding`` is the role whose decision the case awaits (``facts.responsible``); ``closed`` whether it has ended.
    """
    if item.information_class in NOTES_BELONG_TO_AUTHOR and (item.author is None or item.author != viewer.account):
        return Level.NONE
    cells = MATRIX[item.information_class]
    seen = {
        _resolve(cells.get(role, Level.NONE), item, viewer, decides=deciding is role, closed=closed)
        for role in viewer.roles
    }
    return next((best for best in (Level.FULL, Level.METADATA) if best in seen), Level.NONE)


def _resolve(cell: Level, item: Item, viewer: Viewer, *, decides: bool, closed: bool) -> Level:
    """What a cell of the matrix comes to for this item, viewer and moment."""
    if cell is Level.OWN:
        to_all = item.party is None and item.information_class is not C.CAUCUS
        return Level.FULL if to_all or item.party in viewer.parties else Level.NONE
    if cell is Level.DECIDING:
        return Level.FULL if decides else Level.METADATA
    if cell is Level.CLOSED:
        return Level.FULL if closed else Level.METADATA
    return cell


def sees_case(roles: Iterable[Role]) -> bool:
    """Whether a person with these roles may know, inside the rooms, that the case exists."""
    return any(MATRIX[C.EXISTENCE].get(role, Level.NONE) is not Level.NONE for role in roles)


def compartment_class(compartment: Compartment) -> InformationClass:
    """The information class of everything written in a private compartment."""
    return {
        Compartment.JOINT: C.JOINT_SESSION,
        Compartment.CAUCUS: C.CAUCUS,
        Compartment.NOTES: C.MEDIATOR_NOTES,
        Compartment.CITY: C.CITY_STRATEGY,
    }[compartment]


class Seen(StrEnum):
    """The confidentiality marker of an item, in words (face.md)."""

    label: str
    icon: str

    def __new__(cls, value: str, label: str = "", icon: str = "") -> Self:
        """Keep words and icon beside the id."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        member.icon = icon
        return member

    PUBLIC = "public", N_("Público"), "globe"
    CASE = "case", N_("Partes e Câmara"), "unlock"
    OWN = "own", N_("Só a parte avisada e a Câmara"), "unlock"
    TALKS = "talks", N_("Só quem negocia"), "lock-fill"
    CAUCUS = "caucus", N_("Só a parte e o mediador"), "lock-fill"
    MEDIATOR = "mediator", N_("Só o mediador"), "lock-fill"
    CITY = "city", N_("Só a Procuradoria da parte"), "lock-fill"
    APPROVER = "approver", N_("Só quem decide na Prefeitura"), "lock-fill"


MARKERS: Mapping[InformationClass, Seen] = {
    C.EXISTENCE: Seen.CASE, C.APPLICATION: Seen.CASE, C.PERSONAL: Seen.CASE, C.ADMISSIBILITY: Seen.CASE,
    C.NOTICE: Seen.OWN, C.MINUTES: Seen.CASE, C.JOINT_SESSION: Seen.TALKS, C.CAUCUS: Seen.CAUCUS,
    C.MEDIATOR_NOTES: Seen.MEDIATOR, C.CITY_STRATEGY: Seen.CITY, C.MEDIATION_DOCUMENT: Seen.TALKS,
    C.AGENCY_EVIDENCE: Seen.CASE, C.DRAFT_TERM: Seen.CASE, C.APPROVER_FILE: Seen.APPROVER, C.SIGNED_TERM: Seen.CASE,
    C.FINAL_RECORD: Seen.CASE, C.VALUES: Seen.CASE, C.COMPLIANCE: Seen.CASE, C.MEDIATOR_IDENTITY: Seen.CASE,
}
"""The marker of each class."""


def marker(act: Act) -> Seen:
    """The confidentiality marker of what *act* writes."""
    return MARKERS[act.information_class]
