"""Documents: pages the chamber writes in the act, and files people attach (``uploads`` keeps their bytes).

A page's text is composed once, stored and hashed: what was signed or decided stays exactly that.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime, time
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cprac.domain.acts import FIELDS, Act, Compartment, InformationClass, Kind
from cprac.domain.documents import DocumentKind
from cprac.domain.facts import CaseFacts, from_plain
from cprac.domain.lifecycle import Decision
from cprac.domain.permissions import Viewer
from cprac.domain.states import CaseState
from cprac.persistence.models import (
    Account,
    Agency,
    Case,
    Document,
    EventPrivate,
    EventRow,
    Party,
    Person,
    Representation,
    Signature,
)
from cprac.services import estimates
from cprac.services.chamber import Chamber
from cprac.services.errors import BadFileError
from cprac.services.page_text import Page, PartyText, render
from cprac.services.uploads import KeptFile, Upload, clean_name, keep


def attach(  # noqa: PLR0913  (an attachment is these things)
    session: Session,
    chamber: Chamber,
    case: Case,
    uploads: tuple[Upload | KeptFile, ...],
    information_class: InformationClass,
    author: int | None,
    version: int,
    now: datetime,
    *,
    compartment: str = "docket",
    party: int | None = None,
    title: str = "",
) -> None:
    """Add the documents of *uploads* to the case."""
    used = (
        session.scalar(
            select(func.sum(Document.size)).where(Document.case_id == case.id, Document.media_type.is_not(None))
        )
        or 0
    )
    if used + sum(upload.size for upload in uploads) > chamber.regulation.uploads.max_case_bytes:
        msg = "O caso já tem muitos arquivos. Entregue os demais na Secretaria."
        raise BadFileError(msg)
    for number, file in enumerate(keep(chamber, uploads), start=1):
        session.add(
            Document(
                token=chamber.token(f"{case.number}:{compartment}:document"),
                case_id=case.id,
                compartment=compartment,
                version=version,
                kind="attachment",
                information_class=information_class,
                party_ordinal=party,
                author_id=author,
                title=(title if len(uploads) == 1 else f"{title} ({number})")[:200] if title else file.name,
                text=None,
                media_type=file.media_type,
                file_name=file.name,
                sha256=file.sha256,
                size=file.size,
                created_at=now,
            )
        )


def write(
    session: Session,
    chamber: Chamber,
    case: Case,
    decision: Decision,
    viewer: Viewer,
    values: Mapping[str, Any],
    version: int,
    now: datetime,
) -> None:
    """Write the pages that *decision*'s row produces, attach its files, and record a signature."""
    # most acts write no page, and gathering what one may print takes seven statements
    page = page_of(session, chamber, case, decision, viewer, values, now) if decision.row.documents else None
    for name in decision.row.documents:
        kind = DocumentKind(name)
        text = render(kind, page) if page and kind is not DocumentKind.FINAL_TERM else term_text(session, chamber, case)
        session.add(
            Document(
                token=chamber.token(f"{case.number}:docket:document"),
                case_id=case.id,
                compartment="docket",
                version=version,
                kind=name,
                information_class=kind.information_class,
                author_id=viewer.account,
                title=kind.title,
                text=text,
                media_type=None,
                sha256=text_hash(text),
                size=len(text.encode()),
                created_at=now,
            )
        )
    files = tuple(values.get("files") or ())
    if files:
        chosen = InformationClass(values["audience"]) if values.get("audience") else decision.act.information_class
        attach(
            session, chamber, case, files, chosen, viewer.account, version, now, title=str(values.get("title") or "")
        )
    if decision.act is Act.SIGN:
        _sign(session, case, decision, viewer, now)


def text_hash(text: str) -> str:
    """SHA-256 of a page's exact text, UTF-8, hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def _sign(session: Session, case: Case, decision: Decision, viewer: Viewer, now: datetime) -> None:
    term = final_term(session, case)
    settlement = decision.facts.settlement
    if term is None or settlement is None or viewer.account is None:
        return
    signed = set(session.scalars(select(Signature.party_ordinal).where(Signature.document_id == term.id)))
    for ordinal in settlement.signatures:
        if ordinal not in signed:
            session.add(
                Signature(
                    document_id=term.id,
                    account_id=viewer.account,
                    party_ordinal=ordinal,
                    sha256=term.sha256,
                    signed_at=now,
                )
            )


def final_term(session: Session, case: Case) -> Document | None:
    """The term to be signed: the last one written."""
    return session.scalar(
        select(Document)
        .where(Document.case_id == case.id, Document.kind == "final_term")
        .order_by(Document.version.desc())
        .limit(1)
    )


def page_of(
    session: Session,
    chamber: Chamber,
    case: Case,
    decision: Decision,
    viewer: Viewer,
    values: Mapping[str, Any],
    now: datetime,
) -> Page:
    """What the pages of *decision*'s act may print."""
    signer = session.get(Account, viewer.account) if viewer.account is not None else None
    named = {value for item in FIELDS[decision.act] if item.kind is Kind.ACCOUNT and (value := values.get(item.name))}
    asked = {decision.facts.agency, values.get("agency")} - {None}
    facts = decision.facts
    return Page(
        regulation=chamber.rules_of(case.procedure),
        number=case.number,
        act=decision.act,
        at=now.astimezone(chamber.zone),
        facts=facts,
        dest=decision.dest,
        legal_basis=decision.row.legal_basis,
        values=values,
        parties=_parties(session, case),
        signer=signer.name if signer else "",
        role=decision.role.label,
        people={row.id: row.name for row in session.scalars(select(Account).where(Account.id.in_(named)))},
        agencies={row.id: row.name for row in session.scalars(select(Agency).where(Agency.id.in_(asked)))},
        estimates=estimates.as_of(facts, chamber.day(now)),
        files=tuple(clean_name(file.name) for file in values.get("files") or ()),
        draft=_last_draft(session, case),
    )


def _parties(session: Session, case: Case) -> tuple[PartyText, ...]:
    counsel = dict(
        session.execute(
            select(Representation.party_id, Person.name)
            .join(Person, Person.id == Representation.person_id)
            .join(Party, Party.id == Representation.party_id)
            .where(Party.case_id == case.id, Representation.kind == "counsel", Representation.until_on.is_(None))
            .order_by(Representation.id)
        ).all()
    )
    rows = session.scalars(select(Party).where(Party.case_id == case.id).order_by(Party.ordinal))
    return tuple(
        PartyText(
            row.ordinal, row.side, row.kind, row.name, row.person.tax_id if row.person else "", counsel.get(row.id, "")
        )
        for row in rows
    )


def _last_draft(session: Session, case: Case) -> Mapping[str, Any]:
    """The words of the last draft of the settlement, with the day it was written as ``on``."""
    found = session.execute(
        select(EventRow, EventPrivate)
        .outerjoin(EventPrivate, EventPrivate.event_id == EventRow.id)
        .where(
            EventRow.case_id == case.id,
            EventRow.compartment == Compartment.DOCKET.value,
            EventRow.act == Act.DRAFT_AGREEMENT.value,
        )
        .order_by(EventRow.version.desc())
        .limit(1)
    ).first()
    if found is None:
        return {}
    event, private = found
    return {**event.payload.get("values", {}), **(private.payload if private else {}), "on": event.on}


def term_text(session: Session, chamber: Chamber, case: Case) -> str:
    """The settlement's full text, from the last draft's own words. The same draft always gives the same text."""
    draft, facts = _last_draft(session, case), from_plain(CaseFacts, case.facts)
    written = datetime.combine(draft.get("on") or chamber.day(case.application.filed_at), time.min, chamber.zone)
    return render(
        DocumentKind.FINAL_TERM,
        Page(
            regulation=chamber.rules_of(case.procedure),
            number=case.number,
            act=Act.DRAFT_AGREEMENT,
            at=written,
            facts=facts,
            dest=CaseState.AWAITING_SIGNATURES,
            legal_basis="",
            values={},
            parties=_parties(session, case),
            draft=draft,
        ),
    )


def term_hash(session: Session, chamber: Chamber, case: Case) -> str:
    """The hash of the settlement's text as it stands."""
    return text_hash(term_text(session, chamber, case))
