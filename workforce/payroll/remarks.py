"""What a payslip must say about the records behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from workforce.core.facts import EmploymentType, date_of, day_number
from workforce.core.results import NoteBlock
from workforce.core.rules import day_grid
from workforce.core.work_calendar import DayClass
from workforce.payroll.facts.columns import MINUTES_IN_DAY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workforce.core.facts import Facts, Mask
    from workforce.core.money import Column
    from workforce.core.rules.day_grid import MaskGrid
    from workforce.core.work_calendar import WorkCalendar

_PAID_BY_HOURS_OR_WORK: Final = (EmploymentType.PART_TIME, EmploymentType.LABOR_SERVICE)


def days_without_record(facts: Facts, calendar: WorkCalendar) -> NoteBlock:
    """Name the scheduled days of which nothing is known: no shift, output, leave or stated absence.

    They count as unpaid. "Did not work" and "was not recorded" look the same in the tables, so the
    person and finance are both told which days it was (lesson P32).
    """
    grid = day_grid.build(facts, calendar)
    month = grid.month
    missing = (grid.classes[:, month] == DayClass.WORKDAY) & grid.employed[:, month]
    missing[np.isin(facts.employments.employment_type, _PAID_BY_HOURS_OR_WORK)] = False
    missing &= ~_recorded(facts, missing.shape)
    who = np.flatnonzero(missing.any(axis=1))
    patterns, pattern_of = np.unique(missing[who], axis=0, return_inverse=True)
    first = day_number(facts.period.first_on)
    return NoteBlock(
        code="days_without_record",
        employee=who,
        detail=pattern_of.reshape(-1).astype(np.int64),
        details=tuple(", ".join(_spans(pattern, first)) for pattern in patterns),
        params={"days": missing[who].sum(axis=1)},
    )


def _recorded(facts: Facts, shape: tuple[int, ...]) -> MaskGrid:
    """bool[employees, days of the month]: something is recorded of the day."""
    size, days = shape
    first = day_number(facts.period.first_on)
    # One day before the month and one after, so that nothing needs cutting.
    seen = np.zeros((size, days + 2), dtype=np.bool_)
    shifts, whole = facts.shifts, ~facts.leaves.is_half
    start = shifts.start_minute // MINUTES_IN_DAY
    _mark(seen, shifts.employee, start, first)
    # Output after midnight belongs to the day on which its shift began, which is marked already.
    reaches = np.zeros_like(seen)
    overnight = shifts.end_minute > (start + 1) * MINUTES_IN_DAY
    _mark(reaches, shifts.employee[overnight], start[overnight] + 1, first)
    own = np.zeros_like(seen)
    _mark(own, *facts.output_days, first)
    seen |= own & ~reaches
    # Of a day of which half is leave the other half must be known.
    first_day, who = facts.leaves.first_day[whole], facts.leaves.employee[whole]
    length = facts.leaves.last_day[whole] - first_day + 1
    offset = np.arange(length.sum()) - np.repeat(np.cumsum(length) - length, length)
    _mark(seen, np.repeat(who, length), np.repeat(first_day, length) + offset, first)
    return seen[:, 1:-1]


def _mark(cells: MaskGrid, employee: Column, day: Column, first: int) -> None:
    """Mark the days that lie on the grid, whose second column is the month's first day."""
    column = day - first + 1
    here = (column >= 0) & (column < cells.shape[1])
    cells[employee[here], column[here]] = True


def _spans(pattern: Mask, first: int) -> Iterator[str]:
    """Write marked days as dates without the year, runs of days as one span."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], pattern, [False])).astype(np.int8)))
    for start, end in edges.reshape(-1, 2).tolist():
        begin, last = date_of(first + start), date_of(first + end - 1)
        yield f"{begin:%m-%d}" if begin == last else f"{begin:%m-%d}…{last:%m-%d}"
