"""The register of recommendations: the office's list and pages, what anyone may read, causes that recur, the effect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from cprac.domain.rates import RateRatio, rate_ratio
from cprac.domain.recommendations import READS, SENT, Standing, Status, Step, status, written
from cprac.domain.tallies import NATIVE, Clock, Dimension
from cprac.persistence.database import db
from cprac.persistence.models import Account, Agency, CaseFact, Recommendation, RecommendationEvent
from cprac.persistence.queries import Reader
from cprac.persistence.queries_figures import cells_by

WINDOW = 365
"""Days before a recommendation, and at most after it, in which filings are counted."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A recommendation with the name of its agency. Days are local; counts are filings."""

    id: int
    year: int
    ordinal: int
    matter: str
    agency_id: int
    agency: str
    state: Status
    version: int
    title: str
    text: str
    reasons: str
    drafted_on: date
    issued_on: date | None
    due_on: date | None
    due_basis: str
    filed_before: int | None
    answer: str
    answered_on: date | None
    answer_document: str
    answer_text: str
    done: bool | None
    followed_on: date | None
    follow_text: str
    effect_days: int | None
    effect_before: int | None
    effect_after: int | None
    withdrawal: str
    public: bool
    summary: str

    @property
    def number(self) -> str:
        """The number as people write it."""
        return written(self.year, self.ordinal)

    @property
    def standing(self) -> Standing:
        """What the rules need to know."""
        return Standing(self.state, self.issued_on, self.due_on, self.answered_on, self.public)

    def status(self, today: date) -> Status:
        """Where it stands *today*, overdue told apart."""
        return status(self.standing, today)


@dataclass(frozen=True, slots=True)
class PublicEntry:
    """What anyone may read of a published recommendation. ``effect``: as measured when it was closed."""

    year: int
    ordinal: int
    matter: str
    agency: str
    title: str
    summary: str
    state: Status
    issued_on: date
    due_on: date
    answer: str
    answered_on: date | None
    done: bool | None
    effect: Effect | None

    @property
    def number(self) -> str:
        """The number as people write it."""
        return written(self.year, self.ordinal)


@dataclass(frozen=True, slots=True)
class Effect:
    """Filings of the pair in so many days before a recommendation was issued and after, and the rate ratio."""

    before: int
    after: int
    days_before: int
    days_after: int

    @property
    def ratio(self) -> RateRatio | None:
        """How many times as often afterwards, with its exact 95 % interval; None where nothing was filed."""
        return rate_ratio(self.before, self.after, self.days_before, self.days_after)

    def tellable(self, least: int) -> bool:
        """Whether the public may be told what changed: both counts are at least *least*."""
        return min(self.before, self.after) >= least


@dataclass(frozen=True, slots=True)
class Cause:
    """A matter and an agency with the filings of the last twelve whole months, and of the twelve before.

    ``filed_before`` is None where the chamber did not work in all of those months: a zero would claim a rise.
    """

    matter: str
    agency_id: int
    agency: str
    filed: int
    filed_before: int | None
    open_advice: int


@dataclass(frozen=True, slots=True)
class Happening:
    """What somebody did, and what was written then."""

    step: Step
    on: date
    at: datetime
    who: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Filter:
    """What is looked for: words in number, title and text; a status; an agency; a matter."""

    words: str = ""
    status: Status | None = None
    agency: int | None = None
    matter: str = ""


# --- the office's register --------------------------------------------------------------------------------------------


def _query() -> Select[Recommendation, str]:
    return select(Recommendation, Agency.name).join(Agency, Agency.id == Recommendation.agency_id)


def entry_of(row: Recommendation, agency: str) -> Entry:
    """A row as pages and rules take it."""
    own = ("agency", "state")
    values = {name: getattr(row, name) for name in Entry.__dataclass_fields__ if name not in own}
    return Entry(agency=agency, state=Status(row.state), **values)


def register(reader: Reader, wanted: Filter) -> tuple[Entry, ...]:
    """The recommendations that fit, the newest number first; none for who may not look."""
    if not reader.offices & READS:
        return ()
    query = _query().order_by(Recommendation.year.desc(), Recommendation.ordinal.desc())
    if wanted.status is Status.OVERDUE:
        query = query.where(Recommendation.state == Status.ISSUED, Recommendation.due_on < reader.on)
    elif wanted.status is Status.ISSUED:
        query = query.where(Recommendation.state == Status.ISSUED, Recommendation.due_on >= reader.on)
    elif wanted.status is not None:
        query = query.where(Recommendation.state == wanted.status)
    if wanted.agency is not None:
        query = query.where(Recommendation.agency_id == wanted.agency)
    if wanted.matter:
        query = query.where(Recommendation.matter == wanted.matter)
    rows = [entry_of(row, agency) for row, agency in db.session.execute(query)]
    # few rows, so words are compared here: SQLite folds no accented capital
    words = wanted.words.casefold().split()
    return tuple(row for row in rows if all(word in _searched(row) for word in words))


def _searched(row: Entry) -> str:
    return f"{row.number} {row.title} {row.text} {row.reasons} {row.answer_text} {row.agency}".casefold()


def one(reader: Reader, year: int, ordinal: int) -> Entry | None:
    """One recommendation; None where there is none for the reader."""
    if not reader.offices & READS:
        return None
    query = _query().where(Recommendation.year == year, Recommendation.ordinal == ordinal)
    found = db.session.execute(query).one_or_none()
    return None if found is None else entry_of(found[0], found[1])


def happenings(entry: Entry) -> tuple[Happening, ...]:
    """What happened to *entry*, the oldest first."""
    rows = db.session.execute(
        select(RecommendationEvent, Account.name)
        .join(Account, Account.id == RecommendationEvent.account_id)
        .where(RecommendationEvent.recommendation_id == entry.id)
        .order_by(RecommendationEvent.version)
    )
    return tuple(Happening(Step(row.step), row.on, row.at, name, row.data) for row, name in rows)


# --- what anyone may read ---------------------------------------------------------------------------------------------


def published(words: str = "") -> tuple[PublicEntry, ...]:
    """Every published recommendation that has *words*, the newest first."""
    query = _query().where(
        Recommendation.public,
        or_(Recommendation.state.in_(SENT), Recommendation.state == Status.WITHDRAWN),
        Recommendation.issued_on.is_not(None),
    )
    rows = db.session.execute(query.order_by(Recommendation.year.desc(), Recommendation.ordinal.desc()))
    wanted = words.casefold().split()
    found = (_public(row, agency) for row, agency in rows)
    return tuple(each for each in found if all(word in _told(each) for word in wanted))


def _told(row: PublicEntry) -> str:
    return f"{row.number} {row.title} {row.summary} {row.agency}".casefold()


def published_one(year: int, ordinal: int) -> PublicEntry | None:
    """One published recommendation; None for one that is not."""
    return next((row for row in published() if (row.year, row.ordinal) == (year, ordinal)), None)


def _public(row: Recommendation, agency: str) -> PublicEntry:
    if row.issued_on is None or row.due_on is None:
        raise LookupError(row.id)
    measured = None
    if row.effect_days and row.effect_before is not None and row.effect_after is not None:
        measured = Effect(row.effect_before, row.effect_after, WINDOW, row.effect_days)
    return PublicEntry(
        row.year, row.ordinal, row.matter, agency, row.title, row.summary, Status(row.state), row.issued_on, row.due_on,
        row.answer, row.answered_on, row.done, measured,
    )  # fmt: skip


# --- figures ----------------------------------------------------------------------------------------------------------


def filings(session: Session, matter: str, agency: int, first: date, last: date) -> int:
    """Cases of the chamber (not of the old register) of the pair, filed from *first* to *last*, both included."""
    query = select(func.count()).where(
        CaseFact.filed_on.between(first, last),
        CaseFact.matter == matter,
        CaseFact.agency_id == agency,
        CaseFact.origin != "legacy",
    )
    return session.scalar(query) or 0


def effect(session: Session, matter: str, agency: int, issued_on: date, today: date) -> Effect | None:
    """Filings before the day of issue (since the chamber's first) and after it, up to yesterday; a year each at most.

    None while either side has no day.
    """
    began = first_filing(session)
    days = min((today - issued_on).days - 1, WINDOW)
    days_before = min((issued_on - began).days, WINDOW) if began is not None else 0
    if days <= 0 or days_before <= 0:
        return None
    before = filings(session, matter, agency, issued_on - timedelta(days=days_before), issued_on - timedelta(days=1))
    after = filings(session, matter, agency, issued_on + timedelta(days=1), issued_on + timedelta(days=days))
    return Effect(before, after, days_before, days)


def first_filing(session: Session) -> date | None:
    """The day of the chamber's first case: before it there was nobody to ask, and no day of it is one without cases."""
    return session.scalar(select(func.min(CaseFact.filed_on)).where(CaseFact.origin != "legacy"))


def effect_of(entry: Entry, today: date) -> Effect | None:
    """What followed *entry* as counted now, for the office; None before it was issued."""
    if entry.issued_on is None:
        return None
    return effect(db.session(), entry.matter, entry.agency_id, entry.issued_on, today)


def causes(reader: Reader, limit: int = 20) -> tuple[Cause, ...]:
    """The pairs with most filings in the twelve whole months before the reader's, from the day cells."""
    if not reader.offices & READS:
        return ()
    this = reader.on.year * 12 + reader.on.month - 1
    names = {row.id: row.name for row in db.session.execute(select(Agency.id, Agency.name))}
    standing = {
        (row.matter, row.agency_id): row.n
        for row in db.session.execute(
            select(Recommendation.matter, Recommendation.agency_id, func.count().label("n"))
            .where(Recommendation.state.not_in((Status.CLOSED, Status.WITHDRAWN)))
            .group_by(Recommendation.matter, Recommendation.agency_id)
        )
    }
    began = first_filing(db.session())
    whole = began is not None and began.year * 12 + began.month - 1 < this - 24
    found = []
    for value, cells in cells_by((NATIVE,), Dimension.CAUSE, ("n:filed",)).items():
        matter, _bar, agency = value.rpartition("|")
        months = {
            month // 100 * 12 + month % 100 - 1: n
            for month, n in cells.monthly(Clock.FILED, "n:filed").items()
            if month
        }
        filed = sum(n for month, n in months.items() if this - 12 <= month < this)
        earlier: int | None = sum(n for month, n in months.items() if this - 24 <= month < this - 12)
        if filed and int(agency) in names:
            if not whole:
                earlier = None
            advice = standing.get((matter, int(agency)), 0)
            found.append(Cause(matter, int(agency), names[int(agency)], filed, earlier, advice))
    return tuple(sorted(found, key=lambda cause: (-cause.filed, cause.matter, cause.agency))[:limit])
