"""Processes of the product beside the test's own: several at the same moment, and ones that are killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


class Processes:
    """Gives jobs to ``tests.clock_processes``, which has everything loaded and forks for each."""

    def __init__(self):
        pipes = dict.fromkeys(("stdin", "stdout"), subprocess.PIPE)
        self.server = subprocess.Popen([sys.executable, "-m", "tests.clock_processes"], **pipes, text=True, cwd=ROOT)
        self.running = set()

    def _ask(self, **job):
        self.server.stdin.write(json.dumps(job) + "\n")
        self.server.stdin.flush()
        return json.loads(self.server.stdout.readline())

    def race(self, job, url, files, now, count):
        """Let *count* processes do a job at the same moment; the answer of each."""
        return self._ask(job=job, url=url, files=str(files), now=now.isoformat(), count=count)

    def clock(self, url, files, now, job="clock"):
        """Start a scheduler whose time stands at *now*, or a folder; its process number."""
        child = self._ask(job=job, url=url, files=str(files), now=now.isoformat())
        self.running.add(child)
        return child

    def end(self, child, number):
        """Send a signal; the exit status, negative where it was the signal that ended the process."""
        os.kill(child, number)
        self.running.discard(child)
        return self._ask(wait=child)

    def kill_what_runs(self):
        """End every scheduler that a test left behind."""
        for child in tuple(self.running):
            self.end(child, signal.SIGKILL)

    def close(self):
        """End the server too."""
        self.kill_what_runs()
        self.server.stdin.close()
        self.server.wait()
        self.server.stdout.close()


@pytest.fixture(scope="session")
def process_server():
    """One for the whole run of a worker."""
    made = Processes()
    yield made
    made.close()


@pytest.fixture
def processes(process_server):
    """Processes of the product; what still runs after the test is killed."""
    yield process_server
    process_server.kill_what_runs()
