"""The flow as it is: the ways cases took with their days, beside the way of the rule; what follows it and what not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

from flask import render_template
from flask_babel import gettext, ngettext

from cprac.domain.acts import Act
from cprac.domain.case_measures import PHASES
from cprac.domain.lifecycle_table import ANYWHERE, table
from cprac.domain.permissions import MATRIX, Level
from cprac.domain.process_map import Deviation, Edge, ProcessMap, in_order, lawful_moves, quantile
from cprac.domain.roles import Role
from cprac.domain.states import MAIN_PATH, CaseState
from cprac.domain.system_events import SystemEvent, happening
from cprac.persistence import queries_process
from cprac.persistence.queries import Reader
from cprac.web import filters, guards
from cprac.web.case_room import reader
from cprac.web.office.flow_drawing import NARROW, WIDE, Move, Picture, Size, Station, draw
from cprac.web.office.room import blueprint, deciders, room

DRAWN, DRAWN_NARROW, WAYS, PAIRS = 18, 13, 8, 12
"""How many moves are drawn on a wide and on a narrow page, how many ways and pairs of acts are told."""
AT_ONCE = 200_000
"""Events counted while somebody waits; of more the clock keeps the sums, and until then the page says so."""

NOT_STAYS = frozenset({CaseState.DRAFT, CaseState.LEGACY_OPEN})


@blueprint.get("/gabinete/numeros/fluxo")
@deciders
def flow() -> str:
    """The map, how long each state lasts, what strayed, as of now."""
    chamber, who, today = guards.chamber(), reader(), guards.today()

    @cache
    def switches(procedure: str) -> frozenset[str]:
        return chamber.rules_of(procedure).switches

    lawful = lawful_moves(chamber.regulation.switches)
    law = _law(chamber.regulation.switches, lawful)
    try:
        found = queries_process.flow(who, switches, AT_ONCE)
    except queries_process.NotCountedYetError:
        return render_template("office/flow.html", map=ProcessMap(), counting=True, law=law)
    edges, judged = found.map.edges(), found.map.conformance(switches)
    return render_template(
        "office/flow.html",
        counting=False,
        map=found.map,
        judged=judged,
        rate=_percent(judged.conforming, judged.events),
        strange_cases=len(found.strange_cases),
        deviations=[_deviation(each, who) for each in found.deviations],
        pictures=_pictures(found.map, edges, lawful),
        law=law,
        moves=_by_phase(edges, lawful),
        unused=_unused(edges, lawful),
        stays=_stays(found.map, today),
        ways=_ways(found.map),
        pairs=_pairs(found.map),
    )


def _percent(part: int, whole: int) -> str:
    """In percent with one decimal, rounded down: all but one is never 100."""
    if not whole:
        return gettext("sem dados")
    tenths = 1000 * part // whole
    return f"{tenths // 10}%" if tenths % 10 == 0 else f"{tenths // 10},{tenths % 10}%"


def _days(days: float | None) -> str:
    if days is None:
        return ""
    return ngettext("%(n)s dia", "%(n)s dias", int(days), n=filters.integer(int(days)))


def state_of(value: str) -> CaseState | None:
    """The state of that name; None for one that today's table has not."""
    return CaseState(value) if value in {state.value for state in CaseState} else None


def _state_words(value: str) -> str:
    state = state_of(value)
    return gettext(state.label) if state else value


def _act_words(name: str) -> str:
    try:
        return gettext(happening(name).past)
    except KeyError:
        return name


# --- The two drawings -------------------------------------------------------------------------------------------------


def _pictures(found: ProcessMap, edges: Sequence[Edge], lawful: Mapping[Any, Any]) -> dict[str, Picture]:
    return {
        "wide": _picture(found, edges[:DRAWN], lawful, WIDE),
        "narrow": _picture(found, edges[:DRAWN_NARROW], lawful, NARROW),
    }


def _picture(found: ProcessMap, edges: Sequence[Edge], lawful: Mapping[Any, Any], size: Size) -> Picture:
    known = [edge for edge in edges if state_of(edge.source) and state_of(edge.dest)]
    most = max((edge.n for edge in known), default=1)
    stations = [
        _station(state, _here(found, state))
        for state in _drawn_order(value for edge in known for value in (edge.source, edge.dest))
    ]
    moves = [
        Move(
            edge.source,
            edge.dest,
            filters.integer(edge.n),
            gettext("%(n)s d", n=filters.integer(edge.median)) if edge.median is not None else "",
            edge.n / most,
            strange=not is_lawful(edge, lawful),
        )
        for edge in known
    ]
    return draw(stations, moves, size)


def is_lawful(edge: Edge, lawful: Mapping[Any, Any]) -> bool:
    """Whether today's table has the move, or it is a way back by an act set aside."""
    return (edge.source, edge.dest) in lawful or set(edge.acts) == {Act.SET_ASIDE.value}


def _drawn_order(values: Iterable[str]) -> list[CaseState]:
    """States in the order of a case's life, ends last."""
    order = {state: number for number, state in enumerate(CaseState)}
    return sorted(in_order(values), key=lambda state: (state.terminal, order[state]))


def _station(state: CaseState, note: str) -> Station:
    phase = PHASES.get(state)
    if state.terminal:
        return Station(state.value, gettext(state.label), note, gettext("Fim"), end=True)
    words = gettext(phase.label) if phase else gettext("Entrada") if state is CaseState.DRAFT else ""
    return Station(state.value, gettext(state.label), note, words)


def _here(found: ProcessMap, state: CaseState) -> str:
    here = found.here(state.value)
    return ngettext("%(n)s caso aqui", "%(n)s casos aqui", here, n=filters.integer(here)) if here else ""


def _law(switches: frozenset[str], lawful: Mapping[tuple[str, str], tuple[Act, ...]]) -> dict[str, Picture]:
    """The way of the rule: the stations from filing to a fulfilled agreement that this chamber has, with their acts."""
    states = {state for row in table(switches) for state in (row.source, row.dest)}
    stations = [_station(state, "") for state in MAIN_PATH if state in states]
    place = {station.id: number for number, station in enumerate(stations)}
    moves = [
        Move(source, dest, gettext(acts[0].label) if place[dest] == place[source] + 1 else "")
        for (source, dest), everything in lawful.items()
        if source in place and dest in place and (acts := [act for act in everything if act not in ANYWHERE])
    ]
    moves.sort(key=lambda move: (abs(place[move.dest] - place[move.source]), place[move.source]))
    return {"wide": draw(stations, moves, WIDE), "narrow": draw(stations, moves, NARROW)}


# --- The tables -------------------------------------------------------------------------------------------------------


def _by_phase(edges: Sequence[Edge], lawful: Mapping[Any, Any]) -> list[dict[str, Any]]:
    """Every move made, grouped by the phase of the state it leaves, in the order of a case's life."""
    most = max((edge.n for edge in edges), default=1)
    groups: dict[str, list[dict[str, Any]]] = {}
    order = {state.value: number for number, state in enumerate(CaseState)}
    for edge in sorted(edges, key=lambda each: (order.get(each.source, 99), -each.n)):
        state = state_of(edge.source)
        phase = PHASES.get(state) if state else None
        title = gettext(phase.label) if phase else gettext("Entrada e consultas")
        groups.setdefault(title, []).append(
            {
                "source": state,
                "source_words": edge.source,
                "dest": state_of(edge.dest),
                "dest_words": edge.dest,
                "acts": ", ".join(_act_words(act) for act in sorted(edge.acts, key=lambda act: -edge.acts[act])),
                "n": edge.n,
                "bar": max(1, round(100 * edge.n / most)),
                "median": _days(edge.median),
                "late": _days(edge.late),
                "lawful": is_lawful(edge, lawful),
            }
        )
    return [{"title": title, "rows": rows} for title, rows in groups.items()]


def _unused(edges: Sequence[Edge], lawful: Mapping[tuple[str, str], tuple[Act, ...]]) -> list[dict[str, str]]:
    """What the rule has and nobody has done yet, but ends and pauses that may come from everywhere."""
    made = {(edge.source, edge.dest) for edge in edges}
    return [
        {"source": _state_words(source), "dest": _state_words(dest), "acts": ", ".join(gettext(a.label) for a in acts)}
        for (source, dest), everything in lawful.items()
        if (source, dest) not in made and (acts := [act for act in everything if act not in ANYWHERE])
    ]


def _stays(found: ProcessMap, today: date) -> list[dict[str, Any]]:
    """How long a case stays in each state that is not an end, those that wait counted as far as they have come."""
    rows = []
    for state in CaseState:
        curve = found.stay(state.value, today) if not state.terminal and state not in NOT_STAYS else None
        if curve is None:
            continue
        half = curve.quantile()
        rows.append(
            {
                "state": state,
                "here": found.here(state.value),
                "left": curve.events,
                "half": _days(half.value) or gettext("ainda não chegou à metade"),
                "between": gettext(
                    "entre %(low)s e %(high)s", low=filters.integer(int(half.lower)), high=_days(half.upper)
                )
                if half.lower is not None and half.upper is not None
                else "",
            }
        )
    return rows


def _ways(found: ProcessMap) -> list[dict[str, Any]]:
    return [
        {"states": [_state_words(state) for state in states], "n": n, "share": _percent(n, found.cases)}
        for states, n in found.variants(WAYS)
    ]


def _pairs(found: ProcessMap) -> list[dict[str, Any]]:
    """Which event follows which most often, with the days between them; the clock's events left out."""
    clock = {event.value for event in SystemEvent}
    counted = [
        (counted.total(), before, after, counted)
        for (before, after), counted in found.follows.items()
        if before not in clock and after not in clock
    ]
    from_most = sorted(counted, key=lambda item: (-item[0], item[1], item[2]))[:PAIRS]
    return [
        {"before": _act_words(before), "after": _act_words(after), "n": n, "median": _days(quantile(days, 1, 2))}
        for n, before, after, days in from_most
    ]


# --- What strayed -----------------------------------------------------------------------------------------------------


def _deviation(each: Deviation, who: Reader) -> dict[str, Any]:
    return {
        "number": each.case,
        "url": room.url("case", each.case),
        "version": each.version,
        "on": each.on,
        "act": _act_words(each.what.act) if _may_name(each.what.act, who) else gettext("ato reservado"),
        "from": _state_words(each.what.source),
        "to": _state_words(each.what.dest),
        "was": _state_words(each.what.came_from) if each.what.came_from != each.what.source else "",
        "why": gettext(each.why.label),
    }


def _may_name(act: str, who: Reader) -> bool:
    """Whether the reader may know of such an act in a case: by an office, else as who authorises there."""
    try:
        row = MATRIX[happening(act).information_class]
    except KeyError:
        return True
    return any(row.get(role, Level.NONE) is not Level.NONE for role in who.wide_roles or {Role.APPROVER})
