"""The shape of measures of output: told by task type (``statistics/output.py``), of no group of jobs."""

from __future__ import annotations

import numpy as np

from workforce.statistics.measure import Values
from workforce.statistics.population import Groups, Population


def of_no_jobs(population: Population, groups: Groups) -> Values:
    """Return that there is nothing to measure: a job's output of several task types is no number."""
    del population
    nothing = np.zeros(groups.count, dtype=np.int64)
    return Values(nothing, nothing)
