"""What an agenda tells apart: kinds of dates, and whose rules are whose. Pure readings of a chamber's regulation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from cprac.domain.deadlines import DeadlineRule, RuleKind
from cprac.domain.regulation import Regulation
from cprac.domain.roles import Office
from cprac.domain.words import N_
from cprac.persistence.queries_agenda import SESSION, Theirs

MEETINGS, COURT = "reunioes", "justica"
KINDS: Mapping[str, str] = {
    "partes": N_("Prazos das partes"),
    "lei": N_("Prazos da lei para a Câmara"),
    "internos": N_("Metas internas"),
    MEETINGS: N_("Reuniões"),
    COURT: N_("Datas da Justiça"),
}
"""The kinds as addresses name them. Meetings stand apart from the deadlines of the parties."""

SHORT: Mapping[str, str] = {
    "partes": N_("Prazo das partes"),
    "lei": N_("Prazo da lei"),
    "internos": N_("Meta interna"),
    MEETINGS: N_("Reunião"),
    COURT: N_("Justiça"),
}
_OF_RULE = {RuleKind.PARTY: "partes", RuleKind.LEGAL: "lei", RuleKind.INTERNAL: "internos"}


def kind_of(rule: DeadlineRule) -> str:
    """The kind of a rule's dates, as addresses name it."""
    return MEETINGS if rule.id == SESSION else _OF_RULE[rule.kind]


def rules_of_kind(regulation: Regulation, kind: str) -> frozenset[str]:
    """The ids of the rules of a kind."""
    return frozenset(rule.id for rule in regulation.deadlines.values() if kind_of(rule) == kind)


def rules_of_offices(regulation: Regulation, offices: Iterable[Office]) -> frozenset[str]:
    """The ids of the rules in which somebody of *offices* must act."""
    responsible = {office.value for office in offices}
    if Office.MUNICIPAL_ATTORNEY.value in responsible:
        responsible.add("opinion_author")
    return _by_responsible(regulation, responsible)


def theirs(regulation: Regulation, offices: Iterable[Office]) -> Theirs:
    """Whose rules are whose, for a person's own calendar."""
    return Theirs(
        applicant=_by_responsible(regulation, {"applicant"}),
        invitee=_by_responsible(regulation, {"invitee"}),
        parties=_by_responsible(regulation, {"parties"}),
        office=rules_of_offices(regulation, offices),
    )


def _by_responsible(regulation: Regulation, who: Iterable[str]) -> frozenset[str]:
    wanted = frozenset(who)
    return frozenset(rule.id for rule in regulation.deadlines.values() if rule.responsible in wanted)
