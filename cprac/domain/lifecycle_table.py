"""The table of transitions for people and programs: JSON, Markdown, a Mermaid diagram, lines that a lawyer reads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from cprac.domain.acts import Act
from cprac.domain.conditions import condition_words
from cprac.domain.states import CaseState, Turn
from cprac.domain.transitions_table import LAW, MODEL, TABLE, Transition

TURNS = {
    Turn.CITY: "Prefeitura", Turn.CITIZEN: "parte", Turn.COURT: "Justiça", Turn.CHAMBER: "Câmara",
    Turn.NOBODY: "ninguém",
}


def reachable(switches: frozenset[str], *, without: Iterable[Act] = ()) -> frozenset[CaseState]:
    """The states a case can come to from a draft in a chamber with these switches, *without* the acts named.

    Setting an act aside (T50) leads only to where the case has been, so it is never followed here.
    """
    left_out = {Act.SET_ASIDE, *without}
    found, fringe = {CaseState.DRAFT}, [CaseState.DRAFT]
    while fringe:
        here = fringe.pop()
        for row in TABLE:
            if row.source is here and row.dest not in found and row.act not in left_out and row.enabled(switches):
                found.add(row.dest)
                fringe.append(row.dest)
    return frozenset(found)


def table(switches: frozenset[str] | None = None) -> tuple[Transition, ...]:
    """All rows, or those a case can ever come to in a chamber with these switches."""
    if switches is None:
        return TABLE
    states = reachable(switches)
    return tuple(row for row in TABLE if row.source in states and row.dest in states and row.enabled(switches))


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
                "requires": list(row.requires), "documents": list(row.documents),
                "compartment": row.act.compartment.value,
                "opens": [*row.opens, *(tell.starts for tell in row.tells if tell.starts)],
                "closes": [*row.closes, *row.closes_own], "legal_basis": row.legal_basis, "basis": row.basis,
            }
            for row in rows
        ],
    }


ANYWHERE = (Act.SET_ASIDE, Act.DECLARE_MOOT, Act.WITHDRAW, Act.CLOSE_WITHOUT_AGREEMENT, Act.SUSPEND, Act.RESUME)
"""Acts that lead from so many states that a diagram with them shows nothing else (T21, T22, T25, T26, T47, T50)."""


def as_mermaid(switches: frozenset[str] | None = None) -> str:
    """A Mermaid state diagram of the edges that move a case, without those that start ``ANYWHERE``."""
    lines = ["stateDiagram-v2", "    direction TB"]
    edges: dict[tuple[CaseState, CaseState], list[str]] = {}
    for row in table(switches):
        if row.source is row.dest or row.act in ANYWHERE:
            continue
        edges.setdefault((row.source, row.dest), []).append(row.act.label)
    used = {state for edge in edges for state in edge}
    lines += [f'    state "{state.label}" as {state.value}' for state in CaseState if state in used]
    lines.append(f"    [*] --> {CaseState.DRAFT.value}")
    for (source, dest), labels in edges.items():
        lines.append(f"    {source.value} --> {dest.value} : {' / '.join(dict.fromkeys(labels))}")
    lines += [f"    {state.value} --> [*]" for state in CaseState if state in used and state.terminal]
    return "\n".join(lines) + "\n"


def _words(functions: Iterable[Callable[..., Any]]) -> str:
    return "; ".join(dict.fromkeys(condition_words(function) for function in functions))


def _basis(row: Transition) -> str:
    if row.basis == LAW:
        return row.legal_basis
    return f"{row.legal_basis} ({'modelo de outra Câmara' if row.basis == MODEL else 'padrão nosso'})"


def as_markdown(switches: frozenset[str] | None = None) -> str:
    """The table as a lawyer reads it: the states first, then a line per act with where it starts and leads."""
    rows = table(switches)
    used = {row.source for row in rows} | {row.dest for row in rows}
    out = ["| N.º | Estado | Nome técnico | Nome para o público | Vez de | Final |", "|---|---|---|---|---|---|"]
    out += [
        f"| {state.code} | `{state.value}` | {state.label} | {state.public_label} | {TURNS[state.turn]} | "
        f"{'sim' if state.terminal else ''} |"
        for state in CaseState
        if state in used
    ]
    out += ["", "| N.º | Ato | De | Para | Quem | Só se o regulamento | Quando | Condições | Documentos | Base |"]
    out += ["|---|---|---|---|---|---|---|---|---|---|"]
    for sources, row in _folded(rows):
        dest = _dest(row)
        out.append(
            f"| {row.code} | `{row.act.value}` {row.act.label} | {', '.join(sources)} | {dest} | "
            f"{', '.join(role.label for role in row.roles)} | {', '.join(row.requires)} | "
            f"{_words(row.when) if dest != VARIES else ''} | {_words(row.guards)} | {', '.join(row.documents)} | "
            f"{_basis(row)} |"
        )
    return "\n".join(out) + "\n"


VARIES = "onde estava antes"


def _dest(row: Transition) -> str:
    if row.act in (Act.SET_ASIDE, Act.RESUME):
        return VARIES
    return "fica" if row.dest is row.source else f"{row.dest.code} {row.dest.value}"


def _folded(rows: Iterable[Transition]) -> Iterator[tuple[list[str], Transition]]:
    """Rows that differ only in their source as one line; those that lead back to where the case was as one too."""
    groups: dict[tuple[object, ...], tuple[list[str], Transition]] = {}
    for row in rows:
        key: tuple[object, ...] = (
            row.act, None if row.source is row.dest else row.dest, row.roles, row.requires,
            tuple(selector.__name__ for selector in row.when), tuple(guard.__name__ for guard in row.guards),
            row.legal_basis,
        )
        if row.act in (Act.SET_ASIDE, Act.RESUME):
            key = (row.act,)
        groups.setdefault(key, ([], row))[0].append(row.source.code)
    for sources, row in groups.values():
        yield list(dict.fromkeys(sources)), row


def as_lines(switches: frozenset[str] | None = None) -> str:
    """One line per state and act, with who may do it, where it may lead and under which switches. Absent is refused."""
    rows = table(switches)
    out: list[str] = []
    for state in CaseState:
        here = [row for row in rows if row.source is state]
        if not here:
            continue
        out += ["", f"{state.code} {state.value} ({state.label})"]
        for act in Act:
            found = [row for row in here if row.act is act]
            if found:
                out.append(_line(act, found))
    return "\n".join(out).lstrip("\n") + "\n"


def _line(act: Act, rows: list[Transition]) -> str:
    """The line of *act* in one state: variants by roles and switches, each with its destinations."""
    variants: dict[tuple[tuple[str, ...], tuple[str, ...]], list[str]] = {}
    for row in rows:
        roles = tuple(role.value for role in row.roles)
        dest = "stays" if row.dest is row.source else row.dest.value
        variants.setdefault((roles, row.requires), []).append(dest)
    parts = [
        f"{', '.join(roles)} -> {' | '.join(dict.fromkeys(dests))}"
        + (f" [requires {', '.join(requires)}]" if requires else "")
        for (roles, requires), dests in variants.items()
    ]
    kept = "" if rows[0].act.compartment.value == "docket" else f" <{rows[0].act.compartment.value}>"
    return f"  {act.code} {act.value} ({act.label}){kept}: " + "; ".join(parts)
