"""The package of a release: checked by an outside reader, equal in every format, the same bytes every time."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import tracemalloc
import warnings
import zipfile
from datetime import date

import pytest
from pyarrow import parquet

from cprac.domain.open_tables import OpenColumn, OpenTable, neutral
from cprac.services import open_data, open_files, open_metadata, open_texts
from cprac.services.open_publications import about, current_period, known_at, release_id
from tests.domain import release_world
from tests.open_worlds import CORRECTION, FIRST, HOSTILE, PUBLISHER, hostile_table, published, release

FORMULA = re.compile(r"^[\s\u200b\ufeff]*[=+\-@|%＝＋－＠]")


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    """A package whose tables are ordinary and hostile, with its ZIP."""
    one = published(release(tables=(*release().tables, hostile_table())))
    folder = tmp_path_factory.mktemp("package")
    return open_data.build(one, [one], PUBLISHER, folder, zipped=True)


def rows_of_csv(body):
    return list(csv.reader(io.StringIO(body.decode(), newline="")))


def test_an_outside_reader_of_data_packages_finds_nothing_wrong(package):
    with warnings.catch_warnings():
        # frictionless itself, and what it is made of, warn about their own old ways; the package is what is tested
        warnings.simplefilter("ignore")
        from frictionless import Package, validate

        report = validate(str(package.folder / "datapackage.json"))
        found = Package(str(package.folder / "datapackage.json"))
    assert report.valid, report.to_summary()
    assert not report.warnings
    assert {task.type for task in report.tasks} == {"table", "json", "file"}
    tables = [task for task in report.tasks if task.type == "table"]
    assert [task.stats["rows"] for task in tables] == [6, 3, len(HOSTILE), 13]
    assert found.version == "2026-T1"


@pytest.mark.parametrize("seed", [3, 11])
def test_the_same_reader_finds_nothing_wrong_with_releases_of_invented_registers(seed, tmp_path):
    made = [published(one) for one in release_world.history_of(release_world.random_rows(seed, 500, 2), 2)]
    assert made
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # as above
        from frictionless import validate

        for one in made:
            open_data.build(one, made, PUBLISHER, _new(tmp_path / one.id))
            report = validate(str(tmp_path / one.id / "datapackage.json"))
            assert report.valid, report.flatten(["name", "type", "message"])


def test_that_reader_would_have_seen_a_changed_octet_and_a_wrong_type(tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # as above
        from frictionless import validate

        open_data.build(FIRST, [FIRST], PUBLISHER, tmp_path)
        file = tmp_path / "pedidos-por-assunto.csv"
        file.write_bytes(file.read_bytes().replace(b",42,", b",4x,"))
        kinds = {error.type for task in validate(str(tmp_path / "datapackage.json")).tasks for error in task.errors}
    assert kinds == {"hash-count", "type-error"}


def test_every_file_is_described_by_its_size_and_hash(package):
    described = json.loads((package.folder / "datapackage.json").read_text("utf-8"))
    for resource in described["resources"]:
        body = (package.folder / resource["path"]).read_bytes()
        assert resource["bytes"] == len(body)
        assert resource["hash"] == f"sha256:{hashlib.sha256(body).hexdigest()}"
    listed = dict(line.split("  ")[::-1] for line in (package.folder / "SHA256SUMS").read_text().splitlines())
    there = {path.name for path in package.folder.iterdir()} - {"SHA256SUMS", package.archive.name}
    assert set(listed) == there
    assert all(hashlib.sha256((package.folder / name).read_bytes()).hexdigest() == listed[name] for name in there)


def test_all_three_formats_say_the_same(package):
    for table in (*release().tables, hostile_table()):
        lines = rows_of_csv((package.folder / f"{table.id}.csv").read_bytes())
        written = json.loads((package.folder / f"{table.id}.json").read_text("utf-8"))
        frame = parquet.read_table(package.folder / f"{table.id}.parquet")
        dates = {column.name for column in table.columns if column.type == "date"}
        assert written["rows"] == table.records()
        assert lines[0] == [column.name for column in table.columns]
        assert lines[1:] == [["" if cell is None else str(neutral(cell)) for cell in row] for row in table.rows]
        assert frame.to_pylist() == [
            {k: date.fromisoformat(v) if k in dates and v else v for k, v in record.items()}
            for record in table.records()
        ]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_cell_of_a_csv_begins_as_a_formula(text):
    columns = (OpenColumn("text", "string", "Texto", ""),)
    body = "".join(open_files.csv_text(columns, [(text,)])).encode()
    [head, *lines] = rows_of_csv(body)
    assert head == ["text"]
    cell = lines[0][0] if lines and lines[0] else ""
    assert not FORMULA.match(cell), repr(cell)
    assert not any(ord(char) < 32 for char in cell)
    assert rows_of_csv(body)[1:] == [[neutral(text)]] or neutral(text) == ""


def test_a_csv_is_rfc_4180_without_mark_of_order(package):
    body = (package.folder / "hostil.csv").read_bytes()
    assert not body.startswith(b"\xef\xbb\xbf")
    assert body.endswith(b"\r\n")
    assert body.count(b"\n") == body.count(b"\r\n") == len(HOSTILE) + 1


def test_parquet_has_types_words_and_the_licence(package):
    found = parquet.read_schema(package.folder / "pedidos-por-assunto.parquet")
    assert [str(field.type) for field in found] == [
        "string",
        "int64",
        "int64",
        "int64",
        "int64",
        "date32[day]",
        "string",
    ]
    assert found.metadata[b"licence"] == b"CC-BY-4.0"
    assert found.metadata[b"title"] == b"Pedidos por assunto"
    assert found.field("paid_centavos").metadata[b"unit"] == b"centavos"
    details = parquet.ParquetFile(package.folder / "pedidos-por-assunto.parquet").metadata
    assert details.row_group(0).column(0).compression == "ZSTD"


def test_the_same_release_makes_the_same_bytes_anywhere(package, tmp_path):
    one = published(release(tables=(*release().tables, hostile_table())))
    again = open_data.build(one, [one, CORRECTION], PUBLISHER, tmp_path, zipped=True)
    assert again.files == package.files
    assert again.archive == package.archive
    assert (tmp_path / again.archive.name).read_bytes() == (package.folder / package.archive.name).read_bytes()


def test_the_zip_holds_every_file_dated_by_the_release(package):
    with zipfile.ZipFile(package.folder / package.archive.name) as archive:
        assert archive.testzip() is None
        assert [entry.filename for entry in archive.infolist()] == [file.name for file in package.files]
        assert {entry.date_time for entry in archive.infolist()} == {(2026, 3, 31, 0, 0, 0)}
        for file in package.files:
            assert hashlib.sha256(archive.read(file.name)).hexdigest() == file.sha256


def test_texts_say_the_licence_the_changes_and_the_attacks_that_were_tried(tmp_path):
    package = open_data.build(CORRECTION, [FIRST, CORRECTION], PUBLISHER, tmp_path)
    read = {file.name: (tmp_path / file.name).read_bytes().decode() for file in package.files if "." in file.name
            and not file.name.endswith("parquet")}  # fmt: skip
    assert "creativecommons.org/licenses/by/4.0" in read["LICENCA.txt"]
    assert "Uma planilha antiga foi importada duas vezes." in read["MUDANCAS.md"]
    assert "Entradas e saídas por mês, 2026-02, Entraram: de 30 para 25 casos" in read["MUDANCAS.md"]
    assert read["MUDANCAS.md"].index("2026-T1-r1") < read["MUDANCAS.md"].index("## 2026-T1, publicada")
    assert "| Ler o valor de um caso (somas não mostradas: 1) | 3 | 0 | – |" in read["RELATORIO-ANONIMIZACAO.md"]
    assert json.loads(read["anonimizacao.json"])["rules"]["min_cell"] == 5
    assert CORRECTION.sha256 in read["LEIA-ME.md"]
    assert "Como citar" in read["LEIA-ME.md"]


def test_the_first_release_never_tells_of_its_correction(tmp_path):
    package = open_data.build(FIRST, [CORRECTION, FIRST], PUBLISHER, tmp_path)
    for file in package.files:
        assert b"2026-T1-r1" not in (tmp_path / file.name).read_bytes(), file.name
    assert [one.id for one in known_at([CORRECTION, FIRST], CORRECTION)] == ["2026-T1-r1", "2026-T1"]


def test_the_dictionary_explains_every_column_and_breaks_no_table():
    one = published(release(tables=(hostile_table(),)))
    text = open_texts.dictionary(one)
    assert "\\| uma \\| barra # e um título" in text
    assert not re.search(r"^# e um título", text, re.MULTILINE)
    assert len(open_metadata.dictionary_rows(one.release.tables)) == 3


def test_the_catalogue_names_a_series_a_dataset_and_a_file_for_each_format(tmp_path):
    made = [
        open_data.build(one, [FIRST, CORRECTION], PUBLISHER, _new(tmp_path / one.id)) for one in (CORRECTION, FIRST)
    ]
    found = open_data.catalogue([CORRECTION, FIRST], PUBLISHER, made)
    datasets = [entry for entry in found["dcat:dataset"] if entry["@type"] == "dcat:Dataset"]
    series = {entry["@id"] for entry in found["dcat:dataset"] if entry["@type"] == "dcat:DatasetSeries"}
    assert (len(datasets), len(series)) == (4, 2)
    assert {entry["dcat:inSeries"]["@id"] for entry in datasets} == series
    assert all(len(entry["dcat:distribution"]) == 3 for entry in datasets)
    newest = datasets[0]
    assert newest["dcat:prev"]["@id"].endswith("/2026-T1#pedidos-por-assunto")
    assert newest["dct:temporal"]["dcat:startDate"]["@value"] == "2026-01-01"
    assert newest["dct:accrualPeriodicity"]["@id"].endswith("quarterly")
    assert newest["dct:license"]["@id"].startswith("https://creativecommons.org/licenses/by/4.0")
    prefixes = {name.partition(":")[0] for name in names_in(found) if ":" in name and not name.startswith("@")}
    assert prefixes <= set(open_metadata.CONTEXT)


def names_in(value):
    """Every key of a JSON value."""
    if isinstance(value, dict):
        return {name for name in value if name != "@context"}.union(
            *(names_in(held) for name, held in value.items() if name != "@context")
        )
    return set().union(*map(names_in, value)) if isinstance(value, list) else set()


def _new(folder):
    folder.mkdir()
    return folder


@pytest.mark.parametrize("form", open_files.FORMATS, ids=lambda form: form.id)
def test_a_hundred_thousand_rows_need_no_more_memory_than_ten_thousand(form, tmp_path):
    columns = (
        OpenColumn("number", "integer", "Nº", ""),
        OpenColumn("matter", "string", "Assunto", ""),
        OpenColumn("on", "date", "Dia", ""),
    )
    table = OpenTable("casos", "Casos", "", columns, ())

    def peak(rows):
        stream = ((number, f"Assunto {number % 97}", "2026-01-31") for number in range(rows))
        tracemalloc.start()
        with (tmp_path / f"{rows}.{form.id}").open("wb") as file:
            assert open_files.write(form, table, about(FIRST, PUBLISHER), file, stream) == rows
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    assert peak(100_000) < 1.5 * peak(20_000) + 1_000_000
    if form is open_files.PARQUET:
        assert parquet.ParquetFile(tmp_path / "100000.parquet").metadata.num_row_groups == 10


def test_a_kept_package_is_made_once_and_half_a_package_is_never_there(tmp_path, monkeypatch):
    store = tmp_path / "open-data"
    first = open_data.kept(FIRST, [FIRST], PUBLISHER, store)
    monkeypatch.setattr(open_data, "build", None)
    assert open_data.kept(FIRST, [FIRST], PUBLISHER, store) == first
    assert [path.name for path in store.iterdir()] == [first.folder.name]

    def fails(_published, _every, _publisher, folder, **_more):
        (folder / "half").write_text("x")
        raise OSError("disk full")

    monkeypatch.setattr(open_data, "build", fails)
    with pytest.raises(OSError, match="disk full"):
        open_data.kept(CORRECTION, [FIRST, CORRECTION], PUBLISHER, store)
    assert [path.name for path in store.iterdir()] == [first.folder.name]


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path):
    place = tmp_path / "facts.parquet"
    place.write_bytes(b"old")

    def breaks_off():
        with open_data.replacing(place) as file:
            file.write(b"half")
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        breaks_off()
    assert place.read_bytes() == b"old"
    with open_data.replacing(place) as file:
        file.write(b"new")
    assert place.read_bytes() == b"new"
    assert [path.name for path in tmp_path.iterdir()] == ["facts.parquet"]


@pytest.mark.parametrize(
    "day, months, first, last",
    [
        (date(2026, 1, 1), 3, date(2026, 1, 1), date(2026, 3, 31)),
        (date(2026, 12, 31), 3, date(2026, 10, 1), date(2026, 12, 31)),
        (date(2028, 2, 29), 4, date(2028, 1, 1), date(2028, 4, 30)),
        (date(2026, 7, 1), 6, date(2026, 7, 1), date(2026, 12, 31)),
        (date(2026, 6, 30), 12, date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_the_period_in_which_a_day_lies(day, months, first, last):
    assert current_period(day, months) == (first, last)


def test_a_correction_has_a_name_of_its_own():
    assert [release_id("2026-T1", number) for number in (0, 1, 12)] == ["2026-T1", "2026-T1-r1", "2026-T1-r12"]
