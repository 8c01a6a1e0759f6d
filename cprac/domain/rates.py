"""Shares and their doubt: intervals that hold for small numbers too."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from cprac.domain.survival import Z95


def wilson(part: int, whole: int) -> tuple[float, float]:
    """The 95 % interval of the share *part* of *whole* (Wilson, JASA 22 (1927) 209). *whole* is above zero."""
    if not 0 <= part <= whole or whole == 0:
        raise ValueError(f"{part} de {whole} não é uma parte de um todo")
    share, square = part / whole, Z95 * Z95
    middle = share + square / (2 * whole)
    spread = Z95 * math.sqrt(share * (1 - share) / whole + square / (4 * whole * whole))
    scale = 1 + square / whole
    low = 0.0 if part == 0 else (middle - spread) / scale
    high = 1.0 if part == whole else (middle + spread) / scale
    return max(0.0, low), min(1.0, high)


# --- exact intervals --------------------------------------------------------------------------------------------------

TAIL = 0.025
"""What each side of a 95 % interval leaves out."""


def clopper_pearson(part: int, whole: int) -> tuple[float, float]:
    """The exact 95 % interval of the share *part* of *whole* (Clopper & Pearson, Biometrika 26 (1934) 404).

    It never promises more than 95 %, so it is wider than Wilson's. *whole* is above zero; ValueError otherwise.
    """
    if not 0 <= part <= whole or whole == 0:
        raise ValueError(f"{part} de {whole} não é uma parte de um todo")
    low = 0.0 if part == 0 else _beta_quantile(TAIL, part, whole - part + 1)
    high = 1.0 if part == whole else _beta_quantile(1 - TAIL, part + 1, whole - part)
    return low, high


def _beta_quantile(q: float, a: int, b: int) -> float:
    """The point below which the beta distribution (*a*, *b*) has *q* of its mass, by halving."""
    low, high = 0.0, 1.0
    while (middle := (low + high) / 2) not in (low, high):
        if _beta_mass(middle, a, b) < q:
            low = middle
        else:
            high = middle
    return middle


def _beta_mass(x: float, a: int, b: int) -> float:
    """The regularised incomplete beta function, by its continued fraction (DLMF 8.17.22), Lentz's way."""
    if x > (a + 1) / (a + b + 2):  # the fraction converges fast on the other side
        return 1 - _beta_mass(1 - x, b, a)
    log_front = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    tiny = 1e-300
    c, d = 1.0, 1 / ((1 - (a + b) * x / (a + 1)) or tiny)
    found, m = d, 0
    while True:
        m += 1
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        d = 1 / ((1 + even * d) or tiny)
        c = (1 + even / c) or tiny
        found *= c * d
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        d = 1 / ((1 + odd * d) or tiny)
        c = (1 + odd / c) or tiny
        found *= c * d
        if abs(c * d - 1) < 1e-15 or m > 100_000:
            return math.exp(log_front) * found / a


class Change(StrEnum):
    """What a rate ratio lets one say."""

    FEWER = "fewer"
    MORE = "more"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class RateRatio:
    """How many times as often something happened afterwards; ``high`` is infinite where it never happened before."""

    ratio: float
    low: float
    high: float

    @property
    def change(self) -> Change:
        """Unclear where the interval includes 1: then nothing may be said yet."""
        if self.high < 1:
            return Change.FEWER
        return Change.MORE if self.low > 1 else Change.UNCLEAR


def rate_ratio(before: int, after: int, days_before: int, days_after: int) -> RateRatio | None:
    """The rate *after* divided by the rate *before*, with its exact 95 % interval; None where nothing happened.

    Of all that happened, what fell after is binomial given the total (Przyborowski & Wilenski, Biometrika 31 (1940)
    313), so Clopper and Pearson's interval of that share gives the interval of the ratio. Days are above zero.
    """
    if min(before, after) < 0 or min(days_before, days_after) <= 0:
        raise ValueError("contagens e dias não podem ser negativos")
    if before + after == 0:
        return None
    scale = days_before / days_after

    def ratio(share: float) -> float:
        return math.inf if share >= 1 else share / (1 - share) * scale

    low, high = clopper_pearson(after, before + after)
    return RateRatio(ratio(after / (before + after)), ratio(low), ratio(high))
