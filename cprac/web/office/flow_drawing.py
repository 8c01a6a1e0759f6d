"""Where the boxes and arrows of a flow go: one column of states in the order of a case's life, moves beside it.

A move to the state below is an arrow between the two; one that skips states runs in a lane on the right, one that goes
back in a lane on the left. Lanes are few, so the rarest moves may not be drawn: the table beside the picture has all.
Lengths are units of the drawing, about pixels where it is shown in full size.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

HEIGHT, GAP, HEAD, MARGIN, ROUND, TIP = 58, 40, 30, 4, 8, 7
INTO_LANE = 16
"""How far from its beginning the line of a lane runs: its words stand between it and the next lane."""
LETTERS = 29
"""Letters of a label that fit in one line of a box of full width."""


@dataclass(frozen=True, slots=True)
class Size:
    """How much room there is: width of the boxes and of a lane, how many lanes on each side."""

    box: int
    lane: int
    right: int
    left: int


WIDE, NARROW = Size(236, 56, 4, 3), Size(196, 44, 2, 1)


@dataclass(frozen=True, slots=True)
class Station:
    """A state to draw: its id, its words, a line below them, the phase above it, whether a case ends there."""

    id: str
    label: str
    note: str = ""
    phase: str = ""
    end: bool = False


@dataclass(frozen=True, slots=True)
class Move:
    """A move to draw: its ends, two short lines beside it, its share of the most frequent one (0 to 1)."""

    source: str
    dest: str
    label: str = ""
    note: str = ""
    share: float = 0.0
    strange: bool = False


@dataclass(frozen=True, slots=True)
class Box:
    """A state as drawn; ``lines`` of its label and ``note``, each with its height in the drawing."""

    x: int
    y: int
    width: int
    lines: tuple[tuple[str, int], ...]
    note: tuple[str, int] | None
    end: bool


@dataclass(frozen=True, slots=True)
class Arrow:
    """A move as drawn: path, the triangle at its end, how thick, where its words stand and how they are anchored.

    ``below``: the second under the first.
    """

    path: str
    tip: str
    width: float
    label: str
    note: str
    x: int
    y: int
    anchor: str
    below: bool
    back: bool
    strange: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """A whole drawing. ``heads``: names of phases with their height; ``drawn``: how many of the moves are in it."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    heads: tuple[tuple[str, int, int], ...]
    drawn: int


def draw(stations: Sequence[Station], moves: Sequence[Move], size: Size) -> Picture:
    """Place *stations* from top to bottom and *moves*, the most important first, as far as there are lanes."""
    place = {station.id: number for number, station in enumerate(stations)}
    straight = [move for move in moves if place[move.dest] == place[move.source] + 1]
    right = _lanes([move for move in moves if place[move.dest] > place[move.source] + 1], place, size.right)
    left = _lanes([move for move in moves if place[move.dest] < place[move.source]], place, size.left)
    start = MARGIN + size.lane * (max(left.values(), default=-1) + 1)
    end = start + size.box
    width = end + size.lane * (max(right.values(), default=-1) + 1) + MARGIN
    tops, heads, y = [], [], MARGIN
    for number, station in enumerate(stations):
        if station.phase and (number == 0 or station.phase != stations[number - 1].phase):
            y += HEAD - (GAP // 4 if number else HEAD // 4)
            heads.append((station.phase, end, y - 9))
        tops.append(y)
        y += HEIGHT + GAP
    boxes = tuple(_box(station, start, top, size) for station, top in zip(stations, tops, strict=True))
    arrows = [_down(move, start + 34, tops[place[move.source]] + HEIGHT, tops[place[move.dest]]) for move in straight]
    for lanes, edge, side in ((right, end, 1), (left, start, -1)):
        ports = _ports(list(lanes), place, tops)
        arrows += [
            _around(move, edge, edge + side * (lane * size.lane + INTO_LANE), ports[move], side)
            for move, lane in lanes.items()
        ]
    return Picture(width, y - GAP + MARGIN, boxes, tuple(arrows), tuple(heads), len(arrows))


def _lanes(moves: Sequence[Move], place: dict[str, int], most: int) -> dict[Move, int]:
    """A lane for each of the first of *moves* that find one, no two that overlap in the same; short ones innermost."""
    kept: list[Move] = []
    for move in moves:
        if max(_assigned([*kept, move], place).values()) < most:
            kept.append(move)
    return _assigned(kept, place)


def _assigned(moves: Sequence[Move], place: dict[str, int]) -> dict[Move, int]:
    taken: list[list[tuple[int, int]]] = []
    given: dict[Move, int] = {}
    for move in sorted(moves, key=lambda each: (abs(place[each.dest] - place[each.source]), place[each.source])):
        low, high = sorted((place[move.source], place[move.dest]))
        lane = next(
            (number for number, lane in enumerate(taken) if all(high < a or low > b for a, b in lane)), len(taken)
        )
        if lane == len(taken):
            taken.append([])
        taken[lane].append((low, high))
        given[move] = lane
    return given


def _ports(moves: Sequence[Move], place: dict[str, int], tops: Sequence[int]) -> dict[Move, tuple[int, int]]:
    """The heights at which each move leaves one box and reaches the other: those of a box spread over its side."""
    ends = [
        (state, other, move) for move in moves for state, other in ((move.source, move.dest), (move.dest, move.source))
    ]
    count, seen, found = Counter(state for state, _other, _move in ends), Counter[str](), dict[tuple[str, Move], int]()
    for state, _other, move in sorted(ends, key=lambda item: (place[item[0]], place[item[1]])):
        seen[state] += 1
        found[state, move] = tops[place[state]] + HEIGHT * seen[state] // (count[state] + 1)
    return {move: (found[move.source, move], found[move.dest, move]) for move in moves}


def _box(station: Station, x: int, y: int, size: Size) -> Box:
    lines = _wrapped(station.label, LETTERS * size.box // WIDE.box)
    heights = {(1, False): (34,), (1, True): (25,), (2, False): (25, 42), (2, True): (19, 34)}
    offsets = heights[len(lines), bool(station.note)]
    note = (station.note, y + (44 if len(lines) == 1 else 50)) if station.note else None
    return Box(
        x, y, size.box, tuple((line, y + at) for line, at in zip(lines, offsets, strict=True)), note, station.end
    )


def _wrapped(label: str, letters: int) -> tuple[str, ...]:
    """*label* in one line or two, broken at a space."""
    if len(label) <= letters or " " not in label:
        return (label,)
    spaces = [at for at, letter in enumerate(label) if letter == " "]
    at = max((space for space in spaces if space <= letters), default=spaces[0])
    return (label[:at], label[at + 1 :])


def _thickness(move: Move) -> float:
    return round(1.5 + 6.5 * move.share, 1)


def _down(move: Move, x: int, top: int, bottom: int) -> Arrow:
    width = _thickness(move)
    return Arrow(
        f"M{x} {top}V{bottom - TIP}", _triangle(x, bottom, 0, width), width, move.label, move.note,
        x + 14, (top + bottom) // 2 + 4, "start", below=False, back=False, strange=move.strange,
    )  # fmt: skip


def _around(move: Move, edge: int, lane: int, ports: tuple[int, int], side: int) -> Arrow:
    leaves, arrives = ports
    width, turn = _thickness(move), ROUND if arrives > leaves else -ROUND
    near = lane - side * ROUND
    path = (
        f"M{edge} {leaves}H{near}Q{lane} {leaves} {lane} {leaves + turn}"
        f"V{arrives - turn}Q{lane} {arrives} {near} {arrives}H{edge + side * TIP}"
    )
    return Arrow(
        path, _triangle(edge, arrives, side, width), width, move.label, move.note,
        lane + side * (round(width / 2) + 4), (leaves + arrives) // 2, "start" if side > 0 else "end",
        below=True, back=side < 0, strange=move.strange,
    )  # fmt: skip


def _triangle(x: int, y: int, side: int, width: float) -> str:
    """The points of the tip at (x, y): from above, or from the *side* (1: right, -1: left)."""
    half = round(3 + width * 0.75, 1)
    if side == 0:
        return f"{x},{y} {x - half},{y - TIP - 1} {x + half},{y - TIP - 1}"
    base = x + side * (TIP + 1)
    return f"{x},{y} {base},{y - half} {base},{y + half}"
