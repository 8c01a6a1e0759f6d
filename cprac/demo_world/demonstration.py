"""The demonstration's chamber on a day: people, departments, a leave, the old register, every case, a draft."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from flask import Flask

from cprac.demo_world import crowd, guidance, legacy
from cprac.demo_world.people import CITIZENS, DEPARTMENTS, PASSWORD, STAFF
from cprac.demo_world.plans import plans_for
from cprac.demo_world.seeding import Simulation
from cprac.demo_world.world import people_in
from cprac.domain.filing import Step
from cprac.persistence.database import db, transaction
from cprac.persistence.models import Leave
from cprac.services import day_cells, drafts, releases

FOUNDED_AGO = 262
"""Business days before the day of the demonstration on which the chamber began to work: a year."""


def seed(app: Flask, today: date, size: int = 0) -> Simulation:
    """Fill the empty database of *app* as if the chamber had worked until the eve of *today*.

    *size*: how many closed cases more stand behind the others, for figures to count.
    """
    world = Simulation(app, today)
    since = world.at(world.ago(FOUNDED_AGO), 8 * 60)
    people_in(world, (*STAFF, *CITIZENS), DEPARTMENTS, PASSWORD, since)
    _leave(world)
    others = (legacy.imported(world), legacy.adopted(world), _draft(world))
    world.run(plans_for(world), (*others, guidance.recommended(world), guidance.surveyed(world)))
    if size:
        crowd.crowd(world, size)
    with app.app_context():
        eve = world.at(world.ago(1), 20 * 60)
        day_cells.fold(world.chamber, eve)  # what the clock would have done meanwhile
        releases.publish_due(world.chamber, eve)
        db.session.remove()
    return world


def _leave(world: Simulation) -> None:
    """One mediator leaves for two weeks soon."""
    first = world.ahead(4)
    with world.app.app_context(), transaction() as session:
        account = world.account("mediator_three")
        session.add(
            Leave(account_id=account, from_on=first, until_on=first + timedelta(days=13), reason="Férias regulares")
        )


def _draft(world: Simulation) -> Iterator[datetime]:
    """Marina began a request and has not sent it."""
    now = world.at(world.ago(1), 11 * 60)
    yield now
    account = world.account("marina")
    who = {"kind": "natural", "name": "Marina Alves Teixeira", "email": "marina@exemplo.com.br", "priority": ""}
    conflict = {
        "matter": "public_works_damage",
        "agency": str(world.agencies["obras"]),
        "account": "O bueiro em frente de casa transborda a cada chuva.",
    }
    with world.app.app_context():
        draft = drafts.begin(world.chamber, account, now)
        drafts.save(draft.id, account, Step.WHO, who, now)
        drafts.save(draft.id, account, Step.CONFLICT, conflict, now)
