"""Monthly returns of companies and what the bureau answered."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

_Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_Instant = sa.DateTime(timezone=True)
_SUBMITTED: Final = (
    "EXISTS (SELECT 1 FROM company_return "
    "WHERE company_return.id = OLD.return_id AND company_return.submitted_at IS NOT NULL)"
)
_STANDING: Final = (
    ("company_return", "OLD.submitted_at IS NOT NULL"),
    ("return_figure", _SUBMITTED),
    ("return_decision", "OLD.id IS NOT NULL"),
)
"""Tables whose rows stand, and when."""


def upgrade() -> None:
    """Make the tables of returns, and say of each company how it reports."""
    # Added in place: the table is not made anew, so that what watches it stays.
    op.execute(
        "ALTER TABLE company ADD COLUMN reports_by VARCHAR(40) DEFAULT 'system' NOT NULL "
        "CONSTRAINT ck_company_reports_by CHECK (reports_by IN ('system', 'return'))"
    )
    op.add_column("company", sa.Column("returns_from", sa.String(length=7), nullable=True))
    op.add_column("company", sa.Column("returns_mail", sa.String(length=120), nullable=True))
    _returns()
    _around()
    for table, when in _STANDING:
        for verb in ("UPDATE", "DELETE"):
            _make_trigger(table, verb, when)


def _returns() -> None:
    is_draft = sa.text("submitted_at IS NULL")
    op.create_table(
        "company_return",
        sa.Column("id", _Id, nullable=False),
        sa.Column("company_id", _Id, nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(length=40), nullable=False),
        sa.Column("remark", sa.String(length=400), nullable=False),
        sa.Column("submit_key", sa.String(length=64), nullable=True),
        sa.Column("import_batch_id", _Id, nullable=True),
        sa.Column("content_sha256", sa.String(length=64), nullable=True),
        sa.Column("saved_by_id", _Id, nullable=True),
        sa.Column("saved_at", _Instant, nullable=False),
        sa.Column("submitted_by_id", _Id, nullable=True),
        sa.Column("submitted_at", _Instant, nullable=True),
        sa.CheckConstraint(
            "origin IN ('typed', 'computed')", name=op.f("ck_company_return_origin")
        ),
        sa.CheckConstraint(
            "(submitted_at IS NULL) = (content_sha256 IS NULL) "
            "AND (origin <> 'computed' OR submitted_at IS NOT NULL)",
            name=op.f("ck_company_return_submitted"),
        ),
        _to("company_return", "company_id", "company"),
        _to("company_return", "import_batch_id", "import_batch"),
        _to("company_return", "saved_by_id", "account"),
        _to("company_return", "submitted_by_id", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_company_return")),
        sa.UniqueConstraint(
            "company_id",
            "period",
            "version",
            name=op.f("uq_company_return_company_id_period_version"),
        ),
        sa.UniqueConstraint(
            "company_id", "submit_key", name=op.f("uq_company_return_company_id_submit_key")
        ),
    )
    op.create_index(
        "uq_company_return_draft",
        "company_return",
        ["company_id", "period"],
        unique=True,
        sqlite_where=is_draft,
        postgresql_where=is_draft,
    )
    op.create_table(
        "return_figure",
        sa.Column("return_id", _Id, nullable=False),
        sa.Column("item", sa.String(length=40), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("behind", sa.Integer(), nullable=True),
        _to("return_figure", "return_id", "company_return"),
        sa.PrimaryKeyConstraint("return_id", "item", name=op.f("pk_return_figure")),
    )


def _around() -> None:
    op.create_table(
        "return_decision",
        sa.Column("id", _Id, nullable=False),
        sa.Column("return_id", _Id, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("is_accepted", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=True),
        sa.Column("decided_by_id", _Id, nullable=True),
        sa.Column("decided_at", _Instant, nullable=False),
        sa.CheckConstraint(
            "is_accepted OR reason IS NOT NULL", name=op.f("ck_return_decision_reason")
        ),
        _to("return_decision", "return_id", "company_return"),
        _to("return_decision", "decided_by_id", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_return_decision")),
        sa.UniqueConstraint(
            "return_id", "number", name=op.f("uq_return_decision_return_id_number")
        ),
    )
    op.create_table(
        "return_rule",
        sa.Column("first_period", sa.String(length=7), nullable=False),
        sa.Column("due_day", sa.Integer(), nullable=False),
        sa.Column("set_by_id", _Id, nullable=True),
        sa.Column("set_at", _Instant, nullable=False),
        sa.CheckConstraint("due_day BETWEEN 1 AND 28", name=op.f("ck_return_rule_due_day")),
        _to("return_rule", "set_by_id", "account"),
        sa.PrimaryKeyConstraint("first_period", name=op.f("pk_return_rule")),
    )
    op.create_table(
        "computed_return",
        sa.Column("company_id", _Id, nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("content_sha256", sa.String(length=64), nullable=False),
        sa.Column("computed_at", _Instant, nullable=False),
        _to("computed_return", "company_id", "company"),
        sa.PrimaryKeyConstraint("company_id", "period", name=op.f("pk_computed_return")),
    )
    op.create_table(
        "return_reminder",
        sa.Column("company_id", _Id, nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("reminded_at", _Instant, nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        _to("return_reminder", "company_id", "company"),
        sa.PrimaryKeyConstraint("company_id", "period", name=op.f("pk_return_reminder")),
    )


def _to(table: str, name: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([name], [f"{other}.id"], name=op.f(f"fk_{table}_{name}_{other}"))


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


def downgrade() -> None:
    """Take the tables of returns away, with all that companies filed."""
    is_shared = op.get_bind().dialect.name == "postgresql"
    for table, _ in _STANDING:
        for verb in ("update", "delete"):
            trigger = f"tr_{table}_decided_{verb}"
            op.execute(
                f"DROP TRIGGER {trigger} ON {table}" if is_shared else f"DROP TRIGGER {trigger}"
            )
            if is_shared:
                op.execute(f"DROP FUNCTION fn_{table}_decided_{verb}")
    for table in (
        "return_reminder",
        "computed_return",
        "return_rule",
        "return_decision",
        "return_figure",
        "company_return",
    ):
        op.drop_table(table)
    for name in ("returns_mail", "returns_from", "reports_by"):
        op.execute(f"ALTER TABLE company DROP COLUMN {name}")
