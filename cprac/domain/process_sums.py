"""The sums of a process map as JSON values and back, so that they outlive the process that counted them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import astuple
from datetime import date
from typing import Any

from cprac.domain.process_map import Deviation, Occurrence, ProcessMap, Why


def map_to_plain(found: ProcessMap) -> dict[str, Any]:
    """The sums as lists of texts and numbers, in a fixed order."""
    return {
        "occurrences": sorted([*astuple(what), n] for what, n in found.occurrences.items()),
        "follows": sorted([*acts, sorted(days.items())] for acts, days in found.follows.items()),
        "moves": sorted([*move, _stays(days)] for move, days in found.moves.items()),
        "paths": sorted(found.paths.items()),
        "ends": sorted([state, since.isoformat(), n] for (state, since), n in found.ends.items()),
    }


def _stays(days: Mapping[int | None, int]) -> list[tuple[int | None, int]]:
    return sorted(days.items(), key=lambda pair: -1 if pair[0] is None else pair[0])


def map_from_plain(plain: Mapping[str, Any]) -> ProcessMap:
    """The sums that ``map_to_plain`` wrote."""
    return ProcessMap(
        occurrences=Counter({Occurrence(*what): n for *what, n in plain["occurrences"]}),
        follows={(one, other): Counter(dict(days)) for one, other, days in plain["follows"]},
        moves={(source, dest, act): Counter(dict(days)) for source, dest, act, days in plain["moves"]},
        paths=Counter(dict(plain["paths"])),
        ends=Counter({(state, date.fromisoformat(since)): n for state, since, n in plain["ends"]}),
    )


def deviation_to_plain(each: Deviation) -> list[Any]:
    """One event that the table does not have, as texts and numbers; its case is known by the event, and not named."""
    return [each.event, each.version, each.on.isoformat(), [*astuple(each.what)], each.why.value]


def deviation_from_plain(plain: list[Any], case: str) -> Deviation:
    """The deviation of the case with the number *case* that ``deviation_to_plain`` wrote."""
    event, version, on, what, why = plain
    return Deviation(event, case, version, date.fromisoformat(on), Occurrence(*what), Why(why))
