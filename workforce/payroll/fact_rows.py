"""The rows of many employees as columns: shifts, leave, output, checks, agreed amounts, adjustments."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any, Final, TypeVar

import numpy as np

from workforce.core.facts import (
    NONE,
    Adjustments,
    AmountKind,
    Amounts,
    Inspections,
    LeaveKind,
    Leaves,
    Output,
    Shifts,
    day_number,
    month_number,
)
from workforce.core.period import PayPeriod
from workforce.payroll.columns import Names, known_texts

if TYPE_CHECKING:
    from workforce.core.facts import Choice, Mask
    from workforce.core.money import Column
    from workforce.payroll.columns import Positions, Table
    from workforce.payroll.reading import MonthTables

MINUTES_IN_DAY: Final = 24 * 60

_DAYS_IN_WEEK: Final = 7
_LATEST_DAY: Final = 10**6
_MONDAY_OFFSET: Final = 3
"""Day 0 was a Thursday: (day + 3) // 7 numbers ISO weeks."""

_CODED_KINDS: Final = (
    AmountKind.EARNING,
    AmountKind.UNTAXED_EARNING,
    AmountKind.COURT_ORDER,
    AmountKind.OTHER_DEDUCTION,
    AmountKind.SPECIAL_ADDITIONAL_DEDUCTION,
    AmountKind.OTHER_TAX_DEDUCTION,
)
"""Kinds of amounts that have several items, told apart by their code."""

_Rows = TypeVar("_Rows", Shifts, Leaves, Output, Inspections, Amounts, Adjustments)


class FactRows:
    """The tables of one month, row by row; rows of people who are not paid in it are left out."""

    def __init__(
        self,
        tables: MonthTables,
        period: PayPeriod,
        positions: Positions,
        is_employed: Mask,
    ) -> None:
        """Take the tables and who stands where; ``is_employed``: on a day of the month, by position."""
        self._tables = tables
        self._period = period
        self._positions = positions
        self._is_employed = is_employed
        self._first, self._last = day_number(period.first_on), day_number(period.last_on)
        output, checks = tables.output, tables.inspections
        self._batches, self._task_types = (
            Names(
                names,
                f"{name}_id",
                f"{name}_code",
                *(rows.ints(f"{name}_id", missing=NONE) for rows in (output, checks)),
            )
            for names, name in ((tables.batches, "batch"), (tables.task_types, "task_type"))
        )
        self.batches = self._batches.texts
        # A day with output that is not paid yet needs a task type to stand in; it is not shown.
        self.task_types = self._task_types.texts or ("",)
        self.codes = known_texts(tables.entries.values["code"])
        self.reasons = known_texts(tables.adjustments.values["reason"])

    def shifts(self, output: Output) -> Shifts:
        """Return the shifts that the engine asks for.

        Those of the next month in the week of the month's end are not: what is worked later does not
        change the hours worked before it, and a month that is paid must not wait for its week's end.
        """
        table = self._tables.shifts
        rows = Shifts(
            employee=self._positions.of(table.ints("employment_id")),
            start_minute=table.minutes("starts_at"),
            end_minute=table.minutes("ends_at"),
            break_minutes=table.ints("break_minutes"),
            is_in_lieu=table.flags("is_in_lieu"),
        )
        day = rows.start_minute // MINUTES_IN_DAY
        first = min(self._first - (self._first + _MONDAY_OFFSET) % _DAYS_IN_WEEK, self._first - 1)
        late = output.work_day < self._first
        worker, work_day = output.employee[late], output.work_day[late]
        # A night shift may reach into a week's Monday.
        is_asked = np.isin(
            _cell(rows.employee, _week(day)), _cell(worker, _week(work_day))
        ) | np.isin(_cell(rows.employee, day + 1), _cell(worker, work_day))
        return _only(rows, (rows.employee != NONE) & ((day >= first) | is_asked))

    def leaves(self) -> Leaves:
        """Return leave and stated absences, cut to the month."""
        leaves, absences = self._tables.leaves, self._tables.absences
        absent = absences.days("absent_on")
        first = np.concatenate((leaves.days("first_on"), absent))
        last = np.concatenate((leaves.days("last_on"), absent))
        kinds = np.full(absences.size, LeaveKind.ABSENCE, np.int64)
        rows = Leaves(
            employee=self._positions.of(
                np.concatenate((leaves.ints("employment_id"), absences.ints("employment_id")))
            ),
            kind=np.concatenate((choices(leaves, "kind", LeaveKind), kinds)),
            first_day=np.maximum(first, self._first),
            last_day=np.minimum(last, self._last),
        )
        return _only(rows, rows.employee != NONE)

    def output(self) -> Output:
        """Return payable output, and rows of nothing for other days that show work.

        A day with output is attended, also where the output is not accepted yet or is paid in
        another month; where a shift shows the day already, no such row is needed.
        """
        paid, idle = self._tables.output, self._tables.idle_output
        nothing = np.zeros(idle.size, np.int64)
        none = np.full(idle.size, NONE, np.int64)
        rows = Output(
            employee=self._positions.of(
                np.concatenate((paid.ints("employment_id"), idle.ints("employment_id")))
            ),
            work_day=np.concatenate((paid.days("work_on"), idle.days("work_on"))),
            task_type=np.concatenate((self._task_types.of(paid.ints("task_type_id")), nothing)),
            batch=np.concatenate((self._batches.of(paid.ints("batch_id", missing=NONE)), none)),
            hours=np.concatenate((paid.ints("hours_class", missing=NONE), none)),
            qty=np.concatenate((paid.ints("accepted_qty"), nothing)),
            price_micro=np.concatenate((paid.ints("unit_price"), nothing)),
        )
        return _only(rows, rows.employee != NONE)

    def inspections(self, output: Output) -> Inspections:
        """Return checks by employee; one of a whole batch is everybody's who has output in it."""
        table = self._tables.inspections
        batch = self._batches.of(table.ints("batch_id", missing=NONE))
        task_type = self._task_types.of(table.ints("task_type_id"))
        subject = np.where(batch != NONE, batch, len(self.batches) + task_type)
        is_named = table.is_known("employment_id")
        named = np.flatnonzero(is_named)
        shared, sharers = self._sharers(output, subject, np.flatnonzero(~is_named))
        row = np.concatenate((named, shared))
        rows = Inspections(
            employee=np.concatenate(
                (self._positions.of(table.ints("employment_id"))[named], sharers)
            ),
            batch=batch[row],
            task_type=np.where(batch == NONE, task_type, NONE)[row],
            sampled_qty=table.ints("sampled_qty")[row],
            error_qty=table.ints("error_qty")[row],
        )
        return _only(rows, rows.employee != NONE)

    def _sharers(self, output: Output, subject: Column, rows: Column) -> tuple[Column, Column]:
        """Return (row, employee) of each check in ``rows`` and each employee whom it speaks of."""
        size = max(self._positions.size, 1)
        made = output.qty > 0
        worked = np.where(output.batch != NONE, output.batch, len(self.batches) + output.task_type)
        pairs = np.unique(worked[made] * size + output.employee[made])
        start = np.searchsorted(pairs, subject[rows] * size)
        count = np.searchsorted(pairs, (subject[rows] + 1) * size) - start
        offset = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
        return np.repeat(rows, count), pairs[np.repeat(start, count) + offset] % size

    def paid_entries(self) -> Mask:
        """Tell which agreed amounts are paid.

        Who has left gets only what was agreed for the first time for this very month.
        """
        entries = self._tables.entries
        who = self._positions.of(entries.ints("employment_id"))
        begins = is_text(entries, "period_from", str(self._period))
        is_paid: Mask = (who != NONE) & (begins | np.append(self._is_employed, False)[who])
        return is_paid

    def amounts(self) -> Amounts:
        """Return agreed amounts; a given insurance total is not among them."""
        entries = self._tables.entries
        kind_of = {kind.code: int(kind) for kind in AmountKind}
        kind = np.array([kind_of.get(text, NONE) for text in entries.values["kind"]], np.int64)
        rows = Amounts(
            employee=self._positions.of(entries.ints("employment_id")),
            kind=kind,
            code=np.where(np.isin(kind, _CODED_KINDS), entries.indices("code", self.codes), NONE),
            order=entries.ints("sequence"),
            amount_fen=entries.ints("amount"),
        )
        return _only(rows, self.paid_entries() & (kind != NONE))

    def adjustments(self) -> Adjustments:
        """Return corrections of earlier months."""
        table = self._tables.adjustments
        months = [month_number(PayPeriod.parse(text)) for text in table.values["for_period"]]
        rows = Adjustments(
            employee=self._positions.of(table.ints("employment_id")),
            for_month=np.array(months, np.int64),
            reason=table.indices("reason", self.reasons),
            amount_fen=table.ints("amount"),
        )
        return _only(rows, rows.employee != NONE)


def _only(rows: _Rows, keep: Mask) -> _Rows:
    """Return the rows that are kept."""
    columns: dict[str, Any] = {item.name: getattr(rows, item.name)[keep] for item in fields(rows)}
    return type(rows)(**columns)


def choices(table: Table, name: str, choice: type[Choice]) -> Column:
    """Return the numbers of a column of codes; NULL becomes ``NONE``."""
    return table.indices(name, [member.code for member in choice])


def is_text(table: Table, name: str, text: str) -> Mask:
    """Tell where a text column has this text."""
    return np.array([value == text for value in table.values[name]], dtype=np.bool_)


def _week(day: Column) -> Column:
    """Number ISO weeks."""
    return (day + _MONDAY_OFFSET) // _DAYS_IN_WEEK


def _cell(employee: Column, position: Column) -> Column:
    """Return one number for each employee and day or week."""
    return employee * _LATEST_DAY + position
