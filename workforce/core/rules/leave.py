"""Scheduled, attended, paid-leave and unpaid days of the month.

Leave may be of half a day: then the other half of the day is attended or not. So what may be halves is
counted in half days.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workforce.core.facts import NONE, AttendanceMode, Facts, LeaveKind
from workforce.core.fault_log import FaultLog
from workforce.core.grouping import split
from workforce.core.money import Column
from workforce.core.rules.day_grid import DayGrid, MaskGrid, days_true
from workforce.core.work_calendar import DayClass

UNPAID_KINDS = (LeaveKind.PERSONAL_LEAVE, LeaveKind.ABSENCE)
HALVES = 2
"""Half days in a day."""

KindGrid = NDArray[np.int8]


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthDays:
    """Days and half days of the pay period, one row an employee.

    Attributes:
        payable_days: scheduled workdays + statutory holidays of the whole month, of a half's too.
        payable_days_employed: those inside the employment.
        scheduled_days: workdays inside the employment.
        holiday_days: statutory holidays inside the employment.
        attended_half_days: half days of scheduled days attended.
        paid_leave_half_days: those on paid leave.
        unpaid_half_days: those neither attended nor on paid leave.
        leave_half_days: those on leave by `LeaveKind`, int64[kinds, employees].

    """

    payable_days: Column
    payable_days_employed: Column
    scheduled_days: Column
    holiday_days: Column
    attended_half_days: Column
    paid_leave_half_days: Column
    unpaid_half_days: Column
    leave_half_days: NDArray[np.int64]

    def on_leave(self, kind: LeaveKind) -> Column:
        """Return the half days of scheduled days on one kind of leave."""
        half_days: Column = self.leave_half_days[kind]
        return half_days


def month_days(facts: Facts, grid: DayGrid, has_work: MaskGrid, faults: FaultLog) -> MonthDays:
    """Count the days.

    Args:
        facts: the facts.
        grid: day classes.
        has_work: bool[employees, days of the month]; a shift or output on the day.
        faults: where contradictions go.

    """
    classes = grid.classes[:, grid.month]
    employed = grid.employed[:, grid.month]
    is_payable = classes != DayClass.REST_DAY
    is_scheduled = (classes == DayClass.WORKDAY) & employed
    scheduled_days = days_true(is_scheduled)
    leave, is_half = _leave_grid(facts, grid, faults)
    mode = facts.attendances.mode
    from_shifts = mode == AttendanceMode.FROM_SHIFTS
    # Few days are leave: they are looked at one by one, and work on one of them ends it. Work on a
    # day of which half is leave is the other half.
    who, day = split(np.flatnonzero(leave != NONE), leave.shape[1])
    stays = np.flatnonzero(~(from_shifts[who] & has_work[who, day]) | is_half[who, day])
    who, day = who[stays], day[stays]
    half = is_half[who, day]
    is_idle = is_scheduled & ~has_work
    idle_half_days = HALVES * days_true(is_idle)
    np.subtract.at(idle_half_days, who, is_idle[who, day] * np.where(half, 1, HALVES))
    leave_half_days = np.zeros((len(LeaveKind), facts.size), dtype=np.int64)
    on_leave = is_scheduled[who, day] * np.where(half, 1, HALVES)
    np.add.at(leave_half_days, (leave[who, day], who), on_leave)
    unpaid_leave = leave_half_days[list(UNPAID_KINDS)].sum(axis=0)
    paid_leave = leave_half_days.sum(axis=0) - unpaid_leave
    unpaid = unpaid_leave + np.where(from_shifts, idle_half_days, 0)
    attended = HALVES * scheduled_days - paid_leave - unpaid
    given = mode == AttendanceMode.GIVEN
    if given.any():
        _check_given(facts, scheduled_days, paid_leave, faults)
        attended = np.where(given, HALVES * facts.attendances.attended_days, attended)
        unpaid = np.where(given, HALVES * facts.attendances.unpaid_days, unpaid)
    return MonthDays(
        payable_days=days_true(grid.classes[:, grid.whole] != DayClass.REST_DAY),
        payable_days_employed=days_true(is_payable & employed),
        scheduled_days=scheduled_days,
        holiday_days=days_true((classes == DayClass.HOLIDAY) & employed),
        attended_half_days=attended,
        paid_leave_half_days=paid_leave,
        unpaid_half_days=unpaid,
        leave_half_days=leave_half_days,
    )


def _check_given(
    facts: Facts, scheduled_days: Column, paid_leave_half_days: Column, faults: FaultLog
) -> None:
    """The three given numbers must be the calendar's scheduled days, and add up to them."""
    given = facts.attendances
    counted = HALVES * (given.attended_days + given.unpaid_days) + paid_leave_half_days
    is_given = given.mode == AttendanceMode.GIVEN
    wrong = is_given & (
        (given.scheduled_days != scheduled_days) | (counted != HALVES * given.scheduled_days)
    )
    who = np.flatnonzero(wrong)
    faults.add(
        "pay.attendance_adds_wrong",
        "attendances.scheduled_days",
        who,
        scheduled_days=scheduled_days[who],
        given_days=given.scheduled_days[who],
        attended_days=given.attended_days[who],
        paid_leave_half_days=paid_leave_half_days[who],
        unpaid_days=given.unpaid_days[who],
    )


def _leave_grid(facts: Facts, grid: DayGrid, faults: FaultLog) -> tuple[KindGrid, MaskGrid]:
    """Return the leave of each day of the month, and whether it is of half the day.

    Kinds are int8[employees, days], -1 without leave; halves bool[employees, days].
    """
    days = grid.month.stop - grid.month.start
    leave = np.full((facts.size, days), NONE, dtype=np.int8)
    is_half = np.zeros(leave.shape, dtype=np.bool_)
    rows = facts.leaves
    if not rows.employee.size:
        return leave, is_half
    backwards = np.flatnonzero(rows.last_day < rows.first_day)
    faults.add(
        "pay.leave_backwards",
        "leaves.last_day",
        rows.employee[backwards],
        first_day=rows.first_day[backwards],
        last_day=rows.last_day[backwards],
        row=backwards,
    )
    month_start = grid.first_day + grid.month.start
    start = np.clip(rows.first_day - month_start, 0, days)
    length = np.maximum(np.clip(rows.last_day + 1 - month_start, 0, days) - start, 0)
    employee = np.repeat(rows.employee, length)
    offset = np.arange(length.sum()) - np.repeat(np.cumsum(length) - length, length)
    column = np.repeat(start, length) + offset
    row_of = np.full(leave.shape, NONE, dtype=np.int64)
    row = np.repeat(np.arange(rows.employee.size), length)
    row_of[employee, column] = row
    # Where two rows say something of a day, one of them is not the one that stayed.
    again = np.flatnonzero(row_of[employee, column] != row)
    again = again[np.lexsort((column[again], employee[again]))]
    again = again[np.unique(employee[again], return_index=True)[1]]  # the first day says enough
    faults.add(
        "pay.leave_overlaps",
        "leaves",
        employee[again],
        day=month_start + column[again],
        row=row_of[employee[again], column[again]],
    )
    leave[employee, column] = np.repeat(rows.kind, length)
    is_half[employee, column] = np.repeat(rows.is_half, length)
    return leave, is_half
