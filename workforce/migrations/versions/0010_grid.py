"""Shift types and who has which, days corrected by hand, confirmed team days."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables; each company begins with a day shift from nine to six."""
    op.create_table(
        "shift_type",
        sa.Column("id", _Id, nullable=False),
        sa.Column("company_id", _Id, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("starts", sa.Time(), nullable=False),
        sa.Column("ends", sa.Time(), nullable=False),
        sa.Column("break_minutes", sa.Integer(), nullable=False),
        sa.Column("late_grace_minutes", sa.Integer(), nullable=False),
        sa.Column("early_grace_minutes", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to > valid_from", name=op.f("ck_shift_type_range")
        ),
        sa.CheckConstraint(
            "break_minutes >= 0 AND late_grace_minutes >= 0 AND early_grace_minutes >= 0",
            name=op.f("ck_shift_type_minutes"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_shift_type_company_id_company")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shift_type")),
        sa.UniqueConstraint(
            "company_id",
            "code",
            "valid_from",
            name=op.f("uq_shift_type_company_id_code_valid_from"),
        ),
    )
    op.create_table(
        "shift_assignment",
        sa.Column("id", _Id, nullable=False),
        sa.Column("company_id", _Id, nullable=False),
        sa.Column("team_id", _Id, nullable=True),
        sa.Column("employment_id", _Id, nullable=True),
        sa.Column("shift_type_code", sa.String(length=40), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to > valid_from", name=op.f("ck_shift_assignment_range")
        ),
        sa.CheckConstraint(
            "team_id IS NULL OR employment_id IS NULL", name=op.f("ck_shift_assignment_subject")
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_shift_assignment_company_id_company")
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["team.id"], name=op.f("fk_shift_assignment_team_id_team")
        ),
        sa.ForeignKeyConstraint(
            ["employment_id"],
            ["employment.id"],
            name=op.f("fk_shift_assignment_employment_id_employment"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shift_assignment")),
        sa.UniqueConstraint(
            "company_id",
            "team_id",
            "employment_id",
            "valid_from",
            name=op.f("uq_shift_assignment_company_id_team_id_employment_id_valid_from"),
        ),
    )
    for column in ("team_id", "employment_id"):
        op.create_index(op.f(f"ix_shift_assignment_{column}"), "shift_assignment", [column])
    op.create_table(
        "day_correction",
        sa.Column("id", _Id, nullable=False),
        sa.Column("employment_id", _Id, nullable=False),
        sa.Column("work_on", sa.Date(), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("corrected_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["employment_id"],
            ["employment.id"],
            name=op.f("fk_day_correction_employment_id_employment"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_day_correction")),
        sa.UniqueConstraint(
            "employment_id", "work_on", name=op.f("uq_day_correction_employment_id_work_on")
        ),
    )
    op.create_table(
        "team_day_confirmation",
        sa.Column("id", _Id, nullable=False),
        sa.Column("team_id", _Id, nullable=False),
        sa.Column("work_on", sa.Date(), nullable=False),
        sa.Column("confirmed_by_id", _Id, nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_source", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(
            ["team_id"], ["team.id"], name=op.f("fk_team_day_confirmation_team_id_team")
        ),
        sa.ForeignKeyConstraint(
            ["confirmed_by_id"],
            ["account.id"],
            name=op.f("fk_team_day_confirmation_confirmed_by_id_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team_day_confirmation")),
        sa.UniqueConstraint(
            "team_id", "work_on", name=op.f("uq_team_day_confirmation_team_id_work_on")
        ),
    )
    op.create_index("ix_team_day_confirmation_day", "team_day_confirmation", ["work_on", "team_id"])
    op.execute(
        "INSERT INTO shift_type (company_id, code, name, starts, ends, break_minutes, "
        "late_grace_minutes, early_grace_minutes, valid_from) "
        "SELECT id, 'day', '白班', '09:00:00.000000', '18:00:00.000000', 60, 0, 0, founded_on "
        "FROM company"
    )
    op.execute(
        "INSERT INTO shift_assignment (company_id, shift_type_code, valid_from) "
        "SELECT id, 'day', founded_on FROM company"
    )


def downgrade() -> None:
    """Take the tables away again."""
    for table in ("team_day_confirmation", "day_correction", "shift_assignment", "shift_type"):
        op.drop_table(table)
