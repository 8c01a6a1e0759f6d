"""A chamber being driven: who and what there is, by short names, and acts done through the services in the past.

Nothing here writes a case past the rules: every act is one that a person could have done on its day, and a refusal is
raised. People and agencies are rows of their own, for nobody types forty passwords.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from flask import Flask
from sqlalchemy import Select, select

from cprac.domain.acts import FIELDS, Act
from cprac.domain.identifiers import parse_case_number
from cprac.domain.roles import Office
from cprac.domain.states import CaseState
from cprac.persistence.database import db, transaction
from cprac.persistence.models import Account, Agency, Case, Document, Notice, OfficeHolding
from cprac.services import acts, intake, passwords
from cprac.services.chamber import Chamber

T = TypeVar("T")

BETWEEN_ACTS = timedelta(minutes=7)
"""Time that passes between two acts of a case on one day."""

Steps = Iterator[str | int]
"""A piece of a case's life: acts, and between them how long it waits, in days or by the name of a gap."""


@dataclass(frozen=True, slots=True)
class Script:
    """Who acts in a case, by short names, and what they say. Money in centavos.

    ``invitees``: who answers and signs for each invited party, in the order of the parties. ``dues``: the days of the
    instalments, in equal parts of ``amount``. ``debtor``: ordinal of the party who pays.
    """

    applicant: str
    invitees: tuple[str, ...] = ("city_attorney",)
    registry: str = "registry"
    coordinator: str = "coordinator"
    city_attorney: str = "city_attorney"
    mediator: str = "mediator"
    opinion_author: str = "opinion_author"
    attorney_general: str = "attorney_general"
    present: tuple[int, ...] = (1, 2)
    assistance: str = "city_by_delegate"
    channel: str = "email"
    place: str = "Sala 2 da Câmara"
    remote: bool = False
    admitted: str = "O pedido é claro e cabe no regulamento."
    unavailable_right: bool = False
    severable_parties: bool = False
    scope: str = "O conserto pedido."
    direction: str = "city_pays"
    debtor: int = 2
    amount: int = 0
    dues: tuple[date, ...] = ()
    summary: str = "Conserto do veículo."
    object: str = "Pagamento do conserto."
    penalty: str = "Multa de 2%."
    costs: str = ""
    funds: str = "Dotação 10.2."
    public_parts: str = "Tudo, sem dados pessoais."
    opinion: str = "O acordo é lícito e vantajoso."
    dossier: str = "Objeto, limite, vantagem e orçamento."
    delegation: str = "Decreto 12/2025, de 3 de fevereiro de 2025"
    edition: str = "Diário oficial n.º 5.512"


@dataclass
class World:
    """Who and what there is. ``until``: no act is done after this instant. ``gaps``: days a case waits, by name."""

    app: Flask
    chamber: Chamber
    until: datetime
    gaps: Mapping[str, int] = field(default_factory=dict)
    accounts: dict[str, int] = field(default_factory=dict)
    agencies: dict[str, int] = field(default_factory=dict)
    emails: dict[str, str] = field(default_factory=dict)
    scripts: dict[str, Script] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)
    receipts: dict[str, intake.Receipt] = field(default_factory=dict)
    clock: dict[str, datetime] = field(default_factory=dict)
    _keys: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def account(self, who: str) -> int:
        """The account of somebody, by short name."""
        return self.accounts[who]

    def email(self, who: str) -> str:
        """The address somebody signs in with."""
        return self.emails[who]

    def number(self, case: str) -> str:
        """The number of a case, by short name."""
        return self.numbers[case]

    def url(self, case: str) -> str:
        """The number of a case as addresses write it."""
        number = parse_case_number(self.numbers[case])
        if number is None:
            raise LookupError(case)
        return number.for_url

    def version(self, case: str) -> int:
        """The docket version of a case now."""
        return self.one(select(Case.version).where(Case.number == self.numbers[case]))

    def state(self, case: str) -> CaseState:
        """The state of a case now."""
        return self.one(select(Case.state).where(Case.number == self.numbers[case]))

    def facts(self, case: str) -> dict[str, Any]:
        """The plain facts of a case now."""
        return self.one(select(Case.facts).where(Case.number == self.numbers[case]))

    def one(self, query: Select[tuple[T]]) -> T:
        """The one value that *query* finds."""
        with self.app.app_context():
            value = db.session.scalars(query).one()
            db.session.rollback()
            return value

    def all(self, query: Select[tuple[T]]) -> list[T]:
        """The values that *query* finds."""
        with self.app.app_context():
            values = list(db.session.scalars(query))
            db.session.rollback()
            return values

    def key(self) -> str:
        """A new idempotency key, the same in every run."""
        return f"world-{next(self._keys)}"

    def day(self, case: str) -> date:
        """The local day on which a case stands."""
        return self.chamber.day(self.clock[case])

    def later(self, case: str, days: int) -> datetime:
        """The instant *days* after where a case stands."""
        return self.clock[case] + timedelta(days=days)

    def meeting_after(self, case: str, days: int) -> datetime:
        """When a meeting begins that is set for *days* after where a case stands."""
        return self.later(case, days)

    def gap(self, _case: str, name: str) -> int:
        """How many days the wait *name* takes in a case."""
        return self.gaps[name]

    def wait(self, case: str, days: int) -> None:
        """Let *days* pass in a case."""
        self.clock[case] = self.later(case, days)

    def walk(self, case: str, steps: Steps) -> None:
        """Live a piece of a case's life, with its waits."""
        for wait in steps:
            self.wait(case, wait if isinstance(wait, int) else self.gap(case, wait))

    def do(self, case: str, who: str, act: Act, days: int = 0, **values: Any) -> acts.Done:
        """Let somebody do an act in a case, *days* after the last one; vouches for what must be vouched for.

        Any refusal is raised.
        """
        values = {item.name: True for item in FIELDS[act] if item.must_be_true} | values
        self.wait(case, days)
        now = self.clock[case] = min(self.clock[case] + BETWEEN_ACTS, self.until)
        version = self.version(case)
        with self.app.app_context():
            return acts.perform(
                self.chamber,
                self.accounts[who],
                self.numbers[case],
                act,
                values,
                version=version,
                key=self.key(),
                now=now,
            )

    def file(self, case: str, script: Script, new: intake.NewCase, who: str, at: datetime) -> intake.Receipt:
        """Let *who* file a case at the instant *at*."""
        with self.app.app_context():
            receipt = intake.file(self.chamber, self.account(who), new, key=f"file-{case}", now=at)
        self.scripts[case], self.receipts[case] = script, receipt
        self.numbers[case], self.clock[case] = receipt.number, at
        return receipt

    def serve(self, case: str, days: int = 0) -> None:
        """Record that every waiting notice of a case that starts a deadline has arrived."""
        waiting = select(Notice.ordinal).join(Case, Case.id == Notice.case_id).order_by(Notice.ordinal)
        waiting = waiting.where(Case.number == self.numbers[case], Notice.served_at.is_(None), Notice.starts != "")
        script = self.scripts[case]
        for ordinal in self.all(waiting):
            self.wait(case, days)
            served_on = self.day(case)
            values = {"notice": ordinal, "channel": script.channel, "served_on": served_on}
            self.do(case, script.registry, Act.RECORD_SERVICE, **values)

    def term_hash(self, case: str) -> str:
        """The hash of the text that is to be signed."""
        return self.one(
            select(Document.sha256)
            .join(Case)
            .where(Case.number == self.numbers[case], Document.kind == "final_term")
            .order_by(Document.version.desc())
            .limit(1)
        )


@dataclass(frozen=True, slots=True)
class Someone:
    """A person with an account: short name, address, name, offices (none: a citizen)."""

    who: str
    email: str
    name: str
    offices: tuple[Office, ...] = ()
    legal_act: str = "Portaria 1/2025"


@dataclass(frozen=True, slots=True)
class Department:
    """An agency of the city; ``same_person`` False: a legal person of its own, like an autarquia."""

    code: str
    name: str
    email: str
    same_person: bool = True


def people_in(
    world: World, people: Iterable[Someone], departments: Iterable[Department], password: str, since: datetime
) -> None:
    """Write *people*, all with the one *password*, and *departments*, there since the instant *since*."""
    with world.app.app_context(), transaction() as session:
        hashed = passwords.hash_of(world.chamber, password)
        for each in people:
            account = Account(email=each.email, name=each.name, password_hash=hashed, created_at=since)
            for office in each.offices:
                from_on = world.chamber.day(since)
                account.offices.append(OfficeHolding(office=office, from_on=from_on, legal_act=each.legal_act))
            session.add(account)
            session.flush()
            world.accounts[each.who], world.emails[each.who] = account.id, each.email
        for each_department in departments:
            agency = Agency(
                code=each_department.code,
                name=each_department.name,
                email=each_department.email,
                same_person=each_department.same_person,
            )
            session.add(agency)
            session.flush()
            world.agencies[each_department.code] = agency.id
