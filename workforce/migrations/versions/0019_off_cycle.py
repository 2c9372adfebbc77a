"""Runs beside the regular one, and people whose month is closed before the others'."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_RUN: Final = "payroll_run"
_ORDERED: Final = "(kind = 'off_cycle') = (order_id IS NOT NULL)"
_FOREIGN: Final = "fk_payroll_run_order_id_run_order"
_ANCHOR: Final = (
    "CONSTRAINT fk_payroll_run_prepared_by_id_account "
    "FOREIGN KEY(prepared_by_id) REFERENCES account (id)"
)
_MORE: Final = (
    f"{_ANCHOR}, CONSTRAINT {_FOREIGN} FOREIGN KEY(order_id) REFERENCES run_order (id), "
    f"CONSTRAINT ck_payroll_run_ordered CHECK ({_ORDERED})"
)
_REFUSING: Final = ("tr_payroll_run_decided_closed", "tr_payroll_run_decided_paid")
_NUMBER: Final = (
    "UPDATE payroll_run SET decided_number = (SELECT count(*) FROM payroll_run AS other "
    "WHERE other.company_id = payroll_run.company_id AND other.approved_by_id IS NOT NULL "
    "AND (other.approved_at < payroll_run.approved_at "
    "OR (other.approved_at = payroll_run.approved_at AND other.id <= payroll_run.id))) "
    "WHERE approved_by_id IS NOT NULL"
)


def upgrade() -> None:
    """Add orders and locks of persons; number the runs in the order in which they were decided."""
    _make_tables()
    if op.get_bind().dialect.name == "sqlite":
        for name in ("order_id", "decided_number"):
            op.execute(f"ALTER TABLE payroll_run ADD COLUMN {name} INTEGER")
        _replace_in_text(_ANCHOR, _MORE)
    else:
        op.add_column(_RUN, sa.Column("order_id", _Id, nullable=True))
        op.add_column(_RUN, sa.Column("decided_number", sa.Integer(), nullable=True))
        op.create_foreign_key(_FOREIGN, _RUN, "run_order", ["order_id"], ["id"])
        op.create_check_constraint(op.f("ck_payroll_run_ordered"), _RUN, _ORDERED)
    _number_decided()
    op.create_index("uq_payroll_run_order_id", _RUN, ["order_id"], unique=True)
    op.create_index(
        "uq_payroll_run_decided_number", _RUN, ["company_id", "decided_number"], unique=True
    )


def downgrade() -> None:
    """Take the tables away.

    Raises:
        RuntimeError: there are runs beside the regular one; the older shape has no place for them.

    """
    connection = op.get_bind()
    if connection.scalar(sa.text("SELECT count(*) FROM run_order")):
        raise RuntimeError("there are orders of runs beside the regular one")
    if connection.scalar(sa.text("SELECT count(*) FROM person_lock")):
        raise RuntimeError("the month of single people is closed")
    op.drop_index("uq_payroll_run_decided_number", _RUN)
    op.drop_index("uq_payroll_run_order_id", _RUN)
    if connection.dialect.name == "sqlite":
        _replace_in_text(_MORE, _ANCHOR)
    else:
        op.drop_constraint(op.f("ck_payroll_run_ordered"), _RUN, type_="check")
        op.drop_constraint(_FOREIGN, _RUN, type_="foreignkey")
    for name in ("decided_number", "order_id"):
        op.execute(f"ALTER TABLE payroll_run DROP COLUMN {name}")
    for name in ("run_order_amount", "run_order_person", "run_order", "person_lock"):
        op.drop_table(name)


def _number_decided() -> None:
    """Number what is decided already; the triggers that refuse any change stand aside for it."""
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        op.execute("ALTER TABLE payroll_run DISABLE TRIGGER USER")
        op.execute(_NUMBER)
        op.execute("ALTER TABLE payroll_run ENABLE TRIGGER USER")
        return
    schema = sa.table("sqlite_master", sa.column("type"), sa.column("name"), sa.column("sql"))
    declared = connection.scalars(
        sa.select(schema.c.sql).where(schema.c.type == "trigger", schema.c.name.in_(_REFUSING))
    ).all()
    for name in _REFUSING:
        op.execute(f"DROP TRIGGER {name}")
    op.execute(_NUMBER)
    for statement in declared:
        connection.exec_driver_sql(statement)


def _replace_in_text(before: str, after: str) -> None:
    """Change the constraints in the table's text: making the table anew would lose its triggers.

    That text is what SQLite keeps of them; changing it is its documented way
    (lang_altertable.html, section 7).
    """
    connection = op.get_bind()
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
        "run_order",
        sa.Column("id", _Id, nullable=False),
        sa.Column("company_id", _Id, nullable=False),
        sa.Column("period", sa.String(length=10), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("pay_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("created_by_id", _Id, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "purpose IN ('bonus', 'final_pay', 'reissue', 'other')",
            name=op.f("ck_run_order_purpose"),
        ),
        sa.CheckConstraint("number >= 1", name=op.f("ck_run_order_number")),
        _foreign("run_order", "company_id", "company"),
        _foreign("run_order", "created_by_id", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run_order")),
        sa.UniqueConstraint(
            "company_id", "period", "number", name=op.f("uq_run_order_company_id_period_number")
        ),
        sa.UniqueConstraint(
            "company_id", "period", "title", name=op.f("uq_run_order_company_id_period_title")
        ),
    )
    op.create_table(
        "run_order_person",
        sa.Column("order_id", _Id, nullable=False),
        sa.Column("employment_id", _Id, nullable=False),
        _foreign("run_order_person", "order_id", "run_order"),
        _foreign("run_order_person", "employment_id", "employment"),
        sa.PrimaryKeyConstraint("order_id", "employment_id", name=op.f("pk_run_order_person")),
    )
    op.create_index(
        op.f("ix_run_order_person_employment_id"), "run_order_person", ["employment_id"]
    )
    op.create_table(
        "run_order_amount",
        sa.Column("order_id", _Id, nullable=False),
        sa.Column("employment_id", _Id, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_run_order_amount_amount")),
        sa.ForeignKeyConstraint(
            ["order_id", "employment_id"],
            ["run_order_person.order_id", "run_order_person.employment_id"],
            name="fk_run_order_amount_person",
        ),
        sa.PrimaryKeyConstraint(
            "order_id", "employment_id", "kind", "code", name=op.f("pk_run_order_amount")
        ),
    )
    op.create_table(
        "person_lock",
        sa.Column("id", _Id, nullable=False),
        sa.Column("employment_id", _Id, nullable=False),
        sa.Column("period", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("locked_by_id", _Id, nullable=True),
        sa.Column("locked_at", sa.DateTime(timezone=True), nullable=False),
        _foreign("person_lock", "employment_id", "employment"),
        _foreign("person_lock", "locked_by_id", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_lock")),
        sa.UniqueConstraint(
            "employment_id", "period", name=op.f("uq_person_lock_employment_id_period")
        ),
    )


def _foreign(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}")
    )
