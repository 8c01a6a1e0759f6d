"""Documents: pages the chamber writes in the act, and files people attach.

A page's text is composed once, stored and hashed: what was signed or decided stays exactly that. A file is stored under
the hash of its bytes, never under a name somebody gave, and is only ever handed out as a download.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import puremagic
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

TEMPLATES = Path(__file__).resolve().parent.parent.parent / "templates" / "documents"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file somebody sent: the name it came with and its bytes, already bounded by the web."""

    name: str
    data: bytes


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


def clean_name(name: str) -> str:
    """The given file name as harmless data: no path, no control or bidirectional characters, at most 120 characters."""
    base = name.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(
        char
        for char in base
        if char.isprintable() and char not in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\"'<>|:*?"
    )
    return kept.strip(". ")[:120] or "arquivo"


MEDIA = {
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".odt": "application/vnd.oasis.opendocument.text",
}


def sniff(data: bytes, name: str) -> str:
    """The media type of an accepted file, from its first bytes and its extension together; BadFileError otherwise."""
    extension = Path(name.lower()).suffix
    if extension not in MEDIA:
        msg = f"O arquivo “{clean_name(name)}” não é aceito. Envie PDF, JPG, PNG, DOCX ou ODT."
        raise BadFileError(msg)
    zipped = extension in (".docx", ".odt")
    try:
        found = {match.extension for match in puremagic.magic_string(data)}
    except (puremagic.PureError, ValueError):
        found = set()
    same = {".jpg": {".jpg", ".jpeg", ".jfif"}, ".jpeg": {".jpg", ".jpeg", ".jfif"}}.get(extension, {extension})
    if not (found & same) and not (zipped and data[:4] == b"PK\x03\x04"):
        msg = f"O conteúdo de “{clean_name(name)}” não é o que o nome diz. Confira o arquivo e envie de novo."
        raise BadFileError(msg)
    return MEDIA[extension]


def store(chamber: Chamber, data: bytes) -> str:
    """Keep *data* under its SHA-256, written whole or not at all; return the hash."""
    digest = hashlib.sha256(data).hexdigest()
    folder = chamber.files / digest[:2]
    target = folder / digest
    if target.exists():
        return digest
    folder.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=folder)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        Path(temporary).replace(target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return digest


def accept(chamber: Chamber, uploads: tuple[Upload, ...]) -> list[tuple[Upload, str, str]]:
    """Check and store *uploads* before the transaction: (upload, media type, hash). A file no act names is harmless."""
    limits = chamber.regulation.uploads
    if len(uploads) > limits.max_files:
        msg = f"São {len(uploads)} arquivos e o limite é {limits.max_files} por envio. Envie em partes."
        raise BadFileError(msg)
    accepted = []
    for upload in uploads:
        if len(upload.data) > limits.max_file_bytes:
            size, limit = len(upload.data) // 2**20, limits.max_file_bytes // 2**20
            msg = f"O arquivo tem {size} MB. O limite é {limit} MB. Divida em partes ou reduza as fotos."
            raise BadFileError(msg)
        accepted.append((upload, sniff(upload.data, upload.name), store(chamber, upload.data)))
    return accepted


def attach(  # noqa: PLR0913  (an attachment is these things)
    session: Session,
    chamber: Chamber,
    case: Case,
    uploads: tuple[Upload, ...],
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
    if used + sum(len(upload.data) for upload in uploads) > chamber.regulation.uploads.max_case_bytes:
        msg = "O caso já tem muitos arquivos. Entregue os demais na Secretaria."
        raise BadFileError(msg)
    for number, (upload, media, digest) in enumerate(accept(chamber, uploads), start=1):
        name = clean_name(upload.name)
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
                title=(title if len(uploads) == 1 else f"{title} ({number})") if title else name,
                text=None,
                media_type=media,
                file_name=name,
                sha256=digest,
                size=len(upload.data),
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
