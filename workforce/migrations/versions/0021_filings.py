"""What the tax client and the insurance bill say, read back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add results, their rows, and the differences."""
    op.create_table(
        "filing_result",
        sa.Column("id", _Id, nullable=False),
        sa.Column("company_id", _Id, nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("import_batch_id", _Id, nullable=True),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("applied_by_id", _Id, nullable=True),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("compared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("compared_mark", sa.String(length=120), nullable=False),
        sa.Column("people_here", sa.Integer(), nullable=False),
        sa.Column("people_there", sa.Integer(), nullable=False),
        sa.Column("people_equal", sa.Integer(), nullable=False),
        sa.Column("totals", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('tax', 'insurance', 'fund')", name=op.f("ck_filing_result_kind")
        ),
        *_keys(
            "filing_result",
            ("company_id", "company"),
            ("import_batch_id", "import_batch"),
            ("applied_by_id", "account"),
        ),
    )
    op.create_index(
        op.f("ix_filing_result_company_id_period_kind"),
        "filing_result",
        ["company_id", "period", "kind"],
    )
    op.create_table(
        "filing_row",
        sa.Column("id", _Id, nullable=False),
        sa.Column("result_id", _Id, nullable=False),
        sa.Column("id_number_hash", sa.String(length=64), nullable=False),
        sa.Column("id_number", sa.String(length=255), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("item", sa.String(length=40), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        *_keys("filing_row", ("result_id", "filing_result")),
        sa.UniqueConstraint(
            "result_id",
            "id_number_hash",
            "item",
            name=op.f("uq_filing_row_result_id_id_number_hash_item"),
        ),
    )
    _make_differences()


def _make_differences() -> None:
    op.create_table(
        "filing_difference",
        sa.Column("id", _Id, nullable=False),
        sa.Column("result_id", _Id, nullable=False),
        sa.Column("id_number_hash", sa.String(length=64), nullable=False),
        sa.Column("masked_id_number", sa.String(length=24), nullable=False),
        sa.Column("employment_id", _Id, nullable=True),
        sa.Column("employee_no", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("item", sa.String(length=40), nullable=False),
        sa.Column("cause", sa.String(length=40), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("note", sa.String(length=400), nullable=True),
        sa.Column("assignee_id", _Id, nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("answered_by_id", _Id, nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('open', 'task', 'settled')", name=op.f("ck_filing_difference_state")
        ),
        sa.CheckConstraint(
            "(state = 'open') = (answered_at IS NULL)", name=op.f("ck_filing_difference_answered")
        ),
        sa.CheckConstraint(
            "state <> 'task' OR (assignee_id IS NOT NULL AND due_on IS NOT NULL)",
            name=op.f("ck_filing_difference_task"),
        ),
        sa.CheckConstraint(
            "state <> 'settled' OR reason IS NOT NULL", name=op.f("ck_filing_difference_settled")
        ),
        *_keys(
            "filing_difference",
            ("result_id", "filing_result"),
            ("employment_id", "employment"),
            ("assignee_id", "account"),
            ("answered_by_id", "account"),
        ),
        sa.UniqueConstraint(
            "result_id",
            "id_number_hash",
            "item",
            name=op.f("uq_filing_difference_result_id_id_number_hash_item"),
        ),
    )
    op.create_index(
        op.f("ix_filing_difference_result_id_state"), "filing_difference", ["result_id", "state"]
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
    """Take the tables away."""
    for name in ("filing_difference", "filing_row", "filing_result"):
        op.drop_table(name)
