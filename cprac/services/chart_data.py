"""What a chart is drawn from: plain figures, already counted and already allowed to be seen. No case, no person.

Each kind of chart is a frozen dataclass that carries its words (`title`, `sentence`, `source`), gives its figures as a
`Table` (`table()`: the page's table and the CSV) and a text alternative (`alternative()`). `check()` raises
`EmptyChartError` where there is nothing to draw: a page then says "sem dados" and shows no picture.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from datetime import date

from cprac.domain.words import N_
from cprac.services.chart_words import EmptyChartError, Table, cases_text, check_share, days_text, percent, whole

AT_RISK_FLOOR = 5
"""A curve stops where fewer cases than this are still observed (face.md, survival chart)."""
MOST_CURVES = 3
MOST_OUTCOMES = 6
MOST_TRENDS = 3
MONTHS = ("jan", "fev", "mar", "abr", "mai", "jun", "jul", "ago", "set", "out", "nov", "dez")


# --- (a) survival -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """From *day* on (days since the filing) *share* (0 to 1) of the cases are unsolved; `low`, `high` the 95 % band."""

    day: int
    share: float
    low: float | None = None
    high: float | None = None
    at_risk: int | None = None


@dataclass(frozen=True, slots=True)
class Curve:
    """One step line of *n* cases: its points by day, from (0, 1). What follows a point at risk below 5 is left out.

    ``observed``: where known, every day on which a case ended or was last seen, in order, with how many were in sight
    just before it: between two points of the line some may have left.
    """

    label: str
    n: int
    points: tuple[CurvePoint, ...]
    observed: tuple[tuple[int, int], ...] = ()

    def risk_at(self, day: int, point: CurvePoint) -> int | None:
        """How many cases are in sight just before *day*; those of *point* where no more than the line is known."""
        if not self.observed:
            return point.at_risk
        place = bisect_left(self.observed, (day,))
        return self.observed[place][1] if place < len(self.observed) else 0

    def shown(self) -> tuple[CurvePoint, ...]:
        """The points up to where fewer than 5 cases are still observed."""
        kept: list[CurvePoint] = []
        for point in self.points:
            if point.at_risk is not None and point.at_risk < AT_RISK_FLOOR:
                break
            kept.append(point)
        return tuple(kept)


@dataclass(frozen=True, slots=True)
class Survival:
    """Shares of cases still unsolved by day: up to three curves and a reference (last year, a goal).

    `median`: days, of the first curve; None where half is not reached. `table_days`: the days of the table's rows;
    empty takes the days of the axis. `joined`: the points are all that may be told, so straight lines join them; steps
    would say that nothing happened in between.
    """

    title: str
    sentence: str
    curves: tuple[Curve, ...]
    reference: Curve | None = None
    median: int | None = None
    table_days: tuple[int, ...] = ()
    source: str = ""
    joined: bool = False

    def check(self) -> None:
        """See `Chart`."""
        if not self.curves or any(len(each.shown()) < 2 for each in self.all_curves()):
            raise EmptyChartError(f"{self.title}: a curve needs two points at which 5 cases or more are observed")
        if len(self.curves) > MOST_CURVES:
            raise ValueError(f"{self.title}: {len(self.curves)} curves, at most {MOST_CURVES} and a reference")
        for curve in self.all_curves():
            days = [point.day for point in curve.points]
            if days != sorted(set(days)) or days[0] < 0:
                raise ValueError(f"{curve.label}: days must rise")
            for point in curve.points:
                check_share(point.share, curve.label)

    def all_curves(self) -> tuple[Curve, ...]:
        """The curves, then the reference."""
        return self.curves + ((self.reference,) if self.reference else ())

    def last_day(self) -> int:
        """The last day that any line reaches."""
        return max(each.shown()[-1].day for each in self.all_curves())

    def table(self) -> Table:
        """Rows by day: share and margin of the first curve and cases observed; shares of the others."""
        first, others = self.curves[0], self.all_curves()[1:]
        last = self.last_day()
        step = nice_step(last, 6)
        days = self.table_days or tuple(range(0, last + 1, step))
        head = [
            N_("Dias desde o pedido"),
            N_("Ainda sem solução") if self.joined and not others else f"{first.label}: {N_('ainda sem solução')}",
            N_("Margem"),
            N_("Casos observados"),
        ]
        rows, raw = [], []
        for day in days:
            point = _at(first, day)
            row: list[str] = [whole(day), percent(point.share) if point else N_("não mostrado"), "", ""]
            plain: list[str | int | float] = [day, round(point.share, 6) if point else "", "", "", ""]
            if point and point.low is not None and point.high is not None:
                row[2] = f"{percent(point.low)} a {percent(point.high)}"
                plain[2:4] = [round(point.low, 6), round(point.high, 6)]
            risk = first.risk_at(day, point) if point else None
            if risk is not None:
                row[3], plain[4] = whole(risk), risk
            for other in others:
                there = _at(other, day)
                row.append(percent(there.share) if there else N_("não mostrado"))
                plain.append(round(there.share, 6) if there else "")
            rows.append(tuple(row))
            raw.append(tuple(plain))
        head += [other.label for other in others]
        in_file = [*head[:2], N_("margem, de"), N_("margem, até"), *head[3:]]
        return Table(tuple(head), tuple(rows), tuple(raw), tuple(in_file))

    def alternative(self) -> str:
        """See `Chart`."""
        lines = ", ".join(f"{each.label} ({cases_text(each.n)})" for each in self.all_curves())
        kind = "Gráfico de linha pelos dias publicados" if self.joined else "Gráfico de linhas em degraus"
        half = f" Metade até {days_text(self.median)}." if self.median is not None else ""
        return f"{kind}: parte dos casos ainda sem solução, por dias desde o pedido: {lines}.{half}"


def _at(curve: Curve, day: int) -> CurvePoint | None:
    """The last shown point up to *day*; None beyond the line's end."""
    shown = curve.shown()
    if day > shown[-1].day or day < shown[0].day:
        return None
    return [point for point in shown if point.day <= day][-1]


def nice_step(last: float, most: int) -> int:
    """A step that people count days in, so that *last* takes at most *most* steps."""
    for step in (1, 2, 5, 10, 15, 30, 60, 90, 120, 180, 365, 730, 1825, 3650):
        if last <= step * most:
            return step
    return 36500


# --- (b) outcomes -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Outcome:
    """One outcome's cumulative incidence: (day, share from 0 to 1), days rising. *key*: stable, e.g. `agreement`."""

    key: str
    label: str
    points: tuple[tuple[int, float], ...]

    def share(self, day: float) -> float:
        """The share that had ended so by *day*."""
        return max((share for at, share in self.points if at <= day), default=0.0)


@dataclass(frozen=True, slots=True)
class Outcomes:
    """How the cases had ended by each day, stacked from the bottom in the order given; the rest is still open."""

    title: str
    sentence: str
    n: int
    outcomes: tuple[Outcome, ...]
    last_day: int
    open_label: str = N_("ainda em aberto")
    table_days: tuple[int, ...] = ()
    source: str = ""

    def check(self) -> None:
        """See `Chart`."""
        if self.n <= 0 or self.last_day <= 0 or not any(each.points for each in self.outcomes):
            raise EmptyChartError(f"{self.title}: no case has ended")
        if len(self.outcomes) > MOST_OUTCOMES:
            raise ValueError(f"{self.title}: {len(self.outcomes)} outcomes, at most {MOST_OUTCOMES}")
        if sum(each.share(self.last_day) for each in self.outcomes) > 1 + 1e-6:
            raise ValueError(f"{self.title}: the shares exceed the whole")

    def days(self) -> tuple[int, ...]:
        """Every day at which a share changes, with 0 and the last."""
        found = {0, self.last_day} | {day for each in self.outcomes for day, _ in each.points if day <= self.last_day}
        return tuple(sorted(found))

    def table(self) -> Table:
        """Rows by day, a column an outcome, the last still open."""
        days = self.table_days or tuple(range(0, self.last_day + 1, nice_step(self.last_day, 6)))
        head = (N_("Dias desde o pedido"), *(each.label for each in self.outcomes), self.open_label)
        raw = []
        for day in days:
            shares = [round(each.share(day), 6) for each in self.outcomes]
            raw.append((day, *shares, round(max(0.0, 1 - sum(shares)), 6)))
        rows = tuple((whole(day), *(percent(share) for share in shares)) for day, *shares in raw)
        return Table(head, rows, tuple(raw))

    def alternative(self) -> str:
        """See `Chart`."""
        ends = [f"{each.label} {percent(each.share(self.last_day))}" for each in self.outcomes]
        rest = percent(max(0.0, 1 - sum(each.share(self.last_day) for each in self.outcomes)))
        return (
            f"Gráfico de áreas empilhadas: como terminaram {cases_text(self.n)}, por dias desde o pedido. "
            f"Depois de {days_text(self.last_day)}: {', '.join(ends)}, {self.open_label} {rest}."
        )


# --- (d) trends -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Trend:
    """One number a month; None where there is none."""

    label: str
    values: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Trends:
    """Numbers by month: filed, resolved, backlog. `months`: the first day of each, without gaps."""

    title: str
    sentence: str
    months: tuple[date, ...]
    series: tuple[Trend, ...]
    unit: str = N_("casos")
    source: str = ""

    def check(self) -> None:
        """See `Chart`."""
        if len(self.months) < 2 or not any(value is not None for each in self.series for value in each.values):
            raise EmptyChartError(f"{self.title}: a trend needs two months and a figure")
        if len(self.series) > MOST_TRENDS:
            raise ValueError(f"{self.title}: {len(self.series)} lines, at most {MOST_TRENDS}")
        if any(len(each.values) != len(self.months) for each in self.series):
            raise ValueError(f"{self.title}: each line needs one figure a month")

    def table(self) -> Table:
        """Rows by month, a column a line."""
        head = (N_("Mês"), *(each.label for each in self.series))
        columns = list(zip(*(each.values for each in self.series), strict=True))
        rows = tuple(
            (f"{month:%m/%Y}", *(N_("sem dados") if n is None else whole(n) for n in numbers))
            for month, numbers in zip(self.months, columns, strict=True)
        )
        raw = tuple(
            (f"{month:%Y-%m}", *("" if n is None else n for n in numbers))
            for month, numbers in zip(self.months, columns, strict=True)
        )
        return Table(head, rows, raw)

    def alternative(self) -> str:
        """See `Chart`."""
        names = ", ".join(each.label for each in self.series)
        return f"Linhas por mês, de {self.months[0]:%m/%Y} a {self.months[-1]:%m/%Y}: {names}, em {self.unit}."
