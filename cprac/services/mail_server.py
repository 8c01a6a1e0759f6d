"""The conversation with the mail server: where it is, how to speak to it, nothing in clear text where TLS is asked."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

TIMEOUT = 30
"""Seconds to wait for the mail server."""


@dataclass(frozen=True, slots=True)
class SmtpAddress:
    """Where and how mails leave. ``security``: none, starttls (required) or tls (from the first byte)."""

    host: str
    port: int
    security: str
    user: str = ""
    password: str = ""


class Transport(Protocol):
    """What the dispatcher needs of ``smtplib.SMTP``."""

    def send_message(self, msg: EmailMessage, from_addr: str, to_addrs: list[str], /) -> Any:
        """Hand one message to the server."""

    def quit(self) -> Any:
        """End the conversation."""


Connect = Callable[[str], Transport]

SCHEMES = {
    "smtp": ("none", 25),
    "smtps": ("tls", 465),
    "starttls": ("starttls", 587),
    "smtp+starttls": ("starttls", 587),
}


def parse_smtp_url(url: str) -> SmtpAddress:
    """Read ``smtp://``, ``smtps://`` or ``starttls://user:password@host:port``; ValueError says what is wrong."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:  # its message may repeat a part of the password
        advice = "o endereço não se lê; na senha, escreva : / ? # @ como %3A %2F %3F %23 %40"
        raise ValueError(f"CPRAC_SMTP_URL: {advice}") from None
    if parts.scheme not in SCHEMES:
        raise ValueError(f"CPRAC_SMTP_URL: comece por um destes: {', '.join(f'{name}://' for name in SCHEMES)}")
    if not parts.hostname:
        raise ValueError(
            "CPRAC_SMTP_URL: falta o nome do servidor, como em smtps://usuario:senha@correio.exemplo.gov.br"
        )
    security, usual = SCHEMES[parts.scheme]
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return SmtpAddress(parts.hostname, port or usual, security, user, password)


def connect(url: str) -> smtplib.SMTP:
    """Open a conversation with the server of *url*; OSError or SMTPException where that fails."""
    address = parse_smtp_url(url)
    context = ssl.create_default_context()
    if address.security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(address.host, address.port, timeout=TIMEOUT, context=context)
    else:
        server = smtplib.SMTP(address.host, address.port, timeout=TIMEOUT)
    try:
        if address.security == "starttls":
            server.starttls(context=context)  # raises where the server has no TLS: nothing leaves in clear text
        if address.user:
            server.login(address.user, address.password)
    except BaseException:
        server.close()
        raise
    return server
