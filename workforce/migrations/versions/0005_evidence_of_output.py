"""Output records say what their source could not tell."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the database to this shape."""
    op.add_column("output_record", sa.Column("evidence", sa.String(length=20), nullable=True))


def downgrade() -> None:
    """Bring it back; what the column said is lost."""
    op.drop_column("output_record", "evidence")
