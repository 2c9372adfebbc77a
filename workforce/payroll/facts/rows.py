"""The rows of many employees as columns: shifts, leave, output, checks, agreed amounts, adjustments."""

from __future__ import annotations

from dataclasses import dataclass, fields
from itertools import compress
from typing import TYPE_CHECKING, Any, Final, TypeVar

import numpy as np

from workforce.core.facts import (
    NONE,
    Adjustments,
    AmountKind,
    Amounts,
    BaseDifferences,
    GroupShares,
    Inspections,
    LeaveKind,
    Leaves,
    Output,
    Shifts,
    day_number,
    month_number,
)
from workforce.core.period import PayPeriod
from workforce.payroll.facts.checks import is_text
from workforce.payroll.facts.columns import MINUTES_IN_DAY, Names, cell, known_texts

if TYPE_CHECKING:
    from workforce.core.facts import Choice, Mask
    from workforce.core.money import Column
    from workforce.payroll.facts.columns import Positions, Table
    from workforce.payroll.facts.reading import MonthTables
    from workforce.payroll.facts.shares import SplitShares


_DAYS_IN_WEEK: Final = 7
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

_TAX_KINDS: Final = (
    AmountKind.SPECIAL_ADDITIONAL_DEDUCTION,
    AmountKind.OTHER_TAX_DEDUCTION,
)


@dataclass(frozen=True, slots=True)
class MonthParts:
    """For whom a pay period is the first payment of its month, and for whom the last; by position.

    A month is both. Insurance and agreed monthly amounts are taken once, with the last: only then is
    it known what the month has brought. What lowers the tax is taken with the first.
    """

    is_first: Mask
    is_last: Mask

    def is_first_of(self, who: Column) -> Mask:
        """Look positions up; ``NONE`` is nobody's."""
        return np.append(self.is_first, False)[who]

    def is_last_of(self, who: Column) -> Mask:
        """Look positions up; ``NONE`` is nobody's."""
        return np.append(self.is_last, False)[who]


_Rows = TypeVar(
    "_Rows",
    Shifts,
    Leaves,
    Output,
    GroupShares,
    Inspections,
    Amounts,
    Adjustments,
    BaseDifferences,
)


class FactRows:
    """The tables of one month, row by row; rows of people who are not paid in it are left out."""

    def __init__(
        self,
        tables: MonthTables,
        period: PayPeriod,
        positions: Positions,
        is_employed: Mask,
        parts: MonthParts,
        *,
        is_extra: bool = False,
    ) -> None:
        """Take the tables and who stands where; ``is_employed``: on a day of the month, by position."""
        self._is_extra = is_extra
        self._tables = tables
        self._period = period
        self._positions = positions
        self._is_employed = is_employed
        self._parts = parts
        self._first, self._last = day_number(period.first_on), day_number(period.last_on)
        used = (tables.output, tables.shares, tables.inspections)
        self._batches, self._task_types = (
            Names(
                names,
                f"{name}_id",
                f"{name}_code",
                *(rows.ints(f"{name}_id", missing=NONE) for rows in used),
            )
            for names, name in ((tables.batches, "batch"), (tables.task_types, "task_type"))
        )
        self.batches = self._batches.texts
        # A day with output that is not paid yet needs a task type to stand in; it is not shown.
        self.task_types = self._task_types.texts or ("",)
        self.codes = known_texts(compress(tables.entries.values["code"], self.paid_entries()))
        self.reasons = known_texts(
            compress(tables.adjustments.values["reason"], self._paid_adjustments())
        )

    def shifts(self, *made: Output | GroupShares) -> Shifts:
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
        late = [rows_made.work_day < self._first for rows_made in made]
        worker, work_day = (
            np.concatenate(
                [getattr(each, name)[is_late] for each, is_late in zip(made, late, strict=True)]
            )
            for name in ("employee", "work_day")
        )
        # A night shift may reach into a week's Monday.
        is_asked = np.isin(
            cell(rows.employee, _week(day)), cell(worker, _week(work_day))
        ) | np.isin(cell(rows.employee, day + 1), cell(worker, work_day))
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
            is_half=np.array(
                [half is not None for half in leaves.values["half"]] + [False] * absences.size,
                dtype=np.bool_,
            ),
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

    def group_shares(self, shares: SplitShares) -> GroupShares:
        """Return the shares of those who are paid here."""
        table, row = self._tables.shares, shares.row
        rows = GroupShares(
            employee=self._positions.of(table.ints("employment_id")[row]),
            work_day=table.days("work_on")[row],
            task_type=self._task_types.of(table.ints("task_type_id")[row]),
            batch=self._batches.of(table.ints("batch_id", missing=NONE)[row]),
            hours=table.ints("hours_class", missing=NONE)[row],
            pot_fen=shares.pot_fen,
            share_fen=shares.share_fen,
            weight=shares.weight,
            pot_weight=shares.pot_weight,
            is_by_hours=table.flags("is_by_hours")[row],
        )
        return _only(rows, rows.employee != NONE)

    def inspections(self, output: Output, shares: GroupShares) -> Inspections:
        """Return checks by employee; one of a whole batch is everybody's who has output in it."""
        table = self._tables.inspections
        batch = self._batches.of(table.ints("batch_id", missing=NONE))
        task_type = self._task_types.of(table.ints("task_type_id"))
        subject = np.where(batch != NONE, batch, len(self.batches) + task_type)
        is_named = table.is_known("employment_id")
        named = np.flatnonzero(is_named)
        shared, sharers = self._sharers(output, shares, subject, np.flatnonzero(~is_named))
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

    def _sharers(
        self, output: Output, shares: GroupShares, subject: Column, rows: Column
    ) -> tuple[Column, Column]:
        """Return (row, employee) of each check in ``rows`` and each employee whom it speaks of."""
        size = max(self._positions.size, 1)
        pairs = np.union1d(self._pairs(output, size)[output.qty > 0], self._pairs(shares, size))
        start = np.searchsorted(pairs, subject[rows] * size)
        count = np.searchsorted(pairs, (subject[rows] + 1) * size) - start
        offset = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
        return np.repeat(rows, count), pairs[np.repeat(start, count) + offset] % size

    def _pairs(self, rows: Output | GroupShares, size: int) -> Column:
        """Return a number for each row's batch, or task type without batch, and employee."""
        worked = np.where(rows.batch != NONE, rows.batch, len(self.batches) + rows.task_type)
        return worked * size + rows.employee

    def paid_entries(self) -> Mask:
        """Tell which agreed amounts are paid.

        Who has left gets only what was agreed for the first time for this very month. What lowers the
        tax is taken with the first payment of a month; of two halves the last takes all else.
        """
        entries = self._tables.entries
        who = self._positions.of(entries.ints("employment_id"))
        begins = is_text(entries, "period_from", str(self._period.whole))
        is_paid: Mask = (who != NONE) & (begins | np.append(self._is_employed, False)[who])
        lowers_tax = np.zeros(entries.size, np.bool_)
        for kind in _TAX_KINDS:
            lowers_tax |= is_text(entries, "kind", kind.code)
        is_paid &= ~lowers_tax | self._parts.is_first_of(who)
        if self._period.half and not self._is_extra:
            is_paid &= lowers_tax | self._parts.is_last_of(who)
        return is_paid

    def _paid_adjustments(self) -> Mask:
        """Tell which corrections are paid: of a half month's people what is given to the month, last."""
        table = self._tables.adjustments
        who = self._positions.of(table.ints("employment_id"))
        is_paid: Mask = who != NONE
        if self._period.half:
            is_paid &= is_text(table, "pay_period", str(self._period)) | (
                is_text(table, "pay_period", str(self._period.whole)) & self._parts.is_last_of(who)
            )
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
        return _only(rows, self._paid_adjustments())

    def base_differences(self) -> BaseDifferences:
        """Return contribution bases of earlier months that are settled."""
        table = self._tables.base_differences
        months = [month_number(PayPeriod.parse(text)) for text in table.values["for_period"]]
        rows = BaseDifferences(
            employee=self._positions.of(table.ints("employment_id")),
            for_month=np.array(months, np.int64),
            charged_base_fen=table.ints("charged_base_amount"),
            has_owed_base=table.is_known("owed_base_amount"),
            owed_base_fen=table.ints("owed_base_amount"),
        )
        return _only(rows, rows.employee != NONE)


def _only(rows: _Rows, keep: Mask) -> _Rows:
    """Return the rows that are kept."""
    columns: dict[str, Any] = {item.name: getattr(rows, item.name)[keep] for item in fields(rows)}
    return type(rows)(**columns)


def choices(table: Table, name: str, choice: type[Choice]) -> Column:
    """Return the numbers of a column of codes; NULL becomes ``NONE``."""
    return table.indices(name, [member.code for member in choice])


def _week(day: Column) -> Column:
    """Number ISO weeks."""
    return (day + _MONDAY_OFFSET) // _DAYS_IN_WEEK
