"""What output is worth, and in which hours it was made.

工资支付暂行规定 art 13, second paragraph: 150, 200, 300 % of the unit price for piecework done in
overtime. The day's piece value is shared over the day's classes by minutes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from workforce.core.facts import NONE, Facts, HoursClass, HoursSystem, Mask, Output, date_of
from workforce.core.fault_log import FaultLog
from workforce.core.group_shares import MICRO_IN_FEN
from workforce.core.grouping import grouped, runs, sums_of_runs
from workforce.core.money import Column, largest_remainder_columns
from workforce.core.rules.day_grid import DayGrid, Grid, MaskGrid
from workforce.core.rules.overtime import Regime, WorkedTime, lowest_class

LARGEST_VALUE_MICRO = 10**12
"""One row of output may be worth a million yuan, and so may a month: sums stay inside int64."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputColumns:
    """The output rows that can be paid, with what follows from them; shares of groups come last.

    `row` is the row in the facts; shares are counted on after the own output. They have no quantity
    and no price of their own, only a value.
    `work_column` is the grid column of the day the work belongs to: the start day of the shift that
    covers it where a shift of the day before reaches into a day without one of its own.
    `value_micro` = quantity × price, in millionths of a yuan, exact.
    """

    row: Column
    employee: Column
    work_day: Column
    work_column: Column
    task_type: Column
    batch: Column
    hours: Column
    qty: Column
    price_micro: Column
    value_micro: Column
    is_dated_on_holiday: Mask


def lay_out(facts: Facts, grid: DayGrid, worked: WorkedTime, faults: FaultLog) -> OutputColumns:
    """Put the output on the grid."""
    rows = _with_shares(facts)
    keep, value = _payable_rows(rows, facts, grid, faults)
    kept = np.flatnonzero(keep)
    if kept.size < keep.size:
        rows, value = _pick(rows, kept), value[kept]
    qty, price = rows.qty, rows.price_micro
    if facts.group_shares.employee.size:
        is_own = kept < facts.output.employee.size
        qty, price = np.where(is_own, qty, 0), np.where(is_own, price, 0)
    column = grid.column(rows.work_day)
    cell = grid.cell(rows.employee, column)
    is_covered = ~worked.has_shift
    is_covered[:, 1:] &= worked.reaches_next_day[:, :-1]
    is_covered[:, 0] = False
    covered = is_covered.ravel()[cell]
    return OutputColumns(
        row=kept,
        employee=rows.employee,
        work_day=rows.work_day,
        work_column=column - covered,
        task_type=rows.task_type,
        batch=rows.batch,
        hours=rows.hours,
        qty=qty,
        price_micro=price,
        value_micro=value,
        is_dated_on_holiday=grid.is_holiday[column],
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


def _payable_rows(
    rows: Output, facts: Facts, grid: DayGrid, faults: FaultLog
) -> tuple[Mask, Column]:
    """Tell which rows can be paid, and what each is worth; the value of the others means nothing."""
    people = facts.employments
    on_grid = grid.holds(rows.work_day)

    def refuse(code: str, wrong: Mask, texts: Mapping[str, list[str]] | None = None) -> None:
        row = np.flatnonzero(wrong)
        faults.add(code, "output", rows.employee[row], texts, row=row, day=rows.work_day[row])

    refuse("pay.output_too_old", rows.work_day < grid.first_day)
    too_late = rows.work_day >= grid.first_day + grid.month.stop
    refuse("pay.output_after_month", too_late)
    hired, separated = people.hired_on[rows.employee], people.separated_on[rows.employee]
    refuse("pay.output_outside_employment", (rows.work_day < hired) | (rows.work_day > separated))
    unknown = np.zeros_like(on_grid)
    if not grid.is_known.all():
        unknown[on_grid] = ~grid.is_known[grid.column(rows.work_day[on_grid])]
    years = [str(date_of(day).year) for day in rows.work_day[unknown].tolist()]
    refuse("pay.work_without_calendar", unknown, {"year": years})
    keep: Mask = on_grid & ~too_late
    if int(rows.price_micro.max(initial=0)) * int(rows.qty.max(initial=0)) > LARGEST_VALUE_MICRO:
        too_large = rows.price_micro > LARGEST_VALUE_MICRO // np.maximum(rows.qty, 1)
        refuse("pay.output_too_large", too_large)
        keep &= ~too_large
    value = np.multiply(rows.qty, rows.price_micro)
    month = np.zeros(facts.size, dtype=np.int64)
    np.add.at(month, rows.employee, value if keep.all() else np.where(keep, value, 0))
    is_too_much = month > LARGEST_VALUE_MICRO
    if is_too_much.any():
        faults.add("pay.month_too_large", "output", np.flatnonzero(is_too_much))
        keep &= ~is_too_much[rows.employee]
    return keep, value


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
    stated = output.hours != NONE
    if stated.any():
        rows = np.flatnonzero(stated)
        hours = _stated_hours(output, rows, facts, grid, worked, regime, faults)
        np.add.at(total, (hours, output.employee[rows]), output.value_micro[rows])
    cell = grid.cell(output.employee, output.work_column)
    by_day = grid.add_up(
        cell, np.where(stated, 0, output.value_micro) if stated.any() else output.value_micro
    )
    return total + _shared(by_day, grid, worked, regime)


def _shared(by_day: Grid, grid: DayGrid, worked: WorkedTime, regime: Column) -> NDArray[np.int64]:
    """Share each day's value over the day's classes: int64[`HoursClass`, employees]."""
    cell = np.flatnonzero(by_day)
    size = by_day.shape[0]
    employee, value = cell // by_day.shape[1], by_day.ravel()[cell]
    minutes = worked.minutes.reshape(len(HoursClass), -1)
    total = np.zeros((len(HoursClass), size), dtype=np.int64)
    has_class = [(row > 0)[cell].view(np.int8) for row in minutes]
    used = sum(has_class, start=np.zeros(cell.size, np.int8))
    only = sum(
        (hours.value * has for hours, has in zip(HoursClass, has_class, strict=True)),
        start=np.zeros(cell.size, np.int8),
    )
    one, none, mixed = (np.flatnonzero(each) for each in (used == 1, used == 0, used > 1))
    np.add.at(total.ravel(), only[one].astype(np.int64) * size + employee[one], value[one])
    lowest = lowest_class(grid, worked, regime, employee[none], cell[none] % by_day.shape[1])
    np.add.at(total.ravel(), lowest * size + employee[none], value[none])
    parts = largest_remainder_columns(value[mixed], minutes.take(cell[mixed], axis=1))
    for hours, part in zip(HoursClass, parts, strict=True):
        np.add.at(total[hours], employee[mixed], part)
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
    employee, column = output.employee[rows], output.work_column[rows]
    hours = output.hours[rows]
    paid_holiday = output.is_dated_on_holiday[rows] & (regime[employee] != Regime.NONE)
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
    flat[grid.cell(output.employee, output.work_column)] = True
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


def piece_lines(output: OutputColumns, task_types: int) -> PieceLines:
    """Sum the output of each employee, task type and price."""
    starts = runs(output.employee, output.task_type, output.price_micro)
    row_prices = output.price_micro[starts]
    prices = np.sort(np.unique_values(row_prices))
    key = output.employee[starts] * max(task_types, 1) + output.task_type[starts]
    keys, row_of = grouped(key * max(prices.size, 1) + np.searchsorted(prices, row_prices))
    qty = np.zeros(keys.size, dtype=np.int64)
    np.add.at(qty, row_of, sums_of_runs(starts, output.qty))
    kind, price = np.divmod(keys, max(prices.size, 1))
    employee, task_type = np.divmod(kind, max(task_types, 1))
    worked = qty > 0
    return PieceLines(
        employee=employee[worked],
        task_type=task_type[worked],
        price_micro=prices[price[worked]],
        qty=qty[worked],
    )
