"""What every page of a case needs, whichever room shows it: who reads, which case, what may be done, what it leads to.

A ``Room`` says how one audience sees cases; ``case_pages.mount`` hangs the pages on its blueprint.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import url_for
from flask_babel import gettext

from cprac.domain import lifecycle
from cprac.domain.acts import Act, Compartment
from cprac.domain.documents import DocumentKind
from cprac.domain.facts import DeadlineFact
from cprac.domain.identifiers import parse_case_number
from cprac.domain.lifecycle import Decision, MenuItem
from cprac.domain.regulation import RegulationError, approvers_for
from cprac.domain.roles import Role
from cprac.domain.subject import Actor, LocalRules, Refusal, Subject
from cprac.domain.transitions_table import EVERY_DEADLINE, Transition
from cprac.domain.words import N_
from cprac.persistence import queries_case
from cprac.persistence.queries import Reader
from cprac.persistence.queries_case import CaseFile
from cprac.services.deadline_rows import fact_of
from cprac.services.errors import NotFoundError
from cprac.web import guards
from cprac.web.deadline_views import Sight, pauses_of, rule_of


@dataclass(frozen=True)
class Room:
    """How one audience sees cases.

    ``name``: of the blueprint. ``prefix``: the address cases are under. ``policy``: who may open its pages (a decorator
    of ``guards``). ``layout``: the page's frame. ``audience``: "staff" or "party", the words states are told in.
    ``home``: label and endpoint of the list that cases are reached from. ``templates``: pages the room draws itself, by
    the name of the shared one ("case", "act", "document", …).
    """

    name: str
    prefix: str
    policy: Callable[[Any], Any]
    layout: str
    audience: str
    home: tuple[str, str]
    templates: Mapping[str, str] = field(default_factory=dict)

    def template(self, page: str) -> str:
        """The template of a page: the room's own, or the shared one."""
        return self.templates.get(page, f"case/{page}.html")

    def url(self, page: str, number: str, **more: Any) -> str:
        """The address of a page of a case."""
        return url_for(f"{self.name}.{page}", number=in_address(number), **more)

    def document(self, number: str, token: str) -> str:
        """The page of a document."""
        return self.url("document", number, token=token)

    def deadline(self, number: str, ordinal: int) -> str:
        """The page that explains a deadline."""
        return self.url("deadline", number, ordinal=ordinal)

    def act(self, number: str, act: Act, **more: Any) -> str:
        """The page of an act."""
        return self.url("act", number, act=act.value, **more)


def in_address(number: str) -> str:
    """A case's number as addresses write it: 2026-0147."""
    found = parse_case_number(number)
    return found.for_url if found else number


def reader() -> Reader:
    """Who reads: the signed-in person with the offices of today."""
    who = guards.member()
    return Reader(who.account, who.offices, guards.now(), guards.today())


def number_of(address: str) -> str:
    """The number that an address names; NotFoundError where it is none."""
    found = parse_case_number(address)
    if found is None:
        raise NotFoundError(address)
    return str(found)


def file_of(address: str) -> CaseFile:
    """The whole case of an address; NotFoundError where there is none for the reader."""
    found = queries_case.case_file(reader(), number_of(address))
    if found is None:
        raise NotFoundError(address)
    return found


def head_of(address: str) -> CaseFile:
    """The case of an address without its lists; NotFoundError where there is none for the reader."""
    found = queries_case.case_head(reader(), number_of(address))
    if found is None:
        raise NotFoundError(address)
    return found


def sight(room: Room, procedure: str) -> Sight:
    """How *room* looks at a case filed under *procedure*, today."""
    chamber = guards.chamber()
    calendar = chamber.calendar(queries_case.decreed_days())
    return Sight(chamber.rules_of(procedure), calendar, guards.today(), room, room.audience)


# --- What may be done -------------------------------------------------------------------------------------------------

ANY_TIME = frozenset(
    {
        Act.RECORD_SERVICE,
        Act.ADD_DOCUMENT,
        Act.LINK_LAWSUIT,
        Act.SET_EXTERNAL_PROCESS,
        Act.RECORD_CLAIM,
        Act.ASSIGN_CITY_ATTORNEY,
        Act.ASSIGN_SUBSTITUTE,
        Act.EXTEND_DEADLINE,
        Act.CHANGE_DEADLINE,
        Act.REDISTRIBUTE,
        Act.TAKE_OVER,
        Act.SUSPEND,
        Act.DECLARE_MOOT,
        Act.SET_ASIDE,
    }
)
"""Acts that are no step of the way: told apart, so that the steps are found at once."""


QUIET = ANY_TIME | {
    Act.KEEP_SETTLEMENT,
    Act.REFUSE_OFFER,
    Act.CONFIRM_DEADLINE_CHANGE,
    Act.REFUSE_DEADLINE_CHANGE,
}
"""Acts that nobody looks for while they are not open: why not is said only on their own page."""


def subject_of(file: CaseFile, look: Sight) -> Subject:
    """The question that the menu asks of the rules: the same facts the services put to them, without values."""
    facts, regulation = file.facts, look.regulation
    settlement = facts.settlement
    approvers: tuple[str, ...] = ()
    if settlement is not None:
        try:
            approvers = settlement.approvers or approvers_for(
                regulation, facts.matter, settlement.direction, settlement.amount, look.today
            )
        except RegulationError:
            approvers = ()
    return Subject(
        state=file.state,
        facts=facts,
        actor=Actor(file.viewer.account, file.viewer.roles, file.viewer.parties),
        on=look.today,
        switches=regulation.switches,
        deadlines=_deadline_facts(file, look),
        approvers=approvers,
        rules=LocalRules(regulation.sessions.informed_choice, regulation.mediators.no_urgent_days_before_leave),
    )


def _deadline_facts(file: CaseFile, look: Sight) -> tuple[DeadlineFact, ...]:
    """The running deadlines as rules see them; those of a rule that the chamber no longer has are left as they are."""
    found = []
    for line in file.deadlines:
        rule = rule_of(look, line.rule)
        if not line.running:
            continue
        if rule is None:
            found.append(DeadlineFact(line.ordinal, line.rule, line.status, line.due, line.party))
            continue
        if line.urgent:
            rule = look.regulation.rule(line.rule, urgent=True)
        found.append(fact_of(line, rule, look.calendar, pauses_of(line), party=line.party, by_hand=line.by_hand))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Menu:
    """What a person may do now: the steps, what may be noted at any time, private writing; and what not, with why."""

    steps: tuple[Act, ...]
    any_time: tuple[Act, ...]
    private: tuple[Act, ...]
    refused: tuple[MenuItem, ...]


def menu_of(file: CaseFile, look: Sight) -> Menu:
    """The menu of the reader in the case."""
    allowed, refused = lifecycle.menu(subject_of(file, look))
    acts = [item.act for item in allowed]
    docket = [act for act in acts if act.compartment is Compartment.DOCKET]
    return Menu(
        steps=tuple(act for act in docket if act not in ANY_TIME),
        any_time=tuple(act for act in docket if act in ANY_TIME),
        private=tuple(act for act in acts if act.compartment is not Compartment.DOCKET),
        refused=tuple(item for item in refused if item.act not in QUIET and not _private(item.act)),
    )


def _private(act: Act) -> bool:
    return act.compartment is not Compartment.DOCKET


def menu_rows(room: Room, file: CaseFile, acts: tuple[Act, ...]) -> list[dict[str, Any]]:
    """Acts as the macro ``action_menu`` takes them."""
    return [
        {
            "name": gettext(act.label),
            "effect": gettext(act.effect),
            "url": room.act(file.number, act),
            "confirm": act.grave,
        }
        for act in acts
    ]


def refused_rows(items: tuple[MenuItem, ...]) -> list[dict[str, Any]]:
    """What cannot be done, with its reason, as the macro takes it."""
    return [{"name": gettext(item.act.label), **refusal_view(item.refusal)} for item in items if item.refusal]


def refusal_view(refusal: Refusal) -> dict[str, Any]:
    """A refusal as the macros take it: reason, article, the first day on which the act becomes possible."""
    params = {name: gettext(value) if isinstance(value, str) else value for name, value in refusal.params.items()}
    return {
        "reason": gettext(refusal.template).format(**params),
        "article": refusal.article,
        "available_on": refusal.available_on,
    }


# --- What an act leads to ---------------------------------------------------------------------------------------------

TOLD: Mapping[str, str] = {
    "applicant": N_("quem pediu"),
    "invitees": N_("quem foi convidado"),
    "parties": N_("as partes"),
    "city": N_("quem representa a cidade"),
    "agency": N_("o órgão"),
    "mediator": N_("o mediador"),
    "opinion_author": N_("quem dará o parecer"),
    "approver": N_("quem autoriza"),
    "attorney_general": N_("a Procuradoria-Geral"),
    "debtor": N_("quem deve"),
    "appeal_decider": N_("quem decide o recurso"),
}


def answer_of(file: CaseFile, look: Sight, act: Act) -> Decision | Refusal:
    """Whether the reader may do *act* now, and what it leads to."""
    return lifecycle.decide(subject_of(file, look), act)


def consequences(file: CaseFile, look: Sight, act: Act, row: Transition) -> list[str]:
    """What doing *act* leads to, read from the row of the lifecycle that answers: state, papers, notices, deadlines."""
    told = [gettext(act.effect)]
    if row.dest is not row.source:
        label = row.dest.label if look.audience == "staff" else row.dest.public_label
        told.append(gettext("O caso passa a: %(state)s.", state=gettext(label)))
    kinds = [gettext(DocumentKind(name).title) for name in row.documents if name in set(DocumentKind)]
    if kinds:
        told.append(gettext("Fica escrito no caso: %(what)s.", what=", ".join(kinds)))
    audiences = list(dict.fromkeys(gettext(TOLD[tell.audience]) for tell in row.tells if tell.audience in TOLD))
    if audiences:
        told.append(gettext("A Câmara avisa: %(whom)s.", whom=", ".join(audiences)))
    opened = [rule for rule_id in row.opens if (rule := rule_of(look, rule_id)) is not None]
    told += [
        gettext("Começa o prazo “%(name)s”: %(length)s.", name=gettext(rule.name), length=rule.unit.words(rule.amount))
        for rule in opened
    ]
    waiting = [rule for tell in row.tells if tell.starts and (rule := rule_of(look, tell.starts)) is not None]
    told += [
        gettext(
            "O prazo “%(name)s” (%(length)s) começa quando o aviso chegar.",
            name=gettext(rule.name),
            length=rule.unit.words(rule.amount),
        )
        for rule in dict.fromkeys(waiting)
    ]
    if EVERY_DEADLINE in row.pauses:
        told.append(gettext("Todos os prazos do caso param."))
    if file.facts.claims and row.dest.terminal:
        told.append(gettext("A prescrição volta a correr no dia seguinte."))
    return told


def role_words(file: CaseFile) -> str:
    """What the reader is in the case: "como Coordenação"."""
    names = [gettext(role.label) for role in Role if role in file.viewer.roles]
    return gettext("como %(roles)s", roles=", ".join(names)) if names else ""
