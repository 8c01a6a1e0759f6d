"""The functions of the catalogue that speak of time. Pure; each is named in exactly one entry of ``reporting``.

Open cases count as long as they have lasted; those of closed cases only are there to stand beside what others publish.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from cprac.domain.case_measures import Phase
from cprac.domain.states import Turn
from cprac.domain.survival import Z95, Curve, Histogram, Interval, aalen_johansen, kaplan_meier
from cprac.domain.tallies import TURNS, Dimension
from cprac.domain.words import N_
from cprac.services.curve_grid import places_by
from cprac.services.indicator_kinds import NOBODY_YET, NONE_ENDED, Context, Figure, Part, split, unknown
from cprac.services.sums import Sums

NOT_REACHED = N_("Ainda não dá para afirmar: menos da metade dos casos terminou.")
HALF, NINE_TENTHS, QUARTER, THREE_QUARTERS = Fraction(1, 2), Fraction(9, 10), Fraction(1, 4), Fraction(3, 4)

TURN_NAMES = {
    Turn.CITY.value: N_("Prefeitura"),
    Turn.CITIZEN.value: N_("Partes"),
    Turn.COURT.value: N_("Justiça"),
    Turn.CHAMBER.value: N_("Câmara"),
}


def curve(sums: Sums) -> Curve:
    """The survival curve of the cohort: days from filing to the end, open cases counted as long as they have lasted."""
    return sums.curve


def curve_net(sums: Sums) -> Curve:
    """The same without the days on which the case was paused."""
    return kaplan_meier(sums.cohort.ended_net(), sums.cohort.still_open_net(sums.asked.as_of))


def curve_of_phase(sums: Sums, phase: Phase) -> Curve:
    """Days in one phase: those still in it count as long as they have been there."""
    return kaplan_meier(*sums.cohort.in_phase(phase, sums.asked.as_of))


def incidence(sums: Sums, days: tuple[int, ...]) -> dict[str, tuple[float, ...]]:
    """By outcome the share of cases that had ended with it by each of *days* (Aalen and Johansen)."""
    causes: dict[str, Histogram] = {name: hist for name, hist in sums.cohort.under("end").items() if hist}
    found = aalen_johansen(causes, sums.cohort.still_open(sums.asked.as_of), days)
    return {name: tuple(step.value for step in steps) for name, steps in found.items()}


@dataclass(frozen=True, slots=True)
class Quantile:
    """The day by which a share of cases had ended: first crossing, with its interval; None where not reached."""

    value: float | None
    low: float | None
    high: float | None


def quantile(line: Curve, level: Fraction) -> Quantile:
    """The first day by which *level* had ended (exact), and the limits that R's survfit gives (log-log)."""
    limits = line.quantile(level, Interval.LOG_LOG)
    return Quantile(line.first_crossing(level), limits.lower, limits.upper)


def quantile_of(sums: Sums, level: Fraction) -> Quantile:
    """The *level* quantile of the curve of the cohort, reckoned once for the catalogue, the page and its drawings."""
    if level not in sums.kept:
        sums.kept[level] = quantile(sums.curve, level)
    found: Quantile = sums.kept[level]
    return found


def days_until(line: Curve, found: Quantile, level: Fraction) -> Figure:
    """The *level* quantile *found* of a curve as a figure."""
    if not line.n:
        return unknown(NOBODY_YET)
    if found.value is None:
        return Figure(low=found.low, n=line.n, why=NOT_REACHED if level == HALF else N_("Ainda não dá para afirmar."))
    return Figure(found.value, found.low, found.high, line.events, line.n, line.n)


def median_days(ctx: Context) -> Figure:
    """Half of the cases end within so many days."""
    return days_until(ctx.sums.curve, quantile_of(ctx.sums, HALF), HALF)


def nine_in_ten_days(ctx: Context) -> Figure:
    """Nine in ten cases end within so many days."""
    return days_until(ctx.sums.curve, quantile_of(ctx.sums, NINE_TENTHS), NINE_TENTHS)


def median_net(ctx: Context) -> Figure:
    """The median without pauses."""
    line = curve_net(ctx.sums)
    return days_until(line, quantile(line, HALF), HALF)


def quartiles(ctx: Context) -> Figure:
    """The quarter, the half and three quarters of the cases."""
    line = curve(ctx.sums)
    if not line.n:
        return unknown(NOBODY_YET)
    parts = []
    for key, label, level in (
        ("p25", N_("1 em cada 4"), QUARTER),
        ("p50", N_("Metade"), HALF),
        ("p75", N_("3 em cada 4"), THREE_QUARTERS),
        ("p90", N_("9 em cada 10"), NINE_TENTHS),
    ):
        found = quantile_of(ctx.sums, level)
        parts.append(Part(key, label, found.value, line.n, found.low, found.high))
    return Figure(n=line.n, parts=tuple(parts))


def mean_days(ctx: Context) -> Figure:
    """The restricted mean: the average when each case is followed up to the longest time seen."""
    line = curve(ctx.sums)
    if not line.events or line.max_time is None:
        return unknown(NONE_ENDED)
    found = line.restricted_mean(line.max_time)
    width = Z95 * found.se
    return Figure(found.value, max(0.0, found.value - width), found.value + width, n=line.n)


def _closed(sums: Sums) -> dict[int, int]:
    return sums.period.ended()


def closed_median(ctx: Context) -> Figure:
    """The median of closed cases only, for comparison with what others publish."""
    found = _closed(ctx.sums)
    total = sum(found.values())
    if not total:
        return unknown(NONE_ENDED)
    return Figure(_plain_quantile(found, HALF), n=total)


def closed_mean(ctx: Context) -> Figure:
    """The mean of closed cases only, for comparison with what others publish."""
    found = _closed(ctx.sums)
    total = sum(found.values())
    return Figure(sum(day * n for day, n in found.items()) / total, n=total) if total else unknown(NONE_ENDED)


def closed_nine_in_ten(ctx: Context) -> Figure:
    """The ninth decile of closed cases only."""
    found = _closed(ctx.sums)
    total = sum(found.values())
    return Figure(_plain_quantile(found, NINE_TENTHS), n=total) if total else unknown(NONE_ENDED)


def _plain_quantile(found: Mapping[int, int], level: Fraction) -> float:
    """The first day by which the share *level* is reached; the middle where a gap begins exactly at it."""
    total, seen = sum(found.values()), 0
    days = sorted(found)
    for place, day in enumerate(days):
        seen += found[day]
        if seen == level * total and place + 1 < len(days):
            return (day + days[place + 1]) / 2
        if seen >= level * total:
            return day
    return days[-1]


def by_phase(ctx: Context) -> Figure:
    """Median days in each phase, over the cases that went through it or are in it."""
    parts = []
    for phase in Phase:
        line = curve_of_phase(ctx.sums, phase)
        if line.n:
            found = quantile(line, HALF)
            parts.append(Part(phase.value, phase.label, found.value, line.n, found.low, found.high))
    return Figure(n=max(part.n for part in parts), parts=tuple(parts)) if parts else unknown(NOBODY_YET)


def _waits(sums: Sums) -> dict[str, int]:
    found = {turn.value: sums.cohort.days(f"wait:{turn.value}") for turn in TURNS}
    return {turn: sum(day * n for day, n in days.items()) for turn, days in found.items()}


def waiting(ctx: Context) -> Figure:
    """Whom resolved cases waited for: days, all cases together."""
    return split(_waits(ctx.sums), TURN_NAMES)


def _waiting_share(ctx: Context, turn: Turn) -> Figure:
    found = _waits(ctx.sums)
    total = sum(found.values())
    if not total:
        return unknown(NONE_ENDED)
    return Figure(found[turn.value] / total, numerator=found[turn.value], denominator=total, n=total)


def waiting_city(ctx: Context) -> Figure:
    """The share of days on which the city was waited for."""
    return _waiting_share(ctx, Turn.CITY)


def waiting_citizen(ctx: Context) -> Figure:
    """The share of days on which the parties were waited for."""
    return _waiting_share(ctx, Turn.CITIZEN)


def waiting_court(ctx: Context) -> Figure:
    """The share of days on which the court was waited for."""
    return _waiting_share(ctx, Turn.COURT)


def waiting_chamber(ctx: Context) -> Figure:
    """The share of days on which the chamber was waited for."""
    return _waiting_share(ctx, Turn.CHAMBER)


def _medians(ctx: Context, dimension: Dimension) -> Figure:
    parts = [
        Part(value, ctx.label(dimension.value, value), found.median, found.n, found.low, found.high)
        for value, found in places_by(ctx.sums.by(dimension)).items()
    ]
    if not parts:
        return unknown(NOBODY_YET)
    return Figure(n=sum(part.n for part in parts), parts=tuple(sorted(parts, key=lambda part: (-part.n, part.key))))


def median_by_matter(ctx: Context) -> Figure:
    """The median by matter."""
    return _medians(ctx, Dimension.MATTER)


def median_by_agency(ctx: Context) -> Figure:
    """The median by agency."""
    return _medians(ctx, Dimension.AGENCY)


def median_by_priority(ctx: Context) -> Figure:
    """The median of people with priority by law."""
    return _medians(ctx, Dimension.PRIORITY)


def median_by_channel(ctx: Context) -> Figure:
    """The median by how the request arrived."""
    return _medians(ctx, Dimension.CHANNEL)
