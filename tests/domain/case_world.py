"""A chamber small enough to hold in one's head: people, values, deadlines and notices, as the services would keep them.

``World`` is frozen; ``do`` answers with the next one or with the refusal. The lifecycle's tests walk it.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from cprac.domain.acts import FIELDS, Act, ActField, Compartment, Kind
from cprac.domain.facts import CaseFacts, DeadlineFact, PartyFact, changes
from cprac.domain.lifecycle import Decision, decide, rows_from
from cprac.domain.roles import Office, Role
from cprac.domain.states import CaseState
from cprac.domain.subject import Actor, LocalRules, Person, Refusal, Subject
from cprac.domain.transitions_table import EVERY_DEADLINE

MONDAY = date(2026, 3, 2)
CNJ = "50370388520198130024"
DAYS = 7
"""How long every counted deadline is in this world."""

ACCOUNTS = {
    Role.APPLICANT: 1,
    Role.INVITEE: 2,
    Role.REGISTRY: 3,
    Role.COORDINATOR: 4,
    Role.MEDIATOR: 5,
    Role.MUNICIPAL_ATTORNEY: 7,
    Role.OPINION_AUTHOR: 8,
    Role.APPROVER: 9,
    Role.ATTORNEY_GENERAL: 10,
    Role.APPEAL_DECIDER: 11,
    Role.AGENCY: 12,
    Role.COUNCIL: 13,
    Role.AUDITOR: 14,
    Role.ADMINISTRATOR: 15,
    Role.SYSTEM: None,
}
OTHER_MEDIATOR = 6
PEOPLE = {
    1: Person(roles=frozenset({Role.APPLICANT})),
    2: Person(roles=frozenset({Role.INVITEE})),
    3: Person(frozenset({Office.REGISTRY})),
    4: Person(frozenset({Office.COORDINATOR})),
    5: Person(frozenset({Office.MEDIATOR})),
    OTHER_MEDIATOR: Person(frozenset({Office.MEDIATOR})),
    7: Person(frozenset({Office.MUNICIPAL_ATTORNEY})),
    8: Person(frozenset({Office.MUNICIPAL_ATTORNEY})),
    9: Person(frozenset({Office.APPROVER})),
    10: Person(frozenset({Office.ATTORNEY_GENERAL})),
    11: Person(frozenset({Office.MUNICIPAL_ATTORNEY})),
}
CITIZEN_AND_CITY = (PartyFact(1, "applicant", "natural"), PartyFact(2, "invitee", "city"))
CITY_AND_CITIZEN = (PartyFact(1, "applicant", "city"), PartyFact(2, "invitee", "natural"))
TWO_INVITED = (*CITIZEN_AND_CITY, PartyFact(3, "invitee", "legal"))
TWO_AGENCIES = (PartyFact(1, "applicant", "city", agency=1), PartyFact(2, "invitee", "city", agency=2))
CITY_AND_ENTITY = (PartyFact(1, "applicant", "entity"), PartyFact(2, "invitee", "city"))


def new_case(parties: tuple[PartyFact, ...] = CITIZEN_AND_CITY, **more: Any) -> CaseFacts:
    """The facts a filing brings, before its first act."""
    return CaseFacts(parties=parties, matter="buraco_na_via", **more)


@dataclass(frozen=True)
class World:
    """One case in one chamber on one day."""

    switches: frozenset[str]
    facts: CaseFacts = field(default_factory=new_case)
    state: CaseState = CaseState.DRAFT
    on: date = MONDAY
    deadlines: tuple[DeadlineFact, ...] = ()
    notices: tuple[tuple[int, int | None, str], ...] = ()
    approvers: tuple[str, ...] = ("approver", "attorney_general")
    rules: LocalRules = field(default_factory=LocalRules)
    before: World | None = None
    payloads: tuple[Mapping[str, Any], ...] = ()

    def subject(self, actor: Actor, values: Mapping[str, Any] | None) -> Subject:
        """The question, with what the service would add to it."""
        known = dict(values) if values is not None else None
        if known is not None and known.get("starts_at") is not None and isinstance(known["starts_at"], datetime):
            known["session_on"] = known["starts_at"].date()
        if known is not None and "notice" in known:
            found = next((row for row in self.notices if row[0] == known["notice"]), (0, None, ""))
            known["party"], known["starts"] = found[1], found[2]
        previous = None if self.before is None else (self.before.state, self.before.facts)
        return Subject(
            self.state, self.facts, actor, self.on, self.switches, known, self.deadlines, PEOPLE, self.approvers,
            self.on + timedelta(3), previous, self.rules,
        )  # fmt: skip

    def ask(self, act: Act, actor: Actor, values: Mapping[str, Any] | None = None) -> Decision | Refusal:
        """What the lifecycle answers."""
        return decide(self.subject(actor, values), act)

    def do(self, act: Act, actor: Actor, values: Mapping[str, Any]) -> World | Refusal:
        """The world after the act, or why not."""
        subject = self.subject(actor, values)
        answer = decide(subject, act)
        return answer if isinstance(answer, Refusal) else self.after(answer, subject.values or {})

    def later(self, days: int = 60) -> World:
        """The same case some days after, so that every deadline has ended."""
        return replace(self, on=self.on + timedelta(days))

    def after(self, decision: Decision, values: Mapping[str, Any]) -> World:
        """The world that *decision* leaves: facts, state, deadlines and notices."""
        if decision.act.compartment is not Compartment.DOCKET:
            return self
        row = decision.row
        restored = decision.act is Act.SET_ASIDE and self.before is not None
        deadlines = self.before.deadlines if restored and self.before else self._deadlines(decision, values)
        notices = self.before.notices if restored and self.before else self._notices(decision, values)
        facts = decision.facts if restored else replace(decision.facts, notices_waiting=len(notices))
        started = CaseFacts() if self.state is CaseState.DRAFT else self.facts
        payload = {"from": row.source.value, "to": row.dest.value, "changes": changes(started, facts)}
        return replace(
            self, facts=facts, state=row.dest, deadlines=deadlines, notices=notices, before=replace(self, before=None),
            payloads=(*self.payloads, payload),
        )  # fmt: skip

    def _deadlines(self, decision: Decision, values: Mapping[str, Any]) -> tuple[DeadlineFact, ...]:
        row = decision.row
        if row.dest.terminal:
            return ()
        kept = [
            item
            for item in self.deadlines
            if item.rule not in row.closes and not (item.rule in row.closes_own and item.party in decision.own)
        ]
        for column, status in ((row.pauses, "paused"), (row.resumes, "open")):
            kept = [
                replace(item, status=status) if EVERY_DEADLINE in column or item.rule in column else item
                for item in kept
            ]
        opened = list(row.opens)
        if decision.act is Act.RECORD_SERVICE:
            opened += [values["starts"]] if values["starts"] else []
        for rule in opened:
            party = values.get("party") if decision.act is Act.RECORD_SERVICE else None
            kept.append(DeadlineFact(len(kept) + 1, rule, "open", self._due(rule, values), party))
        if decision.act is Act.EXTEND_COMPLETION:
            due = self.on + timedelta(DAYS)
            kept = [replace(item, due=due) if item.rule == "D-COMPLETE" else item for item in kept]
        return tuple(kept)

    def _due(self, rule: str, values: Mapping[str, Any]) -> date:
        given = {"D-SESSION": values.get("session_on"), "D-RESUME": values.get("until")}.get(rule)
        return given or self.on + timedelta(DAYS)

    def _notices(self, decision: Decision, values: Mapping[str, Any]) -> tuple[tuple[int, int | None, str], ...]:
        if decision.row.dest.terminal:
            return ()
        kept = [row for row in self.notices if decision.act is not Act.RECORD_SERVICE or row[0] != values["notice"]]
        facts = decision.facts
        debtors = {item.number: item.debtor for item in facts.obligations}
        told: dict[str, list[int]] = {
            "applicant": [party.id for party in facts.parties if party.side == "applicant"],
            "invitees": [party.id for party in facts.parties if party.side == "invitee"],
            "parties": [party.id for party in facts.parties],
            "debtor": [debtors[values["obligation"]]] if values.get("obligation") in debtors else [],
        }
        number = max((row[0] for row in self.notices), default=0)
        for tell in decision.row.tells:
            for party in told.get(tell.audience, []) if tell.starts else []:
                number += 1
                kept.append((number, party, tell.starts))
        return tuple(kept)


# --- who ----------------------------------------------------------------------------------------------------------


def actor_as(role: Role, facts: CaseFacts, account: int | None = None) -> Actor:
    """The person who holds *role* in the case, with the parties they speak for."""
    side = {Role.APPLICANT: "applicant", Role.INVITEE: "invitee"}.get(role)
    mine = [party for party in facts.parties if party.side == side and (not party.is_city or facts.same_person)]
    number = ACCOUNTS[role] if account is None else account
    if role is Role.MEDIATOR and facts.mediator is not None and account is None:
        number = facts.mediator.account
    return Actor(number, frozenset({role}), frozenset(party.id for party in mine[:1]))


def actors(facts: CaseFacts) -> Iterator[Actor]:
    """Everybody who could act in the case: each role once, and each private invitee by itself."""
    for role in Role:
        yield actor_as(role, facts)
    for number, party in enumerate(facts.invitees, start=100):
        if not party.is_city:
            yield Actor(number, frozenset({Role.INVITEE}), frozenset({party.id}))


# --- what is typed ------------------------------------------------------------------------------------------------

LISTS = {
    "regulation:inadmissibility_reasons": ("outside_regulation",),
    "regulation:suspension_reasons": ("parties_agreement", "court"),
    "regulation:moot_reasons": ("moot",),
    "regulation:matters": ("buraco_na_via",),
}
OFFICES = {
    "office:mediator": (5, OTHER_MEDIATOR),
    "office:municipal_attorney": (7, 8),
    "office:any": (4, OTHER_MEDIATOR, 8, 9, 11),
}


TELLING_FLAGS = {"unavailable_right", "severable_parties", "other_medium", "close"}
"""The switches of forms on which the way of a case depends; the others are simply ticked."""


def obligations_for(facts: CaseFacts, direction: str, on: date) -> tuple[dict[str, Any], ...]:
    """Two duties that fit *direction*: one of payment where somebody pays, one to do something."""
    city = next((party.id for party in facts.parties if party.kind in ("city", "entity")), facts.parties[0].id)
    other = next((party.id for party in facts.parties if party.kind not in ("city", "entity")), facts.parties[-1].id)
    duty = {"kind": "performance", "debtor": city, "text": "Tapar o buraco", "due": on + timedelta(20), "amount": 0}
    if direction == "none":
        return (duty,)
    debtor = city if direction == "city_pays" else other
    pay = {"kind": "payment", "debtor": debtor, "text": "Pagar", "due": on + timedelta(10), "amount": 842_000}
    return (pay, duty)


def _options(item: ActField, world: World) -> tuple[Any, ...]:  # noqa: C901, PLR0911, PLR0912  (one line a kind)
    facts, on = world.facts, world.on
    match item.kind:
        case Kind.FLAG:
            return (True, False) if item.name in TELLING_FLAGS else (True,)
        case Kind.TEXT | Kind.LONG_TEXT | Kind.PROCESS:
            return ("Um texto curto",)
        case Kind.LINES:
            return (("Foto do muro, com data",),)
        case Kind.DATE:
            return (on + timedelta(5),) if item.name in ("until", "first_meeting", "until_on", "next_on") else (on,)
        case Kind.MOMENT:
            return (datetime.combine(on + timedelta(5), time(13), UTC),)
        case Kind.MONEY:
            return (842_000,)
        case Kind.CHOICE:
            return LISTS[item.choices] if isinstance(item.choices, str) else tuple(key for key, _label in item.choices)
        case Kind.ACCOUNT:
            return OFFICES[str(item.choices)]
        case Kind.PARTY:
            return tuple(party.id for party in facts.parties)
        case Kind.PARTIES:
            return (tuple(party.id for party in facts.parties),)
        case Kind.AGENCY:
            return (1,)
        case Kind.OBLIGATION:
            return tuple(item.number for item in facts.pending_obligations) or (1,)
        case Kind.NOTICE:
            return tuple(row[0] for row in world.notices) or (1,)
        case Kind.DEADLINE:
            return tuple(row.ordinal for row in world.deadlines) or (1,)
        case Kind.CNJ:
            return (CNJ,)
        case Kind.FILES:
            return (("foto.jpg",) if item.required else (),)
        case Kind.OBLIGATIONS:
            return ((),)


def valid_values(act: Act, world: World) -> Iterator[dict[str, Any]]:
    """Every combination of what may be typed in *act*: each choice, each switch, each person."""
    fields = FIELDS[act]
    for combination in itertools.product(*(_options(item, world) for item in fields)):
        values = dict(zip((item.name for item in fields), combination, strict=True))
        if act is Act.DRAFT_AGREEMENT:
            direction = values["direction"]
            values["amount"] = 0 if direction == "none" else 842_000
            values["obligations"] = obligations_for(world.facts, direction, world.on)
        yield values


def first_success(act: Act, actor: Actor, world: World) -> tuple[dict[str, Any], Decision] | Refusal:
    """The first combination with which *act* is allowed, or the last refusal."""
    answer: Decision | Refusal | None = None
    for values in valid_values(act, world):
        answer = world.ask(act, actor, values)
        if isinstance(answer, Decision):
            return values, answer
    assert isinstance(answer, Refusal)
    return answer


def successors(world: World, acts: tuple[Act, ...]) -> Iterator[tuple[Act, World]]:
    """Every world that one of *acts*, by anybody, with any valid values, leads to."""
    people = list(actors(world.facts))
    for act in acts:
        rows = [row for row in rows_from(world.state, act) if row.enabled(world.switches)]
        roles = {role for row in rows for role in row.roles}
        typed = list(valid_values(act, world)) if rows else []
        for actor in people:
            if not actor.roles & roles:
                continue
            for values in typed:
                after = world.do(act, actor, values)
                if isinstance(after, World):
                    yield act, after
