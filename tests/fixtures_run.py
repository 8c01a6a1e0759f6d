"""The directory of one test run: shared by all workers, removed when the run is over."""

from __future__ import annotations

import fcntl
import shutil
import tempfile
import time
from pathlib import Path

import pytest

RUN_DIRECTORY = pytest.StashKey[Path]()


def pytest_configure(config):
    """Give the run its directory. Its lock says "this run is alive" to the keeper of the database server."""
    if hasattr(config, "workerinput"):
        config.stash[RUN_DIRECTORY] = Path(config.workerinput["run_directory"])
        return
    directory = Path(tempfile.mkdtemp(prefix="cprac-tests-"))
    alive = (directory / "alive").open("w")
    fcntl.flock(alive, fcntl.LOCK_EX)
    config.stash[RUN_DIRECTORY] = directory

    def remove_directory():
        alive.close()
        if (directory / "postgres.ready").exists():
            give_up_at = time.monotonic() + 10
            while directory.exists() and time.monotonic() < give_up_at:
                time.sleep(0.05)  # the keeper stops the server and removes the directory itself
        shutil.rmtree(directory, ignore_errors=True)

    config.add_cleanup(remove_directory)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node):
    """Tell a worker of xdist where the run's directory is."""
    node.workerinput["run_directory"] = str(node.config.stash[RUN_DIRECTORY])


@pytest.fixture(scope="session")
def run_directory(pytestconfig):
    """The directory that all workers of this run share."""
    return pytestconfig.stash[RUN_DIRECTORY]
