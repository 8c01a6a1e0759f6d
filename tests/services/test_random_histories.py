"""Random lives of random cases, through the services, on both databases: what is stored is what was recorded.

Anybody does anything, wholly or half typed, on any day; acts are set aside, notices opened, private notes written,
the clock sweeps. After each step the folded history equals the stored state, facts and deadlines; and what SQL shows
each account of the case, its events and its documents equals the pure matrix of permissions. A refusal changes no row.
"""

from __future__ import annotations

import itertools
import random
from collections import Counter
from datetime import timedelta
from functools import cache

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from sqlalchemy import bindparam, func, select

from cprac.demo_world.way import steps_to
from cprac.demo_world.world import Script
from cprac.domain import lifecycle
from cprac.domain.acts import FIELDS, Act, Compartment, Kind
from cprac.domain.facts import CaseFacts, from_plain
from cprac.domain.permissions import Item, Level, Viewer, level, sees_case
from cprac.domain.roles import Office, Role, roles_in_case
from cprac.domain.states import CaseState
from cprac.domain.system_events import happening
from cprac.persistence import models
from cprac.persistence.database import db
from cprac.persistence.models import Case, CaseRole, Document, EventRow, Notice
from cprac.persistence.queries import DOCUMENTS, EVENTS, Reader, full, seen, visible
from cprac.persistence.queries_case import case_file
from cprac.persistence.viewers import viewer_in
from cprac.services import acts, deadline_watch, intake, notice_opening, questions, verification
from cprac.services.errors import NotFoundError, RefusedError, StaleError
from cprac.services.uploads import Upload
from tests.domain.case_world import obligations_for
from tests.worlds import AGENCIES, CITIZENS, NOW, STAFF, build_world, grant_role

START = NOW - timedelta(days=60)
WHO = (*STAFF, *CITIZENS)
STATIONS = (
    CaseState.FILED, CaseState.MERIT_ADMISSIBILITY, CaseState.INVITATION_PENDING, CaseState.MEDIATOR_ASSIGNMENT,
    CaseState.IN_PROGRESS, CaseState.LEGAL_FISCAL_REVIEW, CaseState.AWAITING_SIGNATURES, CaseState.IN_FORCE,
)  # fmt: skip
PRIVATE = [act for act in Act if act.compartment is not Compartment.DOCKET]
BEGINNINGS = {
    Act.SUBMIT, Act.REOPEN, Act.REGISTER_LEGACY, Act.SPLIT_REJECTED, Act.SPLIT_REMAINDER, Act.LEGACY_STEP,
}  # fmt: skip
TALKERS = ("marina", "joao", "mediator", "other_mediator", "city_attorney")
ACTS = [act for act in Act if act not in BEGINNINGS]
NOTED = {
    *PRIVATE, Act.ADD_DOCUMENT, Act.LINK_LAWSUIT, Act.SET_EXTERNAL_PROCESS, Act.RECORD_CLAIM, Act.REDISTRIBUTE,
    Act.TAKE_OVER, Act.ASSIGN_SUBSTITUTE, Act.SUSPEND, Act.SET_ASIDE, Act.RECORD_SERVICE, Act.LINK_LAWSUIT,
    Act.ASSIGN_CITY_ATTORNEY, Act.RECORD_MINUTES,
}  # fmt: skip
"""Acts that lead a case nowhere: done now and then."""
PDF = Upload("foto.pdf", b"%PDF-1.4\n%%EOF\n")
SEED = st.integers(0, 2**32)
LIVES, STEPS = 4, 17
OFFICE_OF = {who: offices for who, (_name, offices) in STAFF.items()}
CASE = bindparam("case")
ROWS = {
    table.__tablename__: select(table.__table__)
    .where((table.__table__.c.id if table is Case else table.__table__.c.case_id) == CASE)
    .order_by(*table.__table__.primary_key)
    for table in (
        Case, EventRow, models.Chain, models.DeadlineRow, Notice, Document, CaseRole, models.CaseFact,
        models.OutboxMail, models.LinkedLawsuit,
    )
}  # fmt: skip
"""What is stored of one case. Statements are built once: building them took longer than the databases."""


@cache
def may_know(scope):
    """Whether a reader of *scope* may know of the case, in SQL."""
    return select(Case.id).where(visible(scope), Case.id == CASE)


@cache
def shown_to(scope, table):
    """What a reader of *scope* sees of each event, or document, of the case, in SQL."""
    columns = {EventRow: EVENTS, Document: DOCUMENTS}[table]
    return (
        select(table.id, seen(scope, columns).label("seen"), full(scope, columns).label("full"))
        .join(Case, Case.id == table.case_id)
        .where(Case.id == CASE)
    )


class Life:
    """One case of a chamber in which other lives went on before. ``told``: what was done, for whoever reads a failure.

    ``chance`` decides what happens: the same seed lives the same life.
    """

    def __init__(self, world, met, chance, start=None):
        """Somebody files; a citizen's case may already be anywhere on its way."""
        self.world, self.met, self.told = world, met, []
        kind = chance.choice(["citizen", "citizen", "city", "two invited", "agencies"]) if start is None else "citizen"
        until = start or chance.choice(STATIONS)
        world = self.world
        self.name = f"life {next(world.lives)}"
        city = intake.NewParty("invitee", "city", "", agency=world.agencies["works"])
        marina = intake.NewParty("applicant", "natural", CITIZENS["marina"], tax_id="11144477735")
        joao = intake.NewParty("invitee", "natural", CITIZENS["joao"])
        parties, who, channel = {
            "citizen": ((marina, city), "marina", "portal"),
            "two invited": ((marina, city, joao), "marina", "portal"),
            "city": (
                (intake.NewParty("applicant", "city", "", agency=world.agencies["works"]), joao),
                "city_attorney",
                "attorney_office",
            ),
            "agencies": (
                (
                    intake.NewParty("applicant", "city", "", agency=world.agencies["works"]),
                    intake.NewParty("invitee", "city", "", agency=world.agencies["health"]),
                ),
                "registry",
                "agency",
            ),
        }[kind]
        new = intake.NewCase(
            parties, "public_works_damage", "O buraco quebrou o carro.", "O conserto.", channel=channel,
            value=842_000, same_person=kind == "agencies",
        )  # fmt: skip
        due = world.chamber.day(START) + timedelta(days=90)
        world.file(self.name, Script("marina", amount=842_000, dues=(due, due)), new, who, START)
        for ordinal, party in enumerate(parties, start=1):
            if party is joao:
                grant_role(world, self.name, "joao", Role.INVITEE, ordinal)
        if kind == "citizen":
            for step in steps_to(until):
                world.walk(self.name, step.live(world, self.name))
        self.number = world.number(self.name)
        self.done = Counter()
        with world.app.app_context():
            self.case_id = db.session.scalars(select(Case.id).where(Case.number == self.number)).one()
            db.session.rollback()

    # --- what anybody may type --------------------------------------------------------------------------------------

    def values_for(self, act, facts, chance):  # noqa: C901, PLR0912, PLR0915  (one line a kind)
        """Something that fits each field, mostly."""
        world, now = self.world, self.now
        on = world.chamber.day(now)
        ahead = {"until", "until_on", "next_on", "first_meeting", "new_due"}
        values = {}
        for item in FIELDS[act]:
            match item.kind:
                case Kind.FLAG:
                    rare = item.name in ("close", "unavailable_right")
                    value = item.must_be_true or chance.random() < (0.1 if rare else 0.7)
                case Kind.LINES:
                    value = ("Foto do muro, com data",)
                case Kind.DATE:
                    value = on + timedelta(chance.randint(1, 9) if item.name in ahead else -chance.choice((0, 0, 2)))
                case Kind.MOMENT:
                    value = now + timedelta(days=chance.randint(3, 9))
                case Kind.MONEY:
                    value = 842_000
                case Kind.CHOICE if isinstance(item.choices, str):
                    named = world.chamber.regulation.choices(item.choices.partition(":")[2])
                    value = chance.choice([key for key, _label in named])
                case Kind.CHOICE:
                    value = chance.choice([key for key, _label in item.choices])
                case Kind.ACCOUNT:
                    wanted = item.choices.partition(":")[2]
                    fit = [who for who, held in OFFICE_OF.items() if wanted == "any" or Office(wanted) in held]
                    value = world.account(chance.choice(fit))
                case Kind.PARTY:
                    value = chance.choice([party.id for party in facts.parties])
                case Kind.PARTIES:
                    value = tuple(party.id for party in facts.parties)
                case Kind.AGENCY:
                    value = world.agencies[chance.choice(sorted(AGENCIES))]
                case Kind.OBLIGATION:
                    value = chance.choice([item.number for item in facts.obligations] or [1])
                case Kind.NOTICE:
                    value = chance.choice(self.open_notices() or [1])
                case Kind.DEADLINE:
                    found = db.session.scalars(
                        select(models.DeadlineRow.ordinal).where(
                            models.DeadlineRow.case_id == self.case_id, models.DeadlineRow.ended_on.is_(None)
                        )
                    )
                    value = chance.choice([*found] or [1])
                case Kind.CNJ:
                    value = "50370388520198130024"
                case Kind.FILES:
                    value = (PDF,) if item.required else ()
                case Kind.OBLIGATIONS:
                    value = ()
                case _:
                    value = "Um texto curto"
            values[item.name] = value
        if act is Act.DRAFT_AGREEMENT:
            values["amount"] = 0 if values["direction"] == "none" else 842_000
            values["obligations"] = obligations_for(facts, values["direction"], on)
        if act is Act.OPEN_SESSION and chance.random() < 0.7:
            values["assistance"] = "all_assisted"
        return values

    def open_notices(self):
        """The notices that wait for their receipt."""
        found = select(Notice.ordinal).where(
            Notice.case_id == self.case_id, Notice.served_at.is_(None), Notice.cancelled_at.is_(None)
        )
        return list(db.session.scalars(found.order_by(Notice.ordinal)))

    # --- doing it, and what must hold of the answer -------------------------------------------------------------------

    @property
    def now(self):
        """The instant at which the case stands."""
        return self.world.clock[self.name]

    def read(self, query, **binds):
        """The rows that a statement about this case finds."""
        return db.session.connection().execute(query, {"case": self.case_id, **binds})

    @property
    def over(self):
        """Whether the case has ended: little more than refusals is to be expected."""
        return self.world.state(self.name).terminal

    def rows(self):
        """Everything stored of this case, and how many submissions there are."""
        found = {name: self.read(query).all() for name, query in ROWS.items()}
        found["submissions"] = db.session.scalar(select(func.count()).select_from(models.Submission))
        db.session.rollback()
        return found

    def case(self):
        """The case row, read now."""
        found = self.read(ROWS["cases"]).one()
        db.session.rollback()
        return found

    def take(self, who, act, values, *, stale=False):
        """Let somebody do it. A refusal, whatever its kind, leaves every row as it was."""
        self.world.clock[self.name] += timedelta(minutes=7)
        before, rows = self.case(), self.rows()
        version = before.version - stale
        account = self.world.account(who)
        try:
            done = acts.perform(
                self.world.chamber, account, self.number, act, values, version=version, key=self.world.key(),
                now=self.now,
            )  # fmt: skip
        except (RefusedError, NotFoundError, StaleError):
            db.session.rollback()
            if self.rows() != rows:
                raise AssertionError("refused, and yet something changed") from None
            self.met["refused"] += 1
            return False
        after = self.case()
        if act.compartment is not Compartment.DOCKET:
            assert after == before, "a private act changed the case"
            unchanged = [table for table in rows if table not in ("event", "chain", "submissions")]
            found = self.rows()
            assert {name: found[name] for name in unchanged} == {name: rows[name] for name in unchanged}
            self.met["private"] += 1
        else:
            assert not stale
            assert (done.version, done.state) == (after.version, after.state.value)
            assert after.version == before.version + 1
            self.done[act] += 1
            self.met[act] += 1
        self.told.append(f"{who}: {act.value} ({before.state.code} -> {after.state.code})")
        return True

    def offered_to(self, who):
        """What the menu offers somebody now."""
        session = db.session()
        case = session.get(Case, self.case_id)
        on = self.world.chamber.day(self.now)
        viewer = viewer_in(session, self.world.account(who), case.id, self.now, on)
        subject = questions.subject_for(session, self.world.chamber, case, viewer, on, None)
        offered = [item.act for item in lifecycle.menu(subject)[0]]
        facts = subject.facts
        session.rollback()
        return offered, facts

    # --- what happens -------------------------------------------------------------------------------------------------

    def the_case_goes_on(self, chance):
        """Somebody does something that is offered, rather what was not done yet, rarely what ends the case."""
        with self.world.app.app_context():
            for _ in range(chance.randint(1, 4)):
                for who in chance.sample(WHO, len(WHO)):
                    offered, facts = self.offered_to(who)
                    ends = {Act.WITHDRAW, Act.CLOSE_WITHOUT_AGREEMENT, Act.DECLARE_MOOT, Act.DECLINE, Act.REJECT}
                    offered = [act for act in offered if act not in ends or chance.random() < 0.1]
                    chance.shuffle(offered)
                    offered.sort(key=lambda act: (self.done[act], act in NOTED))
                    act = next((act for act in offered if act not in NOTED or chance.random() < 0.05), None)
                    if act is not None and self.take(who, act, self.values_for(act, facts, chance)):
                        break

    def anybody_tries_anything(self, chance):
        with self.world.app.app_context():
            facts = from_plain(CaseFacts, self.case().facts)
            for _ in range(2):
                who, act = chance.choice(WHO), chance.choice(ACTS)
                values = self.values_for(act, facts, chance)
                if values and chance.random() < 0.3:
                    values[chance.choice(sorted(values))] = None
                self.take(who, act, values)

    def somebody_comes_too_late(self, chance):
        with self.world.app.app_context():
            facts = from_plain(CaseFacts, self.case().facts)
            who = chance.choice(WHO)
            act = chance.choice([act for act in self.offered_to(who)[0] if act not in PRIVATE] or [Act.WITHDRAW])
            self.take(who, act, self.values_for(act, facts, chance), stale=True)

    def somebody_writes_apart(self, chance):
        with self.world.app.app_context():
            facts = from_plain(CaseFacts, self.case().facts)
            for who in (*TALKERS, chance.choice(WHO)):
                may = [act for act in self.offered_to(who)[0] if act in PRIVATE]
                act = chance.choice(may if may and chance.random() < 0.7 else PRIVATE)
                self.take(who, act, self.values_for(act, facts, chance))

    def the_last_act_is_set_aside(self, _chance):
        """Where it falls the case stands where it stood."""
        with self.world.app.app_context():
            last = db.session.execute(
                select(EventRow.act, EventRow.payload)
                .where(EventRow.case_id == self.case_id, EventRow.compartment == "docket", EventRow.role != "system")
                .order_by(EventRow.version.desc())
            ).first()
            db.session.rollback()
            if self.take("coordinator", Act.SET_ASIDE, {"reason": "Engano"}):
                assert self.case().state.value == last.payload["from"]
                assert last.act not in ("sign", "submit", "set_aside")
                assert not self.take("coordinator", Act.SET_ASIDE, {"reason": "Outra vez"})

    def what_waits_arrives(self, chance):
        """The registry records a receipt, or somebody opens a notice in the portal."""
        with self.world.app.app_context():
            waiting = self.open_notices()
            db.session.rollback()
            if not waiting:
                return
            ordinal, who = chance.choice(waiting), chance.choice(WHO)
            if chance.random() < 0.5:
                facts = from_plain(CaseFacts, self.case().facts)
                values = self.values_for(Act.RECORD_SERVICE, facts, chance) | {"notice": ordinal}
                self.take("registry", Act.RECORD_SERVICE, values)
                return
            rows = self.rows()
            try:
                notice_opening.open_notice(
                    self.world.chamber, self.world.account(who), self.number, ordinal, self.now + timedelta(minutes=3)
                )
            except (NotFoundError, RefusedError):
                db.session.rollback()
                assert self.rows() == rows
            else:
                self.met["opened"] += 1

    def time_passes_and_the_clock_sweeps(self, chance):
        days = chance.choice((1, 4, 9, 31))
        self.world.clock[self.name] += timedelta(days=days)
        with self.world.app.app_context():
            swept = deadline_watch.sweep(self.world.chamber, self.now)
            assert (swept.failed, swept.busy) == (0, 0), swept.failures
            self.met["expired"] += swept.expired

    def step(self, chance):
        """Something happens, and then everything must hold."""
        chance.choices(
            (
                self.the_case_goes_on, self.anybody_tries_anything, self.somebody_comes_too_late,
                self.somebody_writes_apart, self.the_last_act_is_set_aside, self.what_waits_arrives,
                self.time_passes_and_the_clock_sweeps,
            ),
            (6, 2, 1, 2, 1, 2, 2),
        )[0](chance)  # fmt: skip
        self.holds()

    def holds(self):
        """What holds after each step."""
        self.the_folded_history_is_what_is_stored()
        self.sql_shows_each_account_what_the_matrix_gives()
        self.a_page_shows_a_stranger_nothing()

    # --- what holds after each ----------------------------------------------------------------------------------------

    def the_folded_history_is_what_is_stored(self):
        with self.world.app.app_context():
            found = verification.verify_case(self.world.chamber, self.number)
            assert found.ok, found.difference

    def sql_shows_each_account_what_the_matrix_gives(self):
        with self.world.app.app_context():
            on = self.world.chamber.day(self.now)
            case = self.read(ROWS["cases"]).one()
            roles = self.read(ROWS["case_role"]).all()
            items = [
                (EventRow, self.read(ROWS["event"]).all(), item_of_event),
                (Document, self.read(ROWS["document"]).all(), item_of_document),
            ]
            looked = set()
            for account, offices in self.world.offices.items():
                viewer = self.viewer(account, offices, roles)
                wrote = any(row.actor_id == account for row in items[0][1])
                if not wrote and (offices, viewer.roles, viewer.parties) in looked:
                    continue  # one of those who are nobody here stands for all
                looked.add((offices, viewer.roles, viewer.parties))
                reader = Reader(account, offices, self.now, on)
                known = self.read(may_know(reader.scope), **reader.binds).first() is not None
                assert known is sees_case(viewer.roles), viewer
                for table, rows, item_of in items:
                    shown = self.read(shown_to(reader.scope, table), **reader.binds)
                    found = {row.id: (bool(row.seen), bool(row.full)) for row in shown}
                    for row in rows:
                        pure = level(item_of(row), viewer, deciding=case.responsible_role, closed=case.state.terminal)
                        assert found[row.id] == (pure is not Level.NONE, pure is Level.FULL), (viewer, row)
            db.session.rollback()

    def viewer(self, account, offices, roles):
        """Who somebody is in the case, from the dated rows alone."""
        mine = [
            row for row in roles
            if row.account_id == account and row.from_at <= self.now
            and (row.until_at is None or row.until_at > self.now)
        ]  # fmt: skip
        return Viewer(
            account, roles_in_case(offices, frozenset(row.role for row in mine)),
            frozenset(row.party_ordinal for row in mine if row.party_ordinal is not None),
        )  # fmt: skip

    def a_page_shows_a_stranger_nothing(self):
        with self.world.app.app_context():
            on = self.world.chamber.day(self.now)
            assert case_file(Reader(self.world.account("nobody"), frozenset(), self.now, on), self.number) is None
            db.session.rollback()


def item_of_event(row):
    """What the matrix asks of an event."""
    party = int(row.compartment.split(":")[1]) if row.compartment.startswith("caucus:") else None
    return Item(happening(row.act).information_class, party, row.actor_id)


def item_of_document(row):
    """What the matrix asks of a document."""
    return Item(row.information_class, row.party_ordinal, row.author_id)


def world_of(app):
    """A chamber whose people live several lives."""
    world = build_world(app, "filed")
    world.until = NOW + timedelta(days=4000)
    world.lives = itertools.count(1)
    world.offices = {world.account(who): frozenset(OFFICE_OF.get(who, ())) for who in WHO}
    return world


@pytest.mark.parametrize("seed", range(3))
def test_whatever_anybody_does_history_tells_the_case_and_sql_shows_what_the_matrix_gives(app, seed):
    chance, world, met = random.Random(seed), world_of(app), Counter()
    for number in range(LIVES):
        life = Life(world, met, chance, None if number else CaseState.IN_PROGRESS)  # one in which people talk
        try:
            life.holds()
            for _ in range(STEPS):
                life.step(chance)
                if life.over and chance.random() < 0.4:
                    break
        except BaseException as fault:
            fault.add_note(f"life {number} of seed {seed}: " + "; ".join(life.told))
            raise
    with app.app_context():
        found = verification.verify(world.chamber)
        assert found.ok, found.difference
    acts_met = [name for name in met if isinstance(name, Act)]
    assert len(acts_met) > 15, "a walk that does nothing proves nothing"
    assert met["refused"] > 15
    assert met["private"] > 0


class RandomLives(RuleBasedStateMachine):
    """The same, as a machine that Hypothesis drives for hours and shrinks. ``world`` is set by the test."""

    world = None

    @initialize(seed=SEED)
    def begin(self, seed):
        self.life = Life(self.world, Counter(), random.Random(seed))
        self.life.holds()

    @rule(seed=SEED)
    def something_happens(self, seed):
        self.life.step(random.Random(seed))

    def teardown(self):
        self.world.app.logger.debug("lived: %s", getattr(self, "life", None) and self.life.told)


@pytest.mark.soak
def test_the_same_for_hours(app):
    RandomLives.world = world_of(app)
    run_state_machine_as_test(
        RandomLives,
        settings=settings(max_examples=400, stateful_step_count=60, suppress_health_check=list(HealthCheck)),
    )
