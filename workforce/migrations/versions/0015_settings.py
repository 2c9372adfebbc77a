"""Proposed changes of the law data."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "law_proposal",
        sa.Column("id", _Id, nullable=False),
        sa.Column("file_name", sa.String(length=120), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("proposed_by_id", _Id, nullable=False),
        sa.Column("proposed_by_name", sa.String(length=60), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", _Id, nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_note", sa.String(length=400), nullable=True),
        sa.Column("kept_as", sa.String(length=160), nullable=True),
        sa.Column("effect", sa.Text(), nullable=True),
        sa.Column("effect_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('proposed', 'approved', 'rejected', 'withdrawn')",
            name=op.f("ck_law_proposal_state"),
        ),
        sa.CheckConstraint(
            "(state = 'proposed') = (decided_by_id IS NULL)", name=op.f("ck_law_proposal_decided")
        ),
        sa.CheckConstraint(
            "decided_by_id IS NULL OR (decided_by_id = proposed_by_id) = (state = 'withdrawn')",
            name=op.f("ck_law_proposal_two_people"),
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"],
            ["account.id"],
            name=op.f("fk_law_proposal_proposed_by_id_account"),
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["account.id"], name=op.f("fk_law_proposal_decided_by_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_law_proposal")),
    )


def downgrade() -> None:
    op.drop_table("law_proposal")
