"""Rounded figures in tables: what reports, pages and files show. No figure is computed after this."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class CellState(StrEnum):
    """Why a cell shows what it shows."""

    SHOWN = "shown"
    WITHHELD = "withheld"
    """Known but not told: too few stand behind it, or it would give away a cell that is."""
    UNDEFINED = "undefined"
    """Nothing to measure: no payroll result, nobody to divide by."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure: a whole count of the last shown decimal of its measure's unit.

    A withheld cell does not carry its value: what is not there cannot leak.
    """

    state: CellState
    value: int | None = None

    @classmethod
    def of(cls, value: int | None, *, is_withheld: bool) -> Cell:
        """Make the cell of a value that may be undefined or withheld."""
        if is_withheld:
            return cls(CellState.WITHHELD)
        return cls(CellState.UNDEFINED) if value is None else cls(CellState.SHOWN, value)
