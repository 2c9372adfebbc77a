"""Rosters, lieu days and cycles of comprehensive hours; what a closed month counted as attendance."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "roster",
        sa.Column("id", _Id, nullable=False),
        sa.Column("employment_id", _Id, nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("rest_day_bits", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("rest_day_bits >= 0", name=op.f("ck_roster_rest_days")),
        sa.ForeignKeyConstraint(
            ["employment_id"], ["employment.id"], name=op.f("fk_roster_employment_id_employment")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster")),
        sa.UniqueConstraint("employment_id", "period", name=op.f("uq_roster_employment_id_period")),
    )
    op.create_table(
        "lieu_day",
        sa.Column("id", _Id, nullable=False),
        sa.Column("employment_id", _Id, nullable=False),
        sa.Column("work_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["employment_id"], ["employment.id"], name=op.f("fk_lieu_day_employment_id_employment")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lieu_day")),
        sa.UniqueConstraint(
            "employment_id", "work_on", name=op.f("uq_lieu_day_employment_id_work_on")
        ),
    )
    op.create_table(
        "hours_cycle",
        sa.Column("id", _Id, nullable=False),
        sa.Column("company_id", _Id, nullable=False),
        sa.Column("employment_id", _Id, nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('month', 'quarter', 'half_year', 'year')", name=op.f("ck_hours_cycle_kind")
        ),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to > valid_from", name=op.f("ck_hours_cycle_range")
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_hours_cycle_company_id_company")
        ),
        sa.ForeignKeyConstraint(
            ["employment_id"],
            ["employment.id"],
            name=op.f("fk_hours_cycle_employment_id_employment"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hours_cycle")),
        sa.UniqueConstraint(
            "company_id",
            "employment_id",
            "valid_from",
            name=op.f("uq_hours_cycle_company_id_employment_id_valid_from"),
        ),
    )
    op.add_column("payroll_run", sa.Column("closed_at_output_id", _Id, nullable=True))
    op.add_column(
        "tax_opening",
        sa.Column(
            "certificate_amount", sa.BigInteger(), server_default=sa.text("0"), nullable=False
        ),
    )


def downgrade() -> None:
    # Not as a batch: making the table anew would lose the triggers that protect decided runs.
    op.execute("ALTER TABLE tax_opening DROP COLUMN certificate_amount")
    op.execute("ALTER TABLE payroll_run DROP COLUMN closed_at_output_id")
    op.drop_table("hours_cycle")
    op.drop_table("lieu_day")
    op.drop_table("roster")
