"""What is reserved, and how a read of it is logged: documents, conversations of a compartment.

A confidential item is handed out only after its row in the access log is written, in a transaction of its own: where
the log cannot be written nothing is read (``read_logged`` raises and the page is an outage). Basis: Lei 13.140/2015
arts. 30 and 31; procedure.md (e), "Access log of a protected item".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from cprac.domain.acts import Compartment, InformationClass
from cprac.domain.permissions import Item, Level, compartment_class, level
from cprac.persistence.database import db, transaction
from cprac.persistence.models import AccessLog, Account, Case, Chain, Document, Signature
from cprac.persistence.queries import CAUCUS_PREFIX, DOCUMENTS, Reader, full, visible
from cprac.persistence.queries_case import CaseFile, EventLine, events_of

CONFIDENTIAL = frozenset(
    {
        InformationClass.JOINT_SESSION,
        InformationClass.CAUCUS,
        InformationClass.MEDIATOR_NOTES,
        InformationClass.CITY_STRATEGY,
        InformationClass.MEDIATION_DOCUMENT,
        InformationClass.APPROVER_FILE,
    }
)
"""Classes each read of which is logged."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """A compartment that the reader may read, by its name in addresses. ``events``: how many it has."""

    name: str
    kind: Compartment
    party: int | None
    events: int


@dataclass(frozen=True, slots=True)
class SignatureLine:
    """A signature under a document."""

    party: int
    name: str
    signed_at: datetime
    sha256: str


@dataclass(frozen=True, slots=True)
class DocumentPage:
    """A document in full. ``text`` for a page of the chamber, ``media_type`` and ``file_name`` for an attachment."""

    token: str
    number: str
    kind: str
    title: str
    information_class: InformationClass
    text: str | None
    media_type: str | None
    file_name: str
    sha256: str
    size: int
    created_at: datetime
    author: str
    signatures: tuple[SignatureLine, ...]


def conversations(file: CaseFile) -> tuple[Conversation, ...]:
    """The compartments of a case that its reader sees in full, whether or not anything is in them yet."""
    names = [(Compartment.JOINT.value, Compartment.JOINT, None)]
    names += [(f"{CAUCUS_PREFIX}{party.id}", Compartment.CAUCUS, party.id) for party in file.facts.parties]
    names.append((f"{Compartment.NOTES.value}:{file.viewer.account}", Compartment.NOTES, None))
    names.append((Compartment.CITY.value, Compartment.CITY, None))
    open_to = [(name, kind, party) for name, kind, party in names if _reads(file, kind, party)]
    if not open_to:
        return ()
    versions = dict(
        db.session.execute(
            select(Chain.compartment, Chain.version).where(
                Chain.case_id == file.id, Chain.compartment.in_([name for name, _kind, _party in open_to])
            )
        ).all()
    )
    return tuple(Conversation(name, kind, party, versions.get(name, 0)) for name, kind, party in open_to)


def _reads(file: CaseFile, kind: Compartment, party: int | None) -> bool:
    item = Item(compartment_class(kind), party, file.viewer.account)
    return level(item, file.viewer, deciding=file.responsible, closed=file.state.terminal) is Level.FULL


def compartment(
    reader: Reader, file: CaseFile, conversation: Conversation, before: int | None = None
) -> tuple[tuple[EventLine, ...], bool]:
    """The newest entries of a compartment, oldest first, and whether older ones exist. The read is logged first."""
    read_logged(reader, file.id, conversation.name)
    lines, more = events_of(reader, file, conversation.name, before)
    return tuple(line for line in lines if line.full), more


def document(reader: Reader, number: str, token: str) -> DocumentPage | None:
    """The document, if *reader* sees it in full; None otherwise. The read of a confidential one is logged first."""
    found = db.session.execute(
        select(Case.id, Document.information_class, Document.compartment)
        .join(Case, Case.id == Document.case_id)
        .where(Case.number == number, Document.token == token, visible(reader.scope), full(reader.scope, DOCUMENTS)),
        reader.binds,
    ).one_or_none()
    if found is None:
        return None
    case_id, information_class, place = found
    if information_class in CONFIDENTIAL or place != Compartment.DOCKET.value:
        read_logged(reader, case_id, f"document:{token}")
    row, author = db.session.execute(
        select(Document, Account.name)
        .outerjoin(Account, Account.id == Document.author_id)
        .where(Document.token == token)
    ).one()
    signatures = db.session.execute(
        select(Signature.party_ordinal, Account.name, Signature.signed_at, Signature.sha256)
        .join(Account, Account.id == Signature.account_id)
        .where(Signature.document_id == row.id)
        .order_by(Signature.signed_at)
    )
    return DocumentPage(
        token=row.token,
        number=number,
        kind=row.kind,
        title=row.title,
        information_class=row.information_class,
        text=row.text,
        media_type=row.media_type,
        file_name=row.file_name,
        sha256=row.sha256,
        size=row.size,
        created_at=row.created_at,
        author=author or "",
        signatures=tuple(SignatureLine(*each) for each in signatures),
    )


def newest(reader: Reader, file: CaseFile, kind: str) -> str | None:
    """The token of the newest page of *kind* that *reader* sees in full."""
    return db.session.scalar(
        select(Document.token)
        .join(Case, Case.id == Document.case_id)
        .where(Document.case_id == file.id, Document.kind == kind, full(reader.scope, DOCUMENTS))
        .order_by(Document.version.desc(), Document.id.desc())
        .limit(1),
        reader.binds,
    )


def read_logged(reader: Reader, case_id: int, item: str, action: str = "read") -> None:
    """Append one row to the access log, in a short transaction of its own. Whatever goes wrong is raised."""
    with transaction() as session:
        session.add(
            AccessLog(at=reader.now, account_id=reader.account, case_id=case_id, item=item[:120], action=action)
        )
