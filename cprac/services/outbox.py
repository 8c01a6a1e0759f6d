"""The outbox: mails leave after the act, by plain SMTP, at least once; or a person hands them over.

A row is *claimed* in one short transaction, sent without any lock, and *marked* in another. Exactly once is impossible
over SMTP: who dies between the server's yes and the mark sends that one mail again, with the same Message-ID, so that
it can be recognised. No database lock is held while a mail server thinks.
"""

from __future__ import annotations

import logging
import re
import smtplib
import time
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime, parseaddr
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from cprac.domain.roles import Office
from cprac.domain.words import N_
from cprac.persistence.database import db, transaction
from cprac.persistence.models import Case, Finding, Notice, OutboxMail
from cprac.persistence.viewers import offices_of
from cprac.services import findings, heartbeats, notice_history, submissions
from cprac.services.chamber import Chamber
from cprac.services.errors import NotFoundError
from cprac.services.findings import Kind
from cprac.services.mail_server import Connect, Transport, connect
from cprac.services.notice_history import Happened, Returned

CLAIM = timedelta(minutes=5)
"""How long a claimed mail is left alone: longer than any conversation with the server may take."""

PER_RUN = 5000
"""Mails of one run: what an hour without a server left leaves in one."""

BUDGET = 240
"""Seconds after which a run ends, so that its heartbeat is seen; the next minute goes on."""

HANG_UPS = 2
"""Conversations in a row that the server ends before it answers: then it is the server, not a mail."""

MOST_TRIES = 100
"""Tries after which a mail that is always put off (about a day) is for a person."""

UNAVAILABLE = 421
"""The answer of a server that closes: about the server, whatever it was asked (RFC 5321, 3.8)."""

HANDED_BY = frozenset({Office.REGISTRY, Office.COORDINATOR})
HANDABLE = ("by_hand", "failed")

LOCAL_PART = r"[^\s<>,;:\"()\[\]\\@\x00-\x1f\x7f]+"
DOMAIN = r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?"
BAD_ADDRESS = N_("endereço inválido")
RETURNED = "returned"
"""In ``last_error``: a person said that the mail came back."""

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Sent:
    """What a run of the dispatcher did. ``unreachable``: why the server cannot be used, empty where it can."""

    sent: int = 0
    postponed: int = 0
    failed: int = 0
    unreachable: str = ""

    @property
    def answered(self) -> bool:
        """Whether the server said something about a mail: then it works."""
        return bool(self.sent or self.failed or self.postponed)


def message_id(mail_id: int, created_at: datetime, base_url: str) -> str:
    """The Message-ID of an outbox row: always the same, whichever process sends it and how often."""
    host = urlsplit(base_url).hostname or "localhost"
    return f"<aviso-{mail_id}.{int(created_at.timestamp())}@{host}>"


def _one_line(text: str) -> str:
    """*text* without line breaks and control characters: no value may add a header."""
    return re.sub(r"[\x00-\x1f\x7f\u2028\u2029]+", " ", text).strip()


def sender_of(mail_from: str) -> Address:
    """Who mails come from; ValueError where ``CPRAC_MAIL_FROM`` is no address."""
    name, address = parseaddr(mail_from)
    try:
        return Address(_one_line(name), addr_spec=address)
    except (ValueError, IndexError, HeaderParseError):
        raise ValueError("CPRAC_MAIL_FROM: escreva como em Câmara de Contagem <camara@exemplo.gov.br>") from None


def compose(mail: OutboxMail, sender: Address, base_url: str) -> EmailMessage:
    """The message of an outbox row. ValueError where its address cannot be one."""
    local, _, domain = mail.to_email.strip().rpartition("@")
    try:
        ascii_domain = domain.encode("idna").decode()
        recipient = Address(_one_line(mail.to_name), username=local, domain=ascii_domain)
    except (ValueError, IndexError, HeaderParseError):
        raise ValueError(BAD_ADDRESS) from None
    if not re.fullmatch(LOCAL_PART, local) or not re.fullmatch(DOMAIN, ascii_domain):
        raise ValueError(BAD_ADDRESS)
    message = EmailMessage(policy=SMTP if local.isascii() else SMTPUTF8)
    message["From"] = sender
    message["To"] = recipient
    message["Subject"] = _one_line(mail.subject)
    message["Date"] = format_datetime(mail.created_at)
    message["Message-ID"] = message_id(mail.id, mail.created_at, base_url)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.body, cte="quoted-printable")  # not every server on the way takes 8-bit lines
    message["Content-Language"] = "pt-BR"
    return message


def back_off(attempts: int) -> timedelta:
    """How long to wait after the given number of tries: 1, 2, 4, 8, then 15 minutes."""
    return timedelta(minutes=min(2 ** max(attempts - 1, 0), 15))


def send_due(chamber: Chamber, now: datetime, limit: int = PER_RUN, *, connect: Connect = connect) -> Sent:
    """Send what is queued and due, oldest first, at most *limit* mails. Several dispatchers may run at once.

    A server that cannot be reached, or says that it closes, costs no mail a try: the run ends and all wait for the
    next; one finding says so until it is back. A mail that the server refuses for now waits longer each time; one that
    it refuses for good is marked ``failed``, goes to the registry's list and does not stop the others.
    """
    done = Sent()
    if _any_due(now):
        if chamber.smtp_url:
            _send_all(chamber, now, limit, connect, done)
        else:
            _leave_to_people(now)
    with transaction() as session:
        _alert(session, done, now)
        heartbeats.beat(session, heartbeats.OUTBOX, now, asdict(done))
    return done


def _alert(session: Session, done: Sent, now: datetime) -> None:
    """One open finding while the server cannot be used, gone when it has answered or nothing waits for it."""
    if done.unreachable:
        findings.report(session, Kind.SMTP_DOWN, Kind.SMTP_DOWN, now, detail=done.unreachable)
        return
    known = session.scalar(
        select(Finding.detail).where(Finding.key == Kind.SMTP_DOWN.value, Finding.resolved_at.is_(None))
    )
    if known is None:
        return
    waits = select(OutboxMail.id).where(OutboxMail.status == "queued").limit(1)
    if done.answered or session.scalar(waits) is None:
        findings.resolve(session, [Kind.SMTP_DOWN], now)
    else:
        done.unreachable = known  # nobody asked the server now: what was known of it still is


def _send_all(chamber: Chamber, now: datetime, limit: int, connect: Connect, done: Sent) -> None:
    server: Transport | None = None
    sender = Address()
    started = time.monotonic()
    hung_up = 0
    try:
        for _ in range(limit):
            if time.monotonic() - started > BUDGET:
                return
            if server is None:
                try:
                    sender = sender_of(chamber.mail_from)
                    server = connect(chamber.smtp_url)
                except (OSError, smtplib.SMTPException, ValueError) as error:
                    done.unreachable = _reason(error)
                    log.warning("the mail server cannot be used: %s", done.unreachable)
                    return
            at = now + timedelta(seconds=time.monotonic() - started)  # a claim must not be old when it is made
            mail = _claim(at)
            if mail is None:
                return
            outcome = _send(server, mail, sender, chamber.base_url)
            _mark(mail.id, outcome, at)
            hung_up = hung_up + 1 if outcome.lost else 0
            if outcome.ours or hung_up >= HANG_UPS:
                done.unreachable = outcome.error
                return
            if outcome.lost:
                _leave(server)
                server = None
            else:
                _count(done, outcome)
    finally:
        if server is not None:
            _leave(server)


def _leave_to_people(now: datetime) -> None:
    """The mail server was taken out of the settings: what still waits for one is for the registry to hand over."""
    with transaction() as session:
        waits = OutboxMail.status == "queued"
        told = session.scalars(update(OutboxMail).where(waits).values(status="by_hand").returning(OutboxMail.notice_id))
        notice_history.record_many(session, told.all(), Happened.BY_HAND, now)


@dataclass(frozen=True, slots=True)
class _Outcome:
    """How one sending ended.

    ``lost``: the conversation is over; ``ours``: it is about the server or the sender, not this mail; ``name``: the
    Message-ID that the server accepted.
    """

    status: str
    error: str = ""
    lost: bool = False
    ours: bool = False
    name: str = ""


def _due(now: datetime) -> Any:
    return select(OutboxMail).where(OutboxMail.status == "queued", OutboxMail.next_try_at <= now)


def _any_due(now: datetime) -> bool:
    found = db.session.scalar(_due(now).with_only_columns(OutboxMail.id).limit(1))
    db.session.rollback()
    return found is not None


def _claim(now: datetime) -> OutboxMail | None:
    """Take the next mail for this process: nobody else touches it until the claim is old."""
    with transaction() as session:
        query = _due(now).order_by(OutboxMail.next_try_at, OutboxMail.id).limit(1).with_for_update(skip_locked=True)
        mail = session.scalar(query)
        if mail is None:
            return None
        mail.attempts += 1
        mail.next_try_at = now + max(CLAIM, back_off(mail.attempts))
        notice_history.record(session, mail.notice_id, Happened.SENT, now, detail=str(mail.attempts))
        session.flush()  # before it leaves the session
        session.expunge(mail)
        return mail


def _send(server: Transport, mail: OutboxMail, sender: Address, base_url: str) -> _Outcome:
    try:
        message = compose(mail, sender, base_url)
        server.send_message(message, sender.addr_spec, [message["To"].addresses[0].addr_spec])
    except smtplib.SMTPRecipientsRefused as error:
        code, text = next(iter(error.recipients.values()))
        return _answer(code, text)
    except smtplib.SMTPSenderRefused as error:
        return _Outcome("queued", _said(error.smtp_code, error.smtp_error), ours=True)
    except smtplib.SMTPDataError as error:
        return _answer(error.smtp_code, error.smtp_error)
    except smtplib.SMTPNotSupportedError as error:
        return _Outcome("failed", _reason(error))
    except ValueError as error:
        return _Outcome("failed", _reason(error))
    except (OSError, smtplib.SMTPException) as error:
        return _Outcome("queued", _reason(error), lost=True)
    return _Outcome("sent", name=str(message["Message-ID"]).strip("<> "))


def _answer(code: int, text: bytes | str) -> _Outcome:
    """What a server's no means: for good, for now, or that it closes."""
    if code == UNAVAILABLE:
        return _Outcome("queued", _said(code, text), ours=True)
    return _Outcome("failed" if code >= 500 else "queued", _said(code, text))


def _mark(mail_id: int, outcome: _Outcome, now: datetime) -> None:
    with transaction() as session:
        mail = session.scalars(select(OutboxMail).where(OutboxMail.id == mail_id).with_for_update()).one()
        for_good = outcome.status == "failed" or (not outcome.ours and mail.attempts >= MOST_TRIES)
        if outcome.status == "sent":
            notice_history.record(session, mail.notice_id, Happened.ACCEPTED, now, detail=outcome.name)
        if mail.status != "queued":
            return  # set aside meanwhile, or handed over: what is written stays
        mail.last_error = outcome.error[:300]
        if outcome.status == "sent":
            mail.status, mail.sent_at = "sent", now
        elif for_good:
            mail.status = "failed"
            notice_history.record(session, mail.notice_id, Happened.REFUSED, now, detail=outcome.error)
        elif outcome.ours:
            mail.attempts, mail.next_try_at = mail.attempts - 1, mail.created_at  # first in the next run, as before
        else:
            mail.next_try_at = now + back_off(mail.attempts)


def _count(done: Sent, outcome: _Outcome) -> None:
    if outcome.status == "sent":
        done.sent += 1
    elif outcome.status == "failed":
        done.failed += 1
    else:
        done.postponed += 1


def _leave(server: Transport) -> None:
    try:
        server.quit()
    except (OSError, smtplib.SMTPException):
        log.debug("the mail server hung up first")


def _said(code: int, text: bytes | str) -> str:
    """What a server answered, without the address it repeats."""
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return re.sub(r"\S+@\S+", "…", _one_line(f"{code} {words}"))


def _reason(error: BaseException) -> str:
    return re.sub(r"\S+@\S+", "…", _one_line(str(error) or type(error).__name__))[:300]


def mark_handed(chamber: Chamber, account: int, mail_id: int, now: datetime, key: str) -> None:
    """The registry says that it handed a notice over by other means. Ten equal submissions are one.

    Raises NotFoundError where there is no such mail waiting, or *account* is not of the registry or the coordination.
    """
    with transaction() as session:
        if submissions.claim(session, key, account, submissions.fingerprint("handed", mail_id), now) is not None:
            return
        mail = _waiting(session, chamber, account, mail_id, now)
        mail.status, mail.sent_at, mail.handed_by = "handed", now, account
        notice_history.record(session, mail.notice_id, Happened.HANDED, now, account=account)
        submissions.answer(session, key, {"mail": mail_id})


def record_return(
    chamber: Chamber, account: int, number: str, ordinal: int, reason: Returned, now: datetime, key: str
) -> None:
    """The registry says that the mail of the notice *ordinal* came back: it is to be handed over by other means.

    Raises NotFoundError where no mail of such a notice has left, or *account* is not of the registry or coordination.
    """
    asked = submissions.fingerprint("returned", number, ordinal, reason.value)
    with transaction() as session:
        if submissions.claim(session, key, account, asked, now) is not None:
            return
        if not offices_of(session, account, chamber.day(now)) & HANDED_BY:
            raise NotFoundError(number)
        mail = session.scalar(
            select(OutboxMail)
            .join(Notice, Notice.id == OutboxMail.notice_id)
            .join(Case, Case.id == Notice.case_id)
            .where(Case.number == number, Notice.ordinal == ordinal, OutboxMail.status == "sent")
            .with_for_update(of=OutboxMail)
        )
        if mail is None:
            raise NotFoundError(number)
        mail.status, mail.last_error = "failed", RETURNED
        notice_history.record(session, mail.notice_id, Happened.RETURNED, now, account=account, detail=reason.value)
        submissions.answer(session, key, {"mail": mail.id})


def _waiting(session: Session, chamber: Chamber, account: int, mail_id: int, now: datetime) -> OutboxMail:
    if not offices_of(session, account, chamber.day(now)) & HANDED_BY:
        raise NotFoundError(str(mail_id))
    mail = session.scalar(
        select(OutboxMail).where(OutboxMail.id == mail_id, OutboxMail.status.in_(HANDABLE)).with_for_update()
    )
    if mail is None:
        raise NotFoundError(str(mail_id))
    return mail
