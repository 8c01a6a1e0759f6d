"""The limitation clock: per claim, per ground, under both readings, and never more certain than the law is."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cprac.domain.deadlines import DeadlineError, Unit
from cprac.domain.limitation import (
    ESTIMATE_NOTE,
    ClockState,
    Direction,
    Ground,
    GroundPause,
    Interruption,
    InterruptionKind,
    LimitationClaim,
    Suspension,
    base_end,
    estimate,
    original_end,
    suspend,
)

day = dt.date.fromisoformat
DAY = dt.timedelta(days=1)


def case(ground=Ground.ART_34, *, filed="2026-09-10", admitted=None, refused=None, ended=None):
    return GroundPause(ground, *(day(date) if date else None for date in (filed, admitted, refused, ended)))


# V9 of the procedure: ends on 2026-09-30; filed on 10 September, admitted after the old end, closed on 1 February.
V9_CASE = case(admitted="2026-10-05", ended="2027-02-01")
V9 = LimitationClaim("requerente", "Município", Direction.AGAINST_CITY, day("2021-09-30"), pauses=(V9_CASE,))


def clock(claim, on):
    """State, days left and end under the first ground, and the prudent date of the claim."""
    found = estimate(claim, day(on))
    ground = found.grounds[0]
    return ground.state, ground.remaining_days, ground.end, found.prudent_date


# --- The arithmetic ---------------------------------------------------------------------------------------------------


def test_v9_21_days_are_left_and_end_on_a_monday_or_20_and_end_on_a_sunday():
    end, filed, resumed = day("2026-09-30"), day("2026-09-10"), day("2027-02-02")
    assert suspend(end, filed, resumed) == Suspension(21, day("2027-02-22"))
    assert suspend(end, filed, resumed, filing_day_stops=False) == Suspension(20, day("2027-02-21"))


def test_the_example_of_the_stable_command():
    end = original_end(day("2021-10-01"), 5)
    assert end == day("2026-10-01")
    assert suspend(end, day("2026-09-10"), day("2027-02-02")) == Suspension(22, day("2027-02-23"))


@pytest.mark.parametrize(
    "start, amount, unit, end",
    [
        ("2021-10-01", 5, Unit.YEARS, "2026-10-01"),
        ("2024-02-29", 5, Unit.YEARS, "2029-03-01"),
        ("2024-02-29", 4, Unit.YEARS, "2028-02-29"),
        ("2027-01-31", 1, Unit.MONTHS, "2027-03-01"),
    ],
)
def test_a_period_ends_date_to_date_and_a_missing_day_is_the_next_one(start, amount, unit, end):
    assert original_end(day(start), amount, unit) == day(end)


@pytest.mark.parametrize(
    "filed, resumed, left, new",
    [
        ("2026-09-30", "2027-02-02", 1, "2027-02-02"),  # filed on the last day: that day is left
        ("2026-10-01", "2027-02-02", 0, "2026-09-30"),  # filed the day after: nothing revives
        ("2026-09-10", None, 21, None),  # still suspended
        ("2026-09-10", "2026-09-10", 21, "2026-09-30"),  # no day held
    ],
)
def test_days_left_at_the_edges(filed, resumed, left, new):
    answer = suspend(day("2026-09-30"), day(filed), day(resumed) if resumed else None)
    assert answer == Suspension(left, day(new) if new else None)


@given(st.integers(0, 2000), st.integers(0, 2000))
def test_a_suspension_moves_the_end_by_its_own_length(before, held):
    filed = day("2026-09-10")
    answer = suspend(filed + before * DAY, filed, filed + held * DAY)
    assert answer == Suspension(before + 1, filed + (before + held) * DAY)


# --- States per ground ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "on, state, left, end, prudent",
    [
        ("2026-09-09", ClockState.NOT_STARTED, None, None, "2026-09-30"),
        ("2026-09-10", ClockState.CONDITIONAL, 21, None, "2026-09-30"),
        ("2026-10-04", ClockState.CONDITIONAL, 21, None, "2026-09-30"),
        ("2026-10-05", ClockState.SUSPENDED, 21, None, None),
        ("2027-02-01", ClockState.SUSPENDED, 21, None, None),
        ("2027-02-02", ClockState.RESUMED, 21, "2027-02-22", "2027-02-21"),
    ],
)
def test_v9_day_by_day(on, state, left, end, prudent):
    """Admission suspends back to the filing, even when the old end has passed meanwhile (art. 34 §1)."""
    assert clock(V9, on) == (state, left, day(end) if end else None, day(prudent) if prudent else None)


@pytest.mark.parametrize(
    "pause, on, state",
    [
        (case(refused="2026-10-05"), "2026-10-04", ClockState.CONDITIONAL),
        (case(refused="2026-10-05"), "2026-10-05", ClockState.NEVER_SUSPENDED),
        (case(ended="2026-09-20"), "2026-09-20", ClockState.CONDITIONAL),
        (case(ended="2026-09-20"), "2026-09-21", ClockState.NEVER_SUSPENDED),  # withdrawn before admission
        (case(filed="2026-10-01"), "2026-10-05", ClockState.TIME_BARRED_AT_FILING),
        (case(filed="2026-09-30"), "2026-10-05", ClockState.CONDITIONAL),
    ],
)
def test_without_admission_art_34_suspends_nothing_and_the_old_end_is_the_prudent_date(pause, on, state):
    found, *_, prudent = clock(replace(V9, pauses=(pause,)), on)
    assert (found, prudent) == (state, day("2026-09-30"))


def test_a_case_not_admitted_is_never_called_lost_and_the_other_ground_is_named():
    words = estimate(replace(V9, pauses=(case(refused="2026-10-05"),)), day("2026-10-06")).grounds[0].words
    assert words == (
        "Não suspensa pelo art. 34 da Lei 13.140/2015: o prazo vai até 30/09/2026."
        " O art. 4º do Decreto 20.910/1932 pode aplicar-se (é discutível)."
    )
    by_city = replace(V9, direction=Direction.BY_CITY, pauses=(case(refused="2026-10-05"),))
    assert "20.910" not in estimate(by_city, day("2026-10-06")).grounds[0].words


def test_both_grounds_stand_side_by_side_and_the_contestable_one_never_moves_the_prudent_date():
    pauses = (case(refused="2026-10-05"), case(Ground.DEC_20910, ended="2026-10-05"))
    found = estimate(replace(V9, pauses=pauses), day("2026-10-20"))
    assert [(ground.ground, ground.state, ground.end) for ground in found.grounds] == [
        (Ground.DEC_20910, ClockState.RESUMED, day("2026-10-26")),
        (Ground.ART_34, ClockState.NEVER_SUSPENDED, day("2026-09-30")),
    ]
    assert found.prudent_date == day("2026-09-30")
    assert "discutível" in found.grounds[0].words


def test_the_decree_is_of_no_use_to_the_treasurys_own_claims():
    claim = replace(V9, direction=Direction.BY_CITY, pauses=(case(Ground.DEC_20910),))
    assert clock(claim, "2026-09-15")[0] is ClockState.NEVER_SUSPENDED
    assert clock(replace(V9, pauses=(case(Ground.DEC_20910),)), "2026-09-15")[0] is ClockState.SUSPENDED


def test_a_tax_claim_is_left_to_the_tax_code():
    state, left, end, prudent = clock(replace(V9, tax=True), "2027-03-01")
    assert (state, left, end, prudent) == (ClockState.TAX_REGIME, None, None, day("2026-09-30"))


def test_a_case_filed_again_builds_on_the_first():
    again = case(filed="2027-02-12", admitted="2027-02-20", ended="2027-03-31")
    found = estimate(replace(V9, pauses=(again, V9_CASE)), day("2027-05-01"))
    # 21 days from 2 February; ten of them ran before the second filing: eleven are left from 1 April.
    assert [ground.remaining_days for ground in found.grounds] == [21, 11]
    assert (found.grounds[1].end, found.prudent_date) == (day("2027-04-11"), day("2027-04-09"))


def test_two_cases_at_once_stop_the_clock_once():
    meanwhile = case(filed="2027-01-15", admitted="2027-01-20", ended="2027-03-31")
    found = estimate(replace(V9, pauses=(V9_CASE, meanwhile)), day("2027-05-01"))
    assert (found.grounds[1].remaining_days, found.grounds[1].end) == (21, day("2027-04-21"))
    within = case(filed="2026-11-01", admitted="2026-11-02", ended="2026-12-01")
    found = estimate(replace(V9, pauses=(V9_CASE, within)), day("2027-05-01"))
    assert found.grounds[1].end == day("2027-02-22")


# --- Interruption, lawsuit, title -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "direction, on, end",
    [
        (Direction.AGAINST_CITY, "2022-09-30", "2026-09-30"),  # first half: never below five years in all
        (Direction.AGAINST_CITY, "2024-03-30", "2026-09-30"),
        (Direction.AGAINST_CITY, "2025-03-31", "2027-10-01"),  # second half: half of the period again
        (Direction.AGAINST_CITY, "2026-10-01", "2026-09-30"),  # too late to interrupt anything
        (Direction.BY_CITY, "2025-03-31", "2030-03-31"),  # a private debtor: the whole period again
    ],
)
def test_an_acknowledgement_restarts_the_clock(direction, on, end):
    cut = Interruption(InterruptionKind.ACKNOWLEDGEMENT, day(on))
    claim = replace(V9, direction=direction, pauses=(), interruption=cut)
    assert base_end(claim) == day(end)
    assert estimate(claim, day("2026-01-01")).prudent_date == day(end)


def test_half_of_an_odd_number_of_months_is_rounded_up():
    cut = Interruption(InterruptionKind.ACKNOWLEDGEMENT, day("2021-12-15"))
    assert base_end(replace(V9, amount=3, unit=Unit.MONTHS, pauses=(), interruption=cut)) == day("2022-02-15")


def test_an_acknowledgement_while_the_clock_stood_still_leaves_the_whole_new_period():
    cut = Interruption(InterruptionKind.ACKNOWLEDGEMENT, day("2026-11-10"))
    claim = replace(V9, direction=Direction.BY_CITY, interruption=cut)
    found = estimate(claim, day("2027-03-01"))
    assert found.base_end == day("2031-11-10")
    assert found.grounds[0].remaining_days == (day("2031-11-10") - day("2026-11-10")).days
    assert found.grounds[0].end == day("2027-02-01") + found.grounds[0].remaining_days * DAY
    assert found.prudent_date == found.grounds[0].end


@pytest.mark.parametrize(
    "pause, on, restarts",
    [
        (V9_CASE, "2026-10-01", True),  # the old end has passed, but the clock stood still
        (V9_CASE, "2027-02-01", True),  # on the last suspended day
        (V9_CASE, "2027-02-02", False),  # it ran again: whether the 21 days saved it is not for this estimate
        (case(admitted="2026-10-05"), "2027-06-01", True),
        (case(filed="2026-10-01", admitted="2026-10-05"), "2026-10-06", False),  # filed after the end
        (case(filed="2026-09-30", admitted="2026-10-05"), "2026-10-06", True),
        (case(), "2026-10-06", False),  # not admitted
        (case(Ground.DEC_20910, admitted="2026-10-05"), "2026-10-06", False),  # the contestable ground
    ],
)
def test_an_acknowledgement_after_the_old_end_counts_only_while_an_admitted_case_held_the_clock(pause, on, restarts):
    cut = Interruption(InterruptionKind.ACKNOWLEDGEMENT, day(on))
    end = base_end(replace(V9, direction=Direction.BY_CITY, pauses=(pause,), interruption=cut))
    assert end == (original_end(day(on), 5) if restarts else day("2026-09-30"))


def test_an_acknowledgement_on_the_filing_day_restarts_from_the_next_day_under_both_readings():
    cut = Interruption(InterruptionKind.ACKNOWLEDGEMENT, day("2026-09-10"))
    ground = estimate(replace(V9, direction=Direction.BY_CITY, interruption=cut), day("2027-03-01")).grounds[0]
    assert ground.remaining_days == (day("2031-09-10") - day("2026-09-10")).days
    assert ground.end == ground.prudent_end


def test_a_period_of_one_month_is_a_period():
    assert base_end(replace(V9, amount=1, unit=Unit.MONTHS, pauses=())) == day("2021-10-30")


def test_a_pending_lawsuit_holds_the_clock_and_its_last_act_restarts_it():
    pending = replace(V9, interruption=Interruption(InterruptionKind.LAWSUIT, day("2025-03-31")))
    found = estimate(pending, day("2027-03-01"))
    assert (found.grounds[0].state, found.base_end, found.prudent_date) == (
        ClockState.INTERRUPTED_BY_LAWSUIT,
        None,
        None,
    )
    over = replace(V9, interruption=Interruption(InterruptionKind.LAWSUIT, day("2025-03-31"), day("2026-06-30")))
    assert base_end(over) == day("2028-12-30")


def test_a_title_replaces_the_clock():
    claim = replace(V9, replaced_by_title_on=day("2026-12-01"))
    assert clock(claim, "2027-03-01") == (ClockState.REPLACED_BY_TITLE, None, None, None)


# --- Words and refusals -----------------------------------------------------------------------------------------------


ART_34 = "art. 34 da Lei 13.140/2015"
IF_ADMITTED = "a prescrição fica suspensa desde 10/09/2026 e restam 21 dias (20 dias em outra leitura)"
IF_NOT = f"o {ART_34} não a suspende e o prazo vai até 30/09/2026"
AGAIN = "voltou a correr em 02/02/2027 com 21 dias: vai até 22/02/2027 (21/02/2027 em outra leitura)"


@pytest.mark.parametrize(
    "on, words",
    [
        ("2026-09-09", f"Ainda não há pedido que conte para o {ART_34}."),
        ("2026-09-10", f"Depende da aceitação do caso: aceito, {IF_ADMITTED}; não aceito, {IF_NOT}."),
        ("2026-10-05", f"Suspensa desde 10/09/2026 pelo {ART_34}; restam 21 dias (20 dias em outra leitura)."),
        ("2027-02-02", f"Suspensa pelo {ART_34} desde 10/09/2026, {AGAIN}."),
    ],
)
def test_the_estimate_is_said_in_one_plain_sentence(on, words):
    assert estimate(V9, day(on)).grounds[0].words == words


def test_every_state_has_words_and_none_says_lost():
    lawsuit = Interruption(InterruptionKind.LAWSUIT, day("2025-03-31"))
    claims = [
        V9,
        replace(V9, tax=True),
        replace(V9, replaced_by_title_on=day("2026-12-01")),
        replace(V9, interruption=lawsuit),
        replace(V9, pauses=(case(refused="2026-09-12"),)),
        replace(V9, pauses=(case(filed="2026-10-01"),)),
    ]
    found = [estimate(claim, V9.trigger_on + number * DAY) for claim in claims for number in range(0, 2100, 3)]
    assert {ground.state for each in found for ground in each.grounds} == set(ClockState)
    words = {ground.words for each in found for ground in each.grounds}
    assert not any(bad in each.lower() for each in words for bad in ("perd", "prescrit", "%", "nunca"))
    assert {each.note for each in found} == {ESTIMATE_NOTE}


@pytest.mark.parametrize(
    "make, words",
    [
        (lambda: case(admitted="2026-09-09"), "não podem vir antes do pedido"),
        (lambda: case(ended="2026-09-09"), "não podem vir antes do pedido"),
        (lambda: replace(V9, amount=0), "meses ou anos"),
        (lambda: replace(V9, unit=Unit.BUSINESS_DAYS), "meses ou anos"),
        (
            lambda: replace(V9, interruption=Interruption(InterruptionKind.LAWSUIT, day("2021-09-29"))),
            "antes do começo da prescrição",
        ),
        (lambda: suspend(day("2026-09-30"), day("2026-09-10"), day("2026-09-09")), "antes de parar"),
    ],
)
def test_dates_that_contradict_each_other_are_refused(make, words):
    with pytest.raises(DeadlineError, match=words):
        make()
