"""Two people, two processes, one case: one wins, the other is told; nothing is lost, nothing is done twice."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter

import pytest
from sqlalchemy import func, select

from cprac.domain.acts import Act
from cprac.persistence.database import db
from cprac.persistence.models import Case, EventRow
from tests.services.test_acts import history_is_whole
from tests.worlds import NOW, build_world

PROCESSES = 3
ROUNDS = 8


@pytest.fixture
def race(app, tmp_path):
    """Let several processes do their lists of acts at the same moment; returns how each act of each ended."""

    def run(*lists):
        with app.app_context():
            url = db.engine.url.render_as_string(hide_password=False)
        running = [
            subprocess.Popen(
                [sys.executable, "-m", "tests.services.race_worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for _ in lists
        ]
        for process, acts in zip(running, lists, strict=True):
            process.stdin.write(json.dumps({"url": url, "files": str(tmp_path / "files"), "acts": acts}) + "\n")
            process.stdin.flush()
        for process in running:
            assert process.stdout.readline() == "ready\n"
        for process in running:
            process.stdin.write("go\n")
            process.stdin.flush()
        answers = [json.loads(process.communicate(timeout=120)[0]) for process in running]
        assert [process.returncode for process in running] == [0] * len(running)
        return answers

    return run


def asked(world, case, who, act, key, version, **values):
    """One act as a worker wants it."""
    return {
        "account": world.account(who), "number": world.number(case), "act": act.value, "values": values,
        "version": version, "key": key, "now": NOW.isoformat(),
    }  # fmt: skip


def test_the_same_act_raced_has_one_winner_and_the_others_are_told_what_changed(app, race):
    world = build_world(app, "admissibility")
    version = world.version("admissibility")
    reject = {"reason_code": "moot", "grounds": "cada um com o seu texto"}
    answers = race(
        *[
            [asked(world, "admissibility", "coordinator", Act.REJECT, f"p{n}", version, **reject)]
            for n in range(PROCESSES)
        ]
    )
    ends = Counter(answer["end"] for (answer,) in answers)
    assert ends == {"done": 1, "stale": PROCESSES - 1}
    assert world.version("admissibility") == version + 1
    with app.app_context():
        history_is_whole(world.number("admissibility"))


def test_different_acts_of_different_people_never_lose_an_update(app, race):
    """Each process notes process numbers one after the other, trying again with the version it is told."""
    world = build_world(app, "screening")
    start = world.version("screening")
    lists = [
        [
            asked(
                world, "screening", who, Act.SET_EXTERNAL_PROCESS, f"{who}{n}", start + n, process_number=f"{n}/{who}"
            )
            for n in range(ROUNDS)
        ]
        for who in ("registry", "coordinator")
    ]
    answers = race(*lists)
    ends = Counter(end["end"] for answer in answers for end in answer)
    assert set(ends) <= {"done", "stale"}
    done = [end["answer"]["version"] for answer in answers for end in answer if end["end"] == "done"]
    assert sorted(done) == list(range(start + 1, start + 1 + len(done)))
    assert world.version("screening") == start + len(done)
    with app.app_context():
        history_is_whole(world.number("screening"))


def test_equal_submissions_from_several_processes_are_one_act_with_equal_answers(app, race):
    world = build_world(app, "screening")
    version = world.version("screening")
    one = asked(world, "screening", "registry", Act.SET_EXTERNAL_PROCESS, "same key", version, process_number="7/2026")
    answers = race(*[[one] * 4 for _ in range(PROCESSES)])
    flat = [json.dumps(end, sort_keys=True) for answer in answers for end in answer]
    assert len(flat) == 4 * PROCESSES
    assert set(flat) == {flat[0]}
    assert json.loads(flat[0])["end"] == "done"
    assert world.version("screening") == version + 1


def test_writers_in_their_own_compartments_all_get_through(app, race):
    world = build_world(app, "talks")
    version = world.version("talks")
    lists = [
        [asked(world, "talks", who, act, f"{who}{n}", version, **values) for n in range(ROUNDS)]
        for who, act, values in (
            ("mediator", Act.MEDIATOR_NOTE, {"text": "nota"}),
            ("marina", Act.CAUCUS, {"party": 1, "text": "segredo"}),
            ("city_attorney", Act.CITY_NOTE, {"subject": "risk", "text": "risco"}),
        )
    ]
    answers = race(*lists)
    assert Counter(end["end"] for answer in answers for end in answer) == {"done": 3 * ROUNDS}
    with app.app_context():
        found = db.session.execute(
            select(EventRow.compartment, func.count())
            .join(Case)
            .where(Case.number == world.number("talks"))
            .group_by(EventRow.compartment)
        )
        assert {row[0].partition(":")[0] for row in found} >= {"docket", "caucus", "notes", "city"}
        history_is_whole(world.number("talks"))
