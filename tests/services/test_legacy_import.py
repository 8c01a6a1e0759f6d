"""An old register comes in: nothing lost, nothing twice, nothing seen before its time; and it can be taken back."""

from __future__ import annotations

import csv
import io
import itertools
import json
import random
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from cprac.domain.acts import Act
from cprac.domain.facts import CaseFacts, from_plain, to_plain
from cprac.domain.identifiers import parse_case_number
from cprac.domain.legacy_mapping import Mapping, MappingError, SheetKind, from_toml, to_toml
from cprac.domain.lifecycle import menu
from cprac.domain.permissions import Viewer
from cprac.domain.roles import Role
from cprac.domain.states import CaseState
from cprac.persistence import queries_case, queries_lists, queries_public
from cprac.persistence.database import db, transaction
from cprac.persistence.models import (
    Case,
    CaseFact,
    CaseRole,
    DeadlineRow,
    EventPrivate,
    EventRow,
    ImportBatch,
    ImportRow,
    Notice,
    OutboxMail,
    Party,
    Person,
)
from cprac.persistence.queries import Reader
from cprac.persistence.viewers import offices_of
from cprac.services import acts, case_export, legacy_import, legacy_steps
from cprac.services.errors import NotFoundError, RefusedError
from cprac.services.legacy_import import ImportStoppedError
from cprac.services.legacy_report import SHOWN
from cprac.services.verification import verify
from tests.services.test_acts import history_is_whole
from tests.worlds import NOW, TODAY, build_world

LATER = NOW + timedelta(days=1)
HEADER = (
    *("Processo", "Data de abertura", "Data de encerramento", "Prazo", "Resultado", "Requerente", "CPF do requerente"),
    *("Requerido", "Nome fantasia", "CNPJ", "Assunto", "Problema", "Canal", "Departamento", "Responsável", "Grupo"),
    *("Valor", "Processo SEI", "Processo judicial", "Observação"),
)
STEP_HEADER = ("Processo", "Data/hora", "Andamento", "Grupo", "Responsável", "Nota")


def row(number, **cells):
    """A row of the old sheet: an open case of 2024 unless *cells*, by the names of HEADER, say otherwise."""
    usual = {
        "Processo": number,
        "Data de abertura": "04/03/2024",
        "Problema": "Buraco na rua",
        "Requerente": "Ana Reis",
    }
    return {**dict.fromkeys(HEADER, ""), **usual, **{name.replace("_", " "): text for name, text in cells.items()}}


def step(number, at, text, **cells):
    usual = {"Processo": number, "Data/hora": at, "Andamento": text}
    return {**dict.fromkeys(STEP_HEADER, ""), **usual, **cells}


def written(path, rows, header=HEADER):
    """A file as an office keeps it."""
    out = io.StringIO()
    writer = csv.DictWriter(out, header, delimiter=";", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_bytes(out.getvalue().encode("cp1252"))
    return path


@pytest.fixture
def old(app, tmp_path):
    """A chamber with its people, one case of its own, and a place for old files."""
    return Old(build_world(app, "filed"), tmp_path)


@pytest.fixture
def few(monkeypatch):
    """A transaction takes few rows, so that few rows are several chunks."""
    monkeypatch.setattr(legacy_import, "CHUNK", CHUNK)


class Old:
    def __init__(self, world, folder):
        self.world, self.chamber, self.folder = world, world.chamber, folder
        self._names = itertools.count(1)

    def file(self, rows, header=HEADER):
        return written(self.folder / f"antigos-{next(self._names)}.csv", rows, header)

    def bring(self, cases, steps=None, *, now=NOW, as_of=TODAY, **options):
        """Import rows, or a file; answers the report as plain data."""
        cases = cases if not isinstance(cases, list) else self.file(cases)
        steps = steps if not isinstance(steps, list) else self.file(steps, STEP_HEADER)
        mapping, steps_mapping = options.pop("mapping", None), options.pop("steps_mapping", None)
        with self.world.app.app_context():
            sheet = legacy_import.open_sheet(cases, SheetKind.CASES, mapping)
            second = legacy_import.open_sheet(steps, SheetKind.STEPS, steps_mapping) if steps else None
            options = {"pause": lambda: None, **options}
            return legacy_import.run(self.chamber, sheet, second, as_of=as_of, now=now, **options).as_plain()

    def revert(self, batch, now=LATER):
        with self.world.app.app_context():
            return legacy_import.revert(batch, "arquivo errado", now)

    def all(self, query):
        with self.world.app.app_context():
            rows = db.session.execute(query).all()
            db.session.rollback()
            return rows

    def count(self, model, *conditions):
        return self.all(select(func.count()).select_from(model).where(*conditions))[0][0]

    def case(self, legacy_number):
        """The case with an old number, as a row of its columns."""
        shown = select(ImportBatch.id).where(ImportBatch.status == "visible")
        query = select(Case.__table__).where(Case.legacy_number == legacy_number, Case.batch_id.in_(shown))
        return self.all(query)[0]

    def facts(self, legacy_number):
        return from_plain(CaseFacts, self.case(legacy_number).facts)

    def name(self, legacy_number, short="old"):
        """Let the world's acts be done in an imported case, under the name *short*."""
        self.world.numbers[short] = self.case(legacy_number).number
        self.world.clock[short] = NOW - timedelta(days=20)
        return short

    def reader(self, who="registry"):
        account = self.world.account(who)
        return Reader(account, offices_of(db.session, account, TODAY), NOW, TODAY)

    def verified(self):
        with self.world.app.app_context():
            return verify(self.chamber).as_plain()["difference"]


# --- every row ends somewhere -----------------------------------------------------------------------------------------


MESSY = [
    row("1/2024"),
    row("2/2024", Data_de_encerramento="10/05/2024", Resultado="sim"),
    row("1/2024"),
    row(" 2/2024 ", Data_de_encerramento="11/05/2024"),
    row(""),
    row("3/2024", Data_de_abertura="31/02/2024"),
    row("4/2024", Data_de_abertura=""),
    row("5/2024", CNPJ="191", Requerido="BANCO DO BRASIL SA"),
    row("Total: 5"),
]


def test_every_row_ends_imported_duplicate_or_refused_with_line_and_reason(old):
    told = old.bring(MESSY)
    assert {name: told[name] for name in ("rows_read", "imported", "duplicates", "open", "without_dates")} == {
        "rows_read": 9, "imported": 4, "duplicates": 2, "open": 3, "without_dates": 1,
    }  # fmt: skip
    assert told["imported"] + told["duplicates"] + len(told["refused"]) == told["rows_read"]
    assert [(each["line"], each["reason"]) for each in told["refused"]] == [
        (6, "falta o número do caso (coluna “Processo”)"),
        (7, "coluna “Data de abertura”: o dia “31/02/2024” não existe"),
        (10, "parece ser a linha de totais, e não um caso"),
    ]
    assert [(each["line"], each["reason"], each["same_content"]) for each in told["duplicate_rows"]] == [
        (4, "mesmo número da linha 2", True),
        (5, "mesmo número da linha 3; o conteúdo é outro", False),
    ]
    assert told["duplicates_with_other_content"] == 1
    assert told["short_tax_ids"]["count"] == 1
    assert told["short_tax_ids"]["rows"][0] | {"text": ""} == {
        "line": 9, "number": "5/2024", "column": "CNPJ", "text": "",
    }  # fmt: skip
    assert [each["line"] for each in told["findings"]["no_opening"]] == [8]


def test_every_line_leaves_its_row_in_the_register(old):
    told = old.bring(
        MESSY, [step("1/2024", "05/03/2024", "Ofício"), step("9", "05/03/2024", "?"), step("1/2024", "", "x")]
    )
    rows = old.all(
        select(ImportRow.source, ImportRow.line, ImportRow.status, ImportRow.reason).order_by(ImportRow.line)
    )
    assert {line: status for source, line, status, _ in rows if source == "cases"} == {
        2: "imported", 3: "imported", 4: "duplicate", 5: "duplicate", 6: "refused", 7: "refused", 8: "imported",
        9: "imported", 10: "refused",
    }  # fmt: skip
    assert {line: (status, reason) for source, line, status, reason in rows if source == "steps"} == {
        2: ("imported", ""),
        3: ("refused", "não há caso 9 neste arquivo"),
        4: ("refused", "falta a data do andamento (coluna “Data/hora”)"),
    }
    assert (told["steps"]["rows_read"], told["steps"]["imported"], len(told["steps"]["refused"])) == (3, 1, 2)
    assert old.all(select(ImportBatch.status, ImportBatch.counts)) == [
        (
            "visible",
            {
                "rows_read": 9, "imported": 4, "duplicates": 2, "refused": 3, "open": 3, "overdue": 0,
                "without_dates": 1, "steps": 1,
            },
        )
    ]  # fmt: skip


def test_nothing_of_a_row_is_lost(old):
    """Each cell is found again in what is stored, whole, be it longer than its column."""
    long = "Um texto bem comprido " * 30
    cells = {
        "Processo": "77/2024", "Data de abertura": "04/03/2024 08:15", "Data de encerramento": "05/03/2024 17:45",
        "Prazo": "01/04/2024", "Resultado": "acordo", "Requerente": "Ana " + "de Souza " * 50,
        "CPF do requerente": "11144477735",
        "Requerido": "CLARO S.A.", "Nome fantasia": "Claro TV", "CNPJ": "191", "Assunto": long,
        "Problema": long + "fim",
        "Canal": "Balcão " * 20, "Departamento": "Obras", "Responsável": "Rui Prado", "Grupo": "G-7",
        "Valor": "1.234,56",
        "Processo SEI": "19.16.3900.0001234/2024-11 " + "apenso " * 8, "Processo judicial": "5037038-85.2019.8.13.0024",
        "Observação": "=SOMA(A1)",
    }  # fmt: skip
    told = old.bring([cells], as_of=TODAY)
    assert told["imported"] == 1, told["refused"]
    case = old.case("77/2024")
    found = [json.dumps(case.facts, ensure_ascii=False), case.title, case.legacy_number, case.external_process]
    found += [json.dumps(payload, ensure_ascii=False) for (payload,) in old.all(select(EventPrivate.payload))]
    found += [
        f"{name} {tax_id} {raw}" for name, tax_id, raw in old.all(select(Person.name, Person.tax_id, Person.raw_tax_id))
    ]
    stored = "\n".join(found)
    as_kept = {
        "Data de abertura": "2024-03-04T11:15:00+00:00", "Data de encerramento": "2024-03-05T20:45:00+00:00",
        "Prazo": "2024-04-01", "Valor": "123456", "Processo judicial": "50370388520198130024",
    }  # fmt: skip
    lost = {name for name, text in cells.items() if " ".join(as_kept.get(name, text).split()) not in stored}
    assert lost == set()


def test_the_plain_facts_of_old_cases_are_those_of_any_case(old):
    old.bring([*MESSY, row("8", Processo_judicial="5037038-85.2019.8.13.0024", Valor="10,00", Prazo="01/01/2025")])
    for (facts,) in old.all(select(Case.facts).where(Case.origin == "legacy")):
        assert facts == to_plain(from_plain(CaseFacts, facts))


@pytest.mark.parametrize(
    "cells, state, closed_on, outcome",
    [
        ({}, CaseState.LEGACY_OPEN, None, ""),
        ({"Data_de_encerramento": "05/03/2024"}, CaseState.LEGACY_CLOSED, date(2024, 3, 5), "unknown"),
        (
            {"Data_de_encerramento": "05/03/2024", "Resultado": "S"},
            CaseState.LEGACY_CLOSED,
            date(2024, 3, 5),
            "settled",
        ),
        ({"Data_de_encerramento": "05/03/2062"}, CaseState.LEGACY_OPEN, None, ""),  # announced, or a slip: still open
        ({"Data_de_encerramento": TODAY.strftime("%d/%m/%Y")}, CaseState.LEGACY_CLOSED, TODAY, "unknown"),
        (
            {"Data_de_abertura": "", "Resultado": "N"},
            CaseState.LEGACY_CLOSED,
            None,
            "not_settled",
        ),  # ended, who knows when
        ({"Data_de_abertura": ""}, CaseState.LEGACY_OPEN, None, ""),
        ({"Data_de_encerramento": "05/03/2023"}, CaseState.LEGACY_CLOSED, date(2023, 3, 5), "unknown"),
    ],
)
def test_what_the_dates_say_decides_whether_an_old_case_is_open(old, cells, state, closed_on, outcome):
    told = old.bring([row("1", **cells)])
    case = old.case("1")
    assert (case.state, case.closed_on, old.facts("1").outcome) == (state, closed_on, outcome)
    assert told["open"] == (state is CaseState.LEGACY_OPEN)
    (fact,) = old.all(select(CaseFact.state, CaseFact.closed_on, CaseFact.outcome).where(CaseFact.case_id == case.id))
    assert fact == (state.value, closed_on, outcome)
    assert old.verified() is None


@pytest.mark.parametrize(
    "cells, filed_on, in_figures",
    [
        ({}, date(2024, 3, 4), True),
        ({"Data_de_abertura": ""}, None, False),
        ({"Data_de_encerramento": "05/03/2023"}, date(2024, 3, 4), False),  # closed before it was opened
    ],
)
def test_a_case_whose_dates_make_no_duration_says_so(old, cells, filed_on, in_figures):
    old.bring([row("1", **cells)])
    assert (old.case("1").filed_on, old.facts("1").legacy["in_duration_figures"]) == (filed_on, in_figures)


def test_old_cases_get_numbers_of_their_own_year_and_never_of_a_year_to_come(old):
    years = ["04/03/2011", "05/03/2011", "01/02/2030", "", "04/03/2024"]
    old.bring([row(str(n), Data_de_abertura=day) for n, day in enumerate(years)])
    assert [old.case(str(n)).number for n in range(5)] == [
        "0001/2011",
        "0002/2011",
        "0002/2026",
        "0003/2026",
        "0001/2024",
    ]
    assert old.world.number("filed") == "0001/2026"


# --- twice, interrupted, at once --------------------------------------------------------------------------------------


def test_the_same_file_twice_adds_nothing(old):
    rows, steps = [row(str(n)) for n in range(5)], [step("1", "05/03/2024", "Ofício")]
    old.bring(rows, steps)
    before = {model: old.count(model) for model in (Case, EventRow, Person, Party, CaseFact)}
    told = old.bring(rows, steps, now=LATER)
    assert (told["imported"], told["duplicates"], told["refused"], told["open"]) == (0, 5, [], 0)
    assert (told["steps"]["imported"], told["steps"]["duplicates"]) == (0, 1)
    assert told["duplicate_rows"][0]["reason"] == f"já está no registro, com o número {old.case('0').number}"
    assert told["flags"] == {}
    assert {model: old.count(model) for model in before} == before


def test_a_known_number_that_says_something_else_is_told(old):
    old.bring([row("1"), row("2")])
    told = old.bring([row("1"), row("2", Data_de_encerramento="10/05/2024"), row("3")], now=LATER)
    assert (told["imported"], told["duplicates"], told["duplicates_with_other_content"]) == (1, 2, 1)
    assert [each["same_content"] for each in told["duplicate_rows"]] == [True, False]
    assert told["duplicate_rows"][1]["reason"].endswith("; o conteúdo é outro")
    assert old.case("2").state is CaseState.LEGACY_OPEN


def test_numbers_are_the_same_whatever_their_capitals_accents_and_blanks(old):
    old.bring([row("Ação 12/A")])
    assert old.bring([row("ACAO  12/a")], now=LATER)["duplicates"] == 1


CHUNK = 20
"""Rows a transaction, in these tests: few rows are several chunks."""
MANY = [row(f"{n}/2024", Prazo="01/04/2024") for n in range(45)]
MANY_STEPS = [step(f"{n}/2024", f"{day:02d}/03/2024", f"passo {day}") for day in (9, 5, 7) for n in range(0, 45, 3)]


@pytest.fixture
def worker(old):
    """Import files in processes of their own; answers the exit status and the report of each."""

    def run(*jobs):
        with old.world.app.app_context():
            url = db.engine.url.render_as_string(hide_password=False)
        common = {
            "url": url,
            "files": str(old.folder / "files"),
            "as_of": TODAY.isoformat(),
            "now": NOW.isoformat(),
            "chunk": CHUNK,
        }
        running = [
            subprocess.Popen(
                [sys.executable, "-m", "tests.services.import_worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for _ in jobs
        ]
        for process, job in zip(running, jobs, strict=True):
            process.stdin.write(json.dumps({**common, **job}) + "\n")
            process.stdin.flush()
        for process in running:
            assert process.stdout.readline() == "ready\n"
        for process in running:
            process.stdin.write("go\n")
            process.stdin.flush()
        answers = [process.communicate(timeout=300)[0] for process in running]
        return [
            (process.returncode, json.loads(answer) if answer else None)
            for process, answer in zip(running, answers, strict=True)
        ]

    return run


@pytest.mark.parametrize("kill_at, rows, steps_done", [(1, 0, 0), (31, 20, 0), (45 + 1, 47, 0), (45 + 27, 47, 20)])
def test_killed_in_the_middle_of_a_transaction_it_goes_on_where_it_stopped(old, few, worker, kill_at, rows, steps_done):
    """At the first case, in the second chunk of cases, at the first step, in the second chunk of steps."""
    cases, steps = old.file([*MANY, row("0/2024"), row("")]), old.file(MANY_STEPS, STEP_HEADER)
    ((status, told),) = worker({"cases": str(cases), "steps": str(steps), "kill_at": kill_at})
    assert (status, told) == (-9, None)
    assert old.all(select(ImportBatch.status)) == [("loading",)]
    with old.world.app.app_context():
        assert queries_lists.cases(old.reader(), queries_lists.Filter()).total == 1  # the one that was there before

    told = old.bring(cases, steps, now=LATER)
    assert told["resumed"] == {"rows": rows, "steps": steps_done}
    assert {name: told[name] for name in ("rows_read", "imported", "duplicates", "open", "overdue")} == {
        "rows_read": 47, "imported": 45, "duplicates": 1, "open": 45, "overdue": 45,
    }  # fmt: skip
    assert [each["line"] for each in told["refused"]] == [48]
    assert (told["steps"]["rows_read"], told["steps"]["imported"]) == (45, 45)
    assert (old.count(Case, Case.origin == "legacy"), old.count(EventRow, EventRow.act == "legacy_step")) == (45, 45)
    assert old.all(select(ImportBatch.status)) == [("visible",)]
    assert old.count(ImportRow) == 47 + 45
    assert old.verified() is None
    assert old.bring(cases, steps, now=LATER)["imported"] == 0


def test_two_imports_of_one_file_at_once_bring_each_row_in_once_and_both_answer_for_all(old, worker):
    cases, steps = old.file(MANY), old.file(MANY_STEPS, STEP_HEADER)
    job = {"cases": str(cases), "steps": str(steps)}
    answers = worker(job, job)
    assert [status for status, _ in answers] == [0, 0]
    told = [answer for _, answer in answers]
    assert {(each["rows_read"], each["imported"] + each["duplicates"]) for each in told} == {(45, 45)}
    assert old.count(Case, Case.origin == "legacy") == 45
    assert old.count(EventRow, EventRow.act == "legacy_step") == 45
    shown = {batch for (batch,) in old.all(select(Case.batch_id).where(Case.origin == "legacy").distinct())}
    assert len(shown) == 1
    assert {status for (status,) in old.all(select(ImportBatch.status))} == {"visible"}
    assert len({number for (number,) in old.all(select(Case.number))}) == 46
    assert old.verified() is None


def test_two_files_with_common_numbers_at_once_bring_each_number_in_once(old, worker):
    first, second = old.file(MANY), old.file([*MANY[20:], *(row(f"novo {n}") for n in range(20))])
    answers = worker({"cases": str(first)}, {"cases": str(second)})
    assert [status for status, _ in answers] == [0, 0]
    assert old.count(Case, Case.origin == "legacy") == 65
    assert sum(told["imported"] for _, told in answers) == 65
    assert sum(told["duplicates"] for _, told in answers) == 25
    assert old.verified() is None


def interrupted(old, *args, after=1, **options):
    """Import, but stop after some transactions."""
    left = itertools.count(1)

    def stop():
        if next(left) == after:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        old.bring(*args, pause=stop, **options)


def test_an_import_that_stopped_cannot_go_on_in_another_way(old, few):
    cases, steps = old.file(MANY), old.file(MANY_STEPS, STEP_HEADER)
    interrupted(old, cases, steps)
    with old.world.app.app_context():
        guessed = legacy_import.open_sheet(cases, SheetKind.CASES).mapping
    other = from_toml(to_toml(guessed).replace('"Canal" = "channel"', '"Canal" = "extra"'))
    ways = {
        "outro sentido das colunas": {"mapping": other, "steps": steps},
        "outra data": {"as_of": TODAY - timedelta(days=1), "steps": steps},
        "outra escolha sobre consertos": {"accept_repairs": True, "steps": steps},
        "outro arquivo de andamentos, outro sentido das colunas dos andamentos": {},
    }
    for what, options in ways.items():
        with pytest.raises(ImportStoppedError) as stopped:
            old.bring(cases, **options)
        assert f"({what}), parou no meio: o lote 1." in str(stopped.value)
        assert "cprac cases revert 1" in str(stopped.value)
    # as it was begun, it goes on; and who gave no day means the day it began with
    assert old.bring(cases, steps, as_of=None, now=LATER)["as_of"] == TODAY.isoformat()


def test_an_import_that_stopped_can_be_given_up(old, few):
    cases = old.file(MANY)
    interrupted(old, cases)
    other = old.bring([MANY[0], row("novo")], now=LATER)
    assert other["duplicate_rows"][0]["reason"] == "está no lote 1, que ainda não foi concluído nem revertido"
    assert old.revert(1)["cases"] == CHUNK
    told = old.bring(cases, accept_repairs=True, now=LATER)
    assert (told["imported"], told["batch"]) == (45, 3)


def test_an_import_whose_batch_is_reverted_meanwhile_stops(old, few):
    left = itertools.count(1)

    def revert_once():
        if next(left) == 1:
            legacy_import.revert(1, "engano", NOW)

    with pytest.raises(ImportStoppedError, match="o lote 1 foi revertido enquanto era importado"):
        old.bring(MANY, pause=revert_once)
    assert old.all(select(ImportBatch.status)) == [("reverted",)]


def test_nothing_is_seen_before_everything_is_in(old, few):
    seen = []

    def look():
        found = queries_lists.cases(old.reader(), queries_lists.Filter())
        seen.append((found.total, sum(each.n for each in queries_lists.counts_by_state(old.reader()))))
        db.session.rollback()

    old.bring(MANY, pause=look)
    assert set(seen) == {(1, 1)}
    with old.world.app.app_context():
        assert queries_lists.cases(old.reader(), queries_lists.Filter()).total == 46


# --- steps ------------------------------------------------------------------------------------------------------------


def test_old_steps_stand_in_the_docket_in_the_order_of_their_dates(old):
    steps = [
        step("1", "2024-03-09T10:00:00-03:00", "terceiro", Responsável="Rui", Nota="ver anexo"),
        step("1", "05/03/2024", "primeiro"),
        step("2", "01/01/2030", "ainda não"),
        step("1", "2024-03-05T23:30:00-03:00", "segundo", Grupo="G1"),
    ]
    told = old.bring([row("1"), row("2")], steps)
    rows = old.all(
        select(EventRow.version, EventRow.on, EventRow.payload, EventPrivate.payload)
        .join(EventPrivate, EventPrivate.event_id == EventRow.id)
        .where(EventRow.case_id == old.case("1").id, EventRow.act == "legacy_step")
        .order_by(EventRow.version)
    )
    assert [(version, on, kept) for version, on, _payload, kept in rows] == [
        (2, date(2024, 3, 5), {"step": "primeiro"}),
        (3, date(2024, 3, 5), {"step": "segundo", "group": "G1"}),
        (4, date(2024, 3, 9), {"step": "terceiro", "responsible": "Rui", "extra": [["Nota", "ver anexo"]]}),
    ]
    assert rows[2][2]["values"] == {
        "line": 2, "happened_on": "2024-03-09", "happened_at": "2024-03-09T13:00:00+00:00",
    }  # fmt: skip
    assert old.case("1").version == 4
    assert [each["line"] for each in told["steps"]["findings"]["future_date"]] == [4]
    with old.world.app.app_context():
        history_is_whole(old.case("1").number)
    assert old.verified() is None


def test_the_order_of_the_file_of_steps_does_not_matter(old):
    shuffled = random.Random(7).sample(MANY_STEPS, len(MANY_STEPS))
    old.bring([row(f"{n}/2024") for n in range(45)], shuffled)
    dockets = {}
    for case, kept in old.all(
        select(EventRow.case_id, EventPrivate.payload)
        .join(EventPrivate, EventPrivate.event_id == EventRow.id)
        .where(EventRow.act == "legacy_step")
        .order_by(EventRow.case_id, EventRow.version)
    ):
        dockets.setdefault(case, []).append(kept["step"])
    assert Counter(map(tuple, dockets.values())) == {("passo 5", "passo 7", "passo 9"): 15}


def test_a_case_with_more_steps_than_a_transaction_takes_is_one_docket(old, monkeypatch):
    monkeypatch.setattr(legacy_import, "CHUNK", 7)
    steps = [step("1", f"{day:02d}/03/2024", f"passo {day}") for day in range(1, 31)]
    assert old.bring([row("1")], steps)["steps"]["imported"] == 30
    assert old.case("1").version == 31
    assert old.verified() is None


def test_steps_before_1970_come_first_too():
    moments = [
        datetime(1952, 1, 1, tzinfo=UTC),
        datetime(1969, 12, 31, 23, tzinfo=UTC),
        datetime(1970, 1, 2, tzinfo=UTC),
    ]

    class Step:
        key = "1"

        def __init__(self, at):
            self.at, self.on = at, at.date()

    places = [legacy_steps._place(Step(at)) for at in moments]
    assert places == sorted(places)


# --- taking back ------------------------------------------------------------------------------------------------------


def test_a_reverted_batch_is_nowhere(old):
    old.bring([row("A-1", Processo_judicial="5037038-85.2019.8.13.0024", Requerente="Zuleica Prado"), row("2")])
    number = old.case("A-1").number
    assert old.revert(1) == {"batch": 1, "status": "reverted", "cases": 2}
    with old.world.app.app_context():
        reader = old.reader()
        assert queries_lists.cases(reader, queries_lists.Filter()).total == 1
        for text, folded in (
            ("A-1", "a-1"), (number, number), ("5037038-85.2019.8.13.0024", ""), ("Zuleica", "zuleica"),
        ):  # fmt: skip
            assert queries_lists.cases(reader, queries_lists.Filter(text=text, folded=folded)).rows == ()
        assert [(each.state, each.n) for each in queries_lists.counts_by_state(reader)] == [(CaseState.FILED, 1)]
        assert queries_case.case_file(reader, number) is None
        application = queries_public.application(parse_case_number(number))
        assert application is None or queries_public.cases_of(application.id) == ()
        assert [each["number"] for each in case_export.register()] == [old.world.number("filed")]
        with pytest.raises(NotFoundError):
            case_export.case_with_history(number)
        with pytest.raises(NotFoundError):
            acts.perform(
                old.chamber, old.world.account("registry"), number, Act.CLOSE_LEGACY,
                {"closed_on": TODAY, "outcome": "settled"}, version=1, key="k", now=LATER,
            )  # fmt: skip


def test_cases_that_were_taken_back_hide_none_that_came_in_anew(old, monkeypatch):
    """A search looks at so many cases and no more: those of a reverted batch are none of them."""
    monkeypatch.setattr(queries_lists, "CANDIDATES", 2)
    lawsuit = "5037038-85.2019.8.13.0024"
    rows = [row(str(each), Processo_judicial=lawsuit, Requerente="Zuleica Prado") for each in range(3)]
    for batch in (1, 2, 3):
        old.bring(rows)
        old.revert(batch)
    old.bring(rows[:1])
    with old.world.app.app_context():
        for text, folded in (("0", ""), (lawsuit, ""), ("Zuleica", "zuleica")):
            found = queries_lists.cases(old.reader(), queries_lists.Filter(text=text, folded=folded)).rows
            assert [each.legacy_number for each in found] == ["0"], text


def test_a_reverted_batch_frees_its_numbers_and_stays_as_it_was(old):
    rows, steps = [row("1"), row("2")], [step("1", "05/03/2024", "Ofício")]
    old.bring(rows, steps)
    first = old.case("1").number
    old.revert(1)
    told = old.bring(rows, steps, now=LATER)
    assert (told["imported"], told["duplicates"], told["steps"]["imported"]) == (2, 0, 1)
    assert old.case("1").number != first
    assert old.bring(rows, now=LATER)["duplicates"] == 2
    assert old.count(Case, Case.origin == "legacy") == 4
    assert old.verified() is None
    old.revert(2)
    assert old.bring(rows, now=LATER)["imported"] == 2


def test_a_batch_is_reverted_once_with_when_and_why(old):
    old.bring([row("1")])
    old.revert(1)
    with pytest.raises(NotFoundError):
        old.revert(1)
    with pytest.raises(NotFoundError):
        old.revert(99)
    rows = old.all(select(ImportRow.reason).where(ImportRow.source == "batch"))
    assert rows == [(f"{LATER.isoformat()} arquivo errado",)]


@pytest.mark.parametrize(
    "who, act, values",
    [
        ("registry", Act.CLOSE_LEGACY, {"closed_on": TODAY, "outcome": "settled"}),
        ("registry", Act.SET_EXTERNAL_PROCESS, {"process_number": "12/2024"}),
    ],
)
def test_a_batch_with_a_case_that_people_worked_on_is_not_reverted(old, who, act, values):
    old.bring([row("1"), row("2")])
    values = values | ({"closed_on": TODAY - timedelta(days=30)} if "closed_on" in values else {})
    old.world.do(old.name("1"), who, act, **values)
    with pytest.raises(ImportStoppedError, match="já teve atos depois da importação"):
        old.revert(1)
    assert old.all(select(ImportBatch.status)) == [("visible",)]


# --- old cases in the register ----------------------------------------------------------------------------------------


def test_an_old_case_has_no_deadline_notice_owner_or_mail_and_keeps_the_day_it_was_due_by(old):
    old.bring([row("1", Prazo="01/04/2024"), row("2", Prazo="01/04/2024", Data_de_encerramento="10/03/2024")])
    ids = [old.case(number).id for number in "12"]
    for model in (DeadlineRow, Notice, OutboxMail, CaseRole):
        assert old.count(model, model.case_id.in_(ids)) == 0
    running, ended = old.case("1"), old.case("2")
    assert (running.next_due, running.next_rule, running.owner_id, running.responsible_role) == (
        date(2024, 4, 1), "", None, None,
    )  # fmt: skip
    assert (ended.next_due, ended.facts["legacy"]["due_on"]) == (None, "2024-04-01")


def test_an_old_case_keeps_its_old_day_whatever_is_noted_in_it(old):
    old.bring([row("1", Prazo="01/04/2024")])
    old.world.do(old.name("1"), "registry", Act.SET_EXTERNAL_PROCESS, process_number="12/2024")
    old.world.do("old", "registry", Act.LINK_LAWSUIT, cnj="50370388520198130024", status="pending")
    assert (old.case("1").next_due, old.case("1").external_process) == (date(2024, 4, 1), "12/2024")
    assert old.verified() is None


def test_an_old_case_opens_for_the_people_of_the_chamber_with_its_steps_and_texts(old):
    old.bring(
        [row("A-1", Prazo="01/04/2024", Requerido="CLARO S.A.", Nome_fantasia="Claro TV", CNPJ="191")],
        [step("A-1", "05/03/2024", "Ofício à empresa")],
    )
    number = old.case("A-1").number
    with old.world.app.app_context():
        reader = old.reader()
        for text in ("A-1", number, "Claro S"):
            found = queries_lists.cases(reader, queries_lists.Filter(text=text, folded=text.lower()))
            assert [each.legacy_number for each in found.rows] == ["A-1"], text
        file = queries_case.case_file(reader, number)
        events, more = queries_case.events_of(reader, file, "docket")
        assert (file.state, file.legacy_number, more) == (CaseState.LEGACY_OPEN, "A-1", False)
        assert [(event.act, event.on) for event in events] == [
            (Act.REGISTER_LEGACY, TODAY), (Act.LEGACY_STEP, date(2024, 3, 5)),
        ]  # fmt: skip
        assert events[0].private == {"problem": "Buraco na rua", "trade_names": ["Claro TV"]}
        assert events[1].private == {"step": "Ofício à empresa"}
        assert [(party.side, party.kind, party.name) for party in file.parties] == [
            ("applicant", "natural", "Ana Reis"), ("invitee", "legal", "CLARO S.A."),
        ]  # fmt: skip


def offered(old, number, *roles):
    """The acts that the menu offers in an old case."""
    with old.world.app.app_context(), transaction() as session:
        case = session.scalars(select(Case).where(Case.number == number)).one()
        viewer = Viewer(old.world.account("registry"), frozenset(roles))
        subject = acts.subject_for(session, old.chamber, case, viewer, TODAY, None)
        return {entry.act for entry in menu(subject)[0]}


def test_the_menu_of_an_old_case_offers_adoption_and_closing_to_the_registry(old):
    old.bring([row("1"), row("2", Data_de_encerramento="10/03/2024")])
    assert {Act.ADOPT_LEGACY, Act.CLOSE_LEGACY} <= offered(old, old.case("1").number, Role.REGISTRY)
    assert not {Act.ADOPT_LEGACY, Act.CLOSE_LEGACY} & offered(old, old.case("1").number, Role.MEDIATOR)
    assert not {Act.ADOPT_LEGACY, Act.CLOSE_LEGACY} & offered(old, old.case("2").number, Role.REGISTRY)


def test_the_public_learns_nothing_of_an_old_case_for_nobody_was_given_a_key(old):
    from cprac.domain.identifiers import ACCESS_KEY

    old.bring([row("1")])
    with old.world.app.app_context():
        found = queries_public.application(parse_case_number(old.case("1").number))
        assert not any(ACCESS_KEY.matches(key, found.key_hash) for key in ("", "0", "AAAA-AAAA-AAA"))


def test_an_old_case_is_adopted_into_the_procedure_and_goes_on_like_any_other(old):
    old.bring([row("1", Prazo="01/04/2024", Requerente="", Assunto="Ruas")], [step("1", "05/03/2024", "Ofício")])
    name, world = old.name("1"), old.world
    adopted = {"applicant_name": "Ana Reis", "agency": world.agencies["works"], "matter": "vehicle_accident"}
    world.do(name, "registry", Act.ADOPT_LEGACY, **adopted, reason="O conserto do carro.")
    case, facts = old.case("1"), old.facts("1")
    assert (case.state, case.origin, case.matter) == (CaseState.FILED, "adopted", "vehicle_accident")
    assert (case.filed_on, facts.legacy["opened_on"], facts.legacy["due_on"]) == (
        (NOW - timedelta(days=20)).date(), "2024-03-04", "2024-04-01",
    )  # fmt: skip
    parties = old.all(
        select(Party.side, Party.kind, Party.name).where(Party.case_id == case.id).order_by(Party.ordinal)
    )
    assert parties == [("applicant", "natural", "Ana Reis"), ("invitee", "city", "Secretaria Municipal de Obras")]
    deadlines = old.all(select(DeadlineRow.rule, DeadlineRow.due).where(DeadlineRow.case_id == case.id))
    assert deadlines
    assert case.next_due == min(due for _rule, due in deadlines if due) > date(2024, 4, 1)
    assert case.responsible_role is Role.REGISTRY
    world.do(name, "registry", Act.SCREEN)
    world.do(name, "registry", Act.PASS_FORMAL)
    world.do(name, "coordinator", Act.ADMIT, 2, grounds="Cabe no regulamento.")
    assert old.case("1").state is CaseState.ADMITTED
    with world.app.app_context():
        history_is_whole(case.number)
    assert old.verified() is None
    assert old.bring([row("1")], now=LATER)["duplicates"] == 1
    with pytest.raises(ImportStoppedError, match=case.number):
        old.revert(1)


def test_an_adopted_case_follows_the_procedure_of_the_day_of_its_adoption(old):
    """The register may have come in years before, under another version of the regulation."""
    old.bring([row("1")])
    before = old.chamber.regulation
    newer = replace(before, version="outra-versão")
    old.world.chamber = replace(old.chamber, regulation=newer, older=lambda _version: before)
    adopted = {"applicant_name": "Ana Reis", "agency": old.world.agencies["works"], "matter": "vehicle_accident"}
    old.world.do(old.name("1"), "registry", Act.ADOPT_LEGACY, **adopted, reason="O conserto do carro.")
    assert (old.case("1").procedure, old.facts("1").procedure) == ("outra-versão", "outra-versão")
    assert old.verified() is None


def test_an_old_case_that_is_closed_keeps_the_outcome_it_had(old):
    old.bring([row("1", Prazo="01/04/2024")])
    name = old.name("1")
    with pytest.raises(RefusedError):
        old.world.do(name, "registry", Act.CLOSE_LEGACY, closed_on=TODAY + timedelta(days=1), outcome="settled")
    old.world.do(name, "registry", Act.CLOSE_LEGACY, closed_on=date(2024, 5, 1), outcome="settled")
    case = old.case("1")
    assert (case.state, case.closed_on, case.next_due) == (CaseState.LEGACY_CLOSED, date(2024, 5, 1), None)
    assert (old.facts("1").outcome, case.origin) == ("settled", "legacy")
    assert (old.facts("1").legacy["closed"], old.facts("1").legacy["in_duration_figures"]) == (True, True)
    assert old.verified() is None


@pytest.mark.parametrize("who", ["coordinator", "mediator", "marina"])
def test_only_the_registry_adopts(old, who):
    old.bring([row("1")])
    adopted = {"applicant_name": "Ana", "agency": old.world.agencies["works"], "matter": "other", "reason": "x"}
    with pytest.raises((RefusedError, NotFoundError)):
        old.world.do(old.name("1"), who, Act.ADOPT_LEGACY, **adopted)


# --- mappings and reports ---------------------------------------------------------------------------------------------


def test_a_mapping_of_another_kind_of_sheet_is_refused(old):
    cases = old.file([row("1")])
    steps = old.file([step("1", "05/03/2024", "x")], STEP_HEADER)
    with old.world.app.app_context():
        of_steps = legacy_import.open_sheet(steps, SheetKind.STEPS).mapping
    with pytest.raises(MappingError, match=r"^kind: este mapeamento é de uma planilha do tipo “steps”"):
        old.bring(cases, mapping=of_steps)


def test_a_corrected_mapping_decides_what_comes_in(old):
    cases = old.file([row("1", Observação="ver 2019", Canal="Balcão")])
    with old.world.app.app_context():
        guessed = legacy_import.open_sheet(cases, SheetKind.CASES).mapping
    text = to_toml(guessed).replace('"Canal" = "channel"', '"Canal" = "ignore"')
    corrected = from_toml(text.replace('"Observação" = "extra"', '"Observação" = "last_step"'))
    assert isinstance(corrected, Mapping)
    told = old.bring(cases, mapping=corrected)
    assert (told["columns"]["Canal"], told["columns"]["Observação"]) == ("ignore", "last_step")
    ((kept,),) = old.all(select(EventPrivate.payload).join(EventRow).where(EventRow.act == "register_legacy"))
    assert kept == {"problem": "Buraco na rua", "last_step": "ver 2019"}
    assert old.facts("1").legacy["channel"] == ""


def test_long_lists_are_cut_and_counted_but_every_refused_row_is_named(old, monkeypatch):
    monkeypatch.setattr("cprac.services.legacy_report.SHOWN", 5)
    rows = [row(str(n), Data_de_abertura="99/99/2024" if n % 2 else "", CNPJ="191") for n in range(60)]
    told = old.bring(rows)
    assert (len(told["refused"]), told["imported"]) == (30, 30)
    assert (told["flags"], len(told["findings"]["no_opening"]), len(told["short_tax_ids"]["rows"])) == (
        {"no_opening": 30, "short_tax_id": 30}, 5, 5,
    )  # fmt: skip
    again = old.bring(rows, now=LATER)
    assert (again["duplicates"], len(again["duplicate_rows"]), len(again["refused"])) == (30, 5, 30)
    assert SHOWN == 1000


def test_offices_see_old_cases_as_any_other(old):
    """The registry and the coordinator work on them, a citizen never learns of them."""
    old.bring([row("1")])
    number = old.case("1").number
    with old.world.app.app_context():
        seen = {
            who: queries_case.case_file(old.reader(who), number) is not None
            for who in ("registry", "coordinator", "marina")
        }
    assert seen == {"registry": True, "coordinator": True, "marina": False}


@pytest.mark.parametrize(
    "rows, seconds, following",
    [(200, 0.1, 200), (200, 0.4, 100), (100, 0.4, 50), (30, 0.4, 25), (25, 9.0, 25), (25, 0.01, 50), (150, 0.01, 200)],
)
def test_a_busy_machine_gets_fewer_rows_a_transaction(rows, seconds, following):
    assert legacy_import.rows_next(rows, seconds) == following


def test_few_rows_stay_few_however_slow(few):
    assert [legacy_import.rows_next(CHUNK, seconds) for seconds in (9.0, 0.01)] == [CHUNK, CHUNK]


def test_long_texts_make_short_transactions(old):
    """Sixty rows of half a megabyte each would otherwise stand in memory together."""
    transactions = []
    told = old.bring([row(str(n), Problema="x" * 400_000) for n in range(10)], pause=lambda: transactions.append(1))
    assert (told["imported"], len(transactions)) == (10, 4)
