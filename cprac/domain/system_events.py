"""What happens in a case without anybody doing it: events of the clock, beside the acts of people (``acts.Act``).

They stand in the docket like acts, so that every change of a deadline is an event, but no row of the table leads to
them: they change no state and no fact, and nobody can ask for them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, Self

from cprac.domain.acts import Act, InformationClass
from cprac.domain.history import Folded, fold
from cprac.domain.words import N_


class SystemEvent(StrEnum):
    """One thing that the passing of time does. ``past``: how the timeline says it; ``effect``: what it means."""

    past: str
    effect: str
    information_class: InformationClass

    def __new__(cls, value: str, past: str = "", effect: str = "") -> Self:
        """Make a member: its value in the history, its past-tense label, its effect in a line."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.past = past
        member.effect = effect
        member.information_class = InformationClass.EXISTENCE
        return member

    DEADLINE_EXPIRED = (
        "deadline_expired",
        N_("Prazo vencido"),
        N_("O prazo terminou. Ninguém perde um direito só por isso: uma pessoa decide o que vem depois."),
    )
    DEADLINE_RECOUNTED = (
        "deadline_recounted",
        N_("Prazos recontados: o calendário mudou"),
        N_("A data nova vale no lugar da anterior. Nenhuma data já avisada vem para antes."),
    )


_ACTS: Mapping[str, Act] = {act.value: act for act in Act}
_EVENTS: Mapping[str, SystemEvent] = {event.value: event for event in SystemEvent}


def happening(name: str) -> Act | SystemEvent:
    """The act or the event of the clock that an event of the history names; KeyError where neither has the name."""
    return _EVENTS[name] if name in _EVENTS else _ACTS[name]


def is_act(name: str) -> bool:
    """Whether an event of the history is somebody's act: only acts can be set aside (T50)."""
    return name not in _EVENTS


def folded_without_last_act(events: Iterable[tuple[int, str, Mapping[str, Any]]]) -> tuple[Folded, int]:
    """The docket (version, act, payload) as it would be without its last act; and that act's version, 0 without one.

    What the clock did since then stays: a deadline that had been there before the act and has expired is expired.
    """
    listed = list(events)
    last = max((version for version, act, _payload in listed if is_act(act)), default=0)
    before = fold((version, payload) for version, _act, payload in listed if version < last)
    touched = {
        row["ordinal"] for version, _act, payload in listed if version == last for row in payload.get("deadlines", ())
    }
    for version, act, payload in listed:
        if version > last:
            for row in payload.get("deadlines", ()):
                # what a recount says of a deadline that the act changed speaks of the changed one: it is counted anew
                mine = act == SystemEvent.DEADLINE_RECOUNTED.value and row["ordinal"] in touched
                if row["ordinal"] in before.deadlines and not mine:
                    before.deadlines[row["ordinal"]] = (row["status"], row["due"])
    return before, last
