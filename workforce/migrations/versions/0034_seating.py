"""Who sits where."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

_TABLE: Final = "seat_assignment"
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        _TABLE,
        sa.Column("id", _ID, nullable=False),
        sa.Column("employment_id", _ID, nullable=False),
        sa.Column("seat_id", _ID, nullable=False),
        sa.Column("shift_type_code", sa.String(length=40), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_seat_assignment_range")
        ),
        sa.ForeignKeyConstraint(
            ["employment_id"],
            ["employment.id"],
            name=op.f("fk_seat_assignment_employment_id_employment"),
        ),
        sa.ForeignKeyConstraint(
            ["seat_id"], ["seat.id"], name=op.f("fk_seat_assignment_seat_id_seat")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat_assignment")),
    )
    op.create_index(op.f("ix_seat_assignment_employment_id"), _TABLE, ["employment_id"])
    op.create_index(op.f("ix_seat_assignment_seat_id"), _TABLE, ["seat_id"])


def downgrade() -> None:
    """Take it away."""
    op.drop_table(_TABLE)
