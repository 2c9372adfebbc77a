"""The database: one typed declarative base, shared column types, one unit of work.

SQLite (WAL) is the default and PostgreSQL the step up; every statement of this package runs on
both. Amounts are ``BigInteger`` fen, prices and rates ``BigInteger`` millionths (1 yuan =
1 000 000), ranges half open (``valid_to`` exclusive, NULL = still valid).
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    BigInteger,
    DateTime,
    Dialect,
    Engine,
    Integer,
    MetaData,
    Select,
    String,
    event,
    func,
    select,
)
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column
from sqlalchemy.types import TypeDecorator

BUSY_TIMEOUT_MS = 15_000
_IS_WORKING = "is_working"


class UtcDateTime(TypeDecorator[dt.datetime]):
    """An instant: timezone-aware in Python, stored in UTC.

    SQLite keeps no zone, so a naive value is refused here: it would silently be another instant.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        """Refuse naive datetimes and store UTC."""
        del dialect
        if value is None:
            return None
        if value.tzinfo is None:
            message = f"naive datetime {value!r} given for an instant"
            raise ValueError(message)
        return value.astimezone(dt.UTC)

    def process_result_value(
        self, value: dt.datetime | None, dialect: Dialect
    ) -> dt.datetime | None:
        """Give back an aware UTC datetime on both engines."""
        del dialect
        if value is None:
            return None
        if value.tzinfo is None:
            return value.replace(tzinfo=dt.UTC)
        return value.astimezone(dt.UTC)


# SQLite auto-numbers only a column declared INTEGER PRIMARY KEY.
Id = BigInteger().with_variant(Integer, "sqlite")

PrimaryKey = Annotated[int, mapped_column(Id, primary_key=True)]
Fen = Annotated[int, mapped_column(BigInteger)]
Micro = Annotated[int, mapped_column(BigInteger)]
Instant = Annotated[dt.datetime, mapped_column(UtcDateTime)]
Code = Annotated[str, mapped_column(String(40))]
Month = Annotated[str, mapped_column(String(7))]
"""A month such as ``2026-10``."""
Period = Annotated[str, mapped_column(String(10))]
"""A month or half of one: the text of a ``core.period.PayPeriod``."""
Name = Annotated[str, mapped_column(String(120))]

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Base of every model; given to Flask-SQLAlchemy as ``model_class``."""

    metadata = MetaData(naming_convention=NAMING)


db = SQLAlchemy(model_class=Base, disable_autonaming=True)


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, _record: object) -> None:
    """Switch on what SQLite leaves off: foreign keys, WAL, and a patient lock."""
    if not isinstance(connection, sqlite3.Connection):
        return
    # The driver must not begin transactions by itself: _begin below does, in the right mode.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = NORMAL")
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    cursor.close()


@event.listens_for(Engine, "begin")
def _begin(connection: Any) -> None:
    """Begin SQLite transactions ourselves: IMMEDIATE where the caller announced writing.

    A busy timeout does not help a deferred transaction that read first and writes later.
    """
    if connection.dialect.name != "sqlite":
        return
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def size_of(session: Session, chosen: Select[*tuple[Any, ...]]) -> int:
    """Return how many rows a select has: what a list that is shown page by page asks first."""
    return session.scalar(select(func.count()).select_from(chosen.order_by(None).subquery())) or 0


@contextmanager
def unit_of_work() -> Iterator[Session]:
    """One writing transaction: begins with the write lock, commits once, or rolls back whole.

    This is the only place of the program that commits. It ends the session's reading
    transaction first; objects read before must be read again.

    Raises:
        RuntimeError: the session works already: its writes would be undone, unseen.
    """
    session = db.session()
    if session.info.get(_IS_WORKING):
        raise RuntimeError("a unit of work inside of another")
    session.info[_IS_WORKING] = True
    try:
        session.rollback()
        session.connection(execution_options={"writing": True})
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info[_IS_WORKING] = False
