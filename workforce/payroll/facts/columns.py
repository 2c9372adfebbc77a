"""From a Select to columns: what the driver returned, without an object a row.

Dates and times keep the driver's own shape (text on SQLite, ``date`` objects on PostgreSQL) until
NumPy turns a whole column into numbers at once: converting them one by one would cost more than the
rest of a pay run's reading.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from sqlalchemy import Date, DateTime, Select, String, type_coerce
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from workforce.core.facts import NONE, Mask
from workforce.core.grouping import grouped
from workforce.core.money import Column
from workforce.platform.bulk import select_numbers

Texts = tuple[str, ...]

MINUTES_IN_DAY: Final = 24 * 60

_DENSE_KEYS: Final = 20_000_000
_LATEST_DAY: Final = 10**6
_DAYS: Final = "datetime64[D]"
_MICROSECONDS: Final = "datetime64[us]"
_MINUTES: Final = "datetime64[m]"


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of one Select, column by column."""

    size: int
    values: Mapping[str, Any]

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


def no_rows() -> Numbers:
    """Return a table without rows, whatever columns it is asked for."""
    return Numbers(0, defaultdict(lambda: np.zeros(0, np.int64)))


def read(session: Session, statement: Select[*tuple[Any, ...]], *names: str) -> Table:
    """Run one statement and return the named columns of its rows."""
    chosen = statement.selected_columns
    raw = [_raw(chosen[name]) for name in names]
    chosen_only = statement.with_only_columns(*raw, maintain_column_froms=True)
    # On the connection: the session would look for objects in every row.
    rows = session.connection().execute(chosen_only).all()
    columns: Sequence[Sequence[Any]] = list(zip(*rows, strict=True)) if rows else [()] * len(names)
    return Table(len(rows), dict(zip(names, columns, strict=True)))


@dataclass(frozen=True, slots=True)
class Numbers(Table):
    """The rows of one Select as columns of numbers that are never negative: NULL is ``NONE``.

    Dates are days and times minutes since 1970, as in the facts; codes are their positions.
    """

    values: Mapping[str, Column]

    def followed_by(self, other: Numbers) -> Numbers:
        """Return the rows of this table and then those of another one with the same columns."""
        if not other.size:
            return self
        joined = {
            name: np.concatenate((values, other.values[name]))
            for name, values in self.values.items()
        }
        return Numbers(self.size + other.size, joined)

    def ints(self, name: str, *, missing: int = 0) -> Column:
        """Return a column; NULL becomes ``missing``."""
        values = self.values[name]
        return values if missing == NONE else np.where(values == NONE, missing, values)

    def flags(self, name: str) -> Mask:
        """Return a boolean column."""
        is_so: Mask = self.values[name] == 1
        return is_so

    def is_known(self, name: str) -> Mask:
        """Tell where a column is not NULL."""
        is_known: Mask = self.values[name] != NONE
        return is_known

    def days(self, name: str, *, missing: int = NONE) -> Column:
        """Return a date column as days since 1970-01-01; NULL becomes ``missing``."""
        return self.ints(name, missing=missing)

    def minutes(self, name: str) -> Column:
        """Return a column of local times as minutes since 1970-01-01 00:00."""
        return self.values[name]


def read_numbers(
    session: Session,
    statement: Select[*tuple[Any, ...]],
    *names: str,
    codes: Mapping[str, Sequence[str]] | None = None,
) -> Numbers:
    """Run one statement of many rows and return the named columns; ``codes`` has the known texts.

    A text that is not known becomes ``bulk.UNKNOWN_CODE``.
    """
    columns = select_numbers(session, statement, names, codes or {})
    return Numbers(len(columns[0]), dict(zip(names, columns, strict=True)))


def _raw(column: ColumnElement[Any]) -> ColumnElement[Any]:
    if isinstance(column.type, Date | DateTime):
        return type_coerce(column, String)
    return column


def known_texts(*columns: Iterable[str | None]) -> Texts:
    """Return the different texts of some columns, sorted: an order that no row order can change."""
    return tuple(sorted({text for column in columns for text in column if text is not None}))


def cell(who: Column, day: Column) -> Column:
    """Return one number for each employment, by key or position, and day or week."""
    return who * _LATEST_DAY + day


class Positions:
    """Where each employment stands in the employee columns."""

    def __init__(self, employment_ids: Column) -> None:
        """Take the keys in the order of the columns; each occurs once."""
        self.ids = employment_ids
        self._order = np.argsort(employment_ids)
        self._sorted = employment_ids[self._order]
        self._lookup = _lookup(employment_ids)

    @property
    def size(self) -> int:
        """Number of employees."""
        return int(self.ids.size)

    def of(self, employment_ids: Column) -> Column:
        """Return the position of each key, or ``NONE``."""
        if not self.size:
            return np.full(employment_ids.size, NONE, dtype=np.int64)
        if self._lookup.size:
            last = self._lookup.size - 1
            known = (employment_ids >= 0) & (employment_ids < last)
            return self._lookup[np.where(known, employment_ids, last)]
        slot = np.minimum(np.searchsorted(self._sorted, employment_ids), self.size - 1)
        is_here = self._sorted[slot] == employment_ids
        return np.where(is_here, self._order[slot], NONE)


def _lookup(keys: Column) -> Column:
    """Return the position of each key in a table with a cell for every number, ``NONE`` at its end.

    Much faster than searching; empty where the numbers are too far apart for such a table.
    """
    largest = int(keys.max(initial=0))
    if largest > _DENSE_KEYS:
        return np.zeros(0, np.int64)
    table = np.full(largest + 2, NONE, np.int64)
    table[keys] = np.arange(keys.size)
    return table


class Names:
    """The texts behind the keys that a month uses, sorted: an order that no key can change."""

    def __init__(self, table: Table, key: str, text: str, *used: Column) -> None:
        """Take the table of keys and texts, and the columns of keys in use, ``NONE`` for no key."""
        text_of = dict(zip(table.values[key], table.values[text], strict=True))
        keys = [key for key in _different(*used).tolist() if key != NONE]
        keys.sort(key=text_of.__getitem__)
        self.texts = tuple(text_of[key] for key in keys)
        self._positions = Positions(np.array(keys, np.int64))

    def of(self, keys: Column) -> Column:
        """Return the position of each key's text, or ``NONE``."""
        return self._positions.of(keys)


def _different(*columns: Column) -> Column:
    """Return the different keys."""
    keys = np.concatenate([np.zeros(0, np.int64), *columns])
    first = int(keys.min(initial=0))
    return grouped(keys - first)[0] + first
