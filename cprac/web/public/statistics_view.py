"""From the tables of a release to what the page of statistics says: pure functions, every figure with its words.

What a release leaves out is told in words, never as zero; nothing here asks a database or a clock.
Over 400 lines: all the words of one page, read in its order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext, ngettext

from cprac.domain.open_tables import NOT_SHOWN, POOLED, Cell, Release
from cprac.services.chart_data import Curve, CurvePoint, Survival
from cprac.services.chart_words import days_text, whole
from cprac.services.open_publications import day_words
from cprac.services.release_words import changes_told
from cprac.web import filters

MONTH = 30.4375
"""Days of a month on average (365,25 ÷ 12)."""

FEWEST_MONTH_DAYS = 60
"""Shorter times are told in days: "1 to 2 months" says too little."""

SINCE_STEP = 5
HALF, FOUR_FIFTHS = 50, 80
"""Percent of the cases that had ended: the rows of the table of times that the page tells."""

BY_MATTER = ("filed_by_matter", "agreements_by_matter")


@dataclass(frozen=True, slots=True)
class Tile:
    """One large figure: its label, the figure, unit and what stands below; without figure, ``unit`` says so."""

    label: str
    figure: str
    unit: str = ""
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class EndingRow:
    """How many cases ended in one way, and of how many in a hundred that is (None: cannot be told)."""

    label: str
    n: str
    percent: int | None
    median: str
    within: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CountRow:
    """One category: its counts, each in figures or in words. ``kind``: category, pool or total.

    ``within``: what a pool is the sum of, as far as it has no row of its own. ``share``: of a hundred of the first
    count, for the bar; None where it cannot be told.
    """

    label: str
    cells: tuple[str, ...]
    kind: str = "category"
    within: tuple[str, ...] = ()
    share: int | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """Counts by categories: rows with their pool and their total, and the categories of which nothing came."""

    rows: tuple[CountRow, ...] = ()
    none: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PromiseRow:
    """One promised result: the figure in words or why there is none, and what the chamber does about it."""

    id: str
    label: str
    figure: str
    why: str
    doing: str


@dataclass(frozen=True, slots=True)
class StatisticsView:
    """All that the page says of one release."""

    sentence: str
    tiles: tuple[Tile, ...]
    endings: tuple[EndingRow, ...]
    matters: Counts
    agencies: Counts
    channels: Counts
    promises: tuple[PromiseRow, ...]
    stocks: tuple[tuple[str, str], ...]


# --- cells ------------------------------------------------------------------------------------------------------------


def records(release: Release, name: str) -> list[dict[str, Cell]]:
    """The rows of a table; none where the release has no such table."""
    try:
        return release.table(name).records()
    except KeyError:
        return []


def number(value: Cell) -> int | None:
    """A whole number of a cell; None for a text or nothing."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def shown(value: Cell) -> str:
    """A count as people read it, or that it is not shown."""
    found = number(value)
    return gettext(NOT_SHOWN) if found is None else whole(found)


def translated(value: Cell) -> str:
    """The words of a cell in the language of the page; nothing for nothing (an empty text has no translation)."""
    return gettext(str(value)) if value not in (None, "") else ""


def by_id(release: Release, name: str, column: str) -> dict[str, int | None]:
    """One column of a table by the ids of its rows."""
    return {str(row.get("id")): number(row.get(column)) for row in records(release, name)}


# --- days in words ----------------------------------------------------------------------------------------------------


def span_words(low: int | None, high: int | None) -> str:
    """An interval of days as anyone says it: "3 a 5 meses", "20 a 35 dias", "pelo menos 4 meses"; empty for nothing.

    Whole months outwards, so that the words never promise more than the figures: 76 to 96 days are "2 a 4 meses".
    """
    if low is None and high is None:
        return ""
    if high is None:
        return gettext("pelo menos %(time)s", time=at_least_words(low or 0))
    low = low or 0
    if high < FEWEST_MONTH_DAYS:
        return days_text(high) if low == high else gettext("%(low)s a %(high)s", low=whole(low), high=days_text(high))
    first, last = int(low / MONTH), -int(-high // MONTH)
    if first == 0:
        return gettext("até %(time)s", time=months_text(last))
    if first == last:
        return months_text(last)
    return gettext("%(low)s a %(high)s", low=whole(first), high=months_text(last))


def at_least_words(days: int) -> str:
    """So many days, in whole months downwards from two months on: 236 → 7 meses."""
    return days_text(days) if days < FEWEST_MONTH_DAYS else months_text(int(days / MONTH))


def months_text(months: int) -> str:
    """12 meses, 1 mês."""
    return ngettext("%(num)s mês", "%(num)s meses", months)


@dataclass(frozen=True, slots=True)
class Time:
    """By which day a share of the cases had ended, with its limits; ``least``: until when they surely had not."""

    days: int | None
    low: int | None
    high: int | None
    least: int | None


def time_of(release: Release, percent: int) -> Time:
    """The row of *percent*; where it was not reached, the last day of the curve on which too many were open."""
    row = next((row for row in records(release, "time_to_resolution") if row.get("percent") == percent), {})
    still = [
        day
        for point in records(release, "survival_curve")
        if (day := number(point.get("day"))) is not None and (number(point.get("open_percent")) or 0) > 100 - percent
    ]
    days, low, high = (number(row.get(name)) for name in ("days", "lower", "upper"))
    return Time(days, low, high, max(still, default=None))


def sentence(half: Time, tail: Time) -> str:
    """How long cases take, in one sentence that anyone understands."""
    if half.days is not None:
        low = half.days if half.low is None else half.low
        first = gettext("Metade dos casos termina em %(time)s", time=span_words(low, half.high))
        if half.high is None:
            first = gettext("Metade dos casos leva %(time)s", time=span_words(low, None))
    elif half.least is not None:
        first = gettext("Mais da metade dos casos leva mais de %(time)s", time=at_least_words(half.least))
    else:
        return gettext("Ainda são poucos casos para dizer quanto tempo eles levam.")
    if tail.days is not None:
        return gettext("%(half)s; 1 em cada 5 leva mais de %(time)s.", half=first, time=at_least_words(tail.days))
    if tail.least is not None and half.days is not None:
        words = at_least_words(tail.least)
        return gettext("%(half)s; mais de 1 em cada 5 leva mais de %(time)s.", half=first, time=words)
    return f"{first}."


# --- tiles ------------------------------------------------------------------------------------------------------------


def since_words(totals: Sequence[int | None]) -> tuple[str, str]:
    """Cases received in all periods told: a prefix ("mais de") and the sum rounded down to five; None adds nothing."""
    known = [n for n in totals if n is not None]
    total = sum(known)
    told = total // SINCE_STEP * SINCE_STEP
    exact = told == total and len(known) == len(totals)
    return ("" if exact else gettext("mais de"), whole(told))


def tiles_of(release: Release, filed: Sequence[int | None], since: date) -> tuple[Tile, ...]:
    """The few large figures: received, half, one in five, agreements, money."""
    half, tail = time_of(release, HALF), time_of(release, FOUR_FIFTHS)
    total = by_id(release, "totals", "n")
    stock = by_id(release, "backlog", "at_least").get("open")
    prefix, told = since_words(filed)
    open_words = gettext("pelo menos %(n)s ainda em aberto", n=whole(stock)) if stock else ""
    few = gettext("ainda são poucos casos")
    received = Tile(
        gettext("Pedidos recebidos desde %(day)s", day=day_words(since)), f"{prefix} {told}".strip(), "", open_words
    )
    if not any(filed):
        received = Tile(received.label, "", gettext(NOT_SHOWN), few)
    return (
        received,
        _time_tile(gettext("Metade chega ao fim em até"), half, few),
        _tail_tile(tail, few),
        _rate_tile(total.get("agreements"), total.get("resolved"), few),
        _money_tile(release, few),
    )


def _time_tile(label: str, time: Time, few: str) -> Tile:
    if time.days is None:
        if time.least is None:
            return Tile(label, "", gettext(NOT_SHOWN), few)
        return Tile(
            label,
            gettext("mais de %(n)s", n=whole(time.least)),
            gettext("dias"),
            gettext("metade ainda não foi alcançada"),
        )
    return Tile(label, whole(time.days), gettext("dias"), doubt_words(time))


def _tail_tile(time: Time, few: str) -> Tile:
    if time.days is not None:
        return Tile(gettext("1 em cada 5 leva mais de"), whole(time.days), gettext("dias"), doubt_words(time))
    if time.least is None:
        return Tile(gettext("1 em cada 5 leva mais de"), "", gettext(NOT_SHOWN), few)
    doubt = gettext("ainda não se sabe quanto mais")
    return Tile(gettext("Mais de 1 em cada 5 leva mais de"), whole(time.least), gettext("dias"), doubt)


def doubt_words(time: Time) -> str:
    """The interval under a time: "entre 76 e 96 dias", "pelo menos 208 dias"; empty where there is none."""
    if time.low is None and time.high is None:
        return ""
    if time.high is None:
        return gettext("pelo menos %(time)s", time=days_text(time.low or 0))
    return gettext("entre %(low)s e %(high)s", low=whole(time.low or 0), high=days_text(time.high))


def _rate_tile(agreed: int | None, ended: int | None, few: str) -> Tile:
    label = gettext("Casos encerrados com acordo")
    if agreed is None or not ended or agreed > ended:
        return Tile(label, "", gettext(NOT_SHOWN), few)
    counted = gettext("%(n)s dos %(all)s casos que terminaram no período", n=whole(agreed), all=whole(ended))
    return Tile(label, f"{percent_of(agreed, ended)}%", "", counted)


def percent_of(part: int, total: int) -> int:
    """Of how many in a hundred; half goes up."""
    return (200 * part + total) // (2 * total)


def _money_tile(release: Release, few: str) -> Tile:
    sums = by_id(release, "agreements_value_by_direction", "sum")
    pays, receives = sums.get("city_pays"), sums.get("city_receives")
    label = gettext("A cidade paga em acordos do período")
    back = gettext("%(sum)s a receber", sum=filters.money_short(receives)) if receives else ""
    both = sums.get(POOLED)
    if pays is None and both is not None:
        words = gettext("o que a cidade paga e o que recebe, somados")
        return Tile(gettext("Valor dos acordos do período"), filters.money_short(both), "", words)
    if pays is None:
        pooled = gettext("a soma apontaria para poucos casos") if sums else few
        return Tile(label, "", gettext(NOT_SHOWN), back or pooled)
    return Tile(label, filters.money_short(pays), "", back)


# --- tables -----------------------------------------------------------------------------------------------------------


def endings_of(release: Release) -> tuple[EndingRow, ...]:
    """How the cases of the period ended, each with its share and the days in which half of them did."""
    rows = records(release, "resolved_by_outcome")
    medians = by_id(release, "durations", "median")
    counts = [number(row.get("n")) for row in rows]
    told = [n for n in counts if n is not None]
    total = sum(told) if told and len(told) == len(counts) else 0
    found = []
    for row, n in zip(rows, counts, strict=True):
        days = medians.get(str(row.get("id")))
        words = gettext(NOT_SHOWN) if days is None else gettext("até %(days)s", days=days_text(days))
        share = None if n is None or not total else percent_of(n, total)
        within = tuple(pool_of(release, "resolved_by_outcome").values()) if row.get("id") == POOLED else ()
        found.append(EndingRow(translated(row.get("ending")), shown(n), share, words, within))
    return tuple(found)


def pool_of(release: Release, name: str) -> dict[str, str]:
    """The categories that a table pools, id → words; nothing where the release does not say."""
    rows = (row for row in records(release, "pooled") if row.get("table") == name)
    return {str(row.get("id")): translated(row.get("category")) for row in rows}


def counts_of(release: Release, names: Sequence[str], column: str, whole_label: str) -> Counts:
    """The tables *names* side by side, by the categories in *column*: largest first, then the pool, then the total.

    A category that one table names and another pools says so in the other. One that is pooled or has no case in every
    table is no row: the pool's row names it.
    """
    tables = [{str(row.get("id")): row for row in records(release, name)} for name in names]
    labels = {key: translated(row.get(column)) for table in reversed(tables) for key, row in table.items()}
    counts = [{key: number(row.get("n")) for key, row in table.items()} for table in tables]
    named = [key for key in labels if key != POOLED and any(count.get(key) for count in counts)]
    named.sort(key=lambda key: tuple(-(count.get(key) or 0) for count in counts))
    whole_counts = [_whole_of(list(count.values())) for count in counts]
    in_pool, hidden = gettext("nos reunidos"), gettext(NOT_SHOWN)

    def cell(count: Mapping[str, int | None], key: str) -> str:
        return shown(count[key]) if key in count else in_pool if POOLED in count else hidden

    def share(key: str) -> int | None:
        n = counts[0].get(key)
        return percent_of(n, whole_counts[0]) if n is not None and whole_counts[0] else None

    rows = [CountRow(labels[key], tuple(cell(count, key) for count in counts), share=share(key)) for key in named]
    pools = {key: words for name in names for key, words in pool_of(release, name).items()}
    if POOLED in labels:
        cells = tuple(shown(count[POOLED]) if POOLED in count else "–" if count else hidden for count in counts)
        within = tuple(words for key, words in pools.items() if key not in named)
        rows.append(CountRow(labels[POOLED], cells, "pool", within, share(POOLED)))
    if rows:
        rows.append(CountRow(whole_label, tuple(shown(n) for n in whole_counts), "total"))
    nothing = [key for key, n in counts[0].items() if n == 0 and key not in named and key not in pools]
    return Counts(tuple(rows), tuple(labels[key] for key in nothing if key))


def _whole_of(parts: Sequence[int | None]) -> int | None:
    """The sum of a column; None where it has no row or one of them is not told."""
    told = [n for n in parts if n is not None]
    return sum(told) if told and len(told) == len(parts) else None


def doing() -> Mapping[str, str]:
    """What the chamber does about each promised result."""
    return {
        "court_conflicts_resolved": gettext(
            "Recebe casos que a Justiça manda e tenta o acordo enquanto o processo está suspenso."
        ),
        "response_time": gettext(
            "Dá prazo a cada passo, mostra a quem pediu onde o caso está e avisa antes de o prazo vencer."
        ),
        "new_lawsuits": gettext(
            "Oferece um caminho antes do processo. Para contar o efeito, precisa dos números da Justiça."
        ),
        "strategic_conflicts": gettext("Registra o assunto e o órgão de cada conflito, para ver quais se repetem."),
        "guidance": gettext("Quando o mesmo conflito se repete, recomenda ao órgão o que mudar e publica a resposta."),
    }


def promises_of(release: Release) -> tuple[PromiseRow, ...]:
    """The five promised results; where there is no number, "Sem dados" and why."""
    acts = doing()
    found = []
    for row in records(release, "promised_results"):
        value, unit = number(row.get("value")), row.get("unit")
        figure, why = gettext("Sem dados"), _after_no_data(translated(row.get("why_not")))
        if value is None and why.startswith(NOT_SHOWN):
            figure, why = gettext("Não mostrado"), why.partition(": ")[2]
        if value is not None:
            figure, why = (days_text(value) if unit == "days" else ngettext("%(num)s caso", "%(num)s casos", value)), ""
        name = str(row.get("id"))
        found.append(PromiseRow(name, translated(row.get("result")), figure, why, acts.get(name, "")))
    return tuple(found)


def _after_no_data(why: str) -> str:
    """Why there is no number, without saying again that there is none."""
    return why.partition(": ")[2] or why if why.lower().startswith("sem dados") else why


def stocks_of(release: Release) -> tuple[tuple[str, str], ...]:
    """Open cases at the end of the period, rounded down to ten."""
    found = []
    for row in records(release, "backlog"):
        n = number(row.get("at_least"))
        words = (
            gettext(NOT_SHOWN)
            if n is None
            else gettext("menos de 10")
            if n == 0
            else gettext("pelo menos %(n)s", n=whole(n))
        )
        found.append((translated(row.get("stock")), words))
    return tuple(found)


def view(release: Release, filed: Sequence[int | None] = (), since: date | None = None) -> StatisticsView:
    """What the page says of *release*. *filed*: cases received in each period told up to it; *since*: the first day."""
    tiles = tiles_of(release, filed or (by_id(release, "totals", "n").get("filed"),), since or release.first)
    return StatisticsView(
        sentence=sentence(time_of(release, HALF), time_of(release, FOUR_FIFTHS)),
        tiles=tiles,
        endings=endings_of(release),
        matters=counts_of(release, BY_MATTER, "matter", gettext("Todos os assuntos")),
        agencies=counts_of(release, ("filed_by_agency",), "agency", gettext("Todos os órgãos")),
        channels=counts_of(release, ("filed_by_channel",), "channel", gettext("Todos os caminhos")),
        promises=promises_of(release),
        stocks=stocks_of(release),
    )


def changes_of(release: Release, before: Release | None = None) -> tuple[str, ...]:
    """What a correction changed, a line a change; *before*: the release that it corrects, for rows told no more."""
    return tuple(told.line for told in changes_told(release, before))


# --- the curve --------------------------------------------------------------------------------------------------------


def curve_chart(release: Release, filed: Sequence[int | None] = ()) -> Survival:
    """The curve as released: at its fixed days with their margin, and where a share of the cases was reached."""
    points: dict[int, CurvePoint] = {0: CurvePoint(0, 1.0, 1.0, 1.0)}
    days = []
    for row in records(release, "survival_curve"):
        day, share = number(row.get("day")), number(row.get("open_percent"))
        if day is None or share is None:
            continue
        low, high = number(row.get("lower")), number(row.get("upper"))
        points[day] = CurvePoint(
            day, share / 100, None if low is None else low / 100, None if high is None else high / 100,
            number(row.get("at_risk")),
        )  # fmt: skip
        days.append(day)
    half = time_of(release, HALF)
    for row in records(release, "time_to_resolution"):
        percent, day = number(row.get("percent")), number(row.get("days"))
        if percent is not None and day is not None:
            _between(points, day, 1 - percent / 100)
    line = tuple(points[day] for day in sorted(points))
    return Survival(
        title=gettext("Quanto tempo os casos levam até o fim"),
        sentence=gettext(
            "De cada cem casos, quantos ainda não tinham chegado ao fim, tantos dias depois do pedido. "
            "A faixa é a margem de erro."
        ),
        curves=(Curve(gettext("Todos os casos"), sum(n for n in filed if n), line),),
        median=half.days if half.days in points else None,
        table_days=tuple(days),
        source=gettext("%(chamber)s, dados até %(day)s", chamber=release.chamber, day=day_words(release.last)),
        joined=True,
    )  # fmt: skip


def _between(points: dict[int, CurvePoint], day: int, share: float) -> None:
    """A told time is a point of the line too, where rounding does not set it against its neighbours."""
    before = max((at for at in points if at < day), default=None)
    after = min((at for at in points if at > day), default=None)
    fits = before is not None and points[before].share >= share and (after is None or points[after].share <= share)
    if day not in points and fits and after is not None:
        points[day] = CurvePoint(day, share)
