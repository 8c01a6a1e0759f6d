"""Reading chambers' files: the line of what is wrong, versions that never change, and the summary of a check."""

import shutil
from pathlib import Path

import pytest

from cprac.domain.regulation import procedure_hash
from cprac.persistence.regulation_files import (
    LOCK_NAME,
    REGULATIONS,
    RegulationFileError,
    check_lock,
    load_regulation,
    load_version,
    read_lock,
    read_regulation_file,
    regulation_path,
    update_lock,
)

CONTAGEM = (REGULATIONS / "contagem.toml").read_text("utf-8")
SIGN = '[deadlines.D-SIGN]\nname = "Assinar o termo"\namount = 10\n'


@pytest.fixture
def folder(tmp_path):
    """A folder with Contagem's file and lock, as a city would keep them."""
    for name in ("contagem.toml", LOCK_NAME):
        shutil.copy(REGULATIONS / name, tmp_path / name)
    return tmp_path


def rewrite(path, old, new, count=1):
    """Change *old* into *new* in the file, and tell the line it stood on."""
    text = path.read_text("utf-8")
    assert text.count(old) >= 1
    path.write_text(text.replace(old, new, count), "utf-8")
    return text[: text.index(old)].count("\n") + 1


def refusal(path):
    with pytest.raises(RegulationFileError) as error:
        read_regulation_file(path)
    assert "\n" not in str(error.value)
    return error.value


# --- Where it is wrong ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "old, new, below, told",
    [
        (SIGN, SIGN.replace("10", '"dez"'), 2, "deadlines.D-SIGN.amount: esperado um número inteiro"),
        (SIGN, SIGN.replace("amount", "amuont"), 0, "deadlines.D-SIGN.amount: falta esta chave"),
        (SIGN, SIGN.replace("name", "nome"), 1, "deadlines.D-SIGN.nome: chave desconhecida. Você quis dizer 'name'?"),
        ("formal_review = { on = true", "formal_review = { on = 1", 0, "switches.formal_review.on: esperado true"),
        ("survey = { on", "surveys = { on", 0, "switches.surveys: passo ou opção desconhecido"),
        ("\nabove = 70", "\nabove = 80", 1, "ladder[1].above: falta a faixa logo abaixo desta"),
        ('month_day = "12-08"', 'month_day = "12-32"', 0, "holidays[5].month_day: '12-32' não tem a forma"),
        ("America/Sao_Paulo", "America/Betim", 0, "chamber.time_zone: 'America/Betim' não é um fuso horário"),
        ('"pdf", "png"', '"pdf", "PNG"', 0, "uploads.types: liste os tipos"),
    ],
)
def test_what_is_wrong_is_told_with_its_line_and_key(folder, old, new, below, told):
    path = folder / "contagem.toml"
    line = rewrite(path, old, new) + below
    assert any(row.startswith(f"contagem.toml, linha {line}, {told}") for row in refusal(path).lines)


def test_the_message_tells_the_first_problem_of_the_file_and_how_many_more(folder):
    path = folder / "contagem.toml"
    rewrite(path, SIGN, SIGN.replace("10", "0"))
    line = rewrite(path, 'state = "MG"', 'state = "Minas"')
    error = refusal(path)
    assert str(error).startswith(f"contagem.toml, linha {line}, chamber.state: ")
    assert str(error).endswith(" (e mais 1 problema)")
    assert len(error.lines) == 2


def test_a_key_or_table_given_twice_is_refused_with_its_line(folder):
    path = folder / "contagem.toml"
    rewrite(path, 'state = "MG"\n', 'state = "MG"\nstate = "SP"\n')
    assert "contagem.toml, linha " in str(refusal(path))
    path.write_text(CONTAGEM + "\n" + SIGN, "utf-8")
    assert "D-SIGN" in str(refusal(path))


@pytest.mark.parametrize(
    "content, told",
    [
        (b"version = contagem", "contagem.toml, linha 1, coluna 11: não é TOML (Invalid value)."),
        (b'version = "contagem', "contagem.toml, linha 1: o arquivo acaba no meio de um valor"),
        (b"[[[", "contagem.toml, linha 1"),
        ("version = 'ç'".encode("cp1252"), "não está em UTF-8 (byte 11)"),
        (b"", "contagem.toml, linha 1, "),
    ],
)
def test_a_text_that_is_no_toml_is_refused_in_one_line(tmp_path, content, told):
    (tmp_path / "contagem.toml").write_bytes(content)
    assert str(refusal(tmp_path / "contagem.toml")).startswith("contagem.toml")
    assert told in str(refusal(tmp_path / "contagem.toml"))


def test_a_missing_file_and_a_folder_are_refused_in_one_line(tmp_path):
    assert "não foi possível ler" in str(refusal(tmp_path / "nada.toml"))
    assert "não foi possível ler" in str(refusal(tmp_path))


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(tmp_path):
    path = tmp_path / "contagem.toml"
    path.write_bytes(CONTAGEM.replace("\n", "\r\n").encode("utf-8-sig"))
    assert procedure_hash(read_regulation_file(path)) == procedure_hash(load_regulation())


# --- Names, and reading once ------------------------------------------------------------------------------------------


def test_a_chamber_that_comes_with_the_program_goes_by_its_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert regulation_path("amazonas") == REGULATIONS / "amazonas.toml"
    assert regulation_path("CONTAGEM") == REGULATIONS / "contagem.toml"
    assert regulation_path("betim") == Path("betim")
    assert regulation_path("../contagem") == Path("../contagem")
    assert load_regulation("amazonas").chamber.id == "amazonas"


def test_a_regulation_is_read_once_for_the_life_of_the_process(folder):
    path = folder / "contagem.toml"
    first = load_regulation(path)
    rewrite(path, SIGN, SIGN.replace("10", "12"))
    assert load_regulation(path) is first
    assert load_regulation(str(path)) is first
    assert read_regulation_file(path).rule("D-SIGN").amount == 12


# --- Versions ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", sorted(REGULATIONS.glob("*.toml")), ids=lambda path: path.stem)
def test_every_shipped_file_is_sound_and_its_procedure_is_the_one_locked(path):
    lock = read_lock(REGULATIONS / LOCK_NAME)
    regulation = read_regulation_file(path)
    check_lock(path, regulation, lock)
    assert lock[regulation.chamber.id, regulation.version] == procedure_hash(regulation), "register it: update_lock"


def test_every_locked_version_has_its_file_so_that_its_cases_keep_their_rules():
    for chamber, version in read_lock(REGULATIONS / LOCK_NAME):
        assert load_version(chamber, version).version == version


def test_a_procedure_that_changed_under_its_version_is_refused(folder):
    path = folder / "contagem.toml"
    rewrite(path, SIGN, SIGN.replace("10", "12"))
    line = CONTAGEM[: CONTAGEM.index("\nversion =")].count("\n") + 2
    lock = read_lock(folder / LOCK_NAME)
    with pytest.raises(RegulationFileError, match=rf"contagem\.toml, linha {line}, version: passos, prazos ou motivos"):
        check_lock(path, read_regulation_file(path), lock)
    with pytest.raises(RegulationFileError, match="já está registrada com outro procedimento"):
        update_lock(folder / LOCK_NAME, [read_regulation_file(path)])
    assert read_lock(folder / LOCK_NAME) == lock


def test_a_new_version_is_added_and_the_old_one_stays(folder):
    path, lock_path = folder / "contagem.toml", folder / LOCK_NAME
    before = read_lock(lock_path)
    rewrite(path, SIGN, SIGN.replace("10", "12"))
    rewrite(path, 'version = "contagem-2026.1"', 'version = "contagem-2027.1"')
    assert update_lock(lock_path, [read_regulation_file(path)]) == ("contagem-2027.1",)
    assert update_lock(lock_path, [read_regulation_file(path)]) == ()
    after = read_lock(lock_path)
    assert {key: after[key] for key in before} == before
    assert len(after) == len(before) + 1


def test_a_lock_is_made_where_there_is_none(tmp_path):
    assert read_lock(tmp_path / LOCK_NAME) == {}
    assert update_lock(tmp_path / LOCK_NAME, [load_regulation()]) == (load_regulation().version,)
    assert list(read_lock(tmp_path / LOCK_NAME)) == [("contagem", load_regulation().version)]


@pytest.mark.parametrize("line", ["contagem v1", "contagem v1 abc", f"a v1 {'0' * 64}\na v1 {'1' * 64}"])
def test_a_spoilt_lock_is_refused_with_its_line(tmp_path, line):
    (tmp_path / LOCK_NAME).write_text(f"# comment\n\n{line}\n", "utf-8")
    with pytest.raises(RegulationFileError, match=rf"versions\.lock, linha {2 + len(line.splitlines())}: "):
        read_lock(tmp_path / LOCK_NAME)


def test_a_case_filed_under_an_older_version_keeps_its_deadlines_and_takes_todays_ladder(folder):
    path = folder / "contagem.toml"
    shutil.copy(path, folder / "contagem@contagem-2026.1.toml")
    rewrite(path, SIGN, SIGN.replace("10", "12"))
    rewrite(path, 'version = "contagem-2026.1"', 'version = "contagem-2027.1"')
    rewrite(path, 'approvers = ["approver"]', 'approvers = ["council"]')
    assert load_version(path, "contagem-2027.1").rule("D-SIGN").amount == 12
    older = load_version(path, "contagem-2026.1")
    assert (older.version, older.rule("D-SIGN").amount) == ("contagem-2026.1", 10)
    assert older.ladder[0].approvers == ("council",)
    assert load_version(path, "contagem-2026.1") is older


def test_a_version_without_its_file_or_with_anothers_is_refused(folder):
    path = folder / "contagem.toml"
    shutil.copy(REGULATIONS / "amazonas.toml", folder / "contagem@contagem-2025.1.toml")
    for version, told in [
        ("contagem-2024.1", "contagem@contagem-2024.1.toml"),
        ("../../x", "falta ao lado o arquivo da versão"),
        ("contagem-2025.1", "esperado contagem contagem-2025.1, e está amazonas amazonas-2022.1"),
    ]:
        with pytest.raises(RegulationFileError, match=told.replace(".", r"\.")):
            load_version(path, version)
