"""The event log as OCEL 2.0 (JSON): events, and the objects they touch, of which a case is only one kind.

Objects: the application and its cases, the parties (by place, side and kind: nobody is named), the deadlines, the
linked lawsuits (without their numbers), and each kind of document as a type of its own. What changes with time (state,
status, last day) is an attribute value with its instant. The format wants types before all else and objects apart from
events, so both are kept in temporary files while the register is read: memory does not grow with it.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import pairwise
from typing import IO, Any
from zoneinfo import ZoneInfo

from cprac.services.event_log_export import Entry, History, instant, local_day, phase_of

EPOCH = "1970-01-01T00:00:00.000+00:00"
"""The instant of what holds from the beginning, as the format has it."""

CASE, APPLICATION, PARTY, DEADLINE, LAWSUIT = "case", "application", "party", "deadline", "lawsuit"
DOCUMENT = "document:"
"""What a document's type begins with; its kind follows."""

ATTRIBUTES: dict[str, tuple[tuple[str, str], ...]] = {
    CASE: (
        ("origin", "string"), ("matter", "string"), ("agency", "string"), ("channel", "string"),
        ("procedure", "string"), ("filed", "time"), ("closed", "time"), ("state", "string"),
    ),
    APPLICATION: (),
    PARTY: (("side", "string"), ("kind", "string")),
    DEADLINE: (("rule", "string"), ("status", "string"), ("due", "time")),
    LAWSUIT: (("status", "string"),),
}  # fmt: skip
EVENT_ATTRIBUTES = (
    ("label", "string"), ("role", "string"), ("from", "string"), ("to", "string"), ("phase", "string"),
    ("waiting_on", "string"), ("version", "integer"), ("recorded", "time"),
)  # fmt: skip


def pieces(cases: Iterable[History], zone: ZoneInfo) -> Iterator[str]:
    """The file in parts, to be written one after the other. *zone*: the chamber's, in which days begin."""
    with _spool() as objects, _spool() as events:
        object_types, event_types = set[str](), set[str]()
        for case in cases:
            found = list(_objects(case, zone, with_application=case.first or not object_types))
            _keep(objects, found)
            object_types |= {item["type"] for item in found}
            happened = [_event(case, entry) for entry in case.entries]
            _keep(events, happened)
            event_types |= {item["type"] for item in happened}
        yield '{"objectTypes": '
        yield json.dumps([_type(name, ATTRIBUTES.get(name, ())) for name in sorted(object_types)])
        yield ',\n"eventTypes": '
        yield json.dumps([_type(name, EVENT_ATTRIBUTES) for name in sorted(event_types)])
        yield ',\n"objects": ['
        yield from _kept(objects)
        yield '],\n"events": ['
        yield from _kept(events)
        yield "]}\n"


def _spool() -> IO[str]:
    return tempfile.TemporaryFile("w+", encoding="utf-8", prefix="cprac-")


def _keep(spool: IO[str], items: Iterable[dict[str, Any]]) -> None:
    spool.writelines(json.dumps(item, ensure_ascii=False) + "\n" for item in items)


def _kept(spool: IO[str]) -> Iterator[str]:
    spool.seek(0)
    for number, line in enumerate(spool):
        yield f"{',' if number else ''}\n{line.rstrip()}"


def _type(name: str, attributes: Iterable[tuple[str, str]]) -> dict[str, Any]:
    return {"name": name, "attributes": [{"name": each, "type": kind} for each, kind in attributes]}


def _value(name: str, value: str, at: str = EPOCH) -> dict[str, str]:
    return {"name": name, "time": at, "value": value}


def _link(to: str, qualifier: str) -> dict[str, str]:
    return {"objectId": to, "qualifier": qualifier}


def _objects(case: History, zone: ZoneInfo, *, with_application: bool) -> Iterator[dict[str, Any]]:
    """The objects of one case, the case first."""
    own = _case(case)
    said = (
        ("origin", case.origin), ("matter", case.matter), ("agency", case.agency), ("channel", case.channel),
        ("procedure", case.procedure), ("filed", _day(case.filed_on, zone)), ("closed", _day(case.closed_on, zone)),
    )  # fmt: skip
    states = [(entry.at, entry.dest) for entry in case.entries if entry.dest]
    links = [_link(_party(case, ordinal), side) for ordinal, side, _kind in case.parties]
    yield _object(
        own,
        CASE,
        [_value(name, value) for name, value in said if value] + _changing("state", states),
        [_link(_application(case), "of"), *links],
    )
    if with_application:
        yield _object(_application(case), APPLICATION)
    for ordinal, side, kind in case.parties:
        yield _object(_party(case, ordinal), PARTY, [_value("side", side), _value("kind", kind)])
    yield from _clock(case, zone)
    suits: dict[int, list[tuple[datetime, str]]] = {}
    for entry in case.entries:
        for place, kind in entry.documents:
            yield _object(_document(case, place), DOCUMENT + kind, (), [_link(own, "of")])
        for place, status in entry.lawsuits:
            suits.setdefault(place, []).append((entry.at, status))
    for place, told in suits.items():
        yield _object(_lawsuit(case, place), LAWSUIT, _changing("status", told), [_link(own, "of")])


def _clock(case: History, zone: ZoneInfo) -> Iterator[dict[str, Any]]:
    """The deadlines of one case, each with what became of it."""
    rules: dict[int, str] = {}
    statuses: dict[int, list[tuple[datetime, str]]] = {}
    dues: dict[int, list[tuple[datetime, str]]] = {}
    for entry in case.entries:
        for line in entry.deadlines:
            rules.setdefault(line.ordinal, line.rule)
            statuses.setdefault(line.ordinal, []).append((entry.at, line.status))
            dues.setdefault(line.ordinal, []).append((entry.at, _day(date.fromisoformat(line.due), zone)))
    for ordinal, rule in rules.items():
        values = [
            _value("rule", rule), *_changing("status", statuses[ordinal]), *_changing("due", dues[ordinal]),
        ]  # fmt: skip
        yield _object(_deadline(case, ordinal), DEADLINE, values, [_link(_case(case), "of")])


def _object(name: str, kind: str, values: Iterable[dict[str, str]] = (), links: Iterable[Any] = ()) -> dict[str, Any]:
    return {"id": name, "type": kind, "attributes": list(values), "relationships": list(links)}


def _changing(name: str, told: list[tuple[datetime, str]]) -> list[dict[str, str]]:
    """A value whenever it became another one."""
    if not told:
        return []
    changed = [told[0], *(after for before, after in pairwise(told) if before[1] != after[1])]
    return [_value(name, value, instant(at)) for at, value in changed]


def _day(day: date | None, zone: ZoneInfo) -> str:
    began = local_day(day, zone)
    return instant(began) if began else ""


def _event(case: History, entry: Entry) -> dict[str, Any]:
    said: list[tuple[str, str | int]] = [
        ("label", entry.label), ("role", entry.role), ("from", entry.source), ("to", entry.dest),
        ("phase", phase_of(entry.dest)), ("waiting_on", entry.waiting_on), ("version", entry.version),
    ]  # fmt: skip
    if entry.recorded_at != entry.at:
        said.append(("recorded", instant(entry.recorded_at)))
    links = [_link(_case(case), "in")]
    if entry.version == 1:
        links.append(_link(_application(case), "files"))
        links += [_link(_party(case, ordinal), side) for ordinal, side, _kind in case.parties]
    elif entry.party is not None and any(ordinal == entry.party for ordinal, _side, _kind in case.parties):
        links.append(_link(_party(case, entry.party), "about"))
    links += [_link(_deadline(case, line.ordinal), line.status) for line in entry.deadlines]
    links += [_link(_document(case, place), "writes") for place, _kind in entry.documents]
    links += [_link(_lawsuit(case, place), status or "linked") for place, status in entry.lawsuits]
    return {
        "id": f"{case.number}@{entry.version}",
        "type": entry.name,
        "time": instant(entry.at),
        "attributes": [{"name": name, "value": value} for name, value in said if value != ""],
        "relationships": links,
    }


def _case(case: History) -> str:
    return f"case {case.number}"


def _application(case: History) -> str:
    return f"application {case.application}"


def _party(case: History, ordinal: int) -> str:
    return f"{case.number} party {ordinal}"


def _deadline(case: History, ordinal: int) -> str:
    return f"{case.number} deadline {ordinal}"


def _document(case: History, place: int) -> str:
    return f"{case.number} document {place}"


def _lawsuit(case: History, place: int) -> str:
    return f"{case.number} lawsuit {place}"
