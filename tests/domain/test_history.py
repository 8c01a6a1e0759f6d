"""History: one canonical form, one hash chain per compartment, and every tampering found at its place."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cprac.domain.history import (
    GENESIS,
    Broken,
    Event,
    body,
    canonical,
    check_chain,
    digest,
    fold,
    private_digest,
    stamp,
)

NOON = datetime(2026, 3, 2, 15, tzinfo=UTC)
PLAIN = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=8)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)),
    max_leaves=12,
)


def event(version, previous, payload=None, **more):
    made = Event(
        "2026/000001", "docket", version, "admit", 4, "coordinator", NOON + timedelta(version), date(2026, 3, 2),
        payload if payload is not None else {"to": "admitted", "changes": {"missing": version}}, "", previous, "",
    )  # fmt: skip
    made = replace(made, **more)
    return replace(made, hash=digest(made))


def chain(length=5, **more):
    events, head = [], GENESIS
    for version in range(1, length + 1):
        events.append(event(version, head, **more))
        head = events[-1].hash
    return events


# --- the canonical form ----------------------------------------------------------------------------------------------


@given(PLAIN)
def test_a_value_has_one_form_whatever_the_order_it_was_built_in(value):
    def shuffled(item):
        if isinstance(item, dict):
            return {key: shuffled(item[key]) for key in reversed(list(item))}
        return [shuffled(each) for each in item] if isinstance(item, list) else item

    assert canonical(shuffled(value)) == canonical(value)


@given(PLAIN)
def test_what_a_database_gives_back_has_the_same_form(value):
    assert canonical(json.loads(json.dumps(value))) == canonical(value)
    assert json.loads(canonical(value)) == value


@given(PLAIN, PLAIN)
def test_different_values_have_different_forms(one, other):
    if json.dumps(one, sort_keys=True) != json.dumps(other, sort_keys=True):
        assert canonical(one) != canonical(other)


def test_the_form_is_what_a_reader_expects():
    assert canonical({"b": [1, True, None], "a": "ação"}) == '{"a":"ação","b":[1,true,null]}'.encode()
    assert canonical((1, 2)) == canonical([1, 2])


@pytest.mark.parametrize("value", [1.0, math.nan, math.inf, [0.1], {"a": {"b": (2.5,)}}])
def test_money_is_never_a_fraction(value):
    with pytest.raises(TypeError, match="float"):
        canonical(value)


@pytest.mark.parametrize("value", [date(2026, 3, 2), {1, 2}, b"x", object()])
def test_only_plain_data_has_a_form(value):
    with pytest.raises(TypeError):
        canonical(value)


def test_an_instant_is_written_in_utc_to_the_microsecond():
    brasilia = timezone(timedelta(hours=-3))
    assert stamp(datetime(2026, 3, 2, 12, 0, 0, 5, brasilia)) == "2026-03-02T15:00:00.000005Z"
    with pytest.raises(ValueError, match="time zone"):
        stamp(datetime(2026, 3, 2))  # noqa: DTZ001


def test_the_hash_is_the_one_another_program_would_get():
    """The format is a promise: a change of it breaks every stored chain, so a known event stands here."""
    told = event(1, GENESIS)
    text = (
        '{"act":"admit","actor":4,"at":"2026-03-03T15:00:00.000000Z","case":"2026/000001","compartment":"docket",'
        '"on":"2026-03-02","payload":{"changes":{"missing":1},"to":"admitted"},"previous":"' + GENESIS + '",'
        '"private":"","role":"coordinator","schema":1,"version":1}'
    )
    assert canonical(body(told)).decode() == text
    assert told.hash == hashlib.sha256(b"cprac-event-v1\n" + text.encode()).hexdigest()
    assert told.hash == "4b1cb5b2fdc8ca9417ea6c6881aea521e1e141902fecc1e775865afbab18d802"


# --- the chain --------------------------------------------------------------------------------------------------------


def test_a_whole_chain_holds():
    events = chain()
    assert check_chain(events) is None
    assert check_chain(events, events[-1].hash) is None
    assert check_chain([], GENESIS) is None


FORGERIES = {
    "case": "2026/000002", "compartment": "caucus:1", "version": 9, "act": "reject", "actor": 5, "role": "registry",
    "at": NOON, "on": date(2026, 3, 1), "payload": {"to": "closed_moot"}, "private_digest": "f" * 64,
    "previous": "e" * 64, "hash": "d" * 64, "schema": 2,
}  # fmt: skip


def test_every_field_of_an_event_is_among_the_forgeries():
    assert set(FORGERIES) == {item.name for item in dataclasses.fields(Event)}


@pytest.mark.parametrize("name", FORGERIES)
@pytest.mark.parametrize("place", range(5))
def test_a_field_changed_is_found_where_it_was_changed(name, place):
    events = chain()
    events[place] = replace(events[place], **{name: FORGERIES[name]})
    head = chain()[-1].hash
    found = check_chain(events, head)
    assert found is not None
    later = place == 0 and name in ("case", "compartment")  # the rest of the chain is then of another one
    assert found.version in ({1, 2} if later else {place + 1})


@pytest.mark.parametrize("name", [name for name in FORGERIES if name not in ("hash", "version", "previous")])
@pytest.mark.parametrize("place", range(4))
def test_a_field_changed_and_hashed_again_is_found_at_the_next_event(name, place):
    events = chain()
    forged = replace(events[place], **{name: FORGERIES[name]})
    events[place] = replace(forged, hash=digest(forged))
    found = check_chain(events, chain()[-1].hash)
    moved = name in ("case", "compartment")
    assert found.version == (place + 1 if moved and place else place + 2)


def test_a_chain_hashed_again_to_its_end_is_found_by_its_head():
    forged = chain(payload={"to": "closed_moot"})
    assert check_chain(forged) is None
    assert check_chain(forged, chain()[-1].hash) == Broken("2026/000001", "docket", 5, "head")


@pytest.mark.parametrize("place", range(5))
def test_an_event_taken_out_is_missed_at_its_number(place):
    events = chain()
    head = events[-1].hash
    del events[place]
    found = check_chain(events, head)
    assert found.version == (place + 1 if place < 4 else 4)
    assert found.what == ("version" if place < 4 else "head")


@pytest.mark.parametrize("place", range(5))
def test_an_event_put_in_is_found_at_its_number(place):
    events = chain()
    false = event(place + 1, events[place - 1].hash if place else GENESIS, {"to": "closed_moot"})
    found = check_chain([*events[:place], false, *events[place:]], events[-1].hash)
    assert found.version == place + 2
    assert found.what == "version"


@pytest.mark.parametrize("place", range(4))
def test_two_events_that_changed_places_are_found_at_the_first(place):
    events = chain()
    events[place], events[place + 1] = events[place + 1], events[place]
    assert check_chain(events).version == place + 1


def test_the_same_event_twice_is_found():
    events = chain()
    assert check_chain([*events, events[-1]]) == Broken("2026/000001", "docket", 6, "version")


def test_an_older_backup_is_found_by_its_head():
    events = chain()
    assert check_chain(events[:3], events[-1].hash) == Broken("2026/000001", "docket", 3, "head")
    assert check_chain([], events[-1].hash) == Broken("", "", 0, "head")


def test_the_tail_of_another_chain_does_not_belong():
    """Its numbers and links may fit; the case and compartment do not."""
    events = chain(3)
    stranger = event(4, events[-1].hash, compartment="caucus:1")
    assert check_chain([*events, stranger]) == Broken("2026/000001", "docket", 4, "chain")


# --- what is kept apart -----------------------------------------------------------------------------------------------


def test_erasing_what_is_personal_leaves_the_chain_whole():
    salt, words = b"s" * 32, {"grounds": "Maria mora ali"}
    events = chain(3, private_digest=private_digest(salt, words))
    assert "Maria" not in repr(events)
    assert check_chain(events, events[-1].hash) is None
    assert private_digest(salt, words) == events[0].private_digest
    assert private_digest(salt, {"grounds": "outra coisa"}) != events[0].private_digest


@given(st.binary(min_size=32, max_size=32), st.binary(min_size=32, max_size=32), st.text(min_size=1))
def test_without_its_salt_a_short_text_cannot_be_guessed(one, other, text):
    if one != other:
        assert private_digest(one, {"text": text}) != private_digest(other, {"text": text})


def test_nothing_private_has_no_digest():
    assert private_digest(b"s" * 32, {}) == ""


# --- replay -----------------------------------------------------------------------------------------------------------


def test_replay_merges_what_was_recorded_in_its_order():
    told = fold(
        [
            (1, {"to": "filed", "changes": {"missing": 0, "parties": [1]}, "deadlines": [
                {"ordinal": 1, "status": "open", "due": "2026-03-09"}]}),
            (2, {"to": "formal_review", "changes": {"missing": 2}, "deadlines": [
                {"ordinal": 1, "status": "paused", "due": "2026-03-09"},
                {"ordinal": 2, "status": "open", "due": "2026-03-20"}]}),
            (3, {"changes": {}}),
        ]
    )  # fmt: skip
    assert (told.state, told.version) == ("formal_review", 3)
    assert told.facts == {"missing": 2, "parties": [1]}
    assert told.deadlines == {1: ("paused", "2026-03-09"), 2: ("open", "2026-03-20")}


def test_nothing_recorded_is_a_draft():
    told = fold([])
    assert (told.state, told.facts, told.deadlines, told.version) == ("draft", {}, {}, 0)


@given(st.lists(st.dictionaries(st.sampled_from("abcd"), st.integers(), max_size=3), max_size=8))
def test_replay_is_a_merge_and_leaves_what_it_read_alone(changes):
    payloads = [(number, MappingProxyType({"changes": dict(each)})) for number, each in enumerate(changes, start=1)]
    before = [dict(payload["changes"]) for _number, payload in payloads]
    expected = {}
    for each in changes:
        expected |= each
    assert fold(payloads).facts == expected
    assert [dict(payload["changes"]) for _number, payload in payloads] == before
