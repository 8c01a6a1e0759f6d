"""The adapter behind ``cprac statistics survival``: a table of durations in, the estimates as one object out."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from statistics import fmean, median
from typing import Any

from cprac.domain.survival import Curve, Day, Interval, aalen_johansen, histogram, kaplan_meier, log_rank
from cprac.domain.words import N_

QUARTILES = {"p25": Fraction(1, 4), "p50": Fraction(1, 2), "p75": Fraction(3, 4)}
DEFAULT_AT: tuple[Day, ...] = (0, 30, 90, 180, 365)
CENSORED = "0"

EMPTY = N_("arquivo vazio: falta a linha com os nomes das colunas")
NO_ROWS = N_("nenhuma linha depois dos nomes das colunas")
NO_COLUMN = N_("não há a coluna “{name}”; as colunas são {known}")
BAD_TIME = N_("linha {line}, coluna {column}: “{text}” não é uma duração (um número a partir de zero)")
BAD_EVENT = N_("linha {line}, coluna {column}: “{text}” não é 0 (em aberto) nem 1 (terminou)")
LONG = N_("linha {line}: há mais células que colunas")
TWICE = N_("há mais de uma coluna “{name}”")
NO_CAUSE = N_("linha {line}, coluna {column}: falta o desfecho (0 = em aberto)")
BAD_ENTRY = N_("linha {line}, coluna {column}: “{text}” não é um número a partir de zero e menor que a duração")
SHORT = N_("linha {line}: faltam colunas")
BAD_CSV = N_("linha {line}: não se lê como CSV ({error})")


@dataclass(frozen=True, slots=True)
class _Row:
    time: Day
    cause: str
    group: str
    entry: Day | None


def survival_of(
    text: str, time: str, *, event: str = "", cause: str = "", group: str = "", entry: str = "", at: Sequence[Day] = ()
) -> dict[str, Any]:
    """Estimate from CSV *text*: ``overall`` and, where asked for, ``groups`` (with log-rank) and ``competing``.

    *time* names the column of durations; *event* one of 0 and 1, or *cause* one of outcomes with 0 for cases still
    open. *entry*: the column that says from which duration on each case was in sight (left truncation); without it all
    were from the start. *at*: days at which S(t) and the restricted mean are wanted. Where R has conventions they are
    R's: no log-log interval while the curve is at one (but before the first day it is 1 to 1), none of an outcome
    that has not come (0 to 0 before the first day). Raises ValueError with one line that says the
    line and the column.
    """
    rows = list(_rows(text, (time, event or cause, group, entry), is_cause=bool(cause)))
    if not rows:
        raise ValueError(NO_ROWS)
    longest = max(row.time for row in rows)
    days = sorted(set(at)) if at else [day for day in DEFAULT_AT if day <= longest]
    means = sorted({day for day in days if day > 0} | ({longest} if longest else set()))
    answer: dict[str, Any] = {"overall": _estimates(rows, days, means)}
    if group:
        answer["groups"] = _groups(rows, group, days, means)
    if cause:
        answer["competing"] = _competing(rows, days)
    return answer


def _rows(text: str, wanted: tuple[str, str, str, str], *, is_cause: bool) -> Iterator[_Row]:
    """Read the rows; *wanted* names the columns of time, outcome, group and entry, the last two blank if not asked."""
    first = text.lstrip().partition("\n")[0]
    if not first.strip():
        raise ValueError(EMPTY)
    reader = csv.reader(io.StringIO(text), delimiter=";" if first.count(";") > first.count(",") else ",", strict=True)
    try:
        names = [name.strip() for name in next(reader)]
        for name in filter(None, wanted):
            if name not in names:
                raise ValueError(NO_COLUMN.format(name=name, known=", ".join(names)))
            if names.count(name) > 1:
                raise ValueError(TWICE.format(name=name))
        places = [names.index(name) if name else -1 for name in wanted]
        for cells in reader:
            if any(cell.strip() for cell in cells[len(names) :]):
                raise ValueError(LONG.format(line=reader.line_num))
            if cells:
                yield _row(cells, places, reader.line_num, wanted, is_cause=is_cause)
    except csv.Error as error:
        raise ValueError(BAD_CSV.format(line=reader.line_num, error=error)) from None


def _row(
    cells: list[str], places: Sequence[int], line: int, names: tuple[str, str, str, str], *, is_cause: bool
) -> _Row:
    if max(places) >= len(cells):
        raise ValueError(SHORT.format(line=line))
    written, outcome, group, entered = (cells[place].strip() if place >= 0 else "" for place in places)
    time = _duration(written)
    if time is None:
        raise ValueError(BAD_TIME.format(line=line, column=names[0], text=written[:40]))
    if outcome.endswith(".0") and outcome[:-2].isdecimal():
        outcome = outcome[:-2]  # as programs write whole numbers of a column that has gaps
    if is_cause and outcome in ("", "NA"):
        raise ValueError(NO_CAUSE.format(line=line, column=names[1]))
    if not is_cause and outcome not in ("0", "1"):
        raise ValueError(BAD_EVENT.format(line=line, column=names[1], text=outcome[:40]))
    entry = _duration(entered) if names[3] else None
    if names[3] and (entry is None or entry >= time):
        raise ValueError(BAD_ENTRY.format(line=line, column=names[3], text=entered[:40]))
    return _Row(time, outcome, group, entry)


def _duration(written: str) -> Day | None:
    """A number from zero on, whole where it is; None for anything else."""
    try:
        time = float(written)
    except ValueError:
        return None
    if not (math.isfinite(time) and time >= 0) or "_" in written:
        return None
    return int(time) if time == int(time) else time


def _ended(rows: Sequence[_Row]) -> list[Day]:
    return [row.time for row in rows if row.cause != CENSORED]


def _curve(rows: Sequence[_Row]) -> Curve:
    censored = histogram(row.time for row in rows if row.cause == CENSORED)
    return kaplan_meier(histogram(_ended(rows)), censored, _entered(rows))


def _entered(rows: Sequence[_Row]) -> dict[Day, int] | None:
    entries = [row.entry for row in rows if row.entry is not None]
    return histogram(entries) if entries else None


def _estimates(rows: Sequence[_Row], days: Sequence[Day], means: Sequence[Day]) -> dict[str, Any]:
    curve, ended = _curve(rows), _ended(rows)
    restricted = [curve.restricted_mean(day) for day in means]
    return {
        "n": curve.n,
        "events": curve.events,
        "censored": curve.n - curve.events,
        "max_time": curve.max_time,
        "quantile_estimate_lower_upper": {
            kind.value: {name: _quantile(curve, share, kind) for name, share in QUARTILES.items()} for kind in Interval
        },
        "median_first_crossing": curve.first_crossing(),
        "at": [_point(curve, day) for day in days],
        "rmst": [{"tau": mean.until, "rmst": mean.value, "se": mean.se} for mean in restricted],
        "naive_mean_of_events_only": fmean(ended) if ended else None,
        "naive_median_of_events_only": median(ended) if ended else None,
    }


def _quantile(curve: Curve, share: Fraction, kind: Interval) -> list[Day | None]:
    found = curve.quantile(share, kind)
    return [found.value, found.lower, found.upper]


def _point(curve: Curve, day: Day) -> dict[str, Any]:
    point: dict[str, Any] = {
        "t": day,
        "n_risk": curve.risk_at(max(day, curve.times[0])),
        "S": curve.at(day),
        "se_greenwood": curve.standard_error(day),
    }
    for name, kind in (("log", Interval.LOG), ("loglog", Interval.LOG_LOG), ("plain", Interval.PLAIN)):
        none = kind is Interval.LOG_LOG and curve.at(day) == 1 and day >= curve.times[0]
        point[f"{name}_lower"], point[f"{name}_upper"] = (None, None) if none else curve.limits(day, kind)
    return point


def _groups(rows: Sequence[_Row], column: str, days: Sequence[Day], means: Sequence[Day]) -> dict[str, Any]:
    by: dict[str, list[_Row]] = {name: [] for name in sorted({row.group for row in rows}, key=_order)}
    for row in rows:
        by[row.group].append(row)
    answer: dict[str, Any] = {"column": column, "by": {name: _estimates(own, days, means) for name, own in by.items()}}
    if len(by) > 1:
        test = log_rank([_curve(own) for own in by.values()])
        answer["logrank"] = {
            "chisq": test.chi_square,
            "df": test.degrees,
            "p": test.p,
            "observed": list(test.observed),
            "expected": list(test.expected),
        }
    return answer


def _order(name: str) -> tuple[bool, float, str]:
    """Numbers by their value and before words: 2 comes before 10."""
    number = _duration(name)
    return (number is None, number or 0, name)


def _competing(rows: Sequence[_Row], days: Sequence[Day]) -> dict[str, Any]:
    named = sorted({row.cause for row in rows} - {CENSORED}, key=_order)
    causes: Mapping[str, dict[Day, int]] = {
        name: histogram(row.time for row in rows if row.cause == name) for name in named
    }
    censored = [row.time for row in rows if row.cause == CENSORED]
    found = aalen_johansen(causes, histogram(censored), days, _entered(rows))
    curve = _curve(rows)
    counts = {CENSORED: len(censored), **{name: sum(causes[name].values()) for name in named}}
    return {
        "counts": counts,
        "cif": {
            name: [
                {
                    "t": each.day,
                    "cif": each.value,
                    "se": each.se,
                    "lower": 0 if each.day < curve.times[0] else each.lower,
                    "upper": 0 if each.day < curve.times[0] else each.upper,
                }
                for each in found[name]
            ]
            for name in named
        },
        "event_free": [{"t": day, "p": curve.at(day)} for day in days],
    }
