"""Writing plans: who asks, who is asked and who works on it, so that a case of the demonstration is a few lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import timedelta
from typing import Any

from cprac.demo_world.people import CITIZENS
from cprac.demo_world.seeding import Plan, Simulation
from cprac.demo_world.turns import Turn
from cprac.demo_world.world import Script
from cprac.domain.states import CaseState
from cprac.services.intake import NewCase, NewParty

MEDIATORS = ("mediator", "mediator_two", "mediator_three")
ATTORNEYS = ("city_attorney", "city_attorney_two")
REGISTRY = ("registry_two", "registry", "registry", "registry")

NAMES = {each.who: each.name for each in CITIZENS}
EMAILS = {each.who: each.email for each in CITIZENS}
TAX_IDS = {
    "Marina Alves Teixeira": "11144477735",
    "João Batista Prado": "52998224725",
    "Transportes Vale do Paraopeba Ltda.": "12ABC34501DE35",
    "Padaria Eldorado Ltda.": "16727230000197",
    "Construtora Nova Contagem S.A.": "11222333000181",
}
"""The examples that the tax authority and manuals print. Nobody else has a number here: it might be somebody's."""

ORGANISATIONS = ("Associação", "Clube", "Condomínio")
OF_A_PLAN = {each.name for each in fields(Plan)}


class Casting:
    """The plans being written; each call adds a case. ``more`` are fields of the plan or of the filing."""

    def __init__(self, world: Simulation) -> None:
        self.world = world
        self.plans: list[Plan] = []

    def citizen(  # noqa: PLR0913, PLR0917  (a case is these things)
        self,
        name: str,
        who: str,
        asks: str,
        against: str,
        matter: str,
        value: int,
        until: CaseState,
        ago: int,
        story: str,
        request: str,
        *,
        script: Mapping[str, Any] | None = None,
        others: tuple[NewParty, ...] = (),
        desk: bool = False,
        **more: Any,
    ) -> None:
        """A case of *asks* (empty: of *who*, the account) against a department, filed online or at the *desk*."""
        asks = asks or NAMES[who]
        legal = asks.endswith(("Ltda.", "S.A.")) or asks.startswith(ORGANISATIONS)
        counsel = NAMES["renata"] if who == "renata" else ""
        email = "" if desk else EMAILS[who]
        kind = "legal" if legal else "natural"
        applicant = NewParty("applicant", kind, asks, TAX_IDS.get(asks, ""), email, counsel=counsel)
        city = NewParty("invitee", "city", "", agency=self.world.agencies[against])
        attorney = ATTORNEYS[len(self.plans) % 2]
        present = tuple(range(1, 3 + len(others)))
        assistance = "all_assisted" if counsel else "city_by_delegate"
        cast = {
            "applicant": who,
            "invitees": (attorney,),
            "present": present,
            "assistance": assistance,
            **(script or {}),
        }
        more = {"channel": "desk" if desk else "portal", "filed_by": "registry" if desk else "", **more}
        self._add(name, (applicant, city, *others), matter, value, until, ago, story, request, cast, more)

    def city(  # noqa: PLR0913, PLR0917  (a case is these things)
        self,
        name: str,
        department: str,
        invitee: NewParty,
        matter: str,
        value: int,
        until: CaseState,
        ago: int,
        story: str,
        request: str,
        *,
        script: Mapping[str, Any] | None = None,
        **more: Any,
    ) -> None:
        """A case that the city itself asks for, filed by its attorney: somebody owes it money."""
        asking = NewParty("applicant", "city", "", agency=self.world.agencies[department])
        owed = {"invitees": (), "direction": "city_receives", "funds": "", **(script or {})}
        more = {"channel": "attorney_office", **more}
        self._add(name, (asking, invitee), matter, value, until, ago, story, request, owed, more)

    def departments(
        self, name: str, one: str, other: str, value: int, ago: int, story: str, request: str, then: Turn, **more: Any
    ) -> None:
        """A case between two departments of the city, brought by the registry."""
        parties = tuple(
            NewParty(side, "city", "", agency=self.world.agencies[code])
            for side, code in (("applicant", one), ("invitee", other))
        )
        more = {"channel": "agency", "same_person": True, "filed_by": "registry", "then": then, **more}
        self._add(name, parties, "between_agencies", value, CaseState.ADMITTED, ago, story, request, {}, more)

    def _add(  # noqa: PLR0913, PLR0917  (a case is these things)
        self,
        name: str,
        parties: tuple[NewParty, ...],
        matter: str,
        value: int,
        until: CaseState,
        ago: int,
        story: str,
        request: str,
        script: Mapping[str, Any],
        more: Mapping[str, Any],
    ) -> None:
        number, today = len(self.plans), self.world.today
        attorney = ATTORNEYS[number % 2]
        usual = {
            "applicant": attorney,
            "city_attorney": attorney,
            "mediator": MEDIATORS[number % 3],
            "registry": REGISTRY[number % 4],
            "scope": request,
            "summary": story,
            "object": f"As partes combinam: {request[0].lower()}{request[1:]}",
            "amount": value * 9 // 10,
            "dues": (today + timedelta(days=40), today + timedelta(days=70)),
            "penalty": "Multa de 2% e correção pelo IPCA-E; dez dias úteis para cumprir depois de notificado.",
            "funds": "Dotação 10.04.122.0001, ficha 318",
            "edition": f"Diário oficial n.º {5480 + number}",
        }
        of_filing = {key: each for key, each in more.items() if key not in OF_A_PLAN}
        of_plan = {key: each for key, each in more.items() if key in OF_A_PLAN}
        new = NewCase(parties, matter, story, request, value=value, **of_filing)
        plan = Plan(name=name, script=Script(**{**usual, **script}), new=new, until=until, ago=ago, **of_plan)
        self.plans.append(plan)
