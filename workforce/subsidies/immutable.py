"""What the database itself refuses: changing a frozen claim, its people or findings, or evidence.

Evidence and claims are never deleted; they are withdrawn, once, with a reason.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import DDL, event

if TYPE_CHECKING:
    from sqlalchemy import Table


def _differs(*columns: str) -> str:
    """Tell in SQL, on both engines, whether one of some columns gets another value."""
    return " OR ".join(
        f"OLD.{name} <> NEW.{name} OR (OLD.{name} IS NULL) <> (NEW.{name} IS NULL)"
        for name in columns
    )


_EVIDENCE: Final = (
    _differs(
        "company_id",
        "employment_id",
        "kind",
        "number",
        "issued_on",
        "valid_until",
        "level",
        "upload_id",
        "entered_by_id",
        "entered_at",
    )
    + " OR OLD.withdrawn_at IS NOT NULL"
)
_CLAIM: Final = (
    _differs("company_id", "number", "scheme", "first_month", "last_month", "made_by_id", "made_at")
    + " OR OLD.state = 'withdrawn' OR (OLD.frozen_at IS NOT NULL AND (NEW.state <> 'withdrawn' OR "
    + _differs(
        "people",
        "amount",
        "checked_at",
        "checked_hash",
        "blocking_count",
        "warning_count",
        "frozen_by_id",
        "frozen_at",
        "note",
        "content_hash",
        "law_hash",
        "code_version",
    )
    + "))"
)


_IS_OVER: Final = (
    "EXISTS (SELECT 1 FROM subsidy_claim WHERE subsidy_claim.id = ROW.claim_id "
    "AND (subsidy_claim.frozen_at IS NOT NULL OR subsidy_claim.state = 'withdrawn'))"
)
"""Tells in SQL whether the claim of a row is frozen or withdrawn."""

# Table, what is tried, when it is refused.
_REFUSALS: Final = (
    ("subsidy_evidence", "UPDATE", _EVIDENCE),
    ("subsidy_evidence", "DELETE", None),
    ("subsidy_claim", "UPDATE", _CLAIM),
    ("subsidy_claim", "DELETE", None),
    *(
        (table, verb, _IS_OVER.replace("ROW", "NEW" if verb == "INSERT" else "OLD"))
        for table in ("subsidy_claim_person", "subsidy_finding")
        for verb in ("INSERT", "UPDATE", "DELETE")
    ),
)


def statements(dialect: str, of: str | None = None) -> list[str]:
    """Return the DDL of all refusals, or of those of one table, for ``sqlite`` or ``postgresql``."""
    make = _sqlite if dialect == "sqlite" else _postgresql
    return [
        statement
        for table, verb, when in _REFUSALS
        if of in {None, table}
        for statement in make(table, verb, when)
    ]


def _sqlite(table: str, verb: str, when: str | None) -> tuple[str, ...]:
    condition = f" WHEN {when}" if when else ""
    trigger = (
        f"CREATE TRIGGER tr_{table}_stands_{verb.lower()} BEFORE {verb} ON {table}{condition} "
        f"BEGIN SELECT RAISE(ABORT, '{table}: what was stated stands'); END"
    )
    return (trigger,)


def _postgresql(table: str, verb: str, when: str | None) -> tuple[str, ...]:
    row = "OLD" if verb == "DELETE" else "NEW"
    function = (
        f"CREATE FUNCTION fn_{table}_stands_{verb.lower()}() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN IF {when or 'TRUE'} THEN RAISE EXCEPTION '{table}: what was stated stands'; END IF; "
        f"RETURN {row}; END $$"
    )
    trigger = (
        f"CREATE TRIGGER tr_{table}_stands_{verb.lower()} BEFORE {verb} ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION fn_{table}_stands_{verb.lower()}()"
    )
    return function, trigger


def protect(table: Table) -> None:
    """Make ``create_all`` build the same triggers as the migration does, after each table."""
    for dialect in ("sqlite", "postgresql"):
        for statement in statements(dialect, table.name):
            # DDL() formats with %: a literal one must be doubled.
            ddl: DDL = DDL(statement.replace("%", "%%"))  # type: ignore[no-untyped-call]
            event.listen(table, "after_create", ddl.execute_if(dialect=dialect))
