"""What the database itself refuses: triggers that keep rows as they are, alike on both engines.

A slice says *which* rows stand and when, as `Refusal`s beside its models; here is how that is written
for SQLite and PostgreSQL, and how ``create_all`` builds the same as the migrations. Conditions are SQL
that both engines read, over ``OLD.column`` and ``NEW.column``; names and conditions come from the
program's own code, never from outside.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import DDL, event

if TYPE_CHECKING:
    from sqlalchemy import Table

_DIALECTS: Final = ("sqlite", "postgresql")
_ANY_ADDED: Final = "EXISTS (SELECT 1 FROM added WHERE {0})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """One thing that a table refuses.

    ``name``: ends the names of trigger and function, unique in its table. ``verb``: ``UPDATE``,
    ``UPDATE OF a, b``, ``DELETE`` or ``INSERT``. ``when``: of which rows; None: of all. ``says``: what
    the error says. ``is_once``: PostgreSQL asks once for each INSERT statement, not for each row, which
    would double the writing of many.
    """

    table: str
    name: str
    verb: str
    when: str | None
    says: str
    is_once: bool = False


def differs(*columns: str) -> str:
    """Tell in SQL whether one of some columns gets another value."""
    return " OR ".join(
        f"OLD.{name} <> NEW.{name} OR (OLD.{name} IS NULL) <> (NEW.{name} IS NULL)"
        for name in columns
    )


def statements(refusals: Sequence[Refusal], dialect: str) -> list[str]:
    """Return the DDL of refusals, for ``sqlite`` or ``postgresql``."""
    make = _sqlite if dialect == "sqlite" else _postgresql
    return [statement for refusal in refusals for statement in make(refusal)]


def refuse(table: Table, refusals: Sequence[Refusal]) -> None:
    """Make ``create_all`` build the triggers of refusals after a table."""
    after_create(table, lambda dialect: statements(refusals, dialect))


def stand(table: Table, when: str) -> None:
    """Keep the rows of a table as they are once ``when`` holds of the old row."""
    refuse(
        table,
        [
            Refusal(
                table=table.name,
                name=f"decided_{verb.lower()}",
                verb=verb,
                when=when,
                says="it stands",
            )
            for verb in ("UPDATE", "DELETE")
        ],
    )


def after_create(table: Table, make: Callable[[str], Sequence[str]]) -> None:
    """Make ``create_all`` run the DDL that ``make`` gives for a dialect after it made a table."""
    for dialect in _DIALECTS:
        for statement in make(dialect):
            # DDL() formats with %: a literal one must be doubled.
            ddl: DDL = DDL(statement.replace("%", "%%"))  # type: ignore[no-untyped-call]
            event.listen(table, "after_create", ddl.execute_if(dialect=dialect))


def _sqlite(one: Refusal) -> tuple[str, ...]:
    condition = f" WHEN {one.when}" if one.when else ""
    trigger = (
        f"CREATE TRIGGER tr_{one.table}_{one.name} BEFORE {one.verb} ON {one.table}{condition} "
        f"BEGIN SELECT RAISE(ABORT, '{one.table}: {one.says}'); END"
    )
    return (trigger,)


def _postgresql(one: Refusal) -> tuple[str, ...]:
    name = f"{one.table}_{one.name}"
    when = one.when or "TRUE"
    row = "OLD" if one.verb == "DELETE" else "NEW"
    timing, each = f"BEFORE {one.verb}", "FOR EACH ROW"
    referring = ""
    if one.is_once:
        when = _ANY_ADDED.format(when.replace("NEW.", "added."))
        row, timing, each = "NULL", f"AFTER {one.verb}", "FOR EACH STATEMENT"
        referring = "REFERENCING NEW TABLE AS added "
    function = (
        f"CREATE FUNCTION fn_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN IF {when} THEN RAISE EXCEPTION '{one.table}: {one.says}'; END IF; "
        f"RETURN {row}; END $$"
    )
    trigger = (
        f"CREATE TRIGGER tr_{name} {timing} ON {one.table} {referring}"
        f"{each} EXECUTE FUNCTION fn_{name}()"
    )
    return function, trigger
