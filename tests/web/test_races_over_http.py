"""Two people press the same button at the same moment, through a real server: one wins, the other keeps every word."""

from __future__ import annotations

import re
import threading
from http.client import HTTPConnection
from urllib.parse import urlencode, urlsplit

import pytest

from cprac.domain.acts import Act
from cprac.domain.states import CaseState
from cprac.services import verification
from tests.worlds import PASSWORD, TODAY, build_world


@pytest.fixture
def app_settings():
    return {"TODAY": TODAY.isoformat()}


class Person:
    """A browser without JavaScript: cookies, a form read, a form sent. Redirects are not followed."""

    def __init__(self, server):
        self.address = urlsplit(server).netloc
        self.cookies = {}

    def ask(self, method, path, fields=None):
        """Status and text of the answer."""
        connection = HTTPConnection(self.address, timeout=60)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if fields is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
        connection.request(method, path, None if fields is None else urlencode(fields), headers)
        answer = connection.getresponse()
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        text = answer.read().decode()
        connection.close()
        return answer.status, text

    def form(self, path, *names, **fields):
        """What the form at *path* would send: its hidden *names* and what is typed."""
        status, text = self.ask("GET", path)
        assert status == 200, text
        return {name: hidden(text, name) for name in ("csrf_token", *names)} | fields

    def sign_in(self, email):
        """Through the door."""
        status, _text = self.ask("POST", "/entrar", self.form("/entrar", email=email, password=PASSWORD))
        assert status == 303
        return self


def hidden(text, name):
    """The value of a hidden field."""
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', text)
    assert found, name
    return found[1]


def test_the_same_act_at_the_same_moment_has_one_winner_and_the_other_reads_409_with_the_words_kept(app, live_server):
    world = build_world(app, "admissibility")
    version = world.version("admissibility")
    address = f"/procuradoria/casos/{world.url('admissibility')}/atos/reject"
    people = {who: Person(live_server.url).sign_in(world.email(who)) for who in ("coordinator", "two_hats")}
    sent = {
        who: person.form(
            address, "version", "idempotency_key", reason_code="moot", grounds=f"Fundamentos escritos por {who}."
        )
        for who, person in people.items()
    }
    together, answers = threading.Barrier(len(people)), {}

    def press(who):
        together.wait()
        answers[who] = people[who].ask("POST", address, sent[who])

    threads = [threading.Thread(target=press, args=(who,)) for who in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    by_status = {status: (who, text) for who, (status, text) in answers.items()}
    assert sorted(by_status) == [303, 409], {who: status for who, (status, _text) in answers.items()}
    who, page = by_status[409]
    assert f"Fundamentos escritos por {who}." in page
    assert "O caso mudou enquanto você escrevia" in page
    assert int(hidden(page, "version")) == version + 1
    assert world.version("admissibility") == version + 1
    assert world.state("admissibility") is CaseState.INADMISSIBLE
    again = sent[who] | {name: hidden(page, name) for name in ("version", "idempotency_key")}
    status, text = people[who].ask("POST", address, again)
    assert status == 400, "what can no longer be done is said, and not done"
    assert f"Fundamentos escritos por {who}." in text or Act.REJECT.label in text
    assert world.version("admissibility") == version + 1
    with app.app_context():
        found = verification.verify(world.chamber)
    assert found.ok, found.difference


def test_ten_equal_submissions_over_http_are_one_act_and_ten_equal_answers(app, live_server):
    world = build_world(app, "screening")
    version = world.version("screening")
    address = f"/procuradoria/casos/{world.url('screening')}/atos/set_external_process"
    person = Person(live_server.url).sign_in(world.email("registry"))
    sent = person.form(address, "version", "idempotency_key", process_number="7/2026")
    together, answers = threading.Barrier(10), []

    def press():
        together.wait()
        answers.append(person.ask("POST", address, sent)[0])

    threads = [threading.Thread(target=press) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [303] * 10
    assert world.version("screening") == version + 1
