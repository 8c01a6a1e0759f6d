"""``cprac scheduler``: the clock. APScheduler only calls, once a minute, short idempotent tasks over rows.

No deadline and no mail is ever a job: jobs double with two processes, are dropped when a pool is busy and are deleted
when a function is renamed (measured). So the store is memory, runs coalesce, none is too late, and a second scheduler
is harmless. It runs in its own process, never inside the web.
"""

from __future__ import annotations

import logging
import signal
import time
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from functools import partial
from types import FrameType
from typing import Any
from zoneinfo import ZoneInfo

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask

from cprac.persistence.database import db
from cprac.services import (
    clock_holds,
    day_cells,
    deadline_watch,
    deemed_service,
    fact_export,
    flow_sums,
    housekeeping,
    outbox,
    reconciliation,
    recounts,
    releases,
    reminders,
    surveys,
)
from cprac.services.chamber import Chamber

Clock = Callable[[], datetime]
Task = Callable[[Chamber, datetime], Any]

TASKS: Mapping[str, Task] = {
    "recounts": recounts.run_due,
    "deadlines": deadline_watch.sweep,
    "deemed": deemed_service.sweep,
    "reminders": reminders.remind,
    "outbox": outbox.send_due,
    "figures": day_cells.fold,
    "flow": flow_sums.keep,
    "surveys": surveys.offer_due,
    "housekeeping": housekeeping.tidy,
    "facts_file": fact_export.nightly,
    "reconciliation": reconciliation.reconcile,
    "releases": releases.sweep,
}
"""What runs each minute. The daily ones (reminders, tidying, reconciliation) know whether today's is done."""

log = logging.getLogger(__name__)


def clock_of(config: Mapping[str, Any], zone: ZoneInfo) -> Clock:
    """The clock of a process: real UTC time, or, in a demonstration, the day ``TODAY`` at the real time of day."""
    frozen = config.get("TODAY")
    if not frozen:
        return lambda: datetime.now(UTC)
    day = frozen if isinstance(frozen, date) else date.fromisoformat(frozen)
    return lambda: datetime.combine(day, datetime.now(zone).time(), zone).astimezone(UTC)


def run_task(app: Flask, name: str, now: Clock, pace: clock_holds.Pace | None = None) -> None:
    """Run one task once. A failure is logged and does not end the clock; the next minute tries again.

    Where *pace* says that the wall clock jumped, automatic effects wait for a person from then on.
    """
    with app.app_context():
        chamber: Chamber = app.extensions["cprac"]
        try:
            instant = now()
            if pace is not None and pace.jumped(instant):
                log.warning("the clock jumped: automatic effects wait until somebody has looked")
                clock_holds.hold(instant, clock_holds.Reason.JUMP)
            done = _task(app, name)(chamber, instant)
            log.debug("%s: %s", name, done)
        except Exception:  # a database that restarts must find the clock still running
            log.exception("the task %s failed", name)
        finally:
            db.session.remove()


def _task(app: Flask, name: str) -> Task:
    """A task; on the frozen day of a demonstration each midnight goes back a day, and that is no jump of a clock."""
    if name == "deadlines" and app.config.get("TODAY"):
        return partial(deadline_watch.sweep, watched=False)
    return TASKS[name]


def build(app: Flask, *, every: int = 60, now: Clock | None = None) -> BackgroundScheduler:
    """The scheduler of *app* with its tasks, each *every* seconds and at once; not started yet."""
    chamber: Chamber = app.extensions["cprac"]
    clock = now or clock_of(app.config, chamber.zone)
    scheduler = BackgroundScheduler(
        jobstores={"default": MemoryJobStore()},
        executors={"default": ThreadPoolExecutor(len(TASKS))},
        job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1},
        timezone=UTC,
    )
    paces = {} if app.config.get("TODAY") else {"deadlines": clock_holds.Pace()}
    for name in TASKS:
        scheduler.add_job(
            run_task, "interval", (app, name, clock, paces.get(name)), seconds=every, id=name,
            next_run_time=datetime.now(UTC),
        )  # fmt: skip
    return scheduler


def run(app: Flask, *, every: int = 60, now: Clock | None = None) -> None:
    """Run the clock until SIGTERM or SIGINT, then let the tasks that are running end."""
    told: list[int] = []

    def _stop(number: int, _frame: FrameType | None) -> None:
        told.append(number)  # no lock: the signal may come while this thread holds one

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stop)
    scheduler = build(app, every=every, now=now)
    scheduler.start()
    log.info("the clock runs")
    while not told:
        time.sleep(0.2)
    scheduler.shutdown(wait=True)
    log.info("the clock stopped")
