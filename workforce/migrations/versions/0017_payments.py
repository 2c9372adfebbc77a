"""Payments, holds and what is still owed."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_RUN: Final = "payroll_run"
# People whose pay is held back, or who have no account, are paid later: a run pays at most its net.
_PAYMENT: Final = ("AND paid_amount = net_pay_amount", "AND paid_amount <= net_pay_amount")
_WHOLE: Final = (
    "paid_on IS NULL OR (state IN ('paid', 'closed') AND paid_amount IS NOT NULL "
    "{} AND paid_reference IS NOT NULL "
    "AND paid_by_id IS NOT NULL AND paid_at IS NOT NULL)"
)
_REFUSAL: Final = "{}: what was paid stands"


def _differs(*columns: str) -> str:
    return " OR ".join(
        f"OLD.{name} <> NEW.{name} OR (OLD.{name} IS NULL) <> (NEW.{name} IS NULL)"
        for name in columns
    )


_REFUSALS: Final = (
    (
        "payment",
        "UPDATE",
        _differs("batch_id", "employment_id", "amount", "payee_name", "bank_name", "bank_account")
        + " OR (OLD.state <> 'cancelled' AND ("
        + _differs("payslip_id", "chain_id")
        + ")) OR (OLD.state = 'cancelled' AND NEW.state <> 'cancelled')",
    ),
    ("payment", "DELETE", None),
    (
        "payment_batch",
        "UPDATE",
        _differs(
            "company_id", "run_id", "number", "pay_on", "made_at", "payment_count", "total_amount"
        )
        + " OR OLD.state <> 'made'",
    ),
    ("payment_batch", "DELETE", None),
    (
        "pay_hold",
        "UPDATE",
        _differs("employment_id", "reason", "held_at") + " OR OLD.released_at IS NOT NULL",
    ),
    ("pay_hold", "DELETE", None),
)
_TABLES: Final = ("pay_hold", "payment_batch", "payment")


def upgrade() -> None:
    """Add the tables. Runs that are paid already get the batch and the payments that paid them."""
    _change_check(*_PAYMENT)
    _make_tables()
    _tell_what_was_paid()
    for table, verb, when in _REFUSALS:
        for statement in _refusal(table, verb, when):
            op.execute(statement)


def downgrade() -> None:
    """Go back to runs that are paid whole.

    Raises:
        RuntimeError: a run was paid in part; the older shape cannot say so.

    """
    connection = op.get_bind()
    in_part = "SELECT count(*) FROM payroll_run WHERE paid_amount <> net_pay_amount"
    if connection.scalar(sa.text(in_part)):
        raise RuntimeError("a run was paid in part")
    if connection.dialect.name == "postgresql":
        for table, verb, _ in _REFUSALS:
            op.execute(f"DROP TRIGGER tr_{table}_stands_{verb.lower()} ON {table}")
            op.execute(f"DROP FUNCTION fn_{table}_stands_{verb.lower()}()")
    for table in reversed(_TABLES):
        op.drop_table(table)
    _change_check(*_PAYMENT[::-1])


def _change_check(before: str, after: str) -> None:
    """Change the check of a run's payment in place: a new table would lose its triggers."""
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        op.drop_constraint(op.f("ck_payroll_run_payment"), _RUN, type_="check")
        op.create_check_constraint(op.f("ck_payroll_run_payment"), _RUN, _WHOLE.format(after))
        return
    # The table's text is what SQLite keeps of a check (lang_altertable.html, section 7).
    schema = sa.table("sqlite_master", sa.column("type"), sa.column("name"), sa.column("sql"))
    mine = (schema.c.type == "table", schema.c.name == _RUN)
    declared: str = connection.execute(sa.select(schema.c.sql).where(*mine)).scalar_one()
    if declared.count(before) != 1:
        raise RuntimeError(f"payroll_run does not say {before}")
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    connection.execute(schema.update().where(*mine).values(sql=declared.replace(before, after)))
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema = OFF")


def _make_tables() -> None:
    op.create_table(
        "pay_hold",
        sa.Column("id", _Id, nullable=False),
        sa.Column("employment_id", _Id, nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("held_by_id", _Id, nullable=True),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_by_id", _Id, nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("release_reason", sa.String(length=400), nullable=True),
        sa.CheckConstraint(
            "(released_at IS NULL) = (release_reason IS NULL)", name=op.f("ck_pay_hold_release")
        ),
        _foreign("pay_hold", "employment_id", "employment"),
        _foreign("pay_hold", "held_by_id", "account"),
        _foreign("pay_hold", "released_by_id", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pay_hold")),
    )
    op.create_index("ix_pay_hold_employment_id", "pay_hold", ["employment_id"])
    _create_partial_index("ix_pay_hold_open", "pay_hold", "employment_id", "released_at IS NULL")
    op.create_table(
        "payment_batch",
        sa.Column("id", _Id, nullable=False),
        sa.Column("company_id", _Id, nullable=False),
        sa.Column("run_id", _Id, nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("pay_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("payment_count", sa.Integer(), nullable=False),
        sa.Column("total_amount", sa.BigInteger(), nullable=False),
        sa.Column("made_by_id", _Id, nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.Column("paid_amount", sa.BigInteger(), nullable=True),
        sa.Column("reference", sa.String(length=200), nullable=True),
        sa.Column("confirmed_by_id", _Id, nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('made', 'confirmed', 'cancelled')", name=op.f("ck_payment_batch_state")
        ),
        sa.CheckConstraint(
            "payment_count >= 0 AND total_amount >= 0", name=op.f("ck_payment_batch_total")
        ),
        sa.CheckConstraint(
            "(state = 'confirmed') = (confirmed_at IS NOT NULL) AND (state <> 'confirmed' OR "
            "(paid_on IS NOT NULL AND paid_amount IS NOT NULL AND reference IS NOT NULL))",
            name=op.f("ck_payment_batch_confirmed"),
        ),
        sa.CheckConstraint(
            "paid_amount BETWEEN 0 AND total_amount", name=op.f("ck_payment_batch_paid")
        ),
        _foreign("payment_batch", "company_id", "company"),
        _foreign("payment_batch", "run_id", "payroll_run"),
        _foreign("payment_batch", "made_by_id", "account"),
        _foreign("payment_batch", "confirmed_by_id", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_batch")),
        sa.UniqueConstraint(
            "company_id", "number", name=op.f("uq_payment_batch_company_id_number")
        ),
    )
    _create_partial_index("ix_payment_batch_open_run", "payment_batch", "run_id", "state = 'made'")
    op.create_table(
        "payment",
        sa.Column("id", _Id, nullable=False),
        sa.Column("batch_id", _Id, nullable=False),
        sa.Column("employment_id", _Id, nullable=False),
        sa.Column("payslip_id", _Id, nullable=True),
        sa.Column("chain_id", _Id, nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("payee_name", sa.String(length=120), nullable=False),
        sa.Column("bank_name", sa.String(length=60), nullable=True),
        sa.Column("bank_account", sa.String(length=255), nullable=True),
        sa.Column("fail_reason", sa.String(length=200), nullable=True),
        sa.Column("settled_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "state IN ('pending', 'paid', 'failed', 'cancelled')", name=op.f("ck_payment_state")
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_payment_amount")),
        sa.CheckConstraint(
            "(state = 'failed') = (fail_reason IS NOT NULL)", name=op.f("ck_payment_failed")
        ),
        sa.CheckConstraint(
            "(state IN ('paid', 'failed')) = (settled_on IS NOT NULL)",
            name=op.f("ck_payment_settled"),
        ),
        sa.CheckConstraint(
            "state = 'cancelled' OR (payslip_id IS NOT NULL AND chain_id IS NOT NULL)",
            name=op.f("ck_payment_payslip"),
        ),
        _foreign("payment", "batch_id", "payment_batch"),
        _foreign("payment", "employment_id", "employment"),
        _foreign("payment", "payslip_id", "payslip", ondelete="SET NULL"),
        _foreign("payment", "chain_id", "payslip", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment")),
        sa.UniqueConstraint("batch_id", "payslip_id", name=op.f("uq_payment_batch_id_payslip_id")),
    )
    op.create_index(op.f("ix_payment_employment_id"), "payment", ["employment_id"])
    op.create_index(op.f("ix_payment_payslip_id"), "payment", ["payslip_id"])
    op.create_index("ix_payment_chain", "payment", ["chain_id", "state", "amount"])
    _create_partial_index("ix_payment_pending_chain", "payment", "chain_id", "state = 'pending'")


def _create_partial_index(name: str, table: str, column: str, where: str) -> None:
    condition = sa.text(where)
    op.create_index(
        name, table, [column], unique=True, sqlite_where=condition, postgresql_where=condition
    )


def _foreign(
    table: str, column: str, other: str, ondelete: str | None = None
) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"), ondelete=ondelete
    )


def _tell_what_was_paid() -> None:
    """Of a run that was closed before payments were recorded, its pay day is the day it was paid."""
    op.execute(
        "INSERT INTO payment_batch (company_id, run_id, number, pay_on, state, payment_count, "
        "total_amount, made_by_id, made_at, paid_on, paid_amount, reference, confirmed_by_id, "
        "confirmed_at) "
        "SELECT run.company_id, run.id, "
        "row_number() OVER (PARTITION BY run.company_id ORDER BY run.period, run.id), run.pay_on, "
        "'confirmed', (SELECT count(*) FROM payslip WHERE run_id = run.id AND net_pay_amount > 0), "
        "run.net_pay_amount, run.paid_by_id, "
        "COALESCE(run.paid_at, run.closed_at, run.approved_at), COALESCE(run.paid_on, run.pay_on), "
        "run.net_pay_amount, COALESCE(run.paid_reference, '—'), run.paid_by_id, "
        "COALESCE(run.paid_at, run.closed_at, run.approved_at) "
        "FROM payroll_run AS run WHERE run.state IN ('paid', 'closed')"
    )
    op.execute(
        "INSERT INTO payment (batch_id, employment_id, payslip_id, chain_id, amount, state, "
        "payee_name, bank_name, bank_account, settled_on) "
        "SELECT batch.id, payslip.employment_id, payslip.id, payslip.id, payslip.net_pay_amount, "
        "'paid', person.name, employment.bank_name, employment.bank_account, batch.paid_on "
        "FROM payment_batch AS batch JOIN payslip ON payslip.run_id = batch.run_id "
        "JOIN employment ON employment.id = payslip.employment_id "
        "JOIN person ON person.id = employment.person_id WHERE payslip.net_pay_amount > 0"
    )


def _refusal(table: str, verb: str, when: str | None) -> tuple[str, ...]:
    name, said = f"{table}_stands_{verb.lower()}", _REFUSAL.format(table)
    if op.get_bind().dialect.name == "sqlite":
        condition = f" WHEN {when}" if when else ""
        return (
            (
                f"CREATE TRIGGER tr_{name} BEFORE {verb} ON {table}{condition} "
                f"BEGIN SELECT RAISE(ABORT, '{said}'); END"
            ),
        )
    row = "OLD" if verb == "DELETE" else "NEW"
    return (
        (
            f"CREATE FUNCTION fn_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ "
            f"BEGIN IF {when or 'TRUE'} THEN RAISE EXCEPTION '{said}'; END IF; RETURN {row}; END $$"
        ),
        (
            f"CREATE TRIGGER tr_{name} BEFORE {verb} ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION fn_{name}()"
        ),
    )
