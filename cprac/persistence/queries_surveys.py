"""What parties said: response rate, the satisfied with their interval, free texts for the office; whether to ask."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from cprac.domain.rates import wilson
from cprac.domain.roles import Office
from cprac.domain.surveys import LEAST, QUESTIONS, SATISFIED
from cprac.persistence.database import db
from cprac.persistence.models import Case, CaseRole, Party, SurveyAnswer, SurveyInvitation
from cprac.persistence.queries import Reader
from cprac.persistence.queries_party import PARTY_ROLES

READS = frozenset({Office.COORDINATOR, Office.ATTORNEY_GENERAL, Office.AUDITOR})
"""Who may read what parties wrote; the results without texts are for everybody."""


@dataclass(frozen=True, slots=True)
class Share:
    """How many of how many, with the 95 % interval (Wilson); ``low`` and ``high`` are None where nothing is told."""

    part: int
    whole: int
    low: float | None
    high: float | None

    @property
    def known(self) -> bool:
        """Whether there are enough answers to tell."""
        return self.low is not None


@dataclass(frozen=True, slots=True)
class SurveyResults:
    """Parties asked in some months, how many answered, and of each question the share satisfied."""

    invited: int
    answered: int
    response: Share
    questions: dict[str, Share]
    again: Share


def survey_results(first: date, last: date) -> SurveyResults:
    """The results of the offers of the months from that of *first* to that of *last*, both whole.

    Months, not days: an answer knows no finer time. Nothing is told of fewer than five answers ("sem dados").
    """
    months = (SurveyAnswer.month >= first.year * 100 + first.month, SurveyAnswer.month <= last.year * 100 + last.month)
    begin = first.replace(day=1)
    end = date(last.year + last.month // 12, last.month % 12 + 1, 1)
    invited = db.session.scalar(
        select(func.count(SurveyInvitation.id)).where(
            SurveyInvitation.offered_on >= begin, SurveyInvitation.offered_on < end
        )
    )
    satisfied = [
        func.count().filter(getattr(SurveyAnswer, question) >= SATISFIED).label(question) for question in QUESTIONS
    ]
    again = func.count().filter(SurveyAnswer.again).label("again")
    row = db.session.execute(select(func.count().label("n"), again, *satisfied).where(*months)).one()
    return SurveyResults(
        invited or 0,
        row.n,
        _share(row.n, max(invited or 0, row.n), bool(invited)),
        {question: _share(getattr(row, question), row.n, row.n >= LEAST) for question in QUESTIONS},
        _share(row.again, row.n, row.n >= LEAST),
    )


def _share(part: int, whole: int, told: bool) -> Share:  # noqa: FBT001  (one private caller's word)
    low, high = wilson(part, whole) if told else (None, None)
    return Share(part, whole, low, high)


def texts(reader: Reader, first: date, last: date) -> tuple[str, ...]:
    """What was written, in the order of random numbers, so that it leads to no case; nothing for who may not read."""
    if not reader.offices & READS:
        return ()
    query = (
        select(SurveyAnswer.text)
        .where(
            SurveyAnswer.month.between(first.year * 100 + first.month, last.year * 100 + last.month),
            SurveyAnswer.text != "",
        )
        .order_by(SurveyAnswer.token)
    )
    return tuple(db.session.scalars(query))


def asked(reader: Reader, number: str) -> bool:
    """Whether a party that *reader* speaks for in the case *number* was asked and has not answered."""
    if reader.account is None:
        return False
    query = (
        select(SurveyInvitation.id)
        .join(Case, Case.id == SurveyInvitation.case_id)
        .join(
            CaseRole,
            (CaseRole.case_id == SurveyInvitation.case_id) & (CaseRole.party_ordinal == SurveyInvitation.party_ordinal),
        )
        .where(
            Case.number == number,
            CaseRole.account_id == reader.account,
            CaseRole.role.in_(PARTY_ROLES),
            CaseRole.from_at <= reader.now,
            CaseRole.until_at.is_(None) | (CaseRole.until_at > reader.now),
            SurveyInvitation.answered.is_(False),
        )
        .limit(1)
    )
    return db.session.scalar(query) is not None


def applicant_asked(number: str) -> bool:
    """Whether who asked in the case *number* may still say how it was: for who has shown the key."""
    query = (
        select(SurveyInvitation.id)
        .join(Case, Case.id == SurveyInvitation.case_id)
        .join(Party, (Party.case_id == SurveyInvitation.case_id) & (Party.ordinal == SurveyInvitation.party_ordinal))
        .where(Case.number == number, Party.side == "applicant", SurveyInvitation.answered.is_(False))
        .limit(1)
    )
    return db.session.scalar(query) is not None
