"""The floor under a pay run: the same rows read and written by the driver alone.

Each table that a run reads has one statement here, written by hand for the best plan that its indexes
allow, without names or scopes, and without joins but the one that finds a month's days. What the run
writes is written once more as the driver's own bulk rows into the same tables, with all their
constraints. Between the two lies what payroll costs.
"""

from __future__ import annotations

import datetime as dt
import gc
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from psycopg import sql
from sqlalchemy import delete, insert, select, text

from workforce.bench import data
from workforce.core.period import PayPeriod
from workforce.platform.db import db, unit_of_work

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy import Connection, Table
    from sqlalchemy.sql.elements import ColumnElement

_ROWS_AT_ONCE: Final = 10_000

_SCANS: Final[Mapping[str, str]] = {
    "output": """
        SELECT employment_id, task_type_id, work_on, batch_id, hours_class, sum(accepted_qty)
        FROM output_record WHERE pay_period = :period AND employment_id IS NOT NULL
        GROUP BY employment_id, task_type_id, work_on, batch_id, hours_class""",
    "days with output and no shift": """
        SELECT employment_id, work_on FROM (
            SELECT DISTINCT output_record.employment_id, output_record.work_on
            FROM employment JOIN output_record ON output_record.employment_id = employment.id
                AND output_record.work_on BETWEEN :first_on AND :last_on
            WHERE employment.company_id = :company
        ) AS day
        WHERE NOT EXISTS (
            SELECT 1 FROM shift
            WHERE shift.employment_id = day.employment_id AND shift.work_on = day.work_on)""",
    "shifts": """
        SELECT employment_id, starts_at, ends_at, break_minutes, is_in_lieu, late_minutes
        FROM shift WHERE work_on BETWEEN :monday_on AND :last_on""",
    "inspections": """
        SELECT employment_id, batch_id, task_type_id, sampled_qty, error_qty
        FROM inspection WHERE company_id = :company AND pay_period = :period""",
    "employments": """
        SELECT id, person_id, employee_no, employment_type, hours_system, rest_weekdays, hired_on,
            separated_on
        FROM employment WHERE company_id = :company""",
    "profiles": """
        SELECT employment_id, valid_to, base_pay_amount, overtime_base_amount,
            contribution_base_amount, fund_base_amount, fund_employee_rate, fund_employer_rate,
            average_monthly_wage_amount, tax_method, is_deduct_60000, is_first_wage_of_year
        FROM pay_profile WHERE valid_from <= :last_on""",
    "entries": """
        SELECT employment_id, kind, code, period_from, sequence, amount
        FROM pay_entry WHERE period_from <= :period""",
    "year to date": """
        SELECT employment_id, period, tax_income_amount, tax_insurance_and_fund_amount,
            tax_special_amount, tax_other_amount, tax_personal_pension_amount,
            tax_certificate_amount, tax_withheld_amount, tax_months, is_separate_bonus_used,
            has_rent, has_housing_loan
        FROM payslip WHERE run_id = :last_run""",
    "leaves": """
        SELECT employment_id, kind, first_on, last_on
        FROM leave WHERE first_on <= :last_on AND last_on >= :first_on""",
    "adjustments": """
        SELECT employment_id, for_period, amount, reason
        FROM adjustment WHERE pay_period = :period""",
    "batches": "SELECT id, code FROM batch WHERE code LIKE :batches",
}


@dataclass(frozen=True, slots=True)
class Timed:
    """Wall-clock seconds and rows."""

    seconds: float
    rows: int


def scan(period: PayPeriod) -> Timed:
    """Fetch all rows that a run of the month reads."""
    monday = period.first_on - dt.timedelta(days=period.first_on.weekday())
    with quiet(), db.engine.connect() as connection:
        given = {
            "company": data.COMPANY_ID,
            "period": str(period),
            "batches": f"{period}-%",
            "first_on": period.first_on,
            "last_on": period.last_on,
            "monday_on": monday,
            "last_run": _last_run(connection, period),
        }
        fetch = _fetch_copy if connection.dialect.name == "postgresql" else _fetch
        started = time.perf_counter()
        rows = sum(
            fetch(
                connection,
                statement,
                {name: given[name] for name in given if f":{name}" in statement},
            )
            for statement in _SCANS.values()
        )
        return Timed(time.perf_counter() - started, rows)


@contextmanager
def quiet() -> Iterator[None]:
    """Keep Python's collector away, as a pay run does."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _last_run(connection: Connection, period: PayPeriod) -> int:
    """Return the key of the last run of the year before the month, or 0."""
    newest = text("SELECT max(id) FROM payroll_run WHERE period < :period AND period >= :january")
    given = {"period": str(period), "january": str(PayPeriod(period.year, 1))}
    return connection.scalar(newest, given) or 0


def _fetch(connection: Connection, statement: str, given: Mapping[str, Any]) -> int:
    cursor: Any = connection.execute(text(statement).bindparams(**given)).cursor
    count = 0
    while rows := cursor.fetchmany(_ROWS_AT_ONCE):
        count += len(rows)
    return count


def _fetch_copy(connection: Connection, statement: str, given: Mapping[str, Any]) -> int:
    """Let PostgreSQL send its binary rows, the cheapest way out of it; nothing is made of them."""
    with _copying(connection, text(statement).bindparams(**given), "(FORMAT BINARY)") as copied:
        cursor, blocks = copied
        for _block in blocks:
            pass
        return int(cursor.rowcount)


@contextmanager
def _copying(connection: Connection, statement: Any, how: str = "") -> Iterator[tuple[Any, Any]]:
    compiled = statement.compile(dialect=connection.dialect)
    driver: Any = connection.connection.driver_connection
    query = sql.SQL("COPY ({}) TO STDOUT {}").format(sql.SQL(str(compiled)), sql.SQL(how))
    with driver.cursor() as cursor, cursor.copy(query, compiled.params) as blocks:
        yield cursor, blocks


def insert_again(run_id: int) -> Timed:
    """Take a run's payslips and lines out and put them in again, timing the way in.

    The values are the driver's own before the clock starts: tuples for SQLite's executemany, the bytes
    of COPY for PostgreSQL.
    """
    written = written_by(run_id)
    with unit_of_work() as session:
        connection = session.connection()
        is_postgres = connection.dialect.name == "postgresql"
        keep, put = (_keep_copy, _put_copy) if is_postgres else (_keep, _put)
        kept = [(table, keep(connection, table, mine)) for table, mine in written]
        rows = remove(connection, run_id)
    with quiet():
        started = time.perf_counter()
        with unit_of_work() as session:
            for table, values in kept:
                put(session.connection(), table, values)
        return Timed(time.perf_counter() - started, rows)


def written_by(run_id: int) -> tuple[tuple[Table, ColumnElement[bool]], ...]:
    """Return the tables that a run writes many rows to, parents first, and which rows are its own."""
    slips, lines = data.table("payslip"), data.table("payslip_line")
    own = slips.c.run_id == run_id
    return (slips, own), (lines, lines.c.payslip_id.in_(select(slips.c.id).where(own)))


def remove(connection: Connection, run_id: int) -> int:
    """Delete a run's payslips and lines; return how many rows there were."""
    return sum(
        connection.execute(delete(table).where(mine)).rowcount
        for table, mine in reversed(written_by(run_id))
    )


def _keep(connection: Connection, table: Table, mine: ColumnElement[bool]) -> list[Any]:
    cursor: Any = connection.execute(select(table).where(mine)).cursor
    rows: list[Any] = cursor.fetchall()
    return rows


def _put(connection: Connection, table: Table, rows: list[Any]) -> None:
    compiled = insert(table).compile(dialect=connection.dialect, column_keys=table.columns.keys())
    driver: Any = connection.connection.driver_connection
    driver.executemany(str(compiled), rows)


def _keep_copy(connection: Connection, table: Table, mine: ColumnElement[bool]) -> list[bytes]:
    with _copying(connection, select(table).where(mine)) as (_cursor, blocks):
        return [bytes(block) for block in blocks]


def _put_copy(connection: Connection, table: Table, blocks: list[bytes]) -> None:
    driver: Any = connection.connection.driver_connection
    query = sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(table.name))
    with driver.cursor() as cursor, cursor.copy(query) as copy:
        for block in blocks:
            copy.write(block)
