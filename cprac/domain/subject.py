"""One question put to the table of transitions, who asks it, and the typed refusal that may answer it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from dataclasses import field as _field
from datetime import date, datetime
from typing import Any

from cprac.domain.facts import CaseFacts, DeadlineFact, PartyFact
from cprac.domain.notices import local_date
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
    """Who acts: account (None for the timer), roles held in this case now, ordinals of the parties spoken for."""

    account: int | None
    roles: frozenset[Role]
    parties: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Person:
    """What a rule needs to know of somebody named in an act.

    ``roles``: those held in this case, past ones included. ``mediated_until``: last day of the quarantine that keeps
    this person from representing a party of this case. ``leave_from``: first day of a leave that is not over yet.
    """

    offices: frozenset[Office] = frozenset()
    roles: frozenset[Role] = frozenset()
    mediated_until: date | None = None
    leave_from: date | None = None
    represented_a_party: bool = False


@dataclass(frozen=True, slots=True)
class LocalRules:
    """What the chamber's regulation says that is neither a switch nor a deadline and that a guard asks."""

    informed_choice: bool = False
    no_urgent_days_before_leave: int = 5


@dataclass(slots=True)
class Subject:
    """One question put to the table. The service fills it; rules only read it.

    ``deadlines``: rows that still bind, oldest first. ``people``: those named in the values. ``approvers``: who must
    authorise this value. ``earliest_session``: first day a meeting told today may be held. ``previous``: state and
    facts before the last docket act (for ``set_aside``), or of the case that is reopened (for ``reopen``).
    ``last_notice_received``: somebody received a notice of the last docket act (for ``set_aside``).
    """

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
    rules: LocalRules = LocalRules()
    last_notice_received: bool = False

    def value(self, name: str, default: Any = None) -> Any:
        """What was typed in the field *name*."""
        return default if self.values is None else self.values.get(name, default)

    def deadline(self, rule: str) -> DeadlineFact | None:
        """The last deadline of the rule that still binds, or None."""
        return next((row for row in reversed(self.deadlines) if row.rule == rule and row.running), None)

    @property
    def named_deadline(self) -> DeadlineFact | None:
        """The running deadline that the values name, or None."""
        return next((row for row in self.deadlines if row.ordinal == self.value("deadline") and row.running), None)

    @property
    def own_parties(self) -> tuple[PartyFact, ...]:
        """The parties the actor speaks for; the city's attorney speaks for the city without its being said."""
        parties = [party for party in self.facts.parties if party.id in self.actor.parties]
        city = self.facts.city_party
        if Role.MUNICIPAL_ATTORNEY in self.actor.roles and city and not any(party.is_city for party in parties):
            parties.append(city)
        return tuple(parties)


    @property
    def session_day(self) -> date | None:
        """The local day of the meeting typed: given by the service, or that of official Brasília time."""
        given: date | None = self.value("session_on")
        starts_at: datetime | None = self.value("starts_at")
        return local_date(starts_at) if given is None and starts_at is not None else given

    @property
    def overdue_invitees(self) -> tuple[PartyFact, ...]:
        """Invitees whose own time to answer has ended. Never the city: its silence closes nothing (00.5)."""
        return tuple(party for party in self.facts.open_invitees if not party.is_city and self.time_is_over(party))

    def time_is_over(self, party: PartyFact) -> bool:
        """Whether the D-INVITE that the receipt by *party* started has ended."""
        dues = [
            row.due
            for row in self.deadlines
            if row.rule == "D-INVITE" and row.running and row.party in (None, party.id)
        ]
        return bool(dues) and self.on > max(dues)


Guard = Callable[[Subject], Refusal | None]
Selector = Callable[[Subject], bool]
