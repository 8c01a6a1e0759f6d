"""A draft is kept, resumed, filed once, erased: on both databases, whoever else writes at the same moment."""

from __future__ import annotations

import os
import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from cprac.domain.filing import Step
from cprac.persistence.database import db, transaction
from cprac.persistence.models import Case, Document, Draft, DraftFile
from cprac.services import drafts, uploads
from cprac.services.drafts import AlreadyFiledError, IncompleteDraftError
from cprac.services.errors import KeyReusedError, NotFoundError
from cprac.services.uploads import Upload
from tests.worlds import NOW, build_world

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
WHO = {"kind": "natural", "name": "Ana Prado", "email": "ana@exemplo.com.br", "priority": ""}
CONFLICT = {"matter": "other", "agency": "", "account": "Caiu.", "request": "Levantar.", "lawsuit": "no"}
CONSENTS = {"truth": True, "data": True}


@pytest.fixture
def world(app):
    return build_world(app, "filed")


@pytest.fixture
def chamber(world):
    with world.app.app_context():
        yield world.chamber
        db.session.remove()


def begun(chamber, account=None, *, complete=True):
    new = drafts.begin(chamber, account, NOW)
    if complete:
        drafts.save(new.id, account, Step.WHO, WHO, NOW)
        drafts.save(new.id, account, Step.CONFLICT, CONFLICT, NOW)
    return new


def stored(query):
    db.session.rollback()
    return list(db.session.scalars(query))


def test_a_complete_draft_becomes_a_case(chamber):
    new = begun(chamber)
    receipt = drafts.submit(chamber, new.id, None, CONSENTS, key="k" * 32, now=NOW)
    (case,) = stored(select(Case).where(Case.number == receipt.number))
    assert case.title == "Ana Prado × Município de Contagem"
    assert stored(select(Draft.application_id).where(Draft.id == new.id)) == [case.application_id]


def test_the_same_key_gives_the_same_receipt_and_another_content_none(chamber):
    new = begun(chamber)
    first = drafts.submit(chamber, new.id, None, CONSENTS, key="k" * 32, now=NOW)
    assert drafts.submit(chamber, new.id, None, CONSENTS, key="k" * 32, now=NOW + timedelta(hours=1)) == first
    with pytest.raises(KeyReusedError):
        drafts.submit(chamber, new.id, None, {**CONSENTS, "portal": True}, key="k" * 32, now=NOW)


def test_another_key_for_a_filed_draft_says_what_became_of_it(chamber):
    new = begun(chamber)
    first = drafts.submit(chamber, new.id, None, CONSENTS, key="k" * 32, now=NOW)
    with pytest.raises(AlreadyFiledError) as told:
        drafts.submit(chamber, new.id, None, CONSENTS, key="q" * 32, now=NOW)
    assert told.value.number == first.number
    with pytest.raises(AlreadyFiledError):
        drafts.save(new.id, None, Step.WHO, WHO, NOW)


def test_ten_at_the_same_moment_file_one_case(world):
    app = world.app
    with app.app_context():
        new = begun(world.chamber)
        before = stored(select(func.count()).select_from(Case))[0]
        db.session.remove()
    receipts, together = [], threading.Barrier(10)

    def send():
        with app.app_context():
            together.wait()
            receipts.append(drafts.submit(world.chamber, new.id, None, CONSENTS, key="k" * 32, now=NOW))
            db.session.remove()

    threads = [threading.Thread(target=send) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(receipts) == 10
    assert len(set(receipts)) == 1
    with app.app_context():
        assert stored(select(func.count()).select_from(Case))[0] == before + 1
        db.session.remove()


@pytest.mark.parametrize(
    "consents, who, conflict, step",
    [
        ({}, WHO, CONFLICT, Step.CHECK),
        ({"truth": True}, WHO, CONFLICT, Step.CHECK),
        (CONSENTS, {**WHO, "name": ""}, CONFLICT, Step.WHO),
        (CONSENTS, {}, {}, Step.WHO),
        (CONSENTS, WHO, {**CONFLICT, "lawsuit": ""}, Step.CONFLICT),
    ],
)
def test_what_is_incomplete_is_not_filed(chamber, consents, who, conflict, step):
    new = begun(chamber, complete=False)
    drafts.save(new.id, None, Step.WHO, who, NOW)
    drafts.save(new.id, None, Step.CONFLICT, conflict, NOW)
    before = stored(select(func.count()).select_from(Case))
    with pytest.raises(IncompleteDraftError) as told:
        drafts.submit(chamber, new.id, None, consents, key="k" * 32, now=NOW)
    assert told.value.step is step
    assert stored(select(func.count()).select_from(Case)) == before


def test_a_draft_of_an_account_is_nobody_elses(chamber, world):
    new = begun(chamber, world.account("marina"))
    for other in (None, world.account("joao"), world.account("registry")):
        with pytest.raises(NotFoundError):
            drafts.save(new.id, other, Step.WHO, WHO, NOW)
        with pytest.raises(NotFoundError):
            drafts.submit(chamber, new.id, other, CONSENTS, key="k" * 32, now=NOW)
        with pytest.raises(NotFoundError):
            drafts.resume(new.code, other)
    assert drafts.resume(new.code, world.account("marina")) == new.id


def test_a_code_opens_its_draft_until_it_is_filed(chamber):
    new = begun(chamber)
    assert drafts.resume(new.code.lower(), None) == new.id
    drafts.submit(chamber, new.id, None, CONSENTS, key="k" * 32, now=NOW)
    with pytest.raises(NotFoundError):
        drafts.resume(new.code, None)


def test_files_of_the_draft_become_documents_of_the_case(chamber):
    new = begun(chamber)
    drafts.add_files(chamber, new.id, None, [Upload("laudo.pdf", PDF)], NOW)
    receipt = drafts.submit(chamber, new.id, None, CONSENTS, key="k" * 32, now=NOW)
    found = stored(select(Document).join(Case).where(Case.number == receipt.number, Document.kind == "attachment"))
    assert [(row.title, row.information_class, row.size) for row in found] == [("laudo.pdf", "application", len(PDF))]
    assert uploads.path_of(chamber, found[0].sha256).read_bytes() == PDF


def test_erasing_old_drafts_takes_their_files_but_not_those_of_a_case(chamber):
    old, filed, young = begun(chamber), begun(chamber), begun(chamber)
    drafts.add_files(chamber, old.id, None, [Upload("so.pdf", PDF + b"1"), Upload("comum.pdf", PDF)], NOW)
    drafts.add_files(chamber, filed.id, None, [Upload("comum.pdf", PDF)], NOW)
    drafts.submit(chamber, filed.id, None, CONSENTS, key="k" * 32, now=NOW)
    drafts.save(young.id, None, Step.WHO, WHO, NOW + timedelta(days=2))
    for path in chamber.files.rglob("*"):
        os.utime(path, (0, 0))
    with transaction() as session:
        gone, loose = drafts.erase_before(session, NOW + timedelta(days=1))
    uploads.forget(chamber, loose)
    assert gone == 2
    assert stored(select(Draft.id)) == [young.id]
    assert not stored(select(DraftFile))
    kept = {path.read_bytes() for path in chamber.files.rglob("*") if path.is_file()}
    assert PDF in kept
    assert PDF + b"1" not in kept


def test_the_days_of_a_draft_count_from_its_last_change(chamber):
    new = begun(chamber)
    drafts.save(new.id, None, Step.WHO, WHO, NOW + timedelta(days=80))
    with transaction() as session:
        assert drafts.erase_before(session, NOW + timedelta(days=79))[0] == 0


def test_hostile_text_is_kept_within_bounds_on_both_databases(chamber):
    new = begun(chamber, complete=False)
    drafts.save(new.id, None, Step.WHO, {"name": "a\x00\ud800b" + "x" * 50_000, "kind": 7}, NOW)
    (data,) = stored(select(Draft.data).where(Draft.id == new.id))
    assert data["who"]["name"].startswith("a")
    assert len(data["who"]["name"]) == drafts.LONGEST_ANSWER
    assert data["who"]["kind"] == ""
