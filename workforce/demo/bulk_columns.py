"""How the large demos put columns into tables that belong to the slices below."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import Table
from sqlalchemy.orm import Session
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from workforce.platform.bulk import insert_columns
from workforce.platform.db import Base

_Value = TypeVar("_Value")


def table(name: str) -> Table:
    """Return a table by its name, as foreign keys do: models belong to their slices."""
    return Base.metadata.tables[name]


def put(session: Session, name: str, columns: Mapping[str, Sequence[Any]]) -> None:
    """Insert rows given column by column; what is left out takes the model's own default."""
    count = len(next(iter(columns.values())))
    defaults = {
        column.name: repeat(column.default.arg, count)
        for column in table(name).columns
        if column.name not in columns and isinstance(column.default, ScalarElementColumnDefault)
    }
    insert_columns(session, table(name), defaults | dict(columns))


def repeat(value: _Value, count: int) -> list[_Value]:
    """Return a column of one value."""
    return [value] * count
