"""Output that a group made together, and the shares of its members."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_STATE: Final = "ck_output_record_state"


def upgrade() -> None:
    """All output so far is that of single employments."""
    with op.batch_alter_table("output_record") as table:
        # SQLite builds a list of IN (…) anew for every row; this means the same.
        table.drop_constraint(op.f(_STATE), type_="check")
        table.create_check_constraint(
            op.f(_STATE), "state = 'submitted' OR state = 'accepted' OR state = 'rejected'"
        )
        table.add_column(sa.Column("group_name", sa.String(length=60), nullable=True))
        table.add_column(sa.Column("split_by", sa.String(length=40), nullable=True))
        table.alter_column("employment_id", existing_type=_Id, nullable=True)
        table.create_check_constraint(
            op.f("ck_output_record_payee"),
            "(employment_id IS NULL) = (group_name IS NOT NULL) "
            "AND (group_name IS NULL) = (split_by IS NULL)",
        )
        table.create_check_constraint(
            op.f("ck_output_record_split_by"), "split_by = 'points' OR split_by = 'hours'"
        )
    op.create_table(
        "group_share",
        sa.Column("id", _Id, nullable=False),
        sa.Column("output_record_id", _Id, nullable=False),
        sa.Column("employment_id", _Id, nullable=False),
        sa.Column("share_weight", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("share_weight >= 0", name=op.f("ck_group_share_share_weight")),
        sa.ForeignKeyConstraint(
            ["employment_id"],
            ["employment.id"],
            name=op.f("fk_group_share_employment_id_employment"),
        ),
        sa.ForeignKeyConstraint(
            ["output_record_id"],
            ["output_record.id"],
            name=op.f("fk_group_share_output_record_id_output_record"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_share")),
        sa.UniqueConstraint(
            "output_record_id",
            "employment_id",
            name=op.f("uq_group_share_output_record_id_employment_id"),
        ),
    )
    op.create_index(
        "ix_group_share_employment", "group_share", ["employment_id", "output_record_id"]
    )


def downgrade() -> None:
    """Groups' output goes: the older shape has no place for it."""
    op.drop_index("ix_group_share_employment", "group_share")
    op.drop_table("group_share")
    record = sa.table("output_record", sa.column("employment_id"))
    op.execute(record.delete().where(record.c.employment_id.is_(None)))
    with op.batch_alter_table("output_record") as table:
        table.drop_constraint(op.f("ck_output_record_split_by"), type_="check")
        table.drop_constraint(op.f("ck_output_record_payee"), type_="check")
        table.alter_column("employment_id", existing_type=_Id, nullable=False)
        table.drop_column("split_by")
        table.drop_column("group_name")
        table.drop_constraint(op.f(_STATE), type_="check")
        table.create_check_constraint(
            op.f(_STATE), "state IN ('submitted', 'accepted', 'rejected')"
        )
