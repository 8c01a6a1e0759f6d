"""Old cases in the rooms: found, opened, read in full, and brought into the procedure by a form."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from cprac.domain.legacy_mapping import SheetKind
from cprac.domain.states import CaseState
from cprac.persistence.database import db
from cprac.persistence.models import Case, ImportBatch
from cprac.services import legacy_import, reporting
from cprac.web import act_forms
from tests.web.visitors import send, sign_in
from tests.worlds import NOW, TODAY, build_world

SHEET = """Processo;Data de entrada;Prazo;Encerramento;Resultado;Requerido;Nome fantasia;CNPJ;Assunto;Problema;Canal;Cor
A-1;04/03/2024;01/04/2024;;;CLARO S.A.;Claro TV;191;Telefonia;Cobrança indevida <b>;Balcão;azul
A-2;04/03/2024;;19/03/2024;sim;VIVO;;;Telefonia;;;
A-3;;;;sim;TIM;;;Telefonia;;;
A-4;04/03/2024;;01/03/2024;;OI;;;Telefonia;;;
"""
STEPS = """Processo;Data/hora;Andamento;Responsável
A-1;2024-03-06T10:30:00-03:00;Ofício à empresa;Rui Prado
A-1;05/03/2024;Ficha aberta;
"""


@pytest.fixture
def app_settings():
    return {"TODAY": TODAY.isoformat()}


@pytest.fixture
def world(app, tmp_path):
    """A chamber into which a small old register was brought."""
    world = build_world(app, "filed")
    cases, steps = tmp_path / "antigos.csv", tmp_path / "andamentos.csv"
    cases.write_text(SHEET, "utf-8")
    steps.write_text(STEPS, "utf-8")
    with app.app_context():
        legacy_import.run(
            world.chamber,
            legacy_import.open_sheet(cases, SheetKind.CASES),
            legacy_import.open_sheet(steps, SheetKind.STEPS),
            as_of=TODAY,
            now=NOW - timedelta(days=30),
            pause=lambda: None,
        )
        for old, number in db.session.execute(select(Case.legacy_number, Case.number).where(Case.origin == "legacy")):
            world.numbers[old] = number
        db.session.rollback()
    return world


def visitor(world, who="registry"):
    return sign_in(world.app.test_client(), world.email(who))


def file_of(world, case, who="registry"):
    page = visitor(world, who).get(f"/procuradoria/casos/{world.url(case)}")
    return page.status_code, " ".join(re.sub(r"<[^>]+>", " ", page.text).split())


def test_an_old_case_opens_with_all_that_the_sheet_said(world):
    status, words = file_of(world, "A-1")
    assert status == 200
    for said in (
        "Legado em aberto", "Número antigo A-1", "Prazo na planilha 01/04/2024", "CLARO S.A.", "Claro TV", "Telefonia",
        "Cobrança indevida &lt;b&gt;", "Balcão", "Cor azul", "Da planilha antiga",
        "Caso da planilha antiga: sem prazos nem avisos até entrar no procedimento.",
        "Trazer o caso antigo para o procedimento", "Encerrar caso antigo",
    ):  # fmt: skip
        assert said in words, said


def test_its_old_steps_stand_in_the_timeline_on_their_own_days(world):
    _status, words = file_of(world, "A-1")
    assert "Andamento antigo qua, 06/03/2024, 10h30 · Rui Prado Ofício à empresa." in words
    assert "Andamento antigo ter, 05/03/2024 · Planilha antiga Ficha aberta." in words
    assert "Linha 2 da planilha." in words
    assert words.index("Ofício à empresa") < words.index("Ficha aberta") < words.index("Caso antigo registrado")


@pytest.mark.parametrize(
    "case, duration",
    [
        ("A-1", None),
        ("A-2", "Duração 15 dias corridos"),
        ("A-3", "Duração não se conta: falta data na planilha"),
        ("A-4", "Duração não se conta: a planilha diz que o caso terminou antes de começar"),
    ],
)
def test_a_duration_is_told_only_where_the_dates_make_one(world, case, duration):
    status, words = file_of(world, case)
    assert status == 200
    if duration is None:
        assert "Duração" not in words
    else:
        assert duration in words
        assert "Legado encerrado" in words
    assert "dias corridos" not in words.replace(duration or "", "").partition("Linha do tempo")[0].partition("Agora")[0]


def test_old_cases_are_found_by_old_number_name_and_state(world):
    registry = visitor(world)
    for question in ("busca=A-1", "busca=claro", "situacao=legacy_open"):
        page = registry.get(f"/procuradoria/casos?{question}")
        assert (page.status_code, world.number("A-1") in page.text) == (200, True), question
        assert world.number("A-2") not in page.text, question


def test_nobody_outside_the_chamber_sees_an_old_case(world):
    for who in ("marina", "administrator"):
        assert file_of(world, "A-1", who)[0] == 404, who


def test_the_registry_adopts_an_old_case_by_its_form(world):
    registry = visitor(world)
    address = f"/procuradoria/casos/{world.url('A-1')}/atos/adopt_legacy"
    form = registry.get(address)
    assert form.status_code == 200
    answer = send(
        registry, address, idempotency_key=field(form, "idempotency_key"), version=field(form, "version"),
        applicant_name="Ana Reis",
        agency=str(world.agencies["works"]), matter="vehicle_accident", reason="O conserto do carro.",
    )  # fmt: skip
    assert answer.status_code == 303, re.sub(r"<[^>]+>", " ", answer.text)
    assert world.state("A-1") is CaseState.FILED
    status, words = file_of(world, "A-1")
    assert status == 200
    for said in (
        "Requerimento protocolado",
        "Ana Reis",
        "Da planilha antiga",
        "Aberto em 04/03/2024",
        "Caso antigo adotado",
    ):
        assert said in words, said


def field(page, name):
    found = re.search(rf'<input[^>]*name="{name}"[^>]*value="([^"]*)"', page.text)
    assert found, f"no hidden field {name}"
    return found[1]


def test_the_old_deadline_in_a_list_is_the_sheets_and_not_ours(world):
    page = visitor(world).get("/procuradoria/casos?situacao=legacy_open")
    assert "01/04/2024 na planilha antiga" in " ".join(re.sub(r"<[^>]+>", " ", page.text).split())


def test_where_no_agency_is_registered_the_form_says_who_does_it(world, monkeypatch):
    monkeypatch.setattr(act_forms.queries_desk, "agencies", tuple)
    page = visitor(world).get(f"/procuradoria/casos/{world.url('A-1')}/atos/adopt_legacy")
    assert (page.status_code, "Ainda não há órgãos cadastrados" in page.text) == (200, True)


# --- figures ----------------------------------------------------------------------------------------------------------


def figures_of(world, query="periodo=tudo"):
    page = visitor(world, "attorney_general").get(f"/gabinete/numeros?{query}")
    assert page.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", page.text).split())


def test_old_cases_are_told_apart_from_all_figures_and_those_taken_back_are_in_none(world):
    with_old = figures_of(world)
    assert "1 caso, 1 ainda aberto" in with_old
    assert "Planilha antiga" in with_old
    assert "4 casos" in figures_of(world, "serie=planilha")
    with world.app.app_context():
        legacy_import.revert(1, "arquivo errado", NOW)
    without = figures_of(world)
    assert "1 caso, 1 ainda aberto" in without
    assert "Planilha antiga" not in without
    assert "4 casos" not in figures_of(world, "serie=planilha")


def test_an_adopted_case_counts_like_any_other_and_the_rest_of_its_batch_stays(world):
    registry = visitor(world)
    address = f"/procuradoria/casos/{world.url('A-1')}/atos/adopt_legacy"
    form = registry.get(address)
    values = {"applicant_name": "Ana Reis", "agency": str(world.agencies["works"]), "matter": "vehicle_accident"}
    sent = {"idempotency_key": field(form, "idempotency_key"), "version": field(form, "version"), **values}
    assert send(registry, address, **sent, reason="O conserto.").status_code == 303
    with world.app.app_context(), pytest.raises(legacy_import.ImportStoppedError, match=world.number("A-1")):
        legacy_import.revert(1, "arquivo errado", NOW)
    assert "2 casos, 2 ainda abertos" in figures_of(world)
    assert "3 casos" in figures_of(world, "serie=planilha")


def test_whoever_reads_the_rows_of_statistics_leaves_out_batches_that_are_not_shown():
    """A reverted batch keeps its rows. A module that is not on this list must leave out those that are not shown.

    By `queries.batch_shown`, by the series that are shown (`series_shown`), or by taking the chamber's own cases only.
    """
    own = {
        "persistence/models.py", "persistence/models_figures.py", "services/caches.py", "services/legacy_writing.py",
        "services/verification.py", "services/day_cells.py",  # cells have a series a batch: readers choose
    }  # fmt: skip
    leaving_out = re.compile(r'batch_shown|series_shown|origin (?:== "native"|!= "legacy")|status == "visible"')
    code = Path(legacy_import.__file__).parents[1]
    readers = {
        path.relative_to(code).as_posix(): bool(leaving_out.search(text))
        for path in code.rglob("*.py")
        if re.search(r"\bCaseFact\b", text := path.read_text("utf-8"))
    }
    assert set(readers) >= own
    assert [path for path, filters in readers.items() if path not in own and not filters] == []


def test_old_cases_are_seen_on_the_day_of_their_sheet_or_on_an_earlier_one(world):
    """What the sheet calls open was open then; nobody has looked since."""
    with world.app.app_context():
        db.session.get(ImportBatch, 1).as_of = date(2024, 3, 31)
        db.session.commit()
    assert "vistos em 31/03/2024. 4 casos, 1 ainda aberto" in figures_of(world, "serie=planilha")
    assert "vistos em 31/03/2024. 4 casos, 1 ainda aberto" in figures_of(world, "serie=planilha&em=01/01/2026")
    assert "vistos em 10/03/2024. 4 casos, 2 ainda abertos" in figures_of(world, "serie=planilha&em=10/03/2024")
    assert f"vistos em {TODAY:%d/%m/%Y}. 1 caso" in figures_of(world, "periodo=tudo&em=10/03/2024")
    figures = visitor(world, "attorney_general").get("/gabinete/numeros/indicadores.json?serie=planilha").get_json()
    assert figures["as_of"] == "2024-03-31"
    with world.app.app_context():
        told = {each["series"]: each for each in reporting.report(world.chamber, TODAY, TODAY)["series"]}
    assert (told["native"]["as_of"], told["legacy"]["as_of"]) == (TODAY.isoformat(), "2024-03-31")
    closed = next(each for each in told["legacy"]["indicators"] if each["id"] == "overdue_legacy")
    assert closed["value"] == 0
