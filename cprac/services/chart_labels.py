"""Where the words of a line stand: beside its end or along it, where they cover least, and never on each other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from cprac.services.chart_marks import AXIS, INK, INK_2, Box, Layers, rules, text_width, texts

Place = tuple[float, float]


def beside(
    lines: Sequence[str],
    at: Place,
    paths: Iterable[Sequence[Place]],
    taken: list[tuple[float, float, float, float]],
    box: Box,
    *,
    along: Sequence[Place] = (),
    lead: bool = False,
) -> Layers:
    """Words beside *at*, or beside another point *along* the line, where they cover least; with a leader when apart."""
    wide = max(text_width(line, bold=n == 0) for n, line in enumerate(lines)) + 4
    high = 18 * len(lines)
    spots = [(at, 10.0, -high / 2)]
    near = (at,) if lead else (at, *(along[int(len(along) * share)] for share in (0.75, 0.55, 0.4)))
    for place in near:
        spots += [
            (place, dx, dy) for dx in (10, 26, 48, 80) for dy in (-high - 4, -high - 20, -high - 44, -high / 2, -6, 8)
        ]
        spots += [(place, -wide - dx, dy) for dx in (10, 26) for dy in (8, 22, 40, -high - 4)]
    if lead:
        spots = spots[1:]
    dense = [spot for path in paths for spot in _filled(path)]

    def cost(spot: tuple[Place, float, float]) -> float:
        (px, py), dx, dy = spot
        x1, y1 = px + dx, py + dy
        x2, y2 = x1 + wide, y1 + high
        if x1 < 2 or y1 < 0 or x2 > box.plot + box.right or y2 > box.height + 1:
            return 1e6
        over = sum(x1 - 4 <= a <= x2 + 2 and y1 - 3 <= b <= y2 + 3 for a, b in dense)
        others = sum(x1 < c and x2 > a and y1 < d and y2 > b for a, b, c, d in taken)
        return (
            20 * over
            + 1000 * others
            + abs(dx if dx > 0 else -dx - wide)
            + abs(dy + high / 2)
            + (0 if (px, py) == at else 30)
        )

    (px, py), dx, dy = min(spots, key=cost)
    x1, y1 = px + dx, py + dy
    taken.append((x1, y1, x1 + wide, y1 + high))
    layers: Layers = []
    gap = x1 - px if dx > 0 else px - x1 - wide
    if gap > 14 or abs(dy + high / 2) > high:
        ends = {"x2": x1 - 3 if dx > 0 else x1 + wide, "y2": y1 + high / 2}
        layers += rules([{"x": px + (5 if dx > 0 else -5), "y": py, **ends}], AXIS, 1)
    for n, line in enumerate(lines):
        layers += texts(
            [{"x": x1, "y": y1 + 9 + 18 * n, "words": line}], bold=n == 0, colour=INK_2 if n else INK, halo=True
        )
    return layers


def _filled(path: Sequence[Place]) -> list[Place]:
    """Points every 6 px along *path*."""
    found = []
    for (ax, ay), (bx, by) in pairwise(path):
        steps = max(1, int(max(abs(bx - ax), abs(by - ay)) / 6))
        found += [(ax + (bx - ax) * n / steps, ay + (by - ay) * n / steps) for n in range(steps + 1)]
    return found


def spread(wanted: Sequence[float], apart: float, height: float) -> list[float]:
    """Places near *wanted* (any order), at least *apart* px from each other and inside the plot."""
    order = sorted(range(len(wanted)), key=lambda n: wanted[n])
    places = [wanted[n] for n in order]
    for n, place in enumerate(places):
        places[n] = max(place, places[n - 1] + apart if n else 4)
    for n in reversed(range(len(places))):
        places[n] = min(places[n], places[n + 1] - apart if n + 1 < len(places) else height - 6)
    return [places[order.index(n)] for n in range(len(wanted))]
