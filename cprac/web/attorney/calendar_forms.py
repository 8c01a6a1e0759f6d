"""The forms of the calendar. They read what was typed; ``services.calendar_decrees`` says whether it can be decreed."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField

from cprac.domain.business_days import DayKind
from cprac.domain.subject import Refusal
from cprac.services.calendar_decrees import Decree
from cprac.web import guards
from cprac.web.act_forms import refusal_words
from cprac.web.form_fields import LineField, MomentField, ParagraphField, read_day, refuse, select_choices

LONGEST_SPAN = 62


class DaysField(ParagraphField):
    """Days, one a line, or a span as "20/04/2026 a 24/04/2026". ``data``: what was typed; ``days``: the days."""

    days: tuple[date, ...] = ()

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002  (the signature that WTForms calls)
        """Read the days; a line that is none is said by its words."""
        found: list[date] = []
        for line in filter(None, (line.strip() for line in str(self.data or "").splitlines())):
            ends = re.split(r"\s+(?:a|até)\s+", line)
            try:
                first, last = read_day(ends[0].strip()), read_day(ends[-1].strip())
            except ValueError as error:
                raise refuse(self, gettext("“%(line)s”: %(why)s", line=line[:40], why=error)) from None
            if len(ends) > 2 or not 0 <= (last - first).days <= LONGEST_SPAN:
                raise refuse(self, gettext("“%(line)s”: confira o primeiro e o último dia", line=line[:40]))
            found += [first + timedelta(days=number) for number in range((last - first).days + 1)]
        spans = " a " in str(self.data or "") or " até " in str(self.data or "")
        # a span means its working days; a weekend typed by itself is a mistake that the service names
        self.days = tuple(day for day in found if not spans or day.weekday() < 5)


class KeyedForm(FlaskForm):
    """A form with its idempotency key."""

    idempotency_key = HiddenField()

    @property
    def key(self) -> str:
        """The key; empty where it is none, and then nothing may be done."""
        text = str(self.idempotency_key.data or "")
        return text if 16 <= len(text) <= 64 and text.isalnum() else ""

    def refuse(self, refusal: Refusal) -> None:
        """Put a refusal beside the field it names."""
        words = refusal_words(refusal)
        if refusal.field in self:
            self[refusal.field].errors = [*self[refusal.field].errors, words]
        else:
            self.form_errors = [*self.form_errors, words]


class WithdrawForm(KeyedForm):
    """Why a day is taken back."""

    reason = LineField(
        _l("Motivo da retirada"), description=_l("Fica no calendário, riscado, com o seu nome. Até 200 letras.")
    )


class ReviewForm(KeyedForm):
    """Why a deadline stays as it is."""

    note = ParagraphField(_l("Por que o prazo fica como está"), description=_l("Fica guardado com o seu nome."))


class DecreeForm(KeyedForm):
    """What is decreed: the base of ``decree_form``, which adds the fields that depend on the chamber."""

    kind = SelectField(_l("Tipo do dia"))
    name = LineField(_l("Nome"), description=_l("Como aparece para todos, por exemplo: Ponto facultativo de Carnaval."))
    legal_act = LineField(_l("Ato"), description=_l("Decreto, portaria ou certidão, por exemplo: Decreto 1.110/2026."))
    days = DaysField(
        _l("Dias"),
        description=_l(
            "Um por linha, como 20/04/2026, ou um período: 20/04/2026 a 24/04/2026. Na falha do sistema, em branco."
        ),
    )

    def asked(self) -> Decree:
        """What was typed, as the service takes it."""
        kind = DayKind(self.kind.data)
        start, end = self["down_from"].data, self["down_until"].data
        outage = kind is DayKind.SYSTEM_OUTAGE
        down: tuple[datetime, datetime] | None = (start, end) if outage and start and end else None
        return Decree(kind, self.name.data or "", self.legal_act.data or "", () if outage else self.days.days, down)


def decree_form(**given: Any) -> DecreeForm:
    """The form, with the kinds of days and the hours on the chamber's clock."""
    zone = guards.chamber().zone
    hint = _l("Dia e hora de Brasília, como 07/04/2026 14:30. Só para falha do sistema.")
    boxes = {
        "down_from": MomentField(_l("O sistema saiu do ar em"), zone=zone, description=hint),
        "down_until": MomentField(_l("O sistema voltou em"), zone=zone, description=hint),
    }
    form = type("DecreeForm", (DecreeForm,), boxes)(**given)
    form.kind.choices = select_choices([(kind.value, gettext(kind.label).capitalize()) for kind in OFFERED])
    return form


OFFERED = (DayKind.OPTIONAL_FULL, DayKind.OPTIONAL_PARTIAL, DayKind.CLOSURE, DayKind.MUNICIPAL, DayKind.STATE,
           DayKind.NATIONAL, DayKind.SYSTEM_OUTAGE)  # fmt: skip
"""The kinds in the order in which they happen most; a test holds that none of ``KINDS`` is missing."""
