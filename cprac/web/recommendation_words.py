"""What followed a recommendation, in words: to the office with every figure, to anyone only what may be told."""

from __future__ import annotations

import math

from flask_babel import format_decimal, gettext

from cprac.domain.rates import Change, RateRatio
from cprac.persistence.queries_recommendations import Effect
from cprac.web import filters


def effect_words(effect: Effect | None) -> str:
    """The verdict for the office: what may be said, with the ratio and its interval."""
    if effect is None:
        return gettext("Sem dados: ainda não passou um dia inteiro desde o envio.")
    ratio = effect.ratio
    if ratio is None:
        return gettext("Sem dados: nenhum pedido antes nem depois.")
    return f"{verdict(ratio)} {interval_words(ratio)}"


def interval_words(ratio: RateRatio) -> str:
    """The ratio with its interval: how many times as many a day."""
    if math.isinf(ratio.ratio):
        return gettext("Antes não houve nenhum: por dia, ao menos %(low)s vezes mais (intervalo de 95%%).",
                       low=_number(ratio.low))  # fmt: skip
    high = gettext("sem limite") if math.isinf(ratio.high) else _number(ratio.high)
    return gettext(
        "Por dia, %(ratio)s vezes o que era antes (intervalo de 95%%: %(low)s a %(high)s).",
        ratio=_number(ratio.ratio), low=_number(ratio.low), high=high,
    )  # fmt: skip


def verdict(ratio: RateRatio) -> str:
    """What the interval lets one say."""
    return {
        Change.FEWER: gettext("Depois do envio houve menos pedidos."),
        Change.MORE: gettext("Depois do envio houve mais pedidos."),
        Change.UNCLEAR: gettext("Ainda não dá para afirmar que mudou."),
    }[ratio.change]


def _number(value: float) -> str:
    return str(format_decimal(round(value, 2), "#,##0.00"))


BANDS = (5, 10, 20, 30, 50, 100, 200, 500, 1000)


def band(n: int, least: int) -> str:
    """A count as anyone is told it: within bounds, never as it is; "menos de 5" below *least*."""
    if n < least:
        return gettext("menos de %(least)s", least=least)
    edges = [edge for edge in BANDS if edge > least]
    low, high = least, None
    for edge in edges:
        if n < edge:
            high = edge
            break
        low = edge
    if high is None:
        return gettext("%(low)s ou mais", low=filters.integer(low))
    return gettext("de %(low)s a %(high)s", low=filters.integer(low), high=filters.integer(high - 1))


def public_effect(effect: Effect | None, least: int) -> dict[str, str] | None:
    """Before and after as bands, and what may be said; None where nothing was measured yet.

    Where either count is below *least* there is no verdict: it would tell more than the band.
    """
    if effect is None:
        return None
    ratio = effect.ratio if effect.tellable(least) else None
    return {
        "before": band(effect.before, least),
        "after": band(effect.after, least),
        "days": filters.integer(effect.days_after),
        "said": verdict(ratio) if ratio is not None else gettext("São poucos pedidos para dizer se mudou."),
    }
