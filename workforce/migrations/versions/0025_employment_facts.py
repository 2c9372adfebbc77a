"""What statistics ask of an employment: occupation and sending unit. Targets of measures."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_FACTS: Final = (
    (
        "occupation",
        "VARCHAR(40) DEFAULT 'service' NOT NULL",
        "occupation IN ('manager', 'professional', 'clerical', 'service', 'production')",
    ),
    (
        "dispatched_by",
        "VARCHAR(120)",
        "dispatched_by IS NULL OR employment_type = 'dispatched'",
    ),
    (
        "dispatched_by_code",
        "VARCHAR(18)",
        "dispatched_by_code IS NULL OR dispatched_by IS NOT NULL",
    ),
)


def upgrade() -> None:
    """Add the facts in place: making the table anew would break what refers to it."""
    for name, kind, text in _FACTS:
        check = f"CONSTRAINT ck_employment_{name} CHECK ({text})"
        op.execute(f"ALTER TABLE employment ADD COLUMN {name} {kind} {check}")
    op.create_table(
        "measure_target",
        sa.Column("id", _Id, nullable=False),
        sa.Column("measure", sa.String(length=40), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("bound", sa.String(length=40), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("set_by_id", _Id, nullable=True),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "bound IN ('at_least', 'at_most')", name=op.f("ck_measure_target_bound")
        ),
        sa.ForeignKeyConstraint(
            ["set_by_id"], ["account.id"], name=op.f("fk_measure_target_set_by_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measure_target")),
    )
    op.create_index("ix_measure_target_measure", "measure_target", ["measure", "period"])


def downgrade() -> None:
    """Forget them."""
    op.drop_table("measure_target")
    for name, _, _ in reversed(_FACTS):
        op.execute(f"ALTER TABLE employment DROP COLUMN {name}")
