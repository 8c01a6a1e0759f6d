"""The room's blueprint, with the pages of cases as this room shows them."""

from __future__ import annotations

from flask import Blueprint

from cprac.domain.roles import Office
from cprac.domain.words import N_
from cprac.web import case_pages, guards
from cprac.web.case_room import Room

blueprint = Blueprint("attorney", __name__)

workers = guards.office(
    Office.REGISTRY,
    Office.COORDINATOR,
    Office.MEDIATOR,
    Office.MUNICIPAL_ATTORNEY,
    Office.COUNCIL,
    Office.AUDITOR,
)
"""Whoever works on cases; the Attorney General and approvers have a room of their own, the administrator sees none."""

desk_workers = guards.office(Office.REGISTRY, Office.COORDINATOR)
"""Whoever files for others and hands notices over."""

room = Room(
    name="attorney",
    prefix="/procuradoria/casos",
    policy=workers,
    layout="_layouts/staff.html",
    audience="staff",
    home=(N_("Casos"), "attorney.cases"),
)
case_pages.mount(blueprint, room)
