"""The demonstration: the same chamber for the same day, whole on awkward days, served by one command."""

from __future__ import annotations

import http.cookiejar
import json
import os
import re
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from cprac import create_app, demo
from cprac.demo_world import papers
from cprac.demo_world.numbers import cnj
from cprac.demo_world.seeding import SeededBytes
from cprac.domain.identifiers import IdentifierKind, check
from cprac.domain.states import CaseState
from cprac.persistence.regulation_files import load_regulation
from cprac.services.uploads import sniff
from tests.fixtures_app import dispose_engines

ROOT = Path(__file__).resolve().parent.parent
DAY = date(2026, 3, 25)
START_SECONDS = 400
"""How long a start may take before it counts as failed: a limit for a machine that does much else, no promise."""

SNAPSHOT = {
    "cases": "SELECT number, state, version, title, waiting_on, owner_id, next_due, next_rule, filed_on FROM cases",
    "deadlines": """SELECT number, ordinal, rule, status, due, ended_on, pauses
                    FROM deadline JOIN cases ON cases.id = deadline.case_id""",
    "chains": """SELECT number, compartment, chain.version, head FROM chain JOIN cases ON cases.id = chain.case_id""",
    "documents": "SELECT token, kind, title, sha256 FROM document",
    "codes": "SELECT code_hash, purpose, expires_at, used_at FROM one_time_code",
    "facts": """SELECT number, resolved_on, resolved_as, in_talks, value_agreed FROM case_fact
                JOIN cases ON cases.id = case_fact.case_id""",
    "releases": "SELECT sha256 FROM publication",
    "keys": "SELECT number, access_key_hash FROM application",
    "notices": "SELECT dedupe_key, to_name, status, created_at FROM outbox",
}


def rows(folder, statement):
    connection = sqlite3.connect(f"file:{folder / 'cprac.sqlite'}?mode=ro", uri=True)
    try:
        return sorted(connection.execute(statement).fetchall(), key=repr)
    finally:
        connection.close()


def made_in(folder, day, port=8000, crowd=0):
    folder.parent.mkdir(parents=True, exist_ok=True)
    return demo._make(folder, day, port, crowd)


# --- the same for the same day ----------------------------------------------------------------------------------------


def test_the_command_serves_the_chamber_that_the_day_gives(tmp_path):
    instance = tmp_path / "served"
    with running(instance, "--today", DAY.isoformat(), "--crowd", "60") as (process, port):
        made = made_in(
            tmp_path / "made" / "demo", DAY, port, crowd=60
        )  # in this process, while the other makes its own
        wait_for(process, port)
        served = instance / "demo"

        assert demo._read(served) == made
        for what, statement in SNAPSHOT.items():
            assert rows(served, statement) == rows(tmp_path / "made" / "demo", statement), what

        everybody(port)
        a_visitor_with_the_key(port, made)
        for name, (email, path) in demo.PICTURES_OF.items():
            visitor = signed_in(port, email) if email else browser()
            assert get(visitor, port, path)[0] == 200, f"the picture {name} has no page {path}"
        the_clock_runs(served)
        all_is_well(port)
        what_happened_holds_together(tmp_path / "made" / "demo", made)

        process.terminate()
        printed, complaints = process.communicate(timeout=60)  # ends when nobody holds its output: the clock is gone
    assert process.returncode == 0, complaints
    for told in (f"http://127.0.0.1:{port}", made.number, made.key, made.code, demo.PASSWORD, "marina@exemplo.com.br"):
        assert told in printed
    assert "Traceback" not in complaints


def what_happened_holds_together(folder, made):
    """The crowd's cases too: hashed, folded and counted again they are what is stored, and figures tell of them."""
    from cprac.services import verification

    app = create_app(demo._settings(folder, made))
    with app.app_context():
        found = verification.verify(app.extensions["cprac"])
        assert found.ok, found.as_plain()
        assert found.cases == made.cases
    dispose_engines(app)
    assert rows(folder, "SELECT count(*) > 0 FROM publication") == [(1,)]


class running:  # noqa: N801  (read as a phrase: with running(...))
    """The command as a process on a free port, gone at the end whatever happened."""

    def __init__(self, instance, *arguments):
        arguments = (*arguments, *(() if "--crowd" in arguments else ("--crowd", "0")))
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "cprac.cli", "demo", "--port", str(self.port), *arguments],
            cwd=ROOT,
            env={**os.environ, "CPRAC_INSTANCE": str(instance)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def __enter__(self):
        return self.process, self.port

    def __exit__(self, *_error):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdout, self.process.stderr):
            pipe.close()


def wait_for(process, port):
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            return urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=10).close()
        except OSError:
            assert process.poll() is None, process.communicate()
            assert time.monotonic() < deadline, "the demonstration does not answer"
            time.sleep(0.2)


def all_is_well(port):
    """What watches over the service says so, and no page of staff is red by mistake."""
    deadline = time.monotonic() + START_SECONDS
    while (answer := get(browser(), port, "/health"))[0] != 200:  # its first sweep is on its way
        assert time.monotonic() < deadline, answer
        time.sleep(0.2)
    told = json.loads(answer[1])
    assert (told["clock"], told["held"], told["late"]) == ("ok", False, [])
    email, path = next((email, path) for email, path in demo.PICTURES_OF.values() if email and "procuradoria" in path)
    assert "está parado" not in get(signed_in(port, email), port, path)[1]


def browser():
    return urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))


def get(visitor, port, path, **fields):
    """Ask for a page, or send its form; return its status, text and address."""
    data = urllib.parse.urlencode(fields).encode() if fields else None
    try:
        with visitor.open(f"http://127.0.0.1:{port}{path}", data, timeout=60) as answer:
            return answer.status, answer.read().decode(), answer.url
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode(), error.url


def form_of(visitor, port, path):
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', get(visitor, port, path)[1])
    assert found, f"no form on {path}"
    return {"csrf_token": found[1]}


def signed_in(port, email):
    visitor = browser()
    fields = form_of(visitor, port, "/entrar") | {"email": email, "password": demo.PASSWORD}
    status, _page, address = get(visitor, port, "/entrar", **fields)
    assert (status, address.endswith("/entrar")) == (200, False), f"{email} was not let in"
    return visitor


def everybody(port):
    """Both doors open, and somebody of the staff and a citizen find their work."""
    assert get(browser(), port, "/")[0] == 200
    assert get(browser(), port, "/entrar")[0] == 200
    assert "Espólio de Alcides Menezes" in get(signed_in(port, "helena.reis@exemplo.gov.br"), port, "/procuradoria/")[1]
    assert "0013/2026" in get(signed_in(port, "marina@exemplo.com.br"), port, "/meus-casos/")[1]


def a_visitor_with_the_key(port, made):
    visitor = browser()
    fields = form_of(visitor, port, "/consulta") | {"number": made.number, "key": made.key}
    status, page, _address = get(visitor, port, "/consulta", **fields)
    assert (status, "Em negociação" in page) == (200, True)


def the_clock_runs(folder):
    deadline = time.monotonic() + START_SECONDS
    while not rows(folder, "SELECT name FROM sweep WHERE name = 'outbox'"):  # seeding never sends
        assert time.monotonic() < deadline, "the scheduler does not run"
        time.sleep(0.2)


# --- awkward days -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "day",
    [
        pytest.param(date(2028, 2, 29), id="29 February"),
        pytest.param(date(2033, 12, 31), id="31 December, a Saturday"),
    ],
)
def test_any_day_gives_a_whole_chamber(tmp_path, day):
    from cprac.persistence.database import db
    from cprac.services import upgrade, verification

    folder = tmp_path / "demo"
    made = made_in(folder, day)
    states = Counter(state for (state,) in rows(folder, "SELECT state FROM cases"))
    assert {state.value for state in CaseState} - states.keys() == {"draft"}
    assert sum(states.values()) == made.cases
    what_it_holds(folder, day)

    app = create_app(demo._settings(folder, made))
    with app.app_context():
        found = verification.verify(app.extensions["cprac"])
        assert found.ok, found.as_plain()
        assert upgrade.pending(db.engine, app.extensions["cprac"], app.config["REGULATION"]) == []
    dispose_engines(app)


def what_it_holds(folder, day):
    """Each thing that somebody looking at the demonstration of *day* wants to find."""
    today = day.isoformat()

    def count(statement, *values):
        connection = sqlite3.connect(f"file:{folder / 'cprac.sqlite'}?mode=ro", uri=True)
        try:
            return connection.execute(f"SELECT count(*) FROM {statement}", values).fetchone()[0]
        finally:
            connection.close()

    assert count("event WHERE date(at) >= ?", (day.fromordinal(day.toordinal() + 1)).isoformat()) == 0
    assert count("event WHERE on_date >= ? AND act <> 'deadline_expired'", today) == 0
    assert count("deadline WHERE status = 'open' AND due = ?", today) >= 1, "due today"
    assert count("deadline WHERE status = 'open' AND due < ?", today) == 0, "the night before missed one"
    assert count("deadline WHERE status = 'expired' AND ended_on IS NULL") >= 10, "overdue"
    assert count("deadline WHERE status = 'expired' AND ended_on IS NULL AND proposes <> ''") >= 5, "proposals"
    assert count("deadline WHERE status = 'paused'") >= 1
    soon = day.fromordinal(day.toordinal() + 9).isoformat()
    assert count("deadline WHERE rule = 'D-SESSION' AND status = 'open' AND due BETWEEN ? AND ?", today, soon) == 2
    assert count("outbox WHERE status = 'by_hand'") >= 3
    assert count("outbox WHERE status = 'by_hand'") <= 60, "the registry handed the old ones over"
    assert count("cases WHERE responsible_role = 'attorney_general'") >= 3
    assert count("cases WHERE origin = 'legacy'") == 39
    assert count("cases WHERE origin = 'legacy' AND state = 'legacy_open' AND next_due < ?", today) >= 1
    assert count("cases WHERE legacy_number <> '' AND state = 'formal_review'") == 1, "the adopted one"
    assert count("cases WHERE closed_on < date(?, '-200 days') AND origin = 'native'", today) == 2
    assert count("cases WHERE number LIKE '%/%/2'") == 1, "the split one"
    assert count("draft") == 1
    assert count("linked_lawsuit") >= 3
    assert count("event WHERE compartment LIKE 'caucus:%'") >= 2
    assert count("event WHERE compartment IN ('joint', 'city')") >= 3
    assert count("document WHERE kind = 'attachment'") >= 8


# --- refusals, before anything is made --------------------------------------------------------------------------------


@pytest.fixture
def instance(tmp_path, monkeypatch):
    """The instance folder of a start in this process, which leaves the signals and the mask of the tests alone."""
    monkeypatch.setenv("CPRAC_INSTANCE", str(tmp_path))
    monkeypatch.setattr(demo.signal, "signal", lambda *_arguments: None)
    monkeypatch.setattr(demo.os, "umask", lambda _mask: None)
    return tmp_path


@pytest.mark.parametrize("day", [date(2025, 12, 31), date(2091, 1, 1)])
def test_a_day_without_a_year_of_rules_before_it_is_refused(instance, day):
    with pytest.raises(demo.CannotStartError, match="escolha um dia de 01/01/2026"):
        demo.run(0, day)


def test_a_folder_that_is_not_ours_is_left_alone(instance):
    (instance / "demo").mkdir()
    (instance / "demo" / "cprac.sqlite").write_text("somebody's register")
    with pytest.raises(demo.CannotStartError, match="não é a pasta de uma demonstração"):
        demo.run(0, DAY)
    assert (instance / "demo" / "cprac.sqlite").read_text() == "somebody's register"


def test_two_demonstrations_do_not_share_a_folder(instance):
    with demo._alone(instance / "demo"), pytest.raises(demo.CannotStartError, match="já há uma demonstração aberta"):
        demo.run(0, DAY)


def test_a_port_in_use_is_said_at_once(instance):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(demo.CannotStartError, match=f"a porta {port} não está livre"):
            demo.run(port, DAY)
    assert not (instance / "demo").exists()


@pytest.mark.parametrize("port", [-1, 65536])
def test_a_number_that_is_no_port_is_refused(instance, port):
    with pytest.raises(demo.CannotStartError, match="a porta"):
        demo.run(port, DAY)


def marker(folder, **different):
    made = {
        "today": "2026-03-25", "frozen": True, "made_by": demo._program(), "port": 8000, "cases": 3,
        "number": "0001/2026", "key": "K", "code_number": "0002/2026", "code_of": "Ana", "code": "C", **different,
    }  # fmt: skip
    folder.mkdir(exist_ok=True)
    (folder / demo.MARKER).write_text(json.dumps(made))


@pytest.mark.parametrize(
    "different, kept",
    [
        ({}, True),
        ({"today": "2026-03-24"}, False),
        ({"frozen": False}, False),
        ({"made_by": "0.0.0 0000"}, False),
        ({"made_by": ""}, False),  # a start that was broken off
    ],
)
def test_only_the_same_day_of_the_same_program_is_kept(tmp_path, different, kept):
    marker(tmp_path / "demo", **different)
    found = demo._kept(tmp_path / "demo", DAY, 8123)
    assert (found is not None) is kept
    assert not kept or (found.port, demo._read(tmp_path / "demo").port) == (8123, 8123)


@pytest.mark.parametrize("text", ["", "{}", "[1]", "no marker"])
def test_a_marker_that_cannot_be_read_keeps_nothing(tmp_path, text):
    (tmp_path / demo.MARKER).write_text(text)
    assert demo._kept(tmp_path, DAY, 8000) is None
    assert demo._kept(tmp_path / "nowhere", DAY, 8000) is None


# --- the parts --------------------------------------------------------------------------------------------------------


def test_papers_are_real_files_and_the_same_each_time():
    rules = load_regulation().uploads
    for make, media in (
        (lambda: papers.pdf("laudo.pdf", "Título (com parênteses)", "ação, coração e \\ barra"), "application/pdf"),
        (lambda: papers.photo("foto.png", 7), "image/png"),
    ):
        assert sniff(make().data, make().name, rules) == media
        assert make() == make()
    assert papers.photo("a.png", 1).data != papers.photo("a.png", 2).data


@pytest.mark.parametrize("year", [2025, 2026, 2035])
def test_lawsuits_are_right_in_form(year):
    for sequence in (1, 50_411, 99_999):
        checked = check(IdentifierKind.CNJ, cnj(sequence, year))
        assert (checked.valid, checked.formatted[11:]) == (True, f"{year}.8.13.0079")


def test_seeded_bytes_answer_each_question_by_itself():
    one, other = SeededBytes("a day"), SeededBytes("a day")
    one("something else", 4)
    assert [one("key", 8), one("key", 8)] == [other("key", 8), other("key", 8)]
    assert SeededBytes("a day")("key", 8) != SeededBytes("another day")("key", 8)
    assert one("key", 8) != one("key", 8)
