"""The event log for process mining: every docket event once, in order, in both formats; nobody's name in either."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from lxml import etree
from sqlalchemy import func, select, text

from cprac.domain.acts import Act
from cprac.domain.identifiers import parse_case_number
from cprac.domain.legacy_mapping import SheetKind
from cprac.persistence import database
from cprac.persistence.database import db
from cprac.persistence.models import Case, EventPrivate, EventRow, Party, Person
from cprac.services import event_log_export, event_log_ocel, event_log_xes, legacy_import
from cprac.services.errors import NotFoundError
from tests.worlds import NOW, PLANS, build_world

DATA = Path(__file__).parents[3] / "shared" / "data"
ZONE = ZoneInfo("America/Sao_Paulo")
XES = "{http://www.xes-standard.org/}"

SHEET = """Processo;Assunto;Requerente;CPF;Data de entrada;Data de encerramento
1/2019;Buraco na rua;Iracema Antunes Leal;111.444.777-35;04/02/2019;20/05/2019
2/2019;Buraco na rua;Joel Prates;;05/02/2019;
3/2019;Buraco na rua;Joel Prates;;05/02/2019;
4/2019;Buraco na rua;Joel Prates;;05/02/2019;
5/2019;Buraco na rua;Joel Prates;;05/02/2019;
6/2019;Briga com Fulano de Tal;Joel Prates;;06/02/2019;
"""
STEPS = """Processo;Data/hora;Andamento;Responsável
1/2019;2019-02-04 09:30:00-02:00;Entrada;Resource21
1/2019;2019-03-04;Ligou para Iracema;Resource21
"""


def xes_of(number="", **options):
    cases = event_log_export.histories(ZONE, number, **options)
    written = "\n".join(event_log_xes.lines(cases, ZONE))
    return etree.fromstring(written.encode()), written


def ocel_of(number="", **options):
    written = "".join(event_log_ocel.pieces(event_log_export.histories(ZONE, number, **options), ZONE))
    return json.loads(written), written


def traces_of(log):
    return {
        value_of(trace, "concept:name"): [
            (value_of(e, "concept:name"), value_of(e, "to")) for e in trace.iter(f"{XES}event")
        ]
        for trace in log.iter(f"{XES}trace")
    }


def value_of(node, key):
    return next((child.get("value") for child in node if child.get("key") == key), None)


def docket():
    rows = db.session.execute(
        select(Case.number, EventRow.act, EventRow.payload)
        .join(Case, Case.id == EventRow.case_id)
        .where(EventRow.compartment == "docket")
        .order_by(Case.id, EventRow.version)
    )
    found = {}
    for row in rows:
        found.setdefault(row.number, []).append((row.act, row.payload["to"]))
    return found


@pytest.fixture(scope="module")
def names():
    return tuple(PLANS)


@pytest.fixture
def world(app, names):
    return build_world(app, *names)


@pytest.fixture
def inside(world):
    with world.app.app_context():
        yield world
        db.session.remove()


def words_kept_apart():
    """Every name and text of people, and everything that is kept apart from a docket, at any depth."""

    def leaves(value):
        if isinstance(value, dict):
            value = list(value.values())
        if isinstance(value, list):
            for item in value:
                yield from leaves(item)
        elif isinstance(value, str) and len(value) > 5 and not value[:4].isdigit():  # days of deadlines go out
            yield value

    said = set(db.session.scalars(select(Person.name))) | set(db.session.scalars(select(Party.name)))
    said |= {number for number in db.session.scalars(select(Person.tax_id)) if number}
    for payload in db.session.scalars(select(EventPrivate.payload)):
        said |= set(leaves(payload))
    return said | {"50370388520198130024", "SEGREDO", "TETO", "PROPOSTA"}


def test_both_formats_tell_every_docket_event_once_and_in_order_and_nobodys_name(inside):
    log, written = xes_of()
    objects, also = ocel_of()
    expected = docket()
    assert traces_of(log) == expected
    told = {}
    for event in objects["events"]:
        case = next(link["objectId"] for link in event["relationships"] if link["qualifier"] == "in")
        state = next(item["value"] for item in event["attributes"] if item["name"] == "to")
        told.setdefault(case.removeprefix("case "), []).append((event["type"], state))
    assert told == expected
    for words in words_kept_apart():
        assert words not in written, words
        assert words not in also, words


def test_the_xes_header_declares_what_the_events_have(inside):
    log, _written = xes_of()
    assert (log.tag, log.get("xes.version")) == (f"{XES}log", "1849-2016")
    prefixes = {each.get("prefix") for each in log.iter(f"{XES}extension")}
    assert prefixes == {"concept", "time", "lifecycle", "org"}
    for scope, nodes in (("trace", log.iter(f"{XES}trace")), ("event", log.iter(f"{XES}event"))):
        promised = next(each for each in log.iter(f"{XES}global") if each.get("scope") == scope)
        keys = {child.get("key") for child in promised}
        for node in nodes:
            own = [child.get("key") for child in node if child.get("key")]
            assert keys <= set(own)
            assert len(own) == len(set(own)), "an attribute twice"
            assert {key.partition(":")[0] for key in own if ":" in key} <= prefixes
            for child in node.iter(f"{XES}date"):
                assert datetime.fromisoformat(child.get("value")).utcoffset().total_seconds() == 0


def test_every_link_of_the_ocel_leads_to_an_object_and_every_type_is_declared(inside):
    log, _written = ocel_of()
    assert set(log) == {"objectTypes", "eventTypes", "objects", "events"}
    ids = [item["id"] for item in log["objects"]]
    assert len(ids) == len(set(ids)), "an object twice"
    assert len({item["id"] for item in log["events"]}) == len(log["events"])
    for items, types in ((log["objects"], log["objectTypes"]), (log["events"], log["eventTypes"])):
        declared = {item["name"]: {each["name"] for each in item["attributes"]} for item in types}
        assert {item["type"] for item in items} == set(declared), "a type declared and never met, or the reverse"
        for item in items:
            assert {each["name"] for each in item["attributes"]} <= declared[item["type"]]
            assert {link["objectId"] for link in item["relationships"]} <= set(ids)
    kinds = {item["type"] for item in log["objects"]}
    assert {"case", "application", "party", "deadline", "lawsuit", "document:invitation"} <= kinds


def test_one_case_alone_is_the_same_as_among_all(inside):
    number = inside.number("talks")
    log, _written = ocel_of()
    alone, _also = ocel_of(str(parse_case_number(number)))
    own = {item["id"] for item in alone["objects"]}
    assert alone["objects"] == [item for item in log["objects"] if item["id"] in own]
    assert alone["events"] == [item for item in log["events"] if item["id"].startswith(f"{number}@")]
    assert traces_of(xes_of(number)[0]) == {number: docket()[number]}
    with pytest.raises(NotFoundError):
        event_log_export.histories(ZONE, "9999/1999")


def test_an_empty_register_is_a_whole_file(app):
    with app.app_context():
        assert traces_of(xes_of()[0]) == {}
        assert ocel_of()[0] == {"objectTypes": [], "eventTypes": [], "objects": [], "events": []}
        db.session.remove()


@pytest.mark.databases("sqlite")
def test_a_long_register_is_read_a_page_at_a_time(inside, monkeypatch):
    whole = ocel_of()[0]
    monkeypatch.setattr(event_log_export, "PAGE", 4)
    assert ocel_of()[0] == whole
    most = []
    page = event_log_export._page
    monkeypatch.setattr(event_log_export, "_page", lambda *given: most.append(len(given[1])) or page(*given))
    ocel_of()
    assert max(most) == 4


# --- The old register -------------------------------------------------------------------------------------------------


@pytest.fixture
def old(app, tmp_path):
    for name, content in (("casos.csv", SHEET), ("andamentos.csv", STEPS)):
        (tmp_path / name).write_text(content)
    with app.app_context():
        chamber = app.extensions["cprac"]
        report = legacy_import.run(
            chamber,
            legacy_import.open_sheet(tmp_path / "casos.csv", SheetKind.CASES),
            legacy_import.open_sheet(tmp_path / "andamentos.csv", SheetKind.STEPS),
            as_of=date(2020, 1, 31), now=NOW, pause=lambda: None,
        ).as_plain()  # fmt: skip
        assert report["imported"] == 6, report
        yield chamber, report["batch"]
        db.session.remove()


def test_what_an_old_sheet_tells_happened_on_its_own_day_and_was_recorded_later(old):
    first = next(event_log_export.histories(ZONE))
    assert [(entry.act, entry.at) for entry in first.entries] == [
        ("register_legacy", datetime(2019, 2, 4, 2, tzinfo=UTC)),  # summer time
        ("legacy_step", datetime(2019, 2, 4, 11, 30, tzinfo=UTC)),
        ("legacy_step", datetime(2019, 3, 4, 3, tzinfo=UTC)),
    ]
    assert {entry.recorded_at for entry in first.entries} == {NOW}
    trace = xes_of()[0].find(f"{XES}trace")
    assert all(value_of(event, "recorded") for event in trace.iter(f"{XES}event"))


def test_a_matter_that_stands_once_in_an_old_sheet_is_no_category_and_stays_here(old):
    _log, written = ocel_of()
    _also, xml = xes_of()
    for text_ in (written, xml):
        assert "Buraco na rua" in text_
        for words in ("Fulano", "Iracema", "Joel", "111.444", "11144477735", "Resource21", "Entrada"):
            assert words not in text_


def test_the_names_of_old_steps_go_out_where_they_are_asked_for(old):
    log, _written = xes_of(step_names=True)
    assert [name for name, _to in traces_of(log)["0001/2019"]] == ["register_legacy", "Entrada", "Ligou para Iracema"]
    kinds = {item["name"] for item in ocel_of(step_names=True)[0]["eventTypes"]}
    assert kinds == {"register_legacy", "Entrada", "Ligou para Iracema"}


def test_a_reverted_import_is_gone(old):
    _chamber, batch = old
    legacy_import.revert(batch, "", NOW)
    assert ocel_of()[0]["events"] == []
    with pytest.raises(NotFoundError):
        event_log_export.histories(ZONE, "0001/2019")


def test_what_xml_cannot_hold_does_not_break_the_file(inside):
    with database.transaction() as session:
        session.execute(text("UPDATE cases SET matter = :matter"), {"matter": 'a\x02b "<&>\n\ud7ff'})
    log, _written = xes_of()
    assert value_of(log.find(f"{XES}trace"), "matter") == 'a\ufffdb "<&>\n\ud7ff'


@pytest.mark.shared_data
@pytest.mark.databases("sqlite")
def test_the_permits_go_out_whole(app, monkeypatch):
    monkeypatch.setattr(legacy_import, "LONG", 60)
    with app.app_context():
        cases = legacy_import.open_sheet(DATA / "licencas_processos.csv", SheetKind.CASES)
        steps = legacy_import.open_sheet(DATA / "licencas_andamentos.csv", SheetKind.STEPS)
        legacy_import.run(app.extensions["cprac"], cases, steps, as_of=date(2012, 1, 23), now=NOW, pause=lambda: None)
        traces = traces_of(xes_of()[0])
        log, _written = ocel_of()
        events = db.session.scalar(select(func.count()).select_from(EventRow))
        assert len(traces) == sum(item["type"] == "case" for item in log["objects"]) == 1_434
        assert sum(map(len, traces.values())) == len(log["events"]) == events == 1_434 + 8_577
        assert sum(event == (Act.LEGACY_STEP.value, "legacy_open") for trace in traces.values() for event in trace) > 0
        db.session.remove()
