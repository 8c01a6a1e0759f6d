"""Mails that tell a person of a change in the own way in: a password, a code, a key. They never hold any of these.

Whoever did not ask for the change learns of it from them (ASVS 6.3.7). Without a mail server nothing waits to be handed
over by a person: the change itself is in the access log.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from cprac.domain.words import N_
from cprac.persistence.models import Account, OutboxMail
from cprac.services.chamber import Chamber

SUBJECTS: Mapping[str, str] = {
    "password": N_("{chamber}: a sua senha foi trocada"),
    "code": N_("{chamber}: um código para trocar a sua senha"),
    "reissue": N_("{chamber}: nova chave ou código do caso {number}"),
}
BODIES: Mapping[str, str] = {
    "password": N_(
        "A senha da sua conta foi trocada em {when}. As sessões que estavam abertas terminaram.\n\n"
        "Se não foi você, procure a Secretaria agora.\n"
    ),
    "code": N_(
        "A Câmara deu em {when} um código com que a senha da sua conta pode ser trocada, uma vez, em 24 horas.\n\n"
        "Se não foi você quem pediu, procure a Secretaria agora.\n"
    ),
    "reissue": N_(
        "A Secretaria deu em {when} uma nova chave de acesso ou um novo código do caso {number}, depois de conferir um "
        "documento. Os anteriores deixaram de valer.\n\n"
        "Se não foi você quem pediu, procure a Secretaria.\n"
    ),
}
FOOT = N_("Não responda a esta mensagem.\n\n{chamber}\n")


def tell(
    session: Session,
    chamber: Chamber,
    what: str,
    to: tuple[str, str],
    once: str,
    now: datetime,
    *,
    case: int | None = None,
    number: str = "",
) -> None:
    """Queue the mail *what* (a key of ``SUBJECTS``) to *to* (name, address). *once*: what makes this one unlike others.

    *case* and *number*: what it is about, where it is about a case.
    """
    name, email = to
    if not chamber.smtp_url or not email:
        return
    said = {
        "chamber": chamber.regulation.chamber.short_name,
        "number": number,
        "when": now.astimezone(chamber.zone).strftime("%d/%m/%Y, %Hh%M"),
    }
    digest = hashlib.sha256(f"{once}\n{email}".encode()).hexdigest()
    session.add(
        OutboxMail(
            dedupe_key=f"security:{what}:{digest}",
            case_id=case,
            to_name=name,
            to_email=email,
            subject=SUBJECTS[what].format(**said),
            body=(BODIES[what] + FOOT).format(**said),
            status="queued",
            created_at=now,
            next_try_at=now,
        )
    )


def tell_owner(session: Session, chamber: Chamber, what: str, owner: Account, once: str, now: datetime) -> None:
    """The same to the owner of an account."""
    tell(session, chamber, what, (owner.name, owner.email), once, now)
