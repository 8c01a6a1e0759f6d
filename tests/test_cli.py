"""The ``cprac`` command: every command's answer, one line for bad input, nothing loaded that is not needed."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import click
import pytest

from cprac import scheduler
from cprac.cli import cli, main
from cprac.domain.history import GENESIS, PREFIX, canonical
from cprac.domain.states import CaseState
from tests.worlds import build_world

ROOT = Path(__file__).resolve().parent.parent
SECRET = "k3y-of-a-test-0123456789-abcdefghijklmnopq-ZYX"
VECTOR = {
    "id": "v1",
    "input": {"event": "ciencia", "date": "2026-03-02", "amount": 5, "unit": "dias_uteis", "calendar": "contagem"},
}


@pytest.fixture
def settings(monkeypatch, tmp_path):
    """An installation of its own; nothing of this machine's settings is seen."""
    for name in [name for name in os.environ if name.startswith("CPRAC_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("CPRAC_INSTANCE", str(tmp_path / "instance"))
    monkeypatch.chdir(tmp_path)  # the command finds its settings from anywhere
    before = os.umask(0o022)
    yield lambda **given: [monkeypatch.setenv(f"CPRAC_{name}", value) for name, value in given.items()]
    os.umask(before)


@pytest.fixture
def cprac(settings, capsys, monkeypatch):
    """Run the command in this process; returns (exit status, output, messages)."""

    def run(*arguments, given=""):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given.encode())))
        capsys.readouterr()
        status = main([str(argument) for argument in arguments])
        output, errors = capsys.readouterr()
        return status, output, errors

    return run


@pytest.fixture
def installed(cprac, settings, database_url, tmp_path):
    """The command on an upgraded database."""
    settings(SECRET_KEY=SECRET, DATABASE_URL=database_url, COOKIE_SECURE="0", FILES=str(tmp_path / "files"))
    assert cprac("upgrade")[0] == 0
    return cprac


def answer(result):
    """The one object that a command printed."""
    status, output, errors = result
    assert status == 0, errors
    return json.loads(output)


def lines(result):
    status, output, errors = result
    assert status == 0, errors
    return [json.loads(line) for line in output.splitlines()]


# --- Without a database -----------------------------------------------------------------------------------------------


def test_deadlines_from_a_file_and_from_standard_input(cprac, tmp_path):
    (tmp_path / "v.json").write_text(json.dumps({"vectors": [VECTOR, {**VECTOR, "id": "v2"}]}))
    one, two = lines(cprac("deadlines", "compute", "v.json"))
    assert (one["id"], one["due"], one["first_day"]) == ("v1", "2026-03-09", "2026-03-03")
    assert set(one["ledger"][0]) == {"date", "kind", "counted", "why"}
    assert two == {**one, "id": "v2"}
    assert lines(cprac("deadlines", "compute", "-", given=json.dumps(VECTOR))) == [one]
    (limitation,) = lines(
        cprac(
            "deadlines", "compute", "-",
            given='{"years": 5, "starts": "2021-10-01", "suspended_from": "2026-09-10", "resumed_on": "2027-02-02"}',
        )
    )  # fmt: skip
    assert (limitation["original"], limitation["remaining_days"], limitation["new"]) == ("2026-10-01", 22, "2027-02-23")


def test_identifiers(cprac):
    given = '{"kind": "cpf", "input": "111.444.777-35"}\n{"kind": "cnpj", "input": "x"}\n'
    good, bad = lines(cprac("identifiers", "check", "-", given=given))
    assert (good["valid"], good["normalized"]) == (True, "11144477735")
    assert set(good) == {"input", "kind", "valid", "normalized", "reason"}
    assert bad["valid"] is False


def test_the_lifecycle_in_three_forms(cprac):
    whole = answer(cprac("lifecycle"))
    assert {state["id"] for state in whole["states"]} == {state.value for state in CaseState}
    for name in ("id", "label", "public_label", "waiting_on", "terminal"):
        assert all(name in state for state in whole["states"])
    for name in ("act", "source", "dest", "roles", "guards", "documents", "legal_basis"):
        assert all(name in row for row in whole["transitions"])
    ours = answer(cprac("lifecycle", "--format", "json", "--regulation", "contagem"))
    theirs = answer(cprac("lifecycle", "--regulation", "Amazonas"))
    assert len(whole["transitions"]) > len(ours["transitions"]) > len(theirs["transitions"]) - 100
    assert ours["transitions"] != theirs["transitions"]
    assert cprac("lifecycle", "--format", "mermaid")[1].startswith("stateDiagram-v2\n")
    assert cprac("lifecycle", "--format", "markdown")[1].startswith("| ")


def test_regulations(cprac, tmp_path):
    found = answer(cprac("regulation", "check", "contagem"))
    assert (found["chamber"], found["file"]) == ("contagem", "contagem.toml")
    (tmp_path / "nova.toml").write_text((ROOT / "cprac" / "regulations" / "contagem.toml").read_text())
    assert answer(cprac("regulation", "lock", "nova.toml"))["locked"] == [found["version"]]
    assert answer(cprac("regulation", "lock", "nova.toml"))["locked"] == []


def test_these_commands_load_neither_the_web_nor_the_database():
    code = f"""
import io, sys
from cprac.cli import main
sys.stdin = io.TextIOWrapper(io.BytesIO(b'{{"kind": "cpf", "input": "1"}}'))
assert main(["identifiers", "check", "-"]) == 0
sys.stdin = io.TextIOWrapper(io.BytesIO({json.dumps(VECTOR).encode()!r}))
assert main(["deadlines", "compute", "-"]) == 0
assert main(["lifecycle", "--regulation", "contagem"]) == 0
assert main(["regulation", "check", "contagem"]) == 0
heavy = {{"flask", "sqlalchemy", "alembic", "waitress", "apscheduler", "babel", "psycopg"}}
sys.stderr.write(",".join(sorted(heavy & sys.modules.keys())))
"""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("CPRAC_")}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=ROOT, env=clean
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_a_reader_that_goes_away_is_no_fault(tmp_path):
    (tmp_path / "many.json").write_text('{"kind": "cpf", "input": "1"}\n' * 5000)
    command = (
        f'"{sys.executable}" -m cprac.cli identifiers check "{tmp_path}/many.json" | head -1; echo "${{PIPESTATUS[0]}}"'
    )
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True, cwd=ROOT)
    first, status = done.stdout.splitlines()
    assert json.loads(first)["valid"] is False
    assert (status, done.stderr) == ("141", "")


# --- Bad input --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments, given, said",
    [
        (["nada"], "", "cprac: comando desconhecido: 'nada'"),
        (["--nada"], "", "cprac: opção desconhecida: --nada"),
        (["deadlines", "compute"], "", "cprac deadlines compute: falta FILE"),
        (["deadlines", "compute", "nada.json"], "", "nada.json: não há arquivo aqui"),
        (["deadlines", "compute", "."], "", ".: é uma pasta"),
        (["deadlines", "compute", "-"], "", "entrada: "),
        (["deadlines", "compute", "-"], "{", "entrada: "),
        (["deadlines", "compute", "-"], '{"date": "31/12/2026"}', "entrada: arquivo: "),
        (
            ["deadlines", "compute", "-"],
            json.dumps({**VECTOR["input"], "calendar": "/etc/passwd"}),
            "calendário desconhecido",
        ),
        (["identifiers", "check", "-"], "[1]", "entrada: vetor 1: falta “kind”"),
        (["lifecycle", "--format", "xml"], "", "cprac lifecycle: form"),
        (["lifecycle", "--regulation", "nada"], "", "nada: "),
        (["regulation", "check", "nada.toml"], "", "nada.toml: "),
        (["demo", "--today", "ontem"], "", "não é uma data AAAA-MM-DD"),
        (["serve", "--port", "x"], "", "cprac serve: port"),
        (["serve", "--threads", "0"], "", "cprac serve: threads"),
        (["cases", "import", "nada.csv", "--dry-run"], "", "nada.csv: não há arquivo aqui"),
        (["cases", "export", "--format", "pdf"], "", "cprac cases export: form"),
        (["verify"], "", "CPRAC_SECRET_KEY"),
        (["user", "create", "x@exemplo.org", "X"], "", "CPRAC_SECRET_KEY"),
        (["restore", "nada"], "", "não é uma cópia de segurança"),
    ],
)
def test_bad_input_is_one_line_and_two(cprac, arguments, given, said):
    status, output, errors = cprac(*arguments, given=given)
    assert (status, output) == (2, "")
    assert said in errors
    assert errors.endswith("\n")
    assert errors.count("\n") == 1


def test_bad_settings_are_one_line_and_two(cprac, settings, tmp_path):
    settings(SECRET_KEY=SECRET, COOKIE_SECURE="0")
    for name, value, said in (
        ("PROXY_HOPS", "muitos", "variáveis CPRAC_: "),
        ("REGULATION", "nada", "nada: "),
        ("PUBLIC_BASE_URL", "camara", "CPRAC_PUBLIC_BASE_URL"),
        ("DATABASE_URL", f"sqlite:///{tmp_path}/nada.sqlite", "rode `cprac upgrade`"),
    ):
        settings(**{name: value})
        status, output, errors = cprac("verify")
        assert (status, output, errors.count("\n")) == (2, "", 1)
        assert said in errors
        settings(
            **{name: {"PROXY_HOPS": "0", "REGULATION": "contagem", "PUBLIC_BASE_URL": "http://127.0.0.1"}.get(name, "")}
        )
    assert not (tmp_path / "nada.sqlite").exists(), "a question makes no database"


def test_bytes_that_are_no_text_are_named(cprac, tmp_path):
    (tmp_path / "latin.json").write_bytes('{"id": "São"}'.encode("latin-1"))
    assert cprac("deadlines", "compute", "latin.json")[2] == "cprac: latin.json: não está em UTF-8 (byte 9)\n"


# --- With a database --------------------------------------------------------------------------------------------------


def test_an_installation_from_nothing(installed, tmp_path, monkeypatch):
    again = answer(installed("upgrade"))
    assert again["before"] == again["after"]
    assert again["recorded"] == []
    made = answer(installed("user", "create", "Ana@Exemplo.gov.br", "Ana Lima", "--office", "administrator"))
    assert (made["email"], made["office"]) == ("ana@exemplo.gov.br", "administrator")
    assert re.fullmatch(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){4}", made["reset_code"])
    given = answer(installed("user", "grant", "ana@exemplo.gov.br", "registry", "--legal-act", "Portaria 1/2026"))
    assert (given["account"], given["office"]) == (made["account"], "registry")
    for arguments, said in (
        (("create", "ana@exemplo.gov.br", "Outra"), "Já existe uma conta"),
        (("create", "ana", "Outra"), "e-mail"),
        (("grant", "ana@exemplo.gov.br", "rei"), "função desconhecida: rei"),
        (("grant", "ana@exemplo.gov.br", "registry"), "já tem esta função"),
        (("grant", "ninguem@exemplo.gov.br", "registry"), "não há conta"),
        (("disable", "ninguem@exemplo.gov.br"), "não há conta"),
    ):
        status, output, errors = installed("user", *arguments)
        assert (status, output, errors.count("\n")) == (2, "", 1)
        assert said in errors
    assert answer(installed("user", "disable", "ana@exemplo.gov.br"))["active"] is False

    started = []
    monkeypatch.setattr(scheduler, "run", started.append)
    assert installed("scheduler")[0] == 0
    assert [app.name for app in started] == ["cprac"]

    (tmp_path / "old.csv").write_text(
        "Número;Assunto;Abertura\n1/2019;Buraco;01/02/2019\n2/2019;Muro;03/02/2019\n", "utf-8"
    )
    brought = answer(installed("cases", "import", "old.csv", "--as-of", "2020-01-01"))
    assert (brought["rows_read"], brought["imported"], brought["refused"]) == (2, 2, [])
    assert [row["legacy_number"] for row in lines(installed("cases", "export"))] == ["1/2019", "2/2019"]
    assert answer(installed("verify"))["cases"] == 2
    assert answer(installed("cases", "revert", brought["batch"], "--reason", "engano"))["status"] == "reverted"
    assert lines(installed("cases", "export")) == []
    status, _output, errors = installed("cases", "revert", "99")
    assert (status, errors.count("\n")) == (2, 1)


def test_the_report_as_data_as_a_table_and_on_paper(installed, app, monkeypatch):
    build_world(app, "talks", "filed")
    told = answer(installed("report", "--as-of", "2026-04-30"))
    assert (told["as_of"], told["from"], [series["series"] for series in told["series"]]) == (
        "2026-04-30",
        None,
        ["native"],
    )
    found = {entry["id"]: entry for entry in told["series"][0]["indicators"]}
    assert found["cases_filed"]["value"] == found["backlog"]["value"] == 2
    assert found["time_to_resolution"]["value"] is None
    assert all(entry["definition"] and entry["denominator"] and entry["source"] for entry in found.values())
    table = list(csv.DictReader(io.StringIO(installed("report", "--as-of", "2026-04-30", "--format", "csv")[1])))
    assert {row["id"]: row["value"] for row in table if not row["part"]}["cases_filed"] == "2"
    before = answer(installed("report", "--as-of", "2020-01-01"))
    assert before["series"][0]["indicators"][0]["value"] == 0
    status, output, errors = installed("report", "--as-of", "2026-04-30", "--from", "2026-05-01")
    assert (status, output, errors.count("\n")) == (2, "", 1)
    paper = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(paper))
    assert main(["report", "--as-of", "2026-04-30", "--format", "pdf"]) == 0
    assert paper.getvalue().startswith(b"%PDF-")


@pytest.mark.databases("sqlite")
def test_what_goes_out_can_be_hashed_again_and_runs_in_no_spreadsheet(installed, app):
    world = build_world(app, "talks", "filed")
    number = world.number("talks")
    rows = lines(installed("cases", "export"))
    assert {row["number"] for row in rows} == {number, world.number("filed")}
    table = list(csv.DictReader(io.StringIO(installed("cases", "export", "--format", "csv")[1])))
    assert [row["number"] for row in table] == [row["number"] for row in rows]
    one = answer(installed("cases", "export", "--number", number.replace("/", " / ")))
    assert one["case"]["state"] == "in_progress"
    assert "SEGREDO" not in json.dumps(one), "only the docket goes out"
    previous = GENESIS
    for event in one["docket"]:
        assert event["previous"] == previous
        names = ("version", "act", "actor", "role", "at", "on", "payload", "private", "previous", "schema")
        body = {"case": number, "compartment": "docket", **{name: event[name] for name in names}}
        previous = hashlib.sha256(PREFIX + canonical(body)).hexdigest()
        assert event["hash"] == previous
    assert one["head"] == previous
    history = list(csv.DictReader(io.StringIO(installed("cases", "export", "--number", number, "--format", "csv")[1])))
    assert [row["hash"] for row in history] == [event["hash"] for event in one["docket"]]
    assert installed("cases", "export", "--number", "9/1999")[0] == 2

    from cprac.commands.streams import _cell

    assert [_cell(value) for value in ("=1+1", "+5", "-5", "@x", "\tx", "a=b", "", -5, None)] == [
        "'=1+1", "'+5", "'-5", "'@x", "'\tx", "a=b", "", -5, None,
    ]  # fmt: skip


def test_trust(installed, app, database_url, settings, tmp_path):
    build_world(app, "filed")
    good = answer(installed("verify"))
    assert (good["ok"], good["cases"], good["difference"], good["sealing"]) == (True, 1, None, "not sealed")
    if database_url.startswith("sqlite"):
        made = answer(installed("backup", "copy"))
        assert (made["cases"], made["chamber"]) == (1, "contagem")
        assert installed("backup", "copy")[0] == 2
        settings(DATABASE_URL=f"sqlite:///{tmp_path}/again.sqlite", FILES=str(tmp_path / "again"))
        assert answer(installed("restore", "copy"))["events"] == made["events"]
        assert (tmp_path / "again.sqlite").stat().st_mode & 0o077 == 0
        assert answer(installed("verify")) == good
        assert installed("restore", "copy")[0] == 2
        settings(DATABASE_URL=database_url)
    from sqlalchemy import text

    from cprac.persistence.database import db

    with app.app_context(), db.engine.begin() as connection:
        connection.execute(text("UPDATE cases SET version = 7"))
    status, output, _errors = installed("verify")
    assert status == 1
    assert json.loads(output)["difference"]["what"] == "version"
    status, output, errors = installed("doctor")
    found = [json.loads(line) for line in output.splitlines()]
    assert status == 1
    assert {"check": "clock", "level": "unsafe"}.items() <= next(
        row for row in found if row["check"] == "clock"
    ).items()
    assert "itens inseguros" in errors


@pytest.mark.databases("sqlite")
def test_the_web_is_served_from_any_folder_and_stops_when_told(installed, database_url, tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "cprac.cli", "serve", "--port", str(port)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        give_up_at = time.monotonic() + 90
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/") as page:
                    assert page.status == 200
                    assert page.headers["Server"] is None
                break
            except (urllib.error.URLError, ConnectionError):
                assert process.poll() is None, process.stderr.read()
                assert time.monotonic() < give_up_at
                time.sleep(0.1)
        process.send_signal(signal.SIGTERM)
        _output, errors = process.communicate(timeout=60)
        assert process.returncode == 0, errors
        assert "Traceback" not in errors
    finally:
        process.kill()
        process.communicate()


@pytest.mark.databases("sqlite")
def test_a_database_that_fails_is_one_line_and_one(installed, database_url):
    Path(database_url.removeprefix("sqlite:///")).write_bytes(b"this is no database" * 100)
    status, output, errors = installed("cases", "export")
    assert (status, output, errors.count("\n")) == (1, "", 1)
    assert "o banco não respondeu como devia" in errors


# --- The page about it ------------------------------------------------------------------------------------------------


def commands(group=cli, path="cprac"):
    """Every command of the tree with its path."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{path} {name}")
        else:
            yield f"{path} {name}", command


def test_the_page_has_every_command_and_option_and_no_other():
    page = (ROOT / "docs" / "commands.md").read_text("utf-8")
    sections = dict(re.findall(r"^### `([^`]+)`\n(.*?)(?=^##|\Z)", page, re.MULTILINE | re.DOTALL))
    tree = dict(commands())
    assert sorted(sections) == sorted(tree)
    for path, command in tree.items():
        assert command.help, f"{path} does not say what it does"
        options = {name for option in command.params if isinstance(option, click.Option) for name in option.opts}
        assert set(re.findall(r"`(--[a-z-]+)`", sections[path])) == options, path
        for argument in (item for item in command.params if isinstance(item, click.Argument)):
            assert re.search(rf"`{path} [A-Z ]*{argument.human_readable_name}\b", sections[path]), (path, argument.name)
