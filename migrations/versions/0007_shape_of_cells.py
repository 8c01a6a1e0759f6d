"""Which contributions the day cells were made of, and a way to one kind of all values

Revision: 0007, after 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Go up. Cells that stand are of the first shape; `cprac upgrade` and the clock build them anew."""
    with op.batch_alter_table("stat_fold") as table:
        table.add_column(sa.Column("shape", sa.Integer(), nullable=True))
    op.execute("UPDATE stat_fold SET shape = 1 WHERE EXISTS (SELECT 1 FROM stat_cell)")
    op.create_index("ix_stat_cell_kind", "stat_cell", ["series", "dimension", "kind", "clock"])


def downgrade() -> None:
    """Go back. Cells of today are nothing to the program of before: `cprac statistics rebuild` makes its own."""
    op.drop_index("ix_stat_cell_kind", table_name="stat_cell")
    with op.batch_alter_table("stat_fold") as table:
        table.drop_column("shape")
