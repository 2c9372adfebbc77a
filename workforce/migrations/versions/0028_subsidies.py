"""Evidence about people, claims for subsidies and the checks before them."""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_AT: Final = sa.DateTime(timezone=True)
_IS_OVER: Final = (
    "EXISTS (SELECT 1 FROM subsidy_claim WHERE subsidy_claim.id = ROW.claim_id "
    "AND (subsidy_claim.frozen_at IS NOT NULL OR subsidy_claim.state = 'withdrawn'))"
)
_SAID: Final = "{}: what was stated stands"


def upgrade() -> None:
    """Add the tables and what they refuse."""
    _evidence()
    _claim()
    _claim_parts()
    for table, verb, when in _refusals():
        for statement in _refusal(table, verb, when):
            op.execute(statement)


def downgrade() -> None:
    """Take the tables away, and with them their triggers; PostgreSQL's functions by name."""
    for table in ("subsidy_finding", "subsidy_claim_person", "subsidy_claim", "subsidy_evidence"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        for table, verb, _ in _refusals():
            op.execute(f"DROP FUNCTION fn_{table}_stands_{verb.lower()}()")


def _evidence() -> None:
    op.create_table(
        "subsidy_evidence",
        _key(),
        sa.Column("company_id", _ID, nullable=False),
        sa.Column("employment_id", _ID, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("number", sa.String(length=400), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.Column("upload_id", _ID, nullable=True),
        sa.Column("entered_by_id", _ID, nullable=True),
        sa.Column("entered_at", _AT, nullable=False),
        sa.Column("withdrawn_by_id", _ID, nullable=True),
        sa.Column("withdrawn_at", _AT, nullable=True),
        sa.Column("withdraw_reason", sa.String(length=200), nullable=True),
        *_checks(
            "subsidy_evidence",
            dates="valid_until IS NULL OR valid_until >= issued_on",
            level="(kind = 'disability') = (level IS NOT NULL)",
            level_range="level BETWEEN 1 AND 4",
            withdrawn="(withdrawn_at IS NULL) = (withdraw_reason IS NULL)",
        ),
        *_keys(
            "subsidy_evidence",
            company_id="company",
            employment_id="employment",
            upload_id="upload",
            entered_by_id="account",
            withdrawn_by_id="account",
        ),
    )
    op.create_index("ix_subsidy_evidence_employment_id", "subsidy_evidence", ["employment_id"])
    op.create_index("ix_subsidy_evidence_company_id", "subsidy_evidence", ["company_id"])


def _claim() -> None:
    op.create_table(
        "subsidy_claim",
        _key(),
        sa.Column("company_id", _ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("scheme", sa.String(length=40), nullable=False),
        sa.Column("first_month", sa.String(length=7), nullable=False),
        sa.Column("last_month", sa.String(length=7), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("made_by_id", _ID, nullable=True),
        sa.Column("made_at", _AT, nullable=False),
        sa.Column("checked_at", _AT, nullable=True),
        sa.Column("checked_hash", sa.String(length=64), nullable=True),
        sa.Column("blocking_count", sa.Integer(), nullable=False),
        sa.Column("warning_count", sa.Integer(), nullable=False),
        sa.Column("frozen_by_id", _ID, nullable=True),
        sa.Column("frozen_at", _AT, nullable=True),
        sa.Column("note", sa.String(length=400), nullable=True),
        sa.Column("content_hash", sa.String(length=64), nullable=True),
        sa.Column("law_hash", sa.String(length=64), nullable=True),
        sa.Column("code_version", sa.String(length=40), nullable=True),
        sa.Column("withdrawn_by_id", _ID, nullable=True),
        sa.Column("withdrawn_at", _AT, nullable=True),
        sa.Column("withdraw_reason", sa.String(length=200), nullable=True),
        *_checks(
            "subsidy_claim",
            months="last_month >= first_month",
            state="state IN ('draft', 'checked', 'frozen', 'withdrawn')",
            totals="people >= 0 AND amount >= 0",
            checked="state <> 'checked' OR checked_hash IS NOT NULL",
            frozen=(
                "state <> 'frozen' OR (frozen_at IS NOT NULL AND content_hash IS NOT NULL "
                "AND law_hash IS NOT NULL AND blocking_count = 0)"
            ),
            withdrawn=(
                "(state = 'withdrawn') = (withdrawn_at IS NOT NULL) "
                "AND (withdrawn_at IS NULL) = (withdraw_reason IS NULL)"
            ),
        ),
        *_keys(
            "subsidy_claim",
            company_id="company",
            made_by_id="account",
            frozen_by_id="account",
            withdrawn_by_id="account",
        ),
        sa.UniqueConstraint(
            "company_id", "number", name=op.f("uq_subsidy_claim_company_id_number")
        ),
    )
    op.create_index("ix_subsidy_claim_scheme_state", "subsidy_claim", ["scheme", "state"])


def _claim_parts() -> None:
    op.create_table(
        "subsidy_claim_person",
        _key(),
        sa.Column("claim_id", _ID, nullable=False),
        sa.Column("employment_id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("left_out_reason", sa.String(length=200), nullable=True),
        sa.Column("content", sa.String(length=8000), nullable=True),
        *_checks("subsidy_claim_person", amount="amount >= 0"),
        *_keys(
            "subsidy_claim_person",
            claim_id="subsidy_claim",
            employment_id="employment",
            person_id="person",
        ),
        sa.UniqueConstraint(
            "claim_id", "employment_id", name=op.f("uq_subsidy_claim_person_claim_id_employment_id")
        ),
    )
    op.create_index("ix_subsidy_claim_person_person_id", "subsidy_claim_person", ["person_id"])
    op.create_table(
        "subsidy_finding",
        _key(),
        sa.Column("claim_id", _ID, nullable=False),
        sa.Column("employment_id", _ID, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("is_blocking", sa.Boolean(), nullable=False),
        sa.Column("months", sa.String(length=400), nullable=False),
        sa.Column("others", sa.String(length=200), nullable=False),
        *_keys("subsidy_finding", claim_id="subsidy_claim", employment_id="employment"),
        sa.UniqueConstraint(
            "claim_id",
            "employment_id",
            "kind",
            name=op.f("uq_subsidy_finding_claim_id_employment_id_kind"),
        ),
    )


def _key() -> sa.Column[int]:
    return sa.Column("id", _ID, nullable=False)


def _checks(table: str, **checks: str) -> list[sa.CheckConstraint]:
    return [
        sa.CheckConstraint(text, name=op.f(f"ck_{table}_{name}")) for name, text in checks.items()
    ]


def _keys(table: str, **columns: str) -> list[Any]:
    foreign = [
        sa.ForeignKeyConstraint([name], [f"{other}.id"], name=op.f(f"fk_{table}_{name}_{other}"))
        for name, other in columns.items()
    ]
    return [*foreign, sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}"))]


def _differs(*columns: str) -> str:
    return " OR ".join(
        f"OLD.{name} <> NEW.{name} OR (OLD.{name} IS NULL) <> (NEW.{name} IS NULL)"
        for name in columns
    )


def _refusals() -> list[tuple[str, str, str | None]]:
    """Return what the tables refuse: table, verb, condition."""
    evidence = _differs(
        *("company_id", "employment_id", "kind", "number", "issued_on", "valid_until", "level"),
        *("upload_id", "entered_by_id", "entered_at"),
    )
    identity = _differs(
        *("company_id", "number", "scheme", "first_month", "last_month", "made_by_id", "made_at")
    )
    frozen = _differs(
        *("people", "amount", "checked_at", "checked_hash", "blocking_count", "warning_count"),
        *("frozen_by_id", "frozen_at", "note", "content_hash", "law_hash", "code_version"),
    )
    claim = (
        f"{identity} OR OLD.state = 'withdrawn' OR (OLD.frozen_at IS NOT NULL AND "
        f"(NEW.state <> 'withdrawn' OR {frozen}))"
    )
    return [
        ("subsidy_evidence", "UPDATE", f"{evidence} OR OLD.withdrawn_at IS NOT NULL"),
        ("subsidy_evidence", "DELETE", None),
        ("subsidy_claim", "UPDATE", claim),
        ("subsidy_claim", "DELETE", None),
        *(
            (table, verb, _IS_OVER.replace("ROW", "NEW" if verb == "INSERT" else "OLD"))
            for table in ("subsidy_claim_person", "subsidy_finding")
            for verb in ("INSERT", "UPDATE", "DELETE")
        ),
    ]


def _refusal(table: str, verb: str, when: str | None) -> tuple[str, ...]:
    name, said = f"{table}_stands_{verb.lower()}", _SAID.format(table)
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
