"""Reading projects: contract amounts, what was delivered, and what the base aims at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from workforce.core.period import PayPeriod
from workforce.projects.models import Client, Project

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class ContractSum:
    """What one company booked in a month with clients of one county.

    ``region``: GB/T 2260 code of the county; ``amount``: fen; ``projects``: how many contracts.
    """

    company_id: int
    period: PayPeriod
    region: str
    amount: int
    projects: int


def contract_sums(session: Session, periods: Sequence[PayPeriod]) -> list[ContractSum]:
    """Return the contract amounts of all companies by month of signing and the client's county.

    Whole figures, a company's secrets: whoever shows them protects them. Nothing where nothing was signed.
    """
    if not periods:
        return []
    first, last = min(periods), max(periods)
    sums: dict[tuple[int, PayPeriod, str], list[int]] = {}
    for company_id, signed_on, region, amount, count in session.execute(
        select(
            Project.company_id,
            Project.signed_on,
            Client.region,
            func.sum(Project.contract_amount),
            func.count(),
        )
        .join(Client, Client.id == Project.client_id)
        .where(Project.signed_on.between(first.first_on, last.last_on))
        .group_by(Project.company_id, Project.signed_on, Client.region)
        .order_by(Project.company_id, Project.signed_on, Client.region)
    ):
        found = sums.setdefault((company_id, PayPeriod.of(signed_on), region), [0, 0])
        found[0] += int(amount)
        found[1] += count
    wanted = set(periods)
    return [
        ContractSum(company_id, period, region, amount, count)
        for (company_id, period, region), (amount, count) in sums.items()
        if period in wanted
    ]
