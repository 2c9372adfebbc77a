"""What an official may see: no cell with fewer than five behind it, and none by subtraction.

The rules, for one table with a total (the cells of a row are the groups):

1. A cell is *small* if fewer than `THRESHOLD` jobs or persons stand behind it; it is withheld.
2. What is withheld must not follow from the total: where one cell alone is withheld, or where all
   withheld cells together are small, the smallest of the others are withheld too until neither holds.
3. Where the total is small, nothing is shown: what is not among the shown cells would tell where it is.
4. Measures from which one another can be worked out (a `Family`) are withheld together.

This keeps single tables safe. It does not yet guard against one company's share in a total that it
dominates, nor against comparing months or overlapping tables.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from workforce.core.money import Column
from workforce.statistics.measure import Family
from workforce.statistics.population import Flags, Groups, Population

THRESHOLD: Final = 5


@dataclass(frozen=True, slots=True)
class Risk:
    """How many stand behind each of ``k`` cells (int64[k]), behind the total, and behind a union.

    ``is_zero_safe``: a cell with nobody behind it says nothing about anybody (an amount of 0.00, a
    rate of 100 %). A *count* of 0 is a cell under five like any other.
    """

    counts: Column
    total: int
    is_zero_safe: bool = False
    union: Callable[[Flags], int] | None = None
    """How many different ones stand behind chosen cells; without it, cells share nobody."""

    def is_small(self, counts: Column) -> Flags:
        """Tell which counts are too small to be shown."""
        return (counts < THRESHOLD) & ((counts > 0) | (not self.is_zero_safe))

    @property
    def is_total_small(self) -> bool:
        """Tell whether the total itself must be withheld."""
        return bool(self.is_small(np.array([self.total]))[0])

    def is_union_small(self, chosen: Flags) -> bool:
        """Tell whether the chosen cells, taken together, are too small."""
        together = self.union(chosen) if self.union else int(self.counts[chosen].sum())
        return bool(self.is_small(np.array([together]))[0])


@dataclass(frozen=True, slots=True)
class Withheld:
    """Which cells of a row (bool[k]) and whether its total are withheld."""

    cells: Flags
    is_total: bool


def withhold(risks: Sequence[Risk], already: Withheld | None = None) -> Withheld:
    """Choose the cells to withhold under all risks at once, beyond those withheld already."""
    size = risks[0].counts.size
    hidden = already.cells.copy() if already else np.zeros(size, dtype=np.bool_)
    for risk in risks:
        hidden |= risk.is_small(risk.counts)
    if any(risk.is_total_small for risk in risks) or (already and already.is_total):
        # Where the few are not among those shown would tell, table by table, who they are.
        return Withheld(np.ones(size, dtype=np.bool_), is_total=True)
    while hidden.any() and not hidden.all() and _can_subtract(risks, hidden):
        shown = np.flatnonzero(~hidden)
        hidden[shown[np.argmin(risks[0].counts[shown])]] = True
    return Withheld(hidden, is_total=False)


def _can_subtract(risks: Sequence[Risk], hidden: Flags) -> bool:
    return int(hidden.sum()) == 1 or any(risk.is_union_small(hidden) for risk in risks)


def withhold_by_family(population: Population, groups: Groups) -> dict[Family, Withheld]:
    """Choose what to withhold in a table over groups, for each family of measures.

    Flows and coverage are withheld at least where the stock is: jobs at start + joined − left are the
    jobs at end, and a share of a withheld number would give it away. Persons are withheld besides
    where fewer than five jobs, but not none, are somebody's second one: jobs less persons.
    """
    behind = _behind(population)

    def risks(family: Family) -> list[Risk]:
        return [
            Risk(groups.sums(chosen), int(chosen.sum()), is_zero_safe=is_zero_safe)
            for chosen, is_zero_safe in behind[family]
        ]

    stock = withhold(risks(Family.STOCK))
    flow = withhold(risks(Family.FLOW), stock)
    coverage = withhold(risks(Family.COVERAGE), stock)
    # Persons beside jobs tell how many jobs are somebody's second one.
    at_end = population.is_employed_at_end
    second = at_end & ~population.stands_for_person(groups)
    total = int((at_end & ~population.is_person).sum())
    persons = withhold([Risk(groups.sums(second), total, is_zero_safe=True)], stock)
    return {
        Family.STOCK: stock,
        Family.PERSONS: persons,
        Family.FLOW: flow,
        Family.COVERAGE: coverage,
    }


def _behind(population: Population) -> dict[Family, tuple[tuple[Flags, bool], ...]]:
    """Say who stands behind the figures of a family, and of each whether nobody says nothing."""
    at_end = population.is_employed_at_end
    known = at_end & population.has_result
    jobs = (at_end, False)
    stock = (jobs, (at_end & population.is_person, False), (population.is_paid, True))
    return {
        Family.STOCK: stock,
        Family.PERSONS: stock,
        Family.FLOW: (
            jobs,
            (population.is_employed_at_start, False),
            (population.has_joined, False),
            (population.has_left, False),
        ),
        Family.COVERAGE: (
            jobs,
            (known & population.is_insured, False),
            (known & ~population.is_insured, True),
        ),
    }


def withhold_where_nested(
    withheld: Mapping[Family, Withheld],
    by_company: Mapping[Family, Withheld],
    companies: Groups,
    population: Population,
    groups: Groups,
) -> dict[Family, Withheld]:
    """Withhold a table whose groups are made of whole companies where it would betray one of them.

    A group less its shown companies is what its withheld ones have together: where that is one
    company, or small in anything that the family tells of, the table's cells are withheld, too.
    """
    behind = _behind(population)
    found = {}
    for family, own in withheld.items():
        hidden = by_company[family].cells[companies.codes]
        pairs = np.unique(np.stack([groups.codes[hidden], companies.codes[hidden]]), axis=1)
        count = np.bincount(pairs[0], minlength=groups.count)
        betrays = count == 1
        for chosen, is_zero_safe in behind[family]:
            risk = Risk(groups.sums(hidden & chosen), 0, is_zero_safe=is_zero_safe)
            betrays |= (count > 0) & risk.is_small(risk.counts)
        cells = np.ones_like(own.cells) if betrays.any() else own.cells
        found[family] = Withheld(cells, own.is_total)
    return found


def withhold_wage_parts(population: Population) -> Withheld:
    """Choose the parts of total wages to withhold where they stand beside their total.

    The same people earn several parts, so those behind a union are counted anew, each once.
    """
    has_part = population.wages != 0
    risk = Risk(
        counts=has_part.sum(axis=1).astype(np.int64),
        total=int(population.is_paid.sum()),
        is_zero_safe=True,
        union=lambda parts: int(has_part[parts].any(axis=0).sum()),
    )
    return withhold([risk])
