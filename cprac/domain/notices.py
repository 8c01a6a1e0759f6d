"""When a notice counts as made, and when an act counts as received: the days on which deadlines start.

Instants are aware datetimes; days are dates of the chamber's time zone (official Brasília time, no daylight saving
since Decreto 9.772/2019). Each function answers with the day that is *excluded* from the count that follows.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from cprac.domain.business_days import DAY, Calendar
from cprac.domain.deadline_rules import DeadlineRule, FirstDay, Unit
from cprac.domain.words import N_

SAO_PAULO = ZoneInfo("America/Sao_Paulo")
PORTAL_WAIT_DAYS = 10
PORTAL, GAZETTE = "portal", "gazette"
"""Channels of a notice whose day of receipt the law moves."""


@dataclass(frozen=True, slots=True)
class ServedNotice:
    """A notice that the law takes as made on `deemed_on`; `tacit` when nobody opened it.

    `first_day` is not None where the law itself says what day 1 must be, whatever the unit of the deadline.
    """

    deemed_on: dt.date
    why: str
    tacit: bool = False
    first_day: FirstDay | None = None


def portal_notice(
    sent_on: dt.date,
    opened_on: dt.date | None,
    calendar: Calendar,
    *,
    tacit: bool = True,
    tenth_day_moves: bool = True,
    wait_days: int = PORTAL_WAIT_DAYS,
) -> ServedNotice | None:
    """Return when a notice sent through the portal on *sent_on* counts as made (Lei 11.419 art. 5, by analogy).

    Opened: that day, or the next business day (§2). Not opened within ten calendar days from sending: the tenth day
    (§3). Day 1 of the ten is the day after sending, business day or not; with *tenth_day_moves* (Res. CNJ 185/2013
    art. 21) a tenth day that is not a business day moves to the next one, without it the tenth day stands. Deemed
    service needs a base in the local rule or the person's signed adhesion: where there is none, pass ``tacit=False``
    and an unopened notice answers None. *wait_days* is for a chamber whose rule says another number than ten.

    Raises ValueError for a notice opened before it was sent.
    """
    if opened_on is not None and opened_on < sent_on:
        raise ValueError(N_("o aviso não pode ter sido aberto antes de enviado"))
    tenth = sent_on + wait_days * DAY
    if opened_on is not None and (opened_on <= tenth or not tacit):
        deemed = calendar.business_day_from(opened_on)
        if deemed == opened_on:
            return ServedNotice(deemed, N_("aviso aberto neste dia"))
        return ServedNotice(deemed, N_("aviso aberto em dia sem expediente: vale do dia útil seguinte"))
    if not tacit:
        return None
    deemed = calendar.business_day_from(tenth) if tenth_day_moves else tenth
    return ServedNotice(deemed, N_("aviso não aberto em %d dias: considera-se feito") % wait_days, tacit=True)


def gazette_notice(available_on: dt.date, calendar: Calendar) -> ServedNotice:
    """Return the publication of what the official gazette made available on *available_on*.

    It is published on the first business day after, and the count starts on the first business day after that, in any
    unit (Lei 11.419 art. 4 §§3-4; CPC art. 224 §§2-3).
    """
    published = calendar.next_business_day(available_on)
    return ServedNotice(
        published, N_("publicado no dia útil seguinte à disponibilização"), first_day=FirstDay.BUSINESS_DAY
    )


def start_of_count(served: ServedNotice, rule: DeadlineRule, calendar: Calendar) -> dt.date:
    """Return the day that the count of *rule* excludes, so that day 1 is the day the law says, whatever the unit.

    The day of the notice itself, but for a deadline in running days, months or years after a publication: its day 1 is
    a business day (Lei 11.419 art. 4 §4), so the day before that one is excluded.
    """
    if served.first_day is not FirstDay.BUSINESS_DAY or rule.unit is Unit.BUSINESS_DAYS:
        return served.deemed_on
    return calendar.next_business_day(served.deemed_on) - DAY


def local_date(instant: dt.datetime, zone: dt.tzinfo = SAO_PAULO) -> dt.date:
    """Return the local day of an aware *instant*. Raises ValueError for one without time zone."""
    return _utc(instant).astimezone(zone).date()


def is_on_time(instant: dt.datetime, due: dt.date, zone: dt.tzinfo = SAO_PAULO) -> bool:
    """Tell whether an act done at *instant* is in time for *due*: until 24:00 of that day (CPC art. 213)."""
    return local_date(instant, zone) <= due


def received_on(
    instant: dt.datetime, calendar: Calendar, *, closes_at: dt.time | None = None, zone: dt.tzinfo = SAO_PAULO
) -> ServedNotice:
    """Return the business day on which something that arrived at *instant* counts as received.

    For what starts a deadline of the one who receives it: after *closes_at* (local; None while any hour is accepted)
    or on a day without office hours it is the next business day. The sender's own deadline asks `is_on_time` instead,
    and a filing keeps its own date: art. 34 §1 of Lei 13.140 counts from it.
    """
    day = local_date(instant, zone)
    if closes_at is not None and _utc(instant).astimezone(zone).time() > closes_at:
        return ServedNotice(
            calendar.next_business_day(day), N_("recebido depois do expediente: vale do dia útil seguinte")
        )
    opened = calendar.business_day_from(day)
    if opened == day:
        return ServedNotice(day, N_("recebido neste dia"))
    return ServedNotice(opened, N_("recebido em dia sem expediente: vale do dia útil seguinte"))


def outage_days(
    outages: Iterable[tuple[dt.datetime, dt.datetime]],
    zone: dt.tzinfo = SAO_PAULO,
    *,
    minutes: int = 60,
    hours: tuple[int, int] = (6, 23),
) -> tuple[dt.date, ...]:
    """Return the days on which an outage of the system (start, end) moves a deadline that ends on them.

    More than *minutes* in all between the two local *hours*, or any time between the second of them and 24:00 (Res.
    CNJ 185/2013, by analogy; Lei 11.419 art. 10 §2). Outages that overlap are one. Enter the days in the calendar as
    SYSTEM_OUTAGE, so that the end moves past the last of them.

    Raises ValueError for an outage without time zone or that ends before it starts.
    """
    # In UTC, because Python subtracts two times of one zone by the clock on the wall, daylight saving or not.
    ordered = sorted((_utc(start), _utc(end)) for start, end in outages)
    daytime: dict[dt.date, dt.timedelta] = defaultdict(dt.timedelta)
    late: set[dt.date] = set()
    seen = dt.datetime.min.replace(tzinfo=dt.UTC)
    for start, end in ordered:
        if end < start:
            raise ValueError(N_("a indisponibilidade termina antes de começar"))
        down = max(start, seen)
        seen = max(seen, end)
        day = local_date(down, zone)
        while down < end and day <= local_date(end, zone):
            opens, closes = (_at(day, hour, zone) for hour in hours)
            daytime[day] += max(dt.timedelta(), min(end, closes) - max(down, opens))
            if min(end, _at(day + DAY, 0, zone)) > max(down, closes):
                late.add(day)
            day += DAY
    long = {day for day, time in daytime.items() if time > dt.timedelta(minutes=minutes)}
    return tuple(sorted(long | late))


def _utc(instant: dt.datetime) -> dt.datetime:
    if instant.tzinfo is None:
        raise ValueError(N_("o instante precisa dizer o fuso horário"))
    return instant.astimezone(dt.UTC)


def _at(day: dt.date, hour: int, zone: dt.tzinfo) -> dt.datetime:
    """Return a local hour (24 is the end of the day) as an instant; one that a clock skips is when it jumps."""
    day, hour = (day + DAY, 0) if hour == 24 else (day, hour)
    return dt.datetime.combine(day, dt.time(hour), zone).astimezone(dt.UTC)
