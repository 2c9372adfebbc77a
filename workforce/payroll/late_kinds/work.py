"""Late facts of work: output counted anew, checks put right, a price that was raised."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np

from workforce.core.errors import InputError
from workforce.core.facts import NONE, day_number
from workforce.core.money import format_micro, parse_micro
from workforce.core.text import Text
from workforce.payroll.facts.columns import Numbers
from workforce.payroll.late_kinds import patches
from workforce.payroll.late_kinds.kind import (
    MOST,
    OfPeriod,
    Since,
    read_count,
    read_day,
    read_number,
    read_period,
    read_text,
)

if TYPE_CHECKING:
    from workforce.payroll.facts.reading import MonthTables
    from workforce.payroll.late_kinds.patches import Lookup


@dataclass(frozen=True, slots=True)
class LateInspection(OfPeriod):
    """What the checks of a batch, or of a task type without batch, come to: of one person or of all."""

    CODE: ClassVar = "inspection"
    RANK: ClassVar = 40
    FIELDS: ClassVar = ("period", "task_type", "batch", "sampled_qty", "error_qty")
    IS_OF_ALL: ClassVar = True

    period: str
    task_type: str
    batch: str | None
    sampled_qty: int
    error_qty: int

    @classmethod
    def parse(cls, said: Mapping[str, str]) -> Self:
        """Read a check; nothing sampled takes it back."""
        sampled = read_count(said, "sampled_qty", 0, MOST)
        errors = read_count(said, "error_qty", 0, MOST)
        if errors > sampled:
            raise InputError("late.errors", place="error_qty", errors=errors, sampled=sampled)
        batch = said.get("batch", "").strip() or None
        return cls(read_period(said), read_text(said, "task_type"), batch, sampled, errors)

    def describe(self) -> Text:
        """Say the batch, and what was found."""
        what = self.batch or self.task_type
        return Text(
            f"{what} 抽检 {self.sampled_qty}，错误 {self.error_qty}",
            f"{what}: {self.sampled_qty} sampled, {self.error_qty} errors",
        )

    def apply(self, tables: MonthTables, who: int, lookup: Lookup, /) -> MonthTables:
        """Put one check in the place of those of the same person and batch."""
        task_type, batch = lookup.task_type_id(self.task_type), lookup.batch_id(self.batch)
        rows = tables.inspections
        same = (rows.ints("employment_id", missing=NONE) == who) & (
            rows.ints("batch_id", missing=NONE) == batch
        )
        same &= rows.ints("task_type_id") == task_type
        rows = patches.kept(rows, ~same)
        if self.sampled_qty:
            rows = patches.with_row(
                rows,
                employment_id=who,
                batch_id=batch,
                task_type_id=task_type,
                sampled_qty=self.sampled_qty,
                error_qty=self.error_qty,
            )
        batches = patches.with_batch(tables, batch, self.batch)
        return replace(tables, inspections=rows, batches=batches)


@dataclass(frozen=True, slots=True)
class LateOutput(OfPeriod):
    """Accepted output that was counted anew: so many units more, or less, than were paid."""

    CODE: ClassVar = "output"
    RANK: ClassVar = 30
    FIELDS: ClassVar = ("period", "task_type", "work_on", "batch", "difference_qty")

    period: str
    task_type: str
    work_on: str
    batch: str | None
    difference_qty: int

    @classmethod
    def parse(cls, said: Mapping[str, str]) -> Self:
        """Read a recount."""
        difference = read_count(said, "difference_qty", -MOST, MOST)
        if not difference:
            raise InputError("late.no_difference", place="difference_qty")
        batch = said.get("batch", "").strip() or None
        return cls(
            read_period(said),
            read_text(said, "task_type"),
            read_day(said, "work_on"),
            batch,
            difference,
        )

    def describe(self) -> Text:
        """Say the work and the difference."""
        what = f"{self.work_on} {self.task_type}" + (f" {self.batch}" if self.batch else "")
        return Text(
            f"{what} 复核数量 {self.difference_qty:+}", f"{what}: recounted {self.difference_qty:+}"
        )

    def new_work(self) -> tuple[str, dt.date] | None:
        """Return what more of it is paid for; units taken away ask for nothing."""
        if self.difference_qty < 0:
            return None
        return self.task_type, dt.date.fromisoformat(self.work_on)

    def apply(self, tables: MonthTables, who: int, lookup: Lookup, /) -> MonthTables:
        """Add units to what the person made that day, or take them away."""
        task_type, batch = lookup.task_type_id(self.task_type), lookup.batch_id(self.batch)
        rows, day = tables.output, day_number(dt.date.fromisoformat(self.work_on))
        same = patches.of(rows, who) & (rows.ints("task_type_id") == task_type)
        same &= (rows.days("work_on") == day) & (rows.ints("batch_id", missing=NONE) == batch)
        qty = rows.ints("accepted_qty").copy()
        there = int(qty[same].sum())
        if there + self.difference_qty < 0:
            raise InputError(
                "late.output_too_few", place="difference_qty", there=there, on=self.work_on
            )
        if same.any():
            left = self.difference_qty
            for row in np.flatnonzero(same).tolist():
                moved = max(left, -int(qty[row]))
                qty[row] += moved
                left -= moved
            rows = Numbers(rows.size, {**rows.values, "accepted_qty": qty})
        else:
            made = {name: np.zeros(0, np.int64) for name in rows.values}
            added = patches.with_row(
                Numbers(0, made),
                **dict.fromkeys(made, NONE)
                | {
                    "employment_id": who,
                    "task_type_id": task_type,
                    "work_on": day,
                    "batch_id": batch,
                    "accepted_qty": self.difference_qty,
                },
            )
            rows = rows.followed_by(lookup.priced(added))
        batches = patches.with_batch(tables, batch, self.batch)
        return replace(tables, output=rows, batches=batches)


@dataclass(frozen=True, slots=True)
class LatePrice(Since):
    """A task type's price that was raised, for the work from a day on, of everybody."""

    CODE: ClassVar = "price"
    RANK: ClassVar = 50
    FIELDS: ClassVar = ("task_type", "unit_price", "on")
    IS_OF_ONE: ClassVar = False
    IS_OF_ALL: ClassVar = True

    task_type: str
    unit_price: int
    on: str

    @classmethod
    def parse(cls, said: Mapping[str, str]) -> Self:
        """Read a price in yuan."""
        price = read_number(said, "unit_price", parse_micro)
        if price <= 0:
            raise InputError("late.not_positive", place="unit_price")
        return cls(read_text(said, "task_type"), price, read_day(said, "on"))

    def describe(self) -> Text:
        """Say the task type and the price."""
        price = format_micro(self.unit_price)
        return Text(
            f"{self.task_type} 从 {self.on} 起单价 {price} 元",
            f"{self.task_type}: {price} yuan a unit from {self.on}",
        )

    def apply(self, tables: MonthTables, _who: int, lookup: Lookup, /) -> MonthTables:
        """Price everybody's output anew; what was agreed for work that is done is never lowered."""
        task_type = lookup.task_type_id(self.task_type)
        since = day_number(dt.date.fromisoformat(self.on))

        def priced(rows: Numbers) -> Numbers:
            is_meant = (rows.ints("task_type_id") == task_type) & (rows.days("work_on") >= since)
            old = rows.ints("unit_price", missing=NONE)[is_meant]
            if old.size and int(old.max()) > self.unit_price:
                raise InputError(
                    "late.price_lower", place="unit_price", price=format_micro(int(old.max()))
                )
            return patches.changed(rows, is_meant, unit_price=self.unit_price, price_count=1)

        return replace(tables, output=priced(tables.output), shares=priced(tables.shares))
