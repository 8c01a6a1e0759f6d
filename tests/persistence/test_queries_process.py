"""The sums of the flow against a second, slower walk over the same events, in random worlds, on both databases."""

from __future__ import annotations

import random
import zlib
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import insert, select, update

from cprac.domain.acts import Act, Compartment
from cprac.domain.facts import CaseFacts, to_plain
from cprac.domain.lifecycle import rows_from
from cprac.domain.process_map import Occurrence, Why, judge
from cprac.domain.roles import Office
from cprac.domain.states import CaseState
from cprac.domain.system_events import is_act
from cprac.persistence import queries_process
from cprac.persistence.database import db, transaction
from cprac.persistence.models import Application, Case, Chain, EventRow, FlowSums, ImportBatch
from cprac.persistence.queries import Reader
from tests.worlds import NOW, TODAY, build_world

OLD = {"register_legacy", "legacy_step"}
FIRST = (CaseState.DRAFT, Act.SUBMIT, CaseState.FILED)
SEEDS = (1, 2, 3)


def switches_for(procedure):
    return frozenset({"formal_review"}) if procedure == "with" else frozenset()


class World:
    """Cases written past every rule: what they did is what a random walk over the table did, or nearly."""

    def __init__(self, seed):
        self.chance = random.Random(seed)
        self.made = 0

    def case(self, origin="native", batch=None):
        """A new case with its first event; its id."""
        self.made += 1
        number = f"{self.made:04d}/2026"
        first_state = CaseState.FILED if origin == "native" else CaseState.LEGACY_OPEN
        with transaction() as session:
            row = Case(
                number=number,
                application=Application(number=number, access_key_hash="0" * 64, channel="desk", filed_at=NOW),
                state=first_state,
                version=0,
                facts=to_plain(CaseFacts()),
                origin=origin,
                procedure=self.chance.choice(["with", "without"]),
                waiting_on=first_state.turn,
                batch_id=batch,
                updated_at=NOW,
            )
            session.add(row)
            session.flush()
            session.add(Chain(case_id=row.id, compartment="docket", version=0, head="0" * 64))
            found = row.id
        act, role = ("submit", "applicant") if origin == "native" else ("register_legacy", "registry")
        self.event(found, act, role, "draft", first_state.value, TODAY - timedelta(days=400))
        return found

    def event(self, case, act, role, source, dest, on):
        """One more docket event."""
        with transaction() as session:
            chain = session.scalars(select(Chain).where(Chain.case_id == case, Chain.compartment == "docket")).one()
            chain.version += 1
            values = {
                "case_id": case, "compartment": "docket", "version": chain.version, "act": act, "role": role,
                "at": NOW, "on_date": on, "payload": {"from": source, "to": dest, "changes": {}},
                "previous": "0" * 64, "hash": "0" * 64, "private_digest": "", "schema": 1,
            }  # fmt: skip
            session.execute(insert(EventRow.__table__), [values])

    def live(self, case, steps):
        """Do *steps* random things: mostly rows of the table, the clock now and then, seldom what no table has."""
        events = docket_of(case)
        for _ in range(steps):
            state, on = CaseState(events[-1][4]), events[-1][5] + timedelta(days=self.chance.choice([0, 0, 1, 3, 20]))
            dice = self.chance.random()
            rows = [row for act in Act for row in rows_from(state, act) if act.compartment is Compartment.DOCKET]
            if dice < 0.15 or not rows:
                step = ("deadline_expired", "system", state.value, state.value)
            elif dice < 0.2:
                acted = [each for each in events if is_act(each[1])]
                step = ("set_aside", "coordinator", state.value, acted[-1][3])
            else:
                row = self.chance.choice(rows)
                step = (row.act.value, self.chance.choice(row.roles).value, state.value, row.dest.value)
                if dice > 0.95:
                    broken = self.chance.randrange(3)
                    wrong = ("applicant", self.chance.choice(list(CaseState)).value, "in_force")[broken]
                    step = tuple(wrong if place == broken + 1 else each for place, each in enumerate(step))
            if step[3] == "draft":
                continue
            self.event(case, *step, on)
            events = docket_of(case)


def docket_of(case):
    """(version, act, role, from, to, day, id) of each docket event."""
    rows = db.session.scalars(
        select(EventRow).where(EventRow.case_id == case, EventRow.compartment == "docket").order_by(EventRow.version)
    )
    found = [(row.version, row.act, row.role, row.payload["from"], row.payload["to"], row.on, row.id) for row in rows]
    db.session.rollback()
    return found


def slow_walk(cases):
    """The same sums, one event after the other."""
    occurrences, follows, moves, paths, ends, strange = Counter(), {}, {}, Counter(), Counter(), {}
    for case in cases:
        procedure = db.session.scalars(select(Case.procedure).where(Case.id == case)).one()
        state, entered, way, before, last_from = "draft", None, [], None, ""
        for _version, act, role, source, dest, on, event in docket_of(case):
            what = Occurrence(act, role, source, dest, state, last_from if act == "set_aside" else "", procedure)
            occurrences[what] += 1
            if judge(what, switches_for) is not None:
                strange[event] = (case, judge(what, switches_for))
            if before is not None and act not in OLD and before[0] not in OLD:
                follows.setdefault((before[0], act), Counter())[(on - before[1]).days] += 1
            if source != dest:
                days = (on - entered).days if entered else None
                moves.setdefault((source, dest, act), Counter())[days] += 1
                way.append((dest, on))
                if act not in OLD:
                    entered = on
            state, before = dest, (act, on)
            if is_act(act):
                last_from = source
        paths[">".join(where for where, _on in way)] += 1
        ends[way[-1]] += 1
    return occurrences, follows, moves, paths, ends, strange


def reader(*offices, account=1, now=NOW):
    return Reader(account, frozenset(offices or {Office.ATTORNEY_GENERAL}), now, TODAY)


def assert_same(found, cases):
    occurrences, follows, moves, paths, ends, strange = slow_walk(cases)
    assert found.map.occurrences == occurrences
    assert found.map.follows == follows
    assert found.map.moves == moves
    assert found.map.paths == paths
    assert found.map.ends == ends
    assert {each.event: each.why for each in found.deviations} == {event: why for event, (_c, why) in strange.items()}
    assert found.strange_cases == {case for case, _why in strange.values()}
    judged = found.map.conformance(switches_for)
    assert (judged.events, judged.deviating) == (occurrences.total(), len(strange))
    assert sum(edge.n for edge in found.map.edges()) == sum(n for key, n in moved_of(occurrences).items())
    assert found.map.cases == len(cases)


def moved_of(occurrences):
    return {what: n for what, n in occurrences.items() if what.source != what.dest}


@pytest.fixture
def inside(app):
    with app.app_context():
        yield app
        db.session.remove()


@pytest.mark.parametrize("seed", SEEDS)
def test_the_sums_are_those_of_a_slow_walk_whole_and_brought_up_to_date(inside, monkeypatch, seed):
    world = World(seed)
    cases = [world.case() for _ in range(6)]
    for case in cases:
        world.live(case, 12)
    assert_same(queries_process.flow(reader(), switches_for), cases)

    counts = []
    whole = queries_process.counted
    monkeypatch.setattr(queries_process, "counted", lambda *given: counts.append(1) or whole(*given))
    for case in cases[:2]:
        world.live(case, 5)
    cases.append(world.case())
    assert_same(queries_process.flow(reader(), switches_for), cases)
    assert_same(queries_process.flow(reader(), switches_for), cases)
    assert not counts, "everything was counted again"


def test_an_event_that_came_late_with_a_lower_number_is_found(inside):
    world = World(7)
    cases = [world.case(), world.case()]
    for case in cases:
        world.live(case, 4)
    queries_process.flow(reader(), switches_for)
    with transaction() as session:  # as two writers on PostgreSQL may leave it: the newest number was there already
        session.add(EventRow(
            id=-1, case_id=cases[0], compartment="docket", version=docket_of(cases[0])[-1][0] + 1,
            act="deadline_expired", role="system", at=NOW, on=docket_of(cases[0])[-1][5],
            payload={"from": docket_of(cases[0])[-1][4], "to": docket_of(cases[0])[-1][4]},
            previous="0" * 64, hash="0" * 64,
        ))  # fmt: skip
        chain = session.scalars(select(Chain).where(Chain.case_id == cases[0])).one()
        chain.version += 1
    later = reader(now=NOW + timedelta(minutes=2))
    assert_same(queries_process.flow(later, switches_for), cases)


def test_old_cases_are_no_part_of_the_flow_and_adopted_ones_are_without_their_old_days(inside):
    world = World(3)
    with transaction() as session:
        batch = ImportBatch(name="old.csv", sha256="0" * 64, mapping="", status="visible", as_of=TODAY, started_at=NOW)
        session.add(batch)
        session.flush()
        number = batch.id
    world.case("legacy", number)
    adopted = world.case("adopted", number)
    long_ago = TODAY - timedelta(days=3000)
    world.event(adopted, "legacy_step", "registry", "legacy_open", "legacy_open", long_ago)
    world.event(adopted, "adopt_legacy", "registry", "legacy_open", "filed", TODAY - timedelta(days=30))
    world.event(adopted, "screen", "registry", "filed", "formal_review", TODAY - timedelta(days=25))
    found = queries_process.flow(reader(), switches_for)
    assert_same(found, [adopted])
    assert found.map.follows == {("adopt_legacy", "screen"): Counter({5: 1})}
    assert found.map.moves["filed", "formal_review", "screen"] == Counter({5: 1})
    assert found.map.moves["legacy_open", "filed", "adopt_legacy"] == Counter({None: 1})


def test_whoever_does_not_see_every_case_counts_only_their_own(inside):
    world = build_world(inside, "authorization", "filed")
    approver, stranger = world.account("approver"), world.account("nobody")
    whole = queries_process.flow(reader(account=world.account("auditor")), switches_for)
    assert whole.map.cases == 2
    own = queries_process.flow(reader(Office.APPROVER, account=approver), switches_for)
    assert own.map.cases == 1
    assert ("in_progress", "drafting_agreement", "terms_reached") in own.map.moves
    assert queries_process.flow(replace(reader(Office.APPROVER), account=stranger), switches_for).map.cases == 0
    assert queries_process.flow(Reader(None, frozenset(), NOW, TODAY), switches_for).map.cases == 0


def test_an_empty_register_has_an_empty_flow(inside):
    found = queries_process.flow(reader(), switches_for)
    assert (found.map.cases, found.map.events, found.map.edges(), found.deviations) == (0, 0, (), ())


def test_what_no_row_allows_is_told_with_its_place_and_its_reason(inside):
    world = World(5)
    case = world.case()
    world.event(case, "admit", "coordinator", "filed", "admitted", TODAY)
    world.event(case, "invite", "registry", "merit_admissibility", "invitation_pending", TODAY)
    told = queries_process.flow(reader(), switches_for).deviations
    assert [(each.case, each.version, each.what.act, each.why) for each in told] == [
        ("0001/2026", 3, "invite", Why.GAP),
        ("0001/2026", 2, "admit", Why.NO_ROW),
    ]


def test_only_so_many_are_told_one_by_one_the_newest(inside, monkeypatch):
    monkeypatch.setattr(queries_process, "LISTED", 3)
    world = World(5)
    case = world.case()
    for number in range(9):
        act = ("admit", "reject", "invite")[number % 3]
        world.event(case, act, "coordinator", "filed", "filed", TODAY)
    found = queries_process.flow(reader(), switches_for)
    assert [each.version for each in found.deviations] == [10, 9, 8]
    assert found.map.conformance(switches_for).deviating == 9
    assert found.strange_cases == {case}


# --- Kept for processes that start ------------------------------------------------------------------------------------


def kept_in_the_database(found, switches=switches_for):
    """What the clock does: the sums are written, and this process forgets them, as a new one never had them."""
    body = queries_process.packed(found, switches)
    with transaction() as session:
        session.merge(FlowSums(id=1, format=queries_process.FORMAT, upto=found.upto, on=TODAY, body=body))
    queries_process._kept.clear()


@pytest.mark.parametrize("seed", SEEDS)
def test_a_process_that_starts_goes_on_from_the_kept_sums(inside, monkeypatch, seed):
    world = World(seed)
    cases = [world.case() for _ in range(5)]
    for case in cases:
        world.live(case, 10)
    kept_in_the_database(queries_process.flow(reader(), switches_for))
    monkeypatch.setattr(queries_process, "counted", lambda *_given: pytest.fail("everything was counted again"))
    assert_same(queries_process.flow(reader(), switches_for), cases)
    queries_process._kept.clear()
    for case in cases[:2]:
        world.live(case, 5)
    cases.append(world.case())
    assert_same(queries_process.flow(reader(), switches_for, at_once=1), cases)


def test_kept_sums_are_not_believed_where_the_table_judges_otherwise_or_events_are_gone(inside):
    world = World(2)
    cases = [world.case() for _ in range(5)]
    with transaction() as session:
        session.execute(update(Case).values(procedure="with"))
    for case in cases:
        world.event(case, "screen", "registry", "filed", "formal_review", TODAY)
    kept_in_the_database(queries_process.flow(reader(), switches_for))
    assert queries_process.stored(switches_for) is not None
    assert queries_process.stored(lambda _procedure: frozenset()) is None, "the step is none without its switch"
    batch = {"name": "x", "sha256": "0" * 64, "mapping": "", "as_of": TODAY, "started_at": NOW, "status": "reverted"}
    with transaction() as session:
        session.add(ImportBatch(id=9, **batch))
        session.flush()
        session.execute(update(Case).where(Case.id == cases[0]).values(batch_id=9))
    assert_same(queries_process.flow(reader(), switches_for), cases[1:])


def test_cases_that_are_gone_are_not_made_up_for_by_new_events(inside):
    world = World(6)
    with transaction() as session:
        old = ImportBatch(name="x", sha256="0" * 64, mapping="", as_of=TODAY, started_at=NOW, status="visible")
        session.add(old)
        session.flush()
        batch = old.id
    gone = world.case("adopted", batch)
    cases = [world.case() for _ in range(3)]
    kept_in_the_database(queries_process.flow(reader(), switches_for))
    with transaction() as session:
        session.execute(update(ImportBatch).where(ImportBatch.id == batch).values(status="reverted"))
    for case in cases:
        world.live(case, 6)
    assert docket_of(gone)
    assert_same(queries_process.flow(reader(), switches_for), cases)


def test_the_kept_sums_name_no_case(inside):
    world = World(8)
    case = world.case()
    world.event(case, "admit", "coordinator", "filed", "admitted", TODAY)
    found = queries_process.flow(reader(), switches_for)
    assert [each.case for each in found.deviations] == ["0001/2026"]
    assert b"0001/2026" not in zlib.decompress(queries_process.packed(found, switches_for))
    kept_in_the_database(found)
    assert queries_process.stored(switches_for) == found


@pytest.mark.parametrize("at_a_time", [1, 2])
def test_counted_some_cases_at_a_time_they_are_the_same(inside, monkeypatch, at_a_time):
    world = World(9)
    cases = [world.case() for _ in range(5)]
    for case in cases:
        world.live(case, 8)
    monkeypatch.setattr(queries_process, "AT_A_TIME", at_a_time)
    assert_same(queries_process.flow(reader(), switches_for), cases)


def test_who_waits_is_told_rather_than_kept_waiting_for_very_many_events(inside):
    world = World(4)
    world.live(world.case(), 6)
    with pytest.raises(queries_process.NotCountedYetError):
        queries_process.flow(reader(), switches_for, at_once=3)
    assert queries_process.flow(reader(), switches_for).map.cases == 1
    assert queries_process.flow(reader(), switches_for, at_once=3).map.cases == 1, "it is kept now"
