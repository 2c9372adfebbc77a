"""Who sits where, and what was published of the use of seats."""

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
_PUBLISHED: Final = "published_seats"
_TRIGGERS: Final = {
    "sqlite": [
        (
            f"CREATE TRIGGER tr_{_PUBLISHED}_no_{verb.lower()} BEFORE {verb} ON {_PUBLISHED} "
            f"BEGIN SELECT RAISE(ABORT, '{_PUBLISHED} is append-only'); END"
        )
        for verb in ("UPDATE", "DELETE")
    ],
    "postgresql": [
        (
            f"CREATE FUNCTION fn_{_PUBLISHED}_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ "
            f"BEGIN RAISE EXCEPTION '{_PUBLISHED} is append-only'; END $$"
        ),
        (
            f"CREATE TRIGGER tr_{_PUBLISHED}_append_only BEFORE UPDATE OR DELETE ON {_PUBLISHED} "
            f"FOR EACH ROW EXECUTE FUNCTION fn_{_PUBLISHED}_append_only()"
        ),
    ],
}


def upgrade() -> None:
    """Add the tables."""
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
    op.create_table(
        _PUBLISHED,
        sa.Column("id", _ID, nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_published_seats")),
        sa.UniqueConstraint("period", name=op.f("uq_published_seats_period")),
    )
    for statement in _TRIGGERS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    """Take them away."""
    op.drop_table(_PUBLISHED)
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"DROP FUNCTION fn_{_PUBLISHED}_append_only()")
    op.drop_table(_TABLE)
