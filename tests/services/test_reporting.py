"""The catalogue: complete, honest where there is nothing, and equal to the reference answers on real registers."""

from __future__ import annotations

import inspect
from dataclasses import replace
from datetime import date

import pytest

from cprac.domain.fact_rows import FactRow
from cprac.domain.survival import kaplan_meier
from cprac.domain.tallies import Dimension
from cprac.persistence.queries_on_time import Outcomes
from cprac.persistence.regulation_files import load_regulation
from cprac.services import indicator_times, indicators, report_pdf, reporting
from cprac.services.figure_words import between, doubt_words, figure_words, value_words
from cprac.services.indicator_kinds import NO_DATA, Context, Figure, Group, Promise, Reading, Unit
from cprac.services.reporting import BY_ID, CATALOGUE
from cprac.services.sums import Asked, of_rows

TODAY = date(2026, 6, 30)
MINIMUM = (
    "cases_filed", "cases_admitted", "admissibility_rate", "inadmissible_by_reason", "invitation_acceptance_rate",
    "sessions_held", "sessions_remote_share", "no_show_rate", "agreements_total", "agreements_partial",
    "agreement_rate_admitted", "agreement_rate_sessions", "agreement_rate_filed", "homologated_admin",
    "homologated_court", "time_to_resolution", "time_p90", "time_mean", "time_by_phase", "time_waiting_city",
    "time_waiting_citizen", "time_waiting_court", "backlog", "backlog_age", "on_time_rate", "values_agreed_to_pay",
    "values_agreed_to_receive", "value_claimed", "savings_direct", "savings_indirect", "instalments_on_time",
    "breach_rate", "lawsuits_avoided", "lawsuits_ended", "people_benefited", "relitigation_rate", "satisfaction",
    "priority_times", "mediator_load", "referral_sources", "top_matters", "agencies_in_conflict",
)  # fmt: skip
"""procedure.md (g)."""


@pytest.fixture(scope="module")
def regulation():
    return load_regulation()


def row(filed, ended=None, how="agreement", **more):
    """A case filed on a day of 2026 given as (month, day), resolved or open."""
    since = date(2026, *(ended or filed))
    found = {"filed_on": date(2026, *filed), "matter": "buraco", "turn": "city", "phase": "talks", "since": since}
    if ended:
        found |= {"resolved_on": since, "resolved_as": how, "phase": "", "turn": "nobody"}
    return FactRow(**{**found, **more})


def context(regulation, *rows, **asked):
    return Context(of_rows(Asked(TODAY, **asked), tuple(rows)), regulation)


def of(indicator, ctx):
    return BY_ID[indicator].compute(ctx)


# --- the catalogue ----------------------------------------------------------------------------------------------------


def test_every_indicator_that_chambers_publish_is_there_once():
    assert set(MINIMUM) <= set(BY_ID)
    assert len(BY_ID) == len(CATALOGUE)


def test_every_entry_says_everything_a_reader_must_know():
    for entry in CATALOGUE:
        words = (entry.name, entry.definition, entry.formula, entry.denominator, entry.source, entry.caveat)
        assert all(words), entry.id
        assert entry.definition.endswith("."), entry.id
        assert entry.caveat.endswith("."), entry.id


def test_each_function_computes_exactly_one_indicator():
    functions = [entry.compute for entry in CATALOGUE]
    assert len(set(functions)) == len(functions)
    public = {
        function
        for module in (indicators, indicator_times)
        for _name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and list(inspect.signature(function).parameters) == ["ctx"]
    }
    assert public == set(functions)


def test_the_five_promised_results_have_an_indicator_each():
    assert {entry.promise for entry in CATALOGUE if entry.promise} == set(Promise)


def test_every_group_and_reading_is_used():
    assert {entry.group for entry in CATALOGUE} == set(Group)
    assert {entry.reading for entry in CATALOGUE} == set(Reading)


# --- nothing to tell --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("entry", CATALOGUE, ids=lambda entry: entry.id)
def test_an_empty_chamber_has_counts_of_zero_or_no_data_and_never_a_rate(entry, regulation):
    found = entry.compute(context(regulation))
    if found.value is None:
        assert found.why
        assert not found.parts
        assert figure_words(entry, found) in (NO_DATA, "–")
    else:
        assert found.value == 0
        assert entry.unit in (Unit.CASES, Unit.COUNT)


def test_what_the_sheet_of_an_old_register_does_not_tell_is_no_zero(regulation):
    ctx = context(regulation, row((1, 5), (2, 5), origin="legacy", batch_id=1), legacy=True)
    told = {entry.id: figure for entry, figure in reporting.figures(ctx)}
    assert told["sessions_held"].why == reporting.NOT_IN_SHEET
    assert told["time_to_resolution"].value == 31


def test_an_unknown_outcome_is_no_refusal_of_an_agreement(regulation):
    ctx = context(regulation, row((1, 5), (2, 5)), row((1, 5), (2, 5), "unknown"))
    assert of("agreement_rate_filed", ctx).value is None
    assert of("agreements", ctx).value is None


# --- small chambers, by hand ------------------------------------------------------------------------------------------


def test_open_cases_count_in_the_time_to_resolution(regulation):
    rows = [row((1, 1), (1, 11)), row((1, 1), (1, 21)), row((1, 1)), row((1, 1))]
    assert of("time_to_resolution", context(regulation, *rows)).value == 20
    assert of("time_closed_median", context(regulation, *rows)).value == 15
    alone = of("time_to_resolution", context(regulation, rows[0], rows[2], rows[3]))
    assert (alone.value, alone.why) == (None, indicator_times.NOT_REACHED)


def test_pauses_are_taken_out_of_the_net_time_only(regulation):
    ctx = context(regulation, row((1, 1), (3, 2), in_paused=20))
    assert (of("time_to_resolution", ctx).value, of("time_net", ctx).value) == (60, 40)


def test_a_case_paused_now_stands_still_in_net_time(regulation):
    ctx = context(regulation, row((1, 1), phase="paused", since=date(2026, 1, 31), in_paused=10))
    assert indicator_times.curve(ctx.sums).max_time == 180
    assert indicator_times.curve_net(ctx.sums).max_time == 20


def test_the_three_denominators_of_the_agreement_rate(regulation):
    rows = [
        row((1, 1), (2, 1), admitted_on=date(2026, 1, 5), sessions=1),
        row((1, 1), (2, 1), "closed_no_agreement", admitted_on=date(2026, 1, 5), sessions=2),
        row((1, 1), admitted_on=date(2026, 1, 5)),
        row((1, 1), (1, 9), "closed_inadmissible"),
    ]
    ctx = context(regulation, *rows)
    found = [of(f"agreement_rate_{name}", ctx) for name in ("filed", "admitted", "sessions")]
    assert [(one.numerator, one.denominator) for one in found] == [(1, 4), (1, 3), (1, 2)]
    assert all(one.low <= one.value <= one.high for one in found)
    admitted = of("admissibility_rate", ctx)
    assert (admitted.numerator, admitted.denominator) == (3, 4)


def test_agreements_made_without_a_meeting_leave_no_rate_over_meetings(regulation):
    ctx = context(regulation, row((1, 1), (2, 1)), row((1, 1), (2, 1), sessions=0))
    assert of("agreement_rate_sessions", ctx).value is None


def test_money_is_told_by_direction_and_saved_only_where_the_city_pays_and_a_value_was_asked(regulation):
    rows = [
        row((1, 1), (2, 1), direction="city_pays", value_claimed=10_000, value_agreed=6_000),
        row((1, 1), (2, 1), direction="city_pays", value_claimed=0, value_agreed=500),
        row((1, 1), (2, 1), direction="city_receives", value_claimed=9_000, value_agreed=9_000),
    ]
    ctx = context(regulation, *rows)
    assert of("values_agreed_to_pay", ctx).value == 6_500
    assert of("values_agreed_to_receive", ctx).value == 9_000
    assert of("savings_direct", ctx) == Figure(4_000, numerator=6_000, denominator=10_000, n=1)


def test_an_instalment_is_late_only_after_its_day(regulation):
    ctx = context(
        regulation,
        row((1, 1), (2, 1), obligations=4, obligations_on_time=1, obligations_due="2026-06-29,2026-06-30,2026-07-01"),
    )
    found = of("instalments_on_time", ctx)
    assert (found.numerator, found.denominator) == (1, 2)


def test_a_period_counts_what_ended_in_it_and_a_cohort_what_was_filed_in_it(regulation):
    rows = [row((1, 10), (3, 5)), row((3, 2), (5, 5)), row((3, 20))]
    ctx = context(regulation, *rows, first=date(2026, 3, 1), last=date(2026, 3, 31))
    assert (of("cases_filed", ctx).value, of("agreements", ctx).value) == (2, 1)
    assert of("clearance_rate", ctx).value == 0.5
    assert of("backlog", ctx).value == 1


def test_comparisons_are_made_by_one_dimension(regulation):
    rows = [row((1, 1), (1, 11)), row((1, 1), (1, 31), matter="contrato"), row((1, 1), (1, 31), matter="contrato")]
    ctx = context(regulation, *rows)
    parts = of("time_by_matter", ctx).parts
    assert [(part.key, part.value, part.n) for part in parts] == [("contrato", 30, 2), ("buraco", 10, 1)]
    narrowed = ctx.sums.by(Dimension.MATTER)["contrato"]
    assert narrowed.by(Dimension.AGENCY) == {}


def test_who_was_waited_for(regulation):
    ctx = context(regulation, row((1, 1), (1, 31), for_city=20, for_citizen=5, for_chamber=5))
    assert of("time_waiting_city", ctx).value == pytest.approx(20 / 30)
    assert of("time_waiting_court", ctx).value == 0
    assert sum(part.value for part in of("time_waiting", ctx).parts) == 30


def test_deadlines_kept_are_told_rule_by_rule_and_together(regulation):
    found = {
        "D-APPEAL": Outcomes(on_time=8, late=1, waiting=1),
        "D-INVITE": Outcomes(on_time=1, expired=1, cancelled=9),
    }
    internal = {"D-SCREEN": Outcomes(on_time=100)}  # a target of the chamber's own binds nobody
    ctx = replace(context(regulation), on_time=lambda: {**found, **internal})
    figure = of("on_time_rate", ctx)
    assert (figure.numerator, figure.denominator) == (9, 12)
    assert {part.key: (part.value, part.n) for part in figure.parts} == {"D-APPEAL": (0.8, 10), "D-INVITE": (0.5, 2)}
    assert {part.label for part in figure.parts} == {regulation.deadlines[rule].name for rule in found}


def test_what_mediators_have_in_hand_is_told_without_who(regulation):
    figure = of("mediator_load", replace(context(regulation), loads=lambda: (1, 4, 9)))
    assert [part.value for part in figure.parts] == [3, 1, 4, 9]


# --- words ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value, unit, words",
    [
        (84, Unit.DAYS, "84 dias"),
        (1, Unit.DAYS, "1 dia"),
        (76.5, Unit.DAYS, "76,5 dias"),
        (0.614, Unit.SHARE, "61%"),
        (280_000_000, Unit.MONEY, "R$ 2.800.000,00"),
        (1.036, Unit.RATIO, "1,04"),
        (1234, Unit.CASES, "1.234"),
    ],
)
def test_values_in_words(value, unit, words):
    assert value_words(value, unit) == words


def test_intervals_in_words():
    assert between(76, 96, Unit.DAYS) == "entre 76 e 96 dias"
    assert between(208, None, Unit.DAYS) == "pelo menos 208 dias"
    assert between(0.55, 0.67, Unit.SHARE) == "entre 55% e 67%"
    assert between(None, None, Unit.DAYS) == ""


def test_a_median_not_reached_says_at_least():
    entry = BY_ID["time_to_resolution"]
    assert figure_words(entry, Figure(low=208, n=12, why="x")) == "pelo menos 208 dias"


def test_the_doubt_of_a_rate_is_its_margin_and_its_base():
    figure = indicators.share(149, 244)
    assert doubt_words(BY_ID["agreement_rate_admitted"], figure) == "entre 55% e 67% · 149 de 244"


# --- the printed report -----------------------------------------------------------------------------------------------


def test_the_printed_report_is_tagged_equal_for_equal_figures_and_says_every_definition(regulation):
    ctx = context(regulation, row((1, 1), (1, 11)), row((1, 1)))
    picture = report_pdf.Picture(
        '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><rect width="40" height="20"/></svg>', "a", "b"
    )
    printed = report_pdf.Printed("Câmara", TODAY, None, None, ctx, charts={Group.TIME: (picture,)})
    made = report_pdf.pdf(printed)
    assert made.startswith(b"%PDF-")
    assert b"/StructTreeRoot" in made
    assert made == report_pdf.pdf(printed)
    content = report_pdf.content(printed)
    assert [entry["name"] for entry in content["definitions"]] == [entry.name for entry in CATALOGUE]
    assert [section["title"] for section in content["sections"]][1:-2] == [group.label for group in Group]


def test_the_curve_of_the_report_is_the_estimator_itself(regulation):
    rows = [row((1, 1), (1, 1 + day)) for day in (3, 3, 8, 12)] + [row((6, 20)), row((6, 25))]
    points = reporting.curve_points(of_rows(Asked(TODAY), tuple(rows)))
    line = kaplan_meier({3: 2, 8: 1, 12: 1}, {10: 1, 5: 1})
    assert [(point["t"], point["S"], point["n_risk"]) for point in points] == [
        (day, line.at(day), line.risk_at(day)) for day in (3, 8, 12)
    ]
