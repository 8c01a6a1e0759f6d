"""The places of a chamber's file: what a problem, a default of ours or a warning points at, by the path of its keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from typing import Any

from cprac.domain.deadlines import Basis
from cprac.domain.regulation import CALENDAR_YEARS, Regulation, ValueUnit, in_force

Path = tuple[str | int, ...]

KEY_OF = {"switch_choices": "switches"}
"""The fields of Regulation whose table in the file has another name."""

CALENDAR_REACH = 15
"""Years the calendar must have ahead: room for the longest deadline, a limitation period of ten years with pauses."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong at a place of the file, in one sentence or two of Portuguese that also say what to do."""

    path: Path
    message: str


def parts_of(part: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every table of the regulation with its path in the file, the deeper after the one around it."""
    if isinstance(part, tuple):
        for place, item in enumerate(part):
            yield from parts_of(item, (*path, place))
    elif isinstance(part, Mapping):
        for key, item in part.items():
            yield from parts_of(item, (*path, key))
    elif is_dataclass(part):
        yield path, part
        for item in fields(part):
            yield from parts_of(getattr(part, item.name), (*path, KEY_OF.get(item.name, item.name)))


def defaults_of(regulation: Regulation) -> list[str]:
    """The places of the file that are our default and not the law's or the chamber's own rule."""
    return [
        path_text(path, part) for path, part in parts_of(regulation) if getattr(part, "basis", None) is Basis.DEFAULT
    ]


def warnings_of(regulation: Regulation, on: date) -> list[str]:
    """What a usable regulation still lacks on the day *on*: facts that only the city can give."""
    found = []
    contact = regulation.chamber.contact
    blank = [item.name for item in fields(contact) if not getattr(contact, item.name)]
    if blank:
        found.append(f"chamber.contact: em branco, e por isso não aparece nas páginas: {', '.join(blank)}")
    # The decree of a year comes out as it begins; from December on the next one already moves deadlines.
    needed = {on.year, on.year + (on.month == 12)} - {decree.year for decree in regulation.decrees}
    found += [
        f"decrees: nenhum decreto de pontos facultativos de {year}; confira com a Prefeitura" for year in sorted(needed)
    ]
    if CALENDAR_YEARS[1] < on.year + CALENDAR_REACH:
        found.append(f"o calendário só vai até {CALENDAR_YEARS[1]}: instale uma versão do programa que vá mais longe")
    wages = [row for row in in_force(regulation.reference_values, on) if row.unit is ValueUnit.SM]
    if wages and wages[0].valid_from.year < on.year:
        found.append(f"reference_values: o salário mínimo é o de {wages[0].valid_from.year}; acrescente o de {on.year}")
    if on < regulation.in_force_from:
        found.append(f"in_force_from: esta versão só vale a partir de {regulation.in_force_from:%d/%m/%Y}")
    return found


def path_text(path: Path, part: object = None) -> str:
    """A path as people read it: ``ladder[0].up_to``; a row with an id is named by it: ``matters[iptu]``."""
    if part is not None and hasattr(part, "id") and isinstance(path[-1], int):
        path = (*path[:-1], f"[{part.id}]")
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else step if step.startswith("[") else f".{step}"
    return text.removeprefix(".")
