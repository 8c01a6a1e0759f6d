"""``cprac opendata build`` and ``cprac statistics facts``: what they write, and what they refuse in one line."""

from __future__ import annotations

import json

import pytest
from pyarrow import parquet

from tests.open_worlds import CORRECTION, FIRST, publish
from tests.test_cli import cprac, installed, settings  # noqa: F401  (fixtures)

pytestmark = pytest.mark.databases("sqlite")


@pytest.fixture
def run(installed):  # noqa: F811
    return installed


def test_a_folder_and_a_zip_for_each_release_and_a_catalogue_over_them(run, monkeypatch, tmp_path):
    publish(monkeypatch, FIRST, CORRECTION)
    status, output, errors = run("opendata", "build", str(tmp_path / "out"), "--zip")
    assert (status, errors) == (0, "")
    lines = [json.loads(line) for line in output.splitlines()]
    assert [line["release"] for line in lines] == ["2026-T1-r1", "2026-T1"]
    for line in lines:
        there = {path.name for path in (tmp_path / "out" / line["release"]).iterdir()}
        assert there == {*line["files"], line["zip"]}
    catalogue = json.loads((tmp_path / "out" / "dcat.jsonld").read_text("utf-8"))
    assert len(catalogue["dcat:dataset"]) == 6


def test_one_release_twice_is_the_same_bytes(run, monkeypatch, tmp_path):
    publish(monkeypatch, FIRST, CORRECTION)
    made = [run("opendata", "build", str(tmp_path / name), "--release", "2026-T1", "--zip")[1] for name in "ab"]
    assert json.loads(made[0])["zip_sha256"] == json.loads(made[1])["zip_sha256"]
    assert [path.name for path in sorted((tmp_path / "a").iterdir())] == ["2026-T1", "dcat.jsonld"]


@pytest.mark.parametrize(
    "arguments, words",
    [
        (("build", "full"), "não é uma pasta vazia"),
        (("build", "file"), "não é uma pasta vazia"),
        (("build", "new", "--release", "1999-T1"), "publicação 1999-T1: não existe"),
    ],
)
def test_what_cannot_be_is_one_line_and_two(run, monkeypatch, tmp_path, arguments, words):
    publish(monkeypatch, FIRST)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").write_text("x")
    (tmp_path / "file").write_text("x")
    command, name, *more = arguments
    status, output, errors = run("opendata", command, str(tmp_path / name), *more)
    assert (status, output, errors.count("\n")) == (2, "", 1)
    assert words in errors
    assert not (tmp_path / "new").exists()


def test_before_any_release_there_is_nothing_to_build(run, monkeypatch, tmp_path):
    publish(monkeypatch)
    status, _output, errors = run("opendata", "build", str(tmp_path / "out"))
    assert (status, "ainda não há publicação" in errors) == (2, True)


def test_the_facts_of_an_empty_chamber_are_a_file_with_columns_and_no_row(run, tmp_path):
    status, output, errors = run("statistics", "facts", "--output", str(tmp_path / "facts.parquet"))
    assert (status, errors) == (0, "")
    told = json.loads(output)
    assert told["cases"] == 0
    assert parquet.read_table(tmp_path / "facts.parquet").column_names == told["columns"]


def test_facts_into_a_folder_are_refused(run, tmp_path):
    status, _output, errors = run("statistics", "facts", "--output", str(tmp_path))
    assert (status, errors.count("\n")) == (2, 1)
    assert "é uma pasta" in errors
