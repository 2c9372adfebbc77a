"""Which minutes are normal, and which are overtime of a weekday, a rest day or a statutory holiday.

Minutes on a statutory holiday are holiday minutes whatever the start day; all others follow the day
on which the shift starts. A break in a shift that touches a holiday is taken from the other minutes
first. Labour Law arts 36–45; 国务院令第174号 art 3; 工资支付暂行规定 art 13.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workforce.core.facts import (
    EmploymentType,
    Facts,
    HoursClass,
    HoursSystem,
    Mask,
    Shifts,
    date_of,
)
from workforce.core.fault_log import FaultLog
from workforce.core.money import Column
from workforce.core.rules.day_grid import DAYS_IN_WEEK, DayGrid, Grid, MaskGrid
from workforce.core.work_calendar import DayClass

MINUTES_IN_DAY = 24 * 60

ByClass = NDArray[np.int64]


class Regime:
    """Who is paid which overtime: a code a person."""

    STANDARD = 0
    HOLIDAY_ONLY = 1
    NONE = 2


def regimes(facts: Facts) -> Column:
    """Return each employee's `Regime`.

    Part-time people and (where agreed) irregular hours know holidays only, and so does the single
    day of comprehensive hours, whose overtime shows at the end of the period; other irregular hours
    and labour service know no overtime.
    """
    people = facts.employments
    agreed = np.array([policy.has_irregular_holiday_pay for policy in facts.policies], np.bool_)
    regime = np.full(facts.size, Regime.STANDARD, dtype=np.int64)
    is_part_time = people.employment_type == EmploymentType.PART_TIME
    is_irregular = people.hours_system == HoursSystem.IRREGULAR
    regime[is_part_time | (people.hours_system == HoursSystem.COMPREHENSIVE)] = Regime.HOLIDAY_ONLY
    regime[is_irregular] = Regime.NONE
    regime[is_irregular & agreed[people.policy]] = Regime.HOLIDAY_ONLY
    regime[people.employment_type == EmploymentType.LABOR_SERVICE] = Regime.NONE
    return regime


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftColumns:
    """The shifts on the grid, in order of employee and start, with what follows from them.

    `row` is the row in the facts; `day_minute` the clock minute of the start in its day.
    `worked_minutes` = end − start − break. `holiday_minutes` + `other_minutes` = `worked_minutes`.
    """

    row: Column
    employee: Column
    column: Column
    day_minute: Column
    start_minute: Column
    end_minute: Column
    worked_minutes: Column
    holiday_minutes: Column
    other_minutes: Column
    is_in_lieu: Mask
    in_month: Mask
    reaches_next_day: Mask


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkedTime:
    """Minutes by day and class.

    Attributes:
        minutes: int64[`HoursClass`, employees, days].
        has_shift: bool[employees, days]; a shift starts on the day.
        reaches_next_day: bool[employees, days]; a shift of the day ends after midnight.
        has_in_lieu: bool[employees, days].

    """

    minutes: ByClass
    has_shift: MaskGrid
    reaches_next_day: MaskGrid
    has_in_lieu: MaskGrid


def lay_out(facts: Facts, grid: DayGrid, faults: FaultLog) -> ShiftColumns:
    """Put the shifts on the grid and split their minutes by statutory holiday.

    Shifts that start outside the grid are neighbours nobody asks about, and are left out.
    """
    row = _in_order(facts.shifts, grid)
    rows = facts.shifts
    if row.size < rows.employee.size or (row[1:] < row[:-1]).any():
        rows = _pick(rows, row)
    day = rows.start_minute // MINUTES_IN_DAY
    column = grid.column(day)
    span = rows.end_minute - rows.start_minute
    worked = np.maximum(span - rows.break_minutes, 0)
    day_minute = rows.start_minute - day * MINUTES_IN_DAY
    after_midnight = day_minute + span - MINUTES_IN_DAY
    reaches = after_midnight > 0
    _check(rows, row, day, span, reaches, grid, faults)
    holiday, other = np.zeros_like(worked), worked.copy()
    # Few shifts are near a holiday; of the others every minute is on another day.
    near = np.flatnonzero((grid.is_holiday[:-1] | grid.is_holiday[1:])[column])
    starts_on, ends_on = grid.is_holiday[column[near]], grid.is_holiday[column[near] + 1]
    late = np.where(ends_on, np.maximum(after_midnight[near], 0), 0)
    off_holiday = span[near] - np.where(starts_on, span[near], late)
    other[near] = np.maximum(off_holiday - rows.break_minutes[near], 0)
    holiday[near] = np.maximum(worked[near] - other[near], 0)
    return ShiftColumns(
        row=row,
        employee=rows.employee,
        column=column,
        day_minute=day_minute,
        start_minute=rows.start_minute,
        end_minute=rows.end_minute,
        worked_minutes=worked,
        holiday_minutes=holiday,
        other_minutes=other,
        is_in_lieu=rows.is_in_lieu,
        in_month=grid.in_month(day),
        reaches_next_day=reaches,
    )


def _in_order(rows: Shifts, grid: DayGrid) -> Column:
    """Return the rows that lie on the grid, by employee and start."""
    first, last = grid.first_day * MINUTES_IN_DAY, (grid.first_day + grid.width) * MINUTES_IN_DAY
    row = np.flatnonzero((rows.start_minute >= first) & (rows.start_minute < last))
    who, start = rows.employee, rows.start_minute
    if row.size < who.size:
        who, start = who[row], start[row]
    is_later = (who[1:] > who[:-1]) | ((who[1:] == who[:-1]) & (start[1:] >= start[:-1]))
    return row if is_later.all() else row[np.lexsort((rows.end_minute[row], start, who))]


def _pick(rows: Shifts, index: Column) -> Shifts:
    return Shifts(
        employee=rows.employee[index],
        start_minute=rows.start_minute[index],
        end_minute=rows.end_minute[index],
        break_minutes=rows.break_minutes[index],
        is_in_lieu=rows.is_in_lieu[index],
    )


def _check(
    rows: Shifts,
    row: Column,
    day: Column,
    span: Column,
    reaches: Mask,
    grid: DayGrid,
    faults: FaultLog,
) -> None:
    """Refuse shifts that cannot have been worked as stated."""
    column = grid.column(day)

    def refuse(
        code: str,
        wrong: Mask,
        field: str = "shifts",
        texts: Mapping[str, list[str]] | None = None,
        **params: Column,
    ) -> None:
        at = np.flatnonzero(wrong)
        picked = {name: values[at] for name, values in params.items()}
        faults.add(code, field, rows.employee[at], texts, row=row[at], day=day[at], **picked)

    too_long = (span <= 0) | (span > MINUTES_IN_DAY)
    refuse("pay.shift_span", too_long)
    refuse(
        "pay.shift_break",
        ~too_long & (rows.break_minutes >= span),
        "shifts.break_minutes",
        break_minutes=rows.break_minutes,
        span_minutes=span,
    )
    outside = ~grid.employed.ravel()[grid.cell(rows.employee, column)]
    refuse("pay.shift_outside_employment", outside & grid.in_month(day))
    if not grid.is_known.all():
        unknown = ~grid.is_known[column] | (reaches & ~grid.is_known[column + 1])
        years = [str(date_of(last).year) for last in (day + reaches)[unknown].tolist()]
        refuse("pay.work_without_calendar", unknown, texts={"year": years})
    overlaps = np.zeros_like(too_long)
    same = rows.employee[1:] == rows.employee[:-1]
    overlaps[1:] = same & (rows.start_minute[1:] < rows.end_minute[:-1])
    refuse("pay.shifts_overlap", overlaps)


def worked_time(
    shifts: ShiftColumns,
    grid: DayGrid,
    regime: Column,
    normal_day_minutes: int,
    normal_week_minutes: int,
    faults: FaultLog,
) -> WorkedTime:
    """Class every worked minute.

    Args:
        shifts: shifts on the grid.
        grid: day classes.
        regime: `Regime` of each employee.
        normal_day_minutes: 8 hours by law.
        normal_week_minutes: 40 hours by law.
        faults: where contradictions go.

    """
    cell = grid.cell(shifts.employee, shifts.column)
    _check_in_lieu(shifts, grid, regime, faults)
    minutes = np.empty((len(HoursClass), grid.size, grid.width), dtype=np.int64)
    normal, weekday, rest, holiday = minutes  # views, in the order of `HoursClass`
    holiday[:] = 0
    festive = np.flatnonzero(shifts.holiday_minutes != 0)
    np.add.at(holiday.reshape(-1), cell[festive], shifts.holiday_minutes[festive])
    other = grid.add_up(cell, shifts.other_minutes)
    rows = np.flatnonzero(shifts.is_in_lieu)
    if rows.size:
        in_lieu = grid.add_up(cell[rows], shifts.other_minutes[rows])
        other -= in_lieu
    is_standard = (regime == Regime.STANDARD)[:, None]
    is_workday = grid.classes == DayClass.WORKDAY
    np.multiply(np.minimum(other, normal_day_minutes), is_workday, out=normal)
    np.multiply(np.maximum(other - normal_day_minutes, 0), is_workday, out=weekday)
    np.multiply(other, ~is_workday, out=rest)
    _move_over_week(normal, weekday, grid, is_standard, normal_day_minutes, normal_week_minutes)
    if rows.size:
        over_in_lieu = np.maximum(in_lieu - normal_day_minutes, 0)
        normal += in_lieu - over_in_lieu
        weekday += over_in_lieu
        other += in_lieu
    plain = np.flatnonzero(regime != Regime.STANDARD)
    minutes[HoursClass.NORMAL, plain] = other[plain]
    minutes[HoursClass.WEEKDAY_OVERTIME, plain] = 0
    minutes[HoursClass.REST_DAY, plain] = 0
    unpaid = np.flatnonzero(regime == Regime.NONE)
    minutes[HoursClass.NORMAL, unpaid] += holiday[unpaid]
    minutes[HoursClass.HOLIDAY, unpaid] = 0
    return WorkedTime(
        minutes=minutes,
        has_shift=_marked(grid, cell),
        reaches_next_day=_marked(grid, cell[shifts.reaches_next_day]),
        has_in_lieu=_marked(grid, cell[rows]),
    )


def _marked(grid: DayGrid, cell: Column) -> MaskGrid:
    flat = np.zeros(grid.size * grid.width, dtype=np.bool_)
    flat[cell] = True
    return flat.reshape(grid.size, grid.width)


def _check_in_lieu(shifts: ShiftColumns, grid: DayGrid, regime: Column, faults: FaultLog) -> None:
    """Time off in lieu takes the place of rest-day pay only; a statutory holiday is always paid."""
    asked = np.flatnonzero(shifts.is_in_lieu & shifts.in_month)
    employee, column = shifts.employee[asked], shifts.column[asked]
    day_class = grid.classes[employee, column]
    is_standard = regime[employee] == Regime.STANDARD
    for code, wrong in (
        ("pay.in_lieu_on_holiday", day_class == DayClass.HOLIDAY),
        ("pay.in_lieu_on_workday", (day_class == DayClass.WORKDAY) & is_standard),
    ):
        at = np.flatnonzero(wrong)
        faults.add(
            code,
            "shifts.is_in_lieu",
            employee[at],
            row=shifts.row[asked[at]],
            day=column[at] + grid.first_day,
        )


def _move_over_week(
    normal: Grid,
    weekday: Grid,
    grid: DayGrid,
    is_standard: MaskGrid,
    normal_day_minutes: int,
    normal_week_minutes: int,
) -> None:
    """Turn normal minutes over the week's limit into weekday overtime, from the last day back.

    The limit is 40 h; where the calendar moves a workday into the week it is 8 h for each of the
    week's scheduled workdays. Changes `normal` and `weekday` in place.
    """
    shape = (grid.size, grid.width // DAYS_IN_WEEK, DAYS_IN_WEEK)
    by_week, overtime = normal.reshape(shape), weekday.reshape(shape)
    limit = np.full(shape[:2], normal_week_minutes)
    who, week = np.nonzero(grid.has_moved_workday)
    is_workday = grid.classes.reshape(shape)[who, week] == DayClass.WORKDAY
    limit[who, week] = is_workday.sum(axis=1) * normal_day_minutes
    # Much faster than `sum` along so short an axis.
    excess = np.maximum(np.einsum("ijk->ij", by_week) - limit, 0) * is_standard
    if not excess.any():
        return
    for weekday_index in reversed(range(DAYS_IN_WEEK)):
        moved = np.minimum(by_week[:, :, weekday_index], excess)
        by_week[:, :, weekday_index] -= moved
        overtime[:, :, weekday_index] += moved
        excess -= moved


def month_minutes(worked: WorkedTime, grid: DayGrid) -> ByClass:
    """Return the month's minutes by class: int64[`HoursClass`, employees]."""
    total: ByClass = np.einsum("ijk->ij", worked.minutes[:, :, grid.month])
    return total


def lowest_class(
    grid: DayGrid, worked: WorkedTime, regime: Column, employee: Column, column: Column
) -> Column:
    """Return the class that work of an employee on a day (a grid column) has at least, row by row.

    Work in lieu, irregular hours and people without overtime may be normal on any day.
    """
    by_day = np.array([HoursClass.NORMAL, HoursClass.REST_DAY, HoursClass.HOLIDAY], np.int64)
    lowest = by_day[grid.classes[employee, column]]
    rests_as_normal = (
        worked.has_in_lieu[employee, column] | (regime == Regime.HOLIDAY_ONLY)[employee]
    )
    lowest[rests_as_normal & (lowest == HoursClass.REST_DAY)] = HoursClass.NORMAL
    lowest[(regime == Regime.NONE)[employee]] = HoursClass.NORMAL
    return lowest
