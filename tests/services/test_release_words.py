"""Changes and notes of a release in words: no code of a table, row or column is left."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cprac.domain.open_tables import OpenTable, Release, column
from cprac.services.release_words import changes_told, corrected_by, note_told, period_told, value_told
from tests.open_worlds import CORRECTION, FIRST

MATTERS = OpenTable(
    "filed_by_matter", "Pedidos por assunto", "",
    (column("id", "Código", "", "string"), column("matter", "Categoria", "", "string"),
     column("n", "Casos", "", unit="cases")), (("tax", "IPTU e taxas", 12), ("others", "Outros (reunidos)", 9)),
    ("id",),
)  # fmt: skip
DURATIONS = OpenTable(
    "durations", "Tempo dos casos encerrados", "",
    (column("id", "Código", "", "string"), column("ending", "Desfecho", "", "string"),
     column("n", "Casos", "", unit="cases"), column("median", "Metade até", "", unit="days")),
    (("all", "Todos os casos encerrados", 40, 84),), ("id",),
)  # fmt: skip
CURVE = OpenTable(
    "survival_curve", "Quanto tempo os casos levam", "",
    (column("day", "Dia", "", unit="days"), column("open_percent", "Ainda em aberto", "", unit="percent"),
     column("lower", "No mínimo", "", unit="percent")), ((30, 90, 80),), ("day",),
)  # fmt: skip
CASES = OpenTable("cases", "Casos encerrados, um por linha", "", (column("matter", "Assunto", "", "string"),), ())


def release(*changes, matters=MATTERS):
    """A correction of an invented quarter with these changes: table, key, column, before, after."""
    names = ("table", "key", "column", "before", "after")
    return replace(
        FIRST.release, tables=(matters, DURATIONS, CURVE, CASES), revision=1,
        changes=tuple(dict(zip(names, change, strict=True)) for change in changes),
    )  # fmt: skip


@pytest.mark.parametrize(
    "change, words",
    [
        (("filed_by_matter", "tax", "n", 12, 20), "Pedidos por assunto, IPTU e taxas: de 12 para 20 casos"),
        (("filed_by_matter", "tax", "n", 1, 1204), "Pedidos por assunto, IPTU e taxas: de 1 caso para 1.204 casos"),
        (("filed_by_matter", "tax", "n", None, 8),
         "Pedidos por assunto, IPTU e taxas: de não mostrado para 8 casos"),
        (("filed_by_matter", "old", "n", 7, None), "Pedidos por assunto, Obras: de 7 casos para não mostrado"),
        (("durations", "all", "median", 84, 91),
         "Tempo dos casos encerrados, Todos os casos encerrados, Metade até: de 84 para 91 dias"),
        (("survival_curve", "30", "open_percent", 90, 80),
         "Quanto tempo os casos levam, em 30 dias, Ainda em aberto: de 90% para 80%"),
        (("cases", "", "rows", 80, 110), "Casos encerrados, um por linha: de 80 para 110 linhas"),
    ],
)  # fmt: skip
def test_a_change_is_told_without_codes(change, words):
    before = release(matters=replace(MATTERS, rows=(("old", "Obras", 7),)))
    assert [told.line for told in changes_told(release(change), before)] == [words]


def test_a_row_that_is_told_no_more_is_told_once():
    changes = (("filed_by_matter", "old", "matter", "Obras", None), ("filed_by_matter", "old", "n", 7, None))
    before = release(matters=replace(MATTERS, rows=(("old", "Obras", 7),)))
    assert [told.row for told in changes_told(release(*changes), before)] == ["Obras"]
    assert [told.row for told in changes_told(release(*changes))] == ["old"], (
        "who has not the old release says its code"
    )


def test_values_carry_their_unit():
    assert value_told(842_000, "centavos") == "R$ 8.420,00"
    assert value_told("não mostrado: poucos casos") == "“não mostrado: poucos casos”"
    assert (value_told(0, "cases"), value_told(""), value_told(None)) == ("0 casos", "–", "não mostrado")


def test_a_note_names_its_table_by_its_title():
    made: Release = release()
    assert note_told(made, "filed_by_matter: não mostrado") == "Pedidos por assunto: não mostrado"
    assert note_told(made, "outra: coisa") == "outra: coisa"


def test_a_correction_finds_what_it_corrects():
    assert corrected_by(CORRECTION.release, [CORRECTION.release, FIRST.release]) is FIRST.release
    assert corrected_by(FIRST.release, [CORRECTION.release]) is None


@pytest.mark.parametrize(
    "period, words",
    [
        ("2026-T1", "1º trimestre de 2026"),
        ("2025-T4_a_2026-T1", "4º trimestre de 2025 ao 1º trimestre de 2026"),
        ("2026-S2", "2º semestre de 2026"),
        ("2026-Q3", "3º quadrimestre de 2026"),
        ("2026", "ano de 2026"),
        ("2026-02-01_a_2026-03-31", "2026-02-01 ao 2026-03-31"),
    ],
)
def test_a_period_has_words(period, words):
    assert period_told(period) == words


def test_changes_come_in_the_order_of_the_tables_and_their_rows():
    changes = [
        ("durations", "all", "n", 1, 40), ("filed_by_matter", "gone", "n", 5, None),
        ("filed_by_matter", "others", "n", 1, 9), ("filed_by_matter", "tax", "n", 1, 12),
    ]  # fmt: skip
    told = changes_told(release(*changes))
    assert [each.row for each in told] == ["IPTU e taxas", "Outros (reunidos)", "gone", "Todos os casos encerrados"]
