"""The price of each row of output: that of its task type on the day of the work."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from workforce.core.facts import NONE, OPEN_END
from workforce.payroll.facts.columns import Numbers, Positions

if TYPE_CHECKING:
    from workforce.core.money import Column
    from workforce.payroll.facts.columns import Table


def with_prices(output: Numbers, prices: Table) -> Numbers:
    """Add unit_price (millionths of a yuan, or ``NONE``) and price_count to rows of output.

    Every task type and day is looked up once, however many rows there are. Where two prices hold on
    a day, ``price_count`` is 2 and nobody is paid by either.

    Args:
        output: columns task_type_id and work_on.
        prices: columns task_type_id, valid_from, valid_to (exclusive), unit_price.

    """
    task_types, days = output.ints("task_type_id"), output.days("work_on")
    known = Positions(np.unique(prices.ints("task_type_id")))
    first = int(days.min()) if days.size else 0
    width = int(days.max(initial=first)) - first + 1
    # One row more for task types without any price.
    price = np.full((known.size + 1, width), NONE, np.int64)
    count = np.zeros_like(price)
    starts = np.clip(prices.days("valid_from") - first, 0, width)
    ends = np.clip(prices.days("valid_to", missing=OPEN_END) - first, 0, width)
    kinds, amounts = known.of(prices.ints("task_type_id")), prices.ints("unit_price")
    for kind, start, end, amount in _rows(kinds, starts, ends, amounts):
        price[kind, start:end] = amount
        count[kind, start:end] += 1
    cell = known.of(task_types) % (known.size + 1) * width + days - first
    more = {"unit_price": price.ravel()[cell], "price_count": count.ravel()[cell]}
    return Numbers(output.size, {**output.values, **more})


def _rows(*columns: Column) -> zip[tuple[int, ...]]:
    return zip(*(column.tolist() for column in columns), strict=True)
