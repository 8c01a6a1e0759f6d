"""People who sign in: accounts, offices with their dates and acts, leave. Their passwords are in ``credentials``.

Who may do what is looked at again inside each transaction. ``actor`` None is the command line of who runs the machine.
Whatever takes something from an account (office, access, password) ends its sessions in every process at once.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from cprac.domain.roles import Office
from cprac.domain.subject import Refusal
from cprac.domain.words import N_
from cprac.persistence.database import db, transaction
from cprac.persistence.models import AccessLog, Account, Leave, OfficeHolding, OneTimeCode
from cprac.persistence.viewers import offices_of
from cprac.services import browser_sessions, passwords
from cprac.services.chamber import Chamber
from cprac.services.errors import NotFoundError, RefusedError


def refuse(template: str, field: str = "", **params: object) -> RefusedError:
    """A refusal in plain words, about *field* of the form."""
    return RefusedError(Refusal(template, kind="value" if field else "rule", field=field, params=params))


def clean_email(text: str) -> str:
    """*text* as an e-mail address in the one form that is stored; no server is asked. RefusedError if it is none."""
    try:
        return validate_email(text.strip(), check_deliverability=False).normalized.casefold()
    except EmailNotValidError:
        raise refuse(N_("Escreva um endereço de e-mail completo, como nome@exemplo.com.br"), "email") from None


# --- People -----------------------------------------------------------------------------------------------------------


def create(  # noqa: PLR0913  (an account and its first office are these things)
    chamber: Chamber,
    actor: int | None,
    email: str,
    name: str,
    *,
    now: datetime,
    office: Office | None = None,
    from_on: date | None = None,
    legal_act: str = "",
    password: str = "",
) -> int:
    """Create an account, with a first office from *from_on* (today) where one is given; return its id.

    Without *password* it cannot sign in until a reset code sets one. RefusedError: address taken or wrong, no name,
    weak password. NotFoundError: *actor* is no administrator.
    """
    address, name = clean_email(email), _clean_name(name)
    on = chamber.day(now)
    hashed = ""
    if password:
        passwords.check_new(chamber, password, staff=office is not None, about=(address, name))
        hashed = passwords.hash_of(chamber, password)
    with transaction() as session:
        require(session, actor, on, Office.ADMINISTRATOR)
        account = add(session, address, name, hashed, now)
        if office is not None:
            session.add(
                OfficeHolding(account_id=account.id, office=office, from_on=from_on or on, legal_act=legal_act.strip())
            )
        note(session, actor, account.id, "create", now)
        return account.id


def add(session: Session, address: str, name: str, hashed: str, now: datetime) -> Account:
    """The row of a new account, inside the caller's transaction. RefusedError where the address is taken."""
    account = Account(email=address, name=name, password_hash=hashed, created_at=now)
    session.add(account)
    try:
        session.flush()
    except IntegrityError:
        raise refuse(N_("Já existe uma conta com este e-mail."), "email") from None
    return account


def rename(chamber: Chamber, actor: int | None, account: int, *, name: str, email: str, now: datetime) -> None:
    """Correct the name and the address of an account. A new address ends its sessions and its unused codes."""
    address, name = clean_email(email), _clean_name(name)
    with transaction() as session:
        require(session, actor, chamber.day(now), Office.ADMINISTRATOR)
        row = account_row(session, account)
        if row.email != address:
            void_codes(session, account, now)
            browser_sessions.end_all_in(session, account)
        row.name, row.email = name, address
        try:
            session.flush()
        except IntegrityError:
            raise refuse(N_("Já existe uma conta com este e-mail."), "email") from None
        note(session, actor, account, "rename", now)


def disable(chamber: Chamber, actor: int | None, account: int, *, now: datetime) -> None:
    """Shut an account: its sessions and codes end now; its offices and roles stay on record and count for nothing."""
    with transaction() as session:
        require(session, actor, chamber.day(now), Office.ADMINISTRATOR)
        row = account_row(session, account)
        if account == actor:
            raise refuse(N_("Outra pessoa da administração precisa desativar a sua conta."))
        row.active = False
        session.flush()
        _someone_left(session, actor, chamber.day(now))
        void_codes(session, account, now)
        browser_sessions.end_all_in(session, account)
        note(session, actor, account, "disable", now)


def enable(chamber: Chamber, actor: int | None, account: int, *, now: datetime) -> None:
    """Open an account that was shut."""
    with transaction() as session:
        require(session, actor, chamber.day(now), Office.ADMINISTRATOR)
        account_row(session, account).active = True
        note(session, actor, account, "enable", now)


# --- Offices and leave ------------------------------------------------------------------------------------------------


def grant(
    chamber: Chamber,
    actor: int | None,
    account: int,
    office: Office,
    *,
    now: datetime,
    from_on: date | None = None,
    until_on: date | None = None,
    legal_act: str = "",
) -> int:
    """Give *account* an office from *from_on* (today) to *until_on*, both included; return the holding's id.

    The first office of an account takes its password away: whoever made the account with a claim code was never asked
    whose address it is. A code handed over in person sets the next one, under the rules for who works here.
    """
    on = chamber.day(now)
    start = from_on or on
    if until_on is not None and until_on < start:
        raise refuse(N_("O último dia não pode vir antes do primeiro."), "until_on")
    with transaction() as session:
        require(session, actor, on, Office.ADMINISTRATOR)
        row = account_row(session, account)
        same = select(OfficeHolding.id).where(
            OfficeHolding.account_id == account,
            OfficeHolding.office == office,
            or_(OfficeHolding.until_on.is_(None), OfficeHolding.until_on >= start),
            OfficeHolding.from_on <= (until_on or date.max),
        )
        if session.scalars(same).first() is not None:
            raise refuse(N_("A pessoa já tem esta função nesse período."), "office")
        if not ever_held_office(session, account):
            row.password_hash = ""
            void_codes(session, account, now)
        holding = OfficeHolding(
            account_id=account, office=office, from_on=start, until_on=until_on, legal_act=legal_act.strip()[:200]
        )
        session.add(holding)
        session.flush()
        browser_sessions.end_all_in(session, account)
        note(session, actor, account, f"grant {office.value}", now)
        return holding.id


def end_office(chamber: Chamber, actor: int | None, holding: int, *, until_on: date, now: datetime) -> int:
    """End an office with *until_on* as its last day; return whose it was. At once: disable the account."""
    on = chamber.day(now)
    with transaction() as session:
        require(session, actor, on, Office.ADMINISTRATOR)
        row = session.get(OfficeHolding, holding)
        if row is None:
            raise NotFoundError
        if until_on < row.from_on:
            raise refuse(N_("O último dia não pode vir antes do primeiro."), "until_on")
        row.until_on = until_on
        session.flush()
        _someone_left(session, actor, max(on, until_on + timedelta(days=1)))
        browser_sessions.end_all_in(session, row.account_id)
        note(session, actor, row.account_id, f"end {row.office.value}", now)
        return row.account_id


def add_leave(
    chamber: Chamber, actor: int | None, account: int, *, from_on: date, until_on: date, reason: str, now: datetime
) -> None:
    """Note the days, both included, on which a person of the chamber is away."""
    if until_on < from_on:
        raise refuse(N_("O último dia não pode vir antes do primeiro."), "until_on")
    with transaction() as session:
        require(session, actor, chamber.day(now), Office.ADMINISTRATOR, Office.COORDINATOR)
        account_row(session, account)
        session.add(Leave(account_id=account, from_on=from_on, until_on=until_on, reason=reason.strip()[:200]))
        note(session, actor, account, "leave", now)


def drop_leave(chamber: Chamber, actor: int | None, leave: int, *, now: datetime) -> int:
    """Withdraw days of leave; return whose they were."""
    with transaction() as session:
        require(session, actor, chamber.day(now), Office.ADMINISTRATOR, Office.COORDINATOR)
        row = session.get(Leave, leave)
        if row is None:
            raise NotFoundError
        session.delete(row)
        note(session, actor, row.account_id, "drop leave", now)
        return row.account_id


# --- One's own account ------------------------------------------------------------------------------------------------


def set_portal_consent(chamber: Chamber, account: int, *, agrees: bool, now: datetime) -> None:
    """Record that this person agrees, from today, to be notified on the portal; or no longer does."""
    with transaction() as session:
        row = account_row(session, account)
        row.portal_consent_on = (row.portal_consent_on or chamber.day(now)) if agrees else None
        note(session, account, account, "portal consent" if agrees else "portal consent withdrawn", now)


def record_paper_consent(chamber: Chamber, actor: int, account: int, signed_on: date, *, now: datetime) -> None:
    """Record that this person adhered on paper, on the day *signed_on*: it counts from today, when it is known here.

    An earlier notice was not given under it. Raises NotFoundError where *actor* is not of the registry or coordination,
    RefusedError where the person adhered already, works in the chamber, or the day lies ahead.
    """
    on = chamber.day(now)
    if signed_on > on:
        raise refuse(N_("A data não pode estar no futuro. Escreva o dia em que a pessoa assinou."), "signed_on")
    with transaction() as session:
        require(session, actor, on, Office.REGISTRY, Office.COORDINATOR)
        row = account_row(session, account)
        if offices_of(session, account, on):
            raise refuse(N_("Esta conta é de quem trabalha na Câmara. Escreva o e-mail da parte."), "email")
        if row.portal_consent_on is not None:
            raise refuse(N_("Esta pessoa já aderiu ao portal. Não é preciso fazer nada."), "email")
        row.portal_consent_on = on
        note(session, actor, account, f"paper {signed_on.isoformat()}", now)


# --- Checks -----------------------------------------------------------------------------------------------------------


def require(session: Session, actor: int | None, on: date, *offices: Office) -> frozenset[Office]:
    """The offices *actor* holds today, one of *offices* among them. NotFoundError otherwise, as for a missing page."""
    if actor is None:
        return frozenset()
    held = offices_of(session, actor, on)
    if held.isdisjoint(offices):
        raise NotFoundError
    return held


def _someone_left(session: Session, actor: int | None, on: date) -> None:
    """Refuse what would leave the chamber without an administrator on the day *on*; the command line may."""
    if actor is None:
        return
    still = (
        select(Account.id)
        .join(OfficeHolding)
        .where(
            Account.active,
            OfficeHolding.office == Office.ADMINISTRATOR,
            OfficeHolding.from_on <= on,
            or_(OfficeHolding.until_on.is_(None), OfficeHolding.until_on >= on),
        )
    )
    if session.scalars(still).first() is None:
        raise refuse(N_("A câmara ficaria sem administração do sistema. Dê antes esta função a outra pessoa."))


def has_password(account: int) -> bool:
    """Whether *account* can sign in with a password; False while it waits for a code."""
    found = bool(db.session.scalar(select(Account.password_hash).where(Account.id == account)))
    db.session.rollback()
    return found


def ever_held_office(session: Session, account: int) -> bool:
    """Whether *account* holds or held any office."""
    return session.scalars(select(OfficeHolding.id).where(OfficeHolding.account_id == account)).first() is not None


def account_row(session: Session, account: int) -> Account:
    """The account, locked for this transaction. NotFoundError."""
    row = session.get(Account, account, with_for_update=True)
    if row is None:
        raise NotFoundError
    return row


def void_codes(session: Session, account: int, now: datetime) -> None:
    """The reset codes of *account* that nobody used are worth nothing any more."""
    unused = update(OneTimeCode).where(OneTimeCode.account_id == account, OneTimeCode.used_at.is_(None))
    session.execute(unused.where(OneTimeCode.purpose == "reset").values(used_at=now))


def note(session: Session, actor: int | None, account: int, action: str, now: datetime) -> None:
    """Write who did what to an account into the access log, which forgets nothing."""
    session.add(AccessLog(at=now, account_id=actor, case_id=None, item=f"account:{account}", action=action[:20]))


def _clean_name(name: str) -> str:
    kept = " ".join("".join(character for character in name if character.isprintable()).split())[:200]
    if not kept:
        raise refuse(N_("Escreva o nome."), "name")
    return kept
