"""How people show who they are: signing in with a password, changing it, setting it with a one-time code.

Every failure is answered with the same words after the same work, and each try is counted first (``throttle``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from cprac.domain.identifiers import SecretCode
from cprac.domain.roles import Office
from cprac.domain.words import N_
from cprac.persistence.database import db, transaction
from cprac.persistence.models import Account, OneTimeCode
from cprac.persistence.viewers import offices_of
from cprac.services import accounts, browser_sessions, passwords, security_mail, throttle
from cprac.services.chamber import Chamber

RESET_CODE = SecretCode(purpose="reset-code", length=19, group=4)
"""95 bits; longer than the other codes, so none is taken for another."""

RESET_LIFE = timedelta(hours=24)
_RESET_REFUSED = N_("O código não confere, já foi usado ou venceu. Confira ou peça outro.")


@dataclass(frozen=True, slots=True)
class Entry:
    """Somebody who has just shown to be the owner of an account."""

    account: int
    staff: bool


def sign_in(chamber: Chamber, email: str, password: str, source: str, *, now: datetime) -> Entry | None:
    """Whose account it is if *password* is right; None in every other case, after the same work.

    Raises TooManyTriesError before looking at anything (see ``throttle.begin_sign_in``). *source*: where from.
    """
    address = email.strip().casefold()[:254]
    throttle.begin_sign_in(address, source, now)
    row = db.session.execute(
        select(Account.id, Account.password_hash, Account.active).where(Account.email == address)
    ).one_or_none()
    db.session.rollback()  # nothing is held while the hash is computed
    right = passwords.fits(chamber, row.password_hash if row else "", password)
    if row is None or not right or not row.active:
        return None
    renewed = row.password_hash
    if passwords.outdated(chamber, renewed):
        renewed = passwords.hash_of(chamber, password)
    with transaction() as session:
        account = accounts.account_row(session, row.id)
        if not account.active or account.password_hash != row.password_hash:
            return None  # it changed while we were looking
        account.password_hash = renewed
        throttle.forgive_sign_in(session, address, source)
        return Entry(account.id, bool(offices_of(session, account.id, chamber.day(now))))


def change_password(chamber: Chamber, account: int, current: str, new: str, source: str, *, now: datetime) -> None:
    """Change one's own password, knowing the current one; every session ends. RefusedError, TooManyTriesError."""
    row = db.session.execute(select(Account.email, Account.name).where(Account.id == account)).one()
    staff = bool(offices_of(db.session(), account, chamber.day(now)))
    if sign_in(chamber, row.email, current, source, now=now) is None:
        raise accounts.refuse(N_("A senha atual não confere."), "current_password")
    passwords.check_new(chamber, new, staff=staff, about=(row.email, row.name))
    _set_password(chamber, account, new, now)


def issue_reset(chamber: Chamber, actor: int | None, account: int, *, now: datetime) -> str:
    """A one-time code that sets the password of *account* within 24 hours; shown once. It voids the earlier ones.

    The administrator issues it for anybody, the registry for people who never held an office: it must not be a way to
    take over the account of a superior. RefusedError, NotFoundError, TooManyTriesError (3 an hour).
    """
    on = chamber.day(now)
    with transaction() as session:
        held = accounts.require(session, actor, on, Office.ADMINISTRATOR, Office.REGISTRY)
        row = accounts.account_row(session, account)
        if actor is not None and Office.ADMINISTRATOR not in held and accounts.ever_held_office(session, account):
            raise accounts.refuse(N_("O código desta pessoa é emitido pela administração do sistema."), "email")
        if not row.active:
            raise accounts.refuse(N_("Esta conta está desativada."), "email")
        throttle.spend_in(session, "reset_account", str(account), now)
        accounts.void_codes(session, account, now)
        code = RESET_CODE.new(chamber.random(f"account:{account}:reset", RESET_CODE.random_bytes))
        session.add(
            OneTimeCode(
                code_hash=RESET_CODE.digest(code),
                purpose="reset",
                account_id=account,
                issued_by=actor,
                created_at=now,
                expires_at=now + RESET_LIFE,
            )
        )
        accounts.note(session, actor, account, "issue reset", now)
        security_mail.tell_owner(session, chamber, "code", row, RESET_CODE.digest(code), now)
        return RESET_CODE.format(code)


def use_reset(chamber: Chamber, code: str, password: str, source: str, *, now: datetime) -> Entry:
    """Set the password with a reset code, once; every session of the account ends. The same words for every wrong code.

    Raises RefusedError (code, password), TooManyTriesError.
    """
    throttle.spend("code_source", source, now)
    typed = RESET_CODE.digest(RESET_CODE.normalize(code) or "")
    usable = (
        select(Account.id, Account.email, Account.name)
        .join(OneTimeCode, OneTimeCode.account_id == Account.id)
        .where(
            OneTimeCode.code_hash == typed,
            OneTimeCode.purpose == "reset",
            OneTimeCode.used_at.is_(None),
            OneTimeCode.expires_at > now,
            Account.active,
        )
    )
    row = db.session.execute(usable).one_or_none()
    if row is None:
        raise accounts.refuse(_RESET_REFUSED, "code")
    staff = bool(offices_of(db.session(), row.id, chamber.day(now)))
    db.session.rollback()
    passwords.check_new(chamber, password, staff=staff, about=(row.email, row.name))
    _set_password(chamber, row.id, password, now, code=typed)
    return Entry(row.id, staff)


def _set_password(chamber: Chamber, account: int, password: str, now: datetime, code: str = "") -> None:
    hashed = passwords.hash_of(chamber, password)
    with transaction() as session:
        if code and not mark_used(session, code, now):
            raise accounts.refuse(_RESET_REFUSED, "code")
        row = accounts.account_row(session, account)
        if not row.active:
            raise accounts.refuse(_RESET_REFUSED, "code")
        row.password_hash = hashed
        accounts.void_codes(session, account, now)
        browser_sessions.end_all_in(session, account)
        accounts.note(session, account, account, "set password", now)
        security_mail.tell_owner(session, chamber, "password", row, hashed, now)


def mark_used(session: Session, code_hash: str, now: datetime) -> bool:
    """Use a one-time code up, inside the caller's transaction; False where that was done before, or it is too late."""
    result = session.execute(
        update(OneTimeCode)
        .where(OneTimeCode.code_hash == code_hash, OneTimeCode.used_at.is_(None), OneTimeCode.expires_at > now)
        .values(used_at=now)
    )
    return bool(result.rowcount)  # type: ignore[attr-defined]  # an UPDATE has one
