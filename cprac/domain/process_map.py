"""The flow of cases as it has been: who followed whom, how long each state lasted, which ways cases took, what strayed.

Made of sums over docket events (``persistence.queries_process`` reads them); each sum can be added and taken away, so a
map is brought up to date by taking out the cases that moved and adding them as they are now. The history is taken as it
happened: an act that was set aside is in it, and so is the setting aside. Days are whole local days.

A docket event *conforms* where the transition table has a row for it: from the state in which the event before it left
the case, by that act, in that role, to the recorded state, with the switches of the procedure the case was filed under.
Why an act was allowed or refused on its day (its guards) is not asked again: that is what the act itself did.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from cprac.domain.acts import Act, Compartment
from cprac.domain.lifecycle_table import table
from cprac.domain.roles import Role
from cprac.domain.states import CaseState
from cprac.domain.survival import Curve, kaplan_meier
from cprac.domain.system_events import is_act
from cprac.domain.transitions_table import TABLE, Transition
from cprac.domain.words import N_, Labelled

Key = TypeVar("Key")
Value = TypeVar("Value")

Histogram = Counter[int]
"""How often by how many days."""

BEGINNING = CaseState.DRAFT.value
SEPARATOR = ">"
"""Between the states of a way."""

Switches = Callable[[str], frozenset[str]]
"""The switches of a procedure by its version."""


class Why(Labelled):
    """Why an event is no row of the table."""

    UNKNOWN = "unknown", N_("A tabela de hoje não conhece este ato, este papel ou esta situação")
    GAP = "gap", N_("Parte de uma situação em que o caso não estava")
    CLOCK = "clock", N_("Um prazo não muda a situação de um caso")
    NO_ROW = "no_row", N_("A tabela não tem este ato entre estas situações")
    NOT_BACK = "not_back", N_("Não voltou à situação de antes do ato que ficou sem efeito")
    ROLE = "role", N_("O ato não cabe a este papel")
    SWITCHED_OFF = "switched_off", N_("O regulamento deste caso não tem este passo")


@dataclass(frozen=True, slots=True)
class Occurrence:
    """What an event was, as far as the table can judge it.

    ``came_from``: the state in which the event before left the case. ``undone``: for a setting aside, the state in
    which the last act of a person before it had found the case; else empty. ``procedure``: the version that the case
    follows.
    """

    act: str
    role: str
    source: str
    dest: str
    came_from: str
    undone: str = ""
    procedure: str = ""


@dataclass(frozen=True, slots=True)
class Deviation:
    """An event that the table does not have."""

    event: int
    case: str
    version: int
    on: date
    what: Occurrence
    why: Why


_BY_ACT: dict[Act, tuple[Transition, ...]] = {act: tuple(row for row in TABLE if row.act is act) for act in Act}


def judge(what: Occurrence, switches: Switches) -> Why | None:
    """None where the table has the event; else the first thing that differs."""
    if not is_act(what.act):
        if what.source != what.came_from:
            return Why.GAP
        return None if what.source == what.dest else Why.CLOCK
    try:
        act, role = Act(what.act), Role(what.role)
        source, dest = CaseState(what.source), CaseState(what.dest)
    except ValueError:
        return Why.UNKNOWN
    if what.source != what.came_from:
        return Why.GAP
    rows = [row for row in _BY_ACT[act] if row.source is source and row.dest is dest]
    if not rows or act.compartment is not Compartment.DOCKET:
        return Why.NO_ROW
    if act is Act.SET_ASIDE and what.undone != what.dest:
        return Why.NOT_BACK
    rows = [row for row in rows if role in row.roles]
    if not rows:
        return Why.ROLE
    return None if any(row.enabled(switches(what.procedure)) for row in rows) else Why.SWITCHED_OFF


@dataclass(frozen=True, slots=True)
class Conformance:
    """How many events the table has, of all; and those it does not have, by what they were."""

    events: int
    conforming: int
    strange: Mapping[Occurrence, Why]

    @property
    def deviating(self) -> int:
        """Events that the table does not have."""
        return self.events - self.conforming


@dataclass(frozen=True, slots=True)
class Edge:
    """The moves from one state to another: how often, by which acts, and after how many days in the first.

    ``days`` has a stay for each move that began with another move: a filing has none.
    """

    source: str
    dest: str
    n: int
    acts: Mapping[str, int]
    days: Mapping[int, int]

    @property
    def median(self) -> int | None:
        """The first day by which half of the moves had been made."""
        return quantile(self.days, 1, 2)

    @property
    def late(self) -> int | None:
        """The first day by which nine in ten of the moves had been made."""
        return quantile(self.days, 9, 10)


@dataclass(slots=True)
class ProcessMap:
    """The sums of some cases.

    ``occurrences``: events by what they were. ``follows``: days from an event to the next, by the two acts. ``moves``:
    days in the state that was left, by (source, dest, act); None where there was no state before. ``paths``: cases by
    the states they moved through. ``ends``: cases by the state they are in and the day since when.
    """

    occurrences: Counter[Occurrence] = field(default_factory=Counter)
    follows: dict[tuple[str, str], Histogram] = field(default_factory=dict)
    moves: dict[tuple[str, str, str], Counter[int | None]] = field(default_factory=dict)
    paths: Counter[str] = field(default_factory=Counter)
    ends: Counter[tuple[str, date]] = field(default_factory=Counter)

    def add(self, other: ProcessMap, sign: int = 1) -> None:
        """Add the sums of *other*, or with *sign* -1 take them away; what comes to nothing is gone."""
        _add(self.occurrences, other.occurrences, sign)
        _add(self.paths, other.paths, sign)
        _add(self.ends, other.ends, sign)
        _add_each(self.follows, other.follows, sign)
        _add_each(self.moves, other.moves, sign)

    @property
    def events(self) -> int:
        """How many docket events were looked at."""
        return sum(self.occurrences.values())

    @property
    def cases(self) -> int:
        """How many cases were looked at."""
        return sum(self.paths.values())

    def edges(self, at_least: int = 1) -> tuple[Edge, ...]:
        """The moves between two states that were made *at_least* so often, the most frequent first."""
        acts: dict[tuple[str, str], Counter[str]] = {}
        days: dict[tuple[str, str], Histogram] = {}
        for (source, dest, act), counted in self.moves.items():
            acts.setdefault((source, dest), Counter())[act] += sum(counted.values())
            stays = days.setdefault((source, dest), Counter())
            for day, n in counted.items():
                if day is not None:
                    stays[day] += n
        found = (
            Edge(source, dest, counted.total(), dict(counted), dict(days[source, dest]))
            for (source, dest), counted in acts.items()
            if counted.total() >= at_least
        )
        return tuple(sorted(found, key=lambda edge: (-edge.n, edge.source, edge.dest)))

    def here(self, state: str) -> int:
        """How many cases are in *state* now."""
        return sum(n for (where, _since), n in self.ends.items() if where == state)

    def stay(self, state: str, today: date) -> Curve | None:
        """How long a case stays in *state*, those that still wait counted as far as they have come; None without any.

        Product limit (Kaplan and Meier), so that the slow ones are not left out of the median.
        """
        ended, waiting = Counter[int | float](), Counter[int | float]()
        for (source, _dest, _act), counted in self.moves.items():
            if source == state:
                for day, n in counted.items():
                    if day is not None:
                        ended[max(day, 0)] += n
        for (where, since), n in self.ends.items():
            if where == state:
                waiting[max((today - since).days, 0)] += n
        return kaplan_meier(ended, waiting) if ended or waiting else None

    def variants(self, most: int) -> tuple[tuple[tuple[str, ...], int], ...]:
        """The ways that *most* cases took, as states, with how many cases; the most frequent first."""
        ways = sorted(self.paths.items(), key=lambda item: (-item[1], item[0]))[:most]
        return tuple((tuple(path.split(SEPARATOR)), n) for path, n in ways)

    def conformance(self, switches: Switches) -> Conformance:
        """Every event against the table."""
        strange = {what: why for what in self.occurrences if (why := judge(what, switches)) is not None}
        deviating = sum(self.occurrences[what] for what in strange)
        return Conformance(self.events, self.events - deviating, strange)


def _add(to: Counter[Key], other: Mapping[Key, int], sign: int) -> None:
    for key, n in other.items():
        to[key] += sign * n
        if not to[key]:
            del to[key]


def _add_each(to: dict[Key, Counter[Value]], other: Mapping[Key, Counter[Value]], sign: int) -> None:
    for key, counted in other.items():
        _add(to.setdefault(key, Counter()), counted, sign)
        if not to[key]:
            del to[key]


def quantile(days: Mapping[int, int], part: int, whole: int) -> int | None:
    """The first day by which at least *part* in *whole* of those counted had come; None where nothing is counted."""
    n, so_far = sum(days.values()), 0
    for day in sorted(days):
        so_far += days[day]
        if so_far * whole >= n * part:
            return day
    return None


def lawful_moves(switches: frozenset[str]) -> dict[tuple[str, str], tuple[Act, ...]]:
    """The moves between two states that the table has in a chamber with these switches, with the acts that make them.

    Setting an act aside leads back along all others, so it is left out.
    """
    found: dict[tuple[str, str], dict[Act, None]] = {}
    for row in table(switches):
        if row.source is not row.dest and row.act is not Act.SET_ASIDE:
            found.setdefault((row.source.value, row.dest.value), {})[row.act] = None
    return {pair: tuple(acts) for pair, acts in found.items()}


def in_order(states: Iterable[str]) -> Iterator[CaseState]:
    """The states of today's table among *states*, in the order of a case's life."""
    wanted = set(states)
    return (state for state in CaseState if state.value in wanted)
