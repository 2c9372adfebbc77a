"""Quantiles of the month's wages: the nearest rank, never interpolated."""

from __future__ import annotations

import numpy as np

from workforce.statistics.measure import Values
from workforce.statistics.population import Groups, Population


def quantile_values(population: Population, groups: Groups, quarter: int) -> Values:
    """Return the wage at rank ⌈size × quarter ÷ 4⌉ of each group's paid jobs, from the lowest."""
    codes = groups.codes[population.is_paid]
    wages = population.total_wages[population.is_paid]
    by_group = wages[np.lexsort((wages, codes))]
    sizes = np.bincount(codes, minlength=groups.count)
    starts = np.cumsum(sizes) - sizes
    occupied = np.flatnonzero(sizes)
    rank = -(-sizes * quarter // 4) - 1
    found = np.zeros(groups.count, dtype=np.int64)
    found[occupied] = by_group[(starts + rank)[occupied]]
    return Values(found, (sizes > 0).astype(np.int64))
