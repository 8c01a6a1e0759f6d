"""Showing who one is: passwords, the codes that set them, and the work that is done for everybody alike."""

from __future__ import annotations

import dataclasses
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from cprac.domain.roles import Office
from cprac.persistence.database import db
from cprac.persistence.models import Account, OneTimeCode, OutboxMail, WebSession
from cprac.services import accounts, browser_sessions, credentials, passwords
from cprac.services.errors import NotFoundError, RefusedError, TooManyTriesError

NOW = datetime(2026, 3, 25, 15, 0, tzinfo=UTC)
OLD, NEW = "girafa azul no telhado", "elefante verde na varanda"
HOUR = timedelta(hours=1)


@pytest.fixture
def chamber(app):
    with app.app_context():
        yield app.extensions["cprac"]


def make(chamber, name, office=None, password=OLD):
    return accounts.create(
        chamber, None, f"{name}@camara.example", name.title(), now=NOW, office=office, password=password
    )


def enter(chamber, name, password=OLD, at=NOW, source="10.0.0.1"):
    return credentials.sign_in(chamber, f"{name}@camara.example", password, source, now=at)


def open_session(account):
    browser_sessions.begin(f"t{account}", account, {}, idle=HOUR, longest=HOUR, now=NOW)


def sessions_open(account):
    return db.session.scalar(select(func.count()).select_from(WebSession).where(WebSession.account_id == account))


def test_the_right_password_lets_in_and_says_whether_one_works_here(chamber):
    ana, marina = make(chamber, "ana", Office.MEDIATOR), make(chamber, "marina")
    assert enter(chamber, "ana") == credentials.Entry(ana, staff=True)
    assert enter(chamber, "marina") == credentials.Entry(marina, staff=False)
    assert credentials.sign_in(chamber, "  ANA@Camara.Example ", OLD, "10.0.0.1", now=NOW).account == ana


@pytest.mark.parametrize("password", ["", OLD.upper(), OLD + " ", OLD[:-1], "x" * 5000, "\x00"])
def test_any_other_password_does_not(chamber, password):
    make(chamber, "ana")
    assert enter(chamber, "ana", password) is None


def test_unknown_shut_and_passwordless_accounts_cost_the_same_work_and_get_the_same_answer(chamber, monkeypatch):
    accounts.disable(chamber, None, make(chamber, "shut"), now=NOW)
    accounts.create(chamber, None, "fresh@camara.example", "Fresh", now=NOW)
    make(chamber, "ana")
    work = []
    real = passwords.fits
    monkeypatch.setattr(passwords, "fits", lambda *given: work.append(1) or real(*given))
    answers = [enter(chamber, name, "errada errada") for name in ("nobody", "shut", "fresh", "ana")]
    answers.append(enter(chamber, "shut"))
    assert answers == [None] * 5
    assert len(work) == 5


def test_a_hash_made_with_other_parameters_is_renewed_at_sign_in(chamber, app):
    ana = make(chamber, "ana")
    before = db.session.get(Account, ana).password_hash
    dearer = type(chamber)(chamber.regulation, chamber.files, password_memory=128)
    assert credentials.sign_in(dearer, "ana@camara.example", OLD, "10.0.0.1", now=NOW)
    after = db.session.scalar(select(Account.password_hash).where(Account.id == ana))
    assert before != after
    assert "m=128," in after
    assert credentials.sign_in(dearer, "ana@camara.example", OLD, "10.0.0.1", now=NOW)
    assert db.session.scalar(select(Account.password_hash).where(Account.id == ana)) == after


def test_a_limit_is_reached_alike_with_and_without_an_account(chamber):
    make(chamber, "ana")
    for name in ("ana", "nobody"):
        for number in range(5):
            assert enter(chamber, name, "errada", NOW + timedelta(seconds=number * 10)) is None
        with pytest.raises(TooManyTriesError):
            enter(chamber, name, OLD, NOW + timedelta(seconds=60))
    assert enter(chamber, "ana", OLD, NOW + timedelta(seconds=60), source="192.0.2.9")


# --- Codes ------------------------------------------------------------------------------------------------------------


def test_a_code_sets_the_password_once_and_ends_every_session(chamber):
    ana = make(chamber, "ana")
    open_session(ana)
    code = credentials.issue_reset(chamber, None, ana, now=NOW)
    assert credentials.use_reset(chamber, code.lower().replace("-", " "), NEW, "10.0.0.1", now=NOW).account == ana
    assert sessions_open(ana) == 0
    assert enter(chamber, "ana") is None
    assert enter(chamber, "ana", NEW)
    with pytest.raises(RefusedError) as refusal:
        credentials.use_reset(chamber, code, "outra senha bem comprida", "10.0.0.1", now=NOW)
    assert refusal.value.refusal.field == "code"


def test_the_database_does_not_know_the_code(chamber):
    ana = make(chamber, "ana")
    code = credentials.issue_reset(chamber, None, ana, now=NOW).replace("-", "")
    stored = db.session.scalars(select(OneTimeCode.code_hash)).one()
    assert code not in stored
    assert stored == credentials.RESET_CODE.digest(code)


def test_every_wrong_code_is_refused_in_the_same_words(chamber):
    ana, shut = make(chamber, "ana"), make(chamber, "shut")
    used = credentials.issue_reset(chamber, None, ana, now=NOW)
    credentials.use_reset(chamber, used, NEW, "10.0.0.1", now=NOW)
    late = credentials.issue_reset(chamber, None, ana, now=NOW - timedelta(hours=25))
    voided = credentials.issue_reset(chamber, None, shut, now=NOW)
    accounts.disable(chamber, None, shut, now=NOW)
    never = credentials.RESET_CODE.format(credentials.RESET_CODE.new(bytes(credentials.RESET_CODE.random_bytes)))
    said = set()
    for code in (used, late, voided, never, "", "nonsense", "X" * 200):
        with pytest.raises(RefusedError) as refusal:
            credentials.use_reset(chamber, code, NEW, "10.0.0.2", now=NOW)
        said.add((refusal.value.refusal.field, refusal.value.refusal.reason))
    assert len(said) == 1


def test_a_newer_code_voids_the_older_one(chamber):
    ana = make(chamber, "ana")
    older, newer = (credentials.issue_reset(chamber, None, ana, now=NOW) for _ in range(2))
    with pytest.raises(RefusedError):
        credentials.use_reset(chamber, older, NEW, "10.0.0.1", now=NOW)
    credentials.use_reset(chamber, newer, NEW, "10.0.0.1", now=NOW)


def test_a_weak_password_does_not_use_the_code_up(chamber):
    ana = make(chamber, "ana", Office.MEDIATOR)
    code = credentials.issue_reset(chamber, None, ana, now=NOW)
    with pytest.raises(RefusedError) as refusal:
        credentials.use_reset(chamber, code, "curta demais", "10.0.0.1", now=NOW)
    assert refusal.value.refusal.field == "password"
    credentials.use_reset(chamber, code, NEW, "10.0.0.1", now=NOW)


def test_two_people_with_the_same_code_at_once_set_one_password(app, chamber):
    ana = make(chamber, "ana")
    code = credentials.issue_reset(chamber, None, ana, now=NOW)
    db.session.rollback()

    def use(number):
        with app.app_context():
            try:
                credentials.use_reset(chamber, code, f"{NEW} {number}", f"10.0.0.{number}", now=NOW)
            except RefusedError:
                return None
            return number

    with ThreadPoolExecutor(max_workers=4) as pool:
        winners = [number for number in pool.map(use, range(4)) if number is not None]
    assert len(winners) == 1
    assert enter(chamber, "ana", f"{NEW} {winners[0]}")


def test_codes_are_tried_ten_times_in_ten_minutes_and_issued_three_times_an_hour(chamber):
    ana = make(chamber, "ana")
    for _ in range(3):
        code = credentials.issue_reset(chamber, None, ana, now=NOW)
    with pytest.raises(TooManyTriesError):
        credentials.issue_reset(chamber, None, ana, now=NOW)
    for _ in range(10):
        with pytest.raises(RefusedError):
            credentials.use_reset(chamber, "nonsense", NEW, "10.0.0.1", now=NOW)
    with pytest.raises(TooManyTriesError):
        credentials.use_reset(chamber, code, NEW, "10.0.0.1", now=NOW)
    credentials.use_reset(chamber, code, NEW, "10.0.0.2", now=NOW)


def test_the_registry_gives_codes_to_parties_and_not_to_who_works_here(chamber):
    registry, boss = make(chamber, "tania", Office.REGISTRY), make(chamber, "ada", Office.ADMINISTRATOR)
    party, mediator = make(chamber, "marina"), make(chamber, "paulo", Office.MEDIATOR)
    credentials.issue_reset(chamber, registry, party, now=NOW)
    credentials.issue_reset(chamber, boss, mediator, now=NOW)
    for target in (mediator, boss, registry):
        with pytest.raises(RefusedError, match="administração"):
            credentials.issue_reset(chamber, registry, target, now=NOW)
    for actor in (mediator, party):
        with pytest.raises(NotFoundError):
            credentials.issue_reset(chamber, actor, party, now=NOW)


def test_one_changes_the_own_password_knowing_the_current_one(chamber):
    ana = make(chamber, "ana")
    open_session(ana)
    with pytest.raises(RefusedError) as refusal:
        credentials.change_password(chamber, ana, "errada", NEW, "10.0.0.1", now=NOW)
    assert refusal.value.refusal.field == "current_password"
    assert sessions_open(ana) == 1
    credentials.change_password(chamber, ana, OLD, NEW, "10.0.0.1", now=NOW)
    assert sessions_open(ana) == 0
    assert enter(chamber, "ana", NEW)


def test_the_owner_is_told_of_a_code_and_of_a_new_password_and_neither_is_in_the_mail(chamber):
    wired = dataclasses.replace(chamber, smtp_url="smtp://localhost")
    account = accounts.create(wired, None, "dora@exemplo.com.br", "Dora Luz", now=NOW)
    codes = [credentials.issue_reset(wired, None, account, now=NOW) for _ in range(2)]
    new = "outra frase bem comprida"
    credentials.use_reset(wired, codes[1], new, "10.0.0.1", now=NOW)
    credentials.change_password(wired, account, new, "mais uma frase comprida", "10.0.0.1", now=NOW)
    mails = db.session.scalars(select(OutboxMail).order_by(OutboxMail.id)).all()
    assert [mail.dedupe_key.split(":")[1] for mail in mails] == ["code", "code", "password", "password"]
    for mail in mails:
        assert (mail.to_email, mail.status, mail.case_id) == ("dora@exemplo.com.br", "queued", None)
        assert "procure a Secretaria agora" in mail.body
        assert not any(secret in mail.subject + mail.body for secret in (*codes, new))
    before = len(mails)
    credentials.issue_reset(chamber, None, account, now=NOW)
    assert len(db.session.scalars(select(OutboxMail.id)).all()) == before, "without a mail server nothing waits"
