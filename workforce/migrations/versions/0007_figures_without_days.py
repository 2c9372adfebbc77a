"""Hours and leave days without records of days, settled contribution bases, the union fund."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "month_figures",
        sa.Column("id", _Id, nullable=False),
        sa.Column("employment_id", _Id, nullable=False),
        sa.Column("period", sa.String(length=10), nullable=False),
        sa.Column("worked_minutes", sa.Integer(), nullable=True),
        sa.Column("unused_leave_days", sa.Integer(), nullable=True),
        sa.CheckConstraint("worked_minutes >= 0", name=op.f("ck_month_figures_worked_minutes")),
        sa.CheckConstraint(
            "unused_leave_days >= 0", name=op.f("ck_month_figures_unused_leave_days")
        ),
        sa.ForeignKeyConstraint(
            ["employment_id"],
            ["employment.id"],
            name=op.f("fk_month_figures_employment_id_employment"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_month_figures")),
        sa.UniqueConstraint(
            "employment_id", "period", name=op.f("uq_month_figures_employment_id_period")
        ),
    )
    op.create_table(
        "base_difference",
        sa.Column("id", _Id, nullable=False),
        sa.Column("employment_id", _Id, nullable=False),
        sa.Column("pay_period", sa.String(length=10), nullable=False),
        sa.Column("for_period", sa.String(length=10), nullable=False),
        sa.Column("charged_base_amount", sa.BigInteger(), nullable=False),
        sa.Column("owed_base_amount", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("for_period < pay_period", name=op.f("ck_base_difference_later")),
        sa.CheckConstraint(
            "charged_base_amount >= 0 AND owed_base_amount >= 0",
            name=op.f("ck_base_difference_bases"),
        ),
        sa.ForeignKeyConstraint(
            ["employment_id"],
            ["employment.id"],
            name=op.f("fk_base_difference_employment_id_employment"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_base_difference")),
        sa.UniqueConstraint(
            "employment_id",
            "pay_period",
            "for_period",
            name=op.f("uq_base_difference_employment_id_pay_period_for_period"),
        ),
    )
    op.add_column(
        "company_pay_policy",
        sa.Column("has_union_fund", sa.Boolean(), server_default=sa.false(), nullable=False),
    )


def downgrade() -> None:
    op.execute("ALTER TABLE company_pay_policy DROP COLUMN has_union_fund")
    op.drop_table("base_difference")
    op.drop_table("month_figures")
