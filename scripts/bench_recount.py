"""The recount's cost: a day decreed on a chamber of 100,000 cases, with events and notices, on both databases.

Cases whose deadlines run over the day are driven through the services and cloned without moving their dates, so that
every one of them moves: the worst case. The preview is counted first and compared with what the recount did, row by
row. The limit is the issue's: a minute.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from cprac.domain.business_days import DayKind
from cprac.persistence.database import db
from cprac.persistence.models import Case, DeadlineRow, EventRow, OutboxMail, Recount
from cprac.services import calendar_decrees, recounts
from cprac.services.calendar_decrees import Decree
from cprac.services.chamber import Chamber
from scripts import bench_worlds
from scripts.bench import say
from scripts.bench_worlds import Databases, databases
from tests.fixtures_app import make_app
from tests.fixtures_databases import build_schema
from tests.worlds import NOW, build_world

RUNNING = ("filed", "screening", "inadmissible", "mediator", "invited", "agency")
"""Cases of the small world whose deadlines end on or after the day."""

DAY = date(2026, 3, 30)
LIMIT_SECONDS = 60.0


def add_arguments(group: argparse._ArgumentGroup) -> None:
    """What can be asked of this benchmark."""
    group.add_argument("--recount-cases", default="1000,100000", help="sizes, as 1000,100000")
    group.add_argument("--recount-databases", default="sqlite,postgresql", help="sqlite, postgresql or both")


def run(given: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """Measure, and yield a row for each database and size."""
    kinds = given.recount_databases.split(",")
    with tempfile.TemporaryDirectory(prefix="cprac-bench-") as name, databases(Path(name), kinds) as maker:
        for kind in kinds:
            for size in (int(size) for size in given.recount_cases.split(",")):
                yield {"bench": "recount", "database": kind, **measure(maker, kind, size)}


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print one JSON object a line; 1 where the limit is passed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_arguments(parser.add_argument_group("recount"))
    late = False
    for row in run(parser.parse_args(argv)):
        late = late or not row["within_limits"]
        sys.stdout.write(json.dumps(row) + "\n")
        sys.stdout.flush()
    return int(late)


def measure(maker: Databases, kind: str, size: int) -> dict[str, Any]:
    """A chamber of about *size* cases, a preview, a decree, its recount; RuntimeError where they do not agree."""
    url = maker._url(kind, f"recount_{size}", "")  # noqa: SLF001  (its only other way in makes the pages' world)
    build_schema(url)
    app = make_app(url, **{**maker.settings(url), "TODAY": None, "SMTP_URL": "smtp://127.0.0.1:9"})
    world = build_world(app, *RUNNING)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    spread, bench_worlds.SPREAD = bench_worlds.SPREAD, 1  # the dates stay: each clone moves like its original
    try:
        cases, events = bench_worlds.grow(url, size)
    finally:
        bench_worlds.SPREAD = spread
    say(f"{kind}: {cases:,} cases with {events:,} events")
    with app.app_context():
        chamber: Chamber = app.extensions["cprac"]
        asked = Decree(DayKind.MUNICIPAL, "Feriado decretado", "Decreto 1/2026", (DAY,))
        start = time.perf_counter()
        told = calendar_decrees.preview(chamber, asked, NOW)[1]
        preview = time.perf_counter() - start
        expected = {each.deadline: each.due for each in told.of("moved")}
        db.session.rollback()
        before = _counts()
        start = time.perf_counter()
        calendar_decrees.decree(chamber, world.account("registry"), asked, key="bench" * 5, now=NOW)
        decreed = time.perf_counter() - start
        start, cpu, longest = time.perf_counter(), time.process_time(), 0.0
        step = recounts._step  # noqa: SLF001  (how long who acts in a case may have to wait)

        def timed(*given: Any) -> int | None:
            nonlocal longest
            began = time.perf_counter()
            place = step(*given)
            longest = max(longest, time.perf_counter() - began)
            return place

        recounts._step = timed  # noqa: SLF001
        try:
            done = recounts.run_due(chamber, NOW, seconds=3600)
        finally:
            recounts._step = step  # noqa: SLF001
        seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
        after = _counts()
        there = dict(
            db.session.execute(
                sa.select(DeadlineRow.id, DeadlineRow.due).where(DeadlineRow.status == "open", DeadlineRow.due > DAY)
            ).all()
        )
        wrong = sum(there.get(row) != due for row, due in expected.items())
        recount = db.session.scalars(sa.select(Recount)).one()
        if wrong or not done.moved == recount.moved == len(expected) or recount.finished_at is None:
            raise RuntimeError(f"preview {len(expected)}, recount {done}, {wrong} rows differ")
        db.session.remove()
        db.engine.dispose()
    return {
        "cases": cases,
        "moved": done.moved,
        "kept": done.kept,
        "reviews": done.reviews,
        "events": after[0] - before[0],
        "mails": after[1] - before[1],
        "preview_seconds": round(preview, 2),
        "decree_ms": round(decreed * 1000, 1),
        "seconds": round(seconds, 2),
        "own_cpu_seconds": round(cpu, 2),
        "longest_transaction_ms": round(longest * 1000),
        "limit_seconds": LIMIT_SECONDS,
        "preview_is_the_result": True,
        "within_limits": seconds <= LIMIT_SECONDS,
    }


def _counts() -> tuple[int, int]:
    """How many events and mails there are."""
    found = [
        db.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0 for table in (EventRow, OutboxMail, Case)
    ]
    db.session.rollback()
    return found[0], found[1]


if __name__ == "__main__":
    raise SystemExit(main())
