"""What measures are made of: quantities that add up over groups, and how they follow from one another.

Averages, shares and rates cannot be protected by themselves: what they tell is told by the quantities
that they are made of. So protection works on these (``protection``), and a measure is shown where every
quantity that it ``needs`` is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np

from workforce.core.money import Column
from workforce.statistics.population import SCHEMES, WAGE_PARTS, Flags, Population


class Kind(StrEnum):
    """What a quantity counts."""

    COUNT = "count"
    """Jobs or persons: small numbers are about somebody."""
    DAYS = "days"
    """Days of jobs: a month's days are one job."""
    AMOUNT = "amount"
    """Fen, minutes, units: besides, the secret of the companies that make most of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Additive:
    """A quantity of each job, added up over the jobs of a group.

    ``values``: int64[n], of a count 0 or 1. ``stands_behind``: bool[n], whose figure it is; by default
    every job with a value that is not 0. ``follows``: where this quantity is withheld, so is this one,
    for it is nearly a multiple of it.
    """

    code: str
    kind: Kind
    values: Callable[[Population], Column | Flags]
    stands_behind: Callable[[Population], Flags] | None = None
    follows: tuple[str, ...] = ()

    def column(self, population: Population) -> Column:
        """Return the values as int64[n]."""
        return self.values(population).astype(np.int64)

    def behind(self, population: Population) -> Flags:
        """Return who stands behind the quantity: bool[n]."""
        if self.stands_behind is not None:
            return self.stands_behind(population)
        return np.asarray(self.values(population) != 0)


@dataclass(frozen=True, slots=True)
class Identity:
    """Quantities that are 0 together in every group: ``sum(sign × quantity)``."""

    terms: tuple[tuple[str, int], ...]


def _count(
    code: str, values: Callable[[Population], Flags], *, follows: tuple[str, ...] = ()
) -> Additive:
    return Additive(code=code, kind=Kind.COUNT, values=values, follows=follows)


def _part(index: int) -> Additive:
    return Additive(
        code=f"{WAGE_PARTS[index]}_wages",
        kind=Kind.AMOUNT,
        values=lambda population: population.wages[index],
        follows=("jobs_end",),
    )


def _amount(
    code: str, values: Callable[[Population], Column], follows: str = "jobs_end"
) -> Additive:
    return Additive(code=code, kind=Kind.AMOUNT, values=values, follows=(follows,))


def _scheme(name: str) -> tuple[Additive, Additive]:
    """Return the jobs that are insured in a scheme and those that are not."""
    return (
        _count(
            f"{name}_jobs",
            lambda people: people.is_employed_at_end & people.has_result & people.pays_into(name),
        ),
        _count(
            f"no_{name}_jobs",
            lambda people: people.is_employed_at_end & people.has_result & ~people.pays_into(name),
        ),
    )


_OTHER_SCHEMES: Final = tuple(scheme for scheme in SCHEMES if scheme != "pension")
"""Basic pension insurance is what ``insured_jobs`` counts."""


_QUANTITIES: Final = (
    _count("jobs_start", lambda people: people.is_employed_at_start),
    _count("joined", lambda people: people.has_joined),
    _count("left", lambda people: people.has_left),
    _count("jobs_end", lambda people: people.is_employed_at_end),
    # Jobs less persons: who holds two.
    _count("second_jobs", lambda people: people.is_employed_at_end & ~people.is_person),
    _count("known_jobs", lambda people: people.is_employed_at_end & people.has_result),
    _count("unknown_jobs", lambda people: people.is_employed_at_end & ~people.has_result),
    _count(
        "insured_jobs",
        lambda people: people.is_employed_at_end & people.has_result & people.is_insured,
    ),
    _count(
        "uninsured_jobs",
        lambda people: people.is_employed_at_end & people.has_result & ~people.is_insured,
    ),
    # Nearly everybody is paid, and nearly all of these have a floor and hours on record.
    _count("paid_jobs", lambda people: people.is_paid, follows=("jobs_end",)),
    Additive(
        code="employed_days",
        kind=Kind.DAYS,
        values=lambda people: people.employed_days,
        follows=("jobs_end",),
    ),
    Additive(
        code="known_days",
        kind=Kind.DAYS,
        values=lambda people: np.where(people.has_result, people.employed_days, 0),
        follows=("jobs_end", "employed_days"),
    ),
    Additive(
        code="unknown_days",
        kind=Kind.DAYS,
        values=lambda people: np.where(people.has_result, 0, people.employed_days),
    ),
    Additive(
        code="total_wages",
        kind=Kind.AMOUNT,
        values=lambda people: people.total_wages,
        stands_behind=lambda people: people.is_paid,
        follows=("jobs_end",),
    ),
    *(_part(index) for index in range(len(WAGE_PARTS))),
    *(quantity for scheme in _OTHER_SCHEMES for quantity in _scheme(scheme)),
    _count("floor_jobs", lambda people: people.floor > 0, follows=("jobs_end",)),
    _count("no_floor_jobs", lambda people: people.is_paid & (people.floor == 0)),
    _count("below_floor_jobs", lambda people: people.is_below_floor),
    _count("reaching_floor_jobs", lambda people: (people.floor > 0) & ~people.is_below_floor),
    _count("topped_up_jobs", lambda people: people.is_topped_up),
    _count("not_topped_up_jobs", lambda people: (people.floor > 0) & ~people.is_topped_up),
    _count("timed_jobs", lambda people: people.has_hours, follows=("jobs_end",)),
    _count("untimed_jobs", lambda people: people.is_paid & ~people.has_hours),
    _count("over_limit_jobs", lambda people: people.is_over_limit),
    _count("within_limit_jobs", lambda people: people.has_hours & ~people.is_over_limit),
    _count("arrears_jobs", lambda people: people.arrears > 0),
    Additive(
        code="timed_days",
        kind=Kind.DAYS,
        values=lambda people: np.where(people.has_hours, people.employed_days, 0),
        follows=("jobs_end", "employed_days", "timed_jobs"),
    ),
    Additive(
        code="untimed_days",
        kind=Kind.DAYS,
        values=lambda people: np.where(people.has_hours, 0, people.employed_days),
    ),
    _amount("timed_wages", lambda people: np.where(people.has_hours, people.total_wages, 0)),
    _amount("untimed_wages", lambda people: np.where(people.has_hours, 0, people.total_wages)),
    _amount("worked_minutes", lambda people: people.minutes),
    _amount("overtime_minutes", lambda people: people.overtime_minutes),
    _amount("normal_minutes", lambda people: people.minutes - people.overtime_minutes),
    Additive(
        code="labour_cost",
        kind=Kind.AMOUNT,
        values=lambda people: people.labour_cost,
        stands_behind=lambda people: people.is_paid,
        follows=("jobs_end", "total_wages"),
    ),
    _amount("arrears", lambda people: people.arrears, "arrears_jobs"),
)

ADDITIVES: Final = {quantity.code: quantity for quantity in _QUANTITIES}
"""Every quantity by its code."""

IDENTITIES: Final = (
    Identity((("jobs_start", 1), ("joined", 1), ("left", -1), ("jobs_end", -1))),
    Identity((("known_jobs", 1), ("unknown_jobs", 1), ("jobs_end", -1))),
    Identity((("insured_jobs", 1), ("uninsured_jobs", 1), ("known_jobs", -1))),
    Identity((("known_days", 1), ("unknown_days", 1), ("employed_days", -1))),
    Identity((*((f"{part}_wages", 1) for part in WAGE_PARTS), ("total_wages", -1))),
    *(
        Identity(((f"{scheme}_jobs", 1), (f"no_{scheme}_jobs", 1), ("known_jobs", -1)))
        for scheme in _OTHER_SCHEMES
    ),
    Identity((("floor_jobs", 1), ("no_floor_jobs", 1), ("paid_jobs", -1))),
    Identity((("below_floor_jobs", 1), ("reaching_floor_jobs", 1), ("floor_jobs", -1))),
    Identity((("topped_up_jobs", 1), ("not_topped_up_jobs", 1), ("floor_jobs", -1))),
    Identity((("timed_jobs", 1), ("untimed_jobs", 1), ("paid_jobs", -1))),
    Identity((("over_limit_jobs", 1), ("within_limit_jobs", 1), ("timed_jobs", -1))),
    Identity((("timed_days", 1), ("untimed_days", 1), ("employed_days", -1))),
    Identity((("timed_wages", 1), ("untimed_wages", 1), ("total_wages", -1))),
    Identity((("normal_minutes", 1), ("overtime_minutes", 1), ("worked_minutes", -1))),
)
"""How quantities of the same people follow from one another; whoever reads the tables knows this, too."""
