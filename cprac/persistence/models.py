"""All tables. Rows carry columns and constraints, no rules.

``cases`` and its satellites know each other, so they live in one file (style.md 3.1). Columns of ``cases`` beyond
``facts`` are caches of the fold, for lists to sort and filter by. Longer than 400 lines: one schema, read as one.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Enum,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cprac.domain.acts import InformationClass
from cprac.domain.roles import Office, Role
from cprac.domain.states import CaseState, Turn
from cprac.persistence.database import Base, UtcInstant
from cprac.persistence.models_figures import (  # noqa: F401  (one schema: readers ask for its tables here)
    CaseFact,
    FlowSums,
    Publication,
    Recommendation,
    RecommendationEvent,
    StatCell,
    StatDelta,
    StatFold,
    SurveyAnswer,
    SurveyInvitation,
)


def _enum(enum: type[StrEnum], name: str) -> Enum:
    """The enum as checked text: the database refuses a value that no member has."""
    return Enum(
        enum,
        name=name,
        native_enum=False,
        create_constraint=True,
        validate_strings=True,
        length=40,
        values_callable=lambda members: [member.value for member in members],
    )


DEADLINE_STATUSES = ("open", "paused", "met", "expired", "cancelled", "superseded")


# --- people -------------------------------------------------------------------------------------------------------


class Account(Base):
    """Somebody who signs in. An account is not a person of a case, a party or a representative."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    password_hash: Mapped[str] = mapped_column(String(200), default="")
    active: Mapped[bool] = mapped_column(default=True)
    portal_consent_on: Mapped[date | None]
    created_at: Mapped[datetime] = mapped_column(UtcInstant)
    offices: Mapped[list[OfficeHolding]] = relationship(back_populates="account", order_by="OfficeHolding.id")


class OfficeHolding(Base):
    """An office of the chamber held between two days, by an act."""

    __tablename__ = "office_holding"
    __table_args__ = (CheckConstraint("until_on IS NULL OR until_on >= from_on", name="dates"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    office: Mapped[Office] = mapped_column(_enum(Office, "office"))
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    legal_act: Mapped[str] = mapped_column(String(200), default="")
    account: Mapped[Account] = relationship(back_populates="offices")


class Leave(Base):
    """Days on which a person of the chamber is away."""

    __tablename__ = "leave"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    from_on: Mapped[date]
    until_on: Mapped[date]
    reason: Mapped[str] = mapped_column(String(200), default="")


class Agency(Base):
    """A department of the city, or another public body."""

    __tablename__ = "agency"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(254), default="")
    same_person: Mapped[bool] = mapped_column(default=True)
    active: Mapped[bool] = mapped_column(default=True)


class Person(Base):
    """A natural or legal person named in cases. Personal data, erasable; rules never read it."""

    __tablename__ = "person"
    # names are looked up by how they begin: the operator class is what PostgreSQL wants for that, SQLite needs none
    __table_args__ = (
        Index("ix_person_folded_name", "folded_name", postgresql_ops={"folded_name": "varchar_pattern_ops"}),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(300))
    folded_name: Mapped[str] = mapped_column(String(300))
    tax_id: Mapped[str] = mapped_column(String(14), default="", index=True)
    raw_tax_id: Mapped[str] = mapped_column(String(60), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    phone: Mapped[str] = mapped_column(String(60), default="")
    address: Mapped[str] = mapped_column(String(300), default="")


# --- applications and cases ---------------------------------------------------------------------------------------


class Draft(Base):
    """A filing being written: no number, no events, purged after a while."""

    __tablename__ = "draft"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UtcInstant)
    updated_at: Mapped[datetime] = mapped_column(UtcInstant, index=True)
    application_id: Mapped[int | None] = mapped_column(ForeignKey("application.id"))


class DraftFile(Base):
    """A file of a draft. Its bytes are kept as those of documents are; the row goes with the draft."""

    __tablename__ = "draft_file"
    __table_args__ = (UniqueConstraint("draft_id", "sha256", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("draft.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(100))
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    size: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(UtcInstant)


class Counter(Base):
    """The last number given in a year."""

    __tablename__ = "counter"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[int]


class Application(Base):
    """What a citizen filed: one number and one access key, whatever cases come of it."""

    __tablename__ = "application"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    access_key_hash: Mapped[str] = mapped_column(String(64))
    channel: Mapped[str] = mapped_column(String(40))
    filed_at: Mapped[datetime] = mapped_column(UtcInstant)
    cases: Mapped[list[Case]] = relationship(back_populates="application", order_by="Case.id")


class ImportBatch(Base):
    """A file brought in. Its cases are seen while ``status`` is visible: one flip shows or hides them all."""

    __tablename__ = "import_batch"
    __table_args__ = (CheckConstraint("status IN ('loading', 'visible', 'reverted')", name="status"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    mapping: Mapped[str] = mapped_column(Text)
    options: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    status: Mapped[str] = mapped_column(String(20))
    as_of: Mapped[date]
    started_at: Mapped[datetime] = mapped_column(UtcInstant)
    ended_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    counts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class ImportRow(Base):
    """How one line of a file ended: imported, duplicate, refused, with the reason."""

    __tablename__ = "import_row"
    __table_args__ = (UniqueConstraint("batch_id", "source", "line"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("import_batch.id"))
    source: Mapped[str] = mapped_column(String(10), default="cases")
    line: Mapped[int]
    status: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(String(500), default="")
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))


class ImportKey(Base):
    """The old number of an imported case: what makes a second import of the same row a duplicate.

    ``content`` is the digest of the row as it was read, so that a duplicate that says something else can be told. A key
    whose batch was reverted is free: the next import of the number takes it over.
    """

    __tablename__ = "import_key"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    content: Mapped[str] = mapped_column(String(64))
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("import_batch.id"), index=True)


class Case(Base):
    """A proceeding. ``facts`` is the fold of its docket; the other columns are caches of it, for lists."""

    __tablename__ = "cases"
    __table_args__ = (
        CheckConstraint("version >= 0", name="version"),
        CheckConstraint("origin IN ('native', 'legacy', 'adopted')", name="origin"),
        # the last columns are only looked at: with them in the index, counting does not visit the rows
        Index(
            "ix_cases_worklist",
            "responsible_role",
            "next_due",
            "priority_rank",
            "number",
            "batch_id",
            postgresql_include=["id"],
        ),
        Index("ix_cases_worklist_state", "responsible_role", "state", "next_due", "priority_rank", "number"),
        Index(
            "ix_cases_owner_due",
            "owner_id",
            "next_due",
            "priority_rank",
            "number",
            "responsible_role",
            "batch_id",
            postgresql_include=["id"],
        ),
        Index("ix_cases_state_due", "state", "next_due", "priority_rank", "number"),
        Index("ix_cases_turn_due", "waiting_on", "next_due", "priority_rank", "number"),
        Index("ix_cases_due", "next_due", "priority_rank", "number"),
        Index("ix_cases_opened", "filed_on", "number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(60), unique=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    suffix: Mapped[int] = mapped_column(default=1)
    state: Mapped[CaseState] = mapped_column(_enum(CaseState, "case_state"))
    version: Mapped[int] = mapped_column(default=0)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    title: Mapped[str] = mapped_column(String(300), default="")
    origin: Mapped[str] = mapped_column(String(20), default="native")
    procedure: Mapped[str] = mapped_column(String(80), default="")
    matter: Mapped[str] = mapped_column(String(200), default="")
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"), index=True)
    value: Mapped[int] = mapped_column(BigInteger, default=0)
    waiting_on: Mapped[Turn] = mapped_column(_enum(Turn, "turn"))
    responsible_role: Mapped[Role | None] = mapped_column(_enum(Role, "responsible_role"))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    next_due: Mapped[date | None]
    next_rule: Mapped[str] = mapped_column(String(40), default="")
    priority_rank: Mapped[int] = mapped_column(default=9)
    filed_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    external_process: Mapped[str] = mapped_column(String(60), default="", index=True)
    legacy_number: Mapped[str] = mapped_column(String(80), default="", index=True)
    previous_case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("import_batch.id"), index=True)
    updated_at: Mapped[datetime] = mapped_column(UtcInstant)

    application: Mapped[Application] = relationship(back_populates="cases")
    agency: Mapped[Agency | None] = relationship()
    parties: Mapped[list[Party]] = relationship(back_populates="case", order_by="Party.ordinal")


class Party(Base):
    """A party of a case, by ordinal: who it is. What rules know of it is in ``facts``."""

    __tablename__ = "party"
    __table_args__ = (
        UniqueConstraint("case_id", "ordinal"),
        CheckConstraint("side IN ('applicant', 'invitee', 'interested')", name="side"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    ordinal: Mapped[int]
    side: Mapped[str] = mapped_column(String(20))
    kind: Mapped[str] = mapped_column(String(20))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))
    name: Mapped[str] = mapped_column(String(300))
    case: Mapped[Case] = relationship(back_populates="parties")
    person: Mapped[Person | None] = relationship()
    agency: Mapped[Agency | None] = relationship()


class Representation(Base):
    """Who speaks for a party, with dated powers."""

    __tablename__ = "representation"

    id: Mapped[int] = mapped_column(primary_key=True)
    party_id: Mapped[int] = mapped_column(ForeignKey("party.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(40))
    powers: Mapped[str] = mapped_column(String(300), default="")
    from_on: Mapped[date]
    until_on: Mapped[date | None]


class CaseRole(Base):
    """A role of an account in a case, between two instants. Visibility and permission start here."""

    __tablename__ = "case_role"
    __table_args__ = (
        CheckConstraint("until_at IS NULL OR until_at >= from_at", name="dates"),
        Index("ix_case_role_account", "account_id", "role", "case_id"),
        Index("ix_case_role_case", "case_id"),
        Index("ix_case_role_until", "account_id", "until_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    role: Mapped[Role] = mapped_column(_enum(Role, "role"))
    party_ordinal: Mapped[int | None]
    from_at: Mapped[datetime] = mapped_column(UtcInstant)
    until_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    account: Mapped[Account] = relationship()


class LinkedLawsuit(Base):
    """The CNJ number of a lawsuit, findable from both sides."""

    __tablename__ = "linked_lawsuit"
    __table_args__ = (UniqueConstraint("case_id", "cnj"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    cnj: Mapped[str] = mapped_column(String(20), index=True)
    status: Mapped[str] = mapped_column(String(40))
    next_on: Mapped[date | None] = mapped_column(index=True)
    next_kind: Mapped[str] = mapped_column(String(20), default="", server_default="")


# --- history ------------------------------------------------------------------------------------------------------


class Chain(Base):
    """The head of one compartment's chain. Its version is what a form carries."""

    __tablename__ = "chain"

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    compartment: Mapped[str] = mapped_column(String(40), primary_key=True)
    version: Mapped[int]
    head: Mapped[str] = mapped_column(String(64))


class EventRow(Base):
    """An event. Triggers on both databases refuse UPDATE and DELETE."""

    __tablename__ = "event"
    __table_args__ = (UniqueConstraint("case_id", "compartment", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    compartment: Mapped[str] = mapped_column(String(40))
    version: Mapped[int]
    act: Mapped[str] = mapped_column(String(40))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    role: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime] = mapped_column(UtcInstant)
    on: Mapped[date] = mapped_column("on_date")
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    private_digest: Mapped[str] = mapped_column(String(64), default="")
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
    schema: Mapped[int] = mapped_column(default=1)


class EventPrivate(Base):
    """Personal or confidential payload of an event: erasable, salted, covered by the event's digest."""

    __tablename__ = "event_private"

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True)
    salt: Mapped[bytes] = mapped_column(LargeBinary(32))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)


# --- deadlines and notices ----------------------------------------------------------------------------------------


_LAPSED = "status = 'expired' AND ended_on IS NULL"


class DeadlineRow(Base):
    """A deadline of a case. Never deleted; each change of status or date stands in a docket event."""

    __tablename__ = "deadline"
    __table_args__ = (
        UniqueConstraint("case_id", "ordinal"),
        CheckConstraint(f"status IN ({', '.join(repr(status) for status in DEADLINE_STATUSES)})", name="status"),
        Index("ix_deadline_due", "status", "due", "id"),
        Index("ix_deadline_kept", "status", "due", "rule", "ended_on"),  # the share kept, rule by rule, from it alone
        # the few that expired and still propose something, for the clock and for the office's counts
        Index("ix_deadline_lapsed", "due", "id", sqlite_where=text(_LAPSED), postgresql_where=text(_LAPSED)),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    ordinal: Mapped[int]
    rule: Mapped[str] = mapped_column(String(40))
    party_ordinal: Mapped[int | None]
    subject: Mapped[int | None]
    trigger_on: Mapped[date]
    due: Mapped[date]
    communicated: Mapped[date | None]
    status: Mapped[str] = mapped_column(String(20))
    ended_on: Mapped[date | None]
    pauses: Mapped[list[Any]] = mapped_column(JSON, default=list)
    remaining: Mapped[int | None]
    extended: Mapped[int] = mapped_column(default=0)
    calendar_version: Mapped[str] = mapped_column(String(64), default="")
    known_from: Mapped[date]
    proposes: Mapped[str] = mapped_column(String(40), default="")
    opened_version: Mapped[int]
    closed_version: Mapped[int | None]
    urgent: Mapped[bool] = mapped_column(default=False, server_default=false())
    computed: Mapped[date | None]
    automatic_at: Mapped[datetime | None] = mapped_column(UtcInstant)


class DeadlineReview(Base):
    """A deadline already met or expired that a later calendar would have moved: a person looks, nothing moves alone."""

    __tablename__ = "deadline_review"
    __table_args__ = (UniqueConstraint("recount_id", "deadline_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    recount_id: Mapped[int] = mapped_column(ForeignKey("recount.id"))
    deadline_id: Mapped[int] = mapped_column(ForeignKey("deadline.id"), index=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    was: Mapped[date]
    would_be: Mapped[date]
    created_at: Mapped[datetime] = mapped_column(UtcInstant)
    decided_at: Mapped[datetime | None] = mapped_column(UtcInstant, index=True)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    note: Mapped[str] = mapped_column(String(500), default="")


_WAITING = "served_at IS NULL AND cancelled_at IS NULL AND starts <> ''"


class Notice(Base):
    """Something somebody must be told, its channel, and the instant of service."""

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("case_id", "ordinal"),
        # the few whose receipt starts a deadline and is not recorded yet, for the desk's list
        Index("ix_notice_waiting", "created_at", sqlite_where=text(_WAITING), postgresql_where=text(_WAITING)),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    ordinal: Mapped[int]
    act: Mapped[str] = mapped_column(String(40))
    version: Mapped[int]
    audience: Mapped[str] = mapped_column(String(40))
    party_ordinal: Mapped[int | None]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    channel: Mapped[str] = mapped_column(String(20), default="")
    starts: Mapped[str] = mapped_column(String(40), default="")
    created_at: Mapped[datetime] = mapped_column(UtcInstant)
    served_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    served_on: Mapped[date | None]
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    proof: Mapped[str] = mapped_column(String(200), default="", server_default="")


class NoticeEvent(Base):
    """One thing that happened to a notice: made, sent, accepted, refused, opened, deemed. Append-only."""

    __tablename__ = "notice_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column(UtcInstant)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    detail: Mapped[str] = mapped_column(String(200), default="")


class OutboxMail(Base):
    """A message to send: a link and a number, never content. One effect has one key, so it is sent once."""

    __tablename__ = "outbox"
    __table_args__ = (
        CheckConstraint("status IN ('queued', 'sent', 'by_hand', 'handed', 'failed', 'cancelled')", name="status"),
        Index("ix_outbox_due", "status", "next_try_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    dedupe_key: Mapped[str] = mapped_column(String(120), unique=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    notice_id: Mapped[int | None] = mapped_column(ForeignKey("notice.id"))
    to_name: Mapped[str] = mapped_column(String(300), default="")
    to_email: Mapped[str] = mapped_column(String(254), default="")
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(20))
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str] = mapped_column(String(300), default="")
    created_at: Mapped[datetime] = mapped_column(UtcInstant)
    next_try_at: Mapped[datetime] = mapped_column(UtcInstant)
    sent_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    handed_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))


class ClockHold(Base):
    """Since when automatic legal effects wait for a person: the clock stood still too long, or jumped."""

    __tablename__ = "clock_hold"

    id: Mapped[int] = mapped_column(primary_key=True)
    since: Mapped[datetime] = mapped_column(UtcInstant)
    reason: Mapped[str] = mapped_column(String(40))
    last_sweep_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))


_OPEN = "resolved_at IS NULL"


class Finding(Base):
    """Something the daily reconciliation, or the mail's dispatcher, found wrong; open until it is gone or noted."""

    __tablename__ = "finding"
    __table_args__ = (
        # one open finding a matter, however many processes find it
        Index("ix_finding_open", "key", unique=True, sqlite_where=text(_OPEN), postgresql_where=text(_OPEN)),
        Index("ix_finding_kind", "resolved_at", "kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    key: Mapped[str] = mapped_column(String(120))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    detail: Mapped[str] = mapped_column(String(300), default="")
    first_at: Mapped[datetime] = mapped_column(UtcInstant)
    last_at: Mapped[datetime] = mapped_column(UtcInstant)
    resolved_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    noted_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    note: Mapped[str] = mapped_column(String(500), default="")


class CalendarFeed(Base):
    """The secret address of somebody's agenda for a calendar program: the hash of a token, revocable."""

    __tablename__ = "calendar_feed"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcInstant)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcInstant)


class Sweep(Base):
    """The heartbeat of the clock."""

    __tablename__ = "sweep"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    last_at: Mapped[datetime] = mapped_column(UtcInstant)
    counts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


# --- documents ----------------------------------------------------------------------------------------------------


class Document(Base):
    """A document of a case: a page the chamber wrote (``text``) or a file somebody attached (``sha256``)."""

    __tablename__ = "document"
    __table_args__ = (
        Index("ix_document_case", "case_id", "compartment", "version"),
        CheckConstraint("(text IS NULL) <> (media_type IS NULL)", name="page_or_file"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(String(40), unique=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    compartment: Mapped[str] = mapped_column(String(40))
    version: Mapped[int]
    kind: Mapped[str] = mapped_column(String(40))
    information_class: Mapped[InformationClass] = mapped_column(_enum(InformationClass, "information_class"))
    party_ordinal: Mapped[int | None]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    title: Mapped[str] = mapped_column(String(200))
    text: Mapped[str | None] = mapped_column(Text)
    media_type: Mapped[str | None] = mapped_column(String(100))
    file_name: Mapped[str] = mapped_column(String(200), default="")
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(UtcInstant)


class Signature(Base):
    """A simple signature: who, over the hash of which exact text, when, after signing in again (Lei 14.063/2020)."""

    __tablename__ = "signature"
    __table_args__ = (UniqueConstraint("document_id", "party_ordinal"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    party_ordinal: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    signed_at: Mapped[datetime] = mapped_column(UtcInstant)


# --- sign-in, throttling, idempotency -----------------------------------------------------------------------------


class WebSession(Base):
    """A browser session: the hash of a random token; everything of the session lives here, not in the cookie."""

    __tablename__ = "web_session"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UtcInstant)
    seen_at: Mapped[datetime] = mapped_column(UtcInstant)
    expires_at: Mapped[datetime] = mapped_column(UtcInstant, index=True)


class Throttle(Base):
    """How often something was tried in a window of time; counters of memory would multiply by workers."""

    __tablename__ = "throttle"

    bucket: Mapped[str] = mapped_column(String(120), primary_key=True)
    window: Mapped[datetime] = mapped_column(UtcInstant, primary_key=True)
    count: Mapped[int]


class OneTimeCode(Base):
    """A code used once: a claim code binds an account to a party; a reset code sets a password."""

    __tablename__ = "one_time_code"
    __table_args__ = (CheckConstraint("purpose IN ('claim', 'reset')", name="purpose"),)

    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    purpose: Mapped[str] = mapped_column(String(10))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    party_id: Mapped[int | None] = mapped_column(ForeignKey("party.id"), index=True)
    issued_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime] = mapped_column(UtcInstant)
    expires_at: Mapped[datetime] = mapped_column(UtcInstant)
    used_at: Mapped[datetime | None] = mapped_column(UtcInstant)


class Submission(Base):
    """The idempotency key of a form: the first submission writes the answer, equal ones get the same."""

    __tablename__ = "submission"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[int | None]
    body_hash: Mapped[str] = mapped_column(String(64))
    answer: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UtcInstant, index=True)


class AccessLog(Base):
    """Who read which confidential item, when. Append-only."""

    __tablename__ = "access_log"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcInstant)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    item: Mapped[str] = mapped_column(String(120))
    action: Mapped[str] = mapped_column(String(20))


class RegulationVersion(Base):
    """A procedure that cases were filed under, by its hash; immutable."""

    __tablename__ = "regulation_version"

    procedure: Mapped[str] = mapped_column(String(80), primary_key=True)
    hash: Mapped[str] = mapped_column(String(64))
    chamber: Mapped[str] = mapped_column(String(80))
    in_force_from: Mapped[date]
    recorded_at: Mapped[datetime] = mapped_column(UtcInstant)


class CalendarDayRow(Base):
    """A day decreed during the year: day off, closure, early closing, system outage. Withdrawn, never deleted."""

    __tablename__ = "calendar_day"

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(index=True)
    kind: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(200))
    legal_act: Mapped[str] = mapped_column(String(200))
    known_from: Mapped[datetime] = mapped_column(UtcInstant)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    decreed_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    withdrawn_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    withdrawal: Mapped[str] = mapped_column(String(200), default="", server_default="")
    down_from: Mapped[datetime | None] = mapped_column(UtcInstant)
    down_until: Mapped[datetime | None] = mapped_column(UtcInstant)


class Recount(Base):
    """A recount of the open deadlines after the calendar changed: case by case, in short transactions, resumable."""

    __tablename__ = "recount"

    id: Mapped[int] = mapped_column(primary_key=True)
    reason: Mapped[str] = mapped_column(String(300))
    first_day: Mapped[date]
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    asked_at: Mapped[datetime] = mapped_column(UtcInstant)
    place: Mapped[int] = mapped_column(default=0)
    looked_at: Mapped[int] = mapped_column(default=0)
    moved: Mapped[int] = mapped_column(default=0)
    kept: Mapped[int] = mapped_column(default=0)
    reviews: Mapped[int] = mapped_column(default=0)
    finished_at: Mapped[datetime | None] = mapped_column(UtcInstant, index=True)
