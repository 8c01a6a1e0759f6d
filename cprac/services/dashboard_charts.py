"""The dashboard's charts as plain data: what each is drawn from, what its table and its CSV hold, what it says.

Pictures are made elsewhere, from this; a page never waits for one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from cprac.domain.words import N_
from cprac.services import chart_data, chart_rows, indicators
from cprac.services.chart_words import Chart, cases_text, days_text, percent, whole
from cprac.services.dashboard import OLD, Dashboard, Question, Times, old_ones

TURNS: Mapping[str, str] = {
    "city": N_("da Prefeitura"),
    "citizen": N_("das partes"),
    "court": N_("da Justiça"),
    "chamber": N_("da Câmara"),
}
UNTOLD = N_("que a planilha não diz")
MOST_MONTHS = 60


def source(question: Question) -> str:
    """Of which cases and of which day a chart speaks: the small line under a downloaded picture."""
    kind = N_("Casos da planilha antiga") if question.asked.legacy else N_("Casos da Câmara")
    return f"{kind}, {N_('vistos em')} {question.asked.as_of:%d/%m/%Y}"


def half_words(times: Times) -> str:
    """How long cases take, in one sentence that anyone can say again."""
    if not times.told:
        return N_("Ainda não dá para dizer quanto tempo os casos levam: são poucos.")
    half, rest = times.half.value, times.nine_tenths.value
    if half is None:
        return N_("Menos da metade dos pedidos teve solução até agora: ainda não dá para dizer em quantos dias.")
    said = f"{N_('A cada 100 pedidos, 50 têm solução em até')} {days_text(half)}"
    if rest is None:
        return f"{said}; {N_('ainda não dá para dizer em quantos dias 90 terão.')}"
    return f"{said} {N_('e 90 em até')} {whole(rest)}."


def verdict(times: Times) -> str:
    """Whether the groups differ, with the p of the log-rank test; empty where nothing is compared."""
    if times.p is None:
        return ""
    said = (
        N_("A diferença é maior do que o acaso explica")
        if times.differs
        else N_("A diferença pode ser acaso: não dá para dizer que é diferente")
    )
    return f"{said} ({N_('teste log-rank')}, p {probability(times.p)})."


def probability(p: float) -> str:
    """The probability as it stands after "p": ``= 0,042``, or ``< 0,001``."""
    return "< 0,001" if p < 0.001 else f"= {p:.3f}".replace(".", ",")


def survival(found: Dashboard) -> chart_data.Survival:
    """(tempo) The curve of all, with its band; of groups, all for reference; of one value, the others."""
    times = found.times
    groups = tuple(group.drawn for group in times.groups)
    curves: tuple[chart_data.Curve, ...] = (times.line.drawn,)
    reference, half = None, times.half.value
    if found.question.narrowed:
        reference = groups[0] if groups else None
    elif groups:
        curves, reference, half = groups, times.line.drawn, None
    return chart_data.Survival(
        N_("Quanto tempo até a solução"),
        half_words(times),
        curves,
        reference,
        median=None if half is None else int(half),
        source=source(found.question),
    )


def backlog_words(found: Dashboard) -> str:
    """How many open cases are old, and how many of them wait for the city."""
    n, turns = old_ones(found.ages)
    if not found.backlog:
        return N_("Nenhum caso está em aberto.")
    if not n:
        return f"{N_('Nenhum caso em aberto tem mais de')} {OLD} {N_('dias')}."
    said = f"{cases_text(n)} {N_('têm') if n > 1 else N_('tem')} {N_('mais de')} {OLD} {N_('dias')}"
    ours = turns.get("city", 0) + turns.get("chamber", 0)
    if found.question.asked.legacy or not ours:
        return f"{said}."
    return f"{said}; {N_('em')} {whole(ours)} {N_('a vez é da Prefeitura ou da Câmara')}."


def backlog(found: Dashboard) -> chart_rows.Backlog:
    """(idade) Open cases by age and by whose turn it is, which an old sheet does not tell."""
    if found.question.asked.legacy:
        old = tuple(chart_rows.AgeBand(age.label, (age.n,)) for age in found.ages)
        return _backlog(found, (UNTOLD,), old)
    used = [turn for turn in TURNS if any(age.turns.get(turn) for age in found.ages)] or ["chamber"]
    bands = tuple(chart_rows.AgeBand(age.label, tuple(age.turns.get(turn, 0) for turn in used)) for age in found.ages)
    return _backlog(found, tuple(TURNS[turn] for turn in used), bands)


def _backlog(found: Dashboard, turns: tuple[str, ...], bands: tuple[chart_rows.AgeBand, ...]) -> chart_rows.Backlog:
    return chart_rows.Backlog(
        N_("Casos em aberto, por idade"), backlog_words(found), turns, bands, source(found.question)
    )


def trend_words(found: Dashboard) -> str:
    """What came in and went out in the months shown."""
    filed = sum(month.filed for month in found.months)
    resolved = sum(month.resolved for month in found.months)
    more = N_("a fila diminuiu") if resolved > filed else N_("a fila cresceu") if filed > resolved else N_("empate")
    counted = f"{whole(filed)} {N_('recebidos e')} {whole(resolved)} {N_('resolvidos')}"
    return f"{N_('No período,')} {counted}: {more}."


def trends(found: Dashboard) -> chart_data.Trends:
    """(meses) Filed, resolved, open at the end of the month."""
    kept = found.months[-MOST_MONTHS:]
    return chart_data.Trends(
        N_("Mês a mês"),
        trend_words(found),
        tuple(date(month.month // 100, month.month % 100, 1) for month in kept),
        (
            chart_data.Trend(N_("Recebidos"), tuple(month.filed for month in kept)),
            chart_data.Trend(N_("Resolvidos"), tuple(month.resolved for month in kept)),
            chart_data.Trend(N_("Em aberto no fim do mês"), tuple(month.open for month in kept)),
        ),
        source=source(found.question),
    )


def phase_words(found: Dashboard) -> str:
    """Which phase takes longest."""
    told = [row for row in found.phases if row.half is not None]
    if not told:
        return N_("Ainda não dá para dizer quanto tempo leva cada etapa: são poucos casos.")
    longest = max(told, key=lambda row: row.half or 0)
    half = days_text(longest.half or 0)
    return f"{N_('A etapa mais demorada é')} “{longest.label}”: {N_('metade sai dela em até')} {half}."


def phases(found: Dashboard) -> chart_rows.PhaseTimes:
    """(etapas) Days in each phase."""
    rows = tuple(
        chart_rows.Phase(row.label, row.n, row.quarter, row.half, row.three_quarters, row.nine_tenths)
        for row in found.phases
    )
    return chart_rows.PhaseTimes(N_("Tempo em cada etapa"), phase_words(found), rows, source(found.question))


def outcomes(found: Dashboard) -> chart_data.Outcomes:
    """(desfechos) How cases had ended by each day; the rarest outcomes together."""
    shares = found.incidence
    known = {**indicators.OUTCOMES, **{key: key for key in shares if key not in indicators.OUTCOMES}}
    ordered = sorted(shares, key=lambda key: (-shares[key][-1][1], key))
    most = chart_data.MOST_OUTCOMES if len(ordered) <= chart_data.MOST_OUTCOMES else chart_data.MOST_OUTCOMES - 1
    first, rest = ordered[:most], ordered[most:]
    drawn = [chart_data.Outcome(key, known[key], shares[key]) for key in known if key in first]
    if rest:
        days = [day for day, _share in shares[rest[0]]]
        together = tuple((day, sum(shares[key][place][1] for key in rest)) for place, day in enumerate(days))
        drawn.append(chart_data.Outcome("others", N_("Outros desfechos"), together))
    last = max((points[-1][0] for points in shares.values()), default=0)
    return chart_data.Outcomes(
        N_("Como os casos terminam"), ending_words(found), found.times.n, tuple(drawn), last,
        source=source(found.question),
    )  # fmt: skip


def ending_words(found: Dashboard) -> str:
    """Which share had an agreement by the last horizon that can be told."""
    agreed = next((row for row in found.endings if row.key == "agreement"), None)
    if not found.horizons or agreed is None:
        return N_("De cada desfecho, a parte dos pedidos que terminou assim.")
    day, share = found.horizons[-1], agreed.shares[-1] or 0.0
    return f"{N_('Em')} {days_text(day)}, {percent(share)} {N_('dos pedidos têm acordo')}."


CHARTS: Mapping[str, Callable[[Dashboard], Chart]] = {
    "tempo": survival,
    "idade": backlog,
    "meses": trends,
    "etapas": phases,
    "desfechos": outcomes,
}
"""The charts, by the names of their addresses."""
