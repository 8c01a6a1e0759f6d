"""Departments of the city and other public bodies that cases name. They are switched off, never deleted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from cprac.domain.roles import Office
from cprac.domain.words import N_
from cprac.persistence.database import transaction
from cprac.persistence.models import AccessLog, Agency
from cprac.services import accounts
from cprac.services.chamber import Chamber
from cprac.services.errors import NotFoundError


@dataclass(frozen=True, slots=True)
class AgencyData:
    """What is kept of an agency. ``same_person``: it is part of the city itself, not a body of its own (autarquia)."""

    code: str
    name: str
    email: str = ""
    same_person: bool = True
    active: bool = True


def create(chamber: Chamber, actor: int | None, data: AgencyData, *, now: datetime) -> int:
    """Add an agency; return its id. RefusedError where the code or the name is missing or taken."""
    data = _checked(data)
    with transaction() as session:
        accounts.require(session, actor, chamber.day(now), Office.ADMINISTRATOR)
        row = Agency()
        session.add(row)
        _write(session, row, data)
        session.add(AccessLog(at=now, account_id=actor, case_id=None, item=f"agency:{row.id}", action="create"))
        return row.id


def change(chamber: Chamber, actor: int | None, agency: int, data: AgencyData, *, now: datetime) -> None:
    """Correct an agency, or switch it off: then new cases no longer offer it. RefusedError, NotFoundError."""
    data = _checked(data)
    with transaction() as session:
        accounts.require(session, actor, chamber.day(now), Office.ADMINISTRATOR)
        row = session.get(Agency, agency)
        if row is None:
            raise NotFoundError
        _write(session, row, data)
        session.add(AccessLog(at=now, account_id=actor, case_id=None, item=f"agency:{agency}", action="change"))


def _write(session: Session, row: Agency, data: AgencyData) -> None:
    row.code, row.name, row.email = data.code, data.name, data.email
    row.same_person, row.active = data.same_person, data.active
    try:
        session.flush()
    except IntegrityError:
        raise accounts.refuse(N_("Já existe um órgão com esta sigla."), "code") from None


def _checked(data: AgencyData) -> AgencyData:
    code, name = " ".join(data.code.split()), " ".join(data.name.split())
    if not re.fullmatch(r"[\w./ -]{1,40}", code):
        raise accounts.refuse(N_("Escreva a sigla com letras e números, até 40 caracteres."), "code")
    if not 0 < len(name) <= 200:
        raise accounts.refuse(N_("Escreva o nome, até 200 caracteres."), "name")
    email = accounts.clean_email(data.email) if data.email.strip() else ""
    return AgencyData(code, name, email, data.same_person, data.active)
