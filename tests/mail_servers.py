"""A real mail server in its own process, which can go down and come up again on its port; and mails to send to it."""

from __future__ import annotations

import email
import email.policy
import subprocess
import sys

from cprac.persistence.database import transaction
from cprac.persistence.models import OutboxMail
from tests.worlds import NOW


class MailServer:
    """``tests.smtp_server`` on a port that stays the same; ``kept``: the messages it took, in order."""

    def __init__(self, folder):
        self.folder = folder
        self.folder.mkdir()
        self.port = 0
        self.process = None

    def up(self):
        command = [sys.executable, "-m", "tests.smtp_server", str(self.port), str(self.folder)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline())

    def down(self):
        if self.process is not None:
            self.process.kill()
            self.process.communicate()
            self.process = None

    @property
    def url(self):
        return f"smtp://127.0.0.1:{self.port}"

    def kept(self):
        files = sorted(self.folder.iterdir())
        return [email.message_from_bytes(file.read_bytes(), policy=email.policy.default) for file in files]


def queue(*addresses, name="João da Silva", status="queued", subject="Aviso: caso 0001/2026", body="Há um aviso.\n"):
    """Put mails in the outbox; return their ids."""
    with transaction() as session:
        rows = [
            OutboxMail(
                dedupe_key=f"{address}-{number}",
                to_name=name,
                to_email=address,
                subject=subject,
                body=body,
                status=status,
                created_at=NOW,
                next_try_at=NOW,
            )
            for number, address in enumerate(addresses)
        ]
        session.add_all(rows)
        session.flush()
        return [row.id for row in rows]
