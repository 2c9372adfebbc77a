"""From a Select to columns: what the driver returned, without an object a row.

Dates and times keep the driver's own shape (text on SQLite, ``date`` objects on PostgreSQL) until
NumPy turns a whole column into numbers at once: converting them one by one would cost more than the
rest of a pay run's reading.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from sqlalchemy import Date, DateTime, Select, String, type_coerce
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from workforce.core.facts import NONE, Mask
from workforce.core.money import Column

Texts = tuple[str, ...]

_DAYS: Final = "datetime64[D]"
_MICROSECONDS: Final = "datetime64[us]"
_MINUTES: Final = "datetime64[m]"


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of one Select, column by column."""

    size: int
    values: Mapping[str, Sequence[Any]]

    def ints(self, name: str, *, missing: int = 0) -> Column:
        """Return an integer column; NULL becomes ``missing``."""
        values = self.values[name]
        return np.array([missing if value is None else value for value in values], dtype=np.int64)

    def flags(self, name: str) -> Mask:
        """Return a boolean column."""
        return np.array(self.values[name], dtype=np.bool_)

    def is_known(self, name: str) -> Mask:
        """Tell where a column is not NULL."""
        return np.array([value is not None for value in self.values[name]], dtype=np.bool_)

    def days(self, name: str, *, missing: int = NONE) -> Column:
        """Return a date column as days since 1970-01-01; NULL becomes ``missing``."""
        values = np.array(self.values[name], dtype=_DAYS)
        return np.where(np.isnat(values), missing, values.astype(np.int64))

    def minutes(self, name: str) -> Column:
        """Return a column of local times as minutes since 1970-01-01 00:00."""
        values = np.array(self.values[name], dtype=_MICROSECONDS)
        return values.astype(_MINUTES).astype(np.int64)

    def indices(self, name: str, known: Sequence[str]) -> Column:
        """Return the position of each text in ``known``; NULL and unknown texts become ``NONE``."""
        position = {text: index for index, text in enumerate(known)}
        return np.array([position.get(text, NONE) for text in self.values[name]], dtype=np.int64)

    def texts(self, name: str) -> Texts:
        """Return a text column as it is."""
        return tuple(self.values[name])


def read(session: Session, statement: Select[*tuple[Any, ...]], *names: str) -> Table:
    """Run one statement and return the named columns of its rows."""
    chosen = statement.selected_columns
    raw = [_raw(chosen[name]) for name in names]
    chosen_only = statement.with_only_columns(*raw, maintain_column_froms=True)
    # On the connection: the session would look for objects in every row.
    rows = session.connection().execute(chosen_only).all()
    columns: Sequence[Sequence[Any]] = list(zip(*rows, strict=True)) if rows else [()] * len(names)
    return Table(len(rows), dict(zip(names, columns, strict=True)))


def _raw(column: ColumnElement[Any]) -> ColumnElement[Any]:
    if isinstance(column.type, Date | DateTime):
        return type_coerce(column, String)
    return column


def known_texts(*columns: Sequence[str | None]) -> Texts:
    """Return the different texts of some columns, sorted: an order that no row order can change."""
    return tuple(sorted({text for column in columns for text in column if text is not None}))


class Positions:
    """Where each employment stands in the employee columns."""

    def __init__(self, employment_ids: Column) -> None:
        """Take the keys in the order of the columns; each occurs once."""
        self.ids = employment_ids
        self._order = np.argsort(employment_ids)
        self._sorted = employment_ids[self._order]

    @property
    def size(self) -> int:
        """Number of employees."""
        return int(self.ids.size)

    def of(self, employment_ids: Column) -> Column:
        """Return the position of each key, or ``NONE``."""
        if not self.size:
            return np.full(employment_ids.size, NONE, dtype=np.int64)
        slot = np.minimum(np.searchsorted(self._sorted, employment_ids), self.size - 1)
        is_here = self._sorted[slot] == employment_ids
        return np.where(is_here, self._order[slot], NONE)
