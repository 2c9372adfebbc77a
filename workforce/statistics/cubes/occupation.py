"""By the five occupations of the wage statistics."""

from __future__ import annotations

from typing import Final

from workforce.core.text import Text
from workforce.statistics.cube import Cube
from workforce.statistics.cubes._columns import CONDITIONS, COVERAGE, FLOWS, PERSONS, STOCKS

CUBE: Final = Cube(
    code="occupation",
    title=Text("按职业类别", "By occupation"),
    dimensions=("occupation",),
    measures=(*STOCKS, "total_wages", "average_wage"),
    internal=(*PERSONS, "jobs_start", *FLOWS, *COVERAGE, *CONDITIONS),
)
