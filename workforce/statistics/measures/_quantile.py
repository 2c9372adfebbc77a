"""The month's wages in order, and quantiles of them: the nearest rank, never interpolated."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from workforce.core.money import Column
from workforce.statistics.measure import Values
from workforce.statistics.population import Groups, Population


class Ordered(NamedTuple):
    """The wages of paid jobs, each group's in order: where a group starts, and its size (int64[k])."""

    wages: Column
    starts: Column
    sizes: Column

    def at(self, ranks: Column) -> Column:
        """Return each group's wage at a rank from 0; 0 where the group has none."""
        found = np.zeros(self.sizes.size, dtype=np.int64)
        occupied = np.flatnonzero(self.sizes)
        found[occupied] = self.wages[(self.starts + ranks)[occupied]]
        return found


def ordered_wages(population: Population, groups: Groups) -> Ordered:
    """Return the total wages of each group's paid jobs, from the lowest."""
    codes = groups.codes[population.is_paid]
    wages = population.total_wages[population.is_paid]
    sizes = np.bincount(codes, minlength=groups.count)
    return Ordered(wages[np.lexsort((wages, codes))], np.cumsum(sizes) - sizes, sizes)


def quantile_values(population: Population, groups: Groups, quarter: int) -> Values:
    """Return the wage at rank ⌈size × quarter ÷ 4⌉ of each group's paid jobs, from the lowest."""
    ordered = ordered_wages(population, groups)
    found = ordered.at(-(-ordered.sizes * quarter // 4) - 1)
    return Values(found, (ordered.sizes > 0).astype(np.int64))
