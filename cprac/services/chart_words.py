"""What all charts share: their outline (`Chart`), their `Table`, and figures written in Portuguese."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Protocol


class EmptyChartError(ValueError):
    """There is nothing to draw; the text says which chart and what it lacks."""


@dataclass(frozen=True, slots=True)
class Table:
    """The figures of a chart, as shown: column 0 names the row, the others are numbers written in Portuguese.

    `raw` holds the same figures for a file: numbers with a decimal point, `""` where there is none.
    """

    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    raw: tuple[tuple[str | int | float, ...], ...]
    raw_headers: tuple[str, ...] = ()
    """Where a file has other columns than the page (a margin is two)."""


class Chart(Protocol):
    """What all charts share."""

    @property
    def title(self) -> str:
        """The heading, also drawn on what is downloaded."""

    @property
    def sentence(self) -> str:
        """What the chart says, in one sentence: the caption."""

    @property
    def source(self) -> str:
        """Where the figures come from and of which day, drawn on what is downloaded; may be empty."""

    def check(self) -> None:
        """Raise EmptyChartError (nothing to draw) or ValueError (figures that no chart can have)."""

    def table(self) -> Table:
        """The figures as a table."""

    def alternative(self) -> str:
        """The text alternative: what is drawn, then what it says."""


# --- Figures in Portuguese --------------------------------------------------------------------------------------------


def whole(number: float) -> str:
    """*number* without decimals: 1.204."""
    return f"{number:,.0f}".replace(",", ".")


def percent(share: float) -> str:
    """A share from 0 to 1: 61%."""
    return f"{100 * share + 1e-9:.0f}%"


def days_text(days: float) -> str:
    """A number of days with the word: 84 dias, 1 dia, 12,5 dias."""
    text = whole(days) if float(days).is_integer() else f"{days:.1f}".replace(".", ",")
    return f"{text} dia" if days == 1 else f"{text} dias"


def cases_text(n: int) -> str:
    """412 casos, 1 caso."""
    return f"{whole(n)} caso" if n == 1 else f"{whole(n)} casos"


def day_text(day: date) -> str:
    """dd/mm/aaaa."""
    return f"{day:%d/%m/%Y}"


def check_share(share: float, what: str) -> None:
    """ValueError, naming *what*, where *share* is not between 0 and 1."""
    if not 0 <= share <= 1:
        raise ValueError(f"{what}: {share!r} is no share between 0 and 1")
