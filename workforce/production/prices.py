"""Piece prices: dated, without overlap, and never changed for days of a closed month.

The slice's face is ``service``.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

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


@dataclass(frozen=True, slots=True)
class PricePlan:
    """What setting prices would change, and which cannot be set."""

    prices: Plan
    faults: Mapping[PriceKey, DomainError] = field(default_factory=dict)


def plan_prices(session: Session, company_id: int, facts: Iterable[PriceFact]) -> PricePlan:
    """Say what prices would change, taken in the order of their days. Writes nothing."""
    table = cast("Table", PiecePrice.__table__)
    chosen = select(table).where(table.c.company_id == company_id)
    stored = [dict(row) for row in session.execute(chosen).mappings()]
    after: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in stored:
        after[row["task_type_id"]].append(dict(row))
    locked = locks.locked_periods(session, company_id)
    faults: dict[PriceKey, DomainError] = {}
    touched: set[int] = set()
    for fact in sorted(facts, key=lambda fact: fact.valid_from):
        values = {"task_type_id": fact.task_type_id, "unit_price": fact.unit_price}
        try:
            if fact.unit_price < 0:
                raise InputError("cell.negative", value=fact.unit_price)
            rows = after[fact.task_type_id]
            put_range(rows, values, fact.valid_from, fact.valid_to, locked=locked)
        except DomainError as error:
            faults[fact.key] = error
        touched.add(fact.task_type_id)
    plan = plan_rows(
        [row for row in stored if row["task_type_id"] in touched],
        [row for task_type_id in sorted(touched) for row in after[task_type_id]],
        key=("task_type_id", "valid_from"),
        compare=("unit_price", "valid_to"),
    )
    return PricePlan(plan, faults)


def store_prices(session: Session, company_id: int, plan: PricePlan) -> None:
    """Carry out a plan in the caller's unit of work."""
    write_plan(session, PiecePrice, plan.prices, company_id=company_id)
