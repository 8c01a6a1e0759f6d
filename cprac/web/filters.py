"""Jinja filters: the one way to print a day, an hour, an amount, a size, a name, a tax number.

Days are ``datetime.date``; instants are aware ``datetime`` and are shown in the chamber's local time. A naive
``datetime`` is refused: nobody could tell which hour it means. Words follow the language of the page (Flask-Babel);
outside a request, Brazilian Portuguese.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from babel import Locale, dates, numbers
from flask_babel import get_locale, gettext, ngettext
from markupsafe import Markup

from cprac.domain.words import N_

if TYPE_CHECKING:
    from flask import Flask

LOCAL_ZONE = ZoneInfo("America/Sao_Paulo")
PARTICLES = frozenset({"a", "as", "d", "da", "das", "de", "do", "dos", "e", "of", "the"})
CPF_DIGITS, CNPJ_CHARACTERS = 11, 14
LONG_LEDGER_DAYS = 45
"""Beyond this many days a ledger shows only the weeks that have something to explain (face.md, ledger strip)."""

_PATTERNS = {
    "pt": {
        "short": "dd/MM/yyyy",
        "day": "dd/MM",
        "weekday": "EEE, dd/MM/yyyy",
        "weekday_day": "EEE, dd/MM",
        "long": "EEEE, d 'de' MMMM 'de' yyyy",
        "words": "d 'de' MMMM 'de' yyyy",
        "month": "LLLL 'de' yyyy",
    },
    "en": {
        "short": "d MMM yyyy",
        "day": "d MMM",
        "weekday": "EEE, d MMM yyyy",
        "weekday_day": "EEE, d MMM",
        "long": "EEEE, d MMMM yyyy",
        "words": "d MMMM yyyy",
        "month": "LLLL yyyy",
    },
}


def page_locale() -> Locale:
    """The language of the page, Brazilian Portuguese where there is none."""
    return get_locale() or Locale("pt", "BR")


def local(value: date | datetime) -> date | datetime:
    """*value* in the chamber's local time; a plain day stays as it is. ``ValueError`` for a naive instant."""
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError(f"an instant without time zone cannot be shown: {value!r}")
        return value.astimezone(LOCAL_ZONE)
    return value


def local_day(value: date | datetime) -> date:
    """The local day of a day or an instant."""
    moment = local(value)
    return moment.date() if isinstance(moment, datetime) else moment


def _dated(value: date | datetime | None, pattern: str) -> str:
    if value is None:
        return ""
    locale = page_locale()
    patterns = _PATTERNS.get(locale.language, _PATTERNS["pt"])
    day = local_day(value)
    words = patterns[pattern]
    if locale.language == "pt" and day.day == 1:
        words = words.replace("d 'de' MMMM", "d'º' 'de' MMMM")  # the first of a month is read "primeiro"
    # CLDR abbreviates with a full stop ("seg."); the worklist does without
    return dates.format_date(day, words, locale=locale).replace(".", "")


def date_short(value: date | datetime | None) -> str:
    """``30/03/2026``."""
    return _dated(value, "short")


def date_day(value: date | datetime | None) -> str:
    """``30/03``, where the year is already on the page."""
    return _dated(value, "day")


def date_weekday(value: date | datetime | None) -> str:
    """``seg, 30/03/2026``: how attorneys read a due date."""
    return _dated(value, "weekday")


def date_weekday_day(value: date | datetime | None) -> str:
    """``seg, 30/03``."""
    return _dated(value, "weekday_day")


def date_long(value: date | datetime | None) -> str:
    """``terça-feira, 14 de abril de 2026``: how parties read a due date."""
    return _dated(value, "long")


def date_words(value: date | datetime | None) -> str:
    """``14 de abril de 2026``."""
    return _dated(value, "words")


def clock(value: datetime | None) -> str:
    """``16h05``, ``14h`` on the hour; ``16:05`` in English."""
    if value is None:
        return ""
    moment = local(value)
    if not isinstance(moment, datetime):
        raise TypeError(f"a day has no hour: {value!r}")
    if page_locale().language != "pt":
        return f"{moment:%H:%M}"
    return f"{moment.hour}h{moment.minute:02d}" if moment.minute else f"{moment.hour}h"


def moment_short(value: date | datetime | None) -> str:
    """``sex, 20/03/2026, 10h42``; a plain day has no hour to show."""
    if isinstance(value, datetime):
        return f"{date_weekday(value)}, {clock(value)}"
    return date_weekday(value)


_STYLES = {
    "short": date_short,
    "day": date_day,
    "weekday": date_weekday,
    "weekday_day": date_weekday_day,
    "long": date_long,
    "words": date_words,
    "clock": clock,
    "moment": moment_short,
}


def time_tag(value: date | datetime | None, style: str = "short") -> Markup:
    """The ``<time datetime>`` element of a day or instant, in one of the styles of this module; empty for ``None``."""
    if value is None:
        return Markup("")
    machine = local(value).isoformat(timespec="minutes") if isinstance(value, datetime) else value.isoformat()
    return Markup('<time datetime="{}">{}</time>').format(machine, _STYLES[style](value))


def ago(value: date | datetime | None, today: date) -> str:
    """How many calendar days lie between *value* and *today*, in words: "hoje", "há 3 dias", "daqui a 2 dias"."""
    if value is None:
        return ""
    days = (today - local_day(value)).days
    if days == 0:
        return gettext("hoje")
    if days in (1, -1):
        return gettext("ontem") if days == 1 else gettext("amanhã")
    if days > 0:
        return ngettext("há %(num)d dia", "há %(num)d dias", days)
    return ngettext("daqui a %(num)d dia", "daqui a %(num)d dias", -days)


def money(centavos: int | None) -> str:
    """``R$ 8.420,00`` with a no-break space, from integer centavos; empty for ``None``."""
    if centavos is None:
        return ""
    if isinstance(centavos, bool) or not isinstance(centavos, int):
        raise TypeError(f"money is integer centavos, not {centavos!r}")
    return numbers.format_currency(Decimal(centavos) / 100, "BRL", locale=page_locale())


def money_short(centavos: int | None) -> str:
    """``R$ 2,8 mi``: for tiles only, never where somebody could take it for the exact amount."""
    if centavos is None:
        return ""
    reais = Decimal(centavos) / 100
    for limit, unit in ((10**9, N_("bi")), (10**6, N_("mi")), (10**3, N_("mil"))):
        # 999.950 reads "1 mi" and not "1.000 mil": compare what would be printed
        if round(abs(reais) / limit, 1) >= 1:
            figure = numbers.format_decimal(round(reais / limit, 1), "#,##0.#", locale=page_locale())
            return f"R$\N{NO-BREAK SPACE}{figure}\N{NO-BREAK SPACE}{gettext(unit)}"
    return money(centavos)


def integer(value: int | None) -> str:
    """``1.204``."""
    return "" if value is None else numbers.format_decimal(value, "#,##0", locale=page_locale())


def file_size(octets: int | None) -> str:
    """``84 kB``, ``1,2 MB`` (decimal units, as the limits are told); empty for ``None``."""
    if octets is None:
        return ""
    if octets < 1000:
        return ngettext("%(num)d byte", "%(num)d bytes", octets)
    size, unit = Decimal(octets) / 1000, "kB"
    for bigger in ("MB", "GB"):
        if round(size) < 1000:
            break
        size, unit = size / 1000, bigger
    pattern = "#,##0" if unit == "kB" or size >= 10 else "#,##0.#"
    return f"{numbers.format_decimal(size, pattern, locale=page_locale())}\N{NO-BREAK SPACE}{unit}"


def initials(name: str | None) -> str:
    """``MT`` for "Marina Alves Teixeira": first and last word, without particles."""
    words = [word for word in (name or "").split() if word.lower().strip(".") not in PARTICLES and word[0].isalnum()]
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


def tax_id_masked(value: str | None) -> str:
    """``***.482.916-**`` for a CPF; a CNPJ is public and comes whole, punctuated; anything else shows nothing."""
    text = (value or "").strip()
    if "*" in text:
        return text
    kept = "".join(character for character in text if character.isalnum()).upper()
    if len(kept) == CPF_DIGITS and kept.isdigit():
        return f"***.{kept[3:6]}.{kept[6:9]}-**"
    if len(kept) == CNPJ_CHARACTERS:
        return f"{kept[:2]}.{kept[2:5]}.{kept[5:8]}/{kept[8:12]}-{kept[12:]}"
    return ""


def translated(text: str | None) -> str:
    """The reader's wording of a label marked with ``N_`` below the web. A ``%`` in it stays a ``%``."""
    return gettext(text) if text else ""


def flat_errors(form: Any) -> list[tuple[str, str]]:  # Any: a WTForms form, or a form enclosed in one
    """Every message of *form* with the id of the box it belongs to, in the order of the page; "" for the form's own."""
    found = [("", message) for message in getattr(form, "form_errors", ())]
    for field in form:
        found.extend(_field_errors(field))
    return found


def _field_errors(field: Any) -> Iterator[tuple[str, str]]:
    if hasattr(field, "form"):  # a form enclosed in a field
        yield from flat_errors(field.form)
        return
    if hasattr(field, "entries"):  # a list of fields: its own messages are the plain strings among the nested ones
        yield from ((field.id, message) for message in field.errors if isinstance(message, str))
        for entry in field.entries:
            yield from _field_errors(entry)
        return
    anchor = f"{field.id}-0" if hasattr(field, "iter_choices") and is_choice_list(field) else field.id
    yield from ((anchor, message) for message in field.errors)


def is_choice_list(field: Any) -> bool:
    """Whether a WTForms field prints one radio or checkbox per choice, rather than one box."""
    return getattr(getattr(field, "option_widget", None), "input_type", "") in {"radio", "checkbox"}


# -- the ledger strip -------------------------------------------------------------------------------------------------

_NOT_COUNTED = {  # kinds of `domain.holiday_rules.DayKind` -> look, word, short word; other kinds read "feriado"
    "weekend": ("weekend", "", ""),
    "paused": ("paused", N_("parado"), N_("par.")),
    "recess": ("holiday", N_("recesso"), N_("rec.")),
    "optional_full": ("holiday", N_("facultativo"), N_("fac.")),
    "optional_partial": ("holiday", N_("meio dia"), N_("½ dia")),
    "closure": ("holiday", N_("fechado"), N_("fech.")),
    "system_outage": ("holiday", N_("fora do ar"), N_("f. ar")),
    "trigger": ("notice", N_("começo"), N_("com.")),
    "extension": ("due", N_("vence"), N_("vence")),
}


def ledger_weeks(
    days: Iterable[Any],  # Any: mappings or objects with ``date``, ``kind``, ``counted``, ``why``
    notice: date | None = None,
    due: date | None = None,
    today: date | None = None,
) -> list[dict[str, Any]]:
    """The rows of a ledger strip, Monday first: ``{"cells": [cell or None × 7]}`` or ``{"gap": n}`` (n plain weeks).

    ``counted`` is the day's number in the count, or only whether it counts: then it is numbered here. A cell is
    ``{"date", "look", "number", "word", "short", "why", "today"}``; *look* is one of ``counted``, ``weekend``,
    ``holiday``, ``paused``, ``notice``, ``due``, ``plain``. Weekends are shown as such unless they count. Over 45 days,
    runs of weeks with nothing to explain become a gap.
    """
    cells: dict[date, dict[str, Any]] = {}
    number = 0
    for day in sorted(days, key=lambda entry: _read(entry, "date")):
        on, counted = _read(day, "date"), _read(day, "counted")
        number = number + bool(counted) if isinstance(counted, bool) else counted or number
        cells[on] = _cell(on, str(_read(day, "kind") or ""), number if counted else 0, _read(day, "why") or "")
    if notice is not None:
        cells.setdefault(notice, _cell(notice, "notice"))
        if not cells[notice]["number"]:
            cells[notice] |= {"look": "notice", "word": gettext("aviso"), "short": gettext("aviso")}
    if due is not None:
        cells.setdefault(due, _cell(due))
        cells[due] |= {"look": "due", "word": gettext("vence"), "short": gettext("vence")}
    if today in cells:
        cells[today]["today"] = True
    if not cells:
        return []
    first, last = min(cells), max(cells)
    monday = first - timedelta(days=first.weekday())
    weeks = []
    while monday <= last:
        span = [monday + timedelta(days=offset) for offset in range(7)]
        weeks.append([cells.get(on) or (_cell(on) if first < on < last else None) for on in span])
        monday += timedelta(days=7)
    if (last - first).days <= LONG_LEDGER_DAYS:
        return [{"cells": week} for week in weeks]
    rows: list[dict[str, Any]] = []
    for plain, run in groupby(weeks, key=_nothing_to_explain):
        run_weeks = list(run)
        rows += [{"gap": len(run_weeks)}] if plain else [{"cells": week} for week in run_weeks]
    return rows


def _read(entry: Any, name: str) -> Any:
    return entry.get(name) if isinstance(entry, dict) else getattr(entry, name, None)


def _cell(on: date, kind: str = "", number: int = 0, why: str = "") -> dict[str, Any]:
    weekend = on.weekday() >= 5  # Saturday is 5
    if number:
        look, word, short = "counted", "", ""
    elif kind in _NOT_COUNTED:
        look, word, short = _NOT_COUNTED[kind]
    elif weekend:
        look, word, short = "weekend", "", ""
    elif kind:
        look, word, short = "holiday", N_("feriado"), N_("fer.")
    else:
        look, word, short = "plain", "", ""
    return {
        "date": on,
        "look": look,
        "number": number,
        "word": translated(word),
        "short": translated(short),
        "why": why,
        "today": False,
    }


def _nothing_to_explain(week: list[dict[str, Any] | None]) -> bool:
    return all(cell and cell["look"] in {"counted", "weekend"} and not cell["today"] for cell in week)


FILTERS = {
    "ago": ago,
    "clock": clock,
    "date_day": date_day,
    "date_long": date_long,
    "date_short": date_short,
    "date_weekday": date_weekday,
    "date_weekday_day": date_weekday_day,
    "date_words": date_words,
    "file_size": file_size,
    "flat_errors": flat_errors,
    "initials": initials,
    "integer": integer,
    "ledger_weeks": ledger_weeks,
    "moment": moment_short,
    "money": money,
    "money_short": money_short,
    "tax_id_masked": tax_id_masked,
    "time_tag": time_tag,
    "translated": translated,
}


def init_app(app: Flask) -> None:
    """Give *app*'s templates the filters above, and the test ``choice_list`` that the field macro asks."""
    app.jinja_env.filters.update(FILTERS)
    app.jinja_env.tests["choice_list"] = is_choice_list
