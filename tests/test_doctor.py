"""``cprac doctor`` refuses each unsafe setting and state, says what to do, and says so when all is well."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text, update

from cprac import DEFAULTS, ROOT, chamber_of, doctor
from cprac.doctor import OK, UNSAFE, WARNING, examine
from cprac.domain.roles import Office
from cprac.persistence import triggers
from cprac.persistence.database import db, transaction
from cprac.persistence.models import Account, ImportBatch, OfficeHolding, OutboxMail
from cprac.services import access_keys, heartbeats, upgrade
from tests.many_cases import file_many
from tests.worlds import NOW, TODAY

SAFE = {
    "SECRET_KEY": "vNq3-7xkWm2ZtY9pLrB5cHd8sJf4gAe6",
    "PUBLIC_BASE_URL": "https://camara.contagem.mg.gov.br",
    "TRUSTED_HOSTS": None,
    "COOKIE_SECURE": True,
    "PROXY_HOPS": 1,
    "SMTP_URL": "smtps://ana:senha@correio.contagem.mg.gov.br",
    "MAIL_FROM": "Câmara <camara@contagem.mg.gov.br>",
}


@pytest.fixture
def settings(database_url, tmp_path):
    """Safe settings on a database that is ready and in use."""
    (tmp_path / "files").mkdir(mode=0o700)
    if database_url.startswith("sqlite"):
        Path(database_url.removeprefix("sqlite:///")).chmod(0o600)
    return {**SAFE, "SQLALCHEMY_DATABASE_URI": database_url, "FILES": str(tmp_path / "files")}


@pytest.fixture
def ready(app):
    """The database upgraded, with an administrator and a clock that runs."""
    with app.app_context():
        upgrade.upgrade(db.engine, app.extensions["cprac"], "contagem", NOW)
        with transaction() as session:
            office = OfficeHolding(office=Office.ADMINISTRATOR, from_on=TODAY)
            session.add(Account(email="ana@exemplo.org", name="Ana", created_at=NOW, offices=[office]))
            for name in heartbeats.STALE_AFTER:
                heartbeats.beat(session, name, NOW, {})
        yield app
        db.session.remove()


def levels(settings, now=NOW):
    """The worst level of each check."""
    order = (OK, WARNING, UNSAFE)
    worst = {}
    for found in examine(settings, now):
        assert found.what or found.level == OK
        assert found.advice or found.level == OK, f"{found.check} does not say what to do"
        worst[found.check] = max(worst.get(found.check, OK), found.level, key=order.index)
    return worst


def test_a_safe_installation_has_nothing_unsafe_and_says_what_was_looked_at(settings, ready):
    found = levels(settings)
    assert [name for name, level in found.items() if level == UNSAFE] == []
    expected = {*doctor.SETTINGS_CHECKS, *doctor.DATABASE_CHECKS, "regulation", "regulation_facts", "schema"}
    assert expected <= set(found)
    assert len(found) >= 23


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(
    "change, check, level",
    [
        ({"SECRET_KEY": ""}, "settings", UNSAFE),
        ({"SECRET_KEY": "short"}, "settings", UNSAFE),
        ({"SECRET_KEY": "a" * 64}, "secret", UNSAFE),
        ({"SECRET_KEY": "please-change-me-0123456789-abcdefghijk"}, "secret", UNSAFE),
        ({"SECRET_KEY": "only for tests, and long enough for that"}, "secret", UNSAFE),
        ({"DEBUG": True}, "debug", UNSAFE),
        ({"TESTING": True}, "debug", UNSAFE),
        ({"COOKIE_SECURE": False}, "cookie", UNSAFE),
        ({"PUBLIC_BASE_URL": "http://camara.contagem.mg.gov.br"}, "settings", UNSAFE),
        ({"PUBLIC_BASE_URL": "camara"}, "settings", UNSAFE),
        ({"TODAY": "2026-03-25"}, "frozen_day", UNSAFE),
        ({"TRUSTED_HOSTS": ["*"]}, "hosts", UNSAFE),
        ({"TRUSTED_HOSTS": ["outra.gov.br"]}, "hosts", UNSAFE),
        ({"TRUSTED_HOSTS": [".contagem.mg.gov.br"]}, "hosts", OK),
        ({"PROXY_HOPS": 9}, "proxy", UNSAFE),
        ({"PROXY_HOPS": 0}, "proxy", WARNING),
        ({"SMTP_URL": ""}, "mail", WARNING),
        ({"SMTP_URL": "correio"}, "mail", UNSAFE),
        ({"MAIL_FROM": ""}, "mail", UNSAFE),
        ({"SMTP_URL": "smtp://ana:senha@correio"}, "mail", UNSAFE),
        ({"SMTP_URL": "smtp://correio"}, "mail", WARNING),
        ({"SMTP_URL": "smtp://127.0.0.1"}, "mail", OK),
        ({"PASSWORD_MEMORY_KIB": 64}, "settings", UNSAFE),
        ({"KEY_SECRET": "curto"}, "settings", UNSAFE),
        ({"KEY_SECRET": "vNq3-7xkWm2ZtY9pLrB5cHd8sJf4gAe6,um segredo de exemplo bem comprido"}, "secret", UNSAFE),
        ({"KEY_SECRET": "Kp8-2mVz7QwXr4TnB9sLc6HdYf3gJa1e,vNq3-7xkWm2ZtY9pLrB5cHd8sJf4gAe6"}, "secret", OK),
        ({"FILES": str(ROOT / "static" / "files")}, "files", UNSAFE),
        ({"REGULATION": "nada"}, "regulation", UNSAFE),
        ({"SQLALCHEMY_DATABASE_URI": "sqlite:////nonexistent/x.sqlite"}, "database", UNSAFE),
        ({"SQLALCHEMY_DATABASE_URI": "postgresql+psycopg://x@127.0.0.1:1/x"}, "database", UNSAFE),
    ],
)
def test_each_unsafe_setting_is_found(settings, change, check, level):
    assert levels({**settings, **change})[check] == level


@pytest.mark.databases("sqlite")
def test_what_others_on_the_machine_could_read_is_found(settings, ready, monkeypatch):
    database = Path(settings["SQLALCHEMY_DATABASE_URI"].removeprefix("sqlite:///"))
    database.chmod(0o644)
    Path(settings["FILES"]).chmod(0o755)
    found = {row.check: row for row in examine(settings, NOW) if row.level == UNSAFE}
    assert set(found) == {"database_file", "files"}
    assert found["database_file"].advice == f"chmod 600 {database}"
    assert found["files"].advice == f"chmod 700 {settings['FILES']}"
    monkeypatch.setenv("FLASK_DEBUG", "1")
    monkeypatch.setattr(doctor, "ENOUGH_BYTES", 1 << 60)
    monkeypatch.setattr(doctor, "WAL_SAFE_SINCE", (99, 0, 0))
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert levels(settings).items() >= {"debug": UNSAFE, "disk": UNSAFE, "journal": UNSAFE, "account": WARNING}.items()


def test_a_secret_of_keys_that_is_gone_is_found_and_one_that_was_put_second_is_not(settings, ready):
    other = "Kp8-2mVz7QwXr4TnB9sLc6HdYf3gJa1e"
    access_keys.remember_secret(chamber_of({**DEFAULTS, **settings}))
    access_keys.remember_secret(chamber_of({**DEFAULTS, **settings, "KEY_SECRET": other}))
    assert levels(settings)["access_keys"] == OK
    assert levels({**settings, "KEY_SECRET": other})["access_keys"] == WARNING
    assert levels({**settings, "KEY_SECRET": f"{other},{SAFE['SECRET_KEY']}"})["access_keys"] == OK


def test_promises_that_slip_are_found(settings, ready):
    with transaction() as session:
        session.query(Account).update({"active": False})
        for status, minutes in (("queued", 120), ("failed", 1)):
            at = NOW - timedelta(minutes=minutes)
            session.add(
                OutboxMail(dedupe_key=status, subject="x", body="x", status=status, created_at=at, next_try_at=at)
            )
        started = NOW - timedelta(days=2)
        session.add(
            ImportBatch(name="velha.csv", sha256="0", mapping="", status="loading", as_of=TODAY, started_at=started)
        )
    file_many(ready.extensions["cprac"], 2, TODAY - timedelta(days=3), NOW)
    with db.engine.begin() as connection:
        triggers.remove(connection)
    found = levels(settings, NOW + timedelta(minutes=11))
    expected = {"administrator", "clock", "overdue_deadlines", "history_triggers"}
    assert {name for name, level in found.items() if level == UNSAFE} == expected
    assert (found["outbox"], found["imports"]) == (WARNING, WARNING)
    said = [row.what for row in examine(settings, NOW + timedelta(minutes=11))]
    assert "1 avisos esperam há mais de uma hora" in said
    assert "2 prazos venceram há mais de um dia e não foram marcados" in said


@pytest.mark.databases("sqlite")
def test_a_database_behind_the_program_or_broken_is_found_and_no_crash(settings, ready):
    with db.engine.begin() as connection:
        connection.execute(text("DELETE FROM regulation_version"))
    assert levels(settings)["schema"] == UNSAFE
    with db.engine.begin() as connection:
        connection.execute(text("DROP TABLE sweep"))
        connection.execute(update(db.metadata.tables["account"]).values(active=True))
    assert levels(settings)["database"] == UNSAFE
