"""Payslips published, sent by mail, read and signed for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_Instant = sa.DateTime(timezone=True)
_STANDING = (("publication", "run_id"), ("payslip_acknowledgement", "payslip_id"))
"""Tables whose rows are never changed or deleted, with their key."""


def upgrade() -> None:
    _receipts()
    _mail()
    for table, key in _STANDING:
        for verb in ("UPDATE", "DELETE"):
            _make_trigger(table, verb, f"OLD.{key} IS NOT NULL")
    # Added in place: the tables are not made anew, so that what watches them stays.
    op.add_column("person", sa.Column("email", sa.String(length=255), nullable=True))
    op.add_column(
        "company",
        sa.Column(
            "slip_password_rule",
            sa.String(length=40),
            server_default="id_last_six",
            nullable=False,
        ),
    )


def _receipts() -> None:
    op.create_table(
        "publication",
        sa.Column("run_id", _Id, nullable=False),
        sa.Column("published_by_id", _Id, nullable=True),
        sa.Column("published_at", _Instant, nullable=False),
        _to("publication", "run_id", "payroll_run"),
        _to("publication", "published_by_id", "account"),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_publication")),
    )
    # Until now people saw their payslips from approval on: what they have seen stays seen.
    op.execute(
        "INSERT INTO publication (run_id, published_at) "
        "SELECT id, approved_at FROM payroll_run WHERE approved_by_id IS NOT NULL"
    )
    op.create_table(
        "payslip_reading",
        sa.Column("payslip_id", _Id, nullable=False),
        sa.Column("first_at", _Instant, nullable=False),
        sa.Column("last_at", _Instant, nullable=False),
        _to("payslip_reading", "payslip_id", "payslip"),
        sa.PrimaryKeyConstraint("payslip_id", name=op.f("pk_payslip_reading")),
    )
    op.create_table(
        "payslip_acknowledgement",
        sa.Column("payslip_id", _Id, nullable=False),
        sa.Column("at", _Instant, nullable=False),
        sa.Column("way", sa.String(length=40), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("account_id", _Id, nullable=True),
        sa.Column("note", sa.String(length=400), nullable=True),
        sa.CheckConstraint("way IN ('page', 'paper')", name=op.f("ck_payslip_acknowledgement_way")),
        sa.CheckConstraint(
            "(way = 'paper') = (note IS NOT NULL)", name=op.f("ck_payslip_acknowledgement_note")
        ),
        _to("payslip_acknowledgement", "payslip_id", "payslip"),
        _to("payslip_acknowledgement", "account_id", "account"),
        sa.PrimaryKeyConstraint("payslip_id", name=op.f("pk_payslip_acknowledgement")),
    )


def _mail() -> None:
    op.create_table(
        "payslip_mail",
        sa.Column("payslip_id", _Id, nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("queued_at", _Instant, nullable=False),
        sa.Column("due_at", _Instant, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("job_id", _Id, nullable=True),
        sa.Column("job_attempt", sa.Integer(), nullable=True),
        sa.Column("address_masked", sa.String(length=120), nullable=True),
        sa.Column("message_id", sa.String(length=200), nullable=True),
        sa.Column("sent_at", _Instant, nullable=True),
        sa.Column("error", sa.String(length=400), nullable=True),
        sa.CheckConstraint(
            "state IN ('queued', 'sending', 'sent', 'failed', 'unknown')",
            name=op.f("ck_payslip_mail_state"),
        ),
        sa.CheckConstraint(
            "(state = 'sent') = (sent_at IS NOT NULL)", name=op.f("ck_payslip_mail_sent")
        ),
        _to("payslip_mail", "payslip_id", "payslip"),
        sa.ForeignKeyConstraint(
            ["job_id"], ["job.id"], name=op.f("fk_payslip_mail_job_id_job"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("payslip_id", name=op.f("pk_payslip_mail")),
    )
    op.create_table(
        "payslip_reminder",
        sa.Column("payslip_id", _Id, nullable=False),
        sa.Column("reminded_at", _Instant, nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        _to("payslip_reminder", "payslip_id", "payslip"),
        sa.PrimaryKeyConstraint("payslip_id", name=op.f("pk_payslip_reminder")),
    )


def _make_trigger(table: str, verb: str, when: str) -> None:
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


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name)


def downgrade() -> None:
    op.drop_column("company", "slip_password_rule")
    op.drop_column("person", "email")
    for table in (
        "payslip_reminder",
        "payslip_mail",
        "payslip_acknowledgement",
        "payslip_reading",
        "publication",
    ):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        for table, _key in _STANDING:
            for verb in ("update", "delete"):
                op.execute(f"DROP FUNCTION fn_{table}_decided_{verb}()")
