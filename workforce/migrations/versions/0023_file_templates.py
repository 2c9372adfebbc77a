"""A company's own layouts of files, the account that it pays from, and its accounts in the books."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "file_template",
        sa.Column("id", _ID, nullable=False),
        sa.Column("company_id", _ID, nullable=False),
        sa.Column("form_code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=180), nullable=False),
        sa.Column("header", sa.JSON(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("uploaded_by_id", _ID, nullable=True),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_file_template_company_id_company")
        ),
        sa.ForeignKeyConstraint(
            ["uploaded_by_id"], ["account.id"], name=op.f("fk_file_template_uploaded_by_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_file_template")),
        sa.UniqueConstraint(
            "company_id",
            "form_code",
            "uploaded_at",
            name=op.f("uq_file_template_company_id_form_code_uploaded_at"),
        ),
    )
    op.create_table(
        "company_account",
        sa.Column("company_id", _ID, nullable=False),
        sa.Column("account_name", sa.String(length=120), nullable=False),
        sa.Column("account_no", sa.String(length=255), nullable=False),
        sa.Column("bank_name", sa.String(length=120), nullable=False),
        sa.Column("province", sa.String(length=40), nullable=True),
        sa.Column("city", sa.String(length=40), nullable=True),
        sa.Column("phone", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_company_account_company_id_company")
        ),
        sa.PrimaryKeyConstraint("company_id", name=op.f("pk_company_account")),
    )
    op.create_table(
        "voucher_account",
        sa.Column("company_id", _ID, nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("account_code", sa.String(length=40), nullable=False),
        sa.Column("account_name", sa.String(length=120), nullable=False),
        sa.Column("share_rate", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "share_rate BETWEEN 0 AND 1000000", name=op.f("ck_voucher_account_share_rate")
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_voucher_account_company_id_company")
        ),
        sa.PrimaryKeyConstraint("company_id", "key", name=op.f("pk_voucher_account")),
    )


def downgrade() -> None:
    """Take the tables away."""
    for name in ("voucher_account", "company_account", "file_template"):
        op.drop_table(name)
