"""What one cell of an old spreadsheet says: blanks, dates, money, tax numbers, words for yes and no.

Nothing is guessed in silence: what can be read in two ways comes back marked, what cannot be read comes back with the
reason. Days are local dates of America/Sao_Paulo, instants UTC, money centavos.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from enum import StrEnum
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from cprac.domain.identifiers import IdentifierKind, check
from cprac.domain.words import N_

LOCAL_ZONE: Final = ZoneInfo("America/Sao_Paulo")

# Compared after :func:`fold`. A mapping file may name others.
# "/ /" is how dBase writes a day that is not there.
NULLS: Final = frozenset(
    {
        *("", "null", "none", "nan", "n/a", "n.a.", "n/d", "#n/d", "#n/a", "empty", "(vazio)"),
        *("-", "--", "---", "–", "—", "/ /", "//"),
    }
)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A cell that is not what its column should hold, and why, in Portuguese."""

    reason: str


@lru_cache(maxsize=4096)
def _fold_short(text: str) -> str:
    if text.isascii():
        return " ".join(text.lower().split())
    decomposed = unicodedata.normalize("NFKD", text)
    plain = "".join(character for character in decomposed if not unicodedata.combining(character))
    return " ".join(plain.casefold().split())


def fold(text: str) -> str:
    """Make texts comparable: no accents, no capitals, single blanks, compatible letters as plain ones (º is o)."""
    return _fold_short(text) if len(text) <= 100 else " ".join(text.casefold().split())


def is_null(text: str, nulls: frozenset[str] = NULLS) -> bool:
    """Tell whether a cell says "nothing here": blank, NULL, -, N/A and their like."""
    return len(text) <= 20 and fold(text) in nulls


_INVISIBLE: Final = re.compile("[\u200b-\u200d\u2060\ufeff]")


def one_line(text: str) -> str:
    """Clean a short text: no invisible signs, any run of blanks or line breaks is one blank, letters composed (NFC)."""
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    return " ".join(_INVISIBLE.sub("", unicodedata.normalize("NFC", text)).split())


_AS_TEXT: Final = re.compile(r'=\s*"((?:[^"]|"")*)"')


def as_typed(text: str) -> str:
    """Take off what marks a number as a text for spreadsheets: ="00191" and '00191 are 00191. Else *text* as it is."""
    if text[:1] == "'" and text[1:2].isalnum():
        return text[1:]
    found = _AS_TEXT.fullmatch(text) if text[:1] == "=" and len(text) <= 200 else None
    return found[1].replace('""', '"').strip() if found else text


_DOUBLY_ENCODED: Final = re.compile("Ã[\u0080-\u00bf\u0192\u2018-\u203a\u20ac\u2122\u0152\u0153\u0160\u0161]|Â[ºª°§]")


def lost_letters(text: str) -> bool:
    """Tell whether letters of *text* were lost before it came: the sign of the unreadable, or UTF-8 read as Latin."""
    return "\ufffd" in text or (not text.isascii() and _DOUBLY_ENCODED.search(text) is not None)


_HARMLESS: Final = re.compile(r"[-+]?\s*(R\$)?\s*[-+]?[0-9][0-9.,()/\s-]*")


def looks_like_formula(text: str) -> bool:
    """Tell whether a spreadsheet would run this text as a formula. Numbers and telephones with a sign are none."""
    return text.lstrip()[:1] in {"=", "+", "-", "@"} and not is_null(text) and not _HARMLESS.fullmatch(text.strip())


# --- Dates ------------------------------------------------------------------------------------------------------------


class DateOrder(StrEnum):
    """Which number comes first in 03/04/2019. Dates that begin with the year are always read as such."""

    DAY_FIRST = "dmy"
    MONTH_FIRST = "mdy"


@dataclass(frozen=True, slots=True)
class Moment:
    """A local day, and the instant (UTC) where the cell had a time of day."""

    on: date
    at: datetime | None


_SLASHED: Final = r"(?P<a>[0-9]{1,2})(?P<s>[/.-])(?P<b>[0-9]{1,2})(?P=s)(?P<y>[0-9]{4})"
_ISO: Final = r"(?P<iy>[0-9]{4})(?P<is>[/.-])(?P<im>[0-9]{1,2})(?P=is)(?P<id>[0-9]{1,2})"
_CLOCK: Final = (
    r"(?P<h>[0-9]{1,2})[:h](?P<m>[0-9]{2})(?::(?P<sec>[0-9]{2})(?:[.,](?P<f>[0-9]{1,9}))?)?(?:\s*(?P<half>[ap])\.?m\.?)?"
    r"(?:\s*(?P<tz>z|utc|[+-][0-9]{2}(?::?[0-9]{2})?))?"
)
_MOMENT: Final = re.compile(
    rf"(?:{_SLASHED}|{_ISO})(?:(?:\s*[t,]\s*|\s+(?:às\s+|as\s+|-\s+)?){_CLOCK}h?)?", re.IGNORECASE
)
_SHORT_YEAR: Final = re.compile(r"[0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{2}(\s.*)?")
_SHORT: Final = re.compile(r"^([0-9]{1,2}([/.-])[0-9]{1,2}\2)([0-9]{2})(?![0-9])")
_DAY_ZERO: Final = date(1899, 12, 30)
_SERIAL: Final = re.compile(r"[0-9]{5}([.,][0-9]+)?")

SHORT_YEAR: Final = N_("“{text}” tem o ano com dois algarismos; escreva os quatro, ou “years_from” no mapeamento")
SERIAL_DATE: Final = N_(
    "“{text}” é o número com que a planilha guarda datas; formate a coluna como data e salve de novo, ou ponha "
    "“serial_dates = true” no mapeamento"
)
NO_SUCH_DAY: Final = N_("o dia “{text}” não existe")
NO_SUCH_DAY_IN_ORDER: Final = N_("o dia “{text}” não existe na ordem {order} desta coluna")
NO_SUCH_TIME: Final = N_("a hora de “{text}” não existe")
ODD_YEAR: Final = N_("o ano de “{text}” está fora de {first} a {last}")
ZERO_DATE: Final = N_("“{text}” não é um dia; se quer dizer “sem data”, ponha-o em “nulls” no mapeamento")
NOT_A_DATE: Final = N_("“{text}” não é uma data")
FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2100
ORDER_LABELS: Final = {DateOrder.DAY_FIRST: N_("dia/mês/ano"), DateOrder.MONTH_FIRST: N_("mês/dia/ano")}


def match_date(text: str) -> tuple[int, int] | None:
    """Tell whether *text* has the look of a date: the first two numbers of 03/04/2019, (0, 0) for one by year, None."""
    if len(text) > 40:
        return None
    found = _MOMENT.fullmatch(text.strip())
    if not found:
        return None
    return (int(found["a"]), int(found["b"])) if found["a"] else (0, 0)


def read_moment(
    text: str, order: DateOrder = DateOrder.DAY_FIRST, *, years_from: int | None = None, serials: bool = False
) -> Moment | Unreadable:
    """Read a date, perhaps with a time: 02/09/2019, 02/09/2019 09:27[:15], 2019-10-04T11:12:54.000[-03:00].

    A time without an offset is local time. With an offset, the day is the local day of that instant. Where a person
    said so: *years_from*, the first of the hundred years that two digits mean; *serials*, that 43710 counts days.
    """
    text = text.strip()
    shown = one_line(text[:40])
    if serials and _SERIAL.fullmatch(text[:40]):
        return _from_serial(text, shown)
    if years_from is not None and len(text) <= 40:
        text = _SHORT.sub(lambda found: found[1] + str(_whole_year(int(found[3]), years_from)), text)
    found = _MOMENT.fullmatch(text) if len(text) <= 40 else None
    if not found:
        return Unreadable(_why_no_date(text).format(text=shown))
    if found["iy"]:
        year, month, day = int(found["iy"]), int(found["im"]), int(found["id"])
    else:
        day, month, year = int(found["a"]), int(found["b"]), int(found["y"])
        if order is DateOrder.MONTH_FIRST:
            day, month = month, day
    if year == month == day == 0:
        return Unreadable(ZERO_DATE.format(text=shown))
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return Unreadable(ODD_YEAR.format(text=shown, first=FIRST_YEAR, last=LAST_YEAR))
    try:
        on = date(year, month, day)
    except ValueError:
        reason = NO_SUCH_DAY_IN_ORDER if month > 12 and day <= 12 else NO_SUCH_DAY
        return Unreadable(reason.format(text=shown, order=ORDER_LABELS[order]))
    if found["h"] is None:
        return Moment(on, None)
    return _with_clock(on, found, shown)


def _whole_year(short: int, first: int) -> int:
    """The year of the hundred that begins with *first* which ends in these two digits."""
    return first + (short - first) % 100


def _from_serial(text: str, shown: str) -> Moment | Unreadable:
    """The day that a spreadsheet counts from 1900 on (day 60 is its 29 February of 1900, so 30/12/1899 is day 0)."""
    days, _, part = text.replace(",", ".").partition(".")
    on = _DAY_ZERO + timedelta(days=int(days))
    if on.year > LAST_YEAR:
        return Unreadable(ODD_YEAR.format(text=shown, first=FIRST_YEAR, last=LAST_YEAR))
    if not part.strip("0"):
        return Moment(on, None)
    seconds = min(round(float(f"0.{part[:9]}") * 86400), 86399)
    at = datetime.combine(on, time(), LOCAL_ZONE) + timedelta(seconds=seconds)
    return Moment(on, at.astimezone(UTC))


def _why_no_date(text: str) -> str:
    if len(text) <= 40 and _SHORT_YEAR.fullmatch(text):
        return SHORT_YEAR
    return SERIAL_DATE if _SERIAL.fullmatch(text[:40]) else NOT_A_DATE


def _with_clock(on: date, found: re.Match[str], shown: str) -> Moment | Unreadable:
    hour, half = int(found["h"]), (found["half"] or "").lower()
    if half and not 1 <= hour <= 12:
        return Unreadable(NO_SUCH_TIME.format(text=shown))
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    try:
        clock = time(hour, int(found["m"]), int(found["sec"] or 0), int((found["f"] or "").ljust(6, "0")[:6]))
        zone = _zone(found["tz"])
    except ValueError:
        return Unreadable(NO_SUCH_TIME.format(text=shown))
    at = datetime.combine(on, clock, zone or LOCAL_ZONE).astimezone(UTC)
    return Moment(at.astimezone(LOCAL_ZONE).date() if zone else on, at)


def _zone(text: str | None) -> timezone | None:
    if text is None:
        return None
    if text.lower() in {"z", "utc"}:
        return UTC
    digits = text[1:].replace(":", "").ljust(4, "0")
    if int(digits[2:]) > 59:
        raise ValueError(text)
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-offset if text[0] == "-" else offset)


# --- Money ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Amount:
    """Centavos; ``ambiguous`` where the mark could part thousands as well as centavos (1.234)."""

    centavos: int
    ambiguous: bool = False


NOT_AN_AMOUNT: Final = N_("“{text}” não é um valor em dinheiro")
AMOUNT_TOO_BIG: Final = N_("“{text}” é grande demais para ser um valor")
FRACTION_OF_CENTAVO: Final = N_("“{text}” tem mais de duas casas depois da vírgula")
_LARGEST: Final = 10**15
_GROUPED: Final = {mark: re.compile(rf"[1-9][0-9]{{0,2}}(?:{re.escape(mark)}[0-9]{{3}})+") for mark in ".,"}


def read_amount(text: str, decimal: str | None = None) -> Amount | Unreadable:
    """Read money: R$ 1.234,56, 1234.56, -5,00, (5,00), 1.234. *decimal* is the mark ("," or ".") where it is known.

    Without it, one mark followed by three digits is ambiguous: a point is read as Brazil writes thousands, marked so.
    """
    shown = one_line(text[:40])
    plain = re.sub(r"\s|[Rr]\$", "", text[:60]).replace("−", "-")
    negative = plain.startswith(("-", "(")) or plain.endswith("-")
    if len(text) > 60 or (plain.startswith("(") != plain.endswith(")")):
        return Unreadable(NOT_AN_AMOUNT.format(text=shown))
    plain = (
        plain[1:-1]
        if plain.startswith("(")
        else plain.removeprefix("-")
        if plain[:1] == "-"
        else plain.removesuffix("-")
    )
    if not re.fullmatch(r"[0-9][0-9.,]*", plain):
        return Unreadable(NOT_AN_AMOUNT.format(text=shown))
    mark, ambiguous = _decimal_mark(plain)
    if ambiguous and decimal:
        mark, ambiguous = decimal, False
    return _amount(plain, mark, shown, negative=negative, ambiguous=ambiguous)


def decimal_evidence(text: str) -> str | None:
    """Tell which mark surely parts the centavos in this cell; None where it proves nothing."""
    plain = re.sub(r"\s|[Rr]\$|[()-]", "", text[:60])
    if not re.fullmatch(r"[0-9][0-9.,]*", plain):
        return None
    mark, ambiguous = _decimal_mark(plain)
    return mark if mark in plain and not ambiguous else None


def _decimal_mark(plain: str) -> tuple[str, bool]:
    """The mark of the centavos, and whether that is in doubt."""
    points, commas = plain.count("."), plain.count(",")
    if points and commas:
        return ("," if plain.rfind(",") > plain.rfind(".") else "."), False
    mark = "," if commas else "."
    if points + commas > 1:
        return ("." if commas else ","), False  # several equal marks part thousands
    in_doubt = _GROUPED[mark].fullmatch(plain) is not None
    return ("," if in_doubt and mark == "." else mark), in_doubt


def _amount(plain: str, mark: str, shown: str, *, negative: bool, ambiguous: bool) -> Amount | Unreadable:
    whole, _, cents = plain.partition(mark)
    thousands = "." if mark == "," else ","
    if thousands in whole and not _GROUPED[thousands].fullmatch(whole):
        return Unreadable(NOT_AN_AMOUNT.format(text=shown))
    whole = whole.replace(thousands, "")
    if not (whole + cents).isdigit():
        return Unreadable(NOT_AN_AMOUNT.format(text=shown))
    if cents[2:].strip("0"):
        return Unreadable(FRACTION_OF_CENTAVO.format(text=shown))
    centavos = int(whole or "0") * 100 + int(cents[:2].ljust(2, "0"))
    if centavos > _LARGEST:
        return Unreadable(AMOUNT_TOO_BIG.format(text=shown))
    return Amount(-centavos if negative else centavos, ambiguous)


# --- Tax numbers ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TaxId:
    """A CPF or CNPJ as the old sheet has it.

    ``number`` is filled only when the cell itself is right. Otherwise ``raw`` keeps what was written, ``reason`` says
    what is wrong, and ``repair`` is the number that a person may confirm (the zeros that a spreadsheet ate).
    """

    raw: str
    kind: IdentifierKind | None
    number: str | None
    repair: str | None
    reason: str | None


AMBIGUOUS_TAX_ID: Final = N_("Faltam zeros, e o número serve como CPF e como CNPJ. Confira no documento.")
LOST_DIGITS: Final = N_("A planilha trocou o número por uma forma abreviada e perdeu algarismos. Confira no documento.")
FLOATED_TAX_ID: Final = N_("A planilha tratou o número como valor, com casas decimais. Confira o número sugerido.")
NO_TAX_ID: Final = N_("Não é um CPF nem um CNPJ.")
_SCIENTIFIC: Final = re.compile(r"[0-9]+([.,][0-9]+)?E\+?[0-9]{1,3}", re.IGNORECASE)
_FLOATED: Final = re.compile(r"([0-9]{1,14})[.,]0{1,2}")


def is_scientific(text: str) -> bool:
    """Tell whether a spreadsheet wrote a long number as 4,04E+13, which loses its last digits."""
    return len(text) <= 40 and bool(_SCIENTIFIC.fullmatch(text.strip()))


def read_tax_id(text: str, kind: IdentifierKind | None = None) -> TaxId:
    """Read a cell that should hold a tax number: of *kind*, or of either where the column says neither."""
    return _read_tax_id(one_line(text[:200]), kind)


@lru_cache(maxsize=4096)  # few companies have many cases
def _read_tax_id(raw: str, kind: IdentifierKind | None) -> TaxId:
    if is_scientific(raw):
        return TaxId(raw, kind, None, None, LOST_DIGITS)
    floated = _FLOATED.fullmatch(raw)
    answers = [check(one, floated[1] if floated else raw) for one in ([kind] if kind else _TAX_KINDS)]
    for answer in answers:
        if answer.valid and not floated:
            return TaxId(raw, answer.kind, answer.normalized, None, None)
    repairs = [(answer, answer.normalized or answer.repair_on_import) for answer in answers]
    repairs = [(answer, repair) for answer, repair in repairs if repair]
    if len(repairs) > 1:
        return TaxId(raw, None, None, None, AMBIGUOUS_TAX_ID)
    for answer, repair in repairs:
        return TaxId(raw, answer.kind, None, repair, FLOATED_TAX_ID if floated else answer.reason)
    return TaxId(raw, kind, None, None, answers[0].reason if kind else NO_TAX_ID)


_TAX_KINDS: Final = [IdentifierKind.CPF, IdentifierKind.CNPJ]
