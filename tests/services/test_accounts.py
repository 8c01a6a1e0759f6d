"""Accounts and offices: who may give and take what, and that taking ends what was open."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from cprac.domain.roles import Office
from cprac.persistence import queries_accounts, queries_administration
from cprac.persistence.database import db, transaction
from cprac.persistence.models import AccessLog, Account, WebSession
from cprac.services import accounts, agencies, browser_sessions, credentials
from cprac.services.errors import NotFoundError, RefusedError

NOW = datetime(2026, 3, 25, 15, 0, tzinfo=UTC)
TODAY = date(2026, 3, 25)
HOUR = timedelta(hours=1)
PASSWORD = "girafa azul no telhado"


@pytest.fixture
def chamber(app):
    with app.app_context():
        yield app.extensions["cprac"]


@pytest.fixture
def root(chamber):
    """The first administrator, made from the command line."""
    return accounts.create(chamber, None, "ada@camara.example", "Ada Rocha", now=NOW, office=Office.ADMINISTRATOR)


def make(chamber, name, office=None):
    return accounts.create(chamber, None, f"{name}@camara.example", name.title(), now=NOW, office=office)


def open_session(account):
    browser_sessions.begin(f"t{account}", account, {}, idle=HOUR, longest=HOUR, now=NOW)


def sessions_open(account):
    return db.session.scalar(select(func.count()).select_from(WebSession).where(WebSession.account_id == account))


@pytest.mark.parametrize(
    "typed, stored",
    [
        ("Ana.Lima@Camara.Example", "ana.lima@camara.example"),
        ("  ana@camara.example \n", "ana@camara.example"),
        ("JOSÉ@exemplo.com.br", "josé@exemplo.com.br"),
    ],
)
def test_an_address_is_stored_in_one_form(chamber, typed, stored):
    account = accounts.create(chamber, None, typed, "Ana", now=NOW)
    assert db.session.get(Account, account).email == stored


@pytest.mark.parametrize(
    "typed", ["", "ana", "ana@", "@x.com", "a b@x.com", "ana@x", "ana@x.com\nbcc: y@z.com", "a" * 300 + "@x.com"]
)
def test_what_is_no_address_is_refused_in_its_field(chamber, typed):
    with pytest.raises(RefusedError) as refusal:
        accounts.create(chamber, None, typed, "Ana", now=NOW)
    assert refusal.value.refusal.field == "email"


def test_an_address_belongs_to_one_account(chamber, root):
    with pytest.raises(RefusedError, match="Já existe"):
        accounts.create(chamber, root, "ADA@camara.example", "Outra", now=NOW)
    other = make(chamber, "bia")
    with pytest.raises(RefusedError, match="Já existe"):
        accounts.rename(chamber, root, other, name="Bia", email="ada@camara.example", now=NOW)


@pytest.mark.parametrize("office", [office for office in Office if office is not Office.ADMINISTRATOR] + [None])
def test_only_the_administrator_manages_people(chamber, root, office):
    other = make(chamber, "bia", office)
    for attempt in (
        lambda: accounts.create(chamber, other, "x@camara.example", "X", now=NOW, office=Office.ADMINISTRATOR),
        lambda: accounts.grant(chamber, other, other, Office.ADMINISTRATOR, now=NOW),
        lambda: accounts.disable(chamber, other, root, now=NOW),
        lambda: accounts.rename(chamber, other, root, name="X", email="x@camara.example", now=NOW),
        lambda: agencies.create(chamber, other, agencies.AgencyData("X", "X"), now=NOW),
    ):
        with pytest.raises(NotFoundError):
            attempt()
    assert queries_accounts.signed_in(root, TODAY).offices == {Office.ADMINISTRATOR}


def test_an_office_counts_from_its_first_to_its_last_day(chamber, root):
    bia = make(chamber, "bia")
    first, last = TODAY + timedelta(days=1), TODAY + timedelta(days=3)
    accounts.grant(chamber, root, bia, Office.MEDIATOR, from_on=first, until_on=last, now=NOW)
    held = [bool(queries_accounts.signed_in(bia, TODAY + timedelta(days=day)).offices) for day in range(5)]
    assert held == [False, True, True, True, False]


def test_the_first_office_of_an_account_takes_its_password_and_its_codes_away(chamber, root):
    squatter = accounts.create(chamber, root, "prefeito@camara.example", "Alguém", now=NOW, password=PASSWORD)
    code = credentials.issue_reset(chamber, root, squatter, now=NOW)
    assert credentials.sign_in(chamber, "prefeito@camara.example", PASSWORD, "10.0.0.1", now=NOW)
    accounts.grant(chamber, root, squatter, Office.MEDIATOR, now=NOW)
    assert credentials.sign_in(chamber, "prefeito@camara.example", PASSWORD, "10.0.0.1", now=NOW) is None
    with pytest.raises(RefusedError):
        credentials.use_reset(chamber, code, "outra frase bem comprida", "10.0.0.1", now=NOW)
    assert not accounts.has_password(squatter)
    credentials.use_reset(
        chamber,
        credentials.issue_reset(chamber, root, squatter, now=NOW),
        "outra frase bem comprida",
        "10.0.0.1",
        now=NOW,
    )
    accounts.grant(chamber, root, squatter, Office.AUDITOR, now=NOW)
    assert accounts.has_password(squatter), "a second office changes nothing"


def test_the_same_office_is_not_given_twice_for_the_same_days(chamber, root):
    bia = make(chamber, "bia", Office.MEDIATOR)
    with pytest.raises(RefusedError, match="já tem esta função"):
        accounts.grant(chamber, root, bia, Office.MEDIATOR, from_on=TODAY + timedelta(days=9), now=NOW)
    accounts.grant(chamber, root, bia, Office.COORDINATOR, now=NOW)


def test_days_run_forwards(chamber, root):
    bia = make(chamber, "bia", Office.MEDIATOR)
    yesterday = TODAY - timedelta(days=1)
    with pytest.raises(RefusedError):
        accounts.grant(chamber, root, bia, Office.COUNCIL, from_on=TODAY, until_on=yesterday, now=NOW)
    with pytest.raises(RefusedError):
        accounts.add_leave(chamber, root, bia, from_on=TODAY, until_on=yesterday, reason="", now=NOW)
    holding = queries_accounts.holdings_of(bia)[0].id
    with pytest.raises(RefusedError):
        accounts.end_office(chamber, root, holding, until_on=yesterday, now=NOW)


@pytest.mark.parametrize("what", ["grant", "end", "disable", "rename"])
def test_whatever_changes_what_somebody_may_do_ends_the_sessions_of_that_person_only(chamber, root, what):
    bia = make(chamber, "bia", Office.MEDIATOR)
    open_session(bia)
    open_session(root)
    match what:
        case "grant":
            accounts.grant(chamber, root, bia, Office.COUNCIL, now=NOW)
        case "end":
            accounts.end_office(chamber, root, queries_accounts.holdings_of(bia)[0].id, until_on=TODAY, now=NOW)
        case "disable":
            accounts.disable(chamber, root, bia, now=NOW)
        case "rename":
            accounts.rename(chamber, root, bia, name="Bia", email="outra@camara.example", now=NOW)
    assert sessions_open(bia) == 0
    assert sessions_open(root) == 1


def test_a_disabled_account_is_nobody_until_it_is_opened_again(chamber, root):
    bia = make(chamber, "bia", Office.MEDIATOR)
    accounts.disable(chamber, root, bia, now=NOW)
    assert queries_accounts.signed_in(bia, TODAY) is None
    accounts.enable(chamber, root, bia, now=NOW)
    assert queries_accounts.signed_in(bia, TODAY).offices == {Office.MEDIATOR}


def test_the_chamber_is_never_left_without_an_administrator(chamber, root):
    second = make(chamber, "bia", Office.ADMINISTRATOR)
    mine = queries_accounts.holdings_of(root)[0].id
    with pytest.raises(RefusedError, match="Outra pessoa"):
        accounts.disable(chamber, root, root, now=NOW)
    accounts.disable(chamber, root, second, now=NOW)
    with pytest.raises(RefusedError, match="ficaria sem"):
        accounts.end_office(chamber, root, mine, until_on=TODAY, now=NOW)
    accounts.enable(chamber, root, second, now=NOW)
    accounts.end_office(chamber, root, mine, until_on=TODAY, now=NOW)


def test_leave_is_noted_and_withdrawn(chamber, root):
    bia = make(chamber, "bia", Office.MEDIATOR)
    accounts.add_leave(chamber, root, bia, from_on=TODAY, until_on=TODAY, reason="Férias", now=NOW)
    [leave] = queries_administration.leaves(since=TODAY)
    assert (leave.account, leave.reason) == (bia, "Férias")
    assert accounts.drop_leave(chamber, root, leave.id, now=NOW) == bia
    assert queries_administration.leaves() == ()


def test_agreeing_to_be_told_on_the_portal_keeps_its_first_day(chamber):
    party = make(chamber, "marina")
    accounts.set_portal_consent(chamber, party, agrees=True, now=NOW)
    accounts.set_portal_consent(chamber, party, agrees=True, now=NOW + timedelta(days=9))
    assert queries_accounts.own_account(party).portal_consent_on == TODAY
    accounts.set_portal_consent(chamber, party, agrees=False, now=NOW)
    assert queries_accounts.own_account(party).portal_consent_on is None


def test_who_did_what_to_an_account_is_on_record(chamber, root):
    bia = make(chamber, "bia", Office.MEDIATOR)
    accounts.disable(chamber, root, bia, now=NOW)
    rows = db.session.execute(select(AccessLog.account_id, AccessLog.action).where(AccessLog.item == f"account:{bia}"))
    assert [tuple(row) for row in rows] == [(None, "create"), (root, "disable")]


@pytest.mark.parametrize(
    "code, name, email, field",
    [
        ("", "Obras", "", "code"),
        ("S\nM", "", "", "name"),
        ("x" * 41, "Obras", "", "code"),
        ("<b>", "Obras", "", "code"),
        ("SMO", " ", "", "name"),
        ("SMO", "o" * 201, "", "name"),
        ("SMO", "Obras", "obras", "email"),
    ],
)
def test_an_agency_needs_a_code_and_a_name(chamber, root, code, name, email, field):
    with pytest.raises(RefusedError) as refusal:
        agencies.create(chamber, root, agencies.AgencyData(code, name, email), now=NOW)
    assert refusal.value.refusal.field == field


def test_an_agency_is_switched_off_and_its_code_is_its_own(chamber, root):
    works = agencies.create(chamber, root, agencies.AgencyData("SMO", "Obras"), now=NOW)
    with pytest.raises(RefusedError, match="sigla"):
        agencies.create(chamber, root, agencies.AgencyData("SMO", "Outra"), now=NOW)
    agencies.change(chamber, root, works, agencies.AgencyData("SMO", "Obras", active=False), now=NOW)
    assert not queries_administration.agency(works).active
    with pytest.raises(NotFoundError):
        agencies.change(chamber, root, 999, agencies.AgencyData("Y", "Y"), now=NOW)


@pytest.mark.parametrize("search", ["%", "_", "\\", "' OR 1=1 --", "ADA", "ada@camara"])
def test_a_search_is_a_text_and_never_a_pattern(chamber, root, search):
    make(chamber, "bia", Office.MEDIATOR)
    found = queries_administration.people(search, None, TODAY, everybody=False)
    assert [row.name for row in found] == (["Ada Rocha"] if "ada" in search.lower() else [])


def test_a_new_account_is_not_half_made_when_something_fails(chamber, root):
    with pytest.raises(RefusedError):
        accounts.create(chamber, root, "nova@camara.example", " \u200b ", now=NOW, office=Office.MEDIATOR)
    with transaction() as session:
        assert session.scalar(select(func.count()).select_from(Account)) == 1
