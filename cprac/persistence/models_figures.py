"""The tables of figures, of guidance to the Administration, of the survey and of what was published.

They know cases and accounts by number only. ``models`` hands them on: the schema is one.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    false,
)
from sqlalchemy.orm import Mapped, mapped_column

from cprac.persistence.database import Base, UtcInstant


class CaseFact(Base):
    """One row a case for statistics, written in the docket transaction, rebuildable from events. Nothing personal.

    The columns are the fields of ``domain.fact_rows.FactRow``, which says what each means.
    """

    __tablename__ = "case_fact"

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    origin: Mapped[str] = mapped_column(String(20))
    batch_id: Mapped[int | None] = mapped_column(index=True)
    state: Mapped[str] = mapped_column(String(40))
    matter: Mapped[str] = mapped_column(String(200), default="")
    agency_id: Mapped[int | None]
    channel: Mapped[str] = mapped_column(String(80), default="")
    priority: Mapped[str] = mapped_column(String(40), default="")
    filed_on: Mapped[date | None] = mapped_column(index=True)
    admitted_on: Mapped[date | None]
    closed_on: Mapped[date | None] = mapped_column(index=True)
    resolved_on: Mapped[date | None] = mapped_column(index=True)
    resolved_as: Mapped[str] = mapped_column(String(40), default="", server_default="")
    by_last_act: Mapped[bool] = mapped_column(default=False, server_default=false())
    phase: Mapped[str] = mapped_column(String(20), default="", server_default="")
    turn: Mapped[str] = mapped_column(String(20), default="", server_default="")
    since: Mapped[date | None]
    in_admissibility: Mapped[int] = mapped_column(default=0, server_default="0")
    in_invitation: Mapped[int] = mapped_column(default=0, server_default="0")
    in_talks: Mapped[int] = mapped_column(default=0, server_default="0")
    in_approval: Mapped[int] = mapped_column(default=0, server_default="0")
    in_signing: Mapped[int] = mapped_column(default=0, server_default="0")
    in_compliance: Mapped[int] = mapped_column(default=0, server_default="0")
    in_paused: Mapped[int] = mapped_column(default=0, server_default="0")
    for_city: Mapped[int] = mapped_column(default=0, server_default="0")
    for_citizen: Mapped[int] = mapped_column(default=0, server_default="0")
    for_court: Mapped[int] = mapped_column(default=0, server_default="0")
    for_chamber: Mapped[int] = mapped_column(default=0, server_default="0")
    outcome: Mapped[str] = mapped_column(String(40), default="")
    ground: Mapped[str] = mapped_column(String(80), default="", server_default="")
    extent: Mapped[str] = mapped_column(String(20), default="", server_default="")
    homologated: Mapped[str] = mapped_column(String(10), default="", server_default="")
    direction: Mapped[str] = mapped_column(String(20), default="")
    value_claimed: Mapped[int] = mapped_column(BigInteger, default=0)
    value_agreed: Mapped[int | None] = mapped_column(BigInteger)
    value_paid: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    paused_days: Mapped[int] = mapped_column(default=0)
    sessions: Mapped[int] = mapped_column(default=0)
    sessions_remote: Mapped[int] = mapped_column(default=0, server_default="0")
    sessions_missed: Mapped[int] = mapped_column(default=0, server_default="0")
    invited: Mapped[int] = mapped_column(default=0, server_default="0")
    invited_accepted: Mapped[int] = mapped_column(default=0, server_default="0")
    invited_open: Mapped[int] = mapped_column(default=0, server_default="0")
    lawsuits: Mapped[int] = mapped_column(default=0)
    lawsuits_ended: Mapped[int] = mapped_column(default=0, server_default="0")
    obligations: Mapped[int] = mapped_column(default=0, server_default="0")
    obligations_on_time: Mapped[int] = mapped_column(default=0, server_default="0")
    obligations_late: Mapped[int] = mapped_column(default=0, server_default="0")
    obligations_due: Mapped[str] = mapped_column(Text, default="", server_default="")
    reopened: Mapped[bool] = mapped_column(default=False, server_default=false())
    unavailable_right: Mapped[bool] = mapped_column(default=False, server_default=false())
    due_on: Mapped[date | None]


class StatCell(Base):
    """Sums of what cases add to figures (``domain.tallies``): one kind of one month of one value, days with counts.

    ``body``: pairs (day, count), the days as 32-bit and the counts as 64-bit little-endian integers.
    """

    __tablename__ = "stat_cell"
    __table_args__ = (Index("ix_stat_cell_kind", "series", "dimension", "kind", "clock"),)

    series: Mapped[str] = mapped_column(String(30), primary_key=True)
    dimension: Mapped[str] = mapped_column(String(10), primary_key=True)
    value: Mapped[str] = mapped_column(String(240), primary_key=True)
    clock: Mapped[str] = mapped_column(String(10), primary_key=True)
    month: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(90), primary_key=True)
    body: Mapped[bytes] = mapped_column(LargeBinary)


class StatDelta(Base):
    """A statistics row before and after an act, not yet in the cells. A sweep folds it in and removes it."""

    __tablename__ = "stat_delta"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int]
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    after: Mapped[dict[str, Any]] = mapped_column(JSON)


class StatFold(Base):
    """How often the cells were changed: what pages keep is good as long as this and the pending rows are the same.

    ``shape``: the ``tallies.SHAPE`` that the cells were made by; empty while there are none.
    """

    __tablename__ = "stat_fold"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    n: Mapped[int] = mapped_column(BigInteger, default=0)
    shape: Mapped[int | None]


class FlowSums(Base):
    """The sums of the flow of all cases up to the event ``upto``, for a process that starts: one row, or none.

    ``body``: compressed JSON (``queries_process.packed``); of another ``format`` it is as if it were not there. ``on``:
    the local day on which it was written.
    """

    __tablename__ = "flow_sums"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    format: Mapped[int]
    upto: Mapped[int]
    on: Mapped[date]
    body: Mapped[bytes] = mapped_column(LargeBinary)


# --- guidance to the Administration, and what parties say of the chamber ----------------------------------------------


class Recommendation(Base):
    """Advice to an agency about a recurring cause (matter × agency). What happened to it is in its events.

    Days are local. ``filed_before``: filings of the pair in the twelve months before it was issued, as counted then;
    ``effect_before`` and ``effect_after``: filings in so many days before and after, as counted when it was closed.
    """

    __tablename__ = "recommendation"
    __table_args__ = (
        UniqueConstraint("year", "ordinal"),
        CheckConstraint("state IN ('draft', 'issued', 'answered', 'followed', 'closed', 'withdrawn')", name="state"),
        CheckConstraint("answer IN ('', 'accepted', 'partly', 'refused')", name="answer"),
        CheckConstraint("state IN ('draft', 'withdrawn') OR issued_on IS NOT NULL", name="issued"),
        Index("ix_recommendation_cause", "matter", "agency_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int]
    ordinal: Mapped[int]
    matter: Mapped[str] = mapped_column(String(200))
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), index=True)
    state: Mapped[str] = mapped_column(String(20))
    version: Mapped[int] = mapped_column(default=1)
    title: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    reasons: Mapped[str] = mapped_column(Text)
    drafted_on: Mapped[date]
    issued_on: Mapped[date | None] = mapped_column(index=True)
    due_on: Mapped[date | None] = mapped_column(index=True)
    due_basis: Mapped[str] = mapped_column(String(20), default="")
    filed_before: Mapped[int | None]
    answer: Mapped[str] = mapped_column(String(20), default="")
    answered_on: Mapped[date | None]
    answer_document: Mapped[str] = mapped_column(String(100), default="")
    answer_text: Mapped[str] = mapped_column(Text, default="")
    done: Mapped[bool | None]
    followed_on: Mapped[date | None]
    follow_text: Mapped[str] = mapped_column(Text, default="")
    effect_days: Mapped[int | None]
    effect_before: Mapped[int | None]
    effect_after: Mapped[int | None]
    withdrawal: Mapped[str] = mapped_column(String(1000), default="")
    public: Mapped[bool] = mapped_column(default=False)
    summary: Mapped[str] = mapped_column(Text, default="")


class RecommendationEvent(Base):
    """What somebody did to a recommendation, never changed: the version it led to, and what was written."""

    __tablename__ = "recommendation_event"
    __table_args__ = (UniqueConstraint("recommendation_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    recommendation_id: Mapped[int] = mapped_column(ForeignKey("recommendation.id"))
    version: Mapped[int]
    step: Mapped[str] = mapped_column(String(20))
    on: Mapped[date]
    at: Mapped[datetime] = mapped_column(UtcInstant)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    data: Mapped[dict[str, Any]] = mapped_column(JSON)


class SurveyInvitation(Base):
    """A party of a case that ended may say how it was, once. Nothing here leads to what it said, nor to the day."""

    __tablename__ = "survey_invitation"
    __table_args__ = (UniqueConstraint("case_id", "party_ordinal"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    party_ordinal: Mapped[int]
    offered_on: Mapped[date] = mapped_column(index=True)
    answered: Mapped[bool] = mapped_column(default=False)


class SurveyAnswer(Base):
    """What somebody said of the chamber. Of no case and of nobody: a random number, and a time no finer than a month.

    ``month`` (yyyymm) is that of the offer, so that shares and response rate speak of the same people.
    """

    __tablename__ = "survey_answer"
    __table_args__ = (
        CheckConstraint(
            "ease BETWEEN 1 AND 5 AND fairness BETWEEN 1 AND 5 AND speed BETWEEN 1 AND 5 AND respect BETWEEN 1 AND 5",
            name="scores",
        ),
    )

    token: Mapped[str] = mapped_column(String(32), primary_key=True)
    month: Mapped[int] = mapped_column(index=True)
    matter: Mapped[str] = mapped_column(String(200), default="")
    outcome: Mapped[str] = mapped_column(String(20))
    ease: Mapped[int]
    fairness: Mapped[int]
    speed: Mapped[int]
    respect: Mapped[int]
    again: Mapped[bool]
    text: Mapped[str] = mapped_column(Text, default="")


class Publication(Base):
    """A release of a closed period: its bytes, once and for all. A correction is a row of its own with its reason.

    ``body``: canonical JSON of ``domain.open_tables.Release``; ``sha256``: of these bytes. ``first``, ``last``: days of
    the period, both inside. ``created_by`` is empty where the clock published.
    """

    __tablename__ = "publication"
    __table_args__ = (
        UniqueConstraint("first", "revision"),
        UniqueConstraint("period", "revision"),
        CheckConstraint("(revision = 0) = (revision_of IS NULL)", name="revision"),
        CheckConstraint("first <= last", name="days"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    period: Mapped[str] = mapped_column(String(60))
    revision: Mapped[int] = mapped_column(default=0)
    first: Mapped[date]
    last: Mapped[date]
    as_of: Mapped[date]
    created_at: Mapped[datetime] = mapped_column(UtcInstant)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    revision_of: Mapped[int | None] = mapped_column(ForeignKey("publication.id"))
    reason: Mapped[str] = mapped_column(Text, default="")
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    body: Mapped[bytes] = mapped_column(LargeBinary)
