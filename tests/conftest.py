"""What every test run has: the profiles of random tests, and what is left out and why.

The fixtures live in modules named by what they give: `fixtures_databases`, `fixtures_app`, `fixtures_browser`.
"""

from __future__ import annotations

import os
from pathlib import Path

import hypothesis
import pytest

pytest_plugins = [
    "tests.fixtures_run",
    "tests.fixtures_databases",
    "tests.fixtures_app",
    "tests.fixtures_browser",
    "tests.fixtures_processes",
]

ROOT = Path(__file__).resolve().parent.parent
SHARED_DATA = ROOT.parent / "shared" / "data"
IN_CI = os.environ.get("CI", "").lower() not in {"", "0", "false"}

# No profile has a deadline: a test that fails on a busy machine says nothing about the product.
hypothesis.settings.register_profile("quick", deadline=None, max_examples=50)
hypothesis.settings.register_profile("ci", deadline=None, max_examples=100, derandomize=True, print_blob=True)
hypothesis.settings.register_profile("soak", deadline=None, max_examples=20_000, stateful_step_count=200)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if IN_CI else "quick"))


# --- What is left out, and saying so ----------------------------------------------------------------------------------


def what_is_left_out(config):
    """Return marker -> reason for the tests that cannot or should not run here. CI has a browser or fails."""
    from tests.fixtures_browser import find_chromium  # here, so that pytest rewrites the asserts of the module first

    left_out = {}
    if not SHARED_DATA.is_dir():
        left_out["shared_data"] = "../shared/data is not here"
    if not find_chromium() and not IN_CI:
        left_out["browser"] = "no chromium found (set CPRAC_CHROMIUM to its path, or install the package chromium)"
    if "soak" not in (config.option.markexpr or ""):
        left_out["soak"] = "long random runs: make soak"
    return left_out


def pytest_collection_modifyitems(config, items):
    """Deselect what cannot run here. Nothing is ever skipped: a skipped test looks like a tested promise."""
    left_out = what_is_left_out(config).keys()
    deselected = [item for item in items if any(item.get_closest_marker(name) for name in left_out)]
    if deselected:
        config.hook.pytest_deselected(items=deselected)
        items[:] = [item for item in items if item not in deselected]


def pytest_terminal_summary(terminalreporter, config):
    """Close the run with what it did not look at."""
    for marker, reason in what_is_left_out(config).items():
        terminalreporter.write_line(f"left out: tests marked {marker} ({reason})")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """In CI a skip is a failure: nothing is left untested in silence."""
    report = yield
    if IN_CI and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, and CI skips nothing: {report.longrepr}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector):
    """The same for a whole module that skips itself."""
    report = yield
    if IN_CI and report.skipped:
        report.outcome = "failed"
        report.longrepr = f"{collector.nodeid} was skipped, and CI skips nothing: {report.longrepr}"
    return report
