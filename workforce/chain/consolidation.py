"""Output of the chain without counting anything twice: months and the year so far, in full or protected.

Chain output = output of all companies − what they bought from one another. Each figure is a sum over
companies, from their accepted returns; what a company did not say is not in it, and told as missing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Final

from workforce.chain.protection import (
    NOTHING,
    Shares,
    Withheld,
    crossed,
    is_secret,
    together,
    withheld,
)
from workforce.core.money import round_half_up
from workforce.core.period import PayPeriod
from workforce.core.terms import terms_of
from workforce.statistics.tables import Cell, CellState

LINKS: Final = tuple(terms_of("chain_link"))
UNKNOWN_LINK: Final = "unknown"
"""The link of companies of which nobody has said it."""
PLACES: Final = ("inside", "outside")

_OUTPUT, _PER_JOB = "output", "per_job"
_ENOUGH_PERCENT: Final = 80
"""Of so many of the companies whose return is due, jobs stand beside those of other months."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyMonth:
    """What one company's accepted return says of a month; amounts in fen.

    ``output``: link → amount, empty where it did not say; None: it did not say.
    """

    company_id: int
    is_inside: bool
    output: Mapping[str, int]
    purchases: int | None
    trading: int | None
    jobs: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How whole a month, or the months of a year so far, is.

    ``expected``: of how many company months a return is due; ``told``: of how many output is known;
    ``bought``: of how many of these the purchases are known, too; ``with_jobs``: of how many jobs are.
    """

    expected: int
    told: int
    bought: int
    with_jobs: int

    @property
    def missing(self) -> int:
        """Of how many company months output is not known, though a return is due."""
        return self.expected - self.told

    @property
    def unfiled(self) -> int:
        """Of how many companies the jobs of a month are not known, though a return is due."""
        return max(self.expected - self.with_jobs, 0)

    @property
    def has_jobs(self) -> bool:
        """Whether the jobs of a month are known of nearly all: those of fewer would look like a fall."""
        known = self.with_jobs
        return known > 0 and known * 100 >= self.expected * _ENOUGH_PERCENT

    @property
    def is_complete(self) -> bool:
        """Whether all that is due is known."""
        return self.told >= self.expected and self.bought == self.told


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainSum:
    """What companies said of a month, added up.

    ``added``: output less purchases of those whose jobs are known besides, and ``added_jobs`` these:
    output per job is of nobody else.
    """

    of: Coverage
    links: Mapping[str, Shares]
    places: Mapping[str, Shares]
    purchases: Shares
    trading: Shares
    jobs: Mapping[str, Shares]
    added: Shares
    added_jobs: Shares


@dataclass(frozen=True, slots=True, kw_only=True)
class Hidden:
    """What of a sum is not told."""

    links: Withheld = NOTHING
    places: Withheld = NOTHING
    jobs: Withheld = NOTHING
    net: bool = False
    per_job: bool = False
    trading: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Consolidated:
    """The cells of a month, or of the year so far, by the code of their line; ``of``: how whole it is.

    ``worked``: the amount, and the jobs, that output per job is of; 0 where it is not told.
    """

    of: Coverage
    cells: Mapping[str, Cell]
    worked: tuple[int, int]


def line_codes() -> Iterator[str]:
    """Yield the lines of the table in their order."""
    yield from (f"link.{link}" for link in LINKS)
    yield from (_OUTPUT, "purchases", "net", "inside", "outside", "trading")
    yield from ("jobs.inside", "jobs.outside", "jobs", _PER_JOB)


def add_up(companies: Sequence[CompanyMonth], expected: int) -> ChainSum:
    """Add up what the companies said of one month."""
    telling = [one for one in companies if one.output]
    whole = [one for one in telling if one.purchases is not None and one.jobs is not None]
    of_place = {
        place: [one for one in companies if one.is_inside is (place == "inside")]
        for place in PLACES
    }
    return ChainSum(
        of=Coverage(
            expected=expected,
            told=len(telling),
            bought=sum(one.purchases is not None for one in telling),
            with_jobs=sum(one.jobs is not None for one in companies),
        ),
        links={
            link: {one.company_id: one.output[link] for one in telling if link in one.output}
            for link in LINKS
        },
        places={
            place: {one.company_id: sum(one.output.values()) for one in found if one.output}
            for place, found in of_place.items()
        },
        purchases={one.company_id: one.purchases for one in telling if one.purchases is not None},
        trading={one.company_id: one.trading for one in companies if one.trading is not None},
        jobs={
            place: {one.company_id: one.jobs for one in found if one.jobs is not None}
            for place, found in of_place.items()
        },
        added={one.company_id: sum(one.output.values()) - (one.purchases or 0) for one in whole},
        added_jobs={one.company_id: one.jobs or 0 for one in whole},
    )


def net_of(one: ChainSum) -> Counter[int]:
    """Return what each company adds: its output less what it bought within the chain."""
    found = together(one.places.values())
    found.subtract(one.purchases)
    return found


def _leaves_out_any(one: ChainSum) -> bool:
    """Tell whether output and jobs of all are of more companies than output per job: the rest would be told."""
    jobs, net = together(one.jobs.values()), net_of(one)
    jobs.subtract(one.added_jobs)
    net.subtract(one.added)
    return any(jobs.values()) or any(net.values())


def hidden_of(one: ChainSum) -> Hidden:
    """Return what of a month is not told to whoever may not see companies."""
    links, places = crossed(
        {
            (link, place): {
                company: amount
                for company, amount in shares.items()
                if company in one.places[place]
            }
            for link, shares in one.links.items()
            for place in PLACES
        }
    )
    return Hidden(
        links=links,
        places=places,
        jobs=withheld(one.jobs),
        net=is_secret(one.purchases) or is_secret(net_of(one)),
        per_job=_leaves_out_any(one),
        trading=is_secret(one.trading),
    )


def consolidate(one: ChainSum, hidden: Hidden | None = None) -> Consolidated:
    """Return the cells of a month; ``hidden`` None: all of them are told."""
    secret = hidden or Hidden()
    is_known = one.of.told > 0
    whole_hidden = secret.links.whole
    net_hidden = secret.net or whole_hidden
    per_job_hidden = net_hidden or secret.jobs.whole or secret.per_job
    output = sum(sum(shares.values()) for shares in one.links.values())
    purchases = sum(one.purchases.values()) if one.of.bought else None
    net = None if purchases is None else output - purchases
    jobs = {place: sum(shares.values()) if shares else None for place, shares in one.jobs.items()}
    all_jobs = sum(value or 0 for value in jobs.values()) if any(one.jobs.values()) else None
    worked = (sum(one.added.values()), sum(one.added_jobs.values()))
    per_job = round_half_up(*worked) if worked[1] else None
    cells = {
        **{
            f"link.{link}": Cell.of(
                sum(shares.values()) if is_known else None, is_withheld=link in secret.links.parts
            )
            for link, shares in one.links.items()
        },
        _OUTPUT: Cell.of(output if is_known else None, is_withheld=whole_hidden),
        "purchases": Cell.of(purchases, is_withheld=net_hidden),
        "net": Cell.of(net, is_withheld=net_hidden),
        **{
            place: Cell.of(
                sum(shares.values()) if shares else None,
                is_withheld=whole_hidden or place in secret.places.parts,
            )
            for place, shares in one.places.items()
        },
        "trading": Cell.of(
            sum(one.trading.values()) if one.trading else None, is_withheld=secret.trading
        ),
        **{
            f"jobs.{place}": Cell.of(value, is_withheld=place in secret.jobs.parts)
            for place, value in jobs.items()
        },
        "jobs": Cell.of(all_jobs, is_withheld=secret.jobs.whole),
        _PER_JOB: Cell.of(per_job, is_withheld=per_job_hidden),
    }
    return Consolidated(of=one.of, cells=cells, worked=(0, 0) if per_job_hidden else worked)


def added_up(cells: Iterable[Cell]) -> Cell:
    """Return the sum of cells that are told; withheld where one of them is, undefined where all are."""
    found = list(cells)
    known = [one.value for one in found if one.value is not None]
    is_withheld = any(one.state is CellState.WITHHELD for one in found)
    return Cell.of(sum(known) if known else None, is_withheld=is_withheld)


def _mean(cell: Cell, count: int) -> Cell:
    return (
        cell if cell.value is None else Cell.of(round_half_up(cell.value, count), is_withheld=False)
    )


def _so_far(months: Sequence[Consolidated]) -> Consolidated:
    """Add up months; of jobs the mean is taken of those months in which any are known.

    Whatever is told of it follows from what is told of the months.
    """
    cells = {code: added_up(one.cells[code] for one in months) for code in line_codes()}
    with_jobs = sum(one.cells["jobs"].state is not CellState.UNDEFINED for one in months)
    cells |= {code: _mean(cells[code], with_jobs) for code in cells if code.startswith("jobs")}
    amount, jobs = (sum(one.worked[side] for one in months) for side in (0, 1))
    counted = sum(one.worked[1] > 0 for one in months)
    cells[_PER_JOB] = Cell.of(
        round_half_up(amount * counted, jobs) if jobs else None,
        is_withheld=cells[_PER_JOB].state is CellState.WITHHELD,
    )
    of = Coverage(
        **{
            each.name: sum(getattr(one.of, each.name) for one in months)
            for each in fields(Coverage)
        }
    )
    return Consolidated(of=of, cells=cells, worked=(amount, jobs))


@dataclass(frozen=True, slots=True, kw_only=True)
class Year:
    """The months of a year up to one of them, each and together; ``untold``: those of which nothing is told yet."""

    months: Mapping[PayPeriod, Consolidated]
    so_far: Consolidated
    untold: tuple[PayPeriod, ...] = ()

    @property
    def last(self) -> PayPeriod:
        """The newest month that is told."""
        return max(self.months)


def year_of(months: Mapping[PayPeriod, Consolidated], untold: Iterable[PayPeriod] = ()) -> Year:
    """Put the months of one year together, the oldest first."""
    return Year(months=months, so_far=_so_far(list(months.values())), untold=tuple(untold))
