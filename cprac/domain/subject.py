"""One question put to the table of transitions, who asks it, and the typed refusal that may answer it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from dataclasses import field as _field
from datetime import date
from typing import Any

from cprac.domain.facts import CaseFacts, DeadlineFact, PartyFact
from cprac.domain.roles import Office, Role
from cprac.domain.states import CaseState


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an act cannot be done: a sentence template with its parameters, the article, and what would help.

    ``kind``: role (someone else may), state (not from here), rule (a guard), value (something typed), ``field`` names
    the field of a value. ``available_on``: the first day on which it becomes possible, where that is known.
    """

    template: str
    article: str = ""
    kind: str = "rule"
    field: str = ""
    params: Mapping[str, Any] = _field(default_factory=dict)
    available_on: date | None = None

    @property
    def reason(self) -> str:
        """The sentence in the source language."""
        return self.template.format(**self.params)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: account number (None for the timer), roles held in this case now, ordinals of the parties spoken for."""

    account: int | None
    roles: frozenset[Role]
    parties: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Person:
    """What a rule needs to know of somebody named in an act: offices held, roles in this case, quarantine, leave."""

    offices: frozenset[Office] = frozenset()
    roles: frozenset[Role] = frozenset()
    mediated_until: date | None = None
    leave_from: date | None = None
    represented_a_party: bool = False


@dataclass(slots=True)
class Subject:
    """One question put to the table. ``state`` is written by the machine; the rest is only read."""

    state: CaseState
    facts: CaseFacts
    actor: Actor
    on: date
    switches: frozenset[str]
    values: Mapping[str, Any] | None = None
    deadlines: tuple[DeadlineFact, ...] = ()
    people: Mapping[int, Person] = _field(default_factory=dict)
    approvers: tuple[str, ...] = ()
    earliest_session: date | None = None
    previous: tuple[CaseState, CaseFacts] | None = None

    def value(self, name: str, default: Any = None) -> Any:
        """What was typed in the field *name*."""
        return default if self.values is None else self.values.get(name, default)

    def deadline(self, rule: str) -> DeadlineFact | None:
        """The last deadline of the rule that still binds, or None."""
        return next((row for row in reversed(self.deadlines) if row.rule == rule and row.running), None)

    @property
    def own_parties(self) -> tuple[PartyFact, ...]:
        """The parties the actor speaks for."""
        parties = [party for party in self.facts.parties if party.id in self.actor.parties]
        if Role.MUNICIPAL_ATTORNEY in self.actor.roles and self.facts.city_party is not None:
            parties.append(self.facts.city_party)
        return tuple(dict.fromkeys(parties))


Guard = Callable[[Subject], Refusal | None]
Selector = Callable[[Subject], bool]
