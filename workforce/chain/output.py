"""The chain's figures as they are known now, in full: read once and consolidated; and how far targets are.

What officials and the hall are told is another thing (`published`): it was kept and does not change.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from workforce.chain import queries
from workforce.chain.consolidation import (
    LINKS,
    UNKNOWN_LINK,
    ChainSum,
    CompanyMonth,
    Consolidated,
    Year,
    add_up,
    added_up,
    consolidate,
    year_of,
)
from workforce.chain.protection import NOTHING, Shares, crossed
from workforce.companies import queries as companies
from workforce.core.period import PayPeriod
from workforce.core.terms import term, terms_of
from workforce.core.text import Text
from workforce.platform.scope import Scope
from workforce.projects import queries as projects
from workforce.returns import queries as returns
from workforce.returns.items import items
from workforce.statistics.tables import Cell
from workforce.statistics.targets import Bound, Progress, Standing, Target, progress

if TYPE_CHECKING:
    import datetime as dt

    from sqlalchemy.orm import Session

    from workforce.chain.queries import ChainTargetRow

_OUTPUT: Final = {f"output_{link}": link for link in LINKS}
_WANTED: Final = (*_OUTPUT, "chain_purchases", "data_trading", "jobs_end")
_DECEMBER: Final = 12
YEARS_READ: Final = 6
"""So many years back the chain's figures are read."""


def read_months(session: Session, months: Sequence[PayPeriod]) -> dict[PayPeriod, ChainSum]:
    """Return what companies said of each month, in five statements whatever their number."""
    inside = {
        row.company_id: row.is_inside
        for row in session.execute(companies.company_facts(Scope.base()))
    }
    reporters = returns.reporters(session, Scope.base())
    told: dict[PayPeriod, list[CompanyMonth]] = {month: [] for month in months}
    for one in returns.accepted(session, months, _WANTED):
        told[one.month].append(_company_month(one, inside[one.company_id]))
    return {
        month: add_up(found, sum(one.owes(month) for one in reporters))
        for month, found in told.items()
    }


def _company_month(one: returns.Accepted, is_inside: bool) -> CompanyMonth:  # noqa: FBT001 - a fact of it
    return CompanyMonth(
        company_id=one.company_id,
        is_inside=is_inside,
        output={link: one.figures[item] for item, link in _OUTPUT.items() if item in one.figures},
        purchases=one.figures.get("chain_purchases"),
        trading=one.figures.get("data_trading"),
        jobs=one.figures.get("jobs_end"),
    )


def months_to(last: PayPeriod, first: PayPeriod | None = None) -> list[PayPeriod]:
    """Return the months from a first one, by default January, to a last one; at most `YEARS_READ` years."""
    least = PayPeriod(last.year - YEARS_READ + 1, 1)
    month = max(first or PayPeriod(last.year, 1), least)
    found = []
    while month <= last:
        found.append(month)
        month = month.next()
    return found


def read_years(session: Session, first: PayPeriod, last: PayPeriod) -> dict[int, Year]:
    """Return the years from the month ``first`` to ``last`` in full, as they are known now."""
    sums = read_months(session, months_to(last, first))
    return years_of({month: consolidate(one) for month, one in sums.items()})


def years_of(
    months: Mapping[PayPeriod, Consolidated], untold: Sequence[PayPeriod] = ()
) -> dict[int, Year]:
    """Put months together by year, the oldest first; ``untold``: others, of which nothing is told."""
    years: dict[int, dict[PayPeriod, Consolidated]] = {}
    for month, one in sorted(months.items()):
        years.setdefault(month.year, {})[month] = one
    return {
        year: year_of(found, [month for month in untold if month.year == year])
        for year, found in years.items()
    }


@dataclass(frozen=True, slots=True)
class PartRow:
    """A part of a whole, or the whole: of a month, and of the year up to it."""

    label: Text
    month: Cell
    so_far: Cell


@dataclass(frozen=True, slots=True)
class PartTable:
    """Parts that add up, the whole last; ``rows`` empty: there is nothing."""

    rows: tuple[PartRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractMonth:
    """Contract amounts of a month in fen, by the link of the company and by the client's place, and together."""

    links: Mapping[str, Cell]
    regions: Mapping[str, Cell]
    whole: Cell


ContractShares = Mapping[tuple[str, str], Shares]
"""What each company signed in a month, by its link and its client's place."""
_NOTHING: Final = Cell.of(0, is_withheld=False)


def contract_month(signed: ContractShares, *, is_protected: bool) -> ContractMonth:
    """Return the sums of a month; protected for whoever may not see companies."""
    links, regions = crossed(signed) if is_protected else (NOTHING, NOTHING)
    sides: list[dict[str, Cell]] = []
    for axis, secret in enumerate((links, regions)):
        sums: Counter[str] = Counter()
        for key, shares in signed.items():
            sums[key[axis]] += sum(shares.values())
        sides.append(
            {
                code: Cell.of(amount, is_withheld=code in secret.parts)
                for code, amount in sums.items()
            }
        )
    total = sum(sum(shares.values()) for shares in signed.values())
    return ContractMonth(
        links=sides[0], regions=sides[1], whole=Cell.of(total, is_withheld=links.whole)
    )


@dataclass(frozen=True, slots=True)
class Contracts:
    """Contract amounts by month of signing, in fen: by the link of the company, by the client's place."""

    by_link: PartTable
    by_region: PartTable


def contracts_of(months: Mapping[PayPeriod, ContractMonth]) -> Contracts:
    """Return the last of some months of a year, and all of them together."""
    if not months:
        return Contracts(PartTable(()), PartTable(()))
    last = months[max(months)]
    whole = PartRow(_TOTAL, last.whole, added_up(one.whole for one in months.values()))

    def table(side: str, labels: Mapping[str, Text]) -> PartTable:
        parts: list[Mapping[str, Cell]] = [getattr(one, side) for one in months.values()]
        now: Mapping[str, Cell] = getattr(last, side)
        codes = [code for code in labels if any(code in one for one in parts)]
        rows = [
            PartRow(
                labels[code],
                now.get(code, _NOTHING),
                added_up(one[code] for one in parts if code in one),
            )
            for code in codes
        ]
        return PartTable((*rows, whole)) if rows else PartTable(())

    return Contracts(table("links", _link_labels()), table("regions", terms_of("customer_region")))


_TOTAL: Final = Text("合计", "Total")


def read_contracts(session: Session, last: PayPeriod) -> Contracts:
    """Return what was signed in a month and in its year so far in full, in two statements."""
    found = signed_in(session, months_to(last))
    return contracts_of(
        {month: contract_month(one, is_protected=False) for month, one in found.items()}
    )


def signed_in(session: Session, months: Sequence[PayPeriod]) -> dict[PayPeriod, ContractShares]:
    """Return what was signed in each month, in two statements."""
    links = {
        row.company_id: row.link or UNKNOWN_LINK
        for row in queries.chain_companies(session, Scope.base())
        if row.company_id is not None
    }
    found: dict[PayPeriod, dict[tuple[str, str], Counter[int]]] = {month: {} for month in months}
    for one in projects.contract_sums(session, months):
        key = (links.get(one.company_id, UNKNOWN_LINK), region_group(one.region))
        found[one.period].setdefault(key, Counter())[one.company_id] += one.amount
    return {month: dict(shares) for month, shares in found.items()}


def _link_labels() -> dict[str, Text]:
    return {link: link_label(link) for link in (*LINKS, UNKNOWN_LINK)}


def region_group(code: str) -> str:
    """Return where a client is: the own county, else the province of its code (GB/T 2260)."""
    known = terms_of("customer_region")
    if code in known:
        return code
    province = code[:2]
    return province if province in known else "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetStanding:
    """A target of a year with how far it is; ``unit``: fen or jobs by its figure."""

    target: ChainTargetRow
    progress: Progress


def target_standings(
    session: Session, years: Mapping[int, Year], today: dt.date
) -> list[TargetStanding]:
    """Hold the targets against the years that were read, by the rules of all targets."""
    return [
        TargetStanding(target=one, progress=progress_of(one, years.get(one.year), today))
        for one in queries.targets(session)
    ]


LINE_OF: Final = {"output": "net", "trading": "trading"}
"""The line of the year so far that a target is held against."""


def progress_of(one: ChainTargetRow, year: Year | None, today: dt.date) -> Progress:
    """Tell how far a target is. A year that is over is awaited until what decides it has come in."""
    due = PayPeriod(one.year, _DECEMBER)
    wanted = Target(
        measure=one.figure,
        period=due,
        bound=Bound.AT_LEAST,
        value=one.value,
        reason=one.reason,
        set_at=one.set_at,
    )
    known = newest_figure(year, one.figure)
    if known is None:
        return progress(wanted, {}, today)
    month, cell = known
    is_over = today > due.last_on
    found = progress(wanted, {due if is_over else month: cell}, today)
    if year is None or not is_over or _is_decided(found, year, one.figure, is_last=month == due):
        return found
    return Progress(standing=Standing.AWAITED, period=month, value=found.value)


def _is_decided(found: Progress, year: Year, figure: str, *, is_last: bool) -> bool:
    """Tell whether what is known of a year that is over decides it: sums that are reached can only grow."""
    of = year.so_far.of
    if figure == "jobs":
        return is_last
    is_net_known = figure != "output" or of.bought == of.told
    return (of.is_complete and not year.untold) or (
        found.standing is Standing.REACHED and is_net_known
    )


def newest_figure(year: Year | None, figure: str) -> tuple[PayPeriod, Cell] | None:
    """Return what is known of a target's figure, and up to which month: the year so far, or the newest jobs.

    Jobs are those of the newest month in which nearly all companies have told them.
    """
    if year is None:
        return None
    if figure == "jobs":
        of_jobs = [month for month, one in year.months.items() if one.of.has_jobs]
        return (max(of_jobs), year.months[max(of_jobs)].cells["jobs"]) if of_jobs else None
    told = [month for month, one in year.months.items() if one.of.told]
    return (max(told), year.so_far.cells[LINE_OF[figure]]) if told else None


def link_label(code: str) -> Text:
    """Return the name of a link, or of those of which nobody has said it."""
    if code == UNKNOWN_LINK:
        return Text("环节未登记", "Link not recorded")
    return term(f"chain_link.{code}")


def line_label(code: str) -> Text:
    """Return what a line of the table is called."""
    kind, _, name = code.partition(".")
    return (
        term(f"chain_link.{name}")
        if kind == "link"
        else term(f"chain_line.{code.replace('.', '_')}")
    )


def line_decimals(code: str) -> int:
    """Return how many decimals a line's values count: fen of yuan, whole jobs."""
    return 0 if code.startswith("jobs") else items()["data_trading"].unit.decimals
