"""Findings: what the machine found wrong by itself, one open row a matter, gone by itself when the matter is gone.

A finding names a case by its id and says nothing of its content: the administrator reads it too.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from sqlalchemy import insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from cprac.domain.roles import Office
from cprac.domain.words import N_
from cprac.persistence.database import transaction
from cprac.persistence.models import Finding
from cprac.persistence.viewers import offices_of
from cprac.services.chamber import Chamber
from cprac.services.errors import NotFoundError

READERS = frozenset({Office.COORDINATOR, Office.ADMINISTRATOR})
LONGEST_NOTE = 500


class Kind(StrEnum):
    """What may be found. ``label``: what is wrong; ``advice``: what a person does about it."""

    label: str
    advice: str

    NOT_EXPIRED = (
        "not_expired",
        N_("Prazo que passou e continua aberto"),
        N_("O relógio não conseguiu fechar este prazo. Veja o registro do servidor e avise o suporte."),
    )
    STUCK = (
        "stuck",
        N_("Caso parado há mais de 30 dias depois do prazo"),
        N_("Abra o caso e faça o próximo ato, ou mude quem cuida dele."),
    )
    NO_OWNER = (
        "no_owner",
        N_("Caso em andamento sem quem responda por ele"),
        N_("Escolha outra pessoa para o caso: a indicada não existe mais ou saiu."),
    )
    NO_DEADLINE = (
        "no_deadline",
        N_("Caso em andamento sem próximo prazo"),
        N_("Abra o caso: nada o traz de volta à lista sozinho. Faça o próximo ato."),
    )
    NO_RULE = (
        "no_rule",
        N_("Prazo cuja regra não está no regulamento"),
        N_("Confira se o arquivo da versão antiga do regulamento está no servidor."),
    )
    REPLAY = (
        "replay",
        N_("Caso que difere do próprio histórico"),
        N_("Rode “cprac verify” e guarde a resposta. Não mexa no banco: avise o suporte."),
    )
    PUBLIC_DIFFERS = (
        "public_differs",
        N_("Situação pública diferente da interna"),
        N_("Rode “cprac verify” e avise o suporte: a estatística não segue o caso."),
    )
    NO_RECEIPT = (
        "no_receipt",
        N_("Aviso sem confirmação de que chegou há muito tempo"),
        N_("Confirme que o aviso chegou, ou avise de outro jeito: o prazo só começa depois."),
    )
    OUTBOX = (
        "outbox",
        N_("E-mails parados há mais de uma hora"),
        N_("Veja se o servidor de e-mail responde. Enquanto isso, entregue à mão o que for urgente."),
    )
    SMTP_DOWN = (
        "smtp_down",
        N_("O servidor de e-mail não responde"),
        N_("Veja o servidor e o endereço na configuração. Nada se perde: os e-mails saem sozinhos quando ele voltar."),
    )
    CLOCK = (
        "clock",
        N_("Casos em que o relógio falhou"),
        N_("Veja o registro do servidor. Os outros casos seguem normalmente."),
    )

    def __new__(cls, value: str, label: str = "", advice: str = "") -> Self:
        """Take the words beside the value."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        member.advice = advice
        return member


def report(
    session: Session, kind: str, key: str, now: datetime, *, case_id: int | None = None, detail: str = ""
) -> None:
    """Say that something is wrong, inside the caller's transaction: a new finding, or the open one seen again."""
    build: Any = {"sqlite": sqlite_insert, "postgresql": postgresql_insert}.get(session.get_bind().dialect.name, insert)
    new = {"last_at": now, "detail": detail[:300]}
    session.execute(
        build(Finding)
        .values(kind=kind, key=key[:120], case_id=case_id, first_at=now, note="", **new)
        .on_conflict_do_update(index_elements=["key"], index_where=text("resolved_at IS NULL"), set_=new)
    )


def resolve(session: Session, keys: Iterable[str], now: datetime) -> None:
    """Say that what these keys name is gone."""
    session.execute(
        update(Finding).where(Finding.key.in_(list(keys)), Finding.resolved_at.is_(None)).values(resolved_at=now)
    )


def is_open(session: Session, key: str, detail: str) -> bool:
    """Whether the matter is known already, with the same detail: then nothing needs to be written."""
    return session.scalar(select(Finding.detail).where(Finding.key == key, Finding.resolved_at.is_(None))) == detail


def write_note(chamber: Chamber, account: int, finding: int, note: str, now: datetime) -> None:
    """Keep what a person says about a finding. It stays open until the matter is gone.

    Raises NotFoundError where there is no such finding, or *account* is neither coordinator nor administrator.
    """
    with transaction() as session:
        row = session.scalar(select(Finding).where(Finding.id == finding).with_for_update())
        if row is None or not offices_of(session, account, chamber.day(now)) & READERS:
            raise NotFoundError(str(finding))
        row.note, row.noted_by = " ".join(note.split())[:LONGEST_NOTE], account
