"""Figures: 720 survival curves from the kept cells beside other programs; sums, catalogue and pages at growing sizes.

Two parts. *Curves*: median, its 95 % log-log interval and quartiles of 12 groups × 60 months. Ours are read from the
database, statement and all; the others get the durations ready in memory, sorted by cell (DuckDB: in a table of its
own). *Sums*: fact rows of a random chamber, the cells built from them, and what a dashboard reads, the first time after
a change and again. Everything is asked in turn in one run; peers stop at sizes that would take longer than a minute.
"""

from __future__ import annotations

import argparse
import contextlib
import re
import resource
import statistics
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import sqlalchemy as sa
from flask import Flask

from cprac.domain.fact_rows import COLUMNS, FactRow
from cprac.domain.survival import kaplan_meier
from cprac.domain.tallies import Dimension
from cprac.persistence.database import db, engine_options
from cprac.persistence.models import StatCell, StatFold
from cprac.persistence.queries_figures import PAIR, cells_by, forget
from cprac.services import day_cells, fact_export, reporting
from cprac.services.curve_grid import KINDS, Place, curve_grid
from cprac.services.sums import Asked, Sums, sums
from scripts.bench import say
from scripts.bench_pages import Server, product
from scripts.bench_worlds import Databases, Grown, databases
from tests.fixtures_app import dispose_engines, make_app
from tests.fixtures_databases import build_schema
from tests.worlds import TODAY

GROUPS, MONTHS = 12, 60
FIRST_YEAR = TODAY.year - MONTHS // 12
ENDS = ("agreement", "closed_no_agreement", "closed_inadmissible", "closed_withdrawn", "closed_moot")
TURNS = ("city", "citizen", "court", "chamber")
PATIENCE = 60.0
"""Seconds: who would take longer at the next size is not asked."""

URLS = ("/gabinete/numeros", "/estatisticas")
Crossings = dict[tuple[str, int], tuple[float | None, ...]]
"""By cell: quarter, median, three quarters, and the limits of the median."""


def add_arguments(group: argparse._ArgumentGroup) -> None:
    """What can be asked of this benchmark."""
    group.add_argument("--curve-cases", default="100000,1000000", help="cases behind the 720 curves (100000,1000000)")
    group.add_argument("--facts", default="1000,100000", help="fact rows behind the dashboards (1000,100000)")
    group.add_argument("--figure-rounds", type=int, default=7, help="times that each thing is asked for (7)")
    group.add_argument("--figure-databases", default="sqlite,postgresql", help="sqlite, postgresql or both")
    group.add_argument("--no-peers", action="store_true", help="leave the other programs out")
    group.add_argument("--urls", default=",".join(URLS), help="pages asked for, where they exist")


def run(given: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """Measure, and yield a row for each thing, size and program."""
    kinds, rounds = given.figure_databases.split(","), given.figure_rounds
    urls = [url for url in given.urls.split(",") if url]
    with tempfile.TemporaryDirectory(prefix="cprac-bench-") as name, contextlib.ExitStack() as stack:
        maker = stack.enter_context(databases(Path(name), kinds))
        patience = dict.fromkeys(PEERS, 0.0)
        for size in _sizes(given.curve_cases):
            yield from _curves(maker, kinds, size, rounds, {} if given.no_peers else patience)
        maker.plans = ("filed", "talks", "in_force")
        small = {kind: maker.grown(kind, len(maker.plans)) for kind in kinds} if given.facts else {}
        for size in _sizes(given.facts):
            for kind in kinds:
                yield from _dashboards(maker, small[kind], size, rounds, urls)


def _sizes(text: str) -> list[int]:
    return sorted(int(size) for size in text.split(",") if size)


def _seconds(work: Callable[[], Any], rounds: int, before: Callable[[], Any] = lambda: None) -> tuple[float, Any]:
    """The median of some rounds, and what the last one gave."""
    took, answer = [], None
    for _round in range(rounds):
        before()
        start = time.perf_counter()
        answer = work()
        took.append(time.perf_counter() - start)
    return statistics.median(took), answer


# --- curves -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Durations:
    """Drawn cases, sorted by cell: days, whether they ended, and where each cell begins."""

    keys: list[tuple[str, int]]
    days: Any
    ended: Any
    starts: list[int]
    stored: list[dict[str, Any]]


def draw(size: int, seed: int = 4) -> Durations:
    """About *size* cases in 720 cells, and the rows of day cells that hold them."""
    chance, today, per = np.random.default_rng(seed), TODAY.toordinal(), max(1, size // (GROUPS * MONTHS))
    keys, days, ended, stored = [], [], [], []
    for group in range(GROUPS):
        for month in range(MONTHS):
            first = date(FIRST_YEAR + month // 12, month % 12 + 1, 1)
            key = (f"matter_{group:02}", first.year * 100 + first.month)
            filed = first.toordinal() + chance.integers(0, 28, per)
            took = (chance.weibull(1.1, per) * (150 + 20 * group)).astype("i8")
            over = filed + took <= today
            for kind, mine in zip(KINDS, (took[over], filed[~over]), strict=True):
                values, counts = np.unique(mine, return_counts=True)
                if len(values):
                    body = np.empty(len(values), dtype=PAIR)
                    body["day"], body["n"] = values, counts
                    stored.append(
                        {"series": "native", "dimension": "matter", "value": key[0], "clock": "filed",
                         "month": key[1], "kind": kind, "body": body.tobytes()}
                    )  # fmt: skip
            keys.append(key)
            days.append(np.where(over, took, np.maximum(today - filed, 0)))
            ended.append(over)
    return Durations(
        keys, np.concatenate(days), np.concatenate(ended), [per * place for place in range(len(keys) + 1)], stored
    )


def _curves(
    maker: Databases, kinds: Sequence[str], size: int, rounds: int, patience: dict[str, float]
) -> Iterator[dict[str, Any]]:
    say(f"drawing {size:,} cases")
    drawn = draw(size)
    pairs = sum(len(row["body"]) for row in drawn.stored) // PAIR.itemsize
    best, ours = {}, {}
    for kind in kinds:
        app = _with_cells(maker, kind, f"curves_{size}", drawn)
        with app.app_context():
            seconds, grid = _seconds(
                lambda: curve_grid(("native",), Dimension.MATTER, TODAY), rounds, db.session.rollback
            )
            db.session.rollback()
        dispose_engines(app)
        best[f"ours, {kind}"] = seconds
        ours = {key: _crossings(place) for key, place in grid.places().items()}
    others: dict[str, Crossings] = {}
    for name, peer in PEERS.items():
        if name not in patience or patience[name] * 10 > PATIENCE:
            continue
        say(f"{name}: {size:,} cases")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            best[name], others[name] = _seconds(peer(drawn), 1 if patience[name] > 1 else min(rounds, 3))
        patience[name] = best[name]
    slowest = max(seconds for name, seconds in best.items() if name.startswith("ours"))
    for name, seconds in best.items():
        told = others.get(name)
        yield {
            "what": "720 curves",
            "who": name,
            "cases": len(drawn.days),
            "pairs": pairs,
            "ms": round(1000 * seconds, 1),
            "times ours": None if name.startswith("ours") else round(seconds / slowest, 2),
            "medians that differ": None if told is None else sum(told[key][1] != ours[key][1] for key in drawn.keys),
            "limits that differ": None if told is None else sum(told[key][3:] != ours[key][3:] for key in drawn.keys),
        }


def _crossings(place: Place) -> tuple[float | None, ...]:
    return place.quarter, place.median, place.three_quarters, place.low, place.high


def _with_cells(maker: Databases, kind: str, name: str, drawn: Durations) -> Flask:
    url = maker.address(kind, name, "")
    build_schema(url)
    app = make_app(url, **maker.settings(url))
    with app.app_context():
        with db.engine.begin() as connection:
            for start in range(0, len(drawn.stored), 500):
                connection.execute(sa.insert(StatCell), drawn.stored[start : start + 500])
        _analyze(db.engine)
    return app


def _analyze(engine: sa.Engine) -> None:
    """As the daily care of a database leaves it."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("VACUUM ANALYZE" if engine.dialect.name == "postgresql" else "ANALYZE"))


def _by_cell(drawn: Durations, one: Callable[[Any, Any], tuple[float | None, ...]]) -> Callable[[], Crossings]:
    def work() -> Crossings:
        found = {}
        for place, key in enumerate(drawn.keys):
            part = slice(drawn.starts[place], drawn.starts[place + 1])
            found[key] = one(drawn.days[part], drawn.ended[part])
        return found

    return work


def _day(value: Any) -> float | None:
    return None if value is None or not np.isfinite(value) else float(value)


def lifelines_peer(drawn: Durations) -> Callable[[], Crossings]:
    """A KaplanMeierFitter a cell; its interval is log-log by default."""
    from lifelines import KaplanMeierFitter
    from lifelines.utils import median_survival_times

    def one(days: Any, ended: Any) -> tuple[float | None, ...]:
        fitted = KaplanMeierFitter().fit(days, ended)
        limits = median_survival_times(fitted.confidence_interval_).to_numpy()[0]
        levels = (fitted.percentile(level) for level in (0.75, 0.5, 0.25))
        return (*(_day(day) for day in levels), _day(limits[0]), _day(limits[1]))

    return _by_cell(drawn, one)


def _at(days: Any, heights: Any, level: float) -> float | None:
    below = np.flatnonzero(heights <= level)
    return float(days[below[0]]) if len(below) else None


def sksurv_peer(drawn: Durations) -> Callable[[], Crossings]:
    """kaplan_meier_estimator a cell, and where its lines come down to the levels."""
    from sksurv.nonparametric import kaplan_meier_estimator

    def one(days: Any, ended: Any) -> tuple[float | None, ...]:
        times, survival, (low, high) = kaplan_meier_estimator(ended, days, conf_type="log-log")
        return (
            _at(times, survival, 0.75), _at(times, survival, 0.5), _at(times, survival, 0.25), _at(times, low, 0.5),
            _at(times, high, 0.5),
        )  # fmt: skip

    return _by_cell(drawn, one)


def statsmodels_peer(drawn: Durations) -> Callable[[], Crossings]:
    """A SurvfuncRight a cell."""
    from statsmodels.duration.survfunc import SurvfuncRight

    def one(days: Any, ended: Any) -> tuple[float | None, ...]:
        fitted = SurvfuncRight(days, ended)
        low, high = fitted.quantile_ci(0.5, method="cloglog")
        return (*(_day(fitted.quantile(share)) for share in (0.25, 0.5, 0.75)), _day(low), _day(high))

    return _by_cell(drawn, one)


DUCKDB = """
with days as (select cell, day, count(*) filter (where ended) d, count(*) l from drawn group by cell, day),
risks as (select *, sum(l) over (partition by cell order by day desc) r from days),
sums as (select cell, day, d, r,
    sum(case when d > 0 and r > d then ln(1.0 - d / r) when d > 0 then -1e9 else 0 end) over w u,
    sum(case when d > 0 and r > d then d / (r * (r - d)) else 0 end) over w v
  from risks window w as (partition by cell order by day)),
curves as (select cell, day, d, u, 1.959963984540054 * sqrt(v) / -u as spread, ln(-u) as double
  from sums where u < 0)
select cell, min(day) filter (where u <= ln(0.75) + 1e-10), min(day) filter (where u <= ln(0.5) + 1e-10),
  min(day) filter (where u <= ln(0.25) + 1e-10),
  min(day) filter (where u > -1e8 and double + spread >= ln(ln(2))),
  min(day) filter (where u > -1e8 and double - spread >= ln(ln(2)))
from curves group by cell
"""


def duckdb_peer(drawn: Durations) -> Callable[[], Crossings]:
    """One statement over a table in memory."""
    import duckdb
    import pyarrow as pa

    sizes = np.diff(drawn.starts)
    arrays = {"cell": np.repeat(np.arange(len(sizes)), sizes).astype("i4"), "day": drawn.days.astype("i4")}
    table = pa.table({**arrays, "ended": drawn.ended})
    connection = duckdb.connect()
    connection.register("given", table)
    connection.execute("create table drawn as select * from given")

    def work() -> Crossings:
        found: Crossings = dict.fromkeys(drawn.keys, (None,) * 5)
        for cell, *days in connection.execute(DUCKDB).fetchall():
            found[drawn.keys[cell]] = tuple(None if day is None else float(day) for day in days)
        return found

    return work


PEERS: dict[str, Callable[[Durations], Callable[[], Crossings]]] = {
    "duckdb": duckdb_peer,
    "statsmodels": statsmodels_peer,
    "scikit-survival": sksurv_peer,
    "lifelines": lifelines_peer,
}


# --- sums, catalogue, pages, files ------------------------------------------------------------------------------------


def _dashboards(
    maker: Databases, small: Grown, size: int, rounds: int, urls: Sequence[str]
) -> Iterator[dict[str, Any]]:
    kind = small.database
    url = maker.address(kind, f"facts_{size}", "small")
    say(f"{kind}: writing {size:,} fact rows")
    write_facts(url, size)
    app = make_app(url, **maker.settings(url))
    chamber = app.extensions["cprac"]

    def row(what: str, seconds: float, **more: Any) -> dict[str, Any]:
        return {"what": what, "who": kind, "cases": size, "ms": round(1000 * seconds, 1), **more}

    with app.app_context():
        say(f"{kind}: building cells")
        seconds, cells = _seconds(day_cells.rebuild_cells, 1)
        yield row("rebuild cells", seconds, cells=cells)
        _analyze(db.engine)

        def fresh() -> None:
            forget()
            db.session.rollback()

        def data() -> Sums:
            found = sums(Asked(TODAY), TODAY)
            _ = found.cohort, found.period, found.stock, found.admitted, found.flow()
            return found

        def compared() -> None:
            for dimension in (Dimension.MATTER, Dimension.AGENCY):
                cells_by(("native",), dimension)

        def curve() -> None:
            cohort = data().cohort
            kaplan_meier(cohort.ended(), cohort.still_open(TODAY))

        def catalogue() -> None:
            for _indicator, _figure in reporting.figures(reporting.context(chamber, sums(Asked(TODAY), TODAY))):
                pass

        for what, work in (
            ("sums of all", data),
            ("cells by matter and agency", compared),
            ("sums and the whole curve", curve),
            ("the whole catalogue", catalogue),
        ):
            cold, _ = _seconds(work, rounds, fresh)
            warm, _ = _seconds(work, rounds, db.session.rollback)
            yield row(what, cold, **{"warm ms": round(1000 * warm, 1)})
        grid, _ = _seconds(lambda: curve_grid(("native",), Dimension.MATTER, TODAY), rounds, fresh)
        yield row("curves by matter and month", grid)
        written = maker.folder.joinpath("facts.parquet").open("wb")
        before = _peak(anew=True)
        seconds, _ = _seconds(lambda: fact_export.export(written, chamber, _now(chamber)), 1)
        yield row("facts as Parquet", seconds, **{"more memory, MB": _peak() - before})
        written.close()
        db.session.rollback()
    dispose_engines(app)
    grown = Grown(kind, size, maker.settings(url), small.world)
    with product(grown, ["filed"], "attorney_general") as server:
        for path in urls:
            yield from _page(server, path, rounds, url, row)


def _now(_chamber: Any) -> Any:
    from datetime import UTC, datetime

    return datetime.combine(TODAY, datetime.min.time(), UTC)


def _peak(*, anew: bool = False) -> int:
    """The most memory that this process has had, MB: since it began, or since it was last asked *anew* (Linux)."""
    if anew:
        with contextlib.suppress(OSError):
            Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    with contextlib.suppress(OSError):
        told = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text(encoding="ascii"))
        if told:
            return int(told[1]) // 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _page(
    server: Server, path: str, rounds: int, url: str, row: Callable[..., dict[str, Any]]
) -> Iterator[dict[str, Any]]:
    """A page after each change of the cells, and again; nothing where there is no such page yet."""
    engine = sa.create_engine(url, **engine_options(url))

    def change() -> None:
        with engine.begin() as connection:
            connection.execute(sa.update(StatFold).values(n=StatFold.n + 1))

    try:
        server.get(path)
        cold, _ = _seconds(lambda: server.get(path), rounds, change)
        warm, _ = _seconds(lambda: server.get(path), rounds)
        yield row(path, cold, **{"warm ms": round(1000 * warm, 1), "statements": server.get(path)[2]})
    except OSError as missing:
        say(f"{path}: {missing}")
    finally:
        engine.dispose()


def write_facts(url: str, size: int, block: int = 50_000) -> None:
    """Fill ``case_fact`` with *size* random rows without cases: only figures are asked of this database."""
    address = sa.make_url(url)
    postgresql = address.get_backend_name() == "postgresql"
    engine = sa.create_engine(address.set(username="postgres") if postgresql else address, **engine_options(url))
    names = ("case_id", *COLUMNS)
    with engine.connect() as connection:
        raw = connection.connection.driver_connection
        cursor = raw.cursor()  # type: ignore[union-attr]
        if postgresql:
            cursor.execute("SET session_replication_role = replica")
            cursor.execute("DELETE FROM case_fact")
        else:
            for pragma in ("foreign_keys = OFF", "journal_mode = OFF", "synchronous = OFF"):
                cursor.execute(f"PRAGMA {pragma}")
            cursor.execute("BEGIN")
            cursor.execute("DELETE FROM case_fact")
        for start in range(0, size, block):
            rows = list(random_rows(start + 1, min(block, size - start), seed=start))
            if postgresql:
                with cursor.copy(f"COPY case_fact ({', '.join(names)}) FROM STDIN") as copy:
                    for row in rows:
                        copy.write_row(row)
            else:
                marks = ", ".join("?" * len(names))
                cursor.executemany(f"INSERT INTO case_fact ({', '.join(names)}) VALUES ({marks})", map(_plain, rows))  # noqa: S608  (names of ours)
        cursor.execute("COMMIT")
        cursor.close()
        if postgresql:
            raw.rollback()  # type: ignore[union-attr]
    engine.dispose()


def _plain(row: Sequence[Any]) -> list[Any]:
    return [value.isoformat() if isinstance(value, date) else value for value in row]


def random_rows(first: int, size: int, seed: int) -> Iterator[tuple[Any, ...]]:
    """Fact rows of a busy chamber: a third open, a third agreed, the rest ended otherwise."""
    chance = np.random.default_rng(seed)
    defaults = FactRow()
    filed = chance.integers(0, MONTHS * 30, size).tolist()
    took = (chance.weibull(1.1, size) * 260).astype(int).tolist()
    ends = chance.choice(5, size, p=(0.45, 0.2, 0.2, 0.1, 0.05)).tolist()
    draws = chance.integers(0, 1 << 30, (size, 6)).tolist()
    begin = TODAY - timedelta(days=MONTHS * 30)
    for place in range(size):
        a, b, c, d, e, f = draws[place]
        filed_on, days = begin + timedelta(days=filed[place]), took[place]
        over = filed_on + timedelta(days=days) <= TODAY
        agreed = over and ends[place] == 0
        admitted = days > 20
        told: dict[str, Any] = {
            "matter": f"matter_{a % 20:02}",
            "agency_id": b % 25 + 1,
            "channel": ("portal", "desk", "attorney_office")[c % 3],
            "priority": ("", "", "", "elderly", "disability")[d % 5],
            "filed_on": filed_on,
            "admitted_on": filed_on + timedelta(days=min(days, 20)) if admitted else None,
            "in_admissibility": min(days, 20),
            "in_invitation": max(0, min(days - 20, 15)),
            "in_talks": max(0, days - 35),
            "for_city": days // 3,
            "for_citizen": days // 4,
            "for_chamber": days - days // 3 - days // 4,
            "value_claimed": e % 2_000_000 if e % 3 else 0,
            "sessions": f % 4,
            "invited": 1,
            "invited_accepted": f % 2,
            "lawsuits": int(e % 5 == 0),
            "since": filed_on + timedelta(days=days * 3 // 4),
        }
        if over:
            done = filed_on + timedelta(days=days)
            told |= {"resolved_on": done, "resolved_as": ENDS[ends[place]], "since": done}
            told |= {"state": "closed_fulfilled" if agreed else ENDS[ends[place]], "closed_on": done}
        else:
            told |= {"state": "in_progress", "phase": "talks", "turn": TURNS[f % 4]}
        if agreed:
            amount = (e % 2_000_000) * 3 // 4
            told |= {"direction": "city_pays", "value_agreed": amount, "value_paid": amount // 2, "extent": "total"}
            told |= {"obligations": 2, "obligations_on_time": 1, "obligations_due": TODAY.isoformat()}
        yield (first + place, *(told.get(name, getattr(defaults, name)) for name in COLUMNS))
