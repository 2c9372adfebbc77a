"""Files that wait to be imported, and what people decide about output by hand."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """No file waits yet, and nothing was sent back by hand."""
    op.create_table(
        "import_preview",
        sa.Column("id", _Id, nullable=False),
        sa.Column("company_id", _Id, nullable=False),
        sa.Column("account_id", _Id, nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("file_name", sa.String(length=255), nullable=False),
        sa.Column("file_sha256", sa.String(length=64), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("options", sa.Text(), nullable=False),
        sa.Column("report", sa.Text(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("keep_good_rows", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("progress_id", _Id, nullable=True),
        sa.Column("import_batch_id", _Id, nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'ready', 'failed', 'applied')",
            name=op.f("ck_import_preview_state"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_import_preview_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_import_preview_company_id_company")
        ),
        sa.ForeignKeyConstraint(
            ["import_batch_id"],
            ["import_batch.id"],
            name=op.f("fk_import_preview_import_batch_id_import_batch"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_preview")),
        sa.UniqueConstraint("token", name=op.f("uq_import_preview_token")),
    )
    op.create_index(
        "ix_import_preview_account", "import_preview", ["account_id", "expires_at"]
    )
    with op.batch_alter_table("output_record") as table:
        table.add_column(
            sa.Column("is_sent_back", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
        table.add_column(sa.Column("decided_reason", sa.String(length=400), nullable=True))
        table.create_check_constraint(
            op.f("ck_output_record_sent_back"), "state = 'rejected' OR NOT is_sent_back"
        )


def downgrade() -> None:
    """Waiting files are forgotten, and why work was decided on."""
    with op.batch_alter_table("output_record") as table:
        table.drop_constraint(op.f("ck_output_record_sent_back"), type_="check")
        table.drop_column("decided_reason")
        table.drop_column("is_sent_back")
    op.drop_index("ix_import_preview_account", "import_preview")
    op.drop_table("import_preview")
