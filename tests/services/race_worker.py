"""One of several processes that press the same button at the same moment. Run by ``test_races``; prints JSON.

It reads a job from standard input, says ``ready``, waits for a line, and does its acts one after the other.
"""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path

from cprac.domain.acts import Act
from cprac.persistence.regulation_files import load_regulation
from cprac.services import acts
from cprac.services.chamber import Chamber
from cprac.services.errors import KeyReusedError, RefusedError, StaleError
from tests.fixtures_app import dispose_engines, make_app


def main() -> None:
    """Do the acts of the job and print how each ended: done, stale, refused or the name of a fault."""
    job = json.loads(sys.stdin.readline())
    app = make_app(job["url"])
    chamber = Chamber(load_regulation(), Path(job["files"]))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    ends = []
    with app.app_context():
        for each in job["acts"]:
            try:
                done = acts.perform(
                    chamber, each["account"], each["number"], Act(each["act"]), each["values"], version=each["version"],
                    key=each["key"], now=datetime.fromisoformat(each["now"]),
                )  # fmt: skip
                ends.append({"end": "done", "answer": done.as_plain()})
            except StaleError as stale:
                ends.append({"end": "stale", "version": stale.version})
            except (RefusedError, KeyReusedError) as refused:
                ends.append({"end": type(refused).__name__})
            except Exception as fault:  # noqa: BLE001  (the parent must see whatever came)
                ends.append({"end": f"{type(fault).__name__}: {fault}"})
    dispose_engines(app)
    sys.stdout.write(json.dumps(ends) + "\n")


if __name__ == "__main__":
    main()
