"""Shares and their doubt: intervals that hold for small numbers too."""

from __future__ import annotations

import math

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
