"""No party to deals that has all flows that are told bounds what others dealt with one another closer than stated.

The attacker shares no code with the protection. He knows who sold to whom in which flow, and all amounts of his own
deals; linear programs tell how small and how large each other amount can be. ``make attack`` runs a long campaign.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple, cast

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import linprog

from workforce.chain import deals
from workforce.chain.consolidation import LINKS
from workforce.chain.deals import Flows, flows_of
from workforce.chain.queries import DealRow

PERCENT: Final = 20


class Deal(NamedTuple):
    """What one company sold to another in a year; ``link``: of what was sold."""

    seller_id: int
    buyer_id: int
    link: str
    amount: int
    counts: bool = True


class Market:
    """Companies of one link each that sell to some others, with very uneven amounts."""

    def __init__(self, seed: int, count: int, links: int = 3) -> None:
        draw = np.random.default_rng(seed)
        self.links = {number: LINKS[at] for number, at in enumerate(draw.integers(0, links, count))}
        sizes = draw.lognormal(0, 0.6, count)
        pairs = [(a, b) for a in range(count) for b in range(count) if a != b]
        chosen = draw.permutation(len(pairs))[: count * 5]
        self.deals = [
            Deal(seller, buyer, self.links[seller], int(1e6 * sizes[seller] * draw.lognormal(0, 0.7)) + 1)
            for seller, buyer in (pairs[at] for at in sorted(chosen))
        ]  # fmt: skip

    def flow(self, deal: Deal) -> tuple[str, str]:
        """Return from which link to which a deal goes."""
        return deal.link, self.links[deal.buyer_id]

    @property
    def told(self) -> Flows:
        """What is told of them."""
        rows = cast("Sequence[DealRow]", self.deals)
        return flows_of(rows, self.links, is_protected=True)


def attack(market: Market, attacker: int | None = None) -> dict[str, tuple[float, float]]:
    """Return the amounts, and sums of one company, that he bounds closer than so many per cent."""
    told, found = market.told, market.deals
    if told.total is None:
        return {}
    value = np.array([deal.amount / 1e6 for deal in found])
    rows, sums = [np.ones(value.size)], [told.total / 1e6]
    for one in told.flows:
        if one.amount is not None:
            rows.append(
                np.array([market.flow(deal) == (one.source, one.target) for deal in found]) * 1.0
            )
            sums.append(one.amount / 1e6)
    is_own = np.array([attacker in {deal.seller_id, deal.buyer_id} for deal in found])
    bounds = np.stack([np.where(is_own, value, 0), np.where(is_own, value, np.inf)], axis=1)
    close = {}
    for name, chosen in _aims(market, attacker).items():
        goal = np.zeros(value.size)
        goal[[at for at in chosen if not is_own[at]]] = 1
        true = float(goal @ value)
        if not true:
            continue
        low, high = (_pushed(sign * goal, rows, sums, bounds) * sign for sign in (1, -1))
        wide = (
            low <= true * (1 - PERCENT / 100) * 1.0001,
            high >= true * (1 + PERCENT / 100) * 0.9999,
        )
        if not all(wide):
            close[f"{name}: {true:.3f}"] = (low, high)
    return close


def _aims(market: Market, attacker: int | None) -> Mapping[str, list[int]]:
    """Return what he is after: each pair, and what another one sold or bought of others, in a flow and in all."""
    aims: defaultdict[str, list[int]] = defaultdict(list)
    for at, deal in enumerate(market.deals):
        aims[f"{deal.seller_id} to {deal.buyer_id}"].append(at)
        for side, company in (("sold by", deal.seller_id), ("bought by", deal.buyer_id)):
            if company != attacker:
                aims[f"{side} {company} in {market.flow(deal)}"].append(at)
                aims[f"{side} {company}"].append(at)
                aims[f"dealt by {company}"].append(at)
    return aims


def _pushed(goal: NDArray[np.float64], rows: list[Any], sums: list[float], bounds: Any) -> float:
    answer = linprog(goal, A_eq=np.array(rows), b_eq=sums, bounds=bounds, method="highs")
    if answer.status == 3:
        return -np.inf
    assert answer.status == 0, answer.message
    return float(answer.fun)


@pytest.mark.feature("BASE-4")
@pytest.mark.parametrize(("seed", "count", "links"), [(2, 7, 2)])
def test_no_party_bounds_what_others_dealt_with_one_another(
    seed: int, count: int, links: int
) -> None:
    market = Market(seed, count, links)
    assert market.told.total is not None
    assert not attack(market, 0)


def test_who_knows_the_own_deals_sees_through_where_only_shares_are_tested(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """1 sells 70 of 100, 2 and 3 sell 15 each, all to buyers of their own but 4, who bought 20 of 1's: 0.5 is of others."""
    market = Market(0, 6, 1)
    market.links = dict.fromkeys(range(1, 8), "label")
    market.deals = [
        Deal(1, 4, "label", 20_000_000),
        Deal(1, 5, "label", 24_500_000),
        Deal(1, 6, "label", 25_500_000),
        Deal(2, 4, "label", 15_000_000),
        Deal(3, 4, "label", 14_500_000),
        Deal(3, 7, "label", 500_000),
    ]
    protected = market.told
    assert protected.total is None
    monkeypatch.setattr(deals, "_is_seen_through", lambda _: False)
    assert market.told.total == 100_000_000
    # 4 knows 49.5 of its own: of the other 50.5 of the whole 1 sold 50.
    assert [bounds[1] for name, bounds in attack(market, 4).items() if name.startswith("sold by 1:")] == [
        pytest.approx(50.5)
    ]  # fmt: skip


def test_without_what_goes_with_them_small_flows_follow_from_the_sum(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    market = Market(2, 4, 2)
    monkeypatch.setattr(deals, "_is_few", lambda _: False)
    assert attack(market, 0)


@pytest.mark.skipif("ATTACK" not in os.environ, reason="make attack")
@pytest.mark.parametrize("seed", range(int(os.environ.get("ATTACK", "0"))))
def test_campaign(seed: int) -> None:
    """Attack markets of 4 to 30 companies, as nobody of them and as some of them."""
    seed += int(os.environ.get("ATTACK_FIRST", "0"))
    market = Market(100 + seed, (4, 8, 12, 20, 30)[seed % 5], 1 + seed % 3)
    for attacker in (None, 0, 1):
        assert not attack(market, attacker)
