"""Releases of closed periods, never changed nor removed

Revision: 0006, after 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from cprac.persistence import triggers

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "publication",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("period", sa.String(length=60), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("revision_of", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("(revision = 0) = (revision_of IS NULL)", name=op.f("ck_publication_revision")),
        sa.CheckConstraint("first <= last", name=op.f("ck_publication_days")),
        sa.ForeignKeyConstraint(["created_by"], ["account.id"], name=op.f("fk_publication_created_by_account")),
        sa.ForeignKeyConstraint(
            ["revision_of"], ["publication.id"], name=op.f("fk_publication_revision_of_publication")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication")),
        sa.UniqueConstraint("first", "revision", name=op.f("uq_publication_first_revision")),
        sa.UniqueConstraint("period", "revision", name=op.f("uq_publication_period_revision")),
        sa.UniqueConstraint("sha256", name=op.f("uq_publication_sha256")),
    )
    triggers.install(op.get_bind())


def downgrade() -> None:
    """Go back."""
    triggers.remove(op.get_bind())
    op.drop_table("publication")
    triggers.install(op.get_bind())
