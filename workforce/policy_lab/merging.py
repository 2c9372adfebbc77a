"""Many companies' columns as one: the engine takes them all in one pass."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any, Final

import numpy as np

from workforce.core.facts import NONE, Facts
from workforce.core.money import Column

_PER_EMPLOYEE: Final = ("employments", "time_wages", "contributions", "attendances")
_ROWS: Final = (
    "rest_dates",
    "shifts",
    "leaves",
    "output",
    "inspections",
    "amounts",
    "adjustments",
    "base_differences",
    "hours_periods",
    "group_shares",
)
_NAMES: Final = {
    "policy": "policies",
    "task_type": "task_types",
    "batch": "batches",
    "code": "codes",
    "reason": "reasons",
}
"""Which columns index which names."""


def merged(facts: Sequence[Facts]) -> Facts:
    """Return the facts of several companies for one period, their people in the order given."""
    first = facts[0]
    if len(facts) == 1:
        return first
    tax = replace(
        _together(facts, "tax"), year_to_date=_joined([one.tax.year_to_date for one in facts])
    )
    columns: dict[str, Any] = {name: _together(facts, name) for name in (*_PER_EMPLOYEE, *_ROWS)}
    columns |= {
        name: tuple(text for one in facts for text in getattr(one, name))
        for name in _NAMES.values()
    }
    return replace(first, tax=tax, **columns)


def _together(facts: Sequence[Facts], name: str) -> Any:
    """Put one table of all companies together, its indexes moved to where the named thing now stands."""
    tables = [getattr(one, name) for one in facts]
    return _joined(tables, facts)


def _joined(tables: Sequence[Any], facts: Sequence[Facts] = ()) -> Any:
    columns: dict[str, Any] = {}
    for item in fields(tables[0]):
        values = [getattr(table, item.name) for table in tables]
        if not isinstance(values[0], np.ndarray):
            continue
        if item.name == "employee":
            values = _moved(values, [one.size for one in facts])
        elif item.name in _NAMES:
            values = _moved(values, [len(getattr(one, _NAMES[item.name])) for one in facts])
        columns[item.name] = np.concatenate(values)
    return replace(tables[0], **columns)


def _moved(values: Sequence[Column], sizes: Sequence[int]) -> list[Column]:
    starts = np.concatenate(([0], np.cumsum(sizes)[:-1])).tolist()
    return [
        np.where(column == NONE, NONE, column + start)
        for column, start in zip(values, starts, strict=True)
    ]
