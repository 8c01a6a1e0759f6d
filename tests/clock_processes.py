"""Processes that tests race and kill, forked from one that has loaded everything: starting Python is what takes long.

It reads jobs from standard input and answers each with a line of JSON:

    {"job": "sweep", "url": …, "now": …, "count": 4}    as many sweepers at once, until nothing is due: their answers
    {"job": "upgrade", …}                               as many upgrades at once: their answers
    {"job": "clock", …}                                 a scheduler that ticks every second: its process number
    {"job": "folder", …}                                one that folds a few pending rows at a time, for ever: the same
    {"wait": 1234}                                      how that process ended, negative where by a signal
"""

from __future__ import annotations

import json
import os
import sys
from datetime import datetime

from cprac import scheduler
from cprac.persistence.database import db
from cprac.services import day_cells, deadline_watch, recounts, upgrade
from tests.fixtures_app import dispose_engines, make_app


def sweep_until_done(app, now):
    """Sweep until nothing is open any more; return how many this process let expire and how many failed."""
    expired = failed = 0
    while True:
        done = deadline_watch.sweep(app.extensions["cprac"], now, limit=40)
        expired, failed = expired + done.expired, failed + done.failed
        if not (done.expired or done.busy or done.failed):
            return {"expired": expired, "failed": failed}


def upgrade_once(app, now):
    """Upgrade; return from which revision."""
    return {"before": upgrade.upgrade(db.engine, app.extensions["cprac"], "contagem", now).before}


def recount_until_done(app, now):
    """Go on with recounts until none is left, whoever does the work; return how many dates this process moved."""
    moved = failed = 0
    while True:
        done = recounts.run_due(app.extensions["cprac"], now)
        moved, failed = moved + done.moved, failed + len(done.failures)
        if not done.left:
            return {"moved": moved, "failed": failed}


JOBS = {"sweep": sweep_until_done, "upgrade": upgrade_once, "recount": recount_until_done}


def race(job, app, now, count):
    """Fork before any connection is open; all start together and each answers through its own pipe."""
    start_read, start_write = os.pipe()
    answers, children = [], []
    for _ in range(count):
        answer_read, answer_write = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(start_write)
            os.read(start_read, 1)  # until the parent closes its end
            with app.app_context():
                os.write(answer_write, json.dumps(JOBS[job](app, now)).encode())
            dispose_engines(app)
            os._exit(0)
        os.close(answer_write)
        answers.append(answer_read)
        children.append(child)
    os.close(start_write)
    os.close(start_read)
    told = [os.read(answer, 1000) for answer in answers]
    for answer, child in zip(answers, children, strict=True):
        os.close(answer)
        os.waitpid(child, 0)
    return [json.loads(text or b"null") for text in told]


def start_clock(app, now):
    """Fork a scheduler; return its process number."""
    child = os.fork()
    if child == 0:
        os.close(0)
        scheduler.run(app, every=1, now=lambda: now)
        os._exit(0)
    return child


def start_folder(app):
    """Fork somebody who folds three pending rows a time; return the process number."""
    child = os.fork()
    if child == 0:
        os.close(0)
        with app.app_context():
            while True:
                day_cells.fold_some(3)
    return child


def main():
    """Answer jobs until there are no more."""
    for line in sys.stdin:
        job = json.loads(line)
        if "wait" in job:
            answer = os.waitstatus_to_exitcode(os.waitpid(job["wait"], 0)[1])
        else:
            app, now = make_app(job["url"], FILES=job["files"]), datetime.fromisoformat(job["now"])
            match job["job"]:
                case "clock":
                    answer = start_clock(app, now)
                case "folder":
                    answer = start_folder(app)
                case name:
                    answer = race(name, app, now, job["count"])
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
