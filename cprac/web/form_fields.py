"""The boxes that act forms are made of: how each kind of answer is typed, read and refused, in the words of the page.

A message names its field, so that it can be read alone in the list of errors. What was typed always comes back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext
from markupsafe import Markup
from werkzeug.datastructures import FileStorage
from wtforms import (
    BooleanField,
    Field,
    Form,
    MultipleFileField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    widgets,
)
from wtforms.fields import SelectChoice
from wtforms.validators import Optional, StopValidation, ValidationError

from cprac.domain.filing import many_lines, one_line, read_money
from cprac.domain.identifiers import IdentifierKind, check, format_identifier
from cprac.services.uploads import Upload

LINE, TEXT, MOST_LINES = 300, 10_000, 50
FIRST_YEAR, LAST_YEAR = 1900, 2200
FEW = 5
"""Up to so many choices are shown as buttons, all at once; more become a list that opens."""

_DATE = re.compile(r"([0-9]{1,2})\s*[/.-]\s*([0-9]{1,2})\s*[/.-]\s*([0-9]{4})")
_HOUR = re.compile(r"([0-9]{1,2})\s*(?:[:hH]\s*([0-9]{2})?)(?:\s*min)?")
_MAY_BE_EMPTY = Optional()

Pairs = Sequence[tuple[str, str]]


def refuse(field: Field, words: str) -> ValidationError:
    """The error of *field*, beginning with its label: "Motivo: escreva o motivo"."""
    return ValidationError(f"{field.label.text}: {words}")


def lowered(words: str) -> str:
    """A sentence as the rest of another one, after a colon."""
    words = gettext(words)
    return words[:1].lower() + words[1:]


class Needed:
    """Something must be there. *words* say what to do; the label comes before them."""

    def __init__(self, words: str) -> None:
        self.words = words

    def __call__(self, _form: Form, field: Field) -> None:
        """Stop at a field that is empty."""
        if field.errors:
            raise StopValidation
        if field.data is None or field.data is False or field.data in ("", (), []):
            raise StopValidation(f"{field.label.text}: {self.words}")


def validators(words: str, *, required: bool) -> list[Any]:
    """What a field that must be filled, or may be left empty, is checked by."""
    return [Needed(words)] if required else [_MAY_BE_EMPTY]


class LineField(StringField):
    """One line of text, without what nobody sees."""

    longest = LINE

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the line."""
        self.data = one_line(valuelist[0]) if valuelist else ""

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002  (the signature that WTForms calls)
        """Refuse what is too long to be kept."""
        if self.data and len(self.data) > self.longest:
            words = gettext("use no máximo %(most)s letras; agora são %(n)s", most=self.longest, n=len(self.data))
            raise refuse(self, words)


class ParagraphField(TextAreaField, LineField):
    """Text of many lines."""

    longest = TEXT
    widget = widgets.TextArea()

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the text, its line breaks kept."""
        self.data = many_lines(valuelist[0]) if valuelist else ""


class LinesField(ParagraphField):
    """A list, an item a line. ``data``: the items."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the items; blank lines are none."""
        self.data = tuple(line for line in map(one_line, many_lines("\n".join(valuelist)).split("\n")) if line)

    def _value(self) -> str:
        return "\n".join(self.data or ())

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002  (the signature that WTForms calls)
        """Bound the number and the length of the items."""
        if self.data and (len(self.data) > MOST_LINES or any(len(line) > LINE for line in self.data)):
            raise refuse(self, gettext("até %(n)s itens, cada um com até %(most)s letras", n=MOST_LINES, most=LINE))


class TypedField(Field):
    """A box whose text is read into a value: the text stays as it was typed where it cannot be."""

    widget = widgets.TextInput()

    def read(self, text: str) -> Any:
        """The value of *text*; ValueError with words that say how to write it."""
        raise NotImplementedError

    def write(self, value: Any) -> str:
        """*value* as it is typed."""
        return str(value)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else self.write(self.data)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the text; leave the value out where that fails."""
        text = one_line(valuelist[0]) if valuelist else ""
        self.data = None
        if text:
            try:
                self.data = self.read(text)
            except ValueError as error:
                raise ValueError(f"{self.label.text}: {error}") from None


def read_day(text: str) -> date:
    """A day typed as dd/mm/aaaa; ValueError in plain words."""
    found = _DATE.fullmatch(text)
    if not found:
        raise ValueError(gettext("escreva com dia, mês e ano, como 30/03/2026"))
    try:
        day = date(int(found[3]), int(found[2]), int(found[1]))
    except ValueError:
        raise ValueError(gettext("esse dia não existe; confira o dia e o mês")) from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(gettext("confira o ano"))
    return day


class DayDateField(TypedField):
    """A day, dd/mm/aaaa. ``data``: a date."""

    read = staticmethod(read_day)  # type: ignore[assignment]

    def write(self, value: date) -> str:
        """The day as it is typed."""
        return value.strftime("%d/%m/%Y")


class MomentField(TypedField):
    """A day and hour of the chamber's clock, dd/mm/aaaa hh:mm. ``data``: the instant in UTC."""

    def __init__(self, *args: Any, zone: ZoneInfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone

    def read(self, text: str) -> datetime:
        """Day, then hour, however they are joined ("às", a comma, a blank)."""
        how = gettext("escreva o dia e a hora, como 07/04/2026 14:30")
        found = re.fullmatch(rf"({_DATE.pattern})[\s,]+(?:às|as)?\s*({_HOUR.pattern})", text)
        if not found:
            raise ValueError(how)
        hour = _HOUR.fullmatch(found[5])
        if hour is None or int(hour[1]) > 23 or int(hour[2] or 0) > 59:
            raise ValueError(how)
        day = read_day(found[1])
        local = datetime(day.year, day.month, day.day, int(hour[1]), int(hour[2] or 0), tzinfo=self.zone)
        return local.astimezone(UTC)

    def write(self, value: datetime) -> str:
        """The instant on the chamber's clock, as it is typed."""
        return value.astimezone(self.zone).strftime("%d/%m/%Y %H:%M")


class MoneyAmountField(TypedField):
    """An amount in reais. ``data``: centavos."""

    def read(self, text: str) -> int:
        """Centavos of an amount typed as 8.420,00."""
        found = read_money(text)
        if isinstance(found, int):
            return found
        raise ValueError(lowered(found))

    def write(self, value: int) -> str:
        """The amount as it is typed: 8.420,00."""
        whole, cents = divmod(value, 100)
        return f"{whole:,}".replace(",", ".") + f",{cents:02d}"


class LawsuitField(TypedField):
    """The number of a lawsuit (Res. CNJ 65/2008). ``data``: 20 digits."""

    def read(self, text: str) -> str:
        """The 20 digits; a number whose hidden zeros are certain is taken with them."""
        checked = check(IdentifierKind.CNJ, text)
        if checked.valid is False or checked.normalized is None:
            raise ValueError(lowered(checked.reason).rstrip("."))
        return checked.normalized

    def write(self, value: str) -> str:
        """With its marks."""
        return format_identifier(IdentifierKind.CNJ, value)


class TickField(BooleanField):
    """Something the person vouches for, or switches on."""


class _Listed:
    """Choices as text; what comes from elsewhere than the list is refused in the page's words."""

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002  (the signature that WTForms calls)
        """Refuse what is not on the list."""
        known = {str(choice.value) for choice in self._iter_choices_normalized()}  # type: ignore[attr-defined]
        picked = self.data if isinstance(self.data, list | tuple) else [self.data]  # type: ignore[attr-defined]
        if any(value not in known for value in picked if value not in (None, "")):
            raise refuse(self, gettext("escolha uma opção da lista"))  # type: ignore[arg-type]


class ButtonsField(_Listed, RadioField):
    """One of a few, all shown. ``data``: the value, or None."""


class ListField(_Listed, SelectField):
    """One of many, from a list that opens."""


class BoxesField(_Listed, SelectMultipleField):
    """Any of several. ``data``: the values."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()


class FilesField(MultipleFileField):
    """Files. ``uploads``: what was sent."""

    def process_formdata(self, valuelist: Iterable[Any]) -> None:
        """Read the names and bytes of what was sent; an empty box sends a file without a name."""
        sent = [item for item in valuelist if isinstance(item, FileStorage) and item.filename]
        self.data = [Upload(str(item.filename), item.read()) for item in sent]

    @property
    def uploads(self) -> tuple[Upload, ...]:
        """The files, each with its name and bytes."""
        return tuple(self.data or ())


def select_choices(pairs: Pairs) -> list[SelectChoice]:
    """Pairs as WTForms takes them."""
    return [SelectChoice(value=value, label=label) for value, label in pairs]


def pick(label: str, choices: Pairs, *, required: bool, description: str = "") -> Field:
    """One of *choices*: buttons for a few, a list for many; the only choice there is comes chosen."""
    rules = validators(gettext("escolha uma opção"), required=required)
    default = choices[0][0] if required and len(choices) == 1 else None
    if len(choices) <= FEW:
        return ButtonsField(label, rules, choices=select_choices(choices), default=default, description=description)
    first = ("", gettext("Escolha") if required else gettext("Nenhum"))
    return ListField(label, rules, choices=select_choices([first, *choices]), description=description)


def open_list(label: str, choices: Pairs) -> Field:
    """One of *choices* or none, from a list that opens, however few: for rows that must stay short."""
    return ListField(label, choices=select_choices([("", gettext("Escolha")), *choices]))


def help_words(hint: str, article: str) -> str:
    """The hint of a field with the article that asks for it."""
    said = gettext(hint) if hint else ""
    # a whole sentence is followed by the article; half a one is parted from it
    between = Markup(" ") if said.endswith((".", ".”")) else Markup(" · ")
    return between.join(part for part in (said, article) if part)
