"""Notices: who must be told of an act, by which channel, and the outbox row that a mail leaves from.

A mail carries a link and the number of the case, never content; its Message-ID derives from its row, so a repeated
sending is recognised. A deadline that starts at receipt opens when the receipt is recorded, not when the mail leaves.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from cprac.domain.facts import CaseFacts, from_plain
from cprac.domain.lifecycle import Decision
from cprac.domain.roles import Office, Role
from cprac.domain.transitions_table import Tell
from cprac.domain.words import N_
from cprac.persistence.models import Account, Case, CaseRole, Notice, OfficeHolding, OutboxMail, Party
from cprac.services import notice_history
from cprac.services.chamber import Chamber
from cprac.services.notice_history import Happened

SUBJECT = N_("Aviso da {chamber}: caso {number}")
BODY = N_(
    "Há um aviso novo para você no caso {number}.\n\n"
    "Para ler, entre em:\n{link}\n\n"
    "Se você ainda não tem senha, use o código que está no comprovante.\n"
    "Não responda a esta mensagem.\n\n{chamber}\n"
)


@dataclass(frozen=True, slots=True)
class Recipient:
    """One addressee: a party by ordinal, an account, a name and, where known, an e-mail address."""

    name: str
    email: str = ""
    party: int | None = None
    account: int | None = None


def _accounts_with_role(session: Session, case: Case, role: Role, now: datetime) -> list[Account]:
    return list(
        session.scalars(
            select(Account)
            .join(CaseRole, CaseRole.account_id == Account.id)
            .where(
                CaseRole.case_id == case.id,
                CaseRole.role == role,
                CaseRole.from_at <= now,
                or_(CaseRole.until_at.is_(None), CaseRole.until_at > now),
                Account.active,
            )
            .order_by(Account.id)
        )
    )


def _accounts_with_office(session: Session, chamber: Chamber, office: Office, now: datetime) -> list[Account]:
    on = chamber.day(now)
    return list(
        session.scalars(
            select(Account)
            .join(OfficeHolding)
            .where(
                OfficeHolding.office == office,
                OfficeHolding.from_on <= on,
                or_(OfficeHolding.until_on.is_(None), OfficeHolding.until_on >= on),
                Account.active,
            )
            .order_by(Account.id)
        ).unique()
    )


def _party(session: Session, case: Case, party: Party, now: datetime) -> list[Recipient]:
    """A party is told once; the city through its attorney where there is one, else through its agency."""
    if party.kind == "city":
        attorneys = _accounts_with_role(session, case, Role.MUNICIPAL_ATTORNEY, now)
        if attorneys:
            return [Recipient(a.name, a.email, party.ordinal, a.id) for a in attorneys[:1]]
        return [Recipient(party.name, party.agency.email if party.agency else "", party.ordinal)]
    email = party.person.email if party.person else ""
    account = session.scalar(
        select(CaseRole.account_id)
        .where(
            CaseRole.case_id == case.id,
            CaseRole.party_ordinal == party.ordinal,
            CaseRole.role.in_((Role.APPLICANT, Role.INVITEE)),
            CaseRole.until_at.is_(None),
        )
        .order_by(CaseRole.id)
        .limit(1)
    )
    return [Recipient(party.name, email, party.ordinal, account)]


def recipients(
    session: Session, chamber: Chamber, case: Case, tell: Tell, now: datetime, debtor: int | None
) -> list[Recipient]:
    """The people whom *tell* means in this case, now."""
    by_side = {"applicant": ("applicant",), "invitees": ("invitee",), "parties": ("applicant", "invitee", "interested")}
    parties = list(session.scalars(select(Party).where(Party.case_id == case.id).order_by(Party.ordinal)))
    if tell.audience in by_side:
        return [
            r for party in parties if party.side in by_side[tell.audience] for r in _party(session, case, party, now)
        ]
    if tell.audience == "city":
        return [r for party in parties if party.kind == "city" for r in _party(session, case, party, now)]
    if tell.audience == "debtor":
        return [r for party in parties if party.ordinal == debtor for r in _party(session, case, party, now)]
    if tell.audience == "agency":
        return []
    if tell.audience == "attorney_general":
        accounts = _accounts_with_office(session, chamber, Office.ATTORNEY_GENERAL, now)
    else:
        accounts = _accounts_with_role(session, case, Role(tell.audience), now)
    return [Recipient(account.name, account.email, None, account.id) for account in accounts]


def tell(  # noqa: PLR0913
    session: Session,
    chamber: Chamber,
    case: Case,
    decision: Decision,
    version: int,
    now: datetime,
    channel: str,
    debtor: int | None,
    *,
    actor: int | None = None,
    only: frozenset[int] | None = None,
) -> list[Notice]:
    """Create the notices of *decision*'s row with their outbox rows. Each recipient is told of an act once.

    Not told: a party that was out of the talks before the act, and whoever of the chamber did the act (*actor*).
    *only*: of the invitees, where it is they who are told, those that the act is about.
    """
    given: list[Notice] = []
    if not decision.row.tells:
        return given
    out = _out_of_the_talks(case, decision.facts)
    told: dict[tuple[int | None, int | None, str], tuple[str, Recipient]] = {}
    for each in decision.row.tells:
        for recipient in recipients(session, chamber, case, each, now, debtor):
            by_itself = recipient.party is None and recipient.account == actor
            beside = only is not None and each.audience == "invitees" and recipient.party not in only
            if by_itself or beside or recipient.party in out:
                continue
            told.setdefault((recipient.party, recipient.account, each.starts), (each.audience, recipient))
    for (_party_ordinal, _account, starts), (audience, recipient) in told.items():
        given.append(
            Notice(
                case_id=case.id,
                act=decision.act.value,
                version=version,
                audience=audience,
                party_ordinal=recipient.party,
                account_id=recipient.account,
                channel=channel,
                starts=starts,
                created_at=now,
            )
        )
    _give(session, chamber, case, given, [recipient for _audience, recipient in told.values()], now)
    return given


def _out_of_the_talks(case: Case, after: CaseFacts) -> frozenset[int]:
    """The parties that had left, by declining or by silence, before what happens now: it is not for them to know."""
    if not case.facts:
        return frozenset()
    before = {party.id: party for party in from_plain(CaseFacts, case.facts).parties}
    return frozenset(
        party.id
        for party in after.parties
        if party.id in before and not (party.takes_part or before[party.id].takes_part)
    )


def _give(
    session: Session, chamber: Chamber, case: Case, given: Sequence[Notice], to: Sequence[Recipient], now: datetime
) -> None:
    """Number the notices *given*, put the mail of each in the outbox and begin its history."""
    if not given:
        return
    count = session.scalar(select(func.count()).select_from(Notice).where(Notice.case_id == case.id)) or 0
    for ordinal, notice in enumerate(given, count + 1):
        notice.ordinal = ordinal
    session.add_all(given)
    session.flush()  # the outbox rows name the notices
    for notice, recipient in zip(given, to, strict=True):
        mail = enqueue(session, chamber, case, recipient, now, f"notice:{case.id}:{notice.ordinal}", notice.id)
        notice_history.record(session, notice.id, Happened.CREATED, now)
        notice_history.record(session, notice.id, notice_history.first_of(mail.status), now)


def tell_undone(
    session: Session,
    chamber: Chamber,
    case: Case,
    undone: Iterable[Notice],
    act: str,
    version: int,
    now: datetime,
    *,
    actor: int | None,
) -> list[Notice]:
    """Tell whoever was told of an act that it was set aside: once each, and nobody who has left the case meanwhile."""
    parties = {row.ordinal: row for row in session.scalars(select(Party).where(Party.case_id == case.id))}
    told: dict[tuple[int | None, int | None], tuple[str, Recipient]] = {}
    for notice in undone:
        if notice.party_ordinal is not None:
            party = parties.get(notice.party_ordinal)
            found = [] if party is None else _party(session, case, party, now)
        else:
            everybody = recipients(session, chamber, case, Tell(notice.audience), now, None)
            found = [each for each in everybody if each.account == notice.account_id and each.account != actor]
        for recipient in found:
            key = (recipient.party, None if recipient.party else recipient.account)
            told.setdefault(key, (notice.audience, recipient))
    given = [
        Notice(
            case_id=case.id,
            act=act,
            version=version,
            audience=audience,
            party_ordinal=recipient.party,
            account_id=recipient.account,
            created_at=now,
        )
        for audience, recipient in told.values()
    ]
    _give(session, chamber, case, given, [recipient for _audience, recipient in told.values()], now)
    return given


def cancel(session: Session, notice: Notice, now: datetime, account: int | None) -> None:
    """Take *notice* back: it starts nothing any more, and its mail does not leave if it has not left."""
    notice.cancelled_at = now
    notice_history.record(session, notice.id, Happened.CANCELLED, now, account=account)
    for mail in session.scalars(select(OutboxMail).where(OutboxMail.notice_id == notice.id)):
        if mail.status in ("queued", "by_hand", "failed"):
            mail.status = "cancelled"


def give_up(session: Session, case: Case, party: int, starts: str, now: datetime, account: int | None) -> int:
    """Take back what *party* did not receive and is sent again another way; return how many notices."""
    query = select(Notice).where(
        Notice.case_id == case.id,
        Notice.party_ordinal == party,
        Notice.starts == starts,
        Notice.served_at.is_(None),
        Notice.cancelled_at.is_(None),
    )
    lost = list(session.scalars(query))
    for notice in lost:
        cancel(session, notice, now, account)
    return len(lost)


def enqueue(
    session: Session,
    chamber: Chamber,
    case: Case,
    recipient: Recipient,
    now: datetime,
    dedupe_key: str,
    notice_id: int | None,
) -> OutboxMail:
    """Put one mail in the outbox; without an address or a mail server it waits to be sent by hand."""
    name = chamber.regulation.chamber.short_name
    number = case.number
    mail = OutboxMail(
        dedupe_key=dedupe_key,
        case_id=case.id,
        notice_id=notice_id,
        to_name=recipient.name,
        to_email=recipient.email,
        subject=SUBJECT.format(chamber=name, number=number),
        body=BODY.format(number=number, link=f"{chamber.base_url}/entrar", chamber=name),
        status="queued" if recipient.email and chamber.smtp_url else "by_hand",
        created_at=now,
        next_try_at=now,
    )
    session.add(mail)
    return mail


def waiting(notices: Iterable[Notice]) -> list[Notice]:
    """Those whose receipt starts a deadline and is not recorded yet."""
    return [notice for notice in notices if notice.starts and notice.served_at is None and notice.cancelled_at is None]
