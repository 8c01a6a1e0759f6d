"""The machine: one question in, a ``Decision`` or a typed ``Refusal`` out; the menu of what somebody may do now.

The machine of the ``transitions`` library is one module-level object without a model, fired with a throw-away
``Subject`` (architecture.md §5). It only chooses the row: effects and deadlines are applied by the caller from the
``Decision``, never in callbacks. ``lifecycle_table`` shows the same table to people and programs.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, cast

from transitions import EventData, Machine

from cprac.domain.acts import FIELDS, Act, ActField, Compartment, Kind
from cprac.domain.effects import acting_role, after
from cprac.domain.facts import CaseFacts, changes
from cprac.domain.identifiers import IdentifierKind, check
from cprac.domain.lifecycle_table import as_json, as_lines, as_markdown, as_mermaid, reachable, table
from cprac.domain.roles import Role
from cprac.domain.states import MAIN_PATH, CaseState
from cprac.domain.subject import Refusal, Subject
from cprac.domain.transitions_table import TABLE, Transition
from cprac.domain.words import N_

__all__ = [
    "Decision", "MenuItem", "as_json", "as_lines", "as_markdown", "as_mermaid", "check_values", "decide", "menu",
    "reachable", "rows_from", "table",
]


@dataclass(frozen=True, slots=True)
class Decision:
    """What an act leads to. ``facts`` is the case after it, ``changes`` what its docket event records.

    ``own``: ordinals of the parties whose deadlines the row's ``closes_own`` ends: those that answered or left by the
    act. Where ``values`` was None only ``act``, ``row`` and ``role`` say something.
    """

    act: Act
    row: Transition
    role: Role
    facts: CaseFacts
    changes: Mapping[str, Any]
    own: tuple[int, ...] = ()

    @property
    def dest(self) -> CaseState:
        """The state after the act."""
        return self.row.dest


class _Asked:
    """The throw-away model: the subject plus what the conditions found."""

    __slots__ = ("acting", "others", "refusals", "row", "state", "subject")

    def __init__(self, subject: Subject) -> None:
        self.subject = subject
        self.state = subject.state
        self.row: Transition | None = None
        self.acting: Role | None = None
        self.others: dict[Role, None] = {}
        self.refusals: list[Refusal] = []


def _condition(row: Transition) -> Any:
    """The library's condition for *row*: switches, selectors, role, guards, in that order.

    A selector that does not choose the row says nothing. A wrong role leaves the roles that may; a failed guard leaves
    its refusal, which is nearer to the goal.
    """

    def applies(event: EventData) -> bool:
        asked = cast("_Asked", event.model)
        subject = asked.subject
        if not row.enabled(subject.switches) or not all(selector(subject) for selector in row.when):
            return False
        acting = acting_role(row, subject.actor)
        if acting is None:
            asked.others.update(dict.fromkeys(role for role in row.roles if role is not Role.SYSTEM))
            return False
        for guard in row.guards:
            refusal = guard(subject)
            if refusal is not None:
                asked.refusals.append(refusal)
                return False
        asked.row, asked.acting = row, acting
        return True

    return applies


def _build() -> Machine:
    machine = Machine(model=None, states=CaseState, initial=None, auto_transitions=False, send_event=True)
    for row in TABLE:
        machine.add_transition(row.act.value, row.source, row.dest, conditions=_condition(row))
    return machine


_MACHINE = _build()
_BY_SOURCE: dict[CaseState, dict[Act, tuple[Transition, ...]]] = {state: {} for state in CaseState}
for _each in TABLE:
    _BY_SOURCE[_each.source][_each.act] = (*_BY_SOURCE[_each.source].get(_each.act, ()), _each)


def rows_from(state: CaseState, act: Act) -> tuple[Transition, ...]:
    """The rows of *act* that leave *state*."""
    return _BY_SOURCE[state].get(act, ())


def decide(subject: Subject, act: Act) -> Decision | Refusal:
    """Answer whether *act* may be done, and what it leads to. Never raises for anything a person can type.

    The subject's ``values`` are the cleaned values of the act's fields, or None to ask only whether the act is open.
    Of several rows the refusal is the guard's of the first that fits the facts; else who may do it; else from where.
    """
    rows = [row for row in rows_from(subject.state, act) if row.enabled(subject.switches)]
    if not rows:
        return _not_from_here(subject, act)
    if subject.values is not None and any(acting_role(row, subject.actor) for row in rows):
        typed = check_values(act, subject.values) or _check_parties(act, subject)
        if typed is not None:
            return typed
    asked = _Asked(subject)
    _MACHINE.events[act.value].trigger(asked)
    if asked.row is None or asked.acting is None:
        return _refused(subject, act, asked, rows[0])
    if subject.values is None or act.compartment is not Compartment.DOCKET:
        return Decision(act, asked.row, asked.acting, subject.facts, {})
    return _decided(subject, act, asked.row, asked.acting)


def _decided(subject: Subject, act: Act, row: Transition, acting: Role) -> Decision:
    if act is Act.SET_ASIDE and subject.previous is not None:
        facts = dataclasses.replace(
            subject.previous[1], last_act=act.value, last_from=row.source, last_role=acting.value
        )
    else:
        facts = after(subject, row)
    before = CaseFacts() if subject.state is CaseState.DRAFT else subject.facts
    own = _concerned(subject, facts) if row.closes_own else ()
    return Decision(act, row, acting, facts, changes(before, facts), own)


def _concerned(subject: Subject, facts: CaseFacts) -> tuple[int, ...]:
    """The parties whose answer the act brought: those whose invitation it changed, or those the actor speaks for."""
    before = {party.id: party.invitation for party in subject.facts.parties}
    changed = tuple(party.id for party in facts.parties if before.get(party.id) != party.invitation)
    return changed or tuple(party.id for party in subject.own_parties)


def _refused(subject: Subject, act: Act, asked: _Asked, row: Transition) -> Refusal:
    if asked.refusals:
        return asked.refusals[0]
    if asked.others:
        who = ", ".join(role.label for role in asked.others)
        return Refusal(N_("Este ato cabe a: {who}."), row.legal_basis, "role", params={"who": who})
    return _not_from_here(subject, act)


def _not_from_here(subject: Subject, act: Act) -> Refusal:
    rules = "Regulamento da Câmara"
    if subject.state.terminal:
        return Refusal(N_("O caso está encerrado. Se há fato novo, faça um pedido novo."), rules, "state")
    if act is Act.SET_ASIDE:
        return Refusal(
            N_("Não há ato recente que possa ficar sem efeito. Para mudar algo, faça um ato novo."), rules, "state"
        )
    sources = dict.fromkeys(row.source.label for row in TABLE if row.act is act and row.enabled(subject.switches))
    if not sources:
        return Refusal(N_("O regulamento desta Câmara não prevê este ato. Veja os atos possíveis."), rules, "state")
    if any(row.enabled(subject.switches) for row in rows_from(subject.state, act)):
        return Refusal(N_("Este ato não cabe na situação atual do caso. Veja os atos possíveis."), rules, "state")
    return Refusal(
        N_("Espere até o caso estar em: {where}."), rules, "state",
        params={"where": next(iter(sources))},
    )


# --- what was typed ---------------------------------------------------------------------------------------------------

FIRST_YEAR, LAST_YEAR = 1900, 2200
MOST_MONEY = 10**15


def _is_day(value: Any) -> bool:
    return isinstance(value, date) and not isinstance(value, datetime) and FIRST_YEAR <= value.year <= LAST_YEAR


def _is_moment(value: Any) -> bool:
    return isinstance(value, datetime) and value.tzinfo is not None and FIRST_YEAR <= value.year <= LAST_YEAR


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST_MONEY


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _all_of(what: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, (tuple, list)) and all(what(item) for item in value)


_FITS: Mapping[Kind, Callable[[Any], bool]] = {
    Kind.TEXT: _is_text,
    Kind.LONG_TEXT: _is_text,
    Kind.LINES: _all_of(_is_text),
    Kind.DATE: _is_day,
    Kind.MOMENT: _is_moment,
    Kind.MONEY: _is_number,
    Kind.FLAG: lambda value: isinstance(value, bool),
    Kind.CHOICE: _is_text,
    Kind.ACCOUNT: _is_number,
    Kind.PARTY: _is_number,
    Kind.PARTIES: _all_of(_is_number),
    Kind.AGENCY: _is_number,
    Kind.OBLIGATION: _is_number,
    Kind.OBLIGATIONS: _all_of(lambda value: isinstance(value, Mapping)),
    Kind.NOTICE: _is_number,
    Kind.DEADLINE: _is_number,
    Kind.CNJ: lambda value: isinstance(value, str) and check(IdentifierKind.CNJ, value).normalized == value,
    Kind.PROCESS: _is_text,
    Kind.FILES: lambda value: isinstance(value, (tuple, list)),
}
"""What the cleaned value of each kind of field looks like."""


def check_values(act: Act, values: Mapping[str, Any]) -> Refusal | None:
    """The first declared field of *act* that is missing, unfit or not vouched for, as a refusal that names it."""
    return next((problem for item in FIELDS[act] if (problem := _problem(item, values.get(item.name)))), None)


def _problem(item: ActField, value: Any) -> Refusal | None:
    if item.must_be_true:
        return None if value is True else _about(item, N_("Confirme: {label}."))
    if value is None or value in ("", (), []) or (isinstance(value, str) and not value.strip()):
        missing = item.required and item.kind is not Kind.FLAG
        return _about(item, N_("Preencha: {label}.")) if missing else None
    if not _FITS[item.kind](value):
        return _about(item, N_("Confira o que está escrito em: {label}."))
    if isinstance(item.choices, tuple) and item.choices and value not in {choice for choice, _label in item.choices}:
        return _about(item, N_("Escolha uma opção da lista: {label}."))
    return None


def _about(item: ActField, template: str) -> Refusal:
    return Refusal(template, item.article or "Regulamento da Câmara", "value", item.name, params={"label": item.label})


def _check_parties(act: Act, subject: Subject) -> Refusal | None:
    """Ordinals typed as parties belong to parties of the case."""
    known = {party.id for party in subject.facts.parties}
    for item in FIELDS[act]:
        value = subject.value(item.name)
        if value is None or item.kind not in (Kind.PARTY, Kind.PARTIES):
            continue
        if not known.issuperset(value if item.kind is Kind.PARTIES else (value,)):
            return _about(item, N_("Escolha entre as partes do caso: {label}."))
    return None


# --- the menu ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MenuItem:
    """An act a person may do now, or one they may look for and why not."""

    act: Act
    refusal: Refusal | None = None


NEVER_IN_MENU = frozenset(
    {Act.SUBMIT, Act.REOPEN, Act.REGISTER_LEGACY, Act.LEGACY_STEP, Act.SPLIT_REJECTED, Act.SPLIT_REMAINDER}
)
"""Acts that begin a case, or that an import writes: pages of their own offer them."""

CHAMBER_RECORDS = frozenset({Role.REGISTRY, Role.COORDINATOR})
"""Who finds ``record_service`` in the menu; a party acknowledges a notice by opening it."""

AHEAD = 3
"""How many stations of the main path ahead the menu looks for acts a person would ask about."""


def menu(subject: Subject) -> tuple[list[MenuItem], list[MenuItem]]:
    """What this actor may do now, and what not, with the reason (face.md "action menu").

    Acts of this state that the actor's role does are listed with the refusal of the first failing guard; acts of the
    next stations that belong to the role are listed as not yet possible; acts of other roles are left out.
    """
    if subject.values is not None:
        raise ValueError("the menu asks without values")
    allowed: list[MenuItem] = []
    refused: list[MenuItem] = []
    for act in Act:
        if act in NEVER_IN_MENU or (act is Act.RECORD_SERVICE and not subject.actor.roles & CHAMBER_RECORDS):
            continue
        rows = [row for row in rows_from(subject.state, act) if row.enabled(subject.switches)]
        if not any(acting_role(row, subject.actor) for row in rows):
            continue
        answer = decide(subject, act)
        if isinstance(answer, Decision):
            allowed.append(MenuItem(act))
        elif answer.kind != "role":
            refused.append(MenuItem(act, answer))
    seen = {item.act for item in (*allowed, *refused)}
    refused += [MenuItem(act, refusal) for act, refusal in _ahead(subject) if act not in seen]
    return allowed, refused


def _ahead(subject: Subject) -> Iterator[tuple[Act, Refusal]]:
    given: set[Act] = set()
    for row in _rows_ahead(subject.state, subject.switches):
        if row.act in given or acting_role(row, subject.actor) is None:
            continue
        given.add(row.act)
        yield row.act, Refusal(
            N_("Espere até o caso estar em: {where}."), row.legal_basis, "state", params={"where": row.source.label}
        )


@lru_cache(maxsize=512)
def _rows_ahead(state: CaseState, switches: frozenset[str]) -> tuple[Transition, ...]:
    """The rows that lead forward from the next stations of the main path, as far as this chamber has them."""
    if state not in MAIN_PATH:
        return ()
    place = {station: number for number, station in enumerate(MAIN_PATH)}
    reached = reachable(switches)
    stations = [station for station in MAIN_PATH[place[state] + 1 :] if station in reached]
    return tuple(
        row
        for station in stations[:AHEAD]
        for rows in _BY_SOURCE[station].values()
        for row in rows
        if row.act is not Act.SET_ASIDE and place.get(row.dest, -1) > place[station] and row.enabled(switches)
    )
