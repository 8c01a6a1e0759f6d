"""The lifecycle in any case: walked everywhere it leads, and pushed about by anybody who types anything."""

from __future__ import annotations

import dataclasses
import json
import random
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import UTC, timedelta

import pytest
from hypothesis import HealthCheck, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from cprac.domain.acts import FIELDS, Act, Compartment
from cprac.domain.facts import CaseFacts, from_plain, responsible, to_plain, waiting_on
from cprac.domain.history import fold
from cprac.domain.lifecycle import Decision, menu, reachable, rows_from, table
from cprac.domain.roles import Role
from cprac.domain.states import CaseState, Turn
from cprac.domain.subject import Actor, LocalRules, Refusal
from cprac.domain.transitions_table import TABLE
from cprac.persistence.regulation_files import load_regulation
from tests.domain.case_world import (
    CITIZEN_AND_CITY,
    CITY_AND_CITIZEN,
    CITY_AND_ENTITY,
    TWO_AGENCIES,
    TWO_INVITED,
    World,
    actor_as,
    actors,
    first_success,
    new_case,
    successors,
    valid_values,
)

CONTAGEM, AMAZONAS = load_regulation("contagem").switches, load_regulation("amazonas").switches


# --- a case walked to its end -----------------------------------------------------------------------------------------

# Acts that change no way a case can go, and ends that are open nearly everywhere: they are tried apart below.
SIDE_ACTS = {
    Act.SUSPEND, Act.RESUME, Act.ASK_AGENCY, Act.AGENCY_ANSWERS, Act.PROCEED_WITHOUT_ANSWER, Act.WITHDRAW,
    Act.CLOSE_WITHOUT_AGREEMENT, Act.DECLARE_MOOT, Act.ANNUL, Act.SET_ASIDE,
}  # fmt: skip
BEGINNINGS = {Act.REGISTER_LEGACY, Act.SPLIT_REJECTED, Act.SPLIT_REMAINDER, Act.REOPEN}
QUIET = {
    Act.CAUCUS, Act.RECORD_OFFER, Act.MEDIATOR_NOTE, Act.CITY_NOTE, Act.RECORD_MINUTES, Act.REDISTRIBUTE, Act.TAKE_OVER,
    Act.ASSIGN_SUBSTITUTE, Act.ASSIGN_CITY_ATTORNEY, Act.ADD_DOCUMENT, Act.LINK_LAWSUIT, Act.SET_EXTERNAL_PROCESS,
    Act.RECORD_CLAIM, Act.LEGACY_STEP, Act.EXTEND_COMPLETION,
    Act.EXTEND_DEADLINE, Act.CHANGE_DEADLINE, Act.CONFIRM_DEADLINE_CHANGE, Act.REFUSE_DEADLINE_CHANGE,
}  # fmt: skip
WAY = tuple(act for act in Act if act not in SIDE_ACTS | BEGINNINGS | QUIET)

DECIDED_BY_TIME = {
    CaseState.AWAITING_COMPLETION: ("D-COMPLETE",),
    CaseState.INADMISSIBLE: ("D-APPEAL",),
    CaseState.UNDER_REVIEW: ("D-APPEAL-ANSWER",),
    CaseState.INVITATION_PENDING: ("D-INVITE",),
    CaseState.MEDIATOR_ASSIGNMENT: ("D-CHALLENGE",),
    CaseState.AWAITING_SIGNATURES: ("D-SIGN",),
    CaseState.IN_FORCE: ("D-CURE",),
}


def place(world):
    """Where a case stands, as far as its way on depends on it: worlds with the same place are walked once."""
    facts, settlement, state = world.facts, world.facts.settlement, world.state
    told = DECIDED_BY_TIME.get(state, ())
    early = state in (CaseState.ADMITTED, CaseState.INVITATION_PENDING)
    owing = state in (CaseState.IN_FORCE, CaseState.BREACHED)
    mediator = facts.mediator
    return (
        state,
        tuple(party.invitation for party in facts.parties) if early else None,
        mediator and (mediator.disclosed_on is not None, mediator.challenged),
        facts.scheduled_session is not None and facts.scheduled_session.on <= world.on,
        facts.sessions_opened > 0,
        facts.appeal if facts.admitted_on is None else None,
        facts.ground == "incomplete",
        early and facts.severable,
        facts.needs_court and not owing,
        settlement
        and (settlement.complete, settlement.opinion, len(settlement.approvals), len(settlement.signatures))
        + ((settlement.homologated, settlement.published_on is not None, settlement.court) if not owing else ()),
        tuple(sorted((item.status, item.due < world.on) for item in facts.obligations)) if owing else None,
        facts.standing is not None,
        frozenset((row.rule, world.on > row.due, row.party) for row in world.deadlines if row.rule in told),
        frozenset((party, starts) for _number, party, starts in world.notices if starts in told),
    )


def walk(start, most=20_000):
    """Every place a case can come to by real decisions and the passing of time, and which lead to which."""
    seen, edges, rows, todo = {place(start): start}, defaultdict(set), set(), [start]
    while todo:
        world = todo.pop()
        steps = list(successors(world, WAY))
        rows |= {(act, world.state, after.state) for act, after in steps}
        if world.deadlines or world.facts.sessions or world.facts.obligations:
            steps.append((None, world.later()))
        here = place(world)
        for _act, after in steps:
            there = place(after)
            edges[here].add(there)
            if there not in seen:
                seen[there] = after
                todo.append(after)
        assert len(seen) < most
    return seen, edges, rows


def stuck(seen, edges):
    """The places from which no terminal state is reached."""
    backwards = defaultdict(set)
    for here, theres in edges.items():
        for there in theres:
            backwards[there].add(here)
    good = {here for here in seen if here[0].terminal}
    todo = list(good)
    while todo:
        for before in backwards[todo.pop()] - good:
            good.add(before)
            todo.append(before)
    return set(seen) - good


CASES = {
    "a citizen and the city": new_case(CITIZEN_AND_CITY),
    "the city and a citizen": new_case(CITY_AND_CITIZEN),
    "two invited": new_case(TWO_INVITED),
    "two agencies": new_case(TWO_AGENCIES, same_person=True),
    "an entity and the city": new_case(CITY_AND_ENTITY),
}
OTHER = frozenset({
    "admin_homologation", "denial_closes", "no_show_closes", "invitation_lapse_automatic", "appealable_archiving",
    "deemed_portal_service", "same_person_track", "internal_determination",
})  # fmt: skip
"""A chamber nobody has: no formal review, approval without publication, a denial or an absence ends the case."""

SWITCHES = {"contagem": CONTAGEM, "amazonas": AMAZONAS, "another": OTHER}
QUICK = {(name, "a citizen and the city") for name in SWITCHES} | {("amazonas", "two agencies")}
WALKED = [
    pytest.param(name, case, id=f"{name}: {case}", marks=() if (name, case) in QUICK else pytest.mark.soak)
    for name in SWITCHES
    for case in CASES
]
_walks = {}


def walked(name, case):
    """The walk of a case in a chamber, done once a run."""
    if (name, case) not in _walks:
        _walks[name, case] = walk(World(SWITCHES[name], CASES[case]))
    return _walks[name, case]


@pytest.mark.parametrize("name, case", WALKED)
def test_a_case_can_always_come_to_an_end_without_anybody_giving_up(name, case):
    """00.15 with real guards and facts; T25, T26, T47, T49 and T50 are not even needed."""
    seen, edges, _rows = walked(name, case)
    assert not stuck(seen, edges)


@pytest.mark.parametrize("name, case", WALKED)
def test_somebody_must_act_in_every_place_but_an_end(name, case):
    seen, _edges, _rows = walked(name, case)
    for world in seen.values():
        if world.state.terminal:
            assert responsible(world.state, world.facts) is None
            assert waiting_on(world.state, world.facts) is Turn.NOBODY
            continue
        role = responsible(world.state, world.facts)
        assert role is not None, world.state
        assert waiting_on(world.state, world.facts) is not Turn.NOBODY
        held = [row for row in TABLE if row.source is world.state and role in row.roles and row.enabled(world.switches)]
        assert held, (world.state, role)


@pytest.mark.parametrize("name, case", WALKED)
def test_talks_have_a_mediator_and_a_binding_settlement_its_signatures(name, case):
    seen, _edges, _rows = walked(name, case)
    for world in seen.values():
        facts = world.facts
        if world.state in (CaseState.SESSION_SCHEDULED, CaseState.IN_PROGRESS):
            assert facts.mediator is not None
        if world.state.code in ("S21", "S22", "S23", "S30"):
            assert facts.settlement_in_force
            assert facts.obligations
            assert facts.standing is None
        if world.state is CaseState.CLOSED_FULFILLED:
            assert not facts.pending_obligations
        if facts.same_person:
            assert world.state not in (CaseState.AWAITING_COURT_HOMOLOGATION, CaseState.CLOSED_ENFORCED)
        if facts.bound_by_settlement:
            assert world.state not in (CaseState.CLOSED_NO_AGREEMENT, CaseState.CLOSED_WITHDRAWN)


@pytest.mark.parametrize("name, case", WALKED)
def test_the_last_act_falls_and_leaves_everything_as_it_was(name, case):
    seen, _edges, _rows = walked(name, case)
    coordinator = actor_as(Role.COORDINATOR, new_case())
    fell = kept = 0
    for world in seen.values():
        if world.before is None or world.state.terminal or world.on != world.before.on:
            continue
        back = world.do(Act.SET_ASIDE, coordinator, {"reason": "Engano"})
        if isinstance(back, Refusal):
            kept += 1
            assert world.facts.last_act in ("submit", "sign", "admit_partially", "record_service"), world.facts.last_act
            continue
        fell += 1
        assert back.state is world.before.state
        assert (back.deadlines, back.notices) == (world.before.deadlines, world.before.notices)
        marks = {name: getattr(back.facts, name) for name in ("last_act", "last_from", "last_role")}
        assert back.facts == replace(world.before.facts, **marks)
        assert marks["last_act"] == "set_aside"
        again = back.do(Act.SET_ASIDE, coordinator, {"reason": "Engano"})
        assert isinstance(again, Refusal)
    assert fell > 3 * kept > 0


def one_of_each(name, case):
    """A world for each state that the walk came to, the one with the longest history."""
    seen, _edges, _rows = walked(name, case)
    best = {}
    for world in seen.values():
        if len(world.payloads) >= len(best[world.state].payloads if world.state in best else ()):
            best[world.state] = world
    return best


@pytest.mark.parametrize("name", SWITCHES)
def test_a_pause_and_a_question_to_an_agency_bring_the_case_back_to_where_it_was(name):
    for state, world in one_of_each(name, "a citizen and the city").items():
        coordinator = actor_as(Role.COORDINATOR, world.facts)
        for leave, values, come_back in (
            (Act.SUSPEND, {"reason_code": "budget", "until": world.on + timedelta(9)}, Act.RESUME),
            (Act.ASK_AGENCY, {"agency": 1, "question": "Houve obra ali?"}, Act.AGENCY_ANSWERS),
        ):
            away = world.do(leave, coordinator, values)
            if isinstance(away, Refusal):
                assert not rows_from(state, leave)
                continue
            home = away.later(4).do(come_back, coordinator, {"answer": "Houve."})
            assert isinstance(home, World)
            assert home.state is state
            days = 4 if leave is Act.SUSPEND else 0
            assert home.facts.paused_days == world.facts.paused_days + days
            same = {"last_act", "last_from", "last_role", "paused_days"}
            for item in dataclasses.fields(CaseFacts):
                if item.name not in same:
                    assert getattr(home.facts, item.name) == getattr(world.facts, item.name), item.name
            assert [row.status for row in home.deadlines] == [row.status for row in world.deadlines]


@pytest.mark.parametrize("name", SWITCHES)
def test_nobody_is_kept_in_a_case_before_the_settlement_binds(name):
    """Lei 13.140/2015 art. 2 § 2: from S1 to S17 the applicant can leave, and from the talks on every party can."""
    for state, world in one_of_each(name, "a citizen and the city").items():
        applicant = actor_as(Role.APPLICANT, world.facts)
        answers = [world.ask(act, applicant, {}) for act in (Act.WITHDRAW, Act.CLOSE_WITHOUT_AGREEMENT)]
        leaves = [answer for answer in answers if isinstance(answer, Decision)]
        before_signatures = state.code.startswith("S") and 1 <= int(state.code[1:]) <= 17
        if before_signatures and not world.facts.bound_by_settlement:
            assert len(leaves) == 1, (state, answers)
        else:
            assert not leaves, state


@pytest.mark.parametrize("name", SWITCHES)
def test_the_coordination_can_declare_any_active_case_moot(name):
    for state, world in one_of_each(name, "a citizen and the city").items():
        done = world.do(
            Act.DECLARE_MOOT, actor_as(Role.COORDINATOR, world.facts), {"reason_code": "moot", "grounds": "Obra feita."}
        )
        if state.terminal or state is CaseState.DRAFT:
            assert isinstance(done, Refusal)
        else:
            assert (done.state, done.facts.outcome, done.deadlines) == (CaseState.CLOSED_MOOT, "moot", ())


def never_taken(name, cases):
    """The rows of a chamber that lead a case on and that none of *cases* takes, as "act S1>S2"."""
    fired = {step for case in cases for step in walked(name, case)[2]}
    rows = {(row.act, row.source, row.dest) for row in table(SWITCHES[name]) if row.act in WAY}
    legacy = {row for row in rows if CaseState.LEGACY_OPEN in row}
    noted = {row for row in rows if row[0] is Act.RECORD_SERVICE}  # notices come and go with other acts
    return {f"{act.value} {source.code}>{dest.code}" for act, source, dest in rows - fired - legacy - noted}


# In a chamber that approves and does not publish, nothing comes to the judge before the petition is recorded.
UNUSED = {"contagem": set(), "amazonas": set(), "another": {"file_in_court S20>S20"}}


@pytest.mark.parametrize("name", SWITCHES)
def test_a_citizens_case_takes_every_row_but_those_for_other_kinds_of_cases(name):
    several_invited = {"accept S9>S9", "decline S9>S9", "decline S9>S10"}
    several_invited |= {f"lapse_invitation S9>{code}" for code in ("S9", "S10", "S26")}
    several_invited |= {f"invitation_undeliverable S9>{code}" for code in ("S10", "S26")}
    public_bodies = {"start_without_invitation S8>S10", "arbitrate_internal S12>S29", "sign S17>S21"}
    offered_directly = {"lapse_signatures S17>S14", "deny S16>S14"}
    missing = never_taken(name, ["a citizen and the city"])
    assert missing <= several_invited | public_bodies | offered_directly | UNUSED[name]


@pytest.mark.soak
@pytest.mark.parametrize("name", SWITCHES)
def test_every_row_of_a_chamber_is_taken_by_some_case(name):
    offered_directly = set() if "offer_directly" in SWITCHES[name] else {"lapse_signatures S17>S14"}
    assert never_taken(name, CASES) <= offered_directly | UNUSED[name]


@pytest.mark.parametrize("name", SWITCHES)
def test_the_walk_comes_to_every_state_that_a_chamber_has(name):
    met = {there[0] for case in CASES if (name, case) in QUICK for there in walked(name, case)[0]}
    # Reached by the acts tried apart: a pause, a question, a withdrawal, mootness, annulment; S29 needs public bodies.
    apart = {"S5", "S13", "S25", "S28", "S29", "S32", "L1", "L2"}
    assert {state.code for state in reachable(SWITCHES[name]) - met} <= apart


@pytest.mark.parametrize("name", SWITCHES)
def test_the_menu_never_speaks_of_steps_the_chamber_switched_off(name):
    states = {state.label for state in set(CaseState) - reachable(SWITCHES[name])}
    for world in one_of_each(name, "a citizen and the city").values():
        for actor in actors(world.facts):
            for item in menu(world.subject(actor, None))[1]:
                assert not states & set(item.refusal.params.values())


# --- random acts by random people -------------------------------------------------------------------------------------

HOSTILE = st.one_of(
    st.none(), st.booleans(), st.integers(-10, 10**18), st.text(max_size=20), st.floats(), st.dates(),
    st.datetimes(), st.datetimes(timezones=st.just(UTC)), st.binary(max_size=4),
    st.lists(st.one_of(st.integers(-1, 9), st.text(max_size=3), st.none()), max_size=3).map(tuple),
    st.lists(
        st.fixed_dictionaries(
            {},
            optional={
                "kind": st.sampled_from(["payment", "performance", "gift", 3]), "debtor": st.integers(0, 4),
                "text": st.sampled_from(["", "Pagar", None]), "due": st.one_of(st.dates(), st.datetimes(), st.none()),
                "amount": st.one_of(st.integers(-5, 10**6), st.floats(), st.text(max_size=2)),
            },
        ),
        max_size=3,
    ).map(tuple),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)  # fmt: skip
CHANCE = st.integers(0, 2**32).map(random.Random)
HATS = st.frozensets(st.sampled_from(list(Role)), max_size=4)


class RandomCase(RuleBasedStateMachine):
    """Anybody does anything, rightly or wrongly typed, on any day; what was recorded always tells the same case."""

    def __init__(self):
        super().__init__()
        self.world = World(CONTAGEM)
        self.done = Counter()

    @initialize(start=st.sampled_from(sorted(QUICK)), chance=CHANCE, informed=st.booleans(), draft=st.booleans())
    def begin(self, start, chance, informed, draft):
        """From a draft, or from anywhere that a case can be."""
        places = list(walked(*start)[0].values())
        by_state = defaultdict(list)
        for world in places:
            by_state[world.state].append(world)
        world = places[0] if draft else chance.choice(by_state[chance.choice(sorted(by_state))])
        if draft:
            world = replace(world, facts=replace(world.facts, unavailable_right=chance.random() < 0.3))
        approvers = chance.choice([("approver", "attorney_general"), ("council",), ("attorney_general",)])
        self.world = replace(world, rules=LocalRules(informed), approvers=approvers)
        note(f"{start}: {self.world.state}")

    def take(self, act, actor, values):
        """Do it and hold the answer to what every answer must be."""
        before = self.world
        answer = before.ask(act, actor, values)
        if isinstance(answer, Refusal):
            assert answer.reason.strip()
            assert "{" not in answer.reason
            assert answer.kind in ("role", "state", "rule", "value")
            assert answer.available_on is None or answer.available_on > before.on
            return
        assert answer.row.source is before.state
        assert answer.role in actor.roles
        fitting = [
            row for row in rows_from(before.state, act)
            if row.enabled(before.switches) and all(when(before.subject(actor, values)) for when in row.when)
            and actor.roles & set(row.roles) and not any(guard(before.subject(actor, values)) for guard in row.guards)
        ]  # fmt: skip
        assert {row.dest for row in fitting} == {answer.dest}, "two rows fit and lead to different states"
        if values is None:
            return
        self.done[act] += 1
        if act.compartment is not Compartment.DOCKET:
            assert answer.changes == {}
            assert answer.facts == before.facts
            return
        self.world = before.after(answer, before.subject(actor, values).values)
        note(f"{actor.roles} {act}: {before.state} -> {self.world.state}")

    def rows(self):
        return [row for row in table(self.world.switches) if row.source is self.world.state]

    @rule(chance=CHANCE, steps=st.integers(1, 10))
    def the_case_goes_on(self, chance, steps):
        """Each time an act that leads out of the state, rather one not done yet; to an end only now and then."""
        for _ in range(steps):
            rows = [row for row in self.rows() if row.dest is not row.source or chance.random() < 0.4]
            rows = [row for row in rows if not row.dest.terminal or chance.random() < 0.1]
            for row in sorted(chance.sample(rows, len(rows)), key=lambda row: self.done[row.act]):
                actor = actor_as(chance.choice(row.roles), self.world.facts)
                found = first_success(row.act, actor, self.world)
                if not isinstance(found, Refusal):
                    self.take(row.act, actor, found[0])
                    break
            if chance.random() < 0.2:
                self.world = self.world.later(8)

    @rule(chance=CHANCE)
    def everybody_tries_what_the_state_allows(self, chance):
        for _ in range(6):
            if rows := self.rows():
                row = chance.choice(rows)
                actor = actor_as(chance.choice(row.roles), self.world.facts)
                self.take(row.act, actor, chance.choice(list(valid_values(row.act, self.world))))

    @rule(data=st.data(), chance=CHANCE, roles=HATS, parties=st.frozensets(st.integers(0, 4), max_size=2))
    def somebody_with_any_hats_types_anything(self, data, chance, roles, parties):
        act = chance.choice(list(Act))
        typed = {item.name: data.draw(HOSTILE) for item in FIELDS[act]}
        self.take(act, Actor(chance.choice([None, 1, 4, 5, 7]), roles, parties), typed)

    @rule(data=st.data(), chance=CHANCE)
    def somebody_gets_one_value_wrong(self, data, chance):
        if rows := [row for row in self.rows() if FIELDS[row.act]]:
            row = chance.choice(rows)
            values = chance.choice(list(valid_values(row.act, self.world)))
            wrong = chance.choice(FIELDS[row.act]).name
            actor = actor_as(chance.choice(row.roles), self.world.facts)
            self.take(row.act, actor, {**values, wrong: data.draw(HOSTILE)})

    @rule(days=st.sampled_from([1, 3, 8, 40]))
    def time_passes(self, days):
        self.world = self.world.later(days)

    @precondition(lambda self: self.world.before is not None)
    @rule()
    def the_coordinator_thinks_better_of_it(self):
        before = self.world.before
        state, facts = self.world.state, self.world.facts
        self.take(Act.SET_ASIDE, actor_as(Role.COORDINATOR, facts), {"reason": "Engano"})
        if self.world.facts is not facts and self.world.facts.last_act == "set_aside":
            assert self.world.state is before.state
            assert not state.terminal

    @rule(role=st.sampled_from(list(Role)))
    def somebody_reads_the_menu(self, role):
        actor = actor_as(role, self.world.facts)
        allowed, refused = menu(self.world.subject(actor, None))
        assert not {item.act for item in allowed} & {item.act for item in refused}
        for item in allowed:
            assert item.refusal is None
            found = first_success(item.act, actor, self.world)
            assert not isinstance(found, Refusal), (item.act, found.reason)
        assert all(item.refusal.reason.strip() and item.refusal.kind != "role" for item in refused)

    @invariant()
    def the_fold_of_what_was_recorded_is_the_case(self):
        world = self.world
        folded = fold(enumerate(world.payloads, start=1))
        assert folded.state == world.state.value
        if world.payloads:
            assert from_plain(CaseFacts, folded.facts) == world.facts
        plain = to_plain(world.facts)
        assert json.loads(json.dumps(plain)) == plain
        assert from_plain(CaseFacts, plain) == world.facts

    @invariant()
    def somebody_is_waited_for(self):
        world = self.world
        assert (waiting_on(world.state, world.facts) is Turn.NOBODY) is world.state.terminal
        nobody = world.state.terminal or world.state is CaseState.LEGACY_OPEN  # T0: nobody is reminded before T53
        assert (responsible(world.state, world.facts) is None) is nobody

    @invariant()
    def the_settlement_is_of_one_piece(self):
        settlement = self.world.facts.settlement
        if settlement is not None:
            assert set(settlement.signatures) <= set(settlement.signatories)
            assert len(settlement.approvals) <= len(settlement.approvers)
            assert settlement.complete is False or not settlement.missing


class TestRandomCase(RandomCase.TestCase):
    settings = settings(max_examples=60, stateful_step_count=30, suppress_health_check=list(HealthCheck))


@pytest.mark.soak
class TestRandomCaseForHours(RandomCase.TestCase):
    settings = settings(suppress_health_check=list(HealthCheck))
