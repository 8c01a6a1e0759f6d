"""The register, and one case with its docket, for the chamber's own use: a row or an object at a time.

The docket goes out as it was hashed, so that anybody can hash it again; what is kept apart from it (texts, names typed
in an act) and every other compartment stay where they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import select

from cprac.domain.acts import Compartment
from cprac.domain.history import stamp
from cprac.domain.identifiers import parse_case_number
from cprac.domain.system_events import happening
from cprac.persistence.database import db
from cprac.persistence.models import Agency, Case, Chain, DeadlineRow, Document, EventRow, Party
from cprac.persistence.queries import batch_shown
from cprac.services.errors import NotFoundError

PAGE = 1000
DOCKET = Compartment.DOCKET.value

REGISTER = (
    "number",
    "origin",
    "state",
    "state_label",
    "waiting_on",
    "title",
    "matter",
    "agency",
    "value_centavos",
    "filed_on",
    "closed_on",
    "next_due",
    "next_rule",
    "external_process",
    "legacy_number",
    "procedure",
    "version",
    "updated_at",
)
"""The fields of a row of the register, in the order of the columns."""


def register() -> Iterator[dict[str, Any]]:
    """Every case whose import is visible, oldest first, as plain rows with the fields of ``REGISTER``."""
    last = 0
    while True:
        rows = db.session.execute(
            select(Case, Agency.code)
            .outerjoin(Agency, Agency.id == Case.agency_id)
            .where(Case.id > last, batch_shown())
            .order_by(Case.id)
            .limit(PAGE)
        ).all()
        yield from (_register_row(case, agency) for case, agency in rows)
        db.session.rollback()
        if len(rows) < PAGE:
            return
        last = rows[-1][0].id
        db.session.expunge_all()  # a long register is read in bounded memory


def _register_row(case: Case, agency: str | None) -> dict[str, Any]:
    values = (
        case.number,
        case.origin,
        case.state.value,
        case.state.label,
        case.waiting_on.value,
        case.title,
        case.matter,
        agency or "",
        case.value,
        _day(case.filed_on),
        _day(case.closed_on),
        _day(case.next_due),
        case.next_rule,
        case.external_process,
        case.legacy_number,
        case.procedure,
        case.version,
        stamp(case.updated_at),
    )
    return dict(zip(REGISTER, values, strict=True))


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def case_with_history(number: str) -> dict[str, Any]:
    """One case: its row, parties, deadlines, documents by hash, and its docket event by event with the chain's head.

    *number* in either form people write. Raises NotFoundError.
    """
    read = parse_case_number(number)
    found = db.session.execute(
        select(Case, Agency.code)
        .outerjoin(Agency, Agency.id == Case.agency_id)
        .where(Case.number == (str(read) if read else number), batch_shown())
    ).one_or_none()
    if found is None:
        raise NotFoundError(number)
    case, agency = found
    session = db.session
    answer = {
        "case": {**_register_row(case, agency), "facts": case.facts},
        "parties": [
            {"ordinal": row.ordinal, "side": row.side, "kind": row.kind, "name": row.name}
            for row in session.scalars(select(Party).where(Party.case_id == case.id).order_by(Party.ordinal))
        ],
        "deadlines": [
            _deadline(row)
            for row in session.scalars(
                select(DeadlineRow).where(DeadlineRow.case_id == case.id).order_by(DeadlineRow.ordinal)
            )
        ],
        "documents": [
            {
                "version": row.version,
                "kind": row.kind,
                "class": row.information_class.value,
                "media_type": row.media_type,
                "size": row.size,
                "sha256": row.sha256,
            }
            for row in session.scalars(
                select(Document)
                .where(Document.case_id == case.id, Document.compartment == DOCKET)
                .order_by(Document.id)
            )
        ],
        "docket": [
            _event(row)
            for row in session.scalars(
                select(EventRow)
                .where(EventRow.case_id == case.id, EventRow.compartment == DOCKET)
                .order_by(EventRow.version)
            )
        ],
        "head": session.scalar(select(Chain.head).where(Chain.case_id == case.id, Chain.compartment == DOCKET)),
    }
    session.rollback()
    return answer


def _deadline(row: DeadlineRow) -> dict[str, Any]:
    return {
        "ordinal": row.ordinal,
        "rule": row.rule,
        "status": row.status,
        "trigger": _day(row.trigger_on),
        "due": _day(row.due),
        "ended": _day(row.ended_on),
        "pauses": row.pauses,
    }


def _event(row: EventRow) -> dict[str, Any]:
    """The event as its hash covers it (``domain.history.body``), with the words that pages show for the act."""
    return {
        "version": row.version,
        "act": row.act,
        "label": happening(row.act).past,
        "actor": row.actor_id,
        "role": row.role,
        "at": stamp(row.at),
        "on": _day(row.on),
        "payload": row.payload,
        "private": row.private_digest,
        "previous": row.previous,
        "schema": row.schema,
        "hash": row.hash,
    }
