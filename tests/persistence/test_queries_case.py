"""One case: a bounded number of statements, nothing that is not for the reader, and a log of what is confidential."""

from __future__ import annotations

import pytest
from sqlalchemy import event, select

from cprac.domain.acts import Act, Compartment, InformationClass
from cprac.domain.permissions import Level
from cprac.domain.roles import Role
from cprac.persistence import queries, queries_case, queries_items
from cprac.persistence.database import db
from cprac.persistence.models import AccessLog, Case
from tests.worlds import NOW, STAFF, TODAY, build_world, grant_role

C = InformationClass
SECRETS = ("SEGREDO DE QUEM PEDIU", "SEGREDO DA CIDADE", "PROPOSTA NA MESA", "ANOTAÇÃO DO MEDIADOR", "TETO DA CIDADE")


def reader_of(world, who):
    offices = frozenset(STAFF[who][1]) if who in STAFF else frozenset()
    return queries.Reader(world.account(who), offices, NOW, TODAY)


@pytest.fixture
def world(app):
    built = build_world(app, "talks", "authorization")
    with app.app_context():
        yield built
        db.session.remove()


class Counting:
    """Counts the questions that a block asks of the database."""

    def __enter__(self):
        self.count = 0
        event.listen(db.engine, "before_cursor_execute", self._one)
        return self

    def _one(self, _connection, _cursor, statement, *_args):
        self.count += statement.startswith("SELECT")

    def __exit__(self, *_args):
        event.remove(db.engine, "before_cursor_execute", self._one)


def test_a_case_takes_the_same_few_statements_however_long_its_history(world):
    coordinator = reader_of(world, "coordinator")
    with Counting() as few:
        short = queries_case.case_file(coordinator, world.number("talks"))
    for number in range(30):
        world.do("talks", "registry", Act.SET_EXTERNAL_PROCESS, process_number=f"{number}/2026")
    db.session.rollback()  # look again: this session read before the acts
    with Counting() as many:
        long = queries_case.case_file(coordinator, world.number("talks"))
    assert few.count == many.count <= 14
    assert len(short.events) < queries_case.EVENTS_SHOWN
    assert len(long.events) == queries_case.EVENTS_SHOWN
    assert long.more_events
    assert [line.version for line in long.events] == sorted(line.version for line in long.events)
    older, more = queries_case.events_of(coordinator, long, Compartment.DOCKET.value, long.events[0].version)
    assert older[-1].version == long.events[0].version - 1
    assert more


@pytest.mark.parametrize("who", ["other_mediator", "opinion_author", "nobody", "administrator", "joao"])
def test_a_case_of_others_is_none(world, who):
    assert queries_case.case_file(reader_of(world, who), world.number("talks")) is None
    assert queries_case.case_file(reader_of(world, who), "9999/2026") is None


CONVERSATIONS = {
    "mediator": {"joint", "caucus:1", "caucus:2", "notes"},
    "marina": {"joint", "caucus:1"},
    "city_attorney": {"joint", "caucus:2", "city"},
    "coordinator": set(),
    "registry": set(),
    "attorney_general": set(),
    "auditor": set(),
}


def test_each_finds_the_reserved_conversations_that_are_theirs_and_reads_only_there(world):
    texts = {
        "joint": "PROPOSTA NA MESA", "caucus:1": "SEGREDO DE QUEM PEDIU", "caucus:2": "SEGREDO DA CIDADE",
        "notes": "ANOTAÇÃO DO MEDIADOR", "city": "TETO DA CIDADE",
    }  # fmt: skip
    for who, expected in CONVERSATIONS.items():
        reader = reader_of(world, who)
        file = queries_case.case_file(reader, world.number("talks"))
        talks = {talk.name.split(":")[0] if talk.kind is Compartment.NOTES else talk.name: talk
                 for talk in queries_items.conversations(file)}  # fmt: skip
        assert set(talks) == expected, who
        for name, talk in talks.items():
            lines, _more = queries_items.compartment(reader, file, talk)
            assert [line.private["text"] for line in lines] == [texts[name]]
        told = repr(file)
        assert not [secret for secret in SECRETS if secret in told], who


def test_what_is_known_only_to_exist_comes_without_its_words(world):
    registry = queries_case.case_file(reader_of(world, "registry"), world.number("authorization"))
    opinion = next(line for line in registry.events if line.act is Act.ISSUE_OPINION)
    assert (opinion.full, dict(opinion.private), set(opinion.payload)) == (False, {}, {"from", "to"})
    assert "lícito" not in repr(registry)
    hidden = [line for line in registry.documents if not line.full]
    assert hidden
    assert not [line for line in hidden if line.title or line.file_name or line.size]
    approver = queries_case.case_file(reader_of(world, "approver"), world.number("authorization"))
    assert "lícito" in repr(approver)
    assert approver.level(C.APPLICATION) is Level.FULL  # the decision is theirs now


def test_a_party_sees_its_own_number_and_not_that_of_the_other_private_party(world):
    assert queries_case.case_file(reader_of(world, "marina"), world.number("talks")).parties[0].tax_id
    grant_role(world, "talks", "joao", Role.INVITEE, party=2)
    db.session.rollback()  # look again
    other = queries_case.case_file(reader_of(world, "joao"), world.number("talks"))
    assert other.parties[0].name == "Marina Alves Teixeira"
    assert not other.parties[0].tax_id


# --- the access log ---------------------------------------------------------------------------------------------------


def logged():
    db.session.rollback()
    return list(db.session.execute(select(AccessLog.account_id, AccessLog.item, AccessLog.action)))


def test_each_read_of_a_reserved_conversation_leaves_one_row(world):
    mediator = reader_of(world, "mediator")
    file = queries_case.case_file(mediator, world.number("talks"))
    before = len(logged())
    talk = next(talk for talk in queries_items.conversations(file) if talk.name == "caucus:1")
    queries_items.compartment(mediator, file, talk)
    queries_items.compartment(mediator, file, talk)
    assert logged()[before:] == [(world.account("mediator"), "caucus:1", "read")] * 2


def test_a_confidential_document_is_logged_and_an_ordinary_one_is_not(world):
    attorney = reader_of(world, "city_attorney")
    file = queries_case.case_file(attorney, world.number("authorization"))
    by_kind = {line.kind: line for line in file.documents}
    before = len(logged())
    assert queries_items.document(attorney, file.number, by_kind["application"].token).text
    assert len(logged()) == before
    opinion = by_kind["legal_opinion"]
    assert "lícito" in queries_items.document(attorney, file.number, opinion.token).text
    assert logged()[before:] == [(attorney.account, f"document:{opinion.token}", "read")]
    assert queries_items.document(reader_of(world, "registry"), file.number, opinion.token) is None
    assert queries_items.document(attorney, world.number("talks"), opinion.token) is None  # not of that case
    assert len(logged()) == before + 1


def test_where_the_log_cannot_be_written_nothing_is_read(world, monkeypatch):
    mediator = reader_of(world, "mediator")
    file = queries_case.case_file(mediator, world.number("talks"))
    talk = next(talk for talk in queries_items.conversations(file) if talk.name == "caucus:1")

    def broken(**_columns):
        raise OSError("the disk is full")

    monkeypatch.setattr(queries_items, "AccessLog", broken)
    with pytest.raises(OSError, match="disk"):
        queries_items.compartment(mediator, file, talk)


def test_a_read_changes_no_case(world):
    def everything():
        db.session.rollback()
        return [
            tuple(row) for row in db.session.execute(select(Case.number, Case.version, Case.updated_at, Case.facts))
        ]

    before = everything()
    for who in ("mediator", "marina", "coordinator", "approver"):
        for name in ("talks", "authorization"):
            file = queries_case.case_file(reader_of(world, who), world.number(name))
            if file is not None:
                for talk in queries_items.conversations(file):
                    queries_items.compartment(reader_of(world, who), file, talk)
    assert everything() == before
