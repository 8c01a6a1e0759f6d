"""How long cases take, as a release tells it: the curve at fixed days in coarse steps, and times in steps of five days.

Both count every native case so far, open ones too, so each release nearly repeats the one before it: steps are so wide
that the difference between two releases never stands for few cases.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

from cprac.domain import disclosure
from cprac.domain.disclosure import rounded
from cprac.domain.open_tables import Cell, OpenTable, column
from cprac.domain.regulation_parts import StatisticsRules
from cprac.domain.survival import Z95, Curve
from cprac.domain.words import N_

CURVE_DAYS = (30, 60, 90, 120, 180, 270, 365, 545, 730, 1095)
"""The days at which the curve is told."""

CURVE_STEPS = (1, 2, 5, 10)
"""Percent steps a curve may be told in: the finest of them that stands for at least ``disclosure.WIDTH`` cases."""

SHARES = (25, 50, 75, 80)
DAY_STEP = 5
"""Times over all cases so far are told to the nearest multiple of this, so that one more case rarely moves them."""


def curve_rows(curve: Curve) -> list[tuple[Cell, ...]]:
    """The curve at fixed days, in steps so coarse that each stands for at least ``disclosure.WIDTH`` cases.

    Day, percent still open, lower and upper limit, at risk (rounded down). The limits are worked out from the told
    figures alone (log-log, Greenwood's sum over the told days), so they tell nothing more and are a little wider.
    """
    days: list[int] = []
    need = 0.0
    for day in CURVE_DAYS:
        risk = curve.risk_at(day)
        if not risk or (curve.max_time or 0) < day:
            break
        least = curve.at(day) * 100 * disclosure.WIDTH / risk
        if rounded(risk) == 0 or least > CURVE_STEPS[-1]:
            break
        need = max(need, least)
        days.append(day)
    step = next(step for step in CURVE_STEPS if step >= need)
    rows: list[tuple[Cell, ...]] = []
    before, variance = 100, 0.0
    for day in days:
        told = math.floor(curve.at(day) * 100 / step + 0.5) * step
        risk = rounded(curve.risk_at(day))
        hazard = 1 - told / before if before else 1.0
        variance = math.inf if hazard >= 1 else variance + hazard / ((1 - hazard) * risk)
        rows.append((day, told, *_limits(told, variance), risk))
        before = told
    return rows


def _limits(told: int, variance: float) -> tuple[int | None, int | None]:
    if told <= 0 or told >= 100 or not math.isfinite(variance) or variance <= 0:
        return None, None
    share = told / 100
    spread = Z95 * math.sqrt(variance) / abs(math.log(share))
    return math.floor(share ** math.exp(spread) * 100), math.ceil(share ** math.exp(-spread) * 100)


def curve_table(rows: Sequence[tuple[Cell, ...]]) -> OpenTable:
    """The table of the curve."""
    columns = (
        column("day", N_("Dia"), N_("Dias depois do pedido"), unit="days"),
        column("open_percent", N_("Ainda em aberto"), N_("De cada cem casos, quantos estão em aberto"), unit="percent"),
        column("lower", N_("No mínimo"), N_("Limite inferior do intervalo de 95%"), unit="percent"),
        column("upper", N_("No máximo"), N_("Limite superior do intervalo de 95%"), unit="percent"),
        column("at_risk", N_("Observados, no mínimo"), N_("Casos observados nesse dia, de 10 em 10"), unit="cases"),
    )  # fmt: skip
    description = N_(
        "De todos os casos novos desde o começo, que parte continua em aberto depois de tantos dias. Conta também os "
        "casos em aberto. Os passos são tão largos que cada um vale por ao menos cinco casos."
    )
    return OpenTable("survival_curve", N_("Quanto tempo os casos levam"), description, columns, tuple(rows), ("day",))


def times(curve: Curve, rules: StatisticsRules) -> OpenTable:
    """By when a share of all cases so far had ended, open ones counted, to the nearest ``DAY_STEP`` days."""
    rows: list[tuple[Cell, ...]] = []
    for percent in SHARES:
        share = Fraction(percent, 100)
        day, found = curve.first_crossing(share), curve.quantile(share)
        enough = (
            curve.events >= rules.min_cases_for_quartiles and day is not None and curve.risk_at(day) >= disclosure.STEP
        )
        told = [_near(value) if enough else None for value in (day, found.lower, found.upper)]
        rows.append((percent, *told))
    columns = (
        column("percent", N_("Parte dos casos"), N_("De cada cem casos, quantos já terminaram"), unit="percent"),
        column("days", N_("Dias"), N_("Em quantos dias, de 5 em 5; vazio: sem dados bastantes"), unit="days"),
        column("lower", N_("No mínimo"), N_("Limite inferior do intervalo de 95%"), unit="days"),
        column("upper", N_("No máximo"), N_("Limite superior do intervalo de 95%; vazio: não alcançado"), unit="days"),
    )
    description = N_(
        "De todos os casos novos desde o começo, contados também os abertos: em quantos dias termina cada parte."
    )
    return OpenTable(
        "time_to_resolution", N_("Em quanto tempo termina"), description, columns, tuple(rows), ("percent",)
    )


def _near(days: float | None) -> int | None:
    return None if days is None else int(days / DAY_STEP + 0.5) * DAY_STEP
