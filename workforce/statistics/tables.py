"""Rounded figures in tables: what reports, pages and files show. No figure is computed after this."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from workforce.core.text import Text
from workforce.statistics.measure import Family, Measure
from workforce.statistics.population import Flags, Groups, Population
from workforce.statistics.single_tables import Withheld


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


@dataclass(frozen=True, slots=True)
class Breakdown:
    """Measures (columns) over the groups of a dimension (rows), with their total."""

    dimension: str
    label: Text
    measures: tuple[Measure, ...]
    groups: tuple[Text, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: tuple[Cell, ...]


def columns_of(
    population: Population,
    groups: Groups,
    measures: Sequence[Measure],
    withheld: dict[Family, Withheld] | None,
) -> list[list[Cell]]:
    """Compute measures over groups; return a list of cells for each measure."""
    columns = []
    for measure in measures:
        values = measure.compute(population, groups).rounded(measure.unit)
        hidden = _hidden(withheld, measure.family, groups.count)
        columns.append(
            [
                Cell.of(value, is_withheld=bool(is_hidden))
                for value, is_hidden in zip(values, hidden, strict=True)
            ]
        )
    return columns


def total_of(
    population: Population,
    measures: Sequence[Measure],
    withheld: dict[Family, Withheld] | None,
) -> tuple[Cell, ...]:
    """Compute measures over everybody: the total line of every table."""
    cells = []
    for measure in measures:
        (value,) = measure.compute(population, Groups.whole(population)).rounded(measure.unit)
        is_hidden = withheld is not None and withheld[measure.family].is_total
        cells.append(Cell.of(value, is_withheld=is_hidden))
    return tuple(cells)


def _hidden(withheld: dict[Family, Withheld] | None, family: Family, count: int) -> Flags:
    return np.zeros(count, dtype=np.bool_) if withheld is None else withheld[family].cells
