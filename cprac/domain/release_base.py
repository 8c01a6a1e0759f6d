"""The one base that all tables of a release are functions of: cases by what tables count, never a case by itself.

Rows are read once and only counted, so memory follows the number of different patterns and not the number of cases.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from cprac.domain.case_measures import AGREED
from cprac.domain.disclosure import Course, Cut, Pattern
from cprac.domain.open_tables import Release
from cprac.domain.states import CaseState
from cprac.domain.survival import Day
from cprac.domain.words import N_, Labelled


class Ending(Labelled):
    """How a case ended, as releases tell it: few classes, so that each has cases enough to be named."""

    AGREEMENT = "agreement", N_("Acordo")
    NO_AGREEMENT = "no_agreement", N_("Sem acordo, depois de aceito o pedido")
    NOT_ADMITTED = "not_admitted", N_("Pedido não aceito ou arquivado por falta de documentos")
    OTHER = "other", N_("Desistência ou perda de objeto")


_S = CaseState
ENDINGS: Mapping[str, Ending] = {
    "agreement": Ending.AGREEMENT,
    **{state.value: Ending.AGREEMENT for state in AGREED},
    **dict.fromkeys(
        (_S.CLOSED_NO_AGREEMENT.value, _S.CLOSED_NO_RESPONSE.value, _S.CLOSED_ARBITRATED.value), Ending.NO_AGREEMENT
    ),
    **dict.fromkeys((_S.CLOSED_INADMISSIBLE.value, _S.CLOSED_INCOMPLETE.value), Ending.NOT_ADMITTED),
}
"""From ``case_fact.resolved_as``; what is not here (withdrawn, moot) is ``OTHER``."""

ONLY_ADMITTED = frozenset(Ending) - {Ending.NOT_ADMITTED}
NEVER_ADMITTED = frozenset({Ending.NOT_ADMITTED, Ending.OTHER})


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One case as releases look at it: nothing personal. Days are local dates, money centavos.

    ``ending``: empty while the case is open. ``published_on``: when an extract made its agreement public.
    """

    matter: str
    agency: str
    channel: str
    priority: str
    filed_on: date
    admitted_on: date | None = None
    resolved_on: date | None = None
    ending: str = ""
    direction: str = "none"
    value: int = 0
    lawsuits: bool = False
    published_on: date | None = None


@dataclass(frozen=True, slots=True)
class Period:
    """A closed stretch of days, both ends inside; ``revision`` counts how often its release was corrected."""

    id: str
    first: date
    last: date
    revision: int = 0

    @property
    def tag(self) -> str:
        """What marks the tables of this period in this revision."""
        return f"{self.id}#{self.revision}"

    def holds(self, day: date | None) -> bool:
        """Whether *day* is one of the period's."""
        return day is not None and self.first <= day <= self.last


ONE_WAY = ("agency", "channel", "priority")
"""What filings are counted by beside their matter, one table each."""

Family = str
"""The attribute that tables of a family split by: matter, agency, channel, priority, ending, direction, lawsuits."""


def table_id(what: str, period: Period) -> str:
    """The name of a table of a family in one release: ``filed@2026-T1#0``."""
    return f"{what}@{period.tag}"


@dataclass(slots=True)
class Base:
    """What the rows add up to, for one period and for the releases before it."""

    period: Period
    others: Sequence[Period]
    as_of: date
    patterns: dict[Family, Counter[Pattern]] = field(default_factory=dict)
    lengths: dict[str, Counter[int]] = field(default_factory=dict)
    ended: Counter[Day] = field(default_factory=Counter)
    still_open: Counter[Day] = field(default_factory=Counter)
    values: dict[str, list[int]] = field(default_factory=dict)
    public_values: dict[str, list[int]] = field(default_factory=dict)
    admitted: int = 0
    admitted_public: int = 0
    _ends: Counter[Any] = field(default_factory=Counter)
    _spare: Counter[Any] = field(default_factory=Counter)

    def _tables(self, what: str, day: date | None) -> tuple[str, ...]:
        return tuple(table_id(what, period) for period in (*self.others, self.period) if period.holds(day))

    def _number(self, day: date | None) -> int:
        """The period of a day, as a number in the order of periods; a great one for later or never."""
        spans = (span.first.toordinal() for span in (self.period, *self.others) if span.holds(day))
        return next(spans, date.max.toordinal())

    def _count(self, family: Family, tables: tuple[str, ...], category: str, **known: Any) -> None:
        if tables:
            self.patterns.setdefault(family, Counter())[Pattern(tables, category, **known)] += 1

    def add(self, row: CaseRow) -> None:
        """Count one case."""
        public = row.published_on is not None and row.published_on <= self.as_of
        filed = self._tables("filed", row.filed_on)
        over = self._tables(row.ending, row.resolved_on) if row.ending else ()
        begun = self._number(row.admitted_on or row.filed_on)
        way = Course(len(filed), begun, self._number(row.resolved_on), row.admitted_on is not None)
        self._count("matter", filed + over, row.matter, fixed=public, course=way)
        if self.period.holds(row.admitted_on):
            self.admitted += 1
            self.admitted_public += public
        for family in ONE_WAY:
            self._count(family, filed, getattr(row, family), fixed=public and family == "agency")
        course = (row.matter, *(self._tables(what, day) for what, day in (("f", row.filed_on), ("a", row.admitted_on))))
        if row.ending and row.resolved_on:
            tables = self._tables("resolved", row.resolved_on)
            self._ends[(tables, row.ending, public), (course, row.admitted_on is not None)] += 1
        elif not public:
            self._spare[course, row.admitted_on is not None] += 1
        self._time(row)
        if row.ending == Ending.AGREEMENT and self.period.holds(row.resolved_on):
            self._agreement(row, public=public)

    def finish(self) -> None:
        """Count the endings, once all rows are known: what else a case could have ended as.

        An admitted case was not refused, nor the other way round, but where a like case is still open the two may have
        been admitted in each other's place. Each open case stands in for one.
        """
        spare: dict[Any, list[Any]] = {}
        left = Counter(self._spare)
        for course, admitted in sorted(left, key=repr):
            if course[2] or not admitted:
                spare.setdefault((course[:2], not admitted), []).append((course, admitted))
        for ((tables, ending, public), (course, admitted)), n in sorted(self._ends.items(), key=repr):
            if not tables:
                continue
            free = 0
            for key in spare.get((course[:2], admitted), ()):
                taken = min(n - free, left[key])
                left[key] -= taken
                free += taken
            possible = frozenset(item.value for item in (ONLY_ADMITTED if admitted else NEVER_ADMITTED)) | {ending}
            counted = self.patterns.setdefault("ending", Counter())
            counted[Pattern(tables, ending, public)] += n if public else free
            counted[Pattern(tables, ending, public, possible)] += 0 if public else n - free

    def _time(self, row: CaseRow) -> None:
        if row.filed_on > self.period.last:
            return
        if row.ending and row.resolved_on and row.resolved_on <= self.period.last:
            days = max(0, (row.resolved_on - row.filed_on).days)
            self.ended[days] += 1
            if self.period.holds(row.resolved_on):
                self.lengths.setdefault(row.ending, Counter())[days] += 1
        else:
            self.still_open[(self.period.last - row.filed_on).days] += 1

    def _agreement(self, row: CaseRow, *, public: bool) -> None:
        here = (table_id("agreements", self.period),)
        self._count("direction", here, row.direction, fixed=public)
        self._count("lawsuits", here, "yes" if row.lawsuits else "no")
        self.values.setdefault(row.direction, []).append(row.value)
        if public:
            self.public_values.setdefault(row.direction, []).append(row.value)

    def counts(self, family: Family, what: str) -> tuple[Counter[str], Counter[str]]:
        """Of a table of the period: cases by category, and those of them that extracts have made public."""
        table, all_of_them, public = table_id(what, self.period), Counter[str](), Counter[str]()
        for pattern, n in self.patterns.get(family, Counter()).items():
            if table in pattern.tables:
                all_of_them[pattern.category] += n
                public[pattern.category] += n if pattern.fixed else 0
        return all_of_them, public


def base_of(rows: Iterable[CaseRow], period: Period, others: Sequence[Period], as_of: date) -> Base:
    """Count the *rows* for the release of *period*; *others*: what was released already, earlier revisions too."""
    base = Base(period, others, as_of)
    for row in rows:
        base.add(row)
    base.finish()
    return base


def periods_of(releases: Iterable[Release]) -> list[Period]:
    """The periods that releases told of, a revision each."""
    return [Period(item.period, item.first, item.last, item.revision) for item in releases]


def cuts_to_plain(cuts: Mapping[str, Cut | None]) -> dict[str, Any]:
    """Cuts as JSON values: they are public, for every table names what it pools."""
    return {
        table: {"named": sorted(cut.named), "pool": sorted(cut.pool)} if cut else None
        for table, cut in sorted(cuts.items())
    }


def cuts_from_plain(plain: Mapping[str, Any]) -> dict[str, Cut | None]:
    """Cuts from what ``cuts_to_plain`` gave."""
    return {
        table: Cut(frozenset(cut["named"]), frozenset(cut["pool"])) if cut else None for table, cut in plain.items()
    }
