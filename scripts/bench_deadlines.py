"""One due date, without its ledger and with it, beside the libraries that add business days: same calendar, same days.

Every contestant gets its own kind of date, made before the clock starts, and the same days off; what it answers is
compared with ours, and a difference ends the run. All are asked in turn, round after round in another order, so that
the machine's mood falls on all alike. What counts are the medians and the ratios, taken within each round; time is the
processor's own, because on a busy machine whoever takes longer is also interrupted more.

The peers are installed by ``make bench`` only; one that is not there is named and left out. Of ours, `due_on` answers
what they answer, a day; `due_date` also tells the first and the last counted day and can be asked for its ledger.
"""

from __future__ import annotations

import argparse
import datetime as dt
import importlib
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from cprac.domain.business_days import Calendar
from cprac.domain.deadlines import Pause, Unit, counting_rule, due_date, due_on
from cprac.persistence.regulation_files import load_regulation
from scripts.bench import say, table

AMOUNTS = (3, 5, 10, 15, 30)
FIRST, LAST = dt.date(2020, 1, 1), dt.date(2031, 6, 30)
AGREED_WITH = "due_on"


@dataclass(frozen=True, slots=True)
class Contestant:
    """Somebody who answers: a call, its arguments one by one, and how its answer is read as a date."""

    what: str
    who: str
    call: Callable[..., Any]
    asked: list[tuple[Any, ...]]
    as_date: Callable[[Any], dt.date] = field(default=lambda answer: answer)
    peer: bool = False


def add_arguments(group: Any) -> None:
    """The options of this benchmark."""
    group.add_argument("--days", type=int, default=1000, help="triggers, each with one of five lengths (1000)")
    group.add_argument("--deadline-rounds", type=int, default=21, help="rounds in which all are asked in turn (21)")


def run(given: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """Measure; yields a row for each contestant. Raises SystemExit where a peer answers another day than we do."""
    calendar = load_regulation("contagem").calendar()
    began = time.process_time()
    calendar.counting  # noqa: B018  (built here, once, as for every other contestant)
    yield {"what": "tables of 1990 to 2100, built once", "who": "cprac", "us": round(_since(began) * 1e6)}
    drawn = random.Random("deadlines")  # noqa: S311  (a seed, so that runs are alike)
    span = (LAST - FIRST).days
    triggers = [FIRST + dt.timedelta(days=drawn.randrange(span)) for _ in range(given.days)]
    questions = [(day, AMOUNTS[place % len(AMOUNTS)]) for place, day in enumerate(triggers)]
    contestants = [*_ours(calendar, questions), *_peers(calendar, questions)]
    _agree(contestants)
    yield from _race(contestants, given.deadline_rounds)


def _since(began: float) -> float:
    return time.process_time() - began


def _ours(calendar: Calendar, questions: Sequence[tuple[dt.date, int]]) -> Iterator[Contestant]:
    rules = {
        unit: {amount: counting_rule(amount, unit) for amount in AMOUNTS}
        for unit in (Unit.BUSINESS_DAYS, Unit.CALENDAR_DAYS, Unit.MONTHS)
    }
    plain = [(rules[Unit.BUSINESS_DAYS][amount], day, calendar) for day, amount in questions]
    yield Contestant("due date", AGREED_WITH, due_on, plain)
    yield Contestant("due date", "due_date", due_date, plain, lambda found: found.due)
    yield Contestant("with its ledger", "due_date(…).ledger()", _with_ledger, plain, lambda days: days[-1].date)
    yield Contestant("with its sentence", "due_date(…).sentence", _with_sentence, plain, lambda _found: dt.date.max)
    for unit in (Unit.CALENDAR_DAYS, Unit.MONTHS):
        asked = [(rules[unit][amount], day, calendar) for day, amount in questions]
        yield Contestant(f"in {unit.value.replace('_', ' ')}", "due_on", due_on, asked, lambda _found: dt.date.max)
    paused = [(*ask, [Pause(ask[1] + dt.timedelta(days=2), ask[1] + dt.timedelta(days=12))]) for ask in plain]
    yield Contestant("with a pause", "due_on", due_on, paused, lambda _found: dt.date.max)


def _with_ledger(*question: Any) -> Any:
    return due_date(*question).ledger()


def _with_sentence(*question: Any) -> str:
    return due_date(*question).sentence


def _peers(calendar: Calendar, questions: Sequence[tuple[dt.date, int]]) -> Iterator[Contestant]:
    """The libraries that are there, each with our days off and nothing else."""
    days_off = [day for day in calendar.days if not calendar.is_business_day(day)]
    makers = {"bizdays": (_bizdays,), "numpy": (_numpy, _numpy_dates), "pandas": (_pandas,), "holidays": (_holidays,)}
    for name, made in makers.items():
        try:
            module = importlib.import_module(name)
        except ImportError:
            say(f"deadlines: {name} is not installed and left out (make bench installs it)")
            continue
        yield from (make(module, days_off, questions) for make in made)


def _bizdays(bizdays: Any, days_off: list[dt.date], questions: Sequence[tuple[dt.date, int]]) -> Contestant:
    calendar = bizdays.Calendar(days_off, ["Saturday", "Sunday"], "1990-01-01", "2100-12-31", name="contagem")
    return Contestant("due date", "bizdays offset", calendar.offset, list(questions), peer=True)


def _numpy(numpy: Any, days_off: list[dt.date], questions: Sequence[tuple[dt.date, int]]) -> Contestant:
    # A trigger on a day off counts from the last business day before it: the same as leaving the start out.
    calendar = numpy.busdaycalendar(holidays=numpy.array(days_off, dtype="datetime64[D]"))
    call = partial(numpy.busday_offset, roll="backward", busdaycal=calendar)
    asked = [(numpy.datetime64(day), amount) for day, amount in questions]
    return Contestant("due date", "numpy.busday_offset", call, asked, lambda found: found.item(), peer=True)


def _numpy_dates(numpy: Any, days_off: list[dt.date], questions: Sequence[tuple[dt.date, int]]) -> Contestant:
    """The same from Python's date to Python's date, as whoever keeps dates must ask it."""
    ask = _numpy(numpy, days_off, questions).call
    who = "numpy.busday_offset, date to date"
    return Contestant("due date", who, lambda day, amount: ask(day, amount).item(), list(questions), peer=True)


def _pandas(pandas: Any, days_off: list[dt.date], questions: Sequence[tuple[dt.date, int]]) -> Contestant:
    from pandas.tseries.offsets import CustomBusinessDay

    offsets = {amount: CustomBusinessDay(amount, holidays=days_off) for amount in AMOUNTS}
    asked = [(offsets[amount], pandas.Timestamp(day)) for day, amount in questions]
    return Contestant(
        "due date", "pandas CustomBusinessDay", lambda offset, day: day + offset, asked, lambda at: at.date(), peer=True
    )


def _holidays(holidays: Any, days_off: list[dt.date], questions: Sequence[tuple[dt.date, int]]) -> Contestant:
    known = holidays.HolidayBase()
    known.update(dict.fromkeys(days_off, "dia sem expediente"))
    return Contestant("due date", "holidays.get_nth_working_day", known.get_nth_working_day, list(questions), peer=True)


def _answers(contestant: Contestant) -> list[dt.date]:
    return [contestant.as_date(contestant.call(*question)) for question in contestant.asked]


def _agree(contestants: Sequence[Contestant]) -> None:
    """End the run where somebody answers another day than we do to the same question."""
    expected = _answers(next(each for each in contestants if each.who == AGREED_WITH))
    for contestant in contestants:
        if contestant.what not in ("due date", "with its ledger"):
            continue
        wrong = [place for place, day in enumerate(_answers(contestant)) if day != expected[place]]
        if wrong:
            question = contestant.asked[wrong[0]]
            raise SystemExit(f"{contestant.who} differs from us {len(wrong)} times, first in {question!r}")


def _race(contestants: Sequence[Contestant], rounds: int) -> Iterator[dict[str, Any]]:
    times: list[list[float]] = [[] for _ in contestants]
    for number in range(rounds + 1):
        for place in range(len(contestants)):
            turn = (place + number) % len(contestants)
            times[turn].append(_one_round(contestants[turn]))
    for each in times:
        del each[0]  # the first round warms up
    peers = [each for each, contestant in zip(times, contestants, strict=True) if contestant.peer]
    fastest = min(peers, key=statistics.median, default=None)
    for own, contestant in zip(times, contestants, strict=True):
        row = {"what": contestant.what, "who": contestant.who, "us": round(statistics.median(own), 3)}
        if fastest is not None:
            ratios = [theirs / ours for theirs, ours in zip(fastest, own, strict=True)]
            row["times as fast as the fastest peer"] = round(statistics.median(ratios), 2)
        yield row


def _one_round(contestant: Contestant) -> float:
    """Microseconds a call, the loop's own turn included, alike for all.

    Asked twice and timed once: whose turn comes after somebody slow does not pay for what that one left in the caches.
    """
    call, asked = contestant.call, contestant.asked
    for question in asked:
        call(*question)
    began = time.process_time()
    for question in asked:
        call(*question)
    return _since(began) / len(asked) * 1e6


def main(arguments: Sequence[str] | None = None) -> None:
    """Run this benchmark alone: ``python -m scripts.bench_deadlines``."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_arguments(parser)
    sys.stdout.write(table(list(run(parser.parse_args(arguments)))))


if __name__ == "__main__":
    main()
