"""Comprehensive hours (综合计算工时制): over the period's standard is weekday overtime, at its end.

工资支付暂行规定 art 13. Statutory holidays are paid as usual and are not among the period's hours.
"""

from dataclasses import dataclass, replace

import numpy as np

from workforce.core.facts import EmploymentType, Facts, HoursClass, HoursSystem, Mask
from workforce.core.money import Column
from workforce.core.rules.day_grid import DayGrid
from workforce.core.rules.overtime import WorkedTime


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodHours:
    """The hours of those whose period ends this month, 0 for all others; one row an employee.

    Attributes:
        month_minutes: the month's minutes that are not on statutory holidays.
        excess_minutes: the period's minutes over its standard.
        unlisted_minutes: the part of the excess that no shift of the month holds.

    """

    month_minutes: Column
    excess_minutes: Column
    unlisted_minutes: Column


def has_period(facts: Facts) -> Mask:
    """Tell who works by comprehensive hours; part-time and service people know no overtime."""
    people = facts.employments
    without = (EmploymentType.PART_TIME, EmploymentType.LABOR_SERVICE)
    is_comprehensive = people.hours_system == HoursSystem.COMPREHENSIVE
    has: Mask = is_comprehensive & ~np.isin(people.employment_type, without)
    return has


def close_periods(
    worked: WorkedTime, facts: Facts, grid: DayGrid
) -> tuple[WorkedTime, PeriodHours]:
    """Turn the excess of ended periods into weekday overtime, from the month's last day back."""
    given = facts.attendances
    ends = has_period(facts) & given.is_period_end
    if not ends.any():
        nothing = np.zeros(facts.size, dtype=np.int64)
        return worked, PeriodHours(
            month_minutes=nothing, excess_minutes=nothing, unlisted_minutes=nothing
        )
    minutes = worked.minutes.copy()
    normal = minutes[HoursClass.NORMAL, :, grid.month]
    overtime = minutes[HoursClass.WEEKDAY_OVERTIME, :, grid.month]
    in_month = np.where(ends, normal.sum(axis=1), 0)
    over = given.period_minutes_before + in_month - given.period_standard_minutes
    excess = np.where(ends, np.maximum(over, 0), 0)
    left = excess.copy()
    for day in reversed(range(normal.shape[1])):
        moved = np.minimum(normal[:, day], left)
        normal[:, day] -= moved
        overtime[:, day] += moved
        left -= moved
    return replace(worked, minutes=minutes), PeriodHours(
        month_minutes=in_month, excess_minutes=excess, unlisted_minutes=left
    )
