"""Guidance: recommendations to agencies with what happened to them, and what parties say of the chamber

Revision: 0005, after 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from cprac.persistence import triggers

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "recommendation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("matter", sa.String(length=200), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("drafted_on", sa.Date(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("due_basis", sa.String(length=20), nullable=False),
        sa.Column("filed_before", sa.Integer(), nullable=True),
        sa.Column("answer", sa.String(length=20), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("answer_document", sa.String(length=100), nullable=False),
        sa.Column("answer_text", sa.Text(), nullable=False),
        sa.Column("done", sa.Boolean(), nullable=True),
        sa.Column("followed_on", sa.Date(), nullable=True),
        sa.Column("follow_text", sa.Text(), nullable=False),
        sa.Column("effect_days", sa.Integer(), nullable=True),
        sa.Column("effect_before", sa.Integer(), nullable=True),
        sa.Column("effect_after", sa.Integer(), nullable=True),
        sa.Column("withdrawal", sa.String(length=1000), nullable=False),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state IN ('draft', 'issued', 'answered', 'followed', 'closed', 'withdrawn')",
            name=op.f("ck_recommendation_state"),
        ),
        sa.CheckConstraint("answer IN ('', 'accepted', 'partly', 'refused')", name=op.f("ck_recommendation_answer")),
        sa.CheckConstraint(
            "state IN ('draft', 'withdrawn') OR issued_on IS NOT NULL", name=op.f("ck_recommendation_issued")
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_recommendation_agency_id_agency")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recommendation")),
        sa.UniqueConstraint("year", "ordinal", name=op.f("uq_recommendation_year_ordinal")),
    )
    op.create_index(op.f("ix_recommendation_agency_id"), "recommendation", ["agency_id"])
    op.create_index(op.f("ix_recommendation_issued_on"), "recommendation", ["issued_on"])
    op.create_index(op.f("ix_recommendation_due_on"), "recommendation", ["due_on"])
    op.create_index("ix_recommendation_cause", "recommendation", ["matter", "agency_id"])
    op.create_table(
        "recommendation_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recommendation_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=20), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_recommendation_event_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["recommendation_id"],
            ["recommendation.id"],
            name=op.f("fk_recommendation_event_recommendation_id_recommendation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recommendation_event")),
        sa.UniqueConstraint(
            "recommendation_id", "version", name=op.f("uq_recommendation_event_recommendation_id_version")
        ),
    )
    op.create_table(
        "survey_invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("party_ordinal", sa.Integer(), nullable=False),
        sa.Column("offered_on", sa.Date(), nullable=False),
        sa.Column("answered", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_survey_invitation_case_id_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_invitation")),
        sa.UniqueConstraint("case_id", "party_ordinal", name=op.f("uq_survey_invitation_case_id_party_ordinal")),
    )
    op.create_index(op.f("ix_survey_invitation_offered_on"), "survey_invitation", ["offered_on"])
    op.create_table(
        "survey_answer",
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("matter", sa.String(length=200), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("ease", sa.Integer(), nullable=False),
        sa.Column("fairness", sa.Integer(), nullable=False),
        sa.Column("speed", sa.Integer(), nullable=False),
        sa.Column("respect", sa.Integer(), nullable=False),
        sa.Column("again", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "ease BETWEEN 1 AND 5 AND fairness BETWEEN 1 AND 5 AND speed BETWEEN 1 AND 5 AND respect BETWEEN 1 AND 5",
            name=op.f("ck_survey_answer_scores"),
        ),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_survey_answer")),
    )
    op.create_index(op.f("ix_survey_answer_month"), "survey_answer", ["month"])
    triggers.install(op.get_bind())


def downgrade() -> None:
    """Go back."""
    triggers.remove(op.get_bind())
    for table in ("survey_answer", "survey_invitation", "recommendation_event", "recommendation"):
        op.drop_table(table)
    triggers.install(op.get_bind())
