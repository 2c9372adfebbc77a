"""Many rows in and out through the driver's own bulk path.

SQLite's ``executemany`` and PostgreSQL's ``COPY`` take a quarter of the time that SQLAlchemy's
inserts take, and reading and writing are what a pay run spends its time on. Values written go to the
driver as they are: integers, text, booleans, dates and None; JSON columns take JSON text. Numbers
read become columns without an object a row.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from psycopg import Connection as PostgresConnection
from psycopg import sql
from sqlalchemy import (
    BigInteger,
    Connection,
    Date,
    DateTime,
    Integer,
    Select,
    Table,
    case,
    cast,
    func,
    insert,
    literal_column,
    type_coerce,
)
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.schema import ScalarElementColumnDefault

Values = Sequence[Any] | NDArray[Any]

_ROWS_AT_ONCE: Final = 10_000
"""Columns become Python's objects so many rows at a time: all at once would fill the memory."""


def insert_columns(session: Session, table: Table, columns: Mapping[str, Values]) -> None:
    """Insert rows given column by column, all of one length, in the caller's unit of work.

    A column that is left out has the table's default, or NULL.

    Raises:
        ValueError: the columns differ in length, or one is not the table's.
    """
    unknown = sorted(columns.keys() - set(table.columns.keys()))
    if unknown:
        message = f"{table.name} has no columns {unknown}"
        raise ValueError(message)
    size = len(next(iter(columns.values()), ()))
    chosen: dict[str, Values] = {}
    for column in table.columns:
        if column.name in columns:
            chosen[column.name] = columns[column.name]
        elif isinstance(column.default, ScalarElementColumnDefault):
            chosen[column.name] = [column.default.arg] * size
    names, rows = list(chosen), _rows(list(chosen.values()))
    session.flush()
    connection = session.connection()
    driver = connection.connection.driver_connection
    if isinstance(driver, PostgresConnection):
        statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
            sql.Identifier(table.name), sql.SQL(", ").join(map(sql.Identifier, names))
        )
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
        return
    # Column keys make placeholders in the order of the table, which is the order of ``names``.
    compiled = insert(table).compile(dialect=connection.dialect, column_keys=names)
    driver.executemany(str(compiled), rows)  # type: ignore[union-attr]  # sqlite3's connection


def _rows(columns: Sequence[Values]) -> Iterator[tuple[Any, ...]]:
    size = len(columns[0]) if columns else 0
    if any(len(column) != size for column in columns):
        raise ValueError("the columns differ in length")
    for first in range(0, size, _ROWS_AT_ONCE):
        part = slice(first, first + _ROWS_AT_ONCE)
        yield from zip(
            *(
                column[part].tolist() if isinstance(column, np.ndarray) else column[part]
                for column in columns
            ),
            strict=True,
        )


ABSENT: Final = -1
"""What NULL is read as."""

UNKNOWN_CODE: Final = -2
"""What a text is read as that is none of the known codes."""

_COPY_HEADER_BYTES: Final = 19
_UNIX_EPOCH_JULIAN: Final = 2_440_587.5
_SECONDS_A_MINUTE: Final = 60
_MINUTES_A_DAY: Final = 24 * 60
_TINY: Final = 0.000_01


def select_numbers(
    session: Session,
    statement: Select[*tuple[Any, ...]],
    names: Sequence[str],
    codes: Mapping[str, Sequence[str]],
) -> list[NDArray[np.int64]]:
    """Run a statement and return the named columns as numbers.

    Integers and booleans are themselves, dates days and times whole minutes since 1970, texts their
    positions among the ``codes`` of the column's name. NULL is ``ABSENT``.
    """
    connection = session.connection()
    is_postgres = connection.dialect.name == "postgresql"
    to_number = _postgres_number if is_postgres else _sqlite_number
    chosen = statement.selected_columns
    numbers = statement.with_only_columns(
        *(
            func.coalesce(
                _code_number(chosen[name], codes[name])
                if name in codes
                else to_number(chosen[name]),
                _literal(ABSENT),
            )
            for name in names
        ),
        maintain_column_froms=True,
    )
    fetch = _copy_out if is_postgres else _stream
    table = fetch(connection, numbers, len(names))
    return [np.ascontiguousarray(table[:, index]) for index in range(len(names))]


def _code_number(column: ColumnElement[Any], codes: Sequence[str]) -> ColumnElement[Any]:
    positions = [(column == code, _literal(position)) for position, code in enumerate(codes)]
    return case((column.is_(None), _literal(ABSENT)), *positions, else_=_literal(UNKNOWN_CODE))


def _literal(number: int) -> ColumnElement[int]:
    return literal_column(str(number), Integer)


def _sqlite_number(column: ColumnElement[Any]) -> ColumnElement[Any]:
    if isinstance(column.type, DateTime):
        # Julian days are floating-point numbers, exact to a tenth of a millisecond.
        minutes = (func.julianday(column) - _UNIX_EPOCH_JULIAN) * _MINUTES_A_DAY
        return cast(minutes + _TINY, Integer)
    if isinstance(column.type, Date):
        return cast(func.julianday(column) - _UNIX_EPOCH_JULIAN, Integer)
    return column


def _postgres_number(column: ColumnElement[Any]) -> ColumnElement[Any]:
    if isinstance(column.type, DateTime):
        return func.floor(func.date_part("epoch", column) / _SECONDS_A_MINUTE)
    if isinstance(column.type, Date):
        return type_coerce(column, Integer) - literal_column("DATE '1970-01-01'")
    return cast(column, Integer) if column.type.python_type is bool else column


def _stream(
    connection: Connection, statement: Select[*tuple[Any, ...]], width: int
) -> NDArray[np.int64]:
    """Read from the driver's cursor straight into an array."""
    result = connection.execute(statement)
    rows: Any = result.cursor
    numbers = np.fromiter(chain.from_iterable(rows), dtype=np.int64)
    result.close()
    return numbers.reshape(-1, width)


def _copy_out(
    connection: Connection, statement: Select[*tuple[Any, ...]], width: int
) -> NDArray[np.int64]:
    """Let PostgreSQL send its own binary rows, all of one length, and take the numbers out of them."""
    columns = [cast(column, BigInteger) for column in statement.selected_columns]
    wide = statement.with_only_columns(*columns, maintain_column_froms=True)
    compiled = wide.compile(dialect=connection.dialect, compile_kwargs={"render_postcompile": True})
    driver: Any = connection.connection.driver_connection
    query = f"COPY ({compiled}) TO STDOUT (FORMAT BINARY)"
    sent = bytearray()
    with driver.cursor() as cursor, cursor.copy(query, compiled.params) as copy:
        for block in copy:
            sent += block
    # A row: how many fields, and for each its length and its eight bytes, highest first.
    field = [("length", ">i4"), ("number", ">i8")]
    row = np.dtype([("fields", ">i2"), ("columns", field, (width,))])
    count = (len(sent) - _COPY_HEADER_BYTES) // row.itemsize
    rows = np.frombuffer(sent, row, count, _COPY_HEADER_BYTES)
    return rows["columns"]["number"].astype(np.int64).reshape(count, width)
