"""Figures in words: the number as people read it, and the doubt that goes with it; the same for page and paper."""

from __future__ import annotations

from babel.numbers import format_currency, format_decimal

from cprac.domain.words import N_
from cprac.services.indicator_kinds import NO_DATA, Figure, Indicator, Part, Unit

LOCALE = "pt_BR"
CENTAVOS = 100


def number(value: float, digits: int = 0) -> str:
    """1234.5 → "1.235"; with digits, that many after the comma."""
    rounded = round(value, digits)
    return format_decimal(rounded, format=f"#,##0.{'0' * digits}" if digits else "#,##0", locale=LOCALE)


def value_words(value: float, unit: Unit) -> str:
    """The bare value with its unit: "84 dias", "61%", "R$ 2.800,00", "1,04", "412"."""
    match unit:
        case Unit.DAYS:
            whole = number(value, 0 if value == int(value) else 1)
            return f"{whole} {N_('dia') if value == 1 else N_('dias')}"
        case Unit.SHARE:
            return f"{number(100 * value)}%"
        case Unit.MONEY:
            return format_currency(value / CENTAVOS, "BRL", locale=LOCALE).replace("\xa0", " ")
        case Unit.RATIO:
            return number(value, 2)
        case _:
            return number(value, 0 if value == int(value) else 1)


def figure_words(indicator: Indicator, figure: Figure) -> str:
    """The value in words; why there is none, where there is none."""
    if figure.value is None:
        if figure.low is not None and indicator.unit is Unit.DAYS:
            return f"{N_('pelo menos')} {value_words(figure.low, indicator.unit)}"
        return "–" if figure.parts or not figure.why.startswith(NO_DATA) else NO_DATA
    return value_words(figure.value, indicator.unit)


def doubt_words(indicator: Indicator, figure: Figure) -> str:
    """Margin and base of a figure: "entre 55% e 67% · 149 de 244"; empty for an exact count, why not for none."""
    if figure.value is None and figure.why:
        reason = figure.why.removeprefix(f"{NO_DATA}: ")
        return f"{reason[:1].upper()}{reason[1:]}"
    said = []
    if figure.value is not None and figure.low is not None:
        said.append(between(figure.low, figure.high, indicator.unit))
    if figure.numerator is not None and figure.denominator is not None:
        part, base = figure.numerator, figure.denominator
        if indicator.unit is Unit.MONEY:
            said.append(f"{value_words(part, Unit.MONEY)} {N_('de')} {value_words(base, Unit.MONEY)}")
        else:
            said.append(f"{number(part)} {N_('de')} {number(base)}")
    return " · ".join(said)


def between(low: float | None, high: float | None, unit: Unit) -> str:
    """An interval in words: "entre 76 e 96 dias"; without an upper limit "pelo menos 76 dias"."""
    if low is None:
        return ""
    if high is None:
        return f"{N_('pelo menos')} {value_words(low, unit)}"
    first = value_words(low, unit)
    if unit is Unit.DAYS:
        first = first.split(" ")[0]
    return f"{N_('entre')} {first} {N_('e')} {value_words(high, unit)}"


def part_words(indicator: Indicator, part: Part) -> tuple[str, str]:
    """One line of a breakdown: its value and its doubt."""
    if part.value is None:
        low = part.low
        told = (
            f"{N_('pelo menos')} {value_words(low, indicator.unit)}"
            if low is not None
            else N_("ainda não dá para afirmar")
        )
        return told, ""
    return value_words(part.value, indicator.unit), between(part.low, part.high, indicator.unit)
