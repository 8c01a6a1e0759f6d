"""The real old spreadsheets, read whole, give the counts that were published with them."""

from collections import Counter
from datetime import date
from pathlib import Path
from statistics import mean, median, quantiles

import pytest

from cprac.domain.legacy_cases import Flag, LegacyCase, LegacyStep, Refused
from cprac.domain.legacy_guess import guess_mapping
from cprac.domain.legacy_interpret import interpret_all, interpret_step
from cprac.domain.legacy_lines import Encoding
from cprac.domain.legacy_mapping import Outcome, SheetKind, from_toml, to_toml
from cprac.domain.legacy_rows import read_rows, survey

DATA = Path(__file__).parents[3] / "shared" / "data"
pytestmark = pytest.mark.shared_data

RAGGED = [
    *[117, 1205, 1285, 3596, 4134, 5483, 8028, 8307, 8824, 9516, 9696, 9698, 10545, 11232, 11503, 11548, 11554, 11703],
    *[12473, 13879, 16696, 17302],
]


def source(name):
    def chunks():
        with (DATA / name).open("rb") as file:
            while chunk := file.read(65536):
                yield chunk

    return chunks


def cases_of(name, as_of, *, accept_repairs=False):
    """Read a file as an import does: survey, guess, write the mapping, read it back, fit it, read the rows."""
    layout = survey(source(name))
    mapping = from_toml(to_toml(guess_mapping(layout.columns))).fit(layout.header)
    return layout, list(interpret_all(read_rows(source(name), layout, accept_repairs=accept_repairs), mapping, as_of))


def figures(cases):
    days = [case.duration_days for case in cases if case.duration_days is not None]
    return len(days), median(days), round(mean(days), 7), quantiles(days, n=10, method="inclusive")[8]


def test_procon_2019_as_an_office_keeps_it():
    layout, cases = cases_of("procon_2019_legado.csv", date(2020, 1, 31))
    assert (layout.form.encoding, layout.form.mixed, layout.separator) == (Encoding.WINDOWS_1252, False, ";")
    assert len(cases) == 17_577
    assert all(isinstance(case, LegacyCase) for case in cases)
    assert Counter(finding.flag for case in cases for finding in case.findings) == {
        Flag.SHORT_TAX_ID: 4979,
        Flag.NO_OPENING: 3,
    }
    short = [party.tax_id for case in cases for party in case.parties if party.tax_id and party.tax_id.number is None]
    assert all(tax_id.repair.endswith(tax_id.raw) and len(tax_id.repair) == 14 for tax_id in short)
    assert sum(not case.in_duration_figures for case in cases) == 3
    # Local days subtracted: 76, 180.86, 483. (Whole periods of 24 hours would give 75, 180.37, 482.)
    assert figures(cases) == (17_574, 76, 180.8558097, 483)
    assert Counter(case.outcome for case in cases) == {Outcome.SETTLED: 10_003, Outcome.NOT_SETTLED: 7_574}
    assert not any(case.is_open(date(2020, 1, 31)) for case in cases)
    assert len({case.digest for case in cases}) == 17_577


def test_procon_2019_as_published_refuses_its_ragged_rows_by_line():
    layout, answers = cases_of("procon_2019_bruto.csv", date(2020, 1, 31))
    assert (layout.form.encoding, layout.rows, layout.irregular) == (Encoding.UTF_8, 17_577, 22)
    refused = [answer for answer in answers if isinstance(answer, Refused)]
    assert [answer.line for answer in refused] == RAGGED
    assert all("colunas" in answer.reason and answer.repair for answer in refused)
    assert sum(isinstance(answer, LegacyCase) for answer in answers) == 17_555


def test_procon_2019_as_published_says_the_same_as_the_office_once_its_rows_are_repaired():
    _, published = cases_of("procon_2019_bruto.csv", date(2020, 1, 31), accept_repairs=True)
    _, kept = cases_of("procon_2019_legado.csv", date(2020, 1, 31))
    assert [case.line for case in published if Flag.REPAIRED in {finding.flag for finding in case.findings}] == RAGGED
    assert figures(published) == figures(kept)

    def said(case):
        return (
            *(case.legacy_number, case.opened_on, case.closed_on, case.outcome, case.state_region, case.matter),
            *((party.name, party.trade_name, party.tax_id, party.person_kind) for party in case.parties),
        )

    assert [said(case) for case in published] == [said(case) for case in kept]


def test_the_permits_and_their_steps():
    as_of = date(2012, 1, 23)
    _, cases = cases_of("licencas_processos.csv", as_of)
    assert len(cases) == 1434
    assert not any(case.findings for case in cases)
    assert sum(case.closed_on is None for case in cases) == 105
    assert sum(case.is_open(as_of) for case in cases) == 105
    assert sum(case.is_overdue(as_of) for case in cases) == 37
    closed = [case for case in cases if case.closed_on]
    assert sum(case.closed_on <= case.due_on for case in closed) == 1020

    layout = survey(source("licencas_andamentos.csv"))
    mapping = guess_mapping(layout.columns, SheetKind.STEPS)
    steps = [interpret_step(row, mapping, as_of) for row in read_rows(source("licencas_andamentos.csv"), layout)]
    assert len(steps) == 8577
    assert all(isinstance(step, LegacyStep) and step.at is not None and not step.findings for step in steps)
    counted = Counter(step.key for step in steps)
    assert {case.key: case.step_count for case in cases} == counted
