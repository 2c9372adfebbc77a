"""Files that wait to be imported, what is decided by hand about output, reports that are kept."""

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
    op.create_index("ix_import_preview_account", "import_preview", ["account_id", "expires_at"])
    op.create_table(
        "report_snapshot",
        sa.Column("id", _Id, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("input_hash", sa.String(length=64), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_snapshot")),
        sa.UniqueConstraint("code", "period", name=op.f("uq_report_snapshot_code_period")),
    )
    # Added in place: a copy of the largest table would take a county's base an hour.
    default = "false" if op.get_bind().dialect.name == "postgresql" else "0"
    op.execute(
        f"ALTER TABLE output_record ADD COLUMN is_sent_back BOOLEAN DEFAULT {default} NOT NULL "
        "CONSTRAINT ck_output_record_sent_back CHECK (state = 'rejected' OR NOT is_sent_back)"
    )
    op.execute("ALTER TABLE output_record ADD COLUMN decided_reason VARCHAR(400)")


def downgrade() -> None:
    """Waiting files are forgotten, and why work was decided on.

    In place: making the table anew would take the work of groups from their members. The check goes with
    its column.
    """
    for column in ("decided_reason", "is_sent_back"):
        op.execute(f"ALTER TABLE output_record DROP COLUMN {column}")
    op.drop_table("report_snapshot")
    op.drop_index("ix_import_preview_account", "import_preview")
    op.drop_table("import_preview")
