"""Documents: pages the chamber writes in the act, and files people attach (``uploads`` keeps their bytes).

A page's text is composed once, stored and hashed: what was signed or decided stays exactly that.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from babel.numbers import format_currency
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cprac.domain.acts import FIELDS, Act, ActField, InformationClass, Kind
from cprac.domain.facts import CaseFacts, from_plain
from cprac.domain.lifecycle import Decision
from cprac.domain.permissions import Viewer
from cprac.persistence.models import Account, Case, Document, EventPrivate, EventRow, Party, Signature
from cprac.services.chamber import Chamber
from cprac.services.errors import BadFileError
from cprac.services.uploads import KeptFile, Upload, keep

TEMPLATES = Path(__file__).resolve().parent.parent.parent / "templates" / "documents"


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # noqa: S701  (plain text: the page that shows it escapes it)
    )
    environment.filters["brl"] = lambda centavos: format_currency(centavos / 100, "BRL", locale="pt_BR")
    return environment


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
    from cprac.domain.documents import DocumentKind  # noqa: PLC0415

    for name in decision.row.documents:
        kind = DocumentKind(name)
        text = (
            term_text(session, chamber, case, now)
            if name == "final_term"
            else compose(session, chamber, case, name, decision, values, now)
        )
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


def compose(
    session: Session,
    chamber: Chamber,
    case: Case,
    kind: str,
    decision: Decision,
    values: Mapping[str, Any],
    now: datetime,
) -> str:
    """The text of a page, from ``templates/documents/<kind>.txt`` or the generic one."""
    environment = _environment()
    template = environment.select_template([f"{kind}.txt", "_generic.txt"])
    fields = [
        {"label": item.label, "text": shown(chamber, item, values[item.name])}
        for item in FIELDS[decision.act]
        if values.get(item.name) not in (None, "", ()) and item.kind not in HIDDEN_IN_PAGES
    ]
    return (
        template.render(
            **_context(session, chamber, case, now),
            act=decision.act,
            values=values,
            facts=decision.facts,
            dest=decision.dest,
            fields=fields,
            legal_basis=decision.row.legal_basis,
        ).strip()
        + "\n"
    )


HIDDEN_IN_PAGES = frozenset({Kind.FILES, Kind.ACCOUNT, Kind.OBLIGATIONS, Kind.NOTICE})


def shown(chamber: Chamber, item: ActField, value: Any) -> str:
    """A value as a page prints it."""
    if item.kind is Kind.MONEY:
        return format_currency(value / 100, "BRL", locale="pt_BR")
    if item.kind is Kind.MOMENT:
        return value.astimezone(chamber.zone).strftime("%d/%m/%Y, %Hh%M")
    if item.kind is Kind.DATE:
        return value.strftime("%d/%m/%Y")
    if item.kind is Kind.FLAG:
        return "sim" if value else "não"
    if item.kind is Kind.CHOICE:
        options = (
            chamber.regulation.choices(item.choices.partition(":")[2])
            if isinstance(item.choices, str)
            else item.choices
        )
        return dict(options).get(value, str(value))
    if isinstance(value, (list, tuple)):
        return "\n".join(f"- {line}" for line in value)
    return str(value)


def _context(session: Session, chamber: Chamber, case: Case, now: datetime) -> dict[str, Any]:
    parties = list(session.scalars(select(Party).where(Party.case_id == case.id).order_by(Party.ordinal)))
    return {
        "chamber": chamber.regulation.chamber,
        "regulation": chamber.regulation,
        "number": case.number,
        "on": chamber.day(now),
        "parties": parties,
        "matter": case.matter,
        "account_name": lambda account: (
            session.get(Account, account).name if account and session.get(Account, account) else ""
        ),
    }


def term_text(session: Session, chamber: Chamber, case: Case, now: datetime) -> str:
    """The settlement's full text, from the last draft's own words. The same draft always gives the same text."""
    draft = session.execute(
        select(EventRow, EventPrivate)
        .join(EventPrivate, EventPrivate.event_id == EventRow.id)
        .where(EventRow.case_id == case.id, EventRow.act == Act.DRAFT_AGREEMENT.value)
        .order_by(EventRow.version.desc())
        .limit(1)
    ).first()
    words = {} if draft is None else {**draft[0].payload.get("values", {}), **draft[1].payload}
    context = _context(session, chamber, case, now)
    if draft is not None:
        context["on"] = draft[0].on
    return (
        _environment()
        .get_template("final_term.txt")
        .render(**context, draft=words, facts=from_plain(CaseFacts, case.facts))
        .strip()
        + "\n"
    )


def term_hash(session: Session, chamber: Chamber, case: Case, now: datetime) -> str:
    """The hash of the settlement's text as it stands."""
    return text_hash(term_text(session, chamber, case, now))
