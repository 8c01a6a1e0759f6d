"""From docket events in order to the sums of a process map: one walk, case after case."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date

from cprac.domain.acts import Act
from cprac.domain.process_map import BEGINNING, SEPARATOR, Deviation, Occurrence, ProcessMap, Switches, Why, judge
from cprac.domain.system_events import SystemEvent

OLD_ACTS = frozenset({Act.REGISTER_LEGACY.value, Act.LEGACY_STEP.value})
"""Events of the old register stand on days of their own, so no time between them is one of the chamber's."""
CLOCK = frozenset(event.value for event in SystemEvent)

Step = tuple[int, int, str, str, int, str, str, date, str, str]
"""An event: its number, the case, the case's number and procedure, version, act, role, local day, from, to."""


def walked(  # noqa: C901  (one loop over millions of events: a call for each would cost more than the sums)
    steps: Iterable[Step], switches: Switches, since: int = 0
) -> tuple[ProcessMap, list[tuple[int, Deviation]]]:
    """The sums of *steps*, which are whole cases each in order; and what strayed after the event *since*, by case."""
    set_aside = Act.SET_ASIDE.value
    kinds: Counter[tuple[str, ...]] = Counter()
    follows: Counter[tuple[str, str, int]] = Counter()
    moves: Counter[tuple[str, str, str, int | None]] = Counter()
    strange: dict[tuple[str, ...], Why] = {}
    strayed: list[tuple[int, Deviation]] = []
    found = ProcessMap()
    case, state, before, undone = -1, BEGINNING, "", ""
    day: date | None = None
    entered: date | None = None
    moved: date | None = None
    way: list[str] = []

    def end() -> None:
        if moved is not None:
            found.paths[SEPARATOR.join(way)] += 1
            found.ends[way[-1], moved] += 1

    for event, of, number, procedure, version, act, role, on, source, dest in steps:
        if of != case:
            end()
            case, state, before, undone, day, entered, moved, way = of, BEGINNING, "", "", None, None, None, []
        kind = (act, role, source, dest, state, undone if act == set_aside else "", procedure)
        kinds[kind] += 1
        if kinds[kind] == 1:
            why = judge(Occurrence(*kind), switches)
            if why is not None:
                strange[kind] = why
        if strange and kind in strange and event > since:
            strayed.append((case, Deviation(event, number, version, on, Occurrence(*kind), strange[kind])))
        own = act not in OLD_ACTS
        if day is not None and own and before not in OLD_ACTS:
            follows[before, act, (on - day).days] += 1
        if source != dest:
            moves[source, dest, act, None if entered is None else (on - entered).days] += 1
            way.append(dest)
            moved = on
            if own:
                entered = on
        if act not in CLOCK:
            undone = source
        state, before, day = dest, act, on
    end()
    found.occurrences.update({Occurrence(*kind): n for kind, n in kinds.items()})
    for (one, other, days), n in follows.items():
        found.follows.setdefault((one, other), Counter())[days] = n
    for (left, reached, by, stay), n in moves.items():
        found.moves.setdefault((left, reached, by), Counter())[stay] = n
    return found, strayed
