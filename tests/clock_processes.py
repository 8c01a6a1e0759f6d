"""Processes that tests start, race and kill. Each prints one line of JSON when it is done.

python -m tests.clock_processes sweep URL FILES NOW PROCESSES    several sweepers at once, until nothing is due
python -m tests.clock_processes clock URL FILES NOW              the scheduler, every second
"""

from __future__ import annotations

import json
import os
import sys
from datetime import datetime

from cprac import scheduler
from cprac.services import deadline_watch
from tests.fixtures_app import dispose_engines, make_app


def sweep_until_done(app, now):
    """Sweep until nothing is open any more; return how many this process let expire and how many failed."""
    expired = failed = 0
    with app.app_context():
        while True:
            done = deadline_watch.sweep(app.extensions["cprac"], now, limit=40)
            expired, failed = expired + done.expired, failed + done.failed
            if not (done.expired or done.busy or done.failed):
                break
    dispose_engines(app)
    return {"expired": expired, "failed": failed}


def race(app, now, processes):
    """Fork sweepers before any connection is open; they start together and each answers through its own pipe."""
    start_read, start_write = os.pipe()
    answers = []
    for _ in range(processes):
        answer_read, answer_write = os.pipe()
        if os.fork() == 0:
            os.close(start_write)
            os.read(start_read, 1)  # until the parent closes its end
            os.write(answer_write, json.dumps(sweep_until_done(app, now)).encode())
            os._exit(0)
        os.close(answer_write)
        answers.append(answer_read)
    os.close(start_write)
    return [json.loads(os.read(answer, 1000) or b"{}") for answer in answers]


def main():
    """Do what the command line says."""
    what, url, files, now, *rest = sys.argv[1:]
    instant = datetime.fromisoformat(now)
    app = make_app(url, FILES=files)
    if what == "sweep":
        sys.stdout.write(json.dumps(race(app, instant, int(rest[0]))) + "\n")
        return
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    scheduler.run(app, every=1, now=lambda: instant)
    sys.stdout.write(json.dumps({"stopped": True}) + "\n")


if __name__ == "__main__":
    main()
