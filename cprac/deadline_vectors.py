"""The adapter behind ``cprac deadlines compute FILE``: vectors in, one answer a vector out.

Four kinds of vector, told apart by their fields: a deadline (``date``, ``amount``, ``unit`` …), a session notice
counted backwards (``session_date``, ``at_least``), an instant (``instant``, ``due``) and a limitation period
(``years``, ``starts``). The words of a vector are recognised by their key part, in Portuguese or English.

It has over 400 lines because reading and answering share the vectors' words, which nothing else in the house uses.
"""

import datetime as dt
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from cprac.domain.business_days import DAY, Calendar, CalendarDay, DayKind
from cprac.domain.deadline_ledger import LedgerDay
from cprac.domain.deadlines import (
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
from cprac.domain.notices import SAO_PAULO, gazette_notice, is_on_time, local_date, portal_notice

CalendarByName = Callable[[str], Calendar]
Word = TypeVar("Word")

# The published sample shows "dias_uteis", "proximo_dia_corrido", "prorroga", "ultimo_dia_do_mes"; their opposites
# have no fixed name, so each reading is known by any of its usual words. The first pattern that is found decides.
_UNITS = {
    Unit.BUSINESS_DAYS: "ute|util|útil|business",
    Unit.CALENDAR_DAYS: "dia|day",
    Unit.MONTHS: "mes|mês|month",
    Unit.YEARS: "ano|year",
}
_FIRST_DAYS = {
    FirstDay.NORMAL_OPENING: "normal",
    FirstDay.BUSINESS_DAY: "util|útil|business|expediente",
    FirstDay.ANY_DAY: "corrido|calendar|any|qualquer|seguinte|imediato",
}
_MONTH_ENDS = {
    MonthEnd.LAST_DAY: "ultimo|último|last|9784|9\\.784|administrativ",
    MonthEnd.NEXT_DAY: "imediat|seguinte|pr[oó]xim|next|primeiro|first|civil|132",
}
_ROLLS = {
    False: "^(n[aã]o|sem|fix|none|nenhum|mant|no_|not)",
    True: "prorrog|antecip|roll|extend|util|útil",
}
_NOTICES = {NoticeInPause.DEEMED_AFTER: "deemed|ficta", NoticeInPause.DAY_ONE_AFTER: "day_one|dia_1"}
_MOST_YEARS = 400


class VectorError(ValueError):
    """Input that cannot be read or counted: one line of Portuguese that says what and where."""


@dataclass(slots=True)
class _Sources:
    """Where the calendars of a run come from: listed in the input, or by name from the regulation."""

    listed: dict[str, tuple[CalendarDay, ...]]
    by_name: CalendarByName | None


@dataclass(slots=True)
class _Answer:
    """Everything that may be asked of one vector, and the names of what is printed unasked."""

    values: dict[str, Any]
    ledger: Sequence[LedgerDay] = ()
    unasked: tuple[str, ...] = ("due", "first_day")
    alternative: dict[str, Any] | None = None


def compute_vectors(text: str, calendar_by_name: CalendarByName | None = None) -> Iterator[dict[str, Any]]:
    """Yield ``{"id", "due", "first_day", …, "ledger"}`` for each vector of *text*, in its order.

    *text* is an object with ``calendars`` and ``vectors`` (as in the published sample), a list, one vector, or JSON
    lines of one vector each; a line with ``calendars`` only serves every vector. A vector's fields stand under
    ``input`` or directly in it; ``expected`` only says which further fields to print. One marked ``ambiguous`` also
    gets ``alternative``: the result of the other reading, with the parameter that chooses it. *calendar_by_name* is
    asked for calendars that the input does not list, and raises LookupError or ValueError for one that it does not
    know.

    Raises ValueError with one line that says what and where: at once for a text that cannot be read; after the
    answers of all the others for vectors that cannot be computed.
    """
    vectors, listed = _read(text)
    sources = _Sources(listed, calendar_by_name)
    failures: list[str] = []
    for where, vector in vectors:
        try:
            yield _answered(vector, sources)
        except (ValueError, LookupError, OverflowError) as error:
            failures.append(f"{where}: {_one_line(error)}")
    if failures:
        raise VectorError(failures[0] + (f" (e mais {len(failures) - 1} com erro)" if failures[1:] else ""))


# --- Reading ----------------------------------------------------------------------------------------------------------


def _read(text: str) -> tuple[list[tuple[str, dict[str, Any]]], dict[str, tuple[CalendarDay, ...]]]:
    """Return the vectors with their places, and the calendars by name."""
    found: list[tuple[str, dict[str, Any]]] = []
    listed: dict[str, tuple[CalendarDay, ...]] = {}
    for where, value in _values(text.removeprefix("\ufeff")):
        if not isinstance(value, dict):
            raise VectorError(f"{where}: um vetor é um objeto JSON, não {_shown(value)}")
        calendars = value.get("calendars", {})
        inner = value.get("vectors", [])
        if not isinstance(calendars, dict):
            raise VectorError(f'{where}: "calendars" deve ser um objeto')
        if not isinstance(inner, list) or not all(isinstance(item, dict) for item in inner):
            raise VectorError(f'{where}: "vectors" deve ser uma lista de objetos')
        for name, days in calendars.items():
            try:
                listed[name] = _days(days, "calendars")
            except ValueError as error:
                raise VectorError(f"{where}: calendário {name}: {_one_line(error)}") from None
        found += [(_place(f"vetor {number}", item), item) for number, item in enumerate(inner, 1)]
        if value.keys() - {"calendars", "meta", "vectors"}:
            found.append((_place(where, value), value))
    if not found:
        raise VectorError("nenhum vetor no arquivo")
    return found, listed


def _values(text: str) -> Iterator[tuple[str, Any]]:
    """Yield each JSON value of the text with its place: the whole text, or a line each."""
    try:
        whole = _parsed(text, "arquivo")
    except ValueError as error:
        lines = [(f"linha {number}", line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
        if len(lines) < 2:
            raise
        try:
            _parsed(lines[0][1], lines[0][0])
        except ValueError:
            raise error from None
        yield from ((where, _parsed(line, where)) for where, line in lines)
        return
    if isinstance(whole, list):
        yield from ((f"vetor {number}", value) for number, value in enumerate(whole, 1))
    else:
        yield "arquivo", whole


def _parsed(text: str, where: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        place = where if error.lineno == 1 else f"linha {error.lineno}"
        raise VectorError(f"{place}: não é JSON ({error.msg}, coluna {error.colno})") from None
    except RecursionError:
        raise VectorError(f"{where}: JSON aninhado demais") from None


def _place(where: str, vector: Mapping[str, Any]) -> str:
    name = vector.get("id")
    return f"{where} ({_shown(name)})" if name is not None else where


def _one_line(error: BaseException) -> str:
    return " ".join(str(error.args[0] if error.args else error).split())


def _shown(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    text = " ".join(text.split())
    return text if len(text) <= 60 else f"{text[:57]}..."


def _date(value: Any, name: str) -> dt.date:
    try:
        return dt.date.fromisoformat(value)
    except (TypeError, ValueError):
        raise VectorError(f'"{name}" deve ser uma data AAAA-MM-DD, não {_shown(value)}') from None


def _number(value: Any, name: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 100_000:
        raise VectorError(f'"{name}" deve ser um número inteiro de 1 a 100000, não {_shown(value)}')
    return value


def _word(value: Any, name: str, known: Mapping[Word, str]) -> Word:
    """Return the meaning of a word of the vector."""
    for meaning, pattern in known.items():
        if isinstance(value, str) and re.search(pattern, value.lower()):
            return meaning
    raise VectorError(f'"{name}" tem um valor que não se conhece: {_shown(value)}')


def _list(value: Any, name: str) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise VectorError(f'"{name}" deve ser uma lista, não {_shown(value)}')
    return value


# --- Calendars --------------------------------------------------------------------------------------------------------

_KINDS = {DayKind.OPTIONAL_FULL: "facultativ", DayKind.MUNICIPAL: "municipal", DayKind.STATE: "estadual"}
_KINDS |= {DayKind.CLOSURE: "recesso|expediente|fechad", DayKind.NATIONAL: ""}


def _days(days: Any, name: str) -> tuple[CalendarDay, ...]:
    """Read the closed days of a calendar: an object date → name, or a list of dates. Every day listed is closed."""
    if isinstance(days, list):
        days = dict.fromkeys(map(str, days), "dia sem expediente")
    if not isinstance(days, dict):
        raise VectorError(f'"{name}" deve ser um objeto de datas, não {_shown(days)}')
    found = []
    for key, value in days.items():
        text = value.get("name", "") if isinstance(value, dict) else value
        title, _, act = str(text or "dia sem expediente").partition(" (")
        kind = _word(str(text), name, _KINDS)
        found.append(CalendarDay(_date(key, name), title, kind, act.removesuffix(")")))
    return tuple(found)


def _calendar(fields: Mapping[str, Any], sources: _Sources, first: dt.date, last: dt.date) -> Calendar:
    """Return the vector's calendar with its own extra days, over the years that the count may need."""
    asked = fields.get("calendar")
    own = [
        CalendarDay(_date(day, "extra_closed_days"), "dia sem expediente informado", DayKind.CLOSURE)
        for day in _list(fields.get("extra_closed_days"), "extra_closed_days")
    ]
    own += [
        CalendarDay(_date(day, "early_close_days"), "expediente reduzido", DayKind.OPTIONAL_PARTIAL)
        for day in _list(fields.get("early_close_days"), "early_close_days")
    ]
    if isinstance(asked, str) and asked not in sources.listed:
        if sources.by_name is None:
            raise VectorError(f"calendário desconhecido: {_shown(asked)}")
        try:
            return sources.by_name(asked).with_days(own)
        except LookupError:
            raise VectorError(f"calendário desconhecido: {_shown(asked)}") from None
    listed = sources.listed[asked] if isinstance(asked, str) else _days(asked, "calendar")
    # Room for each closed day and for a closure that goes on where the count would end.
    spare = dt.timedelta(days=2 * (len(listed) + len(own)) + 30)
    years = range(max(first.year - 1, 2), min((last + spare).year + 1, 9998) + 1)
    if len(years) > _MOST_YEARS:
        raise VectorError("o prazo é longo demais para ser contado dia a dia")
    base = Calendar("do arquivo" if not isinstance(asked, str) else asked, {}, years[0], years[-1])
    return base.with_days(day for day in (*listed, *own) if day.date.year in years)


# --- Answering --------------------------------------------------------------------------------------------------------


def _answered(vector: Mapping[str, Any], sources: _Sources) -> dict[str, Any]:
    """Return the line of one vector."""
    fields = vector.get("input", vector)
    if not isinstance(fields, dict):
        raise VectorError('"input" deve ser um objeto')
    if "instant" in fields:
        answer = _instant(fields)
    elif "suspended_from" in fields or "starts" in fields:
        answer = _limitation(fields)
    elif "session_date" in fields:
        answer = _session_notice(fields, sources)
    else:
        answer = _deadline(fields, sources)
    asked = vector.get("expected") or ()
    names = [*answer.unasked, *(name for name in asked if name in answer.values and name not in answer.unasked)]
    line = {"id": vector.get("id"), **{name: answer.values[name] for name in names}}
    if vector.get("ambiguous") is True and answer.alternative is not None:
        line["alternative"] = answer.alternative
    return line | {"ledger": [day.as_json() for day in answer.ledger]}


def _pauses(fields: Mapping[str, Any]) -> list[Pause]:
    pauses = []
    for pair in _list(fields.get("suspensions"), "suspensions"):
        if not isinstance(pair, list) or len(pair) != 2:
            raise VectorError(f'"suspensions" tem algo que não é [de, até]: {_shown(pair)}')
        pauses.append(Pause(_date(pair[0], "suspensions"), _date(pair[1], "suspensions"), "suspensão informada"))
    return pauses


def _reach(trigger: dt.date, rule: DeadlineRule, length: int, pauses: Sequence[Pause]) -> tuple[dt.date, dt.date]:
    """Return two days between which the count surely stays, closed days of the calendar aside."""
    if rule.unit.is_date_to_date:
        span = date_to_date(trigger, length, rule.unit, MonthEnd.NEXT_DAY) - trigger
    else:
        span = dt.timedelta(days=2 * length + 7)
    held = sum((pause.end - pause.start + DAY for pause in pauses if pause.end), dt.timedelta())
    if rule.backward:
        return trigger - 2 * (span + held), trigger
    return trigger, max([trigger, *(pause.end for pause in pauses if pause.end)]) + span + held


def _deadline(fields: Mapping[str, Any], sources: _Sources) -> _Answer:
    """Count a deadline forward, from the day on which its notice is deemed made."""
    date = _date(fields.get("date"), "date")
    unit = _word(fields.get("unit"), "unit", _UNITS)
    event = str(fields.get("event") or "")
    gazette = re.search("di[aá]rio|dje|gazeta|gazette", event.lower()) is not None
    portal = "portal" in event.lower()
    first_day = FirstDay.BUSINESS_DAY if gazette else FirstDay.ANY_DAY
    rule = counting_rule(
        _number(fields.get("amount"), "amount"),
        unit,
        first_day=_word(fields["begin_rule"], "begin_rule", _FIRST_DAYS) if fields.get("begin_rule") else first_day,
        month_end=_word(fields.get("month_rule") or "ultimo", "month_rule", _MONTH_ENDS),
        roll_forward=_rolls(fields),
        notice_in_pause=_word(fields.get("notice_in_pause") or "day_one_after", "notice_in_pause", _NOTICES),
    )
    multiplier = _number(fields.get("multiplier", 1), "multiplier")
    pauses = _pauses(fields)
    deemed = _date(fields["deemed_date"], "deemed_date") if fields.get("deemed_date") else None
    # Ten days of the portal or one of the gazette may come before the trigger: a month is room enough.
    reach = _reach(deemed or date + dt.timedelta(days=31), rule, rule.amount * multiplier, pauses)
    calendar = _calendar(fields, sources, min(date, reach[0]), reach[1])
    if deemed is None and portal:
        opened = _date(fields["read_on"], "read_on") if fields.get("read_on") else None
        notice = portal_notice(date, opened, calendar)
        deemed = notice.deemed_on if notice else date
    elif deemed is None and gazette:
        deemed = gazette_notice(date, calendar).deemed_on
    trigger = deemed or date
    computed = due_date(rule, trigger, calendar, pauses, multiplier=multiplier)
    values = {
        "due": computed.due.isoformat(),
        "first_day": computed.first_day.isoformat(),
        "due_before_extension": computed.raw_due.isoformat(),
        "published": trigger.isoformat(),
        "deemed_notice": trigger.isoformat(),
    }
    unasked = ["due", "first_day", *(["published"] if gazette else []), *(["deemed_notice"] if portal else [])]
    if unit.is_date_to_date:
        unasked.append("due_before_extension")
    other = None
    for name, reading in _other_readings(rule, held=any(pause.covers(trigger) for pause in pauses)):
        due = due_date(reading, trigger, calendar, pauses, multiplier=multiplier).due
        if due != computed.due:
            other = {
                "reading": _READINGS[name],
                "parameter": f"{name}={getattr(reading, name)}",
                "due": due.isoformat(),
            }
            break
    return _Answer(values, computed.ledger(), tuple(unasked), other)


def _rolls(fields: Mapping[str, Any]) -> bool:
    """Read whether the end moves to a day of normal opening: yes unless the vector says otherwise."""
    if "end_rule" not in fields:
        return True
    return bool(fields["end_rule"]) and _word(fields["end_rule"], "end_rule", _ROLLS)


_READINGS = {
    "notice_in_pause": "aviso dentro da pausa: feito no 1º dia útil depois dela, e o dia 1 é o seguinte",
    "first_day": "o dia 1 só pode ser dia útil (CTN art. 210; CPC por analogia)",
    "month_end": "a outra regra para o dia que falta no mês (Lei 9.784 art. 66 §3º; Código Civil art. 132 §3º)",
}


def _other_readings(rule: DeadlineRule, *, held: bool) -> Iterator[tuple[str, DeadlineRule]]:
    """Yield the same rule under each other reading of the law that may matter, the likeliest first."""
    if held and rule.notice_in_pause is NoticeInPause.DAY_ONE_AFTER:
        yield "notice_in_pause", replace(rule, notice_in_pause=NoticeInPause.DEEMED_AFTER)
    if rule.unit is Unit.CALENDAR_DAYS:
        other = FirstDay.BUSINESS_DAY if rule.first_day is FirstDay.ANY_DAY else FirstDay.ANY_DAY
        yield "first_day", replace(rule, first_day=other)
    if rule.unit.is_date_to_date:
        month_end = MonthEnd.NEXT_DAY if rule.month_end is MonthEnd.LAST_DAY else MonthEnd.LAST_DAY
        yield "month_end", replace(rule, month_end=month_end)


def _session_notice(fields: Mapping[str, Any], sources: _Sources) -> _Answer:
    """Count backward from a session to the latest day of its notice (Lei 9.784 art. 41)."""
    session = _date(fields.get("session_date"), "session_date")
    rule = counting_rule(
        _number(fields.get("at_least"), "at_least"),
        _word(fields.get("unit"), "unit", _UNITS),
        month_end=_word(fields.get("month_rule") or "ultimo", "month_rule", _MONTH_ENDS),
        roll_forward=_rolls(fields),
        backward=True,
        clear_days=bool(fields.get("clear_days", False)),
    )
    pauses = _pauses(fields)
    calendar = _calendar(fields, sources, *_reach(session, rule, rule.amount, pauses))
    computed = due_date(rule, session, calendar, pauses)
    due = computed.due.isoformat()
    values = {
        "due": due,
        "first_day": computed.first_day.isoformat(),
        "latest_notice": due,
        "due_before_extension": computed.raw_due.isoformat(),
    }
    reading = replace(rule, clear_days=not rule.clear_days)
    latest = due_date(reading, session, calendar, pauses).due.isoformat()
    words = "dias livres: exclui também o dia do aviso" if reading.clear_days else "o dia do aviso conta"
    other = {"reading": words, "parameter": f"clear_days={reading.clear_days}", "due": latest, "latest_notice": latest}
    return _Answer(values, computed.ledger(), ("due", "first_day", "latest_notice"), other)


def _instant(fields: Mapping[str, Any]) -> _Answer:
    """Tell the local day of an instant, and whether an act done then is in time (CPC art. 213)."""
    try:
        instant = dt.datetime.fromisoformat(fields["instant"])
    except (TypeError, ValueError):
        raise VectorError(f'"instant" deve ser um instante ISO 8601, não {_shown(fields["instant"])}') from None
    zone = SAO_PAULO
    if fields.get("tz"):
        try:
            zone = ZoneInfo(fields["tz"])
        except (TypeError, ValueError, LookupError, OSError):
            raise VectorError(f'"tz" não é um fuso horário conhecido: {_shown(fields["tz"])}') from None
    day = local_date(instant, zone)
    values: dict[str, Any] = {"local": instant.astimezone(zone).isoformat(), "local_date": day.isoformat()}
    if fields.get("due") is not None:
        due = _date(fields["due"], "due")
        values |= {"due": due.isoformat(), "on_time": is_on_time(instant, due, zone)}
    return _Answer(values, unasked=tuple(values))


def _limitation(fields: Mapping[str, Any]) -> _Answer:
    """Compute a limitation period with one suspension (procedure 00.3); nothing moves to a business day."""
    starts = _date(fields.get("starts"), "starts")
    unit = Unit.YEARS if fields.get("years") is not None else Unit.MONTHS
    name = str(unit)
    end = original_end(starts, _number(fields.get(name), name if name in fields else "years"), unit)
    values: dict[str, Any] = {"original": end.isoformat(), "first_day": (starts + DAY).isoformat()}
    unasked = ("original", "remaining_days", "new", "due", "first_day")
    if fields.get("suspended_from") is None:
        return _Answer(values | {"remaining_days": None, "new": end.isoformat(), "due": end.isoformat()}, (), unasked)
    stopped = _date(fields["suspended_from"], "suspended_from")
    resumed = _date(fields["resumed_on"], "resumed_on") if fields.get("resumed_on") is not None else None
    ours = suspend(end, stopped, resumed)
    new = ours.new_end.isoformat() if ours.new_end else None
    values |= {"remaining_days": ours.remaining_days, "new": new, "due": new}
    other = suspend(end, stopped, resumed, filing_day_stops=False)
    other_new = other.new_end.isoformat() if other.new_end else None
    alternative = {
        "reading": "o dia do pedido ainda corre",
        "parameter": "filing_day_stops=False",
        "remaining_days": other.remaining_days,
        "new": other_new,
        "due": other_new,
    }
    return _Answer(values, _suspension_days(stopped, resumed, ours.remaining_days), unasked, alternative)


def _suspension_days(stopped: dt.date, resumed: dt.date | None, remaining: int) -> list[LedgerDay]:
    """Return the days from the suspension on, and those that were left, counted."""
    if resumed is None or remaining == 0:
        return []
    held = ((stopped + number * DAY) for number in range((resumed - stopped).days))
    days = [LedgerDay(day, DayKind.PAUSED, None, "prescrição suspensa") for day in held]
    for number in range(remaining):
        why = f"{number + 1}º dos {remaining} dias que restavam"
        days.append(LedgerDay(resumed + number * DAY, DayKind.COUNTED, number + 1, why))
    return days
