"""Output of the chain without counting anything twice: months and the year so far, in full or protected.

Chain output = output of all companies − what they bought from one another. Each figure is a sum over
companies, from their accepted returns; what a company did not say is not in it, and told as missing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from workforce.chain.protection import NOTHING, Shares, Withheld, is_secret, together, withheld
from workforce.core.money import round_half_up
from workforce.core.period import PayPeriod
from workforce.core.terms import terms_of
from workforce.statistics.tables import Cell, CellState

LINKS: Final = tuple(terms_of("chain_link"))
UNKNOWN_LINK: Final = "unknown"
"""The link of companies of which nobody has said it."""
PLACES: Final = ("inside", "outside")

_OUTPUT = "output"
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
class ChainSum:
    """What companies said of a month, or of the months of a year so far, added up.

    ``expected``: of how many company months a return is due; ``told``: of how many output is known;
    ``bought``: of how many of these the purchases are known, too. ``added``: output less purchases of
    those whose jobs are known besides, and ``added_jobs`` these: output per job is of nobody else.
    """

    expected: int
    told: int
    bought: int
    links: Mapping[str, Shares]
    places: Mapping[str, Shares]
    purchases: Shares
    trading: Shares
    jobs: Mapping[str, Shares]
    added: Shares
    added_jobs: Shares
    months: int = 1
    """Of how many months ``jobs`` are the sum: their mean is that by this."""
    added_months: int = 1
    """The same of ``added_jobs``."""

    @property
    def missing(self) -> int:
        """Of how many company months output is not known, though a return is due."""
        return self.expected - self.told

    @property
    def unfiled(self) -> int:
        """Of how many companies the jobs of a month are not known, though a return is due."""
        return max(self.expected - sum(map(len, self.jobs.values())), 0)

    @property
    def has_jobs(self) -> bool:
        """Whether the jobs of a month are known of nearly all: those of fewer would look like a fall."""
        known = sum(map(len, self.jobs.values()))
        return known > 0 and known * 100 >= self.expected * _ENOUGH_PERCENT

    @property
    def is_complete(self) -> bool:
        """Whether all that is due is known."""
        return self.told >= self.expected and self.bought == self.told


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
    """The cells of a sum, by the code of their line; ``of``: what they are of, and how whole it is."""

    of: ChainSum
    cells: Mapping[str, Cell]
    hidden: Hidden = field(default_factory=Hidden)


def line_codes() -> Iterator[str]:
    """Yield the lines of the table in their order."""
    yield from (f"link.{link}" for link in LINKS)
    yield from (_OUTPUT, "purchases", "net", "inside", "outside", "trading")
    yield from ("jobs.inside", "jobs.outside", "jobs", "per_job")


def add_up(companies: Sequence[CompanyMonth], expected: int) -> ChainSum:
    """Add up what the companies said of one month."""
    telling = [one for one in companies if one.output]
    whole = [one for one in telling if one.purchases is not None and one.jobs is not None]
    of_place = {
        place: [one for one in companies if one.is_inside is (place == "inside")]
        for place in PLACES
    }
    return ChainSum(
        expected=expected,
        told=len(telling),
        bought=sum(one.purchases is not None for one in telling),
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


def year_so_far(months: Sequence[ChainSum]) -> ChainSum:
    """Add up months; of jobs the mean is taken of those months in which any are known."""
    return ChainSum(
        expected=sum(one.expected for one in months),
        told=sum(one.told for one in months),
        bought=sum(one.bought for one in months),
        links={link: together(one.links[link] for one in months) for link in LINKS},
        places={place: together(one.places[place] for one in months) for place in PLACES},
        purchases=together(one.purchases for one in months),
        trading=together(one.trading for one in months),
        jobs={place: together(one.jobs[place] for one in months) for place in PLACES},
        added=together(one.added for one in months),
        added_jobs=together(one.added_jobs for one in months),
        months=sum(any(one.jobs.values()) for one in months),
        added_months=sum(bool(one.added_jobs) for one in months),
    )


def net_of(one: ChainSum) -> Counter[int]:
    """Return what each company adds: its output less what it bought within the chain."""
    found = together(one.places.values())
    found.subtract(one.purchases)
    return found


def _tells_the_rest(one: ChainSum) -> bool:
    """Tell whether output per job, beside output and jobs of all, tells of few companies that are not in it."""
    jobs, net = together(one.jobs.values()), net_of(one)
    jobs.subtract(one.added_jobs)
    net.subtract(one.added)
    return is_secret(jobs) or is_secret(net)


def hidden_of(one: ChainSum, before: Sequence[Hidden] = ()) -> Hidden:
    """Return what of a sum is not told; ``before``: what its months withhold, where it is their sum."""
    return Hidden(
        links=withheld(one.links, _both([each.links for each in before])),
        places=withheld(one.places, _both([each.places for each in before])),
        jobs=withheld(one.jobs, _both([each.jobs for each in before])),
        net=any(each.net for each in before) or is_secret(one.purchases) or is_secret(net_of(one)),
        per_job=any(each.per_job for each in before) or _tells_the_rest(one),
        trading=any(each.trading for each in before) or is_secret(one.trading),
    )


def _both(found: Sequence[Withheld]) -> Withheld:
    return Withheld(
        frozenset(part for one in found for part in one.parts),
        whole=any(one.whole for one in found),
    )


def consolidate(one: ChainSum, hidden: Hidden | None) -> Consolidated:
    """Return the cells of a sum; ``hidden`` None: all of them are told."""
    secret = hidden or Hidden()
    is_known = one.told > 0
    whole_hidden = secret.links.whole or secret.places.whole
    net_hidden = secret.net or whole_hidden
    output = sum(sum(shares.values()) for shares in one.links.values())
    purchases = sum(one.purchases.values()) if one.bought else None
    net = None if purchases is None else output - purchases
    jobs = {
        place: round_half_up(sum(shares.values()), one.months) if shares else None
        for place, shares in one.jobs.items()
    }
    people = sum(sum(shares.values()) for shares in one.jobs.values())
    all_jobs = round_half_up(people, one.months) if any(one.jobs.values()) else None
    workers = sum(one.added_jobs.values())
    per_job = (
        round_half_up(sum(one.added.values()) * one.added_months, workers) if workers else None
    )
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
        "per_job": Cell.of(per_job, is_withheld=net_hidden or secret.jobs.whole or secret.per_job),
    }
    return Consolidated(of=one, cells=cells, hidden=secret)


@dataclass(frozen=True, slots=True, kw_only=True)
class Year:
    """The months of a year up to one of them, each and together."""

    months: Mapping[PayPeriod, Consolidated]
    so_far: Consolidated

    @property
    def last(self) -> PayPeriod:
        """The month up to which it goes."""
        return max(self.months)


def year_of(sums: Mapping[PayPeriod, ChainSum], *, is_protected: bool) -> Year:
    """Consolidate the months of one year, oldest first; protected for whoever may not see companies."""
    hidden = {month: hidden_of(one) for month, one in sums.items()} if is_protected else {}
    whole = year_so_far(list(sums.values()))
    return Year(
        months={month: consolidate(one, hidden.get(month)) for month, one in sums.items()},
        so_far=consolidate(
            whole, hidden_of(whole, list(hidden.values())) if is_protected else None
        ),
    )


def shown(cell: Cell) -> int | None:
    """Return the value of a cell that is told, else None."""
    return cell.value if cell.state is CellState.SHOWN else None
