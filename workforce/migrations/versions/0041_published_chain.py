"""The industry chain as it was told."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

_TABLE = "published_chain"
_TRIGGERS = {
    "sqlite": [
        (
            f"CREATE TRIGGER tr_{_TABLE}_no_{verb.lower()} BEFORE {verb} ON {_TABLE} "
            f"BEGIN SELECT RAISE(ABORT, '{_TABLE} is append-only'); END"
        )
        for verb in ("UPDATE", "DELETE")
    ],
    "postgresql": [
        (
            f"CREATE FUNCTION fn_{_TABLE}_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ "
            f"BEGIN RAISE EXCEPTION '{_TABLE} is append-only'; END $$"
        ),
        (
            f"CREATE TRIGGER tr_{_TABLE}_append_only BEFORE UPDATE OR DELETE ON {_TABLE} "
            f"FOR EACH ROW EXECUTE FUNCTION fn_{_TABLE}_append_only()"
        ),
    ],
}


def upgrade() -> None:
    """Add the table; what was published so far is told with the next issue."""
    op.create_table(
        _TABLE,
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_published_chain")),
        sa.UniqueConstraint("period", name=op.f("uq_published_chain_period")),
    )
    for statement in _TRIGGERS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    """Take it away."""
    op.drop_table(_TABLE)
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"DROP FUNCTION fn_{_TABLE}_append_only()")
