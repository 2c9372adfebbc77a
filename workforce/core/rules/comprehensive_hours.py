"""Comprehensive hours (综合计算工时制): over the period's standard is weekday overtime, at its end.

工资支付暂行规定 art 13. Statutory holidays are paid as usual and are not among the period's hours.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from workforce.core.facts import (
    EmploymentType,
    Facts,
    HoursClass,
    HoursSystem,
    Mask,
    day_number,
    month_number,
    month_of,
)
from workforce.core.money import Column
from workforce.core.rules.day_grid import DayGrid
from workforce.core.rules.overtime import WorkedTime


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodHours:
    """The hours of those whose period ends in the month, 0 for all others; one row an employee.

    Attributes:
        has_ended: whose period ends.
        minutes_before: the period's minutes before the month.
        month_minutes: the month's minutes that are not on statutory holidays.
        standard_minutes: the period's standard.
        excess_minutes: the period's minutes over its standard.
        unlisted_minutes: the part of the excess that no shift of the month holds.

    """

    has_ended: Mask
    minutes_before: Column
    month_minutes: Column
    standard_minutes: Column
    excess_minutes: Column
    unlisted_minutes: Column


def has_period(facts: Facts) -> Mask:
    """Tell who works by comprehensive hours; part-time and service people know no overtime."""
    people = facts.employments
    without = (EmploymentType.PART_TIME, EmploymentType.LABOR_SERVICE)
    is_comprehensive: Mask = people.hours_system == HoursSystem.COMPREHENSIVE
    if not is_comprehensive.any():
        return is_comprehensive
    has: Mask = is_comprehensive & ~np.isin(people.employment_type, without)
    return has


def close_periods(
    worked: WorkedTime, facts: Facts, grid: DayGrid
) -> tuple[WorkedTime, PeriodHours]:
    """Turn the excess of ended periods into weekday overtime; return the pay month's periods, too.

    Earlier months matter where their output is paid now: the grid then holds them whole.
    """
    this_month = month_number(facts.period)
    ended = facts.hours_periods.month[facts.hours_periods.is_end]
    minutes = worked.minutes.copy() if ended.size else worked.minutes
    for month in np.unique(ended[ended < this_month]).tolist():
        if day_number(month_of(month).first_on) >= grid.first_day:
            _close(minutes, facts, grid, month)
    return replace(worked, minutes=minutes), _close(minutes, facts, grid, this_month)


def _close(minutes: NDArray[np.int64], facts: Facts, grid: DayGrid, month: int) -> PeriodHours:
    """Move the excess of periods that end in a month, from its last day back; changes `minutes`."""
    rows = facts.hours_periods
    mine = np.flatnonzero((rows.month == month) & rows.is_end & has_period(facts)[rows.employee])
    who = rows.employee[mine]
    start = day_number(month_of(month).first_on) - grid.first_day
    days = range(start, start + month_of(month).days)
    normal, overtime = minutes[HoursClass.NORMAL], minutes[HoursClass.WEEKDAY_OVERTIME]
    in_month = normal[who, start : days.stop].sum(axis=1)
    over = rows.minutes_before[mine] + in_month - rows.standard_minutes[mine]
    left = excess = np.maximum(over, 0)
    for day in reversed(days):
        moved = np.minimum(normal[who, day], left)
        normal[who, day] -= moved
        overtime[who, day] += moved
        left = left - moved

    def spread(values: Column) -> Column:
        column = np.zeros(facts.size, dtype=np.int64)
        column[who] = values
        return column

    return PeriodHours(
        has_ended=spread(np.ones_like(who)) > 0,
        minutes_before=spread(rows.minutes_before[mine]),
        month_minutes=spread(in_month),
        standard_minutes=spread(rows.standard_minutes[mine]),
        excess_minutes=spread(excess),
        unlisted_minutes=spread(left),
    )
