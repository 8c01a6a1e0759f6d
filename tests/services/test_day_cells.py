"""Cells and what is not folded into them yet are always the sums of the fact rows: while folding, racing and dying."""

from __future__ import annotations

import random
import signal
import threading
import time
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select, update

from cprac.domain.fact_rows import COLUMNS, FactRow, to_fact
from cprac.domain.facts import to_plain
from cprac.domain.tallies import NATIVE, SHAPE, Clock, Dimension, dimensions_of, series_of
from cprac.persistence.database import db, transaction
from cprac.persistence.models import CaseFact, ImportBatch, StatCell, StatDelta, StatFold
from cprac.persistence.queries_figures import (
    GROUPED,
    Cells,
    cells,
    cells_by,
    counted,
    facts,
    packed,
    series_shown,
    unpacked,
    values_of,
)
from cprac.services import day_cells
from cprac.services.sums import Asked, sums
from tests.figure_rows import BEGIN, ENDS, fact_rows, plain_cells
from tests.many_cases import file_many
from tests.worlds import NOW, TODAY

SERIES = (NATIVE, "legacy:1", "legacy:2")
CHANGES = st.lists(st.tuples(st.integers(0, 5), fact_rows()), max_size=12)


def changed(session, case, before, after):
    """What an act leaves beside the cells."""
    plain = to_plain(before) if before is not None else None
    session.add(StatDelta(case_id=case, before=plain, after=to_plain(after)))


def only(sums, kinds):
    """Those of some plain cells that are of the clock of filing and one of *kinds*."""
    return {key: n for key, n in sums.items() if key[0] == Clock.FILED.value and key[1] in kinds}


def equal_to_rows(rows):
    """Every value of every dimension says what *rows* add up to, read alone and beside the others."""
    for series in ((NATIVE,), ("legacy:1", "legacy:2")):
        mine = [row for row in rows if series_of(row) in series]
        assert plain_cells(cells(series)) == plain_cells(counted(mine))
        for dimension in (Dimension.MATTER, Dimension.CAUSE):
            values = {value for row in mine for name, value in dimensions_of(row) if name is dimension}
            together = cells_by(series, dimension, None, None)
            assert {value for value, found in together.items() if plain_cells(found)} == values
            assert values <= set(values_of(series, dimension))
            cohorts = cells_by(series, dimension)
            for value in values:
                expected = plain_cells(counted(row for row in mine if (dimension, value) in dimensions_of(row)))
                if dimension is Dimension.CAUSE:
                    expected = only(expected, ("n:filed",))
                assert plain_cells(cells(series, dimension, value)) == expected == plain_cells(together[value])
                assert plain_cells(cohorts[value]) == only(expected, GROUPED)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(CHANGES, st.lists(st.sampled_from([0, 1, 2, 5, 500]), max_size=12))
def test_cells_and_pending_rows_are_the_rows_in_any_state_of_folding(app, changes, folds):
    with app.app_context():
        with transaction() as session:
            session.execute(delete(StatCell))
            session.execute(delete(StatDelta))
            session.execute(update(StatFold).values(n=StatFold.n + 1))
        now = {}
        for step, (case, row) in enumerate(changes):
            known = now.get(case)
            after = row if known is None else replace(row, origin=known.origin, batch_id=known.batch_id)
            with transaction() as session:
                changed(session, case, known, after)
            now[case] = after
            if step < len(folds) and folds[step]:
                assert day_cells.fold_some(folds[step]) <= folds[step]
                equal_to_rows(now.values())
        equal_to_rows(now.values())
        day_cells.fold(None, NOW)
        assert db.session.scalar(select(func.count()).select_from(StatDelta)) == 0
        equal_to_rows(now.values())
        empty = [body for body in db.session.scalars(select(StatCell.body)) if not unpacked(body)]
        assert not empty, "a cell without anything is left"


@given(st.dictionaries(st.integers(-(2**31), 2**31 - 1), st.integers(-(2**62), 2**62), max_size=40))
def test_a_histogram_survives_packing_without_its_empty_days(days):
    assert unpacked(packed(days)) == {day: n for day, n in days.items() if n}
    assert packed(days) == packed(dict(sorted(days.items(), reverse=True)))


# --- several at once ------------------------------------------------------------------------------------------------


def native_rows(app, count):
    """Cases of the chamber with fact rows in the database and in the cells."""
    file_many(app.extensions["cprac"], count, TODAY, NOW)
    with transaction() as session:
        for row in session.scalars(select(CaseFact)):
            row.matter = "road"
    day_cells.rebuild_cells()
    return list(db.session.scalars(select(CaseFact.case_id)))


def act(case, chance):
    """Change the fact row of a case as an act does: the row and what it changed, in one transaction."""
    with transaction() as session:
        kept = session.get(CaseFact, case, with_for_update=True)
        before = to_fact(kept)
        end = chance.choice(["", "", *ENDS])
        days = timedelta(days=chance.randrange(300))
        new = {
            "matter": chance.choice(["road", "tree", "school"]), "agency_id": chance.choice([None, 1, 2]),
            "resolved_as": end, "resolved_on": before.filed_on + days if end else None,
        }  # fmt: skip
        for name, value in new.items():
            setattr(kept, name, value)
        changed(session, case, before, replace(before, **new))


class Crowd:
    """Threads that do something over and over until told to stop; what went wrong in any of them."""

    def __init__(self, app):
        self.app, self.over, self.faults, self.threads = app, threading.Event(), [], []

    def also(self, work, times=None):
        """Start one: *times* times, or until the end."""

        def run():
            try:
                with self.app.app_context():
                    done = 0
                    while not self.over.is_set() and (times is None or done < times):
                        work()
                        db.session.rollback()
                        done += 1
            except BaseException as fault:  # noqa: BLE001  (the test must see whatever came)
                self.faults.append(fault)

        thread = threading.Thread(target=run)
        self.threads.append((thread, times is not None))
        thread.start()

    def wait(self):
        """Until those who had a number of times are done; then end the others."""
        for thread, bounded in self.threads:
            if bounded:
                thread.join()
        self.over.set()
        for thread, _bounded in self.threads:
            thread.join()
        assert not self.faults, self.faults


def test_no_reader_ever_misses_a_case_while_acts_folders_and_a_rebuild_go_on_at_once(app):
    with app.app_context():
        cases = native_rows(app, 30)
        db.session.rollback()
    crowd, seen = Crowd(app), []

    def look():
        whole = cells((NATIVE,)).tally(Clock.FILED)
        by = cells_by((NATIVE,), Dimension.MATTER)
        seen.append(whole.n("filed"))
        timed = sum(whole.ended().values()) + sum(whole.still_open(TODAY).values())
        assert whole.n("filed") == timed == len(cases)
        assert sum(found.tally(Clock.FILED).n("filed") for found in by.values()) == len(cases)

    for seed in range(2):
        chance = random.Random(seed)
        mine = cases[seed::2]
        crowd.also(lambda mine=mine, chance=chance: act(chance.choice(mine), chance), times=40)
    crowd.also(lambda: day_cells.fold_some(4))
    crowd.also(lambda: day_cells.fold_some(3))
    crowd.also(day_cells.rebuild_cells, times=6)
    crowd.also(look)
    crowd.wait()
    with app.app_context():
        assert seen
        equal_to_rows(list(facts(db.session())))
        day_cells.fold(None, NOW)
        equal_to_rows(list(facts(db.session())))


def test_a_folder_killed_at_any_moment_loses_nothing_and_counts_nothing_twice(app, processes, tmp_path):
    with app.app_context():
        url = db.engine.url.render_as_string(hide_password=False)
        cases = native_rows(app, 20)
        chance = random.Random(5)
        for _kill in range(4):
            for _act in range(25):
                act(chance.choice(cases), chance)
            folds = db.session.scalar(select(StatFold.n))
            db.session.rollback()
            child = processes.clock(url, tmp_path / "files", NOW, job="folder")
            while db.session.scalar(select(StatFold.n)) < folds + 1:  # it has begun, and has more to do
                db.session.rollback()
                time.sleep(0.001)
            assert processes.end(child, signal.SIGKILL) == -signal.SIGKILL
            db.session.rollback()
            equal_to_rows(list(facts(db.session())))
        day_cells.fold(None, NOW)
        equal_to_rows(list(facts(db.session())))


# --- anew, and by series --------------------------------------------------------------------------------------------


def stored():
    """All cells, as they are."""
    columns = [*day_cells.KEY, StatCell.body]
    return {tuple(row) for row in db.session.execute(select(*columns))}


def test_building_anew_is_folding(app):
    with app.app_context():
        cases = native_rows(app, 15)
        chance = random.Random(3)
        for _act in range(60):
            act(chance.choice(cases), chance)
        day_cells.fold(None, NOW)
        folded = stored()
        assert day_cells.rebuild_cells() == len(folded)
        assert stored() == folded


def test_cells_of_an_older_shape_are_read_by_nobody_and_built_anew_by_the_next_fold(app):
    with app.app_context():
        native_rows(app, 5)
        right, asked = stored(), Asked(TODAY)
        told = sums(asked, TODAY)
        with transaction() as session:
            session.execute(update(StatCell).values(body=packed({0: 99})))
            session.execute(update(StatFold).values(shape=SHAPE - 1, n=StatFold.n + 1))
        unkept = sums(asked, TODAY)
        assert (told.whole, unkept.whole) == (True, False)
        assert (unkept.cohort.n("filed"), unkept.flow()) == (told.cohort.n("filed"), told.flow()) == (5, told.flow())
        assert {*unkept.by(Dimension.MATTER)} == {*told.by(Dimension.MATTER)}
        day_cells.fold(None, NOW)
        assert stored() == right
        assert not day_cells.reshape(), "they are of this shape now"


def test_a_matter_with_an_agency_is_told_whole_though_only_its_filings_are_kept(app):
    with app.app_context():
        native_rows(app, 4)
        with transaction() as session:
            session.execute(update(CaseFact).values(agency_id=1))
        day_cells.rebuild_cells()
        found = sums(Asked(TODAY, dimension=Dimension.CAUSE, value="road|1"), TODAY)
        assert found.cohort.n("filed") == 4 == sum(found.cohort.still_open(TODAY).values())


def test_an_import_is_a_series_of_its_own_and_nobody_asks_for_a_reverted_one(app):
    with app.app_context():
        native_rows(app, 6)
        told = {"sha256": "0" * 64, "mapping": "", "as_of": TODAY, "started_at": NOW}
        with transaction() as session:
            session.add_all([ImportBatch(id=n, name="x", status="visible", **told) for n in (1, 2)])
            for row in session.scalars(select(CaseFact).order_by(CaseFact.case_id).limit(4)):
                row.origin, row.batch_id, row.filed_on = "legacy", 1 + row.case_id % 2, BEGIN
        before = stored()
        for batch in (1, 2, 2):
            day_cells.rebuild_series(batch)
        assert stored() > before
        day_cells.rebuild_cells()
        rows = list(facts(db.session()))
        equal_to_rows(rows)
        assert series_shown(db.session(), legacy=False) == (NATIVE,)
        assert cells(series_shown(db.session(), legacy=True)).tally(Clock.FILED).n("filed") == 4
        with transaction() as session:
            session.execute(update(ImportBatch).where(ImportBatch.id == 2).values(status="reverted"))
        shown = series_shown(db.session(), legacy=True)
        assert shown == ("legacy:1",)
        mine = [row for row in rows if row.batch_id == 1]
        assert plain_cells(cells(shown)) == plain_cells(counted(mine))
        with transaction() as session:
            session.execute(update(ImportBatch).values(status="reverted"))
        assert plain_cells(cells(series_shown(db.session(), legacy=True))) == {}


def test_an_empty_chamber_has_empty_sums(app):
    with app.app_context():
        assert day_cells.fold(None, NOW) == 0
        assert day_cells.rebuild_cells() == 0
        assert plain_cells(cells((NATIVE,))) == {}
        assert cells_by((NATIVE,), Dimension.MATTER) == {}
        assert cells((NATIVE,)).months() is None
        assert Cells().monthly(Clock.FILED, "n:filed") == {}


@pytest.mark.parametrize("name", COLUMNS)
def test_every_column_of_a_fact_row_is_a_column_of_the_table(name):
    assert hasattr(CaseFact, name)
    assert hasattr(FactRow(), name)
