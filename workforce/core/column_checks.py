"""Checking columns: type, length and range of a table's fields. What fails is a defect of the caller."""

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workforce.core.money import Column

Mask = NDArray[np.bool_]


def check_columns(table: Any, size: int, limit: Callable[[object, str], tuple[int, int]]) -> None:
    """Refuse a table (a dataclass of columns) with a column of a wrong type, length or range.

    `limit` gives the inclusive range of a table's column by its name.

    Raises:
        ValueError: names the column.

    """
    for each in fields(table):
        column = getattr(table, each.name)
        if is_dataclass(column):
            continue
        name = f"{type(table).__name__}.{each.name}"
        wanted = np.bool_ if each.type is Mask else np.int64
        if not isinstance(column, np.ndarray) or column.dtype != wanted or column.shape != (size,):
            raise ValueError(f"{name} must be {wanted.__name__}[{size}]")
        if wanted is np.int64 and size:
            low, high = limit(table, each.name)
            if not _is_between(column, low, high):
                raise ValueError(f"{name} is outside {low} to {high}")


def check_index(table: object, field: str, size: int, *, lowest: int = 0) -> None:
    """Refuse an index column that names what is not there.

    Raises:
        ValueError: names the column.

    """
    column: Column = getattr(table, field)
    if column.size and not _is_between(column, lowest, size - 1):
        raise ValueError(f"{type(table).__name__}.{field} names what is not there")


def _is_between(column: Column, low: int, high: int) -> bool:
    """Tell whether all values of a column lie in an inclusive range."""
    # Seen as unsigned, a negative number is larger than every allowed one: one pass is enough.
    if low <= 0 <= high and int(column.view(np.uint64).max()) <= high:
        return True
    return low <= int(column.min()) and int(column.max()) <= high
