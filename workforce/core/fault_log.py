"""Collects, during one calculation, whose facts cannot be paid and what people should be told."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from workforce.core.errors import DomainError, InputError
from workforce.core.facts import NONE, Mask
from workforce.core.money import Column
from workforce.core.results import Fault, NoteBlock
from workforce.core.shown import all_shown


class FaultLog:
    """Faults by employee. A faulty employee is computed along and left out of the results."""

    def __init__(self, size: int) -> None:
        """Begin without faults."""
        self.is_faulty: Mask = np.zeros(size, dtype=np.bool_)
        self._faults: dict[tuple[int, str, str], Fault] = {}

    def add(
        self,
        code: str,
        field: str,
        employee: Column,
        texts: Mapping[str, list[str]] | None = None,
        *,
        row: Column | None = None,
        **params: Column,
    ) -> None:
        """Add one fault an element; the same fault said twice is one.

        Args:
            code: code of the message.
            field: path of the fact in `Facts`; see `Fault`.
            employee: int64[faults].
            texts: parameters that are words, one a fault.
            row: rows of the field's table, where it holds rows of many employees.
            params: parameters that are numbers, one a fault; names end with the unit.

        """
        for index, who in enumerate(employee.tolist()):
            shown_params: dict[str, Any] = all_shown(
                {name: int(column[index]) for name, column in params.items()}
            )
            shown_params |= {name: column[index] for name, column in (texts or {}).items()}
            at = NONE if row is None else int(row[index])
            self._add(Fault(who, InputError(code, **shown_params), field, at))

    def add_error(self, employee: Column, error: DomainError) -> None:
        """Add one error to every employee of a column."""
        for who in employee.tolist():
            self._add(Fault(who, error))

    def _add(self, fault: Fault) -> None:
        self.is_faulty[fault.employee] = True
        key = (fault.employee, fault.error.code, str(fault.error))
        self._faults.setdefault(key, fault)

    def faults(self) -> tuple[Fault, ...]:
        """Return the faults in the order of employee, code and text, whatever came first."""
        return tuple(self._faults[key] for key in sorted(self._faults))


class NoteLog:
    """Remarks in columns."""

    def __init__(self) -> None:
        """Begin without notes."""
        self._blocks: list[NoteBlock] = []

    def add(self, block: NoteBlock) -> None:
        """Add a block, if it has rows."""
        if block.employee.size:
            self._blocks.append(block)

    def blocks(self, is_faulty: Mask) -> tuple[NoteBlock, ...]:
        """Return the notes about employees without a fault, in the order of their codes."""
        kept = (_without(block, is_faulty) for block in self._blocks)
        rows = [block for block in kept if block.employee.size]
        return tuple(sorted(rows, key=lambda block: (block.code, block.details)))


def _without(block: NoteBlock, is_faulty: Mask) -> NoteBlock:
    keep = ~is_faulty[block.employee]
    return NoteBlock(
        code=block.code,
        employee=block.employee[keep],
        detail=None if block.detail is None else block.detail[keep],
        details=block.details,
        params={name: column[keep] for name, column in block.params.items()},
        blocks_approval=block.blocks_approval,
    )
