"""``cprac user``: the first administrator and the rest, from the command line of who runs the machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import click

from cprac.commands.instance import instant, opened
from cprac.commands.streams import DAY, BadInput, print_json, refusing
from cprac.domain.words import N_


@click.group()
def user() -> None:
    """Contas e funções: a primeira administração e as demais."""


@contextmanager
def _people() -> Iterator[Any]:
    from cprac.services.errors import ServiceError

    with opened() as (_app, here), refusing(ServiceError):
        yield here


def _account_of(email: str) -> int:
    from sqlalchemy import select

    from cprac.persistence.database import db
    from cprac.persistence.models import Account

    found = db.session.scalar(select(Account.id).where(Account.email == email.strip().casefold()))
    db.session.rollback()
    if found is None:
        raise BadInput(f"{email}: não há conta com este e-mail")
    return found


def _office(name: str) -> Any:
    from cprac.domain.roles import Office

    try:
        return Office(name)
    except ValueError:
        raise BadInput(f"função desconhecida: {name}; as funções são {', '.join(Office)}") from None


@user.command("create")
@click.argument("email")
@click.argument("name")
@click.option("--office", default="", help=N_("Função: administrator, registry, coordinator…"))
@click.option("--from", "from_on", type=DAY, default=None, help=N_("Primeiro dia da função (hoje)."))
@click.option("--legal-act", default="", help=N_("Portaria ou ato da designação."))
def user_create(email: str, name: str, office: str, from_on: date | None, legal_act: str) -> None:
    """Cria uma conta. Mostra uma só vez o código com que a pessoa escolhe a senha."""
    from cprac.services import accounts, credentials

    first = _office(office) if office else None
    with _people() as chamber:
        at = instant()
        account = accounts.create(
            chamber, None, email, name, now=at, office=first, from_on=from_on, legal_act=legal_act
        )
        code = credentials.issue_reset(chamber, None, account, now=at)
    print_json(
        {
            "account": account,
            "email": email.strip().casefold(),
            "office": office or None,
            "reset_code": code,
            "valid_until": (at + credentials.RESET_LIFE).isoformat(timespec="seconds"),
        }
    )


@user.command("grant")
@click.argument("email")
@click.argument("office")
@click.option("--from", "from_on", type=DAY, default=None, help=N_("Primeiro dia (hoje)."))
@click.option("--until", "until_on", type=DAY, default=None, help=N_("Último dia."))
@click.option("--legal-act", default="", help=N_("Portaria ou ato da designação."))
def user_grant(email: str, office: str, from_on: date | None, until_on: date | None, legal_act: str) -> None:
    """Dá uma função a uma conta. Na primeira, mostra uma só vez o código com que a pessoa escolhe outra senha."""
    from cprac.services import accounts, credentials

    given = _office(office)
    with _people() as chamber:
        account = _account_of(email)
        had = accounts.has_password(account)
        accounts.grant(
            chamber, None, account, given, now=instant(), from_on=from_on, until_on=until_on, legal_act=legal_act
        )
        fresh = had and not accounts.has_password(account)
        code = {"reset_code": credentials.issue_reset(chamber, None, account, now=instant())} if fresh else {}
    print_json({"account": account, "email": email.strip().casefold(), "office": given.value, **code})


@user.command("disable")
@click.argument("email")
def user_disable(email: str) -> None:
    """Fecha uma conta agora: as sessões dela terminam."""
    from cprac.services import accounts

    with _people() as chamber:
        account = _account_of(email)
        accounts.disable(chamber, None, account, now=instant())
    print_json({"account": account, "email": email.strip().casefold(), "active": False})
