"""Laying late facts over the rows of a locked month as they were read; nothing is stored."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import compress
from typing import TYPE_CHECKING, Any, Final, TypeVar

import numpy as np
from sqlalchemy import literal, select

from workforce.core.errors import InputError
from workforce.core.facts import NONE, day_number
from workforce.payroll.facts.columns import MINUTES_IN_DAY, Numbers, Table, read
from workforce.payroll.facts.prices import with_prices
from workforce.people import queries as people
from workforce.platform.scope import Scope
from workforce.production import queries as production

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.core.facts import Mask
    from workforce.core.period import PayPeriod
    from workforce.payroll.facts.reading import MonthTables

Rows = TypeVar("Rows", Table, Numbers)

_PRICE_COLUMNS: Final = ("task_type_id", "valid_from", "valid_to", "unit_price")


def kept(rows: Rows, keep: Mask) -> Rows:
    """Return the rows for which ``keep`` holds."""
    if keep.all():
        return rows
    columns: dict[str, Any] = {}
    for name, given in rows.values.items():
        is_numbers = isinstance(rows, Numbers)
        columns[name] = given[keep] if is_numbers else tuple(compress(given, keep))
    return type(rows)(int(keep.sum()), columns)


def with_row(rows: Rows, **values: Any) -> Rows:
    """Return the rows and one more, which has a value for each column."""
    return type(rows)(rows.size + 1, _longer(rows, values))


def _longer(rows: Table, values: Mapping[str, Any]) -> dict[str, Any]:
    if isinstance(rows, Numbers):
        return {name: np.append(col, values[name]) for name, col in rows.values.items()}
    return {name: (*col, values[name]) for name, col in rows.values.items()}


def changed(rows: Rows, is_meant: Mask, **values: Any) -> Rows:
    """Return the rows with other values where ``is_meant`` holds."""
    columns: dict[str, Any] = dict(rows.values)
    for name, value in values.items():
        if isinstance(rows, Numbers):
            columns[name] = np.where(is_meant, value, columns[name])
        else:
            columns[name] = tuple(
                value if meant else old
                for meant, old in zip(is_meant.tolist(), columns[name], strict=True)
            )
    return type(rows)(rows.size, columns)


def of(rows: Table, employment_id: int) -> Mask:
    """Tell which rows are a person's."""
    is_own: Mask = rows.ints("employment_id", missing=NONE) == employment_id
    return is_own


def shift_days(rows: Numbers) -> Any:
    """Return the day on which each shift starts, as days since 1970."""
    return rows.minutes("starts_at") // MINUTES_IN_DAY


def iso(values: Sequence[Any]) -> list[str]:
    """Return dates as text, whatever shape the driver gave them."""
    return [str(value)[:10] for value in values]


@dataclass(slots=True)
class Lookup:
    """What late facts name by code, read when it is asked for: a statement a kind of thing at most."""

    session: Session
    company_id: int
    period: PayPeriod
    _known: dict[str, Any] = field(default_factory=dict)

    def _once(self, name: str, read_it: Callable[[], Any]) -> Any:
        if name not in self._known:
            self._known[name] = read_it()
        return self._known[name]

    @property
    def scope(self) -> Scope:
        """The company's books."""
        return Scope.company(self.company_id)

    def task_type_id(self, code: str) -> int:
        """Return the key of a task type.

        Raises:
            InputError: there is none with this code.
        """
        chosen = production.task_type_names()
        known: Mapping[str, int] = self._once(
            "task_types",
            lambda: {row.task_type_code: row.task_type_id for row in self.session.execute(chosen)},
        )
        if code not in known:
            raise InputError("late.task_type", place="task_type", code=code)
        return known[code]

    def batch_id(self, code: str | None) -> int:
        """Return the key of a batch of the company, ``NONE`` for no batch.

        Raises:
            InputError: there is none with this code.
        """
        if code is None:
            return NONE
        batches = production.batches(self.scope).subquery()
        found: int | None = self._once(
            f"batch {code}",
            lambda: self.session.scalar(
                select(batches.c.batch_id).where(batches.c.batch_code == code)
            ),
        )
        if found is None:
            raise InputError("late.batch", place="batch", code=code)
        return found

    def priced(self, output: Numbers) -> Numbers:
        """Return output with the prices of the days of its work."""
        prices: Table = self._once(
            "prices",
            lambda: read(
                self.session, production.prices(self.scope).order_by(None), *_PRICE_COLUMNS
            ),
        )
        return with_prices(output, prices)

    def employment(self, employment_id: int, names: Sequence[str]) -> dict[str, Any]:
        """Return a person's row as a month's table has it, though the month did not know it."""
        chosen = people.employments(self.scope, self.period, also=select(literal(employment_id)))
        rows = read(self.session, _one(chosen, employment_id), *names)
        return {name: rows.values[name][0] for name in names}

    def first_profile(self, employment_id: int, names: Sequence[str]) -> dict[str, Any]:
        """Return a person's first pay profile, as a month's table has it.

        Raises:
            InputError: there is none.
        """
        chosen = people.all_pay_profiles(self.scope, employment_id)
        rows = read(self.session, chosen, *names, "valid_from")
        if not rows.size:
            raise InputError("payroll.profile_missing", period=self.period)
        days = iso(rows.values["valid_from"])
        first = days.index(min(days))
        return {name: rows.values[name][first] for name in names} | {"valid_to": None}


def _one(chosen: Any, employment_id: int) -> Any:
    return chosen.order_by(None).where(chosen.selected_columns["employment_id"] == employment_id)


def with_batch(tables: MonthTables, batch_id: int, code: str | None) -> Table:
    """Return the month's batches, with one more if it was not among them."""
    if code is None or batch_id in tables.batches.values["batch_id"]:
        return tables.batches
    return with_row(tables.batches, batch_id=batch_id, batch_code=code)


def without_absence(
    tables: MonthTables, employment_id: int, first_on: dt.date, last_on: dt.date
) -> Table:
    """Return the month's marks of absence but those of a person's days, both ends included."""
    rows = tables.absences
    days = rows.days("absent_on")
    between = (days >= day_number(first_on)) & (days <= day_number(last_on))
    return kept(rows, ~(of(rows, employment_id) & between))
