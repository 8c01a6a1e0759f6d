"""What happened to a notice, row by row: made, taken to the mail server, accepted, refused, opened, received, undone.

Rows are only added, in the transaction of what they tell. They name the notice and who did it, and hold no content: a
number of proof, an answer of the mail server without the address it repeats, a reason from a list.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from sqlalchemy import insert
from sqlalchemy.orm import Session

from cprac.domain.words import N_, Labelled
from cprac.persistence.models import NoticeEvent

LONGEST_DETAIL = 200


class Happened(StrEnum):
    """What may happen to a notice. ``label``: in words of the page; ``sign``: how the page marks it (good, bad, "")."""

    label: str
    sign: str

    CREATED = "created", N_("Aviso feito"), ""
    QUEUED = "queued", N_("E-mail posto na fila de envio"), ""
    BY_HAND = "by_hand", N_("Sem envio por e-mail: uma pessoa entrega"), ""
    SENT = "sent", N_("E-mail levado ao servidor de e-mail"), ""
    ACCEPTED = "accepted", N_("O servidor de e-mail aceitou a mensagem"), "good"
    REFUSED = "refused", N_("O e-mail foi recusado: uma pessoa entrega"), "bad"
    RETURNED = "returned", N_("O e-mail voltou: uma pessoa entrega"), "bad"
    HANDED = "handed", N_("Entregue por uma pessoa da Câmara"), "good"
    OPENED = "opened", N_("Aberto no portal por quem o recebeu"), "good"
    DEEMED = "deemed", N_("Conta como recebido sem ter sido aberto"), "good"
    SERVED = "served", N_("Recebimento registrado pela Câmara"), "good"
    UNDONE = "undone", N_("Registro do recebimento tornado sem efeito"), "bad"
    CANCELLED = "cancelled", N_("Aviso tornado sem efeito"), "bad"

    def __new__(cls, value: str, label: str = "", sign: str = "") -> Self:
        """Take the words beside the value."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        member.sign = sign
        return member


class Returned(Labelled):
    """Why a mail came back: the reasons a person chooses from."""

    UNKNOWN = "unknown", N_("O endereço não existe")
    FULL = "full", N_("A caixa está cheia")
    BLOCKED = "blocked", N_("O servidor de quem recebe bloqueou a mensagem")
    OTHER = "other", N_("Outro motivo")


def record(
    session: Session, notice: int | None, kind: Happened, now: datetime, *, account: int | None = None, detail: str = ""
) -> None:
    """Add one row to the history of *notice*, inside the caller's transaction; a mail about no notice has none."""
    if notice is not None:
        session.add(NoticeEvent(**row(notice, kind, now, account=account, detail=detail)))


def record_many(session: Session, notices: Iterable[int | None], kind: Happened, now: datetime) -> None:
    """The same thing happened to many notices: one statement."""
    rows = [row(each, kind, now) for each in notices if each is not None]
    if rows:
        session.execute(insert(NoticeEvent), rows)


def row(notice: int, kind: Happened, now: datetime, *, account: int | None = None, detail: str = "") -> dict[str, Any]:
    """The columns of a row, for who writes many at once."""
    return {
        "notice_id": notice,
        "kind": kind.value,
        "at": now,
        "account_id": account,
        "detail": detail[:LONGEST_DETAIL],
    }


def first_of(status: str) -> Happened:
    """What the first status of a mail says of its notice."""
    return Happened.QUEUED if status == "queued" else Happened.BY_HAND
