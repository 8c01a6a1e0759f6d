"""Mails leave after the act, at least once, the same each time; a server that is down loses none and stops nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from cprac.persistence.database import db, transaction
from cprac.persistence.models import OutboxMail
from cprac.services import mail_server, outbox
from cprac.services.errors import KeyReusedError, NotFoundError
from cprac.services.heartbeats import heartbeat
from cprac.services.mail_server import parse_smtp_url
from cprac.services.outbox import back_off, mark_handed, send_due, sender_of
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


def rows():
    found = {row.id: row for row in db.session.scalars(select(OutboxMail).order_by(OutboxMail.id))}
    for row in found.values():
        db.session.expunge(row)
    db.session.rollback()
    return found


def statuses():
    return [row.status for row in rows().values()]


def test_a_server_that_is_down_loses_nothing_and_costs_no_try(chamber, server):
    ids = queue(*[f"pessoa{number}@exemplo.org" for number in range(12)])
    server.down()
    done = send_due(chamber, NOW)
    assert (done.sent, done.failed, done.postponed) == (0, 0, 0)
    assert done.unreachable
    assert heartbeat(NOW)["outbox"].counts["unreachable"] == done.unreachable, "somebody can see why"
    assert {(row.status, row.attempts) for row in rows().values()} == {("queued", 0)}
    server.up()
    assert send_due(chamber, NOW + MINUTE).sent == 12
    assert set(statuses()) == {"sent"}
    assert all(row.sent_at >= NOW + MINUTE for row in rows().values())
    kept = server.kept()
    stamp = int(NOW.timestamp())
    assert [mail["Message-ID"] for mail in kept] == [f"<aviso-{each}.{stamp}@camara.exemplo.gov.br>" for each in ids]
    assert send_due(chamber, NOW + 2 * MINUTE).sent == 0
    assert len(server.kept()) == 12, "what is sent is sent"


def test_a_mail_says_who_where_and_no_more(chamber, server):
    queue("joao@exemplo.org", name='João "Jô"\r\nBcc: outro@exemplo.org', subject="Aviso\r\nX-Mal: sim ção")
    send_due(chamber, NOW)
    (mail,) = server.kept()
    assert mail["X-Envelope-To"] == "joao@exemplo.org"
    assert mail["From"].addresses[0].display_name == "Câmara de Contagem"
    assert mail["To"].addresses[0].addr_spec == "joao@exemplo.org"
    assert mail["Subject"] == "Aviso X-Mal: sim ção"
    assert mail["Bcc"] is None
    assert mail["X-Mal"] is None
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content().replace("\r\n", "\n") == "Há um aviso.\n"


def test_one_refused_mail_does_not_stop_the_others(chamber, server):
    queue(
        "gone@exemplo.org", "um@exemplo.org", "spam@exemplo.org", "dois@exemplo.org", "busy@exemplo.org",
        "sem arroba", "três@exêmplo.org", "x@exemplo.org\nBcc: y@exemplo.org", "@exemplo.org",
    )  # fmt: skip
    done = send_due(chamber, NOW)
    assert statuses() == ["failed", "sent", "failed", "sent", "queued", "failed", "sent", "failed", "failed"]
    assert (done.sent, done.failed, done.postponed) == (3, 5, 1)
    errors = [row.last_error for row in rows().values()]
    assert errors[0] == "550 5.1.1 no such user …"
    assert errors[2] == "554 5.7.1 not wanted"
    assert errors[5] == "endereço inválido"
    assert not any("exemplo.org" in error for error in errors), "an error repeats nobody's address"
    assert server.kept()[2]["X-Envelope-To"] == "três@xn--exmplo-jva.org"


def test_a_mail_put_off_waits_longer_each_time_and_leaves_in_the_end(chamber, server):
    (mail,) = queue("busy@exemplo.org")
    at, waits = NOW, []
    for attempt in range(1, 7):
        assert send_due(chamber, at).postponed == 1
        row = rows()[mail]
        assert row.attempts == attempt
        waits.append((row.next_try_at - at) / MINUTE)
        assert send_due(chamber, row.next_try_at - timedelta(seconds=1)).postponed == 0, "not before its time"
        at = row.next_try_at
    assert [round(wait) for wait in waits] == [1, 2, 4, 8, 15, 15]
    with transaction() as session:
        session.get_one(OutboxMail, mail).to_email = "livre@exemplo.org"
    assert send_due(chamber, at).sent == 1
    assert server.kept()[0]["Message-ID"].startswith(f"<aviso-{mail}.")


def test_who_dies_between_the_servers_yes_and_the_mark_sends_once_more_with_the_same_id(chamber, server, monkeypatch):
    class DiedError(BaseException):
        pass

    def die(*_given):
        raise DiedError

    queue("um@exemplo.org")
    with monkeypatch.context() as patch:
        patch.setattr(outbox, "_mark", die)
        with pytest.raises(DiedError):
            send_due(chamber, NOW)
    assert send_due(chamber, NOW + MINUTE).sent == 0, "it is still claimed"
    assert send_due(chamber, NOW + outbox.CLAIM).sent == 0
    assert send_due(chamber, NOW + outbox.CLAIM + MINUTE).sent == 1
    first, second = server.kept()
    assert first["Message-ID"] == second["Message-ID"]
    assert first.as_bytes() == second.as_bytes()


@pytest.mark.databases("sqlite")
def test_what_is_about_the_sender_is_held_against_no_mail(chamber, server):
    queue("um@exemplo.org", "dois@exemplo.org")
    refused = send_due(replace(chamber, mail_from="nobody@exemplo.gov.br"), NOW)
    assert refused.unreachable == "553 5.1.8 sender refused"
    for wrong in ({"mail_from": ""}, {"smtp_url": "http://x"}, {"smtp_url": "smtp://127.0.0.1:x"}):
        assert send_due(replace(chamber, **wrong), NOW + 5 * MINUTE).unreachable.startswith("CPRAC_")
    assert set(statuses()) == {"queued"}
    plain = server.url.replace("smtp://", "starttls://")
    assert send_due(replace(chamber, smtp_url=plain), NOW + 10 * MINUTE).unreachable, "no TLS, no mail"
    assert server.kept() == []
    assert send_due(chamber, NOW + 20 * MINUTE).sent == 2


@pytest.mark.databases("sqlite")
def test_two_dispatchers_send_nothing_twice(chamber, server):
    queue(*[f"pessoa{number}@exemplo.org" for number in range(6)])
    sent = [0]

    def connect_and_let_another_one_run(url):
        if sent[0] == 0:
            sent[0] = 1
            send_due(chamber, NOW, limit=3)
        return mail_server.connect(url)

    assert send_due(chamber, NOW, connect=connect_and_let_another_one_run).sent == 3
    assert len(server.kept()) == 6


@pytest.mark.databases("sqlite")
def test_without_a_server_mails_wait_for_a_person(app):
    world = build_world(app, "filed")
    with app.app_context():
        assert set(statuses()) == {"by_hand"}
        assert send_due(world.chamber, NOW).sent == 0
        (mail, *_rest) = rows()
        for nobody in ("mediator", "joao", "administrator"):
            with pytest.raises(NotFoundError):
                mark_handed(world.chamber, world.account(nobody), mail, NOW, "k1")
        for _ in range(10):
            mark_handed(world.chamber, world.account("registry"), mail, NOW, "k1")
        row = rows()[mail]
        assert (row.status, row.sent_at, row.handed_by) == ("handed", NOW, world.account("registry"))
        with pytest.raises(NotFoundError):  # somebody else was faster
            mark_handed(world.chamber, world.account("coordinator"), mail, NOW, "k2")
        with pytest.raises(KeyReusedError):
            mark_handed(world.chamber, world.account("registry"), 999, NOW, "k1")


@pytest.mark.databases("sqlite")
def test_mails_whose_server_is_gone_from_the_settings_go_to_a_person_too(chamber):
    queue("um@exemplo.org", "dois@exemplo.org")
    send_due(replace(chamber, smtp_url=""), NOW)
    assert set(statuses()) == {"by_hand"}


@pytest.mark.parametrize(
    "url, address",
    [
        ("smtp://correio", ("correio", 25, "none", "", "")),
        ("smtps://correio.gov.br", ("correio.gov.br", 465, "tls", "", "")),
        ("starttls://ana:se%40gr%3Ado@correio:2525", ("correio", 2525, "starttls", "ana", "se@gr:do")),
        ("smtp+starttls://[::1]", ("::1", 587, "starttls", "", "")),
    ],
)
def test_addresses_of_servers(url, address):
    read = parse_smtp_url(url)
    assert (read.host, read.port, read.security, read.user, read.password) == address


@pytest.mark.parametrize("url", ["", "correio", "http://correio", "smtp://", "smtp://a:segredo@b:porta", "smtp://[::1"])
def test_wrong_addresses_of_servers_are_refused_without_telling_the_password(url):
    with pytest.raises(ValueError, match=r"^CPRAC_SMTP_URL: ") as refused:
        parse_smtp_url(url)
    assert "segredo" not in str(refused.value)


def test_senders():
    assert sender_of("Câmara <camara@exemplo.gov.br>").addr_spec == "camara@exemplo.gov.br"
    for wrong in ("", "Câmara", "a@b@c", "<>"):
        with pytest.raises(ValueError, match=r"^CPRAC_MAIL_FROM: "):
            sender_of(wrong)


def test_the_wait_is_capped():
    assert [back_off(attempts) / MINUTE for attempts in (0, 1, 2, 3, 4, 5, 50, 5000)] == [1, 1, 2, 4, 8, 15, 15, 15]
