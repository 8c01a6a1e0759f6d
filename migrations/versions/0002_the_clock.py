"""The clock: calendar decrees and recounts, reviews, the history of notices, findings, agenda feeds

Revision: 0002, after 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from cprac.persistence import triggers

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "calendar_feed",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_calendar_feed_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_feed")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_calendar_feed_token_hash")),
    )
    with op.batch_alter_table("calendar_feed", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_calendar_feed_account_id"), ["account_id"], unique=False)

    op.create_table(
        "clock_hold",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("last_sweep_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["confirmed_by"], ["account.id"], name=op.f("fk_clock_hold_confirmed_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock_hold")),
    )
    op.create_table(
        "recount",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("looked_at", sa.Integer(), nullable=False),
        sa.Column("moved", sa.Integer(), nullable=False),
        sa.Column("kept", sa.Integer(), nullable=False),
        sa.Column("reviews", sa.Integer(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["asked_by"], ["account.id"], name=op.f("fk_recount_asked_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recount")),
    )
    with op.batch_alter_table("recount", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recount_finished_at"), ["finished_at"], unique=False)

    op.create_table(
        "finding",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("detail", sa.String(length=300), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("noted_by", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_finding_case_id_cases")),
        sa.ForeignKeyConstraint(["noted_by"], ["account.id"], name=op.f("fk_finding_noted_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding")),
    )
    with op.batch_alter_table("finding", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_finding_case_id"), ["case_id"], unique=False)
        batch_op.create_index("ix_finding_kind", ["resolved_at", "kind"], unique=False)
        batch_op.create_index(
            "ix_finding_open",
            ["key"],
            unique=True,
            sqlite_where=sa.text("resolved_at IS NULL"),
            postgresql_where=sa.text("resolved_at IS NULL"),
        )

    op.create_table(
        "deadline_review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recount_id", sa.Integer(), nullable=False),
        sa.Column("deadline_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("was", sa.Date(), nullable=False),
        sa.Column("would_be", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_deadline_review_case_id_cases")),
        sa.ForeignKeyConstraint(["deadline_id"], ["deadline.id"], name=op.f("fk_deadline_review_deadline_id_deadline")),
        sa.ForeignKeyConstraint(["decided_by"], ["account.id"], name=op.f("fk_deadline_review_decided_by_account")),
        sa.ForeignKeyConstraint(["recount_id"], ["recount.id"], name=op.f("fk_deadline_review_recount_id_recount")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deadline_review")),
        sa.UniqueConstraint("recount_id", "deadline_id", name=op.f("uq_deadline_review_recount_id_deadline_id")),
    )
    with op.batch_alter_table("deadline_review", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_deadline_review_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_deadline_review_deadline_id"), ["deadline_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_deadline_review_decided_at"), ["decided_at"], unique=False)

    op.create_table(
        "notice_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("detail", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_notice_event_account_id_account")),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name=op.f("fk_notice_event_notice_id_notice")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_event")),
    )
    with op.batch_alter_table("notice_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notice_event_notice_id"), ["notice_id"], unique=False)

    with op.batch_alter_table("calendar_day", schema=None) as batch_op:
        batch_op.add_column(sa.Column("decreed_by", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("withdrawn_by", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("withdrawal", sa.String(length=200), server_default="", nullable=False))
        batch_op.add_column(sa.Column("down_from", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("down_until", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_calendar_day_decreed_by_account"), "account", ["decreed_by"], ["id"])
        batch_op.create_foreign_key(
            batch_op.f("fk_calendar_day_withdrawn_by_account"), "account", ["withdrawn_by"], ["id"]
        )

    with op.batch_alter_table("deadline", schema=None) as batch_op:
        batch_op.add_column(sa.Column("urgent", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("computed", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("automatic_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(
            "ix_deadline_lapsed",
            ["due", "id"],
            unique=False,
            sqlite_where=sa.text("status = 'expired' AND ended_on IS NULL"),
            postgresql_where=sa.text("status = 'expired' AND ended_on IS NULL"),
        )

    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.add_column(sa.Column("proof", sa.String(length=200), server_default="", nullable=False))

    triggers.install(op.get_bind())  # the new table of what happened to notices; batch rebuilds drop triggers


def downgrade() -> None:
    """Go back."""
    triggers.remove(op.get_bind())
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.drop_column("proof")

    with op.batch_alter_table("deadline", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_deadline_lapsed",
            sqlite_where=sa.text("status = 'expired' AND ended_on IS NULL"),
            postgresql_where=sa.text("status = 'expired' AND ended_on IS NULL"),
        )
        batch_op.drop_column("automatic_at")
        batch_op.drop_column("computed")
        batch_op.drop_column("urgent")

    with op.batch_alter_table("calendar_day", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_calendar_day_withdrawn_by_account"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_calendar_day_decreed_by_account"), type_="foreignkey")
        batch_op.drop_column("down_until")
        batch_op.drop_column("down_from")
        batch_op.drop_column("withdrawal")
        batch_op.drop_column("withdrawn_by")
        batch_op.drop_column("decreed_by")

    with op.batch_alter_table("notice_event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_notice_event_notice_id"))

    op.drop_table("notice_event")
    with op.batch_alter_table("deadline_review", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_deadline_review_decided_at"))
        batch_op.drop_index(batch_op.f("ix_deadline_review_deadline_id"))
        batch_op.drop_index(batch_op.f("ix_deadline_review_case_id"))

    op.drop_table("deadline_review")
    with op.batch_alter_table("finding", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_finding_open",
            sqlite_where=sa.text("resolved_at IS NULL"),
            postgresql_where=sa.text("resolved_at IS NULL"),
        )
        batch_op.drop_index("ix_finding_kind")
        batch_op.drop_index(batch_op.f("ix_finding_case_id"))

    op.drop_table("finding")
    with op.batch_alter_table("recount", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recount_finished_at"))

    op.drop_table("recount")
    op.drop_table("clock_hold")
    with op.batch_alter_table("calendar_feed", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_calendar_feed_account_id"))

    op.drop_table("calendar_feed")
    triggers.install(op.get_bind())  # on what is left
