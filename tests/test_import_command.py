"""``cprac cases import`` and ``revert`` as people and programs drive them: exit status, JSON, one line of complaint."""

from __future__ import annotations

import errno
import io
import json
import os
import subprocess
import sys
import tomllib
from datetime import date
from types import SimpleNamespace

import pytest

from cprac.cli import main
from cprac.commands import streams

SHEET = """Processo;Data de abertura;Data de encerramento;Requerido;CNPJ;Observação
1/2019;02/09/2019;15/10/2019;BANCO DO BRASIL SA;191;
2/2019;03/09/2019;;CLARO S.A.;;ligar antes
3/2019;31/02/2019;;VIVO;;
1/2019;02/09/2019;15/10/2019;BANCO DO BRASIL SA;191;
"""
STEPS = """Processo;Data/hora;Andamento
1/2019;05/09/2019;Notificado
1/2019;03/09/2019;Recebido
9/2019;03/09/2019;Recebido
"""


@pytest.fixture(autouse=True)
def _bare(monkeypatch):
    """No setting of the machine that runs the tests; the mask of new files stays as it is."""
    for name in list(os.environ):
        if name.startswith("CPRAC_"):
            monkeypatch.delenv(name)
    monkeypatch.setattr(os, "umask", lambda mask: mask)


@pytest.fixture
def cprac(capsys):
    """Run a command; answers its exit status, its JSON and what it said."""

    def run(*arguments):
        capsys.readouterr()
        status = main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return SimpleNamespace(status=status, told=json.loads(out) if out else None, said=err)

    return run


@pytest.fixture
def installed(database_url, tmp_path, monkeypatch, cprac):
    """An installation on a fresh database."""
    monkeypatch.setenv("CPRAC_DATABASE_URL", database_url)
    monkeypatch.setenv("CPRAC_SECRET_KEY", "só para testes, e comprido o bastante para isso")
    monkeypatch.setenv("CPRAC_FILES", str(tmp_path / "files"))
    done = cprac("upgrade")
    assert done.status == 0, done.said
    return cprac


def kept(folder, text, name="antigos.csv", encoding="utf-8"):
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
    return path


def test_a_dry_run_needs_no_database_and_no_secret_and_says_what_it_did_not_do(tmp_path):
    path = kept(tmp_path, SHEET)
    done = subprocess.run(
        [sys.executable, "-m", "cprac.cli", "cases", "import", path, "--dry-run", "--as-of", "2020-01-31"],
        env={"PATH": os.environ["PATH"], "CPRAC_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    told = json.loads(done.stdout)
    assert (done.returncode, told["note"], told["dry_run"], told["batch"]) == (
        0, "not compared with the register", True, None,
    )  # fmt: skip
    assert (told["rows_read"], told["imported"], told["duplicates"]) == (4, 2, 1)
    assert told["refused"] == [
        {"line": 4, "reason": "coluna “Data de abertura”: o dia “31/02/2019” não existe"},
    ]
    assert done.stderr == "4 linhas: 2 seriam importadas; 1 repetidas; 1 recusadas\n"


def test_a_dry_run_with_steps_checks_them_against_the_file_of_cases(tmp_path, cprac):
    done = cprac("cases", "import", kept(tmp_path, SHEET), "--steps", kept(tmp_path, STEPS, "a.csv"), "--dry-run")
    steps = done.told["steps"]
    assert (steps["rows_read"], steps["imported"]) == (3, 2)
    assert steps["refused"] == [{"line": 4, "reason": "não há caso 9/2019 neste arquivo"}]


def test_an_import_tells_all_and_twice_adds_nothing(installed, tmp_path):
    path, steps, report = kept(tmp_path, SHEET), kept(tmp_path, STEPS, "a.csv"), tmp_path / "resultado.json"
    asked = ("cases", "import", path, "--steps", steps, "--as-of", "2020-01-31", "--report", report)
    done = installed(*asked)
    assert (done.status, done.told["imported"], done.told["open"], done.told["batch"]) == (0, 2, 1, 1)
    assert done.told["steps"]["imported"] == 2
    assert done.said.splitlines()[-1] == "4 linhas: 2 importadas, no lote 1; 1 repetidas; 1 recusadas"
    assert json.loads(report.read_text("utf-8")) == done.told
    again = installed(*asked)
    assert (again.told["imported"], again.told["duplicates"], again.told["steps"]["duplicates"]) == (0, 3, 2)
    assert installed("verify").told["ok"] is True


def test_a_batch_is_reverted_and_comes_in_again(installed, tmp_path):
    path = kept(tmp_path, SHEET)
    installed("cases", "import", path)
    assert installed("cases", "revert", 1, "--reason", "arquivo errado").told == {
        "batch": 1, "status": "reverted", "cases": 2,
    }  # fmt: skip
    again = installed("cases", "revert", 1)
    assert (again.status, again.told) == (2, None)
    assert "lote 1: não há lote com este número, ou ele já foi revertido" in again.said
    assert installed("cases", "import", path).told["imported"] == 2


def test_the_file_or_its_steps_may_come_from_standard_input(tmp_path, cprac, monkeypatch):
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(STEPS.encode())))
    done = cprac("cases", "import", kept(tmp_path, SHEET), "--steps", "-", "--dry-run")
    assert (done.status, done.told["steps"]["imported"]) == (0, 2)
    twice = cprac("cases", "import", "-", "--steps", "-", "--dry-run")
    assert (twice.status, twice.told) == (2, None)


# --- mappings ---------------------------------------------------------------------------------------------------------


def test_the_guessed_mapping_is_saved_corrected_and_read_back(tmp_path, cprac):
    path, saved = kept(tmp_path, SHEET), tmp_path / "colunas.toml"
    first = cprac("cases", "import", path, "--dry-run", "--save-mapping", saved)
    assert first.told["columns"] == tomllib.loads(saved.read_text("utf-8"))["columns"]
    assert first.told["columns"]["Observação"] == "extra"
    same = cprac("cases", "import", path, "--dry-run", "--save-mapping", saved)  # as when a stopped import is repeated
    assert same.status == 0
    saved.write_text(saved.read_text("utf-8").replace('"Observação" = "extra"', '"Observação" = "problem"'), "utf-8")
    read = cprac("cases", "import", path, "--dry-run", "--mapping", saved)
    assert read.told["columns"]["Observação"] == "problem"
    over = cprac("cases", "import", path, "--dry-run", "--save-mapping", saved)
    assert (over.status, "já existe" in over.said) == (2, True)


def test_the_steps_have_a_mapping_of_their_own(tmp_path, cprac):
    path, steps, saved = kept(tmp_path, SHEET), kept(tmp_path, STEPS, "a.csv"), tmp_path / "andamentos.toml"
    cprac("cases", "import", path, "--steps", steps, "--dry-run", "--save-steps-mapping", saved)
    read = cprac("cases", "import", path, "--steps", steps, "--dry-run", "--steps-mapping", saved)
    assert read.told["steps"]["columns"] == {"Processo": "legacy_number", "Data/hora": "at", "Andamento": "step"}
    wrong = cprac("cases", "import", path, "--dry-run", "--mapping", saved)
    assert (wrong.status, "kind: este mapeamento é de uma planilha do tipo “steps”" in wrong.said) == (2, True)
    alone = cprac("cases", "import", path, "--dry-run", "--steps-mapping", saved)
    assert (alone.status, "junto com --steps" in alone.said) == (2, True)


@pytest.mark.parametrize(
    "text, complaint",
    [
        ('[columns]\n"Processo" = "legacy_nmber"\n', 'columns."Processo": “legacy_nmber” não é um valor aceito'),
        ('[columns]\n"Processo" = "legacy_number"\n"CPF" = "extra"\n', 'columns."CPF": o arquivo não tem essa coluna'),
        ('[columns]\n"CNPJ" = "extra"\n', "columns: falta dizer qual coluna é “legacy_number”"),
        ('[columns]\n"Processo" = "legacy_number"\n"CNPJ" = "legacy_number"\n', 'columns."CNPJ": “legacy_number” já é'),
        ('[colums]\n"Processo" = "legacy_number"\n', '"colums": chave desconhecida'),
        ("[columns\n", "não é um arquivo TOML válido"),
        ("\xff", "não está em UTF-8"),
    ],
)
def test_a_wrong_mapping_is_named_by_its_key(tmp_path, cprac, text, complaint):
    mapping = kept(tmp_path, text, "m.toml", encoding="latin-1")
    done = cprac("cases", "import", kept(tmp_path, SHEET), "--mapping", mapping, "--dry-run")
    assert (done.status, done.told) == (2, None)
    assert complaint in done.said
    assert len(done.said.splitlines()) == 1


# --- hostile files ----------------------------------------------------------------------------------------------------

HEAD = b"Processo;Data de abertura;Problema\n"
ROW = b"1/2019;02/09/2019;x\n"


@pytest.mark.parametrize(
    "content, complaint",
    [
        (b"", "o arquivo está vazio"),
        (b"\n\n  \n", "o arquivo está vazio"),
        (b"\xef\xbb\xbf", "o arquivo está vazio"),
        (b"PK\x03\x04" + bytes(100), "não abre como uma"),
        (b"%PDF-1.7", "é um PDF"),
        (b"<html><table></table></html>", "é uma página"),
        (b"\x7fELF" + bytes(range(256)) * 40, "não pode fazer parte de um texto"),
        (bytes(5000), "não é texto"),
        (b"a" * 6_000_000, "o limite é de 1.048.576 caracteres|passa do limite"),
        (HEAD.replace(b"Problema", b"Processo") + ROW, "há colunas com o mesmo nome: “Processo” (1ª e 3ª)"),
        (b"Processo;;Problema\n1;2;3\n", "há colunas com conteúdo e sem nome: 2ª"),
        (b";".join(b"c%d" % n for n in range(400)) + b"\n" + b";" * 399 + b"\n1" + b";x" * 399, "o limite é 256"),
        (b"02/09/2019;1;x\n03/09/2019;2;x\n", "a primeira linha parece ser um caso"),
        (b"Cor;Tamanho\nazul;grande\nazul;grande\n", "nenhuma coluna parece ser “legacy_number”"),
    ],
)
def test_what_cannot_be_read_at_all_is_refused_in_one_line(tmp_path, cprac, content, complaint):
    done = cprac("cases", "import", kept(tmp_path, content), "--dry-run")
    assert (done.status, done.told) == (2, None)
    assert any(part in done.said for part in complaint.split("|")), done.said
    assert len(done.said.splitlines()[-1:]) == 1
    assert "antigos.csv" in done.said
    assert "Traceback" not in done.said


@pytest.mark.parametrize("what", ["missing", "folder", "device", "unreadable"])
def test_what_is_no_file_is_refused(tmp_path, cprac, what):
    places = {"missing": tmp_path / "nada.csv", "folder": tmp_path, "device": "/dev/zero", "unreadable": tmp_path / "x"}
    if what == "unreadable":
        places["unreadable"].symlink_to(tmp_path / "x")  # a link to itself: nobody can read it
    done = cprac("cases", "import", places[what], "--dry-run")
    assert (done.status, done.told, len(done.said.splitlines())) == (2, None, 1)


def test_a_folder_is_called_one(tmp_path, cprac):
    assert cprac("cases", "import", tmp_path, "--dry-run").said.endswith(": é uma pasta\n")


@pytest.mark.parametrize("given, complaint", [("closed", "está fechada"), ("folder", "é uma pasta")])
@pytest.mark.parametrize("command", [("cases", "import", "-", "--dry-run"), ("identifiers", "check", "-")])
def test_a_standard_input_that_cannot_be_read_is_refused(tmp_path, cprac, monkeypatch, command, given, complaint):
    def fail(*_size):
        raise IsADirectoryError(errno.EISDIR, "Is a directory")

    stream = None if given == "closed" else SimpleNamespace(buffer=SimpleNamespace(read=fail))
    monkeypatch.setattr(sys, "stdin", stream)
    done = cprac(*command)
    assert (done.status, done.told, done.said) == (2, None, f"cprac: entrada: {complaint}\n")


def test_a_place_where_the_columns_cannot_be_written_is_refused_in_one_line(tmp_path, cprac):
    place = tmp_path / "nada" / "colunas.toml"
    done = cprac("cases", "import", kept(tmp_path, SHEET), "--dry-run", "--save-mapping", place)
    assert (done.status, done.told, done.said) == (2, None, f"cprac: {place}: não é um lugar onde gravar as colunas\n")


def test_what_is_wrong_with_the_second_file_is_said_in_one_line_whatever_is_noted_of_the_first(tmp_path, cprac):
    first = kept(tmp_path, "Processo;Data\n1;02/03/2019\n2;03/04/2019\n")
    assert "tanto podem ser" in cprac("cases", "import", first, "--dry-run").said
    for second, complaint in [(tmp_path / "nada.csv", "não há arquivo"), (first, "“step” (andamento)")]:
        done = cprac("cases", "import", first, "--steps", second, "--dry-run")
        assert (done.status, done.told, len(done.said.splitlines())) == (2, None, 1)
        assert complaint in done.said


@pytest.mark.parametrize(
    "rows, refused",
    [
        (b"2/2019;02/09/2019;" + b"y" * 2_000_000 + b"\n", [3]),  # a text of two megabytes
        (b"2/2019;02/09/2019;" + b"y" * 5_000_000 + b"\n", [3]),  # a line longer than any line may be
        (b"2/2019;02/09/2019;a\x00b\n", [3]),  # a NUL
        (b"2/2019;02/09/2019;a\x1b[31mb\n", [3]),  # a control sequence
        (b"2/2019;02/09/2019;\xc3\x87\n3/2019;02/09/2019;\xc7\xe3\n", [4]),  # two encodings
        (
            b"2/2019;31/02/2019;x\n3/2019;2019;x\n4/2019;45000;x\n5/2019;01/01/20;x\n6/2019;0/0/0000;x\n",
            [3, 4, 5, 6, 7],
        ),
        (b"2/2019;02/09/2019\n3/2019;02/09/2019;x;y;z\n", [3, 4]),  # ragged
        (b'2/2019;02/09/2019;"nunca fechado\n3/2019;02/09/2019;x\n', [3]),
        (b'2/2019;02/09/2019;"fechado" e mais\n', [3]),
        (b"2,02E+13;02/09/2019;x\n", [3]),  # a number that a spreadsheet cut
        (b"2/2019;02/09/2019;\xc3\x87\n3/2019;02/09/2019;\xed\xa0\x80\xff\x81\n", [4]),  # bytes of no encoding
        (b";;\n\n;;\r\n", []),  # rows of nothing
        (b"2/2019;02/09/2019;=cmd|'/c calc'!A1\n", []),
    ],
)
def test_what_is_wrong_in_a_row_refuses_the_row_alone(tmp_path, cprac, rows, refused):
    done = cprac("cases", "import", kept(tmp_path, HEAD + ROW + rows + b"99/2019;02/09/2019;fim\n"), "--dry-run")
    assert done.status == 0
    assert [each["line"] for each in done.told["refused"]] == refused
    assert all(each["reason"] for each in done.told["refused"])
    assert done.told["imported"] + done.told["duplicates"] + len(refused) == done.told["rows_read"]
    assert done.told["imported"] >= 2
    assert max(map(len, done.said.splitlines())) < 300


def test_a_formula_comes_in_as_text_and_is_listed(tmp_path, cprac):
    path = kept(tmp_path, HEAD + b"1;02/09/2019;=1+1\n2;02/09/2019;@SUM(A1)\n3;02/09/2019;-5\n")
    found = cprac("cases", "import", path, "--dry-run").told["findings"]["formula"]
    assert [(each["line"], each["text"]) for each in found] == [(2, "=1+1"), (3, "@SUM(A1)")]


@pytest.mark.parametrize(
    "encoding, newline",
    [("utf-8-sig", "\r\n"), ("cp1252", "\r\n"), ("utf-16", "\n"), ("cp850", "\r\n"), ("utf-8", "\r")],
)
@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
def test_any_usual_way_of_writing_a_file_is_read(tmp_path, cprac, encoding, newline, separator):
    text = SHEET.replace(";", separator).replace("\n", newline)
    done = cprac("cases", "import", kept(tmp_path, text.encode(encoding)), "--dry-run")
    assert (done.told["imported"], done.told["duplicates"], len(done.told["refused"])) == (2, 1, 1)


def test_ragged_rows_come_in_only_when_repairs_are_accepted(tmp_path, cprac):
    rows = "".join(f"{n}/2019;0{n % 9 + 1}/09/2019;EMPRESA {n};{'SN'[n % 2]}\n" for n in range(1, 60))
    path = kept(tmp_path, f"Processo;Data de abertura;Requerido;Atendida\n{rows}99/2019;02/09/2019;CLARO; NET;N\n")
    without = cprac("cases", "import", path, "--dry-run").told
    assert (without["imported"], without["repaired"]) == (59, [])
    assert (
        without["refused"][0]["repair"]
        == "na coluna “Requerido” havia “;” sem aspas; o texto foi lido como “CLARO; NET”"
    )
    repaired = cprac("cases", "import", path, "--dry-run", "--accept-repairs").told
    assert (repaired["imported"], repaired["refused"], [each["line"] for each in repaired["repaired"]]) == (
        60,
        [],
        [61],
    )


def test_a_place_for_the_report_that_cannot_be_is_refused_before_anything_comes_in(installed, tmp_path):
    path = kept(tmp_path, SHEET)
    for place in (tmp_path, tmp_path / "nada" / "r.json"):
        done = installed("cases", "import", path, "--report", place)
        assert (done.status, done.told) == (2, None)
    assert installed("cases", "import", path).told["imported"] == 2


def test_a_stopped_import_says_how_it_goes_on(installed, tmp_path, monkeypatch):
    from cprac.services import legacy_import

    def stop(*_arguments):
        raise KeyboardInterrupt

    path = kept(tmp_path, SHEET)
    with monkeypatch.context() as patch:
        patch.setattr(legacy_import, "write_cases", stop)
        stopped = installed("cases", "import", path, "--as-of", "2020-01-31")
    assert (stopped.status, stopped.told) == (130, None)
    assert "Repita o mesmo comando" in stopped.said
    other = installed("cases", "import", path, "--as-of", "2020-02-01")
    assert (other.status, other.told) == (2, None)
    assert "(outra data), parou no meio: o lote 1. Repita-a como foi começada" in other.said
    assert installed("cases", "import", path).told["as_of"] == "2020-01-31"


def test_a_long_file_tells_how_far_it_is(tmp_path, cprac, monkeypatch):
    from cprac.commands import streams

    monkeypatch.setattr(streams, "PROGRESS_SECONDS", 0)
    path = kept(tmp_path, HEAD + b"".join(b"%d/2019;13/09/2019;x\n" % n for n in range(450)))
    done = cprac("cases", "import", path, "--dry-run")
    assert done.said.splitlines()[:2] == ["200 de 450 linhas", "400 de 450 linhas"]
    assert done.told["imported"] == 450


def test_a_long_answer_is_written_in_parts_and_is_the_same_json():
    rows = [{"line": each, "reason": "ç“", "repair": None, 7: [date(2019, 9, 2)]} for each in range(1200)]
    for value in (
        {"refused": rows, "short": rows[:2], "deep": {"x": rows, "e": {}, "l": []}, "n": 1.5, "d": date(2019, 9, 2)},
        rows, {}, [], {1: rows[:1]}, "ç", None,
    ):  # fmt: skip
        stream = io.StringIO()
        streams.print_json(value, stream)
        assert stream.getvalue() == json.dumps(value, ensure_ascii=False, default=str) + "\n"
        assert max(map(len, streams._pieces(value))) < 200
