"""The real old registers, each into a fresh database: the published counts, every row accounted for, nothing twice."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from cprac.domain.legacy_mapping import SheetKind
from cprac.domain.states import CaseState
from cprac.persistence.database import db
from cprac.persistence.models import Case, CaseFact, EventRow, ImportRow
from cprac.services import legacy_import, reporting
from cprac.services.sums import Asked, sums
from cprac.services.verification import verify
from tests.worlds import NOW

DATA = Path(__file__).parents[3] / "shared" / "data"
pytestmark = pytest.mark.shared_data

RAGGED = [
    *[117, 1205, 1285, 3596, 4134, 5483, 8028, 8307, 8824, 9516, 9696, 9698, 10545, 11232, 11503, 11548, 11554, 11703],
    *[12473, 13879, 16696, 17302],
]
AS_OF = date(2020, 1, 31)
PERMITS_AS_OF = date(2012, 1, 23)


@pytest.fixture
def chamber(app, monkeypatch):
    monkeypatch.setattr(legacy_import, "LONG", 60)  # nobody waits for these transactions
    with app.app_context():
        yield app.extensions["cprac"]
        db.session.remove()


def bring(chamber, name, steps=None, *, as_of=AS_OF, now=NOW, accept_repairs=False):
    cases = legacy_import.open_sheet(DATA / name, SheetKind.CASES)
    second = legacy_import.open_sheet(DATA / steps, SheetKind.STEPS) if steps else None
    report = legacy_import.run(
        chamber, cases, second, as_of=as_of, now=now, accept_repairs=accept_repairs, pause=lambda: None
    )
    return report.as_plain()


def rows(source="cases"):
    """How the rows of the first batch ended, counted."""
    query = select(ImportRow.status, func.count()).where(ImportRow.batch_id == 1, ImportRow.source == source)
    return dict(db.session.execute(query.group_by(ImportRow.status)).all())


def counted(*columns, of=Case):
    return {tuple(found): n for *found, n in db.session.execute(select(*columns, func.count()).group_by(*columns))}


def figures(chamber, as_of, today):
    """By id what the catalogue says of the old register, as of a day, on another."""
    ctx = reporting.context(chamber, sums(Asked(as_of, legacy=True), today))
    return {indicator.id: figure for indicator, figure in reporting.figures(ctx)}


def test_procon_2019_as_an_office_keeps_it(chamber):
    told = bring(chamber, "procon_2019_legado.csv")
    assert (told["rows_read"], told["imported"], told["duplicates"], told["refused"]) == (17_577, 17_577, 0, [])
    assert (told["open"], told["overdue"], told["without_dates"]) == (0, 0, 3)
    assert told["flags"] == {"no_opening": 3, "short_tax_id": 4979}
    assert (told["short_tax_ids"]["count"], len(told["short_tax_ids"]["rows"])) == (4979, 1000)
    assert rows() == {"imported": 17_577}
    assert counted(Case.state) == {(CaseState.LEGACY_CLOSED,): 17_577}
    assert counted(CaseFact.outcome) == {("settled",): 10_003, ("not_settled",): 7_574}
    # local days subtracted, as in the published figures: 17,574 rows with both dates, mean 180.86
    dates = db.session.execute(select(CaseFact.filed_on, CaseFact.closed_on)).all()
    days = [(closed - filed).days for filed, closed in dates if filed and closed]
    assert (len(days), round(sum(days) / len(days), 2), sorted(days)[len(days) // 2]) == (17_574, 180.86, 76)
    old = figures(chamber, date(2020, 1, 31), date(2020, 1, 31))
    assert (old["time_to_resolution"].value, old["time_p90"].value, old["time_to_resolution"].n) == (76, 483, 17_574)
    assert round(old["time_mean"].value, 2) == round(old["time_closed_mean"].value, 2) == 180.86
    assert (old["agreements"].value, old["backlog"].value) == (10_003, 0)
    assert figures(chamber, date(2020, 1, 31), date(2020, 2, 29)) == old  # from fact rows what the cells say


@pytest.mark.databases("sqlite")
def test_procon_2019_as_published_names_its_ragged_rows_and_takes_them_once_repairs_are_accepted(chamber):
    told = bring(chamber, "procon_2019_bruto.csv")
    assert (told["rows_read"], told["imported"], told["duplicates"]) == (17_577, 17_555, 0)
    assert [each["line"] for each in told["refused"]] == RAGGED
    assert all("colunas" in each["reason"] and each["repair"] for each in told["refused"])
    assert rows() == {"imported": 17_555, "refused": 22}
    again = bring(chamber, "procon_2019_bruto.csv", now=NOW + timedelta(days=1), accept_repairs=True)
    assert (again["imported"], again["duplicates"], again["duplicates_with_other_content"]) == (22, 17_555, 0)
    assert ([each["line"] for each in again["repaired"]], again["refused"]) == (RAGGED, [])
    assert db.session.scalar(select(func.count()).select_from(Case)) == 17_577


@pytest.mark.databases("postgresql")
def test_procon_2019_as_published_comes_in_whole_with_its_repairs(chamber):
    told = bring(chamber, "procon_2019_bruto.csv", accept_repairs=True)
    assert (told["rows_read"], told["imported"], told["duplicates"], told["refused"]) == (17_577, 17_577, 0, [])
    assert [each["line"] for each in told["repaired"]] == RAGGED
    assert all("sem aspas" in each["what"] for each in told["repaired"])
    assert counted(CaseFact.outcome) == {("settled",): 10_003, ("not_settled",): 7_574}


def test_the_permits_with_their_steps(chamber):
    told = bring(chamber, "licencas_processos.csv", "licencas_andamentos.csv", as_of=PERMITS_AS_OF)
    assert (told["rows_read"], told["imported"], told["open"], told["overdue"]) == (1_434, 1_434, 105, 37)
    assert (told["steps"]["rows_read"], told["steps"]["imported"], told["steps"]["refused"]) == (8_577, 8_577, [])
    assert (rows(), rows("steps")) == ({"imported": 1_434}, {"imported": 8_577})
    assert counted(Case.state) == {(CaseState.LEGACY_CLOSED,): 1_329, (CaseState.LEGACY_OPEN,): 105}
    late = select(func.count()).select_from(Case).where(Case.next_due < PERMITS_AS_OF)
    assert db.session.scalar(late) == 37
    assert counted(EventRow.act) == {("register_legacy",): 1_434, ("legacy_step",): 8_577}
    stated = db.session.execute(select(Case.facts, Case.version)).all()
    assert all(facts["legacy"]["steps"] == version - 1 for facts, version in stated)
    assert verify(chamber).as_plain()["difference"] is None
    old = figures(chamber, PERMITS_AS_OF, PERMITS_AS_OF)
    median = old["time_to_resolution"]
    assert (median.value, median.low, median.high, median.n) == (52, 50, 53, 1_434)
    assert (old["time_closed_median"].value, old["backlog"].value, old["overdue_legacy"].value) == (50, 105, 37)
    assert figures(chamber, PERMITS_AS_OF, date(2026, 11, 23)) == old  # looked at today, as of that day
    assert sums(Asked(PERMITS_AS_OF), date(2026, 11, 23)).cohort.kinds == {}  # none of them is the chamber's own
    again = bring(chamber, "licencas_processos.csv", "licencas_andamentos.csv", as_of=PERMITS_AS_OF)
    assert (again["imported"], again["duplicates"], again["steps"]["duplicates"]) == (0, 1_434, 8_577)
    assert legacy_import.revert(1, "outra vez", NOW)["cases"] == 1_434
