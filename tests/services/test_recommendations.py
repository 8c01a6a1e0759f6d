"""Guidance to agencies: who may take which step from where, equal submissions, two at once, figures that are frozen."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from cprac.domain.rates import Change
from cprac.domain.recommendations import RULES, Status, Step, due, status, steps
from cprac.domain.roles import Office
from cprac.persistence import queries_recommendations as queries
from cprac.persistence.database import db, transaction
from cprac.persistence.models import CaseFact, Recommendation, RecommendationEvent
from cprac.persistence.queries import Reader
from cprac.services import recommendations
from cprac.services.errors import KeyReusedError, NotFoundError, RefusedError, StaleError
from tests.worlds import NOW, TODAY, build_world


@pytest.fixture
def world(app):
    return build_world(app, "filed")


@pytest.fixture
def here(world):
    with world.app.app_context():
        yield world


def text(world, **changed):
    return {
        "matter": "public_works_damage", "agency_id": world.agencies["works"], "title": "Limpar os bueiros",
        "text": "Limpar antes da chuva.", "reasons": "Pedidos iguais em cada chuva.", **changed,
    }  # fmt: skip


def drafted(world, who="coordinator", **changed):
    found = recommendations.draft(world.chamber, world.account(who), text(world, **changed), key=world.key(), now=NOW)
    return found.year, found.ordinal


VALUES = {
    Step.ISSUE: {"days": None},
    Step.ANSWER: {"answer": "partly", "on": TODAY, "document": "Ofício 4/2026", "text": "Faremos a metade."},
    Step.FOLLOW: {"done": True, "on": TODAY, "text": "A metade foi feita."},
    Step.CLOSE: {},
    Step.WITHDRAW: {"reason": "Perdeu o motivo."},
    Step.PUBLISH: {"summary": "Pedimos que limpem os bueiros."},
    Step.UNPUBLISH: {},
}


def take(world, number, step, who="coordinator", *, version=None, key=None, now=NOW, **changed):
    values = text(world) if step is Step.REVISE else VALUES[step]
    if version is None:
        version = row(world, number).version
    return recommendations.perform(
        world.chamber, world.account(who), number, step, {**values, **changed},
        version=version, key=key or world.key(), now=now,
    )  # fmt: skip


def reader(world, who="coordinator", on=TODAY):
    office = {"coordinator": Office.COORDINATOR, "mediator": Office.MEDIATOR}[who]
    return Reader(world.account(who), frozenset({office}), NOW, on)


def row(world, number):
    found = queries.one(reader(world), *number)
    assert found is not None
    return found


def test_a_life_from_draft_to_closed_is_written_step_by_step(here):
    number = drafted(here)
    assert row(here, number).number == "R-2026/001"
    for step in (Step.REVISE, Step.ISSUE, Step.ANSWER, Step.FOLLOW, Step.CLOSE):
        take(here, number, step)
    found = row(here, number)
    assert (found.state, found.version, found.answer, found.done) == (Status.CLOSED, 6, "partly", True)
    told = queries.happenings(found)
    assert [each.step for each in told] == [Step.DRAFT, Step.REVISE, Step.ISSUE, Step.ANSWER, Step.FOLLOW, Step.CLOSE]
    assert {each.who for each in told} == {"Helena Duarte Reis"}


WAYS = {
    Status.DRAFT: (),
    Status.ISSUED: (Step.ISSUE,),
    Status.ANSWERED: (Step.ISSUE, Step.ANSWER),
    Status.FOLLOWED: (Step.ISSUE, Step.ANSWER, Step.FOLLOW),
    Status.CLOSED: (Step.ISSUE, Step.ANSWER, Step.FOLLOW, Step.CLOSE),
    Status.WITHDRAWN: (Step.WITHDRAW,),
}


def test_each_step_is_refused_from_everywhere_else_and_to_everybody_else(here):
    for state, way in WAYS.items():
        number = drafted(here)
        for step in way:
            take(here, number, step)
        for step, rule in RULES.items():
            if state not in rule.sources:
                with pytest.raises(RefusedError):
                    take(here, number, step, "attorney_general")
            for who in ("mediator", "auditor", "approver", "administrator", "marina"):
                with pytest.raises(NotFoundError):
                    take(here, number, step, who)
        assert row(here, number).state is state


def test_only_the_attorney_general_publishes_and_the_registry_only_records_answers(here):
    number = drafted(here, "attorney_general")
    take(here, number, Step.ISSUE)
    with pytest.raises(NotFoundError):
        take(here, number, Step.PUBLISH, "coordinator")
    take(here, number, Step.PUBLISH, "attorney_general")
    take(here, number, Step.ANSWER, "registry")
    with pytest.raises(NotFoundError):
        take(here, number, Step.FOLLOW, "registry")
    with pytest.raises(NotFoundError):
        drafted(here, "registry")


def test_ten_equal_submissions_are_one_and_another_text_under_the_key_is_refused(here):
    key = "k" * 32
    actor = here.account("coordinator")
    done = {recommendations.draft(here.chamber, actor, text(here), key=key, now=NOW).ordinal for _time in range(10)}
    assert done == {1}
    number = (2026, 1)
    again = {take(here, number, Step.ISSUE, version=1, key="i" * 32).version for _time in range(10)}
    assert again == {2}
    with pytest.raises(KeyReusedError):
        take(here, number, Step.ISSUE, version=1, key="i" * 32, days=3)
    assert db.session().scalar(sa.select(sa.func.count(RecommendationEvent.id))) == 2


def test_who_comes_second_with_an_old_page_changes_nothing(here):
    number = drafted(here)
    take(here, number, Step.REVISE, version=1)
    with pytest.raises(StaleError):
        take(here, number, Step.WITHDRAW, version=1)
    assert row(here, number).state is Status.DRAFT


WRONG = [
    (Step.ISSUE, {"days": 0}, "days"),
    (Step.ISSUE, {"days": 366}, "days"),
    (Step.REVISE, {"matter": "nothing"}, "matter"),
    (Step.REVISE, {"agency_id": 99}, "agency_id"),
    (Step.REVISE, {"agency_id": None}, "agency_id"),
    (Step.REVISE, {"title": "  "}, "title"),
    (Step.REVISE, {"title": "x" * 201}, "title"),
    (Step.WITHDRAW, {"reason": ""}, "reason"),
    (Step.ANSWER, {"answer": "maybe"}, "answer"),
    (Step.ANSWER, {"on": TODAY + timedelta(days=1)}, "on"),
    (Step.ANSWER, {"on": TODAY - timedelta(days=1)}, "on"),
    (Step.ANSWER, {"on": None}, "on"),
    (Step.ANSWER, {"document": ""}, "document"),
    (Step.FOLLOW, {"done": None}, "done"),
    (Step.PUBLISH, {"summary": " \n "}, "summary"),
]


def test_what_is_missing_or_impossible_is_said_at_its_field(here):
    for step, values, field in WRONG:
        number = drafted(here)
        if step in (Step.ANSWER, Step.FOLLOW, Step.PUBLISH):
            take(here, number, Step.ISSUE)
        if step is Step.FOLLOW:
            take(here, number, Step.ANSWER)
        with pytest.raises(RefusedError) as caught:
            take(here, number, step, "attorney_general", **values)
        assert caught.value.refusal.field == field, (step, values)


def test_overdue_is_the_day_after_the_last_and_then_it_may_be_followed_without_an_answer(here):
    number = drafted(here)
    take(here, number, Step.ISSUE)
    found = row(here, number)
    assert (found.due_on, found.due_basis) == due(TODAY, None) == (TODAY + timedelta(days=30), "default")
    assert status(found.standing, found.due_on) is Status.ISSUED
    late = found.due_on + timedelta(days=1)
    assert status(found.standing, late) is Status.OVERDUE
    offices = frozenset({Office.COORDINATOR})
    assert Step.FOLLOW not in steps(found.standing, offices, found.due_on)
    assert Step.FOLLOW in steps(found.standing, offices, late)
    assert queries.register(reader(here), queries.Filter(status=Status.OVERDUE)) == ()
    overdue = queries.register(reader(here, on=late), queries.Filter(status=Status.OVERDUE))
    assert [each.number for each in overdue] == [found.number]


def test_figures_at_issue_stay_as_they_were_and_the_effect_counts_whole_days_beside(here):
    """Thirty filings before, ten after, one on the very day; old cases and other agencies do not count."""
    number = drafted(here)
    with transaction() as session:
        session.execute(sa.delete(CaseFact))
    days = [*(TODAY - timedelta(days=n) for n in range(1, 31)), TODAY - timedelta(days=366)]  # one too old
    _facts(here, days, here.agencies["works"])
    _facts(here, days, here.agencies["health"], first=500)
    take(here, number, Step.ISSUE)
    assert row(here, number).filed_before == 30
    later = [TODAY, *(TODAY + timedelta(days=n) for n in range(1, 11)), TODAY + timedelta(days=100)]
    _facts(here, later, here.agencies["works"], first=1000)
    found = queries.effect_of(row(here, number), TODAY + timedelta(days=100))
    assert (found.before, found.after, found.days_before, found.days_after) == (30, 10, 365, 99)
    assert found.ratio.low < found.ratio.ratio < found.ratio.high
    assert row(here, number).filed_before == 30
    assert queries.effect_of(row(here, number), TODAY + timedelta(days=1)) is None


def test_a_young_chamber_is_not_said_to_have_had_nothing_before(here):
    """Ten days of work before, ten filings; as many after: no change, though the year before has 355 empty days."""
    number = drafted(here)
    with transaction() as session:
        session.execute(sa.delete(CaseFact))
    assert queries.effect(db.session(), "public_works_damage", 1, TODAY, TODAY + timedelta(days=9)) is None
    around = [TODAY + timedelta(days=n) for n in range(-10, 11) if n]
    _facts(here, around, here.agencies["works"])
    for step in (Step.ISSUE, Step.ANSWER, Step.FOLLOW):
        take(here, number, step)
    later = NOW + timedelta(days=11)
    found = queries.effect_of(row(here, number), here.chamber.day(later))
    assert (found.before, found.after, found.days_before, found.days_after) == (10, 10, 10, 10)
    assert found.ratio.change is Change.UNCLEAR
    take(here, number, Step.CLOSE, now=later)
    assert row(here, number).effect_before is None, "too young to publish twelve months before"
    assert all(cause.filed_before is None for cause in queries.causes(reader(here)))


def _facts(world, days, agency, first=1):
    """Filings of the pair on these days; only the fact rows, which is all that the counts read."""
    with transaction() as session:
        bind = session.get_bind()
        if bind.dialect.name == "sqlite":
            session.execute(sa.text("PRAGMA defer_foreign_keys = ON"))
        template = session.execute(sa.text("SELECT * FROM cases LIMIT 1")).mappings().one()
        for n, day in enumerate(days, first):
            values = {**template, "id": 10_000 + n, "number": f"X{n}", "suffix": 10_000 + n}
            names = ", ".join(values)
            session.execute(sa.text(f"INSERT INTO cases ({names}) SELECT {_cloned(names)} FROM cases WHERE id = :of"),
                            {"of": template["id"], "new": 10_000 + n, "num": f"X{n}"})  # fmt: skip
            session.add(
                CaseFact(case_id=10_000 + n, origin="native", state="submitted", matter="public_works_damage",
                         agency_id=agency, filed_on=day)
            )  # fmt: skip
            session.flush()


def _cloned(names):
    swapped = {"id": ":new", "number": ":num", "suffix": ":new"}
    return ", ".join(swapped.get(name, name) for name in names.split(", "))


def test_what_happened_cannot_be_changed_or_removed(here):
    drafted(here)
    for statement in ("UPDATE recommendation_event SET step = 'x'", "DELETE FROM recommendation_event"):
        with pytest.raises(sa.exc.DBAPIError, match="não se altera"), transaction() as session:
            session.execute(sa.text(statement))


def test_who_may_not_look_finds_nothing_and_drafts_are_never_public(here):
    number = drafted(here)
    assert queries.one(reader(here, "mediator"), *number) is None
    assert queries.register(reader(here, "mediator"), queries.Filter()) == ()
    assert queries.causes(reader(here, "mediator")) == ()
    with transaction() as session:  # whatever the flag says
        session.execute(sa.update(Recommendation).values(public=True, summary="SEGREDO"))
    assert queries.published() == ()


def test_words_find_whatever_their_case_and_accents_of_capitals(here):
    number = drafted(here, title="Ônibus ÁGUA parada")
    for words, found in (("ônibus água", 1), ("r-2026/001", 1), ("bueiro", 0), ("%", 0), ("' OR 1=1 --", 0)):
        assert len(queries.register(reader(here), queries.Filter(words=words))) == found, words
    assert queries.one(reader(here), number[0], number[1] + 1) is None


def test_causes_are_counted_in_whole_months_before_this_one(here):
    found = queries.causes(reader(here))
    assert all(each.filed > 0 for each in found)
    assert queries.causes(reader(here, on=TODAY + timedelta(days=800))) == ()
