"""Seeding: many cases lived at the same time, day by day, as if the chamber had been at work until yesterday.

Everything follows from one day: numbers, keys, hours and waits are drawn from it, business days are those of the
chamber's calendar, and the clock's own work (deadlines that expire) is done each night. Nothing is done on the day
itself, so whoever opens the demonstration at any hour finds only a past.
"""

from __future__ import annotations

import hashlib
import heapq
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from random import Random

from flask import Flask
from sqlalchemy import ColumnElement, exists, select, update

from cprac.demo_world.way import steps_to
from cprac.demo_world.world import BETWEEN_ACTS, Script, Steps, World
from cprac.domain.business_days import Calendar
from cprac.domain.states import CaseState
from cprac.persistence.database import db, transaction
from cprac.persistence.models import DeadlineRow, OutboxMail
from cprac.services import deadline_watch
from cprac.services.chamber import Chamber
from cprac.services.intake import NewCase

GAPS = {
    "screen": 1, "pass_formal": 2, "admit": 4, "invite": 2, "serve": 2, "accept": 3, "assign": 2, "disclose": 1,
    "schedule": 6, "session": 7, "terms": 0, "draft": 3, "review": 1, "opinion": 5, "request": 2, "authorize": 4,
    "sign": 4, "homologate": 3, "publish": 2,
}  # fmt: skip
"""Business days that each wait of the way takes; a case may draw one or two more where ``SLOW`` says so."""

SLOW = {"pass_formal": 1, "admit": 3, "accept": 4, "schedule": 2, "session": 2, "draft": 2, "opinion": 3, "sign": 2}

NIGHT = time(0, 5)
OPENS, CLOSES = 8 * 60 + 30, 15 * 60 + 30
"""First and last minute of the day at which a case is taken up."""
MEETINGS = (time(9, 30), time(14), time(15, 30))
HAND_OVER_AFTER = 3
"""Business days after which the registry has handed a message over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A case of the demonstration: how it is filed, how far it goes by the usual way, and what happens then.

    ``ago``: business days before the day of the demonstration on which it came to ``until``. ``filed_by``: who files,
    the applicant where empty. ``meets``: the meeting is in so many business days from that day (0: that day).
    ``pace``: waits that are not the usual ones. ``procedure``: a version of the rules other than today's.
    """

    name: str
    script: Script
    new: NewCase
    until: CaseState
    ago: int
    then: Callable[[Simulation, str], Steps] | None = None
    filed_by: str = ""
    meets: int | None = None
    pace: dict[str, int] = field(default_factory=dict)
    procedure: str = ""


class SeededBytes:
    """A random source that gives the same bytes for the same seed and the same questions, whatever their order."""

    def __init__(self, seed: str) -> None:
        self.seed = seed
        self.asked: Counter[str] = Counter()

    def __call__(self, context: str, size: int) -> bytes:
        """The next *size* bytes for *context*."""
        self.asked[context] += 1
        return hashlib.shake_256(f"{self.seed}|{context}|{self.asked[context]}".encode()).digest(size)


class Simulation(World):
    """A world that lives many cases at the same time, in the order of their instants."""

    def __init__(self, app: Flask, today: date) -> None:
        chamber: Chamber = replace(app.extensions["cprac"], random=SeededBytes(f"demonstration of {today}"))
        super().__init__(app, chamber, datetime.combine(today, time.min, chamber.zone), GAPS)
        self.today = today
        self.calendar: Calendar = chamber.calendar()
        self.plans: dict[str, Plan] = {}
        self.meetings: dict[str, datetime] = {}
        self._drawn: dict[tuple[str, str], int] = {}
        self._dice: dict[str, Random] = {}
        self._night: date | None = None

    # --- days -----------------------------------------------------------------------------------------------------

    def ago(self, days: int) -> date:
        """The business day *days* before the day of the demonstration."""
        return self.calendar.add_business_days(self.today, -days)

    def ahead(self, days: int) -> date:
        """The business day *days* after the day of the demonstration; with 0 the day itself or the next one."""
        return self.calendar.add_business_days(self.today, days)

    def at(self, day: date, minutes: int) -> datetime:
        """The instant *minutes* after midnight of a local day."""
        return datetime.combine(day, time(minutes // 60, minutes % 60), self.chamber.zone)

    def dice(self, case: str) -> Random:
        """The case's own dice, the same for the same day."""
        return self._dice.setdefault(case, Random(f"{self.today}|{case}"))  # noqa: S311  (hours of invented acts)

    def later(self, case: str, days: int) -> datetime:
        """The instant *days* business days later, at an hour of that day that the case draws."""
        if not days:
            return self.clock[case]
        day = self.calendar.add_business_days(self.day(case), days)
        instant = self.at(day, self.dice(case).randint(OPENS, CLOSES))
        if instant >= self.until:
            raise ValueError(f"{case} lives beyond the eve of the demonstration")
        return instant

    def meeting_after(self, case: str, days: int) -> datetime:
        """When the case's meeting begins: on the day its plan names, otherwise *days* business days later."""
        meets = self.plans[case].meets
        day = self.calendar.add_business_days(self.day(case), days) if meets is None else self.meeting_day(meets)
        self.meetings[case] = datetime.combine(day, self.dice(case).choice(MEETINGS), self.chamber.zone)
        return self.meetings[case]

    def meeting_day(self, days: int) -> date:
        """The day of a meeting that a plan sets: so many business days from the day of the demonstration."""
        return self.ahead(days) if days >= 0 else self.ago(-days)

    def gap(self, case: str, name: str) -> int:
        """How many business days the wait *name* takes in a case: drawn once, so that it can be counted beforehand."""
        if (case, name) not in self._drawn:
            usual = GAPS[name] + self.dice(case).choice((0, 0, SLOW.get(name, 0)))
            self._drawn[case, name] = self.plans[case].pace.get(name, usual)
        return self._drawn[case, name]

    def wait(self, case: str, days: int) -> None:
        """Let *days* business days pass in a case."""
        self.clock[case] = self.later(case, days)

    # --- lives ----------------------------------------------------------------------------------------------------

    def run(self, plans: Sequence[Plan], others: Sequence[Iterator[datetime]] = ()) -> None:
        """Live *plans* and *others* (who yield the instants at which they go on) until the day of the demonstration."""
        lives = [*others, *(self._life(plan) for plan in plans)]
        queue = [(next(life), number, life) for number, life in enumerate(lives)]
        heapq.heapify(queue)
        while queue:
            instant, number, life = heapq.heappop(queue)
            self._nights_until(self.chamber.day(instant))
            going_on = next(life, None)
            if going_on is not None:
                heapq.heappush(queue, (going_on, number, life))
        self._nights_until(self.today)

    def _life(self, plan: Plan) -> Iterator[datetime]:
        """The life of a case; yields each instant at which it goes on."""
        case = plan.name
        self.plans[case] = plan
        steps = steps_to(plan.until)
        waits = sum(self.gap(case, name) for step in steps for name in step.gaps)
        filed_at = self.at(self.ago(plan.ago + waits), self.dice(case).randint(OPENS, CLOSES))
        yield filed_at
        self._file(plan, filed_at)
        for step in steps:
            yield from self._live(case, step.live(self, case))
        if plan.then is not None:
            yield from self._live(case, plan.then(self, case))

    def _file(self, plan: Plan, at: datetime) -> None:
        chamber = self.chamber
        if plan.procedure and chamber.older is not None:
            self.chamber = replace(chamber, regulation=chamber.older(plan.procedure))
        self.file(plan.name, plan.script, plan.new, plan.filed_by or plan.script.applicant, at)
        self.chamber = chamber

    def _live(self, case: str, steps: Steps) -> Iterator[datetime]:
        for wait in steps:
            if wait == "session" and case in self.meetings:
                self.clock[case] = self.meetings[case] + BETWEEN_ACTS
            else:
                self.wait(case, wait if isinstance(wait, int) else self.gap(case, wait))
            yield self.clock[case]

    # --- nights ---------------------------------------------------------------------------------------------------

    def _nights_until(self, day: date) -> None:
        """What the clock and the registry do by themselves each night, up to the one before *day*."""
        night = self._night or day
        while night < day:
            night += timedelta(days=1)
            at = datetime.combine(night, NIGHT, self.chamber.zone)
            with self.app.app_context():
                if night == self.today or self._any(DeadlineRow.status == "open", DeadlineRow.due < night):
                    deadline_watch.sweep(self.chamber, at, watched=False)
                self._hand_over(night, at)
                db.session.remove()
        self._night = day

    def _any(self, *conditions: ColumnElement[bool]) -> bool:
        found = db.session.scalar(select(exists().where(*conditions)))
        db.session.rollback()
        return bool(found)

    def _hand_over(self, night: date, now: datetime) -> None:
        """The registry has handed over the messages of some days ago; the newest wait on its list."""
        last = datetime.combine(self.calendar.add_business_days(night, -HAND_OVER_AFTER), time.max, self.chamber.zone)
        old = (OutboxMail.status == "by_hand", OutboxMail.created_at <= last)
        if self._any(*old):
            handed = {"status": "handed", "sent_at": now, "handed_by": self.account("registry")}
            with transaction() as session:
                session.execute(update(OutboxMail).where(*old).values(**handed))
