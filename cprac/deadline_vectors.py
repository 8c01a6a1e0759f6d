"""The adapter behind ``cprac deadlines compute FILE``: vectors in, one answer a vector out.

Four kinds of vector, told apart by their fields: a deadline (``date`` or ``instant``, ``amount``, ``unit`` …), a
session notice counted backwards (``session_date``, ``at_least``), an instant (``instant``, ``due``) and a limitation
period (``years``, ``starts``). A field that is null is not there. Each reading that the law leaves open may be chosen
by a field of its own name (docs/deadlines.md); a vector marked ``ambiguous`` also gets the answer of the other reading,
with the parameter that chooses it.
"""

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from cprac.deadline_vector_reading import (
    FIRST_DAYS,
    MONTH_ENDS,
    NOTICES,
    UNITS,
    CalendarByName,
    Fields,
    Sources,
    VectorError,
    blaming,
    calendar,
    clock_time,
    date,
    flag,
    instant,
    number,
    one_line,
    pauses,
    reach,
    read,
    rolls,
    time_zone,
    word,
)
from cprac.domain.business_days import DAY, Calendar, DayKind, Recess, RecessPolicy
from cprac.domain.deadline_ledger import LedgerDay
from cprac.domain.deadline_readings import open_reading
from cprac.domain.deadlines import (
    Computation,
    DeadlineRule,
    FirstDay,
    MonthEnd,
    NoticeInPause,
    Pause,
    Unit,
    counting_rule,
    date_to_date,
    due_date,
)
from cprac.domain.limitation import original_end, suspend
from cprac.domain.notices import PORTAL_WAIT_DAYS, gazette_notice, is_on_time, local_date, portal_notice, received_on

__all__ = ["VectorError", "compute_vectors"]


@dataclass(slots=True)
class _Answer:
    """Everything that may be asked of one vector, and the names of what is printed unasked.

    `others` gives the answers of the other readings that may matter, the likeliest first; it is asked at most once.
    """

    values: dict[str, Any]
    ledger: Sequence[LedgerDay] = ()
    unasked: tuple[str, ...] = ("due", "first_day")
    others: Iterable[dict[str, Any]] = ()


def compute_vectors(text: str, calendar_by_name: CalendarByName | None = None) -> Iterator[dict[str, Any]]:
    """Yield ``{"id", "due", "first_day", …, "ledger"}`` for each vector of *text*, in its order.

    *text* is an object with ``calendars`` and ``vectors`` (as in the published sample), a list, one vector, or JSON
    lines of one vector each; a line with ``calendars`` only serves every vector. A vector's fields stand under
    ``input`` or directly in it; ``expected`` only says which further fields to print. One marked ``ambiguous`` also
    gets ``alternative``: the result of the other reading, with the parameter that chooses it, and where several
    readings differ ``alternatives`` with all of them. *calendar_by_name* is asked for calendars that the input does not
    list, and raises LookupError or ValueError for one that it does not know.

    Raises ValueError with one line that says what and where: at once for a text that cannot be read; after the
    answers of all the others for vectors that cannot be computed.
    """
    vectors, listed = read(text)
    sources = Sources(listed, calendar_by_name)
    failures: list[str] = []
    for where, vector in vectors:
        try:
            yield _answered(vector, sources)
        except (ValueError, LookupError, OverflowError) as error:
            failures.append(f"{where}: {one_line(error)}")
    if failures:
        raise VectorError(failures[0] + (f" (e mais {len(failures) - 1} com erro)" if failures[1:] else ""))


def _answered(vector: Mapping[str, Any], sources: Sources) -> dict[str, Any]:
    """Return the line of one vector."""
    fields = vector.get("input", vector)
    if not isinstance(fields, dict):
        raise VectorError('"input" deve ser um objeto')
    has = {name for name, value in fields.items() if value is not None}
    if "instant" in has and "amount" not in has:
        answer = _instant(fields)
    elif has & {"suspended_from", "starts"}:
        answer = _limitation(fields)
    elif "session_date" in has:
        answer = _session_notice(fields, sources)
    else:
        answer = _deadline(fields, sources)
    asked = vector.get("expected") or ()
    names = [*answer.unasked, *(name for name in asked if name in answer.values and name not in answer.unasked)]
    line = {"id": vector.get("id"), **{name: answer.values[name] for name in names}}
    if vector.get("ambiguous") is True:
        line |= _alternatives(list(answer.others), answer.values["due"])
    return line | {"ledger": [day.as_json() for day in answer.ledger]}


# The readings that courts and manuals argue about. They go before those that are a chamber's own choice.
_ARGUED = ("notice_in_pause", "first_day", "month_end", "clear_days", "filing_day_stops")


def _alternatives(readings: list[dict[str, Any]], due: str | None) -> dict[str, Any]:
    """The likeliest other reading, one that changes the date before one that does not, and all that change it."""
    argued = [other for other in readings if other["parameter"].partition("=")[0] in _ARGUED]
    differing = [other for other in readings if other["due"] != due]
    likeliest = [other for other in argued if other in differing] + argued + differing + readings
    if not likeliest:
        return {}
    rest = [other for other in differing if other is not likeliest[0]]
    return {"alternative": likeliest[0]} | ({"alternatives": [likeliest[0], *rest]} if rest else {})


# --- Deadlines --------------------------------------------------------------------------------------------------------

_GAZETTE = re.compile("di[aá]rio|dje|gazeta|gazette")
_OPENED = re.compile("leitura|lid[oa]|abertura|abert[oa]|consulta|opened|read")


def _deadline(fields: Fields, sources: Sources) -> _Answer:
    """Count a deadline forward, from the day on which its notice is deemed made."""
    received = instant(fields["instant"], "instant") if fields.get("instant") is not None else None
    with blaming("instant"):
        day = local_date(received, time_zone(fields)) if received else date(fields.get("date"), "date")
    event = fields["event"].lower() if isinstance(fields.get("event"), str) else ""
    gazette = _GAZETTE.search(event) is not None
    rule = _rule(fields, usual=FirstDay.BUSINESS_DAY if gazette else FirstDay.ANY_DAY)
    multiplier = number(fields["multiplier"], "multiplier") if fields.get("multiplier") is not None else 1
    held = pauses(fields)
    deemed = date(fields["deemed_date"], "deemed_date") if fields.get("deemed_date") else None
    with blaming("amount"):
        start = max(day, deemed or day)
        days = _days_of(start, rule, rule.amount * multiplier)
    low, high = reach(start, days, held, backward=False)
    found = calendar(fields, sources, min(low, day, deemed or day), high)
    with blaming("calendar"):
        made = deemed or _made_on(fields, event, day, received, found)
        trigger = made or day
        computed = due_date(rule, trigger, found, held, multiplier=multiplier)
    values = _values_of(computed) | {"published": trigger.isoformat(), "deemed_notice": trigger.isoformat()}
    unasked = ["due", "first_day", *(["published"] if gazette else [])]
    unasked += ["deemed_notice"] if "portal" in event or received else []
    unasked += ["due_before_extension"] if rule.unit.is_date_to_date else []
    others = _others(_other_readings(event, day, made, computed), held, multiplier)
    return _Answer(values, computed.ledger(), tuple(unasked), others)


def _rule(fields: Fields, usual: FirstDay) -> DeadlineRule:
    recess = fields.get("recess")
    return counting_rule(
        number(fields.get("amount"), "amount"),
        word(fields, ("unit",), UNITS),
        first_day=word(fields, ("begin_rule", "first_day"), FIRST_DAYS, usual),
        month_end=word(fields, ("month_rule", "month_end"), MONTH_ENDS, MonthEnd.LAST_DAY),
        roll_forward=rolls(fields),
        notice_in_pause=word(fields, ("notice_in_pause",), NOTICES, NoticeInPause.DAY_ONE_AFTER),
        recess=recess is not None,
    )


def _days_of(start: dt.date, rule: DeadlineRule, length: int) -> int:
    """The calendar days that *length* of a rule may take, closed days aside."""
    if rule.unit.is_date_to_date:
        return (date_to_date(start, length, rule.unit, MonthEnd.NEXT_DAY) - start).days
    return length


def _made_on(fields: Fields, event: str, day: dt.date, received: dt.datetime | None, found: Calendar) -> dt.date | None:
    """The day on which the notice is deemed made, None where it is simply the day of the event."""
    if "portal" in event:
        opened = date(fields["read_on"], "read_on") if fields.get("read_on") else None
        moves = flag(fields, "tenth_day_moves", usual=True)
        with blaming("read_on"):
            notice = portal_notice(day, day if _OPENED.search(event) else opened, found, tenth_day_moves=moves)
        return notice.deemed_on if notice else day
    if _GAZETTE.search(event):
        return gazette_notice(day, found).deemed_on
    if received is not None:
        closes_at = clock_time(fields.get("closes_at"), "closes_at")
        return received_on(received, found, closes_at=closes_at, zone=time_zone(fields)).deemed_on
    return found.business_day_from(day) if flag(fields, "closed_day_moves_notice", usual=False) else None


def _values_of(computed: Computation) -> dict[str, Any]:
    return {
        "due": computed.due.isoformat(),
        "first_day": computed.first_day.isoformat(),
        "due_before_extension": computed.raw_due.isoformat(),
    }


_Reading = tuple[str, object, DeadlineRule, dt.date, Calendar]


def _others(readings: Iterable[_Reading], held: Sequence[Pause], multiplier: int) -> Iterator[dict[str, Any]]:
    for name, choice, rule, trigger, where in readings:
        with blaming("calendar"):
            other = due_date(rule, trigger, where, held, multiplier=multiplier)
        facts = {"due": other.due.isoformat(), "first_day": other.first_day.isoformat()}
        yield _other(name, choice) | facts


def _other(name: str, choice: object) -> dict[str, Any]:
    """What another reading is called: its parameter, its question and its answer in words."""
    parameter = f"{name}={str(choice).lower() if isinstance(choice, bool) else choice}"
    if name == "deemed_date":  # the vector gave it
        name, choice = "closed_day_moves_notice", False
    reading = open_reading(name)
    return {"reading": f"{reading.question} {reading.choice(choice).words}", "parameter": parameter}


def _other_readings(event: str, day: dt.date, made: dt.date | None, found: Computation) -> Iterator[_Reading]:
    """Yield each other reading of the law that may matter: name, its value, and rule, trigger and calendar under it.

    *event* happened on *day*, and its notice was deemed *made* then (None where no rule of notices was asked).
    """
    rule, trigger, there = found.rule, found.trigger, found.calendar
    for name, value in _readings_of(found):
        yield name, value, replace(rule, **{name: value}), trigger, there
    for name, value, other in _readings_of_the_notice(event, day, made, there):
        yield name, value, rule, other, there
    if rule.unit is Unit.BUSINESS_DAYS and not there.is_normal_day(found.first_day):
        yield "first_day", FirstDay.NORMAL_OPENING, replace(rule, first_day=FirstDay.NORMAL_OPENING), trigger, there
    if any(entry.kind is DayKind.OPTIONAL_FULL for entry in there.days.values()):
        count = not there.optional_days_count
        yield "optional_days_count", count, rule, trigger, replace(there, optional_days_count=count)
    resting = replace(there, recess=Recess(RecessPolicy.CPC220))
    if not rule.recess and any(low <= found.due and trigger < high for low, high in resting.recess_spans):
        yield "recess", "cpc220", replace(rule, recess=True), trigger, resting
    if rule.unit.is_date_to_date:
        yield "roll_forward", not rule.roll_forward, replace(rule, roll_forward=not rule.roll_forward), trigger, there


def _readings_of(found: Computation) -> Iterator[tuple[str, Any]]:
    rule, trigger = found.rule, found.trigger
    if any(pause.covers(trigger) for pause in found.pauses) or (rule.recess and found.calendar.is_recess(trigger)):
        after = rule.notice_in_pause is NoticeInPause.DEEMED_AFTER
        yield "notice_in_pause", NoticeInPause.DAY_ONE_AFTER if after else NoticeInPause.DEEMED_AFTER
    if rule.unit is Unit.CALENDAR_DAYS:
        yield "first_day", FirstDay.BUSINESS_DAY if rule.first_day is FirstDay.ANY_DAY else FirstDay.ANY_DAY
    if rule.unit.is_date_to_date:
        yield "month_end", MonthEnd.NEXT_DAY if rule.month_end is MonthEnd.LAST_DAY else MonthEnd.LAST_DAY


def _readings_of_the_notice(
    event: str, day: dt.date, made: dt.date | None, there: Calendar
) -> Iterator[tuple[str, Any, dt.date]]:
    tenth = day + PORTAL_WAIT_DAYS * DAY
    if "portal" in event:
        if made == there.business_day_from(tenth) != tenth:
            yield "tenth_day_moves", False, tenth
    elif not _GAZETTE.search(event) and not there.is_business_day(day):
        if made is None:
            yield "closed_day_moves_notice", True, there.business_day_from(day)
        elif made == there.business_day_from(day):
            yield "deemed_date", "null", day


# --- The other kinds of vector ----------------------------------------------------------------------------------------


def _session_notice(fields: Fields, sources: Sources) -> _Answer:
    """Count backward from a session to the latest day of its notice (Lei 9.784 art. 41)."""
    session = date(fields.get("session_date"), "session_date")
    rule = counting_rule(
        number(fields.get("at_least"), "at_least"),
        word(fields, ("unit",), UNITS),
        month_end=word(fields, ("month_rule", "month_end"), MONTH_ENDS, MonthEnd.LAST_DAY),
        roll_forward=rolls(fields),
        recess=fields.get("recess") is not None,
        backward=True,
        clear_days=flag(fields, "clear_days", usual=False),
    )
    held = pauses(fields)
    with blaming("at_least"):
        days = abs(_days_of(session, replace(rule, amount=1), -rule.amount))
    found = calendar(fields, sources, *reach(session, days, held, backward=True))
    with blaming("calendar"):
        computed = due_date(rule, session, found, held)
    due = computed.due.isoformat()
    values = _values_of(computed) | {"latest_notice": due}
    choices = {"clear_days": not rule.clear_days}
    if computed.raw_due != computed.due or not rule.roll_forward:
        choices["roll_forward"] = not rule.roll_forward
    readings = ((name, value, replace(rule, **{name: value}), session, found) for name, value in choices.items())
    others = (other | {"latest_notice": other["due"]} for other in _others(readings, held, 1))
    return _Answer(values, computed.ledger(), ("due", "first_day", "latest_notice"), others)


def _instant(fields: Fields) -> _Answer:
    """Tell the local day of an instant, and whether an act done then is in time (CPC art. 213)."""
    when, zone = instant(fields["instant"], "instant"), time_zone(fields)
    with blaming("instant"):
        day, local = local_date(when, zone), when.astimezone(zone)
    values: dict[str, Any] = {"local": local.isoformat(), "local_date": day.isoformat()}
    if fields.get("due") is not None:
        due = date(fields["due"], "due")
        values |= {"due": due.isoformat(), "on_time": is_on_time(when, due, zone)}
    return _Answer(values, unasked=tuple(values))


def _limitation(fields: Fields) -> _Answer:
    """Compute a limitation period with one suspension (procedure 00.3); nothing moves to a business day."""
    starts = date(fields.get("starts"), "starts")
    unit = Unit.MONTHS if fields.get("years") is None and fields.get("months") is not None else Unit.YEARS
    with blaming(unit):
        end = original_end(starts, number(fields.get(unit), unit), unit)
    values: dict[str, Any] = {"original": end.isoformat(), "first_day": (starts + DAY).isoformat()}
    unasked = ("original", "remaining_days", "new", "due", "first_day")
    if fields.get("suspended_from") is None:
        return _Answer(values | {"remaining_days": None, "new": end.isoformat(), "due": end.isoformat()}, (), unasked)
    stopped = date(fields["suspended_from"], "suspended_from")
    resumed = date(fields["resumed_on"], "resumed_on") if fields.get("resumed_on") is not None else None
    stops = flag(fields, "filing_day_stops", usual=True)
    with blaming("resumed_on"):
        ours, other = (suspend(end, stopped, resumed, filing_day_stops=each) for each in (stops, not stops))
    new, other_new = (each.new_end.isoformat() if each.new_end else None for each in (ours, other))
    values |= {"remaining_days": ours.remaining_days, "new": new, "due": new}
    facts = {"remaining_days": other.remaining_days, "new": other_new, "due": other_new}
    alternative = _other("filing_day_stops", not stops) | facts
    return _Answer(values, _suspension_days(stopped, resumed, ours.remaining_days), unasked, [alternative])


def _suspension_days(stopped: dt.date, resumed: dt.date | None, remaining: int) -> list[LedgerDay]:
    """Return the days from the suspension on, and those that were left, counted."""
    if resumed is None or remaining == 0:
        return []
    held = ((stopped + days * DAY) for days in range((resumed - stopped).days))
    ledger = [LedgerDay(day, DayKind.PAUSED, None, "prescrição suspensa") for day in held]
    for days in range(remaining):
        why = f"{days + 1}º dos {remaining} dias que restavam"
        ledger.append(LedgerDay(resumed + days * DAY, DayKind.COUNTED, days + 1, why))
    return ledger
