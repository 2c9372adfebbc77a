"""Clients, projects and their batches."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

_Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_Instant = sa.DateTime(timezone=True)
_STANDING: Final = ("client_acceptance", "volume_target")
"""Tables whose rows stand."""
_TABLES: Final = (
    "volume_target",
    "client_acceptance",
    "project_batch",
    "project_task",
    "project",
    "client",
)


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "client",
        sa.Column("id", _Id, nullable=False),
        sa.Column("company_id", _Id, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("credit_code", sa.String(length=18), nullable=True),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("contact", sa.String(length=120), nullable=True),
        _to("client", "company_id", "company"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client")),
        sa.UniqueConstraint("company_id", "code", name=op.f("uq_client_company_id_code")),
    )
    _project()
    op.create_table(
        "project_task",
        sa.Column("id", _Id, nullable=False),
        sa.Column("project_id", _Id, nullable=False),
        sa.Column("task_type_id", _Id, nullable=False),
        sa.Column("unit_price", sa.BigInteger(), nullable=False),
        sa.Column("contracted_qty", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("unit_price >= 0", name=op.f("ck_project_task_unit_price")),
        sa.CheckConstraint("contracted_qty > 0", name=op.f("ck_project_task_contracted_qty")),
        _to("project_task", "project_id", "project"),
        _to("project_task", "task_type_id", "task_type"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_task")),
        sa.UniqueConstraint(
            "project_id", "task_type_id", name=op.f("uq_project_task_project_id_task_type_id")
        ),
    )
    op.create_table(
        "project_batch",
        sa.Column("id", _Id, nullable=False),
        sa.Column("project_id", _Id, nullable=False),
        sa.Column("batch_id", _Id, nullable=False),
        _to("project_batch", "project_id", "project"),
        _to("project_batch", "batch_id", "batch"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_batch")),
        sa.UniqueConstraint("batch_id", name=op.f("uq_project_batch_batch_id")),
    )
    op.create_index("ix_project_batch_project_id", "project_batch", ["project_id"])
    _ledgers()


def _project() -> None:
    op.create_table(
        "project",
        sa.Column("id", _Id, nullable=False),
        sa.Column("company_id", _Id, nullable=False),
        sa.Column("client_id", _Id, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("contract_amount", sa.BigInteger(), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("finished_on", sa.Date(), nullable=True),
        sa.CheckConstraint("contract_amount >= 0", name=op.f("ck_project_contract_amount")),
        sa.CheckConstraint("due_on >= starts_on", name=op.f("ck_project_range")),
        sa.CheckConstraint(
            "finished_on IS NULL OR finished_on >= signed_on", name=op.f("ck_project_finished")
        ),
        _to("project", "company_id", "company"),
        _to("project", "client_id", "client"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project")),
        sa.UniqueConstraint("company_id", "code", name=op.f("uq_project_company_id_code")),
    )
    op.create_index("ix_project_signed_on", "project", ["signed_on"])
    op.create_index("ix_project_client_id", "project", ["client_id"])


def _ledgers() -> None:
    """Add what the client accepted and the targets; their rows stand."""
    op.create_table(
        "client_acceptance",
        sa.Column("id", _Id, nullable=False),
        sa.Column("batch_id", _Id, nullable=False),
        sa.Column("accepted_on", sa.Date(), nullable=False),
        sa.Column("accepted_qty", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=True),
        sa.Column("recorded_by_id", _Id, nullable=True),
        sa.Column("recorded_at", _Instant, nullable=False),
        sa.CheckConstraint("accepted_qty >= 0", name=op.f("ck_client_acceptance_accepted_qty")),
        _to("client_acceptance", "batch_id", "batch"),
        _to("client_acceptance", "recorded_by_id", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client_acceptance")),
    )
    op.create_index("ix_client_acceptance_batch_id", "client_acceptance", ["batch_id"])
    op.create_table(
        "volume_target",
        sa.Column("id", _Id, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("set_by_id", _Id, nullable=True),
        sa.Column("set_at", _Instant, nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_volume_target_amount")),
        sa.CheckConstraint("year BETWEEN 2000 AND 2100", name=op.f("ck_volume_target_year")),
        _to("volume_target", "set_by_id", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_volume_target")),
    )
    op.create_index("ix_volume_target_year", "volume_target", ["year"])
    for table in _STANDING:
        for verb in ("UPDATE", "DELETE"):
            _make_trigger(table, verb)


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}")
    )


def _make_trigger(table: str, verb: str) -> None:
    name, when = f"{table}_decided_{verb.lower()}", "OLD.id IS NOT NULL"
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER tr_{name} BEFORE {verb} ON {table} WHEN {when} "
            f"BEGIN SELECT RAISE(ABORT, '{table}: it stands'); END"
        )
        return
    row = "OLD" if verb == "DELETE" else "NEW"
    op.execute(
        f"CREATE FUNCTION fn_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN IF {when} THEN RAISE EXCEPTION '{table}: it stands'; END IF; "
        f"RETURN {row}; END $$"
    )
    op.execute(
        f"CREATE TRIGGER tr_{name} BEFORE {verb} ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION fn_{name}()"
    )


def downgrade() -> None:
    """Drop them, with all that was recorded."""
    is_shared = op.get_bind().dialect.name == "postgresql"
    for table in _STANDING:
        for verb in ("update", "delete"):
            name = f"{table}_decided_{verb}"
            op.execute(f"DROP TRIGGER tr_{name}" + (f" ON {table}" if is_shared else ""))
            if is_shared:
                op.execute(f"DROP FUNCTION fn_{name}()")
    for table in _TABLES:
        op.drop_table(table)
