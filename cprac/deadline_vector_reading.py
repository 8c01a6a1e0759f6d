"""How vectors of ``cprac deadlines compute`` are read: JSON in any of its shapes, words, days, calendars by name.

The words of a vector are known in Portuguese and English, with or without accents. What is not known is refused, with
the name of its key: a word that is guessed wrong would give a date that is wrong.
"""

import datetime as dt
import json
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from cprac.domain.business_days import (
    NATIONAL_HOLIDAYS,
    Calendar,
    CalendarDay,
    CalendarError,
    DayKind,
    Recess,
    RecessPolicy,
    calendar_from_rules,
)
from cprac.domain.deadlines import DeadlineError, FirstDay, MonthEnd, NoticeInPause, Pause, Unit
from cprac.domain.notices import SAO_PAULO, outage_days

CalendarByName = Callable[[str], Calendar]
Word = TypeVar("Word")
Fields = Mapping[str, Any]

# The published sample shows "dias_uteis", "proximo_dia_corrido", "prorroga", "ultimo_dia_do_mes"; their opposites
# have no fixed name, so each reading is known by any of its usual words, without accents and with _ for what is no
# letter. The first pattern that is found decides.
UNITS = {
    Unit.BUSINESS_DAYS: r"^(dias?_)?(util|uteis)$|^(business|working)(_days?)?$|^du$",
    Unit.CALENDAR_DAYS: r"^dias?(_corridos?|_continuos?)?$|^corridos?$|^(calendar_)?days?$|^dc$",
    Unit.MONTHS: r"^(mes|meses|months?|m)$",
    Unit.YEARS: r"^(anos?|years?|a)$",
}
FIRST_DAYS = {
    FirstDay.NORMAL_OPENING: "normal",
    FirstDay.BUSINESS_DAY: "util|uteis|business|expediente",
    FirstDay.ANY_DAY: "corrido|calendar|any|qualquer|seguinte|imediato",
}
MONTH_ENDS = {
    MonthEnd.NEXT_DAY: "imediat|seguinte|proximo_dia|next|primeiro|first|civil|132",
    MonthEnd.LAST_DAY: "ultimo|last|9_?784|administrativ",
}
ROLLS = {
    False: "^(nao|sem|fix|none|nenhum|mant|no(_|$)|not|false)|improrrog",
    True: "prorrog|antecip|roll|extend|util|true",
}
NOTICES = {NoticeInPause.DEEMED_AFTER: "deemed|ficta", NoticeInPause.DAY_ONE_AFTER: "day_one|dia_1"}
RECESSES = {RecessPolicy.CPC220: "220|judicial|forense", RecessPolicy.NONE: "^(nao|sem|nenhum|none|no)"}
_KINDS = {DayKind.OPTIONAL_FULL: "facultativ", DayKind.MUNICIPAL: "municipal", DayKind.STATE: "estadual"}
_KINDS |= {DayKind.CLOSURE: "recesso|expediente|fechad", DayKind.NATIONAL: ""}
# Names of the published sample that mean the same wherever they stand.
_KNOWN_EVERYWHERE = {"BR_NACIONAL": NATIONAL_HOLIDAYS, "SEM_FERIADOS": ()}
_THEIR_YEARS = (1950, 2150)
_MOST_YEARS = 400
_EARLIEST = dt.date(3, 1, 1).toordinal()


class VectorError(ValueError):
    """Input that cannot be read or counted: one line of Portuguese that says what and where."""


@contextmanager
def blaming(key: str) -> Iterator[None]:
    """Name *key* in an error of the engine."""
    try:
        yield
    except VectorError:
        raise
    except OverflowError:
        raise VectorError(f'"{key}": a conta sai das datas possíveis') from None
    except (CalendarError, DeadlineError, ValueError) as error:
        raise VectorError(f'"{key}": {one_line(error)}') from None


# --- From text to vectors ---------------------------------------------------------------------------------------------


def read(text: str) -> tuple[list[tuple[str, dict[str, Any]]], dict[str, tuple[CalendarDay, ...]]]:
    """Return the vectors with their places, and the calendars by name."""
    found: list[tuple[str, dict[str, Any]]] = []
    listed: dict[str, tuple[CalendarDay, ...]] = {}
    for where, value in _values(text.removeprefix("\ufeff")):
        if not isinstance(value, dict):
            raise VectorError(f"{where}: um vetor é um objeto JSON, não {shown(value)}")
        calendars = value.get("calendars", {})
        inner = value.get("vectors", [])
        if not isinstance(calendars, dict):
            raise VectorError(f'{where}: "calendars" deve ser um objeto')
        if not isinstance(inner, list) or not all(isinstance(item, dict) for item in inner):
            raise VectorError(f'{where}: "vectors" deve ser uma lista de objetos')
        for name, days in calendars.items():
            try:
                listed[name] = days_of(days, "calendars")
            except ValueError as error:
                raise VectorError(f"{where}: calendário {shown(name)}: {one_line(error)}") from None
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
    except ValueError:  # a number of thousands of digits
        raise VectorError(f"{where}: número grande demais") from None


def _place(where: str, vector: Fields) -> str:
    name = vector.get("id")
    return f"{where} ({shown(name)})" if name is not None else where


def one_line(error: BaseException) -> str:
    """The message of an error without line breaks."""
    return " ".join(str(error.args[0] if error.args else error).split())


def shown(value: Any) -> str:
    """A value of the input as a message may show it: short, on one line."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    text = " ".join(text.split())
    return text if len(text) <= 60 else f"{text[:57]}..."


# --- Fields -----------------------------------------------------------------------------------------------------------


def date(value: Any, name: str) -> dt.date:
    """A day written as AAAA-MM-DD, and in no other way."""
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII):
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            pass
    raise VectorError(f'"{name}" deve ser uma data AAAA-MM-DD, não {shown(value)}')


def number(value: Any, name: str) -> int:
    """A whole number from 1 on."""
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 100_000:
        raise VectorError(f'"{name}" deve ser um número inteiro de 1 a 100000, não {shown(value)}')
    return value


def flag(fields: Fields, name: str, usual: bool) -> bool:  # noqa: FBT001  (a default beside its name)
    """True or false, *usual* where the vector does not say."""
    value = fields.get(name)
    if value is not None and not isinstance(value, bool):
        raise VectorError(f'"{name}" deve ser true ou false, não {shown(value)}')
    return usual if value is None else value


def word(fields: Fields, names: tuple[str, ...], known: Mapping[Word, str], usual: Word | None = None) -> Word:
    """The meaning of a word of the vector, under the first of *names* that it has; *usual* where it has none."""
    name = next((name for name in names if fields.get(name) is not None), None)
    if name is None:
        if usual is None:
            raise VectorError(f'falta "{names[0]}"')
        return usual
    value = fields[name]
    if isinstance(value, str):
        plain = unicodedata.normalize("NFKD", value.lower()).encode("ascii", "ignore").decode()
        plain = re.sub("[^a-z0-9]+", "_", plain).strip("_")
        for meaning, pattern in known.items():
            if plain and re.search(pattern, plain):
                return meaning
    raise VectorError(f'"{name}" tem um valor que não se conhece: {shown(value)}')


def rolls(fields: Fields) -> bool:
    """Whether the end moves to a day of normal opening: yes unless the vector says otherwise."""
    for name in ("end_rule", "roll_forward"):
        if name in fields:
            value = fields[name]
            return bool(value) if value is None or isinstance(value, bool) else word(fields, (name,), ROLLS)
    return True


def _list(value: Any, name: str) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise VectorError(f'"{name}" deve ser uma lista, não {shown(value)}')
    return value


def _spans(fields: Fields, name: str) -> list[tuple[Any, Any]]:
    pairs = _list(fields.get(name), name)
    for pair in pairs:
        if not isinstance(pair, list) or len(pair) != 2:
            raise VectorError(f'"{name}" tem algo que não é [de, até]: {shown(pair)}')
    return [(first, last) for first, last in pairs]


def pauses(fields: Fields) -> list[Pause]:
    """The suspensions of the vector."""
    with blaming("suspensions"):
        return [
            Pause(date(first, "suspensions"), date(last, "suspensions"), "suspensão informada")
            for first, last in _spans(fields, "suspensions")
        ]


def instant(value: Any, name: str) -> dt.datetime:
    """An instant of ISO 8601 that says its time zone."""
    try:
        found = dt.datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise VectorError(f'"{name}" deve ser um instante ISO 8601, não {shown(value)}') from None
    if found.tzinfo is None:
        raise VectorError(f'"{name}" precisa dizer o fuso horário: {shown(value)}')
    return found


def time_zone(fields: Fields) -> ZoneInfo:
    """The zone of the vector, official Brasília time where it names none."""
    if fields.get("tz") is None:
        return SAO_PAULO
    try:
        return ZoneInfo(fields["tz"])
    except (TypeError, ValueError, LookupError, OSError):
        raise VectorError(f'"tz" não é um fuso horário conhecido: {shown(fields["tz"])}') from None


def clock_time(value: Any, name: str) -> dt.time | None:
    """A time of day without zone, None where there is none."""
    if value is None:
        return None
    try:
        found = dt.time.fromisoformat(value)
    except (TypeError, ValueError):
        raise VectorError(f'"{name}" deve ser uma hora HH:MM, não {shown(value)}') from None
    if found.tzinfo is not None:
        raise VectorError(f'"{name}" deve ser uma hora local, sem fuso: {shown(value)}')
    return found


# --- Calendars --------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Sources:
    """Where the calendars of a run come from: listed in the input, or by name from the regulation."""

    listed: dict[str, tuple[CalendarDay, ...]]
    by_name: CalendarByName | None


def days_of(days: Any, name: str) -> tuple[CalendarDay, ...]:
    """Read the special days of a calendar: an object date → name, or a list of dates.

    Every day listed is closed, unless it is an object that says another ``kind``.
    """
    if isinstance(days, list):
        days = dict.fromkeys(map(str, days), "dia sem expediente")
    if not isinstance(days, dict):
        raise VectorError(f'"{name}" deve ser um objeto de datas, não {shown(days)}')
    return tuple(_day(date(key, name), value, name) for key, value in days.items())


def _day(day: dt.date, value: Any, name: str) -> CalendarDay:
    fields = value if isinstance(value, dict) else {"name": value}
    text = str(fields.get("name") or "dia sem expediente")
    title, _, act = text.partition(" (")
    kind = next(kind for kind, pattern in _KINDS.items() if re.search(pattern, text.lower()))
    if fields.get("kind") is not None:
        try:
            kind = DayKind(fields["kind"])
        except ValueError:
            raise VectorError(f'"{name}" tem um tipo de dia que não se conhece: {shown(fields["kind"])}') from None
    with blaming(name):
        return CalendarDay(day, title, kind, act.removesuffix(")"))


def calendar(fields: Fields, sources: Sources, first: dt.date, last: dt.date) -> Calendar:
    """The vector's calendar with its own days and recess, over the years that the count may need."""
    own = _own_days(fields)
    asked = fields.get("calendar")
    if isinstance(asked, str) and asked not in sources.listed:
        found = _by_name(asked, sources)
        optional = flag(fields, "optional_days_count", usual=found.optional_days_count)
        found = replace(found, recess=_recess(fields, found.recess), optional_days_count=optional)
        with blaming("calendar"):
            return found.with_days(own)
    listed = sources.listed[asked] if isinstance(asked, str) else days_of(asked, "calendar")
    # Room for each closed day and for a closure that goes on where the count would end.
    spare = dt.timedelta(days=2 * (len(listed) + len(own)) + 90)
    years = range(max(first.year - 1, 2), min(_later(last, spare).year + 1, 9998) + 1)
    if len(years) > _MOST_YEARS or not years:
        raise VectorError('"amount": o prazo é longo demais para ser contado dia a dia')
    optional = flag(fields, "optional_days_count", usual=False)
    name = asked if isinstance(asked, str) else "do arquivo"
    base = Calendar(name, {}, years[0], years[-1], _recess(fields, Recess()), optional)
    return base.with_days(day for day in (*listed, *own) if day.date.year in years)


def _later(day: dt.date, span: dt.timedelta) -> dt.date:
    return day + min(span, dt.date.max - day)  # as far as dates go


def _by_name(name: str, sources: Sources) -> Calendar:
    try:
        if sources.by_name is not None:
            with blaming("calendar"):
                return sources.by_name(name)
    except LookupError:
        pass
    if name not in _KNOWN_EVERYWHERE:
        raise VectorError(f'"calendar": calendário desconhecido: {shown(name)}')
    return calendar_from_rules(name, _THEIR_YEARS, _KNOWN_EVERYWHERE[name])


def _own_days(fields: Fields) -> list[CalendarDay]:
    """The days that the vector itself closes, shortens or loses to an outage."""
    own = []
    for name, title, kind in (
        ("extra_closed_days", "dia sem expediente informado", DayKind.CLOSURE),
        ("early_close_days", "expediente reduzido", DayKind.OPTIONAL_PARTIAL),
    ):
        own += [CalendarDay(date(day, name), title, kind) for day in _list(fields.get(name), name)]
    with blaming("outages"):
        spans = [(instant(start, "outages"), instant(end, "outages")) for start, end in _spans(fields, "outages")]
        for day in outage_days(spans, time_zone(fields)):
            own.append(CalendarDay(day, "sistema fora do ar", DayKind.SYSTEM_OUTAGE))
    return own


def _recess(fields: Fields, usual: Recess) -> Recess:
    """The recess of the vector: a policy, or the days of a decree as [from, to]."""
    asked = fields.get("recess")
    if isinstance(asked, list):
        spans = tuple((date(first, "recess"), date(last, "recess")) for first, last in _spans(fields, "recess"))
        with blaming("recess"):
            return Recess(RecessPolicy.MUNICIPAL_DECREE, spans, "recesso informado")
    return usual if asked is None else Recess(word(fields, ("recess",), RECESSES))


def reach(day: dt.date, days: int, held: list[Pause], *, backward: bool) -> tuple[dt.date, dt.date]:
    """Two days between which a count of *days* from *day* surely stays, closed days of the calendar aside."""
    ends = [pause.end for pause in held if pause.end is not None]
    stopped = sum((end - pause.start).days + 1 for pause, end in zip(held, ends, strict=True))
    span = 2 * (days + stopped) + 60
    if backward:
        return dt.date.fromordinal(max(_EARLIEST, day.toordinal() - span)), day
    return day, _later(max([day, *ends]), dt.timedelta(days=span))
