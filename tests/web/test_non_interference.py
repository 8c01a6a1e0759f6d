"""A private word changes no byte of what the others get (Lei 13.140/2015 art. 31).

Two chambers live the same days, with the clock and every random source the same. In one of them, and only there, people
also write in their reserved conversations, the mediator in the notebook, the city's attorney in the city's file. After
each step the pages of everybody who may not read that are fetched in both, and must be equal byte by byte.
"""

from __future__ import annotations

import dataclasses
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

STEPS = 100
"""Random worlds a run compares; two runs, so two hundred."""

PRIVATE = (
    # who writes, what, the values, who must notice nothing
    ("marina", Act.CAUCUS, {"party": 1}, ("city_attorney", "coordinator", "registry", "administrator")),
    ("mediator", Act.CAUCUS, {"party": 1}, ("city_attorney", "coordinator", "registry")),
    ("mediator", Act.CAUCUS, {"party": 2}, ("marina", "coordinator", "registry")),
    ("city_attorney", Act.CAUCUS, {"party": 2}, ("marina", "coordinator", "attorney_general")),
    ("mediator", Act.MEDIATOR_NOTE, {}, ("marina", "city_attorney", "coordinator", "registry")),
    ("city_attorney", Act.CITY_NOTE, {"subject": "ceiling"}, ("marina", "mediator", "coordinator", "registry")),
)
OPEN = (
    ("registry", Act.SET_EXTERNAL_PROCESS, lambda n: {"process_number": f"{n}/2026"}),
    ("coordinator", Act.REDISTRIBUTE, lambda n: {"reason": f"redistribuição {n}"}),
    ("mediator", Act.RECORD_MINUTES, lambda _n: {"present": (1, 2), "result": "continues"}),
    ("registry", Act.LINK_LAWSUIT, lambda _n: {"cnj": "50370388520198130024", "status": "pending"}),
)
LINK = re.compile(r'href="(/[^"#]*)')
ROOMS = ("/meus-casos", "/procuradoria", "/gabinete", "/administracao")
LEAVING = ("/sair", "/static", "/bootstrap")
PAGES = 60


class Seeded:
    """A random source that gives each context its own sequence, so that drawing in one disturbs no other."""

    def __init__(self):
        self.drawn = Counter()

    def __call__(self, context, size):
        self.drawn[context] += 1
        return hashlib.shake_256(f"{context}:{self.drawn[context]}".encode()).digest(size)


def crawl(client, starts):
    """Every page of the person's rooms that links lead to, by address: status and bytes."""
    found, waiting = {}, list(starts)
    while waiting and len(found) < PAGES:
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

    def seen_by(self, who):
        """What somebody gets: the list of cases, the case, and everything linked from there."""
        if who not in self.clients:
            self.clients[who] = sign_in(self.app.test_client(), self.world.email(who))
        url = self.world.url("talks")
        starts = {
            "marina": ["/meus-casos/", f"/meus-casos/{url}"],
            "administrator": ["/administracao/"],
            "attorney_general": ["/gabinete/", f"/gabinete/casos/{url}"],
        }
        return crawl(self.clients[who], starts.get(who, ["/procuradoria/", f"/procuradoria/casos/{url}"]))


@pytest.fixture
def twins(tmp_path, sqlite_pair, monkeypatch):
    """Two applications on two equal databases; sessions and keys drawn from seeded sources too."""
    apps = [make_app(url, TODAY=TODAY.isoformat(), FILES=str(tmp_path / str(n))) for n, url in enumerate(sqlite_pair)]
    source = {"n": 0}

    def token(size=32):
        source["n"] += 1
        return hashlib.shake_256(f"token:{source['n'] // 2}".encode()).digest(size)

    monkeypatch.setattr(credentials, "token_bytes", token, raising=False)
    yield [Twin(app) for app in apps]
    for app in apps:
        dispose_engines(app)


@pytest.fixture
def sqlite_pair(run_directory, tmp_path):
    """The addresses of two fresh databases."""
    from tests.fixtures_databases import sqlite_copy, sqlite_template

    makers = [sqlite_copy(sqlite_template(run_directory), tmp_path / f"{name}.sqlite") for name in ("with", "without")]
    yield [next(maker) for maker in makers]
    for maker in makers:
        next(maker, None)


def masked(pages):
    """The pages without what a browser session alone makes different: the form's token against forgery."""
    token = re.compile(rb'(name="csrf_token"[^>]*value=")[^"]*')
    return {address: (status, location, token.sub(rb"\1", body)) for address, (status, location, body) in pages.items()}


@pytest.mark.parametrize("seed", [1, 2])
def test_a_private_word_changes_no_byte_of_what_others_get(twins, seed):
    chance = random.Random(seed)
    spoken, plain = twins
    compared = Counter()
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        for step in range(STEPS):
            who, act, values, unaware = chance.choice(PRIVATE)
            secret = f"SEGREDO {seed}-{step}"
            spoken.world.do("talks", who, act, text=secret, **values)
            plain.world.clock["talks"] = spoken.world.clock["talks"]
            if chance.random() < 0.3:
                actor, open_act, make = chance.choice(OPEN)
                for twin in twins:
                    more = make(step)
                    if open_act is Act.REDISTRIBUTE:
                        more["assignee"] = twin.world.account("coordinator")
                    twin.world.clock["talks"] = spoken.world.clock["talks"]
                    twin.world.do("talks", actor, open_act, **more)
                spoken.world.clock["talks"] = plain.world.clock["talks"]
            watcher = chance.choice(unaware)
            left, right = masked(spoken.seen_by(watcher)), masked(plain.seen_by(watcher))
            assert left.keys() == right.keys(), f"{watcher} is led elsewhere after {who} {act}"
            for address in left:
                assert left[address] == right[address], f"{watcher} sees a difference at {address} after {who} {act}"
                assert secret.encode() not in left[address][2]
                compared[address] += 1
    assert len(compared) > 8, "a crawl that finds nothing proves nothing"
    assert sum(compared.values()) > STEPS * 3
