"""Who is told of a meeting set, moved and cancelled, of a pause, an end, an act set aside, a silence: each once.

The mail says a number and a link; it names nobody else and tells nothing of what happened.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select

from cprac.domain.acts import Act
from cprac.domain.roles import Office, Role
from cprac.persistence import queries_desk
from cprac.persistence.database import db, transaction
from cprac.persistence.models import Account, Case, CaseRole, Notice, OutboxMail, Party, Person
from cprac.persistence.queries import Reader
from cprac.services import deadline_watch, intake
from tests.worlds import NOW, PLANS, TODAY, build_world

pytestmark = pytest.mark.databases("sqlite")

APPLICANT, CITY, MEDIATOR = "applicant", "city", "mediator"


def told(world, case):
    """Whom the newest act of the case told: party or office of each notice, with how often."""
    with world.app.app_context():
        number = world.number(case)
        version = db.session.scalar(select(Case.version).where(Case.number == number))
        query = select(Notice).join(Case, Case.id == Notice.case_id)
        rows = list(db.session.scalars(query.where(Case.number == number, Notice.version == version)))
        mails = [
            db.session.scalars(select(OutboxMail).where(OutboxMail.notice_id == row.id)).one() for row in rows
        ]  # fmt: skip
        names = {
            world.account("mediator"): MEDIATOR, world.account("other_mediator"): "other mediator",
            world.account("city_attorney"): CITY, world.account("joao"): APPLICANT, world.account("marina"): APPLICANT,
        }  # fmt: skip
        found = Counter()
        for row in rows:
            found[names[row.account_id] if row.account_id else f"party {row.party_ordinal}"] += 1
        assert len({mail.dedupe_key for mail in mails}) == len(mails)
        db.session.rollback()
        return dict(found)


EVERYBODY = {APPLICANT: 1, CITY: 1, MEDIATOR: 1}
PARTIES = {APPLICANT: 1, CITY: 1}


@pytest.fixture
def world(app):
    return build_world(app, "session")


def reschedule(world, who, days):
    starts_at = NOW + timedelta(days=days)
    world.do("session", who, Act.RESCHEDULE, starts_at=starts_at, place="Sala 2", reason="A sala mudou.")


def test_a_meeting_is_set_moved_and_the_case_withdrawn(world):
    reschedule(world, "registry", 20)
    assert told(world, "session") == EVERYBODY
    reschedule(world, "mediator", 21)
    assert told(world, "session") == PARTIES, "the mediator knows what the mediator did"
    world.do("session", "joao", Act.WITHDRAW)
    assert told(world, "session") == EVERYBODY


def test_a_pause_and_its_end(world):
    world.do("session", "coordinator", Act.SUSPEND, reason_code="expert_evidence", until=TODAY + timedelta(days=19))
    assert told(world, "session") == EVERYBODY
    world.do("session", "coordinator", Act.RESUME)
    assert told(world, "session") == EVERYBODY


def test_what_is_set_aside_is_told_to_whom_it_was_told(world):
    reschedule(world, "registry", 20)
    world.do("session", "coordinator", Act.SET_ASIDE, reason="A sala não existe.")
    assert told(world, "session") == EVERYBODY
    with world.app.app_context():
        undone = list(db.session.scalars(select(Notice).where(Notice.act == "reschedule")))
        assert all(notice.cancelled_at is not None for notice in undone)
        waits = {"queued", "by_hand", "failed"}
        ids = [notice.id for notice in undone]
        mails = list(db.session.scalars(select(OutboxMail).where(OutboxMail.notice_id.in_(ids))))
        assert len(mails) == 3
        assert not [mail for mail in mails if mail.status in waits]


def test_nobody_whose_role_has_ended_is_told(world):
    theirs = CaseRole.role.in_((Role.MEDIATOR, Role.APPLICANT, Role.MUNICIPAL_ATTORNEY))
    with world.app.app_context(), transaction() as session:
        for row in session.scalars(select(CaseRole).where(theirs)):
            row.until_at = world.clock["session"]
    reschedule(world, "registry", 20)
    with world.app.app_context():
        version = db.session.scalar(select(Case.version))
        rows = list(db.session.scalars(select(Notice).where(Notice.version == version)))
        assert {row.account_id for row in rows} == {None}
        to = set(db.session.scalars(select(OutboxMail.to_email).where(OutboxMail.notice_id.in_([r.id for r in rows]))))
        emails = set(db.session.scalars(select(Account.email)))
        assert not to & emails
        db.session.rollback()


def test_a_silence_is_told_to_who_asked_and_to_who_was_silent(app):
    """Two are invited: the time of one is over while the other's runs; then the other is silent too."""
    world = build_world(app, "filed")
    new = intake.NewCase(
        (
            intake.NewParty("applicant", "city", "", agency=world.agencies["works"]),
            intake.NewParty("invitee", "natural", "Jonas Prado", email="jonas@exemplo.org"),
            intake.NewParty("invitee", "natural", "Rita Prado", address="Rua das Acácias, 12"),
        ),
        world.chamber.regulation.matters[0].id,
        "A obra invadiu a calçada.",
        "A retirada do muro.",
        channel="desk",
    )
    world.file("two", world.scripts["filed"], new, "registry", NOW - timedelta(days=100))
    world.do("two", "registry", Act.SCREEN, 1)
    world.do("two", "registry", Act.PASS_FORMAL, 1, checklist=True)
    world.do("two", "coordinator", Act.ADMIT, 2, grounds="Cabe no regulamento.", severable_parties=True)
    world.do("two", "registry", Act.INVITE, 1, scope="A retirada.", place="Sala 2", channel="email")
    assert set(told(world, "two")) == {"party 2", "party 3"}
    with app.app_context():
        invited = {row.party_ordinal: row.ordinal for row in db.session.scalars(select(Notice)) if row.starts}
        db.session.rollback()
    for party, days in ((2, 1), (3, 25)):
        world.wait("two", days)
        values = {"notice": invited[party], "channel": "letter", "served_on": world.day("two"), "proof": "AR 1"}
        world.do("two", "registry", Act.RECORD_SERVICE, **values)
        assert told(world, "two") == {}
    for days, whom in ((12, {"party 1", "party 2"}), (40, {"party 1", "party 3"})):
        world.wait("two", days)
        with app.app_context():
            deadline_watch.sweep(world.chamber, world.clock["two"])
        world.do("two", "coordinator", Act.LAPSE_INVITATION)
        assert told(world, "two") == dict.fromkeys(whom, 1)


def test_a_party_that_declined_is_not_told_what_comes_after(world):
    with world.app.app_context(), transaction() as session:
        case = session.scalars(select(Case)).one()
        facts = dict(case.facts)
        facts["parties"] = [
            {**party, "invitation": "declined"} if party["side"] == "invitee" else party for party in facts["parties"]
        ]
        case.facts = facts
    reschedule(world, "registry", 20)
    assert told(world, "session") == {APPLICANT: 1, MEDIATOR: 1}


def test_a_mail_says_number_and_link_and_nothing_of_the_case(app):
    world = build_world(app, "talks", "in_force")
    with app.app_context():
        mails = list(db.session.scalars(select(OutboxMail)))
        parties = set(db.session.scalars(select(Party.name))) | set(db.session.scalars(select(Account.name)))
        numbers = {world.number("talks"), world.number("in_force")}
        assert len(mails) > 20
        for mail in mails:
            text = f"{mail.subject}\n{mail.body}"
            assert sum(number in text for number in numbers) == 1
            assert f"{world.chamber.base_url}/entrar" in mail.body
            assert not [name for name in parties if name in text]
        bodies = {mail.body.replace(number, "N") for mail in mails for number in numbers if number in mail.body}
        assert len(bodies) == 1, "the same words whatever happened"
        assert not {each for each in parties for mail in mails if each in mail.subject}
        db.session.rollback()


def test_who_has_no_mail_address_is_on_the_desks_list_with_address_and_telephone(world):
    with world.app.app_context():
        with transaction() as session:
            for person in session.scalars(select(Person)):
                person.address, person.phone = "Rua das Acácias, 12, Contagem", "31 3333-4444"
        reader = Reader(world.account("registry"), frozenset({Office.REGISTRY}), NOW, TODAY)
        mails = queries_desk.mails_to_hand(reader)
        theirs = [mail for mail in mails if mail.to_name == PLANS["session"].name]
        assert theirs
        assert {(mail.to_email, mail.address, mail.phone) for mail in theirs} == {
            ("", "Rua das Acácias, 12, Contagem", "31 3333-4444")
        }
        assert all(mail.notice for mail in theirs)
        served = {row.ordinal for row in db.session.scalars(select(Notice).where(Notice.served_at.is_not(None)))}
        assert not served & {mail.notice for mail in mails}, "what has arrived waits for nobody"
        db.session.rollback()
