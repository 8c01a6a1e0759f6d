"""Invented registers and their releases, for tests of disclosure control: rows in, releases out."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta

from cprac.domain.regulation_parts import StatisticsRules
from cprac.domain.release_base import CaseRow, Ending, Period, base_of, periods_of
from cprac.domain.release_content import Labels, build

RULES = StatisticsRules()
MATTERS = ("taxes", "works", "permits", "land", "health", "education", "servants")
AGENCIES = ("finance", "works", "health", "parks", "housing")
CHANNELS = ("portal", "desk", "court")
PRIORITIES = ("", "elderly", "illness")
DIRECTIONS = ("city_pays", "city_receives", "none")
LABELS = Labels(
    {
        "matter": {name: name.title() for name in MATTERS},
        "agency": {name: name.title() for name in AGENCIES},
        "channel": {name: name.title() for name in CHANNELS},
        "priority": {name: name.title() or "Sem prioridade" for name in PRIORITIES},
        "ending": {item.value: item.label for item in Ending},
        "direction": {name: name for name in DIRECTIONS},
        "lawsuits": {"yes": "Com processo", "no": "Sem processo"},
    },
    {"matter": ("health", "education"), "priority": PRIORITIES[1:]},
)
START = date(2026, 1, 1)


def period(number, revision=0):
    """The number-th quarter from the start."""
    first = date(2026 + number // 4, number % 4 * 3 + 1, 1)
    after = date(2026 + (number + 1) // 4, (number + 1) % 4 * 3 + 1, 1)
    return Period(f"{first.year}-T{number % 4 + 1}", first, after - timedelta(days=1), revision)


def random_rows(seed, n, quarters, *, published=0.5):
    """*n* cases filed over some quarters, matters as uneven as in life; some end, some agreements are public."""
    chance = random.Random(seed)
    weights = [chance.random() ** 3 + 0.01 for _name in MATTERS]
    rows = []
    for _number in range(n):
        matter = chance.choices(MATTERS, weights)[0]
        filed = START + timedelta(days=chance.randrange(quarters * 91))
        row = CaseRow(
            matter, chance.choices(AGENCIES, (9, 5, 2, 1, 0.2))[0], chance.choices(CHANNELS, (9, 3, 1))[0],
            chance.choices(PRIORITIES, (20, 4, 1))[0], filed,
        )  # fmt: skip
        admitted = chance.random() < 0.7
        if admitted:
            row = replace(row, admitted_on=filed + timedelta(days=chance.randrange(30)))
        if chance.random() < 0.8:
            over = (row.admitted_on or filed) + timedelta(days=int(chance.expovariate(1 / 90)))
            choices = ("agreement", "no_agreement", "other") if admitted else ("not_admitted", "not_admitted", "other")
            ending = chance.choices(choices, (6, 3, 1))[0]
            row = replace(row, resolved_on=over, ending=ending)
            if ending == "agreement":
                value = int(chance.paretovariate(1.2) * 1000_00)
                public = over if chance.random() < published else None
                row = replace(
                    row, direction=chance.choice(DIRECTIONS), value=value, lawsuits=chance.random() < 0.4,
                    published_on=public,
                )  # fmt: skip
        rows.append(row)
    return rows


def release_of(rows, span, released, reason="", labels=LABELS, rules=RULES):
    """One release, as the service makes it; None where it must wait for the next period."""
    others = [other for other in periods_of(released) if other.tag != span.tag]
    base = base_of(rows, span, others, span.last + timedelta(days=30))
    return build("Câmara", base, labels, rules, released, reason=reason)


def history_of(rows, quarters):
    """All releases of some quarters in order; a quarter with too few filings is joined with the next."""
    released, first = [], None
    for number in range(quarters):
        span = period(number)
        if first is not None:
            span = Period(f"{first.id}_a_{span.id}", first.first, span.last)
        made = release_of(rows, span, released)
        if made is None:
            first = first or span
            continue
        first = None
        released.append(made)
    return released
