"""The figures of a month, quarter or year, read from the cubes of its months.

A longer period is made of months as each measure says (`measure.Over`): a stock is that of the last
month, a flow the sum, an average headcount the mean, as the statistical system defines them. It is
told only where every month that it is made of is: what it is made of is shown already, so that it
betrays nothing more, and a month that is unknown is never taken for zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from workforce.bureau.report import Figure
from workforce.core.money import round_half_up
from workforce.core.report_period import ReportPeriod
from workforce.statistics.cube import TOTAL, Axis, CellRef, CubeSet, Group
from workforce.statistics.measure import Over, Ratio, Unit
from workforce.statistics.measures import measures
from workforce.statistics.tables import Cell, CellState

_UNKNOWN: Final = Cell(CellState.UNDEFINED)
_NOBODY: Final = Cell(CellState.SHOWN, 0)


@dataclass(frozen=True, slots=True)
class PeriodFigures:
    """The cubes of the months of a period, in order; None where there are none of a month."""

    period: ReportPeriod
    sets: tuple[CubeSet | None, ...]

    @property
    def last(self) -> CubeSet | None:
        """The cubes of the last month."""
        return self.sets[-1]

    @property
    def is_complete(self) -> bool:
        """Whether there are figures of every month."""
        return None not in self.sets

    def has(self, cube: str) -> bool:
        """Tell whether any month has a cube."""
        return any(month is not None and cube in month.tables for month in self.sets)

    def axis(self, cube: str, at: int = 0) -> Axis | None:
        """Return an axis of a cube with the groups of all months, the last month's first."""
        found: Axis | None = None
        groups: dict[str, Group] = {}
        for month in reversed(self.sets):
            if month is None or cube not in month.tables:
                continue
            axis = month.tables[cube].axes[at]
            found = found or axis
            for group in axis.groups:
                groups.setdefault(group.code, group)
        return Axis(found.code, found.label, tuple(groups.values())) if found else None

    def figure(self, ref: CellRef) -> Figure:
        """Return what a cell says over the period, and where it stands if its last month has it."""
        unit = measures()[ref.measure].unit
        cell = self.cell(ref)
        if not _is_in(self.last, ref):
            return Figure.of(cell, unit)
        return Figure.of(cell, unit, ref, self.period.last)

    def cell(self, ref: CellRef) -> Cell:
        """Return a cell over the period: that of its only month, or made of those of its months."""
        if len(self.sets) == 1:
            return _month_cell(self.sets[0], ref)
        rule = measures()[ref.measure].over
        if rule is None:
            return _UNKNOWN
        if isinstance(rule, Ratio):
            return self._ratio(ref, rule)
        if rule is Over.LAST:
            return _month_cell(self.sets[-1], ref)
        if rule is Over.FIRST:
            return _month_cell(self.sets[0], ref)
        return _joined([_flow_cell(month, ref) for month in self.sets], is_mean=rule is Over.MEAN)

    def _ratio(self, ref: CellRef, rule: Ratio) -> Cell:
        if rule.only_complete and not all(map(_is_wage_known, self.sets)):
            return _UNKNOWN
        parts = [rule.numerator, rule.denominator]
        above, below = (self.cell(ref._replace(measure=code)) for code in parts)
        state = _state_of([above, below])
        if state is not CellState.SHOWN or not below.value or above.value is None:
            return Cell(CellState.UNDEFINED if state is CellState.SHOWN else state)
        # Exact values are counts divided by the multipliers of their units.
        units = [measures()[code].unit.multiplier for code in parts]
        scale = measures()[ref.measure].unit.multiplier
        value = round_half_up(above.value * units[1] * scale, below.value * units[0])
        return Cell(CellState.SHOWN, value)


def _is_in(month: CubeSet | None, ref: CellRef) -> bool:
    """Tell whether a month has a cell: of what it has not there is no page to open."""
    table = month.tables.get(ref.cube) if month else None
    if table is None or ref.measure not in table.figures:
        return False
    groups = ref.groups or (TOTAL,) * len(table.axes)
    return all(code in axis.codes for axis, code in zip(table.axes, groups, strict=True))


def _month_cell(month: CubeSet | None, ref: CellRef) -> Cell:
    """Return a cell of one month; where nobody is in a group, its counts and amounts are 0."""
    table = month.tables.get(ref.cube) if month else None
    if table is None or ref.measure not in table.figures:
        return _UNKNOWN
    try:
        return table.cell(ref.measure, *ref.groups)
    except KeyError:
        measure = measures()[ref.measure]
        is_counted = isinstance(measure.over, Over) and measure.unit is not Unit.PERCENT
        return _NOBODY if is_counted else _UNKNOWN


def _flow_cell(month: CubeSet | None, ref: CellRef) -> Cell:
    """Return what a month adds to a sum or mean: nothing where no company employed anybody."""
    if month is not None and month.payroll.companies == 0:
        return _NOBODY
    return _month_cell(month, ref)


def _is_wage_known(month: CubeSet | None) -> bool:
    return month is not None and month.payroll.with_result == month.payroll.companies


def _joined(cells: Sequence[Cell], *, is_mean: bool) -> Cell:
    state = _state_of(cells)
    if state is not CellState.SHOWN:
        return Cell(state)
    total = sum(cell.value or 0 for cell in cells)
    return Cell(CellState.SHOWN, round_half_up(total, len(cells)) if is_mean else total)


def _state_of(cells: Sequence[Cell]) -> CellState:
    """Return why cells together say nothing, or that they do: what is withheld goes first."""
    states = {cell.state for cell in cells}
    for state in (CellState.WITHHELD, CellState.UNDEFINED):
        if state in states:
            return state
    return CellState.SHOWN
