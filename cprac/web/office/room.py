"""The room's blueprint, with the pages of cases as this room shows them."""

from __future__ import annotations

from flask import Blueprint

from cprac.domain.roles import Office
from cprac.domain.words import N_
from cprac.web import case_pages, guards
from cprac.web.case_room import Room

blueprint = Blueprint("office", __name__)

deciders = guards.office(Office.ATTORNEY_GENERAL, Office.APPROVER, Office.AUDITOR)
"""Whoever decides over the chamber (appeals, authorisations, approvals), and internal control, which looks on."""

room = Room(
    name="office",
    prefix="/gabinete/casos",
    policy=deciders,
    layout="_layouts/staff.html",
    audience="staff",
    home=(N_("Para decidir"), "office.decisions"),
)
case_pages.mount(blueprint, room)
