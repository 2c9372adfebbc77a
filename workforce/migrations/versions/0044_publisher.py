"""The name and the role of who published statistics, as they were then."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

_TABLE = "statistics_issue"
_COLUMNS = {"publisher_name": 120, "publisher_role": 20}


def upgrade() -> None:
    """Add the columns: issues of before know the login name alone, and are never changed."""
    for name, length in _COLUMNS.items():
        op.add_column(_TABLE, sa.Column(name, sa.String(length=length), nullable=True))


def downgrade() -> None:
    """Know the login name alone again."""
    for name in _COLUMNS:
        op.drop_column(_TABLE, name)
