"""Companies on their way, deals."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_STANDING: Final = (
    "chain_stage",
    "chain_visit",
    "chain_deal",
    "chain_deal_answer",
    "chain_target",
    "chain_agreement",
)
"""Tables whose rows stand."""


def upgrade() -> None:
    """Add the tables."""
    _companies()
    _deals()
    _settings()
    for table in _STANDING:
        for verb in ("UPDATE", "DELETE"):
            _refuse(table, verb)


def _companies() -> None:
    op.create_table(
        "chain_company",
        sa.Column("id", _ID, nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("credit_code", sa.String(length=18), nullable=True),
        sa.Column("is_inside", sa.Boolean(), nullable=False),
        sa.Column("link", sa.String(length=40), nullable=True),
        sa.Column("contact_name", sa.String(length=60), nullable=True),
        sa.Column("contact_phone", sa.String(length=255), nullable=True),
        sa.Column("lead_source", sa.String(length=40), nullable=True),
        sa.Column("referrer", sa.String(length=60), nullable=True),
        sa.Column("company_id", _ID, nullable=True),
        sa.UniqueConstraint("name", name=op.f("uq_chain_company_name")),
        sa.UniqueConstraint("credit_code", name=op.f("uq_chain_company_credit_code")),
        sa.UniqueConstraint("company_id", name=op.f("uq_chain_company_company_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chain_company")),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_chain_company_company_id_company")
        ),
    )
    op.create_table(
        "chain_stage",
        sa.Column("id", _ID, nullable=False),
        sa.Column("chain_company_id", _ID, nullable=False),
        sa.Column("stage", sa.String(length=40), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("note", sa.String(length=400), nullable=False),
        sa.Column("recorded_by_id", _ID, nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chain_stage")),
        sa.ForeignKeyConstraint(
            ["chain_company_id"],
            ["chain_company.id"],
            name=op.f("fk_chain_stage_chain_company_id_chain_company"),
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["account.id"], name=op.f("fk_chain_stage_recorded_by_id_account")
        ),
    )
    op.create_index("ix_chain_stage_chain_company_id", "chain_stage", ["chain_company_id", "since"])
    op.create_table(
        "chain_visit",
        sa.Column("id", _ID, nullable=False),
        sa.Column("chain_company_id", _ID, nullable=False),
        sa.Column("visited_on", sa.Date(), nullable=False),
        sa.Column("visitors", sa.String(length=120), nullable=False),
        sa.Column("notes", sa.String(length=1000), nullable=False),
        sa.Column("next_on", sa.Date(), nullable=True),
        sa.Column("recorded_by_id", _ID, nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chain_visit")),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["account.id"], name=op.f("fk_chain_visit_recorded_by_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["chain_company_id"],
            ["chain_company.id"],
            name=op.f("fk_chain_visit_chain_company_id_chain_company"),
        ),
    )
    op.create_index(
        "ix_chain_visit_chain_company_id", "chain_visit", ["chain_company_id", "visited_on"]
    )


def _deals() -> None:
    op.create_table(
        "chain_deal",
        sa.Column("id", _ID, nullable=False),
        sa.Column("seller_id", _ID, nullable=False),
        sa.Column("buyer_id", _ID, nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("link", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("reported_by_id", _ID, nullable=True),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint(
            "seller_id",
            "buyer_id",
            "period",
            "link",
            "number",
            name=op.f("uq_chain_deal_seller_id_buyer_id_period_link_number"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chain_deal")),
        sa.ForeignKeyConstraint(
            ["reported_by_id"], ["account.id"], name=op.f("fk_chain_deal_reported_by_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["seller_id"], ["chain_company.id"], name=op.f("fk_chain_deal_seller_id_chain_company")
        ),
        sa.ForeignKeyConstraint(
            ["buyer_id"], ["chain_company.id"], name=op.f("fk_chain_deal_buyer_id_chain_company")
        ),
        sa.CheckConstraint("seller_id <> buyer_id", name=op.f("ck_chain_deal_two_companies")),
        sa.CheckConstraint("amount > 0", name=op.f("ck_chain_deal_amount")),
    )
    op.create_index("ix_chain_deal_buyer_id", "chain_deal", ["buyer_id"])
    op.create_index("ix_chain_deal_period", "chain_deal", ["period"])
    op.create_table(
        "chain_deal_answer",
        sa.Column("id", _ID, nullable=False),
        sa.Column("deal_id", _ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("answer", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("answered_by_id", _ID, nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("deal_id", "number", name=op.f("uq_chain_deal_answer_deal_id_number")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chain_deal_answer")),
        sa.ForeignKeyConstraint(
            ["answered_by_id"],
            ["account.id"],
            name=op.f("fk_chain_deal_answer_answered_by_id_account"),
        ),
        sa.ForeignKeyConstraint(
            ["deal_id"], ["chain_deal.id"], name=op.f("fk_chain_deal_answer_deal_id_chain_deal")
        ),
        sa.CheckConstraint(
            "answer IN ('confirmed', 'refused', 'withdrawn')",
            name=op.f("ck_chain_deal_answer_answer"),
        ),
    )


def _settings() -> None:
    op.create_table(
        "chain_target",
        sa.Column("id", _ID, nullable=False),
        sa.Column("figure", sa.String(length=40), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("set_by_id", _ID, nullable=True),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chain_target")),
        sa.ForeignKeyConstraint(
            ["set_by_id"], ["account.id"], name=op.f("fk_chain_target_set_by_id_account")
        ),
        sa.CheckConstraint(
            "figure IN ('output', 'trading', 'jobs')", name=op.f("ck_chain_target_figure")
        ),
    )
    op.create_index("ix_chain_target_figure", "chain_target", ["figure", "year"])
    op.create_table(
        "chain_agreement",
        sa.Column("id", _ID, nullable=False),
        sa.Column("signed", sa.String(length=7), nullable=False),
        sa.Column("set_by_id", _ID, nullable=True),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chain_agreement")),
        sa.ForeignKeyConstraint(
            ["set_by_id"], ["account.id"], name=op.f("fk_chain_agreement_set_by_id_account")
        ),
    )
    op.create_table(
        "task_force_seat",
        sa.Column("id", _ID, nullable=False),
        sa.Column("account_id", _ID, nullable=False),
        sa.Column("bureau", sa.String(length=40), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.UniqueConstraint(
            "account_id", "valid_from", name=op.f("uq_task_force_seat_account_id_valid_from")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task_force_seat")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_task_force_seat_account_id_account")
        ),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to > valid_from", name=op.f("ck_task_force_seat_range")
        ),
    )


def _refuse(table: str, verb: str) -> None:
    """Let the rows of a table stand."""
    name, refused = f"{table}_decided_{verb.lower()}", f"{table}: it stands"
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER tr_{name} BEFORE {verb} ON {table} WHEN OLD.id IS NOT NULL "
            f"BEGIN SELECT RAISE(ABORT, '{refused}'); END"
        )
        return
    row = "OLD" if verb == "DELETE" else "NEW"
    op.execute(
        f"CREATE FUNCTION fn_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN IF OLD.id IS NOT NULL THEN RAISE EXCEPTION '{refused}'; END IF; "
        f"RETURN {row}; END $$"
    )
    op.execute(
        f"CREATE TRIGGER tr_{name} BEFORE {verb} ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION fn_{name}()"
    )


def downgrade() -> None:
    """Drop them."""
    for table in (
        "task_force_seat",
        "chain_agreement",
        "chain_target",
        "chain_deal_answer",
        "chain_deal",
        "chain_visit",
        "chain_stage",
        "chain_company",
    ):
        op.drop_table(table)
        if table in _STANDING and op.get_bind().dialect.name == "postgresql":
            for verb in ("update", "delete"):
                op.execute(f"DROP FUNCTION fn_{table}_decided_{verb}")
