"""The management report as an accessible, archivable PDF: the same figures as the pages, from the same functions.

What it must contain is each chamber's rule; ours follows what regulations read so far ask for (Amazonas, art. 10 III to
VI): time by phase, by matter and total, values, targets of the next period, proposals to prevent conflicts. What has no
source yet says so.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

import typst

from cprac.domain.words import N_
from cprac.services.figure_words import doubt_words, figure_words, part_words, value_words
from cprac.services.indicator_kinds import Context, Figure, Group, Indicator, Unit
from cprac.services.indicator_times import HALF, NINE_TENTHS, curve, quantile
from cprac.services.reporting import figures

TEMPLATE = Path(__file__).resolve().parent.parent.parent / "templates" / "print" / "report.typ"
PDF_STANDARDS = ("a-2a", "ua-1")
LONGEST = 15
"""Lines of a breakdown; the rest are told as one number."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart for the report: the drawing, what it shows for who cannot see it, and one sentence under it."""

    svg: str
    alt: str
    caption: str


@dataclass(frozen=True, slots=True)
class Printed:
    """What the report is about. ``charts``: by group of indicators; ``proposals``: one paragraph each.

    ``entries``: the figures as the office's page tells them; without them all are computed here.
    """

    chamber: str
    as_of: date
    first: date | None
    last: date | None
    ctx: Context
    charts: dict[Group, Sequence[Picture]] = field(default_factory=dict)
    proposals: Sequence[str] = ()
    series: str = N_("Casos da Câmara")
    entries: Sequence[tuple[Indicator, Figure]] = ()


def pdf(printed: Printed) -> bytes:
    """The report as PDF, tagged (PDF/UA-1) and archivable (PDF/A-2a). Equal figures of one day are equal bytes."""
    made: bytes = typst.compile(
        _template(),
        format="pdf",
        sys_inputs={"report": json.dumps(content(printed), ensure_ascii=False)},
        pdf_standards=list(PDF_STANDARDS),
        ignore_system_fonts=True,
        timestamp=int(datetime.combine(printed.as_of, time(), UTC).timestamp()),
    )
    return made


@cache
def _template() -> bytes:
    return TEMPLATE.read_bytes()


def content(printed: Printed) -> dict[str, Any]:
    """Everything the report prints, as plain data."""
    found = list(printed.entries or figures(printed.ctx))
    day = printed.as_of
    span = _span(printed)
    return {
        "chamber": printed.chamber,
        "title": N_("Relatório de gestão"),
        "lead": f"{printed.series}. {span} {N_('Situação em')} {day:%d/%m/%Y}.",
        "footer": f"{printed.chamber} · {N_('situação em')} {day:%d/%m/%Y}",
        "made_on": [day.year, day.month, day.day],
        "columns": [N_("Indicador"), N_("Valor"), N_("Margem e base")],
        "summary": _summary(printed),
        "sections": [_promises(found), *_groups(found, printed), _targets(), _proposals(printed)],
        "definitions_title": N_("Como cada número é calculado"),
        "definitions": [_definition(indicator) for indicator, _figure in found],
    }


def _span(printed: Printed) -> str:
    if printed.first and printed.last:
        return f"{N_('Período de')} {printed.first:%d/%m/%Y} {N_('a')} {printed.last:%d/%m/%Y}."
    if printed.first:
        return f"{N_('Período a partir de')} {printed.first:%d/%m/%Y}."
    if printed.last:
        return f"{N_('Período até')} {printed.last:%d/%m/%Y}."
    return N_("Desde o primeiro caso.")


def _summary(printed: Printed) -> list[str]:
    line = curve(printed.ctx.sums)
    if not line.n:
        return [N_("Ainda não há casos no período. As tabelas abaixo mostram o que será contado.")]
    told = [f"{N_('Casos recebidos')}: {line.n}. {N_('Contamos também os que continuam abertos.')}"]
    for level, words in ((HALF, N_("Metade termina em até")), (NINE_TENTHS, N_("Nove em cada dez terminam em até"))):
        found = quantile(line, level)
        if found.value is not None:
            told.append(f"{words} {value_words(found.value, Unit.DAYS)}.")
        elif found.low is not None:
            told.append(f"{words}: {N_('pelo menos')} {value_words(found.low, Unit.DAYS)}.")
    return told


def _row(indicator: Indicator, figure: Figure) -> list[str]:
    return [indicator.name, figure_words(indicator, figure), doubt_words(indicator, figure)]


def _promises(found: Sequence[tuple[Indicator, Figure]]) -> dict[str, Any]:
    rows = []
    for indicator, figure in found:
        if indicator.promise is not None:
            name, value, doubt = _row(indicator, figure)
            rows.append([f"{indicator.promise.label}: {name[0].lower()}{name[1:]}", value, doubt])
    return _section(N_("Os cinco resultados prometidos"), rows=rows)


def _groups(found: Sequence[tuple[Indicator, Figure]], printed: Printed) -> list[dict[str, Any]]:
    sections = []
    for group in Group:
        mine = [(indicator, figure) for indicator, figure in found if indicator.group is group]
        rows = [_row(indicator, figure) for indicator, figure in mine if not figure.parts or figure.value is not None]
        parts = [_breakdown(indicator, figure) for indicator, figure in mine if figure.parts]
        charts = [
            {"svg": chart.svg, "alt": chart.alt, "caption": chart.caption} for chart in printed.charts.get(group, ())
        ]
        sections.append(_section(group.label, rows=rows, parts=parts, charts=charts))
    return sections


def _breakdown(indicator: Indicator, figure: Figure) -> dict[str, Any]:
    doubts = any(part.low is not None for part in figure.parts)
    shown, rest = figure.parts[:LONGEST], figure.parts[LONGEST:]
    rows = []
    for part in shown:
        value, doubt = part_words(indicator, part)
        rows.append([part.label or N_("não informado"), value, *([doubt, str(part.n)] if doubts else [])])
    more = f"{N_('Mais')} {len(rest)} {N_('linhas não mostradas aqui; estão no arquivo CSV.')}" if rest else ""
    columns = [N_("Recorte"), N_("Valor"), *([N_("Margem"), N_("Casos")] if doubts else [])]
    return {"title": indicator.name, "note": more, "columns": columns, "rows": rows}


def _targets() -> dict[str, Any]:
    return _section(
        N_("Metas do próximo período"),
        paragraphs=[N_("Sem dados: o regulamento ainda não fixou metas.")],
    )


def _proposals(printed: Printed) -> dict[str, Any]:
    none = N_("Nenhuma recomendação à Administração foi feita no período.")
    return _section(N_("Propostas para prevenir conflitos"), paragraphs=list(printed.proposals) or [none])


def _section(
    title: str,
    *,
    note: str = "",
    rows: Sequence[Sequence[str]] = (),
    parts: Sequence[dict[str, Any]] = (),
    charts: Sequence[dict[str, str]] = (),
    paragraphs: Sequence[str] = (),
) -> dict[str, Any]:
    return {
        "title": title,
        "note": note,
        "rows": list(rows),
        "parts": list(parts),
        "charts": list(charts),
        "paragraphs": list(paragraphs),
    }


def _definition(indicator: Indicator) -> dict[str, str]:
    return {
        "name": indicator.name,
        "definition": indicator.definition,
        "formula": f"{N_('Conta')}: {indicator.formula}.",
        "denominator": f"{N_('Base')}: {indicator.denominator}. {N_('De que casos')}: {indicator.reading.label}.",
        "caveat": f"{N_('Cuidado')}: {indicator.caveat}",
        "source": f"{N_('Fonte')}: {indicator.source}." + (f" {indicator.article}." if indicator.article else ""),
    }
