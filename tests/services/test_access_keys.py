"""What the database keeps of an access key tells nothing without the secret, and old rows still open."""

from __future__ import annotations

import dataclasses
import hashlib

import pytest
from sqlalchemy import select

from cprac import key_secrets
from cprac.domain.identifiers import ACCESS_KEY
from cprac.persistence.database import db, transaction
from cprac.persistence.models import Application
from cprac.persistence.regulation_files import load_regulation
from cprac.services import access_keys
from cprac.services.chamber import Chamber
from tests.worlds import NOW

one_database = pytest.mark.databases("sqlite")

FIRST, SECOND = "um segredo de ao menos 32 caracteres", "outro segredo de ao menos 32 caracteres"


@pytest.fixture
def chamber(tmp_path):
    return Chamber(load_regulation("contagem"), tmp_path, key_secrets=(FIRST,))


def under(chamber, *secrets):
    return dataclasses.replace(chamber, key_secrets=secrets)


@one_database
def test_every_key_can_be_tried_against_a_plain_hash_and_none_against_what_is_kept(chamber):
    shown, kept = access_keys.issue(chamber, "0001/2026")
    code = ACCESS_KEY.normalize(shown)
    assert kept not in (ACCESS_KEY.digest(code), hashlib.sha256(code.encode()).hexdigest())
    assert len(kept) <= 64, "as long as the column"
    assert not access_keys.fits(under(chamber, SECOND), shown, kept), "a thief without the secret sees nothing fit"
    assert access_keys.fits(chamber, shown.lower().replace("-", " "), kept)


@one_database
@pytest.mark.parametrize("typed", ["", "0", "0000-0000-000", None, "9" * 11])
@pytest.mark.parametrize("kept", ["", None, "0" * 64])
def test_where_no_key_was_given_none_fits(chamber, typed, kept):
    assert not access_keys.fits(chamber, typed, kept)


@one_database
def test_the_secret_can_be_changed_while_keys_stay_good(chamber):
    shown, kept = access_keys.issue(chamber, "0001/2026")
    assert access_keys.fits(under(chamber, SECOND, FIRST), shown, kept)
    assert not access_keys.fits(under(chamber, SECOND), shown, kept)


@one_database
@pytest.mark.parametrize(
    "settings, secrets",
    [
        ({"SECRET_KEY": FIRST}, (FIRST,)),
        ({"SECRET_KEY": FIRST, "KEY_SECRET": ""}, (FIRST,)),
        ({"SECRET_KEY": FIRST, "KEY_SECRET": SECOND}, (SECOND,)),
        ({"SECRET_KEY": "x", "KEY_SECRET": f"{SECOND}, {FIRST},"}, (SECOND, FIRST)),
    ],
)
def test_a_dedicated_secret_goes_before_the_applications(settings, secrets):
    assert key_secrets(settings) == secrets


@one_database
def test_no_secret_stands_in_the_text_of_a_chamber(chamber):
    chamber = dataclasses.replace(chamber, smtp_url="smtps://a:senha-do-correio@b")
    assert FIRST not in repr(chamber)
    assert "senha-do-correio" not in repr(chamber)


@pytest.fixture
def old_rows(app):
    """Applications as an earlier release left them: plain hashes, and a legacy one without a key."""
    codes = [ACCESS_KEY.new(bytes([number] * 7)) for number in range(5)]
    with app.app_context():
        with transaction() as session:
            for number, code in enumerate(codes, start=1):
                session.add(
                    Application(
                        number=f"{number:04d}/2025",
                        access_key_hash=ACCESS_KEY.digest(code),
                        channel="portal",
                        filed_at=NOW,
                    )
                )
            session.add(Application(number="0009/1999", access_key_hash="", channel="desk", filed_at=NOW))
        yield codes


def kept_rows():
    found = db.session.scalars(select(Application.access_key_hash).order_by(Application.id)).all()
    db.session.rollback()
    return found


def test_rows_of_earlier_releases_open_and_are_sealed_once(app, old_rows, monkeypatch):
    chamber = app.extensions["cprac"]
    monkeypatch.setattr(access_keys, "CHUNK", 2)
    before = kept_rows()
    assert all(access_keys.fits(chamber, code, kept) for code, kept in zip(old_rows, before, strict=False))
    access_keys.renew(chamber, 1, old_rows[0], before[0])
    assert kept_rows()[0].startswith(access_keys.SEALED)
    assert access_keys.seal_plain(chamber) == 4
    after = kept_rows()
    assert all(access_keys.fits(chamber, code, kept) for code, kept in zip(old_rows, after, strict=False))
    assert after[-1] == "", "who had no key has none"
    assert not {len(kept) for kept in after} & {64}
    assert access_keys.seal_plain(chamber) == 0
    assert kept_rows() == after


def test_a_key_that_was_replaced_meanwhile_is_not_brought_back(app, old_rows):
    chamber, before = app.extensions["cprac"], kept_rows()
    _shown, new = access_keys.issue(chamber, "0001/2025")
    with transaction() as session:
        session.get(Application, 1).access_key_hash = new
    access_keys.renew(chamber, 1, old_rows[0], before[0])
    assert kept_rows()[0] == new
