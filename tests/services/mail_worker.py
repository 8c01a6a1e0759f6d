"""Acts and dispatchers that are killed at one point between an act's commit and its mail. Run by ``test_mail_kills``.

It reads jobs from standard input, forks for each (loading everything is what takes long) and answers with how the
child ended: 0, or minus the signal. ``point``: where the child kills itself, "" nowhere.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from dataclasses import replace
from datetime import datetime

from sqlalchemy import event
from sqlalchemy.orm import Session

from cprac.domain.acts import Act
from cprac.services import acts, outbox
from tests.fixtures_app import make_app


def die(*_given):
    """As a power cut would: nothing is written after this."""
    os.kill(os.getpid(), signal.SIGKILL)


def _writing(session):
    if session.info.get("cprac_writing"):
        die()


def arm(point):
    """Set the trap of *point*."""
    send, mark = outbox._send, outbox._mark
    if point == "before the transaction":
        acts.transaction = die
    elif point == "before the commit":
        event.listen(Session, "before_commit", _writing)
    elif point == "after the commit":
        event.listen(Session, "after_commit", _writing)
    elif point == "before the server":
        outbox._send = die
    elif point == "before the mark":
        outbox._send = lambda *given: (send(*given), die())
    elif point == "after the mark":
        outbox._mark = lambda *given: (mark(*given), die())


def act(chamber, job, now):
    """One act that tells somebody."""
    acts.perform(
        chamber, job["account"], job["number"], Act(job["act"]), job["values"], version=job["version"], key=job["key"],
        now=now,
    )  # fmt: skip


def child(app, job):
    """Do the job, or die on the way."""
    now = datetime.fromisoformat(job["now"])
    arm(job["point"])
    with app.app_context():
        chamber = replace(app.extensions["cprac"], smtp_url=job["smtp"], mail_from="Câmara <camara@exemplo.gov.br>")
        if "act" in job:
            act(chamber, job, now)
        else:
            outbox.send_due(chamber, now)


def main():
    """Answer jobs until there are no more."""
    apps = {}  # none of them ever connects here
    for line in sys.stdin:
        job = json.loads(line)
        if job["url"] not in apps:
            apps[job["url"]] = make_app(job["url"], FILES=job["files"])
        number = os.fork()
        if number == 0:
            end = 1
            try:
                child(apps[job["url"]], job)
                end = 0
            finally:
                os._exit(end)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(os.waitpid(number, 0)[1])}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
