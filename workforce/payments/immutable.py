"""What the database itself refuses about payments: changing what was ordered, and deleting anything.

A payment keeps its payee, account and amount for ever; only its state moves on. A batch that is
confirmed or cancelled and a hold that is released are over. The payslip of a cancelled payment may
go (its run was returned and calculated again): then the payment names none.
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


_PAYMENT: Final = (
    _differs("batch_id", "employment_id", "amount", "payee_name", "bank_name", "bank_account")
    + " OR (OLD.state <> 'cancelled' AND ("
    + _differs("payslip_id", "chain_id")
    + ")) OR (OLD.state = 'cancelled' AND NEW.state <> 'cancelled')"
)
_BATCH: Final = (
    _differs("company_id", "run_id", "number", "pay_on", "made_at", "payment_count", "total_amount")
    + " OR OLD.state <> 'made'"
)
_HOLD: Final = _differs("employment_id", "reason", "held_at") + " OR OLD.released_at IS NOT NULL"

# Table, what is tried, when it is refused.
_REFUSALS: Final = (
    ("payment", "UPDATE", _PAYMENT),
    ("payment", "DELETE", None),
    ("payment_batch", "UPDATE", _BATCH),
    ("payment_batch", "DELETE", None),
    ("pay_hold", "UPDATE", _HOLD),
    ("pay_hold", "DELETE", None),
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
        f"BEGIN SELECT RAISE(ABORT, '{table}: what was paid stands'); END"
    )
    return (trigger,)


def _postgresql(table: str, verb: str, when: str | None) -> tuple[str, ...]:
    row = "OLD" if verb == "DELETE" else "NEW"
    function = (
        f"CREATE FUNCTION fn_{table}_stands_{verb.lower()}() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN IF {when or 'TRUE'} THEN RAISE EXCEPTION '{table}: what was paid stands'; END IF; "
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
