"""Reopening an approved run needs two people; nothing is added to a decided run; labour contracts."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TO_SLIP: Final = (
    "EXISTS (SELECT 1 FROM payroll_run "
    "WHERE payroll_run.id = {0}.run_id AND payroll_run.approved_by_id IS NOT NULL)"
)
_TO_LINE: Final = (
    "EXISTS (SELECT 1 FROM payslip JOIN payroll_run ON payroll_run.id = payslip.run_id "
    "WHERE payslip.id = {0}.payslip_id AND payroll_run.approved_by_id IS NOT NULL)"
)
_ANY_ADDED: Final = "EXISTS (SELECT 1 FROM added WHERE {0})"
_CONTRACT: Final = (
    (
        "contract_kind",
        "VARCHAR(20)",
        "contract_kind IS NULL OR contract_kind IN ('fixed_term', 'open_ended', 'task')",
    ),
    (
        "contract_until",
        "DATE",
        "(contract_until IS NULL) OR (contract_kind = 'fixed_term' AND contract_until >= hired_on)",
    ),
)
_TABLES: Final = (
    ("payslip", "run_id", _TO_SLIP),
    ("payslip_line", "payslip_id", _TO_LINE),
)


def upgrade() -> None:
    """Refuse rows that come into a decided run, new ones or those of another run."""
    is_open = sa.text("is_granted IS NULL")
    op.create_table(
        "run_reopening",
        sa.Column("id", _Id, nullable=False),
        sa.Column("run_id", _Id, nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("asked_by_id", _Id, nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_by_id", _Id, nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_granted", sa.Boolean(), nullable=True),
        sa.CheckConstraint(
            "is_granted IS NOT TRUE OR answered_by_id <> asked_by_id",
            name=op.f("ck_run_reopening_two_people"),
        ),
        sa.CheckConstraint(
            "(is_granted IS NULL) = (answered_by_id IS NULL) "
            "AND (is_granted IS NULL) = (answered_at IS NULL)",
            name=op.f("ck_run_reopening_answer"),
        ),
        *(
            sa.ForeignKeyConstraint(
                [name], [f"{table}.id"], name=op.f(f"fk_run_reopening_{name}_{table}")
            )
            for name, table in (
                ("run_id", "payroll_run"),
                ("asked_by_id", "account"),
                ("answered_by_id", "account"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run_reopening")),
    )
    op.create_index(
        "uq_run_reopening_open",
        "run_reopening",
        ["run_id"],
        unique=True,
        sqlite_where=is_open,
        postgresql_where=is_open,
    )
    # Added in place: making the table anew would break what refers to it.
    for name, kind, text in _CONTRACT:
        check = f"CONSTRAINT ck_employment_{name} CHECK ({text})"
        op.execute(f"ALTER TABLE employment ADD COLUMN {name} {kind} {check}")
    make = _postgresql if op.get_bind().dialect.name == "postgresql" else _sqlite
    for table, column, when in _TABLES:
        for statement in make(table, column, when):
            op.execute(statement)


def _sqlite(table: str, column: str, when: str) -> tuple[str, ...]:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{table}: the run is decided'); END"
    event = {"moved": f"UPDATE OF {column}", "insert": "INSERT"}
    return tuple(
        f"CREATE TRIGGER tr_{table}_decided_{name} BEFORE {verb} ON {table} "
        f"WHEN {when.format('NEW')} {refuse}"
        for name, verb in event.items()
    )


def _postgresql(table: str, column: str, when: str) -> tuple[str, ...]:
    refuse = f"RAISE EXCEPTION '{table}: the run is decided'; END IF;"
    begin = "RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF"
    moved, added = f"{table}_decided_moved", f"{table}_decided_insert"
    any_added = _ANY_ADDED.format(when.format("added"))
    moving = f"CREATE FUNCTION fn_{moved}() {begin} {when.format('NEW')} THEN {refuse} RETURN NEW; END $$"
    on_moving = (
        f"CREATE TRIGGER tr_{moved} BEFORE UPDATE OF {column} ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION fn_{moved}()"
    )
    adding = f"CREATE FUNCTION fn_{added}() {begin} {any_added} THEN {refuse} RETURN NULL; END $$"
    on_adding = (
        f"CREATE TRIGGER tr_{added} AFTER INSERT ON {table} REFERENCING NEW TABLE AS added "
        f"FOR EACH STATEMENT EXECUTE FUNCTION fn_{added}()"
    )
    return moving, on_moving, adding, on_adding


def downgrade() -> None:
    """Let rows be added again."""
    is_shared = op.get_bind().dialect.name == "postgresql"
    for table, _, _ in _TABLES:
        for name in ("moved", "insert"):
            trigger = f"tr_{table}_decided_{name}"
            op.execute(
                f"DROP TRIGGER {trigger} ON {table}" if is_shared else f"DROP TRIGGER {trigger}"
            )
            if is_shared:
                op.execute(f"DROP FUNCTION fn_{table}_decided_{name}")
    for name, _, _ in reversed(_CONTRACT):
        op.execute(f"ALTER TABLE employment DROP COLUMN {name}")
    op.drop_table("run_reopening")
