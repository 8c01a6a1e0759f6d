"""Lives of cases for those who count: walked through the pure lifecycle once, then moved in time and mixed."""

from __future__ import annotations

import json
import random
import re
from dataclasses import replace
from datetime import date, timedelta
from functools import cache

from cprac.domain.acts import Act
from cprac.domain.facts import to_plain, waiting_on
from cprac.domain.lifecycle import rows_from
from cprac.domain.states import CaseState
from cprac.persistence.regulation_files import load_regulation
from tests.domain.case_world import (
    CITIZEN_AND_CITY,
    CITY_AND_CITIZEN,
    MONDAY,
    TWO_INVITED,
    World,
    actor_as,
    new_case,
    valid_values,
)
from tests.domain.test_lifecycle_in_any_case import WAY

ENDS = (Act.WITHDRAW, Act.CLOSE_WITHOUT_AGREEMENT, Act.DECLARE_MOOT, Act.REJECT, Act.DECLINE, Act.ANNUL)
NEVER = {Act.REGISTER_LEGACY, Act.SPLIT_REJECTED, Act.SPLIT_REMAINDER, Act.REOPEN, Act.LEGACY_STEP}
RARE = {*Act} - {*WAY} - NEVER | {*ENDS}
DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
LIVES, LONGEST, TRIES = 80, 60, 5


def live(seed):
    """The docket of one case: (act, day, payload), as the services would have recorded it."""
    chance = random.Random(seed)
    parties = chance.choice([CITIZEN_AND_CITY, CITIZEN_AND_CITY, CITY_AND_CITIZEN, TWO_INVITED])
    facts = new_case(parties, value=chance.choice([0, 500_000]), priority=chance.choice(["", "elderly"]))
    world = World(load_regulation(chance.choice(["contagem", "amazonas"])).switches, facts)
    docket, done = [], {}
    for _step in range(LONGEST):
        world = replace(world, on=world.on + timedelta(days=chance.choice([0, 1, 3, 8, 25]) if docket else 0))
        after, act = _step_of(world, chance, done)
        if after is None:
            continue
        world, done[act] = after, done.get(act, 0) + 1
        payload = {**json.loads(json.dumps(to_plain(world.payloads[-1]), default=str))}
        payload["waiting_on"] = waiting_on(world.state, world.facts).value
        docket.append((act.value, world.on, payload))
        if world.state.terminal and chance.random() < 0.7:
            break
        if chance.random() < 0.1:
            docket.append(("deadline_expired", world.on, {"changes": {}, "deadlines": []}))
    return docket


def _step_of(world, chance, done):
    """The world after something that somebody may do: rather something that leads where the case has not been."""
    acts = [act for act in Act if act not in NEVER and (act not in RARE or chance.random() < 0.015)]
    chance.shuffle(acts)
    acts.sort(key=lambda act: done.get(act, 0))
    been = {payload["to"] for payload in world.payloads}
    found = []
    for act in acts:
        rows = [row for row in rows_from(world.state, act) if row.enabled(world.switches)]
        for role in sorted({role for row in rows for role in row.roles}):
            after = _tried(act, actor_as(role, world.facts), world, chance)
            if after is not None and len(after.payloads) > len(world.payloads):
                if after.state.value not in been or chance.random() < 0.1:
                    return after, act
                found.append((after, act))
    return found[0] if found else (None, None)


def _tried(act, actor, world, chance):
    """The world after *act* with some of what may be typed, or None."""
    typed = list(valid_values(act, world))
    for values in chance.sample(typed, min(len(typed), TRIES)):
        after = world.do(act, actor, values)
        if isinstance(after, World):
            return after
    return None


@cache
def lives():
    """The dockets that worlds are mixed from, walked once."""
    return tuple(docket for docket in map(live, range(LIVES)) if docket and docket[0][0] == Act.SUBMIT.value)


def moved(docket, days, **facts):
    """A docket that much later, its first facts changed: every date in it moves along."""

    def later(found):
        return (date.fromisoformat(found[0]) + timedelta(days=days)).isoformat()

    events = [
        (act, on + timedelta(days=days), json.loads(DATE.sub(later, json.dumps(payload))))
        for act, on, payload in docket
    ]
    events[0][2]["changes"].update(facts)
    return events


def random_world(seed, most=14):
    """Some cases of a chamber over a year: their dockets, and a day on which one may look at them."""
    chance = random.Random(seed)
    cases = [
        moved(
            chance.choice(lives()),
            chance.randrange(365),
            matter=chance.choice(["road", "tree"]),
            agency=chance.choice([None, 1, 2]),
        )
        for _case in range(chance.randint(0, most))
    ]
    return cases, MONDAY + timedelta(days=chance.randint(0, 700))


def ends_met():
    """The states in which the lives end, for whoever doubts that they go anywhere."""
    return {CaseState(docket[-1][2]["to"]) for docket in lives() if "to" in docket[-1][2]}
