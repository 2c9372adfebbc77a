"""Certificates that the company has issued."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "certificate",
        sa.Column("id", _ID, nullable=False),
        sa.Column("company_id", _ID, nullable=False),
        sa.Column("employment_id", _ID, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("period_from", sa.String(length=7), nullable=True),
        sa.Column("period_to", sa.String(length=7), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("purpose", sa.String(length=100), nullable=True),
        sa.Column("asked_by_id", _ID, nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("serial", sa.Integer(), nullable=True),
        sa.Column("public_id", sa.String(length=32), nullable=True),
        sa.Column("figures", sa.String(length=12000), nullable=True),
        sa.Column("figures_hash", sa.String(length=64), nullable=True),
        sa.Column("issued_by_id", _ID, nullable=True),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("declined_by_id", _ID, nullable=True),
        sa.Column("declined_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by_id", _ID, nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.CheckConstraint(
            "kind IN ('income', 'employment', 'separation')", name=op.f("ck_certificate_kind")
        ),
        sa.CheckConstraint("language IN ('zh', 'en')", name=op.f("ck_certificate_language")),
        sa.CheckConstraint(
            "(period_from IS NULL) = (period_to IS NULL) AND (kind = 'income') = "
            "(period_from IS NOT NULL) AND (period_to IS NULL OR period_to >= period_from)",
            name=op.f("ck_certificate_period"),
        ),
        sa.CheckConstraint(
            "asked_at IS NOT NULL OR issued_at IS NOT NULL", name=op.f("ck_certificate_origin")
        ),
        sa.CheckConstraint(
            "(issued_at IS NULL) = (serial IS NULL) AND (issued_at IS NULL) = (year IS NULL) AND "
            "(issued_at IS NULL) = (public_id IS NULL) AND (issued_at IS NULL) = (figures IS NULL) "
            "AND (issued_at IS NULL) = (figures_hash IS NULL)",
            name=op.f("ck_certificate_issued"),
        ),
        sa.CheckConstraint(
            "declined_at IS NULL OR (issued_at IS NULL AND reason IS NOT NULL)",
            name=op.f("ck_certificate_declined"),
        ),
        sa.CheckConstraint(
            "withdrawn_at IS NULL OR (issued_at IS NOT NULL AND reason IS NOT NULL)",
            name=op.f("ck_certificate_withdrawn"),
        ),
        *(
            sa.ForeignKeyConstraint(
                [f"{name}_id"], [f"{table}.id"], name=op.f(f"fk_certificate_{name}_id_{table}")
            )
            for name, table in (
                ("company", "company"),
                ("employment", "employment"),
                ("asked_by", "account"),
                ("issued_by", "account"),
                ("declined_by", "account"),
                ("withdrawn_by", "account"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate")),
        sa.UniqueConstraint("public_id", name=op.f("uq_certificate_public_id")),
        sa.UniqueConstraint(
            "company_id", "year", "serial", name=op.f("uq_certificate_company_id_year_serial")
        ),
    )
    op.create_index("ix_certificate_employment_id", "certificate", ["employment_id"])


def downgrade() -> None:
    """Take the table away."""
    op.drop_table("certificate")
