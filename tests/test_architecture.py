"""The house rules that a machine can check: floors, names, sizes, explanations, no trace of one machine."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "cprac"
DOMAIN = PACKAGE / "domain"

WORLDLY = {"io", "os", "pathlib", "random", "secrets", "shutil", "socket", "sqlite3", "subprocess", "tempfile", "time"}
NORMAL_LINES = 400
MOST_LINES = 800

# Modules that the import contracts of pyproject.toml name before they are written. Take a name out when its file is in.
AWAITED = {
    "cprac.bench",
    "cprac.web.attorney",
    "cprac.web.office",
    "cprac.web.party",
    "cprac.web.public",
}


def modules(folder=PACKAGE):
    return sorted(path for path in folder.rglob("*.py") if "__pycache__" not in path.parts)


def name_of(path):
    return str(path.relative_to(ROOT))


@cache
def tree_of(path):
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def imports_of(path):
    """Return the dotted names that a module imports, each as far as it can be a module: `from a import b` is `a.b`."""
    names = set()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name_of(path)}:{node.lineno} imports relatively; write the whole name"
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return names


every_module = pytest.mark.parametrize("path", modules(), ids=name_of)
every_domain_module = pytest.mark.parametrize("path", modules(DOMAIN), ids=name_of)


# --- Floors -----------------------------------------------------------------------------------------------------------


def test_every_import_contract_is_kept():
    finished = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr


def modules_named_in_contracts():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    for contract in contracts:
        for container in contract.get("containers", []):
            for layer in contract["layers"]:
                for name in re.split(r"[|:]", layer):
                    yield f"{container}.{name.strip().strip('()')}"


def exists(module):
    path = ROOT.joinpath(*module.split("."))
    return path.is_dir() or path.with_suffix(".py").is_file()


def test_every_module_that_a_contract_names_exists():
    missing = {module for module in modules_named_in_contracts() if not exists(module)}
    assert missing <= AWAITED


@every_domain_module
def test_the_domain_imports_only_the_standard_library_and_two_pure_packages(path):
    roots = {name.split(".")[0] for name in imports_of(path)}
    assert roots <= sys.stdlib_module_names | {"transitions", "stdnum", "cprac"}


@every_domain_module
def test_the_domain_neither_reads_nor_draws_nor_asks_the_clock(path):
    assert not {name.split(".")[0] for name in imports_of(path)} & WORLDLY
    called = {ast.unparse(node.func) for node in ast.walk(tree_of(path)) if isinstance(node, ast.Call)}
    assert not called & {"open", "input", "print"}
    assert not {name for name in called if name.rsplit(".", 1)[-1] in {"now", "today", "utcnow", "uuid4"}}


@every_module
def test_nothing_below_the_commands_imports_the_whole_application(path):
    if path.parent in (PACKAGE, PACKAGE / "commands"):
        return  # the package itself and the commands, which build the application
    assert not imports_of(path) & {"cprac", "cprac.create_app"}


@every_module
def test_settings_are_given_to_the_package_and_never_fetched(path):
    assert not {name for name in imports_of(path) if name.split(".")[0] in {"config", "wsgi", "tests"}}


# --- Modules ----------------------------------------------------------------------------------------------------------


@every_module
def test_a_module_is_named_by_what_it_holds(path):
    assert not set(path.with_suffix("").parts) & {"utils", "util", "helpers", "helper", "common", "constants", "misc"}


@every_module
def test_a_long_module_says_why(path):
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= MOST_LINES, f"{lines} lines: split it along its joints"
    if lines > NORMAL_LINES:
        docstring = ast.get_docstring(tree_of(path)) or ""
        reason = f"{NORMAL_LINES} lines"
        assert reason in docstring, f"{lines} lines: split it, or say in its docstring why it has over {reason}"


@every_module
def test_what_others_may_call_explains_itself(path):
    tree = tree_of(path)
    public = [
        node
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and not node.name.startswith("_")
    ]
    silent = [node.name for node in public if not ast.get_docstring(node)]
    assert not silent
    assert ast.get_docstring(tree) or path.name == "__init__.py"


# --- Files ------------------------------------------------------------------------------------------------------------

# Written so that this file does not match itself.
OF_ONE_MACHINE = re.compile(
    r"/wor[k]/|/far[m]/|/roo[t]/|/hom[e]/\w|/opt/(?:pyp[i]|wheel[s])"
    r"|pyp[i]\.org|pythonhoste[d]\.org|npmj[s]\.(?:org|com)|deb\.debia[n]\.org|[?&]inde[x]-url|extra-inde[x]"
)


def tracked_files():
    """Return the files of the repository; of the folder, where there is no repository (an unpacked archive)."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode == 0:
        return [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    left_out = {".git", ".venv", "build", "dist", "instance", "test-artifacts"}
    return [path for path in ROOT.rglob("*") if path.is_file() and not left_out & set(path.relative_to(ROOT).parts)]


def test_no_file_names_a_folder_of_one_machine_or_a_host_of_packages():
    found = []
    for path in tracked_files():
        if not path.exists():
            continue  # deleted and not committed yet
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a picture
        found += [
            f"{name_of(path)}:{number}: {line.strip()[:100]}"
            for number, line in enumerate(text.splitlines(), start=1)
            if OF_ONE_MACHINE.search(line)
        ]
    assert not found, "\n".join(found)


def test_constraints_are_plain_pins():
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert pins
    assert not [line for line in pins if not re.fullmatch(r"[a-z0-9.-]+==[0-9][\w.]*(?: ; .+)?", line)]
