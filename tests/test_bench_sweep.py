"""The benchmark of the clock runs, at a size that says nothing about speed, and counts what it swept."""

from __future__ import annotations

import json
import tempfile

from scripts import bench


def test_the_sweep_is_measured_over_rows_that_it_really_expires(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    bench.main(["--only", "sweep", "--sweep-rows", "2000", "--sweep-databases", "sqlite"])
    (row,) = [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith("{")]
    assert (row["deadline_rows"], row["cases"], row["due"]) == (2000, 200, 10)
    assert row["seconds"] > 0
    assert row["idle_ms"] > 0
    assert list(tmp_path.iterdir()) == [], "it leaves its files behind"
