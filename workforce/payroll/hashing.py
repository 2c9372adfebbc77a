"""Fingerprints of a run's inputs and results: SHA-256 over columns in one canonical order.

Keys of the database take no part: people are named by their numbers, batches and task types by
their codes, and rows are sorted by what they say. So two databases that hold the same facts, put in
in any order, give the same hashes.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workforce.core.money import Column
    from workforce.payroll.facts.assemble import Assembled
    from workforce.platform.bulk import Values

_SEPARATOR: Final = "\x1f"
_UNSTATED: Final = np.iinfo(np.int64).min

_SINCE_LATER: Final = frozenset({"leaves.is_half"})
"""Columns that say nothing where no row has them: runs of before them keep their fingerprint."""

_PER_EMPLOYEE: Final = ("employments", "time_wages", "contributions", "attendances")
_ROWS: Final = (
    "hours_periods",
    "rest_dates",
    "shifts",
    "leaves",
    "output",
    "group_shares",
    "inspections",
    "amounts",
    "adjustments",
    "base_differences",
)


class Fingerprint:
    """Collects named columns; the same names and values in the same order give the same text."""

    def __init__(self) -> None:
        """Begin empty."""
        self._digest = hashlib.sha256()

    def add_numbers(self, name: str, values: Values) -> None:
        """Add integers or booleans; None differs from every number."""
        numbers = values if isinstance(values, np.ndarray) else _numbers(values)
        self._add(name, np.ascontiguousarray(numbers, dtype="<i8").tobytes())

    def add_texts(self, name: str, values: Values) -> None:
        """Add texts; None counts as empty."""
        self._add(name, _SEPARATOR.join([value or "" for value in values]).encode())

    def add_json(self, name: str, value: Any) -> None:
        """Add a value as JSON with sorted keys."""
        text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        self._add(name, text.encode())

    def _add(self, name: str, content: bytes) -> None:
        # The length keeps one column's end from being read as the next one's beginning.
        self._digest.update(f"{name}:{len(content)}:".encode())
        self._digest.update(content)

    def text(self) -> str:
        """Return 64 hex digits."""
        return self._digest.hexdigest()


def _numbers(values: Sequence[int | None]) -> Column:
    return np.array([_UNSTATED if value is None else value for value in values], dtype=np.int64)


def input_hash(assembled: Assembled) -> str:
    """Return the fingerprint of everything a run reads, the law excepted."""
    facts, print_ = assembled.facts, Fingerprint()
    print_.add_texts("period", [str(assembled.period)])
    print_.add_texts("employee_no", assembled.employee_nos)
    print_.add_json("policies", [asdict(policy) for policy in facts.policies])
    for name in ("task_types", "batches", "codes", "reasons"):
        print_.add_texts(name, getattr(facts, name))
    for name in _PER_EMPLOYEE:
        _add_table(print_, name, getattr(facts, name), slice(None))
    _add_table(print_, "year_to_date", facts.tax.year_to_date, slice(None))
    for item in fields(facts.tax):
        if item.name != "year_to_date":
            print_.add_numbers(f"tax.{item.name}", getattr(facts.tax, item.name))
    for name in _ROWS:
        table = getattr(facts, name)
        _add_table(print_, name, table, _canonical_order(table))
    _add_table(print_, "lieu", assembled.lieu, slice(None))
    if facts.is_extra:
        # Nothing is added otherwise: runs of before extra payments keep their fingerprint.
        print_.add_json("is_extra", value=True)
    print_.add_texts("faults", [f"{fault.employee_no} {fault.error}" for fault in assembled.faults])
    return print_.text()


def _add_table(print_: Fingerprint, name: str, table: Any, order: slice | Column) -> None:
    for item in fields(table):
        column, values = f"{name}.{item.name}", getattr(table, item.name)
        if column not in _SINCE_LATER or values.any():
            print_.add_numbers(column, values[order])


def _canonical_order(table: Any) -> Column:
    """Return the order of the rows by all their columns, the first one first."""
    columns = [getattr(table, item.name) for item in fields(table)]
    return np.lexsort(columns[::-1])
