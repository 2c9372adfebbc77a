"""What output is worth, and in which hours it was made.

工资支付暂行规定 art 13, second paragraph: 150, 200, 300 % of the unit price for piecework done in
overtime. The day's piece value is shared over the day's classes by minutes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from workforce.core.facts import (
    NONE,
    OPEN_END,
    Facts,
    HoursClass,
    HoursSystem,
    Mask,
    Output,
    date_of,
)
from workforce.core.fault_log import FaultLog
from workforce.core.grouping import grouped, runs, split, sums_by_key, sums_of_runs
from workforce.core.money import MICRO_IN_FEN, Column, largest_remainder_columns
from workforce.core.rules.day_grid import DayGrid, Grid, MaskGrid, oldest_output_day
from workforce.core.rules.overtime import Regime, WorkedTime, lowest_class

LARGEST_VALUE_MICRO = 10**12
"""One row of output may be worth a million yuan, and so may a month: sums stay inside int64."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputColumns:
    """The output rows that can be paid, with what follows from them; shares of groups come last.

    `row` is the row in the facts; shares are counted on after the own output. They have no quantity
    and no price of their own, only a value.
    `work_cell` is the position in the flattened grid of the employee and the day the work belongs to:
    the start day of the shift that covers it where a shift of the day before reaches into a day
    without one of its own.
    `value_micro` = quantity × price, in millionths of a yuan, exact; `month_value_micro` is its sum,
    one row an employee.
    """

    row: Column
    employee: Column
    work_day: Column
    work_cell: Column
    task_type: Column
    batch: Column
    hours: Column
    qty: Column
    price_micro: Column
    value_micro: Column
    month_value_micro: Column


def lay_out(facts: Facts, grid: DayGrid, worked: WorkedTime, faults: FaultLog) -> OutputColumns:
    """Put the output on the grid."""
    rows = _with_shares(facts)
    keep, value, month_value = _payable_rows(rows, facts, grid, faults)
    kept = np.flatnonzero(keep)
    if kept.size < keep.size:
        rows, value = _pick(rows, kept), value[kept]
        month_value = _by_employee(rows, value, facts.size)
    qty, price = rows.qty, rows.price_micro
    if facts.group_shares.employee.size:
        is_own = kept < facts.output.employee.size
        qty, price = np.where(is_own, qty, 0), np.where(is_own, price, 0)
    cell = grid.cell(rows.employee, grid.column(rows.work_day))
    is_covered = np.zeros_like(worked.has_shift)
    is_covered[:, 1:] = worked.reaches_next_day[:, :-1] & ~worked.has_shift[:, 1:]
    cell -= is_covered.ravel()[cell]
    return OutputColumns(
        row=kept,
        employee=rows.employee,
        work_day=rows.work_day,
        work_cell=cell,
        task_type=rows.task_type,
        batch=rows.batch,
        hours=rows.hours,
        qty=qty,
        price_micro=price,
        value_micro=value,
        month_value_micro=month_value,
    )


def _with_shares(facts: Facts) -> Output:
    """Return the own output, and behind it each share of a group as one unit worth the share."""
    own, shares = facts.output, facts.group_shares
    if not shares.employee.size:
        return own
    names = ("employee", "work_day", "task_type", "batch", "hours")
    joined = {name: np.concatenate((getattr(own, name), getattr(shares, name))) for name in names}
    return Output(
        **joined,
        qty=np.concatenate((own.qty, np.ones_like(shares.share_fen))),
        price_micro=np.concatenate((own.price_micro, shares.share_fen * MICRO_IN_FEN)),
    )


def _pick(rows: Output, index: Column) -> Output:
    return Output(**{each.name: getattr(rows, each.name)[index] for each in fields(rows)})


def _by_employee(rows: Output, value: Column, size: int) -> Column:
    total = np.zeros(size, dtype=np.int64)
    np.add.at(total, rows.employee, value)
    return total


def _payable_rows(
    rows: Output, facts: Facts, grid: DayGrid, faults: FaultLog
) -> tuple[Mask, Column, Column]:
    """Tell which rows can be paid, what each is worth, and each employee's sum of those.

    The value of rows that cannot be paid means nothing.
    """
    keep = _check_days(rows, facts, grid, faults)
    if int(rows.price_micro.max(initial=0)) * int(rows.qty.max(initial=0)) > LARGEST_VALUE_MICRO:
        too_large = rows.price_micro > LARGEST_VALUE_MICRO // np.maximum(rows.qty, 1)
        _refuse(rows, "pay.output_too_large", too_large, faults)
        keep &= ~too_large
    value = np.multiply(rows.qty, rows.price_micro)
    month = _by_employee(rows, value if keep.all() else np.where(keep, value, 0), facts.size)
    is_too_much = month > LARGEST_VALUE_MICRO
    if is_too_much.any():
        faults.add("pay.month_too_large", "output", np.flatnonzero(is_too_much))
        keep &= ~is_too_much[rows.employee]
    return keep, value, month


def _refuse(
    rows: Output,
    code: str,
    wrong: Mask,
    faults: FaultLog,
    texts: Mapping[str, list[str]] | None = None,
) -> None:
    row = np.flatnonzero(wrong)
    faults.add(code, "output", rows.employee[row], texts, row=row, day=rows.work_day[row])


def _check_days(rows: Output, facts: Facts, grid: DayGrid, faults: FaultLog) -> Mask:
    """Refuse output of days on which there was none to make; tell which rows lie on the grid.

    How old output may be is the same for all: other people's output may have widened the grid.
    """
    people, day = facts.employments, rows.work_day
    # Most people were here on all days that have output: their rows are not looked at.
    first, last = int(day.min(initial=OPEN_END)), int(day.max(initial=0))
    is_part = (people.hired_on > first) | (people.separated_on < last)
    part = np.flatnonzero(is_part[rows.employee])
    who = rows.employee[part]
    outside = np.zeros(day.size, dtype=np.bool_)
    outside[part] = (day[part] < people.hired_on[who]) | (day[part] > people.separated_on[who])
    _refuse(rows, "pay.output_outside_employment", outside, faults)
    oldest, end = oldest_output_day(facts), grid.first_day + grid.month.stop
    on_grid = np.ones(day.size, dtype=np.bool_)
    if first < oldest or last >= end:
        _refuse(rows, "pay.output_too_old", day < oldest, faults)
        _refuse(rows, "pay.output_after_month", day >= end, faults)
        on_grid = (day >= oldest) & (day < end)
    if not grid.is_known.all():
        unknown = on_grid.copy()
        unknown[on_grid] = ~grid.is_known[grid.column(day[on_grid])]
        years = [str(date_of(each).year) for each in day[unknown].tolist()]
        _refuse(rows, "pay.work_without_calendar", unknown, faults, {"year": years})
    return on_grid


def value_by_class(
    output: OutputColumns,
    facts: Facts,
    grid: DayGrid,
    worked: WorkedTime,
    regime: Column,
    faults: FaultLog,
) -> NDArray[np.int64]:
    """Return the piece value of the month made in each class of hours.

    Rows that name their class keep it (it may not be below the day's class); the others' value is
    shared by minutes in whole millionths, by largest remainder; a day without a shift counts by
    its class.

    Returns:
        int64[`HoursClass`, employees], millionths of a yuan; the sum over classes is exact.

    """
    total = np.zeros((len(HoursClass), facts.size), dtype=np.int64)
    rows, value = np.flatnonzero(output.hours != NONE), output.value_micro
    if rows.size:
        hours = _stated_hours(output, rows, facts, grid, worked, regime, faults)
        np.add.at(total, (hours, output.employee[rows]), value[rows])
        value = value.copy()
        value[rows] = 0
    by_day = grid.add_up(output.work_cell, value)
    return total + _shared(by_day, grid, worked, regime)


def _shared(by_day: Grid, grid: DayGrid, worked: WorkedTime, regime: Column) -> NDArray[np.int64]:
    """Share each day's value over the day's classes: int64[`HoursClass`, employees]."""
    minutes = worked.minutes.reshape(len(HoursClass), -1)
    # A bit for each class that has minutes on the day: one look at the grid for all classes.
    bits = np.zeros(by_day.size, dtype=np.int8)
    for hours, row in zip(HoursClass, minutes, strict=True):
        bits |= (row > 0).view(np.int8) << hours.value
    total, value = np.zeros((len(HoursClass), grid.size), dtype=np.int64), by_day.ravel()
    for hours in HoursClass:
        is_only = bits == 1 << hours.value
        if hours is HoursClass.NORMAL:  # most days: a sum of rows is faster than picking them
            np.einsum("ij,ij->i", by_day, is_only.reshape(by_day.shape), out=total[hours])
        else:
            only = np.flatnonzero(is_only)
            np.add.at(total[hours], only // grid.width, value[only])
    none = np.flatnonzero((bits == 0) & (value != 0))
    employee, column = split(none, grid.width)
    lowest = lowest_class(grid, worked, regime, employee, column)
    np.add.at(total.ravel(), lowest * grid.size + employee, value[none])
    mixed = np.flatnonzero(((bits & (bits - 1)) != 0) & (value != 0))
    parts = largest_remainder_columns(value[mixed], minutes.take(mixed, axis=1))
    for hours, part in zip(HoursClass, parts, strict=True):
        np.add.at(total[hours], mixed // grid.width, part)
    return total


def _stated_hours(
    output: OutputColumns,
    rows: Column,
    facts: Facts,
    grid: DayGrid,
    worked: WorkedTime,
    regime: Column,
    faults: FaultLog,
) -> Column:
    """Return the class of rows that name one; refuse a class below that of the day."""
    employee, column = output.employee[rows], output.work_cell[rows] % grid.width
    hours = output.hours[rows]
    is_dated_on_holiday = grid.is_holiday[grid.column(output.work_day[rows])]
    paid_holiday = is_dated_on_holiday & (regime[employee] != Regime.NONE)
    least = np.where(
        paid_holiday, HoursClass.HOLIDAY, lowest_class(grid, worked, regime, employee, column)
    )
    is_irregular = facts.employments.hours_system[employee] == HoursSystem.IRREGULAR
    too_low = (hours < least) & ~is_irregular
    faults.add(
        "pay.hours_below_day",
        "output.hours",
        employee[too_low],
        row=output.row[rows][too_low],
        day=output.work_day[rows][too_low],
        stated_hours_class=hours[too_low],
        day_hours_class=least[too_low],
    )
    only_holidays = (regime[employee] == Regime.HOLIDAY_ONLY) & (hours != HoursClass.HOLIDAY)
    never = regime[employee] == Regime.NONE
    return np.where(only_holidays | never, HoursClass.NORMAL, hours)


def days_with_output(output: OutputColumns, grid: DayGrid) -> MaskGrid:
    """Return bool[employees, days of the month]: output belongs to the day."""
    flat = np.zeros(grid.size * grid.width, dtype=np.bool_)
    flat[output.work_cell] = True
    return flat.reshape(grid.size, grid.width)[:, grid.month]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareLines:
    """Shares of groups summed by employee and task type, sorted so.

    `point_…`: the weights, own and of all, of pots that go by points, thousandths; `hours_…` of pots
    that go by hours, minutes.
    """

    employee: Column
    task_type: Column
    pot_count: Column
    pot_fen: Column
    share_fen: Column
    point_weight: Column
    point_pot_weight: Column
    hours_weight: Column
    hours_pot_weight: Column


def share_lines(facts: Facts, output: OutputColumns) -> ShareLines:
    """Sum the payable shares of each employee and task type; worthless pots make no line."""
    shares = facts.group_shares
    row = output.row[output.row >= facts.output.employee.size] - facts.output.employee.size
    row = row[shares.pot_fen[row] > 0]
    keys, line = grouped(
        shares.employee[row] * max(len(facts.task_types), 1) + shares.task_type[row]
    )

    def total(values: Column) -> Column:
        sums = np.zeros(keys.size, dtype=np.int64)
        np.add.at(sums, line, values)
        return sums

    by_hours = shares.is_by_hours[row]
    employee, task_type = np.divmod(keys, max(len(facts.task_types), 1))
    weight, pot_weight = shares.weight[row], shares.pot_weight[row]
    return ShareLines(
        employee=employee,
        task_type=task_type,
        pot_count=total(np.ones_like(row)),
        pot_fen=total(shares.pot_fen[row]),
        share_fen=total(shares.share_fen[row]),
        point_weight=total(np.where(by_hours, 0, weight)),
        point_pot_weight=total(np.where(by_hours, 0, pot_weight)),
        hours_weight=total(np.where(by_hours, weight, 0)),
        hours_pot_weight=total(np.where(by_hours, pot_weight, 0)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PieceLines:
    """Output summed by employee, task type and price, sorted so."""

    employee: Column
    task_type: Column
    price_micro: Column
    qty: Column


def piece_lines(output: OutputColumns) -> PieceLines:
    """Sum the output of each employee, task type and price."""
    starts = runs(output.employee, output.task_type, output.price_micro)
    row_prices = output.price_micro[starts]
    prices = np.sort(np.unique_values(row_prices))
    # Of all task types and prices few go together: those few make a short key.
    kinds, kind = grouped(
        output.task_type[starts] * max(prices.size, 1) + np.searchsorted(prices, row_prices)
    )
    key = output.employee[starts] * max(kinds.size, 1) + kind
    keys, qty = sums_by_key(key, sums_of_runs(starts, output.qty))
    employee, kind = split(keys, max(kinds.size, 1))
    task_type, price = split(kinds, max(prices.size, 1))
    return PieceLines(
        employee=employee, task_type=task_type[kind], price_micro=prices[price][kind], qty=qty
    )
