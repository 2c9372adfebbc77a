"""The chain as officials and the hall are told it: each month once, and never changed.

What is told of a month again, after a return was corrected, would tell by its difference what that one company
said. So a month is kept as it is told: with the first issue of statistics, of this or of a later month, by
which all returns that are due have been accepted, at the latest with the issue of the second month after it.
What comes in later is in nothing that is told. The year so far is put together of months as they were
told, so that it says nothing more than they do; the deals of a year are told once with its December.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from workforce.bureau.issues.issues import published_months
from workforce.chain import output, queries
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
    """What was told of a month; ``flows``: of December the deals of its year."""

    period: PayPeriod
    figures: Consolidated
    contracts: ContractMonth
    flows: Flows | None


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
    signed = output.signed_in(session, wanted)
    for month in wanted:
        told = ToldMonth(
            period=month,
            figures=consolidate(sums[month], hidden_of(sums[month])),
            contracts=output.contract_month(signed[month], is_protected=True),
            flows=_flows(session, month.year) if month.month == _DECEMBER else None,
        )
        session.add(PublishedChain(period=str(month), content=_to_json(told), kept_at=clock.now()))
    session.flush()


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
    }
    return json.dumps(content, ensure_ascii=False, sort_keys=True)


def _from_json(period: str, content: str) -> ToldMonth:
    told: Mapping[str, Any] = json.loads(content)
    flows = told["flows"]
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
