"""The office's dashboard: promised results, how long, what is open, where time goes, what comes of it.

Figures come from ``services.dashboard``; here they get words and addresses. Pictures have addresses of their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import render_template, url_for
from flask_babel import gettext, ngettext

from cprac.domain.states import CaseState, Family
from cprac.domain.words import N_
from cprac.persistence import queries_lists
from cprac.services import dashboard_charts
from cprac.services.dashboard import FEW, Compared, Comparison, Dashboard, Kept, dashboard
from cprac.services.figure_words import between, doubt_words, figure_words, part_words, value_words
from cprac.services.indicator_kinds import Figure, Group, Indicator, Part, Promise, Unit
from cprac.web import filters, guards
from cprac.web.case_room import reader
from cprac.web.chart_views import ChartView, chart_view, strip_view
from cprac.web.office import figure_filters
from cprac.web.office.figure_filters import Filters
from cprac.web.office.room import blueprint, deciders

RATES = ("agreement_rate_filed", "agreement_rate_admitted", "agreement_rate_sessions", "on_time_rate")
"""The agreement rate with its three denominators, and what was done in time."""

OLD_TILES = ("cases_filed", "time_to_resolution", "time_p90", "backlog", "overdue_legacy")
BESIDE = ("idade",)
SHOWN = 10
"""Rows of a comparison on the page; the files have all."""

SIDES: Mapping[str, tuple[str, str]] = {
    "same": (N_("Não dá para dizer que é diferente"), "unsure"),
    "faster": (N_("Mais rápido que o conjunto"), "good"),
    "slower": (N_("Mais demorado que o conjunto"), "slow"),
    "few": (N_("Poucos casos para dizer"), "unsure"),
    "open": (N_("Ainda não dá para afirmar"), "unsure"),
}

TITLES = {
    "matter": N_("Por assunto"),
    "agency": N_("Por órgão"),
    "channel": N_("Por canal"),
    "priority": N_("Por prioridade de lei"),
}

GROUPS = (
    (N_("Em análise da Câmara ou da Prefeitura"), (Family.CITY, Family.ALERT)),
    (N_("Esperando as partes"), (Family.PARTY,)),
    (N_("Em conversa"), (Family.TALK,)),
    (N_("Parados ou na Justiça"), (Family.WAIT,)),
    (N_("Com acordo"), (Family.DEAL,)),
    (N_("Encerrados de outro modo"), (Family.END,)),
)
"""States as the page groups them: whose turn it is."""


def answer(found: Filters) -> Dashboard:
    """What the question of *found* gets for an answer, today."""
    return dashboard(guards.chamber(), found.question, guards.today(), guards.now())


@blueprint.get("/gabinete/numeros")
@deciders
def figures() -> str | tuple[str, int]:
    """The dashboard; with a date that cannot be read, what was typed and what to correct (400)."""
    asked = figure_filters.read()
    frame = {
        "filters": asked,
        "form": asked.form,
        "presets": [
            {
                "label": gettext(label),
                "url": asked.address(periodo=name, de="", ate=""),
                "current": name == asked.preset,
            }
            for name, label in figure_filters.PRESETS.items()
        ],
        "active": figure_filters.words(asked) if asked.good else [],
        "others": _others(),
    }
    if not asked.good:
        return render_template("office/figures.html", board=None, **frame), 400
    board = answer(asked)
    return render_template("office/figures.html", board=board, **frame, **view(asked, board))


def _others() -> list[dict[str, str]]:
    """The pages beside this one that exist for the reader."""
    named = (
        ("office.indicators", N_("Todos os indicadores")),
        ("office.on_time", N_("Prazos cumpridos")),
        ("office.flow", N_("O fluxo dos casos")),
        ("office.publications", N_("Publicações")),
        ("office.recommendations_list", N_("Recomendações")),
        ("office.survey_results", N_("Pesquisa")),
    )
    return [{"label": gettext(label), "url": url_for(name)} for name, label in named if guards.may_open(name)]


def view(asked: Filters, board: Dashboard) -> dict[str, Any]:
    """The figures of *board* in words."""
    times = board.times
    return {
        "lead": lead(asked, board),
        "promises": [] if asked.old else promises(board),
        "rates": [tile(*board.figure(name)) for name in (OLD_TILES if asked.old else RATES)],
        "margin": between(times.half.low, times.half.high, Unit.DAYS) if times.told and times.half.value else "",
        "verdict": dashboard_charts.verdict(times),
        "compared": compared_words(board),
        "lines": lines(board),
        "charted": {name: drawn(asked, board, name) for name in dashboard_charts.CHARTS},
        "phases": [phase_row(row) for row in board.phases],
        "deadlines": deadline_rows(board),
        "steps": board.steps,
        "endings": board.endings,
        "money": [] if asked.old else listed(board, Group.MONEY),
        "courts": [] if asked.old else listed(board, Group.COURTS),
        "comparisons": [comparison(board, each) for each in board.comparisons],
        "states": {} if asked.old else states(),
        "few": FEW,
        "comparisons_csv": asked.address("office.chart_file", name="comparacoes", file="dados.csv"),
    }


def lead(asked: Filters, board: Dashboard) -> str:
    """Of which cases, of which days the page speaks."""
    question = board.question.asked
    still = next((row.n for row in board.endings if row.key == "open"), 0)
    cases = ngettext("%(n)s caso", "%(n)s casos", board.filed, n=filters.integer(board.filed))
    opened = ngettext("%(n)s ainda aberto", "%(n)s ainda abertos", still, n=filters.integer(still))
    counted = f"{cases}, {opened}."
    last = filters.date_short(question.until)
    if question.first is None:
        days = gettext("Pedidos até %(last)s, vistos em %(day)s.", last=last, day=filters.date_short(question.as_of))
    else:
        days = gettext(
            "Pedidos de %(first)s a %(last)s, vistos em %(day)s.",
            first=filters.date_short(question.first), last=last, day=filters.date_short(question.as_of),
        )  # fmt: skip
    cut = figure_filters.cut_words(asked) if board.question.narrowed else ""
    return " ".join(filter(None, (days, counted, f"{cut[:1].upper()}{cut[1:]}." if cut else "")))


def tile(indicator: Indicator, figure: Figure, label: str = "") -> dict[str, Any]:
    """A figure with its doubt, and the strip that shows its margin; why, where there is none."""
    value = figure_words(indicator, figure)
    days = indicator.unit is Unit.DAYS and figure.value is not None
    amount, _blank, unit = value.partition(" ") if days else (value, "", "")
    return {
        "id": indicator.id,
        "label": label or gettext(indicator.name),
        "name": gettext(indicator.name) if label else "",
        "figure": amount,
        "unit": unit,
        "doubt": doubt_words(indicator, figure) or _exact(indicator, figure),
        "known": figure.value is not None or figure.low is not None,
        "strip": strip(indicator, figure),
    }


def _exact(indicator: Indicator, figure: Figure) -> str:
    """What to say of a figure that has no margin."""
    if figure.value is None:
        return ""
    return gettext("soma exata") if indicator.unit is Unit.MONEY else gettext("contagem exata")


def strip(indicator: Indicator, figure: Figure) -> dict[str, float | None] | None:
    """Where value and margin lie; None for an exact count."""
    if figure.value is None or figure.low is None or figure.high is None:
        return None
    top = 1.0 if indicator.unit is Unit.SHARE else 1.25 * max(figure.high, figure.value)
    return strip_view(figure.value, 0, top, low=figure.low, high=figure.high) if top > 0 else None


def promises(board: Dashboard) -> list[dict[str, Any]]:
    """The five promised results, each by the indicator that stands for it."""
    standing = {entry.promise: (entry, figure) for entry, figure in board.entries if entry.promise}
    return [tile(*standing[promise], gettext(promise.label)) for promise in Promise if promise in standing]


def compared_words(board: Dashboard) -> str:
    """Between which groups the test was made."""
    names = [gettext(name) for name in board.times.compared]
    if not names:
        return ""
    if board.question.narrowed:
        return gettext("Comparados: os casos deste recorte e os demais.")
    return gettext("Comparados: %(names)s.", names="; ".join(names))


def lines(board: Dashboard) -> list[dict[str, Any]]:
    """One row a curve: how many cases, the day by which half had ended, its margin."""
    drawn = [board.times.line, *board.times.groups] if board.times.groups else []
    rows = []
    for line in drawn:
        part = Part(line.key, line.drawn.label, line.median.value, line.drawn.n, line.median.low, line.median.high)
        value, doubt = part_words(board.figure("time_to_resolution")[0], part)
        rows.append({"label": gettext(line.drawn.label), "n": line.drawn.n, "half": value, "doubt": doubt})
    return rows


def drawn(asked: Filters, board: Dashboard, name: str) -> ChartView:
    """A chart with its table and the addresses of its pictures."""

    def address(file: str) -> str:
        return asked.address("office.chart_file", name=name, file=file)

    key = (board.key, name, address("x"), str(filters.page_locale()))
    made = _views.get(key) if board.key else None
    if made is not None:
        return made
    made = chart_view(f"grafico-{name}", dashboard_charts.CHARTS[name](board), address)
    if name in BESIDE:  # a narrow column takes the narrow drawing at any width of the page
        made = replace(made, wide=made.narrow, wide_spec=made.narrow_spec, size=made.narrow_size)
    _views.put(key, made)
    return made


_views: Kept[ChartView] = Kept(160)


def phase_row(row: Any) -> dict[str, Any]:
    """A phase with its days in words."""

    def days(value: float | None) -> str:
        if row.n < FEW:
            return ""
        return value_words(value, Unit.DAYS) if value is not None else "–"

    return {
        "label": gettext(row.label),
        "n": row.n,
        "inside": row.inside,
        "told": row.n >= FEW,
        "quarter": days(row.quarter),
        "half": days(row.half) or gettext("poucos casos"),
        "three_quarters": days(row.three_quarters),
        "nine_tenths": days(row.nine_tenths),
    }


def deadline_rows(board: Dashboard) -> list[dict[str, Any]]:
    """Rules of deadlines with the share met by their day, those with most deadlines first."""
    indicator, figure = board.figure("on_time_rate")
    return [
        {
            "label": gettext(part.label),
            "rate": value_words(part.value or 0, Unit.SHARE),
            "share": round(100 * (part.value or 0), 1),
            "n": part.n,
            "doubt": between(part.low, part.high, indicator.unit),
        }
        for part in sorted(figure.parts, key=lambda part: (-part.n, part.key))
    ]


def listed(board: Dashboard, group: Group) -> list[dict[str, Any]]:
    """The indicators of one group of the catalogue."""
    return [tile(entry, figure) for entry, figure in board.entries if entry.group is group]


def comparison(board: Dashboard, found: Comparison) -> dict[str, Any]:
    """The values of one dimension beside the whole."""
    indicator, whole_figure = board.figure("time_to_resolution")
    scale = [row.part.high or row.part.value or 0 for row in found.rows[:SHOWN]] + [whole_figure.high or 0]
    top = 1.1 * max(scale) if any(scale) else 0
    return {
        "id": found.dimension.value,
        "title": gettext(TITLES[found.dimension.value]),
        "rows": [_compared(indicator, row, top) for row in found.rows[:SHOWN]],
        "more": max(0, len(found.rows) - SHOWN),
        "whole": figure_words(indicator, whole_figure),
        "doubt": doubt_words(indicator, whole_figure),
    }


def _compared(indicator: Indicator, row: Compared, top: float) -> dict[str, Any]:
    part = row.part
    value, doubt = ("–", "") if row.verdict == "few" else part_words(indicator, part)
    words, look = SIDES[row.verdict]
    places = None
    if top and part.value is not None and part.low is not None and row.verdict != "few":
        places = strip_view(part.value, 0, top, low=part.low, high=top if part.high is None else part.high)
    return {
        "label": gettext(part.label), "n": part.n, "half": value, "doubt": doubt, "verdict": gettext(words),
        "look": look, "strip": places,
    }  # fmt: skip


def states() -> dict[str, Any]:
    """How many cases stand where, counted now."""
    counted = {row.state: row.n for row in queries_lists.counts_by_state(reader())}
    for state in (CaseState.LEGACY_OPEN, CaseState.LEGACY_CLOSED):
        counted.pop(state, 0)
    groups = [
        {
            "title": gettext(title),
            "n": sum(counted.get(state, 0) for state in CaseState if state.family in families),
            "rows": [(state, counted[state]) for state in CaseState if state.family in families and counted.get(state)],
        }
        for title, families in GROUPS
    ]
    return {"groups": [group for group in groups if group["rows"]], "total": sum(counted.values())}
