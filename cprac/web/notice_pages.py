"""The history of one notice, and its certificate of service: every word of both is read from rows (procedure.md c.8).

``case_pages`` mounts them in each room. What a notice was about stays in the case: here are who, how, when, the proof.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import render_template
from flask_babel import gettext

from cprac.domain.acts import FIELDS, Act
from cprac.domain.lifecycle import Decision
from cprac.domain.roles import Role
from cprac.domain.words import N_
from cprac.persistence import queries_notices
from cprac.persistence.queries_case import CaseFile
from cprac.persistence.queries_notices import HistoryLine, NoticeRecord
from cprac.services.errors import NotFoundError
from cprac.services.notice_history import Happened, Returned
from cprac.web import filters, guards
from cprac.web.case_room import Room, answer_of, head_of, reader, sight
from cprac.web.deadline_views import Sight, rule_of

ADDRESS_READERS = frozenset({Role.REGISTRY, Role.COORDINATOR})

CHANNELS: Mapping[str, str] = {
    value: label
    for item in FIELDS[Act.RECORD_SERVICE]
    if item.name == "channel" and not isinstance(item.choices, str)
    for value, label in item.choices
}

BASES: Mapping[str, str] = {
    "portal": N_("Lei 11.419/2006, art. 5º, §§ 1º e 2º, por analogia"),
    "deemed": N_("Lei 11.419/2006, art. 5º, § 3º, por analogia"),
    "gazette": N_("Lei 11.419/2006, art. 4º, §§ 3º e 4º"),
    "": N_("Lei 9.784/1999, art. 26"),
}
"""The article behind a receipt, by the way it came."""


def history(room: Room, number: str, ordinal: int) -> str:
    """What happened to a notice, the newest last, and what is still missing."""
    file, found = _found(number, ordinal)
    look = sight(room, file.procedure)
    return render_template(
        "case/notice_history.html",
        **_view(room, file, look, found),
        record_url=_record_url(room, file, look, found),
        came_back=found.mail is not None and found.mail.status == "sent",
        certificate_url=room.url("notice_certificate", file.number, ordinal=ordinal),
    )


def certificate(room: Room, number: str, ordinal: int) -> str:
    """The certificate of service of a notice, to be printed and signed."""
    file, found = _found(number, ordinal)
    look = sight(room, file.procedure)
    return render_template(
        "case/notice_certificate.html",
        **_view(room, file, look, found),
        history_url=room.url("notice_history", file.number, ordinal=ordinal),
    )


def _found(number: str, ordinal: int) -> tuple[CaseFile, NoticeRecord]:
    file = head_of(number)
    found = queries_notices.notice(reader(), file, ordinal)
    if found is None:
        raise NotFoundError(str(ordinal))
    return file, found


def _view(room: Room, file: CaseFile, look: Sight, found: NoticeRecord) -> dict[str, Any]:
    full = bool(file.viewer.roles & ADDRESS_READERS) or found.own
    mail = found.mail
    address = mail.address if mail is not None else ""
    return {
        "room": room,
        "file": file,
        "notice": found,
        "now": guards.now(),
        "what": gettext(found.act.past),
        "state": _state(found),
        "channel": gettext(CHANNELS[found.channel]) if found.served_on and found.channel in CHANNELS else "",
        "base": gettext(BASES["deemed" if found.deemed else found.channel if found.channel in BASES else ""]),
        "address": address if full else _masked(address),
        "started": _started(look, found),
        "lines": [_line(room, line) for line in found.history],
        "case_url": room.url("case", file.number),
    }


def _masked(address: str) -> str:
    name, at, domain = address.rpartition("@")
    return f"{name[:1]}…{at}{domain}" if at else ""


def _state(found: NoticeRecord) -> dict[str, str]:
    """Where the notice stands, in one sentence, with the look of a message."""
    status = found.mail.status if found.mail is not None else ""
    if found.cancelled_at is not None:
        look, words = "note", gettext("Aviso sem efeito: o ato que o gerou foi tornado sem efeito, ou ele foi refeito.")
    elif found.served_on is not None:
        day = filters.date_long(found.served_on)
        look = "good"
        words = gettext("Conta como recebido em %(day)s.", day=day)
    elif status in ("by_hand", "failed"):
        look, words = "error", gettext("Ninguém recebeu ainda: a Secretaria precisa entregar por outro meio.")
    elif status == "queued":
        look, words = "note", gettext("O e-mail ainda não saiu. O aviso já está no portal.")
    else:
        look, words = "note", gettext("Enviado. Ainda não há registro de que chegou.")
    return {"look": look, "words": words}


def _started(look: Sight, found: NoticeRecord) -> dict[str, Any] | None:
    started = found.started
    rule = rule_of(look, started.rule) if started is not None else None
    if started is None or rule is None:
        return None
    return {
        "name": gettext(rule.name),
        "length": rule.unit.words(rule.amount),
        "due": started.due,
        "url": "",
        "ordinal": started.ordinal,
    }


def _line(room: Room, line: HistoryLine) -> dict[str, Any]:
    known = Happened(line.kind) if line.kind in set(Happened) else None
    own = line.account is not None and line.account == guards.member().account
    return {
        "at": line.at,
        "what": gettext(known.label) if known else line.kind,
        "sign": known.sign if known else "",
        "by": line.by if room.audience == "staff" or own else "",
        "note": _detail(known, line.detail),
    }


def _detail(kind: Happened | None, detail: str) -> str:
    if not detail:
        return ""
    match kind:
        case Happened.SENT:
            return gettext("%(n)sª tentativa", n=detail)
        case Happened.ACCEPTED:
            return gettext("mensagem %(name)s", name=detail)
        case Happened.RETURNED:
            return gettext(Returned(detail).label) if detail in set(Returned) else ""
        case Happened.SERVED:
            return gettext("comprovante %(proof)s", proof=detail)
        case Happened.REFUSED:
            return detail
        case _:
            return ""


def _record_url(room: Room, file: CaseFile, look: Sight, found: NoticeRecord) -> str:
    """Where its receipt is recorded, for who may do that now; a party opens its notices instead."""
    if not found.starts or found.served_on is not None or found.cancelled_at is not None or room.audience != "staff":
        return ""
    if not file.viewer.roles & ADDRESS_READERS:
        return ""
    may = isinstance(answer_of(file, look, Act.RECORD_SERVICE), Decision)
    return room.act(file.number, Act.RECORD_SERVICE, notice=found.ordinal) if may else ""
