"""The local minimum wage: what the month's normal work must at least bring.

劳动法 art 48; 最低工资规定 arts 3 and 12: overtime, night work and statutory benefits do not count.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from workforce.core.facts import EmploymentType, Facts, LeaveKind, Mask
from workforce.core.fault_log import FaultLog
from workforce.core.money import MICRO_IN_FEN, Column, round_half_up
from workforce.core.rules.leave import HALVES, MonthDays

MINUTES_IN_HOUR = 60
TOP_UP: Final = "minimum_wage_top_up"
"""The pay item that fills up what is missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Floor:
    """The floor, 0 for those without one, and what counts towards it; one row an employee.

    Attributes:
        floor_fen: the floor of the month.
        counted_micro: wage that counts, before the top-up, millionths of a yuan.
        shortfall_fen: what is missing, rounded half up.
        minimum_fen: the minimum wage used: of the month, or of the hour for part-time people.
        half_days: half days of payable days that the floor is for.
        minutes: hours that the floor is for, part-time people.

    """

    floor_fen: Column
    counted_micro: Column
    shortfall_fen: Column
    minimum_fen: Column
    half_days: Column
    minutes: Column


def floor(
    facts: Facts,
    month: MonthDays,
    worked_minutes: Column,
    has_floor: Mask,
    monthly_fen: Column,
    hourly_fen: Column,
    counted_fen: Column,
    overtime_value_micro: Column,
    faults: FaultLog,
) -> Floor:
    """Compare the counted wage with the floor.

    Args:
        facts: the facts.
        month: days of the month.
        worked_minutes: minutes of the month's shifts.
        has_floor: who must reach one.
        monthly_fen: the monthly minimum.
        hourly_fen: the hourly minimum of part-time people.
        counted_fen: gross pay before the top-up less all items that do not count.
        overtime_value_micro: piece value of overtime output at 100 %, which does not count either.
        faults: where missing hours go.

    """
    is_hourly = has_floor & (facts.employments.employment_type == EmploymentType.PART_TIME)
    minutes = np.where(is_hourly, _hourly_minutes(facts, worked_minutes, is_hourly, faults), 0)
    away = (
        month.unpaid_half_days
        + month.on_leave(LeaveKind.SICK_LEAVE)
        + month.on_leave(LeaveKind.MATERNITY_LEAVE)
    )
    payable = HALVES * month.payable_days_employed
    half_days = np.maximum(np.where(has_floor & ~is_hourly, payable - away, 0), 0)
    minimum = np.where(is_hourly, hourly_fen, monthly_fen)
    by_days = round_half_up(minimum * half_days, HALVES * np.maximum(month.payable_days, 1))
    by_hours = round_half_up(minimum * minutes, MINUTES_IN_HOUR)
    floor_fen = np.where(is_hourly, by_hours, by_days)  # 0 days and minutes without a floor
    counted = counted_fen * MICRO_IN_FEN - overtime_value_micro
    missing = round_half_up(floor_fen * MICRO_IN_FEN - counted, MICRO_IN_FEN)
    return Floor(
        floor_fen=floor_fen,
        counted_micro=counted,
        shortfall_fen=np.where(has_floor, np.maximum(missing, 0), 0),
        minimum_fen=minimum,
        half_days=half_days,
        minutes=minutes,
    )


def _hourly_minutes(
    facts: Facts, worked_minutes: Column, is_hourly: Mask, faults: FaultLog
) -> Column:
    """Return the hours of part-time people: of their shifts, or as given; exactly one of both."""
    given = facts.attendances
    has_shifts = worked_minutes > 0
    neither = is_hourly & ~has_shifts & ~given.has_hours_worked
    field = "attendances.hours_worked_minutes"
    faults.add("pay.hours_missing", field, np.flatnonzero(neither))
    both = is_hourly & has_shifts & (given.hours_worked_minutes > 0)
    faults.add("pay.hours_twice", field, np.flatnonzero(both))
    return np.where(has_shifts, worked_minutes, given.hours_worked_minutes)
