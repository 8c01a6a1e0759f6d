"""A claim code binds one account to one party, once, and never somebody who wears an incompatible hat."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from cprac.domain.roles import Role
from cprac.persistence.database import db, transaction
from cprac.persistence.models import Account, Case, CaseRole, OneTimeCode
from cprac.services import claims, intake
from cprac.services.claims import NewAccount
from cprac.services.errors import RefusedError, TooManyTriesError
from tests.worlds import PASSWORD, build_world, grant_role

NOW = datetime(2026, 3, 25, 15, 0, tzinfo=UTC)
VERA = NewAccount("vera@exemplo.com.br", "Vera Matos", "girafa azul no telhado")


@pytest.fixture
def world(app):
    made = build_world(app, "filed")
    with app.app_context():
        yield made


def code_for(world, ordinal, case="filed"):
    with transaction() as session:
        row = session.scalars(select(Case).where(Case.number == world.number(case))).one()
        return intake.issue_claim_code(session, world.chamber, row, ordinal, None, NOW)


def claim(world, code, **who):
    return claims.claim(world.chamber, code, who.pop("source", "10.0.0.1"), now=who.pop("now", NOW), **who)


def roles_of(account):
    rows = db.session.execute(
        select(CaseRole.role, CaseRole.party_ordinal).where(CaseRole.account_id == account, CaseRole.until_at.is_(None))
    )
    return [tuple(row) for row in rows]


def make_private_invitee(world):
    """A second party of the case that is no department: somebody who was invited."""
    from cprac.persistence.models import Party

    with transaction() as session:
        row = session.scalars(select(Case).where(Case.number == world.number("filed"))).one()
        session.add(Party(case_id=row.id, ordinal=3, side="invitee", kind="natural", name="Rui Prado"))
        session.add(Party(case_id=row.id, ordinal=4, side="interested", kind="natural", name="Vizinho"))


def test_a_newcomer_gets_an_account_and_the_role_of_the_party(world):
    bound = claim(world, code_for(world, 1), newcomer=VERA, portal_consent=True)
    assert roles_of(bound.account) == [(Role.APPLICANT, 1)]
    assert (bound.number, bound.staff) == (world.number("filed"), False)
    row = db.session.get(Account, bound.account)
    assert (row.email, row.name, row.portal_consent_on) == ("vera@exemplo.com.br", "Vera Matos", world.chamber.day(NOW))


def test_without_a_name_the_account_is_called_like_the_party(world):
    bound = claim(world, code_for(world, 1), newcomer=NewAccount("vera@exemplo.com.br", " ", VERA.password))
    assert db.session.get(Account, bound.account).name == "Ivone Ribeiro da Costa"


def test_who_is_signed_in_is_bound_and_so_is_who_types_the_own_password(world):
    make_private_invitee(world)
    assert claim(world, code_for(world, 3), account=world.account("nobody")).account == world.account("nobody")
    known = NewAccount(world.email("marina").upper(), "", PASSWORD)
    assert claim(world, code_for(world, 1), newcomer=known).account == world.account("marina")
    assert roles_of(world.account("nobody")) == [(Role.INVITEE, 3)]
    assert roles_of(world.account("marina")) == [(Role.APPLICANT, 1)]


def test_an_address_that_has_an_account_needs_its_password_and_the_code_stays_good(world):
    code = code_for(world, 1)
    with pytest.raises(RefusedError, match="E-mail ou senha não conferem"):
        claim(world, code, newcomer=NewAccount(world.email("joao"), "", "senha que não é essa aqui"))
    assert claim(world, code, newcomer=VERA)


def test_a_code_works_once_within_its_days_and_every_failure_reads_alike(world):
    used, late = code_for(world, 1), code_for(world, 1)
    claim(world, used, newcomer=VERA)
    said = set()
    tries = [
        (used, NOW),
        (late, NOW + timedelta(days=91)),
        ("nonsense", NOW),
        ("", NOW),
        (used[:-1] + ("0" if used[-1] != "0" else "1"), NOW),
    ]
    for code, now in tries:
        with pytest.raises(RefusedError) as refusal:
            claim(world, code, account=world.account("nobody"), now=now)
        said.add((refusal.value.refusal.field, refusal.value.refusal.reason))
    assert len(said) == 1
    assert roles_of(world.account("nobody")) == []


def test_using_the_code_is_on_record_without_the_code(world):
    code = code_for(world, 1)
    bound = claim(world, code, newcomer=VERA)
    row = db.session.execute(select(OneTimeCode).where(OneTimeCode.used_at.is_not(None))).scalar_one()
    assert (row.account_id, row.used_at) == (bound.account, NOW)
    assert code.replace("-", "") not in row.code_hash


def test_ten_codes_in_ten_minutes_and_no_more(world):
    for _ in range(10):
        with pytest.raises(RefusedError):
            claim(world, "nonsense", newcomer=VERA)
    with pytest.raises(TooManyTriesError):
        claim(world, code_for(world, 1), newcomer=VERA)


@pytest.mark.parametrize("role", [Role.MEDIATOR, Role.OPINION_AUTHOR, Role.APPROVER])
@pytest.mark.parametrize("ended", [False, True])
def test_who_acts_or_acted_in_the_case_for_the_chamber_cannot_be_a_party_of_it(world, role, ended):
    grant_role(world, "filed", "nobody", role)
    if ended:
        with transaction() as session:
            row = session.scalars(select(CaseRole).where(CaseRole.account_id == world.account("nobody"))).one()
            row.until_at = NOW - timedelta(days=1)
    code = code_for(world, 1)
    with pytest.raises(RefusedError, match="já atuou"):
        claim(world, code, account=world.account("nobody"))
    assert claim(world, code, newcomer=VERA), "the code is not used up by a refusal"


def test_nobody_is_on_both_sides(world):
    make_private_invitee(world)
    with pytest.raises(RefusedError, match="outro lado"):
        claim(world, code_for(world, 3), account=world.account("joao"))


@pytest.mark.parametrize("ordinal", [2, 4])
def test_the_city_and_third_parties_are_not_bound_by_a_code(world, ordinal):
    make_private_invitee(world)
    with pytest.raises(RefusedError, match="não é de uma parte"):
        claim(world, code_for(world, ordinal), account=world.account("nobody"))


def test_a_second_code_for_the_same_party_adds_no_second_role(world):
    claim(world, code_for(world, 1), account=world.account("joao"))
    assert roles_of(world.account("joao")) == [(Role.APPLICANT, 1)]


def test_a_weak_password_or_a_broken_address_uses_nothing_up(world):
    code = code_for(world, 1)
    for newcomer, field in (
        (NewAccount("vera@exemplo.com.br", "", "curta"), "password"),
        (NewAccount("vera@exemplo.com.br", "Vera Matos", "vera matos vera"), "password"),
        (NewAccount("vera", "", VERA.password), "email"),
    ):
        with pytest.raises(RefusedError) as refusal:
            claim(world, code, newcomer=newcomer)
        assert refusal.value.refusal.field == field
    before = db.session.scalar(select(func.count()).select_from(Account))
    claim(world, code, newcomer=VERA)
    assert db.session.scalar(select(func.count()).select_from(Account)) == before + 1


def test_a_shut_account_binds_nothing(world):
    with transaction() as session:
        session.get(Account, world.account("nobody")).active = False
    with pytest.raises(RefusedError):
        claim(world, code_for(world, 1), account=world.account("nobody"))


def test_one_code_raced_by_four_people_binds_one(app, world):
    code = code_for(world, 1)
    db.session.rollback()

    def race(number):
        newcomer = NewAccount(f"p{number}@exemplo.com.br", "P", VERA.password)
        with app.app_context():
            try:
                return claim(world, code, newcomer=newcomer, source=f"10.0.0.{number}").account
            except RefusedError:
                return None

    with ThreadPoolExecutor(max_workers=4) as pool:
        bound = [account for account in pool.map(race, range(4)) if account is not None]
    assert len(bound) == 1
    assert roles_of(bound[0]) == [(Role.APPLICANT, 1)]
    loser_accounts = select(func.count()).select_from(Account).where(Account.email.like("p%@exemplo.com.br"))
    assert db.session.scalar(loser_accounts) == 1
