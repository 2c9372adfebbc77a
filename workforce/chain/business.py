"""How much business of a year is told: contracts by the month of signing, as far as they are no secret of few companies.

Each month with what it is told of it, and the running sum of the year, are one table: of two running sums one can
be taken from the other, and told months from both. So the sum goes on only with a month by whose end what
the months say that are not told by themselves, together, is no secret either. It goes on from what was told: what is
signed into a month that it has passed is in nothing that is told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from workforce.chain.output import ContractMonth, ContractShares
from workforce.chain.protection import is_secret
from workforce.core.period import PayPeriod
from workforce.statistics.tables import Cell

_DECEMBER: Final = 12


@dataclass(frozen=True, slots=True)
class Business:
    """What was signed in a year up to the end of a month, in fen."""

    up_to: PayPeriod
    amount: int


def gone_on(
    before: Business | None,
    year: int,
    told: Mapping[PayPeriod, Cell],
    signed: Mapping[PayPeriod, ContractShares],
    last: PayPeriod,
) -> Business | None:
    """Return how far the running sum of a year is told; None: of nothing yet.

    ``told``: of each told month what was told to have been signed in it; ``signed``: what was, as it is
    known now. Up to ``last`` a month is not waited for any more.
    """
    found = before
    amount = before.amount if before else 0
    month = before.up_to.next() if before else PayPeriod(year, 1)
    waiting: Counter[int] = Counter()
    while month <= PayPeriod(year, _DECEMBER) and (month in told or month <= last):
        cell = told.get(month)
        if cell is not None and cell.value is not None:
            amount += cell.value
        else:
            for shares in signed.get(month, {}).values():
                waiting.update(shares)
        if not is_secret(waiting):
            amount += waiting.total()
            waiting.clear()
            found = Business(month, amount)
        month = month.next()
    return found


def withheld_contracts(signed: ContractShares) -> ContractMonth:
    """Return a month that the year's running sum has passed: by itself it would tell what it was told with."""
    hidden = Cell.of(None, is_withheld=True)
    links, regions = (dict.fromkeys((key[axis] for key in signed), hidden) for axis in (0, 1))
    return ContractMonth(links=links, regions=regions, whole=hidden)
