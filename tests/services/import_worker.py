"""One process that imports a file, perhaps killed in the middle of a transaction. Run by tests of the import.

It reads a job from standard input, says ``ready``, waits for a line, imports, and prints the report as JSON.
"""

from __future__ import annotations

import itertools
import json
import os
import secrets
import signal
import sys
from datetime import date, datetime
from pathlib import Path

from cprac.domain.legacy_mapping import SheetKind
from cprac.persistence.regulation_files import load_regulation
from cprac.services import legacy_import
from cprac.services.chamber import Chamber
from tests.fixtures_app import dispose_engines, make_app


def main() -> None:
    """Import the file of the job; where ``kill_at`` is given, die when that event is about to be written."""
    job = json.loads(sys.stdin.readline())
    app = make_app(job["url"])
    legacy_import.CHUNK = job["chunk"]
    drawn = itertools.count(1)

    def random(_context: str, size: int) -> bytes:
        if next(drawn) == job.get("kill_at"):
            os.kill(os.getpid(), signal.SIGKILL)
        return secrets.token_bytes(size)

    chamber = Chamber(load_regulation(), Path(job["files"]), random=random)
    cases = legacy_import.open_sheet(Path(job["cases"]), SheetKind.CASES)
    steps = legacy_import.open_sheet(Path(job["steps"]), SheetKind.STEPS) if job.get("steps") else None
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    with app.app_context():
        report = legacy_import.run(
            chamber, cases, steps, as_of=date.fromisoformat(job["as_of"]), now=datetime.fromisoformat(job["now"])
        )
    dispose_engines(app)
    sys.stdout.write(json.dumps(report.as_plain()) + "\n")


if __name__ == "__main__":
    main()
