"""kill -9 at each point between an act and its mail: none is lost, none of an act that did not happen leaves, each kill
costs at most one duplicate, and a duplicate has the same Message-ID."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from cprac.domain.acts import Act
from cprac.persistence.database import db
from cprac.persistence.models import Case, Notice, NoticeEvent, OutboxMail
from cprac.services.outbox import CLAIM, send_due
from cprac.services.verification import verify
from tests.mail_servers import MailServer, queue
from tests.worlds import NOW, build_world

KILLED = -signal.SIGKILL
STEP = CLAIM + timedelta(minutes=1)
IN_THE_ACT = ("before the transaction", "before the commit", "after the commit")
ON_THE_WAY = {"before the server": 0, "before the mark": 1, "after the mark": 0}
"""Duplicates that a kill at each point costs."""


@pytest.fixture
def server(tmp_path):
    made = MailServer(tmp_path / "mail")
    made.up()
    yield made
    made.down()


@pytest.fixture(scope="module")
def worker_process():
    """A process that forks one child a job and answers how the child ended."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    process = subprocess.Popen([sys.executable, "-m", "tests.services.mail_worker"], **pipes, text=True)
    yield process
    process.stdin.close()
    process.wait()
    process.stdout.close()


@pytest.fixture
def worker(worker_process, database_url, tmp_path):
    """Ask it with a job on this test's database."""

    def ask(**job):
        whole = {"url": database_url, "files": str(tmp_path / "files"), **job}
        worker_process.stdin.write(json.dumps(whole) + "\n")
        worker_process.stdin.flush()
        return int(worker_process.stdout.readline())

    return ask


def fresh(query):
    db.session.rollback()
    return db.session.execute(query).all()


def rows():
    return [row[0] for row in fresh(select(OutboxMail).order_by(OutboxMail.id))]


def kill_acts(app, server, worker, point, times):
    """Acts killed at *point*, each sent again by its browser; then every mail leaves."""
    world = build_world(app, "filed")
    number = world.number("filed")
    with app.app_context():
        chamber = replace(app.extensions["cprac"], smtp_url=server.url, mail_from="Câmara <camara@exemplo.gov.br>")
        told = len(rows())
        for attempt in range(times):
            ((version,),) = fresh(select(Case.version).where(Case.number == number))
            attorney = world.account(("city_attorney", "opinion_author")[attempt % 2])
            job = {
                "account": world.account("coordinator"), "number": number, "act": Act.ASSIGN_CITY_ATTORNEY.value,
                "values": {"attorney": attorney}, "version": version, "key": f"kill-act-{attempt:08d}",
                "now": NOW.isoformat(), "smtp": server.url,
            }  # fmt: skip
            assert worker(**job, point=point) == KILLED
            there = len(rows()) - told - attempt
            assert there == (point == "after the commit"), "the mail's row is there exactly where its act is"
            assert len(fresh(select(Notice.id))) == len(rows())
            assert worker(**job, point="") == 0, "the same sending, once more"
            assert len(rows()) == told + attempt + 1
        send_due(chamber, NOW + STEP)
        mails = [row for row in rows() if row.status == "sent"]
        assert len(mails) == times
        ids = Counter(mail["Message-ID"] for mail in server.kept())
        assert sorted(ids.values()) == [1] * times, "none lost, none twice"
        ((accepted,),) = fresh(select(func.count()).select_from(NoticeEvent).where(NoticeEvent.kind == "accepted"))
        assert accepted == times
        assert verify(chamber).ok


def kill_dispatchers(app, server, worker, point, times):
    """Dispatchers killed at *point*; then one is left alone."""
    with app.app_context():
        chamber = replace(app.extensions["cprac"], smtp_url=server.url, mail_from="Câmara <camara@exemplo.gov.br>")
        ids = queue(*[f"pessoa{number}@exemplo.org" for number in range(times)])
        at = NOW
        for _ in range(times):
            ended = worker(point=point, now=at.isoformat(), smtp=server.url)
            assert ended == KILLED
            at += STEP
        send_due(chamber, at)
        assert {row.status for row in rows()} == {"sent"}
        kept = server.kept()
        copies = Counter(mail["Message-ID"] for mail in kept)
        assert len(copies) == len(ids), "none lost"
        assert len(kept) - len(ids) <= times * ON_THE_WAY[point], "at most one duplicate a kill, of that one point"
        texts = {(mail["Message-ID"], mail.as_bytes()) for mail in kept}
        assert len(texts) == len(ids), "a duplicate is the same message, octet for octet"


@pytest.mark.parametrize("point", IN_THE_ACT)
def test_an_act_that_dies_loses_no_mail_and_sends_none_for_nothing(app, server, worker, point):
    kill_acts(app, server, worker, point, 2)


@pytest.mark.parametrize("point", ON_THE_WAY)
def test_a_dispatcher_that_dies_loses_no_mail(app, server, worker, point):
    kill_dispatchers(app, server, worker, point, 3)


@pytest.mark.soak
@pytest.mark.parametrize("point", IN_THE_ACT)
def test_a_hundred_acts_die_at_each_point(app, server, worker, point):
    kill_acts(app, server, worker, point, 100)


@pytest.mark.soak
@pytest.mark.parametrize("point", ON_THE_WAY)
def test_a_hundred_dispatchers_die_at_each_point(app, server, worker, point):
    kill_dispatchers(app, server, worker, point, 100)
