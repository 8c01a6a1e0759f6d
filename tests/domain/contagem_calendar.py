"""Contagem's days as procedure c.1 lists them, written apart from the chamber's file, so that each checks the other."""

import datetime as dt
from functools import cache

from cprac.domain.business_days import (
    NATIONAL_HOLIDAYS,
    CalendarDay,
    DayKind,
    FixedHoliday,
    MovableHoliday,
    Recess,
    RecessPolicy,
    calendar_from_rules,
)

LEI_3484 = "Lei municipal 3.484/2001"
FIXED = (*NATIONAL_HOLIDAYS, FixedHoliday(12, 8, "Imaculada Conceição", DayKind.MUNICIPAL, LEI_3484))
MOVABLE = (
    MovableHoliday(-9, "Jubileu de Nossa Senhora das Dores", DayKind.MUNICIPAL, LEI_3484, 2002),
    MovableHoliday(-2, "Paixão de Cristo", DayKind.MUNICIPAL, LEI_3484),
    MovableHoliday(60, "Corpus Christi", DayKind.MUNICIPAL, LEI_3484),
)


@cache
def contagem(recess=RecessPolicy.NONE, first=2020, last=2031):
    """The calendar of Contagem without any decreed day."""
    return calendar_from_rules("Contagem", (first, last), FIXED, MOVABLE, recess=Recess(recess))


def closed(day, kind=DayKind.CLOSURE, known_from=None):
    """A decreed day, from an ISO date or a date."""
    date = dt.date.fromisoformat(day) if isinstance(day, str) else day
    return CalendarDay(date, "dia decretado", kind, "Decreto de teste", known_from)
