"""The machine: one question in, a ``Decision`` or a typed ``Refusal`` out; the menu; the table for people and programs.

The machine of the ``transitions`` library is one module-level object without a model, fired with a throw-away
``Subject`` (architecture.md §5). It only chooses the row: effects and deadlines are applied by the caller from the
``Decision``, never in callbacks.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from transitions import EventData, Machine, MachineError

from cprac.domain.acts import FIELDS, Act, ActField, Compartment
from cprac.domain.effects import after
from cprac.domain.facts import CaseFacts, changes
from cprac.domain.roles import Role
from cprac.domain.states import MAIN_PATH, CaseState
from cprac.domain.subject import Actor, Refusal, Subject
from cprac.domain.transitions_table import TABLE, Transition
from cprac.domain.words import N_


@dataclass(frozen=True, slots=True)
class Decision:
    """What an act leads to. ``facts`` is the case after it, ``changes`` what its docket event records."""

    act: Act
    row: Transition
    role: Role
    facts: CaseFacts
    changes: Mapping[str, Any]

    @property
    def dest(self) -> CaseState:
        """The state after the act."""
        return self.row.dest


class _Asked:
    """The throw-away model: the subject plus what the conditions found."""

    __slots__ = ("acting", "refusals", "row", "state", "subject")

    def __init__(self, subject: Subject) -> None:
        self.subject = subject
        self.state = subject.state
        self.row: Transition | None = None
        self.acting: Role | None = None
        self.refusals: list[tuple[int, Refusal]] = []


def _acting_role(row: Transition, actor: Actor) -> Role | None:
    return next((role for role in row.roles if role in actor.roles), None)


def _condition(row: Transition) -> Any:
    """The library's condition for *row*: switches, selectors, role, guards, in that order.

    A selector that does not choose the row says nothing. A wrong role and a failed guard leave their refusal, the
    guard's being nearer to the goal.
    """

    def applies(event: EventData) -> bool:
        asked: _Asked = event.model
        subject = asked.subject
        if not row.enabled(subject.switches) or not all(selector(subject) for selector in row.when):
            return False
        acting = _acting_role(row, subject.actor)
        if acting is None:
            who = ", ".join(role.label for role in row.roles if role is not Role.SYSTEM)
            asked.refusals.append((1, Refusal(N_("Este ato cabe a: {who}."), row.legal_basis, "role", params={"who": who})))
            return False
        for guard in row.guards:
            refusal = guard(subject)
            if refusal is not None:
                asked.refusals.append((2, refusal))
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
    """Answer whether *act* may be done, and what it leads to.

    The subject's ``values`` are the cleaned values of the act's fields, or None to ask only whether the act is open.
    Returns a ``Refusal`` with the nearest reason: of several rows the one that failed last.
    """
    rows = rows_from(subject.state, act)
    if not any(row.enabled(subject.switches) for row in rows):
        return _not_from_here(subject, act)
    if subject.values is not None:
        typed = check_values(act, subject.values)
        if typed is not None and any(_acting_role(row, subject.actor) for row in rows):
            return typed
    asked = _Asked(subject)
    try:
        _MACHINE.events[act.value].trigger(asked)
    except MachineError:
        return _not_from_here(subject, act)
    if asked.row is None or asked.acting is None:
        if asked.refusals:
            return max(asked.refusals, key=lambda item: item[0])[1]
        return _not_from_here(subject, act)
    row = asked.row
    if act is Act.SET_ASIDE and subject.previous is not None:
        restored = dataclasses.replace(subject.previous[1], last_act=act.value, last_from=row.source)
        return Decision(act, row, asked.acting, restored, changes(subject.facts, restored))
    if act.compartment is not Compartment.DOCKET or subject.values is None:
        return Decision(act, row, asked.acting, subject.facts, {})
    facts = after(subject, row)
    return Decision(act, row, asked.acting, facts, changes(subject.facts, facts))


def _not_from_here(subject: Subject, act: Act) -> Refusal:
    if subject.state.terminal:
        return Refusal(N_("O caso está encerrado."), "Regulamento da Câmara", "state")
    if any(row.enabled(subject.switches) for row in rows_from(subject.state, act)):
        return Refusal(N_("Não há o que fazer com este ato na situação atual do caso."), "Regulamento da Câmara", "state")
    sources = [row.source.label for row in TABLE if row.act is act and row.enabled(subject.switches)]
    if not sources:
        return Refusal(N_("O regulamento desta Câmara não prevê este ato."), "Regulamento da Câmara", "state")
    first = next(iter(dict.fromkeys(sources)))
    return Refusal(
        N_("Não é possível agora. O ato existe quando o caso está em: {where}."), "Regulamento da Câmara", "state",
        params={"where": first},
    )


def check_values(act: Act, values: Mapping[str, Any]) -> Refusal | None:
    """The first declared field of *act* that is missing or not vouched for, as a refusal that names it."""
    for item in FIELDS[act]:
        value = values.get(item.name)
        if item.must_be_true and value is not True:
            return Refusal(
                N_("Confirme: {label}."), item.article or "Regulamento da Câmara", "value", item.name,
                params={"label": item.label},
            )
        if item.required and item.kind != "flag" and (value is None or value in ("", ())):
            return Refusal(N_("Preencha: {label}."), item.article, "value", item.name, params={"label": item.label})
        if value not in (None, "") and isinstance(item.choices, tuple) and item.choices and item.kind == "choice":
            if value not in {choice for choice, _label in item.choices}:
                return Refusal(N_("Escolha uma opção da lista: {label}."), "", "value", item.name, params={"label": item.label})
    return None


@dataclass(frozen=True, slots=True)
class MenuItem:
    """An act a person may do now, or one they may look for and why not."""

    act: Act
    refusal: Refusal | None = None


NEVER_IN_MENU = frozenset(
    {Act.SUBMIT, Act.REOPEN, Act.REGISTER_LEGACY, Act.LEGACY_STEP, Act.SPLIT_REJECTED}
)
"""Acts that begin a case: pages of their own offer them."""

AHEAD = 3
"""How many stations of the main path ahead the menu looks for acts a person would ask about."""


def menu(subject: Subject) -> tuple[list[MenuItem], list[MenuItem]]:
    """What this actor may do now, and what not, with the reason (face.md "action menu").

    Acts of this state that the actor's role does are listed with the refusal of the first failing guard; acts of the
    next stations that belong to the role are listed as not yet possible; acts of other roles are left out.
    """
    if subject.values is not None:
        msg = "the menu asks without values"
        raise ValueError(msg)
    allowed: list[MenuItem] = []
    refused: list[MenuItem] = []
    for act in Act:
        if act in NEVER_IN_MENU:
            continue
        rows = [row for row in rows_from(subject.state, act) if row.enabled(subject.switches)]
        if not any(_acting_role(row, subject.actor) for row in rows):
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
    if subject.state not in MAIN_PATH:
        return
    here = MAIN_PATH.index(subject.state)
    path = [
        state for state in MAIN_PATH[here + 1 :]
        if any(row.enabled(subject.switches) for row in TABLE if row.dest is state and row.source is not state)
    ]
    given: set[Act] = set()
    for state in path[:AHEAD]:
        for row in TABLE:
            forward = row.dest in MAIN_PATH and MAIN_PATH.index(row.dest) > MAIN_PATH.index(state)
            if row.source is not state or not forward or row.act in given or not row.enabled(subject.switches):
                continue
            if _acting_role(row, subject.actor) is None or row.act is Act.SET_ASIDE:
                continue
            given.add(row.act)
            yield row.act, Refusal(
                N_("Só quando o caso estiver em: {where}."), row.legal_basis, "state", params={"where": state.label}
            )


# --- the table for people and programs ------------------------------------------------------------------------------


def table(switches: frozenset[str] | None = None) -> tuple[Transition, ...]:
    """All rows, or those of a chamber with these switches."""
    return TABLE if switches is None else tuple(row for row in TABLE if row.enabled(switches))


def _first_line(function: Any) -> str:
    return (function.__doc__ or function.__name__).strip().splitlines()[0].rstrip(".")


def as_json(switches: frozenset[str] | None = None) -> dict[str, Any]:
    """The object that ``cprac lifecycle --format json`` prints; identifiers as in procedure.md."""
    rows = table(switches)
    used = {row.source for row in rows} | {row.dest for row in rows}
    return {
        "states": [
            {
                "id": state.value, "code": state.code, "label": state.label, "public_label": state.public_label,
                "waiting_on": state.turn.value, "terminal": state.terminal, "family": state.family.value,
            }
            for state in CaseState
            if state in used
        ],
        "transitions": [
            {
                "act": row.act.value, "code": row.code, "label": row.act.label, "source": row.source.value,
                "dest": row.dest.value, "roles": [role.value for role in row.roles],
                "guards": [guard.__name__ for guard in row.guards], "when": [item.__name__ for item in row.when],
                "requires": list(row.requires), "documents": list(row.documents), "compartment": row.act.compartment.value,
                "opens": [*row.opens, *(tell.starts for tell in row.tells if tell.starts)], "closes": list(row.closes),
                "legal_basis": row.legal_basis, "basis": row.basis,
            }
            for row in rows
        ],
    }


def as_mermaid(switches: frozenset[str] | None = None) -> str:
    """A Mermaid state diagram of the edges that move a case, without those that may happen anywhere (T47, T50)."""
    lines = ["stateDiagram-v2", "    direction TB"]
    edges: dict[tuple[CaseState, CaseState], list[str]] = {}
    for row in table(switches):
        if row.source is row.dest or row.act in (Act.SET_ASIDE, Act.DECLARE_MOOT, Act.WITHDRAW):
            continue
        edges.setdefault((row.source, row.dest), []).append(row.act.label)
    used = {state for edge in edges for state in edge}
    lines += [f'    state "{state.label}" as {state.value}' for state in CaseState if state in used]
    lines.append(f"    [*] --> {CaseState.DRAFT.value}")
    for (source, dest), labels in edges.items():
        lines.append(f"    {source.value} --> {dest.value} : {' / '.join(dict.fromkeys(labels))}")
    lines += [f"    {state.value} --> [*]" for state in CaseState if state in used and state.terminal]
    return "\n".join(lines) + "\n"


def as_markdown(switches: frozenset[str] | None = None) -> str:
    """The table as a lawyer reads it: states first, then a line per act and source."""
    out = ["| Código | Estado | Nome técnico | Nome para o público | Vez de | Final |", "|---|---|---|---|---|---|"]
    turns = {"city": "Prefeitura", "citizen": "parte", "court": "Justiça", "chamber": "Câmara", "nobody": "ninguém"}
    out += [
        f"| {s.code} | `{s.value}` | {s.label} | {s.public_label} | {turns[s.turn.value]} | {'sim' if s.terminal else ''} |"
        for s in CaseState
    ]
    out += ["", "| N.º | Ato | De | Para | Quem | Só se o regulamento | Escolhe-se quando | Condições | Base |"]
    out += ["|---|---|---|---|---|---|---|---|---|"]
    for row in _folded(table(switches)):
        sources, row_ = row
        out.append(
            f"| {row_.code} | `{row_.act.value}` {row_.act.label} | {', '.join(sources)} | "
            f"{row_.dest.value if row_.dest is not row_.source else 'fica'} | {', '.join(r.value for r in row_.roles)} | "
            f"{', '.join(row_.requires)} | {'; '.join(_first_line(w) for w in row_.when)} | "
            f"{'; '.join(_first_line(g) for g in row_.guards)} | {row_.legal_basis}{' (padrão nosso)' if row_.basis == 'default' else ''} |"
        )
    return "\n".join(out) + "\n"


def _folded(rows: Iterable[Transition]) -> Iterator[tuple[list[str], Transition]]:
    """Rows that differ only in their source as one line."""
    groups: dict[tuple[Any, ...], tuple[list[str], Transition]] = {}
    for row in rows:
        stays = row.source is row.dest
        key = (row.act, None if stays else row.dest, row.roles, row.requires, tuple(w.__name__ for w in row.when),
               tuple(guard.__name__ for guard in row.guards), row.legal_basis)
        if row.act is Act.SET_ASIDE:
            key = (row.act,)
        groups.setdefault(key, ([], row))[0].append(row.source.value)
    for sources, row in groups.values():
        yield list(dict.fromkeys(sources)), row


def fields_of(act: Act) -> tuple[ActField, ...]:
    """What *act* asks for."""
    return FIELDS[act]
