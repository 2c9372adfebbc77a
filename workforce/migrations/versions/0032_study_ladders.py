"""All that officials may try of a published month, computed beforehand; it stands."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

_TABLE: Final = "policy_ladder"
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        _TABLE,
        sa.Column("id", _ID, nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("lever", sa.String(length=120), nullable=False),
        sa.Column("present", _ID, nullable=False),
        sa.Column("question", sa.JSON(), nullable=False),
        sa.Column("results", sa.JSON(), nullable=False),
        sa.Column("inputs_hash", sa.String(length=64), nullable=False),
        sa.Column("law_hash", sa.String(length=64), nullable=False),
        sa.Column("code_version", sa.String(length=40), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_ladder")),
        sa.UniqueConstraint("period", "lever", name=op.f("uq_policy_ladder_period_lever")),
    )
    is_shared = op.get_bind().dialect.name == "postgresql"
    for verb, row in (("UPDATE", "NEW"), ("DELETE", "OLD")):
        name, refused = f"{_TABLE}_decided_{verb.lower()}", f"{_TABLE}: it stands"
        if not is_shared:
            op.execute(
                f"CREATE TRIGGER tr_{name} BEFORE {verb} ON {_TABLE} WHEN OLD.id IS NOT NULL "
                f"BEGIN SELECT RAISE(ABORT, '{refused}'); END"
            )
            continue
        op.execute(
            f"CREATE FUNCTION fn_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ "
            f"BEGIN IF OLD.id IS NOT NULL THEN RAISE EXCEPTION '{refused}'; END IF; "
            f"RETURN {row}; END $$"
        )
        op.execute(
            f"CREATE TRIGGER tr_{name} BEFORE {verb} ON {_TABLE} "
            f"FOR EACH ROW EXECUTE FUNCTION fn_{name}()"
        )


def downgrade() -> None:
    """Take it away."""
    op.drop_table(_TABLE)
    if op.get_bind().dialect.name == "postgresql":
        for verb in ("update", "delete"):
            op.execute(f"DROP FUNCTION fn_{_TABLE}_decided_{verb}")
