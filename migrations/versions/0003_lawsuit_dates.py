"""The next date of a linked lawsuit, for the agenda; an index for the share of deadlines kept

Revision: 0003, after 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Go up."""
    with op.batch_alter_table("linked_lawsuit", schema=None) as batch_op:
        batch_op.add_column(sa.Column("next_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("next_kind", sa.String(length=20), server_default="", nullable=False))
        batch_op.create_index(batch_op.f("ix_linked_lawsuit_next_on"), ["next_on"], unique=False)

    with op.batch_alter_table("deadline", schema=None) as batch_op:
        batch_op.create_index("ix_deadline_kept", ["status", "due", "rule", "ended_on"], unique=False)


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("deadline", schema=None) as batch_op:
        batch_op.drop_index("ix_deadline_kept")

    with op.batch_alter_table("linked_lawsuit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_linked_lawsuit_next_on"))
        batch_op.drop_column("next_kind")
        batch_op.drop_column("next_on")
