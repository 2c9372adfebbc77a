"""What the database itself refuses: changing the results of an approved run, moving a closed one.

A run is decided while it names an approver (``approved_by_id``; a check ties it to the states). Its
payslips and lines can then be neither changed nor deleted, none can be added, and its totals and
fingerprints stand; a return to the maker takes the approver's name away first. A paid run can only be closed, and what is
recorded of its payment stands; a closed run never changes again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import DDL, event

if TYPE_CHECKING:
    from sqlalchemy import Table

_RESULTS: Final = (
    "company_id, period, kind, number, pay_on, payslip_count, fault_count, gross_pay_amount, "
    "net_pay_amount, employer_cost_amount, input_hash, law_hash, result_hash, code_version, "
    "prepared_by_id, prepared_at"
)
_OF_LINE: Final = (
    "EXISTS (SELECT 1 FROM payslip JOIN payroll_run ON payroll_run.id = payslip.run_id "
    "WHERE payslip.id = OLD.payslip_id AND payroll_run.approved_by_id IS NOT NULL)"
)
_OF_SLIP: Final = (
    "EXISTS (SELECT 1 FROM payroll_run "
    "WHERE payroll_run.id = OLD.run_id AND payroll_run.approved_by_id IS NOT NULL)"
)
_OF_RUN: Final = "OLD.approved_by_id IS NOT NULL"
_ANY_ADDED: Final = "EXISTS (SELECT 1 FROM added WHERE {0})"
_TO_LINE: Final = _OF_LINE.replace("OLD.", "NEW.")
_TO_SLIP: Final = _OF_SLIP.replace("OLD.", "NEW.")
_NOT_TO_CLOSE: Final = (
    "OLD.state = 'paid' AND (NEW.state <> 'closed' OR NEW.paid_on IS NULL "
    "OR NEW.paid_on <> OLD.paid_on OR NEW.paid_reference <> OLD.paid_reference "
    "OR NEW.paid_by_id <> OLD.paid_by_id OR NEW.approved_by_id <> OLD.approved_by_id)"
)

# Table, name, what is tried, when it is refused.
_REFUSALS: Final = (
    ("payroll_run", "results", f"UPDATE OF {_RESULTS}", _OF_RUN),
    ("payroll_run", "closed", "UPDATE", "OLD.state = 'closed'"),
    ("payroll_run", "paid", "UPDATE", _NOT_TO_CLOSE),
    ("payroll_run", "delete", "DELETE", _OF_RUN),
    ("payslip", "update", "UPDATE", _OF_SLIP),
    ("payslip", "delete", "DELETE", _OF_SLIP),
    ("payslip_line", "update", "UPDATE", _OF_LINE),
    ("payslip_line", "delete", "DELETE", _OF_LINE),
    ("payslip", "moved", "UPDATE OF run_id", _TO_SLIP),
    ("payslip_line", "moved", "UPDATE OF payslip_id", _TO_LINE),
    ("payslip", "insert", "INSERT", _TO_SLIP),
    ("payslip_line", "insert", "INSERT", _TO_LINE),
)


def statements(dialect: str) -> list[str]:
    """Return the DDL of all refusals, for ``sqlite`` or ``postgresql``; nothing comes from outside."""
    make = _sqlite if dialect == "sqlite" else _postgresql
    return [statement for refusal in _REFUSALS for statement in make(*refusal)]


def _sqlite(table: str, name: str, verb: str, when: str) -> tuple[str, ...]:
    trigger = (
        f"CREATE TRIGGER tr_{table}_decided_{name} BEFORE {verb} ON {table} WHEN {when} "
        f"BEGIN SELECT RAISE(ABORT, '{table}: the run is decided'); END"
    )
    return (trigger,)


def _postgresql(table: str, name: str, verb: str, when: str) -> tuple[str, ...]:
    if verb == "INSERT":
        return _postgresql_insert(table, name, when)
    row = "OLD" if verb == "DELETE" else "NEW"
    function = (
        f"CREATE FUNCTION fn_{table}_decided_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN IF {when} THEN RAISE EXCEPTION '{table}: the run is decided'; END IF; "
        f"RETURN {row}; END $$"
    )
    trigger = (
        f"CREATE TRIGGER tr_{table}_decided_{name} BEFORE {verb} ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION fn_{table}_decided_{name}()"
    )
    return function, trigger


def _postgresql_insert(table: str, name: str, when: str) -> tuple[str, ...]:
    """Ask once a statement: asking for each of a run's many lines would double its writing."""
    function = (
        f"CREATE FUNCTION fn_{table}_decided_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN IF {_ANY_ADDED.format(when.replace('NEW.', 'added.'))} THEN "
        f"RAISE EXCEPTION '{table}: the run is decided'; END IF; RETURN NULL; END $$"
    )
    trigger = (
        f"CREATE TRIGGER tr_{table}_decided_{name} AFTER INSERT ON {table} "
        "REFERENCING NEW TABLE AS added "
        f"FOR EACH STATEMENT EXECUTE FUNCTION fn_{table}_decided_{name}()"
    )
    return function, trigger


def standing(table: str, when: str, dialect: str) -> list[str]:
    """Return the DDL that keeps the rows of a table as they are once ``when`` holds of them.

    ``when`` is a condition on columns of the old row, written ``OLD.column``.
    """
    make = _sqlite if dialect == "sqlite" else _postgresql
    return [
        statement.replace("the run is decided", "it stands")
        for verb in ("UPDATE", "DELETE")
        for statement in make(table, verb.lower(), verb, when)
    ]


def stand(table: Table, when: str) -> None:
    """Make ``create_all`` build the triggers of ``standing`` after the table."""
    for dialect in ("sqlite", "postgresql"):
        for statement in standing(table.name, when, dialect):
            ddl: DDL = DDL(statement.replace("%", "%%"))  # type: ignore[no-untyped-call]
            event.listen(table, "after_create", ddl.execute_if(dialect=dialect))


def protect(last: Table) -> None:
    """Make ``create_all`` build the same triggers as the migration does, after the last of the tables."""
    for dialect in ("sqlite", "postgresql"):
        for statement in statements(dialect):
            # DDL() formats with %: a literal one must be doubled.
            ddl: DDL = DDL(statement.replace("%", "%%"))  # type: ignore[no-untyped-call]
            event.listen(last, "after_create", ddl.execute_if(dialect=dialect))
