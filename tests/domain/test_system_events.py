"""What the clock does is told like an act, is no act, and survives when the last act is set aside."""

from __future__ import annotations

import pytest

from cprac.domain.acts import Act
from cprac.domain.system_events import SystemEvent, folded_without_last_act, happening, is_act


def line(ordinal, status, due="2026-03-02"):
    return {"ordinal": ordinal, "rule": "D-ADMIT", "status": status, "due": due}


def event(version, act, to="filed", deadlines=(), **changes):
    return version, act, {"to": to, "changes": changes, "deadlines": list(deadlines)}


def test_every_event_of_the_clock_has_its_words_and_no_acts_name():
    for each in SystemEvent:
        assert each.past
        assert each.effect
        assert happening(each.value) is each
        assert not is_act(each.value)
        assert each.value not in {act.value for act in Act}


@pytest.mark.parametrize("act", list(Act))
def test_every_act_is_found_by_its_name(act):
    assert happening(act.value) is act
    assert is_act(act.value)


def test_what_is_neither_is_an_error():
    with pytest.raises(KeyError):
        happening("nada")


SUBMIT = event(1, "submit", "filed", [line(1, "open")], value=5)
SCREEN = event(2, "screen", "formal_review", [line(1, "met"), line(2, "open")], last_act="screen")


@pytest.mark.parametrize(
    "events, state, deadlines, version",
    [
        ([], "draft", {}, 0),
        ([SUBMIT], "draft", {}, 1),
        ([SUBMIT, SCREEN], "filed", {1: "open"}, 2),
        ([SUBMIT, event(2, "deadline_expired", "filed", [line(1, "expired")])], "draft", {}, 1),
        (
            [SUBMIT, SCREEN, event(3, "deadline_expired", "formal_review", [line(2, "expired")])],
            "filed", {1: "open"}, 2,
        ),
        (
            [SUBMIT, event(2, "link_lawsuit"), event(3, "deadline_expired", "filed", [line(1, "expired")])],
            "filed", {1: "expired"}, 2,
        ),
        (
            [SUBMIT, event(2, "deadline_expired", "filed", [line(1, "expired")]), event(3, "screen", "formal_review")],
            "filed", {1: "expired"}, 3,
        ),
    ],
    ids=["nothing", "one act", "two acts", "clock after the only act", "clock over a deadline the act opened",
         "clock over an older deadline", "clock before the act"],
)  # fmt: skip
def test_the_docket_without_its_last_act(events, state, deadlines, version):
    before, last = folded_without_last_act(events)
    assert (before.state, last) == (state, version)
    assert {ordinal: status for ordinal, (status, _due) in before.deadlines.items()} == deadlines


def test_facts_of_the_last_act_are_gone_and_earlier_ones_stay():
    before, _last = folded_without_last_act([SUBMIT, SCREEN])
    assert before.facts == {"value": 5}
