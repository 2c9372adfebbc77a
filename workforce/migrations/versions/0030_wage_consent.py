"""A company's consent that its own wage figures are published."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column in place: what watches the table stays."""
    op.add_column(
        "company",
        sa.Column("publishes_wages", sa.Boolean(), server_default=sa.false(), nullable=False),
    )


def downgrade() -> None:
    """Drop the column."""
    op.drop_column("company", "publishes_wages")
