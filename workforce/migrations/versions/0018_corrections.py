"""Late facts, and reversing one person's payslip."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_SLIP: Final = "payslip"
_OF_RUN: Final = (
    "CONSTRAINT fk_payslip_run_id_payroll_run FOREIGN KEY(run_id) REFERENCES payroll_run (id)"
)
_OF_ORIGIN: Final = (
    "CONSTRAINT fk_payslip_origin_id_payslip FOREIGN KEY(origin_id) REFERENCES payslip (id)"
)
_STANDS: Final = (
    ("slip_reversal", "OLD.approved_by_id IS NOT NULL"),
    ("late_fact", "OLD.is_approved IS NOT NULL"),
)
_KIND: Final = "kind = 'pay' OR (kind IN ('return', 'claim') AND amount > 0)"


def upgrade() -> None:
    """Add the tables, and the payslip's origin in place: the triggers that protect it stay."""
    _add_origin()
    _make_reversals()
    _make_late_facts()
    with op.batch_alter_table("adjustment") as adjustment:
        adjustment.add_column(
            sa.Column("kind", sa.String(length=40), server_default="pay", nullable=False)
        )
        adjustment.create_check_constraint(op.f("ck_adjustment_kind"), _KIND)
    _make_adjustment_lines()
    for table, when in _STANDS:
        for verb in ("UPDATE", "DELETE"):
            _make_trigger(table, verb, when)


def downgrade() -> None:
    """Take the tables away.

    Raises:
        RuntimeError: a payslip is reversed or a late fact is kept; the older shape would forget it.

    """
    connection = op.get_bind()
    for table, said in (
        ("slip_reversal", "a payslip is reversed"),
        ("late_fact", "facts are late"),
    ):
        if connection.scalar(sa.select(sa.func.count()).select_from(sa.table(table))):
            raise RuntimeError(said)
    for index, table in (
        ("payslip_id", "adjustment_line"),
        ("adjustment_id", "adjustment_line"),
        ("request_id", "late_fact"),
        ("for_period", "late_fact"),
        ("employment_id", "late_fact"),
    ):
        op.drop_index(op.f(f"ix_{table}_{index}"), table)
    for table in ("adjustment_line", "late_fact", "slip_reversal"):
        op.drop_table(table)
    with op.batch_alter_table("adjustment") as adjustment:
        adjustment.drop_constraint(op.f("ck_adjustment_kind"), type_="check")
        adjustment.drop_column("kind")
    if connection.dialect.name == "postgresql":
        for table, _ in _STANDS:
            for verb in ("update", "delete"):
                op.execute(f"DROP FUNCTION fn_{table}_decided_{verb}()")
        op.drop_constraint("fk_payslip_origin_id_payslip", _SLIP, type_="foreignkey")
    else:
        _replace_in_text(f"{_OF_RUN}, {_OF_ORIGIN}", _OF_RUN)
    op.execute("ALTER TABLE payslip DROP COLUMN origin_id")


def _add_origin() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.add_column(_SLIP, sa.Column("origin_id", _Id, nullable=True))
        op.create_foreign_key("fk_payslip_origin_id_payslip", _SLIP, _SLIP, ["origin_id"], ["id"])
        return
    op.execute("ALTER TABLE payslip ADD COLUMN origin_id INTEGER")
    _replace_in_text(_OF_RUN, f"{_OF_RUN}, {_OF_ORIGIN}")


def _replace_in_text(before: str, after: str) -> None:
    """Change the table's text, SQLite's documented way (lang_altertable.html, section 7)."""
    connection = op.get_bind()
    schema = sa.table("sqlite_master", sa.column("type"), sa.column("name"), sa.column("sql"))
    mine = (schema.c.type == "table", schema.c.name == _SLIP)
    declared: str = connection.execute(sa.select(schema.c.sql).where(*mine)).scalar_one()
    if declared.count(before) != 1:
        raise RuntimeError(f"payslip does not say {before}")
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    connection.execute(schema.update().where(*mine).values(sql=declared.replace(before, after)))
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema = OFF")


def _make_reversals() -> None:
    op.create_table(
        "slip_reversal",
        sa.Column("id", _Id, nullable=False),
        sa.Column("payslip_id", _Id, nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("proposed_by_id", _Id, nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_by_id", _Id, nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "approved_by_id <> proposed_by_id", name=op.f("ck_slip_reversal_two_people")
        ),
        sa.CheckConstraint(
            "(approved_by_id IS NULL) = (approved_at IS NULL)",
            name=op.f("ck_slip_reversal_approved"),
        ),
        _foreign("slip_reversal", "payslip_id", "payslip"),
        _foreign("slip_reversal", "proposed_by_id", "account"),
        _foreign("slip_reversal", "approved_by_id", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slip_reversal")),
        sa.UniqueConstraint("payslip_id", name=op.f("uq_slip_reversal_payslip_id")),
    )


def _make_late_facts() -> None:
    op.create_table(
        "late_fact",
        sa.Column("id", _Id, nullable=False),
        sa.Column("company_id", _Id, nullable=False),
        sa.Column("employment_id", _Id, nullable=True),
        sa.Column("for_period", sa.String(length=10), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("entered_by_id", _Id, nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", _Id, nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_approved", sa.Boolean(), nullable=True),
        sa.Column("answer", sa.String(length=400), nullable=True),
        sa.Column("pay_period", sa.String(length=10), nullable=True),
        sa.Column("request_id", _Id, nullable=True),
        sa.CheckConstraint(
            "is_approved IS NOT TRUE OR decided_by_id <> entered_by_id",
            name=op.f("ck_late_fact_two_people"),
        ),
        sa.CheckConstraint(
            "(is_approved IS NULL) = (decided_by_id IS NULL) "
            "AND (is_approved IS NULL) = (decided_at IS NULL)",
            name=op.f("ck_late_fact_decided"),
        ),
        _foreign("late_fact", "company_id", "company"),
        _foreign("late_fact", "employment_id", "employment"),
        _foreign("late_fact", "entered_by_id", "account"),
        _foreign("late_fact", "decided_by_id", "account"),
        _foreign("late_fact", "request_id", "attendance_request"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_late_fact")),
    )
    op.create_index(op.f("ix_late_fact_employment_id"), "late_fact", ["employment_id"])
    op.create_index(op.f("ix_late_fact_for_period"), "late_fact", ["for_period"])
    op.create_index(op.f("ix_late_fact_request_id"), "late_fact", ["request_id"])


def _make_adjustment_lines() -> None:
    op.create_table(
        "adjustment_line",
        sa.Column("id", _Id, nullable=False),
        sa.Column("adjustment_id", _Id, nullable=False),
        sa.Column("payslip_id", _Id, nullable=True),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("detail", sa.String(length=200), nullable=True),
        sa.Column("before_amount", sa.BigInteger(), nullable=False),
        sa.Column("after_amount", sa.BigInteger(), nullable=False),
        _foreign("adjustment_line", "adjustment_id", "adjustment"),
        _foreign("adjustment_line", "payslip_id", "payslip"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adjustment_line")),
    )
    op.create_index(op.f("ix_adjustment_line_adjustment_id"), "adjustment_line", ["adjustment_id"])
    op.create_index(op.f("ix_adjustment_line_payslip_id"), "adjustment_line", ["payslip_id"])


def _make_trigger(table: str, verb: str, when: str) -> None:
    """Keep the rows of which ``when`` holds as they are."""
    name = f"{table}_decided_{verb.lower()}"
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


def _foreign(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}")
    )
