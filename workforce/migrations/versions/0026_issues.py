"""Published issues of statistics, frozen, and the snapshots that they are made of."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TABLE = "statistics_issue"


def upgrade() -> None:
    """Reports kept as they were filled give way to snapshots of all cubes of a month."""
    op.drop_table("report_snapshot")
    _rename("fill_overviews", "fill_overview", "keep_statistics", "keep_statistics")
    op.create_table(
        "statistics_snapshot",
        sa.Column("id", _ID, nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("input_hash", sa.String(length=64), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("content_sha256", sa.String(length=64), nullable=False),
        sa.Column("basis", sa.LargeBinary(), nullable=False),
        sa.Column("changed_count", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statistics_snapshot")),
        sa.UniqueConstraint("period", name=op.f("uq_statistics_snapshot_period")),
    )
    op.create_table(
        _TABLE,
        sa.Column("id", _ID, nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("content_sha256", sa.String(length=64), nullable=False),
        sa.Column("snapshot_sha256", sa.String(length=64), nullable=False),
        sa.Column("basis", sa.LargeBinary(), nullable=False),
        sa.Column("definitions", sa.Text(), nullable=False),
        sa.Column("differences", sa.Text(), nullable=False),
        sa.Column("input_hash", sa.String(length=64), nullable=False),
        sa.Column("law_hash", sa.String(length=64), nullable=False),
        sa.Column("code_version", sa.String(length=40), nullable=False),
        sa.Column("note", sa.String(length=400), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by_id", _ID, nullable=True),
        sa.Column("published_by_name", sa.String(length=60), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_statistics_issue_number")),
        sa.CheckConstraint("number = 1 OR note <> ''", name=op.f("ck_statistics_issue_reason")),
        sa.ForeignKeyConstraint(
            ["published_by_id"],
            ["account.id"],
            name=op.f("fk_statistics_issue_published_by_id_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statistics_issue")),
        sa.UniqueConstraint("period", "number", name=op.f("uq_statistics_issue_period_number")),
    )
    make = _postgresql if op.get_bind().dialect.name == "postgresql" else _sqlite
    for statement in make():
        op.execute(statement)


def _rename(kind: str, step: str, new_kind: str, new_step: str) -> None:
    """Call the nightly work by the name of what it does now; when it is done stays."""
    bind = op.get_bind()
    old, new = {"old": kind, "new": new_kind}, {"step": step, "new_step": new_step}
    bind.execute(
        sa.text(
            "UPDATE schedule SET kind = :new, key = replace(key, :part, :new_part) WHERE kind = :old"
        ),
        # PostgreSQL wants one type for each name.
        {**old, "part": kind, "new_part": new_kind},
    )
    bind.execute(sa.text("UPDATE job SET step = :new_step WHERE step = :step"), new)
    bind.execute(sa.text("UPDATE job SET kind = :new WHERE kind = :old"), old)


def _sqlite() -> tuple[str, ...]:
    return tuple(
        f"CREATE TRIGGER tr_{_TABLE}_no_{verb.lower()} BEFORE {verb} ON {_TABLE} "
        f"BEGIN SELECT RAISE(ABORT, '{_TABLE} is append-only'); END"
        for verb in ("UPDATE", "DELETE")
    )


def _postgresql() -> tuple[str, ...]:
    return (
        (
            f"CREATE FUNCTION fn_{_TABLE}_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ "
            f"BEGIN RAISE EXCEPTION '{_TABLE} is append-only'; END $$"
        ),
        (
            f"CREATE TRIGGER tr_{_TABLE}_append_only BEFORE UPDATE OR DELETE ON {_TABLE} "
            f"FOR EACH ROW EXECUTE FUNCTION fn_{_TABLE}_append_only()"
        ),
    )


def downgrade() -> None:
    """Published issues are lost."""
    _rename("keep_statistics", "keep_statistics", "fill_overviews", "fill_overview")
    op.drop_table(_TABLE)
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"DROP FUNCTION fn_{_TABLE}_append_only")
    op.drop_table("statistics_snapshot")
    op.create_table(
        "report_snapshot",
        sa.Column("id", _ID, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("input_hash", sa.String(length=64), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_snapshot")),
        sa.UniqueConstraint("code", "period", name=op.f("uq_report_snapshot_code_period")),
    )
