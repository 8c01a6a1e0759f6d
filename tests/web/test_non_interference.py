"""A private word changes no byte of what the others get (Lei 13.140/2015 art. 31).

Two chambers live the same days, with the clock and every random source the same. In one of them, and only there, people
also write in their reserved conversations, the mediator in the notebook, the city's attorney in the city's file. After
each step the pages of everybody who may not read that are fetched in both, and must be equal byte by byte.
"""

from __future__ import annotations

import dataclasses
import difflib
import hashlib
import random
import re
from collections import Counter
from datetime import timedelta

import pytest
import time_machine

from cprac.domain.acts import Act
from cprac.services import credentials
from tests.fixtures_app import dispose_engines, make_app
from tests.web.visitors import sign_in
from tests.worlds import NOW, TODAY, build_world

STEPS = 34
"""Random worlds a watcher compares on SQLite; six watchers, so over two hundred."""

FEW = 3
"""The same on PostgreSQL, where equal chambers come from the same code; ``make soak`` compares as many as on SQLite."""

CAUCUS_1 = (("marina", Act.CAUCUS, {"party": 1}), ("mediator", Act.CAUCUS, {"party": 1}))
CAUCUS_2 = (("city_attorney", Act.CAUCUS, {"party": 2}), ("mediator", Act.CAUCUS, {"party": 2}))
NOTES = (("mediator", Act.MEDIATOR_NOTE, {}),)
CITY = (("city_attorney", Act.CITY_NOTE, {"subject": "ceiling"}),)
JOINT = (("mediator", Act.RECORD_OFFER, {}), ("marina", Act.RECORD_OFFER, {}))
WATCHERS = {
    # who looks: what is written that they must not notice
    "marina": (*CAUCUS_2, *NOTES, *CITY),
    "city_attorney": (*CAUCUS_1, *NOTES),
    "mediator": CITY,
    "coordinator": (*CAUCUS_1, *CAUCUS_2, *NOTES, *CITY, *JOINT),
    "registry": (*CAUCUS_1, *CAUCUS_2, *NOTES, *CITY, *JOINT),
    "attorney_general": (*CAUCUS_1, *CAUCUS_2, *NOTES, *CITY, *JOINT),
}
OPEN = (
    ("registry", Act.SET_EXTERNAL_PROCESS, lambda n: {"process_number": f"{n}/2026"}),
    ("coordinator", Act.REDISTRIBUTE, lambda n: {"reason": f"redistribuição {n}"}),
    ("mediator", Act.RECORD_MINUTES, lambda _n: {"present": (1, 2), "result": "continues"}),
    ("registry", Act.LINK_LAWSUIT, lambda _n: {"cnj": "50370388520198130024", "status": "pending"}),
)
LINK = re.compile(r'href="(/[^"#]*)')
ROOMS = ("/meus-casos", "/procuradoria", "/gabinete", "/administracao")
LEAVING = ("/sair", "/static", "/bootstrap")
PAGES = 40


class Seeded:
    """A random source that gives each context its own sequence, so that drawing in one disturbs no other."""

    def __init__(self):
        self.drawn = Counter()

    def __call__(self, context, size):
        self.drawn[context] += 1
        return hashlib.shake_256(f"{context}:{self.drawn[context]}".encode()).digest(size)


def crawl(client, starts, pages=PAGES):
    """Every page of the person's rooms that links lead to, by address: status and bytes."""
    found, waiting = {}, list(starts)
    while waiting and len(found) < pages:
        address = waiting.pop(0)
        if address in found or address.startswith(LEAVING):
            continue
        answer = client.get(address)
        found[address] = (answer.status_code, answer.headers.get("Location"), answer.data)
        if answer.mimetype == "text/html":
            waiting += [link.replace("&amp;", "&") for link in LINK.findall(answer.text) if link.startswith(ROOMS)]
    return found


class Twin:
    """One of the two chambers."""

    def __init__(self, app):
        self.app = app
        app.extensions["cprac"] = dataclasses.replace(app.extensions["cprac"], random=Seeded())
        self.world = build_world(app, "talks", "mediator")
        self.clients = {}

    def seen_by(self, who, some=None):
        """What somebody gets: the list of cases, the case, and everything linked from there; or only *some* pages."""
        if who not in self.clients:
            self.clients[who] = sign_in(self.app.test_client(), self.world.email(who))
        url = self.world.url("talks")
        starts = {
            "marina": ["/meus-casos/", f"/meus-casos/{url}"],
            "administrator": ["/administracao/"],
            "attorney_general": ["/gabinete/", f"/gabinete/casos/{url}"],
        }
        if some is not None:
            return crawl(self.clients[who], some, pages=len(some))
        return crawl(self.clients[who], starts.get(who, ["/procuradoria/", f"/procuradoria/casos/{url}"]))


@pytest.fixture
def twins(tmp_path, pair, monkeypatch):
    """Two applications on two equal databases; sessions and keys drawn from seeded sources too."""
    apps = [make_app(url, TODAY=TODAY.isoformat(), FILES=str(tmp_path / str(n))) for n, url in enumerate(pair)]
    source = {"n": 0}

    def token(size=32):
        source["n"] += 1
        return hashlib.shake_256(f"token:{source['n'] // 2}".encode()).digest(size)

    monkeypatch.setattr(credentials, "token_bytes", token, raising=False)
    yield [Twin(app) for app in apps]
    for app in apps:
        dispose_engines(app)


@pytest.fixture
def pair(request, run_directory, tmp_path, worker_id):
    """The addresses of two fresh databases, of the kind that the test asks for."""
    from tests.fixtures_databases import postgresql_copy, sqlite_copy, sqlite_template

    if request.param == "sqlite":
        makers = [sqlite_copy(sqlite_template(run_directory), tmp_path / f"{name}.sqlite") for name in ("one", "two")]
    else:
        template = request.getfixturevalue("postgresql_template")
        makers = [postgresql_copy(template, worker_id) for _name in ("one", "two")]
    yield [next(maker) for maker in makers]
    for maker in makers:
        next(maker, None)


def masked(pages):
    """The pages without what a browser session alone makes different: the form's token against forgery."""
    token = re.compile(rb'(name="csrf_token"[^>]*value=")[^"]*')
    return {address: (status, location, token.sub(rb"\1", body)) for address, (status, location, body) in pages.items()}


def told(watcher, address, left, right):
    """The lines in which two pages differ."""
    lines = difflib.unified_diff(right.decode().splitlines(), left.decode().splitlines(), lineterm="", n=0)
    return f"{watcher} sees a difference at {address}:\n" + "\n".join(list(lines)[:20])


WORLDS = [
    *[pytest.param("sqlite", watcher, STEPS, id=f"sqlite-{watcher}") for watcher in sorted(WATCHERS)],
    *[pytest.param("postgresql", watcher, FEW, id=f"postgresql-{watcher}") for watcher in ("coordinator", "marina")],
    *[
        pytest.param("postgresql", watcher, STEPS, id=f"postgresql-{watcher}-long", marks=pytest.mark.soak)
        for watcher in sorted(WATCHERS)
    ],
]


@pytest.mark.parametrize("pair, watcher, steps", WORLDS, indirect=["pair"])
def test_a_private_word_changes_no_byte_of_what_others_get(twins, watcher, steps):
    chance = random.Random(watcher)
    spoken, plain = twins
    compared = Counter()
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        for step in range(steps):
            who, act, values = chance.choice(WATCHERS[watcher])
            secret = f"SEGREDO {watcher}-{step}"
            spoken.world.do("talks", who, act, text=secret, **values)
            plain.world.clock["talks"] = spoken.world.clock["talks"]
            if chance.random() < 0.3:
                actor, open_act, make = chance.choice(OPEN)
                since = spoken.world.clock["talks"]
                for twin in twins:
                    more = make(step)
                    if open_act is Act.REDISTRIBUTE:
                        more["assignee"] = twin.world.account("coordinator")
                    twin.world.clock["talks"] = since
                    twin.world.do("talks", actor, open_act, **more)
            whole = step in (0, steps - 1)  # every page at the ends; between them the case and some others
            some = None if whole else chance.sample(sorted(compared), 3)
            left, right = (masked(twin.seen_by(watcher, some)) for twin in twins)
            assert left.keys() == right.keys(), f"{watcher} is led elsewhere after {who} {act}"
            for address in left:
                assert left[address] == right[address], told(watcher, address, left[address][2], right[address][2])
                assert secret.encode() not in left[address][2]
                compared[address] += 1
    assert len(compared) > 8, "a crawl that finds nothing proves nothing"
    assert sum(compared.values()) > steps * 3
