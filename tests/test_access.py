"""Every route × every kind of person: who gets in and who sees a page that does not exist.

The matrix is a text that a lawyer can read, a line a route and method: ``tests/snapshots/access.txt``. A route that is
not listed, or an answer that differs, fails. Write it anew with ``CPRAC_WRITE_SNAPSHOTS=1`` and read the difference.
"""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, select

from cprac.domain.acts import Act
from cprac.domain.business_days import DayKind
from cprac.persistence.database import Base, db, transaction
from cprac.persistence.models import Case, Document, Throttle
from cprac.services import calendar_decrees, recommendations
from cprac.services.calendar_decrees import Decree
from tests.web.visitors import sign_in
from tests.worlds import NOW, build_world

SNAPSHOT = Path(__file__).parent / "snapshots" / "access.txt"
PEOPLE = (
    "visitor", "registry", "coordinator", "mediator", "other_mediator", "city_attorney", "opinion_author",
    "attorney_general", "approver", "auditor", "administrator", "marina", "joao", "nobody",
)  # fmt: skip
"""In ``talks`` marina is the applicant, mediator and city_attorney hold their roles; joao is a party elsewhere."""

SKIPPED = frozenset({"static", "bootstrap.static"})
WORDS = {200: "abre", 303: "entrar", 302: "entrar", 400: "formulário", 404: "-", 405: "405"}


def values_for(world):
    """A value for each name that stands in an address."""
    with world.app.app_context():
        document = db.session.scalars(
            select(Document.token)
            .join(Case)
            .where(Case.number == world.number("talks"), Document.kind == "application")
            .limit(1)
        ).first()
        db.session.rollback()
        down = (NOW - timedelta(days=1, hours=3), NOW - timedelta(days=1))
        outage = Decree(DayKind.SYSTEM_OUTAGE, "Portal fora do ar", "Certidão 1/2026", (), down)
        recount = calendar_decrees.decree(world.chamber, world.account("registry"), outage, key="access" * 3, now=NOW)
        advice = recommendations.draft(
            world.chamber, world.account("coordinator"),
            {"matter": "public_works_damage", "agency_id": world.agencies["works"], "title": "Limpar os bueiros",
             "text": "Limpar antes da chuva.", "reasons": "Pedidos iguais."}, key="advice" * 3, now=NOW,
        )  # fmt: skip
    return {
        "advice": f"{advice.year}-{advice.ordinal}", "step": "issue",
        "row": 1, "recount": recount.recount, "review": 1,
        "number": world.url("talks"), "act": Act.SET_EXTERNAL_PROCESS.value, "token": document or "0" * 32,
        "compartment": "caucus-1", "ordinal": 1, "account": world.account("two_hats"),
        "agency": world.agencies["works"],
        "leave": 1, "holding": 1, "batch": 1, "hold": 1, "finding": 1, "file_id": 1, "filename": "x",
        "release": "latest", "period": "2026-T1", "table": "x", "name": "idade", "chart": "tempo", "file": "760.svg",
    }  # fmt: skip


def answer_of(client, method, address):
    """What a person gets: a word for the status, and for a redirect whether it leads to the door."""
    if method == "GET":
        answer = client.get(address)
    else:
        answer = client.post(address, data={}, headers={"Sec-Fetch-Site": "same-origin"})
    if answer.status_code in (302, 303):
        return "entrar" if answer.location.partition("?")[0].endswith("/entrar") else "segue"
    return WORDS.get(answer.status_code, str(answer.status_code))


def forget_tries(app):
    """Limits of tries are tested elsewhere; here they would depend on the order of the people."""
    with app.app_context(), transaction() as session:
        session.execute(delete(Throttle))


def matrix(app):
    """The lines of the matrix, as the running application answers."""
    world = build_world(app, "talks", "mediator", "filed")
    values = values_for(world)
    clients = {who: app.test_client() for who in PEOPLE}
    for who, client in clients.items():
        if who != "visitor":
            sign_in(client, world.email(who))
    lines = []
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint)):
        if rule.endpoint in SKIPPED:
            continue
        missing = rule.arguments - values.keys()
        assert not missing, f"{rule.rule}: give a value for {sorted(missing)} in values_for"
        with app.test_request_context():
            address = rule.build({name: values[name] for name in rule.arguments}, append_unknown=False)[1]
        for method in sorted(rule.methods & {"GET", "POST"}):
            forget_tries(app)
            if rule.endpoint == "auth.sign_out":
                answers = dict.fromkeys(PEOPLE, "segue")
            else:
                answers = {who: answer_of(client, method, address) for who, client in clients.items()}
            by_answer = {}
            for who, answer in answers.items():
                by_answer.setdefault(answer, []).append(who)
            told = "; ".join(f"{answer}: {' '.join(people)}" for answer, people in sorted(by_answer.items()))
            lines.append(f"{method} {rule.rule} [{rule.endpoint}] {told}")
    return lines


@pytest.mark.databases("sqlite")
def test_every_route_answers_every_person_as_the_matrix_says(app):
    app.config["WTF_CSRF_ENABLED"] = False  # the matrix is about who; that a token is needed is tested elsewhere
    lines = matrix(app)
    text = "\n".join(lines) + "\n"
    if os.environ.get("CPRAC_WRITE_SNAPSHOTS"):
        SNAPSHOT.parent.mkdir(exist_ok=True)
        SNAPSHOT.write_text(text, encoding="utf-8")
    assert text == SNAPSHOT.read_text(encoding="utf-8")
    assert len(lines) > 40  # a crawl that finds nothing proves nothing


def everything(app):
    """Every row of every table, but what reading itself leaves: sessions, tries, and the log of protected reads."""
    with app.app_context():
        found = {
            table.name: sorted(map(repr, db.session.execute(select(table))))
            for table in Base.metadata.sorted_tables
            if table.name not in ("throttle", "web_session", "access_log")
        }
        db.session.remove()
    return found


@pytest.mark.databases("sqlite")
def test_no_get_of_any_route_by_anybody_changes_a_row(app):
    """Every route × every kind of person: looking changes no case, and nothing else."""
    world = build_world(app, "talks", "mediator", "filed", "inadmissible")
    values, looked = values_for(world), 0
    clients = {who: app.test_client() for who in PEOPLE}
    for who, client in clients.items():
        if who != "visitor":
            sign_in(client, world.email(who))
    before = everything(app)
    for rule in app.url_map.iter_rules():
        if "GET" not in rule.methods or rule.endpoint in SKIPPED:
            continue
        with app.test_request_context():
            address = rule.build({name: values[name] for name in rule.arguments}, append_unknown=False)[1]
        for client in clients.values():
            looked += client.get(address).status_code == 200
    assert everything(app) == before
    assert looked > 200  # doors that stay shut prove nothing


@pytest.mark.databases("sqlite")
def test_no_one_but_those_who_talk_gets_into_a_reserved_conversation(app):
    """Read from the snapshot itself: the coordinator, the registry and the administrator see nothing there."""
    reserved = [line for line in SNAPSHOT.read_text(encoding="utf-8").splitlines() if "<compartment>" in line]
    assert reserved
    for line in reserved:
        opened = next((part for part in line.split("; ") if part.rpartition("] ")[2].startswith(("abre", "segue"))), "")
        for who in (
            "coordinator",
            "registry",
            "administrator",
            "attorney_general",
            "auditor",
            "nobody",
            "joao",
            "visitor",
        ):
            assert f" {who}" not in opened, line
