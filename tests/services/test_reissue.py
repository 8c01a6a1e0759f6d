"""A new key at the desk: the old one is dead, nobody else can give one, and what was done is on record."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from cprac.domain.roles import Role
from cprac.persistence.database import db, transaction
from cprac.persistence.models import AccessLog, Application, Case, OutboxMail, Party
from cprac.services import access_keys, claims, intake, throttle
from cprac.services.claims import NewAccount
from cprac.services.errors import KeyReusedError, NotFoundError, RefusedError, TooManyTriesError
from cprac.services.reissue import Identified, Paper, Wanted, reissue
from tests.worlds import NOW, PLANS, build_world, grant_role

VERA = NewAccount("vera@exemplo.com.br", "Vera Matos", "girafa azul no telhado")
ONE = Identified(1, Paper.DRIVING, "4821")
KEY = "a" * 32


@pytest.fixture
def world(app):
    made = build_world(app, "filed")
    with app.app_context():
        yield made


def give(world, who="registry", wanted=Wanted.BOTH, identified=ONE, key=KEY, case="filed"):
    return reissue(world.chamber, world.account(who), world.number(case), wanted, identified, key=key, now=NOW)


def stored(world, case="filed"):
    number = world.receipts[case].number
    found = db.session.scalar(select(Application.access_key_hash).where(Application.number == number))
    db.session.rollback()
    return found


def everything(model):
    found = db.session.scalars(select(model).order_by(model.id)).all()
    db.session.rollback()
    return found


def test_the_new_key_opens_and_the_old_one_is_dead(world):
    receipt, old = give(world), world.receipts["filed"]
    assert receipt.number == old.number
    assert access_keys.fits(world.chamber, receipt.access_key, stored(world))
    assert not access_keys.fits(world.chamber, old.access_key, stored(world))


def test_the_new_code_binds_and_the_unused_one_before_it_does_not(world):
    with transaction() as session:
        case = session.scalars(select(Case).where(Case.number == world.number("filed"))).one()
        before = intake.issue_claim_code(session, world.chamber, case, 1, None, NOW)
    receipt = give(world, wanted=Wanted.CODE)
    assert receipt.access_key == ""
    assert access_keys.fits(world.chamber, world.receipts["filed"].access_key, stored(world)), "the key stays"
    with pytest.raises(RefusedError, match="não confere"):
        claims.claim(world.chamber, before, "10.0.0.1", now=NOW, newcomer=VERA)
    bound = claims.claim(world.chamber, receipt.claim_code, "10.0.0.1", now=NOW, newcomer=VERA)
    assert bound.number == world.number("filed")


def test_who_gave_the_code_cannot_use_it(world):
    receipt = give(world, wanted=Wanted.CODE)
    with pytest.raises(RefusedError, match="Só ela pode usá-lo"):
        claims.claim(world.chamber, receipt.claim_code, "10.0.0.1", now=NOW, account=world.account("registry"))


@pytest.mark.parametrize(
    "who",
    ["coordinator", "mediator", "city_attorney", "attorney_general", "auditor", "administrator", "joao", "nobody"],
)
def test_only_the_registry_gives_keys(world, who):
    before = stored(world)
    with pytest.raises(NotFoundError):
        give(world, who)
    assert stored(world) == before


def test_the_registry_gives_none_in_a_case_of_its_own_nor_one_that_is_hidden(world):
    grant_role(world, "filed", "registry", Role.INVITEE, 2)
    with pytest.raises(NotFoundError):
        give(world)
    with pytest.raises(NotFoundError):
        reissue(world.chamber, world.account("registry"), "9999/2026", Wanted.KEY, ONE, key=KEY, now=NOW)


def test_what_was_given_is_on_record_without_any_secret(world):
    receipt = give(world, identified=Identified(1, Paper.PROFESSIONAL, "82bc", proxy=True))
    row = everything(AccessLog)[-1]
    assert (row.account_id, row.action) == (world.account("registry"), "give both")
    assert row.item == "party:1 proxy professional …82BC"
    assert row.case_id is not None
    for secret in (receipt.access_key, receipt.claim_code):
        assert all(secret not in f"{each.item} {each.action}" for each in everything(AccessLog))


@pytest.mark.parametrize(
    "wanted, identified, field",
    [
        (Wanted.KEY, Identified(2, Paper.IDENTITY, "1234"), "wanted"),
        (Wanted.CODE, Identified(2, Paper.IDENTITY, "1234"), "wanted"),
        (Wanted.KEY, Identified(9, Paper.IDENTITY, "1234"), "party"),
        (Wanted.KEY, Identified(1, Paper.IDENTITY, "123"), "last"),
        (Wanted.KEY, Identified(1, Paper.IDENTITY, "12345"), "last"),
        (Wanted.KEY, Identified(1, Paper.IDENTITY, "12 4"), "last"),
    ],
)
def test_what_is_refused_changes_nothing(world, wanted, identified, field):
    before = stored(world), len(everything(AccessLog))
    with pytest.raises(RefusedError) as error:
        give(world, wanted=wanted, identified=identified)
    assert error.value.refusal.field == field
    assert (stored(world), len(everything(AccessLog))) == before


def test_ten_equal_forms_give_one_key_and_another_form_needs_its_own(world):
    receipts = {give(world) for _ in range(10)}
    assert len(receipts) == 1
    assert len([row for row in everything(AccessLog) if row.action == "give both"]) == 1
    with pytest.raises(KeyReusedError):
        give(world, wanted=Wanted.KEY)


def test_nobody_gives_keys_without_end(world):
    for number in range(throttle.LIMITS["reissue_account"].count):
        give(world, wanted=Wanted.KEY, key=f"{number:032d}")
    with pytest.raises(TooManyTriesError):
        give(world, wanted=Wanted.KEY, key="b" * 32)


def test_who_is_known_for_the_party_is_told_and_the_mail_holds_no_secret(world):
    import dataclasses

    chamber = dataclasses.replace(world.chamber, smtp_url="smtp://localhost")
    with transaction() as session:
        party = session.scalars(select(Party).join(Case).where(Case.number == world.number("filed"))).first()
        party.person.email = "ivone@exemplo.com.br"
    before = len(everything(OutboxMail))
    receipt = reissue(chamber, world.account("registry"), world.number("filed"), Wanted.BOTH, ONE, key=KEY, now=NOW)
    mails = everything(OutboxMail)[before:]
    assert {mail.to_email for mail in mails} == {"ivone@exemplo.com.br", world.email(PLANS["filed"].applicant)}
    for mail in mails:
        told = mail.subject + mail.body
        assert world.number("filed") in told
        assert receipt.access_key not in told
        assert receipt.claim_code not in told
