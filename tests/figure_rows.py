"""Random fact rows, as any chamber might have them: for what must hold of sums whatever the cases were."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import strategies as st

from cprac.domain.case_measures import Phase
from cprac.domain.fact_rows import FactRow
from cprac.domain.states import CaseState, Turn

BEGIN = date(2025, 1, 1)
TURNS = tuple(turn.value for turn in Turn if turn is not Turn.NOBODY)
ENDS = ("agreement", "closed_no_agreement", "closed_withdrawn")

SMALL = st.integers(0, 3)
DAYS = st.integers(0, 400)


@st.composite
def fact_rows(draw, legacy=None):
    """One row: open or resolved, of the chamber or of one of two old registers, dated or not."""
    old = draw(st.booleans()) if legacy is None else legacy
    filed = BEGIN + timedelta(draw(st.integers(0, 150))) if not old or draw(SMALL) else None
    resolved = draw(st.sampled_from(["", *ENDS]))
    dated = bool(resolved) and (not old or bool(draw(SMALL)))
    ended = (filed or BEGIN) + timedelta(draw(DAYS)) if dated else None
    agreed = resolved == "agreement"
    phase = "" if resolved and not agreed else draw(st.sampled_from(["", *(phase.value for phase in Phase)]))
    due = [(BEGIN + timedelta(draw(DAYS))).isoformat() for _ in range(draw(SMALL))] if agreed else []
    return FactRow(
        origin="legacy" if old else "native",
        batch_id=draw(st.integers(1, 2)) if old else None,
        state=CaseState.IN_FORCE.value if agreed else resolved or CaseState.IN_PROGRESS.value,
        matter=draw(st.sampled_from(["", "road", "tree"])),
        agency_id=draw(st.sampled_from([None, 1, 2])),
        channel=draw(st.sampled_from(["", "portal"])),
        priority=draw(st.sampled_from(["", "elderly"])),
        filed_on=filed,
        admitted_on=filed + timedelta(draw(st.integers(0, 40))) if filed and draw(SMALL) else None,
        closed_on=ended,
        resolved_on=ended,
        resolved_as=resolved,
        phase=phase,
        turn=draw(st.sampled_from(["", *TURNS])),
        since=(filed or BEGIN) + timedelta(draw(DAYS)) if phase else None,
        in_talks=draw(DAYS),
        in_paused=draw(st.integers(0, 60)),
        for_city=draw(DAYS),
        for_chamber=draw(DAYS),
        ground=draw(st.sampled_from(["", "moot"])),
        extent="total" if agreed else "",
        direction=draw(st.sampled_from(["", "city_pays", "city_receives", "none"])) if agreed else "",
        value_claimed=draw(st.sampled_from([0, 10_000, 3_000_000_000_000])),
        value_agreed=draw(st.sampled_from([None, 0, 9_000])) if agreed else None,
        value_paid=draw(st.sampled_from([0, 500])),
        sessions=draw(SMALL),
        invited=draw(SMALL),
        lawsuits=draw(st.integers(0, 1)),
        obligations=len(due),
        obligations_due=",".join(sorted(due)),
        due_on=BEGIN + timedelta(draw(DAYS)) if old and draw(SMALL) else None,
    )


def plain_cells(cells):
    """The sums as one dictionary: by clock, kind, month and day how many."""
    found = {}
    for (clock, kind), column in cells.columns.items():
        for month, day, n in zip(column.month.tolist(), column.day.tolist(), column.n.tolist(), strict=True):
            key = (clock, kind, month, day)
            found[key] = found.get(key, 0) + n
    return {key: n for key, n in found.items() if n}
