"""Studies of the policy laboratory; what is saved stands."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

_TABLE: Final = "policy_study"
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        _TABLE,
        sa.Column("id", _ID, nullable=False),
        sa.Column("company_id", _ID, nullable=True),
        sa.Column("is_protected", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("lever", sa.String(length=120), nullable=False),
        sa.Column("present", _ID, nullable=False),
        sa.Column("tried", _ID, nullable=False),
        sa.Column("question", sa.JSON(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("inputs_hash", sa.String(length=64), nullable=False),
        sa.Column("law_hash", sa.String(length=64), nullable=False),
        sa.Column("code_version", sa.String(length=40), nullable=False),
        sa.Column("made_by_id", _ID, nullable=True),
        sa.Column("made_by_name", sa.String(length=60), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_policy_study_name")),
        sa.CheckConstraint(
            "company_id IS NULL OR NOT is_protected", name=op.f("ck_policy_study_protected")
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_policy_study_company_id_company")
        ),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["account.id"], name=op.f("fk_policy_study_made_by_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_study")),
    )
    op.create_index("ix_policy_study_company_id", _TABLE, ["company_id"])
    make = _postgresql if op.get_bind().dialect.name == "postgresql" else _sqlite
    for verb in ("UPDATE", "DELETE"):
        for statement in make(verb):
            op.execute(statement)


def _sqlite(verb: str) -> tuple[str, ...]:
    name = f"{_TABLE}_decided_{verb.lower()}"
    abort = f"BEGIN SELECT RAISE(ABORT, '{_TABLE}: it stands'); END"
    return (f"CREATE TRIGGER tr_{name} BEFORE {verb} ON {_TABLE} WHEN OLD.id IS NOT NULL {abort}",)


def _postgresql(verb: str) -> tuple[str, ...]:
    row = "OLD" if verb == "DELETE" else "NEW"
    name = f"{_TABLE}_decided_{verb.lower()}"
    refuse = f"IF OLD.id IS NOT NULL THEN RAISE EXCEPTION '{_TABLE}: it stands'; END IF;"
    body = f"BEGIN {refuse} RETURN {row}; END"
    return (
        f"CREATE FUNCTION fn_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$",
        f"CREATE TRIGGER tr_{name} BEFORE {verb} ON {_TABLE} FOR EACH ROW EXECUTE FUNCTION fn_{name}()",
    )


def downgrade() -> None:
    """Take it away."""
    op.drop_table(_TABLE)
    if op.get_bind().dialect.name == "postgresql":
        for verb in ("update", "delete"):
            op.execute(f"DROP FUNCTION fn_{_TABLE}_decided_{verb}")
