"""A real mail server in a process of its own, for tests: it keeps what it takes and refuses as it is told by address.

    python -m tests.smtp_server PORT FOLDER [tls|starttls CERTIFICATE KEY]

A recipient ``busy…`` is put off (451), ``gone…`` is unknown (550), ``spam…`` is refused after its text (554), at
``shut…`` the server closes (421) and at ``hang…`` it hangs up without a word; of a sender ``nobody…`` nothing is taken.
PORT 0 takes a free one; the port is printed when the server listens. With ``tls`` it speaks TLS from the first byte,
with ``starttls`` after that word; then it takes mail only of ``camara`` with the password ``segredo``.
"""

from __future__ import annotations

import asyncio
import itertools
import ssl
import sys
import time
from pathlib import Path

from aiosmtpd.smtp import SMTP, AuthResult


class Keeper:
    """Writes each accepted message to a file before it says yes."""

    def __init__(self, folder):
        self.folder = folder
        self.numbers = itertools.count(1)

    async def handle_MAIL(self, server, session, envelope, address, options):  # noqa: N802  (aiosmtpd's names)
        if address.startswith("nobody"):
            return "553 5.1.8 sender refused"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if address.startswith("busy"):
            return f"451 4.7.1 try again later, {address}"
        if address.startswith("gone"):
            return f"550 5.1.1 no such user {address}"
        if address.startswith("shut"):
            return "421 4.3.2 closing"
        if address.startswith("hang"):
            server.transport.abort()
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        if envelope.rcpt_tos[0].startswith("spam"):
            return "554 5.7.1 not wanted"
        name = f"{time.time_ns():020d}-{next(self.numbers):05d}.eml"
        head = f"X-Envelope-To: {','.join(envelope.rcpt_tos)}\r\n".encode()
        (self.folder / name).write_bytes(head + envelope.content)
        return "250 kept"


def who_may_send(_server, _session, _envelope, _mechanism, given):
    """The one account of the server."""
    return AuthResult(success=(given.login, given.password) == (b"camara", b"segredo"), handled=False)


async def serve(port, folder, security="", *certificate):
    """Listen until killed."""
    keeper = Keeper(folder)
    loop = asyncio.get_running_loop()
    context, more = None, {}
    if security:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(*certificate)
        more = {"authenticator": who_may_send, "auth_required": True}
    if security == "starttls":
        more |= {"tls_context": context, "require_starttls": True}
    if security == "tls":
        more |= {"auth_require_tls": False}  # the server does not see that the line is sealed below it
    server = await loop.create_server(
        lambda: SMTP(keeper, enable_SMTPUTF8=True, **more),
        "127.0.0.1",
        port,
        ssl=context if security == "tls" else None,
    )
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2]), *sys.argv[3:]))
