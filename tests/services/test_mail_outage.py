"""A mail server that is down for an hour: nothing is lost, nobody is told twice, all is out soon after it is back."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from cprac.domain.acts import Act
from cprac.persistence.database import db, transaction
from cprac.persistence.models import Finding, NoticeEvent, OutboxMail, Sweep
from cprac.services import findings, mail_server, outbox, reconciliation
from cprac.services.findings import Kind
from cprac.services.outbox import send_due
from tests.mail_servers import MailServer, queue
from tests.worlds import NOW, build_world

MINUTE = timedelta(minutes=1)


@pytest.fixture
def server(tmp_path):
    made = MailServer(tmp_path / "mail")
    made.up()
    yield made
    made.down()


@pytest.fixture
def chamber(app, server):
    with app.app_context():
        yield replace(
            app.extensions["cprac"],
            smtp_url=server.url,
            mail_from="Câmara de Contagem <camara@exemplo.gov.br>",
            base_url="https://camara.exemplo.gov.br",
        )
        db.session.remove()


def fresh(query):
    db.session.rollback()
    return list(db.session.scalars(query))


def alerts():
    return [
        (row.first_at, row.resolved_at)
        for row in fresh(select(Finding).where(Finding.kind.in_([Kind.SMTP_DOWN, Kind.OUTBOX])).order_by(Finding.id))
    ]


def statuses():
    return Counter(fresh(select(OutboxMail.status)))


@pytest.mark.parametrize("mails", [200, pytest.param(2000, marks=pytest.mark.soak)])
def test_an_hour_without_a_server_and_all_leave_when_it_is_back(chamber, server, mails):
    ids = queue(*[f"pessoa{number % 70}@exemplo.org" for number in range(mails)])
    server.down()
    tries = Counter()

    def counted(url):
        tries["connections"] += 1
        return mail_server.connect(url)

    for minute in range(60):
        assert send_due(chamber, NOW + minute * MINUTE, connect=counted).unreachable
        reconciliation.reconcile(chamber, NOW + minute * MINUTE)
    assert tries["connections"] == 60, "one try a run, not one a mail"
    assert set(fresh(select(OutboxMail.attempts))) == {0}
    assert alerts() == [(NOW, None)], "one alert"
    server.up()
    back = NOW + 61 * MINUTE
    for minute in range(10):
        send_due(chamber, back + minute * MINUTE)
    assert statuses() == {"sent": mails}
    assert alerts() == [(NOW, back)]
    kept = server.kept()
    stamp = int(NOW.timestamp())
    assert [mail["Message-ID"] for mail in kept] == [f"<aviso-{each}.{stamp}@camara.exemplo.gov.br>" for each in ids]


def test_one_alert_while_it_lasts_and_a_new_one_for_a_new_outage(chamber, server):
    queue("um@exemplo.org")
    server.down()
    for minute in range(3):
        send_due(chamber, NOW + minute * MINUTE)
    server.up()
    send_due(chamber, NOW + 3 * MINUTE)
    assert alerts() == [(NOW, NOW + 3 * MINUTE)]
    with transaction() as session:
        session.scalars(select(OutboxMail)).one().status = "queued"
    server.down()
    send_due(chamber, NOW + 9 * MINUTE)
    assert alerts() == [(NOW, NOW + 3 * MINUTE), (NOW + 9 * MINUTE, None)]
    with transaction() as session:
        session.scalars(select(OutboxMail)).one().status = "handed"
    send_due(chamber, NOW + 10 * MINUTE)
    assert alerts()[-1] == (NOW + 9 * MINUTE, NOW + 10 * MINUTE), "nothing waits for it any more"


@pytest.mark.databases("sqlite")
def test_a_server_that_takes_calls_and_hangs_up_is_down_too(chamber, server):
    queue(*[f"hang{number}@exemplo.org" for number in range(20)], "um@exemplo.org")
    done = send_due(chamber, NOW)
    assert done.unreachable
    assert sum(fresh(select(OutboxMail.attempts))) == outbox.HANG_UPS
    assert alerts() == [(NOW, None)]


@pytest.mark.databases("sqlite")
def test_one_mail_that_makes_the_server_hang_up_stops_no_other_and_is_no_outage(chamber, server):
    queue("hang@exemplo.org", "um@exemplo.org", "dois@exemplo.org")
    assert send_due(chamber, NOW).sent == 2
    assert statuses() == {"sent": 2, "queued": 1}
    assert alerts() == []


@pytest.mark.databases("sqlite")
def test_a_server_that_says_it_closes_costs_no_mail_a_try(chamber, server):
    queue("shut@exemplo.org", "um@exemplo.org")
    done = send_due(chamber, NOW)
    assert done.unreachable.startswith("421")
    assert [(row.attempts, row.next_try_at) for row in fresh(select(OutboxMail))] == [(0, NOW), (0, NOW)]
    assert "@" not in fresh(select(Finding.detail))[0]


@pytest.mark.databases("sqlite")
def test_between_two_tries_nobody_says_that_the_server_is_back(chamber, server):
    """Two mails that the server hung up on wait for their minute: in a run with nothing due nothing is known anew."""
    queue("hang1@exemplo.org", "hang2@exemplo.org")
    send_due(chamber, NOW)
    between = send_due(chamber, NOW + MINUTE / 2)
    assert (between.sent, bool(between.unreachable)) == (0, True)
    assert alerts() == [(NOW, None)]
    assert fresh(select(Sweep.counts).where(Sweep.name == "outbox"))[0]["unreachable"]


@pytest.mark.databases("sqlite")
def test_a_mail_that_is_always_put_off_ends_with_a_person(chamber, server):
    queue("busy@exemplo.org")
    with transaction() as session:
        session.scalars(select(OutboxMail)).one().attempts = outbox.MOST_TRIES - 2
    assert send_due(chamber, NOW).postponed == 1
    assert statuses() == {"queued": 1}
    send_due(chamber, NOW + 30 * MINUTE)
    assert statuses() == {"failed": 1}


@pytest.mark.databases("sqlite")
def test_the_alert_has_words_and_a_detail_without_addresses(chamber):
    assert findings.Kind.SMTP_DOWN.label
    assert findings.Kind.SMTP_DOWN.advice


# --- What the history of a notice says of it --------------------------------------------------------------------------


def told(kinds=("sent", "accepted", "refused", "by_hand")):
    rows = fresh(select(NoticeEvent).where(NoticeEvent.kind.in_(kinds)).order_by(NoticeEvent.id))
    return [(row.kind, row.detail) for row in rows]


def test_the_history_tells_each_try_the_yes_and_the_no(app, chamber, server):
    world = build_world(app, "filed")
    world.chamber = chamber
    number = world.number("filed")
    with app.app_context():
        world.do("filed", "registry", Act.SCREEN)
        with transaction() as session:  # the two ways a mail may end
            mails = list(session.scalars(select(OutboxMail).order_by(OutboxMail.id)))
            mails[0].status, mails[0].to_email = "queued", "joao@exemplo.org"
        send_due(chamber, NOW)
        name = f"aviso-{mails[0].id}.{int(mails[0].created_at.timestamp())}@camara.exemplo.gov.br"
        assert told()[-2:] == [("sent", "1"), ("accepted", name)]
        with transaction() as session:
            session.scalars(select(OutboxMail).order_by(OutboxMail.id)).first().status = "queued"
            session.scalars(select(OutboxMail).order_by(OutboxMail.id)).first().to_email = "gone@exemplo.org"
        send_due(chamber, NOW + 10 * MINUTE)
        assert told()[-2:] == [("sent", "2"), ("refused", "550 5.1.1 no such user …")]
        assert statuses()["failed"] == 1, f"on the registry's list, for {number}"
        with transaction() as session:
            session.scalars(select(OutboxMail).order_by(OutboxMail.id)).first().status = "queued"
        send_due(replace(chamber, smtp_url=""), NOW + 60 * MINUTE)
        assert told()[-1][0] == "by_hand"
