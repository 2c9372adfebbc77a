"""Pay by half months: whom it concerns, and room for ``2026-10-H1`` where ``2026-10`` stood."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_PERIODS: Final = (
    ("adjustment", "for_period"),
    ("adjustment", "pay_period"),
    ("month_lock", "period"),
    ("output_record", "pay_period"),
    ("payroll_run", "period"),
    ("payslip", "period"),
)
_MONTH, _HALF = 7, 10
_RESULTS_TRIGGER: Final = (
    "CREATE TRIGGER tr_payroll_run_decided_results BEFORE UPDATE OF company_id, period, kind, number, "
    "pay_on, payslip_count, fault_count, gross_pay_amount, net_pay_amount, employer_cost_amount, "
    "input_hash, law_hash, result_hash, code_version, prepared_by_id, prepared_at ON payroll_run "
    "FOR EACH ROW EXECUTE FUNCTION fn_payroll_run_decided_results()"
)
"""PostgreSQL changes no column that a trigger names; this one is taken off meanwhile."""


def upgrade() -> None:
    """Everybody stays on the monthly cycle."""
    _resize(_MONTH, _HALF)
    with op.batch_alter_table("pay_profile") as table:
        table.add_column(
            sa.Column("pay_cycle", sa.String(length=40), server_default="month", nullable=False)
        )
        table.create_check_constraint(
            op.f("ck_pay_profile_pay_cycle"), "pay_cycle IN ('month', 'half_month')"
        )
    op.add_column("inspection", sa.Column("half_pay_period", sa.String(length=10), nullable=True))
    op.create_index("ix_inspection_half_pay", "inspection", ["company_id", "half_pay_period"])
    inspection = sa.table(
        "inspection", sa.column("inspected_on", sa.Date), *map(sa.column, _INSPECTION_PERIODS)
    )
    month = sa.cast(inspection.c.pay_period, sa.String)
    is_first = sa.cast(inspection.c.inspected_on, sa.String) < month + "-16"
    op.execute(
        inspection.update().values(
            half_pay_period=sa.case((is_first, month + "-H1"), else_=month + "-H2")
        )
    )


_INSPECTION_PERIODS: Final = ("pay_period", "half_pay_period")


def downgrade() -> None:
    """Go back to months.

    Raises:
        RuntimeError: half months are paid already; no month could hold them.

    """
    for name, column in _PERIODS:
        stored = sa.table(name, sa.column(column))
        halves = sa.select(sa.func.count()).where(stored.c[column].like("%-H%"))
        if op.get_bind().scalar(halves):
            raise RuntimeError(f"{name}.{column} has half months")
    op.drop_index("ix_inspection_half_pay", "inspection")
    op.execute("ALTER TABLE inspection DROP COLUMN half_pay_period")
    with op.batch_alter_table("pay_profile") as table:
        table.drop_constraint(op.f("ck_pay_profile_pay_cycle"), type_="check")
        table.drop_column("pay_cycle")
    _resize(_HALF, _MONTH)


def _resize(before: int, after: int) -> None:
    """Declare the columns of periods anew, without making any table anew.

    Copying would take long, lose the triggers that protect decided runs and break foreign keys.
    SQLite keeps the declared length as a word in the table's text and never looks at it; changing
    that text is its documented way (lang_altertable.html, section 7).
    """
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        op.execute("DROP TRIGGER tr_payroll_run_decided_results ON payroll_run")
        for name, column in _PERIODS:
            op.alter_column(name, column, type_=sa.String(length=after))
        op.execute(_RESULTS_TRIGGER)
        return
    schema = sa.table("sqlite_master", sa.column("type"), sa.column("name"), sa.column("sql"))
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    for name, column in _PERIODS:
        declared = (f"\t{column} VARCHAR({length})" for length in (before, after))
        changed = connection.execute(
            schema.update()
            .where(schema.c.type == "table", schema.c.name == name)
            .values(sql=sa.func.replace(schema.c.sql, *declared))
        )
        if changed.rowcount != 1:
            raise RuntimeError(f"no table {name}")
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema = OFF")
