"""The chain's figures as pages, files and the hall show them: read once, consolidated, protected or whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from workforce.chain import queries
from workforce.chain.consolidation import (
    LINKS,
    UNKNOWN_LINK,
    ChainSum,
    CompanyMonth,
    Year,
    add_up,
    year_of,
)
from workforce.chain.protection import NOTHING, Shares, Withheld, together, withheld
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


def read_year(session: Session, last: PayPeriod, *, is_protected: bool) -> Year:
    """Return the months of a year up to one of them, consolidated."""
    return year_of(read_months(session, months_to(last)), is_protected=is_protected)


def read_years(
    session: Session, first: PayPeriod, last: PayPeriod, *, is_protected: bool
) -> dict[int, Year]:
    """Return the years from the month ``first`` to ``last``, each consolidated by itself."""
    sums = read_months(session, months_to(last, first))
    years: dict[int, dict[PayPeriod, ChainSum]] = {}
    for month, one in sums.items():
        years.setdefault(month.year, {})[month] = one
    return {year: year_of(found, is_protected=is_protected) for year, found in years.items()}


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


def _part_table(
    months: Mapping[PayPeriod, Mapping[str, Shares]],
    labels: Mapping[str, Text],
    *,
    is_protected: bool,
) -> PartTable:
    """Make the table of parts by month; ``months``: of one year, the last one is shown."""
    codes = [code for code in labels if any(code in parts for parts in months.values())]
    if not codes:
        return PartTable(())
    hidden = {month: withheld(parts) for month, parts in months.items()} if is_protected else {}
    last = max(months)
    year = {
        code: together(parts[code] for parts in months.values() if code in parts) for code in codes
    }
    also = Withheld(
        frozenset(part for one in hidden.values() for part in one.parts),
        whole=any(one.whole for one in hidden.values()),
    )
    of_month, of_year = hidden.get(last, NOTHING), withheld(year, also) if is_protected else NOTHING

    def cell(parts: Mapping[str, Shares], code: str, secret: Withheld) -> Cell:
        return Cell.of(sum(parts.get(code, {}).values()), is_withheld=code in secret.parts)

    def whole(parts: Mapping[str, Shares], secret: Withheld) -> Cell:
        total = sum(sum(shares.values()) for shares in parts.values())
        return Cell.of(total, is_withheld=secret.whole)

    rows = [
        PartRow(labels[code], cell(months[last], code, of_month), cell(year, code, of_year))
        for code in codes
    ]
    total = PartRow(_TOTAL, whole(months[last], of_month), whole(year, of_year))
    return PartTable((*rows, total))


_TOTAL: Final = Text("合计", "Total")


@dataclass(frozen=True, slots=True)
class Contracts:
    """Contract amounts by month of signing, in fen: by the link of the company, by the client's place."""

    by_link: PartTable
    by_region: PartTable


def read_contracts(session: Session, last: PayPeriod, *, is_protected: bool) -> Contracts:
    """Return what was signed in a month and in its year so far, in two statements."""
    months = months_to(last)
    links = {
        row.company_id: row.link or UNKNOWN_LINK
        for row in queries.chain_companies(session, Scope.base())
        if row.company_id is not None
    }
    by_link: dict[PayPeriod, dict[str, dict[int, int]]] = {month: {} for month in months}
    by_region: dict[PayPeriod, dict[str, dict[int, int]]] = {month: {} for month in months}
    for one in projects.contract_sums(session, months):
        link = links.get(one.company_id, UNKNOWN_LINK)
        for table, code in ((by_link, link), (by_region, region_group(one.region))):
            shares = table[one.period].setdefault(code, {})
            shares[one.company_id] = shares.get(one.company_id, 0) + one.amount
    return Contracts(
        _part_table(by_link, _link_labels(), is_protected=is_protected),
        _part_table(by_region, terms_of("customer_region"), is_protected=is_protected),
    )


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
    return of.is_complete or (found.standing is Standing.REACHED and is_net_known)


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
