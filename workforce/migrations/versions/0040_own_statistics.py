"""What the base reads of its own closed months."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TABLE = "own_statistics"


def upgrade() -> None:
    """Keep the full figures of closed months, for who may read all companies in full."""
    op.create_table(
        _TABLE,
        sa.Column("id", _ID, nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("reading_hash", sa.String(length=64), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("code_version", sa.String(length=40), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_statistics")),
        sa.UniqueConstraint("period", name=op.f("uq_own_statistics_period")),
    )


def downgrade() -> None:
    """Forget them: they are computed anew from the facts."""
    op.drop_table(_TABLE)
