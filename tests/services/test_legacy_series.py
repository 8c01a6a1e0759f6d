"""Old registers are looked at on the day of their sheet: report and dashboard say what R says of the same rows."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from cprac.domain.legacy_mapping import SheetKind
from cprac.persistence.database import db
from cprac.services import legacy_import, legacy_series, reporting
from cprac.services.sums import Asked, sums
from tests.web.visitors import visitor
from tests.worlds import NOW, TODAY, build_world

SHEET_DAY = date(2026, 3, 1)
EARLIER = date(2025, 12, 15)

# R 4.2.2, survival 3.5-3: survfit(Surv(t, e) ~ 1, conf.type = "log-log"), quantile, and survmean with rmean = max(t).
FROM_R = {
    SHEET_DAY: {"n": 30, "ended": 19, "p25": (40, 13, 55), "p50": (71, 49, None), "p75": (None, 77, None)},
    EARLIER: {"n": 27, "ended": 10, "p25": (34, 7, 61), "p50": (77, 34, None), "p75": (None, 77, None)},
}
BY_AGE = {
    "até 30 dias": "0",
    "31 a 60": "0",
    "61 a 120": "5",
    "121 a 180": "5",
    "181 a 365": "1",
    "mais de um ano": "0",
}
MEAN = {SHEET_DAY: 93.90887, EARLIER: 67.85647}


def sheet(path):
    """Thirty cases, every third without an end, one with an end after the day of the sheet."""
    lines = ["caso,início,fim"]
    for place in range(30):
        opened = date(2025, 9, 1) + timedelta(days=4 * place)
        ended = opened + timedelta(days=place * 37 % 90 + 3)
        lines.append(f"{place},{opened},{ended if place % 3 else ''}")
    path.write_text("\n".join(lines), "utf-8")
    return legacy_import.open_sheet(path, SheetKind.CASES)


@pytest.fixture
def world(app, tmp_path):
    """A chamber into which the sheet came, weeks after its day."""
    world = build_world(app, "filed")
    with app.app_context():
        found = sheet(tmp_path / "antiga.csv")
        report = legacy_import.run(
            app.extensions["cprac"], found, as_of=SHEET_DAY, now=NOW, pause=lambda: None
        ).as_plain()
        assert (report["imported"], report["open"], report["flags"]) == (30, 11, {"future_date": 1})
        db.session.remove()
    return world


def said(indicators):
    """What a list of indicators says, as R's table has it; and the mean."""
    found = {each["id"]: each for each in indicators}
    parts = {part["key"]: part for part in found["time_quartiles"]["parts"]}
    assert found["time_to_resolution"]["value"] == parts["p50"]["value"]
    table = {"n": found["cases_filed"]["value"], "ended": found["cases_filed"]["value"] - found["backlog"]["value"]}
    for key in ("p25", "p50", "p75"):
        table[key] = (parts[key]["value"], parts[key]["low"], parts[key]["high"])
    return table, found["time_mean"]["value"]


@pytest.mark.parametrize(
    "as_of, seen",
    [(SHEET_DAY, SHEET_DAY), (TODAY, SHEET_DAY), (date(2027, 1, 1), SHEET_DAY), (EARLIER, EARLIER)],
)
@pytest.mark.databases("sqlite")
def test_the_report_says_what_r_says_on_the_day_of_the_sheet_or_an_earlier_one(app, world, as_of, seen):
    with app.app_context():
        report = reporting.report(app.extensions["cprac"], as_of, TODAY)
        old = next(series for series in report["series"] if series["series"] == "legacy")
        assert old["as_of"] == seen.isoformat()
        table, mean = said(old["indicators"])
        assert table == FROM_R[seen]
        assert mean == pytest.approx(MEAN[seen], abs=1e-5)


@pytest.mark.parametrize(
    "asked, seen",
    [
        ("", SHEET_DAY),
        ("&em=25/03/2026", SHEET_DAY),
        ("&em=15/12/2025", EARLIER),
        ("&em=12/2025", None),
        ("&em=x", None),
    ],
)
@pytest.mark.databases("sqlite")
def test_the_dashboard_says_what_r_says_and_takes_the_day_from_its_address(world, asked, seen):
    client = visitor(world, "attorney_general")
    page = client.get(f"/gabinete/numeros?serie=planilha{asked}")
    assert page.status_code == (400 if asked.endswith("x") else 200)
    assert 'name="em"' in page.text
    if seen is not None:
        found = client.get(f"/gabinete/numeros/indicadores.json?serie=planilha{asked}").get_json()
        assert found["as_of"] == seen.isoformat()
        table, mean = said(found["indicators"])
        assert (table, mean) == (FROM_R[seen], pytest.approx(MEAN[seen], abs=1e-5))
        assert f"vistos em {seen:%d/%m/%Y}" in " ".join(page.text.split())


@pytest.mark.databases("sqlite")
def test_the_open_ones_are_shown_by_age_though_the_sheet_does_not_say_whose_turn_it_is(world):
    """Ten without an end, of 65 to 181 days, and one of 73 that ended after the day of the sheet."""
    table = visitor(world, "attorney_general").get("/gabinete/numeros/graficos/idade/dados.csv?serie=planilha").text
    rows = [line.split(",") for line in table.lstrip("\ufeff").splitlines()]
    assert "que a planilha não diz" in rows[0][1]
    assert {row[0]: row[-1] for row in rows[1:]} == BY_AGE


@pytest.mark.databases("sqlite")
def test_on_the_day_of_the_sheet_the_cells_say_what_the_rows_say(app, world):
    with app.app_context():
        assert legacy_series.known_on(TODAY) == SHEET_DAY
        asked = Asked(SHEET_DAY, legacy=True)
        quick, slow = sums(asked, SHEET_DAY), sums(asked, TODAY)
        assert not quick.rows
        assert slow.rows
        assert quick.curve == slow.curve


@pytest.mark.databases("sqlite")
def test_each_of_two_sheets_is_told_alone_on_its_own_day(app, world, tmp_path):
    with app.app_context():
        path = tmp_path / "outra.csv"
        path.write_text("caso,início,fim\n" + "".join(f"b{n},2026-03-10,2026-03-{n}\n" for n in range(11, 25)), "utf-8")
        other = legacy_import.open_sheet(path, SheetKind.CASES)
        legacy_import.run(app.extensions["cprac"], other, as_of=TODAY, now=NOW, pause=lambda: None)
        report = reporting.report(app.extensions["cprac"], TODAY, TODAY)
        told = {series.get("sheet"): series for series in report["series"] if series["series"] == "legacy"}
        assert {name: series["as_of"] for name, series in told.items()} == {
            None: "2026-03-25", "antiga.csv": "2026-03-01", "outra.csv": "2026-03-25",
        }  # fmt: skip
        assert said(told["antiga.csv"]["indicators"])[0] == FROM_R[SHEET_DAY]
    client = visitor(world, "attorney_general")
    found = client.get("/gabinete/numeros/indicadores.json?serie=planilha&lote=1").get_json()
    assert said(found["indicators"])[0] == FROM_R[SHEET_DAY]
    page = client.get("/gabinete/numeros?serie=planilha&lote=1").text
    assert "outra.csv" in page
    assert "vistos em 01/03/2026" in " ".join(page.split())
