"""The office's dashboard as data: what one question gets for an answer, computed once and kept while nothing changes.

Figures come from the catalogue (``reporting``) and from the sums under it; nothing here is about a person. What a page
shows of few cases is decided here too (``told``), so that page, CSV and JSON say the same.
Over 400 lines: the shapes of the answer and how each is made are read side by side.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from threading import Lock
from typing import Any, Generic, TypeVar

from cprac.domain.case_measures import Phase
from cprac.domain.survival import Curve, Day, Interval, kaplan_meier, log_rank
from cprac.domain.tallies import AGREEMENT, Dimension
from cprac.domain.words import N_
from cprac.persistence.database import db
from cprac.persistence.queries_figures import series_shown, stamp, values_of
from cprac.services import chart_data, indicators, legacy_series, report_sources, reporting
from cprac.services import indicator_times as t
from cprac.services.chamber import Chamber
from cprac.services.indicator_kinds import NOT_CUT, Figure, Indicator, Part, Unit, unknown
from cprac.services.sums import Asked, Sums, sums

Thing = TypeVar("Thing")

FEW = 10
"""Under so many cases no days are told: they would be those of a handful of people, and tell nothing."""

AT_RISK = 5
"""A curve ends where fewer cases than these are still in sight."""

GROUPS = 3
SIGNIFICANT = 0.05
OLD = 120
"""Days after which an open case is called old."""

HORIZONS = (90, 180, 365)
GRID = 24
"""Days at which the shares of outcomes are drawn."""

MINUTE = 60

FEW_CASES = N_("Ainda não dá para afirmar: são menos de 10 casos.")

BY_VALUE = frozenset({
    "referral_sources", "top_matters", "agencies_in_conflict", "time_by_matter", "time_by_agency", "time_by_channel",
    "priority_times",
})  # fmt: skip
"""Indicators that compare the values of a dimension: within one value there is nothing to compare."""

COMPARED: Mapping[Dimension, str] = {
    Dimension.MATTER: "time_by_matter",
    Dimension.AGENCY: "time_by_agency",
    Dimension.CHANNEL: "time_by_channel",
    Dimension.PRIORITY: "priority_times",
}
"""What may be compared, and the indicator that does."""


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody wants to see. ``compare``: draw the largest values of ``dimension`` beside each other."""

    asked: Asked
    compare: Dimension = Dimension.ALL

    @property
    def narrowed(self) -> bool:
        """Whether only the cases of one value are looked at."""
        return self.asked.dimension is not Dimension.ALL


@dataclass(frozen=True, slots=True)
class Line:
    """One curve, of all or of one group: its median with limits, and its steps as they are drawn."""

    key: str
    median: t.Quantile
    drawn: chart_data.Curve


@dataclass(frozen=True, slots=True)
class Times:
    """How long cases take: the curve of all that were asked for, groups beside it, and whether they differ.

    ``told``: there are enough cases to say. ``half`` and ``nine_tenths``: days; None where not reached. ``p``: of the
    log-rank test between ``compared``; None where there is nothing to compare.
    """

    told: bool
    n: int
    ended: int
    half: t.Quantile
    nine_tenths: t.Quantile
    line: Line
    groups: tuple[Line, ...] = ()
    compared: tuple[str, ...] = ()
    p: float | None = None

    @property
    def differs(self) -> bool:
        """Whether the difference is larger than chance explains."""
        return self.p is not None and self.p < SIGNIFICANT


@dataclass(frozen=True, slots=True)
class Age:
    """Open cases of one band of age: by whose turn it is, and together."""

    label: str
    turns: Mapping[str, int]
    n: int


@dataclass(frozen=True, slots=True)
class PhaseTime:
    """Days in one phase: the quarter, the half, three quarters and nine tenths; None where not told or reached."""

    key: str
    label: str
    n: int
    inside: int
    quarter: float | None
    half: float | None
    three_quarters: float | None
    nine_tenths: float | None


@dataclass(frozen=True, slots=True)
class Step:
    """One step from filing to agreement: how many cases of the cohort came so far."""

    label: str
    n: int
    share: float


@dataclass(frozen=True, slots=True)
class Ending:
    """How many cases of the cohort ended one way, and which share had by each horizon (None: too few in sight)."""

    key: str
    label: str
    n: int
    shares: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Month:
    """What came in and went out in a month (yyyymm), and what was open at its end; None where dates are missing."""

    month: int
    filed: int
    resolved: int
    open: int | None


@dataclass(frozen=True, slots=True)
class Compared:
    """One value beside the whole. ``verdict``: same, faster, slower, few or open (not reached)."""

    part: Part
    verdict: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """The values of one dimension, the most frequent first: never a list of the best and the worst."""

    dimension: Dimension
    rows: tuple[Compared, ...]


@dataclass(frozen=True, slots=True)
class Dashboard:
    """Everything the office's page shows for one question. ``at``: when it was counted; ``key``: what it depends on."""

    question: Question
    key: tuple[Any, ...]
    at: datetime
    filed: int
    backlog: int
    entries: tuple[tuple[Indicator, Figure], ...]
    times: Times
    ages: tuple[Age, ...]
    phases: tuple[PhaseTime, ...]
    steps: tuple[Step, ...]
    horizons: tuple[int, ...]
    endings: tuple[Ending, ...]
    incidence: Mapping[str, tuple[tuple[int, float], ...]]
    months: tuple[Month, ...]
    comparisons: tuple[Comparison, ...]
    names: Mapping[str, Mapping[str, str]]

    @property
    def empty(self) -> bool:
        """Whether there is nothing to count at all."""
        return not (self.filed or self.backlog or any(month.filed or month.resolved for month in self.months))

    def figure(self, name: str) -> tuple[Indicator, Figure]:
        """An indicator of the catalogue with its figure."""
        return next(pair for pair in self.entries if pair[0].id == name)


# --- kept while nothing changes ---------------------------------------------------------------------------------------


class Kept(Generic[Thing]):
    """The last things made, by all that they depend on. Nothing kept here depends on who reads."""

    def __init__(self, capacity: int = 32) -> None:
        self.capacity = capacity
        self.lock = Lock()
        self.found: OrderedDict[tuple[Any, ...], Thing] = OrderedDict()

    def get(self, key: tuple[Any, ...]) -> Thing | None:
        """What was kept under *key*."""
        with self.lock:
            if key in self.found:
                self.found.move_to_end(key)
            return self.found.get(key)

    def put(self, key: tuple[Any, ...], thing: Thing) -> None:
        """Keep *thing*; the one longest unasked for goes."""
        with self.lock:
            self.found[key] = thing
            while len(self.found) > self.capacity:
                self.found.popitem(last=False)


_kept: Kept[Dashboard] = Kept()
_values: Kept[dict[Dimension, list[str]]] = Kept()


def dashboard(chamber: Chamber, question: Question, today: date, now: datetime) -> Dashboard:
    """The answer to *question*, from memory while the sums are the same and the minute lasts.

    The minute is for what the stamp of the sums does not cover (deadlines, recommendations, names of agencies).
    The answer is the chamber's, the same for whoever may ask: who may is decided before.
    """
    url = str(db.session().get_bind().engine.url)
    minute = int(now.timestamp()) // MINUTE
    shown = series(old=question.asked.legacy)  # an import taken back changes no sum, only who is asked
    key = (url, id(chamber.regulation), stamp(), shown, question, today, minute)
    found = _kept.get(key)
    if found is None:
        found = replace(compute(chamber, question, today, now), key=key)
        _kept.put(key, found)
    return found


def series(*, old: bool) -> tuple[str, ...]:
    """The names of the series asked for: the chamber's own, or the visible imports of old registers."""
    return series_shown(db.session(), legacy=old)


def values(*, old: bool) -> dict[Dimension, list[str]]:
    """What one may cut by: of each dimension the values that have cases."""
    names = series(old=old)
    key = (str(db.session().get_bind().engine.url), stamp(), names)
    found = _values.get(key)
    if found is None:
        found = {dimension: values_of(names, dimension) if names else [] for dimension in COMPARED}
        _values.put(key, found)
    return found


def has_old_registers() -> bool:
    """Whether some import of an old register is visible."""
    return bool(series(old=True))


# --- the answer -------------------------------------------------------------------------------------------------------


def compute(chamber: Chamber, question: Question, today: date, now: datetime) -> Dashboard:
    """The answer to *question*, computed now."""
    asked = question.asked
    today = legacy_series.known_on(today, asked.batch) if asked.legacy else today
    found = sums(asked, today)
    sources: Mapping[str, Any] = {}
    if not asked.legacy:
        sources = report_sources.sources(None, asked.first, asked.last, asked.as_of, narrowed=question.narrowed)
    ctx = reporting.context(chamber, found, **sources)
    entries = tuple((entry, told(entry, figure, question)) for entry, figure in reporting.figures(ctx))
    line = t.curve(found)
    horizons, endings = _endings(found, line)
    return Dashboard(
        question=question,
        key=(),
        at=now,
        filed=found.cohort.n("filed"),
        backlog=sum(found.stock.still_open(asked.as_of).values()),
        entries=entries,
        times=_times(question, found, line, ctx.names, today),
        ages=_ages(found),
        phases=() if asked.legacy else tuple(_phases(found)),
        steps=() if asked.legacy else _steps(found),
        horizons=horizons,
        endings=endings,
        incidence=_incidence(found, line),
        months=_months(found),
        comparisons=_comparisons(question, {entry.id: figure for entry, figure in entries}),
        names=ctx.names,
    )


def told(indicator: Indicator, figure: Figure, question: Question) -> Figure:
    """*figure* as it may be shown: no days of a handful of cases, no comparison within a single value."""
    if question.narrowed and indicator.id in BY_VALUE:
        return unknown(NOT_CUT)
    if indicator.unit is not Unit.DAYS or not figure.n:
        return figure
    if figure.n < FEW:
        return Figure(n=figure.n, why=FEW_CASES)
    parts = tuple(part if part.n >= FEW else replace(part, value=None, low=None, high=None) for part in figure.parts)
    return replace(figure, parts=parts)


def few_left(line: Curve) -> float:
    """The last day up to which a curve is shown: afterwards fewer than ``AT_RISK`` cases are in sight."""
    shown = [day for day, risk in zip(line.times, line.at_risk, strict=True) if risk >= AT_RISK]
    return shown[-1] if shown else 0


def _line(key: str, label: str, line: Curve) -> Line:
    until = few_left(line)
    places = [day for day, ended in zip(line.times, line.ended, strict=True) if ended and day <= until]
    points = [chart_data.CurvePoint(0, 1.0, 1.0, 1.0, line.n)] if not places or places[0] > 0 else []
    for day in places:
        low, high = line.limits(day, Interval.LOG_LOG)
        points.append(chart_data.CurvePoint(int(day), line.at(day), low, high, line.risk_at(day)))
    observed = tuple((int(day), risk) for day, risk in zip(line.times, line.at_risk, strict=True))
    return Line(key, t.quantile(line, t.HALF), chart_data.Curve(label, line.n, tuple(points), observed))


def _times(question: Question, found: Sums, line: Curve, names: Mapping[str, Mapping[str, str]], today: date) -> Times:
    curves: list[tuple[str, str, Curve]] = []
    asked = question.asked
    if question.compare is not Dimension.ALL:
        split = {value: t.curve(narrowed) for value, narrowed in found.by(question.compare).items()}
        largest = sorted(split, key=lambda value: (-split[value].n, value))[:GROUPS]
        known = names.get(question.compare.value, {})
        curves = [(value, known.get(value, value), split[value]) for value in largest if split[value].n >= FEW]
    elif question.narrowed:
        whole = sums(replace(asked, dimension=Dimension.ALL, value=""), today)
        others = _without(whole, found)
        if min(others.n, line.n) >= FEW:
            curves = [("", N_("Os demais casos"), others)]
    tested = [curve for _key, _label, curve in curves] + ([line] if question.narrowed and curves else [])
    labels = tuple(label for _key, label, _curve in curves)
    chance = log_rank(tested) if len(tested) > 1 else None
    return Times(
        told=line.n >= FEW,
        n=line.n,
        ended=line.events,
        half=t.quantile_of(found, t.HALF),
        nine_tenths=t.quantile_of(found, t.NINE_TENTHS),
        line=_line("all", N_("Este recorte") if question.narrowed else N_("Todos"), line),
        groups=tuple(_line(key, label, curve) for key, label, curve in curves),
        compared=labels if chance else (),
        p=chance.p if chance and chance.degrees else None,
    )


def _without(whole: Sums, part: Sums) -> Curve:
    """The curve of the cases of *whole* that are not in *part*."""

    def less(all_days: Mapping[int, int], days: Mapping[int, int]) -> dict[Day, int]:
        # an act may commit between the two reads: never below nothing
        left: dict[Day, int] = {day: max(0, n - days.get(day, 0)) for day, n in all_days.items()}
        return {day: n for day, n in left.items() if n}

    on = whole.asked.as_of
    return kaplan_meier(
        less(whole.cohort.ended(), part.cohort.ended()), less(whole.cohort.still_open(on), part.cohort.still_open(on))
    )


def _ages(found: Sums) -> tuple[Age, ...]:
    return tuple(Age(label, turns, sum(turns.values())) for label, turns in indicators.ages(found).items())


def old_ones(ages: Sequence[Age]) -> tuple[int, dict[str, int]]:
    """How many open cases are older than ``OLD`` days, and by whose turn."""
    after = [label for low, _high, label in indicators.AGES if low > OLD]
    turns: dict[str, int] = {}
    for age in ages:
        if age.label in after:
            for turn, n in age.turns.items():
                turns[turn] = turns.get(turn, 0) + n
    return sum(turns.values()), turns


def _phases(found: Sums) -> list[PhaseTime]:
    rows = []
    for phase in Phase:
        line = t.curve_of_phase(found, phase)
        if not line.n:
            continue
        levels = (t.QUARTER, t.HALF, t.THREE_QUARTERS, t.NINE_TENTHS)
        days = [line.first_crossing(level) if line.n >= FEW else None for level in levels]
        rows.append(PhaseTime(phase.value, phase.label, line.n, sum(line.censored), *days))
    return rows


def _steps(found: Sums) -> tuple[Step, ...]:
    cohort = found.cohort
    filed = cohort.n("filed")
    counted = (
        (N_("Pedidos recebidos"), filed),
        (N_("Aceitos"), cohort.n("admitted")),
        (N_("Com reunião"), cohort.n("with_session")),
        (N_("Com acordo"), cohort.n(f"end:{AGREEMENT}")),
    )
    return tuple(Step(label, n, n / filed) for label, n in counted) if filed else ()


def _endings(found: Sums, line: Curve) -> tuple[tuple[int, ...], tuple[Ending, ...]]:
    """How cases of the cohort ended, and by when: the shares of all outcomes and of "open" sum to one."""
    ended = found.cohort.counters("end")
    horizons = tuple(day for day in HORIZONS if line.risk_at(day) >= AT_RISK) if line.n >= FEW else ()
    shares = t.incidence(found, horizons) if horizons else {}
    known = {**indicators.OUTCOMES, **{key: key for key in ended if key not in indicators.OUTCOMES}}
    rows = [
        Ending(key, label, ended[key], shares.get(key, (0.0,) * len(horizons)))
        for key, label in known.items()
        if ended.get(key)
    ]
    still = sum(found.cohort.still_open(found.asked.as_of).values())
    if rows or still:
        rows.append(Ending("open", N_("Ainda em aberto"), still, tuple(line.at(day) for day in horizons)))
    return horizons, tuple(rows)


def _incidence(found: Sums, line: Curve) -> dict[str, tuple[tuple[int, float], ...]]:
    """By outcome the share of cases that had ended so by each of some days, for the drawing (Aalen and Johansen).

    Values only: ``indicator_times.incidence`` computes the errors too, which takes a hundred times as long.
    """
    last = int(few_left(line)) if line.n >= FEW else 0
    days = sorted({round(last * place / GRID) for place in range(1, GRID + 1)} - {0})
    shares: dict[str, tuple[tuple[int, float], ...]] = {}
    for name, ended in found.cohort.under("end").items():
        total, reached, place = 0.0, [], 0
        for day in days:
            while place < len(line.times) and line.times[place] <= day:
                before = line.survival[place - 1] if place else 1.0
                total += before * ended.get(int(line.times[place]), 0) / line.at_risk[place]
                place += 1
            reached.append((day, total))
        if total:
            shares[name] = tuple(reached)
    return shares


def _months(found: Sums) -> tuple[Month, ...]:
    """Month by month, from the first filing; within the days asked for. What is open is counted from the beginning."""
    asked = found.asked
    first = asked.first.year * 100 + asked.first.month if asked.first else 0
    last = asked.until.year * 100 + asked.until.month
    rows, left = [], 0
    dated = not found.stock.n("undated")
    for month, (filed, resolved) in found.flow().items():
        left += filed - resolved
        if first <= month <= last:
            rows.append(Month(month, filed, resolved, left if dated and left >= 0 else None))
    return tuple(rows)


def _comparisons(question: Question, figures: Mapping[str, Figure]) -> tuple[Comparison, ...]:
    if question.narrowed:
        return ()
    whole = figures["time_to_resolution"]
    wanted = [question.compare] if question.compare is not Dimension.ALL else list(COMPARED)
    tables = []
    for dimension in wanted:
        parts = figures[COMPARED[dimension]].parts
        if parts:
            tables.append(Comparison(dimension, tuple(Compared(part, _beside(part, whole)) for part in parts)))
    return tuple(tables)


def _beside(part: Part, whole: Figure) -> str:
    """Whether the interval of *part* and that of the whole have a day in common."""
    if part.n < FEW:
        return "few"
    if part.low is None or whole.low is None:
        return "open"
    if part.high is not None and part.high < whole.low:
        return "faster"
    if whole.high is not None and whole.high < part.low:
        return "slower"
    return "same"
