"""Paid runs, months that approval locks, and what finance looks at before it approves."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_RUN: Final = "payroll_run"
_APPROVED: Final = (
    "(state IN ('approved', 'closed')) = (approved_by_id IS NOT NULL)",
    "(state IN ('approved', 'paid', 'closed')) = (approved_by_id IS NOT NULL)",
)
_REVIEWED: Final = (
    "(state IN ('reviewed', 'approved', 'closed')) = (reviewed_by_id IS NOT NULL)",
    "(state IN ('reviewed', 'approved', 'paid', 'closed')) = (reviewed_by_id IS NOT NULL)",
)
_PAID: Final = "state <> 'paid' OR paid_on IS NOT NULL"
_PAYMENT: Final = (
    "paid_on IS NULL OR (state IN ('paid', 'closed') AND paid_amount IS NOT NULL "
    "AND paid_amount = net_pay_amount AND paid_reference IS NOT NULL "
    "AND paid_by_id IS NOT NULL AND paid_at IS NOT NULL)"
)
_COLUMNS: Final = (
    ("paid_on", sa.Date()),
    ("paid_amount", sa.BigInteger()),
    ("paid_reference", sa.String(length=200)),
    ("paid_by_id", _Id),
    ("paid_at", sa.DateTime(timezone=True)),
)
_FOREIGN: Final = "CONSTRAINT fk_payroll_run_{0}_account FOREIGN KEY({0}) REFERENCES account (id)"
_WHEN_PAID: Final = (
    "OLD.state = 'paid' AND (NEW.state <> 'closed' OR NEW.paid_on IS NULL "
    "OR NEW.paid_on <> OLD.paid_on OR NEW.paid_reference <> OLD.paid_reference "
    "OR NEW.paid_by_id <> OLD.paid_by_id OR NEW.approved_by_id <> OLD.approved_by_id)"
)
_SQLITE_TRIGGER: Final = (
    "CREATE TRIGGER tr_payroll_run_decided_paid BEFORE UPDATE ON payroll_run WHEN "
    f"{_WHEN_PAID} BEGIN SELECT RAISE(ABORT, 'payroll_run: the run is decided'); END"
)
_POSTGRESQL_FUNCTION: Final = (
    "CREATE FUNCTION fn_payroll_run_decided_paid() RETURNS trigger LANGUAGE plpgsql AS $$ "
    f"BEGIN IF {_WHEN_PAID} THEN RAISE EXCEPTION 'payroll_run: the run is decided'; END IF; "
    "RETURN NEW; END $$"
)
_POSTGRESQL_TRIGGER: Final = (
    "CREATE TRIGGER tr_payroll_run_decided_paid BEFORE UPDATE ON payroll_run "
    "FOR EACH ROW EXECUTE FUNCTION fn_payroll_run_decided_paid()"
)


def upgrade() -> None:
    """Months of approved runs are locked from now on; a closed run keeps an unknown payment."""
    op.execute("ALTER TABLE payroll_run RENAME COLUMN closed_at_output_id TO locked_at_output_id")
    _change_run(is_up=True)
    op.execute(
        "UPDATE payroll_run SET locked_at_output_id = "
        "COALESCE((SELECT max(id) FROM output_record), 0) WHERE state = 'approved'"
    )
    op.execute(
        "INSERT INTO month_lock (company_id, period, reason, locked_by_id, locked_at) "
        "SELECT company_id, period, 'payroll_run ' || id, approved_by_id, approved_at "
        "FROM payroll_run WHERE state = 'approved'"
    )
    _make_tables()


def downgrade() -> None:
    """Go back to runs that are closed without being paid.

    Raises:
        RuntimeError: a run is paid and not closed; the older shape has no such state.

    """
    connection = op.get_bind()
    if connection.scalar(sa.text("SELECT count(*) FROM payroll_run WHERE state = 'paid'")):
        raise RuntimeError("a run is paid and not closed")
    for name in ("review_rule", "variance", "former_slip"):
        op.drop_table(name)
    op.drop_index(op.f("ix_run_calculation_run_id"), "run_calculation")
    op.drop_table("run_calculation")
    op.execute(
        "DELETE FROM month_lock WHERE EXISTS (SELECT 1 FROM payroll_run "
        "WHERE payroll_run.company_id = month_lock.company_id "
        "AND payroll_run.period = month_lock.period AND payroll_run.state = 'approved')"
    )
    op.execute("UPDATE payroll_run SET locked_at_output_id = NULL WHERE state = 'approved'")
    _change_run(is_up=False)
    op.execute("ALTER TABLE payroll_run RENAME COLUMN locked_at_output_id TO closed_at_output_id")


def _change_run(*, is_up: bool) -> None:
    """Change the table of runs in place: making it anew would lose the triggers that protect it."""
    new = 1 if is_up else 0
    if op.get_bind().dialect.name == "sqlite":
        _change_sqlite(is_up=is_up)
        return
    if is_up:
        for name, kind in _COLUMNS:
            op.add_column(_RUN, sa.Column(name, kind, nullable=True))
        op.create_foreign_key(
            "fk_payroll_run_paid_by_id_account", _RUN, "account", ["paid_by_id"], ["id"]
        )
    for name, texts in (("approved", _APPROVED), ("reviewed", _REVIEWED)):
        op.drop_constraint(op.f(f"ck_payroll_run_{name}"), _RUN, type_="check")
        op.create_check_constraint(op.f(f"ck_payroll_run_{name}"), _RUN, texts[new])
    if is_up:
        for name, said in (("paid", _PAID), ("payment", _PAYMENT)):
            op.create_check_constraint(op.f(f"ck_payroll_run_{name}"), _RUN, said)
        op.execute(_POSTGRESQL_FUNCTION)
        op.execute(_POSTGRESQL_TRIGGER)
        return
    op.execute("DROP TRIGGER tr_payroll_run_decided_paid ON payroll_run")
    op.execute("DROP FUNCTION fn_payroll_run_decided_paid()")
    for name in ("paid", "payment"):
        op.drop_constraint(op.f(f"ck_payroll_run_{name}"), _RUN, type_="check")
    for name, _ in reversed(_COLUMNS):
        op.drop_column(_RUN, name)


def _change_sqlite(*, is_up: bool) -> None:
    """Add or drop the columns, and change the checks in the table's text.

    That text is what SQLite keeps of a check; changing it is its documented way
    (lang_altertable.html, section 7).
    """
    if is_up:
        for name, kind in _COLUMNS:
            declared = kind.compile(dialect=op.get_bind().dialect)
            op.execute(f"ALTER TABLE payroll_run ADD COLUMN {name} {declared}")
        op.execute(_SQLITE_TRIGGER)
    else:
        op.execute("DROP TRIGGER tr_payroll_run_decided_paid")
    reviewer = _FOREIGN.format("reviewed_by_id")
    more = (
        f"{reviewer}, {_FOREIGN.format('paid_by_id')}, "
        f"CONSTRAINT ck_payroll_run_paid CHECK ({_PAID}), "
        f"CONSTRAINT ck_payroll_run_payment CHECK ({_PAYMENT})"
    )
    changes = (_APPROVED, _REVIEWED, (reviewer, more))
    _replace_in_text([pair if is_up else pair[::-1] for pair in changes])
    if not is_up:
        for name, _ in reversed(_COLUMNS):
            op.execute(f"ALTER TABLE payroll_run DROP COLUMN {name}")


def _replace_in_text(changes: list[tuple[str, str]]) -> None:
    connection = op.get_bind()
    schema = sa.table("sqlite_master", sa.column("type"), sa.column("name"), sa.column("sql"))
    mine = (schema.c.type == "table", schema.c.name == _RUN)
    declared: str = connection.execute(sa.select(schema.c.sql).where(*mine)).scalar_one()
    for before, after in changes:
        if declared.count(before) != 1:
            raise RuntimeError(f"payroll_run does not say {before}")
        declared = declared.replace(before, after)
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    connection.execute(schema.update().where(*mine).values(sql=declared))
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema = OFF")


def _make_tables() -> None:
    op.create_table(
        "run_calculation",
        sa.Column("id", _Id, nullable=False),
        sa.Column("run_id", _Id, nullable=False),
        sa.Column("calculated_by_id", _Id, nullable=True),
        sa.Column("calculated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("payslip_count", sa.Integer(), nullable=False),
        sa.Column("fault_count", sa.Integer(), nullable=False),
        sa.Column("gross_pay_amount", sa.BigInteger(), nullable=False),
        sa.Column("net_pay_amount", sa.BigInteger(), nullable=False),
        sa.Column("employer_cost_amount", sa.BigInteger(), nullable=False),
        sa.Column("input_hash", sa.String(length=64), nullable=False),
        sa.Column("law_hash", sa.String(length=64), nullable=False),
        sa.Column("result_hash", sa.String(length=64), nullable=False),
        sa.Column("code_version", sa.String(length=40), nullable=False),
        _foreign("run_calculation", "run_id", "payroll_run"),
        _foreign("run_calculation", "calculated_by_id", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run_calculation")),
    )
    op.create_index(op.f("ix_run_calculation_run_id"), "run_calculation", ["run_id"])
    op.create_table(
        "former_slip",
        sa.Column("run_id", _Id, nullable=False),
        sa.Column("employment_id", _Id, nullable=False),
        sa.Column("gross_pay_amount", sa.BigInteger(), nullable=True),
        sa.Column("net_pay_amount", sa.BigInteger(), nullable=True),
        sa.Column("lines", sa.JSON(), nullable=False),
        _foreign("former_slip", "run_id", "payroll_run"),
        _foreign("former_slip", "employment_id", "employment"),
        sa.PrimaryKeyConstraint("run_id", "employment_id", name=op.f("pk_former_slip")),
    )
    op.create_table(
        "variance",
        sa.Column("id", _Id, nullable=False),
        sa.Column("run_id", _Id, nullable=False),
        sa.Column("employment_id", _Id, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("before_value", sa.BigInteger(), nullable=True),
        sa.Column("after_value", sa.BigInteger(), nullable=True),
        sa.Column("detail", sa.String(length=200), nullable=True),
        sa.Column("slip_hash", sa.String(length=64), nullable=False),
        sa.Column("ticked_by_id", _Id, nullable=True),
        sa.Column("ticked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.String(length=400), nullable=True),
        sa.CheckConstraint(
            "(ticked_by_id IS NULL) = (ticked_at IS NULL)", name=op.f("ck_variance_tick")
        ),
        _foreign("variance", "run_id", "payroll_run"),
        _foreign("variance", "employment_id", "employment"),
        _foreign("variance", "ticked_by_id", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_variance")),
        sa.UniqueConstraint(
            "run_id", "employment_id", "kind", name=op.f("uq_variance_run_id_employment_id_kind")
        ),
    )
    op.create_table(
        "review_rule",
        sa.Column("company_id", _Id, nullable=False),
        sa.Column("change_rate", sa.BigInteger(), nullable=False),
        sa.Column("change_amount", sa.BigInteger(), nullable=False),
        sa.Column("severities", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "change_rate >= 0 AND change_amount >= 0", name=op.f("ck_review_rule_thresholds")
        ),
        _foreign("review_rule", "company_id", "company"),
        sa.PrimaryKeyConstraint("company_id", name=op.f("pk_review_rule")),
    )


def _foreign(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}")
    )
