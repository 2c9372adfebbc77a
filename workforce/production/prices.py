"""Piece prices: dated, without overlap, and never changed for days of a closed month.

Prices are set one by one, each taking over from the one in force; or as a whole list that holds from
a day on, where what the list does not name has no price any more. The slice's face is ``service``.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, NamedTuple, cast

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from workforce.core.errors import DomainError, InputError
from workforce.platform import locks
from workforce.platform.changes import Plan, plan_rows, put_range, write_plan
from workforce.production.models import PiecePrice

PriceKey = tuple[int, dt.date]
"""Task type id and first day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceFact:
    """A price (millionths of a yuan) for work done from a day on; ``valid_to``: the first day without."""

    task_type_id: int
    unit_price: int
    valid_from: dt.date
    valid_to: dt.date | None = None

    @property
    def key(self) -> PriceKey:
        """What a second price of the same kind would replace."""
        return self.task_type_id, self.valid_from


class Gap(NamedTuple):
    """Days on which a task type would have no price although it has one before and after."""

    task_type_id: int
    first_on: dt.date
    last_on: dt.date


@dataclass(frozen=True, slots=True)
class PricePlan:
    """What setting prices would change, and which cannot be set."""

    prices: Plan
    faults: Mapping[PriceKey, DomainError] = field(default_factory=dict)
    gaps: Sequence[Gap] = ()


def plan_prices(
    session: Session,
    company_id: int,
    facts: Iterable[PriceFact],
    *,
    whole_from: dt.date | None = None,
) -> PricePlan:
    """Say what prices would change, taken in the order of their days. Writes nothing.

    ``whole_from``: the facts are the company's whole list from that day on; earlier days stay as they
    are.

    Raises:
        ClosedError: the whole list would change the price of a day in a closed month.

    """
    table = cast("Table", PiecePrice.__table__)
    chosen = select(table).where(table.c.company_id == company_id)
    stored = [dict(row) for row in session.execute(chosen).mappings()]
    after: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in stored:
        after[row["task_type_id"]].append(dict(row))
    locked = locks.locked_periods(session, company_id)
    given = sorted(facts, key=lambda fact: (fact.task_type_id, fact.valid_from))
    faults: dict[PriceKey, DomainError] = dict(_overlaps(given))
    touched: set[int] = set()
    if whole_from is not None:
        touched |= after.keys()
        for rows in after.values():
            rows[:] = _until(rows, whole_from)
    for fact in given:
        touched.add(fact.task_type_id)
        if fact.key in faults:
            continue
        is_past = whole_from and fact.valid_to and fact.valid_from < fact.valid_to <= whole_from
        begins = max(fact.valid_from, whole_from or fact.valid_from)
        values = {"task_type_id": fact.task_type_id, "unit_price": fact.unit_price}
        try:
            if fact.unit_price < 0:
                raise InputError("cell.negative", value=fact.unit_price)
            rows = after[fact.task_type_id]
            closed = frozenset() if whole_from else locked
            if not is_past:
                put_range(rows, values, begins, fact.valid_to, locked=closed)
        except DomainError as error:
            faults[fact.key] = error
    if whole_from is not None:
        for rows in after.values():
            _join(rows, whole_from)
    plan = plan_rows(
        [row for row in stored if row["task_type_id"] in touched],
        [row for task_type_id in sorted(touched) for row in after[task_type_id]],
        key=("task_type_id", "valid_from"),
        compare=("unit_price", "valid_to"),
        remove=whole_from is not None,
    )
    if whole_from is not None and not plan.is_empty:
        locks.refuse_locked(locked, whole_from, None)
    gaps = [gap for task_type_id in sorted(touched) for gap in _gaps(after[task_type_id])]
    return PricePlan(plan, faults, gaps)


def _overlaps(facts: Sequence[PriceFact]) -> Iterator[tuple[PriceKey, DomainError]]:
    """Find prices that begin before the end which an earlier one of the same list states."""
    for earlier, later in pairwise(facts):
        if earlier.task_type_id != later.task_type_id or earlier.valid_to is None:
            continue
        if later.valid_from < earlier.valid_to:
            yield (
                later.key,
                InputError(
                    "dated.overlap", valid_from=earlier.valid_from, valid_to=earlier.valid_to
                ),
            )


def _until(rows: Iterable[Mapping[str, Any]], day: dt.date) -> list[dict[str, Any]]:
    """Return dated rows as they are before a day, and nothing from it on."""
    return [
        {**row, "valid_to": min(row["valid_to"] or day, day)}
        for row in rows
        if row["valid_from"] < day
    ]


def _join(rows: list[dict[str, Any]], day: dt.date) -> None:
    """Let a price that goes on over a day go on as the same row."""
    ended = [row for row in rows if row["valid_to"] == day]
    begun = [row for row in rows if row["valid_from"] == day]
    if ended and begun and ended[0]["unit_price"] == begun[0]["unit_price"]:
        ended[0]["valid_to"] = begun[0]["valid_to"]
        rows.remove(begun[0])


def _gaps(rows: Iterable[Mapping[str, Any]]) -> Iterator[Gap]:
    """Find the days between the first and the last price on which none holds."""
    for earlier, later in pairwise(sorted(rows, key=lambda row: row["valid_from"])):
        if earlier["valid_to"] is not None and earlier["valid_to"] < later["valid_from"]:
            last_on = later["valid_from"] - dt.timedelta(days=1)
            yield Gap(earlier["task_type_id"], earlier["valid_to"], last_on)


def store_prices(session: Session, company_id: int, plan: PricePlan) -> None:
    """Carry out a plan in the caller's unit of work."""
    write_plan(session, PiecePrice, plan.prices, company_id=company_id)
