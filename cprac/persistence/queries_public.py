"""Reads for anyone: the status of an application for who knows its key, whether the machine is well.

Nothing here names a person, a value or a matter: number, state, dates and the city's body are what is public of a case
(procedure.md e, first row), and even that is shown only with the application's key.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import literal, select

from cprac.domain.identifiers import CaseNumber
from cprac.domain.states import CaseState, Turn
from cprac.persistence.database import db
from cprac.persistence.models import Agency, Application, Case
from cprac.persistence.queries import batch_shown


@dataclass(frozen=True, slots=True)
class ApplicationKey:
    """An application by its number: what the typed key is compared with."""

    id: int
    number: str
    key_hash: str
    filed_at: datetime


@dataclass(frozen=True, slots=True)
class PublicCase:
    """What anyone with the key may know of a case. ``due`` is the next date the docket waits for, by rule."""

    number: str
    state: CaseState
    turn: Turn
    procedure: str
    filed_on: date | None
    closed_on: date | None
    due: date | None
    rule: str
    agency: str


def application(number: CaseNumber | None) -> ApplicationKey | None:
    """The application with this number, or of the case with it; the same one question where there is none."""
    wanted = str(number.application) if number is not None else ""
    row = db.session.execute(
        select(Application.id, Application.number, Application.access_key_hash, Application.filed_at).where(
            Application.number == wanted
        )
    ).one_or_none()
    return None if row is None else ApplicationKey(*row)


def cases_of(application_id: int) -> tuple[PublicCase, ...]:
    """The cases of an application, in the order of their numbers."""
    rows = db.session.execute(
        select(Case, Agency.name)
        .outerjoin(Agency, Agency.id == Case.agency_id)
        .where(Case.application_id == application_id, batch_shown())
        .order_by(Case.suffix)
    )
    return tuple(_public(case, agency or "") for case, agency in rows)


def _public(case: Case, agency: str) -> PublicCase:
    due, rule = (None, "") if case.state.terminal else (case.next_due, case.next_rule)
    return PublicCase(
        case.number, case.state, case.waiting_on, case.procedure, case.filed_on, case.closed_on, due, rule, agency
    )


def answers() -> bool:
    """Whether the database answers a question; raises what the driver raises where it does not."""
    return db.session.scalar(select(literal(1))) == 1
