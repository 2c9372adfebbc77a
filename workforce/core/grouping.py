"""Groups rows by an integer key."""

import numpy as np

from workforce.core.money import Column

_DENSE_CELLS = 20_000_000
"""Up to this many keys a table with a cell for each is made instead of sorting."""


def grouped(key: Column) -> tuple[Column, Column]:
    """Return the different keys, sorted, and the position of each row's key among them.

    A dense table where the keys allow it: several times faster than sorting.
    """
    span = int(key.max()) + 1 if key.size else 0
    if span > _DENSE_CELLS:
        keys, row_of = np.unique(key, return_inverse=True)
        return keys, row_of
    is_used = np.zeros(span, dtype=np.bool_)
    is_used[key] = True
    keys = np.flatnonzero(is_used)
    # Only the cells in use are ever written or read.
    position = np.empty(span, dtype=np.int64)
    position[keys] = np.arange(keys.size)
    return keys, position[key]


def sums_by_key(key: Column, values: Column) -> tuple[Column, Column]:
    """Return the different keys whose sum of values (not negative) is not 0, sorted, and the sums."""
    span = int(key.max()) + 1 if key.size else 0
    if span > _DENSE_CELLS:
        keys, row_of = np.unique(key, return_inverse=True)
    else:
        keys, row_of = np.arange(span), key
    total = np.zeros(keys.size, dtype=np.int64)
    np.add.at(total, row_of, values)
    used = np.flatnonzero(total)
    return keys[used], total[used]


def split(key: Column, width: int) -> tuple[Column, Column]:
    """Return quotient and remainder of keys that are not negative: much faster than `divmod`."""
    quotient = key // width
    return quotient, key - quotient * width


def runs(*columns: Column) -> Column:
    """Return where rows begin that differ, in any of some columns, from the row before them.

    Rows come from the database in order: sums over runs leave few rows to group, and cost little.
    """
    begins = np.zeros(columns[0].size, dtype=np.bool_)
    begins[:1] = True
    for column in columns:
        begins[1:] |= column[1:] != column[:-1]
    return np.flatnonzero(begins)


def sums_of_runs(starts: Column, values: Column) -> Column:
    """Return the sum of the values of each run."""
    sums: Column = np.add.reduceat(values, starts) if starts.size else values[:0]
    return sums


def sums_at(keys: Column, key: Column, values: Column) -> Column:
    """Return the sum of the values of each of some sorted keys; values of other keys are left out."""
    span = max(int(column.max()) + 1 if column.size else 0 for column in (keys, key))
    if span > _DENSE_CELLS:
        position = np.minimum(np.searchsorted(keys, key), keys.size - 1)
        mine = np.flatnonzero(keys[position] == key)
        total = np.zeros(keys.size, dtype=np.int64)
        np.add.at(total, position[mine], values[mine])
        return total
    by_key = np.zeros(span, dtype=np.int64)
    np.add.at(by_key, key, values)
    return by_key[keys]
