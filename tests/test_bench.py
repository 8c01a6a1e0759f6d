"""The benchmarks run: at sizes that say nothing about speed, so that `make bench` works on the day it is needed."""

from __future__ import annotations

import datetime as dt
import json
import tempfile

import pytest

from cprac.persistence.database import sqlite_module
from scripts import bench, bench_deadlines, bench_worlds


def test_the_pages_are_asked_for_at_every_size_and_beside_a_bare_page(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    bench.main(
        ["--only", "pages", "--rounds", "2", "--sizes", "4,8", "--databases", "sqlite", "--plans", "filed,talks"]
    )

    printed = capsys.readouterr().out
    rows = [json.loads(line) for line in printed.splitlines() if line.startswith("{")]
    assert [(row["page"], row["server"], row["cases"]) for row in rows] == [
        (page, *server)
        for page in ("worklist", "case")
        for server in (("sqlite", 4), ("sqlite", 8), ("bare Flask page", None))
    ]
    assert all(row["ms"] > 0 for row in rows)
    by_size = {(row["page"], row["cases"]): row["statements"] for row in rows}
    assert by_size["case", 4] == by_size["case", 8], "the statements of a page depend on the number of cases"
    assert by_size["worklist", 4] == by_size["worklist", 8]
    assert printed.rstrip().splitlines()[-1].startswith("case"), "the table comes last"
    assert list(tmp_path.iterdir()) == [], "it leaves its files behind"


def test_a_grown_world_is_whole(tmp_path):
    """Every clone has its own rows, and none points at what is not there."""
    with bench_worlds.databases(tmp_path, ["sqlite"]) as maker:
        maker.plans = ("filed", "talks")
        grown = maker.grown("sqlite", 10)

    connection = sqlite_module().connect(tmp_path / "of_10.sqlite")
    try:
        one = {name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in ("cases", "event")}
        assert grown.size == one["cases"] == 10
        assert one["event"] >= 10 * bench_worlds.EVENTS
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        assert connection.execute("SELECT count(DISTINCT number) FROM cases").fetchone() == (10,)
    finally:
        connection.close()


def test_a_benchmark_that_is_not_there_is_named(capsys):
    with pytest.raises(SystemExit):
        bench.main(["--only", "pages,nothing"])
    assert "nothing" in capsys.readouterr().err


def test_the_table_lines_up_what_its_rows_have():
    assert bench.table([{"page": "case", "cases": 100_002, "ms": 7.5}, {"page": "a", "ms": 30.0}]) == (
        "page    cases    ms\n"
        "case  100,002   7.5\n"
        "a              30.0\n"
    )  # fmt: skip


def test_due_dates_are_measured_and_whoever_is_there_answers_the_same_day(capsys):
    bench.main(["--only", "deadlines", "--days", "40", "--deadline-rounds", "2"])

    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith("{")]
    who = [row["who"] for row in rows if row["what"] == "due date"]
    assert who[:2] == ["due_on", "due_date"]
    assert "holidays.get_nth_working_day" in who
    assert all(row["us"] > 0 for row in rows)
    assert all("times as fast as the fastest peer" in row for row in rows[1:])


def test_a_peer_that_answers_another_day_ends_the_measure():
    ours = bench_deadlines.Contestant("due date", "due_on", dt.date, [(2026, 3, 30)])
    other = bench_deadlines.Contestant("due date", "another", dt.date, [(2026, 3, 27)], peer=True)
    with pytest.raises(SystemExit, match="another differs from us 1 times"):
        bench_deadlines._agree([ours, other])
