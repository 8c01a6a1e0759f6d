"""The event log as XES (IEEE 1849-2016): a trace a case, an event for each entry of its docket, written as it goes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import lru_cache
from xml.sax.saxutils import quoteattr
from zoneinfo import ZoneInfo

from cprac.services.event_log_export import Entry, History, instant, local_day, phase_of

EXTENSIONS = (
    ("Concept", "concept", "http://www.xes-standard.org/concept.xesext"),
    ("Time", "time", "http://www.xes-standard.org/time.xesext"),
    ("Lifecycle", "lifecycle", "http://www.xes-standard.org/lifecycle.xesext"),
    ("Organizational", "org", "http://www.xes-standard.org/org.xesext"),
)
CLASSIFIERS = (
    ("Ato", "concept:name"),
    ("Ato e situação a que levou", "concept:name to"),
    ("Situação a que levou", "to"),
    ("Papel de quem fez", "org:role"),
)
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def lines(cases: Iterable[History], zone: ZoneInfo) -> Iterator[str]:
    """The file, line by line, without line ends. *zone*: the chamber's, in which days of a case begin."""
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield '<log xes.version="1849-2016" xes.features="" xmlns="http://www.xes-standard.org/">'
    for name, prefix, uri in EXTENSIONS:
        yield f'  <extension name="{name}" prefix="{prefix}" uri="{uri}"/>'
    yield '  <global scope="trace">'
    yield from (_string(key, value, 4) for key, value in (("concept:name", ""), ("origin", ""), ("state", "")))
    yield "  </global>"
    yield '  <global scope="event">'
    yield _string("concept:name", "", 4)
    yield '    <date key="time:timestamp" value="1970-01-01T00:00:00.000+00:00"/>'
    for key, value in (("lifecycle:transition", "complete"), ("org:role", ""), ("label", ""), ("from", ""), ("to", "")):
        yield _string(key, value, 4)
    yield "  </global>"
    for name, keys in CLASSIFIERS:
        yield f"  <classifier name={_quoted(name)} keys={_quoted(keys)}/>"
    yield _string("concept:name", "CPRAC", 2)
    yield _string("lifecycle:model", "standard", 2)
    for case in cases:
        yield from _trace(case, zone)
    yield "</log>"


def _trace(case: History, zone: ZoneInfo) -> Iterator[str]:
    yield "  <trace>"
    for key, text in (
        ("concept:name", case.number), ("application", case.application), ("origin", case.origin),
        ("matter", case.matter), ("agency", case.agency), ("channel", case.channel), ("procedure", case.procedure),
        ("state", case.state),
    ):  # fmt: skip
        if text:
            yield _string(key, text, 4)
    for key, day in (("filed", case.filed_on), ("closed", case.closed_on)):
        began = local_day(day, zone)
        if began is not None:
            yield _date(key, began, 4)
    for entry in case.entries:
        yield from _event(entry)
    yield "  </trace>"


def _event(entry: Entry) -> Iterator[str]:
    yield "    <event>"
    yield _string("concept:name", entry.name, 6)
    yield _date("time:timestamp", entry.at, 6)
    for key, text in (
        ("lifecycle:transition", "complete"), ("org:role", entry.role), ("label", entry.label), ("from", entry.source),
        ("to", entry.dest), ("phase", phase_of(entry.dest)), ("waiting_on", entry.waiting_on),
    ):  # fmt: skip
        if text:
            yield _string(key, text, 6)
    if entry.name != entry.act:
        yield _string("act", entry.act, 6)
    yield f'      <int key="version" value="{entry.version}"/>'
    if entry.recorded_at != entry.at:
        yield _date("recorded", entry.recorded_at, 6)
    yield "    </event>"


def _string(key: str, value: str, indent: int) -> str:
    return f"{' ' * indent}<string key={_quoted(key)} value={_quoted(value)}/>"


def _date(key: str, at: datetime, indent: int) -> str:
    return f'{" " * indent}<date key={_quoted(key)} value="{instant(at)}"/>'


@lru_cache(maxsize=8192)  # the same few keys and words, some million times
def _quoted(text: str) -> str:
    """*text* as the value of an attribute, without the characters that XML cannot hold."""
    return quoteattr(_NOT_XML.sub("\ufffd", text), {"\t": "&#9;", "\n": "&#10;", "\r": "&#13;"})
