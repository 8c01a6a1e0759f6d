"""Figures of the charts made of rows: open cases by age and turn, days by phase, the flow. As `chart_data`."""

from __future__ import annotations

from dataclasses import dataclass

from cprac.domain.words import N_
from cprac.services.chart_words import EmptyChartError, Table, days_text, percent, whole

MOST_TURNS = 4


# --- (c) open cases by age and turn -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AgeBand:
    """Open cases of one age, by whose turn it is, in the order of the chart's turns. None: hidden as too small."""

    label: str
    counts: tuple[int | None, ...]
    total: int | None = None
    """Given where pieces are hidden; else their sum."""

    def whole(self) -> int:
        """All cases of the band that may be told."""
        return self.total if self.total is not None else sum(each or 0 for each in self.counts)


@dataclass(frozen=True, slots=True)
class Backlog:
    """Open cases by age band and whose turn it is: `turns` are labels such as "da Prefeitura"; bands youngest first."""

    title: str
    sentence: str
    turns: tuple[str, ...]
    bands: tuple[AgeBand, ...]
    source: str = ""

    def check(self) -> None:
        """See `Chart`."""
        if not self.bands or not any(each.whole() for each in self.bands):
            raise EmptyChartError(f"{self.title}: no open case")
        if not 1 <= len(self.turns) <= MOST_TURNS:
            raise ValueError(f"{self.title}: {len(self.turns)} turns, from 1 to {MOST_TURNS}")
        if any(len(each.counts) != len(self.turns) or min(n or 0 for n in each.counts) < 0 for each in self.bands):
            raise ValueError(f"{self.title}: each band needs one count, not negative, a turn")

    def table(self) -> Table:
        """Rows by age, a column a turn, the total last."""
        head = (N_("Idade"), *(f"{N_('Vez')} {each}" for each in self.turns), N_("Total"))
        rows = tuple(
            (each.label, *(N_("não mostrado") if n is None else whole(n) for n in each.counts), whole(each.whole()))
            for each in self.bands
        )
        raw = tuple((each.label, *("" if n is None else n for n in each.counts), each.whole()) for each in self.bands)
        return Table(head, rows, raw)

    def alternative(self) -> str:
        """See `Chart`."""
        bands = "; ".join(f"{each.label}: {whole(each.whole())}" for each in self.bands)
        return f"Barras empilhadas: casos abertos por idade e por vez de quem ({', '.join(self.turns)}). {bands}."


# --- (e) phases -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Phase:
    """Days that *n* cases spent in a phase. None: fewer than ten cases (quartiles are not told), or not reached."""

    label: str
    n: int
    quartile: float | None
    median: float | None
    upper_quartile: float | None
    p90: float | None


@dataclass(frozen=True, slots=True)
class PhaseTimes:
    """How many days each phase takes, in the order of the procedure."""

    title: str
    sentence: str
    phases: tuple[Phase, ...]
    source: str = ""

    def check(self) -> None:
        """See `Chart`."""
        if not any(each.median is not None for each in self.phases):
            raise EmptyChartError(f"{self.title}: no phase with enough cases")
        for each in self.phases:
            told = [x for x in (each.quartile, each.median, each.upper_quartile, each.p90) if x is not None]
            if told != sorted(told) or any(x < 0 for x in told):
                raise ValueError(f"{each.label}: quartiles must rise")

    def table(self) -> Table:
        """Rows by phase: cases, first quarter, half, three quarters, nine in ten."""
        head = (N_("Etapa"), N_("Casos"), N_("25% em até"), N_("Metade em até"), N_("75% em até"), N_("90% em até"))
        rows, raw = [], []
        for each in self.phases:
            told = (each.quartile, each.median, each.upper_quartile, each.p90)
            rows.append((each.label, whole(each.n), *(N_("não mostrado") if x is None else days_text(x) for x in told)))
            raw.append((each.label, each.n, *("" if x is None else x for x in told)))
        return Table(head, tuple(rows), tuple(raw))

    def alternative(self) -> str:
        """See `Chart`."""
        told = "; ".join(f"{each.label}: {days_text(each.median)}" for each in self.phases if each.median is not None)
        return (
            f"Tempo em cada etapa; o ponto é a metade dos casos, a barra vai de 25% a 75%, o traço marca 90%. {told}."
        )


# --- (f) flow ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Leaving:
    """Cases that ended at a stage, and how."""

    label: str
    n: int


@dataclass(frozen=True, slots=True)
class Stage:
    """Cases that reached a stage; those that ended there; `waiting`: those that are there now."""

    label: str
    reached: int
    left: tuple[Leaving, ...] = ()
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class Flow:
    """From the filing to the outcome: how many cases reached each stage, and where the others left."""

    title: str
    sentence: str
    stages: tuple[Stage, ...]
    source: str = ""

    def check(self) -> None:
        """See `Chart`."""
        if not self.stages or self.stages[0].reached <= 0:
            raise EmptyChartError(f"{self.title}: no case was filed")
        if any(each.reached > self.stages[0].reached or each.reached < 0 for each in self.stages):
            raise ValueError(f"{self.title}: no stage has more cases than the first")

    def table(self) -> Table:
        """Rows by stage: reached, of all, ended here (with how), there now."""
        first = self.stages[0].reached
        head = (N_("Etapa"), N_("Chegaram"), N_("De todos"), N_("Terminaram aqui"), N_("Estão aqui agora"))
        rows, raw = [], []
        for each in self.stages:
            gone = sum(leaving.n for leaving in each.left)
            how = f" ({leaving_text(each)})" if gone else ""
            rows.append(
                (
                    each.label,
                    whole(each.reached),
                    percent(each.reached / first),
                    f"{whole(gone)}{how}",
                    whole(each.waiting),
                )
            )
            raw.append((each.label, each.reached, round(each.reached / first, 6), gone, each.waiting))
        return Table(head, tuple(rows), tuple(raw))

    def alternative(self) -> str:
        """See `Chart`."""
        told = "; ".join(f"{each.label}: {whole(each.reached)}" for each in self.stages)
        return f"Barras: quantos casos chegaram a cada etapa. {told}."


def leaving_text(stage: Stage) -> str:
    """Those that ended at *stage*, in words: "23 não aceitos, 4 desistências"."""
    return ", ".join(f"{whole(each.n)} {each.label}" for each in stage.left if each.n)
