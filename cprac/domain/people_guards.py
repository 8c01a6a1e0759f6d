"""Guards about people named in an act: whether this person may have this role in this case, on this day.

Basis: procedure.md (d); Lei 13.140/2015 arts. 4 to 8; AM art. 12; Lei 9.784/1999 arts. 18 to 21.
"""

from __future__ import annotations

from datetime import timedelta

from cprac.domain.guards import RULES, day_text
from cprac.domain.roles import Office, Role, incompatible
from cprac.domain.subject import Person, Refusal, Subject
from cprac.domain.words import N_

HATS = "Lei 13.140/2015, arts. 5º e 6º"


def eligible_mediator(subject: Subject) -> Refusal | None:
    """The person named mediates for the chamber and nothing in this case or lately stands against it."""
    account = subject.value("mediator")
    if account is None:
        return None
    return free_for(subject, "mediator", Role.MEDIATOR) or _away(subject, subject.people[account])


def clashes(role: Role, person: Person) -> bool:
    """Whether *person* holds, or held, a role in this case that excludes *role*."""
    return any(incompatible(role, held) for held in person.roles)


def _away(subject: Subject, person: Person) -> Refusal | None:
    """Nobody is chosen during a leave, and nothing urgent is given shortly before one (CCAF-25, distribution)."""
    leave = person.leave_from
    if leave is None:
        return None
    urgent = bool(subject.facts.priority)
    if subject.on >= leave or (urgent and (leave - subject.on).days <= subject.rules.no_urgent_days_before_leave):
        return Refusal(
            N_("Essa pessoa está de licença, ou sai de licença em {day}. Escolha outra."), RULES, field="mediator",
            params={"day": day_text(leave)},
        )
    return None


def another_mediator(subject: Subject) -> Refusal | None:
    """A replacement is somebody else."""
    mediator = subject.facts.mediator
    if mediator is not None and subject.value("mediator") == mediator.account:
        return Refusal(N_("Essa pessoa já é a mediadora deste caso. Escolha outra."), RULES, field="mediator")
    return None


OFFICES_FOR = {
    Role.MEDIATOR: frozenset({Office.MEDIATOR}),
    Role.MUNICIPAL_ATTORNEY: frozenset({Office.MUNICIPAL_ATTORNEY}),
    Role.OPINION_AUTHOR: frozenset({Office.MUNICIPAL_ATTORNEY}),
    Role.APPROVER: frozenset({Office.APPROVER}),
    Role.APPEAL_DECIDER: frozenset({Office.ATTORNEY_GENERAL, Office.MUNICIPAL_ATTORNEY, Office.COUNCIL}),
}
"""From which offices a person for each role of one case comes."""


def free_for(subject: Subject, field_name: str, role: Role) -> Refusal | None:
    """Refuse to give *role* to the account typed in *field_name* where an office lacks or another hat excludes it."""
    account = subject.value(field_name)
    if account is None:
        return None
    person = subject.people.get(account)
    if person is None or not person.offices & OFFICES_FOR[role]:
        return Refusal(N_("Escolha alguém do quadro dessa função."), "Lei 13.140/2015, arts. 4º a 8º", field=field_name)
    facts = subject.facts
    spoke = account in facts.negotiators or person.represented_a_party
    if clashes(role, person) or (spoke and role in (Role.MEDIATOR, Role.OPINION_AUTHOR, Role.APPEAL_DECIDER)):
        return Refusal(
            N_("Essa pessoa já atua neste caso em outra função. Escolha outra."), HATS, field=field_name
        )
    if role is Role.MUNICIPAL_ATTORNEY and account in facts.chamber_hands:
        return Refusal(
            N_("Essa pessoa já decidiu neste caso pela Câmara e não pode representar a cidade nele. Escolha outra."),
            "AM, art. 12", field=field_name,
        )
    quarantine = person.mediated_until
    if role is Role.MUNICIPAL_ATTORNEY and quarantine is not None and subject.on <= quarantine:
        return Refusal(
            N_("Essa pessoa mediou caso de uma das partes e só pode atuar por elas depois de {day}. Escolha outra."),
            "Lei 13.140/2015, art. 6º", field=field_name, params={"day": day_text(quarantine)},
            available_on=quarantine + timedelta(1),
        )
    if role is Role.APPEAL_DECIDER and account == facts.decided_by:
        return Refusal(
            N_("Essa pessoa assinou a decisão contestada. Escolha outra."), "Lei 9.784/1999, arts. 18 e 56",
            field=field_name,
        )
    return None


def attorney_is_free(subject: Subject) -> Refusal | None:
    """The city's attorney is of the office and wears no hat in this case that excludes it."""
    return free_for(subject, "attorney", Role.MUNICIPAL_ATTORNEY)


def substitute_is_free(subject: Subject) -> Refusal | None:
    """A substitute may hold the role in this case, for dates in order (T51)."""
    role = subject.value("role")
    if role is None:
        return None
    start, end = subject.value("from_on"), subject.value("until_on")
    if start is not None and end is not None and end < start:
        return Refusal(N_("A data final vem antes da inicial. Troque as datas."), RULES, field="until_on")
    return free_for(subject, "substitute", Role(role))


def assignee_may_lead(subject: Subject) -> Refusal | None:
    """Whoever takes charge of a case works for the chamber and is on no side of it."""
    account = subject.value("assignee")
    if account is None:
        return None
    person = subject.people.get(account)
    if person is None or not person.offices & {Office.COORDINATOR, Office.REGISTRY, Office.ATTORNEY_GENERAL}:
        return Refusal(
            N_("Escolha alguém da Coordenação, da Secretaria ou da Procuradoria-Geral."), RULES, field="assignee"
        )
    if clashes(Role.COORDINATOR, person):
        return Refusal(
            N_("Essa pessoa já atua neste caso por uma das partes. Escolha outra."), "Lei 9.784/1999, art. 18",
            field="assignee",
        )
    return None
