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


def public_effect(effect: Effect | None, least: int) -> dict[str, str] | None:
    """What anyone is told of before and after: whether it changed, no counts; None where nothing was measured yet.

    Even a range of counts of matter and agency together would narrow what releases keep together.
    """
    if effect is None:
        return None
    ratio = effect.ratio if effect.tellable(least) else None
    return {
        "days": filters.integer(effect.days_after),
        "said": verdict(ratio) if ratio is not None else gettext("São poucos pedidos para dizer se mudou."),
    }
