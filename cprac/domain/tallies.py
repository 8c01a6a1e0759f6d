"""What a case adds to the sums that every figure is made of: counters and day histograms, by month and by clock.

A *kind* names what is counted; a *day* is a number of days, or the ordinal of a date, or zero for plain counters. Sums
of contributions are all that the catalogue of indicators needs, so no figure ever reads a case, and what an act changes
is (minus the old row's contributions, plus the new one's).

Kinds: ``n:*`` counts, ``sum:*`` centavos, ``ended`` days from filing to the end, ``end:<how>`` the same by outcome,
``net`` the same without pauses, ``running`` ordinal of the day of filing of cases still open, ``open:<turn>`` the same
by whose turn it is, ``opennet``/``stopnet`` the same for net time (ordinal of filing plus pauses; or, while paused, the
net days so far), ``phase:<phase>`` days of those who left it, ``inphase:<phase>`` ordinal from which those in it count,
``wait:<turn>`` days of resolved cases, ``owed`` ordinals of dates on which something agreed falls due, ``late``
ordinals of due dates of old cases still open.

``ended`` and ``running`` are sums of others and kept all the same: a comparison of hundreds of groups reads these two
where it would read nine. How cases end, pause and wait by days is asked of cohorts alone, so a month of resolution has
only ``ended``; and of a matter with an agency only filings are asked (``SHAPE`` changes whenever any of this does).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from cprac.domain.case_measures import Phase
from cprac.domain.fact_rows import FactRow
from cprac.domain.states import Turn

NO_MONTH = 0
"""The month of what has no date."""

SHAPE = 2
"""Which contributions the kept sums are made of: sums of another shape are built anew before anybody reads them."""


class Clock(StrEnum):
    """By which date a case falls into a month: of filing (a cohort), of admission, of resolution (a period)."""

    FILED = "filed"
    ADMITTED = "admitted"
    RESOLVED = "resolved"


class Dimension(StrEnum):
    """By what a figure may be narrowed: one of these at a time."""

    ALL = "all"
    MATTER = "matter"
    AGENCY = "agency"
    CHANNEL = "channel"
    PRIORITY = "priority"
    CAUSE = "cause"


AGREEMENT = "agreement"
TURNS = tuple(turn for turn in Turn if turn is not Turn.NOBODY)
NATIVE = "native"


def month_of(day: date | None) -> int:
    """2026-03-17 → 202603; a missing date → 0."""
    return day.year * 100 + day.month if day else NO_MONTH


def series_of(row: FactRow) -> str:
    """Cases of the chamber, or of one import of the old register: never in one figure."""
    return f"legacy:{row.batch_id or 0}" if row.origin == "legacy" else NATIVE


def dimensions_of(row: FactRow) -> tuple[tuple[Dimension, str], ...]:
    """The values under which a case is counted: matter, agency, channel, priority, and matter with agency."""
    agency = str(row.agency_id or "")
    known = (
        (Dimension.MATTER, row.matter),
        (Dimension.AGENCY, agency),
        (Dimension.CHANNEL, row.channel),
        (Dimension.PRIORITY, row.priority),
        (Dimension.CAUSE, f"{row.matter}|{agency}" if row.matter and agency else ""),
    )
    return ((Dimension.ALL, ""), *(pair for pair in known if pair[1]))


Entry = tuple[str, int, int]
"""Kind, day, how many."""


def asked_of(dimension: Dimension, entries: list[Entry]) -> list[Entry]:
    """Those of *entries* that anybody asks of a value of *dimension*: of a matter with an agency, filings."""
    return [entry for entry in entries if entry[0] == "n:filed"] if dimension is Dimension.CAUSE else entries


def contributions(row: FactRow) -> Iterator[tuple[Clock, int, list[Entry]]]:
    """What *row* adds, by clock and month (yyyymm)."""
    results = _results(row)
    yield Clock.FILED, month_of(row.filed_on), [*_filing(row), *results, *_how(row), *_open(row), *_phases(row)]
    if row.admitted_on:
        admitted: list[Entry] = [("n:admitted", 0, 1)]
        if row.filed_on and row.filed_on <= row.admitted_on:
            admitted.append(("admission", (row.admitted_on - row.filed_on).days, 1))
        yield Clock.ADMITTED, month_of(row.admitted_on), admitted
    if row.resolved_as:
        yield Clock.RESOLVED, month_of(row.resolved_on), results


def _counted(**counts: int | bool) -> list[Entry]:
    return [(f"n:{name}", 0, int(count)) for name, count in counts.items() if count]


def _filing(row: FactRow) -> list[Entry]:
    entries = _counted(
        filed=1,
        admitted=row.admitted_on is not None,
        with_session=row.sessions > 0,
        sessions=row.sessions,
        sessions_remote=row.sessions_remote,
        sessions_missed=row.sessions_missed,
        invited=row.invited,
        invited_accepted=row.invited_accepted,
        invited_open=row.invited_open,
        reopened=row.reopened,
        lawsuits=row.lawsuits,
        with_lawsuit=row.lawsuits > 0,
    )
    if row.ground:
        entries.append((f"n:ground:{row.ground}", 0, 1))
    return entries


def _results(row: FactRow) -> list[Entry]:
    """How a resolved case ended and what it brought."""
    if not row.resolved_as:
        return []
    agreed = row.resolved_as == AGREEMENT
    entries = [(f"n:end:{row.resolved_as}", 0, 1)]
    entries += _counted(
        lawsuits_ended=row.lawsuits_ended,
        suit_resolved=row.lawsuits > 0 and agreed,
        lawsuits_avoided=agreed and row.lawsuits == 0 and row.origin != "legacy",
        obligations=row.obligations,
        obligations_on_time=row.obligations_on_time,
        obligations_late=row.obligations_late,
        breached=row.state in ("breached", "closed_enforced"),
        annulled=row.state == "annulled",
    )
    if agreed:
        entries += _counted(
            extent_total=row.extent == "total",
            extent_partial=row.extent == "partial",
            homologated_admin=row.homologated == "admin",
            homologated_court=row.homologated == "court",
        )
        entries += [("owed", date.fromisoformat(day).toordinal(), 1) for day in row.obligations_due.split(",") if day]
        entries += _money(row)
    if row.filed_on and row.resolved_on and row.resolved_on >= row.filed_on:
        entries.append(("ended", (row.resolved_on - row.filed_on).days, 1))
    else:
        entries.append(("n:undated", 0, 1))
    return entries


def _how(row: FactRow) -> list[Entry]:
    """The days of a resolved case told apart: by outcome, without pauses, by whom it waited for."""
    if not (row.resolved_as and row.filed_on and row.resolved_on and row.resolved_on >= row.filed_on):
        return []
    days = (row.resolved_on - row.filed_on).days
    entries: list[Entry] = [(f"end:{row.resolved_as}", days, 1), ("net", max(0, days - row.in_paused), 1)]
    if row.origin != "legacy":
        entries += [(f"wait:{turn.value}", getattr(row, f"for_{turn.value}"), 1) for turn in TURNS]
    return entries


def _money(row: FactRow) -> list[Entry]:
    agreed = row.value_agreed or 0
    entries = [("sum:paid", 0, row.value_paid)]
    if row.direction:
        entries += [(f"sum:agreed:{row.direction}", 0, agreed), (f"n:agreed:{row.direction}", 0, 1)]
    if row.direction == "city_pays" and row.value_claimed:
        entries += [("sum:claimed", 0, row.value_claimed), ("sum:agreed_of_claimed", 0, agreed)]
        entries += [("n:claimed", 0, 1)]
    return [entry for entry in entries if entry[2]]


def _open(row: FactRow) -> list[Entry]:
    if row.resolved_as or row.filed_on is None:
        return [] if row.resolved_as else [("n:undated", 0, 1)]
    filed = row.filed_on.toordinal()
    entries = [("running", filed, 1), (f"open:{row.turn or Turn.CHAMBER.value}", filed, 1)]
    if row.phase == Phase.PAUSED.value and row.since:
        entries.append(("stopnet", max(0, row.since.toordinal() - filed - row.in_paused), 1))
    else:
        entries.append(("opennet", filed + row.in_paused, 1))
    if row.due_on:
        entries.append(("late", row.due_on.toordinal(), 1))
    return entries


def _phases(row: FactRow) -> list[Entry]:
    entries: list[Entry] = []
    for phase in Phase:
        days = getattr(row, f"in_{phase.value}")
        if row.phase == phase.value and row.since is not None:
            entries.append((f"inphase:{phase.value}", row.since.toordinal() - days, 1))
        elif days:
            entries.append((f"phase:{phase.value}", days, 1))
    return entries


@dataclass(slots=True)
class Tally:
    """Sums of contributions: for each kind, how many at each day."""

    kinds: dict[str, dict[int, int]] = field(default_factory=dict)

    def add(self, entries: Iterable[Entry], sign: int = 1) -> None:
        """Add *entries*; with sign -1 take them away."""
        for kind, day, n in entries:
            days = self.kinds.setdefault(kind, {})
            days[day] = days.get(day, 0) + sign * n

    def merge(self, other: Tally) -> None:
        """Add all of *other*."""
        for kind, days in other.kinds.items():
            self.add((kind, day, n) for day, n in days.items())

    def n(self, name: str) -> int:
        """The counter ``n:name``."""
        return sum(self.kinds.get(f"n:{name}", {}).values())

    def money(self, name: str) -> int:
        """The sum ``sum:name``, centavos."""
        return sum(self.kinds.get(f"sum:{name}", {}).values())

    def days(self, kind: str) -> dict[int, int]:
        """The histogram *kind*, empty days left out."""
        return {day: n for day, n in self.kinds.get(kind, {}).items() if n}

    def under(self, prefix: str) -> dict[str, dict[int, int]]:
        """The histograms whose kind starts with *prefix* and a colon, by what follows."""
        start = f"{prefix}:"
        return {kind[len(start) :]: self.days(kind) for kind in self.kinds if kind.startswith(start)}

    def counters(self, prefix: str) -> dict[str, int]:
        """The counters ``n:prefix:*``, by what follows; zeros left out."""
        found = {name: sum(days.values()) for name, days in self.under(f"n:{prefix}").items()}
        return {name: n for name, n in found.items() if n}

    # --- what may be read of time -------------------------------------------------------------------------------------

    def ended(self) -> dict[int, int]:
        """Days from filing to the end, whatever the outcome."""
        return self.days("ended")

    def ended_net(self) -> dict[int, int]:
        """The same without pauses."""
        return self.days("net")

    def still_open(self, on: date) -> dict[int, int]:
        """Days since filing of the cases open on *on*."""
        return _since(self.days("running"), on)

    def still_open_net(self, on: date) -> dict[int, int]:
        """The same without pauses."""
        return _together([_since(self.days("opennet"), on), self.days("stopnet")])

    def open_by_turn(self, on: date) -> dict[str, dict[int, int]]:
        """Days since filing of the open cases, by whose turn it is."""
        return {turn: _since(days, on) for turn, days in self.under("open").items()}

    def in_phase(self, phase: Phase, on: date) -> tuple[dict[int, int], dict[int, int]]:
        """Days in *phase*: of the cases that have left it, and so far of those that are in it on *on*."""
        return self.days(f"phase:{phase.value}"), _since(self.days(f"inphase:{phase.value}"), on)


def _together(histograms: Iterable[Mapping[int, int]]) -> dict[int, int]:
    total: dict[int, int] = {}
    for days in histograms:
        for day, n in days.items():
            total[day] = total.get(day, 0) + n
    return {day: n for day, n in total.items() if n}


def _since(ordinals: Mapping[int, int], on: date) -> dict[int, int]:
    """Ordinals of starting days as days gone by on *on*; what starts later counts as today's."""
    last = on.toordinal()
    today = sum(n for day, n in ordinals.items() if day >= last)
    gone = {last - day: n for day, n in ordinals.items() if day < last and n}
    return {**gone, 0: today} if today else gone
