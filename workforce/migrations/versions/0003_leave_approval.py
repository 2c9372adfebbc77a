"""The number of the approval that granted a leave."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; earlier leaves have none."""
    with op.batch_alter_table("leave") as table:
        table.add_column(sa.Column("approval_no", sa.String(40), nullable=True))


def downgrade() -> None:
    """Take the column away again, with the numbers in it."""
    with op.batch_alter_table("leave") as table:
        table.drop_column("approval_no")
