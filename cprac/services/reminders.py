"""Reminders: at most one mail a person on a business day, saying how many and where to look, never what.

Staff are told how much of their worklist is overdue, due today or due soon; parties that a deadline of theirs, or an
instalment of an agreement, falls due in some business days, and, once, that they may say how it was. Nothing hangs on a
reminder: a day on which the clock stood still is not made up, and after a recess there is one mail, not one for each
day of it. The outbox's key of a person and a local day (``digest:<account>:<day>``) keeps it at one, however many
schedulers run.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import insert, or_, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from cprac.domain.business_days import Calendar
from cprac.domain.deadlines import DeadlineRule
from cprac.domain.regulation_parts import ReminderRules
from cprac.domain.roles import Role
from cprac.domain.words import N_
from cprac.persistence import queries_lists
from cprac.persistence.database import db, transaction
from cprac.persistence.models import (
    Account,
    Case,
    CaseRole,
    DeadlineRow,
    Leave,
    OfficeHolding,
    OutboxMail,
    Party,
    SurveyInvitation,
    Sweep,
)
from cprac.persistence.queries import Reader
from cprac.services import deadline_rows, heartbeats
from cprac.services.chamber import Chamber

INSTALMENT = "D-OBL"
SIDES = {"applicant": ("applicant",), "invitee": ("invitee",), "parties": ("applicant", "invitee")}
"""Whose time a rule is, by its ``responsible``: sides of the case. Other rules bind the chamber."""

NAMED = 10
"""Case numbers that a mail lists; the others are on the page."""

PORTION = 200

SUBJECT = N_("Lembrete da {chamber}")
STAFF = N_("Os seus casos hoje, {day}:\n\n{lines}\n\nPara ver a lista, entre em:\n{link}\n\n")
OVERDUE = (N_("1 prazo vencido"), N_("{n} prazos vencidos"))
TODAY = (N_("1 prazo termina hoje"), N_("{n} prazos terminam hoje"))
SOON = (
    N_("1 prazo termina nos próximos {days} dias úteis"),
    N_("{n} prazos terminam nos próximos {days} dias úteis"),
)
PARTY = (
    N_("Um prazo seu termina em breve, no caso {numbers}.\n\nPara ver até quando e o que fazer, entre em:\n{link}\n\n"),
    N_("{n} prazos seus terminam em breve: {numbers}.\n\nPara ver até quando e o que fazer, entre em:\n{link}\n\n"),
)
ENDED = (
    N_("O caso {numbers} chegou ao fim ou tem acordo valendo."),
    N_("{n} casos chegaram ao fim ou têm acordo valendo: {numbers}."),
)
SURVEY = N_(
    "{ended} Conte em dois minutos como foi; a resposta fica sem o seu nome e não muda nada no caso. Entre em:\n"
    "{link}\nSem conta, use o número do caso e a chave em:\n{lookup}\n\n"
)
FOOT = N_("Não responda a esta mensagem.\n\n{chamber}\n")


@dataclass(slots=True)
class Reminded:
    """What the day's run did: the local day, whether it was one for reminders, mails written."""

    on: str
    done: bool = True
    mails: int = 0


@dataclass(slots=True)
class _Digest:
    """What one person is told today."""

    name: str
    email: str
    staff: queries_lists.Counters | None = None
    cases: list[str] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)


def remind(chamber: Chamber, now: datetime) -> Reminded:
    """Write today's reminders, once, from the hour that the regulation names and on business days only."""
    on, rules = chamber.day(now), chamber.regulation.reminders
    if now.astimezone(chamber.zone).hour < rules.from_hour or _done(on):
        return Reminded(on.isoformat(), done=False)
    calendar = chamber.calendar(deadline_rows.decreed_days(db.session()))
    done = Reminded(on.isoformat())
    if chamber.smtp_url and calendar.is_business_day(on):
        done.mails = _write(chamber, _digests(chamber, calendar, now), on, now)
    db.session.rollback()
    heartbeats.record(heartbeats.REMINDERS, now, asdict(done))
    return done


def _done(on: date) -> bool:
    counts = db.session.scalar(select(Sweep.counts).where(Sweep.name == heartbeats.REMINDERS))
    db.session.rollback()
    return heartbeats.done_on(counts or {}, on)


def _digests(chamber: Chamber, calendar: Calendar, now: datetime) -> dict[str, _Digest]:
    """Everybody who is told something today, by the key of the person."""
    found: dict[str, _Digest] = {}
    _staff(chamber, calendar, now, found)
    _parties(chamber, calendar, now, found)
    _ended(calendar, chamber.day(now), now, found)
    return found


# --- Staff ------------------------------------------------------------------------------------------------------------


def _staff(chamber: Chamber, calendar: Calendar, now: datetime, found: dict[str, _Digest]) -> None:
    """What the worklist of each person would say, by the same queries; not for who is on leave."""
    on = chamber.day(now)
    soon = calendar.add_business_days(on, chamber.regulation.reminders.staff_business_days)
    away = select(Leave.account_id).where(Leave.from_on <= on, Leave.until_on >= on)
    rows = db.session.execute(
        select(Account.id, Account.name, Account.email, OfficeHolding.office)
        .join(OfficeHolding, OfficeHolding.account_id == Account.id)
        .where(
            Account.active,
            Account.id.not_in(away),
            OfficeHolding.from_on <= on,
            or_(OfficeHolding.until_on.is_(None), OfficeHolding.until_on >= on),
        )
        .order_by(Account.id)
    ).all()
    offices: dict[int, set[Any]] = defaultdict(set)
    for row in rows:
        offices[row.id].add(row.office)
    for row in {row.id: row for row in rows}.values():
        counted = queries_lists.counters(Reader(row.id, frozenset(offices[row.id]), now, on), soon)
        if counted.overdue or counted.today or counted.soon:
            found[str(row.id)] = _Digest(row.name, row.email, staff=counted)


# --- Parties ----------------------------------------------------------------------------------------------------------


def _parties(chamber: Chamber, calendar: Calendar, now: datetime, found: dict[str, _Digest]) -> None:
    """The deadlines of parties that come into the reach of a reminder today."""
    rules, on = chamber.regulation.reminders, chamber.day(now)
    for instalments in (False, True):
        first, last = window(calendar, on, _ahead(rules, instalments=instalments))
        query = (
            select(DeadlineRow.case_id, DeadlineRow.rule, DeadlineRow.party_ordinal, Case.number, Case.procedure)
            .join(Case, Case.id == DeadlineRow.case_id)
            .where(DeadlineRow.status == "open", DeadlineRow.due >= first, DeadlineRow.due <= last)
            .where((DeadlineRow.rule == INSTALMENT) if instalments else (DeadlineRow.rule != INSTALMENT))
            .order_by(DeadlineRow.due, DeadlineRow.id)
        )
        for portion in _portions(db.session.execute(query).all()):
            _tell_parties(chamber, portion, now, found)


def _ended(calendar: Calendar, on: date, now: datetime, found: dict[str, _Digest]) -> None:
    """The parties that were offered the survey since the business day before, and have not answered."""
    query = (
        select(SurveyInvitation.case_id, SurveyInvitation.party_ordinal, Case.number)
        .join(Case, Case.id == SurveyInvitation.case_id)
        .where(SurveyInvitation.offered_on >= calendar.add_business_days(on, -1), SurveyInvitation.offered_on < on)
        .where(SurveyInvitation.answered.is_(False))
        .order_by(SurveyInvitation.id)
    )
    for portion in _portions(db.session.execute(query).all()):
        parties = _parties_of({row.case_id for row in portion})
        holders = _holders({row.case_id for row in portion}, now)
        for row in portion:
            mine = (party for party in parties.get(row.case_id, ()) if party.ordinal == row.party_ordinal)
            for party in mine:
                for key, name, email in holders.get((row.case_id, party.ordinal)) or _by_mail(party):
                    found.setdefault(key, _Digest(name, email)).ended.append(row.number)


def _ahead(rules: ReminderRules, *, instalments: bool) -> int:
    return rules.instalment_business_days if instalments else rules.party_business_days


def window(calendar: Calendar, on: date, ahead: int) -> tuple[date, date]:
    """The due dates that come into reach on the business day *on*: each day of the year lies in exactly one window.

    First and last day, both inside: what is due *ahead* business days from now, with the days without office hours
    before it, on which a date that stands in an agreement may fall.
    """
    last = calendar.add_business_days(on, ahead)
    return calendar.add_business_days(last, -1) + timedelta(days=1), last


def _tell_parties(chamber: Chamber, rows: Sequence[Any], now: datetime, found: dict[str, _Digest]) -> None:
    parties = _parties_of({row.case_id for row in rows})
    holders = _holders({row.case_id for row in rows}, now)
    for row in rows:
        rule = chamber.rules_of(row.procedure).rule(row.rule)
        for party in parties.get(row.case_id, ()):
            if not bound(rule, row.party_ordinal, party.ordinal, party.side) or party.kind == "city":
                continue
            told = holders.get((row.case_id, party.ordinal)) or _by_mail(party)
            for key, name, email in told:
                digest = found.setdefault(key, _Digest(name, email))
                if row.number not in digest.cases:
                    digest.cases.append(row.number)


def bound(rule: DeadlineRule, named: int | None, ordinal: int, side: str) -> bool:
    """Whether a deadline of *rule* binds the party *ordinal* of a *side*; *named*: the party that the row names."""
    if rule.id == INSTALMENT or named is not None:
        return named == ordinal and (rule.id == INSTALMENT or rule.responsible in SIDES)
    return side in SIDES.get(rule.responsible, ())


def _parties_of(cases: Iterable[int]) -> dict[int, list[Party]]:
    query = select(Party).where(Party.case_id.in_(sorted(cases))).order_by(Party.case_id, Party.ordinal)
    found: dict[int, list[Party]] = defaultdict(list)
    for party in db.session.scalars(query):
        found[party.case_id].append(party)
    return found


def _holders(cases: Iterable[int], now: datetime) -> dict[tuple[int, int], list[tuple[str, str, str]]]:
    """Who holds a party's place in a case with an account: (case, party) -> key, name, address."""
    query = (
        select(CaseRole.case_id, CaseRole.party_ordinal, Account.id, Account.name, Account.email)
        .join(Account, Account.id == CaseRole.account_id)
        .where(
            CaseRole.case_id.in_(sorted(cases)),
            CaseRole.role.in_((Role.APPLICANT, Role.INVITEE)),
            CaseRole.party_ordinal.is_not(None),
            CaseRole.from_at <= now,
            or_(CaseRole.until_at.is_(None), CaseRole.until_at > now),
            Account.active,
        )
        .order_by(CaseRole.id)
    )
    found: dict[tuple[int, int], list[tuple[str, str, str]]] = defaultdict(list)
    for row in db.session.execute(query):
        found[row.case_id, row.party_ordinal].append((str(row.id), row.name, row.email))
    return found


def _by_mail(party: Party) -> list[tuple[str, str, str]]:
    """A party without an account, by the address that the filing gave; the key tells nobody the address."""
    email = (party.person.email if party.person else "").strip()
    return [(f"e-{sha256(email.lower().encode()).hexdigest()[:32]}", party.name, email)] if email else []


# --- Writing ----------------------------------------------------------------------------------------------------------


def _write(chamber: Chamber, digests: dict[str, _Digest], on: date, now: datetime) -> int:
    """Put the mails in the outbox, some hundreds a transaction; who has today's already gets none."""
    written = 0
    rows = [_mail(chamber, key, digest, on, now) for key, digest in digests.items() if digest.email]
    for portion in _portions(rows):
        with transaction() as session:
            build: Any = {"sqlite": sqlite_insert, "postgresql": postgresql_insert}.get(
                session.get_bind().dialect.name, insert
            )
            statement = build(OutboxMail).on_conflict_do_nothing(index_elements=["dedupe_key"])
            written += len(session.scalars(statement.returning(OutboxMail.id), portion).all())
    return written


def _mail(chamber: Chamber, key: str, digest: _Digest, on: date, now: datetime) -> dict[str, Any]:
    name, link = chamber.regulation.chamber.short_name, f"{chamber.base_url}/entrar"
    days = chamber.regulation.reminders.staff_business_days
    body = ""
    if digest.staff is not None:
        lines = "\n".join(f"- {line}" for line in _lines(digest.staff, days))
        body += STAFF.format(day=f"{on:%d/%m/%Y}", lines=lines, link=link)
    if digest.cases:
        body += _counted(PARTY, len(digest.cases), numbers=_numbers(digest.cases), link=link)
    if digest.ended:
        ended = _counted(ENDED, len(digest.ended), numbers=_numbers(digest.ended))
        body += SURVEY.format(ended=ended, link=link, lookup=f"{chamber.base_url}/consulta")
    return {
        "dedupe_key": f"digest:{key}:{on.isoformat()}",
        "to_name": digest.name,
        "to_email": digest.email,
        "subject": SUBJECT.format(chamber=name),
        "body": body + FOOT.format(chamber=name),
        "status": "queued",
        "attempts": 0,
        "last_error": "",
        "created_at": now,
        "next_try_at": now,
    }


def _lines(counted: queries_lists.Counters, days: int) -> Iterator[str]:
    for words, number in ((OVERDUE, counted.overdue), (TODAY, counted.today), (SOON, counted.soon)):
        if number:
            yield _counted(words, number, days=days)


def _counted(words: tuple[str, str], number: int, **more: Any) -> str:
    return words[number != 1].format(n=f"{number:,}".replace(",", "."), **more)


def _portions(rows: Sequence[Any]) -> Iterator[list[Any]]:
    return (list(rows[start : start + PORTION]) for start in range(0, len(rows), PORTION))


def _numbers(cases: list[str]) -> str:
    return ", ".join(cases[:NAMED]) + (", …" if len(cases) > NAMED else "")
