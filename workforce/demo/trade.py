"""Deals of the county demo: what each company says it bought, told by those who make such goods."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from workforce.chain import queries
from workforce.chain.queries import ChainCompanyRow
from workforce.core.money import largest_remainder
from workforce.core.period import PayPeriod
from workforce.demo.bulk_columns import put, repeat, table
from workforce.demo.history import in_next_month
from workforce.platform import audit
from workforce.platform.db import db, unit_of_work
from workforce.platform.scope import Scope
from workforce.returns import queries as returns

_GOODS: Final = {
    "dataset": ("label", "check", "collect"),
    "training": ("dataset", "label"),
    "trade": ("dataset", "label"),
    "application": ("training", "dataset", "label"),
}
"""What a company of a link buys: of the first of these links that anybody makes yet."""
_PARTS: Final = (5, 3, 2)
"""How its purchases are divided among its sellers."""
_REPORTED_ON, _CONFIRMED_ON = 5, 8
_UNTOLD, _UNCONFIRMED = 5, 7
"""Every fifth buyer's last purchase has no seller's word yet; every seventh deal waits for the buyer's."""


@dataclass(frozen=True, slots=True)
class Deal:
    """What one company of the chain sold to another in a month, in fen."""

    seller_id: int
    buyer_id: int
    month: PayPeriod
    link: str
    amount: int


def deals_of(
    bought: Mapping[tuple[int, PayPeriod], int], companies: Sequence[ChainCompanyRow]
) -> list[Deal]:
    """Return deals that come to what was bought: by chain company and month, in fen."""
    by_id = {row.chain_company_id: row for row in companies}
    last = max((month for _buyer, month in bought), default=None)
    found = []
    for (buyer_id, month), amount in bought.items():
        link, sellers = _sellers(by_id[buyer_id], month, companies)
        parts = largest_remainder(amount, _PARTS[: len(sellers)]) if sellers else []
        made = [
            Deal(seller.chain_company_id, buyer_id, month, link, part)
            for seller, part in zip(sellers, parts, strict=True)
            if part
        ]
        found += made[:-1] if month == last and buyer_id % _UNTOLD == 0 else made
    return found


def _sellers(
    buyer: ChainCompanyRow, month: PayPeriod, companies: Sequence[ChainCompanyRow]
) -> tuple[str, list[ChainCompanyRow]]:
    """Return the link of what is bought, and up to three who make it in that month."""
    for link in _GOODS.get(buyer.link or "", ()):
        making = [
            row
            for row in companies
            if row.link == link
            and row.chain_company_id != buyer.chain_company_id
            and row.since is not None
            and row.since <= month.first_on
        ]
        if making:
            first = (buyer.chain_company_id + month.month) % len(making)
            turned = [*making[first:], *making[:first]]
            return link, turned[: len(_PARTS)]
    return "", []


def tell_deals(months: Sequence[PayPeriod]) -> None:
    """Tell the deals behind the accepted purchases of some months, and what buyers said to them; once."""
    session = db.session()
    if queries.deals(session, Scope.base()):
        return
    companies = queries.chain_companies(session, Scope.base())
    keys = {row.company_id: row.chain_company_id for row in companies}
    bought = {
        (keys[one.company_id], one.month): one.figures.get("chain_purchases", 0)
        for one in returns.accepted(session, months, ["chain_purchases"])
        if one.company_id in keys
    }
    with unit_of_work() as writing:
        told = deals_of(bought, companies)
        put(
            writing,
            "chain_deal",
            {
                "seller_id": [one.seller_id for one in told],
                "buyer_id": [one.buyer_id for one in told],
                "period": [str(one.month) for one in told],
                "link": [one.link for one in told],
                "number": repeat(1, len(told)),
                "amount": [one.amount for one in told],
                "reported_at": [in_next_month(one.month, _REPORTED_ON) for one in told],
            },
        )
        kept = table("chain_deal").c
        settled: list[tuple[int, dt.datetime]] = [
            (row.id, in_next_month(PayPeriod.parse_month(row.period), _CONFIRMED_ON))
            for row in writing.execute(select(kept.id, kept.period))
            if row.period < str(months[-2])
            or (row.period == str(months[-2]) and row.id % _UNCONFIRMED)
        ]
        put(
            writing,
            "chain_deal_answer",
            {
                "deal_id": [key for key, _at in settled],
                "number": repeat(1, len(settled)),
                "answer": repeat("confirmed", len(settled)),
                "reason": repeat("", len(settled)),
                "answered_at": [at for _key, at in settled],
            },
        )
        audit.record(
            writing, audit.CLI, "demo.load_deals", "chain_deal", "*", after={"deals": len(told)}
        )
