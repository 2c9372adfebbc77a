"""Certificates and which work needs one."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_SAID: Final = (
    "person_id",
    "issuer",
    "number",
    "level",
    "course",
    "issued_on",
    "valid_until",
    "public_id",
)
_DIFFERS: Final = " OR ".join(
    f"OLD.{name} <> NEW.{name} OR (OLD.{name} IS NULL) <> (NEW.{name} IS NULL)" for name in _SAID
)
_REFUSALS: Final = (
    ("issued", "UPDATE", f"OLD.public_id IS NOT NULL AND ({_DIFFERS})", "what was issued stands"),
    ("withdrawn", "UPDATE", "OLD.withdrawn_on IS NOT NULL", "it stands"),
    ("kept", "DELETE", None, "it stands"),
)
_TABLES: Final = (
    "skill_certificate",
    "skill_certificate_task_type",
    "skill_requirement",
    "skill_exception",
)


def upgrade() -> None:
    """Add the tables, and what keeps issued certificates as they are."""
    _make_certificates()
    _make_rules()
    for name, verb, when, says in _REFUSALS:
        _refuse(f"skill_certificate_{name}", verb, when, f"skill_certificate: {says}")


def downgrade() -> None:
    """Drop them."""
    for table in reversed(_TABLES):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        for name, *_ in _REFUSALS:
            op.execute(f"DROP FUNCTION fn_skill_certificate_{name}")


def _make_certificates() -> None:
    table = "skill_certificate"
    op.create_table(
        table,
        sa.Column("id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("kept_by_id", _ID, nullable=True),
        sa.Column("issuer", sa.String(length=80), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.Column("course", sa.String(length=80), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("serial", sa.Integer(), nullable=True),
        sa.Column("public_id", sa.String(length=32), nullable=True),
        sa.Column("entered_by_id", _ID, nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.Column("withdraw_reason", sa.String(length=200), nullable=True),
        sa.Column("withdrawn_by_id", _ID, nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        _check(table, "level", "level BETWEEN 1 AND 5"),
        _check(table, "dates", "valid_until IS NULL OR valid_until >= issued_on"),
        _check(
            table,
            "issued_here",
            "(public_id IS NULL) = (serial IS NULL) AND (serial IS NULL) = (year IS NULL)",
        ),
        _check(
            table,
            "withdrawn",
            "(withdrawn_on IS NULL) = (withdraw_reason IS NULL) "
            "AND (withdrawn_on IS NULL) = (withdrawn_at IS NULL)",
        ),
        _foreign(table, "person_id", "person"),
        _foreign(table, "kept_by_id", "company"),
        _foreign(table, "entered_by_id", "account"),
        _foreign(table, "withdrawn_by_id", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_skill_certificate")),
        sa.UniqueConstraint("public_id", name=op.f("uq_skill_certificate_public_id")),
        sa.UniqueConstraint("year", "serial", name=op.f("uq_skill_certificate_year_serial")),
    )
    op.create_index("ix_skill_certificate_person_id", table, ["person_id"])
    is_valid = sa.text("withdrawn_on IS NULL")
    op.create_index(
        "uq_skill_certificate_valid",
        table,
        ["issuer", "number"],
        unique=True,
        sqlite_where=is_valid,
        postgresql_where=is_valid,
    )
    table = "skill_certificate_task_type"
    op.create_table(
        table,
        sa.Column("id", _ID, nullable=False),
        sa.Column("certificate_id", _ID, nullable=False),
        sa.Column("task_type_id", _ID, nullable=False),
        _foreign(table, "certificate_id", "skill_certificate"),
        _foreign(table, "task_type_id", "task_type"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint(
            "certificate_id", "task_type_id", name=op.f(f"uq_{table}_certificate_id_task_type_id")
        ),
    )
    op.create_index(op.f(f"ix_{table}_task_type_id"), table, ["task_type_id"])


def _make_rules() -> None:
    table = "skill_requirement"
    op.create_table(
        table,
        sa.Column("id", _ID, nullable=False),
        sa.Column("company_id", _ID, nullable=False),
        sa.Column("task_type_id", _ID, nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("effect", sa.String(length=40), nullable=False),
        _check(table, "range", "valid_to IS NULL OR valid_to > valid_from"),
        _check(table, "effect", "effect IN ('blocks', 'warns')"),
        _foreign(table, "company_id", "company"),
        _foreign(table, "task_type_id", "task_type"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint(
            "company_id",
            "task_type_id",
            "valid_from",
            name=op.f(f"uq_{table}_company_id_task_type_id_valid_from"),
        ),
    )
    table = "skill_exception"
    op.create_table(
        table,
        sa.Column("id", _ID, nullable=False),
        sa.Column("company_id", _ID, nullable=False),
        sa.Column("employment_id", _ID, nullable=False),
        sa.Column("task_type_id", _ID, nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("asked_by_id", _ID, nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", _ID, nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.String(length=200), nullable=True),
        _check(table, "range", "valid_to >= valid_from"),
        _check(table, "state", "state IN ('asked', 'approved', 'declined')"),
        _check(table, "decided", "(state = 'asked') = (decided_at IS NULL)"),
        _check(table, "answer", "state <> 'declined' OR answer IS NOT NULL"),
        _check(table, "another", "decided_by_id <> asked_by_id"),
        _foreign(table, "company_id", "company"),
        _foreign(table, "employment_id", "employment"),
        _foreign(table, "task_type_id", "task_type"),
        _foreign(table, "asked_by_id", "account"),
        _foreign(table, "decided_by_id", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index("ix_skill_exception_employment_id", table, ["employment_id", "task_type_id"])
    op.create_index("ix_skill_exception_company_id", table, ["company_id", "state"])


def _check(table: str, name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))


def _foreign(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}")
    )


def _refuse(name: str, verb: str, when: str | None, said: str) -> None:
    table = "skill_certificate"
    if op.get_bind().dialect.name == "sqlite":
        condition = f" WHEN {when}" if when else ""
        op.execute(
            f"CREATE TRIGGER tr_{name} BEFORE {verb} ON {table}{condition} "
            f"BEGIN SELECT RAISE(ABORT, '{said}'); END"
        )
        return
    row = "OLD" if verb == "DELETE" else "NEW"
    op.execute(
        f"CREATE FUNCTION fn_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN IF {when or 'TRUE'} THEN RAISE EXCEPTION '{said}'; END IF; RETURN {row}; END $$"
    )
    op.execute(
        f"CREATE TRIGGER tr_{name} BEFORE {verb} ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION fn_{name}()"
    )
