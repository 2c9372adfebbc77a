"""Scheduled, attended, paid-leave and unpaid days of the month."""

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

KindGrid = NDArray[np.int8]


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthDays:
    """Whole days of the pay period, one row an employee.

    Attributes:
        payable_days: scheduled workdays + statutory holidays of the whole month, of a half's too.
        payable_days_employed: those inside the employment.
        scheduled_days: workdays inside the employment.
        holiday_days: statutory holidays inside the employment.
        attended_days: scheduled days attended.
        paid_leave_days: scheduled days on paid leave.
        unpaid_days: scheduled days neither attended nor on paid leave.
        leave_days: scheduled days by `LeaveKind`, int64[kinds, employees].

    """

    payable_days: Column
    payable_days_employed: Column
    scheduled_days: Column
    holiday_days: Column
    attended_days: Column
    paid_leave_days: Column
    unpaid_days: Column
    leave_days: NDArray[np.int64]

    def on_leave(self, kind: LeaveKind) -> Column:
        """Return the scheduled days on one kind of leave."""
        days: Column = self.leave_days[kind]
        return days


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
    leave = _leave_grid(facts, grid, faults)
    mode = facts.attendances.mode
    from_shifts = mode == AttendanceMode.FROM_SHIFTS
    # Few days are leave: they are looked at one by one, and work on one of them ends it.
    who, day = split(np.flatnonzero(leave != NONE), leave.shape[1])
    stays = np.flatnonzero(~(from_shifts[who] & has_work[who, day]))
    who, day = who[stays], day[stays]
    is_idle = is_scheduled & ~has_work
    is_idle[who, day] = False
    leave_days = np.zeros((len(LeaveKind), facts.size), dtype=np.int64)
    np.add.at(leave_days, (leave[who, day], who), is_scheduled[who, day])
    unpaid_leave = leave_days[list(UNPAID_KINDS)].sum(axis=0)
    paid_leave_days = leave_days.sum(axis=0) - unpaid_leave
    unpaid_days = unpaid_leave + np.where(from_shifts, days_true(is_idle), 0)
    attended_days = scheduled_days - paid_leave_days - unpaid_days
    given = mode == AttendanceMode.GIVEN
    if given.any():
        _check_given(facts, scheduled_days, paid_leave_days, faults)
        attended_days = np.where(given, facts.attendances.attended_days, attended_days)
        unpaid_days = np.where(given, facts.attendances.unpaid_days, unpaid_days)
    return MonthDays(
        payable_days=days_true(grid.classes[:, grid.whole] != DayClass.REST_DAY),
        payable_days_employed=days_true(is_payable & employed),
        scheduled_days=scheduled_days,
        holiday_days=days_true((classes == DayClass.HOLIDAY) & employed),
        attended_days=attended_days,
        paid_leave_days=paid_leave_days,
        unpaid_days=unpaid_days,
        leave_days=leave_days,
    )


def _check_given(
    facts: Facts, scheduled_days: Column, paid_leave_days: Column, faults: FaultLog
) -> None:
    """The three given numbers must be the calendar's scheduled days, and add up to them."""
    given = facts.attendances
    counted = given.attended_days + paid_leave_days + given.unpaid_days
    is_given = given.mode == AttendanceMode.GIVEN
    wrong = is_given & (
        (given.scheduled_days != scheduled_days) | (counted != given.scheduled_days)
    )
    who = np.flatnonzero(wrong)
    faults.add(
        "pay.attendance_adds_wrong",
        "attendances.scheduled_days",
        who,
        scheduled_days=scheduled_days[who],
        given_days=given.scheduled_days[who],
        attended_days=given.attended_days[who],
        paid_leave_days=paid_leave_days[who],
        unpaid_days=given.unpaid_days[who],
    )


def _leave_grid(facts: Facts, grid: DayGrid, faults: FaultLog) -> KindGrid:
    """Return the leave kind of each day of the month, int8[employees, days]; -1 without leave."""
    days = grid.month.stop - grid.month.start
    leave = np.full((facts.size, days), NONE, dtype=np.int8)
    rows = facts.leaves
    if not rows.employee.size:
        return leave
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
    return leave
