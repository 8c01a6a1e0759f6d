"""The documentation against the running code: generated pages are up to date, and nothing that exists is left out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cprac.domain.acts import Act
from cprac.domain.roles import Office, Role
from cprac.domain.states import CaseState
from cprac.persistence.regulation_files import load_regulation
from scripts import write_docs

ROOT = Path(__file__).resolve().parent.parent
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)")


@pytest.mark.parametrize("name", sorted(write_docs.PAGES))
def test_a_generated_page_is_what_the_code_says_today(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    assert text == write_docs.PAGES[name]().rstrip("\n") + "\n", f"{name} is out of date: make docs"


def test_every_module_is_on_the_map_with_its_sentence():
    page = write_docs.map_page()
    files = [file for file in (ROOT / "cprac").rglob("*.py") if file.name != "__init__.py"]
    assert len(files) > 60
    for file in files:
        line = f"| `{file.relative_to(ROOT).as_posix()}` | "
        assert line in page, f"{file} is not on the map: does its folder have a floor in scripts/write_docs.py?"
        assert page.partition(line)[2].partition(" |")[0].strip(), f"{file} has no first sentence"


@pytest.mark.parametrize("state", list(CaseState))
def test_every_state_is_in_the_lifecycle_page(state):
    assert f"`{state.value}`" in (ROOT / "docs" / "lifecycle.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("act", list(Act))
def test_every_act_is_in_the_lifecycle_page(act):
    assert f"`{act.value}`" in (ROOT / "docs" / "lifecycle.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("rule", sorted(load_regulation("contagem").deadlines))
def test_every_deadline_is_in_the_deadlines_page(rule):
    assert f"| {rule} |" in (ROOT / "docs" / "deadlines.md").read_text(encoding="utf-8")


def test_offices_and_roles_are_in_the_glossary():
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    assert [member.value for member in (*Office, *Role) if f"`{member.value}`" not in text] == []


def test_every_setting_is_named_in_the_documentation():
    settings = set(re.findall(r'_text\("([A-Z_]+)"', (ROOT / "config.py").read_text(encoding="utf-8")))
    assert len(settings) >= 10
    text = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    assert [name for name in sorted(settings) if f"`CPRAC_{name}`" not in text] == []


@pytest.mark.parametrize(
    "page", sorted(ROOT.glob("*.md")) + sorted((ROOT / "docs").rglob("*.md")), ids=lambda page: page.name
)
def test_links_between_pages_lead_somewhere(page):
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_decisions_are_numbered_without_gaps():
    numbers = sorted(int(file.name[:4]) for file in (ROOT / "docs" / "decisions").glob("[0-9]*.md"))
    assert numbers == list(range(1, len(numbers) + 1))


def test_the_readme_has_the_two_commands_and_its_pictures():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "make demo" in text
    assert "make test" in text
    assert text.count("docs/pictures/") >= 4
