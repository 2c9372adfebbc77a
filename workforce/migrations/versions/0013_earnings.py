"""Disputes, declarations and earnings kept by day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _make_disputes()
    _make_declarations()
    op.create_table(
        "earnings_day",
        sa.Column("id", _Id, nullable=False),
        sa.Column("employment_id", _Id, nullable=False),
        sa.Column("period", sa.String(length=10), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("gross_pay_amount", sa.BigInteger(), nullable=False),
        sa.Column("net_pay_amount", sa.BigInteger(), nullable=False),
        sa.Column("lines", sa.Text(), nullable=False),
        *_keys("earnings_day", ("employment_id", "employment")),
        sa.UniqueConstraint(
            "employment_id",
            "period",
            "as_of",
            name=op.f("uq_earnings_day_employment_id_period_as_of"),
        ),
    )
    op.create_index(op.f("ix_earnings_day_as_of"), "earnings_day", ["as_of"])


def _make_disputes() -> None:
    op.create_table(
        "dispute",
        sa.Column("id", _Id, nullable=False),
        sa.Column("company_id", _Id, nullable=False),
        sa.Column("employment_id", _Id, nullable=False),
        sa.Column("payslip_id", _Id, nullable=True),
        sa.Column("line_seq", sa.Integer(), nullable=False),
        sa.Column("line_code", sa.String(length=40), nullable=False),
        sa.Column("line_kind", sa.String(length=10), nullable=False),
        sa.Column("line_detail", sa.String(length=200), nullable=True),
        sa.Column("line_amount", sa.BigInteger(), nullable=False),
        sa.Column("period", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reopened_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('open', 'answered', 'closed')", name=op.f("ck_dispute_state")
        ),
        sa.CheckConstraint("outcome IN ('accepted', 'rejected')", name=op.f("ck_dispute_outcome")),
        sa.CheckConstraint(
            "state = 'open' OR outcome IS NOT NULL", name=op.f("ck_dispute_answered")
        ),
        *_keys(
            "dispute",
            ("company_id", "company"),
            ("employment_id", "employment"),
        ),
        sa.ForeignKeyConstraint(
            ["payslip_id"],
            ["payslip.id"],
            name=op.f("fk_dispute_payslip_id_payslip"),
            ondelete="SET NULL",
        ),
        sa.UniqueConstraint("payslip_id", "line_seq", name=op.f("uq_dispute_payslip_id_line_seq")),
    )
    op.create_index(
        op.f("ix_dispute_company_id_state"), "dispute", ["company_id", "state", "due_on"]
    )
    op.create_index(op.f("ix_dispute_employment_id"), "dispute", ["employment_id"])
    op.create_table(
        "dispute_entry",
        sa.Column("id", _Id, nullable=False),
        sa.Column("dispute_id", _Id, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", _Id, nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("upload_id", _Id, nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("pay_period", sa.String(length=10), nullable=True),
        sa.CheckConstraint(
            "kind IN ('opened', 'accepted', 'rejected', 'reopened', 'closed')",
            name=op.f("ck_dispute_entry_kind"),
        ),
        sa.CheckConstraint(
            "(kind = 'accepted') = (amount IS NOT NULL) "
            "AND (amount IS NULL) = (pay_period IS NULL) AND (amount IS NULL OR amount > 0)",
            name=op.f("ck_dispute_entry_amount"),
        ),
        *_keys(
            "dispute_entry",
            ("dispute_id", "dispute"),
            ("account_id", "account"),
            ("upload_id", "upload"),
        ),
    )
    op.create_index(op.f("ix_dispute_entry_dispute_id"), "dispute_entry", ["dispute_id"])


def _make_declarations() -> None:
    op.create_table(
        "declaration",
        sa.Column("id", _Id, nullable=False),
        sa.Column("company_id", _Id, nullable=False),
        sa.Column("employment_id", _Id, nullable=False),
        sa.Column("tax_year", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=400), nullable=False),
        sa.Column("share_rate", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("first_month", sa.String(length=7), nullable=False),
        sa.Column("last_month", sa.String(length=7), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("upload_id", _Id, nullable=True),
        sa.Column("confirms_id", _Id, nullable=True),
        sa.Column("is_ended", sa.Boolean(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", _Id, nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=400), nullable=True),
        sa.CheckConstraint("last_month >= first_month", name=op.f("ck_declaration_months")),
        sa.CheckConstraint("amount > 0", name=op.f("ck_declaration_amount")),
        sa.CheckConstraint(
            "share_rate > 0 AND share_rate <= 1000000", name=op.f("ck_declaration_share_rate")
        ),
        sa.CheckConstraint(
            "state IN ('submitted', 'accepted', 'returned', 'withdrawn')",
            name=op.f("ck_declaration_state"),
        ),
        sa.CheckConstraint(
            "state <> 'accepted' OR decided_by_id IS NOT NULL OR confirms_id IS NOT NULL",
            name=op.f("ck_declaration_accepted"),
        ),
        sa.CheckConstraint(
            "state <> 'returned' OR (decided_by_id IS NOT NULL AND reason IS NOT NULL)",
            name=op.f("ck_declaration_returned"),
        ),
        *_keys(
            "declaration",
            ("company_id", "company"),
            ("employment_id", "employment"),
            ("upload_id", "upload"),
            ("confirms_id", "declaration"),
            ("decided_by_id", "account"),
        ),
        sa.UniqueConstraint("confirms_id", name=op.f("uq_declaration_confirms_id")),
    )
    op.create_index(
        op.f("ix_declaration_employment_id_tax_year"), "declaration", ["employment_id", "tax_year"]
    )
    op.create_index(
        op.f("ix_declaration_company_id_tax_year"),
        "declaration",
        ["company_id", "tax_year", "state"],
    )


def _keys(table: str, *references: tuple[str, str]) -> list[sa.Constraint]:
    """Return the primary key, and a foreign key for each column and the table that it names."""
    return [
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}")
            )
            for column, other in references
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]


def downgrade() -> None:
    for name in ("earnings_day", "declaration", "dispute_entry", "dispute"):
        op.drop_table(name)
