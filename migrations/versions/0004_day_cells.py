"""Figures: more of each case in its fact row, day cells and what is not folded into them yet

Revision: 0004, after 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "stat_cell",
        sa.Column("series", sa.String(length=30), nullable=False),
        sa.Column("dimension", sa.String(length=10), nullable=False),
        sa.Column("value", sa.String(length=240), nullable=False),
        sa.Column("clock", sa.String(length=10), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=90), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("series", "dimension", "value", "clock", "month", "kind", name=op.f("pk_stat_cell")),
    )
    op.create_table(
        "stat_delta",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("before", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stat_delta")),
    )
    fold = op.create_table(
        "stat_fold",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stat_fold")),
    )
    with op.batch_alter_table("case_fact", schema=None) as batch_op:
        batch_op.add_column(sa.Column("batch_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("resolved_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("resolved_as", sa.String(length=40), server_default="", nullable=False))
        batch_op.add_column(sa.Column("by_last_act", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("phase", sa.String(length=20), server_default="", nullable=False))
        batch_op.add_column(sa.Column("turn", sa.String(length=20), server_default="", nullable=False))
        batch_op.add_column(sa.Column("since", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("in_admissibility", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("in_invitation", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("in_talks", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("in_approval", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("in_signing", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("in_compliance", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("in_paused", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("for_city", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("for_citizen", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("for_court", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("for_chamber", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("ground", sa.String(length=80), server_default="", nullable=False))
        batch_op.add_column(sa.Column("extent", sa.String(length=20), server_default="", nullable=False))
        batch_op.add_column(sa.Column("homologated", sa.String(length=10), server_default="", nullable=False))
        batch_op.add_column(sa.Column("value_paid", sa.BigInteger(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("sessions_remote", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("sessions_missed", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("invited", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("invited_accepted", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("invited_open", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("lawsuits_ended", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("obligations", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("obligations_on_time", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("obligations_late", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("obligations_due", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("reopened", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("unavailable_right", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("due_on", sa.Date(), nullable=True))
        batch_op.alter_column(
            "channel", existing_type=sa.VARCHAR(length=40), type_=sa.String(length=80), existing_nullable=False
        )
        batch_op.create_index(batch_op.f("ix_case_fact_resolved_on"), ["resolved_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_case_fact_batch_id"), ["batch_id"], unique=False)
    op.bulk_insert(fold, [{"id": 1, "n": 0}])


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("case_fact", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_case_fact_batch_id"))
        batch_op.drop_index(batch_op.f("ix_case_fact_resolved_on"))
        batch_op.alter_column(
            "channel", existing_type=sa.String(length=80), type_=sa.VARCHAR(length=40), existing_nullable=False
        )
        batch_op.drop_column("due_on")
        batch_op.drop_column("unavailable_right")
        batch_op.drop_column("reopened")
        batch_op.drop_column("obligations_due")
        batch_op.drop_column("obligations_late")
        batch_op.drop_column("obligations_on_time")
        batch_op.drop_column("obligations")
        batch_op.drop_column("lawsuits_ended")
        batch_op.drop_column("invited_open")
        batch_op.drop_column("invited_accepted")
        batch_op.drop_column("invited")
        batch_op.drop_column("sessions_missed")
        batch_op.drop_column("sessions_remote")
        batch_op.drop_column("value_paid")
        batch_op.drop_column("homologated")
        batch_op.drop_column("extent")
        batch_op.drop_column("ground")
        batch_op.drop_column("for_chamber")
        batch_op.drop_column("for_court")
        batch_op.drop_column("for_citizen")
        batch_op.drop_column("for_city")
        batch_op.drop_column("in_paused")
        batch_op.drop_column("in_compliance")
        batch_op.drop_column("in_signing")
        batch_op.drop_column("in_approval")
        batch_op.drop_column("in_talks")
        batch_op.drop_column("in_invitation")
        batch_op.drop_column("in_admissibility")
        batch_op.drop_column("since")
        batch_op.drop_column("turn")
        batch_op.drop_column("phase")
        batch_op.drop_column("by_last_act")
        batch_op.drop_column("resolved_as")
        batch_op.drop_column("resolved_on")
        batch_op.drop_column("batch_id")

    op.drop_table("stat_fold")
    op.drop_table("stat_delta")
    op.drop_table("stat_cell")
