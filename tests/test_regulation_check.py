"""The answer of `cprac regulation check FILE`."""

import json
import shutil
from datetime import date

import pytest

from cprac.domain.regulation import RULE_IDS
from cprac.persistence.regulation_files import LOCK_NAME, REGULATIONS, read_lock
from cprac.regulation_check import check, lock


@pytest.fixture
def file(tmp_path):
    """Contagem's file and lock in a folder of their own."""
    shutil.copy(REGULATIONS / LOCK_NAME, tmp_path / LOCK_NAME)
    return shutil.copy(REGULATIONS / "contagem.toml", tmp_path / "contagem.toml")


def test_a_sound_file_is_summed_up_as_json(file):
    answer = check(file, date(2026, 11, 22))
    assert json.loads(json.dumps(answer)) == answer
    assert list(answer) == [
        "file",
        "chamber",
        "version",
        "in_force_from",
        "procedure_hash",
        "switches",
        "deadlines",
        "defaults",
        "warnings",
    ]
    assert (answer["file"], answer["chamber"], answer["version"]) == ("contagem.toml", "contagem", "contagem-2026.1")
    assert answer["in_force_from"] == "2026-01-01"
    assert answer["deadlines"] == len(RULE_IDS)
    assert answer["procedure_hash"] == read_lock(REGULATIONS / LOCK_NAME)["contagem", "contagem-2026.1"]
    assert "deadlines.D-INVITE" in answer["defaults"]
    assert any("pontos facultativos de 2026" in line for line in answer["warnings"])


@pytest.mark.parametrize("name", ["contagem", "amazonas"])
def test_a_chamber_that_comes_with_the_program_is_checked_by_name_and_today(name):
    assert check(name)["chamber"] == name


def test_a_wrong_file_is_one_line_with_line_and_key(file):
    file.write_text(file.read_text("utf-8").replace("max_files = 50", "max_files = -50"), "utf-8")
    with pytest.raises(ValueError, match=r"^contagem\.toml, linha \d+, uploads\.max_files: está em -50") as error:
        check(file)
    assert "\n" not in str(error.value)


def test_a_procedure_changed_under_its_version_fails_and_a_text_does_not(file):
    text = file.read_text("utf-8")
    file.write_text(text.replace("Assinar o termo", "Assinar o acordo"), "utf-8")
    check(file)
    file.write_text(text.replace("survey = { on = true", "survey = { on = false"), "utf-8")
    with pytest.raises(ValueError, match=r"version: passos, prazos ou motivos mudaram"):
        check(file)


def test_a_version_that_is_not_registered_is_a_warning_until_it_is(file):
    file.write_text(file.read_text("utf-8").replace('"contagem-2026.1"', '"contagem-2026.2"'), "utf-8")
    assert any("ainda não está registrada" in line for line in check(file)["warnings"])
    assert lock(file) == ("contagem-2026.2",)
    assert lock(file) == ()
    assert not any("registrada" in line for line in check(file)["warnings"])
