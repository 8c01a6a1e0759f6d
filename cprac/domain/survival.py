"""How long cases take, open ones counted too: Kaplan–Meier, Aalen–Johansen and the log-rank test, from day histograms.

A mean over closed cases hides those that wait; these estimators do not. Input is never a list of cases but, for each
duration, how many ended and how many were still open: the size of the register does not matter. Sources: Kaplan and
Meier, JASA 53 (1958) 457; Greenwood (1926) for the variance; Brookmeyer and Crowley, Biometrics 38 (1982) 29 for the
intervals of quantiles; Aalen and Johansen, Scand. J. Statist. 5 (1978) 141; Gaynor et al., JASA 88 (1993) 400 for the
variance of an incidence; Mantel, Cancer Chemother. Rep. 50 (1966) 163 for the log-rank test. At equal durations ends
come before censorings.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise

Day = int | float
Histogram = Mapping[Day, int]
"""How many at each duration, in days (or in any unit, as long as it is one)."""

Z95 = 1.959963984540054
"""The 97.5 % point of the normal distribution: intervals are of 95 %."""

DOUBT = 1e-9
"""Where S(t) is nearer than this to the level asked for, the two are compared as exact fractions."""


class SurvivalError(ValueError):
    """Durations that no estimate can be made of. The message is one line of Portuguese."""


class Interval(StrEnum):
    """On which scale the interval of a survival is symmetric. Pages show LOG_LOG; the others are for comparison."""

    PLAIN = "plain"
    LOG = "log"
    LOG_LOG = "log-log"


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with the limits of its interval. None: not reached, or (a limit) without bound in what was seen."""

    value: Day | None
    lower: Day | None
    upper: Day | None


@dataclass(frozen=True, slots=True)
class Mean:
    """The restricted mean: average duration when every case is followed for at most ``until``."""

    until: Day
    value: float
    se: float


def histogram(durations: Iterable[Day]) -> dict[Day, int]:
    """Count durations: ``[3, 3, 5]`` → ``{3: 2, 5: 1}``. Negative or unreal ones are refused."""
    counted = Counter(durations)
    for day in counted:
        if not (math.isfinite(day) and day >= 0):
            raise SurvivalError(f"a duração {day} não é um número de dias a partir de zero")
    return dict(counted)


@dataclass(frozen=True, slots=True)
class Curve:
    """A Kaplan–Meier curve: for each time at which a case ended or was last seen, in order, what held there.

    ``survival[i]`` holds from ``times[i]`` on; ``hazard_variance[i]`` is Greenwood's sum up to it (infinite where the
    curve has reached zero). ``n`` counts every case, ``at_risk[i]`` those in sight just before ``times[i]``.
    """

    n: int
    times: tuple[Day, ...]
    at_risk: tuple[int, ...]
    ended: tuple[int, ...]
    censored: tuple[int, ...]
    survival: tuple[float, ...]
    hazard_variance: tuple[float, ...]
    entered: tuple[Day, ...] = ()
    left: tuple[Day, ...] = ()

    @property
    def events(self) -> int:
        """How many cases ended."""
        return sum(self.ended)

    @property
    def max_time(self) -> Day | None:
        """The longest duration seen, ended or not; None without cases."""
        return self.times[-1] if self.times else None

    def _place(self, day: Day) -> int:
        return bisect_right(self.times, day) - 1

    def at(self, day: Day) -> float:
        """S(day): the share of cases that take longer than *day*."""
        place = self._place(day)
        return 1.0 if place < 0 else self.survival[place]

    def risk_at(self, day: Day) -> int:
        """How many cases are in sight just before *day* and may end on it."""
        if self.entered:
            return bisect_left(self.entered, day) - bisect_left(self.left, day)
        place = bisect_left(self.times, day)
        return self.at_risk[place] if place < len(self.times) else 0

    def standard_error(self, day: Day) -> float | None:
        """Greenwood's standard error of S(day); None once the curve is at zero, where none is known."""
        place = self._place(day)
        if place < 0:
            return 0.0
        variance = self.hazard_variance[place]
        return None if math.isinf(variance) else self.survival[place] * math.sqrt(variance)

    def limits(self, day: Day, kind: Interval = Interval.LOG_LOG) -> tuple[float | None, float | None]:
        """The 95 % interval of S(day) on the scale *kind*; (None, None) once the curve is at zero."""
        place = self._place(day)
        return (1.0, 1.0) if place < 0 else self._limits(place, kind)

    def _limits(self, place: int, kind: Interval) -> tuple[float | None, float | None]:
        share, variance = self.survival[place], self.hazard_variance[place]
        if math.isinf(variance) or share <= 0:
            return None, None
        if variance == 0:  # nothing has ended yet
            return 1.0, 1.0
        width = Z95 * math.sqrt(variance)
        if kind is Interval.PLAIN:
            return max(share - share * width, 0.0), min(share + share * width, 1.0)
        if kind is Interval.LOG:
            return share * math.exp(-width), min(share * math.exp(width), 1.0)
        spread = width / math.log(share)
        double = math.log(-math.log(share))
        return math.exp(-math.exp(double - spread)), math.exp(-math.exp(double + spread))

    # --- quantiles ----------------------------------------------------------------------------------------------------

    def first_crossing(self, share: Fraction = Fraction(1, 2)) -> Day | None:
        """The first day by which at least *share* of the cases have ended; None where that was not reached.

        The comparison is exact: in doubt the product of fractions is built (a plateau at exactly one half counts).
        """
        level = 1 - share
        for place in range(len(self.times)):
            if not self.ended[place]:
                continue
            gap = self.survival[place] - float(level)
            if gap <= -DOUBT or (gap <= DOUBT and self._exact(place) <= level):
                return self.times[place]
        return None

    def _exact(self, place: int) -> Fraction:
        top = bottom = 1
        for risk, ended in zip(self.at_risk[: place + 1], self.ended[: place + 1], strict=True):
            if ended:
                top *= risk - ended
                bottom *= risk
        return Fraction(top, bottom)

    def quantile(self, share: Fraction = Fraction(1, 2), kind: Interval = Interval.LOG_LOG) -> Estimate:
        """The *share* quantile with its 95 % interval (Brookmeyer and Crowley); a plateau answers with its middle.

        The interval is made of the days on which the limits of the curve cross the level, as R's ``survfit`` does.
        """
        places, level = range(len(self.times)), float(1 - share)
        return Estimate(
            self._crossing(self.survival, level),
            self._crossing((self._limits(place, kind)[0] for place in places), level),
            self._crossing((self._limits(place, kind)[1] for place in places), level, rises=kind is Interval.LOG),
        )

    def _crossing(self, line: Iterable[float | None], level: float, *, rises: bool = False) -> Day | None:
        """The day on which *line* comes down to *level*; the middle of a plateau that lies exactly on it.

        *line* is read no further than it must be. The upper limit on the log scale may rise again where few cases are
        left: with *rises* it is read in the order of its heights, as R does, not of its days.
        """
        steps = ((day, height) for day, height in zip(self.times, line, strict=True) if height is not None)
        if rises:
            steps = (step for step in sorted(steps, key=lambda step: -step[1]))
        for day, height in steps:
            if height < level - DOUBT:
                return day
            if height <= level + DOUBT:
                end = day
                for later, lower in steps:
                    end = later
                    if lower < height - DOUBT:
                        break
                return _plain((day + end) / 2)
        return None

    def restricted_mean(self, until: Day) -> Mean:
        """The area under the curve up to *until*, with the standard error of Greenwood's kind."""
        days = [day for day in self.times if day < until]
        edges = [0, *days, until]
        heights = [1.0, *self.survival[: len(days)]]
        areas = [(end - start) * height for (start, end), height in zip(pairwise(edges), heights, strict=True)]
        rest = value = math.fsum(areas)
        variance = 0.0
        for place in range(len(days)):
            rest -= areas[place]  # what lies under the curve from times[place] on
            risk, ended = self.at_risk[place], self.ended[place]
            if ended and risk > ended:
                variance += rest * rest * ended / (risk * (risk - ended))
        return Mean(until, value, math.sqrt(variance))


def _plain(day: float) -> Day:
    return int(day) if day == int(day) else day


def kaplan_meier(ended: Histogram, censored: Histogram | None = None, entered: Histogram | None = None) -> Curve:
    """Estimate the curve from how many ended and how many were last seen open at each duration.

    ``entered`` (left truncation) counts, by duration, when each case came into sight: one that enters on day e is at
    risk from the day after. Without it all are in sight from the start, the day zero included. Raises SurvivalError
    where more leave than were there.
    """
    censored = censored or {}
    times = tuple(sorted(day for day in ended.keys() | censored.keys() if ended.get(day, 0) + censored.get(day, 0)))
    deaths = tuple(ended.get(day, 0) for day in times)
    losses = tuple(censored.get(day, 0) for day in times)
    leaving = [one + other for one, other in zip(deaths, losses, strict=True)]
    n = sum(leaving)
    arrivals: list[Day] = []
    if entered is not None:
        arrivals = sorted(day for day, count in entered.items() for _ in range(count))
        if len(arrivals) != n:
            raise SurvivalError(f"entraram {len(arrivals)} casos e saíram {n}")
    risks: list[int] = []
    survival: list[float] = []
    variances: list[float] = []
    gone, share, variance = 0, 1.0, 0.0
    for day, deaths_here, leaving_here in zip(times, deaths, leaving, strict=True):
        risk = (bisect_left(arrivals, day) if entered is not None else n) - gone
        if risk < leaving_here:
            raise SurvivalError(f"no dia {day} saem {leaving_here} casos e só {risk} estavam à vista")
        if deaths_here:
            share *= (risk - deaths_here) / risk
            variance += deaths_here / (risk * (risk - deaths_here)) if risk > deaths_here else math.inf
        gone += leaving_here
        risks.append(risk)
        survival.append(share)
        variances.append(variance)
    exits = sorted(day for day, count in zip(times, leaving, strict=True) for _ in range(count)) if arrivals else []
    return Curve(
        n, times, tuple(risks), deaths, losses, tuple(survival), tuple(variances), tuple(arrivals), tuple(exits)
    )


# --- competing outcomes -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Incidence:
    """The share of cases that have ended with one outcome by a day, with its standard error and 95 % interval."""

    day: Day
    value: float
    se: float
    lower: float | None
    upper: float | None


def aalen_johansen(
    causes: Mapping[str, Histogram], censored: Histogram, at: Sequence[Day], entered: Histogram | None = None
) -> dict[str, tuple[Incidence, ...]]:
    """Cumulative incidence of each outcome at the days *at*: the outcomes and "still open" sum to one.

    One minus Kaplan–Meier for a single outcome overstates it, for it takes the others as censored. Variance by the
    delta method (Gaynor et al.); interval on the log scale. ``entered`` as in ``kaplan_meier``.
    """
    every: Counter[Day] = Counter()
    for ended in causes.values():
        every.update(ended)
    curve = kaplan_meier(every, censored, entered)
    return {name: _incidence(curve, ended, at) for name, ended in causes.items()}


def _incidence(curve: Curve, ended: Histogram, at: Sequence[Day]) -> tuple[Incidence, ...]:
    before = (1.0, *curve.survival)
    steps: list[tuple[Day, float, int, int, float, int]] = []
    total = 0.0
    for place, day in enumerate(curve.times):
        risk, all_ended, here = curve.at_risk[place], curve.ended[place], ended.get(day, 0)
        if not all_ended:
            continue
        total += before[place] * here / risk
        steps.append((day, total, risk, all_ended, before[place], here))
    days = [step[0] for step in steps]
    found = []
    for day in at:
        reached = steps[: bisect_right(days, day)]
        value = reached[-1][1] if reached else 0.0
        se = math.sqrt(max(0.0, math.fsum(_variance(value, *step[1:]) for step in reached)))
        spread = math.exp(Z95 * se / value) if value else None
        limits = (value / spread, min(1.0, value * spread)) if spread else (None, None)
        found.append(Incidence(day, value, se, *limits))
    return tuple(found)


def _variance(value: float, here: float, risk: int, all_ended: int, before: float, ended: int) -> float:
    """What one day adds to the variance of an incidence that is *value* at the end and *here* on that day."""
    ahead = value - here
    common = ahead * ahead * all_ended / (risk * (risk - all_ended)) if risk > all_ended else 0.0
    own = before * before * ended * (risk - ended) / risk**3
    return common + own - 2 * ahead * before * ended / (risk * risk)


# --- groups -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LogRank:
    """The test that groups end at the same pace: small ``p`` says that they do not. Groups in the order given."""

    chi_square: float
    degrees: int
    p: float
    observed: tuple[int, ...]
    expected: tuple[float, ...]


def log_rank(groups: Sequence[Curve]) -> LogRank:
    """Compare the curves of two groups or more (Mantel). Raises SurvivalError for fewer than two."""
    if len(groups) < 2:
        raise SurvivalError("para comparar são precisos dois grupos ou mais")
    size = len(groups)
    expected = [0.0] * size
    covariance = [[0.0] * size for _ in range(size)]
    places = [{day: place for place, day in enumerate(curve.times)} for curve in groups]
    days = {day for curve in groups for day, ended in zip(curve.times, curve.ended, strict=True) if ended}
    for day in sorted(days):
        risks = [curve.risk_at(day) for curve in groups]
        ended = sum(curve.ended[known[day]] if day in known else 0 for curve, known in zip(groups, places, strict=True))
        risk = sum(risks)
        spread = ended * (risk - ended) / (risk * risk * (risk - 1)) if risk > 1 else 0.0
        for i, mine in enumerate(risks):
            expected[i] += ended * mine / risk
            for j, other in enumerate(risks):
                covariance[i][j] += spread * (mine * (risk if i == j else 0) - mine * other)
    observed = [curve.events for curve in groups]
    used = [i for i in range(size) if expected[i] > 0]
    degrees = len(used) - 1
    if degrees < 1:
        return LogRank(0.0, 0, 1.0, tuple(observed), tuple(expected))
    kept = used[:-1]  # the differences sum to zero: one group follows from the others
    gaps = [observed[i] - expected[i] for i in kept]
    weights = _solved([[covariance[i][j] for j in kept] for i in kept], gaps)
    chi = math.fsum(gap * weight for gap, weight in zip(gaps, weights, strict=True))
    return LogRank(chi, degrees, chi_square_tail(chi, degrees), tuple(observed), tuple(expected))


def _solved(matrix: list[list[float]], right: Sequence[float]) -> list[float]:
    """Solve a small system by elimination with pivoting; a direction without variance gets no weight."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    size = len(rows)
    for place in range(size):
        best = max(range(place, size), key=lambda i: abs(rows[i][place]))
        rows[place], rows[best] = rows[best], rows[place]
        pivot = rows[place][place]
        if abs(pivot) < 1e-12:
            rows[place] = [0.0] * place + [1.0] + [0.0] * (size - place)
            continue
        rows[place] = [cell / pivot for cell in rows[place]]
        for other in range(size):
            if other != place and rows[other][place]:
                factor = rows[other][place]
                rows[other] = [a - factor * b for a, b in zip(rows[other], rows[place], strict=True)]
    return [row[-1] for row in rows]


def chi_square_tail(value: float, degrees: int) -> float:
    """The probability that a chi-square variable exceeds *value*.

    By the finite sums for even and odd degrees of freedom (Abramowitz and Stegun 26.4.4, 26.4.5), exact to rounding.
    """
    if value <= 0:
        return 1.0
    half = value / 2
    if degrees % 2 == 0:
        tail, term, first = math.exp(-half), math.exp(-half), 1
        for k in range(first, degrees // 2):
            term *= half / k
            tail += term
        return min(1.0, tail)
    tail, term = math.erfc(math.sqrt(half)), math.sqrt(half) * math.exp(-half) / math.gamma(1.5)
    for k in range((degrees - 1) // 2):
        tail += term
        term *= half / (k + 1.5)
    return min(1.0, tail)
