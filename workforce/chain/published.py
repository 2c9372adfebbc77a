"""The chain as officials and the hall are told it: each month once, and never changed.

What is told of a month again, after a return was corrected, would tell by its difference what that one company
said. So a month is kept as it is told: with the first issue of statistics, of this or of a later month, by
which all returns that are due have been accepted, at the latest with the issue of the second month after it.
What comes in later is in nothing that is told. The year so far is put together of months as they were
told, so that it says nothing more than they do; the deals of a year are told once with its December, and with
each month how far the year's business is told (`business`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from workforce.bureau.issues.issues import published_months
from workforce.chain import output, queries
from workforce.chain.business import Business, gone_on, withheld_contracts
from workforce.chain.consolidation import (
    UNKNOWN_LINK,
    Consolidated,
    Coverage,
    Year,
    consolidate,
    hidden_of,
)
from workforce.chain.deals import Flow, Flows, flows_of
from workforce.chain.models import PublishedChain
from workforce.chain.output import ContractMonth, Contracts
from workforce.core.period import PayPeriod
from workforce.platform import clock
from workforce.platform.scope import Scope
from workforce.statistics.tables import Cell, CellState

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

WAITS: Final = 2
"""So many months after a month it is told as it is, however many returns are missing."""
_DECEMBER: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldMonth:
    """What was told of a month.

    ``flows``: of December the deals of its year; ``business``: how far the year's was told by then.
    """

    period: PayPeriod
    figures: Consolidated
    contracts: ContractMonth
    flows: Flows | None
    business: Business | None = None


def keep(session: Session, period: PayPeriod) -> None:
    """Keep what is told of the chain now that a month is published: of it, and of earlier ones that waited."""
    newest = max([period, *published_months(session)])
    known = set(months(session))
    first = PayPeriod(newest.year - output.YEARS_READ + 1, 1)
    untold = [month for month in output.months_to(newest, first) if month not in known]
    latest = newest
    for _ in range(WAITS):
        latest = latest.previous()
    sums = output.read_months(session, untold)
    wanted = [
        month
        for month, one in sums.items()
        if (one.of.told or one.of.with_jobs) and (month <= latest or _has_come_in(one.of))
    ]
    if not wanted:
        return
    years = _years_of_business(session, wanted, newest)
    signed = output.signed_in(session, output.months_to(newest, PayPeriod(min(wanted).year, 1)))
    for month in wanted:
        before, contracts = years[month.year]
        is_passed = before is not None and month <= before.up_to
        own = (
            withheld_contracts(signed[month])
            if is_passed
            else output.contract_month(signed[month], is_protected=True)
        )
        contracts[month] = own.whole
        business = gone_on(before, month.year, contracts, signed, min(latest, month))
        years[month.year] = (business, contracts)
        told = ToldMonth(
            period=month,
            figures=consolidate(sums[month], hidden_of(sums[month])),
            contracts=own,
            flows=_flows(session, month.year) if month.month == _DECEMBER else None,
            business=business,
        )
        session.add(PublishedChain(period=str(month), content=_to_json(told), kept_at=clock.now()))
    session.flush()


def _years_of_business(
    session: Session, wanted: Sequence[PayPeriod], newest: PayPeriod
) -> dict[int, tuple[Business | None, dict[PayPeriod, Cell]]]:
    """Return how far each year's business is told, and what was told of its months."""
    told = told_months(session, PayPeriod(min(wanted).year, 1), newest)
    return {
        year: (
            business_of(told, year, newest),
            {one.period: one.contracts.whole for one in told if one.period.year == year},
        )
        for year in {month.year for month in wanted}
    }


def business_of(told: Iterable[ToldMonth], year: int, last: PayPeriod) -> Business | None:
    """Return how far a year's business was told by some months, up to one of them."""
    found = [
        one.business
        for one in told
        if one.period.year == year and one.business is not None and one.business.up_to <= last
    ]
    return max(found, key=lambda one: one.up_to, default=None)


def _has_come_in(of: Coverage) -> bool:
    return of.is_complete and not of.unfiled


def _flows(session: Session, year: int) -> Flows:
    """Return the deals of a calendar year from link to link, protected."""
    links = {
        row.chain_company_id: row.link or UNKNOWN_LINK
        for row in queries.chain_companies(session, Scope.base())
    }
    months = output.months_to(PayPeriod(year, _DECEMBER))
    return flows_of(queries.deals(session, Scope.base(), months), links, is_protected=True)


def months(session: Session) -> list[PayPeriod]:
    """Return the months of which the chain is told, the newest first."""
    row = PublishedChain
    return [
        PayPeriod.parse(month)
        for month in session.scalars(select(row.period).order_by(row.period.desc()))
    ]


def told_months(session: Session, first: PayPeriod, last: PayPeriod) -> list[ToldMonth]:
    """Return what was told of the months of a range, the oldest first, in one statement."""
    row = PublishedChain
    chosen = select(row).where(row.period.between(str(first), str(last))).order_by(row.period)
    return [_from_json(one.period, one.content) for one in session.scalars(chosen)]


def told_years(session: Session, first: PayPeriod, last: PayPeriod) -> dict[int, Year]:
    """Return the years from the month ``first`` to ``last`` as they were told; years without any are not there."""
    return years_told(told_months(session, first, last), last)


def years_told(told: Sequence[ToldMonth], last: PayPeriod) -> dict[int, Year]:
    """Put told months together by year, each with those of its months up to ``last`` that are not told."""
    found = {one.period: one.figures for one in told}
    gaps = [
        month
        for month in (output.months_to(last, min(found)) if found else [])
        if month not in found
    ]
    return output.years_of(found, gaps)


def contracts_told(told: Iterable[ToldMonth], year: int) -> Contracts:
    """Return the contracts of a year's told months."""
    return output.contracts_of(
        {one.period: one.contracts for one in told if one.period.year == year}
    )


def flows_by_year(session: Session) -> dict[int, Flows]:
    """Return the deals of each year as they were told with its December, in one statement."""
    row = PublishedChain
    chosen = select(row).where(row.period.like(f"%-{_DECEMBER}")).order_by(row.period)
    told = [_from_json(one.period, one.content) for one in session.scalars(chosen)]
    return {one.period.year: one.flows for one in told if one.flows is not None}


def _to_json(told: ToldMonth) -> str:
    content = {
        "of": asdict(told.figures.of),
        "worked": told.figures.worked,
        "cells": _packed(told.figures.cells),
        "links": _packed(told.contracts.links),
        "regions": _packed(told.contracts.regions),
        "contracts": _pack(told.contracts.whole),
        "flows": None if told.flows is None else asdict(told.flows),
        "business": None
        if told.business is None
        else [str(told.business.up_to), told.business.amount],
    }
    return json.dumps(content, ensure_ascii=False, sort_keys=True)


def _from_json(period: str, content: str) -> ToldMonth:
    told: Mapping[str, Any] = json.loads(content)
    flows, business = told["flows"], told.get("business")
    amount, jobs = told["worked"]
    return ToldMonth(
        period=PayPeriod.parse(period),
        figures=Consolidated(
            of=Coverage(**told["of"]), cells=_unpacked(told["cells"]), worked=(amount, jobs)
        ),
        contracts=ContractMonth(
            links=_unpacked(told["links"]),
            regions=_unpacked(told["regions"]),
            whole=_unpack(told["contracts"]),
        ),
        flows=None
        if flows is None
        else Flows(flows=tuple(Flow(**one) for one in flows["flows"]), total=flows["total"]),
        business=None
        if business is None
        else Business(PayPeriod.parse(business[0]), int(business[1])),
    )


def _packed(cells: Mapping[str, Cell]) -> dict[str, int | str | None]:
    return {code: _pack(cell) for code, cell in cells.items()}


def _pack(cell: Cell) -> int | str | None:
    """Return the value, the word ``withheld``, or nothing where there is no value."""
    return CellState.WITHHELD.value if cell.state is CellState.WITHHELD else cell.value


def _unpacked(cells: Mapping[str, int | str | None]) -> dict[str, Cell]:
    return {code: _unpack(value) for code, value in cells.items()}


def _unpack(value: int | str | None) -> Cell:
    if isinstance(value, str):
        return Cell.of(None, is_withheld=True)
    return Cell.of(value, is_withheld=False)
