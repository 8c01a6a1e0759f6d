"""What happened in a case, and its documents, as the macros take them (``Sight``: see ``deadline_views``)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from flask_babel import gettext

from cprac.domain.acts import FIELDS, Act, ActField, Kind
from cprac.domain.documents import DocumentKind
from cprac.domain.identifiers import IdentifierKind, format_identifier
from cprac.domain.permissions import MARKERS, Seen
from cprac.domain.roles import Role
from cprac.domain.system_events import SystemEvent
from cprac.persistence.queries_case import CaseFile, DocumentLine, EventLine
from cprac.web import filters, legacy_views
from cprac.web.deadline_views import Sight, deadline_name, rule_of

ICONS: Mapping[Act, str] = {
    Act.REGISTER_LEGACY: "inbox-fill", Act.ADOPT_LEGACY: "inbox-fill",
    Act.SUBMIT: "inbox-fill", Act.REOPEN: "arrow-repeat", Act.COMPLETE: "file-earmark-arrow-up",
    Act.REQUEST_COMPLETION: "question-circle-fill", Act.ASK_AGENCY: "send-fill", Act.AGENCY_ANSWERS: "building",
    Act.ADMIT: "check-lg", Act.ADMIT_PARTIALLY: "check-lg", Act.REJECT: "x-lg", Act.APPEAL: "flag-fill",
    Act.REVERSE: "check-lg", Act.UPHOLD: "x-lg", Act.INVITE: "envelope-fill", Act.ACCEPT: "hand-thumbs-up-fill",
    Act.DECLINE: "hand-thumbs-down-fill", Act.RECORD_SERVICE: "envelope-open-fill", Act.ASSIGN: "person-check-fill",
    Act.REPLACE: "person-check-fill", Act.DISCLOSE: "person-check-fill", Act.CHALLENGE: "slash-circle",
    Act.ASSIGN_CITY_ATTORNEY: "person-check-fill", Act.ASSIGN_SUBSTITUTE: "person-check-fill",
    Act.SCHEDULE: "calendar-event-fill", Act.RESCHEDULE: "calendar-event-fill", Act.OPEN_SESSION: "people-fill",
    Act.RECORD_MINUTES: "file-earmark-text", Act.NO_SHOW: "slash-circle", Act.SUSPEND: "pause-circle-fill",
    Act.RESUME: "play-fill", Act.TERMS_REACHED: "hand-thumbs-up-fill", Act.DRAFT_AGREEMENT: "file-earmark-text",
    Act.ISSUE_OPINION: "file-earmark-check", Act.AUTHORIZE: "file-earmark-check", Act.SIGN: "pen-fill",
    Act.HOMOLOGATE_ADMIN: "file-earmark-check", Act.FILE_IN_COURT: "bank", Act.COURT_HOMOLOGATES: "bank",
    Act.COURT_REFUSES: "bank", Act.LINK_LAWSUIT: "bank", Act.REGISTER_FULFILMENT: "cash-coin",
    Act.ADD_DOCUMENT: "paperclip", Act.SET_ASIDE: "arrow-repeat", Act.CAUCUS: "chat-left-text-fill",
    Act.RECORD_OFFER: "chat-left-text-fill", Act.MEDIATOR_NOTE: "pen-fill", Act.CITY_NOTE: "pen-fill",
}  # fmt: skip
SHORT, LONG = 160, 320
"""Letters of a text that the timeline shows: with its document one click away, and without one."""


def timeline(sight: Sight, file: CaseFile, events: Sequence[EventLine] | None = None) -> list[dict[str, Any]]:
    """Entries of the timeline, oldest first. A document that an act wrote is linked from its entry."""
    written: dict[int, DocumentLine] = {line.version: line for line in file.documents if line.full}
    return [
        _entry(sight, file, event, written.get(event.version)) for event in (file.events if events is None else events)
    ]


def _entry(sight: Sight, file: CaseFile, event: EventLine, document: DocumentLine | None) -> dict[str, Any]:
    act = event.act if isinstance(event.act, Act) else None
    seen = MARKERS[event.act.information_class]
    in_docket = act is None or act.compartment == "docket"
    entry = {
        "icon": ICONS.get(act, "dot") if act else "clock-fill",
        "title": gettext(event.act.past),
        "at": legacy_views.when(event),
        "who": legacy_views.who(event) if legacy_views.is_old(event) else event.who or gettext(Role(event.role).label),
        "summary": ended(summary(sight, file, event, SHORT if document and in_docket else LONG)),
        "confidentiality": seen if seen is not Seen.CASE and in_docket else None,
    }
    if document and in_docket:
        url = sight.to.document(file.number, document.token)
        entry["link"] = {"label": document_title(document), "url": url}
    return entry


def note_view(sight: Sight, event: EventLine) -> dict[str, Any]:
    """An entry of a reserved conversation: who, when, the whole text as it was written, what it is about."""
    values = {**event.payload.get("values", {}), **event.private}
    about = [filters.money(int(values["amount"]))] if values.get("amount") else []
    if isinstance(event.act, Act):
        about += [
            choice_label(sight, item, str(values[item.name]))
            for item in FIELDS[event.act]
            if item.kind is Kind.CHOICE and values.get(item.name)
        ]
    return {"who": event.who, "at": event.at, "text": str(values.get("text", "")), "about": " · ".join(about)}


def summary(sight: Sight, file: CaseFile, event: EventLine, longest: int = LONG) -> str:
    """What an event says, in a line; nothing where the reader only knows that it happened."""
    if not event.full:
        return gettext("Conteúdo reservado.")
    act = event.act
    if not isinstance(act, Act):
        return _recounted(sight, event) if act is SystemEvent.DEADLINE_RECOUNTED else _expired(sight, event)
    if legacy_views.is_old(event):
        return shortened(legacy_views.summary(event), longest)
    values = {**event.payload.get("values", {}), **event.private}
    if act is Act.ADMIT and file.facts.filed_on:
        return gettext("A prescrição fica suspensa desde %(day)s.", day=filters.date_short(file.facts.filed_on))
    if act is Act.SUBMIT:
        return shortened(str(event.private.get("request", "")), longest)
    if act is Act.ADD_DOCUMENT:
        return ""  # its title belongs to the document, which has readers of its own
    parts = [_said(sight, file, item, values[item.name]) for item in FIELDS[act] if values.get(item.name)]
    if act is Act.CHANGE_DEADLINE and not event.payload.get("deadlines"):
        parts.insert(0, gettext("Proposta, ainda sem efeito"))
    return shortened(" · ".join(part.rstrip(".") for part in parts if part), longest)


def _said(sight: Sight, file: CaseFile, item: ActField, value: Any) -> str:
    label = gettext(item.label)
    if item.kind is Kind.FLAG:
        return "" if item.must_be_true else label
    if item.kind is Kind.CHOICE:
        return f"{label}: {choice_label(sight, item, str(value))}"
    if item.kind in (Kind.PARTY, Kind.PARTIES):
        ordinals = value if isinstance(value, list) else [value]
        return f"{label}: {', '.join(party.name for party in file.parties if party.ordinal in ordinals)}"
    if item.kind is Kind.ACCOUNT:
        return file.name_of(int(value))
    if item.kind is Kind.DEADLINE:
        line = next((line for line in file.deadlines if line.ordinal == value), None)
        return deadline_name(sight, line) if line is not None else ""
    told = _TOLD.get(item.kind)
    return told(label, value) if told else ""


_TOLD: Mapping[Kind, Callable[[str, Any], str]] = {
    Kind.MONEY: lambda label, value: f"{label}: {filters.money(int(value))}",
    Kind.DATE: lambda label, value: f"{label}: {filters.date_short(date.fromisoformat(value))}",
    Kind.MOMENT: lambda _label, value: filters.moment_short(datetime.fromisoformat(value)),
    Kind.LINES: lambda _label, value: "; ".join(value),
    Kind.CNJ: lambda _label, value: format_identifier(IdentifierKind.CNJ, value),
    Kind.TEXT: lambda _label, value: str(value),
    Kind.LONG_TEXT: lambda _label, value: str(value),
    Kind.PROCESS: lambda _label, value: str(value),
}
"""How a value is told in the timeline; kinds that are not here are told by their document, or not at all."""


def choice_label(sight: Sight, item: ActField, value: str) -> str:
    """The words of a choice, of the field's own list or the regulation's."""
    pairs = item.choices
    if isinstance(pairs, str):
        pairs = sight.regulation.choices(pairs.partition(":")[2]) if pairs.startswith("regulation:") else ()
    return next((gettext(label) for known, label in pairs if known == value), value)


def _expired(sight: Sight, event: EventLine) -> str:
    rows = event.payload.get("deadlines", ())
    names = [gettext(rule.name) for row in rows if (rule := rule_of(sight, str(row.get("rule")))) is not None]
    return "; ".join(names)


def _recounted(sight: Sight, event: EventLine) -> str:
    """What moved, from when to when, and by what: "Enviar documentos: de 30/03/2026 para 31/03/2026"."""
    told = [str(event.payload.get("values", {}).get("cause", ""))]
    for row in event.payload.get("deadlines", ()):
        rule = rule_of(sight, str(row.get("rule")))
        if rule is None:
            continue
        due, was = date.fromisoformat(row["due"]), date.fromisoformat(row.get("was", row["due"]))
        words = gettext("%(name)s: de %(was)s para %(due)s") if due != was else gettext("%(name)s: continua em %(due)s")
        told.append(
            words % {"name": gettext(rule.name), "was": filters.date_short(was), "due": filters.date_short(due)}
        )
    return "; ".join(each for each in told if each)


def ended(text: str) -> str:
    """*text* with a full stop, where it has no end of its own."""
    return f"{text}." if text and text[-1] not in ".…!?" else text


def shortened(text: str, longest: int) -> str:
    """*text* in one line and at most *longest* letters, cut between words."""
    line = " ".join(text.split())
    if len(line) <= longest:
        return line
    return line[:longest].rsplit(" ", 1)[0].rstrip(",;:. ") + "…"


# --- Documents --------------------------------------------------------------------------------------------------------


def document_title(line: DocumentLine) -> str:
    """The title of a document; its kind's where the title is not for the reader."""
    if line.title:
        return line.title
    return gettext(DocumentKind(line.kind).title) if line.kind in set(DocumentKind) else gettext("Arquivo")


ENDINGS: Mapping[str, str] = {"application/pdf": "PDF", "image/png": "PNG", "image/jpeg": "JPG"}


def documents(sight: Sight, file: CaseFile) -> list[dict[str, Any]]:
    """Rows of the table of documents, the newest first. What is only known to exist is counted by the page."""
    return [
        {
            "name": document_title(line),
            "url": sight.to.document(file.number, line.token),
            "kind": _document_kind(line),
            "confidentiality": MARKERS[line.information_class],
            "added_at": line.created_at,
            "size": line.size if line.media_type else None,
        }
        for line in file.documents
        if line.full
    ]


def _document_kind(line: DocumentLine) -> str:
    if line.media_type is None:
        return gettext("Página da Câmara")
    return ENDINGS.get(line.media_type, line.file_name.rpartition(".")[2].upper())
