"""Days decreed during the year: a day off, an early closing, a closure, a system outage; and taking one back.

A decree is a row with its act and the instant since which it is known; a withdrawal is another instant, with a reason.
Nothing is deleted, so what the chamber believed on any day can be asked (``decreed_days(session, known_at)``). With
each change comes a recount (``recounts``), in the same transaction; the preview is counted by the same function.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from cprac.domain.business_days import CLOSED_KINDS, SHORT_KINDS, Calendar, CalendarDay, DayKind
from cprac.domain.holiday_rules import PRECEDENCE
from cprac.domain.notices import outage_days
from cprac.domain.roles import Office
from cprac.domain.subject import Refusal
from cprac.domain.words import N_
from cprac.persistence.database import db, transaction
from cprac.persistence.models import CalendarDayRow
from cprac.persistence.viewers import offices_of
from cprac.services import recounts, submissions
from cprac.services.chamber import Chamber
from cprac.services.deadline_rows import CALENDAR_LOCK, decreed_days
from cprac.services.errors import NotFoundError, RefusedError

__all__ = ["KINDS", "Decree", "Decreed", "decree", "decreed_days", "preview", "preview_withdrawal", "withdraw"]

KINDS = (*CLOSED_KINDS, *SHORT_KINDS)
"""What may be decreed: every kind that a calendar may hold."""

DECREES = frozenset({Office.REGISTRY, Office.COORDINATOR})
MOST_DAYS = 31
LONGEST = 200
"""Letters of a name, an act, a reason: what their columns hold."""

LAW = "Lei 9.784/1999, art. 66, § 1º"


@dataclass(frozen=True, slots=True)
class Decree:
    """What is decreed. ``down``: start and end of an outage (aware instants); its days follow from it by the rule.

    ``legal_act``: the decree, ordinance or certificate, as people cite it.
    """

    kind: DayKind
    name: str
    legal_act: str
    days: tuple[date, ...] = ()
    down: tuple[datetime, datetime] | None = None


@dataclass(frozen=True, slots=True)
class Decreed:
    """What came of it: the recount that moves the deadlines, and the days."""

    recount: int
    days: tuple[date, ...]

    def as_plain(self) -> dict[str, Any]:
        """As the stored answer of the submission."""
        return {"recount": self.recount, "days": [day.isoformat() for day in self.days]}


def _refuse(template: str, field: str, **params: Any) -> RefusedError:
    return RefusedError(Refusal(template, LAW, "value", field, params=params))


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def may_decree(session: Session, chamber: Chamber, account: int, now: datetime) -> None:
    """NotFoundError unless *account* is of the registry or the coordination today."""
    if not offices_of(session, account, chamber.day(now)) & DECREES:
        raise NotFoundError("calendar")


# --- What is asked ----------------------------------------------------------------------------------------------------


def days_of(chamber: Chamber, calendar: Calendar, asked: Decree, now: datetime) -> tuple[CalendarDay, ...]:
    """The days of a decree, in order, checked against the *calendar* as it stands; RefusedError names the field."""
    name, legal_act = asked.name.strip(), asked.legal_act.strip()
    if asked.kind not in KINDS:
        raise _refuse(N_("Escolha o tipo do dia."), "kind")
    for value, field, words in (
        (name, "name", N_("Escreva o nome do dia, como “Ponto facultativo de Carnaval”.")),
        (legal_act, "legal_act", N_("Escreva o ato, como “Decreto 1.110/2026”.")),
    ):
        if not value:
            raise _refuse(words, field)
        if len(value) > LONGEST:
            raise _refuse(N_("Escreva um texto mais curto, de até 200 letras."), field)
    days = _outage(chamber, asked, now) if asked.kind is DayKind.SYSTEM_OUTAGE else _typed(chamber, asked, now)
    known_from = now.date()
    found = []
    for day in days:
        if not calendar.first_year <= day.year <= calendar.last_year:
            raise _refuse(
                N_("O calendário vai de {first} a {last}. Confira o ano de {day}."), "days",
                first=calendar.first_year, last=calendar.last_year, day=_day(day),
            )  # fmt: skip
        problem = _already(calendar, day, asked.kind)
        if problem is None:
            found.append(CalendarDay(day, name, asked.kind, legal_act, known_from))
        elif asked.kind is not DayKind.SYSTEM_OUTAGE:
            raise problem
    if not found:
        raise _refuse(N_("Nesses dias já não havia expediente: a falha não muda prazo nenhum."), "down_from")
    return tuple(found)


def _typed(chamber: Chamber, asked: Decree, now: datetime) -> tuple[date, ...]:
    days = tuple(sorted(set(asked.days)))
    if not days:
        raise _refuse(N_("Escreva ao menos um dia, como 20/04/2026."), "days")
    if len(days) > MOST_DAYS:
        raise _refuse(N_("Escreva no máximo 31 dias de cada vez."), "days")
    if days[0] < chamber.day(now):
        raise _refuse(
            N_("{day} já passou. O decreto vale de hoje em diante; se o sistema falhou, escolha “sistema fora do ar”."),
            "days", day=_day(days[0]),
        )  # fmt: skip
    return days


def _outage(chamber: Chamber, asked: Decree, now: datetime) -> tuple[date, ...]:
    """The days on which the outage moves an end (Lei 11.419 art. 10 §2; Res. CNJ 185/2013 by analogy)."""
    if asked.down is None:
        raise _refuse(N_("Escreva quando o sistema saiu do ar, com dia e hora."), "down_from")
    start, end = asked.down
    if end <= start:
        raise _refuse(N_("A volta vem depois da queda. Confira as horas."), "down_until")
    if end > now:
        raise _refuse(N_("A volta ainda não aconteceu. Registre quando o sistema tiver voltado."), "down_until")
    if (end - start).days > MOST_DAYS:
        raise _refuse(N_("São mais de 31 dias. Confira as datas."), "down_from")
    days = outage_days([(start, end)], chamber.zone)
    if not days:
        raise _refuse(
            N_("A falha foi curta: só muda prazo se passou de 60 minutos entre 6h e 23h, ou se foi depois das 23h."),
            "down_until",
        )  # fmt: skip
    return days


def _already(calendar: Calendar, day: date, kind: DayKind) -> RefusedError | None:
    """Why naming *day* would change nothing: the calendar has it closed at least as much."""
    known = calendar.day(day)
    if known is not None and PRECEDENCE[known.kind] <= PRECEDENCE[kind]:
        return _refuse(
            N_("{day} já está no calendário: {name} ({act}). Escolha outro dia."), "days",
            day=_day(day), name=known.name, act=known.legal_act or "-",
        )  # fmt: skip
    if calendar.kind(day) is DayKind.WEEKEND:
        return _refuse(N_("{day} é fim de semana e já não conta. Escolha outro dia."), "days", day=_day(day))
    return None


# --- Preview ----------------------------------------------------------------------------------------------------------


def preview(chamber: Chamber, asked: Decree, now: datetime) -> tuple[tuple[CalendarDay, ...], recounts.Preview]:
    """The days of *asked* and what they would do to the deadlines there are. Writes nothing. Raises RefusedError."""
    standing = decreed_days(db.session())
    days = days_of(chamber, chamber.calendar(standing), asked, now)
    calendar = chamber.regulation.calendar((*standing, *days))
    return days, recounts.preview(chamber, calendar, days[0].date)


def preview_withdrawal(chamber: Chamber, row_id: int) -> recounts.Preview:
    """What taking the day *row_id* back would do. Writes nothing. NotFoundError where it does not stand."""
    session = db.session()
    row = session.get(CalendarDayRow, row_id)
    if row is None or row.withdrawn_at is not None:
        raise NotFoundError(str(row_id))
    others = _others(session, row_id)
    return recounts.preview(chamber, chamber.regulation.calendar(others), row.day)


def _others(session: Session, row_id: int) -> Iterable[CalendarDay]:
    """The days that stand beside one row, as ``decreed_days`` gives them."""
    rows = session.scalars(
        select(CalendarDayRow)
        .where(CalendarDayRow.withdrawn_at.is_(None), CalendarDayRow.id != row_id)
        .order_by(CalendarDayRow.day, CalendarDayRow.id)
    )
    return [CalendarDay(row.day, row.name, DayKind(row.kind), row.legal_act, row.known_from.date()) for row in rows]


# --- The acts ---------------------------------------------------------------------------------------------------------


def _alone(session: Session) -> None:
    """Wait for the acts that count with the calendar as it was, and keep the next ones waiting until we commit."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": CALENDAR_LOCK})


def decree(chamber: Chamber, account: int, asked: Decree, *, key: str, now: datetime) -> Decreed:
    """Write the days and ask for the recount, in one transaction. Ten equal submissions are one.

    Raises NotFoundError for who may not, RefusedError (its ``field``: days, kind, name, legal_act, down_from,
    down_until), KeyReusedError.
    """
    body = submissions.fingerprint("decree", asked.kind.value, asked.name, asked.legal_act, asked.days, asked.down)
    with transaction() as session:
        may_decree(session, chamber, account, now)
        earlier = submissions.claim(session, key, account, body, now)
        if earlier is not None:
            return Decreed(earlier["recount"], tuple(date.fromisoformat(day) for day in earlier["days"]))
        _alone(session)
        days = days_of(chamber, chamber.calendar(decreed_days(session)), asked, now)
        start, end = asked.down if asked.down is not None else (None, None)
        for day in days:
            session.add(
                CalendarDayRow(
                    day=day.date, kind=day.kind.value, name=day.name, legal_act=day.legal_act, known_from=now,
                    decreed_by=account, down_from=start, down_until=end,
                )
            )  # fmt: skip
        recount = recounts.ask(session, cause(days), days[0].date, account, now)
        done = Decreed(recount.id, tuple(day.date for day in days))
        submissions.answer(session, key, done.as_plain())
    return done


def withdraw(chamber: Chamber, account: int, row_id: int, reason: str, *, key: str, now: datetime) -> Decreed:
    """Take a decreed day back, with a *reason*, and ask for the recount. The row stays; no date becomes earlier.

    Raises NotFoundError, RefusedError (field ``reason``), KeyReusedError.
    """
    reason = reason.strip()
    with transaction() as session:
        may_decree(session, chamber, account, now)
        earlier = submissions.claim(session, key, account, submissions.fingerprint("withdraw", row_id, reason), now)
        if earlier is not None:
            return Decreed(earlier["recount"], tuple(date.fromisoformat(day) for day in earlier["days"]))
        _alone(session)
        row = session.get(CalendarDayRow, row_id)
        if row is None or row.withdrawn_at is not None:
            raise NotFoundError(str(row_id))
        if not reason or len(reason) > LONGEST:
            raise _refuse(N_("Escreva o motivo, em até 200 letras."), "reason")
        row.withdrawn_at, row.withdrawn_by, row.withdrawal = now, account, reason
        day = CalendarDay(row.day, row.name, DayKind(row.kind), row.legal_act)
        recount = recounts.ask(session, f"Retirado: {cause((day,))}", row.day, account, now)
        done = Decreed(recount.id, (row.day,))
        submissions.answer(session, key, done.as_plain())
    return done


def cause(days: tuple[CalendarDay, ...]) -> str:
    """What a recount is about, for the history of each case: "Ponto facultativo (Decreto 5/2026): 20/04/2026"."""
    told = ", ".join(_day(day.date) for day in days[:5])
    more = f" e mais {len(days) - 5}" if len(days) > 5 else ""
    return f"{days[0].name[:100]} ({days[0].legal_act[:80]}): {told}{more}"
