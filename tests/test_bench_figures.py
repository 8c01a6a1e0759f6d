"""The benchmark of figures runs, at sizes that say nothing about speed, and its peers answer what we answer."""

from __future__ import annotations

import json
import tempfile

from cprac.persistence.queries_figures import flattened
from cprac.services.curve_grid import grid_of
from scripts import bench, bench_figures
from tests.worlds import TODAY


def test_figures_are_measured_from_cells_and_from_fact_rows(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    small = ["--curve-cases", "1440", "--facts", "40", "--figure-rounds", "1", "--figure-databases", "sqlite"]
    bench.main(["--only", "figures", *small, "--no-peers", "--urls", "/gabinete/numeros,/nowhere"])

    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith("{")]
    told = {row["what"]: row for row in rows}
    assert told["720 curves"]["cases"] == 1440
    assert told["rebuild cells"]["cells"] > 100
    assert {"sums of all", "the whole catalogue", "facts as Parquet", "/gabinete/numeros"} <= set(told)
    assert "/nowhere" not in told
    assert all(row["ms"] > 0 for row in rows)
    assert list(tmp_path.iterdir()) == [], "it leaves its files behind"


def test_the_cells_drawn_hold_the_durations_that_the_others_get():
    drawn = bench_figures.draw(7_200)
    stored = [(row["value"], row["month"], row["kind"], row["body"]) for row in drawn.stored]
    grid = grid_of(flattened(stored), TODAY)
    assert [*grid.keys] == drawn.keys
    assert int(grid.n.sum()) == len(drawn.days)
    assert int(grid.ended.sum()) == int(drawn.ended.sum())
